"""Confiscation orders: for now, the interest on what is unpaid after its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from casework.dates import format_date
from casework.money import format_money
from casework.reference import Tables

_YEAR = 10_000 * 365
"""A hundred percent, in the basis points of the table, times the days of every year, leap years too (actual/365)."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What an unpaid sum has borne, and the rates that say so."""

    interest_pence: int
    source: str
    verified: bool


def interest(principal_pence: int, since: date, until: date, tables: Tables) -> Interest:
    """Simple interest on `principal_pence` that is unpaid from `since` to `until` (POCA 2002 s.12; Judgments Act
    1838 s.17; the rate by the table).

    Days are `until` minus `since`; each bears the rate of the day it begins on. Where the rate changes, the parts are
    added exactly and rounded once, half a penny up. The caller leaves out time in which interest does not run (an
    extension applied for in time), and asks once for each balance.

    Raises:
        ValueError: `until` is before `since`, or the principal is less than nothing.
        LookupError: no rate is known for a part of the time. Both with a sentence for the person.
    """
    if until < since:
        raise ValueError(f"interest to {format_date(until)} cannot run from {format_date(since)}, which is later")
    if principal_pence < 0:
        raise ValueError(f"there is no interest on {format_money(principal_pence)}")
    day, shares, used = since, 0, []
    for row in tables.interest_rates("judgment"):
        if row.holds_on(day) and day < until:
            end = until if row.valid_to is None or row.valid_to >= until else row.valid_to + timedelta(1)
            shares += row.basis_points * (end - day).days
            day = end
            used.append(row)
    if day < until:
        raise LookupError(f"no rate of interest is known for {format_date(day)}")
    sources = dict.fromkeys(row.source for row in used)
    pence = (2 * principal_pence * shares + _YEAR) // (2 * _YEAR)
    return Interest(pence, "; ".join(sources), all(row.verified for row in used))
