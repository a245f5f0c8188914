"""The line of answers: old after the next key that could have seen it, cut with the key that reads it all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual._time import get_time
from textual.app import ComposeResult
from textual.pilot import Pilot

from tui.desk_app import DeskApp
from tui.widgets.message_line import MessageLine


class LineApp(DeskApp):
    """A line that names a key, and one that names none."""

    def compose(self) -> ComposeResult:
        """Both."""
        yield MessageLine(more="F6 reads all", id="said")
        yield MessageLine(id="other")


@asynccontextmanager
async def said_in(width: int = 60) -> AsyncIterator[tuple[Pilot[None], MessageLine, LineApp]]:
    """The line, so wide."""
    app = LineApp()
    async with app.run_test(size=(width, 5)) as pilot:
        yield pilot, app.query_one("#said", MessageLine), app


async def test_a_message_is_old_after_a_key_that_was_typed_when_it_could_be_read() -> None:
    """A key typed ahead of the paint was typed by somebody who had not seen it.

    Seen red with: every key making it old; and with the same thing said again left old.
    """
    async with said_in() as (pilot, line, _):
        typed_ahead = get_time()
        line.say("note. Next task: call back", "saved")
        line.age(get_time())
        assert [line.is_old] == [False]
        await pilot.pause()
        line.age(typed_ahead)
        assert [line.is_old] == [False]
        line.age(get_time())
        assert [line.is_old] == [True]
        assert line.render_line(0).text.startswith(" Saved: note.")
        line.say("note. Next task: call back", "saved")
        assert [line.is_old] == [False]
        line.say("")
        await pilot.pause()
        line.age(get_time())
        assert [line.is_old] == [False]


async def test_an_old_message_stays_and_only_looks_quieter() -> None:
    async with said_in() as (pilot, line, _):
        line.say("not saved", "refused")
        await pilot.pause()
        new = next(iter(line.render_line(0)))
        line.age(get_time())
        await pilot.pause()
        old = next(iter(line.render_line(0)))
        assert new.text == old.text
        assert new.style is not None and old.style is not None
        assert new.style.bold and not old.style.bold


async def test_a_message_that_is_cut_names_the_key_that_reads_it() -> None:
    """Seen red with: the key named beside a message that fits; and with no ellipsis."""
    async with said_in() as (_, line, app):
        other = app.query_one("#other", MessageLine)
        exact = "x" * (60 - len(" Note: "))
        line.say(exact)
        assert (line.is_cut, line.render_line(0).text) == (False, f" Note: {exact}")
        line.say(f"{exact}y")
        other.say(f"{exact}y")
        assert line.is_cut
        assert line.render_line(0).text == f" Note: {'x' * 39}… F6 reads all"
        assert other.render_line(0).text.endswith("x…")
        assert line.full == f"Note: {exact}y"
        line.say("漢" * 40)
        assert line.render_line(0).text.endswith("漢…  F6 reads all")
        assert line.render_line(0).cell_length == 60


async def test_where_there_is_no_room_the_message_goes_before_the_key() -> None:
    async with said_in(width=30) as (_, line, _app):
        line.say("x" * 50)
        assert line.render_line(0).text == f" Note: {'x' * 22}…"
