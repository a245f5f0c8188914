"""The form docked under a case: what to say, the questions, what was typed kept as a draft, and saving.

Nothing is saved onto a case that was not on screen when the saving key was typed: such a key is dropped with a bell, and
whatever was typed after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from api_client.desk import Desk
from casework.actions.call import LogCall
from casework.actions.declare import Action, pick
from casework.actions.given_terms import ASK_INSTEAD
from casework.conflict import conflicts
from casework.contact import THEM
from casework.contact_policy import judge
from casework.dates import format_moment
from casework.fields import Field
from casework.identity import so_far
from casework.quick_entry import Verb
from casework.refusals import ClaimedByAnother, ClaimLost, DeskError, Refused, Stale
from casework.situation import Situation
from casework.staff import Staff
from casework.views import CaseView, Done, situation_of
from tui import view_models
from tui.draft_keeper import DraftKeeper
from tui.form import LEAVE, ActionForm, Form, QuickForm, errors_by_field, take_up
from tui.quick_line import QuickLine, asks_first
from tui.saving import carry_out
from tui.screens.above_form import Above
from tui.screens.beside_pane import ROOM, BesidePane
from tui.widgets.field_map import FieldMap
from tui.widgets.lines import Lines

DRAFT_AFTER = 0.5
"""Seconds after a key until what was typed is kept as a draft."""

_NOT_ON_SCREEN = "nothing was saved: this case was not on screen yet when you typed"


class FormDock(Vertical):
    """One form at a time, under the case that it is about."""

    def __init__(self, desk: Desk, me: Staff, above: Above) -> None:
        super().__init__(id="dock")
        self._beside = BesidePane(desk)
        self._desk, self._me, self._above = desk, me, above
        self._form: Form | None = None
        self._drawn: list[Field] = []
        self._drafts = DraftKeeper(desk)
        self._quick = QuickLine(desk, above.say, self.set_timer)
        self._leaving = False
        self._throwing = False
        self._then_next = False
        self._confirmed: dict[str, str] | None = None
        self._instead: type[Action] | None = None
        self._timed: tuple[dict[str, str], int] | None = None
        self._draft_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """What to say, over the form and what helps with it."""
        yield Lines(id="to-say")
        with Horizontal(id="entry"):
            yield FieldMap(id="form")
            yield self._beside

    def on_resize(self, event: events.Resize) -> None:
        """Beside the form where there is room for it."""
        self.set_class(event.size.width < ROOM, "narrow")

    @property
    def form(self) -> Form | None:
        """What is being filled in."""
        return self._form

    @property
    def field(self) -> Field | None:
        """The field the cursor is in."""
        return next((one for one in self._drawn if self._form is not None and one.name == self._map.current), None)

    @property
    def _map(self) -> FieldMap:
        return self.query_one("#form", FieldMap)

    @property
    def _view(self) -> CaseView:
        assert self._above.view is not None
        return self._above.view

    @property
    def _version(self) -> int:
        return self._view.case.version

    def focus_form(self) -> None:
        """The keys go to the form again, if there is one."""
        if self._form is not None:
            self._map.focus()

    def toggle_choices(self) -> None:
        """Show the choices of the field, or hide them."""
        if self._form is not None:
            self._map.toggle_choices()

    def save_then_next(self, typed_at: float) -> None:
        """Save what is typed now; then the next case."""
        self._then_next = True
        self._map.post_message(FieldMap.Submitted(self._map, self._map.values, typed_at))

    # Opening and typing

    def _situation(self) -> Situation:
        return situation_of(self._view, self._me, self._desk.tables, self._desk.now())

    def _fields(self, form: Form, typed: dict[str, str]) -> list[Field]:
        return form.fields(self._view.case, typed, self._situation())

    async def open(self, form: Form, preset: dict[str, str] | None = None, begin_at: str | None = None) -> None:
        """Open a form under the case, with what was typed into it before; or say why it cannot be started."""
        if self._above.view is None:
            return
        if not await self.close(keep=True):
            return
        offer = next((one for one in self._view.offers if one.kind == form.kind), None)
        if offer is not None and offer.reasons:
            self._above.refuse("; ".join(reason.message for reason in offer.reasons))
            return
        self._above.take_back_warning()
        typed = dict(preset or {})
        if not (fields := self._fields(form, typed)):
            await self._save_at_once(form)
            return
        if (draft := await self._drafts.of(self._view.case.id, form.kind)) is not None:
            take_up(form, draft)
            typed = self._with_preset(form, draft.typed, typed)
            self._above.say(f"what you typed at {format_moment(draft.at)} is back; F12 throws it away")
            self._above.drop_typed_ahead()
            fields = self._fields(form, typed)
            begin_at = begin_at or self._not_kept(fields, typed)
        self._form = form
        self._drawn = [replace(one, meaning="") for one in fields]
        shown = self._map
        suggest = self._quick.suggest(form, self._view, self._situation) if isinstance(form, QuickForm) else None
        self._quick.history.begin()
        shown.show(form.title(self._view.case), fields, typed, begin_at=begin_at, suggest=suggest)
        self._drafts.begin(shown.values, restored=draft is not None)
        self._beside.open(form, self._view, shown.values, self._situation())
        self._show_to_say(shown.values)
        shown.focus()
        self._above.form_opened()
        self._mind_identity(shown.values)
        self._say_before_dialling(shown.values)

    def _not_kept(self, fields: list[Field], typed: dict[str, str]) -> str | None:
        """What a draft never holds and is still to be said: who is on the line."""
        asked = any(one.name == "identity" for one in fields)
        return "identity" if asked and typed.get("answered") == THEM else None

    def _with_preset(self, form: Form, kept: dict[str, str], preset: dict[str, str]) -> dict[str, str]:
        """A draft with what the key answers; as it was, where that would no longer ask for something that was typed."""
        typed = {**kept, **preset}
        asked = {one.name for one in self._fields(form, typed)}
        return typed if all(name in asked for name, text in kept.items() if text) else kept

    def _show_to_say(self, typed: dict[str, str]) -> None:
        """What the officer should say, over the form; it stays while what is typed cannot be read."""
        spoken: list[str] = []
        if self._form is not None:
            try:
                spoken = self._form.to_say(self._view.case, typed, self._situation())
            except Refused:
                return
        shown = self.query_one("#to-say", Lines)
        lines = view_models.to_say(spoken, self.size.width)
        shown.styles.height = len(lines)
        shown.show(lines)

    @on(FieldMap.Changed)
    async def _on_changed(self, message: FieldMap.Changed) -> None:
        """Other questions may follow from what is typed now; half a second later it is kept."""
        if self._form is None:
            return
        self._throwing = False
        self._confirmed = self._instead = None
        self._above.take_back_warning()
        self._keep_draft_soon()
        self._show_to_say(message.values)
        self._mind_identity(message.values, whole=False)
        if isinstance(self._form, QuickForm):
            self._quick.typed(self._form, self._view, message.values, self._situation())
        else:
            self._beside.typed(self._view, message.values, self._situation())
        wanted = [replace(one, meaning="") for one in self._fields(self._form, message.values)]
        if wanted != self._drawn:
            self._drawn = wanted
            message.form.replace_fields(wanted)

    def _mind_identity(self, typed: dict[str, str], *, whole: bool = True) -> None:
        """While a call is logged, what the caller must say first is hidden until they have said it."""
        said: Mapping[str, str] | None = None
        if isinstance(self._form, QuickForm):
            said = self._form.call(self._view.case, typed, self._situation())
        elif self._form is not None and self._form.kind == LogCall.named():
            said = typed
        if said is None:
            self._above.mask(False)
            return
        checked = so_far(said, self._view.case, self._situation(), whole=whole)
        self._beside.heard(checked)
        self._above.mask(checked is None or not checked.passed, checked)

    def _say_before_dialling(self, typed: dict[str, str]) -> None:
        """What contact policy has against the call, before it is made."""
        if self._form is None or self._form.kind != LogCall.named() or typed.get("direction") == "in":
            return
        if text := view_models.before_dialling(judge(self._view.case, self._situation(), "call", typed.get("number"))):
            self._above.say(text, "warning")

    @on(FieldMap.Left)
    async def _on_left(self, message: FieldMap.Left) -> None:
        """Spell out what was typed as it was understood."""
        if self._form is not None:
            message.form.replace_fields(self._fields(self._form, message.form.values))
            self._mind_identity(message.form.values)

    def _keep_draft_soon(self) -> None:
        """However fast somebody types on: a kill loses no more than that much of it."""
        if self._draft_timer is None:
            self._draft_timer = self.set_timer(DRAFT_AFTER, self.keep_draft)

    async def keep_draft(self) -> bool:
        """Keep what has been typed, or say that it could not be kept; returns whether it was."""
        try:
            await self.save_draft()
        except DeskError as fault:
            self._above.say(f"what you typed is on the screen but not on disk; F12 throws it away: {fault}", "warning")
            return False
        return True

    async def save_draft(self) -> None:
        """Keep what has been typed, on disk. Raises DeskError."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None
        if self._form is not None and self._above.view is not None:
            await self._drafts.keep(self._form, self._view, self._map.values)

    @on(FieldMap.Closed)
    async def _on_closed(self, message: FieldMap.Closed) -> None:
        """Close, keeping what was typed; or throw it away, when asked twice."""
        leaving = self._form is not None and self._form.kind == LEAVE
        kept = message.keep and not leaving and self._drafts.touched(message.form.values)
        if not message.keep and not self._throwing and self._drafts.touched(message.form.values):
            self._throwing = True
            self._above.say("F12 again throws away what you typed", "warning")
            return
        if await self.close(keep=message.keep):
            self._above.say("kept for later" if kept else "")

    async def close(self, *, keep: bool) -> bool:
        """Take the form away, keeping what was typed or forgetting it. It stays, and False is returned, where what was typed
        is on the screen alone."""
        if self._form is None or self._above.view is None:
            return True
        if keep and not await self.keep_draft():
            return False
        if not keep:
            await self._forget_draft()
        self._quick.stop()
        self._beside.close()
        self._form, self._leaving, self._throwing = None, False, False
        self._confirmed = self._instead = None
        form = self._map
        form.clear()
        self._show_to_say({})
        self._above.mask(False)
        self._above.form_closed()
        return True

    async def _forget_draft(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None
        if self._form is not None:
            await self._drafts.forget(self._form, self._view)

    @on(FieldMap.Recalled)
    def _on_recalled(self, message: FieldMap.Recalled) -> None:
        """The line that was saved before the one in the box, or after it."""
        if not isinstance(self._form, QuickForm):
            return
        found = self._quick.history.turn(message.by, message.form.values.get("line", ""))
        if found is None:
            self.app.bell()
        else:
            message.form.fill(found)

    # Saving

    @on(FieldMap.Submitted)
    async def _on_submitted(self, message: FieldMap.Submitted) -> None:
        """Save the form, if the case it is about was on screen when the key was typed."""
        if self._form is None or self._above.view is None:
            return
        self._quick.stop()
        then_next, self._then_next = self._then_next, False
        if not self._above.was_on_screen(message.typed_at):
            self._above.refuse(_NOT_ON_SCREEN)
            return
        if self._form.kind == LEAVE:
            await self._leave_as(message.values.get("choice", ""))
            return
        if verb := self._names(self._form, message.values):
            await self.close(keep=False)
            self._above.say("")
            await self.open(ActionForm(verb.action.named(), self._version), dict(verb.typed))
            return
        try:
            done = await self._act(self._form, message.values)
        except Refused as fault:
            names = {one.name for one in self._fields(self._form, message.values)}
            placed, loose = errors_by_field(fault, names)
            message.form.show_errors(placed)
            self._instead = self._other_than(self._form, message.values, fault)
            if self._instead is not None:
                why = "; ".join(reason.message for reason in fault.reasons if reason.code != ASK_INSTEAD)
                self._above.refuse(f"F10 again saves it as “{self._instead.title}”: {why}")
            else:
                self._above.refuse("; ".join(loose) or "not saved; what is wrong stands under its field")
        except Stale as fault:
            await self._compare(self._form, message.values, fault)
        except (ClaimLost, ClaimedByAnother) as fault:
            await self.keep_draft()
            await self._above.refresh_case()
            self._above.refuse(f"{fault}. What you typed is kept")
        except DeskError as fault:
            await self.keep_draft()
            self._above.refuse(f"{fault}. What you typed is kept")
        else:
            if done is not None:
                await self._after(done, then_next)

    def set_aside(self) -> None:
        """Keep the proposal as it stands, to compare the next with."""
        self._above.say(self._beside.set_aside())

    async def repeat(self, form: QuickForm) -> None:
        """The line that was saved last, on this case. What has legal effect or leaves the house, what should be confirmed and
        what is refused stands in the box first, to be looked at: Enter saves it."""
        if not (line := self._quick.history.last):
            self._above.refuse("no line was written yet; : writes one, and . repeats it")
            return
        typed, case, now = {"line": line}, self._view.case, self._situation()
        if await self._drafts.of(case.id, form.kind) is not None:
            self._above.refuse("a line is begun on this case already: : goes on with it")
            return
        try:
            action, text = form.action(case, typed, now), form.understood(case, typed, now)
        except Refused as fault:
            await self.open(form, typed)
            self._above.refuse(str(fault))
            return
        cautions = action.cautions(case, now)
        if not cautions and not asks_first(action):
            await self._save_at_once(form, typed)
            return
        await self.open(form, typed)
        self._confirmed = typed
        self._above.say(f"{'; '.join([*cautions, text])}. Enter does it on this case", "warning")
        self._above.drop_typed_ahead()

    async def _save_at_once(self, form: Form, typed: dict[str, str] | None = None) -> None:
        """Carry out what asks for nothing more, or say why not."""
        if not self._above.was_on_screen(self._above.last_key_at):
            self._above.refuse(_NOT_ON_SCREEN)
            return
        try:
            done = await self._act(form, typed or {})
        except DeskError as fault:
            self._above.refuse(str(fault))
        else:
            if done is not None:
                await self._after(done, then_next=False)

    async def _compare(self, form: Form, typed: dict[str, str], stale: Stale) -> None:
        """Theirs beside what is typed here, which is kept: saving again saves it on the case as it is now."""
        await self.keep_draft()
        seen = form.seen_version
        await self._above.refresh_case()
        form.seen_version = self._version
        with suppress(DeskError):  # without what was, there is still the sentence
            before = await self._desk.as_of(self._view.case.id, seen)
            kind = type(form.action(before, typed, self._situation()))
            mine = {} if isinstance(form, QuickForm) else typed
            found = conflicts(before, self._view.case, kind, mine, self._situation())
            self._above.show_conflicts(found, seen)
            self._map.replace_fields(self._fields(form, typed))
            self._above.refuse("this case was changed while you typed. Your text is kept; F10 saves it as it stands")
            return
        self._above.refuse(f"{stale}. Your text is kept; save again if it still stands")

    def _names(self, form: Form, typed: dict[str, str]) -> Verb | None:
        """What a line of quick entry names and says nothing more of."""
        return (
            self._quick.only_named(form, self._view, typed, self._situation()) if isinstance(form, QuickForm) else None
        )

    def _other_than(self, form: Form, typed: dict[str, str], fault: Refused) -> type[Action] | None:
        """The action that would do with the same answers, when the one that was filled in is refused."""
        try:
            action = form.action(self._view.case, typed, self._situation())
        except Refused:
            return None
        return action.instead(fault.reasons)

    async def _act(self, form: Form, typed: dict[str, str]) -> Done | None:
        """Carry the form out; or ask, once, for what should be confirmed first."""
        case = self._view.case
        action = form.action(case, typed, self._situation())
        if self._instead is not None:
            action = self._instead.model_validate(action.model_dump(exclude={"kind"}))
        if (cautions := action.cautions(case, self._situation())) and self._confirmed != typed:
            self._confirmed = dict(typed)
            self._above.say(f"{'; '.join(cautions)}. F10 again saves it", "warning")
            self._above.drop_typed_ahead()
            return None
        if form.kind == LogCall.named() and isinstance(action, LogCall):
            action = action.timed(self._talked(typed), self._situation())
        done = await carry_out(self._desk, self._view, form, action)
        if isinstance(form, QuickForm):
            self._quick.history.remember(typed["line"])
        return done

    def _talked(self, typed: dict[str, str]) -> int:
        """Seconds on the line, up to when this was first to be saved: tried once more, it is the same call."""
        if self._timed is None or self._timed[0] != typed:
            self._timed = dict(typed), self._beside.seconds
        return self._timed[1]

    async def _after(self, done: Done, then_next: bool) -> None:
        """It is on disk, so the form goes."""
        leaving = self._leaving
        await self.close(keep=False)
        await self._above.after_saving(done, then_next, leaving)

    async def _leave_as(self, text: str) -> None:
        """Leave the desk: with the case parked, given back, or kept for its lease."""
        assert self._form is not None
        form = self._map
        try:
            choice = pick(self._fields(self._form, form.values)[0].choices, text).code
        except ValueError as fault:
            form.show_errors({"choice": str(fault)})
            self._above.refuse(str(fault))
            return
        if choice == "park":
            await self.open(ActionForm("park", self._version))
            self._leaving = self._form is not None
            return
        if choice == "back" and self._view.claim is not None:
            try:
                await self._desk.release(self._view.claim)
            except DeskError as fault:
                self._above.refuse(f"{fault}. It was not given back; “keep” leaves the desk all the same")
                return
        await self._above.quit_desk()
