"""What may not be done now, and who may say so and lift it; safeguarding. The rules: law page, 1.5 (G1 to G5) and 7.4."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework.actions import ACTIONS, parse_action
from casework.actions.asked_terms import RequestTerms
from casework.actions.call import LogCall
from casework.actions.declare import Action, fields, fill
from casework.actions.holds import stopped
from casework.actions.note import WriteNote
from casework.actions.payment_card import AskCard
from casework.actions.promise import Given, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.stops import LiftStop, Safeguard, SetStop
from casework.actions.terms import AgreeTerms
from casework.case import Case
from casework.commit import decide
from casework.people import Representative
from casework.queues import queues_of, rows
from casework.quick_entry import action_of, parse
from casework.reference import Tables
from casework.refusals import Refused
from casework.rows_stops import StopKind
from casework.staff import Staff, may
from casework.stops import chasing_waits, standing, stops
from casework.table_faults import faults
from casework.terms import Request
from casework.views import differences
from tests.cases import (
    COLLEAGUE,
    LEADER,
    OFFICER,
    TABLE_FOLDER,
    TODAY,
    Story,
    a_case,
    a_person,
    an_account,
    at,
    imposed,
    shipped_tables,
    situation,
    tables_with,
    weekly,
)

TABLES = shipped_tables()
KINDS = TABLES.stop_kinds
FINES_OFFICER = Staff(id="plim", name="P Lim", roles=("fines-officer",), units=("K01",))
CASH = Staff(id="sokoro", name="S Okoro", roles=("cash-officer",), units=("K01",))
IN_28_DAYS = TODAY + timedelta(28)


def kinds(story: Story, since: int) -> list[str]:
    """The kinds of the events after version `since`."""
    return [one.what.kind for one in story.events[since:]]


def refused(case: Case, action: Action, by: Staff = OFFICER) -> list[tuple[str, str | None]]:
    """The code and field of every reason against an action."""
    with pytest.raises(Refused) as fault:
        decide(case, action, situation(actor=by))
    return [(one.code, one.field) for one in fault.value.reasons]


# Safeguarding


def test_the_team_leader_is_told_now_and_enforcement_is_held() -> None:
    """Seen red with: the hold left out; the task for tomorrow."""
    story = Story()
    story.does(Safeguard(concern="SELF_HARM", note="he says he cannot go on"))
    assert kinds(story, 2) == ["safeguarding", "task", "stop"]
    assert story.events[2].what.summary() == "harm to themselves  note kept apart"
    task = story.case.tasks[-1]
    assert (task.kind, task.due_at, task.owner) == ("safeguarding", at(19), None)
    assert task.title == "somebody may come to harm: see to it now (harm to themselves)"
    (stop,) = story.case.stops
    assert (stop.code, stop.set_by, stop.set_on, stop.review_on) == ("CRISIS", OFFICER.id, TODAY, IN_28_DAYS)


def test_the_screen_says_that_there_is_a_hold_and_not_what_the_worry_is() -> None:
    """Everybody who opens the case reads its stops. Seen red with: the concern as the reason of the hold."""
    story = Story()
    story.does(Safeguard(concern="ABUSE"))
    (reason,) = stops(story.case, TABLES)
    assert reason.code == "CRISIS"
    assert "buse" not in reason.message
    assert reason.message == (
        "Safeguarding hold: somebody may come to harm, since 19 Nov 2026, review 17 Dec 2026 "
        "(no step, no chasing, no contact)"
    )
    assert reason.source == KINDS["CRISIS"].cited


def test_safeguarding_waits_for_the_team_leader_before_everything_else() -> None:
    story = Story()
    story.does(Safeguard(concern="LIFE"))
    (row,) = rows(story.case, TABLES)
    assert row.queue == "K01.safeguarding"
    assert next(iter(queues_of(LEADER, TABLES, TODAY))) == "K01.safeguarding"
    assert "K01.safeguarding" not in queues_of(OFFICER, TABLES, TODAY)
    others = [kind.major for kind in TABLES.work_types.values() if kind.code != "safeguarding"]
    assert TABLES.work_types["safeguarding"].major < min(others)


def test_without_a_hold_only_the_team_leader_is_told() -> None:
    story = Story()
    story.does(Safeguard(concern="OTHER", hold=False))
    assert kinds(story, 2) == ["safeguarding", "task"]
    assert story.case.stops == ()
    assert rows(story.case, TABLES)[0].queue == "K01.calls"


def test_nothing_stands_in_the_way_of_safeguarding() -> None:
    """A paid account, a case that changed since, no claim, a stop, a promise. Seen red with: only where something is owed;
    resting on the tasks."""
    story = Story(an_account(imposed(pence=5_000)))
    story.does(TakeReceipt(amount_pence=5_000, method="card", received_on=TODAY))
    assert story.case.balance_pence == 0
    action = Safeguard(concern="LIFE")
    assert Safeguard.offered(story.case, situation()) == []
    assert not action.needs_claim()
    assert action.depends_on() == frozenset()
    story.does(action, seen=1, by=COLLEAGUE)
    assert [one.kind for one in story.case.tasks] == ["safeguarding"]


def test_each_worry_is_a_task_of_its_own_and_the_hold_stays_one() -> None:
    """Two officers report the same day, and one of them again: what was said stands in the history each time. Seen red with:
    one subject for all of a case; a task for each time."""
    story = Story()
    story.does(Safeguard(concern="ABUSE"))
    story.does(Safeguard(concern="CHILD"), by=COLLEAGUE)
    story.does(Safeguard(concern="CHILD", note="she rang again"), by=COLLEAGUE)
    assert [one.subject for one in story.case.tasks if one.kind == "safeguarding"] == ["ABUSE", "CHILD"]
    assert [one.code for one in story.case.stops] == ["CRISIS"]
    assert kinds(story, 5) == ["safeguarding", "task", "safeguarding"]
    story.does(Safeguard(concern="CHILD"), at(20))
    assert [one.subject for one in story.case.tasks if one.kind == "safeguarding"] == ["ABUSE", "CHILD", "CHILD"]


def reviewed_after(day: date, by: Staff, first: Staff = OFFICER, review_on: date | None = None) -> date | None:
    """When a hold of 19 November is looked at again, after `by` was worried once more on a day: by the form, and by a script
    that leaves it out."""
    found = set()
    for filled in (True, False):
        story = Story()
        story.does(Safeguard(concern="ABUSE", review_on=review_on), by=first)
        now = at(day.day, day.month)
        again: Action = Safeguard(concern="LIFE")
        if filled:
            again = fill(Safeguard, story.case, {}, situation(now, actor=by))
        story.does(again, now, by=by)
        assert [one.subject for one in story.case.tasks if one.kind == "safeguarding"] == ["ABUSE", "LIFE"]
        (stop,) = story.case.stops
        assert stop.set_on == TODAY
        found.add(stop.review_on)
    (one,) = found
    return one


SOON = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "by", "first", "was", "becomes"),
    [
        (date(2026, 11, 20), OFFICER, OFFICER, SOON, IN_28_DAYS),
        (date(2026, 12, 16), OFFICER, OFFICER, SOON, IN_28_DAYS),
        (date(2026, 12, 17), OFFICER, OFFICER, SOON, SOON),
        (date(2026, 12, 10), OFFICER, OFFICER, None, IN_28_DAYS),
        (date(2026, 12, 20), OFFICER, OFFICER, None, IN_28_DAYS),
        (date(2026, 12, 20), LEADER, OFFICER, None, date(2027, 1, 17)),
        (date(2026, 12, 10), OFFICER, LEADER, date(2027, 2, 1), date(2027, 2, 1)),
        (date(2026, 12, 10), LEADER, LEADER, date(2027, 2, 1), date(2027, 2, 1)),
    ],
)
def test_whoever_is_worried_again_is_heard_but_an_officer_holds_for_28_days_from_the_first_time(
    day: date, by: Staff, first: Staff, was: date | None, becomes: date
) -> None:
    """Law page, 1.5, roles; the team leader is told each time. Seen red with: 28 days from each time; the review that a team
    leader set brought forward."""
    assert reviewed_after(day, by, first, was) == becomes


def test_a_hold_that_stays_as_it_is_keeps_its_review() -> None:
    """F9 on its review day, and after: it is still to be looked at. Seen red with: the review ended with nothing in its
    place; a refusal of what the officer said."""
    story = Story()
    story.does(Safeguard(concern="ABUSE"))
    for day in (17, 18):
        story.calendar(at(day, 12))
        story.does(Safeguard(concern="LIFE"), at(day, 12))
        assert [one.kind for one in story.case.tasks].count("review") == 1
    story.does(Safeguard(concern="LIFE"), at(18, 12), by=LEADER)
    assert "review" not in [one.kind for one in story.case.tasks]
    assert story.case.stops[0].review_on == date(2027, 1, 15)


def test_a_review_that_somebody_names_is_counted_from_the_first_time_too() -> None:
    """Seen red with: counted from today."""
    story = Story()
    story.does(Safeguard(concern="ABUSE", review_on=SOON))
    now = at(10, 12)
    with pytest.raises(Refused, match="so until 17 Dec 2026; for longer, ask your team leader"):
        story.does(Safeguard(concern="LIFE", review_on=date(2026, 12, 18)), now)
    story.does(Safeguard(concern="LIFE", review_on=IN_28_DAYS), now)
    assert story.case.stops[0].review_on == IN_28_DAYS


def test_everybody_who_sees_cases_may_raise_it() -> None:
    """Seen red with: the manager left out."""
    grants = TABLES.grants(TODAY)
    for one in (OFFICER, FINES_OFFICER, CASH, LEADER):
        assert may(one, Safeguard.permission, None, grants) == []
    sees = {row.role for row in grants if "view" in row.permissions}
    assert {row.role for row in grants if "safeguard" in row.permissions} == sees - {"auditor"}, (
        "an auditor writes nothing"
    )


@pytest.mark.parametrize(
    ("days", "by", "reason"),
    [
        (0, OFFICER, "past"),
        (1, OFFICER, None),
        (28, OFFICER, None),
        (29, OFFICER, "too-long"),
        (29, LEADER, None),
        (29, FINES_OFFICER, None),
        (366, LEADER, None),
        (367, LEADER, "too-far"),
        (-1, LEADER, "past"),
    ],
)
def test_a_hold_of_more_than_28_days_is_for_the_team_leader(days: int, by: Staff, reason: str | None) -> None:
    """Law page, 1.5, roles. Seen red with: 29 days let through; a review today."""
    case, day = a_case(), TODAY + timedelta(days)
    for action in (Safeguard(concern="LIFE", review_on=day), SetStop(code="HOLD", reason="x", review_on=day)):
        if reason:
            assert refused(case, action, by) == [(reason, "review_on")]
        else:
            assert decide(case, action, situation(actor=by))


def test_an_unknown_concern_and_a_review_of_nothing_are_both_told() -> None:
    assert refused(a_case(), Safeguard(concern="FEAR", hold=False, review_on=IN_28_DAYS)) == [
        ("unknown-concern", "concern"),
        ("not-asked", "review_on"),
    ]


def test_the_script_comes_with_the_concern_and_says_999_first_where_life_is_at_risk() -> None:
    case = a_case()
    for code in TABLES.concerns(TODAY):
        said = Safeguard(concern=code).to_say(case, situation())
        assert said == list(TABLES.concerns(TODAY)[code].say)
        assert any("999" in one for one in said)
        assert any("team leader" in one for one in said)
        assert all(len(one) <= 76 for one in said), "the script stands in 80 columns, one line each"
    assert "999" in Safeguard(concern="LIFE").to_say(case, situation())[0]
    assert Safeguard(concern="x").to_say(case, situation()) == []


def test_the_form_is_ready_to_save_as_it_opens() -> None:
    """F9, F10: the gravest concern and the hold are in place; the cursor begins in the concern."""
    form = {one.name: one for one in fields(Safeguard, a_case(), {}, situation())}
    assert list(form) == ["concern", "note", "hold", "review_on"]
    assert (form["concern"].default, form["concern"].guess) == ("LIFE", True)
    assert fill(Safeguard, a_case(), {}, situation()) == Safeguard(concern="LIFE", review_on=IN_28_DAYS)
    assert "review_on" not in {one.name for one in fields(Safeguard, a_case(), {"hold": "no"}, situation())}


# Stops by hand


def test_a_stop_is_set_and_lifted() -> None:
    story = Story()
    story.does(SetStop(code="HOLD", reason="hospital letter to come"))
    (stop,) = story.case.stops
    assert (stop.id, stop.reason, stop.set_on, stop.review_on) == ("3.1", "hospital letter to come", TODAY, IN_28_DAYS)
    assert story.events[-1].what.summary() == "enforcement hold, review 17 Dec 2026  hospital letter to come"
    story.does(LiftStop(stop="HOLD", reason="letter came"), by=LEADER)
    assert story.case.stops == ()
    assert story.events[-1].what.summary() == "enforcement hold  letter came"


@pytest.mark.parametrize("code", [code for code, row in KINDS.items() if row.set_by_people])
def test_every_stop_forbids_what_its_row_says_and_makes_its_task(code: str) -> None:
    story, row = Story(), KINDS[code]
    story.does(SetStop(code=code, reason="x"))
    made = [one.kind for one in story.case.tasks if one.kind != "first-contact"]
    assert made == ([row.task] if row.task else [])
    (one,) = standing(story.case, TABLES)
    assert one.kind is row
    assert chasing_waits(story.case, TABLES) is row.chasing
    assert one.reason.message.endswith(f"({row.forbids})")
    assert ("K01.calls" in {one.queue for one in rows(story.case, TABLES)}) is not row.chasing


def test_what_each_gate_of_the_law_page_forbids() -> None:
    """Law page, 1.5. Seen red with: contact with the dead; a youth whose account is enforced."""
    said = {code: (row.steps, row.contact, row.chasing) for code, row in KINDS.items()}
    assert said == {
        "HOLD": (True, "", True),
        "CRISIS": (True, "refuse", True),
        "CUSTODY": (True, "warn", True),
        "DECEASED": (True, "refuse", True),
        "APPEAL": (True, "warn", True),
        "STATDEC": (True, "warn", True),
        "REOPEN": (True, "warn", True),
        "TERMS_ASKED": (True, "refuse", True),
        "REPRESENTED": (False, "refuse", False),
        "YOUTH": (True, "", False),
    }


def test_the_task_of_a_stop_is_not_made_twice() -> None:
    """The outcome of the call made it, or the stop that was set before. Seen red with: no look at what is there."""
    story = Story()
    story.does(LogCall(outcome="DISPUTE", detail="APPEALING", note="she has appealed to the Crown Court"))
    story.does(SetStop(code="APPEAL", reason="Crown Court"), at(20))
    story.does(SetStop(code="APPEAL", reason="Crown Court, 3 February"), at(21))
    assert [one.subject for one in story.case.tasks if one.kind == "decision"] == ["APPEAL"]


def test_each_stop_has_the_task_of_its_own() -> None:
    """Somebody must judge each. Seen red with: one decision for an appeal and a statutory declaration."""
    story = Story()
    story.does(SetStop(code="APPEAL", reason="Crown Court"))
    story.does(SetStop(code="STATDEC", reason="never had the summons"))
    assert [one.title for one in story.case.tasks if one.kind == "decision"] == [
        "needs the fines officer (appeal)",
        "needs the fines officer (statutory declaration)",
    ]


def test_a_stop_set_once_more_keeps_its_beginning_and_ends_its_review() -> None:
    """Seen red with: a second stop of one code; the review left over."""
    story = Story()
    story.does(SetStop(code="HOLD", reason="letter to come", review_on=date(2026, 11, 20)))
    story.calendar(at(20))
    assert [one.kind for one in story.case.tasks] == ["first-contact", "review"]
    story.does(SetStop(code="HOLD", reason="still to come", review_on=date(2026, 12, 1)), at(20))
    (stop,) = story.case.stops
    assert (stop.id, stop.reason, stop.set_on, stop.review_on) == (
        "3.1",
        "still to come",
        TODAY,
        date(2026, 12, 1),
    )
    assert [one.kind for one in story.case.tasks] == ["first-contact"]
    assert story.events[-1].what.summary() == "set anew: review enforcement hold of 19 Nov 2026"


@pytest.mark.parametrize("code", ["HOLD", "CRISIS", "DECEASED"])
def test_a_stop_that_somebody_else_set_is_not_an_officers_to_change(code: str) -> None:
    """Neither its reason nor its review, sooner or later. Seen red with: a review shortened; the first setter still free to
    change what the team leader has set since."""
    story = Story()
    story.does(SetStop(code=code, reason="his sister says", review_on=date(2026, 12, 1)))
    for day in (date(2026, 11, 20), date(2026, 12, 2)):
        assert refused(story.case, SetStop(code=code, reason="x", review_on=day), COLLEAGUE) == [
            ("not-yours-to-change", "code")
        ]
    with pytest.raises(Refused, match=f"^{OFFICER.id} set “.*” on 19 Nov 2026.*ask your team leader"):
        story.does(SetStop(code=code, reason="x"), by=COLLEAGUE)
    story.does(SetStop(code=code, reason="she wrote", review_on=date(2026, 12, 8)))
    story.does(SetStop(code=code, reason="certificate to come", review_on=date(2026, 12, 10)), by=LEADER)
    assert refused(story.case, SetStop(code=code, reason="x")) == [("not-yours-to-change", "code")]
    assert story.case.stops[0].reason == "certificate to come"


def test_a_stop_that_officers_lift_they_also_change() -> None:
    story = Story()
    story.does(SetStop(code="CUSTODY", reason="HMP Hewell"))
    story.does(SetStop(code="CUSTODY", reason="HMP Birmingham"), by=COLLEAGUE)
    assert [one.reason for one in story.case.stops] == ["HMP Birmingham"]


def test_a_further_worry_does_not_shorten_the_team_leaders_hold() -> None:
    """It goes through all the same. Seen red with: the hold set anew for 28 days."""
    story = Story()
    story.does(SetStop(code="CRISIS", reason="in treatment", review_on=date(2027, 2, 1)), by=LEADER)
    story.does(Safeguard(concern="LIFE"))
    assert [(one.reason, one.review_on) for one in story.case.stops] == [("in treatment", date(2027, 2, 1))]
    assert [one.kind for one in story.case.tasks] == ["first-contact", "safeguarding"]


@pytest.mark.parametrize("code", [code for code, row in KINDS.items() if row.set_by_people])
def test_nothing_is_agreed_with_the_dead(code: str) -> None:
    """Law page, 1.5 (G2). Seen red with: the stop not asked by the promise; by terms and the card."""
    story = Story(an_account(terms=weekly()))
    story.does(SetStop(code=code, reason="x"))
    found = [code] if code == "DECEASED" else []
    for action in (AgreeTerms, RequestTerms, MakePromise, AskCard):
        assert [one.code for one in action.offered(story.case, situation())] == found
    assert KINDS[code].agreements is bool(found)
    promise = Given(amount_pence=2_000, due=date(2026, 11, 24), method="card")
    call = LogCall(outcome="PTP", direction="in", promise=promise)
    if found:
        assert refused(story.case, call) == [("DECEASED", None)]
    else:
        assert decide(story.case, call, situation())


def test_an_officer_cannot_hold_for_longer_by_setting_a_hold_again_and_again() -> None:
    """28 days from its beginning. Seen red with: 28 days from today each time."""
    story = Story()
    story.does(SetStop(code="HOLD", reason="x"))
    later = at(10, 12)
    again = SetStop(code="HOLD", reason="x", review_on=date(2026, 12, 18))
    with pytest.raises(Refused, match="so until 17 Dec 2026; for longer, ask your team leader"):
        story.does(again, later)
    with pytest.raises(Refused, match="so until 17 Dec 2026"):
        story.does(SetStop(code="HOLD", reason="x"), later)
    story.does(again, later, by=LEADER)
    assert story.case.stops[0].review_on == date(2026, 12, 18)


def test_only_a_stop_that_people_set_can_be_set() -> None:
    for code in ("YOUTH", "REPRESENTED", "TERMS_ASKED", "NONE"):
        assert refused(a_case(), SetStop(code=code, reason="x")) == [("unknown-stop", "code")]


@pytest.mark.parametrize(
    ("code", "may_lift"),
    [
        ("HOLD", {FINES_OFFICER.id, LEADER.id}),
        ("CRISIS", {FINES_OFFICER.id, LEADER.id}),
        ("APPEAL", {FINES_OFFICER.id, LEADER.id}),
        ("DECEASED", {FINES_OFFICER.id, LEADER.id}),
        ("CUSTODY", {OFFICER.id, FINES_OFFICER.id, LEADER.id}),
    ],
)
def test_officers_record_a_stop_and_fines_officers_lift_it_but_custody_ends_with_release(
    code: str, may_lift: set[str]
) -> None:
    """Law page, 1.5: AO records, FO lifts. Seen red with: everybody lifts."""
    story = Story()
    story.does(SetStop(code=code, reason="x"))
    action = LiftStop(stop=code, reason="over")
    for one in (OFFICER, FINES_OFFICER, LEADER):
        if one.id in may_lift:
            assert LiftStop.offered(story.case, situation(actor=one)) == []
            assert decide(story.case, action, situation(actor=one))
        else:
            assert LiftStop.offered(story.case, situation(actor=one))
            assert refused(story.case, action, one) == [("not-yours-to-lift", "stop")]


def test_an_officer_who_may_lift_one_stop_may_not_lift_the_other() -> None:
    """Seen red with: the stop that is named not looked at."""
    story = Story()
    for code in ("CUSTODY", "HOLD"):
        story.does(SetStop(code=code, reason="x"))
    assert LiftStop.offered(story.case, situation()) == []
    assert refused(story.case, LiftStop(stop="HOLD", reason="over")) == [("not-yours-to-lift", "stop")]
    story.does(LiftStop(stop="CUSTODY", reason="released"))
    assert [one.code for one in story.case.stops] == ["HOLD"]


def test_who_may_set_a_stop_may_not_always_lift_one() -> None:
    grants = TABLES.grants(TODAY)
    assert may(OFFICER, SetStop.permission, None, grants) == []
    assert may(CASH, SetStop.permission, None, grants)
    assert may(OFFICER, "lift", None, grants)


def test_there_must_be_a_stop_to_lift() -> None:
    assert refused(a_case(), LiftStop(stop="HOLD", reason="x")) == [("no-stop", None), ("unknown-stop", "stop")]
    story = Story()
    story.does(SetStop(code="CUSTODY", reason="HMP Hewell"))
    assert refused(story.case, LiftStop(stop="HOLD", reason="x")) == [("unknown-stop", "stop")]


def test_lifting_ends_the_review_and_nothing_else() -> None:
    story = Story()
    story.does(SetStop(code="CUSTODY", reason="HMP Hewell", review_on=date(2026, 11, 20)))
    story.does(SetStop(code="HOLD", reason="x", review_on=date(2026, 11, 20)))
    story.calendar(at(20))
    assert [one.subject for one in story.case.tasks if one.kind == "review"] == ["3.1", "4.1"]
    story.does(LiftStop(stop="CUSTODY", reason="released"), at(20))
    assert [one.code for one in story.case.stops] == ["HOLD"]
    assert [one.subject for one in story.case.tasks if one.kind == "review"] == ["4.1"]


def test_whoever_saw_the_stops_before_they_changed_is_told() -> None:
    """Two people set one at once: the second sees the first. Seen red with: resting on nothing."""
    story = Story()
    before = story.case
    story.does(SetStop(code="HOLD", reason="x"))
    with pytest.raises(Exception, match="stops changed since you opened this"):
        story.does(SetStop(code="CUSTODY", reason="y"), by=COLLEAGUE, seen=before.version)
    (change,) = differences(before, story.case, ["stops"])
    assert change.message == "stops.3.1 was nothing, is now something"


# Stops that follow from the case


def test_new_terms_that_wait_for_a_decision_are_a_stop() -> None:
    """Law page, 1.5, G1: a para 22 application undecided. Seen red with: the request forgotten."""
    asked = Request(id="3.1", terms=weekly(500), reason="JOB", by="jkhan", on=TODAY, to="fines-officer")
    case = a_case(terms=weekly()).model_copy(update={"request": asked})
    (reason,) = stops(case, TABLES)
    assert (reason.code, reason.message) == (
        "TERMS_ASKED",
        "New terms asked for: £5.00 weekly from 3 Sep 2026, undecided since 19 Nov 2026 "
        "(no step, no chasing, no contact)",
    )
    assert rows(case, TABLES) == ()


def test_a_representative_who_is_to_be_contacted_instead_is_a_stop() -> None:
    named = Representative(kind="solicitor", name="Jane Doe", organisation="Doe & Co")
    instead = named.model_copy(update={"instead": True})
    assert stops(a_case(person=a_person(representative=named)), TABLES) == ()
    (reason,) = stops(a_case(person=a_person(representative=instead)), TABLES)
    assert (reason.code, reason.message) == (
        "REPRESENTED",
        "Represented: contact Jane Doe, Doe & Co instead (no contact)",
    )


def test_a_youth_is_outside_the_scheme_also_when_they_are_18() -> None:
    """Courts Act 2003 Sch 5 para 1; only the court says how it goes on (law page 4.4)."""
    case = a_case(person=a_person(date_of_birth=date(2009, 6, 1)), collection_order=False)
    (reason,) = stops(case, TABLES)
    assert reason.code == "YOUTH"
    grown = case.model_copy(update={"of_age": date(2027, 6, 1)})
    assert "18 since 1 Jun 2027; only the court decides" in stops(grown, TABLES)[0].message


def test_a_promise_is_no_stop() -> None:
    story = Story()
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    assert stops(story.case, TABLES) == ()


def test_other_rules_make_a_stop_by_its_code() -> None:
    """As the outcome of a call does."""
    made = stopped("DECEASED", "his sister says", situation())
    assert (made.label, made.review_on) == ("Reported dead", IN_28_DAYS)


# The tables


def stop_kind(**changes: Any) -> StopKind:
    """A row of the table of stops."""
    row = {"code": "X", "label": "X", "review_days": 7, "lifted_by": "lift", "source": "s", "verified": False}
    return StopKind.model_validate({**row, "valid_from": TODAY, **changes})


def test_a_stop_that_people_set_says_who_lifts_it_and_when_it_is_looked_at() -> None:
    assert stop_kind().set_by_people
    assert not stop_kind(review_days=None, lifted_by=None).set_by_people
    for wrong in (
        {"review_days": None},
        {"lifted_by": None},
        {"review_days": 0},
        {"review_days": None, "lifted_by": None, "task": "referral"},
        {"review_days": None, "lifted_by": None, "longest_days": 5},
    ):
        with pytest.raises(ValueError, match=r"review_days|longest_days"):
            stop_kind(**wrong)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('task = "referral"', 'task = "look"', "task look stands in no row of queues.toml"),
        ('lifted_by = "stop"', 'lifted_by = "unlock"', "lifted_by unlock stands in no row of roles.toml"),
    ],
)
def test_a_stop_with_an_unknown_code_is_refused_with_its_line(old: str, new: str, found: str) -> None:
    texts = {path.stem: path.read_text("utf-8") for path in TABLE_FOLDER.glob("*.toml")}
    changed = texts["stops"].replace(old, new, 1)
    line = changed[: changed.index(new)].count("\n") + 1
    assert faults({**texts, "stops": changed}) == [f"stops.toml, line {line}: {found}"]


def test_the_default_review_is_that_of_the_table() -> None:
    """Seen red with: 28 days written in the code."""
    text = (TABLE_FOLDER / "stops.toml").read_text("utf-8").replace("review_days = 28", "review_days = 14")
    tables: Tables = tables_with(stops=text)
    case = a_case()
    form = {one.name: one.default for one in fields(SetStop, case, {"code": "HOLD"}, situation(tables=tables))}
    assert form["review_on"] == "3 Dec 2026"
    assert stopped("HOLD", "x", situation(tables=tables)).review_on == date(2026, 12, 3)


def test_the_script_is_our_own_and_says_so() -> None:
    assert not any(row.verified for row in TABLES.concerns(TODAY).values())
    assert not any(row.verified for row in KINDS.values())


# How they are typed


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("safeguard abuse", Safeguard(concern="ABUSE", review_on=IN_28_DAYS)),
        (
            "safe child he heard a child cry",
            Safeguard(concern="CHILD", note="he heard a child cry", review_on=IN_28_DAYS),
        ),
        ("safeguard other hold no", Safeguard(concern="OTHER", hold=False)),
        ("safeguard life review +7", Safeguard(concern="LIFE", review_on=date(2026, 11, 26))),
        ("stop hold letter to come", SetStop(code="HOLD", reason="letter to come", review_on=IN_28_DAYS)),
        ("stop custody 20/12 HMP Hewell", SetStop(code="CUSTODY", reason="HMP Hewell", review_on=date(2026, 12, 20))),
        ("stop enforcement hold +14 x", SetStop(code="HOLD", reason="x", review_on=date(2026, 12, 3))),
        ("lift custody released", LiftStop(stop="CUSTODY", reason="released")),
        ("lift released today", LiftStop(stop="CUSTODY", reason="released today")),
    ],
)
def test_a_line_is_understood(line: str, action: Action) -> None:
    story = Story()
    story.does(SetStop(code="CUSTODY", reason="HMP Hewell"))
    assert action_of(parse(line, story.case, situation()), story.case, situation()) == action


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ('{"kind":"safeguard","concern":"LIFE"}', Safeguard(concern="LIFE")),
        ('{"kind":"stop","code":"HOLD","reason":" x "}', SetStop(code="HOLD", reason="x")),
        ('{"kind":"lift","stop":"HOLD","reason":"x"}', LiftStop(stop="HOLD", reason="x")),
    ],
)
def test_the_least_that_a_script_says_is_enough(text: str, action: Action) -> None:
    assert parse_action(text) == action


def test_a_note_beside_a_stop_is_as_ever() -> None:
    """A stop stands in the way of no note; the verbs are told apart by their beginnings."""
    story = Story()
    story.does(SetStop(code="DECEASED", reason="x"))
    story.does(WriteNote(text="x"))
    assert {"safeguard", "stop", "lift"} <= set(ACTIONS)
