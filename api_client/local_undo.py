"""Undoing in a local store: what was kept of an act beside its key, and what its undoing gives back beside the case, which is
a place in somebody's day and the claim they acted under. What is written is written within the caller's transaction.
"""

from __future__ import annotations

from functools import partial

from api_client.local_claims import ClaimBook
from api_client.local_keys import KeyBook
from api_client.local_store import LocalStore
from api_client.local_tallies import TallyBook
from casework.accounts import CaseId
from casework.claims import Claim
from casework.dates import london_date
from casework.situation import LastAct
from casework.staff import Staff
from casework.undoing import Held, last_act, told


class LocalUndo:
    """What somebody may still take back in an open store."""

    def __init__(self, store: LocalStore, claims: ClaimBook) -> None:
        self._store, self._claims = store, claims
        self._keys, self._tallies = KeyBook(store), TallyBook(store)

    def last_act(self, case_id: CaseId) -> LastAct | None:
        """What was done last to the case; None when it is nothing that could be undone."""
        act = last_act(self._store.events_back(self._store.load(case_id).at))
        if not act or act[0].key is None:
            return None
        kept = self._keys.kept(act[0].actor, act[0].key)
        return told(act, kept, self._claims.on(case_id), partial(self._store.as_of, case_id, act[0].seq - 1))

    def put_back(self, me: Staff, case_id: CaseId, last: LastAct, held: Claim | None) -> Claim | None:
        """My act does not count any more, and the case is mine again for what I had it for, unless I work another by now.
        Returns my claim on it."""
        kept = self._keys.kept(last.by, last.key)
        if kept is None:
            return held
        day = london_date(last.at)
        self._tallies.put(me.id, day, self._tallies.of(me.id, day) - kept.counted)
        return self._claim_again(me, case_id, kept.held, held) if kept.held is not None else held

    def _claim_again(self, me: Staff, case_id: CaseId, was: Held, held: Claim | None) -> Claim | None:
        if held is not None and (held.slot, held.task) == (was.slot, was.task):
            return held
        other = self._claims.in_slot(me.id, was.slot)
        if other is not None and other.case != case_id:
            return held
        if held is not None:
            self._claims.drop(case_id)
        return self._claims.take(case_id, me, was.slot, was.task)
