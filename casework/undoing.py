"""Undoing: what a store keeps of an act so that it can be undone, and what it tells whoever wants to undo it.

The history says what an act did. What it was, whether it may be undone, what it added to somebody's day and for which task
they held the case, the history does not say: a store keeps that beside the act's idempotency key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from casework.case import Case
from casework.claims import Claim, Slot
from casework.clean import Line
from casework.commit import CALENDAR_ACTOR
from casework.history import Event
from casework.situation import LastAct
from casework.tallies import Tally


class Held(BaseModel):
    """For what somebody held the case when they acted."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    slot: Slot
    task: str | None = None


class Kept(BaseModel):
    """What is kept of an act beside its key."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: Line
    undoable: bool
    permissions: tuple[str, ...]
    """That it needed."""
    counted: Tally
    """What it added to the day of whoever did it."""
    held: Held | None = None


def last_act(newest_first: Iterable[Event]) -> tuple[Event, ...]:
    """The events of the last thing that somebody did, oldest first; none where all there is came without a key, as an opening
    does. What the calendar, which is nobody, noticed since is passed over. Reads no further back than it must."""
    found: list[Event] = []
    for event in newest_first:
        if not found and event.actor == CALENDAR_ACTOR:
            continue
        if event.key is None:
            break
        if found and (event.key, event.actor, event.at) != (found[0].key, found[0].actor, found[0].at):
            break
        found.append(event)
    return tuple(found[::-1])


def told(act: Sequence[Event], kept: Kept | None, held: Claim | None, before: Callable[[], Case]) -> LastAct | None:
    """The fact that `undo` asks for; None when there is nothing that could be undone.

    Args:
        act: Its events, oldest first.
        kept: What was kept beside its key; None when that is forgotten.
        held: The live claim on the case now.
        before: How to come by the case as it was before.
    """
    if not act or act[0].key is None:
        return None
    theirs = kept is not None and kept.held is not None and held is not None and held.officer != act[0].actor
    return LastAct(
        title=kept.title if kept is not None else Line("this"),
        by=act[0].actor,
        key=act[0].key,
        at=act[0].at,
        from_seq=act[0].seq,
        what=tuple((event.what.kind, event.what.summary()) for event in act),
        undoable=kept is not None and kept.undoable,
        permissions=kept.permissions if kept is not None else (),
        taken_by=held.officer_name if theirs and held is not None else None,
        before=before,
    )
