"""Long text that is read and scrolled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot

from tui.desk_app import DeskApp
from tui.widgets.cells import UNSAFE
from tui.widgets.entry import lines_of
from tui.widgets.reader import Reader

WORDS = "\n".join(f"line {number}" for number in range(1, 31))


class ReaderApp(DeskApp):
    """A text to read, and a record of what came of it."""

    CSS = "Reader { max-height: 10; }"
    BINDINGS = [Binding(key, f"past('{key}')", show=False) for key in ("n", "f5", "escape", "down")]

    def __init__(self) -> None:
        super().__init__()
        self.closed: list[Reader] = []
        self.past: list[str] = []

    def compose(self) -> ComposeResult:
        yield Reader(id="detail")

    def action_past(self, key: str) -> None:
        self.past.append(key)

    @on(Reader.Closed, "#detail")
    def hear(self, message: Reader.Closed) -> None:
        """Keep what was said."""
        self.closed.append(message.control)


@asynccontextmanager
async def reading(
    text: str, heading: str = "19 Nov 10:14  call", width: int = 60
) -> AsyncIterator[tuple[Pilot[None], Reader, ReaderApp]]:
    """A text that is being read."""
    app = ReaderApp()
    async with app.run_test(size=(width, 24)) as pilot:
        reader = app.query_one(Reader)
        reader.show(heading, text)
        reader.focus()
        await pilot.pause()
        yield pilot, reader, app


def drawn_lines(reader: Reader) -> list[str]:
    return [reader.render_line(y).text for y in range(reader.size.height)]


async def test_a_short_text_takes_its_lines_and_no_more() -> None:
    async with reading("She rang.\nHer brother will pay.") as (_, reader, _app):
        lines = drawn_lines(reader)
        assert [line.rstrip() for line in lines[1:]] == [" She rang.", " Her brother will pay."]
        assert lines[0].startswith(" 19 Nov 10:14  call ")
        assert lines[0].rstrip().endswith("Esc closes")
        assert "of" not in lines[0]


async def test_nothing_takes_no_room_and_no_keys() -> None:
    """Seen red with: the heading drawn alone; and with the keys taken all the same."""
    async with reading("") as (pilot, reader, app):
        assert reader.size.height == 0
        assert not reader.is_open
        await pilot.press("escape", "down", "enter")
        assert app.closed == []
        assert app.past == ["escape", "down"]
        reader.show("a heading", "text")
        await pilot.pause()
        assert reader.size.height == 2
        reader.show("a heading", "")
        await pilot.pause()
        assert reader.size.height == 0


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        (["down"], 2),
        (["down", "down", "up"], 2),
        (["up"], 1),
        (["pagedown"], 9),
        (["pagedown", "pagedown", "pageup"], 9),
        (["end"], 22),
        (["end", "down"], 22),
        (["end", "home"], 1),
        (["pagedown"] * 9, 22),
        (["end", "up"], 21),
    ],
)
async def test_keys_scroll_and_the_heading_says_where(keys: list[str], first: int) -> None:
    """A page keeps one line in view.

    Seen red with: the heading counted among the lines of a page.
    """
    async with reading(WORDS) as (pilot, reader, app):
        assert reader.size.height == 10
        await pilot.press(*keys)
        lines = drawn_lines(reader)
        assert [line.strip() for line in lines[1:]] == [f"line {number}" for number in range(first, first + 9)]
        assert lines[0].endswith(f"lines {first}-{first + 8} of 30 · Esc closes ")
        assert app.past == []


@pytest.mark.parametrize("key", ["escape", "f3", "enter"])
async def test_it_is_closed_with_escape_and_other_keys_go_to_the_screen(key: str) -> None:
    async with reading(WORDS) as (pilot, reader, app):
        await pilot.press("n", "f5", key)
        assert app.past == ["n", "f5"]
        assert app.closed == [reader]


async def test_another_text_begins_at_its_beginning() -> None:
    async with reading(WORDS) as (pilot, reader, _):
        await pilot.press("end")
        reader.show("other", WORDS)
        await pilot.pause()
        assert drawn_lines(reader)[1].strip() == "line 1"


async def test_words_are_kept_whole_and_wide_ones_are_measured() -> None:
    """Seen red with: a line that is just full broken before its last word; and with `漢` taken for one cell."""
    text = "her brothers will pay  on Friday, and 漢字漢字漢字 rang\n\n  indented " + "x" * 26 + "\n" + "字" * 10
    async with reading(text, width=21) as (_, reader, _app):
        assert [line[1:].rstrip() for line in drawn_lines(reader)[1:]] == [
            "her brothers will",
            "pay  on Friday, and",
            "漢字漢字漢字 rang",
            "",
            "  indented",
            "x" * 19,
            "x" * 7,
            "字" * 9,
            "字",
        ]


async def test_the_line_that_is_read_stays_in_view_when_the_width_changes() -> None:
    """Seen red with: the number of the first line kept."""
    text = "\n".join(f"{number} " + "word " * 8 for number in range(40))
    async with reading(text) as (pilot, reader, _):
        await pilot.press(*["down"] * 20)
        assert drawn_lines(reader)[1].strip().startswith("20 ")
        await pilot.resize_terminal(30, 24)
        await pilot.pause()
        assert drawn_lines(reader)[1].strip().startswith("20 ")
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        assert drawn_lines(reader)[1].strip().startswith("20 ")


async def test_what_is_read_is_plain_text() -> None:
    """Seen red with: the text not washed."""
    async with reading("[b]bold[/b] \x1b[2J\u202e\r\nnext\ttab", heading="\x1b]0;x\n[@click=app.exit]y") as (
        _,
        reader,
        _a,
    ):
        lines = drawn_lines(reader)
        assert lines[0].startswith(" \ufffd]0;x [@click=app.exit]y")
        assert lines[1].strip() == "[b]bold[/b] \ufffd[2J\ufffd"
        assert lines[2].split() == ["next", "tab"]
        assert not UNSAFE.search("".join(lines))


async def test_the_terminals_cursor_is_on_the_first_line_that_is_read() -> None:
    async with reading(WORDS) as (_, reader, app):
        assert app.cursor_position == (1, reader.content_region.y + 1)


async def test_a_key_that_moves_nothing_paints_nothing() -> None:
    """Seen red with: no stop at the end; and with every key repainting."""
    async with reading(WORDS) as (pilot, reader, _):
        painted: list[int] = []
        original = reader.render_line
        reader.render_line = lambda y: painted.append(y) or original(y)  # type: ignore[method-assign, func-returns-value]
        await pilot.press("up", "home")
        await pilot.pause()
        assert painted == []
        await pilot.press("end")
        await pilot.pause()
        painted.clear()
        await pilot.press("down", "end", "pagedown")
        await pilot.pause()
        assert painted == []


ODD = st.text(
    st.one_of(st.sampled_from("ab  ŵé漢字\u0301\u202e\x1b\n\r\t👍🏽🇬🇧\ud800\u200b"), st.characters()), max_size=80
)


@given(text=ODD, width=st.integers(1, 20))
def test_any_text_in_any_width_fits_and_loses_no_word(text: str, width: int) -> None:
    lines = [line for _, line in lines_of(text, width)]
    assert all(cell_len(line) <= max(width, 2) for line in lines)
    assert not UNSAFE.search("".join(lines))
    wide = [line for _, line in lines_of(text, 10_000)]
    assert "".join("".join(lines).split()) == "".join("".join(wide).split())
