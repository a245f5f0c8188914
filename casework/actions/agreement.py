"""An agreement of new terms: all that it settles, what should be confirmed before it, and what the payer is told.

The decision is written and dated; there are ten working days to appeal against it (Courts Act 2003 Sch 5 para 23).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casework.actions.given_terms import NewTerms, last_step
from casework.actions.means import too_little
from casework.actions.promise import superseded
from casework.authority import authority
from casework.case import Case
from casework.clean import Line, Prose
from casework.dates import BeyondCalendar, format_date, format_day, months_after
from casework.events import Happening, TaskEnded, TermsAgreed
from casework.events.terms import VARIATION
from casework.money import format_money
from casework.situation import Situation
from casework.stops import ends_on
from casework.terms import Terms, clear_date, in_words

REQUEST_TASK = "terms-request"
"""The kind of the task to decide on terms that were asked for."""


def agreed(given: NewTerms, case: Case, situation: Situation, note: Prose | None = None) -> list[Happening]:
    """The new terms, and the end of all that only waited for the old: the promise, until its day is over, the chasing, the
    request."""
    reason = situation.tables.terms_reasons(situation.today, "ask")[given.reason]
    agreement = TermsAgreed(
        terms=given.terms,
        reason=reason.code,
        reason_label=reason.label,
        note=note,
        consent=given.consent,
        consent_how=given.consent_how,
        agreed_on=situation.today,
        balance_pence=case.balance_pence,
        lifts=lifted(case, situation),
        appeal_until=appeal_until(case, situation),
    )
    return settling(agreement, case, situation)


def settling(agreement: TermsAgreed, case: Case, situation: Situation) -> list[Happening]:
    """New terms, whoever set them, and the end of all that only waited for the old."""
    return [agreement, *settled(case, situation)]


def settled(case: Case, situation: Situation) -> list[Happening]:
    """The end of all that only waits for new terms, whatever they are."""
    return [*superseded(case, situation.today), *_chasing(case, situation), *decided(case, situation)]


def lifted(case: Case, situation: Situation) -> Line | None:
    """The enforcement step that new terms end."""
    step = last_step(case, situation)
    return case.last_step.code if case.last_step and not (step and step.keeps_after_terms) else None


def doubts(given: NewTerms, case: Case, situation: Situation) -> Iterator[str]:
    """What should be confirmed: terms far ahead, long, or of more than they can afford."""
    terms, today, tables = given.terms, situation.today, situation.tables
    yield from slips(terms, case, situation)
    row, clear = authority(situation.actor, tables, today), _clears(terms, case)
    if row and row.usual_months and clear and clear > months_after(today, row.usual_months):
        yield f"these clear on {format_date(clear)}; terms usually clear within {row.usual_months} months"
    if case.means is not None:
        if terms.amount_pence and terms.every and terms.amount_pence > case.means.bears(terms.every):
            left = format_money(case.means.surplus_pence)
            yield f"their means form of {format_date(case.means.taken_on)} leaves {left} a month, which is less"
        yield from too_little(case.means, case, situation)


def slips(terms: Terms, case: Case, situation: Situation) -> Iterator[str]:
    """What may have been typed wrongly: terms far ahead, or of one instalment."""
    today = situation.today
    first, far = terms.by or terms.start or today, situation.tables.limit("terms-furthest-start-days", today).amount
    if first > today + timedelta(far):
        yield f"{format_day(first)} is more than {far} days ahead"
    if terms.amount_pence and terms.amount_pence >= case.balance_pence and terms.plan == "instalments":
        yield "the first instalment pays all that is owed"


def _clears(terms: Terms, case: Case) -> date | None:
    try:
        return clear_date(terms, case.balance_pence)
    except ValueError:
        return None


def told(given: NewTerms, case: Case, situation: Situation) -> list[str]:
    """What was agreed, in words for the payer, and how long there is to appeal."""
    try:
        said = [in_words(given.terms, case.balance_pence)]
    except ValueError:
        return []
    return [*said, *appeal_told(case, situation)]


def appeal_told(case: Case, situation: Situation) -> list[str]:
    """How long there is to appeal, in words for the payer; nothing where there is no appeal."""
    try:
        until = appeal_until(case, situation)
    except BeyondCalendar as fault:
        return [f"an appeal in writing is possible; its last day is not known: {fault}"]
    return [f"an appeal in writing is possible until {format_day(until)}"] if until else []


def appeal_until(case: Case, situation: Situation) -> date | None:
    """The last day for an appeal against a decision of today: only one that varies terms can be appealed against. Raises
    BeyondCalendar for a year whose bank holidays are not known."""
    if case.terms is None:
        return None
    return ends_on(situation.today, situation.tables.clock_kinds(situation.today)[VARIATION], situation.calendar)


def _chasing(case: Case, situation: Situation) -> list[Happening]:
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
