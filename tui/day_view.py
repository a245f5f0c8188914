"""What the screen of my day shows, as plain values made from what the desk returned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import wrap

from casework.dates import LONDON, format_when, london_date, start_of_day
from casework.my_work import MyTask, What
from casework.tallies import Tally
from casework.views import Draft
from tui.view_models import Table, age
from tui.widgets.lines import Line, Said, line

_WORDS: Mapping[What, str] = {
    "acknowledge": "acknowledge",
    "call-back": "call back",
    "promise": "promise",
    "own": "yours",
    "parked": "parked",
}


def numbers(done: Tally, width: int) -> tuple[Line, ...]:
    """What somebody did today: theirs to see before anybody else's, and nothing of how long it took."""
    told = [
        _counted(done.cases, "case done", "cases done"),
        f"{_counted(done.calls, 'call', 'calls')}, {done.conversations} spoken with",
        _counted(done.promises, "promise", "promises"),
        f"{done.terms} terms agreed",
        _counted(done.traces, "trace", "traces"),
        f"{done.skips} passed over",
    ]
    lines = wrap(" · ".join(told), max(20, width - 9))
    return tuple(line(" TODAY  " if n == 0 else "        ", Said(one, "strong")) for n, one in enumerate(lines))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def table(found: Sequence[MyTask], drafts: Sequence[Draft], titles: Mapping[str, str], now: datetime) -> Table:
    """What is to be done, then what was typed and not saved. `titles` are those of actions, by kind. Each key begins with
    the case."""
    tasks = [
        (f"{one.case} {n}", (_WORDS[one.what], _due(one, now), one.case, one.name, one.title))
        for n, one in enumerate(found)
    ]
    unsaved = [
        (
            f"{one.case} {one.kind}",
            (
                "not saved",
                _ago(one.at, now),
                one.case,
                "",
                f"{titles.get(one.kind, 'Quick entry')}: what you typed is kept",
            ),
        )
        for one in drafts
    ]
    return Table((*tasks, *unsaved))


def in_short(found: Sequence[MyTask], drafts: Sequence[Draft]) -> str:
    """How much there is of it, in one line."""
    parked = sum(one.what == "parked" for one in found)
    told = [
        _counted(len(found) - parked, "thing to do", "things to do"),
        *([f"{parked} parked"] if parked else []),
        *([f"{len(drafts)} not saved"] if drafts else []),
    ]
    return ", ".join(told)


def _due(one: MyTask, now: datetime) -> str:
    """`10:30`, `late 20 min`, `today`, `2 days late`; of a hand-over how long ago; of what is parked when it comes back."""
    if one.what == "acknowledge":
        return _ago(one.at, now)
    if one.at > now:
        same_day = london_date(one.at) == london_date(now)
        return f"{one.at.astimezone(LONDON):%H:%M}" if same_day else format_when(one.at)
    if one.at == start_of_day(london_date(now)):
        return "today"
    return f"{age(one.at, now)} late"


def _ago(at: datetime, now: datetime) -> str:
    told = age(at, now)
    return told if told == "today" else f"{told} ago"
