"""What a screen leaves behind when it has gone: nothing that grows with the day, and nothing of the case that it showed."""

from __future__ import annotations

import gc
from pathlib import Path

from textual._styles_cache import StylesCache

from tests.contract.conftest import LocalOffice, account
from tests.unit.test_case_screen import desk


async def test_what_was_painted_of_a_screen_goes_with_it(tmp_path: Path) -> None:
    """Or a day of finds keeps the lines of a thousand widgets, names and all. Seen red with: Textual's cache left as it is."""
    office = LocalOffice(tmp_path / "store")
    office.add(account(1))
    gc.collect()
    before = sum(isinstance(one, StylesCache) for one in gc.get_objects())
    async with desk(office) as pilot:
        for _ in range(15):
            await pilot.press("slash", "escape")
        await pilot.pause()
        gc.collect()
        kept = sum(isinstance(one, StylesCache) for one in gc.get_objects()) - before
        widgets = sum(1 for screen in pilot.app.screen_stack for _ in screen.walk_children(with_self=True))
        assert kept <= widgets + 40, "the case screen, which waits, is among them"
