"""What may come next on a line of quick entry: how the word that is begun goes on, and what is asked after it.

Both are read from the same declarations as the line itself, and neither settles what a word means: where it could go on in
several ways, only what they share is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from casework.actions import ACTIONS
from casework.actions.declare import Question
from casework.case import Case
from casework.fields import Choice, Field
from casework.quick_entry import NO_KEYS, Verbs, read
from casework.quick_reading import Reading
from casework.refusals import Refused
from casework.situation import Situation

_MOST = 4
"""So many of the fields that are still open are named."""

_CHOICES = 5
"""So many of the choices of the next."""


def goes_on(line: str, case: Case, situation: Situation, verbs: Verbs = NO_KEYS) -> str:
    """The rest of the last word of `line`: of a verb, a declared word, or a choice; nothing where that cannot be told."""
    *before, begun = line.split() or [""]
    if not begun or line[-1:].isspace() or (not before and begun in verbs):
        return ""
    try:
        words = _words(before, case, situation, verbs) if before else ACTIONS
    except Refused:
        return ""
    found = [word for word in words if word.startswith(begun.lower())]
    shared = "".join(next(iter(at)) for at in takewhile(lambda at: len(at) == 1, map(set, zip(*found, strict=False))))
    return "" if begun.lower() in found else shared[len(begun) :]


def asked_next(line: str, case: Case, situation: Situation, verbs: Verbs = NO_KEYS) -> str:
    """What is asked after what stands in `line`, the next in full: `next: due (fri, +7, 28/2, eom) · by`; nothing where that
    cannot be told, or no more is asked."""
    tokens = line.split()
    for known in (tokens, tokens[:-1]):
        try:
            reading = read(known, case, situation, verbs)
        except Refused:
            continue
        waiting = [*_leading(reading), *reading.open()]
        waiting.sort(key=lambda pair: not pair[1].required)
        names = [_named(question, one) for question, one in waiting[:_MOST]]
        if not names:
            return ""
        what = _may_be(waiting[0][1])
        return "next: " + " · ".join([f"{names[0]} ({what})" if what else names[0], *names[1:]])
    return ""


def _words(before: Sequence[str], case: Case, situation: Situation, verbs: Verbs) -> Iterable[str]:
    """What a word may be that stands behind others: the answer to the word before it, or a choice or word that is awaited."""
    try:
        reading = read(before, case, situation, verbs)
    except Refused:
        reading = read(before[:-1], case, situation, verbs)
        awaited = [one for question, one in reading.open() if question.ask.word == before[-1].lower()]
        return [word for one in awaited for word in _of_choices(one.choices)]
    waiting = reading.open()
    declared = [str(question.ask.word) for question, _ in waiting if question.ask.word]
    free = [one for question, one in waiting if not question.ask.word]
    return [*declared, *(word for one in free for word in _of_choices(one.choices))]


def _of_choices(choices: Iterable[Choice]) -> Iterable[str]:
    """The codes as they may be typed, without those that have a shorter form of their own."""
    return [one.code.lower() for one in choices]


def _leading(reading: Reading) -> list[tuple[Question | None, Field]]:
    """What the form asks first, while nothing is answered."""
    if reading.typed:
        return []
    asking = reading.asking()
    return [
        (None, Field(name, ask.label, choices=tuple(ask.choices(asking)) if ask.choices else ()))
        for name, ask in reading.action.leading.items()
    ]


def _named(question: Question | None, one: Field) -> str:
    """A field by its word, or its label."""
    return one.label.lower() if question is None or not question.ask.word else f"{question.ask.word} …"


def _may_be(one: Field) -> str:
    """What may be answered: the help of the field, or its choices by letter or code."""
    if one.help or not one.choices:
        return one.help
    shown = [f"{choice.letter or choice.short} {choice.label}".strip() for choice in one.choices[:_CHOICES]]
    return ", ".join(shown + ["…"] * (len(one.choices) > _CHOICES))
