"""Looking after the store: check it, make it compact, back it up while somebody works in it, restore it."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from api_client.disk import lies_in
from api_client.store_backup import NotABackup, Reading, manifest_of, read_store, write_backup
from api_client.store_check import problems
from api_client.store_errors import StoreDamaged, StoreError, StoreStopped, cause
from api_client.store_folder import generations
from api_client.store_restore import restore as restore_from
from api_client.tables import packaged_tables
from casework.clean import clean_line
from casework.refusals import Damaged, DeskError, NotFound, NotSignedIn, Refused, Unavailable
from greenwax import config, stores
from greenwax.answers import fail, reply

_QUIET = 2.0
"""Seconds: for so long nothing is said of what goes on, and again between one word and the next."""


def store(asked: Namespace) -> int:
    """One of the four. The answer always has `ok`; where that is false, `problems` says why, in sentences."""
    work = {"check": _check, "compact": _compact, "backup": _backup, "restore": _restore}[asked.what]
    try:
        _refuse_stray_words(asked)
        return work(asked)
    except DeskError as fault:
        return fail(asked, fault, ok=False, problems=[reason.message for reason in fault.reasons])


def _refuse_stray_words(asked: Namespace) -> None:
    wants_file = asked.what in ("backup", "restore")
    if wants_file and not asked.file:
        raise stores.Misused.because("no-file", f"name the file: greenwax store {asked.what} FILE", field="file")
    if not wants_file and asked.file is not None:
        raise stores.Misused.because("stray-file", f"store {asked.what} takes no file", field="file")
    if asked.replace and asked.what != "backup":
        raise stores.Misused.because("stray-replace", "--replace is for store backup", field="replace")


def _check(asked: Namespace) -> int:
    """Whether the store is what its history adds up to."""
    say = _now_and_then()
    opened = stores.open_store(stores.folder_of(asked))
    try:
        found = list(problems(opened, lambda done, cases: say(f"{done:,} of {cases:,} cases looked at")))
    finally:
        opened.close()
    text = "\n".join(map(clean_line, found)) or "the store is as it should be"
    reply(asked, {"ok": not found, "problems": found}, text)
    return 1 if found else 0


def _compact(asked: Namespace) -> int:
    """A new snapshot, and the old journals gone: with them what was typed and dropped, and what was erased."""
    folder = stores.folder_of(asked)
    desk = stores.open_desk(asked)
    try:
        before = _size(folder)
        desk.store.db.snapshot()
    except (OSError, StoreStopped) as fault:
        message = f"{folder} could not be made compact; {cause(fault)}. It is as it was, and everything in it is kept."
        raise Unavailable.because("not-compacted", message) from None
    finally:
        desk.close()
    snapshots, journals = generations(folder / "tables")
    if len(snapshots) + len(journals) > 2:
        message = (
            f"the older snapshots and journals in {folder / 'tables'} could not be removed: have its rights put right"
        )
        raise DeskError.because("not-removed", message)
    after = _size(folder)
    text = f"{folder} takes {after:,} bytes, and took {before:,}"
    return reply(asked, {"ok": True, "bytes_before": before, "bytes_after": after}, text)


def _size(folder: Path) -> int:
    """How many bytes the files of a store have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _backup(asked: Namespace) -> int:
    """The whole store in one file, also while somebody works in it."""
    folder, file = stores.folder_of(asked), Path(asked.file).expanduser()
    stores.refuse_none(folder)
    _refuse_file(file, folder, replace=asked.replace)
    try:
        read = read_store(folder)
        _sign_in(read, getattr(asked, "as_staff", None))
        manifest = write_backup(read, file, _now_and_then())
    except StoreDamaged as fault:
        raise Damaged.because("store-damaged", str(fault)) from None
    except (OSError, NotABackup) as fault:
        message = (
            f"no backup was made; {_why(fault)}. Nothing of it is left behind, and everything in the store is kept."
        )
        raise Unavailable.because("no-backup", message) from None
    size = file.stat().st_size
    answer = {
        "ok": True,
        "file": str(file),
        "bytes": size,
        "cases": manifest.cases,
        "made_at": manifest.made_at.isoformat().replace("+00:00", "Z"),
        "heads": manifest.heads,
    }
    return reply(asked, answer, f"{manifest.cases:,} cases are in {file}, {size:,} bytes; it was opened and is whole")


def _why(fault: OSError | StoreError) -> str:
    return f"{fault.filename}: {cause(fault)}" if isinstance(fault, OSError) and fault.filename else cause(fault)


def _refuse_file(file: Path, folder: Path, *, replace: bool) -> None:
    """Where no backup is written. Raises Refused."""
    if file.is_dir() or (file.exists() and not file.is_file()):
        why = f"{file} is not a file"
    elif file.exists() and not replace:
        why = f"there is a {file} already; --replace writes over it"
    elif not file.parent.is_dir():
        why = f"there is no folder {file.parent}"
    elif lies_in(file, folder):
        why = "a backup in the folder of the store would be lost with it; name a file elsewhere, best on another disk"
    else:
        return
    raise Refused.because("file", why, field="file")


def _sign_in(read: Reading, chosen: str | None) -> None:
    """A backup is for those who work here. Raises Misused, NotSignedIn."""
    places = {one: int((read.row("staff", one) or {})["place"]) for one in read.table("staff")}
    person = stores.person_of(
        (read.row("meta", "store") or {}).get("kind"), sorted(places, key=places.__getitem__), chosen
    )
    if person not in places:
        raise NotSignedIn.because("unknown-person", f"this store knows nobody called {person}")


def _restore(asked: Namespace) -> int:
    """The store that a backup holds, where there is none yet."""
    file = Path(asked.file).expanduser()
    if not file.exists():
        raise NotFound.because("no-file", f"there is no file {file}", field="file")
    if not file.is_file():
        raise Refused.because("file", f"{file} is not a file", field="file")
    try:
        folder = _folder_for(asked, manifest_of(file).kind)
        with stores.place_for(folder) as fresh:
            held = restore_from(file, fresh, packaged_tables(), _now_and_then())
    except (NotABackup, StoreDamaged) as fault:
        message = f"{file} cannot be restored: {fault}. Nothing was put in its place; try another backup"
        raise Refused.because("not-a-backup", message, field="file") from None
    except StoreError as fault:
        raise Unavailable.because("store-unusable", f"{file} cannot be restored: {fault}") from None
    answer = {
        "ok": True,
        "store": str(folder),
        "kind": held.kind,
        "cases": held.cases,
        "events": held.events,
        "made_at": held.made_at.isoformat().replace("+00:00", "Z"),
    }
    return reply(asked, answer, f"{held.cases:,} cases are in {folder}; every chain in it was walked and is whole")


def _folder_for(asked: Namespace, kind: str) -> Path:
    """The folder that is named, or the usual one for a store of this kind. Raises Refused if there is a store in it."""
    if named := getattr(asked, "store", None):
        folder = Path(named).expanduser()
    else:
        settings = config.load()
        folder = settings.practice if kind == "practice" else settings.accounts
    if stores.exists(folder):
        message = f"there is a store in {folder} already, and it is left as it is; name another folder with --store"
        raise Refused.because("exists", message, field="store")
    return folder


def _now_and_then() -> Callable[[str], None]:
    """What says on standard error how far something has come, once it takes long."""
    said = time.monotonic()

    def say(text: str) -> None:
        nonlocal said
        if time.monotonic() - said >= _QUIET:
            said = time.monotonic()
            print(text, file=sys.stderr, flush=True)

    return say
