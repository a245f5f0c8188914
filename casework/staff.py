"""Staff: who they are, where they work and what they may do there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from itertools import pairwise
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from casework.accounts import CaseId, Unit, unit_of
from casework.clean import Line
from casework.refusals import Reason
from casework.roles import LOOK_UPS, LookUp, Role

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of the calendar."""


class Shift(BaseModel):
    """When somebody works on one day of the week, by the clock on the wall."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    day: Weekday
    starts: time
    ends: time
    lunch: tuple[time, time] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Shift:
        times = [self.starts, *(self.lunch or ()), self.ends]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("a shift starts, has its lunch, and ends, in this order")
        return self


class Staff(BaseModel):
    """One member of staff, and in which units they hold their roles."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    name: Line
    roles: tuple[Role, ...]
    units: tuple[Unit, ...]
    welsh: bool = False
    post: Line | None = None
    """The job that they share with somebody, or hold alone: `Enforcement 7`. Its holders are the staff who name it."""
    pattern: tuple[Shift, ...] = ()
    """When they work, if that is not simply when the office is open."""
    exclusions: tuple[CaseId, ...] = ()
    """Cases they may not open: their own, a relative's, a neighbour's."""
    allowed: tuple[LookUp, ...] = ()
    """Beyond their roles: the look-ups of which they are a named user."""

    @field_validator("post")
    @classmethod
    def _like_no_id(cls, post: Line | None) -> Line | None:
        """Work is owned by a post or by a person, in one field: the space keeps a post from being somebody's sign-in name."""
        if post is not None and " " not in post:
            raise ValueError("a post has a space in its name, such as Enforcement 7")
        return post

    @property
    def owns(self) -> str:
        """Under which name they own work: their post's, else their own id."""
        return self.post or self.id

    def has(self, owner: str | None) -> bool:
        """Whether what `owner` owns is theirs: their post's, or their own from before they had one."""
        return owner in (self.id, self.owns)

    def can_see(self, case_id: str) -> bool:
        """Whether a case is of one of their units, and not closed to them."""
        return unit_of(case_id) in self.units and case_id not in self.exclusions


class Grant(Protocol):
    """A row of the table of roles."""

    @property
    def role(self) -> str: ...
    @property
    def permissions(self) -> tuple[str, ...]: ...
    @property
    def teams(self) -> tuple[str, ...]: ...


def may(actor: Staff, permission: str, case: CaseId | None, grants: Sequence[Grant]) -> list[Reason]:
    """Why `actor` may not; empty when they may. Whether the case is in one of their units is asked before this."""
    if case is not None and case in actor.exclusions:
        return [
            Reason(
                code="excluded",
                message="You told us that you know this person, so this case is closed to you. Your team leader can take it.",
            )
        ]
    granted = any(permission in grant.permissions for grant in grants if grant.role in actor.roles)
    if not granted and permission not in actor.allowed:
        if permission in LOOK_UPS:
            message = (
                f"This needs the permission “{permission}”, which only named users have; ask your team leader who."
            )
            return [Reason(code="permission", message=message)]
        return [
            Reason(
                code="permission",
                message=f"This needs the permission “{permission}”, which your role does not have.",
            )
        ]
    return []


def teams(actor: Staff, grants: Sequence[Grant]) -> frozenset[str]:
    """The teams whose queues `actor` works."""
    return frozenset(team for grant in grants if grant.role in actor.roles for team in grant.teams)


def colleagues(me: Staff, staff: Iterable[Staff], case_id: CaseId) -> tuple[Staff, ...]:
    """The others of my units who may open a case, without what else they may not open: that is theirs to know."""
    mine = set(me.units)
    return tuple(
        one.model_copy(update={"exclusions": ()}) if one.exclusions else one
        for one in staff
        if one.id != me.id and mine & set(one.units) and case_id not in one.exclusions
    )
