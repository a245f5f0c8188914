"""A list of any length, drawn line by line: a row is asked for only when it is on the screen.

A stock `DataTable` needs 20 s for 100,000 rows; this starts at once, and a cursor key repaints two lines. The
selection is a key and not a number: when the rows under it are replaced it stays on the same case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.cells import Align, cells, fit
from tui.widgets.cursor import follow_screen, holds_cursor

_LEAST_REST = 8
"""A column that takes the rest of the width is never drawn narrower than this."""


class RowSource(Protocol):
    """What a list shows: a window on rows kept elsewhere."""

    def __len__(self) -> int: ...

    def cells(self, index: int) -> Sequence[str]:
        """The texts of one row, one for each column."""
        ...

    def key(self, index: int) -> str:
        """What identifies the row, wherever it stands."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its cells, or None for a share of what the others leave."""

    title: str
    width: int | None = None
    align: Align = "left"
    least: int = 0
    """Left out where the list is narrower than this."""


class Rows(ScrollView, can_focus=True, inherit_bindings=False):
    """A list to move through and choose from."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--header", "rows--selected", "rows--chosen", "rows--empty"}
    DEFAULT_CSS = """
    Rows {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size: 0 0;
        background: $surface;
        color: $foreground;
        & > .rows--header { text-style: bold underline; color: $foreground; }
        & > .rows--selected { text-style: reverse; }
        & > .rows--chosen { text-style: bold; }
        & > .rows--empty { color: $text-muted; text-style: italic; }
        &:focus > .rows--header { background: $primary; color: $text; text-style: bold; }
    }
    """

    class RowMessage(Message):
        """Something that happened to a row; `control` is the list."""

        def __init__(self, rows: Rows, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> Rows:
            """The list, for `@on(Rows.Selected, "#queue")`."""
            return self.rows

    class Moved(RowMessage):
        """The cursor is on another row."""

    class Selected(RowMessage):
        """Enter was pressed on a row."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "Nothing here",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._empty = empty
        self._source: RowSource = _NoRows()
        self._at = 0
        self._keys: Mapping[str, Callable[[], None]] = {
            "up": lambda: self._move_to(self._at - 1),
            "down": lambda: self._move_to(self._at + 1),
            "pageup": lambda: self._move_to(self._at - self._page),
            "pagedown": lambda: self._move_to(self._at + self._page),
            "home": lambda: self._move_to(0),
            "end": lambda: self._move_to(len(self._source) - 1),
            "enter": self._choose,
        }

    def show(self, source: RowSource, selected: str | None = None) -> None:
        """Show other rows; the cursor stays on its key, or goes to `selected`, or else keeps its place."""
        wanted = selected if selected is not None else self.selected
        self._source = source
        count = len(source)
        at = max(0, min(self._at, count - 1))
        if wanted is not None and (found := _find(source, wanted, at)) is not None:
            at = found
        self._at = at
        self.virtual_size = Size(1, count + 1)
        self._bring_into_view()
        self.refresh()
        self._place_cursor()

    @property
    def selected(self) -> str | None:
        """The key of the row under the cursor."""
        return self._source.key(self._at) if self._at < len(self._source) else None

    @property
    def index(self) -> int:
        """Where the cursor stands, counted from 0."""
        return self._at

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Move and choose; letters are the screen's."""
        if (handle := self._keys.get(event.key)) is not None:
            event.stop()
            event.prevent_default()
            handle()

    def _move_to(self, index: int) -> None:
        old, self._at = self._at, max(0, min(index, len(self._source) - 1))
        if self._at == old:
            return
        if not self._bring_into_view():
            self.refresh(*(self._line_of(row) for row in (old, self._at)))
        self._place_cursor()
        self.post_message(self.Moved(self, self._source.key(self._at)))

    def _choose(self) -> None:
        if (key := self.selected) is not None:
            self.post_message(self.Selected(self, key))

    @property
    def _page(self) -> int:
        """Rows in view, under the heading."""
        return max(1, self.size.height - 1)

    def _bring_into_view(self) -> bool:
        """Scroll by half a page when the cursor leaves the view, so a held key seldom repaints it all."""
        top, page = self.scroll_offset.y, self._page
        if top <= self._at < top + page:
            return False
        step = page // 2 if top - page // 2 <= self._at < top + page + page // 2 else page - 1
        wanted = self._at - page + step if self._at >= top + page else self._at - step + 1
        wanted = max(wanted, self._at - page + 1)
        self.scroll_to(y=max(0, min(wanted, self._at, len(self._source) - page)), animate=False, force=True)
        return True

    # Paint

    def on_mount(self) -> None:
        """Follow the screen's layout, so that the terminal's cursor stays on the row."""
        follow_screen(self, self._laid_out)

    def on_focus(self) -> None:
        """Show that keys now move in this list."""
        self.refresh()
        self._place_cursor()

    def on_resize(self) -> None:
        """Keep the cursor's row in view."""
        self._bring_into_view()
        self._place_cursor()

    def render_line(self, y: int) -> Strip:
        """Draw the heading, or the row that stands at this line."""
        width = self.size.width
        if y == 0:
            header = self.get_component_rich_style("rows--header")
            line = self._line([column.title for column in self._columns], " ")
            return Strip([Segment(self._with_place(line), header)], width)
        index = self.scroll_offset.y + y - 1
        if index < len(self._source):
            here = index == self._at
            text = self._line(self._source.cells(index), ">" if here else " ")
            style = self.rich_style
            if here:
                style = self.get_component_rich_style("rows--selected" if self.has_focus else "rows--chosen")
            return Strip([Segment(text, style)], width)
        if y == 1 and not len(self._source):
            return Strip([Segment(fit(f" {self._empty}", width), self.get_component_rich_style("rows--empty"))], width)
        return Strip.blank(width, self.rich_style)

    def _line(self, texts: Sequence[str], marker: str) -> str:
        """One row's text, cut or filled to the width of the list."""
        parts = [marker]
        kept = [(column, text) for column, text in zip(self._columns, texts, strict=False) if self._has_room(column)]
        for (column, text), width in zip(kept, self._widths(), strict=False):
            parts.append(fit(text, width, column.align))
        line = " ".join(parts)
        width = self.size.width
        return line + " " * (width - cells(line)) if cells(line) <= width else fit(line, width)

    def _with_place(self, heading: str) -> str:
        """Say in the widest gap of the heading which rows are in view, when there are more.

        A scroll bar would be painted anew with every line.
        """
        count, page, top = len(self._source), self._page, self.scroll_offset.y
        gap = max(re.finditer(" +", heading), key=lambda found: len(found.group()), default=None)
        if count <= page or gap is None:
            return heading
        place = f"{top + 1:,}-{min(count, top + page):,} of {count:,}"
        if len(place) + 2 > len(gap.group()):
            return heading
        end = gap.end() - 1
        return heading[: end - len(place)] + place + heading[end:]

    def _widths(self) -> list[int]:
        """The cells of each column there is room for: those of a fixed width first, the others share the rest."""
        columns = [column for column in self._columns if self._has_room(column)]
        fixed = sum(column.width for column in columns if column.width is not None)
        open_columns = sum(1 for column in columns if column.width is None)
        rest = max(0, self.size.width - 1 - len(columns) - fixed)
        share, spare = divmod(rest, open_columns) if open_columns else (0, 0)
        widths: list[int] = []
        for column in columns:
            if column.width is not None:
                widths.append(column.width)
                continue
            widths.append(max(_LEAST_REST, share + (1 if spare else 0)))
            spare -= 1 if spare else 0
        return widths

    def _has_room(self, column: Column) -> bool:
        return self.size.width >= column.least

    def _line_of(self, index: int) -> Region:
        return Region(0, index - self.scroll_offset.y + 1, self.size.width, 1)

    def _place_cursor(self) -> None:
        """Put the terminal's own cursor on the marker of the selected row."""
        if holds_cursor(self):
            line = min(self._at - self.scroll_offset.y + 1, max(0, self.size.height - 1))
            self.app.cursor_position = self.content_region.offset + Offset(0, line)

    def _laid_out(self, _: object) -> None:
        before = self.app.cursor_position
        self._place_cursor()
        if self.app.cursor_position != before:
            self.refresh(self._line_of(self._at))


class _NoRows:
    """The source before there is one."""

    def __len__(self) -> int:
        return 0

    def cells(self, index: int) -> Sequence[str]:
        raise IndexError(index)

    def key(self, index: int) -> str:
        raise IndexError(index)


def _find(source: RowSource, key: str, near: int) -> int | None:
    """Look for a key from where it last was outwards: a list that is shown anew seldom moves its rows far."""
    count = len(source)
    for distance in range(count):
        below, above = near + distance, near - distance
        if below < count and source.key(below) == key:
            return below
        if above >= 0 and source.key(above) == key:
            return above
        if below >= count and above < 0:
            return None
    return None
