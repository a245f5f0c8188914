"""The case screen: the whole main job on one screen, with the form docked under the case.

Nothing is saved onto a case that was not on screen when the saving key was typed: such a key is dropped with a bell, and
whatever was typed after it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual._time import get_time
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.timer import Timer

from api_client.desk import Desk
from casework.actions import ACTIONS
from casework.actions.call import LogCall
from casework.actions.declare import Action, pick
from casework.actions.given_terms import ASK_INSTEAD
from casework.contact_policy import judge
from casework.dates import format_moment
from casework.fields import Field
from casework.identity import so_far
from casework.refusals import ClaimedByAnother, ClaimLost, DeskError, Refused, Stale
from casework.situation import Situation
from casework.staff import Staff
from casework.views import CaseView, Claimed, Done, Draft, situation_of
from tui import view_models
from tui.commands import ALWAYS, at, bindings
from tui.form import LEAVE, ActionForm, Form, LeaveForm, QuickForm, draft_of, errors_by_field, of_draft
from tui.screens.case_panel import CasePanel
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import Hint, KeyBar
from tui.widgets.lines import Lines
from tui.widgets.message_line import MessageLine
from tui.widgets.rows import Rows

if TYPE_CHECKING:
    from tui.app import GreenwaxDesk

DRAFT_AFTER = 0.5
"""Seconds after the last key until what was typed is kept as a draft."""

PREVIEW_AFTER = 0.3
"""Seconds after the last key until a line of quick entry is tried out."""

_NOT_ON_SCREEN = "nothing was saved: this case was not on screen yet when you typed"

HEARTBEAT = 60.0
CLOCK = 20.0


class CaseScreen(Screen[None]):
    """One case at a time, and everything that is done to it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("case")]
    AUTO_FOCUS = ""
    app: GreenwaxDesk

    def __init__(self, desk: Desk, me: Staff, *, keep_pulling: bool) -> None:
        super().__init__()
        self._desk, self._me, self._keep_pulling = desk, me, keep_pulling
        self._view: CaseView | None = None
        self._panel = CasePanel(desk, me)
        self._form: Form | None = None
        self._drawn: list[Field] = []
        self._untouched: dict[str, str] = {}
        self._leaving = False
        self._throwing = False
        self._then_next = False
        self._confirmed: dict[str, str] | None = None
        self._instead: type[Action] | None = None
        self._painted_at = inf
        self._typed_at = 0.0
        self._draft_timer: Timer | None = None
        self._preview_timer: Timer | None = None

    # What is on the screen

    def compose(self) -> ComposeResult:
        """The case above; what to say, the form, the message and the keys below."""
        yield self._panel
        yield Lines(id="to-say")
        yield FieldMap(id="form")
        yield MessageLine(id="message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Keep clock and claim going."""
        self.set_interval(CLOCK, self._panel.show_header)
        self.set_interval(HEARTBEAT, self._renew)

    async def open_claimed(self, claimed: Claimed) -> None:
        """Show a case that is now ours to work."""
        await self._open(claimed.view, claimed.why, self._desk.now())

    async def open_view(self, view: CaseView) -> None:
        """Show a case for reading, and for what needs no claim."""
        await self._open(view, (), None)

    async def _open(self, view: CaseView, why: Sequence[str], since: datetime | None) -> None:
        await self._close_form(keep=True)
        self._painted_at = inf
        self._view = view
        self._panel.open(view, why, await self._desk.timeline(view.case.id), since)
        self._panel.focus_list()
        self._show_keys()
        self.say("")
        self.call_after_refresh(self._painted)
        if kept := await self._kept_here():
            self.say(f"what you typed is kept; open it again to go on: {kept}")

    async def _kept_here(self) -> str:
        """The drafts of this case, in words."""
        drafts = [draft for draft in await self._desk.drafts() if self._view and draft.case == self._view.case.id]
        titles = [ACTIONS[draft.kind].title if draft.kind in ACTIONS else "Quick entry" for draft in drafts]
        return ", ".join(titles)

    async def _update(self, view: CaseView, *, newest: bool = False) -> None:
        """The same case, as it is now."""
        self._view = view
        self._panel.update_case(view, await self._desk.timeline(view.case.id), newest=newest)
        self._show_keys()

    def _painted(self) -> None:
        self._painted_at = min(self._painted_at, get_time())

    def _show_keys(self) -> None:
        assert self._view is not None
        reasons = {offer.kind: "; ".join(r.message for r in offer.reasons) or None for offer in self._view.offers}
        hints = [Hint(one.key, one.title, reasons.get(one.action or ""), one.id in ALWAYS) for one in at("case")]
        if self._form is not None:
            hints = [
                Hint("F10", "save"),
                Hint("F8", "save, then next"),
                Hint("Esc", "stay here" if self._form.kind == LEAVE else "keep for later"),
                Hint("F12", "throw away"),
                Hint("F4", "choices"),
                *(hint for hint in hints if hint.key == "F9"),
            ]
        self.query_one("#keys", KeyBar).show(hints)

    def say(self, text: str, tone: str = "info") -> None:
        """Say something in the message line."""
        message = self.query_one("#message", MessageLine)
        message.say(text, tone)  # type: ignore[arg-type]

    def _take_back_warning(self) -> None:
        """What was wrong before is not what is being done now."""
        if self.query_one("#message", MessageLine).tone in ("refused", "warning"):
            self.say("")

    def _refuse(self, text: str) -> None:
        """Say why not; what was typed ahead is thrown away with a bell."""
        self.say(text, "refused")
        self.app.drop_typed_ahead()

    # Commands

    async def action_command(self, name: str) -> None:
        """Run a command of the registry."""
        command = next(one for one in at("case") if one.id == name)
        if command.action is not None:
            await self._open_form(ActionForm(command.action, self._version), dict(command.preset), command.begins_at)
            return
        others: dict[str, Callable[[], Awaitable[None]]] = {
            "next": self._next,
            "quick-entry": lambda: self._open_form(QuickForm(self._version)),
            "find": self.app.find,
            "help": lambda: self.app.help("case"),
            "queues": self._to_queues,
            "refresh": self._refresh,
            "quit": self.leave,
            "choices": self._choices,
        }
        if name in others:
            await others[name]()
        elif name in ("previous-tab", "next-tab"):
            self._panel.turn(-1 if name == "previous-tab" else 1)
        else:
            self._panel.turn_to(name.removeprefix("tab-"))

    @property
    def _version(self) -> int:
        assert self._view is not None
        return self._view.case.version

    async def on_key(self, event: events.Key) -> None:
        """A digit begins a find; F8 saves a form."""
        self._typed_at = event.time
        if event.character is not None and event.character.isdecimal() and self._form is None:
            event.stop()
            await self.app.find(event.character)
        elif event.key == "f8" and self._form is not None:
            event.stop()
            event.prevent_default()
            self._then_next = True
            form = self.query_one("#form", FieldMap)
            form.post_message(FieldMap.Submitted(form, form.values, event.time))

    async def _choices(self) -> None:
        if self._form is not None:
            self.query_one("#form", FieldMap).toggle_choices()

    async def _to_queues(self) -> None:
        await self._close_form(keep=True)
        await self.app.show_queues()

    async def _next(self) -> None:
        """The next case; an unfinished one is wrapped up first, never released silently."""
        claim = self._view.claim if self._view is not None and self._view.mine else None
        if self._view is not None and claim is not None:
            if self._view.case.task(claim.task) is not None:
                await self._open_form(ActionForm("wrap-up", self._version))
                return
            await self._desk.release(claim)
        await self.app.pull_next()

    async def leave(self) -> None:
        """Quit; a case that is still ours is parked, given back or kept first."""
        claims = await self._desk.my_claims()
        if not claims:
            self.app.exit()
            return
        if self._view is None or self._view.case.id != claims[0].case:
            await self.open_claimed(await self._desk.claim(claims[0].case))
        await self._open_form(LeaveForm(self._version))

    async def _refresh(self) -> None:
        """The case as it is in the store, painted anew."""
        self.app.repaint_all()
        if self._view is None:
            return
        try:
            await self._update(await self._desk.case(self._view.case.id))
        except DeskError as fault:
            self.say(str(fault), "refused")

    async def _renew(self) -> None:
        """A sign of life for all I hold. When this case is no longer mine, say so; nothing typed is lost."""
        claims = await self._desk.my_claims()
        try:
            if claims:
                await self._desk.renew(claims[0])
        except DeskError as fault:
            self.say(f"{fault}. What you typed is kept.", "warning")
        if self._view is not None and self._view.mine and self._view.case.id not in {one.case for one in claims}:
            await self._refresh()
            self.say("your claim on this case has run out, so it is read only. What you typed is kept.", "warning")

    @on(Rows.Selected)
    async def _bring_older(self, message: Rows.Selected) -> None:
        if message.key == view_models.OLDER and self._view is not None:
            self._panel.add_older(await self._desk.timeline(self._view.case.id, before=self._panel.older))

    # The form

    def _situation(self) -> Situation:
        assert self._view is not None
        return situation_of(self._view, self._me, self._desk.tables, self._desk.now())

    def _fields(self, form: Form, typed: dict[str, str]) -> list[Field]:
        assert self._view is not None
        return form.fields(self._view.case, typed, self._situation())

    async def _open_form(self, form: Form, preset: dict[str, str] | None = None, begin_at: str | None = None) -> None:
        """Open a form under the case, with what was typed into it before; or say why it cannot be started."""
        if self._view is None:
            return
        await self._close_form(keep=True)
        offer = next((one for one in self._view.offers if one.kind == form.kind), None)
        if offer is not None and offer.reasons:
            self._refuse("; ".join(reason.message for reason in offer.reasons))
            return
        self._take_back_warning()
        typed = dict(preset or {})
        if not (fields := self._fields(form, typed)):
            await self._save_at_once(form)
            return
        if (draft := await self._draft(form.kind)) is not None:
            form, typed = of_draft(draft), self._with_preset(form, draft.typed, typed)
            self.say(f"what you typed at {format_moment(draft.at)} is back; F12 throws it away")
            self.app.drop_typed_ahead()
            fields = self._fields(form, typed)
        self._form = form
        self._drawn = [replace(one, meaning="") for one in fields]
        shown = self.query_one("#form", FieldMap)
        shown.show(form.title(self._view.case), fields, typed, begin_at=begin_at)
        self._untouched = {} if draft else shown.values
        self._show_to_say(shown.values)
        shown.focus()
        self._show_keys()
        self._panel.make_room(True)
        self._mind_identity(shown.values)
        self._say_before_dialling(shown.values)

    def _with_preset(self, form: Form, kept: dict[str, str], preset: dict[str, str]) -> dict[str, str]:
        """A draft with what the key answers; as it was, where that would no longer ask for something that was typed."""
        typed = {**kept, **preset}
        asked = {one.name for one in self._fields(form, typed)}
        return typed if all(name in asked for name, text in kept.items() if text) else kept

    def _show_to_say(self, typed: dict[str, str]) -> None:
        """What the officer should say, over the form; it stays while what is typed cannot be read."""
        assert self._view is not None
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

    async def _draft(self, kind: str) -> Draft | None:
        assert self._view is not None
        drafts = await self._desk.drafts()
        return next((one for one in drafts if one.case == self._view.case.id and one.kind == kind), None)

    @on(FieldMap.Changed)
    async def _on_changed(self, message: FieldMap.Changed) -> None:
        """Other questions may follow from what is typed now; half a second later it is kept."""
        if self._form is None:
            return
        self._throwing = False
        self._confirmed = self._instead = None
        self._take_back_warning()
        self._keep_draft_soon()
        self._show_to_say(message.values)
        self._mind_identity(message.values, whole=False)
        if isinstance(self._form, QuickForm):
            self._say_understood(self._form, message.values)
            return
        wanted = [replace(one, meaning="") for one in self._fields(self._form, message.values)]
        if wanted != self._drawn:
            self._drawn = wanted
            message.form.replace_fields(wanted)

    def _mind_identity(self, typed: dict[str, str], *, whole: bool = True) -> None:
        """While a call is logged, what the caller must say first is hidden until they have said it."""
        assert self._view is not None
        said: Mapping[str, str] | None = None
        if isinstance(self._form, QuickForm):
            said = self._form.call(self._view.case, typed, self._situation())
        elif self._form is not None and self._form.kind == LogCall.named():
            said = typed
        if said is None:
            self._panel.mask(False)
            return
        checked = so_far(said, self._view.case, self._situation(), whole=whole)
        self._panel.mask(checked is None or not checked.passed, checked)

    def _say_before_dialling(self, typed: dict[str, str]) -> None:
        """What contact policy has against the call, before it is made."""
        assert self._view is not None
        if self._form is None or self._form.kind != LogCall.named() or typed.get("direction") == "in":
            return
        if text := view_models.before_dialling(judge(self._view.case, self._situation(), "call", typed.get("number"))):
            self.say(text, "warning")

    def _say_understood(self, form: QuickForm, typed: dict[str, str]) -> None:
        """What a line was understood as, at once; what it would do, when the typing stops: that may walk the history."""
        assert self._view is not None
        self._stop_preview()
        case, situation = self._view.case, self._situation()
        if (kind := self._only_named(form, typed)) is not None:
            self.say(f"{ACTIONS[kind].title}: go on, or Enter opens its form")
            return
        try:
            text, action = form.understood(case, typed, situation), form.action(case, typed, situation)
        except Refused as fault:
            self.say(str(fault) if typed.get("line", "").strip() else "")
            return
        self.say(text)
        self._preview_timer = self.set_timer(PREVIEW_AFTER, lambda: self._say_preview(action, text))

    async def _say_preview(self, action: Action, text: str) -> None:
        """What the line would do, unless something else was typed or done before that was known."""
        timer = self._preview_timer
        if self._view is None or timer is None:
            return
        try:
            preview = await self._desk.preview(self._view.case.id, action)
        except DeskError as fault:
            against, does = fault.reasons, ""
        else:
            against, does = preview.refusals, "; ".join(event.summary for event in preview.events)
        if self._preview_timer is not timer:
            return
        if against:
            self.say(f"✗ {against[0].message}  ({text})", "warning")
        else:
            self.say(f"{text}  → {does}")

    @on(FieldMap.Left)
    async def _on_left(self, message: FieldMap.Left) -> None:
        """Keep what was typed, and spell out what it was understood as."""
        await self.keep_draft()
        if self._form is not None:
            message.form.replace_fields(self._fields(self._form, message.form.values))
            self._mind_identity(message.form.values)

    def _stop_preview(self) -> None:
        if self._preview_timer is not None:
            self._preview_timer.stop()
            self._preview_timer = None

    def _keep_draft_soon(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(DRAFT_AFTER, self.keep_draft)

    async def keep_draft(self) -> None:
        """Keep what has been typed, or say that it could not be kept."""
        try:
            await self.save_draft()
        except DeskError as fault:
            self.say(f"what you typed is on the screen but not on disk: {fault}", "warning")

    async def save_draft(self) -> None:
        """Keep what has been typed, on disk. Raises DeskError."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None
        if self._form is None or self._form.kind == LEAVE or self._view is None:
            return
        form = self.query_one("#form", FieldMap)
        if form.values != self._untouched:
            await self._desk.save_draft(draft_of(self._form, self._view.case, form.values, self._desk.now()))
        else:
            await self._desk.drop_draft(self._view.case.id, self._form.kind)

    @on(FieldMap.Closed)
    async def _on_closed(self, message: FieldMap.Closed) -> None:
        """Close, keeping what was typed; or throw it away, when asked twice."""
        leaving = self._form is not None and self._form.kind == LEAVE
        kept = message.keep and not leaving and message.form.values != self._untouched
        if not message.keep and not self._throwing and message.form.values != self._untouched:
            self._throwing = True
            self.say("F12 again throws away what you typed", "warning")
            return
        await self._close_form(keep=message.keep)
        self.say("kept for later" if kept else "")

    async def _close_form(self, *, keep: bool) -> None:
        """Take the form away, keeping what was typed or forgetting it."""
        if self._form is None or self._view is None:
            return
        if keep:
            await self.keep_draft()
        else:
            await self._forget_draft()
        self._stop_preview()
        self._form, self._leaving, self._throwing = None, False, False
        self._confirmed = self._instead = None
        form = self.query_one("#form", FieldMap)
        form.clear()
        self._show_to_say({})
        self._panel.mask(False)
        self._panel.make_room(False)
        self._panel.focus_list()
        self._show_keys()

    async def _forget_draft(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None
        if self._form is not None and self._view is not None and self._form.kind != LEAVE:
            await self._desk.drop_draft(self._view.case.id, self._form.kind)

    # Saving

    @on(FieldMap.Submitted)
    async def _on_submitted(self, message: FieldMap.Submitted) -> None:
        """Save the form, if the case it is about was on screen when the key was typed."""
        if self._form is None or self._view is None:
            return
        self._stop_preview()
        then_next, self._then_next = self._then_next, False
        if message.typed_at < self._painted_at:
            self._refuse(_NOT_ON_SCREEN)
            return
        if self._form.kind == LEAVE:
            await self._leave_as(message.values.get("choice", ""))
            return
        if isinstance(self._form, QuickForm) and (kind := self._only_named(self._form, message.values)):
            await self._close_form(keep=False)
            self.say("")
            await self._open_form(ActionForm(kind, self._version))
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
                self._refuse(f"F10 again saves it as “{self._instead.title}”: {why}")
            else:
                self._refuse("; ".join(loose) or "not saved; what is wrong stands under its field")
        except Stale as fault:
            await self.keep_draft()
            await self._refresh()
            self._form.seen_version = self._version
            self._refuse(f"{fault}. Your text is kept; save again if it still stands")
        except (ClaimLost, ClaimedByAnother) as fault:
            await self.keep_draft()
            await self._refresh()
            self._refuse(f"{fault}. What you typed is kept")
        except DeskError as fault:
            await self.keep_draft()
            self._refuse(f"{fault}. What you typed is kept")
        else:
            if done is not None:
                await self._after(done, then_next)

    async def _save_at_once(self, form: Form) -> None:
        """Carry out what asks for nothing, or say why not."""
        if self._typed_at < self._painted_at:
            self._refuse(_NOT_ON_SCREEN)
            return
        try:
            done = await self._act(form, {})
        except DeskError as fault:
            self._refuse(str(fault))
        else:
            if done is not None:
                await self._after(done, then_next=False)

    def _only_named(self, form: QuickForm, typed: dict[str, str]) -> str | None:
        """The action of a line that names one and says nothing more, if it asks anything: its form is opened."""
        assert self._view is not None
        kind = form.only_named(self._view.case, typed, self._situation())
        return kind if kind and self._fields(ActionForm(kind, self._version), {}) else None

    def _other_than(self, form: Form, typed: dict[str, str], fault: Refused) -> type[Action] | None:
        """The action that would do with the same answers, when the one that was filled in is refused."""
        assert self._view is not None
        try:
            action = form.action(self._view.case, typed, self._situation())
        except Refused:
            return None
        return action.instead(fault.reasons)

    async def _act(self, form: Form, typed: dict[str, str]) -> Done | None:
        """Carry the form out; or ask, once, for what should be confirmed first."""
        assert self._view is not None
        case = self._view.case
        action = form.action(case, typed, self._situation())
        if self._instead is not None:
            action = self._instead.model_validate(action.model_dump(exclude={"kind"}))
        if (cautions := action.cautions(case, self._situation())) and self._confirmed != typed:
            self._confirmed = dict(typed)
            self.say(f"{'; '.join(cautions)}. F10 again saves it", "warning")
            self.app.drop_typed_ahead()
            return None
        if not action.needs_claim():
            return await self._desk.act(case.id, action, key=form.key, seen_version=form.seen_version)
        if self._view.claim is None:
            return await self._act_for_caller(form, action)
        token = self._view.claim.token if self._view.mine else None
        return await self._desk.act(case.id, action, key=form.key, claim=token, seen_version=form.seen_version)

    async def _act_for_caller(self, form: Form, action: Action) -> Done:
        """Something that only whoever holds the case may do, on a case that nobody holds and whose payer is on the line: it
        is held beside the work in hand for as long as that takes."""
        assert self._view is not None
        held = (await self._desk.claim(self._view.case.id, interrupt=True)).claim
        try:
            done = await self._desk.act(
                held.case, action, key=form.key, claim=held.token, seen_version=form.seen_version
            )
        finally:
            with suppress(ClaimLost):
                await self._desk.release(held)
        return done.model_copy(update={"view": await self._desk.case(held.case)})

    async def _after(self, done: Done, then_next: bool) -> None:
        """The case as it is now; when its work is done, the next one."""
        worked = self._view is not None and self._view.mine and not done.view.mine
        leaving = self._leaving
        await self._close_form(keep=False)
        await self._update(done.view, newest=True)
        saved = view_models.saved(done.events)
        self.say(saved, "saved")
        if leaving:
            self.app.exit()
        elif worked and self._keep_pulling:
            kept = await self._kept_here()
            unsaved = f" Still unsaved there: {kept}." if kept else ""
            await self.app.pull_next(f"{done.view.case.id} {saved}.{unsaved}")
        elif then_next:
            await self._next()

    async def _leave_as(self, text: str) -> None:
        """Leave the desk: with the case parked, given back, or kept for its lease."""
        assert self._form is not None
        form = self.query_one("#form", FieldMap)
        assert self._view is not None
        try:
            choice = pick(self._fields(self._form, form.values)[0].choices, text).code
        except ValueError as fault:
            form.show_errors({"choice": str(fault)})
            self._refuse(str(fault))
            return
        if choice == "park":
            await self._open_form(ActionForm("park", self._version))
            self._leaving = self._form is not None
            return
        if choice == "back" and self._view.claim is not None:
            await self._desk.release(self._view.claim)
        self.app.exit()
