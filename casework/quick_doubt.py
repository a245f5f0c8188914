"""What on a line of quick entry could mean two things, though each word of it was taken: never settled silently, but refused
with a sentence that names both and says how to write either."""

from __future__ import annotations

from casework.actions.declare import Question, questions
from casework.fields import Field, FieldKind, lettered
from casework.quick_reading import Reading, Waiting, fits, meant, not_understood
from casework.quick_text import may_begin


def refuse_two(reading: Reading, text: str, found: Waiting) -> None:
    """What several fields without a word would take. Raises Refused."""
    if len(found) > 1:
        could_be = ", or ".join(meant(reading, question, one, text) for question, one in found)
        raise not_understood(f"“{text}” could be {could_be}: write {_clearer(text)}", found[0][0].name)


def refuse_digits(reading: Reading, waiting: Waiting, token: str, taker: Question, one: Field) -> None:
    """Six or eight digits are a date, an amount and a number to quote: what could be another thing here is not guessed, once
    `taker` would have it. Raises Refused."""
    if not _many_digits(token):
        return
    could_be, how = [meant(reading, taker, one, token)], f"write {_clearer(token)}"
    if taker.ask.says is not None:
        try:
            all_of_it = taker.several(f"full {token}", reading.situation)
        except ValueError:
            all_of_it = None
        could_be += [f"{one.label} {all_of_it.meaning}"] if all_of_it is not None else []
    if taker.kind is FieldKind.DATE and one.default and may_begin(waiting):
        could_be += [question.ask.label for question, field in waiting if question.ask.rest and not field.long]
        how = f"write {_slashed(token)}, or the day before it"
    if len(could_be) > 1:
        raise not_understood(f"“{token}” could be {', or '.join(could_be)}: {how}", taker.name)


def refuse_doubtful(reading: Reading) -> None:
    """What was taken without its word could as well be the answer to a question that was left to its likely one, as `f` is
    fortnightly and Friday too.

    Raises:
        Refused: with both meanings.
    """
    by_name = {question.name: question for question in questions(reading.action)}
    asked = {one.name: (by_name[one.name], one) for one in reading.form().fields if one.name in by_name}
    for name, text in reading.bare.items():
        others = [
            (question, one)
            for question, one in reading.open()
            if _may_stand_bare(question, one, text) and fits(reading, question, one, text)
        ]
        if others:
            could_be = ", or ".join(meant(reading, question, one, text) for question, one in [asked[name], *others])
            word = next((question.ask.word for question, _ in others if question.ask.word), None)
            how = f", or “{word}” and the other" if word else ""
            raise not_understood(f"“{text}” could be {could_be}: write more of it{how}", name)


def _may_stand_bare(question: Question, one: Field, text: str) -> bool:
    """Whether `text` would answer a question without its word."""
    letter_or_day = question.kind is FieldKind.DATE or lettered(one.choices, text) is not None
    return letter_or_day and not question.ask.rest and (question.ask.word is None or one.required)


def _many_digits(token: str) -> bool:
    return token.isdecimal() and len(token) in (6, 8)


def _clearer(text: str) -> str:
    """How something is written so that it means one thing."""
    return f"£{text} or {_slashed(text)}" if _many_digits(text) else "more of it"


def _slashed(digits: str) -> str:
    """A date of six or eight digits as it can be nothing else."""
    return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
