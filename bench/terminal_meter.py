"""A full-screen program in a pseudo-terminal, measured from outside: nothing in it is patched, so any program can be.

Bytes are stamped when they are read and shown to the emulator afterwards, so that the emulator's cost is in no figure. CPU
is that of the whole process tree, from the scheduler's own counter in nanoseconds: it hardly moves with the load of the
machine, where seconds on the wall do. Needs Linux, for /proc.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import pyte

from tests.e2e.terminal import ANSWERS, key, whole_sequences

PAINTED_CELLS = 20
"""So many characters on the screen are a first paint."""

START_SILENCE = 0.4
KEY_SILENCE = 0.06
"""Seconds without a byte after which a program has started, or has answered a key."""

START_PATIENCE = 60.0
KEY_PATIENCE = 3.0
"""Seconds after which it has not, and will not."""

_MORE_ANSWERS = (
    (re.compile(rb"\x1b\[>0?q"), b"\x1bP>|meter 1\x1b\\"),
    (re.compile(rb"\x1b\]10;\?(?:\x07|\x1b\\)"), b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
    (re.compile(rb"\x1b\]11;\?(?:\x07|\x1b\\)"), b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
)
"""What other programs than ours ask a terminal besides."""

_ARROW_MODE = re.compile(rb"\x1b\[\?(?:\d+;)*1(?:;\d+)*([hl])")
_ARROW = re.compile(rb"\x1b\[[ABCDHF]")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes read at once, and when."""

    at: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Started:
    """How a program began: seconds to its first paint and to its first silence, CPU seconds, bytes."""

    painted: float
    ready: float
    cpu: float
    size: int


@dataclass(slots=True)
class Keyed:
    """How keys were answered: seconds to the first byte and to the last before silence, bytes, for each key answered."""

    first: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    size: list[int] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """CPU seconds from each key to its silence; of those not answered, too."""
    unanswered: int = 0

    def __iadd__(self, other: Keyed) -> Keyed:
        for name in ("first", "quiet", "size", "cpu"):
            getattr(self, name).extend(getattr(other, name))
        self.unanswered += other.unanswered
        return self


class Meter:
    """One program in one pseudo-terminal. Use it with `with`: nothing of it is left afterwards."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        width: int = 120,
        height: int = 36,
    ) -> None:
        self._width, self._height = width, height
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.ByteStream(self._screen)
        self._shown, self._held = 0, b""
        self._painted: float | None = None
        self._chunks: list[Chunk] = []
        self._tail = b""
        self.ended = False
        """Whether nobody holds the other end any more."""
        self._ss3 = False
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        self.began = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # the child, which must never return
            try:
                os.chdir(cwd or Path.cwd())
                self._size(0)
                os.execvpe(argv[0], list(argv), {**env, **terminal})
            finally:
                os._exit(127)
        self._size(self._fd)
        os.set_blocking(self._fd, False)

    def _size(self, end: int) -> None:
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", self._height, self._width, 0, 0))

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, sign)
            deadline = time.perf_counter() + 5
            while time.perf_counter() < deadline:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self._fd)
                    return
                self._pump(0.02)
        os.close(self._fd)

    # Doing

    def started(self, text: str = "") -> Started:
        """Wait until it has painted, `text` too if there is one, and is quiet. Raises AssertionError if it never is."""
        deadline = self.began + START_PATIENCE
        while text not in self.screen or self._painted is None:
            if self.ended or time.perf_counter() > deadline:
                raise AssertionError(f"never started; the screen:\n{self.screen}")
            self._pump(0.1)
            self.wait_until_quiet(START_SILENCE, START_PATIENCE)
        size = sum(len(chunk.data) for chunk in self._chunks)
        return Started(self._painted - self.began, self._chunks[-1].at - self.began, self.cpu(), size)

    def press(self, names: Sequence[str]) -> Keyed:
        """Press keys one after another, each when the one before has been answered."""
        done = Keyed()
        for name in names:
            before, cpu, sent = len(self._chunks), self.cpu(), time.perf_counter()
            self._send(self._arrow(key(name)))
            while len(self._chunks) == before and not self.ended and time.perf_counter() - sent < KEY_PATIENCE:
                self._pump(0.05)
            if len(self._chunks) == before:
                done.unanswered += 1
            else:
                self.wait_until_quiet(KEY_SILENCE, KEY_PATIENCE)
                done.first.append(self._chunks[before].at - sent)
                done.quiet.append(self._chunks[-1].at - sent)
                done.size.append(sum(len(chunk.data) for chunk in self._chunks[before:]))
            done.cpu.append(self.cpu() - cpu)
        return done

    def burst(self, names: Sequence[str], happened: Callable[[], bool]) -> Keyed:
        """Press keys all at once, as somebody types who does not look; they are answered when it has `happened`."""
        done, before, cpu = Keyed(), len(self._chunks), self.cpu()
        sent = time.perf_counter()
        self._send(b"".join(self._arrow(key(name)) for name in names))
        self.wait_until(happened)
        self.wait_until_quiet(KEY_SILENCE, KEY_PATIENCE)
        answered = self._chunks[before:] or [Chunk(time.perf_counter(), b"")]
        done.first.append(answered[0].at - sent)
        done.quiet.append(answered[-1].at - sent)
        done.size.append(sum(len(chunk.data) for chunk in answered))
        done.cpu.append(self.cpu() - cpu)
        return done

    def wait_until(self, happened: Callable[[], bool]) -> None:
        """Read until something is so. Raises AssertionError if it never is."""
        deadline = time.perf_counter() + START_PATIENCE
        while not happened():
            if self.ended or time.perf_counter() > deadline:
                raise AssertionError(f"it never happened; the screen:\n{self.screen}")
            self._pump(0.05)

    def idle(self, seconds: float) -> tuple[float, int, int]:
        """Leave it alone: its share of one processor, how often it woke, and the bytes it wrote."""
        cpu, woke, before = self.cpu(), self.wakeups(), len(self._chunks)
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0 and not self.ended:
            self._pump(left)
        written = sum(len(chunk.data) for chunk in self._chunks[before:])
        return (self.cpu() - cpu) / seconds, self.wakeups() - woke, written

    def wait_until_quiet(self, silence: float, patience: float) -> None:
        """Read until nothing has come for so many seconds."""
        end = time.perf_counter() + patience
        last = time.perf_counter()
        while time.perf_counter() < end and not self.ended:
            left = silence - (time.perf_counter() - last)
            if left <= 0:
                return
            if self._pump(left):
                last = self._chunks[-1].at

    # Seeing

    @property
    def screen(self) -> str:
        """What is on the screen now."""
        self._show()
        return "\n".join(line.rstrip() for line in self._screen.display)

    def cpu(self) -> float:
        """CPU seconds of every thread of the process tree, so far."""
        return sum(int(text.split()[0]) for text in self._of_threads("schedstat") if text) / 1e9

    def wakeups(self) -> int:
        """How often its threads have waited for something and been woken."""
        found = (re.search(r"^voluntary_ctxt_switches:\s*(\d+)", text, re.M) for text in self._of_threads("status"))
        return sum(int(one.group(1)) for one in found if one)

    def memory(self) -> float:
        """The tree's proportional set size, in MB: what it shares counts by its part."""
        kilobytes = 0
        for pid in self._tree():
            with suppress(OSError):
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                kilobytes += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        return kilobytes / 1024

    # Within

    def _pump(self, patience: float) -> bool:
        """Read what comes within so many seconds, and answer what is asked; whether anything came."""
        if self.ended:
            time.sleep(patience)
            return False
        if not select.select([self._fd], [], [], max(0.0, patience))[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except BlockingIOError:
            return False
        except OSError:  # nobody holds the other end
            data = b""
        if not data:
            self.ended = True
            return False
        self._chunks.append(Chunk(time.perf_counter(), data))
        window, known = self._tail + data, len(self._tail)
        for mode in _ARROW_MODE.finditer(window):
            self._ss3 = mode.group(1) == b"h"
        for pattern, answer in (*ANSWERS, *_MORE_ANSWERS):
            for asked in pattern.finditer(window):
                if asked.end() > known:
                    self._send(answer)
        self._tail = window[-32:]
        return True

    def _arrow(self, data: bytes) -> bytes:
        return b"\x1bO" + data[-1:] if self._ss3 and _ARROW.fullmatch(data) else data

    def _send(self, data: bytes) -> None:
        while data and not self.ended:
            try:
                data = data[os.write(self._fd, data) :]
            except BlockingIOError:
                time.sleep(0.001)
            except OSError:
                self.ended = True

    def _show(self) -> None:
        """Show the emulator what has come since; note when there was first something on the screen."""
        for chunk in self._chunks[self._shown :]:
            data, self._held = whole_sequences(self._held + chunk.data)
            self._stream.feed(data)
            if self._painted is None and self._cells() >= PAINTED_CELLS:
                self._painted = chunk.at
        self._shown = len(self._chunks)

    def _cells(self) -> int:
        return sum(char != " " for line in self._screen.display for char in line)

    def _tree(self) -> list[int]:
        """The program and all it has started."""
        found = [self.pid]
        for pid in found:
            with suppress(OSError):
                for thread in os.listdir(f"/proc/{pid}/task"):
                    found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
        return found

    def _of_threads(self, what: str) -> list[str]:
        texts = []
        for pid in self._tree():
            with suppress(OSError):
                for thread in os.listdir(f"/proc/{pid}/task"):
                    with suppress(OSError):
                        texts.append(Path(f"/proc/{pid}/task/{thread}/{what}").read_text())
        return texts
