"""A power cut, in the middle of a test: from a chosen writing call on nothing reaches the disk any more, and what had been
written but not synced may be lost.

    with PowerCut(at=3, lost=Random(7)) as cut:   # the third writing call is not made, or only a part of it
        ...                                       # what does the writing, and sees errors from then on
        if cut.happened: store.close()            # lets go of the files; it writes nothing
    # here the disk holds what a machine would find when it comes up again

Without `lost` it is a `kill -9`: all calls that were made have their effect. With it, each block of 512 bytes that no sync
followed is there or not, as `lost` decides, and so is each making, renaming and removing of a file since its folder was
synced.

Only what goes through `os.<call>` is seen, which is how the store makes every call that writes.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, NamedTuple

import pytest

BLOCK = 512
CALLS = ("open", "pwrite", "fdatasync", "fsync", "replace", "unlink", "ftruncate")


class _Undo(NamedTuple):
    """How to take back one call, until the file or folder that has this `inode` is synced."""

    inode: int
    back: Callable[[], object]


class PowerCut:
    """The power goes at the `at`th writing call from entering on; what is not synced by then is lost by `lost`."""

    def __init__(self, at: int, lost: Random | None = None) -> None:
        self.happened = False
        self.calls: list[str] = []
        self._at, self._lost = at, lost
        self._undo: list[_Undo] = []
        self._kept: list[int] = []
        self._patched = pytest.MonkeyPatch()
        self._mutex = threading.RLock()

    def __enter__(self) -> PowerCut:
        self._real = {name: getattr(os, name) for name in CALLS}
        for name in CALLS:
            self._patched.setattr(os, name, self._watched(name))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patched.undo()
        if self.happened and self._lost is not None:
            self._lose(self._lost)
        for fd in self._kept:
            os.close(fd)

    def _watched(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def call(*args: Any, **kwargs: Any) -> Any:
            with self._mutex:
                if name == "open" and not args[1] & (os.O_CREAT | os.O_TRUNC):
                    return real(*args, **kwargs)
                if self.happened or len(self.calls) + 1 == self._at:
                    return self._out(name, args)
                self.calls.append(name)
                self._note(name, args)
                return real(*args, **kwargs)

        return call

    def _out(self, name: str, args: tuple[Any, ...]) -> None:
        if not self.happened and name == "pwrite" and self._lost is not None:
            fd, data, offset = args
            part = data[: self._lost.randrange(len(data) + 1)]
            self._note(name, (fd, part, offset))
            self._real["pwrite"](fd, part, offset)
        self.happened = True
        if name != "ftruncate":  # with which a store gives its lock back: the test must be able to open it again
            raise OSError(errno.EIO, "the power is out")

    # What could be lost

    def _note(self, name: str, args: tuple[Any, ...]) -> None:
        if name in ("fsync", "fdatasync"):
            inode = os.fstat(args[0]).st_ino
            self._undo = [one for one in self._undo if one.inode != inode]
        elif name == "pwrite":
            self._note_bytes(args[0], args[2], len(args[1]))
        elif name == "ftruncate":
            self._note_length(*args)
        elif name == "open":
            if not os.path.exists(args[0]):
                self._note_name(Path(args[0]), lambda: os.unlink(args[0]))
        elif name == "unlink":
            content = Path(args[0]).read_bytes()
            self._note_name(Path(args[0]), lambda: Path(args[0]).write_bytes(content))
        elif name == "replace":
            old = Path(args[1]).read_bytes() if os.path.exists(args[1]) else None
            self._note_name(Path(args[1]), partial(_name_back, Path(args[0]), Path(args[1]), old))

    def _note_bytes(self, fd: int, start: int, size: int) -> None:
        """Each block of these bytes as it is now, and how long the file is."""
        fd, inode, length = self._keep(fd)
        self._undo.append(_Undo(inode, lambda: os.ftruncate(fd, length)))
        edges = [start, *range(start - start % BLOCK + BLOCK, start + size, BLOCK), start + size]
        for begin, end in pairwise(edges):
            old = os.pread(fd, end - begin, begin).ljust(end - begin, b"\0")
            self._undo.append(_Undo(inode, partial(self._real["pwrite"], fd, old, begin)))

    def _note_length(self, fd: int, length: int) -> None:
        """What a file loses that is cut, all of it or nothing."""
        fd, inode, was = self._keep(fd)
        gone = os.pread(fd, max(was - length, 0), length)
        self._undo.append(_Undo(inode, partial(self._real["pwrite"], fd, gone.ljust(was - length, b"\0"), length)))

    def _keep(self, fd: int) -> tuple[int, int, int]:
        """The same file, open until the end, for reading too; its inode, and its length now."""
        self._kept.append(self._real["open"](f"/proc/self/fd/{fd}", os.O_RDWR))
        return self._kept[-1], os.fstat(fd).st_ino, os.fstat(fd).st_size

    def _note_name(self, path: Path, back: Callable[[], object]) -> None:
        self._undo.append(_Undo(os.stat(path.parent).st_ino, back))

    def _lose(self, lost: Random) -> None:
        share = lost.choice((0.0, 0.5, 1.0))
        for one in reversed(self._undo):
            if lost.random() < share:
                with suppress(FileNotFoundError):
                    one.back()


def _name_back(source: Path, target: Path, old: bytes | None) -> None:
    target.rename(source)
    if old is not None:
        target.write_bytes(old)
