"""Terms as they are given, in an action or inside one, and all that speaks against them.

A variation needs a material change of circumstances or further information about means, and is never worse for the payer
without their consent (Courts Act 2003 Sch 5 para 22).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError, model_validator

from casework.actions import likely_terms as likely
from casework.actions.declare import Ask, sentence
from casework.authority import beyond_authority, decides, for_the_court
from casework.case import Case, Part
from casework.clean import Line
from casework.dates import Day, format_date, format_day
from casework.money import Sum
from casework.refusals import Reason
from casework.rows_terms import Step
from casework.situation import Situation
from casework.standing import asks_for_more
from casework.stops import nothing_agreed
from casework.terms import MOST_YEARS, Every, Plan, Terms, clear_date, of_keys

TERMS: frozenset[Part] = frozenset({"terms"})

VARY = "Courts Act 2003 Sch 5 para 22"

WORSE = "worse"
"""The code of terms that ask for more than the present ones, without consent."""

ASK_INSTEAD = "ask-instead"
"""The code of the advice to ask for the terms instead; given only where that would be accepted."""


AMOUNTS = "20 · 100+20: a lump sum first · full, 28/2: all of it"

EveryGiven = Annotated[
    Every | None,
    Ask("Every", choices=likely.periods, default=likely.every, when=likely.has_amount, needed=likely.has_amount),
]
StartGiven = Annotated[
    Day | None,
    Ask(
        "From",
        word="from",
        default=likely.start,
        when=likely.has_amount,
        needed=likely.has_amount,
        help="fri, +7, 28/2, eom",
    ),
]
ByGiven = Annotated[
    Day | None,
    Ask("All of it by", word="by", default=likely.by, when=likely.has_no_amount, needed=likely.has_no_amount),
]
LumpSumByGiven = Annotated[
    Day | None,
    Ask(
        "Lump sum by",
        word="before",
        help="fri, +7, 28/2, eom",
        default=likely.lump_sum_by,
        when=likely.has_lump_sum,
        needed=likely.has_lump_sum,
    ),
]


class HoldsTerms(BaseModel):
    """Among its fields are the keys of terms. The plan follows from the others and is never asked."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @property
    def terms(self) -> Terms:
        """The terms themselves."""
        return of_keys({name: getattr(self, name) for name in Terms.model_fields})

    @model_validator(mode="after")
    def _whole(self) -> Self:
        try:
            _ = self.terms
        except ValidationError as fault:
            raise ValueError(sentence(fault.errors()[0])) from None
        return self


class NewTerms(HoldsTerms):
    """Terms as they are given, why they are changed, and the payer's consent where they are worse than the present ones."""

    plan: Plan | None = None
    amount_pence: Annotated[
        Sum | None, Ask("Amount", default=likely.amount, guess=True, says=likely.several, help=AMOUNTS)
    ] = None
    lump_sum_pence: Sum | None = None
    lump_sum_by: LumpSumByGiven = None
    every: EveryGiven = None
    start: StartGiven = None
    by: ByGiven = None
    reason: Annotated[
        Line,
        Ask(
            "Because",
            word="because",
            choices=likely.reasons,
            default=likely.reason,
            saves_alone=likely.saves,
        ),
    ]
    consent: Annotated[
        StrictBool,
        Ask(
            "Consents",
            word="consent",
            default=likely.consent,
            when=likely.asks_more,
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


def against(given: NewTerms, case: Case, situation: Situation, inside: str = "") -> list[Reason]:
    """Every reason against agreeing these terms; the last says to ask for them instead, where that would be accepted.
    `inside` names the field that holds them, with its dot."""
    judged = judge(given, case, situation, inside)
    reasons = [*judged.wrong, *judged.beyond]
    if not judged.wrong and may_ask(judged, situation) and not not_to_ask(case, situation):
        reasons.append(Reason(code=ASK_INSTEAD, message="ask for them instead: request-terms"))
    return reasons


def last_step(case: Case, situation: Situation) -> Step | None:
    """The row of the enforcement step in force."""
    return situation.tables.steps(situation.today).get(case.last_step.code) if case.last_step else None


def not_open(case: Case, situation: Situation) -> list[Reason]:
    """Why nothing is to be agreed on this account: it is closed, nothing is owed, or a stop forbids it."""
    reasons = nothing_agreed(case, situation.tables)
    state = situation.tables.account_states(situation.today).get(case.status)
    if state is not None and state.closed:
        reasons.append(Reason(code="account-closed", message=f"this account is {state.title}", source=state.cited))
    if case.balance_pence == 0:
        reasons.append(Reason(code="nothing-owed", message="nothing is owed on this account"))
    return reasons


def not_now(case: Case, situation: Situation) -> list[Reason]:
    """Why no terms may be set on this case now."""
    reasons, step = not_open(case, situation), last_step(case, situation)
    if step is not None and step.blocks_terms:
        message = f"the last step is {step.code}, {step.title.lower()}: no new terms while it stands"
        reasons.append(Reason(code="step-blocks", message=message, source=step.cited))
    return reasons


def not_to_ask(case: Case, situation: Situation) -> list[Reason]:
    """Why no terms may be asked for now: none may be set, or some are asked for already."""
    reasons = not_now(case, situation)
    if case.request is not None:
        message = f"{case.request.terms} was asked for on {format_date(case.request.on)}, and is not decided yet"
        reasons.append(Reason(code="request-pending", message=message))
    return reasons


@dataclass(frozen=True, slots=True)
class Judged:
    """What speaks against terms: what is wrong with them for anybody, and what only this actor may not agree."""

    wrong: list[Reason]
    beyond: list[Reason]
    for_court: bool


def judge(given: NewTerms, case: Case, situation: Situation, inside: str = "") -> Judged:
    """What speaks against new terms as they are given, all at once."""
    judged = judge_terms(given.terms, case, situation, consent=given.consent, inside=inside)
    return replace(judged, wrong=[*judged.wrong, *_unrecorded(given, situation, inside)])


def judge_terms(terms: Terms, case: Case, situation: Situation, *, consent: bool, inside: str = "") -> Judged:
    """What speaks against the terms themselves, with the payer's consent or without, whyever they are changed."""
    today = situation.today
    wrong = [*_past(terms, today, inside)]
    if terms == case.terms:
        wrong.append(Reason(code="nothing-changed", message=f"the terms are {terms} already"))
    clear = more_by = None
    try:
        clear, more_by = clear_date(terms, case.balance_pence), asks_for_more(terms, case, today)
    except ValueError as fault:
        wrong.append(Reason(code="too-long", message=str(fault), field=f"{inside}amount_pence"))
    court = for_the_court(case)
    beyond = [*court, *beyond_authority(terms, clear, case, situation, inside)]
    if more_by is not None and not consent:
        message = (
            f"by {format_day(more_by)} these terms ask for more than the present ones: "
            "only with the payer's recorded consent"
        )
        beyond.append(Reason(code=WORSE, message=message, field=f"{inside}consent", source=VARY))
    return Judged(wrong, beyond, bool(court))


def may_ask(judged: Judged, situation: Situation) -> bool:
    """Whether somebody else may agree what this actor may not. Under a collection order worse terms need the payer's
    consent whoever agrees them (para 22), so that alone is nothing to ask for."""
    if judged.for_court:
        return True
    limited = any(one.code != WORSE for one in judged.beyond)
    return limited and not decides(situation.actor, situation.tables, situation.today)


def _past(terms: Terms, today: date, inside: str) -> Iterator[Reason]:
    """Dates that have passed. OPAL only warns of them; here terms would begin with arrears nobody agreed to."""
    for name in ("by", "start", "lump_sum_by"):
        day = getattr(terms, name)
        if day is not None and day < today:
            yield Reason(code="past", message=f"{format_day(day)} has passed", field=f"{inside}{name}")
        if day is not None and day.year - today.year > MOST_YEARS:
            message = f"{format_day(day)} is more than {MOST_YEARS} years ahead"
            yield Reason(code="too-far", message=message, field=f"{inside}{name}")


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
