"""Hand a case over, and acknowledge that it was taken over (law page, section 9).

It goes to the other holder of one's post, or to a colleague, or else to the team leader; where the only team leader hands
over, to a manager. Whoever it is for acknowledges it before their queue; what is not acknowledged after an hour of their work
comes to the team leader too. Nothing that was due is due later for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Literal

from casework.actions.declare import Action, Ask, Asking
from casework.case import Case, Part
from casework.clean import MOST_IN_LINE, Line, Prose
from casework.dates import BeyondCalendar, format_day, london_date
from casework.events import Acknowledged, HandedOver, Happening
from casework.fields import Choice
from casework.handover import TEAM_LEADER, Handover, proposed, snapshot, waits_behind
from casework.hours import worked
from casework.posts import holders
from casework.refusals import Reason
from casework.situation import Fact, Situation
from casework.staff import Staff, may, teams
from casework.tasks import HAND_OVER, UNREAD, Task


@dataclass(frozen=True, slots=True)
class _Receiver:
    owner: str | None
    """None for the team leader."""
    name: Line
    people: Sequence[Staff]
    """Any of whom may acknowledge it."""


def _able(case: Case, situation: Situation) -> list[Staff]:
    """The colleagues who may work this case, and the task in hand if there is one."""
    tables, today = situation.tables, situation.today
    grants, task = tables.grants(today), case.task(situation.facts.pulled_task)
    return [
        one
        for one in situation.facts.colleagues
        if case.unit in one.units
        and not may(one, "work", case.id, grants)
        and (task is None or _works(one, task, situation))
    ]


def _colleagues(asking: Asking) -> Sequence[Choice]:
    return tuple(Choice(one.id, one.name) for one in _able(asking.case, asking.situation))


def _proposed(asking: Asking) -> str:
    situation = asking.situation
    return proposed(snapshot(asking.case, asking.case.task(situation.facts.pulled_task), situation.now))


class HandOver(Action):
    """Give a case to somebody else, with what they must know."""

    title = "Hand over"
    help = "To your post's other holder, a colleague, or else the team leader."
    permission = "work"
    undoable = True
    rests_on: ClassVar[frozenset[Part]] = frozenset({"tasks", "handover"})
    facts: ClassVar[frozenset[Fact]] = frozenset({"pulled_task", "colleagues"})
    claimed = True

    kind: Literal["handover"] = "handover"
    text: Annotated[Prose, Ask("What to know", help="three lines at most", word="note", default=_proposed, rest=True)]
    to: Annotated[
        Line | None, Ask("To", help="not needed for your post's other holder", word="to", choices=_colleagues)
    ] = None

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Not while an earlier one is still to be acknowledged."""
        if case.handover is None:
            return []
        message = f"{case.handover.to_name} must acknowledge the hand-over from {case.handover.by_name} first"
        return [Reason(code="handed-over", message=message)]

    def ends_claim(self) -> bool:
        """Whoever hands over has the case no more."""
        return True

    def refusals(self, case: Case, situation: Situation) -> list[Reason]:
        """Somebody to take it, and a note that is read at a glance."""
        reasons = []
        if self._receiver(case, situation) is None:
            able = ", ".join(one.id for one in _able(case, situation))
            message = (
                f"nobody {self.to} is here to take this over" if self.to else "nobody else here leads; say to whom"
            )
            message += f"; there are: {able}" if able else "; there is nobody who could"
            reasons.append(Reason(code="to-whom", message=message, field="to"))
        most = situation.tables.limit("handover-lines", situation.today)
        if len(self.text.splitlines()) > most.amount:
            message = f"more than {most.amount} lines; write the rest as a note"
            reasons.append(Reason(code="too-long", message=message, field="text", source=most.cited))
        return reasons

    def cautions(self, case: Case, situation: Situation) -> list[str]:
        """What was in hand would wait for somebody who is not there for days."""
        to = self._receiver(case, situation)
        if to is None or not _waits(case, situation):
            return []
        begins, _ = _read_by(to.people, situation)
        try:
            soon = situation.calendar.add_working_days(situation.today, 1)
        except BeyondCalendar:
            return []
        if begins <= soon:
            return []
        return [f"{to.name} is not here before {format_day(begins)}; nobody works this until then"]

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """The hand-over, with the task in hand and what else was theirs."""
        to, actor = self._receiver(case, situation), situation.actor
        assert to is not None
        task, works = case.task(situation.facts.pulled_task), situation.tables.work_types
        begins, late = _read_by(to.people, situation)
        waits = _waits(case, situation)
        moved = [one.id for one in case.tasks if one is task or actor.has(one.owner or one.parked_by)]
        return [
            HandedOver(
                by_name=actor.name,
                to=to.owner,
                to_name=to.name,
                text=self.text,
                snapshot=snapshot(case, task, situation.now),
                moved=tuple(moved),
                in_hand=task.id if task and waits else None,
                kept_until=begins if waits else None,
                title=_title(works[HAND_OVER].task_title(HAND_OVER), actor),
                leader_title=_title(works[UNREAD].task_title(UNREAD), actor),
                leader_from=late if to.owner is not None else situation.now,
            )
        ]

    def _receiver(self, case: Case, situation: Situation) -> _Receiver | None:
        """Who is to take it over; None when that is nobody."""
        post, able = situation.actor.post, _able(case, situation)
        named = [
            one for one in able if (one.id == self.to if self.to is not None else post is not None and one.post == post)
        ]
        if named:
            return _taking(named[0], able, case, situation)
        if self.to is not None:
            return None
        here = [one for one in situation.facts.colleagues if case.unit in one.units and _leads(one, situation)]
        team, grants = situation.tables.work_types[UNREAD].team, situation.tables.grants(situation.today)
        leaders = [one for one in here if team in teams(one, grants)] or here
        return _Receiver(None, TEAM_LEADER, leaders) if leaders else None


def _taking(one: Staff, able: Sequence[Staff], case: Case, situation: Situation) -> _Receiver:
    """The post of `one`, if all who would own the work with it are `able` to do it; else they themselves."""
    others = holders(one.owns, situation.facts.colleagues, case.unit)
    if one.post is not None and all(other in able for other in others):
        return _Receiver(one.post, one.post, others)
    return _Receiver(one.id, one.name, [one])


def _leads(one: Staff, situation: Situation) -> bool:
    return not may(one, "lead", None, situation.tables.grants(situation.today))


def _waits(case: Case, situation: Situation) -> bool:
    """Whether what is in hand waits to be acknowledged: all but what was agreed for a minute."""
    task = case.task(situation.facts.pulled_task)
    return task is not None and not situation.tables.work_types[task.kind].agreed


def _read_by(people: Sequence[Staff], situation: Situation) -> tuple[date, datetime]:
    """The day on which the work of `people` next begins, and when the first of them has worked an hour from now: by then it
    should have been acknowledged."""
    now, tables = situation.now, situation.tables
    minutes = tables.limit("handover-unread-minutes", situation.today).amount
    try:
        begins = [at for one in people if (at := worked(one, now, 0, tables)) is not None]
        done = [at for one in people if (at := worked(one, now, minutes, tables)) is not None]
    except BeyondCalendar:  # nobody knows who works then, so the hour is one of the clock
        return situation.today, now + timedelta(minutes=minutes)
    return london_date(min(begins, default=now)), min(done, default=now)


def _title(what: str, actor: Staff) -> Line:
    return Line(f"{what}, by {actor.name}"[:MOST_IN_LINE])


class Acknowledge(Action):
    """Say that one has read what was handed over. Whoever wrote it cannot."""

    title = "Acknowledge"
    help = "You have read the hand-over."
    permission = "acknowledge"
    undoable = True
    rests_on: ClassVar[frozenset[Part]] = frozenset({"handover"})

    kind: Literal["acknowledge"] = "acknowledge"

    @classmethod
    def offered(cls, case: Case, situation: Situation) -> list[Reason]:
        """Only what was handed over, by whoever it is for, or who leads."""
        handover, actor = case.handover, situation.actor
        if handover is None:
            return [Reason(code="not-handed-over", message="there is no hand-over to acknowledge")]
        if actor.id == handover.by:
            message = f"you handed this over yourself; {handover.to_name} acknowledges it"
            return [Reason(code="own-handover", message=message)]
        if _is_for(handover, actor, situation):
            return []
        return [Reason(code="not-for-you", message=f"this was handed over to {handover.to_name}")]

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """It is acknowledged."""
        handover = case.handover
        assert handover is not None
        task = case.task(handover.in_hand)
        mine = task is not None and waits_behind(case, task) and (task.owner is None or situation.actor.has(task.owner))
        works = task is not None and _works(situation.actor, task, situation)
        return [
            Acknowledged(
                by_name=handover.by_name,
                tasks=tuple(one.id for one in case.tasks if one.kind in (HAND_OVER, UNREAD)),
                in_hand=handover.in_hand if mine else None,
                owner=situation.actor.owns if mine and works and handover.to is None else None,
                kept_until=situation.today if mine and works else None,
            )
        ]


def _is_for(handover: Handover, actor: Staff, situation: Situation) -> bool:
    """Whether `actor` may acknowledge it: it is their post's, or they lead, to whom it comes when nobody does."""
    return actor.has(handover.to) or _leads(actor, situation)


def _works(actor: Staff, task: Task, situation: Situation) -> bool:
    """Whether `actor` works the queue of `task`, so that they could have it for their own; of a look-up for its named users,
    whether they are one."""
    grants, work = situation.tables.grants(situation.today), situation.tables.work_types[task.kind]
    return work.team in teams(actor, grants) and (task.need is None or not may(actor, task.need, None, grants))
