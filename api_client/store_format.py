"""The format of a store, and how an older one is brought to that of today.

Only the whole is numbered: which tables there are and what their documents hold. (A snapshot and a backup have numbers of
their own, and an event carries the version of its kind, which is brought up whenever it is read.) A change that the code
of today could not read, or would read wrongly, is a new number here and one step that leads to it.

A store is brought up when it is opened: first a backup is written beside it, then all steps are made as one transaction. If
that is interrupted anywhere the store is as it was, with perhaps a backup beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from api_client.local_queue import queued
from api_client.store_errors import StoreDamaged, StoreError, StoreNotMigrated, StoreTooNew, cause
from casework.actions.calendar import wakes_on
from casework.case import Case
from casework.queues import rows

if TYPE_CHECKING:
    from api_client.local_store import LocalStore

FORMAT = 2

Step = Callable[["LocalStore"], None]


def refuse_newer(store: LocalStore) -> None:
    """Before anything is made of the tables. Raises StoreTooNew."""
    about = store.meta.raw("store")
    if about is not None and about["format"] > FORMAT:
        message = (
            f"{store.folder} is a store of format {about['format']}, and this version of Greenwax knows formats up to "
            f"{FORMAT}; open it with the newer version that wrote it. Nothing was changed."
        )
        raise StoreTooNew(message)


def bring_up(store: LocalStore) -> Path | None:
    """Bring an open store to the format of today; returns where the backup of it is, None if there was nothing to do.

    Raises:
        StoreNotMigrated: it is as it was.
    """
    about = store.meta.raw("store")
    if about is None or about["format"] == FORMAT:
        return None
    from api_client.store_backup import read_store, write_backup  # needed once in the life of a store

    old = about["format"]
    kept = _name_for(store.folder.resolve(), old)
    try:
        write_backup(read_store(store.folder), kept)
        with store.db.bulk():
            for number in range(old, FORMAT):
                STEPS[number](store)
            store.meta.put("store", {**about, "format": FORMAT})
    except (OSError, StoreError) as fault:
        why = cause(fault) if isinstance(fault, OSError) else str(fault)
        message = (
            f"{store.folder} is a store of format {old} and must be brought to format {FORMAT}, after a copy of it has been "
            f"kept in {kept}. That failed: {why}. The store is as it was; put that right and open it again."
        )
        raise StoreNotMigrated(message) from fault
    return kept


def _name_for(folder: Path, old: int) -> Path:
    """The first name beside the store that nothing has yet: an earlier copy may be all that somebody has."""
    names = (folder.with_name(f"{folder.name}.format-{old}{f'.{n}' if n > 1 else ''}.tar") for n in count(1))
    return next(path for path in names if not path.exists())


def _to_2(store: LocalStore) -> None:
    """The keys are sealed with a secret of the store's own, and what is derived from the cases is made anew.

    The first stores kept bare digests; a sealed one means the same as before. The day a case wakes stood in its record, and
    stands with its places in the queues now.
    """
    if store.meta.raw("secret") is None:
        bare = [(key, dict(record)) for key, record in store.keys.each_raw()]
        store.meta.put("secret", {"key": secrets.token_hex(32)})
        for key, record in bare:
            store.keys.put(key, {**record, "digest": store.sealed(record["digest"])})
    for case_id, record in [(i, dict(one)) for i, one in store.cases.each_raw() if "wakes_on" in one]:
        store.cases.put(case_id, {name: value for name, value in record.items() if name != "wakes_on"})
    derive_anew(store)


def derive_anew(store: LocalStore) -> None:
    """Every case's places in the queues, and the day its calendar next wakes, from the case and the tables of today.

    Raises:
        StoreDamaged: a case cannot be read.
    """
    for case_id, record in store.cases.each_raw():
        try:
            case = Case.model_validate(record["case"])
        except ValidationError as fault:
            raise StoreDamaged(f"{case_id}: the case cannot be read ({fault.error_count()} faults)") from None
        places = queued(case, rows(case, store.reference), wakes_on(case, store.reference))
        if store.queue_rows.raw(case_id) != places:
            store.queue_rows.put(case_id, places)


STEPS: Mapping[int, Step] = {1: _to_2}
"""For each old format: what leads to the next."""
