"""Texts put into a field by a slash and a word, and the blanks in them."""

from __future__ import annotations

import pytest

from casework.fields import Field, Template
from tests.unit.test_widgets_field_map import form_with
from tui.widgets.entry import Entry, meant

TEXTS = (
    Template("work", "Works for", "Works for ___ as ___."),
    Template("works", "Works", "Works."),
    Template("moved", "Has moved", "Moved."),
)
NOTE = Field("note", "Note", required=False, max_length=200, long=True, templates=TEXTS)
AFTER = Field("number", "Number", required=False)


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("/work", ["work"]),
        ("/works", ["works"]),
        ("/wo", ["work", "works"]),
        ("/m", ["moved"]),
        ("/", []),
        ("work", []),
        ("", []),
        ("/x", []),
    ],
)
def test_a_slash_and_a_word_mean_the_text_of_that_code_or_those_that_begin_so(word: str, codes: list[str]) -> None:
    """Seen red with: a slash alone."""
    assert [one.code for one in meant(TEXTS, word)] == codes


def test_a_text_takes_the_place_of_its_word_and_leaves_what_stands_around_it() -> None:
    """Seen red with: the whole note replaced."""
    entry = Entry("Rang. /m later", cursor=8)
    assert entry.expand(TEXTS)
    assert entry.text == "Rang. Moved. later"
    assert entry.cursor == len("Rang. Moved.")


@pytest.mark.parametrize(("text", "cursor"), [("/wo", 3), ("either/work", 11), ("/work ", 6), ("", 0), ("/work", 2)])
def test_what_means_no_one_text_stays_as_it_is(text: str, cursor: int) -> None:
    """Several, a slash inside a word, a space after it, nothing, half a word. Seen red with: the first of several."""
    entry = Entry(text, cursor=cursor)
    assert entry.expand(TEXTS) is False
    assert (entry.text, entry.cursor) == (text, cursor)


async def test_enter_goes_from_blank_to_blank_and_then_on() -> None:
    """Seen red with: Enter that left the field at the first blank."""
    async with form_with(NOTE, AFTER) as (pilot, form, app):
        await pilot.press(*"/work", "enter", *"Aldi")
        assert form.values["note"] == "Works for Aldi as ___."
        await pilot.press("enter", *"cook")
        assert form.values["note"] == "Works for Aldi as cook."
        assert form.current == "note"
        await pilot.press("enter")
        assert form.current == "number"
        assert [type(message).__name__ for message in app.said][-1] == "Left"


async def test_a_space_puts_the_text_in_too_and_other_spaces_are_spaces() -> None:
    async with form_with(NOTE, AFTER) as (pilot, form, _):
        await pilot.press(*"at 5/", "space", *"/m", "space", "x")
        assert form.values["note"] == "at 5/ Moved.x"


async def test_f4_lists_the_texts_and_narrows_them() -> None:
    """Seen red with: F4 that did nothing in a field of text."""
    async with form_with(NOTE, AFTER) as (pilot, form, _):
        assert "/work /works /moved" in form._form.help(100)
        form.toggle_choices()
        assert [line.split()[0] for line in form._form.listed(80, 60)] == ["/work", "/works", "/moved"]
        await pilot.press(*"/mo")
        assert [line.split()[0] for line in form._form.listed(80, 60)] == ["/moved"]
        await pilot.press("enter")
        assert form._form.listed(80, 60) == []


async def test_a_field_without_texts_takes_a_slash_as_it_is() -> None:
    async with form_with(Field("note", "Note", long=True, required=False), AFTER) as (pilot, form, _):
        await pilot.press(*"/work", "space", *"___", "enter")
        assert form.values["note"] == "/work ___"
        assert form.current == "number"
