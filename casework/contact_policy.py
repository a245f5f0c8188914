"""Contact policy: whether somebody may be rung or written to now, said before it is done, each time with why.

It guards against pressing people: too often, too early or late, beside a promise, past their representative (law page 7.3,
after the norm of the trade; Equality Act 2010 s.20 for what they need). It never stops a call from being logged that was made
all the same, and it has nothing to say of one that they made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from casework.case import Case
from casework.contact import Channel, Contact
from casework.dates import LONDON, BeyondCalendar, format_moment, london_date
from casework.hours import in_words, office
from casework.reference import Tables
from casework.situation import Situation
from casework.stops import standing

CHASING = "law page 7.3: stop when a promise is live, somebody is vulnerable (unverified)"
INTERPRETER = "Equality Act 2010 ss.20, 29"
NUMBERS = "our own choice: a number that is known to be useless is not rung"

_SPOKEN: tuple[Channel, ...] = ("call", "webchat")
"""Channels on which people speak with each other."""


class Advice(BaseModel):
    """One thing that policy says about a contact: not now, or mind this."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    level: Literal["refusal", "warning"]
    code: str
    message: str
    source: str


def judge(case: Case, situation: Situation, channel: Channel = "call", number: str | None = None) -> tuple[Advice, ...]:
    """What speaks against contact with whoever is to pay on `channel` now, refusals first; on `number`, if one is meant."""
    found = [
        *_about_person(case),
        *_about_needs(case, situation, channel),
        *_about_stops(case, situation.tables),
    ]
    if channel in ("call", "sms"):
        found += [*_about_number(case, number), *_about_hours(case, situation, channel)]
    if channel == "call":
        found += [*_about_calls(case, situation)]
    if channel == "sms":
        found += [*_about_texts(case, situation)]
    return tuple(sorted(found, key=lambda one: one.level))


def against(advice: tuple[Advice, ...]) -> tuple[str, ...]:
    """The codes of what stands against it."""
    return tuple(one.code for one in advice if one.level == "refusal")


def _not_now(code: str, message: str, source: str) -> Advice:
    return Advice(level="refusal", code=code, message=message, source=source)


def _mind(code: str, message: str, source: str) -> Advice:
    return Advice(level="warning", code=code, message=message, source=source)


def _about_person(case: Case) -> Iterator[Advice]:
    """What holds on every channel."""
    who = case.debtor
    if case.open_promise is not None:
        yield _not_now("promise-live", f"a promise of {case.open_promise} is still to be kept", CHASING)
    if who.interpreter:
        yield _mind("interpreter", f"needs an interpreter for {who.interpreter}", INTERPRETER)
    if who.language == "cy":
        yield _mind("welsh", "asks for Welsh", "Welsh Language Act 1993; law page 7.1")


def _about_needs(case: Case, situation: Situation, channel: Channel) -> Iterator[Advice]:
    """What is known of a vulnerability, what they need so that they can deal with us, and how they want to be contacted. A
    risk to staff matters at a door."""
    tables, today = situation.tables, situation.today
    markers, needs, wishes = tables.markers(today), tables.adjustments(today), tables.preferences(today)
    for marker in case.markers:
        row = markers.get(marker.code)
        if row is not None and not row.chase:
            message = f"not to be chased, ask your team leader: {marker.advice or row.label.lower()}"
            yield _not_now("vulnerable", message, row.cited)
        elif marker.kind == "vulnerable":
            message = f"vulnerable: {marker.advice or 'take care, and tell your team leader'}"
            yield _mind("vulnerable", message, row.cited if row else CHASING)
    for given in case.debtor.adjustments:
        if (need := needs.get(given.code)) is not None and channel in need.bears_on:
            note = f" ({given.note})" if given.note else ""
            yield _mind("adjustment", f"needs this: {need.label}{note}", need.cited)
    for code in case.debtor.prefers:
        if (wish := wishes.get(code)) is None:
            continue
        if wish.only and channel not in wish.only:
            yield _not_now("prefers", f"they asked for this: {wish.label.lower()}", wish.cited)
        elif channel in wish.bears_on:
            yield _mind("prefers", f"they asked for this: {wish.label.lower()}", wish.cited)


def _about_stops(case: Case, tables: Tables) -> Iterator[Advice]:
    """What each stop says of contact, whether somebody set it or it follows from the case by itself."""
    for one in standing(case, tables):
        if one.kind.contact:
            say = _not_now if one.kind.contact == "refuse" else _mind
            yield say(one.kind.code.lower(), one.reason.message, one.kind.cited)


def _about_number(case: Case, number: str | None) -> Iterator[Advice]:
    if number is None and case.debtor.phone is None:
        yield _not_now("number", "no number is known that works; find one first", NUMBERS)
    known = next((one for one in case.debtor.phones if one.number == number), None)
    if known is not None and known.standing in ("wrong", "dead"):
        why = "is somebody else’s" if known.standing == "wrong" else "does not work"
        yield _not_now("number", f"{number} {why}", NUMBERS)


def _about_hours(case: Case, situation: Situation, channel: Literal["call", "sms"]) -> Iterator[Advice]:
    day, tables, what = situation.today, situation.tables, "calls" if channel == "call" else "texts"
    row = tables.hours(case.unit, channel, day)
    source = row.cited if row else "the table of office hours has none for this day"
    try:
        hours = office(case.unit, day, tables, channel)
        if channel == "call":
            hours = _both(hours, office(case.unit, day, tables))
    except BeyondCalendar as fault:
        yield _mind("hours-unknown", str(fault), source)
        return
    if hours is None or not hours[0] <= situation.now < hours[1]:
        yield _not_now("hours", f"the office is {in_words(hours, day)} for {what}", source)


def _both(
    one: tuple[datetime, datetime] | None, other: tuple[datetime, datetime] | None
) -> tuple[datetime, datetime] | None:
    if one is None or other is None:
        return None
    starts, ends = max(one[0], other[0]), min(one[1], other[1])
    return (starts, ends) if starts < ends else None


def _about_calls(case: Case, situation: Situation) -> Iterator[Advice]:
    """How often, how close together, and at what time of day."""
    now, today, tables = situation.now, situation.today, situation.tables
    spoken = [one for one in case.contacts if one.reached and one.channel in _SPOKEN and london_date(one.at) == today]
    most = tables.limit("conversations-a-day", today)
    if len(spoken) >= most.amount:
        yield _not_now("spoke-today", f"they were spoken with today at {_clock(spoken[-1].at)}", most.cited)
    tried = _tried(case)
    a_day, a_window = tables.limit("attempts-a-day", today), tables.limit("attempts-a-window", today)
    for code, most, when, made in (
        ("calls-today", a_day, "today", [one for one in tried if london_date(one.at) == today]),
        ("calls-this-week", a_window, _window_words(situation), _in_window(tried, situation)),
    ):
        if len(made) >= most.amount:
            yield _not_now(code, f"{len(made)} calls were made {when}; {most.amount} are the most", most.cited)
    apart = tables.limit("attempts-apart-minutes", today)
    if tried and now < (free := tried[-1].at + timedelta(minutes=apart.amount)):
        yield _not_now(
            "too-soon", f"the last call was at {_clock(tried[-1].at)}; wait until {format_moment(free)}", apart.cited
        )
    vary = tables.limit("attempts-at-one-hour", today)
    hours = {_hour(one.at) for one in tried[-vary.amount :]}
    if len(tried) >= vary.amount and hours == {_hour(now)}:
        message = (
            f"the last {vary.amount} calls were all between {_hour(now)}:00 and {_hour(now) + 1}:00; try another time"
        )
        yield _mind("same-hour", message, vary.cited)


def attempts(case: Case, situation: Situation) -> tuple[int, int, int]:
    """How many calls were made today, how many in the days in which they are counted, and how many days those are."""
    tried = _in_window(_tried(case), situation)
    return sum(london_date(one.at) == situation.today for one in tried), len(tried), _window(situation)


def _tried(case: Case) -> list[Contact]:
    return [one for one in case.contacts if one.channel == "call" and one.direction == "out" and one.attempt]


def _about_texts(case: Case, situation: Situation) -> Iterator[Advice]:
    most = situation.tables.limit("texts-a-window", situation.today)
    sent = _in_window([one for one in case.contacts if one.channel == "sms" and one.direction == "out"], situation)
    if len(sent) >= most.amount:
        when = _window_words(situation)
        yield _not_now("texts", f"{len(sent)} texts were sent {when}; {most.amount} are the most", most.cited)


def _window(situation: Situation) -> int:
    """In how many days contacts are counted."""
    return situation.tables.limit("contact-window-days", situation.today).amount


def _in_window(contacts: list[Contact], situation: Situation) -> list[Contact]:
    """Those of the last so many days, today among them."""
    first = situation.today - timedelta(_window(situation) - 1)
    return [one for one in contacts if london_date(one.at) >= first]


def _window_words(situation: Situation) -> str:
    return f"in {_window(situation)} days"


def _clock(instant: datetime) -> str:
    return f"{instant.astimezone(LONDON):%H:%M}"


def _hour(instant: datetime) -> int:
    return instant.astimezone(LONDON).hour
