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
from datetime import date, time, timedelta
from pathlib import Path
from random import Random

from api_client.local_store import LocalStore
from api_client.practice_cards import AFTER_THAT, BROKEN, DEALT, FIRM, LONG, Card
from api_client.practice_debts import make_impositions, make_terms, payments
from api_client.practice_life import Story
from api_client.practice_material import Habit, material, pick
from api_client.practice_people import make_organisation, make_person
from api_client.practice_scene import Scene, before, moment
from casework.accounts import case_id, check_letter
from casework.actions.calendar import wakes_on
from casework.commit import Commit, open_case
from casework.dates import Calendar
from casework.opening import Account
from casework.people import Name
from casework.reference import Tables
from casework.situation import Situation
from casework.staff import Staff


@dataclass(frozen=True, slots=True)
class Office:
    """What was made: how many cases and open tasks, the staff in order, and what is owed in all."""

    cases: int
    tasks: int
    staff: tuple[Staff, ...]
    outstanding_pence: int


def make_office(folder: Path, tables: Tables, *, cases: int, seed: int, as_of: date) -> Office:
    """Make a practice office in the empty `folder`: all of it or, should this be interrupted, nothing.

    Its clock stands at 10:00 in London on `as_of`, or on the next working day if that is none.

    Raises:
        ValueError: `folder` holds a store already, or bank holidays are not known for the months before `as_of`.
    """
    today = tables.calendar.on_or_after(as_of)
    plans = _plans(Random(seed), cases, today, tables.calendar)
    scene = Scene(tables, _staff(plans), today)
    tasks = outstanding = 0
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
    return Office(len(plans), tasks, scene.staff, outstanding)


# -- The plans


@dataclass(frozen=True, slots=True)
class Plan:
    """A case before it is lived."""

    unit: str
    number: str
    opened_on: date
    card: Card
    welsh: bool
    known: Name | None
    seed: int


def _plans(rng: Random, count: int, today: date, calendar: Calendar) -> list[Plan]:
    """`count` cases in the order in which they were opened; every fifth belongs to the smaller unit."""
    dealt = {unit: rng.sample(cards, len(cards)) for unit, cards in DEALT.items()}
    names = list(material().known)
    cards, weights = zip(*AFTER_THAT, strict=True)
    drafts: list[tuple[date, str, Card, bool, Name | None]] = []
    some_welsh = False
    for n in range(count):
        unit = "L01" if n % 5 == 4 else "K01"
        left = dealt[unit]
        welsh = unit == "K01" and not left and (rng.random() < 0.04 or not some_welsh)
        some_welsh = some_welsh or welsh
        card = left.pop() if left else rng.choices(cards, weights)[0]
        known = names.pop() if names and unit == "K01" and not welsh and card is not FIRM else None
        opened_on = calendar.on_or_after(today - timedelta(rng.randint(card.least, card.most)))
        drafts.append((opened_on, unit, card, welsh, known))
    serials: dict[tuple[str, int], int] = {}
    plans = []
    for opened_on, unit, card, welsh, known in sorted(drafts, key=lambda draft: draft[0]):
        year = opened_on.year % 100
        serials[unit, year] = serials.get((unit, year), rng.randint(300, 4000)) + rng.randint(1, 4)
        digits = f"{year:02}{serials[unit, year]:06}"
        number = f"{digits}{check_letter(digits)}"
        plans.append(Plan(unit, number, opened_on, card, welsh, known, rng.getrandbits(63)))
    return plans


def _staff(plans: list[Plan]) -> tuple[Staff, ...]:
    """The staff in order. One of them knows one of the people who owe, and said so."""
    known = next((case_id(one.unit, one.number) for one in plans if one.card is BROKEN and one.unit == "K01"), None)
    excluded = {"exclusions": (known,) if known else ()}
    return tuple(one.model_copy(update=excluded) if one.id == "tmarsh" else one for one in material().staff)


# -- A plan, lived


def _live(plan: Plan, scene: Scene) -> Commit:
    """The whole life of a case, as one thing to write."""
    rng = Random(plan.seed)
    habit = pick(rng, plan.card.habits)
    account = _account(plan, scene, rng, habit)
    clerk = scene.who("administrator", account.id, rng)
    opened = open_case(account, Situation(moment(plan.opened_on, time(8, 30)), clerk, scene.tables))
    owed = opened.case.balance_pence
    keeps_back = owed // 4 if plan.card.owes else 0
    story = Story(scene, rng, habit, [*opened.events], opened.case, opened.queue_rows, keeps_back)
    assert account.terms
    story.expect(payments(rng, habit, account.terms, owed, scene.today))
    plan.card.play(story)
    story.live(scene.clock)
    return Commit(tuple(story.events), story.case, story.rows, wakes_on(story.case, scene.tables))


def _account(plan: Plan, scene: Scene, rng: Random, habit: Habit) -> Account:
    """What the court sent us; now and then part was paid at another court before."""
    long, calendar = plan.card is LONG, scene.calendar
    company = not (plan.welsh or plan.known) and rng.random() < plan.card.companies
    earlier = rng.random() < 0.08
    hearing = before(calendar, plan.opened_on, rng.randint(40, 140) if earlier else rng.randint(1, 5))
    imposed = make_impositions(rng, plan.unit, hearing, organisation=company, least=1400 if long else 0)
    if earlier:
        part = imposed[-1].imposed_pence * rng.randint(1, 8) // 10
        imposed[-1] = imposed[-1].model_copy(update={"paid_pence": part})
    owed = sum(one.imposed_pence - one.paid_pence for one in imposed)
    person = (
        make_organisation(rng, plan.unit)
        if company
        else make_person(rng, plan.unit, plan.opened_on, welsh=plan.welsh, reachable=plan.card.rung, known=plan.known)
    )
    if plan.card.first is None:
        first = calendar.on_or_after(plan.opened_on + timedelta(rng.randint(5, 12)))
    else:
        first = scene.working_day(rng.randint(*plan.card.first))
    return Account(
        unit=plan.unit,
        number=plan.number,
        opened_on=plan.opened_on,
        person=person,
        impositions=tuple(imposed),
        collection_order=not company,
        terms=make_terms(rng, habit, owed, plan.opened_on, weekly=long),
        first_contact_on=first,
    )
