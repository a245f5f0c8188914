"""The tables of a store as they are kept in memory, with their indexes, and every change undoable.

A document is kept packed, as the JSON bytes that stand in journal and snapshot, and unpacked each time it is read: most
cases are not looked at on most days, and as bytes they take a fifth of the room and no time at opening. Nor can anybody
who was handed a document change the store with it. Hence too a view, taken by pointer, goes on showing one consistent
state while a snapshot of it is written in the background.
"""

from __future__ import annotations

from typing import Any

import orjson

__all__ = ["Doc", "MemoryTables", "Op", "Packed", "Rows", "View", "pack", "unpack"]

Doc = dict[str, Any]
Packed = bytes
"""A document as JSON."""
Rows = dict[str, Packed]
"""The documents of one table, by id."""
Op = tuple[str, str | None, Packed | Rows | None]
"""A change: (table, id, document or None), or (table, None, rows or None) for a whole table."""
View = list[tuple[str, list[tuple[str, Packed]]]]
"""All tables at one moment: (name, [(id, document)])."""


def pack(doc: Any) -> Packed:
    """The document as it is kept. Raises TypeError for what JSON cannot hold."""
    # A copy, because orjson hands out its whole buffer: up to twice the room, for as long as the document is kept.
    return bytes(memoryview(orjson.dumps(doc)))


def unpack(packed: Packed) -> Doc:
    """The document, anew each time: whoever asked may do with it what they like."""
    doc: Doc = orjson.loads(packed)
    return doc


_Index = dict[Any, dict[str, None]]


class MemoryTables:
    """All tables and their equality indexes. Every change goes through ``apply``, whose answer takes it back."""

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {}
        self._indexes: dict[str, dict[str, _Index]] = {}

    def apply(self, op: Op) -> Op:
        """Do ``op``; return the change that undoes it."""
        name, key, new = op
        rows = self.tables.get(name)
        if key is None or rows is None or isinstance(new, dict):
            whole = {key: new} if key is not None and isinstance(new, bytes) else new
            if isinstance(whole, dict):
                self.tables[name] = whole
            else:
                self.tables.pop(name, None)
            for field in self._indexes.get(name, ()):
                self.index(name, field)
            return name, None, rows
        old = rows.get(key)
        if new is None:
            rows.pop(key, None)
        else:
            rows[key] = new
        if indexes := self._indexes.get(name):
            self._reindex(indexes, key, old, new)
        return name, key, old

    @staticmethod
    def _reindex(indexes: dict[str, _Index], key: str, old: Packed | None, new: Packed | None) -> None:
        was, becomes = unpack(old) if old else {}, unpack(new) if new else {}
        for field, index in indexes.items():
            if field in was:
                value = _comparable(was[field])
                index[value].pop(key)
                if not index[value]:
                    del index[value]
            if field in becomes:
                index.setdefault(_comparable(becomes[field]), {})[key] = None

    def take_back(self, undo: list[Op]) -> None:
        """Undo changes, given what ``apply`` answered for each."""
        for op in reversed(undo):
            self.apply(op)

    def view(self) -> View:
        """The tables as they stand now, by pointer."""
        return [(name, list(rows.items())) for name, rows in self.tables.items()]

    def index(self, name: str, field: str) -> None:
        """Build, or build anew, the index of ``field``. A document without the field is not in it."""
        index: _Index = {}
        self._indexes.setdefault(name, {})[field] = index
        for key, packed in self.tables.get(name, {}).items():
            doc = unpack(packed)
            if field in doc:
                index.setdefault(_comparable(doc[field]), {})[key] = None

    def find(self, name: str, field: str, value: Any) -> list[tuple[str, Packed]]:
        """The rows whose ``field`` equals ``value``. Raises LookupError for a field without an index."""
        index = self._indexes.get(name, {}).get(field)
        if index is None:
            raise LookupError(f"table {name} has no index on {field}")
        rows = self.tables.get(name, {})
        return [(key, rows[key]) for key in list(index.get(_comparable(value), ()))]


def _comparable(value: Any) -> Any:
    """``value`` as a dictionary key: equal where the values are equal."""
    if isinstance(value, dict):
        return frozenset((key, _comparable(part)) for key, part in value.items())
    return tuple(map(_comparable, value)) if isinstance(value, list) else value
