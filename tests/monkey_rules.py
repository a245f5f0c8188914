"""What must hold at a desk after every press of a monkey, and in its store when the monkey has gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from api_client import audit
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from casework.accounts import CaseId
from casework.history import check, rebuild
from casework.ledger import SUSPENSE
from tui.app import GreenwaxDesk
from tui.form import LEAVE, QUICK_ENTRY, draft_of

Kept = Mapping[tuple[CaseId, str], Mapping[str, str]]


class Broken(AssertionError):
    """A rule that does not hold."""


class Typed(NamedTuple):
    """What stood in the form under a case."""

    case: CaseId
    kind: str
    texts: Mapping[str, str]
    """What a draft would hold of it: what somebody said to show who they are is not kept."""


@dataclass
class Watch:
    """One desk, looked at after each press."""

    app: GreenwaxDesk
    desk: LocalDesk
    before: Typed | None = None
    drafts: Kept = ()  # type: ignore[assignment]
    length: int = 0
    old_claims: frozenset[CaseId] = frozenset()
    """Held from an earlier sitting, and still to be opened."""

    async def begin(self) -> None:
        """As the desk stands."""
        self.old_claims = frozenset(claim.case for claim in await self.desk.my_claims())
        await self._remember()

    async def look(self, press: str) -> None:
        """After a press, everything at rest. Raises Broken."""
        await self._claims_are_of_open_cases()
        await self._nothing_typed_is_lost(press)
        await self._remember()

    async def _claims_are_of_open_cases(self) -> None:
        claims = await self.desk.my_claims()
        if max(Counter(claim.slot for claim in claims).values(), default=0) > 1:
            raise Broken(f"two claims in one slot: {claims}")
        on_the_desk = {one.id for one in self.app._case._cases._cases}
        self.old_claims -= on_the_desk
        stray = {claim.case for claim in claims} - on_the_desk - self.old_claims
        if stray:
            raise Broken(f"claimed, and not open on the desk: {sorted(stray)}; open are {sorted(on_the_desk)}")

    async def _nothing_typed_is_lost(self, press: str) -> None:
        """The text of a form that has gone was saved, is a draft, or went by a key that says so; and no draft goes but that of
        the form on the screen."""
        before, after = self.before, self.typed()
        drafts = await self._drafts()
        saved = self.desk.store.history.length != self.length
        gone = {one for one in self.drafts if one not in drafts}
        here = {(one.case, one.kind) for one in (before, after) if one is not None}
        if gone - here:
            raise Broken(f"{press} lost the draft of {sorted(gone - here)}")
        if before is None or before.kind == LEAVE or not any(before.texts.values()):
            return
        if after is not None and (after.case, after.kind) == (before.case, before.kind):
            return
        named = before.kind == QUICK_ENTRY and " " not in before.texts["line"].strip()  # a word alone goes to its form
        if saved or press == "f12" or named:
            return
        kept = drafts.get((before.case, before.kind))
        if kept is None or _texts(kept) != _texts(before.texts):
            raise Broken(f"{press} lost {before}; kept is {kept}")

    async def _remember(self) -> None:
        self.before, self.drafts = self.typed(), await self._drafts()
        self.length = self.desk.store.history.length

    async def _drafts(self) -> Kept:
        return {(one.case, one.kind): one.typed for one in await self.desk.drafts()}

    def typed(self) -> Typed | None:
        """What stands in the form, if somebody typed there."""
        dock, view = self.app._case._dock, self.app._case.view
        if dock.form is None or view is None:
            return None
        values = dock._map.values
        texts = draft_of(dock.form, view.case, values, self.desk.now()).typed if dock._drafts.touched(values) else {}
        return Typed(view.case.id, dock.form.kind, texts)


def _texts(values: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}


def store_is_sound(store: LocalStore) -> None:
    """Chains whole, each case what its events add up to, every posting balanced. Raises Broken."""
    verdict = audit.verify(store, audit.heads_of(store))
    if not verdict.ok:
        raise Broken(str(verdict.first_bad))
    if found := list(audit.problems(store)):
        raise Broken(str(found[0]))
    for case_id, _ in store.cases.each_raw():
        case, events = store.load(CaseId(case_id)).case, store.events(CaseId(case_id))
        check(case.id, events)
        if rebuild(events) != case:
            raise Broken(f"{case_id} is not what its events add up to")
        added: Counter[str] = Counter()
        for event in events:
            made = getattr(event.what, "postings", ())
            if sum(one.pence for one in made):
                raise Broken(f"{case_id}: the postings of event {event.seq} do not balance")
            for one in made:
                added[one.account] += one.pence
        if case.suspense_pence != -added[SUSPENSE]:
            raise Broken(f"{case_id}: {case.suspense_pence} in suspense, {-added[SUSPENSE]} posted")
