"""How a case stands with the terms in force: what they still ask for, how far behind the payer is, and whether new terms
would ask for more.

A payment counts when it was recorded since the terms began, and was not undone. What they are to pay off is what is owed now
and what was paid towards them: money from before them that is undone is owed under them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from casework.case import Case
from casework.ledger import natural
from casework.terms import Arrears, Instalment, Paid, Terms, arrears, falling_due, last_instalment, schedule


@dataclass(frozen=True, slots=True)
class BroughtOver:
    """What had been paid towards the terms when they were taken on."""

    amount_pence: int
    received_on: date


def payments(case: Case) -> list[Paid]:
    """What was paid towards the terms in force; none when there are no terms."""
    if case.in_force is None:
        return []
    began, since = case.in_force, natural(case.in_force.id)
    before = [BroughtOver(began.paid_pence, began.began_on)] if began.paid_pence else []
    return [*before, *(one for one in case.receipts if not one.reversed and natural(one.id) > since)]


def owed_under(case: Case) -> int:
    """Pence that the terms in force are to pay off, from their beginning on; nothing when there are no terms."""
    if case.in_force is None:
        return 0
    return case.balance_pence + sum(one.amount_pence for one in payments(case))


def behind(case: Case, on: date) -> Arrears | None:
    """How far behind the payer is on a day, by `terms.arrears`; None when there are no terms to be behind with."""
    if case.terms is None:
        return None
    return arrears(case.terms, owed_under(case), payments(case), on)


def unpaid(case: Case) -> Iterator[Instalment]:
    """What is not paid of each instalment of the terms in force, in order of date, those long due first."""
    return (Instalment(due, pence) for due, pence in _unpaid(case))


def _unpaid(case: Case) -> Iterator[tuple[date, int]]:
    if case.terms is None:
        return
    paid_pence = sum(one.amount_pence for one in payments(case))
    for due, pence in falling_due(case.terms, owed_under(case)):
        if pence > paid_pence:
            yield due, pence - paid_pence
            paid_pence = 0
        else:
            paid_pence -= pence


def next_due(case: Case, on: date) -> Instalment | None:
    """The next instalment from `on` that is not paid already, and what is to be paid of it."""
    return next((one for one in unpaid(case) if one.due >= on), None)


def asks_for_more(terms: Terms, case: Case, on: date) -> date | None:
    """The first day by which `terms`, agreed on `on`, would have asked for more in all than the terms in force.

    Those ask for what is in arrears at once, and then for each instalment on its day; money paid ahead counts. None when
    new terms never ask for more, or there are none in force. Courts Act 2003 Sch 5 para 22: terms may not be made worse
    without the payer's consent; that this is what worse means is our own reading.

    Raises:
        ValueError: as `schedule` of the new terms.
    """
    if case.terms is None:
        return None
    owed_pence = case.balance_pence
    last_instalment(terms, owed_pence)
    nothing_more = (date.max, 0)
    present = _unpaid(case)
    next_day, next_pence = next(present, nothing_more)
    by_new = by_present = 0
    for due, pence in falling_due(terms, owed_pence):
        day = due if due > on else on
        while next_pence and next_day <= day:
            by_present += next_pence
            next_day, next_pence = next(present, nothing_more)
        by_new += pence
        if by_new > by_present:
            return day
        if by_present >= owed_pence:
            return None
    return None


def new_schedule(before: Case, after: Case) -> tuple[Instalment, ...] | None:
    """Every instalment of the terms that a change brought; None when it brought none."""
    if after.terms is None or after.in_force is None or after.in_force == before.in_force:
        return None
    return schedule(after.terms, after.in_force.balance_pence)
