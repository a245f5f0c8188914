"""What a practice office is meant to be: `practice_aims.toml`, read once. Whatever is drawn takes its share from there.

What an account is, is dealt out by quotas: of a thousand accounts of which three of a hundred are to have a value, thirty do.
What happens in a life is drawn whenever it comes up.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from api_client.practice_material import Living, pick
from casework.table_rows import Benefit


class _Counted(BaseModel):
    """Something that is counted in an office."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    code: str
    title: str
    of: str
    """What is counted."""


class Aim(_Counted):
    """How something is meant to be spread, and so is drawn: so many of a hundred have each value."""

    source: str
    """Where the shares are from."""
    shares: dict[str, float]
    told: dict[str, float] = {}
    """How many of the hundred come to have a value undrawn, because a told scene says so; less than nought where fewer do than
    are drawn, because not every life has room for it."""

    @model_validator(mode="after")
    def _whole(self) -> Aim:
        if abs(sum(self.shares.values()) - 100) > 0.001:
            raise ValueError(f"the shares of {self.code} are {sum(self.shares.values()):g} of a hundred")
        if any(share > self.shares.get(value, 0) for value, share in self.told.items()):
            raise ValueError(f"more of {self.code} is told than is aimed for")
        return self

    @property
    def drawn(self) -> dict[str, float]:
        """How often each value is drawn: what is aimed for, less what the told scenes bring about."""
        return {value: share - self.told.get(value, 0) for value, share in self.shares.items()}


class Made(_Counted):
    """Something that nobody draws: it follows from rules that are lived through, and is only counted."""

    follows: str
    """From what."""
    values: tuple[str, ...]


class Shares(BaseModel):
    """What is drawn and not counted: how many of a hundred. The comments in the file say of what."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    taken_over: int
    prosecutor_reference: int
    aliases: int
    moved: int
    second_number: int
    useless_number: int
    email: int
    vehicle: int
    keeper: int
    national_insurance: int
    partner: int
    deducted_already: int
    pay_known: int
    adjustment: int
    authority: int
    reserve_terms: int
    guardian_pays: int
    guardian_known: int
    prefers: int
    living: dict[Living, int]
    benefit: dict[Benefit, int]
    pension: dict[Living, int]
    checked: dict[Literal["never", "long_ago", "lately"], int]
    age: dict[int, int]
    adjustments: dict[str, int]
    preferences: dict[str, int]


class _Aims(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    aim: tuple[Aim, ...]
    made: tuple[Made, ...]
    deck: dict[str, int]
    shares: Shares


@cache
def _file() -> _Aims:
    text = (files("api_client") / "practice_aims.toml").read_text("utf-8")
    return _Aims.model_validate(tomllib.loads(text))


def aims() -> tuple[Aim, ...]:
    """All that is aimed for, in the order in which it is shown."""
    return _file().aim


def follows() -> tuple[Made, ...]:
    """All that is counted and not aimed for, in the order in which it is shown."""
    return _file().made


@cache
def aim(code: str) -> Aim:
    """One of the aims. Raises KeyError if there is none of that code."""
    return {one.code: one for one in aims()}[code]


def deck() -> Mapping[str, int]:
    """How often each card is dealt, by its name, where nothing else says which it is to be."""
    return _file().deck


def shares() -> Shares:
    """What is drawn and not counted."""
    return _file().shares


# -- Quotas

V = TypeVar("V")


def quotas(of: Mapping[V, float], count: int) -> dict[V, int]:
    """How many of `count` things have each value: whole numbers, and what is left over where the largest part was cut off."""
    whole = sum(of.values())
    exact = {value: share * count / whole for value, share in of.items()}
    found = {value: int(number) for value, number in exact.items()}
    for value in sorted(of, key=lambda one: found[one] - exact[one])[: count - sum(found.values())]:
        found[value] += 1
    return found


def deal(rng: Random, of: Mapping[V, float], may: Sequence[Sequence[V] | None]) -> list[V]:
    """A value for each thing, so that of all together as many have each as its share says.

    `may` holds what each of them could have; any value if None. Those with the least choice are served first, and rather with
    what few others can have; so wherever it can be done, the shares come out exactly, or nearly.
    """
    left = quotas(of, len(may))
    found: dict[int, V] = {}
    bound = [n for n, values in enumerate(may) if values is not None]
    free = [n for n, values in enumerate(may) if values is None]
    able = Counter(value for n in bound for value in may[n] or ())
    rng.shuffle(bound)
    for n in sorted(bound, key=lambda n: len(may[n] or ())):
        values = may[n] or ()
        wanted = {value: left[value] / (able[value] + len(free)) for value in values if left[value] > 0}
        found[n] = pick(rng, wanted or {value: of[value] for value in values}) if len(values) > 1 else values[0]
        left[found[n]] -= 1
        able.subtract(values)
    rest = [value for value, count in left.items() for _ in range(max(count, 0))]
    found.update(zip(free, rng.sample(rest, len(free)), strict=True))
    return [found[n] for n in range(len(may))]
