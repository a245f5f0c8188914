"""What a text typed into the search box may mean."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework.identifiers import clean_phone
from casework.refusals import Refused
from casework.search_text import Reading, Wanted, kinds, phone_value, readings
from tests.cases import TODAY


def facts(text: str) -> set[tuple[str, str]]:
    """What `text` may be alone."""
    return {
        (one.facts[0].kind, one.facts[0].value)
        for one in readings(text, TODAY)
        if not one.words and len(one.facts) == 1
    }


def names(text: str) -> list[tuple[str, ...]]:
    """The names that `text` may be, nothing besides."""
    return [one.words for one in readings(text, TODAY) if one.words and not one.facts]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("24000731N", Wanted("account", "24000731", None, "N")),
        ("24000731", Wanted("account", "24000731")),
        (" 2400 0731 n", Wanted("account", "24000731", None, "N")),
        ("24-000731-n", Wanted("account", "24000731", None, "N")),
        ("2400-0731 n", Wanted("account", "24000731", None, "N")),
        ("K01-24000731N", Wanted("account", "24000731", "K01", "N")),
        ("k01 240007", Wanted("account", "240007", "K01")),
        ("24", Wanted("account", "24")),
        ("2", Wanted("account", "2")),
        ("240007N", None),
        ("240007311", None),
        ("24'000731", Wanted("account", "24000731")),
    ],
)
def test_an_account_number_whole_or_begun_with_unit_and_letter_or_without(text: str, wanted: Wanted | None) -> None:
    """Caught: a letter after fewer than eight digits taken for a check letter."""
    found = [one.facts[0] for one in readings(text, TODAY) if [fact.kind for fact in one.facts] == ["account"]]
    assert found == ([wanted] if wanted else [])


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123",
        "07700900123",
        "(07700) 900-123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "447700900123",
        "7700900123",
        "07700.900.123",
        "07700 900123 x4",
        "07700 900123 ext 4",
    ],
)
def test_a_telephone_number_in_any_writing_is_one_value(text: str) -> None:
    """Caught: 44 without its plus kept; the extension's digits at the end of the number."""
    assert ("phone", phone_value("07700 900123")) in facts(text)


def test_a_number_from_abroad_keeps_its_country() -> None:
    assert phone_value("+353 1 234 5678") == phone_value("00353 1 2345678") == "87654321353"


def test_a_telephone_number_is_known_by_six_digits_of_its_end_and_not_by_five() -> None:
    assert ("phone", "321009") in facts("900123")
    assert "phone" not in {kind for kind, _ in facts("00123")}


@given(st.from_regex(r"07[0-9]{9}", fullmatch=True))
def test_however_a_number_is_stored_its_value_is_the_typed_ones(text: str) -> None:
    """Seen red with: the nought of the stored form kept."""
    try:
        stored = clean_phone(text)
    except ValueError:
        return
    assert phone_value(stored) == phone_value(f"+44{text[1:]}") == text[1:][::-1]


@pytest.mark.parametrize(
    "text",
    [
        "14/3/1984",
        "14.03.84",
        "14-3-84",
        "14 3 1984",
        "1984-03-14",
        "1984/03/14",
        "14 mar 1984",
        "14th March 1984",
        "14 march 84",
        "14-Mar-1984",
        "14mar1984",
        "March 14, 1984",
        "14th of March 1984",
        "14031984",
        "140384",
    ],
)
def test_a_date_of_birth_in_any_writing(text: str) -> None:
    assert ("born", "1984-03-14") in facts(text)


@pytest.mark.parametrize("text", ["14/3", "14 mar", "fri", "t", "+14", "eom", "31/2/1984", "may", "14/13/1984"])
def test_what_has_no_year_or_is_no_date_is_no_date_of_birth(text: str) -> None:
    """Seen red with: whatever `parse_date` can read."""
    assert "born" not in ({kind for kind, _ in facts(text)} if len(text) > 1 else set())


def test_a_year_of_two_digits_is_never_still_to_come() -> None:
    """It is November 2026: 30 is 1930, and 26 is this year. Caught: 2030."""
    assert ("born", "1930-01-02") in facts("2/1/30")
    assert ("born", "2026-01-02") in facts("2/1/26")
    assert ("born", "1926-12-02") in facts("2/12/26")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DY10 1AA", {("postcode", "DY101AA")}),
        ("dy101aa", {("postcode", "DY101AA")}),
        ("DY10", {("outward", "DY10"), ("postcode", "DY10")}),
        ("DY10 1", {("postcode", "DY101")}),
        ("SM17H", {("postcode", "SM17H")}),
        ("W1A 1AA", {("postcode", "W1A1AA")}),
        ("DY", set()),
        ("DY10 1AAA", set()),
    ],
)
def test_a_postcode_whole_its_first_half_or_begun(text: str, found: set[tuple[str, str]]) -> None:
    assert {one for one in facts(text) if one[0] in ("postcode", "outward")} == found


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("ab 12 34 56 c", ("national-insurance", "AB123456C")),
        ("AB-12", ("national-insurance", "AB12")),
        ("ab12 cde", ("vehicle", "AB12CDE")),
        ("A 1", ("vehicle", "A1")),
        ("Jo.Smith@Example.org", ("email", "jo.smith@example.org")),
        ("<jo@example.org>", ("email", "jo@example.org")),
        ("22/kd/0001-26", ("reference", "621000DK22")),
    ],
)
def test_other_numbers_and_addresses(text: str, fact: tuple[str, str]) -> None:
    assert fact in facts(text)


def test_a_text_is_read_in_every_way_it_can_be() -> None:
    """The end of a telephone number, the beginning of an account, a date and a reference."""
    assert {kind for kind, _ in facts("140384")} == {"account", "born", "phone", "reference"}
    assert {kind for kind, _ in facts("AB12")} == {"national-insurance", "outward", "postcode", "vehicle", "reference"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Smith, John", ("smith", "john")),
        ("Mr Smith", ("smith",)),
        ("Siân O’Neill-Jones", ("sian", "oneilljones")),
        ("O'Neill-Jones", ("o", "neill", "jones")),
        ("mc donald", ("mcdonald",)),
        ("Smith and Sons Limited", ("smith", "sons", "ltd")),
        ("Dr", ("dr",)),
    ],
)
def test_a_name_as_typed_taken_apart_or_joined(text: str, words: tuple[str, ...]) -> None:
    assert words in names(text)


def test_a_name_may_stand_with_a_postcode_or_a_date_of_birth_or_both() -> None:
    """Caught: the postcode left among the words."""
    asked = readings("john smith 14 mar 1984 dy10 1aa", TODAY)
    both = (Wanted("born", "1984-03-14"), Wanted("postcode", "DY101AA"))
    assert Reading(("john", "smith"), both) in asked
    assert Reading(("khan",), (Wanted("born", "1984-03-14"),)) in readings("14/3/1984 khan", TODAY)
    assert Reading(("smith",), (Wanted("outward", "DY10"),)) in readings("smith dy10", TODAY)
    assert Reading((), both) in readings("dy10 1aa 14/3/84", TODAY)
    assert Reading(("a1", "taxis")) in readings("A1 Taxis", TODAY)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), (" \t ", "empty"), ("\x1b\u202e", "empty"), ("x", "too-little"), ("'x'", "too-little")],
)
def test_too_little_is_refused_with_a_word(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        readings(text, TODAY)
    assert [reason.code for reason in refused.value.reasons] == [code]


@pytest.mark.parametrize("text", ["x" * 121, "a" * 100_000, "\u0301" * 100_000, "12 " * 50_000])
def test_a_paste_of_pages_is_refused_and_not_read(text: str) -> None:
    with pytest.raises(Refused) as refused:
        readings(text, TODAY)
    assert [reason.code for reason in refused.value.reasons] == ["too-long"]


@pytest.mark.parametrize("text", ["%", "...", "%\u202e", "-\x1b-", "?!"])
def test_what_has_no_letter_or_digit_means_nothing(text: str) -> None:
    assert readings(text, TODAY) == ()


@given(st.text(max_size=60))
@example("٢٤٠٠٠٧٣١")
@example("١٤/٣/١٩٨٤")
@example("jo\ud800@example.org")
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    """Nothing that is looked for is empty, which every case would begin with.

    Seen red with: Arabic digits taken for ours; a surrogate let through.
    """
    try:
        asked = readings(text, TODAY)
    except Refused:
        return
    assert len(asked) == len(set(asked)) <= 30
    assert all("|" not in word and " " not in word and word for one in asked for word in one.words)
    facts = [fact for one in asked for fact in one.facts]
    assert all(fact.value.encode() and (fact.value.isascii() or fact.kind == "email") for fact in facts)


def test_the_log_is_told_the_kinds_and_never_the_text() -> None:
    assert kinds(readings("smith dy10", TODAY)) == "name outward postcode reference"
    assert kinds(readings("24000731N", TODAY)) == "account name reference"
