"""Dates, as people type them and as the law counts them.

Instants are UTC; dates are the calendar of Europe/London. A working day is not a Saturday, a Sunday or a bank holiday in
England and Wales. Periods in working days are counted from the day after (Courts Act 2003 Sch 5; CrimPR 2.2).
"""

from __future__ import annotations

import calendar as months
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, StringConstraints

LONDON = ZoneInfo("Europe/London")

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = tuple(name.lower() for name in months.month_name)
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?", re.ASCII)
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})\s*([a-z]{3,9})\.?(?:\s*(\d{4}|\d{2}))?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAYS = re.compile(r"([+-]\d{1,4})|\+?(\d{1,3})\s*([dw])", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.ASCII)
_HELP = "Write a date such as fri, +14, 28/2, 20 nov, eom or t."


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC, such as 2026-11-19T10:00:00Z")
    if not 1 < value.year < date.max.year:
        raise ValueError("that is further than dates go")
    return value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_aware)]
"""A moment in UTC. Text without an offset is refused."""


def london_date(instant: datetime) -> date:
    """The date on the office wall at `instant`."""
    return instant.astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """The instant at which `day` begins in London."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def months_after(day: date, count: int) -> date:
    """The same day `count` months later, or the month's last if it is shorter: 31 Jan, 28 Feb, 31 Mar."""
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


def format_date(day: date) -> str:
    """`20 Nov 2026`."""
    return f"{day.day} {months.month_abbr[day.month]} {day.year}"


def format_day(day: date) -> str:
    """`Fri 20 Nov 2026`, where the weekday helps."""
    return f"{months.day_abbr[day.weekday()]} {format_date(day)}"


def format_moment(instant: datetime) -> str:
    """`Fri 20 Nov 2026 10:00`, on the clock of the office."""
    local = instant.astimezone(LONDON)
    return f"{format_day(local.date())} {local:%H:%M}"


def format_when(instant: datetime) -> str:
    """`Fri 20 Nov 2026` for the beginning of a day, else with its time."""
    local = instant.astimezone(LONDON)
    return format_day(local.date()) if local.time() == time() else format_moment(instant)


def parse_date(text: str, today: date, *, past: bool = False) -> date:
    """A date as people type it: `fri`, `+14`, `3d`, `2w`, `28/2`, `20 nov`, `201126`, `eom`, `t`, `2026-11-20`.

    A weekday is the next one after today; a day and month without a year the next such date from today, or with `past`
    the last one up to today.

    Raises:
        ValueError: with a sentence for the person.
    """
    word = " ".join(text.strip().lower().split())
    direct = _spoken(word, today, past)
    if direct is not None:
        return direct
    if match := _ISO.fullmatch(word):
        return _make(int(match[3]), int(match[2]), int(match[1]), text)
    if match := _NUMERIC.fullmatch(word) or _COMPACT.fullmatch(word):
        return _dated(int(match[1]), int(match[2]), match[3], today, past, text)
    if match := _NAMED.fullmatch(word):
        month = [n for n in range(1, 13) if _MONTHS[n].startswith(match[2])]
        if len(month) == 1:
            return _dated(int(match[1]), month[0], match[3], today, past, text)
    raise ValueError(f"“{text.strip()}” is not a date. {_HELP}")


def parse_moment(text: str, now: datetime, *, opening: time = time(10)) -> datetime:
    """An instant as people type it: `fri 10:30`, `fri at 2 pm`, `15:00`, or a date alone, which means `opening`.

    A time alone is today. A time that comes twice, as the clocks go back, is the first of the two; one that is passed over,
    as they go forward, is none. Raises ValueError with a sentence for the person.
    """
    words = " ".join(text.lower().replace(" at ", " ").split())
    words = re.sub(r"(\d) (am|pm)$", r"\1\2", words)
    today = london_date(now)
    day_text, _, clock_text = words.rpartition(" ")
    clock = _clock(clock_text if day_text else words)
    if clock is not None:
        day = parse_date(day_text, today) if day_text else today
    else:
        day, clock = parse_date(words, today), opening
    moment = datetime.combine(day, clock, LONDON).astimezone(UTC)
    if moment.astimezone(LONDON).time() != clock:
        raise ValueError(f"the clocks go forward on {format_date(day)}: there is no {clock:%H:%M}")
    return moment


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _spoken(word: str, today: date, past: bool) -> date | None:
    if word in ("t", "today"):
        return today
    if word in ("tom", "tomorrow"):
        return today + timedelta(1)
    if word in ("y", "yesterday"):
        return today - timedelta(1)
    if word == "eom":
        return today.replace(day=months.monthrange(today.year, today.month)[1])
    if match := _DAYS.fullmatch(word):
        days = int(match[1]) if match[1] else int(match[2]) * (7 if match[3] == "w" else 1)
        return today + timedelta(days)
    if len(word) >= 2 and word.isalpha():
        named = [n for n, name in enumerate(_WEEKDAYS) if name.startswith(word)]
        if len(named) == 1:
            ahead = (named[0] - today.weekday() - 1) % 7 + 1
            return today + timedelta(ahead - 7 if past and ahead < 7 else -7 if past else ahead)
    return None


def _dated(day: int, month: int, year: str | None, today: date, past: bool, text: str) -> date:
    if year is not None:
        return _make(day, month, _whole_year(year, today), text)
    # 29 Feb means the next leap year's, so a few years are tried before it is called wrong.
    for step in range(9):
        candidate_year = today.year + (-step if past else step)
        if day <= months.monthrange(candidate_year, month)[1] if 1 <= month <= 12 else False:
            found = date(candidate_year, month, day) if day else None
            if found and (found <= today if past else found >= today):
                return found
    return _make(day, month, today.year, text)


def _whole_year(year: str, today: date) -> int:
    """Two digits mean a year of the last eighty or of the next twenty."""
    if len(year) == 4:
        return int(year)
    near = today.year // 100 * 100 + int(year)
    return near - 100 if near > today.year + 20 else near


def _make(day: int, month: int, year: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no date “{text.strip()}”. {_HELP}") from None


def _day(value: object) -> object:
    if isinstance(value, datetime) or not (
        isinstance(value, date) or (isinstance(value, str) and _ISO.fullmatch(value))
    ):
        raise ValueError("a date is written YYYY-MM-DD, such as 2026-11-20")
    return value


Day = Annotated[date, BeforeValidator(_day)]
"""A model field for a date: ISO text or a date, never a number."""

_PERIOD = re.compile(r"(\d{1,3})(wd|d|h|m)", re.ASCII)

Period = Annotated[str, StringConstraints(pattern=r"^\d{1,3}(wd|d|h|m)$")]
"""How long something waits, in a table: `1wd` (working days), `7d`, `2h`, `30m`."""


class BeyondCalendar(ValueError):
    """A day of a year whose bank holidays are not known."""


@dataclass(frozen=True)
class Calendar:
    """The working days of England and Wales, between the first and the last year that the bank-holiday table knows."""

    holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Not a Saturday, Sunday or bank holiday. Raises BeyondCalendar for a year the table does not know."""
        first, last = self._years
        if not first <= day.year <= last:
            raise BeyondCalendar(
                f"bank holidays are known from {first} to {last} only; {format_date(day)} cannot be counted"
            )
        return day.weekday() < 5 and day not in self.holidays

    @cached_property
    def _years(self) -> tuple[int, int]:
        return min(self.holidays).year, max(self.holidays).year

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`th working day after `day`, counted from the day after; nought gives the day itself."""
        while count > 0:
            if day == date.max:
                raise BeyondCalendar("that is further than dates go")
            day += timedelta(1)
            count -= self.is_working_day(day)
        return day

    def on_or_after(self, day: date) -> date:
        """`day` if it is a working day, else the next one."""
        while not self.is_working_day(day):
            day += timedelta(1)
        return day

    def after(self, now: datetime, period: str) -> datetime:
        """The instant a table's `period` after `now`: whole days begin at the start of a working day in London."""
        match = _PERIOD.fullmatch(period)
        if match is None:
            raise ValueError(f"“{period}” is not a period such as 1wd, 7d, 2h or 30m")
        number, unit = int(match[1]), match[2]
        if unit in "hm":
            return now + (timedelta(hours=number) if unit == "h" else timedelta(minutes=number))
        today = london_date(now)
        if unit == "wd":
            return start_of_day(self.add_working_days(today, number))
        return start_of_day(self.on_or_after(today + timedelta(number)))
