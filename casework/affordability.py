"""Affordability: what is left of somebody's income after what they must spend, and the instalment that it bears."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from casework.money import Pence


class Means(BaseModel):
    """An income and expenditure form in brief: pence a month."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
