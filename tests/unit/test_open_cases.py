"""Cases side by side: five at most, one to work and one on the line, each as it was left."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from casework.accounts import CaseId
from tests.contract.conftest import LocalOffice, account
from tests.unit.test_case_screen import desk, head, keys, said
from tui.open_cases import MOST
from tui.screens.case import CaseScreen
from tui.screens.find import FindScreen
from tui.screens.queues import QueuesScreen
from tui.widgets.field_map import FieldMap
from tui.widgets.lines import Lines

ONE, TWO = CaseId("K01-26000001D"), CaseId("K01-26000002W")


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    made = LocalOffice(tmp_path / "store")
    made.add(*(account(n) for n in range(1, MOST + 3)))
    return made


def strip(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#cases", Lines).text


def number(case: CaseId) -> str:
    return case.split("-")[1].lower()


async def find(pilot: Pilot[None], case: CaseId) -> None:
    await keys(pilot, *number(case))


async def test_a_second_case_stands_beside_the_first_and_each_comes_back_as_it_was_left(office: LocalOffice) -> None:
    """Seen red with: the form not opened again; the tab forgotten."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "right_square_bracket", "o", *"half a")
        await keys(pilot, "escape")
        await find(pilot, TWO)
        assert TWO in head(pilot)
        assert strip(pilot).split() == [ONE, "yours", ">" + TWO, "to", "read"]
        await keys(pilot, "f2")
        assert ONE in head(pilot)
        assert ">2 Money" in pilot.app.screen.query_one("#tabs", Lines).text
        await keys(pilot, "left_curly_bracket", "o", *"half b", "f2")
        assert ONE in head(pilot)
        assert "✎" in strip(pilot)
        await keys(pilot, "f2")
        form = pilot.app.screen.query_one("#form", FieldMap)
        assert form.has_focus
        assert form.values == {"text": "half b"}


async def test_a_caller_is_held_beside_the_case_in_hand(office: LocalOffice) -> None:
    """Seen red with: the claim for work taken for it; the claim kept when the case is put away."""
    here = office.desk("ann")
    async with desk(office) as pilot:
        await keys(pilot, "n")
        await find(pilot, TWO)
        await keys(pilot, "i")
        assert {(one.case, one.slot) for one in await here.my_claims()} == {(ONE, "work"), (TWO, "call")}
        assert "on the line" in strip(pilot)
        assert pilot.app.screen.query_one("#form", FieldMap).has_focus
        await keys(pilot, "f12", "l")
        assert [one.case for one in await here.my_claims()] == [ONE]
        assert ONE in head(pilot)
        assert strip(pilot) == ""


async def test_when_somebody_rings_whose_case_it_is_comes_first_and_what_was_typed_is_kept(office: LocalOffice) -> None:
    """Seen red with: the form that was open forgotten."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "o", *"half", "f11")
        assert isinstance(pilot.app.screen, FindScreen)
        await find(pilot, TWO)
        assert TWO in head(pilot)
        assert pilot.app.screen.query_one("#form", FieldMap).values["direction"] == "in"
        await keys(pilot, "f12", "f2")
        assert pilot.app.screen.query_one("#form", FieldMap).values == {"text": "half"}


async def test_a_find_that_is_given_up_answers_no_call(office: LocalOffice) -> None:
    """Seen red with: the call opened under the next case that was found."""
    async with desk(office) as pilot:
        await keys(pilot, "i", "escape", "slash")
        await find(pilot, TWO)
        assert not pilot.app.screen.query_one("#form", FieldMap).is_open


async def test_the_next_case_takes_the_place_of_the_one_that_is_done(office: LocalOffice) -> None:
    """Seen red with: the finished ones left standing."""
    async with desk(office) as pilot:
        await keys(pilot, "n")
        await find(pilot, account(3).id)
        await keys(pilot, "f2", "s", *"hours", "f10")
        assert strip(pilot).split() == [">" + TWO, "yours", account(3).id, "to", "read"]


async def test_a_sixth_case_puts_away_the_oldest_that_is_not_ours(office: LocalOffice) -> None:
    """Seen red with: the one in hand put away."""
    async with desk(office) as pilot:
        await keys(pilot, "n")
        for n in range(2, MOST + 2):
            await find(pilot, account(n).id)
        assert ONE in strip(pilot)
        assert TWO not in strip(pilot)
        assert "was put away" in said(pilot)


async def test_an_unfinished_case_is_wrapped_up_before_it_is_put_away(office: LocalOffice) -> None:
    """Seen red with: a claimed case dropped from the screen."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "l")
        assert isinstance(pilot.app.screen, CaseScreen)
        assert pilot.app.screen.query_one("#form", FieldMap).is_open


async def test_with_the_last_case_put_away_there_are_the_queues(office: LocalOffice) -> None:
    """Seen red with: the case left on the screen."""
    async with desk(office) as pilot:
        await find(pilot, TWO)
        await keys(pilot, "l")
        assert isinstance(pilot.app.screen, QueuesScreen)


async def test_a_call_that_was_left_goes_on_at_who_is_on_the_line(office: LocalOffice) -> None:
    """What they said is not kept, so what is typed next must not become the outcome. Seen red with: the cursor in the first
    field that is empty."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "s", "escape", "c")
        form = pilot.app.screen.query_one("#form", FieldMap)
        assert form.values["answered"] == "them"
        assert form.current == "identity"
