"""What every screen of the desk tells of itself: where it is, what cannot be done there now, and where the cursor is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.screen import Screen

from casework.fields import Field
from tui.registry import Place
from tui.widgets.field_map import FieldMap
from tui.widgets.key_bar import Hint
from tui.widgets.lines import Line, Lines
from tui.widgets.message_line import MessageLine

if TYPE_CHECKING:
    from tui.app import GreenwaxDesk


class DeskScreen(Screen[None], inherit_bindings=False):
    """A screen with a message line, whose commands stand in the registry. It has no key that is not there."""

    PLACE: ClassVar[Place]
    app: GreenwaxDesk

    @property
    def places(self) -> tuple[Place, ...]:
        """Whose keys are in force, the nearest to the cursor first."""
        return (self.PLACE, "list")

    @property
    def barred(self) -> Mapping[str, str]:
        """Why commands cannot be given now, by their ids."""
        return {}

    @property
    def field(self) -> Field | None:
        """The field the cursor is in."""
        return None

    def hints(self, *names: str) -> list[Hint]:
        """Commands of the registry as the key bar shows them."""
        known = [self.app.registry.named(name) for name in names]
        return [Hint(one.key, one.title) for one in known]

    def key_typed(self, at: float) -> None:
        """A key was typed at this time, on the monotonic clock, whichever widget takes it: what was said before is old."""
        self.query_one("#message", MessageLine).age(at)

    def say(self, text: str, tone: str = "info") -> None:
        """Say something in the message line."""
        self.query_one("#message", MessageLine).say(text, tone)  # type: ignore[arg-type]

    async def guide(self, lines: Sequence[Line]) -> None:
        """Lines over the message line that tell whoever is new here what to do next; none when there is nothing to tell."""
        strip = next(iter(self.query("#tour").results(Lines)), None)
        if strip is None:
            if not lines:
                return
            strip = Lines(id="tour")
            await self.mount(strip, before="#message")
        strip.styles.height = len(lines)
        strip.show(lines)

    @on(FieldMap.CopyWanted)
    def _copy(self, message: FieldMap.CopyWanted) -> None:
        """Say honestly what was sent to the terminal's clipboard."""
        self.say(self.app.copy_text(message.text))

    async def action_command(self, name: str) -> None:
        """Run a command of the registry. Without a case to do it on, safeguarding is only told of."""
        if name == "safeguard":
            self.say("If life is at risk, ring 999 now. Then find the case with / and press F9 on it", "warning")
