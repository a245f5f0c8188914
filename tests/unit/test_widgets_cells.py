"""Measured text and edited text, without a screen."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.cells import UNSAFE, cells, clusters, drawn, fit, one_line, typed_text
from tui.widgets.entry import Entry, wrapped

ODD = st.text(
    st.one_of(
        st.sampled_from("ab ŵé漢字한e\u0301\u0302\u200d\ufe0f\u202e\x1b\x9b\n\t👍🏽🇬🇧\ud800\u200b…"),
        st.characters(),
    ),
    max_size=40,
)


@given(text=ODD, width=st.integers(0, 30), align=st.sampled_from(["left", "right"]))
def test_fitted_text_takes_its_width_and_obeys_nothing(text: str, width: int, align: str) -> None:
    """A text of any kind in a column of any width."""
    shown = fit(text, width, "right" if align == "right" else "left")
    assert cell_len(shown) == width
    assert not UNSAFE.search(shown)
    assert not UNSAFE.search(drawn(text))
    assert cell_len(drawn(text)) == cells(one_line(text))


@given(text=st.text(st.sampled_from("ab £é–…·→│ŵ漢e\u0301\xad\u200b"), max_size=12), width=st.integers(1, 14))
def test_plain_text_is_drawn_as_if_it_had_been_taken_apart(text: str, width: int) -> None:
    """Seen red with: the soft hyphen among what is plain; a cut without its ellipsis."""
    found = clusters(one_line(text))
    assert cells(text) == sum(one.width for one in found)
    if cells(text) <= width:
        assert fit(text, width).rstrip() == "".join(one.shown for one in found).rstrip()
    else:
        assert fit(text, width).rstrip().endswith("…")


@given(ODD)
def test_clusters_cover_a_text_without_gaps(text: str) -> None:
    found = clusters(text)
    assert [c.start for c in found] == [0, *(c.end for c in found)][: len(found)]
    assert (found[-1].end if found else 0) == len(text)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Llŷr", 6, "Llŷr  "),
        ("漢字漢字", 6, "漢字… "),
        ("漢字漢", 6, "漢字漢"),
        ("abcdef", 4, "abc…"),
        ("🇬🇧 flag", 7, "GB flag"),
        ("\u0301x", 3, "\ufffdx "),
        ("a\nb", 4, "a b "),
        ("e" + "\u0301" * 99, 1, "e" + "\u0301" * 4),
    ],
)
def test_what_is_cut_and_what_is_drawn(text: str, width: int, shown: str) -> None:
    """Seen red with: `_cut` counting a wide character as one cell."""
    assert fit(text, width) == shown


def test_a_paste_keeps_its_lines_only_where_a_field_has_several() -> None:
    assert typed_text("one\r\ntwo\rthree\n", several_lines=True) == "one\ntwo\nthree"
    assert typed_text("one\r\ntwo\x07\n", several_lines=False) == "one two"


Step = tuple[str, str]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "back", "delete", "left", "right", "home", "end", "up", "down", "clear"]), ODD
    ),
    max_size=25,
)


@given(steps=STEPS, width=st.integers(2, 20), height=st.integers(1, 3))
def test_any_editing_keeps_the_cursor_on_a_character_and_in_view(steps: list[Step], width: int, height: int) -> None:
    entry = Entry("default", fresh=True, cursor=7)
    for name, text in steps:
        match name:
            case "insert":
                entry.insert(text)
            case "back" | "delete":
                entry.erase(back=name == "back")
            case "left" | "right":
                entry.move(-1 if name == "left" else 1)
            case "home" | "end":
                entry.to_edge(end=name == "end", width=width if height > 1 else None)
            case "up" | "down":
                entry.move_line(-1 if name == "up" else 1, width)
            case _:
                entry.clear()
        window = entry.window(width, height)
        assert [cell_len(line) for line in window.lines] == [width] * height
        assert 0 <= window.row < height
        assert 0 <= window.column < width
        assert 0 <= entry.cursor <= len(entry.text)


@given(text=ODD, width=st.integers(2, 12))
def test_wrapped_lines_hold_all_of_a_text_and_fit(text: str, width: int) -> None:
    lines = wrapped(text, width)
    kept = "".join(text[start:stop] for start, stop in lines)
    assert kept == text.replace("\n", "")
    assert all(cells(text[start:stop]) <= max(width, 2) for start, stop in lines)


def test_a_fresh_default_is_replaced_by_typing_and_kept_by_the_cursor() -> None:
    replaced = Entry("month", fresh=True, cursor=5)
    replaced.insert("w")
    assert replaced.text == "w"
    kept = Entry("month", fresh=True, cursor=5)
    kept.to_edge(end=True)
    kept.insert("s")
    assert kept.text == "months"
    emptied = Entry("month", fresh=True, cursor=5)
    emptied.erase(back=True)
    assert (emptied.text, emptied.touched) == ("", True)


def test_a_character_is_stepped_over_and_taken_out_whole() -> None:
    """Seen red with: `erase` taking out one code point."""
    entry = Entry("ae\u0301漢", cursor=4)
    entry.move(-1)
    assert entry.cursor == 3
    entry.erase(back=True)
    assert (entry.text, entry.cursor) == ("a漢", 1)
    entry.erase(back=False)
    assert (entry.text, entry.cursor) == ("a", 1)


def test_a_field_takes_no_more_than_its_limit() -> None:
    entry = Entry(limit=4)
    assert entry.insert("abc")
    assert not entry.insert("def")
    assert entry.text == "abcd"


def test_a_long_note_typed_key_by_key_leaves_little_behind() -> None:
    """What is remembered of texts is bounded in bytes, not only in number: five hundred keys at the end of a long note once
    left 200 MB. Seen red with: one cache for long texts and short."""
    clusters("warm")
    tracemalloc.start()
    try:
        for key in range(500):
            clusters("She will ring. " * 200 + "x" * key)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 8_000_000
