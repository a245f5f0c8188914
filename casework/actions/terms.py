"""Agree new payment terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from casework.actions.agreement import agreed, doubts, told
from casework.actions.asked_terms import RequestTerms
from casework.actions.declare import Action, Ask
from casework.actions.given_terms import ASK_INSTEAD, TERMS, NewTerms, against, not_now
from casework.case import Case
from casework.clean import Prose
from casework.events import Happening
from casework.money import format_money
from casework.refusals import Reason
from casework.situation import Situation


class AgreeTerms(NewTerms, Action):
    """New payment terms, as agreed with the payer."""

    title = "Terms"
    permission = "terms"
    undoable = True
    rests_on = TERMS
    claimed = True

    kind: Literal["terms"] = "terms"
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note")] = None

    @classmethod
    def heading(cls, case: Case) -> str:
        """What they are now, and what has been asked for."""
        asked = f"; asked for: {case.request.terms}" if case.request else ""
        return f"Terms: {format_money(case.balance_pence)} owed; now {case.terms or 'none'}{asked}"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Not on a closed or paid account, nor beside a step that forbids it (OPAL page, sections 1 and 3.2)."""
        return not_now(case, situation)

    @classmethod
    def instead(cls, reasons: Sequence[Reason]) -> type[Action] | None:
        """Asking for them, where somebody else may agree what this actor may not."""
        return RequestTerms if any(one.code == ASK_INSTEAD for one in reasons) else None

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """What the law and the actor's authority say."""
        return against(self, case, situation)

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """Far ahead, long, or more than they can afford."""
        return list(doubts(self, case, situation))

    def to_say(self, case: Case, situation: Situation) -> list[str]:
        """What was agreed, and how long there is to appeal."""
        return told(self, case, situation)

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The terms with all that they settle."""
        return agreed(self, case, situation, self.note)
