"""An order of allocation that changes: money goes by the order of the day on which it was received, not of the day on which
somebody types it in.
"""

from __future__ import annotations

from datetime import date

import pytest

from casework.actions.receipt import TakeReceipt
from casework.reference import Tables
from casework.refusals import Refused
from tests.cases import TODAY, Story, an_account, imposed, tables_with

LAST = date(2026, 11, 16)
"""The last day of the order made up for this test: from the 17th the fine comes before compensation."""

HEAD = 'source = "a test"\nverified = false\ninside_verified = false\n'


def changed(begins: date = date(2000, 1, 1)) -> Tables:
    """Compensation, then fine, to the 16th; fine, then compensation, from the 17th."""

    def rows(first: str, second: str, days: str) -> str:
        found = ""
        for priority, result in enumerate((first, second), 1):
            found += f'[[row]]\npriority = {priority}\ntitle = "{result}"\nresults = ["{result}"]\n{days}'
        return found

    old = rows("FCOMP", "FO", f"valid_from = {begins}\nvalid_to = {LAST}\n")
    return tables_with(allocation=HEAD + old + rows("FO", "FCOMP", "valid_from = 2026-11-17\n"))


@pytest.mark.parametrize(
    ("received_on", "left"),
    [(LAST, [10_000, 4_000]), (date(2026, 11, 17), [9_000, 5_000]), (TODAY, [9_000, 5_000])],
)
def test_money_goes_by_the_order_of_the_day_it_was_received(received_on: date, left: list[int]) -> None:
    """£10.00 towards a fine and compensation, taken on the 19th. Seen red with: the order of today."""
    story = Story(an_account(imposed("FO", 10_000), imposed("FCOMP", 5_000)), tables=changed())
    story.does(TakeReceipt(amount_pence=1_000, method="card", received_on=received_on))
    assert [one.balance_pence for one in story.case.impositions] == left


def test_a_day_whose_order_is_not_known_is_refused() -> None:
    """Seen red with: no look at the order of that day, which was a crash."""
    story = Story(an_account(imposed("FO", 10_000)), tables=changed(begins=date(2026, 11, 10)))
    story.does(TakeReceipt(amount_pence=10_001, method="card", received_on=date(2026, 11, 10)))
    assert story.case.suspense_pence == 1
    with pytest.raises(Refused, match=r"^the order in which money was applied on 9 Nov 2026 is not known$"):
        story.does(TakeReceipt(amount_pence=1_000, method="card", received_on=date(2026, 11, 9)))
