"""A form drawn line by line: where each field stands, what of it is repainted, and where the terminal's cursor goes.

Typing repaints a row of one field and the help line; only another number of lines lays the form out anew.
"""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import cells, drawn, fit
from tui.widgets.cursor import follow_screen, holds_cursor
from tui.widgets.form_layout import LONG_LINES, LONG_LINES_AT_MOST, Layout, Slot, arrange, grid_of
from tui.widgets.form_state import FormState

_TALL = 40
"""On a terminal of more lines than this a long field may take more of them."""
_LEAST_MEANING = 8
"""Beside an entry there is no use in fewer cells than this of what it means."""


class FormView(Widget):
    """Shows a form; what happens in it is for a subclass to decide."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "field-map--title",
        "field-map--label",
        "field-map--label-current",
        "field-map--entry",
        "field-map--entry-current",
        "field-map--default",
        "field-map--proposed",
        "field-map--ghost",
        "field-map--error",
        "field-map--help",
    }
    DEFAULT_CSS = """
    FormView {
        height: auto;
        background: $surface;
        color: $foreground;
        & > .field-map--title { text-style: bold; background: $panel; color: $foreground; }
        & > .field-map--label { color: $text-muted; }
        & > .field-map--label-current { color: $foreground; text-style: bold; }
        & > .field-map--entry { text-style: underline; }
        & > .field-map--entry-current { text-style: underline bold; background: $boost; }
        & > .field-map--default { text-style: underline reverse; }
        & > .field-map--proposed { color: $text-muted; text-style: underline italic; }
        & > .field-map--ghost { color: $text-muted; text-style: underline italic; background: $boost; }
        & > .field-map--error { color: $text-error; text-style: bold; }
        & > .field-map--help { color: $text-muted; text-style: italic; }
        &:focus > .field-map--title { background: $primary; color: $text; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._title = ""
        self._form = FormState()
        self._top = 0
        self._arrangement: tuple[tuple[int, bool], Layout] | None = None
        self._lines = 0

    @property
    def is_open(self) -> bool:
        """Whether there is a form to show."""
        return bool(self._form.fields or self._title)

    def on_mount(self) -> None:
        """Follow the screen's layout: when the form moves, the terminal's cursor moves with it."""
        follow_screen(self, self._laid_out)

    def on_focus(self) -> None:
        """Show where typing goes now."""
        self.refresh()
        self._place_cursor()

    def on_resize(self) -> None:
        """Lay the form out for the new width."""
        self._arrangement = None
        if self._keep_in_view():
            self.refresh()
        self._place_cursor()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the form has: title, fields and help."""
        self._lines = bool(self._title) + self._arrange(width).height + 1 if self.is_open else 0
        return self._lines

    # What is drawn

    def render_line(self, y: int) -> Strip:
        """Draw one line: the title, the help, or a row of the body."""
        width, height = self.size
        if not self.is_open:
            return Strip.blank(width, self.rich_style)
        if y < self._head:
            return Strip([Segment(fit(f" {self._title}", width), self._style("title"))], width)
        if y == height - 1 and height > 1:
            return Strip([Segment(fit(f" {self._form.help(width - 1)}", width), self._style("help"))], width)
        row = y - self._head + self._top
        arranged = self._arranged
        parts: list[Segment] = []
        for column in range(arranged.columns):
            slot = arranged.grid.get((column, row))
            if slot is None:
                parts.append(Segment(" " * arranged.column_width, self.rich_style))
            else:
                parts += self._draw(slot, row - slot.top, arranged)
        return Strip(parts).adjust_cell_length(width, self.rich_style)

    def _draw(self, slot: Slot, line: int, arranged: Layout) -> list[Segment]:
        """One line of one field, on exactly its column's width."""
        form, field, plain = self._form, slot.field, self.rich_style
        room = max(0, arranged.column_width - arranged.entry_left)
        indent = Segment(" " * min(arranged.entry_left, arranged.column_width), plain)
        below = line - slot.typed - len(slot.listed)
        if below >= 0:
            return [indent, Segment(fit(slot.failed[below], room), self._style("error"))]
        if line >= slot.typed:
            return [indent, Segment(fit(slot.listed[line - slot.typed], room), plain)]
        width = arranged.entry_width(field)
        window = form.entry(field.name).window(width, slot.typed)
        entry = Segment(window.lines[line], self._entry_style(field.name))
        more = "↑" if window.above and not line else "↓" if window.below and line == slot.typed - 1 else ""
        if line:
            return [indent, entry, Segment(fit(more, room - width, "right"), self._style("label"))]
        here = field.name == form.current
        marker = ("!" if field.name in form.errors else ">") if here else " "
        label = f"{marker}{fit(field.label, arranged.label_width)}{'*' if field.required else ' '} "
        start = Segment(label, self._style("label-current" if here else "label"))
        if field.long:
            return [start, entry, Segment(fit(more, room - width, "right"), self._style("label"))]
        if slot.beside:
            return [start, entry, Segment(fit(f" {slot.beside}", room - width), self._style("error"))]
        if here and (ghost := form.ghost()) and window.column < width - 1:
            typed, rest = _divided(entry.text, window.column, width)
            after = Segment(fit(ghost, rest), self._style("ghost"))
            return [start, Segment(typed, entry.style), after, Segment(" " * (room - width), plain)]
        return [start, *self._with_meaning(entry, form.meaning(field), window.column, room - width)]

    def _with_meaning(self, entry: Segment, meaning: str, cursor: int, room: int) -> list[Segment]:
        """An entry and what it was understood as: beside it, or at the end of an entry that leaves no room beside it."""
        style, wanted = self._style("label"), cells(drawn(meaning)) + 2
        if room >= min(wanted, _LEAST_MEANING):
            return [entry, Segment(fit(f" {meaning}", room), style)]
        text = entry.text.rstrip(" ")
        left = cells(entry.text) + room - wanted
        if meaning and max(cells(text), cursor + 1) <= left:
            return [Segment(fit(text, left), entry.style), Segment(fit(f" {meaning}", wanted), style)]
        return [entry, Segment(" " * room, style)]

    def _entry_style(self, name: str) -> Style:
        entry = self._form.entry(name)
        proposed = entry.fresh and bool(entry.text)
        if name != self._form.current:
            return self._style("proposed" if proposed else "entry")
        return self._style("default" if proposed and entry.replaced else "entry-current")

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"field-map--{part}")

    # What is repainted

    def _redraw(self, before: Layout, *names: str) -> None:
        """Repaint some fields; everything, when any field stands elsewhere than before."""
        self._arrangement = None
        if self._arranged.outline != before.outline or self._keep_in_view():
            self._relay()
        else:
            self._repaint(*names)

    def _relay(self) -> None:
        """Lay out and repaint everything: the form has other lines than before."""
        before = self._lines
        self._arrangement = None
        self._keep_in_view()
        self.refresh(layout=self.get_content_height(self.size, self.size, self.size.width) != before)
        self._place_cursor()

    def _relay_fields(self, before: Layout) -> None:
        """Repaint the fields that are asked otherwise; everything, when any stands elsewhere than before."""
        self._arrangement = None
        after = self._arranged
        if after.outline != before.outline:
            self._arrangement = None
            self._relay()
            return
        self._repaint(*(name for name, slot in after.slots.items() if slot.field != before.slots[name].field))

    def _repaint(self, *names: str) -> None:
        """Repaint the rows of some fields, and the help line."""
        arranged = self._arranged
        width, height = self.size
        regions = [Region(0, height - 1, width, 1)]
        for name in names:
            slot = arranged.slots[name]
            left = slot.column * arranged.column_width
            top = slot.top - self._top + self._head
            regions.append(Region(left, top, min(arranged.column_width, width - left), slot.height))
        self.refresh(*regions)
        self._place_cursor()

    def _place_cursor(self) -> None:
        """Put the terminal's own cursor into the field: screen readers and input methods follow it."""
        if not holds_cursor(self):
            return
        field = self._form.field
        if field is None:
            self.app.cursor_position = self.content_region.offset + Offset(1, max(0, self.size.height - 1))
            return
        arranged = self._arranged
        slot = arranged.slots[field.name]
        window = self._form.entry(field.name).window(arranged.entry_width(field), slot.typed)
        x = slot.column * arranged.column_width + arranged.entry_left + window.column
        y = slot.top - self._top + self._head + window.row
        self.app.cursor_position = self.content_region.offset + Offset(x, y)

    def _laid_out(self, _: object) -> None:
        before = self.app.cursor_position
        self._place_cursor()
        if self.app.cursor_position != before and self._form.current is not None:
            self._repaint(self._form.current)

    # Where things are

    @property
    def _head(self) -> int:
        return 1 if self._title and self.size.height > (2 if self._form.fields else 1) else 0

    @property
    def _arranged(self) -> Layout:
        return self._arrange(self.size.width)

    def _arrange(self, width: int) -> Layout:
        tall = self.app.size.height > _TALL
        if self._arrangement is None or self._arrangement[0] != (width, tall):
            self._arrangement = ((width, tall), self._arrange_anew(width, tall))
        return self._arrangement[1]

    def _arrange_anew(self, width: int, tall: bool) -> Layout:
        """With as many lines for long fields as leave the form whole in the place it has."""
        form = self._form
        room = grid_of(form.fields, width).room
        listed = {form.current: lines} if form.current and (lines := form.listed(width - 1, room)) else {}
        most = self.styles.max_height
        height = (most.cells if most is not None else None) or self.app.size.height // 2
        long_lines = LONG_LINES_AT_MOST if tall else LONG_LINES
        while True:
            arranged = arrange(form.fields, width, form.errors, listed, long_lines)
            if long_lines == LONG_LINES or bool(self._title) + arranged.height + 1 <= height:
                return arranged
            long_lines -= 1

    def _keep_in_view(self) -> bool:
        """Scroll just so far that the current field is seen; say whether that moved anything."""
        before = self._top
        arranged = self._arranged
        body = max(1, self.size.height - self._head - 1)
        slot = arranged.slots.get(self._form.current or "")
        if slot is not None:
            self._top = max(min(self._top, slot.top), slot.rows.stop - body)
        self._top = max(0, min(self._top, arranged.height - body))
        return self._top != before


def _divided(text: str, column: int, width: int) -> tuple[str, int]:
    """What is typed of an entry whose cursor is at the end, and how many cells are left after it."""
    return text[: len(text) - (width - column)], width - column
