"""The worked figures of the pages as the command line answers them: `greenwax explain`, law pages 2, 3, 4.3, 5 and 9."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenwax.cli import main

Screen = pytest.CaptureFixture[str]


def explain(screen: Screen, *words: str) -> Any:
    """The answer, which there is."""
    assert main(["explain", *words, "--json"]) == 0
    return json.loads(screen.readouterr().out)


def refused(screen: Screen, *words: str) -> Any:
    """Why there is none."""
    assert main(["explain", *words, "--json"]) == 8
    return json.loads(screen.readouterr().out)["error"]["reasons"][0]


@pytest.mark.parametrize(
    ("period", "net", "pence"),
    [
        *[("weekly", "300", 51_00), ("weekly", "450", 102_90), ("weekly", "55.01", 1_65)],
        *[("weekly", "260.00", 31_20), ("weekly", "260.01", 44_20), ("weekly", "55", 0)],
        *[("monthly", "900", 108_00), ("monthly", "1,400", 238_00), ("monthly", "£2,000.00", 511_60)],
        *[("daily", "45", 7_65), ("daily", "60", 12_51), ("daily", "53", 9_01), ("daily", "8", 0)],
    ],
)
def test_an_attachment_takes_the_rate_of_the_band_from_the_whole(
    capsys: Screen, period: str, net: str, pence: int
) -> None:
    """Law page 2.1: slab, not margin, so a penny more than £260.00 costs £13.00."""
    answer = explain(capsys, "aeo", "--period", period, "--net", net)
    assert answer["deduction_pence"] == pence
    assert answer["source"].endswith("reg 5")


UC = [
    *[("single-under-25", "2025-04-07", 1_585), ("single-under-25", "2026-04-05", 1_585)],
    *[("single-25", "2025-04-07", 2_001), ("single-25", "2026-04-05", 2_001)],
    *[("couple-under-25", "2025-04-07", 2_488), ("couple-under-25", "2026-04-05", 2_488)],
    *[("couple-25", "2025-04-07", 3_141), ("couple-25", "2026-04-05", 3_141)],
    *[("single-under-25", "2026-04-06", 1_693), ("single-25", "2026-04-06", 2_125), ("couple-25", "2026-04-06", 3_335)],
]


@pytest.mark.parametrize(("claimant", "on", "pence"), UC)
def test_uc_five_percent_of_the_standard_allowance_2025_26_and_2026_27(
    capsys: Screen, claimant: str, on: str, pence: int
) -> None:
    """Law page 2.2, on the first and the last day of the year."""
    answer = explain(capsys, "benefit", "--benefit", "uc", "--claimant", claimant, "--on", on)
    assert (answer["deduction_pence"], answer["period"], answer["verified"]) == (pence, "monthly", False)


def test_the_one_allowance_that_the_page_does_not_have_is_not_guessed(capsys: Screen) -> None:
    words = ("benefit", "--benefit", "uc", "--claimant", "couple-under-25", "--on", "2026-04-06")
    assert refused(capsys, *words)["code"] == "not-known"


@pytest.mark.parametrize(
    ("on", "balance", "clear"),
    [
        *[("2025-04-07", "20.00", "2025-05-07"), ("2025-04-07", "20.01", "2025-05-07")],
        *[("2025-04-07", "20.02", "2025-06-07"), ("2025-04-07", "40.02", "2025-06-07")],
        *[("2026-03-05", "41.26", "2026-05-05"), ("2026-03-05", "41.27", "2026-06-05")],
        *[("2026-03-06", "42.50", "2026-05-06"), ("2026-03-06", "42.51", "2026-06-06")],
        *[("2026-01-31", "40.02", "2026-03-31"), ("2026-01-31", "20.01", "2026-02-28")],
    ],
)
def test_uc_pays_off_a_month_from_the_day_at_the_rate_of_each_day(
    capsys: Screen, on: str, balance: str, clear: str
) -> None:
    """£20.01 on 5 April 2026 and £21.25 from the 6th: a penny more is a month more. Seen red with: the rate of the first day
    throughout."""
    words = ("benefit", "--benefit", "uc", "--claimant", "single-25", "--on", on, "--balance", balance)
    assert explain(capsys, *words)["clear_date"] == clear


@pytest.mark.parametrize("kind", ["is", "jsa", "esa", "pc"])
def test_the_older_benefits_give_five_pounds_a_week_and_that_is_certain(capsys: Screen, kind: str) -> None:
    words = ("benefit", "--benefit", kind, "--claimant", "single-25", "--on", "2026-11-19", "--balance")
    answer = explain(capsys, *words, "500")
    assert (answer["deduction_pence"], answer["period"], answer["verified"]) == (500, "weekly", True)
    assert answer["clear_date"] == "2028-10-19"


@pytest.mark.parametrize(
    ("start", "plus", "day"),
    [
        *[("2026-03-30", "10", "2026-04-15"), ("2026-12-17", "10", "2027-01-05"), ("2026-08-24", "10", "2026-09-08")],
        *[("2026-04-02", "1", "2026-04-07"), ("2026-12-24", "1", "2026-12-29"), ("2026-12-31", "1", "2027-01-04")],
        *[("2027-03-25", "1", "2027-03-30"), ("2027-12-24", "1", "2027-12-29"), ("2028-02-28", "1", "2028-02-29")],
        *[("2026-03-28", "1", "2026-03-30"), ("2026-10-24", "1", "2026-10-26"), ("2026-05-02", "1", "2026-05-05")],
    ],
)
def test_working_days_leave_out_weekends_and_the_bank_holidays_of_england_and_wales(
    capsys: Screen, start: str, plus: str, day: str
) -> None:
    """Law page 9: its three windows; the day after Easter, Christmas, New Year and May Day; over both clock changes."""
    assert explain(capsys, "working-days", "--from", start, "--plus", plus) == {"date": day}


def test_a_year_has_253_working_days_in_2026_and_2027(capsys: Screen) -> None:
    """Law page 9. The 253rd after New Year's Eve is the last of the year, and one more is the first of the next."""
    for start, last, first in (("2025-12-31", "2026-12-31", "2027-01-04"), ("2026-12-31", "2027-12-31", "2028-01-04")):
        assert explain(capsys, "working-days", "--from", start, "--plus", "253") == {"date": last}
        assert explain(capsys, "working-days", "--from", start, "--plus", "254") == {"date": first}


@pytest.mark.parametrize(("digits", "letter"), [("23000106", "E"), ("23000113", "P")])
def test_the_check_letters_of_opal(capsys: Screen, digits: str, letter: str) -> None:
    assert explain(capsys, "account-number", digits) == {"account_number": digits + letter}


WATERFALL = [("FCC", 150_00), ("FO", 200_00), ("FVS", 80_00), ("FCOMP", 100_00), ("FCOST", 85_00)]
"""As they may stand on one account: the charge, the fine, the surcharge, the compensation, the costs."""


@pytest.mark.parametrize(
    ("payment", "paid"),
    [
        ("99.99", {"FCOMP": 99_99}),
        ("100", {"FCOMP": 100_00}),
        ("100.01", {"FCOMP": 100_00, "FVS": 1}),
        ("180", {"FCOMP": 100_00, "FVS": 80_00}),
        ("180.01", {"FCOMP": 100_00, "FVS": 80_00, "FCOST": 1}),
        ("265.01", {"FCOMP": 100_00, "FVS": 80_00, "FCOST": 85_00, "FO": 1}),
        ("465.01", {"FCOMP": 100_00, "FVS": 80_00, "FCOST": 85_00, "FO": 200_00, "FCC": 1}),
        ("615.01", {"FCOMP": 100_00, "FVS": 80_00, "FCOST": 85_00, "FO": 200_00, "FCC": 150_00}),
    ],
)
def test_the_fine_is_paid_after_compensation_surcharge_and_costs(
    capsys: Screen, payment: str, paid: dict[str, int]
) -> None:
    """Law page 3 and the minister's answer of 2 April 2014, a penny under, on and over each step; the criminal courts charge
    comes last of all. Seen red with: the fine before the costs."""
    owed = [
        {"id": result, "result": result, "imposed_on": f"2026-0{9 - n}-01", "balance_pence": pence, "creditor": None}
        for n, (result, pence) in enumerate(WATERFALL)
    ]
    answer = explain(capsys, "allocation", "--impositions", json.dumps(owed), "--payment", payment)
    assert {one["id"]: one["amount_pence"] for one in answer["allocations"]} == paid
    assert answer["left_over_pence"] == (1 if payment == "615.01" else 0)


@pytest.mark.parametrize(
    ("pence", "shares"),
    [(1, [0, 0, 1]), (2, [0, 1, 1]), (100, [17, 33, 50]), (101, [17, 34, 50]), (599, [100, 200, 299]), (600, None)],
)
def test_victims_of_one_date_share_pro_rata_to_the_odd_penny(
    capsys: Screen, pence: int, shares: list[int] | None
) -> None:
    """Owed £1, £2 and £3. Of 2p exact shares are 0.33, 0.67 and 1.00; of 101p 16.83, 33.67 and 50.50. Worked by hand, by
    the largest remainder."""
    owed = [
        {"id": n, "result": "FCOMP", "imposed_on": "2026-09-01", "balance_pence": 100 * n, "creditor": f"victim {n}"}
        for n in (1, 2, 3)
    ]
    payment = f"{pence / 100:.2f}"
    answer = explain(capsys, "allocation", "--impositions", json.dumps(owed), "--payment", payment)
    found = {int(one["id"]): one["amount_pence"] for one in answer["allocations"]}
    assert [found.get(n, 0) for n in (1, 2, 3)] == (shares or [100, 200, 300])


@pytest.mark.parametrize(
    ("amount", "court", "days", "months"),
    [
        *[("200", "magistrates", 7, None), ("200.01", "magistrates", 14, None), ("500.01", "magistrates", 28, None)],
        *[("1000.01", "magistrates", 45, None), ("2500.01", "magistrates", None, 3)],
        *[("5000.01", "magistrates", None, 6), ("10000.01", "magistrates", None, 12)],
        *[("20000", "crown", None, 12), ("20000.01", "crown", None, 18), ("50000.01", "crown", None, 24)],
        *[("100000.01", "crown", None, 36), ("250000.01", "crown", None, 60), ("1000000.01", "crown", None, 120)],
        ("20000.01", "magistrates", None, 12),
    ],
)
def test_the_longest_term_in_default_is_that_of_the_band(
    capsys: Screen, amount: str, court: str, days: int | None, months: int | None
) -> None:
    """Law page 4.3; a magistrates' court goes no higher than twelve months."""
    answer = explain(capsys, "default-term", "--amount", amount, "--court", court)
    assert (answer["days"], answer["months"]) == (days, months)


@pytest.mark.parametrize(
    ("since", "until", "pence"),
    [
        *[("2026-01-01", "2026-01-31", 328_77), ("2026-01-01", "2027-01-01", 4_000_00)],
        *[("2026-01-01", "2026-01-01", 0), ("2026-01-01", "2026-01-02", 10_96), ("2026-03-28", "2026-03-30", 21_92)],
        ("2028-02-28", "2028-03-01", 21_92),
    ],
)
def test_interest_on_confiscation_is_8_percent_simple_by_the_day(
    capsys: Screen, since: str, until: str, pence: int
) -> None:
    """Law page 5: £50,000 for 30 days £328.77, for 365 days £4,000; over a clock change and 29 February."""
    words = ("interest", "--principal", "50000", "--from", since, "--to", until)
    assert explain(capsys, *words)["interest_pence"] == pence


MONTHLY = {"plan": "instalments", "amount_pence": 2_000, "every": "monthly", "start": "2028-01-31"}


@pytest.mark.parametrize(
    ("on", "pence", "missed"),
    [
        *[("2028-01-30", 0, None), ("2028-01-31", 0, None), ("2028-02-01", 20_00, "2028-01-31")],
        *[
            ("2028-02-28", 20_00, "2028-01-31"),
            ("2028-02-29", 20_00, "2028-01-31"),
            ("2028-03-01", 40_00, "2028-01-31"),
        ],
        *[
            ("2028-03-31", 40_00, "2028-01-31"),
            ("2028-04-01", 60_00, "2028-01-31"),
            ("2028-04-30", 60_00, "2028-01-31"),
        ],
        *[("2028-05-01", 65_00, "2028-01-31"), ("2038-05-01", 65_00, "2028-01-31")],
    ],
)
def test_an_instalment_is_in_arrears_from_the_day_after_and_months_clamp_from_the_first(
    capsys: Screen, on: str, pence: int, missed: str | None
) -> None:
    """31 January, 29 February, 31 March and 30 April 2028, the last of them £5.00; a day before, on and after each."""
    words = ("arrears", "--terms", json.dumps(MONTHLY), "--paid", "[]", "--balance", "65", "--on", on)
    assert explain(capsys, *words) == {"arrears_pence": pence, "first_missed": missed}
