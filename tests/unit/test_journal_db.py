"""TinyDB's promises, kept over string ids and a journal; indexes. What a store keeps through trouble is tested elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.operations import delete, increment
from tinydb.table import Document, Table

from api_client.journal_db import JournalDB

CASE = "K01-24000731N"

pytestmark = pytest.mark.usefixtures("quick_disk")


def named(doc_id: str, **fields: Any) -> Document:
    """A document with an id, as TinyDB's insert takes it."""
    return Document(fields, doc_id)  # type: ignore[arg-type]


def ids(documents: list[Document]) -> list[Any]:
    return [document.doc_id for document in documents]


# -- TinyDB as its documentation says ---------------------------------------------------------------------------------


def test_documents_are_inserted_found_updated_and_removed(db: JournalDB) -> None:
    """Seen red with: update by condition that forgets to write."""
    cases = db.table("cases")
    assert isinstance(cases, Table)
    assert isinstance(db, TinyDB)
    assert cases.insert(named(CASE, unit="K01", owes=100)) == CASE
    assert cases.insert_multiple([named("K02-1", unit="K02", owes=5), named("K02-2", unit="K02", owes=7)])
    assert len(cases) == 3
    assert ids(cases.all()) == ids(list(cases)) == [CASE, "K02-1", "K02-2"]
    assert cases.get(doc_id=CASE) == {"unit": "K01", "owes": 100}
    assert cases.get(doc_id="K09-1") is None
    assert cases.get(where("owes") == 7) == {"unit": "K02", "owes": 7}
    assert ids(cases.get(doc_ids=["K02-2", "K09-1", CASE])) == ["K02-2", CASE]
    assert cases.contains(doc_id=CASE)
    assert cases.contains(where("owes") > 50)
    assert not cases.contains(where("owes") > 500)
    assert ids(cases.search(where("unit") == "K02")) == ["K02-1", "K02-2"]
    assert cases.count(where("unit") == "K02") == 2
    assert cases.update({"owes": 6}, where("owes") == 5) == ["K02-1"]
    assert cases.update(increment("owes"), doc_ids=["K02-1", "K09-1"]) == ["K02-1"]
    assert cases.update(delete("unit")) == [CASE, "K02-1", "K02-2"]
    assert cases.get(doc_id="K02-1") == {"owes": 7}
    assert cases.update_multiple(iter([({"a": 1}, where("owes") == 7), ({"b": 1}, where("a") == 1)])) == [
        *("K02-1", "K02-1", "K02-2", "K02-2")
    ]
    assert cases.remove(where("owes") == 7) == ["K02-1", "K02-2"]
    assert cases.remove(doc_ids=[CASE, "K09-1"]) == [CASE]
    assert cases.all() == []
    assert db.tables() == {"cases"}


def test_upsert_replaces_fields_or_inserts(db: JournalDB) -> None:
    """Seen red with: an id of a Document ignored by insert."""
    cases = db.table("cases")
    assert cases.upsert(named(CASE, owes=1)) == [CASE]
    assert cases.upsert(named(CASE, unit="K01")) == [CASE]
    assert cases.get(doc_id=CASE) == {"owes": 1, "unit": "K01"}
    assert cases.upsert({"owes": 2}, where("unit") == "K01") == [CASE]
    assert cases.upsert({"owes": 3}, where("unit") == "K02") == ["1"]


def test_ids_not_given_are_whole_numbers_in_digits(db: JournalDB) -> None:
    """Seen red with: the greatest id as text ("9" after "10"); a put that does not move the next id on."""
    notes = db.table("notes")
    notes.put(CASE, {})
    assert notes.insert_multiple({} for _ in range(10)) == [str(number) for number in range(1, 11)]
    notes.put("12", {})
    assert notes.insert({}) == "13"
    notes.truncate()
    assert notes.insert({}) == "1"


def test_an_id_taken_is_refused_and_nothing_is_written(db: JournalDB) -> None:
    """Seen red with: the changes of a failed updater committed."""
    cases = db.table("cases")
    cases.put(CASE, {"owes": 1})
    with pytest.raises(ValueError, match="already exists"):
        cases.insert_multiple([named("new"), named(CASE)])
    assert cases.all() == [{"owes": 1}]
    with pytest.raises(RuntimeError, match="truncate"):
        cases.remove()
    with pytest.raises(RuntimeError, match="You have to pass"):
        cases.get()  # type: ignore[call-overload]
    with pytest.raises(RuntimeError, match="You have to pass"):
        cases.contains()


def test_put_replaces_the_whole_document(db: JournalDB) -> None:
    cases = db.table("cases")
    cases.put(CASE, {"owes": 1, "unit": "K01"})
    cases.put(CASE, {"owes": 2})
    assert cases.raw(CASE) == {"owes": 2}
    assert dict(cases.each_raw()) == {CASE: {"owes": 2}}


def test_tables_come_and_go_and_stay_gone(tmp_path: Path) -> None:
    """Seen red with: drop_table that clears only memory."""
    with JournalDB(tmp_path / "s") as db:
        db.table("empty", persist_empty=True)
        for name in ("one", "two", "three"):
            db.table(name).insert({})
        db.table("two").truncate()
        db.drop_table("one")
        db.drop_table("never")
    with JournalDB(tmp_path / "s") as db:
        assert db.tables() == {"empty", "two", "three"}
        assert len(db.table("two")) == 0
        db.drop_tables()
        assert db.tables() == set()
    with JournalDB(tmp_path / "s") as db:
        assert db.storage.read() is None


def test_the_default_table_and_the_storage_contract(tmp_path: Path) -> None:
    """TinyDB's own table class works on the storage too. Seen red with: read that hands out the live tables."""
    with JournalDB(tmp_path / "s") as db:
        assert db.insert({"a": 1}) == "1"
        assert len(db) == 1
        assert list(db) == [{"a": 1}]
        data = db.storage.read()
        assert data == {"_default": {"1": {"a": 1}}}
        data["_default"]["1"]["a"] = 2
        assert db.storage.read() == {"_default": {"1": {"a": 1}}}
        plain = Table(db.storage, "plain")
        plain.insert({"b": 1})
        plain.update({"b": 2})
    with JournalDB(tmp_path / "s") as db:
        assert db.storage.read() == {"_default": {"1": {"a": 1}}, "plain": {"1": {"b": 2}}}


def test_documents_are_never_shared_with_the_caller(db: JournalDB) -> None:
    """Seen red with: the inserted object kept; the stored object returned by get, by search, by iteration."""
    cases = db.table("cases")
    cases.index("unit")
    mine: dict[str, Any] = {"unit": "K01", "lines": [{"owes": 1}]}
    cases.put(CASE, mine)
    cases.insert(Document(mine, "other"))  # type: ignore[arg-type]
    cases.update({"more": mine["lines"]}, doc_ids=[CASE])
    mine["lines"][0]["owes"] = 2
    every = where("unit") == "K01"
    by_id, by_cond = cases.get(doc_id=CASE), cases.get(every)
    for copy in [by_id, by_cond, *cases.search(every), *cases, *cases.find("unit", "K01"), *cases.get(doc_ids=[CASE])]:
        assert copy is not None
        copy["lines"][0]["owes"] = 3
    assert cases.raw(CASE) == {"unit": "K01", "lines": [{"owes": 1}], "more": [{"owes": 1}]}
    assert cases.raw("other") == {"unit": "K01", "lines": [{"owes": 1}]}


def test_a_reader_keeps_what_it_was_given(db: JournalDB) -> None:
    """Seen red with: each_raw over the live table."""
    cases = db.table("cases")
    cases.insert_multiple({"n": number} for number in range(3))
    before = cases.raw("1")
    rows = cases.each_raw()
    cases.update({"n": 9})
    cases.remove(doc_ids=["2"])
    assert before == {"n": 0}
    assert [doc["n"] for _, doc in rows] == [0, 1, 2]


def test_what_json_cannot_hold_is_refused_whole(db: JournalDB) -> None:
    """Seen red with: documents packed one by one, while those before are applied already."""
    cases = db.table("cases")
    with pytest.raises(TypeError):
        cases.insert_multiple([{"fine": 1}, {"not": {1, 2}}])
    with pytest.raises(TypeError):
        cases.put(CASE, {"too much": 1 << 70})
    assert cases.all() == []
    cases.put(CASE, {"fine": 1})


# -- Indexes ----------------------------------------------------------------------------------------------------------


def test_find_agrees_with_a_search(db: JournalDB) -> None:
    """Seen red with: documents without the field found as None; an old value left in the index; lists not comparable."""
    rows = db.table("rows")
    rows.put("early", {"unit": "K01", "n": None})
    rows.index("unit", "n")
    rows.put("a", {"unit": "K01", "n": 1})
    rows.put("b", {"unit": "K02"})
    rows.put("c", {"n": [1, {"x": 2}]})
    rows.update({"unit": "K03"}, doc_ids=["b"])
    rows.remove(doc_ids=["a"])
    for field, value in [
        ("unit", "K01"),
        ("unit", "K02"),
        ("unit", "K03"),
        ("n", None),
        ("n", [1, {"x": 2}]),
        ("n", 1),
    ]:
        assert ids(rows.find(field, value)) == ids(rows.search(where(field) == value)), (field, value)
    rows.truncate()
    assert rows.find("unit", "K01") == []
    with pytest.raises(LookupError, match="no index on owes"):
        rows.find("owes", 1)
