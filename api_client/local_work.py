"""The work of one person on a local store: what waits in their queues, what of it comes next, what was handed over to them,
and what waits for people who are away. Nothing here changes anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import takewhile

from api_client.local_claims import ClaimBook
from api_client.local_queue import order
from api_client.local_store import LocalStore
from casework.accounts import CaseId
from casework.dates import london_date
from casework.handover import unread
from casework.my_work import MyTask, my_tasks
from casework.posts import all_away
from casework.queues import QueueRow, queues_of
from casework.staff import Staff, may
from casework.views import AwayTask, QueueSummary, ToAcknowledge


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
        now, today, away, may_have = self.store.now(), self._today(), self._away(), self._may_have()
        held = {claim.case for claim in self.claims.live()}
        mine = self.my_queues()
        counts: dict[str, Counter[str]] = {name: Counter() for name in mine}
        oldest: dict[str, datetime] = {}
        for row in self.store.queues.all_rows():
            count = counts.get(row.queue)
            if count is None or not self.open_to_me(row.case):
                continue
            waits = row.ready_at > now
            ready = not waits and row.case not in held and may_have(row)
            if waits or ready or row.case in held:
                count["waiting" if waits else "ready" if ready else "claimed"] += 1
            if ready:
                oldest[row.queue] = min(oldest.get(row.queue, row.ready_at), row.ready_at)
            if waits and row.put_off is not None:
                count[row.put_off] += 1
            elif row.owned(today):
                count["owned"] += 1
            count["away"] += away(row)
        kinds = ("ready", "claimed", "waiting", "skipped", "parked", "owned", "away")
        return [
            QueueSummary.model_validate(
                {
                    "queue": name,
                    "title": title,
                    "oldest_ready_at": oldest.get(name),
                    **{kind: counts[name][kind] for kind in kinds},
                }
            )
            for name, title in mine.items()
        ]

    def of_the_away(self) -> list[AwayTask]:
        """What waits for people of my units who are away today, the soonest due first."""
        away, found = self._away(), []
        rows = sorted((row for row in self.store.queues.all_rows() if away(row)), key=lambda row: row.ready_at)
        for row in rows:
            task = self.store.load(row.case).case.task(row.task) if self.open_to_me(row.case) else None
            if task is not None and row.owner is not None:
                found.append(
                    AwayTask(
                        case=row.case,
                        task=task.id,
                        title=task.title,
                        queue=row.queue,
                        owner=row.owner,
                        owner_name=self.name(row.owner),
                        since=task.waits_since,
                        due_at=task.due_at,
                        parked=task.parked_by is not None,
                    )
                )
        return found

    def handovers(self) -> list[ToAcknowledge]:
        """What was handed over to me or my post, or to nobody who acknowledged it in time, the oldest first."""
        now, leads = self.store.now(), not may(self.me, "lead", None, self.store.reference.grants(self._today()))
        mine = {
            row.case
            for row in self.store.queues.all_rows()
            if row.handed_by not in (None, self.me.id) and self.open_to_me(row.case)
            if self.me.has(row.owner) or (leads and row.owner is None and row.ready_at <= now)
        }
        found = []
        for case in (self.store.load(case_id).case for case_id in mine):
            if (handover := case.handover) is not None:
                told = {name: getattr(handover, name) for name in ("by_name", "to_name", "at")}
                found.append(ToAcknowledge(case=case.id, unread=unread(case), **told))
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
            if self.open_to_me(case_id)
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
        now, may_have = self.store.now(), self._may_have()

        def free(row: QueueRow) -> bool:
            return self.open_to_me(row.case) and self.claims.on(row.case) is None and may_have(row)

        def here(row: QueueRow) -> bool:
            return queue in (None, row.queue) and free(row)

        queues, own = self.store.queues, {self.me.id, self.me.owns}
        for row in _until(now, queues.owned(*own, which="handed")):
            if free(row):
                return row
        for row in _until(now, queues.owned(*own, which="agreed")):
            if here(row):
                return row
        absent = self._absent()

        def not_here(owner: str, name: str) -> bool:
            return self.me.has(owner) or not absent(owner, name.split(".")[0])

        firsts = (
            queues.first_owned(own, queue, now, free),
            queues.first(mine if queue is None else [queue], now, free, not_here),
        )
        return min((row for row in firsts if row is not None), key=order, default=None)

    def first_of(self, case_id: CaseId) -> QueueRow | None:
        """The task of a case that I take it for: the first that is ready and may be mine."""
        now, mine, may_have = self.store.now(), self.my_queues(), self._may_have()
        rows = [
            row
            for row in self.store.queues.rows_of(case_id)
            if row.ready_at <= now and (row.queue in mine or self.me.has(row.owner)) and may_have(row)
        ]
        return min(rows, key=lambda row: row.sort_key, default=None)

    def parks_held(self) -> int:
        """How many cases my post has parked that are not back yet."""
        now = self.store.now()
        mine = self.store.queues.owned(self.me.owns)
        return len({row.case for row in mine if row.put_off == "parked" and row.ready_at > now})

    def name(self, owner: str | None) -> str:
        """Of a person; a post is called by its own."""
        return next((one.name for one in self.store.all_staff() if one.id == owner), owner or "")

    def _today(self) -> date:
        return london_date(self.store.now())

    def _may_have(self) -> Callable[[QueueRow], bool]:
        """Whether a task is mine to do now: not somebody else's who is there, nor a hand-over that I wrote."""
        today, away = self._today(), self._away()

        def may_have(row: QueueRow) -> bool:
            if row.handed_by == self.me.id:
                return False
            return self.me.has(row.owner) or row.anyones(today, away(row))

        return may_have

    def _away(self) -> Callable[[QueueRow], bool]:
        """Whether a task is still owned by a post of which nobody is there any more today."""
        today, absent = self._today(), self._absent()
        return lambda row: row.owner is not None and row.owned(today) and absent(row.owner, row.case.split("-")[0])

    def _absent(self) -> Callable[[str, str], bool]:
        """Whether nobody of a post is there any more today, in a unit. That follows from the day, so it is asked when somebody
        looks and not written into the queue."""
        now = self.store.now()

        @cache
        def absent(owner: str, unit: str) -> bool:
            return all_away(owner, self.store.all_staff(), unit, now, self.store.reference)

        return absent

    def open_to_me(self, case_id: str) -> bool:
        """Whether a case is of one of my units, and not closed to me."""
        return case_id.split("-")[0] in self.me.units and case_id not in self.me.exclusions


def _until(now: datetime, rows: Iterable[QueueRow]) -> Iterable[QueueRow]:
    """Of rows in the order of their time, those that are ready."""
    return takewhile(lambda row: row.ready_at <= now, rows)
