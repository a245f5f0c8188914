"""Undo: what was done last is taken back for thirty seconds (law page, section 10; keystrokes page, 7.5)."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from api_client.case_lines import CaseLine, committed
from casework.actions import ACTIONS, parse_action
from casework.actions.calendar import due, wakes_on
from casework.actions.call import LogCall
from casework.actions.declare import Action, read_form
from casework.actions.details import RecordDetails
from casework.actions.marker import SetMarker
from casework.actions.note import WriteNote
from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.terms import AgreeTerms
from casework.actions.undo import Undo
from casework.actions.work import Park, WrapUp
from casework.case import Case
from casework.claims import Claim
from casework.commit import Commit
from casework.events import Stamp, Undone
from casework.events.undone import undone_from
from casework.history import check, read, rebuild
from casework.queues import rows
from casework.quick_entry import action_of, parse
from casework.refusals import Refused
from casework.situation import LastAct
from casework.staff import Staff
from casework.tallies import Tally
from casework.undoing import Held, Kept, last_act, told
from tests.cases import (
    COLLEAGUE,
    LEADER,
    NOW,
    OFFICER,
    TODAY,
    Story,
    a_person,
    an_account,
    at,
    imposed,
    shipped_tables,
    situation,
)
from tests.contract.any_action import any_action

TABLES = shipped_tables()
PROMISE = MakePromise(amount_pence=2_000, due=date(2026, 11, 25), method="card")


class Office(Story):
    """A case with what a store keeps of each act."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kept: dict[str, Kept] = {}
        self.claim: Claim | None = None

    def acts(
        self, action: Action, now: datetime = NOW, *, by: Staff = OFFICER, pulled: str | None = None, **facts: Any
    ) -> Commit:
        """Carry out `action` under a key of its own; with `pulled`, by somebody who holds the case for that task."""
        key = f"k{len(self.kept)}"
        before = {"last_act": self.last(), "colleagues": (COLLEAGUE, LEADER)}
        done = self.does(action, now, by=by, pulled=pulled, key=key, **{**before, **facts})
        self.kept[key] = Kept(
            title=action.title,
            undoable=done.undoable,
            permissions=action.permissions(situation(now, actor=by)),
            counted=Tally(),
            held=Held(slot="work", task=pulled) if pulled else None,
        )
        return done

    def last(self) -> LastAct | None:
        """As the store tells it."""
        act = last_act(reversed(self.events))
        kept = self.kept.get(act[0].key or "") if act else None
        return told(act, kept, self.claim, partial(self.as_of, act[0].seq - 1) if act else lambda: self.case)

    def as_of(self, version: int) -> Case:
        """Replayed."""
        return rebuild(self.events[:version])


def same(before: Case, after: Case) -> bool:
    """Whether nothing but the place in the history is different."""
    skip = {"version", "changed"}
    return before.model_dump(exclude=skip) == after.model_dump(exclude=skip)


def codes(office: Office, action: Action, now: datetime = NOW, by: Staff = OFFICER) -> list[str]:
    """Of the reasons against it."""
    with pytest.raises(Refused) as refused:
        office.acts(action, now, by=by)
    return [one.code for one in refused.value.reasons]


# What is undone


def test_a_promise_that_is_undone_was_never_given() -> None:
    office = Office()
    before = office.case
    given = office.acts(PROMISE)
    assert before.open_promise is None and given.case.open_promise is not None
    done = office.acts(Undo(), at(19, minute=0) + timedelta(seconds=5))
    assert same(before, done.case) and done.case.version == given.case.version + 1
    assert done.queue_rows == rows(before, TABLES) and done.wakes_on == wakes_on(before, TABLES)
    check(done.case.id, office.events)
    assert [event.what.kind for event in office.events[-2:]] == ["promise", "undone"]


def test_what_was_undone_is_said_in_full() -> None:
    """Which action, its events and their numbers, and what the case is again. Caught: the parts taken from the case before, so
    that a form on what was undone was not found out of date."""
    office = Office()
    given = office.acts(PROMISE)
    what = office.acts(Undo()).events[0].what
    assert isinstance(what, Undone)
    first = given.events[0].seq
    assert (what.title, what.kinds, what.from_seq, what.to_seq) == ("Promise", ("promise",), first, first)
    assert what.summaries == ("£20.00 by 25 Nov 2026 by card",)
    assert what.touched == ("promises",) and what.restores == {"promises": []}
    assert what.summary() == f"undone: promise ({first})"
    assert office.case.changed["promises"] == office.case.version


def test_a_summary_gives_nothing_away_that_a_caller_is_asked_for() -> None:
    """The screen masks the entries that do, and this one stands beside them. Seen red with: the summaries in it."""
    office = Office()
    office.acts(RecordDetails.model_validate({"phone": "07700 900456"}))
    office.acts(Undo())
    assert "900456" not in office.events[-1].what.summary()


def test_terms_that_were_not_there_are_not_there_again() -> None:
    """A field that was empty is empty again: nothing is left out of the event for being nothing."""
    office = Office(an_account(imposed(), terms=None))
    before = office.case
    assert before.terms is None
    office.acts(AgreeTerms.model_validate({"amount_pence": 2_500, "every": "weekly", "start": TODAY, "reason": "JOB"}))
    assert office.case.terms is not None and office.case.not_automatic is not None
    done = office.acts(Undo())
    assert same(before, done.case) and done.case.terms is None
    assert read(done.events[0].body).apply(office.as_of(done.case.version - 1)) == done.case


def test_a_wrap_up_that_is_undone_brings_the_task_back_and_takes_the_next_away() -> None:
    office = Office()
    before = office.case
    task = before.tasks[0].id
    office.acts(WrapUp(outcome="NO_ANS"), pulled=task)
    assert office.case.task(task) is None and office.case.tasks
    office.acts(Undo())
    assert same(before, office.case)


def test_a_call_with_a_promise_is_undone_as_one() -> None:
    office = Office()
    before = office.case
    call = {"kind": "call", "outcome": "PTP", "promise": {"amount_pence": 2_000, "due": "2026-11-25", "method": "card"}}
    done = office.acts(parse_action(json.dumps(call)))
    assert len(done.events) > 1
    undone = office.acts(Undo()).events[0].what
    assert isinstance(undone, Undone) and (undone.from_seq, undone.to_seq) == (2 + 1, done.case.version)
    assert same(before, office.case) and office.case.counters.attempts == 0


def test_what_the_calendar_noticed_since_goes_with_the_act() -> None:
    """It is nobody, and notices again what is still so. Seen red with: its events taken for the last act."""
    office = Office(an_account(imposed(), person=a_person(date_of_birth=date(2008, 11, 20))))
    before, late = office.case, at(19, hour=23, minute=59) + timedelta(seconds=50)
    office.acts(WriteNote(text="x"), late)
    noticed = office.calendar(late + timedelta(seconds=15))
    assert noticed[0].what.kind == "came-of-age"
    undone = office.acts(Undo(since=before.version), late + timedelta(seconds=20)).events[0].what
    assert isinstance(undone, Undone)
    assert (undone.kinds, undone.to_seq) == (("note",), noticed[-1].seq)
    assert same(before, office.case) and due(office.case, situation(at(20)))


# For how long, and by whom


@pytest.mark.parametrize(
    ("seconds", "refused"), [(0, []), (29, []), (30, []), (30.001, ["too-late"]), (31, ["too-late"])]
)
def test_an_act_is_undone_for_thirty_seconds(seconds: float, refused: list[str]) -> None:
    """Seen red with: 30 seconds refused; minutes counted."""
    office = Office()
    office.acts(PROMISE)
    then = NOW + timedelta(seconds=seconds)
    if refused:
        assert codes(office, Undo(), then) == refused
    else:
        assert office.acts(Undo(), then).case.open_promise is None


def test_only_whoever_did_it_undoes_it() -> None:
    office = Office()
    office.acts(PROMISE)
    assert codes(office, Undo(), by=COLLEAGUE) == ["not-your-act"]
    assert codes(office, Undo(), by=LEADER) == ["not-your-act"]


def test_a_new_account_has_nothing_to_undo() -> None:
    office = Office()
    assert codes(office, Undo()) == ["nothing-to-undo"]


def test_a_second_undo_finds_nothing_left() -> None:
    """Not the undoing, and not what was before it."""
    office = Office()
    office.acts(WriteNote(text="first"))
    office.acts(WriteNote(text="second"))
    office.acts(Undo())
    assert codes(office, Undo()) == ["undone-already"]


def test_something_that_has_happened_since_stands_in_the_way() -> None:
    """Of somebody else, or my own when I name what I mean."""
    office = Office()
    before = office.case.version
    office.acts(PROMISE)
    office.acts(WriteNote(text="x"), by=COLLEAGUE)
    assert codes(office, Undo(since=before)) == ["not-your-act", "another-act"]
    mine = office.case.version
    office.acts(WriteNote(text="y"))
    assert codes(office, Undo(since=before)) == ["another-act"]
    office.acts(Undo(since=mine))


def test_the_same_key_a_week_later_is_another_act() -> None:
    """A key is forgotten after a week and may come again. Seen red with: acts told apart by their keys alone."""
    office = Office()
    office.does(WriteNote(text="x"), key="k")
    before = office.case
    office.does(WriteNote(text="y"), NOW + timedelta(days=8), key="k")
    act = last_act(reversed(office.events))
    assert [event.seq for event in act] == [before.version + 1]


def test_nobody_takes_a_case_from_under_somebody_else() -> None:
    """It was given back with the act, and they have it now. What I noted without having it myself is undone all the same."""
    office = Office()
    task = office.case.tasks[0].id
    office.acts(WrapUp(outcome="NO_ANS"), pulled=task)
    office.claim = Claim(
        case=office.case.id, officer=COLLEAGUE.id, officer_name="M Patel", slot="work", token=2, expires_at=at(20)
    )
    assert codes(office, Undo()) == ["taken"]
    office.acts(WriteNote(text="x"))
    office.acts(Undo())


def test_every_reason_is_given_at_once() -> None:
    office = Office()
    office.acts(TakeReceipt(amount_pence=500, method="card", received_on=TODAY))
    found = codes(office, Undo(since=1), NOW + timedelta(minutes=1), by=COLLEAGUE)
    assert found == ["not-your-act", "too-late", "not-undoable", "another-act"]


# What is not undone


def test_money_has_its_own_way_and_safeguarding_none() -> None:
    assert {kind for kind, one in ACTIONS.items() if not one.undoable} == {"receipt", "reverse", "safeguard", "undo"}


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "receipt", "amount_pence": 500, "method": "card", "received_on": "2026-11-19"}',
        '{"kind": "safeguard", "concern": "SELF_HARM"}',
        '{"kind": "safeguard", "concern": "SELF_HARM", "hold": true}',
    ],
)
def test_what_moved_money_or_told_of_danger_stays(text: str) -> None:
    office = Office()
    office.acts(parse_action(text))
    assert codes(office, Undo()) == ["not-undoable"]


def test_a_call_that_told_of_danger_stays() -> None:
    """Though a call is undone otherwise. Seen red with: the action asked alone, not what came of it."""
    office = Office()
    office.acts(LogCall(outcome="SAFEGUARD", note="he said that he would not see the morning"))
    assert "safeguarding" in [event.what.kind for event in office.events]
    assert codes(office, Undo()) == ["not-undoable"]


def test_what_a_week_old_key_forgot_is_not_undone() -> None:
    """A store that keeps nothing of the act cannot say that it may be undone."""
    office = Office()
    office.does(PROMISE, key="k")
    assert codes(office, Undo()) == ["not-undoable"]


@pytest.mark.parametrize(
    "name", ["impositions", "suspense_pence", "unit", "number", "version", "changed", "opened_on", "x"]
)
def test_no_undo_touches_the_ledger_or_the_name_of_an_account(name: str) -> None:
    """Neither one that was made elsewhere and brought here. Seen red with: any field of a case put back."""
    office = Office()
    office.acts(PROMISE)
    made = office.acts(Undo()).events[0].what.model_dump()
    with pytest.raises(ValidationError, match=f"does not restore {name}"):
        Undone.model_validate({**made, "restores": {name: 0}})


def test_what_cannot_be_read_back_is_refused_and_not_applied() -> None:
    office = Office()
    office.acts(PROMISE)
    body = office.acts(Undo()).events[0].body
    spoilt = body.replace(b'"restores":{"promises":[]}', b'"restores":{"promises":[{"id":1}]}')
    assert spoilt != body
    with pytest.raises(Exception, match="cannot be read"):
        read(spoilt)


def test_an_export_brings_what_was_undone_as_it_was_and_no_money_with_it() -> None:
    """Whoever makes a chain of their own cannot write a debt off by an undo. Seen red with: any field put back."""
    story = Story()
    before = story.case
    story.does(PROMISE, key="slip")
    story.undoes()
    bodies = [event.body for event in story.events]
    line = CaseLine(case=before.id, head=story.head, events=tuple(body.decode() for body in bodies))
    assert committed(line, TABLES).case == story.case

    freed = [{**one.model_dump(mode="json"), "balance_pence": 0} for one in before.impositions]
    forged = bodies[-1].replace(b'{"promises":[]}', json.dumps({"impositions": freed}).encode())
    head = hashlib.sha256(forged).hexdigest()
    line = line.model_copy(update={"events": (*line.events[:-1], forged.decode()), "head": head})
    with pytest.raises(ValueError, match="“undone”, cannot be read"):
        committed(line, TABLES)


def test_why_somebody_was_marked_is_not_in_the_event() -> None:
    """Its name alone is (decision 11)."""
    office = Office()
    office.acts(SetMarker(code="mental-health", reason="quicksilver, she said", advice="Write first."))
    office.acts(SetMarker(code="dog", reason="quicksilver too"))
    undone = office.acts(Undo()).events[0]
    assert b"quicksilver" not in undone.body and b'"restricted":"' in undone.body
    assert [one.code for one in office.case.markers] == ["mental-health"]


def test_it_needs_what_the_act_needed() -> None:
    office = Office()
    office.acts(PROMISE)
    assert Undo().permissions(situation(last_act=office.last())) == ("note", "promise")
    assert Undo().permissions(situation()) == ("note",)
    assert Undo().permissions(situation(actor=COLLEAGUE, last_act=office.last())) == ("note",)


# Everything at once


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_is_undone_leaves_no_trace_but_in_the_history(data: st.DataObject) -> None:
    """Any few acts by anybody, the last of them undone: case, queue rows and the day on which the calendar wakes are those
    before it, the chain holds, and the state is what the events add up to.

    Seen red with: a field left out of what is restored; the new version put back too; `restores` without what was nothing.
    """
    office = Office(an_account(imposed(), imposed("FCOMP", 5_000)))
    for n in range(data.draw(st.integers(1, 4), label="acts")):
        now = NOW + timedelta(minutes=n)
        office.calendar(now)
        before, pulled = office.case, office.case.tasks[0].id if office.case.tasks else None
        here = situation(now, pulled=pulled, colleagues=(COLLEAGUE, LEADER))
        kind = data.draw(st.sampled_from(sorted(ACTIONS)), label="kind")
        action = any_action(data, ACTIONS[kind], before, here, spoil=False)
        if action is None:
            continue
        try:
            done = office.acts(action, now, pulled=pulled)
        except Refused:
            continue
        if not done.undoable:
            assert codes(office, Undo(), now)
            continue
        again = office.acts(Undo(since=before.version), now + timedelta(seconds=30))
        assert same(before, again.case)
        assert (again.queue_rows, again.wakes_on) == (rows(before, TABLES), wakes_on(before, TABLES))
        assert set(office.case.changed) >= set(before.changed)
        assert all(seq > before.version for part, seq in office.case.changed.items() if seq != before.changed.get(part))
        assert codes(office, Undo(), now + timedelta(seconds=30)) == ["undone-already"]
    check(office.case.id, office.events)
    assert rebuild(read(event.body) for event in office.events) == office.case


def test_every_field_of_a_case_comes_back_as_it_was() -> None:
    """Also those that no act in this file changes."""
    office = Office()
    office.acts(PROMISE)
    office.acts(
        RecordDetails.model_validate({"employer": {"name": "Severn Carpets", "net_pence": 142_000, "paid": "monthly"}})
    )
    office.acts(SetMarker(code="dog", reason="a mastiff"))
    whole, bare = office.case, Story(an_account(digits="24000749")).case
    restores = undone_from(whole, bare)
    assert {"person", "promises", "markers"} <= restores.keys()
    undone = Undone(
        title="Note", kinds=("note",), summaries=("x",), from_seq=1, to_seq=1, touched=("notes",), restores=restores
    )
    assert same(whole, undone.apply(bare.model_copy(update={"number": whole.number}), Stamp(9, NOW, OFFICER.id)))


# How it is asked for


def test_undo_is_typed_in_one_word() -> None:
    office = Office()
    office.acts(PROMISE)
    here = situation(last_act=office.last())
    assert action_of(parse("undo", office.case, here), office.case, here) == Undo()
    assert read_form(Undo, office.case, {}, here).fields == []
    assert parse_action('{"kind": "undo"}') == Undo() and parse_action('{"kind": "undo", "since": 3}') == Undo(since=3)


def test_a_long_note_is_named_by_its_beginning() -> None:
    office = Office()
    office.acts(WriteNote(text="said\n" * 400))
    what = office.acts(Undo()).events[0].what
    assert isinstance(what, Undone) and len(what.summaries[0]) == 120 and what.summaries[0].endswith("…")


def test_a_case_that_was_parked_waits_no_more() -> None:
    office = Office()
    before = office.case
    office.acts(Park(until=date(2026, 11, 24), reason="PAYSLIP"), pulled=before.tasks[0].id)
    assert rows(office.case, TABLES) != rows(before, TABLES)
    assert office.acts(Undo()).queue_rows == rows(before, TABLES)
