"""How a case stands with its terms: what counts towards them, arrears, what is next, and whether new terms ask for more.

The naive side is `lived` of `test_terms_naive`: bills and a purse, day by day.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from time import perf_counter, process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.actions.receipt import TakeReceipt
from casework.actions.terms import AgreeTerms
from casework.case import Case
from casework.dates import start_of_day
from casework.refusals import Refused
from casework.standing import asks_for_more, behind, new_schedule, next_due, owed_under, payments, unpaid
from casework.terms import Arrears, Instalment, Terms, schedule
from tests.cases import FINES_OFFICER, TODAY, Story, an_account, imposed, weekly
from tests.unit.test_terms_naive import EVERY, History, Payment, lived

ONE_DAY = timedelta(1)
START = date(2026, 9, 3)
"""A Thursday; `weekly()` begins on it."""


def pay(pence: int, on: date) -> TakeReceipt:
    """Money by card."""
    return TakeReceipt(amount_pence=pence, method="card", received_on=on)


def undone(case: Case, receipt: str) -> Case:
    """The case with a receipt reversed: flagged, and owed again."""
    found = next(one for one in case.receipts if one.id == receipt)
    (owed,) = case.impositions
    return case.model_copy(
        update={
            "receipts": tuple(
                one.model_copy(update={"reversed": True}) if one.id == receipt else one for one in case.receipts
            ),
            "impositions": (owed.model_copy(update={"balance_pence": owed.balance_pence + found.amount_pence}),),
        }
    )


def agree(terms: Terms) -> AgreeTerms:
    """Terms with the payer's consent, so that nothing depends on which are worse."""
    return AgreeTerms(**terms.model_dump(exclude_none=True), reason="OTHER", consent=True, consent_how="by telephone")


# Arrears of a case


@pytest.mark.parametrize(
    ("on", "arrears", "missed"),
    [
        (date(2026, 9, 3), 0, None),
        (date(2026, 9, 4), 2_000, START),
        (date(2026, 9, 10), 2_000, START),
        (date(2026, 9, 11), 4_000, START),
        (date(2027, 6, 1), 24_000, START),
    ],
)
def test_an_instalment_of_a_case_is_in_arrears_from_the_day_after(on: date, arrears: int, missed: date | None) -> None:
    assert behind(Story(an_account(terms=weekly())).case, on) == Arrears(arrears, missed)


def test_without_terms_there_is_nothing_to_be_behind_with() -> None:
    case = Story().case
    assert behind(case, TODAY) is None and next_due(case, TODAY) is None
    assert (owed_under(case), payments(case), list(unpaid(case))) == (0, [], [])


def test_what_was_paid_before_the_account_came_counts_from_the_day_the_terms_began() -> None:
    """Caught: `paid_pence` left out."""
    case = Story(an_account(imposed(pence=24_000, paid=5_000), terms=weekly(), terms_began_on=START)).case
    assert case.in_force is not None and (case.in_force.balance_pence, case.in_force.paid_pence) == (24_000, 5_000)
    assert behind(case, date(2026, 9, 18)) == Arrears(1_000, date(2026, 9, 17))
    assert next_due(case, date(2026, 9, 1)) == Instalment(date(2026, 9, 17), 1_000)


def test_money_recorded_before_the_terms_does_not_count_towards_them() -> None:
    """Recorded, not received: a payment of last week that is recorded after is towards the new terms.

    Caught: every receipt of the case counted; receipts told apart by the day they were received.
    """
    story = Story(an_account(terms=weekly()))
    story.does(pay(4_000, TODAY))
    story.does(agree(weekly(1_000, TODAY)), by=FINES_OFFICER)
    assert behind(story.case, TODAY + ONE_DAY) == Arrears(1_000, TODAY)
    story.does(pay(400, date(2026, 11, 12)))
    assert behind(story.case, TODAY + ONE_DAY) == Arrears(600, TODAY)


def test_a_reversed_payment_counts_for_nothing() -> None:
    """Caught: reversed receipts counted."""
    story = Story(an_account(terms=weekly()))
    story.does(pay(2_000, TODAY))
    case = undone(story.case, story.case.receipts[0].id)
    assert behind(case, TODAY + ONE_DAY) == Arrears(24_000, START)


def test_money_from_before_the_terms_that_was_undone_is_owed_under_them() -> None:
    """£240.00, of which a cheque of £200.00 paid most; terms for the £40.00 left; then the cheque bounces.

    Caught: only what was owed when the terms began paid off.
    """
    story = Story(an_account(terms=weekly()))
    story.does(pay(20_000, TODAY))
    story.does(agree(Terms(plan="in_full", by=TODAY + timedelta(7))), by=FINES_OFFICER)
    assert owed_under(story.case) == 4_000
    case = undone(story.case, story.case.receipts[0].id)
    assert behind(case, TODAY + timedelta(8)) == Arrears(24_000, TODAY + timedelta(7))


def test_more_paid_than_owed_is_never_arrears() -> None:
    story = Story(an_account(terms=weekly()))
    story.does(pay(30_000, TODAY))
    assert behind(story.case, date(2030, 1, 1)) == Arrears(0, None)
    assert story.case.balance_pence == 0 and list(unpaid(story.case)) == []


def test_the_next_instalment_is_the_first_from_today_that_is_not_paid_ahead() -> None:
    """Caught: one paid ahead called next; today's left out."""
    story = Story(an_account(terms=weekly(2_000, TODAY)))
    assert next_due(story.case, TODAY) == Instalment(TODAY, 2_000)
    assert next_due(story.case, TODAY + ONE_DAY) == Instalment(TODAY + timedelta(7), 2_000)
    story.does(pay(2_500, TODAY))
    assert next_due(story.case, TODAY) == Instalment(TODAY + timedelta(7), 1_500)


# Cases against living through every day


def some_terms(rng: Random, start: date) -> Terms:
    """Any terms from `start` on."""
    if rng.random() < 0.2:
        return Terms(plan="in_full", by=start + timedelta(rng.randrange(40)))
    amount, every = rng.choice([700, 1_000, 2_345]), rng.choice(EVERY)
    if rng.random() < 0.5:
        return Terms(plan="instalments", amount_pence=amount, every=every, start=start)
    lump, by = rng.choice([amount, 5_000]), start + timedelta(rng.randrange(30))
    return Terms(plan="lump_sum", amount_pence=amount, every=every, start=start, lump_sum_pence=lump, lump_sum_by=by)


def test_cases_agree_with_living_through_every_day() -> None:
    """Terms agreed midway, money before and after, some of it undone; each case looked at on five days.

    Caught: each of the bugs named above.
    """
    seen: Counter[str] = Counter()
    for number in range(400):
        rng = Random(number)
        day = date(2026, 9, 1)
        story = Story(an_account(imposed(pence=rng.randint(3_000, 20_000)), terms=some_terms(rng, day)))
        assert story.case.terms
        terms, balance, before = story.case.terms, story.case.balance_pence, set[str]()
        paid: dict[str, Payment] = {}
        for _ in range(rng.randrange(1, 6)):
            day += timedelta(rng.randrange(12))
            owed, now = story.case.balance_pence, start_of_day(day) + timedelta(hours=12)
            if owed and rng.random() < 0.3:
                proposed = some_terms(rng, day + timedelta(rng.randrange(10)))
                try:
                    story.does(agree(proposed), now, by=FINES_OFFICER)
                except Refused:
                    continue
                terms, balance, before, paid = proposed, owed, before | paid.keys(), {}
                seen["new terms"] += 1
            elif owed:
                received = day - timedelta(rng.choice([0, 0, 3]))
                if received >= date(2026, 9, 1):
                    story.does(pay(min(owed, rng.choice([700, 1_000, 3_000])), received), now)
                    paid[story.case.receipts[-1].id] = Payment(story.case.receipts[-1].amount_pence, received)
        case = story.case
        for one in case.receipts:
            if not one.reversed and rng.random() < 0.3:
                case = undone(case, one.id)
                seen["undone, from before" if one.id in before else "undone"] += 1
                balance += one.amount_pence if one.id in before else 0
                paid.pop(one.id, None)
        looks = frozenset(day + timedelta(rng.randrange(90)) for _ in range(5))
        for look, bills in lived(History(terms, balance, list(paid.values()), looks)):
            if look in looks:
                overdue = [bill for bill in bills if bill.due < look and bill.unpaid]
                expected = Arrears(sum(bill.unpaid for bill in overdue), overdue[0].due if overdue else None)
                assert behind(case, look) == expected, f"history {number} on {look}"
                seen["behind" if overdue else "not behind"] += 1
    assert min(seen[name] for name in ("new terms", "undone", "undone, from before", "behind", "not behind")) > 40, seen


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case with money in, and perhaps terms agreed midway."""
    rng = Random(draw(st.integers(0, 10**6)))
    story = Story(an_account(imposed(pence=draw(st.integers(1, 30_000))), terms=some_terms(rng, START)))
    for _ in range(draw(st.integers(0, 3))):
        story.does(pay(draw(st.integers(1, 9_000)), TODAY))
    if story.case.balance_pence and draw(st.booleans()):
        story.does(agree(some_terms(rng, TODAY + timedelta(rng.randrange(9)))), by=FINES_OFFICER)
        story.does(pay(draw(st.integers(1, 9_000)), TODAY))
    return story.case


@given(cases(), st.integers(0, 900), st.integers(0, 200))
def test_arrears_of_a_case_are_between_nothing_and_the_balance_and_never_fall_by_themselves(
    case: Case, days: int, more: int
) -> None:
    on = TODAY + timedelta(days)
    first, later = behind(case, on), behind(case, on + timedelta(more))
    assert first and later
    assert 0 <= first.arrears_pence <= later.arrears_pence <= case.balance_pence
    assert (first.arrears_pence > 0) == (first.first_missed is not None)


@given(cases())
def test_what_is_unpaid_comes_to_the_balance(case: Case) -> None:
    assert sum(one.amount_pence for one in unpaid(case)) == case.balance_pence


# Do new terms ask for more?


def test_terms_are_worse_when_by_some_day_they_have_asked_for_more_in_all() -> None:
    """£240.00 at £20.00 a week from Thursday 26 November: nothing in arrears.

    Caught: only the size of the instalments compared; only the whole compared; arrears left out.
    """
    case = Story(an_account(terms=weekly(2_000, TODAY + timedelta(7)))).case

    def more_by(terms: Terms) -> date | None:
        return asks_for_more(terms, case, TODAY)

    assert more_by(weekly(2_000, date(2026, 11, 26))) is None
    assert more_by(weekly(2_000, date(2026, 11, 25))) == date(2026, 11, 25)
    assert more_by(weekly(2_000, date(2026, 11, 27))) is None
    assert more_by(weekly(2_001, date(2026, 11, 26))) == date(2026, 11, 26)
    assert more_by(weekly(1_999, date(2026, 11, 26))) is None
    assert more_by(weekly(2_300, date(2026, 12, 3))) == date(2027, 1, 14), "later at first; £161.00 to £160.00 then"
    assert more_by(Terms(plan="in_full", by=date(2027, 2, 11))) is None
    assert more_by(Terms(plan="in_full", by=date(2027, 2, 10))) == date(2027, 2, 10)


def test_what_is_in_arrears_is_asked_for_at_once() -> None:
    """Twenty pounds a week since 3 September: £220.00 behind, so that almost anything is better."""
    case = Story(an_account(terms=weekly())).case
    assert asks_for_more(weekly(22_000, TODAY), case, TODAY) is None
    assert asks_for_more(Terms(plan="in_full", by=TODAY), case, TODAY) is None, "the last £20.00 is due today too"
    assert asks_for_more(Terms(plan="in_full", by=TODAY - ONE_DAY), case, TODAY - ONE_DAY) == TODAY - ONE_DAY


def test_terms_of_many_thousand_years_are_compared_as_far_as_it_matters() -> None:
    """£100,000.00 at a penny a week, as an import may say. Caught: all of it gone through, for half a second a key."""
    case = Story(an_account(imposed(pence=10_000_000), terms=weekly(1, date(2026, 11, 26)))).case
    begun = perf_counter()
    assert asks_for_more(weekly(100_000, date(2026, 11, 26)), case, TODAY) == date(2026, 11, 26)
    assert perf_counter() - begun < 0.1


def test_without_terms_none_are_worse() -> None:
    assert asks_for_more(Terms(plan="in_full", by=TODAY), Story().case, TODAY) is None


def test_worse_agrees_with_adding_up_every_day() -> None:
    """Caught: each of the bugs named above."""
    found: Counter[bool] = Counter()
    for number in range(300):
        rng = Random(number)
        story = Story(an_account(imposed(pence=rng.randint(2_000, 15_000)), terms=some_terms(rng, START)))
        assert story.case.terms
        paid = rng.choice([0, 0, 700, 2_000])
        if paid:
            story.does(pay(min(paid, story.case.balance_pence), TODAY))
        terms = some_terms(rng, TODAY + timedelta(rng.randrange(30)))
        if not story.case.balance_pence:
            continue
        money = [Payment(one.amount_pence, one.received_on) for one in story.case.receipts]
        end = TODAY + timedelta(900)
        now = lived(
            History(story.case.terms, sum(one.imposed_pence for one in story.case.impositions), money, frozenset({end}))
        )
        present = {day: sum(bill.unpaid for bill in bills) for day, bills in now}
        later = lived(History(terms, story.case.balance_pence, [], frozenset({TODAY, end})))
        new = {day: sum(bill.asked for bill in bills) for day, bills in later}
        naive = next((d for d in sorted(new) if d >= TODAY and new[d] > present[d]), None)
        assert asks_for_more(terms, story.case, TODAY) == naive, number
        found[naive is None] += 1
    assert min(found[True], found[False]) > 40, found


@pytest.mark.parametrize(("now", "pence"), [(2_000, 100), (2_000, 200), (2_000, 2_000), (200, 200), (200, 198)])
def test_terms_are_compared_within_the_time_of_a_key(now: int, pence: int) -> None:
    """£10,000.00 by the week, as it is typed: the form asks on every key. Seen red with: both schedules built and sorted."""
    case = Story(an_account(imposed("FO", 1_000_000), terms=weekly(now, date(2026, 11, 20)))).case
    taken = []
    for _ in range(5):
        began = process_time()
        with suppress(ValueError):
            asks_for_more(weekly(pence, date(2026, 11, 20)), case, TODAY)
        taken.append(process_time() - began)
    assert min(taken) < 0.008


# The schedule that a change brings


def test_new_terms_bring_a_schedule_and_nothing_else_does() -> None:
    """Caught: the schedule of terms that were there before."""
    story = Story(an_account(terms=weekly()))
    before = story.case
    story.does(pay(4_000, TODAY))
    assert new_schedule(before, story.case) is None
    before, terms = story.case, weekly(5_000, TODAY)
    story.does(agree(terms), by=FINES_OFFICER)
    assert new_schedule(before, story.case) == schedule(terms, 20_000)
