"""The rows of the tables about putting work off."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from casework.table_rows import Codes, Row


class ParkReason(Row):
    """What a parked case waits for, the words by which that is known, and how far ahead it may be parked for it."""

    key = "code"
    code: str
    label: str
    words: Codes = ()
    """Any of these in what was typed means this reason. The one row without words is every other reason."""
    furthest_days: Annotated[int, Field(gt=0)]

    def named(self, text: str) -> bool:
        """Whether `text` is its code or its label, and says nothing more."""
        return _plain(text) in (_plain(self.code), _plain(self.label))

    def means(self, text: str) -> bool:
        """Whether `text` is this reason: named, or told with one of its words."""
        return self.named(text) or any(f" {word}" in f" {_plain(text)}" for word in self.words)


def _plain(text: str) -> str:
    """Its words in small letters, without punctuation."""
    return " ".join("".join(char if char.isalnum() else " " for char in text.lower()).split())
