"""A small desk for tests of the terminal layer: a list, a case with forms, and a screen whose data comes late.

What was saved, opened or closed goes as lines of JSON to the file named by `GREENWAX_DEMO_LOG`, so that a test can tell
where each key went without reading the screen.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.environment import forget_textual_environment

forget_textual_environment()

from textual import on  # noqa: E402
from textual.app import ComposeResult  # noqa: E402
from textual.binding import Binding  # noqa: E402
from textual.screen import Screen  # noqa: E402

from casework.fields import Choice, Field, FieldKind  # noqa: E402
from tui.desk_app import DeskApp  # noqa: E402
from tui.widgets.field_map import FieldMap  # noqa: E402
from tui.widgets.key_bar import Hint, KeyBar  # noqa: E402
from tui.widgets.message_line import MessageLine  # noqa: E402
from tui.widgets.rows import Column, Rows  # noqa: E402

STORE_SECONDS = float(os.environ.get("GREENWAX_DEMO_STORE", "0.2"))
"""How long the pretended store takes for a case."""

METHODS = (Choice("card", "Debit card"), Choice("cash", "Cash at a bank"), Choice("dd", "Direct debit"))

FORMS: dict[str, tuple[Field, ...]] = {
    "terms": (
        Field("amount", "Amount", FieldKind.MONEY, "Each payment"),
        Field("period", "Every", FieldKind.TEXT, "week, fortnight or month", default="month"),
        Field("start", "First payment", FieldKind.DATE, "As you say it: fri, +14, 28/2"),
        Field("method", "Method", FieldKind.CHOICE, "How it is paid", choices=METHODS),
        Field("reason", "Reason", FieldKind.TEXT, "Why the terms change", required=False),
        Field("note", "Note", FieldKind.TEXT, "Anything else", required=False, long=True),
    ),
    "promise": (
        Field("amount", "Amount", FieldKind.MONEY, "What was promised"),
        Field("due", "By", FieldKind.DATE, "The day it is due", default="fri"),
    ),
    "late": (
        Field("agency", "Agency", FieldKind.TEXT, "Who is asked"),
        Field("question", "Question", FieldKind.TEXT, "What is asked"),
    ),
}

OUTCOMES = (
    Choice("NO_ANS", "No answer", "n"),
    Choice("VOICE", "Voicemail", "v"),
    Choice("WRONG", "Wrong number", "w"),
    Choice("PROMISE", "Promise", "p"),
)
_WHO = (Choice("self", "The defendant", "d"), Choice("other", "Somebody else", "o"))
_NUMBER = (Choice("keep", "Keep it", "k"), Choice("remove", "Remove it", "r"))


def call_fields(typed: Mapping[str, str]) -> tuple[Field, ...]:
    """A form whose questions follow from the letter typed first."""
    asked = [Field("outcome", "Outcome", FieldKind.CHOICE, choices=OUTCOMES, saves_alone=True)]
    match typed.get("outcome"):
        case "WRONG":
            return (*asked, Field("number", "Number", FieldKind.CHOICE, choices=_NUMBER))
        case "PROMISE":
            asked += [
                Field("who", "Who", FieldKind.CHOICE, choices=_WHO),
                Field("amount", "Amount", FieldKind.MONEY),
                Field("due", "By", FieldKind.DATE),
            ]
    return (*asked, Field("note", "Note", required=False, long=True))


def record(**event: object) -> None:
    """Append what happened to the log."""
    if path := os.environ.get("GREENWAX_DEMO_LOG"):
        with open(path, "a", encoding="utf-8") as log:
            log.write(json.dumps(event) + "\n")


class Cases:
    """A source of as many rows as asked for, made when they are looked at."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def cells(self, index: int) -> Sequence[str]:
        """The row of one case."""
        return (f"K{index:06d}", f"SURNAME{index % 97}, Forename", f"£{index % 5000}.00", "Collection order")

    def key(self, index: int) -> str:
        """Its number."""
        return f"K{index:06d}"


COLUMNS = (Column("Account", 8), Column("Name"), Column("Owes", 10, "right"), Column("Next", 20))


class ListScreen(Screen[None]):
    """The queue."""

    BINDINGS = [Binding("d", "late", "Late", show=False)]

    def compose(self) -> ComposeResult:
        yield MessageLine(id="head")
        yield Rows(COLUMNS, empty="No tasks", id="cases")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#head", MessageLine).say("Queue")
        self.query_one(Rows).show(Cases(100_000))
        self.query_one(KeyBar).show([Hint("Enter", "open"), Hint("d", "late screen"), Hint("Q", "quit")])

    @on(Rows.Selected)
    async def open_case(self, event: Rows.Selected) -> None:
        """Fetch the case, then show it."""
        record(event="open", key=event.key)
        await asyncio.sleep(STORE_SECONDS)
        await self.app.push_screen(CaseScreen(event.key))

    def action_late(self) -> None:
        self.app.push_screen(LateScreen())  # not awaited: keys must wait for it all the same


class CaseScreen(Screen[None]):
    """One case, with its forms docked under its history."""

    DEFAULT_CSS = "CaseScreen FieldMap { dock: bottom; max-height: 12; margin-bottom: 2; display: none; }"
    BINDINGS = [
        Binding("t", "form('terms')", "Terms", show=False),
        Binding("p", "form('promise')", "Promise", show=False),
        Binding("c", "form('call')", "Call", show=False),
        Binding("l", "late", "Late", show=False),
        Binding("b", "back", "Back", show=False),
        Binding("x", "crash", "Crash", show=False),
        Binding("w", "worker", "Worker", show=False),
        Binding("f4", "choices", "Choices", show=False),
        Binding("f5", "flood", "Flood", show=False),
        *(Binding(f"alt+{digit}", f"digit('alt+{digit}')", show=False) for digit in range(1, 10)),
        *(Binding(f"{digit}", f"digit('{digit}')", show=False) for digit in range(10)),
    ]

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.opened: str | None = None

    def compose(self) -> ComposeResult:
        yield MessageLine(id="head")
        yield Rows(COLUMNS, empty="No history", id="history")
        yield FieldMap(id="form")
        yield MessageLine(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#head", MessageLine).say(f"Case {self.key}")
        self.query_one(Rows).show(Cases(12))
        self.query_one(KeyBar).show(
            [Hint("t", "terms"), Hint("p", "promise"), Hint("e", "step", "no order made"), Hint("b", "back")]
        )

    def action_form(self, name: str) -> None:
        form = self.query_one(FieldMap)
        self.opened = name
        form.show(f"{name} for {self.key}", call_fields({}) if name == "call" else FORMS[name])
        form.display = True
        if name == "promise":
            self.call_after_refresh(form.focus)
        else:
            form.focus()

    async def action_late(self) -> None:
        await self.app.push_screen(LateScreen())

    def action_flood(self) -> None:
        self.set_interval(0.005, self.app.repaint_all if isinstance(self.app, DeskApp) else None)

    def action_choices(self) -> None:
        self.query_one(FieldMap).toggle_choices()

    def action_digit(self, digit: str) -> None:
        record(event="digit", digit=digit)

    def action_back(self) -> None:
        record(event="back", key=self.key)
        self.app.pop_screen()

    def action_crash(self) -> None:
        secret_name = "Bartholomew Pennyfeather"
        raise LookupError(f"no such person: {secret_name}")

    def action_worker(self) -> None:
        self.run_worker(self._fetch_then_ask())

    async def _fetch_then_ask(self) -> None:
        assert isinstance(self.app, DeskApp)
        with self.app.hold_keys():
            await asyncio.sleep(STORE_SECONDS)
            self.action_form("promise")

    @on(FieldMap.Changed)
    async def ask(self, event: FieldMap.Changed) -> None:
        """Ask what follows from what was typed, as slowly as a screen might."""
        if self.opened == "call":
            await asyncio.sleep(STORE_SECONDS / 20)
            event.form.replace_fields(call_fields(event.values))

    @on(FieldMap.CopyWanted)
    def copy(self, event: FieldMap.CopyWanted) -> None:
        """Copy, and say what came of it."""
        assert isinstance(self.app, DeskApp)
        self.query_one("#said", MessageLine).say(self.app.copy_text(event.text))

    @on(FieldMap.Submitted)
    async def save(self, event: FieldMap.Submitted) -> None:
        """Save what was typed, as the store would take some time to, and close the form."""
        await asyncio.sleep(STORE_SECONDS / 10)
        if event.values.get("amount") == "error":
            event.form.show_errors({"amount": "that is no amount"})
            assert isinstance(self.app, DeskApp)
            self.app.drop_typed_ahead()
            return
        record(event="saved", key=self.key, form=self.opened, values=event.values)
        self.query_one("#said", MessageLine).say(f"{self.opened}", "saved")
        self._close()

    @on(FieldMap.Closed)
    def put_away(self, event: FieldMap.Closed) -> None:
        """Keep a draft."""
        record(event="draft", key=self.key, form=self.opened, values=event.form.values)
        self._close()

    def _close(self) -> None:
        form = self.query_one(FieldMap)
        form.clear()
        form.display = False
        self.query_one(Rows).focus()


class LateScreen(Screen[None]):
    """A screen that asks the store before it can be used."""

    def compose(self) -> ComposeResult:
        yield MessageLine(id="head")
        yield FieldMap(id="form")

    async def on_mount(self) -> None:
        await asyncio.sleep(STORE_SECONDS)
        self.query_one(FieldMap).show("Late", FORMS["late"])

    @on(FieldMap.Submitted)
    def save(self, event: FieldMap.Submitted) -> None:
        """Save, and go back to where the screen was opened."""
        record(event="saved", form="late", values=event.values)
        self.app.pop_screen()

    @on(FieldMap.Closed)
    def put_away(self, event: FieldMap.Closed) -> None:
        """Go back."""
        record(event="draft", form="late", values=event.form.values)
        self.app.pop_screen()


class DemoApp(DeskApp):
    """The demo."""

    CSS = "#head { height: 1; }"
    BINDINGS = [Binding("Q", "exit", "Quit", show=False), Binding("f9", "mark", "Mark", show=False)]

    def on_mount(self) -> None:
        self.push_screen(ListScreen())

    def action_mark(self) -> None:
        record(event="mark")

    def action_exit(self) -> None:
        self.exit()

    async def on_hangup(self) -> None:
        """Save the form that is open."""
        if os.environ.get("GREENWAX_DEMO_HANG") == "await":
            await asyncio.sleep(3600)
        if os.environ.get("GREENWAX_DEMO_HANG") == "fail":
            raise ValueError("Bartholomew Pennyfeather cannot be saved")
        if os.environ.get("GREENWAX_DEMO_HANG") == "block":
            time.sleep(3600)  # noqa: ASYNC251 - the fault under test
        for form in self.screen.query(FieldMap):
            record(event="draft at the end", values=form.values)


def main() -> int:
    """Run the demo; the crash log is named by `GREENWAX_DEMO_CRASH_LOG`."""
    path = os.environ.get("GREENWAX_DEMO_CRASH_LOG")
    clipboard = os.environ.get("GREENWAX_DEMO_CLIPBOARD") == "yes"
    app = DemoApp(log_path=Path(path) if path else None, clipboard=clipboard)
    app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
