"""How a case of the practice office is to stand on the as-of morning, so that there is work for everybody.

Each case is dealt a card. It lives freely up to a last scene, which the card plays; from then on nobody works it. First come
the scenes, then the cards that play them, then how many of each are dealt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from api_client.practice_calls import NOT_REACHED, call, offer, usual
from api_client.practice_care import STOPPED_AFTER, safeguard, stop
from api_client.practice_debts import Payment
from api_client.practice_life import Story, Worker
from api_client.practice_lost import (
    being_traced,
    found_again,
    handed_over,
    hard_to_trace,
    not_acknowledged,
    parked_by_the_absent,
    passed_over,
    sought_everywhere,
    sought_once_more,
)
from api_client.practice_material import Habit, Living, pick
from api_client.practice_posts import put_off
from api_client.practice_scene import before, moment
from api_client.practice_work import tick_off, vary, work, write_in
from casework.actions.note import WriteNote
from casework.actions.promise import Given
from casework.dates import london_date
from casework.staff import Staff

_LONG_AGO = 130
"""Days after which a promise that was broken stands in the way of no other."""

# -- Scenes


def _freely(story: Story) -> None:
    """However it turns out."""
    story.live(story.scene.clock, work)


def _untouched(story: Story) -> None:
    """Nobody has been in touch yet."""


def _broken(story: Story) -> None:
    """A promise ran out these days, or this very morning."""
    _break(story, story.scene.working_day(-story.rng.choice((0, 0, 1, 2, 3))), part=0.3)


def _waited_longest(story: Story) -> None:
    """Of all broken promises the one that has waited longest, with nothing in the way of another."""
    story.unpromised = _LONG_AGO
    _break(story, story.scene.working_day(-5), part=0)


def _twice_broken(story: Story) -> None:
    """A second promise was broken soon after the first."""
    story.unpromised = _LONG_AGO
    last = story.scene.working_day(-story.rng.randint(0, 2))
    _break(story, before(story.scene.calendar, last, 12), part=0)
    _break(story, last, part=0, worker=None)


def _break(story: Story, noticed: date, *, part: float, worker: Worker | None = work) -> None:
    """A promise is taken, and the calendar notices on `noticed` that it was broken; some keep it in `part`."""
    method = pick(story.rng, {"card": 3, "transfer": 2, "payment-card": 2})
    grace = story.scene.tables.methods(noticed)[method].grace_days
    due = before(story.scene.calendar, noticed, grace + 1)
    taken = story.hour(before(story.scene.calendar, due, story.rng.randint(1, 6)))
    story.live(taken, worker)
    _last_call(story, "PTP", taken, given=offer(story, taken, due, method))
    if story.rng.random() < part and (promise := story.case.open_promise):
        story.expect([Payment(due, promise.amount_pence // 250 * 100 or 100, method)])


def _promised(story: Story) -> None:
    """A promise is open, its day still to come."""
    at = story.days_ago(1, 4)
    story.live(at, work)
    furthest = london_date(at) + timedelta(14)
    due = story.scene.working_day(story.rng.randint(0, 6))
    _last_call(story, "PTP", at, given=offer(story, at, due if due <= furthest else story.scene.today))


def _to_ring(story: Story) -> None:
    """Not reached; to be rung again."""
    _last_call(story, pick(story.rng, NOT_REACHED), story.days_ago(3, 7))


def _to_ring_later(story: Story) -> None:
    """To be rung again, but not yet."""
    outcome, least = story.rng.choice((("VM_LEFT", 1), ("SPOKE", 1), ("MEANS_SENT", 2), ("BUSY", 0)))
    at = story.days_ago(least, least) if least else story.hour(story.scene.today, 9 * 60 + 5, 9 * 60 + 50)
    _last_call(story, outcome, at)


def _to_trace(story: Story) -> None:
    """The number is no good."""
    _last_call(story, pick(story.rng, {"WRONG_NO": 3, "DISC": 2, "BAD_NUM": 1}), story.days_ago(1, 5))


def _to_check(story: Story) -> None:
    """Says it was paid; nothing has come."""
    _last_call(story, "PAID_NOW", story.days_ago(5, 8))
    story.coming.clear()


def _to_decide(story: Story) -> None:
    """With the fines officer."""
    at = story.days_ago(1, 6)
    if story.rng.random() < 0.25:
        story.live(at, work)
        story.coming.clear()
        write_in(story, at, story.who("officer", at), pick(story.rng, {"HARDSHIP": 3, "DISPUTE": 2}))
        return
    why = {"HARDSHIP": 5, "DISPUTE": 2, "BENEFIT_INFO": 2, "REFUSE_PAY": 2, "JOB_INFO": 1}
    _last_call(story, pick(story.rng, why), at)


def _to_agree(story: Story) -> None:
    """Asked for terms that the fines officer must decide on."""
    at = story.days_ago(1, 6)
    story.live(at, work)
    story.coming.clear()
    vary(story, at, story.who("officer", at), story.ready(at), months=(16, 26))


def _to_lead(story: Story) -> None:
    """With the team leader."""
    _last_call(story, pick(story.rng, {"VULN_NEW": 3, "ABUSIVE": 1}), story.days_ago(1, 4))


def _complained(story: Story) -> None:
    """Made a complaint that nobody has answered yet."""
    _last_call(story, "COMPLAINT", story.days_ago(1, 4))


def _at_risk(story: Story) -> None:
    """Somebody may come to harm; the team leader was told this morning."""
    at = story.hour(story.scene.today, 9 * 60 + 5, 9 * 60 + 50)
    story.live(at, work)
    story.coming.clear()
    who, task = story.who("officer", at), story.ready(at)
    safeguard(story, at, who)
    call(story, "SPOKE", at, who, task, about="SAFEGUARDED")


def _missed(story: Story) -> None:
    """Paid as ordered until lately, and nobody had to ring; then nothing came."""
    story.sound = True
    story.live(story.days_ago(11, 13), tick_off)
    story.coming.clear()
    story.live(story.scene.clock)


def _undone(story: Story) -> None:
    """A cheque came back."""
    at = story.days_ago(8, 10)
    story.live(at, work)
    story.coming.clear()
    story.keeps_back = 0
    story.expect([Payment(london_date(at), min(usual(story), story.case.balance_pence // 2), "cheque")])
    back = story.days_ago(1, 3)
    story.live(back)
    receipt = story.case.last_receipt
    assert receipt
    story.undo(back, receipt.id, "DISHCQ")


def _stopped(code: str) -> Callable[[Story], None]:
    """Something said in a call stands in the way of steps, or of contact."""

    def play(story: Story) -> None:
        outcome, detail = STOPPED_AFTER[code]
        at = story.days_ago(2, 9)
        who = _last_call(story, outcome, at, detail=detail, about=f"stopped {code}" if code == "HOLD" else None)
        if not story.case.stops:
            stop(story, at + timedelta(minutes=3), who, code, story.scene.working_day(story.rng.randint(3, 9)))

    return play


def _call_back(story: Story) -> None:
    """A call-back is agreed with one of the officers, today or in the next days."""
    day = story.scene.working_day(story.rng.randint(0, 3))
    _agreed(story, day, None)


def _my_call_back(story: Story) -> None:
    """A call-back is agreed with the first officer, later today."""
    _agreed(story, story.scene.today, story.scene.staff[0])


def _agreed(story: Story, day: date, who: Staff | None) -> None:
    back = moment(day, time(story.rng.randint(11, 15), story.rng.choice((0, 15, 30, 45))))
    _last_call(story, "CALLBACK", story.days_ago(1, 2), who, call_back_at=back)


def _parked(story: Story) -> None:
    """Somebody put it off."""
    days = story.rng.randint(1, 5)
    _last_call(story, "NO_ANS", story.hour(story.scene.working_day(-days - 3)))
    at = story.hour(story.scene.working_day(-days))
    until = story.scene.working_day(story.rng.randint(1, 15))
    story.live(at)
    put_off(story, at, story.who("officer", at), until, story.ready(at))


def _paying(story: Story) -> None:
    """Keeps the terms, and needs nobody."""
    story.last_scene = True
    at = story.days_ago(2, 3)
    story.live(at, work)
    while (task := story.waiting(at)) is not None:
        tick_off(story, task, at)


def _confiscated(story: Story) -> None:
    """Ordered to pay what a crime brought; the confiscation officer writes down what is known of it."""
    at = story.days_ago(1, 12)
    story.live(at, work)
    story.act(at, story.who("confiscation-officer", at), WriteNote(text=story.text("CONF")))
    story.live(story.scene.clock, work)


def _with_agent(story: Story) -> None:
    """A warrant is out, and nothing to be done until it comes back."""
    _waits(story, "AGENT", 5, 30)


def _to_hear(story: Story) -> None:
    """A hearing is listed."""
    _waits(story, "HEARING", 3, 25)


def _waits(story: Story, notes: str, least: int, most: int) -> None:
    """Somebody looked at it and put it off for so many working days, for a reason from the list `notes`."""
    task = story.case.tasks[0]
    at = story.hour(story.scene.calendar.add_working_days(london_date(task.due_at), story.rng.randint(0, 2)))
    story.live(at)
    until = story.scene.working_day(story.rng.randint(least, most))
    put_off(story, at, story.who("officer", at), until, task, notes)
    story.live(story.scene.clock)


def _paid(story: Story) -> None:
    """Paid off, and put away."""
    opened = story.case.opened_on
    at = story.hour(story.scene.calendar.on_or_after(opened + (story.scene.today - opened) / 2))
    story.live(at, work)
    story.keeps_back = 0
    story.coming.clear()
    story.expect([Payment(london_date(at), story.case.balance_pence, story.lot.method)])
    story.live(story.scene.clock, work)
    while (task := story.waiting(story.scene.clock)) is not None:
        tick_off(story, task, story.hour(story.scene.today, 9 * 60, 9 * 60 + 40))


def _last_call(
    story: Story,
    outcome: str,
    at: datetime,
    who: Staff | None = None,
    *,
    given: Given | None = None,
    detail: str | None = None,
    call_back_at: datetime | None = None,
    about: str | None = None,
) -> Staff:
    """Live up to `at`; then a call that decides how the case stands on the as-of morning. Returns who made it."""
    story.live(at, work)
    story.coming.clear()
    who = who or story.who("officer", at)
    task = story.ready(at)
    call(
        story,
        outcome,
        at,
        who,
        task,
        given=given,
        detail=detail,
        call_back_at=call_back_at,
        keeps_word=False,
        about=about,
    )
    return who


# -- Cards


class Card(NamedTuple):
    """How a case stands on the as-of morning, and how many days ago it began here."""

    play: Callable[[Story], None]
    habits: tuple[Habit, ...]
    """How they may go about paying."""
    least: int
    most: int
    owes: bool = True
    """Something is left owing, whatever is promised and paid before."""
    first: tuple[int, int] | None = None
    """Between which working days from the as-of day the first contact is to be made; soon after it began if None."""
    whose: Literal["adult", "welsh", "youth", "organisation", "anybody"] = "adult"
    past: bool = False
    """It had a past when it began here: a step was taken, or it was closed."""
    weekly: bool = False
    """Instalments every week, most of which are still to come when it begins here."""
    fine: int = 0
    """Pounds of fine at least."""
    marked: bool = False
    """With a marker and an adjustment, whatever chance says."""
    plain: bool = False
    """With nothing to mind before speaking to them."""
    returned: bool = False
    """Post comes back from the newest address."""
    confiscation: bool = False
    """A confiscation order of the Crown Court, and nothing else."""

    @property
    def rung(self) -> bool:
        """Whether somebody rings this person, who must have a number then."""
        return self.play is not _untouched

    @property
    def free(self) -> bool:
        """Whether nothing depends on ringing this person themselves."""
        return self.play in (_freely, _paying, _untouched)


_DEBTORS: tuple[Habit, ...] = ("irregular", "stops", "never")
_LOST: tuple[Habit, ...] = ("never", "stops")
_ALL: tuple[Habit, ...] = ("keeps", "pays-off", *_DEBTORS)

NEW = Card(_untouched, ("never", "keeps"), 10, 16, first=(-3, 0))
NOT_YET = Card(_untouched, ("never", "keeps"), 10, 14, first=(1, 4))
FREE = Card(_freely, _ALL, 20, 180, owes=False, whose="anybody")
BROKEN = Card(_broken, _DEBTORS, 45, 180, whose="anybody")
LONG = Card(_broken, ("irregular",), 255, 265, weekly=True, fine=1400)
FIRST = Card(_waited_longest, ("irregular",), 130, 190, weekly=True, fine=600, plain=True)
TWICE = Card(_twice_broken, ("irregular", "stops"), 60, 165)
MISSED = Card(_missed, ("keeps",), 60, 140, weekly=True, fine=300)
UNDONE = Card(_undone, ("irregular", "stops"), 60, 165)
ASKED = Card(_to_agree, _DEBTORS, 40, 165, fine=300)
HELD, APPEALED, DECLARED, INSIDE, DEAD = (
    Card(_stopped(code), _DEBTORS, 40, 165) for code in ("HOLD", "APPEAL", "STATDEC", "CUSTODY", "DECEASED")
)
AT_RISK = Card(_at_risk, _DEBTORS, 40, 165)
MARKED = Card(_to_ring, _DEBTORS, 35, 165, marked=True)
PROMISED = Card(_promised, _DEBTORS, 35, 165)
TO_RING = Card(_to_ring, _DEBTORS, 35, 165, whose="anybody")
FIRM = Card(_to_ring, _DEBTORS, 35, 165, whose="organisation")
YOUTH = Card(_to_ring, _DEBTORS, 35, 165, whose="youth")
WELSH = Card(_to_ring, _DEBTORS, 35, 165, whose="welsh")
LATER = Card(_to_ring_later, _DEBTORS, 35, 165)
TO_TRACE = Card(_to_trace, ("never", "stops"), 35, 165)
RETURNED = Card(_to_trace, ("never", "stops"), 35, 165, returned=True)
TRACED = Card(being_traced, _LOST, 25, 60, returned=True)
AGAIN = Card(sought_once_more, _LOST, 55, 90, returned=True)
HARD = Card(hard_to_trace, ("never",), 396, 400, returned=True)
FOUND = Card(found_again, _LOST, 25, 90, returned=True)
SOUGHT = Card(sought_everywhere, _LOST, 40, 120, fine=1400, past=True)
HANDED = Card(handed_over, _DEBTORS, 30, 120)
UNREAD = Card(not_acknowledged, _DEBTORS, 30, 120)
ABSENT = Card(parked_by_the_absent, _DEBTORS, 30, 120)
SKIPPED = Card(passed_over, _DEBTORS, 30, 120)
TO_CHECK = Card(_to_check, ("never", "stops"), 40, 165)
TO_DECIDE = Card(_to_decide, _DEBTORS, 40, 165)
TO_LEAD = Card(_to_lead, _DEBTORS, 40, 165)
COMPLAINED = Card(_complained, _DEBTORS, 40, 165)
CALL_BACK = Card(_call_back, _DEBTORS, 35, 165)
MINE = Card(_my_call_back, _DEBTORS, 35, 165)
PARKED = Card(_parked, _DEBTORS, 40, 165)
PAYING = Card(_paying, ("keeps",), 60, 170, owes=False, whose="anybody")
PAID = Card(_paid, ("keeps", "pays-off"), 90, 180, owes=False, whose="anybody")
STEPPED = Card(_to_ring, _DEBTORS, 35, 165, past=True)
DEDUCTED = Card(_paying, ("keeps",), 60, 170, owes=False, past=True)
WITH_AGENT = Card(_with_agent, _DEBTORS, 24, 45, past=True)
TO_HEAR = Card(_to_hear, _DEBTORS, 24, 40, past=True)
CONFISCATED = Card(_confiscated, ("irregular", "never", "keeps"), 30, 175, confiscation=True)
CLOSED = Card(_untouched, ("never",), 20, 265, past=True, plain=True)

NEEDS: Mapping[str, Living] = {"AEOC": "wages", "ABDC": "benefit"}
"""What a step rests on: whoever is under it lives on that."""

# -- The deck

DEALT: Mapping[str, tuple[Card, ...]] = {
    "K01": (
        *(
            NEW,
            NEW,
            FIRST,
            BROKEN,
            CONFISCATED,
            LONG,
            PROMISED,
            PROMISED,
            TO_RING,
            TO_RING,
            FIRM,
        ),
        *(LATER, RETURNED, TO_CHECK, TO_DECIDE, TO_LEAD, MINE, MINE, PARKED, PAYING, PAYING),
        *(TRACED, AGAIN, HARD, FOUND, HANDED, UNREAD, ABSENT, SKIPPED),
        *(PAID, PAID, WELSH, YOUTH, STEPPED, DEDUCTED, WITH_AGENT, TO_HEAR, CLOSED),
        *(TWICE, MISSED, UNDONE, ASKED, HELD, APPEALED, AT_RISK, MARKED, COMPLAINED, DEAD),
    ),
    "L01": (NEW, BROKEN, PROMISED, TO_RING, TO_DECIDE, CALL_BACK, PARKED, TO_LEAD, MISSED, ASKED, DECLARED, INSIDE),
}
"""What the first cases of a unit are, so that the smallest office has work of every kind."""

AFTER_THAT: Mapping[str, Card] = {
    "free": FREE,
    "paying": PAYING,
    "paid": PAID,
    "promised": PROMISED,
    "later": LATER,
    "broken": BROKEN,
    "to-ring": TO_RING,
    "new": NEW,
    "not-yet": NOT_YET,
    "missed": MISSED,
    "asked": ASKED,
    "to-trace": TO_TRACE,
    "returned": RETURNED,
    "to-check": TO_CHECK,
    "to-decide": TO_DECIDE,
    "call-back": CALL_BACK,
    "parked": PARKED,
    "traced": TRACED,
    "again": AGAIN,
    "found": FOUND,
    "handed": HANDED,
    "absent": ABSENT,
    "skipped": SKIPPED,
    "twice": TWICE,
    "undone": UNDONE,
}
"""What the others are, by their names in the deck of practice_aims.toml, where no aim asks for a card of its own."""

Fate = tuple[Literal["stops", "step", "status"], str]
"""Of what there is an aim that only a told scene can bring about: the aim, and its value."""

FATES: Mapping[Fate, tuple[Card, ...]] = {
    ("stops", "DECEASED"): (DEAD,),
    ("stops", "CUSTODY"): (INSIDE,),
    ("stops", "HOLD"): (HELD,),
    ("stops", "APPEAL"): (APPEALED,),
    ("stops", "STATDEC"): (DECLARED,),
    ("stops", "CRISIS"): (AT_RISK,),
    ("step", "CONF"): (CONFISCATED,),
    ("step", "ABDC"): (DEDUCTED,),
    ("step", "AEOC"): (DEDUCTED,),
    ("step", "DW"): (WITH_AGENT, WITH_AGENT, WITH_AGENT, SOUGHT),
    ("step", "REGF"): (STEPPED,),
    ("step", "SUMM"): (TO_HEAR,),
    ("step", "FSN"): (STEPPED,),
    ("step", "REM"): (STEPPED,),
    ("step", "REW"): (STEPPED,),
    ("step", "HTT"): (STEPPED,),
    ("step", "BWTU"): (WITH_AGENT,),
    ("step", "BWTD"): (TO_HEAR, SOUGHT),
    ("step", "CLAMPO"): (WITH_AGENT, SOUGHT),
    **{("status", state): (CLOSED,) for state in ("WO", "TO", "CS", "TA", "TS")},
}
"""The cards that bring each about."""
