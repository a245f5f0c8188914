"""The tables: rates, codes and periods as dated data, each row with its source and whether anyone has verified it.

`parse` and `faults` are pure: the caller reads the files and hands over their text. A fault names file and line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from casework.dates import Calendar, Period, format_date, london_date
from casework.fields import Choice
from casework.money import Pence, Sum, format_money
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
    holds: ClassVar[Literal["always", "unbroken", "at times"]] = "at times"
    """Whether what a row stands for has a row on every day from its first on, on every day up to its last, or may come
    and go."""

    valid_from: date
    valid_to: date | None = None
    """The last day it holds."""
    source: str
    verified: bool

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def stands_for(self) -> tuple[str, ...]:
        """What a look-up asks for: on one day one row stands for it, or one set of bands."""
        return (str(getattr(self, self.key)),)


class Band(Row):
    """One band of a scale: sums of more than `over_pence`, up to and including `to_pence`; the last has no end."""

    key = "band"
    holds = "always"
    over_pence: Pence
    to_pence: Sum | None = None

    def covers(self, pence: int) -> bool:
        """Whether a sum is in the band. Nothing at all is in the first."""
        above = pence > self.over_pence or pence == self.over_pence == 0
        return above and (self.to_pence is None or pence <= self.to_pence)

    @property
    def extent(self) -> str:
        """`up to £55.00`, `more than £55.00 up to £100.00`, `more than £370.00`."""
        over = f"more than {format_money(self.over_pence)}" if self.over_pence else ""
        to = f"up to {format_money(self.to_pence)}" if self.to_pence is not None else ""
        return " ".join(part for part in (over, to) if part) or "any sum"

    @property
    def band(self) -> str:
        """The scale and the band."""
        return f"{self.stands_for[0]}, {self.extent}"


class BankHoliday(Row):
    """A bank holiday in England and Wales."""

    key = "on"
    on: date
    title: str


class AllocationPriority(Row):
    """Which results are paid when."""

    key = "priority"
    holds = "always"
    priority: int
    title: str
    results: Codes
    pro_rata: bool = False

    @property
    def stands_for(self) -> tuple[str, ...]:
        """Its results."""
        return self.results


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
    holds = "always"
    code: str
    title: str
    team: str
    tasks: dict[str, str]
    """The kinds of task that wait here, and what each says is to be done."""
    major: Annotated[int, Field(ge=0, lt=1024)]
    minor: Annotated[int, Field(ge=0, lt=1024)]
    chases: bool = False
    """These tasks only ask for money: they wait while a promise is open, and end when all is paid."""

    @property
    def stands_for(self) -> tuple[str, ...]:
        """The kinds of task that wait here."""
        return tuple(self.tasks)

    def task_title(self, kind: str) -> str:
        """What a task of `kind` says is to be done."""
        return self.tasks[kind]


class Limit(Row):
    """A figure that a rule of practice names."""

    key = "name"
    holds = "always"
    name: str
    amount: int
    unit: Literal["days", "percent", "pounds"]


class RoleGrant(Row):
    """What a role may do, and whose queues it works."""

    key = "role"
    role: str
    permissions: Codes
    teams: Codes


Rounding = Literal["down", "half-up"]
"""What becomes of a fraction of a penny."""

Percent = Annotated[int, Field(ge=0, le=100)]


class AeoBand(Band):
    """What an employer deducts from net pay in one band."""

    period: Literal["daily", "weekly", "monthly"]
    percent: Percent
    """Of the whole sum; with `rest_percent`, of the sum up to where the band begins."""
    rest_percent: Percent | None = None
    rounding: Rounding
    rounding_verified: bool

    @property
    def stands_for(self) -> tuple[str, ...]:
        """Its period."""
        return (self.period,)


Benefit = Literal["uc", "is", "jsa", "esa", "pc"]
"""Universal Credit; Income Support; income-based JSA; income-related ESA; Pension Credit."""

Claimant = Literal["single-under-25", "single-25", "couple-under-25", "couple-25"]
"""`couple-under-25`: both of them; `couple-25`: at least one is 25."""


class BenefitRate(Row):
    """What may be deducted from a benefit in one period: `percent` of `allowance_pence`, or `fixed_pence`."""

    key = "name"
    holds = "unbroken"
    benefit: Benefit
    claimant: Claimant | Literal["any"]
    period: Literal["weekly", "monthly"]
    allowance_pence: Sum | None = None
    percent: Annotated[int, Field(gt=0, le=100)] | None = None
    fixed_pence: Sum | None = None
    rounding: Rounding

    @property
    def name(self) -> str:
        """The benefit, and for whom."""
        return f"{self.benefit} {self.claimant}"

    @model_validator(mode="after")
    def _one_way(self) -> BenefitRate:
        if (self.allowance_pence is None) != (self.percent is None) or (self.percent is None) == (
            self.fixed_pence is None
        ):
            raise ValueError("a rate is allowance_pence and percent, or fixed_pence alone")
        return self


class DefaultTerm(Band):
    """The longest term of imprisonment in default of paying a sum in one band."""

    court: Literal["magistrates", "crown"]
    days: Annotated[int, Field(gt=0)] | None = None
    months: Annotated[int, Field(gt=0)] | None = None

    @property
    def stands_for(self) -> tuple[str, ...]:
        """Its court."""
        return (self.court,)

    @model_validator(mode="after")
    def _one_unit(self) -> DefaultTerm:
        if (self.days is None) == (self.months is None):
            raise ValueError("a term is in days or in months, not both and not neither")
        return self


class InterestRate(Row):
    """Simple interest a year, in hundredths of a percent."""

    key = "name"
    holds = "always"
    name: str
    basis_points: Annotated[int, Field(ge=0)]


TABLES: Mapping[str, type[Row]] = {
    "aeo_bands": AeoBand,
    "allocation": AllocationPriority,
    "bank_holidays": BankHoliday,
    "benefit_rates": BenefitRate,
    "default_terms": DefaultTerm,
    "interest_rates": InterestRate,
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
    return tuple(row for _, row in _placed(name, text))


def _placed(name: str, text: str) -> list[tuple[int, Row]]:
    """The rows of a table, each with the line it begins on."""
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
    return list(zip(lines, rows, strict=True))


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


def faults(texts: Mapping[str, str]) -> list[str]:
    """What is wrong with the tables, given the text of each: file, line and reason, a sentence each; none when all is well.

    What `parse` objects to; gaps and overlaps between bands and in time; and codes that no table has.
    """
    found: list[TableFault] = []
    tables: dict[str, list[tuple[int, Row]]] = {}
    for name, kind in TABLES.items():
        try:
            tables[name] = _placed(name, texts.get(name, ""))
        except TableFault as fault:
            found.append(fault)
        else:
            found += _gaps(name, tables[name]) if kind.holds != "at times" else []
    return [str(fault) for fault in (*found, *_unknown_codes(tables, texts))]


def _gaps(name: str, rows: Sequence[tuple[int, Row]]) -> Iterable[TableFault]:
    """For each thing that rows stand for, the first day on which not just one of them holds."""
    series: dict[str, list[tuple[int, Row]]] = {}
    for line, row in rows:
        for what in row.stands_for:
            series.setdefault(what, []).append((line, row))
    for what, placed in series.items():
        ends = {row.valid_to for _, row in placed if row.valid_to and row.valid_to < date.max}
        for day in sorted({row.valid_from for _, row in placed} | {end + timedelta(1) for end in ends}):
            holding = [one for one in placed if one[1].holds_on(day)]
            line, reason = _on_one_day(holding) if holding else _while_none_holds(placed, day)
            if reason:
                yield TableFault(name, line, f"{what}: {reason} on {format_date(day)}")
                break


def _while_none_holds(placed: Sequence[tuple[int, Row]], day: date) -> tuple[int, str]:
    """The line of the row that ended last before `day`; a reason unless its table may end."""
    _, line = max((row.valid_to, line) for line, row in placed if row.valid_to and row.valid_to < day)
    goes_on = any(row.valid_from > day for _, row in placed)
    return line, "nothing holds" if goes_on or placed[0][1].holds == "always" else ""


def _on_one_day(holding: Sequence[tuple[int, Row]]) -> tuple[int, str]:
    """Where the rows of one day do not fit together, and why; an empty reason when they do."""
    bands = sorted(((row.over_pence, line, row.to_pence) for line, row in holding if isinstance(row, Band)))
    if not bands:
        return holding[-1][0], "two rows hold" if len(holding) > 1 else ""
    reached: int | None = 0
    for over, line, to in bands:
        if over != reached:
            before = "goes on for ever" if reached is None else f"ends at {format_money(reached)}" if reached else ""
            wanted = f"where the one before {before}" if before else "and not at nothing"
            return line, f"a band begins at {format_money(over)} {wanted}"
        if to is not None and to <= over:
            return line, f"a band ends at {format_money(to)}, before it begins"
        reached = to
    return bands[-1][1], "" if reached is None else f"there is no band for more than {format_money(reached)}"


def _unknown_codes(
    tables: Mapping[str, Sequence[tuple[int, Row]]], texts: Mapping[str, str]
) -> Iterable[TableFault]:
    """Codes that one table has from another that does not have them. A table that cannot be read is not asked."""
    if {"wrap_codes", "queues"} <= tables.keys():
        kinds = {kind for _, row in tables["queues"] for kind in row.stands_for}
        for line, row in tables["wrap_codes"]:
            if isinstance(row, WrapCode) and row.next_task is not None and row.next_task not in kinds:
                at = _line_of(texts["wrap_codes"], line, "next_task")
                yield TableFault("wrap_codes", at, f"no queue has tasks of the kind {row.next_task}")
    if {"queues", "roles"} <= tables.keys():
        teams = {team for _, row in tables["roles"] if isinstance(row, RoleGrant) for team in row.teams}
        for line, row in tables["queues"]:
            if isinstance(row, WorkType) and row.team not in teams:
                yield TableFault("queues", _line_of(texts["queues"], line, "team"), f"no role is in the team {row.team}")


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

    def aeo_band(self, period: str, pence: int, on: date) -> AeoBand:
        """The band of an employer's deduction that net pay of `pence` is in. Raises LookupError with a sentence."""
        return _covering((row for row in self._all(AeoBand) if row.period == period), pence, on)

    def default_term(self, court: str, pence: int, on: date) -> DefaultTerm:
        """The band of default terms that `pence` is in. Raises LookupError with a sentence."""
        return _covering((row for row in self._all(DefaultTerm) if row.court == court), pence, on)

    def benefit_rates(self, benefit: str, claimant: str) -> list[BenefitRate]:
        """The rates of a benefit for a claimant, oldest first."""
        rows = (r for r in self._all(BenefitRate) if r.benefit == benefit and r.claimant in (claimant, "any"))
        return sorted(rows, key=lambda row: row.valid_from)

    def interest_rates(self, name: str) -> list[InterestRate]:
        """The rates of a name, oldest first."""
        return sorted((row for row in self._all(InterestRate) if row.name == name), key=lambda row: row.valid_from)

    def _all(self, kind: type[R]) -> list[R]:
        return [row for rows in self.rows.values() for row in rows if isinstance(row, kind)]


B = TypeVar("B", bound=Band)


def _covering(bands: Iterable[B], pence: int, on: date) -> B:
    found = next((row for row in bands if row.holds_on(on) and row.covers(pence)), None)
    if found is None:
        raise LookupError(f"no band is known for {format_money(pence)} on {format_date(on)}")
    return found


def choices(rows: Iterable[WrapCode | SkipReason | PaymentMethod]) -> tuple[Choice, ...]:
    """Rows as the choices of a field."""
    return tuple(Choice(row.code, row.label) for row in rows)
