"""The keys of a place, from the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from tui.commands import Place, at
from tui.view_models import Table
from tui.widgets.key_bar import Hint, KeyBar
from tui.widgets.rows import Column, Rows

if TYPE_CHECKING:
    from tui.app import GreenwaxDesk

_IN_FORMS = (
    ("Enter", "the next field; in the last one, save"),
    ("Tab, Shift+Tab", "the next field, the one before"),
    ("F10, Ctrl+S", "save"),
    ("F8", "save; without a form, the next case"),
    ("F4", "the choices of the field"),
    ("Ctrl+J", "a new line in a note"),
    ("Esc, F3", "close the form and keep what was typed"),
    ("F12", "throw the form away"),
)


class HelpScreen(Screen[None]):
    """A list of keys; Escape goes back."""

    AUTO_FOCUS = "Rows"
    app: GreenwaxDesk

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place: Place = place

    def compose(self) -> ComposeResult:
        """The list."""
        yield Rows((Column("Key", 16), Column("What it does", None)), id="help")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """The commands of the place, then the keys of forms."""
        commands = [(one.id, (one.key, one.title)) for one in at(self._place)]
        forms = [(key, (key, f"in a form: {what}")) for key, what in _IN_FORMS]
        self.query_one("#help", Rows).show(Table((*commands, *forms)))
        self.query_one("#keys", KeyBar).show([Hint("Esc", "back")])

    async def on_key(self, event: events.Key) -> None:
        """Back."""
        if event.key in ("escape", "f3", "f1", "question_mark"):
            event.stop()
            await self.app.back()
