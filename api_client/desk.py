"""The desk: everything a member of staff can do. Screens and commands know only this; the stores behind it may differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from casework.accounts import CaseId
from casework.actions.declare import Action
from casework.case import Case
from casework.claims import Claim
from casework.my_work import MyTask
from casework.reference import Tables
from casework.staff import Staff
from casework.tallies import Tally
from casework.timeline import About
from casework.views import (
    AwayTask,
    CaseSummary,
    CaseView,
    Claimed,
    Done,
    Draft,
    Page,
    Preview,
    QueueSummary,
    ToAcknowledge,
)


class Desk(Protocol):
    """One person's desk. Every method may raise a `DeskError`; what one does not allow is the same on every store."""

    @property
    def tables(self) -> Tables:
        """The tables in force, for drawing forms."""
        ...

    @property
    def me(self) -> Staff:
        """Who sits here, once signed in."""
        ...

    @property
    def practice(self) -> bool:
        """Whether nothing here is real."""
        ...

    def now(self) -> datetime:
        """The time of the store, in UTC."""
        ...

    async def sign_in(self) -> Staff:
        """Who is at this desk. On the day's first use the calendar is run for every case."""
        ...

    async def queues(self) -> list[QueueSummary]:
        """My queues, the soonest first."""
        ...

    async def pull_next(self, queue: str | None = None) -> Claimed | None:
        """Claim the case that comes next, of one queue or of all of mine; with one claimed for work already, that one again.

        What is handed over to me or my post comes first, whatever queue is asked for; then our own call-backs, at their
        minute. Somebody else's own work comes to me only when its day is over, or all who own it are away for the rest of
        the day. None when nothing is ready.
        """
        ...

    async def handovers(self) -> list[ToAcknowledge]:
        """What was handed over to me or my post, or as whoever leads to anybody who has not acknowledged it in time; the
        oldest first. What was written is in the case, and that look is logged."""
        ...

    async def away_work(self) -> list[AwayTask]:
        """What people of my units own or have parked who are away today, the soonest due first. Raises Forbidden for whoever
        leads no team."""
        ...

    async def my_day(self) -> Tally:
        """What I have done today."""
        ...

    async def my_work(self) -> list[MyTask]:
        """What I have to do today besides what my queues bring: to acknowledge, to call back, promised and due, handed over,
        parked until when. Logged by how many they are."""
        ...

    async def recent(self) -> list[CaseSummary]:
        """The last ten cases that I opened today, the newest first. Logged by how many they are."""
        ...

    async def claim(self, case_id: CaseId, *, interrupt: bool = False) -> Claimed:
        """Claim this case, for work, or with `interrupt` for a call beside the case that is being worked.

        Raises:
            ClaimedByAnother: naming who has it.
            Busy: another case is claimed already.
        """
        ...

    async def renew(self, claim: Claim) -> Claim:
        """Keep the claim for another lease. Raises ClaimLost."""
        ...

    async def release(self, claim: Claim) -> None:
        """Give the case back untouched. Raises ClaimLost."""
        ...

    async def my_claims(self) -> list[Claim]:
        """The cases I hold."""
        ...

    async def account(self, text: str) -> CaseId:
        """The case that an account number means, as somebody writes it: the unit may be left out where that is unique.

        Raises:
            NotFound: no such account in my units.
            Ambiguous: several units have it; the sentence lists them.
        """
        ...

    async def case(self, case_id: CaseId) -> CaseView:
        """The case. Looking is logged. Raises NotFound or Forbidden."""
        ...

    async def as_of(self, case_id: CaseId, version: int) -> Case:
        """The case as it was at an earlier version, to set it beside how it is now. Looking is logged.

        Raises:
            NotFound, Forbidden.
            Refused: there is no such version.
        """
        ...

    async def timeline(
        self, case_id: CaseId, *, before: int | None = None, find: str | None = None, about: About | None = None
    ) -> Page:
        """The newest 100 entries up to event `before`; of those alone that contain `find`, and are `about` something; oldest
        first."""
        ...

    async def act(
        self,
        case_id: CaseId,
        action: Action,
        *,
        key: str,
        claim: int | None = None,
        seen_version: int | None = None,
        said: str | None = None,
    ) -> Done:
        """Carry out `action`: on disk before this returns. The same key again answers the same and writes nothing.

        Args:
            case_id: The case.
            action: As filled in.
            key: The idempotency key, unique per person.
            claim: The token held; my own live claim when absent.
            seen_version: The version I was looking at; the newest when absent.
            said: The line it was typed as. The same key with the same line is the same again, though by then the line
                might be read otherwise.

        Raises:
            Refused: by a rule, with every reason, or the key was used for something else.
            ClaimLost, ClaimedByAnother: the action needs the claim.
            Stale: a part that the action depends on changed since; the reasons are the differences.
        """
        ...

    async def preview(self, case_id: CaseId, action: Action) -> Preview:
        """What `action` would do. Writes nothing and is not a view."""
        ...

    async def search(self, text: str) -> list[CaseSummary]:
        """Cases of my units by whatever they are known by, the best first, at most fifty. Logged.

        Raises:
            Refused: nothing, too little or too much was typed.
        """
        ...

    async def warm(self) -> bool:
        """Prepare a little more, in some milliseconds, of what the first case and the first search would have to wait for;
        whether all of it is there now. Nobody sees anything by it."""
        ...

    async def save_draft(self, draft: Draft) -> None:
        """Keep what I have typed."""
        ...

    async def drafts(self) -> Sequence[Draft]:
        """What I had typed and not saved, the newest first."""
        ...

    async def drop_draft(self, case_id: CaseId, kind: str) -> None:
        """Forget a draft."""
        ...

    async def tick(self) -> tuple[int, int]:
        """Run the calendar for every case; returns how many cases changed and how many tasks were made."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
