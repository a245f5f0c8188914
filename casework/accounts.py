"""Accounts: their numbers, and the sums imposed on them.

The account number and the result codes follow OPAL, so that staff recognise them.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, NewType

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from casework.clean import Line
from casework.dates import Day
from casework.money import Pence, Sum

CaseId = NewType("CaseId", str)
"""`UNIT-NUMBER`, such as `K01-24000731N`."""

_WEIGHTS = (5, 1, 4, 2, 7, 5, 1, 4)
_NUMBER = re.compile(r"(?:([A-Z0-9]{2,4})-)?(\d{8})([A-Z])?", re.ASCII)


def check_letter(digits: str) -> str:
    """The letter that closes an account number of eight digits (OPAL's rule: weights 5 1 4 2 7 5 1 4, modulo 23)."""
    if not re.fullmatch(r"\d{8}", digits, re.ASCII):
        raise ValueError(f"“{digits}” is not eight digits")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return chr(ord("A") + (23 - total % 23) % 23)


def _account_number(text: str) -> str:
    if not re.fullmatch(r"\d{8}[A-Z]", text, re.ASCII):
        raise ValueError("an account number is eight digits and a letter, such as 24000731N")
    right = check_letter(text[:8])
    if text[8] != right:
        raise ValueError(f"the check letter of {text[:8]} is {right}, not {text[8]}")
    return text


def _tidied(value: object) -> object:
    return re.sub(r"[\s-]", "", value).upper() if isinstance(value, str) else value


AccountNumber = Annotated[str, BeforeValidator(_tidied), AfterValidator(_account_number)]
"""Eight digits and their check letter; spaces, hyphens and lower case are accepted, a wrong letter is not."""

Unit = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,4}$")]
"""The code of a business unit, such as `K01`."""


def case_id(unit: str, number: str) -> CaseId:
    """The name of the case of account `number` in `unit`."""
    return CaseId(f"{unit}-{number}")


def unit_of(case_id: str) -> str:
    """The unit whose case it is."""
    return case_id.partition("-")[0]


def parse_account(text: str) -> tuple[str | None, str]:
    """The unit, if given, and the whole number meant by what somebody typed: `24000731`, `24000731n`, `K01-24000731N`.

    Raises:
        ValueError: with a sentence for the person, also when the check letter is wrong.
    """
    match = _NUMBER.fullmatch(re.sub(r"\s", "", text).upper())
    if match is None:
        raise ValueError(f"“{text.strip()}” is not an account number. It is eight digits and a letter: 24000731N.")
    unit, digits, letter = match.groups()
    return unit, _account_number(digits + (letter or check_letter(digits)))


class Imposed(BaseModel):
    """One sum imposed by a court, as it comes in: the result code says what it is and in which order it is paid."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    result: Line
    imposed_on: Day
    imposed_pence: Sum
    paid_pence: Pence = 0
    creditor: Line | None = None
    court: Line | None = None
    offence: Line | None = None


class Imposition(BaseModel):
    """One sum imposed on the account and what is still owed of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    result: Line
    imposed_on: date
    imposed_pence: Sum
    balance_pence: Pence
    creditor: Line | None = None
    court: Line | None = None
    offence: Line | None = None
