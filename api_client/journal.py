"""A TinyDB that survives power cuts: tables in memory, every change in a journal, snapshots to keep the journal short.

A store is a folder (mode 0700) owned by one process at a time; its files (mode 0600) carry a generation number.

* ``lock``: held with flock; holds the process number of whoever has the store open.
* ``journal-N.log``: records, then zeros. One record is one transaction: ``sequence length body sequence checksum``
  and a newline, the body being JSON ``[[table, id, document or null], ...]`` (id null: the whole table becomes the
  given rows, or goes). The checksum covers all that stands before it; the sequence number grows by one from record to
  record, through all generations. The file is filled with zeros 4 MB ahead and synced, so that a commit overwrites
  blocks the file already owns and fdatasync has no metadata to write.
* ``snapshot-N.jsonl``: all tables as they stood before the first record of ``journal-N.log``; the first line gives the
  sequence number it includes, the last line a checksum of everything above.

A commit is one pwrite and one fdatasync; nothing is acknowledged before. Only the one record being written can
therefore be incomplete after a crash, and never one that was acknowledged. It counts as torn, and is cut off, only if
it looks as a crash leaves it: it stops early, or some of the 512-byte blocks it covers are still wholly zero. A record
that is bad in any other way was written in full and damaged later: the store is refused and nothing is touched.

A snapshot is taken in these steps. After a crash between any two system calls the store opens with every acknowledged
transaction, because of what stands in brackets.

1. ``journal-N+1`` is made, filled with zeros, synced, and so is the folder. [An empty next journal means nothing as long
   as journal N is not closed; it is used when its time comes.]
2. A record without changes is added to journal N: it is closed. [A closed journal must have its successor; that exists
   since step 1. A torn closing record is cut off like any other, and we are at step 1.]
3. New records go to journal N+1. [The chain snapshot, N, N+1 holds everything.]
4. The snapshot is written as ``.tmp``, synced, renamed to ``snapshot-N+1``; the folder is synced. [A ``.tmp`` is never
   read. From the rename on, snapshot N+1 and journal N+1 are the store.]
5. Older files are removed. [In any order: whatever is older than the newest snapshot is ignored.]

So these never come from a crash, and are refused: a missing successor of a closed journal; a snapshot without its
journal; records after an unclosed journal; a first journal that is not generation 0 nor a snapshot's; a sequence number
that does not follow the last; any snapshot whose checksum fails. What opening reads may still be in the page cache only
(the last owner was killed before its fdatasync, or that failed): the last record is written once more and synced before
anyone acts on it.

A bulk fills a new store: its changes stay in memory until the end, then become a snapshot with a sequence number of its
own. Until that is renamed, a crash leaves the store as it was before the bulk.

Documents in memory are replaced, never changed in place, and never shared with the caller. Hence a snapshot in the
background sees one consistent state. One thread at a time may write; do not await inside a transaction.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import hashlib
import io
import itertools
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import orjson
from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table

__all__ = ["JournalDB", "JournalStorage", "JournalTable", "StoreDamaged", "StoreError", "StoreInUse", "StoreStopped"]

AHEAD = 4 << 20
"""How far ahead of the records a journal is filled with zeros, in bytes."""

SECTOR = 512
"""The smallest block of bytes a disk writes whole."""

Doc = dict[str, Any]
Op = tuple[str, str | None, Any]
"""A change: (table, id, document or None), or (table, None, rows or None) for a whole table."""


class StoreError(Exception):
    """The local store cannot do what was asked; the message is fit to be shown."""


class StoreInUse(StoreError):
    """Another process has the store open; ``pid`` is its number where the lock file tells."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"the store is open in {'another process' if pid is None else f'process {pid}'}")
        self.pid = pid


class StoreDamaged(StoreError):
    """A file of the store is not as it was written. Nothing has been changed on disk."""

    @classmethod
    def at(cls, path: Path, offset: int, what: str) -> StoreDamaged:
        """The error for ``what`` found at byte ``offset`` of ``path``."""
        return cls(f"{path}, byte {offset}: {what}. Nothing was changed.")


class StoreStopped(StoreError):
    """A write or a sync failed, or the store was closed: it can be read, and written again once it is reopened."""


# -- Bytes on disk ----------------------------------------------------------------------------------------------------


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


def _blank(content: bytes) -> bool:
    return content == bytes(len(content))


_HEAD = re.compile(rb"(\d{12}) (\d{10}) ")
_HEAD_SIZE, _TAIL_SIZE, _SUM_SIZE = 24, 31, 17  # "sequence length ", " sequence checksum\n", "checksum\n"


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest()[:16].encode()


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


class _JournalFile:
    """One open journal: appends records at ``end``, keeps zeros ahead of them. Raises OSError when the disk does."""

    def __init__(self, path: Path, end: int = 0) -> None:
        self.path, self.end = path, end
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._fd).st_size

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
        """After reading: cut off a torn record, and make sure that the ``last`` sound one is on the disk."""
        if torn:
            os.ftruncate(self._fd, self.end)
            os.fsync(self._fd)
            self._size = self.end
        write_all(self._fd, last, self.end - len(last))
        os.fdatasync(self._fd)

    def close(self) -> None:
        os.close(self._fd)


_TRAILER = b'{"sha256":"%b"}\n'
_TRAILER_SIZE = len(_TRAILER) - 2 + 64


def _snapshot_lines(sequence: int, view: list[tuple[str, list[tuple[str, Doc]]]]) -> Iterator[bytes]:
    yield b'{"format":1,"sequence":%d}\n' % sequence
    for name, rows in view:
        yield orjson.dumps([name], option=orjson.OPT_APPEND_NEWLINE)
        for key, doc in rows:
            yield orjson.dumps([name, key, doc], option=orjson.OPT_APPEND_NEWLINE)


def write_snapshot(path: Path, sequence: int, view: list[tuple[str, list[tuple[str, Doc]]]]) -> None:
    """Write the tables in ``view`` to ``path`` by way of a .tmp beside it; durable on return. Raises OSError."""
    temporary = path.with_suffix(".tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        lines, digest, offset = _snapshot_lines(sequence, view), hashlib.sha256(), 0
        while chunk := b"".join(itertools.islice(lines, 64)):  # small: between chunks the desk gets its turn
            digest.update(chunk)
            write_all(fd, chunk, offset)
            offset += len(chunk)
        write_all(fd, _TRAILER % digest.hexdigest().encode(), offset)
        os.fsync(fd)
    finally:
        os.close(fd)
    os.replace(temporary, path)
    sync_folder(path.parent)


def read_snapshot(path: Path) -> tuple[int, dict[str, dict[str, Doc]]]:
    """(sequence number included, tables). Raises StoreDamaged before a byte of a bad file is believed."""
    content = path.read_bytes()
    end = max(len(content) - _TRAILER_SIZE, 0)
    if content[end:] != _TRAILER % hashlib.sha256(memoryview(content)[:end]).hexdigest().encode():
        raise StoreDamaged.at(path, end, "the checksum is not that of the bytes above it")
    lines, tables = io.BytesIO(content), dict[str, dict[str, Doc]]()
    header = orjson.loads(lines.readline())
    if header["format"] != 1:
        raise StoreDamaged.at(path, 0, f"snapshot format {header['format']} is not known to this version")
    while isinstance(row := orjson.loads(lines.readline()), list):
        if len(row) == 1:
            rows = tables[row[0]] = {}
        else:
            rows[row[1]] = row[2]
    return header["sequence"], tables


# -- Tables in memory -------------------------------------------------------------------------------------------------


def _comparable(value: Any) -> Any:
    """``value`` as a dictionary key: equal where the values are equal."""
    if isinstance(value, dict):
        return frozenset((key, _comparable(part)) for key, part in value.items())
    return tuple(map(_comparable, value)) if isinstance(value, list) else value


class _Memory:
    """All tables and their equality indexes. Every change goes through ``apply``, whose answer takes it back."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Doc]] = {}
        self._indexes: dict[str, dict[str, dict[Any, dict[str, None]]]] = {}

    def apply(self, op: Op) -> Op:
        """Do ``op``; return the change that undoes it."""
        name, key, new = op
        rows = self.tables.get(name)
        if key is None or rows is None:
            if key is not None and new is not None:
                new = {key: new}
            if new is None:
                self.tables.pop(name, None)
            else:
                self.tables[name] = new
            for field in self._indexes.get(name, ()):
                self.index(name, field)
            return name, None, rows
        old = rows.get(key)
        if new is None:
            rows.pop(key, None)
        else:
            rows[key] = new
        for field, index in self._indexes.get(name, {}).items():
            if old is not None and field in old:
                value = _comparable(old[field])
                index[value].pop(key)
                if not index[value]:
                    del index[value]
            if new is not None and field in new:
                index.setdefault(_comparable(new[field]), {})[key] = None
        return name, key, old

    def take_back(self, undo: list[Op]) -> None:
        """Undo changes, given what ``apply`` answered for each."""
        for op in reversed(undo):
            self.apply(op)

    def index(self, name: str, field: str) -> None:
        """Build, or build anew, the index of ``field``. A document without the field is not in it."""
        index = self._indexes.setdefault(name, {})[field] = {}
        for key, doc in self.tables.get(name, {}).items():
            if field in doc:
                index.setdefault(_comparable(doc[field]), {})[key] = None

    def find(self, name: str, field: str, value: Any) -> list[tuple[str, Doc]]:
        """The rows whose ``field`` equals ``value``. Raises LookupError for a field without an index."""
        index = self._indexes.get(name, {}).get(field)
        if index is None:
            raise LookupError(f"table {name} has no index on {field}")
        rows = self.tables.get(name, {})
        return [(key, rows[key]) for key in list(index.get(_comparable(value), ()))]


class _Transaction(NamedTuple):
    """What an open transaction has done so far: how to take it back, and what its record will say."""

    undo: list[Op]
    body: list[tuple[str, str | None, orjson.Fragment | None]]


@contextlib.contextmanager
def _collector_off() -> Iterator[None]:
    """Keep the garbage collector from scanning, again and again, a store that is being filled: halves the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # a full collection over 50,000 documents would stop the desk for 0.14 s
        if enabled:
            gc.enable()


# -- The store --------------------------------------------------------------------------------------------------------


class JournalStorage(Storage):
    """The store in one folder, with TinyDB's storage contract and transactions below it.

    ``snapshot_bytes`` is the length at which a journal is closed and a snapshot taken in the background. ``created``
    says whether this opening made the store; ``snapshot_error`` why the last background snapshot failed, which is
    no harm: the journals hold everything.

    Raises StoreInUse, StoreDamaged, OSError.
    """

    def __init__(self, path: str | Path, *, snapshot_bytes: int = 32 << 20) -> None:
        self.folder = Path(path)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.snapshot_bytes = snapshot_bytes
        self.snapshot_error: Exception | None = None
        self.created = False
        self.memory = _Memory()
        self.mutex = threading.RLock()
        self._transaction: _Transaction | None = None
        self._bulk: list[Op] | None = None
        self._stopped: BaseException | str | None = None
        self._background: threading.Thread | None = None
        self._sequence = 0
        self._lock = self._take_lock()
        try:
            with _collector_off():
                self._journal, self._generation = self._load()
        except BaseException:
            os.close(self._lock)
            raise
        self._snapshot_at = snapshot_bytes

    # Opening

    def _take_lock(self) -> int:
        fd = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(fd, 20, 0)
            os.close(fd)
            raise StoreInUse(int(holder) if holder.isdigit() else None) from None
        os.ftruncate(fd, 0)
        os.write(fd, b"%d" % os.getpid())
        return fd

    def _file(self, kind: str, generation: int) -> Path:
        return self.folder / f"{kind}-{generation:06d}.{'jsonl' if kind == 'snapshot' else 'log'}"

    def _generations(self, kind: str) -> list[int]:
        names = (re.fullmatch(rf"{kind}-(\d{{6,}})\.(jsonl|log)", name) for name in os.listdir(self.folder))
        return sorted(int(name[1]) for name in names if name)

    def _load(self) -> tuple[_JournalFile, int]:
        """Read snapshot and journals, and only when all are sound tidy up. Returns the journal to go on with."""
        snapshots, journals = self._generations("snapshot"), self._generations("journal")
        generation = oldest = max(snapshots, default=0)
        if not snapshots and not journals:
            self.created = True
            journal = self._new_journal(0)
            sync_folder(self.folder.parent)
            return journal, 0
        if snapshots:
            self._sequence, self.memory.tables = read_snapshot(self._file("snapshot", oldest))
        read = [self._replay(generation)]
        while read[-1].closed:
            generation += 1
            read.append(self._replay(generation))
        for later in journals:
            if later > generation and not _blank(self._file("journal", later).read_bytes()):
                what = f"the journal ends here, not closed, and {self._file('journal', later).name} has records"
                raise StoreDamaged.at(self._file("journal", generation), read[-1].end, what)
        for number, (end, last, torn, closed) in enumerate(read, oldest):
            journal = _JournalFile(self._file("journal", number), end)
            journal.settle(last, torn)
            if closed:
                journal.close()
        sync_folder(self.folder)
        self._remove_older(oldest)
        return journal, generation

    def _replay(self, generation: int) -> _Replayed:
        """Apply the records of one journal. Raises StoreDamaged."""
        path = self._file("journal", generation)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise StoreDamaged.at(path, 0, "the file is missing") from None
        start = end = 0
        closed = False
        while not closed and (record := record_at(content, end)) is not None:
            sequence, body, following = record
            if sequence != self._sequence + 1:
                what = f"record {sequence} stands where record {self._sequence + 1} belongs"
                raise StoreDamaged.at(path, end, what)
            ops = orjson.loads(body)
            for op in ops:
                self.memory.apply(op)
            self._sequence, start, end, closed = sequence, end, following, not ops
        torn = not _blank(content[end:])
        if torn and (closed or not is_torn(content, end, self._sequence + 1)):
            raise StoreDamaged.at(path, end, "what stands here was written in full and is now damaged")
        return _Replayed(end, content[start:end], torn, closed)

    def _new_journal(self, generation: int) -> _JournalFile:
        journal = _JournalFile(self._file("journal", generation))
        try:
            journal.reserve(AHEAD)
            sync_folder(self.folder)
        except BaseException:
            journal.close()
            raise
        return journal

    def _remove_older(self, generation: int) -> None:
        older = [self._file(k, n) for k in ("journal", "snapshot") for n in self._generations(k) if n < generation]
        for path in [*older, *self.folder.glob("snapshot-*.tmp")]:
            with contextlib.suppress(OSError):  # it is ignored as long as it is there
                os.unlink(path)

    # TinyDB's storage contract

    def read(self) -> dict[str, dict[str, Any]] | None:
        """A copy of everything, as TinyDB asks for it; ``JournalTable`` does not need it."""
        with self.mutex:
            tables: dict[str, dict[str, Any]] = orjson.loads(orjson.dumps(self.memory.tables))
        return tables or None

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Replace everything by ``data``, in one transaction."""
        with self.mutex:
            gone: list[Op] = [(name, None, None) for name in self.memory.tables if name not in data]
            tables = {name: {str(key): dict(doc) for key, doc in rows.items()} for name, rows in data.items()}
            self.commit([*gone, *((name, None, rows) for name, rows in tables.items())])

    def close(self) -> None:
        """Wait for a snapshot under way, and give the folder back. A second call does nothing."""
        with self.mutex:
            if self._lock < 0:
                return
            self._refuse_inside("close")
            self._wait()
            self._stopped = "the store is closed"
            self._journal.close()
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = -1

    # Transactions

    def commit(self, ops: Iterable[Op]) -> None:
        """Make the changes, all or none: as part of the open transaction, or durably as one of their own.

        Raises TypeError for what JSON cannot hold, StoreStopped.
        """
        with self.mutex, contextlib.nullcontext() if self._transaction else self.transaction():
            packed = [(name, key, None if new is None else orjson.dumps(new)) for name, key, new in ops]
            assert self._transaction is not None
            undo, body = self._transaction
            for name, key, new in packed:
                undo.append(self.memory.apply((name, key, None if new is None else orjson.loads(new))))
                if self._bulk is None:
                    body.append((name, key, None if new is None else orjson.Fragment(new)))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside become durable together at the end, or are taken back.

        Raises RuntimeError if one is open already; StoreStopped.
        """
        with self.mutex:
            if self._transaction is not None:
                raise RuntimeError("a transaction is open already")
            if self._stopped is not None:
                raise self._refusal()
            undo, body = self._transaction = _Transaction([], [])
            try:
                yield
                if body:
                    self._append(body)
            except BaseException as error:
                self._undo(undo, error)
                raise
            finally:
                self._transaction = None
            if self._bulk is not None:
                self._bulk += undo
            elif self._journal.end >= self._snapshot_at:
                self._snapshot_in_background()

    @contextlib.contextmanager
    def bulk(self) -> Iterator[None]:
        """Fill a store: transactions inside cost no sync, and all become durable together at the end.

        An error, or a crash, before the end takes everything back. Raises RuntimeError inside a transaction or a
        bulk; StoreStopped.
        """
        with self.mutex, _collector_off():
            self._refuse_inside("bulk")
            if self._stopped is not None:
                raise self._refusal()
            undo = self._bulk = []
            try:
                yield
                if undo:
                    self._publish()
            except BaseException as error:
                self._undo(undo, error)
                raise
            finally:
                self._bulk = None

    def _undo(self, undo: list[Op], error: BaseException) -> None:
        self.memory.take_back(undo)
        if not isinstance(error, Exception):  # interrupted anywhere, perhaps between disk and memory
            self._stopped = error

    def _append(self, body: list[Any]) -> None:
        record = frame(self._sequence + 1, orjson.dumps(body))
        try:
            self._journal.append(record)
        except Exception as error:
            self._stopped = error
            raise self._refusal() from error
        self._sequence += 1

    def _publish(self) -> None:
        """Make a bulk durable: a snapshot which counts as one record that no journal has."""
        try:
            self._wait()
            view = self._rotate()
            self._sequence += 1
            self._write_snapshot(self._generation, self._sequence, view)
        except OSError as error:
            self._stopped = error
            raise self._refusal() from error

    def _refusal(self) -> StoreStopped:
        if isinstance(self._stopped, str):
            return StoreStopped(self._stopped)
        return StoreStopped(f"the store stopped when a write failed ({self._stopped!r}); open it again")

    def _refuse_inside(self, what: str) -> None:
        if self._transaction is not None or self._bulk is not None:
            raise RuntimeError(f"{what} is not possible inside a transaction or a bulk")

    # Snapshots

    def snapshot(self) -> None:
        """Write a snapshot now and remove what it makes superfluous.

        Raises OSError if the snapshot fails, which leaves the store open and whole; StoreStopped; RuntimeError inside
        a transaction or a bulk.
        """
        with self.mutex:
            self._refuse_inside("snapshot")
            if self._stopped is not None:
                raise self._refusal()
            self._wait()
            view = self._rotate()
            self._write_snapshot(self._generation, self._sequence, view)

    def _rotate(self) -> list[tuple[str, list[tuple[str, Doc]]]]:
        """Go over to the next journal; return the tables as they stand between the two, by pointer."""
        following = self._new_journal(self._generation + 1)
        try:
            self._append([])
            self._journal.close()
            self._journal, self._generation = following, self._generation + 1
        except BaseException as error:  # nothing may ever follow a closing record
            self._stopped = self._stopped or error
            if self._journal is not following:
                following.close()
            raise
        self._snapshot_at = self.snapshot_bytes
        return [(name, list(rows.items())) for name, rows in self.memory.tables.items()]

    def _write_snapshot(self, generation: int, sequence: int, view: list[tuple[str, list[tuple[str, Doc]]]]) -> None:
        write_snapshot(self._file("snapshot", generation), sequence, view)
        self._remove_older(generation)

    def _snapshot_in_background(self) -> None:
        if self._background is not None and self._background.is_alive():
            return
        try:
            view = self._rotate()
        except (OSError, StoreStopped) as error:  # the transaction before is safe and must not be reported as failed
            self.snapshot_error = error
            self._snapshot_at = self._journal.end + self.snapshot_bytes
            return
        generation, sequence = self._generation, self._sequence

        def work() -> None:
            try:
                self._write_snapshot(generation, sequence, view)
                self.snapshot_error = None
            except OSError as error:
                self.snapshot_error = error

        self._background = threading.Thread(target=work, name="greenwax-snapshot", daemon=True)
        self._background.start()

    def _wait(self) -> None:
        if self._background is not None:
            self._background.join()


class _Replayed(NamedTuple):
    """What reading one journal found: where its records end, the last of them, and how it stops."""

    end: int
    last: bytes
    torn: bool
    closed: bool


# -- TinyDB's face ----------------------------------------------------------------------------------------------------


def _copy(doc: Mapping[str, Any]) -> Doc:
    copy: Doc = orjson.loads(orjson.dumps(doc))
    return copy


class _Changes(MutableMapping[Any, Any]):
    """The table as one of TinyDB's updaters sees it: copies on access, and remembers what was touched."""

    def __init__(self, rows: dict[str, Doc], id_class: Callable[[str], Any]) -> None:
        self.rows, self.id_class = rows, id_class
        self.changed: dict[str, Any] = {}
        self.cleared = False

    def peek(self, key: Any) -> Any:
        """The document, not to be changed."""
        key = str(key)
        doc = self.changed[key] if key in self.changed else self.rows.get(key)
        if doc is None:
            raise KeyError(key)
        return doc

    def __getitem__(self, key: Any) -> Any:
        doc = self.peek(key)
        return self.changed[str(key)] if str(key) in self.changed else self.changed.setdefault(str(key), _copy(doc))

    def __setitem__(self, key: Any, doc: Any) -> None:
        self.changed[str(key)] = doc

    def __delitem__(self, key: Any) -> None:
        self.peek(key)
        self.changed[str(key)] = None

    def __contains__(self, key: object) -> bool:
        return self.changed.get(str(key), self.rows.get(str(key))) is not None

    def __iter__(self) -> Iterator[Any]:
        return (self.id_class(key) for key in {**self.rows, **self.changed} if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self.rows, self.changed, self.cleared = {}, {}, True


class JournalTable(Table):
    """TinyDB's table over a ``JournalStorage``: string ids, copies out and in, and only what changed is written.

    A document inserted without an id gets the next whole number as its id, in digits. There is no query cache: a hit
    must be copied for the caller in any case.
    """

    document_id_class = str  # type: ignore[assignment]
    _storage: JournalStorage
    _next_id: int | None  # type: ignore[assignment]

    def __init__(self, storage: JournalStorage, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        super().__init__(storage, name, cache_size, persist_empty)

    def put(self, doc_id: str, doc: Mapping[str, Any]) -> None:
        """Insert ``doc``, or replace the whole document of that id. Raises TypeError, StoreStopped."""
        self._commit([(self.name, str(doc_id), dict(doc))])

    def raw(self, doc_id: str) -> Mapping[str, Any] | None:
        """The document itself, not a copy: do not change it, nor anything in it."""
        return self._read_table().get(str(doc_id))

    def each_raw(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(id, the document itself) for the table as it stands now: do not change them, nor anything in them."""
        with self._storage.mutex:
            return iter(list(self._read_table().items()))

    def index(self, *fields: str) -> None:
        """Keep an index for ``find`` on each of these top-level fields. Not stored: ask again after opening."""
        with self._storage.mutex:
            for field in fields:
                self._storage.memory.index(self.name, field)

    def find(self, field: str, value: Any) -> list[Document]:
        """Copies of the documents whose indexed ``field`` equals ``value``, in no promised order.

        A document without the field equals nothing, not even None. Raises LookupError if ``field`` has no index.
        """
        return [self._document(key, doc) for key, doc in self.find_raw(field, value)]

    def find_raw(self, field: str, value: Any) -> list[tuple[str, Mapping[str, Any]]]:
        """As ``find``, but (id, the document itself): do not change it, nor anything in it."""
        with self._storage.mutex:
            return list(self._storage.memory.find(self.name, field, value))

    # What TinyDB's table does, without copying or rewriting the whole table

    if TYPE_CHECKING:

        def insert(self, document: Mapping[str, Any]) -> str: ...  # type: ignore[override]
        def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[str]: ...  # type: ignore[override]
        def upsert(  # type: ignore[override]
            self, document: Mapping[str, Any], cond: QueryLike | None = None
        ) -> list[str]: ...

    @overload  # type: ignore[override]
    def get(self, cond: QueryLike, doc_id: None = ..., doc_ids: None = ...) -> Document | None: ...
    @overload
    def get(self, cond: QueryLike | None = ..., *, doc_id: str, doc_ids: None = ...) -> Document | None: ...
    @overload
    def get(self, cond: QueryLike | None = ..., *, doc_id: None = ..., doc_ids: Iterable[str]) -> list[Document]: ...
    def get(
        self, cond: QueryLike | None = None, doc_id: str | None = None, doc_ids: Iterable[str] | None = None
    ) -> Document | list[Document] | None:
        """The document of that id, those of these ids (in the order asked), or the first that fits; copies."""
        if doc_id is not None:
            doc = self.raw(doc_id)
            return None if doc is None else self._document(doc_id, doc)
        if doc_ids is not None:
            wanted = ((key, self.raw(key)) for key in dict.fromkeys(str(key) for key in doc_ids))
            return [self._document(key, doc) for key, doc in wanted if doc is not None]
        if cond is not None:
            return next((self._document(key, doc) for key, doc in self.each_raw() if cond(doc)), None)
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def contains(self, cond: QueryLike | None = None, doc_id: str | None = None) -> bool:  # type: ignore[override]
        """Whether there is a document of that id, or one that fits."""
        if doc_id is not None:
            return self.raw(doc_id) is not None
        if cond is not None:
            return any(cond(doc) for _, doc in self.each_raw())
        raise RuntimeError("You have to pass either cond or doc_id")

    def search(self, cond: QueryLike) -> list[Document]:
        """Copies of all documents that fit."""
        return [self._document(key, doc) for key, doc in self.each_raw() if cond(doc)]

    def count(self, cond: QueryLike) -> int:
        """How many documents fit."""
        return sum(1 for _, doc in self.each_raw() if cond(doc))

    def __iter__(self) -> Iterator[Document]:
        return (self._document(key, doc) for key, doc in self.each_raw())

    def update(  # type: ignore[override]
        self,
        fields: Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[str] | None = None,
    ) -> list[str]:
        """Set fields of, or call a function with, each document of these ids or that fits; return their ids."""
        with self._storage.mutex:
            return super().update(fields, None, self._chosen(cond, doc_ids))  # type: ignore[arg-type, return-value]

    def update_multiple(  # type: ignore[override]
        self,
        updates: Iterable[tuple[Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None], QueryLike]],
    ) -> list[str]:
        """Several updates, each with its own condition, in one transaction."""
        updates, updated = list(updates), list[str]()

        def updater(table: _Changes) -> None:
            for doc_id in list(table):
                for fields, cond in updates:
                    if cond(table.peek(doc_id)):
                        updated.append(doc_id)
                        if callable(fields):
                            fields(table[doc_id])
                        else:
                            table[doc_id].update(fields)

        self._update_table(updater)
        return updated

    def remove(  # type: ignore[override]
        self, cond: QueryLike | None = None, doc_ids: Iterable[str] | None = None
    ) -> list[str]:
        """Remove the documents of these ids, or all that fit; return their ids."""
        with self._storage.mutex:
            return super().remove(None, self._chosen(cond, doc_ids))  # type: ignore[arg-type, return-value]

    def _chosen(self, cond: QueryLike | None, doc_ids: Iterable[str] | None) -> Iterable[str] | None:
        if doc_ids is not None or cond is None:
            return doc_ids
        return [self.document_id_class(key) for key, doc in self.each_raw() if cond(doc)]

    def _document(self, key: str, doc: Mapping[str, Any]) -> Document:
        return self.document_class(_copy(doc), self.document_id_class(key))  # type: ignore[arg-type]

    # What TinyDB's table is built on

    def _read_table(self) -> dict[str, Doc]:  # type: ignore[override]
        return self._storage.memory.tables.get(self.name, {})

    def _update_table(self, updater: Callable[[_Changes], None]) -> None:  # type: ignore[override]
        with self._storage.mutex:
            rows = self._read_table()
            changes = _Changes(rows, self.document_id_class)
            updater(changes)
            # As in TinyDB, a table exists from the first time it was to be changed, even if nothing came of it.
            new = changes.cleared or (not changes.changed and self.name not in self._storage.memory.tables)
            ops: list[Op] = [(self.name, None, {})] if new else []
            touched = changes.changed.items()
            ops += ((self.name, key, doc) for key, doc in touched if doc is not None or key in changes.rows)
            self._commit(ops)

    def _commit(self, ops: list[Op]) -> None:
        with self._storage.mutex:
            if ops:
                self._storage.commit(ops)
            if self._next_id is not None:
                numbers = [int(key) for _, key, new in ops if key is not None and new is not None and key.isdecimal()]
                self._next_id = max([self._next_id, *(number + 1 for number in numbers)])

    def _get_next_id(self) -> Any:
        number = self._next_id
        if number is None:
            number = max((int(key) for key, _ in self.each_raw() if key.isdecimal()), default=0) + 1
        self._next_id = number + 1
        return self.document_id_class(number)


class JournalDB(TinyDB):
    """TinyDB over a ``JournalStorage``: ``JournalDB(folder, snapshot_bytes=...)``.

    Raises StoreInUse, StoreDamaged, OSError.
    """

    table_class = JournalTable  # type: ignore[assignment]
    default_storage_class = JournalStorage  # type: ignore[assignment]
    _storage: JournalStorage
    _tables: dict[str, JournalTable]  # type: ignore[assignment]

    @property
    def storage(self) -> JournalStorage:
        """The storage below."""
        return self._storage

    def table(self, name: str, **kwargs: Any) -> JournalTable:
        """The table of that name, made when first used."""
        return super().table(name, **kwargs)  # type: ignore[return-value]

    def tables(self) -> set[str]:
        """The names of all tables."""
        return set(self._storage.memory.tables)

    def drop_table(self, name: str) -> None:
        """Remove a table with all its documents."""
        self._tables.pop(name, None)
        if name in self._storage.memory.tables:
            self._storage.commit([(name, None, None)])

    def drop_tables(self) -> None:
        """Remove all tables."""
        self._tables.clear()
        if names := self.tables():
            self._storage.commit([(name, None, None) for name in sorted(names)])

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside, in any tables, are one: one record, one sync; an error takes all back.

        A read inside sees the changes. Raises RuntimeError if a transaction is open already; StoreStopped.
        """
        with self._numbers_kept(), self._storage.transaction():
            yield

    @contextlib.contextmanager
    def bulk(self) -> Iterator[None]:
        """Fill a store: no sync before the end, when all becomes durable at once; see ``JournalStorage.bulk``."""
        with self._numbers_kept(), self._storage.bulk():
            yield

    def snapshot(self) -> None:
        """Write a snapshot now; see ``JournalStorage.snapshot``."""
        self._storage.snapshot()

    @contextlib.contextmanager
    def _numbers_kept(self) -> Iterator[None]:
        """On error let each table give out the same next id as before, dropped tables too."""
        with self._storage.mutex:
            before = {name: (table, table._next_id) for name, table in self._tables.items()}
            try:
                yield
            except BaseException:
                for name, table in self._tables.items():
                    before.setdefault(name, (table, None))
                for name, (table, number) in before.items():
                    self._tables[name], table._next_id = table, number
                raise
