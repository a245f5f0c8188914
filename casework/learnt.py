"""When something is learnt, what becomes of what was known: nothing is lost, the newest that stands comes first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

from casework.clean import Line
from casework.people import MOST_KEPT, Address, Known, Source

K = TypeVar("K", bound=Known)


class Telling(NamedTuple):
    """When something was learnt, from whom, and whether it was checked."""

    today: date
    source: Source
    verified: bool
    trace: Line | None = None
    """The code of the source, where it was asked in a trace."""


def renewed(old: K | None, new: K, telling: Telling) -> K:
    """`new`, with what is still true of `old`, the same thing as it was known before.

    What is told again is no news unless it was checked; what no longer stands keeps all that was known of it.
    """
    checked = telling.today if telling.verified else None
    if old is not None and not new.stands:
        return old.model_copy(update={"standing": new.standing})
    began = old.since if old is not None and old.stands else telling.today
    new = new.model_copy(
        update={"source": telling.source, "since": began, "verified_on": checked, "trace": telling.trace}
    )
    if old is not None and old.stands and _content(old) == _content(new) and not telling.verified:
        return old
    return new


def _content(known: Known) -> dict[str, object]:
    return known.model_dump(exclude=set(Known.model_fields))


def among(known: tuple[K, ...], item: K, same: Callable[[K], bool]) -> tuple[K, ...]:
    """`known` with `item` in it: in front while it stands, else in its own place. What is too much goes from the end."""
    if not item.stands:
        return tuple(item if same(one) else one for one in known)
    return (item, *(one for one in known if not same(one)))[:MOST_KEPT]


def moved(addresses: tuple[Address, ...], item: Address, same: Callable[[Address], bool]) -> tuple[Address, ...]:
    """As `among`, and who lives at one address no longer lives at another."""
    if item.stands:
        addresses = tuple(
            one.model_copy(update={"standing": "previous"}) if one.stands and not same(one) else one
            for one in addresses
        )
    return among(addresses, item, same)
