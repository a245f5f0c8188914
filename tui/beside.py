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
from tui import call_view, terms_view
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
    aside: Mapping[str, str] | None = None
    """What was typed of a proposal that was set aside, to be compared with."""
    checked: Checked | None = None
    """What came of what a caller said so that they show who they are; None while there is nothing to compare."""


Shown = Callable[[Filling, int], tuple[Line, ...]]
"""The lines for a form and a width in cells."""


def _call(filling: Filling, width: int) -> tuple[Line, ...]:
    line = call_view.OnTheLine(
        filling.view.case, filling.typed, filling.situation, filling.opened_at, filling.preview, filling.checked
    )
    return call_view.shown(line, width)


def _terms(filling: Filling, width: int) -> tuple[Line, ...]:
    case, situation = filling.view.case, filling.situation
    return terms_view.shown(filling.typed, case, situation, width, preview=filling.preview, aside=filling.aside)


def _is_proposal(filling: Filling) -> bool:
    return terms_view.typed_proposal(filling.typed, filling.view.case, filling.situation) is not None


BESIDE: Mapping[str, Shown] = {"call": _call, "terms": _terms, "request-terms": _terms}
"""By kind of form."""

PREVIEWED: frozenset[str] = frozenset({"call", "terms", "request-terms"})
"""The kinds of which is shown what saving them would do."""

COMPARED: Mapping[str, Callable[[Filling], bool]] = {"terms": _is_proposal, "request-terms": _is_proposal}
"""The kinds of which one may be set aside and compared with the next; and whether it can be yet."""

TICKING: frozenset[str] = frozenset({"call"})
"""The kinds that show the seconds gone by."""
