"""What a list tells its screen. A screen hears them as `Rows.Moved` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.widgets.rows import Rows


class RowMessage(Message, namespace="rows"):
    """Something that happened to a row; `control` is the list."""

    def __init__(self, rows: Rows, key: str) -> None:
        super().__init__()
        self.rows = rows
        self.key = key

    @property
    def control(self) -> Rows:
        """The list, for `@on(Rows.Selected, "#queue")`."""
        return self.rows


class Moved(RowMessage, namespace="rows"):
    """The cursor is on another row."""


class Selected(RowMessage, namespace="rows"):
    """Enter was pressed on a row."""


class Marked(RowMessage, namespace="rows"):
    """A row was marked, or is marked no longer."""


class WantsMore(Message, namespace="rows"):
    """The end of the rows that are here is near, and there are more: `show` them all, those that were here first."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows

    @property
    def control(self) -> Rows:
        """The list, for `@on(Rows.WantsMore, "#queue")`."""
        return self.rows
