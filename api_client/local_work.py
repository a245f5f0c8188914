"""The work of one person on a local store: the rows and cases that it is read off, and what of it comes next. Whose it is and
how it counts is `casework.whose_work`. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from operator import attrgetter

from api_client.local_claims import ClaimBook
from api_client.local_queue import order
from api_client.local_store import LocalStore
from casework.accounts import CaseId
from casework.dates import london_date
from casework.my_work import MyTask, my_tasks
from casework.queues import QueueRow, queues_of
from casework.staff import Staff
from casework.views import AwayTask, QueueSummary, ToAcknowledge
from casework.whose_work import Share, away_task, summaries, to_acknowledge

_ready_at = attrgetter("ready_at")


@dataclass(frozen=True, slots=True)
class LocalWork:
    """What there is to do for `me`."""

    store: LocalStore
    claims: ClaimBook
    me: Staff

    def my_queues(self) -> dict[str, str]:
        """The queues that I work, soonest first, with their titles."""
        return queues_of(self.me, self.store.reference, self._today())

    def summaries(self) -> list[QueueSummary]:
        """My queues with what waits in them; of what is ready, what I could be given alone."""
        held = {claim.case for claim in self.claims.live()}
        return summaries(self.my_queues(), self.store.queues.all_rows(), held, self._share())

    def of_the_away(self) -> list[AwayTask]:
        """What waits for people of my units who are away today, the soonest due first."""
        share = self._share()
        waits = (row for row in self.store.queues.all_rows() if share.away(row) and self.me.can_see(row.case))
        found = ((row, self.store.load(row.case).case.task(row.task)) for row in sorted(waits, key=_ready_at))
        return [away_task(row, task, share.staff) for row, task in found if task is not None]

    def handovers(self) -> list[ToAcknowledge]:
        """What was handed over to me or my post, or to nobody who acknowledged it in time, the oldest first."""
        share = self._share()
        mine = {row.case for row in self.store.queues.all_rows() if share.must_read(row)}
        found = [one for case_id in mine if (one := to_acknowledge(self.store.load(case_id).case)) is not None]
        return sorted(found, key=lambda one: (one.at, one.case))

    def mine(self) -> list[MyTask]:
        """What I have to do today besides what my queues bring: hand-overs first, what is parked last."""
        now, today, queues = self.store.now(), self._today(), self.store.queues
        to_read = {one.case for one in self.handovers()}
        held = {claim.case for claim in self.claims.of(self.me.id)}
        owned = {row.case for row in queues.owned(*{self.me.id, self.me.owns})}
        cases = to_read | held | owned | set(queues.promised(self.me.id, today))
        found = [
            one
            for case_id in cases
            if self.me.can_see(case_id)
            for one in my_tasks(
                self.store.load(CaseId(case_id)).case,
                self.me,
                self.store.reference,
                now,
                to_read=case_id in to_read,
                held=case_id in held,
            )
        ]
        return sorted(found, key=lambda one: one.place)

    def next_row(self, mine: Iterable[str], queue: str | None) -> QueueRow | None:
        """What I should do next, of one queue or of all of mine: first what is to be acknowledged, then what I or my post
        agreed for a minute that has come, then the head of my queues."""
        share, queues, own = self._share(), self.store.queues, {self.me.id, self.me.owns}
        now = share.now

        def free(row: QueueRow) -> bool:
            return self.me.can_see(row.case) and self.claims.on(row.case) is None and share.may_have(row)

        def not_here(owner: str, name: str) -> bool:
            return self.me.has(owner) or not share.absent(owner, name.split(".")[0])

        for row in _until(now, queues.owned(*own, which="handed")):
            if free(row):
                return row
        for row in _until(now, queues.owned(*own, which="agreed")):
            if queue in (None, row.queue) and free(row):
                return row
        firsts = (
            queues.first_owned(own, queue, now, free),
            queues.first(mine if queue is None else [queue], now, free, not_here),
        )
        return min((row for row in firsts if row is not None), key=order, default=None)

    def first_of(self, case_id: CaseId) -> QueueRow | None:
        """The task of a case that I take it for: the first that is ready and may be mine."""
        mine, share = self.my_queues(), self._share()
        rows = [
            row
            for row in self.store.queues.rows_of(case_id)
            if row.ready_at <= share.now and (row.queue in mine or self.me.has(row.owner)) and share.may_have(row)
        ]
        return min(rows, key=lambda row: row.sort_key, default=None)

    def parks_held(self) -> int:
        """How many cases my post has parked that are not back yet."""
        now = self.store.now()
        mine = self.store.queues.owned(self.me.owns)
        return len({row.case for row in mine if row.put_off == "parked" and row.ready_at > now})

    def _today(self) -> date:
        return london_date(self.store.now())

    def _share(self) -> Share:
        return Share(self.me, self.store.all_staff(), self.store.reference, self.store.now())


def _until(now: datetime, rows: Iterable[QueueRow]) -> Iterable[QueueRow]:
    """Of rows in the order of their time, those that are ready."""
    return takewhile(lambda row: row.ready_at <= now, rows)
