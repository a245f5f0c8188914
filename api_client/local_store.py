"""The local store: one folder, one process, every acknowledged action on disk.

Current cases, queue rows, claims, drafts, keys, staff and restricted texts are TinyDB tables kept in memory and
journalled. Events go to `history.log` first; the journal record of the same action then says how long that log has
become, so that a crash between the two takes both back. The record holds the lines too, in the table `tail`, until the
log is synced, once for hundreds of actions and when the store is closed: so an action waits for the disk once. A write
that failed leaves the log alone once the journal was tried: its record may be there all the same, and only the next
opening can tell. Who looked at what goes to `access.log`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict

from api_client import store_format
from api_client.access_log import AccessLog, Held
from api_client.disk import keep_private, make_private
from api_client.history_log import Entry, HistoryLog, Line
from api_client.journal_db import JournalDB
from api_client.local_queue import Queued, QueueIndex, queued
from api_client.local_search import SearchIndex
from api_client.ready_case import Ready
from api_client.store_clock import StoreClock
from api_client.store_errors import StoreDamaged, StoreStopped, desk_errors, unseen_if_unnoted
from api_client.store_folder import holds_store
from casework.accounts import CaseId
from casework.case import Case
from casework.commit import Commit
from casework.history import ChainBroken, Event, read, rebuild
from casework.queues import taken
from casework.reference import Tables
from casework.refusals import NotFound
from casework.staff import Staff

LONGEST_TAIL = 256
"""How many actions may wait until the history is synced."""
MOST_LOOKS = 4096
"""How much of the access log may wait for a sync, in bytes: all of it stands in each record that adds to it."""

Kind = Literal["practice", "real"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A case as the store holds it."""

    case: Case
    head: str
    """The hash of its last event."""
    at: int
    """The offset of that event in the history."""


class _Record(BaseModel):
    """What is kept of a case for whoever opens it, and besides whatever `write` was given."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    case: Case
    head: str
    at: int


_queued = Queued.model_validate_json


class LocalStore:
    """An open store. `now` is the wall clock, or for a practice store a clock of its own that stops while it is closed.

    Raises:
        StoreInUse, StoreDamaged, StoreNotOurs, StoreTooNew, StoreNotMigrated, OSError: it cannot be opened.
    """

    brought_up: Path | None
    """Where the backup is that was made because this opening brought an older store to today's format."""
    _people: tuple[Staff, ...] | None = None
    """The staff in order, once somebody asked."""
    _sync = True
    """Whether each action is durable by itself: not while a store is filled."""
    _loaded: tuple[bytes, Stored] | None = None
    """The case that was read or written last, and the very bytes it stands in: work on a case reads it several times."""

    def __init__(self, folder: Path, tables: Tables, *, now: datetime | None = None) -> None:
        self.folder, self.reference = folder, tables
        self._refuse_to_begin_again()
        make_private(folder)
        keep_private(folder, [folder / "history.log", folder / "access.log"])
        self.db = JournalDB(folder / "tables")
        try:
            self._open_logs()
            self._bring_up()
        except BaseException:
            self.db.close()
            raise
        self.clock = StoreClock(self.meta, now)
        self.found = SearchIndex(self.cases)

    def _refuse_to_begin_again(self) -> None:
        """A new store cuts the history to nothing: not one whose journals have gone, and not a file is made first."""
        history, journals = self.folder / "history.log", self.folder / "tables"
        if not holds_store(journals) and history.exists() and history.stat().st_size > 0:
            raise StoreDamaged.at(history, 0, f"here is a history, but its journals are gone from {journals}")

    def _open_logs(self) -> None:
        self.cases = self.db.table("cases")
        self.queue_rows = self.db.table("queue")
        self.claims = self.db.table("claims")
        self.drafts = self.db.table("drafts")
        self.keys = self.db.table("keys")
        self.staff = self.db.table("staff")
        self.tallies = self.db.table("tallies")
        self.meta = self.db.table("meta")
        self.restricted = self.db.table("restricted")
        self.tail = self.db.table("tail")
        store_format.refuse_newer(self)
        self.claims.index("officer")
        self.drafts.index("person")
        with ExitStack() as opened:
            looks = self.meta.raw("looks")
            held = [Held(looks["offset"], looks["lines"].encode())] if looks else []
            self.access = AccessLog(self.folder / "access.log", held)
            opened.callback(self.access.close)
            self.history = HistoryLog(self.folder / "history.log")
            opened.callback(self.history.close)
            for offset in sorted(self.tail.ids(), key=int):
                self.history.put_back((self.tail.raw(offset) or {})["lines"].encode(), int(offset))
            self._cut_history()
            opened.pop_all()

    def _bring_up(self) -> None:
        with ExitStack() as opened:
            opened.callback(self.access.close)
            opened.callback(self.history.close)
            self.brought_up = store_format.bring_up(self)
            opened.pop_all()

    def _cut_history(self) -> None:
        """Take out of the history what the tables do not know of."""
        self.history.cut((self.meta.raw("log") or {"length": 0})["length"])

    @property
    def kind(self) -> Kind | None:
        """What the store is for; None while it is new and empty."""
        about = self.meta.raw("store")
        return about["kind"] if about else None

    def begin(self, kind: Kind, staff: Iterable[Staff], *, clock: datetime | None = None) -> None:
        """Make an empty store one of `kind`, with its staff in order and, for practice, its clock at `clock`."""
        with self.db.transaction():
            self.put_office(kind, staff)
            if clock is not None:
                self.meta.put("clock", {"at": clock.isoformat()})
        if clock is not None:
            self.clock = StoreClock(self.meta)

    def put_office(self, kind: Kind, staff: Iterable[Staff]) -> None:
        """Within a transaction: the empty store is one of `kind` from now on, with its staff in order."""
        self.meta.put("store", {"kind": kind, "format": store_format.FORMAT})
        self.meta.put("secret", {"key": secrets.token_hex(32)})
        for member in staff:
            self.put_staff(member)

    # What is compared and not kept

    def fingerprint(self, text: str) -> str:
        """What is kept of `text` to tell later whether it was the same: HMAC-SHA256 over its SHA-256, in hex.

        The key is this store's own, so that without it a likely text, such as a date of birth, cannot be tried against it.
        """
        return self.sealed(hashlib.sha256(text.encode()).hexdigest())

    def sealed(self, digest: str) -> str:
        """The digest under this store's own secret, in hex."""
        secret = self.meta.raw("secret")
        assert secret is not None, "a store has its secret from when it is begun, or opened again"
        return hmac.new(bytes.fromhex(secret["key"]), digest.encode(), hashlib.sha256).hexdigest()

    # The queues

    @cached_property
    def queues(self) -> QueueIndex:
        """Which case comes next. Made when it is first asked for: who only looks at a case does not wait for it."""
        kept = ((case_id, _queued(packed)) for case_id, packed in self.queue_rows.each_packed())
        return QueueIndex((case_id, one.rows, one.taken) for case_id, one in kept)

    def _requeue(self, done: Commit) -> None:
        """What was written, in the index too, if there is one."""
        if "queues" in self.__dict__:
            self.queues.replace(done.case.id, done.queue_rows, taken(done.case))

    def now(self) -> datetime:
        """The time, in UTC, to the millisecond."""
        return self.clock.now()

    def set_clock(self, instant: datetime) -> None:
        """Practice: the time is now `instant`, and goes on from there."""
        self.meta.put("clock", {"at": instant.isoformat()})
        self.clock = StoreClock(self.meta)

    # Cases

    def load(self, case_id: CaseId) -> Stored:
        """The case as stored. Raises NotFound."""
        packed = self.cases.packed(case_id)
        if packed is None:
            raise NotFound.because("no-case", f"there is no case {case_id} in your units")
        if self._loaded is None or self._loaded[0] is not packed:
            record = _Record.model_validate_json(packed)
            self._loaded = packed, Stored(record.case, record.head, record.at)
        return self._loaded[1]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside are on disk at the end, or none."""
        with desk_errors(), self.db.transaction():
            yield

    def write(
        self,
        done: Commit,
        before: Stored | None,
        also: Callable[[int], None] | None = None,
        besides: Mapping[str, Any] | None = None,
    ) -> Stored:
        """Write one action: its events, then the case with what its record holds `besides`, its queue rows and whatever
        `also` adds, as one transaction.

        `also` is given the offset of the last event. Returns the case as it is stored now.
        """
        with desk_errors(), self._in_both(), self.db.transaction():
            previous, start = before.at if before else None, self.history.length
            known = self.found.before(done.case.id)
            at = self.history.append([Entry(done.case.id, one.body, previous) for one in done.events], sync=False)[-1]
            if self._sync:
                self._keep(start)
            self._put(done, at, besides)
            self._mark()
            if also is not None:
                also(at)
        self._requeue(done)
        self.found.replace(done.case.id, known)
        stored = Stored(done.case, done.head, at)
        if (packed := self.cases.packed(done.case.id)) is not None:
            self._loaded = packed, stored
        return stored

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Fill a new store: nothing is synced before the end, when all of it becomes durable at once."""
        self._sync = False
        try:
            with desk_errors(), self._in_both(), self.db.bulk():
                yield
                self.history.sync()
        finally:
            self._sync = True

    def fill(self, one: Ready) -> None:
        """While `filling`, and before anybody asks for a queue or searches: write a case that is not there yet."""
        with self.db.transaction():
            at = self.history.append([Entry(one.case, body, None) for body in one.bodies], sync=False)[-1]
            self.cases.put(one.case, {"case": orjson.Fragment(one.state), "head": one.head, "at": at})
            self.queue_rows.put(one.case, orjson.loads(one.queued))
            for name, text in one.restricted.items():
                self.restricted.put(name, text)
            self._mark()

    @contextmanager
    def _in_both(self) -> Iterator[None]:
        """What is written inside is in history and tables or, if it fails, in neither, at the latest once reopened.

        As long as their storage works, the tables in memory are those on disk, and the history is cut to what they know.
        If it has stopped, the record may be in the journal or not, whatever the disk answered: a history that was cut
        now could be shorter than the next opening expects. That opening cuts it.
        """
        try:
            yield
        except BaseException:
            with suppress(StoreStopped, RuntimeError, OSError), self.db.transaction():
                self._cut_history()
            raise

    def _put(self, done: Commit, at: int, besides: Mapping[str, Any] | None = None) -> None:
        record = self.cases.raw(done.case.id) or {}
        self.cases.put(
            done.case.id,
            {
                **record,
                **(besides or {}),
                "case": orjson.Fragment(done.case.model_dump_json()),
                "head": done.head,
                "at": at,
            },
        )
        self.queue_rows.put(done.case.id, queued(done.case, done.queue_rows, done.wakes_on))
        for one in done.restricted:
            self.restricted.put(one.name, {"case": done.case.id, **one.model_dump()})

    def _keep(self, start: int) -> None:
        """Within a transaction: what the history holds from `start` on is in the journal too, until it is synced."""
        if len(self.tail) >= LONGEST_TAIL:
            self.history.sync()
            self.tail.truncate()
        else:
            self.tail.put(str(start), {"lines": self.history.since(start).decode()})

    def _mark(self) -> None:
        """How far the history reaches, and in a practice store what its clock says."""
        self.meta.put("log", {"length": self.history.length})
        self.clock.keep()

    def events(self, case_id: CaseId) -> list[Event]:
        """Every event of a case, oldest first. Raises NotFound, Damaged."""
        return [*self.events_back(self.load(case_id).at)][::-1]

    def as_of(self, case_id: CaseId, version: int) -> Case:
        """The case as it was after that event, replayed. Raises NotFound, Damaged."""
        return rebuild(event for event in self.events(case_id) if event.seq <= version)

    def events_back(self, at: int) -> Iterator[Event]:
        """The events of a case, newest first, from the one at offset `at`. Raises Damaged, also where one was left out."""
        with desk_errors():
            later: Event | None = None
            for line in self.history.back(at):
                try:
                    event = read(line.body)
                except ChainBroken as fault:
                    raise StoreDamaged.at(self.folder / "history.log", line.offset, str(fault)) from fault
                if later is not None and later.prev != event.hash:
                    what = f"event {later.seq} of case {line.case_id} does not follow from this one"
                    raise StoreDamaged.at(self.folder / "history.log", line.offset, what)
                yield event
                later = event
            if later is not None and later.seq != 1:
                what = f"this is event {later.seq} of case {line.case_id}, and no line is before it"
                raise StoreDamaged.at(self.folder / "history.log", line.offset, what)

    def history_back(self, at: int) -> Iterator[Line]:
        """The same as their lines in the history, as they were written."""
        with desk_errors():
            yield from self.history.back(at)

    def restricted_text(self, name: str) -> str | None:
        """The text kept under `name`; None when it was erased."""
        record = self.restricted.raw(name)
        return record["text"] if record else None

    def due_on(self, day: date) -> list[CaseId]:
        """The cases for which the calendar may have something by `day`."""
        waking = ((case_id, _queued(packed).wakes_on) for case_id, packed in self.queue_rows.each_packed())
        return [CaseId(case_id) for case_id, on in waking if on is not None and on <= day]

    # Staff

    def put_staff(self, member: Staff) -> None:
        """Add a member of staff, after those there are, or change one in their place."""
        known = self.staff.raw(member.id)
        place = known["place"] if known else len(self.staff)
        self._people = None
        self.staff.put(member.id, {"place": place, "staff": member.model_dump(mode="json")})

    def all_staff(self) -> list[Staff]:
        """The staff in order."""
        if self._people is None:
            found = sorted((doc for _, doc in self.staff.each_raw()), key=lambda doc: doc["place"])
            self._people = tuple(Staff.model_validate(doc["staff"]) for doc in found)
        return list(self._people)

    # Who looked

    def looked(self, person: str, what: str, **about: str | int) -> None:
        """Note in the access log who looked at what, durably, before they see it."""
        with unseen_if_unnoted():
            self.access.note(self._look(person, what, about))

    def looks(self, person: str, what: str, **about: str | int) -> None:
        """As `looked`, within a transaction and durable with it: before they see it, but with no sync of its own.

        Should the transaction fail, the log says that they were about to look.
        """
        with unseen_if_unnoted():
            self.access.note(self._look(person, what, about), sync=False)
            offset, lines = self.access.unsynced
            if len(lines) > MOST_LOOKS:
                self.access.sync()
            else:
                self.meta.put("looks", {"offset": offset, "lines": lines.decode()})

    def looks_back(self) -> Iterator[Mapping[str, Any]]:
        """Who looked at what, the newest first. Raises Damaged."""
        with desk_errors():
            yield from (orjson.loads(look.body) for look in self.access.back())

    def _look(self, person: str, what: str, about: Mapping[str, str | int]) -> bytes:
        body = {"at": self.now().isoformat(), "person": person, "what": what, **about}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def close(self) -> None:
        """Let go of the folder, whatever happens. A practice clock stops here, unless the store has stopped already."""
        with ExitStack() as closing:
            closing.callback(self.db.close)
            closing.callback(self.access.close)
            closing.callback(self.history.close)
            with suppress(StoreStopped, RuntimeError):
                self._settle()

    def _settle(self) -> None:
        """The logs are whole by themselves, and in a practice store the clock stands."""
        stops = self.clock.stops and self.kind is not None
        held = len(self.tail) > 0, self.meta.raw("looks") is not None
        if not stops and not any(held):
            return
        if held[0]:
            self.history.sync()
        if held[1]:
            self.access.sync()
        with self.db.transaction():
            if held[0]:
                self.tail.truncate()
            self.meta.remove(doc_ids=["looks"] if held[1] else [])
            if stops:
                self.clock.keep()
