"""A journal: one file of records, then zeros. One record is one transaction, whole or not there.

    <sequence> <length> <body> <sequence> <checksum>\\n

The body is JSON, ``[[table, id, document or null], ...]`` (id null: the whole table becomes the given rows, or goes); a
record without changes closes the journal. The checksum covers all that stands before it; the sequence number grows by
one from record to record, through all journals of a store. The file is filled with zeros 4 MB ahead and synced, so that
a commit overwrites blocks the file already owns and fdatasync has no metadata to write.

A commit is one pwrite and one fdatasync; nothing is acknowledged before. Only the one record being written can
therefore be incomplete after a crash, and never one that was acknowledged. It counts as torn, and is cut off, only if
it looks as a crash leaves it: it stops early, or some of the 512-byte blocks it covers are still wholly zero. A record
that is bad in any other way was written in full and damaged later: the store is refused and nothing is touched.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from api_client.disk import sync_folder, write_all
from api_client.memory_tables import Op, pack
from api_client.store_errors import StoreDamaged

__all__ = ["AHEAD", "SECTOR", "JournalFile", "Replayed", "frame", "is_blank", "is_torn", "record_at", "replay"]

AHEAD = 4 << 20
"""How far ahead of the records a journal is filled with zeros, in bytes."""

SECTOR = 512
"""The smallest block of bytes a disk writes whole."""

_HEAD = re.compile(rb"(\d{12}) (\d{10}) ")
_HEAD_SIZE, _TAIL_SIZE, _SUM_SIZE = 24, 31, 17  # "sequence length ", " sequence checksum\n", "checksum\n"


# -- One record


def frame(sequence: int, body: bytes) -> bytes:
    """One journal record. The sequence number stands at both ends, so that neither end passes for another's."""
    record = b"%012d %010d %b %012d " % (sequence, len(body), body, sequence)
    return record + _checksum(record) + b"\n"


def record_at(content: bytes, start: int) -> tuple[int, bytes, int] | None:
    """(sequence, body, where the next begins) of the record at ``start``, or None if no sound record is there."""
    head = _HEAD.match(content, start)
    if head is None:
        return None
    end = start + _HEAD_SIZE + int(head[2]) + _TAIL_SIZE
    if content[end - _SUM_SIZE : end] != _checksum(content[start : end - _SUM_SIZE]) + b"\n":
        return None
    return int(head[1]), content[start + _HEAD_SIZE : end - _TAIL_SIZE], end


def is_torn(content: bytes, start: int, sequence: int) -> bool:
    """Whether what follows ``start`` can be record ``sequence`` as a crash left it, half written.

    A record holds no zero byte, and no newline but its last byte. Of a write that was cut short, the disk has any
    choice of whole blocks, the others still being zeros, and the file may have the beginning only. So: nothing after
    the record, each block whole or zero, known bytes as expected, and something missing.
    """
    data = content[start:].rstrip(b"\0")
    finished, number = data.endswith(b"\n"), b"%012d " % sequence
    known = list(zip(data, number, strict=False))
    if finished:
        known += zip(data[-_TAIL_SIZE:], b" " + number, strict=False)
    if b"\n" in data[:-1] or any(byte not in (0, expected) for byte, expected in known):
        return False
    cut_short, blocks_missing = not finished, False
    if head := _HEAD.match(data):
        size = _HEAD_SIZE + int(head[2]) + _TAIL_SIZE
        if len(data) > size:
            return False
        cut_short = cut_short and len(data) < size
    elif len(data) >= _HEAD_SIZE and 0 not in data[:_HEAD_SIZE]:
        return False
    for edge in range(start - start % SECTOR, start + len(data), SECTOR):
        block = content[max(edge, start) : min(edge + SECTOR, start + len(data))]
        if 0 in block:
            if any(block):
                return False
            blocks_missing = True
    return cut_short or blocks_missing


def is_blank(content: bytes) -> bool:
    """Whether there is nothing but zeros: no record yet."""
    return content == bytes(len(content))


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest()[:16].encode()


# -- Reading


class Replayed(NamedTuple):
    """What reading one journal found."""

    sequence: int
    """The number of the last record read."""
    end: int
    """Where the records end."""
    last: bytes
    """The last record."""
    torn: bool
    """Whether a record half written follows."""
    closed: bool
    """Whether the next journal goes on from here."""


def replay(path: Path, sequence: int, apply: Callable[[Op], object]) -> Replayed:
    """Hand the changes of every record to ``apply``; the first must follow record ``sequence``. Raises StoreDamaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise StoreDamaged.at(path, 0, "the file is missing") from None
    start = end = 0
    closed = False
    while not closed and (record := record_at(content, end)) is not None:
        number, body, following = record
        if number != sequence + 1:
            raise StoreDamaged.at(path, end, f"record {number} stands where record {sequence + 1} belongs")
        ops = orjson.loads(body)
        for name, key, new in ops:
            apply((name, key, _packed(key, new)))
        sequence, start, end, closed = number, end, following, not ops
    torn = not is_blank(content[end:])
    if torn and (closed or not is_torn(content, end, sequence + 1)):
        raise StoreDamaged.at(path, end, "what stands here was written in full and is now damaged")
    return Replayed(sequence, end, content[start:end], torn, closed)


def _packed(key: str | None, new: Any) -> bytes | dict[str, bytes] | None:
    if new is None:
        return None
    return {one: pack(doc) for one, doc in new.items()} if key is None else pack(new)


# -- Writing


class JournalFile:
    """One open journal: appends records at ``end``, keeps zeros ahead of them. Raises OSError when the disk does."""

    def __init__(self, path: Path, end: int = 0) -> None:
        self.path, self.end = path, end
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._fd).st_size

    @classmethod
    def begin(cls, path: Path) -> JournalFile:
        """A new journal with zeros ahead; they and its name are durable on return."""
        journal = cls(path)
        try:
            journal.reserve(AHEAD)
            sync_folder(path.parent)
        except BaseException:
            journal.close()
            raise
        return journal

    def reserve(self, size: int) -> None:
        """Have zeros on disk for ``size`` more bytes."""
        if self.end + size > self._size:
            ahead = max(AHEAD, self.end + size - self._size)
            write_all(self._fd, bytes(ahead), self._size)
            os.fsync(self._fd)
            self._size += ahead

    def append(self, record: bytes) -> None:
        """Write ``record``; durable on return."""
        self.reserve(len(record))
        write_all(self._fd, record, self.end)
        os.fdatasync(self._fd)
        self.end += len(record)

    def settle(self, last: bytes, torn: bool) -> None:
        """After reading: cut off a torn record, and make sure that the ``last`` sound one is on the disk.

        What was read may still be in the page cache only: the last owner was killed before its fdatasync, or that
        failed. So the last record is written once more and synced before anyone acts on it.
        """
        if torn:
            os.ftruncate(self._fd, self.end)
            os.fsync(self._fd)
            self._size = self.end
        write_all(self._fd, last, self.end - len(last))
        os.fdatasync(self._fd)

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)
