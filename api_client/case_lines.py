"""An export: whole cases with their history, in JSON Lines, so that another store has them byte for byte.

    {"greenwax":"export","format":1,"kind":"real","made_at":...,"cases":2,"heads":"<sha256>","restricted":true}
    {"case":"K01-24000731N","head":"<hash of the last event>","events":["<body>", ...],"restricted":[{"salt","text"}, ...]}

An event's body stands there as text, which is the bytes that were hashed. `heads` is SHA-256 over `<case> <head>\\n` of every
case in order, so that a file that lost a line, or has one more, shows. Whoever reads an export believes nothing of it: the
chain of each case is checked event by event, and its state is what these add up to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, ValidationError

from api_client.strict_json import parse
from casework.accounts import CaseId
from casework.actions.calendar import wakes_on
from casework.actions.declare import reasons_of
from casework.case import Case
from casework.clean import clean_line
from casework.commit import Commit
from casework.dates import Instant
from casework.events import KINDS, Opened, Received, Reversed
from casework.history import KEY, UPCASTS, ChainBroken, Event, check, read, rebuild
from casework.queues import rows
from casework.reference import Tables
from casework.restricted import RestrictedText

__all__ = ["FORMAT", "CaseLine", "Header", "HeadsDigest", "committed", "digest_of_heads", "parsed"]

FORMAT = 1
_FROZEN = ConfigDict(frozen=True, extra="forbid", defer_build=True)
_Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_MOST_ACTOR = 200
M = TypeVar("M", bound=BaseModel)


class Header(BaseModel):
    """The first line of an export."""

    model_config = _FROZEN

    greenwax: Literal["export"] = "export"
    format: Annotated[int, Field(strict=True)] = FORMAT
    kind: Literal["practice", "real"]
    made_at: Instant
    cases: Annotated[int, Field(strict=True, ge=0)]
    heads: _Hash
    restricted: StrictBool
    """Whether the restricted texts are in it."""


class CaseLine(BaseModel):
    """One case: what names it, its events, and the restricted texts that they name."""

    model_config = _FROZEN

    case: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,4}-\d{8}[A-Z]$")]
    head: _Hash
    imported: _Hash | None = None
    """The digest of the account line that it came from, if it did."""
    events: Annotated[tuple[str, ...], Field(min_length=1)]
    restricted: tuple[RestrictedText, ...] = ()


class HeadsDigest:
    """The digest of heads, fed case by case."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()

    def add(self, case: str, head: str) -> None:
        """One more case."""
        self._sum.update(f"{case} {head}\n".encode())

    @property
    def hex(self) -> str:
        """Of all so far."""
        return self._sum.hexdigest()


def digest_of_heads(heads: Iterable[tuple[str, str]]) -> str:
    """The digest of cases and their heads, in order."""
    digest = HeadsDigest()
    for case, head in heads:
        digest.add(case, head)
    return digest.hex


def parsed(line: bytes, model: type[M]) -> M:
    """A line of an export. Raises ValueError with a sentence."""
    try:
        return model.model_validate(parse(line))
    except ValidationError as fault:
        raise ValueError(
            "; ".join(f"{one.field or 'the line'}: {one.message}" for one in reasons_of(fault)[:3])
        ) from None


# From the line to the case


def committed(line: CaseLine, tables: Tables) -> Commit:
    """The case of `line` as a store writes it, after every check there is: its chain, its last hash, its own name, the events
    this version knows, a state that can be, texts that its events name.

    Raises:
        ValueError: with a sentence.
    """
    events = tuple(_event(n, body) for n, body in enumerate(line.events, 1))
    case_id = CaseId(line.case)
    try:
        check(case_id, events)
    except ChainBroken as fault:
        raise ValueError(f"the chain is broken: {fault}") from None
    if events[-1].hash != line.head:
        raise ValueError(
            "the chain does not end with the hash that the line names: an event is missing, or was changed"
        )
    if [n for n, one in enumerate(events) if isinstance(one.what, Opened)] != [0]:
        raise ValueError("a case begins with its opening, and is opened once")
    if any(
        sum(one.pence for one in event.what.postings) for event in events if isinstance(event.what, Received | Reversed)
    ):
        raise ValueError("the postings of a payment do not sum to zero")
    _refuse_unnamed(line, events)
    try:
        case = Case.model_validate(rebuild(events).model_dump(mode="json"))
        projected, wakes = rows(case, tables), wakes_on(case, tables)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        raise ValueError("its events add up to something that cannot be, or that the tables here do not know") from None
    if case.id != line.case:
        raise ValueError(f"its events are those of {case.id}")
    return Commit(events, case, projected, wakes, restricted=line.restricted)


def _event(n: int, body: str) -> Event:
    content = parse(body.encode())
    if not isinstance(content, dict) or "\n" in body:
        raise ValueError(f"event {n} is not one JSON object on one line")
    kind, v = content.get("kind"), content.get("v")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"event {n} is of the kind “{_short(kind)}”, which this version does not know")
    if v != KINDS[kind].v and (kind, v) not in UPCASTS:
        raise ValueError(f"event {n} is version {_short(v)} of “{kind}”, which this version does not know")
    try:
        event = read(body.encode())
    except (ChainBroken, RecursionError):
        raise ValueError(f"event {n}, “{kind}”, cannot be read") from None
    actor = event.actor
    named = isinstance(actor, str) and 0 < len(actor) <= _MOST_ACTOR and clean_line(actor) == actor
    key = event.key is None or (isinstance(event.key, str) and KEY.fullmatch(event.key))
    if not named or not key or type(event.seq) is not int or event.at.tzinfo is None:
        raise ValueError(f"event {n} does not say who did it, when, or with which key")
    return event


def _short(value: object) -> str:
    return clean_line(str(value))[:40]


def _refuse_unnamed(line: CaseLine, events: Iterable[Event]) -> None:
    named = {getattr(event.what, name, None) for event in events for name in ("restricted", "restricted_note")}
    if any(one.name not in named for one in line.restricted):
        raise ValueError("a restricted text is not the one that an event names")
