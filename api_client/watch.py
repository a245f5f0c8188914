"""Who watches long work: they are told how far it is, and may stop it."""

from __future__ import annotations

from collections.abc import Callable

from casework.refusals import DeskError

Watch = Callable[[int, int], None]
"""Told now and then how much of how much is done; what it raises ends the work."""


class Cancelled(DeskError):
    """Somebody stopped it before it was done."""

    type = "cancelled"
    title = "Stopped"
