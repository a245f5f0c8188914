"""The rows of the tables that help with a call: what to say and to ask, and texts for its note."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from casework.table_rows import Codes, Names, Row

Prompt = Literal[
    "OPEN_OUT",
    "OPEN_IN",
    "OPEN_ORGANISATION",
    "OPEN_THIRD_PARTY",
    "ADDRESS",
    "EMPLOYER",
    "PAY_DAY",
    "MEANS",
    "ADDRESS_OLD",
    "EMPLOYER_OLD",
    "BENEFIT_OLD",
    "PHONE",
    "WELSH",
]
"""What there may be to say or to ask: how each kind of call begins, what is not known, what may be so no longer."""


class CallPrompt(Row):
    """A sentence for the officer to say, in their own words."""

    key = "code"
    code: Prompt
    text: Annotated[str, StringConstraints(min_length=1, max_length=160)]


class NoteTemplate(Row):
    """A text that is written again and again, with blanks."""

    key = "code"
    code: Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
    label: str
    text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    outcomes: Annotated[Codes, Names("wrap_codes")]
    """Of which outcomes it may tell; of any where there is none."""
