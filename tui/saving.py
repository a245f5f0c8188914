"""A form carried out, with the claim that it needs: the one held for work, or one beside it for a caller."""

from __future__ import annotations

from contextlib import suppress

from api_client.desk import Desk
from casework.actions.declare import Action
from casework.refusals import ClaimLost
from casework.views import CaseView, Done
from tui.form import Form


async def carry_out(desk: Desk, view: CaseView, form: Form, action: Action) -> Done:
    """Do what was filled in, on the case as it was seen. Raises DeskError."""
    if action.needs_claim() and view.claim is None:
        return await _for_caller(desk, view, form, action)
    token = view.claim.token if action.needs_claim() and view.claim is not None and view.mine else None
    return await desk.act(view.case.id, action, key=form.key, claim=token, seen_version=form.seen_version)


async def _for_caller(desk: Desk, view: CaseView, form: Form, action: Action) -> Done:
    """Something that only whoever holds the case may do, on a case that nobody holds and whose payer is on the line: it is
    held beside the work in hand for as long as that takes."""
    held = (await desk.claim(view.case.id, interrupt=True)).claim
    try:
        done = await desk.act(held.case, action, key=form.key, claim=held.token, seen_version=form.seen_version)
    finally:
        with suppress(ClaimLost):
            await desk.release(held)
    return done.model_copy(update={"view": await desk.case(held.case)})
