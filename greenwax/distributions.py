"""What a practice office came to, beside what was aimed for: as plain lines, and for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api_client.practice_aims import Aim
from api_client.practice_cards import DEALT
from api_client.practice_tally import Distribution
from greenwax.plain import table

_BENT_BELOW = 500
"""Cases under which the first cards show in the shares."""

_FOLLOWS = "follows"
"""What is said of a share that nobody aims for."""


def as_lines(made: Sequence[Distribution], cases: int) -> str:
    """A table: what was counted, its values, how many have each, of a hundred made and of a hundred aimed for; or that it
    follows from the rules."""
    rows = [
        (
            f"{one.of.title} ({one.counted:,} {one.of.of})" if n == 0 else "",
            share.value,
            f"{share.count:,}",
            f"{share.made_percent:.1f}",
            _FOLLOWS if share.aimed_percent is None else f"{share.aimed_percent:.1f}",
        )
        for one in made
        for n, share in enumerate(one.shares)
    ]
    return f"{_heading(cases)}\n\n{table(rows, ('What', 'Value', 'Number', 'Made %', 'Aimed %'))}"


def _heading(cases: int) -> str:
    heading = (
        "How they are spread, beside what was aimed for. The aims, by which they were drawn: practice_aims.toml. What is not "
        f'aimed for but follows from the rules, says "{_FOLLOWS}".'
    )
    dealt = sum(len(cards) for cards in DEALT.values())
    if cases >= _BENT_BELOW:
        return heading
    return (
        f"{heading}\nThe first {dealt} cases are dealt so that there is work of every kind. In an office of fewer than "
        f"{_BENT_BELOW:,} that bends the shares, and so does chance."
    )


def as_json(made: Sequence[Distribution]) -> list[dict[str, Any]]:
    """The same, with where each aim is from; without an aim, with what it follows from, and shares whose aim is null."""
    return [
        {
            **one.of.model_dump(include={"code", "title", "of", "source" if isinstance(one.of, Aim) else "follows"}),
            "counted": one.counted,
            "shares": [
                {
                    "value": share.value,
                    "count": share.count,
                    "made_percent": round(share.made_percent, 2),
                    "aimed_percent": share.aimed_percent,
                }
                for share in one.shares
            ],
        }
        for one in made
    ]
