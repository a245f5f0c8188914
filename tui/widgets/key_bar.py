"""The line that says which keys do something now.

The stock `Footer` builds its children anew whenever the focus moves (a Tab in a form: 104 ms, not 39); this
one is a single line of text that is repainted when it says something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.cells import cells, drawn


@dataclass(frozen=True, slots=True)
class Hint:
    """A key, what it does, and why it cannot be used now if it cannot."""

    key: str
    label: str
    reason: str | None = None
    always: bool = False
    """Stands at the right edge, however little room there is for the others. Such hints end the list."""


class KeyBar(Widget):
    """One line of keys, the most wanted first: what does not fit is left out from the right, but for what is `always`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--label", "key-bar--barred"}
    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        background: $panel;
        color: $foreground;
        & > .key-bar--key { text-style: bold; color: $text-accent; }
        & > .key-bar--barred { color: $text-muted; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hints: tuple[Hint, ...] = ()

    def show(self, hints: Sequence[Hint]) -> None:
        """Show these keys; nothing is repainted when they are the same as before."""
        if (wanted := tuple(hints)) != self._hints:
            self._hints = wanted
            self.refresh()

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The keys that are shown, whether or not they fit."""
        return self._hints

    def render_line(self, y: int) -> Strip:
        """Draw as many hints as fit; one that cannot be used stands in brackets as well as muted."""
        width = self.size.width
        plain = self.rich_style
        if y:
            return Strip.blank(width, plain)
        kept = [self._parts(hint) for hint in self._hints if hint.always]
        while kept and _width(kept) > width:
            kept.pop()
        room = width - _width(kept)
        shown: list[list[Segment]] = []
        for hint in self._hints:
            if not hint.always:
                shown.append(self._parts(hint))
                if _width(shown) > room:
                    shown.pop()
                    break
        gap = Segment(" " * (room - _width(shown)), plain)
        return Strip(
            [*(part for parts in shown for part in parts), gap, *(part for parts in kept for part in parts)], width
        )

    def _parts(self, hint: Hint) -> list[Segment]:
        key, label = drawn(hint.key), drawn(hint.label)
        if hint.reason is not None:
            return [Segment(f"[{key} {label}]", self.get_component_rich_style("key-bar--barred"))]
        return [
            Segment(f" {key} ", self.get_component_rich_style("key-bar--key")),
            Segment(f"{label} ", self.get_component_rich_style("key-bar--label")),
        ]


def _width(hints: Sequence[Sequence[Segment]]) -> int:
    return sum(cells(part.text) for parts in hints for part in parts)
