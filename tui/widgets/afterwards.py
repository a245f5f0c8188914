"""A move that waits until everybody who hears of a change has heard of it.

A letter that picks a choice changes what is asked next, and only the screen knows how. So the cursor moves on when the
message of the change has gone up from queue to queue, to the application; the wait goes the same way behind it. The next
key comes later still where keys are orderly; elsewhere it makes the move at once, so that it lands beyond it.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.dom import DOMNode
from textual.widget import Widget


class Afterwards:
    """At most one move that is still to be made."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._move: Callable[[], None] | None = None

    def do(self, move: Callable[[], None]) -> None:
        """Make this move when every ancestor has handled what was posted before."""

        def climb(to: DOMNode | None) -> None:
            if self._move is not move:
                return
            if to is None:
                self.now()
            else:
                to.call_later(climb, to.parent)

        self._move = move
        self._widget.call_later(climb, self._widget.parent)

    def now(self) -> None:
        """Make the move, if there is one to be made."""
        move, self._move = self._move, None
        if move is not None:
            move()

    def forget(self) -> None:
        """Make no move."""
        self._move = None
