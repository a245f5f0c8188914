"""The top line of every screen: where, when and who; and whether any of it is real, and may be written on."""

from __future__ import annotations

from textual import events

from api_client.desk import Desk
from tui import view_models
from tui.widgets.lines import Lines


class TopBar(Lines):
    """One line from edge to edge. Its band is of one colour in a practice office, of another over real accounts, of a third
    over a case that is read only; its words say the same."""

    def __init__(self, desk: Desk, *, id: str = "bar") -> None:
        super().__init__(id=id, classes="practice" if desk.practice else "live")
        self._desk = desk
        self._done: int | None = None
        self._read_only = False

    def count(self, done: int) -> None:
        """How many cases whoever sits here has done today."""
        self._done = done
        self.tell()

    def tell(self, *, read_only: bool | None = None) -> None:
        """As it is at this minute; with `read_only`, what holds from now on."""
        if read_only is not None:
            self._read_only = read_only
            self.set_class(read_only, "read-only")
        desk, width = self._desk, self.size.width
        self.show([view_models.bar(desk.me, desk.practice, desk.now(), width, self._done, read_only=self._read_only)])

    def on_resize(self, event: events.Resize) -> None:
        """It reaches from edge to edge."""
        self.tell()
