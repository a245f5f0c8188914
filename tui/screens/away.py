"""What waits for people who are away today: for whoever leads their team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult

from api_client.desk import Desk
from casework.accounts import CaseId
from casework.views import AwayTask
from tui import view_models
from tui.registry import Place
from tui.screens.desk_screen import DeskScreen
from tui.top_bar import TopBar
from tui.widgets.key_bar import KeyBar
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Column, Rows

_COLUMNS = (
    Column("Account", 14),
    Column("To do", None),
    Column("Whose", 16),
    Column("Due", 17),
    Column("First due", 11, least=100),
    Column("", 6, least=100),
)


class AwayScreen(DeskScreen):
    """Their tasks, the soonest due first. Enter opens the case; Escape goes back."""

    PLACE: ClassVar[Place] = "away"
    AUTO_FOCUS = "Rows"

    def __init__(self, desk: Desk, found: Sequence[AwayTask]) -> None:
        super().__init__()
        self._desk, self._found = desk, found

    def compose(self) -> ComposeResult:
        """The list, the message and the keys."""
        yield TopBar(self._desk)
        yield Rows(_COLUMNS, empty="Nothing waits for anybody who is away today", id="away")
        yield MessageLine(id="message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show what was found."""
        self.query_one("#away", Rows).show(view_models.away_work(self._found))
        self.say(f"{len(self._found)} tasks of people who are away today")
        self.query_one("#keys", KeyBar).show(self.hints("open-row", "back"))

    @on(Rows.Selected)
    async def _open(self, message: Rows.Selected) -> None:
        await self.app.open_case(CaseId(message.key.split(" ")[0]))

    async def on_key(self, event: events.Key) -> None:
        """Back."""
        if event.key in ("escape", "f3"):
            event.stop()
            await self.app.back()
