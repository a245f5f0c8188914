"""Last scenes of cases that are being traced, and of those that somebody handed over or put off: how each stands on the as-of
morning. Nobody finds the people of the first by chance before: they are rung in vain, and are sought in the scene.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from api_client.practice_calls import call
from api_client.practice_life import Story
from api_client.practice_posts import SKIPS, colleague, hand_over, put_off, skip
from api_client.practice_scene import before, moment
from api_client.practice_traces import ask, read, sound_out
from api_client.practice_work import ring_in_vain, whose_turn, work
from casework.dates import london_date
from casework.hours import away
from casework.posts import all_away
from casework.staff import Staff
from casework.tasks import Task

_ROUNDS = (0, 30, 90, 180, 365)
"""After how many days all sources are tried once more; after the last somebody is hard to trace."""

# -- Traces


def being_traced(story: Story) -> None:
    """Some sources knew nothing, the answer of one should have come, that of another is still to come."""
    first = story.days_ago(7, 9)
    who = _lost(story, first)
    ask(story, first, who, "address")
    _read_all(story, first + timedelta(minutes=6), who, "NEG")
    late = story.days_ago(4, 5)
    for n in range(2):
        ask(story, late + timedelta(minutes=5 * n), story.who("officer", late), "address")
    story.live(late + timedelta(hours=1))
    lately = story.hour(story.scene.today, 9 * 60 + 5, 9 * 60 + 50)
    story.live(lately)
    ask(story, lately, story.who("officer", lately), "address")


def sought_once_more(story: Story) -> None:
    """All sources were asked in vain a month ago; these days it is time to ask once more."""
    read_on = before(story.scene.calendar, story.scene.today - timedelta(29), 1)
    asked = story.hour(before(story.scene.calendar, read_on, 11), 9 * 60 + 5, 15 * 60)
    who = _lost(story, asked)
    sound_out(story, asked, story.hour(read_on, 9 * 60 + 5, 15 * 60), who, "address")
    story.live(moment(read_on + timedelta(30), time(0)), ring_in_vain)
    story.live(story.scene.clock)


def hard_to_trace(story: Story) -> None:
    """Sought in vain for a year: the team leader is to look at a write-off."""
    calendar = story.scene.calendar
    first = before(calendar, story.scene.today - timedelta(_ROUNDS[-1] + 6), 2)
    for days in _ROUNDS:
        asked = calendar.on_or_after(first + timedelta(days))
        at = story.hour(asked, 9 * 60 + 30, 14 * 60)
        who = _lost(story, at)
        sound_out(story, at, at + timedelta(minutes=95), who, "address")
    story.live(story.scene.clock)


def found_again(story: Story) -> None:
    """A source knows where they are; they are to be rung."""
    asked = story.days_ago(4, 6)
    who = _lost(story, asked)
    ask(story, asked, who, "address")
    ask(story, asked + timedelta(minutes=5), who, "address")
    told = story.days_ago(1, 2)
    story.live(told)
    _read_all(story, told, story.who("officer", told), "CONFIRMED" if story.rng.random() < 0.6 else "LIKELY")


def sought_everywhere(story: Story) -> None:
    """Whoever may know of one thing was asked at once; the last of them answered somehow."""
    asked = story.days_ago(14, 18)
    who = _lost(story, asked)
    purpose = story.rng.choice(("address", "phone", "employer", "benefit", "vehicle", "custody", "means"))
    answer = story.rng.choice(("CONFIRMED", "LIKELY", "NEG", "ERROR"))
    sound_out(story, asked, story.days_ago(1, 3), who, purpose, answer)


def _lost(story: Story, until: datetime) -> Staff:
    """Live up to then, rung in vain. Returns an officer who is there then."""
    story.live(until, ring_in_vain)
    story.coming.clear()
    return story.who("officer", until)


def _read_all(story: Story, at: datetime, who: Staff, last: str) -> None:
    asked = [one for one in story.case.traces if one.state == "asked"]
    for n, trace in enumerate(asked):
        read(story, at + timedelta(minutes=3 * n), who, trace, last if trace is asked[-1] else "NEG")


# -- Handed over, put off


def handed_over(story: Story) -> None:
    """Handed over this morning; nobody has acknowledged it yet."""
    at = story.hour(story.scene.today, 9 * 60 + 5, 9 * 60 + 50)
    task, who = _in_hand(story, at)
    to = None if who.post else colleague(story, who)
    hand_over(story, at, who, task, to)


def not_acknowledged(story: Story) -> None:
    """Handed over on the day before, and nobody acknowledged it within an hour: the team leader has it too."""
    at = story.hour(story.scene.working_day(-1), 9 * 60 + 5, 11 * 60)
    task, who = _in_hand(story, at)
    here = [
        one
        for one in story.scene.colleagues(who, story.case.id)
        if "officer" in one.roles and not one.pattern and one.id != story.scene.staff[0].id
    ]
    hand_over(story, at, who, task, story.rng.choice(here) if here else None)
    story.live(story.scene.clock)


def parked_by_the_absent(story: Story) -> None:
    """Parked by somebody who is away on the as-of day, until then or later."""
    scene, days = story.scene, [story.scene.working_day(-n) for n in range(1, 8)]
    absent = [
        one
        for one in scene.colleagues(scene.staff[0], story.case.id)
        if "officer" in one.roles and away(one, scene.clock, scene.tables)
        if all_away(one.owns, scene.staff, story.case.unit, scene.clock, scene.tables)
    ]
    if not absent:
        story.live(scene.clock, work)
        return
    who = story.rng.choice(absent)
    at = next(at for day in days if scene.at_work(who, at := story.hour(day, 9 * 60 + 5, 12 * 60)))
    task, _ = _in_hand(story, at)
    if task is not None:
        put_off(story, at, who, scene.working_day(story.rng.randint(0, 6)), task)


def passed_over(story: Story) -> None:
    """Passed over this morning, for any reason."""
    at = story.hour(story.scene.today, 9 * 60 + 5, 9 * 60 + 50)
    task, who = _in_hand(story, at)
    if task is not None:
        skip(story, at, who, task, story.rng.choice([*SKIPS]))


def _in_hand(story: Story, at: datetime) -> tuple[Task | None, Staff]:
    """Not reached a week before, and left from then on. What an officer has in hand at `at`, and who that is."""
    rung = story.hour(before(story.scene.calendar, london_date(at), 5))
    story.live(rung, work)
    story.coming.clear()
    call(story, "NO_ANS", rung, story.who("officer", rung), story.ready(rung))
    story.live(at)
    task = story.ready(at)
    return task, whose_turn(story, task, at) if task is not None else story.who("officer", at)
