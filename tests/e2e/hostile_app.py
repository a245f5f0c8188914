"""Every widget of the desk, and some stock ones behind the last filter, full of text that nobody should trust."""

from __future__ import annotations

import os
import sys

from tui.environment import forget_textual_environment

forget_textual_environment()

from textual.app import ComposeResult  # noqa: E402
from textual.binding import Binding  # noqa: E402
from textual.widgets import Input, Static  # noqa: E402

from casework.fields import Choice, Field, FieldKind  # noqa: E402
from tui.desk_app import DeskApp  # noqa: E402
from tui.widgets.field_map import FieldMap  # noqa: E402
from tui.widgets.key_bar import Hint, KeyBar  # noqa: E402
from tui.widgets.message_line import MessageLine  # noqa: E402
from tui.widgets.rows import Column, Rows  # noqa: E402

CORPUS: tuple[str, ...] = (
    "plain text",
    "[@click=app.pwn]SMITH[/]",
    "[/",
    "[/nope]",
    "[$zzz]x[/]",
    "[type=x, v={'a[0]'}]",
    "\\[b]not bold[/b]",
    "\x1b]0;owned\x07 \x1b]0;owned\x1b\\",
    "\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;cHduZWQ=\x1b\\",
    "\x1b[2J\x1b[H\x1b[31mFAKE\x1b[0m",
    "\x1bP+q544e\x1b\\ \x1b_apc\x1b\\ \x1b^pm\x1b\\",
    "\x1bc\x1b#8\x1b(0\x1b[?1049l",
    "\x9b2J\x9d0;owned\x9c\x90q\x9c\x85next",
    "a\x00b\x01c\x07d\x08e\x7ff\x0eg\x0fh",
    "tab\there\rover\nnext\x0bdown\x0cpage",
    "user\u202egpj.exe\u202c \u2066iso\u2069 \u200emark\u200f \u061c",
    "line\u2028sep\u2029end",
    "x" * 10_000,
    "\u0301" * 10_000,
    "e" + "\u0301" * 10_000,
    "漢字" * 200,
    "Siân Ŵyn Llŷr ŵŷ e\u0301e\u0302",
    "שלום عليكم",
    "👩\u200d👩\u200d👧\u200d👦 ❤\ufe0f 🇬🇧 👍🏽",
    "zero\u200bwidth\ufeff\u2060 soft\u00adhyphen",
    "\ud800 lone \udfff surrogates",
    "\u3000full　width ｆｕｌｌ",
)

MARK = "MARK"
"""Stands in the column after the hostile one: it must stand there whatever the other holds."""

COLUMNS = (Column("Hostile", 20), Column("Mark", 6), Column("Rest"))


class OneRow:
    """A source of the one text, twice."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __len__(self) -> int:
        return 2

    def cells(self, index: int) -> tuple[str, str, str]:
        """The text before and after the mark."""
        return self._text, MARK, self._text

    def key(self, index: int) -> str:
        """The text as a key."""
        return f"{index}{self._text}"


class HostileApp(DeskApp):
    """Shows the corpus, one text after the other; `n` for the next."""

    CSS = "Rows { height: 4; } FieldMap { height: 16; } Static { height: 1; } Input { height: 3; }"
    BINDINGS = [Binding("f8", "next", "Next", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._at = int(os.environ.get("GREENWAX_HOSTILE_FROM", "0"))

    def compose(self) -> ComposeResult:
        yield MessageLine(id="number")
        yield MessageLine(id="said")
        yield Rows(COLUMNS, id="rows")
        yield Rows((Column("Only"),), empty=CORPUS[self._at], id="none")
        yield FieldMap(id="form")
        yield Static("", markup=False, id="static")
        yield Input(id="input")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._show()
        self.query_one(FieldMap).focus()

    def action_next(self) -> None:
        self._at = (self._at + 1) % len(CORPUS)
        self._show()

    def action_pwn(self) -> None:
        self.exit(return_code=66)

    def _show(self) -> None:
        text = CORPUS[self._at]
        for_stock = text[:40]  # stock widgets write out every mark of ten thousand, and the emulator chokes on them
        self.title = text
        self.query_one("#number", MessageLine).say(f"number {self._at} of the corpus")
        self.query_one("#said", MessageLine).say(text, "refused")
        self.query_one("#rows", Rows).show(OneRow(text))
        self.query_one(KeyBar).show([Hint("a", text), Hint("b", "short", text), Hint(text, "label")])
        self.query_one("#static", Static).update(for_stock)
        self.query_one("#input", Input).value = for_stock
        fields = (
            Field("one", text, help=text, default=text),
            Field("two", "Choice", FieldKind.CHOICE, text, choices=(Choice(text, text), Choice("b", text))),
            Field("three", "Long", default=text, long=True),
            Field("four", "Last", default="END"),
        )
        form = self.query_one(FieldMap)
        form.show(text, fields, {"two": text, "three": text}, {"one": text})
        form.toggle_choices()
        form.toggle_choices()
        self.clear_notifications()
        self.notify(for_stock, title=for_stock, timeout=0.2)


if __name__ == "__main__":
    app = HostileApp()
    app.run()
    sys.exit(app.return_code or 0)
