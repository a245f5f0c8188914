"""Which case comes next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from api_client.local_queue import QueueIndex, order
from casework.accounts import CaseId
from casework.actions.call import LogCall
from casework.actions.promise import CancelPromise, MakePromise
from casework.actions.work import Park, Skip, WrapUp
from casework.queues import QueueRow, queues_of, row, rows, sort_key, why
from casework.staff import Staff
from casework.table_rows import WorkType
from casework.tasks import Task
from tests.cases import NOW, OFFICER, TODAY, Story, a_case, a_person, an_account, at, shipped_tables

TABLES = shipped_tables()
NOTE = "a note of more than twenty characters"


def work(major: int = 100, minor: int = 500) -> WorkType:
    """A queue with these priorities."""
    return TABLES.work_types["call"].model_copy(update={"major": major, "minor": minor})


# The sort key


def test_a_queue_goes_by_major_priority_then_date_then_minor_priority() -> None:
    """Seen red with: minor before date."""
    earlier, later = date(2026, 11, 18), date(2026, 11, 19)
    in_order = [
        sort_key(work(100, 900), later),
        sort_key(work(200, 900), earlier),
        sort_key(work(200, 100), later),
        sort_key(work(200, 101), later),
        sort_key(work(201, 0), earlier),
    ]
    assert in_order == sorted(in_order)
    assert len(set(in_order)) == len(in_order)


ANY_DAY = st.integers(1, date.max.toordinal()).map(date.fromordinal)
TEN_BITS = st.one_of(st.integers(0, 3), st.integers(0, 1023))
PRIORITY = st.tuples(TEN_BITS, ANY_DAY, TEN_BITS)


@given(PRIORITY, PRIORITY)
def test_the_sort_key_orders_as_its_three_parts_do(one: tuple[int, date, int], other: tuple[int, date, int]) -> None:
    """Packed into one integer, nothing spills over. Seen red with: 20 bits for the date."""

    def key(parts: tuple[int, date, int]) -> int:
        return sort_key(work(parts[0], parts[2]), parts[1])

    assert (key(one) < key(other)) == (one < other)
    assert (key(one) == key(other)) == (one == other)
    assert 0 <= key(one) < 2**63


def test_rows_of_one_key_go_by_case_and_then_by_task() -> None:
    """`2.2` before `2.10`. Seen red with: tasks compared as text."""

    def a_row(case: str, task: str) -> QueueRow:
        return QueueRow(queue="K01.calls", case=CaseId(case), task=task, sort_key=1, ready_at=NOW)

    in_order = [a_row("K01-1", "9.1"), a_row("K01-2", "2.2"), a_row("K01-2", "2.10"), a_row("K01-2", "10.1")]
    mixed = [in_order[n] for n in (3, 1, 0, 2)]
    assert sorted(mixed, key=order) == in_order


# The rows of a case


def test_a_new_case_waits_among_the_calls_to_make() -> None:
    (one,) = rows(a_case(), TABLES)
    assert one == QueueRow(
        queue="K01.calls",
        case=CaseId("K01-24000731N"),
        task="2.1",
        sort_key=sort_key(TABLES.work_types["first-contact"], TODAY),
        ready_at=at(19, hour=0),
    )


def test_an_older_case_comes_before_a_newer_one() -> None:
    old, new = (a_case(first_contact_on=day) for day in (date(2026, 11, 1), date(2026, 11, 2)))
    assert rows(old, TABLES)[0].sort_key < rows(new, TABLES)[0].sort_key


def test_whoever_asks_for_welsh_waits_in_a_queue_of_their_own() -> None:
    """Seen red with: the need left out of the queue's name."""
    (one,) = rows(a_case(person=a_person(language="cy")), TABLES)
    assert one.queue == "K01.calls.welsh"


def test_a_case_waits_in_the_queue_of_each_of_its_tasks() -> None:
    story = Story()
    story.does(LogCall(outcome="DISPUTE", note=NOTE))
    assert [one.queue for one in rows(story.case, TABLES)] == ["K01.calls", "K01.decisions"]


def test_what_only_asks_for_money_waits_while_a_promise_of_it_is_open() -> None:
    """The fines officer's question does not. Seen red with: every task taken out."""
    story = Story()
    story.does(LogCall(outcome="DISPUTE", note=NOTE))
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    assert [one.queue for one in rows(story.case, TABLES)] == ["K01.decisions"]
    story.does(CancelPromise())
    assert [one.queue for one in rows(story.case, TABLES)] == ["K01.calls", "K01.decisions"]


def test_a_call_back_waits_for_its_own_officer_at_its_minute() -> None:
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20, hour=15, minute=10)))
    back = rows(story.case, TABLES)[1]
    assert (back.queue, back.owner, back.ready_at) == ("K01.call-backs", OFFICER.id, at(20, hour=15, minute=10))


def test_a_case_that_is_wrapped_up_for_good_waits_nowhere() -> None:
    story = Story()
    done = story.does(WrapUp(outcome="DONE"), pulled="2.1")
    assert done.queue_rows == rows(story.case, TABLES) == ()


def test_a_case_that_is_put_off_is_ready_when_its_time_comes() -> None:
    story = Story()
    story.does(Skip(reason="HOURS"), pulled="2.1")
    assert rows(story.case, TABLES)[0].ready_at == at(19, hour=12)
    story.does(Park(until=date(2026, 11, 30), reason="payslip"), pulled="2.1")
    assert rows(story.case, TABLES)[0].ready_at == at(30, hour=0)


def test_every_kind_of_task_has_a_place_in_a_queue() -> None:
    case = a_case()
    for kind, place in TABLES.work_types.items():
        task = Task(id="9.1", kind=kind, subject="account", title="x", due_at=NOW, waits_since=NOW.date())
        assert row(case, task, TABLES).queue == f"K01.{place.code}"


# Whose queues


def test_an_officer_works_the_queues_of_the_team_soonest_first() -> None:
    assert list(queues_of(OFFICER, TABLES, date(2026, 11, 19))) == [
        "K01.handovers",
        "K01.call-backs",
        "K01.promises",
        "K01.missed",
        "K01.payments",
        "K01.calls",
        "K01.tracing",
        "K01.details",
    ]
    assert queues_of(OFFICER, TABLES, date(2026, 11, 19))["K01.promises"] == "Broken promises"


def test_a_welsh_speaker_works_the_welsh_queues_too_and_nobody_else() -> None:
    speaker = OFFICER.model_copy(update={"welsh": True})
    mine = queues_of(speaker, TABLES, date(2026, 11, 19))
    assert list(mine)[2:6] == ["K01.call-backs", "K01.call-backs.welsh", "K01.promises", "K01.promises.welsh"]
    assert mine["K01.promises.welsh"] == "Broken promises, Welsh"
    assert not any("welsh" in name for name in queues_of(OFFICER, TABLES, date(2026, 11, 19)))


def test_a_fines_officer_works_the_decisions_first_and_in_each_of_their_units() -> None:
    person = Staff(id="fo", name="F O", roles=("fines-officer",), units=("K01", "N12"))
    mine = list(queues_of(person, TABLES, date(2026, 11, 19)))
    assert {"K01.decisions", "N12.decisions"} <= set(mine)
    assert [name for name in mine if name.startswith("N12")] == [
        "N12.handovers",
        "N12.call-backs",
        "N12.decisions",
        "N12.promises",
        "N12.missed",
        "N12.payments",
        "N12.calls",
        "N12.tracing",
        "N12.details",
    ]


def test_a_cash_officer_and_an_auditor_work_no_queue() -> None:
    for role in ("cash-officer", "auditor"):
        assert queues_of(Staff(id="x", name="X", roles=(role,), units=("K01",)), TABLES, date(2026, 11, 19)) == {}


def test_a_case_says_why_it_is_next() -> None:
    case = a_case(first_contact_on=date(2026, 11, 18), person=a_person(language="cy"))
    assert why(case, case.tasks[0], TABLES, NOW, OFFICER) == [
        "new account, make first contact",
        "waiting since 18 Nov 2026 (1 day)",
        "first in Calls to make",
        "asks for Welsh",
    ]
    today = a_case()
    assert why(today, today.tasks[0], TABLES, NOW, OFFICER)[1] == "ready since today"
    assert why(today, today.tasks[0], TABLES, NOW + timedelta(2), OFFICER)[1] == "waiting since 19 Nov 2026 (2 days)"
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20)))
    assert (
        why(story.case, story.case.tasks[1], TABLES, at(20), OFFICER)[1] == "your call-back, due Fri 20 Nov 2026 10:00"
    )


# The index of the local store against a plain list


CASES = [f"K01-{n}" for n in range(4)]
QUEUES = ["K01.calls", "K01.calls.welsh"]
PEOPLE = ["jkhan", "mpatel"]
START = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)


class AgainstAList(RuleBasedStateMachine):
    """`QueueIndex` answers as a list of all rows that is searched through each time. Seen red with: old rows of a case left
    in; rows that were passed over lost; a clock set back not heeded; another's call-back handed out."""

    def __init__(self) -> None:
        super().__init__()
        self.index = QueueIndex()
        self.rows: dict[str, list[QueueRow]] = {}
        self.now = START

    @rule(
        case=st.sampled_from(CASES),
        tasks=st.lists(
            st.tuples(
                st.sampled_from(["2.1", "2.2", "2.10", "10.1"]),
                st.sampled_from(QUEUES),
                st.integers(1, 3),
                st.integers(-3, 6),
                st.sampled_from([None, None, *PEOPLE]),
            ),
            max_size=3,
            unique_by=lambda task: task[0],
        ),
    )
    def replace(self, case: str, tasks: list[tuple[str, str, int, int, str | None]]) -> None:
        """A case was changed."""
        self.rows[case] = [
            QueueRow(
                queue=queue,
                case=CaseId(case),
                task=task,
                sort_key=key,
                ready_at=self.now + timedelta(minutes=10 * tens),
                owner=owner,
            )
            for task, queue, key, tens, owner in tasks
        ]
        self.index.replace(case, self.rows[case])

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        """The clock goes on."""
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.integers(1, 60))
    def the_clock_is_set_back(self, minutes: int) -> None:
        """As `--now` can."""
        self.now -= timedelta(minutes=minutes)

    @rule(
        queues=st.lists(st.sampled_from(QUEUES), unique=True, min_size=1),
        busy=st.sets(st.sampled_from(CASES), max_size=2),
        others=st.sampled_from([PEOPLE, PEOPLE, ["mpatel"], []]),
    )
    def pull(self, queues: list[str], busy: set[str], others: list[str]) -> None:
        """Which is next, of those that nobody works, and that are not the own work of `others`?"""
        free = [
            one
            for one in self.all_rows()
            if one.queue in queues and one.ready_at <= self.now and one.owner not in others and one.case not in busy
        ]
        expected = min(free, key=self.place, default=None)

        def may_have(one: QueueRow) -> bool:
            return one.owner not in others and one.case not in busy

        assert self.index.first(queues, self.now, may_have) == expected

    @rule(people=st.sampled_from([["jkhan"], ["mpatel"], PEOPLE]))
    def own_work(self, people: list[str]) -> None:
        """Mine and my post's, the earliest first."""
        mine = [one for one in self.all_rows() if one.owner in people]
        mine.sort(key=lambda one: (one.ready_at, self.place(one)))
        assert list(self.index.owned(*people)) == mine

    @invariant()
    def nothing_is_lost(self) -> None:
        """The index holds the rows of every case, and no others."""
        assert sorted(map(str, self.index.all_rows())) == sorted(map(str, self.all_rows()))
        for case, kept in self.rows.items():
            assert list(self.index.rows_of(case)) == kept

    def all_rows(self) -> list[QueueRow]:
        return [one for kept in self.rows.values() for one in kept]

    @staticmethod
    def place(one: QueueRow) -> tuple[int, str, list[int]]:
        return one.sort_key, one.case, [int(part) for part in one.task.split(".")]


TestAgainstAList = AgainstAList.TestCase
TestAgainstAList.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_what_was_ready_waits_again_when_the_clock_is_set_back() -> None:
    """Seen red with: a clock set back not heeded."""
    index, case = QueueIndex(), a_case(first_contact_on=date(2026, 11, 20))
    index.replace(case.id, rows(case, TABLES))
    found = [index.first(["K01.calls"], at(day), lambda one: True) for day in (19, 20, 19, 20)]
    assert [one is not None for one in found] == [False, True, False, True]


def test_a_call_back_is_its_owners_and_comes_at_its_minute() -> None:
    index, story = QueueIndex(), Story(an_account())
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20)))
    index.replace(story.case.id, rows(story.case, TABLES))
    assert [(one.task, one.ready_at, one.agreed) for one in index.owned(OFFICER.id)] == [("4.1", at(20), True)]
    assert not list(index.owned("mpatel"))
    assert index.first(["K01.call-backs"], at(20) - timedelta(minutes=1), lambda one: True) is None
