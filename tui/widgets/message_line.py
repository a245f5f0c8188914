"""The line in which the desk answers: what was saved, what to look out for, what was refused and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import fit, one_line

Tone = Literal["saved", "info", "warning", "refused"]

_WORDS: Mapping[Tone, str] = {"saved": "Saved", "info": "Note", "warning": "Warning", "refused": "Refused"}
"""The word a message begins with, so that its colour tells nothing that its text does not."""


class MessageLine(Widget):
    """One line of text that stays until another takes its place."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"message-line--{tone}" for tone in _WORDS}
    DEFAULT_CSS = """
    MessageLine {
        height: 1;
        background: $surface;
        color: $foreground;
        & > .message-line--saved { color: $text-success; }
        & > .message-line--warning { color: $text-warning; text-style: bold; }
        & > .message-line--refused { color: $text-error; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = ""
        self._tone: Tone = "info"

    def say(self, text: str, tone: Tone = "info") -> None:
        """Say one thing; an empty text takes back what was said."""
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self.refresh()

    @property
    def full(self) -> str:
        """The whole message with its leading word, however little of it fits."""
        return f"{_WORDS[self._tone]}: {one_line(self._text)}" if self._text else ""

    @property
    def tone(self) -> Tone:
        """How the last message was meant."""
        return self._tone

    def render_line(self, y: int) -> Strip:
        """Draw the message, an ellipsis at its end where more was said."""
        width = self.size.width
        if y or not self._text:
            return Strip.blank(width, self.rich_style)
        style = self.get_component_rich_style(f"message-line--{self._tone}")
        return Strip([Segment(fit(f" {self.full}", width), style)], width)
