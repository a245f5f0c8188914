"""Money came in."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.case import Case
from casework.clean import Line
from casework.events.declare import Happening, Stamp
from casework.ledger import RECEIVED, SUSPENSE, Posting, Receipt
from casework.money import Sum, format_money


class Received(Happening):
    """Money came in and was shared among the impositions; the postings sum to zero."""

    kind = "receipt"
    part = "ledger"

    amount_pence: Sum
    method: Line
    method_label: Line
    received_on: date
    reference: Line | None = None
    postings: tuple[Posting, ...]
    paid_to: Line
    """The impositions it went to, in words."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The balances, and the receipts under the terms in force."""
        moved = {one.account: one.pence for one in self.postings if one.account != RECEIVED}
        receipt = Receipt(
            id=f"{stamp.seq}.1",
            amount_pence=self.amount_pence,
            method=self.method,
            received_on=self.received_on,
            reference=self.reference,
            taken_by=stamp.actor,
        )
        return {
            "impositions": tuple(
                one.model_copy(update={"balance_pence": one.balance_pence + moved.get(one.id, 0)})
                for one in case.impositions
            ),
            "suspense_pence": case.suspense_pence - moved.get(SUSPENSE, 0),
            "receipts": (*case.receipts, receipt),
        }

    def summary(self) -> str:
        """How much, by what, and where it went."""
        return f"{format_money(self.amount_pence)} by {self.method_label.lower()} → {self.paid_to}"
