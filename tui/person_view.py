"""What is known of whoever pays and of the account: in brief beside the lists, in full on a tab of its own.

While a caller has still to show who they are, nothing that they may be asked for is on the screen (law page 7.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from textwrap import wrap
from typing import cast

from casework.case import AccountType, Case
from casework.dates import format_date, format_day
from casework.identity import MASK, NAMES, Checked, Level
from casework.money import format_money
from casework.people import Adjustment, Known, Marker, Person, PhoneNumber, Representative, Standing, age_on
from casework.reference import Tables
from casework.views import CaseView
from tui.view_models import Table, behind
from tui.widgets.lines import Line, Said, Tone, line

ACCOUNTS: Mapping[AccountType, str] = {
    "COL": "Adult, collection order",
    "A": "No collection order",
    "CO": "Company",
    "Y": "Youth",
}
"""How the account is enforced, in words."""

_STANDING: Mapping[Standing, str] = {
    "current": "",
    "previous": "previous",
    "returned": "post came back",
    "wrong": "wrong",
    "dead": "dead",
    "expired": "expired",
}
"""How a fact stands, as it is shown behind it."""

_LANGUAGES = {"en": "English", "cy": "Welsh"}

_LEVELS: Mapping[Level, str] = {
    "": "identity not shown yet",
    "speak": "identity shown",
    "detail": "identity shown, for details too",
}


# In brief


def panel(
    view: CaseView, tables: Tables, today: date, width: int, *, masked: bool = False, checked: Checked | None = None
) -> tuple[Line, ...]:
    """What an officer needs in order to speak to whoever pays, the most wanted at the top. While they have still to show who
    they are it is `masked`; `checked` is what they have said so far."""
    case, who = view.case, view.case.debtor
    lines: list[Line] = [line(Said(f" {ACCOUNTS[case.account_type]}", "strong")), *_identity(checked, width)]

    def say(label: str, text: str | None, tone: Tone = "plain") -> None:
        if text:
            lines.extend(_wrapped(label, text, width, tone))

    if who is not case.person:
        say("Payer", f"{who.name}, parent or guardian", "strong")
    for marker in case.markers:
        say("!", _marker(marker, tables, today), "alert")
    say("!", f"interpreter: {who.interpreter}" if who.interpreter else None, "alert")
    for need in who.adjustments:
        say("!", _need(need, tables, today), "strong")
    lines += [_phone(number) for number in who.phones] or [line(Said(" Tel  none known", "muted"))]
    say("Terms", str(case.terms or "none"), "strong")
    if case.terms is not None:
        say("     ", behind(view).text, behind(view).tone)
        say("Next ", _next_due(view), "strong")
    say("Asked", _asked_for(case), "alert")
    say("Promise", str(case.open_promise or ""), "strong")
    if who.representative:
        say("Rep ", MASK if masked else _authority(who.representative, today), "strong")
    for label, text in _private(who, masked=masked):
        say(label, text)
    say("Means", _means(case))
    for claim in who.benefits:
        say("On  ", f"{claim}{_standing(claim)}")
    for address in who.emails:
        say("Mail", f"{address}{_standing(address) if not address.stands else ''}")
    for alias in who.aliases:
        say("Also", str(alias))
    say("Hands off", _not_automatic(case))
    say("Card", f"asked for {format_date(case.card_asked_on)}" if case.card_asked_on else None)
    say("Calls", f"{case.counters.attempts} made")
    say("Reached", f"{case.counters.conversations}, by call or message")
    if case.counters.broken_promises:
        lines.append(line(Said(f" Promises broken {case.counters.broken_promises}", "alert")))
    if case.suspense_pence:
        lines.append(line(Said(f" In suspense {format_money(case.suspense_pence)}", "alert")))
    return tuple(lines)


def _identity(checked: Checked | None, width: int) -> list[Line]:
    """Which items of identity agreed, which did not, and what may be spoken of now."""
    if checked is None:
        return []
    found: list[Line] = []
    for label, items, tone in (("Agrees", checked.matched, "strong"), ("Wrong", checked.failed, "alert")):
        if items:
            found += _wrapped(label, ", ".join(NAMES[item] for item in items), width, cast("Tone", tone))
    if checked.unknown:
        found += _wrapped("Not known", ", ".join(NAMES[item] for item in checked.unknown), width, "muted")
    level = "STOP: say no more" if checked.stopped else _LEVELS[checked.level]
    return [*found, line(Said(f" {level}", "alert" if checked.stopped else "strong"))]


def _private(who: Person, *, masked: bool) -> Iterator[tuple[str, str]]:
    """What somebody may be asked so that they show who they are; a mask in place of each fact."""
    if who.date_of_birth:
        yield "Born", MASK if masked else format_date(who.date_of_birth)
    address = who.address or next((one for one in who.addresses if one.standing != "previous"), None)
    if address is not None:
        how = "" if address.stands else _standing(address).strip()
        lines = [*address.lines, *(part for part in (address.postcode, how) if part)]
        for n, text in enumerate([MASK] if masked else lines):
            yield "    " if n else "At  ", text
    if who.employer:
        yield "Work", MASK if masked else f"{who.employer}{_standing(who.employer)}"
    if who.national_insurance:
        yield "NI  ", MASK if masked else who.national_insurance
    for vehicle in who.vehicles:
        if vehicle.standing != "previous":
            yield "Car ", MASK if masked else f"{vehicle}{_standing(vehicle)}"


def _phone(number: PhoneNumber) -> Line:
    return line(f" Tel  {number}") if number.stands else line(Said(f" Tel  {number} {number.standing}", "muted"))


def _wrapped(label: str, text: str, width: int, tone: Tone) -> list[Line]:
    """A label and its text, on as many lines as it takes."""
    parts = wrap(text, max(10, width - len(label) - 3)) or [""]
    blank = " " * len(label)
    return [line(f" {label if n == 0 else blank} ", Said(part, tone)) for n, part in enumerate(parts)]


# In full


def table(view: CaseView, tables: Tables, today: date, *, masked: bool = False) -> Table:
    """Everything that is known of whoever pays, of the account, and of the defendant where somebody else pays: each with how
    far it may be relied on. For those who may read it, also why a marker was set."""
    case, payer = view.case, view.case.debtor
    found: list[tuple[str, str]] = []
    for reason in view.stops:
        found.append(("Stop", f"{reason.message}{f' [{reason.source}]' if reason.source else ''}"))
    for marker in case.markers:
        found.append(("Marker", f"{_marker(marker, tables, today)} Review {format_date(marker.review_on)}"))
        if (why := view.restricted.get(marker.restricted or "")) is not None:
            found.append(("Restricted", why))
    for advice in view.contact:
        found.append(("Call now", f"{'no: ' if advice.level == 'refusal' else ''}{advice.message} [{advice.source}]"))
    found.append(("Payer" if payer is not case.person else "Name", str(payer.name)))
    found += _about(payer, tables, today, masked=masked)
    found += _about_account(view, tables, today)
    if payer is not case.person:
        found += [("Defendant", str(case.person.name)), *_about(case.person, tables, today, masked=masked)]
    elif case.guardian is not None:
        found.append(("Guardian", f"{case.guardian.person.name}, does not pay"))
        found += _about(case.guardian.person, tables, today, masked=masked)
    return Table(tuple((str(n), row) for n, row in enumerate(found)))


def _about(who: Person, tables: Tables, today: date, *, masked: bool) -> Iterator[tuple[str, str]]:
    """All that is known of one person."""

    def private(text: str) -> str:
        return MASK if masked else text

    for alias in who.aliases:
        yield "Also known as", str(alias)
    if (born := who.date_of_birth) is not None:
        yield "Born", private(f"{format_date(born)}, {age_on(born, today)} years old")
    for number in who.phones:
        yield "Telephone", f"{number}{_known(number)}"
    for mail in who.emails:
        yield "E-mail", f"{mail}{_known(mail)}"
    for address in who.addresses:
        yield "Address", private(f"{address}{_known(address)}")
    if (work := who.employer) is not None:
        parts = [str(work), f"payroll number {work.reference}" if work.reference else None]
        parts += [f"pay day {format_day(work.pay_day)}" if work.pay_day else None, work.phone, work.email]
        parts += [str(work.address) if work.address else None]
        yield "Employer", private(f"{'; '.join(part for part in parts if part)}{_known(work)}")
    for claim in who.benefits:
        others = f", {claim.other_deductions} deductions already" if claim.other_deductions else ""
        yield "Benefit", f"{claim}{f', {claim.claimant}' if claim.claimant else ''}{others}{_known(claim)}"
    if who.national_insurance:
        yield "NI number", private(who.national_insurance)
    for vehicle in who.vehicles:
        yield "Vehicle", private(f"{vehicle}{', its keeper' if vehicle.keeper else ''}{_known(vehicle)}")
    if who.representative:
        yield "Representative", private(_authority(who.representative, today))
    for need in who.adjustments:
        yield "Needs", _need(need, tables, today)
    if who.interpreter:
        yield "Interpreter", who.interpreter
    if who.language != "en" or who.hearing_language:
        hearings = f", hearings in {_LANGUAGES[who.hearing_language]}" if who.hearing_language else ""
        yield "Language", f"{_LANGUAGES[who.language]}{hearings}"
    wishes = tables.preferences(today)
    for code in who.prefers:
        yield "Asks", wishes[code].label if code in wishes else code


def _about_account(view: CaseView, tables: Tables, today: date) -> Iterator[tuple[str, str]]:
    """How the account stands, beside what is owed."""
    case = view.case
    states = tables.account_states(today)
    yield (
        "Account",
        f"{ACCOUNTS[case.account_type]}, {states[case.status].title if case.status in states else case.status}",
    )
    yield "Terms", str(case.terms or "none")
    if case.terms is not None:
        yield "So far", behind(view).text
    if due := _next_due(view):
        yield "Next due", due
    if (began := case.in_force) is not None:
        reasons = tables.terms_reasons(today, "ask")
        why = f": {reasons[began.reason].label.lower()}" if began.reason in reasons else ""
        yield "Agreed", f"{format_date(began.began_on)} by {began.agreed_by or 'the court'}{why}"
    if asked := _asked_for(case):
        yield "Asked for", asked
    if case.reserve_terms is not None:
        yield "Reserve terms", str(case.reserve_terms)
    kinds = tables.clock_kinds(today)
    for clock in case.clocks:
        title = kinds[clock.code].title if clock.code in kinds else clock.code
        yield "Until", f"{format_day(clock.ends_on)}: {title}"
    if case.means is not None:
        out = case.means.essentials_pence + case.means.priority_pence
        yield "Means", f"{format_money(case.means.income_pence)} in, {format_money(out)} out; {_means(case)}"
    if hands_off := _not_automatic(case):
        yield "Hands off", hands_off
    if case.card_asked_on is not None:
        yield "Payment card", f"asked for {format_date(case.card_asked_on)}"
    if case.last_step is not None:
        steps = tables.steps(today)
        title = f", {steps[case.last_step.code].title.lower()}" if case.last_step.code in steps else ""
        yield "Last step", f"{case.last_step.code}{title}, {format_date(case.last_step.on)}"
    if case.of_age is not None:
        yield "18 since", format_date(case.of_age)


# In words


def _standing(one: Known) -> str:
    """How a fact stands, in brackets behind it; nothing when it stands and was checked."""
    word = _STANDING[one.standing] or ("" if one.verified_on else "not verified")
    return f" ({word})" if word else ""


def _known(one: Known) -> str:
    """How a fact stands, who said so and when, and when it was checked, in brackets behind it."""
    since = f" {format_date(one.since)}" if one.since else ""
    checked = f"checked {format_date(one.verified_on)}" if one.verified_on else "not verified"
    source = f"a trace, {one.trace}" if one.trace else one.source
    parts = [_STANDING[one.standing], f"from {source}{since}", checked]
    return f" ({', '.join(part for part in parts if part)})"


def _marker(marker: Marker, tables: Tables, today: date) -> str:
    """What it is and what to do: as was said when it was set, else as its row says."""
    row = tables.markers(today).get(marker.code)
    advice = marker.advice or (row.advice if row else None)
    return f"{row.label if row else marker.code}.{f' {advice}' if advice else ''}"


def _need(need: Adjustment, tables: Tables, today: date) -> str:
    row = tables.adjustments(today).get(need.code)
    return f"{row.label if row else need.code}{f': {need.note}' if need.note else ''}"


def _authority(one: Representative, today: date) -> str:
    until = f" until {format_date(one.authority_until)}" if one.authority_until else ""
    seen = f"authority{until}" if one.authorised(today) else "no authority that holds"
    return f"{one}{f', {one.phone}' if one.phone else ''} ({seen}{', instead of them' if one.instead else ''})"


def _next_due(view: CaseView) -> str:
    due = view.next_due
    return f"{format_money(due.amount_pence)} on {format_date(due.due)}" if due else ""


def _asked_for(case: Case) -> str:
    asked = case.request
    if asked is None:
        return ""
    who = "court" if asked.to == "court" else "fines officer"
    return f"{asked.terms}, of the {who} since {format_date(asked.on)}"


def _means(case: Case) -> str:
    means = case.means
    return f"{format_money(means.surplus_pence)} a month to spare, {format_date(means.taken_on)}" if means else ""


def _not_automatic(case: Case) -> str:
    """Why nothing is enforced by itself, and since when."""
    mark = case.not_automatic
    if mark is None:
        return ""
    why = "arrangement" if mark.why == "arrangement" else "payment undone"
    return f"no automatic step: {why} {format_date(mark.on)}"
