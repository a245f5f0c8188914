"""A promise was made; it ended."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from casework.case import MOST_PROMISES, Case
from casework.clean import Line
from casework.dates import format_date
from casework.events.declare import Happening, Stamp
from casework.money import Pence, Sum, format_money
from casework.promises import Promise


class Promised(Happening):
    """The payer promised to pay a sum by a date."""

    kind = "promise"
    part = "promises"

    amount_pence: Sum
    due: date
    method: Line
    method_label: Line

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One more promise, open."""
        promise = Promise(
            id=f"{stamp.seq}.1",
            amount_pence=self.amount_pence,
            due=self.due,
            method=self.method,
            taken_by=stamp.actor,
            taken_at=stamp.at,
        )
        return {"promises": (*case.promises, promise)[-MOST_PROMISES:]}

    def summary(self) -> str:
        """Sum, date and method."""
        return f"{format_money(self.amount_pence)} by {format_date(self.due)} by {self.method_label.lower()}"


class PromiseEnded(Happening):
    """A promise was kept, kept in part, broken, cancelled, or superseded by new terms."""

    kind = "promise-ended"
    part = "promises"

    promise: str
    state: Literal["kept", "part", "broken", "cancelled", "superseded"]
    amount_pence: Sum
    due: date
    paid_pence: Pence = 0

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The promise's state; broken ones are counted."""
        end = {"state": self.state, "paid_pence": self.paid_pence}
        promises = tuple(one.model_copy(update=end) if one.id == self.promise else one for one in case.promises)
        broken = case.counters.broken_promises + (self.state == "broken")
        return {
            "promises": promises,
            "counters": case.counters.model_copy(update={"broken_promises": broken}),
        }

    def summary(self) -> str:
        """Which promise, and how it ended."""
        state = f"kept in part, {format_money(self.paid_pence)} paid" if self.state == "part" else self.state
        return f"{format_money(self.amount_pence)} due {format_date(self.due)} {state}"
