"""Which rows of a source a list shows, and in which order: all of them as they come, or narrowed and sorted.

A row is read only where that is needed. As they come, nothing is read but what is drawn; to narrow or to sort reads each
row once, and a narrower text only the rows that are left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol

Order = Callable[[str], tuple[object, ...]]
"""What the text of a cell is sorted by. Texts without one sort last, whichever way the others stand: `()`."""

Direction = Literal["up", "down"]

_FIGURES = re.compile(r"-?[\d,]*\d(?:\.\d+)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})", re.ASCII)


class RowSource(Protocol):
    """What a list shows: a window on rows kept elsewhere."""

    def __len__(self) -> int: ...

    def cells(self, index: int) -> Sequence[str]:
        """The texts of one row, one for each column."""
        ...

    def key(self, index: int) -> str:
        """What identifies the row, wherever it stands."""
        ...


class NoRows:
    """The source before there is one."""

    def __len__(self) -> int:
        return 0

    def cells(self, index: int) -> Sequence[str]:
        """There is none."""
        raise IndexError(index)

    def key(self, index: int) -> str:
        """There is none."""
        raise IndexError(index)


def by_words(text: str) -> tuple[object, ...]:
    """As in a dictionary, capitals not minded."""
    return (text.casefold(),) if text.strip() else ()


def by_figures(text: str) -> tuple[object, ...]:
    """By the first number in it: `£1,240.00`, `3 of 10`."""
    found = _FIGURES.search(text)
    return (float(found.group().replace(",", "")),) if found else ()


def by_day(text: str) -> tuple[object, ...]:
    """By the first date in it: `20 Nov 2026`."""
    found = _DAY.search(text)
    try:
        return (datetime.strptime(found.group(), "%d %b %Y").date(),) if found else ()  # noqa: DTZ007 - a day alone
    except ValueError:
        return ()


class RowOrder:
    """The rows of a source as a list shows them, counted from 0 in that order."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self.source: RowSource = NoRows()
        self.text = ""
        """What the rows were narrowed to."""
        self.sorted_by: tuple[int, Direction] | None = None
        """The column they are sorted by, and whether the least or the most comes first."""
        self._orders = tuple(orders)
        self._kept: list[int] | None = None
        self._shown: list[int] | None = None

    def __len__(self) -> int:
        return len(self.source) if self._shown is None else len(self._shown)

    def cells(self, index: int) -> Sequence[str]:
        """The texts of the row that is shown there."""
        return self.source.cells(self._of_source(index))

    def key(self, index: int) -> str:
        """The key of the row that is shown there."""
        return self.source.key(self._of_source(index))

    def show(self, source: RowSource) -> None:
        """Take other rows, narrowed and sorted as those before."""
        self.source = source
        self._narrow_anew(range(len(source)))
        self._sort()

    def narrow(self, text: str) -> None:
        """Keep the rows any of whose cells holds the text, capitals not minded; an empty one keeps all."""
        wider = self.text.casefold() in text.casefold() and self._kept is not None
        among: Sequence[int] = self._kept if wider and self._kept is not None else range(len(self.source))
        self.text = text
        self._narrow_anew(among)
        self._sort()

    def sort(self, column: int | None) -> None:
        """Sort by a column; by the same one again the other way round; a third time, and with None, as the source has them."""
        if column is None or self.sorted_by == (column, "down"):
            self.sorted_by = None
        elif self.sorted_by == (column, "up"):
            self.sorted_by = (column, "down")
        else:
            self.sorted_by = (column, "up")
        self._sort()

    def find(self, key: str, near: int) -> int | None:
        """Look for a key from where it last was outwards: a list that is shown anew seldom moves its rows far."""
        count = len(self)
        for distance in range(max(count - near, near + 1)):
            for index in (near + distance, near - distance):
                if 0 <= index < count and self.key(index) == key:
                    return index
        return None

    def _of_source(self, index: int) -> int:
        return index if self._shown is None else self._shown[index]

    def _narrow_anew(self, among: Sequence[int]) -> None:
        wanted = self.text.casefold()
        if not wanted:
            self._kept = None
        else:
            self._kept = [row for row in among if any(wanted in cell.casefold() for cell in self.source.cells(row))]

    def _sort(self) -> None:
        """Rows that are equal keep the order they came in, both ways; those with nothing to sort by come last."""
        if self.sorted_by is None:
            self._shown = self._kept
            return
        column, direction = self.sorted_by
        order = self._orders[column]
        rows = range(len(self.source)) if self._kept is None else self._kept
        values = [(order(self.source.cells(row)[column]), row) for row in rows]
        full = sorted((pair for pair in values if pair[0]), key=lambda pair: pair[0], reverse=direction == "down")
        self._shown = [row for _, row in full] + [row for value, row in values if not value]
