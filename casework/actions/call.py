"""Log a call, made or taken, with the promise it brought; and end the task with it when there is no more to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from casework.actions.declare import Action, Ask, Asking
from casework.actions.promise import PROMISES, Given, MakePromise, against, promised
from casework.actions.work import PULLED, TASKS, ended, next_task, no_task, note_refusals
from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.contact import Direction
from casework.dates import Instant
from casework.events import Contacted, Happening
from casework.fields import Choice
from casework.identifiers import Phone
from casework.reference import choices
from casework.refusals import Reason
from casework.situation import Situation
from casework.table_rows import WrapCode


def _outcomes(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.wrap_codes(asking.situation.today, "call").values())


def _row(asking: Asking) -> WrapCode | None:
    rows = asking.situation.tables.wrap_codes(asking.situation.today, "call")
    return rows.get(str(asking.answers.get("outcome")))


def _brings_promise(asking: Asking) -> bool:
    row = _row(asking)
    return row is not None and row.promise


def _asks_back(asking: Asking) -> bool:
    row = _row(asking)
    return row is not None and row.call_back


def _note_needed(asking: Asking) -> bool:
    row = _row(asking)
    return row is not None and row.note_least > 0


def _number(asking: Asking) -> str:
    """The first number we have."""
    phone = asking.case.debtor.phone
    return phone.number if phone else ""


def _pulled(asking: Asking) -> bool:
    return asking.case.task(asking.situation.facts.pulled_task) is not None


def _directions(asking: Asking) -> Sequence[Choice]:
    return (Choice("out", "out"), Choice("in", "in"))


class LogCall(Action):
    """A call and how it ended. A promise taken in it is saved with it, or neither is."""

    title = "Call"
    permission = "call"
    facts = PULLED

    kind: Literal["call"] = "call"
    outcome: Annotated[Line, Ask("Outcome", choices=_outcomes, help="type its first letters")]
    promise: Annotated[Given | None, Ask("Promise", when=_brings_promise)] = None
    call_back_at: Annotated[Instant | None, Ask("Call back", when=_asks_back, needed=_asks_back, help="fri 10:30")] = (
        None
    )
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note", needed=_note_needed)] = None
    number: Annotated[Phone | None, Ask("Number", word="on", default=_number)] = None
    direction: Annotated[
        Direction, Ask("Direction", word="direction", choices=_directions, default=lambda asking: "out")
    ] = "out"
    finish: Annotated[
        StrictBool,
        Ask(
            "Wrap up",
            word="finish",
            when=_pulled,
            default=lambda asking: "yes",
            help="ends the task with this outcome",
        ),
    ] = False
    talk_seconds: Annotated[int | None, Field(ge=0, le=86_400)] = None

    def depends_on(self) -> frozenset[Part]:
        """Promises if it brings one, tasks if it ends one: money that comes in meanwhile refuses no call."""
        return (PROMISES if self.promise else frozenset()) | (TASKS if self.finish else frozenset())

    def needs_claim(self) -> bool:
        """Whoever has the caller can log the call; only whoever holds the case ends its task."""
        return self.finish

    def ends_claim(self) -> bool:
        """With the task."""
        return self.finish

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """An outcome that there is, with what it asks for and nothing it does not."""
        rows = situation.tables.wrap_codes(situation.today, "call")
        row = rows.get(self.outcome)
        if row is None:
            message = f"there is no such outcome; there are: {', '.join(rows)}"
            return [Reason(code="unknown-outcome", message=message, field="outcome")]
        reasons = note_refusals(row, self.note)
        if self.finish and case.task(situation.facts.pulled_task) is None:
            reasons.append(no_task())
        return [*reasons, *self._about_promise(row, case, situation), *self._about_call_back(row, situation)]

    def _about_promise(self, row: WrapCode, case: Case, situation: Situation) -> list[Reason]:
        if self.promise is None:
            return [_needs(row, "promise", "the promise")] if row.promise else []
        if not row.promise:
            return [_needs_not(row, "promise", "promise")]
        return [*MakePromise.offered(case, situation), *against(self.promise, case, situation, "promise.")]

    def _about_call_back(self, row: WrapCode, situation: Situation) -> list[Reason]:
        if self.call_back_at is None:
            return [_needs(row, "call_back_at", "when to call back")] if row.call_back else []
        if not row.call_back:
            return [_needs_not(row, "call_back_at", "time to call back")]
        if self.call_back_at <= situation.now:
            return [Reason(code="past", message="that time has passed", field="call_back_at")]
        furthest = situation.tables.limit("call-back-furthest-days", situation.today)
        if self.call_back_at > situation.now + timedelta(furthest.amount):
            message = f"a call-back is for {furthest.amount} days ahead at most"
            return [Reason(code="too-far", message=message, field="call_back_at", source=furthest.source)]
        return []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The contact, the promise, the end of the task, and the next task."""
        row = situation.tables.wrap_codes(situation.today, "call")[self.outcome]
        found: list[Happening] = [
            Contacted(
                direction=self.direction,
                number=self.number,
                outcome=row.code,
                outcome_label=row.label,
                reached=row.group == "reached",
                talk_seconds=self.talk_seconds,
                note=self.note,
            )
        ]
        if self.promise is not None:
            found += promised(self.promise, case, situation)
        task = case.task(situation.facts.pulled_task) if self.finish else None
        if task is not None:
            found.append(ended(task, row))
        return [*found, *next_task(case, row, situation, self.call_back_at, task)]


def _needs(row: WrapCode, field: str, what: str) -> Reason:
    return Reason(code="needed", message=f"“{row.label}” needs {what}", field=field)


def _needs_not(row: WrapCode, field: str, what: str) -> Reason:
    return Reason(code="not-asked", message=f"“{row.label}” brings no {what}", field=field)
