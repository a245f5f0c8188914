"""What the terminal sends, put so that Textual's key parser cannot mistake it: pastes, and the escape key.

Textual's own parser reads an escape character inside a paste as the start of a sequence, and gives out what follows as
keys: a pasted carriage return then submits a form. Here everything between the two brackets is text.

It also reads an escape and the character after it, come in one packet, as one chord: Escape and `n` typed at once close
no form, Escape and Enter are Enter alone, and Alt+8 is a bullet as on a Mac. Here an escape that begins no sequence is
the Escape key, and with a digit after it the Alt chord of that digit. Both are written as the sequence that says so
without doubt (`CSI code ; modifiers u`), so that the parser keeps its own order of things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ESCAPE: Final = "\x1b"
START: Final = "\x1b[200~"
END: Final = "\x1b[201~"
MOST: Final = 200_000
"""No paste is longer than this: what goes beyond is dropped."""

_LONE: Final = re.compile("\x1b(?:([1-9])|(?![\\[O\t\x7f])|(?=\\[\\Z))")
"""An escape that begins no sequence. Escape and Tab is Shift+Tab (the Linux console), and with Delete means nothing
(Alt+Backspace, typed from habit, must close no form)."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys, for the key parser."""

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

    @property
    def lone_escape(self) -> bool:
        """Whether an escape waits for what may follow it: it is a key when the escape delay is over."""
        return self._held == ESCAPE and not self._pasting

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
                yield Typed(_plain(before))
            self._pasting = not self._pasting
            text = after
        if self._pasting:
            self._held = text[:MOST] + text[max(MOST, len(text) - len(END)) :]
        else:
            begun = _begun(text)
            self._held = text[len(text) - begun :]
            if len(text) > begun:
                yield Typed(_plain(text[: len(text) - begun]))

    def tick(self, *, late: bool) -> Iterator[Typed | Pasted]:
        """Nothing came for the escape delay: a lone escape was a key.

        When it is `late` nothing came for much longer: what looked like the start of a paste was no such thing, and an
        open paste is over.
        """
        if not late and not self.lone_escape:
            return
        text, self._held = self._held, ""
        if text:
            yield Pasted(text) if self._pasting else Typed(_plain(text))
        self._pasting = False


def _begun(text: str) -> int:
    """How many characters at the end may be the beginning of a paste's bracket, or of any other sequence."""
    return next((size for size in range(len(START) - 1, 0, -1) if text.endswith(START[:size])), 0)


def _plain(text: str) -> str:
    """The same keys, with each escape that begins no sequence written as the key or chord it is."""
    if ESCAPE not in text:
        return text
    return _LONE.sub(lambda found: f"\x1b[{ord(found[1])};3u" if found[1] else "\x1b[27u", text)
