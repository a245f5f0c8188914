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
from api_client.practice_posts import acknowledge, colleague, hand_over, put_off, skip
from api_client.practice_terms import decide_terms, may_vary, propose, settle, take_means
from api_client.practice_traces import ask, read, to_find, users
from casework.actions.contact import LogContact, Written
from casework.actions.note import WriteNote
from casework.actions.work import WrapUp
from casework.dates import london_date
from casework.roles import Role
from casework.staff import Staff
from casework.tasks import HAND_OVER, TRACE, TRACE_ANSWER, UNREAD, Task
from casework.tracing import Trace

_ROLES: Mapping[str, Role] = {
    "enforcement": "officer",
    "fines-officers": "fines-officer",
    "team-leaders": "team-leader",
}
"""Whose turn it is, by the team that works a queue."""

_GIVEN_UP = 4
"""Calls in vain after which somebody who cannot be found is not rung again."""

_STILL_TO_COME = 0.12
"""How often the answer of a source is waited for once more."""

_LIVINGS: Mapping[str, int] = {"employer": 4, "benefit": 4, "vehicle": 2, "means": 2, "custody": 1}
"""What a source is asked for beside a call, and how often."""

_NOT_PUT_OFF = frozenset({"broken-promise", "missed-instalment", "payment-reversed", "confirm-details", "call-back"})
"""Kinds of task that nobody skips or parks here."""


def whose_turn(story: Story, task: Task, at: datetime) -> Staff:
    """Who works `task` at `at`: whoever owns it and is there, or somebody of the team in whose queue it waits."""
    mine = story.scene.owners(task, story.case.id, at)
    if task.need is not None:
        return story.rng.choice(users(story, at, task.need))
    if task.kind == HAND_OVER and task.owner is not None and story.case.handover is not None:
        # Whoever wrote it never acknowledges it; where none of the others is there, the team leader does.
        mine = [one for one in mine if one.id != story.case.handover.by] or [story.who("team-leader", at)]
    return story.rng.choice(mine) if mine else story.who(_ROLES[story.scene.tables.work_types[task.kind].team], at)


def work(story: Story, task: Task, at: datetime) -> None:
    """Whoever's turn it is does with `task` what they do at `at`."""
    who = whose_turn(story, task, at)
    team = story.scene.tables.work_types[task.kind].team
    if task.kind in (HAND_OVER, UNREAD):
        acknowledge(story, at, who)
    elif task.kind in (TRACE, TRACE_ANSWER):
        _trace(story, task, at, who)
    elif team == "fines-officers":
        _decide(story, task, at, who)
    elif team == "team-leaders":
        _look_into(story, task, at, who)
    else:
        _see_to(story, task, at, who)


def tick_off(story: Story, task: Task, at: datetime) -> None:
    """Whoever's turn it is finds nothing to do about `task`, and rings nobody."""
    who = whose_turn(story, task, at)
    if task.kind in (HAND_OVER, UNREAD):
        acknowledge(story, at, who)
    elif task.kind == "confirm-details":
        confirm(story, at, who, task.subject)
    elif (trace := _awaited(story, task)) is not None:
        read(story, at, who, trace, "NEG", task)
    wrap_up(story, at + timedelta(minutes=2), who, task, "DONE", "PAID" if not story.case.balance_pence else "DONE")


def ring_in_vain(story: Story, task: Task, at: datetime) -> None:
    """Of somebody who cannot be found: whoever's turn it is rings a few times, and nobody answers."""
    chases = story.scene.tables.work_types[task.kind].chases
    if chases and story.case.counters.unanswered < _GIVEN_UP and story.case.balance_pence:
        call(story, story.rng.choice(("NO_ANS", "VM_NONE", "VM_LEFT")), at, whose_turn(story, task, at), task)
    else:
        tick_off(story, task, at)


def _awaited(story: Story, task: Task) -> Trace | None:
    """The trace whose answer `task` is there to read."""
    asked = (one for one in story.case.traces if one.state == "asked" and task.kind == TRACE_ANSWER)
    return next((one for one in asked if one.id == task.subject), None)


def _trace(story: Story, task: Task, at: datetime, who: Staff) -> None:
    """Read the answer of a source, or wait for it once more; ask the next source, or let it be."""
    trace, paid = _awaited(story, task), not story.case.balance_pence
    if trace is not None and not paid and story.rng.random() < _STILL_TO_COME:
        until = story.scene.calendar.add_working_days(london_date(at), story.rng.randint(3, 8))
        if put_off(story, at, who, until, task, "TRACE"):
            return
    if trace is not None:
        read(story, at, who, trace, "NEG" if paid else None, task)
    elif not paid and ask(story, at, who, to_find(story, task), task):
        return
    wrap_up(story, at + timedelta(minutes=2), who, task, "DONE", "PAID" if paid else "SOUGHT")


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
    elif task.kind == "contact-details" and draw < 0.6 and ask(story, at, who, to_find(story, task), task):
        return
    elif task.kind == "contact-details" and draw < 0.8:
        find_number(story, at, who)
        wrap_up(story, at + timedelta(minutes=2), who, task, "FOUND", "FOUND")
    elif story.habit in ("keeps", "pays-off") and draw < 0.6 and since < 36:
        wrap_up(story, at, who, task, "DONE", "DONE")
    elif draw < 0.5 and (unanswered > 7 or case.counters.broken_promises > 2):
        wrap_up(story, at, who, task, "REFER_FO", "REFER_FO")
    elif task.kind not in _NOT_PUT_OFF and ((draw < 0.4 and unanswered > 3) or draw < 0.03):
        until = story.scene.calendar.on_or_after(london_date(at) + timedelta(rng.randint(7, 21)))
        if not put_off(story, at, who, until, task):
            _ring(story, task, at, who)
    elif task.kind not in _NOT_PUT_OFF and draw < 0.06:
        if not skip(story, at, who, task):
            _ring(story, task, at, who)
    elif task.kind not in _NOT_PUT_OFF and task.owner is None and draw < 0.075:
        if not hand_over(story, at, who, task, colleague(story, who) if rng.random() < 0.7 else None):
            _ring(story, task, at, who)
    elif task.kind == "call" and draw < 0.095 and story.voice is None and ask(story, at, who, pick(rng, _LIVINGS)):
        _ring(story, task, at + timedelta(minutes=3), who)
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
    wrap_up(story, at + timedelta(minutes=3), who, task, "DONE", "WRITTEN_DONE")


def write_in(story: Story, at: datetime, who: Staff, outcome: str) -> None:
    """An e-mail, a webchat or a letter of theirs came to `outcome`."""
    channels: dict[Written, int] = (
        {"email": 6, "webchat": 4} if story.case.debtor.emails else {"webchat": 5, "letter": 3}
    )
    note = story.rng.choice(material().written_notes[outcome])
    story.act(at, who, LogContact(channel=pick(story.rng, channels), outcome=outcome, note=note))
    if outcome == "PAID_NOW" and story.habit != "never" and story.rng.random() < 0.75:
        story.expect([Payment(london_date(at), usual(story), story.lot.method)])


def wrap_up(story: Story, at: datetime, who: Staff, task: Task, outcome: str, notes: str) -> None:
    """End the work on `task`, with a note from the list `notes`, unless what was done for it has; an answer that it was there
    to read is read first."""
    if story.case.task(task.id) is None:
        return
    if (trace := _awaited(story, task)) is not None:
        read(story, at, who, trace, "NEG", task)
        return
    story.act(at, who, WrapUp(outcome=outcome, note=story.text(notes)), task)
