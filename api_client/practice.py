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
from datetime import date
from pathlib import Path

from api_client.local_store import LocalStore
from api_client.local_tallies import TallyBook
from api_client.practice_crew import Crew, how_many
from api_client.practice_lives import Lives, Order
from api_client.practice_scene import Scene
from api_client.practice_tally import Distribution
from casework.reference import Tables
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


def make_office(
    folder: Path, tables: Tables, *, cases: int, seed: int, as_of: date, processes: int | None = None
) -> Office:
    """Make a practice office in the empty `folder`: all of it or, should this be interrupted, nothing.

    Its clock stands at 10:00 in London on `as_of`, or on the next working day if that is none. A large one is lived with so
    many `processes` beside this, or as many as are worth while here; it is the same office whatever their number.

    Raises:
        ValueError: `folder` holds a store already, or bank holidays are not known for the months before `as_of`.
    """
    today = tables.calendar.on_or_after(as_of)
    order = Order(cases, seed, today)
    lives = Lives(tables, order)
    tasks = outstanding = 0
    with closing(LocalStore(folder, tables, now=lives.scene.clock)) as store:
        if store.kind is not None:
            raise ValueError(f"{folder} holds a store already")
        with store.filling():
            store.begin("practice", lives.scene.staff)
            # Not by `begin`, which sets the clock going: it would be past ten when the cases are made.
            store.meta.put("clock", {"at": lives.scene.clock.isoformat()})
            helpers = how_many(lives) if processes is None else processes
            with Crew(tables, order, helpers) as crew:
                elsewhere = crew.lives()
                for plan in lives.plans:
                    life = lives.live(plan) if plan.has_share or not helpers else next(elsewhere)
                    store.fill(life.ready)
                    tasks += life.tasks
                    outstanding += life.owed_pence
                for found, morning in crew.counted():
                    lives.tally.add(found)
                    lives.scene.add(morning)
            _put_the_morning(store, lives.scene)
    return Office(len(lives.plans), tasks, lives.scene.staff_now(), outstanding, lives.tally.distributions())


def _put_the_morning(store: LocalStore, scene: Scene) -> None:
    """What the staff have done today, and which cases were closed to them."""
    tallies = TallyBook(store)
    for person, done in sorted(scene.tallies.items()):
        tallies.put(person, scene.today, done)
    for member in scene.staff_now():
        store.put_staff(member)
