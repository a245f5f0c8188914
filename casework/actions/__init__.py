"""Everything staff can do to a case, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from casework.actions.asked_terms import RefuseTerms, RequestTerms
from casework.actions.calendar import RunCalendar
from casework.actions.call import LogCall
from casework.actions.contact import LogContact
from casework.actions.court_terms import CourtTerms
from casework.actions.declare import Action, reasons_of
from casework.actions.details import RecordDetails
from casework.actions.handover import Acknowledge, HandOver
from casework.actions.marker import EndMarker, SetMarker
from casework.actions.means import TakeMeans
from casework.actions.note import WriteNote
from casework.actions.payment_card import AskCard
from casework.actions.promise import CancelPromise, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.actions.stops import LiftStop, Safeguard, SetStop
from casework.actions.terms import AgreeTerms
from casework.actions.trace import AskSource
from casework.actions.trace_result import RecordAnswer
from casework.actions.undo import Undo
from casework.actions.work import Park, Skip, WrapUp
from casework.refusals import Reason, Refused

ACTIONS: Mapping[str, type[Action]] = {
    cls.named(): cls
    for cls in (
        *(WriteNote, LogCall, LogContact, MakePromise, CancelPromise, TakeReceipt, Reverse, WrapUp, Skip, Park),
        *(AgreeTerms, RequestTerms, RefuseTerms, CourtTerms, TakeMeans, AskCard),
        *(RecordDetails, SetMarker, EndMarker),
        *(Safeguard, SetStop, LiftStop),
        *(AskSource, RecordAnswer),
        *(HandOver, Acknowledge),
        Undo,
    )
}
"""The actions that staff are offered, in the order in which they are listed."""

SYSTEM_ACTIONS: Mapping[str, type[Action]] = {RunCalendar.named(): RunCalendar}
"""What the calendar does by itself; nobody is offered it."""

_OBJECT = TypeAdapter(dict[str, object])


def parse_action(text: str | bytes) -> Action:
    """The action that a JSON object with `kind` describes.

    Raises:
        Refused: with every reason, each naming its field.
    """
    try:
        content = _OBJECT.validate_json(text)
    except ValidationError as fault:
        raise Refused.because("invalid", f"that is not a JSON object: {fault.errors()[0]['msg']}") from None
    kind = content.get("kind")
    action = ACTIONS.get(kind) if isinstance(kind, str) else None
    if action is None:
        known = ", ".join(ACTIONS)
        raise Refused(
            Reason(code="unknown-action", message=f"there is no such action; there are: {known}", field="kind")
        )
    try:
        return action.model_validate_json(text)
    except ValidationError as fault:
        raise Refused(*reasons_of(fault)) from None
