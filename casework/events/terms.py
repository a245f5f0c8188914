"""New terms were agreed, asked for or refused; somebody's means were taken down; a payment card was asked for."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from casework.affordability import Means, Period
from casework.case import Case, NotAutomatic
from casework.clean import Line, Prose
from casework.dates import format_date
from casework.events.declare import Happening, Stamp
from casework.ledger import kept_receipts
from casework.money import Pence, format_money
from casework.stops import Clock
from casework.terms import InForce, Request, Terms

VARIATION = "variation"
"""The clock of a decision on terms (Courts Act 2003 Sch 5 para 23)."""


def _clocks(case: Case, stamp: Stamp, began_on: date, ends_on: date | None) -> tuple[Clock, ...]:
    """The clocks with that of this decision, which takes the place of an earlier one."""
    if ends_on is None:
        return case.clocks
    clock = Clock(id=f"{stamp.seq}.2", code=VARIATION, began_on=began_on, ends_on=ends_on)
    return (*(one for one in case.clocks if one.code != VARIATION), clock)


class TermsAgreed(Happening):
    """New terms took the place of those in force."""

    kind = "terms"
    part = "terms"

    terms: Terms
    reason: Line
    reason_label: Line
    note: Prose | None = None
    consent: bool = False
    consent_how: Line | None = None
    agreed_on: date
    balance_pence: Pence
    """What was owed when they began."""
    ordered_on: date | None = None
    """When a court ordered them, since when they hold; None when they were agreed here."""
    paid_pence: Pence = 0
    """What had been paid towards them since then."""
    lifts: Line | None = None
    """The enforcement step that ends with this."""
    appeal_until: date | None = None
    """The last day for an appeal, if this varies terms."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The terms and how they began. The mark against automatic enforcement is part of this, so that it is never
        missing (Ombudsman case 987). What was paid before stays only as far as it may still have to be undone, or is
        counted for the promise."""
        promise = [case.open_promise.id] if case.open_promise else []
        return {
            "terms": self.terms,
            "in_force": InForce(
                id=f"{stamp.seq}.1",
                began_on=self.ordered_on or self.agreed_on,
                balance_pence=self.balance_pence,
                paid_pence=self.paid_pence,
                agreed_by=None if self.ordered_on else stamp.actor,
                reason=self.reason,
            ),
            "request": None,
            "last_step": None if self.lifts else case.last_step,
            "not_automatic": NotAutomatic(why="arrangement", on=self.agreed_on),
            "clocks": _clocks(case, stamp, self.agreed_on, self.appeal_until),
            "receipts": kept_receipts(case.receipts, f"{stamp.seq}.1", *promise),
        }

    def summary(self) -> str:
        """The terms, why, and with what consent."""
        consent = f", with consent {self.consent_how}" if self.consent_how else ""
        lifts = f"; {self.lifts} is no longer the last step" if self.lifts else ""
        ordered = f" on {format_date(self.ordered_on)}" if self.ordered_on else ""
        line = f"{self.terms}, {self.reason_label.lower()}{ordered}{consent}{lifts}"
        return f"{line}  {self.note}" if self.note else line


class TermsRequested(Happening):
    """New terms were asked for, and somebody else must decide."""

    kind = "terms-requested"
    part = "terms"

    terms: Terms
    reason: Line
    reason_label: Line
    note: Prose | None = None
    consent: bool = False
    consent_how: Line | None = None
    asked_on: date
    asked_by: Line | None = None
    """Who asked, if that was in another system."""
    to: Literal["fines-officer", "court"]

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The request."""
        request = Request(
            id=f"{stamp.seq}.1",
            terms=self.terms,
            reason=self.reason,
            consent=self.consent,
            consent_how=self.consent_how,
            by=self.asked_by or stamp.actor,
            on=self.asked_on,
            to=self.to,
        )
        return {"request": request}

    def summary(self) -> str:
        """The terms, why, and who is asked."""
        who = "the court" if self.to == "court" else "the fines officer"
        line = f"asked of {who}: {self.terms}, {self.reason_label.lower()}"
        return f"{line}  {self.note}" if self.note else line


class TermsRefused(Happening):
    """The terms that were asked for were not given."""

    kind = "terms-refused"
    part = "terms"

    terms: Terms
    reason: Line
    reason_label: Line
    note: Prose | None = None
    refused_on: date
    appeal_until: date | None = None
    """The last day for an appeal, if the fines officer refused."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """No request any more."""
        return {"request": None, "clocks": _clocks(case, stamp, self.refused_on, self.appeal_until)}

    def summary(self) -> str:
        """Which terms, why, and how long there is to appeal."""
        appeal = f"; appeal until {format_date(self.appeal_until)}" if self.appeal_until else ""
        line = f"refused {self.terms}: {self.reason_label.lower()}{appeal}"
        return f"{line}  {self.note}" if self.note else line


class MeansTaken(Happening):
    """Somebody said what they earn and spend."""

    kind = "means"
    part = "means"

    period: Period
    lines: dict[str, Pence]
    """The lines of the form as they were given, by name."""
    taken_on: date
    income_pence: Pence
    """This and the following are a month."""
    essentials_pence: Pence
    priority_pence: Pence
    note: Prose | None = None

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The newest form."""
        return {"means": self.means(f"{stamp.seq}.1")}

    def means(self, name: str) -> Means:
        """What the case keeps of it."""
        return Means(
            id=name,
            taken_on=self.taken_on,
            income_pence=self.income_pence,
            essentials_pence=self.essentials_pence,
            priority_pence=self.priority_pence,
        )

    def summary(self) -> str:
        """What comes in, what goes out and what is left."""
        spent = self.essentials_pence + self.priority_pence
        line = (
            f"{format_money(self.income_pence)} in, {format_money(spent)} out, "
            f"{format_money(self.means('').surplus_pence)} left a month"
        )
        return f"{line}  {self.note}" if self.note else line


class CardAsked(Happening):
    """A payment card was asked for."""

    kind = "payment-card"
    part = "card"

    asked_on: date

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """A card is on order."""
        return {"card_asked_on": self.asked_on}

    def summary(self) -> str:
        """That it was."""
        return "payment card asked for"
