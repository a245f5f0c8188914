"""The tables of a store as they are kept in memory, with their indexes, and every change undoable.

Documents are replaced, never changed in place, and never shared with the caller. Hence a view, taken by pointer, goes
on showing one consistent state while a snapshot of it is written in the background.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Doc", "MemoryTables", "Op", "View"]

Doc = dict[str, Any]
Op = tuple[str, str | None, Any]
"""A change: (table, id, document or None), or (table, None, rows or None) for a whole table."""
View = list[tuple[str, list[tuple[str, Doc]]]]
"""All tables at one moment: (name, [(id, document)])."""


class MemoryTables:
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

    def view(self) -> View:
        """The tables as they stand now, by pointer."""
        return [(name, list(rows.items())) for name, rows in self.tables.items()]

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


def _comparable(value: Any) -> Any:
    """``value`` as a dictionary key: equal where the values are equal."""
    if isinstance(value, dict):
        return frozenset((key, _comparable(part)) for key, part in value.items())
    return tuple(map(_comparable, value)) if isinstance(value, list) else value
