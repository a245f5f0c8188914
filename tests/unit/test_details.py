"""What is learnt about whoever is to pay: law page 7.1, 7.3; OPAL page 1 (amend defendant) and 2.1."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from casework.actions import ACTIONS, parse_action
from casework.actions.declare import fields, fill
from casework.actions.details import SUBJECTS, RecordDetails
from casework.actions.note import WriteNote
from casework.case import Case
from casework.events.people import Details, DetailsChanged
from casework.history import rebuild
from casework.people import MOST_KEPT, Address, Guardian, Name, Person
from casework.quick_entry import action_of, parse
from casework.refusals import Refused, Stale
from tests.cases import LEADER, NOW, TODAY, Story, a_person, an_account, at, imposed, situation

COMPANY = Person(name=Name(organisation="Mill Lane Tyres Ltd"))


def a_story(**person: Any) -> Story:
    """A case of John Robert Smith, 42, of 2 High Street."""
    known = {"date_of_birth": date(1984, 3, 14), "addresses": [{"lines": ["2 High Street"], "postcode": "DY10 2AA"}]}
    return Story(an_account(person=a_person(**{**known, **person})))


def a_youth(**more: Any) -> Story:
    """A case of somebody who is 16."""
    return Story(an_account(person=a_person(date_of_birth=date(2010, 3, 14)), **more))


def says(story: Story, *, on: Any = NOW, **what: Any) -> list[str]:
    """Record what was learnt; the lines of the timeline."""
    done = story.does(parse_action(json.dumps({"kind": "details", **what})), on)
    assert rebuild(story.events) == story.case
    return [event.what.summary() for event in done.events]


def types(story: Story, line: str) -> list[str]:
    """The same by quick entry."""
    found = parse(line, story.case, situation())
    done = story.does(action_of(found, story.case, situation()))
    return [event.what.summary() for event in done.events]


def refused(story: Story, **what: Any) -> dict[str | None, str]:
    """Why it is not recorded; that nothing changed is checked."""
    before = story.case
    with pytest.raises(Refused) as fault:
        says(story, **what)
    assert story.case == before
    return {one.field: one.message for one in fault.value.reasons}


# Addresses


def test_a_new_address_comes_first_and_the_old_one_is_kept_as_previous() -> None:
    """Seen red with: the old one still current; the old one thrown away."""
    story = a_story()
    assert says(story, address={"lines": ["14 Mill Lane", "Kidderminster"], "postcode": "dy102ab"}) == [
        "address: 14 Mill Lane, Kidderminster, DY10 2AB (was 2 High Street, DY10 2AA)"
    ]
    now, before = story.case.person.addresses
    assert (now.standing, before.standing) == ("current", "previous")
    assert (now.source, now.since, now.verified_on) == ("payer", TODAY, None)
    assert story.case.person.address == now


def test_an_address_is_typed_as_one_text_with_its_postcode_at_the_end() -> None:
    """Keystrokes page, job 6: `14 mill lane, dy10 2ab`."""
    story = a_story()
    types(story, "details address 14 mill lane, dy10 2ab")
    assert story.case.person.address == Address(
        lines=("14 Mill Lane",), postcode="DY10 2AB", source="payer", since=TODAY
    )
    assert says(story, address="Flat 2,\n5 Station Road,, Bewdley") == [
        "address: Flat 2, 5 Station Road, Bewdley (was 14 Mill Lane, DY10 2AB)"
    ]


def test_a_postcode_given_twice_is_one_and_two_are_refused() -> None:
    """Seen red with: the one in the text left in its last line."""
    story = a_story()
    says(story, address={"lines": "14 Mill Lane, DY10 2AB", "postcode": "dy102ab"})
    assert str(story.case.person.address) == "14 Mill Lane, DY10 2AB"
    both = {"lines": "14 Mill Lane, DY10 2AB", "postcode": "DY10 2AA"}
    assert refused(story, address=both) == {"address": "two postcodes are given"}


MILL = {"lines": ["14 Mill Lane", "Habberley", "Kidderminster"], "postcode": "DY10 2AB"}


@pytest.mark.parametrize(
    ("typed", "postcode", "kept"),
    [
        ("3 Elm Road", "dy10 4xx", "Habberley, Kidderminster"),
        ("3 Elm Road", "dy11 4xx", None),
        ("3 Elm Road", "", None),
        ("3 Elm Road, Bewdley", "dy10 4xx", None),
        ("14 mill lane", "dy10 2ab", None),
    ],
)
def test_an_address_in_the_same_place_keeps_its_further_lines(typed: str, postcode: str, kept: str | None) -> None:
    """They are shown, and one key clears them; on a line of quick entry nothing is added to what is typed. Seen red with: kept
    under any postcode; added to lines that were given; added on the line."""
    story = a_story()
    says(story, address=MILL)
    answers = {"about": "address", "address.lines": typed, "address.postcode": postcode}
    asked = {one.name: one.default for one in fields(ACTIONS["details"], story.case, answers, situation())}
    assert asked.get("address.further") == kept
    if kept:
        action = fill(ACTIONS["details"], story.case, answers, situation(), led=True)
        cleared = fill(ACTIONS["details"], story.case, {**answers, "address.further": ""}, situation(), led=True)
        assert isinstance(cleared, RecordDetails) and cleared.address is not None
        assert (cleared.address.lines, cleared.address.further) == (("3 Elm Road",), None)
        types(story, "details address postcode dy10 4xx 3 Elm Road")
        assert str(story.case.person.address) == "3 Elm Road, DY10 4XX"
        story.does(action)
        assert str(story.case.person.address) == "3 Elm Road, Habberley, Kidderminster, DY10 4XX"


@pytest.mark.parametrize("lines", [None, [], 5, ""])
def test_further_lines_without_a_first_one_are_refused(lines: object) -> None:
    """Seen red with: a number of lines that came out as a TypeError."""
    with pytest.raises(ValidationError):
        RecordDetails.model_validate({"kind": "details", "address": {"lines": lines, "further": "Kidderminster"}})


def test_post_that_comes_back_marks_the_only_address_there_is() -> None:
    story = a_story()
    lost, task = types(story, "details address is returned")
    assert lost == "address: 2 High Street, DY10 2AA (sending post back)"
    assert task.startswith("find a number or address that works"), "there is no other"
    assert story.case.person.address is None
    assert story.case.person.addresses[0].source == "court"
    assert refused(story, address={"standing": "returned"}) == {"address.lines": "give the address"}


def test_an_old_address_where_they_live_again_is_current_from_today() -> None:
    """Written a little otherwise, it is the same. Seen red with: a second address of the same words."""
    story = a_story()
    says(story, address="14 Mill Lane")
    says(story, address="2 HIGH STREET, dy102aa", on=at(20))
    assert [(str(one), one.standing) for one in story.case.person.addresses] == [
        ("2 HIGH STREET, DY10 2AA", "current"),
        ("14 Mill Lane", "previous"),
    ]
    assert story.case.person.addresses[0].since == date(2026, 11, 20)


def test_the_newest_ten_are_kept_on_the_case() -> None:
    """Seen red with: eleven."""
    story = a_story()
    for n in range(1, MOST_KEPT + 2):
        says(story, address=f"{n} Mill Lane", phone=f"07700 900{n:03}", alias=f"Smyth{n}")
    person = story.case.person
    assert len(person.addresses) == len(person.phones) == len(person.aliases) == MOST_KEPT
    assert str(person.addresses[0]) == "11 Mill Lane" and str(person.addresses[-1]) == "2 Mill Lane"
    assert person.phones[0].number == "07700 900011"


def test_no_adjustment_and_no_wish_is_left_out_however_many() -> None:
    """Contact policy reads them: one of each code of the tables. Seen red with: the newest ten."""
    story, tables = a_story(), situation().tables
    for code in tables.adjustments(TODAY):
        says(story, adjustment=code)
    for code in tables.preferences(TODAY):
        says(story, prefers=code)
    assert len(tables.adjustments(TODAY)) > MOST_KEPT
    assert {one.code for one in story.case.person.adjustments} == tables.adjustments(TODAY).keys()
    assert set(story.case.person.prefers) == tables.preferences(TODAY).keys()
    assert Case.model_validate(story.case.model_dump(mode="json")) == story.case


# Telephone and e-mail


def test_a_new_number_is_the_one_to_try_first_and_others_stay() -> None:
    story = a_story()
    assert types(story, "details phone 07700 900456") == ["telephone: 07700 900456"]
    assert [one.number for one in story.case.person.phones] == ["07700 900456", "07700 900123"]
    assert all(one.stands for one in story.case.person.phones)


@pytest.mark.parametrize("line", ["details phone is dead", "details phone is not working 07700900123"])
def test_a_number_that_does_not_work_stays_and_is_used_no_more(line: str) -> None:
    story = a_story()
    lost, task = types(story, line)
    assert lost == "telephone: 07700 900123 (not working)"
    assert task.startswith("find a number or address that works"), "there is no other"
    (phone,) = story.case.person.phones
    assert (phone.standing, phone.source) == ("dead", "court")
    assert story.case.person.phone is None
    says(story, phone="07700 900123")
    assert story.case.person.phone is not None


def test_which_of_several_numbers_must_be_said() -> None:
    """Seen red with: the first one taken."""
    story = a_story(phones=("07700 900123", "07700 900456"))
    assert refused(story, phone={"standing": "dead"}) == {"phone.number": "say which number; 2 are known"}
    assert refused(story, phone={"number": "07700 900999", "standing": "dead"}) == {
        "phone.number": "that is not known here"
    }
    says(story, phone={"number": "07700 900456", "standing": "wrong"})
    assert [(one.number, one.standing) for one in story.case.person.phones] == [
        ("07700 900123", "current"),
        ("07700 900456", "wrong"),
    ]


def test_what_is_known_already_is_no_news_unless_it_was_checked() -> None:
    """Seen red with: an event that changes nothing; a check that was forgotten."""
    story = a_story()
    nothing = "that is known already; nothing would change"
    assert refused(story, phone="+44 7700 900 123") == {"phone": nothing}
    assert refused(story, address="2 High Street, DY10 2AA") == {"address": nothing}
    assert says(story, phone="07700 900123", verified=True, source="third-party") == [
        "telephone: 07700 900123  third-party, checked"
    ]
    (phone,) = story.case.person.phones
    assert (phone.verified_on, phone.source) == (TODAY, "third-party")


def test_an_email_address_is_the_same_in_capitals() -> None:
    story = a_story()
    assert types(story, "details email J.Smith@Example.org") == ["e-mail: J.Smith@example.org"]
    assert refused(story, email="j.smith@example.org")
    assert says(story, email={"address": "j.smith@example.org", "standing": "dead"}) == [
        "e-mail: J.Smith@example.org (not working)"
    ]


# Employer, benefit, vehicle


def test_an_employer_is_kept_with_pay_and_where_it_was_heard() -> None:
    story = a_story()
    line = "details employer pay 1,850 monthly payday 28/11 ref 77 from dwp verified yes Acme Works Ltd"
    assert types(story, line) == ["employer: Acme Works Ltd, £1,850.00 monthly  dwp, checked"]
    employer = story.case.person.employer
    assert employer is not None
    assert (employer.net_pence, employer.paid, employer.pay_day) == (185_000, "monthly", date(2026, 11, 28))
    assert (employer.reference, employer.source, employer.since, employer.verified_on) == ("77", "dwp", TODAY, TODAY)


def test_the_form_of_the_same_employer_has_what_is_known_and_of_another_nothing() -> None:
    """Seen red with: the old pay under the new name."""
    story = a_story()
    says(story, employer={"name": "Acme", "net_pence": 30_000, "paid": "weekly", "lines": "1 Yard, DY10 2AB"})

    def likely(name: str) -> dict[str, str]:
        typed = {"about": "employer", **({"employer.name": name} if name else {})}
        return {one.name: one.default for one in fields(ACTIONS["details"], story.case, typed, situation())}

    assert likely("")["employer.net_pence"] == likely("ACME")["employer.net_pence"] == "£300.00"
    assert likely("")["employer.lines"] == "1 Yard, DY10 2AB"
    assert {name: text for name, text in likely("Other").items() if name.startswith("employer.") and text} == {
        "employer.name": "Acme"
    }
    assert types(story, "details employer Other Ltd") == ["employer: Other Ltd (was Acme, £300.00 weekly)"]
    assert story.case.person.employer is not None and story.case.person.employer.address is None


def test_what_is_known_of_a_benefit_or_a_vehicle_is_not_lost_when_it_is_checked() -> None:
    """The form has it. Caught: checking a benefit forgot for whom it was claimed."""
    story = a_story()
    types(story, "details benefit uc couple-25 others 2")
    types(story, "details benefit verified yes uc")
    types(story, "details vehicle make Ford keeper yes AB12 CDE")
    types(story, "details vehicle verified yes ab12cde")
    (claim,), (vehicle,) = story.case.person.benefits, story.case.person.vehicles
    assert (claim.claimant, claim.other_deductions, claim.verified_on) == ("couple-25", 2, TODAY)
    assert (vehicle.make, vehicle.keeper, vehicle.verified_on) == ("Ford", True, TODAY)


def test_an_employer_with_all_that_is_known_can_be_checked() -> None:
    """Every likely answer of the form can be read again. Seen red with: its address known anew, from the payer."""
    story = a_story()
    known = {"name": "Acme", "reference": "77", "net_pence": 30_000, "paid": "weekly", "pay_day": "2026-11-27"}
    whole = {**known, "lines": ["1 Yard", "Bewdley"], "postcode": "DY10 2AB", "phone": "07700900456"}
    says(story, employer=whole, source="court")
    before = story.case.person.employer
    types(story, "details employer verified yes")
    after = story.case.person.employer
    assert before is not None and after == before.model_copy(update={"verified_on": TODAY, "source": "payer"})


def test_pay_that_changed_is_checked_anew_and_they_work_there_since_before() -> None:
    story = a_story()
    says(story, employer={"name": "Acme", "net_pence": 30_000, "paid": "weekly"}, verified=True)
    assert says(story, employer={"name": "acme", "net_pence": 31_000, "paid": "weekly"}, on=at(25)) == [
        "employer: Acme, £310.00 weekly (was Acme, £300.00 weekly)"
    ]
    employer = story.case.person.employer
    assert employer is not None and (employer.since, employer.verified_on) == (TODAY, None)


def test_who_left_has_no_employer_that_stands() -> None:
    story = a_story()
    assert refused(story, employer={"standing": "previous"}) == {"employer.name": "give the employer's name"}
    says(story, employer="Acme")
    assert types(story, "details employer is left") == ["employer: Acme (left)"]
    assert story.case.person.employer is not None and not story.case.person.employer.stands
    found = fields(ACTIONS["details"], story.case, {"about": "employer"}, situation())
    assert next(one.default for one in found if one.name == "employer.name") == ""


@pytest.mark.parametrize(
    ("employer", "field"),
    [
        ({"reference": "77"}, "employer.name"),
        ({"name": "Acme", "net_pence": 1}, "employer.paid"),
        ({"name": "Acme", "postcode": "DY10 2AB"}, "employer.lines"),
        ({"name": "Acme", "net_pence": 0, "paid": "weekly"}, "employer.net_pence"),
        ({"name": "Acme", "net_pence": 1.5, "paid": "weekly"}, "employer.net_pence"),
        ({"name": "Acme", "paid": "daily"}, "employer.paid"),
        ({"name": "Acme", "phone": "12"}, "employer.phone"),
        ({"name": "Acme", "boss": "Ann"}, "employer.boss"),
        ({"name": ""}, "employer.name"),
    ],
)
def test_half_an_employer_is_refused(employer: dict[str, Any], field: str) -> None:
    """OPAL asks for more once anything is given; we need the name, and how often the pay comes."""
    assert field in refused(a_story(), employer=employer)


def test_a_benefit_is_one_of_its_kind_and_ends() -> None:
    story = a_story()
    assert types(story, "details benefit uc single-25 others 2") == ["benefit: Universal Credit"]
    assert types(story, "details benefit pension credit") == ["benefit: Pension Credit"]
    says(story, benefit={"benefit": "uc", "claimant": "couple-25"})
    assert [(one.benefit, one.claimant, one.other_deductions) for one in story.case.person.benefits] == [
        ("uc", "couple-25", 0),
        ("pc", None, 0),
    ]
    assert types(story, "details benefit uc is ended") == ["benefit: Universal Credit (ended)"]
    assert [one.stands for one in story.case.person.benefits] == [False, True]
    assert refused(story, benefit={"benefit": "uc", "other_deductions": 10}).keys() == {"benefit.other_deductions"}


def test_a_vehicle_is_known_by_its_registration() -> None:
    story = a_story()
    assert types(story, "details vehicle make Ford ab12 cde") == ["vehicle: AB12 CDE Ford"]
    says(story, vehicle={"registration": "AB12CDE", "make": "Ford", "keeper": True}, source="trace")
    (vehicle,) = story.case.person.vehicles
    assert vehicle.keeper and vehicle.source == "trace"
    assert types(story, "details vehicle is ended ab12cde") == ["vehicle: AB12 CDE Ford (ended)"]


# Who they are


def test_a_name_is_written_in_parts_or_as_it_is_shown() -> None:
    story = a_story()
    assert types(story, "details name Jones") == ["name: JONES, John Robert (was SMITH, John Robert)"]
    assert types(story, "details name Smith, Jack") == ["name: SMITH, Jack (was JONES, John Robert)"]
    assert says(story, name={"surname": "Smith", "title": "Dr"}) == ["name: SMITH (was SMITH, Jack)"]
    assert refused(story, name={"surname": "Smith, Jack", "forenames": "John"}) == {
        "name": "the forenames are given twice"
    }
    assert refused(story, name={"organisation": "Smith Ltd"}).keys() == {"name"}


def test_an_alias_is_added_once() -> None:
    story = a_story()
    assert types(story, "details alias Smythe, Jack") == ["known as: SMYTHE, Jack"]
    assert types(story, "details alias Smithe") == ["known as: SMITHE"]
    assert [str(one) for one in story.case.person.aliases] == ["SMITHE", "SMYTHE, Jack"]
    assert refused(story, alias="smythe, JACK") and refused(story, alias="Smith, John Robert")


@pytest.mark.parametrize(
    ("born", "caution"),
    [
        ("2008-09-01", None),
        ("2008-09-02", "under 18"),
        ("1999-01-01", None),
    ],
)
def test_a_date_of_birth_that_makes_them_a_youth_changes_nothing_but_the_date(born: str, caution: str | None) -> None:
    """Law page, 4.4: reclassified by court order only. The account was opened on 1 September 2026.

    Seen red with: the age of today.
    """
    story = a_story()
    action = parse_action(json.dumps({"kind": "details", "date_of_birth": born}))
    cautions = action.cautions(story.case, situation())
    assert [caution in one for one in cautions if caution] == ([True] if caution else [])
    assert bool(cautions) == bool(caution)
    story.does(action)
    assert story.case.person.date_of_birth == date.fromisoformat(born)
    assert not story.case.youth and story.case.account_type == "COL"


def test_nobody_was_born_tomorrow() -> None:
    """Seen red with: the day itself refused."""
    assert refused(a_story(), date_of_birth="2026-11-20") == {"date_of_birth": "20 Nov 2026 is still to come"}
    assert says(a_story(), date_of_birth="2026-11-19") == ["born: 19 Nov 2026 (was 14 Mar 1984)"]
    assert types(a_story(), "details born 14/3/85") == ["born: 14 Mar 1985 (was 14 Mar 1984)"]


def test_a_national_insurance_number_is_kept_clean() -> None:
    assert types(a_story(), "details ni ab 12 34 56 c") == ["NI number: AB123456C"]
    assert refused(a_story(), national_insurance="QQ123456C").keys() == {"national_insurance"}


def test_an_organisation_has_no_birthday_employer_or_benefit() -> None:
    """Nor does the form ask for them. Seen red with: the form's choices those of a person."""
    story = Story(an_account(person=COMPANY))
    found = refused(story, date_of_birth="1984-03-14", employer="Acme", benefit="uc", interpreter="Polish")
    assert set(found) == {"date_of_birth", "employer", "benefit", "interpreter"}
    (about, *_) = fields(ACTIONS["details"], story.case, {}, situation())
    assert "employer" not in {one.code for one in about.choices}
    assert types(story, "details name Mill Lane Tyres (1998) Ltd") == [
        "name: Mill Lane Tyres (1998) Ltd (was Mill Lane Tyres Ltd)"
    ]


# Needs


def test_languages_needs_and_wishes_are_kept() -> None:
    story = a_story()
    assert types(story, "details language welsh") == ["language of letters and calls: Welsh (was English)"]
    assert types(story, "details hearing welsh") == ["language of hearings: Welsh"]
    assert types(story, "details interpreter Polish") == ["interpreter: Polish"]
    assert types(story, "details adjustment relay rings through 18001") == [
        "reasonable adjustment: Relay UK (text relay), rings through 18001"
    ]
    assert types(story, "details prefers text") == ["contact: Text messages only"]
    who = story.case.person
    assert (who.language, who.hearing_language, who.interpreter, who.prefers) == ("cy", "cy", "Polish", ("sms-only",))
    assert [(one.code, one.note) for one in who.adjustments] == [("relay-uk", "rings through 18001")]
    assert {flag.code for flag in story.case.flags} == {"interpreter", "adjustments"}
    assert types(story, "details interpreter none") == ["interpreter: none needed (was Polish)"]
    assert types(story, "details prefers text is ended") == ["contact: Text messages only (ended)"]
    assert types(story, "details adjustment relay is ended") == ["reasonable adjustment: Relay UK (text relay) (ended)"]
    assert not story.case.flags and not story.case.person.prefers


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"adjustment": "moon"}, "adjustment.code"),
        ({"prefers": "pigeon"}, "prefers.code"),
        ({"adjustment": {"code": "bsl", "review_on": "2026-11-19"}}, "adjustment.review_on"),
        ({"language": "fr"}, "language"),
        ({"interpreter": ""}, "interpreter"),
    ],
)
def test_what_no_table_has_is_refused(what: dict[str, Any], field: str) -> None:
    assert field in refused(a_story(), **what)


# Representatives


def test_a_representative_speaks_for_them_with_authority_until_it_ends() -> None:
    story = a_story()
    line = "details representative solicitor authority 1/11/26 until 1/2/27 instead yes Ann Lee"
    assert types(story, line) == ["representative: Ann Lee, authority of 1 Nov 2026"]
    ann = story.case.person.representative
    assert ann is not None and ann.instead
    assert [ann.authorised(day) for day in (date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 2))] == [
        True,
        True,
        False,
    ]
    assert types(story, "details representative Bob Ray") == [
        "representative: Bob Ray, no written authority (was Ann Lee)"
    ]
    assert types(story, "details representative is ended") == ["representative: none (was Bob Ray)"]
    assert story.case.person.representative is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "representative.name"),
        ({"name": "Ann", "authority_on": "2026-11-20"}, "representative.authority_on"),
        ({"name": "Ann", "authority_until": "2026-12-01"}, "representative.authority_until"),
        (
            {"name": "Ann", "authority_on": "2026-11-02", "authority_until": "2026-11-01"},
            "representative.authority_until",
        ),
        ({"name": "Ann", "standing": "previous"}, "representative.name"),
    ],
)
def test_an_authority_that_cannot_be_is_refused(given: dict[str, Any], field: str) -> None:
    assert refused(a_story(), representative=given).keys() == {field}


# Parents and guardians


def test_a_parent_of_a_youth_is_added_and_pays() -> None:
    """From then on the details are theirs. Seen red with: the defendant's telephone changed."""
    story = a_youth()
    assert types(story, "details guardian forenames Ann phone 07700900777 Smith") == [
        "parent or guardian: SMITH, Ann, pays"
    ]
    assert str(story.case.debtor.name) == "SMITH, Ann"
    assert says(story, phone="07700 900888") == ["parent or guardian, telephone: 07700 900888"]
    assert says(story, phone="07700 900999", of="defendant") == ["telephone: 07700 900999"]
    assert story.case.guardian is not None
    assert [one.number for one in story.case.guardian.person.phones] == ["07700 900888", "07700 900777"]
    assert [one.number for one in story.case.person.phones] == ["07700 900999", "07700 900123"]


def test_the_form_has_what_is_known_of_whom_it_is_about() -> None:
    """Caught: of the defendant, it had what is known of the parent who pays."""
    case = a_youth(guardian=Guardian(person=a_person("Elder", "Ann"))).case

    def surname(**of: str) -> str:
        found = fields(ACTIONS["details"], case, {"about": "name", **of}, situation())
        return next(one.default for one in found if one.name == "name.surname")

    assert (surname(), surname(of="guardian"), surname(of="defendant")) == ("Elder", "Elder", "Smith")


def test_there_is_one_parent_or_guardian_who_pays_or_does_not() -> None:
    story = a_youth(guardian=Guardian(person=a_person("Smith", "Ann")))
    assert refused(story, guardian={"surname": "Jones"}) == {
        "guardian.surname": "a parent or guardian is known already"
    }
    assert types(story, "details guardian pays no") == ["parent or guardian: SMITH, Ann, does not pay"]
    assert story.case.debtor == story.case.person
    assert refused(story, guardian={"pays": False})
    assert refused(a_youth(), guardian={"pays": True}) == {"guardian.surname": "say who the parent or guardian is"}


@pytest.mark.parametrize(
    ("today", "may"), [(at(13, 3, year=2028), True), (at(14, 3, year=2028), False), (at(15, 3, year=2028), False)]
)
def test_from_their_eighteenth_birthday_no_parent_is_added(today: Any, may: bool) -> None:
    """OPAL page 1. Seen red with: the age when the account was opened."""
    story = a_youth()
    action = parse_action('{"kind":"details","guardian":"Smith, Ann"}')
    assert [one.code for one in action.refusals(story.case, situation(today))] == ([] if may else ["not-a-youth"])


def test_an_adult_has_no_parent_or_guardian() -> None:
    assert refused(a_story(), guardian="Smith, Ann") == {
        "guardian": "only somebody under 18 has a parent or guardian who pays"
    }
    assert refused(a_story(), phone="07700 900456", of="guardian") == {"of": "no parent or guardian is known"}


# The action as a whole


@pytest.mark.parametrize("empty", [{}, {"about": "phone"}, {"source": "dwp", "verified": True}])
def test_nothing_given_is_refused(empty: dict[str, Any]) -> None:
    assert list(refused(a_story(), **empty).values()) == ["say what was learnt"]


def test_what_it_is_about_is_what_is_given() -> None:
    assert refused(a_story(), about="phone", email="j@example.org") == {"about": "this is about email, not about phone"}
    assert says(a_story(), about="email", email="j@example.org") == ["e-mail: j@example.org"]


def test_several_things_are_learnt_together_or_none_is() -> None:
    """Every reason is told. Seen red with: the first subject recorded though the second was refused."""
    story = a_story()
    assert set(refused(story, email="j@example.org", prefers="pigeon", date_of_birth="2027-01-01")) == {
        "prefers.code",
        "date_of_birth",
    }
    assert says(story, phone="07700 900123", email="j@example.org") == ["e-mail: j@example.org"]


def test_the_event_has_what_was_known_before_and_is_now_in_full() -> None:
    story = a_story()
    says(story, address="14 Mill Lane")
    event = story.events[-1].what
    assert isinstance(event, DetailsChanged)
    assert (event.about, event.of) == ("addresses", "defendant")
    assert event.old.addresses is not None and [str(one) for one in event.old.addresses] == ["2 High Street, DY10 2AA"]
    assert event.new.addresses == story.case.person.addresses


def test_details_can_be_anything_that_is_known_of_a_person() -> None:
    """Otherwise an event could not hold it."""
    assert set(Details.model_fields) == set(Person.model_fields)


def test_what_somebody_else_learnt_meanwhile_is_looked_at_first() -> None:
    """A note refuses nobody."""
    story = a_story()
    seen = story.case.version
    story.does(WriteNote(text="rang"))
    story.does(parse_action('{"kind":"details","phone":"07700 900456"}'), seen=seen)
    with pytest.raises(Stale, match="person changed"):
        story.does(parse_action('{"kind":"details","address":"14 Mill Lane"}'), seen=seen, by=LEADER)


def test_whoever_has_the_caller_records_what_they_say() -> None:
    """Command line page: no claim is needed."""
    assert not parse_action('{"kind":"details","phone":"07700 900456"}').needs_claim()


def asked(case: Case, **typed: str) -> list[str]:
    """The questions of the form."""
    return [one.name for one in fields(ACTIONS["details"], case, typed, situation())]


def test_the_form_asks_for_one_subject_and_for_no_more_than_it_needs() -> None:
    """How it stands is asked only of what is known. Seen red with: asked of a new number."""
    case = a_story().case
    assert asked(case) == ["about", "source", "verified"]
    assert asked(case, about="address")[1:-2] == ["address.lines", "address.postcode", "address.standing"]
    assert asked(case, about="phone", **{"phone.number": "07700 900456"})[1:-2] == ["phone.number"]
    assert asked(case, about="phone", **{"phone.number": "07700900123"})[1:-2] == ["phone.number", "phone.standing"]
    assert asked(case, about="email")[1:-2] == ["email.address"]
    assert "of" not in asked(case)
    assert asked(a_youth(guardian=Guardian(person=a_person())).case)[:2] == ["about", "of"]
    assert "guardian" not in {one.code for one in fields(ACTIONS["details"], case, {}, situation())[0].choices}


def test_every_subject_has_its_question() -> None:
    """For a youth and for a company too: the form of each can be drawn."""
    for story in (a_story(), a_youth(), Story(an_account(person=COMPANY))):
        (about, *_) = fields(ACTIONS["details"], story.case, {}, situation())
        for one in about.choices:
            assert any(name.startswith(one.code) for name in asked(story.case, about=one.code)), one.code


PHONES = st.sampled_from(["07700 900123", "07700 900456", "07700 900789"])
SAID = st.one_of(
    st.fixed_dictionaries({"phone": st.fixed_dictionaries({"number": PHONES, "standing": st.just("current")})}),
    st.fixed_dictionaries({"phone": st.fixed_dictionaries({"standing": st.sampled_from(["dead", "wrong"])})}),
    st.fixed_dictionaries({"address": st.sampled_from(["1 Mill Lane", "2 Mill Lane, DY10 2AB", "3 Mill Lane"])}),
    st.fixed_dictionaries({"employer": st.sampled_from(["Acme", "Other Ltd"])}),
    st.fixed_dictionaries({"verified": st.booleans(), "alias": st.sampled_from(["Smyth", "Smythe"])}),
)


@given(st.lists(SAID, max_size=12))
def test_however_much_is_said_one_address_stands_and_no_number_is_there_twice(said: list[dict[str, Any]]) -> None:
    """And the case is what its events add up to. Seen red with: the earlier address still current."""
    story = Story(an_account(imposed(), person=a_person()))
    for one in said:
        try:
            says(story, **one)
        except Refused:
            continue
    person = story.case.person
    assert sum(one.stands for one in person.addresses) <= 1
    numbers = [one.number for one in person.phones]
    assert len(numbers) == len(set(numbers))
    assert rebuild(story.events) == story.case


def test_the_subjects_are_fields_of_the_action() -> None:
    assert set(SUBJECTS) <= set(ACTIONS["details"].model_fields)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "details address 14 Mill Lane, Kidderminster, DY10 2AB note from file",
            "an address ends with its postcode: “note from file” stands after it",
        ),
        ("details address 14 Mill Lane, DY10 2AB since May", "“since May” stands after it"),
        ("details address 14 Mill Lane, Kidderminster postcode DY10 2AB", "“postcode DY10 2AB” could be Postcode"),
        ("details name Jones forenames Mary", "“forenames Mary” could be Forenames, or part of Surname"),
    ],
)
def test_free_text_swallows_no_other_answer(line: str, sentence: str) -> None:
    """Found: an address whose last line was “DY10 2AB note from file”, without a postcode."""
    story = Story()
    with pytest.raises(Refused) as fault:
        action_of(parse(line, story.case, situation()), story.case, situation())
    assert sentence in str(fault.value)


def test_a_text_that_could_not_go_on_ends_at_the_next_word() -> None:
    """A number with “from” behind it is none, so there is nothing to guess."""
    story = Story()
    assert parse("details phone 01632 960456 from payer", story.case, situation()).typed == {
        "about": "phone",
        "phone.number": "01632 960456",
        "source": "payer",
    }
    line = "details address 14 Mill Lane, Kidderminster, DY10 2AB from payer"
    assert parse(line, story.case, situation()).typed["source"] == "payer"


def test_a_line_of_an_address_may_look_like_a_postcode() -> None:
    """Only the last line is judged, and only what it begins with."""
    story = Story()
    for address in ("Unit 4 B1 1ST Floor, Mill Lane", "B1 1ST Floor, 14 Mill Lane, Kidderminster"):
        action_of(parse(f"details address {address}", story.case, situation()), story.case, situation())
