"""The person who owes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from casework.identifiers import Email, Phone, Postcode
from casework.people import Address, Name, Person, age_on, fold
from tests.cases import a_person

PHONE, POSTCODE, EMAIL = TypeAdapter[str](Phone), TypeAdapter[str](Postcode), TypeAdapter[str](Email)


@pytest.mark.parametrize(
    ("given_as", "kept"),
    [
        ("07700900123", "07700 900123"),
        ("07700 900 123", "07700 900123"),
        ("+44 7700 900123", "07700 900123"),
        ("+44 (0)7700 900123", "07700 900123"),
        ("0044 7700 900123", "07700 900123"),
        ("(01632) 960-001", "01632 960001"),
        ("01632.96000", "01632 96000"),
    ],
)
def test_a_telephone_number_is_kept_with_its_nought(given_as: str, kept: str) -> None:
    """Seen red with: +44 replaced by nothing."""
    assert PHONE.validate_python(given_as) == kept
    assert PHONE.validate_python(kept) == kept


@pytest.mark.parametrize(
    "wrong", ["", "7700900123", "0770090012345", "07700 90x123", "0770", "٠7700900123", "+1 202 555 0101"]
)
def test_what_is_no_telephone_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="is not a telephone number"):
        PHONE.validate_python(wrong)


@pytest.mark.parametrize(
    ("given_as", "kept"),
    [
        ("dy102aa", "DY10 2AA"),
        ("M1 1AA", "M1 1AA"),
        ("cr26xh", "CR2 6XH"),
        ("EC1A1BB", "EC1A 1BB"),
        ("w 1 a 0 a x", "W1A 0AX"),
        ("gir0aa", "GIR 0AA"),
    ],
)
def test_a_postcode_is_kept_in_its_two_halves(given_as: str, kept: str) -> None:
    assert POSTCODE.validate_python(given_as) == kept
    assert POSTCODE.validate_python(kept) == kept


@pytest.mark.parametrize("wrong", ["", "DY10", "DY10 2A", "1DY 2AA", "DY10 2AAA"])
def test_what_is_no_postcode_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        POSTCODE.validate_python(wrong)


def test_an_email_address_has_a_name_and_a_domain() -> None:
    assert EMAIL.validate_python(" j.smith@example.org ") == "j.smith@example.org"
    for wrong in ("j.smith", "j@example", "j smith@example.org", "a@b@example.org"):
        with pytest.raises(ValidationError):
            EMAIL.validate_python(wrong)


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
    ],
)
def test_a_name_is_searched_without_accents_capitals_or_punctuation(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once_and_capitals_make_no_difference(text: str) -> None:
    assert fold(fold(text)) == fold(text)
