"""Tasks: the pieces of work on a case, each due at a time."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.clean import Line
from casework.dates import Instant, london_date
from casework.roles import LookUp

ACCOUNT = "account"
"""The subject of a task that is about the account as a whole."""

CONTACT_DETAILS = "contact-details"
"""The kind of the task to find a number or address that works."""

CONFIRM_DETAILS = "confirm-details"
"""The kind of the task to ask whether something known of them is still so; its subject is the name of that."""

TRACE_ANSWER = "trace-answer"
"""The kind of the task to read the answer to a trace, or chase it; its subject is the id of the trace."""

TRACE = "trace"
"""The kind of the task to ask another source; its subject is the code of what for."""

HARD_TO_TRACE = "hard-to-trace"
"""The kind of the team leader's task when every source was tried again and again in vain."""

HAND_OVER = "handover"
"""The kind of task with which a hand-over comes to whoever is to acknowledge it."""

UNREAD = "handover-unread"
"""The kind of task with which it comes to the team leader."""


class Task(BaseModel):
    """One piece of work. `(kind, subject, first due date)` is its key: making it twice is making it once."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    kind: str
    subject: str
    """What it is about: the id of a promise, the time of a call-back, the code of what must be judged, or `account`."""
    title: Line
    """Why it is there, as the officer reads it: `promise of £50.00 due 16 Nov 2026, broken`."""
    due_at: Instant
    """From when it may be worked; whole days begin at midnight in London."""
    waits_since: date
    """When it was first due. Skipping and parking put off `due_at`, and cost it nothing of its place."""
    owner: str | None = None
    """Whose it is, if one post's: its own call-back, or what was handed over to it."""
    need: LookUp | None = None
    """Whoever does it must be a named user of this look-up; it waits in a queue of theirs."""
    kept_until: date | None = None
    """Handed over: the day up to which it waits for its owner, though it was due before."""
    put_off: Literal["skipped", "parked"] | None = None
    """What was done with it last, if that was to put it off: it waits until `due_at`."""
    parked_by: str | None = None
    """The post that parked it."""

    @property
    def due_on(self) -> date:
        """The London date of `due_at`."""
        return london_date(self.due_at)

    @property
    def key(self) -> tuple[str, str, date]:
        """What makes two tasks the same."""
        return self.kind, self.subject, self.waits_since
