"""The rows of the tables about terms: what allows them, who may agree them, and why."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from casework.money import Sum
from casework.table_rows import Codes, Row


class Step(Row):
    """An enforcement step that may be the last one on an account."""

    key = "code"
    holds = "always"
    code: str
    title: str
    blocks_terms: bool = False
    """No new terms while it is the last."""
    keeps_after_terms: bool = False
    """New terms leave it in force."""
    blocks_card: bool = False
    """No payment card while it is the last."""


class AccountState(Row):
    """How an account stands as a whole."""

    key = "code"
    holds = "always"
    code: str
    title: str
    closed: bool = False
    """Nothing is to be agreed on it."""


class TermsReason(Row):
    """Why terms are changed, or are not."""

    key = "code"
    code: str
    label: str
    letter: str = Field(default="", pattern="^[a-z]?$")
    """The key that picks it in a form."""
    uses: Codes
    """`ask`, or `refuse`."""
    wants_note: bool = False
    """Says little by itself: the form goes on to the note, and does not save."""


Months = Annotated[int, Field(gt=0)]


class Authority(Row):
    """Which terms whoever holds a permission may agree alone, under a collection order."""

    key = "permission"
    holds = "always"
    permission: Literal["decide", "terms"]
    title: str
    least_a_week_pence: Sum | None = None
    clears_within_months: Months | None = None
    usual_months: Months | None = None
