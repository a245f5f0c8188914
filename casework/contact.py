"""Contact with the person who owes: what was tried, by which channel, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.clean import Line
from casework.dates import Instant

Direction = Literal["out", "in"]

Channel = Literal["call", "email", "webchat", "letter", "sms"]

CHANNELS: Mapping[Channel, str] = {
    "call": "call",
    "email": "e-mail",
    "webchat": "webchat",
    "letter": "letter",
    "sms": "text",
}
"""Each channel as staff read it."""


THEM, SOMEBODY_ELSE = "them", "other"
"""Who is on the line, while a call lasts: whoever pays, or somebody else."""


class Contact(BaseModel):
    """One contact or attempt. The note that was written stands in the history."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    at: Instant
    by: str
    channel: Channel = "call"
    direction: Direction
    number: Line | None = None
    outcome: str
    talk_seconds: int | None = None
    attempt: bool = True
    """Counts as an attempt, if it went out: something may have rung."""
    reached: bool = False
    """Was with the person."""


class Counters(BaseModel):
    """What the case has been through, in figures that rules read."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    attempts: int = 0
    """Calls made."""
    conversations: int = 0
    """Contacts, ours or theirs, in which the person was reached."""
    unanswered: int = 0
    """Calls made since the person was last reached."""
    broken_promises: int = 0
