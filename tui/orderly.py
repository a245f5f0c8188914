"""Orderly keys: a key is handed on only when the one before it has had its whole effect.

Stock Textual looks up the focus when the app takes a key from its queue, not when the key before has been handled. So
of `ABC Tab 12` typed fast all letters land in the first field, and keys typed while a screen opens are lost; it is
right only above 35 ms a key. In a legal record that is a wrong amount or a wrong name.

Here keys and pastes wait in line. The next one goes on when nothing moves in the app: every message pump of the screens
in the stack, and of the app, is waiting for a message with an empty queue (so messages that a key caused, awaited
handlers and a screen that is being mounted are all done), and no layout or after-refresh callback is outstanding.

How Textual 8.2.8 does it, on which this rests: the driver posts a key to the app (here it is put in line, in front of
the app's queue, so that the line moves even when the app's own loop is stuck). `App.on_event` runs priority bindings and
posts the key, marked as forwarded, to the focused widget; from there it bubbles, queue by queue, back to the app, which
runs the bindings of the focused chain within its own message loop. A pump at rest is suspended in `Queue.get`, which
leaves a pending future among the waiters of the queue's event; from `put_nowait` until the pump has handled everything
there is none. So rest can be seen, and no barrier message has to follow each key through the queues.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from textual import events
from textual._time import get_time
from textual.app import App, ScreenStackError
from textual.message import Message
from textual.message_pump import MessagePump

TypedEvent = events.Key | events.Paste


class OrderlyKeys(App[None]):
    """An app whose keys never overtake their own effects."""

    KEY_PATIENCE: ClassVar[float] = 15.0
    """Seconds a handler may keep the keyboard waiting. After that it is taken for stuck: what was typed meanwhile was
    meant for a place that never came, so it is thrown away with a bell, and the keyboard is open again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._in_line: deque[TypedEvent] = deque()
        self._courier: asyncio.Task[None] | None = None
        self._deaf_until = 0.0
        self._typed_at = get_time()
        self._holds: set[object] = set()
        self._stuck: set[MessagePump] = set()

    def post_message(self, message: Message) -> bool:
        """Put what was typed in line, unless it can be handled at once; let everything else pass."""
        if not isinstance(message, TypedEvent) or message.is_forwarded:
            return super().post_message(message)
        self._typed_at = get_time()
        if message.time <= self._deaf_until:
            return False
        if self._courier is None and self._at_rest() and not self._stuck:
            return super().post_message(message)
        self._in_line.append(message)
        if self._courier is None:
            self._courier = asyncio.create_task(self._deliver(), name="orderly keys")
            self._courier.add_done_callback(self._delivered)
        return True

    def drop_typed_ahead(self) -> None:
        """Throw away what was typed but not yet handled, and ring the bell: after an error nothing is done blind."""
        self._in_line.clear()
        self._deaf_until = get_time()
        self.bell()

    def on_paste(self, event: events.Paste) -> None:
        """A paste that came up to here was taken by nobody: ring the bell, or its loss would not be noticed."""
        self.bell()

    @contextmanager
    def hold_keys(self) -> Iterator[None]:
        """Keep keys in line while a worker fetches what they are meant for; handlers hold them by being awaited."""
        hold = object()
        self._holds.add(hold)
        try:
            yield
        finally:
            self._holds.discard(hold)

    @property
    def hands_off_for(self) -> float:
        """Seconds since the last key, or since the beginning."""
        return get_time() - self._typed_at

    @property
    def typed_ahead(self) -> int:
        """How many keys and pastes wait in line."""
        return len(self._in_line)

    async def _deliver(self) -> None:
        """Hand on one key after the other, each when the app has come to rest."""
        while self._in_line and self.is_running:
            if not await self._rest():
                self._give_up()
            elif self._in_line:
                event = self._in_line.popleft()
                if self in self._stuck:  # then straight to where it is typed, so that no text is lost
                    (self.focused or self.screen)._forward_event(event)
                else:
                    super().post_message(event)
        self._courier = None

    def _delivered(self, courier: asyncio.Task[None]) -> None:
        """A courier that fails takes the app with it: a keyboard that is silently dead is worse."""
        if not courier.cancelled() and isinstance(error := courier.exception(), Exception):
            self._handle_exception(error)

    async def _rest(self) -> bool:
        """Wait until nothing moves; False when that takes longer than anybody should wait."""
        deadline = get_time() + self.KEY_PATIENCE
        turns = 0
        while not self._at_rest():
            if get_time() > deadline:
                return False
            turns += 1
            await asyncio.sleep(0 if turns <= _EAGER_TURNS else min(0.001 * (turns - _EAGER_TURNS), 0.01))
        return True

    def _give_up(self) -> None:
        """Open the keyboard again in spite of handlers that do not end."""
        self._holds.clear()
        self._stuck.update(pump for pump in self._pumps() if not _is_waiting(pump))
        self.drop_typed_ahead()

    def _at_rest(self) -> bool:
        """Whether every effect of the keys so far is complete."""
        if self._holds:
            return False
        try:
            screen = self.screen
        except ScreenStackError:
            return False
        if not (screen.is_mounted and screen.is_running and screen.size and screen.stack_updates):
            return False
        if screen._layout_required or screen._callbacks:
            return False
        for pump in self._pumps():
            if _is_waiting(pump):
                self._stuck.discard(pump)
            elif pump not in self._stuck:
                return False
        return True

    def _pumps(self) -> Iterator[MessagePump]:
        """All that could still be busy with a key: the app, the screens of the stack, and their widgets."""
        yield self
        for screen in self.screen_stack:
            yield from screen.walk_children(with_self=True)


_EAGER_TURNS = 40
"""How often the loop is merely given its turn before the wait is timed: most keys are done within ten."""


def _is_waiting(pump: MessagePump) -> bool:
    """Whether a pump has handled all it was sent, or will handle nothing more."""
    if pump._closed or pump._closing:
        return True
    waiters: Iterable[asyncio.Future[bool]] = pump._message_queue.ready_event._waiters
    return any(not waiter.done() for waiter in waiters)
