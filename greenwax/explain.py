"""Answers to questions of rule that need no store: `greenwax explain`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter, ValidationError

from api_client.tables import packaged_tables
from casework import confiscation, deductions, defaults
from casework.accounts import check_letter
from casework.actions.declare import reasons_of
from casework.clean import Line
from casework.dates import Day, london_date
from casework.defaults import Court
from casework.ledger import Allocation, allocate
from casework.money import Pence, Sum, parse_money
from casework.refusals import Reason, Refused
from casework.table_rows import AllocationPriority, Benefit, Claimant
from casework.terms import Terms
from casework.terms import arrears as arrears_of
from casework.terms import schedule as instalments_of

T = TypeVar("T")
PayPeriod = Literal["daily", "weekly", "monthly"]


class _Owed(BaseModel):
    """An imposition as it is put on the command line."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    name: Annotated[StrictStr | StrictInt, Field(alias="id", union_mode="left_to_right")]
    result: Line
    imposed_on: Day
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
    owed = _json(TypeAdapter(list[_Owed]), impositions)
    if len({one.id for one in owed}) < len(owed):
        raise _invalid(ValueError("two impositions have the same id"), "impositions")
    order = packaged_tables().allocation(_today())
    paid = _money(payment, "payment")
    try:
        shares, left = allocate(owed, paid, order)
    except ValueError as fault:
        raise _invalid(fault, "impositions") from None
    used = [row for row in order if any(one.result in row.results for one in owed)]
    names = {one.id: one.name for one in owed}
    shown = [{"id": names[share.id], "amount_pence": share.amount_pence} for share in shares]
    return {
        "allocations": shown,
        "left_over_pence": left,
        "source": "; ".join(dict.fromkeys(row.source for row in used)),
        "verified": all(row.verified and (row.inside_verified or not _shared(row, owed, shares)) for row in used),
    }


def _shared(row: AllocationPriority, owed: Sequence[_Owed], shares: Sequence[Allocation]) -> bool:
    """Whether the payment ran out inside a priority, so that the order inside it mattered."""
    inside = {one.id: one.balance_pence for one in owed if one.result in row.results and one.balance_pence}
    paid = sum(share.amount_pence for share in shares if share.id in inside)
    return len(inside) > 1 and 0 < paid < sum(inside.values())


class _Payment(BaseModel):
    """A payment as it is put on the command line."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    received_on: Annotated[Day, Field(alias="on")]
    amount_pence: Sum


def schedule(terms: str, balance: str) -> dict[str, Any]:
    """Every instalment, and the day on which nothing is owed any more."""
    plan, owed = _terms(terms), _money(balance, "balance")
    try:
        found = instalments_of(plan, owed)
    except ValueError as fault:
        raise _invalid(fault, "terms") from None
    listed = [{"due": one.due.isoformat(), "amount_pence": one.amount_pence} for one in found]
    return {"instalments": listed, "clear_date": listed[-1]["due"] if listed else None}


def arrears(terms: str, paid: str, on: date, balance: str) -> dict[str, Any]:
    """How far behind the terms the payments are on a day, and the first date missed."""
    payments = _json(TypeAdapter(list[_Payment]), paid)
    found = arrears_of(_terms(terms), _money(balance, "balance"), payments, on)
    missed = found.first_missed
    return {"arrears_pence": found.arrears_pence, "first_missed": missed.isoformat() if missed else None}


def aeo(period: str, net: str, on: date | None, periods: int = 1) -> dict[str, Any]:
    """What an employer takes from one pay packet under a fines attachment of earnings order."""
    with _known("net"):
        found = deductions.aeo(
            cast("PayPeriod", period), _money(net, "net"), on or _today(), packaged_tables(), periods
        )
    return {
        "deduction_pence": found.deduction_pence,
        "band": found.band,
        "source": found.source,
        "verified": found.verified,
    }


def benefit(kind: str, claimant: str, on: date, balance: str | None) -> dict[str, Any]:
    """What is taken from a benefit, and when the balance would be clear."""
    owed = _money(balance, "balance") if balance is not None else None
    with _known("benefit"):
        found = deductions.benefit(cast("Benefit", kind), cast("Claimant", claimant), on, owed, packaged_tables())
    return {
        "deduction_pence": found.deduction_pence,
        "period": found.period,
        "clear_date": found.clear_date.isoformat() if found.clear_date else None,
        "source": found.source,
        "verified": found.verified,
    }


def default_term(amount: str, court: str) -> dict[str, Any]:
    """The longest term in default of a sum."""
    with _known("amount"):
        found = defaults.default_term(_money(amount, "amount"), cast("Court", court), _today(), packaged_tables())
    return {"days": found.days, "months": found.months, "source": found.source, "verified": found.verified}


def interest(principal: str, since: date, until: date) -> dict[str, Any]:
    """Simple interest on an unpaid confiscation order."""
    with _known("from"):
        found = confiscation.interest(_money(principal, "principal"), since, until, packaged_tables())
    return {"interest_pence": found.interest_pence, "source": found.source, "verified": found.verified}


def _today() -> date:
    return london_date(datetime.now(UTC))


@contextmanager
def _known(field: str) -> Iterator[None]:
    """A rate that is not known, or a question that makes no sense, as a refusal."""
    try:
        yield
    except (LookupError, ValueError) as fault:
        raise Refused(Reason(code="not-known", message=str(fault.args[0]), field=field)) from None


def _money(text: str, field: str) -> int:
    try:
        return parse_money(text)
    except ValueError as fault:
        raise _invalid(fault, field) from None


def _json(model: TypeAdapter[T], text: str) -> T:
    try:
        return model.validate_json(text)
    except ValidationError as fault:
        raise Refused(*reasons_of(fault)) from None


def _terms(text: str) -> Terms:
    return _json(TypeAdapter(Terms), text)


def _invalid(fault: ValueError, field: str) -> Refused:
    return Refused(Reason(code="invalid", message=str(fault), field=field))
