"""Deductions from earnings and from benefits. The figures are the law page's, sections 2.1 and 2.2, not our tables'."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.deductions import aeo, benefit
from casework.reference import Tables
from casework.table_rows import Benefit, Claimant
from tests.cases import TABLE_FOLDER, TODAY, shipped_tables, tables_with

PayPeriod = Literal["daily", "weekly", "monthly"]

# Attachment of earnings

EDGES: dict[PayPeriod, tuple[int, ...]] = {
    "weekly": (55, 100, 135, 165, 260, 370),
    "monthly": (220, 400, 540, 660, 1_040, 1_480),
    "daily": (8, 15, 20, 24, 38, 53),
}
"""Pounds at which each band ends."""
RATES = (0, 3, 5, 7, 12, 17)


def deducted(period: PayPeriod, pence: int) -> int:
    """What our rule says, in November 2026."""
    return aeo(period, pence, TODAY, shipped_tables()).deduction_pence


def by_the_page(period: PayPeriod, pence: int) -> Fraction:
    """What the page says, in pence and exactly."""
    for edge, rate in zip(EDGES[period], RATES, strict=True):
        if pence <= edge * 100:
            return Fraction(pence * rate, 100)
    top = EDGES[period][-1] * 100
    return Fraction(top * 17, 100) + Fraction(pence - top, 2)


@pytest.mark.parametrize(
    ("period", "net", "deduction"),
    [
        ("weekly", 300_00, 51_00),
        ("weekly", 450_00, 102_90),
        ("weekly", 55_01, 1_65),
        ("weekly", 260_00, 31_20),
        ("weekly", 260_01, 44_20),
        ("monthly", 900_00, 108_00),
        ("monthly", 1_400_00, 238_00),
        ("monthly", 2_000_00, 511_60),
        ("daily", 45_00, 7_65),
        ("daily", 60_00, 12_51),
    ],
)
def test_the_worked_figures_of_the_law_page(period: PayPeriod, net: int, deduction: int) -> None:
    """Seen red with: the rate on the part inside the band only; 50 % of the whole in the top band; the monthly table for
    daily pay."""
    assert deducted(period, net) == deduction


@pytest.mark.parametrize(
    ("period", "net", "deduction"),
    [
        *[("weekly", 54_99, 0), ("weekly", 55_00, 0), ("weekly", 55_01, 1_65)],
        *[("weekly", 99_99, 2_99), ("weekly", 100_00, 3_00), ("weekly", 100_01, 5_00)],
        *[("weekly", 134_99, 6_74), ("weekly", 135_00, 6_75), ("weekly", 135_01, 9_45)],
        *[("weekly", 164_99, 11_54), ("weekly", 165_00, 11_55), ("weekly", 165_01, 19_80)],
        *[("weekly", 259_99, 31_19), ("weekly", 260_00, 31_20), ("weekly", 260_01, 44_20)],
        *[("weekly", 369_99, 62_89), ("weekly", 370_00, 62_90), ("weekly", 370_01, 62_90), ("weekly", 370_02, 62_91)],
        *[("monthly", 219_99, 0), ("monthly", 220_00, 0), ("monthly", 220_01, 6_60)],
        *[("monthly", 399_99, 11_99), ("monthly", 400_00, 12_00), ("monthly", 400_01, 20_00)],
        *[("monthly", 539_99, 26_99), ("monthly", 540_00, 27_00), ("monthly", 540_01, 37_80)],
        *[("monthly", 659_99, 46_19), ("monthly", 660_00, 46_20), ("monthly", 660_01, 79_20)],
        *[("monthly", 1_039_99, 124_79), ("monthly", 1_040_00, 124_80), ("monthly", 1_040_01, 176_80)],
        *[("monthly", 1_479_99, 251_59), ("monthly", 1_480_00, 251_60), ("monthly", 1_480_01, 251_60)],
        *[("daily", 7_99, 0), ("daily", 8_00, 0), ("daily", 8_01, 24)],
        *[("daily", 14_99, 44), ("daily", 15_00, 45), ("daily", 15_01, 75)],
        *[("daily", 19_99, 99), ("daily", 20_00, 1_00), ("daily", 20_01, 1_40)],
        *[("daily", 23_99, 1_67), ("daily", 24_00, 1_68), ("daily", 24_01, 2_88)],
        *[("daily", 37_99, 4_55), ("daily", 38_00, 4_56), ("daily", 38_01, 6_46)],
        *[("daily", 52_99, 9_00), ("daily", 53_00, 9_01), ("daily", 53_01, 9_01), ("daily", 53_02, 9_02)],
        *[("weekly", 0, 0), ("weekly", 1, 0), ("monthly", 0, 0), ("daily", 0, 0)],
    ],
)
def test_a_band_ends_on_its_last_penny(period: PayPeriod, net: int, deduction: int) -> None:
    """Worked by hand, a penny under, on and over each edge. Seen red with: a band that begins on its own edge; half a penny
    rounded up; nothing at all in no band."""
    assert deducted(period, net) == deduction


@given(st.sampled_from(list(EDGES)), st.integers(0, 10_000_00))
def test_every_sum_is_as_the_page_has_it_rounded_down(period: PayPeriod, net: int) -> None:
    """Seen red with: 7 % changed to 8 % in the daily table only."""
    exact = by_the_page(period, net)
    assert deducted(period, net) == exact.numerator // exact.denominator


@given(st.sampled_from(list(EDGES)), st.integers(0, 10**13))
def test_nobody_loses_more_than_half_of_what_they_earn(period: PayPeriod, net: int) -> None:
    assert 0 <= deducted(period, net) * 2 <= net


def test_a_penny_more_never_lowers_the_deduction() -> None:
    for period in EDGES:
        assert all(a <= b for a, b in pairwise(deducted(period, net) for net in range(0, 400_00, 7)))


def test_the_answer_names_the_band_its_rate_and_its_source() -> None:
    top = aeo("weekly", 450_00, TODAY, shipped_tables())
    assert top.band == "weekly net pay more than £370.00: 17 % of the first £370.00 and 50 % of the rest"
    assert top.source == "Fines Collection Regulations 2006 (SI 2006/501) reg 5"
    bands = [aeo("daily", net, TODAY, shipped_tables()).band for net in (8_00, 8_01)]
    assert bands == [
        "daily net pay up to £8.00: no deduction",
        "daily net pay more than £8.00 up to £15.00: 3 % of the whole",
    ]


def test_an_answer_that_hangs_on_the_rounding_is_not_called_verified() -> None:
    """The rates are read from the Regulations; what becomes of a fraction of a penny is not. Seen red with: the row's mark
    alone."""
    found = [aeo("weekly", net, TODAY, shipped_tables()) for net in (300_00, 55_01)]
    assert [(one.deduction_pence, one.verified) for one in found] == [(51_00, True), (1_65, False)]


def test_the_rounding_is_the_tables() -> None:
    text = (TABLE_FOLDER / "aeo_bands.toml").read_text("utf-8").replace('"down"', '"half-up"')
    changed = tables_with(aeo_bands=text)
    assert [aeo("weekly", net, TODAY, changed).deduction_pence for net in (370_01, 55_01, 55_17)] == [62_91, 1_65, 1_66]


def test_earnings_of_less_than_nothing_and_a_day_without_bands_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^net earnings cannot be -£0\.01$"):
        aeo("weekly", -1, TODAY, shipped_tables())
    with pytest.raises(LookupError, match=r"^no band is known for £300\.00 on 26 Mar 2006$"):
        aeo("weekly", 300_00, date(2006, 3, 26), shipped_tables())


def test_bands_that_are_followed_by_others_hold_to_their_last_day() -> None:
    """£300.00 a week at 17 %, and at 20 % from 6 April 2027. Seen red with: the first band that covers the sum."""
    text = (TABLE_FOLDER / "aeo_bands.toml").read_text("utf-8")
    head, *rows = text.split("[[row]]")
    first = head.replace("valid_from = 2006-03-27", "valid_from = 2006-03-27\nvalid_to = 2027-04-05")
    later = [
        row.replace("percent = 17\n", "percent = 20\n") + "\nvalid_from = 2027-04-06\nvalid_to = 9999-12-31\n"
        for row in rows
    ]
    tables = tables_with(aeo_bands="[[row]]".join([first, *rows, *later]))
    days = (date(2027, 4, 5), date(2027, 4, 6))
    assert [aeo("weekly", 300_00, day, tables).deduction_pence for day in days] == [51_00, 60_00]
    assert [aeo("weekly", 450_00, day, tables).deduction_pence for day in days] == [102_90, 74_00 + 40_00]


# Benefits: the rate


def taken(claimant: Claimant, on: date, kind: Benefit = "uc") -> int:
    """The deduction of one period."""
    return benefit(kind, claimant, on, None, shipped_tables()).deduction_pence


@pytest.mark.parametrize(
    ("claimant", "last_year", "this_year"),
    [
        ("single-under-25", 15_85, 16_93),
        ("single-25", 20_01, 21_25),
        ("couple-under-25", 24_88, None),
        ("couple-25", 31_41, 33_35),
    ],
)
def test_universal_credit_gives_5_percent_of_its_allowance_rounded_half_up(
    claimant: Claimant, last_year: int, this_year: int | None
) -> None:
    """Law page, 2.2. Half a penny three times: 31.405, 21.245 and 33.345. Seen red with: rounded down; half to even; the row
    of another year."""
    assert taken(claimant, date(2026, 4, 5)) == taken(claimant, date(2025, 4, 7)) == last_year
    if this_year is not None:
        assert taken(claimant, date(2026, 4, 6)) == taken(claimant, date(2027, 4, 11)) == this_year


@pytest.mark.parametrize(
    ("claimant", "on", "day"),
    [
        ("couple-under-25", date(2026, 4, 6), "6 Apr 2026"),
        ("couple-under-25", date(2026, 11, 19), "19 Nov 2026"),
        ("single-25", date(2025, 4, 6), "6 Apr 2025"),
        ("single-25", date(2027, 4, 12), "12 Apr 2027"),
    ],
)
def test_a_rate_that_is_not_in_the_table_is_not_guessed(claimant: Claimant, on: date, day: str) -> None:
    """Seen red with: the last known rate for the assessment date too."""
    with pytest.raises(LookupError) as found:
        benefit("uc", claimant, on, 500_00, shipped_tables())
    assert (
        str(found.value) == f"the rate of deduction from Universal Credit for {claimant} on {day} is not in the table"
    )


@pytest.mark.parametrize("kind", ["is", "jsa", "esa", "pc"])
@pytest.mark.parametrize("claimant", ["single-under-25", "couple-25"])
def test_the_older_benefits_give_5_pounds_a_week(kind: Benefit, claimant: Claimant) -> None:
    found = benefit(kind, claimant, TODAY, 12_00, shipped_tables())
    assert (found.deduction_pence, found.period, found.verified) == (5_00, "weekly", True)
    assert found.clear_date == TODAY + timedelta(21)
    with pytest.raises(LookupError, match=r"on 28 Oct 2021 is not in the table$"):
        benefit(kind, claimant, date(2021, 10, 28), None, shipped_tables())


# Benefits: when all is paid

HEAD = 'source = "a test"\nverified = false\nrounding = "half-up"\n'


def rated(*rates: tuple[date, date | None, int], kind: Benefit = "uc") -> Tables:
    """A table with these rates: first day, last day, pence a period."""
    period = "monthly" if kind == "uc" else "weekly"
    rows = [
        f'[[row]]\nbenefit = "{kind}"\nclaimant = "any"\nperiod = "{period}"\nfixed_pence = {pence}\nvalid_from = {first}\n'
        + (f"valid_to = {last}\n" if last else "")
        for first, last, pence in rates
    ]
    return tables_with(benefit_rates=HEAD + "".join(rows))


LEVEL = rated((date(2020, 1, 1), None, 20_01))


def cleared(on: date, balance: int, tables: Tables, kind: Benefit = "uc") -> date | None:
    """When all is paid."""
    return benefit(kind, "single-25", on, balance, tables).clear_date


def test_500_pounds_at_20_pounds_and_a_penny_are_25_months() -> None:
    """Law page, 2.2; the first deduction a month after. Seen red with: the first on the day itself; months rounded down."""
    assert cleared(date(2025, 6, 15), 500_00, LEVEL) == date(2027, 7, 15)
    assert cleared(date(2025, 6, 15), 480_24, LEVEL) == date(2027, 6, 15)
    assert cleared(date(2025, 6, 15), 480_25, LEVEL) == date(2027, 7, 15)
    assert cleared(date(2025, 6, 15), 1, LEVEL) == date(2025, 7, 15)


def test_a_month_after_the_31st_is_the_last_of_a_shorter_month_and_the_31st_again() -> None:
    """Seen red with: each month counted from the one before."""
    found = [cleared(date(2026, 1, 31), 20_01 * n, LEVEL) for n in (1, 2, 3, 25)]
    assert found == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2028, 2, 29)]


def test_each_deduction_is_at_the_rate_of_its_own_day() -> None:
    """20.01 up to 5 April 2026, 21.25 from the 6th. Seen red with: the rate of the assessment date throughout; the new rate
    from the month before."""
    tables = shipped_tables()
    assert cleared(date(2026, 1, 10), 20_01 * 2 + 21_25, tables) == date(2026, 4, 10)
    assert cleared(date(2026, 1, 10), 20_01 * 2 + 21_25 + 1, tables) == date(2026, 5, 10)
    assert cleared(date(2026, 3, 5), 21_25, tables) == date(2026, 5, 5)
    assert cleared(date(2026, 3, 6), 21_25, tables) == date(2026, 4, 6)
    assert taken("single-25", date(2026, 3, 6)) == 20_01


def test_a_rate_is_taken_from_its_first_day_to_its_last() -> None:
    """A deduction every week from Thursday 8 January 2026: £1, then £2 on the 15th alone, then £4. Seen red with: a middle
    rate that begins a day late."""
    thursday = date(2026, 1, 15)
    days = [date(2026, 1, 1), thursday, thursday + timedelta(7)]
    tables = rated(
        (days[0], days[1] - timedelta(1), 1_00),
        (days[1], days[2] - timedelta(1), 2_00),
        (days[2], None, 4_00),
        kind="is",
    )
    found = [cleared(days[0], balance, tables, "is") for balance in (1_00, 1_01, 3_00, 3_01, 7_00, 7_01)]
    assert found == [date(2026, 1, day) for day in (8, 15, 15, 22, 22, 29)]


def test_past_the_last_known_rate_the_clear_date_is_provisional_and_says_so() -> None:
    """Seen red with: provisional whenever the table has an end; never; by the last rate of any claimant."""
    tables = shipped_tables()
    in_time = benefit("uc", "single-25", date(2027, 3, 11), 21_25, tables)
    assert (in_time.clear_date, in_time.provisional) == (date(2027, 4, 11), False)
    assert in_time.source == "SI 1992/2182 reg 4(1B); UC standard allowance 2026/27"
    beyond = benefit("uc", "single-25", date(2027, 3, 12), 21_25, tables)
    assert (beyond.clear_date, beyond.provisional) == (date(2027, 4, 12), True)
    assert beyond.source == in_time.source + "; provisional, as rates are known to 11 Apr 2027 only"
    unknown = benefit("uc", "couple-under-25", date(2026, 3, 6), 24_88 * 2, tables)
    assert (unknown.clear_date, unknown.provisional) == (date(2026, 5, 6), True)


def test_a_clear_date_is_verified_only_if_every_rate_on_the_way_is() -> None:
    """Seen red with: the mark of the rate of the first day alone; that of a rate which begins after the last deduction."""
    read = HEAD.replace("verified = false", "verified = true")
    row = '[[row]]\nbenefit = "uc"\nclaimant = "any"\nperiod = "monthly"\nfixed_pence = 1_000\nvalid_from = '
    text = f"{read}{row}2026-01-01\nvalid_to = 2026-04-05\n{row}2026-04-06\nverified = false\n"
    tables = tables_with(benefit_rates=text)
    found = [benefit("uc", "single-25", date(2026, 2, 6), balance, tables) for balance in (None, 10_00, 10_01, 20_01)]
    assert [one.verified for one in found] == [True, True, False, False]


def test_without_a_balance_or_with_nothing_owed_there_is_no_clear_date() -> None:
    found = [benefit("uc", "single-25", TODAY, balance, shipped_tables()) for balance in (None, 0)]
    assert [(one.clear_date, one.provisional, one.deduction_pence) for one in found] == [(None, False, 21_25)] * 2


def test_a_balance_that_outlasts_the_calendar_is_refused_at_once() -> None:
    """Seen red with: an OverflowError for weeks."""
    for kind in ("uc", "pc"):
        with pytest.raises(ValueError, match=r"^deductions do not pay off £100,000,000,000\.00 before dates end$"):
            cleared(TODAY, 10**13, shipped_tables(), kind)
    with pytest.raises(ValueError, match=r"is not owed$"):
        cleared(TODAY, -1, shipped_tables())


@dataclass(frozen=True)
class Rate:
    """One rate of a table made up."""

    days: int
    pence: int


@given(
    st.lists(st.builds(Rate, st.integers(1, 400), st.integers(1, 5_000)), min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from(["uc", "is"]),
    st.integers(0, 60),
    st.integers(1, 50_000),
)
def test_the_clear_date_is_that_of_taking_one_deduction_after_another(
    made: list[Rate], ends: bool, kind: Benefit, start: int, balance: int
) -> None:
    """Against a plain loop. Seen red with: the first rate up to the last one."""
    first = date(2026, 1, 1)
    begins = [first + timedelta(sum(one.days for one in made[:n])) for n in range(len(made) + 1)]
    rates = [
        (begins[n], begins[n + 1] - timedelta(1) if ends or n + 1 < len(made) else None, one.pence)
        for n, one in enumerate(made)
    ]
    on = min(first + timedelta(start), begins[1] - timedelta(1))
    left, day, n = balance, on, 0
    while left > 0:
        n += 1
        if kind == "uc":
            year, month = on.year + (on.month - 1 + n) // 12, (on.month - 1 + n) % 12 + 1
            day = date(year, month, min(on.day, months.monthrange(year, month)[1]))
        else:
            day = on + timedelta(7 * n)
        left -= [pence for since, _, pence in rates if since <= day][-1]
    found = benefit(kind, "single-25", on, balance, rated(*rates, kind=kind))
    assert (found.clear_date, found.provisional) == (day, ends and day >= begins[-1])


@pytest.mark.parametrize(
    ("net_pence", "periods", "pence"),
    [
        (60_000, 2, 10_200),  # two weeks of £300.00: 2 x £51.00
        (90_000, 2, 20_580),  # two weeks of £450.00: 2 x £102.90
        (52_000, 2, 6_240),  # £260.00 each is still in the band of 12 %
        (52_001, 2, 8_840),  # a penny over for both weeks is over for each
        (11_002, 2, 330),  # £55.01 each: £1.65, fractions dropped week by week
    ],
)
def test_a_payroll_of_several_weeks_is_divided_and_multiplied_again(net_pence: int, periods: int, pence: int) -> None:
    """Law page 2.1; the Regulations were not read on it. Seen red with: the whole sum in one band; one fraction dropped."""
    found = aeo("weekly", net_pence, date(2026, 11, 19), shipped_tables(), periods)
    assert (found.deduction_pence, found.verified) == (pence, False)


def test_a_payroll_is_for_one_period_at_least() -> None:
    with pytest.raises(ValueError, match="one period at least"):
        aeo("weekly", 30_000, date(2026, 11, 19), shipped_tables(), 0)
