"""Transactions and bulks: one record, one sync, all or nothing, in memory as on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from api_client.journal_db import JournalDB
from api_client.journal_storage import JournalStorage
from api_client.store_errors import StoreStopped
from tests.unit.store_tools import break_calls, failing, watch_calls

CASE = "K01-24000731N"

pytestmark = pytest.mark.usefixtures("quick_disk")


# -- Transactions -----------------------------------------------------------------------------------------------------


def test_a_transaction_is_one_record_and_one_sync(db: JournalDB, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: a record for each table; fdatasync left out of append."""
    calls = watch_calls(monkeypatch, "pwrite", "fdatasync", "fsync")
    with db.transaction():
        db.table("cases").put(CASE, {"owes": 1})
        db.table("queue").insert_multiple([{}, {}])
        assert db.table("cases").raw(CASE) == {"owes": 1}
    assert [name for name, _ in calls] == ["pwrite", "fdatasync"]
    with db.transaction():
        pass
    assert [name for name, _ in calls] == ["pwrite", "fdatasync"]


def test_an_error_takes_all_back(tmp_path: Path) -> None:
    """Documents, tables, indexes, next ids. Seen red with: undo in the order done; next ids not restored; a table
    that the transaction made left behind."""
    with JournalDB(tmp_path / "s") as db:
        cases = db.table("cases")
        cases.index("unit")
        cases.insert_multiple([{"unit": "K01"}, {"unit": "K02"}, {"unit": "K01"}])
        cases.remove(doc_ids=["3"])
        before = db.storage.read()

        def work() -> None:
            cases.put("1", {"unit": "K02"})
            cases.put("1", {"unit": "K03"})
            cases.remove(doc_ids=["2"])
            cases.insert({"unit": "K01"})
            db.table("new").insert({})
            cases.truncate()
            cases.insert({"unit": "K09"})
            db.drop_table("cases")

        failing(db, work)
        assert db.storage.read() == before
        assert [row.doc_id for row in cases.find("unit", "K01")] == ["1"]
        assert [row.doc_id for row in cases.find("unit", "K02")] == ["2"]
        assert cases.find("unit", "K09") == []
        assert cases.insert({}) == "4"
        assert db.table("new").insert({}) == "1"
        after = db.storage.read()
    with JournalDB(tmp_path / "s") as db:
        assert db.storage.read() == after


def test_transactions_do_not_nest(db: JournalDB) -> None:
    def nested() -> None:
        with db.transaction():
            db.table("cases").put("outer", {})
            with db.transaction():
                db.table("cases").put("inner", {})

    with pytest.raises(RuntimeError, match="open already"):
        nested()
    assert db.table("cases").all() == []
    for forbidden in (db.snapshot, db.close):
        with pytest.raises(RuntimeError, match="not possible inside"), db.transaction():
            forbidden()
    with pytest.raises(RuntimeError, match="not possible inside"), db.transaction(), db.bulk():
        pass


def test_a_transaction_costs_what_it_touches(db: JournalDB) -> None:
    """Seen red with: a copy of the whole table for each transaction."""
    cases = db.table("cases")
    with db.bulk():
        for number in range(2000):
            cases.put(f"K01-{number}", {"n": number})
    table = db.storage.memory.tables["cases"]
    with db.transaction():
        cases.put("K01-7", {"n": 0})
        assert db.storage._transaction is not None
        assert len(db.storage._transaction.undo) == 1
    assert db.storage.memory.tables["cases"] is table


def test_storage_can_be_used_alone(tmp_path: Path) -> None:
    storage = JournalStorage(str(tmp_path / "s"))
    storage.commit([("rows", "a", b'{"n":1}'), ("rows", "b", None)])
    storage.commit([])
    assert storage.read() == {"rows": {"a": {"n": 1}}}
    storage.close()


# -- Bulk -------------------------------------------------------------------------------------------------------------


def test_a_bulk_syncs_at_its_end_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: bulk changes written to the journal as they come; a bulk that ends without its snapshot."""
    with JournalDB(tmp_path / "s") as db:
        with monkeypatch.context() as watched, db.bulk():
            break_calls(watched, "pwrite", "fdatasync", "fsync")
            db.table("cases").put(CASE, {"owes": 1})
            with db.transaction():
                db.table("queue").insert({})
            failing(db, lambda: db.table("queue").insert({}))
            watched.undo()
        assert not (tmp_path / "s/journal-000000.log").exists()
        db.table("cases").put("after", {})
        expected = {"cases": {CASE: {"owes": 1}, "after": {}}, "queue": {"1": {}}}
        assert db.storage.read() == expected
    with JournalDB(tmp_path / "s") as db:
        assert db.storage.read() == expected


def test_a_failed_bulk_leaves_the_store_as_it_was(db: JournalDB, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: a bulk that keeps what it had done; a failed snapshot taken for success."""
    cases = db.table("cases")
    cases.insert({"unit": "K01"})

    def fill() -> None:
        with db.bulk():
            cases.insert({"unit": "K02"})
            with db.transaction():
                cases.update({"unit": "K03"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fill()
    assert cases.all() == [{"unit": "K01"}]
    assert cases.insert({}) == "2"

    def fill_full_disk() -> None:
        with db.bulk():
            cases.insert({"unit": "K04"})

    with monkeypatch.context() as broken:
        break_calls(broken, "replace")
        with pytest.raises(StoreStopped):
            fill_full_disk()
    assert cases.all() == [{"unit": "K01"}, {}]
    with pytest.raises(StoreStopped):
        cases.insert({})
