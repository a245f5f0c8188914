"""What is shown when a case changed under a form: what happened since, then field by field what was, what is now, and what is
typed. What was typed stays in the form; saving again saves it as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from casework.conflict import Conflict
from casework.dates import format_moment
from casework.identity import MASK
from casework.views import Entry
from tui.widgets.cells import fit

HEADING = "Changed while you were typing. Yours is kept: F10 saves it as it stands, Ctrl+U in a field takes theirs"

_GAP = 2
_LEAST = 12
_HEADS = ("", "Was", "Now", "Yours")


def told(found: Sequence[Conflict], since: Sequence[Entry], width: int, *, masked: bool) -> str:
    """The lines for a width. While a caller has still to show who they are, what they would have to say is hidden."""
    happened = [f"{format_moment(one.at)}  {one.actor}  {one.kind}  {MASK if masked else one.summary}" for one in since]
    rows = [_HEADS, *(_row(one, masked) for one in found)]
    widths = _widths(rows, width)
    lines = [(" " * _GAP).join(fit(text, cells) for text, cells in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([*happened, "", *(line.rstrip() for line in lines)])


def _row(one: Conflict, masked: bool) -> tuple[str, ...]:
    was, now = (MASK, MASK) if masked else (one.was, one.now)
    return one.label, was, now, one.mine or ("" if one.field is None else "nothing typed")


def _widths(rows: Sequence[tuple[str, ...]], width: int) -> list[int]:
    """The label has what it needs; the three others share the rest."""
    first = min(max(len(row[0]) for row in rows), width // 4)
    share = max(_LEAST, (width - first - 3 * _GAP - 2) // 3)
    return [first, share, share, share]
