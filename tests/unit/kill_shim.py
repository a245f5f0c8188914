"""Kill this very process inside a chosen system call, as a power cut or ``kill -9`` might.

    GREENWAX_TEST_KILL=pwrite:7:half       the 7th os.pwrite writes the first half of its bytes, then SIGKILL
    GREENWAX_TEST_KILL=pwrite:7:100        ... its first 100 bytes (-1: all but the last)
    GREENWAX_TEST_KILL=fdatasync:3:before  SIGKILL instead of the 3rd os.fdatasync
    GREENWAX_TEST_KILL=replace:1:after     SIGKILL once the 1st os.replace has been done

``before`` and ``after`` are good for every call in ``CALLS``, and ``half`` and numbers for ``pwrite``. Without the
variable nothing is killed. ``install`` goes first in the child, before the code under test makes its calls, which must be
by attribute (``os.pwrite``); it returns the running count of each call, by which a test finds its places.
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
    for call in CALLS:
        setattr(os, call, _shim(call, int(number) if call == name else 0, how, counts))
    return counts


def _shim(call: str, fatal: int, how: str, counts: Counter[str]) -> Callable[..., Any]:
    real = getattr(os, call)

    def shim(*args: Any, **kwargs: Any) -> Any:
        counts[call] += 1
        if counts[call] != fatal:
            return real(*args, **kwargs)
        if how == "after":
            real(*args, **kwargs)
        elif how != "before":
            fd, data, offset = args
            part = data[: len(data) // 2 if how == "half" else int(how)]
            assert real(fd, part, offset) == len(part)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable: killed")

    return shim
