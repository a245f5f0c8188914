"""How the local store refuses: somebody else has it, it is damaged, too new or not ours, or it has stopped. Messages are fit
to be shown: they name files and causes, never what is in them.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from casework.dates import format_moment
from casework.refusals import Damaged, Unavailable

__all__ = [
    "Holder",
    "StoreDamaged",
    "StoreError",
    "StoreInUse",
    "StoreNotMigrated",
    "StoreNotOurs",
    "StoreStopped",
    "StoreTooNew",
    "cause",
    "desk_errors",
    "stopped",
    "unseen_if_unnoted",
]

_CAUSES = {
    errno.ENOSPC: ("the disk is full", "make room on it"),
    errno.EDQUOT: ("your share of the disk is used up", "make room in it"),
    errno.EFBIG: ("a file may grow no further", "have its limit raised"),
    errno.EROFS: ("the disk can only be read", "have it made writable"),
    errno.EACCES: ("you may not write there", "have its rights put right"),
    errno.EPERM: ("you may not write there", "have its rights put right"),
    errno.EIO: ("the disk itself failed", "have it looked at"),
}


def cause(error: object) -> str:
    """What is behind a failed system call, in the system's words too, and where it is known what to do about it."""
    if not isinstance(error, OSError) or error.errno is None:
        return repr(error)
    if error.errno not in _CAUSES:
        return str(error.strerror)
    what, remedy = _CAUSES[error.errno]
    return f"{what} ({error.strerror}): {remedy}"


def stopped(what: str, error: object) -> str:
    """That `what` takes nothing more, why, and what to do: the shortest that can be said, for a line that may be cut off."""
    if isinstance(error, OSError) and error.errno in _CAUSES:
        known, remedy = _CAUSES[error.errno]
        return f"{what} stopped, {known}: {remedy} and open it again ({error.strerror})"
    return f"{what} stopped when a write failed; open it again ({cause(error)})"


class StoreError(Exception):
    """The local store cannot do what was asked; the message is fit to be shown."""


class Holder(NamedTuple):
    """Who has a store open: the number of the process, since when, and whose it is, where the lock file tells."""

    pid: int
    since: datetime | None = None
    who: str | None = None

    def __str__(self) -> str:
        about = [self.who or "", f"since {format_moment(self.since)}" if self.since else ""]
        told = ", ".join(one for one in about if one)
        return f"process {self.pid}{f' ({told})' if told else ''}"


class StoreInUse(StoreError):
    """Another process has the store open; ``pid`` is its number where the lock file tells."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(f"the store is open in {'another process' if holder is None else holder}")
        self.pid = holder.pid if holder else None


class StoreNotOurs(StoreError):
    """The store, or a part of it, belongs to another user, or is no plain file. It is left as it is."""


class StoreTooNew(StoreError):
    """A newer version of the program wrote the store. It is left as it is."""


class StoreNotMigrated(StoreError):
    """The store could not be brought to the format of today. It is as it was."""


class StoreDamaged(StoreError):
    """A file of the store is not as it was written. Nothing has been changed on disk."""

    @classmethod
    def at(cls, path: Path, offset: int, what: str) -> StoreDamaged:
        """The error for ``what`` found at byte ``offset`` of ``path``."""
        return cls(f"{path}, byte {offset}: {what}. Nothing was changed.")


class StoreStopped(StoreError):
    """A write or a sync failed, or the store was closed: it can be read, and written again once it is reopened."""


@contextmanager
def desk_errors() -> Iterator[None]:
    """What goes wrong below the desk, in the desk's own words: what was kept, and what to do."""
    try:
        yield
    except StoreStopped as fault:
        message = (
            f"{fault}. Everything saved before is kept; this may not have been saved. Close the desk and open it again, "
            "then look at the case before you do it once more."
        )
        raise Unavailable.because("store-stopped", message) from fault
    except StoreDamaged as fault:
        raise Damaged.because("store-damaged", str(fault)) from fault


@contextmanager
def unseen_if_unnoted() -> Iterator[None]:
    """That who looks cannot be noted, and is therefore shown nothing."""
    try:
        yield
    except StoreStopped as fault:
        message = (
            f"{fault}. Who looks at a case must be noted first, and cannot be, so nothing is shown. Everything saved before "
            "is kept. Close the desk and open it again."
        )
        raise Unavailable.because("not-noted", message) from fault
