"""What the people of the practice office live on and what they drive: employers and pay, benefits, vehicles.

Nobody is real here either. National Insurance numbers begin with letters that are kept for offices' own use and are never
given to a person (HMRC manual NIM39110), registrations with year numbers that are not issued before 2050.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Literal

from api_client.practice_aims import shares
from api_client.practice_material import Living, material, often, pick
from api_client.practice_reach import landline, mailbox, make_address, told
from casework.people import BenefitClaim, Employer, Vehicle, age_on
from casework.table_rows import Benefit, Claimant

_PENSION_AGE = 66
"""From which somebody of the office may have Pension Credit, and has no other benefit."""

_PAY: dict[Literal["weekly", "fortnightly", "monthly"], tuple[int, int, int]] = {
    "weekly": (35, 18_000, 56_000),
    "fortnightly": (10, 36_000, 110_000),
    "monthly": (55, 70_000, 260_000),
}
"""How many of a hundred are paid so, and the pence from and to."""


def make_living(
    rng: Random, unit: str, born: date, on: date, needs: Living | None = None
) -> tuple[Employer | None, tuple[BenefitClaim, ...]]:
    """What somebody lives on, as far as is known on a day; what an enforcement step `needs`, if it needs something."""
    age = age_on(born, on)
    lives = pick(rng, shares().pension if age >= _PENSION_AGE else shares().living) if needs is None else needs
    employer = make_employer(rng, unit, on) if lives in ("wages", "both") else None
    if lives not in ("benefit", "both"):
        return employer, ()
    kind: Benefit = "pc" if age >= _PENSION_AGE else "uc" if lives == "both" else pick(rng, shares().benefit)
    return employer, (_claim(rng, kind, age, on),)


def make_employer(rng: Random, unit: str, on: date) -> Employer:
    """Somebody's employer; what they earn there and when they are paid is mostly known."""
    made = material().employers
    name = f"{rng.choice(made.names)} {rng.choice(made.kinds)}"
    paid = pick(rng, {period: weight for period, (weight, _, _) in _PAY.items()})
    _, least, most = _PAY[paid]
    known = often(rng, shares().pay_known)
    employer = Employer(
        name=f"{name} {rng.choice(made.endings)}",
        reference=str(rng.randrange(1000, 100_000)) if rng.random() < 0.6 else None,
        address=make_address(rng, unit) if rng.random() < 0.5 else None,
        phone=landline(rng, unit) if rng.random() < 0.5 else None,
        email=mailbox(rng, f"payroll {name}") if rng.random() < 0.25 else None,
        net_pence=rng.randint(least, most) if known else None,
        paid=paid if known else None,
        pay_day=_pay_day(rng, paid, on) if known else None,
    )
    return told(rng, employer, "employer", on)


def _pay_day(rng: Random, paid: str, on: date) -> date:
    """A Thursday or Friday of the weeks before, or a day late in the month before."""
    if paid == "monthly":
        return (on.replace(day=1) - timedelta(1)).replace(day=rng.choice((15, 25, 28, 28)))
    return on - timedelta((on.weekday() - rng.choice((3, 4, 4))) % 7 + 7)


def _claim(rng: Random, kind: Benefit, age: int, on: date) -> BenefitClaim:
    taken = rng.randint(1, 3) if often(rng, shares().deducted_already) else 0
    who = _claimant(age, often(rng, shares().partner)) if kind == "uc" else None
    return told(rng, BenefitClaim(benefit=kind, claimant=who, other_deductions=taken), "benefit", on)


def _claimant(age: int, couple: bool) -> Claimant:
    if couple:
        return "couple-25" if age >= 25 else "couple-under-25"
    return "single-25" if age >= 25 else "single-under-25"


def make_vehicles(rng: Random, unit: str, on: date) -> tuple[Vehicle, ...]:
    """What somebody drives: mostly one, if any."""
    made = material().vehicles
    count = 0 if not often(rng, shares().vehicle) else 2 if rng.random() < 0.1 else 1
    return tuple(
        told(
            rng,
            Vehicle(
                registration=make_registration(rng, unit),
                make=rng.choice(made.makes) if rng.random() < 0.9 else None,
                keeper=often(rng, shares().keeper),
            ),
            "vehicle",
            on,
        )
        for _ in range(count)
    )


def make_registration(rng: Random, unit: str) -> str:
    """The registration of no vehicle."""
    letters = "".join(rng.choices("ABCDEFGHJKLMNOPRSTUVWXYZ", k=3))
    return f"{rng.choice(material().vehicles.tags[unit])}{rng.choice(('00', '01'))} {letters}"


def national_insurance(rng: Random) -> str:
    """A National Insurance number of valid form that nobody has."""
    return f"{rng.choice(('CR', 'MW', 'NC', 'PP', 'PY', 'PZ'))}{rng.randrange(1, 10_000):06}{rng.choice('ABCD')}"
