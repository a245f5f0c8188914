"""Bracketed pastes, taken out of what the terminal sends before anything in them can be read as a key.

Textual's own parser reads an escape character inside a paste as the start of a sequence, and gives out what follows as
keys: a pasted carriage return then submits a form. Here everything between the two brackets is text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

START: Final = "\x1b[200~"
END: Final = "\x1b[201~"
MOST: Final = 200_000
"""No paste is longer than this: what goes beyond is dropped."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Text that was typed, for the key parser."""

    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text that was pasted, whole."""

    text: str


class PasteSplitter:
    """Tells typing and pastes apart, in pieces of any size."""

    def __init__(self) -> None:
        self._held = ""
        self._pasting = False

    def feed(self, text: str) -> Iterator[Typed | Pasted]:
        """Take in what was read; give out what is complete."""
        text = self._held + text
        self._held = ""
        while text:
            before, bracket, after = text.partition(END if self._pasting else START)
            if not bracket:
                break
            if self._pasting:
                yield Pasted(before)
            elif before:
                yield Typed(before)
            self._pasting = not self._pasting
            text = after
        if self._pasting:
            self._held = text[:MOST] + text[max(MOST, len(text) - len(END)) :]
        else:
            begun = _begun(text)
            self._held = text[len(text) - begun :]
            if len(text) > begun:
                yield Typed(text[: len(text) - begun])

    def tick(self) -> Iterator[Typed | Pasted]:
        """Nothing came for a while: what looked like the start of a paste was a key, and an open paste is over."""
        text, self._held = self._held, ""
        if text:
            yield Pasted(text) if self._pasting else Typed(text)
        self._pasting = False


def _begun(text: str) -> int:
    """How many characters at the end may be the beginning of a paste's bracket; a lone escape is left to be a key."""
    return next((size for size in range(len(START) - 1, 1, -1) if text.endswith(START[:size])), 0)
