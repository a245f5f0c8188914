"""Who leads somebody through the tour: watches what is on the screen, and tells the next step in lines above the message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from textual.timer import Timer

from tui.registry import Registry
from tui.screens.desk_screen import DeskScreen
from tui.tour import Seen, Tour
from tui.widgets.lines import Line

_EVERY = 0.2
"""Seconds between two looks, and only while the tour goes on."""


class Guided(Protocol):
    """The application, as far as a guide must see it."""

    registry: Registry

    @property
    def desk_screen(self) -> DeskScreen | None:
        """The screen that is seen."""
        ...

    @property
    def form_open(self) -> str | None:
        """The kind of the form that is open on it."""
        ...

    @property
    def saves(self) -> int:
        """How often something was saved."""
        ...

    def set_interval(self, interval: float, callback: Callable[[], object], /) -> Timer:
        """Do something again and again."""
        ...


class TourGuide:
    """One tour at a time. `toured` is called when somebody has seen all of it, or has had enough."""

    def __init__(self, app: Guided, toured: Callable[[], None]) -> None:
        self._app, self._toured = app, toured
        self._tour: Tour | None = None
        self._timer: Timer | None = None
        self._typed, self._key = 0, ""
        self._told: dict[DeskScreen, Sequence[Line]] = {}

    async def begin(self) -> None:
        """From the first step."""
        seen = self._seen()
        if seen is None:
            return
        self._tour = Tour(self._app.registry, seen)
        if self._timer is None:
            self._timer = self._app.set_interval(_EVERY, self.look)
        await self._tell()

    def key_typed(self, key: str) -> None:
        """A key goes on its way: it is counted, and taken from nobody."""
        if self._tour is None or (seen := self._seen()) is None:
            return
        if key == "escape" and self._tour.ends_at(seen):
            self._tour = None
            return
        self._typed, self._key = self._typed + 1, key

    async def look(self) -> None:
        """See what was done, and tell what comes next."""
        seen = self._seen()
        if self._tour is not None and seen is not None:
            self._tour.look(seen)
        await self._tell()
        if (self._tour is None or self._tour.over) and self._timer is not None:
            self._timer.stop()
            self._timer = self._tour = None
            self._toured()

    async def _tell(self) -> None:
        """On the screen that is seen, and on no other."""
        here = self._app.desk_screen
        lines = self._tour.lines(here.size.width) if self._tour is not None and here is not None else ()
        for screen in [one for one in self._told if one is not here or not lines]:
            if screen.is_mounted:
                await screen.guide(())
            del self._told[screen]
        if here is not None and lines and self._told.get(here) != lines:
            self._told[here] = lines
            await here.guide(lines)

    def _seen(self) -> Seen | None:
        here = self._app.desk_screen
        if here is None:
            return None
        # A text that is being read is a place of its own: there Esc closes it.
        place = "reader" if here.places[0] == "reader" else here.PLACE
        return Seen(place, self._app.form_open, self._app.saves, self._typed, self._key)
