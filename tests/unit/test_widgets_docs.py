"""The page about the widgets: every example in it runs as it stands; and the widgets need nothing else of the desk."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from tui.widgets.key_bar import KeyBar
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Rows

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"^## (\w+).*?^```python\n(.*?)^```", (ROOT / "docs/widgets.md").read_text("utf-8"), re.M | re.S)
OF_THE_DESK = ("tui", "casework", "api_client", "greenwax", "tests")


def example(name: str) -> App[Any]:
    """The program on the page under a heading."""
    code = compile(dict(EXAMPLES)[name], f"docs/widgets.md: {name}", "exec")
    found: dict[str, Any] = {"__name__": name}
    exec(code, found)  # noqa: S102 - the project's own page
    (program,) = (one for one in found.values() if isinstance(one, type) and issubclass(one, App) and one is not App)
    return program()


def test_each_widget_has_its_example() -> None:
    assert [name for name, _ in EXAMPLES] == ["FieldMap", "Rows", "KeyBar", "MessageLine"]


async def test_the_form_of_the_page_asks_saves_and_refuses() -> None:
    app = example("FieldMap")
    saved: Any = app
    async with app.run_test() as pilot:
        await typed(pilot, "s", "0", "enter", *"201126", "f10")
        assert saved.saved == {}
        await typed(pilot, "backspace", "5", "f10")
        assert saved.saved == {"outcome": "SPOKE", "amount": "5", "due": "201126"}
    app = saved = example("FieldMap")
    async with app.run_test() as pilot:
        await typed(pilot, "v")
        assert saved.saved == {"outcome": "VOICE"}


async def test_the_list_of_the_page_sorts_narrows_and_fetches() -> None:
    app = example("Rows")
    chosen: Any = app
    async with app.run_test(size=(60, 12)) as pilot:
        rows = app.query_one(Rows)
        await typed(pilot, "f", "s", "s", "home", "space", "enter")
        assert rows.place == "32 of 100+ · 1 marked"
        assert rows.marked == ("97",)
        assert chosen.chosen == rows.selected
        for _ in range(20):
            await typed(pilot, "end")
        assert len(rows.source) == 1000 and "+" not in rows.place


async def test_the_lines_of_the_page_say_what_they_say() -> None:
    app = example("KeyBar")
    async with app.run_test(size=(40, 5)):
        assert app.query_one(KeyBar).render_line(0).text == " n next [p promise]" + " " * 13 + " ? keys "
    app = example("MessageLine")
    async with app.run_test(size=(60, 5)) as pilot:
        line = app.query_one(MessageLine)
        await pilot.pause()
        assert line.render_line(0).text.startswith(" Saved: note. Next task: call back Fri 20 Nov 10:00")
        await typed(pilot, "n")
        assert line.is_old


async def typed(pilot: Pilot[Any], *keys: str) -> None:
    """Keys, each when the one before has had its effect: these programs have no orderly keys."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


def test_the_widgets_need_nothing_else_of_the_desk() -> None:
    """Seen red with: a view-model imported by one of them."""
    for path in (ROOT / "tui/widgets").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                ours = name.split(".")[0] in OF_THE_DESK
                assert not ours or name.startswith("tui.widgets") or name == "casework.fields", f"{path.name}: {name}"
