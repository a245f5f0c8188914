"""Paint only what is not on the terminal yet.

Textual paints the whole screen whenever something was laid out, and a new screen two or three times over: opening a form
cost 16 kB, most of it lines that stood there already. Here the lines last painted are remembered, and a full paint
writes those alone that are others now.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip


class Painted:
    """What each line of the terminal shows, as far as it is known."""

    def __init__(self) -> None:
        self._lines: dict[int, str] = {}
        self._width = 0

    def forget(self) -> None:
        """Take nothing for granted: something else may have written to the terminal."""
        self._lines.clear()

    def sparing(self, update: LayoutUpdate | ChopsUpdate) -> CompositorUpdate:
        """The same update without the lines that are there already."""
        return _Sparing(update, self)

    def whole(self, update: LayoutUpdate, console: Console) -> str:
        """A paint of the whole screen, less what is there."""
        if update.region.width != self._width:
            self.forget()
            self._width = update.region.width
        return "".join(self._line(y, line, console) for y, line in enumerate(update.strips, update.region.y))

    def parts(self, update: ChopsUpdate, console: Console) -> str:
        """A paint of parts of some lines; those not painted whole are no longer known."""
        found: list[str] = []
        rest: list[tuple[int, int, int]] = []
        for y, start, end in update.spans:
            strips = [strip for strip in update.chops[y].values() if strip is not None]
            if start <= 0 and end >= self._width and len(strips) == len(update.chops[y]):
                found.append(self._line(y, strips, console))
            else:
                self._lines.pop(y, None)
                rest.append((y, start, end))
        if rest:
            found.append(ChopsUpdate(update.chops, rest, update.chop_ends).render_segments(console))
        return "".join(found)

    def _line(self, y: int, strips: Iterable[Strip], console: Console) -> str:
        """A line, if it is another than the one that is there; it is there from now on."""
        text = "".join(strip.render(console) for strip in strips)
        if self._lines.get(y) == text:
            return ""
        self._lines[y] = text
        return f"{Control.move_to(0, y).segment.text}{text}"


class _Sparing(CompositorUpdate):
    """Compares with what is there at the moment of writing, not when the update was made."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, painted: Painted) -> None:
        self._update, self._painted = update, painted

    def render_segments(self, console: Console) -> str:
        if isinstance(self._update, LayoutUpdate):
            return self._painted.whole(self._update, console)
        return self._painted.parts(self._update, console)
