"""Ask another source where somebody is, or what they live on: with a lawful purpose, by whoever may, and not too often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import StrictBool

from casework.actions.declare import Action, Ask, Asking
from casework.actions.work import PULLED, TASKS, ended, no_task
from casework.case import Case, Part
from casework.clean import Line
from casework.events import Contacted, Happening, TaskEnded, TaskMade, TraceAsked
from casework.fields import Choice
from casework.reference import choices
from casework.refusals import Reason
from casework.rows_tracing import TracePurpose, TraceSource
from casework.situation import Situation
from casework.staff import may
from casework.stops import nothing_agreed
from casework.tasks import CONFIRM_DETAILS, CONTACT_DETAILS, TRACE, TRACE_ANSWER, Task
from casework.tracing import answer_title, last_of
from casework.whom_to_ask import against, giving, likely_purpose, next_source

TRACES: frozenset[Part] = frozenset({"traces", "person"})

LOOKED_FOR = (CONTACT_DETAILS, CONFIRM_DETAILS, TRACE)
"""The kinds of task that asking a source may end: its answer is a task of its own."""


def closed_to_tracing(case: Case, situation: Situation) -> list[Reason]:
    """Why nobody may be traced on this account: there is nothing to execute any more, or nobody to execute
    it on, and so no lawful purpose."""
    state = situation.tables.account_states(situation.today).get(case.status)
    if state is not None and state.closed:
        return [Reason(code="account-closed", message=f"this account is {state.title}", source=state.cited)]
    if not case.balance_pence:
        message = "nothing is owed any more, so there is no lawful purpose in tracing them"
        return [Reason(code="nothing-owed", message=message, source="DPA 2018 s.35; law page 7.5 (unverified)")]
    return nothing_agreed(case, situation.tables)


def _usable(situation: Situation, source: TraceSource) -> bool:
    """Whether whoever acts may ask it."""
    return not may(situation.actor, source.permission, None, situation.tables.grants(situation.today))


def _in_hand(case: Case, situation: Situation) -> Task | None:
    """The pulled task, if asking a source may end it."""
    task = case.task(situation.facts.pulled_task)
    return task if task is not None and task.kind in LOOKED_FOR else None


def _purposes(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.trace_purposes(asking.situation.today).values())


def _wanted(asking: Asking) -> str:
    """What the task in hand asks for, else what is missing."""
    task, rows = _in_hand(asking.case, asking.situation), asking.situation.tables.trace_purposes(asking.situation.today)
    if task is not None and task.subject in rows:
        return task.subject
    return likely_purpose(asking.case, list(rows))


def _sources(asking: Asking) -> Sequence[Choice]:
    """Those that give what is wanted first."""
    rows = [*asking.situation.tables.trace_sources(asking.situation.today).values()]
    rows.sort(key=lambda row: asking.answers.get("purpose") not in row.gives)
    return choices(rows)


def _next(asking: Asking) -> str:
    """The first that whoever acts may ask now."""
    situation = asking.situation
    row = situation.tables.trace_purposes(situation.today).get(str(asking.answers.get("purpose")))
    found = next_source(row, asking.case, situation, lambda one: _usable(situation, one)) if row else None
    return found.source.code if found is not None and found.on == situation.today else ""


def _source_answered(asking: Asking) -> TraceSource | None:
    return asking.situation.tables.trace_sources(asking.situation.today).get(str(asking.answers.get("source")))


def _reason_needed(asking: Asking) -> bool:
    source = _source_answered(asking)
    return source is not None and source.reason_needed


def _written_to(source: TraceSource, case: Case, situation: Situation) -> list[Happening]:
    """A message to whoever is to pay is a contact, and counts as one."""
    if source.channel is None or source.contacted_as is None:
        return []
    row = situation.tables.wrap_codes(situation.today, "contact")[source.contacted_as]
    phone = case.debtor.phone
    return [
        Contacted(
            channel=source.channel,
            direction="out",
            number=phone.number if phone is not None and source.channel == "sms" else None,
            outcome=row.code,
            outcome_label=row.label,
            attempt=row.counts != "nothing",
            reached=False,
        )
    ]


def _may_finish(asking: Asking) -> bool:
    return _in_hand(asking.case, asking.situation) is not None


def _likely_to_finish(asking: Asking) -> str:
    """Yes, unless the answer is there at once and the work goes on."""
    source = _source_answered(asking)
    return "no" if source is not None and source.answer_after == "0d" else "yes"


class AskSource(Action):
    """Ask a source about whoever is to pay. Each request is in the access log before it is done."""

    title = "Trace"
    help = "what for, and whom to ask; F10 asks the next that makes sense"
    permission = "trace"
    undoable = True
    rests_on = TRACES
    facts = PULLED

    kind: Literal["trace"] = "trace"
    purpose: Annotated[Line | None, Ask("To find", word="for", bare=True, choices=_purposes, default=_wanted)] = None
    """What is missing, when it is not given."""
    source: Annotated[
        Line | None,
        Ask(
            "Ask",
            choices=_sources,
            default=_next,
            needed=lambda asking: bool(_next(asking)),
            help="the next one is there",
        ),
    ] = None
    """The next that makes sense, when it is not given."""
    reason: Annotated[
        Line | None,
        Ask(
            "Why",
            word="because",
            rest=True,
            after_word=True,
            needed=_reason_needed,
            help="what makes this source likely",
        ),
    ] = None
    finish: Annotated[
        StrictBool,
        Ask(
            "Wrap up",
            word="finish",
            when=_may_finish,
            default=_likely_to_finish,
            help="its answer is a task of its own",
        ),
    ] = False

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """While there is a lawful purpose."""
        return closed_to_tracing(case, situation)

    def depends_on(self) -> frozenset[Part]:
        """Tasks too if it ends one."""
        return self.rests_on | (TASKS if self.finish else frozenset())

    def needs_claim(self) -> bool:
        """To end the task in hand."""
        return self.finish

    def permissions(self, situation: Situation) -> tuple[str, ...]:
        """That of the source too: some are for their named users alone."""
        source = situation.tables.trace_sources(situation.today).get(self.source or "")
        return (self.permission, *([source.permission] if source and source.permission != self.permission else []))

    def look_up(self, case: Case, situation: Situation) -> Mapping[str, str]:
        """The source and the purpose."""
        source, purpose = self._meant(case, situation)
        return {"source": source.code if source else "", "purpose": purpose.code if purpose else ""}

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """A source and a purpose that there are, and nothing that stands against asking it now."""
        reasons = [*self._unknown(situation), *self._about_task(case, situation)]
        if reasons:
            return reasons
        source, purpose = self._meant(case, situation)
        if source is None or purpose is None:
            message = "there is no source left that you may ask for this now; see what each says: trace, and its name"
            return [Reason(code="no-source", message=message, field="source")]
        found = against(source, purpose, case, situation)
        if source.reason_needed and self.reason is None:
            message = f"{source.label} is asked with reasonable cause only: write why"
            found.append(Reason(code="needed", message=message, field="reason", source=source.cited))
        if any(one.code == "not-given" for one in found):
            others = [one.code for one in giving(purpose.code, situation.tables, situation.today)]
            message = f"for: {purpose.label.lower()}, there are: {', '.join(others)}"
            found.append(Reason(code="others", message=message, field="source"))
        return found

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The request, the task to read its answer, the message if that is how it is asked, and the end of the tasks that
        asked for it."""
        source, purpose = self._meant(case, situation)
        assert source is not None and purpose is not None
        last = last_of(case.traces, source.code)
        due_at = situation.calendar.after(situation.now, source.answer_after)
        asked = TraceAsked(
            source=source.code,
            label=source.label,
            purpose=purpose.code,
            purpose_label=purpose.label,
            lawful=purpose.lawful,
            of="defendant" if case.debtor is case.person else "guardian",
            reason=self.reason,
            attempts=(last.attempts if last else 0) + 1,
        )
        title = answer_title(source.label, situation.today, purpose.label)
        made = TaskMade(
            task=TRACE_ANSWER,
            subject=f"{case.version + 1}.1",
            title=title,
            due_at=due_at,
            need=source.named_users,
        )
        return [asked, made, *_written_to(source, case, situation), *self._ended(purpose, case, situation)]

    def _ended(self, purpose: TracePurpose, case: Case, situation: Situation) -> list[TaskEnded]:
        """The task in hand, if it is to be; and whatever else asked for just this."""
        row, pulled = situation.tables.being_traced(situation.today), _in_hand(case, situation)
        return [
            ended(task, row)
            for task in case.tasks
            if (self.finish and task == pulled) or (task.kind == TRACE and task.subject == purpose.code)
        ]

    def _about_task(self, case: Case, situation: Situation) -> list[Reason]:
        task = case.task(situation.facts.pulled_task)
        if not self.finish or _in_hand(case, situation) is not None:
            return []
        if task is None:
            return [no_task()]
        return [Reason(code="not-ended", message=f"a trace does not end “{task.title}”: wrap it up", field="finish")]

    def _unknown(self, situation: Situation) -> list[Reason]:
        reasons = []
        known: tuple[tuple[str, str | None, Mapping[str, object]], ...] = (
            ("purpose", self.purpose, situation.tables.trace_purposes(situation.today)),
            ("source", self.source, situation.tables.trace_sources(situation.today)),
        )
        for field, code, rows in known:
            if code is not None and code not in rows:
                message = f"there is no such {field}; there are: {', '.join(rows)}"
                reasons.append(Reason(code=f"unknown-{field}", message=message, field=field))
        return reasons

    def _meant(self, case: Case, situation: Situation) -> tuple[TraceSource | None, TracePurpose | None]:
        """The source and the purpose; what was not given is what makes sense with the other."""
        sources, purposes = (
            situation.tables.trace_sources(situation.today),
            situation.tables.trace_purposes(situation.today),
        )
        source = sources.get(self.source or "")
        among = [code for code in purposes if source is None or code in source.gives]
        purpose = purposes.get(self.purpose or likely_purpose(case, among))
        if self.source is None and purpose is not None:
            found = next_source(purpose, case, situation, lambda one: _usable(situation, one))
            source = found.source if found is not None and found.on == situation.today else None
        return source, purpose
