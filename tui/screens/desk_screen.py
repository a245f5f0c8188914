"""What every screen of the desk tells of itself: where it is, what cannot be done there now, and where the cursor is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.screen import Screen

from casework.fields import Field
from tui.registry import Place
from tui.widgets.field_map import FieldMap
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

    def say(self, text: str, tone: str = "info") -> None:
        """Say something in the message line."""
        self.query_one("#message", MessageLine).say(text, tone)  # type: ignore[arg-type]

    @on(FieldMap.CopyWanted)
    def _copy(self, message: FieldMap.CopyWanted) -> None:
        """Say honestly what was sent to the terminal's clipboard."""
        self.say(self.app.copy_text(message.text))

    async def action_command(self, name: str) -> None:
        """Run a command of the registry. Without a case to do it on, safeguarding is only told of."""
        if name == "safeguard":
            self.say("If life is at risk, ring 999 now. Then find the case with / and press F9 on it", "warning")
