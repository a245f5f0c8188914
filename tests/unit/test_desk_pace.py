"""When the desk paints, and what it does while nobody types."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.contract.conftest import LocalOffice, account
from tests.unit.test_case_screen import desk
from tui.app import GreenwaxDesk


@pytest.fixture
def office(tmp_path: Path) -> Iterator[LocalOffice]:
    """Three accounts."""
    made = LocalOffice(tmp_path / "store")
    made.add(*(account(n) for n in (1, 2, 3)))
    yield made
    made.store.close()


def app_of(pilot: Pilot[None]) -> GreenwaxDesk:
    """The application."""
    assert isinstance(pilot.app, GreenwaxDesk)
    return pilot.app


async def test_what_waits_for_a_paint_is_told_when_the_last_of_the_batches_is_over(office: LocalOffice) -> None:
    """Seen red with: called at once; called at the end of the batch inside."""
    told: list[str] = []
    async with desk(office) as pilot:
        app = app_of(pilot)
        with app.painted_once():
            with app.painted_once():
                app.when_painting(lambda: told.append("painted"))
            assert told == []
        assert told == ["painted"]
        app.when_painting(lambda: told.append("at once"))
        assert told == ["painted", "at once"]


async def test_the_next_case_is_painted_few_times(office: LocalOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: no batch in `pull_next`."""
    async with desk(office) as pilot:
        app = app_of(pilot)
        painted: list[str] = []
        display = app._display

        def counted(screen: object, renderable: object) -> None:
            painted.append(type(renderable).__name__)
            display(screen, renderable)  # type: ignore[arg-type]

        monkeypatch.setattr(app, "_display", counted)
        await pilot.press("n")
        await pilot.pause()
        first, before = list(painted), app._case.view
        await pilot.press("w", *"done")
        await pilot.pause()
        painted.clear()
        await pilot.press("f10")
        await pilot.pause()
        assert app._case.view is not None and before is not None
        assert app._case.view.case.id != before.case.id
        assert len(first) <= 5
        assert len(painted) <= 4


async def test_nothing_is_prepared_while_somebody_types(office: LocalOffice) -> None:
    """Seen red with: the pause left out."""
    async with desk(office) as pilot:
        app, found = app_of(pilot), office.store.found
        app._typed_at = inf
        for _ in range(50):
            await pilot.pause()
        assert not found._built
        app._typed_at = -inf
        warming = next(one for one in app.workers if one.name == "warm")
        await warming.wait()
        assert found._built
