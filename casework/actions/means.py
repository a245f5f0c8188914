"""Take down what somebody earns and spends, in the layout of the Standard Financial Statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from casework.actions.declare import Action, Ask, Asking
from casework.affordability import (
    Means,
    Period,
    allowed_savings,
    income_a_month,
    least_instalment,
    spending_a_month,
    suggested,
)
from casework.case import Case
from casework.clean import Prose
from casework.events import Happening, MeansTaken
from casework.fields import Choice
from casework.money import format_money
from casework.situation import Situation
from casework.terms import Every

HouseholdPence = Annotated[int, Field(strict=True, ge=0, le=10**11)]
"""A sum of one household for a week or a month: small enough that all of them come to `Pence` a month."""

Amount = HouseholdPence | None


def _periods(asking: Asking) -> Sequence[Choice]:
    return (Choice("weekly", "a week"), Choice("monthly", "a month"))


def _paid(asking: Asking) -> str:
    """As they are paid, if that is known: so they will say it."""
    employer = asking.case.debtor.employer
    return "weekly" if employer and employer.stands and employer.paid == "weekly" else "monthly"


class TakeMeans(Action):
    """Income and expenditure: all sums are for one period. What is left blank is nothing."""

    title = "Means"
    help = "income and spending; blank is nothing"
    permission = "terms"
    undoable = True

    SPENDING: ClassVar = (
        *("housing_pence", "tax_pence", "utilities_pence", "care_pence", "transport_pence", "school_pence"),
        *("pension_pence", "insurance_pence"),
        *("communications_pence", "food_pence", "personal_pence"),
    )
    """The fixed costs of the statement, then the flexible ones."""

    kind: Literal["means"] = "means"
    income_pence: Annotated[HouseholdPence, Ask("Income", help="pay, benefits and all else, net")]
    period: Annotated[Period, Ask("Every sum is", choices=_periods, default=_paid)] = "monthly"
    housing_pence: Annotated[Amount, Ask("Housing", word="housing", help="rent or mortgage")] = None
    tax_pence: Annotated[Amount, Ask("Council tax", word="tax")] = None
    utilities_pence: Annotated[Amount, Ask("Utilities", word="utilities", help="gas, electricity, water")] = None
    care_pence: Annotated[Amount, Ask("Care and health", word="care")] = None
    transport_pence: Annotated[Amount, Ask("Transport", word="transport")] = None
    school_pence: Annotated[Amount, Ask("School", word="school")] = None
    pension_pence: Annotated[Amount, Ask("Pension", word="pension")] = None
    insurance_pence: Annotated[Amount, Ask("Insurance", word="insurance")] = None
    communications_pence: Annotated[Amount, Ask("Communications and leisure", word="communications")] = None
    food_pence: Annotated[Amount, Ask("Food and housekeeping", word="food")] = None
    personal_pence: Annotated[Amount, Ask("Personal", word="personal", help="clothes, hair, toiletries")] = None
    priority_pence: Annotated[Amount, Ask("Priority debts", word="priority", help="rent arrears, council tax")] = None
    savings_pence: Annotated[Amount, Ask("Savings", word="savings")] = None
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note")] = None

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """More going out than comes in may be a slip; too little left is for somebody else to decide."""
        taken = self._taken(situation)
        means, spent = taken.means(""), taken.essentials_pence + taken.priority_pence
        found = []
        if spent > taken.income_pence:
            found.append(f"{format_money(spent - taken.income_pence)} a month more goes out than comes in")
        return [*found, *too_little(means, case, situation)]

    def to_say(self, case: Case, situation: Situation) -> list[str]:
        """What they could pay, as far as this form knows."""
        means = self._taken(situation).means("")
        offer = suggestion(means, case.balance_pence, self.period, situation)
        return [f"{format_money(offer)} {self.period} would be affordable"] if offer else []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The form and what comes of it."""
        return [self._taken(situation)]

    def _taken(self, situation: Situation) -> MeansTaken:
        given = {name: value for name in type(self).model_fields if isinstance(value := getattr(self, name), int)}
        income = income_a_month(self.income_pence, self.period)
        costs = spending_a_month(sum(given.get(name, 0) for name in self.SPENDING), self.period)
        priority = spending_a_month(self.priority_pence or 0, self.period)
        put_by = spending_a_month(self.savings_pence or 0, self.period)
        tables, today = situation.tables, situation.today
        percent = tables.limit("savings-most-percent", today).amount
        pounds = tables.limit("savings-most-a-month-pounds", today).amount
        return MeansTaken(
            period=self.period,
            lines={name.removesuffix("_pence"): pence for name, pence in given.items()},
            taken_on=today,
            income_pence=income,
            essentials_pence=costs + allowed_savings(put_by, income - costs - priority, percent, pounds * 100),
            priority_pence=priority,
            note=self.note,
        )


def suggestion(means: Means, balance_pence: int, every: Every, situation: Situation) -> int | None:
    """The instalment to propose under the limits of today; None when the means do not bear the least."""
    tables, today = situation.tables, situation.today
    return suggested(
        means,
        balance_pence,
        every,
        least_a_week_pence=_least_a_week(situation),
        months=tables.limit("instalments-clear-in-months", today).amount,
    )


def why_suggested(offer: int | None, means: Means, balance_pence: int, every: Every, situation: Situation) -> str:
    """Which of its limits makes the suggestion what it is."""
    if offer is None:
        return f"less than {format_money(_least_a_week(situation))} a week is left"
    if offer == balance_pence:
        return "all that is owed"
    if offer == means.bears(every):
        return "all that is left"
    if offer == least_instalment(_least_a_week(situation), every):
        return "the least agreed here"
    months = situation.tables.limit("instalments-clear-in-months", situation.today).amount
    return f"clears in {months} months"


def too_little(means: Means, case: Case, situation: Situation) -> list[str]:
    """What to consider when the means do not bear the least instalment."""
    if suggestion(means, case.balance_pence, "weekly", situation) is not None:
        return []
    least = _least_a_week(situation)
    left = format_money(means.surplus_pence)
    return [f"{left} a month is left, less than {format_money(least)} a week: think of remission, or of the court"]


def _least_a_week(situation: Situation) -> int:
    """Pence: what is proposed is never less than what an officer may agree."""
    rows = situation.tables.authorities(situation.today)
    return next((row.least_a_week_pence or 0 for row in rows if row.permission == TakeMeans.permission), 0)
