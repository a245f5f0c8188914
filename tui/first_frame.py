"""What the terminal shows before there is anything to show: the desk is being read from the disk, and its store opened.

That takes longer than all that Textual needs by itself. So this is painted first, without Textual and without the domain,
after less work than either is to import; and from then on the terminal keeps what is typed as it was typed, unseen, for
the desk to read in order. `TerminalDriver` takes over from here; should it never come so far, the terminal is given back.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from types import FrameType, TracebackType
from typing import Any

_BEGIN = "\x1b[?1049h\x1b[?7l\x1b[H\x1b[2J"
"""The other screen, on which no line runs over into the next."""
_LINE = "\x1b[H\x1b[2K"
_END = "\x1b[?7h\x1b[?1049l"
_KEPT = "What you type now is kept."

_ENDING = (signal.SIGHUP, signal.SIGTERM)

Attributes = list[Any]


class FirstFrame:
    """One line, on a terminal that is ours until the desk takes it over. Use it with `with`."""

    current: FirstFrame | None = None
    """The one that is on the terminal."""

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, Any] = {}
        self._before: Attributes | None = None

    def __enter__(self) -> FirstFrame:
        if sys.__stdin__ is None or sys.__stderr__ is None or not sys.__stderr__.isatty():
            return self  # Textual writes there too; whatever becomes of it is not ours to say
        self._keyboard, self._paper = sys.__stdin__.fileno(), sys.__stderr__.fileno()
        self._handlers = {number: signal.signal(number, _ended) for number in _ENDING}
        self._before = termios.tcgetattr(self._keyboard)
        now = termios.tcgetattr(self._keyboard)
        now[0] &= ~termios.ICRNL
        now[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(self._keyboard, termios.TCSANOW, now)
        FirstFrame.current = self
        os.write(self._paper, _BEGIN.encode())
        self.say("opening the desk.")
        return self

    def say(self, what: str) -> None:
        """Say what is being done, in words of our own."""
        if FirstFrame.current is self:
            os.write(self._paper, f"{_LINE} Greenwax: {what} {_KEPT}".encode())

    def taken_over(self) -> Attributes | None:
        """The screen is somebody else's now. How the terminal was before all this, for them to restore at their end."""
        FirstFrame.current = None
        return self._before

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if FirstFrame.current is not self:
            return
        before = self.taken_over()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        try:
            os.write(self._paper, _END.encode())
            if before is not None:
                termios.tcsetattr(self._keyboard, termios.TCSANOW, before)
        except (OSError, termios.error):
            return  # the terminal has gone


def _ended(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
