"""Where all cases of the practice office are lived: the tables, the staff, and the morning on which it is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from casework.accounts import CaseId
from casework.dates import LONDON, Calendar
from casework.hours import at_work
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
            and (not one.pattern or at_work(one, at, self.tables))
        ]
        return rng.choice([one for one in able if one.welsh] or able if welsh else able)


def moment(day: date, clock: time) -> datetime:
    """The instant of `clock` in London on `day`."""
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def before(calendar: Calendar, day: date, count: int) -> date:
    """The `count`th working day before `day`."""
    while count > 0:
        day -= timedelta(1)
        count -= calendar.is_working_day(day)
    return day
