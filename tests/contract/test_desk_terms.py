"""What every desk does with payment terms: shows how the case stands with them, previews new ones, and writes them once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.accounts import CaseId
from casework.actions.asked_terms import RefuseTerms, RequestTerms
from casework.actions.receipt import TakeReceipt
from casework.actions.terms import AgreeTerms
from casework.refusals import ClaimLost, Forbidden, Refused, Stale
from casework.terms import Arrears, Instalment, schedule
from casework.views import show
from greenwax import plain
from tests.contract.conftest import THURSDAY, Office, account

ONE = CaseId("K01-26000001D")
TODAY = date(2026, 11, 19)
NEW = AgreeTerms(amount_pence=3_000, every="monthly", start=date(2026, 12, 1), reason="HOURS")


def receipt(pence: int, on: date = TODAY) -> TakeReceipt:
    """Money by card."""
    return TakeReceipt(amount_pence=pence, method="card", received_on=on)


async def test_a_case_says_how_far_behind_it_is_today(office: Office) -> None:
    """£100.00 at £20.00 a week since 3 September. Caught: not reckoned at all."""
    ann = office.desk("ann")
    view = await ann.case(ONE)
    assert (view.arrears, view.next_due) == (Arrears(10_000, date(2026, 9, 3)), None)
    await ann.act(ONE, receipt(3_000), key="k")
    answer = show(await ann.case(ONE))
    assert (answer["arrears_pence"], answer["first_missed"], answer["next_due"]) == (7_000, "2026-09-10", None)


async def test_arrears_are_null_only_without_terms(office: Office) -> None:
    """Caught: null where nothing is in arrears."""
    ahead = {"plan": "instalments", "amount_pence": 2_000, "every": "weekly", "start": "2026-11-19"}
    later = account(2, terms=ahead)
    office.add(later, account(3, terms=None))
    ann = office.desk("ann")
    answer = show(await ann.case(later.id))
    assert (answer["arrears_pence"], answer["first_missed"]) == (0, None)
    assert answer["next_due"] == {"due": "2026-11-19", "amount_pence": 2_000}
    office.at(THURSDAY + timedelta(1))
    assert show(await ann.case(later.id))["arrears_pence"] == 2_000
    none = show(await ann.case(account(3).id))
    assert none["arrears_pence"] is none["next_due"] is none["terms"] is None


async def test_a_preview_of_terms_has_their_schedule_and_writes_nothing(office: Office) -> None:
    """Command line page, `preview`."""
    before, views, ann = office.peek("ann", ONE), office.views(), office.desk("ann")
    preview = await ann.preview(ONE, NEW)
    assert preview.refusals == ()
    assert preview.schedule == schedule(NEW.terms, 10_000)
    assert preview.model_dump(mode="json")["schedule"] == [
        {"due": "2026-12-01", "amount_pence": 3_000},
        {"due": "2027-01-01", "amount_pence": 3_000},
        {"due": "2027-02-01", "amount_pence": 3_000},
        {"due": "2027-03-01", "amount_pence": 1_000},
    ]
    assert [event.kind for event in preview.events] == ["terms", "task-ended"]
    assert "Due: £10.00 on 1 Mar 2027" in plain.preview(preview).splitlines()
    assert (office.peek("ann", ONE), office.views()) == (before, views)
    assert (await ann.preview(ONE, receipt(100))).schedule is None
    refused = await ann.preview(ONE, NEW.model_copy(update={"amount_pence": 100}))
    assert refused.schedule is None
    assert [one.code for one in refused.refusals] == ["below-least", "too-long", "ask-instead"]


async def test_terms_are_agreed_by_whoever_holds_the_case(office: Office) -> None:
    ann = office.desk("ann")
    with pytest.raises(ClaimLost):
        await ann.act(ONE, NEW, key="k")
    await ann.claim(ONE)
    done = await ann.act(ONE, NEW, key="k")
    assert done.view.case.terms == NEW.terms
    assert done.view.arrears == Arrears(0, None)
    assert done.view.next_due == Instalment(date(2026, 12, 1), 3_000)
    assert done.view.claim is None, "the task it was claimed for was settled"
    again = await ann.act(ONE, NEW, key="k")
    assert again.version == done.version


async def test_money_that_comes_in_meanwhile_refuses_no_terms_but_other_terms_do(office: Office) -> None:
    """Architecture page, section 4. Caught: terms that depend on the ledger."""
    ann = office.desk("ann")
    await ann.claim(ONE)
    seen = (await ann.case(ONE)).case.version
    await office.desk("cash").act(ONE, receipt(1_000), key="c")
    done = await ann.act(ONE, NEW, key="k", seen_version=seen)
    assert done.view.case.in_force is not None and done.view.case.in_force.balance_pence == 9_000
    await ann.claim(ONE)
    with pytest.raises(Stale):
        await ann.act(ONE, NEW.model_copy(update={"amount_pence": 2_500}), key="l", seen_version=seen)


async def test_an_officer_asks_and_may_not_refuse(office: Office) -> None:
    ann = office.desk("ann")
    await ann.claim(ONE)
    asked = RequestTerms(amount_pence=100, every="weekly", start=date(2026, 11, 26), reason="JOB")
    done = await ann.act(ONE, asked, key="k")
    assert show(done.view)["request"]["to"] == "fines-officer"
    assert "Asked for: £1.00 weekly from 26 Nov 2026, not decided yet" in plain.case_lines(done.view).splitlines()
    with pytest.raises(Forbidden):
        await ann.act(ONE, RefuseTerms(reason="SAME"), key="l")
    with pytest.raises(Refused):
        await ann.act(ONE, asked.model_copy(update={"amount_pence": 200}), key="m")


async def test_the_case_in_plain_lines_says_since_when_it_is_behind(office: Office) -> None:
    ann = office.desk("ann")
    lines = plain.case_lines(await ann.case(ONE)).splitlines()
    assert "Behind: £100.00 since 3 Sep 2026" in lines
    await ann.claim(ONE)
    done = await ann.act(ONE, NEW, key="k")
    after = plain.case_lines(done.view).splitlines()
    assert "Next due: £30.00 on 1 Dec 2026" in after
    assert not [line for line in after if line.startswith("Behind")]
