"""What a form holds: its fields, what is typed in each, what was wrong with it, and where the cursor is.

All of a form but keys and paint. The widget tells it what was typed and asks it for the words to draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from casework.fields import Choice, Field, lettered, matching
from tui.widgets.cells import cells, fit, one_line
from tui.widgets.entry import Entry, meant

_LISTED_AT_MOST = 8

Suggest = Callable[[Field, str], str]
"""How a text may go on, nothing where that cannot be told; asked for each text that is typed, so it must be quick."""


class FormState:
    """The fields of a form, each with its entry."""

    def __init__(
        self,
        fields: Sequence[Field] = (),
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        suggest: Suggest | None = None,
    ) -> None:
        self.fields = tuple(fields)
        self.suggest = suggest
        self._suggested = ("", "", "")
        self.errors: dict[str, str] = {}
        self.listing = False
        """Whether the choices of the current field are listed under it."""
        self._entries = {field.name: _entry(field, (values or {}).get(field.name)) for field in fields}
        self.current = self._first_to_fill()
        self.fail(errors or {})

    @property
    def values(self) -> dict[str, str]:
        """The text of each field that has any.

        A choice of which enough is typed is given by its code; a default that was cleared, as an empty text.
        """
        found: dict[str, str] = {}
        for field in self.fields:
            entry = self._entries[field.name]
            if entry.text or (entry.touched and field.default):
                choice = chosen(field, entry.text)
                found[field.name] = entry.text if choice is None else choice.code
        return found

    @property
    def field(self) -> Field | None:
        """The field the cursor is in."""
        return self.named(self.current)

    def named(self, name: str | None) -> Field | None:
        """A field by its name."""
        return next((field for field in self.fields if field.name == name), None)

    def entry(self, name: str) -> Entry:
        """What is typed in a field."""
        return self._entries[name]

    def neighbour(self, by: int, *, wrap: bool) -> str | None:
        """The name of the field so many further on, if there is another there."""
        names = [field.name for field in self.fields]
        if self.current is None:
            return None
        there = names.index(self.current) + by
        if wrap:
            there %= len(names)
        return names[there] if 0 <= there < len(names) and names[there] != self.current else None

    def replace(self, fields: Sequence[Field]) -> None:
        """Ask other questions: what was typed is kept by name, also for a question that comes back later."""
        before = [field.name for field in self.fields]
        self.fields = tuple(fields)
        for field in fields:
            entry = self._entries.get(field.name)
            if entry is None or entry.fresh or not (entry.touched or entry.text):
                self._entries[field.name] = _entry(field, None)
            else:
                entry.limit = field.max_length
        names = [field.name for field in fields]
        self.errors = {name: text for name, text in self.errors.items() if name in names}
        if self.current not in names:
            following = before[before.index(self.current) :] if self.current in before else []
            self.current = next((name for name in following if name in names), None) or self._first_to_fill()
            self.listing = False

    def fail(self, errors: Mapping[str, str]) -> None:
        """Keep each message by its field, and go to the first bad one."""
        self.errors = {field.name: text for field in self.fields if (text := errors.get(field.name))}
        if self.errors:
            self.current = next(iter(self.errors))
            self.listing = False

    def complete(self) -> bool:
        """Write out a choice that was only begun; say whether that changed the text."""
        field = self.field
        choice = None if field is None else chosen(field, self.entry(field.name).text)
        if field is None or choice is None or self.entry(field.name).text == choice.code:
            return False
        self.entry(field.name).complete(choice.code)
        return True

    def pick(self, key: str) -> bool:
        """Take a key for the letter of a choice, in a field that is empty or holds a choice already; say whether it is one."""
        field = self.field
        choice = None if field is None else lettered(field.choices, key)
        if field is None or choice is None:
            return False
        entry = self.entry(field.name)
        if entry.text and not entry.fresh and entry.text not in [one.code for one in field.choices]:
            return False
        entry.complete(choice.code)
        return True

    @property
    def is_last(self) -> bool:
        """Whether there is no field after the current one."""
        return not self.fields or self.current == self.fields[-1].name

    @property
    def lacks(self) -> bool:
        """Whether something that is needed is still empty."""
        return any(field.required and not self._entries[field.name].text.strip() for field in self.fields)

    # Words to draw

    def meaning(self, field: Field) -> str:
        """What the text stands for, where that is not what is typed: the words of a choice, or what was understood."""
        text = self.entry(field.name).text
        choice = chosen(field, text)
        meant = field.meaning if choice is None else choice.label
        return "" if meant.casefold() == text.strip().casefold() else meant

    def listed(self, width: int, room: int) -> list[str]:
        """The lines of choices under the current field: those that match, or all when none does, while the list is open;
        all letters, side by side, while nothing is typed and the help line has no room for them."""
        field = self.field
        if field is None:
            return []
        if self.listing and field.templates:
            typed = self.entry(field.name).text.split()
            found_texts = meant(field.templates, typed[-1] if typed else "") or field.templates
            return _some([f"/{one.code}  {one.label}: {one.text}" for one in found_texts])
        if self.listing:
            found = self._matching(field) or field.choices
            gap = "  " if any(choice.letter for choice in found) else ""
            return _some([f"{choice.letter:1}{gap}{_named(choice, '  ')}".lstrip() for choice in found])
        if self._offers_letters(field) and cells(self._help_in_full(field)) > width:
            return _some(_side_by_side([_hinted(choice) for choice in field.choices], room))
        return []

    def help(self, width: int) -> str:
        """What may be typed where the cursor is, in so many cells."""
        field = self.field
        if field is None:
            return "Enter or F10 saves, Esc closes"
        words = self._help_in_full(field)
        if self._offers_letters(field) and cells(words) > width:
            return "  ".join(part for part in (field.help, "a letter picks") if part)
        return words

    def ghost(self) -> str:
        """How the text of the current field may go on; only where the cursor is at its end."""
        field = self.field
        if field is None or self.suggest is None or field.long:
            return ""
        entry = self.entry(field.name)
        if entry.fresh or entry.cursor != len(entry.text):
            return ""
        if self._suggested[:2] != (field.name, entry.text):
            self._suggested = (field.name, entry.text, one_line(self.suggest(field, entry.text)))
        return self._suggested[2]

    def _help_in_full(self, field: Field) -> str:
        found = self._matching(field)
        choices = " · ".join(_hinted(choice) for choice in found)
        if field.choices and not found:
            choices = "no such choice; F4 lists them"
        texts = " ".join(f"/{one.code}" for one in field.templates)
        texts = f"{texts} and Enter put in a text; F4 lists them" if texts else ""
        return "  ".join(part for part in (field.help, choices, texts) if part)

    def _offers_letters(self, field: Field) -> bool:
        """Whether one key picks any choice of the field now."""
        entry = self.entry(field.name)
        return bool(field.choices) and all(one.letter for one in field.choices) and (entry.fresh or not entry.text)

    def _matching(self, field: Field) -> Sequence[Choice]:
        """The choices that what was typed may mean; all of them before anything is typed."""
        entry = self.entry(field.name)
        typed = "" if entry.fresh else entry.text.strip()
        return matching(field.choices, typed) if typed else field.choices

    def _first_to_fill(self) -> str | None:
        """The first field that is guessed, or required and empty; else the first that is empty, else the first."""
        empty = [field for field in self.fields if self._is_open(field)]
        wanted = [*(field for field in empty if field.required or field.guess), *empty, *self.fields]
        return wanted[0].name if wanted else None

    def _is_open(self, field: Field) -> bool:
        text = self._entries[field.name].text
        return not text or (field.guess and text == field.default)


def chosen(field: Field, text: str) -> Choice | None:
    """The one choice a text stands for: its code, its words, or the beginning of only one of them."""
    found = matching(field.choices, text)
    return found[0] if len(found) == 1 else None


def _named(choice: Choice, gap: str) -> str:
    """A choice by its code and words, or once where they are the same."""
    return choice.code if choice.code.casefold() == choice.label.casefold() else f"{choice.code}{gap}{choice.label}"


def _hinted(choice: Choice) -> str:
    """A choice by its letter and words, or by its code where it has no letter."""
    return f"{choice.letter} {choice.label}" if choice.letter else _named(choice, " ")


def _some(lines: list[str]) -> list[str]:
    """As many lines as a list may have, the last saying how many are left out."""
    if len(lines) <= _LISTED_AT_MOST:
        return lines
    return [*lines[:_LISTED_AT_MOST], f"and {len(lines) - _LISTED_AT_MOST} more"]


def _side_by_side(words: list[str], room: int) -> list[str]:
    """Short texts in columns, read from left to right."""
    share = max(cells(word) for word in words) + 2
    across = max(1, room // share)
    rows = [words[start : start + across] for start in range(0, len(words), across)]
    return ["".join(fit(word, share) for word in row).rstrip() for row in rows]


def _entry(field: Field, typed: str | None) -> Entry:
    """A field as it opens: what was typed before, or its default, with the cursor at the end."""
    text = field.default if typed is None else typed
    fresh = typed is None and bool(text)
    return Entry(
        text, fresh=fresh, replaced=not field.long, touched=typed is not None, limit=field.max_length, cursor=len(text)
    )
