"""My day, the find box and the timeline on the desk, key by key; and what they show, as values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from casework.actions.call import LogCall
from casework.actions.handover import HandOver
from casework.actions.note import WriteNote
from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.actions.trace import AskSource
from casework.actions.work import Park
from casework.identity import MASK
from casework.my_work import MyTask
from casework.tallies import Tally
from casework.views import Draft, Entry, QueueSummary
from tests.contract.conftest import THURSDAY, LocalOffice, account, someone
from tests.unit.test_case_screen import ONE, TWO, desk, form, head, keys, reading, said
from tests.unit.test_desk_work import bar, drawn
from tui import day_view, timeline, view_models
from tui.screens.day import DayScreen
from tui.screens.find import REACTION, FindScreen
from tui.widgets.field_map import FieldMap
from tui.widgets.lines import Lines

SIZES = pytest.mark.parametrize("size", [(120, 36), (80, 24)])
JOHNSON = {
    "name": {"surname": "Johnson", "forenames": "John"},
    "date_of_birth": "1984-03-14",
    "phones": ["07700 900123"],
}


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    """Two accounts, the first of which is John Johnson's, and a team leader."""
    made = LocalOffice(tmp_path / "store")
    with made.store.transaction():
        made.store.put_staff(someone("tom", "team-leader"))
    made.add(account(1, person=JOHNSON), account(2))
    return made


def here(pilot: Pilot[None]) -> type:
    """The kind of screen that is open."""
    return type(pilot.app.screen)


# My day


async def a_day(office: LocalOffice) -> None:
    """Of Ann: something of everything."""
    ann = office.desk("ann")
    await ann.act(TWO, LogCall(outcome="CALLBACK", call_back_at=THURSDAY + timedelta(minutes=90)), key="c")
    await ann.act(TWO, MakePromise(amount_pence=5_000, due=THURSDAY.date(), method="card"), key="p")
    await ann.claim(ONE)
    await ann.act(ONE, Park(until=date(2026, 11, 24), reason="payslip"), key="z")
    draft = Draft(case=TWO, kind="note", typed={"text": "rang"}, key="d", seen_version=1, at=THURSDAY)
    await ann.save_draft(draft)


@SIZES
async def test_y_shows_my_numbers_and_what_is_mine_and_enter_opens_it(
    office: LocalOffice, size: tuple[int, int]
) -> None:
    """From the queues and from a case, back with Esc. Seen red with: `y` not on the queues; a draft left out; the row's key
    taken for the case."""
    await a_day(office)
    async with desk(office, size=size) as pilot:
        await keys(pilot, "y")
        assert here(pilot) is DayScreen
        numbers = pilot.app.screen.query_one("#numbers", Lines).text
        assert "0 cases done" in numbers and "1 call, 1 spoken with" in numbers and "1 promise" in numbers
        assert said(pilot) == "Note: 2 things to do, 1 parked, 1 not saved"
        rows = drawn(pilot, "mine")
        assert [row[2:13].strip() for row in rows[1:5]] == ["promise", "call back", "parked", "not saved"]
        assert "11:30" in rows[2] and str(TWO) in rows[2] and "call back as agreed" in rows[2]
        assert ("Tue 24 Nov 2026" in rows[3] and "JOHNSON" in rows[3]) or size[0] < 100
        assert "today" in rows[1] and "£50.00" in rows[1]
        await keys(pilot, "escape")
        assert pilot.app.screen.query("#queues")
        await keys(pilot, "y", "down", "down", "enter")
        assert str(ONE) in head(pilot)
        await keys(pilot, "y")
        assert here(pilot) is DayScreen
        await keys(pilot, "y")
        assert str(ONE) in head(pilot)


async def test_my_day_follows_the_clock_on_f5(office: LocalOffice) -> None:
    """Seen red with: the rows of before."""
    await a_day(office)
    async with desk(office) as pilot:
        await keys(pilot, "y")
        assert "11:30" in drawn(pilot, "mine")[2]
        office.at(THURSDAY + timedelta(minutes=110))
        await keys(pilot, "f5")
        assert "20 min late" in drawn(pilot, "mine")[2]


async def test_what_is_handed_over_stands_first_and_names_who_did(office: LocalOffice) -> None:
    """Seen red with: left out; last."""
    ann = office.desk("ann")
    await ann.act(TWO, LogCall(outcome="NO_ANS"), key="c")
    await ann.claim(ONE)
    await ann.act(ONE, HandOver(text="rang twice", to="ben"), key="h")
    async with desk(office, "ben") as pilot:
        await keys(pilot, "y")
        assert drawn(pilot, "mine")[1].split()[:5] == [">", "acknowledge", "0", "min", "ago"]
        assert "handed over by Ann" in drawn(pilot, "mine")[1]


async def test_a_day_with_nothing_in_it_says_what_to_do(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await keys(pilot, "y", "enter")
        assert here(pilot) is DayScreen
        assert "n on the queues brings the next case" in drawn(pilot, "mine")[1]
        assert bar(pilot).count("0 today") == 1


def test_when_something_is_due_is_said_as_people_say_it() -> None:
    """Seen red with: a whole day of today called late; a time of another day without its date."""
    now = datetime(2026, 11, 19, 14, 30, tzinfo=UTC)
    instants = {
        datetime(2026, 11, 19, tzinfo=UTC): "today",
        datetime(2026, 11, 19, 14, 0, tzinfo=UTC): "30 min late",
        datetime(2026, 11, 19, 12, 0, tzinfo=UTC): "2 h late",
        datetime(2026, 11, 19, 15, 0, tzinfo=UTC): "15:00",
        datetime(2026, 11, 17, tzinfo=UTC): "2 days late",
        datetime(2026, 11, 20, tzinfo=UTC): "Fri 20 Nov 2026",
    }
    for at, words in instants.items():
        task = MyTask(case=ONE, name="A", what="own", title="t", at=at)
        assert day_view.table([task], [], {}, now).cells(0)[1] == words


def test_numbers_keep_to_their_line_and_begin_another() -> None:
    """Seen red with: cut off at forty cells."""
    done = Tally(cases=1, calls=2, conversations=1, promises=1, terms=1, traces=1, skips=1)
    (one,) = day_view.numbers(done, 120)
    text = "".join(part.text for part in one)
    assert "1 case done · 2 calls, 1 spoken with · 1 promise · 1 terms agreed · 1 trace · 1 passed over" in text
    narrow = day_view.numbers(done, 50)
    assert len(narrow) > 1 and all(sum(len(part.text) for part in line) <= 50 for line in narrow)


# Queues


def a_queue(name: str, ready: int = 0, oldest: datetime | None = None) -> QueueSummary:
    counts = dict.fromkeys(("claimed", "waiting", "skipped", "parked", "owned", "away"), 0)
    return QueueSummary(queue=name, title=name, ready=ready, oldest_ready_at=oldest, **counts)


def test_queues_of_a_special_need_are_shown_while_something_is_in_them() -> None:
    """Caught: a row for each look-up, empty for ever. Seen red with: Welsh alone; every empty queue hidden."""
    names = ["K01.calls", "K01.calls.welsh", "K01.tracing", "K01.tracing.trace-dwp"]
    empty = view_models.queues([a_queue(name) for name in names], THURSDAY)
    assert [empty.key(n) for n in range(len(empty))] == ["K01.calls", "K01.tracing"]
    full = view_models.queues([a_queue(name, ready=1) for name in names], THURSDAY)
    assert [full.key(n) for n in range(len(full))] == names


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (THURSDAY, "0 min"),
        (THURSDAY - timedelta(minutes=59, seconds=59), "59 min"),
        (THURSDAY - timedelta(minutes=60), "1 h"),
        (THURSDAY - timedelta(minutes=179), "2 h"),
        (THURSDAY - timedelta(hours=10), "today"),
        (THURSDAY - timedelta(hours=11), "1 day"),
        (THURSDAY - timedelta(days=3), "3 days"),
        (THURSDAY + timedelta(minutes=1), "0 min"),
    ],
)
def test_how_long_something_waits(since: datetime, words: str) -> None:
    """Days by the calendar, hours and minutes on the day itself. Seen red with: hours of a whole day's work."""
    assert view_models.queues([a_queue("K01.calls", 1, since)], THURSDAY).cells(0)[-1] == words


async def test_whoever_works_no_queue_is_told_what_they_can_do(office: LocalOffice) -> None:
    """Seen red with: an empty list."""
    async with desk(office, "cash") as pilot:
        assert "No queue is worked as cash officer: / finds a case" in drawn(pilot, "queues")[1]


# Find


@SIZES
async def test_an_empty_box_shows_the_cases_opened_last_and_enter_or_down_goes_to_them(
    office: LocalOffice, size: tuple[int, int]
) -> None:
    """The newest first. Seen red with: an empty text searched for; Down swallowed by the box."""
    await office.desk("ann").case(ONE)
    await office.desk("ann").case(TWO)
    async with desk(office, size=size) as pilot:
        await keys(pilot, "slash")
        rows = drawn(pilot, "found")
        assert str(TWO) in rows[1] and "opened at 10:00" in rows[1] and str(ONE) in rows[2]
        await keys(pilot, "enter", "down", "enter")
        assert str(ONE) in head(pilot)
        await keys(pilot, "slash", "down", "enter")
        assert str(ONE) in head(pilot)


async def test_nothing_is_recent_on_a_new_day_and_the_box_says_what_to_type(office: LocalOffice) -> None:
    async with desk(office) as pilot:
        await keys(pilot, "slash", "down")
        assert "Type what you know" in drawn(pilot, "found")[1]
        await keys(pilot, "enter")
        assert here(pilot) is FindScreen and said(pilot).startswith("Refused")


async def test_a_name_nearly_and_its_birthday_open_the_case_and_say_so(office: LocalOffice) -> None:
    """Seen red with: opened without a word; listed."""
    async with desk(office) as pilot:
        await keys(pilot, "slash", *"jhonson 14/3/1984".replace("/", "."), "enter")
        assert str(ONE) in head(pilot)
        assert said(pilot) == "Warning: matched JOHNSON, John, you typed jhonson 14.3.1984"


async def test_a_name_and_its_birthday_with_a_second_one_near_are_listed(office: LocalOffice) -> None:
    """Seen red with: the better one opened."""
    office.add(account(3, person={**JOHNSON, "name": {"surname": "Jonson", "forenames": "Jon"}}))
    async with desk(office) as pilot:
        await keys(pilot, "slash", *"johnson 14.3.1984", "enter")
        assert here(pilot) is FindScreen
        assert said(pilot).startswith("Note: 2 found")


async def test_a_wrong_letter_is_said_at_once_and_keeps_the_digits(office: LocalOffice) -> None:
    """Then Enter finds the digits, or the right letter opens the case. Seen red with: the wrong letter left in the box, so
    that the right one made ten."""
    async with desk(office) as pilot:
        await keys(pilot, *"26000001", "x")
        box = pilot.app.screen.query_one("#box", FieldMap)
        assert box.values == {"text": "26000001"}
        assert said(pilot).startswith("Warning: the check letter of 26000001 is D, not X.")
        await keys(pilot, "d")
        assert str(ONE) in head(pilot)
        await keys(pilot, *"26000002", "a")
        await pilot.pause(REACTION)
        await keys(pilot, "enter")
        assert str(TWO) in head(pilot)


# The timeline


def an_entry(kind: str, summary: str, *, undone: bool = False, **data: object) -> Entry:
    return Entry(seq=1, at=THURSDAY, actor="ann", kind=kind, summary=summary, data=data, undone=undone)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            an_entry("trace", "DWP, for: address  DPA 2018 s.35  rang his mother", reason="rang his mother"),
            "trace DWP, for: address · DPA 2018 s.35 · rang his mother",
        ),
        (
            an_entry(
                "contact", "call out  spoke  07700 900123  He left.  Then\nhe rang", note="He left.  Then\nhe rang"
            ),
            "call out · spoke · 07700 900123 · He left. Then he rang",
        ),
        (an_entry("note", "one  two", text="one  two"), "note one two"),
        (an_entry("receipt", "£5.00 by card → fine", undone=True), "UNDONE: receipt £5.00 by card → fine"),
        (an_entry("details", "address"), "address"),
    ],
)
def test_the_parts_of_a_sentence_stand_apart_and_what_was_written_stands_as_it_was(entry: Entry, words: str) -> None:
    """Caught: “address DPA 2018 s.35 rang his mother”. Seen red with: a dot wherever somebody typed two spaces."""
    assert timeline.sentence(entry) == words


@pytest.mark.parametrize(
    "entry",
    [
        an_entry("contact", "call out  spoke  lives at 9 Elm Road", note="lives at 9 Elm Road"),
        an_entry("note", "9 Elm Road", text="9 Elm Road"),
        an_entry("trace", "DWP  9 Elm Road", reason="9 Elm Road"),
        an_entry("details", "address 9 Elm Road", undone=True),
    ],
)
def test_a_sentence_hides_what_a_caller_must_say(entry: Entry) -> None:
    """Seen red with: the note as it stands; the address of a change of address."""
    assert "Elm" in timeline.sentence(entry)
    masked = timeline.sentence(entry, masked=True)
    assert "Elm" not in masked and MASK in masked


def test_what_is_typed_narrows_and_what_names_nothing_does_not() -> None:
    """By the first letters of a kind. Seen red with: an unknown kind that hid everything."""
    assert timeline.narrowed({"about": "mon", "words": " ring "}) == timeline.Narrowing("ring", "money")
    assert timeline.narrowed({"about": "calls and m"}).about == "calls"
    assert not timeline.narrowed({"about": "all"})
    assert not timeline.narrowed({"about": "t"}), "terms, tasks or traces"
    assert not timeline.narrowed({})
    assert str(timeline.Narrowing("ring", "calls")) == "only calls with “ring”"
    assert str(timeline.Narrowing("ring")) == "only what happened with “ring”"


def tabs(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#tabs", Lines).text


def listed(pilot: Pilot[None]) -> list[str]:
    return [row.strip() for row in drawn(pilot, "list-timeline")[1:] if row.strip()]


@SIZES
async def test_f_narrows_the_timeline_says_so_and_esc_shows_all_again(
    office: LocalOffice, size: tuple[int, int]
) -> None:
    """What was saved meanwhile is narrowed too, and another case begins whole. Seen red with: the narrowing forgotten after
    an action; not said; the letters typed into the case."""
    ann = office.desk("ann")
    await ann.act(ONE, WriteNote(text="rang his sister"), key="n")
    await ann.act(ONE, WriteNote(text="wrote to him"), key="m")
    await ann.act(ONE, LogCall(outcome="NO_ANS"), key="c")
    async with desk(office, size=size) as pilot:
        await keys(pilot, "n")
        every = len(listed(pilot))
        await keys(pilot, "f", *"rang", "enter", *"notes", "enter")
        assert len(listed(pilot)) == 1 and "rang his sister" in listed(pilot)[0]
        assert "only notes with “rang”: f finds again, Esc shows all" in tabs(pilot)
        assert not form(pilot).is_open
        await keys(pilot, "o", *"rang again", "f10")
        assert [row.split("note ")[1].split("  ")[0] for row in listed(pilot)] == ["rang again", "rang his sister"]
        await keys(pilot, "escape")
        assert len(listed(pilot)) == every + 1 and "only" not in tabs(pilot)
        await keys(pilot, "f", "escape")
        assert len(listed(pilot)) == every + 1
        await keys(pilot, "f", "enter", *"money", "enter")
        assert "Nothing of that kind" in listed(pilot)[0]
        await keys(pilot, "w", *"done", "f10")
        assert str(TWO) in head(pilot) and "only" not in tabs(pilot)


async def test_older_entries_are_narrowed_too(office: LocalOffice) -> None:
    """Seen red with: everything older brought under what was asked for."""
    ann = office.desk("ann")
    for n in range(105):
        await ann.act(ONE, WriteNote(text=f"note {n}"), key=f"n{n}")
    async with desk(office) as pilot:
        await keys(pilot, "n", "f", "enter", *"notes", "enter", "end", "enter", "end")
        page = listed(pilot)[-1]
        assert "note 0" in page and "older" not in page


@SIZES
async def test_the_tabs_name_the_keys_that_turn_to_them(office: LocalOffice, size: tuple[int, int]) -> None:
    """Caught: “1 Timeline”, where 1 begins to find a case. Seen red with: cut off at eighty."""
    async with desk(office, size=size) as pilot:
        await keys(pilot, "n")
        assert "[ ]" in tabs(pilot) and "8 Tasks" in tabs(pilot)
        assert ("Alt+" in tabs(pilot)) == (size[0] >= 100)
        shown = pilot.app.screen.query_one("#tabs", Lines)
        assert "…" not in "".join(part.text for part in shown.render_line(0))
        await keys(pilot, "right_square_bracket")
        assert ">2 Money" in tabs(pilot)


async def test_a_payment_that_was_undone_is_marked_where_it_stands(office: LocalOffice) -> None:
    """In the list; the whole of it can still be read. Seen red with: shown as if it stood."""
    ann = office.desk("ann")
    done = await ann.act(ONE, TakeReceipt(amount_pence=500, method="notes", received_on=THURSDAY.date()), key="r")
    seq = next(event.seq for event in done.events if event.kind == "receipt")
    await office.desk("tom").act(ONE, Reverse(receipt=f"{seq}.1", reason="REVPAY"), key="u")
    await ann.act(ONE, AskSource(purpose="address", source="OWN"), key="t")
    async with desk(office) as pilot:
        await keys(pilot, "n")
        marked = [row for row in listed(pilot) if "UNDONE" in row]
        assert len(marked) == 1 and "receipt £5.00" in marked[0]
        await keys(pilot, "f", *"£5.00 by", "enter", "enter", "end", "enter")
        assert "£5.00 by" in reading(pilot)
