"""Traces, hand-overs, skips and parks in the practice office: of every kind, lived as in real work, and open that morning."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.local_tallies import TallyBook
from api_client.practice_cards import ABSENT, AGAIN, FOUND, HANDED, HARD, SKIPPED, TRACED, UNREAD, Card
from api_client.practice_plans import Plan
from casework.accounts import CaseId
from casework.actions import ACTIONS
from casework.case import Case
from casework.commit import Commit
from casework.dates import london_date
from casework.events import Acknowledged, HandedOver, TaskDeferred, TraceAnswered, TraceAsked, TracesDue
from casework.hours import away
from casework.staff import may
from casework.tasks import HAND_OVER, HARD_TO_TRACE, TRACE, TRACE_ANSWER
from casework.tasks import UNREAD as UNREAD_TASK
from tests.unit.test_practice import AS_OF, TABLES, TEN, make
from tests.unit.test_practice_tally import lived, planned

STAFF = {member.id: member for member in planned(60, 1)[0].staff}


def dealt(cases: int, seed: int, card: Card) -> list[Case]:
    """The cases with this card as they stand on the as-of morning."""
    plans: tuple[Plan, ...] = planned(cases, seed)[1]
    found = [life.case for plan, life in zip(plans, lived(cases, seed), strict=True) if plan.card is card]
    assert found
    return found


def happened(lives: tuple[Commit, ...], kind: type) -> list[object]:
    return [event.what for life in lives for event in life.events if isinstance(event.what, kind)]


def kinds(case: Case) -> dict[str, bool]:
    """The kinds of its tasks, and whether one of each is ready."""
    found = {task.kind: False for task in case.tasks}
    return {**found, **{task.kind: True for task in case.tasks if task.due_at <= TEN}}


# -- How cases stand


@pytest.mark.parametrize("seed", [1, 5, 9])
def test_each_card_leaves_its_case_as_it_says(seed: int) -> None:
    for case in dealt(60, seed, TRACED):
        asked = [trace for trace in case.traces if trace.state == "asked"]
        assert any(trace.asked_on < AS_OF for trace in asked)
        assert kinds(case)[TRACE_ANSWER]
    for case in dealt(60, seed, AGAIN):
        assert kinds(case)[TRACE]
        assert all(trace.state == "answered" for trace in case.traces)
    for case in dealt(60, seed, HARD):
        assert kinds(case)[HARD_TO_TRACE]
        assert case.trace_rounds[-1].failures == 5
    for case in dealt(60, seed, FOUND):
        assert case.debtor.address
        assert case.traces[-1].found
    for case in dealt(60, seed, HANDED):
        assert case.handover
        assert london_date(case.handover.at) == AS_OF
        assert kinds(case)[HAND_OVER]
        assert not kinds(case)[UNREAD_TASK]
    for case in dealt(60, seed, UNREAD):
        assert case.handover
        assert kinds(case)[UNREAD_TASK]
    for case in dealt(60, seed, ABSENT):
        (parked,) = {task.parked_by for task in case.tasks if task.parked_by}
        assert away(STAFF[parked], TEN, TABLES)
    for case in dealt(60, seed, SKIPPED):
        assert any(task.put_off == "skipped" for task in case.tasks)


# -- Of every kind


def test_every_source_answers_in_every_way() -> None:
    lives = lived(2_000, 1)
    asked, answered = happened(lives, TraceAsked), happened(lives, TraceAnswered)

    assert {one.source for one in asked} == set(TABLES.trace_sources(AS_OF))  # type: ignore[attr-defined]
    assert {one.purpose for one in asked} == set(TABLES.trace_purposes(AS_OF))  # type: ignore[attr-defined]
    assert {one.outcome for one in answered} == set(TABLES.trace_outcomes(AS_OF))  # type: ignore[attr-defined]
    assert any(one.agrees_with for one in answered)  # type: ignore[attr-defined]
    assert happened(lives, TracesDue)


def test_work_is_put_off_for_every_reason() -> None:
    put_off = [one for one in happened(lived(2_000, 1), TaskDeferred) if isinstance(one, TaskDeferred)]

    assert {one.code for one in put_off if one.how == "skipped"} == set(TABLES.skip_reasons(AS_OF))
    assert {one.code for one in put_off if one.how == "parked"} == set(TABLES.park_reasons(AS_OF))


def test_what_was_handed_over_was_acknowledged_by_those_it_was_for_or_by_the_team_leader() -> None:
    lives, by_leader = lived(2_000, 1), Counter[bool]()
    for life in lives:
        to = None
        for event in life.events:
            if isinstance(event.what, HandedOver):
                to = event.what.to
                assert to != "jkhan"
            elif isinstance(event.what, Acknowledged):
                leads = "team-leader" in STAFF[event.actor].roles
                assert leads or STAFF[event.actor].has(to)
                by_leader[leads] += 1
    assert min(by_leader[True], by_leader[False]) > 3


def test_only_named_users_ask_sources_that_are_for_them() -> None:
    asked = 0
    for life in lived(2_000, 1):
        for event in life.events:
            if isinstance(event.what, TraceAsked):
                permission = TABLES.trace_sources(AS_OF)[event.what.source].permission
                assert may(STAFF[event.actor], permission, life.case.id, TABLES.grants(AS_OF)) == []
                asked += permission != "trace"
    assert asked > 20


def test_every_action_is_used_in_an_office_of_two_thousand_cases() -> None:
    """Each by what it leaves in the history; in one of five hundred it may be that no marker ended. What nobody does here, and
    why: a court's own terms come from court; a promise outside of a call, and its end by hand, come of calls here; and nobody
    makes a slip."""
    leaves = {
        "note": "note", "call": "contact", "contact": "contact", "receipt": "receipt", "reverse": "reversal",
        "wrap-up": "task-ended", "skip": "task-deferred", "park": "task-deferred", "terms": "terms",
        "request-terms": "terms-requested", "refuse-terms": "terms-refused", "means": "means",
        "payment-card": "payment-card", "details": "details", "marker": "marker", "end-marker": "marker-ended",
        "safeguard": "safeguarding", "stop": "stop", "lift": "stop-lifted", "trace": "trace",
        "trace-result": "trace-result", "handover": "handed-over", "acknowledge": "acknowledged",
    }  # fmt: skip
    unused = {"promise", "cancel-promise", "court-terms", "undo"}
    found = {event.what.kind for life in lived(2_000, 1) for event in life.events}

    assert set(leaves) | unused == set(ACTIONS)
    assert set(leaves.values()) <= found


# -- What the desk finds


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_desk_finds_hand_overs_the_absent_and_the_morning(tmp_path: Path, seed: int) -> None:
    """The first of the staff has no hand-over to read, others and the team leader have."""
    office = make(tmp_path, 60, seed)
    store = LocalStore(tmp_path, TABLES, now=TEN)
    first = LocalDesk(store, office.staff[0].id)
    await first.sign_in()
    pulled = await first.pull_next()
    assert pulled
    assert pulled.task
    assert pulled.task.kind == "broken-promise"
    leader = LocalDesk(store, "rbeech")
    await leader.sign_in()
    assert await leader.away_work()
    cases = [store.load(CaseId(name)).case for name, _ in store.cases.each_raw()]
    handed = [one for one in cases if one.handover and one.unit == "K01"]
    assert all(one.handover and one.handover.to != "jkhan" for one in handed)
    done = [TallyBook(store).of(member.id, AS_OF) for member in office.staff]
    assert sum(one.actions for one in done) > 3
    assert sum(one.skips for one in done) >= 1
    assert any(case.reference for case in cases)
    leader.close()
