"""The one way anything changes: decide, apply, link, project. Pure; a store loads, calls this, and writes what it returns.

decide(case, action, situation) -> what happens, or `Refused` with every reason
commit(case, action, situation, ...) -> the events in their chain, the case after them, and its queue rows
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from casework.actions.calendar import RunCalendar, wakes_on
from casework.actions.declare import Action
from casework.case import Case, Part
from casework.dates import BeyondCalendar
from casework.events import Happening
from casework.history import Event, genesis, link
from casework.opening import Account, opening, refusals, restricted
from casework.queues import QueueRow, rows
from casework.refusals import Reason, Refused, Stale
from casework.restricted import RestrictedText
from casework.situation import Situation

CALENDAR_ACTOR = "calendar"
"""Who acts when nobody does."""


@dataclass(frozen=True, slots=True)
class Commit:
    """All that a store writes, in one transaction."""

    events: tuple[Event, ...]
    case: Case
    queue_rows: tuple[QueueRow, ...]
    wakes_on: date | None
    """The first day on which the calendar can have something for this case."""
    undoable: bool = False
    """Whether this may be undone: neither the action nor anything that came of it speaks against it."""
    ends_claim: bool = False
    closes_to_actor: bool = False
    """The actor may not open this case again."""
    restricted: tuple[RestrictedText, ...] = ()
    """Texts that the events only name, to be kept apart."""
    looked_up: Mapping[str, str] = field(default_factory=dict)
    """What the access log must say before any of this is written, in codes; empty where nobody's records are looked into."""

    @property
    def head(self) -> str:
        """The hash of the last event."""
        return self.events[-1].hash


def decide(case: Case, action: Action, situation: Situation) -> list[Happening]:
    """What happens when `action` is carried out now.

    Raises:
        Refused: with every reason found.
    """
    reasons = [*action.offered(case, situation), *action.refusals(case, situation)]
    if reasons:
        raise Refused(*_once(reasons))
    return action.happenings(case, situation)


def _once(reasons: Iterable[Reason]) -> list[Reason]:
    return list(dict.fromkeys(reasons))


def commit(
    case: Case,
    action: Action,
    situation: Situation,
    *,
    head: str,
    seen: int | None = None,
    key: str | None = None,
) -> Commit:
    """Carry out `action` on `case`, whose last event has the hash `head`.

    Args:
        case: As stored.
        action: As filled in.
        situation: With the facts that the action asks for.
        head: The hash of the case's last event.
        seen: The version that the person was looking at; None when they just read it.
        key: The idempotency key, kept in the events.

    Raises:
        Stale: something the action depends on changed after `seen`.
        Refused: with every reason found.
    """
    if stale := changed_since(case, action.depends_on(), seen):
        raise Stale(
            *(Reason(code="changed", message=f"{part} changed since you opened this", field=part) for part in stale)
        )
    actor = CALENDAR_ACTOR if isinstance(action, RunCalendar) else situation.actor.id
    try:
        done = _written(case, head, decide(case, action, situation), situation, actor, key)
    except BeyondCalendar as fault:
        raise Refused(Reason(code="beyond-calendar", message=str(fault))) from None
    return replace(
        done,
        undoable=action.undoable and all(event.what.undoable for event in done.events),
        ends_claim=action.ends_claim(),
        closes_to_actor=action.closes_to_actor(situation),
        restricted=tuple(action.restricted(situation)),
        looked_up=action.look_up(case, situation),
    )


def open_case(account: Account, situation: Situation, key: str | None = None) -> Commit:
    """Begin the case of `account`.

    Raises:
        Refused: with every reason found.
    """
    if reasons := refusals(account, situation.today, situation.tables):
        raise Refused(*reasons)
    try:
        happened = opening(account, situation)
        done = _written(None, genesis(account.id), happened, situation, situation.actor.id, key)
    except BeyondCalendar as fault:
        raise Refused(Reason(code="beyond-calendar", message=str(fault))) from None
    return replace(done, restricted=tuple(restricted(account, situation)))


def changed_since(case: Case, parts: Iterable[Part], seen: int | None) -> list[Part]:
    """Those of `parts` that an event after version `seen` changed."""
    return [] if seen is None else sorted(part for part in parts if case.changed.get(part, 0) > seen)


def _written(
    case: Case | None,
    head: str,
    happened: Iterable[Happening],
    situation: Situation,
    actor: str,
    key: str | None,
) -> Commit:
    events: list[Event] = []
    for what in happened:
        event = link((case.version if case else 0) + 1, head, situation.now, actor, key, what)
        case, head = event.apply(case), event.hash
        events.append(event)
    assert case is not None
    return Commit(tuple(events), case, rows(case, situation.tables), wakes_on(case, situation.tables))
