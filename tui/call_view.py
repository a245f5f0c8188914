"""What stands beside the form of a call: how long it lasts, who is on the line as far as they have shown, what to say and to
ask, and what will be done next. Nothing that a caller has still to say is ever here (law page 7.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from casework.case import Case
from casework.contact import SOMEBODY_ELSE, THEM
from casework.contact_policy import attempts, judge
from casework.identity import NAMES, Checked, Level, on_the_line
from casework.rows_contact import Item
from casework.situation import Situation
from casework.to_ask import opening, to_ask
from casework.views import Preview
from tui.widgets.lines import Line, Said, Tone, line

_INCOMPLETE = ("needed", "unreadable", "invalid", "not-asked")
"""Reasons that say no more than that the form is not filled in yet, which the form says itself."""


_STICKS = chr(0xA0)
"""A blank at which no line is broken."""


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """A call while its form is filled in."""

    case: Case
    typed: Mapping[str, str]
    situation: Situation
    opened_at: datetime
    """When its form was opened, UTC."""
    preview: Preview | None = None
    """What saving it now would do; None where that is not known, or not yet."""
    checked: Checked | None = None
    """What came of what was said of identity; None while there is nothing to compare."""


def shown(call: OnTheLine, width: int) -> tuple[Line, ...]:
    """The lines, the most wanted first: there may be room for the first few only."""
    return (
        _clock(call),
        *_policy(call, width),
        *_who(call, width),
        *_next(call, width),
        *_ask(call, width),
        *_details(call, width),
    )


def _clock(call: OnTheLine) -> Line:
    """`1:05 · called 2x today, 3x in 7 days`."""
    seconds = max(0, int((call.situation.now - call.opened_at).total_seconds()))
    today, counted, days = attempts(call.case, call.situation)
    lasts = f"{seconds // 60}:{seconds % 60:02}"
    return line(" ", Said(lasts, "strong"), f" · called {today}x today, {counted}x in {days} days")


def _policy(call: OnTheLine, width: int) -> list[Line]:
    """What contact policy has against a call of ours, until somebody is on the line."""
    if call.typed.get("direction") == "in" or _spoken(call):
        return []
    advice = judge(call.case, call.situation, "call", call.typed.get("number"))
    return [
        part
        for one in advice
        for part in _wrapped("! ", f"{'not now: ' if one.level == 'refusal' else ''}{one.message}", width, "alert")
    ]


def _who(call: OnTheLine, width: int) -> list[Line]:
    """What came of the identity that they must show; until they have, how the call begins."""
    who, checked = on_the_line(call.typed, call.case, call.situation), call.checked
    if checked is not None and checked.stopped:
        rows = call.situation.tables.wrap_codes(call.situation.today, "call").values()
        ends = " or ".join(f"{one.letter}, {one.label.lower()}" for one in rows if one.identity == "failed")
        return _wrapped("✗ ", f"STOP: say no more. The outcome is {ends}", width, "alert")
    if checked is not None and checked.passed:
        return _wrapped(
            "✓ ", f"identity shown{', for details too' if checked.level == 'detail' else ''}", width, "strong"
        )
    asked = _items("identity: ", "speak", call, width) if _spoken(call) else []
    return [*asked, *_wrapped("▸ ", opening(who, call.situation), width, "muted")]


def _details(call: OnTheLine, width: int) -> list[Line]:
    """What may still be said, so that details may be given too."""
    checked = call.checked
    wanted = checked is not None and checked.level == "speak" and not checked.stopped
    return _items("for details: ", "detail", call, width) if wanted else []


def _items(label: str, level: Level, call: OnTheLine, width: int) -> list[Line]:
    """The items of identity for this, each with what came of it."""
    who = on_the_line(call.typed, call.case, call.situation)
    sets = call.situation.tables.identity_sets(call.situation.today, who)
    items = dict.fromkeys(item for one in sets if one.level == level for item in one.items)
    ticked = " ".join(f"{_tick(item, call.checked)}{NAMES[item].replace(' ', _STICKS)}" for item in items)
    return _wrapped(label, ticked, width, "plain")


def _tick(item: Item, checked: Checked | None) -> str:
    if checked is None:
        return "○"
    if item in checked.matched:
        return "✓"
    return "✗" if item in checked.failed else "?" if item in checked.unknown else "○"


def _next(call: OnTheLine, width: int) -> Iterator[Line]:
    """What saving would do, or what refuses it."""
    if call.preview is None:
        return
    against = [one for one in call.preview.refusals if one.code not in _INCOMPLETE]
    for reason in against[:1]:
        yield from _wrapped("✗ ", reason.message, width, "alert")
    for event in call.preview.events:
        if event.kind == "task":
            yield from _wrapped("Next: ", event.summary, width, "strong")


def _ask(call: OnTheLine, width: int) -> Iterator[Line]:
    """What to ask whoever is to pay, once they have shown who they are."""
    checked = call.checked
    if call.typed.get("answered") == THEM and checked is not None and checked.passed:
        for sentence in to_ask(call.case, call.situation):
            yield from _wrapped("Ask: ", sentence, width, "plain")


def _spoken(call: OnTheLine) -> bool:
    """Whether somebody is on the line."""
    return call.typed.get("answered") in (THEM, SOMEBODY_ELSE)


def _wrapped(label: str, text: str, width: int, tone: Tone) -> list[Line]:
    """A label and its text, on as many lines as it takes; the lines after the first are set in."""
    parts = wrap(f"{label}{text}", max(10, width - 2), subsequent_indent="  ", break_on_hyphens=False) if text else []
    return [line(Said(f" {part.replace(_STICKS, ' ')}", tone)) for part in parts]
