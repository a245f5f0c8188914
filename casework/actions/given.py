"""What an officer may be told of a person, as it is asked: one model for each subject of `details`.

Where one thing is the whole of it, text alone is that: `{"phone": "07700 900123"}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from casework.actions.declare import Ask, Asking
from casework.clean import Line
from casework.dates import Day
from casework.fields import Choice
from casework.identifiers import Email, Phone, Postcode, Registration, postcode_at_end
from casework.money import Sum, format_money
from casework.people import BENEFITS, AddressLines, Employer, Name, Person, Standing, fold
from casework.reference import choices
from casework.table_rows import Benefit, Claimant

Which = Callable[[Asking], bool]


def is_about(subject: str) -> Which:
    """Whether the form is about this."""
    return lambda asking: asking.answers.get("about") == subject


def person_of(asking: Asking) -> Person:
    """Whom the form is about."""
    case = asking.case
    return case.guardian.person if asking.answers.get("of") == "guardian" and case.guardian else case.debtor


def _standing(words: Mapping[Standing, str], field: str, known: Callable[[Person], Iterable[object]]) -> Ask:
    """How it stands: asked only of what is known already, or while nothing is named."""
    found = tuple(Choice(code, label) for code, label in words.items())

    def is_known(asking: Asking) -> bool:
        named, there = asking.answers.get(field), {_plain(str(one)) for one in known(person_of(asking)) if one}
        return bool(there) and (named is None or _plain(str(named)) in there)

    return Ask("It is", word="is", choices=lambda asking: found, default=lambda asking: "current", when=is_known)


def _plain(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


LIVES: dict[Standing, str] = {
    "current": "where they live",
    "returned": "sending post back",
    "wrong": "not theirs",
    "previous": "no longer theirs",
}
REACHES: dict[Standing, str] = {"current": "in use", "dead": "not working", "wrong": "somebody else's"}
WORKS: dict[Standing, str] = {"current": "where they work", "previous": "left"}
HAS: dict[Standing, str] = {"current": "so", "previous": "ended"}


class Given(BaseModel):
    """One subject. `alone` is the field that text alone fills."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    alone: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _text_alone(cls, value: object) -> object:
        return cls._parted({cls.alone: value} if isinstance(value, str) else value)

    @classmethod
    def _parted(cls, value: object) -> object:
        """What was typed into one field, in the fields where it belongs."""
        return value


def _lines(value: object) -> object:
    """An address typed as one text: a line at each comma, and the postcode it ends with."""
    if not isinstance(value, dict) or not isinstance(value.get("lines"), str):
        return value
    text, postcode = (value["lines"], None) if value.get("postcode") else postcode_at_end(value["lines"])
    lines = [line for line in (part.strip() for part in re.split(r"[,\n]", text)) if line]
    found = {**value, "lines": lines, "postcode": value.get("postcode") or postcode}
    return found if lines else {**found, "lines": None}


class GivenAddress(Given):
    """Where they live or trade."""

    alone = "lines"

    lines: Annotated[AddressLines | None, Ask("Address", rest=True, help="14 Mill Lane, Kidderminster, DY10 2AB")] = (
        None
    )
    postcode: Annotated[Postcode | None, Ask("Postcode", word="postcode")] = None
    standing: Annotated[
        Literal["current", "previous", "returned", "wrong"],
        _standing(LIVES, "address.lines", lambda who: who.addresses),
    ] = "current"

    @classmethod
    def _parted(cls, value: object) -> object:
        return _lines(value)


class GivenPhone(Given):
    """A number that reaches them, or does not."""

    alone = "number"

    number: Annotated[Phone | None, Ask("Number", rest=True)] = None
    standing: Annotated[
        Literal["current", "dead", "wrong"], _standing(REACHES, "phone.number", lambda who: who.phones)
    ] = "current"


class GivenEmail(Given):
    """An e-mail address that reaches them, or does not."""

    alone = "address"

    address: Annotated[Email | None, Ask("E-mail address", rest=True)] = None
    standing: Annotated[
        Literal["current", "dead", "wrong"], _standing(REACHES, "email.address", lambda who: who.emails)
    ] = "current"


def _employer(asking: Asking) -> Employer | None:
    """The employer that is known, while the form is about that one."""
    known = person_of(asking).employer
    named = asking.answers.get("employer.name")
    return known if known and (named is None or fold(str(named)) == fold(known.name)) else None


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

    name: Annotated[Line | None, Ask("Employer", rest=True, default=_known(lambda one: one.name))] = None
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
        _standing(WORKS, "employer.name", lambda who: [who.employer and who.employer.name]),
    ] = "current"

    @classmethod
    def _parted(cls, value: object) -> object:
        return _lines(value)


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


class GivenBenefit(Given):
    """A benefit they live on."""

    alone = "benefit"

    benefit: Annotated[Benefit, Ask("Benefit", choices=_benefits)]
    claimant: Annotated[Claimant | None, Ask("Claimed as", choices=_claimants)] = None
    other_deductions: Annotated[
        int, Field(ge=0, le=9), Ask("Other deductions", word="others", help="how many others are paid out of it")
    ] = 0
    standing: Annotated[
        Literal["current", "previous"],
        _standing(HAS, "benefit.benefit", lambda who: [one.benefit for one in who.benefits]),
    ] = "current"


class GivenVehicle(Given):
    """A vehicle they drive."""

    alone = "registration"

    registration: Annotated[Registration, Ask("Registration", rest=True)]
    make: Annotated[Line | None, Ask("Make", word="make")] = None
    keeper: Annotated[StrictBool, Ask("Registered to them", word="keeper", default=lambda asking: "no")] = False
    standing: Annotated[
        Literal["current", "previous"],
        _standing(HAS, "vehicle.registration", lambda who: [one.registration for one in who.vehicles]),
    ] = "current"


def _name_part(part: str) -> Callable[[Asking], str]:
    """For a new name, what they are called now; for an alias, or a name written as it is shown, nothing."""

    def default(asking: Asking) -> str:
        whole = "," in str(asking.answers.get("name.surname", ""))
        known = getattr(person_of(asking).name, part) if is_about("name")(asking) and not whole else None
        return str(known or "")

    return default


def _is_organisation(asking: Asking) -> bool:
    return person_of(asking).name.organisation is not None


def _is_person(asking: Asking) -> bool:
    return not _is_organisation(asking)


def _surname_first(value: object) -> object:
    """A name as it is shown: `SMITH, John Robert`."""
    if not isinstance(value, dict) or not isinstance(value.get("surname"), str) or "," not in value["surname"]:
        return value
    surname, _, forenames = value["surname"].partition(",")
    if value.get("forenames") and forenames.strip():
        raise ValueError("the forenames are given twice")
    return {**value, "surname": surname, "forenames": forenames.strip() or value.get("forenames")}


class GivenName(Name):
    """A name, or an alias."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    surname: Annotated[
        Line | None,
        Ask("Surname", rest=True, when=_is_person, default=_name_part("surname"), help="or Smith, John Robert"),
    ] = None
    forenames: Annotated[
        Line | None, Ask("Forenames", word="forenames", when=_is_person, default=_name_part("forenames"))
    ] = None
    title: Annotated[Line | None, Ask("Title", word="title", when=_is_person, default=_name_part("title"))] = None
    organisation: Annotated[
        Line | None, Ask("Organisation", rest=True, when=_is_organisation, default=_name_part("organisation"))
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _as_shown(cls, value: object) -> object:
        return _surname_first({"surname": value} if isinstance(value, str) else value)


def _adjustments(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.adjustments(asking.situation.today).values())


class GivenAdjustment(Given):
    """What they need so that they can deal with us."""

    alone = "code"

    code: Annotated[Line, Ask("Needs", choices=_adjustments)]
    note: Annotated[Line | None, Ask("Note", rest=True)] = None
    review_on: Annotated[Day | None, Ask("Review", word="review")] = None
    standing: Annotated[
        Literal["current", "previous"],
        _standing(HAS, "adjustment.code", lambda who: [one.code for one in who.adjustments]),
    ] = "current"


def _preferences(asking: Asking) -> Sequence[Choice]:
    return choices(asking.situation.tables.preferences(asking.situation.today).values())


class GivenPreference(Given):
    """How they want to be contacted."""

    alone = "code"

    code: Annotated[Line, Ask("Prefers", choices=_preferences)]
    standing: Annotated[Literal["current", "previous"], _standing(HAS, "prefers.code", lambda who: who.prefers)] = (
        "current"
    )


def _kinds(asking: Asking) -> Sequence[Choice]:
    return (Choice("solicitor", "Solicitor"), Choice("adviser", "Adviser"), Choice("third-party", "Somebody else"))


class GivenRepresentative(Given):
    """Who may speak for them, with what authority."""

    alone = "name"

    name: Annotated[Line | None, Ask("Name", rest=True)] = None
    kind: Annotated[
        Literal["solicitor", "adviser", "third-party"],
        Ask("Who is", choices=_kinds, default=lambda asking: "third-party"),
    ] = "third-party"
    organisation: Annotated[Line | None, Ask("Organisation", word="with")] = None
    phone: Annotated[Phone | None, Ask("Telephone", word="phone")] = None
    email: Annotated[Email | None, Ask("E-mail", word="email")] = None
    authority_on: Annotated[
        Day | None, Ask("Written authority of", word="authority", past=True, help="empty: none was seen")
    ] = None
    authority_until: Annotated[Day | None, Ask("It holds until", word="until")] = None
    instead: Annotated[StrictBool, Ask("Contact them instead", word="instead", default=lambda asking: "no")] = False
    standing: Annotated[
        Literal["current", "previous"],
        _standing(HAS, "representative.name", lambda who: [who.representative and who.representative.name]),
    ] = "current"


def _no_guardian(asking: Asking) -> bool:
    return asking.case.guardian is None


class GivenGuardian(Given):
    """The parent or guardian of a youth; without a name, the one that is known."""

    alone = "surname"

    surname: Annotated[Line | None, Ask("Surname", rest=True, when=_no_guardian)] = None
    forenames: Annotated[Line | None, Ask("Forenames", word="forenames", when=_no_guardian)] = None
    title: Annotated[Line | None, Ask("Title", word="title", when=_no_guardian)] = None
    phone: Annotated[Phone | None, Ask("Telephone", word="phone", when=_no_guardian)] = None
    pays: Annotated[StrictBool, Ask("Ordered to pay", word="pays", default=lambda asking: "yes")] = True

    @classmethod
    def _parted(cls, value: object) -> object:
        return _surname_first(value)
