"""Decisions on terms and the time to appeal against them, from the decision on: Courts Act 2003 Sch 5 paras 22 and 23;
CrimPR 30.4; law page 9. The day of a decision is that of the clock on the wall in London.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from casework.actions.asked_terms import RefuseTerms, RequestTerms
from casework.actions.calendar import wakes_on
from casework.actions.promise import MakePromise
from casework.actions.terms import AgreeTerms
from casework.dates import london_date, start_of_day
from tests.cases import FINES_OFFICER, Story, an_account, imposed, shipped_tables, situation, weekly

TABLES = shipped_tables()
JANUARY = date(2026, 1, 5)

WINDOWS = [
    (datetime(2026, 3, 30, 9, tzinfo=UTC), date(2026, 4, 15)),  # the law page's, over Easter
    (datetime(2026, 12, 17, 9, tzinfo=UTC), date(2027, 1, 5)),  # over Christmas
    (datetime(2026, 8, 24, 9, tzinfo=UTC), date(2026, 9, 8)),  # over the August bank holiday
    (datetime(2026, 3, 27, 9, tzinfo=UTC), date(2026, 4, 14)),  # the Friday before the clocks go forward
    (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), date(2026, 4, 14)),  # Sunday, a minute before midnight
    (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 4, 15)),  # Monday has begun
    (datetime(2026, 3, 30, 22, 59, tzinfo=UTC), date(2026, 4, 15)),
    (datetime(2026, 3, 30, 23, 0, tzinfo=UTC), date(2026, 4, 16)),
    (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), date(2026, 11, 6)),  # Sunday, the clocks have gone back
    (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 11, 9)),
    (
        datetime(2026, 4, 2, 9, tzinfo=UTC),
        date(2026, 4, 20),
    ),  # Maundy Thursday: Tuesday the 7th is the first of the ten
    (datetime(2026, 12, 24, 9, tzinfo=UTC), date(2027, 1, 12)),  # Christmas Eve: Tuesday the 29th is the first
    (datetime(2028, 2, 15, 9, tzinfo=UTC), date(2028, 2, 29)),  # a leap year has one working day more
    (datetime(2027, 2, 15, 9, tzinfo=UTC), date(2027, 3, 1)),
]
"""When it was decided, and the last day to appeal: the day after the decision is the first, the tenth working day the last."""


def a_story(now: datetime, **more: Any) -> Story:
    """An account under terms, in arrears with them."""
    account: dict[str, Any] = {"opened_on": JANUARY, "terms": weekly(start=date(2026, 1, 8)), **more}
    return Story(an_account(imposed(on=JANUARY), **account), now)


def less(now: datetime, kind: type[AgreeTerms] | type[RequestTerms]) -> Any:
    """Four pounds a week from a week on: less than an officer may agree."""
    start = london_date(now) + timedelta(7)
    return kind.model_validate({"amount_pence": 400, "every": "weekly", "start": start, "reason": "JOB"})


@pytest.mark.parametrize(("now", "last"), WINDOWS)
def test_an_appeal_against_a_variation_is_counted_from_the_decision(now: datetime, last: date) -> None:
    """Seen red with: counted by the UTC date; from the first instalment."""
    story = a_story(now)
    story.does(less(now, AgreeTerms), now, by=FINES_OFFICER)
    (clock,) = story.case.clocks
    assert (clock.code, clock.began_on, clock.ends_on) == ("variation", london_date(now), last)


@pytest.mark.parametrize(("now", "last"), WINDOWS)
def test_an_appeal_against_a_refusal_is_counted_from_the_refusal_and_not_from_the_request(
    now: datetime, last: date
) -> None:
    """Seen red with: counted from the day on which it was asked for."""
    story = a_story(now)
    story.does(less(now, RequestTerms), now - timedelta(days=5))
    assert [*story.case.clocks] == []
    story.does(RefuseTerms(reason="SAME"), now, by=FINES_OFFICER)
    (clock,) = story.case.clocks
    assert (clock.code, clock.began_on, clock.ends_on) == ("variation", london_date(now), last)


@pytest.mark.parametrize(("now", "last"), WINDOWS)
def test_the_last_day_counts_to_its_close_in_london(now: datetime, last: date) -> None:
    """Law page 9: to 23:59; in summer that is an hour sooner by UTC. Seen red with: a day more."""
    story = a_story(now)
    story.does(less(now, AgreeTerms), now, by=FINES_OFFICER)
    over = start_of_day(last + timedelta(1))
    assert "clock-ended" not in {event.what.kind for event in story.calendar(over - timedelta(seconds=1))}
    assert story.case.clocks
    assert "clock-ended" in {event.what.kind for event in story.calendar(over)}
    assert story.case.clocks == ()


def test_what_follows_an_appeal_is_done_from_the_next_working_day_and_two_more_for_the_post() -> None:
    """Law page 9: Wednesday 15 April 2026 is the last day, so Thursday the 16th, and two working days over the weekend."""
    now = WINDOWS[0][0]
    story = a_story(now)
    story.does(less(now, AgreeTerms), now, by=FINES_OFFICER)
    story.calendar(start_of_day(date(2026, 4, 16)))
    assert [task.due_on for task in story.case.tasks if task.kind == "appeal-over"] == [date(2026, 4, 20)]


def test_the_first_terms_vary_nothing_and_start_no_clock() -> None:
    """Law page 1.2: the appeal is against a variation."""
    now = WINDOWS[0][0]
    story = a_story(now, terms=None)
    story.does(less(now, AgreeTerms), now, by=FINES_OFFICER)
    assert story.case.terms is not None and story.case.clocks == ()


def test_a_payer_may_ask_at_any_time_and_in_default_too() -> None:
    """Para 22 as changed in 2015. A day before, on and after the first instalment was missed, and a year on."""
    for day in (date(2026, 1, 7), date(2026, 1, 8), date(2026, 1, 9), date(2027, 1, 8)):
        now = start_of_day(day) + timedelta(hours=10)
        story = a_story(now)
        story.does(less(now, RequestTerms), now)
        assert story.case.request is not None and story.case.request.on == day


def test_a_promise_is_no_variation() -> None:
    """Law page 7.4: it changes no terms and starts no clock."""
    now = WINDOWS[0][0]
    story = a_story(now)
    before = story.case
    story.does(MakePromise(amount_pence=2_000, due=date(2026, 4, 1), method="card"), now)
    assert (story.case.terms, story.case.in_force, story.case.clocks) == (before.terms, before.in_force, ())
    assert story.case.not_automatic is None
    assert wakes_on(story.case, TABLES) is not None and situation(now).today == date(2026, 3, 30)
