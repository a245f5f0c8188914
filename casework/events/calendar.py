"""What the calendar notices by itself: an instalment was missed, a fact is too old to rely on, a youth is 18."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeVar

from casework.case import Case
from casework.dates import format_date
from casework.events.declare import Happening, Stamp
from casework.money import Sum, format_money
from casework.people import Known, Person

F = TypeVar("F", bound=Known)


class InstalmentMissed(Happening):
    """What was to be paid by a day had not come in when its days of grace were over."""

    kind = "instalment-missed"
    part = "terms"

    due: date
    """The newest of the missed."""
    arrears_pence: Sum

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """It is told once; an arrangement that is not kept keeps automatic enforcement away no longer."""
        arranged = case.not_automatic is not None and case.not_automatic.why == "arrangement"
        return {
            "in_force": case.in_force.model_copy(update={"missed": self.due}) if case.in_force else None,
            "not_automatic": None if arranged else case.not_automatic,
        }

    def summary(self) -> str:
        """Which, and how far behind."""
        return f"{format_date(self.due)}, {format_money(self.arrears_pence)} behind"


class FactExpired(Happening):
    """A fact was checked so long ago that it may not be relied on."""

    kind = "fact-expired"
    part = "person"

    of: Literal["defendant", "guardian"]
    fact: Literal["address", "employer", "benefit"]
    verified_on: date
    """When it was last checked, or else brought by a trace."""
    likely: bool = False
    """A trace brought it as likely, and it was never checked."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The facts of this kind that are as old."""
        if self.of == "guardian":
            if case.guardian is None:
                return {}
            return {"guardian": case.guardian.model_copy(update={"person": self._aged(case.guardian.person)})}
        return {"person": self._aged(case.person)}

    def _aged(self, who: Person) -> Person:
        match self.fact:
            case "address":
                return who.model_copy(update={"addresses": tuple(self._too_old(one) for one in who.addresses)})
            case "employer":
                return who.model_copy(update={"employer": self._too_old(who.employer) if who.employer else None})
            case "benefit":
                return who.model_copy(update={"benefits": tuple(self._too_old(one) for one in who.benefits)})

    def _too_old(self, one: F) -> F:
        aged = one.stands and one.ages_from == self.verified_on and (one.verified_on is None) == self.likely
        return one.model_copy(update={"standing": "expired"}) if aged else one

    def summary(self) -> str:
        """Which kind of fact, and when it was last checked."""
        return f"{self.fact}, {'likely since' if self.likely else 'last checked'} {format_date(self.verified_on)}"


class CameOfAge(Happening):
    """A youth is 18. The court alone decides how the account goes on (law page 4.4)."""

    kind = "came-of-age"
    part = "person"

    on: date

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """Since when."""
        return {"of_age": self.on}

    def summary(self) -> str:
        """Since when."""
        return f"18 since {format_date(self.on)}"
