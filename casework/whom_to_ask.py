"""Whom to ask next where somebody is, or what they live on; and what stands against asking a source now.

The table of sources says who gives what, and its order is the order in which they are tried (law page 7.5). Everything here is
about whoever is to pay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.case import Case
from casework.contact_policy import judge
from casework.dates import format_date, months_after
from casework.money import format_money
from casework.people import Known, Person, fold
from casework.reference import Tables
from casework.refusals import Reason
from casework.rows_tracing import Need, TraceOutcome, TracePurpose, TraceSource
from casework.situation import Situation
from casework.staff import Staff, may, teams
from casework.tasks import TRACE
from casework.tracing import Round, Trace, in_this_round, last_of, round_of

_NEEDS: Mapping[Need, str] = {
    "date-of-birth": "their date of birth",
    "national-insurance": "their NI number",
    "employer": "an employer",
    "address": "an address",
}


@dataclass(frozen=True, slots=True)
class Next:
    """The source to ask next, and from when it may be asked."""

    source: TraceSource
    on: date


def against(source: TraceSource, purpose: TracePurpose, case: Case, situation: Situation) -> list[Reason]:
    """Everything that stands against asking `source` for this now, but for who may ask it."""
    reasons: list[Reason] = []

    def refuse(code: str, message: str, field: str = "source") -> None:
        reasons.append(Reason(code=code, message=message, field=field, source=source.cited))

    who = case.debtor
    if purpose.code not in source.gives:
        gives = ", ".join(source.gives)
        refuse("not-given", f"{source.label} is not asked for: {purpose.label.lower()}; it gives {gives}", "purpose")
    if source.people_only and who.name.organisation is not None:
        refuse("organisation", f"{source.label} knows of no organisation")
    else:
        for need in source.needs:
            if not _there(need, who):
                refuse("needed", f"{source.label} cannot be asked without {_NEEDS[need]}; record it first: details")
    if case.balance_pence < source.least_balance_pence:
        least = format_money(source.least_balance_pence)
        refuse("balance", f"{source.label} costs money, so it is asked only when at least {least} is owed")
    if source.steps and not _under_step(source, case):
        refuse("no-warrant", f"{source.label} is asked only under one of these steps: {', '.join(source.steps)}")
    if source.channel is not None:
        advice = [one for one in judge(case, situation, source.channel) if one.level == "refusal"]
        reasons += [Reason(code=one.code, message=one.message, field="source", source=one.source) for one in advice]
    return [*reasons, *_too_early(source, case, situation.today)]


def _any(source: TraceSource) -> bool:
    return True


def next_source(
    purpose: TracePurpose, case: Case, situation: Situation, usable: Callable[[TraceSource], bool] = _any
) -> Next | None:
    """The first source that may be asked for this, is `usable`, and was not yet asked in this round; else one that failed and
    is to be asked again; None when all were tried."""
    ended = round_of(case.trace_rounds, purpose.code)
    later: list[Next] = []
    for source in filter(usable, giving(purpose.code, situation.tables, situation.today)):
        last = last_of(case.traces, source.code)
        asked = last is not None and in_this_round(last, ended)
        if asked and last is not None and last.state != "failed":
            continue
        if not against(source, purpose, case, situation):
            return Next(source, situation.today)
        if asked and last is not None and last.retry_on is not None and last.retry_on > situation.today:
            later.append(Next(source, last.retry_on))
    return min(later, key=lambda one: one.on, default=None)


def giving(purpose: str, tables: Tables, on: date) -> Sequence[TraceSource]:
    """The sources that may be asked for something, the first to be tried first."""
    return [source for source in tables.trace_sources(on).values() if purpose in source.gives]


def awaited(case: Case, purpose: str, situation: Situation) -> bool:
    """Whether an answer that may bring this is still to come, whatever its source was asked for: one look-up brings all that
    the source knows."""
    sources = situation.tables.trace_sources(situation.today)

    def brings(one: Trace) -> bool:
        source = sources.get(one.source)
        return one.purpose == purpose or (source is not None and purpose in source.gives)

    return any(one.state == "asked" and brings(one) for one in case.traces)


def held_up(trace: Trace, case: Case, situation: Situation) -> list[TracePurpose]:
    """What else was sought from others in vain while the answer to `trace` was awaited, and might have come with it."""
    source = situation.tables.trace_sources(situation.today).get(trace.source)
    purposes = situation.tables.trace_purposes(situation.today)
    asked_again = {task.subject for task in case.tasks if task.kind == TRACE}

    def waited(code: str) -> bool:
        ended = round_of(case.trace_rounds, code)
        return any(
            one.purpose == code
            and one.state != "asked"
            and one.answered_on is not None
            and one.answered_on >= trace.asked_on
            and in_this_round(one, ended)
            for one in case.traces
        )

    given = [code for code in (source.gives if source else ()) if code != trace.purpose and code not in asked_again]
    return [purposes[code] for code in given if code in purposes and waited(code)]


def somebody_may_ask(source: TraceSource, case: Case, situation: Situation) -> bool:
    """Whether whoever acts, or one of their colleagues who work the traces of this case, may ask `source`."""
    grants, team = situation.tables.grants(situation.today), situation.tables.work_types[TRACE].team

    def able(one: Staff) -> bool:
        needed = {"trace", source.permission}
        return team in teams(one, grants) and not any(may(one, permission, case.id, grants) for permission in needed)

    colleagues = (one for one in situation.facts.colleagues if case.unit in one.units)
    return any(able(one) for one in (situation.actor, *colleagues))


def missing(case: Case, purpose: str) -> bool:
    """Whether nothing that stands is known of this. What cannot be missing, such as a stay in prison, counts as known."""
    who = case.debtor
    of_people = who.name.organisation is None
    match purpose:
        case "address":
            return who.address is None
        case "phone":
            return who.phone is None
        case "employer":
            return of_people and not (who.employer is not None and who.employer.stands)
        case "benefit":
            return of_people and not any(one.stands for one in who.benefits)
        case "vehicle":
            return not any(one.stands for one in who.vehicles)
        case _:
            return False


def likely_purpose(case: Case, among: Sequence[str]) -> str:
    """What is most likely wanted `among` these codes: an address or a number when there is none that stands, else an address
    that nobody checked (law page 1.5, L8: before a further steps notice or a warrant), else what somebody lives on, else
    whatever is missing."""
    lost = [one for one in ("address", "phone") if one in among and missing(case, one)]
    unchecked = case.debtor.address is not None and case.debtor.address.verified_on is None and "address" in among
    works = missing(case, "employer") and missing(case, "benefit")
    living = [one for one in ("employer", "benefit") if one in among and works]
    others = [one for one in among if one not in ("employer", "benefit") and missing(case, one)]
    return next(iter([*lost, *(["address"] if unchecked else []), *living, *others, *among]), "")


def retry_day(source: TraceSource, outcome: TraceOutcome, situation: Situation) -> date | None:
    """From when a source that answered so may be asked again; None: at any time, or never by itself."""
    if outcome.retry == "next-day":
        return situation.calendar.add_working_days(situation.today, 1)
    if outcome.retry == "never" or source.once or not source.retry_days:
        return None
    return situation.today + timedelta(source.retry_days)


def after_failure(ended: Round | None, purpose: str, situation: Situation) -> Round:
    """How the rounds stand once all sources were tried in vain: the next begins so many days after the first ended, and after
    the last there is none. One that was tried before its time is no round of its own."""
    today = situation.today
    if ended is not None and ended.again_on is not None and today < ended.again_on:
        return ended
    failures = (ended.failures if ended else 0) + 1
    since = ended.since if ended is not None and ended.since is not None else today
    retries = situation.tables.trace_retries(today)
    if failures > len(retries):
        return Round(purpose=purpose, failures=failures, since=since)
    planned = since + timedelta(retries[failures - 1].after_days)
    return Round(purpose=purpose, failures=failures, since=since, again_on=max(planned, today + timedelta(1)))


def life_of(fact: str, situation: Situation) -> int | None:
    """For how many months such a fact may be relied on; None where the table knows of no end."""
    row = situation.tables.fact_lives(situation.today).get(fact)
    return row.months if row else None


def said_before(known: Sequence[Known], item: Known) -> Known | None:
    """The same thing as it is known already, however it was written."""
    return next((one for one in known if thing(one) == thing(item)), None)


def thing(one: Known) -> str:
    """What a fact is, without what is said of it: the address, the number, the name of the employer."""
    named = getattr(one, "name", None) or getattr(one, "registration", None) or str(one)
    return fold(str(named))


def another_source(before: Known, source: TraceSource, fact: str, situation: Situation) -> bool:
    """Whether somebody else than `source`, and not one whose word it passes on, said the same, and not too long ago: two
    sources confirm each other (law page 7.5)."""
    if not before.stands or before.trace == source.code or (before.trace is None and before.source in source.repeats):
        return False
    months = life_of(fact, situation)
    said = before.verified_on or before.since
    return months is None or (said is not None and situation.today <= months_after(said, months))


def _there(need: Need, who: Person) -> bool:
    match need:
        case "date-of-birth":
            return who.date_of_birth is not None
        case "national-insurance":
            return who.national_insurance is not None
        case "employer":
            return who.employer is not None
        case "address":
            return bool(who.addresses)


def _under_step(source: TraceSource, case: Case) -> bool:
    return case.last_step is not None and case.last_step.code in source.steps


def _too_early(source: TraceSource, case: Case, today: date) -> list[Reason]:
    """Its answer is still to come, it is asked only once, or it was asked too short a time ago."""
    last = last_of(case.traces, source.code)
    if last is None:
        return []
    asked = f"{source.label} was asked on {format_date(last.asked_on)}"
    if last.state == "asked":
        return [_early("awaited", f"{asked}, and its answer is still to come: trace-result", source)]
    answered = f"{asked}: {(last.outcome_label or '').lower()}"
    if last.retry_on is not None and today < last.retry_on:
        message = f"{answered}; it may be asked again from {format_date(last.retry_on)}"
        return [_early("too-early", message, source)]
    if source.once and last.state == "answered" and _same_step(source, last, case):
        return [_early("once", f"{answered}; it is asked once", source)]
    return []


def _same_step(source: TraceSource, last: Trace, case: Case) -> bool:
    """Whether it was asked under the step that is the last one now, where steps matter at all."""
    return not source.steps or case.last_step is None or last.asked_on >= case.last_step.on


def _early(code: str, message: str, source: TraceSource) -> Reason:
    return Reason(code=code, message=message, field="source", source=source.cited)
