"""The tables: rates, codes and periods as dated data, each row with its source and whether anyone has verified it.

`parse` is pure: the caller reads the files and hands over their text. A fault names file and line.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Protocol, TypeVar, cast

from pydantic import ValidationError

from casework.dates import Calendar, format_date, london_date
from casework.fields import Choice
from casework.money import format_money
from casework.promises import Promise
from casework.rows_calls import CallPrompt, NoteTemplate, Prompt
from casework.rows_contact import CallKind, IdentitySet, OfficeHours, OutcomeDetail, PaymentLine
from casework.rows_money import ReversalReason
from casework.rows_people import AdjustmentKind, MarkerKind, Preference
from casework.rows_posts import ParkReason
from casework.rows_stops import ClockKind, Concern, FactLife, StopKind
from casework.rows_terms import AccountState, Authority, Step, TermsReason
from casework.rows_tracing import TraceOutcome, TracePurpose, TraceRetry, TraceSource
from casework.staff import WEEKDAYS
from casework.table_rows import (
    AeoBand,
    AllocationPriority,
    Band,
    BankHoliday,
    BenefitRate,
    DefaultTerm,
    InterestRate,
    Limit,
    PaymentMethod,
    RoleGrant,
    Row,
    SkipReason,
    WorkType,
    WrapCode,
)

R = TypeVar("R", bound="Row")
B = TypeVar("B", bound="Band")


class TableFault(Exception):
    """A table cannot be used: says file, line and reason."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(f"{name}.toml, line {line}: {reason}")
        self.name, self.line, self.reason = name, line, reason


TABLES: Mapping[str, type[Row]] = {
    "account_states": AccountState,
    "adjustments": AdjustmentKind,
    "aeo_bands": AeoBand,
    "allocation": AllocationPriority,
    "authority": Authority,
    "bank_holidays": BankHoliday,
    "benefit_rates": BenefitRate,
    "call_prompts": CallPrompt,
    "clocks": ClockKind,
    "default_terms": DefaultTerm,
    "fact_lives": FactLife,
    "identity": IdentitySet,
    "interest_rates": InterestRate,
    "limits": Limit,
    "note_templates": NoteTemplate,
    "office_hours": OfficeHours,
    "outcome_details": OutcomeDetail,
    "park_reasons": ParkReason,
    "payment_lines": PaymentLine,
    "markers": MarkerKind,
    "payment_methods": PaymentMethod,
    "preferences": Preference,
    "queues": WorkType,
    "reversal_reasons": ReversalReason,
    "roles": RoleGrant,
    "safeguarding": Concern,
    "skip_reasons": SkipReason,
    "steps": Step,
    "terms_reasons": TermsReason,
    "stops": StopKind,
    "trace_outcomes": TraceOutcome,
    "trace_purposes": TracePurpose,
    "trace_retries": TraceRetry,
    "trace_sources": TraceSource,
    "wrap_codes": WrapCode,
}
"""Every table by the name of its file."""


def parse(name: str, text: str) -> tuple[Row, ...]:
    """The rows of table `name`. A key at the top of the file (`source`, `verified`, `valid_from`) is every row's default.

    Raises:
        TableFault: bad TOML, an unknown or missing key, a wrong value, or two rows with one key in force on one day.
    """
    return tuple(row for _, row in placed(name, text))


def placed(name: str, text: str) -> list[tuple[int, Row]]:
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
            raise TableFault(name, line_of(text, line, field), f"{field}: {first['msg']}") from None
    _refuse_overlaps(name, rows, lines)
    return list(zip(lines, rows, strict=True))


def line_of(text: str, start: int, field: str) -> int:
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
        return list(self._on(AllocationPriority, on))

    def allocated(self, on: date) -> set[str]:
        """The results that have a place in that order."""
        return {result for row in self.allocation(on) for result in row.results}

    def methods(self, on: date) -> dict[str, PaymentMethod]:
        """The ways to pay, by code."""
        rows = self._on(PaymentMethod, on)
        return self._once(rows, "", lambda: {row.code: row for row in rows})

    def usual_method(self, on: date) -> str:
        """The likeliest way to pay, where nothing is known of the payer; empty when there is none."""
        return next((code for code, row in self.methods(on).items() if row.usual), "")

    def reversal_reasons(self, on: date) -> dict[str, ReversalReason]:
        """Why a payment may be undone, by code."""
        return {row.code: row for row in self._on(ReversalReason, on)}

    def grace(self, promise: Promise) -> PaymentMethod:
        """The grace that a promise has: that of its method when it was taken."""
        return self.methods(london_date(promise.taken_at))[promise.method]

    def wrap_codes(self, on: date, use: str) -> dict[str, WrapCode]:
        """The outcomes of a `call`, a `contact` or a `wrap-up`, by code."""
        rows = self._on(WrapCode, on)
        return self._once(rows, use, lambda: {row.code: row for row in rows if use in row.uses})

    def outcome_details(self, on: date, outcome: str) -> dict[str, OutcomeDetail]:
        """The second level of an outcome, by code; empty where it has none."""
        return {row.code: row for row in self._on(OutcomeDetail, on) if row.outcome == outcome}

    def call_prompts(self, on: date) -> dict[Prompt, CallPrompt]:
        """What to say and to ask in a call, by code, the most wanted first."""
        return {row.code: row for row in self._on(CallPrompt, on)}

    def note_templates(self, on: date, outcome: str) -> list[NoteTemplate]:
        """The texts that a note about an outcome may begin with, those for it alone first."""
        rows = [row for row in self._on(NoteTemplate, on) if outcome in row.outcomes or not row.outcomes]
        return sorted(rows, key=lambda row: not row.outcomes)

    def identity_sets(self, on: date, call: CallKind) -> list[IdentitySet]:
        """The ways to show who one is in a kind of call."""
        return [row for row in self._on(IdentitySet, on) if row.call == call]

    def hours(self, unit: str, use: str, on: date) -> OfficeHours | None:
        """The hours of a unit on a day of the week, whether or not it is a bank holiday; None when there are none."""
        rows = [row for row in self._on(OfficeHours, on) if row.use == use]
        own = [row for row in rows if row.unit == unit] or [row for row in rows if row.unit == "*"]
        return next((row for row in own if WEEKDAYS[on.weekday()] in row.days), None)

    def payment_line(self, unit: str, language: str, on: date) -> PaymentLine:
        """Where a payer of `unit` who speaks `language` pays by telephone."""
        rows = self._on(PaymentLine, on)
        own = [row for row in rows if unit in row.units or language in row.languages]
        return (own or [row for row in rows if "*" in row.units])[0]

    def paid_in_full(self, on: date) -> WrapCode:
        """How a task that only asks for money ends when all is paid."""
        return next(iter(self.wrap_codes(on, "receipt").values()))

    def skip_reasons(self, on: date) -> dict[str, SkipReason]:
        """The reasons to pass a case over, by code."""
        return {row.code: row for row in self._on(SkipReason, on)}

    def park_reasons(self, on: date) -> dict[str, ParkReason]:
        """What a parked case may wait for, by code."""
        return {row.code: row for row in self._on(ParkReason, on)}

    def park_reason(self, text: str, on: date) -> ParkReason:
        """The reason that somebody typed; the one for everything else when it is none that is known."""
        rows = self._on(ParkReason, on)
        return next((row for row in rows if row.means(text)), None) or next(row for row in rows if not row.words)

    def steps(self, on: date) -> dict[str, Step]:
        """The enforcement steps, by code."""
        return {row.code: row for row in self._on(Step, on)}

    def account_states(self, on: date) -> dict[str, AccountState]:
        """How an account may stand, by code."""
        return {row.code: row for row in self._on(AccountState, on)}

    def terms_reasons(self, on: date, use: str) -> dict[str, TermsReason]:
        """The reasons to `ask` for terms or to `refuse` them, by code."""
        return {row.code: row for row in self._on(TermsReason, on) if use in row.uses}

    def authorities(self, on: date) -> list[Authority]:
        """Who may agree which terms, the widest first."""
        return list(self._on(Authority, on))

    def markers(self, on: date) -> dict[str, MarkerKind]:
        """What there is to know before speaking to somebody, by code."""
        return {row.code: row for row in self._on(MarkerKind, on)}

    def adjustments(self, on: date) -> dict[str, AdjustmentKind]:
        """What somebody may need, by code."""
        return {row.code: row for row in self._on(AdjustmentKind, on)}

    def preferences(self, on: date) -> dict[str, Preference]:
        """How somebody may want to be contacted, by code."""
        return {row.code: row for row in self._on(Preference, on)}

    def limit(self, name: str, on: date) -> Limit:
        """A figure by its name."""
        rows = self._on(Limit, on)
        return self._once(rows, "", lambda: {row.name: row for row in rows})[name]

    @cached_property
    def work_types(self) -> dict[str, WorkType]:
        """The queue of each kind of task."""
        return {kind: row for row in self._all(WorkType) for kind in row.tasks}

    @cached_property
    def stop_kinds(self) -> dict[str, StopKind]:
        """What each stop forbids, by code."""
        return {row.code: row for row in self._all(StopKind)}

    def clock_kinds(self, on: date) -> dict[str, ClockKind]:
        """The periods for an appeal, by code."""
        return {row.code: row for row in self._on(ClockKind, on)}

    def concerns(self, on: date) -> dict[str, Concern]:
        """What an officer may be worried about, by code."""
        return {row.code: row for row in self._on(Concern, on)}

    def fact_life(self, fact: str, on: date) -> FactLife:
        """How long a fact that was checked on a day may be relied on."""
        return next(row for row in self._on(FactLife, on) if row.fact == fact)

    def trace_sources(self, on: date) -> dict[str, TraceSource]:
        """Who may know where somebody is, by code, in the order in which they are tried."""
        return {row.code: row for row in self._on(TraceSource, on)}

    def trace_purposes(self, on: date) -> dict[str, TracePurpose]:
        """What they are asked for, by code."""
        return {row.code: row for row in self._on(TracePurpose, on)}

    def trace_outcomes(self, on: date) -> dict[str, TraceOutcome]:
        """How a trace may end, by code."""
        return {row.code: row for row in self._on(TraceOutcome, on)}

    def trace_retries(self, on: date) -> list[TraceRetry]:
        """When all sources are tried once more, the first time first."""
        return sorted(self._on(TraceRetry, on), key=lambda row: row.attempt)

    def being_traced(self, on: date) -> WrapCode:
        """How the task in hand ends when a source was asked and its answer is a task of its own."""
        return next(iter(self.wrap_codes(on, "trace").values()))

    def fact_lives(self, on: date) -> dict[str, FactLife]:
        """How long each fact may be relied on, by what it is; those without end are not among them."""
        return {row.fact: row for row in self._on(FactLife, on)}

    def grants(self, on: date) -> list[RoleGrant]:
        """What each role may do."""
        return list(self._on(RoleGrant, on))

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
        if kind not in self._by_kind:
            # By its class, not by its rows: tables of other kinds need not even have been read.
            there = [name for name in self.rows if issubclass(TABLES[name], kind)]
            self._by_kind[kind] = [row for name in there for row in self.rows[name]]
        return cast("list[R]", self._by_kind[kind])

    def _on(self, kind: type[R], on: date) -> list[R]:
        """The rows of a kind that hold on a day: the same from one day on which a row begins or is over to the next."""
        if kind not in self._spans:
            rows = self._all(kind)
            over = {row.valid_to + timedelta(1) for row in rows if row.valid_to and row.valid_to < date.max}
            changes = sorted({row.valid_from for row in rows} | over)
            held = [[row for row in rows if row.holds_on(day)] for day in (date.min, *changes)]
            self._spans[kind] = changes, held
        changes, found = self._spans[kind]
        return cast("list[R]", found[bisect_right(changes, on)])

    def _once(self, rows: Sequence[Row], use: str, index: Callable[[], dict[str, R]]) -> dict[str, R]:
        """An index over the rows of a kind that hold on a day, made once: nobody may change it."""
        found = self._indexes.get((id(rows), use))
        if found is None:
            found = self._indexes[id(rows), use] = index()
        return cast("dict[str, R]", found)

    @cached_property
    def _indexes(self) -> dict[tuple[int, str], Mapping[str, Row]]:
        """Those that were made, by the list in `_spans` that they are of, which lives as long."""
        return {}

    @cached_property
    def _by_kind(self) -> dict[type[Row], Sequence[Row]]:
        """The rows of each kind that was asked for: rules look things up thousands of times a second."""
        return {}

    @cached_property
    def _spans(self) -> dict[type[Row], tuple[list[date], Sequence[Sequence[Row]]]]:
        """For each kind that was asked for, the days on which something changes, and the rows before, between and after."""
        return {}


def _covering(bands: Iterable[B], pence: int, on: date) -> B:
    found = next((row for row in bands if row.holds_on(on) and row.covers(pence)), None)
    if found is None:
        raise LookupError(f"no band is known for {format_money(pence)} on {format_date(on)}")
    return found


class Coded(Protocol):
    """A row that people choose by its label."""

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...


def choices(rows: Iterable[Coded]) -> tuple[Choice, ...]:
    """Rows as the choices of a field."""
    return tuple(Choice(row.code, row.label) for row in rows)
