"""Hours: when an office is open, and when somebody is at work.

Hours stand in tables and patterns by the clock on the wall; here they become instants, so that a shift over a clock change is
as long as it was worked. A span holds from its first instant up to, and not including, its last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from casework.dates import LONDON, BeyondCalendar, format_day, london_date
from casework.reference import Tables
from casework.staff import WEEKDAYS, Staff

Span = tuple[datetime, datetime]
"""From, and up to: UTC."""


def office(unit: str, day: date, tables: Tables, use: str = "office") -> Span | None:
    """When `unit` is open on `day`, or for another `use` may ring (`call`) or text (`sms`); None when it is closed.

    Raises:
        BeyondCalendar: the bank holidays of that year are not known.
    """
    row = tables.hours(unit, use, day)
    if _bank_holiday(day, tables) or row is None:
        return None
    return _span(day, row.opens, row.closes)


def in_words(span: Span | None, day: date) -> str:
    """`08:00 to 17:00 on Mon 23 Nov 2026`, or that it is closed then."""
    if span is None:
        return f"closed on {format_day(day)}"
    opens, closes = (one.astimezone(LONDON) for one in span)
    return f"open {opens:%H:%M} to {closes:%H:%M} on {format_day(day)}"


def shifts(staff: Staff, day: date, tables: Tables) -> list[Span]:
    """When `staff` work on `day`, lunch left out: by their own pattern, else while an office of theirs is open. Nobody works
    on a bank holiday. Raises BeyondCalendar as `office` does."""
    if not staff.pattern:
        spans = [span for unit in staff.units if (span := office(unit, day, tables)) is not None]
        return _joined(spans)
    if _bank_holiday(day, tables):
        return []
    found: list[Span] = []
    for shift in staff.pattern:
        if shift.day == WEEKDAYS[day.weekday()]:
            times = [shift.starts, *(shift.lunch or ()), shift.ends]
            found += [_span(day, starts, ends) for starts, ends in list(pairwise(times))[::2]]
    return _joined(found)


def at_work(staff: Staff, instant: datetime, tables: Tables) -> bool:
    """Whether somebody is at work at `instant`. Raises BeyondCalendar as `office` does."""
    return _holds(shifts(staff, london_date(instant), tables), instant)


def away(staff: Staff, instant: datetime, tables: Tables) -> bool:
    """Whether somebody is not there any more on the day of `instant`: it is not their day, or their last shift is over. Where
    bank holidays are not known nobody is said to be away."""
    try:
        return all(ends <= instant for _, ends in shifts(staff, london_date(instant), tables))
    except BeyondCalendar:
        return False


def worked(staff: Staff, since: datetime, minutes: int, tables: Tables) -> datetime | None:
    """When somebody has worked so many minutes from `since` on, their breaks and evenings left out; with none, when their work
    next begins. None when that is not within three months. Raises BeyondCalendar as `office` does."""
    left = timedelta(minutes=minutes)
    for n in range(_AHEAD):
        for starts, ends in shifts(staff, london_date(since) + timedelta(n), tables):
            begins = max(starts, since)
            if begins < ends and begins + left <= ends:
                return begins + left
            left -= max(ends - begins, timedelta())
    return None


_AHEAD = 92
"""Days in which somebody who is coming back at all comes back."""


def _bank_holiday(day: date, tables: Tables) -> bool:
    """Whether nobody works for that reason; the calendar itself refuses a year that it does not know."""
    return not tables.calendar.is_working_day(day) and day in tables.calendar.holidays


def _span(day: date, starts: time, ends: time) -> Span:
    return _instant(day, starts), _instant(day, ends)


def _instant(day: date, at: time) -> datetime:
    """A time on the wall as an instant: one that comes twice is its first; one that does not come is when the clocks were put
    forward, which is on a whole hour."""
    local = datetime.combine(day, at, LONDON)
    found = local.astimezone(UTC)
    return found if found.astimezone(LONDON).time() == at else found.replace(minute=0, second=0, microsecond=0)


def _holds(spans: Iterable[Span], instant: datetime) -> bool:
    return any(starts <= instant < ends for starts, ends in spans)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that do not overlap, in order."""
    found: list[Span] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        elif starts < ends:
            found.append((starts, ends))
    return found
