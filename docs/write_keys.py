"""Write `docs/keys.md` from the registry of commands: `python -m docs.write_keys`."""

from __future__ import annotations

from pathlib import Path

from tui.commands import STANDARD
from tui.keys_page import page

PAGE = Path(__file__).with_name("keys.md")


def main() -> None:
    """The page as the program has it now."""
    PAGE.write_text(page(STANDARD), "utf-8")


if __name__ == "__main__":
    main()
