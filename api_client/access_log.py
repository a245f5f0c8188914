"""Who looked at what: a log of its own, apart from the history, since looking changes no case.

    <sha256 of (the hash of the line before + body), hex> <body>\\n

The first line follows the hash of sixty-four zeros. Each hash seals all lines up to its own, so that a line changed,
taken out or put in shows at once in ``verify``; lines cut off the end show only against a ``head`` that was kept
elsewhere. Opening reads no more than the last line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from api_client.history_log import AppendFile
from api_client.journal import StoreDamaged

__all__ = ["AccessLog", "Look"]

_LINE = re.compile(rb"([0-9a-f]{64}) (.+)\n")
_BEGINNING = "0" * 64
_STEP = 4096


class Look(NamedTuple):
    """One line of the log: its hash as the file says, in hex, and its body."""

    hash: str
    body: bytes


class AccessLog:
    """The access log at ``path``, made if it is not there.

    A last line without its newline was being written when the power went, and is cut off: nobody was shown anything
    yet. Raises OSError; StoreDamaged if the last whole line is none.
    """

    def __init__(self, path: str | Path) -> None:
        self._file = AppendFile(path)
        try:
            self._head = self._find_head()
        except BaseException:
            self._file.close()
            raise

    @property
    def head(self) -> str:
        """The hash of the last line, in hex."""
        return self._head

    def note(self, body: bytes) -> None:
        """Add a line, durable on return. Raises ValueError if ``body`` is not one line; StoreStopped."""
        if not body or b"\n" in body or b"\0" in body:
            raise ValueError(f"not one line: {body[:80]!r}")
        head = _link(self._head, body)
        self._file.append(head.encode() + b" " + body + b"\n")
        self._head = head

    def walk(self) -> Iterator[Look]:
        """Every line in order, its hash not checked. Raises StoreDamaged where there is no line."""
        for offset, line in self._file.lines():
            match = _LINE.fullmatch(line)
            if match is None:
                raise StoreDamaged.at(self._file.path, offset, "this is not a line of the access log")
            yield Look(match[1].decode(), match[2])

    def verify(self) -> int | None:
        """The number, from 1, of the first line that does not follow from the one before; None if all do."""
        before = _BEGINNING
        for number, (_, line) in enumerate(self._file.lines(), 1):
            match = _LINE.fullmatch(line)
            if match is None or match[1].decode() != _link(before, match[2]):
                return number
            before = match[1].decode()
        return None

    def close(self) -> None:
        """Close the file. A second call does nothing."""
        self._file.close()

    def _find_head(self) -> str:
        length, size, tail, end = self._file.length, 0, b"", 0
        while size < length:  # read backwards until the tail holds one whole line and the newline before it
            size = min(length, size + _STEP if size == 0 else size * 4)
            tail = self._file.bytes_at(length - size, size)
            end = tail.rfind(b"\n") + 1
            if tail.rfind(b"\n", 0, max(end - 1, 0)) >= 0:
                break
        start = tail.rfind(b"\n", 0, max(end - 1, 0)) + 1
        last = _LINE.fullmatch(tail, start, end)
        if end and last is None:
            raise StoreDamaged.at(self._file.path, length - size + start, "the last line is damaged")
        if end < len(tail):
            self._file.cut(length - len(tail) + end)
        return last[1].decode() if last else _BEGINNING


def _link(before: str, body: bytes) -> str:
    return hashlib.sha256(before.encode() + body).hexdigest()
