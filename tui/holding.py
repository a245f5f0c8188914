"""The cases that are ours: one to work, one for a call. What is held is given back, kept alive or answered for here."""

from __future__ import annotations

from contextlib import suppress

from api_client.desk import Desk
from casework.accounts import CaseId
from casework.claims import Claim
from casework.refusals import DeskError
from casework.views import CaseView


def own_claim(view: CaseView | None) -> Claim | None:
    """Our claim on a case, if we have one."""
    return view.claim if view is not None and view.mine else None


def unfinished(view: CaseView | None) -> bool:
    """Whether the task that we claimed this case for is still to be done."""
    claim = own_claim(view)
    return view is not None and claim is not None and claim.slot == "work" and view.case.task(claim.task) is not None


async def give_back(desk: Desk, view: CaseView | None) -> None:
    """Hold a case no longer, if we do. Raises DeskError."""
    if (claim := own_claim(view)) is not None:
        await desk.release(claim)


async def renew(desk: Desk) -> set[CaseId]:
    """A sign of life for all that we hold; returns which cases these are. Raises DeskError."""
    claims = await desk.my_claims()
    for claim in claims:
        await desk.renew(claim)
    return {claim.case for claim in claims}


async def still_to_answer_for(desk: Desk) -> Claim | None:
    """What we must say something about before we go: the case that we work. One that is held for a call goes back."""
    working = None
    for claim in await desk.my_claims():
        if claim.slot == "work":
            working = claim
        else:
            with suppress(DeskError):  # it ends by itself with its lease
                await desk.release(claim)
    return working
