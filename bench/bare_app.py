"""The least that a Textual application can be: one text, changed by each key. What it costs, the desk cannot do without."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """One text."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self._keys = 0

    def compose(self) -> ComposeResult:
        """Enough characters to be seen as painted."""
        yield Static("a bare Textual application: 0 keys")

    def on_key(self, event: events.Key) -> None:
        """Count it."""
        self._keys += 1
        self.query_one(Static).update(f"a bare Textual application: {self._keys} keys, {event.key}")


if __name__ == "__main__":
    BareApp().run(mouse=False)
