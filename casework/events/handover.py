"""A case was handed over; somebody acknowledged it."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.dates import Instant, format_when, london_date
from casework.events.declare import Happening, Stamp
from casework.handover import Handover, Snapshot
from casework.tasks import ACCOUNT, HAND_OVER, UNREAD, Task


class HandedOver(Happening):
    """A case was handed over, with the open work on it that was theirs."""

    kind = "handed-over"
    part = "handover"

    by_name: Line
    to: str | None = None
    """The post or the person it is for; None when it is for the team leader."""
    to_name: Line
    text: Prose
    snapshot: Snapshot
    moved: tuple[str, ...] = ()
    """The tasks that are the receiver's from now on."""
    in_hand: str | None = None
    """Of these, the one that was being worked."""
    kept_until: date | None = None
    """The day up to which that waits for the receiver."""
    title: Line
    """Of the task to acknowledge it."""
    leader_title: Line
    leader_from: Instant
    """When it is the team leader's, if nobody has acknowledged it."""

    def parts(self, case: Case) -> frozenset[Part]:
        """Tasks are made, and change hands."""
        return frozenset({"handover", "tasks"})

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The hand-over is open; those who are to acknowledge it have a task. When a task was first due stays as it was."""
        opened = Handover(
            id=f"{stamp.seq}.1",
            version=stamp.seq,
            at=stamp.at,
            by=stamp.actor,
            by_name=self.by_name,
            to=self.to,
            to_name=self.to_name,
            text=self.text,
            snapshot=self.snapshot,
            in_hand=self.in_hand,
        )
        made = [_task(f"{stamp.seq}.2", UNREAD, self.leader_title, self.leader_from)]
        if self.to is not None:
            made.insert(0, _task(f"{stamp.seq}.1", HAND_OVER, self.title, stamp.at, self.to))
        return {"handover": opened, "tasks": (*(self._moved(task) for task in case.tasks), *made)}

    def _moved(self, task: Task) -> Task:
        if task.id not in self.moved:
            return task
        if task.parked_by is not None:
            return task.model_copy(update={"parked_by": self.to})
        kept = self.kept_until if task.id == self.in_hand else None
        return task.model_copy(update={"owner": self.to, "kept_until": kept})

    def summary(self) -> str:
        """To whom, and what was written."""
        return f"handed over to {self.to_name}: {self.text} (to the team leader from {format_when(self.leader_from)})"


class Acknowledged(Happening):
    """A hand-over was read by somebody it was for, or by the team leader."""

    kind = "acknowledged"
    part = "handover"

    by_name: Line
    """Who had handed over."""
    tasks: tuple[str, ...]
    """The tasks to acknowledge it, which end."""
    in_hand: str | None = None
    """What goes on being the reader's, if it was for them."""
    kept_until: date | None = None

    def parts(self, case: Case) -> frozenset[Part]:
        """Tasks end."""
        return frozenset({"handover", "tasks"})

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """Nothing is left to acknowledge; what was in hand can be worked, today by whoever acknowledged it."""
        left = [task for task in case.tasks if task.id not in self.tasks]
        kept = {"kept_until": self.kept_until}
        tasks = tuple(one.model_copy(update=kept) if one.id == self.in_hand else one for one in left)
        return {"handover": None, "tasks": tasks}

    def summary(self) -> str:
        """From whom."""
        return f"acknowledged the hand-over from {self.by_name}"


def _task(task_id: str, kind: str, title: Line, due_at: Instant, owner: str | None = None) -> Task:
    return Task(
        id=task_id,
        kind=kind,
        subject=ACCOUNT,
        title=title,
        due_at=due_at,
        waits_since=london_date(due_at),
        owner=owner,
    )
