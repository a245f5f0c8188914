"""The tables that ship with the program, read from its own files, each when it is first looked into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from casework.reference import TABLES, Tables, parse
from casework.table_rows import Row


def packaged_texts() -> dict[str, str]:
    """The text of every table, by name."""
    return {name: _text(name) for name in TABLES}


@cache
def packaged_tables() -> Tables:
    """Every table. What is not asked for is not read: the list of queues needs a handful of them.

    A look-up raises TableFault, naming file and line, when its table cannot be used; `greenwax reference check` reads all.
    """
    return Tables(_AsAsked())


class _AsAsked(Mapping[str, tuple[Row, ...]]):
    """The rows of each table, parsed once somebody asks for them."""

    def __init__(self) -> None:
        self._parsed: dict[str, tuple[Row, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Row, ...]:
        if name not in self._parsed:
            if name not in TABLES:
                raise KeyError(name)
            self._parsed[name] = parse(name, _text(name))
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


def _text(name: str) -> str:
    return (files("casework") / "tables" / f"{name}.toml").read_text("utf-8")
