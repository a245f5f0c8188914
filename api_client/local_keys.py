"""The idempotency keys of a local store: what each person did under which key, as long as a key is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api_client.local_store import LocalStore
from casework.accounts import CaseId
from casework.commit import Commit
from casework.history import KEY
from casework.refusals import Refused
from casework.undoing import Kept

KEYS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where what was done under a key stands in the history."""

    case: CaseId
    first: int
    """The number of its first event."""
    at: int
    """The offset of its last."""


class KeyBook:
    """The keys of an open store. What is written is written within the caller's transaction."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def digest(self, key: str, case_id: CaseId, said: str) -> str:
        """What is kept beside a key of what was asked under it. Raises Refused: it is no key."""
        if not KEY.fullmatch(key):
            message = "a key is 1 to 128 letters, digits, dots, colons, dashes or underscores"
            raise Refused.because("invalid", message, field="key")
        return self._store.fingerprint(f"{case_id} {said}")

    def earlier(self, person: str, key: str, digest: str) -> Earlier | None:
        """What somebody did under this key; None for a new one. Raises Refused when that was something else."""
        record: Any = self._store.keys.raw(f"{person} {key}")
        if record is None:
            return None
        if record["digest"] != digest:
            message = "this key was used for another case or action; nothing was done"
            raise Refused.because("key-reused", message, field="key")
        return Earlier(record["case"], record["first"], record["at"])

    def keep(self, person: str, key: str, digest: str, done: Commit, at: int, kept: Kept) -> None:
        """What was done under a key, with its last event at an offset of the history."""
        record = {
            "digest": digest,
            "case": done.case.id,
            "first": done.events[0].seq,
            "at": at,
            "at_time": done.events[0].at.isoformat(),
            "kept": kept.model_dump(mode="json"),
        }
        self._store.keys.put(f"{person} {key}", record)

    def kept(self, person: str, key: str) -> Kept | None:
        """What its undoing needs; None when that is forgotten."""
        record = self._store.keys.raw(f"{person} {key}")
        return Kept.model_validate(record["kept"]) if record and "kept" in record else None

    def forget(self, now: datetime) -> None:
        """Those older than keys are kept are gone."""
        limit = (now - KEYS_KEPT).isoformat()
        if old := [name for name, record in self._store.keys.each_raw() if record["at_time"] < limit]:
            self._store.keys.remove(doc_ids=old)
