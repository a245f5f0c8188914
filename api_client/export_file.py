"""Writing cases to a file: whole, with their history, as JSON Lines that another store takes on byte for byte (`case_lines`);
or as CSV, how each stands, for a spreadsheet.

The file is written beside its place and gets its name when it is whole and durable, so that whatever stops this leaves nothing
behind under that name, nor writes over anything. One case is held at a time.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO

import orjson

from api_client.accounts_csv import column_of, flat, practice_column, written
from api_client.case_lines import CaseLine, Header, digest_of_heads
from api_client.disk import lies_in, sync_folder
from api_client.local_store import LocalStore
from api_client.watch import Watch
from casework.accounts import CaseId, unit_of
from casework.as_account import as_account
from casework.clean import Prose
from casework.dates import london_date
from casework.refusals import DeskError, Forbidden, NotFound, Refused
from casework.restricted import RestrictedText
from casework.staff import Staff, may
from casework.views import shown

EXPORT = "export"
RESTRICTED = "restricted"

_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})
"""How disks answer that know no second name of a file."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    cases: int
    events: int
    closed: int
    """Cases of their units that the exporter may not open, which are not in it."""


def export_cases(
    store: LocalStore, person: Staff, path: Path, *, only: CaseId | None = None, watch: Watch = lambda done, total: None
) -> Exported:
    """Write the cases of `person`'s units, or one alone, to the new file `path`: CSV if it is called so.

    That it is done is in the access log before anything is written. Restricted texts are in it for those alone who may read
    them. `watch` is told the cases written; whatever it raises leaves nothing behind.

    Raises:
        NotFound: there is no such case, or it is one of another unit.
        Forbidden: `person` may not export, or may not open that one case.
        Refused: there is a file of that name already, or it would lie in the store.
        OSError: it cannot be written.
    """
    grants = store.reference.grants(london_date(store.now()))
    if only is not None and (unit_of(only) not in person.units or store.cases.packed(only) is None):
        raise NotFound.because("no-case", f"there is no case {only} in your units")
    if reasons := may(person, EXPORT, only, grants):
        raise Forbidden(*reasons)
    refuse_place(path, store.folder)
    mine = sorted(i for i in store.cases.ids() if unit_of(i) in person.units) if only is None else [only]
    cases = [CaseId(one) for one in mine if one not in person.exclusions]
    restricted = not may(person, RESTRICTED, None, grants)
    as_csv = path.suffix.lower() == ".csv"
    heads = digest_of_heads((one, _head(store, one)) for one in cases)
    about: dict[str, str | int] = {"cases": len(cases), "heads": heads, "as": "csv" if as_csv else "jsonl"}
    store.looked(person.id, EXPORT, **about, restricted=int(restricted), **({"case": only} if only else {}))
    _look_at_traces(store, person, cases)
    with new_file(path) as file:
        if as_csv:
            events = _write_states(store, cases, file, restricted, watch)
        else:
            events = _write_cases(store, cases, file, heads, restricted, watch)
    return Exported(len(cases), events, len(mine) - len(cases))


def _look_at_traces(store: LocalStore, person: Staff, cases: Iterable[CaseId]) -> None:
    """Note the ids of the traces that the file will show, case by case, as a view of each would."""
    with store.transaction():
        for case_id in cases:
            case = store.load(case_id).case
            if case.traces:
                store.looks(person.id, EXPORT, **shown(case))


def refuse_place(path: Path, folder: Path) -> None:
    """Where no file is written: over another, or over a link; in the `folder` of a store. Raises Refused."""
    if os.path.lexists(path):
        raise _there_already(path)
    if lies_in(path, folder):
        message = f"{path} would lie in the folder of the store; name a file elsewhere"
        raise Refused.because("in-store", message, field="file")


def _there_already(path: Path) -> DeskError:
    return Refused.because("exists", f"there is a file {path} already; name another", field="file")


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that stands under `path`, durably, when all went well; for its owner's eyes (0600). Raises Refused if somebody
    has made a file of that name meanwhile."""
    with NamedTemporaryFile(dir=path.parent, prefix=".greenwax-", suffix=".tmp", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _name(file.name, path)
            sync_folder(path.parent)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(file.name)
            raise


def _name(beside: str, path: Path) -> None:
    """Call it `path`, unless there is something of that name: a rename would write over it, a second name does not. Where the
    disk knows no second names (a stick, a share), a rename must do. Raises Refused, OSError."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise _there_already(path) from None
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        os.rename(beside, path)
    else:
        os.unlink(beside)


def _head(store: LocalStore, case: str) -> str:
    record = store.cases.raw(case)
    assert record is not None
    return str(record["head"])


# With their history


def _write_cases(
    store: LocalStore, cases: list[CaseId], file: IO[bytes], heads: str, restricted: bool, watch: Watch
) -> int:
    """The header and a line a case; how many events there were.

    No file is older than what is in it, wherever the clock was set back meanwhile: so the lines wait in a file without a name
    until the newest event is known.
    """
    assert store.kind is not None, "a store with cases is of a kind"
    texts = _names_of_texts(store) if restricted else {}
    events, newest = 0, store.now()
    with TemporaryFile(dir=os.path.dirname(file.name)) as waiting:
        for n, case in enumerate(cases, 1):
            line = _case_line(store, case, texts.get(case, []))
            events += len(line.events)
            newest = max(newest, *(datetime.fromisoformat(orjson.loads(one)["at"]) for one in line.events))
            waiting.write(line.model_dump_json(exclude_defaults=True).encode() + b"\n")
            watch(n, len(cases))
        header = Header(kind=store.kind, made_at=newest, cases=len(cases), heads=heads, restricted=restricted)
        file.write(header.model_dump_json().encode() + b"\n")
        waiting.seek(0)
        shutil.copyfileobj(waiting, file)
    return events


def _case_line(store: LocalStore, case: CaseId, names: Iterable[str]) -> CaseLine:
    record = store.cases.raw(case)
    assert record is not None
    bodies = [one.body.decode() for one in store.history_back(record["at"])]
    kept = [store.restricted.raw(name) for name in names]
    return CaseLine(
        case=case,
        head=record["head"],
        imported=record.get("imported"),
        events=tuple(reversed(bodies)),
        restricted=tuple(RestrictedText(salt=one["salt"], text=one["text"]) for one in kept if one),
    )


def _names_of_texts(store: LocalStore) -> dict[str, list[str]]:
    """The names of the restricted texts of each case, in an order of their own."""
    found: dict[str, list[str]] = {}
    for name, kept in store.restricted.each_raw():
        found.setdefault(kept["case"], []).append(name)
    return {case: sorted(names) for case, names in found.items()}


# As they stand


def _write_states(store: LocalStore, cases: list[CaseId], file: IO[bytes], restricted: bool, watch: Watch) -> int:
    """A row a case. Which columns there are is known at the end only, so that the rows wait in a file without a name."""

    def reason(name: str) -> Prose | None:
        text = store.restricted_text(name) if restricted else None
        return Prose(text) if text is not None else None

    columns: set[str] = set()
    with TemporaryFile(dir=os.path.dirname(file.name)) as waiting:
        for n, case in enumerate(cases, 1):
            account = as_account(store.load(case).case, reason)
            cells = dict(flat(account.model_dump(mode="json", exclude_defaults=True)))
            columns |= cells.keys()
            waiting.write(json.dumps(cells).encode() + b"\n")
            watch(n, len(cases))
        header = sorted(columns, key=_place)
        header += [practice_column(store.now())] if store.kind == "practice" else []
        file.write(b"\xef\xbb\xbf" + written(header, dict(zip(header, header, strict=True))).encode())
        waiting.seek(0)
        for line in waiting:
            file.write(written(header, json.loads(line)).encode())
    return 0


def _place(path: str) -> tuple[int, ...]:
    column = column_of(path)
    assert column is not None, f"{path} is a field that can be imported"
    return column.place
