"""A form while it is being filled in: the action it is for, what has been typed, and the key that makes saving it once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from casework import quick_entry, quick_hints
from casework.actions import ACTIONS
from casework.actions.call import LogCall
from casework.actions.declare import Action, fields, fill, without_secrets
from casework.case import Case
from casework.fields import Choice, Field, FieldKind
from casework.refusals import Reason, Refused
from casework.situation import Situation
from casework.views import Draft

QUICK_ENTRY = "quick-entry"
LEAVE = "leave"

_LEAVING = (
    Choice("park", "park it until a day"),
    Choice("back", "give it back untouched"),
    Choice("keep", "keep it, until my claim runs out"),
)


class Form(Protocol):
    """What the case screen needs of whatever is open under the case."""

    kind: str
    key: str
    seen_version: int

    def title(self, case: Case) -> str:
        """What stands over it."""
        ...

    def fields(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[Field]:
        """The questions, for what has been typed so far."""
        ...

    def action(self, case: Case, typed: Mapping[str, str], situation: Situation) -> Action:
        """What was filled in. Raises Refused."""
        ...

    def to_say(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[str]:
        """What the officer should say meanwhile. Raises Refused while that cannot be told from what is typed."""
        ...


def new_key() -> str:
    """A key that nobody else makes: saving twice with it saves once."""
    return uuid.uuid4().hex


@dataclass(slots=True)
class ActionForm:
    """The form of one action."""

    kind: str
    seen_version: int
    key: str = field(default_factory=new_key)

    def title(self, case: Case) -> str:
        """As the action says."""
        return ACTIONS[self.kind].heading(case)

    def fields(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[Field]:
        """As the action declares them."""
        return fields(ACTIONS[self.kind], case, typed, situation)

    def action(self, case: Case, typed: Mapping[str, str], situation: Situation) -> Action:
        """The action, filled in."""
        return fill(ACTIONS[self.kind], case, typed, situation, led=True)

    def to_say(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[str]:
        """As the action says, as it is filled in now."""
        return self.action(case, typed, situation).to_say(case, situation)


@dataclass(slots=True)
class QuickForm:
    """One line for any action."""

    seen_version: int
    kind: str = QUICK_ENTRY
    key: str = field(default_factory=new_key)
    verbs: quick_entry.Verbs = field(default_factory=dict)
    """The keys of this desk, each for the action that it opens."""
    _read: tuple[str, Case, date, quick_entry.Line | Refused] | None = None
    """The line that was read last: it is asked for several times while a key is answered."""

    def title(self, case: Case) -> str:
        """What may be written."""
        return f"Quick entry, or a word alone for its form: {', '.join(ACTIONS)}"

    def fields(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[Field]:
        """The line, with what is asked next."""
        asked = (
            quick_hints.asked_next(text, case, situation, self.verbs) if (text := typed.get("line", "")) else _EXAMPLES
        )
        return [Field(name="line", label=":", help=asked)]

    def action(self, case: Case, typed: Mapping[str, str], situation: Situation) -> Action:
        """The action that the line means."""
        return quick_entry.action_of(self._line(case, typed, situation), case, situation)

    def to_say(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[str]:
        """Nothing: the message line says what was understood."""
        return []

    def goes_on(self, case: Case, text: str, situation: Situation) -> str:
        """The rest of the word that is begun."""
        return quick_hints.goes_on(text, case, situation, self.verbs)

    def call(self, case: Case, typed: Mapping[str, str], situation: Situation) -> Mapping[str, str] | None:
        """What the line says of a call, as its form would have it, nothing where it cannot be read; None when it is about
        something else."""
        verb = quick_entry.named(typed.get("line", ""), self.verbs)
        if verb is None or verb.action is not LogCall:
            return None
        try:
            return quick_entry.answers(self._line(case, typed, situation), case, situation)
        except Refused:
            return {}

    def only_named(self, case: Case, typed: Mapping[str, str], situation: Situation) -> quick_entry.Verb | None:
        """What the line names, when it says nothing more; None otherwise."""
        verb = quick_entry.named(typed.get("line", ""), self.verbs)
        return verb if verb is not None and len(typed["line"].split()) == 1 else None

    def understood(self, case: Case, typed: Mapping[str, str], situation: Situation) -> str:
        """What the line was understood to mean. Raises Refused."""
        return quick_entry.understood(self._line(case, typed, situation), case, situation)

    def _line(self, case: Case, typed: Mapping[str, str], situation: Situation) -> quick_entry.Line:
        text = typed.get("line", "")
        known = self._read
        if known is None or known[0] != text or known[1] is not case or known[2] != situation.today:
            known = self._read = (text, case, situation.today, self._fresh(text, case, situation))
        if isinstance(known[3], Refused):
            raise Refused(*known[3].reasons)
        return known[3]

    def _fresh(self, text: str, case: Case, situation: Situation) -> quick_entry.Line | Refused:
        try:
            return quick_entry.parse(text, case, situation, self.verbs)
        except Refused as fault:
            return fault


_EXAMPLES = "p 50 tu c · c n · t 20 w f h · park 3d awaiting payslip"


@dataclass(slots=True)
class LeaveForm:
    """What becomes of the case when its officer leaves the desk."""

    seen_version: int
    kind: str = LEAVE
    key: str = field(default_factory=new_key)

    def title(self, case: Case) -> str:
        """The question."""
        return "You still have this case. What becomes of it?"

    def fields(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[Field]:
        """Park it, give it back, or keep it."""
        return [Field(name="choice", label="Before you go", kind=FieldKind.CHOICE, choices=_LEAVING)]

    def action(self, case: Case, typed: Mapping[str, str], situation: Situation) -> Action:
        """Leaving is no action on the case."""
        raise Refused(Reason(code="not-an-action", message="leaving changes nothing on the case"))

    def to_say(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[str]:
        """Nothing."""
        return []


def take_up(form: Form, draft: Draft) -> None:
    """Go on with a draft in a form of its kind: with its key, so that what was saved after all is not saved twice."""
    form.key, form.seen_version = draft.key, draft.seen_version


def draft_of(form: Form, case: Case, typed: Mapping[str, str], now: datetime) -> Draft:
    """What has been typed, to be kept; what somebody said to show who they are is not."""
    if form.kind in ACTIONS:
        typed = without_secrets(ACTIONS[form.kind], typed)
    elif form.kind == QUICK_ENTRY:
        typed = {name: quick_entry.without_secrets(line) for name, line in typed.items()}
    return Draft(case=case.id, kind=form.kind, typed=dict(typed), key=form.key, seen_version=form.seen_version, at=now)


def errors_by_field(fault: Refused, names: set[str]) -> tuple[dict[str, str], list[str]]:
    """Each reason at its field, where the form has one; the others by themselves."""
    placed: dict[str, str] = {}
    loose: list[str] = []
    for reason in fault.reasons:
        if reason.field in names and reason.field not in placed:
            placed[reason.field or ""] = reason.message
        else:
            loose.append(reason.message)
    return placed, loose
