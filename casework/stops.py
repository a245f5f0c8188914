"""Stops: why no step may be taken, or no contact made, now. And clocks: periods that the law gives the payer.

A stop is kept on the case until somebody lifts it, or follows from the case itself; what it forbids is a row of the table
of stops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from casework.clean import Line
from casework.dates import Calendar, format_date
from casework.refusals import Reason
from casework.rows_stops import ClockKind, StopKind

if TYPE_CHECKING:
    from casework.case import Case
    from casework.reference import Tables


class Stop(BaseModel):
    """One stop on a case."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    code: Line
    """A code of the table of stops."""
    reason: Line
    set_by: str
    """Who set it last: the reason and the review are theirs."""
    set_on: date
    review_on: date | None = None
    """When somebody must look at it again."""


class Clock(BaseModel):
    """A period that runs from a decision, in which the payer may appeal."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    code: Line
    """A code of the table of clocks."""
    began_on: date
    ends_on: date
    """The last day on which it may be used."""


TERMS_ASKED, REPRESENTED, YOUTH = "TERMS_ASKED", "REPRESENTED", "YOUTH"
"""The stops that follow from the case itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A stop that stands on a case now: its row, which says what it forbids, and why, for the officer."""

    kind: StopKind
    reason: Reason


def standing(case: Case, tables: Tables) -> tuple[Standing, ...]:
    """Every stop on a case: those that somebody set, oldest first, then those that follow from the case itself. A promise
    that is open is none."""
    found = []
    for code, words in _words(case):
        kind = tables.stop_kinds[code]
        forbids = f" ({kind.forbids})" if kind.forbids else ""
        message = f"{kind.label}: {words}{forbids}"
        found.append(Standing(kind, Reason(code=code, message=message, source=kind.cited)))
    return tuple(found)


def stops(case: Case, tables: Tables) -> tuple[Reason, ...]:
    """Why no step may be taken, or no contact made, now."""
    return tuple(one.reason for one in standing(case, tables))


def chasing_waits(case: Case, tables: Tables) -> bool:
    """Whether the tasks that only ask for money wait because of a stop."""
    return any(tables.stop_kinds[code].chasing for code, _ in _words(case))


def nothing_agreed(case: Case, tables: Tables) -> list[Reason]:
    """The stops because of which nothing may be agreed: nobody agrees terms with the dead."""
    return [one.reason for one in standing(case, tables) if one.kind.agreements]


def ends_on(began_on: date, kind: ClockKind, calendar: Calendar) -> date:
    """The last day of an appeal period, to its close: working days counted from the day after the decision (Courts Act 2003
    Sch 5; CrimPR 30.4). Raises BeyondCalendar for a year whose bank holidays are not known."""
    return calendar.add_working_days(began_on, kind.working_days)


def _words(case: Case) -> Iterator[tuple[str, str]]:
    """The code of each stop, and why it stands, since when, until when."""
    for stop in case.stops:
        review = f", review {format_date(stop.review_on)}" if stop.review_on else ""
        yield stop.code, f"{stop.reason}, since {format_date(stop.set_on)}{review}"
    if case.request is not None:
        yield TERMS_ASKED, f"{case.request.terms}, undecided since {format_date(case.request.on)}"
    representative = case.debtor.representative
    if representative is not None and representative.instead:
        phone = f" on {representative.phone}" if representative.phone else ""
        yield REPRESENTED, f"contact {representative} instead{phone}"
    if case.youth:
        since = f", 18 since {format_date(case.of_age)}" if case.of_age else ""
        yield YOUTH, f"under 18 when it was taken on{since}; only the court decides"
