"""What new terms come to before anybody agrees them: how many instalments, the first of them, the last, how far behind the
payer is before and after, and what they take of what the payer has left. Nothing is decided here; `given_terms` does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice

from casework.actions.means import suggestion, why_suggested
from casework.case import Case
from casework.dates import months_after
from casework.situation import Situation
from casework.standing import behind
from casework.terms import Every, Instalment, Terms, arrears, falling_due, instalments, last_instalment

_FIRST = 3


@dataclass(frozen=True, slots=True)
class Projection:
    """Terms beside what is owed, day by day."""

    terms: Terms
    count: int
    """How many payments, the lump sum among them."""
    first: tuple[Instalment, ...]
    """The first three."""
    last: Instalment
    behind_pence: int
    """In arrears under the present terms."""
    behind_after_pence: int
    """In arrears at once under these, which is only where a court ordered them from a day that has passed."""


def project(terms: Terms, case: Case, on: date) -> Projection | None:
    """What `terms`, beginning `on` that day, come to; None when nothing is owed. Raises ValueError as `terms.schedule`."""
    owed, last = case.balance_pence, last_instalment(terms, case.balance_pence)
    if last is None:
        return None
    late = behind(case, on)
    return Projection(
        terms=terms,
        count=sum(1 for _ in falling_due(terms, owed)),
        first=tuple(islice(instalments(terms, owed), _FIRST)),
        last=last,
        behind_pence=late.arrears_pence if late else 0,
        behind_after_pence=arrears(terms, owed, (), on).arrears_pence,
    )


@dataclass(frozen=True, slots=True)
class Affording:
    """What somebody has left for instalments, by their means form."""

    every: Every
    left_pence: int
    """For each instalment, when all that is left goes into it."""
    offer_pence: int | None
    """What to suggest; None when the means do not bear the least."""
    why: str
    """Why as much as that."""
    taken_on: date

    def takes_percent(self, pence: int) -> int | None:
        """How much of what is left an instalment of `pence` takes, rounded up; None when nothing is left."""
        return -(-pence * 100 // self.left_pence) if self.left_pence else None


def affording(case: Case, every: Every, situation: Situation) -> Affording | None:
    """What the newest means form says of instalments that come so often; None without one."""
    means = case.means
    if means is None:
        return None
    offer = suggestion(means, case.balance_pence, every, situation)
    why = why_suggested(offer, means, case.balance_pence, every, situation)
    return Affording(every, means.bears(every), offer, why, means.taken_on)


def how_long(today: date, until: date) -> str:
    """How far ahead a day is: `5 weeks`, `11 months`, `2 years 1 month`, in whole ones; `today`, or `past`."""
    days = (until - today).days
    if days <= 0:
        return "past" if days else "today"
    if days < 14:
        return _counted(days, "day")
    if until < months_after(today, 3):
        return _counted(days // 7, "week")
    months = (until.year - today.year) * 12 + until.month - today.month
    months -= months_after(today, months) > until
    if months < 24:
        return _counted(months, "month")
    years = _counted(months // 12, "year")
    return f"{years} {_counted(months % 12, 'month')}" if months % 12 else years


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
