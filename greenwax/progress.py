"""Long work at the command line: one line that tells how far it is, on a terminal only; and Ctrl+C, which ends it cleanly.

Ctrl+C is heard between two rows, never in the middle of a write. Once nothing is left but to make all of it durable, it comes
too late, and the answer says what was done.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from types import FrameType

from api_client.watch import Cancelled, Watch

_EVERY = 0.1
"""Seconds between two repaints."""


_PATIENCE = 0.7
"""Seconds after which whoever waits is told for what."""


@contextmanager
def told_if_long(what: str) -> Iterator[None]:
    """On a terminal, say what takes its time, for as long as it does. Ctrl+C ends the program, as ever."""
    said = Event()

    def tell() -> None:
        if not done.wait(_PATIENCE):
            said.set()
            sys.stderr.write(f"\r\x1b[K{what}")
            sys.stderr.flush()

    done = Event()
    teller = Thread(target=tell, name="progress", daemon=True)
    if sys.stderr.isatty():
        teller.start()
    try:
        yield
    finally:
        done.set()
        if teller.ident is not None:
            teller.join()
        if said.is_set():
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def watched(verb: str, unit: str, if_stopped: str) -> Iterator[Watch]:
    """What to tell how much of how much is done. `if_stopped` says what Ctrl+C left.

    Raises:
        Cancelled: from inside, after Ctrl+C.
    """
    pressed = False
    painted = 0.0
    shown = sys.stderr.isatty()

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True

    def tell(done: int, total: int) -> None:
        nonlocal painted
        if pressed and done < total:
            raise Cancelled.because("cancelled", if_stopped)
        if shown and (monotonic() - painted >= _EVERY or done >= total):
            painted = monotonic()
            percent = 100 * done // max(total, 1)
            count = (
                f"{done:,} of {total:,} {unit}"
                if unit == "cases"
                else f"{done / 1e6:,.1f} of {total / 1e6:,.1f} {unit}"
            )
            sys.stderr.write(f"\r\x1b[K{verb}: {percent} %, {count}")
            sys.stderr.flush()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield tell
    finally:
        signal.signal(signal.SIGINT, before)
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
