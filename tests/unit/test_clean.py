"""Text from outside: what it may still do after it has been made harmless."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from casework.clean import MARK, Line, Prose, capitalised, clean_line, clean_text

LINE = TypeAdapter[str](Line)
PROSE = TypeAdapter[str](Prose)

ACUTE = "\N{COMBINING ACUTE ACCENT}"
JOINER = "\N{COMBINING GRAPHEME JOINER}"
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"]),
        st.sampled_from(f"ae \n\t\r\x1b\x9b{ACUTE}{JOINER}"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        ("Siân Jones", "Siân Jones"),
        ("  two  spaces ", "two  spaces"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("tab\there", "tab here"),
        ("\x1b[31mred", f"{MARK}[31mred"),
        ("\x9b31mred", f"{MARK}31mred"),
        ("del\x7fete", f"del{MARK}ete"),
        ("ring\x07", f"ring{MARK}"),
        ("abc\N{RIGHT-TO-LEFT OVERRIDE}fdp", f"abc{MARK}fdp"),
        ("zero\N{ZERO WIDTH SPACE}width", f"zero{MARK}width"),
        ("line\N{LINE SEPARATOR}break", f"line{MARK}break"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}mark", f"{MARK}mark"),
        ("tag\N{TAG LATIN SMALL LETTER A}", f"tag{MARK}"),
        (f"e{ACUTE}", "é"),
    ],
)
def test_what_can_steer_a_terminal_leaves_a_visible_mark(outside: str, inside: str) -> None:
    """Seen red with: unsafe characters taken out without a mark; C1 left in."""
    assert clean_text(outside) == inside


def test_every_control_and_bidirectional_character_is_taken_out() -> None:
    """The whole of Unicode, one character at a time. Seen red with: U+2066 to U+2069 left in."""
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        category, bidi = unicodedata.category(char), unicodedata.bidirectional(char)
        if (category in ("Cc", "Cs", "Zl", "Zp") and char not in "\n\t\r") or bidi in BIDI:
            assert clean_text(f"a{char}b") == f"a{MARK}b", f"U+{code:04X}"


def test_a_tower_of_marks_is_lowered() -> None:
    """Four marks on a letter are enough for any language we write to."""
    assert clean_text("q" + ACUTE * 4 + "x") == "q" + ACUTE * 4 + "x"
    assert clean_text("q" + ACUTE * 5 + "x") == "q" + ACUTE * 4 + MARK + "x"
    assert clean_text("q" + ACUTE * 500) == "q" + ACUTE * 4 + MARK


@pytest.mark.parametrize(
    "mortar", [JOINER, "\N{ZERO WIDTH JOINER}", "\N{COMBINING ENCLOSING CIRCLE}", "\N{VARIATION SELECTOR-16}"]
)
def test_a_tower_cannot_be_built_with_mortar(mortar: str) -> None:
    """Found: a mark of class nought between the others began the count again."""
    assert len(clean_text("q" + (ACUTE * 4 + mortar) * 50)) <= 6


def test_an_emoji_family_and_a_welsh_name_stay_whole() -> None:
    for text in ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u2764\ufe0f\u200d\U0001f525", "Llŷr ap Siôn"):
        assert clean_text(text) == text


@example("q" + "\N{COMBINING GREEK DIALYTIKA TONOS}" * 4)
@given(HOSTILE)
def test_clean_text_is_harmless_and_clean_for_good(text: str) -> None:
    """An event is read again and must say the same. Seen red with: normalised after the marks are counted."""
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in once.replace("\n", ""))


@given(HOSTILE)
def test_a_clean_line_is_one_line(text: str) -> None:
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert "  " not in line
    assert clean_line(line) == line


def test_a_line_is_refused_when_empty_or_too_long_and_never_cut() -> None:
    assert LINE.validate_python(" a\nline ") == "a line"
    assert len(LINE.validate_python("x" * 120)) == 120
    for wrong in ("", " \n ", "x" * 121):
        with pytest.raises(ValidationError):
            LINE.validate_python(wrong)


def test_prose_keeps_its_lines_up_to_four_thousand_characters() -> None:
    assert PROSE.validate_python("one\r\n\r\ntwo\n") == "one\n\ntwo"
    assert len(PROSE.validate_python("x" * 4_000)) == 4_000
    for wrong in ("", "\n", "x" * 4_001):
        with pytest.raises(ValidationError):
            PROSE.validate_python(wrong)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("14 mill lane", "14 Mill Lane"),
        ("flat 2a", "Flat 2a"),
        ("o'neill-jones", "O'Neill-Jones"),
        ("siân llŷr", "Siân Llŷr"),
        ("king's head", "King's Head"),
        ("st. mary's (rear)", "St. Mary's (Rear)"),
        ("de Vries", "de Vries"),
        ("ACME", "ACME"),
        ("", ""),
    ],
)
def test_what_was_typed_in_haste_has_its_capitals(typed: str, kept: str) -> None:
    """Seen red with: capitals put into what has its own; `King'S`."""
    assert capitalised(typed) == kept
