"""The case screen: the whole main job on one screen, with the form docked under the case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from math import inf
from typing import ClassVar

from textual import events, on
from textual._time import get_time
from textual.app import ComposeResult
from textual.binding import BindingType

from api_client.desk import Desk
from casework.accounts import CaseId
from casework.actions.undo import Undo
from casework.conflict import Conflict
from casework.fields import Field
from casework.identity import Checked
from casework.refusals import DeskError, Refused
from casework.staff import Staff
from casework.views import CaseView, Claimed, Done, Page
from tui import holding, timeline, view_models
from tui.beside import COMPARED
from tui.commands import STANDARD
from tui.draft_keeper import unsaved
from tui.form import LEAVE, QUICK_ENTRY, ActionForm, LeaveForm, QuickForm, new_key
from tui.open_cases import MOST, OpenCase, OpenCases
from tui.registry import Place
from tui.screens import case_keys
from tui.screens.case_form import FormDock
from tui.screens.case_panel import CasePanel
from tui.screens.desk_screen import DeskScreen
from tui.widgets.key_bar import KeyBar
from tui.widgets.lines import Lines
from tui.widgets.message_line import MessageLine
from tui.widgets.reader import Reader
from tui.widgets.rows import Rows

HEARTBEAT = 60.0
CLOCK = 20.0


class CaseScreen(DeskScreen):
    """One case at a time, and everything that is done to it."""

    PLACE: ClassVar[Place] = "case"
    BINDINGS: ClassVar[list[BindingType]] = [*STANDARD.bindings("case")]
    AUTO_FOCUS = ""

    def __init__(self, desk: Desk, me: Staff, *, keep_pulling: bool) -> None:
        super().__init__()
        self._desk, self._me, self._keep_pulling = desk, me, keep_pulling
        self._cases = OpenCases()
        self._panel = CasePanel(desk)
        self._dock = FormDock(desk, me, self)
        self._last_saved: CaseId | None = None
        self._why_saved: tuple[str, ...] = ()
        self.saves = 0
        """How often something was saved here."""
        self._painted_at = inf
        self._typed_at = 0.0

    # What is on the screen

    def compose(self) -> ComposeResult:
        """The case above; what to say, the form, the message and the keys below."""
        yield Lines(id="cases")
        yield self._panel
        yield self._dock
        yield MessageLine(more=f"{self.app.registry.named('read-all').key} reads all", id="message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Keep clock and claim going."""
        self.set_interval(CLOCK, self._panel.show_header)
        self.set_interval(HEARTBEAT, self._renew)

    async def open_claimed(self, claimed: Claimed, *, instead: CaseId | None = None) -> None:
        """Show a case that is now ours to work, in the place of one that is done with."""
        await self._open(OpenCase(claimed.view, claimed.why, self._desk.now()), instead=instead)

    async def open_view(self, view: CaseView) -> None:
        """Show a case for reading, and for what needs no claim."""
        await self._open(OpenCase(view))

    async def _open(self, opened: OpenCase, *, instead: CaseId | None = None) -> None:
        """Show a case beside those that are open. What is typed on the one before stays with that one."""
        if not await self._set_aside():
            return
        try:
            page = await self._desk.timeline(opened.id)
            done = (await self._desk.my_day()).cases
        except DeskError as fault:
            await self.app.cannot_open(str(fault))
            return
        gone = self._cases.put(opened, instead=instead)
        await self._show(page, done)
        if gone is not None:
            self.say(f"{gone.id} was put away to make room: {MOST} cases are open at most")
        if kept := await unsaved(self._desk, opened.id):
            self.say(f"what you typed is kept; open it again to go on: {kept}")

    async def _set_aside(self) -> bool:
        """Leave the case on the screen as it stands, with what is typed kept; False where that cannot be kept."""
        before, form = self._cases.shown, self._dock.form
        if not await self._dock.close(keep=True):
            return False
        if before is not None and form is not None and form.kind != LEAVE:
            before.form = form.kind
        if before is not None:
            before.tab = self._panel.tab
        return True

    async def _show(self, page: Page, done: int) -> None:
        """The one of the open cases that is to be seen now."""
        shown = self._cases.shown
        assert shown is not None
        self._painted_at = inf
        self._panel.count_done(done)
        self._panel.open(shown.view, shown.why, page, shown.since)
        self._panel.focus_list()
        self.say("")
        self._show_strip()
        self.app.when_painting(lambda: self.call_after_refresh(self._painted))

    def _show_strip(self) -> None:
        strip = self.query_one("#cases", Lines)
        lines = self._cases.strip()
        strip.styles.height = len(lines)
        strip.show(lines)

    async def _turn_case(self, by: int) -> None:
        """The open case after or before, as it was left."""
        if len(self._cases) < 2:
            self.say("no other case is open")
            return
        if await self._set_aside():
            self._cases.turn(by)
            await self._show_again()

    async def _show_again(self) -> None:
        """A case that was open already, read anew, on its tab, with the form that was open under it."""
        shown = self._cases.shown
        assert shown is not None
        try:
            shown.view = await self._desk.case(shown.id)
            page, done = await self._desk.timeline(shown.id), (await self._desk.my_day()).cases
        except DeskError as fault:
            self._cases.drop(shown.id)
            await self.app.cannot_open(str(fault))
            return
        tab = shown.tab
        await self._show(page, done)
        self._panel.turn_to(tab)
        self._panel.focus_list()
        await self._go_on_typing()

    async def on_screen_resume(self) -> None:
        """Back from a find that was given up: what was being typed is open again."""
        await self._go_on_typing()

    async def _go_on_typing(self) -> None:
        """The form that was open under this case, with what was typed."""
        shown = self._cases.shown
        if shown is None or shown.form is None or self._dock.form is not None:
            return
        kind, shown.form = shown.form, None
        await self._dock.open(self._line() if kind == QUICK_ENTRY else ActionForm(kind, self._version))

    async def _put_away(self) -> None:
        """Open this case no longer; one that is ours to work is wrapped up first."""
        if self._view is None:
            return
        if holding.unfinished(self._view):
            await self._dock.open(ActionForm("wrap-up", self._version))
            return
        if not await self._set_aside() or not await self._give_back():
            return
        self._cases.drop(self._view.case.id)
        if self._cases.shown is None:
            await self.app.show_queues()
        else:
            await self._show_again()

    async def _give_back(self) -> bool:
        """Hold this case no longer; whether that could be done."""
        try:
            await holding.give_back(self._desk, self._view)
        except DeskError as fault:
            self.refuse(str(fault))
            return False
        return True

    async def answer(self) -> None:
        """Somebody rings about the case on the screen: it is held for the call, beside the one that is being worked, and the
        form of the call opens. Whoever else holds it, the call may be logged."""
        shown = self._cases.shown
        if shown is None:
            return
        if shown.view.claim is None:
            try:
                held = await self._desk.claim(shown.id, interrupt=True)
            except DeskError as fault:
                self.say(str(fault), "warning")
            else:
                shown.view, shown.since = held.view, self._desk.now()
                self._panel.hold(held.view, shown.since)
                self._show_strip()
        command = self.app.registry.named("call-in")
        await self._dock.open(ActionForm("call", self._version), dict(command.preset), command.begins_at)

    async def _update(self, view: CaseView, *, newest: bool = False) -> None:
        """The same case, as it is now. Raises DeskError when what happened cannot be read."""
        assert self._cases.shown is not None
        self._cases.shown.view = view
        self._panel.count_done((await self._desk.my_day()).cases)
        self._panel.update_case(view, await self._panel.page_of(view.case.id), newest=newest)
        self._show_strip()
        self._show_keys()

    def _painted(self) -> None:
        self._painted_at = min(self._painted_at, get_time())

    def _show_keys(self) -> None:
        if self._view is None:
            return
        form = self._dock.form
        cut = self._panel.is_cut or self._message.is_cut
        leaving = form is not None and form.kind == LEAVE
        comparing = form is not None and form.kind in COMPARED
        shown = case_keys.hints(
            self.app.registry, self._view, in_form=form is not None, leaving=leaving, comparing=comparing, cut=cut
        )
        self.query_one("#keys", KeyBar).show(shown)

    @property
    def places(self) -> tuple[Place, ...]:
        """A form or a text that is being read comes before the case."""
        if isinstance(self.focused, Reader):
            return ("reader", "case")
        return ("form", "case") if self._dock.form is not None else ("case", "list")

    @property
    def barred(self) -> Mapping[str, str]:
        """As the case was offered."""
        return {**case_keys.barred(self.app.registry, self._view), **self.app.not_here}

    @property
    def form_open(self) -> str | None:
        """The kind of the form that is open."""
        return self._dock.form.kind if self._dock.form is not None else None

    @property
    def field(self) -> Field | None:
        """Of the form."""
        return self._dock.field

    @property
    def _message(self) -> MessageLine:
        return self.query_one("#message", MessageLine)

    def say(self, text: str, tone: str = "info") -> None:
        """Say something in the message line."""
        self._message.say(text, tone)  # type: ignore[arg-type]
        self._show_keys()

    def take_back_warning(self) -> None:
        """What was wrong before is not what is being done now."""
        if self._message.tone in ("refused", "warning"):
            self.say("")

    def refuse(self, text: str) -> None:
        """Say why not; what was typed ahead is thrown away with a bell."""
        self.say(text, "refused")
        self.app.drop_typed_ahead()

    # What the form asks of the case above it

    @property
    def view(self) -> CaseView | None:
        """The case on screen."""
        return self._cases.shown.view if self._cases.shown is not None else None

    _view = view

    @property
    def last_key_at(self) -> float:
        """When the last key was typed."""
        return self._typed_at

    def was_on_screen(self, typed_at: float) -> bool:
        """Whether this case was painted when a key was typed."""
        return typed_at >= self._painted_at

    def drop_typed_ahead(self) -> None:
        """Throw away what was typed ahead, with a bell."""
        self.app.drop_typed_ahead()

    def mask(self, masked: bool, checked: Checked | None = None) -> None:
        """Hide what a caller has still to say, or show it again."""
        self._panel.mask(masked, checked)

    def form_opened(self) -> None:
        """The keys of forms; less room for the case."""
        if self._cases.shown is not None:
            self._cases.shown.form = None
        self._show_keys()
        self._panel.make_room(True)

    def form_closed(self) -> None:
        """The keys move in the lists again."""
        self._panel.make_room(False)
        self._panel.close_detail()
        self._panel.focus_list()
        self._show_keys()

    def show_conflicts(self, found: Sequence[Conflict], seen_version: int) -> None:
        """Theirs beside mine, above the form."""
        self._panel.show_conflicts(found, seen_version)

    async def after_saving(self, done: Done, then_next: bool, leaving: bool) -> None:
        """The case as it is now; when its work is done, the next one."""
        self._last_saved, self.saves = done.view.case.id, self.saves + 1
        self._why_saved = self._cases.shown.why if self._cases.shown is not None else ()
        worked = self._view is not None and self._view.mine and not done.view.mine
        saved = timeline.saved(done.events)
        but = ""
        if worked and self._keep_pulling and not leaving:
            but = await self._bring_next(done.view.case.id, saved)
            if not but:
                return
        try:
            await self._update(done.view, newest=True)
        except DeskError as fault:
            but = str(fault)
        self.say(f"{saved}. But: {but}" if but else saved, "warning" if but else "saved")
        if leaving:
            self.app.exit()
        elif then_next and not but:
            await self._next()

    async def _bring_next(self, done_with: CaseId, saved: str) -> str:
        """The next case in the place of one that is done with, unless something typed on that is not saved. Returns why not,
        or nothing where something else is on the screen now."""
        try:
            kept = await unsaved(self._desk, done_with)
        except DeskError as fault:
            return str(fault)
        also = f" Still unsaved there: {kept}." if kept else ""
        return await self.app.pull_next(f"{done_with} {saved}.{also}", instead=None if kept else done_with)

    def forget(self, case_id: CaseId) -> None:
        """A case is done with, and no other came in its place."""
        self._cases.drop(case_id)

    async def quit_desk(self) -> None:
        """End."""
        self.app.exit()

    async def keep_what_was_typed(self) -> None:
        """On disk, at the end of the desk. Raises DeskError."""
        await self._dock.save_draft()

    # Commands

    async def action_command(self, name: str) -> None:
        """Run a command of the registry."""
        others: dict[str, Callable[[], Awaitable[None]]] = {
            "next": self._next,
            "call-in": self.answer,
            "quick-entry": lambda: self._dock.open(self._line()),
            "repeat": self._repeat,
            "find": self.app.find,
            "queues": self._to_queues,
            "next-case": lambda: self._turn_case(1),
            "previous-case": lambda: self._turn_case(-1),
            "put-away": self._put_away,
            "ringing": self._ringing,
            "refresh": self.refresh_case,
            "quit": self.leave,
            "compare": self._compare,
            "read-all": self._read_all,
            "narrow": self._panel.ask_what_to_show,
            "my-day": self.app.my_day,
            "undo": self.app.undo,
        }
        command = self.app.registry.named(name)
        if name in others:
            await others[name]()
        elif command.action is not None:
            await self._dock.open(ActionForm(command.action, self._version), dict(command.preset), command.begins_at)
        elif name in ("previous-tab", "next-tab"):
            self._panel.turn(-1 if name == "previous-tab" else 1)
        else:
            self._panel.turn_to(name.removeprefix("tab-"))

    @property
    def _version(self) -> int:
        assert self._view is not None
        return self._view.case.version

    async def on_key(self, event: events.Key) -> None:
        """A digit begins a find; F8 saves a form, and F4 shows the choices of its field."""
        self._typed_at = event.time
        if event.character is not None and event.character.isdecimal() and self._dock.form is None:
            event.stop()
            await self.app.find(event.character)
        elif event.key == "f8" and self._dock.form is not None:
            event.stop()
            event.prevent_default()
            self._dock.save_then_next(event.time)
        elif event.key == "f4" and self._dock.form is not None:
            event.stop()
            self._dock.toggle_choices()

    def _line(self) -> QuickForm:
        """A line of quick entry for this case, that knows the keys of this desk."""
        return QuickForm(self._version, verbs=self.app.registry.verbs())

    async def _repeat(self) -> None:
        if self._view is not None:
            await self._dock.repeat(self._line())

    async def _compare(self) -> None:
        self._dock.set_aside()

    async def _read_all(self) -> None:
        self._panel.read_all(self._message.full)

    @on(CasePanel.Failed)
    def _not_read(self, message: CasePanel.Failed) -> None:
        self.refuse(message.why)

    @on(Reader.Closed)
    def _back_to_form(self) -> None:
        self._dock.focus_form()

    async def _to_queues(self) -> None:
        if await self._dock.close(keep=True):
            await self.app.show_queues()

    @property
    def last_saved(self) -> CaseId | None:
        """The case on which something was saved last at this desk."""
        return self._last_saved

    async def undo(self, case_id: CaseId) -> None:
        """Take back what was saved last, on the screen. A case that came since goes back as it came. Raises DeskError."""
        against = (await self._desk.preview(case_id, Undo())).refusals
        if against:
            raise Refused(*against)
        other = self._view if self._view is not None and self._view.case.id != case_id else None
        if not await self._set_aside() or (other is not None and not await self._give_back()):
            return
        done = await self._desk.act(case_id, Undo(), key=new_key())
        gone = other.case.id if other is not None and other.mine else None
        await self._open(
            OpenCase(done.view, self._why_saved, self._desk.now() if done.view.mine else None), instead=gone
        )
        self.say(timeline.saved(done.events), "saved")

    async def _ringing(self) -> None:
        """Somebody rings, whatever is being typed: what was typed is kept, and whose case it is comes first."""
        if await self._set_aside():
            await self.app.ringing()

    async def _next(self) -> None:
        """The next case; an unfinished one is wrapped up first, never released silently."""
        if holding.unfinished(self._view):
            await self._dock.open(ActionForm("wrap-up", self._version))
        elif await self._give_back():
            mine = self._view is not None and self._view.mine
            await self.app.pull_next(instead=self._view.case.id if mine and self._view is not None else None)

    async def leave(self) -> None:
        """Quit; a case that is still ours is parked, given back or kept first."""
        working = await holding.still_to_answer_for(self._desk)
        if working is None:
            self.app.exit()
            return
        if self._view is None or self._view.case.id != working.case:
            try:
                await self.open_claimed(await self._desk.claim(working.case))
            except DeskError:  # it stays theirs for its lease; nobody is kept at a desk that does not work
                self.app.exit()
                return
        await self._dock.open(LeaveForm(self._version))

    async def refresh_case(self) -> None:
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
        try:
            held = await holding.renew(self._desk)
        except DeskError as fault:
            self.say(f"{fault}. What you typed is kept.", "warning")
            return
        if self._view is not None and self._view.mine and self._view.case.id not in held:
            await self.refresh_case()
            self.say("your claim on this case has run out, so it is read only. What you typed is kept.", "warning")

    @on(Rows.Selected)
    async def _of_row(self, message: Rows.Selected) -> None:
        if self._view is None:
            return
        if message.key == timeline.OLDER:
            try:
                await self._panel.add_older()
            except DeskError as fault:
                self.refuse(str(fault))
        elif (opened := view_models.opens(self._view.case, message.key)) is not None:
            kind, preset = opened
            await self._dock.open(ActionForm(kind, self._version), preset, "outcome" if "task" in preset else None)
