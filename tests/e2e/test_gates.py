"""What the desk may cost: CPU and bytes for a key, widgets on a screen, modules in memory. Never seconds on the wall.

Each gate is one and a half times what was measured when it was set. CPU is the scheduler's count for the whole process tree,
the median over many keys: it moves little with the load of the machine. `python -m bench.desk` has the figures themselves.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from bench.keystrokes import NOW, OFFICER, make_office
from bench.terminal_meter import Keyed, Meter
from tests.contract.conftest import LocalOffice, account
from tests.e2e.desks import environment, program
from tests.e2e.terminal import ROOT
from tests.unit.test_case_screen import desk as at_desk

KEY_CPU_MS = {"queues": 5.0, "case": 7.0, "form": 8.0, "field": 8.0}
KEY_BYTES = {"queues": 500, "case": 420, "form": 110, "field": 500}
"""A typed key; the budget is 5 ms and 1,000 bytes."""

FIRST_FRAME_CPU_MS = 200
"""Half of it is Python itself, which here is given no compiled modules."""

SCREEN_BYTES = 8_000
"""A change of screen: the budget itself."""

MOST_WIDGETS = {"queues": 6, "case": 27}
MOST_MODULES = 800

NEVER = {"httpx", "markdown_it", "pygments", "tree_sitter", "linkify_it", "uvloop", "numpy", "hypothesis", "pytest"}
NEVER_WIDGETS = {f"textual.widgets._{name}" for name in ("data_table", "markdown", "text_area", "footer", "header")}
NOT_YET = {"api_client.practice", "api_client.import_source", "api_client.export_file", "api_client.audit"}
"""Packages that the desk has no use for; widgets too slow for it; rooms of other commands."""

HOW_IT_STARTS = """
import atexit, sys
from pathlib import Path
atexit.register(lambda: Path(sys.argv[1]).write_text("\\n".join(sys.modules), "utf-8"))
from greenwax.cli import main
sys.exit(main(sys.argv[2:]))
"""


def office(folder: Path) -> tuple[str, ...]:
    """The flags for a store of three accounts and one officer, made in `folder`."""
    make_office(folder / "store")
    return "--store", str(folder / "store"), "--as", OFFICER.id, "--now", NOW.isoformat()


@pytest.fixture(scope="module")
def sitting(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Keyed]:
    """How keys were answered in one sitting, by place."""
    home = tmp_path_factory.mktemp("gates")
    keyed: dict[str, Keyed] = {}
    with Meter(program(*office(home)), env=environment(home), cwd=ROOT) as meter:
        meter.started("Calls to make")
        keyed["queues"] = meter.press(("down", "up") * 8)
        keyed["next"] = meter.burst(("n",), lambda: "NEXT BECAUSE" in meter.screen)
        keyed["case"] = meter.press(("down", "up") * 8)
        keyed["tab"] = meter.burst(("]",), lambda: "FO Fine" in meter.screen)
        keyed["form opened"] = meter.burst(("o",), lambda: "F12 throw" in meter.screen)
        keyed["form"] = meter.press(tuple("the wages come on Friday, rings then"))
        keyed["form closed"] = meter.burst(("escape",), lambda: "F12 throw" not in meter.screen)
        meter.burst(("a",), lambda: "F12 throw" in meter.screen)
        keyed["field"] = meter.press(("tab", "shift+tab") * 8)
        meter.burst(("escape",), lambda: "F12 throw" not in meter.screen)
        keyed["find"] = meter.burst(("/",), lambda: "Find a case" in meter.screen)
    return keyed


@pytest.mark.parametrize("place", KEY_CPU_MS)
def test_a_key_costs_no_more_cpu_than_its_gate(place: str, sitting: dict[str, Keyed]) -> None:
    """Seen red with: 20 ms of work in `on_key` of the case screen."""
    assert 1000 * median(sitting[place].cpu) <= KEY_CPU_MS[place]
    assert sitting[place].unanswered == 0


@pytest.mark.parametrize("place", KEY_BYTES)
def test_a_key_costs_no_more_bytes_than_its_gate(place: str, sitting: dict[str, Keyed]) -> None:
    """Seen red with: the whole form painted for each key."""
    assert median(sitting[place].size) <= KEY_BYTES[place]


@pytest.mark.parametrize("change", ["next", "tab", "form opened", "form closed", "find"])
def test_a_change_of_screen_costs_no_more_bytes_than_the_budget(change: str, sitting: dict[str, Keyed]) -> None:
    """Seen red with: lines painted by Textual itself."""
    assert sitting[change].size[0] <= SCREEN_BYTES


async def test_a_screen_has_no_more_widgets_than_its_gate(tmp_path: Path) -> None:
    """Seen red with: a Static more on each screen."""
    office = LocalOffice(tmp_path / "store")
    office.add(account(1))
    found = {}
    async with at_desk(office) as pilot:
        found["queues"] = len(pilot.app.screen.query("*"))
        await pilot.press("n")
        await pilot.pause()
        await pilot.press("o")
        await pilot.pause()
        found["case"] = len(pilot.app.screen.query("*"))
    office.store.close()
    assert all(found[place] <= most for place, most in MOST_WIDGETS.items()), found


def test_nothing_is_loaded_that_the_desk_does_not_need(tmp_path: Path) -> None:
    """In a real terminal, with the queues on the screen. Seen red with: `httpx` imported in `tui/app.py`."""
    listed = tmp_path / "modules"
    argv = [sys.executable, "-c", HOW_IT_STARTS, str(listed), *office(tmp_path)]
    with Meter(argv, env=environment(tmp_path), cwd=ROOT) as meter:
        meter.started("Calls to make")
        meter.burst(("Q",), lambda: meter.ended)
    loaded = set(listed.read_text("utf-8").split())
    assert not loaded & (NEVER_WIDGETS | NOT_YET)
    assert not {name.split(".")[0] for name in loaded} & NEVER
    assert len(loaded) <= MOST_MODULES


HOW_MUCH_IS_BUILT = """
from api_client import local_desk, tables
from pydantic import BaseModel
def below(model):
    return {model}.union(*map(below, model.__subclasses__()))
ours = [one for one in below(BaseModel) if one.__module__.startswith(("casework.", "api_client."))]
print(*(one.__name__ for one in ours if not one.model_config.get("defer_build")), sep=" ")
print(*(one.__name__ for one in ours if one.__pydantic_complete__), sep=" ")
print(*tables.packaged_tables().rows._parsed, sep=" ")
"""


def test_no_model_is_built_and_no_table_read_before_it_is_asked_for(tmp_path: Path) -> None:
    """All of them together would be a third of what the desk costs to start. Seen red with: `defer_build` taken from `Row`;
    the tables parsed at once."""
    words = [sys.executable, "-c", HOW_MUCH_IS_BUILT]
    done = subprocess.run(words, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=True)
    at_once, built, read = done.stdout.split("\n")[:3]
    assert at_once == ""
    assert set(built.split()) <= {"Counters"}, "a case that is new has its counters, all at nothing"
    assert read == ""


def test_the_first_frame_costs_less_cpu_than_its_gate(tmp_path: Path) -> None:
    """Of CPU, and before anything else. Seen red with: Textual imported first."""
    argv, cpu = program(*office(tmp_path)), []
    for _ in range(3):
        with Meter(argv, env=environment(tmp_path), cwd=ROOT) as meter:
            meter.wait_until(lambda: "opening the desk" in meter.screen)
            cpu.append(meter.cpu())
    assert 1000 * min(cpu) <= FIRST_FRAME_CPU_MS
