"""Say that somebody may come to harm; say that something may not be done now, and that it may again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import StrictBool

from casework.actions.apart import SALT, kept_apart
from casework.actions.declare import Action, Ask, Asking
from casework.actions.holds import (
    CRISIS,
    held,
    no_longer_sought,
    reviewed_stop,
    safeguarded,
    stopped,
    usual_review,
)
from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.dates import Day, format_date, format_day, start_of_day
from casework.events import Happening, StopLifted, TaskMade
from casework.fields import Choice
from casework.reference import choices
from casework.refusals import Reason
from casework.restricted import RestrictedText
from casework.rows_stops import StopKind
from casework.situation import Situation
from casework.staff import may
from casework.stops import Stop

STOPS: frozenset[Part] = frozenset({"stops"})


def _may_lift(kind: StopKind, situation: Situation) -> bool:
    grants = situation.tables.grants(situation.today)
    return kind.lifted_by is not None and not may(situation.actor, kind.lifted_by, None, grants)


def _about_review(kind: StopKind, since: date, review_on: date | None, situation: Situation) -> list[Reason]:
    """A review is after today and within a year; a hold is for so long only as an officer may set it, from `since`."""
    if review_on is None:
        return []
    furthest = situation.tables.limit("review-furthest-days", situation.today)
    if review_on <= situation.today:
        message = f"{format_day(review_on)} is not ahead: review it on a day after today"
        return [Reason(code="past", message=message, field="review_on")]
    if review_on > (last := situation.today + timedelta(furthest.amount)):
        message = f"review it by {format_date(last)} at the latest"
        return [Reason(code="too-far", message=message, field="review_on", source=furthest.cited)]
    if kind.longest_days is None or _may_lift(kind, situation):
        return []
    if review_on > (last := since + timedelta(kind.longest_days)):
        message = (
            f"you may hold this for {kind.longest_days} days, so until {format_date(last)}; "
            "for longer, ask your team leader to set it"
        )
        return [Reason(code="too-long", message=message, field="review_on", source=kind.cited)]
    return []


# Safeguarding


def _concerns(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.concerns(asking.situation.today).values())


def _gravest(asking: Asking) -> str:
    return next(iter(asking.situation.tables.concerns(asking.situation.today)))


def _holds(asking: Asking) -> bool:
    return asking.answers.get("hold") is True


def _hold(case: Case) -> Stop | None:
    """The hold of an earlier worry."""
    return next((stop for stop in case.stops if stop.code == CRISIS), None)


def _next_review(case: Case, situation: Situation) -> date | None:
    """When the hold is looked at again, now that somebody is worried: as ever. But an officer holds for so long from its
    beginning, however often they are worried, and nobody brings a later review forward. None: the hold stays as it is."""
    kind, hold = situation.tables.stop_kinds[CRISIS], _hold(case)
    day = usual_review(kind, situation)
    if hold is None or day is None:
        return day
    if kind.longest_days is not None and not _may_lift(kind, situation):
        day = min(day, hold.set_on + timedelta(kind.longest_days))
    day = max(day, hold.review_on or day)
    return day if day > situation.today else None


def _crisis_review(asking: Asking) -> str:
    day = _next_review(asking.case, asking.situation)
    return format_date(day) if day else ""


class Safeguard(Action):
    """Somebody may come to harm. The team leader is told now, and enforcement is held. Nothing stands in the way of it:
    no claim, no version, no stop, no paid account."""

    title = "Safeguarding"
    help = "read what stands above; F10 tells the team leader"
    permission = "safeguard"
    facts = SALT

    kind: Literal["safeguard"] = "safeguard"
    concern: Annotated[Line, Ask("Worried about", choices=_concerns, default=_gravest, guess=True)]
    note: Annotated[Prose | None, Ask("What was said", rest=True, word="note")] = None
    hold: Annotated[
        StrictBool, Ask("Hold enforcement", word="hold", default=lambda asking: "yes", help="no step, no chasing")
    ] = True
    review_on: Annotated[
        Day | None, Ask("Look again on", word="review", when=_holds, default=_crisis_review, help="+28, 17 dec")
    ] = None

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """Only what cannot be understood: a concern that there is, a review that is ahead and not too far."""
        reasons = []
        known = situation.tables.concerns(situation.today)
        if self.concern not in known:
            message = f"there is no such concern; there are: {', '.join(known)}"
            reasons.append(Reason(code="unknown-concern", message=message, field="concern"))
        if not self.hold and self.review_on is not None:
            reasons.append(Reason(code="not-asked", message="without a hold there is no review", field="review_on"))
        elif self.hold:
            kind, hold = situation.tables.stop_kinds[CRISIS], _hold(case)
            if hold is None or self.review_on != _next_review(case, situation):
                since = hold.set_on if hold else situation.today
                reasons += _about_review(kind, since, self.review_on, situation)
        return reasons

    def to_say(self, case: Case, situation: Situation) -> list[str]:
        """The script."""
        concern = situation.tables.concerns(situation.today).get(self.concern)
        return list(concern.say) if concern else []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The concern, the hold, and the team leader's task, at once. A hold that stands for longer already stays as it is,
        unless the actor may lift it."""
        concern = situation.tables.concerns(situation.today)[self.concern]
        note = kept_apart(self.note, situation)
        told, hold = safeguarded(case, concern, situation, note.name if note else None), _hold(case)
        review_on = self.review_on or _next_review(case, situation)
        stays = hold is not None and review_on in (None, hold.review_on)
        if not self.hold or stays:
            return told
        return [*told, held(situation, review_on), *reviewed_stop(case, CRISIS, "RENEWED", "Set anew")]

    def restricted(self, situation: Situation) -> list[RestrictedText]:
        """What was said."""
        note = kept_apart(self.note, situation)
        return [note] if note else []


# Stops by hand


def _kinds(asking: Asking) -> Sequence[Choice]:
    return choices(kind for kind in asking.situation.tables.stop_kinds.values() if kind.set_by_people)


def _review(asking: Asking) -> str:
    kind = asking.situation.tables.stop_kinds.get(str(asking.answers.get("code")))
    day = usual_review(kind, asking.situation) if kind else None
    return format_date(day) if day else ""


class SetStop(Action):
    """Something may not be done on this case until somebody lifts this. Setting it once more gives it a new reason and
    review."""

    title = "Stop"
    help = "why no step may be taken, or no contact made"
    permission = "stop"
    undoable = True
    rests_on = STOPS

    kind: Literal["stop"] = "stop"
    code: Annotated[Line, Ask("Stop", choices=_kinds)]
    reason: Annotated[Line, Ask("Reason", rest=True)]
    review_on: Annotated[
        Day | None, Ask("Look again on", default=_review, help="fri, +14, 28/2; in custody: release and 7 days")
    ] = None

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A stop that people set, reviewed in time; one that stands is changed by whoever set it or may lift it."""
        kinds = {kind.code: kind for kind in situation.tables.stop_kinds.values() if kind.set_by_people}
        kind = kinds.get(self.code)
        if kind is None:
            message = f"there is no such stop; there are: {', '.join(kinds)}"
            return [Reason(code="unknown-stop", message=message, field="code")]
        there = next((one for one in case.stops if one.code == self.code), None)
        if there is not None and there.set_by != situation.actor.id and not _may_lift(kind, situation):
            message = (
                f"{there.set_by} set “{kind.label}” on {format_date(there.set_on)}, so its reason and review are not "
                "yours to change; ask your team leader"
            )
            return [Reason(code="not-yours-to-change", message=message, field="code", source=kind.cited)]
        since = there.set_on if there else situation.today
        return _about_review(kind, since, self.review_on or usual_review(kind, situation), situation)

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The stop, the end of its last review and of what is not sought any more, and the work that it makes."""
        found: list[Happening] = [
            stopped(self.code, self.reason, situation, self.review_on),
            *reviewed_stop(case, self.code, "RENEWED", "Set anew"),
        ]
        kind = situation.tables.stop_kinds[self.code]
        if kind.agreements:
            found += no_longer_sought(case, self.code, kind.label)
        there = any(one.kind == kind.task and one.subject == self.code for one in case.tasks)
        if kind.task is not None and not there:
            title = situation.tables.work_types[kind.task].task_title(kind.task)
            due_at = start_of_day(situation.today)
            made = TaskMade(task=kind.task, subject=self.code, title=f"{title} ({kind.label.lower()})", due_at=due_at)
            found.append(made)
        return found


def _set(asking: Asking) -> Sequence[Choice]:
    kinds = asking.situation.tables.stop_kinds
    return [Choice(one.code, kinds[one.code].label) for one in asking.case.stops]


def _only(asking: Asking) -> str:
    return asking.case.stops[0].code if len(asking.case.stops) == 1 else ""


class LiftStop(Action):
    """What a stop forbade may be done again."""

    title = "Lift a stop"
    permission = "stop"
    undoable = True
    rests_on = STOPS

    kind: Literal["lift"] = "lift"
    stop: Annotated[Line, Ask("Stop", choices=_set, default=_only)]
    reason: Annotated[Line, Ask("Why it is over", rest=True)]

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only where there is one that the actor may lift."""
        if not case.stops:
            return [Reason(code="no-stop", message="there is no stop that somebody set on this case")]
        kinds = [situation.tables.stop_kinds[one.code] for one in case.stops]
        return [] if any(_may_lift(kind, situation) for kind in kinds) else [_not_yours(kind) for kind in kinds]

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A stop that is there, and that the actor may lift."""
        codes = [one.code for one in case.stops]
        if self.stop not in codes:
            message = f"there is no such stop on this case; there are: {', '.join(codes) or 'none'}"
            return [Reason(code="unknown-stop", message=message, field="stop")]
        kind = situation.tables.stop_kinds[self.stop]
        return [] if _may_lift(kind, situation) else [_not_yours(kind)]

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The end of the stop, and of the task to look at it again."""
        label = situation.tables.stop_kinds[self.stop].label
        return [
            StopLifted(code=self.stop, label=label, reason=self.reason),
            *reviewed_stop(case, self.stop, "LIFTED", "Lifted"),
        ]


def _not_yours(kind: StopKind) -> Reason:
    message = f"“{kind.label}” is lifted by the fines officer or the team leader: refer the case to them"
    return Reason(code="not-yours-to-lift", message=message, field="stop", source=kind.cited)
