"""What the screens show, as plain frozen values made from what the desk returned. Tests assert on these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from casework.case import Case
from casework.contact_policy import Advice
from casework.dates import LONDON, format_date, format_day, format_moment, london_date, start_of_day
from casework.handover import unread
from casework.identity import MASK
from casework.money import format_money
from casework.people import age_on
from casework.reference import Tables
from casework.staff import Staff
from casework.tasks import HAND_OVER, TRACE, TRACE_ANSWER, UNREAD
from casework.tracing import Trace
from casework.views import AwayTask, CaseSummary, CaseView, QueueSummary, ToAcknowledge
from tui.widgets.cells import cells
from tui.widgets.lines import Line, Said, line


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


def bar(
    me: Staff, practice: bool, now: datetime, width: int, done: int | None = None, *, read_only: bool = False
) -> Line:
    """The top line: where, when, who, how many cases they have done today; whether any of it is real, and may be written on.
    However narrow it is, that is not what is left out."""
    local = now.astimezone(LONDON)
    units, day = f" {', '.join(me.units)}", f"    {format_day(local.date())} {local:%H:%M}"
    name, today = f"{me.name}  ", f"{done} today    " if done is not None else "  "
    only = "READ ONLY  " if read_only else ""
    real, at_length = ("PRACTICE", "PRACTICE, nothing here is real") if practice else ("LIVE", "LIVE accounts")
    forms = [
        (units + day, f"{name}{today}{only}{at_length} "),
        (units + day, f"{name}{today}{only}{real} "),
        (day[3:], f"{name}{today}{only}{real} "),
        (day[3:], f"{only}{real} "),
        ("", f"{only}{real} "),
    ]
    left, right = next((one for one in forms if cells(one[0]) + cells(one[1]) < width), forms[-1])
    return line(left, " " * max(0, width - cells(left) - cells(right)), Said(right, "strong"))


def header(
    view: CaseView, why: Sequence[str], now: datetime, since: datetime | None, width: int, *, masked: bool = False
) -> tuple[Line, ...]:
    """Who, who pays, how much, how far behind; what to know first; why now; and what contact policy has against a call."""
    case = view.case
    person, payer = case.person, case.debtor
    age = f"  {age_on(person.date_of_birth, london_date(now))}" if person.date_of_birth and not masked else ""
    pays = f", pays {payer.name}" if payer is not person else ""
    late = behind(view)
    paid = f"   last paid {MASK if masked and case.last_receipt else _last_paid(case)}"
    who = _who(f" {case.id}  {person.name}{age}{pays}", case, late, _whose(view, now, since), paid)
    if sum(cells(part.text) for part in who) > width:
        since_left_out = Said(late.text.split(" since ")[0], late.tone)
        who = _who(f" {case.id}  {person.name}{age}{pays}", case, since_left_out, _whose(view, now, since), paid)
    named = [f"{marker.kind}: {marker.code.replace('-', ' ')}" for marker in case.markers]
    flags = [
        f"{name}{f' (review {format_date(flag.review_on)})' if flag.review_on else ''}"
        for name, flag in zip([*named, *(flag.code for flag in case.flags[len(named) :])], case.flags, strict=True)
    ]
    if payer.language == "cy":
        flags.append("Welsh")
    shown = Said(" · ".join(flags), "alert") if flags else Said("none", "muted")
    stops = Said(" · ".join(reason.message for reason in view.stops), "alert") if view.stops else Said("none", "muted")
    because = Said("; ".join(why), "strong") if why else Said("you opened it", "muted")
    lines = [line(" FLAGS  ", shown, "    STOPS  ", stops), line(" NEXT BECAUSE  ", because)]
    against = before_dialling(view.contact)
    called = [line(" CALL  ", Said(against, "alert"))] if against else []
    return who, *lines, *called, *_handed_over(case, now, masked=masked)


def _who(named: str, case: Case, late: Said, whose: Said, paid: str) -> Line:
    owed = Said(format_money(case.balance_pence), "strong")
    return line(Said(named, "strong"), "   owes ", owed, "   ", late, "   ", whose, paid)


def is_read_only(view: CaseView) -> bool:
    """Whether it is somebody else's to work now, or nothing at all may be written on it."""
    return (view.claim is not None and not view.mine) or all(offer.reasons for offer in view.offers)


def _handed_over(case: Case, now: datetime, *, masked: bool) -> list[Line]:
    """A hand-over while it stands: who wrote it and when, and its text. What was written may hold what a caller must say."""
    handover = case.handover
    if handover is None:
        return []
    since = unread(case)
    more = f"   {since} thing{'s' if since > 1 else ''} happened since" if since else ""
    told = f"by {handover.by_name} to {handover.to_name}, {when(handover.at, now)}"
    text = [MASK] if masked else handover.text.splitlines()
    return [line(" HANDED OVER  ", Said(told, "strong"), more), *(line(Said(f"   {one}", "alert")) for one in text)]


def in_full(lines: Sequence[Line], message: str) -> str:
    """All that stands in the header and the message line, for reading where a line is too long for the screen."""
    told = ["".join(part.text for part in one).strip() for one in lines]
    return "\n".join([*told, *([message] if message else [])])


def behind(view: CaseView) -> Said:
    """`£60.00 behind since 3 Sep 2026`, that they are up to date, or that there are no terms to be behind with."""
    late = view.arrears
    if late is None:
        return Said("no terms", "muted")
    if not late.arrears_pence:
        return Said("up to date", "muted")
    since = f" since {format_date(late.first_missed)}" if late.first_missed else ""
    return Said(f"{format_money(late.arrears_pence)} behind{since}", "alert")


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


def to_say(spoken: Sequence[str], width: int) -> tuple[Line, ...]:
    """What the officer should say or do while a form is open, over the form."""
    return tuple(
        line(Said(f" {'▸' if n == 0 else ' '} {part}", "strong"))
        for one in spoken
        for n, part in enumerate(wrap(one, max(10, width - 4)))
    )


def before_dialling(advice: Sequence[Advice]) -> str:
    """What contact policy says of a call now, in one line; empty when nothing speaks against it."""
    return "; ".join(f"{'not now: ' if one.level == 'refusal' else ''}{one.message}" for one in advice)


def traces(case: Case, *, masked: bool = False) -> Table:
    """Whom was asked about whoever pays, newest first, and what came of it; before them, when all will be asked again. What an
    answer brought stands with the person."""
    again = [
        (
            f"round {one.purpose}",
            (
                "",
                f"all sources, for: {one.purpose}",
                f"in vain {one.failures} time{'s' if one.failures > 1 else ''}",
                f"again {format_date(one.again_on)}",
                "",
            ),
        )
        for one in case.trace_rounds
        if one.again_on is not None
    ]
    asked = [
        (
            f"{OPEN_TRACE if one.state == 'asked' else 'trace'} {one.id}",
            (
                format_date(one.asked_on),
                f"{one.purpose_label}: {one.label}{f' ({MASK if masked else one.reason})' if one.reason else ''}",
                one.outcome_label or "not answered yet",
                _relied_on(one),
                one.asked_by,
            ),
        )
        for one in reversed(case.traces)
    ]
    return Table((*again, *asked))


OPEN_TRACE = "open-trace"
"""How the key of a trace begins that was not answered yet."""


def _relied_on(trace: Trace) -> str:
    """Until when what was found may be relied on, or from when its source may be asked again."""
    if trace.expires_on:
        return f"until {format_date(trace.expires_on)}"
    return f"again {format_date(trace.retry_on)}" if trace.retry_on else ""


def opens(case: Case, key: str) -> tuple[str, dict[str, str]] | None:
    """The form that Enter on the row of a trace or a task opens, with what is known of it; None when it only reads it."""
    if key.startswith(f"{OPEN_TRACE} "):
        return "trace-result", {"task": key.split(" ", 1)[1]}
    task = case.task(key)
    if task is None:
        return None
    if task.kind == TRACE_ANSWER:
        return "trace-result", {"task": task.id}
    if task.kind == TRACE:
        return "trace", {"purpose": task.subject}
    return ("acknowledge", {}) if task.kind in (HAND_OVER, UNREAD) else None


def when(instant: datetime, now: datetime) -> str:
    """`19 Nov 10:14`, and in another year the date."""
    local = instant.astimezone(LONDON)
    day = format_date(local.date())
    return f"{day[:-5]} {local:%H:%M}" if local.year == now.astimezone(LONDON).year else day


def money(case: Case, tables: Tables, now: datetime, *, masked: bool = False) -> Table:
    """What was imposed and what is owed of it, in the order in which money is applied; what waits in suspense; then the
    payments, newest first, those that were undone marked."""
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
                f"{'UNDONE, was ' if one.reversed else ''}"
                f"paid by {methods[one.method].label.lower() if one.method in methods else one.method}"
                f"{f', {one.reference}' if one.reference else ''}",
                MASK if masked else f"-{format_money(one.amount_pence)}",
                "",
            ),
        )
        for one in reversed(case.receipts)
    ]
    held = format_money(case.suspense_pence)
    waits = [("suspense", ("", "in suspense: more than was owed, not yet dealt with", f"-{held}", ""))]
    return Table((*imposed, *(waits if case.suspense_pence else ()), *paid))


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
    """The queues and how they stand; those of a special need, a language or a look-up, only while something is in them."""
    shown = [one for one in found if one.queue.count(".") < 2 or one.ready or one.claimed or one.waiting]
    return Table(
        tuple(
            (
                one.queue,
                (
                    one.title,
                    str(one.ready),
                    str(one.claimed),
                    str(one.waiting),
                    *(str(n or "") for n in (one.skipped, one.parked, one.owned, one.away)),
                    age(one.oldest_ready_at, now) if one.oldest_ready_at else "",
                ),
            )
            for one in shown
        )
    )


def no_queues(me: Staff) -> str:
    """What stands in the list of whoever works no queue: why, and what they do instead."""
    roles = " and ".join(role.replace("-", " ") for role in me.roles)
    return f"No queue is worked as {roles}: / finds a case by whatever is known of it"


def age(since: datetime, now: datetime) -> str:
    """How long ago: `12 min`, `2 h`, `3 days`; what a whole day is for is since `today`."""
    days = (london_date(now) - london_date(since)).days
    if days > 0:
        return f"{days} day{'s' if days > 1 else ''}"
    if since == start_of_day(london_date(now)):
        return "today"
    minutes = int((now - since).total_seconds() // 60)
    return f"{minutes // 60} h" if minutes >= 60 else f"{max(0, minutes)} min"


def to_acknowledge(found: Sequence[ToAcknowledge]) -> str:
    """What was handed over and waits to be read, in one line; empty when nothing does."""
    if not found:
        return ""
    first = found[0]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{first.by_name} handed {first.case} over to {first.to_name}{more}: n brings it, H acknowledges it"


def away_work(found: Sequence[AwayTask]) -> Table:
    """What waits for people who are away today."""
    return Table(
        tuple(
            (
                f"{one.case} {one.task}",
                (
                    one.case,
                    one.title,
                    one.owner_name,
                    format_moment(one.due_at),
                    format_date(one.since),
                    "parked" if one.parked else "",
                ),
            )
            for one in found
        )
    )


NEARLY = "~"
"""Stands before what is only nearly what was typed."""


def found(cases: Sequence[CaseSummary]) -> Table:
    """What a search found, and why; what is only nearly right is marked."""
    return Table(
        tuple(
            (
                one.case,
                (
                    one.case,
                    f"{NEARLY if is_near(one) else ''}{one.name}",
                    format_date(one.date_of_birth) if one.date_of_birth else "",
                    one.postcode or "",
                    one.address or "",
                    format_money(one.balance_pence),
                    one.status,
                    one.why,
                ),
            )
            for one in cases
        )
    )


def is_near(one: CaseSummary) -> bool:
    """Whether it was found only because a word is nearly, or a check letter is not, what was typed."""
    return ", near: " in one.why or "its letter is" in one.why


def how_many(cases: Sequence[CaseSummary], most: int) -> str:
    """How many were found, and what the mark means if any has it."""
    if not cases:
        return "nothing found"
    many = f"the best {most}; type more to find fewer" if len(cases) >= most else f"{len(cases)} found"
    return f"{many}. {NEARLY} is nearly what you typed" if any(map(is_near, cases)) else many
