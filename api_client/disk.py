"""What the system calls leave to be done: writing all of it, making the names of files durable, and keeping a store its
owner's alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from api_client.store_errors import StoreNotOurs

__all__ = ["keep_private", "lies_in", "make_private", "sync_folder", "write_all"]


def write_all(fd: int, data: bytes, offset: int) -> None:
    """Write ``data`` at ``offset`` however many calls that takes. Raises OSError."""
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, offset)
        view, offset = view[written:], offset + written


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable: files created, renamed. Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def lies_in(path: Path, folder: Path) -> bool:
    """Whether ``path``, which need not be there, would be in ``folder`` or below it, whatever links lead there."""
    return path.parent.resolve().is_relative_to(folder.resolve())


def make_private(folder: Path) -> None:
    """Make ``folder``, and those above it that are not there, its owner's alone (0700) whatever the mask.

    Folders that are there already are left as they are. Raises OSError.
    """
    if folder.is_dir():
        return
    make_private(folder.parent)
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:  # somebody else made it meanwhile, or it is no folder
        if not folder.is_dir():
            raise


def keep_private(folder: Path, files: Iterable[Path]) -> None:
    """That ``folder`` and those of ``files`` that are there are ours, and nobody else's to read or write.

    What is too open (somebody copied it about) is closed to others, 0700 and 0600, without further ado: that harms nobody.
    What belongs to another user is refused, since what we would write could be closed to its owner. So is anything in the
    place of a file that is none: a link could lead anywhere, and a pipe would never answer.

    Raises:
        StoreNotOurs, OSError.
    """
    for path, wanted in [(folder, 0o700), *((file, 0o600) for file in files)]:
        with suppress(FileNotFoundError):  # a file may go while another process has the store open
            found = path.stat() if path == folder else path.lstat()
            if found.st_uid != os.geteuid():
                raise StoreNotOurs(f"{path} belongs to another user, and a store is worked by its owner alone")
            if not (stat.S_ISDIR if path == folder else stat.S_ISREG)(found.st_mode):
                raise StoreNotOurs(f"{path} is not a plain {'folder' if path == folder else 'file'}")
            if found.st_mode & 0o077:
                path.chmod(wanted)
