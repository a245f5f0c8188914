"""Hostile text in all that is stored, over every screen, form and list of the desk: it is drawn as text, and does nothing.

The model's edge, which cleans what comes in, is down here (`hostile_desk`), so this is the screen by itself; the other way
round, with the edge up, is `test_desk_hostile`. Beside it a rule for the code: screens are made of the house's own widgets,
which take text as text, and of nothing that reads markup.
"""

from __future__ import annotations

import ast
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.actions import ACTIONS
from tests.contract.conftest import account
from tests.e2e.desks import environment
from tests.e2e.terminal import ROOT, Terminal, key, python
from tests.e2e.test_hostile_text import strangers
from tui.commands import COMMANDS

ONE, TWO = account(1).id, account(2).id
SEEN = "[@click=app.exit]"
"""Stands in every text of the office, as text."""
TABS = (("alt+2", ">2"), ("alt+3", ">3"), ("alt+5", ">5"), ("alt+8", ">8"), ("alt+1", ">1"))


def keys(terminal: Terminal, *names: str) -> None:
    terminal.send_keys([b"\x1b" + name[-1].encode() if name.startswith("alt+") else key(name) for name in names])


def see(terminal: Terminal, text: str, *, hostile: bool = True) -> None:
    """Wait until a screen is there, with an attack written out on it."""
    terminal.wait_for(text)
    if hostile:
        terminal.wait_until(lambda: "]0;own" in terminal.screen.lower(), what="the text of the office")


@pytest.mark.parametrize(("width", "height"), [(120, 36), (80, 24)])
def test_no_screen_obeys_what_it_shows(tmp_path: Path, width: int, height: int) -> None:
    """Seen red with: `wash` returning its argument, while the widgets call it (they and the driver's filter share it); a
    head line written with markup on."""
    argv = python("-m", "tests.e2e.hostile_desk", str(tmp_path / "store"))
    with Terminal(argv, env=environment(tmp_path), width=width, height=height) as terminal:
        see(terminal, "Calls to make")
        for opened, shows, hostile in (
            ("y", "TODAY", True),
            ("A", "tasks of people who are away", True),
            ("/", "Find a case", True),
            ("?", "Keys", False),
            ("ctrl+p", "Commands", False),
        ):
            keys(terminal, opened)
            see(terminal, shows, hostile=hostile)
            keys(terminal, "f3")
            terminal.wait_for("Enter next of this queue")
        keys(terminal, "/", *"07700900123", "enter")
        see(terminal, " found")
        keys(terminal, "f3", "n")
        see(terminal, ONE)
        for tab, shows in TABS:
            keys(terminal, tab)
            see(terminal, shows)
            keys(terminal, "end", "enter", "end", "f3", "home", "f6")
            see(terminal, "All that stands at the top")
            keys(terminal, "f3")
            terminal.wait_for(" n next ")
        keys(terminal, "f", *"own", "f10")
        see(terminal, " n next ")
        for command in COMMANDS:
            if command.action is not None and command.id not in ("payment-card", "cancel-promise", "undo"):
                keys(terminal, "ctrl+p")
                terminal.wait_for("Commands")
                keys(terminal, *command.title, "enter")
                terminal.wait_until(lambda of=command.action: _began(terminal, of), what=command.title)  # type: ignore[misc]
                keys(terminal, "f4", "f4", "f3")
                terminal.wait_for(" n next ")
        keys(terminal, "a", *"9 Elm Road", "enter", *"dy102ab")
        terminal.wait_for("dy102ab")
        terminal.signal(signal.SIGUSR1)
        terminal.wait_until_quiet(0.3)
        keys(terminal, "f10")
        see(terminal, "was changed while you typed")
        keys(terminal, "f12", "f12")
        terminal.wait_for(" n next ")
        keys(terminal, *TWO.split("-")[1])
        see(terminal, "handed over")
        keys(terminal, "f2")
        see(terminal, ONE)
        terminal.wait_until_quiet(0.3)
        assert terminal.alive
        assert strangers(terminal.raw) == []
        assert SEEN.encode() in terminal.raw
    assert not (tmp_path / "store" / "crash.log").exists()


def _began(terminal: Terminal, kind: str) -> bool:
    """Whether the form of an action is open, or says why it is not."""
    return f"\n {ACTIONS[kind].title}" in terminal.screen or "Refused: " in terminal.screen


# A rule for the code


TAKES_MARKUP = {
    *("notify", "Static", "Label", "Markdown", "RichLog", "Log", "Button", "Header", "Footer", "DataTable", "Tooltip"),
    *(
        "from_markup",
        "render_markup",
        "Panel",
        "Pretty",
        "OptionList",
        "ListView",
        "Tabs",
        "Checkbox",
        "Select",
        "Digits",
    ),
}
"""Of Textual and Rich: what reads markup in a plain `str` that it is given."""
TITLES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title"}
"""Attributes that a plain `str` is read as markup from, when something draws them."""


def offences(source: str) -> Iterator[str]:
    """What in the source of a screen or widget could read text as markup."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("textual.widgets"):
                yield f"line {node.lineno}: a stock widget"
            case ast.ImportFrom(module="rich.markup" | "textual.markup"):
                yield f"line {node.lineno}: markup"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in TAKES_MARKUP:
                if not (name == "notify" and _is_super(node)):
                    yield f"line {node.lineno}: {name}"
            case ast.Assign(targets=[ast.Attribute(attr=name)]) if name in TITLES:
                yield f"line {node.lineno}: {name}"
            case ast.keyword(arg="markup", value=ast.Constant(value=True)):
                yield f"line {node.value.lineno}: markup on"


def _is_super(call: ast.Call) -> bool:
    """`super().notify(...)`, with which the house's own turns markup off."""
    made = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == "super"


def test_the_desk_is_made_of_nothing_that_reads_markup() -> None:
    """Only `render_line` draws text here, and segments know no markup."""
    found = {path.name: list(offences(path.read_text("utf-8"))) for path in (ROOT / "tui").rglob("*.py")}
    assert {name: some for name, some in found.items() if some} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Static",
        "from textual.widgets._label import Label",
        "from rich.markup import render",
        "self.notify(f'no {name}')",
        "self.mount(Static(name))",
        "self.border_title = name",
        "text = Text.from_markup(name)",
        "super().notify(name, markup=True)",
    ],
)
def test_the_rule_sees_what_it_is_there_for(source: str) -> None:
    """Each of these would be a hole."""
    assert list(offences(source))
