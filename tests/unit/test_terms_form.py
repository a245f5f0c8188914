"""The form of terms at the desk, key by key: how few keys it takes, what stands beside it, two proposals compared. Keystrokes
page, sections 7 and 8: terms 9 keys, a promise 7.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from casework.accounts import CaseId
from tests.contract.conftest import LocalOffice, account
from tests.unit.test_case_screen import desk, form, said
from tui.screens.beside_pane import BesidePane
from tui.widgets.key_bar import KeyBar

ONE = CaseId("K01-26000001D")
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)])
JOB_5 = ("t", "2", "0", "enter", "w", "f", "r", "enter", "h")
JOB_4 = ("p", "5", "0", "enter", "t", "u", "f10")


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    """£100.00 at £20.00 a week, all of it overdue."""
    made = LocalOffice(tmp_path / "store")
    made.add(account(1))
    return made


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


def pane(pilot: Pilot[None]) -> list[str]:
    shown = pilot.app.screen.query_one("#beside", BesidePane)
    return [one.rstrip() for one in shown.text.splitlines()]


@SIZES
async def test_new_terms_take_nine_keys(office: LocalOffice, size: tuple[int, int]) -> None:
    """Seen red with: the periods without letters; the reason that moves on instead of saving."""
    assert len(JOB_5) == 9
    async with desk(office, size=size) as pilot:
        await press(pilot, "n")
        await press(pilot, *JOB_5)
        case = office.peek("ann", ONE).case
        assert (str(case.terms), case.in_force and case.in_force.reason) == ("£20.00 weekly from 20 Nov 2026", "HOURS")


async def test_a_promise_takes_seven_keys(office: LocalOffice) -> None:
    """The way to pay is in its place."""
    assert len(JOB_4) == 7
    async with desk(office) as pilot:
        await press(pilot, "n")
        await press(pilot, *JOB_4)
        promise = office.peek("ann", ONE).case.open_promise
        assert promise is not None
        assert (promise.amount_pence, promise.due.isoformat(), promise.method) == (5_000, "2026-11-24", "card")


async def test_another_reason_goes_on_to_the_note(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await press(pilot, "n", *JOB_5[:-1], "o")
        assert form(pilot).is_open and form(pilot).current == "note"
        await press(pilot, *"son", "enter")
        case = office.peek("ann", ONE).case
        assert case.in_force is not None and case.in_force.reason == "OTHER"


async def test_all_of_it_by_a_day_takes_the_day_and_the_reason(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await press(pilot, "n", "t", *"28/2", "enter", "j")
        assert "only with the payer's recorded consent" not in said(pilot)
        assert str(office.peek("ann", ONE).case.terms) == "in full by 28 Feb 2027"


async def test_a_lump_sum_asks_for_its_day_next(office: LocalOffice) -> None:
    """Seen red with: never asked for."""
    async with desk(office) as pilot:
        await press(pilot, "n", "t", *"50+20", "enter", "t", "u", "enter", "w", "f", "r", "enter", "j")
        terms = office.peek("ann", ONE).case.terms
        assert str(terms) == "£50.00 by 24 Nov 2026, then £20.00 weekly from 20 Nov 2026"


async def test_what_gives_pause_asks_once_though_the_letter_saves(office: LocalOffice) -> None:
    """A first instalment of all that is owed. Seen red with: saved without a word."""
    async with desk(office) as pilot:
        await press(pilot, "n", "t", *"100", "enter", "w", "f", "r", "enter", "j")
        assert "the first instalment pays all that is owed. F10 again saves it" in said(pilot)
        assert str(office.peek("ann", ONE).case.terms) == "£20.00 weekly from 3 Sep 2026"
        await press(pilot, "f10")
        assert str(office.peek("ann", ONE).case.terms) == "£100.00 weekly from 20 Nov 2026"


@SIZES
async def test_what_the_terms_come_to_is_in_view_before_the_reason_is_given(
    office: LocalOffice, size: tuple[int, int]
) -> None:
    """Each key another projection; gone with the form. Seen red with: left standing when the form had gone."""
    async with desk(office, size=size) as pilot:
        await press(pilot, "n", "t", *"20")
        assert pane(pilot)[0].startswith("5 of £20.00 weekly")
        await press(pilot, "backspace")
        words = " ".join(pane(pilot))
        assert words.startswith("50 of £2.00 weekly") and "✗ for the fines officer to agree" in words
        assert len(pane(pilot)) <= (4 if size[0] < 100 else 12)
        await press(pilot, "escape")
        assert pane(pilot) == []


@SIZES
async def test_f7_sets_a_proposal_aside_and_forgets_it_again(office: LocalOffice, size: tuple[int, int]) -> None:
    """Nothing is saved, nothing typed is lost. Seen red with: set aside before it is
    whole; the second F7 setting aside anew."""
    async with desk(office, size=size) as pilot:
        await press(pilot, "n", "t", "f7")
        assert said(pilot).endswith("a proposal is set aside when it says how much, how often and from when")
        await press(pilot, *"20", "f7", "backspace", "backspace", *"10")
        words = " ".join(pane(pilot))
        assert "≠ pays" in words and "£20.00 weekly" in words and "£10.00 weekly" in words
        await press(pilot, "f7")
        assert said(pilot).endswith("forgotten")
        assert pane(pilot)[0].startswith("10 of £10.00 weekly")
        assert form(pilot).values["amount_pence"] == "10"
        assert str(office.peek("ann", ONE).case.terms) == "£20.00 weekly from 3 Sep 2026"


async def test_f7_is_offered_where_something_can_be_compared(office: LocalOffice) -> None:
    """Seen red with: offered in every form."""

    def offered(pilot: Pilot[None]) -> bool:
        return "F7" in [hint.key for hint in pilot.app.screen.query_one("#keys", KeyBar).hints]

    async with desk(office) as pilot:
        await press(pilot, "n", "t")
        assert offered(pilot)
        await press(pilot, "escape", "o", "f7")
        assert said(pilot).endswith("there is nothing to compare here")
        assert not offered(pilot)
