"""Forty rounds of kill -9 over an office at work. `python -m tests.rounds 500` does more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import rounds
from tests.office_work import pin_salts


def test_what_was_answered_is_there_once_and_nothing_by_halves(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen red with: a claim ended, or the key kept, in a transaction of its own after the act; the history not cut at
    opening; a snapshot written in place; old journals removed before it is there; an answer given before its record is
    written; the last token given not written down.
    """
    pin_salts(monkeypatch.setattr)
    seen = rounds.run(tmp_path, 40, seed=1)
    assert seen["rounds"] == 40
    assert seen["acts acknowledged"] > 40
    assert seen["killed at a moment"] and seen["killed inside replace"] and seen["killed inside unlink"]
