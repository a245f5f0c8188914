"""The tables that ship with the program, read from its own files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from casework.reference import TABLES, Tables, parse


@cache
def packaged_tables() -> Tables:
    """Every table, parsed. Raises TableFault, naming file and line."""
    folder = files("casework") / "tables"
    return Tables({name: parse(name, (folder / f"{name}.toml").read_text("utf-8")) for name in TABLES})
