"""The answers to questions of rule, as the command line gives them: keys, types and worked figures of the contract."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenwax.cli import main

WEEKLY = {"plan": "instalments", "amount_pence": 2000, "every": "weekly", "start": "2026-11-05"}


def explain(capsys: pytest.CaptureFixture[str], *words: str, exit_code: int = 0) -> Any:
    assert main(["explain", *words, "--json"]) == exit_code
    return json.loads(capsys.readouterr().out)


def test_aeo_gives_the_deduction_and_its_band(capsys: pytest.CaptureFixture[str]) -> None:
    answer = explain(capsys, "aeo", "--period", "weekly", "--net", "£300.00")
    assert answer["deduction_pence"] == 5100
    assert "17 %" in answer["band"]
    assert "2006/501" in answer["source"]


def test_benefit_gives_the_deduction_and_when_it_is_clear(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("benefit", "--benefit", "uc", "--claimant", "single-25", "--on", "2025-05-01")
    answer = explain(capsys, *words, "--balance", "500")
    assert (answer["deduction_pence"], answer["period"]) == (2001, "monthly")
    assert answer["clear_date"] is not None
    assert explain(capsys, *words)["clear_date"] is None


def test_a_rate_that_is_not_in_the_table_is_8(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("benefit", "--benefit", "uc", "--claimant", "couple-under-25", "--on", "2026-05-01")
    assert explain(capsys, *words, exit_code=8)["error"]["reasons"][0]["code"] == "not-known"


def test_schedule_keeps_the_day_of_the_month(capsys: pytest.CaptureFixture[str]) -> None:
    terms = json.dumps({**WEEKLY, "every": "monthly", "start": "2026-01-31"})
    answer = explain(capsys, "schedule", "--terms", terms, "--balance", "65")
    assert [one["due"] for one in answer["instalments"]] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert [one["amount_pence"] for one in answer["instalments"]] == [2000, 2000, 2000, 500]
    assert answer["clear_date"] == "2026-04-30"
    assert explain(capsys, "schedule", "--terms", terms, "--balance", "0") == {"instalments": [], "clear_date": None}


@pytest.mark.parametrize(
    ("on", "paid", "arrears", "missed"),
    [
        ("2026-11-05", [], 0, None),
        ("2026-11-06", [], 2000, "2026-11-05"),
        ("2026-11-13", [{"on": "2026-11-06", "amount_pence": 2000}], 2000, "2026-11-12"),
        ("2026-11-13", [{"on": "2026-11-13", "amount_pence": 4000}], 0, None),
        ("2027-11-13", [], 10000, "2026-11-05"),
    ],
)
def test_arrears_begin_on_the_day_after(
    capsys: pytest.CaptureFixture[str], on: str, paid: list[dict[str, object]], arrears: int, missed: str | None
) -> None:
    words = ("arrears", "--terms", json.dumps(WEEKLY), "--paid", json.dumps(paid), "--on", on, "--balance", "100")
    assert explain(capsys, *words) == {"arrears_pence": arrears, "first_missed": missed}


def test_default_term_is_in_days_or_months(capsys: pytest.CaptureFixture[str]) -> None:
    first = explain(capsys, "default-term", "--amount", "200")
    assert (first["days"], first["months"]) == (7, None)
    last = explain(capsys, "default-term", "--amount", "10000.01")
    assert (last["days"], last["months"]) == (None, 12)
    crown = explain(capsys, "default-term", "--amount", "1000000.01", "--court", "crown")
    assert (crown["days"], crown["months"]) == (None, 120)


def test_interest_is_simple(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("interest", "--principal", "50,000", "--from", "2026-01-01", "--to")
    month, year = explain(capsys, *words, "2026-01-31"), explain(capsys, *words, "2027-01-01")
    assert (month["interest_pence"], year["interest_pence"]) == (32_877, 400_000)
    assert month["verified"] is True and "s.17" in month["source"]
    assert explain(capsys, *words, "2025-12-31", exit_code=8)["error"]["type"] == "refused"


@pytest.mark.parametrize(
    ("words", "verified"),
    [
        (("aeo", "--period", "weekly", "--net", "300"), True),
        (("aeo", "--period", "weekly", "--net", "55.01"), False),
        (("benefit", "--benefit", "uc", "--claimant", "single-25", "--on", "2026-05-01"), False),
        (("benefit", "--benefit", "pc", "--claimant", "single-25", "--on", "2026-05-01"), True),
        (("default-term", "--amount", "5000"), True),
        (("default-term", "--amount", "5000.01"), False),
        (("interest", "--principal", "10", "--from", "2026-01-01", "--to", "2026-02-01"), True),
    ],
)
def test_an_answer_says_whether_its_row_is_verified(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], verified: bool
) -> None:
    """Beside the answer, in JSON and in text. Law page: rounding, UC rates and the highest bands were not read again."""
    answer = explain(capsys, *words)
    assert answer["verified"] is verified
    assert answer["source"]
    assert main(["explain", *words]) == 0
    assert f"verified: {'yes' if verified else 'no'}" in capsys.readouterr().out


@pytest.mark.parametrize(("payment", "verified"), [("99.99", False), ("100", True), ("100.01", True), ("250", True)])
def test_an_allocation_that_hangs_on_the_order_inside_a_priority_is_not_called_verified(
    capsys: pytest.CaptureFixture[str], payment: str, verified: bool
) -> None:
    """Two compensations of £50.00 and a fine of £100.00: which comes first is the law's; how the two share is not public.
    Seen red with: the mark of the priority alone."""
    owed = [
        {"id": n, "result": result, "imposed_on": "2026-09-01", "balance_pence": pence, "creditor": None}
        for n, (result, pence) in enumerate([("FCOMP", 5_000), ("FCOMP", 5_000), ("FO", 10_000)])
    ]
    answer = explain(capsys, "allocation", "--impositions", json.dumps(owed), "--payment", payment)
    assert answer["verified"] is verified
    assert "OPAL" in answer["source"]


@pytest.mark.parametrize(
    "words",
    [
        ("schedule", "--terms", '{"plan":"instalments"}', "--balance", "10"),
        ("schedule", "--terms", "nonsense", "--balance", "10"),
        ("schedule", "--terms", '{"plan":"in_full","by":0}', "--balance", "10"),
        ("arrears", "--terms", json.dumps(WEEKLY), "--paid", "[{}]", "--on", "2026-11-13", "--balance", "10"),
        ("aeo", "--period", "weekly", "--net", "1.234"),
        ("default-term", "--amount", "free"),
    ],
)
def test_what_cannot_be_read_is_8(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert explain(capsys, *words, exit_code=8)["error"]["reasons"]


def test_the_tables_are_as_they_should_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reference", "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "faults": []}
