"""Tracing: what other sources were asked about whoever is to pay, and what they answered (law page 7.5).

A trace is one request to one source. Sources are tried one after the other, in rounds: a round ends when what was asked for
is found, or when every source that could be asked was asked in vain; then all are tried once more, some time later.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.clean import Line
from casework.dates import Day, format_date
from casework.ledger import natural
from casework.people import Who

MOST_TRACES = 20
"""On the case; the rest is history."""


class Trace(BaseModel):
    """One request to one source. What it brought stands with the person, and says so there."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    source: str
    """A code of the table of sources."""
    label: Line
    purpose: str
    """A code of the table of purposes."""
    purpose_label: Line
    of: Who
    asked_on: Day
    asked_by: str
    reason: Line | None = None
    attempts: int
    """How many times this source has been asked, this time among them."""
    state: Literal["asked", "answered", "failed"] = "asked"
    """Failed: it was not answered at all, so that it does not count as tried."""
    outcome: str | None = None
    outcome_label: Line | None = None
    found: Literal["", "likely", "confirmed"] = ""
    answered_on: Day | None = None
    expires_on: Day | None = None
    """The last day on which what was found may be relied on."""
    retry_on: Day | None = None
    """From when the source may be asked again; None: not by itself."""

    def __str__(self) -> str:
        """`DWP, for: address, asked 19 Nov 2026, confirmed`."""
        came = (self.outcome_label or "not answered yet").lower()
        return f"{self.label}, for: {self.purpose_label.lower()}, asked {format_date(self.asked_on)}, {came}"


class Round(BaseModel):
    """How the last round for one purpose ended."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    purpose: str
    failures: int = 0
    """How many rounds ended in vain since it was last found."""
    since: Day | None = None
    """When the first of them did."""
    again_on: Day | None = None
    """When the next begins; None: it is found, it has begun, or there is none."""
    id: str = ""
    """The event that ended it, or began the next: traces after it are of the next."""


def kept(traces: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """The newest, at most `MOST_TRACES`; but the newest of each source always, because when it may be asked again rests on it.
    One that is not answered is the newest of its source."""
    found = list(traces)
    while len(found) > MOST_TRACES:
        sources = [one.source for one in found]
        older = next((n for n, source in enumerate(sources) if source in sources[n + 1 :]), None)
        if older is None:
            break
        found.pop(older)
    return tuple(found)


def last_of(traces: tuple[Trace, ...], source: str) -> Trace | None:
    """The newest request to a source, whatever it was for: one look-up brings all that the source knows."""
    return next((one for one in reversed(traces) if one.source == source), None)


def answer_title(label: str, asked_on: date, purpose_label: str) -> Line:
    """The title of the task to read an answer: `DWP asked on 19 Nov 2026, for: address; read the answer`."""
    return Line(f"{label} asked on {format_date(asked_on)}, for: {purpose_label.lower()}; read the answer")


def round_of(rounds: tuple[Round, ...], purpose: str) -> Round | None:
    """How the last round for a purpose ended; None while there was none."""
    return next((one for one in rounds if one.purpose == purpose), None)


def in_this_round(trace: Trace, ended: Round | None) -> bool:
    """Whether a source was asked since the last round `ended`."""
    return ended is None or natural(trace.id) > natural(ended.id)
