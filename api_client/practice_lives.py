"""The cases of a practice office, each lived from its opening to the as-of morning, one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from random import Random

from api_client.practice_accounts import make_account
from api_client.practice_cards import BROKEN
from api_client.practice_life import Story, salt
from api_client.practice_material import material
from api_client.practice_plans import SHARES, Plan, make_plans
from api_client.practice_scene import Scene, moment
from api_client.practice_tally import Tally
from api_client.ready_case import Ready, ready
from casework.accounts import case_id
from casework.commit import Commit, open_case
from casework.reference import Tables
from casework.refusals import Refused
from casework.situation import Facts, Situation
from casework.staff import Staff

LIVES = 4
"""How often a case may begin anew."""


@dataclass(frozen=True, slots=True)
class Order:
    """The office that is to be made: the same order makes the same bytes."""

    cases: int
    seed: int
    today: date
    shares: int = SHARES


@dataclass(frozen=True, slots=True)
class Life:
    """A case that was lived, ready to be written, and what is summed up of it."""

    ready: Ready
    tasks: int
    owed_pence: int


class Lives:
    """An office, planned, to be lived case by case; those that have a share in their order, the others in any."""

    def __init__(self, tables: Tables, order: Order) -> None:
        self.plans = make_plans(Random(order.seed), order.cases, order.today, tables.calendar, order.shares)
        self.scene = Scene(tables, staff(self.plans), order.today)
        self.tally = Tally(tables, order.today)

    def live(self, plan: Plan) -> Life:
        """The life of one of the plans."""
        lived = lived_out(plan, self.scene)
        self.tally.count(lived, plan.lot.habit)
        return Life(ready(lived), len(lived.case.tasks), lived.case.balance_pence)


def staff(plans: list[Plan]) -> tuple[Staff, ...]:
    """The staff in order. One of them knows one of the people who owe, and said so."""
    known = next((case_id(one.unit, one.number) for one in plans if one.card is BROKEN and one.unit == "K01"), None)
    excluded = {"exclusions": (known,) if known else ()}
    return tuple(one.model_copy(update=excluded) if one.id == "tmarsh" else one for one in material().staff)


def lived_out(plan: Plan, scene: Scene) -> Commit:
    """A life of the case that no rule refuses.

    In a rare life somebody means to do what has just become impossible: to promise more than is still owed after a payment
    that came the same hour. It is then dealt other days and begins anew; the next seed follows from the one before, so that
    the same order still makes the same bytes.

    Raises:
        Refused: not one of several lives could be lived, so the story itself is wrong.
    """
    for _ in range(LIVES - 1):
        try:
            return live(plan, scene)
        except Refused:
            plan = replace(plan, seed=Random(plan.seed).getrandbits(63))
    return live(plan, scene)


def live(plan: Plan, scene: Scene) -> Commit:
    """The whole life of a case, as one thing to write. Raises Refused."""
    rng = Random(plan.seed)
    account, coming = make_account(plan, scene, rng)
    at = moment(plan.began_on, time(8, 30))
    clerk = scene.who("administrator", account.id, rng, at)
    opened = open_case(account, Situation(at, clerk, scene.tables, Facts(salt=salt(rng))))
    story = Story(scene, rng, plan.lot, opened, last_scene=not plan.card.free, has_share=plan.has_share)
    story.keeps_back = story.case.balance_pence // 4 if plan.card.owes else 0
    story.expect(coming)
    plan.card.play(story)
    story.live(scene.clock)
    return story.whole
