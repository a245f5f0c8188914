"""One case of the practice office, lived day by day.

Three things happen to it by themselves: money comes in (and a cheque may come back), the calendar takes its turn, and its
tasks come due. A story goes from one of these to the next, and everything is done through the actions and the `commit` of
real work. What staff do with a task is not told here: whoever lets the case live brings somebody who works it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Literal

from api_client.practice_debts import Payment, reference
from api_client.practice_lots import Lot
from api_client.practice_material import Habit, material
from api_client.practice_scene import Scene, moment
from casework.actions.calendar import RunCalendar
from casework.actions.declare import Action
from casework.actions.note import WriteNote
from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.case import Case
from casework.commit import Commit, commit
from casework.dates import LONDON, london_date
from casework.history import Event, taken_receipt
from casework.hours import worked
from casework.posts import holders
from casework.restricted import RestrictedText
from casework.roles import Role
from casework.situation import Facts, Situation
from casework.staff import Staff
from casework.tasks import HAND_OVER, UNREAD, Task

Worker = Callable[["Story", Task, datetime], None]
"""What somebody does with a task when they get to it."""

_Planned = tuple[str, datetime, str | None]
"""A task as it waits: its id, when it is due, and whose it is."""

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)

_AT_THE_DOOR = time(8, 15)
"""When the first person of a working day signs in, and the calendar runs."""

_LAGS = (0, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12)
"""How many working days a task waits for somebody."""

_SOONER: Mapping[str, tuple[int, ...]] = {"broken-promise": (0, 0, 1, 1, 2, 3), "safeguarding": (0,), UNREAD: (0, 0, 1)}
"""The same for tasks of which none is left to wait: so it is known which broken promise has waited longest."""

_COMES_BACK = 0.08
"""How often a cheque does."""

_WRONG_ACCOUNT = 0.004
"""How often money is entered that belonged to another account."""


@dataclass
class Story:
    """A case on its way through time. Whatever happens to it goes through `act`."""

    scene: Scene
    rng: Random
    lot: Lot
    """What fell to the case."""
    begun: InitVar[Commit]
    """The opening."""
    last_scene: bool = False
    """A last scene is to be played: what is begun before must be over by then."""
    has_share: bool = True
    """As its plan says."""
    unpromised: int = 26
    """Days before the last scene in which no promise is taken."""
    keeps_back: int = 0
    """What is never paid of their own accord, so that a debt is left for the last scene."""
    sound: bool = False
    """No payment comes to nothing."""
    until: datetime = _NEVER
    """How far it is being lived. Nothing is agreed that would reach beyond it."""
    events: list[Event] = field(default_factory=list)
    restricted: list[RestrictedText] = field(default_factory=list)
    """What the events only name."""
    coming: list[tuple[datetime, int, Payment]] = field(default_factory=list)
    """The payments on their way, the next one first."""
    failing: list[tuple[datetime, str, str]] = field(default_factory=list)
    """When a payment comes to nothing, its receipt and why; the next one first."""
    planned: dict[_Planned, datetime | None] = field(default_factory=dict)
    """When somebody gets round to each task; None when its owner misses it."""
    now: Commit = field(init=False)
    """The newest commit: the case as it stands, its queue rows, and when the calendar wakes."""
    wakes: datetime | None = field(init=False, default=None)
    """When somebody signs in on the day on which the calendar wakes."""

    def __post_init__(self, begun: Commit) -> None:
        self._take(begun)

    @property
    def habit(self) -> Habit:
        """How they go about paying."""
        return self.lot.habit

    @property
    def case(self) -> Case:
        """As it stands."""
        return self.now.case

    @property
    def whole(self) -> Commit:
        """The whole life as one thing to write."""
        return replace(self.now, events=tuple(self.events), restricted=tuple(self.restricted))

    def situation(self, at: datetime, who: Staff, action: Action, task: Task | None = None) -> Situation:
        """The circumstances at `at`, with the facts that `action` asks for."""
        name = action.names_receipt() if "receipt" in action.facts else None
        facts = Facts(
            pulled_task=task.id if task and "pulled_task" in action.facts else None,
            receipt=taken_receipt(reversed(self.events), name) if name else None,
            colleagues=self.scene.colleagues(who, self.case.id) if "colleagues" in action.facts else (),
            skips_today=self.scene.tallies[who.id].skips if london_date(at) == self.scene.today else 0,
            salt=salt(Random(self.events[-1].hash)) if "salt" in action.facts else None,
        )
        return Situation(at, who, self.scene.tables, facts)

    def act(self, at: datetime, who: Staff, action: Action, task: Task | None = None) -> None:
        """Carry out `action` at `at`, or a minute after whatever came last."""
        at = self._after_all(at)
        done = commit(self.case, action, self.situation(at, who, action, task), head=self.events[-1].hash)
        self._take(done)
        if not isinstance(action, RunCalendar):
            self.scene.done(who, done, task.id if task else None, at)

    def may(self, at: datetime, who: Staff, action: Action, task: Task | None = None) -> bool:
        """Whether `act` would carry out `action`, as far as the case decides."""
        situation = self.situation(self._after_all(at), who, action, task)
        return not action.offered(self.case, situation) and not action.refusals(self.case, situation)

    def _after_all(self, at: datetime) -> datetime:
        """`at`, or a minute after whatever came last: money of today is entered in the afternoon if it is told of then."""
        return max(at, self.events[-1].at + timedelta(minutes=1))

    def _take(self, done: Commit) -> None:
        self.now = done
        self.events += done.events
        self.restricted += done.restricted
        day = done.wakes_on
        # Beyond the as-of day nobody lives, and bank holidays may not be known.
        near = day if day is not None and day <= self.scene.today else None
        self.wakes = moment(self.scene.calendar.on_or_after(near), _AT_THE_DOOR) if near else None

    def live(self, until: datetime, worker: Worker | None = None) -> None:
        """Let everything happen that happens before `until`; without a worker, its tasks wait."""
        self.until = until
        while (move := min(self._moves(worker), key=lambda move: move[0], default=None)) and move[0] < until:
            at, happen = move
            happen(at)

    def _moves(self, worker: Worker | None) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """What could happen next, and when."""
        if self.wakes is not None:
            yield self.wakes, self._calendar
        if self.coming:
            yield self.coming[0][0], self._receive
        if worker is None:
            return
        if self.failing:
            yield self.failing[0][0], self._undo
        for task in self._queued():
            key = (task.id, task.due_at, task.owner)
            at = self.planned.get(key)
            if key not in self.planned or (at is not None and at <= self.events[-1].at):
                at = self.planned[key] = self._time_for(task)
            if at is not None:
                yield at, partial(self._work, worker, task, key)

    def _work(self, worker: Worker, task: Task, key: _Planned, at: datetime) -> None:
        """Somebody gets to `task`; if there is nothing that they may do, nobody comes back to it as it is."""
        happened = len(self.events)
        worker(self, task, at)
        if len(self.events) == happened:
            self.planned[key] = None

    # The calendar

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
        at = self._after_all(at)
        if pence == self.case.balance_pence and self.rng.random() < 0.04:
            pence += 500  # a last instalment sent in full: the rest goes to suspense
        receipt = TakeReceipt(
            amount_pence=pence,
            method=payment.method,
            received_on=payment.on,
            reference=reference(self.rng, payment.method),
        )
        clerk = self.who("cash-officer", at)
        self.act(at, clerk, receipt)
        self._may_fail(payment.method)
        if self.rng.random() < 0.04:
            self.act(at + timedelta(minutes=2), clerk, WriteNote(text=self.text("FILE")))

    def _may_fail(self, method: str) -> None:
        """Days later the bank does not pay the cheque, or within hours it shows that the money was somebody else's."""
        taken, receipt = self.events[-1], self.case.last_receipt
        if receipt is None or not self.case.balance_pence or self.sound:
            return
        if method == "cheque" and self.rng.random() < _COMES_BACK:
            day = self.scene.calendar.add_working_days(london_date(taken.at), self.rng.randint(3, 6))
            heapq.heappush(self.failing, (self.hour(day), receipt.id, "DISHCQ"))
        elif self.rng.random() < _WRONG_ACCOUNT:
            later = taken.at + timedelta(minutes=self.rng.randint(20, 200))
            heapq.heappush(self.failing, (later, receipt.id, "REVPAY"))

    def _undo(self, at: datetime) -> None:
        _, receipt, reason = heapq.heappop(self.failing)
        self.undo(at, receipt, reason)

    def undo(self, at: datetime, receipt: str, reason: str) -> None:
        """A manager undoes a payment: whoever took it may not."""
        self.act(at, self.who("manager", at), Reverse(receipt=receipt, reason=reason))

    # Tasks

    def _queued(self) -> list[Task]:
        return [task for row in self.now.queue_rows if (task := self.case.task(row.task))]

    def waiting(self, at: datetime, team: str | None = None) -> Task | None:
        """What comes first of all that anybody may work at `at`; of the queues of one team that need no named user, if
        one is given."""
        works = self.scene.tables.work_types
        found = [
            (row.sort_key, task)
            for row in self.now.queue_rows
            if (task := self.case.task(row.task)) and task.due_at <= at and task.owner is None
            if task.kind not in (HAND_OVER, UNREAD)
            if team is None or (works[task.kind].team == team and task.need is None)
        ]
        return min(found, key=lambda one: one[0])[1] if found else None

    def ready(self, at: datetime) -> Task | None:
        """What comes first of all that an officer may work at `at`."""
        return self.waiting(at, "enforcement")

    def _time_for(self, task: Task) -> datetime | None:
        """When somebody gets to `task`: at once, or as its queue allows; a call-back at its minute, or it is missed; what was
        handed over, once whoever it is for has the time."""
        ready = max(task.due_at, self.events[-1].at + timedelta(minutes=5))
        if task.owner is not None and task.kind != "call-back":
            return self._when_at_work(task.owner, ready)
        if task.owner is not None:
            misses = self.rng.random() < 0.15 and london_date(ready) < self.scene.today
            return None if misses else ready + timedelta(minutes=self.rng.randint(0, 6))
        if task.kind == "call-back":
            opens = moment(london_date(ready), time(9))
            return max(ready, opens) + timedelta(minutes=self.rng.randint(1, 10))
        calendar, lag = self.scene.calendar, self.rng.choice(_SOONER.get(task.kind, _LAGS))
        soon = ready + timedelta(minutes=self.rng.randint(3, 50))
        in_hours = time(9) <= soon.astimezone(LONDON).time() < time(17)
        if lag == 0 and in_hours and calendar.is_working_day(london_date(soon)):
            return soon
        day = calendar.add_working_days(calendar.on_or_after(london_date(ready)), lag)
        at = self.hour(day)
        return at if at > ready else self.hour(calendar.add_working_days(day, 1))

    def _when_at_work(self, owner: str, ready: datetime) -> datetime | None:
        """When somebody who owns it has worked some minutes since it was `ready`; a few let an hour and more go by."""
        minutes = self.rng.randint(70, 200) if self.rng.random() < 0.15 else self.rng.randint(2, 50)
        mine = holders(owner, self.scene.staff, self.case.unit)
        found = [at for one in mine if (at := worked(one, ready, minutes, self.scene.tables)) is not None]
        return min(found, default=None)

    # Who, when, and in what words

    def who(self, role: Role, at: datetime) -> Staff:
        """Somebody of `role` for this case who is at work then."""
        return self.scene.who(role, self.case.id, self.rng, at, welsh=self.case.person.language == "cy")

    def room(self, at: datetime) -> int:
        """Days left at `at` for what must be over when the last scene begins."""
        return (london_date(self.until) - london_date(at)).days if self.last_scene else 10_000

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


def salt(rng: Random) -> str:
    """What stands with a restricted text; here it must be the same every time."""
    return f"{rng.getrandbits(128):032x}"
