"""TinyDB over a journalled store: tables as TinyDB has them, and transactions over several tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from tinydb import TinyDB

from api_client.journal_storage import JournalStorage
from api_client.journal_table import JournalTable

__all__ = ["JournalDB"]


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
