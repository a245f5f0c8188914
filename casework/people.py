"""The person who owes: names as given, where they live, how they may be reached, what to know before speaking to them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from casework.clean import Line
from casework.dates import Day
from casework.identifiers import Email, NationalInsurance, Phone, Postcode, Registration
from casework.money import Sum, format_money
from casework.table_rows import Benefit, Claimant


class Name(BaseModel):
    """A person's name as given, or an organisation's."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    surname: Line | None = None
    forenames: Line | None = None
    title: Line | None = None
    organisation: Line | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Name:
        if bool(self.surname) == bool(self.organisation):
            raise ValueError("give a surname, or an organisation, and not both")
        return self

    def __str__(self) -> str:
        """`SMITH, John Robert`, or the organisation."""
        if self.organisation:
            return self.organisation
        return f"{(self.surname or '').upper()}, {self.forenames}" if self.forenames else (self.surname or "").upper()


Source = Literal["court", "payer", "employer", "dwp", "trace", "representative", "third-party", "staff"]
"""Who said so."""

Standing = Literal["current", "previous", "returned", "wrong", "dead", "expired"]
"""How a fact stands: in use; replaced; post came back; somebody else's; does not work; too old to rely on."""

Who = Literal["defendant", "guardian"]
"""Of whom on a case it is known."""

ADULT = 18
"""The age from which the collection scheme applies (Courts Act 2003 Sch 5 para 1)."""

MOST_KEPT = 10
"""Of addresses, numbers and the like, the newest are kept on the case; the rest is history."""


class Known(BaseModel):
    """A fact about somebody: who said so, since when, whether it was checked, and whether it still stands."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    source: Source = "court"
    since: Day | None = None
    verified_on: Day | None = None
    standing: Standing = "current"
    trace: Line | None = None
    """The code of the source, where a trace brought it."""

    @property
    def stands(self) -> bool:
        """Whether it may be used."""
        return self.standing == "current"

    @property
    def ages_from(self) -> date | None:
        """The day from which it grows old: on which it was checked, or else a trace brought it as likely. None where it has no
        such day: what was only heard never was relied on."""
        return self.verified_on or (self.since if self.source == "trace" else None)


MOST_LINES = 5
"""Of an address, besides its postcode: with the name above it, the seven that GOV.UK Notify prints."""


def _printable(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """That a letter can be sent there (GOV.UK Notify: number of lines, and how none may begin)."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValueError(f"an address has 1 to {MOST_LINES} lines and its postcode")
    if wrong := next((line[0] for line in lines if line[0] in '@()=[]"\\/,<>'), None):
        raise ValueError(f"a line of an address cannot begin with {wrong}")
    return lines


AddressLines = Annotated[tuple[Line, ...], AfterValidator(_printable)]


class Address(Known):
    """Where somebody lives or trades: up to five lines, and the postcode by itself."""

    lines: AddressLines
    postcode: Postcode | None = None

    def __str__(self) -> str:
        return ", ".join([*self.lines, *([self.postcode] if self.postcode else [])])


class PhoneNumber(Known):
    """A number on which somebody can be reached. Text alone is the number."""

    number: Phone

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, value: object) -> object:
        return {"number": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return self.number


class EmailAddress(Known):
    """An address for e-mail. Text alone is the address."""

    address: Email

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, value: object) -> object:
        return {"address": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return self.address


class Employer(Known):
    """For whom somebody works, and what they are paid there, net."""

    name: Line
    reference: Line | None = None
    """The payroll number."""
    address: Address | None = None
    phone: Phone | None = None
    email: Email | None = None
    net_pence: Sum | None = None
    paid: Literal["weekly", "fortnightly", "monthly"] | None = None
    pay_day: Day | None = None
    """One of the days on which they are paid; the others follow from `paid`."""

    def __str__(self) -> str:
        return f"{self.name}, {format_money(self.net_pence)} {self.paid}" if self.net_pence else self.name


BENEFITS: dict[Benefit, str] = {
    "uc": "Universal Credit",
    "is": "Income Support",
    "jsa": "Jobseeker's Allowance",
    "esa": "Employment and Support Allowance",
    "pc": "Pension Credit",
}
"""Those from which a fine may be deducted (Fines (Deductions from Income Support) Regulations 1992)."""


class BenefitClaim(Known):
    """A benefit that somebody lives on."""

    benefit: Benefit
    claimant: Claimant | None = None
    other_deductions: Annotated[int, Field(ge=0, le=9)] = 0
    """How many third parties are paid out of it already."""

    def __str__(self) -> str:
        return BENEFITS[self.benefit]


class Vehicle(Known):
    """A vehicle that somebody drives."""

    registration: Registration
    make: Line | None = None
    keeper: StrictBool = False
    """Whether it is registered to them (DVLA)."""

    def __str__(self) -> str:
        return f"{self.registration}{f' {self.make}' if self.make else ''}"


class Adjustment(BaseModel):
    """What somebody needs so that they can deal with us (Equality Act 2010 ss.20, 29)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    code: Line
    """A code of the table of adjustments."""
    note: Line | None = None
    review_on: Day | None = None


class Representative(BaseModel):
    """Who may speak for somebody, with what authority and until when."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: Literal["solicitor", "adviser", "third-party"]
    name: Line
    organisation: Line | None = None
    phone: Phone | None = None
    email: Email | None = None
    authority_on: Day | None = None
    """The date of the written authority; absent when none was seen."""
    authority_until: Day | None = None
    instead: StrictBool = False
    """We are to contact them, not the payer."""

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}" if self.organisation else self.name

    def authorised(self, on: date) -> bool:
        """Whether there is written authority that holds on a day."""
        return self.authority_on is not None and (self.authority_until is None or on <= self.authority_until)


class Marker(BaseModel):
    """Something to know before speaking to somebody: a vulnerability, or a risk to staff."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    code: Line
    """A code of the table of markers."""
    kind: Literal["vulnerable", "violence"]
    advice: Line | None = None
    """What whoever speaks to them should do; everybody sees it."""
    restricted: str | None = None
    """The name under which the reason is kept, for those who may read it; the reason itself is not part of the case."""
    review_on: date
    set_by: str
    set_on: date


class Flag(BaseModel):
    """A marker, a need or an age in one word, for the top of the screen."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    code: Literal["vulnerable", "violence", "interpreter", "adjustments", "youth"]
    review_on: date | None = None


class Person(BaseModel):
    """Somebody, or an organisation: what they are called, how they may be reached, what they live on."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: Name
    aliases: Annotated[tuple[Name, ...], Field(max_length=MOST_KEPT)] = ()
    date_of_birth: Day | None = None
    national_insurance: NationalInsurance | None = None
    addresses: Annotated[tuple[Address, ...], Field(max_length=MOST_KEPT)] = ()
    """The newest first; those before are previous."""
    phones: Annotated[tuple[PhoneNumber, ...], Field(max_length=MOST_KEPT)] = ()
    """The one to try first is first."""
    emails: Annotated[tuple[EmailAddress, ...], Field(max_length=MOST_KEPT)] = ()
    employer: Employer | None = None
    benefits: Annotated[tuple[BenefitClaim, ...], Field(max_length=MOST_KEPT)] = ()
    vehicles: Annotated[tuple[Vehicle, ...], Field(max_length=MOST_KEPT)] = ()
    language: Literal["en", "cy"] = "en"
    """Of letters and calls."""
    hearing_language: Literal["en", "cy"] | None = None
    """Of hearings, where it is another."""
    interpreter: Line | None = None
    """The language that an interpreter is needed for."""
    adjustments: tuple[Adjustment, ...] = ()
    """One of a code, and none is ever left out: contact policy reads them."""
    prefers: tuple[str, ...] = ()
    """Codes of the table of preferences, each once: how they want to be contacted."""
    representative: Representative | None = None

    @property
    def address(self) -> Address | None:
        """Where they live now, as far as is known."""
        return next((one for one in self.addresses if one.stands), None)

    @property
    def phone(self) -> PhoneNumber | None:
        """The first number that is not known to be useless."""
        return next((one for one in self.phones if one.stands), None)


OF_PEOPLE = ("date_of_birth", "national_insurance", "employer", "benefits", "interpreter")
"""What no organisation has."""


class Guardian(BaseModel):
    """The parent or guardian of a youth, who may have been ordered to pay (Sentencing Act 2020 s.380)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    person: Person
    pays: StrictBool = True


def age_on(born: date, day: date) -> int:
    """Completed years; someone born on 29 February is a year older from 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


_FOLDS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """`text` as it is searched: no accents, capitals or punctuation, so that Siân O'Neill-Jones is `sian oneilljones`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    # Taken apart, some letters are capitals after all (𝗔), or among those that are written otherwise (ǿ).
    plain = unicodedata.normalize("NFKD", apart.casefold().translate(_FOLDS))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w\s]", "", kept).split())
