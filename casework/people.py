"""The person who owes: names as given, where they live, how they may be reached, what to know before speaking to them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from casework.clean import Line
from casework.dates import Day

_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?|GIR)(\d[A-Z]{2}|0AA)", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _postcode(text: object) -> object:
    if not isinstance(text, str):
        return text
    squeezed = re.sub(r"\s", "", text).upper()
    match = _POSTCODE.fullmatch(squeezed)
    if match is None:
        raise ValueError(f"“{text.strip()[:20]}” is not a postcode")
    return f"{match[1]} {match[2]}"


def _phone(text: object) -> object:
    """A United Kingdom number with its leading nought; spaces, brackets and +44 are accepted."""
    if not isinstance(text, str):
        return text
    digits = re.sub(r"^(\+44|0044)(\(0\))?", "0", re.sub(r"[\s().-]", "", text.replace("(0)", "")))
    if not re.fullmatch(r"0\d{9,10}", digits, re.ASCII):
        raise ValueError(f"“{text.strip()[:20]}” is not a telephone number")
    return f"{digits[:5]} {digits[5:]}"


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("that is not an e-mail address")
    return text


Postcode = Annotated[Line, BeforeValidator(_postcode)]
Phone = Annotated[Line, BeforeValidator(_phone)]
Email = Annotated[Line, AfterValidator(_email)]


class Name(BaseModel):
    """A person's name as given, or an organisation's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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


class Address(BaseModel):
    """Where somebody lives or trades: up to five lines, and the postcode by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: Annotated[tuple[Line, ...], AfterValidator(lambda lines: _between(lines, 1, 5))]
    postcode: Postcode | None = None

    def __str__(self) -> str:
        return ", ".join([*self.lines, *([self.postcode] if self.postcode else [])])


def _between(lines: tuple[Line, ...], least: int, most: int) -> tuple[Line, ...]:
    if not least <= len(lines) <= most:
        raise ValueError(f"an address has {least} to {most} lines and its postcode")
    return lines


class Flag(BaseModel):
    """Something to know before speaking to this person, and when to ask whether it is still so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Literal["vulnerable", "violence", "interpreter", "adjustments", "youth"]
    review_on: Day | None = None


class Person(BaseModel):
    """The person or organisation that owes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    aliases: tuple[Name, ...] = ()
    date_of_birth: Day | None = None
    addresses: tuple[Address, ...] = ()
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    flags: tuple[Flag, ...] = ()
    language: Literal["en", "cy"] = "en"


def age_on(born: date, day: date) -> int:
    """Completed years; someone born on 29 February is a year older from 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


_FOLDS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """`text` as it is searched: no accents, capitals or punctuation, so that Siân O'Neill-Jones is `sian oneilljones`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDS))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w\s]", "", kept).split())
