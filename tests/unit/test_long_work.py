"""Work of the desk that takes its time on a large store: it tells how far it is, and can be stopped where that is safe."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from api_client.local_desk import LocalDesk
from api_client.watch import Cancelled, Watch
from casework.staff import Staff
from greenwax.opening import Shown, _signed_in
from tests.contract.conftest import THURSDAY, LocalOffice, account
from tests.unit.test_case_screen import keys, said
from tui.app import GreenwaxDesk
from tui.screens.find import FindScreen
from tui.screens.queues import QueuesScreen
from tui.widgets.rows import Rows

WEEKLY = {"plan": "instalments", "amount_pence": 2_000, "every": "weekly", "start": "2026-11-20"}

OPENED = 2
"""The version of a case that was opened, and to which nothing happened since."""


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    """Six accounts, and it is three weeks later: each has missed instalments, which the calendar has not seen yet."""
    made = LocalOffice(tmp_path / "store")
    made.add(*(account(n, terms=WEEKLY) for n in range(1, 7)))
    made.at(THURSDAY + timedelta(days=21))
    return made


def missed(office: LocalOffice) -> int:
    """On how many cases the calendar has seen what was missed."""
    cases = [office.peek("ann", case_id).case for case_id in list(office.store.cases.ids())]
    return sum(case.version > OPENED for case in cases)


async def test_a_calendar_that_was_stopped_goes_on_at_the_next_sign_in(office: LocalOffice) -> None:
    """Those that had their turn keep it. Seen red with: `ticked` put down before the cases."""
    heard: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        heard.append((done, total))
        if done == 3:
            raise Cancelled.because("cancelled", "enough")

    with pytest.raises(Cancelled):
        await office.desk("ann").sign_in(stop)
    assert heard == [(0, 6), (1, 6), (2, 6), (3, 6)]
    assert missed(office) == 3
    await office.desk("ann").sign_in()
    assert missed(office) == 6


class Interrupted(LocalDesk):
    """Somebody presses Ctrl+C while the calendar runs."""

    async def sign_in(self, watch: Watch = lambda done, total: None) -> Staff:
        signal.raise_signal(signal.SIGINT)
        return await super().sign_in(watch)


def test_ctrl_c_while_the_calendar_runs_opens_the_desk(office: LocalOffice) -> None:
    """And the desk says what is still to come. Seen red with: the program ended by it."""
    me, unfinished = _signed_in(Interrupted(office.store, "ann"))
    assert me.id == "ann"
    assert "when the desk is opened again" in unfinished
    assert missed(office) == 0
    assert _signed_in(office.desk("ann")) == (me, "")
    assert missed(office) == 6


class StillReading(LocalDesk):
    """What a search needs is not all there yet."""

    ready: asyncio.Event

    async def warm(self) -> bool:
        await self.ready.wait()
        return await super().warm()


async def test_a_search_before_all_is_ready_waits_without_stopping_the_desk(office: LocalOffice) -> None:
    """It says so, Esc gives it up, and what was looked for last comes by itself. Seen red with: the search awaited in the
    handler of the key, so that Esc waited too."""
    here = StillReading(office.store, "ann")
    here.ready = asyncio.Event()
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None)
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "/", *"payer", "enter")
        assert "getting ready" in said(pilot)
        await keys(pilot, "escape")
        assert isinstance(app.screen, QueuesScreen)
        await keys(pilot, "/", *"payer", "enter")
        assert "getting ready" in said(pilot)
        here.ready.set()
        await pilot.pause(0.2)
        assert isinstance(app.screen, FindScreen)
        assert "6 found" in said(pilot)
        assert app.screen.query_one("#found", Rows).has_focus
    office.store.close()


async def test_what_is_typed_on_is_not_overtaken_by_what_was_looked_for(office: LocalOffice) -> None:
    """Seen red with: the list taking the keys in the middle of a word."""
    here = StillReading(office.store, "ann")
    here.ready = asyncio.Event()
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None)
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "/", *"pay", "enter", *"er")
        here.ready.set()
        await pilot.pause(0.2)
        assert app.screen.query_one("#box").has_focus
        await keys(pilot, "enter")
        assert "6 found" in said(pilot)
    office.store.close()


def test_the_tour_is_shown_once_to_each(tmp_path: Path) -> None:
    """And again where nothing can be written down. Seen red with: one name for all."""
    shown = Shown(tmp_path)
    assert not shown.before("ann")
    shown.remember("ann")
    shown.remember("ann")
    assert shown.before("ann")
    assert not Shown(tmp_path).before("ben")
    assert Shown(tmp_path).before("ann")
    nowhere = Shown(tmp_path / "none")
    nowhere.remember("ann")
    assert not nowhere.before("ann")
