"""Promises: what the payer said they will pay, and when. A promise is not a change of the terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from casework.clean import Line
from casework.dates import Calendar, Instant, format_date, london_date
from casework.money import Pence, Sum, format_money

State = Literal["open", "kept", "part", "broken", "cancelled", "superseded"]


class Promise(BaseModel):
    """One promise and how it turned out."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    amount_pence: Sum
    due: date
    method: Line
    taken_by: str
    taken_at: Instant
    state: State = "open"
    paid_pence: Pence = 0
    """Paid towards it when it ended."""
    ended_on: date | None = None
    """The day on which it was noticed how it ended; None while it is open."""
    grace_from: date | None = None
    """When money that had kept it was undone, and not by the payer: the days of grace begin again there."""

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
    def towards(self) -> str | None: ...
    @property
    def reversed(self) -> bool: ...
    @property
    def amount_pence(self) -> int: ...
    @property
    def received_on(self) -> date: ...


def last_day(promise: Promise, method: Grace, calendar: Calendar) -> date:
    """The last day on which money may still show: the due date and the days of grace of the method. They begin again when
    we undo money that had kept it."""
    begins = max(promise.due, promise.grace_from or promise.due)
    if method.grace_in == "working":
        return calendar.add_working_days(begins, method.grace_days)
    return begins + timedelta(method.grace_days)


def paid_towards(promise: Promise, payments: Iterable[Paid], until: date) -> int:
    """Pence received from the day the promise was taken up to `until`. No money is towards two promises; what was recorded
    before a promise is not towards it, and what was undone is not paid."""
    taken = london_date(promise.taken_at)
    counted = (one for one in payments if one.towards == promise.id and not one.reversed)
    return sum(one.amount_pence for one in counted if taken <= one.received_on <= until)


def towards(promises: Sequence[Promise], received_on: date, *, pays_all: bool) -> Promise | None:
    """The promise that money received on a day is towards: one taken on or before that day (in London), the open one if it
    was, else the newest; None when there is none. `promises` are oldest first.

    Money that pays all that is owed keeps the open promise whatever its date, and so is towards it.
    """
    open_promise = next((one for one in promises if one.state == "open"), None)
    if pays_all and open_promise is not None:
        return open_promise
    by_then = [one for one in promises if london_date(one.taken_at) <= received_on]
    return open_promise if open_promise in by_then else next(reversed(by_then), None)


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


def broken_since(promises: Iterable[Promise], day: date) -> list[date]:
    """The days, oldest first, from `day` on, on which it was noticed that a promise was broken."""
    return sorted(one.ended_on for one in promises if one.state == "broken" and one.ended_on and one.ended_on >= day)


def with_room(promises: Sequence[Promise], most: int) -> tuple[Promise, ...]:
    """`promises`, oldest first, less the oldest when there are `most` already, so that one more can stand beside them. The
    broken ones go last: whether another is taken depends on them."""
    if len(promises) < most:
        return tuple(promises)
    goes = next((one for one in promises if one.state != "broken"), promises[0])
    return tuple(one for one in promises if one is not goes)
