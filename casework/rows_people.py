"""The rows of the tables about people: markers, adjustments, and how somebody wants to be contacted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from casework.clean import Line
from casework.contact import Channel
from casework.dates import Period
from casework.table_rows import Row

Channels = Annotated[tuple[Channel, ...], Field(strict=False)]


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
    bears_on: Channels = ()
    """The channels on which it must be thought of before anything is said or sent."""


class Preference(Row):
    """A way in which somebody may want to be contacted."""

    key = "code"
    code: str
    label: str
    only: Channels = ()
    """The channels that they want, if it is about channels: no other is used."""
    bears_on: Channels = ()
    """The channels on which it must be thought of."""
