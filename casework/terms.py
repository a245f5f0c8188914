"""Payment terms: how and by when the sum is to be paid, what they ask for day by day, and how far behind the payer is.
One set is in force at a time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import repeat
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, model_validator

from casework.clean import Line
from casework.dates import Day, format_date, format_day, months_after
from casework.money import Pence, Sum, format_money

_NEEDS: dict[str, tuple[str, ...]] = {
    "in_full": ("by",),
    "instalments": ("amount_pence", "every", "start"),
    "lump_sum": ("lump_sum_pence", "lump_sum_by", "amount_pence", "every", "start"),
}

Plan = Literal["in_full", "instalments", "lump_sum"]
Every = Literal["weekly", "fortnightly", "monthly"]

_STEPS = {"weekly": 7, "fortnightly": 14}
"""Days from one instalment to the next."""

MOST_YEARS = 100
"""How long instalments may run from their start. Our own choice, far beyond what anyone would agree: a slip such as £1 a
month for £100,000.00 is refused, not listed."""


class Terms(BaseModel):
    """In full by a date, instalments, or a lump sum by a date followed by instalments. Keys a plan does not use are absent."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    plan: Plan
    by: Day | None = None
    amount_pence: Sum | None = None
    every: Every | None = None
    start: Day | None = None
    lump_sum_pence: Sum | None = None
    lump_sum_by: Day | None = None

    @model_validator(mode="after")
    def _whole(self) -> Terms:
        needed = _NEEDS[self.plan]
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f"a plan of {self.plan} needs {', '.join(missing)}")
        if extra := [n for n in type(self).model_fields if n not in (*needed, "plan") and getattr(self, n) is not None]:
            raise ValueError(f"a plan of {self.plan} has no {', '.join(extra)}")
        return self

    def __str__(self) -> str:
        """`£20.00 weekly from 3 Sep 2026`."""
        if self.plan == "in_full" and self.by:
            return f"in full by {format_date(self.by)}"
        assert self.amount_pence and self.start
        instalments = f"{format_money(self.amount_pence)} {self.every} from {format_date(self.start)}"
        if self.plan == "lump_sum" and self.lump_sum_pence and self.lump_sum_by:
            return f"{format_money(self.lump_sum_pence)} by {format_date(self.lump_sum_by)}, then {instalments}"
        return instalments


def of_keys(keys: Mapping[str, object]) -> Terms:
    """The terms that `keys` mean; the plan follows from the others when it is absent.

    Raises:
        ValueError: when they do not go together.
    """
    given = {name: value for name, value in keys.items() if value is not None}
    if "plan" not in given:
        if not given:
            raise ValueError("say how much, how often and from when; or by when all of it")
        lump = given.keys() & {"lump_sum_pence", "lump_sum_by"}
        given["plan"] = "in_full" if "by" in given else "lump_sum" if lump else "instalments"
    return Terms.model_validate(given)


class InForce(BaseModel):
    """How the terms in force began."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    began_on: date
    balance_pence: Pence
    """What was owed then."""
    paid_pence: Pence = 0
    """What had been paid towards them when they were taken on, with the account or as a court's order."""
    agreed_by: str | None = None
    """Who agreed them here; None for the court's."""
    reason: Line | None = None
    missed: date | None = None
    """The newest missed instalment that the calendar has told somebody about."""


class Request(BaseModel):
    """Terms that were asked for, and wait for whoever may decide."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    terms: Terms
    reason: Line
    """A code of the table of reasons for new terms."""
    consent: bool = False
    """Whether the payer agreed to them although they ask for more than the present ones."""
    consent_how: Line | None = None
    by: str
    on: date
    to: Literal["fines-officer", "court"]


@dataclass(frozen=True, slots=True)
class Instalment:
    """What falls due on one day: an instalment, the lump sum, or all of it."""

    due: date
    amount_pence: int


@dataclass(frozen=True, slots=True)
class Arrears:
    """How far behind, and the due date of the earliest instalment that is not wholly paid; None when not behind."""

    arrears_pence: int
    first_missed: date | None


class Paid(Protocol):
    """A payment, as terms see it."""

    @property
    def amount_pence(self) -> int: ...
    @property
    def received_on(self) -> date: ...


def schedule(terms: Terms, balance_pence: int) -> tuple[Instalment, ...]:
    """Every instalment that pays off `balance_pence`, which is what was owed when the terms began.

    Raises:
        ValueError: with a sentence for the person, when that takes more than `MOST_YEARS`.
    """
    return tuple(instalments(terms, balance_pence)) if last_instalment(terms, balance_pence) else ()


def last_instalment(terms: Terms, balance_pence: int) -> Instalment | None:
    """The last of the schedule, worked out without the others; None when nothing is owed. Raises ValueError as `schedule`."""
    if balance_pence <= 0:
        return None
    if terms.by:
        return Instalment(terms.by, balance_pence)
    assert terms.amount_pence and terms.every and terms.start
    earlier, left, last = 0, balance_pence, _last_day(terms)
    if terms.lump_sum_by and terms.lump_sum_pence:
        before = days_before(terms.start, terms.every, terms.lump_sum_by)
        left_for_it = balance_pence - before * terms.amount_pence
        if 0 < left_for_it <= terms.lump_sum_pence and terms.lump_sum_by <= last:
            return Instalment(terms.lump_sum_by, left_for_it)
        if left_for_it > 0:
            earlier, left = before, left_for_it - terms.lump_sum_pence
    more = -(-left // terms.amount_pence) - 1
    due = day_of(terms.start, terms.every, earlier + more)
    if left <= 0 or due is None or due > last:
        raise ValueError(
            f"{terms} does not pay off {format_money(balance_pence)} by {format_date(last)}. "
            f"Instalments run for {MOST_YEARS} years at most."
        )
    return Instalment(due, left - more * terms.amount_pence)


def clear_date(terms: Terms, balance_pence: int) -> date | None:
    """The day on which the last of `balance_pence` falls due; None when nothing is owed. Raises ValueError as `schedule`."""
    last = last_instalment(terms, balance_pence)
    return last.due if last else None


def instalments(terms: Terms, balance_pence: int, until: date = date.max) -> Iterator[Instalment]:
    """The schedule one by one, however long it is, for who needs only its beginning: up to and including `until`.

    In order of date, a lump sum before an instalment of the same day. Each is what the terms ask for or what is left of
    `balance_pence`, whichever is less, so the last is what is left.
    """
    for due, amount_pence in falling_due(terms, balance_pence):
        if due > until:
            return
        yield Instalment(due, amount_pence)


def falling_due(terms: Terms, balance_pence: int) -> Iterator[tuple[date, int]]:
    """The instalments as bare days and pence, for who walks through thousands of them on every key."""
    left = balance_pence
    for due, asked in _asked(terms, balance_pence):
        if left <= 0:
            return
        yield due, asked if asked < left else left
        left -= asked


_EVERY = {"weekly": "every week", "fortnightly": "every two weeks", "monthly": "every month"}


def in_words(terms: Terms, balance_pence: int) -> str:
    """Terms as they are said to the payer: `£20.00 every week from Fri 27 Nov 2026; the last one, £5.00, on ...`.

    Raises:
        ValueError: as `schedule`.
    """
    last = last_instalment(terms, balance_pence)
    if terms.by:
        return f"{format_money(balance_pence)}, which is all of it, by {format_day(terms.by)}"
    assert terms.amount_pence and terms.every and terms.start
    parts = []
    if terms.lump_sum_pence and terms.lump_sum_by:
        parts.append(f"{format_money(terms.lump_sum_pence)} by {format_day(terms.lump_sum_by)}")
    parts.append(f"{format_money(terms.amount_pence)} {_EVERY[terms.every]} from {format_day(terms.start)}")
    if last and next(iter(instalments(terms, balance_pence))).amount_pence < balance_pence:
        parts.append(f"the last one, {format_money(last.amount_pence)}, on {format_day(last.due)}")
    return "; ".join(parts)


def arrears(terms: Terms, balance_pence: int, paid: Iterable[Paid], on: date) -> Arrears:
    """How many pence the payer is behind on `on`, by the calendar of London.

    An instalment is due on its date and in arrears from the next day (command line page, TERMS; OPAL counts the first a
    period late and lets months drift: OPAL page, section 2.3). What fell due before `on`, less what was paid up to and
    including `on`, never below nothing. Payments count towards the earliest instalment. It cannot be more than is still
    owed, because the instalments come to `balance_pence`, from which the same payments are taken.

    Args:
        balance_pence: what was owed when the terms began.
        paid: the payments since the terms began, in any order; those after `on` do not count.
    """
    paid_pence = sum(one.amount_pence for one in paid if one.received_on <= on)
    fallen_due, first_missed = 0, None
    for due, asked in _asked(terms, balance_pence):
        if due >= on or fallen_due >= balance_pence:
            break
        fallen_due = min(fallen_due + asked, balance_pence)
        if first_missed is None and fallen_due > paid_pence:
            first_missed = due
    return Arrears(max(0, fallen_due - paid_pence), first_missed)


def first_unpaid(terms: Terms, balance_pence: int, paid_pence: int, after: date | None = None) -> date | None:
    """When the earliest instalment falls due that `paid_pence` do not wholly cover, of those due later than `after`; None when
    there is none. `balance_pence` is what was owed when the terms began."""
    asked = 0
    for due, pence in _asked(terms, balance_pence):
        if asked >= balance_pence:
            return None
        asked += pence
        if min(asked, balance_pence) > paid_pence and (after is None or due > after):
            return due
    return None


def _asked(terms: Terms, balance_pence: int) -> Iterable[tuple[date, int]]:
    """What the terms ask for and when, in order of date, to the end of the calendar: they do not know when all is paid."""
    if terms.by:
        return [(terms.by, balance_pence)]
    assert terms.amount_pence
    regular = zip(_days(terms), repeat(terms.amount_pence))
    if terms.lump_sum_by and terms.lump_sum_pence:
        return heapq.merge([(terms.lump_sum_by, terms.lump_sum_pence)], regular, key=lambda asked: asked[0])
    return regular


def _days(terms: Terms) -> Iterator[date]:
    """The days of instalments: whole weeks from the start, or each month on the start's own day or, failing that, its last
    (31 Jan, 28 Feb, 31 Mar)."""
    assert terms.every and terms.start
    start, every = terms.start, terms.every
    if every == "monthly":
        whole_months = (date.max.year - start.year) * 12 + date.max.month - start.month
        return (months_after(start, n) for n in range(whole_months + 1))
    return map(date.fromordinal, range(start.toordinal(), date.max.toordinal() + 1, _STEPS[every]))


def day_of(start: date, every: Every, number: int) -> date | None:
    """The day of the instalment of that `number`, the first being nought; None beyond the end of the calendar."""
    if every == "monthly":
        whole_months = (date.max.year - start.year) * 12 + date.max.month - start.month
        return months_after(start, number) if number <= whole_months else None
    days = number * _STEPS[every]
    return start + timedelta(days) if days <= (date.max - start).days else None


def days_before(start: date, every: Every, day: date) -> int:
    """How many days of instalments are earlier than `day`."""
    if day <= start:
        return 0
    if every == "monthly":
        months = (day.year - start.year) * 12 + day.month - start.month
        return months + (months_after(start, months) < day)
    return -(-(day - start).days // _STEPS[every])


def _last_day(terms: Terms) -> date:
    """The last day on which the terms may still ask for something."""
    if terms.start is None or terms.start.year > date.max.year - MOST_YEARS:
        return date.max
    return months_after(terms.start, 12 * MOST_YEARS)
