"""The rows of the tables about people: markers, adjustments, and how somebody wants to be contacted."""

from __future__ import annotations

from typing import Literal

from casework.clean import Line
from casework.dates import Period
from casework.table_rows import Codes, Row


class MarkerKind(Row):
    """Something to know before speaking to somebody, and when it must be looked at again."""

    key = "code"
    code: str
    label: str
    kind: Literal["vulnerable", "violence"]
    review_after: Period
    """How long it stands, unless somebody says otherwise."""
    advice: Line | None = None
    """What whoever speaks to them should do, unless somebody says otherwise."""
    chase: bool = True
    """Whether they may be rung or written to for money at all."""


class AdjustmentKind(Row):
    """Something that somebody may need so that they can deal with us."""

    key = "code"
    code: str
    label: str


class Preference(Row):
    """A way in which somebody may want to be contacted."""

    key = "code"
    code: str
    label: str
    only: Codes = ()
    """The channels that they want, if it is about channels; on the telephone the rest is only said."""
