"""Why somebody is marked, on every kind of store: few may read it, and that they did is logged."""

from __future__ import annotations

from casework.actions.marker import EndMarker, SetMarker
from casework.views import Draft
from tests.contract.conftest import THURSDAY, Office, account

CASE = account(1).id
WHY = "treated for depression, she told us"
MARKER = SetMarker(code="mental-health", reason=WHY, advice="Write first.")


async def test_only_who_may_reads_why_and_that_they_did_is_logged(office: Office) -> None:
    """Not even the officer who wrote it; the auditor may. One line for the look at the case, one for this.

    Seen red with: the reason handed to everybody; the look not logged.
    """
    ann, eve = office.desk("ann"), office.desk("eve")
    done = await ann.act(CASE, MARKER, key="k")
    assert done.view.restricted == {} and (await ann.case(CASE)).restricted == {}
    assert (await ann.case(CASE)).case.markers[0].advice == "Write first."
    before = office.views()
    view = await eve.case(CASE)
    assert list(view.restricted.values()) == [WHY]
    assert view.restricted.keys() == {one.restricted for one in view.case.markers}
    assert office.views() == before + 2
    other = await eve.case(account(2).id)
    assert other.restricted == {} and office.views() == before + 3


async def test_a_marker_that_ended_shows_its_reason_to_nobody(office: Office) -> None:
    ann, eve = office.desk("ann"), office.desk("eve")
    done = await ann.act(CASE, MARKER, key="k")
    await ann.act(CASE, EndMarker(marker=done.view.case.markers[0].id, reason="over"), key="l")
    assert (await eve.case(CASE)).restricted == {}


async def test_why_is_in_no_answer_but_that_one(office: Office) -> None:
    """Neither the timeline, nor a preview, nor what was said to be saved; a search does not look there."""
    ann, eve = office.desk("ann"), office.desk("eve")
    assert "depression" not in (await ann.preview(CASE, MARKER)).model_dump_json()
    assert (await eve.case(CASE)).restricted == {}
    done = await ann.act(CASE, MARKER, key="k")
    assert "depression" not in done.model_dump_json()
    assert "depression" not in (await eve.timeline(CASE)).model_dump_json()
    assert not (await eve.timeline(CASE, find="depression")).entries
    assert await ann.search("depression") == []


async def test_the_same_reason_twice_is_kept_under_two_names(office: Office) -> None:
    """Each is salted anew. Seen red with: one salt for all."""
    ann = office.desk("ann")
    first = (await ann.act(CASE, MARKER, key="k")).view.case.markers[0].restricted
    second = (await ann.act(CASE, MARKER, key="l")).view.case.markers[0].restricted
    assert first and second and first != second
    again = await ann.act(CASE, MARKER, key="l")
    assert again.view.case.markers[0].restricted == second


async def test_what_was_typed_of_it_does_not_outlive_the_form(office: Office) -> None:
    """Other drafts do. Seen red with: the draft left to whoever drew the form."""
    ann = office.desk("ann")
    for kind in ("marker", "note"):
        await ann.save_draft(Draft(case=CASE, kind=kind, typed={"reason": WHY}, key=kind, seen_version=2, at=THURSDAY))
    await ann.act(CASE, MARKER, key="k")
    assert [draft.kind for draft in await ann.drafts()] == ["note"]
