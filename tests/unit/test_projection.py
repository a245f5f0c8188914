"""What new terms come to before anybody agrees them. Law page, section 7.4 (affordability, twelve months, the floor of £5 a
week); command line page, paragraph TERMS; OPAL page, section 2.3 (arrears).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.actions.means import TakeMeans
from casework.case import Case
from casework.projection import affording, how_long, project
from casework.terms import Every, Terms, schedule
from tests.cases import TODAY, Story, an_account, imposed, situation, weekly

FRIDAY = date(2026, 11, 20)


def a_case(pence: int = 24_000, terms: Terms | None = None) -> Case:
    """Somebody who owes £240.00, under no terms unless told."""
    return Story(an_account(imposed(pence=pence), terms=terms)).case


def test_a_fine_of_240_at_20_a_week_is_twelve_instalments() -> None:
    """Seen red with: the last taken for the full amount; one instalment too many."""
    found = project(weekly(2_000, FRIDAY), a_case(), TODAY)
    assert found is not None
    assert (found.count, found.last.amount_pence, found.last.due) == (12, 2_000, date(2027, 2, 5))
    assert [one.due for one in found.first] == [FRIDAY, date(2026, 11, 27), date(2026, 12, 4)]
    odd = project(weekly(2_000, FRIDAY), a_case(24_500), TODAY)
    assert odd is not None and (odd.count, odd.last.amount_pence) == (13, 500)


def test_a_lump_sum_counts_as_a_payment() -> None:
    terms = weekly(2_000, FRIDAY).model_copy(
        update={"plan": "lump_sum", "lump_sum_pence": 10_000, "lump_sum_by": date(2026, 11, 24)}
    )
    found = project(terms, a_case(), TODAY)
    assert found is not None and found.count == 8
    assert [one.amount_pence for one in found.first] == [2_000, 10_000, 2_000]


def test_new_terms_take_all_that_is_behind_into_them() -> None:
    """£240.00 at £20.00 a week from 3 September: eleven are overdue on 19 November. Seen red with: the arrears kept after."""
    found = project(weekly(1_000, FRIDAY), a_case(terms=weekly(2_000)), TODAY)
    assert found is not None and (found.behind_pence, found.behind_after_pence) == (22_000, 0)
    first = project(weekly(1_000, FRIDAY), a_case(), TODAY)
    assert first is not None and first.behind_pence == 0


def test_terms_from_a_day_that_has_passed_begin_with_arrears() -> None:
    """As a court may order them. Due on its day, behind from the next."""
    for start, behind in ((TODAY, 0), (TODAY - timedelta(1), 2_000)):
        found = project(weekly(2_000, start), a_case(), TODAY)
        assert found is not None and found.behind_after_pence == behind


def test_terms_that_never_pay_it_off_are_no_projection() -> None:
    with pytest.raises(ValueError, match="does not pay off"):
        project(Terms(plan="instalments", amount_pence=1, every="monthly", start=FRIDAY), a_case(), TODAY)


@given(
    owed=st.integers(1, 300_000),
    each=st.integers(300, 100_000),
    every=st.sampled_from(["weekly", "fortnightly", "monthly"]),
    days=st.integers(0, 400),
    lump=st.none() | st.tuples(st.integers(1, 500_000), st.integers(0, 400)),
)
def test_what_is_projected_comes_to_what_is_owed(
    owed: int, each: int, every: Every, days: int, lump: tuple[int, int] | None
) -> None:
    """Whatever the plan: all but the last are as agreed, and all together are the balance, to the penny."""
    keys: dict[str, object] = {"amount_pence": each, "every": every, "start": TODAY + timedelta(days)}
    if lump is not None:
        keys |= {"lump_sum_pence": lump[0], "lump_sum_by": TODAY + timedelta(lump[1])}
    terms = Terms.model_validate({"plan": "lump_sum" if lump else "instalments", **keys})
    case = a_case(owed)
    found, whole = project(terms, case, TODAY), schedule(terms, owed)
    assert found is not None
    assert sum(one.amount_pence for one in whole) == owed
    assert (found.count, found.first, found.last) == (len(whole), whole[:3], whole[-1])


# What they can afford


def with_means(spent: int, owed: int = 24_000) -> Case:
    """Somebody with £1,000.00 a month, and what they spend of it."""
    story = Story(an_account(imposed(pence=owed)))
    story.does(TakeMeans(income_pence=100_000, housing_pence=spent))
    return story.case


@pytest.mark.parametrize(
    ("spent", "owed", "offer", "why"),
    [
        (90_000, 24_000, 500, "the least agreed here"),
        (90_000, 60_000, 1_154, "clears in 12 months"),
        (95_000, 100_000, 1_153, "all that is left"),
        (90_000, 300, 300, "all that is owed"),
        (98_000, 24_000, None, "less than £5.00 a week is left"),
    ],
)
def test_the_suggestion_says_which_limit_made_it(spent: int, owed: int, offer: int | None, why: str) -> None:
    """min(surplus, balance / 12), no less than £5 a week: £600.00 in 52 weeks is £11.54; £50.00 a month is £11.53 a week.

    Seen red with: “all that is left” said of what clears it; the floor named where the surplus was less."""
    found = affording(with_means(spent, owed), "weekly", situation())
    assert found is not None and (found.offer_pence, found.why) == (offer, why)


def test_the_share_is_of_what_is_left_for_that_period() -> None:
    """£100.00 a month is £23.07 a week and £46.15 a fortnight. Seen red with: rounded down, so that a penny over is 100 %."""
    case = with_means(90_000)
    week = affording(case, "weekly", situation())
    fortnight = affording(case, "fortnightly", situation())
    assert week is not None and fortnight is not None
    assert (week.left_pence, fortnight.left_pence) == (2_307, 4_615)
    assert [week.takes_percent(pence) for pence in (2_306, 2_307, 2_308)] == [100, 100, 101]
    assert week.takes_percent(500) == 22
    nothing = affording(with_means(100_000), "weekly", situation())
    assert nothing is not None and nothing.takes_percent(500) is None
    assert affording(a_case(), "weekly", situation()) is None


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (TODAY - timedelta(1), "past"),
        (TODAY, "today"),
        (TODAY + timedelta(1), "1 day"),
        (TODAY + timedelta(13), "13 days"),
        (TODAY + timedelta(14), "2 weeks"),
        (date(2027, 2, 18), "13 weeks"),
        (date(2027, 2, 19), "3 months"),
        (date(2027, 11, 18), "11 months"),
        (date(2027, 11, 19), "12 months"),
        (date(2028, 11, 18), "23 months"),
        (date(2028, 11, 19), "2 years"),
        (date(2028, 12, 19), "2 years 1 month"),
    ],
)
def test_how_far_ahead_a_day_is(until: date, words: str) -> None:
    """Seen red with: a month counted that has not gone by."""
    assert how_long(TODAY, until) == words
