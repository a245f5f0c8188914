"""Paint only what is not on the terminal yet.

Textual paints whole lines, the whole screen whenever something was laid out, and a new screen two or three times over; and
it gives each stretch of text all its colours and takes them back: bringing the next case cost 31 kB, and turning a tab 13.
Here every cell that was painted is remembered. A paint writes the cells alone that are others now, and says of their ink
only what changes. A line with characters that are not one cell wide each, where terminals disagree, is written whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

SHORT = 6
"""Cells that are there already and are written again, because going round them costs as many bytes."""


class Ink(NamedTuple):
    """How a cell is drawn, in the terminal's own codes."""

    attributes: tuple[str, ...]
    foreground: str
    background: str


class Cell(NamedTuple):
    """A character, one cell wide, and how it is drawn."""

    char: str
    ink: Ink


NO_INK = Ink((), "", "")

Line = list[Cell | None]
"""What each cell of a line shows; None where that is not known."""


class Painted:
    """What each line of the terminal shows, as far as it is known."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}
        self._wide: dict[int, str] = {}
        self._size: tuple[int, int] | None = None

    def forget(self) -> None:
        """Take nothing for granted: something else may have written to the terminal."""
        self._lines.clear()
        self._wide.clear()

    def sparing(self, update: LayoutUpdate | ChopsUpdate) -> CompositorUpdate:
        """The same update without what is there already."""
        return _Sparing(update, self)

    def whole(self, update: LayoutUpdate, console: Console) -> str:
        """A paint of the whole screen, less what is there."""
        if (update.region.width, len(update.strips)) != self._size:
            self.forget()
            self._size = update.region.width, len(update.strips)
        pen = _Pen()
        for y, line in enumerate(update.strips, update.region.y):
            self._line(pen, y, list(line), console)
        return pen.written

    def parts(self, update: ChopsUpdate, console: Console) -> str:
        """A paint of parts of some lines."""
        pen = _Pen()
        for y, start, end in update.spans:
            for until, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=True):
                if strip is not None and x <= end and until > start:
                    self._part(pen, x, y, strip if until <= end else strip.crop(0, end - x), console)
        return pen.written

    def _line(self, pen: _Pen, y: int, strips: list[Strip], console: Console) -> None:
        parts = [_cells(strip, console) for strip in strips]
        if any(part is None for part in parts):
            text = "".join(strip.render(console) for strip in strips)
            if self._wide.get(y) != text:
                pen.write_as_it_is(0, y, text)
                self._wide[y] = text
                self._lines.pop(y, None)
        else:
            self._wide.pop(y, None)
            self._paint(pen, 0, y, [cell for part in parts for cell in part or ()])

    def _part(self, pen: _Pen, x: int, y: int, strip: Strip, console: Console) -> None:
        cells = _cells(strip, console)
        if cells is None or y in self._wide:
            pen.write_as_it_is(x, y, strip.render(console))
            self._wide.pop(y, None)
            self._lines.pop(y, None)
        else:
            self._paint(pen, x, y, cells)

    def _paint(self, pen: _Pen, x: int, y: int, cells: Line) -> None:
        """Write those of `cells` that are others now, from column `x` on."""
        there = self._lines.setdefault(y, [])
        there += repeat(None, x + len(cells) - len(there))
        if there[x : x + len(cells)] == cells:
            return
        last: int | None = None
        for column, cell in enumerate(cells, x):
            if cell is not None and there[column] != cell:
                if last is not None and column - last <= SHORT:
                    pen.write(last + 1, y, cells[last + 1 - x : column - x])
                pen.write(column, y, (cell,))
                last = column
        there[x : x + len(cells)] = cells


class _Sparing(CompositorUpdate):
    """Compares with what is there at the moment of writing, not when the update was made."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, painted: Painted) -> None:
        self._update, self._painted = update, painted

    def render_segments(self, console: Console) -> str:
        if isinstance(self._update, LayoutUpdate):
            return self._painted.whole(self._update, console)
        return self._painted.parts(self._update, console)


class _Pen:
    """Writes cells, and keeps in mind where the terminal is and with what ink."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._ink = NO_INK
        self._at: tuple[int, int] | None = None

    @property
    def written(self) -> str:
        """All of it, with the ink taken back at the end."""
        return "".join([*self._out, "\x1b[0m" if self._ink != NO_INK else ""])

    def write(self, x: int, y: int, cells: Iterable[Cell | None]) -> None:
        """Write cells from a place on."""
        self._go(x, y)
        for cell in cells:
            assert cell is not None
            if cell.ink != self._ink and not self._does_for_blank(cell):
                self._out.append(_change(self._ink, cell.ink))
                self._ink = cell.ink
            self._out.append(cell.char)
            x += 1
        self._at = x, y

    def write_as_it_is(self, x: int, y: int, text: str) -> None:
        """Write what brings its own ink and takes it back."""
        self._at = None
        self._go(x, y)
        self._out.append(("\x1b[0m" if self._ink != NO_INK else "") + text)
        self._ink, self._at = NO_INK, None

    def _go(self, x: int, y: int) -> None:
        if self._at != (x, y):
            self._out.append(Control.move_to(x, y).segment.text)

    def _does_for_blank(self, cell: Cell) -> bool:
        """Whether a blank looks the same in the ink there is."""
        ink, wanted = self._ink, cell.ink
        return cell.char == " " and wanted == _for_blank(wanted) and wanted == _for_blank(ink)


_VISIBLE_ON_BLANKS = {"4", "7", "9", "21", "53"}
"""Underlined, reversed, struck through, underlined twice, overlined."""


def _for_blank(ink: Ink) -> Ink:
    """What of an ink can be seen where nothing is written."""
    return ink if _VISIBLE_ON_BLANKS & {*ink.attributes} else Ink((), "", ink.background)


def _change(old: Ink, new: Ink) -> str:
    """From one ink to another, in the fewest codes."""
    if {*old.attributes} <= {*new.attributes}:
        codes = [one for one in new.attributes if one not in old.attributes]
        codes += [new.foreground or "39"] if new.foreground != old.foreground else []
        codes += [new.background or "49"] if new.background != old.background else []
    else:
        codes = ["0", *new.attributes, *filter(None, [new.foreground, new.background])]
    return f"\x1b[{';'.join(codes)}m"


def _cells(strip: Strip, console: Console) -> Line | None:
    """The cells of a strip; None when a character is not one cell wide."""
    system = console._color_system or ColorSystem.TRUECOLOR
    cells: Line = []
    for text, style, _ in strip:
        if not _is_narrow(text):
            return None
        ink = NO_INK if style is None else _ink(style, system)
        blank = Cell(" ", _for_blank(ink))
        cells += [blank if char == " " else Cell(char, ink) for char in text]
    return cells


@lru_cache(4096)
def _is_narrow(text: str) -> bool:
    return text.isascii() or all(get_character_cell_size(char) == 1 for char in text)


_SGR = re.compile(r"\x1b\[([0-9;]+)m")
_CODE = re.compile(
    r"(?P<fore>38;(?:5;\d+|2;\d+;\d+;\d+)|39|3[0-7]|9[0-7])|(?P<back>48;(?:5;\d+|2;\d+;\d+;\d+)|49|4[0-7]|10[0-7])|\d+"
)


@lru_cache(4096)
def _ink(style: Style, system: ColorSystem) -> Ink:
    """The ink of a style: as Textual itself would write it, taken apart."""
    written = _SGR.match(Strip.render_style(style, "x", color_system=system))
    attributes, colours = [], {"fore": "", "back": ""}
    for code in _CODE.finditer(written.group(1) if written else ""):
        if code.lastgroup is None:
            attributes.append(code.group())
        else:
            colours[code.lastgroup] = code.group()
    return Ink(tuple(attributes), colours["fore"], colours["back"])
