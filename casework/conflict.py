"""When a case has changed under a form: what was, what is now and what was typed, in the words of the form and of the case.

First the questions of the form to which the case now has another likely answer, or whose typed answer no longer fits; then
what else became different. What was typed is only compared: the form keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from casework.actions.declare import Action, Question, questions, read_form, show_answer
from casework.case import Case
from casework.contact import CHANNELS
from casework.dates import format_date, format_when
from casework.fields import Field
from casework.money import format_money
from casework.people import Known, Person
from casework.situation import Situation

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that is not as it was when the form was opened."""

    label: str
    was: str
    now: str
    mine: str = ""
    """What was typed, as it was understood; empty where nothing was."""
    field: str | None = None
    """The field of the form that it is about; None where the form does not ask for it."""


def conflicts(
    before: Case, after: Case, action: type[Action], typed: Mapping[str, str], situation: Situation
) -> tuple[Conflict, ...]:
    """What became different between two versions of a case, for somebody who has `typed` into the form of `action`."""
    return (*_in_form(before, after, action, typed, situation), *_on_case(before, after))


# The form


def _in_form(
    before: Case, after: Case, action: type[Action], typed: Mapping[str, str], situation: Situation
) -> Iterator[Conflict]:
    then, now = (read_form(action, case, typed, situation) for case in (before, after))
    asked, errors = {one.name: one for one in then.fields}, {one.field: one.message for one in now.errors}
    failed_before = {one.field for one in then.errors}
    by_name = {question.name: question for question in questions(action)}
    for field in now.fields:
        question, mine = by_name[field.name], typed.get(field.name, "").strip()
        was = _proposed(question, asked.get(field.name), situation)
        likely = _proposed(question, field, situation)
        fits_no_more = mine and field.name in errors and field.name not in failed_before
        if was == likely and not fits_no_more:
            continue
        answered = now.answers.get(field.name)
        shown = show_answer(question, field, answered) if mine and answered is not None else mine
        yield Conflict(field.label, was, errors[field.name] if fits_no_more else likely, shown, field.name)


def _proposed(question: Question, field: Field | None, situation: Situation) -> str:
    """The likely answer in full words."""
    if field is None or not field.default.strip():
        return NOTHING
    try:
        return show_answer(question, field, question.read(field, field.default, situation))
    except ValueError:
        return field.default


# The case


def _on_case(before: Case, after: Case) -> Iterator[Conflict]:
    was, now = ({(label, key): text for label, key, text in _facts(case)} for case in (before, after))
    for place in {**was, **now}:
        old, new = was.get(place, NOTHING), now.get(place, NOTHING)
        if old != new:
            yield Conflict(place[0], old, new)


Fact = tuple[str, str, str]
"""A label, what tells it from others of that label, and the fact in words."""


def _facts(case: Case) -> Iterator[Fact]:
    """What a case says, as staff would say it."""
    yield from _about(case.person, "")
    if case.guardian is not None:
        yield "Parent or guardian", "", "pays" if case.guardian.pays else "does not pay"
        yield from _about(case.guardian.person, "Parent or guardian: ")
    for marker in case.markers:
        review = f"{marker.kind}, review {format_date(marker.review_on)}"
        yield f"Marker {marker.code}", "", f"{review}: {marker.advice}" if marker.advice else review
    yield from _about_money(case)
    yield from _about_work(case)


def _about(who: Person, whose: str) -> Iterator[Fact]:
    told: dict[str, Iterable[object]] = {
        "Name": [who.name],
        "Also known as": who.aliases,
        "Born": [format_date(who.date_of_birth)] if who.date_of_birth else [],
        "National Insurance": [who.national_insurance] if who.national_insurance else [],
        "Address": map(_known, who.addresses),
        "Phone": map(_known, who.phones),
        "E-mail": map(_known, who.emails),
        "Employer": [_known(who.employer)] if who.employer else [],
        "Benefits": map(_known, who.benefits),
        "Vehicles": map(_known, who.vehicles),
        "Language": [{"en": "English", "cy": "Welsh"}[who.language]],
        "Interpreter": [who.interpreter] if who.interpreter else [],
        "Needs": [one.code.replace("-", " ") for one in who.adjustments],
        "Asks": [code.replace("-", " ") for code in who.prefers],
        "Representative": [who.representative] if who.representative else [],
    }
    for label, found in told.items():
        if text := "; ".join(str(one) for one in found):
            yield f"{whose}{label}", "", text


def _known(one: Known) -> str:
    notes = [one.standing] if not one.stands else [f"checked {format_date(one.verified_on)}"] if one.verified_on else []
    return f"{one}{f' ({notes[0]})' if notes else ''}"


def _about_money(case: Case) -> Iterator[Fact]:
    yield "Owes", "", format_money(case.balance_pence)
    if case.suspense_pence:
        yield "In suspense", "", format_money(case.suspense_pence)
    if (paid := case.last_receipt) is not None:
        yield "Last paid", "", f"{format_money(paid.amount_pence)} on {format_date(paid.received_on)}"
    if case.terms is not None:
        began = f", since {format_date(case.in_force.began_on)}" if case.in_force else ""
        yield "Terms", "", f"{case.terms}{began}"
    if (asked := case.request) is not None:
        yield "Terms asked for", "", f"{asked.terms}, on {format_date(asked.on)}"
    if case.last_step is not None:
        yield "Last step", "", f"{case.last_step.code}, {format_date(case.last_step.on)}"
    if case.means is not None:
        yield "Means", "", f"{format_money(case.means.surplus_pence)} left a month, {format_date(case.means.taken_on)}"
    if case.card_asked_on is not None:
        yield "Payment card", "", f"asked for {format_date(case.card_asked_on)}"
    for promise in case.promises:
        yield "Promise", promise.id, f"{promise}, {promise.state}"


def _about_work(case: Case) -> Iterator[Fact]:
    for task in case.tasks:
        yield "Task", task.id, f"{task.title}, from {format_when(task.due_at)}"
    if (handed := case.handover) is not None:
        yield "Handed over", "", f"by {handed.by_name} to {handed.to_name}"
    if case.contacts:
        last = case.contacts[-1]
        how = f"{CHANNELS[last.channel]} {last.direction}, {last.outcome}"
        yield "Last contact", "", f"{how}, {format_when(last.at)} by {last.by}"
    for stop in case.stops:
        yield f"Stop {stop.code}", "", f"{stop.reason}, by {stop.set_by}"
    for clock in case.clocks:
        yield f"Clock {clock.code}", "", f"until {format_date(clock.ends_on)}"
    for trace in case.traces:
        yield "Trace", trace.id, str(trace)
