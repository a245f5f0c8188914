"""What the screens say of whoever pays and of the account, in brief and in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from casework.accounts import CaseId
from casework.actions import parse_action
from casework.views import CaseView
from tests.cases import shipped_tables
from tests.contract.conftest import LocalOffice, account, someone
from tui import person_view, timeline, view_models
from tui.widgets.lines import Line

ONE = CaseId("K01-26000001D")
TABLES = shipped_tables()
TODAY = date(2026, 11, 19)
NOW = datetime(2026, 11, 19, 10, tzinfo=UTC)

YOUTH = {
    "person": {"name": {"surname": "Young", "forenames": "Sam"}, "date_of_birth": "2010-03-14"},
    "guardian": {
        "person": {
            "name": {"surname": "Young", "forenames": "Mary"},
            "phones": ["07700 900456"],
            "date_of_birth": "1980-05-01",
            "employer": {"name": "Wickes"},
        }
    },
}

KNOWN = {
    "name": {"surname": "Payer", "forenames": "Pat"},
    "phones": ["07700 900123", {"number": "07700 900124", "standing": "dead"}],
    "date_of_birth": "1987-03-14",
    "addresses": [
        {"lines": ["14 Mill Lane"], "postcode": "DY10 2AB"},
        {"lines": ["3 Old Street"], "standing": "previous"},
    ],
    "employer": {"name": "Wickes", "standing": "expired", "reference": "60660", "net_pence": 30000, "paid": "weekly"},
    "benefits": [{"benefit": "uc", "verified_on": "2026-10-01"}],
    "national_insurance": "AB123456C",
    "vehicles": [{"registration": "VO00 XCF"}],
    "interpreter": "Polish",
    "adjustments": [{"code": "large-print"}],
    "representative": {"kind": "adviser", "name": "Carol Adams", "authority_on": "2026-10-01"},
}


def shown(lines: Sequence[Line]) -> str:
    return "\n".join("".join(part.text for part in one) for one in lines)


def panel(view: CaseView, masked: bool = False) -> str:
    """The panel, its lines wherever they break."""
    return " ".join(shown(person_view.panel(view, TABLES, TODAY, 29, masked=masked)).split())


def rows(view: CaseView, masked: bool = False) -> list[str]:
    return [" ".join(cells) for _, cells in person_view.table(view, TABLES, TODAY, masked=masked).rows]


def head(view: CaseView, width: int = 120, masked: bool = False) -> str:
    return shown(view_models.header(view, (), NOW, None, width, masked=masked))


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    return LocalOffice(tmp_path / "store")


async def do(office: LocalOffice, text: str, person: str = "ann") -> CaseView:
    """Carry out an action, holding the case where that is needed."""
    here, action = office.desk(person), parse_action(text)
    claimed = await here.claim(ONE) if action.needs_claim() else None
    await here.act(ONE, action, key=action.named(), claim=claimed.claim.token if claimed else None)
    return office.peek(person, ONE)


# How they stand


def test_the_header_says_how_far_behind_and_since_when(office: LocalOffice) -> None:
    """£20.00 a week from 3 Sep, nothing paid by 19 Nov: eleven instalments, but no more than is owed. Where the line
    would not fit, without since when. Seen red with: the day of the newest miss; when they last paid cut off for it."""
    office.add(account(1))
    assert "£100.00 behind since 3 Sep 2026" in head(office.peek("ann", ONE), 140)
    narrow = head(office.peek("ann", ONE), 80)
    assert "£100.00 behind " in narrow and "since" not in narrow
    assert "£100.00 behind since 3 Sep 2026" in panel(office.peek("ann", ONE))


def test_who_is_not_behind_is_up_to_date_and_who_has_no_terms_is_neither(office: LocalOffice) -> None:
    """Seen red with: no terms shown as up to date."""
    plan = {"plan": "instalments", "amount_pence": 2_000, "every": "weekly", "start": "2026-11-19"}
    office.add(account(1, terms=plan), account(2, terms=None))
    view = office.peek("ann", ONE)
    assert "up to date" in head(view) and "behind" not in head(view)
    assert "Next £20.00 on 19 Nov 2026" in panel(view)
    assert "no terms" in head(office.peek("ann", "K01-26000002W"))


def test_the_header_names_who_pays_for_a_youth(office: LocalOffice) -> None:
    """Seen red with: only the youth named."""
    office.add(account(1, **YOUTH))
    view = office.peek("ann", ONE)
    assert "YOUNG, Sam  16, pays YOUNG, Mary" in head(view)
    assert panel(view).startswith("Youth Payer YOUNG, Mary, parent or guardian")
    assert "07700 900456" in panel(view) and "1 May 1980" in panel(view)
    assert "Defendant YOUNG, Sam" in rows(view)


async def test_calls_and_whom_they_reached_are_counted_apart(office: LocalOffice) -> None:
    """A letter from them reached us and is no call. Seen red with: it counted among the calls made."""
    office.add(account(1))
    await do(office, '{"kind":"call","outcome":"NO_ANS"}')
    view = await do(
        office, '{"kind":"contact","channel":"letter","outcome":"WROTE","note":"she has moved to Stourport"}'
    )
    assert view.case.counters.conversations == 1
    assert "Calls 1 made Reached 1, by call or message" in panel(view)


# What is known


def test_an_address_too_old_to_rely_on_is_shown_as_that(office: LocalOffice) -> None:
    """The officer asks whether it is still so. Seen red with: no address at all."""
    old = {"lines": ["14 Mill Lane"], "postcode": "DY10 2AB", "standing": "expired"}
    before = {"lines": ["3 Old Street"], "standing": "previous"}
    office.add(account(1, person={"name": {"surname": "Payer"}, "addresses": [before, old]}))
    view = office.peek("ann", ONE)
    assert "At 14 Mill Lane DY10 2AB (expired)" in panel(view)
    assert "Mill Lane" not in panel(view, masked=True)


def test_each_fact_says_how_far_it_may_be_relied_on(office: LocalOffice) -> None:
    """Seen red with: an expired employer shown as if it stood; a checked benefit as not verified."""
    office.add(account(1, person=KNOWN))
    brief = panel(office.peek("ann", ONE))
    assert "Work Wickes, £300.00 weekly (expired)" in brief
    assert "On Universal Credit Calls" in brief
    assert "Car VO00 XCF (not verified)" in brief
    assert "07700 900124 dead" in brief
    assert "3 Old Street" not in brief
    whole = rows(office.peek("ann", ONE))
    assert "Address 3 Old Street (previous, from court, not verified)" in whole
    assert "Benefit Universal Credit (from court, checked 1 Oct 2026)" in whole
    assert any(row.startswith("Employer Wickes, £300.00 weekly; payroll number 60660 (expired") for row in whole)


def test_what_must_be_known_before_speaking_stands_first(office: LocalOffice) -> None:
    """Before the terms: at 80x24 a form leaves six lines. Seen red with: needs at the end."""
    office.add(account(1, person=KNOWN, markers=[{"code": "bereavement"}]))
    brief = panel(office.peek("ann", ONE))
    places = [brief.index(text) for text in ("Bereavement", "interpreter: Polish", "Large print", "07700", "Terms")]
    assert places == sorted(places)


PRIVATE = ("1987", "14 Mill Lane", "3 Old Street", "DY10 2AB", "Wickes", "AB123456C", "VO00 XCF", "Carol Adams")


def test_masks_hold_in_brief_and_in_full(office: LocalOffice) -> None:
    """Law page 7.2. Seen red with: one fact at a time let through, in either."""
    office.add(account(1, person=KNOWN))
    view = office.peek("ann", ONE)
    for open_, masked in ((panel(view), panel(view, True)), ("\n".join(rows(view)), "\n".join(rows(view, True)))):
        assert not any(fact in masked for fact in PRIVATE)
        assert "AB123456C" in open_ and "Carol Adams" in open_
    assert "  39" in head(view) and "  39" not in head(view, masked=True)


async def test_the_last_payment_is_masked_wherever_it_stands(office: LocalOffice) -> None:
    """It is an item of identity. Seen red with: the header, the payments and the timeline in turn."""
    office.add(account(1))
    view = await do(office, '{"kind":"receipt","amount_pence":1234,"method":"card","received_on":"2026-11-19"}', "cash")
    page = await office.desk("ann").timeline(ONE)
    for masked in (False, True):
        places = (
            head(view, masked=masked),
            str(view_models.money(view.case, TABLES, NOW, masked=masked).rows),
            str(timeline.table(page, NOW, masked=masked).rows),
        )
        assert ["£12.34" in place for place in places] == [not masked] * 3


async def test_why_a_marker_was_set_is_for_those_who_may_read_it(office: LocalOffice) -> None:
    """Seen red with: the row for everybody."""
    with office.store.transaction():
        office.store.put_staff(someone("tess", "team-leader"))
    office.add(account(1))
    action = '{"kind":"marker","code":"domestic-abuse","reason":"told by the refuge"}'
    await do(office, action)
    assert "Restricted told by the refuge" in rows(office.peek("tess", ONE))
    assert not any("refuge" in row for row in rows(office.peek("ann", ONE)))
    assert any(row.startswith("Marker Domestic abuse. Speak only to them") for row in rows(office.peek("ann", ONE)))


async def test_new_terms_show_who_agreed_them_the_appeal_and_the_mark(office: LocalOffice) -> None:
    """Seen red with: no row of the clock."""
    office.add(account(1))
    view = await do(office, '{"kind":"terms","amount_pence":1000,"every":"weekly","start":"2026-11-27","reason":"JOB"}')
    found = rows(view)
    assert "Agreed 19 Nov 2026 by ann: lost job" in found
    assert "Until Thu 3 Dec 2026: appeal against the decision on new terms" in found
    assert "Hands off no automatic step: arrangement 19 Nov 2026" in found
    assert "Terms £10.00 weekly from 27 Nov 2026" in found


async def test_terms_that_were_asked_for_stand_in_both(office: LocalOffice) -> None:
    office.add(account(1))
    asked = '{"kind":"request-terms","amount_pence":200,"every":"weekly","start":"2026-11-27","reason":"JOB"}'
    view = await do(office, asked)
    assert "Asked £2.00 weekly from 27" in panel(view)
    assert "Asked for £2.00 weekly from 27 Nov 2026, of the fines officer since 19 Nov 2026" in rows(view)
    assert any(row.startswith("Stop New terms asked for: £2.00 weekly") for row in rows(view))


async def test_a_payment_that_was_undone_says_so(office: LocalOffice) -> None:
    """And it is not the last paid. Seen red with: shown as any other."""
    office.add(account(1))
    with office.store.transaction():
        office.store.put_staff(someone("tess", "team-leader"))
    view = await do(office, '{"kind":"receipt","amount_pence":1234,"method":"card","received_on":"2026-11-19"}', "cash")
    undo = f'{{"kind":"reverse","receipt":"{view.case.receipts[0].id}","reason":"REVPAY"}}'
    view = await do(office, undo, "tess")
    money = view_models.money(view.case, TABLES, NOW).rows
    assert [cells[1].startswith("UNDONE, was paid by") for key, cells in money if key.startswith("receipt")] == [True]
    assert "last paid nothing yet" in head(view)


async def test_money_in_suspense_has_a_row(office: LocalOffice) -> None:
    office.add(account(1))
    view = await do(
        office, '{"kind":"receipt","amount_pence":12000,"method":"card","received_on":"2026-11-19"}', "cash"
    )
    assert ("in suspense: more than was owed, not yet dealt with", "-£20.00") in [
        cells[1:3] for _, cells in view_models.money(view.case, TABLES, NOW).rows
    ]
    assert view_models.money(office.peek("ann", ONE).case, TABLES, NOW).rows[-2][0] == "suspense"
