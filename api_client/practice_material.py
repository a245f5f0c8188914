"""What the practice office is made of: `practice_names.toml`, read once, and how one thing is drawn from many.

Whatever is drawn, is drawn by a random source that comes in as an argument, so that the same source brings the same office.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from casework.people import Name, Source
from casework.staff import Staff

Habit = Literal["keeps", "irregular", "stops", "never", "pays-off"]
"""How somebody goes about paying."""

Living = Literal["wages", "both", "benefit", "unknown"]
"""What somebody lives on, as far as we know."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Community(_Part):
    """Names that go together, and how many people have them."""

    name: str
    weight: int
    second: float
    """How often somebody has two forenames."""
    interpreter: float = 0.005
    """How often somebody needs an interpreter."""
    speaks: tuple[str, ...]
    """For which language."""
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]


class Place(_Part):
    """A town and its postcode districts."""

    unit: str
    town: str
    outward: tuple[str, ...]
    weight: int


class Streets(_Part):
    """What street names are put together from."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    houses: tuple[str, ...]


class Organisations(_Part):
    """What the names of organisations are put together from."""

    names: tuple[str, ...]
    trades: tuple[str, ...]
    endings: tuple[str, ...]


class Employers(_Part):
    """What the names of employers are put together from."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    endings: tuple[str, ...]


class Vehicles(_Part):
    """Makes, and the first letters of registrations in each unit."""

    makes: tuple[str, ...]
    tags: dict[str, tuple[str, ...]]


class Representatives(_Part):
    """Who speaks for people."""

    solicitors: tuple[str, ...]
    advisers: tuple[str, ...]


class Sentence(_Part):
    """What courts order for one offence, in pounds from and to."""

    offence: str
    weight: int
    youth: bool = False
    organisation: bool = False
    fine: tuple[int, int]
    costs: tuple[int, ...]
    costs_result: str = "FCPC"
    compensation: float = 0.0
    loss: tuple[int, int] = (0, 0)
    duty: tuple[int, int] | None = None
    """Back duty on a vehicle."""
    creditor: str | None = None


class Material(_Part):
    """The whole file."""

    staff: tuple[Staff, ...]
    sources: dict[str, dict[Source, int]]
    community: tuple[Community, ...]
    known: tuple[Name, ...]
    place: tuple[Place, ...]
    streets: Streets
    organisations: Organisations
    employers: Employers
    vehicles: Vehicles
    representatives: Representatives
    sentence: tuple[Sentence, ...]
    courts: dict[str, tuple[str, ...]]
    crown_courts: dict[str, str]
    outcomes: dict[Habit | Literal["organisation", "youth", "represented", "written"], dict[str, int]]
    notes: dict[str, tuple[str, ...]]
    """By outcome, or outcome and second level (`HARDSHIP/JOB`), or what is done."""
    written_notes: dict[str, tuple[str, ...]]
    """What is noted of their messages, by outcome."""
    organisation_notes: dict[str, tuple[str, ...]]
    """What is written instead when an organisation owes."""
    youth_notes: dict[str, tuple[str, ...]]
    """And when it is a youth who pays."""


@cache
def material() -> Material:
    """What everything here is made of."""
    text = (files("api_client") / "practice_names.toml").read_text("utf-8")
    return Material.model_validate(tomllib.loads(text))


class _Weighed(Protocol):
    @property
    def weight(self) -> int: ...


K = TypeVar("K")
W = TypeVar("W", bound=_Weighed)


def pick(rng: Random, weights: Mapping[K, float]) -> K:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def often(rng: Random, share: int) -> bool:
    """Whether one of a hundred is among so many of them."""
    return rng.random() * 100 < share


def weighed(rng: Random, rows: Sequence[W]) -> W:
    """One of the rows, as often as its weight says."""
    return rng.choices(rows, [row.weight for row in rows])[0]
