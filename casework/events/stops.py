"""Something may not be done now; it may again. Somebody may come to harm. A period of the law is over."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.case import Case
from casework.clean import Line, Prose
from casework.dates import format_date, london_date
from casework.events.declare import KEPT_APART, Happening, Stamp
from casework.stops import Stop


class Safeguarded(Happening):
    """An officer was worried that somebody may come to harm."""

    kind = "safeguarding"
    part = "notes"
    undoable = False

    concern: str
    concern_label: Line
    note: Prose | None = None
    restricted_note: str | None = None
    """The name of the note, where only some may read it; `note` is then filled for those alone."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """Nothing but the history; the hold and the team leader's task are events of their own."""
        return {}

    def summary(self) -> str:
        """What about, and the note."""
        note = self.note or (KEPT_APART if self.restricted_note else None)
        return "  ".join(filter(None, [self.concern_label.lower(), note]))


class Stopped(Happening):
    """Something may not be done now. Set once more, a stop is its new setter's, with a new reason and review, and stands
    since it was first set."""

    kind = "stop"
    part = "stops"

    code: str
    label: Line
    reason: Line
    review_on: date | None = None

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One more stop, or the one of this code with its new reason and review."""
        anew = {"reason": self.reason, "set_by": stamp.actor, "review_on": self.review_on}
        if any(one.code == self.code for one in case.stops):
            return {"stops": tuple(one.model_copy(update=anew) if one.code == self.code else one for one in case.stops)}
        stop = Stop(id=f"{stamp.seq}.1", code=self.code, set_on=london_date(stamp.at), **anew)
        return {"stops": (*case.stops, stop)}

    def summary(self) -> str:
        """Which, why, and when it is looked at again."""
        review = f", review {format_date(self.review_on)}" if self.review_on else ""
        return f"{self.label.lower()}{review}  {self.reason}"


class StopLifted(Happening):
    """A stop was lifted."""

    kind = "stop-lifted"
    part = "stops"

    code: str
    label: Line
    reason: Line

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One stop fewer."""
        return {"stops": tuple(one for one in case.stops if one.code != self.code)}

    def summary(self) -> str:
        """Which, and why."""
        return f"{self.label.lower()}  {self.reason}"


class ClockEnded(Happening):
    """The time to appeal is over."""

    kind = "clock-ended"
    part = "stops"

    clock: str
    title: Line
    ended_on: date

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One clock fewer."""
        return {"clocks": tuple(one for one in case.clocks if one.id != self.clock)}

    def summary(self) -> str:
        """Which, and its last day."""
        return f"{self.title}: the last day was {format_date(self.ended_on)}"


class ReviewDue(Happening):
    """Somebody must look at a marker or a stop again."""

    kind = "review-due"
    part = "stops"

    subject: str
    """The id of the marker or stop."""
    label: Line
    review_on: date

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """That it was told; of what is no longer there, nothing is remembered."""
        there = {one.id for one in case.markers} | {one.id for one in case.stops}
        told = {**case.reviews_told, self.subject: self.review_on}
        return {"reviews_told": {subject: day for subject, day in told.items() if subject in there}}

    def summary(self) -> str:
        """What is to be reviewed, and since when."""
        return f"{self.label}, from {format_date(self.review_on)}"
