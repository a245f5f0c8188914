"""When what was typed can mean one account alone, so that it opens without being picked: never while a second one is near,
because a wrong account before a caller is a breach.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.people import Address, Guardian, Name
from casework.search import certain
from tests.unit.test_search import Kept, named

BORN = date(1984, 3, 14)
HERE = Address(lines=("1 High Street",), postcode="DY10 1AA")
BEFORE = Address(lines=("2 Low Street",), postcode="WR1 2AB", standing="previous")


@pytest.fixture
def kept() -> Kept:
    """One case: John Johnson's."""
    made = Kept()
    made.add(named("Johnson", "John Paul", date_of_birth=BORN, addresses=(HERE, BEFORE)))
    return made


@pytest.mark.parametrize(
    "text",
    [
        "24000001",
        "24000001F",
        "k01-24000001f",
        "johnson 14/3/1984",
        "jhonson 14/3/1984",
        "14031984 jonhson",
        "john johnson dy10 1aa",
        "paul jhonson dy101aa",
        "jhonson 14/3/1984 dy10 1aa",
        "johnson wr1 2ab 14/3/84",
    ],
)
def test_a_whole_number_or_a_name_with_its_birthday_or_postcode_is_certain(kept: Kept, text: str) -> None:
    """Seen red with: near names left out; the postcode not enough."""
    found = kept.find(text)
    assert certain(found) == found[0]


@pytest.mark.parametrize(
    "text",
    [
        "2400000",
        "24000001A",
        "johnson",
        "jhonson",
        "14/3/1984",
        "dy10 1aa",
        "johnson 1984",
        "johnson dy10",
        "johnson dy10 1",
        "johnson wr1 2ab",
        "john 14/3/1984",
        "jhon 14/3/1984",
        "johns 14/3/1984",
        "johnson p 14/3/1984",
    ],
)
def test_less_than_that_is_found_and_not_certain(kept: Kept, text: str) -> None:
    """A wrong letter, part of a number, a year, half a postcode, where they lived before, a forename, part of a name.

    Seen red with: a year for a birthday; a postcode that no longer stands; a forename alone; a surname only begun.
    """
    found = kept.find(text)
    assert len(found) == 1
    assert certain(found) is None


@pytest.mark.parametrize(
    ("surname", "text"),
    [
        ("Johnson", "johnson 14/3/1984"),
        ("Jonson", "jhonson 14/3/1984"),
        ("Johnston", "johnson 14/3/1984"),
        ("Johnsson", "johnson dy10 1aa"),
    ],
)
def test_nothing_is_certain_while_a_second_one_is_near(kept: Kept, surname: str, text: str) -> None:
    """Whatever its account is like. Seen red with: the best of two opened; a closed account not counted."""
    assert certain(kept.find(text)) is not None
    second = kept.add(named(surname, "Mary", date_of_birth=BORN, addresses=(HERE,)))
    assert len(kept.find(text)) == 2
    assert certain(kept.find(text)) is None
    kept.write({**kept.records[second]["case"], "status": "WO"}, second)
    assert certain(kept.find(text)) is None


def test_two_accounts_of_one_person_are_two(kept: Kept) -> None:
    """Seen red with: the newer one."""
    kept.add(named("Johnson", "John Paul", date_of_birth=BORN))
    assert certain(kept.find("johnson 14/3/1984")) is None


def test_a_case_that_may_not_be_seen_is_no_second_one(kept: Kept) -> None:
    """Or it would show that there is one."""
    other = kept.add(named("Johnson", "Mary", date_of_birth=BORN))
    assert certain(kept.find("johnson 14/3/1984", lambda case_id: case_id != other)) is not None


def test_a_number_that_is_somebody_elses_reference_too_is_not_certain(kept: Kept) -> None:
    """Nor is a reference by itself, though it read as a number. Seen red with: any single hit."""
    kept.add(named("Brown"), reference="24000001F")
    assert certain(kept.find("24000001F")) is None
    kept.add(named("Green"), reference="24000009A")
    assert [hit.why for hit in kept.find("24000009A")] == ["reference 24000009A"]
    assert certain(kept.find("24000009A")) is None


def test_the_name_and_the_birthday_are_of_one_person(kept: Kept) -> None:
    """The parent's name with the child's birthday is nobody; nor is an alias the name somebody is fined under.

    Seen red with: the parent's birthday taken for the defendant's.
    """
    parent = Guardian(person=named("Elder", "Ann", date_of_birth=date(1980, 5, 6)))
    kept.add(
        named("Young", "Tim", date_of_birth=date(2012, 1, 2), aliases=(Name(surname="Old"),)),
        guardian=parent,
    )
    for text in ("elder 6/5/1980", "elder 2/1/2012", "young 6/5/1980", "old 2/1/2012"):
        found = kept.find(text)
        assert len(found) == 1, text
        assert certain(found) is None, text
    assert certain(kept.find("young 2/1/2012")) is not None


class _Found(NamedTuple):
    sure: bool


@given(st.lists(st.builds(_Found, st.booleans()), max_size=4))
def test_certain_is_the_one_sure_answer_there_is(found: Sequence[_Found]) -> None:
    """Seen red with: the first sure one of several."""
    assert (certain(found) is not None) == ([one.sure for one in found] == [True])


# A year of birth


def test_a_year_of_birth_narrows_a_name_and_finds_nobody_by_itself(kept: Kept) -> None:
    """Caught: `johnson 1984` found nothing. Seen red with: the year left out; everybody of a year."""
    other = kept.add(named("Johnson", "Mary", date_of_birth=date(1985, 3, 14)))
    kept.add(named("Johnson", "Ann"))
    assert kept.why("johnson 1984") == ["name, born 14 Mar 1984"]
    assert [hit.case for hit in kept.find("1985 jhonson")] == [other]
    assert kept.why("johnson 1984 dy10") == ["name, born 14 Mar 1984, postcode DY10 1AA"]
    assert kept.find("johnson 1983") == []
    assert kept.find("1984") == kept.find("1984 dy10 1aa") == []


def test_a_name_that_is_a_year_is_still_a_name() -> None:
    """Seen red with: the number taken out of every name."""
    kept = Kept()
    kept.add(named("Studio 1984"))
    assert kept.why("studio 1984") == ["name"]
    assert kept.find("studio 2084") == []
