"""What an officer waits for at a local store: the next case, and each of the commonest actions, on stores of several sizes.

All stores are open at once and take turns, case by case, and in each store all who have work take turns. Who is done with a
case wraps it up or parks it, so that the next is another; a store in which nobody has any is left out from then on. After
each step the same rows are written by SQLite (WAL, synchronous FULL, one transaction), and as many bytes as the store's
journal grew by are written over zeros and synced once, which is the least that a step can cost on this disk. "Whole" is what
the officer waits for, with rules, checks and the new view of the case; "processor" is what of that the machine works, whoever
else uses the disk; "writing" is the part that SQLite and the disk are
compared with. A step that a rule refuses is not counted.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep
from typing import Any

from api_client.history_log import Entry
from api_client.journal import SECTOR
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.memory_tables import Op
from api_client.tables import packaged_tables
from bench.sqlite_rows import SqliteRows
from bench.stopwatch import options, show, times
from bench.stores import copies, store_options
from casework.actions import parse_action
from casework.actions.declare import Action
from casework.claims import Claim
from casework.dates import london_date
from casework.queues import queues_of
from casework.refusals import DeskError

ACTIONS = {
    "note": '{"kind":"note","text":"says that the wages come on Friday, will ring when they are in"}',
    "receipt": '{"kind":"receipt","amount_pence":100,"method":"card","received_on":"2026-11-19"}',
    "promise": '{"kind":"promise","amount_pence":2000,"due":"2026-11-24","method":"card"}',
    "terms": (
        '{"kind":"terms","amount_pence":6000,"every":"monthly","start":"2026-12-01","reason":"HOURS","consent":true,'
        '"consent_how":"by telephone"}'
    ),
}
ENDS = {
    "call": '{"kind":"call","direction":"out","outcome":"NO_ANS"}',
    "wrap up": '{"kind":"wrap-up","outcome":"NO_ANS"}',
    "park": '{"kind":"park","until":"2026-11-26","reason":"waiting for the payslip"}',
}
PULL = "pull next"
KEEPS = ("whole", "processor", "writing", "sqlite", "sync")

Taken = dict[str, list[float]]


class Site:
    """An open store, those who have work there, and the yardsticks beside it."""

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        self.store = LocalStore(folder, packaged_tables())
        closing.callback(self.store.close)
        self.cases = len(self.store.cases)
        self.sqlite = SqliteRows(folder, self.store)
        closing.callback(self.sqlite.close)
        self.bare = BareDisk(folder / "yardstick.bytes")
        closing.callback(self.bare.close)
        self.desks = deque(self._with_work())
        self.desk = self.desks[0]
        self.keys = self.turns = 0
        self.taken: dict[str, Taken] = defaultdict(lambda: {kept: [] for kept in KEEPS})
        self._spy()

    def _with_work(self) -> list[LocalDesk]:
        desks = [LocalDesk(self.store, member.id) for member in self.store.all_staff()]
        return [desk for desk in desks if any(one.ready for one in asyncio.run(desk.queues()))]

    def _spy(self) -> None:
        """From now on: what is written, and how long that takes."""
        self.ops: list[Op] = []
        self.events: list[tuple[str, bytes]] = []
        self.looks: list[bytes] = []
        self.writing = 0.0
        storage, history, access = self.store.db.storage, self.store.history, self.store.access
        commit, record = storage.commit, storage._append
        append, note = history.append, access.note

        def timed(work: Callable[[], Any]) -> Any:
            start = perf_counter()
            try:
                return work()
            finally:
                self.writing += perf_counter() - start

        def commit_(ops: Sequence[Op]) -> None:
            self.ops += ops
            commit(ops)

        def append_(entries: Sequence[Entry], sync: bool = True) -> list[int]:
            self.events += [(one.case_id, one.body) for one in entries]
            offsets: list[int] = timed(lambda: append(entries, sync))
            return offsets

        def note_(body: bytes, sync: bool = True) -> None:
            self.looks.append(body)
            timed(lambda: note(body, sync))

        spied: Any = storage
        spied.commit, spied._append = commit_, lambda body: timed(lambda: record(body))
        spied = history
        spied.append = append_
        spied = access
        spied.note = note_

    async def one_case(self) -> bool:
        """The next case of whoever's turn it is, and all that is done to it; false once nobody has any."""
        claimed = None
        while claimed is None and self.desks:
            self.desk = self.desks[0]
            claimed = await self._step(PULL, lambda _: self.desk.pull_next())
            if claimed is None:
                self.desks.popleft()
        if claimed is None:
            return False
        self.desks.rotate()
        self.turns += 1
        ends, first = list(ENDS.items()), self.turns % len(ENDS)
        for name, body in [*ACTIONS.items(), *ends[first:], *ends[:first]]:
            action = parse_action(body)
            if any(claim.case == claimed.claim.case for claim in await self.desk.my_claims()):
                await self._step(name, partial(self._act, claimed.claim, action))
        for claim in await self.desk.my_claims():
            await self.desk.release(claim)
        return True

    async def _act(self, claim: Claim, action: Action, key: str) -> object:
        return await self.desk.act(claim.case, action, key=key, claim=claim.token)

    async def _step(self, name: str, work: Callable[[str], Any]) -> Any:
        self.keys += 1
        self.ops, self.events, self.looks, self.writing = [], [], [], 0.0
        before = self.store.db.storage._journal.end
        self.bare.sync(SECTOR)  # before each of the three: none has to wait for what others left in the disk's cache
        start, used = perf_counter(), process_time()
        try:
            done = await work(f"bench-{self.keys}")
        except DeskError:
            return None
        whole, used = perf_counter() - start, process_time() - used
        if done is None:
            return None
        size = max(self.store.db.storage._journal.end - before, SECTOR)
        queues = queues_of(self.desk.me, self.desk.tables, london_date(self.desk.now()))
        self._pause(whole - self.writing)
        start = perf_counter()
        if name == PULL:
            self.sqlite.head(queues, self.desk.now().isoformat())
        self.sqlite.commit(self.ops, self.events, self.looks)
        sqlite = perf_counter() - start
        self._pause(whole - self.writing)
        for kept, seconds in zip(KEEPS, (whole, used, self.writing, sqlite, self.bare.sync(size)), strict=True):
            self.taken[name][kept].append(seconds)
        return done

    def _pause(self, seconds: float) -> None:
        """A sync, and then as long without one as the store took to decide: so the disk is to each as it was to the store."""
        self.bare.sync(SECTOR)
        sleep(seconds)


class BareDisk:
    """So many bytes over zeros, and one sync."""

    SIZE = 16 << 20

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.pwrite(self._fd, bytes(self.SIZE), 0)
        os.fsync(self._fd)
        self._end = 0

    def sync(self, size: int) -> float:
        """How long it takes."""
        start = perf_counter()
        self._end = 0 if self._end + size > self.SIZE else self._end
        os.pwrite(self._fd, b"x" * size, self._end)
        os.fdatasync(self._fd)
        self._end += size
        return perf_counter() - start

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)


def centile(seconds: Sequence[float], part: float) -> float:
    """The value below which that part of them is."""
    return sorted(seconds)[min(int(len(seconds) * part), len(seconds) - 1)]


def _line(name: str, site: Site, taken: Taken, smallest: Taken) -> list[str]:
    middle = {kept: median(taken[kept]) for kept in KEEPS}
    late = {kept: centile(taken[kept], 0.99) for kept in KEEPS}
    ms = [f"{seconds * 1000:.2f}" for kept in KEEPS for seconds in (middle[kept], late[kept])]
    ratio = times(median(ours / theirs for ours, theirs in zip(taken["writing"], taken["sqlite"], strict=True)), 1)
    flat = [f"{middle[kept] / median(smallest[kept]):.2f}" if smallest[kept] else "" for kept in KEEPS[:2]]
    return [name, f"{site.cases:,}", str(len(taken["whole"])), *ms, ratio, *flat]


def main(words: Sequence[str]) -> None:
    """Print the table."""
    asked = store_options(options(__doc__ or "", repeats=300)).parse_args(words)
    with copies(asked.store, asked.cases, asked.scratch) as folders, ExitStack() as closing:
        sites = [Site(folder, closing) for folder in folders]
        for site in sites:
            asyncio.run(site.desk.sign_in())
            for _ in range(len(site.desks)):
                asyncio.run(site.one_case())
            site.taken.clear()
        for _ in range(asked.repeats):
            for site in sites:
                asyncio.run(site.one_case())
        lines = []
        for name in (PULL, *ACTIONS, *ENDS):
            lines += [
                _line(name, site, site.taken[name], sites[0].taken[name]) for site in sites if site.taken[name]["whole"]
            ]
        for site in sites:
            site.taken["all actions"] = _together([site.taken[name] for name in (*ACTIONS, *ENDS)])
            lines.append(_line("all actions", site, site.taken["all actions"], sites[0].taken["all actions"]))
    heads = ["milliseconds", "cases", "times"]
    heads += [f"{kept} {what}" for kept in KEEPS for what in ("p50", "p99")]
    heads += ["writing in yardsticks (SQLite)", *(f"{kept} in those of {sites[0].cases:,}" for kept in KEEPS[:2])]
    show(f"The next case and what is done to it, {asked.repeats} cases in each store; yardsticks beside", heads, lines)


def _together(parts: Sequence[Taken]) -> Taken:
    return {kept: [seconds for part in parts for seconds in part[kept]] for kept in KEEPS}


if __name__ == "__main__":
    main(sys.argv[1:])
