"""Taking on an account: what an import file says of it, and the case that begins with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool

from casework.accounts import AccountNumber, CaseId, Imposed, Unit, case_id
from casework.actions.apart import kept_apart
from casework.actions.details import YOUTHS_ONLY
from casework.actions.marker import GivenMarker, marked
from casework.bringing import afterwards, brought, money_of, object_to
from casework.brought import MOST_NOTES, MOST_PAYMENTS, Brought, BroughtMeans, BroughtNote, BroughtRequest, Payment
from casework.case import LastStep
from casework.clean import Line
from casework.dates import Day, format_date, start_of_day
from casework.events import Happening, Opened, TaskMade
from casework.money import Pence
from casework.people import ADULT, MOST_KEPT, OF_PEOPLE, Guardian, Person, age_on
from casework.reference import Tables
from casework.refusals import Reason
from casework.restricted import RestrictedText
from casework.situation import Situation
from casework.tasks import ACCOUNT
from casework.terms import Terms

FIRST_CONTACT = "first-contact"


KNOWN_YEARS = range(1800, 3000)
"""Days outside of these are slips, and reckoning with them would leave the calendar. Our own choice."""

TABLES_BEGIN = 2000
"""The first year of the tables."""
LOOKED_UP = frozenset({"start", "by", "lump_sum_by", "verified_on", "due", "taken_on", "began_on", "ends_on"})
"""The days by which the calendar reads the tables."""


def _some(impositions: tuple[Imposed, ...]) -> tuple[Imposed, ...]:
    if not impositions:
        raise ValueError("an account has at least one imposition")
    return impositions


class Account(Brought):
    """One account as it comes in, with what it brings from the system it was kept in: a line of an import file."""

    unit: Unit
    number: AccountNumber
    opened_on: Day
    reference: Line | None = None
    """Under which the prosecutor or the police know the case."""
    person: Person
    guardian: Guardian | None = None
    status: str = "L"
    last_step: LastStep | None = None
    impositions: Annotated[tuple[Imposed, ...], AfterValidator(_some), Field(max_length=200)]
    collection_order: StrictBool | None = None
    """Whether there is one. When absent: for an adult there is, for anybody else there cannot be."""
    markers: Annotated[tuple[GivenMarker, ...], Field(max_length=MOST_KEPT)] = ()
    terms: Terms | None = None
    terms_began_on: Day | None = None
    """When the terms began; with the account when absent."""
    terms_balance_pence: Pence | None = None
    """What was owed when the terms began; all that was imposed when absent."""
    reserve_terms: Terms | None = None
    payments: Annotated[tuple[Payment, ...], Field(max_length=MOST_PAYMENTS)] = ()
    """Since the terms began, and part of `paid_pence`."""
    request: BroughtRequest | None = None
    means: BroughtMeans | None = None
    card_asked_on: Day | None = None
    """When a payment card was last asked for."""
    notes: Annotated[tuple[BroughtNote, ...], Field(max_length=MOST_NOTES)] = ()
    first_contact_on: Day | None = None
    """From when the case is to be worked; at once when absent."""

    @property
    def id(self) -> CaseId:
        """`UNIT-NUMBER`."""
        return case_id(self.unit, self.number)

    @property
    def youth(self) -> bool:
        """Whether the defendant was under 18 when the account was opened."""
        born = self.person.date_of_birth
        return born is not None and age_on(born, self.opened_on) < ADULT

    @property
    def under_order(self) -> bool:
        """Whether there is a collection order; where the file does not say, an adult defendant's account has one."""
        if self.collection_order is not None:
            return self.collection_order
        return not self.youth and self._may_be_under_order

    @property
    def _may_be_under_order(self) -> bool:
        """An adult, and a parent or guardian who was ordered to pay (OPAL page 1: “parent-to-pay”)."""
        grown_up = not self.youth or (self.guardian is not None and self.guardian.pays)
        return grown_up and self.person.name.organisation is None

    @property
    def owed_pence(self) -> int:
        """What is owed now."""
        return sum(one.imposed_pence - one.paid_pence for one in self.impositions)

    @property
    def began_with_pence(self) -> int:
        """What was owed when the terms began; where the file does not say, all that was imposed."""
        if self.terms_balance_pence is not None:
            return self.terms_balance_pence
        since = sum(one.amount_pence for one in self.payments)
        return max(sum(one.imposed_pence for one in self.impositions), self.owed_pence + since)


ADULTS_ONLY = "Courts Act 2003 Sch 5 para 1"
"""Who is inside the collection scheme."""


def refusals(account: Account, today: date, tables: Tables) -> list[Reason]:
    """Every reason not to take this account on."""
    reasons: list[Reason] = []

    def refuse(field: str, message: str, source: str | None = None) -> None:
        reasons.append(Reason(code="invalid", message=message, field=field, source=source))

    if account.opened_on > today:
        refuse("opened_on", f"{format_date(account.opened_on)} is still to come")
    if account.status not in tables.account_states(today):
        refuse("status", f"there is no account state {account.status}")
    if account.last_step is not None and account.last_step.code not in tables.steps(today):
        refuse("last_step.code", f"there is no step {account.last_step.code} in the table of steps")
    reasons += _about("person", account.person, today, tables)
    if account.guardian is not None:
        reasons += _about("guardian.person", account.guardian.person, today, tables)
    if account.collection_order and not account._may_be_under_order:
        who = "somebody under 18" if account.youth else "an organisation"
        refuse("collection_order", f"there is no collection order for {who}", ADULTS_ONLY)
    if account.guardian is not None and not account.youth:
        refuse("guardian", "only somebody under 18 has a parent or guardian who pays", YOUTHS_ONLY)
    known = {result for row in tables.allocation(today) for result in row.results}
    for n, one in enumerate(account.impositions):
        if one.result not in known:
            refuse(f"impositions.{n}.result", f"there is no result {one.result} in the allocation table")
        if one.imposed_on > account.opened_on:
            refuse(f"impositions.{n}.imposed_on", "imposed after the account was opened")
        if one.paid_pence > one.imposed_pence:
            refuse(f"impositions.{n}.paid_pence", "more was paid than was imposed")
    object_to(account, today, tables, refuse)
    for field, day in _days(account.model_dump()):
        name = field.rsplit(".", 1)[-1]
        if day.year not in KNOWN_YEARS:
            refuse(field, f"the year {day.year} is not one that a person wrote on purpose")
        elif name in LOOKED_UP and day.year < TABLES_BEGIN:
            refuse(field, f"what held before {TABLES_BEGIN} is not known")
    markers, furthest = tables.markers(today), tables.limit("marker-furthest-days", today)
    last_review = today + timedelta(furthest.amount)
    for n, marker in enumerate(account.markers):
        if marker.code not in markers:
            refuse(f"markers.{n}.code", f"there is no marker {marker.code} in the table of markers")
        if any(marker.code == other.code for other in account.markers[:n]):
            refuse(f"markers.{n}.code", "this marker is given twice")
        if marker.review_on is not None and marker.review_on > last_review:
            message = f"a marker is looked at again within {furthest.amount} days, so by {format_date(last_review)}"
            refuse(f"markers.{n}.review_on", message, furthest.cited)
    return reasons


def _days(content: Any, at: str = "") -> Iterator[tuple[str, date]]:
    """Every day that an account names, by its field."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _days(value, f"{at}.{name}" if at else name)
    elif isinstance(content, tuple):
        for n, value in enumerate(content):
            yield from _days(value, f"{at}.{n}")
    elif isinstance(content, date):
        yield at, content


def _about(place: str, person: Person, today: date, tables: Tables) -> list[Reason]:
    """Every reason against what is said of somebody."""
    reasons = []

    def refuse(field: str, message: str) -> None:
        reasons.append(Reason(code="invalid", message=message, field=f"{place}.{field}"))

    born = person.date_of_birth
    if born is not None and born > today:
        refuse("date_of_birth", f"{format_date(born)} is still to come")
    if person.name.organisation is not None:
        for field in OF_PEOPLE:
            if getattr(person, field):
                refuse(field, "an organisation has none")
    adjustments, preferences = tables.adjustments(today), tables.preferences(today)
    for n, adjustment in enumerate(person.adjustments):
        if adjustment.code not in adjustments:
            refuse(f"adjustments.{n}.code", f"there is no {adjustment.code} in the table of adjustments")
        if any(adjustment.code == other.code for other in person.adjustments[:n]):
            refuse(f"adjustments.{n}.code", "this adjustment is given twice")
    for n, code in enumerate(person.prefers):
        if code not in preferences:
            refuse(f"prefers.{n}", f"there is no {code} in the table of preferences")
        if code in person.prefers[:n]:
            refuse(f"prefers.{n}", "this preference is given twice")
    return reasons


def opening(account: Account, situation: Situation) -> list[Happening]:
    """The account, its markers, what else it brings, and the task to make first contact if anything is owed."""
    tables = situation.tables
    money = money_of(account, tables, situation.today)
    opened = Opened(
        unit=account.unit,
        number=account.number,
        reference=account.reference,
        person=account.person,
        guardian=account.guardian,
        youth=account.youth,
        opened_on=account.opened_on,
        status=account.status,
        last_step=account.last_step,
        collection_order=account.under_order,
        impositions=money.impositions,
        terms=account.terms,
        terms_began_on=account.terms_began_on,
        terms_balance_pence=account.began_with_pence - money.beyond_pence if account.terms else None,
        reserve_terms=account.reserve_terms,
        brought=brought(account, money, situation),
    )
    rows = tables.markers(situation.today)
    markers = [marked(one, rows[one.code], situation) for one in account.markers]
    before = [opened, *markers, *afterwards(account, money, situation)]
    if not account.owed_pence:
        return before
    title = tables.work_types[FIRST_CONTACT].task_title(FIRST_CONTACT)
    due_at = start_of_day(account.first_contact_on or situation.today)
    return [*before, TaskMade(task=FIRST_CONTACT, subject=ACCOUNT, title=title, due_at=due_at)]


def restricted(account: Account, situation: Situation) -> list[RestrictedText]:
    """Why its markers are there."""
    return [why for one in account.markers if (why := kept_apart(one.reason, situation)) is not None]
