"""A TinyDB storage that survives power cuts: tables in memory, every change in a journal, snapshots to keep it short.

A commit is one record in the journal (``journal``), durable before it is acknowledged. When a journal has grown long it
is closed, the next one takes over, and a snapshot of the tables as they stood between the two is written in the
background; ``store_folder`` says in which steps, and why a crash between any two of them is no harm.

A bulk fills a new store: its changes stay in memory until the end, then become a snapshot with a sequence number of its
own. Until that is renamed, a crash leaves the store as it was before the bulk.

One thread at a time may write; do not await inside a transaction.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from tinydb.storages import Storage

from api_client.journal import frame
from api_client.memory_tables import MemoryTables, Op, View, pack, unpack
from api_client.store_errors import StoreStopped, stopped
from api_client.store_folder import StoreFolder

__all__ = ["JournalStorage"]


_Said = orjson.Fragment | dict[str, orjson.Fragment] | None
"""What a record says of a change, the documents as they are."""


class _Transaction(NamedTuple):
    """What an open transaction has done so far: how to take it back, and what its record will say."""

    undo: list[Op]
    body: list[tuple[str, str | None, _Said]]


class JournalStorage(Storage):
    """The store in one folder, with TinyDB's storage contract and transactions below it.

    ``snapshot_bytes`` is the length at which a journal is closed and a snapshot taken in the background. ``created``
    says whether this opening made the store; ``snapshot_error`` why the last background snapshot failed, which is
    no harm: the journals hold everything.

    Raises StoreInUse, StoreDamaged, OSError.
    """

    def __init__(self, path: str | Path, *, snapshot_bytes: int = 32 << 20) -> None:
        self.folder = Path(path)
        self.snapshot_bytes = self._snapshot_at = snapshot_bytes
        self.snapshot_error: Exception | None = None
        self.memory = MemoryTables()
        self.mutex = threading.RLock()
        self._transaction: _Transaction | None = None
        self._bulk: list[Op] | None = None
        self._stopped: BaseException | str | None = None
        self._background: threading.Thread | None = None
        self._files = StoreFolder(self.folder)
        try:
            with _collector_off():
                self._journal, self._generation, self._sequence, self.created = self._files.load(self.memory)
        except BaseException:
            self._files.close()
            raise

    # TinyDB's storage contract

    def read(self) -> dict[str, dict[str, Any]] | None:
        """A copy of everything, as TinyDB asks for it; ``JournalTable`` does not need it."""
        with self.mutex:
            tables = {name: {key: unpack(doc) for key, doc in rows} for name, rows in self.memory.view()}
        return tables or None

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]]) -> None:
        """Replace everything by ``data``, in one transaction."""
        with self.mutex:
            gone: list[Op] = [(name, None, None) for name in self.memory.tables if name not in data]
            tables = {name: {str(key): pack(dict(doc)) for key, doc in rows.items()} for name, rows in data.items()}
            self.commit([*gone, *((name, None, rows) for name, rows in tables.items())])

    def close(self) -> None:
        """Wait for a snapshot under way, and give the folder back. A second call does nothing."""
        with self.mutex:
            if self._files.closed:
                return
            self._refuse_inside("close")
            self._wait()
            self._stopped = "the store is closed"
            self._journal.close()
            self._files.close()

    # Transactions

    def commit(self, ops: Iterable[Op]) -> None:
        """Make the changes, all or none: as part of the open transaction, or durably as one of their own.

        Raises StoreStopped.
        """
        with self.mutex, contextlib.nullcontext() if self._transaction else self.transaction():
            assert self._transaction is not None
            undo, body = self._transaction
            for op in ops:
                undo.append(self.memory.apply(op))
                if self._bulk is None:
                    body.append(_said(op))

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
            self._files.write_snapshot(self._generation, self._sequence, view)
        except OSError as error:
            self._stopped = error
            raise self._refusal() from error

    def _refusal(self) -> StoreStopped:
        if isinstance(self._stopped, str):
            return StoreStopped(self._stopped)
        return StoreStopped(stopped("the store", self._stopped))

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
            self._files.write_snapshot(self._generation, self._sequence, view)

    def _rotate(self) -> View:
        """Go over to the next journal, steps 1 to 3; return the tables as they stand between the two."""
        following = self._files.begin_journal(self._generation + 1)
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
        return self.memory.view()

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
                self._files.write_snapshot(generation, sequence, view)
                self.snapshot_error = None
            except OSError as error:
                self.snapshot_error = error

        self._background = threading.Thread(target=work, name="greenwax-snapshot", daemon=True)
        self._background.start()

    def _wait(self) -> None:
        if self._background is not None:
            self._background.join()


def _said(op: Op) -> tuple[str, str | None, _Said]:
    name, key, new = op
    if isinstance(new, dict):
        return name, key, {one: orjson.Fragment(doc) for one, doc in new.items()}
    return name, key, None if new is None else orjson.Fragment(new)


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
