"""`u` at the desk: what was saved last is taken back, and a case that came since goes back as it came."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from casework.accounts import CaseId
from casework.actions.promise import MakePromise
from tests.contract.conftest import LocalOffice, account
from tests.unit.test_case_screen import desk, head, keys, said
from tests.unit.test_open_cases import strip
from tui.screens.case import CaseScreen
from tui.widgets.field_map import FieldMap
from tui.widgets.reader import Reader

ONE, TWO = CaseId("K01-26000001D"), CaseId("K01-26000002W")


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    made = LocalOffice(tmp_path / "store")
    made.add(account(1), account(2))
    return made


async def test_what_was_saved_is_taken_back_and_the_case_is_ours_again(office: LocalOffice) -> None:
    """Seen red with: the tab of the case that came since left standing."""
    here = office.desk("ann")
    async with desk(office) as pilot:
        await keys(pilot, "n", "s", *"hours", "f10")
        assert TWO in head(pilot)
        await keys(pilot, "u")
        assert ONE in head(pilot)
        assert "undone" in said(pilot)
        assert "you opened it" not in head(pilot)
        assert [(one.case, one.slot) for one in await here.my_claims()] == [(ONE, "work")]
        assert strip(pilot) == ""


async def test_after_the_last_case_of_a_queue_it_is_taken_back_from_the_queues(office: LocalOffice) -> None:
    """Seen red with: nothing bound to it there."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "s", *"hours", "f10", "s", *"hours", "f10")
        assert pilot.app.screen.query("#queues")
        await keys(pilot, "u")
        assert isinstance(pilot.app.screen, CaseScreen)
        assert TWO in head(pilot)


async def test_half_a_minute_later_it_stays_and_so_does_the_case_on_the_screen(office: LocalOffice) -> None:
    """Seen red with: the case in hand given back before that was known."""
    here = office.desk("ann")
    async with desk(office) as pilot:
        await keys(pilot, "n", "s", *"hours", "f10")
        office.at(office.store.now() + timedelta(seconds=31))
        await keys(pilot, "u")
        assert "more than 30 seconds ago" in said(pilot)
        assert TWO in head(pilot)
        assert [one.case for one in await here.my_claims()] == [TWO]


async def test_with_nothing_saved_there_is_nothing_to_undo(office: LocalOffice) -> None:
    """The last act of somebody else is theirs."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "u")
        assert "nothing was saved here" in said(pilot)


async def test_what_somebody_else_changed_is_shown_beside_what_is_typed(office: LocalOffice) -> None:
    """Seen red with: the comparison left out; the page left standing when the form had gone."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "p", *"50", "enter", *"fri")
        other = MakePromise(amount_pence=2_000, due=date(2026, 11, 20), method="card")
        await office.desk("ben").act(ONE, other, key="theirs")
        await keys(pilot, "f10")
        shown = pilot.app.screen.query_one("#detail", Reader)
        assert "Changed while you were typing" in shown._heading
        assert "promise of £20.00" in shown._text or "£20.00" in shown._text
        assert pilot.app.screen.query_one("#form", FieldMap).values["amount_pence"] == "50"
        assert "Your text is kept" in said(pilot)
        await keys(pilot, "f12", "f12")
        assert not shown.is_open
