"""What stands on the terminal before the desk does, and that the terminal is given back whatever becomes of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from bench.terminal_meter import Meter
from tests.e2e.desks import account_line, environment, program, real_store
from tests.e2e.terminal import ROOT

OPENING = "Greenwax: opening the desk."
LEFT = b"\x1b[?1049l"
"""The screen that stays is shown again."""

KEPT_WAITING = """
import sys, termios, time
from tui.first_frame import FirstFrame
with FirstFrame():
    time.sleep(float(sys.argv[1]))
    {then}
print("after it", bool(termios.tcgetattr(0)[3] & termios.ECHO))
"""


def waiting(home: Path, then: str = "pass", seconds: float = 30) -> Meter:
    """A first frame after which no desk comes."""
    code = KEPT_WAITING.format(then=then)
    return Meter([sys.executable, "-c", code, str(seconds)], env=environment(home), cwd=ROOT)


def sent(meter: Meter) -> bytes:
    """All that the program has written."""
    return b"".join(chunk.data for chunk in meter._chunks)


def test_the_first_frame_needs_neither_the_domain_nor_the_terminal_library() -> None:
    """Seen red with: `casework.refusals` imported at the top of `greenwax/opening.py`."""
    code = "import sys, greenwax.cli, greenwax.opening; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {name.split(".")[0] for name in loaded.split()} & {
        "pydantic",
        "casework",
        "api_client",
        "textual",
        "rich",
    }


def test_the_frame_is_there_before_the_desk_and_what_is_typed_meanwhile_is_kept(tmp_path: Path) -> None:
    """Enter too: a terminal that nobody has taken over sends it as a line feed. Seen red with: `ICRNL` left on; with the
    frame painted after the imports."""
    store = real_store(tmp_path, account_line(1))
    with Meter(program("--store", store), env=environment(tmp_path), cwd=ROOT) as meter:
        meter.wait_until(lambda: OPENING in meter.screen)
        assert "Calls to make" not in meter.screen
        meter.burst(("/", *"payer1", "enter", "enter"), lambda: "FLAGS" in meter.screen)
        assert OPENING not in meter.screen


def test_a_desk_that_took_over_gives_back_the_terminal_as_it_was_before_the_frame(tmp_path: Path) -> None:
    """Once: a screen that is left twice puts the cursor back over what was said. Seen red with: the frame not told."""
    store = real_store(tmp_path, account_line(1))
    with Meter(program("--store", store), env=environment(tmp_path), cwd=ROOT) as meter:
        meter.wait_until(lambda: "Calls to make" in meter.screen)
        meter.burst(("Q",), lambda: LEFT in sent(meter))
        meter.wait_until(lambda: meter.ended or bool(termios.tcgetattr(meter._fd)[3] & termios.ECHO))
        meter.wait_until_quiet(0.5, 5)
        assert sent(meter).count(LEFT) == 1


def test_the_terminal_is_as_it_was_when_no_desk_comes(tmp_path: Path) -> None:
    """Seen red with: the attributes not put back; the other screen not left."""
    with waiting(tmp_path, seconds=0.3) as meter:
        meter.wait_until(lambda: "after it" in meter.screen)
        assert "after it True" in meter.screen
        assert LEFT in sent(meter)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_before_the_desk_gives_the_terminal_back(tmp_path: Path, sign: signal.Signals) -> None:
    """Seen red with: no handler for what ends a process."""
    with waiting(tmp_path) as meter:
        meter.wait_until(lambda: OPENING in meter.screen)
        before = termios.tcgetattr(meter._fd)
        assert not before[3] & termios.ECHO
        subprocess.run(["kill", f"-{int(sign)}", str(meter.pid)], check=True)
        meter.wait_until(lambda: LEFT in sent(meter) and bool(termios.tcgetattr(meter._fd)[3] & termios.ECHO))


def test_why_no_desk_can_be_opened_stands_on_the_screen_that_stays(tmp_path: Path) -> None:
    """Seen red with: the frame left only when the process has ended."""
    with Meter(program("--store", tmp_path / "store", "--api", "x"), env=environment(tmp_path), cwd=ROOT) as meter:
        meter.wait_until(lambda: "local store only" in meter.screen)
        assert sent(meter).index(LEFT) < sent(meter).index(b"local store only")
