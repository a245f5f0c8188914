"""The people of the practice office: what they are called, what they need, who speaks for them, whose children they are."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from api_client.practice_aims import shares
from api_client.practice_livings import make_living, make_vehicles, national_insurance
from api_client.practice_lots import INSTEAD, Lot
from api_client.practice_material import Community, Living, material, often, pick
from api_client.practice_reach import addresses, emails, mailbox, mobile, phones
from casework.people import Adjustment, Guardian, Name, Person, Representative, fold


def community(rng: Random, lot: Lot) -> Community:
    """Whose names somebody has; those who want Welsh have Welsh ones, and whoever needs an interpreter is of those who do."""
    groups = material().community
    if lot.welsh:
        return groups[-1]
    often_so = [one.weight * (one.interpreter if lot.interpreter else 1 - one.interpreter) for one in groups]
    return rng.choices(groups, often_so)[0]


def adult_born(rng: Random, on: date) -> date:
    """The birthday of somebody who is an adult on a day."""
    born = date(on.year - 18 - min(int(rng.expovariate(1 / 17)), 64), rng.randint(1, 12), rng.randint(1, 28))
    return min(born, date(on.year - 18, 1, 1))


def youth_born(rng: Random, on: date) -> date:
    """The birthday of somebody who is a youth on a day."""
    leap = (on.month, on.day) == (2, 29)
    years = pick(rng, shares().age) + 1
    return on.replace(year=on.year - years, day=28 if leap else on.day) + timedelta(rng.randint(1, 364))


def make_adult(
    rng: Random,
    unit: str,
    born: date,
    on: date,
    lot: Lot,
    *,
    needs: Living | None = None,
    known: Name | None = None,
    adjusted: bool = False,
) -> Person:
    """An adult of `unit` as they are known on a day, and as it fell to them.

    Args:
        needs: What they live on, if an enforcement step rests on it.
        known: A name that must occur, and with it an alias.
        adjusted: They need an adjustment.
    """
    group = community(rng, lot)
    name = known or make_name(rng, group)
    employer, benefits = make_living(rng, unit, born, on, needs)
    return Person(
        name=name,
        aliases=_aliases(rng, group, name, sure=known is not None),
        date_of_birth=born,
        national_insurance=national_insurance(rng) if needs or often(rng, shares().national_insurance) else None,
        addresses=addresses(rng, unit, on, returned=lot.returned),
        phones=phones(rng, unit, on, ringable=lot.ringable),
        emails=emails(rng, _both(name), shares().email, on),
        employer=employer,
        benefits=benefits,
        vehicles=make_vehicles(rng, unit, on),
        interpreter=rng.choice(group.speaks) if lot.interpreter else None,
        adjustments=_adjustments(rng, on, sure=adjusted),
        prefers=(pick(rng, shares().preferences),) if often(rng, shares().prefers) else (),
        language="cy" if lot.welsh else "en",
        hearing_language="en" if lot.welsh and rng.random() < 0.3 else None,
        representative=_representative(rng, on, lot),
    )


def make_youth(rng: Random, unit: str, born: date, on: date, lot: Lot, *, group: Community) -> Person:
    """Somebody under 18, of whom little is known."""
    name = make_name(rng, group).model_copy(update={"title": None})
    return Person(
        name=name,
        date_of_birth=born,
        addresses=addresses(rng, unit, on, returned=lot.returned),
        phones=phones(rng, unit, on, ringable=lot.ringable),
        emails=emails(rng, _both(name), shares().email, on),
        adjustments=_adjustments(rng, on),
    )


def make_guardian(rng: Random, unit: str, child: Person, on: date, *, group: Community, age: int) -> Guardian | None:
    """The parent or guardian of `child`, who lives there too: under 16 they must be ordered to pay, at 16 and 17 they may be
    (Sentencing Act 2020 s.380); of those who are not, some are known."""
    pays = age < 16 or often(rng, shares().guardian_pays)
    if not pays and not often(rng, shares().guardian_known):
        return None
    name = make_name(rng, group)
    if rng.random() < 0.8:
        name = name.model_copy(update={"surname": child.name.surname})
    born = date(on.year - age - rng.randint(19, 38), rng.randint(1, 12), rng.randint(1, 28))
    employer, benefits = make_living(rng, unit, born, on)
    person = Person(
        name=name,
        date_of_birth=born,
        national_insurance=national_insurance(rng) if often(rng, shares().national_insurance) else None,
        addresses=child.addresses,
        phones=phones(rng, unit, on, ringable=True),
        emails=emails(rng, _both(name), shares().email, on),
        employer=employer,
        benefits=benefits,
        vehicles=make_vehicles(rng, unit, on),
    )
    return Guardian(person=person, pays=pays)


def make_organisation(rng: Random, unit: str, on: date, lot: Lot) -> Person:
    """A company of `unit`."""
    parts = material().organisations
    name = f"{rng.choice(parts.names)} {rng.choice(parts.trades)}"
    yard = f"Unit {rng.randint(1, 28)}, {rng.choice(parts.names)} Trading Estate"
    return Person(
        name=Name(organisation=f"{name} {rng.choice(parts.endings)}"),
        addresses=addresses(rng, unit, on, yard, returned=lot.returned),
        phones=phones(rng, unit, on, ringable=lot.ringable),
        emails=emails(rng, f"accounts {name}", 80, on),
        vehicles=make_vehicles(rng, unit, on),
    )


def make_name(rng: Random, group: Community) -> Name:
    """A name as people of `group` have."""
    woman = rng.random() < 0.27
    first = rng.choice(group.women if woman else group.men)
    second = rng.choice(group.women if woman else group.men)
    both = rng.random() < group.second and second != first
    title = rng.choice(("Mrs", "Miss", "Ms")) if woman else "Mr"
    return Name(surname=rng.choice(group.surnames), forenames=f"{first} {second}" if both else first, title=title)


def _both(name: Name) -> str:
    return f"{(name.forenames or 'post').split()[0]} {name.surname}"


def _aliases(rng: Random, group: Community, name: Name, *, sure: bool) -> tuple[Name, ...]:
    if not sure and not often(rng, shares().aliases):
        return ()
    return (name.model_copy(update={"surname": rng.choice(group.surnames), "title": None}),)


def _adjustments(rng: Random, on: date, *, sure: bool = False) -> tuple[Adjustment, ...]:
    if not sure and not often(rng, shares().adjustment):
        return ()
    return (Adjustment(code=pick(rng, shares().adjustments), review_on=on + timedelta(rng.randint(300, 500))),)


def _representative(rng: Random, on: date, lot: Lot) -> Representative | None:
    """A solicitor, an adviser or a relative, most of them with written authority; whoever is contacted instead has it, and is
    no relative."""
    made, instead = material().representatives, lot.representative == INSTEAD
    if lot.representative == "none":
        return None
    kind = rng.choice(
        ("solicitor", "adviser", "adviser") if instead else ("solicitor", "adviser", "adviser", "third-party")
    )
    name = make_name(rng, community(rng, Lot()))
    signed = on - timedelta(rng.randint(5, 90)) if instead or often(rng, shares().authority) else None
    where = {"solicitor": made.solicitors, "adviser": made.advisers}.get(kind)
    return Representative(
        kind=kind,
        name=f"{name.forenames} {name.surname}",
        organisation=rng.choice(where) if where else None,
        phone=mobile(rng) if instead or rng.random() < 0.6 else None,
        email=mailbox(rng, fold(str(name.surname))) if rng.random() < 0.5 else None,
        authority_on=signed,
        authority_until=signed + timedelta(365) if signed and rng.random() < 0.7 else None,
        instead=instead,
    )
