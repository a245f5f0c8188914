"""What orderly keys do when a handler does not end; how fast typing is kept in order is for a real terminal to show."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from casework.fields import Field
from tui.desk_app import DeskApp
from tui.paste import Pasted, PasteSplitter, Typed
from tui.widgets.field_map import FieldMap


class Sticky(Widget, can_focus=True):
    """Handles nothing more once it was sent an `s`."""

    async def on_key(self, event: events.Key) -> None:
        """Wait for ever."""
        if event.key == "s":
            assert isinstance(self.app, StuckApp)
            await self.app.release.wait()


class StuckApp(DeskApp):
    """A handler that gets stuck, beside a form."""

    KEY_PATIENCE: ClassVar[float] = 0.2
    BINDINGS = [Binding("f2", "stick", show=False), Binding("f5", "form", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self.bells = 0
        self.release = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Sticky()
        yield FieldMap()

    def on_mount(self) -> None:
        self.query_one(FieldMap).show("Form", [Field("one", "One")])

    async def action_stick(self) -> None:
        await self.release.wait()

    async def _shutdown(self) -> None:
        self.release.set()  # so that a failed test ends too
        await super()._shutdown()

    def bell(self) -> None:
        """Count."""
        self.bells += 1


def type_fast(app: DeskApp, *keys: str) -> None:
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_a_handler_that_never_ends_does_not_take_the_keyboard_with_it() -> None:
    """What was typed meanwhile was meant for a place that never came; what is typed then goes where the focus is.

    Seen red with: `_give_up` not marking the stuck pumps.
    """
    app = StuckApp()
    async with app.run_test() as _:
        app.query_one(Sticky).focus()
        await asyncio.sleep(0.05)
        type_fast(app, "s", "a", "b", "c")
        await asyncio.sleep(0.1)
        waiting = app.typed_ahead
        assert waiting == 3
        await asyncio.sleep(0.3)
        assert (app.typed_ahead, app.bells) == (0, 1)
        form = app.query_one(FieldMap)
        form.focus()
        await asyncio.sleep(0.05)
        type_fast(app, "x", "y")
        await asyncio.sleep(0.1)
        assert form.values == {"one": "xy"}
        app.release.set()


async def test_a_form_can_be_typed_in_while_the_app_itself_is_stuck() -> None:
    """Actions run in the app's own message loop; a stuck one must not stop what is being typed from being kept.

    Seen red with: keys always handed on through the app.
    """
    app = StuckApp()
    async with app.run_test() as pilot:
        form = app.query_one(FieldMap)
        form.focus()
        await pilot.pause()
        type_fast(app, "f2", "a")
        await asyncio.sleep(0.1)
        assert (form.values, app.typed_ahead) == ({}, 1)
        await asyncio.sleep(0.3)
        assert app.bells == 1
        type_fast(app, "x", "y")
        await asyncio.sleep(0.1)
        assert form.values == {"one": "xy"}
        app.release.set()
        await pilot.press("z")
        assert form.values == {"one": "xyz"}


async def test_what_is_dropped_is_what_was_typed_before_and_not_yet_handled() -> None:
    """Also a key that was read before the bell, but comes to the app after it.

    Seen red with: `_deaf_until` not looked at.
    """
    app = StuckApp()
    async with app.run_test() as pilot:
        form = app.query_one(FieldMap)
        form.focus()
        await pilot.pause()
        type_fast(app, "a", "b", "b")
        on_its_way = events.Key("b", "b")
        app.drop_typed_ahead()
        app.post_message(on_its_way)
        await asyncio.sleep(0.05)
        type_fast(app, "c")
        await pilot.pause()
        assert form.values == {"one": "ac"}
        assert app.bells == 1


def test_a_paste_is_told_from_typing_however_it_is_cut() -> None:
    """Seen red with: the beginning of a bracket not held back."""
    whole = "ab\x1b[200~1\x1b]0;x\r2\x1b[201~cd\x1b[20~"
    expected = [("T", "ab"), ("P", "1\x1b]0;x\r2"), ("T", "cd\x1b[20~")]
    for cut in range(3, len(whole)):
        if whole[:cut].endswith("\x1b") and "\x1b[200~" not in whole[:cut]:
            continue  # a lone escape is a key: Textual's parser then puts the bracket together
        splitter = PasteSplitter()
        parts = [*splitter.feed(whole[:cut]), *splitter.feed(whole[cut:]), *splitter.tick()]
        joined: list[tuple[str, str]] = []
        for part in parts:
            kind = "T" if isinstance(part, Typed) else "P"
            if kind == "T" and joined and joined[-1][0] == "T":
                joined[-1] = ("T", joined[-1][1] + part.text)
            else:
                joined.append((kind, part.text))
        assert joined == expected, cut


def test_a_paste_that_lost_its_end_is_over_after_a_pause() -> None:
    splitter = PasteSplitter()
    assert list(splitter.feed("\x1b[200~half")) == []
    assert list(splitter.tick()) == [Pasted("half")]
    assert list(splitter.feed("x")) == [Typed("x")]
