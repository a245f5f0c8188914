"""What the unit tests of stores share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api_client.journal_db import JournalDB
from tests.unit.store_tools import quicken


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of stores in a second: few zeros ahead of the records, and a disk that need not be waited for.

    No test can see whether bytes are safe from a power cut, only whether the calls are made that make them so.
    """
    quicken(monkeypatch.setattr, ahead=8192)


@pytest.fixture
def db(tmp_path: Path, quick_disk: None) -> Iterator[JournalDB]:
    """A new store, open."""
    with JournalDB(tmp_path / "store") as opened:
        yield opened
