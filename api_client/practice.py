"""The practice office: a store full of invented cases, on which anybody may learn, demonstrate, measure or break things.

Every case is lived from its opening to ten o'clock of the as-of morning, through the same actions and the same `commit` as
real work: money comes in, officers ring, promises are kept or broken, the calendar takes its turn. Only days on which
something happens are visited. So that there is work for everybody, each case has a `Card` that says how it stands that
morning: the case lives freely up to a last scene, which the card plays.

Nothing depends on the real clock or on anything but the arguments: the same arguments make the same bytes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from api_client.local_store import LocalStore
from api_client.practice_people import (
    METHODS,
    Habit,
    Payment,
    make_impositions,
    make_organisation,
    make_person,
    make_terms,
    material,
    payments,
    pick,
    reference,
)
from casework.accounts import CaseId, case_id, check_letter
from casework.actions.calendar import RunCalendar, wakes_on
from casework.actions.call import LogCall
from casework.actions.declare import Action
from casework.actions.note import WriteNote
from casework.actions.promise import Given
from casework.actions.receipt import TakeReceipt
from casework.actions.work import Park, Skip, WrapUp
from casework.case import Case
from casework.commit import Commit, commit, open_case
from casework.dates import LONDON, Calendar, format_day, london_date
from casework.history import Event
from casework.money import format_money
from casework.opening import Account
from casework.people import Name
from casework.queues import QueueRow
from casework.reference import Tables
from casework.situation import Facts, Situation
from casework.staff import Role, Staff
from casework.tasks import Task

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)

_AT_THE_DOOR = time(8, 15)
"""When the first person of a working day signs in, and the calendar runs."""

_KEPT: Mapping[Habit, tuple[int, int, int]] = {
    "keeps": (93, 4, 3),
    "irregular": (45, 25, 30),
    "stops": (20, 15, 65),
    "never": (0, 10, 90),
    "pays-off": (95, 3, 2),
}
"""Of a hundred promises: how many are kept, kept in part, broken."""

_LAGS = (0, 0, 1, 1, 2, 2, 3, 4, 5, 7, 9, 12)
"""How many working days a task waits for somebody."""

_NOT_REACHED = {"NO_ANS": 5, "VM_LEFT": 2, "VM_NONE": 1, "HANGUP": 1, "TP_MSG": 1}


@dataclass(frozen=True, slots=True)
class Office:
    """What was made: how many cases and open tasks, the staff in order, and what is owed in all."""

    cases: int
    tasks: int
    staff: tuple[Staff, ...]
    outstanding_pence: int


def make_office(folder: Path, tables: Tables, *, cases: int, seed: int, as_of: date) -> Office:
    """Make a practice office in the empty `folder`: all of it or, should this be interrupted, nothing.

    Its clock stands at 10:00 in London on `as_of`, or on the next working day if that is none.

    Raises:
        ValueError: `folder` holds a store already, or bank holidays are not known for the months before `as_of`.
    """
    today = tables.calendar.on_or_after(as_of)
    plans = _plans(Random(seed), cases, today, tables.calendar)
    scene = Scene(tables, _staff(plans), today)
    store = LocalStore(folder, tables, now=scene.clock)
    tasks = outstanding = 0
    try:
        if store.kind is not None:
            raise ValueError(f"{folder} holds a store already")
        with store.filling():
            # Begun without a clock, which would run while the cases are made; it is set when they are.
            store.begin("practice", scene.staff)
            for plan in plans:
                lived = _live(plan, scene)
                store.write(lived, None)
                tasks += len(lived.case.tasks)
                outstanding += lived.case.balance_pence
            store.meta.put("clock", {"at": scene.clock.isoformat()})
    finally:
        store.close()
    return Office(len(plans), tasks, scene.staff, outstanding)


@dataclass(frozen=True)
class Scene:
    """Where all cases are lived: the tables, the staff, and the as-of day."""

    tables: Tables
    staff: tuple[Staff, ...]
    today: date

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

    def who(self, role: Role, case: CaseId, rng: Random, *, welsh: bool = False) -> Staff:
        """Somebody of `role` who may work `case`; a Welsh speaker if they are wanted and there is one."""
        able = [one for one in self.staff if role in one.roles and case[:3] in one.units and case not in one.exclusions]
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


# -- One case, lived


@dataclass
class Story:
    """A case on its way through time. Whatever it does, it does through `act`."""

    scene: Scene
    rng: Random
    habit: Habit
    events: list[Event]
    case: Case
    rows: tuple[QueueRow, ...]
    """The case in the queues: what somebody may pull it for."""
    until: datetime = _NEVER
    """The moment of the case's last scene. Nothing is agreed before it that would reach beyond it."""
    coming: list[tuple[datetime, int, Payment]] = field(default_factory=list)
    planned: dict[tuple[str, datetime, str | None], datetime | None] = field(default_factory=dict)
    """When somebody gets round to each task; None when its owner misses it."""
    looked_up: tuple[int, date | None] = (0, None)
    """The version of the case for which it was looked up when the calendar wakes, and the day."""
    keeps_back: int = 0
    """What is never paid of their own accord, so that a debt is left for the last scene."""

    def act(self, at: datetime, who: Staff, action: Action, task: Task | None = None) -> None:
        """Carry out `action` at `at`, or a minute after whatever came last."""
        at = max(at, self.events[-1].at + timedelta(minutes=1))
        situation = Situation(at, who, self.scene.tables, Facts(pulled_task=task.id if task else None))
        done = commit(self.case, action, situation, head=self.events[-1].hash)
        self.case, self.rows = done.case, done.queue_rows
        self.events += done.events

    def live(self, until: datetime, *, working: bool = True) -> None:
        """Let everything happen that happens before `until`; with `working` false nobody works its tasks."""
        self.until = until
        while (move := min(self._moves(working), key=lambda move: move[0], default=None)) and move[0] < until:
            move[1](move[0])

    def _moves(self, working: bool) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        if (wakes := self._wakes()) is not None:
            yield moment(self.scene.calendar.on_or_after(wakes), _AT_THE_DOOR), self._calendar
        if self.coming:
            yield self.coming[0][0], self._receive
        for task in self._queued() if working else ():
            key = (task.id, task.due_at, task.owner)
            if key not in self.planned:
                self.planned[key] = self._time_for(task)
            if (at := self.planned[key]) is not None:
                yield at, partial(self._work, task)

    def _wakes(self) -> date | None:
        if self.looked_up[0] != self.case.version:
            self.looked_up = self.case.version, wakes_on(self.case, self.scene.tables)
        return self.looked_up[1]

    def _calendar(self, at: datetime) -> None:
        self.act(at, self.scene.staff[0], RunCalendar())

    def _time_for(self, task: Task) -> datetime | None:
        """When somebody gets to `task`: at once, or as its queue allows; a call-back at its minute, or it is missed."""
        ready = max(task.due_at, self.events[-1].at + timedelta(minutes=5))
        if task.owner is not None:
            return ready + timedelta(minutes=self.rng.randint(0, 6)) if self.rng.random() < 0.85 else None
        lag = self.rng.choice(_LAGS)
        soon = ready + timedelta(minutes=self.rng.randint(3, 50))
        if lag == 0 and time(9) <= soon.astimezone(LONDON).time() < time(17) and self._works_on(soon):
            return soon
        day = self.scene.calendar.add_working_days(self.scene.calendar.on_or_after(london_date(ready)), lag)
        at = self.hour(day)
        return at if at > ready else self.hour(self.scene.calendar.add_working_days(day, 1))

    def _works_on(self, at: datetime) -> bool:
        return self.scene.calendar.is_working_day(london_date(at))

    def hour(self, day: date, opens: int = 9 * 60 + 5, closes: int = 16 * 60 + 40) -> datetime:
        """Some moment of `day` between two minutes of the day."""
        minute = self.rng.randint(opens, closes - 1)
        return moment(day, time(minute // 60, minute % 60, self.rng.randrange(60)))

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
        clerk = self.scene.who("cash-officer", self.case.id, self.rng)
        self.act(at, clerk, receipt)
        if self.rng.random() < 0.04:
            self.act(at + timedelta(minutes=2), clerk, WriteNote(text=self._text("FILE")))

    # Work

    def ready(self, at: datetime) -> Task | None:
        """A task that somebody may work at `at`."""
        return next((task for task in self._queued() if task.due_at <= at and task.owner is None), None)

    def _queued(self) -> list[Task]:
        queued = {row.task for row in self.rows}
        return [task for task in self.case.tasks if task.id in queued]

    def officer(self) -> Staff:
        """Somebody who rings this person."""
        return self.scene.who("officer", self.case.id, self.rng, welsh=self.case.person.language == "cy")

    def wrap_up(self, at: datetime, who: Staff, task: Task, outcome: str, notes: str) -> None:
        """End the work on `task`, with a note from the list `notes`."""
        self.act(at, who, WrapUp(outcome=outcome, note=self._text(notes)), task)

    def put_off(self, at: datetime, who: Staff, until: date, task: Task | None) -> None:
        """Park `task` until a day."""
        self.act(at, who, Park(until=until, reason=self._text("PARK")), task)

    def _work(self, task: Task, at: datetime) -> None:
        if task.kind == "decision":
            who = self.scene.who("fines-officer", self.case.id, self.rng)
            self.wrap_up(at, who, task, pick(self.rng, {"DONE": 3, "MEANS_SENT": 2, "SPOKE": 1}), "DECISION")
        elif task.kind == "referral":
            who = self.scene.who("team-leader", self.case.id, self.rng)
            self.wrap_up(at, who, task, pick(self.rng, {"DONE": 2, "SPOKE": 1}), "REFERRAL")
        else:
            owner = next((one for one in self.scene.staff if one.id == task.owner), None)
            self._ring(task, at, owner or self.officer())

    def _ring(self, task: Task, at: datetime, who: Staff) -> None:
        """What an officer does with a task: mostly, ring."""
        draw, counters = self.rng.random(), self.case.counters
        paid_on = self.case.last_receipt.received_on if self.case.last_receipt else date.min
        if self.case.balance_pence == 0:
            self.wrap_up(at, who, task, "DONE", "PAID")
        elif task.kind == "check-payment" and paid_on > london_date(at) - timedelta(12):
            self.wrap_up(at, who, task, "DONE", "DONE")
        elif task.kind == "contact-details" and (draw < 0.7 or not self.case.person.phones):
            known = "FOUND" if self.case.person.phones else "LETTER"
            self.wrap_up(at, who, task, "FOUND" if self.case.person.phones else "DONE", known)
        elif not self.case.person.phones:
            self.act(at, who, WrapUp(outcome="BAD_NUM"), task)
        elif self.habit in ("keeps", "pays-off") and draw < 0.6 and paid_on > london_date(at) - timedelta(36):
            self.wrap_up(at, who, task, "DONE", "DONE")
        elif draw < 0.5 and (counters.unanswered > 7 or counters.broken_promises > 2):
            self.wrap_up(at, who, task, "REFER_FO", "REFER_FO")
        elif (draw < 0.4 and counters.unanswered > 3) or draw < 0.03:
            until = self.scene.calendar.on_or_after(london_date(at) + timedelta(self.rng.randint(7, 21)))
            self.put_off(at, who, until, task)
        elif draw < 0.06:
            self.act(at, who, Skip(reason=pick(self.rng, {"HOURS": 5, "SYSTEM": 2, "WAITING": 2})), task)
        else:
            self.call(self._outcome(at), at, who, task)
            if self.rng.random() < 0.08:
                self.act(at + timedelta(minutes=4), who, WriteNote(text=self._text("FILE")))

    def _outcome(self, at: datetime) -> str:
        """How a call ends; nothing is agreed that would reach beyond the last scene."""
        outcome = pick(
            self.rng, material().outcomes["organisation" if self.case.person.name.organisation else self.habit]
        )
        room = london_date(self.until) - london_date(at)
        if outcome == "PTP" and (room.days < 26 or self.case.open_promise or not self.case.balance_pence):
            return pick(self.rng, _NOT_REACHED)
        if outcome == "CALLBACK" and room.days < 7:
            return pick(self.rng, _NOT_REACHED)
        return outcome

    def call(
        self,
        outcome: str,
        at: datetime,
        who: Staff,
        task: Task | None,
        *,
        given: Given | None = None,
        call_back_at: datetime | None = None,
        keeps_word: bool = True,
    ) -> None:
        """A call that ends with `outcome`, and with `task` if there is one."""
        row = self.scene.tables.wrap_codes(london_date(at), "call")[outcome]
        given = (given or self.offer(at)) if row.promise else None
        if row.call_back and call_back_at is None:
            day = self.scene.calendar.add_working_days(london_date(at), self.rng.randint(1, 3))
            call_back_at = moment(day, time(self.rng.randint(9, 15), self.rng.choice((15, 30, 45))))
        reached = row.group != "not-reached"
        phones = self.case.person.phones
        log = LogCall(
            outcome=outcome,
            promise=given,
            call_back_at=call_back_at,
            note=self._note(outcome, given, always=row.note_least > 0, reached=reached),
            number=self.rng.choice(phones) if phones else None,
            direction="in" if not phones or (reached and task is None) else "out",
            finish=task is not None,
            talk_seconds=self.rng.randint(55, 640) if reached else 25 if outcome == "VM_LEFT" else None,
        )
        self.act(at, who, log, task)
        if given is not None and keeps_word:
            self.keep_word(given, london_date(at))
        if outcome == "PAID_NOW" and self.rng.random() < (0.0 if self.habit == "never" else 0.75):
            self.expect([Payment(london_date(at), self._usual(), "card")])

    def _note(self, outcome: str, given: Given | None, *, always: bool, reached: bool) -> str | None:
        if not always and self.rng.random() < (0.1 if reached else 0.6):
            return None
        text = self._text(outcome)
        if given is not None:
            label = self.scene.tables.methods(given.due)[given.method].label.lower()
            text = text.format(amount=format_money(given.amount_pence), day=format_day(given.due), method=label)
        more = reached and self.case.person.name.surname and self.rng.random() < 0.35
        return f"{text} {self._text('TAIL')}" if more else text

    def _text(self, about: str) -> str:
        """Something that is written in such a case."""
        made = material()
        own = made.organisation_notes if self.case.person.name.organisation else {}
        return self.rng.choice(own.get(about) or made.notes[about])

    def _usual(self) -> int:
        """What this person pays at a time."""
        terms = self.case.terms
        return terms.amount_pence if terms and terms.amount_pence else self.rng.randint(4, 16) * 500

    def offer(self, at: datetime, due: date | None = None, method: str | None = None) -> Given:
        """What this person promises at `at`."""
        if due is None:
            calendar, today = self.scene.calendar, london_date(at)
            due = calendar.on_or_after(today + timedelta(self.rng.randint(3, 14)))
            due = due if due <= today + timedelta(14) else before(calendar, due, 1)
        amount = min(self.case.balance_pence, self._usual() * self.rng.choice((1, 1, 1, 2)))
        return Given(amount_pence=amount, due=due, method=method or pick(self.rng, METHODS))

    def keep_word(self, given: Given, today: date) -> None:
        """Pay what was promised, part of it, or nothing, as this person's habit is."""
        how = self.rng.choices(("kept", "part", "broken"), _KEPT[self.habit])[0]
        if how == "kept":
            self.expect(
                [Payment(max(today, given.due - timedelta(self.rng.randint(0, 1))), given.amount_pence, given.method)]
            )
        if how == "part":
            part = int(given.amount_pence * self.rng.uniform(0.3, 0.7)) // 100 * 100
            self.expect([Payment(given.due, max(100, part), given.method)])

    def last_call(self, outcome: str, at: datetime, who: Staff | None = None, **more: Any) -> None:
        """Live up to `at`; then a call that decides how the case stands on the as-of morning."""
        self.live(at)
        self.coming.clear()
        self.call(outcome, at, who or self.officer(), self.ready(at), keeps_word=False, **more)

    def last_word(self) -> None:
        """Nobody works the case any more until the office is handed over; the calendar and the bank go on."""
        self.live(self.scene.clock, working=False)

    def days_ago(self, least: int, most: int) -> datetime:
        """Some moment in office hours, so many working days before the as-of day."""
        return self.hour(self.scene.working_day(-self.rng.randint(least, most)))


# -- How a case may stand on the as-of morning: its last scene


def _freely(story: Story) -> None:
    """However it turns out."""
    story.live(story.scene.clock)


def _untouched(story: Story) -> None:
    """Nobody has been in touch yet."""


def _broken(story: Story) -> None:
    """A promise ran out these days, or this very morning."""
    method = pick(story.rng, {"card": 3, "transfer": 2, "payment-card": 2})
    noticed = story.scene.working_day(-story.rng.choice((0, 0, 1, 2, 3)))
    grace = story.scene.tables.methods(noticed)[method].grace_days
    due = before(story.scene.calendar, noticed, grace + 1)
    taken = story.hour(before(story.scene.calendar, due, story.rng.randint(1, 6)))
    story.live(taken)
    story.last_call("PTP", taken, given=story.offer(taken, due, method))
    if story.rng.random() < 0.3 and (promise := story.case.open_promise):
        story.expect([Payment(due, promise.amount_pence // 250 * 100 or 100, method)])


def _promised(story: Story) -> None:
    """A promise is open, its day still to come."""
    at = story.days_ago(1, 4)
    story.live(at)
    furthest = london_date(at) + timedelta(14)
    due = story.scene.calendar.add_working_days(story.scene.today, story.rng.randint(0, 6))
    due = due if due <= furthest else story.scene.today
    story.last_call("PTP", at, given=story.offer(at, due))


def _to_ring(story: Story) -> None:
    """Not reached; to be rung again."""
    story.last_call(pick(story.rng, _NOT_REACHED), story.days_ago(3, 7))


def _to_ring_later(story: Story) -> None:
    """Not reached; to be rung again, but not yet."""
    outcome, least = story.rng.choice((("VM_LEFT", 1), ("SPOKE", 1), ("MEANS_SENT", 2), ("BUSY", 0)))
    at = story.days_ago(least, least) if least else story.hour(story.scene.today, 9 * 60 + 5, 9 * 60 + 50)
    story.last_call(outcome, at)


def _to_trace(story: Story) -> None:
    """The number is no good."""
    story.last_call(pick(story.rng, {"WRONG_NO": 3, "DISC": 2, "BAD_NUM": 1}), story.days_ago(1, 5))


def _to_check(story: Story) -> None:
    """Says it was paid; nothing has come."""
    story.last_call("PAID_NOW", story.days_ago(5, 8))
    story.coming.clear()


def _to_decide(story: Story) -> None:
    """With the fines officer."""
    code = pick(
        story.rng, {"HARDSHIP": 5, "DISPUTE": 2, "STATDEC": 2, "BENEFIT_INFO": 2, "REFUSE_PAY": 2, "JOB_INFO": 1}
    )
    story.last_call(code, story.days_ago(1, 6))


def _to_lead(story: Story) -> None:
    """With the team leader."""
    story.last_call(pick(story.rng, {"VULN_NEW": 3, "COMPLAINT": 2, "ABUSIVE": 1}), story.days_ago(1, 4))


def _call_back(story: Story) -> None:
    """A call-back is agreed with one of the officers, today or in the next days."""
    day = story.scene.calendar.add_working_days(story.scene.today, story.rng.randint(0, 3))
    _agreed(story, day, story.officer())


def _my_call_back(story: Story) -> None:
    """A call-back is agreed with the first officer, later today."""
    _agreed(story, story.scene.today, story.scene.staff[0])


def _agreed(story: Story, day: date, who: Staff) -> None:
    back = moment(day, time(story.rng.randint(11, 15), story.rng.choice((0, 15, 30, 45))))
    story.last_call("CALLBACK", story.days_ago(1, 2), who, call_back_at=back)


def _parked(story: Story) -> None:
    """Somebody put it off."""
    days = story.rng.randint(1, 5)
    story.last_call("NO_ANS", story.hour(story.scene.working_day(-days - 3)))
    at = story.hour(story.scene.working_day(-days))
    until = story.scene.calendar.add_working_days(story.scene.today, story.rng.randint(1, 15))
    story.live(at, working=False)
    story.put_off(at, story.officer(), until, story.ready(at))


def _paying(story: Story) -> None:
    """Keeps the terms, and needs nobody."""
    at = story.days_ago(2, 3)
    story.live(at)
    while (task := story.ready(at)) is not None:
        story.wrap_up(at, story.officer(), task, "DONE", "DONE")


def _paid(story: Story) -> None:
    """Paid off, and put away."""
    opened = story.case.opened_on
    at = story.hour(story.scene.calendar.on_or_after(opened + (story.scene.today - opened) / 2))
    story.live(at)
    story.keeps_back = 0
    story.coming.clear()
    story.expect([Payment(london_date(at), story.case.balance_pence, pick(story.rng, METHODS))])
    story.live(story.scene.clock)
    while (task := story.ready(story.scene.clock)) is not None:
        at = story.hour(story.scene.today, 9 * 60, 9 * 60 + 40)
        story.wrap_up(at, story.officer(), task, "DONE", "PAID")


class Card(NamedTuple):
    """How a case stands on the as-of morning, whose cases do, and how many days ago they began."""

    play: Callable[[Story], None]
    habits: Mapping[Habit, int]
    least: int
    most: int
    owes: bool = True
    """Something is left owing, whatever is promised and paid before."""
    first: tuple[int, int] | None = None
    """Between which working days from the as-of day the first contact is to be made; soon after the opening if None."""
    companies: float = 0.0
    """How often it is an organisation's."""


_DEBTORS: Mapping[Habit, int] = {"irregular": 40, "stops": 35, "never": 25}
_ALL: Mapping[Habit, int] = {"keeps": 30, "pays-off": 8, **_DEBTORS}

NEW = Card(_untouched, {"never": 1, "keeps": 1}, 10, 16, first=(-3, 0))
NOT_YET = Card(_untouched, {"never": 1, "keeps": 1}, 10, 14, first=(1, 4))
FREE = Card(_freely, _ALL, 20, 265, owes=False, companies=0.08)
BROKEN = Card(_broken, _DEBTORS, 45, 265, companies=0.08)
LONG = Card(_broken, {"irregular": 1}, 255, 265)
PROMISED = Card(_promised, _DEBTORS, 35, 265)
TO_RING = Card(_to_ring, _DEBTORS, 35, 250, companies=0.08)
FIRM = Card(_to_ring, _DEBTORS, 35, 250, companies=1.0)
LATER = Card(_to_ring_later, _DEBTORS, 35, 250)
TO_TRACE = Card(_to_trace, {"never": 2, "stops": 1}, 35, 250)
TO_CHECK = Card(_to_check, {"never": 1, "stops": 2}, 40, 250)
TO_DECIDE = Card(_to_decide, _DEBTORS, 40, 250)
TO_LEAD = Card(_to_lead, _DEBTORS, 40, 250)
CALL_BACK = Card(_call_back, _DEBTORS, 35, 250)
MINE = Card(_my_call_back, _DEBTORS, 35, 250)
PARKED = Card(_parked, _DEBTORS, 40, 250)
PAYING = Card(_paying, {"keeps": 1}, 60, 265, owes=False, companies=0.08)
PAID = Card(_paid, {"keeps": 1, "pays-off": 2}, 90, 265, owes=False, companies=0.08)

_DEALT: Mapping[str, tuple[Card, ...]] = {
    "K01": (
        *(NEW, NEW, NEW, BROKEN, BROKEN, BROKEN, BROKEN, LONG, PROMISED, PROMISED, PROMISED, TO_RING, TO_RING, FIRM),
        *(LATER, LATER, TO_TRACE, TO_CHECK, TO_DECIDE, TO_LEAD, MINE, MINE, MINE, PARKED, PARKED, PAYING, PAYING),
        *(PAID, PAID, PAID),
    ),
    "L01": (NEW, BROKEN, PROMISED, TO_RING, TO_DECIDE, CALL_BACK, PARKED, PAID),
}
"""What the first cases of a unit are, so that the smallest office has work of every kind."""

_AFTER_THAT: tuple[tuple[Card, int], ...] = (
    *(
        (FREE, 48),
        (PAYING, 14),
        (PAID, 9),
        (PROMISED, 6),
        (LATER, 5),
        (BROKEN, 4),
        (TO_RING, 4),
        (NEW, 3),
        (NOT_YET, 2),
    ),
    *((TO_TRACE, 1), (TO_CHECK, 1), (TO_DECIDE, 1), (CALL_BACK, 1), (PARKED, 1)),
)
"""What the others are, and how often."""


# -- The office


@dataclass(frozen=True, slots=True)
class Plan:
    """A case before it is lived."""

    unit: str
    number: str
    opened_on: date
    card: Card
    welsh: bool
    known: Name | None
    seed: int


def _plans(rng: Random, count: int, today: date, calendar: Calendar) -> list[Plan]:
    """`count` cases in the order in which they were opened; every fifth belongs to the smaller unit."""
    dealt = {unit: rng.sample(cards, len(cards)) for unit, cards in _DEALT.items()}
    names = list(material().known)
    cards, weights = zip(*_AFTER_THAT, strict=True)
    drafts: list[tuple[date, str, Card, bool, Name | None]] = []
    some_welsh = False
    for n in range(count):
        unit = "L01" if n % 5 == 4 else "K01"
        left = dealt[unit]
        welsh = unit == "K01" and not left and (rng.random() < 0.04 or not some_welsh)
        some_welsh = some_welsh or welsh
        card = left.pop() if left else rng.choices(cards, weights)[0]
        known = names.pop() if names and unit == "K01" and not welsh and card is not FIRM else None
        opened_on = calendar.on_or_after(today - timedelta(rng.randint(card.least, card.most)))
        drafts.append((opened_on, unit, card, welsh, known))
    serials: dict[tuple[str, int], int] = {}
    plans = []
    for opened_on, unit, card, welsh, known in sorted(drafts, key=lambda draft: draft[0]):
        year = opened_on.year % 100
        serials[unit, year] = serials.get((unit, year), rng.randint(300, 4000)) + rng.randint(1, 4)
        digits = f"{year:02}{serials[unit, year]:06}"
        number = f"{digits}{check_letter(digits)}"
        plans.append(Plan(unit, number, opened_on, card, welsh, known, rng.getrandbits(63)))
    return plans


def _staff(plans: list[Plan]) -> tuple[Staff, ...]:
    """The staff in order. One of them knows one of the people who owe, and said so."""
    known = next((case_id(one.unit, one.number) for one in plans if one.card is BROKEN and one.unit == "K01"), None)
    excluded = {"exclusions": (known,) if known else ()}
    return tuple(one.model_copy(update=excluded) if one.id == "tmarsh" else one for one in material().staff)


def _live(plan: Plan, scene: Scene) -> Commit:
    """The whole life of a case, as one thing to write."""
    rng = Random(plan.seed)
    habit = pick(rng, plan.card.habits)
    account = _account(plan, scene, rng, habit)
    clerk = scene.who("administrator", account.id, rng)
    opened = open_case(account, Situation(moment(plan.opened_on, time(8, 30)), clerk, scene.tables))
    owed = opened.case.balance_pence
    story = Story(scene, rng, habit, [*opened.events], opened.case, opened.queue_rows)
    story.keeps_back = owed // 4 if plan.card.owes else 0
    assert account.terms
    story.expect(payments(rng, habit, account.terms, owed, scene.today))
    plan.card.play(story)
    story.last_word()
    return Commit(tuple(story.events), story.case, story.rows)


def _account(plan: Plan, scene: Scene, rng: Random, habit: Habit) -> Account:
    """What the court sent us; now and then part was paid at another court before."""
    long, calendar = plan.card is LONG, scene.calendar
    company = not (plan.welsh or plan.known) and rng.random() < plan.card.companies
    earlier = rng.random() < 0.08
    hearing = before(calendar, plan.opened_on, rng.randint(40, 140) if earlier else rng.randint(1, 5))
    imposed = make_impositions(rng, plan.unit, hearing, organisation=company, least=1400 if long else 0)
    if earlier:
        part = imposed[-1].imposed_pence * rng.randint(1, 8) // 10
        imposed[-1] = imposed[-1].model_copy(update={"paid_pence": part})
    owed = sum(one.imposed_pence - one.paid_pence for one in imposed)
    reachable = plan.card.play is not _untouched
    person = (
        make_organisation(rng, plan.unit)
        if company
        else make_person(rng, plan.unit, plan.opened_on, welsh=plan.welsh, reachable=reachable, known=plan.known)
    )
    if plan.card.first is None:
        first = calendar.on_or_after(plan.opened_on + timedelta(rng.randint(5, 12)))
    else:
        first = scene.working_day(rng.randint(*plan.card.first))
    return Account(
        unit=plan.unit,
        number=plan.number,
        opened_on=plan.opened_on,
        person=person,
        impositions=tuple(imposed),
        collection_order=not company,
        terms=make_terms(rng, habit, owed, plan.opened_on, weekly=long),
        first_contact_on=first,
    )
