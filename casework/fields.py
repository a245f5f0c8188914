"""What a form needs to know of one field. A form draws these and knows no action; actions make these and know no form."""

from __future__ import annotations

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
    choices: tuple[Choice, ...] = ()
    max_length: int | None = None
    long: bool = False
    """May hold several lines."""
