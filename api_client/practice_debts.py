"""The debts of the practice office: what a court ordered, on what terms, and how somebody goes about paying it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Literal, NamedTuple

from api_client.practice_material import Habit, material, pick, weighed
from casework.accounts import Imposed, Imposition
from casework.ledger import allocate
from casework.table_rows import AllocationPriority
from casework.terms import Terms

Whose = Literal["adult", "youth", "organisation"]
"""Who was convicted."""

Every = Literal["weekly", "fortnightly", "monthly"]
"""How often instalments are due."""

METHODS: Mapping[str, int] = {
    "card": 44,
    "transfer": 20,
    "payment-card": 20,
    "notes": 6,
    "cheque": 6,
    "postal-order": 4,
}
"""How people pay, and how many of a hundred do."""

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


def make_impositions(rng: Random, unit: str, hearing: date, whose: Whose, *, least: int = 0) -> list[Imposed]:
    """What a court of `unit` imposed at one hearing for one offence; `least` pounds of fine."""
    made, youth = material(), whose == "youth"
    fit = [one for one in made.sentence if one.organisation == (whose == "organisation") and (one.youth or not youth)]
    sentence = weighed(rng, fit)
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

    fine = max(least, rng.randint(*sentence.fine) // (2 if youth else 1)) * 100
    found = [imposed("FO", fine), imposed("FVS", surcharge(fine, youth))]
    found.append(imposed(sentence.costs_result, rng.choice(sentence.costs) * 100))
    if sentence.duty is not None:
        found.append(imposed("FVEBD", rng.randint(*sentence.duty) * 100 + rng.choice((0, 25, 50, 83))))
    if rng.random() < sentence.compensation:
        for _ in range(1 + (rng.random() < 0.2)):
            loss = rng.randint(*sentence.loss) * 100 + rng.choice((0, 0, 0, 50, 99))
            found.append(imposed("FCOMP", loss, sentence.creditor or _creditor(rng)))
    return found


def make_confiscation(rng: Random, unit: str, hearing: date) -> list[Imposed]:
    """What the Crown Court found that a crime had brought. It is enforced as a fine of that court (POCA 2002 s.35), and
    stands as one, because the table of results knows no other way yet."""
    least, most = pick(rng, {(500, 5_000): 4, (5_000, 25_000): 4, (25_000, 120_000): 2})
    pence = rng.randint(least, most) * 100 + rng.choice((0, 0, 37, 84))
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


def make_terms(rng: Random, habit: Habit, owed_pence: int, on: date, *, weekly: bool = False) -> Terms:
    """The terms a court would set on `on`. Instalments clear the sum in about a year."""
    plan = rng.random()
    if plan < (0.0 if habit == "keeps" or weekly else 0.4):
        return Terms(plan="in_full", by=on + timedelta(28))
    every: Every = "weekly" if weekly else pick(rng, _CHOSEN)
    times = rng.randint(270, 420) / _DAYS[every]
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


def payments(rng: Random, habit: Habit, terms: Terms, owed_pence: int, until: date) -> list[Payment]:
    """What somebody of `habit` will pay under `terms` of their own accord, until `until`."""
    method = pick(rng, METHODS)
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
            method = method if rng.random() < 0.8 else pick(rng, METHODS)
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


def reference(rng: Random, method: str) -> str | None:
    """What the bank, the till or the terminal calls this payment; some come with nothing."""
    if rng.random() < 0.1:
        return None
    return f"{_REFERENCES.get(method, 'PO')} {rng.randrange(10**5, 10**6)}"
