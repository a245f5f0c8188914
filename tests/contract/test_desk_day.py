"""The day of one person: what is theirs besides their queues, what they could be given, what they looked at; and what of a
timeline they want to see.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api_client.local_desk import LocalDesk
from casework.accounts import CaseId
from casework.actions.call import LogCall
from casework.actions.handover import HandOver
from casework.actions.note import WriteNote
from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.reverse import Reverse
from casework.actions.work import Park, Skip, WrapUp
from casework.refusals import Forbidden
from casework.tallies import Tally
from casework.timeline import ABOUT
from tests.contract.conftest import THURSDAY, account
from tests.contract.test_desk_posts import ONE, PEOPLE, TWO, PostOffice, call_back, handed
from tests.contract.test_who_may import ROLES

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)
NOTE = "all of it was talked about at length"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    """Accounts 1 and 2, on Thursday 19 Nov 2026 at ten; May and Nia share a job."""
    made = PostOffice(tmp_path / "store")
    made.add(account(1), account(2))
    yield made
    made.store.close()


async def mine(desk: LocalDesk) -> list[tuple[str, CaseId, str]]:
    return [(one.what, one.case, one.title) for one in await desk.my_work()]


# What I could be given


async def ready(office: PostOffice, person: str) -> int:
    return sum(one.ready for one in await office.desk(person).queues())


async def agree(office: PostOffice) -> None:
    """What is counted as ready and what comes are the same, for everybody."""
    for person in (one.id for one in PEOPLE if "officer" in one.roles or "team-leader" in one.roles):
        desk = office.desk(person)
        counted = {one.queue: one.ready for one in await desk.queues()}
        for queue, number in counted.items():
            claimed = []
            found = await desk.pull_next(queue)
            if found is not None:
                claimed.append(found)
                await desk.release(found.claim)
            to_read = bool(await desk.handovers())
            assert (number > 0) == bool(claimed) or to_read, (person, queue, number)


async def test_ready_is_what_i_could_be_given(office: PostOffice) -> None:
    """Caught: hand-overs and parked work of others counted, so that Enter said that nothing was ready. Seen red with: what
    another owns counted, or what is closed to me; whatever is owned left out of its owner's count."""
    office.add(account(3))
    assert await ready(office, "ann") == 3
    await handed(office)
    assert [await ready(office, one) for one in ("may", "nia", "ann")] == [2, 3, 2]
    await agree(office)
    ann = office.desk("ann")
    await ann.claim(TWO)
    await ann.act(TWO, Park(until=FRIDAY.date(), reason="payslip"), key="p")
    await agree(office)
    office.at(FRIDAY)
    assert (await ready(office, "ann"), await ready(office, "may")) == (2, 1)
    await agree(office)
    wyn = office.desk("wyn")
    first = await wyn.pull_next()
    assert first is not None
    await wyn.act(first.claim.case, Skip(reason="KNOWN"), key="k")
    office.at(FRIDAY + timedelta(hours=2))
    assert (await ready(office, "wyn"), await ready(office, "may")) == (1, 2), "and it is closed to her"
    await agree(office)


# What is mine


async def test_my_work_is_what_is_mine_today_and_nothing_of_others(office: PostOffice) -> None:
    """Seen red with: tomorrow's call-back; a colleague's; what is parked left out."""
    ann = office.desk("ann")
    assert await mine(ann) == []
    await call_back(office, "ann", THURSDAY + timedelta(hours=3))
    asked = LogCall(outcome="CALLBACK", call_back_at=FRIDAY)
    await ann.act(TWO, asked, key="tomorrow")
    await call_back(office, "may", THURSDAY + timedelta(hours=2))
    await ann.claim(ONE)
    await ann.act(ONE, Park(until=date(2026, 11, 24), reason="payslip"), key="p")
    assert await mine(ann) == [
        ("call-back", TWO, "call back as agreed"),
        ("parked", ONE, "new account, make first contact"),
    ]
    assert [one.at for one in await ann.my_work()] == [
        THURSDAY + timedelta(hours=3),
        datetime(2026, 11, 24, tzinfo=UTC),
    ]
    assert await mine(office.desk("may")) == await mine(office.desk("nia")) != []
    assert await mine(office.desk("tom")) == []
    office.at(datetime(2026, 11, 24, 9, tzinfo=UTC))
    await ann.tick()
    assert await mine(ann) == [("own", ONE, "new account, make first contact")]


async def test_promises_that_i_took_are_mine_on_their_day_until_they_are_kept(office: PostOffice) -> None:
    """Whoever holds the case then. Seen red with: those of everybody; those due tomorrow; one that was kept; forgotten when
    the store is opened again."""
    for person, case, due in (("ann", ONE, 19), ("may", TWO, 20)):
        made = MakePromise(amount_pence=5_000, due=date(2026, 11, due), method="card")
        await office.desk(person).act(case, made, key="p")
    today = ("promise", ONE, "promise of £50.00 by 19 Nov 2026")
    assert await mine(office.desk("ann")) == [today]
    assert await mine(office.desk("may")) == []
    office.reopen()
    assert await mine(office.desk("ann")) == [today]
    office.at(FRIDAY)
    assert await mine(office.desk("ann")) == [("promise", ONE, "promise of £50.00 by 19 Nov 2026, not kept yet")]
    assert await mine(office.desk("may")) == [("promise", TWO, "promise of £50.00 by 20 Nov 2026")]
    await office.desk("may").act(
        ONE, TakeReceipt(amount_pence=5_000, method="card", received_on=date(2026, 11, 20)), key="r"
    )
    then = office.peek("ann", ONE).case
    assert (await mine(office.desk("ann")) == []) == (then.open_promise is None)


async def test_a_promise_on_a_case_in_my_hand_is_mine(office: PostOffice) -> None:
    """Whoever took it. Seen red with: its taker alone."""
    made = MakePromise(amount_pence=5_000, due=date(2026, 11, 19), method="card")
    await office.desk("may").act(ONE, made, key="p")
    ann = office.desk("ann")
    await ann.claim(ONE)
    assert await mine(ann) == [("promise", ONE, "promise of £50.00 by 19 Nov 2026")]


async def test_what_is_handed_over_to_me_comes_first_and_what_waits_for_it_not_at_all(office: PostOffice) -> None:
    """To whoever is to read it, and to nobody else. Seen red with: what was in hand listed beside it; to whoever wrote it."""
    await call_back(office, "may", THURSDAY + timedelta(minutes=5))
    await handed(office)
    assert await mine(office.desk("nia")) == [
        ("acknowledge", ONE, "handed over by May"),
        ("call-back", TWO, "call back as agreed"),
    ]
    assert [one[0] for one in await mine(office.desk("may"))] == ["call-back"]
    office.at(datetime(2026, 11, 19, 12, tzinfo=UTC))
    assert ("acknowledge", ONE, "handed over by May") in await mine(office.desk("tom"))


async def test_my_work_is_logged_by_its_number_and_never_by_whose(office: PostOffice) -> None:
    await call_back(office, "ann", THURSDAY + timedelta(hours=3))
    await office.desk("ann").my_work()
    look = dict(office.last_look())
    assert (look.pop("person"), look.pop("what"), look.pop("found")) == ("ann", "my-work", 1)
    assert set(look) == {"at"}


async def test_the_day_counts_conversations_promises_terms_and_traces(office: PostOffice) -> None:
    """Seen red with: a call that nobody answered for a conversation; terms that were only asked for."""
    ann = office.desk("ann")
    given = {"amount_pence": 2_000, "due": "2026-11-25", "method": "card"}
    await ann.act(ONE, LogCall(outcome="NO_ANS"), key="a")
    await ann.act(ONE, LogCall.model_validate({"outcome": "PTP", "promise": given, "note": NOTE}), key="b")
    assert await ann.my_day() == Tally(actions=2, calls=2, conversations=1, promises=1)
    old = {"actions": 3, "calls": 2, "cases": 1, "skips": 0}
    assert Tally.model_validate(old).conversations == 0, "of a day before they were counted"


# What I looked at


async def test_the_cases_i_opened_today_are_there_the_newest_first(office: PostOffice) -> None:
    """Once each, as long as I may open them, also after a restart. Seen red with: everybody's; every day's; the oldest
    first; twice; forgotten when the store is opened again; one that is closed to me since."""
    await office.desk("ann").case(TWO)
    office.at(FRIDAY)
    office.add(*(account(n) for n in range(3, 14)))
    opened = [CaseId(account(n).id) for n in range(3, 14)]
    ann = office.desk("ann")
    assert await ann.recent() == []
    for case_id in [*opened, opened[4]]:
        await ann.case(case_id)
        office.at(office.store.now() + timedelta(minutes=1))
    await office.desk("may").case(ONE)
    wanted = [opened[4], *(one for one in reversed(opened) if one != opened[4])][:10]
    office.reopen()
    ann = office.desk("ann")
    found = await ann.recent()
    assert [one.case for one in found] == wanted
    assert found[0].why == "opened at 10:11"
    assert not any(one.sure for one in found)
    look = office.last_look()
    assert (look["what"], look["found"]) == ("recent", 10)
    await ann.claim(opened[4])
    await ann.act(opened[4], Skip(reason="KNOWN"), key="k")
    assert opened[4] not in [one.case for one in await ann.recent()]
    assert [one.case for one in await office.desk("may").recent()] == [ONE]


async def test_nobody_who_may_open_no_case_has_opened_one(office: PostOffice) -> None:
    """Seen red with: no permission asked."""
    assert "administrator" in ROLES
    with office.store.transaction():
        office.store.put_staff(PEOPLE[2].model_copy(update={"id": "adm", "roles": ("administrator",)}))
    for asked in (office.desk("adm").recent, office.desk("adm").my_work):
        with pytest.raises(Forbidden):
            await asked()


# What of a timeline


async def test_a_timeline_is_narrowed_to_what_it_is_about(office: PostOffice) -> None:
    """With words besides, and page by page. Seen red with: notes of calls left out; the filter forgotten with words."""
    ann = office.desk("ann")
    await ann.act(ONE, WriteNote(text="rang his sister"), key="n")
    await ann.act(ONE, LogCall(outcome="SPOKE", note=f"his sister rang, {NOTE}"), key="c")
    await ann.act(ONE, TakeReceipt(amount_pence=500, method="notes", received_on=date(2026, 11, 19)), key="r")

    async def kinds(**wanted: str) -> list[str]:
        page = await ann.timeline(ONE, **wanted)  # type: ignore[arg-type]
        return [entry.kind for entry in page.entries]

    everything = await kinds()
    assert await kinds(about="money") == ["receipt"]
    assert await kinds(about="calls") == ["contact"]
    assert await kinds(about="notes") == ["note", "contact"]
    assert await kinds(about="notes", find="rang,") == ["contact"]
    assert await kinds(about="stops") == []
    assert set(everything) == {kind for about in ABOUT for kind in await kinds(about=about)}


async def test_what_was_undone_is_marked(office: PostOffice) -> None:
    """On whatever page it stands. Seen red with: the reversal itself marked; forgotten on an older page."""
    ann, tom = office.desk("ann"), office.desk("tom")
    done = await ann.act(ONE, TakeReceipt(amount_pence=500, method="notes", received_on=date(2026, 11, 19)), key="r")
    (receipt,) = [event.seq for event in done.events if event.kind == "receipt"]
    await ann.act(ONE, TakeReceipt(amount_pence=700, method="notes", received_on=date(2026, 11, 19)), key="s")
    await tom.act(ONE, Reverse(receipt=f"{receipt}.1", reason="REVPAY"), key="u")
    page = await ann.timeline(ONE)
    assert [entry.seq for entry in page.entries if entry.undone] == [receipt]
    older = await ann.timeline(ONE, before=receipt + 1)
    assert [entry.seq for entry in older.entries if entry.undone] == [receipt]
    assert (await ann.timeline(ONE, find="£5.00 by")).entries[0].undone


async def test_wrapping_up_is_in_the_numbers_and_the_hand_over_is_not(office: PostOffice) -> None:
    """Seen red with: a case handed over counted as done."""
    may = office.desk("may")
    await handed(office)
    assert (await may.my_day()).cases == 0
    await may.pull_next()
    await may.act(TWO, WrapUp(outcome="DONE"), key="w")
    assert (await may.my_day()).cases == 1
    assert HandOver.permission == "work"
