"""Mark somebody as vulnerable, or as a risk to staff; and end the marker. Why is for few eyes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from casework.actions.apart import SALT, kept_apart
from casework.actions.declare import Action, Ask, Asking
from casework.actions.holds import reviewed
from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.dates import BeyondCalendar, Day, format_date, format_day, london_date
from casework.events import Happening, MarkerEnded, MarkerSet
from casework.fields import Choice
from casework.people import Marker
from casework.reference import Tables, choices
from casework.refusals import Reason
from casework.restricted import RestrictedText
from casework.rows_people import MarkerKind
from casework.situation import Situation

PERSON: frozenset[Part] = frozenset({"person"})


class GivenMarker(BaseModel):
    """A marker as it comes in with an account."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    code: Line
    advice: Line | None = None
    reason: Prose | None = None
    review_on: Day | None = None
    """When the table says, if absent."""


def marked(given: GivenMarker, row: MarkerKind, situation: Situation) -> MarkerSet:
    """The marker as an event, which names its reason and does not tell it."""
    why = kept_apart(given.reason, situation)
    return MarkerSet(
        code=row.code,
        label=Line(row.label),
        risk=row.kind,
        advice=given.advice,
        restricted=why.name if why else None,
        review_on=given.review_on or _review_day(row, situation),
    )


def _review_day(row: MarkerKind, situation: Situation) -> Day:
    return london_date(situation.calendar.after(situation.now, row.review_after))


def _codes(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.markers(asking.situation.today).values())


def _row(asking: Asking) -> MarkerKind | None:
    return asking.situation.tables.markers(asking.situation.today).get(str(asking.answers.get("code")))


def _advice(asking: Asking) -> str:
    row = _row(asking)
    return row.advice or "" if row else ""


def _review(asking: Asking) -> str:
    row = _row(asking)
    try:
        return format_date(_review_day(row, asking.situation)) if row else ""
    except BeyondCalendar:
        return ""


class SetMarker(Action):
    """Something to know before speaking to them. The same again takes the place of the earlier one."""

    title = "Marker"
    help = "why is seen only by those who must decide; keep it short"
    permission = "marker"
    undoable = True
    rests_on = PERSON
    facts = SALT

    kind: Literal["marker"] = "marker"
    code: Annotated[Line, Ask("What", choices=_codes)]
    reason: Annotated[Prose, Ask("Reason", rest=True, help="restricted: no more than is necessary, and who told us")]
    advice: Annotated[Line | None, Ask("What to do", word="advice", default=_advice, help="everybody sees it")] = None
    review_on: Annotated[Day | None, Ask("Review on", default=_review)] = None

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A code that there is, to be looked at again after today and before it is forgotten."""
        rows, reasons = situation.tables.markers(situation.today), []
        if self.code not in rows:
            message = f"there is no such marker; there are: {', '.join(rows)}"
            reasons.append(Reason(code="unknown-marker", message=message, field="code"))
        if self.review_on is not None and self.review_on <= situation.today:
            reasons.append(Reason(code="past", message="review it on a day after today", field="review_on"))
        furthest = situation.tables.limit("marker-furthest-days", situation.today)
        last = situation.today + timedelta(furthest.amount)
        if self.review_on is not None and self.review_on > last:
            message = f"a marker is looked at again within {furthest.amount} days, so by {format_day(last)}"
            reasons.append(Reason(code="too-far", message=message, field="review_on", source=furthest.cited))
        return reasons

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The marker, and the end of the task to look again at the one whose place it takes."""
        given = GivenMarker(code=self.code, advice=self.advice, reason=self.reason, review_on=self.review_on)
        earlier = [one.id for one in case.markers if one.code == self.code]
        return [
            marked(given, situation.tables.markers(situation.today)[self.code], situation),
            *reviewed(case, earlier, "RENEWED", "Set anew"),
        ]

    def restricted(self, situation: Situation) -> list[RestrictedText]:
        """The reason."""
        why = kept_apart(self.reason, situation)
        return [why] if why else []


def _label(marker: Marker, tables: Tables, situation: Situation) -> str:
    row = tables.markers(situation.today).get(marker.code)
    return row.label if row else marker.code


def _markers(asking: Asking) -> Sequence[Choice]:
    situation = asking.situation
    return tuple(Choice(one.id, _label(one, situation.tables, situation)) for one in asking.case.markers)


def _only(asking: Asking) -> str:
    markers = asking.case.markers
    return markers[0].id if len(markers) == 1 else ""


class EndMarker(Action):
    """A marker no longer holds."""

    title = "End a marker"
    permission = "marker"
    undoable = True
    rests_on = PERSON

    kind: Literal["end-marker"] = "end-marker"
    marker: Annotated[str, Ask("Marker", choices=_markers, default=_only)]
    reason: Annotated[Line, Ask("Why it ends", rest=True, help="everybody sees it")]

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only where there is one."""
        return [] if case.markers else [Reason(code="no-marker", message="there is no marker on this case")]

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A marker that is there."""
        if case.markers and all(one.id != self.marker for one in case.markers):
            there = ", ".join(f"{one.id} ({one.code})" for one in case.markers)
            message = f"there is no such marker; there are: {there}"
            return [Reason(code="unknown-marker", message=message, field="marker")]
        return []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """One marker fewer, and the end of the task to look at it again."""
        ended = next(one for one in case.markers if one.id == self.marker)
        label = Line(_label(ended, situation.tables, situation))
        return [
            MarkerEnded(marker=ended.id, label=label, reason=self.reason),
            *reviewed(case, [ended.id], "ENDED", "Marker ended"),
        ]
