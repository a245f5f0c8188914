"""Bands by which the accounts of a practice office are dealt and counted: of what was imposed, and of their age."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date

from casework.dates import months_after

_FROM = (0, 20_000, 50_000, 100_000, 250_000)
"""The least pence of each size."""

SIZES = ("under £200", "£200 to £500", "£500 to £1,000", "£1,000 to £2,500", "£2,500 or more")

_AGES = {1: "under a month", 3: "1 to 3 months", 6: "3 to 6 months", 12: "6 to 12 months"}


def size_of(pence: int) -> str:
    """The band of what was imposed in all."""
    return SIZES[bisect_right(_FROM, pence) - 1]


def bounds(size: str) -> tuple[int, int]:
    """The pence from which a size begins, and at which the next one does."""
    n = SIZES.index(size)
    return _FROM[n], _FROM[n + 1] if n + 1 < len(_FROM) else 10**9


def age_of(opened: date, today: date) -> str:
    """The band of the time since an account was opened."""
    return next((words for n, words in _AGES.items() if today < months_after(opened, n)), "over a year")
