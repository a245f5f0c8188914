"""Postcodes, telephone numbers, e-mail addresses, National Insurance and registration numbers: as people write them,
stored clean.

What fits is possible; that it exists, or is theirs, nobody knows from its form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator

from casework.clean import Line

_POSTCODE = re.compile(
    r"(?:(GIR) ?(0AA)|(ZZ99) ?(3VZ)"
    r"|([A-PR-UWYZ](?:\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d{1,2}|[A-HK-Y]\d[ABEHMNPRV-Y])) ?(\d[ABD-HJLNP-UW-Z]{2}))",
    re.ASCII,
)
"""The shapes of the Royal Mail's; BF1 is the forces'; ZZ99 3VZ stands for no fixed abode (NHS Postcode Directory)."""


def _squeezed(text: str) -> str:
    """Without white space and what came along in pasting and cannot be seen; in capitals, where that cannot change letters."""
    squeezed = "".join(text.split())
    if not squeezed.isascii():
        squeezed = "".join(char for char in squeezed if unicodedata.category(char) != "Cf")
    return squeezed.upper() if squeezed.isascii() else squeezed


def _quoted(text: str) -> str:
    return f"“{text.strip()[:20]}”"


def _postcode(text: object) -> object:
    if not isinstance(text, str):
        return text
    match = _POSTCODE.fullmatch(_squeezed(text))
    if match is None:
        raise ValueError(f"{_quoted(text)} is not a postcode")
    return " ".join(half for half in match.groups() if half)


_POSTCODE_AT_END = re.compile(rf"(?:^|[\s,])({_POSTCODE.pattern})$", re.ASCII | re.IGNORECASE)


_POSTCODE_AT_START = re.compile(rf"(?:{_POSTCODE.pattern})(?=\s)", re.ASCII | re.IGNORECASE)


def postcode_at_end(text: str) -> tuple[str, str | None]:
    """An address as one text, and the postcode that it ends with, if it does: `14 Mill Lane, dy10 2ab`."""
    text = re.sub(r"[^\S\n]+", " ", text.strip())
    match = _POSTCODE_AT_END.search(text)
    return (text[: match.start(1)].rstrip(" ,\n"), match[1]) if match else (text, None)


def beyond_postcode(line: str) -> str:
    """What follows the postcode that a line of an address begins with; empty when it begins with none, or ends with it."""
    match = _POSTCODE_AT_START.match(line.strip())
    return line.strip()[match.end() :].strip() if match else ""


# Telephone numbers

_DRAMA = re.compile(
    r"0(?:11[3-8]4960|1[2-6]14960|1914980|2079460|2896496|2920180|1632960|7700900|8081570|9098790|3069990)\d{3}",
    re.ASCII,
)
"""Numbers that Ofcom keeps for drama, and Notify for trials. The library calls some of them invalid."""

_EXTENSION = re.compile(r"(?:EXTENSION|EXTN?\.?|X|#)(\d{1,6})$", re.ASCII)
_DIGITS = re.compile(r"(?:\+|0)\d{6,18}", re.ASCII)
_SEPARATORS = re.compile(r"[().\-/\u2010-\u2015\u2212]")


@lru_cache(maxsize=1 << 14)
def clean_phone(text: str) -> str:
    """A telephone number in its one form: `07700 900123`, `+353 1 234 5678`, with an extension `01632 960123 x4`.

    A number of the United Kingdom has its leading nought, or +44; any other its + and country.

    Raises:
        ValueError: with a sentence for the person.
    """
    squeezed = _squeezed(text)
    extension = _EXTENSION.search(squeezed)
    digits = _SEPARATORS.sub("", squeezed[: extension.start()] if extension else squeezed)
    # +44 (0)7700 and +44 07700 are common; nothing after +44 begins with a nought.
    digits = re.sub(r"^00(?=[1-9])", "+", digits)
    digits = re.sub(r"^\+440?", "0", digits)
    kept = _shown(digits) if _DIGITS.fullmatch(digits) else None
    if kept is None:
        raise ValueError(f"{_quoted(text)} is not a telephone number")
    return f"{kept} x{extension[1]}" if extension else kept


def _shown(digits: str) -> str | None:
    """How a number is written; None when there is none like it."""
    if _DRAMA.fullmatch(digits):
        return f"{digits[:5]} {digits[5:]}"
    import phonenumbers  # not before it is needed: it takes as long to load as much of the desk

    try:
        number = phonenumbers.parse(digits, "GB")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    if number.country_code != 44:
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    return f"{digits[:5]} {digits[5:]}"


def _phone(text: object) -> object:
    return clean_phone(text) if isinstance(text, str) else text


# E-mail

_EMAIL = re.compile(r"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@((?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,})")


def _email(text: object) -> object:
    """With its domain in small letters; `mailto:` and angle brackets fall away."""
    if not isinstance(text, str):
        return text
    match = _EMAIL.fullmatch(re.sub(r"^(?i:mailto:)", "", text.strip().removeprefix("<").removesuffix(">")))
    if match is None or match[1].startswith(".") or match[1].endswith(".") or ".." in match[1]:
        raise ValueError("that is not an e-mail address")
    return f"{match[1]}@{match[2].lower()}"


# National Insurance and vehicles

_NATIONAL_INSURANCE = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]\d{6}[A-D]", re.ASCII)
"""HMRC, National Insurance Manual NIM39110: letters and prefixes that are not used."""


def _national_insurance(text: object) -> object:
    if not isinstance(text, str):
        return text
    squeezed = _SEPARATORS.sub("", _squeezed(text))
    if not _NATIONAL_INSURANCE.fullmatch(squeezed):
        raise ValueError(f"{_quoted(text)} is not a National Insurance number: two letters, six digits, and A to D")
    return squeezed


_REGISTRATIONS = tuple(
    re.compile(one, re.ASCII)
    for one in (
        r"([A-HJ-PR-Y]{2}\d{2})([A-HJ-PR-Z]{3})",  # from September 2001
        r"([A-HJ-NP-TV-Y][1-9]\d{0,2})([A-HJ-PR-Z]{3})",  # from August 1983; Q: of unknown age
        r"([A-HJ-PR-Z]{3})([1-9]\d{0,2}[A-HJ-NPRSTV-Y])",  # from 1963
        r"([A-Z]{1,3})([1-9]\d{0,3})",  # before; Northern Ireland still
        r"([1-9]\d{0,3})([A-Z]{1,3})",
    )
)


def _registration(text: object) -> object:
    if not isinstance(text, str):
        return text
    squeezed = _SEPARATORS.sub("", _squeezed(text))
    match = next((found for one in _REGISTRATIONS if (found := one.fullmatch(squeezed))), None)
    if match is None:
        raise ValueError(f"{_quoted(text)} is not a vehicle registration number")
    return f"{match[1]} {match[2]}"


Postcode = Annotated[Line, BeforeValidator(_postcode)]
Phone = Annotated[Line, BeforeValidator(_phone)]
Email = Annotated[Line, BeforeValidator(_email)]
NationalInsurance = Annotated[Line, BeforeValidator(_national_insurance)]
Registration = Annotated[Line, BeforeValidator(_registration)]
