"""What the staff of the practice office do with a task: mostly, they ring, and what is said in the call decides what comes.

An officer rings, the fines officer decides, the team leader looks into it. How a call ends depends on the habit of whoever
is rung, and so does whether a promise is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from api_client.practice_debts import METHODS, Payment
from api_client.practice_life import Story
from api_client.practice_material import Habit, material, pick
from api_client.practice_scene import before, moment
from casework.actions.call import LogCall
from casework.actions.note import WriteNote
from casework.actions.promise import Given
from casework.actions.work import Park, Skip, WrapUp
from casework.dates import format_day, london_date
from casework.money import format_money
from casework.promises import broken_since
from casework.staff import Staff
from casework.table_rows import WrapCode
from casework.tasks import Task

NOT_REACHED: Mapping[str, int] = {"NO_ANS": 5, "VM_LEFT": 2, "VM_NONE": 1, "HANGUP": 1, "TP_MSG": 1}
"""How a call ends in which nothing can be agreed, and how often."""

_NOT_SHOWN = frozenset({"CALLBACK", "LANGUAGE", "DPA_FAIL", "ABUSIVE", "HANGUP"})
"""How a call ends that reached somebody who did not show who they are."""

_LEFT_ALONE = timedelta(120)
"""How long after a broken promise no other is taken, so that one may still be taken in the last scene."""

_KEPT: Mapping[Habit, tuple[int, int, int]] = {
    "keeps": (93, 4, 3),
    "irregular": (45, 25, 30),
    "stops": (20, 15, 65),
    "never": (0, 10, 90),
    "pays-off": (95, 3, 2),
}
"""Of a hundred promises: how many are kept, kept in part, broken."""


def work(story: Story, task: Task, at: datetime) -> None:
    """Whoever's turn it is does with `task` what they do at `at`."""
    if task.kind == "decision":
        outcome = {"DONE": 3, "MEANS_SENT": 2, "SPOKE": 1}
        who = story.who("fines-officer")
        wrap_up(story, at, who, task, pick(story.rng, outcome), "DECISION")
    elif task.kind in ("referral", "complaint", "safeguarding"):
        who = story.who("team-leader")
        wrap_up(story, at, who, task, pick(story.rng, {"DONE": 2, "SPOKE": 1}), "REFERRAL")
    else:
        owner = next((one for one in story.scene.staff if one.id == task.owner), None)
        _see_to(story, task, at, owner or story.who("officer"))


def _see_to(story: Story, task: Task, at: datetime, who: Staff) -> None:
    """What an officer does: if nothing else is called for, ring."""
    case, rng = story.case, story.rng
    draw, unanswered = rng.random(), case.counters.unanswered
    paid_on = case.last_receipt.received_on if case.last_receipt else date.min
    since = (london_date(at) - paid_on).days
    if case.balance_pence == 0:
        wrap_up(story, at, who, task, "DONE", "PAID")
    elif task.kind == "check-payment" and since < 12:
        wrap_up(story, at, who, task, "DONE", "DONE")
    elif task.kind == "contact-details" and draw < 0.7:
        wrap_up(story, at, who, task, "FOUND", "FOUND")
    elif story.habit in ("keeps", "pays-off") and draw < 0.6 and since < 36:
        wrap_up(story, at, who, task, "DONE", "DONE")
    elif draw < 0.5 and (unanswered > 7 or case.counters.broken_promises > 2):
        wrap_up(story, at, who, task, "REFER_FO", "REFER_FO")
    elif (draw < 0.4 and unanswered > 3) or draw < 0.03:
        until = story.scene.calendar.on_or_after(london_date(at) + timedelta(rng.randint(7, 21)))
        put_off(story, at, who, until, task)
    elif draw < 0.06:
        story.act(at, who, Skip(reason=pick(rng, {"HOURS": 5, "SYSTEM": 2, "WAITING": 2})), task)
    else:
        if call(story, _outcome(story, at), at, who, task) and rng.random() < 0.08:
            story.act(at + timedelta(minutes=4), who, WriteNote(text=story.text("FILE")))


def wrap_up(story: Story, at: datetime, who: Staff, task: Task, outcome: str, notes: str) -> None:
    """End the work on `task`, with a note from the list `notes`."""
    story.act(at, who, WrapUp(outcome=outcome, note=story.text(notes)), task)


def put_off(story: Story, at: datetime, who: Staff, until: date, task: Task | None, notes: str = "PARK") -> None:
    """Park `task` until a day, for a reason from the list `notes`."""
    story.act(at, who, Park(until=until, reason=story.text(notes)), task)


# -- A call


def call(
    story: Story,
    outcome: str,
    at: datetime,
    who: Staff,
    task: Task | None,
    *,
    given: Given | None = None,
    call_back_at: datetime | None = None,
    keeps_word: bool = True,
) -> bool:
    """A call that ends with `outcome`, and with `task` if there is one. What is not given is made up.

    Returns whether it was with the person; whoever else there was has been told nothing of the case.
    """
    rng, today = story.rng, london_date(at)
    row = story.scene.tables.wrap_codes(today, "call")[outcome]
    given = (given or offer(story, at)) if row.promise else None
    if row.call_back and call_back_at is None:
        day = story.scene.calendar.add_working_days(today, rng.randint(1, 3))
        call_back_at = moment(day, time(rng.randint(9, 15), rng.choice((15, 30, 45))))
    reached = row.group != "not-reached"
    log = LogCall(
        outcome=outcome,
        promise=given,
        call_back_at=call_back_at,
        note=_note(story, row, given),
        number=_number(story),
        direction="in" if task is None and _with_them(row) else "out",
        finish=task is not None,
        talk_seconds=rng.randint(55, 640) if reached else 25 if outcome == "VM_LEFT" else None,
    )
    story.act(at, who, log, task)
    if given is not None and keeps_word:
        _keep_word(story, given, today)
    if outcome == "PAID_NOW" and rng.random() < (0.0 if story.habit == "never" else 0.75):
        story.expect([Payment(today, _usual(story), "card")])
    return _with_them(row)


def _with_them(row: WrapCode) -> bool:
    """Whether a call was with the person, who showed who they are."""
    return row.group == "reached" and row.code not in _NOT_SHOWN


def _number(story: Story) -> str:
    """What is dialled: a number of whoever is to be contacted that is not known to be useless."""
    who = story.case.debtor
    if who.representative and who.representative.instead and who.representative.phone:
        return who.representative.phone
    return story.rng.choice([one for one in who.phones if one.stands] or who.phones).number


def _outcome(story: Story, at: datetime) -> str:
    """How a call ends; nothing is agreed that would reach beyond the last scene."""
    who = story.case.debtor
    represented = who.representative is not None and who.representative.instead
    outcome = pick(story.rng, material().outcomes["represented" if represented else story.voice or story.habit])
    room = (london_date(story.until) - london_date(at)).days
    broken = broken_since(story.case.promises, london_date(at) - _LEFT_ALONE)
    if outcome == "PTP" and (room < 26 or story.case.open_promise or broken or not story.case.balance_pence):
        return pick(story.rng, NOT_REACHED)
    if outcome == "CALLBACK" and room < 7:
        return pick(story.rng, NOT_REACHED)
    return outcome


def _note(story: Story, row: WrapCode, given: Given | None) -> str | None:
    """What is written about a call, if anything need be."""
    reached = row.group != "not-reached"
    if row.note_least == 0 and story.rng.random() < (0.1 if reached else 0.6):
        return None
    text = story.text(row.code)
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
    amount = min(story.case.balance_pence, _usual(story) * rng.choice((1, 1, 1, 2)))
    return Given(amount_pence=amount, due=due, method=method or pick(rng, METHODS))


def _usual(story: Story) -> int:
    """What this person pays at a time."""
    terms = story.case.terms
    return terms.amount_pence if terms and terms.amount_pence else story.rng.randint(4, 16) * 500


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
