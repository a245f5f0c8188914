"""Taking on a file of accounts, as JSON Lines or CSV, or an export with whole cases: all of it or none.

Every bad row is named with its line, field, value and reason. What is in the store already, from the same row or with the same
history, is unchanged; with another, rejected. A row is written as soon as it is read, so that no more than one is held, but
nothing becomes durable before the last: a fault, Ctrl+C or a crash takes all of it back. The formats are described in
docs/import.md and docs/export.md.
"""

from __future__ import annotations

import hashlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from api_client.accounts_csv import Cells, as_json, header_faults, practice_clock, records
from api_client.case_lines import FORMAT, CaseLine, Header, HeadsDigest, committed, parsed
from api_client.import_source import LONGEST_LINE, Source
from api_client.local_store import Kind, LocalStore
from api_client.strict_json import parse
from api_client.watch import Watch
from casework.accounts import unit_of
from casework.actions.declare import place, sentence
from casework.clean import clean_line
from casework.commit import Commit, open_case
from casework.dates import format_moment, london_date
from casework.opening import Account
from casework.refusals import Forbidden, Reason, Refused
from casework.situation import Facts, Situation
from casework.staff import Staff, may

MOST_REJECTED = 100_000
"""Faults that are listed; beyond them they are counted."""
MOST_IN_ROW = 50
"""Faults that are listed of one row."""
MOST_SHOWN = 80
"""Characters of a value or a field."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a row is not taken on."""

    line: int
    field: str
    value: str
    reason: str


@dataclass(slots=True)
class Imported:
    """What an import did, or with rejected rows what kept it from doing anything."""

    added: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    beyond: int = 0
    """Faults that are counted and not listed."""
    faults: int = 0
    rows: int = 0
    """Lines that have a fault."""
    _last: int = 0
    """The last of them: they come in their order."""

    def reject(self, line: int, field: str, value: object, reason: str, *, count: int = 1) -> None:
        """Note a fault, or that there are `count` more of the kind."""
        self.faults += count
        self.rows += line != self._last
        self._last = line
        if len(self.rejected) < MOST_REJECTED:
            self.rejected.append(Rejected(line, clean_line(field)[:MOST_SHOWN], _shown(value), reason))
        else:
            self.beyond += 1


def import_accounts(
    store: LocalStore, person: Staff, path: Path, *, dry_run: bool = False, watch: Watch = lambda done, total: None
) -> Imported:
    """Add what the file at `path` holds, all or none.

    On a new store `person` becomes its first member of staff. They work from then on in every unit of the file that is new;
    one that has cases is for those alone who work there. `watch` is told the bytes read; whatever it raises takes everything
    back.

    Raises:
        Refused: the file is none to import, or not into a store of this kind, or has nothing in it.
        NotFound: there is no such file.
        Forbidden: `person` may not import, or not into these units.
        OSError: the file cannot be read.
    """
    with Source(path, watch) as source:
        result = Imported()
        kind_of = _Cases if source.format == "export" else _Accounts
        rows: _Rows = kind_of(source, store, result, person)
        if store.kind == "practice" and rows.kind == "real":
            message = "this is a practice office, where nothing is real; name another folder with --store"
            raise Refused.because("practice-store", message)
        if store.kind == "real" and rows.kind == "practice":
            message = (
                "these are cases of a practice office, and this store holds real accounts; name another with --store"
            )
            raise Refused.because("real-store", message)
        if reasons := may(person, "import", None, store.reference.grants(london_date(store.now()))):
            raise Forbidden(*reasons)
        added = _look(rows) if dry_run else _take(store, person, rows)
    if rows.closed:
        message = "{} has accounts already and is not one of your units: somebody who works there can import them"
        raise Forbidden(*(Reason(code="not-your-unit", message=message.format(unit)) for unit in sorted(rows.closed)))
    if result.beyond:
        result.rejected.append(Rejected(0, "", "", f"and {result.beyond:,} more faults, which are not listed"))
    if not added and not result.unchanged and not result.rejected:
        raise Refused.because("no-accounts", f"there is no account in {path.name}")
    result.added = 0 if result.rejected else added
    return result


class _New(NamedTuple):
    """A case to be added, and what its record holds besides."""

    commit: Commit
    besides: dict[str, Any]


class _Rows(ABC):
    """The rows of a file as cases to add. Faults go to `result`."""

    kind: Kind
    clock: datetime | None = None
    """What the clock of a new store says, if it is a practice store."""

    def __init__(self, source: Source, store: LocalStore, result: Imported, person: Staff) -> None:
        self.source, self.store, self.result = source, store, result
        self.met: dict[str, str] = {}
        """The cases to be added so far, with what each is known by."""
        self.closed: set[str] = set()
        """Units of the file that `person` may bring nothing to: there are cases in them, and they do not work there."""
        self._others = {unit_of(case_id) for case_id in store.cases.ids()} - set(person.units)

    @property
    def spoilt(self) -> bool:
        """Whether nothing of the file will be kept."""
        return bool(self.result.rejected or self.closed)

    def _is_closed(self, case_id: str) -> bool:
        """Whether a case is of such a unit. Asked before anything is said of it: whether it is there is theirs to know."""
        if unit_of(case_id) in self._others:
            self.closed.add(unit_of(case_id))
        return unit_of(case_id) in self.closed

    @abstractmethod
    def new(self) -> Iterator[_New]:
        """Those that are not there already, one after the other. After the first fault the rest is only looked at."""


def _look(rows: _Rows) -> int:
    """How many would be added."""
    return sum(1 for _ in rows.new())


class _FaultFound(Exception):
    """Some row is rejected: nothing of the file is kept."""


def _take(store: LocalStore, person: Staff, rows: _Rows) -> int:
    """Add them, all or none; how many there were."""
    new = rows.new()
    first = next(new, None)
    if first is None:
        return 0
    written = 0
    try:
        with store.filling():
            for one in chain([first], new):
                if not rows.spoilt:
                    store.write(one.commit, None, besides=one.besides)
                    written += 1
            if rows.spoilt:
                raise _FaultFound
            _staff(store, person, rows)
    except BaseException as fault:
        _forget_indexes(store)
        if not isinstance(fault, _FaultFound):
            raise
    return written


def _forget_indexes(store: LocalStore) -> None:
    """They followed each write. What was taken back is not in those that are made when they are next asked for."""
    with suppress(AttributeError):  # none was made
        del store.queues
    store.found.forget()


def _staff(store: LocalStore, person: Staff, rows: _Rows) -> None:
    """They work in every unit of the file, which is theirs or new, and are the first of a new store."""
    units = {unit_of(case_id) for case_id in rows.met}
    person = person.model_copy(update={"units": tuple(sorted({*person.units, *units}))})
    if store.kind is None:
        store.begin(rows.kind, [person], clock=rows.clock)
    else:
        store.put_staff(person)


# Accounts


class _Accounts(_Rows):
    """A file of accounts: real ones, but for a CSV that says otherwise."""

    kind: Kind = "real"

    def __init__(self, source: Source, store: LocalStore, result: Imported, person: Staff) -> None:
        super().__init__(source, store, result, person)
        self.rows = self._csv() if source.format == "csv" else self._json()
        now = store.now() if store.kind or self.clock is None else self.clock
        self.situation = Situation(now, person, store.reference)

    def new(self) -> Iterator[_New]:
        """One case for each account that is not known."""
        for number, text in self.rows:
            account = self._read(number, text)
            if account is not None and (one := self._opened(number, account)) is not None:
                yield one

    def _json(self) -> Iterator[tuple[int, bytes]]:
        for number, body in self.source.lines():
            if body is None:
                self.result.reject(number, "", "", f"the line is longer than {LONGEST_LINE:,} bytes")
            elif body.strip():
                try:
                    parse(body)
                except ValueError as fault:
                    self.result.reject(number, "", "", str(fault))
                else:
                    yield number, body

    def _csv(self) -> Iterator[tuple[int, bytes]]:
        """The header is read now, for what it says of the rows; these as they are asked for."""
        found = records(self.source.lines())
        header = next(found, None)
        if header is None or header.broken is not None:
            return self._in_cells([], chain([header] if header else [], found))
        columns = [cell.strip() for cell in header.cells]
        faults = header_faults(columns)
        for fault in faults[:MOST_IN_ROW]:
            self.result.reject(header.line, *fault)
        try:
            self.clock = practice_clock(columns)
        except ValueError:
            self.result.reject(header.line, "", "", "the column that marks a practice office does not tell its time")
        self.kind = "real" if self.clock is None else "practice"
        return self._in_cells(columns, iter(()) if self.result.rejected else found)

    def _in_cells(self, columns: Sequence[str], found: Iterator[Cells]) -> Iterator[tuple[int, bytes]]:
        for record in found:
            if record.broken is not None:
                self.result.reject(record.line, "", "", record.broken)
                continue
            text, faults = as_json(columns, record.cells)
            for fault in faults[:MOST_IN_ROW]:
                self.result.reject(record.line, *fault)
            if not faults:
                yield record.line, text.encode()

    def _read(self, number: int, text: bytes) -> Account | None:
        """The account of a row, or None with its faults noted."""
        try:
            return Account.model_validate_json(text)
        except ValidationError as fault:
            errors = fault.errors(include_url=False)
            for error in errors[:MOST_IN_ROW]:
                value = "" if error["type"] in ("missing", "json_invalid") else error["input"]
                self.result.reject(number, place(error), value, sentence(error))
            if more := errors[MOST_IN_ROW:]:
                self.result.reject(number, "", "", f"and {len(more):,} more faults in this row", count=len(more))
            return None

    def _opened(self, number: int, account: Account) -> _New | None:
        """The case that begins with it, unless it is there or not to be asked for; None with the faults noted."""
        if self._is_closed(account.id):
            return None
        digest = _digest(account)
        earlier = self.store.cases.raw(account.id)
        if account.id in self.met or earlier is not None:
            known = self.met.get(account.id) or (earlier or {}).get("imported")
            if known == digest:
                self.result.unchanged += 1
            else:
                where = "earlier in this file" if account.id in self.met else "in the store"
                self.result.reject(number, "number", account.number, f"{account.id} is {where} with other data")
            return None
        salted = Situation(
            self.situation.now, self.situation.actor, self.situation.tables, Facts(salt=secrets.token_hex(16))
        )
        try:
            opened = open_case(account, salted)
        except Refused as fault:
            whole = account.model_dump(mode="json")
            for reason in fault.reasons[:MOST_IN_ROW]:
                self.result.reject(number, reason.field or "", _at(whole, reason.field or ""), reason.message)
            return None
        self.met[account.id] = digest
        return _New(opened, {"imported": digest})


def _digest(account: Account) -> str:
    """Of what the account says, with what it leaves out as it would be: a new field changes nothing for an old line.

    Not of why a marker is there: this is kept for good, and a likely reason could be tried against it.
    """
    whole = account.model_copy(update={"collection_order": account.under_order})
    said = whole.model_dump_json(exclude_defaults=True, exclude={"markers": {"__all__": {"reason"}}})
    return hashlib.sha256(said.encode()).hexdigest()


def _at(document: Any, path: str) -> Any:
    """What stands at a path, as far as it goes: nothing where a reason is that something is missing."""
    for step in path.split(".") if path else ():
        with suppress(LookupError, TypeError, ValueError):
            document = document[int(step) if isinstance(document, list) else step]
    return "" if document is None or isinstance(document, dict) else document


def _shown(value: object) -> str:
    """A value as it can be shown on one line, at most 80 characters."""
    text = clean_line(str(value)[: 2 * MOST_SHOWN])
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


# Cases of an export


def _told(instant: datetime) -> str:
    """A moment, as far as it can be told: the last of all, elsewhere, is beyond the last day on the office wall."""
    try:
        return format_moment(instant)
    except OverflowError:
        return instant.isoformat()


class _Cases(_Rows):
    """An export. Raises Refused if its first line is none."""

    def __init__(self, source: Source, store: LocalStore, result: Imported, person: Staff) -> None:
        super().__init__(source, store, result, person)
        self.lines = source.lines()
        try:
            self.header = parsed(next(self.lines).body or b"", Header)
        except ValueError as fault:
            raise Refused.because("not-accounts", f"{source.path.name}: its first line is wrong: {fault}") from None
        if self.header.format != FORMAT:
            message = f"{source.path.name}: export format {self.header.format} is not known to this version"
            raise Refused.because("not-accounts", message, field="file")
        self.kind, self.clock = self.header.kind, self.header.made_at if self.header.kind == "practice" else None

    def new(self) -> Iterator[_New]:
        """One for each case that is not there."""
        digest, count = HeadsDigest(), 0
        for number, body in self.lines:
            if body is not None and not body.strip():
                continue
            try:
                line = parsed(body or b"", CaseLine)
                count += 1
                digest.add(line.case, line.head)
                if (one := self._case(line)) is not None:
                    yield one
            except ValueError as fault:
                what = str(fault) if body is not None else "the line is too long"
                self.result.reject(number, "", "", what)
        if not self.result.rejected and (count, digest.hex) != (self.header.cases, self.header.heads):
            what = f"the first line speaks of {self.header.cases:,} cases"
            found = "other ones are here" if count == self.header.cases else f"{count:,} are here"
            self.result.reject(1, "heads", "", f"{what}, and {found}: the file is not as it was written")

    def _case(self, line: CaseLine) -> _New | None:
        """The case, unless its history is known or not to be asked for. Raises ValueError."""
        if self._is_closed(line.case):
            return None
        earlier = self.store.cases.raw(line.case)
        known = self.met.get(line.case) or (earlier["head"] if earlier else None)
        done = committed(line, self.store.reference)
        if known is None:
            self._refuse_to_come(done)
            self.met[line.case] = line.head
            return _New(done, {"imported": line.imported} if line.imported else {})
        if known != line.head and not (earlier and self._holds(earlier["at"], done)):
            longer = any(event.hash == known for event in done.events)
            how = "longer in the file than in the store" if longer else "not the one of the file"
            raise ValueError(f"{line.case} is there already, and its history is {how}")
        self.result.unchanged += 1
        return None

    def _refuse_to_come(self, done: Commit) -> None:
        """A day to come among what happened would keep its counts and waiting times shut until then. An event may be earlier
        than the one before it: a clock is set right, `--now` chooses another day. Raises ValueError."""
        now = self.store.now() if self.store.kind or self.clock is None else self.clock
        for event in done.events:
            if event.at > self.header.made_at:
                raise ValueError(
                    f"event {event.seq} is of {_told(event.at)}, and the file of {_told(self.header.made_at)}"
                )
            if event.at > now:
                raise ValueError(f"event {event.seq} is of {_told(event.at)}; by the clock here it is {_told(now)}")

    def _holds(self, at: int, done: Commit) -> bool:
        """Whether the history here goes on from where that of the file ends."""
        return any(event.hash == done.head for event in self.store.events_back(at))
