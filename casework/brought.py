"""What an account brings with it from the system it was kept in before: promises, contacts, stops, clocks, money.

A file gives these (`opening.Account`). What has days of its own, which an event of today could not say, is part of the event
that opens the case. The rest becomes events after it, of the kinds that there are.
"""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from casework.brought_traces import BroughtRound, BroughtTrace, rounds_of, traces_of
from casework.case import MOST_CONTACTS, MOST_PROMISES, Case, NotAutomatic
from casework.clean import Line, Prose
from casework.contact import Channel, Contact, Counters, Direction
from casework.dates import Day, Instant, start_of_day
from casework.identifiers import Phone
from casework.money import Pence, Sum
from casework.promises import Promise, State
from casework.stops import Clock, Stop
from casework.terms import Terms
from casework.tracing import MOST_TRACES

MOST_PAYMENTS = 600
"""Of those made since the terms began, the newest that an account brings one by one: eleven years of weeks."""
MOST_NOTES = 100

_FROZEN = ConfigDict(frozen=True, extra="forbid", defer_build=True)
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class BroughtPromise(BaseModel):
    """A promise that was taken before: the one that is open, or how an earlier one ended."""

    model_config = _FROZEN

    amount_pence: Sum
    due: Day
    method: Line
    taken_on: Day
    taken_by: Line | None = None
    state: State = "open"
    paid_pence: Pence = 0
    """Paid towards it when it ended."""
    ended_on: Day | None = None
    """The day on which it was noticed how it ended; needed unless it is open."""


class BroughtContact(BaseModel):
    """A contact or an attempt of before."""

    model_config = _FROZEN

    at: Instant
    channel: Channel = "call"
    direction: Direction = "out"
    outcome: Line
    number: Phone | None = None
    by: Line | None = None
    talk_seconds: Count | None = None
    attempt: StrictBool = True
    """Counts as an attempt, if it went out."""
    reached: StrictBool = False
    """Was with the person."""


class BroughtCounters(BaseModel):
    """What the case has been through in all, in figures that rules read."""

    model_config = _FROZEN

    attempts: Count = 0
    conversations: Count = 0
    unanswered: Count = 0
    broken_promises: Count = 0


class BroughtStop(BaseModel):
    """Something that may not be done now."""

    model_config = _FROZEN

    code: Line
    reason: Line
    set_on: Day | None = None
    """The day of import when absent."""
    review_on: Day | None = None
    """As long after the import as the table says, when absent."""


class BroughtClock(BaseModel):
    """A period in which the payer may appeal, and that has begun."""

    model_config = _FROZEN

    code: Line
    began_on: Day
    ends_on: Day | None = None
    """Its last day; as the law has it when absent."""


class Payment(BaseModel):
    """Money that came in since the terms began. It is part of what the impositions say was paid."""

    model_config = _FROZEN

    amount_pence: Sum
    received_on: Day
    method: Line
    reference: Line | None = None


class BroughtRequest(BaseModel):
    """Terms that were asked for and are not decided."""

    model_config = _FROZEN

    terms: Terms
    reason: Line
    consent: StrictBool = False
    consent_how: Line | None = None
    on: Day
    by: Line | None = None
    to: Literal["fines-officer", "court"]


class BroughtMeans(BaseModel):
    """The newest income and expenditure form in brief: pence a month."""

    model_config = _FROZEN

    taken_on: Day
    income_pence: Pence
    essentials_pence: Pence
    priority_pence: Pence = 0


class BroughtNote(BaseModel):
    """A note of before."""

    model_config = _FROZEN

    text: Prose
    on: Day | None = None
    by: Line | None = None


class Brought(BaseModel):
    """What the opening itself holds: whatever has days of its own."""

    model_config = _FROZEN

    suspense_pence: Pence = 0
    """Received beyond what was owed, and not yet dealt with."""
    promises: Annotated[tuple[BroughtPromise, ...], Field(max_length=MOST_PROMISES)] = ()
    """The last ten, oldest first, one of them open at most."""
    contacts: Annotated[tuple[BroughtContact, ...], Field(max_length=MOST_CONTACTS)] = ()
    """The last twenty, oldest first."""
    counters: BroughtCounters | None = None
    """When absent, as the contacts and promises above have it."""
    stops: Annotated[tuple[BroughtStop, ...], Field(max_length=20)] = ()
    clocks: Annotated[tuple[BroughtClock, ...], Field(max_length=20)] = ()
    not_automatic: NotAutomatic | None = None
    traces: Annotated[tuple[BroughtTrace, ...], Field(max_length=MOST_TRACES)] = ()
    """The last twenty, oldest first."""
    trace_rounds: Annotated[tuple[BroughtRound, ...], Field(max_length=20)] = ()
    """One for each purpose at most."""

    def names_of_traces(self, seq: int, after: int) -> list[str]:
        """Under what names the traces stand on the case, whose opening is `seq` and has so many parts before them."""
        return [f"{seq}.{n}" for n in range(after + 1, after + 1 + len(self.traces))]

    def put_on(self, case: Case, seq: int, by: str, today: date) -> Case:
        """The case with all this; `seq`, `by` and `today` are those of its opening."""
        sums = len(case.impositions)
        asked = self.names_of_traces(seq, sums)
        names = (f"{seq}.{n}" for n in count(sums + len(asked) + 1))
        return case.model_copy(
            update={
                "suspense_pence": self.suspense_pence,
                "promises": tuple(_promise(one, next(names), by) for one in self.promises),
                "contacts": tuple(_contact(one, next(names), by) for one in self.contacts),
                "counters": Counters.model_validate((self.counters or self.counted).model_dump()),
                "stops": tuple(_stop(one, next(names), by, today) for one in self.stops),
                "clocks": tuple(_clock(one, next(names)) for one in self.clocks),
                "not_automatic": self.not_automatic,
                "traces": traces_of(self.traces, asked, by),
                "trace_rounds": tuple(rounds_of(self.trace_rounds, asked, f"{seq}.{sums}")),
            }
        )

    @property
    def counted(self) -> BroughtCounters:
        """What the contacts and promises that are given come to."""
        tried = [n for n, one in enumerate(self.contacts) if _tried(one)]
        reached = [n for n, one in enumerate(self.contacts) if one.reached]
        return BroughtCounters(
            attempts=len(tried),
            conversations=len(reached),
            unanswered=sum(n > max(reached, default=-1) for n in tried),
            broken_promises=sum(one.state == "broken" for one in self.promises),
        )


def _tried(one: BroughtContact) -> bool:
    """As `events.Contacted` counts attempts."""
    return one.channel == "call" and one.direction == "out" and one.attempt


def _promise(one: BroughtPromise, name: str, by: str) -> Promise:
    return Promise(
        id=name,
        amount_pence=one.amount_pence,
        due=one.due,
        method=one.method,
        taken_by=one.taken_by or by,
        taken_at=start_of_day(one.taken_on),
        state=one.state,
        paid_pence=one.paid_pence,
        ended_on=one.ended_on,
    )


def _contact(one: BroughtContact, name: str, by: str) -> Contact:
    return Contact(id=name, by=one.by or by, **one.model_dump(exclude={"by"}))


def _stop(one: BroughtStop, name: str, by: str, today: date) -> Stop:
    return Stop(
        id=name, code=one.code, reason=one.reason, set_by=by, set_on=one.set_on or today, review_on=one.review_on
    )


def _clock(one: BroughtClock, name: str) -> Clock:
    return Clock(id=name, code=one.code, began_on=one.began_on, ends_on=one.ends_on or one.began_on)
