"""A whole office in any order: officers, actions, clocks, claims and keys drawn at random, over the real desk on a real
store, beside a plain model of what must hold.

Thirty runs of fifty steps in a build. `ANY_ORDER=2000 pytest -s tests/contract/test_any_order.py` takes longer, sees more, and
says how often each kind of event came about. A failure prints its steps as a script, with each action as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pydantic import BaseModel

from api_client import audit
from api_client.local_desk import LocalDesk
from api_client.local_keys import KEYS_KEPT
from api_client.local_store import LocalStore
from api_client.store_errors import StoreError
from api_client.tables import packaged_tables
from casework.accounts import CaseId
from casework.actions import ACTIONS
from casework.actions.declare import Action
from casework.actions.undo import Undo
from casework.case import Case
from casework.claims import Claim
from casework.commit import open_case
from casework.dates import london_date
from casework.history import Event, check, rebuild
from casework.hours import at_work
from casework.ledger import RECEIVED, SUSPENSE, natural
from casework.queues import QueueRow, queues_of, rows
from casework.refusals import (
    Busy,
    ClaimedByAnother,
    ClaimLost,
    DeskError,
    Forbidden,
    NotFound,
    Refused,
    Stale,
    Unavailable,
)
from casework.situation import Facts, Situation
from casework.staff import Staff
from casework.standing import behind
from casework.tasks import HAND_OVER, UNREAD
from casework.terms import arrears
from casework.views import CaseView, Claimed, Done, Draft
from tests.contract.any_action import any_action
from tests.contract.conftest import account, someone
from tests.contract.likely_action import WHY, likely_action
from tests.power_cut import PowerCut
from tests.unit.store_tools import put_cases, quicken

T = TypeVar("T")

START = datetime(2026, 10, 23, 14, tzinfo=UTC)
"""The Friday before the clocks go back."""
END = datetime(2028, 1, 1, tzinfo=UTC)
"""Time stops here: bank holidays are known to the end of that year."""

POST = "Enforcement 7"
LAST_DAYS = [{"day": day, "starts": "10:00", "ends": "15:00"} for day in ("wed", "thu", "fri")]
STAFF = (
    someone("ann", "officer", post=POST, allowed=["trace-dwp"]),
    someone("dee", "officer", post=POST, pattern=LAST_DAYS),
    someone("ben", "officer", welsh=True),
    someone("flo", "fines-officer"),
    someone("tom", "team-leader"),
    someone("cas", "cash-officer"),
    someone("eve", "auditor"),
    someone("liz", "officer", "L01"),
)
OFFICERS, LEADERS = st.sampled_from(["ann", "ben", "dee"]), st.sampled_from(["flo", "tom"])
PEOPLE = st.sampled_from(["ann", "ben", "ann", "ben", "dee", "flo", "tom", *(one.id for one in STAFF)])

NOW = {"first_contact_on": "2026-10-23"}
ACCOUNTS = (
    account(1, **NOW),
    account(
        2,
        impositions=[
            {"result": "FO", "imposed_on": "2026-08-20", "imposed_pence": 24_000},
            {"result": "FCOMP", "imposed_on": "2026-08-20", "imposed_pence": 10_001, "paid_pence": 300},
            {"result": "FCOMP", "imposed_on": "2026-08-20", "imposed_pence": 333},
            {"result": "FVS", "imposed_on": "2026-08-21", "imposed_pence": 9_600},
        ],
        terms={"plan": "in_full", "by": "2026-11-30"},
        **NOW,
    ),
    account(
        3, terms=None, person={"name": {"surname": "Payer", "forenames": "Y"}, "date_of_birth": "2008-11-20"}, **NOW
    ),
    account(4, unit="L01", person={"name": {"surname": "Talwr", "forenames": "Gwen"}, "language": "cy"}, **NOW),
)
KINDS = st.sampled_from(list(ACTIONS))
DRAFTED = st.sampled_from(["marker", "note"])
OURS = st.sampled_from([one.id for one in (*ACCOUNTS[:2], *ACCOUNTS[:3])])
CASES = st.sampled_from([*(one.id for one in ACCOUNTS[:3]), *(one.id for one in ACCOUNTS)])


@dataclass(frozen=True)
class Acknowledged:
    """An act that was answered, and must be there for ever."""

    person: str
    case: CaseId
    action: Action
    key: str
    at: datetime
    version: int
    seqs: tuple[int, ...]
    hashes: tuple[str, ...]
    held: Claim | None
    """What they had the case by when they did it."""


SEEN: Counter[str] = Counter()
"""How often each kind of event came about."""


class DeskMachine(RuleBasedStateMachine):
    """See `test_an_office_in_any_order` for what it was seen red with."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="greenwax-"))
        self.runner = asyncio.Runner()
        self.now = START
        self.done: list[Acknowledged] = []
        self.keys = 0
        self.highest_token = 0
        self.drafts: dict[tuple[str, str, str], Draft] = {}
        self.behind: dict[str, tuple[date, tuple[int, ...], int]] = {}
        self.checked: dict[str, int] = {}
        self.first_due: dict[tuple[str, str], date] = {}
        self.did: Counter[tuple[str, date]] = Counter()
        self.open()
        self.store.begin("practice", STAFF, clock=START)
        self.store.clock.tell = lambda: self.now
        situation = Situation(START, STAFF[0], self.store.reference)
        put_cases(self.store, *(open_case(one, situation) for one in ACCOUNTS))

    # What the rules stand on

    def open(self) -> None:
        self.store = LocalStore(self.folder / "store", packaged_tables())
        self.store.clock.tell = lambda: self.now  # it stands still but for `wait`, so that a script replays as it ran

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def desk(self, person: str) -> LocalDesk:
        return LocalDesk(self.store, person)

    def staff(self, person: str) -> Staff:
        return next(one for one in self.store.all_staff() if one.id == person)

    def calendar(self, *cases: str) -> None:
        """The calendar's turn, which any look at a case brings first."""
        for case_id in cases or [one.id for one in ACCOUNTS]:
            self.desk("ann")._after_calendar(self.store.load(CaseId(case_id)))

    def picture(self, drafts: bool = True) -> str:
        """All that is stored, but for who looked, where the clock stands, and what is kept apart."""
        tables = ("cases", "queue_rows", "claims", "keys", "staff", "tallies", *(["drafts"] if drafts else []))
        return json.dumps([sorted(getattr(self.store, name).each_raw()) for name in tables], sort_keys=True)

    def claims(self) -> dict[str, Claim]:
        """Who holds what now."""
        found = {case: Claim.model_validate(doc["claim"]) for case, doc in self.store.claims.each_raw()}
        return {case: claim for case, claim in found.items() if claim.expires_at > self.now}

    def situation(self, person: str = "ann", claim: Claim | None = None) -> Situation:
        """As the desk has it for a form."""
        pulled = claim.task if claim is not None and claim.officer == person else None
        others = tuple(one for one in self.store.all_staff() if one.id != person)
        facts = Facts(pulled_task=pulled, colleagues=others)
        return Situation(self.now, self.staff(person), self.store.reference, facts)

    def salted(self, person: str) -> Situation:
        """In which something is kept apart."""
        return Situation(self.now, self.staff(person), self.store.reference, Facts(salt="salt"))

    def may(self, person: str, permission: str, case_id: str | None = None) -> type[DeskError] | None:
        """How somebody is refused who may not, by the rows of the table; None when they may."""
        me = self.staff(person)
        if case_id is not None and case_id.split("-")[0] not in me.units:
            return NotFound
        granted = {
            p for row in self.store.reference.grants(self.now.date()) if row.role in me.roles for p in row.permissions
        }
        granted |= set(me.allowed)
        return Forbidden if case_id in me.exclusions or permission not in granted else None

    # What anybody does

    @rule(minutes=st.sampled_from([1, 9, 10, 11, 60, 600, 1_440, 2_880, 10_080, 43_200]))
    def wait(self, minutes: int) -> None:
        self.now = min(END, self.now + timedelta(minutes=minutes))

    @rule(person=PEOPLE, reopen=st.booleans())
    def begin(self, person: str, reopen: bool) -> None:
        """Somebody comes in. The store may have been closed and opened, which changes nothing; on the first use of a day the
        calendar runs, and forgets old keys."""
        if reopen:
            before = self.picture()
            self.store.close()
            self.open()
            assert self.picture() == before
        for one in self.done:
            events = {event.seq: event for event in self.store.events(one.case)}
            assert tuple(events[seq].hash for seq in one.seqs) == one.hashes
        ticked = (self.store.meta.raw("ticked") or {}).get("on", "")
        self.run(self.desk(person).sign_in())
        if ticked < self.situation().today.isoformat():
            self.done = [one for one in self.done if one.at >= self.now - KEYS_KEPT]
            before = self.picture()
            self.calendar()
            assert self.picture() == before, "the calendar had still something to do"

    @rule(person=PEOPLE, case_id=CASES, text=st.sampled_from(["pat", "26000001", "xx"]))
    def look(self, person: str, case_id: str, text: str) -> None:
        self.calendar(case_id)
        before, desk = self.picture(), self.desk(person)
        looks: Sequence[Coroutine[Any, Any, object]] = (desk.case(CaseId(case_id)), desk.timeline(CaseId(case_id)))
        for look in looks:
            found = self.tried(look)
            refused = type(found) if isinstance(found, DeskError) else None
            assert refused is self.may(person, "view", case_id), refused
            self.tells_nothing(person, found)
        assert self.refused(desk.search(text)) is self.may(person, "search")
        today, closed = self.situation().today, self.staff(person).exclusions
        own, left = self.could_have(person, self.claims())
        for summary in self.run(desk.queues()):
            waiting = [row for row in self.rows() if row.queue == summary.queue and row.case not in closed]
            held = [row for row in waiting if row.ready_at <= self.now and row.case in self.claims()]
            assert summary.claimed == len(held)
            assert summary.ready == sum(row.queue == summary.queue for row in [*own, *left])
            assert summary.waiting == sum(row.ready_at > self.now for row in waiting)
            away = [
                row
                for row in waiting
                if row.owner and today <= (row.own_until or today) and self.is_away(row.owner, row.case)
            ]
            assert summary.away == len(away)
            assert summary.skipped + summary.parked <= summary.waiting
        assert self.picture() == before

    def tried(self, work: Coroutine[Any, Any, T]) -> T | DeskError:
        """What came of it, or what refused it. Any other exception is a fault of ours."""
        try:
            return self.run(work)
        except DeskError as fault:
            return fault

    def refused(self, work: Coroutine[Any, Any, object]) -> type[DeskError] | None:
        answer = self.tried(work)
        return type(answer) if isinstance(answer, DeskError) else None

    def tells_nothing(self, person: str, answer: object) -> None:
        """Why somebody is marked stands in the view of the case for those who may know, and in no other answer."""
        told = answer.model_dump_json() if isinstance(answer, BaseModel) else str(answer)
        knows = isinstance(answer, CaseView | Done | Claimed) and self.may(person, "restricted") is None
        assert WHY not in told or knows

    # Acts

    @rule(data=st.data(), case_id=OURS, count=st.integers(2, 5))
    def a_few_days_on_one_case(self, data: st.DataObject, case_id: str, count: int) -> None:
        """What is usual, by those who may."""
        for _ in range(count):
            self.wait(data.draw(st.sampled_from([1, 60, 1_440, 5_760]), label="minutes"))
            self.calendar(case_id)
            case = self.store.load(CaseId(case_id)).case
            likely = likely_action(lambda these: data.draw(st.sampled_from(these)), case, self.situation().today)
            if likely is None:
                continue
            person, action = likely
            if action.needs_claim():
                self.claim(person, case_id, True)
            if action.restricted(self.salted(person)):
                self.draft(person, case_id, action.named(), WHY, False)
            self.acted(person, CaseId(case_id), action, None, None)
            if data.draw(st.sampled_from([False, False, False, True]), label="a slip"):
                self.calendar(case_id)
                self.acted(person, CaseId(case_id), Undo(), None, None)
            self.keep_or_give_back(person, case_id, False, False)

    @rule(data=st.data(), person=OFFICERS, kinds=st.lists(KINDS, min_size=2, max_size=6))
    def officer_works(self, data: st.DataObject, person: str, kinds: list[str]) -> None:
        self.work(data, person, kinds)

    @rule(data=st.data(), person=LEADERS, kinds=st.lists(KINDS, min_size=2, max_size=6))
    def leader_works(self, data: st.DataObject, person: str, kinds: list[str]) -> None:
        self.work(data, person, kinds)

    @rule(data=st.data(), person=OFFICERS, kinds=st.lists(KINDS, min_size=1, max_size=3))
    def work_out_of_date(self, data: st.DataObject, person: str, kinds: list[str]) -> None:
        """With a claim that was another's, or on a case that was read long ago."""
        self.work(data, person, kinds, late=True)

    def work(self, data: st.DataObject, person: str, kinds: list[str], late: bool = False) -> None:
        """What somebody does who knows their work: on the case in hand, the next one, or one of their unit."""
        for kind in kinds:
            if not self.held_by(person):
                self.pull(person)
            ours = [one.id for one in ACCOUNTS if one.unit in self.staff(person).units]
            case_id = CaseId(data.draw(st.sampled_from(self.held_by(person) or ours), label="case"))
            self.calendar(case_id)
            claim, case = self.claims().get(case_id), self.store.load(case_id).case
            action = any_action(data, ACTIONS[kind], case, self.situation(person, claim), spoil=False)
            token = claim.token - 1 if late and claim and data.draw(st.booleans(), label="old claim") else None
            seen = data.draw(st.integers(1, case.version), label="seen") if late and token is None else case.version
            self.acted(person, case_id, action, token, seen)

    def held_by(self, person: str) -> list[str]:
        return [claim.case for claim in self.claims().values() if claim.officer == person]

    @rule(data=st.data(), person=PEOPLE, case_id=CASES, kind=KINDS)
    def act(self, data: st.DataObject, person: str, case_id: str, kind: str) -> None:
        """What anybody may try on any case, with any claim and any version."""
        self.calendar(case_id)
        claim, case = self.claims().get(case_id), self.store.load(CaseId(case_id)).case
        spoil = data.draw(st.booleans(), label="spoil")
        action = any_action(data, ACTIONS[kind], case, self.situation(person, claim), spoil=spoil)
        token = data.draw(st.sampled_from([None, 0, claim.token if claim else 1]), label="claim")
        seen = data.draw(st.sampled_from([None, 0, 1, case.version, case.version + 1]), label="seen")
        self.acted(person, CaseId(case_id), action, token, seen)

    def acted(self, person: str, case_id: CaseId, action: Action | None, token: int | None, seen: int | None) -> None:
        if action is None:
            return
        note(f"# {person} on {case_id}, claim {token}, seen {seen}: {action.model_dump_json(exclude_none=True)}")
        self.keys += 1
        key = f"k{self.keys}"
        desk, claim, before = self.desk(person), self.claims().get(case_id), self.picture()
        was = self.store.events(case_id)
        needed = action.permissions(self.situation(person))
        may_not = next((one for name in needed if (one := self.may(person, name, case_id)) is not None), None)
        preview = None if may_not else self.run(desk.preview(case_id, action))
        assert self.picture() == before, "a preview writes nothing"
        self.tells_nothing("eve", preview)
        done = self.tried(desk.act(case_id, action, key=key, claim=token, seen_version=seen))
        self.tells_nothing(person, done)
        if isinstance(done, DeskError):
            note(f"#   refused: {done}")
            assert self.picture() == before, "what is refused changes nothing"
            assert (type(done) in (Forbidden, NotFound)) == (may_not is not None)
            assert may_not in (None, type(done))
            assert not isinstance(done, ClaimLost | ClaimedByAnother) or action.needs_claim()
            assert not isinstance(done, Stale) or seen is not None
            if type(done) is Refused and done.reasons[0].code != "no-version":
                assert preview and preview.refusals == done.reasons
            return
        assert may_not is None
        assert preview and not preview.refusals
        assert [one.kind for one in preview.events] == [one.kind for one in done.events]
        assert preview.balance_pence == done.view.case.balance_pence
        self.was_in_time(action, was, seen)
        if isinstance(action, Undo):
            self.was_undone(person, done.view, was, claim)
        if action.needs_claim():
            assert claim is not None and claim.officer == person and token in (None, claim.token)
        assert not action.ends_claim() or case_id not in self.claims()
        if action.restricted(self.salted(person)):
            self.drafts.pop((person, case_id, action.named()), None)
        closed = action.closes_to_actor(self.situation(person, claim))
        assert closed == (case_id in self.staff(person).exclusions)
        self.acknowledge(person, case_id, action, key, done, was, claim)

    def was_undone(self, person: str, view: CaseView, was: list[Event], held: Claim | None) -> None:
        """The case is what it was before the last act, which was theirs and of this minute; and it is theirs again, if they
        had it then and have no other now."""
        act = [event for event in was if event.key is not None]
        act = [event for event in act if event.key == act[-1].key and event.at == act[-1].at]
        undone = next(one for one in self.done if (one.person, one.key) == (person, act[0].key))
        assert undone.action.undoable and undone.seqs == tuple(event.seq for event in act)
        assert {event.actor for event in was[act[0].seq - 1 :]} <= {person, "calendar"}
        assert self.now - act[0].at <= timedelta(seconds=30)
        before, skip = rebuild(was[: act[0].seq - 1]), {"version", "changed"}
        assert view.case.model_dump(exclude=skip) == before.model_dump(exclude=skip)
        now = self.claims().get(view.case.id)
        if undone.held is None:
            assert (now and now.token) == (held and held.token) or (held and view.case.task(held.task) is None)
            return
        slot, task = undone.held.slot, undone.held.task
        busy = any(
            one.officer == person and one.slot == slot and one.case != view.case.id for one in self.claims().values()
        )
        if not busy:
            assert now is not None and (now.officer, now.slot, now.task) == (person, slot, task)
        if now is not None and now.token > self.highest_token:
            self.new_token(now)

    def was_in_time(self, action: Action, was: list[Event], seen: int | None) -> None:
        """Nothing that the action depends on had changed since the version that was seen, going by the events."""
        assert seen is None or 1 <= seen <= len(was)
        changed = {event.what.part for event in was[seen or len(was) :]}
        assert not changed & action.depends_on()

    def acknowledge(
        self,
        person: str,
        case_id: CaseId,
        action: Action,
        key: str,
        done: Done,
        was: list[Event],
        claim: Claim | None,
    ) -> None:
        held = claim if claim is not None and claim.officer == person else None
        events = self.store.events(case_id)
        new = events[len(was) :]
        assert [(one.seq, one.kind) for one in done.events] == [(event.seq, event.what.kind) for event in new]
        assert done.version == len(events)
        SEEN.update(one.kind for one in done.events)
        self.did[person, self.situation().today] += -1 if isinstance(action, Undo) else 1
        assert self.run(self.desk(person).my_day()).actions == self.did[person, self.situation().today]
        assert {(event.actor, event.key, event.at) for event in new} == {(person, key, self.now)}
        seqs, hashes = tuple(event.seq for event in new), tuple(event.hash for event in new)
        self.done.append(Acknowledged(person, case_id, action, key, self.now, done.version, seqs, hashes, held))

    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        """The same key again answers the same, while the store keeps it; for something else it is refused."""
        kept = [one for one in self.done if self.now - one.at <= KEYS_KEPT]
        if not kept:
            return
        one = data.draw(st.sampled_from(kept), label="again")
        self.calendar(one.case)
        before, desk = self.picture(), self.desk(one.person)
        needed = one.action.permissions(self.situation(one.person))
        may_not = next((no for name in needed if (no := self.may(one.person, name, one.case)) is not None), None)
        for said, wanted in ((None, may_not), ("something else", may_not or Refused)):
            done = self.tried(desk.act(one.case, one.action, key=one.key, said=said))
            if isinstance(done, DeskError):
                assert type(done) is wanted, done
            else:
                assert wanted is None
                assert (done.version, tuple(event.seq for event in done.events)) == (one.version, one.seqs)
        assert self.picture() == before

    # When the power goes

    @rule(data=st.data(), case_id=OURS, at=st.integers(1, 9), forgets=st.sampled_from([None, None, 1, 2, 3, 4]))
    def power_goes_in_an_act(self, data: st.DataObject, case_id: str, at: int, forgets: int | None) -> None:
        """What was not answered is there wholly or not at all; the same key again does it, once."""
        self.calendar(case_id)
        case = self.store.load(CaseId(case_id)).case
        likely = likely_action(lambda these: data.draw(st.sampled_from(these)), case, self.situation().today)
        if likely is None:
            return
        person, action = likely
        if any(self.may(person, name, case_id) for name in action.permissions(self.situation(person))):
            return
        if action.needs_claim():
            self.claim(person, case_id, True)
        claim = self.claims().get(case_id)
        self.keys += 1
        key, before, was = f"k{self.keys}", self.picture(), self.store.events(case.id)
        preview = self.run(self.desk(person).preview(case.id, action))
        note(f"# {person} on {case_id}, the power goes at {at}: {action.model_dump_json(exclude_none=True)}")
        done = self.cut(self.desk(person).act(case.id, action, key=key), at, forgets)
        if done is None:
            found, there = self.picture(), self.store.events(case.id)[len(was) :]
            assert [event.what.kind for event in there] in ([], [one.kind for one in preview.events])
            assert there or found == before
            done = self.tried(self.desk(person).act(case.id, action, key=key))
            assert not there or self.picture() == found, "it was there, and was done again"
        if isinstance(done, Done):
            if action.restricted(self.salted(person)):
                self.drafts.pop((person, case_id, action.named()), None)
            self.acknowledge(person, case.id, action, key, done, was, claim)
        else:
            assert self.picture() == before
        self.keep_or_give_back(person, case_id, False, False)

    @rule(person=PEOPLE, at=st.integers(1, 9), forgets=st.sampled_from([None, 1, 2, 3]))
    def power_goes_in_a_pull(self, person: str, at: int, forgets: int | None) -> None:
        """The case is claimed or not; whoever pulls again has it, and no token comes twice."""
        self.calendar()
        self.cut(self.desk(person).pull_next(), at, forgets)
        given = (self.store.meta.raw("tokens") or {"last": 0})["last"]
        assert self.highest_token <= given <= self.highest_token + 1
        self.highest_token = given
        self.pull(person)

    @rule(person=PEOPLE, at=st.integers(1, 25), forgets=st.sampled_from([None, 1, 2, 3]))
    def power_goes_in_the_morning(self, person: str, at: int, forgets: int | None) -> None:
        """While the store is opened, or in the calendar's turn on the day's first use, which is then taken up again."""
        self.store.close()
        with (
            PowerCut(at, None if forgets is None else Random(forgets)) as power,
            suppress(OSError, DeskError, StoreError),
        ):
            self.open()
            self.tried(self.desk(person).sign_in())
            if power.happened:
                self.store.close()
        if power.happened:
            self.open()
        self.begin(person, False)

    def cut(self, work: Coroutine[Any, Any, T], at: int, forgets: int | None) -> T | DeskError | None:
        """What came of it, or None when it was not answered because the power went at that write. The store is opened."""
        store = self.store
        if at % 2:
            store.db.storage._snapshot_at = 1
        with PowerCut(at, None if forgets is None else Random(forgets)) as power:
            answer = self.tried(work)
            store.db.storage._wait()
            if power.happened:
                store.close()
        if power.happened:
            SEEN["power cut"] += 1
            self.open()
        return None if isinstance(answer, Unavailable) else answer

    # Drafts

    @rule(
        person=PEOPLE,
        case_id=CASES,
        kind=DRAFTED,
        text=st.sampled_from(["x", f"{WHY}, she said", ""]),
        drop=st.booleans(),
    )
    def draft(self, person: str, case_id: str, kind: str, text: str, drop: bool) -> None:
        """What was typed is kept for whoever typed it, on the case and the form where they did."""
        desk, draft = (
            self.desk(person),
            Draft(case=CaseId(case_id), kind=kind, typed={"reason": text}, key="d", seen_version=1, at=self.now),
        )
        if drop:
            self.run(desk.drop_draft(CaseId(case_id), kind))
            self.drafts.pop((person, case_id, kind), None)
        elif (refused := self.refused(desk.save_draft(draft))) is None:
            self.drafts[person, case_id, kind] = draft
        else:
            assert refused is self.may(person, "view", case_id)
        for one in STAFF:
            mine = [draft for (who, _, _), draft in self.drafts.items() if who == one.id]
            found = self.run(self.desk(one.id).drafts())
            assert sorted(found, key=repr) == sorted(mine, key=repr)

    # Claims

    def rows(self) -> list[QueueRow]:
        """Every row of every queue, as stored."""
        return [QueueRow.model_validate(row) for _, doc in self.store.queue_rows.each_raw() for row in doc["rows"]]

    @rule(person=PEOPLE)
    def pull(self, person: str) -> None:
        self.calendar()
        held = self.claims()
        current = next((one for one in held.values() if one.officer == person and one.slot == "work"), None)
        if current and current.task and self.store.load(CaseId(current.case)).case.task(current.task) is None:
            held.pop(current.case)
            current = None
        own, left = self.could_have(person, held)
        first_of_all = [*(row for row in own if row.handed_by), *(row for row in own if row.agreed)]
        rest = sorted([*own, *left], key=sooner)
        claimed = self.tried(self.desk(person).pull_next())
        if isinstance(claimed, DeskError) or self.may(person, "work"):
            assert type(claimed) is self.may(person, "work") is Forbidden
            return
        if current is not None:
            assert claimed and (claimed.claim.case, claimed.claim.token) == (current.case, current.token)
            return
        first = next(iter([*first_of_all, *rest]), None)
        assert (claimed is None) == (first is None)
        if claimed and first:
            assert (claimed.claim.case, claimed.claim.task) == (first.case, first.task)
            self.new_token(claimed.claim)

    def could_have(self, person: str, held: Collection[str]) -> tuple[list[QueueRow], list[QueueRow]]:
        """What is ready for somebody: their own, the earliest first, and what is left of their queues."""
        me, today = self.staff(person), self.situation().today
        mine = set(queues_of(me, self.store.reference, today))
        free = [
            row
            for row in self.rows()
            if row.ready_at <= self.now and row.case not in held and row.case not in me.exclusions
            if row.case.split("-")[0] in me.units and row.handed_by != person
        ]
        own = sorted(
            (row for row in free if row.owner in (person, me.owns)), key=lambda row: (row.ready_at, sooner(row))
        )
        left = [
            row
            for row in free
            if row.queue in mine and row not in own
            if row.owner is None
            or (not row.handed_by and (self.is_away(row.owner, row.case) or today > (row.own_until or today)))
        ]
        return own, left

    def is_away(self, owner: str, case_id: str) -> bool:
        """Whether nobody who owns what `owner` owns is at work now or later today: asked every half hour of it."""
        unit = case_id.split("-")[0]
        who = [one for one in self.store.all_staff() if owner in (one.id, one.owns) and unit in one.units]
        times = [self.now + timedelta(minutes=30 * n) for n in range(50)]
        today = [at for at in times if london_date(at) == self.situation().today]
        return not any(at_work(one, at, self.store.reference) for one in who for at in today)

    @rule(person=PEOPLE, case_id=CASES, interrupt=st.booleans())
    def claim(self, person: str, case_id: str, interrupt: bool) -> None:
        held, slot = self.claims(), "call" if interrupt else "work"
        mine = held.get(case_id)
        busy = any(one.officer == person and one.slot == slot for one in held.values())
        wanted = self.may(person, "work", case_id)
        if wanted is None and mine is not None:
            wanted = ClaimedByAnother if mine.officer != person else None
        elif wanted is None and busy:
            wanted = Busy
        claimed = self.tried(self.desk(person).claim(CaseId(case_id), interrupt=interrupt))
        if isinstance(claimed, DeskError):
            assert type(claimed) is wanted, claimed
            return
        assert wanted is None
        if mine is not None:
            assert claimed.claim.token == mine.token
        else:
            self.new_token(claimed.claim)

    def new_token(self, claim: Claim) -> None:
        assert claim.token > self.highest_token, "a claim's token only grows"
        self.highest_token = claim.token

    @rule(person=PEOPLE, case_id=CASES, old=st.booleans(), renew=st.booleans())
    def keep_or_give_back(self, person: str, case_id: str, old: bool, renew: bool) -> None:
        known = self.store.claims.raw(case_id)
        if known is None:
            return
        given = Claim.model_validate(known["claim"])
        given = given.model_copy(update={"token": given.token - 1}) if old else given
        live = self.claims().get(case_id)
        mine = live is not None and live.officer == person and not old
        desk = self.desk(person)
        refused = self.refused(desk.renew(given) if renew else desk.release(given))
        assert (refused is None) == mine
        assert refused in (None, ClaimLost, ClaimedByAnother)
        after = self.claims()
        if mine and not renew:
            assert case_id not in after
        elif mine:
            assert {one.expires_at for one in after.values() if one.officer == person} == {self.lease_end()}

    def lease_end(self) -> datetime:
        return self.now + timedelta(minutes=self.store.reference.limit("claim-lease-minutes", self.now.date()).amount)

    # What always holds

    @invariant()
    def nobody_holds_too_much(self) -> None:
        claims = self.claims().values()
        assert all(count == 1 for count in Counter((one.officer, one.slot) for one in claims).values())
        assert all(one.token <= self.highest_token for one in claims)

    @invariant()
    def the_cases_are_sound(self) -> None:
        for case_id, _ in self.store.cases.each_raw():
            case = self.store.load(CaseId(case_id)).case
            self.arrears_only_grow_with_time(case)
            if self.checked.get(case_id) != case.version:
                events = self.store.events(case.id)
                self.history_is_sound(case, events)
                self.money_is_sound(case, events)
                self.work_is_sound(case)
                self.checked[case_id] = case.version

    def history_is_sound(self, case: Case, events: list[Event]) -> None:
        assert case.version == len(events)
        check(case.id, events)
        assert rebuild(events) == case
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert "eve" not in {event.actor for event in events}, "an auditor changes nothing"

    def money_is_sound(self, case: Case, events: list[Event]) -> None:
        """Every posting of the history, added up by itself."""
        added: Counter[str] = Counter()
        for event in events:
            postings = getattr(event.what, "postings", ())
            assert sum(one.pence for one in postings) == 0
            for one in postings:
                added[one.account] += one.pence
        opened = next(one for one in ACCOUNTS if one.id == case.id)
        for imposition, before in zip(case.impositions, opened.impositions, strict=True):
            owed = before.imposed_pence - before.paid_pence + added.pop(imposition.id, 0)
            assert 0 <= imposition.balance_pence == owed <= before.imposed_pence
        assert 0 <= case.suspense_pence == -added.pop(SUSPENSE, 0)
        received = added.pop(RECEIVED, 0)
        assert not added, "money went to an account that is not there"
        assert received == opened.owed_pence - case.balance_pence + case.suspense_pence
        if len(case.receipts) == sum(event.what.kind == "receipt" for event in events):
            assert received == sum(one.amount_pence for one in case.receipts if not one.reversed)

    def work_is_sound(self, case: Case) -> None:
        assert sum(one.state == "open" for one in case.promises) <= 1
        assert len({one.key for one in case.tasks}) == len(case.tasks)
        wanted = rows(case, self.store.reference)
        stored = (self.store.queue_rows.raw(case.id) or {"rows": []})["rows"]
        assert stored == [row.model_dump(mode="json") for row in wanted]
        assert self.store.queues.rows_of(case.id) == wanted
        to_read = [task for task in case.tasks if task.kind in (HAND_OVER, UNREAD)]
        assert bool(to_read) == (case.handover is not None)
        for task in case.tasks:
            assert task.waits_since == self.first_due.setdefault((case.id, task.id), task.waits_since)

    def arrears_only_grow_with_time(self, case: Case) -> None:
        """Never negative, never above what is owed, and less only by what is paid or agreed anew."""
        if case.terms is None or case.in_force is None:
            return
        today = self.situation().today
        since, began = natural(case.in_force.id), case.in_force
        paid = [one for one in case.receipts if not one.reversed and natural(one.id) > since]
        owed = began.balance_pence - began.paid_pence
        now = arrears(case.terms, began.balance_pence, [*paid, _Before(began.paid_pence, began.began_on)], today)
        assert 0 <= now.arrears_pence <= case.balance_pence <= owed + case.suspense_pence
        assert (now.first_missed is None) == (now.arrears_pence == 0)
        shown = behind(case, today)
        assert shown and now.arrears_pence <= shown.arrears_pence <= case.balance_pence
        assert shown == now or case.suspense_pence, (
            "the screen says something else; in suspense, money may count or not"
        )
        parts = (case.changed["ledger"], case.changed["terms"])
        then, since_parts, before = self.behind.get(case.id, (today, parts, 0))
        if since_parts == parts:
            assert then <= today and before <= now.arrears_pence
        self.behind[case.id] = today, parts, now.arrears_pence

    def teardown(self) -> None:
        try:
            verdict = audit.verify(self.store, audit.heads_of(self.store))
            assert verdict.ok, verdict.first_bad
            assert not list(audit.problems(self.store))
            for name in ("history.log", "access.log"):
                assert WHY.encode() not in (self.folder / "store" / name).read_bytes()
            assert WHY not in self.picture(drafts=False)
        finally:
            self.store.close()
            self.runner.close()
            shutil.rmtree(self.folder)


def sooner(row: QueueRow) -> tuple[int, str, list[int]]:
    """What puts one row before another."""
    return row.sort_key, row.case, [int(part) for part in row.task.split(".")]


@dataclass(frozen=True)
class _Before:
    """What had been paid before the account came to us, as one payment."""

    amount_pence: int
    received_on: date


def test_an_office_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: an old claim token let through; a key not kept, or forgotten at once; a token that does not grow;
    staleness never looked at; more taken off an imposition than it owes; what is left over lost; the suspense of a receipt
    taken off; one remainder penny too many shared pro rata; the queues in memory not told of a write; queue rows that
    forget promises; queues by the number of the case; a claimed case pulled by another; a case given back with an old
    token; no permission asked, or no unit; a claim that outlives its task; two work claims of one person; a skip that
    closes nothing; the length of the history not written down; a preview that gives one reason of several; why somebody is
    marked told to everybody, or put into the advice, or left in a draft; one draft for all who typed; a payment undone
    twice, or not marked as undone; new terms that forget what is owed again.
    """
    quicken(monkeypatch.setattr, ahead=8192)
    SEEN.clear()
    runs = int(os.environ.get("ANY_ORDER", "30"))
    run_state_machine_as_test(
        DeskMachine,
        settings=settings(
            max_examples=runs, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    print("", *(f"{count:7,} {kind}" for kind, count in SEEN.most_common()), sep="\n")
