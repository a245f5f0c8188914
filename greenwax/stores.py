"""Which store a command works on, and who is at it."""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from api_client.disk import make_private, sync_folder
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.store_errors import StoreDamaged, StoreError, StoreInUse, cause, desk_errors
from api_client.store_folder import StoreFolder, holds_store
from api_client.tables import packaged_tables
from casework.clean import clean_line
from casework.dates import london_date
from casework.refusals import Damaged, DeskError, NotFound, Reason, Refused, Unavailable
from casework.roles import Role
from casework.staff import Staff
from greenwax import config

if TYPE_CHECKING:
    from api_client.practice import Office


class Misused(DeskError):
    """The flags do not fit the store."""

    type = "usage"
    title = "That cannot be asked"


def exists(folder: Path) -> bool:
    """Whether there is a store in `folder`."""
    return holds_store(folder / "tables")


_PARTS = ("tables", "history.log", "access.log")
"""What a store's folder holds."""


def _refuse_strangers(folder: Path, *, store: bool) -> None:
    """Nothing that is not ours is ever written over or thrown away.

    Raises:
        Refused: the folder, a `store` or to become one, holds something else.
        Unavailable: it cannot be read.
    """
    try:
        found = sorted(folder.iterdir()) if folder.exists() else []
        ours = {path for path in found if path.name in _PARTS and (store or _is_blank(path))}
    except OSError as fault:
        raise unusable(folder, fault) from None
    if strangers := [path.name for path in found if path not in ours]:
        what = "holds more than a store" if store else "is not empty and not a store"
        message = f"{folder} {what} ({', '.join(strangers[:3])}); it is left as it is. Name another folder with --store"
        raise Refused(Reason(code="not-empty", message=message))


def _is_blank(path: Path) -> bool:
    """Whether this part of a store is what is left when making one was cut short."""
    return {inner.name for inner in path.iterdir()} <= {"lock"} if path.is_dir() else path.stat().st_size == 0


def unusable(folder: Path, fault: OSError) -> DeskError:
    """That the system does not let a store be used, why, and what to do."""
    advice = f"{folder} cannot be used; {cause(fault)}. Everything saved before is kept."
    if fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        advice += " Who looks must be noted in the store, so that it cannot be read only either."
    return Unavailable.because("store-unusable", advice)


def folder_of(asked: Namespace) -> Path:
    """The store's folder: the one named, else that of the real accounts if there are any, else the practice office."""
    if getattr(asked, "api", None):
        raise Unavailable.because("no-service", "this version works on a local store only; leave out --api")
    if named := getattr(asked, "store", None):
        return Path(named).expanduser()
    settings = config.load()
    return settings.accounts if exists(settings.accounts) else settings.practice


def refuse_none(folder: Path) -> None:
    """Raises NotFound when there is no store in `folder`."""
    if not exists(folder):
        message = f"there is no store in {folder}; make one with `greenwax practice` or `greenwax import FILE`"
        raise NotFound.because("no-store", message)


def open_store(folder: Path, *, now: datetime | None = None, new: bool = False) -> LocalStore:
    """The store in `folder`, opened. Raises NotFound, Unavailable, Damaged, Misused."""
    if not new:
        refuse_none(folder)
    try:
        store = LocalStore(folder, packaged_tables(), now=now)
    except StoreInUse as fault:
        raise Unavailable.because("store-open", f"{fault}: close it there first") from None
    except StoreDamaged as fault:
        raise Damaged.because("store-damaged", str(fault)) from None
    except StoreError as fault:
        raise Unavailable.because("store-unusable", str(fault)) from None
    except OSError as fault:
        raise unusable(folder, fault) from None
    if store.brought_up is not None:
        print(f"{folder} is of today's format now; as it was, it is kept in {store.brought_up}", file=sys.stderr)
    if now is not None and store.kind != "practice" and not new:
        store.close()
        raise Misused.because("real-store", "--now is for practice stores only")
    return store


@contextmanager
def store_to_fill(folder: Path) -> Iterator[LocalStore]:
    """The store in `folder`, made if there is none; unmade again if nothing came of it."""
    new = not exists(folder)
    made_folder = not folder.exists()
    if new:
        _refuse_strangers(folder, store=False)
    store = open_store(folder, new=True)
    try:
        with desk_errors():
            yield store
    finally:
        try:
            if new and store.kind is None:  # removed while it is still held, or somebody else could have begun one
                shutil.rmtree(folder / "tables")
                for name in ("history.log", "access.log"):
                    (folder / name).unlink(missing_ok=True)
                if made_folder:
                    folder.rmdir()
        finally:
            store.close()


def open_desk(asked: Namespace) -> LocalDesk:
    """The desk that a command works at: its store and its person."""
    store = open_store(folder_of(asked), now=getattr(asked, "now", None))
    try:
        return LocalDesk(store, _person(store, getattr(asked, "as_staff", None)))
    except BaseException:
        store.close()
        raise


def _person(store: LocalStore, chosen: str | None) -> str:
    return person_of(store.kind, [member.id for member in store.all_staff()], chosen)


def person_of(kind: str | None, staff: Sequence[str], chosen: str | None) -> str:
    """Who is at a store of this kind with this staff. Raises Misused."""
    if kind == "practice":
        return staff[0] if chosen is None else chosen
    if chosen is not None:
        raise Misused.because("real-store", "--as is for practice stores only; here you are who you are signed in as")
    return os_user()


def os_user() -> str:
    """The name of the operating-system user."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid{os.getuid()}"


def importer(store: LocalStore, chosen: str | None = None) -> Staff:
    """Who imports: the operating-system user, who on a new store works every queue of it; in a practice office one of its
    staff."""
    if store.kind == "practice" or chosen is not None:
        return LocalDesk(store, _person(store, chosen)).me
    user = os_user()
    known = store.staff.raw(user)
    if known is not None:
        return Staff.model_validate(known["staff"])
    if store.kind == "real":
        return Staff(id=user, name=user, roles=(), units=())
    try:
        name = clean_line(pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0]) or user
    except KeyError:
        name = user
    roles: tuple[Role, ...] = ("officer", "fines-officer", "team-leader", "administrator")
    return Staff(id=user, name=name, roles=roles, units=(), welsh=True)


def make_practice(folder: Path, *, cases: int, seed: int, as_of: date | None, replace: bool) -> Office:
    """A practice office in `folder`, made beside it and moved into place whole. Raises Refused, Unavailable."""
    from api_client.practice import make_office

    today = as_of or london_date(datetime.now().astimezone())
    with place_for(folder, replace=replace) as fresh:
        try:
            return make_office(fresh, packaged_tables(), cases=cases, seed=seed, as_of=today)
        except ValueError as fault:
            raise Refused(Reason(code="invalid", message=str(fault), field="as_of")) from None


@contextmanager
def place_for(folder: Path, *, replace: bool = False) -> Iterator[Path]:
    """A place beside `folder` for a store to be made in; at the end it is moved to `folder`, whole, or not at all.

    What is in `folder` is held for as long, so that nobody works in an office that is about to go, and goes with what the
    making leaves behind.

    Raises:
        Refused: there are real accounts in `folder`, or a practice office and not `replace`, or something else.
        Unavailable: somebody has the store open, or it cannot be made.
    """
    with ExitStack() as stack:
        kept = exists(folder)
        if kept:
            store = open_store(folder)
            stack.callback(store.close)
            if store.kind == "real":
                raise Refused(Reason(code="real-store", message=f"{folder} holds real accounts and is left alone"))
            if not replace:
                message = f"there is a practice office in {folder}; --replace makes a new one"
                raise Refused(Reason(code="exists", message=message))
        _refuse_strangers(folder, store=kept)
        try:
            folder = folder.resolve()
            make_private(folder.parent)
            beside = Path(stack.enter_context(TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent)))
            yield beside / "new"
            if folder.exists():
                if not kept:
                    stack.enter_context(_held_empty(folder))
                folder.rename(beside / "old")
            (beside / "new").rename(folder)
            sync_folder(folder.parent)
        except OSError as fault:
            message = f"{folder} cannot be made; {cause(fault)}. Nothing of it is left behind; what was there is kept."
            raise Unavailable.because("store-unusable", message) from None


@contextmanager
def _held_empty(folder: Path) -> Iterator[None]:
    """While `folder`, which held no store, is exchanged for one, nobody else begins one there. Raises Refused."""
    try:
        with closing(StoreFolder(folder / "tables")):
            if exists(folder):
                raise Refused(Reason(code="exists", message=f"somebody else has made a store in {folder} meanwhile"))
            yield
    except StoreError as fault:
        raise Unavailable.because("store-open", f"{fault}: close it there first") from None
