"""What a child does that is to be killed at it (`rounds`), and how it says what it did: in a module of its own, apart from the
command, because the process that it comes from has it ready.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from api_client import audit
from casework.views import Claimed, Done
from tests.office_work import Office, Step, office, pin_salts
from tests.unit import kill_shim
from tests.unit.store_tools import quicken


@dataclass(frozen=True)
class About:
    """What the child is about to do."""

    what: str
    person: str
    case: str
    key: str
    action: str


@dataclass(frozen=True)
class Answered:
    """What came of it, and how the store stands."""

    version: int | None
    """Of the case, after an act that was done."""
    at: datetime
    seqs: tuple[int, ...]
    digest: str
    heads: dict[str, str]
    claim: tuple[int, str, str] | None
    """The token, the case and the officer, when a case was claimed."""


def work(folder: Path, seed: str, kill: str, tell: Connection) -> None:
    """What the child does, until it is killed."""
    os.environ[kill_shim.VARIABLE] = kill
    quicken(setattr, ahead=1 << 16)
    pin_salts(setattr)
    kill_shim.install()
    tell.send("here")
    people = office(folder, seed)
    for step in people.steps():
        tell.send(_about(step))
        tell.send(answered(people, people.take(step)))


def _about(step: Step) -> About:
    action = step.action.model_dump_json() if step.action else ""
    return About(step.what, step.person, step.case, step.key, action)


def answered(people: Office, answer: object) -> Answered:
    """What this answer comes to."""
    done = answer if isinstance(answer, Done) else None
    claim = answer.claim if isinstance(answer, Claimed) else None
    return Answered(
        at=people.store.now(),
        version=done.version if done else None,
        seqs=tuple(event.seq for event in done.events) if done else (),
        digest=people.digest(),
        heads=audit.heads_of(people.store),
        claim=(claim.token, claim.case, claim.officer) if claim else None,
    )
