"""Take a promise to pay, and cancel one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StrictBool

from casework.actions.declare import Action, Ask, Asking
from casework.case import Case, Part
from casework.clean import Line
from casework.dates import Day, format_date, format_day
from casework.events import Happening, Promised, PromiseEnded
from casework.fields import Choice
from casework.money import Sum, format_money
from casework.promises import broken_since, last_day
from casework.refusals import Reason
from casework.situation import Situation
from casework.standing import behind
from casework.stops import nothing_agreed

PROMISES: frozenset[Part] = frozenset({"promises"})


def methods(asking: Asking) -> Sequence[Choice]:
    """The ways to pay today."""
    rows = asking.situation.tables.methods(asking.situation.today).values()
    return tuple(Choice(row.code, row.label, short=row.short) for row in rows)


def likely_method(asking: Asking) -> str:
    """The one used last, for money or for a promise; else the usual one."""
    case = asking.case
    if case.last_receipt:
        return case.last_receipt.method
    return case.promises[-1].method if case.promises else asking.situation.tables.usual_method(asking.situation.today)


def _likely_amount(asking: Asking) -> str:
    """The instalment, while it is not more than is owed; where there is none, what they are behind with."""
    case = asking.case
    late = behind(case, asking.situation.today)
    likely = case.terms.amount_pence if case.terms and case.terms.amount_pence else late.arrears_pence if late else 0
    return format_money(min(likely, case.balance_pence)) if likely and case.balance_pence else ""


def _one_is_open(asking: Asking) -> bool:
    return asking.case.open_promise is not None


class Given(BaseModel):
    """What the payer said they will pay, when, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    amount_pence: Annotated[Sum, Ask("Amount", default=_likely_amount, guess=True)]
    due: Annotated[Day, Ask("Due", help="fri, +7, 28/2, eom")]
    method: Annotated[Line, Ask("By", choices=methods, default=likely_method)]
    replaces: Annotated[
        StrictBool,
        Ask(
            "Replaces the open one",
            word="replaces",
            when=_one_is_open,
            default=lambda asking: "no",
            help="yes: the payer takes back the open promise",
        ),
    ] = False


def against(given: Given, case: Case, situation: Situation, inside: str = "") -> list[Reason]:
    """Every reason against a promise. `inside` names the field that holds it, with its dot."""
    today, reasons = situation.today, []
    if (open_promise := case.open_promise) and not given.replaces:
        message = f"a promise of {open_promise} is open; cancel it first, or say that this one replaces it"
        reasons.append(Reason(code="promise-open", message=message, field=f"{inside}replaces"))
    if given.replaces:
        reasons += [one.model_copy(update={"field": f"{inside}replaces"}) for one in past_its_day(case, situation)]
    if open_promise is None and given.replaces:
        message = "no promise is open that this one could replace"
        reasons.append(Reason(code="no-promise", message=message, field=f"{inside}replaces"))
    furthest = situation.tables.limit("promise-furthest-days", today)
    if given.due < today:
        reasons.append(Reason(code="past", message=f"{format_day(given.due)} has passed", field=f"{inside}due"))
    if given.due > today + timedelta(furthest.amount):
        last = format_day(today + timedelta(furthest.amount))
        message = f"a promise is for {furthest.amount} days ahead at most, so until {last}"
        reasons.append(Reason(code="too-far", message=message, field=f"{inside}due", source=furthest.cited))
    if given.amount_pence > case.balance_pence > 0:
        message = f"only {format_money(case.balance_pence)} is owed"
        reasons.append(Reason(code="more-than-owed", message=message, field=f"{inside}amount_pence"))
    known = situation.tables.methods(today)
    if given.method not in known:
        message = f"there is no such way to pay; there are: {', '.join(known)}"
        reasons.append(Reason(code="unknown-method", message=message, field=f"{inside}method"))
    return reasons


def promised(given: Given, case: Case, situation: Situation) -> list[Happening]:
    """The promise, after the end of the one that it replaces."""
    method = situation.tables.methods(situation.today)[given.method]
    made = Promised(amount_pence=given.amount_pence, due=given.due, method=method.code, method_label=method.label)
    return [*superseded(case, situation.today), made]


def superseded(case: Case, today: date) -> list[Happening]:
    """The end of the open promise, if there is one, because a newer promise or new terms take its place. It is not broken.
    One past its day is left to the calendar, as `past_its_day` says."""
    promise = case.open_promise
    if promise is None or promise.due < today:
        return []
    return [PromiseEnded(promise=promise.id, state="superseded", amount_pence=promise.amount_pence, due=promise.due)]


def past_its_day(case: Case, situation: Situation) -> list[Reason]:
    """Why the open promise can no longer be taken back: its day is over, so that whether it was kept or broken is for the
    ledger to tell, after its days of grace."""
    promise, tables = case.open_promise, situation.tables
    if promise is None or promise.due >= situation.today:
        return []
    judged = last_day(promise, tables.grace(promise), tables.calendar) + timedelta(1)
    message = (
        f"the promise of {promise} is past its day, so it is no longer taken back; whether it was kept shows on "
        f"{format_day(judged)}"
    )
    return [Reason(code="promise-due", message=message)]


def too_often_broken(case: Case, situation: Situation) -> list[Reason]:
    """No further promise after two broken in the last 90 days (law page, section 7.4). A day counts from the day after."""
    today, limit = situation.today, situation.tables.limit
    most, days = limit("promises-broken-most", today), limit("promises-broken-days", today)
    broken = broken_since(case.promises, today - timedelta(days.amount))
    if len(broken) < most.amount:
        return []
    again = broken[-most.amount] + timedelta(days.amount + 1)
    message = (
        f"{len(broken)} promises were broken in the last {days.amount} days; none is taken before {format_date(again)}. "
        "Agree terms, or take the next enforcement step."
    )
    return [Reason(code="promises-broken", message=message, source=most.cited)]


class MakePromise(Given, Action):
    """What the payer said they will pay and when. It does not change the terms."""

    title = "Promise"
    permission = "promise"
    undoable = True
    rests_on = PROMISES

    kind: Literal["promise"] = "promise"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Not on a paid account, nor under a stop that forbids it, nor after promises that were broken."""
        if case.balance_pence == 0:
            return [Reason(code="nothing-owed", message="nothing is owed on this account")]
        return [*nothing_agreed(case, situation.tables), *too_often_broken(case, situation)]

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """Not in the past, too far ahead, for more than is owed, or beside an open one that it does not replace."""
        return against(self, case, situation)

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The promise."""
        return promised(self, case, situation)


class CancelPromise(Action):
    """The open promise no longer stands."""

    title = "Cancel the promise"
    permission = "promise"
    undoable = True
    rests_on = PROMISES

    kind: Literal["cancel-promise"] = "cancel-promise"

    @classmethod
    def heading(cls, case: Case) -> str:
        """Which promise."""
        return f"Cancel the promise of {case.open_promise}"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only when one is open, and until its day is over."""
        if case.open_promise is None:
            return [Reason(code="no-promise", message="no promise is open")]
        return past_its_day(case, situation)

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The end of the promise."""
        promise = case.open_promise
        assert promise is not None
        return [PromiseEnded(promise=promise.id, state="cancelled", amount_pence=promise.amount_pence, due=promise.due)]
