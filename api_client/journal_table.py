"""TinyDB's table over a journalled store: the same calls, but string ids, and a change costs what it touches.

TinyDB's own table copies and rewrites the whole table for each change, and reads ids as numbers. Here reading copies
the documents found, and writing hands the storage what has changed, document by document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, overload

from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from api_client.journal_storage import JournalStorage
from api_client.memory_tables import Op, Packed, Rows, pack, unpack

__all__ = ["JournalTable"]


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
        self._commit([(self.name, str(doc_id), pack(dict(doc)))])

    def raw(self, doc_id: str) -> Mapping[str, Any] | None:
        """The document as a plain mapping, or None."""
        packed = self.packed(doc_id)
        return None if packed is None else unpack(packed)

    def packed(self, doc_id: str) -> Packed | None:
        """The document as the bytes that are kept, or None. As long as nothing is written, these are the same object."""
        return self._read_table().get(str(doc_id))

    def each_raw(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(id, document as a plain mapping) for the table as it stands now; each is unpacked when its turn comes."""
        return ((key, unpack(packed)) for key, packed in self.each_packed())

    def each_packed(self) -> Iterator[tuple[str, Packed]]:
        """(id, document as the bytes that are kept) for the table as it stands now."""
        with self._storage.mutex:
            return iter(list(self._read_table().items()))

    def ids(self) -> list[str]:
        """The id of every document, none of which is looked into."""
        with self._storage.mutex:
            return list(self._read_table())

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
        """As ``find``, but (id, document as a plain mapping)."""
        with self._storage.mutex:
            return [(key, unpack(packed)) for key, packed in self._storage.memory.find(self.name, field, value)]

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
        return self.document_class(doc, self.document_id_class(key))  # type: ignore[arg-type]

    # What TinyDB's table is built on

    def _read_table(self) -> Rows:  # type: ignore[override]
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
            ops += (
                (self.name, key, None if doc is None else pack(doc))
                for key, doc in touched
                if doc is not None or key in changes.rows
            )
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
            number = max((int(key) for key in self.ids() if key.isdecimal()), default=0) + 1
        self._next_id = number + 1
        return self.document_id_class(number)


class _Changes(MutableMapping[Any, Any]):
    """The table as one of TinyDB's updaters sees it: copies on access, and remembers what was touched."""

    def __init__(self, rows: Rows, id_class: Callable[[str], Any]) -> None:
        self.rows, self.id_class = rows, id_class
        self.changed: dict[str, Any] = {}
        self.cleared = False

    def peek(self, key: Any) -> Any:
        """The document, for looking at: a change to it may be lost."""
        key = str(key)
        if key not in self:
            raise KeyError(key)
        return self.changed[key] if key in self.changed else unpack(self.rows[key])

    def __getitem__(self, key: Any) -> Any:
        doc = self.peek(key)
        return self.changed.setdefault(str(key), doc)

    def __setitem__(self, key: Any, doc: Any) -> None:
        self.changed[str(key)] = doc

    def __delitem__(self, key: Any) -> None:
        if key not in self:
            raise KeyError(key)
        self.changed[str(key)] = None

    def __contains__(self, key: object) -> bool:
        return self.changed.get(str(key), self.rows.get(str(key))) is not None

    def __iter__(self) -> Iterator[Any]:
        return (self.id_class(key) for key in {**self.rows, **self.changed} if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self.rows, self.changed, self.cleared = {}, {}, True
