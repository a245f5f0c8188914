"""The people of the practice office: who owes, what a court ordered them to pay, and how they go about paying it.

All of it is drawn from `practice_names.toml` by a random source that comes in as an argument, so that the same source
brings the same people. Nobody is real: telephone numbers come only from the ranges that Ofcom keeps for drama, and e-mail
addresses only from the three example domains.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Literal, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from casework.accounts import Imposed
from casework.people import Address, Flag, Name, Person, fold
from casework.staff import Staff
from casework.terms import Terms

Habit = Literal["keeps", "irregular", "stops", "never", "pays-off"]
"""How somebody goes about paying."""

METHODS: Mapping[str, int] = {
    "card": 44,
    "transfer": 20,
    "payment-card": 20,
    "notes": 6,
    "cheque": 6,
    "postal-order": 4,
}
_REFERENCES = {"card": "AUTH", "transfer": "FPS", "payment-card": "PZ", "notes": "TILL", "cheque": "CHQ"}
_EVERY: Mapping[Literal["weekly", "fortnightly", "monthly"], int] = {"weekly": 7, "fortnightly": 14, "monthly": 30}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Community(_Part):
    """Names that go together, and how many people have them."""

    name: str
    weight: int
    second: float
    """How often somebody has two forenames."""
    interpreter: float = 0.005
    """How often somebody needs an interpreter."""
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]


class Place(_Part):
    """A town and its postcode districts."""

    unit: str
    town: str
    outward: tuple[str, ...]
    weight: int


class Streets(_Part):
    """What street names are put together from."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    houses: tuple[str, ...]


class Organisations(_Part):
    """What the names of organisations are put together from."""

    names: tuple[str, ...]
    trades: tuple[str, ...]
    endings: tuple[str, ...]


class Sentence(_Part):
    """What courts order for one offence, in pounds from and to."""

    offence: str
    weight: int
    organisation: bool = False
    fine: tuple[int, int]
    costs: tuple[int, ...]
    costs_result: str = "FCPC"
    compensation: float = 0.0
    loss: tuple[int, int] = (0, 0)
    duty: tuple[int, int] | None = None
    """Back duty on a vehicle."""
    creditor: str | None = None


class Material(_Part):
    """The whole file."""

    staff: tuple[Staff, ...]
    community: tuple[Community, ...]
    known: tuple[Name, ...]
    place: tuple[Place, ...]
    streets: Streets
    organisations: Organisations
    sentence: tuple[Sentence, ...]
    courts: dict[str, tuple[str, ...]]
    outcomes: dict[Habit | Literal["organisation"], dict[str, int]]
    notes: dict[str, tuple[str, ...]]
    organisation_notes: dict[str, tuple[str, ...]]
    """What is written instead when an organisation owes."""


@cache
def material() -> Material:
    """What everything here is made of."""
    text = (files("api_client") / "practice_names.toml").read_text("utf-8")
    return Material.model_validate(tomllib.loads(text))


class _Weighed(Protocol):
    @property
    def weight(self) -> int: ...


K = TypeVar("K")
W = TypeVar("W", bound=_Weighed)


def pick(rng: Random, weights: Mapping[K, int]) -> K:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def _weighed(rng: Random, rows: Sequence[W]) -> W:
    return rng.choices(rows, [row.weight for row in rows])[0]


# -- Who


def make_person(rng: Random, unit: str, on: date, *, welsh: bool, reachable: bool, known: Name | None = None) -> Person:
    """Somebody of `unit` on the day their account is opened. `known` is a name that must occur."""
    groups = material().community
    group = groups[-1] if welsh else _weighed(rng, groups)
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
        flags=_flags(rng, on, group),
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
    place = _weighed(rng, [place for place in made.place if place.unit == unit])
    if first is None:
        street = f"{rng.choice(made.streets.names)} {rng.choice(made.streets.kinds)}"
        first = f"{rng.randint(1, 160)} {street}"
        if rng.random() < 0.15:
            first = f"Flat {rng.randint(1, 24)}, {rng.choice(made.streets.houses)}, {street}"
    inward = f"{rng.randint(1, 9)}{''.join(rng.choices('ABDEFGHJLNPQRSTUWXYZ', k=2))}"
    return Address(lines=(first, place.town), postcode=f"{rng.choice(place.outward)} {inward}")


def _phones(rng: Random, unit: str, reachable: bool) -> tuple[str, ...]:
    """Numbers that ring nowhere: Ofcom's for drama. A few people have none, unless they must be `reachable`."""
    mobile = f"07700900{rng.randrange(1000):03}"
    landline = f"{'01134960' if unit == 'L01' else rng.choice(('01214960', '01632960'))}{rng.randrange(1000):03}"
    none = 0 if reachable else 12
    return rng.choices(((mobile,), (mobile, landline), (landline,), ()), (66, 20, 10, none))[0]


def _emails(rng: Random, words: str, often: float) -> tuple[str, ...]:
    if rng.random() >= often:
        return ()
    local = ".".join("".join(char for char in word if char.isascii()) for word in fold(words).split())
    return (f"{local}{rng.choice(('', rng.randint(1, 99)))}@example.{rng.choice(('com', 'org', 'net'))}",)


def _flags(rng: Random, on: date, group: Community) -> tuple[Flag, ...]:
    review = on + timedelta(rng.randint(120, 400))
    flags = []
    if rng.random() < 0.06:
        flags.append(Flag(code="vulnerable", review_on=review))
    if rng.random() < group.interpreter:
        flags.append(Flag(code="interpreter"))
    if rng.random() < 0.02:
        flags.append(Flag(code="adjustments", review_on=review))
    if rng.random() < 0.012:
        flags.append(Flag(code="violence", review_on=review))
    return tuple(flags)


# -- What a court ordered


def surcharge(fine_pence: int) -> int:
    """The victim surcharge on an adult's fine for offences since 16 June 2022: 40 %, to the pound, £2,000 at most."""
    return min(200_000, (fine_pence * 2 // 5 + 50) // 100 * 100)


def make_impositions(rng: Random, unit: str, hearing: date, *, organisation: bool, least: int = 0) -> list[Imposed]:
    """What a court of `unit` imposed at one hearing for one offence; `least` pounds of fine."""
    made = material()
    sentence = _weighed(rng, [one for one in made.sentence if one.organisation == organisation])
    court = rng.choice(made.courts[unit])

    def imposed(result: str, pence: int, creditor: str | None = None) -> Imposed:
        return Imposed(
            result=result,
            imposed_on=hearing,
            imposed_pence=pence,
            creditor=creditor,
            court=court,
            offence=sentence.offence,
        )

    fine = max(least * 100, rng.randint(*sentence.fine) * 100)
    found = [imposed("FO", fine), imposed("FVS", surcharge(fine))]
    found.append(imposed(sentence.costs_result, rng.choice(sentence.costs) * 100))
    if sentence.duty is not None:
        found.append(imposed("FVEBD", rng.randint(*sentence.duty) * 100 + rng.choice((0, 25, 50, 83))))
    if rng.random() < sentence.compensation:
        for _ in range(1 + (rng.random() < 0.2)):
            loss = rng.randint(*sentence.loss) * 100 + rng.choice((0, 0, 0, 50, 99))
            found.append(imposed("FCOMP", loss, sentence.creditor or _creditor(rng)))
    return found


def _creditor(rng: Random) -> str:
    made = material()
    group = _weighed(rng, made.community)
    if rng.random() < 0.5:
        return f"{rng.choice(made.organisations.names)} Stores"
    return f"{rng.choice(('Mr', 'Mrs', 'Ms'))} {rng.choice(group.women)[0]} {rng.choice(group.surnames)}"


def make_terms(rng: Random, habit: Habit, owed_pence: int, on: date, *, weekly: bool = False) -> Terms:
    """The terms a court would set on `on`. Instalments clear the sum in about a year."""
    plan = rng.random()
    if plan < (0.0 if habit == "keeps" or weekly else 0.4):
        return Terms(plan="in_full", by=on + timedelta(28))
    every: Literal["weekly", "fortnightly", "monthly"] = "weekly" if weekly else pick(rng, _CHOSEN)
    times = rng.randint(270, 420) / _EVERY[every]
    amount = max(500, -(-int(owed_pence / times) // 500) * 500)
    start = on + timedelta(rng.randint(10, 28))
    if plan > 0.9 and owed_pence > 40_000 and not weekly:
        lump = owed_pence // 5 // 1000 * 1000
        return Terms(
            plan="lump_sum",
            lump_sum_pence=lump,
            lump_sum_by=start,
            amount_pence=amount,
            every=every,
            start=start + timedelta(28),
        )
    return Terms(plan="instalments", amount_pence=amount, every=every, start=start)


_CHOSEN: Mapping[Literal["weekly", "fortnightly", "monthly"], int] = {"weekly": 25, "fortnightly": 35, "monthly": 40}


# -- How they pay


class Payment(NamedTuple):
    """Money that somebody means to send on a day."""

    on: date
    pence: int
    method: str


def payments(rng: Random, habit: Habit, terms: Terms, owed_pence: int, until: date) -> list[Payment]:
    """What somebody of `habit` will pay under `terms` of their own accord, until `until`."""
    method = pick(rng, METHODS)
    days = list(asked(terms, owed_pence, until))
    tires = rng.uniform(0.25, 0.6) * len(days)
    found = []
    for n, (day, pence) in enumerate(days):
        if habit == "never" or (habit == "stops" and (n > tires or terms.plan == "in_full")):
            break
        if habit == "irregular":
            if rng.random() < 0.3:
                continue
            day += timedelta(rng.randint(-2, 6))
            pence = max(100, int(pence * rng.choice((0.5, 1, 1, 1))) // 100 * 100)
            method = method if rng.random() < 0.8 else pick(rng, METHODS)
        else:
            day += timedelta(rng.choice((-1, 0, 0, 0, 1)))
        found.append(Payment(day, pence, method))
    return found


def asked(terms: Terms, owed_pence: int, until: date) -> Iterator[tuple[date, int]]:
    """The days on which the terms ask for money up to `until`, and how much."""
    if terms.plan == "in_full":
        assert terms.by
        yield terms.by, owed_pence
        return
    if terms.lump_sum_by and terms.lump_sum_pence:
        yield terms.lump_sum_by, terms.lump_sum_pence
    assert terms.start and terms.every and terms.amount_pence
    day = terms.start
    while day < until:
        yield day, terms.amount_pence
        day = _month_after(day) if terms.every == "monthly" else day + timedelta(_EVERY[terms.every])


def _month_after(day: date) -> date:
    """The same day of the next month, the 28th at most."""
    return (day.replace(day=1) + timedelta(32)).replace(day=min(day.day, 28))


def reference(rng: Random, method: str) -> str | None:
    """What the bank, the till or the terminal calls this payment; some come with nothing."""
    if rng.random() < 0.1:
        return None
    return f"{_REFERENCES.get(method, 'PO')} {rng.randrange(10**5, 10**6)}"
