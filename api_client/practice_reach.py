"""How the people of the practice office may be reached: addresses, telephone numbers, e-mail; and who told us, and when.

Nobody is real: telephone numbers come only from the ranges that Ofcom keeps for drama, and e-mail addresses only from the
three example domains.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TypeVar

from api_client.practice_aims import shares
from api_client.practice_material import material, often, pick, weighed
from casework.people import Address, EmailAddress, Known, PhoneNumber, Standing, fold

K = TypeVar("K", bound=Known)


def told(rng: Random, fact: K, kind: str, on: date) -> K:
    """`fact` as it is known on a day: who said so, since when, and when it was verified, if ever."""
    checked = pick(rng, shares().checked)
    verified = {
        "never": None,
        "long_ago": on - timedelta(rng.randint(200, 420)),
        "lately": on - timedelta(rng.randint(0, 60)),
    }[checked]
    since = (verified or on) - timedelta(rng.randint(0, 700))
    return fact.model_copy(
        update={"source": pick(rng, material().sources[kind]), "since": since, "verified_on": verified}
    )


def addresses(
    rng: Random, unit: str, on: date, first: str | None = None, *, returned: bool = False
) -> tuple[Address, ...]:
    """Where somebody lives, and sometimes where they lived before. `first` is a first line that is given; from one that
    is `returned`, post comes back."""
    newest = told(rng, make_address(rng, unit, first), "address", on)
    if returned:
        newest = newest.model_copy(update={"standing": "returned", "verified_on": None})
    if not often(rng, shares().moved):
        return (newest,)
    left = (newest.since or on) - timedelta(rng.randint(200, 1500))
    return newest, make_address(rng, unit).model_copy(update={"standing": "previous", "since": left})


def make_address(rng: Random, unit: str, first: str | None = None) -> Address:
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


def mobile(rng: Random) -> str:
    """A mobile number of nobody."""
    return f"07700 900{rng.randrange(1000):03}"


def landline(rng: Random, unit: str) -> str:
    """A number of nobody in a place or, for places without such a range, in none."""
    return f"{'01134 960' if unit == 'L01' else rng.choice(('01214 960', '01632 960'))}{rng.randrange(1000):03}"


def phones(rng: Random, unit: str, on: date, *, ringable: bool) -> tuple[PhoneNumber, ...]:
    """Numbers, some of which are no good; none that is, unless they are `ringable`."""
    numbers = [mobile(rng) if rng.random() < 0.9 else landline(rng, unit)] if ringable else []
    if numbers and often(rng, shares().second_number):
        numbers.append(landline(rng, unit))
    found = [told(rng, PhoneNumber(number=number), "phone", on) for number in numbers]
    if often(rng, shares().useless_number):
        standing: Standing = pick(rng, {"dead": 3, "wrong": 2})
        useless = told(rng, PhoneNumber(number=mobile(rng)), "phone", on)
        found.insert(rng.randint(0, len(found)), useless.model_copy(update={"standing": standing}))
    return tuple(found)


def emails(rng: Random, words: str, share: int, on: date) -> tuple[EmailAddress, ...]:
    """An address made of somebody's name, for so many of a hundred."""
    if not often(rng, share):
        return ()
    return (told(rng, EmailAddress(address=mailbox(rng, words)), "email", on),)


def mailbox(rng: Random, words: str) -> str:
    """An e-mail address that nobody has."""
    local = ".".join("".join(char for char in word if char.isascii()) for word in fold(words).split())
    return f"{local}{rng.choice(('', rng.randint(1, 99)))}@example.{rng.choice(('com', 'org', 'net'))}"
