"""What the calendar costs on a day's first use: `due` over every case of an office in memory.

The yardstick is a bare loop that reads what `due` reads: promises, payments, tasks, terms and stops.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import perf_counter

from bench.office import office, situation
from bench.stopwatch import options, rate, show, side_by_side, times
from casework.actions.calendar import due


def main(words: Sequence[str]) -> None:
    """Print the table."""
    asked = options(__doc__ or "", cases=50_000, repeats=5).parse_args(words)
    start = perf_counter()
    cases = list(office(asked.cases))
    built = perf_counter() - start
    here = situation()

    def ours() -> int:
        return sum(1 for case in cases if due(case, here))

    def yardstick() -> int:
        read = 0
        for case in cases:
            read += len(case.promises) + len(case.receipts) + len(case.tasks) + len(case.stops)
            read += case.terms is not None
        return read

    seconds, least = side_by_side([ours, yardstick], asked.repeats)
    each = len(cases)
    lines = [
        ["due", rate(seconds / each), f"{seconds:.2f} s", times(seconds, least)],
        ["yardstick", rate(least / each), f"{least:.2f} s", "1.0"],
    ]
    show(
        f"The calendar's turn on {each:,} cases, {ours():,} with something due; medians of {asked.repeats}; "
        f"built in {built:.1f} s ({rate(built / each)} cases /s)",
        ["", "cases /s", "all of them", "in yardsticks"],
        lines,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
