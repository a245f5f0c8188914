"""A form drawn line by line: where each field stands, what of it is repainted, and where the terminal's cursor goes.

Typing repaints a row of one field and the help line; only another number of lines lays the form out anew.
"""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import cells, fit, one_line
from tui.widgets.form_layout import Layout, Slot, arrange
from tui.widgets.form_state import FormState


class FormView(Widget):
    """Shows a form; what happens in it is for a subclass to decide."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "field-map--title",
        "field-map--label",
        "field-map--label-current",
        "field-map--entry",
        "field-map--entry-current",
        "field-map--default",
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
        self._arrangement: tuple[int, Layout] | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a form to show."""
        return bool(self._form.fields or self._title)

    def on_mount(self) -> None:
        """Follow the screen's layout: when the form moves, the terminal's cursor moves with it."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._laid_out, immediate=True)

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
        return bool(self._title) + self._arrange(width).height + 1 if self.is_open else 0

    # What is drawn

    def render_line(self, y: int) -> Strip:
        """Draw one line: the title, the help, or a row of the body."""
        width, height = self.size
        if not self.is_open:
            return Strip.blank(width, self.rich_style)
        if y < self._head:
            return Strip([Segment(fit(f" {self._title}", width), self._style("title"))], width)
        if y == height - 1 and height > 1:
            return Strip([Segment(fit(f" {self._help()}", width), self._style("help"))], width)
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
        if line >= slot.typed + slot.listed:
            return [indent, Segment(fit(f"! {form.errors[field.name]}", room), self._style("error"))]
        if line >= slot.typed:
            return [indent, Segment(fit(form.listed(field)[line - slot.typed], room), plain)]
        width = arranged.entry_width(field)
        window = form.entry(field.name).window(width, slot.typed)
        entry = Segment(window.lines[line], self._entry_style(field.name))
        if line:
            return [indent, entry, Segment(" " * (room - width), plain)]
        here = field.name == form.current
        marker = ("!" if field.name in form.errors else ">") if here else " "
        label = f"{marker}{fit(field.label, arranged.label_width)}{'*' if field.required else ' '} "
        return [
            Segment(label, self._style("label-current" if here else "label")),
            entry,
            Segment(fit(f" {form.meaning(field)}", room - width), self._style("label")),
        ]

    def _entry_style(self, name: str) -> Style:
        if name != self._form.current:
            return self._style("entry")
        entry = self._form.entry(name)
        return self._style("default" if entry.fresh and entry.text else "entry-current")

    def _help(self) -> str:
        """What the last line says: an error too long for its own line, else what may be typed here."""
        error = self._form.errors.get(self._form.current or "", "")
        if cells(one_line(error)) + 2 > self._arranged.column_width - self._arranged.entry_left:
            return f"! {error}"
        return self._form.help()

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"field-map--{part}")

    # What is repainted

    def _relay(self) -> None:
        """Lay out and repaint everything: the form has other lines than before."""
        before = self._arrangement[1].height if self._arrangement is not None else -1
        self._arrangement = None
        self._keep_in_view()
        self.refresh(layout=self._arranged.height != before)
        self._place_cursor()

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
        field = self._form.field
        if field is None or not self.is_mounted or not self.has_focus:
            return
        arranged = self._arranged
        slot = arranged.slots[field.name]
        window = self._form.entry(field.name).window(arranged.entry_width(field), slot.typed)
        x = slot.column * arranged.column_width + arranged.entry_left + window.column
        y = slot.top - self._top + self._head + window.row
        self.app.cursor_position = self.content_region.offset + Offset(x, y)

    def _laid_out(self, _: Screen[object]) -> None:
        before = self.app.cursor_position
        self._place_cursor()
        if self.app.cursor_position != before and self._form.current is not None:
            self._repaint(self._form.current)

    # Where things are

    @property
    def _head(self) -> int:
        return 1 if self._title and self.size.height > 2 else 0

    @property
    def _arranged(self) -> Layout:
        return self._arrange(self.size.width)

    def _arrange(self, width: int) -> Layout:
        if self._arrangement is None or self._arrangement[0] != width:
            form = self._form
            listed = {form.field.name: len(form.listed(form.field))} if form.listing and form.field else {}
            self._arrangement = (width, arrange(form.fields, width, form.errors, listed))
        return self._arrangement[1]

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
