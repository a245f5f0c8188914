"""What the conflict view shows: was, is now, and what was typed, in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.actions import ACTIONS, parse_action
from casework.actions.contact import LogContact
from casework.actions.declare import Action
from casework.actions.details import RecordDetails
from casework.actions.marker import EndMarker, SetMarker
from casework.actions.note import WriteNote
from casework.actions.payment_card import AskCard
from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.actions.stops import SetStop
from casework.actions.terms import AgreeTerms
from casework.case import Case
from casework.conflict import NOTHING, Conflict, conflicts
from casework.refusals import Refused
from tests.cases import (
    COLLEAGUE,
    LEADER,
    NOW,
    TODAY,
    Story,
    a_person,
    an_account,
    imposed,
    situation,
    weekly,
)
from tests.contract.any_action import any_action

JOB = {"amount_pence": 2_500, "every": "weekly", "start": date(2026, 11, 26), "reason": "JOB"}


def changed(story: Story, before: Case, action: type[Action] = WriteNote, **typed: str) -> list[Conflict]:
    """Since `before`, for somebody with this form open."""
    return list(conflicts(before, story.case, action, typed, situation()))


def row(found: list[Conflict], label: str) -> tuple[str, str]:
    """What was and what is, of the one row with this label."""
    (one,) = [one for one in found if one.label == label]
    return one.was, one.now


def test_a_case_that_did_not_change_has_no_conflicts() -> None:
    story = Story()
    assert changed(story, story.case, MakePromise, amount_pence="50", due="fri") == []


def test_the_likely_answer_that_changed_stands_beside_what_was_typed() -> None:
    """In full words: sums as money, mine as it was understood. What the form does not ask for comes after.

    Seen red with: before and after exchanged; mine as it was typed.
    """
    story = Story(an_account(imposed(pence=5_000), terms=weekly()))
    before = story.case
    story.does(TakeReceipt(amount_pence=4_500, method="card", received_on=TODAY))
    found = changed(story, before, MakePromise, amount_pence="17", due="fri")
    assert found[0] == Conflict("Amount", "£20.00", "£5.00", "£17.00", "amount_pence")
    assert [one.field for one in found[1:]] == [None] * len(found[1:])
    assert row(found, "Owes") == ("£50.00", "£5.00")
    assert row(found, "Last paid") == (NOTHING, "£45.00 on 19 Nov 2026")


def test_what_was_typed_and_no_longer_fits_is_told_with_the_reason() -> None:
    """A marker to end that somebody else has ended. Seen red with: what could not be read before told as news."""
    story = Story()
    story.does(SetMarker(code="dog", reason="a mastiff"))
    before = story.case
    (marker,) = before.markers
    story.does(EndMarker(marker=marker.id, reason="gone"), by=LEADER)
    (one,) = [one for one in changed(story, before, EndMarker, marker=marker.id) if one.field == "marker"]
    assert one.mine == marker.id and "is none of" in one.now
    assert [one.field for one in changed(story, before, MakePromise, due="soon", amount_pence="x")] == [None]


def test_a_payment_undone_is_owed_again() -> None:
    story = Story()
    paid = story.does(TakeReceipt(amount_pence=500, method="card", received_on=TODAY))
    before = story.case
    story.does(Reverse(receipt=f"{paid.events[0].seq}.1", reason="REVPAY"), by=COLLEAGUE)
    assert row(changed(story, before), "Owes") == ("£235.00", "£240.00")


def test_terms_agreed_by_somebody_else_are_shown_as_they_are_said() -> None:
    story = Story(an_account(imposed(), terms=weekly()))
    before = story.case
    story.does(AgreeTerms.model_validate(JOB), by=COLLEAGUE)
    found = changed(story, before, AgreeTerms, amount_pence="20", every="weekly")
    assert row(found, "Terms") == (f"{before.terms}, since 1 Sep 2026", f"{story.case.terms}, since 19 Nov 2026")


def test_each_promise_and_task_is_a_row_of_its_own() -> None:
    """Two that changed are two rows, and what did not change is none. Seen red with: all promises under one place."""
    story = Story()
    story.does(MakePromise(amount_pence=2_000, due=date(2026, 11, 25), method="card"))
    before = story.case
    story.does(MakePromise(amount_pence=3_000, due=date(2026, 11, 26), method="card", replaces=True), by=COLLEAGUE)
    found = [(one.was, one.now) for one in changed(story, before) if one.label == "Promise"]
    assert found == [
        ("£20.00 by 25 Nov 2026, open", "£20.00 by 25 Nov 2026, superseded"),
        (NOTHING, "£30.00 by 26 Nov 2026, open"),
    ]


def test_what_was_learnt_is_shown_with_how_it_stands() -> None:
    story = Story()
    before = story.case
    story.does(RecordDetails.model_validate({"phone": "07700 900456", "verified": True}), by=COLLEAGUE)
    was, now = row(changed(story, before), "Phone")
    assert was == str(before.person.phones[0])
    assert now == f"07700 900456 (checked 19 Nov 2026); {was}"


def test_of_a_guardian_it_is_said_whose_it_is() -> None:
    story = Story(an_account(imposed(), person=a_person(date_of_birth=date(2010, 1, 1))))
    before = story.case
    story.does(RecordDetails.model_validate({"guardian": {"surname": "Smith", "forenames": "Mair"}}), by=COLLEAGUE)
    found = changed(story, before)
    assert row(found, "Parent or guardian: Name") == (NOTHING, "SMITH, Mair")


def test_a_case_in_every_part_says_what_changed() -> None:
    """One row at least for each. Caught: a part of which nothing was told."""
    does: dict[str, Action] = {
        "Marker dog": SetMarker(code="dog", reason="a mastiff"),
        "Stop HOLD": SetStop(code="HOLD", reason="in hospital"),
        "Payment card": AskCard(),
        "Last contact": LogContact.model_validate({"channel": "letter", "outcome": "SENT"}),
        "Means": parse_action('{"kind": "means", "income_pence": 90000, "housing_pence": 40000}'),
        "Trace": parse_action('{"kind": "trace", "source": "OWN", "purpose": "address"}'),
        "Handed over": parse_action('{"kind": "handover", "text": "see the note"}'),
        "Terms asked for": parse_action(
            '{"kind": "request-terms", "amount_pence": 300, "every": "weekly", "start": "2026-11-26", "reason": "JOB"}'
        ),
    }
    for label, action in does.items():
        story = Story(an_account(imposed(), terms=weekly()))
        before, pulled = story.case, story.case.tasks[0].id if story.case.tasks else None
        story.does(action, pulled=pulled, colleagues=(COLLEAGUE, LEADER))
        was, now = row(changed(story, before), label)
        assert was == NOTHING and now != NOTHING, label


QUIET = {
    "version",
    "changed",
    "counters",
    "reviews_told",
    "receipts",
    "not_automatic",
    "trace_rounds",
    "of_age",
    "status",
}
"""Fields whose change by itself is told of by another, or is nothing to whoever fills in a form."""


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_that_changed_is_passed_over(data: st.DataObject) -> None:
    """Whatever somebody does, whoever has any form open is told something, and never of what is the same."""
    story = Story(an_account(imposed(), imposed("FCOMP", 5_000), terms=weekly()))
    for n in range(data.draw(st.integers(1, 3), label="acts")):
        before, now = story.case, NOW + timedelta(minutes=n)
        pulled = before.tasks[0].id if before.tasks else None
        facts: dict[str, Any] = {"pulled": pulled, "colleagues": (COLLEAGUE, LEADER)}
        kind = data.draw(st.sampled_from(sorted(ACTIONS)), label="kind")
        action = any_action(data, ACTIONS[kind], before, situation(now, **facts), spoil=False)
        if action is None:
            continue
        try:
            after = story.does(action, now, **facts).case
        except Refused:
            continue
        form = ACTIONS[data.draw(st.sampled_from(sorted(ACTIONS)), label="form")]
        found = conflicts(before, after, form, {}, situation(now, **facts))
        assert all(one.was != one.now for one in found)
        told = {name for name in Case.model_fields if getattr(before, name) != getattr(after, name)} - QUIET
        assert bool(found) or not told, told
