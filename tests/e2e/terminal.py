"""A real pseudo-terminal for tests: the program sees a terminal, the test sees its bytes and its screen.

`Pilot` waits between keys and so cannot see what fast typing does; and nothing but a terminal can hang up.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal as signals
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyte

ROOT = Path(__file__).parents[2]

KEYS: Mapping[str, bytes] = {
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "delete": b"\x1b[3~",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "enter": b"\r",
    "escape": b"\x1b",
    "backspace": b"\x7f",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
    "f12": b"\x1b[24~",
    **{f"ctrl+{letter}": bytes([ord(letter) - 96]) for letter in "abcdefghjklnopqrstuvwxyz"},
}

ANSWERS: Sequence[tuple[re.Pattern[bytes], bytes]] = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>0;10;1c"),
    (re.compile(rb"\x1b\[5n"), b"\x1b[0n"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
)
"""What a modest terminal answers when it is asked."""

_UNKNOWN_TO_PYTE = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[@-~]|\x1b\[\?[0-9;]*m|\x1b\[[0-9;?]*[ !\"$'][@-~]"
    rb"|\x1b[P_^X][^\x1b]*\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)
_WHOLE_SEQUENCE = re.compile(rb"\x1b(\[[0-9;?<>=:$]*[ -/]*[@-~]|[^\[\]P_^X])")


def whole_sequences(data: bytes) -> tuple[bytes, bytes]:
    """What of `data` the emulator can be fed with, whole sequences and none that it would print; and the rest, for later."""
    held = b""
    cut = data.rfind(b"\x1b", max(0, len(data) - 40))
    if cut >= 0 and not _WHOLE_SEQUENCE.match(data[cut:]):
        data, held = data[:cut], data[cut:]
    return _UNKNOWN_TO_PYTE.sub(b"", data), held


def key(name: str) -> bytes:
    """The bytes a terminal sends for a key, or for a text."""
    return KEYS.get(name) or name.encode()


class Terminal:
    """One program in one pseudo-terminal. Use it with `with`: nothing of it is left afterwards."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        width: int = 120,
        height: int = 36,
        controlling: bool = True,
    ) -> None:
        self.width, self.height = width, height
        self.exit_code: int | None = None
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Condition()
        self._raw = bytearray()
        self._held = b""
        self._last_byte = time.monotonic()
        self._open = True
        self._stalled = False
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.attributes = termios.tcgetattr(slave)
        """How the terminal was set before the program came."""
        whole = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TEXTUAL", "PYTEST", "COV_")) and name not in ("COLUMNS", "LINES", "NO_COLOR")
        }
        whole |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**whole, **(env or {})},
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=_take_terminal if controlling else None,
        )
        self._slave = slave
        self._reader = threading.Thread(target=self._read, name="pty reader", daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Doing

    def send(self, text: str | bytes, gap: float = 0.0) -> None:
        """Type: all in one write, or with a gap one character after another."""
        data = text.encode() if isinstance(text, str) else text
        self.send_keys([data[i : i + 1] for i in range(len(data))] if gap else [data], gap)

    def press(self, *names: str, gap: float = 0.0) -> None:
        """Press keys by name; what is no name is typed as it stands."""
        self.send_keys([key(name) for name in names], gap)

    def send_keys(self, keys: Sequence[bytes], gap: float = 0.0) -> None:
        """Send sequences of bytes, each whole; without a gap as one write, as an SSH packet holds several keys."""
        for data in keys if gap else [b"".join(keys)]:
            while data:
                data = data[os.write(self._master, data) :]
            if gap:
                time.sleep(gap)

    def resize(self, width: int, height: int) -> None:
        """Make the terminal another size, as somebody does who drags its window: the kernel sends SIGWINCH. It is empty
        then, so that whatever is seen was painted for this size."""
        with self._lock:
            self.width, self.height = width, height
            self._screen.resize(height, width)
            self._screen.erase_in_display(2)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def hang_up(self) -> None:
        """Drop the line, as SSH does: the kernel sends SIGHUP, and reading and writing fail from now on."""
        self._drop_line()

    def stall(self) -> None:
        """Read nothing any more, as a line does that is up but dead: the program's writes block when it is full."""
        self._stalled = True

    def signal(self, number: int) -> None:
        """Send a signal to the program alone."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def close(self) -> None:
        """End the program if it still runs, and let go of everything."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signals.SIGKILL)
        self.exit_code = self._process.wait(5)
        self._drop_line()

    # Seeing

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the program still runs."""
        return self._process.poll() is None

    @property
    def raw(self) -> bytes:
        """Every byte the program has written."""
        with self._lock:
            return bytes(self._raw)

    @property
    def screen(self) -> str:
        """What is on the screen, line by line."""
        return "\n".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """The lines of the screen without the blanks at their ends."""
        with self._lock:
            buffer = self._screen.buffer
            rows = range(self.height)
            return ["".join(buffer[row][column].data for column in range(self.width)).rstrip() for row in rows]

    @property
    def cursor(self) -> tuple[int, int]:
        """The column and row of the terminal's cursor."""
        with self._lock:
            return self._screen.cursor.x, self._screen.cursor.y

    def cell(self, column: int, row: int) -> str:
        """The character in one cell of the screen."""
        with self._lock:
            return str(self._screen.buffer[row][column].data)

    @property
    def settings(self) -> list[object]:
        """How the terminal is set now."""
        return termios.tcgetattr(self._master)

    def wait_for(self, text: str, timeout: float = 10.0) -> None:
        """Wait until a text is on the screen."""
        self.wait_until(lambda: text in self.screen, timeout, f"{text!r} to show")

    def wait_until(self, happened: Callable[[], bool], timeout: float = 10.0, what: str = "it") -> None:
        """Wait until something is so; tell what the screen was when it never was."""
        deadline = time.monotonic() + timeout
        while not happened():
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited {timeout} s for {what}; the screen:\n{self.screen}")
            with self._lock:
                self._lock.wait(min(left, 0.02))

    def wait_until_quiet(self, quiet: float = 0.15, timeout: float = 10.0) -> None:
        """Wait until the program has written nothing for a while."""
        self.wait_until(lambda: time.monotonic() - self._last_byte >= quiet, timeout, "silence")

    def wait_for_exit(self, timeout: float = 6.0) -> int:
        """Wait until the program has ended; its exit code, negative for a signal that killed it."""
        try:
            self.exit_code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {timeout} s; the screen:\n{self.screen}") from None
        return self.exit_code

    # Within

    def _read(self) -> None:
        while self._open:
            if self._stalled:
                time.sleep(0.05)
                continue
            if not select.select([self._master], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                start = max(0, len(self._raw) - 32)
                answered = len(self._raw)
                self._raw += data
                self._last_byte = time.monotonic()
                window = bytes(self._raw[start:])
                self._show(data)
                self._lock.notify_all()
            for pattern, answer in ANSWERS:
                for match in pattern.finditer(window):
                    if start + match.end() > answered:
                        with suppress(OSError):
                            os.write(self._master, answer)

    def _show(self, data: bytes) -> None:
        data, self._held = whole_sequences(self._held + data)
        self._stream.feed(data)

    def _drop_line(self) -> None:
        """Close both ends; the reader first lets go of its own, or the line would stay up while it reads."""
        self._open = False
        self._reader.join(5)
        for end in {self._master, self._slave} - {-1}:
            os.close(end)
        self._master = self._slave = -1


def _take_terminal() -> None:
    """In the child: make the pseudo-terminal the one that can hang up on it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def python(*arguments: str) -> list[str]:
    """The argv that runs Python as the tests do."""
    return [sys.executable, *arguments]
