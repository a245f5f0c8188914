"""The tour: each step waits for what it asks for, takes no key from anybody, and can be ended and begun again."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.contract.conftest import LocalOffice, account
from tests.unit.test_case_screen import keys
from tui.app import GreenwaxDesk
from tui.commands import STANDARD
from tui.registry import Registry
from tui.screens.find import FindScreen
from tui.screens.help import HelpScreen
from tui.screens.queues import QueuesScreen
from tui.tour import STEPS, Seen, Tour
from tui.widgets.cells import cells
from tui.widgets.lines import Lines

SIZES = pytest.mark.parametrize("size", [(120, 36), (80, 24)])


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    made = LocalOffice(tmp_path / "store")
    made.add(account(1), account(2), account(3))
    return made


def told(tour: Tour, width: int = 120) -> str:
    return "\n".join("".join(part.text for part in one) for one in tour.lines(width))


def strip(pilot: Pilot[None]) -> str:
    """What the tour says on the screen."""
    found = pilot.app.screen.query("#tour").results(Lines)
    return " ".join(" ".join(one.text.split()) for one in found if one.size.height)


async def typed(pilot: Pilot[None], *names: str) -> None:
    """Keys, and time for the guide to look."""
    await keys(pilot, *names)
    await pilot.pause(0.3)


def desk(office: LocalOffice, **wishes: object) -> GreenwaxDesk:
    here = office.desk("ann")
    return GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None, **wishes)  # type: ignore[arg-type]


def test_a_step_waits_for_what_it_asks_for() -> None:
    """Seen red with: any key leading on."""
    tour = Tour(STANDARD, Seen("queues"))
    assert not tour.look(Seen("queues", typed=1, key="x"))
    assert "TOUR 1 of" in told(tour)
    assert tour.look(Seen("case", typed=2, key="n"))
    assert "TOUR 2 of" in told(tour)
    assert not tour.look(Seen("case", form="note", typed=3, key="o"))
    assert tour.look(Seen("case", form="call", typed=4, key="c"))


def test_what_was_saved_before_a_step_began_is_not_its_doing() -> None:
    """Seen red with: `saves > 0`."""
    tour = Tour(STANDARD, Seen("case", saves=5), steps=STEPS[2:3])
    assert not tour.look(Seen("case", form="call", saves=5))
    assert tour.look(Seen("case", saves=6))


def test_the_keys_are_those_of_this_desk() -> None:
    """Seen red with: the standard keys in the sentences."""
    changed = Registry(
        tuple(
            one if one.id != "next" else type(one)(one.id, one.title, one.help, one.group, ("j",), one.places)
            for one in STANDARD.commands
        )
    )
    assert "j brings the case" in told(Tour(changed, Seen("queues")))


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.told[:20])
def test_a_step_takes_few_lines_that_fit(width: int, step: object) -> None:
    """Seen red with: a step that needed three lines at 80 columns."""
    lines = Tour(STANDARD, Seen("queues"), steps=(step, STEPS[0])).lines(width)  # type: ignore[arg-type]
    assert 1 <= len(lines) <= 2
    assert all(sum(cells(part.text) for part in one) <= width for one in lines)


@SIZES
async def test_the_whole_tour(office: LocalOffice, size: tuple[int, int]) -> None:
    """Step by step with the real keys, on the real screens; the message and the keys stay where they are. Seen red with:
    what was saved not counted."""
    ended: list[bool] = []
    app = desk(office, tour=True, toured=lambda: ended.append(True))
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.3)
        for n, names in enumerate(
            (("n",), ("c",), ("n",), ("u",), ("p",), (*"50", "enter", *"tue", "enter", "f10"), ("/",), ("escape",)), 1
        ):
            assert f"TOUR {n} of {len(STEPS)}" in strip(pilot), n
            assert app.screen.query_one("#keys").region.bottom == size[1]
            await typed(pilot, *names)
        assert f"TOUR 9 of {len(STEPS)}" in strip(pilot)
        await typed(pilot, "?")
        assert isinstance(app.screen, HelpScreen)
        assert f"TOUR 10 of {len(STEPS)}" in strip(pilot)
        await typed(pilot, "escape", "q")
        assert "That was the tour" in strip(pilot)
        assert not ended
        await typed(pilot, "down")
        assert strip(pilot) == ""
        assert ended == [True]
    office.store.close()


async def test_escape_with_nothing_open_ends_it_and_g_begins_it_again(office: LocalOffice) -> None:
    """In a form Esc keeps what was typed, as ever; and a tour that was ended is not on another screen. Seen red with: the
    strip left on the case when it was ended among the queues; Esc in a form that ended it."""
    ended: list[bool] = []
    app = desk(office, tour=True, toured=lambda: ended.append(True))
    async with app.run_test(size=(120, 36)) as pilot:
        await typed(pilot, "n", "o", "x", "escape")
        assert "TOUR 2" in strip(pilot)
        assert len(await office.desk("ann").drafts()) == 1
        await typed(pilot, "q")
        await typed(pilot, "escape")
        assert isinstance(app.screen, QueuesScreen)
        assert strip(pilot) == ""
        assert ended == [True]
        await typed(pilot, "n")
        assert strip(pilot) == ""
        await typed(pilot, "g")
        assert "TOUR 1" in strip(pilot) or "TOUR 2" in strip(pilot)
        await typed(pilot, "/", "g")
        assert isinstance(app.screen, FindScreen)
    office.store.close()


async def test_there_is_no_tour_over_real_accounts(office: LocalOffice) -> None:
    """Not at the start, and not by its key. Seen red with: `tour` obeyed wherever it was asked for."""
    with office.store.transaction():
        office.store.meta.put("store", {**(office.store.meta.raw("store") or {}), "kind": "real"})
    app = desk(office, tour=True)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.3)
        assert strip(pilot) == ""
        await typed(pilot, "g")
        assert strip(pilot) == ""
        assert "practice office" in app.screen.query_one("#message").full  # type: ignore[attr-defined]
    office.store.close()
