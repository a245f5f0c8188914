"""Commands in a list to be narrowed by typing and done with Enter: the palette, on which the help is built too."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.strip import Strip

from casework.fields import Field
from tui.command_table import CommandTable, by_words, is_command
from tui.registry import Place
from tui.screens.desk_screen import DeskScreen
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import KeyBar
from tui.widgets.lines import Lines, line
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Column, Rows

_HELP = "words or a key narrow the list; Up and Down move in it, Enter does what the row says"
_MOVES = ("up", "down", "pageup", "pagedown")


class CommandRows(Rows):
    """A list of commands; those that cannot be given now are muted, beside their brackets."""

    table = CommandTable()

    def render_line(self, y: int) -> Strip:
        """Draw a row."""
        drawn, index = super().render_line(y), self.scroll_offset.y + y - 1
        barred = y > 0 and 0 <= index < len(self.table) and self.table.key(index) in self.table.barred
        if not barred:
            return drawn
        muted = Style(color=self.get_component_rich_style("rows--empty").color)
        return Strip([Segment(part.text, (part.style or Style.null()) + muted) for part in drawn], drawn.cell_length)


class _Box(FieldMap):
    """The box above a list: what is typed narrows the list, Up and Down move in it."""

    def on_key(self, event: events.Key) -> None:
        """Hand the keys that move to the list."""
        if event.key in _MOVES:
            self.screen.query_one(CommandRows).on_key(event)


class PaletteScreen(DeskScreen):
    """Everything that can be done from a screen, by its words. Enter does it; Escape goes back."""

    PLACE: ClassVar[Place] = "help"
    AUTO_FOCUS = "#box"
    COLUMNS: ClassVar[Sequence[Column]] = (Column("Key", 8), Column("Command", 24), Column("What it does", None))
    TITLE = "Commands"

    def __init__(self, above: DeskScreen, recent: Sequence[str]) -> None:
        super().__init__()
        self._above, self._recent = above, tuple(recent)
        self._places, self._barred = above.places, above.barred

    def listed(self, text: str) -> CommandTable:
        """What fits the words that were typed."""
        return by_words(self.app.registry, self._places, self._barred, self._recent, text)

    def compose(self) -> ComposeResult:
        """The box above, the commands below."""
        yield _Box(id="box")
        yield CommandRows(self.COLUMNS, empty="There is no such command here", id="commands")
        yield Lines(id="whole")
        yield MessageLine(id="message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """All of them, ready to be narrowed."""
        self.query_one("#box", FieldMap).show(self.TITLE, [Field(name="text", label="Find", help=_HELP)])
        self.query_one("#keys", KeyBar).show(self.hints("open-row", "scroll", "back"))
        self._narrow("")

    @on(FieldMap.Changed)
    def _typed(self, message: FieldMap.Changed) -> None:
        self.say("")
        self._narrow(message.values.get("text", ""))

    def _narrow(self, text: str) -> None:
        rows = self.query_one(CommandRows)
        rows.table = self.listed(text)
        rows.show(rows.table, rows.table.best)
        self._tell(rows.selected)

    @on(Rows.Moved)
    def _moved(self, message: Rows.Moved) -> None:
        self._tell(message.key)

    def _tell(self, key: str | None) -> None:
        """The whole of the row the cursor is on, however little of it fits in the row."""
        row = next((cells for name, cells in self.query_one(CommandRows).table.rows if name == key), ())
        told = wrap("  ".join(filter(None, row)), max(10, self.size.width - 2))
        self.query_one("#whole", Lines).show([line(f" {part}") for part in told])

    @on(FieldMap.Submitted)
    async def _chosen(self) -> None:
        await self._do(self.query_one(CommandRows).selected)

    async def _do(self, name: str | None) -> None:
        """Do what the row says, or say why not."""
        if name is None or not is_command(name):
            return
        command = self.app.registry.named(name)
        if (why := self._barred.get(name)) is not None:
            self.say(why, "refused")
            self.app.drop_typed_ahead()
        elif command.fixed:
            self.say(f"that is a key of the place you came from: go back with Esc, then press {command.written}")
        else:
            await self.app.run_command(name)

    @on(FieldMap.Closed)
    async def _back(self) -> None:
        await self.app.back()
