"""What a monkey types: mostly what means something where it is, now and then anything at all."""

from __future__ import annotations

import random
from collections.abc import Sequence

from textual.screen import Screen

from casework.actions import ACTIONS
from casework.fields import Field, FieldKind
from tui.key_names import textual
from tui.registry import Registry
from tui.screens.case import CaseScreen
from tui.screens.desk_screen import DeskScreen
from tui.screens.queues import QueuesScreen
from tui.widgets.field_map import FieldMap

HOSTILE = (
    "[@click=app.exit]x[/] [/nope]",
    "\x1b]52;c;cHduZWQ=\x1b\\\x1b[2J",
    "a\u202eb\x9b2J\x00",
    "漢字 e\u0301 👩\u200d👧",
    "x" * 300,
)
WORDS = (
    "smith",
    "jones",
    "rang her son",
    "1 Mill Lane",
    "DY10 2AB",
    "07700 900123",
    "QQ123456C",
    "14/3/87",
    "weekly",
    "?",
    "",
)
MONEY = ("5", "20", "£20.50", "10", "1", "1,240", "50", "0", "-1", "9" * 12, "2.005")
DATES = ("t", "t", "fri", "+1", "+3", "+7", "+10", "+400", "28/2", "eom", "261225", "99/99", "1/1/1900")
LINES = (
    "note she will ring on friday",
    "promise 50 tue card",
    "promise 5 t",
    "call noans",
    "park 3d awaiting payslip",
    "terms 20 weekly from fri because lost job",
    "trace dwp for address",
    "skip hours",
    "undo",
    ": :",
    *ACTIONS,
)
IN_A_FORM = (
    *("enter",) * 6,
    *("f10",) * 5,
    *("f8", "ctrl+s", "tab", "tab", "shift+tab", "up", "down", "f4", "f4"),
    *("escape", "escape", "f3", "f12", "f12", "ctrl+u", "backspace", "delete", "ctrl+h"),
    *("left", "right", "home", "end", "ctrl+j", "ctrl+y"),
    *("f1", "f2", "f5", "f6", "f7", "f9", "f11", "ctrl+p", "ctrl+c"),
)
IN_A_LIST = ("up", "down", "down", "enter", "enter", "pageup", "pagedown", "home", "end", "escape", "f3")
ANYTHING = (
    *map(chr, range(32, 127)),
    *(f"f{n}" for n in range(1, 13)),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace"),
    *("enter", "tab", "shift+tab", "escape", *(f"ctrl+{c}" for c in "abcdefghjklnopqrstuvwxyz"), "alt+2", "alt+8"),
    *("£", "é", "ŵ", "漢", "\u0301"),
)
RARE = (
    *(f"paste:{text}" for text in (*HOSTILE, "two\nlines", "50")),
    *("size:80x24", "size:120x36", "size:200x60", "size:40x8"),
    *("clock:1", "clock:4", "clock:31", "clock:600"),
    "wait:0.2",
)


def presses(chance: random.Random, screen: Screen[object], registry: Registry, numbers: Sequence[str]) -> list[str]:
    """What is pressed next, one thing after the other."""
    roll = chance.random()
    if roll < 0.008:
        return [chance.choice(RARE)]
    if roll < 0.08:
        return [chance.choice(ANYTHING)]
    box = screen.focused
    if isinstance(box, FieldMap) and box.is_open:
        field = box._form.field
        if not isinstance(screen, CaseScreen) and chance.random() < 0.25:
            return ["escape"]
        if field is None or chance.random() < 0.45:
            return [chance.choice(IN_A_FORM)]
        after = chance.choice((["enter"], ["enter"], ["enter"], ["tab"], ["f10"], ["f10", "f10"], ["f8"], []))
        return [*_text(chance, field, numbers), *after]
    if chance.random() < 0.25 or not isinstance(screen, DeskScreen):
        return [chance.choice(IN_A_LIST)]
    if isinstance(screen, QueuesScreen) or chance.random() < 0.04:
        return (
            ["n"] if chance.random() < 0.6 else [textual(chance.choice(("Enter", "/", "y", "A", "F11", "i", "u", "?")))]
        )
    known = [one for one in registry.at(*screen.places) if one.keys]
    command = chance.choice(known)
    if command.id in ("quit", "help") and chance.random() < 0.9:
        command = registry.named("queues" if "queues" in {one.id for one in known} else "next")
    return [textual(chance.choice(command.keys))]


def _text(chance: random.Random, field: Field, numbers: Sequence[str]) -> str:
    """Something that might be typed into a field, right or wrong."""
    if chance.random() < 0.05:
        return chance.choice(WORDS) or " "
    if field.choices:
        choice = chance.choice(field.choices)
        return choice.letter or chance.choice((choice.code, choice.code[:2], choice.label[:3])).lower()
    match field.kind:
        case FieldKind.MONEY:
            return chance.choice(MONEY)
        case FieldKind.DATE:
            return chance.choice(DATES)
        case _ if field.name == "line":
            return chance.choice(LINES)
        case _ if field.name == "text" and field.label == "Find":
            return chance.choice((*WORDS, *chance.choices(numbers, k=12), chance.choice(numbers)[:8]))
        case _:
            return chance.choice(WORDS)
