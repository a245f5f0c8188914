"""The accounts of the practice office as they come in: who was convicted, what was ordered, and what happened to it before."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from api_client.practice_aims import shares
from api_client.practice_cards import NEEDS
from api_client.practice_debts import (
    Payment,
    confiscation_terms,
    make_confiscation,
    make_impositions,
    make_prosecutor_reference,
    make_reserve,
    make_terms,
    paid_before,
    payments,
)
from api_client.practice_lots import Lot
from api_client.practice_material import Living, material, often
from api_client.practice_people import (
    adult_born,
    community,
    make_adult,
    make_guardian,
    make_organisation,
    make_youth,
    youth_born,
)
from api_client.practice_plans import Plan
from api_client.practice_scene import Scene, before
from casework.actions.marker import GivenMarker
from casework.authority import CONFISCATION
from casework.case import LastStep
from casework.opening import Account
from casework.people import Guardian, Person, age_on

_PLAIN = {"adjustments": (), "prefers": ()}
"""Of somebody with whom there is nothing to mind."""


def make_account(plan: Plan, scene: Scene, rng: Random) -> tuple[Account, list[Payment]]:
    """What we took on, and what will be paid of its own accord.

    An account that was taken over is under terms of its own day, some of which was paid; one that was closed came with
    nothing owing, as what is written off or sent elsewhere counts as paid (OPAL: amount_paid).
    """
    card, lot = plan.card, plan.lot
    hearing = before(scene.calendar, plan.opened_on, rng.randint(1, 5))
    if card.confiscation:
        imposed = make_confiscation(rng, plan.unit, hearing, lot.size)
        total, terms = imposed[0].imposed_pence, confiscation_terms(rng, hearing)
    else:
        imposed = make_impositions(rng, plan.unit, hearing, plan.whose, lot, least=card.fine)
        total = sum(one.imposed_pence for one in imposed)
        terms = make_terms(rng, lot.ordered, total, plan.opened_on, weekly=card.weekly)
    money = payments(rng, lot, terms, total, scene.today)
    before_us = min(sum(one.pence for one in money if one.on < plan.began_on), total * 3 // 4)
    paid = total if lot.status != "L" else before_us
    step = LastStep(code=CONFISCATION, on=hearing) if card.confiscation else _last_step(plan, rng)
    needs = NEEDS.get(step.code) if step else None
    person, guardian = _people(plan, rng, needs)
    works = bool(person.employer or person.benefits) and plan.whose == "adult" and not card.confiscation
    reserved = needs is not None or (works and often(rng, shares().reserve_terms))
    if card.first is None:
        first = scene.calendar.on_or_after(plan.began_on + timedelta(rng.randint(5, 12)))
    else:
        first = scene.working_day(rng.randint(*card.first))
    account = Account(
        unit=plan.unit,
        number=plan.number,
        opened_on=plan.opened_on,
        reference=make_prosecutor_reference(rng, plan.unit, hearing)
        if often(rng, shares().prosecutor_reference)
        else None,
        person=person,
        guardian=guardian,
        status=lot.status,
        last_step=step,
        impositions=tuple(paid_before(imposed, paid, scene.tables.allocation(plan.began_on))),
        collection_order=plan.whose == "adult" and not card.confiscation,
        markers=_markers(plan, rng),
        terms=terms,
        terms_began_on=plan.opened_on,
        terms_balance_pence=total,
        reserve_terms=make_reserve(rng, terms, step.on if step else plan.opened_on) if reserved else None,
        first_contact_on=first,
    )
    return account, [one for one in money if one.on >= plan.began_on]


def _markers(plan: Plan, rng: Random) -> tuple[GivenMarker, ...]:
    """What is to be known before speaking to them, if anything, and why."""
    code = plan.lot.marker
    return (GivenMarker(code=code, reason=rng.choice(material().notes[f"marker {code}"])),) if code else ()


def _last_step(plan: Plan, rng: Random) -> LastStep | None:
    """The step in force when the case began here, taken when the terms had run for two months."""
    if plan.lot.step is None:
        return None
    since = plan.opened_on + timedelta(60)
    days = (plan.began_on - since).days
    return LastStep(code=plan.lot.step, on=since + timedelta(rng.randint(days // 2, days)))


def _people(plan: Plan, rng: Random, needs: Living | None) -> tuple[Person, Guardian | None]:
    """Whoever was convicted, and the parent or guardian of a youth."""
    unit, on = plan.unit, plan.began_on
    if plan.whose == "organisation":
        return make_organisation(rng, unit, on, plan.lot), None
    if plan.whose == "youth":
        group, born = community(rng, Lot()), youth_born(rng, plan.opened_on)
        youth = make_youth(rng, unit, born, on, plan.lot, group=group)
        return youth, make_guardian(rng, unit, youth, on, group=group, age=age_on(born, plan.opened_on))
    card, born = plan.card, adult_born(rng, plan.opened_on)
    adult = make_adult(
        rng,
        unit,
        born,
        on,
        plan.lot,
        needs=needs,
        known=plan.known,
        adjusted=card.marked,
    )
    return (adult.model_copy(update=_PLAIN) if card.plain else adult), None
