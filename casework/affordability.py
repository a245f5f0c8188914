"""Affordability: what is left of somebody's income after what they must spend, and the instalment that it bears.

The layout is that of the Standard Financial Statement (law page, section 7.4). Its trigger figures are licensed and stand
nowhere here. Sums a week become sums a month by 52/12; what is no whole penny is rounded so that less is left: income down,
spending up.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.money import Pence
from casework.terms import Every

Period = Literal["weekly", "monthly"]

TIMES_A_YEAR: dict[Every, int] = {"weekly": 52, "fortnightly": 26, "monthly": 12}
"""How sums of different periods are compared."""


class Means(BaseModel):
    """An income and expenditure form in brief: pence a month."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    taken_on: date
    income_pence: Pence
    essentials_pence: Pence
    """What living costs: the fixed and the flexible costs of the form, and savings as far as they are allowed."""
    priority_pence: Pence
    """What must be paid first: rent arrears, council tax and the like."""

    @property
    def surplus_pence(self) -> int:
        """What is left a month; never below nothing."""
        return max(0, self.income_pence - self.essentials_pence - self.priority_pence)

    def bears(self, every: Every) -> int:
        """The largest instalment that what is left pays for, rounded down to the penny."""
        return self.surplus_pence * TIMES_A_YEAR["monthly"] // TIMES_A_YEAR[every]


def income_a_month(pence: int, period: Period) -> int:
    """Pence a month of an income, rounded down."""
    return pence * TIMES_A_YEAR[period] // TIMES_A_YEAR["monthly"]


def spending_a_month(pence: int, period: Period) -> int:
    """Pence a month of what is spent, rounded up."""
    return _up(pence * TIMES_A_YEAR[period], TIMES_A_YEAR["monthly"])


def allowed_savings(put_by_pence: int, left_pence: int, most_percent: int, most_pence: int) -> int:
    """Of what somebody puts by a month, the part that counts as spending: no more than `most_percent` of what is `left`
    before it, rounded up, nor than `most_pence`."""
    return min(put_by_pence, most_pence, _up(max(0, left_pence) * most_percent, 100))


def least_instalment(a_week_pence: int, every: Every) -> int:
    """The smallest instalment, in whole pence, that comes to at least so many pence a week by the year."""
    return _up(a_week_pence * TIMES_A_YEAR["weekly"], TIMES_A_YEAR[every])


def suggested(means: Means, balance_pence: int, every: Every, *, least_a_week_pence: int, months: int) -> int | None:
    """The instalment to propose: what clears the balance in `months`, or all that the means bear if that is less, and no
    less than `least_a_week_pence` a week (law page, section 7.4: min(surplus, balance/12), floor £5 a week).

    None when the means do not bear the least: then it is for remission or the court. The last of the balance may be less.
    """
    least = min(balance_pence, least_instalment(least_a_week_pence, every))
    if means.bears(every) < least:
        return None
    in_time = _up(balance_pence * 12, months * TIMES_A_YEAR[every])
    return min(balance_pence, max(least, min(means.bears(every), in_time)))


def _up(above: int, below: int) -> int:
    return -(-above // below)
