"""What comes next once a source has answered: contact, another source, the same again some time later, or a review."""

from __future__ import annotations

from typing import NamedTuple

from casework.actions.follow_up import follow_up
from casework.case import Case
from casework.dates import start_of_day
from casework.events import Happening, TaskMade
from casework.rows_tracing import TraceOutcome, TracePurpose
from casework.situation import Situation
from casework.table_rows import WrapCode
from casework.tasks import ACCOUNT, HARD_TO_TRACE, TRACE
from casework.tracing import Round, Trace, in_this_round, round_of
from casework.whom_to_ask import Next, after_failure, awaited, missing, next_source


class Step(NamedTuple):
    """How the round stands now, None while it goes on; and the tasks that follow."""

    round: Round | None
    events: list[Happening]


def outcome_of_call(code: str, situation: Situation) -> WrapCode:
    """The outcome of a call, or of the work on a task, that does the same."""
    tables, today = situation.tables, situation.today
    return {**tables.wrap_codes(today, "wrap-up"), **tables.wrap_codes(today, "call")}[code]


def what_next(row: TraceOutcome, trace: Trace, agreed: bool, case: Case, situation: Situation) -> Step:
    """What follows an answer on the `case` as it stands after it. `agreed`: two sources said the same now.

    What is confirmed leads to what its purpose says; what is likely to a second source, or to contact where there is none,
    because contact confirms too (law page 7.5); what was sought in vain to the next source.
    """
    over = Round(purpose=trace.purpose)
    if row.as_call is not None:
        return Step(over, follow_up(case, outcome_of_call(row.as_call, situation), f"trace ({trace.label})", situation))
    purpose = situation.tables.trace_purposes(situation.today).get(trace.purpose)
    if purpose is None:
        return Step(over, [])
    if row.found == "confirmed" or agreed:
        return Step(over, _found(purpose, case, situation))
    if not case.balance_pence or awaited(case, purpose.code):
        return Step(None, [])
    if (source := next_source(purpose, case, situation)) is not None:
        return Step(None, [_ask(source, purpose, row, trace, situation)])
    if row.found or _likely_already(case, purpose):
        return Step(over, _found(purpose, case, situation))
    if not purpose.tried_again or not missing(case, purpose.code):
        return Step(over, [])
    failed = after_failure(round_of(case.trace_rounds, purpose.code), purpose.code, situation)
    return Step(failed, _review(failed, case, situation))


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


def _ask(step: Next, purpose: TracePurpose, row: TraceOutcome, trace: Trace, situation: Situation) -> TaskMade:
    """The task to ask the next source."""
    why = "so that two sources agree" if row.found else f"{trace.label}: {row.label.lower()}"
    title = f"trace, for: {purpose.label.lower()}; ask {step.source.label} ({why})"
    due_at = situation.now if step.on == situation.today else start_of_day(step.on)
    return TaskMade(task=TRACE, subject=purpose.code, title=title, due_at=due_at)


def _review(failed: Round, case: Case, situation: Situation) -> list[Happening]:
    """After the last round, whoever cannot be written to either is hard to trace, and the team leader looks (law page 1.5,
    L17)."""
    there = any(task.kind == HARD_TO_TRACE for task in case.tasks)
    if failed.again_on is not None or there or not missing(case, "address"):
        return []
    title = situation.tables.work_types[HARD_TO_TRACE].task_title(HARD_TO_TRACE)
    return [TaskMade(task=HARD_TO_TRACE, subject=ACCOUNT, title=title, due_at=situation.now)]
