"""Something was learnt about somebody; a marker was set or ended."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from casework.case import Case
from casework.clean import Line, Prose
from casework.dates import Day, format_date, london_date
from casework.events.declare import Happening, Stamp
from casework.identifiers import NationalInsurance
from casework.people import (
    Address,
    Adjustment,
    BenefitClaim,
    EmailAddress,
    Employer,
    Guardian,
    Marker,
    Name,
    PhoneNumber,
    Representative,
    Source,
    Vehicle,
    Who,
)

Subject = Literal[
    "name",
    "aliases",
    "date_of_birth",
    "national_insurance",
    "addresses",
    "phones",
    "emails",
    "employer",
    "benefits",
    "vehicles",
    "language",
    "hearing_language",
    "interpreter",
    "adjustments",
    "prefers",
    "representative",
]
"""What may be known of a person: the fields of `Person`."""


class Details(BaseModel):
    """One of the fields of a person, in full. Nothing there means that nothing is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: Name | None = None
    aliases: tuple[Name, ...] | None = None
    date_of_birth: Day | None = None
    national_insurance: NationalInsurance | None = None
    addresses: tuple[Address, ...] | None = None
    phones: tuple[PhoneNumber, ...] | None = None
    emails: tuple[EmailAddress, ...] | None = None
    employer: Employer | None = None
    benefits: tuple[BenefitClaim, ...] | None = None
    vehicles: tuple[Vehicle, ...] | None = None
    language: Literal["en", "cy"] | None = None
    hearing_language: Literal["en", "cy"] | None = None
    interpreter: Line | None = None
    adjustments: tuple[Adjustment, ...] | None = None
    prefers: tuple[str, ...] | None = None
    representative: Representative | None = None


class DetailsChanged(Happening):
    """Something else is known of somebody than before: one subject, before and after in full."""

    kind = "details"
    part = "person"

    of: Who = "defendant"
    about: Subject
    old: Details
    new: Details
    label: Line
    """The subject in words."""
    now: Prose
    """What was learnt, in words."""
    was: Prose | None = None
    """What it takes the place of, in words."""
    source: Source
    """Who said so."""
    verified: bool = False
    """Whether it was checked."""
    trace: Line | None = None
    """The label of the source, where a trace brought it."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The person, or the parent or guardian."""
        become: dict[str, Any] = {self.about: getattr(self.new, self.about)}
        if self.of == "defendant":
            return {"person": case.person.model_copy(update=become)}
        if case.guardian is None:
            return {}
        return {"guardian": case.guardian.model_copy(update={"person": case.guardian.person.model_copy(update=become)})}

    def summary(self) -> str:
        """The subject, what it is now and what it was; who said so, unless it was the payer."""
        whose = "parent or guardian, " if self.of == "guardian" else ""
        line = f"{whose}{self.label}: {self.now}{f' (was {self.was})' if self.was else ''}"
        said = f"trace: {self.trace}" if self.trace else self.source
        known = [*([said] if said != "payer" else []), *(["checked"] if self.verified else [])]
        return f"{line}  {', '.join(known)}".rstrip()


class GuardianSet(Happening):
    """A parent or guardian of a youth is known now, or it changed who is to pay."""

    kind = "guardian"
    part = "person"

    guardian: Guardian

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The parent or guardian, whole."""
        return {"guardian": self.guardian}

    def summary(self) -> str:
        """Who, and whether they pay."""
        return f"parent or guardian: {self.guardian.person.name}, {'pays' if self.guardian.pays else 'does not pay'}"


class MarkerSet(Happening):
    """There is something to know before speaking to somebody. Why is restricted: here stands only its name."""

    kind = "marker"
    part = "person"

    code: Line
    label: Line
    risk: Literal["vulnerable", "violence"]
    advice: Line | None = None
    restricted: str | None = None
    review_on: date

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The marker, in the place of one of the same code."""
        marker = Marker(
            id=f"{stamp.seq}.1",
            code=self.code,
            kind=self.risk,
            advice=self.advice,
            restricted=self.restricted,
            review_on=self.review_on,
            set_by=stamp.actor,
            set_on=london_date(stamp.at),
        )
        return {"markers": (*(one for one in case.markers if one.code != self.code), marker)}

    def summary(self) -> str:
        """What it is, until when, and what to do."""
        line = f"{self.risk}: {self.label.lower()}, review {format_date(self.review_on)}"
        return f"{line}  {self.advice}" if self.advice else line


class MarkerEnded(Happening):
    """A marker no longer holds."""

    kind = "marker-ended"
    part = "person"

    marker: str
    label: Line
    reason: Line

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One marker fewer."""
        return {"markers": tuple(one for one in case.markers if one.id != self.marker)}

    def summary(self) -> str:
        """Which, and why."""
        return f"{self.label.lower()} ended: {self.reason}"
