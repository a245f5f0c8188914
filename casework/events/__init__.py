"""What can happen to a case: one class for each kind of event, with what it changes and how it reads."""

from __future__ import annotations

from casework.events.account import Noted, Opened
from casework.events.contacts import Contacted
from casework.events.declare import Happening, Stamp
from casework.events.money import Received, Reversed
from casework.events.promises import Promised, PromiseEnded, PromiseReopened
from casework.events.tasks import TaskDeferred, TaskEnded, TaskMade, TaskReleased

__all__ = [
    "KINDS",
    "Contacted",
    "Happening",
    "Noted",
    "Opened",
    "PromiseEnded",
    "PromiseReopened",
    "Promised",
    "Received",
    "Reversed",
    "Stamp",
    "TaskDeferred",
    "TaskEnded",
    "TaskMade",
    "TaskReleased",
]

KINDS: dict[str, type[Happening]] = {
    cls.kind: cls
    for cls in (
        Opened,
        Noted,
        Contacted,
        Promised,
        PromiseEnded,
        PromiseReopened,
        Received,
        Reversed,
        TaskMade,
        TaskEnded,
        TaskDeferred,
        TaskReleased,
    )
}
"""Every kind of event by its name."""
