"""Stops, markers and safeguarding in the practice office: after what they come, and who looks again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from api_client.practice_life import Story
from api_client.practice_material import pick
from casework.actions.marker import EndMarker, SetMarker
from casework.actions.stops import LiftStop, Safeguard, SetStop
from casework.dates import london_date
from casework.staff import Staff
from casework.tasks import Task

STOPPED_AFTER: Mapping[str, tuple[str, str | None]] = {
    "HOLD": ("SPOKE", None),
    "APPEAL": ("DISPUTE", "APPEALING"),
    "STATDEC": ("STATDEC", None),
    "CUSTODY": ("CUSTODY", None),
    "DECEASED": ("DECEASED", None),
}
"""After which call, and its second level, a stop stands; most are set by how it ended, the others by hand."""

_LIFTED_AFTER = 80
"""Days in which a stop is looked at again and lifted, when it must be before the last scene."""

_BY_DECISION = frozenset({"APPEAL", "STATDEC"})
"""What the fines officer lifts once it is decided."""

_EVENTS: Mapping[str, int] = {"life-event": 3, "bereavement": 3, "mental-health": 3, "physical-health": 2}
"""What a team leader marks after somebody told us of it, and how often."""


def stop(story: Story, at: datetime, who: Staff, code: str, review_on: date | None = None) -> None:
    """Set a stop, for a reason from the list of its code."""
    story.act(at, who, SetStop(code=code, reason=story.text(f"stop {code}"), review_on=review_on))


def may_stop(story: Story, at: datetime) -> bool:
    """Whether a call may end so that a stop follows: there is time to lift it again, and no promise to run out meanwhile."""
    return _may_be_lifted(story, at) and not story.case.open_promise


def _may_be_lifted(story: Story, at: datetime) -> bool:
    """Whether a stop of now is over before the last scene, or else by the as-of day: which stops stand then, the cards say."""
    left = story.room(at) if story.last_scene else (story.scene.today - london_date(at)).days
    return left >= _LIFTED_AFTER


def decided(story: Story, at: datetime, who: Staff) -> None:
    """What waited for a decision goes on."""
    for one in story.case.stops:
        if one.code in _BY_DECISION:
            story.act(at, who, LiftStop(stop=one.code, reason=story.text("lifted")))


def review(story: Story, at: datetime, who: Staff, task: Task) -> None:
    """A marker or a stop is kept for another while, or ends; what the last scene may show is kept. A stop that is looked at
    ends its task by that."""
    marker = next((one for one in story.case.markers if one.id == task.subject), None)
    held = next((one for one in story.case.stops if one.id == task.subject), None)
    stays = story.rng.random() < 0.5
    if marker is not None and (stays or story.last_scene):
        story.act(
            at, who, SetMarker(code=marker.code, reason=story.text(f"marker {marker.code}"), advice=marker.advice)
        )
    elif marker is not None:
        story.act(at, who, EndMarker(marker=marker.id, reason=story.text("marker ended")))
    if held is not None and stays and _may_be_lifted(story, at):
        stop(story, at, who, held.code)
    elif held is not None:
        story.act(at, who, LiftStop(stop=held.code, reason=story.text("lifted")))


def may_mark(story: Story, at: datetime, who: Staff) -> None:
    """Mark somebody of whom it was said in the last call that they are vulnerable."""
    said = story.case.contacts[-1].outcome if story.case.contacts else None
    if said == "VULN_NEW" and not story.case.markers:
        code = pick(story.rng, _EVENTS)
        story.act(at, who, SetMarker(code=code, reason=story.text(f"marker {code}")))


def safeguard(story: Story, at: datetime, who: Staff) -> None:
    """Somebody may come to harm: the team leader is told at once."""
    concern = pick(story.rng, {"SELF_HARM": 3, "ABUSE": 2, "OTHER": 1})
    story.act(at + timedelta(minutes=1), who, Safeguard(concern=concern, note=story.text(f"safeguard {concern}")))
