"""My day: what I did so far, and what is mine to do besides what my queues bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from api_client.desk import Desk
from casework.accounts import CaseId
from casework.actions import ACTIONS
from casework.my_work import MyTask
from casework.refusals import DeskError
from casework.tallies import Tally
from casework.views import Draft
from tui import day_view
from tui.commands import STANDARD
from tui.registry import Place
from tui.screens.desk_screen import DeskScreen
from tui.top_bar import TopBar
from tui.widgets.key_bar import KeyBar
from tui.widgets.lines import Lines
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Column, Rows

_COLUMNS = (
    Column("", 11),
    Column("When", 17),
    Column("Account", 14),
    Column("Name", 22, least=100),
    Column("What", None),
)


class DayScreen(DeskScreen):
    """My own numbers and my own work. Enter opens the case; Escape goes back."""

    PLACE: ClassVar[Place] = "day"
    BINDINGS: ClassVar[list[BindingType]] = [*STANDARD.bindings("day")]
    AUTO_FOCUS = "Rows"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._tally = Tally()

    def compose(self) -> ComposeResult:
        """The numbers, the list, the message and the keys."""
        yield TopBar(self._desk)
        yield Lines(id="numbers")
        yield Rows(_COLUMNS, empty="Nothing is yours alone today: n on the queues brings the next case", id="mine")
        yield MessageLine(id="message")
        yield KeyBar(id="keys")

    async def on_mount(self) -> None:
        """How the day stands."""
        self.query_one("#keys", KeyBar).show(self.hints("open-row", "refresh", "back"))
        await self._load()

    async def _load(self) -> None:
        try:
            self._tally = await self._desk.my_day()
            found, drafts = await self._desk.my_work(), await self._desk.drafts()
        except DeskError as fault:
            self.say(str(fault), "refused")
            return
        self._show(found, drafts)

    def _show(self, found: Sequence[MyTask], drafts: Sequence[Draft]) -> None:
        titles = {kind: action.title for kind, action in ACTIONS.items()}
        self._show_numbers(self.size.width)
        self.query_one("#mine", Rows).show(day_view.table(found, drafts, titles, self._desk.now()))
        self.say(day_view.in_short(found, drafts))

    def _show_numbers(self, width: int) -> None:
        self.query_one(TopBar).count(self._tally.cases)
        numbers = day_view.numbers(self._tally, width)
        shown = self.query_one("#numbers", Lines)
        shown.styles.height = len(numbers)
        shown.show(numbers)

    def on_resize(self, event: events.Resize) -> None:
        """The lines reach from edge to edge."""
        self._show_numbers(event.size.width)

    @on(Rows.Selected)
    async def _open(self, message: Rows.Selected) -> None:
        await self.app.open_case(CaseId(message.key.split(" ")[0]))

    async def action_command(self, name: str) -> None:
        """Run a command of the registry."""
        match name:
            case "my-day":
                await self.app.back()
            case "refresh":
                self.app.repaint_all()
                await self._load()
            case _:
                await super().action_command(name)

    async def on_key(self, event: events.Key) -> None:
        """Back."""
        if event.key in ("escape", "f3"):
            event.stop()
            await self.app.back()
