"""Every line of every widget is exactly as wide as its widget, whatever it shows, from 80 columns to 200."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from textual.app import ComposeResult

from casework.fields import Choice, Field, FieldKind
from tui.desk_app import DeskApp
from tui.widgets.cells import UNSAFE
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import Hint, KeyBar
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Column, Rows

TEXTS = (
    "Llŷr ap Gwŷn",
    "Ll\u0177r w\u0302yn",
    "漢字太郎",
    "👍🏽🇬🇧",
    "\x1b[2J\u202e\x9b",
    "e\u0301" * 30,
    "x" * 300,
    "",
)


class Texts:
    """A row for each text."""

    def __len__(self) -> int:
        return len(TEXTS)

    def cells(self, index: int) -> Sequence[str]:
        """The text in each column."""
        return (TEXTS[index],) * 3

    def key(self, index: int) -> str:
        """Its number."""
        return str(index)


class AllFour(DeskApp):
    """The four widgets on one screen."""

    def compose(self) -> ComposeResult:
        """From the top."""
        yield Rows((Column("Enŵ"), Column("漢字", 12, "right"), Column("Wide", 20, least=120)), marking=True)
        yield FieldMap()
        yield MessageLine(more="F6 reads all")
        yield KeyBar()


def fields(text: str) -> list[Field]:
    """Fields of several kinds, with the text wherever one may stand."""
    choices = (Choice("A", text or "a", "a"), Choice("B", "Ŵyn", "b"))
    return [
        Field("one", text or "One", default=text, meaning=text, help=text),
        Field("two", "Ŵyth", FieldKind.CHOICE, choices=choices),
        Field("three", "漢字", FieldKind.MONEY, meaning=text),
        Field("four", "Pedwar", FieldKind.DATE),
        Field("five", "Pump", long=True, default=text),
    ]


@pytest.mark.parametrize("width", [80, 120, 200])
async def test_lines_are_as_wide_as_their_widget(width: int) -> None:
    """Seen red with: hints of the bar measured by their length; and with a message drawn unwashed."""
    app = AllFour()
    async with app.run_test(size=(width, 40)) as pilot:
        rows, form = app.query_one(Rows), app.query_one(FieldMap)
        line, bar = app.query_one(MessageLine), app.query_one(KeyBar)
        rows.show(Texts())
        for text in TEXTS:
            form.show(text, fields(text), begin_at="one", suggest=lambda _, typed, text=text: text)  # type: ignore[misc]
            form.show_errors({"three": text, "five": text})
            form.focus()
            line.say(text)
            bar.show([Hint(text, text, text), Hint("n", text), Hint("?", text, always=True)])
            rows.narrow(text[:2])
            rows.sort(1)
            await pilot.pause()
            for keys in ((), ("shift+tab", "shift+tab", "end"), ("shift+tab",)):
                await pilot.press(*keys)
                for widget in (rows, form, line, bar):
                    shown = [widget.render_line(y).text for y in range(widget.size.height)]
                    assert {cell_len(one) for one in shown} == {width}, (text, widget)
                    assert not any(UNSAFE.search(one) for one in shown)


@pytest.mark.parametrize("width", [80, 200])
async def test_fields_line_up_under_welsh_and_wide_labels(width: int) -> None:
    """Seen red with: the width of a label taken as its length."""
    asked = [
        Field(f"f{number}", label, default="|") for number, label in enumerate(("Enŵ", "漢字", "Cyfeiriad", "w\u0302"))
    ]
    app = AllFour()
    async with app.run_test(size=(width, 24)) as pilot:
        form = app.query_one(FieldMap)
        form.show("Ffurflen", asked)
        await pilot.pause()
        lines = [form.render_line(y).text for y in range(1, 5)]
        assert {cell_len(one[: one.index("|")]) for one in lines} == {len(">Cyfeiriad* ")}
