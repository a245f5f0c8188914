"""The practice office: a store full of invented cases, on which anybody may learn, demonstrate, measure or break things.

Every case is lived from its opening to ten o'clock of the as-of morning, through the same actions and the same `commit` as
real work: money comes in, officers ring, promises are kept or broken, the calendar takes its turn. Only days on which
something happens are visited. So that there is work for everybody, each case is dealt a card that says how it stands that
morning.

Nothing depends on the real clock or on anything but the arguments: the same arguments make the same bytes.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from random import Random

from api_client.local_store import LocalStore
from api_client.practice_accounts import make_account
from api_client.practice_cards import BROKEN
from api_client.practice_life import Story, salt
from api_client.practice_material import material, pick
from api_client.practice_plans import Plan, make_plans
from api_client.practice_scene import Scene, moment
from api_client.practice_tally import Distribution, Tally
from casework.accounts import case_id
from casework.commit import Commit, open_case
from casework.reference import Tables
from casework.situation import Facts, Situation
from casework.staff import Staff


@dataclass(frozen=True, slots=True)
class Office:
    """What was made: how many cases and open tasks, the staff in order, and what is owed in all."""

    cases: int
    tasks: int
    staff: tuple[Staff, ...]
    outstanding_pence: int
    distributions: tuple[Distribution, ...]
    """How what was made is spread, beside what was aimed for."""


def make_office(folder: Path, tables: Tables, *, cases: int, seed: int, as_of: date) -> Office:
    """Make a practice office in the empty `folder`: all of it or, should this be interrupted, nothing.

    Its clock stands at 10:00 in London on `as_of`, or on the next working day if that is none.

    Raises:
        ValueError: `folder` holds a store already, or bank holidays are not known for the months before `as_of`.
    """
    today = tables.calendar.on_or_after(as_of)
    plans = make_plans(Random(seed), cases, today, tables.calendar)
    scene = Scene(tables, _staff(plans), today)
    tasks, outstanding, tally = 0, 0, Tally(tables, today)
    with closing(LocalStore(folder, tables, now=scene.clock)) as store:
        if store.kind is not None:
            raise ValueError(f"{folder} holds a store already")
        with store.filling():
            store.begin("practice", scene.staff)
            # Not by `begin`, which sets the clock going: it would be past ten when the cases are made.
            store.meta.put("clock", {"at": scene.clock.isoformat()})
            for plan in plans:
                lived = _live(plan, scene)
                store.write(lived, None)
                tasks += len(lived.case.tasks)
                outstanding += lived.case.balance_pence
                tally.count(lived)
            _put_the_morning(store, scene)
    return Office(len(plans), tasks, scene.staff_now(), outstanding, tally.distributions())


def _put_the_morning(store: LocalStore, scene: Scene) -> None:
    """What the staff have done today, and which cases were closed to them."""
    for person, done in scene.tallies.items():
        store.put_tally(person, scene.today, done)
    for member in scene.staff_now():
        store.put_staff(member)


def _staff(plans: list[Plan]) -> tuple[Staff, ...]:
    """The staff in order. One of them knows one of the people who owe, and said so."""
    known = next((case_id(one.unit, one.number) for one in plans if one.card is BROKEN and one.unit == "K01"), None)
    excluded = {"exclusions": (known,) if known else ()}
    return tuple(one.model_copy(update=excluded) if one.id == "tmarsh" else one for one in material().staff)


def _live(plan: Plan, scene: Scene) -> Commit:
    """The whole life of a case, as one thing to write."""
    rng = Random(plan.seed)
    habit = pick(rng, plan.card.habits)
    account, coming = make_account(plan, scene, rng, habit)
    at = moment(plan.began_on, time(8, 30))
    clerk = scene.who("administrator", account.id, rng, at)
    opened = open_case(account, Situation(at, clerk, scene.tables, Facts(salt=salt(rng))))
    story = Story(scene, rng, habit, opened, last_scene=not plan.card.free)
    story.keeps_back = story.case.balance_pence // 4 if plan.card.owes else 0
    story.expect(coming)
    plan.card.play(story)
    story.live(scene.clock)
    return story.whole
