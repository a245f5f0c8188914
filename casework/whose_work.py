"""Whose work it is: what of all that waits in the queues one person may have now, how their queues stand, what was handed over
to them, and what waits for people who are away. It is read off queue rows, wherever a store keeps them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Literal, get_args

from casework.accounts import unit_of
from casework.case import Case
from casework.dates import london_date
from casework.handover import unread
from casework.posts import all_away, name_of
from casework.queues import QueueRow
from casework.reference import Tables
from casework.staff import Staff, may
from casework.tasks import Task
from casework.views import AwayTask, QueueSummary, ToAcknowledge

_Count = Literal["ready", "claimed", "waiting", "skipped", "parked", "owned", "away"]
"""As what a row is counted in its queue."""


class Share:
    """What of all that waits is one person's to have at a moment, as the others of the office are there or away."""

    def __init__(self, me: Staff, staff: Iterable[Staff], tables: Tables, now: datetime) -> None:
        self.me, self.staff, self.tables, self.now = me, tuple(staff), tables, now
        self.today = london_date(now)
        self._absent: dict[tuple[str, str], bool] = {}

    def may_have(self, row: QueueRow) -> bool:
        """Whether a task is theirs to do: not somebody else's who is there, nor a hand-over that they wrote."""
        if row.handed_by == self.me.id:
            return False
        return self.me.has(row.owner) or row.anyones(self.today, self.away(row))

    def must_read(self, row: QueueRow) -> bool:
        """Whether a task is a hand-over to them or their post or, for who leads, one that nobody acknowledged in time."""
        if row.handed_by in (None, self.me.id) or not self.me.can_see(row.case):
            return False
        return self.me.has(row.owner) or (self._leads and row.owner is None and row.ready_at <= self.now)

    def away(self, row: QueueRow) -> bool:
        """Whether a task is still owned by a post of which nobody is there any more today."""
        return row.owner is not None and row.owned(self.today) and self.absent(row.owner, unit_of(row.case))

    def absent(self, owner: str, unit: str) -> bool:
        """Whether nobody of a post is there any more today, in a unit. That follows from the day, so it is asked when somebody
        looks and not written into the queue."""
        if (owner, unit) not in self._absent:
            self._absent[owner, unit] = all_away(owner, self.staff, unit, self.now, self.tables)
        return self._absent[owner, unit]

    @cached_property
    def _leads(self) -> bool:
        return not may(self.me, "lead", None, self.tables.grants(self.today))


def summaries(
    queues: Mapping[str, str], rows: Iterable[QueueRow], held: Collection[str], share: Share
) -> list[QueueSummary]:
    """How queues stand for whoever has this share, in their order: of what is ready, what they could be given alone.

    Args:
        queues: Their names and titles.
        rows: At least all of theirs; what is of another queue, or of a case closed to the reader, is passed over.
        held: The cases that somebody holds.
    """
    counts: dict[str, Counter[_Count]] = {name: Counter() for name in queues}
    oldest: dict[str, datetime] = {}
    for row in rows:
        if row.queue not in counts or not share.me.can_see(row.case):
            continue
        kinds = set(_counted_as(row, held, share))
        counts[row.queue].update(kinds)
        if "ready" in kinds:
            oldest[row.queue] = min(oldest.get(row.queue, row.ready_at), row.ready_at)
    return [
        QueueSummary(
            queue=name,
            title=title,
            oldest_ready_at=oldest.get(name),
            **{kind: counts[name][kind] for kind in get_args(_Count)},
        )
        for name, title in queues.items()
    ]


def _counted_as(row: QueueRow, held: Collection[str], share: Share) -> Iterator[_Count]:
    waits = row.ready_at > share.now
    if waits:
        yield "waiting"
    elif row.case in held:
        yield "claimed"
    elif share.may_have(row):
        yield "ready"
    if waits and row.put_off is not None:
        yield row.put_off
    elif row.owned(share.today):
        yield "owned"
    if share.away(row):
        yield "away"


def away_task(row: QueueRow, task: Task, staff: Iterable[Staff]) -> AwayTask:
    """A task of somebody who is away, as whoever leads sees it in a list."""
    assert row.owner is not None, "what nobody owns waits for nobody who is away"
    return AwayTask(
        case=row.case,
        task=task.id,
        title=task.title,
        queue=row.queue,
        owner=row.owner,
        owner_name=name_of(row.owner, staff),
        since=task.waits_since,
        due_at=task.due_at,
        parked=task.parked_by is not None,
    )


def to_acknowledge(case: Case) -> ToAcknowledge | None:
    """The hand-over of a case, as whoever must read it sees it in a list; None when there is none."""
    one = case.handover
    if one is None:
        return None
    return ToAcknowledge(case=case.id, by_name=one.by_name, to_name=one.to_name, at=one.at, unread=unread(case))
