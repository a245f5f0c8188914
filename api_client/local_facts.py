"""The facts that an action may ask of a local store, and the situation that they make with who acts and when."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from api_client.local_claims import ClaimBook
from api_client.local_store import LocalStore
from api_client.local_tallies import TallyBook
from api_client.local_undo import LocalUndo
from api_client.local_work import LocalWork
from casework.accounts import CaseId
from casework.actions.declare import Action
from casework.dates import london_date
from casework.history import taken_receipt
from casework.situation import Facts, Situation, TakenReceipt
from casework.staff import Staff, colleagues


@dataclass(frozen=True, slots=True)
class LocalFacts:
    """What a local store knows for `me` when I act, besides the case."""

    store: LocalStore
    claims: ClaimBook
    me: Staff

    def situation(self) -> Situation:
        """Mine now, with no facts."""
        return Situation(self.store.now(), self.me, self.store.reference)

    def for_action(self, action: Action, case_id: CaseId) -> Situation:
        """Mine now, with the facts that the action asks for."""
        asked = action.facts
        facts = Facts(
            pulled_task=self._pulled_task(case_id) if "pulled_task" in asked else None,
            receipt=self._receipt(case_id, action.names_receipt()) if "receipt" in asked else None,
            salt=secrets.token_hex(16) if "salt" in asked else None,
            colleagues=self.colleagues(case_id) if "colleagues" in asked else (),
            skips_today=self._skips_today() if "skips_today" in asked else 0,
            parks_held=LocalWork(self.store, self.claims, self.me).parks_held() if "parks_held" in asked else 0,
            last_act=LocalUndo(self.store, self.claims).last_act(case_id) if "last_act" in asked else None,
        )
        return Situation(self.store.now(), self.me, self.store.reference, facts)

    def colleagues(self, case_id: CaseId) -> tuple[Staff, ...]:
        """The others of my units who may open the case."""
        return colleagues(self.me, self.store.all_staff(), case_id)

    def _pulled_task(self, case_id: CaseId) -> str | None:
        held = self.claims.on(case_id)
        return held.task if held is not None and held.officer == self.me.id else None

    def _receipt(self, case_id: CaseId, name: str | None) -> TakenReceipt | None:
        return taken_receipt(self.store.events_back(self.store.load(case_id).at), name) if name else None

    def _skips_today(self) -> int:
        return TallyBook(self.store).of(self.me.id, london_date(self.store.now())).skips
