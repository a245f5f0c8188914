"""Hours: when an office is open and when somebody is at work, over both clock changes. Law page, section 9."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from casework.actions.call import LogCall
from casework.commit import decide
from casework.dates import LONDON, BeyondCalendar, london_date
from casework.hours import at_work, in_words, office, shifts
from casework.reference import TableFault
from casework.refusals import Refused
from casework.staff import WEEKDAYS, Shift, Staff, Weekday
from casework.table_faults import faults
from tests.cases import OFFICER, TABLE_FOLDER, TODAY, Story, at, shipped_tables, situation, tables_with

TABLES = shipped_tables()
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""Sundays: at one in the morning UTC the clocks go on to two, and back to one."""


def working(*pattern: Shift, units: tuple[str, ...] = ("K01",)) -> Staff:
    return Staff.model_validate({"id": "x", "name": "X", "roles": ["officer"], "units": units, "pattern": pattern})


def shift(day: Weekday, starts: str, ends: str, lunch: tuple[str, str] | None = None) -> Shift:
    noon = (time.fromisoformat(lunch[0]), time.fromisoformat(lunch[1])) if lunch else None
    return Shift(day=day, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), lunch=noon)


PART_TIME = working(shift("mon", "09:00", "14:00"), shift("thu", "09:30", "16:00", ("12:00", "12:30")))


def open_at(unit: str, instant: datetime) -> bool:
    span = office(unit, london_date(instant), TABLES)
    return span is not None and span[0] <= instant < span[1]


def minutes_worked(staff: Staff, day: date) -> int:
    return sum((ends - starts) // timedelta(minutes=1) for starts, ends in shifts(staff, day, TABLES))


# The office


@pytest.mark.parametrize(
    ("instant", "kidderminster", "leeds"),
    [
        (at(19, hour=7, minute=59), False, False),
        (at(19, hour=8), True, False),
        (at(19, hour=8, minute=59), True, False),
        (at(19, hour=9), True, True),
        (at(19, hour=16, minute=59), True, True),
        (at(19, hour=17), False, False),
        (at(21, hour=10), False, False),
        (at(22, hour=10), False, False),
        (at(25, 12), False, False),
        (at(28, 12), False, False),
        (at(29, 12), True, True),
    ],
)
def test_an_office_is_open_in_its_hours_on_working_days(instant: datetime, kidderminster: bool, leeds: bool) -> None:
    """Kidderminster from eight, Leeds from nine. Seen red with: five o'clock itself open; bank holidays forgotten."""
    assert (open_at("K01", instant), open_at("L01", instant)) == (kidderminster, leeds)


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        (date(2026, 3, 27), datetime(2026, 3, 27, 8, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        (date(2026, 10, 23), datetime(2026, 10, 23, 7, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 26, 8, tzinfo=UTC)),
    ],
)
def test_an_office_opens_at_eight_by_the_clock_on_the_wall(day: date, opens: datetime) -> None:
    """The Friday before and the Monday after each clock change. Seen red with: hours read as UTC."""
    assert office("K01", day, TABLES) == (opens, opens + timedelta(hours=9))
    assert not open_at("K01", opens - timedelta(minutes=1))
    assert open_at("K01", opens)


def test_a_unit_without_a_row_has_the_hours_of_all() -> None:
    assert office("N12", TODAY, TABLES) == office("L01", TODAY, TABLES)


def test_hours_are_said_in_words() -> None:
    assert in_words(office("K01", TODAY, TABLES), TODAY) == "open 08:00 to 17:00 on Thu 19 Nov 2026"
    assert in_words(None, date(2026, 11, 21)) == "closed on Sat 21 Nov 2026"


def test_a_year_whose_bank_holidays_are_not_known_is_refused() -> None:
    far = date(max(TABLES.calendar.holidays).year + 1, 3, 3)
    with pytest.raises(BeyondCalendar):
        office("K01", far, TABLES)
    with pytest.raises(BeyondCalendar):
        shifts(PART_TIME, far, TABLES)


# Somebody's pattern


def test_somebody_without_a_pattern_works_while_their_office_is_open() -> None:
    assert shifts(OFFICER, TODAY, TABLES) == [office("K01", TODAY, TABLES)]
    assert minutes_worked(OFFICER, TODAY) == 9 * 60
    both = working(units=("L01", "K01"))
    assert shifts(both, TODAY, TABLES) == shifts(OFFICER, TODAY, TABLES)
    assert minutes_worked(working(units=()), TODAY) == 0


@pytest.mark.parametrize(
    ("hour", "minute", "there"),
    [
        (9, 29, False),
        (9, 30, True),
        (11, 59, True),
        (12, 0, False),
        (12, 29, False),
        (12, 30, True),
        (15, 59, True),
        (16, 0, False),
    ],
)
def test_somebody_is_at_work_in_their_shift_but_for_lunch(hour: int, minute: int, there: bool) -> None:
    """Seen red with: lunch worked through."""
    assert at_work(PART_TIME, at(19, hour=hour, minute=minute), TABLES) is there


def test_a_day_off_and_a_bank_holiday_are_not_worked() -> None:
    assert minutes_worked(PART_TIME, TODAY) == 6 * 60
    assert minutes_worked(PART_TIME, date(2026, 11, 20)) == 0
    assert minutes_worked(PART_TIME, date(2026, 12, 28)) == 0, "Boxing Day in lieu, a Monday"


@pytest.mark.parametrize(
    ("starts", "ends", "lunch"),
    [
        ("09:00", "09:00", None),
        ("10:00", "09:00", None),
        ("09:00", "17:00", ("08:00", "12:00")),
        ("09:00", "17:00", ("13:00", "12:00")),
        ("09:00", "17:00", ("16:00", "17:00")),
    ],
)
def test_a_shift_out_of_order_is_refused(starts: str, ends: str, lunch: tuple[str, str] | None) -> None:
    with pytest.raises(ValidationError, match="in this order"):
        shift("mon", starts, ends, lunch)


# The clocks change


@pytest.mark.parametrize(
    ("day", "minutes"), [(SPRING, 3 * 60), (AUTUMN, 5 * 60), (date(2026, 3, 22), 4 * 60), (date(2026, 11, 1), 4 * 60)]
)
def test_a_night_is_as_long_as_it_was_worked(day: date, minutes: int) -> None:
    """Midnight to four: three hours in March, five in October. Seen red with: hours counted on the wall."""
    night = working(shift("sun", "00:00", "04:00"))
    assert minutes_worked(night, day) == minutes


def test_the_very_hours_of_both_changes() -> None:
    """In March 01:30 does not come: a shift begins at two instead. In October it comes twice: the first one counts."""
    early = working(shift("sun", "01:30", "02:30"))
    assert shifts(early, SPRING, TABLES) == [(at(29, 3, 1), at(29, 3, 1, 30))]
    assert shifts(early, AUTUMN, TABLES) == [(at(25, 10, 0, 30), at(25, 10, 2, 30))]
    assert [at_work(early, at(25, 10, 0, minute), TABLES) for minute in (29, 30)] == [False, True]


MINUTES = st.integers(0, 23 * 60 + 59)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@settings(max_examples=60)
@given(st.sets(MINUTES, min_size=3, max_size=3), st.sampled_from([SPRING, AUTUMN, date(2026, 11, 15)]))
def test_no_minute_is_lost_or_doubled_over_a_clock_change(times: set[int], day: date) -> None:
    """A day in two shifts is as long as in one, and as many minutes of the day, counted one by one, are worked as the sum
    says. Seen red with: times that do not come put an hour apart."""
    first, middle, last = (clock(one) for one in sorted(times))
    whole = working(shift("sun", first, last))
    halves = working(shift("sun", first, middle), shift("sun", middle, last))
    begins = datetime.combine(day, time(), LONDON).astimezone(UTC)
    each = [begins + timedelta(minutes=n) for n in range(25 * 60)]
    on_day = [one for one in each if one.astimezone(LONDON).date() == day]
    assert len(on_day) == {SPRING: 23, AUTUMN: 25}.get(day, 24) * 60
    counted = sum(at_work(whole, one, TABLES) for one in on_day)
    assert minutes_worked(whole, day) == minutes_worked(halves, day) == counted
    assert shifts(whole, day, TABLES) == shifts(halves, day, TABLES)


# Call-backs


def call_back(when: datetime) -> LogCall:
    return LogCall(outcome="CALLBACK", call_back_at=when)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        (at(20, hour=7, minute=59), "the office is open 08:00 to 17:00 on Fri 20 Nov 2026"),
        (at(20, hour=8), ""),
        (at(20, hour=16, minute=59), ""),
        (at(20, hour=17), "the office is open 08:00 to 17:00 on Fri 20 Nov 2026"),
        (at(21), "the office is closed on Sat 21 Nov 2026"),
        (at(25, 12), "the office is closed on Fri 25 Dec 2026"),
    ],
)
def test_nobody_is_called_back_while_the_office_is_closed(when: datetime, why: str) -> None:
    """Seen red with: five o'clock let through."""
    if not why:
        assert decide(Story().case, call_back(when), situation())
        return
    with pytest.raises(Refused) as fault:
        decide(Story().case, call_back(when), situation())
    assert [(one.code, one.field) for one in fault.value.reasons] == [("closed", "call_back_at")]
    assert why in str(fault.value)


@pytest.mark.parametrize(("hour", "owner"), [(9, None), (10, "x"), (12, None), (15, "x"), (16, None)])
def test_a_call_back_while_its_officer_is_away_is_anyones(hour: int, owner: str | None) -> None:
    """On a Thursday, nine thirty to four with lunch at noon. Seen red with: always their own."""
    story, when = Story(), at(26, hour=hour)
    cautions = call_back(when).cautions(story.case, situation(actor=PART_TIME))
    assert bool(cautions) is (owner is None)
    assert all("not at work then" in one for one in cautions)
    story.does(call_back(when), by=PART_TIME)
    assert story.case.tasks[-1].owner == owner


def test_a_part_timers_work_is_due_on_the_teams_days() -> None:
    """Law page 9: deadlines follow the team, not the person."""
    mine, theirs = Story(), Story()
    mine.does(LogCall(outcome="NO_ANS"), by=PART_TIME)
    theirs.does(LogCall(outcome="NO_ANS"))
    assert mine.case.tasks[-1].due_on == theirs.case.tasks[-1].due_on == date(2026, 11, 20)
    assert minutes_worked(PART_TIME, date(2026, 11, 20)) == 0


# The table


HEAD = 'source = "here"\nverified = false\nvalid_from = 2000-01-01\n'


def hours_row(days: str, opens: str = "09:00:00", closes: str = "17:00:00", unit: str = "*") -> str:
    return f'[[row]]\nunit = "{unit}"\nuse = "office"\ndays = [{days}]\nopens = {opens}\ncloses = {closes}\n'


def test_a_day_of_the_week_has_one_row_of_hours() -> None:
    """Seen red with: Friday in two rows."""
    texts = {path.stem: path.read_text("utf-8") for path in TABLE_FOLDER.glob("*.toml")}
    twice = HEAD + hours_row('"mon", "fri"') + hours_row('"fri"', "10:00:00")
    assert faults({**texts, "office_hours": twice}) == [
        "office_hours.toml, line 10: * office fri on 1 Jan 2000: two rows hold"
    ]
    with pytest.raises(TableFault, match="closes before it opens"):
        tables_with(office_hours=HEAD + hours_row('"mon"', "17:00:00", "09:00:00"))
    with pytest.raises(TableFault, match="line 7"):
        tables_with(office_hours=HEAD + hours_row('"someday"'))


def test_other_hours_from_a_day_on() -> None:
    text = HEAD + hours_row('"thu"') + "valid_to = 2026-11-19\n" + hours_row('"thu"', "11:00:00")
    text += "valid_from = 2026-11-20\n"
    tables = tables_with(office_hours=text)
    opens = [office("K01", date(2026, 11, day), tables) for day in (19, 26)]
    assert [span and span[0].hour for span in opens] == [9, 11]
    assert WEEKDAYS[TODAY.weekday()] == "thu"
