"""The keys that somebody has chosen, laid over the registry; what cannot be is refused at the start, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from casework.refusals import Reason, Refused
from tui import key_names
from tui.registry import PLACES, Command, Place, Registry


def chosen(registry: Registry, keys: Mapping[str, Sequence[str]], where: str) -> Registry:
    """The registry with these keys, by command; `where` names the file they stand in.

    A key takes the place of the standard one. Function keys and Ctrl+C are never taken away nor given to another command: they
    mean the same at every desk.

    Raises:
        Refused: a command or key that there is not, one that is taken or that some terminals cannot send, or two commands
            of one place on the same key. Every reason is given.
    """
    faults: list[Reason] = []

    def refuse(name: str, why: str) -> None:
        faults.append(Reason(code="config", message=f"{where}: keys.{name}: {why}", field=f"keys.{name}"))

    commands = {one.id: one for one in registry.commands}
    for name, texts in keys.items():
        if (command := commands.get(name)) is None:
            refuse(name, "there is no such command; docs/keys.md lists them")
        elif command.fixed:
            refuse(name, f"{command.written} is the same at every desk")
        else:
            read, wrong = _read(registry, command, texts)
            for why in wrong:
                refuse(name, why)
            kept = () if wrong else (*read, *filter(_stays, command.keys))
            commands[name] = replace(command, keys=tuple(dict.fromkeys(kept)))
    made = Registry(tuple(commands.values()))
    for one, other, key, place in clashes(made):
        mine, theirs = (one, other) if one.id in keys else (other, one)
        refuse(
            mine.id,
            f"{PLACES[place].lower()} “{key}” is the key of {theirs.id} ({theirs.title}) as well as of {mine.id} "
            f"({mine.title}); give one of them another",
        )
    if faults:
        raise Refused(*faults)
    return made


def clashes(registry: Registry) -> Iterator[tuple[Command, Command, str, Place]]:
    """Pairs of commands on one key in one place, each pair once. What a form, list or box answers to comes before what is
    behind it, so its keys are no clash: nobody can choose them."""
    for one, other in combinations([one for one in registry.commands if not one.fixed], 2):
        both = {*one.places} & {*other.places}
        if "everywhere" in {*one.places, *other.places}:
            both = {*one.places, *other.places} - {"everywhere"} or {"everywhere"}
        same = [key for key in one.keys if key in other.keys]
        if both and same:
            yield one, other, same[0], min(both)


def _read(registry: Registry, command: Command, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The keys that were chosen for a command, and what is wrong with them."""
    read: list[str] = []
    wrong: list[str] = []
    for text in texts:
        try:
            key = key_names.read(text)
        except ValueError as fault:
            wrong.append(f"“{text}” {fault}")
            continue
        if key in command.keys:
            read.append(key)
        elif _stays(key):
            wrong.append(f"“{key}” means the same at every desk")
        elif taken := next((one for one in registry.commands if key in one.keys and _comes_first(one, command)), None):
            wrong.append(f"“{key}” is taken: {taken.help[0].lower()}{taken.help[1:].rstrip('.')}")
        else:
            read.append(key)
    if not wrong and not any(map(key_names.everywhere, (*read, *filter(_stays, command.keys)))):
        wrong.append("some terminals or keyboards cannot send this: put a letter beside it" if read else "name a key")
    return read, wrong


def _comes_first(one: Command, other: Command) -> bool:
    """Whether what a widget or screen answers to itself is met wherever another command is given."""
    met = {*other.places, "list", "reader", "form"}
    return one.fixed and ("everywhere" in other.places or bool(met & {*one.places}))


def _stays(key: str) -> bool:
    """Whether a key keeps its meaning whatever is chosen."""
    return (key[0] == "F" and key[1:].isdecimal()) or key == "Ctrl+C"
