"""A source was asked about somebody; it answered; the time has come to try all of them once more."""

from __future__ import annotations

from typing import Any, Literal

from casework.case import Case
from casework.clean import Line, Prose
from casework.dates import Day, format_date, london_date
from casework.events.declare import Happening, Stamp
from casework.people import Who
from casework.tracing import Round, Trace, kept


class TraceAsked(Happening):
    """A source was asked."""

    kind = "trace"
    part = "traces"

    source: str
    label: Line
    purpose: str
    purpose_label: Line
    lawful: Line
    """The lawful purpose of the request."""
    of: Who = "defendant"
    reason: Line | None = None
    attempts: int

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """One more trace."""
        trace = Trace(
            id=f"{stamp.seq}.1",
            asked_on=london_date(stamp.at),
            asked_by=stamp.actor,
            **self.model_dump(exclude={"lawful"}),
        )
        return {"traces": kept((*case.traces, trace))}

    def summary(self) -> str:
        """Whom, what for, by what right, and why."""
        whose = " of the parent or guardian" if self.of == "guardian" else ""
        again = f", time {self.attempts}" if self.attempts > 1 else ""
        line = f"{self.label}, for: {self.purpose_label.lower()}{whose}{again}  {self.lawful}"
        return f"{line}  {self.reason}" if self.reason else line


class TraceAnswered(Happening):
    """A source answered, or did not."""

    kind = "trace-result"
    part = "traces"

    trace: str
    """The id of the request."""
    source: str
    label: Line
    purpose: str
    outcome: str
    outcome_label: Line
    found: Literal["", "likely", "confirmed"] = ""
    failed: bool = False
    """It was not answered at all."""
    kept_out: tuple[Line, ...] = ()
    """What was found, where it does not take the place of what is known."""
    agrees_with: Line | None = None
    """The other source that said the same before, so that it is confirmed."""
    note: Prose | None = None
    expires_on: Day | None = None
    retry_on: Day | None = None
    rounds: tuple[Round, ...] = ()
    """How the rounds stand that this ended: one for what it was asked for, one for whatever else waited for it."""

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """The trace is answered; and rounds may be over."""
        answer = {
            "state": "failed" if self.failed else "answered",
            "outcome": self.outcome,
            "outcome_label": self.outcome_label,
            "found": self.found,
            "answered_on": london_date(stamp.at),
            "expires_on": self.expires_on,
            "retry_on": self.retry_on,
        }
        traces = tuple(one.model_copy(update=answer) if one.id == self.trace else one for one in case.traces)
        ended = tuple(one.model_copy(update={"id": f"{stamp.seq}.1"}) for one in self.rounds)
        over = {one.purpose for one in ended}
        return {
            "traces": traces,
            "trace_rounds": (*(one for one in case.trace_rounds if one.purpose not in over), *ended),
        }

    def summary(self) -> str:
        """Who answered, and how; who else said so; when they may be asked again."""
        again = next((one.again_on for one in self.rounds if one.again_on is not None), None)
        parts = [
            f"{self.label}: {self.outcome_label.lower()}",
            f"said before by {self.agrees_with}" if self.agrees_with else None,
            *(f"{one} (not taken over: what is known was checked)" for one in self.kept_out),
            f"not again before {format_date(self.retry_on)}" if self.retry_on else None,
            f"all sources were tried; once more from {format_date(again)}" if again else None,
            self.note,
        ]
        return "  ".join(part for part in parts if part)


class TracesDue(Happening):
    """All sources are to be tried once more."""

    kind = "traces-due"
    part = "traces"

    purpose: str
    purpose_label: Line
    since: Day

    def change(self, case: Case, stamp: Stamp) -> dict[str, Any]:
        """It is told once."""
        begun = {"again_on": None, "id": f"{stamp.seq}.1"}
        rounds = tuple(
            one.model_copy(update=begun) if one.purpose == self.purpose else one for one in case.trace_rounds
        )
        return {"trace_rounds": rounds}

    def summary(self) -> str:
        """What for, and since when in vain."""
        return f"{self.purpose_label.lower()}: sought in vain since {format_date(self.since)}, try once more"
