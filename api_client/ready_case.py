"""A case that was lived through elsewhere, in the bytes in which a store keeps it: several processes make what one writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api_client.local_queue import queued
from casework.accounts import CaseId
from casework.commit import Commit


@dataclass(frozen=True, slots=True)
class Ready:
    """A case from its opening on, ready to be written."""

    case: CaseId
    bodies: tuple[bytes, ...]
    """Of its events."""
    head: str
    state: str
    queued: bytes
    restricted: Mapping[str, Mapping[str, Any]]


def ready(life: Commit) -> Ready:
    """A whole life."""
    return Ready(
        case=life.case.id,
        bodies=tuple(one.body for one in life.events),
        head=life.head,
        state=life.case.model_dump_json(),
        queued=orjson.dumps(queued(life.case, life.queue_rows, life.wakes_on)),
        restricted={one.name: {"case": life.case.id, **one.model_dump()} for one in life.restricted},
    )
