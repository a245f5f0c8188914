"""The rows of the tables: what each says, and which values it may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator

from casework.dates import Period
from casework.money import Pence, Sum, format_money
from casework.roles import Permission, Role

Codes = Annotated[tuple[str, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else v)]


@dataclass(frozen=True, slots=True)
class Names:
    """Beside the type of a row's field: what stands there, or each part of it, stands in another table too, on every day
    on which the row holds. `reference check` sees to it."""

    table: str
    column: str = ""
    """Where in that table; its key when absent."""


class Row(BaseModel):
    """What every row says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    key: ClassVar[str]
    holds: ClassVar[Literal["always", "unbroken", "at times"]] = "at times"
    """Whether what a row stands for has a row on every day from its first on, on every day up to its last, or may come
    and go."""

    valid_from: date
    valid_to: date | None = None
    """The last day it holds."""
    source: Annotated[str, StringConstraints(pattern=r"\S")]
    verified: bool

    @property
    def cited(self) -> str:
        """The source as an answer or a refusal names it: says so when nobody has verified the row."""
        return self.source if self.verified else f"{self.source} (unverified)"

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

    @field_validator("on")
    @classmethod
    def _on_a_weekday(cls, on: date) -> date:
        if on.weekday() >= 5:
            raise ValueError("a bank holiday that would be on a Saturday or Sunday is on a weekday instead")
        return on


class AllocationPriority(Row):
    """Which results are paid when."""

    key = "priority"
    holds = "always"
    priority: int
    title: str
    results: Codes
    pro_rata: bool = False
    inside_verified: bool
    """Whether anybody has verified the order inside it: the oldest first, or pro rata."""

    @property
    def stands_for(self) -> tuple[str, ...]:
        """Its results."""
        return self.results


class PaymentMethod(Row):
    """A way to pay, and how long its money takes to show."""

    key = "code"
    code: str
    label: str
    short: Annotated[str, StringConstraints(pattern=r"^[a-z]*$")] = ""
    """What is enough for it when it is typed, though others begin so too."""
    usual: bool = False
    """The likeliest, where nothing is known of the payer."""
    grace_days: Annotated[int, Field(ge=0)]
    grace_in: Literal["working", "calendar"]


class WrapCode(Row):
    """How a call or the work on a task may end, and what follows. One table serves calls and wrap-up."""

    key = "code"
    code: str
    label: str
    letter: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]?$")] = ""
    """The key that picks it in the form of a call; no other of its list has it."""
    short: Annotated[str, StringConstraints(max_length=11)] = ""
    """The label where many stand side by side; the label itself when absent."""
    group: Literal["not-reached", "third-party", "reached", "status", "work"]
    uses: Codes
    """`call`, `contact` (other channels), `wrap-up`: where it may be chosen; `receipt`: what a payment in full
    does to the tasks that only ask for money; `trace`: what asking a source does to the task in hand."""
    counts: Literal["nothing", "attempt", "conversation"] = "attempt"
    """What a call or message that ends so counts as; a conversation that we began is an attempt too."""
    identity: Literal["", "needed", "failed"] = ""
    """Something is disclosed or agreed, so that identity must be shown first; or it was not shown."""
    promise: bool = False
    """Asks for the promise that was made."""
    terms: bool = False
    """Asks for the new terms that were agreed."""
    call_back: bool = False
    """Asks when to call back; the task is the officer's own."""
    next_task: Annotated[str | None, Names("queues", "tasks")] = None
    after: Period = "0d"
    answer_within: Period | None = None
    """How long there is to do the next task, though it is ready at once."""
    note_least: int = 0
    """Fewest characters of note."""
    restricted: bool = False
    """The note is kept apart from the history, for those who may read what is restricted."""
    alert: Annotated[str | None, Names("queues", "tasks")] = None
    """The kind of task that the team leader has at once, beside the next task."""
    stop: Annotated[str | None, Names("stops")] = None
    """The code of the stop that is set on the case, unless it stands there already."""
    concern: Annotated[str | None, Names("safeguarding")] = None
    """What is to be worried about, so that it is safeguarding at once."""
    number_becomes: Literal["wrong", "dead"] | None = None
    """What we know of the number that was called."""
    shows: Literal["payment-line"] | None = None
    """What the officer is shown to read out."""

    @property
    def ends_at_once(self) -> bool:
        """Whether nobody was spoken with about the account, so that there is nothing more to say of the call."""
        return self.counts != "conversation" and not self.identity and not self.asks_more

    @property
    def asks_more(self) -> bool:
        """Whether more must be said, or read out, than how it ended."""
        return self.promise or self.terms or self.call_back or self.note_least > 0 or self.shows is not None


class SkipReason(Row):
    """Why an officer passes a case over, and when it comes back."""

    key = "code"
    code: str
    label: str
    back_after: Period
    excludes: bool = False
    """The officer may not open the case again."""


class WorkType(Row):
    """A queue of every unit: which tasks wait in it, whose it is, and how soon it comes (lower is sooner)."""

    key = "code"
    holds = "always"
    code: str
    title: str
    team: Annotated[str, Names("roles", "teams")]
    tasks: dict[str, str]
    """The kinds of task that wait here, and what each says is to be done."""
    major: Annotated[int, Field(ge=0, lt=1024)]
    minor: Annotated[int, Field(ge=0, lt=1024)]
    chases: bool = False
    """These tasks only ask for money: they wait while a promise is open, and end when all is paid."""
    while_owed: Annotated[Codes, Names("queues", "tasks")] = ()
    """Those of these kinds of task that are done only while something is owed: they end too when all is paid."""
    agreed: bool = False
    """These tasks were agreed for a minute: their owner does them before anything else."""
    judged: Annotated[Codes, Names("queues", "tasks")] = ()
    """Those of these kinds of task that somebody must judge: nobody answering the telephone ends none of them."""

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
    unit: Literal["days", "working-days", "minutes", "seconds", "months", "percent", "pounds", "times"]


class RoleGrant(Row):
    """What a role may do, and whose queues it works."""

    key = "role"
    role: Role
    permissions: Annotated[tuple[Permission, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else v)]
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

    @property
    def stands_for(self) -> tuple[str, ...]:
        """Each claimant who may ask for it."""
        claimants = get_args(Claimant) if self.claimant == "any" else (self.claimant,)
        return tuple(f"{self.benefit} {claimant}" for claimant in claimants)

    @model_validator(mode="after")
    def _one_way(self) -> BenefitRate:
        absent = [value is None for value in (self.allowance_pence, self.percent, self.fixed_pence)]
        if absent not in ([False, False, True], [True, True, False]):
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
