"""A call on the case screen, key by key: a letter for one that nobody answers, a conversation in its order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from casework.actions.call import LogCall
from tests.contract.conftest import THURSDAY, LocalOffice, account
from tests.unit.test_case_screen import BORN, ONE, PRIVATE, TWO, desk, form, head, keys, panel, said
from tui.screens.beside_pane import BesidePane
from tui.screens.case import CaseScreen


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    """Two accounts, of whose payers much is known."""
    made = LocalOffice(tmp_path / "store")
    made.add(account(1, person=BORN), account(2, person=BORN))
    return made


def beside(pilot: Pilot[None]) -> str:
    return " ".join(pilot.app.screen.query_one("#beside", BesidePane).text.split())


def pane(pilot: Pilot[None]) -> BesidePane:
    return pilot.app.screen.query_one("#beside", BesidePane)


async def test_two_keys_log_a_call_that_nobody_answered_and_bring_the_next_case(office: LocalOffice) -> None:
    """Job 3 of the measured jobs: `c` `n`. The number is theirs, the task ends as the outcome says, and another is set for the
    next working day. Seen red with: the letter that only moved on; the outcome asked once more; the task left open."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "n")
        case = office.peek("ann", ONE).case
        assert [(one.outcome, one.number, one.direction) for one in case.contacts] == [
            ("NO_ANS", "07700 900123", "out")
        ]
        assert case.contacts[0].talk_seconds is None
        assert [(task.kind, str(task.due_on)) for task in case.tasks] == [("call", "2026-11-20")]
        assert "no answer" in said(pilot) and "Next: call again" in said(pilot)
        assert TWO in head(pilot) and not form(pilot).is_open
        assert await office.desk("ann").drafts() == []


@pytest.mark.parametrize(
    ("letter", "outcome"),
    [
        *zip(
            "nbvxdwufmr",
            ("NO_ANS", "BUSY", "VM_LEFT", "VM_NONE", "DISC", "WRONG_NO", "BAD_NUM", "CALL_FAIL"),
            strict=False,
        )
    ],
)
async def test_each_way_not_to_reach_them_is_one_letter(office: LocalOffice, letter: str, outcome: str) -> None:
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", letter)
        assert [one.outcome for one in office.peek("ann", ONE).case.contacts] == [outcome]


async def test_a_conversation_is_one_form_from_identity_to_promise(office: LocalOffice) -> None:
    """In its order: who they are, how it ended, what was promised; the caller's clock goes with it. Seen red with: no
    seconds."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "s")
        assert form(pilot).current == "identity"
        await keys(pilot, *"14/3/87", "comma", *"dy102ab", "enter")
        assert form(pilot).current == "outcome"
        office.at(THURSDAY + timedelta(seconds=95))
        await keys(pilot, "p")
        assert form(pilot).current == "promise.amount_pence"
        await keys(pilot, "50", "enter", *"tue", "f10")
        case = office.peek("ann", ONE).case
        assert [(one.amount_pence, str(one.due)) for one in case.promises] == [(5_000, "2026-11-24")]
        (contact,) = case.contacts
        assert (contact.outcome, contact.reached) == ("PTP", True)
        assert contact.talk_seconds is not None and 85 <= contact.talk_seconds <= 125
        assert TWO in head(pilot)


async def test_identity_is_ticked_beside_the_form_and_never_told(office: LocalOffice) -> None:
    """An answer that is still being typed is not wrong. Seen red with: half a date ticked as wrong; the pane told of
    nothing."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "s")
        assert "○date of birth ○postcode" in beside(pilot)
        await keys(pilot, *"14/3/87")
        await keys(pilot, "comma")
        assert "✓date of birth ○postcode" in beside(pilot)
        await keys(pilot, *"b11aa")
        assert "✗" not in beside(pilot)
        await keys(pilot, "enter")
        assert "✓date of birth ✗postcode" in beside(pilot)
        assert not any(fact in beside(pilot) + panel(pilot) for fact in PRIVATE)
        await keys(pilot, "up", "ctrl+u", *"14/3/87", "comma", *"dy102ab")
        assert "✓ identity shown" in beside(pilot) and "Ask:" in beside(pilot)


async def test_two_wrong_answers_end_the_call_with_one_letter(office: LocalOffice) -> None:
    """Nothing else is saved."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "s", *"1/1/80", "comma", *"b11aa", "enter")
        assert "STOP: say no more. The outcome is i, identity not shown" in beside(pilot)
        await keys(pilot, "u")
        assert office.peek("ann", ONE).case.contacts == ()
        await keys(pilot, "i")
        assert [one.outcome for one in office.peek("ann", ONE).case.contacts] == ["DPA_FAIL"]


async def test_somebody_else_has_outcomes_of_their_own(office: LocalOffice) -> None:
    """Seen red with: the list of the payer."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "o", "enter", "p")
        assert form(pilot).values.get("outcome") == "p"
        await keys(pilot, "ctrl+u", "1")
        assert form(pilot).current == "note"
        await keys(pilot, *"his mother says that he died in March", "f10")
        assert [stop.code for stop in office.peek("ann", ONE).case.stops] == ["DECEASED"]


async def test_a_letter_after_which_more_must_be_said_saves_nothing(office: LocalOffice) -> None:
    """A promise, terms, a call-back, a note, what is read out, a second level. Seen red with: what is read out."""
    async with desk(office) as pilot:
        await keys(pilot, "n")
        for letter in "ptvcskl":
            await keys(pilot, "i", *"14/3/87", "enter", letter)
            assert form(pilot).is_open, letter
            assert office.peek("ann", ONE).case.contacts == (), letter
            await keys(pilot, "f12", "f12")


async def test_a_call_that_comes_in_is_theirs_and_says_so_nowhere_but_last(office: LocalOffice) -> None:
    """Seen red with: policy held against a caller."""
    await office.desk("ben").act(ONE, LogCall(outcome="NO_ANS"), key="k")
    async with desk(office) as pilot:
        await keys(pilot, "n", "i")
        assert form(pilot).current == "identity"
        assert "not now" not in beside(pilot)
        assert "Ask for the account number" in beside(pilot)
        await keys(pilot, *"14/3/87", "enter", "u")
        contact = office.peek("ann", ONE).case.contacts[-1]
        assert (contact.direction, contact.outcome) == ("in", "HANGUP")


async def test_the_seconds_run_by_themselves(office: LocalOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: the time of the last key."""
    monkeypatch.setattr("tui.screens.beside_pane.SECOND", 0.02)
    async with desk(office) as pilot:
        await keys(pilot, "n", "c")
        office.at(THURSDAY + timedelta(seconds=754))
        await pilot.pause(0.1)
        assert beside(pilot).startswith(("12:3", "12:4"))
        await keys(pilot, "escape")
        assert beside(pilot) == ""


async def test_a_call_left_for_a_moment_goes_on_and_one_left_for_long_begins_anew(office: LocalOffice) -> None:
    """A claim lives for ten minutes. Seen red with: each opening a new call; a call of yesterday that still lasts."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "s", "escape")
        office.at(THURSDAY + timedelta(minutes=5))
        await keys(pilot, "c")
        assert 285 <= pane(pilot).seconds <= 330
        await keys(pilot, "escape")
        office.at(THURSDAY + timedelta(minutes=16))
        await keys(pilot, "c")
        assert pane(pilot).seconds <= 30


async def test_what_comes_next_stands_beside_when_the_typing_stops(office: LocalOffice) -> None:
    """Seen red with: calls left out of what is tried out."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "s", *"14/3/87", "comma", *"dy102ab", "enter", "l")
        await pilot.pause(0.4)
        assert "Next: call again (after: needs another language)" in beside(pilot)


async def test_a_text_is_put_into_the_note_and_its_blanks_are_filled_one_after_the_other(office: LocalOffice) -> None:
    """Seen red with: Enter that left the note with a blank behind."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "i", *"14/3/87", "enter", "j")
        assert form(pilot).current == "note"
        await keys(pilot, *"/wo", "enter", *"Aldi", "enter", *"a cook", "enter", *"weekly", "enter")
        assert form(pilot).values["note"] == "Works for Aldi as a cook, paid weekly on ."
        await keys(pilot, *"Friday", "f10")
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        found = await office.desk("ann").timeline(ONE)
        assert (
            "Works for Aldi as a cook, paid weekly on Friday." in found.entries[-3].summary + found.entries[-2].summary
        )


async def test_a_note_with_blanks_left_is_asked_about_once(office: LocalOffice) -> None:
    """Seen red with: saved as it stood."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "i", *"14/3/87", "enter", "j", *"/work", "space", "f10")
        assert "blanks" in said(pilot)
        assert office.peek("ann", ONE).case.contacts == ()
        await keys(pilot, "f10")
        assert len(office.peek("ann", ONE).case.contacts) == 1
