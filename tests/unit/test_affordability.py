"""What somebody can afford. Law page, section 7.4: surplus = income - essentials - priority debts; savings at most 10 % of
the surplus and £20.00 a month; suggest min(surplus, balance/12), floor £5.00 a week.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from casework.actions import parse_action
from casework.actions.declare import fields, reasons_of
from casework.actions.means import TakeMeans, suggestion
from casework.affordability import (
    Means,
    allowed_savings,
    income_a_month,
    least_instalment,
    spending_a_month,
    suggested,
)
from casework.people import Employer
from casework.quick_entry import action_of, parse
from casework.refusals import Refused
from casework.terms import Every
from tests.cases import TODAY, Story, a_person, an_account, imposed, situation

CASE = Story().case


def left(pence: int) -> Means:
    """Means that leave so much a month."""
    return Means(id="1.1", taken_on=TODAY, income_pence=pence, essentials_pence=0, priority_pence=0)


def offer(surplus: int, balance: int, every: Every = "monthly") -> int | None:
    """The instalment that is proposed."""
    return suggested(left(surplus), balance, every, least_a_week_pence=500, months=12)


def taken(**given: Any) -> Means:
    """What the case keeps of a form."""
    story = Story()
    story.does(TakeMeans.model_validate(given))
    assert story.case.means is not None
    return story.case.means


# The surplus


def test_the_surplus_is_income_less_essentials_and_priority_debts() -> None:
    """Caught: priority debts left out; one of the costs left out."""
    costs = dict.fromkeys(TakeMeans.SPENDING, 100)
    found = taken(income_pence=100_000, **costs, priority_pence=5_000)
    assert (found.income_pence, found.essentials_pence, found.priority_pence) == (100_000, 1_100, 5_000)
    assert found.surplus_pence == 93_900


def test_the_form_has_every_line_of_the_statement() -> None:
    """Law page, 7.4: fixed, then flexible, then priority debts and savings."""
    assert [one.name.removesuffix("_pence") for one in fields(TakeMeans, CASE, {}, situation())] == [
        *("income", "period"),
        *("housing", "tax", "utilities", "care", "transport", "school", "pension", "insurance"),
        *("communications", "food", "personal"),
        *("priority", "savings", "note"),
    ]


def test_more_going_out_than_in_leaves_nothing() -> None:
    assert taken(income_pence=100, housing_pence=101).surplus_pence == 0


@pytest.mark.parametrize(
    ("a_week", "income", "spending"),
    [(0, 0, 0), (300, 1_300, 1_300), (1, 4, 5), (100, 433, 434), (10_000, 43_333, 43_334)],
)
def test_weeks_become_months_by_52_to_12_and_a_fraction_of_a_penny_leaves_less(
    a_week: int, income: int, spending: int
) -> None:
    """£100.00 a week are £433.33⅓ a month. Caught: both rounded one way."""
    assert (income_a_month(a_week, "weekly"), spending_a_month(a_week, "weekly")) == (income, spending)
    assert income_a_month(a_week, "monthly") == spending_a_month(a_week, "monthly") == a_week


@given(st.integers(0, 10**7))
def test_rounding_is_less_than_a_penny_and_never_in_our_favour(pence: int) -> None:
    exact = Fraction(pence * 52, 12)
    assert 0 <= exact - income_a_month(pence, "weekly") < 1
    assert 0 <= spending_a_month(pence, "weekly") - exact < 1


@pytest.mark.parametrize(
    ("put_by", "rest", "allowed"),
    [
        (500, 10_000, 500),
        (1_000, 10_000, 1_000),
        (1_001, 10_000, 1_000),
        (1_999, 100_000, 1_999),
        (2_001, 100_000, 2_000),
        (500, 0, 0),
        (500, -1_000, 0),
    ],
)
def test_savings_count_up_to_a_tenth_of_what_is_left_and_twenty_pounds(put_by: int, rest: int, allowed: int) -> None:
    """Caught: a tenth of the income; no cap; savings of somebody with nothing left."""
    assert allowed_savings(put_by, rest, 10, 2_000) == allowed


def test_the_form_allows_savings_by_the_table() -> None:
    assert taken(income_pence=100_000, housing_pence=90_000, savings_pence=5_000).surplus_pence == 9_000
    assert taken(income_pence=100_000, savings_pence=5_000).surplus_pence == 98_000


# The instalment


@pytest.mark.parametrize(
    ("surplus", "balance", "every", "instalment"),
    [
        (50_000, 120_000, "monthly", 10_000),
        (50_000, 120_001, "monthly", 10_001),
        (8_000, 120_000, "monthly", 8_000),
        (50_000, 120_000, "weekly", 2_308),
        (10_000, 120_000, "weekly", 2_307),
        (10_000, 120_000, "fortnightly", 4_615),
        (50_000, 5_000, "weekly", 500),
        (50_000, 300, "weekly", 300),
        (2_167, 120_000, "monthly", 2_167),
        (2_166, 120_000, "monthly", None),
        (2_167, 120_000, "weekly", 500),
        (2_166, 120_000, "weekly", None),
        (0, 120_000, "weekly", None),
        (300, 300, "monthly", 300),
    ],
)
def test_the_instalment_clears_in_a_year_or_is_all_they_have_and_at_least_five_pounds_a_week(
    surplus: int, balance: int, every: Every, instalment: int | None
) -> None:
    """£5.00 a week are £21.67 a month. Caught: no floor; the floor where it is not borne; rounded up beyond the means."""
    assert offer(surplus, balance, every) == instalment


@given(st.integers(0, 500_000), st.integers(1, 10**7), st.sampled_from(["weekly", "fortnightly", "monthly"]))
def test_what_is_proposed_is_never_more_than_they_have_nor_than_is_owed(
    surplus: int, balance: int, every: Every
) -> None:
    found = offer(surplus, balance, every)
    times = {"weekly": 52, "fortnightly": 26, "monthly": 12}[every]
    if found is None:
        assert surplus * 12 < least_instalment(500, every) * times
    else:
        assert 0 < found <= balance
        assert found * times <= surplus * 12
        assert found * times >= 500 * 52 or found == balance


def test_the_limits_are_those_of_the_table() -> None:
    assert suggestion(left(50_000), 120_000, "monthly", situation()) == 10_000


# The action


def test_means_are_kept_and_told() -> None:
    story = Story()
    done = story.does(TakeMeans(income_pence=30_000, period="weekly", housing_pence=10_000, note="by telephone"))
    assert story.case.means == Means(
        id=f"{done.events[0].seq}.1",
        taken_on=TODAY,
        income_pence=130_000,
        essentials_pence=43_334,
        priority_pence=0,
    )
    assert done.events[0].what.model_dump(mode="json")["lines"] == {"income": 30_000, "housing": 10_000}
    assert done.events[0].what.summary() == ("£1,300.00 in, £433.34 out, £866.66 left a month  by telephone")


def test_the_payer_is_told_what_would_be_affordable() -> None:
    case = Story(an_account(imposed(pence=120_000))).case
    assert TakeMeans(income_pence=100_000).to_say(case, situation()) == ["£100.00 monthly would be affordable"]
    assert TakeMeans(income_pence=100).to_say(case, situation()) == []


def test_means_that_bear_nothing_or_do_not_add_up_are_cautioned() -> None:
    broke = TakeMeans(income_pence=100_000, housing_pence=98_000)
    remission = "£20.00 a month is left, less than £5.00 a week: think of remission, or of the court"
    assert broke.cautions(CASE, situation()) == [remission]
    assert broke.cautions(Story(an_account(imposed(paid=24_000))).case, situation()) == []
    over = TakeMeans(income_pence=100_000, housing_pence=100_001).cautions(CASE, situation())
    assert over[0] == "£0.01 a month more goes out than comes in"
    assert TakeMeans(income_pence=100_000).cautions(CASE, situation()) == []


def test_means_are_read_from_json_and_need_an_income() -> None:
    assert parse_action('{"kind":"means","income_pence":0}') == TakeMeans(income_pence=0)
    for bad in (
        "{}",
        '{"income_pence":-1}',
        '{"income_pence":1,"food_pence":1.5}',
        '{"income_pence":1,"period":"daily"}',
    ):
        with pytest.raises(Refused):
            parse_action(f'{{"kind":"means",{bad[1:]}')
    assert not TakeMeans(income_pence=0).needs_claim()


def test_means_on_one_line_in_their_own_period() -> None:
    """Proposed as they are paid, while that stands."""
    line = "means 300 housing 100 food 55.50 priority 5 said at the door"
    wanted = TakeMeans(
        income_pence=30_000, housing_pence=10_000, food_pence=5_550, priority_pence=500, note="said at the door"
    )
    assert action_of(parse(line, CASE, situation()), CASE, situation()) == wanted
    employer = Employer.model_validate({"name": "Acme", "paid": "weekly"})
    weekly_paid = Story(an_account(person=a_person(employer=employer))).case
    assert action_of(parse(line, weekly_paid, situation()), weekly_paid, situation()) == wanted.model_copy(
        update={"period": "weekly"}
    )


def test_no_sum_of_a_household_is_too_much_for_the_form() -> None:
    """Fourteen of the largest a week are a month's still; one more penny is refused in words."""
    most = 10**11
    spent = dict.fromkeys(TakeMeans.SPENDING, most)
    taken = TakeMeans.model_validate(
        {"income_pence": most, "period": "weekly", **spent, "priority_pence": most, "savings_pence": most}
    )
    assert Story().does(taken).case.means is not None
    with pytest.raises(ValidationError) as fault:
        TakeMeans(income_pence=most + 1)
    assert [(one.field, one.message) for one in reasons_of(fault.value)] == [("income_pence", "that is too much")]
