"""Another size of the terminal, at any moment: what was typed, what was chosen and what is being read are there again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.desks import account_line, desk, number, real_store
from tests.e2e.terminal import Terminal

SIZES = ((80, 24), (200, 60), (100, 30), (79, 24), (80, 23), (120, 36), (20, 5), (80, 24))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two accounts; the first has a Welsh and a Japanese name."""
    home = tmp_path_factory.mktemp("resize")
    named = {"name": {"surname": "Llŷr-ŵyn", "forenames": "日本 太郎"}}
    return real_store(home / "made", account_line(1, person=named), *(account_line(n) for n in range(2, 25)))


@pytest.fixture
def terminal(store: Path, tmp_path: Path) -> Iterator[Terminal]:
    with desk(tmp_path, store) as terminal:
        yield terminal


def fits(terminal: Terminal) -> bool:
    return terminal.width >= 80 and terminal.height >= 24


def sized(terminal: Terminal, width: int, height: int) -> None:
    """The terminal is of this size now, and the desk has seen it."""
    terminal.resize(width, height)
    if fits(terminal):
        terminal.wait_until(
            lambda: any(word in terminal.lines[-1] for word in ("quit", "F10", "back")), 10, "the last line"
        )
    else:
        terminal.wait_until(lambda: "24 lines" in " ".join(terminal.screen.split()), 10, "the sentence")
    terminal.wait_until_quiet(0.4)


def test_what_is_typed_into_a_form_stays_through_every_size(terminal: Terminal) -> None:
    """And goes on where it was. Seen red with: a form that was drawn anew from its defaults."""
    terminal.press("n")
    terminal.wait_for("NEXT BECAUSE")
    terminal.press("o")
    terminal.send("said he would ring")
    terminal.wait_for("said he would ring")
    for size in SIZES:
        sized(terminal, *size)
        assert ("said he would ring" in terminal.screen) == fits(terminal), size
    terminal.send(" on Friday")
    terminal.wait_for("said he would ring on Friday")
    terminal.press("f10")
    terminal.wait_for("Saved")
    assert "said he would ring on Friday" in terminal.screen


def test_a_key_typed_where_nothing_is_seen_does_nothing(terminal: Terminal) -> None:
    """It rings. Seen red with: keys that went on into a form which nobody saw."""
    terminal.press("n")
    terminal.wait_for("NEXT BECAUSE")
    terminal.press("o")
    terminal.send("seen")
    terminal.wait_for("seen")
    sized(terminal, 60, 20)
    rung = terminal.raw.count(b"\x07")
    terminal.press(*"blind", "f10", gap=0.02)
    terminal.wait_until(lambda: terminal.raw.count(b"\x07") > rung, 5, "the bell")
    sized(terminal, 80, 24)
    assert "seen" in terminal.screen
    assert "blind" not in terminal.screen
    assert "Saved" not in terminal.screen


def test_a_list_that_was_scrolled_keeps_its_row_in_sight(terminal: Terminal) -> None:
    """Among what was found. Seen red with: the selection left below the last line of a smaller screen."""
    terminal.send("/payer")
    terminal.press("enter")
    terminal.wait_for("found")
    terminal.press(*["down"] * 9)
    terminal.wait_until_quiet()
    (chosen,) = (line for line in terminal.lines if line.startswith("> "))
    for size in SIZES:
        sized(terminal, *size)
        if fits(terminal):
            rows = [line for line in terminal.lines if line.startswith("> ")]
            assert [row[:16] for row in rows] == [chosen[:16]], size


def test_what_is_being_read_stays_open_at_the_same_place(terminal: Terminal) -> None:
    """Seen red with: the reader closed by the list under it."""
    terminal.press("n")
    terminal.wait_for("NEXT BECAUSE")
    terminal.press("f6")
    terminal.wait_for("All that stands at the top")
    for size in SIZES:
        sized(terminal, *size)
        assert ("All that stands at the top" in terminal.screen) == fits(terminal), size
    terminal.press("escape")
    terminal.wait_until(lambda: "All that stands" not in terminal.screen, 5, "the reader to close")


def test_wide_and_welsh_letters_keep_the_columns_in_line(terminal: Terminal) -> None:
    """Seen red with: `len` for `cells` in `fit`."""
    terminal.send(f"/{number(1)}")
    terminal.wait_for("LLŶR-ŴYN")
    assert "日本 太郎" in terminal.screen
    for size in SIZES:
        sized(terminal, *size)
        if fits(terminal):
            edges = {line.index("│") for line in terminal.lines if "│" in line and "日" not in line}
            assert len(edges) == 1, f"{size}\n{terminal.screen}"
