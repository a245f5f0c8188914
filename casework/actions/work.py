"""The end of the work on a task: wrap it up, pass it over, or put it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from casework.actions.agreement import REQUEST_TASK
from casework.actions.apart import SALT, note_apart
from casework.actions.declare import Action, Ask, Asking
from casework.actions.follow_up import follow_up
from casework.actions.holds import SAFEGUARDING
from casework.actions.outcome import blanks, note_refusals, templates
from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.dates import Day, format_day, london_date, start_of_day
from casework.events import HandedOn, Happening, TaskDeferred, TaskEnded
from casework.fields import Choice
from casework.handover import TEAM_LEADER
from casework.queues import QueueRow, rows
from casework.reference import Tables, choices
from casework.refusals import Reason
from casework.restricted import RestrictedText
from casework.situation import Fact, Situation
from casework.staff import teams
from casework.table_rows import WrapCode
from casework.tasks import HAND_OVER, TRACE_ANSWER, UNREAD, Task

TASKS: frozenset[Part] = frozenset({"tasks"})
PULLED: frozenset[Fact] = frozenset({"pulled_task"})


def ended(task: Task, row: WrapCode, note: str | None = None, apart: str | None = None) -> TaskEnded:
    """The end of the work on `task`, with its note, or the name of the note that is kept apart."""
    return TaskEnded(
        task=task.id,
        title=task.title,
        outcome=row.code,
        outcome_label=row.label,
        note=note,
        restricted_note=apart,
    )


def not_ended(task: Task, row: WrapCode, field: str, case: Case, tables: Tables) -> list[Reason]:
    """Why this outcome does not end this task: somebody must decide or judge first. `field` is what would end it: the
    `finish` of a call, the `outcome` of a wrap-up."""
    if task.kind in (HAND_OVER, UNREAD):
        return [not_acknowledged(field)]
    if task.kind == REQUEST_TASK and case.request is not None and not row.terms:
        message = "decide on the terms first: terms, or refuse-terms"
        return [Reason(code="undecided", message=message, field=field)]
    if task.kind == TRACE_ANSWER and any(one.id == task.subject and one.state == "asked" for one in case.traces):
        message = f"say what came of it first: trace-result; park “{task.title}” to wait for the answer"
        return [Reason(code="unanswered", message=message, field=field)]
    if task.kind == SAFEGUARDING and field == "finish":
        message = f"a call does not end “{task.title}”: wrap it up when it has been seen to"
        return [Reason(code="not-judged", message=message, field=field)]
    if row.group == "not-reached" and task.kind in tables.work_types[task.kind].judged:
        message = f"“{row.label}” does not end “{task.title}”: somebody must judge it; park it to try again"
        return [Reason(code="not-judged", message=message, field=field)]
    return []


def not_acknowledged(field: str | None) -> Reason:
    """A hand-over is not ended, passed over or put off: it is read."""
    return Reason(code="not-acknowledged", message="acknowledge the hand-over first", field=field)


def no_task() -> Reason:
    """There is nothing to end, pass over or put off."""
    return Reason(
        code="no-task",
        message="there is no task in hand on this case",
        field="task",
    )


def _outcomes(asking: Asking) -> Sequence[Choice]:
    rows = asking.situation.tables.wrap_codes(asking.situation.today, "wrap-up")
    return choices(rows.values())


def _proposed(asking: Asking) -> str:
    """The outcome of this officer's last call of today, if it may end the task in hand."""
    situation = asking.situation
    last = asking.case.contacts[-1] if asking.case.contacts else None
    mine = last is not None and last.by == situation.actor.id and london_date(last.at) == situation.today
    row = situation.tables.wrap_codes(situation.today, "wrap-up").get(last.outcome) if last and mine else None
    task = asking.case.task(situation.facts.pulled_task)
    stays = row is not None and task is not None and not_ended(task, row, "outcome", asking.case, situation.tables)
    return row.code if row is not None and not stays else ""


def _note_needed(asking: Asking) -> bool:
    row = asking.situation.tables.wrap_codes(asking.situation.today, "wrap-up").get(str(asking.answers.get("outcome")))
    return row is not None and row.note_least > 0


class WrapUp(Action):
    """The work on the task is done: say how it ended. What comes next follows from that."""

    title = "Wrap up"
    permission = "work"
    undoable = True
    rests_on = TASKS
    facts = PULLED | SALT
    works_task = True

    kind: Literal["wrap-up"] = "wrap-up"
    outcome: Annotated[Line, Ask("Outcome", choices=_outcomes, default=_proposed)]
    task: str | None = None
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note", needed=_note_needed, templates=templates)] = None

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """Something was left out of the note."""
        return blanks(self.note)

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """An outcome that there is, the note it needs, and a task that is open."""
        rows = situation.tables.wrap_codes(situation.today, "wrap-up")
        reasons = self._about_task(case, situation)
        row = rows.get(self.outcome)
        if row is None:
            message = f"there is no such outcome; there are: {', '.join(rows)}"
            return [*reasons, Reason(code="unknown-outcome", message=message, field="outcome")]
        task = self._task(case, situation)
        unsettled = not_ended(task, row, "outcome", case, situation.tables) if task is not None else []
        return [*reasons, *unsettled, *note_refusals(row, self.note)]

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The end of this task and the beginning of the next."""
        row = situation.tables.wrap_codes(situation.today, "wrap-up")[self.outcome]
        task = self._task(case, situation)
        assert task is not None
        apart = note_apart(self.note, row, situation)
        end = ended(task, row, None if apart else self.note, apart.name if apart else None)
        return [end, *follow_up(case, row, "wrap-up", situation, ending=task)]

    def restricted(self, situation: Situation) -> list[RestrictedText]:
        """The note, where the outcome is one of which not everybody may read."""
        note = note_apart(
            self.note, situation.tables.wrap_codes(situation.today, "wrap-up").get(self.outcome), situation
        )
        return [note] if note else []

    def _about_task(self, case: Case, situation: Situation) -> list[Reason]:
        task = self._task(case, situation)
        if task is None:
            return [no_task()]
        work = situation.tables.work_types[task.kind]
        if work.team not in teams(situation.actor, situation.tables.grants(situation.today)):
            return [Reason(code="not-your-team", message=f"“{task.title}” is for {work.title}", field="task")]
        return []

    def _task(self, case: Case, situation: Situation) -> Task | None:
        return case.task(self.task or situation.facts.pulled_task)


def _not_put_off(case: Case, situation: Situation, *, knows: bool = False) -> list[Reason]:
    """Why what is in hand can be neither skipped nor parked. Whoever `knows` the person may pass even a hand-over over."""
    task = case.task(situation.facts.pulled_task)
    if task is None:
        return [no_task()]
    return [not_acknowledged("task")] if task.kind in (HAND_OVER, UNREAD) and not knows else []


def _passed_on(case: Case, task: Task, reason: Line, situation: Situation) -> HandedOn:
    """What becomes of the hand-over in `task` when whoever it is for may not open the case."""
    assert case.handover is not None
    actor, unread = situation.actor, next(one for one in case.tasks if one.kind == UNREAD)
    return HandedOn(
        by_name=case.handover.by_name,
        to_name=TEAM_LEADER,
        task=task.id,
        leader_task=unread.id,
        moved=tuple(one.id for one in case.tasks if one is not task and actor.has(one.owner or one.parked_by)),
        kept_until=situation.today,
        reason=reason,
    )


def _put_off_together(case: Case, task: Task, situation: Situation) -> list[Task]:
    """`task`, and whatever else of its queue would bring this officer the same case again at once: a case is passed over or
    parked, not one of several tasks that wait in one place. What is a colleague's own is not theirs to put off."""
    places = rows(case, situation.tables)
    queue = next((one.queue for one in places if one.task == task.id), None)

    def comes(one: QueueRow) -> bool:
        mine = situation.actor.has(one.owner) or not one.owned(situation.today)
        return one.queue == queue and one.ready_at <= situation.now and one.handed_by is None and mine

    others = {one.task for one in places if comes(one)}
    return [task, *(one for one in case.tasks if one is not task and one.id in others)]


def _skip_reasons(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.skip_reasons(asking.situation.today).values())


class Skip(Action):
    """Pass this case over: it comes back to somebody, at the time that the reason gives."""

    title = "Skip"
    permission = "work"
    undoable = True
    rests_on = TASKS
    facts: ClassVar[frozenset[Fact]] = PULLED | {"skips_today"}
    works_task = True

    kind: Literal["skip"] = "skip"
    reason: Annotated[Line, Ask("Reason", choices=_skip_reasons)]

    def closes_to_actor(self, situation: Situation) -> bool:
        """Nobody works the case of somebody they know."""
        row = situation.tables.skip_reasons(situation.today).get(self.reason)
        return row is not None and row.excludes

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A reason that there is, and not so many in a day that nobody works what is hard; whoever knows the person always
        passes the case over."""
        rows = situation.tables.skip_reasons(situation.today)
        knows = self.closes_to_actor(situation)
        reasons = _not_put_off(case, situation, knows=knows)
        if self.reason not in rows:
            message = f"there is no such reason; there are: {', '.join(rows)}"
            reasons.append(Reason(code="unknown-reason", message=message, field="reason"))
        most = situation.tables.limit("skips-a-day", situation.today)
        if situation.facts.skips_today >= most.amount and not knows:
            message = f"you have skipped {most.amount} cases today, which is the most: work it, park it or hand it over"
            reasons.append(Reason(code="too-many-skips", message=message, source=most.cited))
        return reasons

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The task waits, with what else of its queue is ready; a hand-over is the team leader's."""
        row = situation.tables.skip_reasons(situation.today)[self.reason]
        task = case.task(situation.facts.pulled_task)
        assert task is not None
        if task.kind == HAND_OVER:
            return [_passed_on(case, task, Line(row.label), situation)]
        until = situation.calendar.after(situation.now, row.back_after)
        return [
            TaskDeferred(
                task=one.id, title=one.title, how="skipped", until=until, reason=Line(row.label), code=row.code
            )
            for one in _put_off_together(case, task, situation)
        ]


def _park_reasons(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.park_reasons(asking.situation.today).values())


def _as_typed(text: str) -> str:
    """Anything may be waited for; the choices are what it mostly is."""
    return text


class Park(Action):
    """Put this case off until a day, for a reason. On that day it comes back to whoever parked it; if they are away then, or
    the day after, to anybody."""

    title = "Park"
    permission = "work"
    undoable = True
    rests_on = TASKS
    facts: ClassVar[frozenset[Fact]] = PULLED | {"parks_held"}
    works_task = True

    kind: Literal["park"] = "park"
    until: Annotated[Day, Ask("Until", help="fri, +7, 28/2, eom")]
    reason: Annotated[Line, Ask("Waiting for", choices=_park_reasons, code=_as_typed, rest=True)]

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """From tomorrow, not further ahead than what is waited for may take, and not so many that they are forgotten."""
        today = situation.today
        reasons = _not_put_off(case, situation)
        if self.until <= today:
            reasons.append(Reason(code="past", message="park until a day after today", field="until"))
        row = situation.tables.park_reason(self.reason, today)
        last = today + timedelta(row.furthest_days)
        if self.until > last:
            message = f"for this a case is parked for {row.furthest_days} days at most, so until {format_day(last)}"
            reasons.append(Reason(code="too-far", message=message, field="until", source=row.cited))
        most = situation.tables.limit("parks-held", today)
        if situation.facts.parks_held >= most.amount:
            message = f"you have {most.amount} cases parked, which is the most: work it, or hand it over"
            reasons.append(Reason(code="too-many-parked", message=message, source=most.cited))
        return reasons

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The task waits, with what else of its queue is ready."""
        task = case.task(situation.facts.pulled_task)
        assert task is not None
        row = situation.tables.park_reason(self.reason, situation.today)
        return [
            TaskDeferred(
                task=one.id,
                title=one.title,
                how="parked",
                until=start_of_day(self.until),
                reason=Line(row.label) if row.named(self.reason) else self.reason,
                code=row.code,
                post=situation.actor.owns,
            )
            for one in _put_off_together(case, task, situation)
        ]
