"""Money as people write it, and as we show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from casework.money import Pence, Sum, format_money, parse_money


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("20", 2_000),
        ("£20", 2_000),
        ("£ 20", 2_000),
        (" 20 ", 2_000),
        ("20.5", 2_050),
        ("20.05", 2_005),
        ("£20.50", 2_050),
        ("1240", 124_000),
        ("1,240", 124_000),
        ("£1,240.00", 124_000),
        ("1,234,567.89", 123_456_789),
        ("75p", 75),
        ("75 p", 75),
        ("0.75", 75),
        ("0", 0),
    ],
)
def test_money_is_read_as_people_write_it(typed: str, pence: int) -> None:
    """Seen red with: one decimal read as pennies, so that 20.5 is £20.05."""
    assert parse_money(typed) == pence


@pytest.mark.parametrize(
    "typed", ["20.505", "20.", ".50", "1,24", "1,2400", "12,40.00", "-5", "+5", "20 50", "2e3", "", "£"]
)
def test_what_is_not_exact_to_the_penny_is_refused(typed: str) -> None:
    """Seen red with: three decimals accepted and cut."""
    with pytest.raises(ValueError, match=r"is not an amount of money\. Write 20, £20\.50 or 1,240\.00"):
        parse_money(typed)


def test_the_refusal_repeats_what_was_typed() -> None:
    with pytest.raises(ValueError, match=r"^“twenty” is not an amount of money"):
        parse_money("  twenty ")


@pytest.mark.parametrize("typed", ["£75p", "1.50p"])
def test_pounds_and_pence_are_not_mixed(typed: str) -> None:
    with pytest.raises(ValueError, match=f"“{typed}” mixes pounds and pence"):
        parse_money(typed)


@pytest.mark.parametrize("typed", ["٢٠", "２０", "²"])
def test_digits_of_other_scripts_are_not_money(typed: str) -> None:
    """Seen red with: the pattern without re.ASCII."""
    with pytest.raises(ValueError, match="is not an amount of money"):
        parse_money(typed)


@pytest.mark.parametrize(
    ("pence", "shown"),
    [(0, "£0.00"), (5, "£0.05"), (2_050, "£20.50"), (124_000, "£1,240.00"), (-500, "-£5.00"), (-5, "-£0.05")],
)
def test_money_is_shown_with_pounds_and_two_decimals(pence: int, shown: str) -> None:
    """Seen red with: a negative sum divided before its sign is taken off, so that -5 pence is -£1.95."""
    assert format_money(pence) == shown


@given(st.integers(0, 10**13 - 1))
def test_what_is_shown_can_be_typed(pence: int) -> None:
    assert parse_money(format_money(pence)) == pence


def test_a_sum_is_whole_pence_and_more_than_nothing() -> None:
    a_sum, pence = TypeAdapter[int](Sum), TypeAdapter[int](Pence)
    assert a_sum.validate_python(1) == 1
    assert pence.validate_python(0) == 0
    for adapter, wrong in [(a_sum, 0), (a_sum, 20.0), (a_sum, "20"), (a_sum, True), (pence, -1), (pence, 10**13 + 1)]:
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)
