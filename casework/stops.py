"""Stops: why no step may be taken, or no contact made, now. And clocks: periods that the law gives the payer.

A stop is kept on the case until somebody lifts it; what follows from it is a row of the table of stops.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from casework.clean import Line


class Stop(BaseModel):
    """One stop on a case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    code: Line
    """A code of the table of stops."""
    reason: Line
    set_by: str
    set_on: date
    review_on: date | None = None
    """When somebody must look at it again."""


class Clock(BaseModel):
    """A period that runs from a decision, in which the payer may appeal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    code: Line
    """A code of the table of clocks."""
    began_on: date
    ends_on: date
    """The last day on which it may be used."""
