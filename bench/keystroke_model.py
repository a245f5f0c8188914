"""The keystroke-level model: how many seconds a pair of hands and a head need for a string of operators. Nobody is timed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Seconds:
    """What each operator takes."""

    key: float
    pointing: float
    clicking: float
    changing_hands: float
    thinking: float

    @property
    def mouse(self) -> float:
        """To point at something and click, the hand on the mouse already."""
        return self.pointing + self.clicking


@dataclass(frozen=True, slots=True)
class Cost:
    """What a job takes: seconds of whoever does it, pages waited for, characters, other keys, and clicks."""

    seconds: float
    waits: int
    characters: int
    others: int
    clicks: int = 0
    thoughts: int = 0

    @property
    def keys(self) -> int:
        """Characters and other keys."""
        return self.characters + self.others

    def waited(self, response: float) -> float:
        """The seconds with the waiting, when each page takes so long."""
        return self.seconds + self.waits * response


def elsewhere(operators: str, seconds: Seconds, *, clicked: bool) -> Cost:
    """The cheapest mix of keys and mouse for a string of operators, as `keystrokes.toml` describes them.

    The hand begins at the keyboard; where an account has just been `clicked` open, it may be at the mouse as well.
    Where the hand is, on the keyboard or on the mouse, is all that one step leaves to the next; so the cheapest way to
    either is kept, step by step.
    """
    keyboard: Cost | None = Cost(0, 0, 0, 0)
    mouse = Cost(0, 0, 0, 0) if clicked else None
    for operator in operators.split():
        kind, number = operator[0], int(operator[1:] or 1)
        by_key, by_mouse = _step(kind, number, seconds)
        at_keys = [_add(keyboard, by_key, 0.0), _add(mouse, by_key, seconds.changing_hands)]
        at_mouse = [_add(mouse, by_mouse, 0.0), _add(keyboard, by_mouse, seconds.changing_hands)]
        if kind in "MR":  # the hand stays where it is
            at_keys, at_mouse = at_keys[:1], at_mouse[:1]
        keyboard, mouse = _cheapest(at_keys), _cheapest(at_mouse)
    best = _cheapest([keyboard, mouse])
    assert best is not None
    return best


def _step(kind: str, number: int, seconds: Seconds) -> tuple[Cost | None, Cost | None]:
    """What one operator costs with the keyboard and with the mouse; None where it cannot be done so."""
    match kind:
        case "M":
            thought = Cost(seconds.thinking * number, 0, 0, 0, thoughts=number)
            return thought, thought
        case "R":
            return Cost(0, number, 0, 0), Cost(0, number, 0, 0)
        case "C":
            return Cost(seconds.key * number, 0, number, 0), None
        case "F":
            return Cost(seconds.key * number, 0, 0, number), None
        case "X":
            return None, Cost(seconds.mouse * number, 0, 0, 0, number)
        case "T" | "G":
            keys = number + (kind == "G")
            return Cost(seconds.key * keys, 0, 0, keys), Cost(seconds.mouse, 0, 0, 0, 1)
    raise ValueError(f"no operator is called {kind}")


def _add(one: Cost | None, other: Cost | None, moving: float) -> Cost | None:
    if one is None or other is None:
        return None
    return Cost(
        one.seconds + other.seconds + moving,
        one.waits + other.waits,
        one.characters + other.characters,
        one.others + other.others,
        one.clicks + other.clicks,
        one.thoughts + other.thoughts,
    )


def _cheapest(costs: Sequence[Cost | None]) -> Cost | None:
    return min((cost for cost in costs if cost is not None), key=lambda cost: cost.seconds, default=None)


# Our own jobs


@dataclass(frozen=True, slots=True)
class Burst:
    """Keys typed without looking, and the text that shows when they have done what they should."""

    keys: tuple[str, ...]
    shows: str


@dataclass(frozen=True, slots=True)
class Script:
    """How a job is done at the desk."""

    bursts: tuple[Burst, ...]
    thoughts: int
    characters: int
    others: int

    def cost(self, seconds: Seconds) -> Cost:
        """By the model."""
        time = self.thoughts * seconds.thinking + (self.characters + self.others) * seconds.key
        return Cost(time, len(self.bursts), self.characters, self.others, thoughts=self.thoughts)


def script(tokens: Sequence[str]) -> Script:
    """A script from its tokens, as `keystrokes.toml` describes them. Raises ValueError if it does not end in a wait."""
    bursts: list[Burst] = []
    keys: list[str] = []
    thoughts = characters = others = 0
    for token in tokens:
        if token == "M":
            thoughts += 1
        elif token.startswith("R "):
            bursts.append(Burst(tuple(keys), token[2:]))
            keys = []
        elif token.startswith("<") and token.endswith(">"):
            keys.append(token[1:-1])
            others += 1
        else:
            keys += token
            characters += len(token)
    if keys:
        raise ValueError(f"a script ends in a wait; {keys} would be lost")
    return Script(tuple(bursts), thoughts, characters, others)


@dataclass(frozen=True, slots=True)
class Job:
    """One job: how it is done elsewhere, how here, what comes of it, and what it may cost."""

    number: int
    name: str
    opal: str
    green_screen: str
    starts: str
    """The screen it starts from: `queues`, or a `case` that has been pulled."""
    most_keys: int
    most_waits: int
    form: Script
    quick: Script | None
    result: dict[str, Any]
    """What stands in the case afterwards, by path."""
    lacks: dict[str, str]
    """What the desk cannot do yet that a path needs."""

    @property
    def paths(self) -> dict[str, Script]:
        """By form, and by quick entry where that is another way."""
        return {"form": self.form} | ({"quick": self.quick} if self.quick is not None else {})


@dataclass(frozen=True, slots=True)
class Book:
    """Every job, and the constants of the model."""

    seconds: Seconds
    waits: dict[str, list[float]]
    jobs: tuple[Job, ...]


def read_book() -> Book:
    """What `keystrokes.toml` says."""
    told = tomllib.loads(Path(__file__).with_name("keystrokes.toml").read_text("utf-8"))
    return Book(Seconds(**told["seconds"]), told["waits"], tuple(_job(one) for one in told["job"]))


def _job(told: dict[str, Any]) -> Job:
    lacks = {path: told[name] for path, name in (("form", "lacks"), ("quick", "lacks_quick")) if name in told}
    return Job(
        number=told["number"],
        name=told["name"],
        opal=told["opal"],
        green_screen=told["green_screen"],
        starts=told["starts"],
        most_keys=told["budget"]["keys"],
        most_waits=told["budget"]["waits"],
        form=script(told["form"]),
        quick=script(told["quick"]) if "quick" in told else None,
        result=told.get("result", {}),
        lacks=lacks,
    )
