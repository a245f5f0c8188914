"""Long text to be read: wrapped between words, scrolled with the arrow keys, as high as it needs to be and may be."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import cells, drawn, fit, paragraphs
from tui.widgets.cursor import follow_screen, holds_cursor
from tui.widgets.entry import lines_of


class Reader(Widget, can_focus=True):
    """A heading, and under it a text of any length. The style sheet says how high it may be."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"reader--heading"}
    DEFAULT_CSS = """
    Reader {
        height: auto;
        max-height: 50vh;
        background: $surface;
        color: $foreground;
        & > .reader--heading { text-style: bold; background: $panel; color: $foreground; }
        &:focus > .reader--heading { background: $primary; color: $text; }
    }
    """

    class Closed(Message):
        """The officer has read enough; `control` is the reader."""

        def __init__(self, reader: Reader) -> None:
            super().__init__()
            self.reader = reader

        @property
        def control(self) -> Reader:
            """The reader, for `@on(Reader.Closed, "#detail")`."""
            return self.reader

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._heading = ""
        self._text = ""
        self._first = 0
        """Where in the text the first line in view begins: it stays there when the width changes."""
        self._wrapped: tuple[int, list[tuple[int, str]]] | None = None
        self._keys: Mapping[str, Callable[[], None]] = {
            "up": lambda: self._go_to(self._top - 1),
            "down": lambda: self._go_to(self._top + 1),
            "pageup": lambda: self._go_to(self._top - max(1, self._page - 1)),
            "pagedown": lambda: self._go_to(self._top + max(1, self._page - 1)),
            "home": lambda: self._go_to(0),
            "end": lambda: self._go_to(len(self._lines)),
            "escape": self._close,
            "f3": self._close,
            "enter": self._close,
        }

    def show(self, heading: str, text: str) -> None:
        """Show a text from its beginning; an empty one takes no room at all."""
        self._heading, self._text, self._first, self._wrapped = heading, paragraphs(text), 0, None
        self.refresh(layout=True)
        self._place_cursor()

    @property
    def is_open(self) -> bool:
        """Whether there is anything to read."""
        return bool(self._text)

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Scroll and close; all other keys are the screen's."""
        if self.is_open and (handle := self._keys.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            handle()

    def _go_to(self, line: int) -> None:
        line = max(0, min(line, len(self._lines) - self._page))
        if line != self._top:
            self._first = self._lines[line][0]
            self.refresh()

    def _close(self) -> None:
        self.post_message(self.Closed(self))

    # Paint

    def on_mount(self) -> None:
        """Follow the screen's layout, so that the terminal's cursor stays on the text."""
        follow_screen(self, self._place_cursor)

    def on_focus(self) -> None:
        """Show that keys scroll here now."""
        self.refresh()
        self._place_cursor()

    def on_resize(self) -> None:
        """Stay in the text with it."""
        self._place_cursor()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The heading and all of the text."""
        return 1 + len(_lines(self._text, width)) if self.is_open else 0

    def render_line(self, y: int) -> Strip:
        """Draw the heading, or a line of the text."""
        width = self.size.width
        if y == 0 and self.is_open:
            return Strip([Segment(self._headline(width), self.get_component_rich_style("reader--heading"))], width)
        line = self._top + y - 1
        text = self._lines[line][1] if self.is_open and line < len(self._lines) else ""
        return Strip([Segment(fit(f" {text}", width), self.rich_style)], width)

    def _headline(self, width: int) -> str:
        """What is read, and at the right edge which lines of it are in view, when there are more."""
        count, page = len(self._lines), self._page
        place = f"lines {self._top + 1}-{min(count, self._top + page)} of {count} · " if count > page else ""
        place = f"{place}Esc closes "
        left = width - cells(place)
        return fit(f" {drawn(self._heading)}", left - 1) + " " + place if left > 1 else fit(place, width)

    def _place_cursor(self, _: object = None) -> None:
        """Put the terminal's own cursor where the text begins: screen readers read on from there."""
        if self.is_open and holds_cursor(self):
            self.app.cursor_position = self.content_region.offset + Offset(1, min(1, max(0, self.size.height - 1)))

    @property
    def _page(self) -> int:
        """Lines in view, under the heading."""
        return max(1, self.size.height - 1)

    @property
    def _top(self) -> int:
        """The number of the first line in view."""
        line = bisect(self._lines, self._first, key=lambda line: line[0]) - 1
        return max(0, min(line, len(self._lines) - self._page))

    @property
    def _lines(self) -> list[tuple[int, str]]:
        width = self.size.width
        if self._wrapped is None or self._wrapped[0] != width:
            self._wrapped = (width, _lines(self._text, width))
        return self._wrapped[1]


def _lines(text: str, width: int) -> list[tuple[int, str]]:
    """A text in lines that leave a blank at either edge."""
    return lines_of(text, max(1, width - 2))
