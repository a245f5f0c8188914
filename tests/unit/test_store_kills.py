"""Kill -9 inside the system calls of a store at work: whatever was acknowledged is there, once, and nothing by halves.

Each round runs the same work (``kill_work``) in a child process which is killed inside one chosen call (``kill_shim``),
and opens what it left.
"""

from __future__ import annotations

import signal
from multiprocessing import get_context
from pathlib import Path

import pytest

from api_client.history_log import HistoryLog
from api_client.journal_db import JournalDB
from tests.unit.kill_work import work

pytestmark = pytest.mark.usefixtures("quick_disk")

PROCESSES = get_context("forkserver")
"""Makes children that have the imports behind them, from a process that has never had a thread."""
PROCESSES.set_forkserver_preload(["__main__", "tests.unit.kill_work"])


def run(folder: Path, kill: str) -> tuple[int | None, list[str]]:
    """(exit status, what was acknowledged) of the work in a child killed at ``kill``."""
    told = folder.with_suffix(".told")
    told.unlink(missing_ok=True)
    child = PROCESSES.Process(target=work, args=(folder, told, kill))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode, told.read_text().split("\n")[:-1]


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
    # Each rename and each removal while it is made.
    *(f"replace:{number}:during" for number in (1, 2, 3)),
    *(f"unlink:{number}:during" for number in (1, 2, 3, 4, 5)),
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
