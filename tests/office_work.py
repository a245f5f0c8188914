"""An office at work, drawn at random and always the same for one seed: what the tests have people do whose stores are killed,
cut, damaged or tampered with.

Each step is one thing that a desk is asked for and writes at most one transaction, so that after a crash the store holds a
step or does not. The calendar's turn, which a desk would take along on its way, is therefore a step of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import secrets
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.store_backup import read_store, write_backup
from api_client.tables import packaged_tables
from casework.accounts import CaseId
from casework.actions import parse_action
from casework.actions.calendar import due
from casework.actions.declare import Action
from casework.commit import open_case
from casework.refusals import DeskError
from casework.situation import Situation
from casework.views import Done, Draft
from tests.contract.conftest import account, someone
from tests.contract.likely_action import likely_action
from tests.unit.store_tools import put_cases

START = datetime(2026, 10, 23, 8, tzinfo=UTC)
"""The Friday before the clocks go back."""

STAFF = (
    someone("ann", "officer", post="Enforcement 7"),
    someone("dee", "officer", post="Enforcement 7"),
    someone("ben", "officer", welsh=True),
    someone("flo", "fines-officer"),
    someone("tom", "team-leader"),
    someone("cas", "cash-officer"),
)
WORKERS = ("ann", "dee", "ben", "flo")

ENDS = (
    '{"kind":"wrap-up","outcome":"NO_ANS"}',
    '{"kind":"wrap-up","outcome":"DONE"}',
    '{"kind":"skip","reason":"HOURS"}',
    '{"kind":"park","until":"%s","reason":"waiting for the payslip"}',
)
CARE: dict[str, Callable[[LocalStore], object]] = {
    "snapshot": lambda store: store.db.snapshot(),
    "backup": lambda store: write_backup(read_store(store.folder), store.folder.parent / "backup.tar"),
}
"""What is done for the store itself, while it is open."""


@dataclass(frozen=True)
class Step:
    """One thing to do: what it is, who asks for it on which case, and how it is done."""

    what: str
    do: Callable[[Office], object]
    """In whichever office the step is taken."""
    person: str = ""
    case: str = ""
    action: Action | None = None
    key: str = ""


@dataclass
class Office:
    """An open store and the people in it. `chance` decides what they do."""

    store: LocalStore
    chance: random.Random
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    done: int = 0
    """How many steps have been taken."""

    def __post_init__(self) -> None:
        self.at(datetime.fromisoformat((self.store.meta.raw("clock") or {})["at"]))
        self.store.db.storage.snapshot_bytes = self.store.db.storage._snapshot_at = 24_000

    def close(self) -> None:
        """Everybody goes home."""
        self.store.close()
        self.runner.close()

    def at(self, instant: datetime) -> None:
        """The clock shows this and stands still."""
        self.store.clock.tell = lambda: instant

    def take(self, step: Step) -> object:
        """Take the step: what it answers, also when that is a refusal."""
        self.done += 1
        try:
            return step.do(self)
        except DeskError as refused:
            return refused

    def digest(self) -> str:
        """SHA-256 of all tables, but for what they hold of the logs until these are synced, which nobody sees."""
        tables = self.store.db.storage.read() or {}
        tables.pop("tail", None)
        tables["meta"].pop("looks", None)
        return hashlib.sha256(orjson.dumps(tables, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def steps(self) -> Iterator[Step]:
        """Without end. Each is to be taken before the next is asked for."""
        jobs = (self._usual, self._usual, self._usual, self._pulled, self._pulled, self._typed, self._looks, self._time)
        while True:
            yield from self.chance.choice((*jobs, self._care))()

    # What people do

    def _usual(self) -> Iterator[Step]:
        case_id = self._any_case()
        yield from self._calendar(case_id)
        likely = likely_action(self.chance.choice, self.store.load(case_id).case, self._today())
        if likely is not None:
            person, action = likely
            if action.needs_claim():
                yield self._asks(person, "claim", case_id, lambda desk: desk.claim(case_id, interrupt=True))
            yield self._acts(person, case_id, action)
            yield from self._given_back(person)

    def _pulled(self) -> Iterator[Step]:
        person = self.chance.choice(WORKERS)
        yield from self._given_back(person)
        for case_id in self.store.due_on(self._today()):
            yield from self._calendar(case_id)
        yield self._asks(person, "pull", "", lambda desk: desk.pull_next())
        for claim in self._run(self._desk(person).my_claims()):
            note = f'{{"kind":"note","text":"said that the wages come on the {self.chance.randint(1, 28)}th"}}'
            yield self._acts(person, claim.case, parse_action(note))
            yield self._asks(person, "renew", claim.case, lambda desk, held=claim: desk.renew(held))
            until = self._today() + timedelta(self.chance.randint(1, 9))
            yield self._acts(
                person, claim.case, parse_action(self.chance.choice(ENDS).replace("%s", until.isoformat()))
            )

    def _typed(self) -> Iterator[Step]:
        case_id, kind = self._any_case(), self.chance.choice(("note", "marker"))
        typed = {"reason": "x" * self.chance.randint(1, 900)}
        draft = Draft(case=case_id, kind=kind, typed=typed, key="d", seen_version=1, at=self.store.now())
        yield self._asks("ann", "draft", case_id, lambda desk: desk.save_draft(draft))
        if self.chance.random() < 0.5:
            yield self._asks("ann", "drop", case_id, lambda desk: desk.drop_draft(case_id, kind))

    def _looks(self) -> Iterator[Step]:
        case_id = self._any_case()
        yield from self._calendar(case_id)
        yield self._asks("tom", "look", case_id, lambda desk: desk.timeline(case_id))
        yield self._asks("tom", "look", case_id, lambda desk: desk.case(case_id))

    def _time(self) -> Iterator[Step]:
        later = self.store.now() + timedelta(minutes=self.chance.choice((1, 9, 11, 60, 1_440, 4_320)))

        def passes(office: Office) -> None:
            office.store.set_clock(later)
            office.at(later)

        yield Step("time", passes)
        for case_id in self.store.due_on(self._today()):
            yield from self._calendar(case_id)
        yield self._asks("ann", "sign in", "", lambda desk: desk.sign_in())

    def _care(self) -> Iterator[Step]:
        what = self.chance.choice(sorted(CARE))
        yield Step(what, lambda office: CARE[what](office.store))

    def _given_back(self, person: str) -> Iterator[Step]:
        for claim in self._run(self._desk(person).my_claims()):
            yield self._asks(person, "give back", claim.case, lambda desk, held=claim: desk.release(held))

    def _calendar(self, case_id: CaseId) -> Iterator[Step]:
        if due(self.store.load(case_id).case, Situation(self.store.now(), STAFF[0], self.store.reference)):
            yield Step("calendar", lambda office: office.calendar(case_id), case=case_id)

    # How a step is made

    def _asks(self, person: str, what: str, case_id: str, ask: Callable[..., Coroutine[Any, Any, object]]) -> Step:
        return Step(what, lambda office: office._run(ask(office._desk(person))), person, case_id)

    def _acts(self, person: str, case_id: CaseId, action: Action) -> Step:
        key = f"k{self.done}-{self.chance.randrange(1 << 40):x}"
        return Step("act", lambda office: office.act(person, case_id, action, key), person, case_id, action, key)

    def act(self, person: str, case_id: str, action: Action, key: str) -> Done:
        """The action, carried out for `person`. Raises DeskError."""
        return self.runner.run(self._desk(person).act(CaseId(case_id), action, key=key))

    def calendar(self, case_id: CaseId) -> None:
        """The calendar's turn on the case."""
        self._desk("ann")._after_calendar(self.store.load(case_id))

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def _desk(self, person: str) -> LocalDesk:
        return LocalDesk(self.store, person)

    def _any_case(self) -> CaseId:
        return CaseId(self.chance.choice(sorted(case_id for case_id, _ in self.store.cases.each_raw())))

    def _today(self) -> Any:
        return Situation(self.store.now(), STAFF[0], self.store.reference).today


def begin(folder: Path, cases: int) -> None:
    """A practice store at `folder` with the staff and so many cases."""
    store = LocalStore(folder, packaged_tables())
    store.begin("practice", STAFF, clock=START)
    situation = Situation(START, STAFF[0], store.reference)
    new = (account(n, first_contact_on="2026-10-23") for n in range(1, cases + 1))
    put_cases(store, *(open_case(one, situation) for one in new))
    store.close()


def office(folder: Path, seed: object) -> Office:
    """The store at `folder`, open, with people who do what `seed` says."""
    return Office(LocalStore(folder, packaged_tables()), random.Random(str(seed)))


def worked(folder: Path, cases: int, steps: int, seed: object) -> None:
    """A store in which so many steps have been taken, closed."""
    begin(folder, cases)
    people = office(folder, seed)
    for step in islice(people.steps(), steps):
        people.take(step)
    people.close()


def pin_salts(put: Callable[[Any, str, Any], None]) -> None:
    """Have `put` (setattr, or a test's) make every salt the same, so that a step taken twice writes the same."""
    put(secrets, "token_hex", lambda size: "5a" * size)
