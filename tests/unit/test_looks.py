"""How the desk looks: everybody can read it, in every theme and without colour, and nobody takes practice for real work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import DimFilter, LineFilter, dim_style
from textual.pilot import Pilot
from textual.widget import Widget

from casework.staff import Staff
from tests.contract.conftest import LocalOffice, account, someone
from tests.unit.test_case_screen import ONE, keys
from tui import view_models
from tui.app import GreenwaxDesk
from tui.desk_app import Look
from tui.screens.find import FindScreen
from tui.widgets.cells import cells
from tui.widgets.key_bar import KeyBar
from tui.widgets.lines import Lines
from tui.widgets.message_line import MessageLine

NOW = datetime(2026, 11, 19, 14, 32, tzinfo=UTC)
LOOKS: tuple[Look, ...] = get_args(Look)
LEAST = {"dark": 4.5, "light": 4.5, "high-contrast": 7.0}
"""WCAG 2.2, success criteria 1.4.3 (AA) and 1.4.6 (AAA), text of ordinary size."""


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    made = LocalOffice(tmp_path / "store")
    made.add(account(1), account(2))
    return made


def luminance(color: Color) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [part / 255 for part in color.rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_of_known_pairs() -> None:
    """Black on white is 21; #767676 on white is the lightest grey that is still readable. Seen red with: no gamma."""
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#767676"), Color.parse("#ffffff")) == pytest.approx(4.54, abs=0.01)


def of_style(style: Style, background: Color) -> float:
    """The contrast of what is written in a style, as a terminal shows it."""
    if style.dim:
        style = dim_style(style, background, 0.5)
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


def too_faint(pilot: Pilot[None], least: float) -> Iterator[str]:
    """What is written on the screen, or may be written by a widget of it, with less contrast than that."""
    screen = pilot.app.screen
    for widget in (one for one in screen.walk_children() if isinstance(one, Widget)):
        for name in sorted(widget.COMPONENT_CLASSES):
            drawn = widget.get_component_rich_style(name)
            if (found := of_style(drawn, widget.background_colors[1])) < least:
                yield f"{widget.css_identifier} {name}: {found:.2f}"
    for strip in screen._compositor.render_strips():
        for text, style, _ in strip:
            if text.strip() and style is not None and (found := of_style(style, screen.styles.background)) < least:
                yield f"{text.strip()}: {found:.2f}"


SCRIPT = (
    "",
    "?",
    "escape",
    "n",
    "]",
    "]",
    "c",
    "t",
    "escape",
    "escape",
    "$",
    "x",
    "f10",
    "f12",
    "f12",
    ":",
    "?",
    "escape",
    "/",
    "q",
    "y",
)


@pytest.mark.parametrize("look", LOOKS)
async def test_all_that_is_written_can_be_read(office: LocalOffice, look: Look) -> None:
    """On every screen, every style a widget may draw in. Caught: the line beside the person
    at 1.2. Seen red with: dimmed words, a darker grey."""
    here = office.desk("ann")
    app = GreenwaxDesk(here, here.me, look=look, keep_pulling=True, log_path=None)
    faint: set[str] = set()
    async with app.run_test(size=(120, 36)) as pilot:
        for key in SCRIPT:
            await keys(pilot, *([key] if key else []))
            faint.update(too_faint(pilot, LEAST[look]))
    office.store.close()
    assert sorted(faint) == []


# Practice, live and read only


def band(pilot: Pilot[None]) -> Segment:
    """The end of the top line, where it says what the desk is for."""
    return [part for part in pilot.app.screen.query_one("#bar", Lines).render_line(0) if part.text][-1]


SOMEBODY = Staff(id="a", name="Aoife Ní Bhriain-Wolstenholme", roles=("officer",), units=("K01", "L01"))


@pytest.mark.parametrize("width", range(40, 201))
def test_however_narrow_the_top_line_says_whether_anything_is_real(width: int) -> None:
    """From wall to wall and no wider. Seen red with: the name before the words, which were cut off at 80 columns."""
    for practice in (True, False):
        for only in (True, False):
            told = view_models.bar(SOMEBODY, practice, NOW, width, 12, read_only=only)
            text = "".join(part.text for part in told)
            assert cells(text) == width
            assert ("PRACTICE" in text) is practice
            assert ("LIVE" in text) is not practice
            assert ("READ ONLY" in text) is only
    assert "nothing here is real" in text or "LIVE accounts" in text or width < 100


@pytest.mark.parametrize("look", LOOKS)
async def test_practice_live_and_read_only_have_bands_of_their_own(tmp_path: Path, look: Look) -> None:
    """On every screen that has the line. Seen red with: one band for all three; a band that stayed after the case."""
    bands: dict[str, Style | None] = {}
    for kind in ("live", "practice"):
        office = LocalOffice(tmp_path / kind)
        if kind == "live":
            with office.store.transaction():
                office.store.meta.put("store", {**(office.store.meta.raw("store") or {}), "kind": "real"})
        office.add(account(1), account(2))
        await office.desk("ben").claim(ONE)
        here = office.desk("ann")
        app = GreenwaxDesk(here, here.me, look=look, keep_pulling=True, log_path=None)
        async with app.run_test(size=(120, 36)) as pilot:
            bands[kind] = band(pilot).style
            await keys(pilot, "y")
            assert band(pilot).style == bands[kind]
            await keys(pilot, "escape", "/")
            assert band(pilot).style == bands[kind]
            await keys(pilot, *str(ONE)[4:])
            assert "READ ONLY" in band(pilot).text
            bands["read only"] = band(pilot).style
            assert "READ ONLY" in app.screen.query_one("#keys", KeyBar).render_line(0).text
            await keys(pilot, "n")
            assert "READ ONLY" not in band(pilot).text
            assert band(pilot).style == bands[kind]
        office.store.close()
    assert len({style.bgcolor for style in bands.values() if style is not None}) == 3


async def test_a_case_on_which_nothing_may_be_written_is_read_only(office: LocalOffice) -> None:
    """An auditor's. Seen red with: only what somebody else has being read only."""
    with office.store.transaction():
        office.store.put_staff(someone("eve", "auditor"))
    here = office.desk("eve")
    assert view_models.is_read_only(await here.case(ONE))
    assert not view_models.is_read_only(await office.desk("ann").case(ONE))


async def test_without_colour_all_is_said_in_words(office: LocalOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """No segment has a colour; the words are there. Seen red with: Textual's own greys left in."""
    monkeypatch.setenv("NO_COLOR", "1")
    here = office.desk("ann")
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await keys(pilot, "n", "$", "x", "f10")
        for strip in app.screen._compositor.render_strips():
            for filtered in strip.apply_filter(_all(app), Color(0, 0, 0)):
                style = filtered.style
                assert style is None or ((style.color is None or style.color.is_default) and not style.dim)
        assert "PRACTICE" in band(pilot).text
        assert app.screen.query_one("#message", MessageLine).full.startswith("Refused: ")
    office.store.close()


class _AllFilters(LineFilter):
    def __init__(self, filters: list[LineFilter]) -> None:
        super().__init__()
        self._filters = filters

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        for one in self._filters:
            if not isinstance(one, DimFilter):
                segments = one.apply(segments, background)
        return segments


def _all(app: GreenwaxDesk) -> LineFilter:
    return _AllFilters([one for one in app.get_line_filters() if one.enabled])


async def test_a_message_is_old_after_the_next_key_whoever_takes_it(office: LocalOffice) -> None:
    """Seen red with: `age` called from the screen's `on_key`, which a list's own keys never reach."""
    here = office.desk("ann")
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None)
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "n", "o", *"said", "enter")
        await pilot.pause(0.1)
        message = app.screen.query_one("#message", MessageLine)
        assert message.full.startswith("Saved")
        before = message.is_old
        await keys(pilot, "down")
        assert (before, message.is_old) == (False, True)
        assert message.full.startswith("Saved")
    office.store.close()


async def test_a_refusal_is_said_on_the_screen_that_is_seen(office: LocalOffice) -> None:
    """A case that cannot be opened from the find box. Seen red with: `_say` on the queues below it."""
    here = office.desk("kin")
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None)
    async with app.run_test(size=(120, 36)) as pilot:
        await keys(pilot, "/")
        await app.open_case(ONE)
        await pilot.pause()
        assert isinstance(app.screen, FindScreen)
        assert app.screen.query_one("#message", MessageLine).full.startswith("Refused: ")
    office.store.close()
