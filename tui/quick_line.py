"""The line of quick entry while it is typed: what it was understood as, at once; what it would do, when the typing stops; how
it may go on; and the lines that were saved before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.timer import Timer

from api_client.desk import Desk
from casework.actions.declare import Action
from casework.quick_entry import Verb
from casework.refusals import DeskError, Refused
from casework.situation import Situation
from casework.views import CaseView
from tui.form import ActionForm, QuickForm
from tui.quick_history import QuickHistory
from tui.widgets.form_state import Suggest

PREVIEW_AFTER = 0.3
"""Seconds after the last key until a line is tried out: that may walk the history."""

Say = Callable[[str, str], None]
Later = Callable[[float, Callable[[], object]], Timer]


def asks_first(action: Action) -> bool:
    """Whether an action is looked at before it is repeated: it leaves the house or moves money, so that it cannot be undone,
    or it changes what the payer is bound to."""
    return not action.undoable or "terms" in action.depends_on()


class QuickLine:
    """Says of a line what it means, and how it may go on."""

    def __init__(self, desk: Desk, say: Say, later: Later) -> None:
        self.history = QuickHistory()
        self._desk, self._say, self._later = desk, say, later
        self._timer: Timer | None = None

    def stop(self) -> None:
        """Say nothing more of the line before."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def only_named(
        self, form: QuickForm, view: CaseView, typed: Mapping[str, str], situation: Situation
    ) -> Verb | None:
        """What a line names, when it says nothing more and that asks anything: its form is opened."""
        verb = form.only_named(view.case, typed, situation)
        asks = verb and ActionForm(verb.action.named(), view.case.version).fields(view.case, verb.typed, situation)
        return verb if asks else None

    def suggest(self, form: QuickForm, view: CaseView, situation: Callable[[], Situation]) -> Suggest:
        """How the line may go on, for the field it stands in."""
        return lambda _, text: form.goes_on(view.case, text, situation())

    def typed(self, form: QuickForm, view: CaseView, typed: Mapping[str, str], situation: Situation) -> None:
        """The line is another now."""
        self.stop()
        if (verb := self.only_named(form, view, typed, situation)) is not None:
            self._say(f"{verb.action.title}: go on, or Enter opens its form", "info")
            return
        try:
            text = form.understood(view.case, typed, situation)
            action = form.action(view.case, typed, situation)
        except Refused as fault:
            self._say(str(fault) if typed.get("line", "").strip() else "", "info")
            return
        self._say(text, "info")
        self._timer = self._later(PREVIEW_AFTER, lambda: self._try_out(view, action, text))

    async def _try_out(self, view: CaseView, action: Action, text: str) -> None:
        """What the line would do, unless something else was typed or done before that was known."""
        timer = self._timer
        try:
            preview = await self._desk.preview(view.case.id, action)
        except DeskError as fault:
            against, does = fault.reasons, ""
        else:
            against, does = preview.refusals, "; ".join(event.summary for event in preview.events)
        if timer is None or self._timer is not timer:
            return
        if against:
            self._say(f"✗ {against[0].message}  ({text})", "warning")
        else:
            self._say(f"→ {does}  ({text})" if does else text, "info")
