"""Kill this very process inside a chosen system call, as a power cut or ``kill -9`` might.

    GREENWAX_TEST_KILL=pwrite:7:half       the 7th os.pwrite writes the first half of its bytes, then SIGKILL
    GREENWAX_TEST_KILL=pwrite:7:100        ... its first 100 bytes (-1: all but the last)
    GREENWAX_TEST_KILL=fdatasync:3:before  SIGKILL instead of the 3rd os.fdatasync
    GREENWAX_TEST_KILL=replace:1:after     SIGKILL once the 1st os.replace has been done
    GREENWAX_TEST_KILL=unlink:2:during     another process sends SIGKILL while the 2nd os.unlink is made

``before``, ``during`` and ``after`` are good for every call in ``CALLS``, and ``half`` and numbers for ``pwrite``. Where
a kill ``during`` a call finds it nobody can say: not begun, in the kernel, or just out of it, from where it goes no
further. Without the variable nothing is killed.
``install`` goes first in the child, before the code under test makes its calls, which must be by attribute
(``os.pwrite``); it returns the running count of each call, by which a test finds its places.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from typing import Any

CALLS = ("pwrite", "fdatasync", "fsync", "replace", "unlink", "ftruncate")
VARIABLE = "GREENWAX_TEST_KILL"


def install() -> Counter[str]:
    """Put the shim around ``CALLS``; return the count of calls made so far, which goes on counting."""
    name, number, how = (os.environ.get(VARIABLE) or "none:0:before").split(":")
    if name not in (*CALLS, "none"):
        raise ValueError(f"{VARIABLE}: {name} is not one of {', '.join(CALLS)}")
    counts: Counter[str] = Counter()
    killer = _killer() if how == "during" else -1
    for call in CALLS:
        setattr(os, call, _shim(call, int(number) if call == name else 0, how, counts, killer))
    return counts


def _shim(call: str, fatal: int, how: str, counts: Counter[str], killer: int) -> Callable[..., Any]:
    real = getattr(os, call)

    def shim(*args: Any, **kwargs: Any) -> Any:
        counts[call] += 1
        if counts[call] != fatal:
            return real(*args, **kwargs)
        if how == "during":
            os.write(killer, b"x")
            real(*args, **kwargs)
            signal.pause()
        if how == "after":
            real(*args, **kwargs)
        elif how != "before":
            fd, data, offset = args
            part = data[: len(data) // 2 if how == "half" else int(how)]
            assert real(fd, part, offset) == len(part)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable: killed")

    return shim


def _killer() -> int:
    """A process that kills this one as soon as something is written to the file descriptor returned."""
    reading, writing = os.pipe()
    victim = os.getpid()
    if os.fork() == 0:
        os.close(writing)
        if os.read(reading, 1):
            os.kill(victim, signal.SIGKILL)
        os._exit(0)
    os.close(reading)
    return writing
