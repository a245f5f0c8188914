"""What a form needs to know of one field. A form draws these and knows no action; actions make these and know no form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How a field is typed and read."""

    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes-no"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a field may hold: the code that is stored and the words that staff read."""

    code: str
    label: str
    letter: str = ""
    """The one key that picks it in an empty field, and moves on."""
    short: str = ""
    """What is enough for it when it is typed and ended with Enter, though others begin so too."""


BLANK = "___"
"""Where something is still to be filled in."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text that a field may be given, to be edited there: `/` and its code put it in."""

    code: str
    label: str
    text: str
    """With a `BLANK` wherever something is to be filled in."""


def matching(choices: Sequence[Choice], text: str) -> list[Choice]:
    """The choices meant by what somebody typed: the one that is it, else those whose code or label begins with it.

    Capitals, spaces and punctuation do not matter: `noans` is `NO_ANS`. Nothing typed means nothing.
    """
    wanted = _plain(text)
    if not wanted:
        return []
    names = [(choice, _plain(choice.code), _plain(choice.label)) for choice in choices]
    return exactly(choices, text) or [
        choice for choice, code, label in names if code.startswith(wanted) or label.startswith(wanted)
    ]


def exactly(choices: Sequence[Choice], text: str) -> list[Choice]:
    """The choices that a text names as it stands, by code, label or short form; where none is so named, by letter."""
    wanted = _plain(text)
    if not wanted:
        return []
    named = [one for one in choices if wanted in (_plain(one.code), _plain(one.label), one.short)]
    return named or [one for one in choices if one.letter == wanted]


def lettered(choices: Sequence[Choice], key: str) -> Choice | None:
    """The one choice whose letter was typed, capital or small; None where no choice, or more than one, has that letter."""
    found = [choice for choice in choices if choice.letter and choice.letter.casefold() == key.casefold()]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form, for this case and what has been typed so far."""

    name: str
    """Dotted path into the action, such as `promise.amount_pence`."""
    label: str
    kind: FieldKind = FieldKind.TEXT
    help: str = ""
    required: bool = True
    default: str = ""
    """The likely value, as a person would type it."""
    guess: bool = False
    """The default is only a guess: the cursor stops there."""
    choices: tuple[Choice, ...] = ()
    meaning: str = ""
    """What the text typed so far was understood as: `Tue 24 Nov 2026`."""
    max_length: int | None = None
    long: bool = False
    """May hold several lines."""
    whole: str = ""
    """The pattern, capitals or small letters, of a text that is complete: typing its last character moves on."""
    templates: tuple[Template, ...] = ()
    """Texts that may be put into a field of several lines."""
    saves_alone: bool = False
    """Picking by letter here saves the form, when nothing that is needed is still empty."""

    def is_whole(self, text: str) -> bool:
        """Whether nothing can follow what is typed: six digits of a date, or a text that matches `whole`.

        Six digits that may be the beginning of a date with a year of four (`140319`, `200320`) are not whole.
        """
        pattern = self.whole or (_SIX_DIGITS if self.kind is FieldKind.DATE else "")
        return bool(pattern) and re.fullmatch(pattern, text, re.ASCII | re.IGNORECASE) is not None


_SIX_DIGITS = r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(?!19|20)\d\d"
