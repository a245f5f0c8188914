"""A promise was made; it ended; it is open again."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from casework.case import MOST_PROMISES, Case
from casework.clean import Line
from casework.dates import format_date, london_date
from casework.events.declare import Happening, Stamp
from casework.money import Pence, Sum, format_money
from casework.promises import Promise, with_room


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
        return {"promises": (*with_room(case.promises, MOST_PROMISES), promise)}

    def summary(self) -> str:
        """Sum, date and method."""
        return f"{format_money(self.amount_pence)} by {format_date(self.due)} by {self.method_label.lower()}"


class PromiseEnded(Happening):
    """A promise was kept, kept in part, broken or cancelled, or something newer took its place."""

    kind = "promise-ended"
    part = "promises"

    promise: str
    state: Literal["kept", "part", "broken", "cancelled", "superseded"]
    amount_pence: Sum
    due: date
    paid_pence: Pence = 0

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The promise's state; broken ones are counted."""
        end = {"state": self.state, "paid_pence": self.paid_pence, "ended_on": london_date(stamp.at)}
        was = next((one.state for one in case.promises if one.id == self.promise), None)
        broken = case.counters.broken_promises + (self.state == "broken") - (was == "broken")
        return {
            "promises": _with(case, self.promise, end),
            "counters": case.counters.model_copy(update={"broken_promises": broken}),
        }

    def summary(self) -> str:
        """Which promise, and how it ended."""
        state = f"kept in part, {format_money(self.paid_pence)} paid" if self.state == "part" else self.state
        return f"{format_money(self.amount_pence)} due {format_date(self.due)} {state}"


class PromiseReopened(Happening):
    """Money that had kept a promise was undone: it is open again, or superseded when something newer has its place."""

    kind = "promise-reopened"
    part = "promises"

    promise: str
    state: Literal["open", "superseded"]
    amount_pence: Sum
    due: date
    grace_from: date | None = None
    """The day from which the days of grace count again; None when they count from the due date as before."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The promise's state. The calendar ends it again as its days of grace say."""
        ended_on = None if self.state == "open" else london_date(stamp.at)
        now = {"state": self.state, "paid_pence": 0, "ended_on": ended_on, "grace_from": self.grace_from}
        return {"promises": _with(case, self.promise, now)}

    def summary(self) -> str:
        """Which promise, and how it stands."""
        how = "open again" if self.state == "open" else "not kept after all, superseded"
        return f"{format_money(self.amount_pence)} due {format_date(self.due)} {how}"


def _with(case: Case, promise: str, now: dict[str, Any]) -> tuple[Promise, ...]:
    return tuple(one.model_copy(update=now) if one.id == promise else one for one in case.promises)
