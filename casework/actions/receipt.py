"""Take a receipt: money that came in, shared among the impositions at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from casework.actions.agreement import REQUEST_TASK
from casework.actions.declare import Action, Ask
from casework.actions.promise import likely_method, methods
from casework.case import Case
from casework.clean import Line
from casework.dates import Day, format_date
from casework.events import Happening, PromiseEnded, Received, TaskEnded
from casework.ledger import Allocation, Owed, Receipt, allocate, postings
from casework.money import Sum, format_money
from casework.promises import Promise, State, outcome, towards
from casework.refusals import Reason
from casework.situation import Situation
from casework.table_rows import AllocationPriority


def paid_to(
    owed: Iterable[Owed], shares: Iterable[Allocation], left_over: int, order: Iterable[AllocationPriority]
) -> Line:
    """Where a payment went, in words: `fine`, or `compensation £20.00, fine £5.00`."""
    titles = {result: row.title for row in order for result in row.results}
    results = {one.id: one.result for one in owed}
    parts: dict[str, int] = {}
    for share in shares:
        title = titles[results[share.id]].lower()
        parts[title] = parts.get(title, 0) + share.amount_pence
    if left_over:
        parts["suspense"] = left_over
    words = [f"{title} {format_money(pence)}" if len(parts) > 1 else title for title, pence in parts.items()]
    return Line(", ".join(words))


class TakeReceipt(Action):
    """Money received for this account."""

    title = "Receipt"
    permission = "receipt"

    kind: Literal["receipt"] = "receipt"
    amount_pence: Annotated[Sum, Ask("Amount")]
    method: Annotated[Line, Ask("By", choices=methods, default=likely_method)]
    received_on: Annotated[Day, Ask("Received on", default=lambda asking: "today", past=True)]
    reference: Annotated[Line | None, Ask("Reference", rest=True)] = None

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """Not from the future, not from before anything was imposed or the order of allocation is known, by a way to pay that
        there is."""
        reasons = []
        if self.received_on > situation.today:
            message = f"{format_date(self.received_on)} is still to come"
            reasons.append(Reason(code="future", message=message, field="received_on"))
        most = situation.tables.limit("receipt-most-pounds", situation.today)
        if self.amount_pence + case.suspense_pence > most.amount * 100:
            message = f"no account takes in more than {format_money(most.amount * 100)}"
            reasons.append(Reason(code="too-much", message=message, field="amount_pence", source=most.cited))
        oldest = min(one.imposed_on for one in case.impositions)
        if self.received_on < oldest:
            message = f"the first sum on this account was imposed on {format_date(oldest)}"
            reasons.append(Reason(code="too-early", message=message, field="received_on"))
        elif {one.result for one in case.impositions} - situation.tables.allocated(self.received_on):
            message = f"the order in which money was applied on {format_date(self.received_on)} is not known"
            reasons.append(Reason(code="not-known", message=message, field="received_on"))
        known = situation.tables.methods(situation.today)
        if self.method not in known:
            message = f"there is no such way to pay; there are: {', '.join(known)}"
            reasons.append(Reason(code="unknown-method", message=message, field="method"))
        return reasons

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """More than is owed may be a slip of the hand."""
        over = self.amount_pence - case.balance_pence
        return [f"{format_money(over)} is more than is owed and goes to suspense"] if over > 0 else []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The receipt with its postings, by the order of allocation of the day it was received, and the promise that it
        keeps."""
        order = situation.tables.allocation(self.received_on)
        shares, left_over = allocate(case.impositions, self.amount_pence, order)
        method = situation.tables.methods(situation.today)[self.method]
        received = Received(
            amount_pence=self.amount_pence,
            method=method.code,
            method_label=method.label,
            received_on=self.received_on,
            reference=self.reference,
            postings=postings(shares, left_over),
            paid_to=paid_to(case.impositions, shares, left_over, order),
        )
        return [received, *self._kept(case, situation), *self._nothing_left(case, situation)]

    def _nothing_left(self, case: Case, situation: Situation) -> list[Happening]:
        """When all is paid, the tasks that only ask for money are done, and those to find somebody, because there is no lawful
        purpose left (DPA 2018 s.35; law page 7.5); and that to decide on terms."""
        if self.amount_pence < case.balance_pence:
            return []
        works, paid = situation.tables.work_types, situation.tables.paid_in_full(situation.today)
        return [
            TaskEnded(task=task.id, title=task.title, outcome=paid.code, outcome_label=paid.label)
            for task in case.tasks
            if works[task.kind].chases or task.kind in works[task.kind].while_owed or task.kind == REQUEST_TASK
        ]

    def _kept(self, case: Case, situation: Situation) -> list[Happening]:
        """The promise that this keeps. When nothing is owed any more, whatever the date of the money, none can be broken.

        One that the calendar called broken is judged again when its money came in time and was only entered late: else it
        would count among the two after which no more are taken.
        """
        pays_all = self.amount_pence >= case.balance_pence
        promise = towards(case.promises, self.received_on, pays_all=pays_all)
        better: dict[State, tuple[State, ...]] = {"open": ("kept",), "broken": ("part", "kept"), "part": ("kept",)}
        if promise is None or promise.state not in better:
            return []
        now = Receipt(
            id=f"{case.version + 1}.1",
            amount_pence=self.amount_pence,
            method=self.method,
            received_on=self.received_on,
            towards=promise.id,
        )
        grace = situation.tables.grace(promise)
        kept = situation.tables.limit("promise-kept-percent", situation.today).amount
        state, paid = outcome(promise, (*case.receipts, now), grace, kept, situation.calendar, situation.today)
        if promise.state == "open" and pays_all:
            state = "kept"
        if state not in better[promise.state]:
            return []
        assert state in ("kept", "part")
        ended = PromiseEnded(
            promise=promise.id, state=state, amount_pence=promise.amount_pence, due=promise.due, paid_pence=paid
        )
        return [ended, *(self._not_broken(promise, case) if state == "kept" else [])]

    def _not_broken(self, promise: Promise, case: Case) -> list[Happening]:
        """The end of the task that a promise which was kept after all had made; all paid, it ends as others do."""
        if self.amount_pence >= case.balance_pence:
            return []
        return [
            TaskEnded(task=task.id, title=task.title, outcome="KEPT", outcome_label="Kept after all")
            for task in case.tasks
            if task.kind == "broken-promise" and task.subject == promise.id
        ]
