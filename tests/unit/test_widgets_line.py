"""What a form does beyond taking keys: texts that may go on, lines recalled, proposals, copying."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.fields import Field, FieldKind
from tests.unit.test_widgets_field_map import FIELDS, drawn_lines, form_with, rows_painted
from tui.desk_app import DeskApp
from tui.widgets.cells import UNSAFE
from tui.widgets.clipboard import copying
from tui.widgets.field_map import FieldMap

LINE = Field("line", ":")
WORDS = ("promise 50 tue card", "park 3d", "terms 20 weekly")


def rest_of(_: Field, text: str) -> str:
    """How the first of some lines goes on."""
    return next((word[len(text) :] for word in WORDS if text and word.startswith(text) and word != text), "")


async def test_a_text_that_may_go_on_shows_how_and_right_or_end_takes_it() -> None:
    """The cursor stays before what is only shown, and what is shown is no value.

    Seen red with: what may follow drawn before the cursor; and with Enter taking it.
    """
    async with form_with(LINE, suggest=rest_of) as (pilot, form, app):
        await pilot.press("p", "a")
        assert drawn_lines(form)[1].rstrip() == ">:* park 3d"
        assert app.cursor_position.x == form.content_region.x + 4 + 2
        assert form.values == {"line": "pa"}
        await pilot.press("right")
        assert form.values == {"line": "park 3d"}
        changed = app.heard(FieldMap.Changed)[-1]
        assert isinstance(changed, FieldMap.Changed)
        assert changed.values == {"line": "park 3d"}
        await pilot.press("ctrl+u", "t", "end", "x")
        assert form.values == {"line": "terms 20 weeklyx"}
        await pilot.press("ctrl+u", "t", "enter")
        submitted = app.heard(FieldMap.Submitted)[-1]
        assert isinstance(submitted, FieldMap.Submitted)
        assert submitted.values == {"line": "t"}


async def test_within_a_text_right_and_end_only_move() -> None:
    async with form_with(LINE, suggest=rest_of) as (pilot, form, _):
        await pilot.press("p", "a", "left")
        assert drawn_lines(form)[1].rstrip() == ">:* pa"
        await pilot.press("right")
        assert form.values == {"line": "pa"}
        await pilot.press("home", "end")
        assert form.values == {"line": "pa"}
        await pilot.press("end")
        assert form.values == {"line": "park 3d"}


async def test_a_default_is_kept_by_right_before_anything_is_added_to_it() -> None:
    async with form_with(replace(LINE, default="pa"), suggest=rest_of) as (pilot, form, _):
        assert drawn_lines(form)[1].rstrip() == ">:* pa"
        await pilot.press("right")
        assert (form.values["line"], drawn_lines(form)[1].rstrip()) == ("pa", ">:* park 3d")
        await pilot.press("right")
        assert form.values["line"] == "park 3d"


async def test_what_may_follow_is_inert_and_cut_to_the_field() -> None:
    """Also when it is taken. Seen red with: what a screen suggests taken as it is."""
    hostile = "\x1b]0;owned\x07" + "漢字" * 60
    async with form_with(LINE, suggest=lambda _, text: hostile if text else "") as (pilot, form, _):
        await pilot.press("é")
        line = drawn_lines(form)[1]
        assert not UNSAFE.search(line)
        assert form.render_line(1).cell_length == form.size.width
        assert "漢字" in line and line.rstrip().endswith("…")
        await pilot.press("right")
        assert not UNSAFE.search(form.values["line"])


async def test_what_may_follow_is_asked_for_once_for_each_text() -> None:
    """Seen red with: it asked for whenever a line is drawn."""
    asked: list[str] = []

    def suggest(_: Field, text: str) -> str:
        asked.append(text)
        return ""

    async with form_with(LINE, suggest=suggest) as (pilot, form, _):
        await pilot.press("p", "a", "left", "right")
        drawn_lines(form)
        drawn_lines(form)
        assert asked == ["", "p", "pa"]


async def test_a_key_with_something_that_may_follow_repaints_one_row() -> None:
    """Seen red with: the form laid out anew for it."""
    async with form_with(LINE, suggest=rest_of) as (pilot, form, _):
        drawn = rows_painted(form)
        await pilot.press("p")
        await pilot.pause()
        assert set(drawn) == {1, form.size.height - 1}


async def test_up_and_down_in_a_form_of_one_line_ask_for_what_was_written_before() -> None:
    """Seen red with: a form of several fields recalling too."""
    async with form_with(LINE) as (pilot, form, app):
        await pilot.press("x", "up", "up", "down")
        said = [message.by for message in app.heard(FieldMap.Recalled) if isinstance(message, FieldMap.Recalled)]
        assert said == [-1, -1, 1]
        form.fill("park 3d\x1b[2J\nawaiting")
        await pilot.pause()
        assert form.values == {"line": "park 3d[2J awaiting"}
        changed = app.heard(FieldMap.Changed)[-1]
        assert isinstance(changed, FieldMap.Changed) and changed.values == form.values
        await pilot.press("!")
        assert form.values["line"].endswith("awaiting!")
    async with form_with() as (pilot, form, app):
        await pilot.press("down", "up")
        assert not app.heard(FieldMap.Recalled)
        form.clear()
        form.fill("nothing")
        assert form.values == {}


async def test_a_note_that_is_proposed_is_written_on_and_an_amount_written_over() -> None:
    """Seen red with: a note replaced by the first letter, as other defaults are; and with the old proposal left there when
    another is made.
    """
    note = Field("note", "Note", long=True, default="Rang twice.")
    async with form_with(Field("amount", "Amount", FieldKind.MONEY, default="20"), note) as (pilot, form, _):
        form.replace_fields((FIELDS[0], replace(note, default="Rang three times.")))
        assert form.values["note"] == "Rang three times."
        await pilot.press("5", "tab", "space", "N", "o")
        assert form.values == {"amount": "5", "note": "Rang three times. No"}
        form.replace_fields((FIELDS[0], note))
        assert form.values["note"] == "Rang three times. No"
        form.show("Note", (note,))
        await pilot.press("backspace")
        assert form.values["note"] == "Rang twice"


async def test_what_is_proposed_looks_otherwise_until_it_is_typed_over() -> None:
    """In attributes that a terminal without colours has too. Seen red with: the style of what was typed."""
    async with form_with(FIELDS[1], FIELDS[0], begin_at="amount") as (pilot, form, _):

        def style_of(text: str) -> tuple[bool, bool]:
            """Whether a part of the first field is italic, and whether it is reversed."""
            part = next(part for part in form.render_line(1) if text in part.text)
            assert part.style is not None
            return bool(part.style.italic), bool(part.style.reverse)

        assert style_of("month") == (True, False)
        await pilot.press("tab")
        assert style_of("month") == (False, True)
        await pilot.press("w", "tab")
        assert style_of("w ") == (False, False)


async def test_ctrl_y_asks_for_the_text_of_the_field_to_be_copied() -> None:
    async with form_with() as (pilot, _, app):
        await pilot.press("5", "7", "ctrl+y", "tab", "ctrl+y")
        texts = [said.text for said in app.heard(FieldMap.CopyWanted) if isinstance(said, FieldMap.CopyWanted)]
        assert texts == ["57", "month"]


@given(text=st.text(min_size=1, max_size=200), tmux=st.booleans())
def test_what_is_sent_to_a_clipboard_is_the_text_and_nothing_a_terminal_obeys(text: str, tmux: bool) -> None:
    sequence, said = copying(text, allowed=True, tmux=tmux)
    inner = sequence
    if tmux:
        assert sequence.startswith("\x1bPtmux;") and sequence.endswith("\x1b\\")
        inner = sequence.removeprefix("\x1bPtmux;").removesuffix("\x1b\\").replace("\x1b\x1b", "\x1b")
    coded = inner.removeprefix("\x1b]52;c;").removesuffix("\x1b\\")
    assert b64decode(coded, validate=True).decode() == text.encode("utf-8", "replace").decode()
    assert said.startswith("sent ") and "does not say whether" in said


def test_what_is_not_sent_is_not_said_to_be_sent() -> None:
    """Seen red with: a text of any length sent; the limit is of base64, which is four thirds of the bytes."""
    most = 74_994 // 4 * 3
    for text, allowed, sent in (("57", False, False), ("", True, False), ("x" * most, True, True)):
        sequence, said = copying(text, allowed=allowed)
        assert bool(sequence) is sent
        assert said.startswith("sent" if sent else "nothing was copied")
    sequence, said = copying("x" * (most + 1), allowed=True)
    assert sequence == "" and "56,245 characters are more than" in said
    assert copying("é", allowed=True)[1].startswith("sent 1 character to")


@pytest.mark.parametrize("allowed", [True, False])
async def test_the_desk_copies_only_where_it_may(allowed: bool) -> None:
    """Seen red with: `clipboard` left aside."""
    app = DeskApp(clipboard=allowed)
    async with app.run_test():
        written: list[str] = []
        assert app._driver is not None
        app._driver.write = written.append  # type: ignore[method-assign, assignment]
        said = app.copy_text("57")
        assert bool([part for part in written if "]52;" in part]) is allowed
        assert said.startswith("sent" if allowed else "nothing was copied")
