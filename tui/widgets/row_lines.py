"""One row of a list as text: its columns on their widths, cut or filled to the width of the list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tui.widgets.cells import Align, cells, fit
from tui.widgets.row_order import Direction, Order, by_words

_LEAST_REST = 8
"""A column that takes the rest of the width is never drawn narrower than this."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its cells, or None for a share of what the others leave."""

    title: str
    width: int | None = None
    align: Align = "left"
    least: int = 0
    """Left out where the list is narrower than this."""
    order: Order = by_words
    """How it is sorted: `by_words`, `by_figures`, `by_day`."""


def line_of(columns: Sequence[Column], texts: Sequence[str], marker: str, width: int) -> str:
    """One row's text after its marker, on exactly so many cells."""
    parts = [marker]
    kept = [(column, text) for column, text in zip(columns, texts, strict=False) if width >= column.least]
    for (column, text), share in zip(kept, widths(columns, width, len(marker)), strict=False):
        parts.append(fit(text, share, column.align))
    return fit(" ".join(parts), width)


def heading_of(columns: Sequence[Column], by: tuple[int, Direction] | None, marker: str, width: int) -> str:
    """The titles, and an arrow at the one that the rows are sorted by; the arrow is not what is cut."""
    titles = [column.title for column in columns]
    shown = [number for number, column in enumerate(columns) if width >= column.least]
    for number, share in zip(shown, widths(columns, width, len(marker)), strict=True):
        if by is not None and number == by[0]:
            title = titles[number]
            titles[number] = fit(title, min(cells(title), share - 1)) + ("↑" if by[1] == "up" else "↓")
    return line_of(columns, titles, marker, width)


def widths(columns: Sequence[Column], width: int, marker: int) -> list[int]:
    """The cells of each column there is room for: those of a fixed width first, the others share the rest."""
    shown = [column for column in columns if width >= column.least]
    fixed = sum(column.width for column in shown if column.width is not None)
    open_columns = sum(1 for column in shown if column.width is None)
    share, spare = divmod(max(0, width - marker - len(shown) - fixed), open_columns) if open_columns else (0, 0)
    found: list[int] = []
    for column in shown:
        if column.width is not None:
            found.append(column.width)
            continue
        found.append(max(_LEAST_REST, share + (1 if spare else 0)))
        spare -= 1 if spare else 0
    return found


def with_place(heading: str, place: str, *, always: bool) -> str:
    """A heading that says in its widest gap where in the list the rows in view are; at its end, when it must be said
    `always`, though there is no such gap."""
    gap = max(re.finditer(" +", heading), key=lambda found: len(found.group()), default=None)
    if place and gap is not None and cells(place) + 2 <= len(gap.group()):
        end = gap.end() - 1
        return heading[: end - cells(place)] + place + heading[end:]
    if place and always:
        width = cells(heading)
        return fit(heading, max(0, width - cells(place) - 1)) + fit(f" {place}", min(width, cells(place) + 1))
    return heading
