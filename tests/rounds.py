"""Kill -9 of an office at work, round after round: what was answered is there once, and nothing is there by halves.

    python -m tests.rounds 500

A child works over the desk (`office_work`): acts of many kinds with their keys, cases pulled and given back, drafts, looks,
the calendar, and the store looked after; its journal is short, so that snapshots are taken all the time. It says what it is
about to do, and what came of it. It is killed at a random moment, or inside a chosen system call, rename and removal among
them. Then its store is opened:

* the tables are exactly those after the last step that was answered, or those after the one that was under way, as the same
  steps come to that are taken again in a copy without being killed;
* every action ever acknowledged is in the history once, at most one is there that was not, and the same key again answers the
  same and writes nothing;
* all chains are whole and hold the heads acknowledged; each case is what its events add up to; no token of a claim was given
  twice.

The next round goes on from there, twenty in one store.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from api_client import audit
from api_client.local_keys import KEYS_KEPT
from api_client.store_restore import restore
from api_client.tables import packaged_tables
from casework.actions import parse_action
from casework.history import read
from casework.refusals import Forbidden
from casework.views import Done
from tests.office_work import Office, Step, begin, office, pin_salts
from tests.round_work import About, Answered, answered, work
from tests.unit.store_tools import quicken

PROCESSES = get_context("forkserver")
"""Makes children that have the imports behind them, from a process that has never had a thread."""
PROCESSES.set_forkserver_preload(["tests.round_work"])

IN_ONE_STORE = 20
CASES = 4
STEPS = 40
"""A round ends with so many steps, if it has not come to the call in which it was to end."""
LATER = 0.005
"""Seconds: the longest that a child is left to itself before it is killed from outside."""


@dataclass
class Told:
    """What a child said before it was killed."""

    killed_inside: bool
    """Whether the kill came from inside the chosen call."""
    about: list[About] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)

    @property
    def under_way(self) -> About | None:
        """The step that was not answered."""
        return self.about[-1] if len(self.about) > len(self.answered) else None


@dataclass
class Rounds:
    """Rounds in one store, and all that was acknowledged in it."""

    folder: Path
    chance: random.Random
    digest: str = ""
    claims: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Whose each token was, on which case."""
    heads: dict[str, str] = field(default_factory=dict)
    acts: dict[str, tuple[About, Answered]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        """A new store."""
        begin(self.folder / "store", CASES)
        people = office(self.folder / "store", 0)
        self.digest = people.digest()
        self._let_go(people)

    def round(self) -> None:
        """One more. Raises AssertionError where the store is not what it must be."""
        seed = f"{self.chance.randrange(1 << 60):x}"
        store, before = self.folder / "store", self.folder / "before"
        shutil.rmtree(before, ignore_errors=True)
        shutil.copytree(store, before)
        kill = self._kill()
        told = self._killed(store, seed, kill)
        self.seen["rounds"] += 1
        self.seen[f"killed {'inside ' + kill.split(':')[0] if told.killed_inside else 'at a moment'}"] += 1
        self._check(told, seed)

    def _kill(self) -> str:
        """A place to be killed in, or at a moment."""
        if self.chance.random() < 0.3:
            return "none:0:before"
        call = self.chance.choice(("pwrite", "pwrite", "pwrite", "fdatasync", "fsync", "replace", "unlink"))
        most = {"pwrite": 24, "fdatasync": 16, "fsync": 6, "replace": 2, "unlink": 4}[call]
        hows = ("before", "during", "during", "after", *(("half", "-1", "1") if call == "pwrite" else ()))
        return f"{call}:{self.chance.randint(1, most)}:{self.chance.choice(hows)}"

    def _killed(self, store: Path, seed: str, kill: str) -> Told:
        """What the child says until it is killed."""
        hear, tell = PROCESSES.Pipe(duplex=False)
        child = PROCESSES.Process(target=work, args=(store, seed, kill, tell))
        child.start()
        tell.close()
        told = Told(killed_inside=True)
        steps = STEPS if kill[:4] != "none" else self.chance.randint(0, STEPS // 2)
        try:
            assert hear.recv() == "here"
            while len(told.about) < steps:
                self._hear(hear, told)
            time.sleep(self.chance.random() * LATER)
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            told.killed_inside = False
            while True:
                self._hear(hear, told)
        except EOFError:
            pass
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
        child.close()
        hear.close()
        return told

    def _hear(self, hear: Connection, told: Told) -> None:
        said = hear.recv()
        (told.about if isinstance(said, About) else told.answered).append(said)

    # What must hold

    def _check(self, told: Told, seed: str) -> None:
        for about, said in zip(told.about, told.answered, strict=False):
            self.seen["steps answered"] += 1
            if said.claim is not None:
                self._claimed(*said.claim)
            if said.version is not None:
                self.acts[about.key] = about, said
                self.seen["acts acknowledged"] += 1
        if told.answered:
            last = told.answered[-1]
            self.digest, self.heads = last.digest, last.heads
        people = office(self.folder / "store", 0)
        self._tables(people, told, seed)
        self._history(people, told.under_way)
        self._answers(people, told.under_way)
        self._let_go(people)
        self._backup(told)

    def _backup(self, told: Told) -> None:
        """A backup that is there is whole, and holds all that was answered before the last one was asked for and answered."""
        kept, made = self.folder / "backup.tar", self.folder / "restored"
        if not kept.exists():
            return
        restore(kept, made, packaged_tables(), lambda _: None)
        asked = [n for n, about in enumerate(told.about[: len(told.answered)]) if about.what == "backup"]
        people = office(made, 0)
        heads = told.answered[asked[-1] - 1].heads if asked and asked[-1] else {}
        verdict = audit.verify(people.store, heads)
        assert verdict.ok, verdict.first_bad
        assert list(audit.problems(people.store)) == []
        self._let_go(people)
        shutil.rmtree(made)
        self.seen["backups restored"] += 1

    def _tables(self, people: Office, told: Told, seed: str) -> None:
        """As after the last answer, or as after the step that was under way."""
        found, there = people.digest(), False
        if found != self.digest:
            assert told.under_way is not None, "the tables changed, and nothing was under way"
            again = office(self.folder / "before", seed)
            for step in islice(again.steps(), len(told.about)):
                again.take(step)
            assert found == again.digest(), f"by halves, or wrong: {told.under_way}"
            self._let_go(again)
            there = True
        for _, row in people.store.claims.each_raw():
            self._claimed(row["claim"]["token"], row["claim"]["case"], row["claim"]["officer"])
        if told.under_way is not None:
            self.seen[f"under way: {'there' if there else 'not there, or nothing to write'}"] += 1

    def _claimed(self, token: int, case: str, officer: str) -> None:
        assert self.claims.setdefault(token, (case, officer)) == (case, officer), "a token was given twice"

    def _history(self, people: Office, under_way: About | None) -> None:
        """Whole, with all that was acknowledged, once, and at most the one act that was under way."""
        verdict = audit.verify(people.store, self.heads)
        assert verdict.ok, verdict.first_bad
        assert list(audit.problems(people.store)) == []
        found: dict[str, list[tuple[str, int]]] = {}
        for line in people.store.history.walk():
            event = read(line.body)
            if event.key is not None:
                found.setdefault(event.key, []).append((line.case_id, event.seq))
        for key, (about, said) in self.acts.items():
            assert found.pop(key) == [(about.case, seq) for seq in said.seqs], f"lost or doubled: {about}"
        assert found.keys() <= ({under_way.key} if under_way is not None else set())

    def _answers(self, people: Office, under_way: About | None) -> None:
        """The same key, while it is kept, answers the same and writes nothing; what was under way is done by it, once."""
        before, since = people.digest(), people.store.now() - KEYS_KEPT
        for about, said in [one for one in self.acts.values() if one[1].at >= since][-3:]:
            again = self._again(people, about)
            if not isinstance(again, Forbidden):  # whoever may not open the case any more because of this very act
                assert isinstance(again, Done)
                assert (again.version, tuple(event.seq for event in again.events)) == (said.version, said.seqs)
        assert people.digest() == before
        if under_way is not None and under_way.key:
            answer, after = answered(people, self._again(people, under_way)), people.digest()
            if answer.version is not None:
                self.acts[under_way.key] = under_way, answer
                assert isinstance(self._again(people, under_way), Done)
            assert people.digest() == after
        self.digest, self.heads = people.digest(), audit.heads_of(people.store)

    def _again(self, people: Office, about: About) -> object:
        action = parse_action(about.action)
        return people.take(Step("act", lambda office: office.act(about.person, about.case, action, about.key)))

    def _let_go(self, people: Office) -> None:
        """Close the store, and write nothing more."""
        people.store.clock.stops = False
        people.close()


def run(folder: Path, rounds: int, seed: int) -> Counter[str]:
    """So many rounds; how often what was seen."""
    chance, seen = random.Random(seed), Counter[str]()
    for first in range(0, rounds, IN_ONE_STORE):
        here = folder / str(first)
        here.mkdir()
        one = Rounds(here, chance, seen=seen)
        one.begin()
        for _ in range(min(IN_ONE_STORE, rounds - first)):
            one.round()
        shutil.rmtree(here)
    return seen


def main(words: Sequence[str]) -> None:
    """Print what was seen, or fail."""
    parser = argparse.ArgumentParser(prog="python -m tests.rounds", description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    asked = parser.parse_args(words)
    print(f"seed {asked.seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="greenwax-rounds-"))
    try:
        seen = run(folder, asked.rounds, asked.seed)
    except AssertionError:
        print(f"The stores are left in {folder}.")
        raise
    shutil.rmtree(folder)
    print(*(f"{count:7,} {what}" for what, count in sorted(seen.items())), sep="\n")


if __name__ == "__main__":
    quicken(setattr, ahead=1 << 16)
    pin_salts(setattr)
    main(sys.argv[1:])
