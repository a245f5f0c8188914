"""What tests of stores do to them: make the disk quick, look on at its calls, let it fail; let transactions fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from api_client import history_log, journal
from api_client.journal_db import JournalDB
from api_client.local_store import LocalStore
from casework.commit import Commit


def quicken(put: Callable[[Any, str, Any], None], *, ahead: int) -> None:
    """Have ``put`` (setattr, or a test's) make the disk quick: few zeros ahead, and nothing waited for."""
    put(journal, "AHEAD", ahead)
    put(history_log, "AHEAD", ahead)
    put(os, "fsync", os.fstat)  # still refuses what is no file
    put(os, "fdatasync", os.fstat)


def put_cases(store: LocalStore, *opened: Commit) -> None:
    """Have the store hold these cases, just opened."""
    for done in opened:
        store.write(done, None)


def failing(db: JournalDB, work: Callable[[], object]) -> None:
    """A transaction that does ``work`` and then fails."""

    def run() -> None:
        with db.transaction():
            work()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run()


def watch_calls(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[tuple[str, bytes]]:
    """(name, bytes written) of each of these system calls from now on."""
    calls: list[tuple[str, bytes]] = []

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            calls.append((name, bytes(args[1]) if name == "pwrite" else b""))
            return real(*args)

        return call

    for name in names:
        monkeypatch.setattr(os, name, watched(name, getattr(os, name)))
    return calls


def break_calls(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """From now on these system calls fail as on a full or dying disk."""

    def broken(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    for name in names:
        monkeypatch.setattr(os, name, broken)
