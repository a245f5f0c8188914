"""Who looked at what: a log of its own, apart from the history, since looking changes no case.

    <sha256 of (the hash of the line before + body), hex> <body>\\n

The first line follows the hash of sixty-four zeros. Each hash seals all lines up to its own, so that a line changed,
taken out or put in shows at once in ``verify``; lines cut off the end show only against a ``head`` that was kept
elsewhere. Opening reads the last two lines, no more: whether the last follows from the one before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from api_client.history_log import AppendFile
from api_client.journal import SECTOR
from api_client.store_errors import StoreDamaged

__all__ = ["AccessLog", "Look"]

_LINE = re.compile(rb"([0-9a-f]{64}) (.+)\n")
_BEGINNING = "0" * 64
_HASH = len(_BEGINNING)
_STEP = 4096


class Look(NamedTuple):
    """One line of the log: its hash as the file says, in hex, and its body."""

    hash: str
    body: bytes


class Held(NamedTuple):
    """Lines that the journal holds too, and where they stand in the log."""

    offset: int
    lines: bytes


class AccessLog:
    """The access log at ``path``, made if it is not there; what the journal has ``held`` for it is put back if it is missing.

    Zeros after the last line were there to be written over, and will be. A last line without its newline, or with a
    block of the disk still wholly zero, was being written when the power went, and is cut off: nobody was shown anything
    yet. Raises OSError; StoreDamaged if the last whole line is none, or does not follow from the one before.
    """

    BEGINNING = _BEGINNING
    """The head of a log that has no line yet."""

    def __init__(self, path: str | Path, held: Sequence[Held] = ()) -> None:
        self._file = AppendFile(path)
        try:
            for offset, lines in held:
                self._put_back(offset, lines)
            self._head = self._find_head()
            self._file.sync()
        except BaseException:
            self._file.close()
            raise

    @property
    def head(self) -> str:
        """The hash of the last line, in hex."""
        return self._head

    @property
    def length(self) -> int:
        """The length of the log in bytes."""
        return self._file.length

    @property
    def unsynced(self) -> Held:
        """What is not on the disk for certain."""
        offset = self._file.synced
        return Held(offset, self._file.bytes_at(offset, self._file.length - offset))

    def sync(self) -> None:
        """Make durable what was noted without. Raises StoreStopped."""
        self._file.sync()

    def note(self, body: bytes, sync: bool = True) -> None:
        """Add a line, durable on return unless told otherwise. Raises ValueError if ``body`` is not one line; StoreStopped."""
        if not body or b"\n" in body or b"\0" in body:
            raise ValueError(f"not one line: {body[:80]!r}")
        head = _link(self._head, body)
        self._file.append(head.encode() + b" " + body + b"\n", sync)
        self._head = head

    def walk(self) -> Iterator[Look]:
        """Every line in order, its hash not checked. Raises StoreDamaged where there is no line."""
        for offset, line in self._file.lines():
            match = _LINE.fullmatch(line)
            if match is None:
                raise StoreDamaged.at(self._file.path, offset, "this is not a line of the access log")
            yield Look(match[1].decode(), match[2])

    def back(self) -> Iterator[Look]:
        """Every line, the newest first, its hash not checked. Raises StoreDamaged where there is no line."""
        end, begun = self._file.length, b""
        while end > 0:
            start = max(0, end - _STEP)
            begun, *lines = (self._file.bytes_at(start, end - start) + begun).split(b"\n")
            for line in reversed(lines if start else [begun, *lines]):
                if not line:
                    continue
                match = _LINE.fullmatch(line + b"\n")
                if match is None:
                    raise StoreDamaged.at(self._file.path, start, "this is not a line of the access log")
                yield Look(match[1].decode(), match[2])
            end = start

    def verify(self) -> int | None:
        """The number, from 1, of the first line that does not follow from the one before; None if all do."""
        before = _BEGINNING
        for number, (_, line) in enumerate(self._file.lines(), 1):
            match = _LINE.fullmatch(line)
            if match is None or match[1].decode() != _link(before, match[2]):
                return number
            before = match[1].decode()
        return None

    def knows(self, head: str) -> bool:
        """Whether ``head`` is, or was at some time, the head of this log, going by the hashes as the file says."""
        return head == _BEGINNING or any(
            line[:_HASH].decode("ascii", "replace") == head for _, line in self._file.lines()
        )

    def close(self) -> None:
        """Close the file. A second call does nothing."""
        self._file.close()

    def _put_back(self, offset: int, lines: bytes) -> None:
        if self._file.length < offset:
            what = f"the log ends here, but the journal knows it to byte {offset}"
            raise StoreDamaged.at(self._file.path, self._file.length, what)
        self._file.put_back(lines, offset)

    def _find_head(self) -> str:
        *whole, torn = self._end(lines=3).split(b"\n")
        if whole and not torn and self._has_gap(whole[-1]):
            torn = whole.pop() + b"\n"
        head, end = _BEGINNING, self._file.length - len(torn)
        if whole:
            start = end - len(whole[-1]) - 1
            last = _LINE.fullmatch(whole[-1] + b"\n")
            if last is None:
                raise StoreDamaged.at(self._file.path, start, "the last line is damaged")
            head = last[1].decode()
            before = whole[-2][:_HASH].decode("ascii", "replace") if len(whole) > 1 else _BEGINNING
            if head != _link(before, last[2]):
                raise StoreDamaged.at(self._file.path, start, "the last line does not follow from the one before")
        if torn:
            self._file.cut(end)
        return head

    def _end(self, lines: int) -> bytes:
        """The end of what is written, from somewhere before its last whole ``lines``, or all of it."""
        size, end = 0, b""
        while size < self._file.length and end.count(b"\n") <= lines:
            step = min(self._file.length, size * 4 or _STEP)
            end = self._file.bytes_at(self._file.length - step, step).rstrip(b"\0")
            size = len(end)
            self._file.length -= step - size
        return end

    def _has_gap(self, last: bytes) -> bool:
        """Whether one of the blocks that the last line covers was never written."""
        start = self._file.length - len(last) - 1
        edges = range(start - start % SECTOR, self._file.length - 1, SECTOR)
        return any(not any(last[max(edge - start, 0) : edge - start + SECTOR]) for edge in edges)


def _link(before: str, body: bytes) -> str:
    return hashlib.sha256(before.encode() + body).hexdigest()
