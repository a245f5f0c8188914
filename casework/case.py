"""The case: one account in one business unit, and what rules need to know of all that is known and done about it.

It holds what is open and what is counted; the rest is history. It does not grow with age, but for the payments made under
the terms in force.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.accounts import AccountNumber, CaseId, Imposition, Unit, case_id
from casework.contact import Contact, Counters
from casework.ledger import Receipt
from casework.money import Pence
from casework.people import Person
from casework.promises import Promise
from casework.tasks import Task
from casework.terms import Terms

Part = Literal["person", "ledger", "terms", "promises", "tasks", "contacts", "notes"]
"""The parts of a case. An action depends on some, an event changes one."""

MOST_CONTACTS = 20
MOST_PROMISES = 10


class Case(BaseModel):
    """The state after its last event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Unit
    number: AccountNumber
    version: int
    """The sequence number of the last event."""
    changed: dict[Part, int]
    """The last event that changed each part."""
    person: Person
    opened_on: date
    collection_order: bool
    impositions: tuple[Imposition, ...]
    suspense_pence: Pence = 0
    """Received beyond what was owed, and not yet dealt with."""
    terms: Terms | None = None
    receipts: tuple[Receipt, ...] = ()
    """Since the terms in force began."""
    promises: tuple[Promise, ...] = ()
    """The last ten, oldest first."""
    contacts: tuple[Contact, ...] = ()
    """The last twenty, oldest first."""
    counters: Counters = Counters()
    tasks: tuple[Task, ...] = ()
    """Those still to be done."""

    @property
    def id(self) -> CaseId:
        """`UNIT-NUMBER`."""
        return case_id(self.unit, self.number)

    @property
    def balance_pence(self) -> int:
        """What is owed now."""
        return sum(one.balance_pence for one in self.impositions)

    @property
    def open_promise(self) -> Promise | None:
        """The promise that is still to be kept: there is never more than one."""
        return next((one for one in self.promises if one.state == "open"), None)

    @property
    def last_receipt(self) -> Receipt | None:
        """The newest payment."""
        return self.receipts[-1] if self.receipts else None

    def task(self, task_id: str | None) -> Task | None:
        """An open task by its id."""
        return next((one for one in self.tasks if one.id == task_id), None)
