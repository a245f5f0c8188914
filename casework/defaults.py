"""Imprisonment in default of payment: how long at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from casework.money import format_money
from casework.reference import Tables

Court = Literal["magistrates", "crown"]


@dataclass(frozen=True, slots=True)
class Term:
    """The longest term for a sum: in days or in months, as the law has it; the other is None."""

    days: int | None
    months: int | None
    source: str
    verified: bool


def default_term(amount_pence: int, court: Court, on: date, tables: Tables) -> Term:
    """The longest term in default of paying `amount_pence`, by the table in force on `on`.

    `magistrates`: MCA 1980 Sch 4 para 1, for what a magistrates' court imposed or enforces. `crown`: Sentencing Act 2020
    s.129(4), for a fine of the Crown Court, whose table is the same up to £10,000.00 and then goes on. Not reduced for part
    payment (Sch 4 para 2).

    Raises:
        ValueError: nothing is owed.
        LookupError: no band is known for that day. Both with a sentence for the person.
    """
    if amount_pence <= 0:
        raise ValueError(f"there is no default of {format_money(amount_pence)}")
    row = tables.default_term(court, amount_pence, on)
    return Term(row.days, row.months, row.source, row.verified)
