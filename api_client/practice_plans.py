"""The cases of a practice office before they are lived: what falls to each, how it is to stand, and its number.

Everything is dealt out by the quotas of practice_aims.toml, one thing after another, as far as what a case is already leaves
it open: there is no weekly instalment of a confiscation order, and no company speaks Welsh.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import get_args

from api_client.practice_aims import aim, deal, deck, shares
from api_client.practice_bands import SIZES, age_of
from api_client.practice_cards import AFTER_THAT, DEALT, FATES, WELSH, Card, Fate
from api_client.practice_debts import IN_FULL, LUMP_SUM, Whose, possible
from api_client.practice_lots import INSTEAD, Kind, Lot
from api_client.practice_material import Habit, material, often
from casework.accounts import check_letter
from casework.dates import Calendar
from casework.people import Name

SHARES = 2_000
"""Cases that have a share in what is capped for the whole office: being passed over on the as-of morning, staying parked
beyond it, being closed to somebody. So many use the caps up, and no other case has to know of them."""

_PAST = (100, 200)
"""Days between the opening of an account with a past and its beginning here, from and to."""

_TAKEN_OVER = (40, 190)
"""The same of one that was only taken over."""

_TWO_LOSSES = 1 / 6
"""How many of those who are to compensate anybody compensate two."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A case before it is lived."""

    unit: str
    opened_on: date
    began_on: date
    """When it began here: with the account, or long after it."""
    card: Card
    whose: Whose
    lot: Lot
    known: Name | None
    seed: int
    has_share: bool
    """Whether anything may happen in it that is capped for the whole office: see `SHARES`."""
    number: str = ""
    """Given in the order of opening, when all are planned."""


@dataclass(slots=True)
class _Case:
    """A case while it is dealt."""

    unit: str
    card: Card
    fate: Fate | None
    first: bool
    """Of the first cards, which are dealt so that there is work of every kind."""
    whose: Whose = "adult"
    lot: Lot = field(default_factory=Lot)

    @property
    def speaks(self) -> bool:
        """Whether chance may say what is to be minded before speaking to them."""
        return self.whose == "adult" and not self.card.plain


def make_plans(rng: Random, count: int, today: date, calendar: Calendar, shares: int = SHARES) -> list[Plan]:
    """`count` cases in the order in which their accounts were opened; `shares` of them, drawn by chance, have a share in what
    is capped."""
    cases = _carded(rng, count)
    _say_whose(rng, cases)
    _say_what_is_owed(rng, cases)
    _say_what_to_mind(rng, cases)
    names, opened = list(material().known), _Opened(rng, cases, today, calendar)
    plans = []
    for n, case in enumerate(cases):
        adult = case.unit == "K01" and case.whose == "adult"
        known = names.pop() if names and adult and not case.lot.welsh else None
        opened_on, began_on = opened.days(n)
        seed = rng.getrandbits(63)
        plans.append(Plan(case.unit, opened_on, began_on, case.card, case.whose, case.lot, known, seed, n < shares))
    return list(_numbered(rng, sorted(plans, key=lambda plan: plan.opened_on)))


def _numbered(rng: Random, plans: list[Plan]) -> Iterator[Plan]:
    """Numbers rise in each unit and year, with gaps: accounts of others."""
    serials: dict[tuple[str, int], int] = {}
    for plan in plans:
        unit, year = plan.unit, plan.opened_on.year % 100
        serials[unit, year] = serials.get((unit, year), rng.randint(300, 4000)) + rng.randint(1, 4)
        digits = f"{year:02}{serials[unit, year]:06}"
        yield replace(plan, number=f"{digits}{check_letter(digits)}")


# -- Cards


def _carded(rng: Random, count: int) -> list[_Case]:
    """The unit and the card of each case: first those that every office has, then whatever the aims and the deck ask for."""
    units = deal(rng, aim("unit").shares, [None] * count)
    first = {unit: rng.sample(cards, len(cards)) for unit, cards in DEALT.items()}
    dealt = [first[unit].pop() if first[unit] else None for unit in units]
    asked: dict[Fate | None, float] = {fate: aim(fate[0]).shares[fate[1]] for fate in FATES}
    asked[None] = 100 - sum(asked.values())
    fates = deal(rng, asked, [None if card is None else _fates(card) for card in dealt])
    open_to_deck = sum(card is None and fate is None for card, fate in zip(dealt, fates, strict=True))
    rest = iter(deal(rng, deck(), [None] * open_to_deck))
    return [
        _Case(unit, card or (rng.choice(FATES[fate]) if fate else AFTER_THAT[next(rest)]), fate, card is not None)
        for unit, card, fate in zip(units, dealt, fates, strict=True)
    ]


def _fates(card: Card) -> tuple[Fate | None, ...]:
    """What the aims ask for that a card may bring about; nothing, of most."""
    return tuple(fate for fate, cards in FATES.items() if card in cards) or (None,)


# -- Whose they are, and what is owed


def _say_whose(rng: Random, cases: list[_Case]) -> None:
    names: dict[str, Whose] = {"adult": "adult", "company": "organisation", "youth": "youth"}
    own = {"welsh": "adult", "organisation": "company"}
    bound = [None if one.card.whose == "anybody" else (own.get(one.card.whose, one.card.whose),) for one in cases]
    for one, whose in zip(cases, deal(rng, aim("whose").shares, bound), strict=True):
        one.whose = names[whose]


def _say_what_is_owed(rng: Random, cases: list[_Case]) -> None:
    """How they pay, what was imposed, how much in all, and on what terms."""
    shares: dict[Habit, float] = {one: aim("habit").shares[one] for one in get_args(Habit)}
    habits = deal(rng, shares, [one.card.habits for one in cases])
    methods = deal(rng, aim("method").drawn, [None] * len(cases))
    for one, habit, method in zip(cases, habits, methods, strict=True):
        step, status = (one.fate[1] if one.fate and one.fate[0] == code else None for code in ("step", "status"))
        one.lot = replace(one.lot, habit=habit, method=method, step=step, status=status or "L")
    _say_what_was_imposed(rng, [one for one in cases if not one.card.confiscation])
    sizes = deal(rng, aim("size").shares, [_sizes(one) for one in cases])
    for one, size in zip(cases, sizes, strict=True):
        one.lot = replace(one.lot, size=size)
    for one, ordered in zip(cases, deal(rng, aim("ordered").shares, [_terms(one) for one in cases]), strict=True):
        one.lot = replace(one.lot, ordered=ordered)


def _say_what_was_imposed(rng: Random, cases: list[_Case]) -> None:
    """With every fine come costs of one kind or the other, with some a duty, with some one or two losses."""
    made = aim("result").shares
    kinds: dict[Kind, float] = {
        "FCPC": made["FCPC"],
        "FCOST": made["FCOST"] - made["FVEBD"],
        "FVEBD": made["FVEBD"],
    }
    able: dict[Whose, list[Kind]] = {
        whose: [kind for kind in kinds if possible(whose, kind, 0, 0)] for whose in get_args(Whose)
    }
    costs = made["FCPC"] + made["FCOST"]
    some = made["FCOMP"] / (1 + _TWO_LOSSES)
    losses = {0: costs - some, 1: some * (1 - _TWO_LOSSES), 2: some * _TWO_LOSSES}
    for one, kind in zip(cases, deal(rng, kinds, [able[one.whose] for one in cases]), strict=True):
        one.lot = replace(one.lot, kind=kind)
    lost = [[n for n in losses if possible(one.whose, one.lot.kind, n, 0)] for one in cases]
    for one, count in zip(cases, deal(rng, losses, lost), strict=True):
        one.lot = replace(one.lot, losses=count)


def _sizes(one: _Case) -> tuple[str, ...]:
    if one.card.confiscation:
        return SIZES[3:]
    return possible(one.whose, one.lot.kind, one.lot.losses, one.card.fine)


def _terms(one: _Case) -> tuple[str, ...]:
    """Whoever keeps to terms has some to keep; a lump sum comes first only where there is more to come."""
    if one.card.confiscation:
        return (IN_FULL,)
    whole = () if one.lot.habit == "keeps" or one.card.weekly else (IN_FULL,)
    lump = () if one.lot.size in SIZES[:2] or one.card.weekly else (LUMP_SUM,)
    return (*whole, "instalments", *lump)


# -- Who they are


def _say_what_to_mind(rng: Random, cases: list[_Case]) -> None:
    """Their language, who speaks for them, what to know before speaking to them, and whether they can be reached."""
    chance = [None if one.speaks else ("none",) for one in cases]
    adults = [n for n, one in enumerate(cases) if one.whose == "adult"]
    people = [n for n, one in enumerate(cases) if one.whose != "organisation"]
    marks = tuple(code for code in aim("markers").shares if code != "none")
    may: dict[str, tuple[list[int], list[tuple[str, ...] | None]]] = {
        "language": ([*range(len(cases))], [_languages(one) for one in cases]),
        "interpreter": (adults, [chance[n] for n in adults]),
        "representative": (adults, [_represented(cases[n]) for n in adults]),
        "markers": (people, [_marks(cases[n], marks) for n in people]),
        "post": ([*range(len(cases))], [("comes back",) if one.card.returned else None for one in cases]),
        "number": ([*range(len(cases))], [("works",) if _is_rung(one) else None for one in cases]),
    }
    fell: dict[str, dict[int, str]] = {
        code: dict(zip(which, deal(rng, aim(code).shares, values), strict=True))
        for code, (which, values) in may.items()
    }
    for n, one in enumerate(cases):
        marker = fell["markers"].get(n, "none")
        one.lot = replace(
            one.lot,
            welsh=fell["language"][n] == "Welsh",
            interpreter=fell["interpreter"].get(n) == "needed",
            representative=fell["representative"].get(n, "none"),
            marker=marker if marker != "none" else None,
            returned=fell["post"][n] == "comes back",
            ringable=fell["number"][n] == "works",
        )


def _languages(one: _Case) -> tuple[str, ...] | None:
    """Welsh is spoken around the larger unit."""
    if one.card is WELSH:
        return ("Welsh",)
    return ("English",) if one.first or one.unit != "K01" or one.whose != "adult" else None


def _represented(one: _Case) -> tuple[str, ...] | None:
    """Somebody is contacted instead only of whom nothing depends on ringing themselves."""
    if one.card.plain:
        return ("none",)
    return None if one.card.free else tuple(value for value in aim("representative").shares if value != INSTEAD)


def _marks(one: _Case, marks: tuple[str, ...]) -> tuple[str, ...] | None:
    return marks if one.card.marked else ("none",) if one.card.plain else None


def _is_rung(one: _Case) -> bool:
    return one.card.rung or one.whose != "adult"


# -- When they began


class _Opened:
    """When accounts were opened, and when they began here: with the account, unless it was taken over with a past."""

    def __init__(self, rng: Random, cases: list[_Case], today: date, calendar: Calendar) -> None:
        self._rng, self._today, self._calendar, self._cases = rng, today, calendar, cases
        self._before = [_before(rng, one.card) for one in cases]
        self._days = cache(self._working_days)
        may = [tuple(self._days(one.card, before)) for one, before in zip(cases, self._before, strict=True)]
        self._ages = deal(rng, aim("age").shares, may)

    def days(self, n: int) -> tuple[date, date]:
        """The days on which the `n`th of the accounts was opened and began here."""
        card, (least, most) = self._cases[n].card, self._before[n]
        opened = self._rng.choice(self._days(card, (least, most))[self._ages[n]])
        if not most:
            return opened, opened
        early = max(opened + timedelta(least), self._today - timedelta(card.most))
        late = min(opened + timedelta(most), self._today - timedelta(card.least))
        return opened, self._calendar.on_or_after(early + timedelta(self._rng.randint(0, max(0, (late - early).days))))

    def _working_days(self, card: Card, before: tuple[int, int]) -> dict[str, list[date]]:
        """The working days on which such an account may have been opened, by how long ago they are."""
        found: dict[str, list[date]] = {}
        for ago in range(card.least + before[0], card.most + before[1] + 1):
            day = self._today - timedelta(ago)
            if self._calendar.is_working_day(day):
                found.setdefault(age_of(day, self._today), []).append(day)
        return found


def _before(rng: Random, card: Card) -> tuple[int, int]:
    """Between how many days an account was somebody else's before it began here."""
    if card.past:
        return _PAST
    taken = card.first is None and not card.weekly and often(rng, shares().taken_over)
    return _TAKEN_OVER if taken else (0, 0)
