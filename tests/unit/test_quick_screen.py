"""Quick entry at the desk, key by key: letters, what comes next, lines written before, and the last one repeated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from casework.accounts import CaseId
from casework.case import Case
from tests.contract.conftest import LocalOffice, account
from tui.app import GreenwaxDesk
from tui.commands import STANDARD
from tui.keymap import chosen
from tui.registry import Registry
from tui.widgets.field_map import FieldMap
from tui.widgets.message_line import MessageLine

ONE, TWO = CaseId("K01-26000001D"), CaseId("K01-26000002W")


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    made = LocalOffice(tmp_path / "store")
    made.add(account(1), account(2))
    return made


@asynccontextmanager
async def desk(office: LocalOffice, registry: Registry = STANDARD, *, pulls: bool = True) -> AsyncIterator[Pilot[None]]:
    here = office.desk("ann")
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=pulls, log_path=None, registry=registry)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        yield pilot
    office.store.close()


def said(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#message", MessageLine).full


def form(pilot: Pilot[None]) -> FieldMap:
    return pilot.app.screen.query_one("#form", FieldMap)


def line(pilot: Pilot[None]) -> str:
    """What stands in the box."""
    return form(pilot).values.get("line", "")


async def write(pilot: Pilot[None], text: str, *then: str) -> None:
    """Open the box, type, and press what comes then."""
    names = {" ": "space", ":": "colon", ",": "comma", ".": "full_stop", "$": "dollar_sign"}
    for key in f":{text}":
        await pilot.press(names.get(key, key))
    await pilot.press(*then)
    await pilot.pause()


def case(office: LocalOffice, case_id: CaseId = ONE) -> Case:
    return office.peek("ann", case_id).case


async def test_each_line_in_letters_is_saved_by_enter(office: LocalOffice) -> None:
    """Seen red with: a desk whose lines know no keys; `a` as a form of its own."""
    async with desk(office, pulls=False) as pilot:
        await pilot.press("n")
        await write(pilot, "p 50 tu c", "enter")
        assert said(pilot) == "Saved: promise £50.00 by 24 Nov 2026 by card"
        await write(pilot, "a 14 mill lane, dy10 2ab", "enter")
        assert str(case(office).person.address) == "14 Mill Lane, DY10 2AB"
        await write(pilot, "t 20 w f h", "enter")
        terms = case(office).terms
        assert terms is not None and (terms.amount_pence, terms.every) == (2_000, "weekly")
        await write(pilot, "c n", "enter")
        assert case(office).contacts[-1].outcome == "NO_ANS"


async def test_the_keys_of_a_line_are_the_keys_of_the_desk(office: LocalOffice) -> None:
    """Caught: the standard keys in a desk that has others."""
    async with desk(office, chosen(STANDARD, {"promise": ["j"]}, "config.toml"), pulls=False) as pilot:
        await pilot.press("n")
        await write(pilot, "j 50 tu c", "enter")
        assert case(office).open_promise is not None


async def test_a_key_alone_opens_its_form_as_the_key_does(office: LocalOffice) -> None:
    """Caught: `a` without its subject."""
    async with desk(office) as pilot:
        await pilot.press("n")
        await write(pilot, "a", "enter")
        assert form(pilot).values["about"] == "address"
        assert form(pilot).current == "address.lines"


async def test_the_rest_of_a_word_is_taken_with_right_and_what_is_asked_next_stands_below(office: LocalOffice) -> None:
    """Seen red with: no suggestions given to the box; the help of the empty line kept."""
    async with desk(office) as pilot:
        await pilot.press("n")
        await write(pilot, "pro")
        assert form(pilot)._form.ghost() == "mise"
        await pilot.press("right", "space", "5", "0")
        assert line(pilot) == "promise 50"
        assert form(pilot)._form.help(118).startswith("next: due (fri, +7, 28/2, eom)")
        await pilot.press("ctrl+u")
        await pilot.pause()
        assert form(pilot)._form.help(118).startswith("p 50 tu c · c n")


async def test_up_and_down_go_through_the_lines_that_were_saved(office: LocalOffice) -> None:
    """What was being typed comes back last. Caught: lines that were refused among them; what was being typed lost."""
    async with desk(office, pulls=False) as pilot:
        await pilot.press("n")
        await write(pilot, "o one", "enter")
        await write(pilot, "o two", "enter")
        await write(pilot, "dance", "enter", "f12", "f12")
        await write(pilot, "o thr", "up")
        assert line(pilot) == "o two"
        await pilot.press("up", "up")
        assert line(pilot) == "o one"
        await pilot.press("down", "down")
        assert line(pilot) == "o thr"
        await pilot.press("up", "up", "exclamation_mark", "enter")
        await pilot.pause()
        assert said(pilot) == "Saved: one!"


async def test_a_full_stop_does_the_last_line_again_on_the_case_in_view(office: LocalOffice) -> None:
    """Two cases in turn: `.` is the whole no-answer. Caught: the case of the line before; the box left open."""
    async with desk(office) as pilot:
        await pilot.press("n")
        await write(pilot, "c n", "enter")
        assert [len(case(office, one).contacts) for one in (ONE, TWO)] == [1, 0]
        await pilot.press("full_stop")
        await pilot.pause()
        assert [len(case(office, one).contacts) for one in (ONE, TWO)] == [1, 1]


async def test_what_leaves_the_house_or_binds_the_payer_is_asked_about_once(office: LocalOffice) -> None:
    """Then one Enter does it. Seen red with: a card asked for at once; terms agreed at once; two Enters."""
    async with desk(office, pulls=False) as pilot:
        await pilot.press("n")
        await write(pilot, "t 20 w f h", "enter")
        version = case(office).version
        await pilot.press("full_stop")
        await pilot.pause()
        assert case(office).version == version
        assert line(pilot) == "t 20 w f h"
        assert said(pilot).endswith("Because Reduced hours or pay. Enter does it on this case")
        await pilot.press("f12", "f12")
        await write(pilot, "k", "enter")
        assert case(office).card_asked_on is not None
        version = case(office).version
        await pilot.press("full_stop")
        await pilot.pause()
        assert case(office).version == version and line(pilot) == "k"


async def test_what_cannot_be_repeated_stands_in_the_box_with_the_reason(office: LocalOffice) -> None:
    """Caught: nothing said; a line that was begun here overwritten."""
    async with desk(office, pulls=False) as pilot:
        await pilot.press("n", "full_stop")
        await pilot.pause()
        assert said(pilot) == "Refused: no line was written yet; : writes one, and . repeats it"
        await write(pilot, "p 50 tu c", "enter")
        await pilot.press("full_stop")
        await pilot.pause()
        assert said(pilot).startswith("Refused: a promise of £50.00 by 24 Nov 2026")
        await pilot.press("f12", "f12")
        await write(pilot, "o half a", "escape", "full_stop")
        assert said(pilot) == "Refused: a line is begun on this case already: : goes on with it"
        await pilot.press("colon")
        await pilot.pause()
        assert line(pilot) == "o half a"


async def test_a_line_that_is_saved_at_once_is_never_a_draft(
    office: LocalOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No store is asked to keep what it is asked to do. Caught: a draft written and dropped with each Enter."""
    asked: list[str] = []
    async with desk(office, pulls=False) as pilot:
        here = pilot.app.screen.app
        assert isinstance(here, GreenwaxDesk)
        local = here._desk

        async def never(*_: object, **__: object) -> None:
            asked.append("draft")

        monkeypatch.setattr(local, "save_draft", never)
        monkeypatch.setattr(local, "drop_draft", never)
        monkeypatch.setattr("tui.screens.case_form.DRAFT_AFTER", 3_600)
        await pilot.press("n")
        await write(pilot, "o rang", "enter")
        assert said(pilot) == "Saved: rang"
        assert asked == []


async def test_a_line_with_something_to_confirm_is_repeated_with_one_enter(office: LocalOffice) -> None:
    """What should be confirmed is said with what was understood. Seen red with: asked again after Enter."""
    async with desk(office, pulls=False) as pilot:
        await pilot.press("n")
        await write(pilot, "c s s he will write to us next week", "enter")
        assert said(pilot).startswith("Warning: identity was not asked")
        await pilot.press("enter")
        await pilot.pause()
        assert len(case(office).contacts) == 1
        await pilot.press("full_stop")
        await pilot.pause()
        assert len(case(office).contacts) == 1
        assert said(pilot).startswith("Warning: identity was not asked") and "Outcome Only talked" in said(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert len(case(office).contacts) == 2
