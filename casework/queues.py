"""Queues: the ready tasks of one business unit, team, work type and need, and which of them comes first.

A queue's name carries the need (`K01.promises`, `K01.promises.welsh`), so that need is part of what is asked for and never
a filter afterwards. The sort key is one static integer: major priority, then the date from which the task waits, then minor
priority; lower is sooner, ties by case and task. Because it does not change, waiting ages a task by itself.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from casework.accounts import CaseId
from casework.case import Case
from casework.dates import Instant, format_date, format_moment, london_date
from casework.reference import Tables
from casework.staff import Staff, teams
from casework.stops import chasing_waits
from casework.table_rows import WorkType
from casework.tasks import Task

WELSH = "welsh"


class QueueRow(BaseModel):
    """One task of one case, as a queue sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    queue: str
    case: CaseId
    task: str
    sort_key: int
    ready_at: Instant
    owner: str | None = None


def queue_name(unit: str, work: WorkType, welsh: bool) -> str:
    """`K01.promises`, or `K01.promises.welsh`."""
    return f"{unit}.{work.code}.{WELSH}" if welsh else f"{unit}.{work.code}"


def sort_key(work: WorkType, waiting_since: date) -> int:
    """Major priority (10 bits), priority date (22 bits), minor priority (10 bits), packed into one integer."""
    return (work.major << 32) | (waiting_since.toordinal() << 10) | work.minor


def row(case: Case, task: Task, tables: Tables) -> QueueRow:
    """Where `task` waits."""
    work = tables.work_types[task.kind]
    return QueueRow(
        queue=queue_name(case.unit, work, case.debtor.language == "cy"),
        case=case.id,
        task=task.id,
        sort_key=sort_key(work, task.waits_since),
        ready_at=task.due_at,
        owner=task.owner,
    )


def rows(case: Case, tables: Tables) -> tuple[QueueRow, ...]:
    """The queue rows of a case, which replace those before in the transaction of the change: one for each open task, but
    for those that only ask for money, while a promise of it is open or a stop says that they wait."""
    waits = case.open_promise is not None or chasing_waits(case, tables)
    return tuple(row(case, task, tables) for task in case.tasks if not (waits and tables.work_types[task.kind].chases))


def queues_of(staff: Staff, tables: Tables, on: date) -> dict[str, str]:
    """The queues that `staff` work on a day, soonest first, with their titles."""
    mine = teams(staff, tables.grants(on))
    works = sorted({work.code: work for work in tables.work_types.values()}.values(), key=lambda work: work.major)
    needs = (False, True) if staff.welsh else (False,)
    return {
        queue_name(unit, work, welsh): f"{work.title}, Welsh" if welsh else work.title
        for unit in staff.units
        for work in works
        if work.team in mine
        for welsh in needs
    }


def why(case: Case, task: Task, tables: Tables, now: datetime) -> list[str]:
    """Why this case is next, the most important first, in words for the officer."""
    work = tables.work_types[task.kind]
    waited = (london_date(now) - task.waits_since).days
    reasons: list[str] = [task.title]
    if task.owner is not None:
        reasons.append(f"your call-back, due {format_moment(task.due_at)}")
    elif waited > 0:
        reasons.append(f"waiting since {format_date(task.waits_since)} ({waited} day{'s' if waited > 1 else ''})")
    else:
        reasons.append("ready since today")
    reasons.append(f"first in {work.title}")
    if case.debtor.language == "cy":
        reasons.append("asks for Welsh")
    return reasons
