"""Where each field of a form stands: pure arithmetic, so that the widget only has to paint.

A form is a grid of one or two columns of slots. A slot is a field with its label, the lines it is typed in,
the list of choices when that is open, and the line of its error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.fields import Field, FieldKind
from tui.widgets.cells import cells, fit, one_line
from tui.widgets.entry import lines_of

LONG_LINES = 3
"""A field of several lines always takes this many, so that a form does not jump while it is typed in."""

LONG_LINES_AT_MOST = 6
"""What it may take of a tall terminal."""

_ERROR_LINES = 3
_TWO_COLUMNS_FROM = 100
_ONE_COLUMN_UP_TO = 4
_SHORT: Mapping[FieldKind, int] = {
    FieldKind.MONEY: 14,
    FieldKind.DATE: 16,
    FieldKind.MOMENT: 24,
    FieldKind.NUMBER: 10,
    FieldKind.YES_NO: 6,
    FieldKind.CHOICE: 24,
}
"""How wide a field of each kind is drawn; all others take what room there is."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One field's place: its column, its first row in the body, and how its lines are used."""

    field: Field
    column: int
    top: int
    typed: int
    listed: tuple[str, ...]
    """The lines of its choices."""
    failed: tuple[str, ...]
    """The lines of its error, where that has no room beside it."""
    beside: str
    """Its error, where there is room for it beside what is typed."""

    @property
    def height(self) -> int:
        """All the rows of the slot."""
        return self.typed + len(self.listed) + len(self.failed)

    @property
    def rows(self) -> range:
        """The rows of the body that the slot covers."""
        return range(self.top, self.top + self.height)


@dataclass(frozen=True, slots=True)
class Layout:
    """A form laid out for one width."""

    columns: int
    column_width: int
    label_width: int
    height: int
    slots: Mapping[str, Slot]
    grid: Mapping[tuple[int, int], Slot]
    """Which slot covers a (column, row)."""

    @property
    def entry_left(self) -> int:
        """The cell of its column where a field begins."""
        return _entry_left(self.label_width)

    @property
    def outline(self) -> tuple[object, ...]:
        """Where everything stands, whatever is asked there."""
        places = tuple((name, s.column, s.top, s.typed, len(s.listed), s.failed) for name, s in self.slots.items())
        return self.columns, self.column_width, self.label_width, places

    def entry_width(self, field: Field) -> int:
        """How many cells of a field are drawn."""
        return _entry_width(field, max(1, self.column_width - self.entry_left - 1))


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of a form of one width."""

    columns: int
    column_width: int
    label_width: int

    @property
    def room(self) -> int:
        """The cells from where a field begins to the end of its column."""
        return max(1, self.column_width - _entry_left(self.label_width))


def grid_of(fields: Sequence[Field], width: int) -> Grid:
    """Two columns where there is room and reason; labels as wide as they are, but for very long ones."""
    columns = 2 if width >= _TWO_COLUMNS_FROM and len(fields) > _ONE_COLUMN_UP_TO else 1
    column_width = max(1, width // columns)
    widest = max((cells(field.label) for field in fields), default=0)
    return Grid(columns, column_width, min(widest, column_width * 2 // 5))


def arrange(
    fields: Sequence[Field],
    width: int,
    failed: Mapping[str, str],
    listed: Mapping[str, Sequence[str]] | None = None,
    long_lines: int = LONG_LINES,
) -> Layout:
    """Lay a form out, each column filled from the top."""
    measured = grid_of(fields, width)
    parts: list[tuple[Field, int, tuple[str, ...], tuple[str, ...], str]] = []
    for field in fields:
        below, beside = _error(field, failed.get(field.name, ""), measured.room)
        lines = tuple((listed or {}).get(field.name, ()))
        parts.append((field, long_lines if field.long else 1, lines, below, beside))
    turn = -(-sum(typed + len(lines) + len(below) for _, typed, lines, below, _ in parts) // measured.columns)
    slots: dict[str, Slot] = {}
    column = top = tallest = 0
    for field, typed, lines, below, beside in parts:
        if top >= turn and column + 1 < measured.columns:
            column, top = column + 1, 0
        slot = Slot(field, column, top, typed, lines, below, beside)
        slots[field.name] = slot
        top += slot.height
        tallest = max(tallest, top)
    grid = {(slot.column, row): slot for slot in slots.values() for row in slot.rows}
    return Layout(measured.columns, measured.column_width, measured.label_width, tallest, slots, grid)


def _entry_left(label_width: int) -> int:
    """After marker, label, star and a blank."""
    return label_width + 3


def _entry_width(field: Field, room: int) -> int:
    if field.long:
        return room
    if field.kind is FieldKind.TEXT and field.max_length is not None:
        return min(room, field.max_length + 1)
    return min(room, _SHORT.get(field.kind, room))


def _error(field: Field, error: str, room: int) -> tuple[tuple[str, ...], str]:
    """An error as lines under its field, or the words beside it, where there is room; only of a very long one is the end
    left out."""
    if not error:
        return (), ""
    words = f"! {one_line(error)}"
    if not field.long and cells(words) + 1 <= room - _entry_width(field, room - 1):
        return (), words
    lines = [line for _, line in lines_of(words, room)]
    if len(lines) > _ERROR_LINES:
        lines[_ERROR_LINES - 1 :] = [fit(" ".join(lines[_ERROR_LINES - 1 :]), room)]
    return tuple(lines), ""
