"""How a contact ended: the outcome, its second level, the note that it asks for. The same for calls and for messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casework.actions.declare import Asking
from casework.actions.stops import stopped
from casework.case import Case
from casework.contact import CHANNELS, Channel
from casework.events import Happening, NumberFailed
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


def number_failed(case: Case, row: WrapCode, number: str | None) -> list[Happening]:
    """What the outcome tells of the number that was rung, if it is one of theirs and that is news."""
    people = [case.person, *([case.guardian.person] if case.guardian else [])]
    standings = {phone.standing for who in people for phone in who.phones if phone.number == number}
    if number is None or row.number_becomes is None or standings <= {row.number_becomes}:
        return []
    return [NumberFailed(number=number, standing=row.number_becomes)]


def stops(case: Case, row: WrapCode, channel: Channel, situation: Situation) -> list[Happening]:
    """The stop that the outcome asks for, unless it stands already."""
    if row.stop is None or any(stop.code == row.stop for stop in case.stops):
        return []
    return [stopped(row.stop, f"{row.label.lower()} ({CHANNELS[channel]})", situation)]
