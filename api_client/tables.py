"""The tables that ship with the program, read from its own files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from casework.reference import TABLES, Tables, parse


def packaged_texts() -> dict[str, str]:
    """The text of every table, by name."""
    folder = files("casework") / "tables"
    return {name: (folder / f"{name}.toml").read_text("utf-8") for name in TABLES}


@cache
def packaged_tables() -> Tables:
    """Every table, parsed. Raises TableFault, naming file and line."""
    return Tables({name: parse(name, text) for name, text in packaged_texts().items()})
