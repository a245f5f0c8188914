"""A whole form as one widget, as on a 5250: typed blind, at speed, over a slow line.

A form of twelve stock inputs costs 83 ms of processor and 21 kB for each Tab; drawn as one map of fields it
costs 3 ms and less than 1 kB, because a key repaints a row and lays nothing out. The map knows fields and raw
text, nothing else: what was typed is read and judged by the action it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from casework.fields import Field, FieldKind
from tui.widgets.cells import cells, fit, one_line, typed_text
from tui.widgets.entry import Entry
from tui.widgets.form_layout import Layout, Slot, arrange, chosen, first_to_fill, matching

_LISTED_AT_MOST = 8


class FieldMap(Widget, can_focus=True):
    """A form: fields to type in, gone through with Enter, Tab and arrows, saved with F10 or Ctrl+S."""

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
    FieldMap {
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

    class FormMessage(Message):
        """Something a form has to say; `control` is the form."""

        def __init__(self, form: FieldMap) -> None:
            super().__init__()
            self.form = form

        @property
        def control(self) -> FieldMap:
            """The form, for `@on(FieldMap.Submitted, "#terms")`."""
            return self.form

    class Changed(FormMessage):
        """The text of a field is another now."""

        def __init__(self, form: FieldMap, name: str, values: dict[str, str]) -> None:
            super().__init__(form)
            self.name = name
            self.values = values

    class Left(FormMessage):
        """The cursor has gone from a field, whose text may now be read."""

        def __init__(self, form: FieldMap, name: str) -> None:
            super().__init__(form)
            self.name = name

    class Submitted(FormMessage):
        """The officer wants the form saved."""

        def __init__(self, form: FieldMap, values: dict[str, str], typed_at: float) -> None:
            super().__init__(form)
            self.values = values
            self.typed_at = typed_at
            """When the key that saves was read from the terminal, on the monotonic clock."""

    class Closed(FormMessage):
        """The officer wants to be rid of the form, keeping what was typed as a draft or not."""

        def __init__(self, form: FieldMap, keep: bool) -> None:
            super().__init__(form)
            self.keep = keep

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._title = ""
        self._fields: tuple[Field, ...] = ()
        self._entries: dict[str, Entry] = {}
        self._errors: dict[str, str] = {}
        self._current: str | None = None
        self._listing = False
        self._top = 0
        self._arrangement: tuple[int, Layout] | None = None
        self._keys: Mapping[str, Callable[[events.Key], None]] = {
            "enter": self._enter,
            "tab": lambda _: self._move(1, wrap=True),
            "shift+tab": lambda _: self._move(-1, wrap=True),
            "down": lambda _: self._vertical(1),
            "up": lambda _: self._vertical(-1),
            "left": lambda _: self._step(-1),
            "right": lambda _: self._step(1),
            "home": lambda _: self._edge(end=False),
            "end": lambda _: self._edge(end=True),
            "backspace": lambda _: self._edit(lambda entry: entry.erase(back=True)),
            "ctrl+h": lambda _: self._edit(lambda entry: entry.erase(back=True)),
            "delete": lambda _: self._edit(lambda entry: entry.erase(back=False)),
            "ctrl+u": lambda _: self._edit(Entry.clear),
            "ctrl+j": lambda _: self._break_line(),
            "f10": self._submit,
            "ctrl+s": self._submit,
            "escape": lambda _: self._close(keep=True),
            "f3": lambda _: self._close(keep=True),
            "f12": lambda _: self._close(keep=False),
        }

    # What a screen asks of a form

    def show(
        self,
        title: str,
        fields: Sequence[Field],
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        """Open a form: `values` are what was typed before, and a field without takes its default."""
        self._title = title
        self._fields = tuple(fields)
        self._entries = {field.name: _entry(field, (values or {}).get(field.name)) for field in fields}
        self._errors = {name: text for name in self._entries if (text := (errors or {}).get(name))}
        self._listing = False
        self._top = 0
        self._current = next(iter(self._errors), None) or first_to_fill(self._fields, self.values)
        self._relay()

    def replace_fields(self, fields: Sequence[Field]) -> None:
        """Ask other questions: what was typed is kept by name, also for a question that comes back later."""
        before = [field.name for field in self._fields]
        self._fields = tuple(fields)
        for field in fields:
            entry = self._entries.get(field.name)
            if entry is None or entry.fresh or not (entry.touched or entry.text):
                self._entries[field.name] = _entry(field, None)
            else:
                entry.limit = field.max_length
        names = [field.name for field in fields]
        self._errors = {name: text for name, text in self._errors.items() if name in names}
        if self._current not in names:
            gone_at = before.index(self._current) if self._current in before else 0
            self._current = next((name for name in before[gone_at:] if name in names), None) or first_to_fill(
                fields, self.values
            )
            self._listing = False
        self._relay()

    @property
    def values(self) -> dict[str, str]:
        """The raw text of each field that has any; a default that was cleared is there as an empty text."""
        return {
            field.name: entry.text
            for field in self._fields
            if (entry := self._entries[field.name]).text or (entry.touched and field.default)
        }

    @property
    def current(self) -> str | None:
        """The name of the field the cursor is in."""
        return self._current

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Put each message under its field, and the cursor into the first bad one."""
        self._errors = {name: text for name in (field.name for field in self._fields) if (text := errors.get(name))}
        if self._errors:
            self._current = next(iter(self._errors))
            self._listing = False
        self._relay()

    def toggle_choices(self) -> None:
        """Open or close the list of choices under the current field; it narrows as text is typed."""
        field = self._field()
        self._listing = not self._listing and field is not None and bool(field.choices)
        self._relay()

    def clear(self) -> None:
        """Have no form."""
        self.show("", ())

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Take what is typed; leave function keys and chords that mean nothing here to the screen."""
        if not self._fields and not self._title:
            return
        if (handle := self._keys.get(event.key)) is not None:
            handle(event)
        elif event.character is not None and event.is_printable and _is_text(event.key):
            self._type(event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Take in a pasted text as if it had been typed, without what a terminal would obey."""
        field = self._field()
        event.stop()
        event.prevent_default()
        if field is not None and (text := typed_text(event.text, field.long)):
            self._type(text)

    def _type(self, text: str) -> None:
        def insert(entry: Entry) -> None:
            if not entry.insert(text):
                self.app.bell()

        self._edit(insert)

    def _break_line(self) -> None:
        if (field := self._field()) is not None and field.long:
            self._type("\n")

    def _edit(self, change: Callable[[Entry], None]) -> None:
        """Change the current field's text, repaint its row, and say so."""
        if self._current is None:
            return
        entry = self._entries[self._current]
        before = entry.text
        change(entry)
        mended = entry.text != before and self._errors.pop(self._current, None) is not None
        if mended or self._listing:
            self._relay()
        else:
            self._repaint(self._current)
        if entry.text != before:
            self.post_message(self.Changed(self, self._current, self.values))

    def _step(self, by: int) -> None:
        if self._current is not None:
            self._entries[self._current].move(by)
            self._repaint(self._current)

    def _edge(self, *, end: bool) -> None:
        if (field := self._field()) is not None:
            width = self._arranged.entry_width(field) if field.long else None
            self._entries[field.name].to_edge(end=end, width=width)
            self._repaint(field.name)

    def _vertical(self, by: int) -> None:
        """Up and Down go through the lines of a long field first, then from field to field."""
        field = self._field()
        if field is None or not field.long:
            self._move(by, wrap=False)
        elif self._entries[field.name].move_line(by, self._arranged.entry_width(field)):
            self._repaint(field.name)
        else:
            self._move(by, wrap=False)

    def _move(self, by: int, *, wrap: bool) -> None:
        names = [field.name for field in self._fields]
        if self._current is None:
            return
        there = names.index(self._current) + by
        if wrap:
            there %= len(names)
        if 0 <= there < len(names) and names[there] != self._current:
            self._leave()
            self._go_to(names[there])

    def _enter(self, event: events.Key) -> None:
        if self._fields and self._current == self._fields[-1].name:
            self._submit(event)
        else:
            self._move(1, wrap=False)

    def _submit(self, event: events.Key) -> None:
        self._leave()
        self.post_message(self.Submitted(self, self.values, event.time))

    def _close(self, *, keep: bool) -> None:
        self.post_message(self.Closed(self, keep))

    def _leave(self) -> None:
        """Write out a choice that was only begun, and say that the field's text may be read."""
        field = self._field()
        if field is None:
            return
        entry = self._entries[field.name]
        choice = chosen(field, entry.text)
        if choice is not None and entry.text != choice.code:
            entry.complete(choice.code)
            self._repaint(field.name)
            self.post_message(self.Changed(self, field.name, self.values))
        self.post_message(self.Left(self, field.name))

    def _go_to(self, name: str) -> None:
        left, self._current = self._current, name
        if self._listing:
            self._listing = False
            self._relay()
            return
        if self._keep_in_view():
            self.refresh()
            self._place_cursor()
            return
        if left is not None:
            self._repaint(left)
        self._repaint(name)

    def _field(self) -> Field | None:
        return next((field for field in self._fields if field.name == self._current), None)

    # Paint

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
        if not self._fields and not self._title:
            return 0
        return bool(self._title) + self._arrange(width).height + 1

    def render_line(self, y: int) -> Strip:
        """Draw one line: the title, the help, or a row of the body."""
        width, height = self.size
        if not self._fields and not self._title:
            return Strip.blank(width, self.rich_style)
        if y < self._head:
            title = self.get_component_rich_style("field-map--title")
            return Strip([Segment(fit(f" {self._title}", width), title)], width)
        if y == height - 1 and height > 1:
            return Strip([Segment(fit(self._help(), width), self._help_style())], width)
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
        plain = self.rich_style
        field = next(field for field in self._fields if field.name == slot.name)
        room = max(0, arranged.column_width - arranged.entry_left)
        indent = Segment(" " * min(arranged.entry_left, arranged.column_width), plain)
        if line >= slot.typed + slot.listed:
            error = self.get_component_rich_style("field-map--error")
            return [indent, Segment(fit(f"! {self._errors[slot.name]}", room), error)]
        if line >= slot.typed:
            return [indent, Segment(fit(self._listed(field)[line - slot.typed], room), plain)]
        width = arranged.entry_width(field)
        window = self._entries[slot.name].window(width, slot.typed)
        entry = Segment(window.lines[line], self._entry_style(slot.name))
        if line:
            return [indent, entry, Segment(" " * (room - width), plain)]
        here = slot.name == self._current
        label = "field-map--label-current" if here else "field-map--label"
        marker = ("!" if slot.name in self._errors else ">") if here else " "
        star = "*" if field.required else " "
        return [
            Segment(
                f"{marker}{fit(field.label, arranged.label_width)}{star} ",
                self.get_component_rich_style(label),
            ),
            entry,
            Segment(fit(self._meaning(field), room - width), self.get_component_rich_style("field-map--label")),
        ]

    def _entry_style(self, name: str) -> Style:
        here = name == self._current
        if here and self._entries[name].fresh and self._entries[name].text:
            return self.get_component_rich_style("field-map--default")
        return self.get_component_rich_style("field-map--entry-current" if here else "field-map--entry")

    def _meaning(self, field: Field) -> str:
        """The words of the choice that the text stands for, so that a code is seen to be the right one."""
        choice = chosen(field, self._entries[field.name].text)
        return f" {choice.label}" if choice is not None else ""

    def _listed(self, field: Field) -> list[str]:
        entry = self._entries[field.name]
        found = matching(field, "" if entry.fresh else entry.text) or field.choices
        lines = [f"{choice.code}  {choice.label}" for choice in found[:_LISTED_AT_MOST]]
        return [*lines, f"and {len(found) - len(lines)} more"] if len(found) > len(lines) else lines

    def _help(self) -> str:
        """What the last line says: an error too long for its own line, else what may be typed here."""
        field = self._field()
        if field is None:
            return ""
        error = self._errors.get(field.name, "")
        if cells(one_line(error)) + 2 > self._arranged.column_width - self._arranged.entry_left:
            return f" ! {error}"
        entry = self._entries[field.name]
        found = matching(field, "" if entry.fresh else entry.text)
        choices = " · ".join(f"{choice.code} {choice.label}" for choice in found)
        if field.kind is FieldKind.YES_NO and not field.choices:
            choices = "y or n"
        elif field.choices and not found:
            choices = "no such choice; F4 lists them"
        return " " + "  ".join(part for part in (field.help, choices) if part)

    def _help_style(self) -> Style:
        return self.get_component_rich_style("field-map--help")

    # Where things are

    @property
    def _head(self) -> int:
        return 1 if self._title and self.size.height > 2 else 0

    @property
    def _arranged(self) -> Layout:
        return self._arrange(self.size.width)

    def _arrange(self, width: int) -> Layout:
        if self._arrangement is None or self._arrangement[0] != width:
            field = self._field()
            listed = {field.name: len(self._listed(field))} if self._listing and field is not None else {}
            self._arrangement = (width, arrange(self._fields, width, self._errors, listed))
        return self._arrangement[1]

    @property
    def _body_height(self) -> int:
        return max(1, self.size.height - self._head - 1)

    def _relay(self) -> None:
        """Lay out and repaint everything: the form has other lines than before."""
        before = self._arrangement[1].height if self._arrangement is not None else -1
        self._arrangement = None
        self._keep_in_view()
        grown = self._arranged.height != before
        self.refresh(layout=grown)
        self._place_cursor()

    def _keep_in_view(self) -> bool:
        """Scroll just so far that the current field is seen; say whether that moved anything."""
        before = self._top
        arranged = self._arranged
        slot = arranged.slots.get(self._current or "")
        if slot is not None:
            self._top = max(min(self._top, slot.top), slot.rows.stop - self._body_height)
        self._top = max(0, min(self._top, arranged.height - self._body_height))
        return self._top != before

    def _repaint(self, name: str) -> None:
        """Repaint the rows of one field, and the help line."""
        arranged = self._arranged
        slot = arranged.slots[name]
        left = slot.column * arranged.column_width
        top = slot.top - self._top + self._head
        width, height = self.size
        self.refresh(
            Region(left, top, min(arranged.column_width, width - left), slot.height),
            Region(0, height - 1, width, 1),
        )
        self._place_cursor()

    def _place_cursor(self) -> None:
        """Put the terminal's own cursor into the field: screen readers and input methods follow it."""
        field = self._field()
        if field is None or not self.is_mounted or not self.has_focus:
            return
        arranged = self._arranged
        slot = arranged.slots[field.name]
        window = self._entries[field.name].window(arranged.entry_width(field), slot.typed)
        x = slot.column * arranged.column_width + arranged.entry_left + window.column
        y = slot.top - self._top + self._head + window.row
        self.app.cursor_position = self.content_region.offset + Offset(x, y)

    def _laid_out(self, _: Screen[object]) -> None:
        before = self.app.cursor_position
        self._place_cursor()
        if self.app.cursor_position != before and self._current is not None:
            self._repaint(self._current)


def _entry(field: Field, typed: str | None) -> Entry:
    """A field as it opens: what was typed before, or its default, with the cursor at the end."""
    text = field.default if typed is None else typed
    return Entry(
        text,
        fresh=typed is None and bool(text),
        touched=typed is not None,
        limit=field.max_length,
        cursor=len(text),
    )


def _is_text(key: str) -> bool:
    """Whether a key is a character and not a chord: Alt+3 carries a 3, and is no text."""
    return "+" not in key or key.startswith("shift+")
