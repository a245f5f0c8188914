"""Ask for payment terms that somebody else must decide on, the fines officer or the court; and refuse what was asked for.

The fines officer who agrees to what was asked for does so with the action `terms`, whose form then proposes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from casework.actions.agreement import REQUEST_TASK, appeal_told, appeal_until, decided
from casework.actions.declare import Action, Ask, Asking
from casework.actions.given_terms import TERMS, VARY, NewTerms, judge, may_ask, not_to_ask
from casework.authority import for_the_court
from casework.case import Case
from casework.clean import MOST_IN_LINE, Line, Prose
from casework.dates import start_of_day
from casework.events import Happening, TaskMade, TermsRefused, TermsRequested
from casework.fields import Choice
from casework.reference import choices
from casework.refusals import Reason
from casework.situation import Situation
from casework.tasks import ACCOUNT


class RequestTerms(NewTerms, Action):
    """New payment terms that the fines officer or the court must decide on."""

    title = "Ask for terms"
    help = "for the fines officer, or the court"
    permission = "terms"
    undoable = True
    rests_on = TERMS
    claimed = True

    kind: Literal["request-terms"] = "request-terms"
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note")] = None

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """As terms; and one request at a time."""
        return not_to_ask(case, situation)

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """What is wrong with the terms for anybody; and nobody asks for what they may agree."""
        judged = judge(self, case, situation)
        if judged.wrong or may_ask(judged, situation):
            return judged.wrong
        if judged.beyond:
            return judged.beyond
        return [Reason(code="within-authority", message="you may agree these yourself: terms")]

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The request, and the task to decide it."""
        reason = situation.tables.terms_reasons(situation.today, "ask")[self.reason]
        to: Literal["court", "fines-officer"] = "court" if for_the_court(case) else "fines-officer"
        title = situation.tables.work_types[REQUEST_TASK].task_title(REQUEST_TASK)
        title = f"{title}, for the court" if to == "court" else title
        whole = f"{title}: {self.terms}"
        return [
            TermsRequested(
                terms=self.terms,
                reason=reason.code,
                reason_label=reason.label,
                note=self.note,
                consent=self.consent,
                consent_how=self.consent_how,
                asked_on=situation.today,
                to=to,
            ),
            TaskMade(
                task=REQUEST_TASK,
                subject=ACCOUNT,
                title=whole if len(whole) <= MOST_IN_LINE else title,
                due_at=start_of_day(situation.today),
            ),
        ]


def _refusals(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.terms_reasons(asking.situation.today, "refuse").values())


class RefuseTerms(Action):
    """The terms that were asked for are not given. The decision is dated, and can be appealed against."""

    title = "Refuse terms"
    permission = "decide"
    undoable = True
    rests_on = TERMS
    claimed = True

    kind: Literal["refuse-terms"] = "refuse-terms"
    reason: Annotated[Line, Ask("Because", choices=_refusals)]
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note")] = None

    @classmethod
    def heading(cls, case: Case) -> str:
        """Which terms."""
        return f"Refuse {case.request.terms}" if case.request else cls.title

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only where some were asked for."""
        return [] if case.request else [Reason(code="no-request", message="no terms have been asked for")]

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A reason that there is."""
        known = situation.tables.terms_reasons(situation.today, "refuse")
        if self.reason in known:
            return []
        message = f"there is no such reason; there are: {', '.join(known)}"
        return [Reason(code="unknown-reason", message=message, field="reason", source=VARY)]

    def to_say(self, case: Case, situation: Situation) -> list[str]:
        """How long there is to appeal."""
        return appeal_told(case, situation) if self._ours(case) else []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The refusal, and the end of the task."""
        assert case.request is not None
        reason = situation.tables.terms_reasons(situation.today, "refuse")[self.reason]
        refused = TermsRefused(
            terms=case.request.terms,
            reason=reason.code,
            reason_label=reason.label,
            note=self.note,
            refused_on=situation.today,
            appeal_until=appeal_until(case, situation) if self._ours(case) else None,
        )
        return [refused, *decided(case, situation)]

    def _ours(self, case: Case) -> bool:
        """Against the court's decision the appeal is another."""
        return case.request is not None and case.request.to == "fines-officer"
