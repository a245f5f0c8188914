"""Ask for a payment card, with which instalments are paid at a shop."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from casework.actions.declare import Action
from casework.actions.given_terms import TERMS, last_step, not_open
from casework.case import Case, Part
from casework.dates import format_date
from casework.events import CardAsked, Happening
from casework.refusals import Reason
from casework.situation import Situation

CARD: frozenset[Part] = TERMS | {"card"}


class AskCard(Action):
    """A payment card, to be sent to whoever is to pay."""

    title = "Payment card"
    permission = "terms"
    undoable = True
    rests_on = CARD

    kind: Literal["payment-card"] = "payment-card"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Not on a closed or paid account, while another is on its way, for terms in full, nor beside a step that forbids
        it (OPAL page, section 1, payment-card request)."""
        reasons = not_open(case, situation)
        outstanding = situation.tables.limit("card-outstanding-days", situation.today)
        asked_on = case.card_asked_on
        if asked_on is not None and (situation.today - asked_on).days <= outstanding.amount:
            again = format_date(asked_on + timedelta(outstanding.amount + 1))
            message = f"a card was asked for on {format_date(asked_on)} already; another may be from {again}"
            reasons.append(Reason(code="card-asked", message=message, source=outstanding.cited))
        if case.terms is not None and case.terms.plan == "in_full":
            message = "a card is for instalments, and the terms are in full"
            reasons.append(Reason(code="in-full", message=message, source="OPAL page, section 1"))
        step = last_step(case, situation)
        if step is not None and step.blocks_card:
            message = f"the last step is {step.code}, {step.title.lower()}: no card while it stands"
            reasons.append(Reason(code="step-blocks", message=message, source=step.cited))
        return reasons

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The request."""
        return [CardAsked(asked_on=situation.today)]
