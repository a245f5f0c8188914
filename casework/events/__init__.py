"""What can happen to a case: one class for each kind of event, with what it changes and how it reads."""

from __future__ import annotations

from casework.events.account import Noted, Opened
from casework.events.calendar import CameOfAge, FactExpired, InstalmentMissed
from casework.events.contacts import Contacted, NumberFailed
from casework.events.declare import Happening, Stamp
from casework.events.handover import Acknowledged, HandedOn, HandedOver
from casework.events.money import Received, Reversed
from casework.events.people import DetailsChanged, GuardianSet, MarkerEnded, MarkerSet
from casework.events.promises import Promised, PromiseEnded, PromiseReopened
from casework.events.stops import ClockEnded, ReviewDue, Safeguarded, StopLifted, Stopped
from casework.events.tasks import TaskDeferred, TaskEnded, TaskMade, TaskReleased
from casework.events.terms import CardAsked, MeansTaken, TermsAgreed, TermsRefused, TermsRequested
from casework.events.tracing import TraceAnswered, TraceAsked, TracesDue
from casework.events.undone import Undone

__all__ = [
    "KINDS",
    "Acknowledged",
    "CardAsked",
    "CameOfAge",
    "ClockEnded",
    "Contacted",
    "FactExpired",
    "Happening",
    "MeansTaken",
    "InstalmentMissed",
    "DetailsChanged",
    "GuardianSet",
    "HandedOn",
    "HandedOver",
    "MarkerEnded",
    "MarkerSet",
    "Noted",
    "NumberFailed",
    "Opened",
    "PromiseEnded",
    "PromiseReopened",
    "Promised",
    "Received",
    "ReviewDue",
    "Safeguarded",
    "Reversed",
    "Stamp",
    "StopLifted",
    "Stopped",
    "TaskDeferred",
    "TaskEnded",
    "TaskMade",
    "TaskReleased",
    "TermsAgreed",
    "TermsRefused",
    "TermsRequested",
    "TraceAnswered",
    "TraceAsked",
    "TracesDue",
    "Undone",
]

KINDS: dict[str, type[Happening]] = {
    cls.kind: cls
    for cls in (
        Opened,
        Noted,
        Contacted,
        NumberFailed,
        Promised,
        PromiseEnded,
        PromiseReopened,
        Received,
        Reversed,
        TaskMade,
        TaskEnded,
        TaskDeferred,
        TaskReleased,
        TermsAgreed,
        TermsRequested,
        TermsRefused,
        MeansTaken,
        CardAsked,
        Safeguarded,
        Stopped,
        StopLifted,
        ReviewDue,
        ClockEnded,
        InstalmentMissed,
        FactExpired,
        CameOfAge,
        DetailsChanged,
        GuardianSet,
        MarkerSet,
        MarkerEnded,
        TraceAsked,
        TraceAnswered,
        TracesDue,
        HandedOver,
        HandedOn,
        Acknowledged,
        Undone,
    )
}
"""Every kind of event by its name."""
