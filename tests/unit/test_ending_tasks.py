"""Which outcome ends which task: what somebody must decide or judge is not over because a telephone was not answered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.actions.asked_terms import RefuseTerms, RequestTerms
from casework.actions.call import LogCall
from casework.actions.declare import Action, fields
from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.actions.stops import Safeguard
from casework.actions.terms import AgreeTerms
from casework.actions.work import WrapUp
from casework.case import Case
from casework.commit import decide
from casework.dates import start_of_day
from casework.events import TaskMade
from casework.events.declare import Stamp
from casework.refusals import Refused
from casework.staff import Staff
from casework.stops import chasing_waits, stops
from casework.tasks import ACCOUNT
from tests.cases import (
    FINES_OFFICER,
    LEADER,
    NOW,
    OFFICER,
    TODAY,
    Story,
    an_account,
    at,
    shipped_tables,
    situation,
    weekly,
)

TABLES = shipped_tables()
NOTE = "they said all that there is to say"
FOUR = {"amount_pence": 400, "every": "weekly", "start": date(2026, 11, 20), "reason": "JOB"}
"""Less than an officer may agree."""
JUDGED = {
    *("safeguarding", "terms-request", "decision", "of-age", "appeal-over"),
    *("referral", "review", "complaint", "payment-reversed", "hard-to-trace"),
}
HANDED = {"handover", "handover-unread"}
"""Acknowledged, and ended by nothing else (test_handover)."""
STAFF = {"enforcement": OFFICER, "fines-officers": FINES_OFFICER, "team-leaders": LEADER}


def asked_for() -> tuple[Story, str]:
    """A case that waits for the fines officer, and the id of that task."""
    story = Story(an_account(terms=weekly()))
    story.does(RequestTerms.model_validate(FOUR))
    return story, task_of(story.case, "terms-request")


def task_of(case: Case, kind: str) -> str:
    """The id of the one task of a kind."""
    (found,) = [task.id for task in case.tasks if task.kind == kind]
    return found


def with_task(kind: str) -> tuple[Case, str, Staff]:
    """A case with a task of this kind, and somebody whose work it is."""
    case = Story().case
    if not any(task.kind == kind for task in case.tasks):
        made = TaskMade(task=kind, subject=ACCOUNT, title="something to do", due_at=start_of_day(TODAY))
        case = made.apply(case, Stamp(seq=case.version + 1, at=NOW, actor="jkhan"))
    return case, task_of(case, kind), STAFF[TABLES.work_types[kind].team]


def refused(case: Case, action: Action, task: str, by: Staff = FINES_OFFICER) -> list[tuple[str, str | None]]:
    """The code and the field of every reason against it, with this task in hand."""
    try:
        decide(case, action, situation(actor=by, pulled=task))
    except Refused as fault:
        return [(one.code, one.field) for one in fault.reasons]
    return []


def proposed(action: type[Action], case: Case, task: str, typed: dict[str, str], by: Staff = FINES_OFFICER) -> Any:
    """What the form proposes for each field; that of a call asks first whether it reached them."""
    if action is LogCall:
        at_once = TABLES.wrap_codes(TODAY, "call")[typed["outcome"]].ends_at_once
        typed = {"answered": typed["outcome"]} if at_once else {"answered": "them", **typed}
    return {one.name: one.default for one in fields(action, case, typed, situation(actor=by, pulled=task))}


@pytest.mark.parametrize("outcome", ["NO_ANS", "TP_MSG", "SPOKE"])
def test_no_call_and_no_wrap_up_ends_what_must_be_decided(outcome: str) -> None:
    """Without its task the request would hold the case for ever. Seen red with: the task of a request ended as any other;
    a call that reached them let through."""
    story, task = asked_for()
    assert refused(story.case, LogCall(outcome=outcome, note=NOTE, finish=True), task) == [("undecided", "finish")]
    assert refused(story.case, WrapUp(outcome=outcome, note=NOTE), task) == [("undecided", "outcome")]
    assert refused(story.case, WrapUp(outcome="DONE"), task) == [("undecided", "outcome")]
    assert refused(story.case, LogCall(outcome=outcome, note=NOTE), task) == []
    assert proposed(LogCall, story.case, task, {"outcome": outcome})["finish"] == "no"


def test_terms_agreed_in_a_call_decide_the_request_and_end_its_task() -> None:
    """Seen red with: refused whatever the call brings."""
    story, task = asked_for()
    terms = AgreeTerms.model_validate(FOUR).model_dump(exclude={"kind", "note"})
    assert proposed(LogCall, story.case, task, {"outcome": "ARR_VARY"})["finish"] == "yes"
    call = LogCall.model_validate({"outcome": "ARR_VARY", "terms": terms, "finish": True})
    story.does(call, by=FINES_OFFICER, pulled=task)
    assert story.case.request is None and all(one.id != task for one in story.case.tasks)


def test_other_tasks_of_a_case_that_waits_for_a_decision_end_as_ever() -> None:
    """Seen red with: any task kept while terms are asked for."""
    story, _ = asked_for()
    assert refused(story.case, LogCall(outcome="NO_ANS", finish=True), "2.1", OFFICER) == []


@pytest.mark.parametrize("kind", sorted(TABLES.work_types.keys() - HANDED))
def test_nobody_answering_ends_only_tasks_that_nobody_must_judge(kind: str) -> None:
    """Call or wrap-up, and what the forms propose. Seen red with: `judged` not read; `payment-reversed` not among them; the
    form of a call proposing yes."""
    case, task, who = with_task(kind)
    judged, typed = kind in JUDGED, {"outcome": "NO_ANS"}
    against = [("not-judged", "finish")] if judged else []
    assert refused(case, LogCall(outcome="NO_ANS", finish=True), task, who) == against
    assert refused(case, WrapUp(outcome="NO_ANS"), task, who) == ([("not-judged", "outcome")] if judged else [])
    assert refused(case, WrapUp(outcome="DONE"), task, who) == []
    assert proposed(LogCall, case, task, typed, who)["finish"] == ("no" if judged else "yes")


@pytest.mark.parametrize("kind", sorted(JUDGED - {"safeguarding"}))
def test_a_call_that_reached_them_may_end_what_is_judged(kind: str) -> None:
    case, task, who = with_task(kind)
    assert refused(case, LogCall(outcome="SPOKE", note=NOTE, finish=True), task, who) == []
    assert proposed(LogCall, case, task, {"outcome": "SPOKE"}, who)["finish"] == "yes"


def test_no_call_ends_safeguarding() -> None:
    """The team leader wraps it up when it has been seen to. Seen red with: only by an outcome that reached nobody."""
    story = Story()
    story.does(Safeguard(concern="LIFE"))
    task = task_of(story.case, "safeguarding")
    call = LogCall(outcome="SPOKE", note=NOTE, finish=True)
    assert refused(story.case, call, task, LEADER) == [("not-judged", "finish")]
    assert proposed(LogCall, story.case, task, {"outcome": "SPOKE"}, LEADER)["finish"] == "no"
    assert refused(story.case, WrapUp(outcome="SPOKE", note=NOTE), task, LEADER) == []


def test_the_wrap_up_of_a_judged_task_does_not_propose_that_nobody_answered() -> None:
    """Seen red with: the outcome of the last call, whatever the task."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"), by=LEADER)
    assert proposed(WrapUp, story.case, "2.1", {}, LEADER)["outcome"] == "NO_ANS"
    story.does(Safeguard(concern="LIFE"))
    assert proposed(WrapUp, story.case, task_of(story.case, "safeguarding"), {}, LEADER)["outcome"] == ""


@pytest.mark.parametrize(("pence", "over"), [(23_999, False), (24_000, True), (24_001, True)])
def test_paying_all_ends_what_was_asked_for_and_its_task(pence: int, over: bool) -> None:
    """A penny under, all, a penny over. Seen red with: the request left; its task left; either ended by any payment."""
    story, task = asked_for()
    story.does(TakeReceipt(amount_pence=pence, method="card", received_on=TODAY))
    assert (story.case.request is None) is over
    assert (story.case.task(task) is None) is over
    assert refused(story.case, RefuseTerms(reason="SAME"), task) == ([("no-request", None)] if over else [])


def test_nothing_holds_the_case_when_that_payment_is_undone() -> None:
    """What was asked for does not come back with the debt: it is asked for anew."""
    story, _ = asked_for()
    assert chasing_waits(story.case, TABLES)
    paid = story.does(TakeReceipt(amount_pence=24_000, method="cheque", received_on=TODAY))
    story.does(Reverse(receipt=f"{paid.events[0].seq}.1", reason="DISHCQ"), at(20), by=LEADER)
    assert story.case.balance_pence == 24_000 and story.case.request is None
    assert [task.kind for task in story.case.tasks] == ["payment-reversed"]
    assert stops(story.case, TABLES) == () and not chasing_waits(story.case, TABLES)
    story.does(RequestTerms.model_validate(FOUR))
    assert task_of(story.case, "terms-request")
