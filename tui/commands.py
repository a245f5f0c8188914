"""The registry of commands: what there is, on which keys, where. Bindings, the key bar and the help page all read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from textual.binding import Binding

Place = Literal["queues", "case"]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing an officer can ask for with a key."""

    id: str
    title: str
    keys: tuple[str, ...]
    """As Textual names them; the first is the one that is shown."""
    places: tuple[Place, ...] = ("case",)
    action: str | None = None
    """The kind of action whose form it opens."""
    shown: str | None = None
    """The key as it is written, where that differs."""
    preset: Mapping[str, str] = field(default_factory=dict)
    """What the key answers in the form already."""
    begins_at: str | None = None
    """The field in which its form begins, where that is not the first to be filled in."""

    @property
    def key(self) -> str:
        """The key as it is written."""
        return self.shown or self.keys[0]


BOTH: tuple[Place, ...] = ("queues", "case")

COMMANDS: tuple[Command, ...] = (
    Command("next", "next", ("n", "f8"), BOTH),
    Command("call-out", "call", ("c",), action="call"),
    Command("call-in", "call in", ("i",), BOTH, action="call", preset={"direction": "in"}, begins_at="identity"),
    Command("ringing", "somebody rings", ("f11",), BOTH, shown="F11"),
    Command("promise", "promise", ("p",), action="promise"),
    Command("terms", "terms", ("t",), action="terms"),
    Command("note", "note", ("o",), action="note"),
    Command("wrap-up", "wrap up", ("w",), action="wrap-up"),
    Command("address", "address", ("a",), action="details", preset={"about": "address"}),
    Command("details", "details", ("d",), action="details"),
    Command("park", "park", ("z",), action="park"),
    Command("skip", "skip", ("s",), action="skip"),
    Command("payment-card", "card", ("k",), action="payment-card"),
    Command("trace", "trace", ("r",), action="trace"),
    Command("trace-result", "trace answer", ("T",), action="trace-result"),
    Command("hand-over", "hand over", ("h",), action="handover"),
    Command("acknowledge", "acknowledge", ("H",), action="acknowledge"),
    Command("marker", "marker", ("v",), action="marker"),
    Command("quick-entry", "quick entry: any action", ("colon",), shown=":"),
    Command("find", "find", ("slash",), BOTH, shown="/"),
    Command("queues", "queues", ("q",)),
    Command("away", "work of people away", ("A",), ("queues",)),
    Command("receipt", "receipt", ("dollar_sign",), action="receipt", shown="$"),
    Command("reverse", "undo a payment", ("R",), action="reverse"),
    Command("cancel-promise", "cancel promise", ("P",), action="cancel-promise"),
    Command("next-case", "open case after", ("f2", "right_curly_bracket"), shown="F2"),
    Command("previous-case", "open case before", ("left_curly_bracket",), shown="{"),
    Command("put-away", "put this case away", ("l",)),
    Command("previous-tab", "tab before", ("left_square_bracket",), shown="["),
    Command("next-tab", "tab after", ("right_square_bracket",), shown="]"),
    Command("tab-timeline", "timeline", ("alt+1",), shown="Alt+1"),
    Command("tab-money", "money", ("alt+2",), shown="Alt+2"),
    Command("tab-person", "everything known", ("alt+3",), shown="Alt+3"),
    Command("tab-traces", "traces", ("alt+5",), shown="Alt+5"),
    Command("tab-tasks", "tasks", ("alt+8",), shown="Alt+8"),
    Command("read-all", "read in full", ("f6",), shown="F6"),
    Command("refresh", "refresh", ("f5",), BOTH, shown="F5"),
    Command("choices", "choices of the field", ("f4",), shown="F4"),
    Command("compare", "compare terms", ("f7",), shown="F7"),
    Command("safeguard", "safeguarding", ("f9",), BOTH, action="safeguard", shown="F9"),
    Command("help", "keys", ("question_mark", "f1"), BOTH, shown="?"),
    Command("quit", "quit", ("Q",), BOTH),
)
"""The most wanted first; those that are always shown stand last."""


ALWAYS = ("safeguard", "help", "quit")
"""Commands that every key bar shows, however narrow."""


def at(place: Place) -> tuple[Command, ...]:
    """The commands of a place, the most wanted first."""
    return tuple(command for command in COMMANDS if place in command.places)


def bindings(place: Place) -> list[Binding]:
    """The keys of a place, each running its command by name."""
    return [
        Binding(key, f"command('{command.id}')", command.title, id=f"{command.id}:{key}", show=False)
        for command in at(place)
        for key in command.keys
    ]
