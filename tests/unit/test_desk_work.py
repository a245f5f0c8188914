"""Traces, hand-overs, work of others and the search on the desk, key by key: what is shown, what is hidden, what opens."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from api_client.desk import Desk
from casework.actions.handover import HandOver
from casework.actions.trace import AskSource
from casework.actions.trace_result import RecordAnswer
from casework.actions.work import Park
from casework.identity import MASK
from casework.views import CaseSummary, Entry
from tests.contract.conftest import THURSDAY, LocalOffice, account, someone
from tests.unit.test_case_screen import BORN, ONE, TWO, desk, form, head, keys, reading, said
from tui import timeline, view_models
from tui.screens.away import AwayScreen
from tui.screens.case import CaseScreen
from tui.screens.find import FindScreen
from tui.screens.queues import QueuesScreen
from tui.widgets.key_bar import KeyBar
from tui.widgets.lines import Lines
from tui.widgets.rows import Rows

LEADER = someone("tom", "team-leader")
HOSTILE = "\x1b]0;owned\x07[@click=app.exit]x[/] [/nope] \u202egnp.exe"


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    """Two accounts, of the payer of one of which much is known; and a team leader."""
    made = LocalOffice(tmp_path / "store")
    with made.store.transaction():
        made.store.put_staff(LEADER)
    made.add(account(1, person=BORN), account(2))
    return made


def drawn(pilot: Pilot[None], list_id: str) -> list[str]:
    """The rows of a list as they stand on the screen."""
    rows = pilot.app.screen.query_one(f"#{list_id}", Rows)
    return ["".join(part.text for part in rows.render_line(y)) for y in range(rows.size.height)]


def bar(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#bar", Lines).text


def key_line(pilot: Pilot[None]) -> str:
    return "".join(part.text for part in pilot.app.screen.query_one("#keys", KeyBar).render_line(0))


async def traced(here: Desk, *, reason: str | None = None, source: str = "OWN") -> None:
    await here.act(ONE, AskSource(purpose="address", source=source, reason=reason), key="ask")


# Traces


async def test_r_and_f10_ask_the_first_source(office: LocalOffice) -> None:
    """The likely source and purpose are there. Seen red with: `r` left out of the registry."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "r")
        assert form(pilot).values["source"] == "OWN" and form(pilot).values["purpose"]
        await keys(pilot, "f10")
        assert [one.source for one in office.peek("ann", ONE).case.traces] == ["OWN"], said(pilot)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_tab_of_traces_says_whom_what_for_and_what_came_of_it(
    office: LocalOffice, size: tuple[int, int]
) -> None:
    """Where there is room, also until when it may be used and who asked. Seen red with: every column at any width, so that the
    first two were then cut."""
    await traced(office.desk("ann"))
    async with desk(office, size=size) as pilot:
        await keys(pilot, "n", "alt+5")
        row = drawn(pilot, "list-traces")[1]
        assert "19 Nov 2026" in row and "not answered yet" in row
        assert "Address: Own rec" in row
        assert ("ann" in row) == (size[0] >= 120)


async def test_enter_on_an_open_trace_asks_what_came_of_it(office: LocalOffice) -> None:
    """And on its task; on an answered one it reads it. Seen red with: the whole of the row read instead."""
    here = office.desk("ann")
    await traced(here)
    async with desk(office) as pilot:
        await keys(pilot, "n", "alt+5", "enter")
        assert form(pilot)._title.startswith("Trace result")
        assert form(pilot).current == "outcome" and form(pilot).values["task"]
        await keys(pilot, "escape", "alt+8", "down", "up")
        listed = pilot.app.screen.query_one("#list-tasks", Rows)
        answer = next(task for task in office.peek("ann", ONE).case.tasks if task.kind == "trace-answer")
        while listed.selected != answer.id:
            await keys(pilot, "down")
        await keys(pilot, "enter")
        assert form(pilot)._title.startswith("Trace result")
        await keys(pilot, "escape")
        await here.act(ONE, RecordAnswer(outcome="NEG"), key="told")
        await keys(pilot, "f5", "alt+5", "enter")
        assert not form(pilot).is_open
        assert "Own records" in reading(pilot)


async def test_what_a_trace_was_asked_for_is_hidden_while_a_caller_shows_who_they_are(office: LocalOffice) -> None:
    """Why somebody was sought may hold where they live, and so may the answer. Seen red with: the reason of a request, in the
    tab and in the timeline; an answer that was kept out, in the timeline."""
    here = office.desk("ann")
    await traced(here, reason="seen at 9 Elm Road", source="CRA")
    case = office.peek("ann", ONE).case
    assert "9 Elm Road" in str(view_models.traces(case))
    assert "9 Elm Road" not in str(view_models.traces(case, masked=True))
    told = [timeline.told(entry, masked=True) for entry in (await here.timeline(ONE)).entries]
    assert not any("9 Elm Road" in one for one in told)
    assert any(MASK in one for one in told)
    kept_out = "HMRC: likely  Wickes (not taken over: what is known was checked)"
    answer = Entry(seq=9, at=THURSDAY, actor="ann", kind="trace-result", summary=kept_out, data={})
    assert timeline.told(answer, masked=False) == kept_out and timeline.told(answer, masked=True) == MASK
    async with desk(office) as pilot:
        await keys(pilot, "n", "alt+5")
        listed = pilot.app.screen.query_one("#list-traces", Rows)
        assert "9 Elm Road" in str(listed.source.cells(0))
        await keys(pilot, "i")
        assert MASK in str(listed.source.cells(0)) and "9 Elm Road" not in str(listed.source.cells(0))


# Hand-overs


async def test_h_proposes_what_to_know_and_saves_what_was_made_of_it(office: LocalOffice) -> None:
    """Seen red with: an empty text."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "h")
        assert "Next: " in form(pilot).values["text"]
        assert form(pilot).current == "to"
        await keys(pilot, *"ben", "shift+tab", *"AB", "f10")
        handed = office.peek("ann", ONE).case.handover
        assert handed is not None, said(pilot)
        assert "AB" in handed.text and handed.to == "ben"


async def hand_over(office: LocalOffice, text: str = "She rings on Friday\nSon is at 9 Elm Road") -> None:
    here = office.desk("ann")
    await here.claim(ONE)
    await here.act(ONE, HandOver(text=text, to="ben"), key="over")


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_what_was_handed_over_is_said_first_shown_and_acknowledged(
    office: LocalOffice, size: tuple[int, int]
) -> None:
    """Seen red with: no word on the queue list; the text gone from the header; the keys in no order but that of the registry
    (the case and the task in hand each put `H` first alone)."""
    await hand_over(office)
    async with desk(office, "ben", size) as pilot:
        assert f"Ann handed {ONE} over to Ben: n brings it" in said(pilot)
        await keys(pilot, "n")
        assert "HANDED OVER  by Ann to Ben, 19 Nov 10:00" in head(pilot)
        assert "She rings on Friday" in head(pilot)
        assert pilot.app.screen.query_one("#head", Lines).size.height >= 6
        assert key_line(pilot).lstrip().startswith(("H acknowledge", "H  acknowledge"))
        await keys(pilot, "i")
        assert "HANDED" not in head(pilot)
        await keys(pilot, "escape", "H")
        assert office.peek("ben", ONE).case.handover is None
        assert "HANDED OVER" not in head(pilot)


async def test_a_hand_over_is_hidden_while_a_caller_shows_who_they_are(office: LocalOffice) -> None:
    """It is in the whole that F6 reads, too. Seen red with: the text told as it stands."""
    await hand_over(office)
    async with desk(office, "ben") as pilot:
        await keys(pilot, "n", "i", "f6")
        assert "HANDED OVER" in reading(pilot) and MASK in reading(pilot)
        assert "9 Elm Road" not in reading(pilot)


# Queues, the day, people away


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_queues_show_what_waits_for_somebody_and_cut_nothing_off(
    office: LocalOffice, size: tuple[int, int]
) -> None:
    """Seen red with: all columns at eighty, so that titles were cut."""
    here = office.desk("ann")
    await here.pull_next()
    await here.act(ONE, Park(until=(THURSDAY + timedelta(days=4)).date(), reason="payslip"), key="z")
    async with desk(office, size=size) as pilot:
        heading, *rows = drawn(pilot, "queues")
        assert "Parked" in heading and "Away" in heading
        assert ("Skipped" in heading and "Owned" in heading) == (size[0] >= 100)
        assert "…" not in "".join([heading, *rows])
        calls = next(row for row in rows if "Calls to make" in row)
        assert calls.split()[-1] == "today" or calls.split()[-2:]
        at = heading.index("Parked") + len("Parked")
        assert calls[:at].endswith("1")


async def test_the_top_line_counts_the_cases_of_the_day(office: LocalOffice) -> None:
    """No target is invented. Seen red with: the count of the morning all day."""
    async with desk(office) as pilot:
        assert "Ann  0 today" in bar(pilot)
        await keys(pilot, "n", "w", *"done", "f10")
        assert "Ann  1 today" in bar(pilot), said(pilot)


async def test_who_leads_sees_the_work_of_people_away_and_nobody_else(office: LocalOffice) -> None:
    """Seen red with: `A` not barred in the key bar; a store that tells anybody."""
    here = office.desk("ann")
    await here.pull_next()
    await here.act(ONE, Park(until=(THURSDAY + timedelta(days=4)).date(), reason="payslip"), key="z")
    async with desk(office) as pilot:
        await keys(pilot, "A")
        assert isinstance(pilot.app.screen, QueuesScreen)
        assert said(pilot).startswith("Refused")
        assert any(hint.key == "A" and hint.reason for hint in pilot.app.screen.query_one("#keys", KeyBar).hints)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_list_of_work_of_people_away_opens_the_case(office: LocalOffice, size: tuple[int, int]) -> None:
    """Somebody who does not work on Thursdays. Seen red with: the key of a row read as the case."""
    gone = someone("ann", "officer", pattern=[{"day": "mon", "starts": "09:00", "ends": "17:00"}])
    here = office.desk("ann")
    await here.pull_next()
    await here.act(ONE, Park(until=(THURSDAY + timedelta(days=4)).date(), reason="payslip"), key="z")
    with office.store.transaction():
        office.store.put_staff(gone)
    async with desk(office, "tom", size) as pilot:
        await keys(pilot, "A")
        assert isinstance(pilot.app.screen, AwayScreen), said(pilot)
        assert str(ONE) in drawn(pilot, "away")[1] and "Ann" in drawn(pilot, "away")[1]
        await keys(pilot, "enter")
        assert str(ONE) in head(pilot)


# Find


def a_summary(why: str, name: str = "SMITH, John") -> CaseSummary:
    return CaseSummary(
        case=ONE,
        account_number="26000001D",
        unit="K01",
        name=name,
        date_of_birth=None,
        postcode=None,
        address=None,
        balance_pence=124_000,
        status="live",
        why=why,
    )


@pytest.mark.parametrize(
    ("why", "near"),
    [
        ("name", False),
        ("name, near: JOHNSON", True),
        ("account number, but its letter is D", True),
        ("phone 07700", False),
    ],
)
def test_what_is_only_nearly_right_is_marked(why: str, near: bool) -> None:
    """In words as well: the message line says what the mark means. Seen red with: every row marked; none."""
    found = [a_summary(why)]
    assert view_models.found(found).cells(0)[1].startswith("~") is near
    assert ("nearly" in view_models.how_many(found, 50)) is near
    assert view_models.how_many([], 50) == "nothing found"
    assert "type more" in view_models.how_many(found * 50, 50)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_find_says_what_it_knows_and_shows_why(office: LocalOffice, size: tuple[int, int]) -> None:
    """A whole number and Enter open the case; what could be somebody else's needs a second Enter. Seen red with: a single hit
    of any kind opened."""
    async with desk(office, size=size) as pilot:
        await keys(pilot, "slash")
        box = pilot.app.screen.query_one("#box")
        shown = "".join(part.text for y in range(box.size.height) for part in box.render_line(y))
        for kind in ("account", "phone", "postcode", "NI number", "vehicle", "reference"):
            assert kind in shown
        await keys(pilot, *"dy102ab", "enter")
        assert isinstance(pilot.app.screen, FindScreen)
        row = drawn(pilot, "found")[1]
        assert "postcode DY10 2AB" in row and ("£100.00" in row) == (size[0] >= 100)
        await keys(pilot, "enter")
        assert str(ONE) in head(pilot)
        await keys(pilot, "slash", *"26000002", "enter")
        assert str(TWO) in head(pilot)


# What is long


@pytest.mark.parametrize("opening", [None, "o"])
async def test_what_is_cut_at_eighty_columns_is_read_with_f6(office: LocalOffice, opening: str | None) -> None:
    """The key is in the bar only then; what is being typed stays, and goes on. Seen red with: the keys left in the list when
    the reader closed."""
    async with desk(office, size=(80, 24)) as pilot:
        await keys(pilot, "n", *([opening, "a"] if opening else []))
        screen = pilot.app.screen
        assert isinstance(screen, CaseScreen)
        screen.say("a refusal " * 20 + "to its end", "refused")
        assert "F6" in key_line(pilot)
        await keys(pilot, "f6")
        assert "to its end" in reading(pilot) and "NEXT BECAUSE" in reading(pilot)
        assert screen.query_one("#detail").size.height >= 4
        assert screen.query_one("#detail").region.bottom <= screen.query_one("#message").region.y
        await keys(pilot, "escape")
        assert reading(pilot) == ""
        assert screen.query_one("#body").display
        if opening:
            await keys(pilot, "b")
            assert form(pilot).values["text"] == "ab"


# A store that has stopped


def stop(office: LocalOffice) -> None:
    office.store.db.storage._stopped = OSError(28, "No space left on device")


async def test_what_could_not_be_kept_stays_on_the_screen(office: LocalOffice) -> None:
    """Esc does not say that it was. Thrown away, it lets the officer leave. Seen red with: “kept for later”; a desk that could
    not be left."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "o", "a", "b")
        stop(office)
        await keys(pilot, "escape")
        assert form(pilot).values == {"text": "ab"}
        assert "not on disk" in said(pilot)
        await keys(pilot, "q")
        assert form(pilot).values["text"].startswith("ab")
        await keys(pilot, "f12", "f12")
        assert not form(pilot).is_open
        await keys(pilot, "Q", *"back", "f10")
        assert "was not given back" in said(pilot)
        assert pilot.app.return_value is None and pilot.app.is_running
        await keys(pilot, "ctrl+u", *"keep", "f10")
        assert not pilot.app.is_running or pilot.app._exit


@pytest.mark.parametrize("opened", [False, True], ids=["at the queues", "at a case"])
async def test_a_stopped_store_is_said_wherever_it_is_met(office: LocalOffice, opened: bool) -> None:
    """Neither written nor looked at: who looks cannot be noted. Seen red with: the error of the next case, or of a case that
    is painted anew, let through, which ended the desk."""
    async with desk(office) as pilot:
        await keys(pilot, *(["n"] if opened else []))
        stop(office)
        office.store.access._file._stopped = "the store stopped"
        for typed in ("f5", "n", "A", "f5", "?", "escape"):
            await keys(pilot, typed)
            assert pilot.app.return_code in (0, None)
            assert pilot.app._exception is None


async def test_hostile_text_over_the_new_tab_and_columns(office: LocalOffice) -> None:
    """What colleagues wrote is text. Seen red with: nothing; `clean` and `wash` hold each alone."""
    await traced(office.desk("ann"), reason=HOSTILE, source="CRA")
    await hand_over(office, HOSTILE)
    async with desk(office, "ben", (80, 24)) as pilot:
        await keys(pilot, "n", "alt+5")
        shown = "".join(drawn(pilot, "list-traces")) + key_line(pilot)
        lines = pilot.app.screen.query_one("#head", Lines)
        shown += "".join(part.text for y in range(lines.size.height) for part in lines.render_line(y))
        assert "\x1b" not in shown and "\u202e" not in shown and "[@click" in shown
        await keys(pilot, "f6", "escape")
        assert pilot.app._exception is None
