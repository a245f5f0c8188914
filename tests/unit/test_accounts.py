"""Account numbers. Worked examples: OPAL page, section 2.2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from casework.accounts import AccountNumber, Unit, case_id, check_letter, parse_account

NUMBER, UNIT = TypeAdapter[str](AccountNumber), TypeAdapter[str](Unit)
DIGITS = st.text("0123456789", min_size=8, max_size=8)


@pytest.mark.parametrize(
    ("digits", "letter"), [("23000106", "E"), ("23000113", "P"), ("24000731", "N"), ("00000000", "A")]
)
def test_the_check_letter_follows_from_the_digits(digits: str, letter: str) -> None:
    """Seen red with: the weights in the other order; without the last modulo, a letter X for a sum of nought."""
    assert check_letter(digits) == letter


@given(DIGITS, st.integers(0, 7), st.integers(1, 9))
def test_the_check_letter_finds_any_one_wrong_digit(digits: str, place: int, by: int) -> None:
    wrong = f"{digits[:place]}{(int(digits[place]) + by) % 10}{digits[place + 1 :]}"
    assert check_letter(wrong) != check_letter(digits)
    assert "A" <= check_letter(digits) <= "W"


@pytest.mark.parametrize("typed", ["2400073", "240007311", "2400073N", "", "２4000731"])
def test_only_eight_digits_have_a_check_letter(typed: str) -> None:
    with pytest.raises(ValueError, match="is not eight digits"):
        check_letter(typed)


@pytest.mark.parametrize("typed", ["24000731N", "24000731n", "2400 0731 N", "24000731-N"])
def test_an_account_number_is_kept_whole(typed: str) -> None:
    assert NUMBER.validate_python(typed) == "24000731N"


def test_a_wrong_check_letter_is_refused_and_the_right_one_named() -> None:
    """Seen red with: the letter replaced by the right one."""
    with pytest.raises(ValidationError, match="the check letter of 24000731 is N, not M"):
        NUMBER.validate_python("24000731M")
    with pytest.raises(ValidationError, match="eight digits and a letter"):
        NUMBER.validate_python("24000731")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24000731", (None, "24000731N")),
        ("24000731n", (None, "24000731N")),
        ("K01-24000731N", ("K01", "24000731N")),
        ("k01-24000731", ("K01", "24000731N")),
        (" 2400 0731 N ", (None, "24000731N")),
    ],
)
def test_an_account_is_found_however_it_is_typed(typed: str, meant: tuple[str | None, str]) -> None:
    assert parse_account(typed) == meant


def test_an_account_typed_wrongly_is_refused_with_a_sentence() -> None:
    with pytest.raises(
        ValueError, match=r"“Smith” is not an account number\. It is eight digits and a letter: 24000731N\."
    ):
        parse_account("Smith")
    with pytest.raises(ValueError, match="the check letter of 24000731 is N, not M"):
        parse_account("K01-24000731M")


@given(st.sampled_from(["K01", "N12", "ABCD", "01"]), DIGITS)
def test_the_name_of_a_case_can_be_typed(unit: str, digits: str) -> None:
    number = digits + check_letter(digits)
    assert parse_account(case_id(unit, number)) == (unit, number)


def test_a_unit_is_two_to_four_capitals_and_digits() -> None:
    assert UNIT.validate_python("K01") == "K01"
    for wrong in ("K", "K0123", "k01", "K-1", "K01\n"):
        with pytest.raises(ValidationError):
            UNIT.validate_python(wrong)
