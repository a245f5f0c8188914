"""A form while it is being filled in: the action it is for, what has been typed, and the key that makes saving it once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from casework import quick_entry
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

    def title(self, case: Case) -> str:
        """What may be written."""
        return f"Quick entry, or a word alone for its form: {', '.join(ACTIONS)}"

    def fields(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[Field]:
        """The line."""
        return [Field(name="line", label=":", help="promise 50 tue card · call noans · park 3d awaiting payslip")]

    def action(self, case: Case, typed: Mapping[str, str], situation: Situation) -> Action:
        """The action that the line means."""
        line = quick_entry.parse(typed.get("line", ""), case, situation)
        return quick_entry.action_of(line, case, situation)

    def to_say(self, case: Case, typed: Mapping[str, str], situation: Situation) -> list[str]:
        """Nothing: the message line says what was understood."""
        return []

    def call(self, case: Case, typed: Mapping[str, str], situation: Situation) -> Mapping[str, str] | None:
        """What the line says of a call, as its form would have it, nothing where it cannot be read; None when it is about
        something else."""
        text = typed.get("line", "")
        if quick_entry.named(text) is not LogCall:
            return None
        try:
            return quick_entry.parse(text, case, situation).typed
        except Refused:
            return {}

    def only_named(self, case: Case, typed: Mapping[str, str], situation: Situation) -> str | None:
        """The kind of action that the line names, when it says nothing more; None otherwise."""
        try:
            line = quick_entry.parse(typed.get("line", ""), case, situation)
        except Refused:
            return None
        return None if line.typed else line.action.named()

    def understood(self, case: Case, typed: Mapping[str, str], situation: Situation) -> str:
        """What the line was understood to mean. Raises Refused."""
        return quick_entry.understood(quick_entry.parse(typed.get("line", ""), case, situation), case, situation)


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


def of_draft(draft: Draft) -> Form:
    """The form that a draft was typed into, with its key, so that what was saved after all is not saved twice."""
    if draft.kind == QUICK_ENTRY:
        return QuickForm(draft.seen_version, key=draft.key)
    return ActionForm(draft.kind, draft.seen_version, draft.key)


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
