"""What staff do most days, by those who may do it and with answers that will mostly do: so that a run in any order comes to
new terms, payments undone, markers and stops often enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from casework.actions import ACTIONS
from casework.actions.declare import Action
from casework.case import Case

WHY = "quicksilver"
"""It stands in every reason for a marker, and nowhere else."""

Draw = Callable[[Sequence[Any]], Any]
"""One of these."""
Answers = dict[str, Any] | None
"""What a form is filled in with; None where there is nothing to do."""

EVERY = ("weekly", "fortnightly", "monthly")
TOLD: Sequence[Mapping[str, Any]] = (
    {"phone": "07700 900456"},
    {"address": "9 Church Street, Kidderminster, DY10 2AB"},
    {"employer": {"name": "Severn Carpets", "net_pence": 142_000, "paid": "monthly"}},
    {"benefit": "uc"},
    {"email": "pat@example.org"},
    {"guardian": {"surname": "Payer", "forenames": "Mair"}},
    {"language": "cy"},
)


def _receipt(case: Case, today: date, draw: Draw) -> Answers:
    pence = draw([500, 2_000, max(1, case.balance_pence), case.balance_pence + 700])
    back = draw([0, 0, 1, 20])
    return {
        "amount_pence": pence,
        "method": draw(["card", "cheque", "notes"]),
        "received_on": max(case.opened_on, today - timedelta(back)),
    }


def _reverse(case: Case, today: date, draw: Draw) -> Answers:
    there = [one for one in case.receipts if not one.reversed]
    if not there:
        return None
    receipt = draw([*there * 3, *case.receipts])
    fits = {"cheque": "DISHCQ", "card": "CHARGEBACK"}.get(receipt.method, "REVPAY")
    return {"receipt": receipt.id, "reason": draw([fits, "REVPAY"])}


def _terms(case: Case, today: date, draw: Draw) -> Answers:
    start = today + timedelta(draw([0, 3, 14]))
    agreed = {"reason": "HOURS", "consent": True, "consent_how": "by telephone"}
    if draw([False, False, True]):
        return {"by": start + timedelta(30), **agreed}
    lump = {"lump_sum_pence": 1_500, "lump_sum_by": start} if draw([False, True]) else {}
    pence = draw([1_000, 2_500, max(1, case.balance_pence // 3)])
    return {"amount_pence": pence, "every": draw(EVERY), "start": start, **lump, **agreed}


def _less(case: Case, today: date, draw: Draw) -> Answers:
    return {"amount_pence": 300, "every": "weekly", "start": today + timedelta(3), "reason": "ILLNESS"}


def _lift(case: Case, today: date, draw: Draw) -> Answers:
    return {"stop": draw(case.stops).code, "reason": "it is over"} if case.stops else None


def _end_marker(case: Case, today: date, draw: Draw) -> Answers:
    return {"marker": draw(case.markers).id, "reason": "no longer so"} if case.markers else None


def _promise(case: Case, today: date, draw: Draw) -> Answers:
    due = today + timedelta(draw([1, 5, 14]))
    return {"amount_pence": draw([500, 2_000]), "due": due, "method": draw(["card", "cheque"])}


def _ask_source(case: Case, today: date, draw: Draw) -> Answers:
    source, purpose = draw(
        [("OWN", "address"), ("ER", "address"), ("PING", "phone"), ("DVLA", "vehicle"), ("PRISON", "custody")]
    )
    return {"source": source, "purpose": purpose, "reason": "seen in Kidderminster"}


def _answer(case: Case, today: date, draw: Draw) -> Answers:
    there = [one for one in case.traces if one.state == "asked"]
    if not there:
        return None
    outcome = draw(["NEG", "NEG", "LIKELY", "CONFIRMED", "ERROR", "IN_CUSTODY"])
    found = {"address": "9 Church Street, Kidderminster, DY10 2AB"} if outcome in ("LIKELY", "CONFIRMED") else {}
    return {"task": draw(there).source, "outcome": outcome, "note": "it came in a letter that is on the file", **found}


LIKELY: Mapping[str, tuple[str, Callable[[Case, date, Draw], Answers]]] = {
    "receipt": ("ann cas", _receipt),
    "reverse": ("tom cas", _reverse),
    "terms": ("ann flo", _terms),
    "request-terms": ("ann", _less),
    "refuse-terms": ("flo", lambda case, today, draw: {"reason": "AFFORDS"} if case.request else None),
    "means": ("ben", lambda case, today, draw: {"income_pence": 90_000, "housing_pence": draw([40_000, 88_000])}),
    "payment-card": ("ann", lambda case, today, draw: {}),
    "promise": ("ben", _promise),
    "details": ("ann", lambda case, today, draw: {**draw(TOLD), "verified": draw([True, False])}),
    "marker": (
        "ben flo",
        lambda case, today, draw: {"code": draw(["bereavement", "dog"]), "reason": f"{WHY}, she said"},
    ),
    "end-marker": ("tom", _end_marker),
    "safeguard": ("cas ann", lambda case, today, draw: {"concern": "SELF_HARM", "hold": draw([True, False])}),
    "stop": ("ann", lambda case, today, draw: {"code": draw(["HOLD", "DECEASED", "CUSTODY"]), "reason": "in hospital"}),
    "trace": ("ann ben", _ask_source),
    "trace-result": ("ann ben", _answer),
    "lift": ("tom flo", _lift),
    "handover": (
        "ann dee ben",
        lambda case, today, draw: {"text": "see the note", "to": draw([None, None, "ann", "flo"])},
    ),
    "acknowledge": ("dee ann ben tom", lambda case, today, draw: {} if case.handover else None),
}
"""By kind of action: who does it, and with what."""


OFTEN = (
    *("receipt", "receipt", "receipt", "terms", "terms", "terms", "reverse", "reverse", "reverse"),
    *("handover", "handover", "acknowledge", "acknowledge"),
)


def likely_action(draw: Draw, case: Case, today: date) -> tuple[str, Action] | None:
    """Somebody, and what they do on this case today."""
    kind = draw([*LIKELY, *OFTEN])
    who, fill = LIKELY[kind]
    answers = fill(case, today, draw)
    return None if answers is None else (draw(who.split()), ACTIONS[kind].model_validate(answers))
