"""How a payment is shared. The order: OPAL page, section 3.6; oldest first and pro rata: law page, section 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.ledger import RECEIVED, SUSPENSE, Allocation, allocate, natural, postings
from tests.cases import TODAY, shipped_tables

ORDER = shipped_tables().allocation(TODAY)

PRIORITIES = {
    **dict.fromkeys(["FCOMP", "FCMP", "FCST", "FINE"], 1),
    **dict.fromkeys(["FVS", "FEES"], 2),
    **dict.fromkeys(["FCOST", "FCPC"], 3),
    **dict.fromkeys(["FCUEX", "FNIA"], 4),
    **dict.fromkeys(["FO", "FOPR1"], 6),
    **dict.fromkeys(["FLAID"], 7),
    **dict.fromkeys(["FVEA", "FVEBD"], 8),
    **dict.fromkeys(["FDCON", "FWEC"], 9),
    **dict.fromkeys(["FCC", "FFR"], 10),
}
"""From the page, not from our table."""


@dataclass(frozen=True)
class Owed:
    """A sum owed, in a word."""

    id: str
    result: str
    balance_pence: int
    imposed_on: date = date(2026, 9, 1)


def shared(payment: int, *owed: Owed) -> tuple[dict[str, int], int]:
    """Who gets what, and what is left over."""
    shares, left_over = allocate(owed, payment, ORDER)
    return {one.id: one.amount_pence for one in shares}, left_over


# Worked by hand


def test_compensation_is_paid_before_the_surcharge_the_costs_and_the_fine() -> None:
    """£100.00 on £50.00 compensation, £34.00 surcharge, £85.00 costs and a fine of £200.00: the costs get the last £16.00,
    the fine nothing. Seen red with: the fine before the costs."""
    owed = [
        Owed("1.1", "FO", 20_000),
        Owed("1.2", "FCOST", 8_500),
        Owed("1.3", "FVS", 3_400),
        Owed("1.4", "FCOMP", 5_000),
    ]
    assert shared(10_000, *owed) == ({"1.4": 5_000, "1.3": 3_400, "1.2": 1_600}, 0)


def test_every_result_of_the_page_stands_at_its_priority() -> None:
    assert {result: row.priority for row in ORDER for result in row.results} == PRIORITIES


@pytest.mark.parametrize(
    ("sooner", "later"), [(a, b) for a in PRIORITIES for b in PRIORITIES if PRIORITIES[a] < PRIORITIES[b]]
)
def test_a_higher_priority_is_paid_first_even_when_it_is_newer(sooner: str, later: str) -> None:
    """Seen red with: oldest first across priorities."""
    newer, older = Owed("1.2", sooner, 100, date(2026, 10, 1)), Owed("1.1", later, 100, date(2020, 1, 1))
    assert shared(100, older, newer) == ({"1.2": 100}, 0)
    assert shared(101, older, newer) == ({"1.2": 100, "1.1": 1}, 0)


def test_inside_a_priority_the_oldest_is_paid_first() -> None:
    """Surcharge and fees share one priority. Seen red with: the newest first."""
    old, new = Owed("1.2", "FEES", 3_000, date(2025, 1, 1)), Owed("1.1", "FVS", 3_000, date(2026, 1, 1))
    assert shared(4_000, new, old) == ({"1.2": 3_000, "1.1": 1_000}, 0)


def test_fines_of_one_date_are_paid_one_after_the_other_in_the_order_of_their_ids() -> None:
    """`1.2` comes before `1.10`. Seen red with: ids compared as text."""
    assert shared(150, Owed("1.10", "FO", 100), Owed("1.2", "FO", 100)) == ({"1.2": 100, "1.10": 50}, 0)


def test_compensation_of_one_date_is_shared_pro_rata() -> None:
    """£10.00 on £100.00 and £50.00: £6.67 and £3.33. Seen red with: the first one paid in full."""
    assert shared(1_000, Owed("1.1", "FCOMP", 10_000), Owed("1.2", "FCOMP", 5_000)) == ({"1.1": 667, "1.2": 333}, 0)


def test_older_compensation_is_paid_before_newer() -> None:
    """Pro rata is for one date only. Seen red with: all compensation shared."""
    older, newer = Owed("1.2", "FCOMP", 500, date(2026, 8, 1)), Owed("1.1", "FCOMP", 500, date(2026, 8, 2))
    assert shared(600, newer, older) == ({"1.2": 500, "1.1": 100}, 0)


def test_the_odd_penny_goes_to_the_largest_remainder() -> None:
    """£1.00 on £2.00, £3.00 and £1.00 by sixths: 33⅓, 50 and 16⅔; the odd penny goes to the last.
    Seen red with: odd pennies to the first."""
    owed = [Owed("1.1", "FCOMP", 200), Owed("1.2", "FCOMP", 300), Owed("1.3", "FCOMP", 100)]
    assert shared(100, *owed) == ({"1.1": 33, "1.2": 50, "1.3": 17}, 0)


def test_odd_pennies_of_equal_remainders_go_by_id() -> None:
    """Two odd pennies among three. `1.10` comes last. Seen red with: ids compared as text."""
    owed = [Owed("1.10", "FCOMP", 100), Owed("1.9", "FCOMP", 100), Owed("1.8", "FCOMP", 100)]
    assert shared(200, *owed) == ({"1.8": 67, "1.9": 67, "1.10": 66}, 0)


def test_one_penny_for_two_goes_to_one_of_them_only() -> None:
    """An allocation of nothing is not made."""
    assert shared(1, Owed("1.1", "FCOMP", 100), Owed("1.2", "FCOMP", 100)) == ({"1.1": 1}, 0)


def test_what_was_paid_before_does_not_share() -> None:
    assert shared(100, Owed("1.1", "FCOMP", 0), Owed("1.2", "FCOMP", 100)) == ({"1.2": 100}, 0)


def test_what_is_more_than_owed_is_left_over() -> None:
    """Seen red with: the over-payment put on the last imposition."""
    assert shared(1_000, Owed("1.1", "FCOMP", 300), Owed("1.2", "FO", 300)) == ({"1.1": 300, "1.2": 300}, 400)
    assert shared(1_000, Owed("1.1", "FCOMP", 0)) == ({}, 1_000)
    assert shared(1_000) == ({}, 1_000)


def test_a_result_that_the_table_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no place in the allocation order for FXXX, FYYY"):
        shared(100, Owed("1.1", "FYYY", 100), Owed("1.2", "FXXX", 100), Owed("1.3", "FO", 100))


def test_what_is_owed_may_be_handed_over_one_by_one() -> None:
    """Found: an iterator was used up by the look for unknown results, and nothing was paid."""
    shares, left_over = allocate(iter([Owed("1.1", "FO", 100)]), 60, ORDER)
    assert (shares, left_over) == ((Allocation(id="1.1", amount_pence=60),), 0)


def test_ids_are_ordered_as_people_count() -> None:
    assert sorted(["10.1", "2.10", "2.2", "1.1"], key=natural) == ["1.1", "2.2", "2.10", "10.1"]


def test_a_receipt_is_postings_that_sum_to_zero() -> None:
    """Seen red with: suspense left out of the money received."""
    made = postings([Allocation(id="1.1", amount_pence=60)], 40)
    assert [(one.account, one.pence) for one in made] == [(RECEIVED, 100), ("1.1", -60), (SUSPENSE, -40)]


# On anything


@st.composite
def anything_owed(draw: st.DrawFn) -> list[Owed]:
    """Up to eight sums, few dates and priorities, so that they meet."""
    ids = draw(st.lists(st.integers(1, 30), max_size=8, unique=True))
    dates = st.sampled_from([date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 2)])
    results = st.sampled_from(["FCOMP", "FCOMP", "FCOMP", "FINE", "FVS", "FEES", "FO", "FCC"])
    balances = st.one_of(st.integers(0, 10), st.integers(0, 50_000))
    return [Owed(f"1.{n}", draw(results), draw(balances), draw(dates)) for n in ids]


PAYMENTS = st.one_of(st.integers(1, 60), st.integers(1, 200_000))


def by_hand(owed: Sequence[Owed], payment: int) -> tuple[dict[str, int], int]:
    """The rule once more, written from the page: one priority after the other, one date after the other, in fractions."""
    given: dict[str, int] = {}
    for priority in range(1, 11):
        for day in sorted({one.imposed_on for one in owed}):
            open_here = [
                one
                for one in owed
                if PRIORITIES[one.result] == priority and one.imposed_on == day and one.balance_pence > 0
            ]
            open_here.sort(key=lambda one: int(one.id.split(".")[1]))
            total = sum(one.balance_pence for one in open_here)
            here = min(payment, total)
            payment -= here
            if priority == 1 and here:
                exact = {one.id: Fraction(here * one.balance_pence, total) for one in open_here}
                parts = {name: int(share) for name, share in exact.items()}
                while sum(parts.values()) < here:
                    most = max(exact[name] - parts[name] for name in parts)
                    parts[next(name for name in parts if exact[name] - parts[name] == most)] += 1
                given.update(parts)
            else:
                for one in open_here:
                    given[one.id] = min(here, one.balance_pence)
                    here -= given[one.id]
    return {name: pence for name, pence in given.items() if pence}, payment


@settings(max_examples=300)
@given(anything_owed(), PAYMENTS)
def test_a_second_reading_of_the_rule_comes_to_the_same(owed: list[Owed], payment: int) -> None:
    """Seen red with: odd pennies to the first."""
    assert shared(payment, *owed) == by_hand(owed, payment)


@given(anything_owed(), PAYMENTS)
def test_every_penny_is_somewhere_and_nobody_gets_more_than_is_owed(owed: list[Owed], payment: int) -> None:
    """Seen red with: odd pennies handed to all."""
    shares, left_over = shared(payment, *owed)
    balances = {one.id: one.balance_pence for one in owed}
    assert sum(shares.values()) + left_over == payment
    assert all(0 < pence <= balances[name] for name, pence in shares.items())
    assert left_over >= 0
    if left_over:
        assert shares == {name: pence for name, pence in balances.items() if pence}


@given(anything_owed(), PAYMENTS)
def test_a_lower_priority_gets_nothing_while_a_higher_one_is_open(owed: list[Owed], payment: int) -> None:
    shares, _ = shared(payment, *owed)
    place = {one.id: (PRIORITIES[one.result], one.imposed_on) for one in owed}
    still_open = {place[one.id] for one in owed if shares.get(one.id, 0) < one.balance_pence}
    assert all(place[name] <= opened for name in shares for opened in still_open)


@given(anything_owed(), PAYMENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_sums_are_named_makes_no_difference(owed: list[Owed], payment: int, random: Random) -> None:
    mixed = owed.copy()
    random.shuffle(mixed)
    assert allocate(mixed, payment, ORDER) == allocate(owed, payment, ORDER)


@given(anything_owed(), PAYMENTS)
def test_a_receipt_always_sums_to_zero(owed: list[Owed], payment: int) -> None:
    shares, left_over = allocate(owed, payment, ORDER)
    made = postings(shares, left_over)
    assert sum(one.pence for one in made) == 0
    assert made[0].account == RECEIVED and made[0].pence == payment
    assert all(one.pence < 0 for one in made[1:])


@given(st.lists(st.integers(1, 5_000), min_size=2, max_size=6), st.integers(1, 20_000))
def test_a_pro_rata_share_is_less_than_a_penny_from_exact(balances: list[int], payment: int) -> None:
    owed = [Owed(f"1.{n}", "FCOMP", pence) for n, pence in enumerate(balances)]
    paid, total = min(payment, sum(balances)), sum(balances)
    shares, _ = shared(payment, *owed)
    for one in owed:
        assert abs(shares.get(one.id, 0) - Fraction(paid * one.balance_pence, total)) < 1
    for one, other in pairwise(sorted(owed, key=lambda one: one.balance_pence)):
        assert shares.get(one.id, 0) <= shares.get(other.id, 0) + 1
