"""A text for the clipboard of the terminal, and what can honestly be said of it.

A terminal is asked with OSC 52, over any line and through tmux. It answers nothing: whether it took the text, nobody
knows. Case data on a clipboard outlives the case on the screen, so that copying is off until it is allowed.
"""

from __future__ import annotations

from base64 import b64encode

_MOST = 74_994
"""Characters of base64: what the terminals that have a limit are known to take."""


def copying(text: str, *, allowed: bool, tmux: bool = False) -> tuple[str, str]:
    """What to write to the terminal, nothing where nothing is to be written, and the sentence for the officer."""
    if not allowed:
        return "", "nothing was copied: copying is off; clipboard = true in config.toml turns it on"
    if not text:
        return "", "nothing was copied: the field is empty"
    coded = b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(coded) > _MOST:
        return "", f"nothing was copied: {len(text):,} characters are more than a terminal's clipboard takes"
    sequence = f"\x1b]52;c;{coded}\x1b\\"
    if tmux:
        sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    characters = "1 character" if len(text) == 1 else f"{len(text):,} characters"
    return sequence, f"sent {characters} to the terminal's clipboard; it does not say whether it took them"
