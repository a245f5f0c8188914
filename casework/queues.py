"""Queues: the ready tasks of one business unit, team, work type and need, and which of them comes first.

A queue's name carries the need (`K01.promises`, `K01.promises.welsh`), so that need is part of what is asked for and never
a filter afterwards. The sort key is one static integer: major priority, then the date from which the task waits, then minor
priority; lower is sooner, ties by case and task. Because it does not change, waiting ages a task by itself.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.accounts import CaseId
from casework.case import Case
from casework.dates import Instant, format_date, format_moment, london_date
from casework.handover import Handover, waits_behind
from casework.reference import Tables
from casework.roles import LookUp
from casework.staff import Staff, may, teams
from casework.stops import chasing_waits
from casework.table_rows import WorkType
from casework.tasks import HAND_OVER, TRACE, TRACE_ANSWER, UNREAD, Task

WELSH = "welsh"

_OF_TRACES = frozenset({TRACE, TRACE_ANSWER})
"""Kinds of task of which some are for the named users of a source alone."""


class QueueRow(BaseModel):
    """One task of one case, as a queue sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    queue: str
    case: CaseId
    task: str
    sort_key: int
    ready_at: Instant
    owner: str | None = None
    """The post or person whose it is; nobody else has it before its day is over, unless they are away."""
    own_until: date | None = None
    """The last day on which it is its owner's alone; None while it stays theirs."""
    agreed: bool = False
    """Agreed with somebody for a minute: its owner does it before anything else."""
    handed_by: str | None = None
    """It is a hand-over to be acknowledged, and who wrote it, which cannot be whoever acknowledges it."""
    put_off: Literal["skipped", "parked"] | None = None
    """Why it waits, if somebody put it off."""

    def owned(self, today: date) -> bool:
        """Whether it is still its owner's on a day."""
        return self.owner is not None and (self.own_until is None or today <= self.own_until)

    def anyones(self, today: date, away: bool) -> bool:
        """Whether somebody of the team other than its owner may have it: nobody owns it, its day is over, or its owner is
        `away` on the day of `today`. A hand-over waits for whoever it is for; the team leader has a task of their own."""
        return not self.owned(today) or (away and self.handed_by is None)


class Taken(BaseModel):
    """An open promise, as its taker's own day sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    by: str
    due: date


def taken(case: Case) -> Taken | None:
    """Who took the open promise of a case, and when it is due; None while there is none."""
    promise = case.open_promise
    return Taken(by=promise.taken_by, due=promise.due) if promise is not None else None


def queue_name(unit: str, work: WorkType, welsh: bool, look_up: LookUp | None = None) -> str:
    """`K01.promises`, or `K01.promises.welsh`. With a `look_up`, `K01.tracing.trace-dwp`: nobody is spoken with, so that it
    waits for no Welsh speaker."""
    if look_up is not None:
        return f"{unit}.{work.code}.{look_up}"
    return f"{unit}.{work.code}.{WELSH}" if welsh else f"{unit}.{work.code}"


def sort_key(work: WorkType, waiting_since: date) -> int:
    """Major priority (10 bits), priority date (22 bits), minor priority (10 bits), packed into one integer."""
    return (work.major << 32) | (waiting_since.toordinal() << 10) | work.minor


def row(case: Case, task: Task, tables: Tables) -> QueueRow:
    """Where `task` waits."""
    work, owner = tables.work_types[task.kind], task.owner or task.parked_by
    return QueueRow(
        queue=queue_name(case.unit, work, case.debtor.language == "cy", task.need),
        case=case.id,
        task=task.id,
        sort_key=sort_key(work, task.waits_since),
        ready_at=task.due_at,
        owner=owner,
        own_until=(task.kept_until or task.due_on) if owner and task.kind != HAND_OVER else None,
        agreed=work.agreed and task.owner is not None,
        handed_by=case.handover.by if case.handover and task.kind in (HAND_OVER, UNREAD) else None,
        put_off=task.put_off,
    )


def rows(case: Case, tables: Tables) -> tuple[QueueRow, ...]:
    """The queue rows of a case, which replace those before in the transaction of the change: one for each open task, but
    for those that only ask for money, while a promise of it is open or a stop says that they wait; and for what was in hand
    when the case was handed over, while that is not acknowledged."""
    waits = case.open_promise is not None or chasing_waits(case, tables)
    return tuple(
        row(case, task, tables)
        for task in case.tasks
        if not (waits and tables.work_types[task.kind].chases) and not waits_behind(case, task)
    )


def queues_of(staff: Staff, tables: Tables, on: date) -> dict[str, str]:
    """The queues that `staff` work on a day, soonest first, with their titles."""
    grants = tables.grants(on)
    mine = teams(staff, grants)
    works = sorted({work.code: work for work in tables.work_types.values()}.values(), key=lambda work: work.major)
    needs = (False, True) if staff.welsh else (False,)
    sources = {row.named_users: row.label for row in tables.trace_sources(on).values() if row.named_users is not None}
    look_ups = [one for one in sources if not may(staff, one, None, grants)]
    found: dict[str, str] = {}
    for unit in staff.units:
        for work in works:
            if work.team not in mine:
                continue
            for welsh in needs:
                found[queue_name(unit, work, welsh)] = f"{work.title}, Welsh" if welsh else work.title
            for one in look_ups if not _OF_TRACES.isdisjoint(work.tasks) else ():
                found[queue_name(unit, work, False, one)] = f"{work.title}, {sources[one]}"
    return found


def why(case: Case, task: Task, tables: Tables, now: datetime, me: Staff, owner: str = "") -> list[str]:
    """Why this case is next for `me`, the most important first, in words for the officer. `owner` is the name of whoever owns
    the task, for others."""
    work = tables.work_types[task.kind]
    if case.handover is not None and task.kind in (HAND_OVER, UNREAD):
        return [task.title, _to_read(case.handover, task), *_needs(case)]
    whose = task.owner or task.parked_by
    reasons: list[str] = [task.title]
    if whose is not None and not me.has(whose):
        over = london_date(now) > (task.kept_until or task.due_on)
        reasons.append(f"{owner or whose} {'did not do it in time' if over else 'is away today'}")
    if work.agreed and task.owner is not None:
        reasons.append(f"{'your' if me.has(whose) else 'their'} call-back, due {format_moment(task.due_at)}")
    else:
        if whose is not None and me.has(whose):
            reasons.append("you or your post parked it" if task.parked_by else "handed over to you or your post")
        reasons.append(_waited(task, london_date(now)))
    return [*reasons, f"first in {work.title}", *_needs(case)]


def _to_read(handover: Handover, task: Task) -> str:
    """Why a hand-over comes before everything else, or comes to the team leader."""
    when = format_moment(handover.at)
    if task.kind == HAND_OVER:
        return f"handed over to {handover.to_name} on {when}: acknowledge it before your queue"
    return f"handed over to {handover.to_name} on {when}, not acknowledged"


def _waited(task: Task, today: date) -> str:
    days = (today - task.waits_since).days
    if days <= 0:
        return "ready since today"
    return f"waiting since {format_date(task.waits_since)} ({days} day{'s' if days > 1 else ''})"


def _needs(case: Case) -> list[str]:
    return ["asks for Welsh"] if case.debtor.language == "cy" else []
