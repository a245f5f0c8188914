"""A case was handed over; somebody acknowledged it, or passed it on to the team leader."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.dates import Instant, format_when, london_date
from casework.events.declare import Happening, Stamp
from casework.handover import Handover, Snapshot, waits_behind
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
    """The day up to which that waits for somebody to acknowledge this."""
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
        if task.id == self.in_hand:
            return task.model_copy(update={"owner": self.to, "parked_by": None, "kept_until": self.kept_until})
        return _given(task, self.to)

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
    """What was in hand, if it was for them."""
    owner: str | None = None
    """Whose that is from now on; None where it stays whose it was."""
    kept_until: date | None = None

    def parts(self, case: Case) -> frozenset[Part]:
        """Tasks end."""
        return frozenset({"handover", "tasks"})

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """Nothing is left to acknowledge; what was in hand can be worked, today by whoever acknowledged it."""
        left = [task for task in case.tasks if task.id not in self.tasks]
        tasks = tuple(self._kept(one) if one.id == self.in_hand else one for one in left)
        return {"handover": None, "tasks": tasks}

    def _kept(self, task: Task) -> Task:
        return task.model_copy(update={"owner": self.owner or task.owner, "kept_until": self.kept_until})

    def summary(self) -> str:
        """From whom."""
        return f"acknowledged the hand-over from {self.by_name}"


class HandedOn(Happening):
    """Whoever was to acknowledge a hand-over knows the person, so that it is the team leader's, with all that was theirs."""

    kind = "handed-on"
    part = "handover"

    by_name: Line
    """Who had handed over."""
    to_name: Line
    task: str
    """The task to acknowledge it, which ends."""
    leader_task: str
    """The team leader's, who has it now."""
    moved: tuple[str, ...] = ()
    """The tasks that are nobody's own any more."""
    kept_until: date
    """The day up to which what was in hand waits for the team leader."""
    reason: Line

    def parts(self, case: Case) -> frozenset[Part]:
        """One task ends, another is due, and more change hands."""
        return frozenset({"handover", "tasks"})

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The hand-over is for the team leader."""
        opened = case.handover
        if opened is not None:
            opened = opened.model_copy(update={"to": None, "to_name": self.to_name})
        tasks = tuple(self._changed(one, case, stamp) for one in case.tasks if one.id != self.task)
        return {"handover": opened, "tasks": tasks}

    def _changed(self, task: Task, case: Case, stamp: Stamp) -> Task:
        if task.id == self.leader_task:
            return task.model_copy(update={"due_at": min(task.due_at, stamp.at)})
        if task.id not in self.moved:
            return task
        kept = self.kept_until if waits_behind(case, task) else None
        return _given(task, None).model_copy(update={"kept_until": kept})

    def summary(self) -> str:
        """From whom, to whom, and why."""
        return f"hand-over from {self.by_name} passed on to {self.to_name}: {self.reason}"


def _given(task: Task, to: str | None) -> Task:
    """What was somebody's own, or what they have parked, is the receiver's."""
    if task.parked_by is not None:
        return task.model_copy(update={"parked_by": to})
    return task.model_copy(update={"owner": to, "kept_until": None})


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
