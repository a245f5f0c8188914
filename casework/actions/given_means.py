"""What an officer may be told of what somebody lives on and has, as it is asked: employer, benefit, vehicle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from casework.actions.declare import Ask, Asking
from casework.actions.given import HAS, WORKS, Given, parted_lines, person_of, plain, still
from casework.clean import Line, Proper
from casework.dates import Day
from casework.fields import Choice
from casework.identifiers import Email, Phone, Postcode, Registration
from casework.money import Sum, format_money
from casework.people import BENEFITS, AddressLines, BenefitClaim, Employer, Vehicle, fold
from casework.table_rows import Benefit, Claimant


def _employer(asking: Asking) -> Employer | None:
    """The employer that is known, while the form is about that one."""
    known = person_of(asking).employer
    named = asking.answers.get("employer.name")
    return known if known and known.stands and (named is None or fold(str(named)) == fold(known.name)) else None


def _known(read: Callable[[Employer], object]) -> Callable[[Asking], str]:
    def default(asking: Asking) -> str:
        known = _employer(asking)
        return str(read(known) or "") if known else ""

    return default


def _pay_periods(asking: Asking) -> Sequence[Choice]:
    return tuple(Choice(one, one) for one in ("weekly", "fortnightly", "monthly"))


class GivenEmployer(Given):
    """For whom they work. What is known of the same employer stands in the form already."""

    alone = "name"

    name: Annotated[Proper | None, Ask("Employer", rest=True, default=_known(lambda one: one.name))] = None
    net_pence: Annotated[
        Sum | None,
        Ask("Net pay", word="pay", default=_known(lambda one: format_money(one.net_pence) if one.net_pence else "")),
    ] = None
    paid: Annotated[
        Literal["weekly", "fortnightly", "monthly"] | None,
        Ask("Paid", choices=_pay_periods, default=_known(lambda one: one.paid)),
    ] = None
    pay_day: Annotated[
        Day | None, Ask("A pay day", word="payday", help="fri, 28/2", default=_known(lambda one: one.pay_day))
    ] = None
    reference: Annotated[Line | None, Ask("Payroll number", word="ref", default=_known(lambda one: one.reference))] = (
        None
    )
    lines: Annotated[AddressLines | None, Ask("Address", word="at", default=_known(lambda one: one.address))] = None
    postcode: Annotated[Postcode | None, Ask("Postcode", word="postcode")] = None
    phone: Annotated[Phone | None, Ask("Telephone", word="phone", default=_known(lambda one: one.phone))] = None
    email: Annotated[Email | None, Ask("E-mail", word="email", default=_known(lambda one: one.email))] = None
    standing: Annotated[
        Literal["current", "previous"],
        still(WORKS, "employer.name", lambda who: [who.employer and who.employer.name]),
    ] = "current"

    @classmethod
    def _parted(cls, value: object) -> object:
        return parted_lines(value)


def _benefits(asking: Asking) -> Sequence[Choice]:
    return tuple(Choice(code, label) for code, label in BENEFITS.items())


def _claimants(asking: Asking) -> Sequence[Choice]:
    labels = {
        "single-25": "single, 25 or over",
        "single-under-25": "single, under 25",
        "couple-25": "couple, one is 25",
        "couple-under-25": "couple, both under 25",
    }
    return tuple(Choice(code, label) for code, label in labels.items())


def _claim(read: Callable[[BenefitClaim], object]) -> Callable[[Asking], str]:
    def default(asking: Asking) -> str:
        named = asking.answers.get("benefit.benefit")
        known = next((one for one in person_of(asking).benefits if one.benefit == named and one.stands), None)
        return str(read(known) or "") if known else ""

    return default


class GivenBenefit(Given):
    """A benefit they live on. What is known of it stands in the form already."""

    alone = "benefit"

    benefit: Annotated[Benefit, Ask("Benefit", choices=_benefits)]
    claimant: Annotated[
        Claimant | None, Ask("Claimed as", choices=_claimants, default=_claim(lambda one: one.claimant))
    ] = None
    other_deductions: Annotated[
        int,
        Field(ge=0, le=9),
        Ask(
            "Other deductions",
            word="others",
            help="how many others are paid out of it",
            default=_claim(lambda one: one.other_deductions),
        ),
    ] = 0
    standing: Annotated[
        Literal["current", "previous"],
        still(HAS, "benefit.benefit", lambda who: [one.benefit for one in who.benefits]),
    ] = "current"


def _vehicle(read: Callable[[Vehicle], str | None]) -> Callable[[Asking], str]:
    def default(asking: Asking) -> str:
        named = plain(str(asking.answers.get("vehicle.registration", "")))
        known = next((one for one in person_of(asking).vehicles if plain(one.registration) == named), None)
        return read(known) or "" if known else ""

    return default


class GivenVehicle(Given):
    """A vehicle they drive. What is known of it stands in the form already."""

    alone = "registration"

    registration: Annotated[Registration, Ask("Registration", rest=True)]
    make: Annotated[Proper | None, Ask("Make", word="make", default=_vehicle(lambda one: one.make))] = None
    keeper: Annotated[
        StrictBool,
        Ask("Registered to them", word="keeper", default=_vehicle(lambda one: "yes" if one.keeper else "no")),
    ] = False
    standing: Annotated[
        Literal["current", "previous"],
        still(HAS, "vehicle.registration", lambda who: [one.registration for one in who.vehicles]),
    ] = "current"
