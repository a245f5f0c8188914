"""How a contact ended: the outcome, its second level, the note that it asks for. The same for calls and for messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casework.actions.declare import Asking
from casework.fields import Choice
from casework.reference import choices
from casework.refusals import Reason
from casework.rows_contact import OutcomeDetail
from casework.situation import Situation
from casework.table_rows import WrapCode


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
