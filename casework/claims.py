"""Claims: an officer's exclusive, expiring lease on a case while they work it. Which of them an action needs is decided here,
the same for every store; a store keeps them, beside the case and outside its version and its chain.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.accounts import CaseId
from casework.dates import Instant, london_date
from casework.reference import Tables
from casework.refusals import ClaimedByAnother, ClaimLost, DeskError
from casework.staff import Staff

Slot = Literal["work", "call"]
"""What somebody holds a case for: one to work, and one for the call that interrupts it."""


class Claim(BaseModel):
    """Somebody's lease on a case. The token grows with each new claim."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    case: CaseId
    officer: str
    officer_name: str
    slot: Slot
    token: int
    expires_at: Instant
    task: str | None = None
    """The task that the case was pulled for."""

    def live(self, now: datetime) -> bool:
        """Whether the lease still runs."""
        return self.expires_at > now

    def prolonged(self, now: datetime, tables: Tables) -> Claim:
        """The claim for another lease from `now`."""
        lease = tables.limit("claim-lease-minutes", london_date(now))
        return self.model_copy(update={"expires_at": now + timedelta(minutes=lease.amount)})


def taken(claim: Claim) -> DeskError:
    """That somebody else works the case, and who."""
    return ClaimedByAnother.because("claimed-by-another", f"{claim.officer_name} is working {claim.case}")


def own(case_id: CaseId, held: Claim | None, me: Staff, token: int) -> Claim:
    """The live claim `held` on the case, which must be mine and have this token. Raises ClaimedByAnother, ClaimLost."""
    if held is not None and held.officer != me.id:
        raise taken(held)
    if held is None or held.token != token:
        raise ClaimLost.because("claim-lost", f"your claim on {case_id} has run out; pull or claim the case again")
    return held


def needed(case_id: CaseId, held: Claim | None, me: Staff, token: int | None, *, needs: bool) -> Claim | None:
    """My live claim on the case, None when I have none and what I do `needs` none.

    Raises:
        ClaimedByAnother, ClaimLost: it is needed, and somebody else has it, or nobody, or mine is another than `token`.
    """
    if token is not None and needs:
        return own(case_id, held, me, token)
    if held is not None and held.officer == me.id:
        return held
    if not needs:
        return None
    if held is not None:
        raise taken(held)
    raise ClaimLost.because("not-claimed", f"you do not hold {case_id}; pull or claim it first")
