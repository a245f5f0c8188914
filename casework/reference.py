"""The tables: rates, codes and periods as dated data, each row with its source and whether anyone has verified it.

`parse` is pure: the caller reads the file and hands over its text. A fault names file and line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from casework.dates import Calendar, Period, london_date
from casework.fields import Choice
from casework.promises import Promise

Codes = Annotated[tuple[str, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else v)]


R = TypeVar("R", bound="Row")


class TableFault(Exception):
    """A table cannot be used: says file, line and reason."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(f"{name}.toml, line {line}: {reason}")
        self.name, self.line, self.reason = name, line, reason


class Row(BaseModel):
    """What every row says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: ClassVar[str]

    valid_from: date
    valid_to: date | None = None
    """The last day it holds."""
    source: str
    verified: bool

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class BankHoliday(Row):
    """A bank holiday in England and Wales."""

    key = "on"
    on: date
    title: str


class AllocationPriority(Row):
    """Which results are paid when."""

    key = "priority"
    priority: int
    title: str
    results: Codes
    pro_rata: bool = False


class PaymentMethod(Row):
    """A way to pay, and how long its money takes to show."""

    key = "code"
    code: str
    label: str
    grace_days: Annotated[int, Field(ge=0)]
    grace_in: Literal["working", "calendar"]


class WrapCode(Row):
    """How a call or the work on a task may end, and what follows. One table serves calls and wrap-up."""

    key = "code"
    code: str
    label: str
    group: Literal["not-reached", "third-party", "reached", "status", "work"]
    uses: Codes
    """`call`, `wrap-up`, or both."""
    promise: bool = False
    """Asks for the promise that was made."""
    call_back: bool = False
    """Asks when to call back; the task is the officer's own."""
    next_task: str | None = None
    after: Period = "0d"
    note_least: int = 0
    """Fewest characters of note."""


class SkipReason(Row):
    """Why an officer passes a case over, and when it comes back."""

    key = "code"
    code: str
    label: str
    back_after: Period


class WorkType(Row):
    """A queue of every unit: which tasks wait in it, whose it is, and how soon it comes (lower is sooner)."""

    key = "code"
    code: str
    title: str
    team: str
    tasks: dict[str, str]
    """The kinds of task that wait here, and what each says is to be done."""
    major: Annotated[int, Field(ge=0, lt=1024)]
    minor: Annotated[int, Field(ge=0, lt=1024)]
    chases: bool = False
    """These tasks only ask for money: they wait while a promise is open, and end when all is paid."""

    def task_title(self, kind: str) -> str:
        """What a task of `kind` says is to be done."""
        return self.tasks[kind]


class Limit(Row):
    """A figure that a rule of practice names."""

    key = "name"
    name: str
    amount: int
    unit: Literal["days", "percent", "pounds"]


class RoleGrant(Row):
    """What a role may do, and whose queues it works."""

    key = "role"
    role: str
    permissions: Codes
    teams: Codes


TABLES: Mapping[str, type[Row]] = {
    "allocation": AllocationPriority,
    "bank_holidays": BankHoliday,
    "limits": Limit,
    "payment_methods": PaymentMethod,
    "queues": WorkType,
    "roles": RoleGrant,
    "skip_reasons": SkipReason,
    "wrap_codes": WrapCode,
}
"""Every table by the name of its file."""


def parse(name: str, text: str) -> tuple[Row, ...]:
    """The rows of table `name`. A key at the top of the file (`source`, `verified`, `valid_from`) is every row's default.

    Raises:
        TableFault: bad TOML, an unknown or missing key, a wrong value, or two rows with one key in force on one day.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        found = re.search(r"at line (\d+)", str(fault))
        raise TableFault(name, int(found[1]) if found else len(text.splitlines()), str(fault)) from None
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*row\s*\]\]", line)]
    entries = content.pop("row", [])
    if not lines or not isinstance(entries, list) or len(entries) != len(lines):
        raise TableFault(name, 1, "there are no rows, or not each begins with a line [[row]]")
    rows = []
    for line, entry in zip(lines, entries, strict=True):
        try:
            rows.append(TABLES[name].model_validate({**content, **entry}))
        except ValidationError as fault:
            first = fault.errors()[0]
            field = str(first["loc"][0]) if first["loc"] else ""
            raise TableFault(name, _line_of(text, line, field), f"{field}: {first['msg']}") from None
    _refuse_overlaps(name, rows, lines)
    return tuple(rows)


def _line_of(text: str, start: int, field: str) -> int:
    """The line of `field` in the row that begins at `start`; the row's own line when it is not there."""
    for n, line in enumerate(text.splitlines()[start:], start + 1):
        if line.strip().startswith("["):
            break
        if field and re.match(rf"\s*{re.escape(field)}\s*=", line):
            return n
    return start


def _refuse_overlaps(name: str, rows: Sequence[Row], lines: Sequence[int]) -> None:
    earlier: dict[Any, list[Row]] = {}
    for row, line in zip(rows, lines, strict=True):
        value = getattr(row, row.key)
        if row.valid_to is not None and row.valid_to < row.valid_from:
            raise TableFault(name, line, f"{row.key} {value} ends before it begins")
        for other in earlier.setdefault(value, []):
            if other.holds_on(row.valid_from) or row.holds_on(other.valid_from):
                raise TableFault(name, line, f"two rows for {row.key} {value} hold on one day")
        earlier[value].append(row)


@dataclass(frozen=True)
class Tables:
    """All tables, and the look-ups that rules make. A look-up is always for a day."""

    rows: Mapping[str, tuple[Row, ...]]

    @cached_property
    def calendar(self) -> Calendar:
        """The working days."""
        return Calendar(frozenset(row.on for row in self._all(BankHoliday)))

    def allocation(self, on: date) -> list[AllocationPriority]:
        """The order in which money is applied."""
        return [row for row in self._all(AllocationPriority) if row.holds_on(on)]

    def methods(self, on: date) -> dict[str, PaymentMethod]:
        """The ways to pay, by code."""
        return {row.code: row for row in self._all(PaymentMethod) if row.holds_on(on)}

    def grace(self, promise: Promise) -> PaymentMethod:
        """The grace that a promise has: that of its method when it was taken."""
        return self.methods(london_date(promise.taken_at))[promise.method]

    def wrap_codes(self, on: date, use: str) -> dict[str, WrapCode]:
        """The outcomes of a `call` or a `wrap-up`, by code."""
        return {row.code: row for row in self._all(WrapCode) if row.holds_on(on) and use in row.uses}

    def skip_reasons(self, on: date) -> dict[str, SkipReason]:
        """The reasons to pass a case over, by code."""
        return {row.code: row for row in self._all(SkipReason) if row.holds_on(on)}

    def limit(self, name: str, on: date) -> Limit:
        """A figure by its name."""
        return next(row for row in self._all(Limit) if row.name == name and row.holds_on(on))

    @cached_property
    def work_types(self) -> dict[str, WorkType]:
        """The queue of each kind of task."""
        return {kind: row for row in self._all(WorkType) for kind in row.tasks}

    def grants(self, on: date) -> list[RoleGrant]:
        """What each role may do."""
        return [row for row in self._all(RoleGrant) if row.holds_on(on)]

    def _all(self, kind: type[R]) -> list[R]:
        return [row for rows in self.rows.values() for row in rows if isinstance(row, kind)]


def choices(rows: Iterable[WrapCode | SkipReason | PaymentMethod]) -> tuple[Choice, ...]:
    """Rows as the choices of a field."""
    return tuple(Choice(row.code, row.label) for row in rows)
