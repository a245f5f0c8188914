"""The tables, changed one value at a time: somebody must notice, `reference check` or a worked example.

A worked example is a figure of the domain pages, worked out by the rule that reads the table. It holds for the tables as
they are, and is asked again for each table that is wrong by a penny, a percent, a day, a place or a word. A change that
nobody notices is an example that is missing. A table that is added is changed too: it needs examples here, or a place in
`NOT_LAW`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from pydantic import ValidationError

from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.confiscation import interest
from casework.deductions import aeo, benefit
from casework.defaults import Court, default_term
from casework.ledger import allocate
from casework.promises import Promise, last_day
from casework.reference import TABLES, Tables
from casework.refusals import Refused
from casework.table_faults import faults
from casework.table_rows import Benefit, Claimant, Row, WrapCode
from tests.cases import NOW, TABLE_FOLDER, TODAY, Story, a_case, imposed, shipped_tables
from tests.unit.test_deductions import EDGES, by_the_page
from tests.unit.test_default_terms import BOTH, CROWN

Example = Callable[[Tables], None]
"""Raises when the tables give another figure."""


def stated(table: str, field: str, figures: Mapping[str, object]) -> Example:
    """That a field has in each row what a page states for the row's key; a row that no page states is unknown here."""

    def example(tables: Tables) -> None:
        for row in tables.rows[table]:
            assert getattr(row, field) == figures[str(getattr(row, row.key))]

    return example


def every(*examples: Example) -> Example:
    """All of these."""

    def example(tables: Tables) -> None:
        for one in examples:
            one(tables)

    return example


ALWAYS = date(2000, 1, 1)
"""The first day of rows that are no older than the desk: no date of law, so a day more or less means nothing."""

NOT_LAW = {
    **dict.fromkeys(
        (
            "adjustments",
            "call_prompts",
            "markers",
            "note_templates",
            "outcome_details",
            "preferences",
            "reversal_reasons",
            "safeguarding",
            "terms_reasons",
            "trace_purposes",
        ),
        "codes, words and what they bring about: our own choice, each acted out in the tests of the action that reads it",
    ),
    **dict.fromkeys(
        ("identity", "office_hours", "payment_lines", "stops"),
        "our own practice, each row acted out in the tests of its subject",
    ),
    "roles": "who may do what is our own choice; that every permission and team is somebody's, `reference check` sees to",
}
"""Tables without worked examples, and why."""

WORDS = {"source", "verified", "inside_verified", "title", "label"}
"""What is shown beside a figure, and is none."""

# Worked examples


def attachments(tables: Tables) -> None:
    """Law page 2.1: each band a penny on, over and under its edge, on a sum that must be rounded, and on its first day."""
    for period, edges in EDGES.items():
        for edge in (0, *edges):
            for net in (edge * 100 - 1, edge * 100, edge * 100 + 1, edge * 100 + 17, edge * 100 + 34):
                if net >= 0:
                    exact = by_the_page(period, net)
                    for day in (TODAY, date(2006, 3, 27)):
                        found = aeo(period, net, day, tables)
                        assert found.deduction_pence == exact.numerator // exact.denominator
                        assert found.verified == (exact.denominator == 1)
            with pytest.raises(LookupError):
                aeo(period, edge * 100 + 1, date(2006, 3, 26), tables)


UC: dict[Claimant, tuple[tuple[int, int] | None, tuple[int, int] | None]] = {
    "single-under-25": ((316_98, 15_85), (338_58, 16_93)),
    "single-25": ((400_14, 20_01), (424_90, 21_25)),
    "couple-under-25": ((497_55, 24_88), None),
    "couple-25": ((628_10, 31_41), (666_90, 33_35)),
}
"""Law page 2.2: the allowance and 5 % of it, in 2025/26 and 2026/27."""


def benefits(tables: Tables) -> None:
    """Law page 2.2: each rate on its first and its last day, nothing on the days outside, and how long it is known."""
    years = ((date(2025, 4, 7), date(2026, 4, 5)), (date(2026, 4, 6), date(2027, 4, 11)))
    for claimant, figures in UC.items():
        known = {row.valid_from: row for row in tables.benefit_rates("uc", claimant)}
        for (first, last), figure in zip(years, figures, strict=True):
            assert (first in known) == (figure is not None)
            if figure is not None:
                assert known[first].allowance_pence == figure[0]
                for day in (first, last):
                    found = benefit("uc", claimant, day, figure[1], tables)
                    assert (found.deduction_pence, found.period) == (figure[1], "monthly")
                in_time = benefit("uc", claimant, last - timedelta(31), figure[1], tables)
                assert not in_time.provisional
        for day in (date(2025, 4, 6), date(2027, 4, 12)):
            with pytest.raises(LookupError):
                benefit("uc", claimant, day, None, tables)
    with pytest.raises(LookupError):
        benefit("uc", "couple-under-25", date(2026, 4, 6), None, tables)
    for kind in ("is", "jsa", "esa", "pc"):
        five_pounds(kind, tables)
    # eleven of £20.01 to 1 Apr 2026 are £220.11; the £279.89 left takes fourteen of £21.25
    assert benefit("uc", "single-25", date(2025, 5, 1), 500_00, tables).clear_date == date(2027, 6, 1)


def five_pounds(kind: Benefit, tables: Tables) -> None:
    """Law page 2.2: £5 a week from the other benefits, whoever claims them."""
    for claimant in get_args(Claimant):
        for day in (date(2021, 10, 29), TODAY):
            found = benefit(kind, claimant, day, 10_00, tables)
            assert (found.deduction_pence, found.period, found.provisional) == (5_00, "weekly", False)
        with pytest.raises(LookupError):
            benefit(kind, claimant, date(2021, 10, 28), None, tables)


def default_terms(tables: Tables) -> None:
    """Law page 4.3: each band on its last penny, and on the first of the next."""
    courts: dict[Court, list[tuple[int, str]]] = {
        "magistrates": [*BOTH, (10**9, "12 m")],
        "crown": [*BOTH, *CROWN, (10**9, "120 m")],
    }
    for court, bands in courts.items():
        over = 0
        for pounds, words in bands:
            for pence in (over * 100 + 1, pounds * 100):
                found = default_term(pence, court, TODAY, tables)
                assert words == (f"{found.days} d" if found.days is not None else f"{found.months} m")
                default_term(pence, court, date(2020, 12, 1), tables)
                if court == "crown":
                    with pytest.raises(LookupError):
                        default_term(pence, court, date(2020, 11, 30), tables)
            over = pounds


def judgment_interest(tables: Tables) -> None:
    """Law page 5: £50,000 for 30 days at 8 %; the rate is of April 1993."""
    assert interest(50_000_00, date(2026, 1, 1), date(2026, 1, 31), tables).interest_pence == 328_77
    assert interest(50_000_00, date(1993, 4, 1), date(1993, 4, 2), tables).interest_pence == 10_96
    with pytest.raises(LookupError):
        interest(50_000_00, date(1993, 3, 31), date(1993, 4, 2), tables)


PLACES = (
    ("FCOMP", "FCMP", "FCST", "FINE"),
    ("FVS", "FEES"),
    ("FCOST", "FCPC"),
    ("FCUEX", "FNIA"),
    ("FO", "FOPR1"),
    ("FLAID",),
    ("FVEA", "FVEBD"),
    ("FDCON", "FWEC"),
    ("FCC", "FFR"),
)
"""Law page 3: compensation first, the fine after surcharge, costs and arrears of duty, the court charge last."""


def allocation(tables: Tables) -> None:
    """Of two sums the one of the earlier place is paid, and in one place the older; compensation of one day shares."""
    later, earlier = date(2026, 8, 31), date(2026, 8, 30)
    order = tables.allocation(TODAY)
    results = [(result, place) for place, found in enumerate(PLACES) for result in found]
    assert {result for row in order for result in row.results} == {result for result, _ in results}
    for (result, place), (other, place_after) in pairwise(results):
        case = a_case(imposed(result, 100, later), imposed(other, 100, earlier))
        shares, _ = allocate(case.impositions, 100, order)
        assert [one.id for one in shares] == ["1.2" if place == place_after else "1.1"]
        case = a_case(imposed(result, 100, earlier), imposed(result, 100, earlier))
        shares, _ = allocate(case.impositions, 100, order)
        assert [one.amount_pence for one in shares] == ([50, 50] if place == 0 else [100])


PUBLISHED = frozenset(
    one["date"] for one in BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
)


def working_days(tables: Tables) -> None:
    """Law page 9: ten working days; and every day off is one that GOV.UK publishes."""
    ends = {
        date(2026, 3, 30): date(2026, 4, 15),
        date(2026, 12, 17): date(2027, 1, 5),
        date(2026, 8, 24): date(2026, 9, 8),
    }
    calendar = tables.calendar
    assert {day: calendar.add_working_days(day, 10) for day in ends} == ends
    years = {day.year for day in calendar.holidays}
    assert calendar.holidays == {day for day in PUBLISHED if day.year in years}


GRACE = {
    "card": date(2026, 11, 25),
    "transfer": date(2026, 11, 25),
    "payment-card": date(2026, 11, 25),
    "direct-debit": date(2026, 11, 25),
    "notes": date(2026, 11, 20),
    "cheque": date(2026, 11, 30),
    "postal-order": date(2026, 11, 25),
}
"""Law pages 6 and 7.4: a promise for Friday 20 Nov 2026 is looked at after three working days, for a cheque after ten days;
cash is there at once."""


def grace(tables: Tables) -> None:
    due = date(2026, 11, 20)
    for method, day in GRACE.items():
        given = Promise(id="3.1", amount_pence=50_00, due=due, method=method, taken_by="jkhan", taken_at=NOW)
        assert last_day(given, tables.grace(given), tables.calendar) == day


FIGURES: Mapping[str, tuple[int, str]] = {
    # law page 7.2 to 7.4
    "promise-furthest-days": (14, "days"),
    "promise-kept-percent": (95, "percent"),
    "promises-broken-most": (2, "times"),
    "promises-broken-days": (90, "days"),
    "identity-failures": (2, "times"),
    "contact-window-days": (7, "days"),
    "conversations-a-day": (1, "times"),
    "attempts-a-day": (3, "times"),
    "attempts-a-window": (7, "times"),
    "attempts-apart-minutes": (120, "minutes"),
    "texts-a-window": (2, "times"),
    "savings-most-percent": (10, "percent"),
    "savings-most-a-month-pounds": (20, "pounds"),
    "instalments-clear-in-months": (12, "months"),
    # law pages 1.5 and 9; OPAL page 1: six months
    "missed-grace": (3, "working-days"),
    "handover-unread-minutes": (60, "minutes"),
    "handover-lines": (3, "times"),
    "appeal-post": (2, "working-days"),
    "terms-furthest-start-days": (183, "days"),
    # what we chose ourselves
    "attempts-at-one-hour": (3, "times"),
    "claim-lease-minutes": (10, "minutes"),
    "call-back-furthest-days": (90, "days"),
    "skips-a-day": (10, "times"),
    "parks-held": (40, "times"),
    "card-outstanding-days": (30, "days"),
    "marker-furthest-days": (366, "days"),
    "review-furthest-days": (366, "days"),
    "receipt-most-pounds": (100_000_000, "pounds"),
    "undo-seconds": (30, "seconds"),
    "fact-ageing-days": (30, "days"),
}


def limits(tables: Tables) -> None:
    """The figures of the pages; and a promise of £50.00 is kept by £47.50."""
    stated("limits", "amount", {name: amount for name, (amount, _) in FIGURES.items()})(tables)
    stated("limits", "unit", {name: unit for name, (_, unit) in FIGURES.items()})(tables)
    for pence, state in ((47_49, "open"), (47_50, "kept")):
        story = Story(tables=tables)
        story.does(MakePromise(amount_pence=50_00, due=date(2026, 11, 20), method="card"))
        story.does(TakeReceipt(amount_pence=pence, method="card", received_on=TODAY))
        assert story.case.promises[0].state == state


SOONEST = (
    *("safeguarding", "handovers", "referrals", "call-backs", "decisions", "promises"),
    *("missed", "payments", "calls", "tracing", "details"),
)
"""Danger first, then what was agreed with somebody, then money that did not come, then everybody else."""
CHASING = {"promises", "missed", "calls"}


def queues(tables: Tables) -> None:
    works = {work.code: work for work in tables.work_types.values()}
    known = [code for code in sorted(works, key=lambda code: works[code].major) if code in SOONEST]
    assert known == list(SOONEST)
    assert {code for code in SOONEST if works[code].chases} == CHASING
    assert [code for code in SOONEST if works[code].agreed] == ["call-backs"]


AFTER = {
    "1h": "CALL_FAIL",
    "2h": "BUSY",
    "1wd": "NO_ANS VM_NONE LANGUAGE DPA_FAIL HANGUP",
    "2wd": "VM_LEFT TP_MSG TP_REFUSED",
    "3wd": "PAID_NOW",
    "7d": "SPOKE WROTE",
    "10d": "MEANS_SENT",
}
"""How long after an outcome the next task comes, where it is not at once. Our table of practice."""

NOTED = 20
"""Law page 7.4: where an outcome needs a note, it has at least so many characters."""


def outcomes(tables: Tables) -> None:
    """When the next task comes, and how much must be noted."""
    periods = {code: period for period, codes in AFTER.items() for code in codes.split()}
    for row in tables.rows["wrap_codes"]:
        assert isinstance(row, WrapCode)
        assert row.after == periods.get(row.code, "0d")
        assert row.note_least in (0, 5 if row.code == "LANGUAGE" else NOTED)


BACK = {"AUTHORITY": "2h", "LANGUAGE": "2h", "KNOWN": "1m", "HOURS": "2h", "SYSTEM": "1h", "WAITING": "1wd"}


def skips(tables: Tables) -> None:
    rows = tables.skip_reasons(TODAY)
    assert {code: row.back_after for code, row in rows.items()} == BACK
    assert [code for code, row in rows.items() if row.excludes] == ["KNOWN"]


WAITS_FOR = {
    "PAYSLIP": (42, "her payslip", "a pay slip", "the wage slip", "a wageslip"),
    "MEANS": (42, "the means form", "income and expenditure", "their budget"),
    "COURT": (90, "the court", "hearing listed", "appeal", "statutory declaration"),
    "AGENT": (90, "return of the warrant", "agents to report", "the bailiffs"),
    "PAYMENT": (
        *(
            35,
            "his payment to come",
            "bank to trace the transfer",
            "a cheque",
            "postal order",
            "first pay from the new job",
        ),
        *("payday", "her pay day", "wages on Friday"),
    ),
    "BENEFIT": (90, "decision on the benefit", "universal credit", "uc award", "the DWP"),
    "REPLY": (
        *(
            42,
            "reply by e-mail",
            "the letter of last week",
            "their answer",
            "her to write",
            "employer",
            "the solicitor",
        ),
        "debt adviser",
    ),
    "AWAY": (90, "back from holiday", "hospital stay to end", "is abroad"),
    "OTHER": (42, "coffee"),
}
"""By reason, how many days ahead at the most, and how people write it. Our own choice."""


def parks(tables: Tables) -> None:
    rows = tables.park_reasons(TODAY)
    for code, (days, *texts) in WAITS_FOR.items():
        assert rows[code].furthest_days == days
        assert {tables.park_reason(str(text), TODAY).code for text in texts} == {code}


STEPS = (
    "ABDC AEO AEOC BWTD BWTU CLAMPO COLLO CONF CW CWN DW FSN HTT INTL MAN MPSO NAP NAWT NBWT NOENF PGPAY PRIS REGF REM \
REW S136 S18 SC SUMA SUMM TFOOUT UPWO WDN"
)
NO_TERMS = "AEO BWTD BWTU CLAMPO CW CWN DW MPSO NAWT NBWT REW S136 SC SUMA SUMM TFOOUT UPWO"
NO_CARD = "ABDC AEO AEOC BWTD BWTU CLAMPO CW DW NBWT S136 TFOOUT"
KEPT = "CONF NAP NOENF REGF S18"
"""OPAL page 3.2: the flags TTPx, PCx and KEEP; and NOENF, because a hold is removed explicitly (law page 1.4)."""


def flagged(table: str, field: str, known: str, codes: str) -> Example:
    """That just these codes have the flag."""
    return stated(table, field, {code: code in codes.split() for code in known.split()})


SAID = ("CONFIRMED", "LIKELY", "NEG", "DECEASED", "IN_CUSTODY", "ABROAD", "ERROR")
AS_HEARD = {"DECEASED": "DECEASED", "IN_CUSTODY": "CUSTODY", "ABROAD": "ABROAD"}

ASKED_AGAIN = {
    **{"OWN": 0, "PING": 30, "CRA": 90, "ER": 365, "DWP": 60, "HMRC": 90, "DVLA": 180, "POLICE": 0, "PRISON": 90},
    **{"LAND": 365, "COMPANIES": 365, "EMPLOYER": 0, "LANDLORD": 0, "AGENT": 0},
}
"""Law page 7.5: the order of the sources, and after how many days each may be asked again."""


def sources(tables: Tables) -> None:
    """Law page 7.5: the gates."""
    known = " ".join(ASKED_AGAIN)
    assert list(tables.trace_sources(TODAY)) == list(ASKED_AGAIN)
    by_name = {"DWP": "trace-dwp", "HMRC": "trace-hmrc", "POLICE": "trace-police"}
    stated("trace_sources", "retry_days", ASKED_AGAIN)(tables)
    stated("trace_sources", "permission", {**dict.fromkeys(ASKED_AGAIN, "trace"), **by_name})(tables)
    flagged("trace_sources", "reason_needed", known, "CRA DVLA POLICE")(tables)
    flagged("trace_sources", "once", known, "POLICE EMPLOYER LANDLORD AGENT")(tables)
    warrants = {"POLICE": ("BWTD", "BWTU", "NBWT", "CW", "S136"), "AGENT": ("DW", "CLAMPO")}
    stated("trace_sources", "steps", {**dict.fromkeys(ASKED_AGAIN, ()), **warrants})(tables)
    costs = dict.fromkeys(("LAND", "COMPANIES"), 1_000_00)
    stated("trace_sources", "least_balance_pence", {**dict.fromkeys(ASKED_AGAIN, 0), **costs})(tables)


EXAMPLES: Mapping[str, Example] = {
    "account_states": flagged("account_states", "closed", "L C CS WO TO TS TA", "C CS WO TO TS TA"),
    "aeo_bands": attachments,
    "allocation": allocation,
    "authority": every(
        stated("authority", "least_a_week_pence", {"terms": 5_00, "decide": None}),
        stated("authority", "clears_within_months", {"terms": 12, "decide": None}),
        stated("authority", "usual_months", {"terms": None, "decide": 12}),
    ),
    "bank_holidays": working_days,
    "benefit_rates": benefits,
    "clocks": stated(
        "clocks", "working_days", dict.fromkeys(("variation", "reserve-terms", "further-steps", "replacement"), 10)
    ),
    "default_terms": default_terms,
    "fact_lives": stated("fact_lives", "months", {"address": 6, "employer": 3, "benefit": 2}),
    "interest_rates": judgment_interest,
    "limits": limits,
    "park_reasons": parks,
    "payment_methods": grace,
    "queues": queues,
    "skip_reasons": skips,
    "steps": every(
        flagged("steps", "blocks_terms", STEPS, NO_TERMS),
        flagged("steps", "blocks_card", STEPS, NO_CARD),
        flagged("steps", "keeps_after_terms", STEPS, KEPT),
    ),
    "trace_outcomes": every(
        stated("trace_outcomes", "found", {**dict.fromkeys(SAID, ""), "CONFIRMED": "confirmed", "LIKELY": "likely"}),
        stated("trace_outcomes", "as_call", {**dict.fromkeys(SAID), **AS_HEARD}),
        stated(
            "trace_outcomes", "retry", {**dict.fromkeys(SAID, "by-source"), "DECEASED": "never", "ERROR": "next-day"}
        ),
    ),
    "trace_retries": stated("trace_retries", "after_days", {"1": 30, "2": 90, "3": 180, "4": 365}),
    "trace_sources": sources,
    "wrap_codes": outcomes,
}
"""Law page 7.4: an officer agrees £5 a week and twelve months; 1.2: ten working days to appeal; 7.5: how long a fact lasts,
and when all sources are tried once more."""

ONLY: Mapping[str, set[str]] = {
    "payment_methods": {"grace_days", "grace_in", "valid_from", "valid_to"},
    "queues": {"major", "team", "chases", "agreed"},
    "trace_sources": {"retry_days", "permission", "reason_needed", "once", "steps", "least_balance_pence"},
    "wrap_codes": {"next_task", "after", "note_least"},
}
"""Of these tables only these fields are figures; the others are acted out in the tests of what reads them."""

NOT_CHANGED: Mapping[str, set[str]] = {"bank_holidays": {"valid_from"}, "clocks": {"valid_from"}}
"""A holiday holds on its own day; and no appeal of the first days of 2006 is open."""


def means_nothing(row: Row, field: str) -> bool:
    """Where a field of this row cannot matter: how nothing is rounded, or in which days no days are counted."""
    rounding = field.startswith("rounding") and not (
        getattr(row, "percent", None) or getattr(row, "rest_percent", None)
    )
    no_days = field == "grace_in" and getattr(row, "grace_days", None) == 0
    no_task = field == "after" and getattr(row, "next_task", "") is None
    return rounding or no_days or no_task


# One value at a time

ORDERS = ("priority", "major")
"""Numbers that only say what comes before what: they are swapped, not counted up."""


def changes(name: str, rows: Sequence[Row]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every table that differs from this one by one value, and what was changed."""
    contents = [row.model_dump() for row in rows]
    for n, row in enumerate(rows):
        for field, value in contents[n].items():
            passed = field in WORDS | NOT_CHANGED.get(name, set()) or field not in ONLY.get(name, {field})
            if passed or means_nothing(row, field):
                continue
            for other in others(type(row), field, value):
                changed = [dict(content) for content in contents]
                changed[n][field] = other
                yield f"{name}: {getattr(row, row.key)}: {field} {value} becomes {other}", changed
    for field in ORDERS:
        placed = sorted((n for n, c in enumerate(contents) if field in c), key=lambda n: int(contents[n][field]))
        for a, b in pairwise(placed):
            changed = [dict(content) for content in contents]
            changed[a][field], changed[b][field] = contents[b][field], contents[a][field]
            yield f"{name}: {field} {contents[a][field]} and {contents[b][field]} swapped", changed


def others(kind: type[Row], field: str, value: object) -> list[object]:
    """Values next to `value`."""
    known = next((one for one in literals(kind.model_fields[field].annotation)), ())
    match value:
        case None:
            return []
        case bool():
            return [not value]
        case int():
            return [] if field in ORDERS else [value - 1, value + 1]
        case date():
            return [] if value == ALWAYS else [value - timedelta(1), value + timedelta(1)]
        case str() if known:
            return [one for one in known if one != value][:2]
        case str() if period := re.fullmatch(r"(\d+)(m|h|d|wd)", value):
            return [f"{int(period[1]) + 1}{period[2]}", f"{period[1]}{'h' if period[2] == 'm' else 'm'}"]
        case str():
            return [value + "X"]
        case tuple():
            return [value[:n] + value[n + 1 :] for n in range(len(value))]
        case dict():
            return [{k: v for k, v in value.items() if k != gone} for gone in value]
    raise TypeError(f"how is {value!r} changed a little?")


def literals(annotation: Any) -> Iterator[tuple[Any, ...]]:
    """The values of a field that may have only some."""
    if get_origin(annotation) is Literal:
        yield get_args(annotation)
    for inner in get_args(annotation):
        yield from literals(inner)


def as_toml(contents: Sequence[Mapping[str, Any]]) -> str:
    """Rows as a file has them."""

    def value(given: object) -> str:
        if isinstance(given, date):
            return given.isoformat()
        if isinstance(given, dict):
            return "{" + ", ".join(f"{json.dumps(k)} = {value(v)}" for k, v in given.items()) + "}"
        return json.dumps(given, ensure_ascii=False)

    lines = (
        [f"{field} = {value(given)}" for field, given in content.items() if given is not None] for content in contents
    )
    return "".join("[[row]]\n" + "\n".join(line) + "\n" for line in lines)


def noticed(name: str, contents: Sequence[Mapping[str, Any]]) -> bool:
    """Whether anybody sees that this table is wrong."""
    try:
        changed = tuple(TABLES[name].model_validate(content) for content in contents)
        EXAMPLES[name](Tables({**shipped_tables().rows, name: changed}))
    except (ValidationError, AssertionError, LookupError, ValueError, StopIteration, Refused, pytest.fail.Exception):
        return True
    return bool(faults({**TEXTS, name: as_toml(contents)}))


TEXTS = {name: (TABLE_FOLDER / f"{name}.toml").read_text("utf-8") for name in TABLES}


@pytest.mark.parametrize("name", list(TABLES))
def test_whatever_is_changed_in_a_table_somebody_notices(name: str) -> None:
    assert name in EXAMPLES or name in NOT_LAW, f"no worked examples for table {name}"
    if name in NOT_LAW:
        return
    EXAMPLES[name](shipped_tables())
    rows = shipped_tables().rows[name]
    assert not faults({**TEXTS, name: as_toml([row.model_dump() for row in rows])}), "the rows can be written as a file"
    tried = [(what, noticed(name, contents)) for what, contents in changes(name, rows)]
    assert len(tried) >= len(rows)
    assert [what for what, seen in tried if not seen] == []


def test_a_table_has_examples_or_a_reason_for_none() -> None:
    assert not EXAMPLES.keys() & NOT_LAW.keys()
    assert TABLES.keys() <= EXAMPLES.keys() | NOT_LAW.keys()
