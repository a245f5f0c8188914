"""What a form asks of the screen that it is docked in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from casework.conflict import Conflict
from casework.identity import Checked
from casework.views import CaseView, Done


class Above(Protocol):
    """The screen that a form is docked in, with the case it is about."""

    @property
    def view(self) -> CaseView | None:
        """The case."""
        ...

    @property
    def last_key_at(self) -> float:
        """When the last key was typed."""
        ...

    def was_on_screen(self, typed_at: float) -> bool:
        """Whether the case was painted when a key was typed."""
        ...

    def say(self, text: str, tone: str = "info") -> None:
        """Say something in the message line."""
        ...

    def take_back_warning(self) -> None:
        """What was wrong before is not what is being done now."""
        ...

    def refuse(self, text: str) -> None:
        """Say why not; what was typed ahead is thrown away with a bell."""
        ...

    def drop_typed_ahead(self) -> None:
        """Throw away what was typed ahead, with a bell."""
        ...

    def mask(self, masked: bool, checked: Checked | None = None) -> None:
        """Hide what a caller has still to say, or show it again."""
        ...

    def form_opened(self) -> None:
        """A form has opened."""
        ...

    def form_closed(self) -> None:
        """The form has gone."""
        ...

    async def refresh_case(self) -> None:
        """The case as it is in the store."""
        ...

    def show_conflicts(self, found: Sequence[Conflict], seen_version: int) -> None:
        """Show what became different since a version, while the form stands."""
        ...

    async def after_saving(self, done: Done, then_next: bool, leaving: bool) -> None:
        """Something was saved; the form has gone."""
        ...

    async def quit_desk(self) -> None:
        """End."""
        ...
