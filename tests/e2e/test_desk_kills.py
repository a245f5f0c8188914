"""Kill -9 inside the system calls of a desk at work: what was acknowledged is there once, nothing is there by halves.

The child pulls cases and takes receipts, notes and wrap-ups, writing each action's key to a file once the desk has answered,
and takes two snapshots in between. It is killed inside one chosen write, sync, rename or removal; then the store is opened and
compared with what was acknowledged; whatever is there is done once more with its key, which changes nothing.
"""

from __future__ import annotations

import ast
import asyncio
import os
import signal
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest

from api_client import audit
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from casework.accounts import CaseId
from casework.actions.declare import Action
from casework.actions.note import WriteNote
from casework.actions.receipt import TakeReceipt
from casework.actions.work import WrapUp
from casework.commit import open_case
from casework.history import check
from casework.situation import Situation
from tests.contract.conftest import STAFF, THURSDAY, account
from tests.unit import kill_shim
from tests.unit.store_tools import put_cases, quicken

CASES = 4
SNAPSHOTS_AFTER = (2, 3)

PROCESSES = get_context("forkserver")
"""Makes children that have the imports behind them, from a process that has never had a thread."""
PROCESSES.set_forkserver_preload(["tests.e2e.test_desk_kills"])


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill loses nothing that was written, so nothing need be waited for."""
    quicken(monkeypatch.setattr, ahead=1 << 16)


def fill(folder: Path) -> None:
    """An office of four cases, each owing £100.00."""
    store = LocalStore(folder, packaged_tables())
    store.begin("practice", STAFF, clock=THURSDAY)
    situation = Situation(THURSDAY, STAFF[0], store.reference)
    put_cases(store, *(open_case(account(n), situation) for n in range(1, CASES + 1)))
    store.close()


def meant(key: str) -> Action:
    """What is done with a key: a receipt, a note, or the wrap-up."""
    n = int(key[1:])
    if key[0] == "r":
        return TakeReceipt(amount_pence=100 * n, method="card", received_on=date(2026, 11, 19))
    return WriteNote(text=f"note {n}") if key[0] == "n" else WrapUp(outcome="NO_ANS")


def work(folder: Path, acknowledgements: Path, kill: str) -> None:
    """What the child does: for each case a receipt of one more pound, a note, and the wrap-up."""
    told = os.open(acknowledgements, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.environ[kill_shim.VARIABLE] = kill
    quicken(setattr, ahead=1 << 16)
    counts = kill_shim.install()
    store = LocalStore(folder, packaged_tables())
    desk = LocalDesk(store, "ann")

    async def day() -> None:
        await desk.sign_in()
        for n in range(1, CASES + 1):
            claimed = await desk.pull_next()
            assert claimed is not None
            case_id = claimed.claim.case
            for key in (f"r{n}", f"n{n}", f"w{n}"):
                await desk.act(case_id, meant(key), key=key)
                os.write(told, f"{key} {case_id}\n".encode())
            if n in SNAPSHOTS_AFTER:
                store.db.snapshot()

    asyncio.run(day())
    store.close()
    os.write(told, repr(sorted(counts.items())).encode() + b"\n")


def run(folder: Path, kill: str) -> tuple[int | None, list[str]]:
    """(exit status, what was acknowledged) of the work in a child killed at `kill`."""
    told = folder.with_suffix(".told")
    told.touch()
    child = PROCESSES.Process(target=work, args=(folder, told, kill))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode, told.read_text().split("\n")[:-1]


PLACES = (
    *(f"pwrite:{n}:{how}" for n in (2, 5, 8, 11, 14, 17, 20, 23) for how in ("half", "-1")),
    *(f"pwrite:{n}:after" for n in range(1, 27)),
    *(f"fdatasync:{n}:{how}" for n in (3, 8, 13, 18, 23) for how in ("before", "after")),
)
NAMES = (
    *(f"replace:{n}:{how}" for n in (1, 2) for how in ("before", "during", "after")),
    *(f"unlink:{n}:{how}" for n in (1, 2, 3) for how in ("before", "during", "after")),
)
"""Of the snapshots: the rename to its name, and the removal of what it makes superfluous."""


@pytest.mark.parametrize("kill", [*PLACES, *NAMES])
def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, kill: str) -> None:
    """Seen red with: the history not cut on opening; the key written in a transaction of its own after the case (the action
    done twice); the claim removed in another transaction."""
    folder = tmp_path / "store"
    fill(folder)
    status, lines = run(folder, kill)
    assert status == -signal.SIGKILL, "the place was never reached"
    acknowledged = dict(line.split() for line in lines)

    store = LocalStore(folder, packaged_tables())
    desk = LocalDesk(store, "ann")
    assert audit.verify(store).ok, audit.verify(store)
    assert list(audit.problems(store)) == []
    found: dict[str, str] = {}
    for case_id, _ in store.cases.each_raw():
        events = store.events(CaseId(case_id))
        check(CaseId(case_id), events)
        for key in {event.key for event in events if event.key}:
            assert key not in found
            found[key] = case_id
    assert acknowledged.items() <= found.items()
    assert len(found) - len(acknowledged) <= 1
    wrapped = {case for key, case in found.items() if key.startswith("w")}
    assert not wrapped & {claim.case for claim in asyncio.run(desk.my_claims())}
    asyncio.run(goes_on(desk, found))
    store.close()


async def goes_on(desk: LocalDesk, done: dict[str, str]) -> None:
    """The same keys again do nothing, acknowledged or not; new work is taken."""
    for key, case_id in done.items():
        before = desk.store.load(CaseId(case_id)).case
        await desk.act(CaseId(case_id), meant(key), key=key)
        assert desk.store.load(CaseId(case_id)).case == before
    await desk.act(account(1).id, WriteNote(text="after"), key="after")


def test_the_places_cover_a_whole_day(tmp_path: Path) -> None:
    """The child does its day when it is not killed, and makes the calls that the places name."""
    folder = tmp_path / "store"
    fill(folder)
    status, lines = run(folder, "none:0:before")

    assert status == 0
    counts = dict(ast.literal_eval(lines[-1]))
    assert counts["pwrite"] >= 26
    assert counts["fdatasync"] >= 24
    assert (counts["replace"], counts["unlink"]) == (2, 3)
