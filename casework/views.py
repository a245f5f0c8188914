"""What a desk returns: plain values, the same from every store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from casework.accounts import CaseId
from casework.case import Case
from casework.claims import Claim
from casework.contact_policy import Advice
from casework.dates import Instant
from casework.handover import unread
from casework.offers import Offer
from casework.reference import Tables
from casework.refusals import Reason
from casework.situation import Facts, Situation
from casework.staff import Staff
from casework.tasks import Task
from casework.terms import Arrears, Instalment


class View(BaseModel):
    """A value for reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class CaseView(View):
    """A case as one person sees it."""

    case: Case
    offers: tuple[Offer, ...]
    stops: tuple[Reason, ...] = ()
    """What forbids any step or contact now."""
    contact: tuple[Advice, ...] = ()
    """What contact policy says of a call to their first number now, refusals first."""
    claim: Claim | None = None
    """The live claim, whoever holds it."""
    mine: bool = False
    """Whether the claim is the reader's own."""
    arrears: Arrears | None = None
    """How far behind the payer is today; None when there are no terms."""
    next_due: Instalment | None = None
    """The next instalment that is not paid already."""
    colleagues: tuple[Staff, ...] = ()
    """Those of the reader's units who may open the case, without what else they may not open."""
    restricted: dict[str, str] = {}
    """For those who may read them, the restricted texts that the case names, by name."""


class Claimed(View):
    """A case, now the reader's to work, with the task it was claimed for and why it came."""

    view: CaseView
    claim: Claim
    task: Task | None = None
    why: tuple[str, ...] = ()


class Happened(View):
    """One event, in brief."""

    seq: int
    kind: str
    summary: str


class Done(View):
    """An action was carried out and is on disk."""

    version: int
    events: tuple[Happened, ...]
    view: CaseView


class Preview(View):
    """What an action would do."""

    events: tuple[Happened, ...]
    balance_pence: int
    schedule: tuple[Instalment, ...] | None = None
    """Every instalment of new terms; None when the action brings none."""
    refusals: tuple[Reason, ...] = ()


class Entry(View):
    """One line of the timeline."""

    seq: int
    at: Instant
    actor: str
    kind: str
    summary: str
    data: dict[str, Any]
    undone: bool = False
    """Something that came later undid it."""


class Page(View):
    """Some entries, oldest first, and where to go on towards older ones."""

    entries: tuple[Entry, ...]
    before: int | None = None
    """Ask again with this to go on; None when there is nothing older."""


class QueueSummary(View):
    """How a queue stands."""

    queue: str
    title: str
    ready: int
    claimed: int
    waiting: int
    oldest_ready_at: Instant | None = None
    skipped: int
    """Waiting, because somebody passed it over."""
    parked: int
    """Waiting for what somebody parked it for."""
    owned: int
    """One post's own, and not parked: its call-backs, and what was handed over to it."""
    away: int
    """Owned or parked by a post of which nobody is there any more today."""


class AwayTask(View):
    """Work that waits for somebody who is away today."""

    case: CaseId
    task: str
    title: str
    queue: str
    owner: str
    """A post, or the id of somebody."""
    owner_name: str
    since: date
    """When it was first due."""
    due_at: Instant
    parked: bool


class ToAcknowledge(View):
    """A hand-over to somebody, before they acknowledge it."""

    case: CaseId
    by_name: str
    to_name: str
    at: Instant
    unread: int
    """Events since."""


class CaseSummary(View):
    """A case found by a search."""

    case: CaseId
    account_number: str
    unit: str
    name: str
    date_of_birth: date | None
    postcode: str | None
    address: str | None
    """Its first line."""
    balance_pence: int
    status: str
    """How the account stands, in words."""
    why: str
    sure: bool = False
    """What was typed can hardly mean anybody else."""


class Draft(View):
    """What somebody had typed into a form."""

    case: CaseId
    kind: str
    typed: dict[str, str]
    key: str
    """The idempotency key made when the form was opened."""
    seen_version: int
    at: Instant


def situation_of(view: CaseView, actor: Staff, tables: Tables, now: datetime) -> Situation:
    """The situation in which `actor` fills in a form on what they see."""
    pulled = view.claim.task if view.claim is not None and view.mine else None
    return Situation(now, actor, tables, Facts(pulled_task=pulled, colleagues=view.colleagues))


def show(view: CaseView) -> dict[str, Any]:
    """The case as one flat JSON object: the answer of `greenwax show`. What is not known yet is null."""
    case = view.case
    document = case.model_dump(mode="json")
    receipt = case.last_receipt
    return {
        "account_number": case.number,
        "unit": case.unit,
        "version": case.version,
        "name": str(case.person.name),
        "balance_pence": case.balance_pence,
        "arrears_pence": view.arrears.arrears_pence if view.arrears else None,
        "first_missed": _date(view.arrears.first_missed if view.arrears else None),
        "next_due": {"due": _date(view.next_due.due), "amount_pence": view.next_due.amount_pence}
        if view.next_due
        else None,
        "suspense_pence": case.suspense_pence,
        "last_receipt": receipt.model_dump(mode="json") if receipt else None,
        "person": document["person"],
        "guardian": document["guardian"],
        "account_type": case.account_type,
        "reference": case.reference,
        "opened_on": document["opened_on"],
        "collection_order": case.collection_order,
        "terms": case.terms.model_dump(mode="json", exclude_none=True) if case.terms else None,
        **{name: document[name] for name in ("in_force", "reserve_terms", "request", "not_automatic", "means")},
        **{name: document[name] for name in ("status", "last_step", "card_asked_on")},
        "impositions": document["impositions"],
        "receipts": document["receipts"],
        "tasks": [{**task.model_dump(mode="json"), "due_on": task.due_on.isoformat()} for task in case.tasks],
        "handover": {**document["handover"], "unread": unread(case)} if case.handover else None,
        "promises": document["promises"],
        "contacts": document["contacts"],
        "counters": document["counters"],
        "traces": document["traces"],
        "trace_rounds": document["trace_rounds"],
        "steps": [],
        "stops": [reason.model_dump(mode="json") for reason in view.stops],
        "clocks": document["clocks"],
        "contact_policy": [advice.model_dump(mode="json") for advice in view.contact],
        "markers": [one.model_dump(mode="json", exclude={"restricted"}) for one in case.markers],
        "flags": [flag.model_dump(mode="json") for flag in case.flags],
        "offers": [offer.model_dump(mode="json") for offer in view.offers],
        "claim": view.claim.model_dump(mode="json") if view.claim else None,
        "suggested": None,
        "call": None,
    }


def _date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def differences(before: Case, after: Case, parts: Sequence[str]) -> list[Reason]:
    """What changed in `parts` of a case, field by field, as the reasons of a stale version."""
    fields: dict[str, tuple[str, ...]] = {
        "person": ("person", "guardian", "markers"),
        "ledger": ("impositions", "receipts", "suspense_pence"),
        "terms": ("terms", "in_force", "reserve_terms", "request", "last_step", "not_automatic"),
        "means": ("means",),
        "card": ("card_asked_on",),
        "promises": ("promises",),
        "tasks": ("tasks",),
        "handover": ("handover",),
        "contacts": ("contacts", "counters"),
        "stops": ("stops", "clocks"),
        "traces": ("traces", "trace_rounds"),
    }
    found = []
    was, now = before.model_dump(mode="json"), after.model_dump(mode="json")
    for part in parts:
        for name in fields.get(part, ()):
            for path, old, new in _changes(name, was[name], now[name]):
                found.append(Reason(code="changed", message=f"{path} was {old}, is now {new}", field=path))
    return found


def _changes(path: str, was: Any, now: Any) -> Iterator[tuple[str, str, str]]:
    """The leaves that differ; things in a list are told apart by their id."""
    if was == now:
        return
    if isinstance(was, list) and isinstance(now, list):
        was = {item.get("id", n) if isinstance(item, dict) else n: item for n, item in enumerate(was)}
        now = {item.get("id", n) if isinstance(item, dict) else n: item for n, item in enumerate(now)}
    if isinstance(was, dict) and isinstance(now, dict):
        for key in {**was, **now}:
            yield from _changes(f"{path}.{key}", was.get(key), now.get(key))
        return
    yield path, _word(was), _word(now)


def _word(value: Any) -> str:
    if value is None:
        return "nothing"
    return "something" if isinstance(value, dict | list) else str(value)


def shown(case: Case) -> dict[str, str]:
    """What the access log says of a case that is looked at: which it is, and which traces are shown with it."""
    traces = " ".join(f"{one.id} {one.source}" for one in case.traces)
    return {"case": case.id, **({"traces": traces} if traces else {})}
