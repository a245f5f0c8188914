"""What a practice office came to, beside what was aimed for: its accounts, its people and their lives are counted while they
are made, and shown with the shares by which they were drawn. What nobody draws, because it follows from the rules, is counted
and shown as well.

Each way to count looks at one life and gives a value for every thing it finds: one for an account, several for its calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from api_client.practice_aims import Aim, Made, aims, follows
from api_client.practice_bands import age_of, size_of
from api_client.practice_calls import whom
from api_client.practice_debts import IN_FULL, LUMP_SUM
from api_client.practice_lots import INSTEAD
from api_client.practice_material import Habit
from casework.case import Case
from casework.commit import Commit
from casework.dates import london_date, months_after
from casework.events import Contacted, MarkerSet, Opened, Received, TaskDeferred
from casework.reference import Tables
from casework.standing import behind
from casework.tasks import TRACE_ANSWER


@dataclass(frozen=True, slots=True)
class Share:
    """How many have one value, and how many of a hundred were to have it; None where nothing is aimed for."""

    value: str
    count: int
    made_percent: float
    aimed_percent: float | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """How something is spread over the values that were aimed for or that it may have, and over any other that turned up."""

    of: Aim | Made
    counted: int
    shares: tuple[Share, ...]


Found = dict[str, Counter[str]]
"""How often each value turned up, by what is aimed for."""


class Tally:
    """Counts lives as they stand on the day `today`, one by one."""

    def __init__(self, tables: Tables, today: date) -> None:
        self._tables, self._today = tables, today
        self.found: Found = {one.code: Counter() for one in _all()}

    def count(self, life: Commit, habit: Habit) -> None:
        """One more case, with all its events, of somebody with that habit."""
        seen = see(life, habit, self._tables, self._today)
        for code, found in self.found.items():
            found.update(WAYS[code](seen))

    def add(self, found: Found) -> None:
        """What was counted elsewhere, of other cases."""
        for code, more in found.items():
            self.found[code].update(more)

    def distributions(self) -> tuple[Distribution, ...]:
        """What was counted: first what was aimed for, then what follows."""
        return tuple(_beside(one, self.found[one.code]) for one in _all())


def _all() -> tuple[Aim | Made, ...]:
    return (*aims(), *follows())


def _beside(of: Aim | Made, found: Counter[str]) -> Distribution:
    total, aimed = found.total(), of.shares if isinstance(of, Aim) else None
    known = [*aimed] if aimed is not None else [*of.values] if isinstance(of, Made) else []
    return Distribution(
        of,
        total,
        tuple(
            Share(
                value,
                found[value],
                100 * found[value] / total if total else 0.0,
                aimed.get(value, 0.0) if aimed is not None else None,
            )
            for value in [*known, *sorted(found.keys() - set(known))]
        ),
    )


# -- Ways to count


@dataclass(frozen=True, slots=True)
class Seen:
    """One life, and by what it is judged."""

    life: Commit
    opened: Opened
    """As it came in."""
    case: Case
    """As it stands."""
    habit: Habit
    tables: Tables
    today: date


def see(life: Commit, habit: Habit, tables: Tables, today: date) -> Seen:
    """A life as it is judged on `today`. Raises ValueError if it does not begin with its opening."""
    opened = life.events[0].what
    if not isinstance(opened, Opened):
        raise ValueError(f"the life of {life.case.id} does not begin with its opening")
    return Seen(life, opened, life.case, habit, tables, today)


NONE = "none"

_PLANS = {"in_full": IN_FULL, "instalments": "instalments", "lump_sum": LUMP_SUM}


def _whose(seen: Seen) -> str:
    return "company" if seen.opened.person.name.organisation else "youth" if seen.opened.youth else "adult"


def _marked_at_first(seen: Seen) -> Iterator[str]:
    """What markers it came in with: they are set in the moment of the opening."""
    at = seen.life.events[0].at
    codes = [event.what.code for event in seen.life.events[:3] if event.at == at and isinstance(event.what, MarkerSet)]
    if not seen.opened.person.name.organisation:
        yield from codes
        if not codes:
            yield NONE


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
            yield whom(rows[call.outcome])


def _methods(seen: Seen) -> Iterator[str]:
    return (event.what.method for event in seen.life.events if isinstance(event.what, Received))


def _markers(seen: Seen) -> Iterator[str]:
    if not seen.case.person.name.organisation:
        yield seen.case.markers[0].kind if seen.case.markers else NONE


def _representative(seen: Seen) -> Iterator[str]:
    named = seen.opened.person.representative
    if _whose(seen) == "adult":
        yield NONE if named is None else INSTEAD if named.instead else "named"


def _post(seen: Seen) -> Iterator[str]:
    where = seen.case.debtor.address
    returned = any(one.standing == "returned" for one in seen.case.debtor.addresses[:1])
    yield "comes back" if returned else "arrives" if where else "no address"


def _number(seen: Seen) -> Iterator[str]:
    yield "works" if seen.case.debtor.phone else "none that works"


def _interpreter(seen: Seen) -> Iterator[str]:
    if _whose(seen) == "adult":
        yield "needed" if seen.opened.person.interpreter else NONE


def _awaited(seen: Seen) -> Iterator[str]:
    for one in seen.case.traces:
        if one.outcome is None:
            yield "late" if _overdue(seen, one.id) else "waited for"


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
    "whose": lambda seen: [_whose(seen)],
    "result": lambda seen: [one.result for one in seen.opened.impositions],
    "size": lambda seen: [size_of(sum(one.imposed_pence for one in seen.opened.impositions))],
    "age": lambda seen: [age_of(seen.opened.opened_on, seen.today)],
    "ordered": lambda seen: [_PLANS[seen.opened.terms.plan] if seen.opened.terms else NONE],
    "habit": lambda seen: [seen.habit],
    "method": _methods,
    "calls": _calls,
    "answers": lambda seen: [one.outcome for one in seen.case.traces if one.outcome is not None],
    "markers": _marked_at_first,
    "language": lambda seen: ["Welsh" if seen.opened.person.language == "cy" else "English"],
    "interpreter": _interpreter,
    "representative": _representative,
    "post": lambda seen: ["comes back" if seen.opened.person.addresses[0].standing == "returned" else "arrives"],
    "number": lambda seen: ["works" if seen.opened.person.phone else "none that works"],
    "stops": lambda seen: [one.code for one in seen.case.stops] or [NONE],
    "step": lambda seen: [seen.opened.last_step.code if seen.opened.last_step else NONE],
    "status": lambda seen: [seen.case.status],
    "terms": lambda seen: [_PLANS[seen.case.terms.plan] if seen.case.terms else NONE],
    "standing": _standing,
    "promises": lambda seen: [one.state for one in seen.case.promises],
    "marked": _markers,
    "reached-at": _post,
    "rung-on": _number,
    "queue": lambda seen: [row.queue.split(".")[1] for row in seen.life.queue_rows],
    "work": _owned,
    "source": lambda seen: [one.source for one in seen.case.traces],
    "awaited": _awaited,
    "reasons": _put_off,
}
"""How each thing is counted."""
