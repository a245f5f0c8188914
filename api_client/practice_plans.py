"""The cases of a practice office before they are lived: whose each is to be, how it is to stand, and its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from api_client.practice_cards import AFTER_THAT, DEALT, WELSH, Card
from api_client.practice_debts import Whose
from api_client.practice_material import material, often
from casework.accounts import check_letter
from casework.dates import Calendar
from casework.people import Name

SHARES = 2_000
"""Cases that have a share in what is capped for the whole office: being passed over on the as-of morning, staying parked
beyond it, being closed to somebody. So many use the caps up, and no other case has to know of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A case before it is lived."""

    unit: str
    opened_on: date
    began_on: date
    """When it began here: with the account, or long after it."""
    card: Card
    whose: Whose
    welsh: bool
    known: Name | None
    seed: int
    has_share: bool
    """Whether anything may happen in it that is capped for the whole office: see `SHARES`."""
    number: str = ""
    """Given in the order of opening, when all are planned."""


def make_plans(rng: Random, count: int, today: date, calendar: Calendar, shares: int = SHARES) -> list[Plan]:
    """`count` cases in the order in which their accounts were opened; every fifth belongs to the smaller unit, and `shares` of
    them, drawn by chance, have a share in what is capped."""
    dealt = {unit: rng.sample(cards, len(cards)) for unit, cards in DEALT.items()}
    names = list(material().known)
    cards, weights = zip(*AFTER_THAT, strict=True)
    plans: list[Plan] = []
    for n in range(count):
        unit = "L01" if n % 5 == 4 else "K01"
        left = dealt[unit]
        card = left.pop() if left else rng.choices(cards, weights)[0]
        whose = _whose(rng, card)
        adult = unit == "K01" and whose == "adult"
        welsh = adult and (card is WELSH or (not left and often(rng, material().shares.welsh)))
        known = names.pop() if names and adult and not welsh else None
        began_on = calendar.on_or_after(today - timedelta(rng.randint(card.least, card.most)))
        opened_on = _opened_on(rng, card, began_on, calendar)
        plans.append(Plan(unit, opened_on, began_on, card, whose, welsh, known, rng.getrandbits(63), n < shares))
    return list(_numbered(rng, sorted(plans, key=lambda plan: plan.opened_on)))


def _numbered(rng: Random, plans: list[Plan]) -> Iterator[Plan]:
    """Numbers rise in each unit and year, with gaps: accounts of others."""
    serials: dict[tuple[str, int], int] = {}
    for plan in plans:
        unit, year = plan.unit, plan.opened_on.year % 100
        serials[unit, year] = serials.get((unit, year), rng.randint(300, 4000)) + rng.randint(1, 4)
        digits = f"{year:02}{serials[unit, year]:06}"
        yield replace(plan, number=f"{digits}{check_letter(digits)}")


def _whose(rng: Random, card: Card) -> Whose:
    """Whose account it is, where the card leaves it open."""
    if card.whose == "anybody":
        shares = material().shares
        draw = rng.random() * 100
        return "organisation" if draw < shares.organisations else "youth" if draw < shares.either else "adult"
    return "adult" if card.whose == "welsh" else card.whose


def _opened_on(rng: Random, card: Card, began_on: date, calendar: Calendar) -> date:
    """When the account was opened: on the day it began here, unless it was taken over with a past."""
    if card.steps or card.states:
        return calendar.on_or_after(began_on - timedelta(rng.randint(100, 200)))
    if card.first is None and not card.weekly and often(rng, material().shares.taken_over):
        return calendar.on_or_after(began_on - timedelta(rng.randint(40, 190)))
    return began_on
