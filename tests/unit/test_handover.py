"""Handing a case over: what is written, who must acknowledge it, when the team leader hears of it. Law page, section 9."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import quick_entry
from casework.actions import parse_action
from casework.actions.call import LogCall
from casework.actions.declare import fields, fill
from casework.actions.handover import Acknowledge, HandOver
from casework.actions.note import WriteNote
from casework.actions.promise import MakePromise
from casework.actions.work import Park, Skip, WrapUp
from casework.case import Case
from casework.claims import Claim
from casework.commit import decide
from casework.dates import LONDON, london_date
from casework.handover import Snapshot, proposed, snapshot, unread
from casework.hours import at_work, away, worked
from casework.offers import offers
from casework.queues import rows, why
from casework.reference import Tables
from casework.refusals import Refused
from casework.staff import Shift, Staff, Weekday
from casework.stops import Clock
from casework.tasks import HAND_OVER, UNREAD, Task
from tests.cases import (
    COLLEAGUE,
    FINES_OFFICER,
    LEADER,
    NOW,
    OFFICER,
    TODAY,
    Story,
    an_account,
    at,
    imposed,
    shipped_tables,
    situation,
)

TABLES = shipped_tables()
FIRST = "2.1"


def shift(day: Weekday, starts: str = "09:00", ends: str = "17:00", lunch: tuple[str, str] | None = None) -> Shift:
    noon = (time.fromisoformat(lunch[0]), time.fromisoformat(lunch[1])) if lunch else None
    return Shift(day=day, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), lunch=noon)


def member(id: str, *pattern: Shift, post: str | None = None, **more: object) -> Staff:
    """An officer of Kidderminster, with this pattern."""
    about = {"id": id, "name": id.title(), "roles": ["officer"], "units": ["K01"], "pattern": pattern, "post": post}
    return Staff.model_validate({**about, **more})


SEVEN = "Enforcement 7"
MAY = member("may", shift("mon"), shift("tue"), shift("wed", ends="12:30"), post=SEVEN)
NIA = member("nia", shift("wed", starts="12:00"), shift("thu"), shift("fri"), post=SEVEN)
"""They share a job: Wednesday from twelve to half past is their overlap."""

WEDNESDAY, THURSDAY, FRIDAY = (datetime(2026, 11, day, 12, 15, tzinfo=UTC) for day in (18, 19, 20))


def a_story(now: datetime) -> Story:
    """A case as old as the year."""
    account = an_account(imposed(on=date(2026, 1, 5)), opened_on=date(2026, 1, 5))
    return Story(account, now=now)


def handed(
    now: datetime = NOW,
    *,
    by: Staff = OFFICER,
    to: str | None = COLLEAGUE.id,
    others: tuple[Staff, ...] = (COLLEAGUE, LEADER),
    story: Story | None = None,
    pulled: str | None = FIRST,
) -> Story:
    """A case that was handed over."""
    story = story or a_story(now)
    story.does(HandOver(text="rang twice, wife says try Friday", to=to), now, by=by, pulled=pulled, colleagues=others)
    return story


def task(case: Case, kind: str) -> Task:
    return next(one for one in case.tasks if one.kind == kind)


def refused(
    case: Case, action: HandOver | Acknowledge, by: Staff = OFFICER, **facts: Any
) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as fault:
        decide(case, action, situation(actor=by, pulled=FIRST, **facts))
    return [(one.code, one.field) for one in fault.value.reasons]


# To whom


def test_work_goes_to_the_other_holder_of_the_post_without_a_word() -> None:
    """Seen red with: the colleague's id in place of the post."""
    story = handed(WEDNESDAY, by=MAY, to=None, others=(NIA, COLLEAGUE, LEADER))
    assert story.case.handover is not None
    assert (story.case.handover.to, story.case.handover.to_name, story.case.handover.by) == (SEVEN, SEVEN, "may")
    assert task(story.case, HAND_OVER).owner == SEVEN
    assert story.case.task(FIRST) is not None and task(story.case, "first-contact").owner == SEVEN


def test_without_a_shared_post_it_goes_to_the_colleague_who_is_named() -> None:
    story = handed()
    assert task(story.case, HAND_OVER).owner == task(story.case, "first-contact").owner == COLLEAGUE.id


def test_to_a_colleague_who_shares_a_job_means_to_their_post() -> None:
    story = handed(to="nia", others=(NIA, MAY))
    assert task(story.case, HAND_OVER).owner == SEVEN


def test_a_post_held_by_one_person_alone_is_no_shared_post() -> None:
    """It goes to the team leader, at once, and what was in hand waits for them to read it. Caught: handed over to nobody;
    straight back to whoever handed it over."""
    story = handed(by=MAY, to=None, others=(COLLEAGUE, LEADER))
    assert [(one.kind, one.owner, one.due_at) for one in story.case.tasks] == [
        ("first-contact", None, at(19, hour=0)),
        (UNREAD, None, NOW),
    ]
    assert [one.queue for one in rows(story.case, TABLES)] == ["K01.referrals"]


@pytest.mark.parametrize(
    ("to", "others"),
    [
        ("x", (COLLEAGUE, LEADER)),
        (OFFICER.id, (COLLEAGUE, LEADER)),
        ("liz", (member("liz", units=["L01"]), LEADER)),
        ("eve", (member("eve", roles=["auditor"]), LEADER)),
        ("kin", (member("kin", exclusions=["K01-24000731N"]), LEADER)),
        (None, (COLLEAGUE,)),
        (None, ()),
    ],
)
def test_nobody_who_could_not_work_it_is_handed_a_case(to: str | None, others: tuple[Staff, ...]) -> None:
    """Another unit's, an auditor, somebody who knows the payer; and to nobody. Seen red with: no permission asked; units not
    compared."""
    assert refused(Story().case, HandOver(text="x", to=to), colleagues=others) == [("to-whom", "to")]


def test_what_needs_the_fines_officer_goes_to_nobody_else() -> None:
    """Seen red with: the team of the task in hand not looked at."""
    story = Story()
    story.does(LogCall(outcome="DISPUTE", note="a note of more than twenty characters"))
    decision = task(story.case, "decision").id
    facts = situation(actor=FINES_OFFICER, pulled=decision, colleagues=(COLLEAGUE, LEADER))
    with pytest.raises(Refused, match="nobody mpatel is here"):
        decide(story.case, HandOver(text="x", to=COLLEAGUE.id), facts)


PARTNER = FINES_OFFICER.model_copy(update={"post": SEVEN})


def a_decision() -> tuple[Story, str]:
    """A case with a task for the fines officer."""
    story = Story()
    story.does(LogCall(outcome="DISPUTE", note="a note of more than twenty characters"))
    return story, task(story.case, "decision").id


def test_what_needs_the_fines_officer_does_not_go_to_the_plain_officer_who_shares_the_job() -> None:
    """But to the team leader, as where nobody shares it. Caught: the team asked of a colleague who is named, and not of the
    post's other holder."""
    story, decision = a_decision()
    story.does(HandOver(text="x"), by=PARTNER, pulled=decision, colleagues=(NIA, LEADER))
    assert story.case.handover is not None and story.case.handover.to is None
    alone, decision = a_decision()
    facts = situation(actor=PARTNER, pulled=decision, colleagues=(NIA, COLLEAGUE))
    with pytest.raises(Refused, match="nobody else here leads") as fault:
        decide(alone.case, HandOver(text="x"), facts)
    assert [one.code for one in fault.value.reasons] == ["to-whom"]


def test_a_fines_officer_whose_post_a_plain_officer_shares_has_it_by_name() -> None:
    """Caught: it went to the post, and so to both of its holders."""
    story, decision = a_decision()
    other = FINES_OFFICER.model_copy(update={"id": "bcole", "name": "B Cole"})
    story.does(HandOver(text="x", to="acole"), by=other, pulled=decision, colleagues=(NIA, PARTNER, LEADER))
    assert story.case.handover is not None
    assert (story.case.handover.to, story.case.handover.to_name) == ("acole", "A Cole")
    assert task(story.case, "decision").owner == "acole"


MANAGER = member("max", roles=["manager"])


def test_the_only_team_leader_hands_over_to_a_manager_or_to_nobody() -> None:
    """Another team leader comes before a manager. Caught: a hand-over that only its writer could have read."""
    other = LEADER.model_copy(update={"id": "tlane", "name": "T Lane"})
    for others in ((COLLEAGUE, MANAGER), (COLLEAGUE, other, MANAGER)):
        case = handed(by=LEADER, to=None, others=others).case
        assert (case.handover and case.handover.to) is None
        assert decide(case, Acknowledge(), situation(actor=others[-1]))
    with pytest.raises(Refused, match="nobody else here leads; say to whom; there are: mpatel"):
        handed(by=LEADER, to=None, others=(COLLEAGUE,))


def test_what_the_team_leader_acknowledged_is_theirs_for_the_day() -> None:
    """Handed over to the team leader, it is not for whoever handed it over. Caught: back in the queue at once, first for its
    writer; given to a manager, who works no queue."""
    story = handed(to=None, others=(LEADER,))
    assert [one.task for one in rows(story.case, TABLES)] == ["3.2"]
    story.does(Acknowledge(), by=LEADER)
    assert [(one.task, one.owner, one.own_until) for one in rows(story.case, TABLES)] == [(FIRST, "rbeech", TODAY)]
    story = handed(by=LEADER, to=None, others=(MANAGER,))
    story.does(Acknowledge(), by=MANAGER)
    assert [(one.task, one.owner) for one in rows(story.case, TABLES)] == [(FIRST, None)]


def test_a_parked_case_that_is_back_waits_for_the_team_leader_too() -> None:
    """Caught: still whose it was that parked it, or anyone's, before anybody had read the hand-over."""
    story = Story()
    story.does(Park(until=date(2026, 11, 24), reason="payslip"), pulled=FIRST)
    handed(at(24), to=None, others=(LEADER,), story=story)
    assert FIRST not in [one.task for one in rows(story.case, TABLES)]
    story.does(Acknowledge(), at(24), by=LEADER)
    assert [(one.task, one.owner) for one in rows(story.case, TABLES)] == [(FIRST, "rbeech")]
    named = Story()
    named.does(Park(until=date(2026, 11, 24), reason="payslip"), pulled=FIRST)
    waits = handed(at(24), story=named).case.task(FIRST)
    assert waits is not None and (waits.owner, waits.parked_by) == ("mpatel", None)


def test_what_the_team_leader_does_not_acknowledge_is_anyones_the_day_after() -> None:
    """Caught: hidden for ever, because nobody owns it."""
    story = handed(to=None, others=(LEADER,))
    story.calendar(at(19, hour=23))
    assert FIRST not in [one.task for one in rows(story.case, TABLES)]
    story.calendar(at(20, hour=1))
    assert [one.owner for one in rows(story.case, TABLES) if one.task == FIRST] == [None]


@pytest.mark.parametrize(
    ("pattern", "caution"),
    [
        ((shift("fri"),), []),
        ((shift("thu", "13:00"),), []),
        ((shift("wed"),), ["X is not here before Wed 25 Nov 2026; nobody works this until then"]),
    ],
)
def test_whoever_hands_over_is_told_when_nobody_is_there_for_days(
    pattern: tuple[Shift, ...], caution: list[str]
) -> None:
    """The next working day is soon enough. Caught: work hidden from everybody from Thursday until Wednesday, unsaid."""
    known = situation(pulled=FIRST, colleagues=(member("x", *pattern), LEADER))
    assert HandOver(text="x", to="x").cautions(Story().case, known) == caution
    assert HandOver(text="x", to="x").cautions(Story().case, situation(colleagues=known.facts.colleagues)) == []


def test_the_note_has_three_lines_at_most() -> None:
    """Law page 9. Seen red with: four let through."""
    case = Story().case
    assert refused(case, HandOver(text="1\n2\n3\n4", to="mpatel"), colleagues=(COLLEAGUE,)) == [("too-long", "text")]
    assert handed(story=Story()).case.handover is not None
    assert decide(case, HandOver(text="1\n2\n3", to="mpatel"), situation(pulled=FIRST, colleagues=(COLLEAGUE,)))


def test_a_case_is_handed_over_once_at_a_time() -> None:
    story = handed()
    assert refused(story.case, HandOver(text="x", to="rbeech"), COLLEAGUE, colleagues=(LEADER, OFFICER)) == [
        ("handed-over", None)
    ]


# What is written


def test_the_snapshot_tells_what_is_due_what_is_awaited_and_what_is_next() -> None:
    """Seen red with: the task in hand among what is due."""
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20, hour=15, minute=10)))
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    taken = snapshot(story.case, story.case.task(FIRST), NOW)
    assert taken == Snapshot(
        due=("promise of £50.00 by 24 Nov 2026", "call back as agreed, from Fri 20 Nov 2026 15:10"),
        waiting=(),
        next="new account, make first contact",
    )
    assert proposed(taken) == (
        "Next: new account, make first contact\n"
        "Due: promise of £50.00 by 24 Nov 2026; call back as agreed, from Fri 20 Nov 2026 15:10"
    )


def test_what_is_parked_and_what_was_asked_for_is_awaited() -> None:
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20, hour=15)))
    story.does(Park(until=date(2026, 11, 30), reason="payslip"), pulled=FIRST)
    asked = '{"kind":"request-terms","amount_pence":300,"every":"weekly","start":"2026-11-26","reason":"ILLNESS"}'
    story.does(parse_action(asked))
    clock = Clock(id="9.1", code="variation", began_on=TODAY, ends_on=date(2026, 12, 3))
    case = story.case.model_copy(update={"clocks": (clock,)})
    assert snapshot(case, None, at(30, hour=1)).due[-1] == "new account, make first contact, from Mon 30 Nov 2026"
    assert snapshot(case, None, NOW).waiting == (
        "terms asked for on 19 Nov 2026: £3.00 weekly from 26 Nov 2026",
        "time to appeal until 3 Dec 2026",
        "parked until Mon 30 Nov 2026: new account, make first contact",
    )


def test_the_form_proposes_the_snapshot_and_offers_who_could_take_it() -> None:
    story = Story()
    known = situation(pulled=FIRST, colleagues=(COLLEAGUE, member("liz", units=["L01"]), LEADER))
    text, to = fields(HandOver, story.case, {}, known)
    assert text.default == "Next: new account, make first contact"
    assert [one.code for one in to.choices] == ["mpatel", "rbeech"]
    assert fill(HandOver, story.case, {"to": "m patel"}, known) == HandOver(text=text.default, to="mpatel")


@pytest.mark.parametrize(
    ("line", "text", "to"),
    [
        ("handover to mpatel rang twice", "rang twice", "mpatel"),
        ("handover to m patel rang twice", "rang twice", "mpatel"),
        ("handover rang twice to no avail", "rang twice to no avail", None),
        ("handover", "Next: new account, make first contact", None),
    ],
)
def test_a_hand_over_is_one_line(line: str, text: str, to: str | None) -> None:
    case, known = Story().case, situation(pulled=FIRST, colleagues=(COLLEAGUE, LEADER))
    assert quick_entry.action_of(quick_entry.parse(line, case, known), case, known) == HandOver(text=text, to=to)


def test_a_colleague_named_behind_the_text_is_not_guessed_at() -> None:
    """Found: it went to the team leader, with “to mpatel” in the text."""
    case, known = Story().case, situation(pulled=FIRST, colleagues=(COLLEAGUE, LEADER))
    for line in ("handover hello to mpatel", "handover hello to m patel please"):
        with pytest.raises(Refused, match="could be To, or part of What to know: write it before the text, or “note”"):
            quick_entry.parse(line, case, known)
    for line in ("handover note hello to mpatel", "handover to rbeech note hello to mpatel"):
        assert quick_entry.parse(line, case, known).typed["text"] == "hello to mpatel"


def test_the_contracts_json_is_read_and_a_colleague_may_be_named_besides() -> None:
    assert parse_action('{"kind":"handover","text":"x"}') == HandOver(text="x")
    assert parse_action('{"kind":"acknowledge"}') == Acknowledge()
    assert quick_entry.action_of(quick_entry.parse("ack", Story().case, situation()), Story().case, situation()) == (
        Acknowledge()
    )


def test_what_came_after_the_hand_over_is_unread() -> None:
    """Seen red with: the hand-over itself counted."""
    story = handed()
    assert unread(story.case) == 0
    story.does(WriteNote(text="he rang"))
    assert unread(story.case) == 1
    assert unread(Story().case) == 0


# What is in hand


def test_a_hand_over_gives_the_case_back() -> None:
    action = HandOver(text="x")
    assert action.needs_claim() and action.ends_claim()


def test_nothing_is_due_later_for_being_handed_over() -> None:
    """Split deadlines never silently roll (law page 9). Seen red with: `waits_since` the day of the hand-over."""
    before = Story().case.tasks[0]
    case = handed(at(25), story=Story()).case
    after = case.task(FIRST)
    assert after is not None
    assert (after.due_at, after.waits_since, after.key) == (before.due_at, before.waits_since, before.key)


def test_what_was_in_hand_waits_until_the_hand_over_is_acknowledged() -> None:
    """Otherwise it could be worked unread. Seen red with: a row for it."""
    story = handed()
    assert [(one.task, one.owner, one.handed_by) for one in rows(story.case, TABLES)] == [
        ("3.1", "mpatel", "jkhan"),
        ("3.2", None, "jkhan"),
    ]
    story.does(Acknowledge(), by=COLLEAGUE)
    assert [(one.task, one.owner, one.own_until) for one in rows(story.case, TABLES)] == [(FIRST, "mpatel", TODAY)]


def test_own_call_backs_and_parked_cases_go_with_it_and_other_peoples_do_not() -> None:
    """A call-back keeps its minute, and is there before anybody acknowledges. Seen red with: only the task in hand moved."""
    story = Story()
    for who, hour in ((OFFICER, 15), (LEADER, 16)):
        story.does(LogCall(outcome="CALLBACK", call_back_at=at(20, hour=hour)), by=who)
    handed(story=story)
    backs = [(one.owner, one.ready_at) for one in rows(story.case, TABLES) if one.agreed]
    assert backs == [("mpatel", at(20, hour=15)), ("rbeech", at(20, hour=16))]
    parked = Story()
    parked.does(LogCall(outcome="DISPUTE", note="a note of more than twenty characters"))
    parked.does(Park(until=date(2026, 11, 30), reason="payslip"), pulled=FIRST)
    handed(story=parked, pulled=None)
    assert [one.owner for one in rows(parked.case, TABLES) if one.put_off] == ["mpatel"]
    waits = parked.case.task(FIRST)
    assert waits is not None and (waits.owner, waits.parked_by) == (None, "mpatel")


def test_a_call_back_in_hand_waits_for_no_acknowledgement() -> None:
    """Its minute has come: with its new owner away it is anyone's at once. Seen red with: hidden until it is acknowledged."""
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(19, hour=11)))
    back = story.case.tasks[-1].id
    handed(at(19, hour=11), story=story, pulled=back)
    row = next(one for one in rows(story.case, TABLES) if one.task == back)
    assert (row.owner, row.agreed, row.anyones(TODAY, True)) == ("mpatel", True, True)


@pytest.mark.parametrize(("handed_on", "to", "last"), [(WEDNESDAY, NIA, 18), (THURSDAY, MAY, 23), (FRIDAY, MAY, 23)])
def test_what_was_in_hand_is_the_receivers_up_to_the_end_of_their_next_day(
    handed_on: datetime, to: Staff, last: int
) -> None:
    """Then it is anyone's, acknowledged or not: handed on Thursday to whoever works from Monday, from Tuesday on. Seen red
    with: released the day after it was due."""
    giver = MAY if to is NIA else NIA
    story = handed(handed_on, by=giver, to=None, others=(to, LEADER))
    assert not [one for one in story.calendar(at(last, hour=23)) if one.what.kind == "task-released"]
    waiting = story.case.task(FIRST)
    assert waiting is not None and (waiting.owner, waiting.kept_until) == (SEVEN, date(2026, 11, last))
    story.calendar(at(last + 1, hour=0))
    assert FIRST in [one.task for one in rows(story.case, TABLES) if one.owner is None]


def test_whoever_acknowledges_has_the_day_for_it() -> None:
    """Seen red with: what was in hand released before they could pull it."""
    story = handed(WEDNESDAY, by=MAY, to=None, others=(NIA, LEADER))
    story.does(Acknowledge(), at(20), by=NIA)
    story.calendar(at(20, hour=11))
    left = story.case.task(FIRST)
    assert left is not None and (left.owner, left.kept_until) == (SEVEN, date(2026, 11, 20))


# When the team leader hears of it


def leader_from(now: datetime, *people: Staff, by: Staff = OFFICER) -> datetime:
    """When a hand-over to the post of `people` comes to the team leader."""
    story = handed(now, by=by, to=people[0].id if by is OFFICER else None, others=(*people, LEADER))
    return task(story.case, UNREAD).due_at


@pytest.mark.parametrize(
    ("now", "receiver", "due"),
    [
        # an hour of a shift that runs, its last; the shift begins after the hour; the next day
        (at(19, hour=10), member("x"), at(19, hour=11)),
        (at(19, hour=16), member("x"), at(19, hour=17)),
        (at(19, hour=10), member("x", shift("thu", "13:00")), at(19, hour=14)),
        (at(19, hour=17, minute=5), member("x"), at(20, hour=9)),
        # a quarter of an hour is left today, or the lunch is between
        (at(19, hour=16, minute=45), member("x"), at(20, hour=8, minute=45)),
        (at(19, hour=11, minute=40), member("x", shift("thu", lunch=("12:00", "12:30"))), at(19, hour=13, minute=10)),
        # Friday evening to Monday; Christmas to the Tuesday after Boxing Day's bank holiday; Thursday to Monday's pattern
        (at(20, hour=17), member("x"), at(23, hour=9)),
        (at(24, 12, hour=17), member("x"), at(29, 12, hour=9)),
        (at(19, hour=10), MAY, at(23, hour=10)),
        # both clock changes: eight in the morning in London, an hour later or earlier in UTC
        (datetime(2026, 3, 27, 17, tzinfo=UTC), member("x"), datetime(2026, 3, 30, 8, tzinfo=UTC)),
        (datetime(2026, 10, 23, 16, tzinfo=UTC), member("x"), datetime(2026, 10, 26, 9, tzinfo=UTC)),
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            member("x", shift("sun", "00:00", "06:00")),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        ),
    ],
)
def test_after_an_hour_of_the_receivers_own_work_it_is_the_team_leaders(
    now: datetime, receiver: Staff, due: datetime
) -> None:
    """Seen red with: an hour of the clock; breaks counted; the whole of a shift that runs counted; an hour that ends with the
    shift put off to the next."""
    assert leader_from(now, receiver) == due


def test_of_two_holders_the_first_who_could_have_read_it_counts() -> None:
    """Seen red with: the last."""
    assert leader_from(at(17, hour=9), member("x", shift("thu"), post=SEVEN), MAY) == at(17, hour=10)


def test_nobody_waits_for_somebody_who_never_works() -> None:
    """An office that is never open: the team leader has it at once. Seen red with: looked for without end."""
    shut = Tables({**TABLES.rows, "office_hours": ()})
    story = Story(tables=shut)
    assert worked(COLLEAGUE, NOW, 0, shut) is None
    story.does(HandOver(text="x", to=COLLEAGUE.id), pulled=FIRST, colleagues=(COLLEAGUE, LEADER))
    assert task(story.case, UNREAD).due_at == NOW


@given(st.integers(0, 60 * 24 * 200), st.integers(0, 600), st.sampled_from([MAY, NIA, member("x")]))
def test_minutes_worked_are_those_at_work(after: int, minutes: int, who: Staff) -> None:
    """Counted one by one. Seen red with: a shift that is over taken off; the end of a shift counted twice."""
    since = datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=after)
    until = worked(who, since, minutes, TABLES)
    assert until is not None and until >= since
    count, moment = 0, since
    while moment < until:
        count += at_work(who, moment, TABLES)
        moment += timedelta(minutes=1)
    assert count == minutes


# Who is away


@pytest.mark.parametrize(
    ("day", "hour", "minute", "gone"),
    [
        (18, 6, 0, False),  # before the shift: still to come
        (18, 12, 29, False),
        (18, 12, 30, True),  # it is over
        (19, 10, 0, True),  # not their day
        (21, 10, 0, True),
        (23, 16, 59, False),
        (23, 17, 0, True),
    ],
)
def test_somebody_is_away_when_no_shift_of_theirs_is_left_today(day: int, hour: int, minute: int, gone: bool) -> None:
    """Seen red with: away before the shift begins; still there at its last minute."""
    assert away(MAY, at(day, hour=hour, minute=minute), TABLES) is gone


def test_on_a_bank_holiday_everybody_is_away_and_beyond_the_known_ones_nobody_is() -> None:
    assert away(OFFICER, at(25, 12), TABLES)
    assert not away(OFFICER, datetime(2099, 1, 1, 20, tzinfo=UTC), TABLES)


# Acknowledging


def test_it_is_acknowledged_once_and_both_tasks_end() -> None:
    story = handed()
    done = story.does(Acknowledge(), at(19, hour=10, minute=59), by=COLLEAGUE)
    assert [one.what.summary() for one in done.events] == ["acknowledged the hand-over from J Khan"]
    assert story.case.handover is None
    assert [one.kind for one in story.case.tasks] == ["first-contact"]
    assert refused(story.case, Acknowledge(), COLLEAGUE) == [("not-handed-over", None)]


@pytest.mark.parametrize(
    ("who", "why_not"),
    [
        (OFFICER, "own-handover"),
        (FINES_OFFICER, "not-for-you"),
        (COLLEAGUE, None),
        (LEADER, None),
    ],
)
def test_it_is_acknowledged_by_whoever_it_is_for_or_the_team_leader(who: Staff, why_not: str | None) -> None:
    """Never by whoever wrote it. Seen red with: anybody; the writer."""
    case = handed().case
    if why_not:
        assert refused(case, Acknowledge(), who) == [(why_not, None)]
    else:
        assert decide(case, Acknowledge(), situation(actor=who))


def test_the_other_holder_acknowledges_and_not_the_one_who_wrote_it() -> None:
    case = handed(WEDNESDAY, by=MAY, to=None, others=(NIA, LEADER)).case
    assert refused(case, Acknowledge(), MAY) == [("own-handover", None)]
    assert decide(case, Acknowledge(), situation(actor=NIA))


def test_a_team_leader_who_wrote_it_does_not_acknowledge_it_either() -> None:
    case = handed(by=LEADER, others=(COLLEAGUE,)).case
    assert refused(case, Acknowledge(), LEADER) == [("own-handover", None)]


@pytest.mark.parametrize(
    "action",
    [
        WrapUp(outcome="DONE"),
        Skip(reason="HOURS"),
        Park(until=date(2026, 11, 24), reason="x"),
        LogCall(outcome="SPOKE", note="a note of more than twenty characters", finish=True),
    ],
)
@pytest.mark.parametrize("which", ["3.1", "3.2"])
def test_a_hand_over_is_read_and_not_ended_or_put_off(action: WrapUp | Skip | Park | LogCall, which: str) -> None:
    """Seen red with: a wrap-up that ends it; one that is skipped."""
    case = handed().case
    with pytest.raises(Refused) as fault:
        decide(case, action, situation(actor=LEADER, pulled=which))
    assert "not-acknowledged" in [one.code for one in fault.value.reasons]


def test_whoever_knows_the_person_passes_a_hand_over_on_to_the_team_leader() -> None:
    """The case is closed to them, so the hand-over is nobody's to read but the leader's, at once. Caught: `skip KNOWN`
    refused; the task in hand kept for somebody who may not open it."""
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20, hour=15)))
    handed(story=story)
    done = story.does(Skip(reason="KNOWN"), by=COLLEAGUE, pulled=task(story.case, HAND_OVER).id)
    assert done.closes_to_actor
    assert story.case.handover is not None and story.case.handover.to is None
    assert [(one.kind, one.owner, one.due_at) for one in story.case.tasks] == [
        ("first-contact", None, at(19, hour=0)),
        ("call-back", None, at(20, hour=15)),
        (UNREAD, None, NOW),
    ]
    assert FIRST not in [one.task for one in rows(story.case, TABLES)], "not before the leader has read it"
    assert done.events[0].what.summary() == "hand-over from J Khan passed on to the team leader: I know this person"
    story.does(Acknowledge(), by=LEADER)
    assert story.case.task(FIRST) == Story().case.tasks[0].model_copy(update={"owner": "rbeech", "kept_until": TODAY})


def test_a_team_leader_who_knows_the_person_leaves_the_hand_over_to_another() -> None:
    """Caught: refused, with the case in hand for ever."""
    story = handed(to=None, others=(LEADER,))
    story.does(Skip(reason="KNOWN"), by=LEADER, pulled=task(story.case, UNREAD).id)
    assert task(story.case, UNREAD).due_at == NOW + timedelta(minutes=1)
    assert story.case.handover is not None


def test_a_call_does_not_propose_to_end_a_hand_over() -> None:
    case, known = handed().case, situation(actor=COLLEAGUE, pulled="3.1")
    asked = {one.name: one.default for one in fields(LogCall, case, {"answered": "NO_ANS"}, known)}
    assert asked["finish"] != "yes"


def test_a_hand_over_waits_for_its_acknowledgement_however_long() -> None:
    """The calendar frees it for nobody. Seen red with: freed as a call-back is."""
    story = handed()
    story.calendar(at(23))
    assert task(story.case, HAND_OVER).owner == "mpatel"
    assert story.case.handover is not None


def test_a_hand_over_says_why_it_comes_first() -> None:
    case = handed().case
    first, late = task(case, HAND_OVER), task(case, UNREAD)
    assert why(case, first, TABLES, NOW, COLLEAGUE) == [
        "handed over, by J Khan",
        "handed over to M Patel on Thu 19 Nov 2026 10:00: acknowledge it before your queue",
    ]
    assert (
        why(case, late, TABLES, NOW, LEADER)[1] == "handed over to M Patel on Thu 19 Nov 2026 10:00, not acknowledged"
    )


def test_the_day_of_a_hand_over_is_londons() -> None:
    """At half past eleven at night in summer time it is tomorrow there."""
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert london_date(late) == date(2026, 7, 2) and late.astimezone(LONDON).hour == 0
    story = handed(late)
    left = story.case.task(FIRST)
    assert left is not None and left.kept_until == date(2026, 7, 2)


def test_an_action_for_whoever_holds_the_case_is_greyed_with_the_reason() -> None:
    """Before anything is typed: nobody holds it, somebody else does. Seen red with: `claimed` not read."""
    case = Story().case

    def reasons(held: Claim | None) -> list[str]:
        known = situation(colleagues=(COLLEAGUE,))
        (offer,) = [one for one in offers(case, known, held) if one.kind == "handover"]
        return [one.message for one in offer.reasons]

    mine = Claim(
        case=case.id, officer=OFFICER.id, officer_name=OFFICER.name, token=1, slot="work", expires_at=at(20), task=FIRST
    )
    theirs = mine.model_copy(update={"officer": COLLEAGUE.id, "officer_name": COLLEAGUE.name})
    assert reasons(None) == ["you have not claimed this case"]
    assert reasons(theirs) == [f"{COLLEAGUE.name} has this case"]
    assert reasons(mine) == []
