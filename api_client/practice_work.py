"""What the staff of the practice office do with a task: mostly, they ring, and what is said in the call decides what comes.

An officer rings, the fines officer decides, the team leader looks into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from api_client.practice_calls import call, outcome_of, usual
from api_client.practice_care import decided, may_mark, review
from api_client.practice_debts import Payment
from api_client.practice_details import confirm, find_number, told
from api_client.practice_life import Story
from api_client.practice_material import material, pick
from api_client.practice_terms import decide_terms, may_vary, propose, settle, take_means
from casework.actions.contact import LogContact, Written
from casework.actions.note import WriteNote
from casework.actions.work import Park, Skip, WrapUp
from casework.dates import london_date
from casework.roles import Role
from casework.staff import Staff
from casework.tasks import Task

_ROLES: Mapping[str, Role] = {
    "enforcement": "officer",
    "fines-officers": "fines-officer",
    "team-leaders": "team-leader",
}
"""Whose turn it is, by the team that works a queue."""

_NOT_PUT_OFF = frozenset({"broken-promise", "missed-instalment", "payment-reversed", "confirm-details", "call-back"})
"""Kinds of task that nobody skips or parks here."""


def whose_turn(story: Story, task: Task, at: datetime) -> Staff:
    """Who works `task` at `at`: its owner, or somebody of the team in whose queue it waits."""
    owner = next((one for one in story.scene.staff if one.id == task.owner), None)
    return owner or story.who(_ROLES[story.scene.tables.work_types[task.kind].team], at)


def work(story: Story, task: Task, at: datetime) -> None:
    """Whoever's turn it is does with `task` what they do at `at`."""
    who = whose_turn(story, task, at)
    team = story.scene.tables.work_types[task.kind].team
    if team == "fines-officers":
        _decide(story, task, at, who)
    elif team == "team-leaders":
        _look_into(story, task, at, who)
    else:
        _see_to(story, task, at, who)


def tick_off(story: Story, task: Task, at: datetime) -> None:
    """Whoever's turn it is finds nothing to do about `task`, and rings nobody."""
    who = whose_turn(story, task, at)
    if task.kind == "confirm-details":
        confirm(story, at, who, task.subject)
    if story.case.task(task.id):
        wrap_up(story, at + timedelta(minutes=2), who, task, "DONE", "PAID" if not story.case.balance_pence else "DONE")


def _decide(story: Story, task: Task, at: datetime, who: Staff) -> None:
    """What a fines officer does: decide on terms, let go on what waited for it, or leave it as it is."""
    if task.kind == "terms-request" and story.case.request:
        decide_terms(story, at, who, task)
        return
    decided(story, at, who)
    asked = story.case.means is not None or story.rng.random() < 0.2
    if task.kind == "decision" and asked and story.rng.random() < 0.5 and may_vary(story, at):
        settle(story, at, who, propose(story, at, months=(9, 16)), "in writing")
    outcome = {"DONE": 3, "MEANS_SENT": 2, "SPOKE": 1} if task.kind == "decision" else {"DONE": 1}
    about = task.kind.upper() if task.kind in ("of-age", "appeal-over") else "DECISION"
    wrap_up(story, at + timedelta(minutes=3), who, task, pick(story.rng, outcome), about)


def _look_into(story: Story, task: Task, at: datetime, who: Staff) -> None:
    """What a team leader does: look again at a marker or a stop, mark who is vulnerable, answer."""
    if task.kind == "review":
        review(story, at, who, task)
    elif task.kind == "referral":
        may_mark(story, at, who)
    if story.case.task(task.id):
        outcome = pick(story.rng, {"DONE": 2, "SPOKE": 1}) if task.kind != "review" else "DONE"
        wrap_up(story, at + timedelta(minutes=3), who, task, outcome, "REFERRAL")


def _see_to(story: Story, task: Task, at: datetime, who: Staff) -> None:
    """What an officer does: if nothing else is called for, ring."""
    case, rng = story.case, story.rng
    draw, unanswered = rng.random(), case.counters.unanswered
    paid_on = case.last_receipt.received_on if case.last_receipt else date.min
    since = (london_date(at) - paid_on).days
    if case.balance_pence == 0:
        wrap_up(story, at, who, task, "DONE", "PAID")
    elif task.kind == "confirm-details":
        confirm(story, at, who, task.subject)
        wrap_up(story, at + timedelta(minutes=2), who, task, "DONE", "CONFIRMED")
    elif task.kind == "check-payment" and since < 12:
        wrap_up(story, at, who, task, "DONE", "DONE")
    elif task.kind == "payment-reversed" and draw < 0.5:
        wrap_up(story, at, who, task, "DONE", "UNDONE")
    elif task.kind == "contact-details" and draw < 0.7:
        find_number(story, at, who)
        wrap_up(story, at + timedelta(minutes=2), who, task, "FOUND", "FOUND")
    elif story.habit in ("keeps", "pays-off") and draw < 0.6 and since < 36:
        wrap_up(story, at, who, task, "DONE", "DONE")
    elif draw < 0.5 and (unanswered > 7 or case.counters.broken_promises > 2):
        wrap_up(story, at, who, task, "REFER_FO", "REFER_FO")
    elif task.kind not in _NOT_PUT_OFF and ((draw < 0.4 and unanswered > 3) or draw < 0.03):
        until = story.scene.calendar.on_or_after(london_date(at) + timedelta(rng.randint(7, 21)))
        put_off(story, at, who, until, task)
    elif task.kind not in _NOT_PUT_OFF and draw < 0.06:
        story.act(at, who, Skip(reason=pick(rng, {"HOURS": 5, "SYSTEM": 2, "WAITING": 2})), task)
    elif task.kind != "call-back" and draw > 0.95 and story.voice is None and _may_write(story):
        _written(story, at, who, task)
    else:
        _ring(story, task, at, who)


def _ring(story: Story, task: Task, at: datetime, who: Staff) -> None:
    """Ring, on another number if none is known that works, and do what the call asks for."""
    rng = story.rng
    outcome = outcome_of(story, at, who)
    if outcome == "HARDSHIP" and story.voice is None and rng.random() < 0.7 and may_vary(story, at):
        vary(story, at, who, task, months=(5, 11) if rng.random() < 0.6 else (14, 26))
        return
    with_them = call(story, outcome, at, who, task)
    last = story.events[-1].at + timedelta(minutes=2)
    if task.kind == "payment-reversed" and story.case.task(task.id):
        wrap_up(story, last, who, task, "DONE", "UNDONE")
        last += timedelta(minutes=2)
    told(story, last, who, outcome)
    if outcome == "HARDSHIP" and story.voice is None and rng.random() < 0.5:
        take_means(story, last, who)
    if with_them and rng.random() < 0.08:
        story.act(at + timedelta(minutes=4), who, WriteNote(text=story.text("FILE")))


def vary(story: Story, at: datetime, who: Staff, task: Task | None, *, months: tuple[int, int]) -> None:
    """A call in which new terms are talked about, agreed or asked for; mostly with a means form."""
    call(story, "SPOKE", at, who, task, finish=False, about="TERMS")
    if story.rng.random() < 0.7:
        take_means(story, at + timedelta(minutes=4), who)
    settle(story, at + timedelta(minutes=7), who, propose(story, at, months=months), "by telephone")
    if task is not None and story.case.task(task.id):
        wrap_up(story, at + timedelta(minutes=9), who, task, "DONE", "TERMS_DONE")


def _may_write(story: Story) -> bool:
    """Whether they may write to us without anything else changing."""
    them = story.case.debtor
    return story.case.open_promise is None and not (them.representative and them.representative.instead)


def _written(story: Story, at: datetime, who: Staff, task: Task) -> None:
    """They wrote before anybody rang: the message is logged, and what follows it takes the place of the task."""
    write_in(story, at, who, pick(story.rng, material().outcomes["written"]))
    if story.case.task(task.id):
        wrap_up(story, at + timedelta(minutes=3), who, task, "DONE", "WRITTEN_DONE")


def write_in(story: Story, at: datetime, who: Staff, outcome: str) -> None:
    """An e-mail, a webchat or a letter of theirs came to `outcome`."""
    channels: dict[Written, int] = (
        {"email": 6, "webchat": 4} if story.case.debtor.emails else {"webchat": 5, "letter": 3}
    )
    note = story.rng.choice(material().written_notes[outcome])
    story.act(at, who, LogContact(channel=pick(story.rng, channels), outcome=outcome, note=note))
    if outcome == "PAID_NOW" and story.habit != "never" and story.rng.random() < 0.75:
        story.expect([Payment(london_date(at), usual(story), "transfer")])


def wrap_up(story: Story, at: datetime, who: Staff, task: Task, outcome: str, notes: str) -> None:
    """End the work on `task`, with a note from the list `notes`."""
    story.act(at, who, WrapUp(outcome=outcome, note=story.text(notes)), task)


def put_off(story: Story, at: datetime, who: Staff, until: date, task: Task | None, notes: str = "PARK") -> None:
    """Park `task` until a day, for a reason from the list `notes`."""
    story.act(at, who, Park(until=until, reason=story.text(notes)), task)
