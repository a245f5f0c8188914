"""Money came in; a payment was undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from casework.case import Case, NotAutomatic, Part
from casework.clean import Line, Prose
from casework.dates import format_date, london_date
from casework.events.declare import Happening, Stamp
from casework.ledger import SUSPENSE, Posting, Receipt, kept_receipts, natural, owed_again, put_on
from casework.money import Sum, format_money
from casework.promises import towards
from casework.terms import InForce


class Received(Happening):
    """Money came in and was shared among the impositions; the postings sum to zero."""

    kind = "receipt"
    part = "ledger"
    undoable = False

    amount_pence: Sum
    method: Line
    method_label: Line
    received_on: date
    reference: Line | None = None
    postings: tuple[Posting, ...]
    paid_to: Line
    """The impositions it went to, in words."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The balances, and the receipts that stay on the case. The money may be towards a promise that is over: should the
        payment that kept it come to nothing, this one may keep it. When all is paid, nothing is left to decide of terms
        that were asked for: they are asked for no more, whatever becomes of the payment."""
        promise = towards(case.promises, self.received_on, pays_all=self.amount_pence >= case.balance_pence)
        receipt = Receipt(
            id=f"{stamp.seq}.1",
            amount_pence=self.amount_pence,
            method=self.method,
            received_on=self.received_on,
            reference=self.reference,
            taken_by=stamp.actor,
            towards=promise.id if promise else None,
        )
        counted_for = [one.id for one in (case.in_force, case.open_promise) if one is not None]
        posted = _posted(case, self.postings)
        owed = any(one.balance_pence for one in posted["impositions"])
        return {
            **posted,
            "receipts": kept_receipts((*case.receipts, receipt), *counted_for),
            "request": case.request if owed else None,
        }

    def summary(self) -> str:
        """How much, by what, and where it went."""
        return f"{format_money(self.amount_pence)} by {self.method_label.lower()} → {self.paid_to}"


class Reversed(Happening):
    """A payment was undone: its own postings taken back, to the penny. By itself it leads to no step (law page, section 6:
    flag, don't auto-warrant)."""

    kind = "reversal"
    part = "ledger"
    undoable = False

    receipt: str
    amount_pence: Sum
    method_label: Line
    received_on: date
    reason: str
    reason_label: Line
    note: Prose | None = None
    postings: tuple[Posting, ...]
    taken_from: Line
    """The impositions that are owed again, in words."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The balances; the receipt, if it is still on the case; what the terms began with, when it was paid before them;
        and the mark that keeps automatic enforcement away, but for that of an arrangement, which says more."""
        receipts = tuple(
            one.model_copy(update={"reversed": True}) if one.id == self.receipt else one for one in case.receipts
        )
        marked = case.not_automatic
        if marked is None or marked.why != "arrangement":
            marked = NotAutomatic(why="reversal", on=london_date(stamp.at))
        return {
            **_posted(case, self.postings),
            "receipts": receipts,
            "in_force": self._began_with_more(case.in_force),
            "not_automatic": marked,
        }

    def parts(self, case: Case) -> frozenset[Part]:
        """The ledger, and the terms when they began with more than was thought."""
        same = self._began_with_more(case.in_force) == case.in_force
        return frozenset({self.part}) if same else frozenset({self.part, "terms"})

    def undoes(self) -> Collection[int]:
        """The event of the payment; none where it was paid before the account was taken on."""
        (number, _), *_ = natural(self.receipt)
        return () if number == 1 else (number,)

    def _began_with_more(self, terms: InForce | None) -> InForce | None:
        """Under terms agreed when the payment was thought to be good, what it paid was owed all along."""
        if terms is None or natural(self.receipt) > natural(terms.id):
            return terms
        return terms.model_copy(update={"balance_pence": terms.balance_pence + owed_again(self.postings)})

    def summary(self) -> str:
        """Which payment, why, what is owed again, and the note."""
        which = f"{format_money(self.amount_pence)} by {self.method_label.lower()} of {format_date(self.received_on)}"
        line = f"{which} undone: {self.reason_label.lower()} ← {self.taken_from}"
        return f"{line}  {self.note}" if self.note else line


def _posted(case: Case, made: Sequence[Posting]) -> dict[str, Any]:
    """The impositions and the suspense after postings."""
    impositions = tuple(
        one.model_copy(update={"balance_pence": one.balance_pence + put_on(one.id, made)}) for one in case.impositions
    )
    return {"impositions": impositions, "suspense_pence": case.suspense_pence - put_on(SUSPENSE, made)}
