"""Everything outside the case that a rule may look at: the time, the person acting, the tables, and counted facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from casework.case import Case
from casework.dates import Calendar, london_date
from casework.events import Received
from casework.reference import Tables
from casework.staff import Staff

Fact = Literal["pulled_task", "receipt", "salt", "colleagues", "skips_today", "parks_held", "last_act"]
"""The closed list of facts an action may ask of its store, which reads them in the action's own transaction."""


@dataclass(frozen=True, slots=True)
class TakenReceipt:
    """A receipt as the history tells of it."""

    received: Received
    by: str
    at: datetime
    reversed: bool
    """Undone since."""


@dataclass(frozen=True, slots=True)
class LastAct:
    """The newest thing that somebody, and not the calendar, did to the case."""

    title: str
    """Of the action."""
    by: str
    key: str
    at: datetime
    from_seq: int
    """Its first event."""
    what: tuple[tuple[str, str], ...]
    """Kind and summary of each of its events."""
    undoable: bool
    permissions: tuple[str, ...]
    """That it needed."""
    taken_by: str | None
    """Who holds the case now, if whoever did this held it and somebody else does now."""
    before: Callable[[], Case]
    """The case as it was before it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts asked for. One that was not asked for is None, or nothing."""

    pulled_task: str | None = None
    """The id of the task that the actor pulled this case for, while they hold its claim."""
    receipt: TakenReceipt | None = None
    """The receipt that the action names, from the history, however old; None when there is none of that id."""
    colleagues: tuple[Staff, ...] = ()
    """The other staff of the actor's units."""
    skips_today: int = 0
    """How many cases the actor has passed over since midnight in London, those of people they know not counted."""
    parks_held: int = 0
    """How many cases the actor's post has parked that are not back yet."""
    last_act: LastAct | None = None
    """None also where nobody has done anything yet that could be undone."""
    salt: str | None = None
    """Something nobody can guess, so that the name of a restricted text gives nothing of it away."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The circumstances of one decision."""

    now: datetime
    """UTC."""
    actor: Staff
    tables: Tables
    facts: Facts = field(default_factory=Facts)

    @property
    def today(self) -> date:
        """The date in London."""
        return london_date(self.now)

    @property
    def calendar(self) -> Calendar:
        """The working days."""
        return self.tables.calendar
