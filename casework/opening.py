"""Taking on an account: what an import file says of it, and the case that begins with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool

from casework.accounts import AccountNumber, CaseId, Imposed, Unit, case_id
from casework.actions.work import ACCOUNT
from casework.case import LastStep
from casework.dates import Day, format_date, london_date, start_of_day
from casework.events import Happening, Opened, TaskMade
from casework.money import Pence
from casework.people import ADULT, Guardian, Person, age_on
from casework.reference import Tables
from casework.refusals import Reason
from casework.terms import Terms

FIRST_CONTACT = "first-contact"


def _some(impositions: tuple[Imposed, ...]) -> tuple[Imposed, ...]:
    if not impositions:
        raise ValueError("an account has at least one imposition")
    return impositions


class Account(BaseModel):
    """One account as it comes in: a line of an import file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Unit
    number: AccountNumber
    opened_on: Day
    person: Person
    guardian: Guardian | None = None
    status: str = "L"
    last_step: LastStep | None = None
    impositions: Annotated[tuple[Imposed, ...], AfterValidator(_some), Field(max_length=200)]
    collection_order: StrictBool = True
    terms: Terms | None = None
    terms_began_on: Day | None = None
    """When the terms began; with the account when absent."""
    terms_balance_pence: Pence | None = None
    """What was owed when the terms began; all that was imposed when absent."""
    reserve_terms: Terms | None = None
    first_contact_on: Day | None = None
    """From when the case is to be worked; at once when absent."""

    @property
    def id(self) -> CaseId:
        """`UNIT-NUMBER`."""
        return case_id(self.unit, self.number)

    @property
    def owed_pence(self) -> int:
        """What is owed now."""
        return sum(one.imposed_pence - one.paid_pence for one in self.impositions)


def refusals(account: Account, today: date, tables: Tables) -> list[Reason]:
    """Every reason not to take this account on."""
    reasons: list[Reason] = []

    def refuse(field: str, message: str) -> None:
        reasons.append(Reason(code="invalid", message=message, field=field))

    if account.opened_on > today:
        refuse("opened_on", f"{format_date(account.opened_on)} is still to come")
    born = account.person.date_of_birth
    if born is not None and born > today:
        refuse("person.date_of_birth", f"{format_date(born)} is still to come")
    known = {result for row in tables.allocation(today) for result in row.results}
    for n, one in enumerate(account.impositions):
        if one.result not in known:
            refuse(f"impositions.{n}.result", f"there is no result {one.result} in the allocation table")
        if one.imposed_on > account.opened_on:
            refuse(f"impositions.{n}.imposed_on", "imposed after the account was opened")
        if one.paid_pence > one.imposed_pence:
            refuse(f"impositions.{n}.paid_pence", "more was paid than was imposed")
    if (began_with := account.terms_balance_pence) is not None and began_with < account.owed_pence:
        refuse("terms_balance_pence", "less than is owed now")
    return reasons


def opening(account: Account, now: datetime, tables: Tables) -> list[Happening]:
    """The account, and the task to make first contact if anything is owed."""
    given = account.model_dump(exclude={"first_contact_on"})
    if account.terms is not None and account.terms_balance_pence is None:
        given["terms_balance_pence"] = sum(one.imposed_pence for one in account.impositions)
    born = account.person.date_of_birth
    opened = Opened.model_validate({**given, "youth": born is not None and age_on(born, account.opened_on) < ADULT})
    title = tables.work_types[FIRST_CONTACT].task_title(FIRST_CONTACT)
    due_at = start_of_day(account.first_contact_on or london_date(now))
    first = TaskMade(task=FIRST_CONTACT, subject=ACCOUNT, title=title, due_at=due_at)
    return [opened, first] if account.owed_pence else [opened]
