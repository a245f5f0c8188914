"""Opening the desk in the terminal."""

from __future__ import annotations

from argparse import Namespace


def open_the_desk(asked: Namespace) -> int:
    """The desk, on the store there is; a first run makes a practice office and says so."""
    raise NotImplementedError
