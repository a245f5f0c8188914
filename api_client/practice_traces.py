"""Traces in the practice office: who asks which source, what it answers, and what that brings.

Which source is next, whether it may be asked, and what follows from its answer is what the rules say when they are asked;
here is only how often a source knows something, and what.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from api_client.practice_aims import aim
from api_client.practice_care import may_stop
from api_client.practice_life import Story
from api_client.practice_livings import make_employer, make_registration
from api_client.practice_material import pick
from api_client.practice_reach import make_address, mobile
from casework.actions.given import GivenAddress, GivenPhone
from casework.actions.given_means import GivenBenefit, GivenEmployer, GivenVehicle
from casework.actions.trace import AskSource
from casework.actions.trace_result import RecordAnswer
from casework.dates import london_date
from casework.roles import LookUp
from casework.rows_tracing import TraceSource
from casework.staff import Staff, may
from casework.tasks import TRACE, Task
from casework.tracing import Trace
from casework.whom_to_ask import missing, next_source

_STOPS = frozenset({"IN_CUSTODY", "ABROAD", "DECEASED"})
"""Answers after which nobody is rung for a while."""


def to_find(story: Story, task: Task) -> str:
    """The purpose of a trace that `task` asks for."""
    if task.kind == TRACE:
        return task.subject
    return "phone" if missing(story.case, "phone") and not missing(story.case, "address") else "address"


def ask(story: Story, at: datetime, who: Staff, purpose: str, task: Task | None = None) -> bool:
    """Ask the next source for `purpose`, which ends `task`; one that only named users may ask is asked by one of them.

    Returns whether there was a source that may be asked today.
    """
    situation = story.situation(at, who, AskSource())
    row = story.scene.tables.trace_purposes(london_date(at))[purpose]
    step = next_source(row, story.case, situation, lambda one: bool(_users(story, at, who, one)))
    if step is None or step.on != london_date(at) or AskSource.offered(story.case, situation):
        return False
    able = _users(story, at, who, step.source)
    asks = AskSource(
        purpose=purpose,
        source=step.source.code,
        reason=story.text("trace reason") if step.source.reason_needed else None,
        finish=task is not None,
    )
    asker = story.rng.choice(able)
    may = story.may(at, asker, asks, task)
    if may:
        story.act(at, asker, asks, task)
    return may


def users(story: Story, at: datetime, look_up: LookUp) -> list[Staff]:
    """The named users of a look-up who may do what it needs: those who are there, or else all, be it out of their hours."""
    scene, case = story.scene, story.case.id
    return scene.named(look_up, case, at) or scene.all_named(look_up, case, at)


def _meant(story: Story, outcome: str, trace: Trace, at: datetime) -> str:
    """The outcome by which a source says that what it was asked about is so."""
    tables, today = story.scene.tables, london_date(at)
    said = tables.trace_purposes(today)[trace.purpose].found_by
    if said is None or not tables.trace_outcomes(today)[outcome].found:
        return outcome
    return said if _may_be_stopped(story, at) else "NEG"


def _may_be_stopped(story: Story, at: datetime) -> bool:
    """Whether nothing that is still to come would be in the way of a stop."""
    return story.voice is None and story.case.guardian is None and may_stop(story, at)


def _users(story: Story, at: datetime, who: Staff, source: TraceSource) -> list[Staff]:
    """Who asks a source: whoever has the case, if that takes no more than their role, else a named user who is there."""
    return (
        [who] if source.permission == AskSource.permission else story.scene.named(source.permission, story.case.id, at)
    )


def read(
    story: Story, at: datetime, who: Staff, trace: Trace, outcome: str | None = None, task: Task | None = None
) -> None:
    """Record what a source answered: `outcome`, or whatever it is."""
    tables = story.scene.tables
    look_up = tables.trace_sources(london_date(at))[trace.source].named_users
    if look_up is not None and may(who, look_up, story.case.id, tables.grants(london_date(at))):
        who = story.rng.choice(users(story, at, look_up))
    outcome = _meant(story, outcome or _outcome(story, at), trace, at)
    row = story.scene.tables.trace_outcomes(london_date(at))[outcome]
    purpose = story.scene.tables.trace_purposes(london_date(at))[trace.purpose]
    note = story.text(f"trace {outcome}") if outcome in _STOPS else None
    given: dict[str, Any] = {}
    if row.found and purpose.brings:
        given = {purpose.brings: _found(story, at, purpose.brings)}
    elif row.found:
        note = story.text(f"trace {trace.purpose}")
    story.act(at, who, RecordAnswer(task=trace.id, outcome=outcome, note=note, **given), task)


def sound_out(story: Story, asked: datetime, answered: datetime, who: Staff, purpose: str, last: str = "NEG") -> None:
    """Ask everybody who may know in one morning, and read the answers on another: in vain, but for what the `last` says."""
    before = {one.id for one in story.case.traces}
    for n in range(20):
        if not ask(story, asked + timedelta(minutes=4 * n), who, purpose):
            break
    mine = [one for one in story.case.traces if one.id not in before and one.state == "asked"]
    story.live(answered)
    reader = story.who("officer", answered)
    for n, trace in enumerate(mine):
        read(story, answered + timedelta(minutes=3 * n), reader, trace, last if trace is mine[-1] else "NEG")


def _outcome(story: Story, at: datetime) -> str:
    """What is answered; nobody is in prison, abroad or dead of whom that would have to be undone before the last scene."""
    found = pick(story.rng, aim("answers").drawn)
    while found in _STOPS and not _may_be_stopped(story, at):
        found = pick(story.rng, aim("answers").drawn)
    return found


def _found(story: Story, at: datetime, brings: str) -> Any:
    """What a source knows; often of an address what another source said before."""
    rng, unit, them = story.rng, story.case.unit, story.case.debtor
    if brings == "address":
        if them.address is not None and rng.random() < 0.5:
            return GivenAddress(lines=them.address.lines, postcode=them.address.postcode)
        found = make_address(rng, unit)
        return GivenAddress(lines=found.lines, postcode=found.postcode)
    if brings == "phone":
        return GivenPhone(number=mobile(rng))
    if brings == "employer":
        job = make_employer(rng, unit, london_date(at))
        return GivenEmployer(name=job.name)
    if brings == "benefit":
        return GivenBenefit(benefit=pick(rng, {"uc": 6, "esa": 1}))
    return GivenVehicle(registration=make_registration(rng, unit), keeper=True)
