"""Restricted text: what only some may read, such as why somebody is marked as vulnerable.

It stands beside the history under a name that is made from it, and the events carry the name alone. So erasing it
leaves the chain whole, and putting another text in its place shows.
"""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict

from casework.clean import Prose


class RestrictedText(BaseModel):
    """One text, with something that nobody can guess: without it, a likely text could be tried against the name."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    salt: str
    text: Prose

    @property
    def name(self) -> str:
        """Under which it is kept: SHA-256 over salt and text, in hex."""
        return hashlib.sha256(f"{self.salt}{self.text}".encode()).hexdigest()
