"""Record what a source answered. What it brought goes the road of `details`, and says which source it is from; that somebody
has died, is in custody or abroad does what it does when it is heard in a call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from casework.actions.after_trace import Found, outcome_of_call, what_next
from casework.actions.brought import Brought, brought
from casework.actions.declare import Action, Ask, Asking
from casework.actions.details import SUBJECTS
from casework.actions.given import GivenAddress, GivenEmail, GivenPhone, is_about
from casework.actions.given_means import GivenBenefit, GivenEmployer, GivenVehicle
from casework.actions.outcome import note_refusals
from casework.actions.trace import TRACES
from casework.actions.work import PULLED
from casework.case import Case
from casework.clean import Line, Prose
from casework.dates import format_date, months_after
from casework.events import Happening, Stamp, TaskEnded, TraceAnswered
from casework.fields import Choice
from casework.identifiers import NationalInsurance
from casework.reference import choices
from casework.refusals import Reason
from casework.rows_tracing import TraceOutcome, TracePurpose
from casework.situation import Fact, Situation
from casework.staff import may
from casework.tasks import CONTACT_DETAILS, TRACE, TRACE_ANSWER
from casework.tracing import Trace
from casework.whom_to_ask import life_of, retry_day

COLLEAGUES: frozenset[Fact] = frozenset({"colleagues"})
"""Because of those sources that only some may ask."""

BRINGS = ("address", "phone", "email", "employer", "benefit", "vehicle", "national_insurance")
"""What an answer may bring: subjects of `details`."""

REACHES = ("address", "phone", "email")
"""Those on which somebody can be reached, so that nobody need look for that any more."""


def _asked(case: Case) -> list[Trace]:
    return [one for one in case.traces if one.state == "asked"]


def _pending(asking: Asking) -> Sequence[Choice]:
    """The sources that have not answered yet."""
    return [
        Choice(one.source, f"{one.label}, asked {format_date(one.asked_on)} for: {one.purpose_label.lower()}")
        for one in _asked(asking.case)
    ]


def _answered_or_never_asked(asking: Asking) -> Sequence[Choice]:
    there = {one.source for one in _asked(asking.case)}
    rows = asking.situation.tables.trace_sources(asking.situation.today).values()
    return [Choice(one.code, f"{one.label} has no request without an answer") for one in rows if one.code not in there]


def _id(text: str) -> str | None:
    """A task or a trace by its id, as scripts have it."""
    return text if re.fullmatch(r"[1-9][0-9]{0,17}\.[1-9][0-9]{0,2}", text) else None


def _named(name: str | None, case: Case, situation: Situation) -> Trace | None:
    """The trace that is meant: by its task, by itself or by its source; without a name the one in hand, or the only one."""
    there = _asked(case)
    task = case.task(name if name is not None else situation.facts.pulled_task)
    subject = task.subject if task is not None and task.kind == TRACE_ANSWER else name
    found = [one for one in there if subject in (one.id, one.source)]
    if found or name is not None:
        return next(iter(found), None)
    return there[0] if len(there) == 1 else None


def _likely_task(asking: Asking) -> str:
    trace = _named(None, asking.case, asking.situation)
    return trace.source if trace else ""


def _outcomes(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.trace_outcomes(asking.situation.today).values())


def _was_found(asking: Asking) -> bool:
    row = asking.situation.tables.trace_outcomes(asking.situation.today).get(str(asking.answers.get("outcome")))
    return row is not None and bool(row.found)


def _subjects(asking: Asking) -> Sequence[Choice]:
    return [Choice(name, SUBJECTS[name]) for name in BRINGS]


def _asked_for(asking: Asking) -> str:
    """What the source was asked for, if it is one of the fields."""
    trace = _named(str(asking.answers.get("task") or "") or None, asking.case, asking.situation)
    row = asking.situation.tables.trace_purposes(asking.situation.today).get(trace.purpose) if trace else None
    return row.brings or "" if row else ""


class RecordAnswer(Action):
    """What a source answered, and what it brought."""

    title = "Trace result"
    help = "what the source answered; what was found is kept with where it is from"
    permission = "trace"
    undoable = True
    rests_on = TRACES
    facts = PULLED | COLLEAGUES

    kind: Literal["trace-result"] = "trace-result"
    task: Annotated[
        Line | None,
        Ask(
            "Answer of",
            choices=_pending,
            not_now=_answered_or_never_asked,
            code=_id,
            default=_likely_task,
            needed=lambda asking: True,
        ),
    ] = None
    """The task, the trace or the source; the one in hand or the only one when it is not given."""
    outcome: Annotated[Line, Ask("Outcome", choices=_outcomes)]
    about: Annotated[Line | None, Ask("Found", choices=_subjects, when=_was_found, default=_asked_for)] = None
    address: Annotated[GivenAddress | None, Ask("Address", when=is_about("address"))] = None
    phone: Annotated[GivenPhone | None, Ask("Telephone", when=is_about("phone"))] = None
    email: Annotated[GivenEmail | None, Ask("E-mail", when=is_about("email"))] = None
    employer: Annotated[GivenEmployer | None, Ask("Employer", when=is_about("employer"))] = None
    benefit: Annotated[GivenBenefit | None, Ask("Benefit", when=is_about("benefit"))] = None
    vehicle: Annotated[GivenVehicle | None, Ask("Vehicle", when=is_about("vehicle"))] = None
    national_insurance: Annotated[
        NationalInsurance | None, Ask("NI number", rest=True, when=is_about("national_insurance"))
    ] = None
    note: Annotated[Prose | None, Ask("Note", rest=True, word="note")] = None

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only where a source was asked and has not answered."""
        if _asked(case):
            return []
        return [Reason(code="none-asked", message="no source was asked that has not answered: trace asks one")]

    def look_up(self, case: Case, situation: Situation) -> Mapping[str, str]:
        """The trace, its source and its purpose."""
        trace = _named(self.task, case, situation)
        return {"trace": trace.id, "source": trace.source, "purpose": trace.purpose} if trace else {}

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A trace that is not answered, an outcome that there is, and what that outcome needs."""
        outcomes, reasons = situation.tables.trace_outcomes(situation.today), []
        row, trace = outcomes.get(self.outcome), _named(self.task, case, situation)
        if trace is None and _asked(case):
            there = ", ".join(f"{one.source} ({one.id})" for one in _asked(case))
            message = f"say whose answer it is; these have not answered: {there}"
            reasons.append(Reason(code="which", message=message, field="task"))
        if row is None:
            message = f"there is no such outcome; there are: {', '.join(outcomes)}"
            return [*reasons, Reason(code="unknown-outcome", message=message, field="outcome")]
        if trace is not None:
            reasons += _not_theirs(trace, situation)
        if row.as_call is not None:
            reasons += note_refusals(outcome_of_call(row.as_call, situation), self.note)
        if trace is None:
            return reasons
        return [*reasons, *self._about_findings(row, trace, case, situation)]

    def _about_findings(self, row: TraceOutcome, trace: Trace, case: Case, situation: Situation) -> list[Reason]:
        """What was found is said if, and only if, something was."""
        given, purpose = self._given(), situation.tables.trace_purposes(situation.today).get(trace.purpose)
        if not row.found:
            message = f"“{row.label}” brings nothing that was found; leave it out, or choose another outcome"
            return [Reason(code="not-asked", message=message, field=name, source=row.cited) for name in given]
        if purpose is not None and purpose.found_by is not None:
            return [_said_otherwise(purpose, row, purpose.found_by, situation)]
        if self.about is not None and given and self.about not in given:
            message = f"this is about {', '.join(given)}, not about {self.about}"
            return [Reason(code="not-about", message=message, field="about")]
        least = purpose.note_least if purpose is not None else 0
        if not given and least and len(self.note or "") < least:
            message = f"say in a note of at least {least} characters what was found"
            return [Reason(code="note-needed", message=message, field="note", source=row.cited)]
        if not given and not least:
            field = self.about or (purpose.brings if purpose is not None else None) or "about"
            return [Reason(code="nothing-given", message="say what was found", field=field)]
        return list(self._brought(row, trace, case, situation).reasons)

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The answer, what else is known now, the end of the task to read it, and what comes next."""
        trace = _named(self.task, case, situation)
        assert trace is not None
        row = situation.tables.trace_outcomes(situation.today)[self.outcome]
        found = self._brought(row, trace, case, situation)
        answered = self._answered(row, trace, found, situation)
        ends = self._ended(row, trace, case, situation)
        after = _applied(case, [answered, *found.events, *ends], situation)
        step = what_next(row, trace, self._found(row, trace, found, situation), after, situation)
        answered = answered.model_copy(update={"rounds": step.rounds})
        return [answered, *found.events, *ends, *step.events]

    def _given(self) -> list[str]:
        return [name for name in BRINGS if getattr(self, name) is not None]

    def _found(self, row: TraceOutcome, trace: Trace, found: Brought, situation: Situation) -> dict[str, Found]:
        """What was found, by purpose. What a field takes was found if it is given as current: the search for an address goes
        on after the number of somebody who lives there no more."""
        purposes = situation.tables.trace_purposes(situation.today).values()
        if not row.found:
            return {}
        return {
            one.code: "confirmed" if one.brings in found.agreed else row.found
            for one in purposes
            if (self._is_current(one.brings) if one.brings else one.code == trace.purpose)
        }

    def _is_current(self, subject: str) -> bool:
        return getattr(getattr(self, subject), "standing", None) == "current"

    def _brought(self, row: TraceOutcome, trace: Trace, case: Case, situation: Situation) -> Brought:
        given = {name: getattr(self, name) for name in self._given()}
        source = situation.tables.trace_sources(situation.today).get(trace.source)
        return brought(trace, source, given, case, situation, confirmed=row.found == "confirmed")

    def _answered(self, row: TraceOutcome, trace: Trace, found: Brought, situation: Situation) -> TraceAnswered:
        source = situation.tables.trace_sources(situation.today).get(trace.source)
        met = self._found(row, trace, found, situation).get(trace.purpose, "")
        life = life_of(trace.purpose, situation) if met else None
        return TraceAnswered(
            trace=trace.id,
            source=trace.source,
            label=trace.label,
            purpose=trace.purpose,
            outcome=row.code,
            outcome_label=row.label,
            found=row.found if met else "",
            failed=row.retry == "next-day",
            kept_out=found.kept_out,
            agrees_with=found.agrees_with,
            note=self.note,
            expires_on=months_after(situation.today, life) if life else None,
            retry_on=retry_day(source, row, situation) if source is not None else None,
        )

    def _ended(self, row: TraceOutcome, trace: Trace, case: Case, situation: Situation) -> list[TaskEnded]:
        """The task to read this answer; those to ask others for the same, which are made anew where there is need, and for
        whatever else it brought; and that to find a number or address, where one was found."""
        brought = {one for one in BRINGS if self._is_current(one)}
        known = [one.code for one in situation.tables.trace_purposes(situation.today).values() if one.brings in brought]
        given = [one for name in REACHES if (one := getattr(self, name)) is not None]
        reached = any(one.standing == "current" for one in given)
        return [
            TaskEnded(task=task.id, title=task.title, outcome=row.code, outcome_label=row.label)
            for task in case.tasks
            if (task.kind == TRACE_ANSWER and task.subject == trace.id)
            or (task.kind == TRACE and task.subject in (trace.purpose, *known))
            or (task.kind == CONTACT_DETAILS and reached)
        ]


def _not_theirs(trace: Trace, situation: Situation) -> list[Reason]:
    """Why whoever acts may not say what came of it: its source is for its named users alone, and so is its answer."""
    source = situation.tables.trace_sources(situation.today).get(trace.source)
    if source is None or source.named_users is None:
        return []
    grants = situation.tables.grants(situation.today)
    return [
        one.model_copy(update={"field": "task", "source": source.cited})
        for one in may(situation.actor, source.named_users, None, grants)
    ]


def _said_otherwise(purpose: TracePurpose, row: TraceOutcome, code: str, situation: Situation) -> Reason:
    """Another outcome says that what was asked about is so, and does what follows from it."""
    other = situation.tables.trace_outcomes(situation.today).get(code)
    label = other.label if other else code
    message = f"“{row.label}” does nothing of that; for: {purpose.label.lower()}, choose “{label}” ({code})"
    return Reason(code="other-outcome", message=message, field="outcome", source=purpose.cited)


def _applied(case: Case, happened: Sequence[Happening], situation: Situation) -> Case:
    """The case as it will be after this."""
    for what in happened:
        case = what.apply(case, Stamp(case.version + 1, situation.now, situation.actor.id))
    return case
