"""What comes next once a source has answered: contact, another source, the same again some time later, or a review."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal, NamedTuple

from casework.actions.follow_up import follow_up
from casework.actions.trace import closed_to_tracing
from casework.case import Case
from casework.dates import start_of_day
from casework.events import Happening, TaskMade
from casework.rows_tracing import TraceOutcome, TracePurpose
from casework.situation import Situation
from casework.table_rows import WrapCode
from casework.tasks import ACCOUNT, HARD_TO_TRACE, TRACE
from casework.tracing import Round, Trace, in_this_round, round_of
from casework.whom_to_ask import Next, after_failure, awaited, held_up, missing, next_source, somebody_may_ask

Found = Literal["", "likely", "confirmed"]
"""Whether something was found."""


class Step(NamedTuple):
    """How the rounds stand that are over now; and the tasks that follow."""

    rounds: tuple[Round, ...] = ()
    events: list[Happening] = []


def outcome_of_call(code: str, situation: Situation) -> WrapCode:
    """The outcome of a call, or of the work on a task, that does the same."""
    tables, today = situation.tables, situation.today
    return {**tables.wrap_codes(today, "wrap-up"), **tables.wrap_codes(today, "call")}[code]


def what_next(row: TraceOutcome, trace: Trace, found: Mapping[str, Found], case: Case, situation: Situation) -> Step:
    """What follows an answer on the `case` as it stands after it. `found` says what it brought, by purpose: as likely so, or
    as so, which it is too where two sources agree.

    What is confirmed leads to what its purpose says; what is likely to a second source, or to contact where there is none,
    because contact confirms too (law page 7.5); what was sought in vain to the next source. So it is for what was asked for,
    and for whatever else waited for this answer.
    """
    purpose = situation.tables.trace_purposes(situation.today).get(trace.purpose)
    sought = [*([purpose] if purpose else []), *held_up(trace, case, situation)]
    if row.as_call is not None:
        codes = dict.fromkeys((trace.purpose, *(one.code for one in sought)))
        how = f"trace ({trace.label})"
        events = follow_up(case, outcome_of_call(row.as_call, situation), how, situation)
        return Step(tuple(Round(purpose=code) for code in codes), events)
    steps = [_next_for(one, found.get(one.code, ""), _said(row, trace), case, situation) for one in sought]
    events = [what for step in steps for what in step.events]
    once = [what for n, what in enumerate(events) if what not in events[:n]]
    return Step(tuple(ended for step in steps for ended in step.rounds), once)


def _said(row: TraceOutcome, trace: Trace) -> str:
    """What came of a trace, of something that it did not bring."""
    return f"{trace.label}: {'not found' if row.found else row.label.lower()}"


def _next_for(purpose: TracePurpose, found: Found, said: str, case: Case, situation: Situation) -> Step:
    """What follows for one purpose."""
    over = Round(purpose=purpose.code)
    if found == "confirmed":
        return Step((over,), _found(purpose, case, situation))
    if closed_to_tracing(case, situation) or awaited(case, purpose.code, situation):
        return Step()
    able = partial(somebody_may_ask, case=case, situation=situation)
    if (source := next_source(purpose, case, situation, able)) is not None:
        return Step(events=[_ask(source, purpose, "so that two sources agree" if found else said, situation)])
    if found or _likely_already(case, purpose):
        return Step((over,), _found(purpose, case, situation))
    if not purpose.tried_again or not missing(case, purpose.code):
        return Step((over,))
    failed = after_failure(round_of(case.trace_rounds, purpose.code), purpose.code, situation)
    return Step((failed,), _review(failed, case, situation))


def _found(purpose: TracePurpose, case: Case, situation: Situation) -> list[Happening]:
    """What its purpose says, as if it had been heard in a call."""
    if purpose.found_as is None:
        return []
    return follow_up(case, outcome_of_call(purpose.found_as, situation), "trace", situation)


def _likely_already(case: Case, purpose: TracePurpose) -> bool:
    """Whether another source of this round said what is likely so."""
    ended = round_of(case.trace_rounds, purpose.code)
    return any(
        one.purpose == purpose.code and one.found == "likely" and in_this_round(one, ended) for one in case.traces
    )


def _ask(step: Next, purpose: TracePurpose, why: str, situation: Situation) -> TaskMade:
    """The task to ask the next source, for its named users if it has any."""
    title = f"trace, for: {purpose.label.lower()}; ask {step.source.label} ({why})"
    due_at = situation.now if step.on == situation.today else start_of_day(step.on)
    need = step.source.named_users
    return TaskMade(task=TRACE, subject=purpose.code, title=title, due_at=due_at, need=need)


def _review(failed: Round, case: Case, situation: Situation) -> list[Happening]:
    """After the last round, whoever cannot be written to either is hard to trace, and the team leader looks (law page 1.5,
    L17)."""
    there = any(task.kind == HARD_TO_TRACE for task in case.tasks)
    if failed.again_on is not None or there or not missing(case, "address"):
        return []
    title = situation.tables.work_types[HARD_TO_TRACE].task_title(HARD_TO_TRACE)
    return [TaskMade(task=HARD_TO_TRACE, subject=ACCOUNT, title=title, due_at=situation.now)]
