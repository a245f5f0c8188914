"""The accounts of the practice office: whose they are, what happened before we had them, and how far behind they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import NamedTuple

import pytest

from api_client.practice_accounts import make_account
from api_client.practice_cards import (
    BROKEN,
    CLOSED,
    CONFISCATED,
    DEDUCTED,
    FREE,
    HARD,
    NEEDS,
    PAYING,
    RETURNED,
    STEPPED,
    TO_HEAR,
    WITH_AGENT,
    Card,
)
from api_client.practice_lives import live
from api_client.practice_material import Habit, material
from api_client.practice_plans import Plan, make_plans
from api_client.practice_scene import Scene
from casework.accounts import check_letter
from casework.authority import CONFISCATION
from casework.case import Case
from casework.dates import london_date, months_after
from casework.events import Contacted
from casework.ledger import natural
from casework.opening import Account, refusals
from casework.people import age_on
from casework.terms import Arrears, arrears, instalments
from tests.unit.test_practice import AS_OF, TABLES, TEN

SCENE = Scene(TABLES, material().staff, AS_OF)

PLANS = make_plans(Random(11), 1500, AS_OF, TABLES.calendar)
"""Of a large office, none of them lived."""


class Paid(NamedTuple):
    amount_pence: int
    received_on: date


def account(plan: Plan, habit: Habit | None = None) -> Account:
    """As it comes in when the plan is lived; `habit` is another than is dealt."""
    rng = Random(plan.seed)
    lot = replace(plan.lot, habit=habit) if habit else plan.lot
    return make_account(replace(plan, lot=lot), SCENE, rng)[0]


@pytest.fixture(scope="module")
def accounts() -> list[tuple[Plan, Account]]:
    return [(plan, account(plan)) for plan in PLANS]


def dealt(card: Card, *, taken_over: bool | None = None) -> list[Plan]:
    """Plans with a card; of accounts that were taken over with a past, or not."""
    found = [plan for plan in PLANS if plan.card is card]
    assert found
    return [plan for plan in found if taken_over in (None, plan.opened_on < plan.began_on)]


def lived(plans: list[Plan]) -> list[Case]:
    """Cases as they stand on the as-of morning."""
    return [live(plan, SCENE).case for plan in plans]


def behind(case: Case) -> Arrears:
    """How far behind a case is on the as-of day, by what was paid under its terms."""
    assert case.terms
    assert case.in_force
    since = natural(case.in_force.id)
    paid = [Paid(one.amount_pence, one.received_on) for one in case.receipts if natural(one.id) > since]
    before = Paid(case.in_force.paid_pence, case.in_force.began_on)
    return arrears(case.terms, case.in_force.balance_pence, [before, *paid], AS_OF)


# -- Whose they are


def test_only_adults_are_under_a_collection_order(accounts: list[tuple[Plan, Account]]) -> None:
    """Courts Act 2003 Sch 5 para 1. Seen red with: youths under one."""
    for plan, one in accounts:
        born = one.person.date_of_birth
        adult = born is not None and age_on(born, one.opened_on) >= 18
        assert adult == (plan.whose == "adult")
        assert one.collection_order == (adult and not plan.card.confiscation)
        assert one.guardian is None or plan.whose == "youth"


def test_youths_are_fined_for_what_youths_do(accounts: list[tuple[Plan, Account]]) -> None:
    """Seen red with: a goods vehicle overloaded at fifteen."""
    of_youths = {one.offence for one in material().sentence if one.youth}
    for plan, one in accounts:
        if plan.whose == "youth":
            assert {imposed.offence for imposed in one.impositions} <= of_youths


def test_every_account_can_be_taken_on(accounts: list[tuple[Plan, Account]]) -> None:
    for plan, one in accounts:
        assert refusals(one, plan.began_on, TABLES) == []
        assert one.number == one.number[:8] + check_letter(one.number[:8])
        assert int(one.number[:2]) == one.opened_on.year % 100
    assert len({one.id for _, one in accounts}) == len(accounts)


# -- What happened before


def test_what_was_paid_before_was_paid_under_these_terms_and_in_the_order_of_the_law(
    accounts: list[tuple[Plan, Account]],
) -> None:
    """Compensation first, the fine last. Seen red with: all of it off the last imposition, as it was once; the terms of an
    account that was taken over beginning on the day we took it on."""
    part = 0
    for plan, one in accounts:
        total, paid = (sum(getattr(i, name) for i in one.impositions) for name in ("imposed_pence", "paid_pence"))
        assert (one.terms_began_on, one.terms_balance_pence) == (one.opened_on, total)
        assert paid == 0 or one.opened_on < plan.began_on
        if 0 < paid < total:
            part += 1
            assert paid * 4 <= total * 3
            order = {result: row.priority for row in TABLES.allocation(AS_OF) for result in row.results}
            left = [(order[i.result], i.imposed_pence - i.paid_pence, i.paid_pence) for i in one.impositions]
            for (_, owed, _), (later, _, got) in pairwise(sorted(left, key=lambda line: line[0])):
                assert owed == 0 or got == 0 or later == 1
    assert part > 60


def test_an_enforcement_step_was_taken_after_two_months_of_the_terms_and_before_we_had_the_account(
    accounts: list[tuple[Plan, Account]],
) -> None:
    """And whoever is under AEOC has an employer, under ABDC a benefit and a number, and reserve terms. Seen red with: a step
    of a day after the case began; AEOC for somebody on a benefit."""
    seen = set()
    for plan, one in accounts:
        if plan.card.confiscation:
            continue
        assert (one.last_step.code if one.last_step else None) == plan.lot.step
        if one.last_step:
            seen.add(one.last_step.code)
            assert one.opened_on + timedelta(60) <= one.last_step.on <= plan.began_on
            assert plan.whose == "adult"
            if one.last_step.code in NEEDS:
                assert one.reserve_terms
                assert one.person.employer if one.last_step.code == "AEOC" else one.person.benefits
    assert {"REGF", "DW", "AEOC", "ABDC", "SUMM"} <= seen


def test_some_have_reserve_terms_and_only_where_something_could_be_deducted(
    accounts: list[tuple[Plan, Account]],
) -> None:
    reserved = [one for _, one in accounts if one.reserve_terms]

    assert len(reserved) > 40
    assert all(one.collection_order and (one.person.employer or one.person.benefits) for one in reserved)


def test_an_account_that_was_closed_owes_nothing_and_waits_in_no_queue() -> None:
    """Seen red with: a task for an account that was written off."""
    cases = lived(dealt(CLOSED)[:20])

    assert {"WO", "TO"} <= {case.status for case in cases} <= {"WO", "TO", "TA", "TS", "CS"}
    assert all(case.balance_pence == 0 and not case.tasks and case.version == 1 for case in cases)
    assert {account(plan).status for plan in PLANS if plan.card is not CLOSED} == {"L"}


# -- How they stand


def test_who_keeps_the_terms_is_not_behind_though_the_account_was_taken_over() -> None:
    """By no more than what fell due in the last days and is on its way. Seen red with: what was paid before left out of what
    the terms began with."""
    for card, over in ((PAYING, False), (PAYING, True), (DEDUCTED, True)):
        plans = dealt(card, taken_over=over)
        assert plans
        for case in lived(plans[:8]):
            assert case.terms
            assert behind(case).arrears_pence <= (case.terms.amount_pence or 0)


def test_who_never_paid_was_behind_already_when_the_account_was_taken_over() -> None:
    """Seen red with: terms of the day on which we took it on."""
    for plan in [plan for plan in dealt(STEPPED) if (plan.began_on - plan.opened_on).days > 65]:
        one = account(plan, "never")
        assert one.terms
        assert one.terms_balance_pence
        first = next(instalments(one.terms, one.terms_balance_pence))
        assert 10 <= (first.due - one.opened_on).days <= 28
        then = arrears(one.terms, one.terms_balance_pence, [], plan.began_on)
        assert then.arrears_pence > 0
        assert then.first_missed == first.due
        assert not any(imposed.paid_pence for imposed in one.impositions)


def test_most_of_those_who_broke_a_promise_are_behind() -> None:
    cases = lived(dealt(BROKEN)[:20])
    assert sum(behind(case).arrears_pence > 0 for case in cases) > len(cases) / 2


@pytest.mark.parametrize(("card", "steps"), [(WITH_AGENT, {"DW", "CLAMPO", "BWTU"}), (TO_HEAR, {"SUMM", "BWTD"})])
def test_a_case_with_a_warrant_out_or_a_hearing_listed_is_put_off_until_after_today(
    card: Card, steps: set[str]
) -> None:
    """Facts are asked for again meanwhile, as on any case. Seen red with: nobody who put it off."""
    works = TABLES.work_types
    for case in lived(dealt(card)[:12]):
        assert case.last_step
        assert case.last_step.code in steps
        chasing = [task for task in case.tasks if works[task.kind].chases]
        assert [task.parked_by is not None and task.due_at > TEN for task in chasing] == [True]
        assert case.counters.attempts == 0


# -- Who is rung


def test_whoever_pays_is_rung_on_a_number_that_is_not_known_to_be_useless() -> None:
    """The parent who pays, not the youth; the solicitor, where there is one to be contacted instead. Seen red with: any number
    of the defendant's."""
    plans = [(plan, account(plan)) for card in (FREE, PAYING, BROKEN) for plan in dealt(card)]
    with_parent = [plan for plan, one in plans if one.guardian and one.guardian.pays]
    represented = [plan for plan, one in plans if (rep := one.person.representative) and rep.instead]
    rung = 0
    for plan in with_parent[:8] + represented[:8]:
        case: Case | None = None
        for event in live(plan, SCENE).events:
            if isinstance(event.what, Contacted) and event.what.channel == "call":
                assert case
                rep = case.debtor.representative
                instead = rep.phone if rep and rep.instead else None
                known = {phone.number for phone in case.debtor.phones if phone.stands}
                assert event.what.number in ({instead} if instead else known)
                assert not instead or event.what.outcome in material().outcomes["represented"]
                rung += 1
            case = event.apply(case)
    assert rung > 20


def test_cases_begin_here_on_working_days_of_the_last_nine_months() -> None:
    """But for whoever was sought in vain for a year."""
    for plan in PLANS:
        assert TABLES.calendar.is_working_day(plan.began_on)
        assert 9 <= (AS_OF - plan.began_on).days <= (405 if plan.card is HARD else 275)
        assert plan.opened_on <= plan.began_on
    lately = [live(plan, SCENE).events[0] for plan in PLANS[:5]]
    assert [london_date(event.at) for event in lately] == [plan.began_on for plan in PLANS[:5]]


def test_a_confiscation_order_is_the_crown_courts_and_due_within_three_months(
    accounts: list[tuple[Plan, Account]],
) -> None:
    """POCA 2002 s.11; no collection order, and nothing else imposed. Seen red with: due 120 days after the order."""
    orders = [one for plan, one in accounts if plan.card is CONFISCATED]

    assert len(orders) > 10
    for one in orders:
        (imposed,) = one.impositions
        assert imposed.court
        assert "Crown" in imposed.court
        assert one.last_step
        assert one.last_step.code == CONFISCATION
        assert one.terms
        assert one.terms.by
        assert imposed.imposed_on < one.terms.by <= months_after(imposed.imposed_on, 3)
        assert not one.collection_order
        assert one.reserve_terms is None


def test_a_confiscation_officer_writes_on_confiscation_cases_only() -> None:
    """Whose money it is, nobody but they know. Seen red with: the note written by an enforcement officer."""
    confiscation = {member.id for member in SCENE.staff if "confiscation-officer" in member.roles}
    for plan in dealt(CONFISCATED):
        notes = [event for event in live(plan, SCENE).events if event.actor in confiscation]
        assert [event.what.kind for event in notes] == ["note"]


def test_post_comes_back_from_whoever_is_dealt_that_card(accounts: list[tuple[Plan, Account]]) -> None:
    """Seen red with: the card's word not handed on."""
    back = [one.person.addresses[0].standing == "returned" for plan, one in accounts if plan.card is RETURNED]

    assert len(back) > 3
    assert all(back)
