"""Deductions at source: from earnings by an employer, and from a benefit by the DWP. Answers for the desk; both are worked out
and taken by others.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from casework.dates import format_date
from casework.money import format_money
from casework.reference import Tables
from casework.table_rows import AeoBand, Benefit, BenefitRate, Claimant, Rounding


@dataclass(frozen=True, slots=True)
class Deduction:
    """What an employer deducts on one pay day."""

    deduction_pence: int
    band: str
    """The band and its rate, in words."""
    source: str
    verified: bool
    """False too when it hangs on how a fraction of a penny is rounded and nobody has verified that."""


@dataclass(frozen=True, slots=True)
class BenefitDeduction:
    """What may be deducted from a benefit in each period, and how long that takes."""

    deduction_pence: int
    period: Literal["weekly", "monthly"]
    clear_date: date | None
    """None when no balance was given, or nothing is owed."""
    source: str
    """Says so when the clear date is provisional."""
    verified: bool
    """Of every rate that the answer is made of."""
    provisional: bool
    """The clear date is later than the rates are known."""


def aeo(
    period: Literal["daily", "weekly", "monthly"], net_pence: int, on: date, tables: Tables, periods: int = 1
) -> Deduction:
    """The deduction from net earnings under an attachment of earnings order of a collection order (SI 2006/501 reg 5, tables
    A to C): the rate of the band on the whole sum, in the top band one rate on the sum below it and another on the rest.

    Args:
        net_pence: attachable earnings of one payroll, after tax, National Insurance and pension.
        periods: how many days, weeks or months that payroll is for: the earnings are divided, the table applied, and the
            deduction multiplied (law page 2.1; not read again in the Regulations, so never verified for more than one).

    Raises:
        ValueError: earnings of less than nothing.
        LookupError: no band is known for that day. Both with a sentence for the person.
    """
    if net_pence < 0:
        raise ValueError(f"net earnings cannot be {format_money(net_pence)}")
    if periods < 1:
        raise ValueError("a payroll is for one period at least")
    row = tables.aeo_band(period, -(-net_pence // periods), on)
    over = row.over_pence * periods
    below, rest = (net_pence, 0) if row.rest_percent is None else (over, net_pence - over)
    hundredths = below * row.percent + rest * (row.rest_percent or 0)
    verified = row.verified and (row.rounding_verified or hundredths % 100 == 0) and periods == 1
    return Deduction(_rounded(hundredths, row.rounding, periods) * periods, _in_words(row), row.source, verified)


def benefit(kind: Benefit, claimant: Claimant, on: date, balance_pence: int | None, tables: Tables) -> BenefitDeduction:
    """The deduction from a benefit at the rate in force on `on`, and when it would pay off `balance_pence` (SI 1992/2182
    reg 4; Universal Credit: 5 % of the standard allowance, SI 2021/1077).

    The first deduction is one period after `on`, then one each period: a month for Universal Credit, on the day of `on` or
    the last of a shorter month; a week for the others. Each is at the rate in force on its own day. After the last known
    rate ends it is used on, and the answer is provisional. The clear date is the day of the deduction that brings the
    balance to nothing. That the DWP finds room for the deduction is taken for granted.

    Raises:
        ValueError: a balance of less than nothing, or one that is not paid off before dates end.
        LookupError: the rate on `on` is not in the table. Both with a sentence for the person.
    """
    if balance_pence is not None and balance_pence < 0:
        raise ValueError(f"a balance of {format_money(balance_pence)} is not owed")
    rates = tables.benefit_rates(kind, claimant)
    now = next((row for row in rates if row.holds_on(on)), None)
    if now is None:
        who = f" for {claimant}" if kind == "uc" else ""
        raise LookupError(f"the rate of deduction from {_TITLES[kind]}{who} on {format_date(on)} is not in the table")
    cleared = _clear_date(rates, on, balance_pence) if balance_pence else None
    used = [row for row in rates if cleared and on < row.valid_from <= cleared] + [now]
    known_to = rates[-1].valid_to
    provisional = cleared is not None and known_to is not None and cleared > known_to
    source = now.source
    if provisional and known_to is not None:
        source += f"; provisional, as rates are known to {format_date(known_to)} only"
    verified = all(row.verified for row in used)
    return BenefitDeduction(_amount(now), now.period, cleared, source, verified, provisional)


_TITLES = {
    "uc": "Universal Credit",
    "is": "Income Support",
    "jsa": "income-based Jobseeker's Allowance",
    "esa": "income-related Employment and Support Allowance",
    "pc": "Pension Credit",
}


def _in_words(row: AeoBand) -> str:
    if row.rest_percent is not None:
        rate = f"{row.percent} % of the first {format_money(row.over_pence)} and {row.rest_percent} % of the rest"
    else:
        rate = f"{row.percent} % of the whole" if row.percent else "no deduction"
    return f"{row.period} net pay {row.extent}: {rate}"


def _clear_date(rates: Sequence[BenefitRate], on: date, balance_pence: int) -> date:
    """The day of the deduction that brings the balance to nothing. Day by day up to the last rate, then by division."""
    last, left, count = rates[-1], balance_pence, 1
    try:
        while (day := _periods_after(on, count, last.period)) < last.valid_from:
            left -= _amount(next(row for row in reversed(rates) if row.valid_from <= day))
            if left <= 0:
                return day
            count += 1
        return _periods_after(on, count - 1 + -(-left // _amount(last)), last.period)
    except (ValueError, OverflowError):
        raise ValueError(f"deductions do not pay off {format_money(balance_pence)} before dates end") from None


def _periods_after(start: date, count: int, period: Literal["weekly", "monthly"]) -> date:
    if period == "weekly":
        return start + timedelta(weeks=count)
    years, month = divmod(start.month - 1 + count, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, months.monthrange(year, month)[1]))


def _amount(row: BenefitRate) -> int:
    """Pence of one deduction."""
    if row.fixed_pence is not None:
        return row.fixed_pence
    assert row.allowance_pence and row.percent
    return _rounded(row.allowance_pence * row.percent, row.rounding)


def _rounded(hundredths: int, rounding: Rounding, parts: int = 1) -> int:
    """Pence of one of so many equal parts of a sum in hundredths of a penny."""
    return hundredths // (100 * parts) if rounding == "down" else (2 * hundredths + 100 * parts) // (200 * parts)
