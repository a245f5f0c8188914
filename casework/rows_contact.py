"""The rows of the tables about contact: details of an outcome, identity, hours, and where to pay."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field, model_validator

from casework.staff import Weekday
from casework.table_rows import Codes, Names, Row

Item = Literal[
    "date-of-birth",
    "postcode",
    "address",
    "national-insurance",
    "employer",
    "vehicle",
    "last-payment",
    "representative",
]
"""What somebody may be asked so that they show who they are. `address` is its first line."""

CallKind = Literal["in", "out", "organisation", "third-party"]
"""Who is on the line: the person rings us, we ring them, it is an organisation's account, or somebody else speaks."""


class OutcomeDetail(Row):
    """The second level of an outcome: what it was, more closely."""

    key = "name"
    outcome: Annotated[str, Names("wrap_codes")]
    code: str
    label: str
    stop: Annotated[str | None, Names("stops")] = None
    """The code of the stop that is set on the case, unless it stands there already."""
    concern: Annotated[str | None, Names("safeguarding")] = None
    """What is to be worried about, so that it is safeguarding at once; before that of the outcome itself."""

    @property
    def name(self) -> str:
        """The outcome and the detail."""
        return f"{self.outcome} {self.code}"


class IdentitySet(Row):
    """One way to show who one is: so many of these items. Any row of a kind of call will do for its level."""

    key = "name"
    name: str
    call: CallKind
    level: Literal["speak", "detail"]
    """Enough to speak of the account at all; or to give its details too."""
    least: Annotated[int, Field(ge=1)]
    items: Annotated[tuple[Item, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _can_be_met(self) -> IdentitySet:
        if self.least > len(self.items):
            raise ValueError("more items are needed than there are")
        return self


class OfficeHours(Row):
    """When a unit is open, or when people may be rung or written to there; `*` is every unit that has no row of its own."""

    key = "name"
    holds = "always"
    unit: str
    use: Literal["office", "call", "sms"]
    days: Annotated[tuple[Weekday, ...], Field(min_length=1, strict=False)]
    opens: time
    closes: time

    @property
    def name(self) -> str:
        """The unit, the use and the days."""
        return f"{self.unit} {self.use} {' '.join(self.days)}"

    @property
    def stands_for(self) -> tuple[str, ...]:
        """Each of its days."""
        return tuple(f"{self.unit} {self.use} {day}" for day in self.days)

    @model_validator(mode="after")
    def _forwards(self) -> OfficeHours:
        if self.closes <= self.opens:
            raise ValueError("closes before it opens")
        return self


class PaymentLine(Row):
    """The telephone line on which fines are paid by card."""

    key = "code"
    code: str
    label: str
    number: str
    open: str
    """When it is, in words."""
    units: Codes
    """The units whose payers are sent there; `*` is all the rest."""
    languages: Codes
    """The languages of payers who are sent there wherever they are."""
