"""What somebody did last was undone. Nothing is taken out of the history: this says what the case is again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from pydantic import JsonValue, TypeAdapter, field_validator

from casework.case import Case, Part
from casework.clean import Line
from casework.events.declare import Happening, Stamp

_STAYS = frozenset({"unit", "number", "version", "changed", "opened_on", "impositions", "suspense_pence"})
"""What undoing never touches: which account it is, its history, and the ledger. Money is undone by its own postings."""


class Undone(Happening):
    """The last act on the case was undone, with what the calendar had noticed since."""

    kind = "undone"
    part = "notes"
    undoable = False

    title: Line
    """Of the action that was undone."""
    kinds: tuple[Line, ...]
    """Of the events of that act."""
    summaries: tuple[Line, ...]
    """Theirs, each on one line and no longer than that."""
    from_seq: int
    to_seq: int
    """The first and the last event that no longer count."""
    touched: tuple[Part, ...]
    """The parts of the case that these had changed."""
    restores: dict[str, JsonValue]
    """Those fields of the case that they had changed, as they were before."""

    @field_validator("restores")
    @classmethod
    def _can_be_put_back(cls, restores: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if never := sorted(restores.keys() - (Case.model_fields.keys() - _STAYS)):
            raise ValueError(f"an undo does not restore {', '.join(never)}")
        _read(restores)
        return restores

    def parts(self, case: Case) -> frozenset[Part]:
        """All that the act had changed."""
        return frozenset(self.touched)

    def undoes(self) -> Collection[int]:
        """All from the first to the last."""
        return range(self.from_seq, self.to_seq + 1)

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The fields as they were."""
        return _read(self.restores)

    def summary(self) -> str:
        """Which action, and where it stands in the history. What it was about stands there alone: it may be something that a
        caller is asked for."""
        which = str(self.from_seq) if self.from_seq == self.to_seq else f"{self.from_seq} to {self.to_seq}"
        return f"undone: {self.title.lower()} ({which})"


def undone_from(before: Case, after: Case) -> dict[str, JsonValue]:
    """What `Undone.restores` is when `after` becomes again what `before` was; all but what undoing never touches."""
    was: dict[str, JsonValue] = before.model_dump(mode="json")
    names = Case.model_fields.keys() - _STAYS
    return {name: was[name] for name in was if name in names and getattr(before, name) != getattr(after, name)}


def _read(restores: Mapping[str, JsonValue]) -> dict[str, Any]:
    return {name: _reader(name).validate_python(value) for name, value in restores.items()}


@cache
def _reader(name: str) -> TypeAdapter[Any]:
    """Reads one field of a case as the case does."""
    return TypeAdapter(Case.model_fields[name].rebuild_annotation())
