"""Quick entry: one line for one action, read with the words that the action declares, and with the letters of its form.

First the verb: the name of the action, as much of it as is like no other, or the key that opens its form. Then from left
to right: a declared word takes the answer that stands after it; any other token, or as many tokens as make one answer, goes
to the field still open that can read the most of it; where none can, to the next that must be answered, in the order of the
form, also without its word, if it is a date or the letter of a choice. The field that takes the rest of the line takes it
from the first token that no other field can read, up to where it can only be the answer to another.

Nothing that means several things is settled silently: it is an error naming them, and so is a text that may hold another's
answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from casework.actions import ACTIONS
from casework.actions.declare import Action, Question, Unclear, fill, pick, questions, read_form, show_answer
from casework.case import Case
from casework.fields import Field, FieldKind, exactly, lettered
from casework.quick_doubt import refuse_digits, refuse_doubtful, refuse_two
from casework.quick_reading import Reading, Waiting, fitting, led, not_understood
from casework.quick_text import (
    answering,
    free_text,
    may_begin,
    refuse_half_a_date,
    refuse_if_needed_first,
    refuse_not_now,
    refuse_secret,
    takes_any,
    words_of_text,
)
from casework.refusals import Refused
from casework.situation import Situation


@dataclass(frozen=True, slots=True)
class Verb:
    """What a key stands for at the beginning of a line: an action, and what the key answers in its form already."""

    action: type[Action]
    typed: Mapping[str, str] = field(default_factory=dict)


Verbs = Mapping[str, Verb]
"""Verbs of one character, capitals and small letters apart."""

NO_KEYS: Verbs = {}
"""Where no keys are known, an action is called by its name."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was understood."""

    action: type[Action]
    typed: dict[str, str]


def parse(line: str, case: Case, situation: Situation, verbs: Verbs = NO_KEYS) -> Line:
    """The action meant by `line`, and what was typed into each of its fields.

    Raises:
        Refused: why the action may not be started now; or which word was not understood, or what it could mean.
    """
    reading = read(line.split(), case, situation, verbs)
    refuse_doubtful(reading)
    return Line(reading.action, reading.typed)


def action_of(line: Line, case: Case, situation: Situation) -> Action:
    """The action that a line fills in. Raises Refused with every field that is missing or wrong."""
    return fill(line.action, case, line.typed, situation, led=led(line.action, line.typed))


def named(line: str, verbs: Verbs = NO_KEYS) -> Verb | None:
    """What the first word of `line` names; None when it names nothing, or several actions."""
    try:
        return verb_of(line.split()[0], verbs) if line.split() else None
    except Refused:
        return None


def understood(line: Line, case: Case, situation: Situation) -> str:
    """What was understood, in full words: `Promise · Amount £50.00 · Due Tue 24 Nov 2026 · By card`."""
    form = read_form(line.action, case, line.typed, situation, led=led(line.action, line.typed))
    by_name = {question.name: question for question in questions(line.action)}
    parts: list[str] = []
    for one in form.fields:
        if one.name in line.action.leading:
            parts.append(f"{one.label} {pick(one.choices, line.typed[one.name]).label}")
        elif one.meaning or one.name in form.answers:
            meaning = one.meaning or show_answer(by_name[one.name], one, form.answers[one.name])
            parts.append(f"{one.label} {meaning}")
    return " · ".join([line.action.title, *parts])


def answers(line: Line, case: Case, situation: Situation) -> dict[str, str]:
    """What was typed into each field, a choice by its code however it was written."""
    found = read_form(line.action, case, line.typed, situation, led=led(line.action, line.typed)).answers
    codes = {name: answer for name, answer in found.items() if isinstance(answer, str)}
    return {**line.typed, **{name: code for name, code in codes.items() if name in line.typed or name == "outcome"}}


def read(tokens: Sequence[str], case: Case, situation: Situation, verbs: Verbs) -> Reading:
    """A line, or the beginning of one, as far as it goes. Raises Refused as `parse` does, but for what is still in doubt."""
    if not tokens:
        raise not_understood(f"write an action: {', '.join(ACTIONS)}")
    verb, left = verb_of(tokens[0], verbs), list(tokens[1:])
    reading = Reading(verb.action, case, situation, dict(verb.typed))
    if left and (against := verb.action.offered(case, situation)):
        raise Refused(*against)
    while left:
        left = _take(reading, left)
    return reading


def verb_of(token: str, verbs: Verbs) -> Verb:
    """What a verb stands for. Raises Refused with all that it could be."""
    if token in verbs:
        return verbs[token]
    wanted = token.lower().replace("-", "")
    names = {name.replace("-", ""): action for name, action in ACTIONS.items()}
    if wanted in names:
        return Verb(names[wanted])
    found = [name for name in names if name.startswith(wanted)]
    if len(found) == 1:
        return Verb(names[found[0]])
    what = f"could be {', '.join(found)}" if found else f"is none of {', '.join(ACTIONS)}"
    raise not_understood(f"“{token}” {what}")


def without_secrets(line: str) -> str:
    """What may be kept of a line: the answers that are compared and forgotten are taken out, with the word before them. A
    verb of one letter may be the key of any action."""
    tokens = line.split()
    verb = tokens[0].lower() if tokens else ""
    may_be = [action for name, action in ACTIONS.items() if verb and (name.startswith(verb) or len(verb) == 1)]
    holding = [action for action in may_be if any(question.ask.secret for question in questions(action))]
    asked = [one for action in holding for one in questions(action)]
    secret = {question.ask.word for question in asked if question.ask.secret}
    kept: list[str] = []
    while tokens:
        if kept and tokens[0].lower() in secret:
            tokens = tokens[1 + _up_to_a_word(asked, tokens[1:]) :]
        else:
            kept.append(tokens.pop(0))
    return " ".join(kept) if len(kept) < len(line.split()) else line


def _take(reading: Reading, tokens: Sequence[str]) -> list[str]:
    """Give the first token, and those that belong to it, to a field; returns what is left."""
    if _leads(reading, tokens[0]):
        return list(tokens[1:])
    reading.leave_guesses(tokens[0].lower())
    waiting = reading.open()
    word = _word(reading, waiting, tokens)
    for question, one in waiting:
        if word is not None and question.ask.word == word:
            count = _after_word(reading, question, one, tokens)
            reading.take(question, tokens[1 : 1 + count])
            return list(tokens[1 + count :])
    unclear: Unclear | None = None
    try:
        taker, count = _longest(reading, waiting, tokens)
    except Unclear as fault:
        unclear, taker, count = fault, None, 0
    if bare := _bare(waiting, tokens):
        if taker:
            how = f"write “{bare.ask.word}” before what is {bare.ask.label}"
            raise not_understood(f"“{tokens[0]}” could be {taker.ask.label} or {bare.ask.label}: {how}", bare.name)
        taker, count = bare, 1
    needed, so_many = _next_needed(reading, waiting, tokens)
    if needed is not None and (taker is None or (len(tokens[0]) == 1 and _earlier(waiting, needed, taker))):
        taker, count = needed, so_many
    if taker is not None:
        reading.take(taker, tokens[:count], bare=True)
        return list(tokens[count:])
    if unclear is not None:
        raise not_understood(str(unclear))
    for question, one in waiting:
        if question.ask.rest and not question.ask.after_word:
            refuse_not_now(reading, waiting, question, tokens[0])
            refuse_if_needed_first(reading, waiting, tokens[0])
            refuse_secret(reading, tokens)
            refuse_half_a_date(reading, waiting, tokens)
            count = free_text(reading, question, one, tokens)
            reading.take(question, tokens[:count])
            return list(tokens[count:])
    raise not_understood(f"“{tokens[0]}” was not understood")


def _leads(reading: Reading, token: str) -> bool:
    """Take a letter that answers what its form asks before all else: `n` is nobody on the line."""
    for name, ask in reading.action.leading.items():
        choices = ask.choices(reading.asking()) if ask.choices else ()
        if not reading.typed and len(token) == 1 and (choice := lettered(choices, token)) is not None:
            reading.typed[name] = choice.code
            return True
    return False


def _word(reading: Reading, waiting: Waiting, tokens: Sequence[str]) -> str | None:
    """The declared word that the first token is; or of which it is the beginning, where an answer stands behind it and no
    field without a word could read it. Raises Refused where it could be several, or begin a text."""
    token = tokens[0].lower()
    declared = {question.ask.word: question for question, _ in waiting if question.ask.word}
    if token in declared:
        return token
    text_may_begin = may_begin(waiting)
    begun = [
        word
        for word, question in declared.items()
        if len(token) > 1
        and word.startswith(token)
        and not question.ask.secret
        and not (text_may_begin and question.kind is FieldKind.TEXT and takes_any(reading, question))
        and answering(reading, question, tokens[1:], in_prose=False)
    ]
    if not begun or _reads_any(reading, waiting, tokens):
        return None
    others = [question.ask.label for question, _ in waiting if text_may_begin and question.ask.rest]
    other, _ = _next_needed(reading, waiting, tokens)
    others += [other.ask.label] if other is not None else []
    if len(begun) > 1 or others:
        could_be = ", or ".join([*(f"“{word}”" for word in begun), *others])
        raise not_understood(f"“{tokens[0]}” could be {could_be}: write more of it")
    return begun[0]


def _reads_any(reading: Reading, waiting: Waiting, tokens: Sequence[str]) -> bool:
    """Whether a field without a word could read the first token, in one way or several."""
    try:
        return _longest(reading, waiting, tokens)[0] is not None
    except (Unclear, Refused):
        return True


def _after_word(reading: Reading, question: Question, one: Field, tokens: Sequence[str]) -> int:
    """How many tokens answer `question`, of those behind its word."""
    if len(tokens) == 1:
        raise not_understood(f"something is missing after “{tokens[0]}”", question.name)
    try:
        count = len(tokens) - 1 if question.ask.rest else fitting(reading, question, one, tokens[1:]) or 1
        if question.ask.secret:
            count = _up_to_a_word(questions(reading.action), tokens[1:])
        elif question.kind is FieldKind.TEXT and not question.ask.rest:
            count = words_of_text(reading, question, tokens[1:])
    except Unclear as fault:
        raise not_understood(str(fault), question.name) from None
    if question.ask.rest:
        refuse_secret(reading, tokens[1:])
    return free_text(reading, question, one, tokens[1:]) if question.ask.after_word else count


def _longest(reading: Reading, waiting: Waiting, tokens: Sequence[str]) -> tuple[Question | None, int]:
    """The field without a word that can read the most tokens, and how many; a letter or code is more than a beginning.

    Raises:
        Unclear: no field can read them, and one could in several ways.
        Refused: several fields can.
    """
    unclear: Unclear | None = None
    found: list[tuple[tuple[int, bool], Question, Field]] = []
    for question, one in waiting:
        if question.ask.rest or question.ask.word:
            continue
        try:
            count = fitting(reading, question, one, tokens)
        except Unclear as fault:
            unclear = unclear or fault
            continue
        if count:
            found.append(((count, _in_full(question, one, tokens[:count])), question, one))
    if not found:
        if unclear is not None:
            raise unclear
        return None, 0
    most = max(rank for rank, _, _ in found)
    best = [(question, one) for rank, question, one in found if rank == most]
    refuse_two(reading, " ".join(tokens[: most[0]]), best)
    refuse_digits(reading, waiting, tokens[0], *best[0])
    return best[0][0], most[0]


def _in_full(question: Question, one: Field, tokens: Sequence[str]) -> bool:
    """Whether tokens are an answer as it stands, and not the beginning of one, nor a weekday of one letter."""
    text = " ".join(tokens)
    if question.kind is FieldKind.CHOICE:
        return bool(exactly(one.choices, text))
    return not (len(text) == 1 and text.isalpha()) or text.lower() == "t"


def _next_needed(reading: Reading, waiting: Waiting, tokens: Sequence[str]) -> tuple[Question | None, int]:
    """The next field of the form that must be answered, has a word and is answered without it: a date, or the letter of a
    choice."""
    for question, one in waiting:
        if question.ask.word and one.required:
            if question.kind is FieldKind.DATE and (count := fitting(reading, question, one, tokens)):
                return question, count
            if len(tokens[0]) == 1 and lettered(one.choices, tokens[0]) is not None:
                return question, 1
    return None, 0


def _up_to_a_word(asked: Sequence[Question], tokens: Sequence[str]) -> int:
    """How many tokens stand before the next word that the action declares."""
    words = {question.ask.word for question in asked if question.ask.word}
    return len(list(takewhile(lambda token: token.lower() not in words, tokens)))


def _earlier(waiting: Waiting, one: Question, other: Question) -> bool:
    """Whether the form asks `one` before `other`: a letter answers the first that knows it."""
    names = [question.name for question, _ in waiting]
    return names.index(one.name) < names.index(other.name)


def _bare(waiting: Waiting, tokens: Sequence[str]) -> Question | None:
    """The question of which the first token is a code, and whose word does not still come."""
    ends = {question.ask.word for question, _ in waiting if question.ask.rest}
    later = list(takewhile(lambda token: token not in ends, (token.lower() for token in tokens[1:])))
    for question, one in waiting:
        code = question.ask.bare and tokens[0].lower() in [choice.code.lower() for choice in one.choices]
        if code and question.ask.word not in later:
            return question
    return None
