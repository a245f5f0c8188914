"""Taking on the traces that an account brings with it: every reason against them, what the tables add, and the task to read an
answer that is still to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.brought_traces import BroughtTrace
from casework.dates import format_date, start_of_day
from casework.events import TaskMade
from casework.reference import Tables
from casework.situation import Situation
from casework.tasks import TRACE_ANSWER
from casework.tracing import answer_title

if TYPE_CHECKING:
    from casework.opening import Account

OPENING = 1
"""The number of the event that opens a case."""

Refuse = Callable[[str, str], None]
"""Takes a field and a sentence."""


def object_to_traces(account: Account, today: date, tables: Tables, refuse: Refuse) -> None:
    """Name every fault in the traces and rounds of `account`."""
    sources, purposes = tables.trace_sources(today), tables.trace_purposes(today)
    for n, one in enumerate(account.traces):
        at = f"traces.{n}"
        if one.source not in sources:
            refuse(f"{at}.source", f"there is no source {one.source}; there are: {', '.join(sources)}")
        if one.purpose not in purposes:
            refuse(f"{at}.purpose", f"there is no purpose {one.purpose}; there are: {', '.join(purposes)}")
        if one.of == "guardian" and account.guardian is None:
            refuse(f"{at}.of", "this account has no parent or guardian")
        if one.asked_on > today:
            refuse(f"{at}.asked_on", f"{format_date(one.asked_on)} is still to come")
        if n and one.asked_on < account.traces[n - 1].asked_on:
            refuse(f"{at}.asked_on", "before the one above it: write the oldest first")
        if one.outcome is None and any(one.source == later.source for later in account.traces[n + 1 :]):
            refuse(f"{at}.outcome", "this is needed of one whose source was asked again later")
        _answer(at, one, today, tables, refuse)
    furthest = max((row.after_days for row in tables.trace_retries(today)), default=0)
    for n, ended in enumerate(account.trace_rounds):
        at = f"trace_rounds.{n}"
        if ended.purpose not in purposes:
            refuse(f"{at}.purpose", f"there is no purpose {ended.purpose}; there are: {', '.join(purposes)}")
        if any(ended.purpose == other.purpose for other in account.trace_rounds[:n]):
            refuse(f"{at}.purpose", "this purpose is given twice")
        if ended.since is not None and ended.since > today:
            refuse(f"{at}.since", f"{format_date(ended.since)} is still to come")
        if ended.again_on is not None and (ended.since is None or ended.again_on <= ended.since):
            refuse(f"{at}.again_on", "it comes after the day in `since`")
        elif ended.again_on is not None and ended.since is not None and ended.since <= today:
            last = max(ended.since + timedelta(furthest), today + timedelta(1))
            if ended.again_on > last:
                refuse(f"{at}.again_on", f"by {format_date(last)} at the latest, as the table of retries has it")
        if (ended.failures > 0) != (ended.since is not None):
            refuse(f"{at}.since", "this is needed where a round was in vain, and there only")


def _answer(at: str, one: BroughtTrace, today: date, tables: Tables, refuse: Refuse) -> None:
    """An outcome and its day stand together; without them nothing came of it yet."""
    outcomes = tables.trace_outcomes(today)
    if one.outcome is not None and one.outcome not in outcomes:
        refuse(f"{at}.outcome", f"there is no such outcome; there are: {', '.join(outcomes)}")
    if (one.outcome is None) != (one.answered_on is None):
        refuse(f"{at}.answered_on", "an outcome and its day are given together")
    elif one.answered_on is not None and not one.asked_on <= one.answered_on <= today:
        refuse(f"{at}.answered_on", "an answer comes after the question, and not after today")
    elif one.answered_on is not None and one.retry_on is not None:
        furthest = max(source.retry_days for source in tables.trace_sources(today).values())
        if not 0 < (one.retry_on - one.answered_on).days <= furthest:
            refuse(f"{at}.retry_on", f"a source is asked again after its answer, within {furthest} days")
    if one.outcome is None:
        for name in ("outcome_label", "found", "expires_on", "retry_on"):
            if getattr(one, name):
                refuse(f"{at}.{name}", "it has no outcome yet")
    if one.state is not None and (one.state == "asked") != (one.outcome is None):
        refuse(f"{at}.state", "`asked` is one without an outcome")


def in_full(account: Account, situation: Situation) -> tuple[BroughtTrace, ...]:
    """The traces, with what the tables say of them where the file does not."""
    tables, today = situation.tables, situation.today
    sources, purposes, outcomes = (
        tables.trace_sources(today),
        tables.trace_purposes(today),
        tables.trace_outcomes(today),
    )

    def whole(one: BroughtTrace) -> BroughtTrace:
        came = outcomes[one.outcome] if one.outcome is not None else None
        usual = {
            "label": sources[one.source].label,
            "purpose_label": purposes[one.purpose].label,
            "outcome_label": came.label if came else None,
            "state": "asked" if came is None else "failed" if came.retry == "next-day" else "answered",
            "found": came.found if came else "",
        }
        return one.model_copy(update={name: value for name, value in usual.items() if getattr(one, name) is None})

    return tuple(whole(one) for one in account.traces)


def to_read(account: Account, traces: tuple[BroughtTrace, ...], situation: Situation) -> Iterator[TaskMade]:
    """The task to read each answer that is still to come, from the day of import on. `traces` are in full."""
    names = account.names_of_traces(OPENING, len(account.impositions))
    for one, name in zip(traces, names, strict=True):
        if one.outcome is None:
            title = answer_title(one.label or one.source, one.asked_on, one.purpose_label or one.purpose)
            due_at, source = start_of_day(situation.today), situation.tables.trace_sources(situation.today)[one.source]
            yield TaskMade(task=TRACE_ANSWER, subject=name, title=title, due_at=due_at, need=source.named_users)
