"""The case: one account in one business unit, and what rules need to know of all that is known and done about it.

It holds what is open and what is counted; the rest is history. It does not grow with age, but for the payments made under
the terms in force or while a promise is open.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.accounts import AccountNumber, CaseId, Imposition, Unit, case_id
from casework.affordability import Means
from casework.clean import Line
from casework.contact import Contact, Counters
from casework.dates import Day
from casework.handover import Handover
from casework.ledger import Receipt
from casework.money import Pence
from casework.people import Flag, Guardian, Marker, Person
from casework.promises import Promise
from casework.stops import Clock, Stop
from casework.tasks import Task
from casework.terms import InForce, Request, Terms
from casework.tracing import Round, Trace

Part = Literal[
    "person",
    "ledger",
    "terms",
    "means",
    "card",
    "promises",
    "tasks",
    "contacts",
    "stops",
    "traces",
    "handover",
    "notes",
]
"""The parts of a case. An action depends on some, an event changes one; few change two."""

AccountType = Literal["COL", "A", "CO", "Y"]
"""An adult with a collection order, or without; a company; a youth."""

MOST_CONTACTS = 20
MOST_PROMISES = 10


class LastStep(BaseModel):
    """The enforcement step in force: a code of the table of steps, which decides what may be done beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    code: Line
    on: Day


class NotAutomatic(BaseModel):
    """The mark that keeps automatic enforcement away from a case (Ombudsman case 987: a plan agreed by telephone did not)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    why: Literal["arrangement", "reversal"]
    on: date


class Case(BaseModel):
    """The state after its last event."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    unit: Unit
    number: AccountNumber
    version: int
    """The sequence number of the last event."""
    changed: dict[Part, int]
    """The last event that changed each part."""
    reference: Line | None = None
    """Under which the prosecutor or the police know the case (OPAL page 2.1: prosecutor_case_reference)."""
    person: Person
    """The defendant."""
    guardian: Guardian | None = None
    """The parent or guardian of a youth."""
    markers: tuple[Marker, ...] = ()
    youth: bool = False
    """Was under 18 when the account was opened: outside the collection scheme until a court decides otherwise
    (Courts Act 2003 Sch 5 para 1)."""
    of_age: date | None = None
    """When the calendar noticed that a youth is 18."""
    opened_on: date
    status: str = "L"
    """A code of the table of account states."""
    last_step: LastStep | None = None
    collection_order: bool
    impositions: tuple[Imposition, ...]
    suspense_pence: Pence = 0
    """Received beyond what was owed, and not yet dealt with."""
    terms: Terms | None = None
    in_force: InForce | None = None
    """How the terms began; there whenever there are terms."""
    reserve_terms: Terms | None = None
    """What holds if an attachment or a deduction from benefit fails (Courts Act 2003 Sch 5 para 15)."""
    request: Request | None = None
    """New terms that somebody must decide on."""
    not_automatic: NotAutomatic | None = None
    means: Means | None = None
    """The newest income and expenditure form."""
    card_asked_on: date | None = None
    """When a payment card was last asked for."""
    stops: tuple[Stop, ...] = ()
    """Those that somebody set, oldest first; no two of one code."""
    clocks: tuple[Clock, ...] = ()
    reviews_told: dict[str, date] = {}
    """By marker or stop, the review date for which the calendar has made a task."""
    receipts: tuple[Receipt, ...] = ()
    """Since the terms in force began and the open promise was given, and at least the last ten; oldest first."""
    promises: tuple[Promise, ...] = ()
    """The last ten, oldest first; the broken ones stay longest, because they are counted."""
    contacts: tuple[Contact, ...] = ()
    """The last twenty, oldest first."""
    counters: Counters = Counters()
    traces: tuple[Trace, ...] = ()
    """The last twenty, oldest first, and of each source the newest."""
    trace_rounds: tuple[Round, ...] = ()
    """How the last round of traces ended, for each purpose."""
    tasks: tuple[Task, ...] = ()
    """Those still to be done."""
    handover: Handover | None = None
    """The one that is still to be acknowledged."""

    @property
    def id(self) -> CaseId:
        """`UNIT-NUMBER`."""
        return case_id(self.unit, self.number)

    @property
    def balance_pence(self) -> int:
        """What is owed now."""
        return sum(one.balance_pence for one in self.impositions)

    @property
    def debtor(self) -> Person:
        """Whoever is to pay: the defendant, or the parent or guardian who was ordered to."""
        return self.guardian.person if self.guardian is not None and self.guardian.pays else self.person

    @property
    def account_type(self) -> AccountType:
        """How the account is enforced (OPAL's enforcement account types; Courts Act 2003 Sch 5 para 1)."""
        if self.person.name.organisation is not None:
            return "CO"
        if self.youth:
            return "Y"
        return "COL" if self.collection_order else "A"

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What to know before speaking to whoever is to pay."""
        who = self.debtor
        return (
            *(Flag(code=one.kind, review_on=one.review_on) for one in self.markers),
            *([Flag(code="interpreter")] if who.interpreter else []),
            *(Flag(code="adjustments", review_on=one.review_on) for one in who.adjustments),
            *([Flag(code="youth")] if self.youth else []),
        )

    @property
    def open_promise(self) -> Promise | None:
        """The promise that is still to be kept: there is never more than one."""
        return next((one for one in self.promises if one.state == "open"), None)

    @property
    def last_receipt(self) -> Receipt | None:
        """The newest payment that was not reversed."""
        return next((one for one in reversed(self.receipts) if not one.reversed), None)

    def task(self, task_id: str | None) -> Task | None:
        """An open task by its id."""
        return next((one for one in self.tasks if one.id == task_id), None)
