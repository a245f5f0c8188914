"""A name with a postcode or a date of birth: what the index does not read would not have been among the best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_client import local_search
from casework import search
from casework.search import Hit, best, edits, judge, name_line, names_of, near_words
from casework.search_text import Reading, readings
from tests.cases import TODAY, Story, an_account
from tests.unit.test_search import CLOSED, Kept, named

MOST, FEW = 3, 2
TEXTS = (
    *(
        "smith dy10",
        "smith dy1",
        "smith dy10 1",
        "smith dy101a",
        "smith dy10 1aa",
        "dy10 sm",
        "john smith dy10",
        "sm jo wr1",
    ),
    *("smith 14/3/84", "sm 14/3/84 dy10", "smith 2/1/1990 dy10 1aa", "dy10 1 14/3/84", "smit smith dy10"),
    *(
        "smiht dy10",
        "smoth jon dy101",
        "smiht 14/3/84",
        "smith",
        "smiht john",
        "mac smith",
        "mc smith dy10",
        "smith dy11",
    ),
)
"""With outward halves and whole ones, facts that stand and that stood, one reading of a name and several."""


@pytest.fixture(scope="module", autouse=True)
def _small_answers() -> Iterator[None]:
    """Answers are so short that there is more than they hold, and both ways of narrowing are taken."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (search, local_search):
            patched.setattr(module, "MOST", MOST)
        patched.setattr(local_search, "FEW", FEW)
        patched.setattr(local_search, "_FEW_PLACES", 3)
        yield


class Somebody(NamedTuple):
    """What of a case a search may go by."""

    surname: str
    forename: str
    alias: str | None
    born: str | None
    addresses: tuple[tuple[str, str], ...]
    status: str


_BASE = Story(an_account(person=named("Base"))).case.model_dump(mode="json")
_SURNAMES = ("Smith", "Smith", "Smithson", "Smyth", "MacSmith")
_ADDRESS = st.tuples(
    st.sampled_from(("DY10 1AA", "DY10 1AA", "DY10 1AB", "DY10 2AA", "DY1 1AA")),
    st.sampled_from(("current", "previous")),
)
_SOMEBODY = st.builds(
    Somebody,
    st.sampled_from(_SURNAMES),
    st.sampled_from(("John", "Joan", "Smith")),
    st.sampled_from((None, None, None, *_SURNAMES)),
    st.sampled_from((None, "1984-03-14", "1990-01-02")),
    st.lists(_ADDRESS, min_size=1, max_size=2).map(tuple),
    st.sampled_from(("L", "L", "C")),
)


def put(kept: Kept, serial: int, one: Somebody) -> None:
    """Somebody under a number, or instead of whom it was of."""
    person = named(
        one.surname,
        one.forename,
        aliases=({"surname": one.alias},) if one.alias else (),
        date_of_birth=one.born,
        addresses=tuple({"lines": ("1 A",), "postcode": code, "standing": how} for code, how in one.addresses),
    )
    kept.write({**_BASE, "person": person.model_dump(mode="json"), "status": one.status}, f"K01-24{serial:06}N")


def looked_up(kept: Kept, text: str, unseen: Set[str]) -> list[Hit]:
    """What is found by asking of every case, in every reading, whether it fits."""
    cases = [(case_id, record["case"]) for case_id, record in kept.each_raw()]

    def fitting(of: tuple[Reading, ...], near: Mapping[str, Mapping[str, int]]) -> Iterator[Hit]:
        for case_id, case in cases:
            for one in of if case_id not in unseen else ():
                if (hit := judge(one, case, case_id, case["status"] in CLOSED, near)) is not None:
                    yield hit

    asked = readings(text, TODAY)
    hits = best(fitting(asked, {}))
    nearly = tuple(one for one in asked if any(map(edits, one.words)))
    if len(hits) >= FEW or not nearly:
        return hits
    known = sorted({word for _, case in cases for word in _words(case)})
    return best([*hits, *fitting(nearly, {word: near_words(word, known) for one in nearly for word in one.words})])


def _as_told(found: list[Hit]) -> list[Hit]:
    """Whether one is sure is told of a case that is found alone."""
    return found if len(found) == 1 else [one._replace(sure=False) for one in found]


def _words(case: Mapping[str, Any]) -> set[str]:
    return {word for _, name in names_of(case) for word in name_line(name).split()} - {"|"}


@settings(max_examples=80, deadline=None)
@given(st.lists(_SOMEBODY, min_size=6, max_size=12), st.sets(st.integers(0, 11), max_size=2))
def test_what_a_short_answer_leaves_out_is_worse_than_all_it_holds(people: list[Somebody], hidden: set[int]) -> None:
    """Names alone, with facts, and with slips: the cases, their order and why they were found.

    Seen red with: the first that were read taken for the best; a case left out because another reading had found it; one
    counted twice; one that may not be seen; a fact taken for further off than it is; the worst found for the last that counts.
    """
    kept = Kept()
    for serial, one in enumerate(people):
        put(kept, serial, one)
    unseen = {f"K01-24{serial:06}N" for serial in hidden}
    for text in TEXTS:
        found = kept.find(text, lambda case_id: case_id not in unseen)
        assert _as_told(found) == _as_told(looked_up(kept, text, unseen)), text


def test_a_case_under_two_names_takes_one_place_among_the_best() -> None:
    """Seen red with: counted for each of its names, so that the last that fits was left out."""
    kept = Kept()
    for serial, (surname, alias) in enumerate((("Smith", "Smith"), ("Smith", None), ("Jones", "Smith"))):
        put(kept, serial, Somebody(surname, "John", alias, None, (), "L"))
    assert [hit.case for hit in kept.find("smith")] == ["K01-24000000N", "K01-24000001N", "K01-24000002N"]
