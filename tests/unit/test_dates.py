"""Dates as people type them and as the law counts them. Worked examples: law page, section 9."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from casework.dates import (
    Instant,
    Period,
    format_date,
    format_day,
    format_moment,
    london_date,
    months_after,
    parse_date,
    parse_moment,
    start_of_day,
)
from tests.cases import NOW, TODAY, at, shipped_tables

CALENDAR = shipped_tables().calendar
YEARS_WE_COUNT = st.dates(date(2019, 1, 1), date(2028, 11, 30))


# As people type them. Today is Thursday 19 November 2026.


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("t", date(2026, 11, 19)),
        ("today", date(2026, 11, 19)),
        ("tom", date(2026, 11, 20)),
        ("tomorrow", date(2026, 11, 20)),
        ("y", date(2026, 11, 18)),
        ("yesterday", date(2026, 11, 18)),
        ("eom", date(2026, 11, 30)),
        ("+14", date(2026, 12, 3)),
        ("-3", date(2026, 11, 16)),
        ("3d", date(2026, 11, 22)),
        ("3 d", date(2026, 11, 22)),
        ("+3d", date(2026, 11, 22)),
        ("2w", date(2026, 12, 3)),
        ("28/11", date(2026, 11, 28)),
        ("28.11", date(2026, 11, 28)),
        ("28-11", date(2026, 11, 28)),
        ("28/11/26", date(2026, 11, 28)),
        ("28/11/2026", date(2026, 11, 28)),
        ("281126", date(2026, 11, 28)),
        ("28112026", date(2026, 11, 28)),
        ("1/1/2024", date(2024, 1, 1)),
        ("20 nov", date(2026, 11, 20)),
        ("20nov", date(2026, 11, 20)),
        ("20 nov.", date(2026, 11, 20)),
        ("20 November", date(2026, 11, 20)),
        ("20 NOV 2027", date(2027, 11, 20)),
        ("20 nov 27", date(2027, 11, 20)),
        ("5 sept", date(2027, 9, 5)),
        ("2026-11-20", date(2026, 11, 20)),
        ("  Fri ", date(2026, 11, 20)),
    ],
)
def test_a_date_is_read_as_people_type_it(typed: str, day: date) -> None:
    """Seen red with: month before day in 28/11; a week of five days."""
    assert parse_date(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("fri", 20),
        ("fr", 20),
        ("friday", 20),
        ("sat", 21),
        ("su", 22),
        ("mon", 23),
        ("tu", 24),
        ("tues", 24),
        ("wed", 25),
        ("thu", 26),
        ("thurs", 26),
    ],
)
def test_a_weekday_is_the_next_one_after_today(typed: str, day: int) -> None:
    """On a Thursday, `thu` is a week away. Seen red with: today's weekday meaning today."""
    assert parse_date(typed, TODAY) == date(2026, 11, day)


@pytest.mark.parametrize(("typed", "day"), [("wed", 18), ("tue", 17), ("fri", 13), ("thu", 12)])
def test_a_weekday_that_has_been_is_the_last_one_before_today(typed: str, day: int) -> None:
    """For the date of a receipt. Seen red with: `past` not handed on to the weekday."""
    assert parse_date(typed, TODAY, past=True) == date(2026, 11, day)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
def test_a_weekday_is_one_to_seven_days_away_on_the_right_weekday(today: date, typed: str) -> None:
    ahead, back = parse_date(typed, today), parse_date(typed, today, past=True)
    assert 1 <= (ahead - today).days <= 7
    assert 1 <= (today - back).days <= 7
    assert f"{ahead:%a}".lower() == f"{back:%a}".lower() == typed


def test_a_day_and_month_is_the_next_such_date_from_today() -> None:
    """Seen red with: a date of today sent to next year."""
    assert parse_date("18/11", TODAY) == date(2027, 11, 18)
    assert parse_date("19/11", TODAY) == TODAY
    assert parse_date("20/11", TODAY) == date(2026, 11, 20)


def test_a_day_and_month_that_has_been_is_the_last_such_date_up_to_today() -> None:
    assert parse_date("18/11", TODAY, past=True) == date(2026, 11, 18)
    assert parse_date("19 nov", TODAY, past=True) == TODAY
    assert parse_date("20 nov", TODAY, past=True) == date(2025, 11, 20)


def test_29_february_is_that_of_a_leap_year() -> None:
    """Seen red with: the year after tried only."""
    assert parse_date("29/2", TODAY) == date(2028, 2, 29)
    assert parse_date("29/2", TODAY, past=True) == date(2024, 2, 29)
    assert parse_date("29/2", date(2028, 2, 29)) == date(2028, 2, 29)
    assert parse_date("29 feb", date(2096, 3, 1)) == date(2104, 2, 29)


def test_29_february_of_a_common_year_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no date “29/2/2027”"):
        parse_date("29/2/2027", TODAY)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2026, 12, 1), date(2026, 12, 31)),
        (date(2027, 2, 1), date(2027, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_eom_is_the_last_day_of_this_month(today: date, last: date) -> None:
    assert parse_date("eom", today) == last


@pytest.mark.parametrize(
    "typed",
    ["", "s", "14", "to", "fry", "20 ma", "20 jx", "nov 20", "2026-11", "+12345", "tomorow", "１/2", "fri 10:30"],
)
def test_what_is_no_date_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date\. Write a date such as fri, \+14, 28/2, 20 nov, eom or t\."):
        parse_date(typed, TODAY)


@pytest.mark.parametrize("typed", ["31/11", "0/1", "1/13", "31 feb", "2026-02-30", "1/0", "32/1/2026", "0000-01-01"])
def test_a_date_that_does_not_exist_is_refused(typed: str) -> None:
    """Seen red with: the day cut to the length of the month."""
    with pytest.raises(ValueError, match=f"there is no date “{typed}”"):
        parse_date(typed, TODAY)


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), YEARS_WE_COUNT)
def test_an_iso_date_is_read_whatever_the_day(day: date, today: date) -> None:
    assert parse_date(day.isoformat(), today) == day


@given(st.text(max_size=12), YEARS_WE_COUNT, st.booleans())
def test_any_text_is_a_date_or_a_sentence(typed: str, today: date, past: bool) -> None:
    """No other exception gets out, whatever is typed."""
    sentence = "Write a date such as"
    try:
        parse_date(typed, today, past=past)
    except ValueError as fault:
        sentence = str(fault)
    assert "Write a date such as" in sentence


# Moments


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("15:00", at(19, hour=15)),
        ("15.30", at(19, hour=15, minute=30)),
        ("2pm", at(19, hour=14)),
        ("2 pm", at(19, hour=14)),
        ("2:15pm", at(19, hour=14, minute=15)),
        ("12am", at(19, hour=0)),
        ("12pm", at(19, hour=12)),
        ("fri 10:30", at(20, hour=10, minute=30)),
        ("tomorrow 2pm", at(20, hour=14)),
        ("fri 2 pm", at(20, hour=14)),
        ("fri  2pm", at(20, hour=14)),
        ("+14 9am", at(3, 12, hour=9)),
        ("20 nov 2026 9am", at(20, hour=9)),
        ("fri", at(20, hour=10)),
        ("20 nov", at(20, hour=10)),
    ],
)
def test_a_moment_is_read_as_people_type_it(typed: str, moment: datetime) -> None:
    """A day alone means ten o'clock; a time alone is today. Seen red with: `12am` read as noon; and found: `2 pm`."""
    assert parse_moment(typed, NOW) == moment


@pytest.mark.parametrize("typed", ["", "25:00", "10:60", "13pm", "0am", "fri 25:00", "pm", "fri pm"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Write a date such as"):
        parse_moment(typed, NOW)


def test_the_hour_a_day_means_can_be_chosen() -> None:
    assert parse_moment("fri", NOW, opening=time(9)) == at(20, hour=9)


def test_a_moment_in_summer_is_an_hour_earlier_in_utc() -> None:
    june = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)
    assert parse_moment("15:00", june) == datetime(2026, 6, 18, 14, 0, tzinfo=UTC)


# The office wall


def test_the_day_begins_at_midnight_in_london() -> None:
    """Half past eleven in the evening by UTC, in summer, is tomorrow. Seen red with: the UTC date taken."""
    assert london_date(datetime(2026, 6, 30, 22, 59, tzinfo=UTC)) == date(2026, 6, 30)
    assert london_date(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == date(2026, 7, 1)
    assert london_date(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert start_of_day(date(2026, 7, 1)) == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert start_of_day(date(2026, 12, 1)) == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


def test_the_day_the_clocks_go_forward_has_23_hours() -> None:
    """29 March 2026."""
    assert start_of_day(date(2026, 3, 30)) - start_of_day(date(2026, 3, 29)) == timedelta(hours=23)
    assert london_date(datetime(2026, 3, 29, 22, 59, tzinfo=UTC)) == date(2026, 3, 29)
    assert london_date(datetime(2026, 3, 29, 23, 0, tzinfo=UTC)) == date(2026, 3, 30)
    assert parse_moment("sun 10:00", at(26, 3)) == datetime(2026, 3, 29, 9, 0, tzinfo=UTC)


def test_the_day_the_clocks_go_back_has_25_hours() -> None:
    """25 October 2026."""
    assert start_of_day(date(2026, 10, 26)) - start_of_day(date(2026, 10, 25)) == timedelta(hours=25)
    assert london_date(datetime(2026, 10, 25, 23, 59, tzinfo=UTC)) == date(2026, 10, 25)
    assert parse_moment("sun 10:00", at(22, 10)) == datetime(2026, 10, 25, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["sun 01:00", "sun 1:30", "29/3 1:59", "29 mar 2026 at 1:30 am"])
def test_a_time_that_the_clocks_pass_over_is_refused(typed: str) -> None:
    """Sunday 29 March 2026: after 00:59 comes 02:00. Seen red with: 01:30 taken for 02:30."""
    with pytest.raises(ValueError, match=r"the clocks go forward on 29 Mar 2026: there is no 01:[0-5]\d"):
        parse_moment(typed, at(26, 3))
    assert parse_moment("sun 0:59", at(26, 3)) == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert parse_moment("sun 2:00", at(26, 3)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "hour", "minute"), [("0:59", 23, 59), ("1:00", 0, 0), ("1:30", 0, 30), ("1:59", 0, 59)]
)
def test_a_time_that_comes_twice_is_the_first_of_the_two(typed: str, hour: int, minute: int) -> None:
    """Sunday 25 October 2026: 01:30 in summer time, which is 00:30 by UTC. Seen red with: the second."""
    day = 24 if hour == 23 else 25
    assert parse_moment(f"sun {typed}", at(22, 10)) == datetime(2026, 10, day, hour, minute, tzinfo=UTC)
    assert parse_moment("sun 2:00", at(22, 10)) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


LAST_SUNDAYS = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2025, 10, 26)])


@given(YEARS_WE_COUNT | LAST_SUNDAYS, st.times() | st.times(time(1), time(1, 59)))
def test_a_moment_is_shown_as_it_was_typed_or_refused(day: date, clock: time) -> None:
    """On every day of the year, both changes among them: the last Sundays of March and October."""
    typed = f"{day.isoformat()} {clock:%H:%M}"
    if day.month == 3 and day.weekday() == 6 and day.day > 24 and clock.hour == 1:
        with pytest.raises(ValueError, match="the clocks go forward"):
            parse_moment(typed, at(1))
    else:
        assert format_moment(parse_moment(typed, at(1))) == f"{format_day(day)} {clock:%H:%M}"


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 19), 0, date(2026, 11, 19)),
        (date(2008, 2, 29), 216, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, count: int, later: date) -> None:
    assert months_after(day, count) == later


@given(YEARS_WE_COUNT)
def test_a_day_begins_on_its_own_date(day: date) -> None:
    begins = start_of_day(day)
    assert london_date(begins) == day
    assert london_date(begins - timedelta(seconds=1)) == day - timedelta(1)


def test_an_instant_without_an_offset_is_refused_and_any_offset_becomes_utc() -> None:
    instant = TypeAdapter[datetime](Instant)
    assert instant.validate_python("2026-07-01T00:30:00+01:00") == datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert instant.validate_python("2026-07-01T00:30:00+01:00").tzinfo is UTC
    with pytest.raises(ValidationError, match="needs its offset from UTC"):
        instant.validate_python("2026-07-01T00:30:00")


def test_dates_are_shown_in_words() -> None:
    assert format_date(date(2026, 11, 20)) == "20 Nov 2026"
    assert format_day(date(2026, 11, 20)) == "Fri 20 Nov 2026"
    assert format_moment(datetime(2026, 7, 1, 9, 5, tzinfo=UTC)) == "Wed 1 Jul 2026 10:05"


@given(YEARS_WE_COUNT, YEARS_WE_COUNT)
def test_what_is_shown_can_be_typed(day: date, today: date) -> None:
    assert parse_date(format_date(day), today) == day


# As the law counts them


@pytest.mark.parametrize(
    ("given_on", "last_day"),
    [
        (date(2026, 3, 30), date(2026, 4, 15)),
        (date(2026, 12, 17), date(2027, 1, 5)),
        (date(2026, 8, 24), date(2026, 9, 8)),
    ],
)
def test_appeal_window_ends_on_the_tenth_working_day(given_on: date, last_day: date) -> None:
    """Over Easter, over Christmas, over the August bank holiday. Seen red with: counted from the day itself; with bank
    holidays counted as working days."""
    assert CALENDAR.add_working_days(given_on, 10) == last_day
    assert CALENDAR.add_working_days(given_on, 9) < last_day < CALENDAR.add_working_days(given_on, 11)


def test_an_appeal_window_moves_with_the_day_before_and_after() -> None:
    """A notice on Friday, Saturday or Sunday has the window of the Friday; one on Monday a day more."""
    assert CALENDAR.add_working_days(date(2026, 3, 26), 10) == date(2026, 4, 13)
    assert CALENDAR.add_working_days(date(2026, 3, 27), 10) == date(2026, 4, 14)
    assert CALENDAR.add_working_days(date(2026, 3, 28), 10) == date(2026, 4, 14)
    assert CALENDAR.add_working_days(date(2026, 3, 29), 10) == date(2026, 4, 14)
    assert CALENDAR.add_working_days(date(2026, 3, 31), 10) == date(2026, 4, 16)


def test_the_next_working_day_after_christmas_eve_2026_is_the_29th() -> None:
    """Friday is Christmas, Monday stands in for Boxing Day."""
    assert CALENDAR.add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert CALENDAR.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 24)
    assert CALENDAR.add_working_days(date(2026, 12, 28), 1) == date(2026, 12, 29)
    assert CALENDAR.on_or_after(date(2026, 12, 25)) == date(2026, 12, 29)
    assert CALENDAR.on_or_after(date(2026, 12, 24)) == date(2026, 12, 24)


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_year_has_253_working_days(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]
    assert sum(CALENDAR.is_working_day(day) for day in days) == 253


def test_no_working_days_is_the_day_itself() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 25), 0) == date(2026, 12, 25)


@given(YEARS_WE_COUNT, st.integers(1, 15))
def test_the_nth_working_day_has_n_working_days_up_to_it(day: date, count: int) -> None:
    """A second way to count: look at every day between."""
    last = CALENDAR.add_working_days(day, count)
    between = [day + timedelta(n) for n in range(1, (last - day).days + 1)]
    assert sum(CALENDAR.is_working_day(one) for one in between) == count
    assert CALENDAR.is_working_day(last)


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2029, 1, 1)])
def test_a_year_without_bank_holidays_is_not_counted(day: date) -> None:
    """Seen red with: a year beyond the table counted as if it had none."""
    with pytest.raises(ValueError, match="bank holidays are known from 2019 to 2028 only"):
        CALENDAR.is_working_day(day)


# What a table's period comes to, from Thursday 19 November 2026, 10:00


@pytest.mark.parametrize(
    ("period", "moment"),
    [
        ("0d", at(19, hour=0)),
        ("1wd", at(20, hour=0)),
        ("2wd", at(23, hour=0)),
        ("7d", at(26, hour=0)),
        ("2d", at(23, hour=0)),
        ("2h", at(19, hour=12)),
        ("30m", at(19, hour=10, minute=30)),
    ],
)
def test_a_period_ends_in_working_time(period: str, moment: datetime) -> None:
    """Two days after Thursday is a Saturday, so Monday. Seen red with: whole days that begin on a Saturday."""
    assert CALENDAR.after(NOW, period) == moment


def test_a_period_is_counted_from_the_london_day() -> None:
    """A quarter past midnight on Friday 3 July is still Thursday by UTC."""
    assert CALENDAR.after(datetime(2026, 7, 2, 23, 15, tzinfo=UTC), "1wd") == start_of_day(date(2026, 7, 6))


@pytest.mark.parametrize("period", ["", "1", "d", "1 d", "1w", "1000d", "-1d"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        CALENDAR.after(NOW, period)
    with pytest.raises(ValidationError):
        TypeAdapter[str](Period).validate_python(period)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_before_or_after_all_others_is_refused(text: str) -> None:
    """Seen red with: OverflowError, when it was brought to UTC."""
    with pytest.raises(ValidationError, match="further than dates go"):
        TypeAdapter(Instant).validate_json(f'"{text}"')
