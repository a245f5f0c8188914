"""Answers to questions of rule that need no store: `greenwax explain`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter, ValidationError

from api_client.tables import packaged_tables
from casework.accounts import check_letter
from casework.actions.declare import reasons_of
from casework.clean import Line
from casework.dates import london_date
from casework.ledger import allocate
from casework.money import Pence, parse_money
from casework.refusals import Reason, Refused


class _Owed(BaseModel):
    """An imposition as it is put on the command line."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[StrictStr | StrictInt, Field(alias="id", union_mode="left_to_right")]
    result: Line
    imposed_on: date
    balance_pence: Pence
    creditor: Line | None = None

    @property
    def id(self) -> str:
        """The id as text."""
        return str(self.name)


def account_number(digits: str) -> dict[str, Any]:
    """The whole account number."""
    try:
        return {"account_number": digits + check_letter(digits)}
    except ValueError as fault:
        raise _invalid(fault, "digits") from None


def working_days(start: date, plus: int) -> dict[str, Any]:
    """The date `plus` working days after `start`."""
    if plus < 0:
        raise _invalid(ValueError("working days are counted forwards: write 0 or more"), "plus")
    try:
        return {"date": packaged_tables().calendar.add_working_days(start, plus).isoformat()}
    except ValueError as fault:
        raise _invalid(fault, "from") from None
    except OverflowError:
        raise _invalid(ValueError("that is further than dates go"), "from") from None


def allocation(impositions: str, payment: str) -> dict[str, Any]:
    """Which imposition gets how much of a payment."""
    try:
        owed = TypeAdapter(list[_Owed]).validate_json(impositions)
    except ValidationError as fault:
        raise Refused(*reasons_of(fault)) from None
    if len({one.id for one in owed}) < len(owed):
        raise _invalid(ValueError("two impositions have the same id"), "impositions")
    order = packaged_tables().allocation(london_date(datetime.now(UTC)))
    try:
        paid = parse_money(payment)
    except ValueError as fault:
        raise _invalid(fault, "payment") from None
    try:
        shares, left = allocate(owed, paid, order)
    except ValueError as fault:
        raise _invalid(fault, "impositions") from None
    names = {one.id: one.name for one in owed}
    shown = [{"id": names[share.id], "amount_pence": share.amount_pence} for share in shares]
    return {"allocations": shown, "left_over_pence": left}


def _invalid(fault: ValueError, field: str) -> Refused:
    return Refused(Reason(code="invalid", message=str(fault), field=field))
