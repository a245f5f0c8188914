"""What a command is, where it can be given, and the registry that holds them with the keys of this desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from textual.binding import Binding

from casework.actions import ACTIONS
from casework.quick_entry import Verb
from casework.staff import Grant, Staff, may
from tui.key_names import textual

Place = Literal["queues", "case", "form", "find", "day", "away", "help", "list", "reader", "everywhere"]
"""A screen, what is open on one, or all of them."""

PLACES: Mapping[Place, str] = {
    "queues": "In the list of queues",
    "case": "On a case",
    "everywhere": "Everywhere",
    "form": "In a form",
    "list": "In a list",
    "reader": "While reading",
    "find": "In the find box",
    "day": "In my day",
    "away": "In the list of work of people away",
    "help": "In the help and among the commands",
}
"""Each place in words."""

Group = Literal["Work", "People", "Money", "Tracing", "Record", "Look", "Desk", "Form", "List", "Reading"]

GROUPS: tuple[Group, ...] = ("Form", "Reading", "Work", "People", "Money", "Tracing", "Record", "Look", "Desk", "List")
"""In the order of the help: what is nearest to the cursor first."""

_FEW = 4
"""More keys than this are a row of keys."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing an officer can ask for."""

    id: str
    title: str
    """A word or two, for the key bar."""
    help: str
    """A sentence."""
    group: Group
    keys: tuple[str, ...] = ()
    """As people write them; the first is the one that is shown. Without any it is found among the commands."""
    places: tuple[Place, ...] = ("case",)
    action: str | None = None
    """The kind of action whose form it opens."""
    permission: str | None = None
    """What it needs, where it opens no form."""
    preset: Mapping[str, str] = field(default_factory=dict)
    """What the key answers in the form already."""
    begins_at: str | None = None
    """The field in which its form begins, where that is not the first to be filled in."""
    fixed: bool = False
    """The key of a widget or of the screen itself: the same at every desk, and nothing that can be asked for by name."""

    @property
    def key(self) -> str:
        """The key that is shown, or nothing."""
        return self.keys[0] if self.keys else ""

    @property
    def written(self) -> str:
        """All its keys, for a list of them."""
        return f"{self.keys[0]}-{self.keys[-1]}" if len(self.keys) > _FEW else " ".join(self.keys)

    @property
    def needs(self) -> str | None:
        """The permission without which it cannot even be begun."""
        return ACTIONS[self.action].permission if self.action else self.permission


@dataclass(frozen=True, slots=True)
class Registry:
    """The commands with the keys of this desk."""

    commands: tuple[Command, ...]

    def named(self, name: str) -> Command:
        """A command by its id. Raises KeyError."""
        for one in self.commands:
            if one.id == name:
                return one
        raise KeyError(name)

    def at(self, *places: Place) -> tuple[Command, ...]:
        """The commands in force where these places meet, the most wanted first."""
        return tuple(one for one in self.commands if {*places, "everywhere"} & {*one.places})

    def bindings(self, place: Place) -> list[Binding]:
        """The keys of a place, each running its command by name. What is `fixed` is answered to elsewhere."""
        return [
            Binding(",".join(map(textual, one.keys)), f"command('{one.id}')", one.title, id=one.id, show=False)
            for one in self.commands
            if place in one.places and one.keys and not one.fixed
        ]

    def changed_from(self, other: Registry) -> dict[str, str]:
        """The keys that are not as in another registry, as Textual's `set_keymap` wants them."""
        return {
            mine.id: ",".join(map(textual, mine.keys))
            for mine, theirs in zip(self.commands, other.commands, strict=True)
            if mine.keys != theirs.keys
        }

    def verbs(self) -> dict[str, Verb]:
        """What stands at the beginning of a line of quick entry for the action that it opens: each key of one character."""
        return {
            key: Verb(ACTIONS[one.action], one.preset)
            for one in self.commands
            if one.action is not None
            for key in one.keys
            if len(key) == 1
        }

    def barred(self, actor: Staff, grants: Sequence[Grant]) -> dict[str, str]:
        """Why somebody may not do what needs a permission, by command; what opens a form is judged with its case."""
        found = {one.id: may(actor, one.permission, None, grants) for one in self.commands if one.permission}
        return {
            name: "; ".join(reason.message.rstrip(".") for reason in reasons)
            for name, reasons in found.items()
            if reasons
        }
