"""Text measured as a terminal shows it: in cells, by whole characters, with nothing in it that is obeyed.

Every widget of the desk draws strings that came from somewhere else. They pass through here first, so that
one rule decides what is shown for a control character, how wide a name is, and where a long one is cut.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from rich.cells import split_graphemes

Align = Literal["left", "right"]

REPLACEMENT = "\ufffd"
"""What is shown for a character that must not reach a terminal."""

ELLIPSIS = "…"

_MARKS_SHOWN = 4
"""Combining marks drawn on one character: more than any language stacks, fewer than a prank does."""

UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: the terminal's own commands
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidi controls: they reorder what stands beside them
    "\u2028\u2029"  # line and paragraph separators: some terminals break the line
    "\ud800-\udfff]"  # unpaired surrogates: cannot be encoded
)
"""Characters that never reach the terminal from data."""

_UNSETTLED: dict[int, str] = {
    **dict.fromkeys((0xAD, *range(0x200B, 0x200E), *range(0x2060, 0x2065), *range(0xFE00, 0xFE10), 0xFEFF), ""),
    **dict.fromkeys(range(0x1F3FB, 0x1F400), ""),  # skin tones
    **{0x1F1E6 + number: chr(ord("A") + number) for number in range(26)},  # halves of flags
}
"""Joiners and the like, on whose width terminals disagree so that columns would not line up; a flag becomes letters."""

_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u017f\u2010-\u2027\u2190-\u2193\u2500-\u257f]*")
"""Text whose every character is one cell wide, is drawn as it is and joins with no other: nearly all there is."""

_BREAKS = re.compile("\r\n?|[\n\t\v\f\x85\u2028\u2029]")

_LINE_BREAKS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")


class Cluster(NamedTuple):
    """One character as a person sees it: where it stands in the text, and what is drawn for it."""

    start: int
    end: int
    width: int
    shown: str


def wash(text: str) -> str:
    """Replace, one for one, every character that a terminal would obey rather than show."""
    return UNSAFE.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """Text for a place of one line: breaks become blanks, the rest is washed."""
    if text.isascii() and text.isprintable():
        return text
    return wash(_BREAKS.sub(" ", text))


def typed_text(text: str, several_lines: bool) -> str:
    """Text that was pasted, as if it had been typed: no controls, breaks only where a field may hold them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(1)
    lines = [UNSAFE.sub("", line) for line in text.split("\n")]
    return ("\n" if several_lines else " ").join(lines).strip("\n" if several_lines else " \n")


def paragraphs(text: str) -> str:
    """Text of several lines: every break is a line feed, tabs are blanks, the rest is washed."""
    return wash_lines(_LINE_BREAKS.sub("\n", text).expandtabs(4))


def clusters(text: str) -> tuple[Cluster, ...]:
    """Divide text into the characters a cursor steps over; a line break is a cluster of no width."""
    return _divided(text) if len(text) <= _SHORT else _divided_long(text)


_SHORT = 200
"""Characters. Of longer texts few are remembered: each key in a long note makes another one of a hundred bytes a letter."""


@lru_cache(maxsize=8)
def _divided_long(text: str) -> tuple[Cluster, ...]:
    return _divided.__wrapped__(text)


@lru_cache(maxsize=256)
def _divided(text: str) -> tuple[Cluster, ...]:
    if text.isascii() and text.isprintable():
        return tuple(Cluster(index, index + 1, 1, letter) for index, letter in enumerate(text))
    found: list[Cluster] = []
    offset = 0
    for line in wash_lines(text).split("\n"):
        if offset:
            found.append(Cluster(offset - 1, offset, 0, ""))
        for start, end, _ in split_graphemes(line)[0]:
            found.append(_cluster(offset + start, offset + end, line[start:end]))
        offset += len(line) + 1
    return tuple(found)


def cells(text: str) -> int:
    """How many cells a text takes when it is drawn by these rules."""
    if _PLAIN.fullmatch(text):
        return len(text)
    return sum(cluster.width for cluster in clusters(text))


def drawn(text: str) -> str:
    """What is drawn of a text that is short enough to be drawn whole."""
    text = one_line(text)
    return text if _PLAIN.fullmatch(text) else "".join(cluster.shown for cluster in clusters(text[:_LONG]))


def fit(text: str, width: int, align: Align = "left") -> str:
    """Draw a text on exactly so many cells, an ellipsis standing for what is left out."""
    text = one_line(text)
    if width <= 0:
        return ""
    if _PLAIN.fullmatch(text):
        shown, used = text, len(text)
        if used > width:
            return text[: width - 1] + ELLIPSIS
    else:
        found = clusters(text if len(text) <= _LONG else text[:_LONG])
        shown, used = "".join(c.shown for c in found), sum(c.width for c in found)
        if used <= width and len(text) > _LONG:
            shown, used = shown + ELLIPSIS, used + 1
    if used > width:
        shown, used = _cut(shown, width)
    gap = " " * (width - used)
    return gap + shown if align == "right" else shown + gap


def wash_lines(text: str) -> str:
    """Wash a text of several lines, keeping its line breaks."""
    return "\n".join(wash(line) for line in text.split("\n")) if "\n" in text else wash(text)


_LONG = 4096
"""Beyond so many characters no line of a terminal shows anything: the rest is not even measured."""


def _cluster(start: int, end: int, text: str) -> Cluster:
    """One grapheme with its marks counted and its invisible parts left out."""
    text = text.translate(_UNSETTLED)[: 1 + _MARKS_SHOWN]
    width = split_graphemes(text)[1] if text else 0
    if width == 0:  # a mark with nothing to stand on would land on the character before it, which is not its own
        return Cluster(start, end, 1, REPLACEMENT)
    return Cluster(start, end, width, text)


def _cut(shown: str, width: int) -> tuple[str, int]:
    """As much of a text as leaves one cell for the ellipsis."""
    if shown.isascii():
        return shown[: width - 1] + ELLIPSIS, width
    kept: list[str] = []
    used = 0
    for cluster in clusters(shown[: width * (2 + _MARKS_SHOWN)]):
        if used + cluster.width > width - 1:
            break
        kept.append(cluster.shown)
        used += cluster.width
    return "".join(kept) + ELLIPSIS, used + 1
