"""One case of the practice office, lived day by day.

Three things happen to it by themselves: money comes in, the calendar takes its turn, and its tasks come due. A story goes
from one of these to the next, and everything is done through the actions and the `commit` of real work. What staff do with
a task is not told here: whoever lets the case live brings somebody who works it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Literal

from api_client.practice_debts import Payment, reference
from api_client.practice_material import Habit, material
from api_client.practice_scene import Scene, moment
from casework.actions.calendar import RunCalendar, wakes_on
from casework.actions.declare import Action
from casework.actions.note import WriteNote
from casework.actions.receipt import TakeReceipt
from casework.case import Case
from casework.commit import commit
from casework.dates import LONDON, london_date
from casework.history import Event
from casework.queues import QueueRow
from casework.roles import Role
from casework.situation import Facts, Situation
from casework.staff import Staff
from casework.tasks import Task

Worker = Callable[["Story", Task, datetime], None]
"""What somebody does with a task when they get to it."""

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)

_AT_THE_DOOR = time(8, 15)
"""When the first person of a working day signs in, and the calendar runs."""

_LAGS = (0, 0, 1, 1, 2, 2, 3, 4, 5, 7, 9, 12)
"""How many working days a task waits for somebody."""


@dataclass
class Story:
    """A case on its way through time. Whatever happens to it goes through `act`."""

    scene: Scene
    rng: Random
    habit: Habit
    events: list[Event]
    case: Case
    rows: tuple[QueueRow, ...]
    """The case in the queues: what somebody may pull it for."""
    keeps_back: int = 0
    """What is never paid of their own accord, so that a debt is left for the last scene."""
    until: datetime = _NEVER
    """How far it is being lived. Nothing is agreed that would reach beyond it."""
    coming: list[tuple[datetime, int, Payment]] = field(default_factory=list)
    """The payments on their way, the next one first."""
    planned: dict[tuple[str, datetime, str | None], datetime | None] = field(default_factory=dict)
    """When somebody gets round to each task; None when its owner misses it."""
    looked_up: tuple[int, datetime | None] = (0, None)
    """The version of the case for which it was looked up when the calendar wakes, and when it does."""

    def act(self, at: datetime, who: Staff, action: Action, task: Task | None = None) -> None:
        """Carry out `action` at `at`, or a minute after whatever came last."""
        at = max(at, self.events[-1].at + timedelta(minutes=1))
        situation = Situation(at, who, self.scene.tables, Facts(pulled_task=task.id if task else None))
        done = commit(self.case, action, situation, head=self.events[-1].hash)
        self.case, self.rows = done.case, done.queue_rows
        self.events += done.events

    def live(self, until: datetime, worker: Worker | None = None) -> None:
        """Let everything happen that happens before `until`; without a worker, its tasks wait."""
        self.until = until
        while (move := min(self._moves(worker), key=lambda move: move[0], default=None)) and move[0] < until:
            at, happen = move
            happen(at)

    def _moves(self, worker: Worker | None) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """What could happen next, and when."""
        if (wakes := self._wakes()) is not None:
            yield wakes, self._calendar
        if self.coming:
            yield self.coming[0][0], self._receive
        if worker is None:
            return
        for task in self._queued():
            key = (task.id, task.due_at, task.owner)
            at = self.planned.get(key)
            if key not in self.planned or (at is not None and at <= self.events[-1].at):
                at = self.planned[key] = self._time_for(task)
            if at is not None:
                yield at, partial(worker, self, task)

    # The calendar

    def _wakes(self) -> datetime | None:
        if self.looked_up[0] != self.case.version:
            day = wakes_on(self.case, self.scene.tables)
            # Beyond the as-of day nobody lives, and bank holidays may not be known.
            near = day if day is not None and day <= self.scene.today else None
            at = moment(self.scene.calendar.on_or_after(near), _AT_THE_DOOR) if near else None
            self.looked_up = self.case.version, at
        return self.looked_up[1]

    def _calendar(self, at: datetime) -> None:
        self.act(at, self.scene.staff[0], RunCalendar())

    # Money

    def expect(self, coming: list[Payment]) -> None:
        """These payments are on their way; the cash office sees each when the bank tells it."""
        for one in coming:
            day = self.scene.calendar.on_or_after(one.on)
            if one.method in ("transfer", "payment-card", "cheque", "postal-order"):
                day = self.scene.calendar.add_working_days(one.on, 1)
            heapq.heappush(self.coming, (self.hour(day, 8 * 60 + 40, 11 * 60 + 30), len(self.coming), one))

    def _receive(self, at: datetime) -> None:
        payment = heapq.heappop(self.coming)[2]
        pence = min(payment.pence, self.case.balance_pence - self.keeps_back)
        if pence <= 0:
            return
        if pence == self.case.balance_pence and self.rng.random() < 0.04:
            pence += 500  # a last instalment sent in full: the rest goes to suspense
        receipt = TakeReceipt(
            amount_pence=pence,
            method=payment.method,
            received_on=payment.on,
            reference=reference(self.rng, payment.method),
        )
        clerk = self.who("cash-officer")
        self.act(at, clerk, receipt)
        if self.rng.random() < 0.04:
            self.act(at + timedelta(minutes=2), clerk, WriteNote(text=self.text("FILE")))

    # Tasks

    def _queued(self) -> list[Task]:
        queued = {row.task for row in self.rows}
        return [task for task in self.case.tasks if task.id in queued]

    def ready(self, at: datetime) -> Task | None:
        """A task that anybody may work at `at`."""
        return next((task for task in self._queued() if task.due_at <= at and task.owner is None), None)

    def _time_for(self, task: Task) -> datetime | None:
        """When somebody gets to `task`: at once, or as its queue allows; a call-back at its minute, or it is missed."""
        ready = max(task.due_at, self.events[-1].at + timedelta(minutes=5))
        if task.owner is not None:
            return ready + timedelta(minutes=self.rng.randint(0, 6)) if self.rng.random() < 0.85 else None
        calendar, lag = self.scene.calendar, self.rng.choice(_LAGS)
        soon = ready + timedelta(minutes=self.rng.randint(3, 50))
        in_hours = time(9) <= soon.astimezone(LONDON).time() < time(17)
        if lag == 0 and in_hours and calendar.is_working_day(london_date(soon)):
            return soon
        day = calendar.add_working_days(calendar.on_or_after(london_date(ready)), lag)
        at = self.hour(day)
        return at if at > ready else self.hour(calendar.add_working_days(day, 1))

    # Who, when, and in what words

    def who(self, role: Role) -> Staff:
        """Somebody of `role` for this case."""
        return self.scene.who(role, self.case.id, self.rng, welsh=self.case.person.language == "cy")

    def hour(self, day: date, opens: int = 9 * 60 + 5, closes: int = 16 * 60 + 40) -> datetime:
        """Some moment of `day` between two minutes of the day."""
        minute = self.rng.randint(opens, closes - 1)
        return moment(day, time(minute // 60, minute % 60, self.rng.randrange(60)))

    def days_ago(self, least: int, most: int) -> datetime:
        """Some moment in office hours, so many working days before the as-of day."""
        return self.hour(self.scene.working_day(-self.rng.randint(least, most)))

    @property
    def voice(self) -> Literal["organisation", "youth"] | None:
        """Who pays, if what is said by them is not what others say."""
        if self.case.debtor.name.organisation:
            return "organisation"
        return "youth" if self.case.youth and self.case.debtor is self.case.person else None

    def text(self, about: str) -> str:
        """Something that is written in such a case."""
        made = material()
        own = {"organisation": made.organisation_notes, "youth": made.youth_notes, None: {}}[self.voice]
        return self.rng.choice(own.get(about) or made.notes[about])
