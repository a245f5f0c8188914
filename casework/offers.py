"""What may be done to a case now, and if not, why: said before anything is typed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from casework.actions import ACTIONS
from casework.actions.declare import Action
from casework.case import Case
from casework.claims import Claim
from casework.refusals import Reason
from casework.situation import Situation
from casework.staff import may


class Offer(BaseModel):
    """An action and why it may not be started now; no reasons: it may."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: str
    title: str
    reasons: tuple[Reason, ...] = ()


def offers(case: Case, situation: Situation, held: Claim | None) -> tuple[Offer, ...]:
    """Every action, for the actor of `situation`, while the case is claimed as `held` says."""
    return tuple(_offer(kind, action, case, situation, held) for kind, action in ACTIONS.items())


def _offer(kind: str, action: type[Action], case: Case, situation: Situation, held: Claim | None) -> Offer:
    actor, tables = situation.actor, situation.tables
    reasons = [
        *may(actor, action.permission, case.id, tables.grants(situation.today)),
        *action.offered(case, situation),
    ]
    if action.works_task and (held is None or held.officer != actor.id):
        who = f"{held.officer_name} has this case" if held else "you have not pulled this case"
        reasons.append(Reason(code="not-yours", message=who))
    elif action.claimed and (held is None or held.officer != actor.id):
        who = f"{held.officer_name} has this case" if held else "you have not claimed this case"
        reasons.append(Reason(code="not-yours", message=who))
    elif action.works_task and held is not None and case.task(held.task) is None:
        reasons.append(Reason(code="no-task", message="this case has no task in hand"))
    return Offer(kind=kind, title=action.title, reasons=tuple(reasons))
