"""The application: it wires the desk to the screens, and decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import BindingType

from api_client.desk import Desk
from casework.accounts import CaseId
from casework.refusals import DeskError
from casework.staff import Staff
from tui.commands import STANDARD
from tui.desk_app import DeskApp, Look
from tui.registry import Registry
from tui.screens.away import AwayScreen
from tui.screens.case import CaseScreen
from tui.screens.day import DayScreen
from tui.screens.desk_screen import DeskScreen
from tui.screens.find import FindScreen
from tui.screens.help import HelpScreen
from tui.screens.palette import PaletteScreen
from tui.screens.queues import QueuesScreen
from tui.tour_guide import TourGuide

RECENT = 8
"""So many of the commands that were found by their words stand first when others are looked for."""

A_MOMENT = 0.1
"""Seconds that a search may wait before it is said what for."""

HANDS_OFF = 0.5
"""Seconds without a key after which somebody reads, or waits for a caller: then there is time for what can be done ahead."""


class GreenwaxDesk(DeskApp):
    """The desk of one person."""

    BINDINGS: ClassVar[list[BindingType]] = [*STANDARD.bindings("everywhere")]

    CSS_PATH = "greenwax.tcss"
    TITLE = "Greenwax"
    LEAST_SIZE = (80, 24)

    def __init__(
        self,
        desk: Desk,
        me: Staff,
        *,
        look: Look,
        keep_pulling: bool,
        log_path: Path | None,
        welcome: str = "",
        clipboard: bool = False,
        registry: Registry = STANDARD,
        tour: bool = False,
        toured: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(look=look, log_path=log_path, clipboard=clipboard)
        self._desk, self._welcome = desk, welcome
        self._ringing, self._tour = False, tour
        self._guide = TourGuide(self, toured)
        self.registry = registry
        """The commands, with the keys of this desk."""
        self._recent: list[str] = []
        self.ready_to_search = asyncio.Event()
        """Set when what a search needs is all there, or will not be."""
        self.search_wanted = False
        """Whether somebody waits for that."""
        self.set_keymap(registry.changed_from(STANDARD))
        self._queues = QueuesScreen(desk, me)
        self._case = CaseScreen(desk, me, keep_pulling=keep_pulling)

    async def on_mount(self) -> None:
        """Begin at the queues; a case that is still ours waits behind n."""
        self.install_screen(self._queues, "queues")
        self.install_screen(self._case, "case")
        await self.push_screen(self._queues)
        claims = await self._desk.my_claims()
        cases = dict.fromkeys(draft.case for draft in await self._desk.drafts())
        words = [f"you still have {claims[0].case}; n opens it"] if claims else []
        words += [f"what you typed on {', '.join(cases)} is kept, unsaved"] if cases else []
        self._queues.say(". ".join([*filter(None, [self._welcome]), *words]))
        await self._queues.say_handed_over()
        if self._tour and not self.not_here:
            await self._guide.begin()
        # What fails here shows when somebody searches.
        self.run_worker(self._warm(), name="warm", exit_on_error=False)

    async def _warm(self) -> None:
        """Prepare what the first case and the first search would wait for, and never while somebody types: unless it is
        a search that they wait for."""
        try:
            ready = False
            while not ready:
                idle = self.search_wanted or self.hands_off_for > HANDS_OFF
                ready = idle and await self._desk.warm()
                await asyncio.sleep(0.0 if idle else HANDS_OFF / 2)
        finally:
            self.ready_to_search.set()

    async def on_event(self, event: events.Event) -> None:
        """Tell the screen of every key before anything takes it."""
        typed = isinstance(event, events.Key) and not event.is_forwarded and not self.too_small
        if isinstance(event, events.Key) and typed and isinstance(self.screen, DeskScreen):
            self.screen.key_typed(event.time)
            self._guide.key_typed(event.key)
        await super().on_event(event)

    async def pull_next(self, saved: str = "", *, queue: str | None = None, instead: CaseId | None = None) -> str:
        """The right next case, on screen in the place of one that is done with; when nothing is ready, the queues. Returns why
        it could not be told which is next, or nothing."""
        try:
            claimed = await self._desk.pull_next(queue)
        except DeskError as fault:
            self._say(str(fault), "refused")
            self.drop_typed_ahead()
            return str(fault)
        if claimed is None:
            if instead is not None:
                self._case.forget(instead)
            await self.show_queues()
            self._queues.say(f"nothing more is ready. Saved: {saved}" if saved else "nothing is ready here")
            return ""
        self._queues.say("")
        with self.painted_once():
            await self._show_case()
            await self._case.open_claimed(claimed, instead=instead)
            if saved:
                self._case.say(saved, "saved")
        return ""

    async def open_case(self, case_id: CaseId, *, said: str = "") -> None:
        """A case, for reading and for what needs no claim; ours to work if we have it. `said`: what to look out for in it."""
        claimed = None
        try:
            view = await self._desk.case(case_id)
            if view.mine:
                claimed = await self._desk.claim(case_id)
        except DeskError as fault:
            self._say(str(fault), "refused")
            self.drop_typed_ahead()
            return
        ringing = self._ringing
        with self.painted_once():
            await self._show_case()
            if claimed is not None:
                await self._case.open_claimed(claimed)
            else:
                await self._case.open_view(view)
            if said:
                self._case.say(said, "warning")
        if ringing:
            await self._case.answer()

    async def _show_case(self) -> None:
        self._ringing = False
        while self.screen not in (self._queues, self._case):
            self.pop_screen()
        if self.screen is not self._case:
            await self.push_screen(self._case)

    async def cannot_open(self, why: str) -> None:
        """A case cannot be shown: the one before stays, or there is the list of queues."""
        if self._case.view is None:
            await self.show_queues()
        self._say(why, "refused")
        self.drop_typed_ahead()

    async def show_queues(self) -> None:
        """The list of queues."""
        while self.screen is not self._queues:
            self.pop_screen()

    async def undo(self) -> None:
        """Take back what was saved last at this desk, for a few seconds."""
        if self._case.last_saved is None:
            self._say("nothing was saved here that could be undone", "refused")
            return
        here = self.screen
        await self._show_case()
        try:
            await self._case.undo(self._case.last_saved)
        except DeskError as fault:
            if here is self._queues:
                await self.show_queues()
            self._say(str(fault), "refused")
            self.drop_typed_ahead()

    async def away(self) -> None:
        """The work of people who are away, for who leads a team."""
        try:
            found = await self._desk.away_work()
        except DeskError as fault:
            self._say(str(fault), "refused")
            return
        await self.push_screen(AwayScreen(self._desk, found))

    async def ringing(self) -> None:
        """Somebody rings: whose case is it? Once that is open, so is the form of the call."""
        await self.find()
        self._ringing = True

    async def my_day(self) -> None:
        """What whoever sits here has to do today."""
        await self.push_screen(DayScreen(self._desk))

    async def can_search(self) -> bool:
        """Whether a search can be answered now. What it needs is prepared at once, where that takes but a moment."""
        self.search_wanted = True
        if not self.ready_to_search.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(A_MOMENT):
                    while not await self._desk.warm():  # noqa: ASYNC110 - each call does a part of the work
                        await asyncio.sleep(0)
                    self.ready_to_search.set()
        return self.ready_to_search.is_set()

    async def find(self, begun: str = "") -> None:
        """The find box, with what was typed already."""
        self._ringing = False
        await self.push_screen(FindScreen(self._desk, begun))

    async def action_command(self, name: str) -> None:
        """Run a command that is the same everywhere."""
        here = self.screen
        if isinstance(here, PaletteScreen):  # the same key closes what it opened; F9 is for the screen below
            await self.back()
            if name in ("help", "palette"):
                return
            here = self.screen
        if not isinstance(here, DeskScreen):
            return
        match name:
            case "palette":
                await self.push_screen(PaletteScreen(here, self._recent))
            case "help":
                await self.push_screen(HelpScreen(here))
            case "tour" if self.not_here:
                here.say(self.not_here[name], "refused")
            case "tour":
                await self._guide.begin()
            case "leaving":
                quits = self.registry.named("quit")
                at_once = quits in self.registry.at(here.PLACE) and here.field is None
                here.say(
                    f"{quits.key} leaves the desk" if at_once else f"Esc goes back; then {quits.key} leaves the desk"
                )
            case _:
                await here.action_command(name)

    # What the guide of a tour sees

    @property
    def not_here(self) -> dict[str, str]:
        """Commands that are for a practice office, where this is none."""
        return (
            {}
            if self._desk.practice
            else {"tour": "the tour is for the practice office: `greenwax practice` makes one"}
        )

    @property
    def desk_screen(self) -> DeskScreen | None:
        """The screen that is seen."""
        return self.screen if isinstance(self.screen, DeskScreen) else None

    @property
    def form_open(self) -> str | None:
        """The kind of the form that is open on it."""
        return self._case.form_open if self.screen is self._case else None

    @property
    def saves(self) -> int:
        """How often something was saved at this desk."""
        return self._case.saves

    async def run_command(self, name: str) -> None:
        """Run a command that was found in a list, on the screen below it."""
        self._recent = [name, *(one for one in self._recent if one != name)][:RECENT]
        await self.back()
        if "everywhere" in self.registry.named(name).places:
            await self.action_command(name)
        elif isinstance(self.screen, DeskScreen):
            await self.screen.action_command(name)

    async def back(self) -> None:
        """The screen before."""
        self.pop_screen()

    async def leave(self) -> None:
        """Quit, after asking about a case that is still ours."""
        if await self._desk.my_claims():
            await self._show_case()
            await self._case.leave()
        else:
            self.exit()

    async def on_hangup(self) -> None:
        """Keep what was typed. The claim lives on for its lease."""
        await self._case.keep_what_was_typed()

    def _say(self, text: str, tone: str) -> None:
        """On the screen that is seen: what is said below it nobody reads."""
        screen = self.screen if isinstance(self.screen, DeskScreen) else self._queues
        screen.say(text, tone)
