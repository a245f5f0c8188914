"""The queue list: where the day begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from api_client.desk import Desk
from casework.dates import london_date
from casework.refusals import DeskError
from casework.staff import Staff
from tui import view_models
from tui.commands import ALWAYS, STANDARD
from tui.registry import Place
from tui.screens.desk_screen import DeskScreen
from tui.top_bar import TopBar
from tui.widgets.key_bar import Hint, KeyBar
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Column, Rows

REFRESH = 20.0


class QueuesScreen(DeskScreen):
    """My queues with what waits in them. Enter takes the next case of one; n the next of all."""

    PLACE: ClassVar[Place] = "queues"
    BINDINGS: ClassVar[list[BindingType]] = [*STANDARD.bindings("queues")]
    AUTO_FOCUS = "Rows"

    def __init__(self, desk: Desk, me: Staff) -> None:
        super().__init__()
        self._desk, self._me = desk, me
        self._seen = False
        self._said = ""

    def compose(self) -> ComposeResult:
        """The list, the message and the keys."""
        yield TopBar(self._desk)
        columns = (
            Column("Queue", None),
            Column("Ready", 6, "right"),
            Column("Claimed", 8, "right", least=100),
            Column("Waiting", 7, "right"),
            Column("Skipped", 8, "right", least=100),
            Column("Parked", 6, "right"),
            Column("Owned", 6, "right", least=100),
            Column("Away", 4, "right"),
            Column("Oldest", 9, "right"),
        )
        yield Rows(columns, empty=view_models.no_queues(self._me), id="queues")
        yield MessageLine(id="message")
        yield KeyBar(id="keys")

    async def on_mount(self) -> None:
        """Show the queues, and keep showing how they stand."""
        self.query_one("#keys", KeyBar).show([Hint("Enter", "next of this queue"), *self._hints()])
        self.set_interval(REFRESH, self.load)
        await self.load()

    def _hints(self) -> list[Hint]:
        barred, known = self.barred, self.app.registry.at("queues")
        shown = [Hint(one.key, one.title, barred.get(one.id), one.id in ALWAYS) for one in known if not one.fixed]
        return sorted(shown, key=lambda hint: hint.always)

    @property
    def barred(self) -> Mapping[str, str]:
        """What somebody's roles do not allow them."""
        grants = self._desk.tables.grants(london_date(self._desk.now()))
        return {**self.app.registry.barred(self._me, grants), **self.app.not_here}

    async def say_handed_over(self) -> None:
        """What is to be acknowledged before all else, before what else is being said."""
        try:
            told = view_models.to_acknowledge(await self._desk.handovers())
        except DeskError as fault:
            self.say(str(fault), "refused")
            return
        if told and told not in self._said:
            self.say(". ".join(filter(None, [told, self._said])), "warning")

    async def load(self) -> None:
        """How the queues stand now."""
        if self.app.screen is not self:
            return
        now = self._desk.now()
        try:
            found, done = await self._desk.queues(), (await self._desk.my_day()).cases
        except DeskError as fault:
            self.say(str(fault), "refused")
            return
        self.query_one(TopBar).count(done)
        self.query_one("#queues", Rows).show(view_models.queues(found, now))

    async def on_screen_resume(self) -> None:
        """Back from a case: it may stand differently."""
        await self.load()
        if self._seen:
            await self.say_handed_over()
        self._seen = True

    def say(self, text: str, tone: str = "info") -> None:
        """Say something in the message line."""
        self._said = text
        super().say(text, tone)

    @on(Rows.Selected)
    async def _pull(self, message: Rows.Selected) -> None:
        await self.app.pull_next(queue=message.key)

    async def action_command(self, name: str) -> None:
        """Run a command of the registry."""
        match name:
            case "next":
                await self.app.pull_next()
            case "my-day":
                await self.app.my_day()
            case "find":
                await self.app.find()
            case "call-in" | "ringing":
                await self.app.ringing()
            case "undo":
                await self.app.undo()
            case "away":
                await self.app.away()
            case "refresh":
                self.app.repaint_all()
                await self.load()
            case "quit":
                await self.app.leave()
            case _:
                await super().action_command(name)

    async def on_key(self, event: events.Key) -> None:
        """A digit begins a find."""
        if event.character is not None and event.character.isdecimal():
            event.stop()
            await self.app.find(event.character)
