"""Take a promise to pay, and cancel one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from casework.actions.declare import Action, Ask, Asking
from casework.case import Case, Part
from casework.clean import Line
from casework.dates import Day, format_day
from casework.events import Happening, Promised, PromiseEnded
from casework.fields import Choice
from casework.money import Sum, format_money
from casework.reference import choices
from casework.refusals import Reason
from casework.situation import Situation

PROMISES: frozenset[Part] = frozenset({"promises"})


def methods(asking: Asking) -> Sequence[Choice]:
    """The ways to pay today."""
    return choices(asking.situation.tables.methods(asking.situation.today).values())


def likely_method(asking: Asking) -> str:
    """The one used last, for money or for a promise; else a card."""
    case = asking.case
    if case.last_receipt:
        return case.last_receipt.method
    return case.promises[-1].method if case.promises else "card"


def _instalment(asking: Asking) -> str:
    """The instalment, while it is not more than is owed."""
    terms, balance = asking.case.terms, asking.case.balance_pence
    return format_money(min(terms.amount_pence, balance)) if terms and terms.amount_pence and balance else ""


class Given(BaseModel):
    """What the payer said they will pay, when, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount_pence: Annotated[Sum, Ask("Amount", default=_instalment, guess=True)]
    due: Annotated[Day, Ask("Due", help="fri, +7, 28/2, eom")]
    method: Annotated[Line, Ask("By", choices=methods, default=likely_method)]


def against(given: Given, case: Case, situation: Situation, inside: str = "") -> list[Reason]:
    """Every reason against a promise. `inside` names the field that holds it, with its dot."""
    today, reasons = situation.today, []
    furthest = situation.tables.limit("promise-furthest-days", today)
    if given.due < today:
        reasons.append(Reason(code="past", message=f"{format_day(given.due)} has passed", field=f"{inside}due"))
    if given.due > today + timedelta(furthest.amount):
        last = format_day(today + timedelta(furthest.amount))
        message = f"a promise is for {furthest.amount} days ahead at most, so until {last}"
        reasons.append(Reason(code="too-far", message=message, field=f"{inside}due", source=furthest.source))
    if given.amount_pence > case.balance_pence > 0:
        message = f"only {format_money(case.balance_pence)} is owed"
        reasons.append(Reason(code="more-than-owed", message=message, field=f"{inside}amount_pence"))
    known = situation.tables.methods(today)
    if given.method not in known:
        message = f"there is no such way to pay; there are: {', '.join(known)}"
        reasons.append(Reason(code="unknown-method", message=message, field=f"{inside}method"))
    return reasons


def promised(given: Given, situation: Situation) -> Promised:
    """The promise as an event."""
    method = situation.tables.methods(situation.today)[given.method]
    return Promised(amount_pence=given.amount_pence, due=given.due, method=method.code, method_label=method.label)


class MakePromise(Given, Action):
    """What the payer said they will pay and when. It does not change the terms."""

    title = "Promise"
    permission = "promise"
    rests_on = PROMISES

    kind: Literal["promise"] = "promise"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Not on a paid account, nor beside an open promise."""
        if case.balance_pence == 0:
            return [Reason(code="nothing-owed", message="nothing is owed on this account")]
        if open_promise := case.open_promise:
            message = f"a promise of {open_promise} is open; cancel it first"
            return [Reason(code="promise-open", message=message)]
        return []

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """Not in the past, too far ahead, or for more than is owed."""
        return against(self, case, situation)

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The promise."""
        return [promised(self, situation)]


class CancelPromise(Action):
    """The open promise no longer stands."""

    title = "Cancel the promise"
    permission = "promise"
    rests_on = PROMISES

    kind: Literal["cancel-promise"] = "cancel-promise"

    @classmethod
    def heading(cls, case: Case) -> str:
        """Which promise."""
        return f"Cancel the promise of {case.open_promise}"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only when one is open."""
        if case.open_promise is None:
            return [Reason(code="no-promise", message="no promise is open")]
        return []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The end of the promise."""
        promise = case.open_promise
        assert promise is not None
        return [PromiseEnded(promise=promise.id, state="cancelled", amount_pence=promise.amount_pence, due=promise.due)]
