"""A store is opened by one process, stopped by the first failed write, closed, and kept short by snapshots.

Damage, torn writes and kills have files of their own; here the disk does what it is told, or says that it cannot.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from api_client import journal, store_folder
from api_client.journal_db import JournalDB
from api_client.snapshot import write_snapshot
from api_client.store_errors import StoreInUse, StoreStopped
from tests.unit.store_tools import break_calls, failing, watch_calls

CASE = "K01-24000731N"

pytestmark = pytest.mark.usefixtures("quick_disk")


# -- Opening, stopping, closing ---------------------------------------------------------------------------------------


def test_a_second_process_is_told_who_has_the_store(tmp_path: Path) -> None:
    """Seen red with: flock left out; the number of the process not written."""
    code = f"import sys; from api_client.journal_db import JournalDB; db = JournalDB({str(tmp_path / 's')!r}); "
    child = subprocess.Popen(
        [sys.executable, "-c", code + "print('open', flush=True); sys.stdin.read()"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        with pytest.raises(StoreInUse, match=rf"the store is open in process {child.pid} \(.+, since .+\)$") as refusal:
            JournalDB(tmp_path / "s")
        assert refusal.value.pid == child.pid
        child.kill()
    JournalDB(tmp_path / "s").close()


def test_only_the_owner_can_read_the_files(tmp_path: Path) -> None:
    """Seen red with: files made with the default mode; a wider folder left as it was."""
    folder = tmp_path / "s"
    folder.mkdir(mode=0o755)
    with JournalDB(folder) as db:
        assert db.storage.created
        db.table("cases").insert({})
        db.snapshot()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(
        ("lock", "journal-000001.log", "snapshot-000001.jsonl"), 0o600
    )
    with JournalDB(folder) as db:
        assert not db.storage.created


@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
def test_after_a_failed_write_the_store_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Until it is opened again. Seen red with: the failed change left in memory; the next write let through."""
    with JournalDB(tmp_path / "s") as db:
        cases = db.table("cases")
        cases.index("owes")
        cases.put(CASE, {"owes": 1})
        with monkeypatch.context() as broken:
            break_calls(broken, call)
            with pytest.raises(StoreStopped, match="No space left"):
                cases.put(CASE, {"owes": 2})
        assert cases.all() == [{"owes": 1}] == cases.find("owes", 1)
        for write in (lambda: cases.put("x", {}), db.snapshot, lambda: failing(db, lambda: None)):
            with pytest.raises(StoreStopped, match="open it again"):
                write()
    with JournalDB(tmp_path / "s") as db:
        db.table("cases").put("x", {})
        assert db.table("cases").raw(CASE) in ({"owes": 1}, {"owes": 2})


def test_an_interrupt_between_disk_and_memory_stops_the_store(db: JournalDB, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: only OSError stopping the store, so that the next record overwrote half of the last."""

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            db.table("cases").put(CASE, {"text": "x" * 900})
    with pytest.raises(StoreStopped):
        db.table("cases").put(CASE, {})


def test_opening_makes_durable_what_it_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last owner may have been killed before its sync: what it wrote can be read, and be gone after a power cut.

    Seen red with: a journal that is only read at opening.
    """
    with JournalDB(tmp_path / "s") as db:
        db.table("cases").put(CASE, {"owes": 1})
    calls = watch_calls(monkeypatch, "pwrite", "fdatasync")
    with JournalDB(tmp_path / "s"):
        assert [name for name, _ in calls] == ["pwrite", "fdatasync"]
        assert CASE.encode() in calls[0][1]


def test_a_closed_store_can_be_read_and_opened_again(tmp_path: Path) -> None:
    db = JournalDB(tmp_path / "s")
    cases = db.table("cases")
    cases.put(CASE, {})
    db.close()
    db.storage.close()
    assert cases.all() == [{}]
    with pytest.raises(StoreStopped, match="closed"):
        cases.put(CASE, {})
    JournalDB(tmp_path / "s").close()


def test_the_collector_is_off_while_loading_and_on_again_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: the collector left on; what was loaded not frozen."""
    with JournalDB(tmp_path / "s") as db:
        db.table("cases").insert_multiple({"n": [number]} for number in range(500))
    seen: list[bool] = []
    real = journal.record_at

    def watched(content: bytes, start: int) -> tuple[int, bytes, int] | None:
        seen.append(gc.isenabled())
        return real(content, start)

    monkeypatch.setattr(journal, "record_at", watched)
    gc.unfreeze()
    with JournalDB(tmp_path / "s"):
        assert set(seen) == {False}
        assert gc.isenabled()
        assert gc.get_freeze_count() > 500


# -- Snapshots --------------------------------------------------------------------------------------------------------


def test_a_long_journal_is_compacted_in_the_background(tmp_path: Path) -> None:
    """Seen red with: writes that went on in the closed journal."""
    rows = 0
    with JournalDB(tmp_path / "s", snapshot_bytes=20_000) as db:
        while db.storage._generation < 3:
            rows += 1
            with db.transaction():
                db.table("rows").put(f"row-{rows}", {"text": "x" * 300})
                db.table("totals").put("total", {"rows": rows})
        db.table("rows").put("during", {})
    kept = sorted(path.name for path in (tmp_path / "s").iterdir())
    assert kept[:1] + kept[-1:] == ["journal-000003.log", "snapshot-000003.jsonl"]
    with JournalDB(tmp_path / "s") as db:
        assert len(db.table("rows")) == rows + 1
        assert db.table("totals").raw("total") == {"rows": rows}


def test_writes_go_on_while_a_snapshot_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it holds what was there when it began. Seen red with: a snapshot of the live tables; one that is waited for."""
    go_on, real = threading.Event(), write_snapshot

    def slow(*args: Any) -> None:
        assert go_on.wait(10)
        real(*args)

    monkeypatch.setattr(store_folder, "write_snapshot", slow)
    with JournalDB(tmp_path / "s", snapshot_bytes=1) as db:
        db.table("rows").put("before", {"n": 1})
        db.table("rows").put("before", {"n": 2})
        db.table("rows").put("during", {})
        db.drop_table("rows")
        go_on.set()
    assert b'"before",{"n":1}' in (tmp_path / "s/snapshot-000001.jsonl").read_bytes()
    with JournalDB(tmp_path / "s") as db:
        assert db.tables() == set()


@pytest.mark.parametrize("call", ["replace", "open"])
def test_a_failed_snapshot_is_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """In the background it is only noted; asked for, it is an error; the journals hold everything.

    Seen red with: a transaction reported as failed because the snapshot after it was.
    """
    with JournalDB(tmp_path / "s", snapshot_bytes=400) as db:
        rows = db.table("rows")
        with monkeypatch.context() as broken:
            break_calls(broken, call)
            for number in range(6):
                rows.put(str(number), {"text": "x" * 200})
            db.storage._wait()
            assert db.storage.snapshot_error is not None
            with pytest.raises(OSError, match="No space"):
                db.snapshot()
        rows.put("after", {})
    with JournalDB(tmp_path / "s") as db:
        assert len(db.table("rows")) == 7
        db.snapshot()
    assert len(list((tmp_path / "s").iterdir())) == 3


def test_a_document_longer_than_the_reserve(tmp_path: Path) -> None:
    """Seen red with: zeros reserved by the fixed amount only."""
    with JournalDB(tmp_path / "s") as db:
        db.table("long").put("a", {"text": "x" * 50_000})
        db.table("long").put("b", {"text": "y"})
    with JournalDB(tmp_path / "s") as db:
        assert [len(doc["text"]) for doc in db.table("long")] == [50_000, 1]
