"""History: events numbered, dated, signed and chained, and the case rebuilt from them.

An event's body is the JSON bytes that were first written; they are stored and hashed as they are and never made again.
Its hash is SHA-256 over the body, and the body names the hash before it, so that each chain holds together and, because
the first link names the case, an event cannot be moved to another case. A changed shape of a kind gets a new version and
one pure step in `UPCASTS`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.accounts import CaseId
from casework.case import Case
from casework.events import KINDS, Happening, Received, Reversed, Stamp
from casework.situation import TakenReceipt

Data = dict[str, Any]
Upcast = Callable[[Data], Data]

_PLACE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

KEY = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)
"""What an idempotency key may be."""

UPCASTS: Mapping[tuple[str, int], Upcast] = {}
"""For a kind and an old version: what turns its data into the next version's."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one case."""

    seq: int
    at: datetime
    actor: str
    key: str | None
    """The idempotency key of the action it came from."""
    prev: str
    hash: str
    body: bytes
    what: Happening

    def apply(self, case: Case | None) -> Case:
        """The case after this event. Never fails."""
        return self.what.apply(case, Stamp(self.seq, self.at, self.actor))


class ChainBroken(Exception):
    """A stored event is not what was written, or not where it was written."""


def genesis(case_id: CaseId) -> str:
    """What the first event of a case names as the hash before it."""
    return hashlib.sha256(f"greenwax case {case_id}".encode()).hexdigest()


def link(seq: int, prev: str, at: datetime, actor: str, key: str | None, what: Happening) -> Event:
    """The event that follows the one whose hash is `prev`."""
    content = {
        "seq": seq,
        "kind": what.kind,
        "v": what.v,
        "at": at.isoformat(),
        "actor": actor,
        "key": key,
        "prev": prev,
    }
    place = _PLACE.encode(content)
    body = f'{place[:-1]},"data":{what.model_dump_json(exclude_none=True)}}}'.encode()
    return Event(seq, at, actor, key, prev, hashlib.sha256(body).hexdigest(), body, what)


def read(body: bytes, upcasts: Mapping[tuple[str, int], Upcast] = UPCASTS) -> Event:
    """The event that `body` holds, brought up to the newest version of its kind.

    Raises:
        ChainBroken: when the body is no event.
    """
    try:
        content = json.loads(body)
        kind, v, data = content["kind"], content["v"], content["data"]
        while (kind, v) in upcasts:
            v, data = v + 1, upcasts[kind, v](data)
        if v != KINDS[kind].v:
            raise ValueError(f"version {v} of {kind} is not known")
        what = KINDS[kind].model_validate(data)
        at = datetime.fromisoformat(content["at"])
        seq, actor, key, prev = content["seq"], content["actor"], content["key"], content["prev"]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise ChainBroken(f"an event cannot be read: {type(fault).__name__}") from fault
    return Event(seq, at, actor, key, prev, hashlib.sha256(body).hexdigest(), body, what)


def check(case_id: CaseId, events: Iterable[Event]) -> None:
    """That `events`, oldest first, are an unbroken chain of this case.

    Raises:
        ChainBroken: naming the first event that is not in its place.
    """
    prev = genesis(case_id)
    for seq, event in enumerate(events, 1):
        if event.seq != seq or event.prev != prev:
            raise ChainBroken(f"event {seq} of {case_id} does not follow the one before it")
        prev = event.hash


def rebuild(events: Iterable[Event]) -> Case:
    """The case that `events`, oldest first, add up to."""
    case: Case | None = None
    for event in events:
        case = event.apply(case)
    if case is None:
        raise ChainBroken("a case has at least its opening")
    return case


def taken_receipt(newest_first: Iterable[Event], receipt: str) -> TakenReceipt | None:
    """The receipt of that id, and whether an event since then undid it. Reads no further back than it must."""
    undone = False
    for event in newest_first:
        if isinstance(event.what, Reversed) and event.what.receipt == receipt:
            undone = True
        if isinstance(event.what, Received) and f"{event.seq}.1" == receipt:
            return TakenReceipt(event.what, event.actor, event.at, undone)
    return None
