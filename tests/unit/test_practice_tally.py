"""What a practice office came to is what was aimed for; and in every office there is work."""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import sqrt
from random import Random

import pytest
from pydantic import ValidationError

from api_client.practice_aims import Aim, aims, follows
from api_client.practice_lives import live, staff
from api_client.practice_plans import Plan, make_plans
from api_client.practice_scene import Scene
from api_client.practice_tally import WAYS, Distribution, Tally, see
from casework.commit import Commit
from casework.queues import WELSH, queues_of
from greenwax.distributions import as_json, as_lines
from tests.unit.test_practice import AS_OF, TABLES, TEN

OF_DEALT = 0.5
"""How far from its aim a share may be that is dealt out by quotas: half of one in a hundred."""

OF_DRAWN = 1.5
"""How far one may be that is drawn whenever it comes up: so many of a hundred, or three standard errors if that is more."""

DRAWN = {"method", "calls", "answers"}
"""What is drawn whenever it comes up."""


@cache
def planned(cases: int, seed: int) -> tuple[Scene, tuple[Plan, ...]]:
    """Where an office is lived, and its cases before they are."""
    plans = make_plans(Random(seed), cases, AS_OF, TABLES.calendar)
    return Scene(TABLES, staff(plans), AS_OF), tuple(plans)


@cache
def lived(cases: int, seed: int) -> tuple[Commit, ...]:
    """The lives of an office."""
    scene, plans = planned(cases, seed)
    return tuple(live(plan, scene) for plan in plans)


@cache
def counted(cases: int, seed: int) -> dict[str, Distribution]:
    """What an office came to."""
    tally = Tally(TABLES, AS_OF)
    for plan, life in zip(planned(cases, seed)[1], lived(cases, seed), strict=True):
        tally.count(life, plan.lot.habit)
    return {one.of.code: one for one in tally.distributions()}


# -- Aimed for, and made


def test_everything_aimed_for_is_counted_and_has_its_source() -> None:
    codes = [one.code for one in (*aims(), *follows())]
    assert codes == list(dict.fromkeys(codes))
    assert set(codes) == set(WAYS)
    assert all(one.source for one in aims())
    assert all(one.follows for one in follows())


def test_shares_that_are_not_a_hundred_are_refused() -> None:
    """And more that is told than is aimed for. Seen red with: a tolerance of one."""
    known = {"code": "x", "title": "X", "of": "things", "source": "our own choice"}
    Aim.model_validate({**known, "shares": {"a": 33.33, "b": 66.67}})
    for short in (66.5, 66.8):
        with pytest.raises(ValidationError, match="shares of x"):
            Aim.model_validate({**known, "shares": {"a": 33.33, "b": short}})
    with pytest.raises(ValidationError, match="more of x"):
        Aim.model_validate({**known, "shares": {"a": 40, "b": 60}, "told": {"a": 41}})


def test_what_was_made_is_what_was_aimed_for() -> None:
    """Every share that is aimed for. What is drawn in lives hangs together in each, so there are (sum of n)^2 / sum of n^2
    independent ones. Seen red with: everybody paying by card, whatever fell to them. Too small to be seen: calls that end as
    the habit alone has it."""
    cases = 1_000
    lives, far = [*zip(planned(cases, 1)[1], lived(cases, 1), strict=True)], []
    for aim in aims():
        one = counted(cases, 1)[aim.code]
        each = [len([*WAYS[aim.code](see(life, plan.lot.habit, TABLES, AS_OF))]) for plan, life in lives]
        independent = sum(each) ** 2 / sum(n * n for n in each)
        for share in one.shares:
            aimed = (share.aimed_percent or 0) / 100
            chance = 100 * sqrt(aimed * (1 - aimed) / independent)
            most = max(OF_DRAWN, 3 * chance) if aim.code in DRAWN else OF_DEALT
            if abs(share.made_percent - 100 * aimed) > most:
                far.append(f"{aim.code} {share.value}: {share.made_percent:.2f}, aimed for {share.aimed_percent:g}")
    assert far == []


def test_in_five_hundred_cases_what_is_dealt_is_within_one_in_a_hundred() -> None:
    """Though the first cards ask for something of everything. Seen red with: post that comes back on the cards
    alone; the shares of the units swapped; fines of any size; nobody represented."""
    far = [
        f"{aim.code} {share.value}: {share.made_percent:.2f}, aimed for {share.aimed_percent:g}"
        for aim in aims()
        if aim.code not in DRAWN
        for share in counted(500, 2)[aim.code].shares
        if abs(share.made_percent - (share.aimed_percent or 0)) > 1
    ]
    assert far == []


def test_every_aim_is_asked_for_by_whatever_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: answers of sources drawn by figures of their own."""
    real = {one.code: one for one in aims()}
    asked = set[str]()

    def noted(code: str) -> Aim:
        asked.add(code)
        return real[code]

    for module in ("practice_plans", "practice_debts", "practice_calls", "practice_traces"):
        monkeypatch.setattr(f"api_client.{module}.aim", noted)
    for plan in make_plans(Random(3), 60, AS_OF, TABLES.calendar):
        live(plan, Scene(TABLES, staff([]), AS_OF))
    assert asked == set(real)


def test_a_value_that_nobody_aimed_for_is_shown_all_the_same() -> None:
    """Seen red with: only the values of the aim shown, which then were fewer than were counted."""
    life = lived(60, 1)[0]
    abroad = life.case.model_copy(update={"unit": "X01"})
    tally = Tally(TABLES, AS_OF)
    for one in (Commit(life.events, abroad, life.queue_rows, None), life):
        tally.count(one, "keeps")
    found = {one.of.code: one for one in tally.distributions()}["unit"]

    assert found.counted == 2
    assert [(share.value, share.count, share.aimed_percent) for share in found.shares if share.value == "X01"] == [
        ("X01", 1, 0.0)
    ]


def test_each_account_is_counted_once_and_nothing_is_lost() -> None:
    lives = lived(60, 2)
    found = counted(60, 2)

    for code in ("unit", "whose", "size", "age", "terms", "standing", "step", "status", "post"):
        assert found[code].counted == 60
    assert found["result"].counted == sum(len(life.case.impositions) for life in lives)
    assert found["queue"].counted == sum(len(life.queue_rows) for life in lives)
    assert all(sum(share.count for share in one.shares) == one.counted for one in found.values())


def test_the_table_shows_number_made_and_aimed_and_warns_of_small_offices() -> None:
    made = [*counted(60, 3).values()]
    lines = as_lines(made, 60).splitlines()
    unit = next(line.split() for line in lines if line.startswith("Unit (60 accounts)"))

    assert unit[3:] == ["K01", "48", "80.0", "80.0"]
    assert "work of every kind" in as_lines(made, 499)
    assert "work of every kind" not in as_lines(made, 500)
    queue = next(line.split() for line in lines if line.startswith("Queue ("))
    assert queue[-1] == "follows"
    first, last = as_json(made)[0], as_json(made)[-1]
    assert first["shares"][1] == {"value": "L01", "count": 12, "made_percent": 20.0, "aimed_percent": 20.0}
    assert first.keys() == {"code", "title", "of", "source", "counted", "shares"}
    assert last.keys() == {"code", "title", "of", "follows", "counted", "shares"}
    assert {share["aimed_percent"] for share in last["shares"]} == {None}


# -- Work for everybody

QUEUED = {"officer", "fines-officer", "team-leader"}
"""The roles that work queues, by the table of roles."""


@pytest.mark.parametrize(("cases", "seed"), [*((60, seed) for seed in range(1, 13)), (1_000, 1)])
def test_there_is_ready_work_for_each_role_and_each_queue(cases: int, seed: int) -> None:
    """In either unit for each team and whoever works queues; in the larger one in each queue, but for call-backs, whose time
    comes later in the day. Seen red with: no card for the team leader in Leeds; nobody at risk in a small office."""
    lives = lived(cases, seed)
    ready = Counter(row.queue for life in lives for row in life.queue_rows if row.ready_at <= TEN)
    later = Counter(row.queue for life in lives for row in life.queue_rows if row.ready_at > TEN)

    works = {work.code: work.team for work in TABLES.work_types.values()}
    for member in staff([]):
        assert any(ready[queue] for queue in queues_of(member, TABLES, AS_OF)) or not set(member.roles) & QUEUED
    for unit in ("K01", "L01"):
        at_work = {team for code, team in works.items() if ready[f"{unit}.{code}"] or ready[f"{unit}.{code}.{WELSH}"]}
        assert at_work == set(works.values()), unit
    for code in works.keys() - {"call-backs"}:
        assert ready[f"K01.{code}"], code
    assert later["K01.call-backs"]


@pytest.mark.parametrize("seed", range(1, 13))
def test_in_the_smallest_office_there_is_somebody_of_every_kind(seed: int) -> None:
    """Seen red with: no card on which post comes back."""
    found = counted(60, seed)
    there = {(code, share.value) for code, one in found.items() for share in one.shares if share.count}

    assert {("whose", "youth"), ("whose", "company"), ("language", "Welsh"), ("post", "comes back")} <= there
    assert {("stops", "DECEASED"), ("stops", "CUSTODY"), ("marked", "vulnerable"), ("step", "CONF")} <= there
    assert {("promises", state) for state in ("open", "kept", "broken")} <= there
    assert {("standing", how) for how in ("terms kept", "behind", "paid off")} <= there
