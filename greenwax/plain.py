"""Answers as plain lines of text: for people who read the terminal by ear, and for everybody in a hurry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from casework.accounts import CaseId
from casework.case import Case
from casework.clean import clean_text
from casework.dates import format_date, format_moment, format_when
from casework.handover import unread
from casework.money import format_money
from casework.people import Known, Marker, Person
from casework.refusals import DeskError
from casework.search import MOST
from casework.tasks import Task
from casework.views import CaseSummary, CaseView, Claimed, Done, Page, Preview, QueueSummary


def table(rows: Sequence[Sequence[object]], heads: Sequence[str]) -> str:
    """Columns as wide as their widest cell."""
    cells = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(heads))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)


def case_lines(view: CaseView) -> str:
    """The case, one fact a line."""
    case = view.case
    lines = [
        f"{case.id}  {case.person.name}",
        f"Account type: {case.account_type}",
        *([f"Reference: {case.reference}"] if case.reference else []),
        f"Owes: {format_money(case.balance_pence)}",
        f"Terms: {case.terms or 'none'}",
        *_standing(view),
        *([f"Asked for: {case.request.terms}, not decided yet"] if case.request else []),
        f"Last paid: {_last_paid(case)}",
        *(f"Stop: {reason.message}" for reason in view.stops),
        f"With: {view.claim.officer_name if view.claim else 'nobody'}",
        *(f"Flag: {flag.code}" for flag in case.flags),
        *(f"Calling: {'not now: ' if one.level == 'refusal' else ''}{one.message}" for one in view.contact),
        *(_marker(marker, view.restricted) for marker in case.markers),
        *_person(case.person),
        *_guardian(case),
        *(f"Promise: {promise}, {promise.state}" for promise in case.promises),
        *(f"Trace: {trace}" for trace in case.traces),
        *(_task(task) for task in case.tasks),
        *_handover(case),
    ]
    return "\n".join(lines)


def _task(task: Task) -> str:
    """What is to be done, from when, and whose it is."""
    whose = f", parked by {task.parked_by}" if task.parked_by else f", for {task.owner}" if task.owner else ""
    return f"Task: {task.title}, from {format_when(task.due_at)}{whose}"


def _handover(case: Case) -> list[str]:
    """What is to be acknowledged."""
    handover = case.handover
    if handover is None:
        return []
    taken = handover.snapshot
    heads = (("due", taken.due), ("waiting for", taken.waiting), ("next", [taken.next] if taken.next else []))
    return [
        f"Handed over: by {handover.by_name} to {handover.to_name} on {format_moment(handover.at)}, not acknowledged",
        *(f"Handed over, note: {line}" for line in handover.text.splitlines()),
        *(f"Handed over, {head}: {one}" for head, what in heads for one in what),
        f"Handed over, events since: {unread(case)}",
    ]


def _standing(view: CaseView) -> list[str]:
    behind, ahead = view.arrears, view.next_due
    lines = []
    if behind is not None and behind.first_missed:
        lines.append(f"Behind: {format_money(behind.arrears_pence)} since {format_date(behind.first_missed)}")
    if ahead is not None:
        lines.append(f"Next due: {format_money(ahead.amount_pence)} on {format_date(ahead.due)}")
    return lines


def _marker(marker: Marker, restricted: Mapping[str, str]) -> str:
    """What to know before speaking to them, and for those who may know it, why."""
    why = restricted.get(marker.restricted or "")
    told = [
        f"review {format_date(marker.review_on)}",
        marker.advice,
        f"restricted: {' '.join(why.split())}" if why else "",
    ]
    return f"Marker: {marker.code}, {'; '.join(one for one in told if one)}"


def _person(who: Person) -> list[str]:
    """What is known of somebody; of what no longer stands, that it does not."""
    kinds: Sequence[tuple[str, Sequence[Known]]] = (
        ("Telephone", who.phones),
        ("E-mail", who.emails),
        ("Address", who.addresses),
        ("Employer", [who.employer] if who.employer else []),
        ("Benefit", who.benefits),
        ("Vehicle", who.vehicles),
    )
    return [
        *(f"Known as: {name}" for name in who.aliases),
        *([f"Born: {format_date(who.date_of_birth)}"] if who.date_of_birth else []),
        *([f"National Insurance: {who.national_insurance}"] if who.national_insurance else []),
        *(f"{kind}: {one}{'' if one.stands else f' ({one.standing})'}" for kind, known in kinds for one in known),
        *(["Language: Welsh"] if who.language == "cy" else []),
        *([f"Interpreter: {who.interpreter}"] if who.interpreter else []),
        *(f"Needs: {one.code}{f', {one.note}' if one.note else ''}" for one in who.adjustments),
        *(f"Contact: {code}" for code in who.prefers),
        *([f"Representative: {who.representative}"] if who.representative else []),
    ]


def _guardian(case: Case) -> list[str]:
    """The parent or guardian, and what is known of them."""
    guardian = case.guardian
    if guardian is None:
        return []
    pays = "pays" if guardian.pays else "does not pay"
    known = [f"Parent or guardian, {line[0].lower()}{line[1:]}" for line in _person(guardian.person)]
    return [f"Parent or guardian: {guardian.person.name}, {pays}", *known]


def _last_paid(case: Case) -> str:
    receipt = case.last_receipt
    return f"{format_money(receipt.amount_pence)} on {format_date(receipt.received_on)}" if receipt else "nothing"


def claimed(found: Claimed) -> str:
    """The next case, first of all why."""
    return "\n".join([*(f"Because: {reason}" for reason in found.why), case_lines(found.view)])


def done(result: Done) -> str:
    """What was saved."""
    return "\n".join(f"Saved: {' '.join(event.summary.split())}" for event in result.events)


def preview(result: Preview) -> str:
    """What would happen, or why not."""
    refused = [f"Refused: {reason.message}" for reason in result.refusals]
    would = [f"Would: {' '.join(event.summary.split())}" for event in result.events]
    plan = [f"Due: {format_money(one.amount_pence)} on {format_date(one.due)}" for one in result.schedule or ()]
    return "\n".join([*would, *plan, *refused])


def timeline(page: Page) -> str:
    """One line an event."""
    return "\n".join(
        f"{format_moment(e.at)}  {e.kind:13} {'(undone) ' if e.undone else ''}{' '.join(e.summary.split())}  ({e.actor})"
        for e in page.entries
    )


def queues(found: Sequence[QueueSummary]) -> str:
    """One line a queue."""
    counts = ("ready", "claimed", "waiting", "skipped", "parked", "owned", "away")
    rows = [(one.queue, one.title, *(getattr(one, name) for name in counts)) for one in found]
    return table(rows, ("queue", "title", *counts))


def results(found: Sequence[CaseSummary]) -> str:
    """One line a case, and why it was found."""
    rows = [
        (
            CaseId(one.case),
            one.name,
            format_date(one.date_of_birth) if one.date_of_birth else "",
            one.postcode or "",
            format_money(one.balance_pence),
            one.status,
            one.why,
        )
        for one in found
    ]
    if not rows:
        return "nothing found"
    lines = table(rows, ("account", "name", "born", "postcode", "owes", "account is", "why"))
    return (
        f"{lines}\nThese are the first {MOST}: add a forename, a postcode or a date of birth."
        if len(rows) == MOST
        else lines
    )


def facts(answer: Mapping[str, Any]) -> str:
    """One fact a line: money and dates as people read them, lists under their name; nothing where there is nothing."""
    lines = []
    for key, value in answer.items():
        name = key.removesuffix("_pence").replace("_", " ")
        if isinstance(value, list):
            lines += [f"{name}:", *("  " + "  ".join(_fact(*pair) for pair in one.items()) for one in value)]
        elif value is not None:
            lines.append(f"{name}: {_fact(key, value)}")
    return "\n".join(lines)


def _fact(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and key.endswith("_pence"):
        return format_money(value)
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return format_date(date.fromisoformat(value))
    return str(value)


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def rows_of(answers: Iterable[Mapping[str, Any]]) -> str:
    """A list of answers as a table."""
    answers = list(answers)
    return table([list(one.values()) for one in answers], list(answers[0])) if answers else "none"


def error(fault: DeskError) -> str:
    """Why not, every reason on its own line, with its source."""
    lines = []
    for reason in fault.reasons:
        where = f" ({reason.field})" if reason.field else ""
        source = f" [{reason.source}]" if reason.source else ""
        lines.append(clean_text(f"{fault.title}: {reason.message}{where}{source}"))
    return "\n".join(lines) or fault.title
