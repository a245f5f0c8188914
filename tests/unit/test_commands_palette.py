"""The palette and the help, driven key by key: what is listed, what is first, what is done, and what cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from casework.fields import Choice, Field, FieldKind
from tests.contract.conftest import LocalOffice, account
from tui.app import GreenwaxDesk
from tui.command_table import by_group, by_words
from tui.commands import STANDARD
from tui.keymap import chosen
from tui.registry import Place, Registry
from tui.screens.case import CaseScreen
from tui.screens.help import HelpScreen
from tui.screens.palette import CommandRows, PaletteScreen
from tui.screens.queues import QueuesScreen
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import KeyBar
from tui.widgets.lines import Lines
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Rows

CASE: tuple[Place, ...] = ("case", "list")


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    made = LocalOffice(tmp_path / "store")
    made.add(account(1), account(2))
    return made


@asynccontextmanager
async def desk(
    office: LocalOffice, registry: Registry = STANDARD, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[Pilot[None]]:
    here = office.desk("ann")
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None, registry=registry)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot
    office.store.close()


def said(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#message", MessageLine).full


def title(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one("#form", FieldMap)._title


def listed(pilot: Pilot[None]) -> list[str]:
    """The ids of the rows."""
    return [key for key, _ in pilot.app.screen.query_one(CommandRows).table.rows]


async def typed(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press({" ": "space", ":": "colon"}.get(key, key))
    await pilot.pause()


# What is listed


def test_words_narrow_over_title_id_help_and_action() -> None:
    """Each word stands somewhere. Seen red with: the words looked for as one."""
    for text, wanted in (
        ("instalments read", "terms"),
        ("call-out", "call-out"),
        ("HAND OVER", "hand-over"),
        ("$", "receipt"),
        ("handover", "hand-over"),
    ):
        assert wanted in [key for key, _ in by_words(STANDARD, CASE, {}, (), text).rows], text
    assert not len(by_words(STANDARD, CASE, {}, (), "zebra"))


@pytest.mark.parametrize(
    ("text", "best"), [("p", "promise"), ("P", "cancel-promise"), ("term", "terms"), ("card", "payment-card")]
)
def test_a_key_comes_before_a_beginning_and_that_before_a_word_within(text: str, best: str) -> None:
    """Seen red with: the order of the registry alone."""
    assert by_words(STANDARD, CASE, {}, (), text).best == best
    assert by_group(STANDARD, CASE, {}, None, text).best == best


def test_what_was_done_last_stands_first_until_words_say_otherwise() -> None:
    """Seen red with: the last done at the end."""
    recent = ("trace", "note")
    assert [key for key, _ in by_words(STANDARD, CASE, {}, recent, "").rows][:3] == ["trace", "note", "next"]
    assert by_words(STANDARD, CASE, {}, recent, "park").best == "park"


def test_what_cannot_be_done_is_listed_with_why() -> None:
    """In brackets, never hidden; without a key there are none around nothing. Seen red with: what is barred left out."""
    table = by_words(STANDARD, CASE, {"park": "you have not pulled this case", "means": "no"}, (), "")
    rows = dict(table.rows)
    assert rows["park"] == ("[z]", "[park]", "not now: you have not pulled this case")
    assert rows["means"] == ("", "[means]", "not now: no")
    assert table.barred == {"park", "means"}


def test_the_palette_lists_what_can_be_asked_for_and_the_help_every_key() -> None:
    """Seen red with: `fixed` not asked."""
    in_palette = {key for key, _ in by_words(STANDARD, CASE, {}, (), "").rows}
    in_help = {key for key, _ in by_group(STANDARD, CASE, {}, None, "").rows}
    assert {"means", "palette", "terms"} <= in_palette and not {"digits", "scroll", "save"} & in_palette
    assert {"digits", "scroll", "terms"} <= in_help and "means" not in in_help


def test_the_help_of_a_form_begins_with_its_field_and_then_has_the_keys_of_forms() -> None:
    """F8 is then the form's, so it does not stand beside the next case. Seen red with: the groups in alphabetical order, and
    with `_uncovered` left out."""
    choices = (Choice("CARD", "by card"), Choice("CASH", "in cash"))
    field = Field("method", "How", FieldKind.CHOICE, help="how it is paid", choices=choices)
    rows = by_group(STANDARD, ("form", "case"), {}, field, "").rows
    assert [cells for _, cells in rows[:3]] == [
        ("How", "", "", "how it is paid"),
        ("", "CARD", "", "by card"),
        ("", "CASH", "", "in cash"),
    ]
    assert [key for key, _ in rows[3:6]] == ["enter", "save", "save-next"]
    by_id = dict(rows)
    assert by_id["next"][1] == "n" and by_id["save-next"][1] == "F8"
    assert [cells[0] for _, cells in rows].count("Form") == 1


# On the screen


async def test_what_cannot_be_done_is_muted_and_what_can_is_not(office: LocalOffice) -> None:
    """Beside its brackets. Seen red with: `barred` not asked when a row is drawn."""
    async with desk(office) as pilot:
        await typed(pilot, "n", "ctrl+p", *"prom")
        rows = pilot.app.screen.query_one(CommandRows)
        muted = rows.get_component_rich_style("rows--empty").color
        for y, (key, _) in enumerate(rows.table.rows, 1):
            style = next(iter(rows.render_line(y))).style
            assert style is not None and (style.color == muted) == (key == "cancel-promise"), key


async def test_a_command_found_by_its_words_is_done(office: LocalOffice) -> None:
    """On the case below; and it stands first the next time. Seen red with: the palette left open."""
    async with desk(office) as pilot:
        await typed(pilot, "n", "ctrl+p", *"new pay", "enter")
        assert isinstance(pilot.app.screen, CaseScreen) and title(pilot).startswith("Terms")
        await typed(pilot, "escape", "ctrl+p")
        assert listed(pilot)[0] == "terms"


async def test_up_and_down_move_in_the_list_while_the_box_is_typed_in(office: LocalOffice) -> None:
    """The whole of the row stands below. Seen red with: the keys left to the box."""
    async with desk(office) as pilot:
        await typed(pilot, "n", "ctrl+p", "down", "down", "up")
        shown = pilot.app.screen
        assert shown.query_one("#commands", Rows).selected == "call-out"
        assert "Log a call you make" in shown.query_one("#whole", Lines).text
        await typed(pilot, "enter")
        assert title(pilot).startswith("Call")


async def test_what_cannot_be_done_now_says_why_and_stays_in_the_list(office: LocalOffice) -> None:
    """Seen red with: Enter handing every command on."""
    async with desk(office) as pilot:
        await typed(pilot, "n", "ctrl+p", "P", "enter")
        assert isinstance(pilot.app.screen, PaletteScreen)
        assert said(pilot) == "Refused: no promise is open"


async def test_f1_in_a_form_tells_of_the_field_and_gives_the_form_back_as_it_was(office: LocalOffice) -> None:
    """Seen red with: the field of the case screen not asked for."""
    async with desk(office) as pilot:
        await typed(pilot, "n", "p", *"50", "enter", "f1")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "Due" in pilot.app.screen.query_one("#whole", Lines).text
        await typed(pilot, "f1", *"tue", "enter")
        form = pilot.app.screen.query_one("#form", FieldMap)
        assert form.values["amount_pence"] == "50" and form.values["due"] == "tue"


async def test_the_help_does_what_its_row_says_and_tells_where_a_key_of_the_form_is_pressed(
    office: LocalOffice,
) -> None:
    """Seen red with: a key of a widget run as a command."""
    async with desk(office) as pilot:
        await typed(pilot, "n", "o", *"kept", "f1", *"save", "enter")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "press F10" in said(pilot)
        await typed(pilot, "ctrl+u", *"take a prom", "enter")
        assert title(pilot).startswith("Promise")
        assert [draft.typed for draft in await office.desk("ann").drafts()] == [{"text": "kept"}]


async def test_help_and_palette_open_from_every_screen_and_close_on_the_key_that_opened_them(
    office: LocalOffice,
) -> None:
    """Seen red with: a second palette over the first."""
    async with desk(office) as pilot:
        for opening in ((), ("/",), ("escape", "n")):
            await typed(pilot, *({"/": "slash"}.get(key, key) for key in opening))
            below = pilot.app.screen
            for key in ("f1", "ctrl+p"):
                await typed(pilot, key)
                assert isinstance(pilot.app.screen, PaletteScreen)
                await typed(pilot, key)
                assert pilot.app.screen is below


async def test_safeguarding_is_one_key_away_from_the_help_too(office: LocalOffice) -> None:
    """Seen red with: F9 said in the help."""
    async with desk(office) as pilot:
        await typed(pilot, "f1", "f9")
        assert isinstance(pilot.app.screen, QueuesScreen) and "999" in said(pilot)
        await typed(pilot, "slash", "f9")
        assert "999" in said(pilot)
        await typed(pilot, "escape", "n", "o", *"kept", "f1", "f9")
        assert title(pilot).startswith("Safeguarding")


async def test_ctrl_c_says_how_the_desk_is_left(office: LocalOffice) -> None:
    """With the key that does it at this desk. Seen red with: Ctrl+C doing nothing."""
    async with desk(office, chosen(STANDARD, {"quit": ["X"]}, "file")) as pilot:
        await typed(pilot, "ctrl+c")
        assert said(pilot) == "Note: X leaves the desk"
        await typed(pilot, "n", "o", "ctrl+c")
        assert said(pilot) == "Note: Esc goes back; then X leaves the desk"
        assert pilot.app.return_code is None


@pytest.mark.parametrize(("allowed", "told"), [(False, "nothing was copied"), (True, "sent 4 characters")])
async def test_a_text_is_copied_where_that_is_allowed(office: LocalOffice, allowed: bool, told: str) -> None:
    """And said either way. Seen red with: `CopyWanted` heard by nobody."""
    here = office.desk("ann")
    app = GreenwaxDesk(here, here.me, look="dark", keep_pulling=True, log_path=None, clipboard=allowed)
    async with app.run_test() as pilot:
        await typed(pilot, "n", "o", *"note", "ctrl+y")
        assert told in said(pilot)
    office.store.close()


async def test_tab_leaves_no_list_without_keys(office: LocalOffice) -> None:
    """Stock Textual moves on to the form that is not open. Seen red with: `inherit_bindings` on."""
    async with desk(office) as pilot:
        await typed(pilot, "n", "tab", "tab", "down")
        rows = pilot.app.screen.query_one("#list-timeline", Rows)
        assert rows.has_focus and rows.index == 1


async def test_the_keys_that_were_chosen_work_and_are_shown_and_the_others_do_not(office: LocalOffice) -> None:
    """Two that change places, and one that is new. Seen red with: the key bar read from the standard registry; the keymap
    not set."""
    keys = {"promise": ["t"], "terms": ["p"], "note": ["j"], "find": ["J"], "palette": ["ctrl+k"]}
    async with desk(office, chosen(STANDARD, keys, "file"), (200, 40)) as pilot:
        await typed(pilot, "J", "escape", "n", "o")
        assert title(pilot) == ""
        for key, opened in (("t", "Promise"), ("p", "Terms"), ("j", "Note")):
            await typed(pilot, key)
            assert title(pilot).startswith(opened)
            await typed(pilot, "escape")
        hints = {hint.label: hint.key for hint in pilot.app.screen.query_one("#keys", KeyBar).hints}
        assert (hints["promise"], hints["terms"], hints["note"], hints["find"]) == ("t", "p", "j", "J")
        await typed(pilot, "ctrl+p")
        assert isinstance(pilot.app.screen, CaseScreen)
        await typed(pilot, "ctrl+k", "j")
        assert listed(pilot)[0] == "note"
