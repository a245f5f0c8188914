"""New terms in the practice office: what somebody earns and spends, the terms that are proposed, who agrees or decides.

Whether an officer may agree them, the payer must consent, or the fines officer decides, is what the rules answer when they
are asked; nothing here knows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from api_client.practice_debts import Every, payments
from api_client.practice_life import Story
from api_client.practice_material import pick
from casework.actions.asked_terms import RefuseTerms, RequestTerms
from casework.actions.means import TakeMeans
from casework.actions.payment_card import AskCard
from casework.actions.terms import AgreeTerms
from casework.dates import london_date
from casework.people import Employer
from casework.staff import Staff
from casework.stops import chasing_waits
from casework.tasks import Task

_A_MONTH = {"weekly": 52 / 12, "fortnightly": 26 / 12, "monthly": 1.0}

_SPENT: dict[str, tuple[int, int]] = {
    "housing_pence": (24, 38),
    "tax_pence": (4, 8),
    "utilities_pence": (8, 14),
    "transport_pence": (3, 9),
    "communications_pence": (2, 5),
    "food_pence": (16, 26),
    "personal_pence": (2, 5),
    "priority_pence": (0, 6),
}
"""What goes out, of a hundred parts of what comes in: from and to."""

_WHY = {"HOURS": 4, "JOB": 3, "BENEFIT": 2, "ILLNESS": 2, "FAMILY": 1, "MEANS": 1}
"""Why terms are changed, and how often."""

_PERIODS: dict[Every, int] = {"weekly": 3, "fortnightly": 3, "monthly": 4}

_UNDECIDED = 45
"""Days that a request may take, when it must be decided before the last scene."""


def may_vary(story: Story, at: datetime) -> bool:
    """Whether new terms can be talked about now, and be decided in time."""
    case = story.case
    if case.open_promise or case.request or chasing_waits(case, story.scene.tables) or not case.collection_order:
        return False
    if AgreeTerms.offered(case, story.situation(at, story.scene.staff[0], AskCard())):
        return False
    return story.room(at) >= _UNDECIDED and case.balance_pence > 6_000


def take_means(story: Story, at: datetime, who: Staff) -> None:
    """They go through income and spending together."""
    rng = story.rng
    income = _income(rng, story.case.debtor.employer)
    spent: dict[str, Any] = {name: _pounds(income * rng.randint(*parts) / 100) for name, parts in _SPENT.items()}
    story.act(at, who, TakeMeans(income_pence=income, period="monthly", **spent))


def _income(rng: Random, job: Employer | None) -> int:
    """Pence a month: wages, as far as they are known."""
    if job and job.stands and job.net_pence and job.paid:
        return _pounds(job.net_pence * _A_MONTH[job.paid])
    return rng.randint(70, 135) * 1_000


def _pounds(pence: float) -> int:
    return int(pence) // 100 * 100


def propose(story: Story, at: datetime, *, months: tuple[int, int]) -> dict[str, Any]:
    """Instalments that clear the debt in about so many months, and why."""
    rng, every = story.rng, pick(story.rng, _PERIODS)
    times = rng.randint(*months) * _A_MONTH[every]
    amount = min(story.case.balance_pence, -(-int(story.case.balance_pence / times) // 100) * 100)
    start = story.scene.calendar.on_or_after(london_date(at) + timedelta(rng.randint(6, 14)))
    return {"amount_pence": amount, "every": every, "start": start, "reason": pick(rng, _WHY)}


def settle(
    story: Story, at: datetime, who: Staff, given: dict[str, Any], how: Literal["by telephone", "in writing"]
) -> bool:
    """Agree the terms with the payer or, where the rules say so, ask for them. Returns whether either was done."""
    terms = AgreeTerms(**given)
    against = _against(story, at, who, terms)
    if "worse" in against:
        terms = AgreeTerms(**{**given, "consent": True, "consent_how": how})
        against = _against(story, at, who, terms)
    if not against:
        story.act(at, who, terms)
        _pays_as_agreed(story, at)
        return True
    if "ask-instead" in against:
        story.act(at, who, RequestTerms(**terms.model_dump(exclude={"kind"})))
        return True
    return False


def _against(story: Story, at: datetime, who: Staff, terms: AgreeTerms) -> set[str]:
    situation = story.situation(at, who, terms)
    return {reason.code for reason in [*terms.offered(story.case, situation), *terms.refusals(story.case, situation)]}


def _pays_as_agreed(story: Story, at: datetime) -> None:
    """From now on they pay, or not, under the new terms; some ask for a card to pay with."""
    case, rng = story.case, story.rng
    assert case.terms
    story.coming.clear()
    story.expect(payments(rng, story.lot, case.terms, case.balance_pence, story.scene.today))
    if rng.random() < 0.35:
        clerk, card = story.who("officer", at), AskCard()
        if not AskCard.offered(case, story.situation(at, clerk, card)):
            story.act(at + timedelta(minutes=2), clerk, card)


def decide_terms(story: Story, at: datetime, who: Staff, task: Task) -> None:
    """The fines officer agrees to what was asked for, or does not; either ends the task."""
    asked, today = story.case.request, london_date(at)
    assert asked
    given = {**asked.terms.model_dump(exclude_none=True), "reason": asked.reason}
    if asked.consent:
        given |= {"consent": True, "consent_how": asked.consent_how}
    if asked.terms.start and asked.terms.start < today:
        given["start"] = story.scene.calendar.on_or_after(today + timedelta(7))
    granted = story.rng.random() < 0.6 and settle(story, at, who, given, "in writing")
    if not granted:
        why = pick(story.rng, {"LONG": 3, "AFFORDS": 2, "SAME": 2, "SHOW": 1})
        story.act(at, who, RefuseTerms(reason=why), task)
