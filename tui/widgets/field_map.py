"""A whole form as one widget, as on a 5250: typed blind, at speed, over a slow line.

A form of twelve stock inputs costs 83 ms of processor and 21 kB for each Tab; drawn as one map of fields it costs 3 ms
and less than 1 kB. The map knows fields and raw text, nothing else: what was typed is read and judged by the action it
belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from textual import events

from casework.fields import Field, lettered
from tui.widgets import form_messages
from tui.widgets.afterwards import Afterwards
from tui.widgets.cells import typed_text
from tui.widgets.entry import Entry
from tui.widgets.form_state import FormState, Suggest
from tui.widgets.form_view import FormView


class FieldMap(FormView, can_focus=True):
    """A form: fields to type in, gone through with Enter, Tab and arrows, saved with F10 or Ctrl+S."""

    Changed: TypeAlias = form_messages.Changed
    Left: TypeAlias = form_messages.Left
    Submitted: TypeAlias = form_messages.Submitted
    Closed: TypeAlias = form_messages.Closed
    Recalled: TypeAlias = form_messages.Recalled
    CopyWanted: TypeAlias = form_messages.CopyWanted

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: Mapping[str, Callable[[events.Key], None]] = {
            "enter": self._enter,
            "tab": lambda _: self._move(1, wrap=True),
            "shift+tab": lambda _: self._move(-1, wrap=True),
            "down": lambda _: self._vertical(1),
            "up": lambda _: self._vertical(-1),
            "left": lambda _: self._step(-1),
            "right": lambda _: self._right(),
            "home": lambda _: self._edge(end=False),
            "end": lambda _: self._edge(end=True),
            "backspace": lambda _: self._edit(lambda entry: entry.erase(back=True)),
            "ctrl+h": lambda _: self._edit(lambda entry: entry.erase(back=True)),
            "delete": lambda _: self._edit(lambda entry: entry.erase(back=False)),
            "ctrl+u": lambda _: self._edit(Entry.clear),
            "ctrl+j": lambda _: self._break_line(),
            "ctrl+y": lambda _: self._copy(),
            "f10": self._submit,
            "ctrl+s": self._submit,
            "escape": lambda _: self._close(keep=True),
            "f3": lambda _: self._close(keep=True),
            "f12": lambda _: self._close(keep=False),
        }
        self._skip = Afterwards(self)

    # What a screen asks of a form

    def show(
        self,
        title: str,
        fields: Sequence[Field],
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        *,
        begin_at: str | None = None,
        suggest: Suggest | None = None,
    ) -> None:
        """Open a form: `values` are what was typed before, and a field without takes its default. It begins at the first
        field to be filled in, or at `begin_at` if there is such a field. What `suggest` gives for a text is shown after
        the cursor, muted; Right or End at the end of the text takes it."""
        self._title = title
        self._skip.forget()
        self._form = FormState(fields, values, errors, suggest)
        self._form.current = begin_at if self._form.named(begin_at) else self._form.current
        self._top = 0
        self._relay()

    def replace_fields(self, fields: Sequence[Field]) -> None:
        """Ask other questions: what was typed is kept by name, also for a question that comes back later."""
        before = self._arranged
        self._form.replace(fields)
        self._relay_fields(before)

    @property
    def values(self) -> dict[str, str]:
        """The text of each field that has any; a choice of which enough is typed is given by its code."""
        return self._form.values

    @property
    def current(self) -> str | None:
        """The name of the field the cursor is in."""
        return self._form.current

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Put each message beside or under its field, and the cursor into the first bad one."""
        self._form.fail(errors)
        self._relay()

    def fill(self, text: str) -> None:
        """Put a text into the current field, in place of what is there, as if it had been typed."""
        field = self._form.field
        if field is None:
            return

        def put(entry: Entry) -> None:
            entry.clear()
            entry.insert(typed_text(text, field.long))

        self._edit(put)

    def toggle_choices(self) -> None:
        """Open or close the list of choices under the current field; it narrows as text is typed."""
        field = self._form.field
        self._form.listing = not self._form.listing and field is not None and bool(field.choices or field.templates)
        self._relay()

    def clear(self) -> None:
        """Have no form."""
        self.show("", ())

    # What is typed

    def on_key(self, event: events.Key) -> None:
        """Take what is typed; leave function keys and chords that mean nothing here to the screen."""
        if not self.is_open:
            return
        self._skip.now()
        if (handle := self._keys.get(event.key)) is not None:
            handle(event)
        elif event.character is not None and event.is_printable and _is_text(event.key):
            self._type_key(event.character, event.time)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Take in a pasted text as if it had been typed, without what a terminal would obey."""
        field = self._form.field
        if field is None or not (text := typed_text(event.text, field.long)):
            return
        event.stop()
        event.prevent_default()
        self._type(text)

    def _type(self, text: str) -> None:
        def insert(entry: Entry) -> None:
            if not entry.insert(text):
                self.app.bell()

        self._edit(insert)

    def _type_key(self, key: str, typed_at: float) -> None:
        """One character: the letter of a choice, the last of a text that is then whole, or just text."""
        field = self._form.field
        if field is None:
            return
        entry = self._form.entry(field.name)
        if lettered(field.choices, key) is not None and self._form.pick(key):
            self._changed(field.name)
            self._skip.do(lambda: self._skip_from_letter(field, typed_at))
            return
        if key == " " and self._expand():
            return
        self._type(key)
        if entry.cursor == len(entry.text) and field.is_whole(entry.text):
            self._skip.do(lambda: self._skip_from_whole(field))

    def _skip_from_letter(self, picked: Field, typed_at: float) -> None:
        """On to the next field, which may be one that the choice asks for; from the last one, the form is saved."""
        if self._form.current != picked.name:
            return
        here = self._form.field or picked
        if self._form.is_last or (here.saves_alone and not self._form.lacks):
            self._save(typed_at)
        else:
            self._move(1, wrap=False)

    def _skip_from_whole(self, filled: Field) -> None:
        """On to the next field; from the last one nowhere, for only a letter was chosen with its meaning in view."""
        if self._form.current == filled.name:
            self._move(1, wrap=False)

    def _break_line(self) -> None:
        if (field := self._form.field) is not None and field.long:
            self._type("\n")

    def _copy(self) -> None:
        if (name := self._form.current) is not None:
            self.post_message(self.CopyWanted(self, self._form.entry(name).text))

    def _edit(self, change: Callable[[Entry], None]) -> None:
        """Change the current field's text, repaint its row, and say so."""
        name = self._form.current
        if name is None:
            return
        entry = self._form.entry(name)
        before = entry.text
        change(entry)
        if entry.text != before:
            self._changed(name)
        else:
            self._repaint(name)

    def _changed(self, name: str) -> None:
        """Repaint what the change of a text touches, and say that it is another."""
        field, before = self._form.named(name), self._arranged
        mended = self._form.errors.pop(name, None) is not None
        if mended or (field is not None and field.choices):
            self._redraw(before, name)
        else:
            self._repaint(name)
        self.post_message(self.Changed(self, name, self.values))

    # Where the cursor goes

    def _right(self) -> None:
        """Step over a character; at the end of the text, take what it may go on with."""
        if not self._take_ghost():
            self._step(1)

    def _step(self, by: int) -> None:
        if (name := self._form.current) is not None:
            self._form.entry(name).move(by)
            self._repaint(name)

    def _edge(self, *, end: bool) -> None:
        field = self._form.field
        if field is None or (end and self._take_ghost()):
            return
        width = self._arranged.entry_width(field) if field.long else None
        self._form.entry(field.name).to_edge(end=end, width=width)
        self._repaint(field.name)

    def _take_ghost(self) -> bool:
        if ghost := self._form.ghost():
            self._type(ghost)
        return bool(ghost)

    def _vertical(self, by: int) -> None:
        """Up and Down go through the lines of a long field first, then from field to field; in a form of one line they ask
        for what was written there before."""
        field = self._form.field
        if field is None:
            return
        if not field.long and len(self._form.fields) == 1:
            self.post_message(self.Recalled(self, by))
        elif not field.long:
            self._move(by, wrap=False)
        elif self._form.entry(field.name).move_line(by, self._arranged.entry_width(field)):
            self._repaint(field.name)
        else:
            self._move(by, wrap=False)

    def _move(self, by: int, *, wrap: bool) -> None:
        left, there = self._form.current, self._form.neighbour(by, wrap=wrap)
        if left is None or there is None:
            return
        before = self._arranged
        self._leave()
        self._form.current, self._form.listing = there, False
        self._redraw(before, left, there)

    def _leave(self) -> None:
        """Write out a choice that was only begun, and say that the field's text may be read."""
        name = self._form.current
        if name is None:
            return
        if self._form.complete():
            self._repaint(name)
            self.post_message(self.Changed(self, name, self.values))
        self.post_message(self.Left(self, name))

    # How it ends

    def _expand(self) -> bool:
        """Put in the text that is meant by `/` and a word before the cursor; say whether one is."""
        field = self._form.field
        if field is None or not self._form.entry(field.name).expand(field.templates):
            return False
        self._form.listing = False
        self._relay()
        self._changed(field.name)
        return True

    def _fill_blank(self) -> bool:
        """Go on to the next blank of such a text; say whether there is one."""
        field = self._form.field
        if field is None or not field.templates or not self._form.entry(field.name).to_blank():
            return False
        self._changed(field.name)
        return True

    def _enter(self, event: events.Key) -> None:
        if self._expand() or self._fill_blank():
            return
        if self._form.is_last:
            self._submit(event)
        else:
            self._move(1, wrap=False)

    def _submit(self, event: events.Key) -> None:
        self._save(event.time)

    def _save(self, typed_at: float) -> None:
        self._leave()
        self.post_message(self.Submitted(self, self.values, typed_at))

    def _close(self, *, keep: bool) -> None:
        self.post_message(self.Closed(self, keep))


def _is_text(key: str) -> bool:
    """Whether a key is a character and not a chord: Alt+3 carries a 3, and is no text."""
    return "+" not in key or key.startswith("shift+")
