"""Keys by the names that stand on them: how people write one, what Textual calls it, and which every terminal can send.

A character is written as itself (`p`, `T`, `/`), a named key by its name (`Enter`, `PgUp`, `F6`), a chord with a plus
(`Ctrl+P`, `Alt+1`).
"""

from __future__ import annotations

import re

from textual.keys import _character_to_key

_NAMED = {
    "Enter": "enter",
    "Esc": "escape",
    "Tab": "tab",
    "Shift+Tab": "shift+tab",
    "Space": "space",
    "Backspace": "backspace",
    "Delete": "delete",
    "Up": "up",
    "Down": "down",
    "Left": "left",
    "Right": "right",
    "Home": "home",
    "End": "end",
    "PgUp": "pageup",
    "PgDn": "pagedown",
    **{f"F{number}": f"f{number}" for number in range(1, 13)},
}
"""The keys that have a name, as every terminal sends them."""

_SAME_BYTE = {"c": "the signal to stop", "h": "Backspace", "i": "Tab", "j": "a new line", "m": "Enter", "z": "a halt"}
"""What Ctrl and these letters are to a terminal."""

_CHORD = re.compile(r"(ctrl|alt)\+(.+)", re.IGNORECASE)


def read(text: str) -> str:
    """A key as it is written here, from how somebody wrote it: `f6` is `F6`, `ctrl+P` is `Ctrl+P`.

    Raises ValueError, saying why, for what is no key or one that some terminals cannot send.
    """
    if len(text) == 1 and text.isprintable() and text != " ":
        return text
    if (named := next((name for name in _NAMED if name.lower() == text.lower()), None)) is not None:
        return named
    chord = _CHORD.fullmatch(text)
    if chord is not None and len(chord[2]) == 1 and chord[2].isascii() and chord[2].isprintable() and chord[2] != " ":
        if chord[1].lower() == "alt":
            return f"Alt+{chord[2]}"
        letter = chord[2].lower()
        if letter in _SAME_BYTE:
            raise ValueError(f"is {_SAME_BYTE[letter]} to a terminal")
        if letter.isalpha():
            return f"Ctrl+{letter.upper()}"
    if "+" in text:
        raise ValueError("is a chord that some terminals cannot send")
    raise ValueError("is no key: write a character, or Ctrl+ or Alt+ and a letter")


def textual(key: str) -> str:
    """What Textual calls a key that is written as here."""
    if key in _NAMED:
        return _NAMED[key]
    chord, plus, character = key.rpartition("+")
    if chord == "Ctrl":
        return f"ctrl+{character.lower()}"
    return f"{chord.lower()}{plus}{_character_to_key(character or '+')}" if chord else _character_to_key(key)


def everywhere(key: str) -> bool:
    """Whether every keyboard has the key and every terminal sends it: Alt may be the window's, and £ is not on all."""
    return key in _NAMED or key.startswith("Ctrl+") or (len(key) == 1 and key.isascii())
