"""Recording what a court ordered. Courts Act 2003 Sch 5 paras 1 and 12: without a collection order only the court sets
terms. Law page, section 1.2.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework.actions import parse_action
from casework.actions.asked_terms import RequestTerms
from casework.actions.court_terms import CourtTerms
from casework.actions.declare import fields
from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.case import Case, LastStep, NotAutomatic
from casework.commit import decide
from casework.history import rebuild
from casework.quick_entry import action_of, parse
from casework.refusals import Refused
from casework.standing import behind, payments
from casework.terms import InForce
from tests.cases import FINES_OFFICER, TODAY, Story, an_account, at, imposed, situation, weekly

FRIDAY = date(2026, 11, 20)
LAST_WEEK = date(2026, 11, 12)
HERS = situation(actor=FINES_OFFICER)


def ordered(pence: int | None = 1_000, start: date = FRIDAY, on: date = LAST_WEEK, **more: Any) -> CourtTerms:
    """Ten pounds a week, ordered a week ago."""
    keys: dict[str, Any] = {"amount_pence": pence, "every": "weekly", "start": start} if pence else {}
    return CourtTerms.model_validate({"ordered_on": on, **keys, **more})


def codes(case: Case, action: CourtTerms) -> list[tuple[str, str | None]]:
    """Every reason against it."""
    try:
        decide(case, action, HERS)
    except Refused as fault:
        return [(one.code, one.field) for one in fault.reasons]
    return []


def asked_for(**account: Any) -> Story:
    """A case without collection order, whose officer asked the court for ten pounds a week."""
    story = Story(an_account(**{"terms": weekly(), "collection_order": False, **account}))
    story.does(RequestTerms(amount_pence=1_000, every="weekly", start=FRIDAY, reason="JOB"))
    return story


def test_what_the_court_ordered_ends_the_request_and_settles_everything() -> None:
    """Seen red with: the request left, so that its stop stood for ever; the terms those of whoever recorded them; an
    appeal against a fines officer begun."""
    story = asked_for(last_step=LastStep(code="FSN", on=TODAY))
    story.does(MakePromise(amount_pence=2_000, due=FRIDAY, method="card"))
    done = story.does(ordered(note="in chambers"), by=FINES_OFFICER)
    case = story.case
    assert case.request is None and case.tasks == () and case.last_step is None and case.clocks == ()
    assert case.terms == weekly(1_000, FRIDAY)
    assert case.in_force == InForce(
        id=f"{done.events[0].seq}.1", began_on=LAST_WEEK, balance_pence=24_000, agreed_by=None, reason="COURT"
    )
    assert case.not_automatic == NotAutomatic(why="arrangement", on=TODAY)
    assert [one.state for one in case.promises] == ["superseded"]
    assert done.events[0].what.summary() == (
        "£10.00 weekly from 20 Nov 2026, ordered by the court on 12 Nov 2026; FSN is no longer the last step  in chambers"
    )
    assert rebuild(story.events) == case


def test_the_court_needs_no_consent_and_knows_no_limit_of_ours() -> None:
    """Seen red with: judged like terms of a fines officer."""
    story = asked_for(terms=weekly(1_500, FRIDAY))
    assert codes(story.case, ordered(24_000)) == []
    assert codes(story.case, ordered(100)) == []


def test_what_was_paid_since_the_order_counts_towards_it() -> None:
    """A day before the order it does not. Seen red with: £10.00 in arrears though they were paid."""
    story = asked_for()
    for pence, day in ((700, LAST_WEEK - timedelta(1)), (1_000, LAST_WEEK)):
        story.does(TakeReceipt(amount_pence=pence, method="card", received_on=day))
    story.does(ordered(start=LAST_WEEK), by=FINES_OFFICER)
    assert [(one.amount_pence, one.received_on) for one in payments(story.case)] == [(1_000, LAST_WEEK)]
    assert story.case.in_force is not None and story.case.in_force.balance_pence == 23_300
    found = behind(story.case, TODAY)
    assert found is not None and found.arrears_pence == 0
    later = behind(story.case, TODAY + timedelta(1))
    assert later is not None and (later.arrears_pence, later.first_missed) == (1_000, TODAY)


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ({}, ["not-for-the-court"]),
        ({"collection_order": False}, []),
        ({"collection_order": False, "status": "WO"}, ["account-closed"]),
        ({"collection_order": False, "last_step": LastStep(code="DW", on=TODAY)}, ["step-blocks"]),
    ],
)
def test_it_is_offered_where_the_court_sets_the_terms(account: dict[str, Any], expected: list[str]) -> None:
    """Seen red with: offered under a collection order."""
    case = Story(an_account(**account)).case
    assert [one.code for one in CourtTerms.offered(case, HERS)] == expected


def test_it_is_offered_while_a_request_to_the_court_waits() -> None:
    """Though a collection order was made since. Seen red with: only the order looked at."""
    case = asked_for().case.model_copy(update={"collection_order": True})
    assert CourtTerms.offered(case, HERS) == []


def test_what_cannot_have_been_ordered_is_refused_all_at_once() -> None:
    """An order of today for today can. Seen red with: an order of tomorrow; an instalment before the order."""
    case = asked_for().case
    tomorrow = TODAY + timedelta(1)
    lump: dict[str, Any] = {"lump_sum_pence": 500, "lump_sum_by": TODAY}
    assert codes(case, ordered(start=TODAY, on=tomorrow, **lump)) == [
        ("future", "ordered_on"),
        ("before-order", "start"),
        ("before-order", "lump_sum_by"),
    ]
    assert codes(case, ordered(start=TODAY, on=TODAY)) == []
    assert codes(case, ordered(on=date(2026, 8, 31))) == [("before-account", "ordered_on")]
    assert codes(case, ordered(on=date(2026, 9, 1))) == []
    assert codes(case, ordered(2_000, date(2026, 9, 3), date(2026, 9, 1))) == [("nothing-changed", None)]
    assert codes(case, ordered(1)) == [("too-long", "amount_pence")]
    assert ordered(1).to_say(case, HERS) == []


def test_it_is_for_a_fines_officer_who_holds_the_case() -> None:
    assert CourtTerms.permission == "decide" and ordered().needs_claim()
    assert ordered().depends_on() == {"terms"}


def test_the_form_finds_what_was_asked_for() -> None:
    story = asked_for()
    assert {one.name: one.default for one in fields(CourtTerms, story.case, {}, HERS)} == {
        "amount_pence": "£10.00",
        "every": "weekly",
        "start": "20 Nov 2026",
        "ordered_on": "today",
        "note": "",
    }
    assert CourtTerms.heading(story.case) == (
        "Court's terms: now £20.00 weekly from 3 Sep 2026; asked for: £10.00 weekly from 20 Nov 2026"
    )
    assert ordered().to_say(story.case, HERS) == [
        "£10.00 every week from Fri 20 Nov 2026; the last one, £10.00, on Fri 30 Apr 2027"
    ]
    assert ordered(24_000).cautions(story.case, HERS) == ["the first instalment pays all that is owed"]


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("court-terms", ordered(on=TODAY)),
        ("court 10 weekly from fri ordered 12/11 in chambers", ordered(note="in chambers")),
        ("court-terms by 24 dec ordered yesterday", ordered(None, by=date(2026, 12, 24), on=TODAY - timedelta(1))),
        (
            "court-terms 50+10 weekly from fri before fri ordered 12 nov",
            ordered(lump_sum_pence=5_000, lump_sum_by=FRIDAY),
        ),
    ],
)
def test_the_court_s_terms_on_one_line(line: str, action: CourtTerms) -> None:
    case = asked_for().case
    assert action_of(parse(line, case, HERS), case, HERS) == action


def test_the_court_s_terms_in_json() -> None:
    line = '{"kind":"court-terms","by":"2026-12-24","ordered_on":"2026-11-12"}'
    assert parse_action(line) == ordered(None, by=date(2026, 12, 24))
    with pytest.raises(Refused, match="this is needed"):
        parse_action('{"kind":"court-terms","by":"2026-12-24"}')
    with pytest.raises(Refused, match="a plan of instalments needs every, start"):
        parse_action('{"kind":"court-terms","amount_pence":100,"ordered_on":"2026-11-12"}')


def test_the_calendar_sees_an_instalment_of_the_order_that_was_missed() -> None:
    """From the day that the terms hold, not from the day they were recorded."""
    story = Story(an_account(imposed(), collection_order=False))
    story.does(ordered(start=LAST_WEEK), by=FINES_OFFICER)
    story.calendar(at(20, hour=9))
    assert [one.kind for one in story.case.tasks] == ["missed-instalment"]
