"""The pane beside a form: filled in anew with each key, and with what saving would do when the typing pauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from textual.timer import Timer

from api_client.desk import Desk
from casework.identity import Checked
from casework.refusals import DeskError, Refused
from casework.situation import Situation
from casework.views import CaseView, Preview
from tui.beside import BESIDE, COMPARED, PREVIEWED, TICKING, Filling
from tui.form import Form
from tui.widgets.lines import Line, Lines

PREVIEW_AFTER = 0.15
"""Seconds after the last key until what was typed is tried out."""

SECOND = 1.0

ROOM = 100
"""From this width of the screen on the pane stands beside the form; below, under it."""

_WIDE, _MOST, _MOST_UNDER = 46, 12, 4
"""Cells across beside a form; lines beside it, and under it."""


class BesidePane(Lines):
    """What helps with one form at a time."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(more=" more…", id="beside")
        self._desk = desk
        self._form: Form | None = None
        self._filling: Filling | None = None
        self._timer: Timer | None = None
        self._tick: Timer | None = None
        self._left: dict[str, tuple[datetime, datetime]] = {}
        """By the key of a form, when it was opened and when it was left; a draft has the key of its form."""

    def open(self, form: Form, view: CaseView, typed: Mapping[str, str], situation: Situation) -> None:
        """Stand beside this form, if there is anything to say of its kind."""
        self.close()
        if form.kind not in BESIDE:
            return
        self._form = form
        self._filling = Filling(view, typed, situation, self._began(form, situation))
        if form.kind in TICKING:
            self._tick = self.set_interval(SECOND, self._show)
        self.typed(view, typed, situation)

    def typed(self, view: CaseView, typed: Mapping[str, str], situation: Situation) -> None:
        """Something else stands in the form now."""
        if self._form is None or self._filling is None:
            return
        before = self._filling
        preview = before.preview if before.typed == typed and before.view.case.version == view.case.version else None
        self._filling = replace(before, view=view, typed=typed, situation=situation, preview=preview)
        self._show()
        if self._form.kind in PREVIEWED and preview is None:
            self._stop()
            self._timer = self.set_timer(PREVIEW_AFTER, self._try_out)

    def heard(self, checked: Checked | None) -> None:
        """What a caller said so that they show who they are came to this."""
        if self._filling is not None and checked != self._filling.checked:
            self._filling = replace(self._filling, checked=checked)
            self._show()

    def set_aside(self) -> str:
        """Keep the proposal as it stands, to compare the next with; a second time, forget it. Returns what was done."""
        if self._filling is None or self._form is None or self._form.kind not in COMPARED:
            return "there is nothing to compare here"
        kept = self._filling
        if kept.aside is None and not COMPARED[self._form.kind](kept):
            return "a proposal is set aside when it says how much, how often and from when"
        aside = kept.typed if kept.aside is None else None
        self._filling = replace(kept, aside=aside)
        self._show()
        return "set aside: type another, and both are shown; F7 forgets it" if aside is not None else "forgotten"

    def close(self) -> None:
        """There is no form."""
        self._stop()
        if self._tick is not None:
            self._tick.stop()
        if self._form is not None and self._filling is not None and self._form.kind in TICKING:
            self._left[self._form.key] = self._filling.opened_at, self._desk.now()
        self._form = self._filling = self._tick = None
        self._show()

    def _began(self, form: Form, situation: Situation) -> datetime:
        """When this form was opened first. One that was left for longer than a claim lives is begun anew: the call is over."""
        lease = timedelta(minutes=situation.tables.limit("claim-lease-minutes", situation.today).amount)
        self._left = {key: one for key, one in self._left.items() if situation.now - one[1] <= lease}
        return self._left.get(form.key, (situation.now, situation.now))[0]

    @property
    def seconds(self) -> int:
        """How long the form has been open."""
        return 0 if self._filling is None else int((self._desk.now() - self._filling.opened_at).total_seconds())

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    async def _try_out(self) -> None:
        """Ask what saving would do, and show it unless something else is being typed by then."""
        form, asked, timer = self._form, self._filling, self._timer
        if form is None or asked is None:
            return
        preview: Preview | None = None
        try:
            action = form.action(asked.view.case, asked.typed, asked.situation)
            preview = await self._desk.preview(asked.view.case.id, action)
        except Refused as fault:
            preview = Preview(events=(), balance_pence=asked.view.case.balance_pence, refusals=fault.reasons)
        except DeskError:
            preview = None
        now = self._filling
        if self._timer is timer and now is not None and now.typed is asked.typed:
            self._filling = replace(now, preview=preview)
            self._show()

    def on_resize(self) -> None:
        """Another width, other lines."""
        self._show()

    def _show(self) -> None:
        beside = self.app.size.width >= ROOM
        width = _WIDE if beside else self.app.size.width
        lines: tuple[Line, ...] = ()
        if self._form is not None and self._filling is not None:
            now = replace(self._filling.situation, now=self._desk.now())
            lines = BESIDE[self._form.kind](replace(self._filling, situation=now), width)
        height = min(len(lines), _MOST if beside else _MOST_UNDER)
        self.styles.width = _WIDE if beside and lines else 0 if beside else "100%"
        if self.styles.height is None or self.styles.height.cells != height:
            self.styles.height = height
        self.show(lines)
