"""What is learnt from what somebody says: for each subject of `details`, what is known of the person then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar

from casework.actions.given import HAS, LIVES, REACHES, WORKS, GivenAddress, GivenEmail, GivenName, GivenPhone
from casework.actions.given_means import GivenBenefit, GivenEmployer, GivenVehicle
from casework.actions.given_needs import GivenAdjustment, GivenPreference, GivenRepresentative
from casework.clean import Line
from casework.dates import Day, format_date
from casework.events.people import Subject
from casework.fields import Choice
from casework.identifiers import NationalInsurance
from casework.learnt import Telling, among, moved, renewed
from casework.people import (
    MOST_KEPT,
    Address,
    Adjustment,
    BenefitClaim,
    EmailAddress,
    Employer,
    Known,
    Name,
    Person,
    PhoneNumber,
    Representative,
    Standing,
    Vehicle,
    fold,
)
from casework.refusals import Reason, Refused
from casework.situation import Situation

K = TypeVar("K", bound=Known)

LANGUAGES = (Choice("en", "English"), Choice("cy", "Welsh"))


class Hearing(NamedTuple):
    """Of whom something was heard, and how."""

    who: Person
    telling: Telling
    situation: Situation


class Learnt(NamedTuple):
    """What is known now: the field of the person, what it holds, and in words what is new and what it takes the place of."""

    about: Subject
    value: Any
    now: str
    was: str | None = None


def refused(code: str, message: str, field: str, source: str | None = None) -> Refused:
    """One reason against what was heard."""
    return Refused(Reason(code=code, message=message, field=field, source=source))


def _meant(known: Iterable[K], standing: Standing, what: str, field: str) -> K:
    """The one that is meant when none was named: of what no longer stands, the only one that did."""
    there = [one for one in known if one.stands]
    if standing == "current" or not there:
        raise refused("needed", f"give the {what}", field)
    if len(there) > 1:
        raise refused("which", f"say which {what}; {len(there)} are known", field)
    return there[0]


def _renewed(old: K | None, new: K, hearing: Hearing, field: str) -> K:
    if old is None and not new.stands:
        raise refused("unknown", "that is not known here", field)
    return renewed(old, new, hearing.telling)


def _said(item: Known, words: Mapping[Standing, str]) -> str:
    """What was learnt, with how it stands when it does not."""
    return str(item) if item.stands else f"{item} ({words.get(item.standing, item.standing)})"


def _address(given: GivenAddress, hearing: Hearing) -> Learnt:
    known, live = hearing.who.addresses, hearing.who.address
    if given.lines is None:
        named = _meant(known, given.standing, "address", "address.lines")
        given = given.model_copy(update={"lines": named.lines, "postcode": named.postcode})
    new = Address(lines=given.lines or (), postcode=given.postcode, standing=given.standing)

    def same(one: Address) -> bool:
        return fold(str(one)) == fold(str(new))

    old = next((one for one in known if same(one)), None)
    item = _renewed(old, new, hearing, "address.lines")
    was = str(live) if live is not None and item.stands and not same(live) else None
    return Learnt("addresses", moved(known, item, same), _said(item, LIVES), was)


def _phone(given: GivenPhone, hearing: Hearing) -> Learnt:
    known = hearing.who.phones
    number = given.number or _meant(known, given.standing, "number", "phone.number").number
    old = next((one for one in known if one.number == number), None)
    item = _renewed(old, PhoneNumber(number=number, standing=given.standing), hearing, "phone.number")
    return Learnt("phones", among(known, item, lambda one: one.number == number), _said(item, REACHES))


def _email(given: GivenEmail, hearing: Hearing) -> Learnt:
    known = hearing.who.emails
    address = given.address or _meant(known, given.standing, "e-mail address", "email.address").address

    def same(one: EmailAddress) -> bool:
        return one.address.casefold() == address.casefold()

    old = next(filter(same, known), None)
    new = EmailAddress(address=old.address if old else address, standing=given.standing)
    item = _renewed(old, new, hearing, "email.address")
    return Learnt("emails", among(known, item, same), _said(item, REACHES))


def _employer(given: GivenEmployer, hearing: Hearing) -> Learnt:
    known = hearing.who.employer
    if given.name is None:
        named = _meant([known] if known else [], given.standing, "employer's name", "employer.name")
        given = given.model_copy(update={"name": named.name})
    if given.net_pence is not None and given.paid is None:
        raise refused("needed", "say how often they are paid", "employer.paid")
    place = None
    if given.lines is not None:
        place = Address(
            lines=given.lines,
            postcode=given.postcode,
            source=hearing.telling.source,
            since=hearing.telling.today,
            trace=hearing.telling.trace,
        )
        before = known.address if known else None
        place = before if before is not None and str(before) == str(place) else place
    elif given.postcode is not None:
        raise refused("needed", "give the address with its postcode", "employer.lines")
    kept = given.model_dump(exclude={"lines", "postcode"})
    new = Employer.model_validate({**kept, "address": place})
    old = known if known is not None and fold(known.name) == fold(new.name) else None
    item = _renewed(old, new, hearing, "employer.name")
    was = str(known) if known is not None and known.stands and item.stands and str(known) != str(item) else None
    return Learnt("employer", item, _said(item, WORKS), was)


def _benefit(given: GivenBenefit, hearing: Hearing) -> Learnt:
    known = hearing.who.benefits

    def same(one: BenefitClaim) -> bool:
        return one.benefit == given.benefit

    old = next(filter(same, known), None)
    item = _renewed(old, BenefitClaim(**given.model_dump()), hearing, "benefit.benefit")
    return Learnt("benefits", among(known, item, same), _said(item, HAS))


def _vehicle(given: GivenVehicle, hearing: Hearing) -> Learnt:
    known = hearing.who.vehicles

    def same(one: Vehicle) -> bool:
        return one.registration == given.registration

    old = next(filter(same, known), None)
    item = _renewed(old, Vehicle(**given.model_dump()), hearing, "vehicle.registration")
    return Learnt("vehicles", among(known, item, same), _said(item, HAS))


def _date_of_birth(given: Day, hearing: Hearing) -> Learnt:
    if given > hearing.telling.today:
        raise refused("future", f"{format_date(given)} is still to come", "date_of_birth")
    was = hearing.who.date_of_birth
    return Learnt("date_of_birth", given, format_date(given), format_date(was) if was else None)


def _national_insurance(given: NationalInsurance, hearing: Hearing) -> Learnt:
    return Learnt("national_insurance", given, given, hearing.who.national_insurance)


def _name(given: GivenName, hearing: Hearing) -> Learnt:
    new = Name(**given.model_dump())
    if bool(new.organisation) != bool(hearing.who.name.organisation):
        message = "a person cannot become an organisation here, nor the other way round"
        raise refused("other-kind", message, "name")
    return Learnt("name", new, str(new), str(hearing.who.name))


def _alias(given: GivenName, hearing: Hearing) -> Learnt:
    new, known = Name(**given.model_dump()), hearing.who.aliases
    if fold(str(new)) in {fold(str(one)) for one in (hearing.who.name, *known)}:
        return Learnt("aliases", known, str(new))
    return Learnt("aliases", (new, *known)[:MOST_KEPT], str(new))


def _language(given: Literal["en", "cy"], hearing: Hearing) -> Learnt:
    return Learnt("language", given, _language_name(given), _language_name(hearing.who.language))


def _hearing_language(given: Literal["en", "cy"], hearing: Hearing) -> Learnt:
    was = hearing.who.hearing_language
    return Learnt("hearing_language", given, _language_name(given), _language_name(was) if was else None)


def _language_name(code: str) -> str:
    return next(one.label for one in LANGUAGES if one.code == code)


def _interpreter(given: Line, hearing: Hearing) -> Learnt:
    none = fold(given) in ("none", "no")
    return Learnt("interpreter", None if none else given, "none needed" if none else given, hearing.who.interpreter)


def _adjustment(given: GivenAdjustment, hearing: Hearing) -> Learnt:
    rows, known = hearing.situation.tables.adjustments(hearing.telling.today), hearing.who.adjustments
    if given.code not in rows:
        message = f"there is no such adjustment; there are: {', '.join(rows)}"
        raise refused("unknown-adjustment", message, "adjustment.code")
    if given.review_on is not None and given.review_on <= hearing.telling.today:
        raise refused("past", "review it on a day after today", "adjustment.review_on")
    others = tuple(one for one in known if one.code != given.code)
    label = rows[given.code].label
    if given.standing == "previous":
        return Learnt("adjustments", others, f"{label} ({HAS['previous']})")
    new = Adjustment(code=given.code, note=given.note, review_on=given.review_on)
    if new in known:
        return Learnt("adjustments", known, label)
    return Learnt("adjustments", (new, *others), f"{label}{f', {given.note}' if given.note else ''}")


def _prefers(given: GivenPreference, hearing: Hearing) -> Learnt:
    rows, known = hearing.situation.tables.preferences(hearing.telling.today), hearing.who.prefers
    if given.code not in rows:
        message = f"there is no such preference; there are: {', '.join(rows)}"
        raise refused("unknown-preference", message, "prefers.code")
    label = rows[given.code].label
    if given.standing == "previous":
        return Learnt("prefers", tuple(one for one in known if one != given.code), f"{label} ({HAS['previous']})")
    return Learnt("prefers", known if given.code in known else (given.code, *known), label)


def _representative(given: GivenRepresentative, hearing: Hearing) -> Learnt:
    known, today = hearing.who.representative, hearing.telling.today
    if given.standing == "previous":
        if known is None or given.name not in (None, known.name):
            raise refused("unknown", "no such representative is known", "representative.name")
        return Learnt("representative", None, "none", str(known))
    reasons = []
    if given.name is None:
        reasons.append(Reason(code="needed", message="give their name", field="representative.name"))
    if given.authority_on is not None and given.authority_on > today:
        message = f"{format_date(given.authority_on)} is still to come"
        reasons.append(Reason(code="future", message=message, field="representative.authority_on"))
    if given.authority_until is not None and (given.authority_on is None or given.authority_until < given.authority_on):
        message = "an authority ends after it was given; give the day of both"
        reasons.append(Reason(code="invalid", message=message, field="representative.authority_until"))
    if reasons:
        raise Refused(*reasons)
    instead = given.kind != "third-party" if given.instead is None else given.instead
    new = Representative(**given.model_dump(exclude={"standing", "instead"}), instead=instead)
    seen = f"authority of {format_date(new.authority_on)}" if new.authority_on else "no written authority"
    return Learnt("representative", new, f"{new}, {seen}", str(known) if known else None)


HEARD: Mapping[str, Callable[[Any, Hearing], Learnt]] = {
    "address": _address,
    "phone": _phone,
    "email": _email,
    "employer": _employer,
    "benefit": _benefit,
    "date_of_birth": _date_of_birth,
    "national_insurance": _national_insurance,
    "name": _name,
    "alias": _alias,
    "vehicle": _vehicle,
    "representative": _representative,
    "adjustment": _adjustment,
    "prefers": _prefers,
    "language": _language,
    "hearing_language": _hearing_language,
    "interpreter": _interpreter,
}
"""What is learnt from each subject of `details`. Each raises Refused with every reason against it."""
