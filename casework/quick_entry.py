"""Quick entry: one line for one action, read with the words that the action declares.

First the verb. Then from left to right: a declared word takes the answer that stands after it; any other token, or as many
tokens as make one answer, goes to the field still open that can read the most of it, the first declared if several can; the
field that takes the rest of the line takes it from the first token that no other field can read, up to where it can only be
the answer to another. A token that means several things is an error naming them, and so is a text that may hold another's
answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from pydantic import ValidationError

from casework.actions import ACTIONS
from casework.actions.declare import (
    Action,
    Asking,
    Filled,
    Question,
    Unclear,
    fill,
    questions,
    read_form,
    show_answer,
)
from casework.case import Case
from casework.fields import Field, FieldKind
from casework.refusals import Reason, Refused
from casework.situation import Situation

_MOST_TOKENS = {FieldKind.DATE: 3, FieldKind.MOMENT: 4, FieldKind.CHOICE: 6, FieldKind.TEXT: 4}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was understood."""

    action: type[Action]
    typed: dict[str, str]


@dataclass(slots=True)
class _Reading:
    action: type[Action]
    case: Case
    situation: Situation
    typed: dict[str, str] = field(default_factory=dict)

    def form(self) -> Filled:
        return read_form(self.action, self.case, self.typed, self.situation)

    def asking(self) -> Asking:
        return Asking(self.case, self.form().answers, self.situation)

    def open(self) -> list[tuple[Question, Field]]:
        by_name = {question.name: question for question in questions(self.action)}
        return [(by_name[one.name], one) for one in self.form().fields if one.name not in self.typed]

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


def parse(line: str, case: Case, situation: Situation) -> Line:
    """The action meant by `line`, and what was typed into each of its fields.

    Raises:
        Refused: why the action may not be started now; or which word was not understood, or what it could mean.
    """
    tokens = line.split()
    if not tokens:
        raise _not_understood(f"write an action: {', '.join(ACTIONS)}")
    reading = _Reading(_verb(tokens.pop(0)), case, situation)
    if tokens and (against := reading.action.offered(case, situation)):
        raise Refused(*against)
    while tokens:
        tokens = _take(reading, tokens)
    return Line(reading.action, reading.typed)


def action_of(line: Line, case: Case, situation: Situation) -> Action:
    """The action that a line fills in. Raises Refused with every field that is missing or wrong."""
    return fill(line.action, case, line.typed, situation)


def named(line: str) -> type[Action] | None:
    """The action that the first word of `line` names; None when it names none, or several."""
    try:
        return _verb(line.split()[0]) if line.split() else None
    except Refused:
        return None


def understood(line: Line, case: Case, situation: Situation) -> str:
    """What was understood, in full words: `Promise · Amount £50.00 · Due Tue 24 Nov 2026 · By card`."""
    form = read_form(line.action, case, line.typed, situation)
    by_name = {question.name: question for question in questions(line.action)}
    parts = [
        f"{one.label} {one.meaning or show_answer(by_name[one.name], one, form.answers[one.name])}"
        for one in form.fields
        if one.meaning or one.name in form.answers
    ]
    return " · ".join([line.action.title, *parts])


def _verb(token: str) -> type[Action]:
    wanted = token.lower().replace("-", "")
    names = {name.replace("-", ""): action for name, action in ACTIONS.items()}
    if wanted in names:
        return names[wanted]
    found = [name for name in names if name.startswith(wanted)]
    if len(found) == 1:
        return names[found[0]]
    what = f"could be {', '.join(found)}" if found else f"is none of {', '.join(ACTIONS)}"
    raise _not_understood(f"“{token}” {what}")


def _take(reading: _Reading, tokens: Sequence[str]) -> list[str]:
    """Give the first token, and those that belong to it, to a field; returns what is left."""
    reading.leave_guesses(tokens[0].lower())
    waiting = reading.open()
    for question, one in waiting:
        if question.ask.word == tokens[0].lower():
            if len(tokens) == 1:
                raise _not_understood(f"something is missing after “{tokens[0]}”", question.name)
            try:
                count = len(tokens) - 1 if question.ask.rest else _fitting(reading, question, one, tokens[1:]) or 1
                if question.ask.secret:
                    count = _up_to_a_word(questions(reading.action), tokens[1:])
                elif question.kind is FieldKind.TEXT and not question.ask.rest:
                    count = _words_of_text(reading, question, tokens[1:])
            except Unclear as fault:
                raise _not_understood(str(fault), question.name) from None
            if question.ask.rest:
                _refuse_secret(reading, tokens[1:])
            if question.ask.after_word:
                count = _free_text(reading, question, one, tokens[1:])
            reading.typed[question.name] = " ".join(tokens[1 : 1 + count])
            return list(tokens[1 + count :])
    unclear: Unclear | None = None
    longest, taker = 0, ""
    for question, one in waiting:
        if question.ask.rest or question.ask.word:
            continue
        try:
            count = _fitting(reading, question, one, tokens)
        except Unclear as fault:
            unclear = unclear or fault
            continue
        if count > longest:
            longest, taker = count, question.name
    if bare := _bare(waiting, tokens):
        if taker:
            other = next(one.label for question, one in waiting if question.name == taker)
            how = f"write “{bare.ask.word}” before what is {bare.ask.label}"
            raise _not_understood(f"“{tokens[0]}” could be {other} or {bare.ask.label}: {how}", bare.name)
        longest, taker = 1, bare.name
    if taker:
        reading.typed[taker] = " ".join(tokens[:longest])
        return list(tokens[longest:])
    if unclear is not None:
        raise _not_understood(str(unclear))
    for question, one in waiting:
        if question.ask.rest and not question.ask.after_word:
            _refuse_not_now(reading, waiting, question, tokens[0])
            _refuse_if_needed_first(reading, waiting, tokens[0])
            _refuse_secret(reading, tokens)
            _refuse_half_a_date(reading, waiting, tokens)
            count = _free_text(reading, question, one, tokens)
            reading.typed[question.name] = " ".join(tokens[:count])
            return list(tokens[count:])
    raise _not_understood(f"“{tokens[0]}” was not understood")


def without_secrets(line: str) -> str:
    """What may be kept of a line: the answers that are compared and forgotten are taken out, with the word before them."""
    tokens = line.split()
    verb = tokens[0].lower() if tokens else ""
    asked = [one for name, action in ACTIONS.items() if verb and name.startswith(verb) for one in questions(action)]
    secret = {question.ask.word for question in asked if question.ask.secret}
    kept: list[str] = []
    while tokens:
        if kept and tokens[0].lower() in secret:
            tokens = tokens[1 + _up_to_a_word(asked, tokens[1:]) :]
        else:
            kept.append(tokens.pop(0))
    return " ".join(kept) if len(kept) < len(line.split()) else line


def _up_to_a_word(asked: Sequence[Question], tokens: Sequence[str]) -> int:
    """How many tokens stand before the next word that the action declares."""
    words = {question.ask.word for question in asked if question.ask.word}
    return len(list(takewhile(lambda token: token.lower() not in words, tokens)))


def _bare(waiting: Sequence[tuple[Question, Field]], tokens: Sequence[str]) -> Question | None:
    """The question of which the first token is a code, and whose word does not still come."""
    ends = {question.ask.word for question, _ in waiting if question.ask.rest}
    later = list(takewhile(lambda token: token not in ends, (token.lower() for token in tokens[1:])))
    for question, one in waiting:
        code = question.ask.bare and tokens[0].lower() in [choice.code.lower() for choice in one.choices]
        if code and question.ask.word not in later:
            return question
    return None


def _free_text(reading: _Reading, text: Question, field: Field, tokens: Sequence[str]) -> int:
    """How many of `tokens` are the free text: all, unless a declared word stands among them with an answer to it behind. The
    text ends there when it could not go on, or when what follows is another text.

    Raises:
        Refused: it may end there or go on.
    """
    waiting = {question.name for question, _ in reading.open()}
    for at, token in enumerate(tokens):
        for question in questions(reading.action):
            if question.ask.word != token.lower() or question is text:
                continue
            if question.name not in waiting and (at or "." in question.name or question.kind is FieldKind.TEXT):
                continue
            count = _answering(reading, question, tokens[at + 1 :], in_prose=field.long)
            if not count and (at or len(tokens) > 1):
                continue
            if at and question.ask.rest:
                return at
            whole, head = " ".join(tokens), " ".join(tokens[:at])
            goes_on, ends = (_accepts(reading, text, one, all_of_it=True) for one in (whole, head))
            if at and ends and not goes_on:
                return at
            raise _may_be_either(" ".join(tokens[at : at + 1 + count]), question, text)
    return len(tokens)


def _answering(reading: _Reading, question: Question, tokens: Sequence[str], *, in_prose: bool) -> int:
    """How many of `tokens`, which stand after its word, answer `question`; none if any text would, among prose."""
    if not tokens or question.ask.secret:
        return 0
    if question.kind is not FieldKind.TEXT:
        try:
            return _fitting(reading, question, question.field(reading.asking()), tokens)
        except Unclear:
            return 0
    if question.ask.rest:
        return len(tokens)
    if _takes_any(reading, question):
        return 0 if in_prose else 1
    count = _words_of_text(reading, question, tokens)
    return count if _accepts(reading, question, " ".join(tokens[:count])) else 0


def _words_of_text(reading: _Reading, question: Question, tokens: Sequence[str]) -> int:
    """How many of `tokens` are a text that stands after its word: the most that make one, else the first."""
    most = 0 if _takes_any(reading, question) else min(len(tokens), _MOST_TOKENS[FieldKind.TEXT])
    fits = (count for count in range(most, 0, -1) if _accepts(reading, question, " ".join(tokens[:count])))
    return next(fits, max(1, len(list(takewhile(str.isdecimal, tokens)))))


def _takes_any(reading: _Reading, question: Question) -> bool:
    """Whether any text would do, as for a name, and not only what has a form, as a number has."""
    return _accepts(reading, question, "Any text")


def _accepts(reading: _Reading, question: Question, text: str, *, all_of_it: bool = False) -> bool:
    """Whether the action takes `text` there, whatever else it would want; with `all_of_it`, as all that is given of that
    subject, as `14 Mill Lane, DY10 2AB` is of an address."""
    content: object = text
    for step in reversed(question.name.split(".")):
        content = {step: content}
    try:
        reading.action.model_validate(content)
    except ValidationError as fault:
        path = tuple(question.name.split("."))
        least = 1 if all_of_it else len(path)
        places = [error["loc"] for error in fault.errors() if error["type"] != "missing"]
        return not any(len(place) >= least and place == path[: len(place)] for place in places)
    return True


def _may_be_either(words: str, question: Question, text: Question) -> Refused:
    if text.ask.word is None or text.ask.after_word:
        how = f"write it before the {text.ask.word or 'text'}, or open the form"
    else:
        how = f"write it before the text, or “{text.ask.word}” and then the text"
    return _not_understood(f"“{words}” could be {question.ask.label}, or part of {text.ask.label}: {how}", text.name)


def _refuse_not_now(reading: _Reading, waiting: Sequence[tuple[Question, Field]], text: Question, token: str) -> None:
    """The code of what cannot be chosen now is no beginning of a text."""
    for question, one in waiting:
        there = question.ask.not_now(reading.asking()) if question.ask.not_now else ()
        for choice in there:
            if choice.code.lower() == token.lower():
                message = f"{one.label}: {choice.label}"
                if text.ask.word:
                    message += f"; if it begins the {text.ask.label.lower()}, write “{text.ask.word}” before it"
                raise _not_understood(message, question.name)


def _refuse_secret(reading: _Reading, tokens: Sequence[str]) -> None:
    """What is to be compared and forgotten must not end in a text that is kept."""
    for question in questions(reading.action):
        word = question.ask.word
        if question.ask.secret and word and word in [token.lower() for token in tokens]:
            raise _not_understood(f"write “{word}” and what was said before the note, so that it is not kept with it")


def _refuse_half_a_date(reading: _Reading, waiting: Sequence[tuple[Question, Field]], tokens: Sequence[str]) -> None:
    """What is written like a date or a time, where one is asked, is no beginning of a note: `31/2`, `at 3`."""
    for question, one in waiting:
        if question.kind is FieldKind.DATE and _LIKE_A_DATE.fullmatch(tokens[0]):
            try:
                question.read(one, tokens[0], reading.situation)
            except ValueError as fault:
                raise _not_understood(str(fault), question.name) from None
    asks_time = any(question.kind is FieldKind.MOMENT for question in questions(reading.action))
    if asks_time and len(tokens) > 1 and tokens[0].lower() == "at" and tokens[1].isdecimal():
        raise _not_understood(f"“at {tokens[1]}” could be morning or afternoon: write 15:00 or 3pm")


_LIKE_A_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?", re.ASCII)


def _refuse_if_needed_first(reading: _Reading, waiting: Sequence[tuple[Question, Field]], token: str) -> None:
    """A token that is to begin the rest of the line may have been meant for a field that is still to be filled in."""
    for question, one in waiting:
        if one.required and not one.default and not question.ask.rest:
            if question.ask.word:
                raise _not_understood(f"“{token}” was not understood; “{question.ask.word}” is still to come")
            try:
                question.read(one, token, reading.situation)
            except ValueError as fault:
                raise _not_understood(str(fault), question.name) from None


def _fitting(reading: _Reading, question: Question, one: Field, tokens: Sequence[str]) -> int:
    """How many of `tokens`, the most that do, are an answer to `question`."""
    unclear: Unclear | None = None
    for count in range(min(len(tokens), _MOST_TOKENS.get(question.kind, 1)), 0, -1):
        try:
            question.read(one, " ".join(tokens[:count]), reading.situation)
        except Unclear as fault:
            unclear = fault
        except ValueError:
            continue
        else:
            return count
    if unclear is not None:
        raise unclear
    return 0


def _not_understood(message: str, name: str | None = None) -> Refused:
    return Refused(Reason(code="not-understood", message=message, field=name))
