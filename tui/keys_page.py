"""The page of keys for people, from the registry: `docs/keys.md` is this."""

from __future__ import annotations

from collections.abc import Iterator

from tui.registry import PLACES, Command, Place, Registry

_HEAD = """# Keys

Written by `python -m docs.write_keys` from the registry of commands; a test fails when it is not as the program has it.

`?` or F1 shows the keys of the place you are in, Ctrl+P finds any command by its words. What cannot be done now says why.
Commands without a key are found with Ctrl+P.

Other keys are chosen in `~/.config/greenwax/config.toml`, by id:

    [keys]
    promise = "j"
    park = ["Z", "Alt+z"]

A key is a character, or Ctrl+ or Alt+ and a letter. Digits begin a find. F1 to F12 mean the same at every desk, and so
do the keys without an id. Two commands of one place on one key, or a key that some terminals cannot send with no other
beside it, are refused when the desk opens.
"""


def page(registry: Registry) -> str:
    """All of it, place by place."""
    return "\n".join([_HEAD, *(line for place in PLACES for line in _of_place(registry, place))])


def _of_place(registry: Registry, place: Place) -> Iterator[str]:
    yield f"## {PLACES[place]}\n"
    yield "| key | id | command | what it does |"
    yield "| --- | --- | --- | --- |"
    for one in registry.commands:
        if place in one.places:
            yield f"| {_keys(one)} | {'' if one.fixed else f'`{one.id}`'} | {one.title} | {one.help}{_needs(one)} |"
    yield ""


def _keys(one: Command) -> str:
    return " ".join(f"`{key}`" for key in one.written.split())


def _needs(one: Command) -> str:
    """Who may, where that is not everybody who may open a case."""
    return f" Needs “{one.needs}”." if one.needs else ""
