"""Who may be told of a debt: law page 7.2, row by row, with every choice of right answers."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest

from casework.actions.call import LogCall
from casework.actions.receipt import TakeReceipt
from casework.case import Case
from casework.commit import decide
from casework.identity import check
from casework.people import Address, Employer, Name, Person, Representative, Vehicle
from casework.refusals import Refused
from casework.rows_contact import CallKind
from tests.cases import TODAY, Story, a_person, an_account, situation

RIGHT = {
    "dob": "14/3/1987",
    "postcode": "DY10 2AB",
    "address": "14 Mill Lane",
    "ni": "ni 56C",
    "employer": "employer Wickes",
    "vehicle": "car AB12 CDE",
    "paid": "paid £20.00",
}
"""What may be asked of somebody, and the right answer."""

NOTE = "their wife, who knows a good deal"
HOME = Address(lines=("14 Mill Lane", "Kidderminster"), postcode="DY10 2AB")


def a_payer(**more: Any) -> Case:
    """Somebody of whom all is known that may be asked, and who paid £20.00 last."""
    known: dict[str, Any] = {
        "date_of_birth": date(1987, 3, 14),
        "addresses": (HOME,),
        "national_insurance": "AB123456C",
        "employer": Employer(name="Wickes Ltd"),
        "vehicles": (Vehicle(registration="AB12 CDE"),),
        **more,
    }
    story = Story(an_account(person=a_person(**known)))
    story.does(TakeReceipt(amount_pence=2_000, method="card", received_on=TODAY))
    return story.case


CASE = a_payer()


def level(items: tuple[str, ...], call: CallKind, case: Case = CASE) -> str:
    """What may be spoken of after these right answers."""
    checked = check("; ".join(RIGHT[item] for item in items), case, call, situation())
    assert len(checked.matched) == len(items) and not checked.failed
    return checked.level


def choices(*most: int) -> list[tuple[str, ...]]:
    """Every choice of so many answers."""
    return [items for many in most for items in combinations(RIGHT, many)]


@pytest.mark.parametrize("items", choices(1, 2))
def test_in_the_date_of_birth_or_postcode_and_first_line_and_nothing_else(items: tuple[str, ...]) -> None:
    """Seen red with: the postcode alone; a National Insurance number alone."""
    enough = "dob" in items or {"postcode", "address"} <= set(items)
    assert level(items, "in") == ("speak" if enough else "")


@pytest.mark.parametrize("items", choices(1, 2))
def test_out_the_date_of_birth_and_the_postcode_and_nothing_else(items: tuple[str, ...]) -> None:
    """Not the debt until both are given. Seen red with: either of them."""
    assert level(items, "out") == ("speak" if {"dob", "postcode"} <= set(items) else "")


@pytest.mark.parametrize("items", [one for one in choices(3, 4) if "dob" in one])
def test_three_of_six_for_details_and_the_postcode_is_none_of_them(items: tuple[str, ...]) -> None:
    """Seen red with: two; the postcode counted too."""
    six = [item for item in items if item != "postcode"]
    assert (level(items, "in") == "detail") is (len(six) >= 3)
    if "postcode" in items:
        assert (level(items, "out") == "detail") is (len(six) >= 3)


@pytest.mark.parametrize("items", choices(3, 4, 5))
def test_however_much_else_they_know_the_debt_is_not_named_before_what_the_page_asks(items: tuple[str, ...]) -> None:
    """Out: date of birth and postcode; in: date of birth, or postcode and first line. Seen red with: three of six enough."""
    assert (level(items, "out") != "") is ({"dob", "postcode"} <= set(items))
    assert (level(items, "in") != "") is ("dob" in items or {"postcode", "address"} <= set(items))


@pytest.mark.parametrize("items", choices(1, 2, 3))
def test_somebody_else_without_authority_is_told_nothing_whatever_they_know(items: tuple[str, ...]) -> None:
    """Whoever lives with the payer knows all of this. Seen red with: date of birth and postcode enough for details."""
    spoken = "; ".join(RIGHT[item] for item in items)
    for case in (CASE, a_payer(representative=Representative(kind="third-party", name="Ann Smith"))):
        assert check(spoken, case, "third-party", situation()).level == ""
        with pytest.raises(Refused) as fault:
            decide(case, LogCall(outcome="TP_AUTH", note=NOTE, identity=spoken), situation())
        assert [one.field for one in fault.value.reasons] == ["identity"]


@pytest.mark.parametrize(
    ("more", "found"),
    [((), "speak"), (("dob",), "detail"), (("postcode",), "detail"), (("address",), "speak"), (("ni",), "speak")],
)
def test_somebody_with_written_authority_is_told_and_of_details_with_a_fact_more(
    more: tuple[str, ...], found: str
) -> None:
    authority = Representative(kind="adviser", name="Ann Jones", authority_on=date(2026, 9, 1))
    case = a_payer(representative=authority)
    spoken = "; ".join(["for Ann Jones", *(RIGHT[item] for item in more)])
    assert check(spoken, case, "third-party", situation()).level == found


def test_an_organisation_is_known_by_its_address_as_it_was_never_born() -> None:
    acme = Person(name=Name(organisation="Acme Ltd"), addresses=(HOME,))
    case = Story(an_account(person=acme)).case
    assert level(("postcode", "address"), "organisation", case) == "speak"
    assert level(("postcode",), "organisation", case) == level(("address",), "organisation", case) == ""


def test_what_was_said_is_nowhere_in_what_is_kept() -> None:
    """The outcome is stored, never the answers. Seen red with: what was said kept beside the outcome."""
    spoken = "14/3/1987; DY10 2AB; ni 56C"
    story = Story(an_account(person=CASE.person))
    story.does(LogCall(outcome="SPOKE", note="talked about the terms for a while", identity=spoken))
    kept = b"".join(event.body for event in story.events[-2:]).decode()
    for answer in ("1987", "DY10", "56C"):
        assert answer not in kept
