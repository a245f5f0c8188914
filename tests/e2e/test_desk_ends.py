"""The end of the real desk, with two cases open and half a sentence in a form: the line drops, a signal comes, it fails."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.desks import account_line, desk, environment, greenwax, number, real_store
from tests.e2e.terminal import Terminal, python

WITHIN = 5.5
"""The five seconds that are promised, and a little for the machine the test runs on."""

FAILING = """
import sys
from pathlib import Path
from tui import view_models

trigger, drawn = Path(sys.argv.pop(1)), view_models.to_say


def to_say(spoken, width):
    payer = "Bartholomew Pennyfeather, born 14 Mar 1987"
    if trigger.exists():
        raise LookupError(f"nothing is known of {payer}")
    return drawn(spoken, width)


view_models.to_say = to_say
from greenwax.cli import main

sys.exit(main())
"""
"""The program with a view-model that fails from the moment on at which a file is there."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return real_store(tmp_path, account_line(1), account_line(2))


def busy(terminal: Terminal) -> None:
    """One case claimed with something typed on it, and a second one, with half a note, on the screen."""
    terminal.send("n")
    terminal.wait_for(f"K01-{number(1)}")
    terminal.wait_until_quiet(0.3)
    terminal.send("phalf")
    terminal.wait_for("* half")
    terminal.press("f3")
    terminal.wait_for("kept for later")
    terminal.send(number(2))
    terminal.wait_for("nobody is working it")
    terminal.wait_until_quiet(0.3)
    terminal.send("oher brother will pay on fri")
    terminal.wait_for("* her brother will pay on fri")


def all_is_kept(home: Path, store: Path) -> None:
    """The claim is there, both drafts are, and nothing was saved that was not to be."""
    assert greenwax(home, "show", number(1), "--store", store)["claim"] is not None
    for n in (1, 2):
        kinds = {entry["kind"] for entry in greenwax(home, "timeline", number(n), "--store", store)}
        assert not kinds & {"note", "promise"}
    with desk(home, store) as terminal:
        terminal.wait_for(f"you still have K01-{number(1)}")
        terminal.wait_for("is kept, unsaved")
        terminal.send("n")
        terminal.wait_for(f"K01-{number(1)}")
        terminal.wait_until_quiet(0.3)
        terminal.send("p")
        terminal.wait_for("* half")
        terminal.press("f3")
        terminal.send(number(2))
        terminal.wait_for("nobody is working it")
        terminal.wait_until_quiet(0.3)
        terminal.send("o")
        terminal.wait_for("* her brother will pay on fri")


@contextmanager
def ends_in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < WITHIN


def given_back(terminal: Terminal, since: int) -> bool:
    """Whether the terminal is as it was: the main screen, its cursor, its settings."""
    said = terminal.raw[since:]
    left = said.count(b"\x1b[?1049l") == 1 and b"\x1b[?25h" in said and b"\x1b[?2004l" in said
    return left and terminal.settings == terminal.attributes


def test_a_dropped_line_loses_nothing(tmp_path: Path, store: Path) -> None:
    """Typed to the last key: not even the half second of a draft had gone. Seen red with: `on_hangup` saving nothing; and
    the claim released at the end."""
    with desk(tmp_path, store) as terminal:
        busy(terminal)
        with ends_in_time():
            terminal.hang_up()
            assert terminal.wait_for_exit(WITHIN) == 128 + signal.SIGHUP
    all_is_kept(tmp_path, store)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_loses_nothing_and_gives_the_terminal_back(
    tmp_path: Path, store: Path, number: signal.Signals
) -> None:
    """Seen red with: `on_hangup` saving nothing; the signal handlers not installed."""
    with desk(tmp_path, store) as terminal:
        busy(terminal)
        since = len(terminal.raw)
        with ends_in_time():
            terminal.signal(number)
            assert terminal.wait_for_exit(WITHIN) == 128 + number
        terminal.wait_until(lambda: given_back(terminal, since), what="the terminal given back")
    all_is_kept(tmp_path, store)


def test_neither_ctrl_z_nor_a_stop_signal_takes_a_desk_with_a_claim_away(tmp_path: Path, store: Path) -> None:
    """Seen red with: SIGTSTP left as it is."""
    with desk(tmp_path, store) as terminal:
        busy(terminal)
        terminal.press("ctrl+z")
        terminal.signal(signal.SIGTSTP)
        terminal.send("day")
        terminal.wait_for("* her brother will pay on friday")
        assert Path(f"/proc/{terminal.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T"


def test_a_failure_keeps_what_was_typed_and_tells_nothing_of_the_case(tmp_path: Path, store: Path) -> None:
    """A view-model fails while a note is typed: there is one line with a reference, and the trace is in the log.

    Seen red with: Textual's own `_handle_exception`; `on_hangup` saving nothing; the message of the exception in the log; the
    last line said twice.
    """
    trigger = tmp_path / "fails"
    argv = python("-c", FAILING, str(trigger), "--store", str(store))
    with Terminal(argv, env=environment(tmp_path)) as terminal:
        terminal.wait_for("Calls to make", 20)
        terminal.wait_until_quiet()
        busy(terminal)
        since = len(terminal.raw)
        trigger.touch()
        with ends_in_time():
            terminal.send("d")
            assert terminal.wait_for_exit(WITHIN) == 1
        terminal.wait_until(lambda: given_back(terminal, since), what="the terminal given back")
        told = " ".join(terminal.raw[since:].rpartition(b"\x1b[?1049l")[2].decode().split())
        assert told.count("Greenwax has stopped. What you typed is kept as a draft.") == 1
        reference = re.search(r"support: ([0-9A-F]{4}-[0-9A-F]{4})", told)
        assert reference is not None
        for secret in ("Pennyfeather", "PAYER", "Payer", "brother", number(1), number(2), "Traceback", "07700"):
            assert secret not in told
        log = next(tmp_path.glob("state/**/crash.log")).read_text("utf-8")
        assert reference[1] in log and "builtins.LookupError" in log and "in to_say" in log
        for secret in ("Pennyfeather", "Payer", "brother", number(2)):
            assert secret not in log
    trigger.unlink()
    all_is_kept(tmp_path, store)
