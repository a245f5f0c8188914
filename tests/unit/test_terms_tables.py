"""The tables about terms as they are shipped: OPAL page, sections 2.1 and 3.2; law page, sections 1.2 and 7.4."""

from __future__ import annotations

from casework.actions.means import suggestion, too_little
from casework.affordability import Means
from tests.cases import TABLE_FOLDER, TODAY, Story, shipped_tables, situation, tables_with

TABLES = shipped_tables()

STEPS = {
    *(
        "ABDC",
        "AEO",
        "AEOC",
        "BWTD",
        "BWTU",
        "CLAMPO",
        "COLLO",
        "CONF",
        "CW",
        "CWN",
        "DW",
        "FSN",
        "HTT",
        "INTL",
        "MPSO",
    ),
    *("NAP", "NBWT", "NOENF", "PRIS", "REGF", "REM", "REW", "S136", "SC", "SUMM", "UPWO", "WDN", "SUMA", "MAN"),
    *("TFOOUT", "NAWT", "S18", "PGPAY"),
}


def test_every_step_of_opal_is_there() -> None:
    assert set(TABLES.steps(TODAY)) == STEPS


def test_what_a_step_keeps_it_does_not_block() -> None:
    assert not [one.code for one in TABLES.steps(TODAY).values() if one.blocks_terms and one.keeps_after_terms]


def test_only_a_live_account_is_open() -> None:
    states = TABLES.account_states(TODAY)
    assert set(states) == {"L", "C", "CS", "WO", "TO", "TA", "TS"}
    assert [one.code for one in states.values() if not one.closed] == ["L"]


def test_a_reason_is_to_ask_or_to_refuse_with() -> None:
    ask, refuse = TABLES.terms_reasons(TODAY, "ask"), TABLES.terms_reasons(TODAY, "refuse")
    assert ask and refuse and not ask.keys() & refuse.keys()
    assert all(set(one.uses) <= {"ask", "refuse"} for one in (*ask.values(), *refuse.values()))


def test_authority_is_unverified_and_the_widest_comes_first() -> None:
    """A fines officer holds both permissions. Caught: the table in the other order."""
    widest, alone = TABLES.authorities(TODAY)
    assert (widest.permission, alone.permission) == ("decide", "terms")
    assert (alone.least_a_week_pence, alone.clears_within_months, alone.usual_months) == (500, 12, None)
    assert (widest.least_a_week_pence, widest.clears_within_months, widest.usual_months) == (None, None, 12)
    assert not widest.verified and not alone.verified
    grants = {row.role: row.permissions for row in TABLES.grants(TODAY)}
    assert "decide" in grants["fines-officer"] and "decide" not in grants["officer"]


def test_the_decision_on_terms_has_ten_working_days_to_appeal() -> None:
    """CrimPR 30.4: neither extended nor shortened."""
    assert TABLES.clock_kinds(TODAY)["variation"].working_days == 10


def test_what_is_proposed_is_never_less_than_an_officer_may_agree() -> None:
    """One figure for both. Seen red with: a figure of its own for the proposal."""
    changed = (TABLE_FOLDER / "authority.toml").read_text("utf-8").replace("_pence = 500", "_pence = 700")
    circumstances = situation(tables=tables_with(authority=changed))
    means = Means(id="3.1", taken_on=TODAY, income_pence=700 * 52 // 12 + 1, essentials_pence=0, priority_pence=0)
    assert suggestion(means, 1_000, "weekly", circumstances) == 700
    less = means.model_copy(update={"income_pence": 699 * 52 // 12})
    assert suggestion(less, 1_000, "weekly", circumstances) is None
    assert too_little(less, Story().case, circumstances) == [
        "£30.29 a month is left, less than £7.00 a week: think of remission, or of the court"
    ]
