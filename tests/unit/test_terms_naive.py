"""Arrears worked out a second time, by living through every day with a heap of bills and a purse, and compared with
`casework.terms` in ten thousand random histories. Each history is made from its number, which a failure names.

It shares nothing with the module under test: no sums of what has fallen due, no arithmetic of months; it looks at each day
and asks whether something falls due on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from casework.terms import Terms, arrears, instalments

HISTORIES = 10_000
ONE_DAY = timedelta(1)
MONTH_ENDS = [date(2027, 1, 31), date(2028, 1, 31), date(2028, 1, 30), date(2027, 1, 29), date(2028, 2, 29)]
EVERY: Sequence[Literal["weekly", "fortnightly", "monthly"]] = ("weekly", "fortnightly", "monthly")


@dataclass(frozen=True)
class Payment:
    """Money that came in."""

    amount_pence: int
    received_on: date


@dataclass
class Bill:
    """What fell due on a day, and what of it is unpaid."""

    due: date
    asked: int
    unpaid: int


@dataclass(frozen=True)
class History:
    """Terms, the balance they began with, what came in, and the days on which we look."""

    terms: Terms
    balance: int
    paid: list[Payment]
    looks: frozenset[date]

    @property
    def days(self) -> Iterator[date]:
        """Every day, from one before anything happens to the last on which we look."""
        named = (self.terms.by, self.terms.start, self.terms.lump_sum_by, *(one.received_on for one in self.paid))
        day = min(day for day in (*named, *self.looks) if day)
        while day <= max(self.looks):
            yield day
            day += ONE_DAY


def falls_due(terms: Terms, day: date) -> bool:
    """Whether an instalment falls due on `day`."""
    if terms.start is None or day < terms.start:
        return False
    since_start = (day - terms.start).days
    if terms.every == "weekly":
        return since_start % 7 == 0
    if terms.every == "fortnightly":
        return since_start % 14 == 0
    month_ends_today = (day + ONE_DAY).day == 1
    return day.day == terms.start.day or (month_ends_today and day.day < terms.start.day)


def lived(history: History) -> Iterator[tuple[date, list[Bill]]]:
    """Each evening in turn, and the bills as they are then."""
    terms, unasked, purse = history.terms, history.balance, 0
    bills: list[Bill] = []
    for day in history.days:
        asked = []
        if day == terms.by:
            asked.append(unasked)
        if day == terms.lump_sum_by and terms.lump_sum_pence:
            asked.append(terms.lump_sum_pence)
        if falls_due(terms, day) and terms.amount_pence:
            asked.append(terms.amount_pence)
        for pence in asked:
            pence = min(pence, unasked)
            unasked -= pence
            if pence:
                bills.append(Bill(day, pence, pence))
        purse += sum(one.amount_pence for one in history.paid if one.received_on == day)
        for bill in bills:
            from_purse = min(purse, bill.unpaid)
            bill.unpaid -= from_purse
            purse -= from_purse
        yield day, bills


def made(number: int) -> History:
    """The history of that number: often with month ends, whole payments, and lump sums on the day of an instalment."""
    rng = Random(number)
    start = rng.choice(MONTH_ENDS) if rng.random() < 0.4 else date(2026, 9, 1) + timedelta(rng.randrange(900))
    balance = rng.choice([0, 1, 500, 2_000, rng.randint(1, 6_000), rng.randint(1, 6_000)])
    amount = rng.choice([500, 1_000, rng.randint(250, 2_500)])
    terms, step = Terms(plan="in_full", by=start), 30
    if rng.random() < 0.85:
        every = rng.choice(EVERY)
        terms = Terms(plan="instalments", amount_pence=amount, every=every, start=start)
        step = {"weekly": 7, "fortnightly": 14, "monthly": 30}[every]
        if rng.random() < 0.5:
            away = rng.choice([0, step, 2 * step, rng.randint(-60, 60)])
            terms = Terms(
                plan="lump_sum",
                amount_pence=amount,
                every=every,
                start=start,
                lump_sum_pence=rng.choice([amount, rng.randint(1, 7_000)]),
                lump_sum_by=start + timedelta(away),
            )
    paid = [
        Payment(
            rng.choice([amount, amount - 1, amount + 1, rng.randint(1, 3_000)]),
            start + timedelta(step * rng.randint(-1, 7) + rng.choice([-1, 0, 0, 1, 5])),
        )
        for _ in range(rng.randrange(7))
    ]
    near = [start, *(one.received_on for one in paid), start + timedelta(rng.randrange(180))]
    looks = frozenset(rng.choice(near) + timedelta(rng.choice([-1, 0, 0, 1, step, step + 1])) for _ in range(5))
    return History(terms, balance, paid, looks | {start + timedelta(rng.randrange(200))})


def kinds(history: History, behind: int, bills: Sequence[Bill], on: date) -> Iterator[str]:
    """What there is to see on a day, so that we know that the histories have everything in them."""
    dues = [bill.due for bill in bills]
    yield "behind" if behind else "not behind"
    if history.balance and behind == history.balance:
        yield "all of it in arrears"
    if bills and bills[-1].due == on and bills[-1].unpaid:
        yield "due that day"
    if len(set(dues)) < len(dues):
        yield "lump sum on the day of an instalment"
    if history.terms.lump_sum_by and dues and history.terms.lump_sum_by > dues[0]:
        yield "lump sum after an instalment"
    if history.terms.every == "monthly" and len({due.day for due in dues if due != history.terms.lump_sum_by}) > 1:
        yield "a short month"
    if behind and any(one.received_on > on for one in history.paid):
        yield "money still to come"
    if behind and any(one.received_on == on for one in history.paid):
        yield "money that day"


def test_ten_thousand_histories_agree_with_living_through_every_day() -> None:
    """The schedule up to the last day on which we look, and the arrears and the first missed on each.

    Seen red with every bug planted in the days, the sums or the payments: in arrears on its date; a period late; months
    counted from the one before; the last instalment whole; the lump sum first, after the instalment of its day, taken off
    before the instalments, or not capped; the payments of the day left out, or those after it counted; no floor; one covered
    to the penny called missed.
    """
    seen: Counter[str] = Counter()
    for number in range(HISTORIES):
        history = made(number)
        for day, bills in lived(history):
            if day not in history.looks:
                continue
            overdue = [bill for bill in bills if bill.due < day and bill.unpaid]
            found = arrears(history.terms, history.balance, history.paid, day)
            expected = (sum(bill.unpaid for bill in overdue), overdue[0].due if overdue else None)
            assert (found.arrears_pence, found.first_missed) == expected, f"history {number} on {day}: {history}"
            seen.update(kinds(history, found.arrears_pence, bills, day))
        begun = [(one.due, one.amount_pence) for one in instalments(history.terms, history.balance)]
        assert [one for one in begun if one[0] <= day] == [(bill.due, bill.asked) for bill in bills], (
            f"history {number}"
        )
    assert len(seen) == 9 and min(seen.values()) > 1_000, seen
