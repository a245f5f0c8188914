"""Promises: what the payer said they will pay, and when. A promise is not a change of the terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from casework.clean import Line
from casework.dates import Calendar, Instant, format_date, london_date
from casework.ledger import natural
from casework.money import Pence, Sum, format_money

State = Literal["open", "kept", "part", "broken", "cancelled", "superseded"]


class Promise(BaseModel):
    """One promise and how it turned out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    amount_pence: Sum
    due: date
    method: Line
    taken_by: str
    taken_at: Instant
    state: State = "open"
    paid_pence: Pence = 0

    def __str__(self) -> str:
        return f"{format_money(self.amount_pence)} by {format_date(self.due)}"


class Grace(Protocol):
    """A row of the payment-method table: how long its money takes to show."""

    @property
    def grace_days(self) -> int: ...
    @property
    def grace_in(self) -> Literal["working", "calendar"]: ...


class Paid(Protocol):
    """A payment, as promises see it."""

    @property
    def id(self) -> str: ...
    @property
    def amount_pence(self) -> int: ...
    @property
    def received_on(self) -> date: ...


def last_day(promise: Promise, method: Grace, calendar: Calendar) -> date:
    """The last day on which money may still show: the due date and the days of grace of the method."""
    if method.grace_in == "working":
        return calendar.add_working_days(promise.due, method.grace_days)
    return promise.due + timedelta(method.grace_days)


def paid_towards(promise: Promise, payments: Iterable[Paid], until: date) -> int:
    """Pence received from the day the promise was taken up to `until`; what was recorded before it is not towards it."""
    taken, since = london_date(promise.taken_at), natural(promise.id)
    counted = (one for one in payments if natural(one.id) > since and taken <= one.received_on <= until)
    return sum(one.amount_pence for one in counted)


def outcome(
    promise: Promise,
    payments: Iterable[Paid],
    method: Grace,
    kept_percent: int,
    calendar: Calendar,
    today: date,
) -> tuple[State, int]:
    """How the promise stands on `today`, and the pence paid towards it: kept as soon as `kept_percent` of it is in; part
    kept or broken only from the day after the last day of grace; open until then."""
    last = last_day(promise, method, calendar)
    paid = paid_towards(promise, payments, last)
    if paid * 100 >= promise.amount_pence * kept_percent:
        return "kept", paid
    if today <= last:
        return "open", paid
    return ("part" if paid else "broken"), paid
