"""Whether a store is what its history adds up to, and whether its parts fit one another. Reads only, one case at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from api_client.local_store import LocalStore
from api_client.store_errors import StoreDamaged
from casework.accounts import CaseId
from casework.actions.calendar import wakes_on
from casework.case import Case
from casework.claims import Claim
from casework.history import ChainBroken, check, rebuild
from casework.queues import rows, taken
from casework.refusals import Damaged
from casework.restricted import RestrictedText
from casework.staff import Staff
from casework.undoing import Kept
from casework.views import Draft

Progress = Callable[[int, int], object]
"""Told how many cases of how many have been looked at."""

_SEAL = re.compile(r"[0-9a-f]{64}")


def problems(store: LocalStore, progress: Progress = lambda _done, _all: None) -> Iterator[str]:
    """Everything in the store that is not as it should be, in sentences that begin with the place.

    Each case is rebuilt from its history and compared, with its places in the queues and the day on which its calendar wakes;
    every other table is compared with the cases and the staff; both logs are walked to their ends.
    """
    cases = len(store.cases)
    for done, (case_id, record) in enumerate(store.cases.each_raw()):
        progress(done, cases)
        yield from _of_case(store, CaseId(case_id), record)
    for table in (_queue, _claims, _drafts, _keys, _staff, _restricted):
        yield from table(store)
    yield from _logs(store)
    progress(cases, cases)


def _of_case(store: LocalStore, case_id: CaseId, record: Mapping[str, Any]) -> Iterator[str]:
    try:
        case = Case.model_validate(record["case"])
        events = [*store.events_back(record["at"])][::-1]
        check(case_id, events)
        if case.id != case_id or events[-1].hash != record["head"] or rebuild(events) != case:
            yield f"{case_id}: the case is not what its events add up to"
    except (Damaged, ChainBroken) as fault:
        yield f"{case_id}: {fault}"
        return
    except ValidationError as fault:
        yield f"{case_id}: the case cannot be read ({fault.error_count()} faults)"
        return
    except (LookupError, TypeError):
        yield f"{case_id}: its record is not whole"
        return
    kept = store.queue_rows.raw(case_id) or {}
    if kept.get("rows") != [row.model_dump(mode="json") for row in rows(case, store.reference)]:
        yield f"{case_id}: its places in the queues are not those of its tasks"
    day = wakes_on(case, store.reference)
    if kept.get("wakes_on") != (day.isoformat() if day else None):
        yield f"{case_id}: its calendar does not wake on the day that it should"
    promise = taken(case)
    if kept.get("taken") != (promise.model_dump(mode="json") if promise else None):
        yield f"{case_id}: its promise does not stand with whoever took it"


def _queue(store: LocalStore) -> Iterator[str]:
    for case_id, _ in store.queue_rows.each_raw():
        if store.cases.packed(case_id) is None:
            yield f"{case_id}: in the queues, but there is no such case"


def _claims(store: LocalStore) -> Iterator[str]:
    last = (store.meta.raw("tokens") or {"last": 0})["last"]
    for case_id, document in store.claims.each_raw():
        if store.cases.packed(case_id) is None:
            yield f"{case_id}: claimed, but there is no such case"
        try:
            claim = Claim.model_validate(document["claim"])
        except (ValidationError, LookupError):
            yield f"{case_id}: its claim cannot be read"
            continue
        if claim.case != case_id or claim.officer != document["officer"]:
            yield f"{case_id}: its claim is another's"
        if store.staff.raw(claim.officer) is None:
            yield f"{case_id}: claimed by {claim.officer}, who is not on the staff"
        if claim.token > last:
            yield f"{case_id}: its claim has a token that was never given out"


def _drafts(store: LocalStore) -> Iterator[str]:
    for name, document in store.drafts.each_raw():
        try:
            person, draft = document["person"], Draft.model_validate(document["draft"])
        except (ValidationError, LookupError):
            yield f"draft {name}: it cannot be read"
            continue
        if name != f"{person} {draft.case} {draft.kind}" or store.staff.raw(person) is None:
            yield f"draft {name}: it belongs to nobody on the staff, or to another form"
        if store.cases.packed(draft.case) is None:
            yield f"draft {name}: there is no such case"


def _keys(store: LocalStore) -> Iterator[str]:
    for name, record in store.keys.each_raw():
        try:
            line = store.history.read(record["at"])
            if line.case_id != record["case"] or store.cases.packed(record["case"]) is None:
                yield f"key {name}: what it did was done to another case"
            if not _SEAL.fullmatch(record["digest"]):
                yield f"key {name}: it is not sealed"
            if "kept" in record:
                Kept.model_validate(record["kept"])
        except ValidationError:
            yield f"key {name}: what undoing it would need cannot be read"
        except (StoreDamaged, LookupError, TypeError):
            yield f"key {name}: what it did is not in the history"


def _staff(store: LocalStore) -> Iterator[str]:
    places: Counter[int] = Counter()
    for name, document in store.staff.each_raw():
        places[document["place"]] += 1
        try:
            if Staff.model_validate(document["staff"]).id != name:
                yield f"staff {name}: stands under another's name"
        except ValidationError:
            yield f"staff {name}: cannot be read"
    if any(number > 1 for number in places.values()):
        yield "staff: two have the same place in the list"


def _restricted(store: LocalStore) -> Iterator[str]:
    for name, kept in store.restricted.each_raw():
        if RestrictedText(salt=kept["salt"], text=kept["text"]).name != name:
            yield f"{kept['case']}: a restricted text is not what was written"
        if store.cases.packed(kept["case"]) is None:
            yield f"{kept['case']}: there is a restricted text of it, but there is no such case"


def _logs(store: LocalStore) -> Iterator[str]:
    """The history has the events of the cases and no others; nobody has changed who looked."""
    try:
        events = Counter(line.case_id for line in store.history.walk())
    except StoreDamaged as fault:
        yield str(fault)
    else:
        for case_id, number in events.items():
            record = store.cases.raw(case_id)
            if record is None:
                yield f"{case_id}: it has a history, but there is no such case"
            elif number != (version := record["case"].get("version")):
                yield f"{case_id}: the history has {number} events of it, and the case is at version {version}"
    if (broken := store.access.verify()) is not None:
        yield f"access log, line {broken}: does not follow the line before it"
