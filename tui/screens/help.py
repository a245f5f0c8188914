"""The keys in force where help was asked for, and before them what may stand in the field the cursor is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tui.command_table import CommandTable, by_group
from tui.screens.desk_screen import DeskScreen
from tui.screens.palette import PaletteScreen
from tui.widgets.rows import Column


class HelpScreen(PaletteScreen):
    """All keys of a place, group by group; Enter does what the row says."""

    COLUMNS: ClassVar[Sequence[Column]] = (
        Column("", 8),
        Column("Key", 12),
        Column("Command", 19),
        Column("What it does", None),
    )
    TITLE = "Keys"

    def __init__(self, above: DeskScreen) -> None:
        super().__init__(above, ())
        self._field = above.field

    def listed(self, text: str) -> CommandTable:
        """The keys that fit what was typed."""
        return by_group(self.app.registry, self._places, self._barred, self._field, text)
