"""Arrears and missed instalments on the days that go wrong: the due date itself, short months, leap years, Easter, Christmas
and both clock changes. Command line page, TERMS; law pages 1.4, 1.5 (G9) and 9.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from casework.actions.calendar import wakes_on
from casework.actions.receipt import TakeReceipt
from casework.actions.work import WrapUp
from casework.dates import start_of_day
from casework.standing import behind
from casework.terms import Terms, schedule
from tests.cases import Story, an_account, imposed, shipped_tables

TABLES = shipped_tables()


def a_story(start: date, every: str = "weekly", **more: Any) -> Story:
    """£20.00 from `start`, on an account of £240.00 that was opened three weeks before; first contact is made."""
    terms = Terms.model_validate({"plan": "instalments", "amount_pence": 2_000, "every": every, "start": start, **more})
    opened = start - timedelta(21)
    now = start_of_day(opened) + timedelta(hours=10)
    story = Story(an_account(imposed(on=opened), opened_on=opened, terms=terms), now)
    story.does(WrapUp(outcome="DONE"), now, pulled="2.1")
    return story


def arrears(story: Story, on: date) -> int:
    found = behind(story.case, on)
    assert found is not None
    return found.arrears_pence


TOLD = [
    (date(2026, 4, 2), date(2026, 4, 10)),  # Maundy Thursday: grace is Tuesday to Thursday
    (date(2026, 4, 3), date(2026, 4, 10)),  # Good Friday
    (date(2026, 4, 6), date(2026, 4, 10)),  # Easter Monday
    (date(2026, 4, 7), date(2026, 4, 11)),
    (date(2026, 3, 26), date(2026, 4, 1)),  # over the clocks going forward
    (date(2026, 10, 22), date(2026, 10, 28)),  # and back
    (date(2026, 12, 24), date(2027, 1, 1)),
    (date(2026, 12, 25), date(2027, 1, 1)),
    (date(2026, 12, 31), date(2027, 1, 7)),
    (date(2028, 2, 25), date(2028, 3, 2)),  # over 29 February
]
"""When an instalment is due, and the first day after its three working days of grace."""


@pytest.mark.parametrize(("due", "told"), TOLD)
def test_an_instalment_is_behind_from_the_day_after_and_told_of_when_its_grace_is_over(due: date, told: date) -> None:
    """As the day begins in London. Seen red with: bank holidays as working days; told at midnight by UTC."""
    story = a_story(due)
    assert [arrears(story, due + timedelta(n)) for n in (-1, 0, 1)] == [0, 0, 2_000]
    assert wakes_on(story.case, TABLES) == told
    assert story.calendar(start_of_day(told) - timedelta(seconds=1)) == ()
    story.calendar(start_of_day(told))
    assert [task.kind for task in story.case.tasks] == ["missed-instalment"]


@pytest.mark.parametrize(("due", "told"), TOLD)
@pytest.mark.parametrize(("pence", "missed"), [(1_999, True), (2_000, False), (2_001, False)])
def test_money_of_the_last_day_of_grace_counts_to_the_penny(due: date, told: date, pence: int, missed: bool) -> None:
    last = told - timedelta(1)
    story = a_story(due)
    now = start_of_day(last) + timedelta(hours=12)
    story.does(TakeReceipt(amount_pence=pence, method="card", received_on=last), now)
    terms = story.case.terms
    assert terms is not None
    # another instalment may have fallen due within the grace of the first
    later = sum(one.due < told for one in schedule(terms, 24_000)) - 1
    assert arrears(story, told) == max(0, 2_000 - pence + later * 2_000)
    story.calendar(start_of_day(told))
    assert ("missed-instalment" in {task.kind for task in story.case.tasks}) is missed


MONTHS = [
    (date(2026, 10, 31), ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
    (date(2027, 11, 30), ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
    (date(2027, 11, 29), ["2027-11-29", "2027-12-29", "2028-01-29", "2028-02-29", "2028-03-29", "2028-04-29"]),
    (date(2026, 11, 29), ["2026-11-29", "2026-12-29", "2027-01-29", "2027-02-28", "2027-03-29", "2027-04-29"]),
    (date(2028, 2, 29), ["2028-02-29", "2028-03-29", "2028-04-29", "2028-05-29", "2028-06-29", "2028-07-29"]),
]
"""The first instalment, and the days of six."""


@pytest.mark.parametrize(("start", "days"), MONTHS)
def test_a_month_keeps_its_day_or_takes_its_last_and_arrears_follow(start: date, days: list[str]) -> None:
    """On each day nothing more is behind than the day before, on the next day £20.00 more. Seen red with: months that drift
    to the 28th; thirty days to a month."""
    story = a_story(start, "monthly")
    for n, day in enumerate(date.fromisoformat(one) for one in days):
        assert [arrears(story, day + timedelta(k)) for k in (-1, 0, 1)] == [n * 2_000, n * 2_000, (n + 1) * 2_000]


def test_twelve_instalments_from_29_february_end_on_29_january_and_ten_years_find_it_again() -> None:
    terms = Terms(plan="instalments", amount_pence=2_000, every="monthly", start=date(2028, 2, 29))
    found = schedule(terms, 240_000)
    assert found[11].due == date(2029, 1, 29)
    february = [one.due for one in found if one.due.month == 2]
    assert february[:5] == [date(2028, 2, 29), *(date(2029 + n, 2, 28) for n in range(3)), date(2032, 2, 29)]
    assert all(a.due < b.due for a, b in pairwise(found))


@pytest.mark.parametrize("by", [date(2026, 12, 25), date(2026, 4, 3), date(2028, 2, 29)])
def test_in_full_by_a_day_is_all_behind_the_day_after_though_that_day_was_a_holiday(by: date) -> None:
    """Good Friday, Christmas and 29 February are dates as others: only the grace is in working days."""
    opened = by - timedelta(30)
    now = start_of_day(opened) + timedelta(hours=10)
    account = an_account(imposed(on=opened), opened_on=opened, terms=Terms(plan="in_full", by=by))
    story = Story(account, now)
    assert [arrears(story, by + timedelta(n)) for n in (-1, 0, 1)] == [0, 0, 24_000]
