"""What follows from how a call, a message or the work on a task ended, as the row of the outcome says: stops,
safeguarding, the next tasks, and what it tells of the number that was rung.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from casework.actions.holds import CRISIS, held, no_longer_sought, safeguarded, stopped
from casework.case import Case
from casework.clean import Line
from casework.dates import format_day, london_date
from casework.events import Happening, NumberFailed, TaskEnded, TaskMade
from casework.hours import at_work
from casework.rows_contact import OutcomeDetail
from casework.situation import Situation
from casework.table_rows import WrapCode
from casework.tasks import ACCOUNT, Task

REPLACED = "REPLACED"
"""How a task ended that nobody did, because a newer one took its place."""

_REPLACED = Line("A newer one takes its place")


def follow_up(
    case: Case,
    row: WrapCode,
    how: str,
    situation: Situation,
    *,
    detail: OutcomeDetail | None = None,
    at: datetime | None = None,
    ending: Task | None = None,
) -> list[Happening]:
    """All that an outcome brings. `how` it is known: `call`, `letter`, `wrap-up`. `at` is when to call back, if that was
    asked; `ending` is the task that ends with it."""
    return [
        *_stops(case, row, detail, how, situation),
        *_no_longer_sought(case, row, detail, situation, ending),
        *_safeguarding(case, row, detail, situation),
        *_next_tasks(case, row, how, situation, detail, at, ending),
    ]


def _stops(
    case: Case, row: WrapCode, detail: OutcomeDetail | None, how: str, situation: Situation
) -> Iterator[Happening]:
    """The stops that the outcome asks for, but for those that stand already."""
    there: set[str] = {stop.code for stop in case.stops}
    for one in (row, detail):
        if one is not None and one.stop is not None and one.stop not in there:
            there.add(one.stop)
            yield stopped(one.stop, f"{one.label.lower()}, {how}", situation)


def _no_longer_sought(
    case: Case, row: WrapCode, detail: OutcomeDetail | None, situation: Situation, ending: Task | None
) -> Iterator[Happening]:
    """Where nothing is agreed any more, because they have died, nothing is sought of them."""
    kinds = situation.tables.stop_kinds
    if any(one is not None and one.stop is not None and kinds[one.stop].agreements for one in (row, detail)):
        yield from no_longer_sought(case, row.code, row.label, ending)


def _safeguarding(case: Case, row: WrapCode, detail: OutcomeDetail | None, situation: Situation) -> Iterator[Happening]:
    """As if somebody had pressed F9: the team leader is told, and enforcement is held, unless it is already."""
    code = (detail.concern if detail else None) or row.concern
    if code is None:
        return
    yield from safeguarded(case, situation.tables.concerns(situation.today)[code], situation)
    if all(stop.code != CRISIS for stop in case.stops):
        yield held(situation)


def _next_tasks(
    case: Case,
    row: WrapCode,
    how: str,
    situation: Situation,
    detail: OutcomeDetail | None,
    at: datetime | None,
    ending: Task | None,
) -> list[Happening]:
    """The tasks that an outcome asks for: what to do next, and what the team leader must know at once. One that there is
    already is not made again, unless it is `ending`; what somebody must judge is the same only if its cause is. What there is
    one of at a time takes the place of the one before, or is not made beside it. `at` is when to call back, if that was
    asked."""
    after = ", ".join(one.label.lower() for one in (row, detail) if one)
    there = {task.key for task in case.tasks if task != ending}
    found: list[TaskMade] = []
    if row.next_task is not None:
        found.append(_next(row, row.next_task, after, _about(row, detail, row.next_task, situation), situation, at))
    if row.alert is not None:
        title = f"{situation.tables.work_types[row.alert].task_title(row.alert)} (after: {after})"
        about = _about(row, detail, row.alert, situation)
        found.append(TaskMade(task=row.alert, subject=about, title=title, due_at=situation.now))
    chased = {task.task for task in found if situation.tables.work_types[task.task].chases}
    if case.balance_pence == 0:
        found = [task for task in found if task.task not in chased]
    more = situation.tables.outcome_details(situation.today, row.code).values() if how == "wrap-up" else ()

    def made_before(task: TaskMade) -> bool:
        """By the same; or by the call that this wraps up, whose outcome was told with a detail."""
        subjects = {task.subject, *(_about(row, one, task.task, situation) for one in more)}
        return any((task.task, subject, london_date(task.due_at)) in there for subject in subjects)

    return [
        what for task in found if not made_before(task) for what in _in_its_place(case, task, row, situation, ending)
    ]


def _in_its_place(
    case: Case, made: TaskMade, row: WrapCode, situation: Situation, ending: Task | None
) -> list[Happening]:
    """A task that was asked for, and before it the end of the one whose place it takes. There is one number to find,
    however many do not work; and a case is to be called again once, when the newest outcome says.

    Of calls, what is somebody's own stays instead of it, and what is parked; and what is ready while nothing is ended,
    because a colleague may have that one in hand.
    """
    work, now = situation.tables.work_types[made.task], situation.now
    if not (work.chases or made.task in work.while_owed):
        return [made]
    before = [one for one in case.tasks if (one.kind, one.subject) == (made.task, made.subject) and one != ending]
    kept = [one for one in before if one.owner or (one.parked_by if one.due_at > now else ending is None)]
    if before if made.task in work.while_owed else kept:
        return []
    over = [TaskEnded(task=one.id, title=one.title, outcome=REPLACED, outcome_label=_REPLACED) for one in before]
    return [*over, made]


def _about(row: WrapCode, detail: OutcomeDetail | None, kind: str, situation: Situation) -> str:
    """What a task is about: where somebody must judge what brought it, the stop that was set, or else the outcome with its
    detail; and the account where only the work counts, as with calling again."""
    if kind not in situation.tables.work_types[kind].judged:
        return ACCOUNT
    stop = (detail.stop if detail else None) or row.stop
    return stop or (detail.name if detail else row.code)


def _next(row: WrapCode, kind: str, after: str, about: str, situation: Situation, at: datetime | None) -> TaskMade:
    """The next task. A call-back is the officer's own, unless it is for a time at which they are not at work; a post's in any
    case, because its other holder may be there."""
    due_at = at or situation.calendar.after(situation.now, row.after)
    title = situation.tables.work_types[kind].task_title(kind)
    if row.call_back:
        who = situation.actor
        mine = who.post is not None or at_work(who, due_at, situation.tables)
        owner = who.owns if mine else None
        return TaskMade(task=kind, subject=f"{due_at:%H:%MZ}", title=title, due_at=due_at, owner=owner)
    if row.answer_within is not None:
        last = london_date(situation.calendar.after(situation.now, row.answer_within))
        title = f"{title}: answer by {format_day(last)}"
    return TaskMade(task=kind, subject=about, title=f"{title} (after: {after})", due_at=due_at)


def number_failed(case: Case, row: WrapCode, number: str | None) -> list[Happening]:
    """What the outcome tells of the number that was rung, if it is one of theirs and that is news."""
    people = [case.person, *([case.guardian.person] if case.guardian else [])]
    standings = {phone.standing for who in people for phone in who.phones if phone.number == number}
    if number is None or row.number_becomes is None or standings <= {row.number_becomes}:
        return []
    return [NumberFailed(number=number, standing=row.number_becomes)]
