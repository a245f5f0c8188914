"""What a form needs to know of one field. A form draws these and knows no action; actions make these and know no form."""

from __future__ import annotations

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


def matching(choices: Sequence[Choice], text: str) -> list[Choice]:
    """The choices meant by what somebody typed: the one that is it, else those whose code or label begins with it.

    Capitals, spaces and punctuation do not matter: `noans` is `NO_ANS`. Nothing typed means nothing.
    """
    wanted = _plain(text)
    if not wanted:
        return []
    names = [(choice, _plain(choice.code), _plain(choice.label)) for choice in choices]
    exact = [choice for choice, *both in names if wanted in both]
    return exact or [choice for choice, code, label in names if code.startswith(wanted) or label.startswith(wanted)]


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
