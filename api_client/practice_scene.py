"""Where all cases of the practice office are lived: the tables, the staff, and the morning on which it is handed over."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from casework.accounts import CaseId, unit_of
from casework.commit import Commit
from casework.dates import LONDON, Calendar, london_date
from casework.hours import Span, shifts
from casework.posts import holders
from casework.reference import Tables
from casework.roles import Role
from casework.staff import Staff, may, teams
from casework.tallies import Tally
from casework.tasks import TRACE, Task


@dataclass(frozen=True)
class Scene:
    """What all cases have in common."""

    tables: Tables
    staff: tuple[Staff, ...]
    today: date
    """The as-of day, a working day."""
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """What each of the staff has done on the as-of morning, in all cases lived so far."""
    parked: Counter[str] = field(default_factory=Counter)
    """How many cases each post has parked that are not back on the as-of day."""
    closed: dict[str, tuple[CaseId, ...]] = field(default_factory=dict)
    """Cases that somebody passed over because they know the person, by who did."""
    _shifts: dict[tuple[str, date], list[Span]] = field(default_factory=dict)
    """When those who work by a pattern of their own worked on each day that was asked for."""

    _granted: dict[tuple[str, date], frozenset[str]] = field(default_factory=dict)
    """Who had each permission on each day that was asked for."""

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
        able = [one for one in self._may_open(case) if role in one.roles and self.at_work(one, at)]
        return rng.choice([one for one in able if one.welsh] or able if welsh else able)

    def owners(self, task: Task, case: CaseId, at: datetime) -> list[Staff]:
        """Whose `task` is at `at`: its owner's, or of whoever parked it on the day it comes back. Nobody's if they are not
        there, and then it is anybody's."""
        owner = task.owner or (task.parked_by if london_date(at) <= task.due_on else None)
        if owner is None:
            return []
        mine = holders(owner, self._may_open(case), unit_of(case))
        return [one for one in mine if self.at_work(one, at)]

    def named(self, permission: str, case: CaseId, at: datetime) -> list[Staff]:
        """The named users of a source who may open `case`, trace, and are at work at `at`."""
        return [one for one in self.all_named(permission, case, at) if self.at_work(one, at)]

    def all_named(self, permission: str, case: CaseId, at: datetime) -> list[Staff]:
        """As `named`, at work or not."""
        key = permission, london_date(at)
        if key not in self._granted:
            grants, team = self.tables.grants(key[1]), self.tables.work_types[TRACE].team
            self._granted[key] = frozenset(
                one.id
                for one in self.staff
                if team in teams(one, grants)
                and not may(one, permission, None, grants)
                and not may(one, "trace", None, grants)
            )
        return [one for one in self._may_open(case) if one.id in self._granted[key]]

    def colleagues(self, me: Staff, case: CaseId) -> tuple[Staff, ...]:
        """The others who may open `case`."""
        return tuple(one for one in self._may_open(case) if one.id != me.id)

    def done(self, who: Staff, done: Commit, in_hand: str | None, at: datetime) -> None:
        """Somebody did something: it counts for their morning, and the case may be closed to them from now on."""
        if london_date(at) == self.today:
            self.tallies[who.id] = self.tallies[who.id].after(done, in_hand)
        if done.closes_to_actor:
            self.closed[who.id] = (*self.closed.get(who.id, ()), done.case.id)

    def add(self, morning: Mapping[str, Tally]) -> None:
        """What the staff did on the as-of morning in cases that were lived elsewhere."""
        for person, done in morning.items():
            mine = self.tallies[person].model_dump()
            self.tallies[person] = Tally(**{what: count + mine[what] for what, count in done.model_dump().items()})

    def staff_now(self) -> tuple[Staff, ...]:
        """The staff in order, with the cases that were closed to them meanwhile."""
        return tuple(
            one.model_copy(update={"exclusions": (*one.exclusions, *self.closed[one.id])})
            if one.id in self.closed
            else one
            for one in self.staff
        )

    def _may_open(self, case: CaseId) -> list[Staff]:
        unit = unit_of(case)
        return [
            one
            for one in self.staff
            if unit in one.units and case not in one.exclusions and case not in self.closed.get(one.id, ())
        ]

    def at_work(self, one: Staff, at: datetime) -> bool:
        """Whether somebody is at work at `at`; those without a pattern are whenever anything happens."""
        if not one.pattern:
            return True
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
