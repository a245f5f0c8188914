"""The list, and the two lines that say what can be done and what was done."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen

from casework.fields import Field
from tui.desk_app import DeskApp
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import Hint, KeyBar
from tui.widgets.message_line import MessageLine, Tone
from tui.widgets.rows import Column, Rows

COLUMNS = (Column("Account", 8), Column("Name"), Column("Owes", 8, "right"))


class Cases:
    """Rows by their keys; it counts which of them were asked for."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self.asked: set[int] = set()

    def __len__(self) -> int:
        return len(self._keys)

    def cells(self, index: int) -> Sequence[str]:
        """A row."""
        self.asked.add(index)
        return self._keys[index], f"Name of {self._keys[index]}", "£1.00"

    def key(self, index: int) -> str:
        """Its key."""
        return self._keys[index]


class RowsApp(DeskApp):
    """A list between two lines."""

    BINDINGS = [Binding("n", "past", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self.past = 0

    def compose(self) -> ComposeResult:
        yield MessageLine(id="said")
        yield Rows(COLUMNS, empty="No tasks", id="rows")
        yield KeyBar(id="keys")

    def action_past(self) -> None:
        self.past += 1

    @on(Rows.Moved)
    def moved(self, event: Rows.Moved) -> None:
        """Keep what was said."""
        self.said.append(("moved", event.key))

    @on(Rows.Selected)
    def chosen(self, event: Rows.Selected) -> None:
        """Keep what was said."""
        self.said.append(("selected", event.key))


@asynccontextmanager
async def rows_with(count: int, height: int = 12) -> AsyncIterator[tuple[Pilot[None], Rows, RowsApp]]:
    """A list of so many rows."""
    app = RowsApp()
    async with app.run_test(size=(60, height)) as pilot:
        rows = app.query_one(Rows)
        rows.show(Cases([f"K{i}" for i in range(count)]))
        rows.focus()
        await pilot.pause()
        yield pilot, rows, app


def drawn_lines(rows: Rows) -> list[str]:
    return [rows.render_line(y).text for y in range(rows.size.height)]


async def test_keys_move_and_choose_and_letters_go_past() -> None:
    async with rows_with(50) as (pilot, rows, app):
        await pilot.press("down", "down", "up", "enter", "n", "end", "pageup", "home", "up")
        assert app.said == [
            ("moved", "K1"),
            ("moved", "K2"),
            ("moved", "K1"),
            ("selected", "K1"),
            ("moved", "K49"),
            ("moved", "K40"),
            ("moved", "K0"),
        ]
        assert app.past == 1
        assert rows.selected == "K0"


async def test_the_selected_row_has_a_marker_as_well_as_a_colour() -> None:
    async with rows_with(5) as (pilot, rows, app):
        await pilot.press("down")
        assert drawn_lines(rows)[2].startswith("> K1")
        assert [line[0] for line in drawn_lines(rows)[:6]] == [" ", " ", ">", " ", " ", " "]
        assert app.cursor_position == (0, rows.content_region.y + 2)


@pytest.mark.parametrize("keys", [["end"], ["pagedown"] * 3, ["down"] * 25, ["end", *["up"] * 30]])
async def test_the_selected_row_is_always_in_view(keys: list[str]) -> None:
    """Seen red with: the heading not counted in the height of the list."""
    async with rows_with(60) as (pilot, rows, _):
        for key in keys:
            await pilot.press(key)
            assert sum(line.startswith(f"> {rows.selected} ") for line in drawn_lines(rows)) == 1


async def test_the_last_row_is_at_the_foot_of_the_list() -> None:
    async with rows_with(60) as (pilot, rows, _):
        await pilot.press("end")
        assert drawn_lines(rows)[-1].startswith("> K59")
        assert drawn_lines(rows)[0].split() == ["Account", "Name", "52-60", "of", "60", "Owes"]


async def test_the_selection_stays_on_its_key_when_the_rows_are_replaced() -> None:
    """Seen red with: the selection kept by its number."""
    async with rows_with(50) as (pilot, rows, app):
        await pilot.press(*["down"] * 20)
        rows.show(Cases([f"K{i}" for i in range(10, 50)]))
        assert (rows.selected, rows.index) == ("K20", 10)
        rows.show(Cases([f"K{i}" for i in range(50) if i != 20]))
        assert rows.index == 10
        rows.show(Cases(["K3", "K4"]), selected="K4")
        assert [rows.selected] == ["K4"]
        rows.show(Cases([]))
        assert [rows.selected] == [None]
        await pilot.pause()
        assert drawn_lines(rows)[1].strip() == "No tasks"
        said = len(app.said)
        await pilot.press("enter", "down", "end", "pageup")
        assert len(app.said) == said


async def test_a_list_of_any_length_starts_at_once_and_asks_only_for_what_it_shows() -> None:
    """Seen red with: the source copied into a list of rows."""
    async with rows_with(0) as (pilot, rows, _):
        source = Cases([str(i) for i in range(100_000)])
        began = time.process_time()
        rows.show(source)
        assert time.process_time() - began < 0.02
        await pilot.pause()
        await pilot.press("end", "down", "home")
        assert len(source.asked) < 40


async def test_columns_line_up_whatever_they_hold() -> None:
    async with rows_with(0) as (pilot, rows, _):
        rows.show(Cases(["漢字漢字漢字", "Ŵyn", "e\u0301" * 20, "\x1b[2Jx"]))
        await pilot.pause()
        from rich.cells import cell_len

        for line in drawn_lines(rows)[1:5]:
            assert cell_len(line) == 60
            assert cell_len(line[: line.index("Name of")]) == 11
            assert line.rstrip().endswith("£1.00")
            assert "\x1b" not in line


async def test_the_key_bar_drops_what_does_not_fit_and_marks_what_cannot_be_done() -> None:
    async with rows_with(1) as (_, _, app):
        bar = app.query_one(KeyBar)
        bar.show([Hint("n", "next"), Hint("p", "promise", "no order made"), *(Hint("x", "y" * 20) for _ in range(9))])
        text = bar.render_line(0).text
        assert text.startswith(" n next [p promise] x yyyy")
        assert len(text) == 60
        assert text.count("y" * 20) == 1
        assert len(bar.hints) == 11


async def test_the_key_bar_keeps_what_is_always_shown_at_its_right_edge() -> None:
    """Seen red with: `always` not looked at; and with the room for it not kept free."""
    async with rows_with(1) as (_, _, app):
        bar = app.query_one(KeyBar)
        always = [Hint("?", "keys", always=True), Hint("Q", "quit", always=True)]
        bar.show([Hint("n", "next"), *always])
        assert bar.render_line(0).text == " n next " + " " * 36 + " ? keys  Q quit "
        bar.show([*(Hint("x", "y" * 20) for _ in range(9)), *always])
        assert bar.render_line(0).text == " x " + "y" * 20 + " " * 21 + " ? keys  Q quit "
        bar.show([*(Hint("x", "y" * 20, "no", always=True) for _ in range(9)), *always])
        assert bar.render_line(0).text.rstrip().endswith("[x yyyyyyyyyyyyyyyyyyyy]")
        assert len(bar.render_line(0).text) == 60


class Above(Screen[None]):
    """A form on a screen of its own, over the list."""

    def compose(self) -> ComposeResult:
        yield FieldMap()

    def on_mount(self) -> None:
        form = self.query_one(FieldMap)
        form.show("Above", [Field("one", "One", default="abc")])
        form.focus()


async def test_only_the_screen_on_top_places_the_terminals_cursor() -> None:
    """A timer refreshes the list while a form is open over it; the list has the cursor back when the form goes.

    Seen red with: `holds_cursor` asking only for the focus; and with a change of screens not followed.
    """
    async with rows_with(20) as (pilot, rows, app):
        await pilot.press("down")
        in_list = app.cursor_position
        await app.push_screen(Above())
        await pilot.pause()
        in_form = app.cursor_position
        assert in_form != in_list
        app.pop_screen()
        assert app.cursor_position == in_list
        await app.push_screen(Above())
        await pilot.pause()
        assert app.cursor_position == in_form
        rows.show(Cases(["K5", "K6", "K1"]))
        assert app.cursor_position == in_form
        rows.refresh(layout=True)
        await pilot.pause()
        assert app.cursor_position == in_form
        rows.on_resize()
        assert app.cursor_position == in_form
        above = app.screen.query_one(FieldMap)
        app.pop_screen()
        await pilot.pause()
        assert app.cursor_position == (0, rows.content_region.y + 3)
        above._place_cursor()
        assert app.cursor_position == (0, rows.content_region.y + 3)


async def test_a_hidden_list_places_no_cursor_though_it_still_has_the_focus() -> None:
    """Seen red with: `holds_cursor` not asking whether the list is displayed; nor whether what it is in is."""
    async with rows_with(20) as (pilot, rows, app):
        await pilot.press("down")
        before = app.cursor_position
        for hidden in (rows, app.screen):
            hidden.display = False
            rows.has_focus = True
            rows.show(Cases(["K5", "K6", "K7", "K1"]))
            assert app.cursor_position == before
            hidden.display = True
        rows.show(Cases(["K5", "K6", "K7", "K1"]))
        assert app.cursor_position != before


async def test_the_same_hints_are_not_painted_again() -> None:
    async with rows_with(1) as (pilot, _, app):
        bar = app.query_one(KeyBar)
        bar.show([Hint("n", "next")])
        await pilot.pause()
        painted: list[int] = []
        original = bar.render_line
        bar.render_line = lambda y: painted.append(y) or original(y)  # type: ignore[method-assign, func-returns-value]
        bar.show([Hint("n", "next")])
        await pilot.pause()
        assert painted == []
        bar.show([Hint("p", "promise")])
        await pilot.pause()
        assert painted == [0]


@pytest.mark.parametrize(
    ("tone", "word"), [("saved", "Saved"), ("info", "Note"), ("warning", "Warning"), ("refused", "Refused")]
)
async def test_a_message_says_in_words_how_it_is_meant(tone: Tone, word: str) -> None:
    async with rows_with(1) as (_, _, app):
        line = app.query_one(MessageLine)
        line.say("x" * 100, tone)
        assert line.render_line(0).text == f" {word}: " + "x" * (57 - len(word) - 1) + "…"
        assert line.full == f"{word}: " + "x" * 100
        line.say("")
        assert line.full == ""
        assert line.render_line(0).text.strip() == ""
