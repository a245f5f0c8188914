"""Postcodes, telephone numbers and e-mail addresses, as people write them, stored clean."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from casework.clean import Line

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
