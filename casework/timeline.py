"""The timeline of a case: its events as entries, a page of them at a time, narrowed to what somebody looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, get_args

from casework.case import Part
from casework.events import Contacted, Happening, Safeguarded, TaskEnded
from casework.history import Event
from casework.views import Entry, Happened, Page

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

PAGE = 100
"""How many entries are shown at a time."""

Read = Callable[[str], str | None]
"""How a text that is kept apart is read by its name; None when it was erased."""


def page(
    newest_first: Iterable[Event],
    *,
    before: int | None = None,
    find: str | None = None,
    about: About | None = None,
    read: Read | None = None,
) -> Page:
    """The newest entries: of those before a number, in which something is found, and about something, where that is asked.

    Reads no further back than it must. `read` is None for whoever may not know what is kept apart.
    """
    wanted = find.casefold() if find else ""
    entries: list[Entry] = []
    undone: set[int] = set()
    for event in newest_first:
        undone.update(event.what.undoes())
        if before is not None and event.seq >= before:
            continue
        if len(entries) == PAGE:
            return Page(entries=tuple(entries[::-1]), before=entries[-1].seq)
        if about is not None and not _is_about(event.what, about):
            continue
        entry = _entry(event, read, undone=event.seq in undone)
        if wanted in f"{entry.kind} {entry.summary} {entry.actor}".casefold():
            entries.append(entry)
    return Page(entries=tuple(entries[::-1]))


def happened(events: Iterable[Event]) -> tuple[Happened, ...]:
    """What was done, for whoever did it."""
    return tuple(Happened(seq=one.seq, kind=one.what.kind, summary=one.what.summary()) for one in events)


def _is_about(what: Happening, about: About) -> bool:
    """Whether an entry is about this. Notes are also those of a call, a trace or the end of a task, though the text itself be
    kept apart."""
    if what.part in _PARTS[about]:
        return True
    return about == "notes" and any(getattr(what, name, None) for name in ("note", "restricted_note"))


def _entry(event: Event, read: Read | None, *, undone: bool) -> Entry:
    """The line of an event, with the note that is kept apart for whoever can read it."""
    what = event.what
    if read and isinstance(what, Contacted | Safeguarded | TaskEnded) and what.restricted_note is not None:
        what = what.model_copy(update={"note": read(what.restricted_note)})
    return Entry(
        seq=event.seq,
        at=event.at,
        actor=event.actor,
        kind=what.kind,
        summary=what.summary(),
        data=what.model_dump(mode="json", exclude_none=True),
        undone=undone,
    )
