"""What the desk does not take from its environment. Called before Textual is imported, so this imports nothing of it."""

from __future__ import annotations

import os


def forget_textual_environment() -> None:
    """Drop Textual's switches: `TEXTUAL_DRIVER` runs any module, others log keys, take pictures or type by themselves."""
    for name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del os.environ[name]
