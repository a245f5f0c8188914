"""My day: what one person has to do today besides what their queues bring, read off the cases that are theirs.

A case is theirs because they or their post own a task of it or parked it, because they hold it, because it was handed over
to them, or because they took what is promised on it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.accounts import CaseId
from casework.case import Case
from casework.clean import Line
from casework.dates import Instant, london_date, start_of_day
from casework.handover import waits_behind
from casework.reference import Tables
from casework.staff import Staff
from casework.tasks import HAND_OVER, UNREAD, Task

What = Literal["acknowledge", "call-back", "promise", "own", "parked"]
"""To read what was handed over; to call back at a minute; to look whether a promise was kept; what is their own; what comes
back on another day."""


class MyTask(BaseModel):
    """One thing to do today, or to know of."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    case: CaseId
    name: Line
    """Of whoever is to pay."""
    what: What
    title: Line
    at: Instant
    """When it is due or comes back, or was handed over; whole days begin at midnight in London."""

    @property
    def place(self) -> tuple[int, datetime, str, str]:
        """Where it stands in a list: what is to be acknowledged first, what is parked last."""
        order = {"acknowledge": 0, "parked": 2}.get(self.what, 1)
        return order, self.at, self.case, self.title


def my_tasks(
    case: Case, me: Staff, tables: Tables, now: datetime, *, to_read: bool = False, held: bool = False
) -> list[MyTask]:
    """What a case of mine asks of me today. `to_read`: its hand-over is mine to acknowledge; `held`: I have it claimed."""
    found: list[tuple[What, str, datetime]] = []
    if to_read and case.handover is not None:
        found.append(("acknowledge", f"handed over by {case.handover.by_name}", case.handover.at))
    mine = [task for task in case.tasks if me.has(task.owner or task.parked_by) and _is_work(case, task)]
    for task in mine:
        what = _what(task, tables, now)
        if what == "parked" or task.due_on <= london_date(now):
            found.append((what, task.title, task.due_at))
    promise = case.open_promise
    if promise is not None and promise.due <= london_date(now) and (held or mine or promise.taken_by == me.id):
        title = f"promise of {promise}" if promise.due == london_date(now) else f"promise of {promise}, not kept yet"
        found.append(("promise", title, start_of_day(promise.due)))
    name = Line(str(case.debtor.name))
    return [MyTask(case=case.id, name=name, what=what, title=Line(title), at=at) for what, title, at in found]


def _is_work(case: Case, task: Task) -> bool:
    """Whether a task is done by working it: a hand-over is read, and what was in hand waits until it is."""
    return task.kind not in (HAND_OVER, UNREAD) and not waits_behind(case, task)


def _what(task: Task, tables: Tables, now: datetime) -> What:
    if task.parked_by is not None and task.due_at > now:
        return "parked"
    return "call-back" if tables.work_types[task.kind].agreed else "own"
