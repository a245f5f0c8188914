"""A call on the case screen, key by key: a letter for one that nobody answers, a conversation in its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.conftest import LocalOffice, account
from tests.unit.test_case_screen import BORN, ONE, TWO, desk, form, head, keys, said


@pytest.fixture
def office(tmp_path: Path) -> LocalOffice:
    """Two accounts, of whose payers much is known."""
    made = LocalOffice(tmp_path / "store")
    made.add(account(1, person=BORN), account(2, person=BORN))
    return made


async def test_two_keys_log_a_call_that_nobody_answered_and_bring_the_next_case(office: LocalOffice) -> None:
    """Job 3 of the measured jobs: `c` `n`. The number is theirs, the task ends as the outcome says, and another is set for the
    next working day. Seen red with: the letter that only moved on; the outcome asked once more; the task left open."""
    async with desk(office) as pilot:
        await keys(pilot, "n", "c", "n")
        case = office.peek("ann", ONE).case
        assert [(one.outcome, one.number, one.direction) for one in case.contacts] == [
            ("NO_ANS", "07700 900123", "out")
        ]
        assert [(task.kind, str(task.due_on)) for task in case.tasks] == [("call", "2026-11-20")]
        assert "no answer" in said(pilot) and "Next: call again" in said(pilot)
        assert TWO in head(pilot) and not form(pilot).is_open
        assert await office.desk("ann").drafts() == []
