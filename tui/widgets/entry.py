"""What is typed in one field: its text, where the cursor stands, and the window of it that is seen.

Nothing here knows of a terminal: the field map asks an entry for lines of a given width and draws them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casework.fields import BLANK, Template
from tui.widgets.cells import Cluster, clusters

MOST_TEXT = 10_000
"""No field takes more than this, whatever is pasted into it."""


class Window(NamedTuple):
    """The lines of an entry that are in view, and the cell of the cursor in them."""

    lines: tuple[str, ...]
    row: int
    column: int
    above: bool = False
    below: bool = False
    """Whether there are lines above and below those in view."""


@dataclass(slots=True)
class Entry:
    """The text of one field and the cursor in it."""

    text: str = ""
    fresh: bool = False
    """The default is in place: the first character typed replaces it, a cursor key keeps it."""
    replaced: bool = True
    """Whether it is replaced: a note that is proposed is written on, not over."""
    touched: bool = False
    """Something was typed here, were it only to clear the default."""
    limit: int | None = None
    cursor: int = 0
    _first: int = 0
    """Cells scrolled off to the left, or lines scrolled off above."""

    def insert(self, text: str) -> bool:
        """Put text in at the cursor, in place of a fresh default; say whether all of it went in."""
        if self.fresh and self.replaced:
            self._set("", 0)
        room = min(self.limit or MOST_TEXT, MOST_TEXT) - len(self.text)
        part = text[: max(0, room)]
        self._set(self.text[: self.cursor] + part + self.text[self.cursor :], self.cursor + len(part))
        return part == text

    def erase(self, *, back: bool) -> None:
        """Take out the character before the cursor, or under it; a fresh default goes as a whole."""
        if self.fresh and self.replaced:
            self.clear()
            return
        other = self._step(-1 if back else 1)
        start, end = sorted((self.cursor, other))
        self._set(self.text[:start] + self.text[end:], start)

    def clear(self) -> None:
        """Empty the field."""
        self._set("", 0)

    def to_blank(self) -> bool:
        """Go to the first blank that is still to be filled in, and take it out; say whether there was one."""
        at = self.text.find(BLANK)
        if at >= 0:
            self._set(self.text[:at] + self.text[at + len(BLANK) :], at)
        return at >= 0

    def expand(self, templates: Sequence[Template]) -> bool:
        """Put a text in place of the `/` and word before the cursor that mean it alone; say whether they do."""
        word = self.text[: self.cursor].split()[-1] if self.text[: self.cursor].split() else ""
        found = meant(templates, word) if self.text[: self.cursor].endswith(word) else []
        if len(found) != 1:
            return False
        start = self.cursor - len(word)
        self._set(self.text[:start] + self.text[self.cursor :], start)
        self.insert(found[0].text)
        self.to_blank()
        return True

    def complete(self, text: str) -> None:
        """Put the whole word in place of a beginning of it."""
        self._set(text, len(text))

    def move(self, by: int) -> None:
        """Step over so many characters; the text is now the officer's own, to be edited."""
        self.fresh = False
        for _ in range(abs(by)):
            self.cursor = self._step(1 if by > 0 else -1)

    def to_edge(self, *, end: bool, width: int | None = None) -> None:
        """Go to the beginning or end: of the text, or with a width of the wrapped line the cursor is on."""
        self.fresh = False
        if width is None:
            self.cursor = len(self.text) if end else 0
            return
        lines = wrapped(self.text, width)
        here = _line_of(lines, self.cursor)
        start, stop = lines[here]
        self.cursor = stop if end else start
        if end and here + 1 < len(lines) and lines[here + 1][0] == stop:  # the line goes on below: stay on this one
            self.cursor = self._step(-1)

    def move_line(self, by: int, width: int) -> bool:
        """Go up or down a wrapped line, in about the same column; False where there is no such line."""
        lines = wrapped(self.text, width)
        here = _line_of(lines, self.cursor)
        there = here + by
        if (self.fresh and self.replaced) or not 0 <= there < len(lines):
            return False
        column = _width(self.text, lines[here][0], self.cursor)
        start, stop = lines[there]
        self.cursor, self.fresh = _index_at(self.text, start, stop, column), False
        return True

    def window(self, width: int, height: int) -> Window:
        """The part of the text that is seen, moved just so far that the cursor is in it."""
        return self._one_line(width) if height == 1 else self._several_lines(width, height)

    def _one_line(self, width: int) -> Window:
        column = _width(self.text, 0, self.cursor)
        at = next((c.width for c in clusters(self.text) if c.start >= self.cursor), 1)
        self._first = max(min(self._first, column), column + max(at, 1) - width)
        if _width(self.text, 0, len(self.text)) < width:
            self._first = 0
        shown, used, position = "", 0, 0
        for cluster in clusters(self.text):
            if position >= self._first:
                if used + cluster.width > width:
                    break
                if not used and position > self._first:  # half a wide character is off to the left
                    shown, used = " " * (position - self._first), position - self._first
                shown += cluster.shown
                used += cluster.width
            position += cluster.width
        return Window((shown + " " * (width - used),), 0, min(column - self._first, width - 1))

    def _several_lines(self, width: int, height: int) -> Window:
        lines = wrapped(self.text, width)
        row = _line_of(lines, self.cursor)
        self._first = max(min(self._first, row, max(0, len(lines) - height)), row - height + 1)
        shown = []
        for start, stop in lines[self._first : self._first + height]:
            found = _between(self.text, start, stop)
            shown.append("".join(c.shown for c in found) + " " * (width - sum(c.width for c in found)))
        shown += [" " * width] * (height - len(shown))
        column = _width(self.text, lines[row][0], self.cursor)
        more = self._first > 0, self._first + height < len(lines)
        return Window(tuple(shown), row - self._first, min(column, width - 1), *more)

    def _set(self, text: str, cursor: int) -> None:
        self.text, self.cursor, self.fresh, self.touched = text, cursor, False, True

    def _step(self, direction: int) -> int:
        """The index one whole character away from the cursor."""
        if direction > 0:
            return next((c.end for c in clusters(self.text) if c.end > self.cursor), len(self.text))
        return next((c.start for c in reversed(clusters(self.text)) if c.start < self.cursor), 0)


def meant(templates: Sequence[Template], word: str) -> list[Template]:
    """The texts that `/` and a word, or the beginning of one, stand for: that of just this code, else those that begin so."""
    if not word.startswith("/") or len(word) < 2:
        return []
    exact = [one for one in templates if word == f"/{one.code}"]
    return exact or [one for one in templates if f"/{one.code}".startswith(word)]


def wrapped(text: str, width: int, *, hanging: bool = False) -> list[tuple[int, int]]:
    """Where each line of a text begins and ends when it is wrapped, between words where that can be.

    The blanks after a word may be `hanging` over the edge: then no line begins with the blank that did not fit.
    """
    lines: list[tuple[int, int]] = []
    start = used = blank_used = 0
    blank = -1
    for cluster in clusters(text):
        if cluster.shown == "":
            lines.append((start, cluster.start))
            start, used, blank = cluster.end, 0, -1
            continue
        over = used + cluster.width > width - 1  # the last cell is the cursor's
        if over and not (hanging and cluster.shown == " "):
            turn, used = (blank, used - blank_used) if blank > start else (cluster.start, 0)
            lines.append((start, turn))
            start, blank = turn, -1
        used += cluster.width
        if cluster.shown == " ":
            blank, blank_used = cluster.end, used
    return [*lines, (start, len(text))]


def lines_of(text: str, width: int) -> list[tuple[int, str]]:
    """A text to be read in lines of at most so many cells: where each begins in it, and what is drawn of it.

    A character that is wider than a line is drawn all the same.
    """
    found: list[tuple[int, str]] = []
    begin = 0
    for paragraph in text.split("\n"):
        for start, stop in wrapped(paragraph, width + 1, hanging=True):
            shown = "".join(cluster.shown for cluster in clusters(paragraph[start:stop]))
            found.append((begin + start, shown.rstrip(" ")))
        begin += len(paragraph) + 1
    return found


def _between(text: str, start: int, stop: int) -> list[Cluster]:
    return [c for c in clusters(text) if start <= c.start < stop]


def _width(text: str, start: int, stop: int) -> int:
    if text.isascii() and "\n" not in text[start:stop]:
        return stop - start
    return sum(c.width for c in _between(text, start, stop))


def _line_of(lines: list[tuple[int, int]], cursor: int) -> int:
    return max(number for number, (start, _) in enumerate(lines) if start <= cursor or number == 0)


def _index_at(text: str, start: int, stop: int, column: int) -> int:
    """The index in a line that stands at a column, or the line's end when it is shorter."""
    used = 0
    for cluster in _between(text, start, stop):
        if used + cluster.width > column:
            return cluster.start
        used += cluster.width
    return stop
