"""The registry of commands: whole, without clashes, on keys that every terminal sends, and true of what answers to keys."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from textual.keys import _character_to_key
from textual.widget import Widget

from casework.actions import ACTIONS
from casework.actions.declare import questions
from tui import key_names, screens
from tui.app import GreenwaxDesk
from tui.commands import ALWAYS, STANDARD
from tui.key_names import textual
from tui.keymap import clashes
from tui.keys_page import page
from tui.registry import GROUPS, PLACES, Command, Place
from tui.screens.away import AwayScreen
from tui.screens.case import CaseScreen
from tui.screens.desk_screen import DeskScreen
from tui.screens.find import FindScreen
from tui.screens.help import HelpScreen
from tui.screens.palette import PaletteScreen
from tui.screens.queues import QueuesScreen
from tui.widgets.field_map import FieldMap
from tui.widgets.reader import Reader
from tui.widgets.rows import Rows

EVERY = STANDARD.commands
BY_NAME = [one for one in EVERY if not one.fixed]
SCREENS: tuple[type[DeskScreen], ...] = (
    QueuesScreen,
    CaseScreen,
    FindScreen,
    AwayScreen,
    HelpScreen,
    PaletteScreen,
)
ROOT = Path(__file__).parents[2]


def keys_of(*places: Place) -> set[str]:
    """What Textual calls the keys of exactly these places."""
    return {textual(key) for one in EVERY if {*places} & {*one.places} for key in one.keys}


def test_every_command_is_told_of_in_a_sentence_and_stands_in_a_group_and_a_place() -> None:
    """Seen red with: a command without a sentence, and with two of one id."""
    assert len({one.id for one in EVERY}) == len(EVERY)
    for one in EVERY:
        assert one.help[0].isupper() and one.help.endswith("."), one.id
        assert 0 < len(one.title) <= 24 and one.group in GROUPS and one.places, one.id
        assert {*one.places} <= PLACES.keys(), one.id
        assert one.keys or one.action, f"{one.id} can be asked for by nothing"
    assert {*ALWAYS} <= {one.id for one in EVERY}


def test_no_key_means_two_things_in_one_place() -> None:
    """Seen red with: `Command("receipt", …, ("p",))`, and with the palette on a key of a case."""
    assert not list(clashes(STANDARD))
    for place in PLACES:
        fixed = [key for one in EVERY if one.fixed and place in one.places for key in one.keys]
        assert len(fixed) == len({*fixed}), place


@pytest.mark.parametrize("one", [one for one in EVERY if one.keys], ids=lambda one: one.id)
def test_nothing_needs_a_chord_that_some_terminals_cannot_send(one: Command) -> None:
    """The tabs have `[` and `]` beside Alt and their number. Seen red with: `Ctrl+Enter` to save, `Alt+p` alone."""
    if one.id.startswith("tab-"):
        one = STANDARD.named("next-tab")
    assert any(map(key_names.everywhere, one.keys))
    for key in one.keys:
        if not one.fixed and key != "Ctrl+C":
            assert key_names.read(key) == key


@pytest.mark.parametrize("number", range(1, 13))
def test_a_function_key_means_one_thing_at_the_desk(number: int) -> None:
    """F8 saves in a form and then brings the next case; without one it brings the next case. Seen red with: F5 to read
    in full."""
    meant = {one.id for one in EVERY if f"F{number}" in one.keys}
    assert len(meant - {"save-next", "stop-reading", "back"}) <= 1


def test_every_action_that_staff_are_offered_is_a_command() -> None:
    """Seen red with: `means` left out."""
    assert {one.action for one in EVERY if one.action} == ACTIONS.keys()


@pytest.mark.parametrize("one", [one for one in EVERY if one.preset or one.begins_at], ids=lambda one: one.id)
def test_what_a_key_answers_already_is_asked_by_its_form(one: Command) -> None:
    """Seen red with: `preset={"direktion": "in"}`."""
    assert one.action is not None
    asked = {*ACTIONS[one.action].leading, *(question.name for question in questions(ACTIONS[one.action]))}
    assert {*one.preset, *filter(None, [one.begins_at])} <= asked


def test_keys_are_called_what_textual_calls_them() -> None:
    """Seen red with: `PgUp` called `pgup`."""
    for one in EVERY:
        for key in one.keys:
            if len(key) == 1:
                assert textual(key) == _character_to_key(key)
    assert [textual(key) for key in ("Esc", "PgDn", "F12", "Ctrl+P", "Alt+1", "Shift+Tab", "?", "Alt+?")] == [
        *("escape", "pagedown", "f12", "ctrl+p", "alt+1", "shift+tab", "question_mark", "alt+question_mark")
    ]


@pytest.mark.parametrize(
    ("place", "widget", "by_the_screen"),
    [("form", FieldMap(), {"f4", "f8"}), ("list", Rows(()), set()), ("reader", Reader(), set())],
)
def test_what_a_widget_answers_to_stands_in_the_registry(place: Place, widget: Widget, by_the_screen: set[str]) -> None:
    """And nothing else stands there. Seen red with: `ctrl+u` taken out of the form, `End` taken out of the registry."""
    assert isinstance(widget, FieldMap | Rows | Reader)
    assert keys_of(place) == widget._keys.keys() | by_the_screen


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
def test_a_screen_is_bound_to_its_commands_and_to_nothing_else(screen: type[DeskScreen]) -> None:
    """Stock Textual binds Tab and Ctrl+C on each screen. Seen red with: `inherit_bindings=False` taken away."""
    bound = {key for key, _ in screen._merge_bindings()}
    assert bound == {textual(key) for one in BY_NAME if screen.PLACE in one.places for key in one.keys}


def test_the_application_is_bound_to_what_is_the_same_everywhere() -> None:
    """Seen red with: `BINDINGS` of the application left out."""
    assert {key for key, _ in GreenwaxDesk._merge_bindings()} == keys_of("everywhere")


def test_what_a_screen_answers_to_itself_stands_in_the_registry() -> None:
    """Every `event.key == "…"` of the screens. Seen red with: `event.key == "f7"` planted in the case screen."""
    answered: set[str] = set()
    for path in Path(screens.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Compare) and ast.unparse(node.left) == "event.key":
                compared = [one for side in node.comparators for one in ast.walk(side)]
                answered |= {str(one.value) for one in compared if isinstance(one, ast.Constant)}
    assert {"f8", "escape"} <= answered
    assert answered <= keys_of(*PLACES)


def test_the_page_of_keys_is_as_the_program_has_them() -> None:
    """`python -m docs.write_keys` writes it. Seen red with: a title changed and the page not."""
    assert (ROOT / "docs" / "keys.md").read_text("utf-8") == page(STANDARD)
