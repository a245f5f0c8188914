"""Somebody was contacted, or was tried; a number turned out to be useless."""

from __future__ import annotations

from typing import Any, Literal

from casework.case import MOST_CONTACTS, Case
from casework.clean import Line, Prose
from casework.contact import CHANNELS, Channel, Contact, Direction
from casework.events.declare import Happening, Stamp
from casework.people import Person

Identity = Literal["", "not asked", "not shown", "failed", "speak", "detail"]
"""What came of asking who it was: there was no need; there was, and nobody asked; too little was said; too much of it was
wrong; enough to speak of the account, or of its details too."""


class Contacted(Happening):
    """A call or another message went out or came in."""

    kind = "contact"
    part = "contacts"

    channel: Channel = "call"
    direction: Direction
    number: Line | None = None
    outcome: str
    outcome_label: Line
    detail: str | None = None
    detail_label: Line | None = None
    attempt: bool = True
    reached: bool
    identity: Identity = ""
    matched: tuple[Line, ...] = ()
    """The items of identity that agreed, in words; the answers are kept nowhere."""
    failed: tuple[Line, ...] = ()
    against: tuple[str, ...] = ()
    """The codes of what contact policy had against it."""
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
            attempt=self.attempt,
            reached=self.reached,
        )
        was = case.counters
        tried = self.channel == "call" and self.direction == "out" and self.attempt
        counters = was.model_copy(
            update={
                "attempts": was.attempts + tried,
                "conversations": was.conversations + self.reached,
                "unanswered": 0 if self.reached else was.unanswered + tried,
            }
        )
        return {"contacts": (*case.contacts, contact)[-MOST_CONTACTS:], "counters": counters}

    def summary(self) -> str:
        """Channel, direction, outcome and number; who showed what; what policy had against it; the note."""
        parts = [
            f"{CHANNELS[self.channel]} {self.direction}",
            ": ".join(label.lower() for label in (self.outcome_label, self.detail_label) if label),
            self.number,
            self._identity(),
            f"against contact policy ({', '.join(self.against)})" if self.against else None,
            self.note,
        ]
        return "  ".join(part for part in parts if part)

    def _identity(self) -> str | None:
        match self.identity:
            case "":
                return None
            case "not asked" | "not shown":
                agreed = f" ({', '.join(self.matched)} agreed)" if self.matched else ""
                return f"identity {self.identity}{agreed}"
            case "failed":
                return f"identity failed: {', '.join(self.failed)}"
            case _:
                return f"identity: {', '.join(self.matched)}"


class NumberFailed(Happening):
    """A number of theirs turned out to be somebody else's, or not to work."""

    kind = "number-failed"
    part = "person"

    number: Line
    standing: Literal["wrong", "dead"]

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """Everybody on the case who has this number has it no longer."""
        guardian = case.guardian
        return {
            "person": self._without(case.person),
            "guardian": guardian and guardian.model_copy(update={"person": self._without(guardian.person)}),
        }

    def _without(self, who: Person) -> Person:
        failed = {"standing": self.standing}
        phones = tuple(one.model_copy(update=failed) if one.number == self.number else one for one in who.phones)
        return who.model_copy(update={"phones": phones})

    def summary(self) -> str:
        """Which number, and what is wrong with it."""
        return f"{self.number} {'is somebody else’s' if self.standing == 'wrong' else 'does not work'}"
