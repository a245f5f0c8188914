"""Record the payment terms that a court ordered, where only a court may set them.

Nobody here decides anything: no consent is asked for, and no time to appeal against a fines officer begins. All that new
terms settle is settled all the same.
"""

from __future__ import annotations

from typing import Annotated, Literal

from casework.actions import likely_terms as likely
from casework.actions.agreement import lifted, settling, slips
from casework.actions.declare import Action, Ask, Asking
from casework.actions.given_terms import (
    AMOUNTS,
    TERMS,
    ByGiven,
    EveryGiven,
    HoldsTerms,
    LumpSumByGiven,
    StartGiven,
    not_now,
)
from casework.authority import SCHEME, for_the_court
from casework.case import Case
from casework.clean import Line, Prose
from casework.dates import Day, format_date, format_day
from casework.events import Happening, TermsAgreed
from casework.money import Sum
from casework.refusals import Reason
from casework.situation import Situation
from casework.terms import Plan, clear_date, in_words


def _today(asking: Asking) -> str:
    return "today"


class CourtTerms(HoldsTerms, Action):
    """The payment terms that a court ordered. They hold from the day of the order."""

    title = "Court's terms"
    help = "what the court ordered"
    permission = "decide"
    undoable = True
    rests_on = TERMS
    claimed = True

    kind: Literal["court-terms"] = "court-terms"
    plan: Plan | None = None
    amount_pence: Annotated[
        Sum | None, Ask("Amount", default=likely.amount_asked_for, guess=True, says=likely.several, help=AMOUNTS)
    ] = None
    lump_sum_pence: Sum | None = None
    lump_sum_by: LumpSumByGiven = None
    every: EveryGiven = None
    start: StartGiven = None
    by: ByGiven = None
    ordered_on: Annotated[Day, Ask("Ordered on", word="ordered", default=_today, past=True)]
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note")] = None

    @classmethod
    def heading(cls, case: Case) -> str:
        """What they are now, and what the court was asked for."""
        asked = f"; asked for: {case.request.terms}" if case.request else ""
        return f"{cls.title}: now {case.terms or 'none'}{asked}"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only where terms may be set at all, and the court sets them or was asked to."""
        reasons = not_now(case, situation)
        asked = case.request is not None and case.request.to == "court"
        if not asked and not for_the_court(case):
            message = "the court was not asked, and the fines officer may set the terms of this case: terms"
            reasons.append(Reason(code="not-for-the-court", message=message, source=SCHEME))
        return reasons

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """What cannot have been ordered."""
        terms, reasons = self.terms, []
        if self.ordered_on > situation.today:
            message = f"{format_day(self.ordered_on)} is still to come"
            reasons.append(Reason(code="future", message=message, field="ordered_on"))
        if self.ordered_on < case.opened_on:
            message = f"the account was opened on {format_date(case.opened_on)}, after that"
            reasons.append(Reason(code="before-account", message=message, field="ordered_on"))
        for name in ("by", "start", "lump_sum_by"):
            day = getattr(terms, name)
            if day is not None and day < self.ordered_on:
                message = f"{format_day(day)} is before the day of the order, {format_date(self.ordered_on)}"
                reasons.append(Reason(code="before-order", message=message, field=name))
        if terms == case.terms:
            reasons.append(Reason(code="nothing-changed", message=f"the terms are {terms} already"))
        try:
            clear_date(terms, case.balance_pence + self._paid_since(case))
        except ValueError as fault:
            reasons.append(Reason(code="too-long", message=str(fault), field="amount_pence"))
        return reasons

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """A slip of the hand; what a court ordered is not doubted."""
        return list(slips(self.terms, case, situation))

    def to_say(self, case: Case, situation: Situation) -> list[str]:
        """What was ordered."""
        try:
            return [in_words(self.terms, case.balance_pence + self._paid_since(case))]
        except ValueError:
            return []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The terms with all that they settle. What was paid since the order counts towards them."""
        paid_pence = self._paid_since(case)
        ordered = TermsAgreed(
            terms=self.terms,
            reason=Line("COURT"),
            reason_label=Line("Ordered by the court"),
            note=self.note,
            agreed_on=situation.today,
            ordered_on=self.ordered_on,
            balance_pence=case.balance_pence + paid_pence,
            paid_pence=paid_pence,
            lifts=lifted(case, situation),
        )
        return settling(ordered, case, situation)

    def _paid_since(self, case: Case) -> int:
        received = (one for one in case.receipts if not one.reversed and one.received_on >= self.ordered_on)
        return sum(one.amount_pence for one in received)
