"""Where all cases of the practice office are lived: the tables, the staff, and the morning on which it is handed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from casework.accounts import CaseId
from casework.dates import LONDON, Calendar, london_date
from casework.hours import Span, shifts
from casework.reference import Tables
from casework.roles import Role
from casework.staff import Staff


@dataclass(frozen=True)
class Scene:
    """What all cases have in common."""

    tables: Tables
    staff: tuple[Staff, ...]
    today: date
    """The as-of day, a working day."""
    _shifts: dict[tuple[str, date], list[Span]] = field(default_factory=dict)
    """When those who work by a pattern of their own worked on each day that was asked for."""

    @property
    def clock(self) -> datetime:
        """The instant at which the office is handed over."""
        return moment(self.today, time(10))

    @property
    def calendar(self) -> Calendar:
        """The working days."""
        return self.tables.calendar

    def working_day(self, count: int) -> date:
        """The working day that comes `count` after the as-of day, or before it if less than nought."""
        if count < 0:
            return before(self.calendar, self.today, -count)
        return self.calendar.add_working_days(self.today, count)

    def who(self, role: Role, case: CaseId, rng: Random, at: datetime, *, welsh: bool = False) -> Staff:
        """Somebody of `role` who may work `case` and is at work `at` then; a Welsh speaker if wanted and there is one."""
        unit = case.split("-")[0]
        able = [
            one
            for one in self.staff
            if role in one.roles
            and unit in one.units
            and case not in one.exclusions
            and (not one.pattern or self._at_work(one, at))
        ]
        return rng.choice([one for one in able if one.welsh] or able if welsh else able)

    def _at_work(self, one: Staff, at: datetime) -> bool:
        key = one.id, london_date(at)
        if key not in self._shifts:
            self._shifts[key] = shifts(one, key[1], self.tables)
        return any(starts <= at < ends for starts, ends in self._shifts[key])


def moment(day: date, clock: time) -> datetime:
    """The instant of `clock` in London on `day`."""
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def before(calendar: Calendar, day: date, count: int) -> date:
    """The `count`th working day before `day`."""
    while count > 0:
        day -= timedelta(1)
        count -= calendar.is_working_day(day)
    return day
