"""What a practice office came to, beside what was aimed for: `practice_aims.toml` says how its accounts, its people and their
lives are meant to be spread, and here they are counted while they are made.

Each way to count looks at one life and gives a value for every thing it finds: one for an account, several for its calls.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, model_validator

from casework.case import Case
from casework.commit import Commit
from casework.dates import london_date, months_after
from casework.events import Contacted, Received, TaskDeferred
from casework.reference import Tables
from casework.standing import behind
from casework.tasks import TRACE_ANSWER

# -- What is aimed for


class Aim(BaseModel):
    """How something is meant to be spread: so many of a hundred have each value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    title: str
    of: str
    """What is counted."""
    source: str
    """Where the shares are from: chosen, or measured on what the maker of offices does."""
    shares: dict[str, float]

    @model_validator(mode="after")
    def _whole(self) -> Aim:
        if abs(sum(self.shares.values()) - 100) > 0.05:
            raise ValueError(f"the shares of {self.code} are {sum(self.shares.values()):g} of a hundred")
        return self


@cache
def aims() -> tuple[Aim, ...]:
    """All that is aimed for, in the order in which it is shown."""
    text = (files("api_client") / "practice_aims.toml").read_text("utf-8")
    return tuple(Aim.model_validate(row) for row in tomllib.loads(text)["aim"])


# -- What was made


@dataclass(frozen=True, slots=True)
class Share:
    """How many have one value, and how many of a hundred were to have it."""

    value: str
    count: int
    made_percent: float
    aimed_percent: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """How something is spread over the values that were aimed for, and over any other that turned up."""

    aim: Aim
    counted: int
    shares: tuple[Share, ...]


Found = dict[str, Counter[str]]
"""How often each value turned up, by what is aimed for."""


class Tally:
    """Counts lives as they stand on the day `today`, one by one."""

    def __init__(self, tables: Tables, today: date) -> None:
        self._tables, self._today = tables, today
        self.found: Found = {aim.code: Counter() for aim in aims()}

    def count(self, life: Commit) -> None:
        """One more case, with all its events."""
        seen = Seen(life, life.case, self._tables, self._today)
        for code, found in self.found.items():
            found.update(WAYS[code](seen))

    def add(self, found: Found) -> None:
        """What was counted elsewhere, of other cases."""
        for code, more in found.items():
            self.found[code].update(more)

    def distributions(self) -> tuple[Distribution, ...]:
        """What was counted, beside what was aimed for."""
        return tuple(_beside(aim, self.found[aim.code]) for aim in aims())


def _beside(aim: Aim, found: Counter[str]) -> Distribution:
    total = found.total()
    values = [*aim.shares, *sorted(found.keys() - aim.shares.keys())]
    return Distribution(
        aim,
        total,
        tuple(
            Share(value, found[value], 100 * found[value] / total if total else 0.0, aim.shares.get(value, 0.0))
            for value in values
        ),
    )


# -- Ways to count


@dataclass(frozen=True, slots=True)
class Seen:
    """One life, and by what it is judged."""

    life: Commit
    case: Case
    tables: Tables
    today: date


NONE = "none"

_SIZES = {20_000: "under £200", 50_000: "£200 to £500", 100_000: "£500 to £1,000", 250_000: "£1,000 to £2,500"}
_AGES = {1: "under a month", 3: "1 to 3 months", 6: "3 to 6 months", 12: "6 to 12 months"}
_PLANS = {"in_full": "in full", "instalments": "instalments", "lump_sum": "lump sum, then instalments"}


def _whose(seen: Seen) -> Iterator[str]:
    yield "company" if seen.case.person.name.organisation else "youth" if seen.case.youth else "adult"


def _size(seen: Seen) -> Iterator[str]:
    imposed = sum(one.imposed_pence for one in seen.case.impositions)
    yield next((words for pence, words in _SIZES.items() if imposed < pence), "£2,500 or more")


def _age(seen: Seen) -> Iterator[str]:
    opened = seen.case.opened_on
    yield next((words for n, words in _AGES.items() if seen.today < months_after(opened, n)), "over a year")


def _terms(seen: Seen) -> Iterator[str]:
    yield _PLANS[seen.case.terms.plan] if seen.case.terms else NONE


def _standing(seen: Seen) -> Iterator[str]:
    late = behind(seen.case, seen.today)
    if seen.case.status != "L":
        yield "closed elsewhere"
    elif not seen.case.balance_pence:
        yield "paid off"
    elif late is None or late.first_missed is None:
        yield "terms kept"
    else:
        yield "behind" if seen.today < months_after(late.first_missed, 2) else "broken: behind for two months"


def _calls(seen: Seen) -> Iterator[str]:
    rows = seen.tables.wrap_codes(seen.today, "call")
    for event in seen.life.events:
        call = event.what
        if isinstance(call, Contacted) and call.channel == "call" and call.direction == "out":
            other = rows[call.outcome].group == "third-party"
            yield "the person" if call.reached else "somebody else" if other else "nobody"


def _methods(seen: Seen) -> Iterator[str]:
    return (event.what.method for event in seen.life.events if isinstance(event.what, Received))


def _markers(seen: Seen) -> Iterator[str]:
    if not seen.case.person.name.organisation:
        yield seen.case.markers[0].kind if seen.case.markers else NONE


def _representative(seen: Seen) -> Iterator[str]:
    named = seen.case.debtor.representative
    if not seen.case.debtor.name.organisation:
        yield NONE if named is None else "contacted instead" if named.instead else "named"


def _post(seen: Seen) -> Iterator[str]:
    where = seen.case.debtor.address
    returned = any(one.standing == "returned" for one in seen.case.debtor.addresses[:1])
    yield "comes back" if returned else "arrives" if where else "no address"


def _number(seen: Seen) -> Iterator[str]:
    yield "works" if seen.case.debtor.phone else "none that works"


def _interpreter(seen: Seen) -> Iterator[str]:
    if not seen.case.debtor.name.organisation:
        yield "needed" if seen.case.debtor.interpreter else NONE


def _traces(seen: Seen) -> Iterator[str]:
    for one in seen.case.traces:
        yield one.outcome or ("late" if _overdue(seen, one.id) else "waited for")


def _overdue(seen: Seen, trace: str) -> bool:
    """Whether the answer to a trace should have come by now."""
    work = (task for task in seen.case.tasks if task.kind == TRACE_ANSWER and task.subject == trace)
    return any(task.waits_since < seen.today for task in work)


def _put_off(seen: Seen) -> Iterator[str]:
    codes = (event.what.code for event in seen.life.events if isinstance(event.what, TaskDeferred))
    return (code for code in codes if code is not None)


def _owned(seen: Seen) -> Iterator[str]:
    for row in seen.life.queue_rows:
        if row.put_off is not None and london_date(row.ready_at) >= seen.today:
            yield row.put_off
        elif row.handed_by is not None:
            yield "handed over"
        else:
            yield "agreed for a minute" if row.agreed else "anybody's"


WAYS: Mapping[str, Callable[[Seen], Iterable[str]]] = {
    "unit": lambda seen: [seen.case.unit],
    "whose": _whose,
    "result": lambda seen: [one.result for one in seen.case.impositions],
    "size": _size,
    "age": _age,
    "terms": _terms,
    "standing": _standing,
    "method": _methods,
    "calls": _calls,
    "promises": lambda seen: [one.state for one in seen.case.promises],
    "markers": _markers,
    "marker": lambda seen: [one.code for one in seen.case.markers],
    "language": lambda seen: ["Welsh" if seen.case.debtor.language == "cy" else "English"],
    "interpreter": _interpreter,
    "representative": _representative,
    "post": _post,
    "number": _number,
    "stops": lambda seen: [one.code for one in seen.case.stops] or [NONE],
    "step": lambda seen: [seen.case.last_step.code if seen.case.last_step else NONE],
    "status": lambda seen: [seen.case.status],
    "traces": _traces,
    "source": lambda seen: [one.source for one in seen.case.traces],
    "reasons": _put_off,
    "work": _owned,
    "queue": lambda seen: [row.queue.split(".")[1] for row in seen.life.queue_rows],
}
"""How each thing that is aimed for is counted."""
