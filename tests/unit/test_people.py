"""The person who owes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from casework.people import MOST_KEPT, Address, Name, Person, age_on, fold
from tests.cases import a_person


def test_a_name_is_a_surname_or_an_organisation_and_not_both() -> None:
    assert str(Name(surname="Smith", forenames="John Robert")) == "SMITH, John Robert"
    assert str(Name(surname="Smith")) == "SMITH"
    assert str(Name(organisation="Smith & Sons Ltd")) == "Smith & Sons Ltd"
    for wrong in ({}, {"forenames": "John"}, {"surname": "Smith", "organisation": "Smith Ltd"}):
        with pytest.raises(ValidationError, match="give a surname, or an organisation, and not both"):
            Name.model_validate(wrong)


def test_a_name_from_outside_is_made_harmless() -> None:
    """Seen red with: a surname of type str."""
    assert a_person("Smi\x1bth").name.surname == "Smi\N{REPLACEMENT CHARACTER}th"


def test_an_address_has_one_to_five_lines() -> None:
    address = Address(lines=("1 Mill Lane", "Kidderminster"), postcode="dy102aa")
    assert str(address) == "1 Mill Lane, Kidderminster, DY10 2AA"
    assert str(Address(lines=("no fixed abode",))) == "no fixed abode"
    for lines in ((), ("x",) * 6):
        with pytest.raises(ValidationError, match="an address has 1 to 5 lines"):
            Address(lines=lines)


@pytest.mark.parametrize("first", list('@()=[]"\\/,<>'))
def test_a_line_that_no_letter_may_have_is_refused(first: str) -> None:
    """GOV.UK Notify refuses the letter. Seen red with: only the first line looked at."""
    with pytest.raises(ValidationError, match="a line of an address cannot begin with"):
        Address(lines=("14 Mill Lane", f"{first} the back"))
    assert Address(lines=(f"14 Mill Lane {first}",))


def test_a_person_has_no_more_of_anything_than_the_case_can_hold() -> None:
    assert len(a_person(phones=["07700 900123"] * MOST_KEPT).phones) == MOST_KEPT
    with pytest.raises(ValidationError):
        a_person(phones=["07700 900123"] * (MOST_KEPT + 1))


def test_an_unknown_detail_is_refused() -> None:
    with pytest.raises(ValidationError):
        Person.model_validate({"name": {"surname": "Smith"}, "shoe_size": 9})


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 11, 18), 41), (date(2026, 11, 19), 42), (date(2026, 11, 20), 42)],
)
def test_a_birthday_adds_a_year_on_the_day_itself(day: date, age: int) -> None:
    """Seen red with: older from the day after."""
    assert age_on(date(1984, 11, 19), day) == age


def test_someone_born_on_29_february_is_eighteen_from_1_march() -> None:
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert age_on(date(2008, 2, 29), date(2028, 2, 28)) == 19
    assert age_on(date(2008, 2, 29), date(2028, 2, 29)) == 20


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Siân O'Neill-Jones", "sian oneilljones"),
        ("  ŁUKASZ  Żak ", "lukasz zak"),
        ("Søren Þór", "soren thor"),
        ("Weiß", "weiss"),
        ("Ægir Œuvre", "aegir oeuvre"),
        ("𝗔nn Ǿre", "ann ore"),
    ],
)
def test_a_name_is_searched_without_accents_capitals_or_punctuation(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once_and_capitals_make_no_difference(text: str) -> None:
    """Found: 𝗔 was folded to a capital, and Ǿ to ø."""
    assert fold(fold(text)) == fold(text)
    assert fold("".join(char.upper() for char in text)) == fold(text)
