"""The cases that are open side by side: one claimed for work, one for a call, the others to read. At most five."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework.accounts import CaseId
from casework.views import CaseView
from tui.widgets.lines import Line, Said, line

MOST = 5


@dataclass(slots=True)
class OpenCase:
    """One of them, with what is needed to show it again as it was left."""

    view: CaseView
    why: tuple[str, ...] = ()
    since: datetime | None = None
    """Since when it has been ours, UTC."""
    tab: str = "timeline"
    form: str | None = None
    """The kind of the form that was open under it; what was typed is in its draft."""

    @property
    def id(self) -> CaseId:
        """Which case."""
        return self.view.case.id

    @property
    def doing(self) -> str:
        """What it is open for."""
        claim = self.view.claim if self.view.mine else None
        return "to read" if claim is None else "on the line" if claim.slot == "call" else "yours"


class OpenCases:
    """Side by side in the order in which they were opened; one is shown."""

    def __init__(self) -> None:
        self._cases: list[OpenCase] = []
        self._at = 0

    def __len__(self) -> int:
        return len(self._cases)

    @property
    def shown(self) -> OpenCase | None:
        """The one on the screen."""
        return self._cases[self._at] if self._cases else None

    def put(self, opened: OpenCase, *, instead: CaseId | None = None) -> OpenCase | None:
        """Show another: as it is now if it is open already, in the place of `instead` if that is done with. Returns the one
        that had to make room, the oldest of those that are not ours."""
        found = self._index(opened.id)
        if found is not None:
            before = self._cases[found]
            opened.why, opened.since = opened.why or before.why, opened.since or before.since
            self._cases[found], self._at = opened, found
            if instead is not None and instead != opened.id:
                self.drop(instead)
            return None
        if instead is not None and (place := self._index(instead)) is not None:
            self._cases[place], self._at = opened, place
            return None
        gone = None
        if len(self._cases) >= MOST:
            gone = next((one for one in self._cases if not one.view.mine), self._cases[0])
            self._cases.remove(gone)
        self._cases.append(opened)
        self._at = len(self._cases) - 1
        return gone

    def turn(self, by: int) -> OpenCase | None:
        """Show the one after or before."""
        if self._cases:
            self._at = (self._at + by) % len(self._cases)
        return self.shown

    def drop(self, case_id: CaseId) -> None:
        """Open no longer; the one before is shown where it was the one."""
        if (found := self._index(case_id)) is None:
            return
        del self._cases[found]
        if found < self._at or self._at >= len(self._cases):
            self._at = max(0, self._at - 1)

    def _index(self, case_id: CaseId) -> int | None:
        return next((n for n, one in enumerate(self._cases) if one.id == case_id), None)

    def strip(self) -> tuple[Line, ...]:
        """One line with each of them; none while there is but one."""
        if len(self._cases) < 2:
            return ()
        return (line(*(self._named(n, one) for n, one in enumerate(self._cases))),)

    def _named(self, n: int, one: OpenCase) -> Said:
        here = n == self._at
        unsaved = " ✎" if one.form else ""
        return Said(f"{'>' if here else ' '}{one.id} {one.doing}{unsaved}  ", "strong" if here else "muted")
