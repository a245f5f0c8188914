"""Payment terms: how and by when the sum is to be paid. One set is in force at a time."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from casework.dates import format_date
from casework.money import Sum, format_money

_NEEDS: dict[str, tuple[str, ...]] = {
    "in_full": ("by",),
    "instalments": ("amount_pence", "every", "start"),
    "lump_sum": ("lump_sum_pence", "lump_sum_by", "amount_pence", "every", "start"),
}


class Terms(BaseModel):
    """In full by a date, instalments, or a lump sum by a date followed by instalments. Keys a plan does not use are absent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: Literal["in_full", "instalments", "lump_sum"]
    by: date | None = None
    amount_pence: Sum | None = None
    every: Literal["weekly", "fortnightly", "monthly"] | None = None
    start: date | None = None
    lump_sum_pence: Sum | None = None
    lump_sum_by: date | None = None

    @model_validator(mode="after")
    def _whole(self) -> Terms:
        needed = _NEEDS[self.plan]
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f"a plan of {self.plan} needs {', '.join(missing)}")
        if extra := [n for n in type(self).model_fields if n not in (*needed, "plan") and getattr(self, n) is not None]:
            raise ValueError(f"a plan of {self.plan} has no {', '.join(extra)}")
        return self

    def __str__(self) -> str:
        """`£20.00 weekly from 3 Sep 2026`."""
        if self.plan == "in_full" and self.by:
            return f"in full by {format_date(self.by)}"
        assert self.amount_pence and self.start
        instalments = f"{format_money(self.amount_pence)} {self.every} from {format_date(self.start)}"
        if self.plan == "lump_sum" and self.lump_sum_pence and self.lump_sum_by:
            return f"{format_money(self.lump_sum_pence)} by {format_date(self.lump_sum_by)}, then {instalments}"
        return instalments
