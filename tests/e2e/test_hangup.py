"""The end of the desk: a dropped line, a signal, a dead line, a failure. What was typed is kept, and nothing is left over."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, python

SECRET = b"Pennyfeather"
WITHIN = 5.5
"""The five seconds that are promised, and a little for the machine the test runs on."""

Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start the demo with a half-typed form on its screen."""

    def begin(controlling: bool = True, **env: str) -> Terminal:
        paths = {"GREENWAX_DEMO_LOG": str(tmp_path / "log"), "GREENWAX_DEMO_CRASH_LOG": str(tmp_path / "crash")}
        terminal = Terminal(
            python("-m", "tests.e2e.demo_app"),
            env={"GREENWAX_DEMO_STORE": "0.01", **paths, **env},
            controlling=controlling,
        )
        try:
            terminal.wait_for("SURNAME3,")
            terminal.press("enter", "p", "17")
            terminal.wait_for("* 17")
        except BaseException:
            terminal.close()
            raise
        return terminal

    return begin


def _draft(folder: Path) -> object:
    lines = (folder / "log").read_text("utf-8").splitlines()
    return next(
        (e["values"] for e in map(json.loads, lines) if e["event"] == "draft at the end"),
        None,
    )


def _left_in_order(terminal: Terminal, since: int) -> bool:
    said = terminal.raw[since:]
    return said.count(b"\x1b[?1049l") == 1 and b"\x1b[?25h" in said and b"\x1b[?2004l" in said


@pytest.mark.parametrize("controlling", [True, False], ids=["SIGHUP", "end-of-file-only"])
def test_a_dropped_line_saves_the_draft_and_ends_the_process(start: Start, tmp_path: Path, controlling: bool) -> None:
    """Seen red with: the end of file not noticed in `run_input_thread`, and with SIGHUP left to Textual."""
    with start(controlling=controlling) as terminal:
        terminal.hang_up()
        assert terminal.wait_for_exit(WITHIN) == 128 + signal.SIGHUP
        assert _draft(tmp_path) == {"amount": "17", "due": "fri"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_saves_the_draft_and_gives_the_terminal_back(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    """Seen red with: the signal handlers not installed."""
    with start() as terminal:
        since = len(terminal.raw)
        terminal.signal(number)
        assert terminal.wait_for_exit(WITHIN) == 128 + number
        assert _draft(tmp_path) == {"amount": "17", "due": "fri"}
        terminal.wait_until(lambda: _left_in_order(terminal, since), what="the terminal given back")
        assert terminal.settings == terminal.attributes


@pytest.mark.parametrize("hang", ["await", "block"])
def test_a_draft_that_cannot_be_saved_does_not_keep_the_process(start: Start, hang: str) -> None:
    """A store that never answers, and one that stops the whole event loop.

    Seen red with: the watchdog not started.
    """
    with start(GREENWAX_DEMO_HANG=hang) as terminal:
        since = len(terminal.raw)
        began = time.monotonic()
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit(WITHIN) == 128 + signal.SIGTERM
        assert time.monotonic() - began > 2
        terminal.wait_until(lambda: _left_in_order(terminal, since), what="the terminal given back")
        assert terminal.settings == terminal.attributes


def test_a_line_that_is_up_but_dead_does_not_keep_the_process(start: Start, tmp_path: Path) -> None:
    """Nobody reads, so that the writer blocks, and with it the event loop: the draft is saved all the same.

    Seen red with: `_unblock_writer` left out (no draft).
    """
    with start() as terminal:
        terminal.press("f5")
        time.sleep(0.2)
        terminal.stall()
        time.sleep(1.5)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit(WITHIN) == 128 + signal.SIGTERM
        assert _draft(tmp_path) == {"amount": "17", "due": "fri"}


def test_a_failure_shows_a_reference_and_nothing_of_the_case(start: Start, tmp_path: Path) -> None:
    """The failing handler has a name in a local variable and in its exception's message.

    Seen red with: Textual's own `_handle_exception`, and with the exception's message in the log.
    """
    with start() as terminal:
        terminal.press("f3")
        terminal.wait_until_quiet()
        terminal.press("x")
        assert terminal.wait_for_exit(WITHIN) == 1
        terminal.wait_for("What you typed is kept as a draft.")
        reference = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", terminal.screen.replace("\n", ""))
        assert reference is not None
        assert SECRET not in terminal.raw
        assert b"Traceback" not in terminal.raw
        log = tmp_path / "crash"
        assert log.stat().st_mode & 0o777 == 0o600
        text = log.read_text("utf-8")
        assert reference.group() in text
        assert "builtins.LookupError" in text
        assert "action_crash" in text
        assert SECRET.decode() not in text
        assert terminal.settings == terminal.attributes


def test_a_failure_whose_draft_is_lost_says_so(start: Start, tmp_path: Path) -> None:
    """Seen red with: the sentence about the draft not depending on whether it was saved."""
    with start(GREENWAX_DEMO_HANG="fail") as terminal:
        terminal.press("f3")
        terminal.wait_until_quiet()
        terminal.press("x")
        assert terminal.wait_for_exit(WITHIN) == 1
        terminal.wait_for("What you typed last could not be kept.")
        assert SECRET not in terminal.raw
        assert SECRET not in (tmp_path / "crash").read_bytes()


def test_no_stray_key_or_stop_signal_takes_the_desk_away(start: Start) -> None:
    """Ctrl+Z, Ctrl+C, Ctrl+Q and a stop signal leave it where it is.

    Seen red with: Textual's own bindings inherited, and SIGTSTP left to Textual.
    """
    with start() as terminal:
        terminal.press("ctrl+z", "ctrl+c", "ctrl+q", "ctrl+p", "ctrl+d")
        terminal.signal(signal.SIGTSTP)
        terminal.press("5")
        terminal.wait_for("* 175")
        assert terminal.alive
        assert Path(f"/proc/{terminal.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T"


def test_the_environment_cannot_choose_a_driver_or_type_keys(start: Start) -> None:
    """Seen red with: `forget_textual_environment` not called."""
    environment = {
        "TEXTUAL_PRESS": "down,down,d",
        "TEXTUAL_DRIVER": "tests.no_such:Driver",
        "TEXTUAL": "debug,devtools",
    }
    with start(**environment) as terminal:
        assert "Case K000000" in terminal.screen


def test_the_harness_leaves_nothing_behind() -> None:
    """A program that is still running when its test is over is ended."""
    terminal = Terminal(python("-c", "import time; time.sleep(60)"))
    with terminal:
        assert terminal.pid > 0
    assert terminal.exit_code == -signal.SIGKILL
    assert not Path(f"/proc/{terminal.pid}").exists()
