"""The claims of a local store: one row a case, beside it."""

from __future__ import annotations

from api_client.local_store import LocalStore
from casework.accounts import CaseId
from casework.claims import Claim, Slot
from casework.staff import Staff


class ClaimBook:
    """Who holds which case in an open store. What is written is written within the caller's transaction."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def on(self, case_id: str) -> Claim | None:
        """The live claim on a case, whoever holds it."""
        document = self._store.claims.raw(case_id)
        claim = Claim.model_validate(document["claim"]) if document else None
        return claim if claim is not None and claim.live(self._store.now()) else None

    def live(self) -> list[Claim]:
        """Every live claim."""
        return [claim for case_id, _ in self._store.claims.each_raw() if (claim := self.on(case_id))]

    def of(self, person: str) -> list[Claim]:
        """The cases that somebody holds."""
        mine = self._store.claims.find_raw("officer", person)
        return [claim for case_id, _ in mine if (claim := self.on(case_id)) is not None]

    def in_slot(self, person: str, slot: Slot) -> Claim | None:
        """The case that somebody holds for work, or for a call."""
        return next((claim for claim in self.of(person) if claim.slot == slot), None)

    def take(self, case_id: CaseId, who: Staff, slot: Slot, task: str | None) -> Claim:
        """The claim on the case for `who`: kept for another lease or, if nobody has it, a new one with the next token."""
        held = self.on(case_id)
        if held is None:
            token = (self._store.meta.raw("tokens") or {"last": 0})["last"] + 1
            self._store.meta.put("tokens", {"last": token})
            now = self._store.now()
            held = Claim(
                case=case_id,
                officer=who.id,
                officer_name=who.name,
                slot=slot,
                token=token,
                expires_at=now,
                task=task,
            )
        return self.prolong(held)

    def prolong(self, claim: Claim) -> Claim:
        """The claim for another lease."""
        longer = claim.prolonged(self._store.now(), self._store.reference)
        self._store.claims.put(claim.case, {"officer": claim.officer, "claim": longer.model_dump(mode="json")})
        return longer

    def drop(self, case_id: CaseId) -> None:
        """Nobody holds the case."""
        self._store.claims.remove(doc_ids=[case_id])
