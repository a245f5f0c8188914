"""A desk in this process, driven key by key: what it does with a key is waited for by what it does, not by the clock.

A press is the name of a key, one character, or something that happens to a desk: `paste:` with a text, `size:` of the
terminal, `clock:` with minutes that pass, `wait:` with seconds in which nothing is typed.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from textual import events
from textual.geometry import Size
from textual.keys import _character_to_key

from api_client.local_store import LocalStore
from tui.app import GreenwaxDesk

PATIENCE = 20.0
"""Seconds for one press to have all its effect."""


class Stuck(AssertionError):
    """The desk never came to rest."""


async def press(app: GreenwaxDesk, store: LocalStore, what: str) -> None:
    """Do one thing to a desk."""
    kind, colon, about = what.partition(":")
    if not colon or len(what) == 1:
        name = _character_to_key(what) if len(what) == 1 else what
        app.post_message(events.Key(name, what if len(what) == 1 else {"enter": "\r", "tab": "\t"}.get(what)))
    elif kind == "paste":
        app.post_message(events.Paste(about))
    elif kind == "size":
        width, _, height = about.partition("x")
        size = Size(int(width), int(height))
        if app._driver is not None:
            app._driver._size = (size.width, size.height)
        app.post_message(events.Resize(size, size))
    elif kind == "clock":
        store.set_clock(store.now() + timedelta(minutes=int(about)))
    else:
        await asyncio.sleep(float(about))


async def at_rest(app: GreenwaxDesk) -> bool:
    """Wait for the whole effect of a press; False when the desk was left. Raises Stuck."""
    deadline = time.monotonic() + PATIENCE
    turns = 0
    while True:
        if not app.is_running or app._exit or app._exception is not None:
            return False
        if not app.typed_ahead and app._courier is None and not app.message_queue_size and app._at_rest():
            return True
        if time.monotonic() > deadline:
            raise Stuck(f"not at rest after {PATIENCE} s")
        turns += 1
        await asyncio.sleep(0 if turns < 200 else 0.002)


def picture(app: GreenwaxDesk) -> str:
    """What is on the screen, line by line, and where its cursor stands."""
    lines = ["".join(part.text for part in strip).rstrip() for strip in app.screen._compositor.render_strips()]
    column, row = app.cursor_position
    return "\n".join([*lines, "", f"cursor in column {column}, line {row}", ""])
