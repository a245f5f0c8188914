"""Hand-over: what whoever takes a case on must know (law page, section 9). The snapshot is taken when somebody hands over:
what is due, whose answer is awaited, and what comes next. It stands until somebody acknowledges it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from casework.clean import MOST_IN_LINE, Clean, Line, Prose, clean_line
from casework.dates import Instant, format_date, format_when

if TYPE_CHECKING:
    from casework.case import Case
    from casework.tasks import Task


TEAM_LEADER = Line("the team leader")
"""Whoever leads, by whatever name, to whom a hand-over comes when it is for nobody else."""


class Snapshot(BaseModel):
    """How a case stood when it was handed over, in words."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    due: tuple[Line, ...] = ()
    """The promise, and the calls and other work that is due, the soonest first."""
    waiting: tuple[Line, ...] = ()
    """Whose answer, or what, is awaited."""
    next: Line | None = None
    """What is to be done next."""


class Handover(BaseModel):
    """A hand-over that nobody has acknowledged yet."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    version: int
    """Of the case, when it was handed over: what came after, the reader has not been told."""
    at: Instant
    by: str
    by_name: Line
    to: str | None
    """The post or the person it is for; None when it is for the team leader."""
    to_name: Line
    text: Prose
    snapshot: Snapshot
    in_hand: str | None = None
    """The task that was being worked: it waits until this is acknowledged, or the day up to which it is kept is over."""


def unread(case: Case) -> int:
    """How many events came after the open hand-over; nought when there is none."""
    return case.version - case.handover.version if case.handover is not None else 0


def snapshot(case: Case, in_hand: Task | None, now: datetime) -> Snapshot:
    """How `case` stands. `in_hand` is the task that is being worked."""
    tasks = sorted((task for task in case.tasks if task is not in_hand), key=lambda task: task.due_at)
    parked = [task for task in tasks if task.parked_by is not None and task.due_at > now]
    due = [task for task in tasks if task not in parked]
    promise, request = case.open_promise, case.request
    after = in_hand or next(iter(due), None)
    return Snapshot(
        due=(
            *([_short(f"promise of {promise}")] if promise else []),
            *(_short(f"{task.title}, from {format_when(task.due_at)}") for task in due),
        ),
        waiting=(
            *([_short(f"terms asked for on {format_date(request.on)}: {request.terms}")] if request else []),
            *(_short(f"time to appeal until {format_date(clock.ends_on)}") for clock in case.clocks),
            *(_short(f"parked until {format_when(task.due_at)}: {task.title}") for task in parked),
        ),
        next=_short(after.title) if after else None,
    )


def proposed(taken: Snapshot) -> str:
    """The snapshot as the note that is proposed to whoever hands over: three lines at most."""
    lines = (("Next", [taken.next] if taken.next else []), ("Due", taken.due), ("Waiting for", taken.waiting))
    return "\n".join(f"{head}: {'; '.join(what)}" for head, what in lines if what)


def waits_behind(case: Case, task: Task) -> bool:
    """Whether `task` was in hand when the case was handed over, and somebody must acknowledge that first."""
    return case.handover is not None and task.id == case.handover.in_hand and task.kept_until is not None


def _short(text: str) -> Clean:
    """As much of a sentence as one line holds."""
    return clean_line(text if len(text) <= MOST_IN_LINE else f"{text[: MOST_IN_LINE - 1]}…")
