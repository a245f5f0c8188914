"""Commands as rows: all that can be asked for, the likeliest first; and the keys of a place, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.fields import Field
from tui.registry import GROUPS, Command, Place, Registry


@dataclass(frozen=True, slots=True)
class CommandTable:
    """Rows of commands by their ids, those that cannot be given now, and the one that is meant most likely."""

    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    barred: frozenset[str] = frozenset()
    best: str | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, index: int) -> str:
        """What identifies a row."""
        return self.rows[index][0]

    def cells(self, index: int) -> Sequence[str]:
        """The texts of a row."""
        return self.rows[index][1]


def by_words(
    registry: Registry, places: Iterable[Place], barred: Mapping[str, str], recent: Sequence[str], text: str
) -> CommandTable:
    """What can be asked for by name: those that fit the words best first; before anything is typed, those given last."""
    known = [one for one in registry.at(*places) if not one.fixed]
    known.sort(key=lambda one: recent.index(one.id) if one.id in recent else len(recent))
    shown = sorted((one for one in known if _fits(one, text)), key=lambda one: _distance(one, text))
    rows = tuple((one.id, _row(one, barred)) for one in shown)
    return CommandTable(rows, frozenset(barred), rows[0][0] if rows else None)


def by_group(
    registry: Registry, places: Sequence[Place], barred: Mapping[str, str], field: Field | None, text: str
) -> CommandTable:
    """The keys in force in these places, the nearest to the cursor first: before them, what may stand in the field."""
    rows = list(_of_field(field, text)) if field is not None else []
    shown = [one for one in _uncovered(registry.at(*places), places) if _fits(one, text)]
    shown.sort(key=lambda one: (_nearness(one, places), GROUPS.index(one.group)))
    group = ""
    for one in shown:
        rows.append((one.id, (one.group if one.group != group else "", *_row(one, barred))))
        group = one.group
    likeliest = min(shown, key=lambda one: _distance(one, text), default=None)
    best = likeliest.id if text and likeliest is not None else rows[0][0] if rows else None
    return CommandTable(tuple(rows), frozenset(barred), best)


def _of_field(field: Field, text: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The field the cursor is in, and each of its choices."""
    told = [(field.label, "", field.help or "Type, and Enter goes on.")]
    told += [("", choice.code, choice.label) for choice in field.choices]
    for n, (label, code, said) in enumerate(told):
        if _has(f"{label} {code} {said}", text):
            yield f"{_FIELD}{n}", (label, code, "", said)


_FIELD = "field "
"""Begins the keys of rows that are no commands."""


def is_command(key: str) -> bool:
    """Whether a row is a command, and not what may stand in a field."""
    return not key.startswith(_FIELD)


def _nearness(one: Command, places: Sequence[Place]) -> int:
    """Where a form or a reader is open, its keys come before those of the case."""
    return min((n for n, place in enumerate(places) if place in one.places), default=len(places))


def _uncovered(commands: Sequence[Command], places: Sequence[Place]) -> Iterable[Command]:
    """Those that have a key, without the keys that mean something else nearer to the cursor."""
    nearest = {key: _nearness(one, places) for one in reversed(commands) for key in one.keys if one.fixed}
    for one in commands:
        here = _nearness(one, places)
        keys = tuple(key for key in one.keys if one.fixed or nearest.get(key, here) >= here)
        if keys:
            yield replace(one, keys=keys)


def _row(one: Command, barred: Mapping[str, str]) -> tuple[str, str, str]:
    """Key, title and what it does; in brackets, with the reason, where it cannot be done now."""
    if (why := barred.get(one.id)) is not None:
        return one.written and f"[{one.written}]", f"[{one.title}]", f"not now: {why}"
    return one.written, one.title, one.help


def _has(told: str, text: str) -> bool:
    """Whether each word that is typed stands somewhere in what is told."""
    return all(word in told.casefold() for word in text.casefold().split())


def _fits(one: Command, text: str) -> bool:
    return text.strip() in one.keys or _has(f"{one.title} {one.id} {one.action or ''} {one.help} {one.written}", text)


def _distance(one: Command, text: str) -> int:
    """How far a command is from what is typed: its key, the beginning of its title, of a word of it, or elsewhere."""
    typed = text.strip().casefold()
    if not typed:
        return 0
    names = f"{one.title} {one.id.replace('-', ' ')}".casefold()
    if text.strip() in one.keys:
        return 0
    if one.title.casefold().startswith(typed):
        return 1
    if all(any(name.startswith(word) for name in names.split()) for word in typed.split()):
        return 2
    return 3
