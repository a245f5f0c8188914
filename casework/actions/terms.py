"""Agree new payment terms: what may be agreed, by whom, and all that an agreement settles.

A variation needs a material change of circumstances or further information about means, and is never worse for the payer
without their consent (Courts Act 2003 Sch 5 para 22). The decision is written and dated; there are ten working days to
appeal against it (para 23).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError, model_validator

from casework.actions import likely_terms as likely
from casework.actions.declare import Action, Ask, sentence
from casework.actions.means import too_little
from casework.actions.promise import superseded
from casework.authority import authority, beyond_authority, decides, for_the_court
from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.dates import Day, format_date, format_day, months_after
from casework.events import (
    Happening,
    TaskEnded,
    TermsAgreed,
)
from casework.events.terms import VARIATION
from casework.money import Sum, format_money
from casework.refusals import Reason
from casework.rows_terms import Step
from casework.situation import Situation
from casework.standing import asks_for_more
from casework.terms import Every, Terms, clear_date, in_words, of_keys

TERMS: frozenset[Part] = frozenset({"terms"})

REQUEST_TASK = "terms-request"
VARY = "Courts Act 2003 Sch 5 para 22"


class NewTerms(BaseModel):
    """Terms as they are given, why they are changed, and the payer's consent where they are worse than the present ones.
    The plan follows from the other keys and is never asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: Literal["in_full", "instalments", "lump_sum"] | None = None
    amount_pence: Annotated[
        Sum | None, Ask("Amount", default=likely.amount, guess=True, help="leave it out for all by a day")
    ] = None
    every: Annotated[
        Every | None,
        Ask("Every", choices=likely.periods, default=likely.every, when=likely.has_amount, needed=likely.has_amount),
    ] = None
    start: Annotated[
        Day | None,
        Ask(
            "From",
            word="from",
            default=likely.start,
            when=likely.has_amount,
            needed=likely.has_amount,
            help="fri, +7, 28/2, eom",
        ),
    ] = None
    lump_sum_pence: Annotated[
        Sum | None, Ask("Lump sum first", word="lump", default=likely.lump_sum, when=likely.has_amount)
    ] = None
    lump_sum_by: Annotated[
        Day | None,
        Ask(
            "Lump sum by",
            word="before",
            default=likely.lump_sum_by,
            when=likely.has_lump_sum,
            needed=likely.has_lump_sum,
        ),
    ] = None
    by: Annotated[
        Day | None,
        Ask("All of it by", word="by", default=likely.by, when=likely.has_no_amount, needed=likely.has_no_amount),
    ] = None
    reason: Annotated[Line, Ask("Because", word="because", choices=likely.reasons, default=likely.reason)]
    consent: Annotated[
        StrictBool,
        Ask(
            "Consents",
            word="consent",
            default=likely.consent,
            when=likely.asks_more,
            needed=likely.asks_more,
            help="these terms ask for more than the present ones",
        ),
    ] = False
    consent_how: Annotated[
        Line | None,
        Ask(
            "Consent given",
            choices=likely.ways_to_consent,
            default=likely.consent_how,
            when=likely.has_consent,
            needed=likely.has_consent,
        ),
    ] = None

    @property
    def terms(self) -> Terms:
        """The terms themselves."""
        return of_keys({name: getattr(self, name) for name in Terms.model_fields})

    @model_validator(mode="after")
    def _whole(self) -> NewTerms:
        try:
            _ = self.terms
        except ValidationError as fault:
            raise ValueError(sentence(fault.errors()[0])) from None
        return self


def against(given: NewTerms, case: Case, situation: Situation, inside: str = "") -> list[Reason]:
    """Every reason against agreeing these terms; the last says to ask for them instead, where that may be done. `inside`
    names the field that holds them, with its dot."""
    judged = judge(given, case, situation, inside)
    ask = Reason(code="ask-instead", message="ask for them instead: request-terms")
    return [*judged.wrong, *judged.beyond, *([ask] if may_ask(judged, situation) else [])]


def agreed(given: NewTerms, case: Case, situation: Situation, note: Prose | None = None) -> list[Happening]:
    """The new terms, and the end of all that only waited for the old: the promise, the chasing, the request."""
    reason = situation.tables.terms_reasons(situation.today, "ask")[given.reason]
    step = last_step(case, situation)
    found: list[Happening] = [
        TermsAgreed(
            terms=given.terms,
            reason=reason.code,
            reason_label=reason.label,
            note=note,
            consent=given.consent,
            consent_how=given.consent_how,
            agreed_on=situation.today,
            balance_pence=case.balance_pence,
            lifts=case.last_step.code if case.last_step and not (step and step.keeps_after_terms) else None,
            appeal_until=appeal_until(case, situation),
        )
    ]
    return [*found, *superseded(case), *_settled(case, situation), *decided(case, situation)]


def last_step(case: Case, situation: Situation) -> Step | None:
    """The row of the enforcement step in force."""
    return situation.tables.steps(situation.today).get(case.last_step.code) if case.last_step else None


def not_open(case: Case, situation: Situation) -> list[Reason]:
    """Why nothing is to be agreed on this account any more: it is closed, or nothing is owed."""
    reasons = []
    state = situation.tables.account_states(situation.today).get(case.status)
    if state is not None and state.closed:
        reasons.append(Reason(code="account-closed", message=f"this account is {state.title}", source=state.source))
    if case.balance_pence == 0:
        reasons.append(Reason(code="nothing-owed", message="nothing is owed on this account"))
    return reasons


def not_now(case: Case, situation: Situation) -> list[Reason]:
    """Why no terms may be set on this case now."""
    reasons, step = not_open(case, situation), last_step(case, situation)
    if step is not None and step.blocks_terms:
        message = f"the last step is {step.code}, {step.title.lower()}: no new terms while it stands"
        reasons.append(Reason(code="step-blocks", message=message, source=step.source))
    return reasons


@dataclass(frozen=True, slots=True)
class Judged:
    """What speaks against terms: what is wrong with them for anybody, and what only this actor may not agree."""

    wrong: list[Reason]
    beyond: list[Reason]
    for_court: bool


def judge(given: NewTerms, case: Case, situation: Situation, inside: str = "") -> Judged:
    """What speaks against these terms, all at once."""
    terms, today = given.terms, situation.today
    wrong = [*_past(terms, today, inside), *_unrecorded(given, situation, inside)]
    if terms == case.terms:
        wrong.append(Reason(code="nothing-changed", message=f"the terms are {terms} already"))
    clear = more_by = None
    try:
        clear, more_by = clear_date(terms, case.balance_pence), asks_for_more(terms, case, today)
    except ValueError as fault:
        wrong.append(Reason(code="too-long", message=str(fault), field=f"{inside}amount_pence"))
    court = for_the_court(case)
    beyond = [*court, *beyond_authority(terms, clear, case, situation, inside)]
    if more_by is not None and not given.consent:
        message = (
            f"by {format_day(more_by)} these terms ask for more than the present ones: "
            "only with the payer's recorded consent"
        )
        beyond.append(Reason(code="worse", message=message, field=f"{inside}consent", source=VARY))
    return Judged(wrong, beyond, bool(court))


def may_ask(judged: Judged, situation: Situation) -> bool:
    """Whether somebody else may agree what this actor may not."""
    if judged.for_court:
        return True
    return bool(judged.beyond) and not decides(situation.actor, situation.tables, situation.today)


def _past(terms: Terms, today: date, inside: str) -> Iterator[Reason]:
    """Dates that have passed. OPAL only warns of them; here terms would begin with arrears nobody agreed to."""
    for name in ("by", "start", "lump_sum_by"):
        day = getattr(terms, name)
        if day is not None and day < today:
            yield Reason(code="past", message=f"{format_day(day)} has passed", field=f"{inside}{name}")


def _unrecorded(given: NewTerms, situation: Situation, inside: str) -> Iterator[Reason]:
    """A reason or a consent that says nothing."""
    known = situation.tables.terms_reasons(situation.today, "ask")
    if given.reason not in known:
        message = f"there is no such reason; there are: {', '.join(known)}"
        yield Reason(code="unknown-reason", message=message, field=f"{inside}reason", source=VARY)
    if given.consent and given.consent_how is None:
        yield Reason(code="needed", message="say how the payer consented", field=f"{inside}consent_how", source=VARY)
    if given.consent_how is not None and not given.consent:
        message = "how consent was given is said without consent"
        yield Reason(code="not-asked", message=message, field=f"{inside}consent_how")


def _cautions(given: NewTerms, case: Case, situation: Situation) -> Iterator[str]:
    terms, today, tables = given.terms, situation.today, situation.tables
    first, far = terms.by or terms.start or today, tables.limit("terms-furthest-start-days", today).amount
    if first > today + timedelta(far):
        yield f"{format_day(first)} is more than {far} days ahead"
    row, clear = authority(situation.actor, tables, today), _clears(terms, case)
    if row and row.usual_months and clear and clear > months_after(today, row.usual_months):
        yield f"these clear on {format_date(clear)}; terms usually clear within {row.usual_months} months"
    if terms.amount_pence and terms.amount_pence >= case.balance_pence and terms.plan == "instalments":
        yield "the first instalment pays all that is owed"
    if case.means is not None:
        if terms.amount_pence and terms.every and terms.amount_pence > case.means.bears(terms.every):
            left = format_money(case.means.surplus_pence)
            yield f"their means form of {format_date(case.means.taken_on)} leaves {left} a month, which is less"
        yield from too_little(case.means, case, situation)


def _clears(terms: Terms, case: Case) -> date | None:
    try:
        return clear_date(terms, case.balance_pence)
    except ValueError:
        return None


def appeal_until(case: Case, situation: Situation) -> date | None:
    """The last day for an appeal against a decision of today: only one that varies terms can be appealed against."""
    if case.terms is None:
        return None
    clock = situation.tables.clock_kinds(situation.today)[VARIATION]
    return situation.calendar.add_working_days(situation.today, clock.working_days)


def _settled(case: Case, situation: Situation) -> list[Happening]:
    """The end of the tasks that only ask for money. One that a call ends with its outcome is left to the call."""
    works = situation.tables.work_types
    return [
        TaskEnded(task=task.id, title=task.title, outcome="TERMS", outcome_label="Settled by new terms")
        for task in case.tasks
        if works[task.kind].chases and task.id != situation.facts.pulled_task
    ]


def decided(case: Case, situation: Situation) -> list[Happening]:
    """The end of the task to decide, in the same way."""
    return [
        TaskEnded(task=task.id, title=task.title, outcome="DECIDED", outcome_label="Decided")
        for task in case.tasks
        if task.kind == REQUEST_TASK and task.id != situation.facts.pulled_task
    ]


class AgreeTerms(NewTerms, Action):
    """New payment terms, as agreed with the payer."""

    title = "Terms"
    permission = "terms"
    rests_on = TERMS

    kind: Literal["terms"] = "terms"
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note")] = None

    @classmethod
    def heading(cls, case: Case) -> str:
        """What they are now, what has been asked for, and what can be afforded."""
        asked = f"; asked for: {case.request.terms}" if case.request else ""
        left = f"; {format_money(case.means.surplus_pence)} a month to spare" if case.means else ""
        return f"Terms: {format_money(case.balance_pence)} owed; now {case.terms or 'none'}{asked}{left}"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Not on a closed or paid account, nor beside a step that forbids it (OPAL page, sections 1 and 3.2)."""
        return not_now(case, situation)

    def needs_claim(self) -> bool:
        """Terms are agreed by whoever works the case."""
        return True

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """What the law and the actor's authority say."""
        return against(self, case, situation)

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """Far ahead, long, or more than they can afford."""
        return list(_cautions(self, case, situation))

    def to_say(self, case: Case, situation: Situation) -> list[str]:
        """What was agreed, and how long there is to appeal."""
        try:
            said = [in_words(self.terms, case.balance_pence)]
        except ValueError:
            return []
        until = appeal_until(case, situation)
        return [*said, *([f"an appeal in writing is possible until {format_day(until)}"] if until else [])]

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The terms with all that they settle."""
        return agreed(self, case, situation, self.note)
