"""What a local store tells an action, and what a case is for whoever looks at it."""

from __future__ import annotations

from pathlib import Path

from api_client.local_claims import ClaimBook
from api_client.local_facts import LocalFacts
from casework.accounts import case_id
from casework.actions.call import LogCall
from casework.actions.note import WriteNote
from tests.contract.conftest import LocalOffice, account

ONE = case_id("K01", account(1).number)


async def test_the_task_in_hand_is_that_of_whoever_holds_the_case_alone(tmp_path: Path) -> None:
    """Somebody else may log a call meanwhile. Seen red with: the task of another's claim; facts that nobody asked for."""
    office = LocalOffice(tmp_path)
    office.add(account(1))
    ann, ben = office.desk("ann"), office.desk("ben")
    held = await ann.claim(ONE)
    assert held.task is not None and held.view.mine
    assert not (await ben.case(ONE)).mine, "and he sees that it is not his"
    facts = {one.me.id: LocalFacts(office.store, ClaimBook(office.store), one.me) for one in (ann, ben)}
    call = LogCall(outcome="NO_ANS")
    assert facts["ann"].for_action(call, ONE).facts.pulled_task == held.task.id
    assert facts["ben"].for_action(call, ONE).facts.pulled_task is None
    assert facts["ann"].for_action(WriteNote(text="x"), ONE).facts.pulled_task is None
    assert facts["ann"].situation().facts.colleagues == () and facts["ann"].for_action(call, ONE).facts.salt
    office.store.close()
