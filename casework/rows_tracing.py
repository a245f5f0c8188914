"""The rows of the tables about tracing: whom we ask, what for, how it ends, and when we try again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from casework.contact import Channel
from casework.dates import Period
from casework.people import Source
from casework.roles import LOOK_UPS, LookUp, Permission
from casework.table_rows import Codes, Names, Row

Need = Literal["date-of-birth", "national-insurance", "employer", "address"]
"""What must be known of somebody before a source can be asked about them. An address or an employer may be one of before."""


class TraceSource(Row):
    """Somebody who may know where a person is, or what they live on. The rows stand in the order in which they are tried."""

    key = "code"
    code: str
    label: str
    gives: Annotated[Codes, Names("trace_purposes")]
    """What it may be asked for."""
    permission: Permission = "trace"
    reason_needed: bool = False
    """Why it is asked must be written: there must be reasonable cause."""
    needs: Annotated[tuple[Need, ...], Field(strict=False)] = ()
    people_only: bool = False
    """Knows of no organisation."""
    least_balance_pence: Annotated[int, Field(ge=0)] = 0
    """It costs money, so that it is asked only when so much is owed."""
    steps: Annotated[Codes, Names("steps")] = ()
    """Asked only while one of these steps is the last one; empty: whenever."""
    channel: Channel | None = None
    """It is they themselves who are written to, so that contact policy has its say."""
    contacted_as: Annotated[str | None, Names("wrap_codes")] = None
    """The outcome under which the message counts as a contact with them."""
    once: bool = False
    """Never asked again; of a source with steps, not again under the same step."""
    retry_days: Annotated[int, Field(ge=0)] = 0
    """How long after its answer it may be asked again."""
    answer_after: Period
    """When its answer should have come; after that it is chased."""
    repeats: Annotated[tuple[Source, ...], Field(strict=False)] = ()
    """Those whose word it only passes on, so that both together are one source."""

    @property
    def named_users(self) -> LookUp | None:
        """The permission that only its named users have; None where whoever traces may ask it."""
        return next((one for one in LOOK_UPS if one == self.permission), None)

    @model_validator(mode="after")
    def _a_message_is_a_contact(self) -> TraceSource:
        if (self.channel is None) != (self.contacted_as is None):
            raise ValueError("a source that is written to has a channel and contacted_as; any other has neither")
        return self


class TracePurpose(Row):
    """What a source is asked for, and by what right."""

    key = "code"
    code: str
    label: str
    lawful: str
    """The lawful purpose, recorded with each request."""
    brings: Literal["address", "phone", "employer", "benefit", "vehicle"] | None = None
    """What must be given of it when it is found; a note where there is no such field."""
    note_least: Annotated[int, Field(ge=0)] = 0
    """Fewest characters of that note."""
    tried_again: bool = False
    """Whether all sources are tried once more, some time after all were tried in vain."""
    found_as: Annotated[str | None, Names("wrap_codes")] = None
    """The outcome of a call that does the same when it is found: its next task."""
    found_by: Annotated[str | None, Names("trace_outcomes")] = None
    """The outcome of a trace that says so when it is found, where confirmed and likely do not."""

    @model_validator(mode="after")
    def _something_is_said(self) -> TracePurpose:
        if sum(map(bool, (self.brings, self.note_least, self.found_by))) != 1:
            raise ValueError(
                "what is found is given in a field, or in a note of note_least characters, or by an outcome"
            )
        return self


class TraceOutcome(Row):
    """How a trace may end."""

    key = "code"
    code: str
    label: str
    found: Literal["", "likely", "confirmed"] = ""
    """What was asked for was found: as likely so, or as so."""
    retry: Literal["by-source", "next-day", "never"] = "by-source"
    """When the same source may be asked again: as its row says; on the next working day, because it was not asked at all; or
    not by itself, because there is no need."""
    as_call: Annotated[str | None, Names("wrap_codes")] = None
    """The outcome of a call that says the same: its stop, its tasks, its note."""


class TraceRetry(Row):
    """When all sources are tried once more, after all were tried in vain."""

    key = "attempt"
    attempt: Annotated[int, Field(gt=0)]
    after_days: Annotated[int, Field(gt=0)]
    """Counted from the day on which they were first tried in vain."""
