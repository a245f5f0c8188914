"""What an event is: what was decided, in full, so that replaying it needs no table and no rule.

Its `apply` is total: it never fails, whatever the case. Things that an event makes are named `<seq>.<n>` after it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from casework.case import Case, Part
from casework.dates import Instant

KEPT_APART = "note kept apart"
"""What a summary says in place of a note that only some may read."""


class Stamp(NamedTuple):
    """Where and when an event stands: its number in the case, its instant, and who acted."""

    seq: int
    at: Instant
    actor: str


class Happening(BaseModel):
    """The content of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: ClassVar[str]
    v: ClassVar[int] = 1
    part: ClassVar[Part]
    undoable: ClassVar[bool] = True
    """Whether the act that brought it may be undone: not where money moved, or somebody may come to harm."""

    @abstractmethod
    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The fields of the case that become different."""

    def parts(self, case: Case) -> frozenset[Part]:
        """The parts of the case that become different."""
        return frozenset({self.part})

    def undoes(self) -> Collection[int]:
        """The numbers of the events that this undoes."""
        return ()

    @abstractmethod
    def summary(self) -> str:
        """One line for the timeline."""

    def apply(self, case: Case | None, stamp: Stamp) -> Case:
        """The case after this."""
        assert case is not None, "only an opening starts a case"
        now = {"version": stamp.seq, "changed": {**case.changed, **dict.fromkeys(self.parts(case), stamp.seq)}}
        return case.model_copy(update={**self.change(case, stamp), **now})
