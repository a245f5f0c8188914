"""Any action, filled in at random as a form would be: what it asks is found out from its own questions, so that an action
that is added is tried without a word here.
"""

from __future__ import annotations

import json

from hypothesis import strategies as st
from pydantic import ValidationError

from casework.actions.declare import Action, fill, read_form
from casework.case import Case
from casework.fields import Field, FieldKind
from casework.refusals import Refused
from casework.situation import Situation

_TYPED = {
    FieldKind.CHOICE: ("X",),
    FieldKind.MONEY: ("20", "£50.00", "0.01", "100", "1,240", "1000000000"),
    FieldKind.DATE: ("t", "+1", "+7", "+14", "fri", "eom", "-1", "-30", "+400"),
    FieldKind.MOMENT: ("fri 10:30", "+1 09:00", "+14 16:00", "t 00:00", "+200"),
    FieldKind.NUMBER: ("0", "1", "40"),
    FieldKind.YES_NO: ("yes", "no"),
    FieldKind.TEXT: (
        *("said that the wages come on Friday and that it will be paid", "x", "07700 900123", "pat@example.org"),
        *("DY10 1AA", "QQ123456C", "AB12 CDE", "[@click=quit]\x1b[31m <b>’é"),
    ),
}
"""What people type into a field of each kind; not all of it will do."""

_JUNK: tuple[object, ...] = (
    None,
    -1,
    0,
    10**13,
    "",
    "x" * 6_000,
    "1999-01-01",
    "9999-12-31",
    "2027-03-28T01:30:00Z",
    True,
    [],
    {},
    "NO_ANS",
)
"""What nobody would type, but a program may send."""


def any_action(
    data: st.DataObject, action: type[Action], case: Case, situation: Situation, *, spoil: bool
) -> Action | None:
    """`action` with answers to all that its form needs and a few that it does not; with `spoil`, one of them is junk. None
    when what was drawn cannot be read.
    """
    typed: dict[str, str] = {}
    asked: set[str] = set()
    while new := [field for field in read_form(action, case, typed, situation).fields if field.name not in asked]:
        asked |= {field.name for field in new}
        optional = [field.name for field in new if not field.required]
        told = data.draw(st.lists(st.sampled_from(optional), max_size=3), label="also") if optional else []
        for field in new:
            if field.required or field.name in told:
                typed[field.name] = data.draw(_answer(field), label=field.name)
    try:
        filled = fill(action, case, typed, situation)
    except Refused:
        return None
    return _spoilt(data, filled) if spoil else filled


def _answer(field: Field) -> st.SearchStrategy[str]:
    codes = [choice.code for choice in field.choices]
    likely = [field.default] if field.default else []
    return st.sampled_from([*likely * 4, *(codes or _TYPED[field.kind])])


def _spoilt(data: st.DataObject, filled: Action) -> Action | None:
    """With junk in one of its fields, asked for or not; None when the model already refuses that."""
    content = json.loads(filled.model_dump_json())
    name = data.draw(st.sampled_from(sorted(content)), label="spoilt")
    content[name] = data.draw(st.sampled_from(_JUNK), label="with")
    try:
        return type(filled).model_validate_json(json.dumps(content))
    except ValidationError:
        return None
