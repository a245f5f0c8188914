"""There is something to do; it was done, put off, or became anyone's."""

from __future__ import annotations

from typing import Any, Literal

from casework.case import Case
from casework.clean import Line, Prose
from casework.dates import Instant, format_when, london_date
from casework.events.declare import KEPT_APART, Happening, Stamp
from casework.roles import LookUp
from casework.tasks import Task


class TaskMade(Happening):
    """There is something to do."""

    kind = "task"
    part = "tasks"

    task: str
    """The kind of task."""
    subject: str
    title: Line
    due_at: Instant
    owner: str | None = None
    need: LookUp | None = None
    """The look-up of which whoever does it must be a named user."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One more task, unless the same is there already."""
        task = Task(
            id=f"{stamp.seq}.1",
            kind=self.task,
            subject=self.subject,
            title=self.title,
            due_at=self.due_at,
            waits_since=london_date(self.due_at),
            owner=self.owner,
            need=self.need,
        )
        if any(task.key == other.key for other in case.tasks):
            return {}
        return {"tasks": (*case.tasks, task)}

    def summary(self) -> str:
        """What is to be done, and from when."""
        return f"{self.title}, from {format_when(self.due_at)}"


class TaskEnded(Happening):
    """The work on a task ended."""

    kind = "task-ended"
    part = "tasks"

    task: str
    title: Line
    outcome: str
    outcome_label: Line
    note: Prose | None = None
    restricted_note: str | None = None
    """The name of the note, where only some may read it; `note` is then filled for those alone."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One task fewer."""
        return {"tasks": tuple(one for one in case.tasks if one.id != self.task)}

    def summary(self) -> str:
        """Which task, how it ended, and the note."""
        line = f"{self.outcome_label.lower()}: {self.title}"
        note = self.note or (KEPT_APART if self.restricted_note else None)
        return f"{line}  {note}" if note else line


class TaskDeferred(Happening):
    """A task was skipped or parked: it comes back later."""

    kind = "task-deferred"
    part = "tasks"

    task: str
    title: Line
    how: Literal["skipped", "parked"]
    until: Instant
    reason: Line
    code: str | None = None
    """Of the reason."""
    post: str | None = None
    """Whose case it is that was parked, on the day on which it comes back."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The task waits; what is passed over is anyone's, what is parked comes back to whoever parked it."""
        parked_by = (self.post or stamp.actor) if self.how == "parked" else None
        later: dict[str, Any] = {"due_at": self.until, "put_off": self.how, "parked_by": parked_by}
        later |= {"owner": None, "kept_until": None}
        tasks = tuple(one.model_copy(update=later) if one.id == self.task else one for one in case.tasks)
        return {"tasks": tasks}

    def summary(self) -> str:
        """Which task, until when, and why."""
        return f"{self.how} until {format_when(self.until)}: {self.reason} ({self.title})"


class TaskReleased(Happening):
    """What its owner did not do in time became anyone's: a call-back, or what was handed over."""

    kind = "task-released"
    part = "tasks"

    task: str
    title: Line

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The task has no owner."""
        free: dict[str, Any] = {"owner": None, "kept_until": None}
        tasks = tuple(one.model_copy(update=free) if one.id == self.task else one for one in case.tasks)
        return {"tasks": tasks}

    def summary(self) -> str:
        """Which task."""
        return f"now anyone's: {self.title}"
