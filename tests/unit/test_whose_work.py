"""Whose work it is, and how queues stand, counted from bare rows: no store is needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from casework.accounts import CaseId, unit_of
from casework.queues import QueueRow
from casework.staff import Staff, colleagues
from casework.views import QueueSummary
from casework.whose_work import Share, summaries
from tests.cases import COLLEAGUE, LEADER, NOW, OFFICER, TODAY, at, shipped_tables

TABLES = shipped_tables()
QUEUE = "K01.promises"
LATER = at(20)
FRIDAYS = Staff.model_validate(
    {**COLLEAGUE.model_dump(mode="json"), "id": "fri", "pattern": [{"day": "fri", "starts": "09:00", "ends": "17:00"}]}
)
"""Away on this Thursday."""


def row(
    n: int = 1,
    *,
    unit: str = "K01",
    ready_at: datetime = NOW,
    owner: str | None = None,
    own_until: date | None = TODAY,
    **more: object,
) -> QueueRow:
    """A row of the case with that number."""
    return QueueRow.model_validate(
        {
            "queue": f"{unit}.promises",
            "case": f"{unit}-{n}",
            "task": "2.1",
            "sort_key": 1,
            "ready_at": ready_at,
            "owner": owner,
            "own_until": own_until if owner else None,
            **more,
        }
    )


def share(me: Staff = OFFICER, *others: Staff) -> Share:
    return Share(me, (me, COLLEAGUE, FRIDAYS, *others), TABLES, NOW)


def stands(*rows: QueueRow, held: frozenset[str] = frozenset(), me: Staff = OFFICER) -> QueueSummary:
    """How the queue stands with these rows."""
    (found,) = summaries({QUEUE: "Promises"}, rows, held, share(me))
    return found


def counted(found: QueueSummary) -> dict[str, int]:
    return {name: n for name, n in found.model_dump().items() if isinstance(n, int) and n}


@pytest.mark.parametrize(
    ("one", "is_counted"),
    [
        (row(), {"ready": 1}),
        (row(ready_at=LATER), {"waiting": 1}),
        (row(ready_at=LATER, put_off="skipped"), {"waiting": 1, "skipped": 1}),
        (row(ready_at=LATER, owner=OFFICER.id, put_off="parked"), {"waiting": 1, "parked": 1}),
        (row(put_off="parked"), {"ready": 1}),
        (row(owner=OFFICER.id), {"ready": 1, "owned": 1}),
        (row(owner=COLLEAGUE.id), {"owned": 1}),
        (row(owner=COLLEAGUE.id, own_until=date(2026, 11, 18)), {"ready": 1}),
        (row(owner=FRIDAYS.id), {"ready": 1, "owned": 1, "away": 1}),
        (row(owner=FRIDAYS.id, handed_by=LEADER.id), {"owned": 1, "away": 1}),
        (row(owner=FRIDAYS.id, ready_at=LATER), {"waiting": 1, "owned": 1, "away": 1}),
        (row(owner=OFFICER.id, handed_by=OFFICER.id), {"owned": 1}),
        (row(unit="L01"), {}),
    ],
)
def test_a_row_is_counted_as_it_stands_for_the_reader(one: QueueRow, is_counted: dict[str, int]) -> None:
    """Seen red with: what is parked for later counted as owned too; a colleague's own counted as ready; a hand-over to
    somebody away given to anybody; a hand-over given back to whoever wrote it; what a post keeps while away counted only once
    it is ready."""
    assert counted(stands(one)) == is_counted


def test_what_somebody_holds_is_claimed_and_not_ready() -> None:
    """Also for whoever holds it; what waits is not claimed. Seen red with: ready and claimed both."""
    held = frozenset({"K01-1", "K01-2"})
    found = stands(row(1), row(2, ready_at=LATER), row(3, ready_at=at(18)), held=held)
    assert counted(found) == {"claimed": 1, "waiting": 1, "ready": 1}


def test_the_oldest_of_what_is_ready_is_told() -> None:
    """Seen red with: the oldest of all that is there, held or not; the newest."""
    rows = [row(1, ready_at=at(16)), row(2, ready_at=at(17)), row(3, ready_at=at(18)), row(4, ready_at=LATER)]
    assert stands(*rows, held=frozenset({"K01-1"})).oldest_ready_at == at(17)
    assert stands(row(ready_at=LATER)).oldest_ready_at is None


def test_a_case_that_is_closed_to_the_reader_is_not_counted() -> None:
    """Seen red with: exclusions left aside."""
    me = OFFICER.model_copy(update={"exclusions": (CaseId("K01-1"),)})
    assert counted(stands(row(1), row(2), me=me)) == {"ready": 1}


def test_queues_come_in_their_order_with_those_that_are_empty() -> None:
    found = summaries({QUEUE: "Promises", "K01.arrears": "Arrears"}, [row()], frozenset(), share())
    assert [(one.title, one.ready) for one in found] == [("Promises", 1), ("Arrears", 0)]


@pytest.mark.parametrize(
    ("one", "reader", "reads"),
    [
        (row(owner=OFFICER.id, handed_by=COLLEAGUE.id), OFFICER, True),
        (row(owner=OFFICER.id, handed_by=OFFICER.id), OFFICER, False),
        (row(owner=OFFICER.id), OFFICER, False),
        (row(owner=COLLEAGUE.id, handed_by=OFFICER.id), LEADER, False),
        (row(handed_by=OFFICER.id), LEADER, True),
        (row(handed_by=OFFICER.id, ready_at=LATER), LEADER, False),
        (row(handed_by=OFFICER.id), COLLEAGUE, False),
        (row(handed_by=OFFICER.id, unit="L01"), LEADER, False),
    ],
)
def test_a_hand_over_is_read_by_whom_it_is_for_and_late_by_whoever_leads(
    one: QueueRow, reader: Staff, reads: bool
) -> None:
    """Seen red with: whoever wrote it; any colleague for the leader; before it is late; of another unit."""
    assert share(reader).must_read(one) is reads


def test_whether_somebody_is_away_is_asked_once_of_an_owner_and_a_unit() -> None:
    """A board of thousands of rows has few owners. Seen red with: nothing remembered."""
    asked = 0

    class Counting(tuple[Staff, ...]):
        def __iter__(self) -> Iterator[Staff]:
            nonlocal asked
            asked += 1
            return super().__iter__()

    found = share()
    found.staff = Counting(found.staff)
    assert [found.away(row(n, owner=FRIDAYS.id)) for n in range(50)] == [True] * 50
    assert asked == 1


def test_colleagues_are_the_others_of_ones_units_who_may_open_the_case() -> None:
    """And what else is closed to them is not told. Seen red with: exclusions given away; the reader among them."""
    case, other = CaseId("K01-1"), CaseId("K01-2")
    barred = LEADER.model_copy(update={"exclusions": (case,)})
    knows = COLLEAGUE.model_copy(update={"exclusions": (other,)})
    away = COLLEAGUE.model_copy(update={"id": "leeds", "units": ("L01",)})
    assert colleagues(OFFICER, [OFFICER, barred, knows, away], case) == (COLLEAGUE,)


def test_the_unit_of_a_case_is_what_stands_before_its_number() -> None:
    assert unit_of("K01-24000731N") == "K01"
