"""What the calendar brings by itself, on which day, and that it brings it once. Promises and call-backs: test_promises.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.actions.calendar import due, wakes_on
from casework.actions.call import LogCall
from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.stops import LiftStop, SetStop
from casework.actions.work import Park, WrapUp
from casework.case import Case, NotAutomatic
from casework.dates import start_of_day
from casework.history import Event
from casework.ledger import Receipt
from casework.people import Address, BenefitClaim, Employer, Guardian, Marker, Person, age_on
from casework.queues import rows
from casework.stops import Clock, Stop, ends_on
from casework.terms import Request, Terms, first_unpaid, instalments
from tests.cases import (
    LEADER,
    NOW,
    OFFICER,
    TABLE_FOLDER,
    TODAY,
    Story,
    a_person,
    an_account,
    at,
    imposed,
    shipped_tables,
    situation,
    tables_with,
    weekly,
)

TABLES = shipped_tables()
CALENDAR = TABLES.calendar


def kinds(events: Sequence[Event]) -> list[str]:
    """The kinds of some events."""
    return [one.what.kind for one in events]


def on(day: date) -> datetime:
    """The beginning of a day."""
    return start_of_day(day)


def first_day(case: Case, since: date, days: int = 60) -> date | None:
    """Looking at every day, one by one: the first on which something is due."""
    each = (since + timedelta(n) for n in range(days))
    return next((day for day in each if due(case, situation(on(day)))), None)


def contacted(terms: Terms | None = None, **more: Any) -> Story:
    """A case whose first contact is over, with nothing left to do; £20.00 weekly from Thursday 26 November unless told
    otherwise."""
    story = Story(an_account(terms=terms or weekly(start=date(2026, 11, 26)), **more))
    story.does(WrapUp(outcome="DONE"), pulled="2.1")
    return story


def pays(story: Story, pence: int, day: date, method: str = "card") -> None:
    """Money comes in."""
    story.does(TakeReceipt(amount_pence=pence, method=method, received_on=day), on(day) + timedelta(hours=10))


# Missed instalments


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (date(2026, 11, 26), date(2026, 12, 2)),
        (date(2026, 11, 27), date(2026, 12, 3)),
        (date(2026, 11, 28), date(2026, 12, 3)),
        (date(2026, 12, 24), date(2027, 1, 1)),
    ],
)
def test_an_instalment_is_missed_the_day_after_three_working_days(start: date, told: date) -> None:
    """Due Thursday 26 November: Friday, Monday and Tuesday are grace. Law page, 1.5, G9. Seen red with: calendar days; told on
    the last day of grace."""
    story = contacted(weekly(start=start))
    assert wakes_on(story.case, TABLES) == told
    assert story.calendar(on(told) - timedelta(seconds=1)) == ()
    missed, made = story.calendar(on(told))
    assert (missed.what.kind, missed.actor) == ("instalment-missed", "calendar")
    assert story.case.in_force is not None
    assert story.case.in_force.missed == start
    task = story.case.tasks[-1]
    assert (task.kind, task.subject, task.due_on, task.owner) == ("missed-instalment", "1.1", told, None)
    assert made.what.summary().startswith(f"instalment of {start.day} {start:%b} 2026 missed, £")
    assert story.calendar(on(told)) == ()


@pytest.mark.parametrize(
    ("pence", "day", "told"),
    [
        (2_000, date(2026, 11, 26), False),
        (2_000, date(2026, 12, 1), False),
        (2_000, date(2026, 12, 2), False),
        (1_999, date(2026, 12, 1), True),
        (2_001, date(2026, 11, 20), False),
    ],
)
def test_money_that_came_in_by_then_counts_to_the_penny(pence: int, day: date, told: bool) -> None:
    """Before it was due, on the last day of grace, on the day itself: G7. Seen red with: a penny short let through; money
    after the due date not counted."""
    story = contacted()
    pays(story, pence, day)
    assert bool(due(story.case, situation(on(date(2026, 12, 2)) + timedelta(hours=11)))) is told


def test_the_last_instalment_is_missed_as_the_others_are() -> None:
    """£240.00 at £20.00 a week, all but £10.00 paid: the twelfth is due on 11 February, and £10.00 of it is behind. Seen red
    with: instalments of what is owed now alone."""
    story = contacted()
    pays(story, 23_000, date(2026, 11, 20))
    assert wakes_on(story.case, TABLES) == date(2027, 2, 17)
    story.calendar(on(date(2027, 2, 17)))
    assert story.case.tasks[-1].title == "instalment of 11 Feb 2027 missed, £10.00 behind"


def test_what_is_held_in_suspense_counts_as_paid() -> None:
    """Law page, 1.5, G7: unallocated money of at least the arrears: wait."""
    story = contacted()
    held = story.case.model_copy(update={"suspense_pence": 2_000})
    short = story.case.model_copy(update={"suspense_pence": 1_999})
    assert due(held, situation(on(date(2026, 12, 2)))) == []
    assert due(short, situation(on(date(2026, 12, 2))))
    assert wakes_on(held, TABLES) == date(2026, 12, 9)


def test_a_reversed_payment_does_not_count_nor_one_from_before_the_terms() -> None:
    """Seen red with: either counted."""
    case = contacted().case
    assert case.in_force is not None
    paid = Receipt(id="9.1", amount_pence=2_000, method="card", received_on=date(2026, 11, 26))
    then = situation(on(date(2026, 12, 2)))
    assert due(case.model_copy(update={"receipts": (paid,)}), then) == []
    assert due(case.model_copy(update={"receipts": (paid.model_copy(update={"reversed": True}),)}), then)
    later = case.in_force.model_copy(update={"id": "10.1"})
    assert due(case.model_copy(update={"receipts": (paid,), "in_force": later}), then)


def test_what_was_paid_before_the_account_was_taken_on_counts() -> None:
    """£40.00 of £240.00 were paid when it came: the first two instalments."""
    story = contacted(weekly(start=date(2026, 11, 12)), **{"terms_balance_pence": 28_000})
    assert story.case.in_force is not None
    assert story.case.in_force.paid_pence == 4_000
    assert wakes_on(story.case, TABLES) == date(2026, 12, 2)


def test_each_instalment_missed_is_told_once_and_is_work_once_the_last_task_is_over() -> None:
    """One task, not one a week while it is open. Seen red with: a second task; told of the same again."""
    story = contacted()
    assert kinds(story.calendar(at(2, 12))) == ["instalment-missed", "task"]
    assert story.calendar(at(3, 12)) == ()
    assert wakes_on(story.case, TABLES) == date(2026, 12, 9)
    (missed,) = story.calendar(at(9, 12))
    assert missed.what.summary() == "3 Dec 2026, £40.00 behind"
    assert story.case.in_force and story.case.in_force.missed == date(2026, 12, 3)
    story.does(WrapUp(outcome="DONE"), at(10, 12), pulled=story.case.tasks[-1].id)
    assert story.calendar(at(10, 12)) == ()
    assert wakes_on(story.case, TABLES) == date(2026, 12, 16)
    assert kinds(story.calendar(at(16, 12))) == ["instalment-missed", "task"]


def test_how_far_behind_is_what_the_screen_says_too() -> None:
    """Of 26 November and 3 December, the second still in its days of grace: £40.00 behind, as `arrears` has it."""
    story = contacted()
    (missed, _) = story.calendar(at(4, 12))
    assert missed.what.summary() == "26 Nov 2026, £40.00 behind"


def test_terms_in_full_by_a_day_are_missed_once() -> None:
    story = contacted(Terms(plan="in_full", by=date(2026, 11, 26)))
    (missed, _) = story.calendar(at(2, 12))
    assert missed.what.summary() == "26 Nov 2026, £240.00 behind"
    story.does(WrapUp(outcome="DONE"), at(2, 12), pulled=story.case.tasks[-1].id)
    assert wakes_on(story.case, TABLES) is None


def test_an_arrangement_that_is_not_kept_holds_automatic_enforcement_off_no_longer() -> None:
    """But the mark of a payment that was undone stays. Seen red with: both taken away; neither."""
    for why, after in (("arrangement", None), ("reversal", "reversal")):
        story = contacted()
        marked = NotAutomatic.model_validate({"why": why, "on": TODAY})
        story.case = story.case.model_copy(update={"not_automatic": marked})
        story.calendar(at(2, 12))
        assert (story.case.not_automatic.why if story.case.not_automatic else None) == after


def test_what_is_missed_is_noted_beside_the_first_contact_and_is_no_second_work() -> None:
    """Whoever makes first contact sees how far behind it is; the mark of an arrangement goes all the same. Found: not noted
    while any task to ask for money was there. Seen red with: a task beside the first contact."""
    story = Story(an_account(terms=weekly(1_000)))
    arranged = NotAutomatic(why="arrangement", on=TODAY)
    story.case = story.case.model_copy(update={"not_automatic": arranged})
    (missed,) = story.calendar(NOW)
    assert missed.what.summary() == "12 Nov 2026, £110.00 behind"
    assert story.case.not_automatic is None
    assert [one.kind for one in story.case.tasks] == ["first-contact"]
    assert wakes_on(story.case, TABLES) == date(2026, 11, 25)


@pytest.mark.parametrize("terms", [weekly(start=date(2026, 9, 10)), Terms(plan="in_full", by=date(2026, 11, 26))])
def test_the_last_instalment_waits_for_the_task_beside_it_to_end_and_is_work_then(terms: Terms) -> None:
    """Nothing after it would be missed in its turn. Found: noted once beside the first contact, it made no work ever, however
    the first contact was wrapped up. Seen red with: told beside the task; told twice; never told."""
    story = Story(an_account(terms=terms))
    if terms.every:
        assert kinds(story.calendar(at(2, 12))) == ["instalment-missed"], "the one before the last, 19 November"
    assert story.calendar(at(2, 12)) == ()
    assert wakes_on(story.case, TABLES) is None
    task = story.case.tasks[-1].id
    story.does(WrapUp(outcome="DONE", note="nobody is to be rung today"), at(3, 12), pulled=task)
    assert wakes_on(story.case, TABLES) == date(2026, 12, 2)
    assert kinds(story.calendar(at(3, 12))) == ["instalment-missed", "task"]
    assert story.calendar(at(3, 12)) == ()
    assert [one.title for one in story.case.tasks] == ["instalment of 26 Nov 2026 missed, £240.00 behind"]


def test_the_last_instalment_missed_with_the_one_before_it_is_not_told_with_it() -> None:
    """The calendar is first asked when both are late. Found: a case that woke on a past day and was brought nothing, for ever.
    Seen red with: the newest told beside the task, whichever it is; the task looked at on the day of asking alone."""
    long_ago = Story(an_account(imposed(pence=10_000), terms=weekly()))
    assert kinds(long_ago.calendar(NOW)) == ["instalment-missed"]
    assert long_ago.calendar(NOW) == () and wakes_on(long_ago.case, TABLES) is None
    story = Story(an_account(terms=weekly()))
    (missed,) = story.calendar(at(14, 12))
    assert missed.what.summary() == "12 Nov 2026, £240.00 behind"
    assert wakes_on(story.case, TABLES) is None


@pytest.mark.parametrize(("until", "work"), [(2, False), (3, True), (20, True)])
def test_a_task_put_off_until_after_the_day_does_not_stand_for_what_was_missed(until: int, work: bool) -> None:
    """To be rung again on 2 December, the day it is told, or later: who is to ask now? Found: a task put off for three months
    kept the calendar silent. Seen red with: every task; none; a day out."""
    story = contacted()
    story.does(LogCall(outcome="NO_ANS"), at(1, 12))
    story.does(Park(until=date(2026, 12, until), reason="payslip"), at(1, 12), pulled=story.case.tasks[-1].id)
    assert kinds(story.calendar(at(2, 12))) == ["instalment-missed", *(["task"] if work else [])]
    assert story.calendar(at(2, 12)) == ()


def test_a_question_for_the_fines_officer_asks_nobody_for_money() -> None:
    """Seen red with: any task looked at."""
    decided = contacted()
    decided.does(LogCall(outcome="DISPUTE", note="he says that it was not his car"), at(1, 12))
    assert kinds(decided.calendar(at(2, 12))) == ["instalment-missed", "task"]


def test_nothing_is_told_while_a_promise_is_open_and_a_broken_one_is_the_only_work() -> None:
    """Law page, 1.5, G9. Seen red with: two tasks on one day; the second told when the calendar is asked again."""
    story = contacted()
    story.does(MakePromise(amount_pence=2_000, due=date(2026, 12, 3), method="card"))
    assert wakes_on(story.case, TABLES) == date(2026, 12, 9)
    assert story.calendar(at(8, 12)) == ()
    assert kinds(story.calendar(at(9, 12))) == ["promise-ended", "task", "instalment-missed"]
    assert [one.kind for one in story.case.tasks] == ["broken-promise"]
    assert story.calendar(at(9, 12)) == ()


def test_a_promise_that_is_kept_already_is_over_before_what_is_missed_is_told() -> None:
    """£30.00 towards it, far behind all the same: both on the day the promise ends, none before. Seen red with: the instalment
    told while the promise is open."""
    story = contacted(weekly(start=date(2026, 9, 3)))
    story.does(MakePromise(amount_pence=3_000, due=date(2026, 12, 3), method="card"))
    promise = story.case.promises[-1].id
    paid = Receipt(id="9.1", amount_pence=3_000, method="card", received_on=TODAY, towards=promise)
    story.case = story.case.model_copy(update={"receipts": (paid,)})
    assert story.calendar(at(8, 12)) == ()
    assert wakes_on(story.case, TABLES) == date(2026, 12, 9)
    assert kinds(story.calendar(at(9, 12))) == ["promise-ended", "instalment-missed", "task"]
    assert story.calendar(at(9, 12)) == ()


def test_nothing_is_told_while_a_stop_stands_or_new_terms_are_asked_for() -> None:
    """Law page, 1.5, G1: no chase. Seen red with: the stop forgotten; the request forgotten."""
    story = contacted()
    asked = Request(id="3.1", terms=weekly(500), reason="JOB", by="jkhan", on=TODAY, to="fines-officer")
    assert due(story.case.model_copy(update={"request": asked}), situation(at(2, 12))) == []
    story.does(SetStop(code="CUSTODY", reason="HMP Hewell", review_on=date(2026, 12, 20)))
    assert story.calendar(at(2, 12)) == ()
    assert wakes_on(story.case, TABLES) == date(2026, 12, 20)


def test_a_case_without_terms_or_paid_in_full_misses_nothing() -> None:
    assert wakes_on(Story().case, TABLES) is None
    story = contacted()
    pays(story, 24_000, TODAY)
    assert wakes_on(story.case, TABLES) is None


def test_the_days_of_grace_are_those_of_the_table() -> None:
    """Seen red with: three written in the code."""
    text = (TABLE_FOLDER / "limits.toml").read_text("utf-8")
    tables = tables_with(limits=text.replace('"missed-grace"\namount = 3', '"missed-grace"\namount = 1'))
    assert wakes_on(contacted().case, tables) == date(2026, 11, 28)


@given(
    st.sampled_from(["in_full", "instalments", "lump_sum"]),
    st.integers(1, 3_000),
    st.integers(1, 30_000),
    st.integers(0, 31_000),
    st.none() | st.integers(-10, 400),
    st.integers(-10, 60),
)
def test_the_first_unpaid_instalment_is_that_of_the_schedule(
    plan: str, each: int, balance: int, paid: int, after: int | None, lump_in: int
) -> None:
    """A second way to count: add up the schedule. Seen red with: the last instalment taken for a whole one; that of `after`
    itself."""
    whole: dict[str, Any] = {
        "in_full": {"by": TODAY},
        "instalments": {"amount_pence": each, "every": "weekly", "start": TODAY},
    }
    lump = {"lump_sum_pence": 2 * each, "lump_sum_by": TODAY + timedelta(lump_in)}
    terms = Terms(plan=plan, **whole.get(plan, whole["instalments"] | lump))
    since = None if after is None else TODAY + timedelta(after)
    unpaid, asked = [], 0
    for one in islice(instalments(terms, balance), 500):
        asked += one.amount_pence
        if asked > paid and (since is None or one.due > since):
            unpaid.append(one.due)
    found = first_unpaid(terms, balance, paid, since)
    assert found == (unpaid[0] if unpaid else None) or asked < balance


def test_terms_beyond_the_known_bank_holidays_stand_in_the_way_of_nothing() -> None:
    """An instalment of 2030 waits a week, and a note of today is written. Seen red with: every action on the case
    refused."""
    story = contacted(weekly(start=date(2030, 1, 3)))
    assert wakes_on(story.case, TABLES) == date(2030, 1, 11)
    assert due(story.case, situation(on(date(2030, 1, 11))))
    assert due(story.case, situation(on(date(2030, 1, 10)))) == []


# Reviews


def marker(id: str = "7.1", kind: str = "vulnerable", review_on: date = date(2026, 12, 1)) -> Marker:
    """Something to know of somebody."""
    return Marker.model_validate(
        {"id": id, "code": "X", "kind": kind, "review_on": review_on, "set_by": "jkhan", "set_on": TODAY}
    )


def test_a_marker_and_a_stop_are_looked_at_again_on_their_day_once() -> None:
    """The task ends, and does not come back the next day for the same date. Seen red with: on the day after; the review made
    again each day."""
    story = Story()
    story.does(SetStop(code="HOLD", reason="x", review_on=date(2026, 12, 1)))
    story.case = story.case.model_copy(update={"markers": (marker(),)})
    assert wakes_on(story.case, TABLES) == date(2026, 12, 1)
    assert story.calendar(on(date(2026, 12, 1)) - timedelta(seconds=1)) == ()
    events = story.calendar(at(1, 12))
    assert kinds(events) == ["review-due", "task", "review-due", "task"]
    reviews = [one for one in story.case.tasks if one.kind == "review"]
    assert [(one.subject, one.title) for one in reviews] == [
        ("7.1", "review the marker “x”"),
        ("3.1", "review enforcement hold of 19 Nov 2026"),
    ]
    assert {row.queue for row in rows(story.case, TABLES)} == {"K01.referrals"}
    for one in reviews:
        story.does(WrapUp(outcome="DONE", task=one.id), at(1, 12), by=LEADER)
    for day in (1, 2, 30):
        assert story.calendar(at(day, 12)) == ()


def test_a_new_review_date_is_told_of_again() -> None:
    story = Story()
    story.does(SetStop(code="HOLD", reason="x", review_on=date(2026, 11, 20)))
    story.calendar(at(20))
    story.does(SetStop(code="HOLD", reason="x", review_on=date(2026, 11, 25)), at(20))
    assert story.calendar(at(24)) == ()
    assert kinds(story.calendar(at(25))) == ["review-due", "task"]


def test_what_was_told_of_is_forgotten_with_the_stop() -> None:
    """The case does not grow with age. Seen red with: everything remembered."""
    story = Story()
    for day in (20, 21, 22):
        story.does(SetStop(code="CUSTODY", reason="x", review_on=date(2026, 11, day)), at(day - 1))
        story.calendar(at(day))
        assert len(story.case.reviews_told) == 1
        story.does(LiftStop(stop="CUSTODY", reason="released"), at(day))


@pytest.mark.parametrize(("kind", "told"), [("violence", True), ("vulnerable", False)])
def test_of_a_paid_account_only_a_risk_to_staff_is_looked_at_again(kind: str, told: bool) -> None:
    """And no stop. Seen red with: every marker; none."""
    story = Story()
    story.does(SetStop(code="HOLD", reason="x", review_on=date(2026, 12, 1)))
    pays(story, 24_000, TODAY)
    paid = story.case.model_copy(update={"markers": (marker(kind=kind),)})
    assert bool(due(paid, situation(at(1, 12)))) is told
    assert wakes_on(paid, TABLES) == (date(2026, 12, 1) if told else None)


# Facts that are too old


def known(**facts: Any) -> Person:
    """Somebody of whom something was checked."""
    return a_person(**facts)


ADDRESS = {"lines": ("2 High Street",), "postcode": "DY10 2AB"}


@pytest.mark.parametrize(
    ("fact", "person", "told"),
    [
        ("address", a_person(addresses=(Address(**ADDRESS, verified_on=date(2026, 8, 31)),)), date(2027, 3, 1)),
        ("address", a_person(addresses=(Address(**ADDRESS, verified_on=date(2026, 6, 1)),)), date(2026, 12, 2)),
        ("employer", a_person(employer=Employer(name="Mill Ltd", verified_on=date(2026, 9, 1))), date(2026, 12, 2)),
        ("benefit", a_person(benefits=(BenefitClaim(benefit="uc", verified_on=date(2026, 10, 1)),)), date(2026, 12, 2)),
    ],
)
def test_a_fact_is_asked_for_again_when_it_was_checked_too_long_ago(fact: str, person: Person, told: date) -> None:
    """Law page, 7.5: an address six months, a job three, a benefit two; the last day of a shorter month counts. Seen red
    with: the day itself; one life for all."""
    story = Story(an_account(person=person))
    assert wakes_on(story.case, TABLES) == told
    assert story.calendar(on(told) - timedelta(seconds=1)) == ()
    assert kinds(story.calendar(on(told))) == ["fact-expired", "task"]
    who = story.case.person
    facts = {"address": who.addresses, "employer": (who.employer,), "benefit": who.benefits}[fact]
    assert [one.standing for one in facts if one] == ["expired"]
    task = story.case.tasks[-1]
    assert (task.kind, task.subject, task.due_on) == ("confirm-details", fact, told)
    assert task.title.startswith(f"ask whether this is still so: {fact}, last checked ")
    assert story.calendar(on(told + timedelta(400))) == ()


def test_a_fact_that_was_never_checked_or_does_not_stand_is_not_asked_for_again() -> None:
    old = date(2020, 1, 1)
    story = Story(
        an_account(
            person=a_person(
                addresses=(Address(**ADDRESS), Address(**ADDRESS, verified_on=old, standing="previous")),
                employer=Employer(name="Mill Ltd", verified_on=old, standing="wrong"),
            )
        )
    )
    assert wakes_on(story.case, TABLES) is None


def test_only_what_was_checked_on_that_day_is_too_old() -> None:
    """Seen red with: every address."""
    story = Story(
        an_account(
            person=a_person(
                addresses=(
                    Address(lines=("1 New Road",), verified_on=date(2026, 11, 1)),
                    Address(lines=("2 High Street",), verified_on=date(2026, 5, 1)),
                )
            )
        )
    )
    story.calendar(NOW)
    assert [one.standing for one in story.case.person.addresses] == ["current", "expired"]


def test_the_facts_are_those_of_whoever_is_to_pay() -> None:
    """The parent of a youth. Seen red with: the youth's own."""
    checked = Address(lines=("2 High Street",), verified_on=date(2026, 5, 1))
    youth = a_person(date_of_birth=date(2010, 1, 1), addresses=(Address(lines=("2 High Street",)),))
    parent = Guardian(person=a_person(forenames="Ann", addresses=(checked,)))
    story = Story(an_account(person=youth, guardian=parent, collection_order=False))
    story.calendar(NOW)
    assert kinds(story.events[2:]) == ["fact-expired", "task"]
    assert story.case.person.addresses[0].standing == "current"
    assert story.case.guardian is not None
    assert story.case.guardian.person.addresses[0].standing == "expired"


def test_a_paid_account_asks_for_nothing() -> None:
    checked = Address(lines=("2 High Street",), verified_on=date(2026, 5, 1))
    youth = a_person(date_of_birth=date(2008, 11, 19), addresses=(checked,))
    story = Story(an_account(person=youth, collection_order=False))
    assert kinds(story.calendar(NOW)) == ["fact-expired", "task", "came-of-age", "task"]
    other = Story(an_account(person=youth, collection_order=False))
    pays(other, 24_000, TODAY)
    assert wakes_on(other.case, TABLES) is None


# Appeal clocks


@pytest.mark.parametrize(
    ("began", "last", "act_from"),
    [
        (date(2026, 3, 30), date(2026, 4, 15), date(2026, 4, 20)),
        (date(2026, 12, 17), date(2027, 1, 5), date(2027, 1, 8)),
        (date(2026, 8, 24), date(2026, 9, 8), date(2026, 9, 11)),
    ],
)
def test_the_time_to_appeal_is_over_the_day_after_the_tenth_working_day(
    began: date, last: date, act_from: date
) -> None:
    """Law page, section 9; the fines officer acts from the next working day, and two more for the post. Seen red with: over on
    its last day; the post forgotten."""
    kind = TABLES.clock_kinds(began)["further-steps"]
    assert ends_on(began, kind, CALENDAR) == last
    story = Story()
    clock = Clock(id="2.1", code="further-steps", began_on=began, ends_on=last)
    story.case = story.case.model_copy(update={"clocks": (clock,)})
    assert wakes_on(story.case, TABLES) == last + timedelta(1)
    assert due(story.case, situation(on(last + timedelta(1)) - timedelta(seconds=1))) == []
    ended, made = story.calendar(on(last + timedelta(1)))
    assert (ended.what.kind, story.case.clocks) == ("clock-ended", ())
    task = story.case.tasks[-1]
    assert (task.kind, task.subject, task.due_on) == ("appeal-over", "2.1", act_from)
    assert made.what.summary().startswith("appeal against the further steps notice: none by")
    assert story.calendar(on(last + timedelta(90))) == ()


def test_a_clock_runs_out_on_a_paid_account_too() -> None:
    story = Story()
    pays(story, 24_000, TODAY)
    clock = Clock(id="2.1", code="variation", began_on=TODAY, ends_on=date(2026, 12, 3))
    paid = story.case.model_copy(update={"clocks": (clock,)})
    assert wakes_on(paid, TABLES) == date(2026, 12, 4)


def test_every_appeal_has_ten_working_days() -> None:
    """Courts Act 2003 Sch 5 paras 23, 32, 37(9), 37A(4)."""
    clocks = TABLES.clock_kinds(TODAY)
    assert {code: row.working_days for code, row in clocks.items()} == {
        "variation": 10,
        "reserve-terms": 10,
        "further-steps": 10,
        "replacement": 10,
    }
    assert all(row.source.startswith("Courts Act 2003 Sch 5 para") and row.verified for row in clocks.values())


# Turning 18


@pytest.mark.parametrize(
    ("born", "birthday"),
    [
        (date(2008, 11, 20), date(2026, 11, 20)),
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2009, 3, 1), date(2027, 3, 1)),
        (date(2009, 2, 28), date(2027, 2, 28)),
    ],
)
def test_a_youth_is_18_on_the_birthday_and_the_fines_officer_is_told(born: date, birthday: date) -> None:
    """Seen red with: 28 February for 29 February; the day after."""
    opened = date(2026, 2, 1)
    account = an_account(
        imposed(on=opened), person=a_person(date_of_birth=born), opened_on=opened, collection_order=False
    )
    story = Story(account, at(1, 2))
    assert story.case.youth
    assert wakes_on(story.case, TABLES) == birthday
    assert story.calendar(on(birthday) - timedelta(seconds=1)) == ()
    assert kinds(story.calendar(on(birthday))) == ["came-of-age", "task"]
    assert story.case.of_age == birthday
    assert (story.case.tasks[-1].kind, story.case.tasks[-1].due_on) == ("of-age", birthday)
    assert story.calendar(on(birthday + timedelta(366))) == ()


@given(st.dates(date(2008, 11, 20), date(2016, 11, 19)))
def test_the_calendar_and_the_age_agree(born: date) -> None:
    account = an_account(person=a_person(date_of_birth=born), collection_order=False)
    day = wakes_on(Story(account).case, TABLES)
    assert day is not None
    assert (age_on(born, day - timedelta(1)), age_on(born, day)) == (17, 18)


def test_an_adult_does_not_come_of_age() -> None:
    assert wakes_on(Story(an_account(person=a_person(date_of_birth=date(2008, 8, 31)))).case, TABLES) is None


# Nothing is brought before its day, nothing twice


DAYS = st.integers(-40, 50).map(lambda n: TODAY + timedelta(n))
PAYMENTS = st.lists(
    st.builds(
        lambda n, pence, undone: Receipt(
            id=f"{n}.1", amount_pence=pence, method="card", received_on=TODAY, reversed=undone
        ),
        st.integers(3, 9),
        st.sampled_from([1, 1_999, 2_000, 2_001, 15_000]),
        st.booleans(),
    ),
    max_size=3,
)
STOPS = st.lists(
    st.builds(
        lambda code, day: Stop(id=f"8.{len(code)}", code=code, reason="x", set_by="jkhan", set_on=TODAY, review_on=day),
        st.sampled_from(["HOLD", "CUSTODY"]),
        st.none() | DAYS,
    ),
    max_size=2,
    unique_by=lambda stop: stop.code,
)
CASES = st.fixed_dictionaries(
    {
        "start": DAYS,
        "every": st.sampled_from(["weekly", "fortnightly", "monthly"]),
        "first_contact": st.booleans(),
        "put_off": st.none() | st.integers(1, 50).map(lambda n: TODAY + timedelta(n)),
        "paid": PAYMENTS,
        "stops": STOPS,
        "markers": st.lists(st.tuples(st.sampled_from(["vulnerable", "violence"]), DAYS), max_size=2),
        "clock": st.none() | DAYS,
        "born": st.none() | DAYS.map(lambda day: day.replace(year=day.year - 18, day=min(day.day, 28))),
        "checked": st.none() | DAYS.map(lambda day: min(day, TODAY)),
        "promise": st.none() | st.integers(0, 14),
        "settled": st.sampled_from([False, False, False, True]),
        "missed": st.none() | DAYS,
        "suspense": st.sampled_from([0, 0, 2_000]),
    }
)


def made_up(given_: dict[str, Any]) -> Story:
    """A case with anything that the calendar looks at, in any mixture."""
    checked = given_["checked"]
    person = a_person(
        date_of_birth=given_["born"],
        addresses=(Address(lines=("2 High Street",), verified_on=checked),),
        employer=Employer(name="Mill Ltd", verified_on=checked),
        benefits=(BenefitClaim(benefit="uc", verified_on=checked),),
    )
    terms = Terms(plan="instalments", amount_pence=2_000, every=given_["every"], start=given_["start"])
    story = Story(an_account(person=person, terms=terms, collection_order=False))
    if not given_["first_contact"]:
        story.does(WrapUp(outcome="DONE"), pulled="2.1")
    elif given_["put_off"]:
        story.does(Park(until=given_["put_off"], reason="court result"), pulled="2.1")
    if given_["promise"] is not None:
        by = TODAY + timedelta(given_["promise"])
        story.does(MakePromise(amount_pence=3_000, due=by, method="card"))
    assert story.case.in_force is not None
    changes: dict[str, Any] = {
        "receipts": tuple(given_["paid"]),
        "stops": tuple(given_["stops"]),
        "markers": tuple(marker(f"7.{n}", kind, day) for n, (kind, day) in enumerate(given_["markers"])),
        "suspense_pence": given_["suspense"],
        "in_force": story.case.in_force.model_copy(update={"missed": given_["missed"]}),
    }
    if given_["clock"]:
        changes["clocks"] = (Clock(id="5.1", code="variation", began_on=TODAY, ends_on=given_["clock"]),)
    if given_["settled"]:
        none = tuple(one.model_copy(update={"balance_pence": 0}) for one in story.case.impositions)
        changes |= {"impositions": none}
    story.case = story.case.model_copy(update=changes)
    return story


@settings(max_examples=300, deadline=None)
@given(CASES)
def test_a_case_wakes_on_the_first_day_that_brings_something_and_brings_it_once(given_: dict[str, Any]) -> None:
    """Looking at every day, one by one, finds the same day; asked again on that day there is nothing more; and so on until it
    sleeps. Seen red with: `wakes_on` a day late for reviews; suspense looked at in one place only; a fact not marked as
    expired."""
    story, day = made_up(given_), TODAY
    for _ in range(12):
        wakes = wakes_on(story.case, TABLES)
        found = first_day(story.case, day)
        if wakes is None or wakes > day + timedelta(59):
            assert found is None
            break
        assert found == max(wakes, day)
        day = found
        assert story.calendar(on(day))
        assert due(story.case, situation(on(day))) == []
        after = wakes_on(story.case, TABLES)
        assert after is None or after > day


@settings(max_examples=100, deadline=None)
@given(CASES, st.integers(0, 60))
def test_what_was_not_asked_for_in_time_comes_late_but_comes(given_: dict[str, Any], days: int) -> None:
    """Nobody opened the office for weeks: asked once, it has all, and then nothing. Seen red with: only what is due on that
    day."""
    late = TODAY + timedelta(days)
    story = made_up(given_)
    wakes = wakes_on(story.case, TABLES)
    brought = story.calendar(on(late))
    assert bool(brought) is (wakes is not None and wakes <= late)
    assert due(story.case, situation(on(late))) == []


def test_the_officer_who_acts_is_not_the_calendar() -> None:
    """What the calendar does in passing stands under its own name."""
    story = contacted()
    story.calendar(at(2, 12))
    assert {one.actor for one in story.events} == {OFFICER.id, "calendar"}


def test_an_account_with_terms_to_the_end_of_time_has_a_calendar() -> None:
    """As a file may say. Seen red with: OverflowError."""
    story = Story(an_account(terms=Terms(plan="in_full", by=date(2999, 12, 31))))
    story.does(WrapUp(outcome="DONE"), pulled="2.1")
    assert wakes_on(story.case, TABLES) is not None
    assert story.calendar(at(20)) == ()
