"""Foresight: what an action would do, told before it is done. Nothing is kept of it."""

from __future__ import annotations

from casework.actions.calendar import RunCalendar, due
from casework.actions.declare import Action
from casework.case import Case
from casework.commit import commit
from casework.refusals import Refused
from casework.situation import Situation
from casework.standing import new_schedule
from casework.timeline import happened
from casework.views import Preview


def preview(case: Case, head: str, action: Action, situation: Situation) -> Preview:
    """What the action would do to a case whose last event has the hash `head`, after the calendar's turn; or every reason why
    it would not be done."""
    if due(case, situation):
        turned = commit(case, RunCalendar(), situation, head=head)
        case, head = turned.case, turned.head
    try:
        done = commit(case, action, situation, head=head)
    except Refused as fault:
        return Preview(events=(), balance_pence=case.balance_pence, refusals=fault.reasons)
    return Preview(
        events=happened(done.events),
        balance_pence=done.case.balance_pence,
        schedule=new_schedule(case, done.case),
    )
