"""Pages of a timeline, made from events wherever they are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casework import timeline
from casework.actions.note import WriteNote
from casework.history import Event
from casework.timeline import happened, page
from tests.cases import Story, an_account, imposed


@pytest.fixture
def noted() -> list[Event]:
    """Of a case with seven notes, newest first."""
    story = Story(an_account(imposed()))
    for n in range(1, 8):
        story.does(WriteNote(text=f"note {n}"))
    return [one for one in story.events if one.what.kind == "note"][::-1]


def numbers(events: list[Event]) -> list[int]:
    return [one.seq for one in events]


def test_a_page_ends_where_the_next_begins(noted: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    """Oldest first, no entry twice and none left out. Seen red with: `before` among them; the newest as the place to go on."""
    monkeypatch.setattr(timeline, "PAGE", 3)
    found, before = list[list[int]](), None
    while not found or before is not None:
        one = page(noted, before=before)
        found.append([entry.seq for entry in one.entries])
        before = one.before
    assert [len(one) for one in found] == [3, 3, 1]
    assert [seq for one in found[::-1] for seq in one] == numbers(noted)[::-1]


def test_a_page_that_is_just_full_has_no_other_after_it(noted: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: a page that says it goes on once it is full."""
    monkeypatch.setattr(timeline, "PAGE", 7)
    assert page(noted).before is None


def test_no_more_is_read_than_a_page_needs(noted: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    """One more, to know that there is one. Seen red with: the whole history read."""
    monkeypatch.setattr(timeline, "PAGE", 2)
    read: list[int] = []

    def watched() -> Iterator[Event]:
        for event in noted:
            read.append(event.seq)
            yield event

    page(watched())
    assert read == numbers(noted)[:3]


def test_what_is_looked_for_is_found_whatever_its_case(noted: list[Event]) -> None:
    """Seen red with: only what is written alike found."""
    assert [one.summary for one in page(noted, find="NOTE 3").entries] == ["note 3"]
    assert not page(noted, find="nothing of this").entries


def test_what_was_undone_is_marked_though_its_undoing_is_on_a_newer_page() -> None:
    """Seen red with: only what is on the page looked at for what it undoes."""
    story = Story(an_account(imposed()))
    story.does(WriteNote(text="Meant for another case."), key="note")
    meant = story.case.version
    story.undoes()
    (entry,) = (one for one in page(story.events[::-1], before=meant + 1).entries if one.seq == meant)
    assert entry.undone


def test_what_was_done_is_told_in_its_order(noted: list[Event]) -> None:
    assert [one.summary for one in happened(noted[:1:-1])] == [f"note {n}" for n in range(1, 6)]
