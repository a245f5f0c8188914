"""Which cases a search finds, in which order, and why; and that the index finds what a look at every case would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_client import local_search
from api_client.local_search import SearchIndex
from casework.people import Guardian, Name, Person
from casework.search import FEW, MOST, Hit, Rank, best, edits, judge, name_line, near_words
from casework.search_text import readings
from tests.cases import TODAY, Story, a_person, an_account, number

CLOSED = {"C", "WO"}
ADDRESS = {"lines": ("1 Mill Lane",), "postcode": "DY10 1AA"}


@pytest.fixture(scope="module", autouse=True)
def _small_slices() -> Iterator[None]:
    """An index is made case by case, so that there is something between two slices."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(local_search, "_SLICE", 1)
        yield


class Kept:
    """Records in memory, kept and indexed as a store does."""

    def __init__(self) -> None:
        self.records: dict[str, Mapping[str, Any]] = {}
        self.index = SearchIndex(self)
        self._next = 0

    def raw(self, doc_id: str) -> Mapping[str, Any] | None:
        """The record of a case."""
        return self.records.get(doc_id)

    def each_raw(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every case."""
        return iter(list(self.records.items()))

    def write(self, case: Mapping[str, Any], case_id: str) -> None:
        """As `LocalStore.write`."""
        before = self.records.get(case_id)
        self.records[case_id] = {"case": case}
        self.index.replace(case_id, before)

    def add(self, person: Person, **more: Any) -> str:
        """A case of somebody, under the next number."""
        self._next += 1
        account = an_account(digits=f"24{self._next:06}", person=person, **more)
        self.write(Story(account).case.model_dump(mode="json"), account.id)
        return account.id

    def find(self, text: str, may: Callable[[str], bool] = lambda _: True) -> list[Hit]:
        """What a search finds."""
        return self.index.find(readings(text, TODAY), may, CLOSED)

    def why(self, text: str) -> list[str]:
        """Why what a search finds was found."""
        return [hit.why for hit in self.find(text)]


@pytest.fixture
def kept() -> Kept:
    """No cases yet."""
    return Kept()


def named(surname: str, forenames: str = "John", **more: Any) -> Person:
    """Somebody with nothing but a name and what is said."""
    return a_person(surname, forenames, **{"phones": (), **more})


# What it finds, and why


FULL = {
    "aliases": (Name(surname="Smythe", forenames="Jonny"),),
    "date_of_birth": date(1984, 3, 14),
    "national_insurance": "AB123456C",
    "addresses": (ADDRESS, {"lines": ("2 High Street",), "postcode": "WR1 2AB", "standing": "previous"}),
    "phones": ({"number": "07700 900123"}, {"number": "01632 960456 x7", "standing": "wrong"}),
    "emails": ("Jon.Smith@example.org",),
    "vehicles": ({"registration": "AB12 CDE"},),
    "employer": {"name": "Tesco", "reference": "TE/4411-9"},
}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("24000001F", "account number"),
        ("24000001", "account number"),
        ("k01-24000001", "account number"),
        ("240000", "account number"),
        ("24000001A", "account number, but its letter is F"),
        ("ab 12 34 56 c", "National Insurance AB123456C"),
        ("ab1234", "National Insurance AB123456C"),
        ("+44 (0)7700 900-123", "phone 07700 900123"),
        ("900123", "phone 07700 900123"),
        ("01632 960456", "phone 01632 960456 x7 (wrong)"),
        ("dy101aa", "postcode DY10 1AA"),
        ("DY10", "postcode DY10 1AA"),
        ("dy10 1", "postcode DY10 1AA"),
        ("wr1 2ab", "previous address WR1 2AB"),
        ("14/3/84", "born 14 Mar 1984"),
        ("ab12cde", "vehicle AB12 CDE"),
        ("jon.smith@EXAMPLE.org", "e-mail Jon.Smith@example.org"),
        ("te44119", "payroll number TE/4411-9"),
        ("22kd-0001/26", "reference 22KD000126"),
        ("smith", "name"),
        ("john smith", "name"),
        ("SMITH, J", "name"),
        ("mr smith", "name"),
        ("smythe", "alias SMYTHE, Jonny"),
        ("jonny sm", "alias SMYTHE, Jonny"),
        ("smiht", "name, near: SMITH"),
        ("smith dy10", "name, postcode DY10 1AA"),
        ("wr1 smith", "name, previous address WR1 2AB"),
        ("smith 14.3.1984", "name, born 14 Mar 1984"),
        ("smiht john dy10 1aa 14 march 84", "name, near: SMITH, born 14 Mar 1984, postcode DY10 1AA"),
        ("14/3/1984 dy10", "born 14 Mar 1984, postcode DY10 1AA"),
    ],
)
def test_a_case_is_found_by_whatever_it_is_known_by(kept: Kept, text: str, why: str) -> None:
    """Caught: the extension compared; an e-mail address with its capitals; a wrong check letter passed over in silence."""
    kept.add(named("Smith", "John Robert", **FULL), reference="22KD000126")
    assert kept.why(text) == [why]


@pytest.mark.parametrize(
    "text",
    [
        "24000002",
        "L01-24000001",
        "900124",
        "dy101ab",
        "dy2",
        "15/3/84",
        "smith wr2",
        "jones",
        "smith mary",
        "te4411",
        "4411-9",
        "kd0001/26",
        "%",
    ],
)
def test_a_case_is_not_found_by_what_it_is_not_known_by(kept: Kept, text: str) -> None:
    """Seen red with: names narrowed by a postcode that need not hold, for the index and the judge at once (either alone
    holds); a reference found by how it begins, or by how it ends."""
    kept.add(named("Smith", "John Robert", **FULL), reference="22KD000126")
    assert kept.why(text) == []


def test_a_case_is_found_by_a_parent_or_guardian_and_the_reference_of_a_payment(kept: Kept) -> None:
    """Caught: the guardian's number left out."""
    guardian = Guardian(person=named("Elder", "Ann", phones=("07700 900456",)))
    child = named("Young", date_of_birth=date(2012, 1, 1))
    kept.add(child, guardian=guardian)
    assert kept.why("ann elder") == ["parent or guardian ELDER, Ann"]
    assert kept.why("07700900456") == ["parent or guardian, phone 07700 900456"]

    (case_id,) = kept.records
    case = {**kept.records[case_id]["case"], "receipts": [{"reference": "ALLPAY 77-1"}]}
    kept.write(case, case_id)
    assert kept.why("allpay771") == ["payment reference ALLPAY 77-1"]


@pytest.mark.parametrize(
    ("surname", "forenames", "typed"),
    [
        ("O'Neill", "Siân", ["oneill", "o'neill", "o neill", "O’NEILL sian", "neill", "sian oneil"]),
        ("van der Berg", "Piet", ["van der berg", "vanderberg", "berg piet", "vander berg", "van-der-berg"]),
        ("Llywelyn", "Siôn", ["llewelyn", "llywellyn", "LLYWELYN sion", "sion"]),
        ("Ŵyn-Jôns", "Gruffydd", ["wyn jons", "wynjons", "jons", "wyn-jons", "gruffyd wyn"]),
        ("McDonald", "Mary Ann", ["mcdonald", "mc donald", "macdonald", "mary-ann mcdonald", "ann mary"]),
        ("Smyth", "Jon", ["smith jon", "smyht", "symth", "smytth", "smyh", "jon smyth", "smyth jon"]),
        ("Wiśniewski", "Łukasz", ["wisniewski", "lukasz", "wisnievski", "wizniewski lukas"]),
        ("Müller", "Jörg", ["muller", "jorg muller", "mueller jorg"]),
        ("Mohammed", "Fatima", ["mohamed", "mohammad", "muhammad fatima", "mohamad"]),
    ],
)
def test_a_name_is_found_however_it_is_spelt(kept: Kept, surname: str, forenames: str, typed: list[str]) -> None:
    """Welsh letters, apostrophes, several words, swapped letters, dropped and doubled ones, either order.

    Caught: `Levenshtein`, to which two swapped letters are two mistakes; `O'Neill` known whole only.
    """
    kept.add(named(surname, forenames))
    kept.add(named("Featherstonehaugh", "Zebedee"))
    for text in typed:
        assert [hit.case for hit in kept.find(text)] == [f"K01-{number('24000001')}"], text


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (" oneill o neill jones oneilljones | mary ann ", Name(surname="O'Neill Jones", forenames="Mary Ann")),
        (" smithjones smith jones | ", Name(surname="Smith-Jones")),
        (" tesco stores ltd | ", Name(organisation="Tesco Stores Limited")),
        (" bernd | ", Name(organisation="| Bernd |")),
    ],
)
def test_the_words_of_a_name_are_known_whole_and_in_parts(line: str, name: Name) -> None:
    assert name_line(name.model_dump()) == line


def test_one_slip_is_forgiven_from_three_letters_and_two_from_six_and_none_with_a_digit() -> None:
    """Caught: two in a name of five letters; `payer2` for `payer1`."""
    assert [edits(word) for word in ("jo", "jon", "smith", "miller", "payer1")] == [0, 1, 1, 2, 0]
    assert near_words("smith", ["smith", "smyth", "smythe", "smit"]) == {"smyth": 1, "smit": 1}
    assert near_words("miller", ["fuller", "filler", "butler"]) == {"fuller": 2, "filler": 1}


# The order


def test_the_better_fit_comes_first(kept: Kept) -> None:
    """Caught: an alias before a name that only begins so; a near miss before either."""
    near = kept.add(named("Marsch"))
    alias = kept.add(named("Brown", aliases=(Name(surname="Marsh"),)))
    begun = kept.add(named("Marshall"))
    forename = kept.add(named("Adams", "Marsh"))
    name = kept.add(named("Marsh"))
    assert [hit.case for hit in kept.find("marsh")] == [name, forename, begun, alias, near]
    assert [hit.rank for hit in kept.find("marsh")] == [Rank.NAME, Rank.NAME, Rank.BEGUN, Rank.OTHER_NAME, Rank.NEAR]


def test_a_whole_account_number_comes_before_whatever_else_is_so_called(kept: Kept) -> None:
    """Caught: the reference first."""
    referenced = kept.add(named("Smith"), reference="24000002")
    exact = kept.add(named("Jones"))
    phoned = kept.add(named("Brown", phones=("07724 000002",)))
    assert [hit.case for hit in kept.find("24000002")] == [exact, referenced, phoned]


def test_what_no_longer_stands_comes_after_what_does(kept: Kept) -> None:
    was = kept.add(named("Adams", phones=({"number": "07700 900123", "standing": "wrong"},)))
    stands = kept.add(named("Brown", phones=("07700 900123",)))
    assert [hit.case for hit in kept.find("07700 900123")] == [stands, was]


def test_a_live_account_comes_before_a_closed_one_and_then_the_name_decides(kept: Kept) -> None:
    """Caught: a closed case first because it was opened first."""
    closed = kept.add(named("Smith", "Adam"), status="C")
    later, sooner = kept.add(named("Smith", "Zoe")), kept.add(named("Smith", "Ben"))
    assert [hit.case for hit in kept.find("smith")] == [sooner, later, closed]


def test_the_first_half_of_a_postcode_is_not_the_beginning_of_a_longer_one(kept: Kept) -> None:
    """Caught: DY10 before DY1."""
    ten = kept.add(named("Adams", addresses=({"lines": ("1 A",), "postcode": "DY10 1AA"},)))
    one = kept.add(named("Brown", addresses=({"lines": ("1 A",), "postcode": "DY1 9ZZ"},)))
    assert [hit.case for hit in kept.find("dy1")] == [one, ten]
    assert [hit.case for hit in kept.find("brown dy1")] == [one]


def test_at_most_fifty_are_found_and_the_best_are_among_them(kept: Kept) -> None:
    """Caught: the first fifty taken before they were ranked."""
    for n in range(MOST + 5):
        kept.add(named("Smithson", f"N{n}", addresses=(ADDRESS,)), status="C" if n < 5 else "L")
    last = kept.add(named("Smith"))
    found = kept.find("smith")
    assert (len(found), found[0].case) == (MOST, last)
    assert not any(hit.closed for hit in found)
    for text in ("dy10", "dy101aa", "24"):
        assert [hit.closed for hit in kept.find(text)] == [False] * MOST, text


def test_near_misses_are_looked_for_when_there_are_few_others(kept: Kept) -> None:
    """Caught: always; never."""
    kept.add(named("Smyth"))
    for n in range(FEW - 1):
        kept.add(named("Smith", f"N{n}"))
    assert len(kept.find("smith")) == FEW
    kept.add(named("Smith"))
    assert len(kept.find("smith")) == FEW
    assert Rank.NEAR not in {hit.rank for hit in kept.find("smith")}


def test_whether_near_misses_are_shown_does_not_tell_of_cases_that_may_not_be_seen(kept: Kept) -> None:
    """Seen red with: enough of them counted before those are left out that somebody may not see."""
    near = kept.add(named("Smyth"))
    hidden = {kept.add(named("Smith", f"N{n}")) for n in range(FEW + 5)}
    assert [hit.case for hit in kept.find("smith", lambda case: case not in hidden)] == [near]


@pytest.mark.parametrize(
    "text",
    ["(ab+)+$", ".*", "[a-z", "ab\\", "smith|jones", "%.%", "\u202esmith", "smi\x00th", "שמיט", "||", "' or 1=1 --"],
)
def test_no_text_is_a_pattern_or_steers_anything(kept: Kept, text: str) -> None:
    """The bar stands between surname and forenames in the index: typed, it is nothing."""
    kept.add(named("Jones", "Smi Th"))
    for hit in kept.find(text):
        assert hit.why.startswith("name")
        assert "smi" in text or "jones" in text


# The index and what is written


def test_a_case_of_before_there_were_references_is_written_and_found(kept: Kept) -> None:
    """Caught: a KeyError once the write was durable, for every case that an earlier version left."""
    case_id = kept.add(named("Smith"))
    old = dict(kept.records[case_id]["case"])
    del old["reference"]
    kept.records[case_id] = {"case": old}
    assert kept.why("smith") == ["name"]
    kept.write({**old, "reference": "22KD0001"}, case_id)
    assert kept.why("22kd0001") == ["reference 22KD0001"] and kept.why("smith") == ["name"]


@pytest.mark.parametrize("known", [True, False])
def test_no_fault_of_the_index_stands_in_the_way_of_a_write(kept: Kept, known: bool) -> None:
    """It is durable by then. The index is made anew at the next search, from what is stored.

    Caught: whoever took money was told that nothing was saved, and took it again.
    """
    case_id = kept.add(named("Smith"))
    other = kept.add(named("Jones"))
    assert kept.why("smith") == ["name"]
    whole = kept.records[case_id]
    strange = {**whole["case"], "person": {**whole["case"]["person"], "phones": [{}]}}
    kept.write(strange, case_id if known else "K01-24000009A")
    kept.records = {case_id: {"case": {**whole["case"], "reference": "22KD0001"}}, other: kept.records[other]}
    assert kept.why("22kd0001") == ["reference 22KD0001"]
    assert (kept.why("smith"), kept.why("jones")) == (["name"], ["name"])
    assert held(kept.index) == held(SearchIndex(kept))


def test_ctrl_c_in_the_index_is_heard_and_leaves_no_half_of_it(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: the index kept as it was when somebody stopped it."""
    case_id = kept.add(named("Smith"))
    assert kept.why("jones") == []

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SearchIndex, "_rename", stopped)
        with pytest.raises(KeyboardInterrupt):
            kept.write(
                Story(an_account(digits="24000001", person=named("Jones"))).case.model_dump(mode="json"), case_id
            )
    assert (kept.why("jones"), kept.why("smith")) == (["name"], [])


# The index beside a look at every case

_SURNAMES = ("Smith", "Smyth", "Smithson", "O'Neill", "van der Berg", "Jones")
_POSTCODES = ("DY1 1AA", "DY10 1AA", "DY10 2AB", "WR1 1AA")
_PHONES = ("07700 900123", "07700 900124", "01632 960123", "+353 1 234 5678")
_TEXTS = (
    *("24", "2400000", "24000003", "24000003X", "K01-24", "L01-24"),
    *("AB", "AB1", "AB123456", "AB123456C", "AB123456D"),
    *("07700 900123", "900123", "960123", "2345678", "+353 1 234 5678"),
    *("DY1", "DY10", "DY10 1AA", "DY101", "WR1"),
    *("1984-03-14", "REF 1", "ref12345678x1", "REF12345678X2", "jo@example.org", "AB12 CDE"),
    *("smith", "smi", "sm jo", "oneill", "berg", "smith dy1", "smith 14/3/84", "dy10 14/3/84", "smith ann"),
)


def held(index: SearchIndex) -> tuple[object, ...]:
    """All that an index holds."""
    index.find(readings("zz", TODAY), lambda _: True, CLOSED)
    return (
        {kind: list(keys) for kind, keys in index._keys.items() if keys},
        {word: sorted(places) for word, places in index._holding.items()},
        (index._words, index._lines, index._status),
    )


@st.composite
def _person(draw: st.DrawFn) -> Person:
    some = draw(st.lists(st.sampled_from(_SURNAMES), min_size=1, max_size=2))
    forename = st.sampled_from(("John", "Joan", "Ann", "Smith"))
    standing = st.sampled_from(("current", "previous"))
    return Person.model_validate(
        {
            "name": {"surname": some[0], "forenames": draw(forename)},
            "aliases": [{"surname": one} for one in some[1:]],
            "date_of_birth": draw(st.sampled_from((None, "1984-03-14", "1990-01-02"))),
            "national_insurance": draw(st.sampled_from((None, "AB123456C", "AB123456D", "AB123457A"))),
            "phones": [
                {"number": one, "standing": draw(standing)}
                for one in draw(st.lists(st.sampled_from(_PHONES), max_size=2))
            ],
            "addresses": [
                {"lines": ["1 A"], "postcode": one, "standing": draw(standing)}
                for one in draw(st.lists(st.sampled_from(_POSTCODES), max_size=2))
            ],
            "emails": draw(st.sampled_from(((), ("Jo@example.org",)))),
            "vehicles": draw(st.sampled_from(((), ({"registration": "AB12 CDE"},)))),
        }
    )


_WRITE = st.tuples(
    st.integers(1, 9),
    _person(),
    st.sampled_from(("L", "C")),
    st.sampled_from((None, "REF1", "REF-12345678X1", "REF12345678X2")),
    st.sampled_from(("K01", "L01")),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(_WRITE, max_size=14),
    st.integers(0, 14),
    st.sets(st.integers(0, 14)),
    st.sets(st.integers(1, 9), max_size=3),
)
def test_the_index_finds_what_a_look_at_every_case_finds(
    writes: list[tuple[int, Person, str, str | None, str]], first_search: int, warmed: set[int], hidden: set[int]
) -> None:
    """After any writes, before and after the first search and while the index is made, in the same order. Near misses are
    left to the tests above: they are looked for or not by how many others there are, and may make sure of one.

    Nor does the index hold more, after all that, than a new one.

    Seen red with: old keys kept in `replace`; new ones not added; a status not followed; whole words only indexed;
    what is written between two slices forgotten.
    """
    kept = Kept()
    for n, (serial, person, status, reference, unit) in enumerate(writes):
        if n == first_search:
            kept.find("zz")
        if n in warmed:
            kept.index.warm()
        account = an_account(digits=f"24{serial:06}", person=person, status=status, reference=reference, unit=unit)
        kept.write(Story(account).case.model_dump(mode="json"), account.id)
    unseen = {f"K01-{number(f'24{serial:06}')}" for serial in hidden}
    for text in _TEXTS:
        every = [
            hit
            for case_id, record in kept.each_raw()
            for one in readings(text, TODAY)
            if case_id not in unseen
            and (hit := judge(one, record["case"], case_id, record["case"]["status"] in CLOSED, {})) is not None
        ]
        found = kept.find(text, lambda case_id: case_id not in unseen)
        exact = [hit._replace(sure=False) for hit in found if not hit.why.count("near: ")]
        assert exact == [hit._replace(sure=False) for hit in best(every)], text
    assert held(kept.index) == held(SearchIndex(kept))


def test_what_is_written_while_the_index_is_made_is_found_as_it_was_written_last(kept: Kept) -> None:
    """Twice between two slices. The other's number stands between the two of the first: a wrong one taken out is missed.

    Seen red with: what stood before the second time taken for what was indexed.
    """
    case_id = kept.add(named("Smith", phones=("07700 900003",)))
    other = kept.add(named("Jones", phones=("07700 900002",)))
    assert not kept.index.warm()
    for surname, phone in (("Brown", "07700 900001"), ("Green", "07700 900004")):
        account = an_account(digits="24000001", person=named(surname, phones=(phone,)))
        kept.write(Story(account).case.model_dump(mode="json"), case_id)
    new = kept.add(named("White"))
    while not kept.index.warm():
        pass
    texts = ("smith", "brown", "07700 900003", "07700 900001", "07700 900002", "green", "white")
    found = {text: [hit.case for hit in kept.find(text)] for text in texts}
    assert {text: cases for text, cases in found.items() if cases} == {
        "07700 900002": [other],
        "green": [case_id],
        "white": [new],
    }
    assert len(kept.index._keys["phone"]) == 2
