"""The command line called in this process, which is the same as the installed program and a hundred times as fast."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import pytest

from greenwax.cli import main


class Run(Protocol):
    """Run one command in this process; returns its one JSON document."""

    def __call__(self, *words: str | Path, exit_code: int = 0) -> Any: ...


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders in which nothing of this machine's person is read or written."""
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command with `--json`, its exit code and the shape of its answer checked."""

    def ask(*words: str | Path, exit_code: int = 0) -> Any:
        capsys.readouterr()
        code = said(*words, "--json")
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert code == exit_code, (words, code, out[-2000:], err[-2000:])
        answer = json.loads(out)  # more than one document would not be read
        if code and not (isinstance(answer, dict) and answer.keys() & {"rejected", "first_bad", "problems"}):
            check_error(answer)
            assert err.strip(), "the message goes to standard error"
        elif not code:
            assert err == ""
        return answer

    return ask


def said(*words: str | Path) -> int:
    """The exit code of a command run in this process."""
    try:
        return main([str(word) for word in words])
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 1


def check_error(answer: Any) -> None:
    """The error document of the contract."""
    assert answer.keys() == {"error"}
    assert answer["error"].keys() == {"type", "title", "reasons"}
    assert answer["error"]["reasons"], "there is always a reason"
    for reason in answer["error"]["reasons"]:
        assert reason.keys() == {"code", "message", "field", "source"}
        assert reason["message"]


def messages(answer: Any) -> str:
    """All that an error document says."""
    return " ".join(reason["message"] for reason in answer["error"]["reasons"])


def fields(answer: Any) -> list[str | None]:
    """The fields that an error document names."""
    return [reason["field"] for reason in answer["error"]["reasons"]]
