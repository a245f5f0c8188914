"""That each bench runs, on very little, and prints its table. How fast anything is, no test says."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import bench

COMMANDS = {
    "actions": ["--repeats", "1"],
    "calendar": ["--cases", "60", "--repeats", "1"],
    "desk": ["--cases", "20", "--runs", "1", "--idle", "0.2"],
    "files": ["--accounts", "20"],
    "keystrokes": ["11"],
    "opening": ["--cases", "20", "--repeats", "1"],
    "store": ["--cases", "40", "60", "--repeats", "2"],
    "projection": ["--repeats", "1"],
    "search": ["--cases", "120", "--asked", "2"],
}
PARTS = {
    "__init__",
    "bare_app",
    "counted_desk",
    "keystroke_model",
    "office",
    "peers",
    "sqlite_rows",
    "stopwatch",
    "stores",
    "terminal_meter",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_bench_prints_ours_beside_its_yardstick(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.stopwatch.LEAST_SECONDS", 0.0001)
    import_module(f"bench.{name}").main(COMMANDS[name])
    printed = capsys.readouterr().out
    assert "yardstick" in printed
    assert len(printed.splitlines()) >= 5


def test_every_bench_is_run_here() -> None:
    """Seen red with: a bench that is not in the list."""
    assert {path.stem for path in Path(bench.__file__).parent.glob("*.py")} == COMMANDS.keys() | PARTS
