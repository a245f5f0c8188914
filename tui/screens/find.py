"""Find a case by whatever is known of it. A whole number with its right check letter opens the case without Enter, as does
anything else that can hardly mean another, with it. Before anything is typed, the cases that were opened last.
"""

from __future__ import annotations

import re
from typing import ClassVar

from textual import events, on
from textual._time import get_time
from textual.app import ComposeResult

from api_client.desk import Desk
from casework.accounts import CaseId, parse_account
from casework.fields import Field
from casework.refusals import DeskError
from casework.search import MOST, certain
from tui import view_models
from tui.registry import Place
from tui.screens.desk_screen import DeskScreen
from tui.top_bar import TopBar
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import KeyBar
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Column, Rows

_KINDS = "account, name, date of birth, postcode, phone, NI number, vehicle or reference, in any order"

_FIELD = Field(name="text", label="Find", help=_KINDS)


_WHOLE = re.compile(r"(?:[A-Z][A-Z0-9]{1,3}-?)?\d{8}[A-Z]", re.ASCII | re.IGNORECASE)
"""An account number with a check letter."""


REACTION = 0.25
"""Seconds within which nobody has read what was said of a wrong letter: an Enter by then was typed for the right one."""


class FindScreen(DeskScreen):
    """One box, and what was found."""

    PLACE: ClassVar[Place] = "find"
    AUTO_FOCUS = "FieldMap"

    def __init__(self, desk: Desk, begun: str = "") -> None:
        super().__init__()
        self._desk, self._begun = desk, begun
        self._wrong_at = 0.0

    def compose(self) -> ComposeResult:
        """The box above, the results below."""
        yield TopBar(self._desk)
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
        yield Rows(columns, empty="Type what you know, then Enter", id="found")
        yield MessageLine(id="message")
        yield KeyBar(id="keys")

    async def on_mount(self) -> None:
        """Ready to type on; with an empty box, the cases that were opened last."""
        self.query_one("#box", FieldMap).show("Find a case", [_FIELD], {"text": self._begun} if self._begun else {})
        self.query_one("#keys", KeyBar).show(self.hints("seek", "to-list", "to-box", "back"))
        if not self._begun:
            await self._show_recent()

    async def _show_recent(self) -> None:
        try:
            opened = await self._desk.recent()
        except DeskError as fault:
            self.say(str(fault), "refused")
            return
        self.query_one("#found", Rows).show(view_models.found(opened))
        if opened:
            self.say("the cases you opened last today; Enter goes to them", "info")

    @on(FieldMap.Changed)
    async def _whole_number(self, message: FieldMap.Changed) -> None:
        """Nine characters that are a right account number need no Enter; a wrong letter says so at once, and the digits stay.
        What was typed ahead goes: where the letter is wrong, a digit may be."""
        text = re.sub(r"\s", "", message.values.get("text", ""))
        if not _WHOLE.fullmatch(text):
            return
        try:
            parse_account(text)
        except ValueError as fault:
            self.query_one("#box", FieldMap).show("Find a case", [_FIELD], {"text": text[:-1]})
            self._wrong_at = get_time()
            self.say(f"{fault}. Type the letter again, or Enter to find the digits", "warning")
            self.app.drop_typed_ahead()
            return
        await self._find(text)

    @on(FieldMap.Submitted)
    async def _submitted(self, message: FieldMap.Submitted) -> None:
        if message.typed_at < self._wrong_at + REACTION:
            self.app.drop_typed_ahead()
            return
        text = message.values.get("text", "")
        if not text and self._to_list():
            return
        if await self.app.can_search():
            await self._find(text)
        else:
            self.say("the desk is still getting ready to search; what you look for comes by itself. Esc gives up")
            self.run_worker(self._find_when_ready(text), group="find", exclusive=True)

    async def _find_when_ready(self, text: str) -> None:
        """Some seconds after the start, on a large store; not if something else stands in the box by then."""
        await self.app.ready_to_search.wait()
        if self.query_one("#box", FieldMap).values.get("text", "") == text:
            await self._find(text)

    async def _find(self, text: str) -> None:
        try:
            found = await self._desk.search(text)
        except DeskError as fault:
            self.say(str(fault), "refused")
            self.app.drop_typed_ahead()
            return
        if (one := certain(found)) is not None:
            said = f"matched {one.name}, you typed {text.strip()}" if view_models.is_near(one) else ""
            await self.app.open_case(one.case, said=said)
            return
        self.query_one("#found", Rows).show(view_models.found(found))
        self.say(view_models.how_many(found, MOST), "info")
        self._to_list()

    def _to_list(self) -> bool:
        """From the box to the list, if there is anything in it."""
        rows = self.query_one("#found", Rows)
        if rows.selected is None or rows.has_focus:
            return False
        rows.focus()
        return True

    @on(FieldMap.Recalled)
    def _down(self, message: FieldMap.Recalled) -> None:
        """Down leads from the box to the list."""
        if message.by > 0:
            self._to_list()

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
