"""What the sparing painter leaves on the terminal is what Textual's own would have left, in fewer bytes."""

from __future__ import annotations

from collections.abc import Sequence

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.painting import Painted

WIDTH, HEIGHT = 12, 3
CONSOLE = Console(force_terminal=True, color_system="truecolor", width=WIDTH)

STYLES = [
    None,
    Style(),
    Style.parse("#e6e6e6 on #12161c"),
    Style.parse("bold #e6e6e6 on #12161c"),
    Style.parse("bold underline #e6e6e6 on #12161c"),
    Style.parse("reverse #e6e6e6 on #12161c"),
    Style.parse("red on #2f5f8f"),
    Style.parse("bold"),
    Style.parse("underline"),
]

Frame = list[Strip]
texts = st.text(st.sampled_from(" ab  cŵ│£…"), min_size=1, max_size=7) | st.sampled_from(["漢", "e\u0301"])
lines = st.lists(st.tuples(texts, st.sampled_from(STYLES)), min_size=1, max_size=5)


def strip(parts: Sequence[tuple[str, Style | None]]) -> Strip:
    """A line of the screen's width."""
    made = Strip([Segment(text, style) for text, style in parts])
    return made.adjust_cell_length(WIDTH, STYLES[2])


frames = st.lists(lines.map(strip), min_size=HEIGHT, max_size=HEIGHT)
spans = st.lists(
    st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1), st.integers(0, WIDTH - 1)), min_size=1, max_size=4
)
updates = st.lists(st.tuples(frames, st.none() | spans, st.integers(1, WIDTH - 1)), min_size=1, max_size=6)


def update(frame: Frame, parts: list[tuple[int, int, int]] | None, cut: int) -> LayoutUpdate | ChopsUpdate:
    """A paint of all of a frame, or of parts of it that is cut in two at a column."""
    if parts is None:
        return LayoutUpdate([[line] for line in frame], Region(0, 0, WIDTH, HEIGHT))
    chops = [{0: line.crop(0, cut), cut: line.crop(cut, WIDTH)} for line in frame]
    found = sorted((y, min(a, b), max(a, b) + 1) for y, a, b in parts)  # as Textual's, never empty
    return ChopsUpdate(chops, found, [[cut, WIDTH]] * HEIGHT)


class Glass:
    """A terminal that is written to."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)
        self.write("\x1b[?7l")  # as the desk's driver sets it: the last column does not wrap

    def write(self, text: str) -> None:
        self._stream.feed(text.replace("\n", "\r\n"))

    def seen(self) -> list[list[object]]:
        """Every cell, as it looks: of a blank only what can be seen of it."""
        cells = [self.screen.buffer[y][x] for y in range(HEIGHT) for x in range(WIDTH)]
        return [self._look(cell) for cell in cells]

    @staticmethod
    def _look(cell: pyte.screens.Char) -> list[object]:
        if cell.data == " " and not cell.underscore and not cell.reverse:
            return [" ", cell.bg]
        return [cell.data, cell.fg, cell.bg, cell.bold, cell.underscore, cell.reverse]


@settings(max_examples=150, deadline=None)
@given(updates)
def test_the_sparing_painter_leaves_what_textual_s_own_would(
    steps: list[tuple[Frame, list[tuple[int, int, int]] | None, int]],
) -> None:
    """Caught: a reversed blank taken for any other; ink not taken back before a line is written as it is; a gap of one cell
    skipped; a part painted over a line with wide characters and taken as known; foreground not given back with 39."""
    theirs, ours, painted = Glass(), Glass(), Painted()
    for frame, parts, cut in steps:
        one = update(frame, parts, cut)
        theirs.write(one.render_segments(CONSOLE))
        ours.write(painted.sparing(one).render_segments(CONSOLE))
        assert ours.seen() == theirs.seen()


def frame(*texts: str, style: Style | None = STYLES[2]) -> Frame:
    return [strip([(text, style)]) for text in texts]


def test_what_is_there_costs_nothing() -> None:
    """Seen red with: the lines not remembered after a paint of parts."""
    painted, whole = Painted(), frame("one", "two", "three")
    painted.sparing(update(whole, None, 1)).render_segments(CONSOLE)
    painted.sparing(update(whole, [(1, 0, WIDTH)], 4)).render_segments(CONSOLE)
    assert painted.sparing(update(whole, None, 1)).render_segments(CONSOLE) == ""


def test_one_cell_costs_one_cell() -> None:
    """Seen red with: a changed line written whole."""
    painted = Painted()
    painted.sparing(update(frame("Owed 10", "", ""), None, 1)).render_segments(CONSOLE)
    told = painted.sparing(update(frame("Owed 20", "", ""), None, 1)).render_segments(CONSOLE)
    assert told == "\x1b[1;6H\x1b[38;2;230;230;230;48;2;18;22;28m2\x1b[0m"


def shown(painted: Painted, glass: Glass, *steps: LayoutUpdate | ChopsUpdate) -> list[str]:
    """The lines of the terminal after some paints."""
    for one in steps:
        glass.write(painted.sparing(one).render_segments(CONSOLE))
    return [line.rstrip() for line in glass.screen.display]


def test_what_stands_between_two_changes_is_written_as_it_is() -> None:
    """Caught: the cells between written from one place too far to the right."""
    before, after = update(frame("a123b", "", ""), None, 1), update(frame("x123y", "", ""), None, 1)
    assert shown(Painted(), Glass(), before, after)[0] == "x123y"


def test_a_line_a_wide_character_was_put_into_is_no_longer_known() -> None:
    """Caught: the line still taken for what it was, and so not written back."""
    plain = update(frame("one", "two", "three"), None, 4)
    wide = update(frame("one", "漢字", "three"), [(1, 0, WIDTH)], 4)
    assert shown(Painted(), Glass(), plain, wide, plain)[1] == "two"


@pytest.mark.parametrize("width", [WIDTH - 1, WIDTH + 1])
def test_a_screen_of_another_size_is_painted_anew(width: int) -> None:
    """Seen red with: `forget` left out."""
    painted, whole = Painted(), frame("one", "two", "three")
    painted.sparing(update(whole, None, 1)).render_segments(CONSOLE)
    other = [line.adjust_cell_length(width, STYLES[2]) for line in whole]
    told = painted.sparing(LayoutUpdate([[line] for line in other], Region(0, 0, width, HEIGHT))).render_segments(
        CONSOLE
    )
    assert "one" in told and "three" in told


def test_a_terminal_something_else_wrote_to_is_painted_anew() -> None:
    painted, whole = Painted(), frame("one", "two", "three")
    painted.sparing(update(whole, None, 1)).render_segments(CONSOLE)
    painted.forget()
    assert "two" in painted.sparing(update(whole, None, 1)).render_segments(CONSOLE)
