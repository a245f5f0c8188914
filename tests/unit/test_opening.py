"""Taking an account on: who is inside the collection scheme (law page 1.1, 4.4), and what comes with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.commit import open_case
from casework.history import rebuild
from casework.opening import Account
from casework.people import Guardian, Name, Person
from casework.refusals import Refused
from tests.cases import NOW, SALT, TODAY, Story, a_person, an_account, number, situation

OPENED = date(2026, 9, 1)
COMPANY = Person(name=Name(organisation="Mill Lane Tyres Ltd"))
MARKER = {"code": "mental-health", "advice": "Write first.", "reason": "depression", "review_on": "2026-12-01"}


def born(day: date | None) -> Person:
    """Somebody born on a day."""
    return a_person(date_of_birth=day)


def line(**changes: Any) -> Account:
    """An account as it stands in a file."""
    given = {
        "unit": "K01",
        "number": number(),
        "opened_on": "2026-09-01",
        "person": {"name": {"surname": "Smith"}},
        "impositions": [{"result": "FO", "imposed_on": "2026-08-20", "imposed_pence": 10_000}],
    }
    return Account.model_validate({**given, **changes})


def refused(account: Account) -> dict[str | None, str]:
    """Why an account is not taken on."""
    with pytest.raises(Refused) as fault:
        open_case(account, situation())
    return {one.field: one.message for one in fault.value.reasons}


@pytest.mark.parametrize(
    ("person", "order", "account_type"),
    [
        (born(date(1984, 3, 14)), None, "COL"),
        (born(date(1984, 3, 14)), False, "A"),
        (born(None), None, "COL"),
        (born(date(2008, 8, 31)), None, "COL"),
        (born(date(2008, 9, 1)), None, "COL"),
        (born(date(2008, 9, 2)), None, "Y"),
        (born(date(2008, 9, 2)), False, "Y"),
        (COMPANY, None, "CO"),
        (COMPANY, False, "CO"),
    ],
)
def test_only_adults_have_a_collection_order_unless_the_file_says_otherwise(
    person: Person, order: bool | None, account_type: str
) -> None:
    """Courts Act 2003 Sch 5 para 1; 18 on the very day the account was opened is an adult.

    Seen red with: 18 from the day after; the age of today.
    """
    case = Story(an_account(person=person, opened_on=OPENED, collection_order=order)).case
    assert case.account_type == account_type
    assert case.collection_order is (account_type == "COL")
    assert case.youth is (account_type == "Y")
    assert ("youth" in {flag.code for flag in case.flags}) is case.youth


@pytest.mark.parametrize(
    ("person", "who"), [(born(date(2008, 9, 2)), "somebody under 18"), (COMPANY, "an organisation")]
)
def test_a_collection_order_for_a_youth_or_an_organisation_is_refused(person: Person, who: str) -> None:
    found = refused(an_account(person=person, collection_order=True))
    assert found == {"collection_order": f"there is no collection order for {who}"}


def test_only_a_youth_has_a_parent_or_guardian() -> None:
    """Who pays for them, if the court so ordered: then the debtor is not the defendant."""
    guardian = Guardian(person=a_person("Smith", "Ann"))
    youth = Story(an_account(person=born(date(2010, 3, 14)), guardian=guardian)).case
    assert youth.debtor == guardian.person
    idle = guardian.model_copy(update={"pays": False})
    assert Story(an_account(person=born(date(2010, 3, 14)), guardian=idle)).case.debtor != guardian.person
    assert set(refused(an_account(guardian=guardian))) == {"guardian"}
    unborn = guardian.model_copy(update={"person": born(date(2027, 1, 1))})
    assert set(refused(an_account(person=born(date(2010, 3, 14)), guardian=unborn))) == {
        "guardian.person.date_of_birth"
    }


def test_markers_come_with_the_account_and_their_reasons_stay_apart() -> None:
    """After the opening, before the first task. Seen red with: the reason in the event; one text for two markers."""
    two = [MARKER, {"code": "dog", "reason": "a mastiff"}]
    done = open_case(line(markers=two), situation())
    assert [event.what.kind for event in done.events] == ["opened", "marker", "marker", "task"]
    assert [(one.code, one.review_on) for one in done.case.markers] == [
        ("mental-health", date(2026, 12, 1)),
        ("dog", date(2027, 11, 18)),
    ]
    assert [one.text for one in done.restricted] == ["depression", "a mastiff"]
    assert [one.restricted for one in done.case.markers] == [one.name for one in done.restricted]
    assert all(one.salt == SALT for one in done.restricted)
    assert b"depression" not in b"".join(event.body for event in done.events)
    assert rebuild(done.events) == done.case


def test_a_marker_may_come_without_its_reason() -> None:
    done = open_case(line(markers=[{"code": "dog"}]), situation())
    assert done.case.markers[0].restricted is None and done.restricted == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"markers": [MARKER, {"code": "tiger"}]}, "markers.1.code"),
        ({"markers": [MARKER, MARKER]}, "markers.1.code"),
        ({"person": {"name": {"surname": "A"}, "adjustments": [{"code": "moon"}]}}, "person.adjustments.0.code"),
        ({"person": {"name": {"surname": "A"}, "prefers": ["sms-only", "pigeon"]}}, "person.prefers.1"),
        ({"person": {"name": {"organisation": "A"}, "employer": {"name": "B"}}}, "person.employer"),
        ({"person": {"name": {"organisation": "A"}, "date_of_birth": "1984-03-14"}}, "person.date_of_birth"),
    ],
)
def test_what_no_table_has_or_nobody_can_be_is_refused_with_its_field(changes: dict[str, Any], field: str) -> None:
    assert set(refused(line(**changes))) == {field}


def test_what_is_known_of_somebody_comes_in_with_where_it_is_from() -> None:
    """Text alone is a number; an object says more of it."""
    case = Story(
        line(
            person={
                "name": {"surname": "Smith"},
                "national_insurance": "ab123456c",
                "phones": ["07700900123", {"number": "+353 1 234 5678", "source": "trace", "standing": "wrong"}],
                "employer": {"name": "Acme", "net_pence": 30_000, "paid": "weekly", "verified_on": "2026-10-01"},
                "benefits": [{"benefit": "uc", "claimant": "single-25"}],
                "vehicles": [{"registration": "ab12cde"}],
                "adjustments": [{"code": "bsl"}],
                "prefers": ["sms-only"],
                "representative": {"kind": "solicitor", "name": "Ann Lee", "authority_on": "2026-10-01"},
            }
        ),
        NOW,
    ).case
    assert [(one.number, one.source, one.standing) for one in case.person.phones] == [
        ("07700 900123", "court", "current"),
        ("+353 1 234 5678", "trace", "wrong"),
    ]
    assert case.person.national_insurance == "AB123456C" and case.person.vehicles[0].registration == "AB12 CDE"
    assert case.person.employer is not None and case.person.employer.verified_on == date(2026, 10, 1)
    assert case.person.representative is not None and case.person.representative.authorised(TODAY)


def test_an_adjustment_and_a_wish_are_given_once() -> None:
    """One of a code is kept, so a file does not say it twice. Seen red with: neither compared with those before."""
    twice = {"adjustments": [{"code": "bsl"}, {"code": "bsl"}], "prefers": ["sms-only", "sms-only"]}
    assert refused(line(person={"name": {"surname": "Smith"}, **twice})) == {
        "person.adjustments.1.code": "this adjustment is given twice",
        "person.prefers.1": "this preference is given twice",
    }
