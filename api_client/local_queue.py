"""The queues of a local store: what is kept of each case for them, and in memory which case comes next, found without looking
at the others.

Each queue is two heaps for each owner, and two for what nobody owns: tasks that wait, by the time they become ready, and
ready tasks, by their sort key. What others own is passed over a heap at a time; once its day is over it joins what nobody
owns. A hand-over stands in no heap while somebody owns it, since nobody else may ever have it. What somebody owns stands
besides in lists of theirs, the earliest first. A case's rows are replaced whole; what a heap still holds of the old ones is
recognised by its serial number and dropped when met.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from casework.case import Case
from casework.dates import london_date
from casework.ledger import natural
from casework.queues import QueueRow, Taken, taken


class Queued(BaseModel):
    """What is kept of a case for whoever does not open it: its places in the queues, when the calendar has to, and whose
    promise is due."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    rows: tuple[QueueRow, ...]
    wakes_on: date | None
    taken: Taken | None = None


def queued(case: Case, rows: tuple[QueueRow, ...], wakes_on: date | None) -> dict[str, Any]:
    """The same as JSON; a promise only where there is one."""
    document = Queued(rows=rows, wakes_on=wakes_on, taken=taken(case)).model_dump(mode="json")
    return document if document["taken"] else {name: document[name] for name in ("rows", "wakes_on")}


_Order = tuple[int, str, tuple[tuple[int, str], ...]]
_Ready = tuple[_Order, int, QueueRow]
_Waiting = tuple[datetime, int, int, QueueRow]
"""When it is ready, the serial number, and which of the case's rows it is: no two are alike but for the row."""


_Kept = tuple[date, int, int, QueueRow]
"""The last day, the serial number, and which of the case's rows it is."""

_Timed = tuple[datetime, _Order, QueueRow]
"""When it is ready, and its place among those of that moment, which no two have."""
Own = Literal["owned", "handed", "agreed"]
"""All that somebody owns; of that, what was handed over to them; and what they agreed for a minute."""

_by_time = itemgetter(0, 1)

_natural = lru_cache(maxsize=1 << 12)(natural)
"""The tasks of thousands of cases have few ids between them."""


@dataclass(slots=True)
class _Heaps:
    ready: list[_Ready] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)
    kept: list[_Kept] = field(default_factory=list)
    """What its owner has alone until a day, by that day."""


class QueueIndex:
    """The rows of every case, by queue, and who took what is promised on it."""

    def __init__(self, cases: Iterable[tuple[str, Iterable[QueueRow], Taken | None]] = ()) -> None:
        self._rows: dict[str, tuple[QueueRow, ...]] = {}
        self._serials: dict[str, int] = {}
        self._queues: dict[str, dict[str | None, _Heaps]] = defaultdict(lambda: defaultdict(_Heaps))
        self._owned: dict[tuple[str, Own], list[_Timed]] = defaultdict(list)
        self._taken: dict[str, Taken] = {}
        self._serial = 0
        for case_id, rows, promise in cases:
            self.replace(case_id, rows, promise)

    def replace(self, case_id: str, rows: Iterable[QueueRow], promise: Taken | None = None) -> None:
        """The rows of a case are now these, and its open promise is this."""
        self._serial += 1
        self._taken.pop(case_id, None)
        if promise is not None:
            self._taken[case_id] = promise
        for row in self._rows.get(case_id, ()):
            for line in self._lines_of(row):
                del line[bisect_left(line, (row.ready_at, order(row)), key=_by_time)]
        kept = tuple(rows)
        self._rows[case_id] = kept
        self._serials[case_id] = self._serial
        for n, row in enumerate(kept):
            heaps = self._queues[row.queue][row.owner]
            if row.owner is None or row.handed_by is None:
                heapq.heappush(heaps.waiting, (row.ready_at, self._serial, n, row))
            if row.owner is not None and row.own_until is not None:
                heapq.heappush(heaps.kept, (row.own_until, self._serial, n, row))
            for line in self._lines_of(row):
                timed = row.ready_at, order(row), row
                line.insert(bisect_left(line, timed[:2], key=_by_time), timed)

    def _lines_of(self, row: QueueRow) -> list[list[_Timed]]:
        if row.owner is None:
            return []
        which: list[Own] = ["owned"]
        if row.handed_by is not None:
            which.append("handed")
        if row.agreed:
            which.append("agreed")
        return [self._owned[row.owner, one] for one in which]

    def rows_of(self, case_id: str) -> tuple[QueueRow, ...]:
        """The rows of one case."""
        return self._rows.get(case_id, ())

    def all_rows(self) -> Iterator[QueueRow]:
        """Every row of every case."""
        for rows in self._rows.values():
            yield from rows

    def promised(self, taken_by: str, until: date) -> list[str]:
        """The cases of the open promises that somebody took and that are due by a day."""
        return [case_id for case_id, one in self._taken.items() if one.by == taken_by and one.due <= until]

    def owned(self, *owners: str, which: Own = "owned") -> Iterator[QueueRow]:
        """What any of `owners` owns, the earliest first."""
        lines = (self._owned.get((owner, which), ()) for owner in owners)
        return (row for *_, row in heapq.merge(*lines, key=_by_time))

    def first_owned(
        self, owners: Iterable[str], queue: str | None, now: datetime, free: Callable[[QueueRow], bool]
    ) -> QueueRow | None:
        """Of what any of `owners` owns but for hand-overs, in one `queue` or in all, the ready row that comes first among
        those that are `free` to take."""
        every = self._queues.values() if queue is None else [self._queues.get(queue, {})]
        heaps = [by_owner[owner] for by_owner in every for owner in owners if owner in by_owner]
        heads = [head for one in heaps if (head := self._head(one, now, free)) is not None]
        return min(heads, key=order, default=None)

    def first(
        self,
        queues: Iterable[str],
        now: datetime,
        free: Callable[[QueueRow], bool],
        theirs: Callable[[str, str], bool] = lambda owner, queue: False,
    ) -> QueueRow | None:
        """Of the heads of `queues`, the ready row that comes first among those that are `free` to take. `theirs` says whether
        what an owner still has in a queue is not to be had today, so that none of it need be looked at."""
        heads: list[QueueRow] = []
        for queue in queues:
            by_owner = self._queues.get(queue, {})
            for owner, heaps in list(by_owner.items()):
                if owner is None:
                    continue
                self._release(heaps, by_owner, london_date(now))
                if not theirs(owner, queue) and (head := self._head(heaps, now, free)) is not None:
                    heads.append(head)
            if None in by_owner and (head := self._head(by_owner[None], now, free)) is not None:
                heads.append(head)
        return min(heads, key=order, default=None)

    def _release(self, heaps: _Heaps, by_owner: dict[str | None, _Heaps], today: date) -> None:
        """What was its owner's alone until a day that is over is looked at with what nobody owns, too."""
        while heaps.kept and heaps.kept[0][0] < today:
            _, serial, n, row = heapq.heappop(heaps.kept)
            if self._serials[row.case] == serial:
                heapq.heappush(by_owner[None].waiting, (row.ready_at, serial, n, row))

    def _head(self, heaps: _Heaps, now: datetime, free: Callable[[QueueRow], bool]) -> QueueRow | None:
        while heaps.waiting and heaps.waiting[0][0] <= now:
            _, serial, _, row = heapq.heappop(heaps.waiting)
            if self._serials[row.case] == serial:
                heapq.heappush(heaps.ready, (order(row), serial, row))
        passed: list[_Ready] = []
        found: QueueRow | None = None
        while heaps.ready:
            entry = heapq.heappop(heaps.ready)
            _, serial, row = entry
            if self._serials[row.case] != serial:
                continue
            passed.append(entry)
            # A store's clock may be set back (`--now`), so what was ready need not be.
            if row.ready_at <= now and free(row):
                found = row
                break
        for entry in passed:
            heapq.heappush(heaps.ready, entry)
        return found


def order(row: QueueRow) -> _Order:
    """What puts one row before another: the sort key, then the case, then the task."""
    return row.sort_key, row.case, _natural(row.task)
