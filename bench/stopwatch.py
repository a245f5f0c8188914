"""How long something takes, beside something else."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

Work = Callable[[], object]

LEAST_SECONDS = 0.02
"""A repeat does the work as often as this takes, so that the clock's own steps do not show."""


def side_by_side(works: Sequence[Work], repeats: int) -> list[float]:
    """The median seconds that each of `works` takes. They take turns, repeat after repeat."""
    counts = [_count(work) for work in works]
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for work, count, times in zip(works, counts, taken, strict=True):
            start = perf_counter()
            for _ in range(count):
                work()
            times.append((perf_counter() - start) / count)
    return [median(times) for times in taken]


def _count(work: Work) -> int:
    """How often the work is done in one repeat."""
    start, count = perf_counter(), 0
    while perf_counter() - start < LEAST_SECONDS:
        work()
        count += 1
    return count


def options(about: str, **sizes: int) -> argparse.ArgumentParser:
    """A command line with these sizes and their defaults."""
    parser = argparse.ArgumentParser(description=about)
    for name, usual in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=usual, metavar="N", help=f"{usual:,} unless told otherwise")
    return parser


def show(title: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """A table in plain text: the first column to the left, the others to the right."""
    rows = [heads, *lines]
    widths = [max(len(row[n]) for row in rows) for n in range(len(heads))]
    print(f"{title}\n{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    for row in rows:
        first, *others = (
            f"{text:<{width}}" if n == 0 else f"{text:>{width}}"
            for n, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *others]))


def rate(seconds: float) -> str:
    """So many a second."""
    return f"{1 / seconds:,.0f}"


def times(seconds: float, yardstick: float) -> str:
    """How many yardsticks that is."""
    return f"{seconds / yardstick:.1f}"
