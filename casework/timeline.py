"""The timeline of a case: what its entries are about, so that somebody finds the one they look for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from casework.case import Part
from casework.events import Happening

About = Literal["calls", "money", "terms", "tasks", "notes", "traces", "details", "stops"]
"""What somebody wants to see alone: calls and messages; payments and cards; terms, promises and means; work; whatever was
written; sources asked; who they are; stops and reviews."""

ABOUT: tuple[About, ...] = get_args(About)

_PARTS: Mapping[About, frozenset[Part]] = {
    "calls": frozenset({"contacts"}),
    "money": frozenset({"ledger", "card"}),
    "terms": frozenset({"terms", "promises", "means"}),
    "tasks": frozenset({"tasks", "handover"}),
    "notes": frozenset({"notes"}),
    "traces": frozenset({"traces"}),
    "details": frozenset({"person"}),
    "stops": frozenset({"stops"}),
}
"""By the part of the case that an event changes: every part stands in one of them."""


def is_about(what: Happening, about: About) -> bool:
    """Whether an entry is about this. Notes are also those of a call, a trace or the end of a task, though the text itself be
    kept apart."""
    if what.part in _PARTS[about]:
        return True
    return about == "notes" and any(getattr(what, name, None) for name in ("note", "restricted_note"))
