"""Calls through the installed program in a real terminal, each typed in one burst, and read back in a new process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.desks import account_line, desk, greenwax, number, real_store

BORN = {"date_of_birth": "1987-03-14"}


@pytest.mark.parametrize(("width", "height"), [(120, 36), (80, 24)])
def test_two_keys_in_one_burst_log_a_call_that_nobody_answered(tmp_path: Path, width: int, height: int) -> None:
    """And the next two keys log the next."""
    store = real_store(tmp_path, *(account_line(n) for n in (1, 2, 3)))
    with desk(tmp_path, store, width, height) as terminal:
        terminal.send("n")
        for n in (1, 2):
            terminal.wait_for(f"K01-{number(n)}")
            terminal.wait_until_quiet()
            terminal.send("cn")
        terminal.wait_for(f"K01-{number(3)}")
        terminal.wait_for(f"Saved: K01-{number(2)} call out · no answer")
    for n in (1, 2):
        case = greenwax(tmp_path, "show", number(n), "--store", store)
        assert [one["outcome"] for one in case["contacts"]] == ["NO_ANS"]
        assert [task["kind"] for task in case["tasks"]] == ["call"]
        assert case["claim"] is None
    assert greenwax(tmp_path, "show", number(3), "--store", store)["contacts"] == []


@pytest.mark.parametrize(("width", "height"), [(120, 36), (80, 24)])
def test_a_conversation_in_one_burst_is_one_call_with_its_promise(tmp_path: Path, width: int, height: int) -> None:
    """Identity, the letter of the outcome, amount, day; what the caller said is nowhere on disk."""
    store = real_store(tmp_path, account_line(1, person=BORN), account_line(2))
    with desk(tmp_path, store, width, height) as terminal:
        terminal.send("n")
        terminal.wait_for(f"K01-{number(1)}")
        terminal.wait_until_quiet()
        terminal.send("cs14/3/87, dy10 2ab\rp50\r+7\r")
        terminal.wait_for("£50.00")
        terminal.wait_for("✓ identity shown")
        terminal.press("f10")
        terminal.wait_for(f"Saved: K01-{number(1)} call out · promised to pay")
    case = greenwax(tmp_path, "show", number(1), "--store", store)
    assert [(one["outcome"], one["reached"]) for one in case["contacts"]] == [("PTP", True)]
    assert case["contacts"][0]["talk_seconds"] is not None
    assert [one["amount_pence"] for one in case["promises"]] == [5_000]
    assert not any("14/3/87" in file.read_text("utf-8", "replace") for file in store.rglob("*") if file.is_file())
