"""The free text in a line of quick entry: where it may begin, and where it ends.

A text goes on to the end of the line, unless a declared word stands in it with an answer behind. What may be either is
refused, and so is what would be kept in a note though it is only to be compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from pydantic import ValidationError

from casework.actions.declare import Question, Unclear, questions
from casework.fields import Field, FieldKind
from casework.quick_reading import MOST_TOKENS, Reading, Waiting, fitting, not_understood
from casework.refusals import Refused


def may_begin(waiting: Waiting) -> bool:
    """Whether the next token may begin a text without its word: nothing that must be answered first is open."""
    texts = any(question.ask.rest and not question.ask.after_word for question, _ in waiting)
    return texts and not any(one.required and not one.default and not question.ask.rest for question, one in waiting)


def free_text(reading: Reading, text: Question, field: Field, tokens: Sequence[str]) -> int:
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
            count = answering(reading, question, tokens[at + 1 :], in_prose=field.long)
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


def answering(reading: Reading, question: Question, tokens: Sequence[str], *, in_prose: bool) -> int:
    """How many of `tokens`, which stand after its word, answer `question`; none if any text would, among prose."""
    if not tokens or question.ask.secret:
        return 0
    if question.kind is not FieldKind.TEXT:
        try:
            return fitting(reading, question, question.field(reading.asking()), tokens)
        except Unclear:
            return 0
    if question.ask.rest:
        return len(tokens)
    if takes_any(reading, question):
        return 0 if in_prose else 1
    count = words_of_text(reading, question, tokens)
    return count if _accepts(reading, question, " ".join(tokens[:count])) else 0


def words_of_text(reading: Reading, question: Question, tokens: Sequence[str]) -> int:
    """How many of `tokens` are a text that stands after its word: the most that make one, else the first."""
    most = 0 if takes_any(reading, question) else min(len(tokens), MOST_TOKENS[FieldKind.TEXT])
    fits = (count for count in range(most, 0, -1) if _accepts(reading, question, " ".join(tokens[:count])))
    return next(fits, max(1, len(list(takewhile(str.isdecimal, tokens)))))


def takes_any(reading: Reading, question: Question) -> bool:
    """Whether any text would do, as for a name, and not only what has a form, as a number has."""
    return _accepts(reading, question, "Any text")


def _accepts(reading: Reading, question: Question, text: str, *, all_of_it: bool = False) -> bool:
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
    return not_understood(f"“{words}” could be {question.ask.label}, or part of {text.ask.label}: {how}", text.name)


def refuse_not_now(reading: Reading, waiting: Waiting, text: Question, token: str) -> None:
    """The code of what cannot be chosen now is no beginning of a text."""
    for question, one in waiting:
        there = question.ask.not_now(reading.asking()) if question.ask.not_now else ()
        for choice in there:
            if choice.code.lower() == token.lower():
                message = f"{one.label}: {choice.label}"
                if text.ask.word:
                    message += f"; if it begins the {text.ask.label.lower()}, write “{text.ask.word}” before it"
                raise not_understood(message, question.name)


def refuse_secret(reading: Reading, tokens: Sequence[str]) -> None:
    """What is to be compared and forgotten must not end in a text that is kept."""
    for question in questions(reading.action):
        word = question.ask.word
        if question.ask.secret and word and word in [token.lower() for token in tokens]:
            raise not_understood(f"write “{word}” and what was said before the note, so that it is not kept with it")


def refuse_half_a_date(reading: Reading, waiting: Waiting, tokens: Sequence[str]) -> None:
    """What is written like a date or a time, where one is asked, is no beginning of a note: `31/2`, `at 3`."""
    for question, one in waiting:
        if question.kind is FieldKind.DATE and _LIKE_A_DATE.fullmatch(tokens[0]):
            try:
                question.read(one, tokens[0], reading.situation)
            except ValueError as fault:
                raise not_understood(str(fault), question.name) from None
    asks_time = any(question.kind is FieldKind.MOMENT for question in questions(reading.action))
    if asks_time and len(tokens) > 1 and tokens[0].lower() == "at" and tokens[1].isdecimal():
        raise not_understood(f"“at {tokens[1]}” could be morning or afternoon: write 15:00 or 3pm")


def refuse_if_needed_first(reading: Reading, waiting: Waiting, token: str) -> None:
    """A token that is to begin the rest of the line may have been meant for a field that is still to be filled in."""
    for question, one in waiting:
        if one.required and not one.default and not question.ask.rest:
            if question.ask.word:
                raise not_understood(f"“{token}” was not understood; “{question.ask.word}” is still to come")
            try:
                question.read(one, token, reading.situation)
            except ValueError as fault:
                raise not_understood(str(fault), question.name) from None


_LIKE_A_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?", re.ASCII)
