"""A backup: one file with a whole store as it stood at one moment, made while somebody may be working in it.

The reader stands outside: it takes no lock and writes nothing into the store. It first reads the tables, as at opening, up
to the last whole record. What that record says of the length of the history is then in `history.log` already, since an
action's events are written before its record; and of `access.log` it takes every whole line. What a power cut may have
taken out of either, because it was not synced, stands in the tables, and is taken from there. When the store goes over to
another snapshot under its eyes, it begins again.

The file is a tar, so that it can be looked into with what every machine has. It holds these members, in this order:

    tables/snapshot-000001.jsonl     the tables, as one snapshot
    tables/journal-000001.log        empty: what was done after that snapshot
    history.log, access.log          as they are
    manifest.json                    what this is, and the size and SHA-256 of each of the others

It is not packed, so that no member can be larger than the file it came in, and each can be found without reading what stands
before it. Reading one, nothing is believed but those five names, as plain files, in that order.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api_client.access_log import AccessLog, Held
from api_client.disk import sync_folder
from api_client.history_log import HistoryLog
from api_client.journal_db import JournalDB
from api_client.memory_tables import Doc, MemoryTables, Packed
from api_client.memory_tables import unpack as unpack_document
from api_client.snapshot import snapshot_chunks
from api_client.store_errors import StoreDamaged, StoreError
from api_client.store_folder import generations, read_chain
from casework.dates import Instant

SNAPSHOT, JOURNAL, HISTORY, ACCESS = MEMBERS = (
    "tables/snapshot-000001.jsonl",
    "tables/journal-000001.log",
    "history.log",
    "access.log",
)
"""The parts of a store in a backup, in their order; after them comes the manifest."""
MANIFEST = "manifest.json"
_LONGEST_MANIFEST = 1 << 16

_BLOCK = tarfile.BLOCKSIZE
_CHUNK = 1 << 20
_TRIES = 3
"""How often damage is looked at again before it is believed: a record may have been half written."""


Progress = Callable[[str], object]
"""Told in words what is being done."""


class NotABackup(StoreError):
    """The file is no backup, or not as it was written."""


class Part(BaseModel):
    """What the manifest says of one member."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    size: int = Field(ge=0)
    sha256: str


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    greenwax: int = 1
    """The format of the backup."""
    format: int
    """The format of the store in it."""
    kind: str
    made_at: Instant
    cases: int = Field(ge=0)
    heads: str
    """SHA-256 over the heads of all cases and of the access log: two backups with the same are of the same history."""
    parts: dict[str, Part]


# -- Reading the store from outside


@dataclass(frozen=True, slots=True)
class Reading:
    """The tables of a store at one moment, and where the rest of it is."""

    folder: Path
    sequence: int
    memory: MemoryTables

    def table(self, name: str) -> Mapping[str, Packed]:
        """The rows of one table, as they are kept."""
        return self.memory.tables.get(name, {})

    def row(self, name: str, key: str) -> Doc | None:
        """One row of a table."""
        packed = self.table(name).get(key)
        return unpack_document(packed) if packed is not None else None


def read_store(folder: Path) -> Reading:
    """The tables of the store in `folder`, whoever has it open.

    Raises:
        StoreDamaged, OSError.
    """
    tables, tries = folder / "tables", 0
    while True:
        there, memory = generations(tables), MemoryTables()
        try:
            return Reading(folder, read_chain(tables, memory).sequence, memory)
        except (StoreDamaged, FileNotFoundError):
            # What went wrong while the files changed is no fault of theirs.
            tries += generations(tables) == there
            if tries == _TRIES:
                raise
            time.sleep(0.05)


# -- Writing


def write_backup(read: Reading, file: Path, progress: Progress = lambda _: None) -> Manifest:
    """Write the backup of a store to `file`, which is replaced if it is there; durable, and tried, on return.

    `read` is used up: a large store need not be in memory twice. The file is put together in a private folder beside,
    opened there as a store is, and only then moved into its place; should anything go wrong, nothing is left behind.

    Raises:
        StoreDamaged: the store is.
        NotABackup: what was written cannot be read again.
        OSError: it cannot be written.
    """
    with TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as beside:
        written = Path(beside) / "backup"
        fd = os.open(written, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(fd, "w+b") as out:
            manifest = _write(out, read, progress)
            out.flush()
            os.fsync(out.fileno())
        read.memory.tables.clear()
        unpack(written, Path(beside) / "store", progress)
        os.replace(written, file)
    sync_folder(file.parent)
    return manifest


def _write(out: BinaryIO, read: Reading, progress: Progress) -> Manifest:
    about, log, looks = (read.row("meta", key) for key in ("store", "log", "looks"))
    if about is None:
        raise NotABackup("nothing has been put into the store yet")
    parts: dict[str, Part] = {}

    def add(name: str, chunks: Iterable[bytes]) -> None:
        progress(f"{name} is being written")
        parts[name] = _add(out, name, chunks)

    held = Held(looks["offset"], looks["lines"].encode()) if looks else Held(0, b"")
    access = _WholeLines(read.folder / ACCESS, held)
    add(SNAPSHOT, snapshot_chunks(read.sequence, read.memory.view()))
    add(JOURNAL, ())
    tail = {int(offset): unpack_document(one)["lines"].encode() for offset, one in read.table("tail").items()}
    add(HISTORY, _history(read.folder / HISTORY, log["length"] if log else 0, tail))
    add(ACCESS, access)
    cases = read.table("cases")
    manifest = Manifest(
        format=about["format"],
        kind=about["kind"],
        made_at=datetime.now(UTC).replace(microsecond=0),
        cases=len(cases),
        heads=_digest({case_id: str(unpack_document(one)["head"]) for case_id, one in cases.items()}, access.head),
        parts=parts,
    )
    _add(out, MANIFEST, [manifest.model_dump_json(indent=1).encode() + b"\n"])
    out.write(bytes(2 * _BLOCK))
    return manifest


def _add(out: BinaryIO, name: str, chunks: Iterable[bytes]) -> Part:
    """One member of the tar. Its size is known only afterwards, when the head left blank is filled in."""
    start, size, digest = out.tell(), 0, hashlib.sha256()
    out.write(bytes(_BLOCK))
    for chunk in chunks:
        out.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    out.write(bytes(-size % _BLOCK))
    end = out.tell()
    head = tarfile.TarInfo(name)
    head.size, head.mode, head.mtime = size, 0o600, int(time.time())
    out.seek(start)
    out.write(head.tobuf(tarfile.GNU_FORMAT))
    out.seek(end)
    return Part(size=size, sha256=digest.hexdigest())


def _history(path: Path, length: int, tail: Mapping[int, bytes]) -> Iterator[bytes]:
    """The first `length` bytes of the history: those of the file and, from the first of `tail` on, what the journal holds
    of it until it is synced. Raises StoreDamaged if there are fewer."""
    left = min(tail, default=length)
    with path.open("rb") as file:
        while left and (chunk := file.read(min(left, _CHUNK))):
            yield chunk
            left -= len(chunk)
    if left:
        raise StoreDamaged.at(path, length - left, f"the log ends here, but the journal knows it to byte {length}")
    yield from (tail[offset] for offset in sorted(tail))


class _WholeLines:
    """Every whole line of the access log as it stands, with those that the journal has `held` in their place; `head` is the
    hash of the last, once they have been read. Raises StoreDamaged if it does not reach to those."""

    def __init__(self, path: Path, held: Held) -> None:
        self._path, self._held = path, held
        self.head = AccessLog.BEGINNING

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines():
            self.head = line.partition(b" ")[0].decode("ascii", "replace")
            yield line

    def _lines(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            end = os.fstat(file.fileno()).st_size
            yield from _whole_lines(file, self._held.offset)
            if file.tell() < self._held.offset:
                what = f"the log ends here, but the journal knows it to byte {self._held.offset}"
                raise StoreDamaged.at(self._path, file.tell(), what)
            yield from io.BytesIO(self._held.lines)
            file.seek(len(self._held.lines), os.SEEK_CUR)
            yield from _whole_lines(file, end - file.tell())


def _whole_lines(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (line := file.readline(left)).endswith(b"\n"):
        left -= len(line)
        yield line


def _digest(heads: Mapping[str, str], access: str) -> str:
    digest = hashlib.sha256()
    for name, head in [*sorted(heads.items()), (ACCESS, access)]:
        digest.update(f"{name} {head}\n".encode())
    return digest.hexdigest()


# -- Reading a backup


def manifest_of(file: Path) -> Manifest:
    """What a backup says of itself. Raises NotABackup, OSError."""
    with file.open("rb") as tar:
        return _contents(tar)[0]


def unpack(file: Path, folder: Path, progress: Progress) -> Manifest:
    """Make the new `folder` the store that `file` holds, and open it once to see that it is: tables, history, heads.

    Raises:
        NotABackup: with nothing believed of it; `folder` may hold a part then, and is the caller's to throw away.
        OSError.
    """
    with file.open("rb") as tar:
        manifest, places = _contents(tar)
        (folder / "tables").mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)
        for name in MEMBERS:
            progress(f"{name} is being read")
            tar.seek(places[name])
            _copy(tar, folder / name, name, manifest.parts[name])
    sync_folder(folder / "tables")
    sync_folder(folder)
    try:
        _open(folder, manifest)
    except StoreDamaged as fault:
        raise NotABackup(f"the store in it is damaged: {fault}") from fault
    except (LookupError, TypeError, ValueError, AttributeError, NameError, RecursionError) as fault:
        raise NotABackup(f"the tables in it cannot be read ({type(fault).__name__})") from fault
    return manifest


def _contents(tar: BinaryIO) -> tuple[Manifest, dict[str, int]]:
    """The manifest, and where the bytes of each member begin. Nothing is read but heads and the manifest."""
    end = os.fstat(tar.fileno()).st_size
    places: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for name in (*MEMBERS, MANIFEST):
        try:
            head = tarfile.TarInfo.frombuf(tar.read(_BLOCK), "ascii", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError):
            raise NotABackup(f"there is no {name} where a backup has it") from None
        if head.name != name or head.type != tarfile.REGTYPE:
            raise NotABackup(f"there is something else where a backup has {name}")
        places[name], sizes[name] = tar.tell(), head.size
        following = tar.tell() + head.size + -head.size % _BLOCK
        if head.size < 0 or following > end or (name == MANIFEST and head.size > _LONGEST_MANIFEST):
            raise NotABackup(f"{name} is not whole")
        tar.seek(following)
    if tar.read(2 * _BLOCK + 1) != bytes(2 * _BLOCK):
        raise NotABackup("there is more in it than a backup has")
    tar.seek(places[MANIFEST])
    try:
        manifest = Manifest.model_validate_json(tar.read(sizes.pop(MANIFEST)))
    except ValidationError as fault:
        raise NotABackup(f"its manifest cannot be read ({fault.error_count()} faults)") from None
    if manifest.greenwax != 1:
        raise NotABackup(f"it is a backup of format {manifest.greenwax}, which a newer version of Greenwax has made")
    if {name: part.size for name, part in manifest.parts.items()} != sizes:
        raise NotABackup("its parts are not those that its manifest names")
    return manifest, places


def _copy(tar: BinaryIO, path: Path, name: str, part: Part) -> None:
    digest, left = hashlib.sha256(), part.size
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
        while left and (chunk := tar.read(min(left, _CHUNK))):
            out.write(chunk)
            digest.update(chunk)
            left -= len(chunk)
        out.flush()
        os.fsync(out.fileno())
    if left or digest.hexdigest() != part.sha256:
        raise NotABackup(f"{name} is not what was written")


def _open(folder: Path, manifest: Manifest) -> None:
    """Open every part as a store does, without making anything of it. Raises NotABackup, StoreDamaged, OSError."""
    with ExitStack() as opened:
        db = opened.enter_context(closing(JournalDB(folder / "tables")))
        access = opened.enter_context(closing(AccessLog(folder / ACCESS)))
        history = opened.enter_context(closing(HistoryLog(folder / HISTORY)))
        if history.length != (db.table("meta").raw("log") or {"length": 0})["length"]:
            raise NotABackup("the history in it is not as long as its tables say")
        cases = db.table("cases").each_raw()
        heads = {case_id: history.read(record["at"]).hash for case_id, record in cases}
        if len(heads) != manifest.cases or _digest(heads, access.head) != manifest.heads:
            raise NotABackup("the heads of its chains are not those that its manifest names")
