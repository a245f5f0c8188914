"""What a desk asks of a role before an action is judged: all that the action, as it is filled in, needs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casework.accounts import CaseId
from casework.actions.call import LogCall
from casework.actions.given_terms import NewTerms
from casework.actions.promise import Given
from casework.refusals import Forbidden
from tests.cases import tables_with
from tests.contract.conftest import LocalOffice, account

ONE = CaseId("K01-26000001D")


async def test_a_call_needs_the_permissions_of_what_it_brings(tmp_path: Path) -> None:
    """Somebody who may log calls and promise nothing promises nothing in a call either, nor agrees terms.

    Seen red with: the permission of the call alone.
    """
    office = LocalOffice(tmp_path / "store")
    office.add(account(1))
    calls = 'source = "x"\nverified = false\nvalid_from = 2000-01-01\n[[row]]\nrole = "officer"\nteams = []\n'
    office.store.reference = tables_with(roles=calls + 'permissions = ["view", "call"]\n')
    ann = office.desk("ann")
    given = Given(amount_pence=5_000, due=date(2026, 11, 25), method="card")
    agreed = NewTerms(amount_pence=2_000, every="weekly", start=date(2026, 11, 26), reason="JOB")
    for call, needed in (
        (LogCall(outcome="PTP", promise=given), "promise"),
        (LogCall(outcome="ARR_NEW", terms=agreed), "terms"),
    ):
        for attempt in (ann.act(ONE, call, key="k"), ann.preview(ONE, call)):
            with pytest.raises(Forbidden, match=f"“{needed}”"):
                await attempt
    await ann.act(ONE, LogCall(outcome="NO_ANS"), key="k")
    office.store.close()
