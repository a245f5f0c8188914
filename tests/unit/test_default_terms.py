"""The longest term of imprisonment in default. Figures: law page, section 4.3; Sentencing Act 2020 s.129(4)."""

from __future__ import annotations

from datetime import date

import pytest

from casework.defaults import Court, default_term
from tests.cases import TODAY, shipped_tables

POUND = 100

BOTH = [(200, "7 d"), (500, "14 d"), (1_000, "28 d"), (2_500, "45 d"), (5_000, "3 m"), (10_000, "6 m")]
"""Pounds up to which, and the term. The two courts' tables are one up to £10,000."""
CROWN = [(20_000, "12 m"), (50_000, "18 m"), (100_000, "24 m"), (250_000, "36 m"), (1_000_000, "60 m")]


def term(pence: int, court: Court) -> str:
    """`7 d` or `3 m`."""
    found = default_term(pence, court, TODAY, shipped_tables())
    assert (found.days is None) != (found.months is None)
    return f"{found.days} d" if found.days is not None else f"{found.months} m"


def edges(bands: list[tuple[int, str]], last: str) -> list[tuple[int, str]]:
    """A penny under, on and over each edge."""
    over = [*[words for _, words in bands[1:]], last]
    found = [(1, bands[0][1]), (10**13, last)]
    for (pounds, words), next_words in zip(bands, over, strict=True):
        found += [(pounds * POUND - 1, words), (pounds * POUND, words), (pounds * POUND + 1, next_words)]
    return found


@pytest.mark.parametrize(("pence", "longest"), edges(BOTH, "12 m"))
def test_the_magistrates_term_by_the_sum(pence: int, longest: str) -> None:
    """MCA 1980 Sch 4. Seen red with: a band that begins on its own edge; 45 days as months; £2,500 typed as £2,000."""
    assert term(pence, "magistrates") == longest


@pytest.mark.parametrize(("pence", "longest"), edges([*BOTH, *CROWN], "120 m"))
def test_the_crown_courts_term_by_the_sum(pence: int, longest: str) -> None:
    """Sentencing Act 2020 s.129(4), years as months. Seen red with: the magistrates' table for both courts; 2 years as 20
    months."""
    assert term(pence, "crown") == longest


def test_what_was_not_read_again_is_not_called_verified() -> None:
    """Law page: the two bands above £5,000 are likely, the others certain."""
    found = [default_term(pence, "magistrates", TODAY, shipped_tables()) for pence in (500_000, 500_001, 1_000_001)]
    assert [one.verified for one in found] == [True, False, False]
    assert "1980 Sch 4" in found[2].source and "1991 s.23" not in found[2].source
    crown = default_term(500_001, "crown", TODAY, shipped_tables())
    assert (crown.verified, crown.source) == (True, "Sentencing Act 2020 s.129(4)")


@pytest.mark.parametrize("pence", [0, -1])
def test_there_is_no_default_of_nothing(pence: int) -> None:
    """Seen red with: seven days for a sum that is paid."""
    with pytest.raises(ValueError, match=r"^there is no default of "):
        default_term(pence, "magistrates", TODAY, shipped_tables())


def test_a_day_before_the_table_is_refused() -> None:
    with pytest.raises(LookupError, match=r"^no band is known for £200\.00 on 30 Nov 2020$"):
        default_term(20_000, "crown", date(2020, 11, 30), shipped_tables())
