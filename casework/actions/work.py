"""The end of the work on a task: wrap it up, pass it over, or put it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from casework.actions.agreement import REQUEST_TASK
from casework.actions.apart import SALT, note_apart
from casework.actions.declare import Action, Ask, Asking
from casework.actions.follow_up import follow_up
from casework.actions.holds import SAFEGUARDING
from casework.actions.outcome import note_refusals
from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.dates import Day, format_day, london_date, start_of_day
from casework.events import Happening, TaskDeferred, TaskEnded
from casework.fields import Choice
from casework.reference import Tables, choices
from casework.refusals import Reason
from casework.restricted import RestrictedText
from casework.situation import Fact, Situation
from casework.staff import teams
from casework.table_rows import WrapCode
from casework.tasks import TRACE_ANSWER, Task

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
    rests_on = TASKS
    facts = PULLED | SALT
    works_task = True

    kind: Literal["wrap-up"] = "wrap-up"
    outcome: Annotated[Line, Ask("Outcome", choices=_outcomes, default=_proposed)]
    task: str | None = None
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note", needed=_note_needed)] = None

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


def _skip_reasons(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.skip_reasons(asking.situation.today).values())


class Skip(Action):
    """Pass this case over: it comes back to somebody, at the time that the reason gives."""

    title = "Skip"
    permission = "work"
    rests_on = TASKS
    facts = PULLED
    works_task = True

    kind: Literal["skip"] = "skip"
    reason: Annotated[Line, Ask("Reason", choices=_skip_reasons)]

    def closes_to_actor(self, situation: Situation) -> bool:
        """Nobody works the case of somebody they know."""
        row = situation.tables.skip_reasons(situation.today).get(self.reason)
        return row is not None and row.excludes

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A reason that there is."""
        rows = situation.tables.skip_reasons(situation.today)
        reasons = [] if case.task(situation.facts.pulled_task) else [no_task()]
        if self.reason not in rows:
            message = f"there is no such reason; there are: {', '.join(rows)}"
            reasons.append(Reason(code="unknown-reason", message=message, field="reason"))
        return reasons

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The task waits."""
        row = situation.tables.skip_reasons(situation.today)[self.reason]
        task = case.task(situation.facts.pulled_task)
        assert task is not None
        until = situation.calendar.after(situation.now, row.back_after)
        return [TaskDeferred(task=task.id, title=task.title, how="skipped", until=until, reason=row.label)]


class Park(Action):
    """Put this case off until a day, for a reason."""

    title = "Park"
    permission = "work"
    rests_on = TASKS
    facts = PULLED
    works_task = True

    kind: Literal["park"] = "park"
    until: Annotated[Day, Ask("Until", help="fri, +7, 28/2, eom")]
    reason: Annotated[Line, Ask("Waiting for", rest=True)]

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """From tomorrow, and not so far ahead that the case is forgotten."""
        today = situation.today
        reasons = [] if case.task(situation.facts.pulled_task) else [no_task()]
        if self.until <= today:
            reasons.append(Reason(code="past", message="park until a day after today", field="until"))
        furthest = situation.tables.limit("park-furthest-days", today)
        last = today + timedelta(furthest.amount)
        if self.until > last:
            message = f"a case is parked for {furthest.amount} days at most, so until {format_day(last)}"
            reasons.append(Reason(code="too-far", message=message, field="until", source=furthest.cited))
        return reasons

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The task waits."""
        task = case.task(situation.facts.pulled_task)
        assert task is not None
        until = start_of_day(self.until)
        return [TaskDeferred(task=task.id, title=task.title, how="parked", until=until, reason=self.reason)]
