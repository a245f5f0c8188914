"""Posts: who owns work, who is there to do it, and what becomes of it when they are not. Skips and parks: for what, how far
and how many. Law page, sections 9 and 10."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from pydantic import ValidationError

from casework.accounts import CaseId
from casework.actions.call import LogCall
from casework.actions.contact import LogContact
from casework.actions.handover import Acknowledge, HandOver
from casework.actions.note import WriteNote
from casework.actions.promise import MakePromise
from casework.actions.work import Park, Skip, WrapUp
from casework.commit import Commit, decide
from casework.events import TaskDeferred
from casework.posts import all_away, holders
from casework.queues import QueueRow, rows, why
from casework.refusals import Refused
from casework.rows_posts import ParkReason
from casework.staff import Shift, Staff
from casework.table_faults import faults
from casework.tallies import Tally
from tests.cases import COLLEAGUE, LEADER, NOW, OFFICER, TABLE_FOLDER, TODAY, Story, at, shipped_tables, situation

TABLES = shipped_tables()
FIRST = "2.1"
SEVEN = "Enforcement 7"
MORNINGS = (Shift(day="thu", starts=time(9), ends=time(12)),)
FRIDAYS = (Shift(day="fri", starts=time(9), ends=time(17)),)
MAY = OFFICER.model_copy(update={"id": "may", "name": "May", "post": SEVEN, "pattern": MORNINGS})
NIA = OFFICER.model_copy(update={"id": "nia", "name": "Nia", "post": SEVEN, "pattern": FRIDAYS})
LEEDS = NIA.model_copy(update={"id": "liz", "units": ("L01",)})
TEXTS = {path.stem: path.read_text("utf-8") for path in TABLE_FOLDER.glob("*.toml")}


# Who owns work


def test_work_is_owned_by_a_post_and_by_a_person_who_has_none() -> None:
    assert (MAY.owns, OFFICER.owns) == (SEVEN, OFFICER.id)
    assert MAY.has(SEVEN) and MAY.has("may") and not MAY.has("nia") and not MAY.has(None)
    assert not OFFICER.has(None)


def test_a_post_is_never_taken_for_somebodys_id() -> None:
    """Seen red with: any name let through."""
    for name in ("enforcement", "jkhan"):
        with pytest.raises(ValidationError, match="has a space"):
            Staff.model_validate({**OFFICER.model_dump(), "post": name})


def test_the_holders_of_a_post_are_the_staff_of_the_unit_who_name_it() -> None:
    """Seen red with: those of another unit, whose post has the same name."""
    assert holders(SEVEN, (MAY, NIA, LEEDS, OFFICER), "K01") == [MAY, NIA]
    assert holders("may", (MAY, NIA), "K01") == [MAY]


@pytest.mark.parametrize(
    ("instant", "gone"),
    [
        (at(19, hour=8), False),
        (at(19, hour=11, minute=59), False),
        (at(19, hour=12), True),
        (at(20, hour=10), False),
        (at(23, hour=10), True),
    ],
)
def test_a_post_is_away_when_no_holder_has_a_shift_left_that_day(instant: datetime, gone: bool) -> None:
    """Seen red with: away as soon as one of them is."""
    assert all_away(SEVEN, (MAY, NIA, LEEDS), "K01", instant, TABLES) is gone


def test_what_nobody_holds_any_more_is_away() -> None:
    assert all_away("gone", (MAY, NIA), "K01", NOW, TABLES)


def test_a_call_back_is_the_posts_even_when_the_other_holder_is_to_make_it() -> None:
    """May works on Thursday mornings only. Seen red with: nobody's, because she is not there on Friday."""
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20)), by=MAY)
    assert story.case.tasks[-1].owner == SEVEN
    alone = MAY.model_copy(update={"post": None})
    other = Story()
    other.does(LogCall(outcome="CALLBACK", call_back_at=at(20)), by=alone)
    assert other.case.tasks[-1].owner is None


# Whose it is when its owner is away


def a_row(**about: object) -> QueueRow:
    whole = {"queue": "K01.calls", "case": CaseId("K01-1"), "task": "2.1", "sort_key": 1, "ready_at": NOW}
    return QueueRow.model_validate({**whole, "owner": "may", "own_until": TODAY, **about})


@pytest.mark.parametrize(
    ("about", "day", "away", "anyones"),
    [
        ({}, 19, False, False),
        ({}, 19, True, True),
        ({}, 20, False, True),
        ({"own_until": None}, 20, False, False),
        ({"own_until": None}, 19, True, True),
        ({"owner": None, "own_until": None}, 19, False, True),
        ({"own_until": None, "handed_by": "jkhan"}, 30, True, False),
    ],
)
def test_own_work_is_anyones_when_its_day_is_over_or_its_owner_away(
    about: dict[str, object], day: int, away: bool, anyones: bool
) -> None:
    """But a hand-over waits for whoever it is for. Seen red with: the last day not its owner's any more; hand-overs given to
    anybody."""
    assert a_row(**about).anyones(date(2026, 11, day), away) is anyones


def test_a_parked_case_comes_back_to_the_post_that_parked_it_on_its_day_and_then_to_anybody() -> None:
    """Seen red with: the person in place of the post; theirs for ever."""
    story = Story()
    story.does(Park(until=date(2026, 11, 27), reason="payslip"), pulled=FIRST, by=MAY)
    (row,) = rows(story.case, TABLES)
    assert (row.owner, row.own_until, row.put_off, row.agreed) == (SEVEN, date(2026, 11, 27), "parked", False)
    assert not row.anyones(date(2026, 11, 27), False)
    assert row.anyones(date(2026, 11, 28), False)


def test_a_parked_case_that_is_skipped_is_nobodys() -> None:
    """Seen red with: still its parker's."""
    story = Story()
    story.does(Park(until=date(2026, 11, 20), reason="payslip"), pulled=FIRST)
    story.does(Skip(reason="HOURS"), at(20), pulled=FIRST)
    (row,) = rows(story.case, TABLES)
    assert (row.owner, row.put_off) == (None, "skipped")


def test_why_says_whose_it_was() -> None:
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(19, hour=15)), by=MAY)
    back = story.case.tasks[-1]
    told = why(story.case, back, TABLES, at(19, hour=15), COLLEAGUE, SEVEN)
    assert told[:3] == [
        "call back as agreed",
        "Enforcement 7 is away today",
        "their call-back, due Thu 19 Nov 2026 15:00",
    ]
    assert why(story.case, back, TABLES, at(19, hour=15), NIA, SEVEN)[1] == "your call-back, due Thu 19 Nov 2026 15:00"
    parked = Story()
    parked.does(Park(until=date(2026, 11, 20), reason="payslip"), pulled=FIRST)
    task = parked.case.tasks[0]
    assert why(parked.case, task, TABLES, at(20), OFFICER)[1] == "you or your post parked it"
    assert why(parked.case, task, TABLES, at(21), COLLEAGUE, "J Khan")[1] == "J Khan did not do it in time"


# Skips


@pytest.mark.parametrize(
    ("done", "reason", "refused"), [(9, "HOURS", False), (10, "HOURS", True), (10, "KNOWN", False)]
)
def test_ten_cases_a_day_are_skipped_and_no_more(done: int, reason: str, refused: bool) -> None:
    """Whoever knows the payer passes the case over all the same. Seen red with: eleven; the case of a neighbour refused."""
    known = situation(pulled=FIRST, skips_today=done)
    if not refused:
        assert decide(Story().case, Skip(reason=reason), known)
        return
    with pytest.raises(Refused, match="10 cases today, which is the most") as fault:
        decide(Story().case, Skip(reason=reason), known)
    (found,) = fault.value.reasons
    assert (found.code, found.source) == ("too-many-skips", TABLES.limit("skips-a-day", TODAY).cited)


def test_a_skip_keeps_the_code_of_its_reason() -> None:
    done = Story().does(Skip(reason="LANGUAGE"), pulled=FIRST)
    (what,) = [event.what for event in done.events]
    assert isinstance(what, TaskDeferred) and (what.code, what.reason) == ("LANGUAGE", "Needs another language")


# Parks


def parked(reason: str, until: date = date(2026, 11, 24)) -> TaskDeferred:
    (what,) = decide(Story().case, Park(until=until, reason=reason), situation(pulled=FIRST))
    assert isinstance(what, TaskDeferred)
    return what


@pytest.mark.parametrize(
    ("typed", "code", "kept"),
    [
        ("awaiting payslip", "PAYSLIP", "awaiting payslip"),
        ("PAYSLIP", "PAYSLIP", "Payslip"),
        ("means form", "MEANS", "Means form"),
        ("payment on its way", "PAYMENT", "Payment on its way"),
        ("reply to the letter", "REPLY", "reply to the letter"),
        ("o", "OTHER", "o"),
        ("the moon to rise", "OTHER", "the moon to rise"),
        ("something else", "OTHER", "Something else"),
    ],
)
def test_what_a_case_is_parked_for_is_coded_and_kept_as_it_was_given(typed: str, code: str, kept: str) -> None:
    """Seen red with: the label in place of what was typed; a beginning taken for a whole label."""
    assert (parked(typed).code, parked(typed).reason) == (code, kept)


@pytest.mark.parametrize(("reason", "days"), [("payslip", 42), ("court result", 90), ("coffee", 42)])
def test_a_case_is_parked_no_further_than_what_it_waits_for_may_take(reason: str, days: int) -> None:
    """Seen red with: a day more; one figure for every reason."""
    assert parked(reason, TODAY + timedelta(days)).code
    with pytest.raises(Refused, match=f"for {days} days at most"):
        parked(reason, TODAY + timedelta(days + 1))


@pytest.mark.parametrize(("held", "refused"), [(39, False), (40, True)])
def test_a_post_has_forty_cases_parked_and_no_more(held: int, refused: bool) -> None:
    """Seen red with: forty-one."""
    known = situation(pulled=FIRST, parks_held=held)
    if not refused:
        assert decide(Story().case, Park(until=date(2026, 11, 24), reason="x"), known)
        return
    with pytest.raises(Refused) as fault:
        decide(Story().case, Park(until=date(2026, 11, 24), reason="x"), known)
    assert [one.code for one in fault.value.reasons] == ["too-many-parked"]


def test_just_one_reason_has_no_words() -> None:
    """With none, coffee could not be waited for; with two, which is it? Seen red with: a row without words taken out."""
    assert not [one for one in faults(TEXTS) if one.startswith("park_reasons")]
    none = TEXTS["park_reasons"].replace('label = "Something else"', 'label = "Something else"\nwords = ["x"]')
    two = TEXTS["park_reasons"] + '\n[[row]]\ncode = "MORE"\nlabel = "More"\nfurthest_days = 1\n'
    for text in (none, two):
        found = [one for one in faults({**TEXTS, "park_reasons": text}) if "without words" in one]
        assert len(found) == 1


def test_a_word_is_known_from_its_beginning_and_not_inside_another() -> None:
    """`agent` is no `reagent`; `wages.` and `Wages` are. Seen red with: found anywhere."""
    row = TABLES.park_reasons(TODAY)["AGENT"]
    assert isinstance(row, ParkReason)
    assert row.means("the Agents' report") and row.means("agent.") and not row.means("a reagent")


# The tally of a day


def after(*done: Commit, in_hand: str | None = FIRST) -> Tally:
    tally = Tally()
    for one in done:
        tally = tally.after(one, in_hand)
    return tally


def test_what_somebody_did_in_a_day_is_counted() -> None:
    """Seen red with: every contact a call; a parked case as finished; a case of somebody known as a skip. Caught: a hand-over
    that was read as finished."""
    assert after(Story().does(WriteNote(text="x"))) == Tally(actions=1)
    assert after(Story().does(LogContact(channel="email", outcome="SENT"))) == Tally(actions=1)
    assert after(Story().does(LogCall(outcome="NO_ANS"))) == Tally(actions=1, calls=1)
    assert after(Story().does(LogCall(outcome="NO_ANS", finish=True), pulled=FIRST)) == Tally(
        actions=1, calls=1, cases=1
    )
    assert after(Story().does(WrapUp(outcome="DONE"), pulled=FIRST)) == Tally(actions=1, cases=1)
    assert after(Story().does(Skip(reason="HOURS"), pulled=FIRST)) == Tally(actions=1, skips=1)
    assert after(Story().does(Skip(reason="KNOWN"), pulled=FIRST)) == Tally(actions=1)
    assert after(Story().does(Park(until=date(2026, 11, 24), reason="x"), pulled=FIRST)) == Tally(actions=1)
    handed = Story()
    handed.does(HandOver(text="x", to=COLLEAGUE.id), pulled=FIRST, colleagues=(COLLEAGUE, LEADER))
    to_read = handed.case.tasks[-2].id
    passed_on = Tally().after(handed.does(Skip(reason="KNOWN"), by=COLLEAGUE, pulled=to_read), to_read)
    late = handed.case.tasks[-1].id
    assert passed_on == Tally(actions=1)
    assert after(handed.does(Acknowledge(), by=LEADER), in_hand=late) == Tally(actions=1)
    promised = Story().does(MakePromise(amount_pence=500, due=date(2026, 11, 24), method="card"))
    assert after(promised, promised, in_hand=None) == Tally(actions=2, promises=2)
