"""The terminal's edge: what may be written to it, and what happens when it goes away.

`Wash` is the last line of defence against text that a terminal would obey. `TerminalDriver` sees the end of the terminal
(SSH dropped, SIGHUP, SIGTERM, end of file) and lets the app end in order, within `GRACE` seconds whatever happens; a
stock Textual app was seen spinning on an orphaned terminal at a full core for 17 minutes.
"""

from __future__ import annotations

import os
import selectors
import signal
import sys
import termios
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from queue import Empty
from time import sleep
from types import FrameType
from typing import IO, TYPE_CHECKING, Any, Protocol, runtime_checkable

from rich.segment import Segment
from textual import constants, events
from textual._parser import ParseError
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.color import Color
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.message import Message

from tui.first_frame import FirstFrame
from tui.paste import Pasted, PasteSplitter
from tui.widgets.cells import UNSAFE, wash

if TYPE_CHECKING:
    from textual.app import App

GRACE = 5.0
"""Seconds from a hang-up until the process is gone."""

_RESTORE = "\x1b[?2004l\x1b[?7h\x1b[<u\x1b[?1004l\x1b[?1049l\x1b[?25h"
"""Gives a terminal back as it was: what `stop_application_mode` writes, for when that cannot run any more."""

_ENDING_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


class Wash(LineFilter):
    """Lets no control character, bidi control or surrogate of any text reach the terminal, nor any hyperlink.

    Widgets have no business with control segments either, and Textual's own filters turn them into text: so nothing is
    exempt here. What the compositor itself writes does not pass through line filters.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Replace what a terminal would obey."""
        return [self._harmless(segment) for segment in segments]

    @staticmethod
    def _harmless(segment: Segment) -> Segment:
        text, style, control = segment
        if style is not None and style.link:
            style = style.update_link(None)
        elif control is None and ((text.isascii() and text.isprintable()) or not UNSAFE.search(text)):
            return segment
        return Segment(wash(text), style)


@runtime_checkable
class EndsInOrder(Protocol):
    """An app that can be told that its terminal is gone."""

    def hang_up(self, exit_code: int) -> None:
        """Save what was typed and end. Called in the app's own event loop."""
        ...


class TerminalDriver(LinuxDriver):
    """Textual's driver for a terminal that may go away at any moment."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=False, size=size)
        self._gone = False
        self._hung_up = threading.Event()
        self._output = _Forgiving(sys.__stderr__, self._on_lost)
        self._file = self._output  # type: ignore[assignment]
        for number in _ENDING_SIGNALS:
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)

    @property
    def can_suspend(self) -> bool:
        """Never: a suspended desk holds its case and looks like a lost one."""
        return False

    def start_application_mode(self) -> None:
        """Take the terminal over, and leave its cursor visible: it stands on the field or row that has the focus."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if FirstFrame.current is not None:
            self.attrs_before = FirstFrame.current.taken_over()
        self.write("\x1b[?1004l\x1b[?25h")

    def write(self, data: str) -> None:
        """Write to the terminal while there is one."""
        if not self._gone and self._writer_thread is not None:
            self._writer_thread.write(data)

    def close(self) -> None:
        """Let the writer finish, which on a terminal that takes nothing more it never would."""
        if not self._gone:
            super().close()

    def run_input_thread(self) -> None:
        """Read keys until told to stop, or until there is nobody at the other end."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = XTermParser()
        pastes = PasteSplitter()
        quiet_since = get_time()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            patience = _POLL
            while not self.exit_event.is_set():
                data = b""
                if selector.select(patience):
                    data = self._read()
                    if not data:
                        self._end(128 + signal.SIGHUP)
                        return
                    quiet_since = get_time()
                late = get_time() - quiet_since > _PASTE_PAUSE
                try:
                    for part in pastes.feed(decode(data)) if data else pastes.tick(late=late):
                        if isinstance(part, Pasted):
                            self.process_message(events.Paste(part.text))
                        else:
                            self._process(parser.feed(part.text), quiet_since)
                    self._process(parser.tick(), quiet_since)
                except (ParseError, ValueError, OverflowError):  # a sequence no keyboard sends
                    parser = XTermParser()
                patience = constants.ESCAPE_DELAY + 0.001 if pastes.lone_escape else _POLL

    def _read(self) -> bytes:
        """What the terminal sent; nothing when there is no terminal."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _process(self, messages: Iterable[Message], read_at: float) -> None:
        """Hand on what was read at that moment, however long it took to be made out: what was typed ahead of an error is told
        by it from what was typed after."""
        for message in messages:
            message.time = read_at
            self.process_message(message)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._end(128 + number)

    def _on_lost(self) -> None:
        """The terminal takes nothing more."""
        self._gone = True
        self._end(128 + signal.SIGHUP)

    def _end(self, exit_code: int) -> None:
        """Begin the end, once: the app saves and exits, and a watchdog sees to it that it does."""
        if self._hung_up.is_set():
            return
        self._hung_up.set()
        threading.Thread(target=self._watch, args=(exit_code,), name="watchdog", daemon=True).start()
        if isinstance(self._app, EndsInOrder):
            self._loop.call_soon_threadsafe(self._app.hang_up, exit_code)

    def _watch(self, exit_code: int) -> None:
        """Let go of a stuck writer at once, and of everything else when the time is up."""
        full = 0
        for _ in range(int(GRACE * 0.9 / _POLL)):
            full = full + 1 if self._writer_thread is not None and self._writer_thread._queue.full() else 0
            if full > _STALLED:
                self._unblock_writer(self._writer_thread)
            sleep(_POLL)
        if not self._gone:
            terminal = self._output.fileno()
            _quietly(lambda: termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before or []))
            _quietly(lambda: os.set_blocking(terminal, False))
            _quietly(lambda: os.write(terminal, _RESTORE.encode()))
        os._exit(exit_code)

    def _unblock_writer(self, writer: WriterThread | None) -> None:
        """Empty the queue of a writer that waits for a dead line: the event loop may be waiting to fill it."""
        self._gone = True
        if writer is None:
            return
        while True:
            try:
                writer._queue.get_nowait()
            except Empty:
                return


_POLL = 0.1
_PASTE_PAUSE = 1.0
"""A paste in which nothing comes for so long has lost its end."""
_STALLED = 5
"""After so many polls with a full queue the line is taken for dead."""


class _Forgiving:
    """The terminal as a file that may be lost: the writer thread must not die of it, nor must the app."""

    def __init__(self, file: IO[str] | None, on_lost: Callable[[], None]) -> None:
        self._file = file
        self._on_lost = on_lost

    def write(self, text: str) -> None:
        """Write, or say that there is no terminal any more."""
        self._try(lambda file: file.write(text))

    def flush(self) -> None:
        """Flush, or say that there is no terminal any more."""
        self._try(lambda file: file.flush())

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return 2 if self._file is None else self._file.fileno()

    def _try(self, use: Callable[[IO[str]], object]) -> None:
        if self._file is None:
            return
        try:
            use(self._file)
        except (OSError, ValueError):
            self._file = None
            self._on_lost()


def _quietly(step: Callable[[], object]) -> None:
    try:
        step()
    except (OSError, ValueError, TypeError, AttributeError, termios.error):
        return
