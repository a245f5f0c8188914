"""Find, my day and the timeline through the installed program in a real terminal, typed at speed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.desks import account_line, desk, number, real_store

GAPS = [0.0, 0.01]


@pytest.mark.parametrize("gap", GAPS)
def test_an_enter_behind_a_wrong_letter_opens_nothing(tmp_path: Path, gap: float) -> None:
    """Where the letter is wrong a digit may be, so what was typed ahead goes; the digits stay, and the right letter opens.

    Seen red with: what was typed ahead left in the line, so that the Enter opened the case of the wrong digits.
    """
    store = real_store(tmp_path, account_line(1), account_line(2))
    right = number(1)
    wrong = "A" if right[-1] != "A" else "B"
    with desk(tmp_path, store) as terminal:
        terminal.send(f"{right[:-1]}{wrong}\r", gap=gap)
        terminal.wait_for(f"the check letter of {right[:-1]} is {right[-1]}")
        terminal.wait_until_quiet(0.3)
        assert "NEXT BECAUSE" not in terminal.screen
        terminal.send(right[-1].lower())
        terminal.wait_for("NEXT BECAUSE")


@pytest.mark.parametrize("gap", GAPS)
def test_my_day_and_the_timeline_take_keys_as_fast_as_they_come(tmp_path: Path, gap: float) -> None:
    """Into my day and back, then words that narrow, then all again. Seen red with: a letter that narrows typed into the case,
    where it opened a form."""
    store = real_store(tmp_path, account_line(1))
    with desk(tmp_path, store) as terminal:
        terminal.send("yn", gap=gap)
        terminal.wait_for("TODAY")
        terminal.wait_until_quiet(0.3)
        terminal.send("\x1b")
        terminal.wait_for("Calls to make")
        terminal.wait_until_quiet(0.3)
        terminal.send("n")
        terminal.wait_for(f"K01-{number(1)}")
        terminal.wait_until_quiet()
        terminal.send("osister rang\rfsister\rnotes\r", gap=gap)
        terminal.wait_for("only notes with “sister”")
        terminal.wait_for("note sister rang")
