"""A list of any length, drawn line by line: a row is asked for only when it is on the screen.

A stock `DataTable` needs 20 s for 100,000 rows; this starts at once, and a cursor key repaints two lines. The
selection is a key and not a number: when the rows under it are replaced, sorted or narrowed it stays on the same case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, TypeAlias

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets import row_messages
from tui.widgets.cells import fit
from tui.widgets.cursor import follow_screen, holds_cursor
from tui.widgets.row_lines import Column, heading_of, line_of, with_place
from tui.widgets.row_order import Direction, RowOrder, RowSource, by_day, by_figures, by_words

__all__ = ["Column", "RowSource", "Rows", "by_day", "by_figures", "by_words"]


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

    Moved: TypeAlias = row_messages.Moved
    Selected: TypeAlias = row_messages.Selected
    Marked: TypeAlias = row_messages.Marked
    WantsMore: TypeAlias = row_messages.WantsMore

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "Nothing here",
        marking: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._empty = empty
        self._marking = marking
        self._order = RowOrder([column.order for column in columns])
        self._at = 0
        self._marked: set[str] = set()
        self._more = False
        self._asked_at = -1
        """How many rows there were when more were asked for: they are asked for once, and again by a key."""
        self._keys: Mapping[str, Callable[[], None]] = {
            "up": lambda: self._move_to(self._at - 1),
            "down": lambda: self._move_to(self._at + 1),
            "pageup": lambda: self._move_to(self._at - self._page),
            "pagedown": lambda: self._move_to(self._at + self._page),
            "home": lambda: self._move_to(0),
            "end": lambda: self._move_to(len(self._order) - 1),
            "enter": self._choose,
            **({"space": self._mark} if marking else {}),
        }

    def show(self, source: RowSource, selected: str | None = None, *, more: bool = False) -> None:
        """Show other rows; the cursor stays on its key, or goes to `selected`, or else keeps its place.

        With `more` there are rows beyond these: `WantsMore` asks for them as the end comes near. Marks stay on the keys
        that are still there, and the rows are narrowed and sorted as those before.
        """
        wanted = selected if selected is not None else self.selected
        self._more = more
        self._order.show(source)
        if self._marked:
            self._marked &= {source.key(index) for index in range(len(source))}
        self._shown_anew(wanted)

    def narrow(self, text: str) -> None:
        """Show only the rows any of whose cells holds the text, and how many they are; an empty text shows all again."""
        if text != self._order.text:
            self._rearrange(lambda: self._order.narrow(text))

    def sort(self, column: int | None) -> None:
        """Sort by a column, counted from 0; again, the other way round; a third time, as they came."""
        self._rearrange(lambda: self._order.sort(column))

    def unmark(self) -> None:
        """Take all marks away."""
        if self._marked:
            self._marked.clear()
            self.refresh()

    @property
    def source(self) -> RowSource:
        """What is shown, as it was given."""
        return self._order.source

    @property
    def sorted_by(self) -> tuple[int, Direction] | None:
        """The column the rows are sorted by, and which way."""
        return self._order.sorted_by

    @property
    def marked(self) -> tuple[str, ...]:
        """The keys of the marked rows as the source has them, whether or not they are shown now."""
        if not self._marked:
            return ()
        source = self._order.source
        return tuple(key for index in range(len(source)) if (key := source.key(index)) in self._marked)

    @property
    def place(self) -> str:
        """Which of how many rows are in view, or are left by narrowing, and how many are marked."""
        count, total = len(self._order), len(self._order.source)
        of_all = f"{total:,}{'+' if self._more else ''}"
        parts: list[str] = []
        if self._order.text:
            parts.append(f"{count:,} of {of_all}")
        elif count > self._page or self._more:
            top = self.scroll_offset.y
            parts.append(f"{min(top + 1, count):,}-{min(count, top + self._page):,} of {of_all}")
        if self._marked:
            parts.append(f"{len(self._marked):,} marked")
        return " · ".join(parts)

    @property
    def selected(self) -> str | None:
        """The key of the row under the cursor."""
        return self._order.key(self._at) if self._at < len(self._order) else None

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
        old, self._at = self._at, max(0, min(index, len(self._order) - 1))
        self._ask_for_more(by_key=True)
        if self._at == old:
            return
        if not self._bring_into_view():
            self.refresh(*(self._line_of(row) for row in (old, self._at)))
        self._place_cursor()
        self.post_message(self.Moved(self, self._order.key(self._at)))

    def _choose(self) -> None:
        if (key := self.selected) is not None:
            self.post_message(self.Selected(self, key))

    def _mark(self) -> None:
        """Mark the row, or take its mark away, and go on to the next."""
        if (key := self.selected) is None:
            return
        self._marked ^= {key}
        self.refresh(self._line_of(self._at), Region(0, 0, self.size.width, 1))
        self.post_message(self.Marked(self, key))
        self._move_to(self._at + 1)

    def _rearrange(self, change: Callable[[], None]) -> None:
        """Show the same rows otherwise, the cursor on its key; say so when that is gone."""
        before = self.selected
        change()
        self._shown_anew(before)
        if (after := self.selected) is not None and after != before:
            self.post_message(self.Moved(self, after))

    def _shown_anew(self, wanted: str | None) -> None:
        count = len(self._order)
        at = max(0, min(self._at, count - 1))
        if wanted is not None and (found := self._order.find(wanted, at)) is not None:
            at = found
        self._at = at
        self.virtual_size = Size(1, count + 1)
        self._bring_into_view()
        self.refresh()
        self._place_cursor()
        self._ask_for_more()

    def _ask_for_more(self, *, by_key: bool = False) -> None:
        """Ask for more rows where those that are here do not fill the list, and when a key comes within two pages of the end;
        at the very end once more with each key. Rows that are narrowed wait for a key: few may be found in very many."""
        count, total = len(self._order), len(self._order.source)
        near, unfilled = self._at + 2 * self._page >= count, not self._order.text and count <= self._page
        again = by_key and self._at >= count - 1
        if self._more and (near if by_key else unfilled) and (again or self._asked_at != total):
            self._asked_at = total
            self.post_message(self.WantsMore(self))

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
        self.scroll_to(y=max(0, min(wanted, self._at, len(self._order) - page)), animate=False, force=True)
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
        self._ask_for_more()

    def render_line(self, y: int) -> Strip:
        """Draw the heading, or the row that stands at this line."""
        width = self.size.width
        if y == 0:
            return Strip([Segment(self._heading(), self.get_component_rich_style("rows--header"))], width)
        index = self.scroll_offset.y + y - 1
        if index < len(self._order):
            here = index == self._at
            text = line_of(self._columns, self._order.cells(index), self._marker(index), width)
            style = self.rich_style
            if here:
                style = self.get_component_rich_style("rows--selected" if self.has_focus else "rows--chosen")
            return Strip([Segment(text, style)], width)
        if y == 1 and not len(self._order):
            style = self.get_component_rich_style("rows--empty")
            return Strip([Segment(fit(f" {self._nothing()}", width), style)], width)
        return Strip.blank(width, self.rich_style)

    def _heading(self) -> str:
        """The titles, an arrow at the one that is sorted by, and the place: a scroll bar would be painted with every line."""
        line = heading_of(self._columns, self.sorted_by, self._blank, self.size.width)
        return with_place(line, self.place, always=bool(self._order.text or self._marked))

    def _marker(self, index: int) -> str:
        """What stands before a row: where the cursor is, and whether it is marked."""
        here = ">" if index == self._at else " "
        if not self._marking:
            return here
        return here + ("*" if self._order.key(index) in self._marked else " ")

    @property
    def _blank(self) -> str:
        return "  " if self._marking else " "

    def _nothing(self) -> str:
        """Why there is no row to be seen."""
        if not len(self._order.source):
            return self._empty
        return f"None of these holds “{self._order.text}”" + ("; Down fetches more" if self._more else "")

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
