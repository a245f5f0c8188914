"""The work of a store that is to be killed at it, apart from the tests: it runs in a process of its own.

A batch that fills the store; then steps of one history line and one transaction over two tables, with two snapshots
among them. Each is acknowledged, in a file of its own, when it has returned.
"""

from __future__ import annotations

import os
from pathlib import Path

from api_client.history_log import Entry, HistoryLog
from api_client.journal_db import JournalDB
from tests.unit import kill_shim
from tests.unit.store_tools import quicken

STEPS = 9
SNAPSHOTS_AFTER = (3, 6)


def work(folder: Path, acknowledgements: Path, kill: str) -> None:
    """What the child does. The totals and the rows must always tell the same story."""
    told = os.open(acknowledgements, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def acknowledge(what: str) -> None:
        os.write(told, what.encode() + b"\n")

    os.environ[kill_shim.VARIABLE] = kill
    quicken(setattr, ahead=1 << 16)
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
