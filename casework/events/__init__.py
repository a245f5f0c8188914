"""What can happen to a case: one class for each kind of event, with what it changes and how it reads."""

from __future__ import annotations

from casework.events.account import Noted, Opened
from casework.events.contacts import Contacted
from casework.events.declare import Happening, Stamp
from casework.events.money import Received
from casework.events.people import DetailsChanged, GuardianSet, MarkerEnded, MarkerSet
from casework.events.promises import Promised, PromiseEnded
from casework.events.tasks import TaskDeferred, TaskEnded, TaskMade, TaskReleased

__all__ = [
    "KINDS",
    "Contacted",
    "DetailsChanged",
    "GuardianSet",
    "Happening",
    "MarkerEnded",
    "MarkerSet",
    "Noted",
    "Opened",
    "PromiseEnded",
    "Promised",
    "Received",
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
        Received,
        TaskMade,
        TaskEnded,
        TaskDeferred,
        TaskReleased,
        DetailsChanged,
        GuardianSet,
        MarkerSet,
        MarkerEnded,
    )
}
"""Every kind of event by its name."""
