"""The drafts of a local store: what each person had typed into which form of which case."""

from __future__ import annotations

from api_client.local_store import LocalStore
from casework.accounts import CaseId
from casework.views import Draft


class DraftBook:
    """The drafts of an open store. What is written is written within the caller's transaction."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def of(self, person: str) -> list[Draft]:
        """Somebody's, the newest first."""
        found = [Draft.model_validate(record["draft"]) for _, record in self._store.drafts.find_raw("person", person)]
        return sorted(found, key=lambda draft: draft.at, reverse=True)

    def has(self, person: str, case_id: CaseId, kind: str) -> bool:
        """Whether somebody has one for this form."""
        return self._store.drafts.raw(_name(person, case_id, kind)) is not None

    def put(self, person: str, draft: Draft) -> None:
        """The draft, in place of the one before."""
        record = {"person": person, "draft": draft.model_dump(mode="json")}
        self._store.drafts.put(_name(person, draft.case, draft.kind), record)

    def drop(self, person: str, case_id: CaseId, kind: str) -> None:
        """Somebody's draft is gone, if they have one."""
        if self.has(person, case_id, kind):
            self._store.drafts.remove(doc_ids=[_name(person, case_id, kind)])


def _name(person: str, case_id: CaseId, kind: str) -> str:
    return f"{person} {case_id} {kind}"
