"""Posts: who owns work. A post is one person, or two who share a job; it is nothing but the staff who name it, and who of them
is there follows from their patterns (law page, section 9).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from casework.hours import away
from casework.reference import Tables
from casework.staff import Staff


def holders(owner: str, staff: Iterable[Staff], unit: str) -> list[Staff]:
    """Those of a unit who own what `owner` owns."""
    return [one for one in staff if one.has(owner) and unit in one.units]


def name_of(owner: str, staff: Iterable[Staff]) -> str:
    """Of a person; a post is called by its own."""
    return next((one.name for one in staff if one.id == owner), owner)


def all_away(owner: str, staff: Iterable[Staff], unit: str, now: datetime, tables: Tables) -> bool:
    """Whether nobody who owns what `owner` owns is there any more today. One holder who is, or is still to come, is enough;
    where nobody holds it any more, nobody is."""
    return all(away(one, now, tables) for one in holders(owner, staff, unit))
