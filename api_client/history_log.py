"""The history of all cases, one line an event, in one file that only ever grows and is never loaded.

    <sha256 of body, hex> <offset of this case's previous line, or -> <case id> <body>\\n

The body is the event as JSON bytes, kept exactly as they came: JSON escapes its newlines, so a line is a line. Offsets
and lengths are in bytes. The case document holds the offset of its case's last line; from there ``back`` follows the
case through the file, newest first.

The log and the journal make one store. An action appends its lines here, and then commits a journal record that says
how long the log has become, and holds the lines too if they were not synced here before. After a crash between the two
the log is longer than the journal says: nobody was told of those lines, and ``cut`` takes them off when the store is
opened. Where it is not what the journal holds, ``put_back`` makes it so. It can never be shorter than that, unless
someone has damaged it.

The hash says that a body is as it was written. That the lines of a case are complete, and in order, is said by the
chain inside the bodies, which is the auditor's to check: ``walk`` hands over every line as it finds it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from api_client.disk import sync_folder, write_all
from api_client.store_errors import StoreDamaged, StoreStopped, stopped

__all__ = ["AppendFile", "Entry", "HistoryLog", "Line"]

_LINE = re.compile(rb"([0-9a-f]{64}) (-|0|[1-9]\d*) ([!-~]+) (.+)\n")
_CASE = re.compile(r"[!-~]+")
AHEAD = 1 << 20
"""How far ahead of what is written a file that is synced line by line is filled with zeros, in bytes."""
_FIRST_READ = 4096
"""How much of a line is read at first, in bytes: enough for nearly every event."""


class Entry(NamedTuple):
    """One event to append: the case, the bytes to keep, the offset of the case's last line before this append."""

    case_id: str
    body: bytes
    previous: int | None


class Line(NamedTuple):
    """One line as it stands in the file at ``offset``; ``hash`` is what the file says, in hex."""

    case_id: str
    previous: int | None
    hash: str
    body: bytes
    offset: int


class AppendFile:
    """A file (mode 0600) that grows by whole lines, or not at all.

    ``length`` is where the next line goes, in bytes. While the file is open there may be zeros after it: a line that
    overwrites zeros is on the disk after one write of its own blocks, where a file that grows has to wait for the file
    system's journal, and that for everybody else's writes. ``close`` takes them off; after a crash they are still there,
    and whoever opens the file knows, or finds out, where its lines end. What stands before ``synced`` is on the disk for
    certain. One writer at a time: who opens it owns the store's lock. Raises OSError if it cannot be opened.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        new = not self.path.exists()
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.length = self._size = os.fstat(self._fd).st_size
        self.synced = 0
        self._stopped: str | None = None
        if new:
            sync_folder(self.path.parent)

    def append(self, data: bytes, sync: bool = True) -> None:
        """Add ``data``; durable on return unless told otherwise.

        Raises StoreStopped if that fails, then and ever after: the file is cut back as far as the disk allows, and
        must be opened again, so that what is really there gets read.
        """
        self._refuse_if_stopped()
        try:
            if sync:
                self._reserve(len(data))
            write_all(self._fd, data, self.length)
            if sync:
                os.fdatasync(self._fd)
        except BaseException as error:
            self._stopped = stopped(str(self.path), error)
            with suppress(OSError):
                self._trim()
            if isinstance(error, OSError):
                raise StoreStopped(self._stopped) from error
            raise
        self.length += len(data)
        self._size = max(self._size, self.length)
        if sync:
            self.synced = self.length

    def sync(self) -> None:
        """Make durable what was appended without. Raises StoreStopped."""
        self._refuse_if_stopped()
        try:
            os.fdatasync(self._fd)
        except OSError as error:
            self._stopped = stopped(str(self.path), error)
            raise StoreStopped(self._stopped) from error
        self.synced = self.length

    def cut(self, length: int) -> None:
        """Take off everything after ``length``, durably.

        Raises OSError if that fails, after which nothing more can be appended until the file is opened again.
        """
        try:
            os.ftruncate(self._fd, length)
            os.fsync(self._fd)
        except BaseException as error:
            self._stopped = stopped(str(self.path), error)
            raise
        self.length = self.synced = self._size = length

    def put_back(self, data: bytes, offset: int) -> None:
        """Have ``data`` stand at ``offset``, which is in the file or at its end; durably if it did not. Raises OSError."""
        if self.bytes_at(offset, len(data)) != data:
            write_all(self._fd, data, offset)
            os.fsync(self._fd)
            self.length = self._size = max(self.length, offset + len(data))

    def bytes_at(self, offset: int, size: int) -> bytes:
        """At most ``size`` bytes from ``offset``, fewer at the end of the file."""
        data = bytearray()
        while chunk := os.pread(self._fd, min(size, self.length - offset) - len(data), offset + len(data)):
            data += chunk
        return bytes(data)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """(offset, line with its newline) from the beginning to the length of now; the last may lack its newline."""
        offset, end = 0, self.length
        with open(self.path, "rb", buffering=1 << 20) as file:
            while offset < end and (line := file.readline(end - offset)):
                yield offset, line
                offset += len(line)

    def close(self) -> None:
        """Take off the zeros, and close the file. A second call does nothing."""
        if self._fd >= 0:
            if self._size > self.length:
                with suppress(OSError):
                    self._trim()
            os.close(self._fd)
        self._fd, self._stopped = -1, f"{self.path} is closed"

    def _reserve(self, size: int) -> None:
        """Have zeros on disk for ``size`` more bytes."""
        if self.length + size > self._size:
            ahead = max(AHEAD, self.length + size - self._size)
            write_all(self._fd, bytes(ahead), self._size)
            os.fsync(self._fd)
            self._size += ahead

    def _trim(self) -> None:
        os.ftruncate(self._fd, self.length)
        self._size = self.length

    def _refuse_if_stopped(self) -> None:
        if self._stopped is not None:
            raise StoreStopped(self._stopped)


class HistoryLog:
    """The history file at ``path``, made if it is not there. Raises OSError."""

    def __init__(self, path: str | Path) -> None:
        self._file = AppendFile(path)

    @property
    def length(self) -> int:
        """The length of the log in bytes, which the journal record of the same action must hold."""
        return self._file.length

    def cut(self, length: int) -> None:
        """Go back to ``length``, the length the journal has reached: what comes after was never acknowledged.

        Raises StoreDamaged, and changes nothing, if the log is shorter, or no line ends there.
        """
        if self.length < length:
            what = f"the log ends here, but the journal knows it to byte {length}"
            raise StoreDamaged.at(self._file.path, self.length, what)
        if length and self._file.bytes_at(length - 1, 1) != b"\n":
            raise StoreDamaged.at(self._file.path, length, "the journal says that a line ends here, and none does")
        if self.length > length:
            self._file.cut(length)

    def since(self, offset: int) -> bytes:
        """The lines from ``offset`` on, as they stand in the file."""
        return self._file.bytes_at(offset, self.length - offset)

    def put_back(self, lines: bytes, offset: int) -> None:
        """Have the lines that the journal holds stand at ``offset``, durably: a crash may have kept them from the disk.

        Raises StoreDamaged, and changes nothing, if the log ends before it.
        """
        if self.length < offset:
            what = f"the log ends here, but the journal knows it to byte {offset}"
            raise StoreDamaged.at(self._file.path, self.length, what)
        self._file.put_back(lines, offset)

    def append(self, entries: Sequence[Entry], sync: bool = True) -> list[int]:
        """Add one line for each entry, all or none; return their offsets.

        Several entries of one case are chained in their order: all of them name the same ``previous``, the case's last
        line before this call. With ``sync=False`` nothing is durable before ``sync``.

        Raises ValueError for an entry that would not be one line, or a ``previous`` not in the log; StoreStopped.
        """
        offsets: list[int] = []
        lines: list[bytes] = []
        last: dict[str, int] = {}
        offset = self.length
        for case_id, body, before in entries:
            if before is not None and not 0 <= before < offset:
                raise ValueError(f"case {case_id} has no line at {before}")
            if not _CASE.fullmatch(case_id) or not body or b"\n" in body:
                raise ValueError(f"not one line of history: case {case_id!r}, {body[:80]!r}")
            previous = last.get(case_id, before)
            link = "-" if previous is None else str(previous)
            line = f"{hashlib.sha256(body).hexdigest()} {link} {case_id} ".encode() + body + b"\n"
            offsets.append(offset)
            lines.append(line)
            last[case_id] = offset
            offset += len(line)
        if lines:
            self._file.append(b"".join(lines), sync)
        return offsets

    def sync(self) -> None:
        """Make durable what was appended without. Raises StoreStopped."""
        self._file.sync()

    def read(self, offset: int) -> Line:
        """The line that begins at ``offset``. Raises StoreDamaged if none does, or its body has changed."""
        before = min(offset, 1)  # the newline that must end the line before
        size = _FIRST_READ
        data = self._file.bytes_at(offset - before, size) if 0 <= offset < self.length else b""
        while (end := data.find(b"\n", before)) < 0 and len(data) == size:
            size *= 8
            data = self._file.bytes_at(offset - before, size)
        if end < 0 or data[:before] not in (b"", b"\n"):
            raise StoreDamaged.at(self._file.path, offset, "no line of history begins here")
        line = self._line(offset, data[before : end + 1])
        if hashlib.sha256(line.body).hexdigest() != line.hash:
            raise StoreDamaged.at(self._file.path, offset, f"an event of case {line.case_id} has changed")
        return line

    def back(self, offset: int) -> Iterator[Line]:
        """The lines of one case from ``offset`` back to its first. Raises StoreDamaged, also where a link is wrong."""
        line = self.read(offset)
        yield line
        while line.previous is not None:
            earlier = self.read(line.previous) if line.previous < line.offset else None
            if earlier is None or earlier.case_id != line.case_id:
                what = f"the line before it, of case {line.case_id}, is not at {line.previous}"
                raise StoreDamaged.at(self._file.path, line.offset, what)
            line = earlier
            yield line

    def walk(self) -> Iterator[Line]:
        """Every line in the order of the file, its hash not checked. Raises StoreDamaged where there is no line."""
        for offset, line in self._file.lines():
            yield self._line(offset, line)

    def close(self) -> None:
        """Close the file. A second call does nothing."""
        self._file.close()

    def _line(self, offset: int, line: bytes) -> Line:
        match = _LINE.fullmatch(line)
        if match is None:
            raise StoreDamaged.at(self._file.path, offset, "this is not a line of history")
        digest, link, case_id, body = match.groups()
        return Line(case_id.decode(), None if link == b"-" else int(link), digest.decode(), body, offset)
