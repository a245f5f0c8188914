"""Tracing at the desk: whose look-ups, and what the access log says of them. Law pages 7.1 (DPA 2018 s.62) and 7.5."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from casework.accounts import CaseId
from casework.actions.trace import AskSource
from casework.actions.trace_result import RecordAnswer
from casework.events import KINDS
from casework.people import Address
from casework.refusals import DeskError, Forbidden, Refused
from casework.staff import Staff, may
from casework.views import show
from greenwax.plain import case_lines
from tests.cases import OFFICER, TODAY, shipped_tables
from tests.contract.conftest import LocalOffice, account, someone

ONE = CaseId("K01-26000001D")
KNOWN = {"name": {"surname": "Payer", "forenames": "Pat"}, "date_of_birth": "1984-03-14"}
DWP = AskSource(source="DWP", purpose="address")
MILL = {"kind": "trace-result", "outcome": "CONFIRMED", "address": "14 Mill Lane, Kidderminster, DY10 2AB"}


@pytest.fixture
def office(tmp_path: Path) -> Any:
    """An office in which nam is a named user of DWP, and the others are not."""
    made = LocalOffice(tmp_path / "store")
    made.store.put_staff(someone("nam", "officer", allowed=["trace-dwp"]))
    made.add(account(1, person=KNOWN))
    yield made
    made.store.close()


def logged(office: LocalOffice) -> list[dict[str, Any]]:
    """The access log, line by line."""
    return [json.loads(line.body) for line in office.store.access.walk()]


async def test_a_named_user_alone_asks_dwp(office: LocalOffice) -> None:
    """Forbidden, and neither asked nor logged as asked. Seen red with: the permission of the action alone."""
    ann, nam = office.desk("ann"), office.desk("nam")
    for attempt in (ann.act(ONE, DWP, key="k"), ann.preview(ONE, DWP)):
        with pytest.raises(Forbidden, match="“trace-dwp”, which only named users have"):
            await attempt
    assert logged(office) == []
    assert office.peek("ann", ONE).case.traces == ()
    await nam.act(ONE, DWP, key="k")
    assert [one.asked_by for one in office.peek("ann", ONE).case.traces] == ["nam"]


async def test_whoever_sees_cases_only_traces_nobody(office: LocalOffice) -> None:
    with pytest.raises(Forbidden, match="“trace”"):
        await office.desk("eve").act(ONE, AskSource(source="OWN", purpose="address"), key="k")


async def test_each_request_and_each_answer_is_logged_by_codes_alone(office: LocalOffice) -> None:
    """Who, which case, which source, what for. A preview, what is refused and the same key again are none.
    Seen red with: nothing logged."""
    nam = office.desk("nam")
    await nam.preview(ONE, DWP)
    with pytest.raises(Refused):
        await nam.act(ONE, AskSource(source="DVLA", purpose="vehicle"), key="r")
    await nam.act(ONE, DWP.model_copy(update={"reason": "his mother said Kidderminster"}), key="k")
    await nam.act(ONE, DWP.model_copy(update={"reason": "his mother said Kidderminster"}), key="k")
    await nam.act(ONE, RecordAnswer.model_validate(MILL), key="l")
    (trace,) = office.peek("nam", ONE).case.traces
    about = {"person": "nam", "case": ONE, "source": "DWP", "purpose": "address"}
    lines = [{name: value for name, value in line.items() if name != "at"} for line in logged(office)]
    assert Counter(line["what"] for line in lines) == {"trace": 1, "trace-result": 1, "case": 3}, "and each view of it"
    assert [one for one in lines if one["what"] != "case"] == [
        {"what": "trace", **about},
        {"what": "trace-result", "trace": trace.id, **about},
    ]
    assert "mill" not in json.dumps(lines).lower() and "mother" not in json.dumps(lines).lower()
    assert office.store.access.verify() is None


async def test_what_cannot_be_logged_is_not_done(office: LocalOffice) -> None:
    """Seen red with: the request written first."""
    before = (await office.desk("nam").case(ONE)).case
    office.store.access.close()
    with pytest.raises(DeskError):
        await office.desk("nam").act(ONE, DWP, key="k")
    assert office.peek("nam", ONE).case == before


async def test_each_view_of_a_case_with_traces_names_them(office: LocalOffice) -> None:
    """The case, its timeline, and the case pulled. Seen red with: the timeline without them."""
    nam, ann = office.desk("nam"), office.desk("ann")
    await ann.case(ONE)
    await nam.act(ONE, DWP, key="k")
    (trace,) = office.peek("nam", ONE).case.traces
    await ann.case(ONE)
    await ann.timeline(ONE)
    await ann.pull_next()
    shown = [(line["what"], line.get("traces")) for line in logged(office) if line["person"] == "ann"]
    assert shown == [("case", None), *((what, f"{trace.id} DWP") for what in ("case", "timeline", "case"))]


async def test_what_is_shown_has_the_traces(office: LocalOffice) -> None:
    """Command line page: `show` has `traces`."""
    nam = office.desk("nam")
    await nam.act(ONE, DWP, key="k")
    view = (await nam.act(ONE, RecordAnswer.model_validate(MILL), key="l")).view
    assert "Trace: DWP, for: address, asked 19 Nov 2026, confirmed" in case_lines(view).splitlines()
    (shown,) = show(view)["traces"]
    assert (shown["source"], shown["purpose"], shown["state"], shown["outcome"]) == (
        "DWP",
        "address",
        "answered",
        "CONFIRMED",
    )
    address = view.case.person.address
    assert isinstance(address, Address) and address.trace == "DWP"
    assert show(view)["person"]["addresses"][0]["trace"] == "DWP"
    assert {"trace", "trace-result", "traces-due"} <= KINDS.keys()


def test_being_a_named_user_gives_that_look_up_and_nothing_else() -> None:
    """Seen red with: any permission given."""
    grants = shipped_tables().grants(TODAY)
    named = OFFICER.model_copy(update={"allowed": ("trace-hmrc",)})
    assert may(named, "trace-hmrc", None, grants) == []
    assert [one.code for one in may(named, "trace-dwp", None, grants)] == ["permission"]
    assert [one.code for one in may(named, "lift", None, grants)] == ["permission"]
    with pytest.raises(ValueError, match="allowed"):
        Staff.model_validate({**OFFICER.model_dump(), "allowed": ["lift"]})
    shut = named.model_copy(update={"exclusions": (ONE,)})
    assert [one.code for one in may(shut, "trace-hmrc", ONE, grants)] == ["excluded"]
