"""What is lived in the practice office beyond calls and payments: new terms, stops, markers, payments undone, messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.practice_accounts import make_account
from api_client.practice_cards import (
    APPEALED,
    ASKED,
    AT_RISK,
    DEAD,
    DECLARED,
    FIRST,
    HELD,
    INSIDE,
    MISSED,
    SOUGHT,
    TWICE,
    UNDONE,
    Card,
)
from api_client.practice_debts import Payment
from api_client.practice_life import Story, salt
from api_client.practice_lives import live
from api_client.practice_lots import Lot
from api_client.practice_material import material
from api_client.practice_plans import Plan, make_plans
from api_client.practice_scene import Scene, moment
from api_client.practice_terms import may_vary, propose, settle
from casework.accounts import CaseId
from casework.actions.call import LogCall
from casework.actions.promise import Given, MakePromise
from casework.case import Case
from casework.commit import CALENDAR_ACTOR, Commit, open_case
from casework.dates import LONDON, london_date
from casework.events import (
    Contacted,
    DetailsChanged,
    Happening,
    InstalmentMissed,
    MarkerSet,
    Received,
    Reversed,
    StopLifted,
    Stopped,
    TaskDeferred,
    TaskEnded,
    TermsAgreed,
    TermsRefused,
    TermsRequested,
)
from casework.history import Event
from casework.promises import broken_since
from casework.roles import Role
from casework.situation import Facts, Situation
from casework.staff import WEEKDAYS
from casework.standing import behind
from casework.stops import chasing_waits
from tests.unit.test_practice import AS_OF, TABLES, TEN, make

STAFF = {member.id: member for member in material().staff}
SCENE = Scene(TABLES, material().staff, AS_OF)

H = TypeVar("H", bound=Happening)


@pytest.fixture(scope="module")
def lived() -> list[tuple[Plan, Commit]]:
    """Each case of a larger office as it was lived."""
    return [(plan, live(plan, SCENE)) for plan in make_plans(Random(23), 600, AS_OF, TABLES.calendar)]


def every(lived: list[tuple[Plan, Commit]], kind: type[H]) -> Iterator[tuple[Event, H]]:
    """Every event of a kind."""
    for _, done in lived:
        yield from ((event, event.what) for event in done.events if isinstance(event.what, kind))


def with_card(lived: list[tuple[Plan, Commit]], *cards: Card) -> list[Case]:
    """How the cases with these cards stand on the as-of morning."""
    found = [done.case for plan, done in lived if plan.card in cards]
    assert found
    return found


def has(event: Event, role: Role) -> bool:
    """Whether somebody of `role` did it."""
    return role in STAFF[event.actor].roles


# -- The smallest office


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_smallest_office_has_something_of_everything(tmp_path: Path, seed: int) -> None:
    """Seen red with: stops set though the last scene is near."""
    make(tmp_path, 60, seed)
    store = LocalStore(tmp_path, TABLES, now=TEN)
    cases = [store.load(CaseId(name)).case for name, _ in store.cases.each_raw() if name.startswith("K01")]
    store.close()
    kinds = Counter(task.kind for case in cases for task in case.tasks if task.due_at <= TEN)

    officers, others = {"missed-instalment", "payment-reversed"}, {"terms-request", "decision", "referral", "complaint"}
    assert officers | others | {"safeguarding"} <= set(kinds)
    missed = [case for case in cases if any(task.kind == "missed-instalment" for task in case.tasks)]
    assert all((late := behind(case, AS_OF)) and late.arrears_pence > 0 for case in missed)
    assert any(case.request for case in cases)
    assert {"HOLD", "APPEAL", "CRISIS"} <= {stop.code for case in cases for stop in case.stops}
    assert any(case.markers for case in cases)
    assert any(len(broken_since(case.promises, AS_OF - timedelta(90))) == 2 for case in cases)
    assert any(case.means for case in cases)


@pytest.mark.parametrize(("seed", "later"), [(1, 0), (1, 13), (2, 41), (9, 20)])
async def test_the_first_case_makes_a_good_first_impression(tmp_path: Path, seed: int, later: int) -> None:
    """The tour of the README: `n`, then a promise of £50 by Tuesday, on whatever day it is taken."""
    day = TABLES.calendar.on_or_after(AS_OF + timedelta(later))
    office = make(tmp_path, 60, seed, day)
    desk = LocalDesk(LocalStore(tmp_path, TABLES, now=moment(day, time(10))), office.staff[0].id)
    await desk.sign_in()
    claimed = await desk.pull_next()
    assert claimed
    assert claimed.task
    case = claimed.view.case

    assert claimed.task.kind == "broken-promise"
    assert not chasing_waits(case, TABLES)
    assert not case.flags
    assert not case.debtor.representative
    assert case.debtor.phone
    assert len(broken_since(case.promises, day - timedelta(90))) == 1
    tuesday = next(day + timedelta(n) for n in range(1, 8) if (day + timedelta(n)).weekday() == 1)
    given = Given(amount_pence=5_000, due=tuesday, method="card")
    call = LogCall(outcome="PTP", promise=given, finish=True)
    await desk.act(claimed.view.case.id, call, key="tour", claim=claimed.claim.token)
    after = (await desk.case(case.id)).case
    assert after.open_promise
    assert not any(task.kind == "broken-promise" for task in after.tasks)
    desk.close()


def test_whoever_comes_first_broke_no_other_promise_lately() -> None:
    """However the case was lived before. Seen red with: promises taken up to the last scene, as on other cases."""
    began = TABLES.calendar.on_or_after(AS_OF - timedelta(185))
    plans = [plan for plan in make_plans(Random(5), 90, AS_OF, TABLES.calendar) if plan.whose == "adult"]
    for plan in plans[:20]:
        lot = Lot(kind=plan.lot.kind, losses=plan.lot.losses)
        case = live(replace(plan, card=FIRST, lot=lot, began_on=began, opened_on=began), SCENE).case
        assert len(broken_since(case.promises, AS_OF - timedelta(90))) == 1
        assert not case.stops


def test_no_broken_promise_waits_longer_than_the_first(lived: list[tuple[Plan, Commit]]) -> None:
    """Nor is a call-back left over. Seen red with: stops that nobody lifts."""
    waits = [
        (task.waits_since, plan.card)
        for plan, done in lived
        for task in done.case.tasks
        if task.kind == "broken-promise"
    ]

    assert min(waits, key=lambda wait: wait[0])[1] is FIRST
    assert sum(card is FIRST for _, card in waits) == 1
    assert len(waits) > 20
    late = [task for _, done in lived for task in done.case.tasks if task.kind == "call-back" and task.due_at <= TEN]
    assert late == []
    assert not [what for _, what in every(lived, TaskDeferred) if what.title.startswith("promise of")]


# -- How cases stand


def test_each_card_leaves_its_case_as_it_says(lived: list[tuple[Plan, Commit]]) -> None:
    """Seen red with: whoever misses an instalment paying on."""
    for card, code in (
        (HELD, "HOLD"),
        (APPEALED, "APPEAL"),
        (DECLARED, "STATDEC"),
        (INSIDE, "CUSTODY"),
        (DEAD, "DECEASED"),
    ):
        for case in with_card(lived, card):
            assert [stop.code for stop in case.stops] == [code]
            assert case.stops[0].review_on
            assert case.stops[0].review_on > AS_OF
    for case in with_card(lived, ASKED):
        assert case.request
        assert case.request.to == "fines-officer"
        assert "terms-request" in {task.kind for task in case.tasks}
    for case in with_card(lived, AT_RISK):
        assert [stop.code for stop in case.stops] == ["CRISIS"]
        assert "safeguarding" in {task.kind for task in case.tasks}
    for case in with_card(lived, UNDONE):
        assert case.receipts[-1].reversed
        assert "payment-reversed" in {task.kind for task in case.tasks}
    for case in with_card(lived, MISSED):
        assert case.in_force
        assert case.in_force.missed
        assert AS_OF - timedelta(25) < case.in_force.missed < AS_OF
    for case in with_card(lived, TWICE):
        assert len(broken_since(case.promises, AS_OF - timedelta(90))) == 2
        assert MakePromise.offered(case, Situation(TEN, STAFF["jkhan"], TABLES)) != []


def test_what_was_begun_before_the_last_scene_is_over_by_then(lived: list[tuple[Plan, Commit]]) -> None:
    """No stop or request hides what the card shows. Seen red with: stops begun whenever they came up."""
    seen = 0
    for plan, done in lived:
        if not plan.card.free and plan.card not in (HELD, APPEALED, DECLARED, INSIDE, DEAD, AT_RISK, ASKED, SOUGHT):
            assert done.case.request is None
            assert done.case.stops == ()
            seen += 1
    assert seen > 150


# -- Terms


def test_terms_are_agreed_by_officers_and_decided_by_the_fines_officer(lived: list[tuple[Plan, Commit]]) -> None:
    """Seen red with: all that was asked for refused; terms that ask for more without consent."""
    agreed, asked = [*every(lived, TermsAgreed)], [*every(lived, TermsRequested)]
    refused = [*every(lived, TermsRefused)]

    assert sum(has(event, "officer") for event, _ in agreed) > 10
    assert sum(has(event, "fines-officer") for event, _ in agreed) > 5
    assert len(asked) > 15
    assert len(refused) > 1
    assert all(has(event, "fines-officer") for event, _ in refused)
    granted = 0
    for _, done in lived:
        wanted = {what.terms.amount_pence for event in done.events if isinstance(what := event.what, TermsRequested)}
        granted += any(
            isinstance(event.what, TermsAgreed)
            and has(event, "fines-officer")
            and event.what.terms.amount_pence in wanted
            for event in done.events
        )
    assert granted > 1
    assert any(what.consent and what.consent_how for _, what in agreed)
    assert len({what.reason for _, what in agreed}) > 3


def test_who_agrees_new_terms_pays_under_them_as_their_habit_is(lived: list[tuple[Plan, Commit]]) -> None:
    paid = 0
    for _, done in lived:
        at = next((n for n, event in enumerate(done.events) if isinstance(event.what, TermsAgreed)), None)
        if at is not None:
            paid += any(isinstance(event.what, Received) for event in done.events[at:])
            assert done.case.in_force
            assert done.case.in_force.agreed_by
    assert paid > 10


def test_what_was_on_its_way_under_the_old_terms_does_not_come() -> None:
    """Seen red with: the payments of the old terms coming in still."""
    plan = next(plan for plan in make_plans(Random(5), 400, AS_OF, TABLES.calendar) if plan.card is ASKED)
    rng = Random(plan.seed)
    plan = replace(plan, lot=replace(plan.lot, habit="keeps", ordered="instalments"))
    account, _ = make_account(plan, SCENE, rng)
    at = moment(plan.began_on, time(9))
    story = Story(
        SCENE, rng, plan.lot, open_case(account, Situation(at, STAFF["apatel"], TABLES, Facts(salt=salt(rng))))
    )
    story.expect([Payment(AS_OF, 12_345, "card")])

    at += timedelta(hours=1)
    assert settle(story, at, story.who("fines-officer", at), propose(story, at, months=(6, 6)), "in writing")
    assert story.coming
    assert 12_345 not in {payment.pence for _, _, payment in story.coming}


def test_terms_are_talked_about_only_while_they_can_be_decided_before_the_last_scene() -> None:
    """Seen red with: requests made whenever they came up."""
    plan = next(plan for plan in make_plans(Random(5), 400, AS_OF, TABLES.calendar) if plan.card is ASKED)
    rng = Random(plan.seed)
    plan = replace(plan, lot=replace(plan.lot, habit="never"))
    account, _ = make_account(plan, SCENE, rng)
    at = moment(plan.began_on, time(9))
    opened = open_case(account, Situation(at, STAFF["apatel"], TABLES, Facts(salt=salt(rng))))
    story = Story(SCENE, rng, plan.lot, opened, last_scene=True)

    story.until = at + timedelta(45)
    assert may_vary(story, at)
    story.until = at + timedelta(44)
    assert not may_vary(story, at)
    story.last_scene = False
    assert may_vary(story, at)


# -- Stops, markers


def test_stops_are_lifted_and_markers_end_or_stay(lived: list[tuple[Plan, Commit]]) -> None:
    """Seen red with: a team leader who never marks."""
    lifted = [*every(lived, StopLifted)]
    assert len(lifted) > 2
    assert len([*every(lived, Stopped)]) > len(lifted)
    marked = 0
    for _, done in lived:
        kinds = [type(event.what) for event in done.events]
        said = [n for n, e in enumerate(done.events) if isinstance(e.what, Contacted) and e.what.outcome == "VULN_NEW"]
        if said and MarkerSet in kinds and kinds.index(MarkerSet) > said[0]:
            assert has(done.events[kinds.index(MarkerSet)], "team-leader")
            marked += 1
    assert marked > 2


def test_why_somebody_is_marked_is_kept_apart_from_the_history(lived: list[tuple[Plan, Commit]]) -> None:
    """Under the name that the event gives, and nowhere else. Seen red with: texts that were not kept with the case."""
    kept = {text.name: text for _, done in lived for text in done.restricted}
    marked = [what.restricted for _, what in every(lived, MarkerSet)]
    notes = [getattr(event.what, "restricted_note", None) for _, done in lived for event in done.events]
    named = [*marked, *(name for name in notes if name)]

    assert len(named) > 20
    assert set(named) == set(kept)
    assert len({text.salt for text in kept.values()}) == len(kept)
    for _, done in lived:
        for text in done.restricted:
            assert not any(text.text in event.body.decode() for event in done.events)


# -- Money, instalments, facts


def test_a_payment_is_undone_by_somebody_who_did_not_take_it(lived: list[tuple[Plan, Commit]]) -> None:
    undone = [*every(lived, Reversed)]

    assert {what.reason for _, what in undone} == {"DISHCQ", "REVPAY"}
    assert all(has(event, "manager") for event, _ in undone)


def test_missed_instalments_and_old_facts_are_noticed_and_worked(lived: list[tuple[Plan, Commit]]) -> None:
    """Seen red with: facts that were asked for again, and nothing learnt."""
    noticed = [*every(lived, InstalmentMissed)]
    confirmed = [what for _, what in every(lived, DetailsChanged) if what.verified]

    assert len(noticed) > 100
    assert {"addresses", "employer", "benefits", "phones"} <= {what.about for what in confirmed}
    learnt = [
        any(isinstance(other.what, DetailsChanged) and other.what.verified for other in done.events[n - 3 : n])
        for _, done in lived
        for n, event in enumerate(done.events)
        if isinstance(event.what, TaskEnded) and event.what.title.startswith("ask whether") and done.case.balance_pence
    ]
    assert len(learnt) > 50
    assert sum(learnt) > 0.9 * len(learnt)
    waiting = Counter(task.kind for _, done in lived for task in done.case.tasks)
    assert 0 < waiting["missed-instalment"] < len(noticed) / 3


# -- Contacts


def test_whoever_must_show_who_they_are_mostly_does(lived: list[tuple[Plan, Commit]]) -> None:
    """What was said is compared and not kept. Seen red with: a date of birth alone on a call that we made."""
    calls = [what for _, what in every(lived, Contacted) if what.channel == "call"]
    needed = [call for call in calls if TABLES.wrap_codes(AS_OF, "call")[call.outcome].identity == "needed"]
    shown = [call for call in needed if call.identity in ("speak", "detail")]

    assert len(shown) > len(needed) * 0.7
    assert all({"date of birth", "postcode"} & set(call.matched) for call in shown)
    assert {call.identity for call in calls if call.outcome == "DPA_FAIL"} <= {"failed", "not shown"}
    assert {call.identity for call in calls if call.outcome == "NO_ANS"} == {""}


def test_a_second_level_belongs_to_its_outcome_and_only_some_have_one(lived: list[tuple[Plan, Commit]]) -> None:
    told = Counter((what.outcome, what.detail is not None) for _, what in every(lived, Contacted))

    assert told["HARDSHIP", True] > 5
    assert told["HARDSHIP", False] > 5
    assert told["DISPUTE", True] > 3


def test_people_write_on_the_channels_they_have(lived: list[tuple[Plan, Commit]]) -> None:
    """Texts are ours: a trace that asks for an answer. Seen red with: e-mails from people without an address."""
    channels: Counter[str] = Counter()
    for _, done in lived:
        for event in done.events:
            if isinstance(event.what, Contacted) and event.what.channel != "call":
                channels[event.what.channel] += 1
                assert event.what.direction == ("out" if event.what.channel == "sms" else "in")
                assert event.what.channel != "email" or done.case.debtor.emails
    assert channels["email"] > 10
    assert channels["webchat"] > 10


# -- Staff


def test_a_part_timer_acts_only_while_at_work(lived: list[tuple[Plan, Commit]]) -> None:
    """But for the minutes in which they finish. Seen red with: whoever is drawn, at work or not."""
    for member in material().staff:
        shifts = {shift.day: shift for shift in member.pattern}
        acted = [event.at.astimezone(LONDON) for _, done in lived for event in done.events if event.actor == member.id]
        assert len(acted) > 100 or "officer" not in member.roles
        for at in acted if shifts else ():
            shift = shifts[WEEKDAYS[at.weekday()]]
            assert shift.starts <= at.time()
            assert (at - timedelta(minutes=30)).time() <= shift.ends


def test_the_calendar_sets_nobodys_name(lived: list[tuple[Plan, Commit]]) -> None:
    """What nobody did is the calendar's; everything else is somebody's."""
    names = {event.actor for _, done in lived for event in done.events}
    assert names - {CALENDAR_ACTOR} <= set(STAFF)
    assert all(event.actor == CALENDAR_ACTOR for event, _ in every(lived, InstalmentMissed))
    assert all(london_date(done.events[0].at) == plan.began_on for plan, done in lived)
