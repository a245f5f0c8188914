"""The yardstick of a store: the rows that it writes, written by SQLite (WAL, synchronous FULL), one transaction for each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from api_client.local_store import LocalStore
from api_client.memory_tables import Op, Packed

TABLES = ("cases", "queue", "claims", "drafts", "keys", "staff", "meta", "restricted", "tallies")
OURS_ALONE = (("meta", "looks"), ("meta", "log"))
"""What, besides the table `tail`, says again what the logs say."""


class SqliteRows:
    """A database in `folder` with the same rows as the store, and the indexes that its work asks for."""

    def __init__(self, folder: Path, store: LocalStore) -> None:
        self._db = sqlite3.connect(folder / "yardstick.sqlite", isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=off")
        for name in TABLES:
            self._db.execute(f"create table [{name}] (id text primary key, document blob) without rowid")
        self._db.executescript(
            """
            create table waiting (case_id text, task text, queue text, sort_key integer, ready_at text,
                                  primary key (case_id, task)) without rowid;
            create index next_in_queue on waiting (queue, sort_key, case_id, task, ready_at);
            create table events (case_id text, seq integer, body blob, primary key (case_id, seq)) without rowid;
            create table looks (id integer primary key, body blob);
            """
        )
        self._seqs: dict[str, int] = {}
        self._db.execute("begin")
        self._write([(name, key, doc) for name in TABLES for key, doc in store.db.table(name).each_packed()])
        self._append((line.case_id, line.body) for line in store.history.walk())
        self._db.execute("commit")
        self._db.execute("pragma wal_checkpoint(truncate)")
        self._db.execute("pragma synchronous=full")

    def commit(self, ops: Iterable[Op], events: Iterable[tuple[str, bytes]], looks: Iterable[bytes]) -> None:
        """One transaction, durable on return."""
        self._db.execute("begin immediate")
        self._write(ops)
        self._append(events)
        self._db.executemany("insert into looks (body) values (?)", [(body,) for body in looks])
        self._db.execute("commit")

    def head(self, queues: Iterable[str], now: str) -> str | None:
        """The case that comes next in these queues."""
        query = "select sort_key, case_id from waiting where queue = ? and ready_at <= ? order by sort_key limit 1"
        heads = [row for queue in queues for row in self._db.execute(query, (queue, now))]
        return min(heads)[1] if heads else None

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _write(self, ops: Iterable[Op]) -> None:
        for name, key, new in ops:
            if (name, key) in OURS_ALONE or key is None or name == "tail":
                continue
            if not isinstance(new, Packed):
                self._db.execute(f"delete from [{name}] where id = ?", (key,))  # noqa: S608  # one of TABLES
                continue
            self._db.execute(f"insert or replace into [{name}] values (?, ?)", (key, new))  # noqa: S608
            if name == "queue":
                rows = [(key, *(row[part] for part in ("task", "queue", "sort_key", "ready_at"))) for row in _rows(new)]
                self._db.execute("delete from waiting where case_id = ?", (key,))
                self._db.executemany("insert into waiting values (?, ?, ?, ?, ?)", rows)

    def _append(self, events: Iterable[tuple[str, bytes]]) -> None:
        for case_id, body in events:
            seq = self._seqs[case_id] = self._seqs.get(case_id, 0) + 1
            self._db.execute("insert into events values (?, ?, ?)", (case_id, seq, body))


def _rows(packed: Packed) -> list[dict[str, str | int]]:
    rows: list[dict[str, str | int]] = json.loads(packed)["rows"]
    return rows
