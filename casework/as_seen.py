"""A case as one person sees it now: what they may start, what speaks against a call, how far behind the payer is."""

from __future__ import annotations

from collections.abc import Mapping

from casework.case import Case
from casework.claims import Claim
from casework.contact_policy import judge
from casework.offers import offers
from casework.situation import Situation
from casework.staff import Staff
from casework.standing import behind, next_due
from casework.stops import stops
from casework.views import CaseView


def case_view(
    case: Case,
    situation: Situation,
    held: Claim | None,
    colleagues: tuple[Staff, ...],
    restricted: Mapping[str, str],
) -> CaseView:
    """The case for the actor of a situation, which has the facts that `undo` asks for.

    Args:
        held: The live claim on the case, whoever's it is.
        colleagues: The others of their units who may open it.
        restricted: The texts kept apart that they may read, by name.
    """
    return CaseView(
        case=case,
        offers=offers(case, situation, held),
        contact=judge(case, situation),
        claim=held,
        mine=held is not None and held.officer == situation.actor.id,
        arrears=behind(case, situation.today),
        next_due=next_due(case, situation.today),
        stops=stops(case, situation.tables),
        restricted=dict(restricted),
        colleagues=colleagues,
    )
