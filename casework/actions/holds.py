"""A stop as it is set, by hand or by how a call ended; the hold that goes with safeguarding; the end of a review."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from casework.case import Case
from casework.events import Happening, Safeguarded, Stopped, TaskEnded, TaskMade
from casework.rows_stops import Concern, StopKind
from casework.situation import Situation
from casework.tasks import CONFIRM_DETAILS, TRACE, Task

REVIEW = "review"
"""The kind of the task to look at a marker or a stop again; its subject is the id of that."""

SAFEGUARDING = "safeguarding"
"""The kind of the team leader's task when somebody may come to harm."""

CRISIS = "CRISIS"
"""The enforcement hold that goes with safeguarding (law page 1.5, G5)."""

_HARM = "somebody may come to harm"
"""Why such a hold stands, for every screen; what the worry is stands in the history and with the team leader."""


def stopped(code: str, reason: str, situation: Situation, review_on: date | None = None) -> Stopped:
    """The stop of this code as an event; it is looked at again on `review_on`, or after as many days as its row says."""
    kind = situation.tables.stop_kinds[code]
    return Stopped(code=code, label=kind.label, reason=reason, review_on=review_on or usual_review(kind, situation))


def usual_review(kind: StopKind, situation: Situation) -> date | None:
    """When a stop of this kind that is set today is looked at again, unless somebody says otherwise."""
    return situation.today + timedelta(kind.review_days) if kind.review_days else None


def safeguarded(case: Case, concern: Concern, situation: Situation, note: str | None = None) -> list[Happening]:
    """The worry, each time; and the team leader's task at once, unless they have one of today with this very worry. `note` is
    the name of what was said, which is kept apart."""
    title = situation.tables.work_types[SAFEGUARDING].task_title(SAFEGUARDING)
    told = Safeguarded(concern=concern.code, concern_label=concern.label, restricted_note=note)
    if any(task.key == (SAFEGUARDING, concern.code, situation.today) for task in case.tasks):
        return [told]
    made = TaskMade(
        task=SAFEGUARDING,
        subject=concern.code,
        title=f"{title} ({concern.label.lower()})",
        due_at=situation.now,
    )
    return [told, made]


def held(situation: Situation, review_on: date | None = None) -> Stopped:
    """The hold that goes with safeguarding."""
    return stopped(CRISIS, _HARM, situation, review_on)


def no_longer_sought(case: Case, outcome: str, outcome_label: str, ending: Task | None = None) -> list[Happening]:
    """The end of the tasks to look for somebody about whom nothing is agreed any more, because they have died: no source is
    asked about them, and nobody asks whether what is known of them is still so. `ending` is a task that ends besides."""
    return [
        TaskEnded(task=task.id, title=task.title, outcome=outcome, outcome_label=outcome_label)
        for task in case.tasks
        if task.kind in (TRACE, CONFIRM_DETAILS) and task != ending
    ]


def reviewed(case: Case, ids: Iterable[str], outcome: str, outcome_label: str) -> list[Happening]:
    """The end of the tasks to look at these markers or stops again, as far as there are any."""
    subjects = set(ids)
    return [
        TaskEnded(task=task.id, title=task.title, outcome=outcome, outcome_label=outcome_label)
        for task in case.tasks
        if task.kind == REVIEW and task.subject in subjects
    ]


def reviewed_stop(case: Case, code: str, outcome: str, outcome_label: str) -> list[Happening]:
    """The end of the task to look at the stop of this code again, if there is one."""
    return reviewed(case, (one.id for one in case.stops if one.code == code), outcome, outcome_label)
