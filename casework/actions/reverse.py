"""Undo a payment: the cheque was dishonoured, the card issuer took it back, it was entered by mistake. Its own postings are
taken back to the penny; nothing is edited, and no enforcement follows by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import StringConstraints

from casework.actions.declare import Action, Ask, Asking
from casework.case import Case
from casework.clean import Line, Prose
from casework.dates import format_date, start_of_day
from casework.events import Happening, PromiseReopened, Reversed, TaskMade
from casework.fields import Choice
from casework.ledger import LEAST_RECEIPTS, SUSPENSE, Receipt, natural, put_on, undone
from casework.money import format_money
from casework.promises import Promise, outcome
from casework.reference import choices
from casework.refusals import Reason
from casework.rows_money import ReversalReason
from casework.situation import Fact, Situation

ReceiptId = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,17}\.1$")]
"""The id of a receipt: the number of its line in the timeline, and a 1. `5.1`."""

NAMED: frozenset[Fact] = frozenset({"receipt"})

PAYMENT_UNDONE = "payment-reversed"


def _id(text: str) -> str | None:
    """`5` and `5.1` are both the id `5.1`."""
    match = re.fullmatch(r"([1-9][0-9]{0,17})(\.1)?", text)
    return f"{match[1]}.1" if match else None


def _on_case(asking: Asking) -> Sequence[Choice]:
    """The payments still on the case, the newest first."""
    methods = asking.situation.tables.methods(asking.situation.today)

    def label(one: Receipt) -> str:
        how = methods[one.method].label if one.method in methods else one.method
        return f"{format_date(one.received_on)} {format_money(one.amount_pence)} {how} ({one.id})"

    return [Choice(one.id, label(one)) for one in reversed(asking.case.receipts) if not one.reversed]


def _only_one(asking: Asking) -> str:
    """The only payment there is; among several, the officer says which."""
    found = _on_case(asking)
    return found[0].code if len(found) == 1 else ""


def _reasons(asking: Asking) -> Sequence[Choice]:
    """The reasons that fit how the payment was made; all of them for one that is no longer on the case."""
    named = next((one for one in asking.case.receipts if one.id == asking.answers.get("receipt")), None)
    rows = asking.situation.tables.reversal_reasons(asking.situation.today).values()
    return choices(row for row in rows if named is None or row.fits(named.method))


class Reverse(Action):
    """Undo a payment that came to nothing or was entered by mistake."""

    title = "Undo a payment"
    permission = "reverse"
    facts = NAMED

    kind: Literal["reverse"] = "reverse"
    receipt: Annotated[
        ReceiptId,
        Ask("Payment", choices=_on_case, code=_id, default=_only_one, help="an older one: its number in the timeline"),
    ]
    reason: Annotated[Line, Ask("Reason", choices=_reasons)]
    note: Annotated[Prose | None, Ask("Note", rest=True)] = None

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only when something came in. Payments leave the case only while others stay on it."""
        if len(case.receipts) < LEAST_RECEIPTS and all(one.reversed for one in case.receipts):
            return [Reason(code="no-payment", message="there is no payment on this account to undo")]
        return []

    def names_receipt(self) -> str | None:
        """The one to undo."""
        return self.receipt

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A payment that there is, not undone yet, for a reason that fits it, by somebody who did not take it, while what it
        left in suspense is still there. Maker is never checker, not for a slip of the same day either."""
        rows = situation.tables.reversal_reasons(situation.today)
        row, taken, found = rows.get(self.reason), situation.facts.receipt, []
        if row is None:
            message = f"there is no such reason; there are: {', '.join(rows)}"
            found.append(Reason(code="unknown-reason", message=message, field="reason"))
        if taken is None:
            message = f"there is no payment {self.receipt} on this account"
            return [*found, Reason(code="no-receipt", message=message, field="receipt")]
        if taken.reversed:
            return [*found, Reason(code="reversed", message="this payment was undone already", field="receipt")]
        if row is not None and not row.fits(taken.received.method):
            message = f"“{row.label}” cannot happen to a payment by {taken.received.method_label.lower()}"
            found.append(Reason(code="wrong-reason", message=message, field="reason", source=row.cited))
        if taken.by == situation.actor.id:
            message = f"you took this payment, so somebody else undoes it: {_who_may(situation)}"
            found.append(Reason(code="own-receipt", message=message, field="receipt"))
        held = -put_on(SUSPENSE, taken.received.postings)
        if held > case.suspense_pence:
            message = (
                f"{format_money(held)} of it went to suspense, where only {format_money(case.suspense_pence)} is left"
            )
            found.append(Reason(code="suspense-gone", message=message, field="receipt"))
        return found

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """Money in suspense might pay what is owed again."""
        taken = situation.facts.receipt
        left = case.suspense_pence + put_on(SUSPENSE, taken.received.postings) if taken else 0
        return [f"{format_money(left)} stays in suspense, though money is owed again"] if left > 0 else []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The reversal, the promise that was kept by it, and the task to see what must be done."""
        taken, row = situation.facts.receipt, situation.tables.reversal_reasons(situation.today)[self.reason]
        assert taken is not None
        received = taken.received
        which = f"payment of {format_money(received.amount_pence)} of {format_date(received.received_on)}"
        return [
            Reversed(
                receipt=self.receipt,
                amount_pence=received.amount_pence,
                method_label=received.method_label,
                received_on=received.received_on,
                reason=row.code,
                reason_label=row.label,
                note=self.note,
                postings=undone(received.postings),
                taken_from=received.paid_to,
            ),
            *self._reopened(case, row, situation),
            TaskMade(
                task=PAYMENT_UNDONE,
                subject=self.receipt,
                title=f"{which} undone: {row.label.lower()}",
                due_at=start_of_day(situation.today),
            ),
        ]

    def _reopened(self, case: Case, row: ReversalReason, situation: Situation) -> list[Happening]:
        """The promise that the payment was towards, unless it stands as it did without it, or other money keeps it."""
        undo = next((one for one in case.receipts if one.id == self.receipt), None)
        promise = next((one for one in case.promises if undo is not None and one.id == undo.towards), None)
        if promise is None or promise.state not in ("kept", "part"):
            return []
        left = [one for one in case.receipts if one.id != self.receipt]
        kept = situation.tables.limit("promise-kept-percent", situation.today).amount
        grace = situation.tables.grace(promise)
        from_today = promise.model_copy(update={"grace_from": situation.today})
        again = promise if row.payers_doing else from_today
        stands = {outcome(one, left, grace, kept, situation.calendar, situation.today)[0] for one in (promise, again)}
        if stands & {promise.state, "kept"}:
            return []
        return [
            PromiseReopened(
                promise=promise.id,
                state="superseded" if _overtaken(case, promise) else "open",
                amount_pence=promise.amount_pence,
                due=promise.due,
                grace_from=again.grace_from,
            )
        ]


def _who_may(situation: Situation) -> str:
    """The roles that may undo a payment."""
    grants = situation.tables.grants(situation.today)
    *others, last = [one.role.replace("-", " ") for one in grants if Reverse.permission in one.permissions]
    return f"{', '.join(others)} or {last}" if others else last


def _overtaken(case: Case, promise: Promise) -> bool:
    """Whether another promise is open, or terms were agreed after this one was made."""
    agreed_since = case.in_force is not None and natural(case.in_force.id) > natural(promise.id)
    return agreed_since or case.open_promise is not None
