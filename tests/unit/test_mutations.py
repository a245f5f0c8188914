"""Whatever is done to the history of a store, or to its access log, `greenwax audit verify` finds it, given the heads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import mutations
from tests.office_work import pin_salts

EACH = 6
"""Of each kind. `python -m tests.mutations 1000` tries more."""


def test_every_mutation_of_a_history_is_found(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without the heads all but those that leave a history that is whole.

    Seen red with: where the line before stands not looked at (neighbours swapped); the hash of a body not compared; the number
    of an event alone compared, and not what it follows; the heads not asked for, or not for the access log.
    """
    pin_salts(monkeypatch.setattr)
    found = mutations.tally(tmp_path, EACH * len(mutations.KINDS), seed=24000731)
    assert [kind for kind, counts in found.items() if counts["not found"]] == []
    by_heads = {kind for kind, counts in found.items() if counts["only by the heads"]}
    assert by_heads <= mutations.WHOLE
    assert {("drop a case", "fitted"), ("cut at a line", "fitted"), ("edit and re-chain", "fitted")} <= by_heads
    assert {("access log: truncate", "alone"), ("access log: drop and re-chain", "alone")} <= by_heads


def test_the_command_says_what_was_found_by_what(capsys: pytest.CaptureFixture[str], quick_disk: None) -> None:
    assert mutations.main(["1", "--seed", "1"]) == 0
    assert "1 mutations, seed 1: 1 " in capsys.readouterr().out
