"""Log a call, made or taken, with the promise or terms it brought; and end the task with it when there is no more to do."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from casework.actions import outcome as outcomes
from casework.actions.agreement import agreed, doubts, told
from casework.actions.apart import SALT, note_apart
from casework.actions.contact import directions
from casework.actions.declare import Action, Ask, Asking
from casework.actions.follow_up import follow_up, number_failed
from casework.actions.given_terms import TERMS, NewTerms
from casework.actions.given_terms import against as against_terms
from casework.actions.promise import PROMISES, Given, MakePromise, against, promised
from casework.actions.terms import AgreeTerms
from casework.actions.work import PULLED, TASKS, ended, no_task, not_ended
from casework.case import Case, Part
from casework.clean import Line, Prose
from casework.contact import Direction
from casework.contact_policy import against as against_policy
from casework.contact_policy import judge
from casework.dates import BeyondCalendar, Instant, london_date
from casework.events import Contacted, Happening
from casework.events.contacts import Identity
from casework.hours import at_work, in_words, office
from casework.identifiers import Phone
from casework.identity import NAMES, Checked, call_kind, check, wanted
from casework.identity import refusals as identity_refusals
from casework.refusals import Reason
from casework.restricted import RestrictedText
from casework.rows_contact import OutcomeDetail
from casework.situation import Situation
from casework.table_rows import WrapCode

MOST_TALK = 86_400
"""Seconds of a call: more is a clock that nobody stopped."""


def _brings_promise(asking: Asking) -> bool:
    row = outcomes.chosen(asking)
    return row is not None and row.promise


def _brings_terms(asking: Asking) -> bool:
    row = outcomes.chosen(asking)
    return row is not None and row.terms


def _asks_back(asking: Asking) -> bool:
    row = outcomes.chosen(asking)
    return row is not None and row.call_back


def _number(asking: Asking) -> str:
    """The first number we have."""
    phone = asking.case.debtor.phone
    return phone.number if phone else ""


def _pulled(asking: Asking) -> bool:
    return asking.case.task(asking.situation.facts.pulled_task) is not None


def _likely_to_finish(asking: Asking) -> str:
    """Yes, unless this outcome does not end the task in hand."""
    row, task = outcomes.chosen(asking), asking.case.task(asking.situation.facts.pulled_task)
    stays = (
        row is not None and task is not None and not_ended(task, row, "finish", asking.case, asking.situation.tables)
    )
    return "no" if stays else "yes"


class LogCall(Action):
    """A call and how it ended. A promise or terms agreed in it are saved with it, or neither is."""

    title = "Call"
    permission = "call"
    undoable = True
    facts = PULLED | SALT
    leading: ClassVar = {
        outcomes.ANSWERED: Ask("On the line", choices=outcomes.answered, saves_alone=outcomes.says_all)
    }

    kind: Literal["call"] = "call"
    identity: Annotated[
        Line | None,
        Ask(
            "Identity",
            word="id",
            secret=True,
            when=outcomes.spoke,
            help="what they say: 14/3/87, DY10 2AB; it is compared and not kept",
        ),
    ] = Field(default=None, repr=False)
    outcome: Annotated[
        Line,
        Ask(
            "Outcome",
            choices=outcomes.of_call,
            follows=outcomes.at_once,
            when=outcomes.begun,
            saves_alone=outcomes.says_all,
        ),
    ]
    detail: Annotated[
        Line | None, Ask("Detail", word="detail", choices=outcomes.details, when=outcomes.has_details)
    ] = None
    promise: Annotated[Given | None, Ask("Promise", when=_brings_promise)] = None
    terms: Annotated[NewTerms | None, Ask("Terms", when=_brings_terms)] = None
    call_back_at: Annotated[Instant | None, Ask("Call back", when=_asks_back, needed=_asks_back, help="fri 10:30")] = (
        None
    )
    note: Annotated[
        Prose | None,
        Ask("Note", rest=True, word="note", needed=outcomes.note_needed, templates=outcomes.templates),
    ] = None
    number: Annotated[Phone | None, Ask("Number", word="on", default=_number)] = None
    direction: Annotated[
        Direction, Ask("Direction", word="direction", choices=directions, default=lambda asking: "out", last=True)
    ] = "out"
    finish: Annotated[
        StrictBool,
        Ask(
            "Wrap up",
            word="finish",
            when=_pulled,
            default=_likely_to_finish,
            help="ends the task with this outcome",
        ),
    ] = False
    talk_seconds: Annotated[int | None, Field(ge=0, le=MOST_TALK)] = None

    def timed(self, seconds: int, situation: Situation) -> LogCall:
        """The call with how long they spoke, if it reached them."""
        row = self._row(situation)
        if row is None or row.counts != "conversation":
            return self
        return self.model_copy(update={"talk_seconds": min(seconds, MOST_TALK)})

    def depends_on(self) -> frozenset[Part]:
        """What new terms rest on, promises if it brings one, tasks if it ends one: money that comes in meanwhile refuses no
        other call."""
        parts = (PROMISES if self.promise else frozenset()) | (TASKS if self.finish else frozenset())
        return parts | (TERMS if self.terms else frozenset())

    def permissions(self, situation: Situation) -> tuple[str, ...]:
        """Those of what it brings too: nobody agrees in a call what they may not agree outside of one."""
        promise = (MakePromise.permission,) if self.promise else ()
        return (self.permission, *promise, *((AgreeTerms.permission,) if self.terms else ()))

    def needs_claim(self) -> bool:
        """Whoever has the caller can log the call; only whoever holds the case agrees terms or ends its task."""
        return self.finish or self.terms is not None

    def ends_claim(self) -> bool:
        """With the task."""
        return self.finish

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """An outcome that there is, with what it asks for and nothing it does not, and identity shown as far as it must be."""
        rows = situation.tables.wrap_codes(situation.today, "call")
        row = rows.get(self.outcome)
        if row is None:
            return [outcomes.unknown(rows)]
        reasons = outcomes.note_refusals(row, self.note)
        if self.finish:
            task = case.task(situation.facts.pulled_task)
            reasons += not_ended(task, row, "finish", case, situation.tables) if task is not None else [no_task()]
        return [
            *reasons,
            *outcomes.about_detail(row, self.detail, situation),
            *self._about_promise(row, case, situation),
            *self._about_terms(row, case, situation),
            *self._about_call_back(row, case, situation),
            *self._about_identity(row, case, situation),
        ]

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """Something is agreed with nobody knows whom; a call-back is for when this officer is away; what terms give pause."""
        row, found = self._row(situation), []
        if row is not None and row.identity == "needed" and self.identity is None:
            found.append(f"identity was not asked ({wanted(call_kind(case, self.direction, row), situation)})")
        if self.call_back_at is not None:
            with suppress(BeyondCalendar):
                if not at_work(situation.actor, self.call_back_at, situation.tables):
                    found.append("you are not at work then, so anyone of the team will call back")
        if self.terms is not None:
            found += doubts(self.terms, case, situation)
        return [*found, *outcomes.blanks(self.note)]

    def to_say(self, case: Case, situation: Situation) -> list[str]:
        """The terms that were agreed; where to pay, and under which reference."""
        said = told(self.terms, case, situation) if self.terms is not None else []
        row = self._row(situation)
        if row is None or row.shows != "payment-line":
            return said
        line = situation.tables.payment_line(case.unit, case.debtor.language, situation.today)
        pay = f"Pay by card on {line.number} ({line.label}, {line.open})"
        return [*said, pay, f"reference {case.unit} {case.number}"]

    def _row(self, situation: Situation) -> WrapCode | None:
        return situation.tables.wrap_codes(situation.today, "call").get(self.outcome)

    def _checked(self, row: WrapCode, case: Case, situation: Situation) -> Checked | None:
        """What came of comparing what was said. Raises ValueError when it cannot be understood."""
        kind = call_kind(case, self.direction, row)
        return check(self.identity, case, kind, situation) if self.identity else None

    def _about_identity(self, row: WrapCode, case: Case, situation: Situation) -> list[Reason]:
        try:
            checked = self._checked(row, case, situation)
        except ValueError as fault:
            return [Reason(code="unreadable", message=str(fault), field="identity")]
        return identity_refusals(checked, row, case, call_kind(case, self.direction, row), situation)

    def _about_promise(self, row: WrapCode, case: Case, situation: Situation) -> list[Reason]:
        if self.promise is None:
            return [_needs(row, "promise", "the promise")] if row.promise else []
        if not row.promise:
            return [_needs_not(row, "promise", "promise")]
        return [*MakePromise.offered(case, situation), *against(self.promise, case, situation, "promise.")]

    def _about_terms(self, row: WrapCode, case: Case, situation: Situation) -> list[Reason]:
        if self.terms is None:
            return [_needs(row, "terms", "the terms")] if row.terms else []
        if not row.terms:
            return [_needs_not(row, "terms", "terms")]
        return [*AgreeTerms.offered(case, situation), *against_terms(self.terms, case, situation, "terms.")]

    def _about_call_back(self, row: WrapCode, case: Case, situation: Situation) -> list[Reason]:
        if self.call_back_at is None:
            return [_needs(row, "call_back_at", "when to call back")] if row.call_back else []
        if not row.call_back:
            return [_needs_not(row, "call_back_at", "time to call back")]
        if self.call_back_at <= situation.now:
            return [Reason(code="past", message="that time has passed", field="call_back_at")]
        furthest = situation.tables.limit("call-back-furthest-days", situation.today)
        if self.call_back_at > situation.now + timedelta(furthest.amount):
            message = f"a call-back is for {furthest.amount} days ahead at most"
            return [Reason(code="too-far", message=message, field="call_back_at", source=furthest.cited)]
        day = london_date(self.call_back_at)
        hours = office(case.unit, day, situation.tables)
        if hours is None or not hours[0] <= self.call_back_at < hours[1]:
            message = f"nobody is here to call back then: the office is {in_words(hours, day)}"
            return [Reason(code="closed", message=message, field="call_back_at")]
        return []

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The contact, what it tells of the number, the promise or terms, the end of the task, and the next tasks."""
        row = situation.tables.wrap_codes(situation.today, "call")[self.outcome]
        detail = outcomes.detail_row(row, self.detail, situation)
        out = self.direction == "out"
        found: list[Happening] = [self._contacted(row, detail, case, situation)]
        found += number_failed(case, row, self.number) if out else []
        if self.promise is not None:
            found += promised(self.promise, case, situation)
        if self.terms is not None:
            found += agreed(self.terms, case, situation)
        task = case.task(situation.facts.pulled_task) if self.finish else None
        if task is not None:
            found.append(ended(task, row))
        return [*found, *follow_up(case, row, "call", situation, detail=detail, at=self.call_back_at, ending=task)]

    def restricted(self, situation: Situation) -> list[RestrictedText]:
        """The note, where the outcome is one of which not everybody may read."""
        note = note_apart(self.note, situation.tables.wrap_codes(situation.today, "call").get(self.outcome), situation)
        return [note] if note else []

    def _contacted(self, row: WrapCode, detail: OutcomeDetail | None, case: Case, situation: Situation) -> Contacted:
        checked = self._checked(row, case, situation)
        apart = note_apart(self.note, row, situation)
        out = self.direction == "out"
        return Contacted(
            direction=self.direction,
            number=self.number,
            outcome=row.code,
            outcome_label=row.label,
            detail=detail.code if detail else None,
            detail_label=detail.label if detail else None,
            attempt=row.counts != "nothing",
            reached=row.counts == "conversation",
            identity=_identity(checked, row),
            matched=tuple(NAMES[item] for item in checked.matched) if checked else (),
            failed=tuple(NAMES[item] for item in checked.failed) if checked else (),
            against=against_policy(judge(case, situation, "call", self.number)) if out else (),
            talk_seconds=self.talk_seconds,
            note=None if apart else self.note,
            restricted_note=apart.name if apart else None,
        )


def _identity(checked: Checked | None, row: WrapCode) -> Identity:
    if checked is None:
        return "not asked" if row.identity == "needed" else ""
    return "failed" if checked.stopped else checked.level or "not shown"


def _needs(row: WrapCode, field: str, what: str) -> Reason:
    return Reason(code="needed", message=f"“{row.label}” needs {what}", field=field)


def _needs_not(row: WrapCode, field: str, what: str) -> Reason:
    return Reason(code="not-asked", message=f"“{row.label}” brings no {what}", field=field)
