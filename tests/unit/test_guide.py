"""The guide shows every screen there is a picture of, and no picture that cannot be taken."""

from __future__ import annotations

import re
from pathlib import Path

from docs import take_pictures

DOCS = Path(__file__).parents[2] / "docs"


def test_each_picture_of_the_guide_is_taken_and_each_that_is_taken_is_shown() -> None:
    """Seen red with: a picture renamed in the program alone."""
    shown = re.findall(r"\]\(pictures/([\w-]+)\.svg\)", (DOCS / "guide.md").read_text("utf-8"))
    assert sorted(shown) == sorted(take_pictures.PICTURES)
    assert {path.stem for path in (DOCS / "pictures").glob("*.svg")} == {*shown}


def test_a_picture_asks_no_server_for_anything() -> None:
    """Seen red with: the fonts that Rich names left in."""
    for path in (DOCS / "pictures").glob("*.svg"):
        links = re.findall(r"(?:https?:)?//[^\s\"'<]+", path.read_text("utf-8"))
        assert {link for link in links if "w3.org" not in link and "textualize.io" not in link} == set(), path.name
