"""The case screen, driven key by key on a local store: what stays, what goes, and what is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from pathlib import Path

import pytest
from textual.pilot import Pilot

from casework.accounts import CaseId
from casework.actions import ACTIONS
from casework.actions.call import LogCall
from casework.actions.declare import questions
from casework.actions.note import WriteNote
from casework.actions.work import WrapUp
from casework.identity import MASK
from casework.staff import Staff
from tests.contract.conftest import LocalOffice, account, someone
from tui import timeline
from tui.app import GreenwaxDesk
from tui.screens.case import CaseScreen
from tui.screens.queues import QueuesScreen
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import KeyBar
from tui.widgets.lines import Lines
from tui.widgets.message_line import MessageLine
from tui.widgets.reader import Reader
from tui.widgets.rows import Rows

ONE, TWO = CaseId("K01-26000001D"), CaseId("K01-26000002W")


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    made = LocalOffice(tmp_path / "store")
    made.add(account(1), account(2))
    return made


@asynccontextmanager
async def desk(
    office: LocalOffice, person: str = "ann", size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Pilot[None]]:
    here = office.desk(person)
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot
    office.store.close()


def said(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#message", MessageLine).full


def head(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#head", Lines).text


async def keys(pilot: Pilot[None], *typed: str) -> None:
    for part in typed:
        for key in part if (len(part) > 1 and " " in part) or part.isdigit() else [part]:
            await pilot.press({" ": "space", ":": "colon", "$": "dollar_sign"}.get(key, key))
    await pilot.pause()


ROLES = (
    "officer",
    "fines-officer",
    "cash-officer",
    "confiscation-officer",
    "team-leader",
    "manager",
    "administrator",
    "auditor",
)


@pytest.mark.parametrize("role", ROLES)
async def test_the_desk_opens_for_every_role(tmp_path: Path, role: str) -> None:
    """Seen red with: queues refused to somebody who works none."""
    office = LocalOffice(tmp_path / "store")
    person: Staff = someone("new", role)  # type: ignore[arg-type]
    with office.store.transaction():
        office.store.put_staff(person)
    async with desk(office, "new") as pilot:
        assert isinstance(pilot.app.screen, QueuesScreen)
        await keys(pilot, "n")
        assert pilot.app.return_code in (0, None)


async def test_paying_a_case_in_full_brings_the_next(office: LocalOffice) -> None:
    """Seen red with: the claim kept though its task has ended."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "$", "100", "f10")
        assert ONE in said(pilot)
        assert TWO in head(pilot)


async def test_a_new_case_closes_what_was_being_read_and_opens_at_the_top(office: LocalOffice) -> None:
    """Another person's entry under this person's header is a breach. Seen red with: `close_detail` left out of `open`."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "down", "enter")
        assert pilot.app.screen.query_one("#detail", Reader).size.height > 0
        pilot.app.screen.query_one("#list-timeline", Rows).focus()
        await keys(pilot, "z", "+", "5", "enter", "x", "f10")
        assert TWO in head(pilot)
        assert pilot.app.screen.query_one("#detail", Reader).size.height == 0
        assert pilot.app.screen.query_one("#list-timeline", Rows).index == 0


async def test_more_than_is_owed_is_asked_about_once(office: LocalOffice) -> None:
    """Seen red with: no caution for a receipt."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "$", "5000", "f10")
        assert "more than is owed" in said(pilot)
        assert office.peek("ann", ONE).case.receipts == ()
        await keys(pilot, "f10")
        assert office.peek("ann", ONE).case.suspense_pence == 490_000


async def test_erased_text_stays_erased(office: LocalOffice) -> None:
    """Seen red with: an unchanged form leaving the older draft on disk."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "o", "a", "b", "escape")
        assert len(await office.desk("ann").drafts()) == 1
        await keys(pilot, "o", "ctrl+u", "escape")
        assert await office.desk("ann").drafts() == []


async def test_every_draft_of_a_case_is_named(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await keys(pilot, "n", "o", "a", "b", "escape", "p", "5", "escape", "q", "n")
        assert "Note" in said(pilot)
        assert "Promise" in said(pilot)


async def test_a_store_that_has_stopped_leaves_the_form_open(office: LocalOffice) -> None:
    """Seen red with: `keep_draft` letting the error through."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "o", "a", "b")
        office.store.db.storage._stopped = OSError(28, "No space left on device")
        await keys(pilot, "f10")
        await pilot.pause(0.7)
        assert isinstance(pilot.app.screen, CaseScreen)
        assert pilot.app.screen.query_one("#form", FieldMap).values == {"text": "ab"}
        assert "on disk" in said(pilot) or "not have been saved" in said(pilot)


async def test_f8_saves_and_goes_on(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await keys(pilot, "n", "o", "a", "f8")
        assert pilot.app.screen.query_one("#form", FieldMap).values.get("outcome", "") == ""
        assert office.peek("ann", ONE).case.changed["notes"] == office.peek("ann", ONE).case.version
        assert "Outcome" in str(pilot.app.screen.query_one("#form", FieldMap).current).title()


async def test_throwing_away_is_asked_twice(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await keys(pilot, "n", "o", "a", "f12")
        assert pilot.app.screen.query_one("#form", FieldMap).is_open
        await keys(pilot, "f12")
        assert not pilot.app.screen.query_one("#form", FieldMap).is_open
        assert await office.desk("ann").drafts() == []


def to_say(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#to-say", Lines).text


async def test_f9_from_within_a_call_keeps_the_call_and_shows_the_script(office: LocalOffice) -> None:
    """Seen red with: the script only after the first key; the call thrown away."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "s", "f9")
        assert "Ring 999 now" in to_say(pilot)
        assert pilot.app.screen.query_one("#to-say", Lines).size.height == 4
        assert [draft.kind for draft in await office.desk("ann").drafts()] == ["call"]
        await keys(pilot, "a", "b", "u")
        assert "Is it safe to talk" in to_say(pilot)
        await keys(pilot, "f10")
        assert [stop.code for stop in office.peek("ann", ONE).case.stops] == ["CRISIS"]
        assert "STOPS  Safeguarding hold: somebody may come to harm" in head(pilot)
        assert to_say(pilot) == ""
        assert pilot.app.screen.query_one("#to-say", Lines).size.height == 0
        await keys(pilot, "c")
        assert pilot.app.screen.query_one("#form", FieldMap).values["answered"] == "them"
        assert to_say(pilot) == ""


async def test_f9_and_f10_are_enough(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await keys(pilot, "n", "f9", "f10")
        assert "life is at risk now" in said(pilot)
        assert [task.kind for task in office.peek("ann", ONE).case.tasks] == ["first-contact", "safeguarding"]


async def test_the_script_stays_while_a_field_cannot_be_read(office: LocalOffice) -> None:
    """Seen red with: no script with half a date."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "f9", "tab", "tab", "tab", "ctrl+u", "x")
        assert pilot.app.screen.query_one("#form", FieldMap).values["review_on"] == "x"
        assert "Ring 999 now" in to_say(pilot)


BORN = {
    "name": {"surname": "Payer", "forenames": "Pat"},
    "phones": ["07700 900123"],
    "date_of_birth": "1987-03-14",
    "addresses": [{"lines": ["14 Mill Lane"], "postcode": "DY10 2AB"}],
    "employer": {"name": "Wickes"},
}


@pytest.fixture
def known(tmp_path: Path) -> LocalOffice:
    """An office with one account, of whose payer much is known."""
    made = LocalOffice(tmp_path / "store")
    made.add(account(1, person=BORN))
    return made


def panel(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#person", Lines).text


PRIVATE = ("14 Mar 1987", "14 Mill Lane", "DY10 2AB", "Wickes")


async def test_what_a_caller_must_say_is_hidden_until_they_have_said_it(known: LocalOffice) -> None:
    """Law page 7.2: never show answers until typed. Seen red with: the mask taken off at the first item; left on when the form
    had gone."""
    async with desk(known) as pilot:
        await keys(pilot, "n")
        assert all(fact in panel(pilot) for fact in PRIVATE)
        await keys(pilot, "c")
        assert not any(fact in panel(pilot) for fact in PRIVATE)
        assert panel(pilot).count("•••") == 3
        await keys(pilot, "s", *"14/3/87")
        await keys(pilot, "comma")
        assert "date of birth" in panel(pilot) and "identity not shown yet" in panel(pilot)
        assert "14 Mar 1987" not in panel(pilot)
        await keys(pilot, *"dy102ab")
        assert all(fact in panel(pilot) for fact in PRIVATE)
        assert "identity shown" in panel(pilot)
        await keys(pilot, "escape")
        assert "identity" not in panel(pilot)
        await keys(pilot, "o")
        assert all(fact in panel(pilot) for fact in PRIVATE)


async def test_a_call_on_one_line_hides_what_its_form_would(known: LocalOffice) -> None:
    """From the word on, also while the rest cannot be read yet; nothing is hidden for another action. Seen red with: a mask
    for the form alone; with one that stayed when the line had become a note; with none while the line could not be read."""
    async with desk(known) as pilot:
        await keys(pilot, "n", ":", *"call")
        assert not any(fact in panel(pilot) for fact in PRIVATE)
        await keys(pilot, "space", *"spoke", "space", *"id")
        assert not any(fact in panel(pilot) for fact in PRIVATE)
        await keys(pilot, "space", *"14/3/87")
        assert "14 Mar 1987" not in panel(pilot)
        await keys(pilot, "comma", *"dy102ab")
        assert all(fact in panel(pilot) for fact in PRIVATE)
        await keys(pilot, "ctrl+u", *"call")
        assert not any(fact in panel(pilot) for fact in PRIVATE)
        await keys(pilot, "ctrl+u", *"note", "space", "x")
        assert all(fact in panel(pilot) for fact in PRIVATE)


async def test_notes_are_hidden_while_a_caller_has_to_show_who_they_are(known: LocalOffice) -> None:
    """They may hold the very answer: an address that was given, or where somebody works. Seen red with: the kinds of events
    alone."""
    here = known.desk("ann")
    await here.act(ONE, WriteNote(text="lives at 9 Elm Road now"), key="k")
    await here.act(ONE, LogCall(outcome="JOB_INFO", note="works at Aldi in Stourport", direction="in"), key="l")
    page = await here.timeline(ONE)
    told = [timeline.told(entry, masked=True) for entry in page.entries if entry.kind in ("note", "contact")]
    whole = " ".join(entry.summary for entry in page.entries)
    assert "9 Elm Road" in whole and "Aldi" in whole
    assert told == [MASK, f"call in  employer given  {MASK}"]


async def test_two_wrong_answers_say_stop(known: LocalOffice) -> None:
    async with desk(known) as pilot:
        await keys(pilot, "n", "i", *"1/1/87", "comma", *"b11aa", "enter")
        assert "STOP" in panel(pilot)
        await keys(pilot, "u")
        assert "not saved" in said(pilot)
        assert known.peek("ann", ONE).case.contacts == ()
        await keys(pilot, "i")
        assert [one.outcome for one in known.peek("ann", ONE).case.contacts] == ["DPA_FAIL"]


async def test_what_a_caller_said_is_in_no_draft(known: LocalOffice) -> None:
    """Seen red with: the form kept as it stood."""
    async with desk(known) as pilot:
        await keys(pilot, "n", "c", "s", *"14/3/87", "enter", "s", "escape")
        await keys(pilot, ":", *"call", "space", *"spoke", "space", *"id", "space", *"14/3/87", "escape")
        drafts = await known.desk("ann").drafts()
        assert {draft.kind for draft in drafts} == {"call", "quick-entry"}
        assert [draft.typed for draft in drafts if "14/3" in str(draft.typed)] == []
        assert any(draft.typed.get("outcome") == "SPOKE" for draft in drafts)


async def test_whoever_pays_now_can_be_told_where(known: LocalOffice) -> None:
    """Seen red with: the line still standing there after another outcome."""
    async with desk(known) as pilot:
        await keys(pilot, "n", "c", "s", "enter", "k")
        assert "0300 790 9901" in to_say(pilot) and "K01 26000001D" in to_say(pilot)
        await keys(pilot, "up", "l")
        assert to_say(pilot) == ""


async def test_what_policy_has_against_a_call_is_said_before_it_is_made(known: LocalOffice) -> None:
    """Not of a call that comes in. Seen red with: both."""
    await known.desk("ben").act(ONE, LogCall(outcome="NO_ANS"), key="k")
    async with desk(known) as pilot:
        await keys(pilot, "n", "c")
        assert "not now: the last call was at 10:00" in said(pilot)
        await keys(pilot, "escape", "i")
        assert said(pilot) == ""


async def test_a_promise_of_somebody_who_was_not_asked_is_confirmed(known: LocalOffice) -> None:
    async with desk(known) as pilot:
        await keys(pilot, "n", "c", "s", "enter", "p", *"50", "enter", "+", "7", "f10")
        assert "identity was not asked" in said(pilot)
        assert known.peek("ann", ONE).case.promises == ()
        await keys(pilot, "f10")
        assert len(known.peek("ann", ONE).case.promises) == 1


# What the keys open


def form(pilot: Pilot[None]) -> FieldMap:
    return pilot.app.screen.query_one("#form", FieldMap)


async def test_a_begins_at_the_address(office: LocalOffice) -> None:
    """Seen red with: the preset left out, so that the street was typed into “About”."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "a")
        assert form(pilot).values["about"] == "address"
        assert form(pilot).current == "address.lines"
        await keys(pilot, "1 Mill Lane", "enter", *"dy102ab", "f10")
        address = office.peek("ann", ONE).case.person.address
        assert str(address) == "1 Mill Lane, DY10 2AB"
        assert "address: 1 Mill Lane" in said(pilot)


async def test_a_call_that_comes_in_begins_with_who_it_is(office: LocalOffice) -> None:
    """And one that is made with who answered: mostly nobody. Seen red with: both at the outcome."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "i")
        assert form(pilot).current == "identity"
        await keys(pilot, "escape", "c")
        assert form(pilot).current == "answered"


async def test_a_draft_about_something_else_is_not_lost_to_a_key(office: LocalOffice) -> None:
    """Seen red with: the answer of the key always put over the draft."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "d", *"emp", "enter", *"Wickes", "escape", "a")
        assert form(pilot).values["about"] == "employer"
        assert form(pilot).values["employer.name"] == "Wickes"
        assert "is back" in said(pilot)
        await keys(pilot, "escape", "c", "s", "enter", "l", "escape", "i")
        assert form(pilot).values["direction"] == "in"
        assert form(pilot).values["outcome"] == "LANGUAGE"


async def test_k_asks_for_a_card_at_once_and_says_why_not_twice(office: LocalOffice) -> None:
    """Seen red with: an empty form; a reason that was lost."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "k")
        assert said(pilot) == "Saved: payment card asked for"
        assert not form(pilot).is_open
        assert office.peek("ann", ONE).case.card_asked_on is not None
        await keys(pilot, "k")
        assert "a card was asked for on 19 Nov 2026 already" in said(pilot)


async def test_k_saves_nothing_on_a_case_that_was_not_on_screen_when_it_was_typed(office: LocalOffice) -> None:
    """Seen red with: the time of the key not asked."""
    async with desk(office) as pilot:
        await keys(pilot, "n")
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        screen._painted_at = inf
        await keys(pilot, "k")
        assert "was not on screen yet" in said(pilot)
        assert office.peek("ann", ONE).case.card_asked_on is None


async def test_a_line_is_understood_at_once_and_tried_out_when_the_typing_stops(
    office: LocalOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some previews walk the history of the case. Seen red with: one on every key; with one that spoke up after the form had
    gone."""
    monkeypatch.setattr("tui.quick_line.PREVIEW_AFTER", 3_600)
    async with desk(office) as pilot:
        await keys(pilot, "n", ":", *"note", "space", *"mind")
        assert said(pilot) == "Note: Note · Note mind"
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        waiting = screen._dock._quick._timer
        assert waiting is not None
        monkeypatch.setattr("tui.quick_line.PREVIEW_AFTER", 0.01)
        await keys(pilot, "s")
        await pilot.pause(0.2)
        assert said(pilot) == "Note: → minds  (Note · Note minds)"
        monkeypatch.setattr("tui.quick_line.PREVIEW_AFTER", 3_600)
        await keys(pilot, "!")
        assert screen._dock._quick._timer is not waiting
        await keys(pilot, "enter")
        assert screen._dock._quick._timer is None
        assert said(pilot) == "Saved: minds!"


@pytest.mark.parametrize("kind", ACTIONS)
async def test_a_word_alone_in_quick_entry_opens_the_form_of_its_action(office: LocalOffice, kind: str) -> None:
    """So that each can be had by form, at 80x24, unless it asks nothing; or it is said why it cannot be started. Seen red
    with: a word that was only understood when more followed; a form that kept the line for its title."""
    async with desk(office, size=(80, 24)) as pilot:
        await keys(pilot, "n", ":", *kind.replace("-", ""), "enter")
        if form(pilot).is_open and questions(ACTIONS[kind]) and kind != "cancel-promise":
            title = ACTIONS[kind].heading(office.peek("ann", ONE).case)
            assert form(pilot)._title == title
            assert form(pilot).has_focus and form(pilot).current is not None
            assert said(pilot) == ""
        else:
            assert said(pilot).startswith("Saved" if kind == "payment-card" else "Refused")
            await keys(pilot, "f12", "f12")
        assert [draft.kind for draft in await office.desk("ann").drafts()] == []


async def test_f9_is_on_the_key_bar_at_eighty_columns_with_a_form_and_without(office: LocalOffice) -> None:
    """Seen red with: F9 as one of the keys that are left out from the right."""
    async with desk(office, size=(80, 24)) as pilot:
        await keys(pilot, "n")
        for opening in (None, "o", "c"):
            if opening:
                await keys(pilot, "escape", opening)
            bar = pilot.app.screen.query_one("#keys", KeyBar)
            line = "".join(segment.text for segment in bar.render_line(0))
            assert "F9 safeguarding" in line.replace("F9  ", "F9 ")
            assert len(line) == 80


# Terms


PLAN = ("2", "enter", "w", "+", "8", "enter", "j")
"""The last of them, a letter, saves."""


async def test_terms_that_may_not_be_agreed_are_asked_for_with_f10_again(office: LocalOffice) -> None:
    """£2.00 a week is less than an officer may agree. The same answers, saved as the request. Seen red with: the request
    saved at once; nothing saved by the second."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "t", *PLAN)
        assert "F10 again saves it as “Ask for terms”" in said(pilot)
        assert office.peek("ann", ONE).case.request is None
        await keys(pilot, "f10")
        asked = office.peek("ann", ONE).case.request
        assert asked is not None
        assert str(asked.terms) == "£2.00 weekly from 27 Nov 2026"
        assert not form(pilot).is_open
        assert said(pilot).startswith("Saved: terms asked of the fines officer")


async def test_a_line_of_quick_entry_asks_instead_in_the_same_way(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await keys(pilot, "n", ":", *"terms", "space", "2", "space", *"weekly", "space", *"from", "space", "+", "8")
        await keys(pilot, "space", *"because", "space", *"job", "enter")
        assert "F10 again saves it as “Ask for terms”" in said(pilot)
        await keys(pilot, "f10")
        assert office.peek("ann", ONE).case.request is not None


async def test_other_answers_are_other_terms(office: LocalOffice) -> None:
    """What was offered for the old answers is not done with new ones. Seen red with: the offer kept while typing went on."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "t", *PLAN, "home", "delete", *"10", "f10")
        case = office.peek("ann", ONE).case
        assert case.request is None
        assert str(case.terms) == "£10.00 weekly from 27 Nov 2026"


async def test_what_the_payer_is_told_stands_over_the_terms_while_they_are_typed(office: LocalOffice) -> None:
    """The instalments, the last one, the appeal; another amount, another projection. Seen red with: only at the end."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "t", "9", *PLAN[1:-1], "o")
        assert "£9.00 every week from Fri 27 Nov 2026; the last one, £1.00" in to_say(pilot)
        assert "an appeal in writing is possible until Thu 3 Dec 2026" in to_say(pilot)
        await keys(pilot, *["shift+tab"] * 4, "ctrl+u", *"20")
        assert "£20.00 every week" in to_say(pilot)
        await keys(pilot, "escape")
        assert to_say(pilot) == ""


# What is on the screen


def reading(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#detail", Reader)._text


async def test_the_tab_of_the_person_tells_everything_and_opens_what_is_too_long(known: LocalOffice) -> None:
    """Seen red with: Enter only in the timeline."""
    async with desk(known, size=(80, 24)) as pilot:
        await keys(pilot, "n", "alt+3", "down", "down", "down", "enter")
        assert "14 Mill Lane, DY10 2AB (from court, not verified)" in reading(pilot)
        await keys(pilot, "escape", "enter", "c")
        assert reading(pilot) == ""
        listed = pilot.app.screen.query_one("#list-person", Rows).source
        cells = [" ".join(listed.cells(n)) for n in range(len(listed))]
        assert any(MASK in row for row in cells)
        assert not any(fact in row for fact in PRIVATE for row in cells)
        assert form(pilot).has_focus


async def test_the_number_by_which_a_payment_is_undone_stands_over_its_entry(office: LocalOffice) -> None:
    """The form asks for an older payment by that. Seen red with: the day alone."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "$", *"10", "f10", "enter")
        heading = pilot.app.screen.query_one("#detail", Reader)._heading
        receipt = office.peek("ann", ONE).case.receipts[0]
        assert heading.startswith(f"{receipt.id.removesuffix('.1')}  ")


async def test_a_panel_that_is_too_long_says_where_the_rest_is(known: LocalOffice) -> None:
    """Seen red with: the last line cut off without a word."""

    def last(pilot: Pilot[None]) -> str:
        lines = pilot.app.screen.query_one("#person", Lines)
        return "".join(segment.text for segment in lines.render_line(lines.size.height - 1))

    async with desk(known, size=(80, 24)) as pilot:
        await keys(pilot, "n")
        assert "Alt+3" not in last(pilot)
        await keys(pilot, "c")
        assert "Alt+3 shows all" in last(pilot)


async def test_what_policy_has_against_a_call_is_a_line_of_the_header_until_a_form_opens(known: LocalOffice) -> None:
    """There is no room for it beside a form at 80x24. Seen red with: four lines always; three always."""
    await known.desk("ben").act(ONE, LogCall(outcome="NO_ANS"), key="k")
    async with desk(known, size=(80, 24)) as pilot:
        await keys(pilot, "n")
        assert "CALL  not now: the last call was at 10:00" in head(pilot)
        assert pilot.app.screen.query_one("#head", Lines).size.height == 4
        await keys(pilot, "o")
        assert "CALL" not in head(pilot)
        assert pilot.app.screen.query_one("#head", Lines).size.height == 3
        await keys(pilot, "escape")
        assert "CALL" in head(pilot)


async def test_a_refusal_does_not_stand_over_the_next_form(office: LocalOffice) -> None:
    """Seen red with: the refusal of one key read as that of another."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "R")
        assert said(pilot).startswith("Refused")
        await keys(pilot, "o")
        assert said(pilot) == ""


async def test_terms_for_a_caller_whose_case_nobody_holds(office: LocalOffice) -> None:
    """The case in hand is kept; the caller's is held only while the terms are saved. Seen red with: the caller's case kept."""
    await office.desk("ben").claim(TWO)
    await office.desk("ben").act(TWO, WrapUp(outcome="DONE"), key="w")
    async with desk(office) as pilot:
        await keys(pilot, "n", "/", *str(TWO), "enter", "enter")
        assert str(TWO) in head(pilot)
        await keys(pilot, "t", "20", *PLAN[1:])
        assert office.peek("ann", TWO).case.terms is not None
        assert [claim.case for claim in await office.desk("ann").my_claims()] == [ONE]


async def test_f9_without_a_case_says_what_to_do_first(office: LocalOffice) -> None:
    """Seen red with: F9 on the queue list doing nothing."""
    async with desk(office) as pilot:
        await keys(pilot, "f9")
        assert "ring 999 now" in said(pilot)
