"""Audit: whether the history is what was written, and whether the store is what its history adds up to. Reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from api_client.history_log import Line
from api_client.local_store import LocalStore
from api_client.store_check import problems
from api_client.store_errors import StoreDamaged
from casework.accounts import CaseId
from casework.history import ChainBroken, genesis, read

__all__ = ["ACCESS_LOG", "Verdict", "heads_of", "problems", "verify"]

ACCESS_LOG = "access.log"
"""Among the heads, the name of the access log's: no case can be called so."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `greenwax audit verify` answers."""

    cases: int
    events: int
    ok: bool
    first_bad: str | None = None
    """Where and what, for the first fault found."""


def verify(store: LocalStore, heads: Mapping[str, str] | None = None) -> Verdict:
    """Walk the whole history and both chains. With `heads`, exported earlier, what is whole but not what it was shows too: a
    tail cut off, a case taken out, a chain made anew.

    For each case: every body has its hash, every event follows the one before it and says where that stands in the file, and
    the last is the one the case names. No case is in the history alone.
    """
    events = 0
    ends: dict[str, _End] = {}
    seen: set[str] = set()
    faults: list[str] = []
    try:
        for line in store.history.walk():
            events += 1
            end = ends.get(line.case_id) or _End(0, genesis(CaseId(line.case_id)), None)
            faults += _out_of_place(line, end)
            ends[line.case_id] = _End(end.seq + 1, line.hash, line.offset)
            seen.add(f"{line.case_id} {line.hash}")
    except (StoreDamaged, ChainBroken) as fault:
        faults.append(str(fault))
    for case_id, record in store.cases.each_raw():
        end = ends.get(case_id) or _End(0, "", None)
        if (end.hash, end.offset) != (record["head"], record["at"]):
            faults.append(f"{case_id}: the history does not end where the case does")
    strays = (one for one in ends if store.cases.packed(one) is None)
    faults += (f"{one}: it has a history, but there is no such case" for one in strays)
    wanted = dict(heads or {})
    looked = wanted.pop(ACCESS_LOG, None)
    for case_id, head in wanted.items():
        if f"{case_id} {head}" not in seen:
            faults.append(f"{case_id}: the event of the exported heads is not in the history")
    if (broken := store.access.verify()) is not None:
        faults.append(f"access log, line {broken}: does not follow the line before it")
    if looked is not None and not store.access.knows(looked):
        faults.append("access log: the line of the exported heads is not in it")
    return Verdict(len(ends), events, not faults, next(iter(faults), None))


class _End(NamedTuple):
    """How far the walk has come with one case."""

    seq: int
    hash: str
    offset: int | None


def _out_of_place(line: Line, end: _End) -> Iterator[str]:
    """What is wrong with a line that should follow `end`. Raises ChainBroken where no event can be read."""
    if hashlib.sha256(line.body).hexdigest() != line.hash:
        raise ChainBroken(f"{line.case_id}: event {end.seq + 1} is not what was written")
    event = read(line.body)
    if (event.seq, event.prev) != (end.seq + 1, end.hash):
        yield f"{line.case_id}: event {event.seq} does not follow event {end.seq}"
    elif line.previous != end.offset:
        yield f"{line.case_id}: event {event.seq} does not say where event {end.seq} stands"


def heads_of(store: LocalStore) -> dict[str, str]:
    """The hash of the last event of every case, and of the access log's last line.

    They are to be kept where nobody who can change the store can change them.
    """
    heads = {case_id: record["head"] for case_id, record in store.cases.each_raw()}
    return {**heads, ACCESS_LOG: store.access.head}
