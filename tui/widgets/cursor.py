"""The terminal's own cursor: one widget at a time may place it, and has it back when its screen comes to the top again."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget


def holds_cursor(widget: Widget) -> bool:
    """Whether what is typed goes to this widget, and it can be seen: a hidden list, or one under a form, keeps its focus."""
    return (
        widget.has_focus
        and widget.is_mounted
        and widget.screen.is_active
        and all(node.display for node in widget.ancestors_with_self)
    )


def follow_screen(widget: Widget, place: Callable[[object], None]) -> None:
    """Have the cursor placed whenever the screen was laid out, or another screen came to the top."""
    widget.screen.screen_layout_refresh_signal.subscribe(widget, place, immediate=True)
    widget.app.screen_change_signal.subscribe(widget, place, immediate=True)
