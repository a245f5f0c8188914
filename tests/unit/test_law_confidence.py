"""How sure the tables are of themselves, beside how sure the pages are: [C] is verified, [L] and [U] are not; and a table of
law names the Act with its section, or the regulation.
"""

from __future__ import annotations

import pytest

from casework.reference import TABLES
from casework.rows_terms import Authority
from casework.table_rows import AeoBand, AllocationPriority, BenefitRate, DefaultTerm, Limit, Row
from tests.cases import shipped_tables

ROWS = shipped_tables().rows

CERTAIN = {
    "account_states": "OPAL page 2.1",
    "aeo_bands": "law page 2.1",
    "allocation": "law page 3; OPAL page 3.6",
    "bank_holidays": "law page 9",
    "clocks": "law page 1.2",
    "interest_rates": "law page 5",
    "steps": "OPAL page 3.2",
}
"""Tables of which every row is [C], and where."""

PARTLY = {"benefit_rates", "default_terms", "limits"}
"""Tables of which some rows are."""

LAW = {
    "aeo_bands": "SI 2006/501",
    "allocation": "MCA 1980 s.139",
    "benefit_rates": "SI 1992/2182",
    "clocks": "Courts Act 2003 Sch 5 para",
    "interest_rates": "Judgments Act 1838 s.17",
    "terms_reasons": "Courts Act 2003 Sch 5 para 22",
}
"""The words that every source of a table has."""


@pytest.mark.parametrize("name", CERTAIN)
def test_what_the_pages_are_certain_of_is_verified(name: str) -> None:
    assert all(row.verified for row in ROWS[name])


@pytest.mark.parametrize("name", sorted(TABLES.keys() - CERTAIN.keys() - PARTLY))
def test_what_the_pages_are_not_certain_of_says_so_wherever_it_is_cited(name: str) -> None:
    """Practice, norms of the trade and our own choices. Seen red with: one row of the hours marked verified."""
    for row in ROWS[name]:
        assert not row.verified
        assert row.cited.endswith(" (unverified)")


def test_of_default_terms_the_magistrates_two_highest_bands_were_not_read_again() -> None:
    """Law page 4.3: up to £5,000 certain, above it likely; the Crown Court's bands certain."""
    rows = [row for row in ROWS["default_terms"] if isinstance(row, DefaultTerm)]
    doubtful = [(row.court, row.over_pence) for row in rows if not row.verified]
    assert doubtful == [("magistrates", 500_000), ("magistrates", 1_000_000)]
    for row in rows:
        assert ("1980 Sch 4" if row.court == "magistrates" else "2020 s.129") in row.source


def test_of_benefits_five_pounds_is_certain_and_universal_credit_hangs_on_rounding_and_april() -> None:
    """Law page 2.2: the sums are given as nearly so, and the days they change were not read."""
    rows = [row for row in ROWS["benefit_rates"] if isinstance(row, BenefitRate)]
    assert {row.benefit for row in rows} == {"uc", "is", "jsa", "esa", "pc"}
    assert all(row.verified is (row.benefit != "uc") for row in rows)


def test_of_limits_only_the_twelve_months_of_the_sentencing_guidelines_are_certain() -> None:
    """Law page 7.4. Savings are likely, the rest norms of the trade and our own choices. Seen red with: the twelve months
    unverified as the others."""
    rows = [row for row in ROWS["limits"] if isinstance(row, Limit)]
    assert [row.name for row in rows if row.verified] == ["instalments-clear-in-months"]
    authority = [row for row in ROWS["authority"] if isinstance(row, Authority)]
    assert not any(row.verified for row in authority), "who may agree so much is our own choice all the same"


def test_what_is_open_inside_a_certain_row_is_marked_apart() -> None:
    """Law pages 2.1 and 3: fractions of a penny, and the order inside a priority."""
    assert not any(row.rounding_verified for row in ROWS["aeo_bands"] if isinstance(row, AeoBand))
    assert not any(row.inside_verified for row in ROWS["allocation"] if isinstance(row, AllocationPriority))


@pytest.mark.parametrize(("name", "words"), LAW.items())
def test_a_table_of_law_names_the_act_and_its_section(name: str, words: str) -> None:
    """Seen red with: a source of the Act alone."""
    assert [row.source for row in ROWS[name] if words not in row.source] == []


def test_every_appeal_names_its_own_paragraph() -> None:
    """Law page 1.2: 23 variation, 32 reserve terms, 37(9) further steps notice, 37A(4) replacement."""
    stated = {str(getattr(row, row.key)): row.source.rpartition(" ")[2] for row in ROWS["clocks"]}
    assert stated == {"variation": "23", "reserve-terms": "32", "further-steps": "37(9)", "replacement": "37A(4)"}


def test_every_row_of_every_table_says_where_it_is_from_and_since_when() -> None:
    for name, rows in ROWS.items():
        assert rows, name
        for row in rows:
            assert isinstance(row, Row)
            assert len(row.source) > 8, f"{name}: {row.source}"
            assert row.valid_to is None or row.valid_from <= row.valid_to
