"""What orderly keys do when a handler does not end; how fast typing is kept in order is for a real terminal to show."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import ClassVar

import pytest
from textual import events
from textual._xterm_parser import XTermParser
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
    """Also in two places, and between the escape and what follows it.

    Seen red with: the beginning of a bracket not held back.
    """
    whole = "ab\x1b[200~1\x1b]0;x\r2\x1bn\x1b[201~cd\x1b[20~\x1b3\x1bn"
    expected = [("T", "ab"), ("P", "1\x1b]0;x\r2\x1bn"), ("T", "cd\x1b[20~\x1b[51;3u\x1b[27un")]
    for cut in range(len(whole)):
        for end in range(cut, len(whole)):
            splitter = PasteSplitter()
            parts = [part for text in (whole[:cut], whole[cut:end], whole[end:]) for part in splitter.feed(text)]
            joined: list[tuple[str, str]] = []
            for part in [*parts, *splitter.tick(late=True)]:
                kind = "T" if isinstance(part, Typed) else "P"
                if kind == "T" and joined and joined[-1][0] == "T":
                    joined[-1] = ("T", joined[-1][1] + part.text)
                else:
                    joined.append((kind, part.text))
            assert joined == expected, (cut, end)


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1bn", ["escape", "n"]),
        ("\x1bN", ["escape", "N"]),
        ("\x1bf", ["escape", "f"]),
        ("\x1b ", ["escape", "space"]),
        ("\x1bé", ["escape", "é"]),
        ("\x1b]", ["escape", "right_square_bracket"]),
        ("\x1b-", ["escape", "minus"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x13", ["escape", "ctrl+s"]),
        ("\x1b1", ["alt+1"]),
        ("\x1b26", ["alt+2", "6"]),
        ("\x1b9\x1b8", ["alt+9", "alt+8"]),
        ("\x1b0", ["escape", "0"]),
        ("\x1b", ["escape"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b\x1bn", ["escape", "escape", "n"]),
        ("\x1b\x1b4", ["escape", "alt+4"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b\x1bOR", ["escape", "f3"]),
        ("\x1b[A\x1b[21~\x1bOS\x1b[1;3A", ["up", "f10", "f4", "alt+up"]),
        ("\x1b[110;3u\x1b[27u", ["alt+n", "escape"]),
        ("\x1b\t\x1b[Z", ["shift+tab", "shift+tab"]),
        ("\x1b\x7f", ["ctrl+w"]),
        ("x\x1by", ["x", "escape", "y"]),
    ],
)
def test_escape_means_the_same_whatever_follows_it_at_once(sent: str, keys: list[str]) -> None:
    """However the bytes come, each key once and in order; and no chord carries a character that could be typed.

    Seen red with: `_plain` left out; with Alt+digit given its digit as a character; with a lone escape not held back.
    """
    for cut in range(len(sent) + 1):
        splitter, parser = PasteSplitter(), XTermParser()
        found: list[events.Key] = []
        for text in (sent[:cut], sent[cut:]):
            found += _parsed(parser, splitter.feed(text))
        found += _parsed(parser, splitter.tick(late=False))
        assert [event.key for event in found] == keys, cut
        assert all(event.character is None for event in found if event.key.startswith("alt+"))


def test_only_a_lone_escape_ends_with_the_escape_delay() -> None:
    """Seen red with: `tick` letting go of the beginning of a paste after a tenth of a second."""
    splitter = PasteSplitter()
    waits = [(list(splitter.feed("\x1b")), splitter.lone_escape)]
    assert list(splitter.tick(late=False)) == [Typed("\x1b[27u")]
    for text in ("", "\x1b[20", "0~a\x1b"):
        waits.append((list(splitter.feed(text)), splitter.lone_escape))
        assert list(splitter.tick(late=False)) == []
    assert waits == [([], True), ([], False), ([], False), ([], False)]
    assert list(splitter.feed("[201~")) == [Pasted("a")]


def test_escape_and_a_bracket_that_begins_nothing_are_two_keys() -> None:
    splitter = PasteSplitter()
    assert list(splitter.feed("\x1b[")) == []
    assert list(splitter.tick(late=True)) == [Typed("\x1b[27u[")]


def _parsed(parser: XTermParser, parts: Iterable[Typed | Pasted]) -> list[events.Key]:
    return [event for part in parts for event in parser.feed(part.text) if isinstance(event, events.Key)]


def test_a_paste_that_lost_its_end_is_over_after_a_pause() -> None:
    splitter = PasteSplitter()
    assert list(splitter.feed("\x1b[200~half")) == []
    assert list(splitter.tick(late=True)) == [Pasted("half")]
    assert list(splitter.feed("x")) == [Typed("x")]
