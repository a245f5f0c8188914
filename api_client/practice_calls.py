"""Calls in the practice office: how they end, who shows who they are, what is written, promised and kept.

How a call ends depends on the habit of whoever is rung. Only what the table of outcomes allows can be logged, so a note, a
promise, a call-back and a second level are made up wherever the outcome asks for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache

from api_client.practice_aims import aim
from api_client.practice_care import may_stop
from api_client.practice_debts import Payment
from api_client.practice_details import find_number
from api_client.practice_life import Story
from api_client.practice_material import Habit, material, pick
from api_client.practice_scene import before, moment
from casework.actions.call import LogCall
from casework.actions.promise import Given, too_often_broken
from casework.actions.work import not_ended
from casework.contact import Direction
from casework.dates import format_day, london_date
from casework.identity import call_kind, check, failed_today
from casework.money import format_money
from casework.people import Person
from casework.promises import broken_since
from casework.staff import Staff
from casework.stops import chasing_waits
from casework.table_rows import WrapCode
from casework.tasks import Task

NOT_REACHED: Mapping[str, int] = {"NO_ANS": 5, "VM_LEFT": 2, "VM_NONE": 1, "HANGUP": 1, "TP_MSG": 1}
"""How a call ends in which nothing can be agreed, and how often."""

_NOT_SHOWN = frozenset({"CALLBACK", "LANGUAGE", "DPA_FAIL", "ABUSIVE", "HANGUP"})
"""How a call ends that reached somebody who did not show who they are."""

_CALLED_BACK = 10
"""Days in which a call-back is made, or missed and made by somebody else, over Christmas too."""

_LEFT_ALONE = timedelta(120)
"""How long after a broken promise no other is taken, so that one may still be taken in the last scene."""

_OTHERWISE = {"the person": "SPOKE", "somebody else": "TP_MSG", "nobody": "NO_ANS"}
"""How a call ends that could not end in any way that is usual for them."""

_KEPT: Mapping[Habit, tuple[int, int, int]] = {
    "keeps": (90, 7, 3),
    "irregular": (40, 32, 28),
    "stops": (20, 25, 55),
    "never": (0, 10, 90),
    "pays-off": (95, 3, 2),
}
"""Of a hundred promises: how many are kept, kept in part, broken."""


def call(
    story: Story,
    outcome: str,
    at: datetime,
    who: Staff,
    task: Task | None,
    *,
    given: Given | None = None,
    detail: str | None = None,
    call_back_at: datetime | None = None,
    keeps_word: bool = True,
    finish: bool = True,
    about: str | None = None,
) -> bool:
    """A call that ends with `outcome`, and with `task` if there is one, unless more is done before it is finished. What is not
    given is made up; the note is from the list `about`, or its outcome's.

    Returns whether it was with the person; whoever else there was has been told nothing of the case.
    """
    rng, today, number = story.rng, london_date(at), _number(story, at, who)
    if task is not None and story.case.task(task.id) is None:
        task = None  # the number that was found is what it asked for
    rows = story.scene.tables.wrap_codes(today, "call")
    if _fails_again(story, rows[outcome], at, who):
        outcome, detail, about = "NO_ANS", None, None
    row = rows[outcome]
    given = (given or offer(story, at)) if row.promise else None
    if row.call_back and call_back_at is None:
        day = story.scene.calendar.add_working_days(today, rng.randint(1, 3))
        call_back_at = moment(day, time(rng.randint(9, 15), rng.choice((15, 30, 45))))
    reached = row.group != "not-reached"
    direction: Direction = "in" if task is None and _with_them(row) else "out"
    detail = detail or _detail(story, outcome, at)
    left = story.case.task(task.id) if task else None  # a number that was found first may have ended it
    log = LogCall(
        identity=_shown(story, row, direction, at, who),
        outcome=outcome,
        detail=detail,
        promise=given,
        call_back_at=call_back_at,
        note=_note(story, row, about or (f"{outcome}/{detail}" if detail else outcome), given),
        number=number,
        direction=direction,
        finish=finish and left is not None and not not_ended(left, row, "finish", story.case, story.scene.tables),
        talk_seconds=rng.randint(55, 640) if reached else 25 if outcome == "VM_LEFT" else None,
    )
    story.act(at, who, log, left)
    if given is not None and keeps_word:
        _keep_word(story, given, today)
    if outcome == "PAID_NOW" and rng.random() < (0.0 if story.habit == "never" else 0.75):
        story.expect([Payment(today, usual(story), story.lot.method)])
    return _with_them(row)


def _with_them(row: WrapCode) -> bool:
    """Whether a call was with the person, who showed who they are."""
    return row.group == "reached" and row.code not in _NOT_SHOWN


def _detail(story: Story, outcome: str, at: datetime) -> str | None:
    """A second level of `outcome` for which there are words; often none is given."""
    told = _second_levels().get(outcome) if story.voice is None else None
    detail = story.rng.choice(told) if told and story.rng.random() < 0.7 else None
    rows = story.scene.tables.outcome_details(london_date(at), outcome)
    return detail if detail is None or rows[detail].stop is None or may_stop(story, at) else None


@cache
def _second_levels() -> Mapping[str, list[str]]:
    """For each outcome the second levels for which there are words."""
    found: dict[str, list[str]] = {}
    for outcome, _, detail in (about.partition("/") for about in material().notes):
        if detail:
            found.setdefault(outcome, []).append(detail)
    return found


def _shown(story: Story, row: WrapCode, direction: Direction, at: datetime, who: Staff) -> str | None:
    """What they say to show who they are, where the outcome asks for it and enough is known; sometimes nobody asks."""
    rng, them = story.rng, story.case.debtor
    if row.identity == "failed":
        return "1 Jan 1931, ZZ1 1ZZ"
    situation = story.situation(at, who, LogCall(outcome=row.code))
    if row.identity != "needed" or (rng.random() < 0.06 and not failed_today(story.case, situation)):
        return None
    said = ", ".join(_items(them, rng.random() < 0.3))
    passed = said and check(said, story.case, call_kind(story.case, direction, row), situation).passed
    return said if passed else None


def _fails_again(story: Story, row: WrapCode, at: datetime, who: Staff) -> bool:
    """Whether they would have to show who they are, because they did not earlier that day, and cannot."""
    if row.identity != "needed" or not failed_today(story.case, story.situation(at, who, LogCall(outcome=row.code))):
        return False
    return _shown(story, row, "in" if _with_them(row) else "out", at, who) is None


def _items(them: Person, more: bool) -> list[str]:
    """Date of birth and postcode; of an organisation, postcode and first line; sometimes `more`."""
    found = []
    if them.date_of_birth:
        found.append(f"{them.date_of_birth:%d/%m/%Y}")
    if them.address and them.address.postcode:
        found.append(them.address.postcode)
        if them.name.organisation:
            found.append(f"address {them.address.lines[0]}".replace(",", " "))
    if more and them.vehicles:
        found.append(f"car {them.vehicles[0].registration}")
    return found


def _number(story: Story, at: datetime, who: Staff) -> str:
    """What is dialled: a number of whoever is to be contacted that is not known to be useless, found first if need be."""
    them = story.case.debtor
    if them.representative and them.representative.instead and them.representative.phone:
        return them.representative.phone
    if them.phone is None:
        find_number(story, at, who)
    return story.rng.choice([one for one in story.case.debtor.phones if one.stands]).number


def outcome_of(story: Story, at: datetime, who: Staff) -> str:
    """How a call ends; nothing is agreed that would reach beyond the last scene."""
    them = story.case.debtor
    represented = them.representative is not None and them.representative.instead
    own = material().outcomes["represented" if represented else story.voice or story.habit]
    reached = pick(story.rng, aim("calls").drawn)
    rows = story.scene.tables.wrap_codes(london_date(at), "call")
    able = {code: often for code, often in own.items() if whom(rows[code]) == reached} or dict(own)
    while able:
        outcome = pick(story.rng, able)
        if _may_end(story, rows[outcome], at, who):
            return outcome
        del able[outcome]
    return _OTHERWISE[reached]


def whom(row: WrapCode) -> str:
    """Whom a call reached that ended so, in the words of the aims."""
    return "somebody else" if row.group == "third-party" else "nobody" if row.group == "not-reached" else "the person"


def _may_end(story: Story, row: WrapCode, at: datetime, who: Staff) -> bool:
    """Whether a call may end so that something is agreed, or stopped, that must be over before the last scene."""
    if row.code == "PTP":
        return _may_promise(story, at, who)
    if row.code == "CALLBACK":
        return story.room(at) >= _CALLED_BACK
    return row.stop is None or may_stop(story, at)


def _may_promise(story: Story, at: datetime, who: Staff) -> bool:
    """Whether a promise can be taken now that is over before the last scene, and leaves one to be taken there."""
    case = story.case
    if case.open_promise or not case.balance_pence or chasing_waits(case, story.scene.tables):
        return False
    if story.last_scene:
        return story.room(at) >= story.unpromised and not broken_since(case.promises, london_date(at) - _LEFT_ALONE)
    return not too_often_broken(case, story.situation(at, who, LogCall(outcome="PTP")))


def _note(story: Story, row: WrapCode, about: str, given: Given | None) -> str | None:
    """What is written about a call, if anything need be."""
    reached = row.group != "not-reached"
    if row.note_least == 0 and story.rng.random() < (0.1 if reached else 0.6):
        return None
    text = story.text(about)
    if given is not None:
        label = story.scene.tables.methods(given.due)[given.method].label.lower()
        text = text.format(amount=format_money(given.amount_pence), day=format_day(given.due), method=label)
    more = _with_them(row) and story.voice != "organisation" and story.rng.random() < 0.35
    return f"{text} {story.text('TAIL')}" if more else text


# -- A promise


def offer(story: Story, at: datetime, due: date | None = None, method: str | None = None) -> Given:
    """What this person promises at `at`."""
    rng, calendar, today = story.rng, story.scene.calendar, london_date(at)
    if due is None:
        due = calendar.on_or_after(today + timedelta(rng.randint(3, 14)))
        due = due if due <= today + timedelta(14) else before(calendar, due, 1)
    amount = min(story.case.balance_pence, usual(story) * rng.choice((1, 1, 1, 2)))
    return Given(amount_pence=amount, due=due, method=method or story.lot.method)


def usual(story: Story) -> int:
    """What this person pays at a time; where no instalment is set, more of a large debt: a twenty-fifth, in whole £20."""
    terms = story.case.terms
    if terms and terms.amount_pence:
        return terms.amount_pence
    return max(story.rng.randint(4, 16) * 500, story.case.balance_pence // 50_000 * 2_000)


def _keep_word(story: Story, given: Given, today: date) -> None:
    """Pay what was promised, part of it, or nothing, as this person's habit is."""
    rng = story.rng
    how = rng.choices(("kept", "part", "broken"), _KEPT[story.habit])[0]
    if how == "kept":
        on = max(today, given.due - timedelta(rng.randint(0, 1)))
        story.expect([Payment(on, given.amount_pence, given.method)])
    if how == "part":
        part = int(given.amount_pence * rng.uniform(0.3, 0.7)) // 100 * 100
        story.expect([Payment(given.due, max(100, part), given.method)])
