"""The line in which the desk answers: what was saved, what to look out for, what was refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import ClassVar, Literal

from rich.segment import Segment
from textual._time import get_time
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import cells, fit, one_line

Tone = Literal["saved", "info", "warning", "refused"]

_WORDS: Mapping[Tone, str] = {"saved": "Saved", "info": "Note", "warning": "Warning", "refused": "Refused"}
"""The word a message begins with, so that its colour tells nothing that its text does not."""


_LEAST = 20
"""Where fewer cells of a message would be left, no key is named beside it."""


class MessageLine(Widget):
    """One line of text that stays until another takes its place; old, and so drawn more quietly, after the next key.

    A message that does not fit ends with an ellipsis and the key that reads it all, `more`, where there is one.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"message-line--{tone}" for tone in _WORDS), "message-line--old"}
    DEFAULT_CSS = """
    MessageLine {
        height: 1;
        background: $surface;
        color: $foreground;
        & > .message-line--saved { color: $text-success; }
        & > .message-line--warning { color: $text-warning; text-style: bold; }
        & > .message-line--refused { color: $text-error; text-style: bold; }
        & > .message-line--old { color: $text-muted; text-style: none; }
    }
    """

    def __init__(self, *, more: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._more = more
        self._text = ""
        self._tone: Tone = "info"
        self._seen_at = inf
        """When it was painted, on the monotonic clock: from then on it can have been read."""
        self._old = False

    def say(self, text: str, tone: Tone = "info") -> None:
        """Say one thing; an empty text takes back what was said. The same thing said again is new again."""
        if (text, tone) != (self._text, self._tone) or self._old:
            self._text, self._tone, self._seen_at, self._old = text, tone, inf, False
            self.refresh()

    def age(self, typed_at: float) -> None:
        """A key was read at this time, on the monotonic clock: what stood there by then is old. A key that was typed before
        the message was painted was typed by somebody who had not seen it, and changes nothing."""
        if self._text and not self._old and typed_at >= self._seen_at:
            self._old = True
            self.refresh()

    @property
    def full(self) -> str:
        """The whole message with its leading word, however little of it fits."""
        return f"{_WORDS[self._tone]}: {one_line(self._text)}" if self._text else ""

    @property
    def tone(self) -> Tone:
        """How the last message was meant."""
        return self._tone

    @property
    def is_old(self) -> bool:
        """Whether a key was typed since it could be read."""
        return self._old

    @property
    def is_cut(self) -> bool:
        """Whether there is more of it than fits."""
        return cells(self.full) + 1 > self.size.width

    def render_line(self, y: int) -> Strip:
        """Draw the message."""
        width = self.size.width
        if y or not self._text:
            return Strip.blank(width, self.rich_style)
        self._seen_at = min(self._seen_at, get_time())
        text, left = f" {self.full}", width - cells(self._more) - 1
        if self._more and self.is_cut and left >= _LEAST:
            text = f"{fit(text, left)} {self._more}"
        style = self.get_component_rich_style(f"message-line--{'old' if self._old else self._tone}")
        return Strip([Segment(fit(text, width), style)], width)
