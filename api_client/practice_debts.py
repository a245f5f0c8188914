"""The debts of the practice office: what a court ordered, on what terms, and how somebody goes about paying it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial
from random import Random
from typing import Literal, NamedTuple

from api_client.practice_aims import aim
from api_client.practice_bands import SIZES, bounds, size_of
from api_client.practice_lots import Kind, Lot
from api_client.practice_material import Sentence, material, pick, weighed
from casework.accounts import Imposed, Imposition
from casework.ledger import allocate
from casework.table_rows import AllocationPriority
from casework.terms import Terms

Whose = Literal["adult", "youth", "organisation"]
"""Who was convicted."""

Every = Literal["weekly", "fortnightly", "monthly"]
"""How often instalments are due."""

IN_FULL, LUMP_SUM = "in full", "lump sum, then instalments"
"""What a court may order beside instalments alone, in the words of the aims."""

_TRIES = 60
"""How often a sum is drawn anew that is not of the size it is to be."""

_MARGIN = 3_000
"""Pence by which the sums for an offence must reach into a size."""

_REFERENCES = {"card": "AUTH", "transfer": "FPS", "payment-card": "PZ", "notes": "TILL", "cheque": "CHQ"}
_DAYS: Mapping[Every, int] = {"weekly": 7, "fortnightly": 14, "monthly": 30}
_CHOSEN: Mapping[Every, int] = {"weekly": 25, "fortnightly": 35, "monthly": 40}


# -- What a court ordered

_FORCES = {"K01": "22WM", "L01": "13WY"}
"""The letters and figures with which the references of the police around a unit begin."""


def make_prosecutor_reference(rng: Random, unit: str, hearing: date) -> str:
    """Under which the police know the case: their force, a number, the year."""
    return f"{_FORCES[unit]}{rng.randrange(10_000, 100_000)}{hearing:%y}"


def surcharge(fine_pence: int, youth: bool = False) -> int:
    """The victim surcharge on a fine for offences since 16 June 2022: 40 %, to the pound, £2,000 at most; £26 for a youth."""
    return 2_600 if youth else min(200_000, (fine_pence * 2 // 5 + 50) // 100 * 100)


def make_impositions(rng: Random, unit: str, hearing: date, whose: Whose, lot: Lot, *, least: int = 0) -> list[Imposed]:
    """What a court of `unit` imposed at one hearing for one offence, as it fell to the case; `least` pounds of fine."""
    youth = whose == "youth"
    sentence, fine, costs, duty, losses = _sentenced(rng, whose, lot, least)
    court = rng.choice(material().courts[unit])

    def imposed(result: str, pence: int, creditor: str | None = None) -> Imposed:
        return Imposed(
            result=result,
            imposed_on=hearing,
            imposed_pence=pence,
            creditor=creditor,
            court=court,
            offence=sentence.offence,
        )

    found = [imposed("FO", fine), imposed("FVS", surcharge(fine, youth)), imposed(sentence.costs_result, costs)]
    if duty:
        found.append(imposed("FVEBD", duty))
    found += (imposed("FCOMP", loss, sentence.creditor or _creditor(rng)) for loss in losses)
    return found


class _Sentenced(NamedTuple):
    """For what somebody was sentenced, and to how many pence."""

    sentence: Sentence
    fine: int
    costs: int
    duty: int
    losses: list[int]


def _sentenced(rng: Random, whose: Whose, lot: Lot, least: int) -> _Sentenced:
    """For an offence for which what fell to the case is ordered, a fine that brings the whole to the size that did; whatever
    it comes to, if no fine does."""
    youth, able = whose == "youth", _fitting(whose, lot.kind, lot.losses)
    fit = [one for one in able if lot.size is None or lot.size in _sizes(one, lot.losses, youth, least)] or able
    for _ in range(_TRIES):
        sentence = rng.choices(fit, [_weight(one, lot.losses) for one in fit])[0]
        costs = rng.choice(sentence.costs) * 100
        duty = rng.randint(*sentence.duty) * 100 + rng.choice((0, 25, 50, 83)) if sentence.duty else 0
        losses = [rng.randint(*sentence.loss) * 100 + rng.choice((0, 0, 0, 50, 99)) for _ in range(lot.losses)]
        fines = _fines(sentence, youth, least)
        if lot.size is not None:
            whole = partial(_whole, besides=costs + duty + sum(losses), youth=youth)
            low, high = bounds(lot.size)
            fines = fines[bisect_left(fines, low, key=whole) : bisect_left(fines, high, key=whole)]
        if fines:
            return _Sentenced(sentence, rng.choice(fines) * 100, costs, duty, losses)
    fine = rng.choice(_fines(sentence, youth, least)) * 100
    return _Sentenced(sentence, fine, costs, duty, losses)


def _fitting(whose: Whose, kind: Kind, losses: int) -> list[Sentence]:
    """Offences of which somebody may be convicted, for which the costs, the duty and the losses may be ordered."""
    return [
        one
        for one in material().sentence
        if one.organisation == (whose == "organisation") and (one.youth or whose != "youth")
        if one.costs_result == ("FCPC" if kind == "FCPC" else "FCOST") and (one.duty is not None) == (kind == "FVEBD")
        if one.compensation or not losses
    ]


def _weight(sentence: Sentence, losses: int) -> float:
    return sentence.weight * (sentence.compensation if losses else 1 - sentence.compensation)


def _fines(sentence: Sentence, youth: bool, least: int) -> range:
    """The fines for an offence, in pounds; half as much for a youth, and never less than `least`."""
    low, high = (pounds // (2 if youth else 1) for pounds in sentence.fine)
    return range(max(least, low), max(least, high) + 1)


def _whole(fine: int, *, besides: int, youth: bool) -> int:
    """The pence that a fine of so many pounds brings an account to."""
    return fine * 100 + surcharge(fine * 100, youth) + besides


def _sizes(sentence: Sentence, losses: int, youth: bool, least: int) -> list[str]:
    """The sizes of which an account may be that begins with this offence, so that it is not only just so."""
    fines, duty = _fines(sentence, youth, least), sentence.duty or (0, 0)
    low = _whole(fines[0], besides=(min(sentence.costs) + duty[0] + losses * sentence.loss[0]) * 100, youth=youth)
    high = _whole(fines[-1], besides=(max(sentence.costs) + duty[1] + losses * sentence.loss[1]) * 100, youth=youth)
    edges = ((size, *bounds(size)) for size in SIZES)
    return [size for size, begins, ends in edges if low + _MARGIN < ends and high - _MARGIN > begins]


@cache
def possible(whose: Whose, kind: Kind, losses: int, least: int) -> tuple[str, ...]:
    """The sizes of which an account may be on which this is ordered; none, if this is never ordered."""
    fit = _fitting(whose, kind, losses)
    found = {size for one in fit for size in _sizes(one, losses, whose == "youth", least)}
    return tuple(size for size in SIZES if size in found)


def make_confiscation(rng: Random, unit: str, hearing: date, size: str | None = None) -> list[Imposed]:
    """What the Crown Court found that a crime had brought. It is enforced as a fine of that court (POCA 2002 s.35), and
    stands as one, because the table of results knows no other way yet."""
    for _ in range(_TRIES):
        least, most = pick(rng, {(500, 5_000): 4, (5_000, 25_000): 4, (25_000, 120_000): 2})
        pence = rng.randint(least, most) * 100 + rng.choice((0, 0, 37, 84))
        if size in (None, size_of(pence)):
            break
    offence = "Confiscation order, Proceeds of Crime Act 2002 s.6"
    court = material().crown_courts[unit]
    return [Imposed(result="FO", imposed_on=hearing, imposed_pence=pence, court=court, offence=offence)]


def confiscation_terms(rng: Random, hearing: date) -> Terms:
    """All of it by a day, three months after the order at most (POCA 2002 s.11)."""
    return Terms(plan="in_full", by=hearing + timedelta(rng.choice((28, 56, 84, 89))))


def _creditor(rng: Random) -> str:
    made = material()
    group = weighed(rng, made.community)
    if rng.random() < 0.5:
        return f"{rng.choice(made.organisations.names)} Stores"
    return f"{rng.choice(('Mr', 'Mrs', 'Ms'))} {rng.choice(group.women)[0]} {rng.choice(group.surnames)}"


def make_terms(rng: Random, ordered: str, owed_pence: int, on: date, *, weekly: bool = False) -> Terms:
    """The terms a court would set on `on`, as `ordered`. Instalments clear the sum in about a year."""
    if ordered == IN_FULL:
        return Terms(plan="in_full", by=on + timedelta(28))
    every: Every = "weekly" if weekly else pick(rng, _CHOSEN)
    times = rng.randint(270, 420) / _DAYS[every]
    amount = max(500, -(-int(owed_pence / times) // 500) * 500)
    start = on + timedelta(rng.randint(10, 28))
    if ordered == LUMP_SUM and owed_pence > 40_000:
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


def make_reserve(rng: Random, terms: Terms, on: date) -> Terms:
    """What holds if an attachment or a deduction fails that was ordered on `on`: mostly all of it within 14 days."""
    if rng.random() < 0.7 or terms.plan != "instalments":
        return Terms(plan="in_full", by=on + timedelta(14))
    return terms.model_copy(update={"start": on + timedelta(14)})


def paid_before(imposed: list[Imposed], pence: int, order: Sequence[AllocationPriority]) -> list[Imposed]:
    """`imposed`, of which so much was paid already, in the order in which money is applied."""
    if not pence:
        return imposed
    owed = [
        Imposition(id=str(n), balance_pence=one.imposed_pence, **one.model_dump(exclude={"paid_pence"}))
        for n, one in enumerate(imposed)
    ]
    parts = {share.id: share.amount_pence for share in allocate(owed, pence, order)[0]}
    return [one.model_copy(update={"paid_pence": parts.get(str(n), 0)}) for n, one in enumerate(imposed)]


# -- How they pay


class Payment(NamedTuple):
    """Money that somebody means to send on a day."""

    on: date
    pence: int
    method: str


def payments(rng: Random, lot: Lot, terms: Terms, owed_pence: int, until: date) -> list[Payment]:
    """What somebody will pay under `terms` of their own accord, until `until`, as their habit is; mostly by one method."""
    habit, method = lot.habit, lot.method
    days = list(_asked(terms, owed_pence, until))
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
            method = lot.method if rng.random() < 0.8 else any_method(rng)
        else:
            day += timedelta(rng.choice((-1, 0, 0, 0, 1)))
        found.append(Payment(day, pence, method))
    return found


def _asked(terms: Terms, owed_pence: int, until: date) -> Iterator[tuple[date, int]]:
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
        day = _month_after(day) if terms.every == "monthly" else day + timedelta(_DAYS[terms.every])


def _month_after(day: date) -> date:
    """The same day of the next month, the 28th at most."""
    return (day.replace(day=1) + timedelta(32)).replace(day=min(day.day, 28))


def any_method(rng: Random) -> str:
    """How somebody pays for once."""
    return pick(rng, aim("method").drawn)


def reference(rng: Random, method: str) -> str | None:
    """What the bank, the till or the terminal calls this payment; some come with nothing."""
    if rng.random() < 0.1:
        return None
    return f"{_REFERENCES.get(method, 'PO')} {rng.randrange(10**5, 10**6)}"
