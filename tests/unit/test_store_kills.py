"""Kill -9 inside the system calls of a store at work: whatever was acknowledged is there, once, and nothing by halves.

Each round runs the same work in a child process which is killed inside one chosen call (``kill_shim``), and opens what
it left. The work: a batch that fills the store; then steps of one history line and one transaction over two tables,
each acknowledged on standard output when it has returned, with two snapshots among them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api_client.history_log import Entry, HistoryLog
from api_client.journal import JournalDB
from tests.unit import kill_shim

STEPS = 9
SNAPSHOTS_AFTER = (3, 6)
ROOT = Path(__file__).parents[2]


def work(folder: Path) -> None:
    """What the child does. The totals and the rows must always tell the same story."""
    counts = kill_shim.install()
    db, log = JournalDB(folder), HistoryLog(folder / "history.log")
    rows, totals = db.table("rows"), db.table("totals")
    with db.bulk():
        for number in range(20):
            rows.put(f"filled-{number}", {"step": 0})
        totals.put("total", {"steps": 0, "last": None, "log": 0})
    acknowledge("filled")
    last = None
    for step in range(1, STEPS + 1):
        (last,) = log.append([Entry("K01-24000731N", b'{"step":%d}' % step, last)])
        with db.transaction():
            rows.put(f"step-{step}", {"step": step, "text": "owes £1,240.00 " * 90})
            rows.remove(doc_ids=[f"step-{step - 2}"])
            totals.put("total", {"steps": step, "last": last, "log": log.length})
        acknowledge(str(step))
        if step in SNAPSHOTS_AFTER:
            db.snapshot()
            acknowledge("snapshot")
    db.close()
    acknowledge(repr(sorted(counts.items())))


def acknowledge(what: str) -> None:
    os.write(1, what.encode() + b"\n")


def run(folder: Path, kill: str) -> tuple[int, list[str]]:
    """(exit status, what was acknowledged) of the work in a child killed at ``kill``."""
    code = f"from pathlib import Path; from tests.unit.test_store_kills import work; work(Path({str(folder)!r}))"
    environment = {**os.environ, kill_shim.VARIABLE: kill}
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert child.returncode == -signal.SIGKILL or not child.stderr, child.stderr
    return child.returncode, child.stdout.split("\n")[:-1]


def check(folder: Path, acknowledged: list[str]) -> None:
    """What the child left holds all it acknowledged, at most one step more, and takes new work."""
    done = max((int(line) for line in acknowledged if line.isdigit()), default=0)
    with JournalDB(folder) as db:
        total = db.table("totals").get(doc_id="total")
        if total is None:
            assert "filled" not in acknowledged
            assert not db.tables()
        else:
            steps = total["steps"]
            assert done <= steps <= done + 1
            expected = {f"filled-{number}" for number in range(20)}
            expected |= {f"step-{step}" for step in range(max(1, steps - 1), steps + 1)}
            assert {row.doc_id for row in db.table("rows")} == expected
            log = HistoryLog(folder / "history.log")
            log.cut(total["log"])
            assert [line.body for line in log.walk()] == [b'{"step":%d}' % n for n in range(1, steps + 1)]
            assert total["last"] is None or len(list(log.back(total["last"]))) == steps
            log.close()
        db.table("rows").put("after", {})  # shorter than any torn record: nothing of one may show behind it
    with JournalDB(folder) as db:
        db.snapshot()
        db.table("rows").put("again", {})
    with JournalDB(folder) as db:
        assert db.table("rows").contains(doc_id="after")
        assert db.table("rows").contains(doc_id="again")


KILLS = [
    # The first journal: its zeros, their sync, the sync of the folder and of the one above; then the history's folder.
    *("pwrite:1:half", "pwrite:1:after", "fsync:1:before", "fsync:2:before", "fsync:3:after", "fsync:4:before"),
    # The batch: next journal, closing record, snapshot and trailer, rename, removal of the old journal.
    *("pwrite:2:half", "fsync:6:after", "pwrite:3:half", "pwrite:3:-1", "fdatasync:1:before", "fdatasync:1:after"),
    *("pwrite:4:half", "pwrite:5:half", "fsync:7:before", "replace:1:before", "replace:1:after", "fsync:8:before"),
    *("unlink:1:before", "unlink:1:after"),
    # Steps: the history line, its sync, the record, its sync.
    *("pwrite:6:half", "fdatasync:2:before", "pwrite:7:1", "pwrite:7:23", "pwrite:7:half", "pwrite:7:-1"),
    *("pwrite:7:after", "fdatasync:3:before", "fdatasync:3:after", "pwrite:8:after", "pwrite:9:512"),
    # A snapshot between steps, and the first step after it.
    *("pwrite:12:half", "pwrite:13:half", "pwrite:13:after", "fdatasync:8:before", "pwrite:14:half"),
    *("replace:2:before", "replace:2:after", "unlink:2:after", "unlink:3:before", "pwrite:16:half", "pwrite:17:half"),
    # The second snapshot, the last step, and giving back the lock.
    *("replace:3:before", "unlink:4:after", "unlink:5:after", "pwrite:31:half", "ftruncate:2:before"),
]


@pytest.mark.parametrize("kill", KILLS)
def test_a_kill_inside_a_call_loses_nothing_acknowledged(tmp_path: Path, kill: str) -> None:
    """Seen red with: an acknowledgement before the record is written; a torn record left in place under a shorter one;
    the history log not cut at opening; the old journal closed before the next one exists; a snapshot written in place;
    old files removed before the rename."""
    status, acknowledged = run(tmp_path / "store", kill)
    assert status == -signal.SIGKILL, acknowledged
    check(tmp_path / "store", acknowledged)


@pytest.mark.parametrize("kill", ["ftruncate:2:before", "ftruncate:2:after", "fsync:1:before", "pwrite:1:half"])
@pytest.mark.parametrize("before", ["pwrite:7:half", "pwrite:17:-1"])
def test_a_kill_inside_the_repair_loses_nothing_either(tmp_path: Path, before: str, kill: str) -> None:
    """Opening cuts a torn record off and writes the last sound one again; killed there, it can be opened once more.

    Seen red with: the torn record overwritten with zeros from its beginning instead of cut off.
    """
    _, acknowledged = run(tmp_path / "store", before)
    status, _ = run(tmp_path / "store", kill)
    assert status == -signal.SIGKILL
    check(tmp_path / "store", acknowledged)
