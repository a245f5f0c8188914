"""Money: whole pence, owed is positive; text only at the edges."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

Pence = Annotated[int, Field(strict=True, ge=0, le=10**13)]
"""A sum in pence, from nothing to a hundred thousand million pounds."""

Sum = Annotated[int, Field(strict=True, gt=0, le=10**13)]
"""A sum in pence that is more than nothing."""

_MONEY = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d{1,11})(?:\.(\d{1,2}))?\s*(p)?", re.ASCII)


def parse_money(text: str) -> int:
    """Pence from money as people write it: `20`, `£20.50`, `1,240.00`, `50.5`, `75p`.

    Raises:
        ValueError: with a sentence for the person, when it is not money exact to the penny.
    """
    match = _MONEY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text.strip()}” is not an amount of money. Write 20, £20.50 or 1,240.00.")
    pounds, pennies, in_pence = match.groups()
    whole = int(pounds.replace(",", ""))
    if in_pence:
        if pennies is not None or "£" in text:
            raise ValueError(f"“{text.strip()}” mixes pounds and pence. Write 75p or £0.75.")
        return whole
    return whole * 100 + (int(pennies.ljust(2, "0")) if pennies else 0)


def format_money(pence: int) -> str:
    """`£1,240.00`; a negative sum as `-£5.00`."""
    sign, pence = ("-", -pence) if pence < 0 else ("", pence)
    return f"{sign}£{pence // 100:,}.{pence % 100:02}"
