"""Text from outside is inert: whatever a name or a note holds, the terminal is told nothing by it.

The whole byte stream of a program that shows the corpus in every widget is read with a grammar of the few sequences that
the program itself writes. Anything else is a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from tests.e2e.hostile_app import CORPUS, MARK
from tests.e2e.terminal import Terminal, python
from tui.terminal import Wash
from tui.widgets.cells import UNSAFE

OWN = re.compile(
    r"\x1b\[[0-9;]*m"  # colours and weights
    r"|\x1b\[\d+;\d+H"  # where the next text goes
    r"|\x1b\[\?(?:25|7|1004|1049|2004|2026)[hl]"  # cursor, wrap, focus, screen, paste, held-back paints
    r"|\x1b\[\?20(?:26|48)\$p"  # may paints be held back; are resizes told in band
    r"|\x1b\[(?:>\d+|<)u"  # keyboard protocol on and off
    r"|\x07"  # the bell
    r"|\r\n"
)
"""All that Greenwax and Textual write that is no text."""


def strangers(raw: bytes) -> list[str]:
    """What in a byte stream is neither text nor one of our own sequences; its end may be the beginning of one."""
    text = re.sub(r"\x1b(\[[?0-9;]*)?$|\r$", "", OWN.sub("", raw.decode("utf-8", "ignore")))
    return [text[max(0, m.start() - 10) : m.end() + 20] for m in UNSAFE.finditer(text)]


@pytest.fixture(params=[(120, 36), (80, 34)], ids=["120", "80"])
def shown(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """The program with the corpus, showing the first text."""
    width, height = request.param
    with Terminal(python("-m", "tests.e2e.hostile_app"), width=width, height=height) as terminal:
        terminal.wait_for("number 0 of")
        terminal.wait_until_quiet()
        yield terminal


def test_only_our_own_sequences_reach_the_terminal(shown: Terminal) -> None:
    """Each text of the corpus in every place that takes text, and typed over.

    Seen red with: the wash filter left out of `get_line_filters` (stock widgets leak), and with `wash` replacing only
    in the filter (columns move).
    """
    for number in range(len(CORPUS)):
        shown.wait_for(f"number {number} of", 10)
        shown.wait_until_quiet(0.05)
        for row in (3, 4):
            assert "".join(shown.cell(column, row) for column in range(23, 27)) == MARK, CORPUS[number][:50]
        assert shown.lines[2].startswith("  Hostile              Mark   Rest")
        shown.press("x", "tab", "end", "left", "backspace", "f8", gap=0.001)
    shown.wait_for("number 0 of")
    shown.wait_until_quiet()
    assert shown.alive
    assert strangers(shown.raw) == []
    assert b"owned" in shown.raw  # it was there to be read, as text


def test_pasted_text_is_cleaned_before_it_is_shown_or_kept(shown: Terminal) -> None:
    """An escape in it must not make keys of what follows; the return in it would go on to the next field.

    Seen red with: `typed_text` returning its argument, and with pastes left to Textual's parser.
    """
    shown.send(b"\x1b[200~ab\x1b]0;owned\x07c\xc2\x9bd\xe2\x80\xaee\r\nf\x1b[201~")
    shown.wait_until(lambda: "ab]0;ownedcde f" in shown.screen, what="the paste")
    shown.wait_until_quiet()
    assert strangers(shown.raw) == []


def test_the_grammar_knows_a_stranger() -> None:
    """The check itself sees what it is there for."""
    assert strangers(b"\x1b[1;31mred\x1b[0m\r\n\x1b[3;4Hok") == []
    for attack in (b"\x1b]0;t\x07", b"\x1b[2J", "\x9b2J".encode(), "\u202e".encode(), b"\x1bc", b"a\rb", b"\x00"):
        assert strangers(b"text" + attack + b"text") != []


def test_the_last_filter_exempts_nothing() -> None:
    """Control segments turn into text under Textual's other filters, and a style may carry a link.

    Seen red with: control segments passed through.
    """
    segments = [
        Segment("\x1b[2J", None, [(ControlType.CLEAR,)]),
        Segment("a\x1bb\x9bc", Style(bold=True)),
        Segment("link", Style(link="http://evil.example/\x1b]52;c;x\x07")),
        Segment("plain", Style(bold=True)),
    ]
    washed = Wash().apply(segments, Color(0, 0, 0))
    assert [segment.text for segment in washed] == ["\ufffd[2J", "a\ufffdb\ufffdc", "link", "plain"]
    assert all(segment.control is None for segment in washed)
    assert all(segment.style is None or segment.style.link is None for segment in washed)
