"""What people need, and what is to be known before speaking to them: law pages 7.3 and 7.4; Equality Act 2010 ss.20, 29."""

from __future__ import annotations

import pytest

from casework.actions import parse_action
from casework.people import Person
from tests.cases import TODAY, Story, shipped_tables, situation

CATEGORIES = {
    *("mental-health", "physical-health", "life-event", "resilience", "capability", "domestic-abuse", "economic-abuse"),
    *("language", "age", "bereavement", "addiction", "homelessness", "suicide-threat"),
}
"""Law page 7.4: the kinds of vulnerability."""


def test_every_kind_of_vulnerability_has_a_marker_and_violence_has_its_own() -> None:
    """Each of them with a day to look again."""
    rows = shipped_tables().markers(TODAY)
    assert {code for code, row in rows.items() if row.kind == "vulnerable"} == CATEGORIES
    assert {code for code, row in rows.items() if row.kind == "violence"} == rows.keys() - CATEGORIES != set()
    assert all(row.review_after for row in rows.values())


@pytest.mark.parametrize(
    ("body", "field", "kept"),
    [
        ('"prefers":{"code":"no-work-calls"}', "prefers", ("no-work-calls",)),
        ('"prefers":{"code":"sms-only"}', "prefers", ("sms-only",)),
        ('"interpreter":"Polish"', "interpreter", "Polish"),
    ],
)
def test_a_wish_in_how_we_reach_somebody_is_kept(body: str, field: str, kept: object) -> None:
    """Law page 7.3."""
    story = Story()
    story.does(parse_action(f'{{"kind":"details",{body}}}'))
    assert getattr(story.case.person, field) == kept


@pytest.mark.parametrize("code", ["relay-uk", "bsl", "large-print"])
def test_an_adjustment_is_kept_and_shows_before_anybody_speaks_to_them(code: str) -> None:
    story = Story()
    story.does(parse_action(f'{{"kind":"details","adjustment":{{"code":"{code}"}}}}'))
    assert [one.code for one in story.case.person.adjustments] == [code]
    assert "adjustments" in {flag.code for flag in story.case.flags}


def test_a_third_party_is_kept_with_or_without_authority() -> None:
    story = Story()
    story.does(parse_action('{"kind":"details","representative":{"name":"Ann Smith"}}'))
    known = story.case.person.representative
    assert isinstance(story.case.person, Person) and known is not None
    assert (known.name, known.authorised(situation().today)) == ("Ann Smith", False)
