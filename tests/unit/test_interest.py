"""Interest on a confiscation order: law page, section 5 (POCA 2002 s.12, Judgments Act 1838 s.17)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import confiscation
from casework.reference import Tables
from tests.cases import shipped_tables, tables_with


def interest(principal: int, since: date, until: date, tables: Tables) -> int:
    """The sum alone."""
    return confiscation.interest(principal, since, until, tables).interest_pence


def rated(*rates: tuple[date, date | None, int]) -> Tables:
    """A table with these rates: first day, last day, hundredths of a percent."""
    rows = [
        f'[[row]]\nname = "judgment"\nbasis_points = {points}\nvalid_from = {first}\n'
        + (f"valid_to = {last}\n" if last else "")
        for first, last, points in rates
    ]
    return tables_with(interest_rates='source = "a test"\nverified = false\n' + "".join(rows))


@pytest.mark.parametrize(
    ("since", "until", "pence"),
    [
        (date(2026, 1, 1), date(2026, 1, 31), 328_77),
        (date(2026, 1, 1), date(2027, 1, 1), 4_000_00),
        (date(2028, 1, 1), date(2029, 1, 1), 4_010_96),
        (date(2028, 2, 28), date(2028, 3, 1), 21_92),
        (date(2026, 1, 1), date(2026, 1, 2), 10_96),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
        (date(1993, 4, 1), date(2026, 4, 1), 132_087_67),
    ],
)
def test_8_percent_simple_on_50_000_pounds(since: date, until: date, pence: int) -> None:
    """£50,000 x 8 % x days / 365, in leap years too: 30 days £328.77, 365 days £4,000.00, 366 days £4,010.96, 33 years of
    12,053 days £132,087.67. Seen red with: the last day counted too; 366 days to a year; rounded down; compounded by
    the year."""
    assert interest(50_000_00, since, until, shipped_tables()) == pence


def test_half_a_penny_goes_up() -> None:
    """8 % never makes exactly half a penny of whole days, so the rate is 5 %: £36.50 for one day is half a penny, £109.50 is
    one and a half, £182.50 two and a half. Seen red with: half to even; rounded down."""
    tables = rated((date(2020, 1, 1), None, 500))
    found = [interest(pence, date(2026, 1, 1), date(2026, 1, 2), tables) for pence in (3_649, 3_650, 10_950, 18_250)]
    assert found == [0, 1, 2, 3]


CHANGED = rated((date(2020, 1, 1), date(2026, 6, 30), 800), (date(2026, 7, 1), None, 400))


def test_a_rate_that_changes_is_worked_out_in_parts_and_rounded_once() -> None:
    """A day at 8 % and one at 4 %: £20.53 bears 0.45 and 0.22, together 0.67, which is a penny; £73.00 bears 1.6 and 0.8,
    together 2.4, which is two. Seen red with: the old rate throughout; each part rounded."""
    june, july = date(2026, 6, 30), date(2026, 7, 1)
    assert interest(2_053, june, july + timedelta(1), CHANGED) == 1
    assert interest(7_300, june, july + timedelta(1), CHANGED) == 2
    assert interest(50_000_00, date(2026, 6, 1), date(2026, 7, 31), CHANGED) == 328_77 + 164_38


def test_the_answer_is_verified_only_if_every_rate_in_it_is() -> None:
    """The rate of 1993 is; one made up for July 2026 is not. Seen red with: the first rate's mark alone."""
    shipped = shipped_tables().rows["interest_rates"][0]
    old = shipped.model_copy(update={"valid_to": date(2026, 6, 30)})
    new = shipped.model_copy(update={"valid_from": date(2026, 7, 1), "verified": False, "source": "a new Order"})
    tables = Tables({**shipped_tables().rows, "interest_rates": (new, old)})
    found = [
        confiscation.interest(50_000_00, since, until, tables)
        for since, until in (
            (date(2026, 6, 1), date(2026, 7, 1)),
            (date(2026, 6, 1), date(2026, 7, 2)),
            (date(2026, 7, 1), date(2026, 7, 2)),
        )
    ]
    assert [one.verified for one in found] == [True, False, False]
    assert [one.source for one in found] == [shipped.source, f"{shipped.source}; a new Order", "a new Order"]


def test_the_new_rate_begins_on_its_own_day() -> None:
    """£365.00 at 8 % is eight pence a day, at 4 % four. Seen red with: a day late."""
    found = [
        interest(365_00, date(2026, 6, 30), date(2026, 7, 1), CHANGED),
        interest(365_00, date(2026, 7, 1), date(2026, 7, 2), CHANGED),
        interest(365_00, date(2026, 6, 30), date(2026, 7, 2), CHANGED),
    ]
    assert found == [8, 4, 12]


def test_backwards_and_below_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^interest to 1 Jan 2026 cannot run from 2 Jan 2026, which is later$"):
        interest(50_000_00, date(2026, 1, 2), date(2026, 1, 1), shipped_tables())
    with pytest.raises(ValueError, match=r"^there is no interest on -£0\.01$"):
        interest(-1, date(2026, 1, 1), date(2026, 1, 2), shipped_tables())


@pytest.mark.parametrize(
    ("tables", "since", "until", "day"),
    [
        (shipped_tables(), date(1993, 3, 31), date(2026, 1, 1), "31 Mar 1993"),
        (rated((date(2020, 1, 1), date(2026, 1, 9), 800)), date(2026, 1, 1), date(2026, 1, 11), "10 Jan 2026"),
        (
            rated((date(2020, 1, 1), date(2026, 1, 9), 800), (date(2026, 1, 11), None, 400)),
            date(2026, 1, 1),
            date(2026, 2, 1),
            "10 Jan 2026",
        ),
    ],
)
def test_a_day_without_a_rate_is_not_free_of_interest(tables: Tables, since: date, until: date, day: str) -> None:
    """Seen red with: the days the table does not know left out."""
    with pytest.raises(LookupError, match=f"^no rate of interest is known for {day}$"):
        interest(50_000_00, since, until, tables)


def test_the_last_day_of_the_time_needs_no_rate() -> None:
    """Days are to minus from: the day it is paid bears nothing."""
    tables = rated((date(2020, 1, 1), date(2026, 1, 9), 800))
    assert interest(50_000_00, date(2026, 1, 9), date(2026, 1, 10), tables) == 10_96


@given(
    st.integers(0, 10**13),
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 2_000)), min_size=1, max_size=4),
    st.integers(0, 60),
    st.integers(0, 120),
)
def test_it_is_the_sum_of_its_days(principal: int, made: list[tuple[int, int]], start: int, days: int) -> None:
    """Day by day with exact fractions. The rows stand in the file newest first. Seen red with: rows taken in the order of
    the file."""
    first = date(2026, 1, 1)
    begins = [first + timedelta(sum(length for length, _ in made[:n])) for n in range(len(made))]
    ends = [*[day - timedelta(1) for day in begins[1:]], None]
    rates = [(begins[n], ends[n], points) for n, (_, points) in enumerate(made)]
    since = first + timedelta(start)
    exact = Fraction(0)
    for n in range(days):
        points = next(rate for begin, _, rate in reversed(rates) if begin <= since + timedelta(n))
        exact += Fraction(principal * points, 10_000 * 365)
    found = interest(principal, since, since + timedelta(days), rated(*reversed(rates)))
    assert found == int(exact + Fraction(1, 2))
