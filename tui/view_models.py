"""What the screens show, as plain frozen values made from what the desk returned. Tests assert on these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import cast

from casework.case import Case
from casework.contact_policy import Advice
from casework.dates import LONDON, format_date, format_day, format_moment, london_date
from casework.identity import NAMES, Checked, Level, facts
from casework.money import format_money
from casework.people import PhoneNumber, age_on
from casework.queues import WELSH
from casework.reference import Tables
from casework.rows_contact import Item
from casework.staff import Staff
from casework.views import CaseView, Happened, Page, QueueSummary
from tui.widgets.lines import Line, Said, Tone, line


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts, each with its key: what a `Rows` widget shows."""

    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, index: int) -> str:
        """What identifies a row."""
        return self.rows[index][0]

    def cells(self, index: int) -> Sequence[str]:
        """The texts of a row."""
        return self.rows[index][1]


def bar(me: Staff, practice: bool, now: datetime, width: int) -> Line:
    """The top line: where, when, who, and whether any of it is real."""
    local = now.astimezone(LONDON)
    left = f" {', '.join(me.units)}    {format_day(local.date())} {local:%H:%M}"
    right = f"{me.name}    {'PRACTICE, nothing here is real' if practice else 'LIVE accounts'} "
    return line(left, " " * max(1, width - len(left) - len(right)), Said(right, "strong"))


def header(view: CaseView, why: Sequence[str], now: datetime, since: datetime | None) -> tuple[Line, ...]:
    """Who, how much, what to know first, and why now."""
    case = view.case
    person = case.person
    age = f"  {age_on(person.date_of_birth, london_date(now))}" if person.date_of_birth else ""
    who = line(
        Said(f" {case.id}  {person.name}{age}", "strong"),
        "   owes ",
        Said(format_money(case.balance_pence), "strong"),
        "   ",
        _whose(view, now, since),
        f"   last paid {_last_paid(case)}",
    )
    flags = [
        f"{flag.code}{f' (review {format_date(flag.review_on)})' if flag.review_on else ''}" for flag in case.flags
    ]
    if person.language == "cy":
        flags.append("Welsh")
    shown = Said(" · ".join(flags), "alert") if flags else Said("none", "muted")
    stops = Said(" · ".join(reason.message for reason in view.stops), "alert") if view.stops else Said("none", "muted")
    because = Said("; ".join(why), "strong") if why else Said("you opened it", "muted")
    return who, line(" STOPS  ", stops, "    FLAGS  ", shown), line(" NEXT BECAUSE  ", because)


def _last_paid(case: Case) -> str:
    receipt = case.last_receipt
    return f"{format_money(receipt.amount_pence)} {format_date(receipt.received_on)}" if receipt else "nothing yet"


def _whose(view: CaseView, now: datetime, since: datetime | None) -> Said:
    if view.claim is None:
        return Said("nobody is working it", "muted")
    if not view.mine:
        return Said(f"with {view.claim.officer_name}, read only", "alert")
    minutes = int((now - since).total_seconds() // 60) if since else 0
    return Said(f"yours for {minutes} min" if minutes else "yours", "strong")


def person(case: Case, width: int, *, masked: bool = False, checked: Checked | None = None) -> tuple[Line, ...]:
    """The panel of the person: everything needed to speak to them and to know what they agreed. While they have still to show
    who they are it is `masked`; `checked` is what they have said so far."""
    who = case.person
    lines: list[Line] = [line(Said(" Person", "strong")), *_identity(checked, width)]
    private = facts(who, masked=masked)
    lines += [line(f" Born {text}") for item, texts in private if item == "date-of-birth" for text in texts]
    for alias in who.aliases:
        lines += _wrapped("Also", str(alias), width, "plain")
    lines += [_phone(number) for number in who.phones] or [line(Said(" Tel  none known", "muted"))]
    for address in who.emails:
        lines += _wrapped("Mail", str(address), width, "plain")
    for item, texts in private:
        for n, text in enumerate(texts):
            if label := _PRIVATE.get(item):
                lines += _wrapped(label if n == 0 else " " * len(label), text, width, "plain")
    lines += _wrapped("Terms", str(case.terms or "none"), width)
    if case.open_promise:
        lines += _wrapped("Promise", str(case.open_promise), width)
    counted = case.counters
    lines.append(line(f" Calls {counted.attempts} made, {counted.conversations} reached"))
    if counted.broken_promises:
        lines.append(line(Said(f" Promises broken {counted.broken_promises}", "alert")))
    if case.suspense_pence:
        lines.append(line(Said(f" In suspense {format_money(case.suspense_pence)}", "alert")))
    if not case.collection_order:
        lines.append(line(Said(" No collection order", "alert")))
    return tuple(lines)


def to_say(spoken: Sequence[str], width: int) -> tuple[Line, ...]:
    """What the officer should say or do while a form is open, over the form."""
    return tuple(
        line(Said(f" {'▸' if n == 0 else ' '} {part}", "strong"))
        for one in spoken
        for n, part in enumerate(wrap(one, max(10, width - 4)))
    )


_PRIVATE: Mapping[Item, str] = {"address": "At  ", "employer": "Work", "national-insurance": "NI  ", "vehicle": "Car "}
"""What stands before each fact about somebody, but for their date of birth."""


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


_LEVELS: Mapping[Level, str] = {
    "": "identity not shown yet",
    "speak": "identity shown",
    "detail": "identity shown, for details too",
}


def _phone(number: PhoneNumber) -> Line:
    return line(f" Tel  {number}") if number.stands else line(Said(f" Tel  {number} {number.standing}", "muted"))


def before_dialling(advice: Sequence[Advice]) -> str:
    """What contact policy says of a call now, in one line; empty when nothing speaks against it."""
    return "; ".join(f"{'not now: ' if one.level == 'refusal' else ''}{one.message}" for one in advice)


def _wrapped(label: str, text: str, width: int, tone: Tone = "strong") -> list[Line]:
    """A label and its text, on as many lines as it takes."""
    parts = wrap(text, max(10, width - len(label) - 3)) or [""]
    blank = " " * len(label)
    return [line(f" {label if n == 0 else blank} ", Said(part, tone)) for n, part in enumerate(parts)]


def saved(events: Sequence[Happened]) -> str:
    """What was saved, in one line: what was done, and what comes next."""
    done = [_worded(event.kind, event.summary) for event in events if event.kind not in ("note", "task", "task-ended")]
    plain = [" ".join(event.summary.split()) for event in events if event.kind in ("note", "task-ended")]
    ahead = [f"Next: {event.summary}" for event in events if event.kind == "task"]
    return ". ".join([*(done or plain), *ahead])


def _worded(kind: str, summary: str) -> str:
    return f"{_WORDS.get(kind, f'{kind} ')}{' '.join(summary.split())}"


_WORDS = {
    "contact": "",
    "number-failed": "",
    "opened": "",
    "promise-ended": "promise ",
    "task-ended": "done, ",
    "task-deferred": "",
    "task-released": "",
    "stop-lifted": "lifted: ",
    "review-due": "review ",
    "clock-ended": "over: ",
    "instalment-missed": "instalment missed ",
    "fact-expired": "too old: ",
    "came-of-age": "",
}
"""What stands before the summary of each kind of event; its kind, where nothing stands here."""


OLDER = "older"
"""The key of the row that brings older entries."""


def timeline(page: Page, now: datetime) -> Table:
    """The history, newest first; a last row brings what is older."""
    rows = [(str(e.seq), (_when(e.at, now), _worded(e.kind, e.summary), e.actor)) for e in reversed(page.entries)]
    older = [(OLDER, ("older", "Enter brings the entries before these", ""))] if page.before is not None else []
    return Table((*rows, *older))


def _when(instant: datetime, now: datetime) -> str:
    """`19 Nov 10:14`, and in another year the date."""
    local = instant.astimezone(LONDON)
    day = format_date(local.date())
    return f"{day[:-5]} {local:%H:%M}" if local.year == now.astimezone(LONDON).year else day


def money(case: Case, tables: Tables, now: datetime) -> Table:
    """What was imposed and what is owed of it, in the order in which money is applied; then the payments, newest first."""
    order = {r: row for row in tables.allocation(london_date(now)) for r in row.results}
    owed = sorted(case.impositions, key=lambda one: (order[one.result].priority, one.imposed_on, one.id))
    imposed = [
        (
            one.id,
            (
                format_date(one.imposed_on),
                f"{one.result} {', '.join([order[one.result].title, *filter(None, [one.creditor or one.offence])])}",
                format_money(one.imposed_pence),
                format_money(one.balance_pence),
            ),
        )
        for one in owed
    ]
    methods = tables.methods(london_date(now))
    paid = [
        (
            f"receipt {one.id}",
            (
                format_date(one.received_on),
                f"paid by {methods[one.method].label.lower() if one.method in methods else one.method}"
                f"{f', {one.reference}' if one.reference else ''}",
                f"-{format_money(one.amount_pence)}",
                "",
            ),
        )
        for one in reversed(case.receipts)
    ]
    return Table((*imposed, *paid))


def tasks(case: Case, now: datetime) -> Table:
    """What is still to be done, the soonest first."""
    found = sorted(case.tasks, key=lambda task: task.due_at)
    return Table(
        tuple(
            (
                task.id,
                (
                    format_moment(task.due_at) if task.owner else format_day(task.due_on),
                    "ready" if task.due_at <= now else "waits",
                    task.title,
                    task.owner or "",
                ),
            )
            for task in found
        )
    )


def queues(found: Sequence[QueueSummary], now: datetime) -> Table:
    """The queues and how they stand; those of a special need only while something is in them."""
    shown = [one for one in found if not one.queue.endswith(f".{WELSH}") or one.ready or one.claimed or one.waiting]
    return Table(
        tuple(
            (
                one.queue,
                (
                    one.title,
                    str(one.ready),
                    str(one.claimed),
                    str(one.waiting),
                    _age(one.oldest_ready_at, now) if one.oldest_ready_at else "",
                ),
            )
            for one in shown
        )
    )


def _age(since: datetime, now: datetime) -> str:
    days = (london_date(now) - london_date(since)).days
    return f"{days} day{'s' if days > 1 else ''}" if days else "today"
