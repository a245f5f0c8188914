"""What can happen to a case: one class for each kind of event, with what it changes and how it reads.

An event says what was decided, in full, so that replaying it needs no table and no rule. Its `apply` is total: it never
fails, whatever the case. Things that an event makes are named `<seq>.<n>` after it.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from casework.accounts import AccountNumber, Imposed, Imposition, Unit
from casework.case import MOST_CONTACTS, MOST_PROMISES, Case, Part
from casework.clean import Line, Prose
from casework.contact import Contact, Direction
from casework.dates import Instant, format_date, format_when, london_date
from casework.ledger import RECEIVED, SUSPENSE, Posting, Receipt
from casework.money import Pence, Sum, format_money
from casework.people import Person
from casework.promises import Promise
from casework.tasks import Task
from casework.terms import Terms


class Stamp(NamedTuple):
    """Where and when an event stands: its number in the case, its instant, and who acted."""

    seq: int
    at: Instant
    actor: str


class Happening(BaseModel):
    """The content of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]
    v: ClassVar[int] = 1
    part: ClassVar[Part]

    @abstractmethod
    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The fields of the case that become different."""

    @abstractmethod
    def summary(self) -> str:
        """One line for the timeline."""

    def apply(self, case: Case | None, stamp: Stamp) -> Case:
        """The case after this."""
        assert case is not None, "only an opening starts a case"
        now = {"version": stamp.seq, "changed": {**case.changed, self.part: stamp.seq}}
        return case.model_copy(update={**self.change(case, stamp), **now})


class Opened(Happening):
    """The account was taken on, with what had been paid before."""

    kind = "opened"
    part = "person"

    unit: Unit
    number: AccountNumber
    person: Person
    opened_on: date
    collection_order: bool
    impositions: tuple[Imposed, ...]
    terms: Terms | None = None

    def apply(self, case: Case | None, stamp: Stamp) -> Case:
        """A new case."""
        impositions = tuple(
            Imposition(
                id=f"{stamp.seq}.{n}",
                balance_pence=one.imposed_pence - one.paid_pence,
                **one.model_dump(exclude={"paid_pence"}),
            )
            for n, one in enumerate(self.impositions, 1)
        )
        return Case(
            unit=self.unit,
            number=self.number,
            version=stamp.seq,
            changed={"person": stamp.seq, "ledger": stamp.seq, "terms": stamp.seq},
            person=self.person,
            opened_on=self.opened_on,
            collection_order=self.collection_order,
            impositions=impositions,
            terms=self.terms,
        )

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """Nothing: an opening is applied whole."""
        return {}

    def summary(self) -> str:
        """What was imposed, and the terms."""
        imposed = sum(one.imposed_pence for one in self.impositions)
        return f"account opened, {format_money(imposed)} imposed, {self.terms or 'no terms'}"


class Noted(Happening):
    """Somebody wrote a note."""

    kind = "note"
    part = "notes"

    text: Prose

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """Nothing but the history."""
        return {}

    def summary(self) -> str:
        """The note."""
        return self.text


class Contacted(Happening):
    """A call was made or taken."""

    kind = "contact"
    part = "contacts"

    channel: Literal["call"] = "call"
    direction: Direction
    number: Line | None = None
    outcome: str
    outcome_label: Line
    reached: bool
    talk_seconds: int | None = None
    note: Prose | None = None

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The newest contacts and the counters."""
        contact = Contact(
            id=f"{stamp.seq}.1",
            at=stamp.at,
            by=stamp.actor,
            channel=self.channel,
            direction=self.direction,
            number=self.number,
            outcome=self.outcome,
            talk_seconds=self.talk_seconds,
        )
        was = case.counters
        out = self.direction == "out"
        counters = was.model_copy(
            update={
                "attempts": was.attempts + out,
                "conversations": was.conversations + self.reached,
                "unanswered": 0 if self.reached else was.unanswered + out,
            }
        )
        return {"contacts": (*case.contacts, contact)[-MOST_CONTACTS:], "counters": counters}

    def summary(self) -> str:
        """Direction, outcome, number, and the note."""
        line = f"call {self.direction}  {self.outcome_label.lower()}{f'  {self.number}' if self.number else ''}"
        return f"{line}  {self.note}" if self.note else line


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
        return {"promises": (*case.promises, promise)[-MOST_PROMISES:]}

    def summary(self) -> str:
        """Sum, date and method."""
        return f"{format_money(self.amount_pence)} by {format_date(self.due)} by {self.method_label.lower()}"


class PromiseEnded(Happening):
    """A promise was kept, kept in part, broken or cancelled."""

    kind = "promise-ended"
    part = "promises"

    promise: str
    state: Literal["kept", "part", "broken", "cancelled"]
    amount_pence: Sum
    due: date
    paid_pence: Pence = 0

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The promise's state; broken ones are counted."""
        end = {"state": self.state, "paid_pence": self.paid_pence}
        promises = tuple(one.model_copy(update=end) if one.id == self.promise else one for one in case.promises)
        broken = case.counters.broken_promises + (self.state == "broken")
        return {
            "promises": promises,
            "counters": case.counters.model_copy(update={"broken_promises": broken}),
        }

    def summary(self) -> str:
        """Which promise, and how it ended."""
        state = f"kept in part, {format_money(self.paid_pence)} paid" if self.state == "part" else self.state
        return f"{format_money(self.amount_pence)} due {format_date(self.due)} {state}"


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


class TaskMade(Happening):
    """There is something to do."""

    kind = "task"
    part = "tasks"

    task: str
    """The kind of task."""
    subject: str
    title: Line
    due_at: Instant
    owner: str | None = None

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One more task, unless the same is there already."""
        task = Task(
            id=f"{stamp.seq}.1",
            kind=self.task,
            subject=self.subject,
            title=self.title,
            due_at=self.due_at,
            waits_since=london_date(self.due_at),
            owner=self.owner,
        )
        if any(task.key == other.key for other in case.tasks):
            return {}
        return {"tasks": (*case.tasks, task)}

    def summary(self) -> str:
        """What is to be done, and from when."""
        return f"{self.title}, from {format_when(self.due_at)}"


class TaskEnded(Happening):
    """The work on a task ended."""

    kind = "task-ended"
    part = "tasks"

    task: str
    title: Line
    outcome: str
    outcome_label: Line
    note: Prose | None = None

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One task fewer."""
        return {"tasks": tuple(one for one in case.tasks if one.id != self.task)}

    def summary(self) -> str:
        """Which task, how it ended, and the note."""
        line = f"{self.outcome_label.lower()}: {self.title}"
        return f"{line}  {self.note}" if self.note else line


class TaskDeferred(Happening):
    """A task was skipped or parked: it comes back later."""

    kind = "task-deferred"
    part = "tasks"

    task: str
    title: Line
    how: Literal["skipped", "parked"]
    until: Instant
    reason: Line

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The task waits; a call-back that is passed over is anyone's."""
        later: dict[str, Any] = {"due_at": self.until, "owner": None}
        if self.how == "parked":
            later["parked_by"] = stamp.actor
        tasks = tuple(one.model_copy(update=later) if one.id == self.task else one for one in case.tasks)
        return {"tasks": tasks}

    def summary(self) -> str:
        """Which task, until when, and why."""
        return f"{self.how} until {format_when(self.until)}: {self.reason} ({self.title})"


class TaskReleased(Happening):
    """A call-back that its owner did not make in time became anyone's."""

    kind = "task-released"
    part = "tasks"

    task: str
    title: Line

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The task has no owner."""
        tasks = tuple(one.model_copy(update={"owner": None}) if one.id == self.task else one for one in case.tasks)
        return {"tasks": tasks}

    def summary(self) -> str:
        """Which task."""
        return f"now anyone's: {self.title}"


KINDS: dict[str, type[Happening]] = {
    cls.kind: cls
    for cls in (
        Opened,
        Noted,
        Contacted,
        Promised,
        PromiseEnded,
        Received,
        TaskMade,
        TaskEnded,
        TaskDeferred,
        TaskReleased,
    )
}
"""Every kind of event by its name."""
