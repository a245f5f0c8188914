"""What stands beside a form while it is filled in, so that the officer need not reckon or remember: what the terms typed so
far come to, what a caller has still to say. Each kind of form has its own; most have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from casework.identity import Checked
from casework.situation import Situation
from casework.views import CaseView, Preview
from tui import call_view
from tui.widgets.lines import Line


@dataclass(frozen=True, slots=True)
class Filling:
    """A form while it is filled in."""

    view: CaseView
    typed: Mapping[str, str]
    situation: Situation
    opened_at: datetime
    """When the form was opened, UTC: the beginning of a call."""
    preview: Preview | None = None
    """What saving it now would do; None where that is not known, or not yet."""
    aside: tuple[Mapping[str, str], Preview] | None = None
    """A proposal that was set aside to be compared with."""
    checked: Checked | None = None
    """What came of what a caller said so that they show who they are; None while there is nothing to compare."""


Shown = Callable[[Filling, int], tuple[Line, ...]]
"""The lines for a form and a width in cells."""


def _call(filling: Filling, width: int) -> tuple[Line, ...]:
    line = call_view.OnTheLine(
        filling.view.case, filling.typed, filling.situation, filling.opened_at, filling.preview, filling.checked
    )
    return call_view.shown(line, width)


BESIDE: Mapping[str, Shown] = {"call": _call}
"""By kind of form."""

PREVIEWED: frozenset[str] = frozenset({"call"})
"""The kinds of which is shown what saving them would do."""

TICKING: frozenset[str] = frozenset({"call"})
"""The kinds that show the seconds gone by."""
