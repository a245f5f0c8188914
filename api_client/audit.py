"""Audit: whether the history is what was written, and whether the store is what its history adds up to. Reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

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
    """Walk the whole history and both chains. With `heads`, exported earlier, a tail that was cut off shows too.

    For each case: every body has its hash, every event follows the one before it, and the last is the one the case names.
    No case is in the history alone.
    """
    last: dict[str, tuple[int, str]] = {}
    seen: set[str] = set()
    wanted = dict(heads or {})
    events = 0
    first_bad: str | None = None
    try:
        for line in store.history.walk():
            events += 1
            seq, prev = last.get(line.case_id, (0, genesis(CaseId(line.case_id))))
            if hashlib.sha256(line.body).hexdigest() != line.hash:
                first_bad = first_bad or f"{line.case_id}: event {seq + 1} is not what was written"
                break
            event = read(line.body)
            if event.seq != seq + 1 or event.prev != prev:
                first_bad = first_bad or f"{line.case_id}: event {event.seq} does not follow event {seq}"
            last[line.case_id] = event.seq, line.hash
            seen.add(f"{line.case_id} {line.hash}")
    except (StoreDamaged, ChainBroken) as fault:
        first_bad = first_bad or str(fault)
    for case_id, record in store.cases.each_raw():
        if last.get(case_id, (0, ""))[1] != record["head"]:
            first_bad = first_bad or f"{case_id}: the history does not end where the case does"
    for case_id in last:
        if store.cases.packed(case_id) is None:
            first_bad = first_bad or f"{case_id}: it has a history, but there is no such case"
    looked = wanted.pop(ACCESS_LOG, None)
    for case_id, head in wanted.items():
        if f"{case_id} {head}" not in seen:
            first_bad = first_bad or f"{case_id}: the event of the exported heads is not in the history"
    if (broken := store.access.verify()) is not None:
        first_bad = first_bad or f"access log, line {broken}: does not follow the line before it"
    if looked is not None and not store.access.knows(looked):
        first_bad = first_bad or "access log: the line of the exported heads is not in it"
    return Verdict(len(last), events, first_bad is None, first_bad)


def heads_of(store: LocalStore) -> dict[str, str]:
    """The hash of the last event of every case, and of the access log's last line.

    They are to be kept where nobody who can change the store can change them.
    """
    heads = {case_id: record["head"] for case_id, record in store.cases.each_raw()}
    return {**heads, ACCESS_LOG: store.access.head}
