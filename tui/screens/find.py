"""Find a case by whatever is known of it. A whole number with its right check letter opens the case without Enter."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult

from api_client.desk import Desk
from casework.accounts import CaseId, parse_account
from casework.fields import Field
from casework.refusals import DeskError
from casework.search import MOST
from tui import view_models
from tui.registry import Place
from tui.screens.desk_screen import DeskScreen
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import Hint, KeyBar
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Column, Rows

_KINDS = "account, name, date of birth, postcode, phone, NI number, vehicle or reference, in any order"

_FIELD = Field(name="text", label="Find", help=_KINDS)


_CERTAIN = "account number"
"""Why a case was found that can be no other."""


class FindScreen(DeskScreen):
    """One box, and what was found."""

    PLACE: ClassVar[Place] = "find"
    AUTO_FOCUS = "FieldMap"

    def __init__(self, desk: Desk, begun: str = "") -> None:
        super().__init__()
        self._desk, self._begun = desk, begun

    def compose(self) -> ComposeResult:
        """The box above, the results below."""
        yield FieldMap(id="box")
        columns = (
            Column("Account", 14),
            Column("Name", None),
            Column("Born", 11),
            Column("Postcode", 9, least=100),
            Column("Address", 20, least=150),
            Column("Owes", 10, "right", least=100),
            Column("Status", 10, least=120),
            Column("Why", None),
        )
        yield Rows(columns, empty="Nothing found yet", id="found")
        yield MessageLine(id="message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Ready to type on."""
        self.query_one("#box", FieldMap).show("Find a case", [_FIELD], {"text": self._begun} if self._begun else {})
        self.query_one("#keys", KeyBar).show([Hint("Enter", "find, then open"), Hint("Esc", "back")])

    @on(FieldMap.Changed)
    async def _whole_number(self, message: FieldMap.Changed) -> None:
        """Nine characters that are a right account number need no Enter; a wrong letter says so at once."""
        text = message.values.get("text", "").replace(" ", "")
        if not text[-1:].isalpha() or sum(char.isdecimal() for char in text[-9:-1]) != 8:
            return
        try:
            parse_account(text)
        except ValueError as fault:
            self.query_one("#message", MessageLine).say(str(fault), "warning")
            return
        await self._find(text, open_single=True)

    @on(FieldMap.Submitted)
    async def _submitted(self, message: FieldMap.Submitted) -> None:
        await self._find(message.values.get("text", ""), open_single=False)

    async def _find(self, text: str, *, open_single: bool) -> None:
        said = self.query_one("#message", MessageLine)
        try:
            found = await self._desk.search(text)
        except DeskError as fault:
            said.say(str(fault), "refused")
            self.app.drop_typed_ahead()
            return
        if len(found) == 1 and (open_single or found[0].why == _CERTAIN):
            await self.app.open_case(found[0].case)
            return
        rows = self.query_one("#found", Rows)
        rows.show(view_models.found(found))
        said.say(view_models.how_many(found, MOST))
        if found:
            rows.focus()

    @on(Rows.Selected)
    async def _open(self, message: Rows.Selected) -> None:
        await self.app.open_case(CaseId(message.key))

    @on(FieldMap.Closed)
    async def _back(self) -> None:
        await self.app.back()

    async def on_key(self, event: events.Key) -> None:
        """From the results back to the box; a letter goes on typing there."""
        if event.key in ("escape", "f3"):
            event.stop()
            await self.app.back()
        elif event.key == "slash":
            event.stop()
            self.query_one("#box", FieldMap).focus()
