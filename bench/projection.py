"""What it costs to project a plan of five years, 261 weekly instalments: under a millisecond is the aim.

The yardstick adds as many weeks to a date, and does nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, timedelta

from bench.stopwatch import options, show, side_by_side, times
from casework.terms import Terms, arrears, clear_date, schedule

WEEKS = 261


def main(words: Sequence[str]) -> None:
    """Print the table."""
    asked = options(__doc__ or "", repeats=25).parse_args(words)
    start = date(2026, 11, 26)
    terms = Terms(plan="instalments", amount_pence=2_000, every="weekly", start=start)
    balance = WEEKS * 2_000
    last = start + timedelta(weeks=WEEKS)
    assert len(schedule(terms, balance)) == WEEKS
    ours = {
        "schedule": lambda: schedule(terms, balance),
        "clear date": lambda: clear_date(terms, balance),
        "arrears on the last day": lambda: arrears(terms, balance, (), last),
    }

    def yardstick() -> list[date]:
        return [start + timedelta(weeks=n) for n in range(WEEKS)]

    *seconds, least = side_by_side([*ours.values(), yardstick], asked.repeats)
    lines = [
        [name, f"{taken * 1000:.3f} ms", times(taken, least)]
        for name, taken in zip([*ours, "yardstick"], [*seconds, least], strict=True)
    ]
    show(f"A plan of {WEEKS} weekly instalments, medians of {asked.repeats}", ["", "each", "in yardsticks"], lines)


if __name__ == "__main__":
    main(sys.argv[1:])
