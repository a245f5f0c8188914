"""Our table of bank holidays against the one that GOV.UK publishes, as the Ministry of Justice's package carries it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from casework.table_rows import BankHoliday
from tests.cases import shipped_tables

OURS = {row.on: row.title for row in shipped_tables().rows["bank_holidays"] if isinstance(row, BankHoliday)}
PUBLISHED = {
    one["date"]: one["title"]
    for one in BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
}


@pytest.mark.parametrize("year", range(min(OURS).year, max(OURS).year + 1))
def test_our_bank_holidays_are_those_of_england_and_wales(year: int) -> None:
    """Seen red with: Boxing Day 2026 on Saturday the 26th instead of Monday the 28th; a year left out."""
    ours = {day for day in OURS if day.year == year}
    assert ours
    assert ours == {day for day in PUBLISHED if day.year == year}


def test_our_table_reaches_two_years_ahead_of_what_it_is_used_for() -> None:
    assert min(OURS).year <= 2019
    assert max(OURS).year >= 2028


def test_working_days_are_the_same_counted_by_either() -> None:
    theirs, calendar = BankHolidays(use_cached_holidays=True), shipped_tables().calendar
    day = date(min(OURS).year, 1, 1)
    while day.year <= max(OURS).year:
        assert calendar.is_working_day(day) == theirs.is_work_day(day, division=BankHolidays.ENGLAND_AND_WALES), day
        day += timedelta(1)


@pytest.mark.parametrize(
    "day",
    [
        *(
            date(2026, month, on)
            for month, on in [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]
        ),
        *(
            date(2027, month, on)
            for month, on in [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]
        ),
    ],
)
def test_the_bank_holidays_that_the_law_page_names_are_there(day: date) -> None:
    """Law page, section 9."""
    assert day in OURS
    assert not shipped_tables().calendar.is_working_day(day)
