"""Promises by the calendar: law page 7.4, over Easter and Christmas, at both clock changes, to the penny."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.commit import decide
from casework.dates import start_of_day
from casework.refusals import Refused
from tests.cases import Story, an_account, imposed, situation

JANUARY = date(2026, 1, 5)

LAST_DAYS = [
    ("transfer", date(2026, 4, 2), date(2026, 4, 9)),  # Maundy Thursday: Tuesday, Wednesday, Thursday
    ("transfer", date(2026, 4, 1), date(2026, 4, 8)),
    ("transfer", date(2026, 4, 3), date(2026, 4, 9)),  # Good Friday itself
    ("transfer", date(2026, 4, 6), date(2026, 4, 9)),  # Easter Monday
    ("transfer", date(2026, 4, 7), date(2026, 4, 10)),
    ("transfer", date(2026, 12, 24), date(2026, 12, 31)),  # the 29th, 30th and 31st
    ("transfer", date(2026, 12, 31), date(2027, 1, 6)),
    ("cheque", date(2026, 4, 2), date(2026, 4, 12)),  # ten days are days: a Sunday
    ("cheque", date(2026, 12, 24), date(2027, 1, 3)),
    ("cheque", date(2028, 2, 19), date(2028, 2, 29)),  # a leap year has it
    ("cheque", date(2027, 2, 19), date(2027, 3, 1)),
    ("card", date(2026, 3, 26), date(2026, 3, 31)),  # over the clocks going forward
    ("card", date(2026, 10, 22), date(2026, 10, 27)),  # and back
]
"""By which way, the due date, and the last day on which its money may show."""


def promised(method: str, due: date, pence: int = 10_000) -> Story:
    """A promise taken three days before it is due."""
    taken = start_of_day(due - timedelta(3)) + timedelta(hours=10)
    story = Story(an_account(imposed(pence=50_000, on=JANUARY), opened_on=JANUARY), taken)
    story.does(MakePromise(amount_pence=pence, due=due, method=method), taken)
    return story


def pays(story: Story, pence: int, on: date) -> None:
    """Money that is taken in at ten in the morning of its day."""
    now = start_of_day(on) + timedelta(hours=10)
    story.does(TakeReceipt(amount_pence=pence, method="card", received_on=on), now)


@pytest.mark.parametrize(("method", "due", "last"), LAST_DAYS)
def test_a_promise_is_broken_as_the_day_after_its_grace_begins_in_london(method: str, due: date, last: date) -> None:
    """Three working days for a transfer or card, ten days for a cheque; in summer midnight comes an hour sooner by UTC. Seen
    red with: cheques in working days; bank holidays as working days."""
    story = promised(method, due)
    over = start_of_day(last + timedelta(1))
    story.calendar(over - timedelta(seconds=1))
    assert story.case.promises[0].state == "open"
    story.calendar(over)
    assert (story.case.promises[0].state, story.case.promises[0].ended_on) == ("broken", last + timedelta(1))
    assert [task.kind for task in story.case.tasks if task.kind == "broken-promise"]


@pytest.mark.parametrize(("method", "due", "last"), LAST_DAYS)
def test_money_of_the_last_day_of_grace_keeps_it_and_of_the_day_after_does_not(
    method: str, due: date, last: date
) -> None:
    kept, late = promised(method, due), promised(method, due)
    pays(kept, 9_500, last)
    assert kept.case.promises[0].state == "kept"
    late.calendar(start_of_day(last + timedelta(1)))
    pays(late, 9_500, last + timedelta(1))
    assert late.case.promises[0].state == "broken"


@pytest.mark.parametrize(
    ("promise", "enough"),
    [(10_000, 9_500), (5_000, 4_750), (3_333, 3_167), (2_167, 2_059), (20, 19), (19, 19), (1, 1), (101, 96)],
)
def test_95_percent_keep_a_promise_and_a_penny_less_keeps_it_in_part(promise: int, enough: int) -> None:
    """Of £33.33 that is £31.6635, so £31.67; of 20p it is 19p. Seen red with: 95 % rounded down; more than 95 % needed."""
    due = date(2026, 11, 20)
    kept = promised("card", due, promise)
    pays(kept, enough, due)
    assert kept.case.promises[0].state == "kept"
    short = promised("card", due, promise)
    if enough > 1:
        pays(short, enough - 1, due)
    assert short.case.promises[0].state == "open"
    short.calendar(start_of_day(date(2026, 11, 26)))
    assert short.case.promises[0].state == ("part" if enough > 1 else "broken")


@pytest.mark.parametrize(
    ("today", "furthest"),
    [
        (date(2026, 3, 20), date(2026, 4, 3)),  # over the clocks going forward, to Good Friday
        (date(2026, 10, 20), date(2026, 11, 3)),  # and back
        (date(2026, 12, 20), date(2027, 1, 3)),
        (date(2028, 2, 15), date(2028, 2, 29)),
        (date(2027, 2, 15), date(2027, 3, 1)),
    ],
)
def test_fourteen_days_are_days_whatever_stands_between(today: date, furthest: date) -> None:
    """At most fourteen days away, a day under, on and over; at the last minute of the day in London too. Seen red with: the
    day counted by UTC; thirteen."""
    account = an_account(imposed(on=JANUARY), opened_on=JANUARY)
    for now in (start_of_day(today), start_of_day(today + timedelta(1)) - timedelta(minutes=1)):
        case = Story(account, now).case
        for due in (furthest - timedelta(1), furthest):
            assert decide(case, MakePromise(amount_pence=100, due=due, method="card"), situation(now))
        with pytest.raises(Refused, match="14 days ahead at most"):
            decide(case, MakePromise(amount_pence=100, due=furthest + timedelta(1), method="card"), situation(now))


@pytest.mark.parametrize(("days", "taken"), [(89, False), (90, False), (91, True)])
def test_two_broken_in_ninety_days_over_christmas_and_the_clocks(days: int, taken: bool) -> None:
    """Ninety days from the day on which the first was seen to be broken, Wednesday 14 October 2026: over the clocks going back
    and two bank holidays it is Tuesday 12 January. Seen red with: 89."""
    story = promised("card", date(2026, 10, 8))
    story.calendar(start_of_day(date(2026, 10, 14)))
    second = start_of_day(date(2026, 10, 19))
    story.does(MakePromise(amount_pence=100, due=date(2026, 10, 20), method="notes"), second)
    story.calendar(start_of_day(date(2026, 10, 21)))
    assert [one.state for one in story.case.promises] == ["broken", "broken"]
    now = start_of_day(date(2026, 10, 14) + timedelta(days))
    assert (MakePromise.offered(story.case, situation(now)) == []) is taken


@pytest.mark.parametrize(
    ("pence", "on", "state", "counted"),
    [
        (9_500, date(2026, 11, 25), "kept", 0),
        (9_499, date(2026, 11, 25), "part", 0),
        (1, date(2026, 11, 25), "part", 0),
        (9_500, date(2026, 11, 26), "broken", 1),
    ],
)
def test_money_that_came_in_time_and_was_entered_late_keeps_the_promise(
    pence: int, on: date, state: str, counted: int
) -> None:
    """Law page 7.4 asks when it came, not when we typed it; else it counts among the two after which none is taken."""
    story = promised("transfer", date(2026, 11, 20))
    story.calendar(start_of_day(date(2026, 11, 26)))
    assert story.case.promises[0].state == "broken"
    now = start_of_day(date(2026, 11, 27)) + timedelta(hours=9)
    story.does(TakeReceipt(amount_pence=pence, method="transfer", received_on=on), now)
    assert (story.case.promises[0].state, story.case.counters.broken_promises) == (state, counted)
    assert ("broken-promise" in {task.kind for task in story.case.tasks}) is (state != "kept")
