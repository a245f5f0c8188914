"""Posts in the practice office: cases that are handed over, acknowledged and passed over, and what is put off.

Nobody hands a case over to the first of the staff, whose queue begins with a broken promise: that is the tour.
"""

from __future__ import annotations

from datetime import date, datetime

from api_client.practice_life import Story
from api_client.practice_material import pick
from casework.actions.handover import Acknowledge, HandOver
from casework.actions.work import Park, Skip
from casework.dates import london_date
from casework.staff import Staff
from casework.tasks import Task

_ROOM = 8
"""How many cases a post could still park on the as-of morning, and a person pass over."""

_MOST_KNOWN = 2
"""Cases that are closed to one person because they know somebody."""

SKIPS = {"HOURS": 6, "SYSTEM": 3, "WAITING": 3, "AUTHORITY": 2, "LANGUAGE": 1, "KNOWN": 1}
"""Why a case is passed over, and how often."""


def hand_over(story: Story, at: datetime, who: Staff, task: Task | None, to: Staff | None = None) -> bool:
    """Hand the case over, with what must be known: to somebody, or else as the rules have it. The team leader acknowledges an
    earlier hand-over that nobody has. Returns whether it may be."""
    if story.case.handover is not None:
        acknowledge(story, at, story.who("team-leader", at))
    action = HandOver(text=story.text("HANDOVER"), to=to.id if to else None)
    may = story.may(at, who, action, task)
    if may:
        story.act(at, who, action, task)
    return may


def colleague(story: Story, who: Staff) -> Staff | None:
    """An officer to whom `who` could hand the case over."""
    first = story.scene.staff[0]
    others = story.scene.colleagues(who, story.case.id)
    able = [one for one in others if "officer" in one.roles and one.id != first.id and one.owns != who.owns]
    return story.rng.choice(able) if able else None


def acknowledge(story: Story, at: datetime, who: Staff) -> None:
    """Somebody has read what was handed over: `who` or, if they may not, another who is there and may."""
    others = (one for one in story.scene.colleagues(who, story.case.id) if story.scene.at_work(one, at))
    able = next((one for one in (who, *others) if story.may(at, one, Acknowledge())), None)
    if able is not None:
        story.act(at, able, Acknowledge())


def skip(story: Story, at: datetime, who: Staff, task: Task, reason: str | None = None) -> bool:
    """Pass the case over, unless `who` has done that too often today, or knows too many people. Returns whether it was."""
    reason = reason or pick(story.rng, SKIPS)
    known = len(story.scene.closed.get(who.id, ()))
    if reason == "KNOWN" and (not story.has_share or who.id == story.scene.staff[0].id or known >= _MOST_KNOWN):
        reason = "HOURS"
    most = story.scene.tables.limit("skips-a-day", london_date(at)).amount - _ROOM // 2
    capped = london_date(at) == story.scene.today
    if capped and (not story.has_share or story.scene.tallies[who.id].skips >= most):
        return False
    may = story.may(at, who, Skip(reason=reason), task)
    if may:
        story.act(at, who, Skip(reason=reason), task)
    return may


def put_off(story: Story, at: datetime, who: Staff, until: date, task: Task | None, notes: str = "PARK") -> bool:
    """Park `task` until a day, for a reason from the list `notes`; unless the post of `who` has as many parked on the as-of
    day as it may. Returns whether it was."""
    stays = until > story.scene.today
    most = story.scene.tables.limit("parks-held", london_date(at)).amount - _ROOM
    if stays and (not story.has_share or story.scene.parked[who.owns] >= most):
        return False
    action = Park(until=until, reason=story.text(notes))
    may = story.may(at, who, action, task)
    if may:
        story.act(at, who, action, task)
        story.scene.parked[who.owns] += stays
    return may
