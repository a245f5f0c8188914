"""A snapshot: one file with all tables as they stood at one record of the journal.

    {"format":1,"sequence":<the last record it includes>}
    ["cases"]                                  a table begins
    ["cases","K01-24000731N",{...}]            a document of it
    {"sha256":"<of everything above, hex>"}

It is written beside its place and renamed into it, so that under its own name it is whole or not there.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import orjson

from api_client.disk import sync_folder, write_all
from api_client.memory_tables import Packed, Rows, View, pack
from api_client.store_errors import StoreDamaged

__all__ = ["read_snapshot", "snapshot_chunks", "write_snapshot"]

_TRAILER = b'{"sha256":"%b"}\n'
_TRAILER_SIZE = len(_TRAILER) - 2 + 64


def write_snapshot(path: Path, sequence: int, view: View) -> None:
    """Write the tables in ``view`` to ``path`` by way of a .tmp beside it; durable on return. Raises OSError."""
    temporary = path.with_suffix(".tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        offset = 0
        for chunk in snapshot_chunks(sequence, view):
            write_all(fd, chunk, offset)
            offset += len(chunk)
        os.fsync(fd)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)  # on a full disk what will never be read must not take up what room there is
        raise
    finally:
        os.close(fd)
    os.replace(temporary, path)
    sync_folder(path.parent)


def snapshot_chunks(sequence: int, view: View) -> Iterator[bytes]:
    """The bytes of a snapshot, a little at a time: between two chunks the desk gets its turn."""
    lines, digest = _lines(sequence, view), hashlib.sha256()
    while chunk := b"".join(itertools.islice(lines, 64)):
        digest.update(chunk)
        yield chunk
    yield _TRAILER % digest.hexdigest().encode()


def read_snapshot(path: Path) -> tuple[int, dict[str, Rows]]:
    """(sequence number included, tables). Raises StoreDamaged before a byte of a bad file is believed."""
    lines = _checked(path)
    header = orjson.loads(lines.pop())
    if header["format"] != 1:
        raise StoreDamaged.at(path, 0, f"snapshot format {header['format']} is not known to this version")
    tables: dict[str, Rows] = {}
    rows: Rows = {}
    begins = 0
    while lines:
        line = lines.pop()  # and let go of it: the tables and their file need not be in memory at once
        if line.endswith(b"}]\n"):
            key, packed = _document(line, begins)
            rows[key] = packed
        else:
            (name,) = orjson.loads(line)
            rows = tables[name] = {}
            begins = len(line) - 1
    return header["sequence"], tables


def _checked(path: Path) -> list[bytes]:
    """The lines above the trailer, the last one first. Raises StoreDamaged if their checksum is not the trailer's."""
    digest, lines, line = hashlib.sha256(), list[bytes](), b""
    with path.open("rb", buffering=1 << 20) as file:
        for following in file:
            digest.update(line)
            lines.append(line)
            line = following
        end = max(file.tell() - _TRAILER_SIZE, 0)
    if line != _TRAILER % digest.hexdigest().encode():
        raise StoreDamaged.at(path, end, "the checksum is not that of the bytes above it")
    return lines[:0:-1]


def _document(line: bytes, begins: int) -> tuple[str, Packed]:
    """(id, document) of a line in which the id begins after so many bytes; neither is looked into."""
    ends = line.index(b'",', begins + 1)
    if b"\\" in line[begins:ends]:
        _, key, doc = orjson.loads(line)
        return key, pack(doc)
    return line[begins + 1 : ends].decode(), line[ends + 2 : -2]


def _lines(sequence: int, view: View) -> Iterator[bytes]:
    yield b'{"format":1,"sequence":%d}\n' % sequence
    for name, rows in view:
        yield orjson.dumps([name], option=orjson.OPT_APPEND_NEWLINE)
        for key, packed in rows:
            yield orjson.dumps([name, key, orjson.Fragment(packed)], option=orjson.OPT_APPEND_NEWLINE)
