"""The traces that an account brings with it: which sources were asked before, what they answered, and how the rounds stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from casework.clean import Line
from casework.dates import Day
from casework.people import Who
from casework.tracing import MOST_TRACES, Round, Trace

_FROZEN = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class BroughtTrace(BaseModel):
    """A request to a source, with its answer if there is one. Labels, and what an outcome means, are as the tables have them
    when absent."""

    model_config = _FROZEN

    source: Line
    purpose: Line
    asked_on: Day
    asked_by: Line | None = None
    """Whoever imports, when absent."""
    label: Line | None = None
    purpose_label: Line | None = None
    of: Who = "defendant"
    reason: Line | None = None
    attempts: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1
    outcome: Line | None = None
    """None while it is not answered."""
    outcome_label: Line | None = None
    answered_on: Day | None = None
    state: Literal["asked", "answered", "failed"] | None = None
    found: Literal["", "likely", "confirmed"] | None = None
    expires_on: Day | None = None
    retry_on: Day | None = None


class BroughtRound(BaseModel):
    """How the last round for one purpose ended."""

    model_config = _FROZEN

    purpose: Line
    failures: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    since: Day | None = None
    again_on: Day | None = None
    after: Annotated[int, Field(strict=True, ge=0, le=MOST_TRACES)] = MOST_TRACES
    """How many of the traces that are brought had been asked when it ended; all when absent."""


def traces_of(brought: Sequence[BroughtTrace], names: Sequence[str], by: str) -> tuple[Trace, ...]:
    """The traces under these `names`. Those not asked by somebody named were asked `by` whoever imports."""
    return tuple(_trace(one, name, by) for one, name in zip(brought, names, strict=True))


def _trace(one: BroughtTrace, name: str, by: str) -> Trace:
    said = one.model_dump(exclude={"asked_by", "label", "purpose_label", "state", "found"})
    return Trace(
        id=name,
        asked_by=one.asked_by or by,
        label=one.label or one.source,
        purpose_label=one.purpose_label or one.purpose,
        state=one.state or ("answered" if one.outcome else "asked"),
        found=one.found or "",
        **said,
    )


def rounds_of(brought: Sequence[BroughtRound], names: Sequence[str], before: str) -> Iterator[Round]:
    """The rounds, each over after the last trace that it had; `before` is a name in front of all of them."""
    for one in brought:
        ended = [before, *names][min(one.after, len(names))]
        yield Round(id=ended, **one.model_dump(exclude={"after"}))
