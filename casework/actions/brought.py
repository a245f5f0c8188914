"""What the answer of a source brings: for each subject what is known then, with the source it is from; and whether two sources
say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from casework.actions.details import changed
from casework.actions.given_means import GivenEmployer
from casework.actions.heard import HEARD, Hearing, Learnt, refused
from casework.case import Case
from casework.clean import Line, clean_line
from casework.events import Happening
from casework.learnt import Telling
from casework.people import MOST_KEPT, OF_PEOPLE, Employer, Known, Person, fold
from casework.refusals import Reason, Refused
from casework.rows_tracing import TraceSource
from casework.situation import Situation
from casework.tracing import Trace
from casework.whom_to_ask import another_source, said_before, thing

_OF_PEOPLE = ("benefit", *OF_PEOPLE)


class Brought(NamedTuple):
    """What else is known now, and every reason against it."""

    events: list[Happening] = []
    reasons: tuple[Reason, ...] = ()
    agrees_with: Line | None = None
    """Another source that said the same, so that it is checked now."""
    agreed: tuple[str, ...] = ()
    """The subjects of which it did."""
    kept_out: tuple[Line, ...] = ()
    """What is only likely, where there is no room for it beside what was checked and stands."""


def brought(
    trace: Trace,
    source: TraceSource | None,
    given: Mapping[str, Any],
    case: Case,
    situation: Situation,
    *,
    confirmed: bool,
) -> Brought:
    """What each subject in `given` comes to. What is likely only is not checked, unless another source said the same."""
    who = case.guardian.person if trace.of == "guardian" and case.guardian else case.person
    found: list[Happening] = []
    reasons: list[Reason] = []
    agrees_with: Line | None = None
    agreed: list[str] = []
    kept_out: list[Line] = []
    for subject, value in given.items():
        try:
            learnt, telling, other = _learnt(subject, value, who, trace, source, situation, confirmed)
        except Refused as fault:
            reasons += fault.reasons
            continue
        agrees_with = agrees_with or other
        agreed += [subject] if other else []
        old = getattr(who, learnt.about)
        if not telling.verified and (checked := _checked(old, learnt)):
            value = _behind(old, learnt, checked)
            if _item(learnt) not in _all(value):
                kept_out.append(clean_line(learnt.now))
            learnt = learnt._replace(value=value, was=None)
        if old != learnt.value:
            found.append(changed(trace.of, subject, learnt, old, telling, trace.label))
    return Brought(found, tuple(reasons), agrees_with, tuple(agreed), tuple(kept_out))


def _learnt(
    subject: str,
    value: Any,
    who: Person,
    trace: Trace,
    source: TraceSource | None,
    situation: Situation,
    confirmed: bool,
) -> tuple[Learnt, Telling, Line | None]:
    """What is known then; how it was told; and who else said so."""
    if subject in _OF_PEOPLE and who.name.organisation is not None:
        raise refused("organisation", "an organisation has none", subject)
    if isinstance(value, GivenEmployer):
        value = _with_known(value, who.employer)
    telling = Telling(situation.today, "trace", confirmed, clean_line(trace.source))
    learnt = HEARD[subject](value, Hearing(who, telling, situation))
    item, other = _item(learnt), None
    if not confirmed and item is not None and item.stands and source is not None:
        before = said_before(_all(getattr(who, learnt.about)), item)
        if before is not None and another_source(before, source, subject, situation):
            telling = telling._replace(verified=True)
            learnt, other = HEARD[subject](value, Hearing(who, telling, situation)), _said_by(before, situation)
    return learnt, telling, other


def _with_known(given: GivenEmployer, known: Employer | None) -> GivenEmployer:
    """What is known of the same employer stays, where the source did not say."""
    if known is None or not known.stands or given.name is None or fold(given.name) != fold(known.name):
        return given
    kept = {name: getattr(known, name) for name in ("net_pence", "paid", "pay_day", "reference", "phone", "email")}
    if known.address is not None:
        kept |= {"lines": known.address.lines, "postcode": known.address.postcode}
    return given.model_copy(update={name: value for name, value in kept.items() if getattr(given, name) is None})


def _all(known: object) -> tuple[Known, ...]:
    """Everything of a subject that has a standing."""
    several = known if isinstance(known, tuple) else (known,)
    return tuple(one for one in several if isinstance(one, Known))


def _item(learnt: Learnt) -> Known | None:
    """What was learnt; it is first while it stands."""
    return next(iter(_all(learnt.value)), None)


def _checked(old: object, learnt: Learnt) -> tuple[Known, ...]:
    """What was checked and stands, beside what was learnt."""
    item = _item(learnt)
    if item is None or not item.stands:
        return ()
    return tuple(one for one in _all(old) if one.stands and one.verified_on and thing(one) != thing(item))


def _behind(old: object, learnt: Learnt, checked: tuple[Known, ...]) -> Any:
    """What is only likely comes behind what was checked; where there is room for one, it is not taken over."""
    if not isinstance(old, tuple):
        return old
    item = _item(learnt)
    rest = tuple(one for one in old if one not in checked and item is not None and thing(one) != thing(item))
    return (*checked, item, *rest)[:MOST_KEPT]


def _said_by(before: Known, situation: Situation) -> Line:
    """Who said it before."""
    row = situation.tables.trace_sources(situation.today).get(before.trace or "")
    return clean_line(row.label if row else before.trace or before.source)
