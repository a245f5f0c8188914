"""How a contact ended: the outcome, its second level, the note that it asks for. The same for calls and for messages.

The form of a call asks who was on the line first, because most calls reach nobody, and of those there is no more to say: one
letter logs them. With whom they spoke decides which other outcomes there are, each again with its letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from casework.actions.declare import Asking
from casework.contact import SOMEBODY_ELSE, THEM
from casework.fields import BLANK, Choice, Template
from casework.reference import choices
from casework.refusals import Reason
from casework.rows_contact import OutcomeDetail
from casework.situation import Situation
from casework.table_rows import WrapCode

ANSWERED = "answered"
"""The question who was on the line; it leads to the others, and is no part of a call."""

_SPOKE = (Choice(THEM, "Spoke to them", "s"), Choice(SOMEBODY_ELSE, "Somebody else", "o"))


def lettered_lists(rows: Iterable[WrapCode]) -> Mapping[str, tuple[Choice, ...]]:
    """The outcomes of a call as its form asks for them, each list with letters of its own: those of calls that reached nobody,
    with the two that lead on; of those with whoever pays; of those with somebody else."""
    rows = tuple(rows)
    spoken = [row for row in rows if not row.ends_at_once]
    with_them = [row for row in spoken if row.group != "third-party"]
    with_other = [row for row in spoken if row.group in ("third-party", "status") or row.identity == "failed"]
    return {
        "": (*map(_lettered, (row for row in rows if row.ends_at_once)), *_SPOKE),
        THEM: tuple(map(_lettered, with_them)),
        SOMEBODY_ELSE: tuple(map(_lettered, with_other)),
    }


def _lettered(row: WrapCode) -> Choice:
    return Choice(row.code, row.short or row.label, row.letter)


def answered(asking: Asking) -> Sequence[Choice]:
    """Who was on the line: nobody, in which way, or with whom they spoke."""
    return lettered_lists(_of_calls(asking).values())[""]


def of_call(asking: Asking) -> Sequence[Choice]:
    """The outcomes there are, once it is known with whom they spoke; all of them on a line of quick entry."""
    rows = _of_calls(asking).values()
    whom = asking.answers.get(ANSWERED)
    return lettered_lists(rows)[str(whom)] if whom in (THEM, SOMEBODY_ELSE) else choices(rows)


def at_once(asking: Asking) -> str:
    """The outcome of a call that reached nobody; nothing otherwise."""
    found = str(asking.answers.get(ANSWERED) or "")
    return found if found in _of_calls(asking) else ""


def spoke(asking: Asking) -> bool:
    """Whether somebody was on the line, or who was is not asked, as on a line of quick entry."""
    return asking.answers.get(ANSWERED) in (None, THEM, SOMEBODY_ELSE)


def begun(asking: Asking) -> bool:
    """Whether it is known who was on the line, or that is not asked."""
    return asking.answers.get(ANSWERED) != ""


def says_all(asking: Asking) -> bool:
    """Whether nothing more is to be said of a call than how it ended."""
    row = chosen(asking)
    ended = row or _of_calls(asking).get(at_once(asking))
    return ended is not None and not ended.asks_more and not has_details(asking)


def _of_calls(asking: Asking) -> Mapping[str, WrapCode]:
    return asking.situation.tables.wrap_codes(asking.situation.today, "call")


def outcomes(use: str) -> Callable[[Asking], Sequence[Choice]]:
    """The outcomes of a `call` or a `contact` today."""
    return lambda asking: choices(asking.situation.tables.wrap_codes(asking.situation.today, use).values())


def chosen(asking: Asking) -> WrapCode | None:
    """The outcome that was answered before."""
    tables, today = asking.situation.tables, asking.situation.today
    code = str(asking.answers.get("outcome"))
    return tables.wrap_codes(today, "call").get(code) or tables.wrap_codes(today, "contact").get(code)


def details(asking: Asking) -> Sequence[Choice]:
    """The second level of the outcome that was answered."""
    situation = asking.situation
    return choices(situation.tables.outcome_details(situation.today, str(asking.answers.get("outcome"))).values())


def has_details(asking: Asking) -> bool:
    """Whether the outcome that was answered has a second level."""
    return bool(details(asking))


def note_needed(asking: Asking) -> bool:
    """Whether the outcome that was answered means nothing without a note."""
    row = chosen(asking)
    return row is not None and row.note_least > 0


def templates(asking: Asking) -> Sequence[Template]:
    """The texts that a note about the outcome that was answered may begin with."""
    situation = asking.situation
    rows = situation.tables.note_templates(situation.today, str(asking.answers.get("outcome")))
    return [Template(row.code, row.label, row.text) for row in rows]


def blanks(note: str | None) -> list[str]:
    """That something is still to be filled in."""
    return ["the note has blanks that were not filled in"] if BLANK in (note or "") else []


def unknown(rows: dict[str, WrapCode]) -> Reason:
    """That the outcome is none of those there are."""
    message = f"there is no such outcome; there are: {', '.join(rows)}"
    return Reason(code="unknown-outcome", message=message, field="outcome")


def note_refusals(row: WrapCode, note: str | None) -> list[Reason]:
    """Some outcomes mean nothing without a note."""
    if len(note or "") < row.note_least:
        message = f"“{row.label}” needs a note of at least {row.note_least} characters"
        return [Reason(code="note-needed", message=message, field="note", source=row.cited)]
    return []


def about_detail(row: WrapCode, detail: str | None, situation: Situation) -> list[Reason]:
    """A second level is one of its outcome's."""
    known = situation.tables.outcome_details(situation.today, row.code)
    if detail is None or detail in known:
        return []
    if not known:
        return [Reason(code="not-asked", message=f"“{row.label}” has no details", field="detail")]
    message = f"“{row.label}” has no such detail; there are: {', '.join(known)}"
    return [Reason(code="unknown-detail", message=message, field="detail")]


def detail_row(row: WrapCode, detail: str | None, situation: Situation) -> OutcomeDetail | None:
    """The row of a second level."""
    return situation.tables.outcome_details(situation.today, row.code).get(detail or "")
