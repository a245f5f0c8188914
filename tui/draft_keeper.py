"""What is being typed, kept on disk, so that no hang-up, crash or other case loses it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from api_client.desk import Desk
from casework.accounts import CaseId
from casework.actions import ACTIONS
from casework.refusals import DeskError
from casework.views import CaseView, Draft
from tui.form import LEAVE, Form, draft_of


async def unsaved(desk: Desk, case_id: CaseId) -> str:
    """What was typed on a case and not saved, by the names of its forms. Raises DeskError."""
    kinds = [draft.kind for draft in await desk.drafts() if draft.case == case_id]
    return ", ".join(ACTIONS[kind].title if kind in ACTIONS else "Quick entry" for kind in kinds)


class DraftKeeper:
    """Keeps the text of one form at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._untouched: Mapping[str, str] = {}
        self._kept = False

    async def of(self, case_id: CaseId, kind: str) -> Draft | None:
        """What was typed into such a form of this case before. Raises DeskError."""
        return next((one for one in await self._desk.drafts() if one.case == case_id and one.kind == kind), None)

    def begin(self, values: Mapping[str, str], restored: bool) -> None:
        """A form was opened with these values: its own, or those of a draft."""
        self._untouched = {} if restored else values
        self._kept = restored

    def touched(self, values: Mapping[str, str]) -> bool:
        """Whether something was typed that could be lost."""
        return values != self._untouched

    async def keep(self, form: Form, view: CaseView, values: Mapping[str, str]) -> None:
        """Keep what has been typed. Raises DeskError."""
        if form.kind == LEAVE:
            return
        if self.touched(values):
            self._kept = True
            await self._desk.save_draft(draft_of(form, view.case, values, self._desk.now()))
        else:
            await self.forget(form, view)

    async def forget(self, form: Form, view: CaseView) -> None:
        """Keep it no longer. Where that fails it is back when the form is opened again, with the key it was saved under."""
        if form.kind != LEAVE and self._kept:
            with suppress(DeskError):
                await self._desk.drop_draft(view.case.id, form.kind)
