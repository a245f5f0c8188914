"""Text from outside, made harmless once, at the edge of the model.

A name, a note or an address can carry terminal escapes, bidirectional overrides or a tower of combining marks. `Clean` is
the type of text that has been through here; nothing else may reach a screen, a file name or a report. What is taken out
leaves a visible mark, so that nobody is misled about what was there.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, NewType

from pydantic import BeforeValidator, StringConstraints

Clean = NewType("Clean", str)
"""Text with no control, format or bidirectional character, in NFC."""

MARK = "\N{REPLACEMENT CHARACTER}"
_MOST_MARKS = 4
_FIRST_MARK = "\u0300"
"""The lowest character that stands on another; of those that hide below it, the soft hyphen, none is left by then."""

_TOWER = re.compile(f"[{_FIRST_MARK}-\U0010ffff]{{{_MOST_MARKS + 1}}}")
"""What may be a tower of marks: a quotation mark or a dash alone is none."""

# Every character that can steer a terminal or hide itself: C0 but newline, DEL, C1, soft hyphen, Arabic letter mark,
# zero-width and bidirectional controls, separators, invisible operators, interlinear marks, tags, surrogates.
_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff\ud800-\udfff]"
)


def clean_text(text: str) -> Clean:
    """`text` with every unsafe character replaced by a visible mark; newlines stay, a tab becomes a space."""
    if text.isascii() and text.isprintable():
        return Clean(text.strip())
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = unicodedata.normalize("NFC", _UNSAFE.sub(MARK, text))
    return Clean((_lower_towers(text) if _TOWER.search(text) else text).strip())


def clean_line(text: str) -> Clean:
    """As `clean_text`, on one line: runs of white space become one space."""
    return Clean(" ".join(clean_text(text).split()))


def _lower_towers(text: str) -> str:
    """No more than four marks and joiners on one letter: a tower of them paints over the lines above."""
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 0
        if run <= _MOST_MARKS:
            kept.append(char)
        elif run == _MOST_MARKS + 1:
            kept.append(MARK)
    return "".join(kept)


def capitalised(text: str) -> str:
    """A name or an address typed in haste, all in small letters, with its capitals: `14 mill lane`, `o'neill-jones`. Text that
    has a capital of its own is left as it is."""
    if text != text.lower():
        return text
    begun = re.sub(r"(^|[\s(/.-])([^\W\d_])", lambda found: found[1] + found[2].upper(), text)
    return re.sub(r"\b([A-Z]['’])([^\W\d_])", lambda found: found[1] + found[2].upper(), begun)


def _line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


def _text(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


MOST_IN_LINE = 120
"""Characters of one line."""

Line = Annotated[Clean, BeforeValidator(_line), StringConstraints(min_length=1, max_length=MOST_IN_LINE)]
"""A model field for one line of text, at most 120 characters; longer is refused, never cut."""

Proper = Annotated[
    Clean,
    BeforeValidator(lambda value: capitalised(clean_line(value)) if isinstance(value, str) else value),
    StringConstraints(min_length=1, max_length=MOST_IN_LINE),
]
"""A model field for the name of somebody or something, as people type it: one line, with its capitals."""

Prose = Annotated[Clean, BeforeValidator(_text), StringConstraints(min_length=1, max_length=4000)]
"""A model field for a note of several lines, at most 4,000 characters."""
