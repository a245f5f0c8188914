"""The account was taken on; somebody wrote a note."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.accounts import AccountNumber, Imposed, Imposition, Unit
from casework.brought import Brought
from casework.case import Case, LastStep
from casework.clean import Line, Prose
from casework.dates import format_date, london_date
from casework.events.declare import Happening, Stamp
from casework.money import Pence, format_money
from casework.people import Guardian, Person
from casework.terms import InForce, Terms


class Opened(Happening):
    """The account was taken on, with what had been paid before."""

    kind = "opened"
    part = "person"
    undoable = False

    unit: Unit
    number: AccountNumber
    reference: Line | None = None
    person: Person
    guardian: Guardian | None = None
    youth: bool = False
    opened_on: date
    status: str = "L"
    last_step: LastStep | None = None
    collection_order: bool
    impositions: tuple[Imposed, ...]
    terms: Terms | None = None
    terms_began_on: date | None = None
    terms_balance_pence: Pence | None = None
    """What was owed when the terms began."""
    reserve_terms: Terms | None = None
    brought: Brought | None = None
    """What it brought with it from another system."""

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
        owed = sum(one.balance_pence for one in impositions)
        began_with = owed if self.terms_balance_pence is None else self.terms_balance_pence
        case = Case(
            unit=self.unit,
            number=self.number,
            version=stamp.seq,
            changed={"person": stamp.seq, "ledger": stamp.seq, "terms": stamp.seq},
            reference=self.reference,
            person=self.person,
            guardian=self.guardian,
            youth=self.youth,
            opened_on=self.opened_on,
            status=self.status,
            last_step=self.last_step,
            collection_order=self.collection_order,
            impositions=impositions,
            terms=self.terms,
            in_force=InForce(
                id=f"{stamp.seq}.1",
                began_on=self.terms_began_on or self.opened_on,
                balance_pence=began_with,
                paid_pence=began_with - owed,
            )
            if self.terms
            else None,
            reserve_terms=self.reserve_terms,
        )
        return self.brought.put_on(case, stamp.seq, stamp.actor, london_date(stamp.at)) if self.brought else case

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
    written_on: date | None = None
    """When, if it is from another system."""
    written_by: Line | None = None

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """Nothing but the history."""
        return {}

    def summary(self) -> str:
        """The note; of one that was brought, from when and whom it is."""
        day = format_date(self.written_on) if self.written_on else None
        where = ", ".join(part for part in (day, self.written_by) if part)
        return f"{self.text}  ({where})" if where else self.text
