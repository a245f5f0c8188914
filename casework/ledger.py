"""The ledger of one account: what is owed, what came in, and which imposition each penny went to.

A receipt is postings that sum to zero: the money received, against the impositions it pays and, if there is more than is
owed, suspense. Nothing here is ever edited; a mistake is reversed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from casework.clean import Line
from casework.money import Pence, Sum

LEAST_RECEIPTS = 10
"""The newest payments that stay on the case though they are counted for nothing any more, so that an officer finds what may
yet be undone. Our own choice."""

RECEIVED = "received"
SUSPENSE = "suspense"

_FROZEN = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Posting(BaseModel):
    """Pence added to one account of the ledger: an imposition's id, `received`, or `suspense`. Owed is positive."""

    model_config = _FROZEN

    account: str
    pence: int


class Receipt(BaseModel):
    """Money that came in."""

    model_config = _FROZEN

    id: str
    amount_pence: Sum
    method: Line
    received_on: date
    reference: Line | None = None
    taken_by: str = ""
    towards: str | None = None
    """The promise that its money may keep, by `promises.towards`."""
    reversed: bool = False
    """Undone: it counts for nothing."""


class Allocation(BaseModel):
    """The part of a payment that went to one imposition."""

    model_config = _FROZEN

    id: str
    amount_pence: Pence


class Owed(Protocol):
    """What allocation needs to know of an imposition."""

    @property
    def id(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def imposed_on(self) -> date: ...
    @property
    def balance_pence(self) -> int: ...


class Priority(Protocol):
    """A row of the allocation table: which results are paid when, and whether those of one date share."""

    @property
    def priority(self) -> int: ...
    @property
    def results(self) -> tuple[str, ...]: ...
    @property
    def pro_rata(self) -> bool: ...


def allocate(owed: Iterable[Owed], payment_pence: int, order: Sequence[Priority]) -> tuple[tuple[Allocation, ...], int]:
    """Share a payment among impositions; returns the allocations that are more than nothing, and what is left over.

    In the order of the priority table (OPAL's result table; MCA 1980 s.139: compensation before the fine). Inside a
    priority the oldest first; compensation imposed on one date pro rata, odd pennies by largest remainder, then by id.

    Raises:
        ValueError: when an imposition's result is not in the table.
    """
    owed, places = list(owed), {result: row for row in order for result in row.results}
    if unknown := sorted({one.result for one in owed if one.result not in places}):
        raise ValueError(f"no place in the allocation order for {', '.join(unknown)}")

    def place(one: Owed) -> tuple[int, date, tuple[tuple[int, str], ...]]:
        return places[one.result].priority, one.imposed_on, natural(one.id)

    left = payment_pence
    shares: list[Allocation] = []
    for _, same in groupby(sorted(owed, key=place), key=lambda one: place(one)[:2]):
        group = [one for one in same if one.balance_pence > 0]
        pro_rata = len(group) > 1 and places[group[0].result].pro_rata
        parts = _pro_rata(group, left) if pro_rata else _one_by_one(group, left)
        shares += [Allocation(id=one.id, amount_pence=part) for one, part in zip(group, parts, strict=True) if part]
        left -= sum(parts)
    return tuple(shares), left


def _one_by_one(group: Sequence[Owed], left: int) -> list[int]:
    parts = []
    for one in group:
        part = min(one.balance_pence, left)
        parts.append(part)
        left -= part
    return parts


def _pro_rata(group: Sequence[Owed], left: int) -> list[int]:
    total = sum(one.balance_pence for one in group)
    if left >= total:
        return [one.balance_pence for one in group]
    parts = [left * one.balance_pence // total for one in group]
    remainders = [left * one.balance_pence % total for one in group]
    largest = sorted(range(len(group)), key=lambda n: (-remainders[n], natural(group[n].id)))
    for n in largest[: left - sum(parts)]:
        parts[n] += 1
    return parts


@lru_cache(4096)
def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key under which `1.2` comes before `1.10`."""
    return tuple((int(number or 0), words) for number, words in re.findall(r"(\d{1,18})|(\D+)", text))


def postings(allocations: Iterable[Allocation], left_over: int) -> tuple[Posting, ...]:
    """A receipt as postings that sum to zero: less owed on each imposition, what is left over held in suspense."""
    credits = [Posting(account=one.id, pence=-one.amount_pence) for one in allocations]
    if left_over:
        credits.append(Posting(account=SUSPENSE, pence=-left_over))
    return (Posting(account=RECEIVED, pence=-sum(one.pence for one in credits)), *credits)


def undone(made: Iterable[Posting]) -> tuple[Posting, ...]:
    """The exact contrary of a receipt's postings: what it paid is owed again, what it held is no longer held."""
    return tuple(Posting(account=one.account, pence=-one.pence) for one in made)


def put_on(account: str, made: Iterable[Posting]) -> int:
    """The pence that postings put on one account."""
    return sum(one.pence for one in made if one.account == account)


def owed_again(made: Iterable[Posting]) -> int:
    """The pence that postings put on impositions; less than nothing for a receipt."""
    return sum(one.pence for one in made if one.account not in (RECEIVED, SUSPENSE))


def kept_receipts(receipts: Sequence[Receipt], *counted_for: str) -> tuple[Receipt, ...]:
    """Those of `receipts`, oldest first, that stay on the case: all that came in since the first of the things, by their ids,
    that money is still counted for (the terms in force, the open promise), and of those before it as many as make up
    `LEAST_RECEIPTS`; these alone when it is counted for nothing."""
    since = min(map(natural, counted_for), default=None)
    counted = sum(natural(one.id) > since for one in receipts) if since is not None else 0
    return tuple(receipts[-max(counted, LEAST_RECEIPTS) :])
