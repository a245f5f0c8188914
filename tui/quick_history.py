"""The lines of quick entry that somebody saved, to be written again: the last twenty, in memory, while they sit here."""

from __future__ import annotations

from casework.quick_entry import without_secrets

MOST = 20


class QuickHistory:
    """Lines, and which of them is in the box."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._at = 0
        self._begun = ""

    @property
    def last(self) -> str:
        """The line that was saved last; nothing before the first."""
        return self._lines[-1] if self._lines else ""

    def remember(self, line: str) -> None:
        """A line was saved: without what was only said to show who somebody is, and each once."""
        kept = " ".join(without_secrets(line).split())
        self._lines = [*(one for one in self._lines if one != kept), kept][-MOST:]
        self.begin()

    def begin(self) -> None:
        """A box for a new line is open."""
        self._at, self._begun = len(self._lines), ""

    def turn(self, by: int, typed: str) -> str | None:
        """The line before (-1) or after (1) the one in the box; after the last, what was `typed` there before. None where
        there is none."""
        there = self._at + by
        if not 0 <= there <= len(self._lines):
            return None
        if self._at == len(self._lines):
            self._begun = typed
        self._at = there
        return self._begun if there == len(self._lines) else self._lines[there]
