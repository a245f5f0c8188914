"""Somebody was contacted, or was tried."""

from __future__ import annotations

from typing import Any, Literal

from casework.case import MOST_CONTACTS, Case
from casework.clean import Line, Prose
from casework.contact import Contact, Direction
from casework.events.declare import Happening, Stamp


class Contacted(Happening):
    """A call was made or taken."""

    kind = "contact"
    part = "contacts"

    channel: Literal["call"] = "call"
    direction: Direction
    number: Line | None = None
    outcome: str
    outcome_label: Line
    reached: bool
    talk_seconds: int | None = None
    note: Prose | None = None

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The newest contacts and the counters."""
        contact = Contact(
            id=f"{stamp.seq}.1",
            at=stamp.at,
            by=stamp.actor,
            channel=self.channel,
            direction=self.direction,
            number=self.number,
            outcome=self.outcome,
            talk_seconds=self.talk_seconds,
        )
        was = case.counters
        out = self.direction == "out"
        counters = was.model_copy(
            update={
                "attempts": was.attempts + out,
                "conversations": was.conversations + self.reached,
                "unanswered": 0 if self.reached else was.unanswered + out,
            }
        )
        return {"contacts": (*case.contacts, contact)[-MOST_CONTACTS:], "counters": counters}

    def summary(self) -> str:
        """Direction, outcome, number, and the note."""
        line = f"call {self.direction}  {self.outcome_label.lower()}{f'  {self.number}' if self.number else ''}"
        return f"{line}  {self.note}" if self.note else line
