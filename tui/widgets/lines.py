"""Lines of plain text: the header and the panels of a case. Each is drawn and repainted by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import cells, fit

Tone = Literal["plain", "strong", "muted", "alert"]


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a line. Its tone never carries meaning alone."""

    text: str
    tone: Tone = "plain"


Line = tuple[Said, ...]


def line(*parts: str | Said) -> Line:
    """A line of plain and toned pieces."""
    return tuple(part if isinstance(part, Said) else Said(part) for part in parts)


class Lines(Widget):
    """A block of lines; what does not fit is cut with an ellipsis. Where lines are left out below, `more` says so in the last
    that is seen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--strong", "lines--muted", "lines--alert"}
    DEFAULT_CSS = """
    Lines {
        background: $surface;
        color: $foreground;
        & > .lines--strong { text-style: bold; }
        & > .lines--muted { color: $text-muted; }
        & > .lines--alert { color: $text-warning; text-style: bold; }
    }
    """

    def __init__(self, *, more: str = "", id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()
        self._more = more

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines; only those that differ are painted."""
        before, self._lines = self._lines, tuple(lines)
        width = self.size.width
        for y in range(max(len(before), len(self._lines))):
            if before[y : y + 1] != self._lines[y : y + 1]:
                self.refresh(Region(0, y, width, 1))
        if self._more and len(before) != len(self._lines):
            self.refresh(Region(0, self.size.height - 1, width, 1))

    @property
    def text(self) -> str:
        """What is shown, as plain text."""
        return "\n".join("".join(part.text for part in one) for one in self._lines)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width, height = self.size
        if self._more and y == height - 1 and len(self._lines) > height:
            return Strip([Segment(fit(self._more, width), self.get_component_rich_style("lines--muted"))], width)
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        segments: list[Segment] = []
        left = width
        for part in self._lines[y]:
            text = part.text if cells(part.text) <= left else fit(part.text, left)
            style = self.rich_style if part.tone == "plain" else self.get_component_rich_style(f"lines--{part.tone}")
            segments.append(Segment(fit(text, cells(text)), style))
            left -= cells(text)
            if left <= 0:
                break
        segments.append(Segment(" " * max(0, left), self.rich_style))
        return Strip(segments, width)
