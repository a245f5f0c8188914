"""The queues in memory beside a plain list of rows, and a snapshot of documents with any ids beside a plain dict."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from api_client.local_queue import QueueIndex
from api_client.memory_tables import pack
from api_client.snapshot import read_snapshot, write_snapshot
from casework.accounts import CaseId
from casework.ledger import natural
from casework.queues import QueueRow, Taken
from tests.cases import NOW, TODAY

CASES = [CaseId(f"K01-2400073{n}N") for n in range(3)]
QUEUES = ["K01.promises", "K01.calls"]


class Put(NamedTuple):
    """The rows of a case are now these, and this is promised on it."""

    case: CaseId
    rows: tuple[QueueRow, ...]
    promise: Taken | None = None


class Ask(NamedTuple):
    """What comes next in these queues, so many minutes on, with these cases taken."""

    queues: set[str]
    minutes: int
    taken: set[CaseId]


minutes = st.integers(0, 2)


@st.composite
def puts(draw: st.DrawFn) -> Put:
    case = draw(st.sampled_from(CASES))
    tasks = draw(st.lists(st.sampled_from(["1.2", "1.10", "2.1", "10.1"]), unique=True, max_size=3))
    rows = (
        QueueRow(
            queue=draw(st.sampled_from(QUEUES)),
            case=case,
            task=task,
            sort_key=draw(st.integers(1, 3)),
            ready_at=NOW + timedelta(minutes=draw(minutes)),
            owner=draw(st.sampled_from([None, None, "jkhan"])),
        )
        for task in tasks
    )
    promises = st.builds(
        Taken, by=st.sampled_from(["jkhan", "mpatel"]), due=st.sampled_from([TODAY, TODAY + timedelta(1)])
    )
    return Put(case, tuple(rows), draw(st.none() | promises))


some_queues = st.just(set(QUEUES)) | st.sets(st.sampled_from(QUEUES))
asks = st.builds(Ask, some_queues, minutes, st.sets(st.sampled_from(CASES), max_size=2))


def by_key(row: QueueRow) -> tuple[int, str, tuple[tuple[int, str], ...]]:
    return row.sort_key, row.case, natural(row.task)


@given(st.lists(puts(), max_size=4, unique_by=lambda put: put.case), st.lists(puts() | asks, min_size=3, max_size=20))
def test_the_queues_say_what_a_list_of_their_rows_says(begin: list[Put], steps: list[Put | Ask]) -> None:
    """Through changes of a case's rows, a clock that goes back too, and cases that are not free.

    Seen red with: heads that are not free left out for good; rows that were replaced still found; tasks ordered as text; a
    row taken for ready after the clock went back; a promise that is over, or another's, found.
    """
    known = {put.case: put.rows for put in begin}
    promised = {put.case: put.promise for put in begin}
    index = QueueIndex(begin)
    for step in steps:
        if isinstance(step, Put):
            index.replace(*step)
            known[step.case], promised[step.case] = step.rows, step.promise
            continue
        now, taken = NOW + timedelta(minutes=step.minutes), step.taken
        every = [row for rows in known.values() for row in rows]
        ready = [row for row in every if row.ready_at <= now]
        mine = [row for row in every if row.owner == "jkhan"]
        open_to_all = [row for row in ready if row.queue in step.queues and row.case not in taken]

        def free(row: QueueRow, taken: set[CaseId] = taken) -> bool:
            return row.case not in taken

        assert index.first(step.queues, now, free) == min(open_to_all, key=by_key, default=None)
        assert list(index.owned("jkhan")) == sorted(mine, key=lambda row: (row.ready_at, by_key(row)))
        assert sorted(index.all_rows(), key=repr) == sorted(every, key=repr)
        assert [index.rows_of(case) for case in CASES] == [known.get(case, ()) for case in CASES]
        kept = {case for case, one in promised.items() if one and one.by == "jkhan" and one.due <= TODAY}
        assert set(index.promised("jkhan", TODAY)) == kept


documents = st.dictionaries(
    st.text(), st.dictionaries(st.text(), st.none() | st.integers(0, 9) | st.text()), max_size=5
)


@given(st.dictionaries(st.text(), documents, max_size=3))
def test_a_snapshot_gives_back_documents_with_any_ids(tables: dict[str, dict[str, dict[str, object]]]) -> None:
    """Quotes, commas, backslashes and line ends in names, ids and texts.

    Caught: an id that begins with a comma, read as an empty one. Seen red with: an id that ends at its first quote; one with
    a backslash taken as it stands; a table without documents forgotten.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot-000001.jsonl"
        view = [(name, [(key, pack(doc)) for key, doc in docs.items()]) for name, docs in tables.items()]
        write_snapshot(path, 7, view)
        sequence, rows = read_snapshot(path)
    assert sequence == 7
    assert [(name, list(docs.items())) for name, docs in rows.items()] == view


def test_what_others_have_alone_is_not_looked_at_and_is_anyones_after_its_day() -> None:
    """However much of it there is. Seen red with: each of their rows asked for; what they did
    not do in its day left with them.
    """
    rows = [
        (
            case,
            [
                QueueRow(
                    queue="K01.calls", case=case, task="2.1", sort_key=1, ready_at=NOW, owner="mpatel", own_until=TODAY
                )
            ],
            None,
        )
        for case in CASES
    ]
    index, asked = QueueIndex(rows), []

    def free(row: QueueRow) -> bool:
        asked.append(row.case)
        return True

    def theirs(owner: str, queue: str) -> bool:
        return owner == "mpatel"

    assert index.first(["K01.calls"], NOW, free, theirs) is None and not asked
    found = index.first(["K01.calls"], NOW + timedelta(1), free, theirs)
    assert found is not None and found.case == CASES[0]
    index.replace(CASES[0], ())
    found = index.first(["K01.calls"], NOW + timedelta(1), free, theirs)
    assert found is not None and found.case == CASES[1]


class Mine(NamedTuple):
    """A row of somebody's or nobody's: whose, in which queue, how it came to them, and how soon it is and when."""

    owner: str | None
    queue: str
    how: str
    sort_key: int
    minutes: int


some_of_mine = st.builds(
    Mine,
    st.sampled_from(["jkhan", "post", "mpatel", None]),
    st.sampled_from(QUEUES),
    st.sampled_from(["", "", "agreed", "handed", "both"]),
    st.integers(1, 3),
    minutes,
)


@given(
    st.lists(st.tuples(st.sampled_from(CASES), st.lists(some_of_mine, max_size=3)), max_size=8),
    minutes,
    st.sets(st.sampled_from(CASES), max_size=2),
    st.sampled_from([None, *QUEUES]),
)
def test_what_somebody_owns_is_in_order_and_hand_overs_are_nobody_elses(
    puts: list[tuple[CaseId, list[Mine]]], after: int, taken: set[CaseId], queue: str | None
) -> None:
    """Of a person and a post together, through changes of a case's rows, beside a plain list of them.

    Seen red with: hand-overs in the heaps; rows that were replaced left among what was handed over; a queue not heeded;
    a hand-over that nobody owns left out.
    """
    index, known = QueueIndex(), dict[CaseId, list[QueueRow]]()
    for case, parts in puts:
        known[case] = [
            QueueRow(
                queue=one.queue,
                case=case,
                task=f"{n + 1}.1",
                sort_key=one.sort_key,
                ready_at=NOW + timedelta(minutes=one.minutes),
                owner=one.owner,
                agreed=one.owner is not None and one.how in ("agreed", "both"),
                handed_by="rlee" if one.how in ("handed", "both") else None,
            )
            for n, one in enumerate(parts)
        ]
        index.replace(case, known[case])
    now, owners = NOW + timedelta(minutes=after), ("jkhan", "post")

    def free(row: QueueRow) -> bool:
        return row.case not in taken

    mine = [row for rows in known.values() for row in rows if row.owner in owners]
    mine.sort(key=lambda row: (row.ready_at, by_key(row)))
    assert list(index.owned(*owners)) == mine
    assert list(index.owned(*owners, which="handed")) == [row for row in mine if row.handed_by is not None]
    assert list(index.owned(*owners, which="agreed")) == [row for row in mine if row.agreed]
    ready = [row for rows in known.values() for row in rows if row.ready_at <= now and free(row)]
    ready = [row for row in ready if row.owner is None or row.handed_by is None]
    here = [row for row in ready if row.owner in owners and queue in (None, row.queue)]
    assert index.first_owned(owners, queue, now, free) == min(here, key=by_key, default=None)
    assert index.first(QUEUES, now, free) == min(ready, key=by_key, default=None)
