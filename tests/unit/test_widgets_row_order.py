"""Which rows a list shows and in which order: narrowed, sorted, marked, and more of them asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.pilot import Pilot

from tui.desk_app import DeskApp
from tui.widgets.row_lines import heading_of, line_of, with_place
from tui.widgets.row_order import Direction, RowOrder
from tui.widgets.rows import Column, Rows, by_day, by_figures, by_words

COLUMNS = (
    Column("Name"),
    Column("Owes", 10, "right", order=by_figures),
    Column("Due", 12, order=by_day),
)
PEOPLE = (
    ("Jones, Mair", "£1,240.00", "20 Nov 2026"),
    ("adams, Ŵyn", "£20.50", "2 Dec 2026"),
    ("Smith, John", "", "1 Jan 2026"),
    ("Okafor, Ada", "£180.00", ""),
    ("Smythe, Ann", "£20.50", "19 Nov 2026"),
)


class People:
    """Rows, and how often each was read."""

    def __init__(self, rows: Sequence[tuple[str, ...]] = PEOPLE) -> None:
        self._rows = rows
        self.read: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._rows)

    def cells(self, index: int) -> Sequence[str]:
        """One row."""
        self.read[index] += 1
        return self._rows[index]

    def key(self, index: int) -> str:
        """The surname."""
        return self._rows[index][0].split(",")[0].casefold()


def order_of(source: People) -> RowOrder:
    order = RowOrder([column.order for column in COLUMNS])
    order.show(source)
    return order


def keys(order: RowOrder) -> list[str]:
    return [order.key(index) for index in range(len(order))]


@pytest.mark.parametrize(
    ("column", "up", "down"),
    [
        (0, ["adams", "jones", "okafor", "smith", "smythe"], ["smythe", "smith", "okafor", "jones", "adams"]),
        (1, ["adams", "smythe", "okafor", "jones", "smith"], ["jones", "okafor", "adams", "smythe", "smith"]),
        (2, ["smith", "smythe", "jones", "adams", "okafor"], ["adams", "jones", "smythe", "smith", "okafor"]),
    ],
)
def test_a_column_is_sorted_as_what_it_holds_and_what_is_empty_comes_last(
    column: int, up: list[str], down: list[str]
) -> None:
    """A third time they are as they came. Equal ones keep the order they came in, both ways.

    Seen red with: money as text; empty cells first when turned round; and equal rows turned round with the others.
    """
    order = order_of(People())
    came = keys(order)
    order.sort(column)
    assert keys(order) == up
    order.sort(column)
    assert keys(order) == down
    order.sort(column)
    assert (keys(order), order.sorted_by) == (came, None)
    order.sort(column)
    order.sort((column + 1) % 3)
    assert order.sorted_by == ((column + 1) % 3, "up")


def test_rows_are_narrowed_by_any_of_their_cells() -> None:
    """Seen red with: the first cell alone looked at; and capitals minded."""
    order = order_of(People())
    for text, left in (
        ("sm", ["smith", "smythe"]),
        ("SMY", ["smythe"]),
        ("20.5", ["adams", "smythe"]),
        ("ŵ", ["adams"]),
    ):
        order.narrow(text)
        assert keys(order) == left
    order.narrow("nobody")
    assert len(order) == 0
    order.narrow("")
    assert len(order) == len(PEOPLE)


def test_narrowed_and_sorted_rows_stay_so_when_the_source_changes() -> None:
    """Seen red with: `show` leaving narrowing aside."""
    order = order_of(People())
    order.narrow("sm")
    order.sort(0)
    order.show(People([("Smart, Eve", "£1.00", ""), *PEOPLE]))
    assert keys(order) == ["smart", "smith", "smythe"]


def test_a_hundred_thousand_rows_are_read_only_where_that_is_needed() -> None:
    """Counted, not timed: nothing to show them as they come; each once to narrow, and of the rest those that were left.

    Seen red with: a longer text looked for among all rows again; and with the rows counted by reading them.
    """
    source = People([(f"Name{number}, X", f"£{number % 50}.00", "") for number in range(100_000)])
    order = order_of(source)
    assert order.key(99_999) == "name99999"
    assert source.read.total() == 0
    order.narrow("name9999")
    assert source.read.total() == 100_000
    assert len(order) == 11
    order.narrow("name99999")
    assert source.read.total() == 100_011
    order.narrow("name9999")
    assert source.read.total() == 200_011
    order.sort(1)
    assert source.read.total() == 200_022


@given(
    rows=st.lists(st.tuples(st.sampled_from("abcdé "), st.sampled_from(["£1.00", "£20.00", "3", ""])), max_size=12),
    texts=st.lists(st.sampled_from(["", "a", "£", "£2", "£20", "z"]), max_size=4),
    sorts=st.lists(st.sampled_from([0, 1, None]), max_size=4),
)
def test_however_it_came_about_the_same_text_and_order_show_the_same_rows(
    rows: list[tuple[str, str]], texts: list[str], sorts: list[int | None]
) -> None:
    """Whatever was narrowed before: as if everything were sifted and sorted at once."""
    found = RowOrder([by_words, by_figures])
    found.show(People(rows))
    for text in texts:
        found.narrow(text)
    for column in sorts:
        found.sort(column)
    kept = [row for row in rows if any(found.text in cell for cell in row)]
    if found.sorted_by is not None:
        column, direction = found.sorted_by
        by = (by_words, by_figures)[column]
        full = [row for row in kept if by(row[column])]
        full.sort(key=lambda row: by(row[column]), reverse=direction == "down")
        kept = full + [row for row in kept if not by(row[column])]
    assert [tuple(found.cells(index)) for index in range(len(found))] == kept


@pytest.mark.parametrize(
    ("text", "figures"),
    [("£1,240.00", (1240.0,)), ("3 of 10", (3.0,)), ("-£5.00", (5.0,)), ("-5", (-5.0,)), ("none", ())],
)
def test_figures_are_read_as_people_write_them(text: str, figures: tuple[float, ...]) -> None:
    assert by_figures(text) == figures


def test_what_is_no_day_is_sorted_as_nothing() -> None:
    """Seen red with: a date that does not exist raising."""
    assert by_day("31 Feb 2026") == () == by_day("soon")
    assert by_day("due 9 Nov 2026") < by_day("10 Nov 2026")


@given(
    texts=st.lists(st.text(max_size=30), min_size=3, max_size=3),
    width=st.integers(4, 200),
    by=st.none() | st.tuples(st.integers(0, 2), st.sampled_from(["up", "down"])),
)
def test_every_row_and_heading_is_as_wide_as_the_list(
    texts: list[str], width: int, by: tuple[int, Direction] | None
) -> None:
    """Whatever stands in it, and from the narrowest to the widest."""
    assert cell_len(line_of(COLUMNS, texts, ">*", width)) == width
    heading = heading_of(COLUMNS, by, "  ", width)
    assert cell_len(heading) == width
    assert cell_len(with_place(heading, "12 of 40 · 3 marked", always=True)) == width


@pytest.mark.parametrize("width", [80, 200])
def test_welsh_and_wide_names_leave_the_columns_where_they_are(width: int) -> None:
    """Seen red with: the width of a text taken as its length."""
    names = (
        "Llŷr ap Gwŷn",
        "Ŵyn",
        "Llŷr".encode().decode(),
        "Ll\u0177r w\u0302yn",
        "漢字太郎",
        "한글",
        "e\u0301" * 9,
        "👍🏽 Ann",
    )
    for name in names:
        line = line_of(COLUMNS, (name, "£20.50", "2 Dec 2026"), " ", width)
        before = line[: line.index("£20.50")]
        assert cell_len(before) == width - 12 - 1 - len("£20.50")
        assert cell_len(line) == width


def test_open_columns_share_what_a_wide_list_leaves() -> None:
    columns = (Column("A"), Column("B", 10), Column("C"), Column("Wide", 20, least=120))
    assert line_of(columns, ("x" * 99, "b", "y" * 99, "w"), " ", 80).count("x") == 32
    wide = line_of(columns, ("x" * 99, "b", "y" * 99, "w"), " ", 200)
    assert (wide.count("x"), wide.count("y"), wide.count("w")) == (82, 81, 1)


def test_an_arrow_shows_what_is_sorted_though_the_title_is_cut() -> None:
    """Seen red with: the arrow cut with the title."""
    assert "Owes↑" in heading_of(COLUMNS, (1, "up"), " ", 80)
    tight = (Column("Outstanding", 6), Column("Name"))
    assert heading_of(tight, (0, "down"), " ", 40).startswith("  Outs…↓")


class RowsApp(DeskApp):
    """A list, and what it said."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield Rows(COLUMNS, empty="Nobody", marking=True, id="rows")

    @on(Rows.Moved)
    @on(Rows.Marked)
    def hear(self, message: Rows.Moved | Rows.Marked) -> None:
        """Keep what was said."""
        self.said.append(f"{type(message).__name__} {message.key}")

    @on(Rows.WantsMore)
    def more(self, message: Rows.WantsMore) -> None:
        """Keep that more is wanted."""
        self.said.append(f"more after {len(message.control.source)}")


@asynccontextmanager
async def rows_of(
    source: People, *, size: tuple[int, int] = (80, 12), more: bool = False
) -> AsyncIterator[tuple[Pilot[None], Rows, RowsApp]]:
    """A list in focus."""
    app = RowsApp()
    async with app.run_test(size=size) as pilot:
        rows = app.query_one(Rows)
        rows.show(source, more=more)
        rows.focus()
        await pilot.pause()
        yield pilot, rows, app


def drawn(rows: Rows) -> list[str]:
    return [rows.render_line(y).text.rstrip() for y in range(rows.size.height)]


def numbered(count: int) -> People:
    return People([(f"N{number}, X", f"£{number}.00", "") for number in range(count)])


async def test_the_cursor_stays_on_its_row_when_rows_are_sorted_or_narrowed() -> None:
    """And says where it went when its row is gone.

    Seen red with: the cursor kept by its number; and with nothing said.
    """
    async with rows_of(People()) as (pilot, rows, app):
        await pilot.press("down")
        rows.sort(0)
        assert (rows.selected, rows.index) == ("adams", 0)
        rows.sort(0)
        assert (rows.selected, rows.index) == ("adams", 4)
        rows.narrow("sm")
        await pilot.pause()
        assert (rows.selected, app.said[-1]) == ("smith", "Moved smith")
        rows.narrow("")
        assert rows.selected == "smith"
        rows.sort(None)
        assert rows.index == 2


async def test_a_narrowed_list_says_how_many_of_how_many_are_left() -> None:
    """Also where the heading has no gap for it. Seen red with: it said only where there is a gap."""
    async with rows_of(numbered(40)) as (pilot, rows, _):
        assert "1-11 of 40" in drawn(rows)[0]
        rows.narrow("n1")
        assert rows.place == "11 of 40" and "11 of 40" in drawn(rows)[0]
        rows.narrow("nobody")
        assert "0 of 40" in drawn(rows)[0]
        assert drawn(rows)[1] == " None of these holds “nobody”"
        assert rows.selected is None
        await pilot.press("down", "end", "space", "enter")
        assert rows.marked == ()
        rows.narrow("")
        await pilot.resize_terminal(14, 12)
        rows.narrow("n1")
        await pilot.pause()
        assert drawn(rows)[0].endswith(" 11 of 40")
        rows.show(People([]))
        assert drawn(rows)[1] == " Nobody"


async def test_marks_stay_on_their_keys_until_those_are_gone() -> None:
    """Seen red with: marks of rows that are gone kept; and with no mark drawn."""
    async with rows_of(People()) as (pilot, rows, app):
        await pilot.press("space", "space", "end", "space", "space")
        assert [*rows.marked, rows.selected] == ["jones", "adams", "smythe"]
        assert app.said[:2] == ["Marked jones", "Moved adams"]
        assert [line[:2] for line in drawn(rows)[1:6]] == [" *", " *", "  ", "  ", "> "]
        assert rows.place == "2 marked" and "2 marked" in drawn(rows)[0]
        rows.sort(0)
        rows.narrow("adams")
        assert [*rows.marked] == ["jones", "adams"]
        rows.narrow("")
        rows.show(People(PEOPLE[1:]))
        assert [*rows.marked] == ["adams"]
        rows.show(People())
        assert [*rows.marked] == ["adams"]
        rows.unmark()
        assert [*rows.marked, rows.place] == [""]


async def test_more_rows_are_asked_for_near_the_end_and_once() -> None:
    """Seen red with: asked for at every key; never again after a page that brought nothing; and with more asked for when
    there are no more.
    """
    async with rows_of(numbered(100), more=True) as (pilot, rows, app):
        assert "more after 100" not in app.said
        assert "1-11 of 100+" in drawn(rows)[0]
        await pilot.press("end", "up", "up")
        assert app.said.count("more after 100") == 1
        rows.show(numbered(150), more=True)
        await pilot.pause()
        assert rows.selected == "n97"
        assert "more after 150" not in app.said
        await pilot.press("end")
        assert app.said.count("more after 150") == 1
        rows.show(numbered(150), more=True)
        await pilot.pause()
        assert app.said.count("more after 150") == 1
        await pilot.press("down")
        assert app.said.count("more after 150") == 2
        rows.show(numbered(150))
        await pilot.press("end", "down")
        assert app.said.count("more after 150") == 2


async def test_a_list_that_is_not_full_asks_for_more_at_once_and_a_narrowed_one_when_a_key_is_pressed() -> None:
    """Nor does a cursor that was left at the end: a sorted list would fetch page after page.

    Seen red with: a narrowed list fetching all there is; and with the rows of the source counted, not those shown.
    """
    async with rows_of(numbered(5), more=True) as (pilot, rows, app):
        assert app.said == ["more after 5"]
        rows.show(numbered(100), more=True)
        rows.narrow("n99")
        rows.narrow("nobody")
        await pilot.pause()
        assert app.said.count("more after 100") == 0
        assert (rows.place, drawn(rows)[1]) == ("0 of 100+", " None of these holds “nobody”; Down fetches more")
        await pilot.press("down")
        assert app.said.count("more after 100") == 1
        rows.narrow("")
        rows.sort(1)
        rows.sort(1)
        await pilot.press("end")
        rows.show(numbered(200), more=True)
        await pilot.pause()
        assert rows.selected == "n0"
        assert "more after 200" not in app.said


async def test_a_mark_repaints_its_row_the_next_and_the_heading() -> None:
    """Seen red with: the whole list painted."""
    async with rows_of(numbered(40)) as (pilot, rows, _):
        painted: list[int] = []
        original = rows.render_line
        rows.render_line = lambda y: painted.append(y) or original(y)  # type: ignore[method-assign, func-returns-value]
        await pilot.press("down")
        await pilot.pause()
        assert set(painted) == {1, 2}
        painted.clear()
        await pilot.press("space")
        await pilot.pause()
        assert set(painted) == {0, 2, 3}
