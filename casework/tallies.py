"""Tallies: what one person has done in one day. Their own figures, and what the daily cap of skips is held against; never how
long anything took, nor when nothing was done (law page, section 10).
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, NonNegativeInt

from casework.commit import Commit
from casework.events import Acknowledged, Contacted, HandedOn, Promised, TaskDeferred, TermsAgreed, TraceAsked


class Tally(BaseModel):
    """What somebody has done since midnight in London."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    actions: NonNegativeInt = 0
    calls: NonNegativeInt = 0
    """Made or taken."""
    conversations: NonNegativeInt = 0
    """Those of the calls in which the payer was spoken with."""
    promises: NonNegativeInt = 0
    terms: NonNegativeInt = 0
    """Agreed, not only asked for."""
    traces: NonNegativeInt = 0
    """Sources asked."""
    cases: NonNegativeInt = 0
    """Of which the task in hand was ended: neither put off, nor given back, nor handed over; to read a hand-over is none."""
    skips: NonNegativeInt = 0
    """Cases passed over, those of people they know not counted."""

    def __sub__(self, other: Tally) -> Tally:
        """Without what is counted in `other`; never below nothing."""
        left = {name: max(0, getattr(self, name) - getattr(other, name)) for name in Tally.model_fields}
        return Tally.model_validate(left)

    def after(self, done: Commit, in_hand: str | None) -> Tally:
        """With one more action, done while `in_hand` was the task in hand."""
        what = [event.what for event in done.events]
        calls = [one for one in what if isinstance(one, Contacted) and one.channel == "call"]
        skipped = any(isinstance(one, TaskDeferred) and one.how == "skipped" for one in what)
        read = any(isinstance(one, Acknowledged | HandedOn) for one in what)
        ended = in_hand is not None and done.case.task(in_hand) is None and not read
        return Tally(
            actions=self.actions + 1,
            calls=self.calls + len(calls),
            conversations=self.conversations + sum(one.reached for one in calls),
            promises=self.promises + sum(isinstance(one, Promised) for one in what),
            terms=self.terms + sum(isinstance(one, TermsAgreed) for one in what),
            traces=self.traces + sum(isinstance(one, TraceAsked) for one in what),
            cases=self.cases + ended,
            skips=self.skips + (skipped and not done.closes_to_actor),
        )
