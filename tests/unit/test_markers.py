"""Markers: what to know before speaking to somebody (law page 7.4), and why, which few may read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from casework.actions import ACTIONS, parse_action
from casework.actions.declare import fields
from casework.actions.marker import EndMarker, SetMarker
from casework.dates import london_date
from casework.history import rebuild
from casework.people import Marker
from casework.quick_entry import action_of, parse
from casework.refusals import Refused
from casework.restricted import RestrictedText
from casework.views import CaseView, show
from tests.cases import NOW, OFFICER, SALT, TABLE_FOLDER, TODAY, Story, at, shipped_tables, situation, tables_with

WHY = "Told us on the telephone that she is being treated for depression"


def marked(code: str = "mental-health", **more: Any) -> Story:
    """A case with a marker."""
    story = Story()
    story.does(SetMarker(code=code, reason=WHY, **more))
    return story


def asked(**typed: str) -> dict[str, str]:
    """The questions of the form, and the likely answers."""
    return {one.name: one.default for one in fields(SetMarker, Story().case, typed, situation())}


def test_a_marker_says_what_to_do_and_when_to_look_again() -> None:
    """Everybody sees that. Seen red with: the reason in the place of the advice."""
    story = marked(advice="Offer a letter.", review_on=date(2026, 12, 1))
    assert story.case.markers == (
        Marker(
            id="3.1",
            code="mental-health",
            kind="vulnerable",
            advice="Offer a letter.",
            restricted=RestrictedText(salt=SALT, text=WHY).name,
            review_on=date(2026, 12, 1),
            set_by=OFFICER.id,
            set_on=TODAY,
        ),
    )
    assert [(flag.code, flag.review_on) for flag in story.case.flags] == [("vulnerable", date(2026, 12, 1))]
    assert story.events[-1].what.summary() == ("vulnerable: mental health, review 1 Dec 2026  Offer a letter.")


def test_a_marker_of_violence_is_a_flag_of_its_own() -> None:
    story = marked("dog")
    story.does(SetMarker(code="bereavement", reason=WHY))
    assert [flag.code for flag in story.case.flags] == ["violence", "vulnerable"]
    assert rebuild(story.events) == story.case


def test_why_is_nowhere_in_the_history_the_case_or_what_is_shown() -> None:
    """Only its name is. Seen red with: the reason in the event; shown with the case."""
    story = Story()
    done = story.does(SetMarker(code="mental-health", reason=WHY, advice="Offer a letter."))
    everything = b"".join(event.body for event in story.events).decode() + story.case.model_dump_json()
    everything += "".join(event.what.summary() for event in story.events)
    view = CaseView(case=story.case, offers=(), restricted={one.name: one.text for one in done.restricted})
    everything += json.dumps(show(view))
    assert "depression" not in everything and SALT not in everything
    assert [(one.salt, one.text) for one in done.restricted] == [(SALT, WHY)]
    assert done.case.markers[0].restricted == done.restricted[0].name
    assert not Story().does(parse_action('{"kind":"note","text":"x"}')).restricted


def test_the_name_of_a_restricted_text_gives_nothing_away() -> None:
    """The same text under another salt has another name. Seen red with: the text alone hashed."""
    one, other = RestrictedText(salt=SALT, text="depression"), RestrictedText(salt="00" * 16, text="depression")
    assert one.name != other.name and len(one.name) == 64
    assert one.name == RestrictedText(salt=SALT, text="depression").name


def test_the_same_marker_again_takes_the_place_of_the_first() -> None:
    """Seen red with: two of one code; another code lost."""
    story = marked()
    story.does(SetMarker(code="dog", reason=WHY))
    story.does(SetMarker(code="mental-health", reason=WHY, advice="Write first.", review_on=date(2027, 1, 4)))
    assert [(one.id, one.code, one.advice) for one in story.case.markers] == [
        ("4.1", "dog", None),
        ("5.1", "mental-health", "Write first."),
    ]


def told_to_review(code: str = "mental-health") -> Story:
    """A case with a marker whose review has come: a task of the team leader, who finds it under the marker's own name."""
    story = marked(code, review_on=date(2026, 11, 20))
    story.does(SetMarker(code="dog", reason=WHY, review_on=date(2026, 11, 20)))
    story.calendar(at(20))
    assert [(task.kind, task.title) for task in story.case.tasks[1:]] == [
        ("review", "review the marker “mental health”"),
        ("review", "review the marker “dangerous dog”"),
    ]
    return story


def test_a_marker_that_ends_needs_no_review_any_more() -> None:
    """Seen red with: the task left; that of the other marker ended."""
    story = told_to_review()
    story.does(EndMarker(marker="3.1", reason="well again"), at(20))
    assert [task.title for task in story.case.tasks[1:]] == ["review the marker “dangerous dog”"]
    assert story.events[-1].what.summary() == "marker ended: review the marker “mental health”"


def test_a_marker_that_is_set_again_is_looked_at_again_on_its_new_day() -> None:
    """Seen red with: the old task left beside the new one."""
    story = told_to_review()
    story.does(SetMarker(code="mental-health", reason=WHY, review_on=date(2026, 11, 30)), at(20))
    assert [task.title for task in story.case.tasks[1:]] == ["review the marker “dangerous dog”"]
    assert story.calendar(at(29)) == ()
    story.calendar(at(30))
    assert [task.title for task in story.case.tasks[2:]] == ["review the marker “mental health”"]


def test_the_table_says_when_to_look_again_and_what_to_do_unless_somebody_knows_better() -> None:
    """28 days for a threat of suicide, half a year for mental health: our own table.

    Seen red with: the review a day late.
    """
    assert asked() == {"code": "", "reason": "", "advice": "", "review_on": ""}
    assert asked(code="suicide") == {
        "code": "",
        "reason": "",
        "advice": "Do not chase. If they speak of harm: F9, and stay on the line.",
        "review_on": "17 Dec 2026",
    }
    assert marked("suicide-threat").case.markers[0].review_on == date(2026, 12, 17)
    assert marked().case.markers[0].review_on == TODAY + timedelta(182)


def test_a_review_beyond_the_known_bank_holidays_is_left_to_the_officer() -> None:
    """Seen red with: the form breaking."""
    found = fields(SetMarker, Story().case, {"code": "physical-health"}, situation(at(1, 2, year=2028)))
    assert [(one.name, one.default) for one in found if one.name == "review_on"] == [("review_on", "")]


@pytest.mark.parametrize("code", list(shipped_tables().markers(TODAY)))
def test_every_marker_of_the_table_can_be_set_as_the_form_proposes_it(code: str) -> None:
    """Its advice fits, its review is not too far."""
    line = parse(f"marker {code} told us so", Story().case, situation())
    story = Story()
    story.does(action_of(line, story.case, situation()))
    (marker,) = story.case.markers
    row = shipped_tables().markers(TODAY)[code]
    assert marker.advice == row.advice and marker.kind == row.kind
    assert marker.review_on == london_date(shipped_tables().calendar.after(NOW, row.review_after))


def test_a_line_may_set_a_marker() -> None:
    line = parse("marker threatened 1/6 said he would set the dog on us", Story().case, situation())
    assert line.typed == {
        "code": "threatened",
        "review_on": "1/6",
        "reason": "said he would set the dog on us",
    }
    action = action_of(line, Story().case, situation())
    assert isinstance(action, SetMarker)
    assert (action.code, action.review_on) == ("violence-threat", date(2027, 6, 1))


@pytest.mark.parametrize(
    ("review_on", "code"),
    [
        (date(2026, 11, 18), "past"),
        (TODAY, "past"),
        (date(2026, 11, 20), None),
        (TODAY + timedelta(366), None),
        (TODAY + timedelta(367), "too-far"),
    ],
)
def test_a_marker_is_looked_at_again_after_today_and_within_a_year(review_on: date, code: str | None) -> None:
    action = SetMarker(code="dog", reason=WHY, review_on=review_on)
    assert [one.code for one in action.refusals(Story().case, situation())] == ([code] if code else [])


def test_every_reason_against_a_marker_is_told() -> None:
    with pytest.raises(Refused) as fault:
        Story().does(SetMarker(code="tiger", reason=WHY, review_on=TODAY))
    assert [one.field for one in fault.value.reasons] == ["code", "review_on"]
    with pytest.raises(Refused) as fault:
        parse_action('{"kind":"marker","code":"dog","reason":""}')
    assert [one.field for one in fault.value.reasons] == ["reason"]


def test_a_marker_ends_for_a_reason() -> None:
    """Seen red with: all markers ended."""
    story = marked()
    story.does(SetMarker(code="dog", reason=WHY))
    done = story.does(EndMarker(marker="3.1", reason="no longer so, she says"))
    assert [one.code for one in story.case.markers] == ["dog"]
    assert done.events[0].what.summary() == "mental health ended: no longer so, she says"
    assert rebuild(story.events) == story.case
    with pytest.raises(Refused, match=r"there is no such marker; there are: 4\.1 \(dog\)"):
        story.does(EndMarker(marker="3.1", reason="again"))


def test_where_there_is_no_marker_none_can_be_ended() -> None:
    assert [one.code for one in EndMarker.offered(Story().case, situation())] == ["no-marker"]
    assert not EndMarker.offered(marked().case, situation())


def test_a_marker_is_named_by_its_words_and_the_only_one_is_the_likely_one() -> None:
    story = marked()
    line = parse("end-marker recovered", story.case, situation())
    assert action_of(line, story.case, situation()) == EndMarker(marker="3.1", reason="recovered")
    story.does(SetMarker(code="dog", reason=WHY))
    assert [one.default for one in fields(ACTIONS["end-marker"], story.case, {}, situation())] == ["", ""]
    line = parse("end-marker dangerous dog moved away", story.case, situation())
    assert action_of(line, story.case, situation()) == EndMarker(marker="4.1", reason="moved away")


def test_a_marker_whose_kind_left_the_table_can_still_be_ended() -> None:
    """Seen red with: the label looked up without asking whether it is there."""
    kept = (TABLE_FOLDER / "markers.toml").read_text("utf-8").replace('code = "mental-health"', 'code = "mind"')
    gone = situation(tables=tables_with(markers=kept))
    story = marked()
    line = parse("end-marker mental-health over", story.case, gone)
    (event,) = action_of(line, story.case, gone).happenings(story.case, gone)
    assert event.summary() == "mental-health ended: over"
