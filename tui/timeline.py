"""The history of a case as the desk shows it: each event in one sentence, what was undone marked, what a caller may be asked
for hidden; and which of it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.fields import Choice, Field, FieldKind, matching
from casework.identity import MASK
from casework.timeline import ABOUT, About
from casework.views import Entry, Happened, Page
from tui.view_models import Table, when

OLDER = "older"
"""The key of the row that brings older entries."""


def table(page: Page, now: datetime, *, masked: bool = False) -> Table:
    """The history, newest first; a last row brings what is older. `masked`: without what a caller may be asked for."""
    rows = [
        (str(entry.seq), (when(entry.at, now), sentence(entry, masked=masked), entry.actor))
        for entry in reversed(page.entries)
    ]
    older = [(OLDER, ("older", "Enter brings the entries before these", ""))] if page.before is not None else []
    return Table((*rows, *older))


# What is said of an event


def saved(events: Sequence[Happened]) -> str:
    """What was saved, in one line: what was done, and what comes next."""
    done = [_worded(event.kind, event.summary) for event in events if event.kind not in ("note", "task", "task-ended")]
    plain = [_in_parts(event.summary) for event in events if event.kind in ("note", "task-ended")]
    ahead = [f"Next: {event.summary}" for event in events if event.kind == "task"]
    return ". ".join([*(done or plain), *ahead])


def sentence(entry: Entry, *, masked: bool = False) -> str:
    """An entry in one line, its parts set apart; what somebody wrote stands as they wrote it."""
    if masked and entry.kind in _ASKED_OF_CALLERS:
        said = _worded(entry.kind, MASK)
    else:
        before, written, after = _about_text(entry)
        text = MASK if masked and written else " ".join(written.split())
        said = _worded(entry.kind, f"{before}{text}{after}")
    return f"UNDONE: {said}" if entry.undone else said


def told(entry: Entry, *, masked: bool) -> str:
    """The whole of what an entry tells, with its line breaks; a mask in place of what a caller may be asked for, and of what
    somebody wrote: the note of a call may hold the very answer."""
    if not masked:
        return entry.summary
    if entry.kind in _ASKED_OF_CALLERS:
        return MASK
    before, written, after = _about_text(entry)
    return f"{before}{MASK}{after}" if written else entry.summary


_ASKED_OF_CALLERS = ("receipt", "reversal", "promise-ended", "details", "guardian", "trace-result")
"""Kinds of events that tell what somebody may be asked so that they show who they are: their last payment, where they live."""


def _about_text(entry: Entry) -> tuple[str, str, str]:
    """What stands before the text that somebody wrote, the text, and what stands after it; all stands before where there is
    none."""
    data = entry.data
    written = data.get("text") or data.get("note") or (data.get("reason") if entry.kind == "trace" else None) or ""
    before, found, after = entry.summary.rpartition(written) if written else ("", "", entry.summary)
    return (before, found, after) if found else (after, "", "")


def _worded(kind: str, summary: str) -> str:
    return f"{_WORDS.get(kind, f'{kind} ')}{_in_parts(summary)}"


def _in_parts(summary: str) -> str:
    """The parts of a summary, which stand two spaces apart, so that they do not run together."""
    return " · ".join(" ".join(part.split()) for part in re.split(r" {2,}", summary.strip()))


_WORDS = {
    "contact": "",
    "number-failed": "",
    "opened": "",
    "promise-ended": "promise ",
    "task-ended": "done, ",
    "task-deferred": "",
    "task-released": "",
    "stop-lifted": "lifted: ",
    "review-due": "review ",
    "clock-ended": "over: ",
    "instalment-missed": "instalment missed ",
    "fact-expired": "too old: ",
    "came-of-age": "",
    "reversal": "receipt of ",
    "promise-reopened": "promise ",
    "terms": "new terms ",
    "terms-requested": "terms ",
    "terms-refused": "terms ",
    "payment-card": "",
    "details": "",
    "guardian": "",
    "handed-over": "",
    "handed-on": "",
    "acknowledged": "",
    "trace-result": "answer of ",
    "marker-ended": "marker ",
    "undone": "",
}
"""What stands before the summary of each kind of event; its kind, where nothing stands here."""


# What is shown of it


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What somebody wants to see alone."""

    words: str = ""
    about: About | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.about)

    def __str__(self) -> str:
        """As it stands over the list: `only calls with “ring”`."""
        return " ".join(["only", *([self.about] if self.about else ["what happened"]), *self._with()])

    def _with(self) -> list[str]:
        return [f"with “{self.words}”"] if self.words else []

    @property
    def fields(self) -> tuple[Field, ...]:
        """The questions that narrow it further, or again."""
        every = (Choice(_ALL, "all that happened"), *(Choice(one, _LABELS.get(one, one)) for one in ABOUT))
        words = Field("words", "With", default=self.words, required=False, help="words of it, or who did it")
        return words, Field("about", "Only", FieldKind.CHOICE, default=self.about or _ALL, choices=every)


_ALL = "all"
_LABELS = {"terms": "terms, promises, means", "notes": "notes: whatever was written", "calls": "calls and messages"}


def narrowed(typed: dict[str, str]) -> Narrowing:
    """What was typed into the fields; what names nothing narrows nothing."""
    about: dict[str, About] = {one: one for one in ABOUT}
    chosen = matching([Choice(one, _LABELS.get(one, one)) for one in ABOUT], typed.get("about", ""))
    return Narrowing(typed.get("words", "").strip(), about[chosen[0].code] if len(chosen) == 1 else None)
