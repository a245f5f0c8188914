"""The rows of the tables that help with a call: what to say and to ask."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from casework.table_rows import Row

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
