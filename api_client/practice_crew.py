"""A large practice office is lived by several processes.

What is capped for the whole office happens only in the cases that have a share in it (`SHARES`), and those are lived by
whoever writes the office. No other case looks at any but itself; so it does not matter where it is lived, nor how many
processes there are: the same arguments make the same bytes.

Each process plans the whole office, which takes a moment, and lives every so many-th block of the other cases. They come
back as the bytes that are written; a process that is ahead waits until somebody takes its block.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from api_client.practice_lives import Life, Lives, Order
from api_client.practice_tally import Found
from casework.reference import Tables
from casework.tallies import Tally as Morning

_BLOCK = 50
"""How many cases come back together."""

_FEWEST = 1_000
"""Cases without a share for which it is worth while to start a process."""

_MOST = 2
"""Processes beside the one that writes: each more takes some 80 MB, and a core that others may need."""


def how_many(lives: Lives) -> int:
    """How many processes help with an office on this machine."""
    rest, cores = sum(not plan.has_share for plan in lives.plans), os.cpu_count() or 1
    return min(_MOST, cores) if rest >= _FEWEST and cores > 1 else 0


class Crew:
    """Processes that live the cases without a share; as a context they are ended with it, whatever happens."""

    def __init__(self, tables: Tables, order: Order, processes: int) -> None:
        self._started: list[tuple[multiprocessing.process.BaseProcess, Connection]] = []
        spawn = multiprocessing.get_context("spawn")
        for which in range(processes):
            mine, theirs = spawn.Pipe(duplex=False)
            arguments = (theirs, Tables(tables.rows), order, which, processes)
            helper = spawn.Process(target=_serve, args=arguments, daemon=True)
            helper.start()
            theirs.close()
            self._started.append((helper, mine))

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for helper, mine in self._started:
            mine.close()
            if fault is not None:
                helper.terminate()
            helper.join()

    def lives(self) -> Iterator[Life]:
        """The cases without a share, in the order of their plans."""
        for which in cycle(range(len(self._started))):
            lived: list[Life] = self._next(which)
            yield from lived

    def counted(self) -> Iterator[tuple[Found, dict[str, Morning]]]:
        """Once all were taken: what each process counted of its cases, and what the staff did in them on the morning."""
        for which in range(len(self._started)):
            yield self._next(which)

    def _next(self, which: int) -> Any:
        try:
            return self._started[which][1].recv()
        except EOFError:
            raise RuntimeError("a process that helped to make the office failed; it has said why above") from None


def _serve(theirs: Connection, tables: Tables, order: Order, which: int, processes: int) -> None:
    """One process: its blocks, then what it counted. It ends when nobody reads any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the office ends this too
    lives = Lives(tables, order)
    rest = [plan for plan in lives.plans if not plan.has_share]
    with suppress(BrokenPipeError):
        for start in range(which * _BLOCK, len(rest), processes * _BLOCK):
            theirs.send([lives.live(plan) for plan in rest[start : start + _BLOCK]])
        theirs.send((lives.tally.found, dict(lives.scene.tallies)))
