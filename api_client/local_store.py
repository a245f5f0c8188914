"""The local store: one folder, one process, every acknowledged action on disk.

Current cases, queue rows, claims, drafts, keys, staff and restricted texts are TinyDB tables kept in memory and
journalled. Events go to `history.log` first; the journal record of the same action then says how long that log has
become, so that a crash between the two takes both back. A write that failed leaves the log alone once the journal was
tried: its record may be there all the same, and only the next opening can tell. Who looked at what goes to `access.log`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from api_client.access_log import AccessLog
from api_client.history_log import Entry, HistoryLog, Line
from api_client.journal_db import JournalDB
from api_client.local_queue import QueueIndex
from api_client.store_errors import StoreDamaged, StoreStopped
from api_client.store_folder import holds_store
from casework.accounts import CaseId
from casework.case import Case
from casework.commit import Commit
from casework.history import Event, read
from casework.queues import QueueRow
from casework.reference import Tables
from casework.refusals import Damaged, NotFound, Unavailable
from casework.staff import Staff

FORMAT = 1

Kind = Literal["practice", "real"]


@contextmanager
def desk_errors() -> Iterator[None]:
    """What goes wrong below the desk, in the desk's own words: what was kept, and what to do."""
    try:
        yield
    except StoreStopped as fault:
        message = (
            f"{fault}. Everything saved before is kept; this may not have been saved. Close the desk and open it again, "
            "then look at the case before you do it once more."
        )
        raise Unavailable.because("store-stopped", message) from fault
    except StoreDamaged as fault:
        raise Damaged.because("store-damaged", str(fault)) from fault


@dataclass(frozen=True, slots=True)
class Stored:
    """A case as the store holds it."""

    case: Case
    head: str
    """The hash of its last event."""
    at: int
    """The offset of that event in the history."""


class LocalStore:
    """An open store. `now` is the wall clock, or for a practice store a clock of its own that stops while it is closed.

    Raises:
        StoreInUse, StoreDamaged, OSError: it cannot be opened.
    """

    _keeps_clock = False
    """Whether the clock is the store's own, to be written down."""
    _sync = True
    """Whether each action is durable by itself: not while a store is filled."""

    def __init__(self, folder: Path, tables: Tables, *, now: datetime | None = None) -> None:
        self.folder, self.reference = folder, tables
        self._refuse_to_begin_again()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.db = JournalDB(folder / "tables")
        try:
            self._open_logs()
            if self.kind is not None and self.meta.raw("secret") is None:
                self._take_secret()
        except BaseException:
            self.db.close()
            raise
        self._clock = self._make_clock(now)
        self.queues = QueueIndex()
        for case_id, document in self.queue_rows.each_raw():
            self.queues.replace(case_id, (QueueRow.model_validate(row) for row in document["rows"]))

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
        self.meta = self.db.table("meta")
        self.restricted = self.db.table("restricted")
        self.claims.index("officer")
        self.drafts.index("person")
        with ExitStack() as opened:
            self.access = AccessLog(self.folder / "access.log")
            opened.callback(self.access.close)
            self.history = HistoryLog(self.folder / "history.log")
            opened.callback(self.history.close)
            self._cut_history()
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
            self._clock = self._make_clock(None)

    def put_office(self, kind: Kind, staff: Iterable[Staff]) -> None:
        """Within a transaction: the empty store is one of `kind` from now on, with its staff in order."""
        self.meta.put("store", {"kind": kind, "format": FORMAT})
        self.meta.put("secret", {"key": secrets.token_hex(32)})
        for member in staff:
            self.put_staff(member)

    # What is compared and not kept

    def fingerprint(self, text: str) -> str:
        """What is kept of `text` to tell later whether it was the same: HMAC-SHA256 over its SHA-256, in hex.

        The key is this store's own, so that without it a likely text, such as a date of birth, cannot be tried against it.
        """
        return self._sealed(hashlib.sha256(text.encode()).hexdigest())

    def _sealed(self, digest: str) -> str:
        secret = self.meta.raw("secret")
        assert secret is not None, "a store has its secret from when it is begun, or opened again"
        return hmac.new(bytes.fromhex(secret["key"]), digest.encode(), hashlib.sha256).hexdigest()

    def _take_secret(self) -> None:
        """A store from before there were secrets: what it kept bare is sealed, and means the same as before."""
        bare = [(key, dict(record)) for key, record in self.keys.each_raw()]
        with desk_errors(), self.db.transaction():
            self.meta.put("secret", {"key": secrets.token_hex(32)})
            for key, record in bare:
                self.keys.put(key, {**record, "digest": self._sealed(record["digest"])})

    # The clock

    def _make_clock(self, fixed: datetime | None) -> Callable[[], datetime]:
        stored = self.meta.raw("clock")
        if fixed is None and stored is None:
            return lambda: datetime.now(UTC)
        start = fixed or datetime.fromisoformat((stored or {})["at"])
        opened = time.monotonic()
        self._keeps_clock = fixed is None
        return lambda: start + timedelta(seconds=time.monotonic() - opened)

    def now(self) -> datetime:
        """The time, in UTC, to the millisecond."""
        instant = self._clock()
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def set_clock(self, instant: datetime) -> None:
        """Practice: the time is now `instant`, and goes on from there."""
        self.meta.put("clock", {"at": instant.isoformat()})
        self._clock = self._make_clock(None)

    # Cases

    def load(self, case_id: CaseId) -> Stored:
        """The case as stored. Raises NotFound."""
        record = self.cases.raw(case_id)
        if record is None:
            raise NotFound.because("no-case", f"there is no case {case_id} in your units")
        return Stored(Case.model_validate(record["case"]), record["head"], record["at"])

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
            previous = before.at if before else None
            at = self.history.append([Entry(done.case.id, one.body, previous) for one in done.events], self._sync)[-1]
            self._put(done, at, besides)
            self._mark()
            if also is not None:
                also(at)
        self.queues.replace(done.case.id, done.queue_rows)
        return Stored(done.case, done.head, at)

    def write_new(
        self, commits: Iterable[tuple[Commit, Mapping[str, Any]]], also: Callable[[], None] | None = None
    ) -> None:
        """Write the openings of many cases, each with what its record holds besides, and whatever `also` adds: as one
        transaction.
        """
        commits = list(commits)
        entries = [Entry(done.case.id, event.body, None) for done, _ in commits for event in done.events]
        with desk_errors(), self._in_both(), self.db.transaction():
            offsets = iter(self.history.append(entries))
            for done, besides in commits:
                at = [next(offsets) for _ in done.events][-1]
                self._put(done, at, besides)
            self._mark()
            if also is not None:
                also()
        for done, _ in commits:
            self.queues.replace(done.case.id, done.queue_rows)

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
                "case": done.case.model_dump(mode="json"),
                "head": done.head,
                "at": at,
                "wakes_on": done.wakes_on.isoformat() if done.wakes_on else None,
            },
        )
        self.queue_rows.put(done.case.id, {"rows": [row.model_dump(mode="json") for row in done.queue_rows]})
        for one in done.restricted:
            self.restricted.put(one.name, {"case": done.case.id, **one.model_dump()})

    def _mark(self) -> None:
        """How far the history reaches, and in a practice store what its clock says."""
        self.meta.put("log", {"length": self.history.length})
        if self._keeps_clock:
            self.meta.put("clock", {"at": self.now().isoformat()})

    def events(self, case_id: CaseId) -> list[Event]:
        """Every event of a case, oldest first. Raises NotFound, Damaged, ChainBroken."""
        return [*self.events_back(self.load(case_id).at)][::-1]

    def events_back(self, at: int) -> Iterator[Event]:
        """The events of a case, newest first, from the one at offset `at`."""
        for line in self.history_back(at):
            yield read(line.body)

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
        text = day.isoformat()
        return [CaseId(i) for i, record in self.cases.each_raw() if record["wakes_on"] and record["wakes_on"] <= text]

    # Staff

    def put_staff(self, member: Staff) -> None:
        """Add a member of staff, after those there are, or change one in their place."""
        known = self.staff.raw(member.id)
        place = known["place"] if known else len(self.staff)
        self.staff.put(member.id, {"place": place, "staff": member.model_dump(mode="json")})

    def all_staff(self) -> list[Staff]:
        """The staff in order."""
        found = sorted((doc for _, doc in self.staff.each_raw()), key=lambda doc: doc["place"])
        return [Staff.model_validate(doc["staff"]) for doc in found]

    # Who looked

    def looked(self, person: str, what: str, **about: str | int) -> None:
        """Note in the access log who looked at what, durably, before they see it."""
        body = {"at": self.now().isoformat(), "person": person, "what": what, **about}
        with desk_errors():
            self.access.note(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())

    def close(self) -> None:
        """Let go of the folder, whatever happens. A practice clock stops here, unless the store has stopped already."""
        with ExitStack() as closing:
            closing.callback(self.db.close)
            closing.callback(self.access.close)
            closing.callback(self.history.close)
            if self._keeps_clock and self.kind is not None:
                with suppress(StoreStopped):
                    self.meta.put("clock", {"at": self.now().isoformat()})
