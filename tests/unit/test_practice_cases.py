"""The cases of the practice office: lived as in real work, believable, and with nobody real among them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import get_args

import pytest

from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.practice import Office
from api_client.practice_debts import surcharge
from api_client.practice_material import material
from casework.accounts import CaseId
from casework.actions.calendar import due
from casework.actions.follow_up import REPLACED
from casework.authority import CONFISCATION
from casework.case import Case
from casework.commit import CALENDAR_ACTOR
from casework.dates import LONDON, london_date
from casework.events import PromiseEnded, TaskDeferred, TaskEnded
from casework.history import Event, check, rebuild
from casework.hours import at_work
from casework.queues import WELSH, queue_name, queues_of, rows
from casework.roles import Role
from casework.situation import Situation
from casework.staff import WEEKDAYS, may, teams
from tests.unit.test_practice import AS_OF, TABLES, TEN, make
from tests.unit.test_practice_tally import lived

PERMISSIONS = {
    "opened": "import",
    "note": "note",
    "contact": "call",
    "promise": "promise",
    "receipt": "receipt",
    "task-ended": "work",
    "task-deferred": "work",
    "details": "details",
    "marker": "marker",
    "marker-ended": "marker",
    "means": "terms",
    "payment-card": "terms",
    "reversal": "reverse",
    "safeguarding": "safeguard",
    "stop": "stop",
    "stop-lifted": "lift",
    "acknowledged": "work",
    "handed-over": "work",
    "terms": "terms",
    "trace": "trace",
    "trace-result": "trace",
    "terms-refused": "decide",
    "terms-requested": "terms",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an office of sixty cases is."""
    return tmp_path_factory.mktemp("practice")


@pytest.fixture(scope="module")
def office(folder: Path) -> Office:
    return make(folder, 60)


@pytest.fixture(scope="module")
def store(folder: Path, office: Office) -> Iterator[LocalStore]:
    """The office, open; tests do not write to it."""
    opened = LocalStore(folder, TABLES, now=TEN)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lives(store: LocalStore) -> dict[CaseId, list[Event]]:
    """Every case with its events."""
    return {CaseId(case_id): store.events(CaseId(case_id)) for case_id, _ in store.cases.each_raw()}


@pytest.fixture(scope="module")
def cases(store: LocalStore, lives: dict[CaseId, list[Event]]) -> list[Case]:
    return [store.load(case_id).case for case_id in lives]


# -- As real work


def test_everything_happened_in_order_before_ten_and_in_office_hours(lives: dict[CaseId, list[Event]]) -> None:
    """Caught: a task got round to on the day of the week that came, be it a Sunday."""
    for events in lives.values():
        instants = [event.at for event in events]
        assert instants == sorted(instants)
        assert instants[-1] < TEN
        for event in events:
            local = event.at.astimezone(LONDON)
            assert TABLES.calendar.is_working_day(local.date()), event
            opens = time(8, 15) if event.actor == CALENDAR_ACTOR else time(8, 30)
            assert opens <= local.time() <= time(17, 10), event


def test_the_calendar_is_up_to_date(store: LocalStore, cases: list[Case]) -> None:
    """The first person to sign in finds nothing left for it. Caught: the as-of morning's turn left out."""
    now = Situation(TEN, store.all_staff()[0], TABLES)
    assert all(due(case, now) == [] for case in cases)


def test_every_chain_holds_and_every_case_is_what_its_events_add_up_to(
    store: LocalStore, lives: dict[CaseId, list[Event]]
) -> None:
    """Caught: a case written without the last event of its life."""
    for case_id, events in lives.items():
        stored = store.load(case_id)
        check(case_id, events)
        assert stored.head == events[-1].hash
        assert stored.case == rebuild(events)
        assert store.queues.rows_of(case_id) == rows(stored.case, TABLES)


def test_everybody_was_allowed_to_do_what_they_did(office: Office, lives: dict[CaseId, list[Event]]) -> None:
    """Markers come in with an account too, so its opening is left out. Caught: calls by any officer of any unit, then calls by
    the officer who knows the person. A case that was passed over for that reason was closed only then, so it is left out."""
    known = {member.id: member.exclusions[: member.id == "tmarsh"] for member in office.staff}
    staff = {member.id: member.model_copy(update={"exclusions": known[member.id]}) for member in office.staff}
    for case_id, events in lives.items():
        for event in events:
            if event.what.kind in PERMISSIONS and (event.what.kind != "marker" or event.at > events[0].at):
                actor = staff[event.actor]
                permission = None if ended_by_itself(event) else PERMISSIONS[event.what.kind]
                assert case_id.split("-")[0] in actor.units
                if permission:
                    assert may(actor, permission, case_id, TABLES.grants(london_date(event.at))) == []


def test_only_ready_tasks_were_worked_by_their_team_and_call_backs_only_by_their_owner(
    office: Office, lives: dict[CaseId, list[Event]]
) -> None:
    """As the desk would have it. Caught: a last call that ended a task of tomorrow."""
    staff, worked = {member.id: member for member in office.staff}, 0

    def there(owner: str, at: datetime) -> bool:
        """Whether one of those who own it is at work then."""
        return any(member.has(owner) and at_work(member, at, TABLES) for member in office.staff)

    for events in lives.values():
        case: Case | None = None
        for event in events:
            if isinstance(event.what, TaskEnded | TaskDeferred) and not ended_by_itself(event):
                task = case.task(event.what.task) if case else None
                assert task is not None
                assert task.due_at <= event.at
                assert task.owner is None or staff[event.actor].has(task.owner) or not there(task.owner, event.at)
                team = TABLES.work_types[task.kind].team
                assert team in teams(staff[event.actor], TABLES.grants(london_date(event.at)))
                worked += 1
            case = event.apply(case)
    assert worked > 100


def ended_by_itself(event: Event) -> bool:
    """Whether a receipt that paid all or kept a promise after all, new terms, a decision, a newer task, a request to a source
    or its answer ended a task: nobody's work."""
    by_itself = (
        REPLACED,
        "PAID",
        "KEPT",
        "TERMS",
        "DECIDED",
        "RENEWED",
        "LIFTED",
        "TRACED",
        *TABLES.trace_outcomes(AS_OF),
    )
    return isinstance(event.what, TaskEnded) and event.what.outcome in by_itself


# -- Nobody real

RESERVED = re.compile(r"07700900\d{3}|01632960\d{3}|01134960\d{3}|01214960\d{3}")
LIKE_A_NUMBER = re.compile(r"(?<![\w:.£-])(?:\+44|0044|0)[\d ()]{8,14}\d(?!\w)")


def texts(value: object) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def test_telephone_numbers_and_addresses_are_of_those_kept_for_fiction(lives: dict[CaseId, list[Event]]) -> None:
    """Caught: a mobile number in 07700 9xxxxx, and an e-mail address at a real provider."""
    numbers = mails = 0
    for events in lives.values():
        for text in (text for event in events for text in texts(event.what.model_dump(mode="json"))):
            for found in LIKE_A_NUMBER.findall(text):
                assert RESERVED.fullmatch(re.sub(r"\D", "", found)), text
                numbers += 1
            if "@" in text:
                assert re.fullmatch(r"[a-z0-9.]+@example\.(com|org|net)", text)
                mails += 1
    assert numbers > 100
    assert mails > 15


# -- Believable


def test_office_says_what_it_is(office: Office, store: LocalStore, cases: list[Case]) -> None:
    """Caught: what was imposed summed up instead of what is owed."""
    assert office.cases == len(cases) == 60
    assert office.tasks == sum(len(case.tasks) for case in cases) > 30
    assert office.outstanding_pence == sum(case.balance_pence for case in cases) > 1_000_000
    assert list(office.staff) == store.all_staff()


def test_each_unit_has_its_teams_some_part_time_and_a_job_that_is_shared(office: Office) -> None:
    """Enforcement, cash and confiscation. Two who share a job are at work on every day of the week, and together on one of
    them. Seen red with: a pair of whom neither came on Wednesdays."""
    for unit, pair in (("K01", ("bsheldon", "rquirke")), ("L01", ("ldrake", "smistry"))):
        here = {member.id: member for member in office.staff if unit in member.units}
        roles = Counter(role for member in here.values() for role in member.roles)
        assert set(roles) == set(get_args(Role))
        assert roles["officer"] >= 4
        assert roles["cash-officer"] >= 2
        first, second = ({shift.day: shift for shift in here[one].pattern} for one in pair)
        assert first.keys() | second.keys() == set(WEEKDAYS[:5])
        (both,) = first.keys() & second.keys()
        assert second[both].starts < first[both].ends
        assert sum(bool(member.pattern) for member in here.values()) > 2
    assert office.staff[0].roles == ("officer",)
    assert office.staff[0].units == ("K01",)
    assert [member.id for member in office.staff if member.welsh] == ["edavies", "plim", "rbeech"]
    assert sum(len(member.exclusions) for member in office.staff) >= 1


def test_cases_are_of_every_kind(cases: list[Case], lives: dict[CaseId, list[Event]]) -> None:
    """Caught: no card that an organisation may hold."""
    people = [case.person for case in cases]
    names = [str(person.name) for person in people]

    assert 45 <= sum(case.unit == "K01" for case in cases) <= 50
    assert any(person.name.organisation for person in people)
    assert any(person.language == "cy" for person in people)
    assert any(person.aliases for person in people)
    assert any(person.interpreter or person.adjustments for person in people)
    assert any(not name.isascii() for name in names)
    assert max(map(len, names)) > 40
    assert any("-" in name for name in names)
    assert max(len(events) for events in lives.values()) >= 30
    assert sum(case.balance_pence == 0 and not case.tasks for case in cases) >= 3
    assert sum(case.open_promise is not None and case.open_promise.due >= AS_OF for case in cases) >= 3
    assert any(task.parked_by for case in cases for task in case.tasks)
    assert any(task.due_at > TEN for case in cases for task in case.tasks)
    ended = [event.what for events in lives.values() for event in events if isinstance(event.what, PromiseEnded)]
    assert {one.state for one in ended} >= {"kept", "broken"}
    assert {case.terms.plan for case in cases if case.terms} == {"in_full", "instalments", "lump_sum"}
    assert all(9 <= (AS_OF - london_date(events[0].at)).days <= 405 for events in lives.values())
    assert any(case.youth for case in cases)
    assert any(case.last_step for case in cases)
    assert any(case.person.employer for case in cases)
    assert any(case.person.benefits for case in cases)
    assert any(case.status != "L" for case in cases)


def test_impositions_are_as_a_court_would_have_them(cases: list[Case]) -> None:
    """Caught: the surcharge at 10 %, as it was before 16 June 2022; a youth's at an adult's rate."""
    for case in cases:
        imposed = {str(one.result): one.imposed_pence for one in case.impositions}
        if case.last_step and case.last_step.code == CONFISCATION:
            assert set(imposed) == {"FO"}
            continue
        adults = min(round(imposed["FO"] * 0.4 / 100) * 100, 200_000)
        assert imposed["FVS"] == (2_600 if case.youth else adults)
        assert {"FCOST", "FCPC"} & set(imposed)
        assert all(one.creditor for one in case.impositions if one.result == "FCOMP")
    assert any(one.result == "FCOMP" for case in cases for one in case.impositions)
    assert [surcharge(pence) for pence in (10_000, 10_100, 10_200, 700_000)] == [4_000, 4_000, 4_100, 200_000]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_first_officer_finds_work_of_every_kind(tmp_path: Path, seed: int) -> None:
    """Caught: a deck that dealt its cards to either unit; a call-back whose minute had come."""
    office = make(tmp_path, 60, seed)
    store = LocalStore(tmp_path, TABLES, now=TEN)
    desk = LocalDesk(store, office.staff[0].id)
    me = await desk.sign_in()
    queues = {one.queue: one for one in await desk.queues()}

    assert all(queues[f"K01.{name}"].ready for name in ("promises", "payments", "calls", "details"))
    calls = [task for case in of_k01(store) for task in case.tasks if task.due_at <= TEN and task.owner is None]
    kinds = Counter(task.kind for task in calls)
    assert all(kinds[kind] >= 2 for kind in ("first-contact", "call", "broken-promise"))
    mine = [task.due_at for case in of_k01(store) for task in case.tasks if task.owner == me.id]
    assert sum(due_at > TEN and london_date(due_at) == AS_OF for due_at in mine) >= 2
    assert all(due_at > TEN for due_at in mine)
    claimed = await desk.pull_next()
    assert claimed is not None
    assert claimed.task is not None
    assert claimed.task.kind == "broken-promise"
    desk.close()


def of_k01(store: LocalStore) -> list[Case]:
    """The cases of the larger unit."""
    return [store.load(CaseId(case_id)).case for case_id, _ in store.cases.each_raw() if case_id.startswith("K01")]


def test_whatever_waits_somebody_may_pull() -> None:
    """Caught: a Welsh speaker's case that needs the fines officer, who spoke none; no Welsh case that waits for anybody."""
    worked = {queue for member in material().staff for queue in queues_of(member, TABLES, AS_OF)}
    waiting = {row.queue for life in lived(2_000, 1) for row in life.queue_rows}

    assert any(queue.endswith(WELSH) for queue in waiting)
    assert waiting <= worked
    assert {queue_name("K01", work, welsh=True) for work in TABLES.work_types.values()} <= worked
