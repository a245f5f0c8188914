"""A line of quick entry while it is read: what was typed into which field, and how much of the line answers what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from casework.actions.declare import (
    Action,
    Asking,
    Filled,
    Question,
    Unclear,
    questions,
    read_form,
    show_answer,
)
from casework.case import Case
from casework.fields import Field, FieldKind
from casework.refusals import Reason, Refused
from casework.situation import Situation

MOST_TOKENS = {FieldKind.DATE: 3, FieldKind.MOMENT: 4, FieldKind.CHOICE: 6, FieldKind.TEXT: 4}
"""How many tokens an answer may have; one, where nothing is said."""

_WEEKDAYS = {"f": "fri"}
"""The weekday that one letter tells, the commonest to be paid on: `m` and `w` are monthly and weekly, and `t` is today."""

Waiting = Sequence[tuple[Question, Field]]
"""The questions that are asked and not answered in the line, in the order of the form."""


@dataclass(slots=True)
class Reading:
    """What has been understood up to now."""

    action: type[Action]
    case: Case
    situation: Situation
    typed: dict[str, str] = field(default_factory=dict)
    bare: dict[str, str] = field(default_factory=dict)
    """Of those, the answers that stand without a word before them, in the order of the line."""
    _read: tuple[dict[str, str], Filled] | None = None

    def form(self) -> Filled:
        """The form, as far as the line fills it in."""
        if self._read is None or self._read[0] != self.typed:
            found = read_form(self.action, self.case, self.typed, self.situation, led=led(self.action, self.typed))
            self._read = dict(self.typed), found
        return self._read[1]

    def asking(self) -> Asking:
        """What a question may depend on now."""
        return Asking(self.case, self.form().answers, self.situation)

    def open(self) -> Waiting:
        """The questions that wait for an answer."""
        by_name = {question.name: question for question in questions(self.action)}
        return [
            (by_name[one.name], one) for one in self.form().fields if one.name in by_name.keys() - self.typed.keys()
        ]

    def take(self, question: Question, tokens: Sequence[str], *, bare: bool = False) -> None:
        """Give tokens to a question; `bare`: without its word."""
        self.typed[question.name] = spelt(question, tokens)
        if bare:
            self.bare[question.name] = " ".join(tokens)

    def leave_guesses(self, word: str) -> None:
        """Leave out a guessed answer that keeps the question of `word` from being asked: `terms by 28/2` has no amount,
        whatever the form would propose."""
        words = {question.name for question in questions(self.action) if question.ask.word == word}
        for question, one in self.open():
            if question.ask.guess and one.default:
                without = read_form(self.action, self.case, {**self.typed, question.name: ""}, self.situation).fields
                now = {field.name for _, field in self.open()}
                if words & ({field.name for field in without} - now - self.typed.keys()):
                    self.typed[question.name] = ""


def led(action: type[Action], typed: dict[str, str]) -> bool:
    """Whether the line answers what only leads to other questions, as a letter does that says who was on the line."""
    return not action.leading.keys().isdisjoint(typed)


def spelt(question: Question, tokens: Sequence[str]) -> str:
    """Tokens as the field would have them: a weekday of one letter is written as a form takes it."""
    if question.kind in (FieldKind.DATE, FieldKind.MOMENT) and tokens[0].lower() in _WEEKDAYS:
        tokens = [_WEEKDAYS[tokens[0].lower()], *tokens[1:]]
    return " ".join(tokens)


def fitting(reading: Reading, question: Question, one: Field, tokens: Sequence[str]) -> int:
    """How many of `tokens`, the most that do, are an answer to `question`. Raises Unclear where they could be several.

    A letter by itself is an answer of its own and no end of a date: `+9 d` is nine days on from today, then a letter.
    """
    unclear: Unclear | None = None
    for count in range(min(len(tokens), MOST_TOKENS.get(question.kind, 1)), 0, -1):
        if question.kind is FieldKind.DATE and any(len(one) == 1 and one.isalpha() for one in tokens[1:count]):
            continue
        try:
            question.read(one, spelt(question, tokens[:count]), reading.situation)
        except Unclear as fault:
            unclear = fault
        except ValueError:
            continue
        else:
            return count
    if unclear is not None:
        raise unclear
    return 0


def fits(reading: Reading, question: Question, one: Field, text: str) -> bool:
    """Whether a text is an answer to `question`, and a clear one."""
    tokens = text.split()
    try:
        return fitting(reading, question, one, tokens) == len(tokens)
    except Unclear:
        return False


def meant(reading: Reading, question: Question, one: Field, text: str) -> str:
    """What a text would be as the answer to `question`: `From Fri 20 Nov 2026`."""
    spelt_out = spelt(question, text.split())
    several = question.several(spelt_out, reading.situation)
    if several is not None:
        return f"{one.label} {several.meaning}"
    return f"{one.label} {show_answer(question, one, question.read(one, spelt_out, reading.situation))}"


def not_understood(message: str, name: str | None = None) -> Refused:
    """Why a line is not understood, and at which field."""
    return Refused(Reason(code="not-understood", message=message, field=name))
