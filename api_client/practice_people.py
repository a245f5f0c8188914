"""The people of the practice office: their names, where they live, how they may be reached.

Nobody is real: telephone numbers come only from the ranges that Ofcom keeps for drama, and e-mail addresses only from the
three example domains.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from api_client.practice_material import Community, material, weighed
from casework.people import Address, Adjustment, EmailAddress, Name, Person, PhoneNumber, fold


def make_person(rng: Random, unit: str, on: date, *, welsh: bool, reachable: bool, known: Name | None = None) -> Person:
    """Somebody of `unit` on the day their account is opened. `known` is a name that must occur."""
    groups = material().community
    group = groups[-1] if welsh else weighed(rng, groups)
    woman = rng.random() < 0.27
    name = known or _name(rng, group, woman)
    aliases: tuple[Name, ...] = ()
    if rng.random() < 0.07:
        aliases = (name.model_copy(update={"surname": rng.choice(group.surnames), "title": None}),)
    born = date(on.year - 18 - min(int(rng.expovariate(1 / 17)), 64), rng.randint(1, 12), rng.randint(1, 28))
    return Person(
        name=name,
        aliases=aliases,
        date_of_birth=min(born, date(on.year - 18, 1, 1)),
        addresses=tuple(_address(rng, unit) for _ in range(1 + (rng.random() < 0.15))),
        phones=_phones(rng, unit, reachable),
        emails=_emails(rng, f"{(name.forenames or 'post').split()[0]} {name.surname}", 0.45),
        interpreter="Polish" if rng.random() < group.interpreter else None,
        adjustments=_needs(rng, on),
        language="cy" if welsh else "en",
    )


def _name(rng: Random, group: Community, woman: bool) -> Name:
    first = rng.choice(group.women if woman else group.men)
    second = rng.choice(group.women if woman else group.men)
    both = rng.random() < group.second and second != first
    title = rng.choice(("Mrs", "Miss", "Ms")) if woman else "Mr"
    return Name(surname=rng.choice(group.surnames), forenames=f"{first} {second}" if both else first, title=title)


def make_organisation(rng: Random, unit: str) -> Person:
    """A company of `unit`."""
    parts = material().organisations
    name = f"{rng.choice(parts.names)} {rng.choice(parts.trades)}"
    return Person(
        name=Name(organisation=f"{name} {rng.choice(parts.endings)}"),
        addresses=(_address(rng, unit, f"Unit {rng.randint(1, 28)}, {rng.choice(parts.names)} Trading Estate"),),
        phones=_phones(rng, unit, True),
        emails=_emails(rng, f"accounts {name}", 0.8),
    )


def _address(rng: Random, unit: str, first: str | None = None) -> Address:
    """A house in a street, or one at a named place, in one of the unit's towns."""
    made = material()
    place = weighed(rng, [place for place in made.place if place.unit == unit])
    if first is None:
        street = f"{rng.choice(made.streets.names)} {rng.choice(made.streets.kinds)}"
        first = f"{rng.randint(1, 160)} {street}"
        if rng.random() < 0.15:
            first = f"Flat {rng.randint(1, 24)}, {rng.choice(made.streets.houses)}, {street}"
    inward = f"{rng.randint(1, 9)}{''.join(rng.choices('ABDEFGHJLNPQRSTUWXYZ', k=2))}"
    return Address(lines=(first, place.town), postcode=f"{rng.choice(place.outward)} {inward}")


def _phones(rng: Random, unit: str, reachable: bool) -> tuple[PhoneNumber, ...]:
    """Numbers that ring nowhere: Ofcom's for drama. A few people have none, unless they must be `reachable`."""
    mobile = f"07700900{rng.randrange(1000):03}"
    landline = f"{'01134960' if unit == 'L01' else rng.choice(('01214960', '01632960'))}{rng.randrange(1000):03}"
    none = 0 if reachable else 12
    found = rng.choices(((mobile,), (mobile, landline), (landline,), ()), (66, 20, 10, none))[0]
    return tuple(PhoneNumber(number=number) for number in found)


def _emails(rng: Random, words: str, often: float) -> tuple[EmailAddress, ...]:
    if rng.random() >= often:
        return ()
    local = ".".join("".join(char for char in word if char.isascii()) for word in fold(words).split())
    return (
        EmailAddress(
            address=f"{local}{rng.choice(('', rng.randint(1, 99)))}@example.{rng.choice(('com', 'org', 'net'))}"
        ),
    )


def _needs(rng: Random, on: date) -> tuple[Adjustment, ...]:
    if rng.random() >= 0.02:
        return ()
    return (Adjustment(code="large-print", review_on=on + timedelta(rng.randint(120, 400))),)
