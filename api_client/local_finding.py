"""Finding a case in a local store: by its number, by whatever is known of it, or among those that were opened last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from api_client.local_search import summary
from api_client.local_store import LocalStore
from casework.accounts import CaseId, case_id, parse_account
from casework.dates import LONDON, london_date
from casework.refusals import Ambiguous, NotFound
from casework.search_text import kinds, readings
from casework.staff import Staff
from casework.views import CaseSummary

RECENT = 10


@dataclass(frozen=True, slots=True)
class LocalFinding:
    """What `me` may find. What was found is in the access log, without what was typed."""

    store: LocalStore
    me: Staff

    def account(self, text: str) -> CaseId:
        """The case that an account number means. Raises NotFound, Ambiguous."""
        try:
            unit, number = parse_account(text)
        except ValueError as fault:
            raise NotFound.because("no-case", str(fault), field="account") from None
        if unit is not None:
            return case_id(unit, number)
        units = [one for one in sorted(self.me.units) if self.store.cases.packed(case_id(one, number)) is not None]
        if len(units) > 1:
            message = f"{number} is in {', '.join(units)}: write {units[0]}-{number}"
            raise Ambiguous.because("ambiguous", message, field="account")
        if not units:
            raise NotFound.because("no-case", f"there is no account {number} in your units", field="account")
        return case_id(units[0], number)

    def search(self, text: str) -> list[CaseSummary]:
        """The cases that fit, the best first, at most fifty."""
        today = london_date(self.store.now())
        asked = readings(text, today)
        closed = {code for code, state in self.store.reference.account_states(today).items() if state.closed}
        hits = self.store.found.find(asked, self.me.can_see, closed)
        found = [self._summary(CaseId(hit.case), hit.why, sure=hit.sure) for hit in hits]
        self.store.looked(self.me.id, "search", kinds=kinds(asked), found=len(found))
        return found

    def recent(self) -> list[CaseSummary]:
        """The last ten cases that I opened today, as the access log has them."""
        today, opened = london_date(self.store.now()), dict[CaseId, datetime]()
        for look in self.store.looks_back():
            at = datetime.fromisoformat(look["at"])
            if london_date(at) < today or len(opened) == RECENT:
                break
            if (look["person"], look["what"]) == (self.me.id, "case") and self.me.can_see(look["case"]):
                opened.setdefault(look["case"], at)
        found = [self._summary(one, f"opened at {at.astimezone(LONDON):%H:%M}") for one, at in opened.items()]
        self.store.looked(self.me.id, "recent", found=len(found))
        return found

    def _summary(self, found: CaseId, why: str, *, sure: bool = False) -> CaseSummary:
        """What a list of cases shows of one."""
        record = self.store.cases.raw(found)
        assert record is not None, "what is found is stored"
        status = record["case"]["status"]
        states = self.store.reference.account_states(london_date(self.store.now()))
        return summary(found, record, states[status].title if status in states else status, why, sure=sure)
