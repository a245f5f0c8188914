"""The rows of the tables about stops, clocks, safeguarding and how long a fact may be relied on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from casework.table_rows import Codes, Names, Row

Days = Annotated[int, Field(gt=0)]


class StopKind(Row):
    """A reason why something may not be done now, what it forbids, and who may lift it."""

    key = "code"
    holds = "always"
    code: str
    label: str
    steps: bool = False
    """No enforcement step is taken."""
    contact: Literal["", "warn", "refuse"] = ""
    """Whether whoever is to pay may be contacted: as ever, with care, or not at all."""
    chasing: bool = False
    """Tasks that only ask for money wait."""
    agreements: bool = False
    """Nothing is agreed: no terms, no promise, no payment card."""
    review_days: Days | None = None
    """After how many days somebody must look at it again, unless told otherwise."""
    longest_days: Days | None = None
    """The review that an officer may set at the most; beyond it somebody must agree who may lift stops."""
    lifted_by: Annotated[str | None, Names("roles", "permissions")] = None
    """The permission that lifting it needs."""
    task: Annotated[str | None, Names("queues", "tasks")] = None
    """The task that setting it by hand makes."""

    @model_validator(mode="after")
    def _whole(self) -> StopKind:
        if (self.review_days is None) != (self.lifted_by is None):
            raise ValueError(
                "a stop that people set has review_days and lifted_by; one that follows from the case neither"
            )
        if not self.set_by_people and (self.longest_days is not None or self.task is not None):
            raise ValueError("longest_days and task are for a stop that people set")
        return self

    @property
    def set_by_people(self) -> bool:
        """Whether somebody sets and lifts it; otherwise it follows from the case by itself."""
        return self.lifted_by is not None

    @property
    def forbids(self) -> str:
        """`no step, no chasing, no contact, nothing is agreed`; empty when it only tells."""
        contact = {"": [], "warn": ["contact with care"], "refuse": ["no contact"]}[self.contact]
        agreed = ["nothing is agreed"] if self.agreements else []
        return ", ".join(
            (["no step"] if self.steps else []) + (["no chasing"] if self.chasing else []) + contact + agreed
        )


class ClockKind(Row):
    """A period in working days, counted from the day after a decision, in which the payer may appeal."""

    key = "code"
    holds = "unbroken"
    code: str
    title: str
    working_days: Days


class Concern(Row):
    """What an officer may be worried about, and what to do and say at once."""

    key = "code"
    code: str
    label: str
    say: Codes
    """The script, a line each."""


class FactLife(Row):
    """How long a fact that was checked may be relied on."""

    key = "fact"
    holds = "always"
    fact: Literal["address", "employer", "benefit"]
    months: Annotated[int, Field(gt=0, le=120)]
