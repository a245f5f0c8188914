"""What terms ask for, and who is behind. The rules: command line page, paragraph TERMS and the rows `explain schedule` and
`explain arrears`. What OPAL does otherwise, and we do not: OPAL page, section 2.3.

The schedule is in order of date. No two instalments fall on one day, but a lump sum may fall on the day of an instalment,
and then stands before it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, pairwise
from time import perf_counter
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from casework.ledger import Receipt
from casework.terms import (
    MOST_YEARS,
    Arrears,
    Terms,
    arrears,
    clear_date,
    day_of,
    days_before,
    instalments,
    last_instalment,
    schedule,
)
from tests.cases import weekly

Every = Literal["weekly", "fortnightly", "monthly"]


@dataclass(frozen=True)
class Payment:
    """Money that came in since the terms began."""

    amount_pence: int
    received_on: date


def in_full(by: date = date(2026, 12, 24)) -> Terms:
    """All of it by Thursday 24 December 2026."""
    return Terms(plan="in_full", by=by)


def by_instalments(pence: int, every: Every, start: date) -> Terms:
    """Instalments alone."""
    return Terms(plan="instalments", amount_pence=pence, every=every, start=start)


def lump_then(lump_pence: int, by: date, pence: int = 2_000, start: date = date(2026, 10, 1)) -> Terms:
    """A lump sum, and instalments every week; from Thursday 1 October 2026 unless told otherwise."""
    return Terms(
        plan="lump_sum", lump_sum_pence=lump_pence, lump_sum_by=by, amount_pence=pence, every="weekly", start=start
    )


def planned(terms: Terms, balance_pence: int) -> list[tuple[date, int]]:
    """The schedule as bare figures."""
    return [(one.due, one.amount_pence) for one in schedule(terms, balance_pence)]


def first_days(terms: Terms, count: int) -> list[date]:
    """The due dates of the first instalments."""
    return [one.due for one in islice(instalments(terms, 10**9), count)]


def behind(terms: Terms, balance_pence: int, on: date, *paid: Payment) -> tuple[int, date | None]:
    """The arrears on a day, as bare figures."""
    found = arrears(terms, balance_pence, paid, on)
    return found.arrears_pence, found.first_missed


# The terms themselves


@pytest.mark.parametrize("terms", [in_full(), weekly(), lump_then(5_000, date(2026, 10, 1))])
def test_terms_keep_their_json(terms: Terms) -> None:
    """Keys a plan does not use are absent."""
    text = terms.model_dump_json(exclude_none=True)
    assert Terms.model_validate_json(text) == terms
    assert "null" not in text


@pytest.mark.parametrize(
    ("given_keys", "sentence"),
    [
        ({"plan": "in_full"}, "a plan of in_full needs by"),
        ({"plan": "in_full", "by": "2026-12-24", "amount_pence": 1}, "a plan of in_full has no amount_pence"),
        ({"plan": "instalments", "amount_pence": 1, "every": "weekly"}, "a plan of instalments needs start"),
        (
            {"plan": "lump_sum", "amount_pence": 1, "every": "weekly", "start": "2026-12-24"},
            "a plan of lump_sum needs lump_sum_pence, lump_sum_by",
        ),
    ],
)
def test_terms_have_what_their_plan_needs_and_no_more(given_keys: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Terms.model_validate_json(json.dumps(given_keys))


# The schedule, worked by hand


def test_in_full_is_one_instalment_on_the_day() -> None:
    assert planned(in_full(), 24_000) == [(date(2026, 12, 24), 24_000)]


def test_weekly_instalments_are_seven_days_apart_and_the_first_is_on_the_start_date() -> None:
    """£50.00 at £20.00: two and a half. Seen red with: the first a week after the start, as OPAL has it; the last whole."""
    assert planned(weekly(2_000, date(2026, 9, 3)), 5_000) == [
        (date(2026, 9, 3), 2_000),
        (date(2026, 9, 10), 2_000),
        (date(2026, 9, 17), 1_000),
    ]


def test_fortnightly_instalments_are_fourteen_days_apart_over_the_new_year() -> None:
    """£100.00 at £30.00. Seen red with: fifteen days."""
    assert planned(by_instalments(3_000, "fortnightly", date(2026, 11, 20)), 10_000) == [
        (date(2026, 11, 20), 3_000),
        (date(2026, 12, 4), 3_000),
        (date(2026, 12, 18), 3_000),
        (date(2027, 1, 1), 1_000),
    ]


def test_monthly_instalments_keep_the_day_of_the_month() -> None:
    assert planned(by_instalments(4_000, "monthly", date(2026, 11, 15)), 10_000) == [
        (date(2026, 11, 15), 4_000),
        (date(2026, 12, 15), 4_000),
        (date(2027, 1, 15), 2_000),
    ]


@pytest.mark.parametrize(
    ("start", "days"),
    [
        # From the 31st, in a common year and in a leap year.
        (date(2027, 1, 31), [(1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30)]),
        (date(2028, 1, 31), [(1, 31), (2, 29), (3, 31), (4, 30)]),
        # From the 30th and the 29th: only February is short.
        (date(2027, 1, 30), [(1, 30), (2, 28), (3, 30), (4, 30), (5, 30)]),
        (date(2028, 1, 30), [(1, 30), (2, 29), (3, 30)]),
        (date(2027, 1, 29), [(1, 29), (2, 28), (3, 29)]),
        (date(2028, 1, 29), [(1, 29), (2, 29), (3, 29)]),
        # The 28th is in every month.
        (date(2028, 1, 28), [(1, 28), (2, 28), (3, 28)]),
        # From the last day of a short month, the day is that of the start: not the last of each month.
        (date(2027, 2, 28), [(2, 28), (3, 28), (4, 28)]),
        (date(2028, 2, 29), [(2, 29), (3, 29), (4, 29)]),
        (date(2026, 4, 30), [(4, 30), (5, 30), (6, 30)]),
        # Over the end of the year.
        (date(2026, 10, 31), [(10, 31), (11, 30), (12, 31), (1, 31), (2, 28), (3, 31)]),
        # 2100 is no leap year, 2000 was one.
        (date(2099, 12, 31), [(12, 31), (1, 31), (2, 28), (3, 31)]),
        (date(1999, 12, 31), [(12, 31), (1, 31), (2, 29), (3, 31)]),
    ],
)
def test_months_clamp_from_the_original_day(start: date, days: list[tuple[int, int]]) -> None:
    """Seen red with: each month counted from the one before, so that 31 Jan, 28 Feb gives 28 Mar; always the 28th."""
    found = first_days(by_instalments(2_000, "monthly", start), len(days))
    assert [(one.month, one.day) for one in found] == days


def test_a_plan_from_29_february_finds_it_again_four_years_on() -> None:
    """Seen red with: each month counted from the one before."""
    found = first_days(by_instalments(2_000, "monthly", date(2028, 2, 29)), 49)
    assert [found[n] for n in (0, 12, 24, 36, 48)] == [
        date(2028, 2, 29),
        date(2029, 2, 28),
        date(2030, 2, 28),
        date(2031, 2, 28),
        date(2032, 2, 29),
    ]


def test_instalments_that_divide_the_balance_leave_no_empty_one() -> None:
    """And a penny more is an instalment of a penny. Seen red with: an instalment of nothing at the end."""
    assert [pence for _, pence in planned(weekly(2_000), 5_999)] == [2_000, 2_000, 1_999]
    assert [pence for _, pence in planned(weekly(2_000), 6_000)] == [2_000, 2_000, 2_000]
    assert [pence for _, pence in planned(weekly(2_000), 6_001)] == [2_000, 2_000, 2_000, 1]


@pytest.mark.parametrize(("balance", "first"), [(1, 1), (1_999, 1_999), (2_000, 2_000)])
def test_an_instalment_bigger_than_the_balance_is_the_balance(balance: int, first: int) -> None:
    """Seen red with: the last instalment whole."""
    assert planned(weekly(2_000, date(2026, 9, 3)), balance) == [(date(2026, 9, 3), first)]


@pytest.mark.parametrize("terms", [in_full(), weekly(), lump_then(5_000, date(2026, 9, 1))])
@pytest.mark.parametrize("balance", [0, -1, -5_000])
def test_where_nothing_is_owed_nothing_is_asked(terms: Terms, balance: int) -> None:
    """Nor where more has come in than was owed. Seen red with: an instalment of nothing; a balance below nothing paid off."""
    assert schedule(terms, balance) == ()
    assert clear_date(terms, balance) is None
    assert arrears(terms, balance, (), date(2099, 1, 1)) == Arrears(0, None)


# Lump sums


def test_a_lump_sum_is_asked_for_first_and_then_the_instalments() -> None:
    """£100.00 by 1 October, then £20.00 a week from the 8th, on £150.00."""
    assert planned(lump_then(10_000, date(2026, 10, 1), start=date(2026, 10, 8)), 15_000) == [
        (date(2026, 10, 1), 10_000),
        (date(2026, 10, 8), 2_000),
        (date(2026, 10, 15), 2_000),
        (date(2026, 10, 22), 1_000),
    ]


def test_a_lump_sum_dated_after_the_first_instalments_keeps_its_place_by_date() -> None:
    """£50.00 by 12 October and £20.00 a week from the 1st, on £100.00. Seen red with: the lump sum always first."""
    assert planned(lump_then(5_000, date(2026, 10, 12)), 10_000) == [
        (date(2026, 10, 1), 2_000),
        (date(2026, 10, 8), 2_000),
        (date(2026, 10, 12), 5_000),
        (date(2026, 10, 15), 1_000),
    ]


@pytest.mark.parametrize(
    ("by", "order"),
    [
        (date(2026, 10, 7), [(7, 5_000), (8, 2_000)]),
        (date(2026, 10, 8), [(8, 5_000), (8, 2_000)]),
        (date(2026, 10, 9), [(8, 2_000), (9, 5_000)]),
    ],
)
def test_a_lump_sum_on_the_day_of_an_instalment_stands_before_it(by: date, order: list[tuple[int, int]]) -> None:
    """Seen red with: the instalment first; the two made one."""
    found = [(due.day, pence) for due, pence in planned(lump_then(5_000, by), 20_000)]
    assert found[:3] == [(1, 2_000), *order]


def test_a_lump_sum_bigger_than_the_balance_is_the_balance() -> None:
    """To the penny. Seen red with: the lump sum not capped."""
    terms = lump_then(5_000, date(2026, 9, 30))
    assert planned(terms, 4_999) == [(date(2026, 9, 30), 4_999)]
    assert planned(terms, 5_000) == [(date(2026, 9, 30), 5_000)]
    assert planned(terms, 5_001) == [(date(2026, 9, 30), 5_000), (date(2026, 10, 1), 1)]


def test_a_late_lump_sum_is_what_the_instalments_before_it_left() -> None:
    """£20.00 on the 1st and the 8th of £60.00 leave £20.00 for the lump sum of £50.00. Seen red with: the lump sum taken
    off before the instalments."""
    assert planned(lump_then(5_000, date(2026, 10, 12)), 6_000) == [
        (date(2026, 10, 1), 2_000),
        (date(2026, 10, 8), 2_000),
        (date(2026, 10, 12), 2_000),
    ]


def test_a_lump_sum_after_all_is_paid_is_not_asked_for() -> None:
    """Seen red with: the lump sum taken off before the instalments."""
    assert planned(lump_then(5_000, date(2026, 10, 12)), 4_000) == [
        (date(2026, 10, 1), 2_000),
        (date(2026, 10, 8), 2_000),
    ]


def test_a_lump_sum_before_monthly_instalments_does_not_move_their_day() -> None:
    """Seen red with: each month counted from the one before."""
    terms = Terms(
        plan="lump_sum",
        lump_sum_pence=10_000,
        lump_sum_by=date(2027, 1, 15),
        amount_pence=3_000,
        every="monthly",
        start=date(2027, 1, 31),
    )
    assert planned(terms, 17_000) == [
        (date(2027, 1, 15), 10_000),
        (date(2027, 1, 31), 3_000),
        (date(2027, 2, 28), 3_000),
        (date(2027, 3, 31), 1_000),
    ]


# The day it is cleared


@pytest.mark.parametrize(
    ("terms", "balance", "cleared"),
    [
        (in_full(), 24_000, date(2026, 12, 24)),
        (weekly(2_000, date(2026, 9, 3)), 2_000, date(2026, 9, 3)),
        (weekly(2_000, date(2026, 9, 3)), 2_001, date(2026, 9, 10)),
        (weekly(2_000, date(2026, 9, 3)), 104_000, date(2027, 8, 26)),
        (by_instalments(2_000, "monthly", date(2027, 1, 31)), 4_000, date(2027, 2, 28)),
        (lump_then(5_000, date(2026, 10, 12)), 9_000, date(2026, 10, 12)),
        (lump_then(5_000, date(2026, 10, 12)), 9_001, date(2026, 10, 15)),
    ],
)
def test_the_clear_date_is_that_of_the_last_instalment(terms: Terms, balance: int, cleared: date) -> None:
    """£1,040.00 at £20.00 a week is 52 instalments: the last is 51 weeks after the first. Seen red with: a week more."""
    assert clear_date(terms, balance) == cleared


# How long a plan may be


@pytest.mark.parametrize(
    ("every", "times", "last"),
    [
        # 3 Sep 2126 is 36,524 days on, which is no whole number of weeks or fortnights.
        ("weekly", 5_218, date(2126, 8, 29)),
        ("fortnightly", 2_609, date(2126, 8, 22)),
        ("monthly", 1_201, date(2126, 9, 3)),
    ],
)
def test_instalments_run_for_a_hundred_years_and_not_a_penny_more(every: Every, times: int, last: date) -> None:
    """Seen red with: the last day left out; no limit."""
    terms = by_instalments(100, every, date(2026, 9, 3))
    assert clear_date(terms, 100 * times) == last
    with pytest.raises(ValueError, match="100 years at most"):
        schedule(terms, 100 * times + 1)
    with pytest.raises(ValueError, match="100 years at most"):
        clear_date(terms, 100 * times + 1)


def test_a_plan_that_is_too_long_is_refused_with_a_sentence() -> None:
    """Seen red with: the refusal forgotten, so that the schedule ends short of the balance."""
    with pytest.raises(ValueError) as refusal:
        schedule(by_instalments(100, "monthly", date(2026, 9, 3)), 10_000_000)
    assert str(refusal.value) == (
        "£1.00 monthly from 3 Sep 2026 does not pay off £100,000.00 by 3 Sep 2126. Instalments run for 100 years at most."
    )
    assert MOST_YEARS == 100


@pytest.mark.parametrize("every", ["weekly", "fortnightly", "monthly"])
def test_the_end_of_the_calendar_is_a_refusal_and_no_crash(every: Every) -> None:
    """There is no year 10000. Seen red with: no end to the days; a hundred years added without looking."""
    terms = by_instalments(100, every, date(9999, 12, 25))
    assert planned(terms, 100) == [(date(9999, 12, 25), 100)]
    with pytest.raises(ValueError, match="by 31 Dec 9999"):
        schedule(terms, 201)
    assert behind(terms, 201, date.max)[1] == date(9999, 12, 25)
    assert behind(in_full(date.max), 201, date.max) == (0, None)


def test_a_lump_sum_may_be_later_than_the_instalments_may_run() -> None:
    """It is asked for only if they left something; if they run past the limit first, that is refused. Seen red with: the
    lump sum always first."""
    far = lump_then(5_000, date(2200, 1, 1))
    assert len(schedule(far, 10_000)) == 5
    with pytest.raises(ValueError, match="100 years at most"):
        schedule(far, 10**8)


def test_arrears_are_known_for_a_plan_that_is_too_long() -> None:
    """An account that came in with such terms can still be shown. Seen red with: arrears worked out from `schedule`."""
    terms = weekly(1, date(2026, 9, 3))
    assert behind(terms, 10**13, date(2026, 9, 11)) == (2, date(2026, 9, 3))
    assert behind(weekly(1, date(1800, 1, 2)), 10**13, date(2026, 1, 2)) == (11_793, date(1800, 1, 2))


@pytest.mark.parametrize("terms", [weekly(), lump_then(5_000, date(2026, 10, 12))])
def test_five_years_of_weeks_take_less_than_a_millisecond(terms: Terms) -> None:
    """At best of a hundred: a busy machine is no fault of ours. Seen red with: a sum of 400 numbers at each instalment."""

    def took(balance: int) -> float:
        begun = perf_counter()
        schedule(terms, balance)
        return perf_counter() - begun

    assert min(took(2_000 * 260) for _ in range(100)) < 0.001


# Arrears: the day


@pytest.mark.parametrize(
    ("on", "owed"),
    [
        (date(2026, 9, 2), 0),
        (date(2026, 9, 3), 0),
        (date(2026, 9, 4), 2_000),
        (date(2026, 9, 9), 2_000),
        (date(2026, 9, 10), 2_000),
        (date(2026, 9, 11), 4_000),
    ],
)
def test_an_instalment_is_in_arrears_from_the_day_after_its_date(on: date, owed: int) -> None:
    """£20.00 on Thursdays from 3 September, nothing paid. Seen red with: in arrears on its date; a week late, as in OPAL."""
    assert behind(weekly(2_000, date(2026, 9, 3)), 24_000, on) == (owed, date(2026, 9, 3) if owed else None)


@pytest.mark.parametrize(
    ("on", "owed"), [(date(2026, 12, 23), 0), (date(2026, 12, 24), 0), (date(2026, 12, 25), 24_000)]
)
def test_in_full_is_all_in_arrears_from_the_day_after(on: date, owed: int) -> None:
    """Christmas Day or not. Seen red with: in arrears on its date."""
    assert behind(in_full(), 24_000, on) == (owed, date(2026, 12, 24) if owed else None)


@pytest.mark.parametrize(
    ("on", "owed"),
    [(date(2027, 2, 28), 2_000), (date(2027, 3, 1), 4_000), (date(2027, 3, 31), 4_000), (date(2027, 4, 1), 6_000)],
)
def test_an_instalment_of_a_short_month_is_in_arrears_the_day_after_too(on: date, owed: int) -> None:
    """From 31 January: OPAL would wait for 31 March. Seen red with: each month counted from the one before."""
    assert behind(by_instalments(2_000, "monthly", date(2027, 1, 31)), 24_000, on) == (owed, date(2027, 1, 31))


def test_terms_in_the_future_have_no_arrears() -> None:
    """Nor less than none, where money has come in. Seen red with: no floor."""
    for terms in (weekly(2_000, date(2027, 1, 7)), in_full(date(2027, 1, 7)), lump_then(5_000, date(2027, 1, 7))):
        assert behind(terms, 24_000, date(2026, 9, 3)) == (0, None)
        assert behind(terms, 24_000, date(2026, 9, 3), Payment(500, date(2026, 9, 1))) == (0, None)


@pytest.mark.parametrize(
    ("on", "owed"),
    [
        (date(2026, 10, 1), 0),
        (date(2026, 10, 2), 2_000),
        (date(2026, 10, 12), 4_000),
        (date(2026, 10, 13), 9_000),
        (date(2026, 10, 16), 10_000),
        (date(2099, 1, 1), 10_000),
    ],
)
def test_a_lump_sum_is_in_arrears_from_the_day_after_its_own_date(on: date, owed: int) -> None:
    """£50.00 by 12 October among £20.00 a week from the 1st, on £100.00. Seen red with: the lump sum always first."""
    assert behind(lump_then(5_000, date(2026, 10, 12)), 10_000, on)[0] == owed


@pytest.mark.parametrize(("turn", "clocks"), [(date(2026, 10, 25), "back"), (date(2027, 3, 28), "forward")])
def test_the_clocks_going_back_or_forward_change_nothing(turn: date, clocks: str) -> None:
    """Days are whole days of the calendar: Sundays stay Sundays, and one due on the turn is in arrears on the Monday.
    Seen red with: moved to the next working day."""
    terms = by_instalments(2_000, "weekly", turn - timedelta(7))
    assert [one.weekday() for one in first_days(terms, 4)] == [6, 6, 6, 6]
    assert first_days(terms, 3)[2] == turn + timedelta(7)
    paid = Payment(2_000, turn - timedelta(7))
    assert behind(terms, 24_000, turn, paid) == (0, None)
    assert behind(terms, 24_000, turn + timedelta(1), paid) == (2_000, turn)


# Arrears: the money

SEPTEMBER = weekly(2_000, date(2026, 9, 3))
"""£20.00 on 3, 10, 17, 24 September 2026 and so on."""


@pytest.mark.parametrize(
    ("paid", "owed", "missed"),
    [
        (0, 4_000, 3),
        (1, 3_999, 3),
        (1_999, 2_001, 3),
        (2_000, 2_000, 10),
        (2_001, 1_999, 10),
        (3_999, 1, 10),
        (4_000, 0, None),
        (4_001, 0, None),
        (24_000, 0, None),
        (99_000, 0, None),
    ],
)
def test_payments_count_towards_the_earliest_instalment_to_the_penny(paid: int, owed: int, missed: int | None) -> None:
    """On Friday 11 September two have fallen due. Seen red with: one covered to the penny called missed; a penny short
    passed over."""
    found = behind(SEPTEMBER, 24_000, date(2026, 9, 11), *([Payment(paid, date(2026, 9, 5))] if paid else []))
    assert found == (owed, date(2026, 9, missed) if missed else None)


def test_a_payment_counts_from_its_day_and_not_before() -> None:
    """£20.00 came in on Wednesday 9 September. Seen red with: the payments of the day left out; those after it counted."""
    paid = Payment(2_000, date(2026, 9, 9))
    assert behind(SEPTEMBER, 24_000, date(2026, 9, 8), paid) == (2_000, date(2026, 9, 3))
    assert behind(SEPTEMBER, 24_000, date(2026, 9, 9), paid) == (0, None)
    assert behind(SEPTEMBER, 24_000, date(2026, 9, 10), paid) == (0, None)
    assert behind(SEPTEMBER, 24_000, date(2026, 9, 11), paid) == (2_000, date(2026, 9, 10))


def test_money_paid_early_counts_ahead() -> None:
    """£50.00 before the first instalment covers two and a half. Seen red with: what came in before the start lost."""
    paid = Payment(5_000, date(2026, 8, 20))
    assert behind(SEPTEMBER, 24_000, date(2026, 9, 11), paid) == (0, None)
    assert behind(SEPTEMBER, 24_000, date(2026, 9, 18), paid) == (1_000, date(2026, 9, 17))


def test_money_paid_late_clears_the_oldest_first() -> None:
    """Three missed; £30.00 covers the first and half of the second. Seen red with: the last one missed named."""
    assert behind(SEPTEMBER, 24_000, date(2026, 9, 18)) == (6_000, date(2026, 9, 3))
    paid = Payment(3_000, date(2026, 9, 18))
    assert behind(SEPTEMBER, 24_000, date(2026, 9, 18), paid) == (3_000, date(2026, 9, 10))


def test_the_order_of_the_payments_does_not_matter() -> None:
    """Seen red with: no more payments read after one that is too late."""
    early, late, after = (
        Payment(500, date(2026, 9, 1)),
        Payment(700, date(2026, 9, 11)),
        Payment(900, date(2026, 9, 12)),
    )
    for paid in ([early, late, after], [after, late, early], [late, after, early]):
        assert behind(SEPTEMBER, 24_000, date(2026, 9, 11), *paid) == (2_800, date(2026, 9, 3))


def test_the_last_instalment_is_in_arrears_for_what_it_is() -> None:
    """£50.00 at £20.00, all missed: never £60.00, however late. Seen red with: the last instalment whole."""
    for on in (date(2026, 9, 18), date(2030, 1, 1)):
        assert behind(SEPTEMBER, 5_000, on) == (5_000, date(2026, 9, 3))
        assert behind(SEPTEMBER, 5_000, on, Payment(4_999, date(2026, 9, 4))) == (1, date(2026, 9, 17))
        assert behind(SEPTEMBER, 5_000, on, Payment(5_000, date(2026, 9, 4))) == (0, None)


def test_more_paid_than_was_owed_is_no_arrears_and_nothing_less() -> None:
    """Seen red with: no floor."""
    assert behind(SEPTEMBER, 5_000, date(2030, 1, 1), Payment(7_000, date(2026, 9, 1))) == (0, None)
    assert behind(in_full(), 5_000, date(2030, 1, 1), Payment(7_000, date(2026, 9, 1))) == (0, None)


def test_of_a_lump_sum_and_an_instalment_of_one_day_the_lump_sum_is_paid_first() -> None:
    """£50.00 and £20.00 on 8 October, after £20.00 on the 1st: £70.00 covers all but the instalment.
    Seen red with: the lump sum always first, whatever its date."""
    terms = lump_then(5_000, date(2026, 10, 8))
    assert behind(terms, 20_000, date(2026, 10, 9), Payment(7_000, date(2026, 10, 1))) == (2_000, date(2026, 10, 8))
    assert behind(terms, 20_000, date(2026, 10, 9), Payment(1_000, date(2026, 10, 1))) == (8_000, date(2026, 10, 1))


def test_receipts_of_the_ledger_are_payments() -> None:
    receipt = Receipt(id="3.1", amount_pence=500, method="card", received_on=date(2026, 9, 4))
    assert arrears(SEPTEMBER, 24_000, [receipt], date(2026, 9, 4)) == Arrears(1_500, date(2026, 9, 3))


# Rules for all terms

DAYS = st.one_of(
    st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    st.sampled_from([date(2027, 1, 31), date(2028, 1, 30), date(2028, 2, 29), date(2026, 12, 31), date(2027, 8, 31)]),
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Terms, int]:
    """Terms and a balance, of two hundred instalments at most."""
    balance = draw(st.integers(1, 50_000))
    plan = draw(st.sampled_from(["in_full", "instalments", "lump_sum"]))
    if plan == "in_full":
        return in_full(draw(DAYS)), balance
    amount = draw(st.integers(-(-balance // 200), balance + 10))
    every: Every = draw(st.sampled_from(["weekly", "fortnightly", "monthly"]))
    terms = by_instalments(amount, every, draw(DAYS))
    if plan == "instalments":
        return terms, balance
    lump_day = draw(st.one_of(DAYS, st.sampled_from([one.due for one in schedule(terms, balance)])))
    lump = {"lump_sum_pence": draw(st.integers(1, balance + 10)), "lump_sum_by": lump_day}
    return Terms.model_validate({**terms.model_dump(), **lump, "plan": "lump_sum"}), balance


@st.composite
def histories(draw: st.DrawFn) -> tuple[Terms, int, list[Payment], date]:
    """Terms, the balance, payments about the due dates, and a day to ask."""
    terms, balance = draw(plans())
    due = [one.due for one in schedule(terms, balance)]
    days = st.builds(lambda day, n: day + timedelta(n), st.sampled_from(due), st.integers(-20, 20))
    paid = draw(st.lists(st.builds(Payment, st.integers(1, balance), days), max_size=6))
    return terms, balance, paid, draw(days)


def paid_by(paid: Sequence[Payment], on: date) -> int:
    """What had come in on the evening of a day."""
    return sum(one.amount_pence for one in paid if one.received_on <= on)


@given(plans())
def test_the_schedule_comes_to_the_balance(plan: tuple[Terms, int]) -> None:
    """No instalment of nothing, none above what the terms say. Seen red with: the last instalment whole; the lump sum not
    capped."""
    terms, balance = plan
    found = schedule(terms, balance)
    assert sum(one.amount_pence for one in found) == balance
    asked = {balance} if terms.by else {terms.amount_pence, terms.lump_sum_pence} - {None}
    assert all(one.amount_pence in asked for one in found[:-1])
    assert 0 < found[-1].amount_pence <= max(one for one in asked if one)
    assert clear_date(terms, balance) == found[-1].due
    assert tuple(instalments(terms, balance)) == found


@given(plans())
def test_the_last_instalment_is_that_of_the_schedule(plan: tuple[Terms, int]) -> None:
    """Worked out by itself. Seen red with: the instalments before the lump sum forgotten; a lump sum that is more
    than is left paid in full."""
    terms, balance = plan
    assert last_instalment(terms, balance) == schedule(terms, balance)[-1]


@given(DAYS, st.sampled_from(["weekly", "fortnightly", "monthly"]), st.integers(0, 300), st.integers(-40, 40))
def test_the_days_of_instalments_are_numbered(start: date, every: Every, number: int, more: int) -> None:
    """Seen red with: a short month counted that the day of the start has not reached."""
    plan = [one.due for one in schedule(by_instalments(100, every, start), 100 * 310)]
    assert day_of(start, every, number) == plan[number]
    until = plan[number] + timedelta(more)
    assert days_before(start, every, until) == sum(day < until for day in plan)


def test_there_are_no_days_beyond_the_calendar() -> None:
    assert day_of(date(9999, 12, 25), "weekly", 1) is day_of(date(9999, 12, 1), "monthly", 1) is None
    assert day_of(date(9999, 12, 24), "weekly", 1) == date(9999, 12, 31)


@given(plans())
def test_the_dates_are_in_order_and_only_a_lump_sum_shares_its_day(plan: tuple[Terms, int]) -> None:
    """Strictly in order, but for a lump sum on an instalment's day, which stands before it. Seen red with: the lump sum
    always first; the instalment first."""
    terms, balance = plan
    for one, after in pairwise(schedule(terms, balance)):
        if one.due == after.due:
            assert (one.due, one.amount_pence) == (terms.lump_sum_by, terms.lump_sum_pence)
        else:
            assert one.due < after.due


@given(plans(), st.integers(1, 2_000))
def test_a_bigger_balance_asks_for_the_same_and_more(plan: tuple[Terms, int], more: int) -> None:
    """All but the last instalment stay as they are. Seen red with: the lump sum taken off before the instalments."""
    terms, balance = plan
    small = schedule(terms, balance)
    *big, last = islice(instalments(terms, balance + more), len(small))
    assert tuple(big) == small[:-1]
    assert last.due == small[-1].due and last.amount_pence >= small[-1].amount_pence


@given(histories())
def test_arrears_are_never_below_nothing_nor_above_what_is_owed(
    history: tuple[Terms, int, list[Payment], date],
) -> None:
    """Seen red with: no floor; the last instalment whole."""
    terms, balance, paid, on = history
    assert 0 <= arrears(terms, balance, paid, on).arrears_pence <= max(0, balance - paid_by(paid, on))


@given(histories(), st.integers(0, 400))
def test_arrears_never_fall_as_time_passes_without_payment(
    history: tuple[Terms, int, list[Payment], date], days: int
) -> None:
    """Nor does the first missed instalment change. Seen red with: an instalment in arrears only until the next is due."""
    terms, balance, paid, on = history
    before = arrears(terms, balance, [one for one in paid if one.received_on <= on], on)
    after = arrears(terms, balance, [one for one in paid if one.received_on <= on], on + timedelta(days))
    assert after.arrears_pence >= before.arrears_pence
    assert before.first_missed in (None, after.first_missed)


@given(histories(), st.integers(1, 60_000), st.integers(0, 30))
def test_arrears_fall_by_exactly_the_payment(
    history: tuple[Terms, int, list[Payment], date], pence: int, before: int
) -> None:
    """Down to nothing, whenever it came in up to that day; a payment of the next day changes nothing. Seen red with: the
    payments of the day left out; those after it counted."""
    terms, balance, paid, on = history
    owed = arrears(terms, balance, paid, on)
    if owed.arrears_pence:
        more = [*paid, Payment(pence, on - timedelta(before))]
        assert arrears(terms, balance, more, on).arrears_pence == max(0, owed.arrears_pence - pence)
    assert arrears(terms, balance, [*paid, Payment(pence, on + timedelta(1))], on) == owed


@given(plans(), st.data())
def test_who_pays_what_is_due_when_it_is_due_is_never_behind(plan: tuple[Terms, int], data: st.DataObject) -> None:
    """On no day, even in the morning before that day's money comes; and a penny short is a penny of arrears from the day
    after. Seen red with: in arrears on its date; one covered to the penny called missed."""
    terms, balance = plan
    due = schedule(terms, balance)
    paid = [Payment(one.amount_pence, one.due) for one in due]
    on = data.draw(st.sampled_from(due)).due + timedelta(data.draw(st.integers(-3, 3)))
    assert arrears(terms, balance, paid, on) == Arrears(0, None)
    assert arrears(terms, balance, [one for one in paid if one.received_on < on], on) == Arrears(0, None)
    short = data.draw(st.sampled_from(range(len(due))))
    paid[short] = Payment(due[short].amount_pence - 1, due[short].due)
    found = arrears(terms, balance, [one for one in paid if one.received_on < on], on)
    assert found.arrears_pence == (1 if on > due[short].due else 0)


@given(histories())
def test_the_first_missed_is_the_earliest_that_the_payments_do_not_cover(
    history: tuple[Terms, int, list[Payment], date],
) -> None:
    """All before it are covered, it is not, and there is one exactly where there are arrears. Seen red with: one covered to
    the penny called missed; the last one missed; named without arrears."""
    terms, balance, paid, on = history
    found = arrears(terms, balance, paid, on)
    assert (found.first_missed is None) == (found.arrears_pence == 0)
    if found.first_missed:
        assert found.first_missed < on
        due = schedule(terms, balance)
        covered = sum(one.amount_pence for one in due if one.due < found.first_missed)
        with_it = sum(one.amount_pence for one in due if one.due <= found.first_missed)
        assert covered <= paid_by(paid, on) < with_it


@given(plans())
def test_after_the_last_day_all_that_is_unpaid_is_in_arrears(plan: tuple[Terms, int]) -> None:
    """For ever. Seen red with: only the latest instalment in arrears; the lump sum not capped."""
    terms, balance = plan
    due = schedule(terms, balance)
    the_day_after = due[-1].due + timedelta(1)
    assert arrears(terms, balance, (), the_day_after) == Arrears(balance, due[0].due)
    assert arrears(terms, balance, (), date.max) == Arrears(balance, due[0].due)
