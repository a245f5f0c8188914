"""Undo on every kind of store: the case, the queue, the claim, the day's figures and the timeline after it; and how a case was
at an earlier version."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from api_client.desk import Desk
from casework.accounts import CaseId
from casework.actions.call import LogCall
from casework.actions.note import WriteNote
from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.undo import Undo
from casework.actions.work import Park, Skip, WrapUp
from casework.case import Case
from casework.refusals import Busy, Forbidden, NotFound, Refused
from casework.tallies import Tally
from tests.contract.conftest import THURSDAY, LocalOffice, Office, account

ONE, TWO = account(1).id, account(2).id
PROMISE = MakePromise(amount_pence=2_000, due=date(2026, 11, 25), method="card")


def same(before: Case, after: Case) -> bool:
    """Whether nothing but the place in the history is different."""
    skip = {"version", "changed"}
    return before.model_dump(exclude=skip) == after.model_dump(exclude=skip)


async def refused(desk: Desk, case_id: CaseId, action: Undo, key: str = "u") -> list[str]:
    """The codes of what speaks against it; a preview says the same."""
    with pytest.raises(Refused) as fault:
        await desk.act(case_id, action, key=key)
    assert (await desk.preview(case_id, action)).refusals == fault.value.reasons
    return [one.code for one in fault.value.reasons]


async def test_a_case_that_was_wrapped_up_is_mine_again(office: Office) -> None:
    """With its task, in the same slot, under a new token; and the queues are as they were.

    Seen red with: the claim not taken again; taken without its task.
    """
    ann = office.desk("ann")
    claimed = await ann.pull_next()
    assert claimed is not None and claimed.task is not None
    before, queues = claimed.view.case, await ann.queues()
    done = await ann.act(before.id, WrapUp(outcome="NO_ANS"), key="w")
    assert done.view.claim is None and await ann.my_claims() == []
    again = await ann.act(before.id, Undo(since=before.version), key="u")
    assert same(before, again.view.case) and again.view.mine
    claim = again.view.claim
    assert claim is not None and (claim.slot, claim.task) == ("work", claimed.claim.task)
    assert claim.token > claimed.claim.token
    assert await ann.queues() == queues
    following = await ann.pull_next()
    assert following is not None and following.claim.token == claim.token
    await ann.act(before.id, WrapUp(outcome="NO_ANS"), key="w2")


@pytest.mark.parametrize(
    "ending", [Skip(reason="LANGUAGE"), Park(until=date(2026, 11, 24), reason="PAYSLIP")], ids=["skip", "park"]
)
async def test_what_was_put_off_is_in_hand_again(office: Office, ending: Skip | Park) -> None:
    """And a case passed over is not counted against the most there may be in a day. Seen red with: the day's figures left."""
    ann = office.desk("ann")
    claimed = await ann.pull_next()
    assert claimed is not None
    before = await ann.queues()
    await ann.act(claimed.view.case.id, ending, key="s")
    assert await ann.queues() != before
    undone = await ann.act(claimed.view.case.id, Undo(), key="u")
    assert undone.view.mine and await ann.queues() == before
    assert await ann.my_day() == Tally()


async def test_whoever_works_the_next_case_gives_that_back_first(office: Office) -> None:
    """As the desk's `u` does. Nobody has two cases in one slot, so that without it the case is nobody's after the undo."""
    ann = office.desk("ann")
    first = await ann.pull_next()
    assert first is not None and first.claim.case == ONE
    await ann.act(ONE, WrapUp(outcome="NO_ANS"), key="w")
    following = await ann.pull_next()
    assert following is not None and following.claim.case == TWO
    undone = await ann.act(ONE, Undo(since=first.view.case.version), key="u")
    assert undone.view.claim is None
    assert [one.case for one in await ann.my_claims()] == [TWO]
    with pytest.raises(Busy):
        await ann.claim(ONE)

    await ann.act(TWO, WrapUp(outcome="NO_ANS"), key="w2")
    another = await ann.pull_next()
    assert another is not None and another.claim.case == ONE
    await ann.release(another.claim)
    assert (await ann.act(TWO, Undo(), key="u2")).view.mine


async def test_a_call_beside_my_work_is_mine_for_a_call_again(office: Office) -> None:
    ann = office.desk("ann")
    await ann.claim(TWO)
    await ann.claim(ONE, interrupt=True)
    await ann.act(ONE, LogCall(outcome="NO_ANS", finish=True), key="c")
    undone = await ann.act(ONE, Undo(), key="u")
    assert undone.view.claim is not None and undone.view.claim.slot == "call"
    assert {one.case for one in await ann.my_claims()} == {ONE, TWO}


async def test_a_case_that_i_opened_again_is_mine_for_what_it_was(office: Office) -> None:
    """Not for what it was claimed for since. Seen red with: the claim of now left as it is."""
    ann = office.desk("ann")
    claimed = await ann.pull_next()
    assert claimed is not None and claimed.task is not None
    await ann.act(ONE, WrapUp(outcome="NO_ANS"), key="w")
    held = await ann.claim(ONE)
    assert held.claim.task != claimed.claim.task
    undone = await ann.act(ONE, Undo(), key="u")
    assert undone.view.claim is not None and undone.view.claim.task == claimed.claim.task


async def test_a_claim_for_what_the_act_had_made_ends_with_it(office: Office) -> None:
    """I noted a call without having the case, and took it for the task that came of it. Seen red with: a claim that
    goes on for a task that is not there."""
    office.add(account(3, terms=None, first_contact_on="2026-11-25"))
    ann, three = office.desk("ann"), account(3).id
    await ann.act(three, LogCall(outcome="WRONG_NO", number="07700 900123"), key="c")
    held = await ann.claim(three)
    assert held.task is not None and held.task.kind == "contact-details"
    undone = await ann.act(three, Undo(), key="u")
    assert undone.view.claim is None and await ann.my_claims() == []


async def test_somebody_else_has_pulled_it_meanwhile(office: Office) -> None:
    """Seen red with: the claim of another looked away from."""
    ann, ben = office.desk("ann"), office.desk("ben")
    claimed = await ann.pull_next()
    assert claimed is not None
    await ann.act(ONE, Skip(reason="LANGUAGE"), key="s")
    held = await ben.claim(ONE)
    assert await refused(ann, ONE, Undo()) == ["taken"]
    await ben.release(held.claim)
    assert (await ann.act(ONE, Undo(), key="u")).view.mine


async def test_a_note_beside_somebody_elses_work_is_undone(office: Office) -> None:
    """It needed no claim, and neither does this; theirs stays."""
    ann, ben = office.desk("ann"), office.desk("ben")
    held = await ben.claim(ONE)
    await ann.act(ONE, WriteNote(text="x"), key="n")
    undone = await ann.act(ONE, Undo(), key="u")
    assert undone.view.claim is not None and undone.view.claim.token == held.claim.token


async def test_what_was_undone_is_not_in_my_day(office: Office) -> None:
    """Neither the call nor the case. Seen red with: the undoing counted as an action; the figures not taken back."""
    ann = office.desk("ann")
    await ann.act(TWO, WriteNote(text="x"), key="n")
    before = await ann.my_day()
    await ann.claim(ONE)
    await ann.act(ONE, LogCall(outcome="NO_ANS", finish=True), key="c")
    assert await ann.my_day() == Tally(actions=2, calls=1, cases=1)
    await ann.act(ONE, Undo(), key="u")
    assert await ann.my_day() == before


async def test_the_day_of_an_act_before_midnight_is_put_right_after_it(office: Office) -> None:
    """Seen red with: the figures of the new day taken back."""
    ann = office.desk("ann")
    office.at(THURSDAY.replace(hour=23, minute=59, second=50))
    await ann.act(ONE, WriteNote(text="x"), key="n")
    office.at(THURSDAY.replace(day=20, hour=0, minute=0, second=5))
    await ann.act(TWO, WriteNote(text="y"), key="m")
    await ann.act(ONE, Undo(), key="u")
    assert (await ann.my_day()).actions == 1
    office.at(THURSDAY.replace(hour=23, minute=59, second=55))
    assert await ann.my_day() == Tally()


async def test_an_attempt_that_was_undone_is_none(office: Office) -> None:
    """What contact policy says follows from the case."""
    ann = office.desk("ann")
    before = (await ann.case(ONE)).contact
    called = await ann.act(ONE, LogCall(outcome="NO_ANS"), key="c")
    assert called.view.contact != before
    assert (await ann.act(ONE, Undo(), key="u")).view.contact == before


async def test_the_desk_says_whether_there_is_something_to_undo(office: Office) -> None:
    """In what every view offers: at once after the act, for its seconds, and to whoever did it."""

    async def reasons(person: str) -> list[str]:
        view = await office.desk(person).case(ONE)
        return next([one.code for one in offer.reasons] for offer in view.offers if offer.kind == "undo")

    ann = office.desk("ann")
    assert await reasons("ann") == ["nothing-to-undo"]
    done = await ann.act(ONE, PROMISE, key="p")
    assert next(offer.reasons for offer in done.view.offers if offer.kind == "undo") == ()
    assert (await reasons("ann"), await reasons("ben")) == ([], ["not-your-act"])
    office.at(THURSDAY + timedelta(seconds=25))
    assert await reasons("ann") == []
    office.at(THURSDAY + timedelta(seconds=35))
    assert await reasons("ann") == ["too-late"]
    assert await refused(ann, ONE, Undo()) == ["too-late"]


async def test_the_same_key_undoes_once(office: Office) -> None:
    ann = office.desk("ann")
    await ann.act(ONE, WriteNote(text="x"), key="n")
    first = await ann.act(ONE, Undo(), key="u")
    again = await ann.act(ONE, Undo(), key="u")
    assert (again.version, again.events) == (first.version, first.events)
    assert await refused(ann, ONE, Undo(), key="u2") == ["undone-already"]


async def test_the_act_that_was_undone_is_not_done_by_its_key_again(office: Office) -> None:
    """It answers as it did then, and the case shows how it is now."""
    ann = office.desk("ann")
    done = await ann.act(ONE, PROMISE, key="p")
    undone = await ann.act(ONE, Undo(), key="u")
    again = await ann.act(ONE, PROMISE, key="p")
    assert again.events == done.events and again.view.case == undone.view.case


async def test_the_timeline_shows_what_no_longer_counts(office: Office) -> None:
    """It is all there, struck, with who undid it and when. Seen red with: one entry too many struck; none on the next page."""
    ann = office.desk("ann")
    await ann.act(ONE, WriteNote(text="stays"), key="n")
    called = await ann.act(ONE, LogCall(outcome="PTP", promise=PROMISE.model_dump(exclude={"kind"})), key="c")
    await ann.act(ONE, Undo(), key="u")
    await ann.act(ONE, WriteNote(text="stays too"), key="m")
    entries = (await ann.timeline(ONE)).entries
    struck = [one.seq for one in entries if one.undone]
    assert struck == [one.seq for one in called.events] and len(struck) > 1
    assert [one.kind for one in entries[-2:]] == ["undone", "note"] and entries[-2].actor == "ann"
    older = await ann.timeline(ONE, before=called.version + 1)
    assert [one.seq for one in older.entries if one.undone] == struck
    assert [one.undone for one in (await ann.timeline(ONE, find="stays")).entries] == [False, False]


async def test_a_payment_is_not_undone_but_reversed(office: Office) -> None:
    ann = office.desk("ann")
    await ann.act(ONE, TakeReceipt(amount_pence=500, method="card", received_on=date(2026, 11, 19)), key="r")
    assert await refused(ann, ONE, Undo()) == ["not-undoable"]


async def test_a_case_that_i_closed_to_myself_stays_closed(office: Office) -> None:
    """Whoever said that they know somebody opens their case no more, to undo that neither."""
    ann = office.desk("ann")
    await ann.claim(ONE)
    await ann.act(ONE, Skip(reason="KNOWN"), key="s")
    with pytest.raises(Forbidden):
        await ann.act(ONE, Undo(), key="u")


async def test_it_is_undone_with_the_permission_of_the_act(office: Office) -> None:
    """Not by somebody who may only write notes by now. Seen red with: its own permission asked alone."""
    ann = office.desk("ann")
    await ann.act(ONE, PROMISE, key="p")
    assert isinstance(office, LocalOffice)
    office.store.put_staff(ann.me.model_copy(update={"roles": ("cash-officer",)}))
    for ask in (office.desk("ann").preview(ONE, Undo()), office.desk("ann").act(ONE, Undo(), key="u")):
        with pytest.raises(Forbidden, match="“promise”"):
            await ask


async def test_whoever_may_not_do_it_hears_that_it_is_not_theirs(office: Office) -> None:
    """A cash officer promises nothing, but that is not what speaks against undoing somebody else's promise."""
    await office.desk("ann").act(ONE, PROMISE, key="p")
    assert await refused(office.desk("cash"), ONE, Undo()) == ["not-your-act"]


async def test_undoing_a_case_that_is_not_mine_is_a_look_at_it(office: Office) -> None:
    ann = office.desk("ann")
    await ann.act(ONE, WriteNote(text="x"), key="n")
    before = office.views()
    await ann.act(ONE, Undo(), key="u")
    assert office.views() == before + 1


# How a case was


async def test_a_case_is_shown_as_it_was_at_a_version(office: Office) -> None:
    """And the look is logged, with the version. Seen red with: the event after that version counted in."""
    ann = office.desk("ann")
    first = (await ann.case(ONE)).case
    promised = (await ann.act(ONE, PROMISE, key="p")).view.case
    await ann.act(ONE, WriteNote(text="x"), key="n")
    before = office.views()
    assert await ann.as_of(ONE, first.version) == first
    assert await ann.as_of(ONE, promised.version) == promised
    assert office.views() == before + 2
    look = office.last_look()
    assert (look["person"], look["case"], look["version"]) == ("ann", ONE, promised.version)


async def test_there_is_no_version_before_the_first_or_after_the_last(office: Office) -> None:
    ann = office.desk("ann")
    newest, before = (await ann.case(ONE)).case.version, office.views()
    for version in (0, -1, newest + 1):
        with pytest.raises(Refused) as fault:
            await ann.as_of(ONE, version)
        assert [one.code for one in fault.value.reasons] == ["no-version"]
    with pytest.raises(NotFound):
        await office.desk("liz").as_of(ONE, 1)
    assert office.views() == before
