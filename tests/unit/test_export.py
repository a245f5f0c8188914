"""Export and import again: the same bytes, the same heads, and nothing believed that the chain does not say."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api_client.accounts_file import Imported, import_accounts
from api_client.audit import heads_of, problems, verify
from api_client.export_file import Exported, export_cases
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.practice import make_office
from api_client.tables import packaged_tables
from api_client.watch import Cancelled
from casework.accounts import CaseId
from casework.actions.marker import SetMarker
from casework.actions.note import WriteNote
from casework.case import Case
from casework.commit import open_case
from casework.history import genesis
from casework.refusals import Forbidden, NotFound, Refused
from casework.search_text import readings
from casework.situation import Facts, Situation
from casework.staff import Staff
from casework.standing import behind, owed_under
from tests.cases import SALT, an_account

KEEPER = Staff(id="keeper", name="K Eeper", roles=("administrator", "team-leader"), units=("K01", "L01"))
CLERK = Staff(id="clerk", name="C Lerk", roles=("administrator",), units=("K01",))
OFFICER = Staff(id="jkhan", name="J Khan", roles=("officer",), units=("K01",))
ONE = an_account().id
TWO = an_account(digits="24000732").id
WHY = "treated for depression, she told us"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice office of sixty cases that have lived; nobody writes to it."""
    folder = tmp_path_factory.mktemp("practice") / "store"
    make_office(folder, packaged_tables(), cases=60, seed=7, as_of=date(2026, 11, 19))
    return folder


@pytest.fixture
async def store(tmp_path: Path) -> Any:
    """A real store with two cases, one of them marked, with why."""
    made = LocalStore(tmp_path / "store", packaged_tables())
    made.begin("real", [KEEPER, OFFICER])
    here = Situation(made.now(), OFFICER, made.reference, Facts(salt=SALT))
    for digits in ("24000732", "24000731"):
        made.write(open_case(an_account(digits=digits), here), None)
    marker = SetMarker(code="mental-health", reason=WHY)
    await LocalDesk(made, "keeper").act(ONE, marker, key="m")
    yield made
    made.close()


def another(folder: Path) -> LocalStore:
    """A store that is empty."""
    return LocalStore(folder, packaged_tables())


def export(store: LocalStore, path: Path, who: Staff = KEEPER, **more: Any) -> Exported:
    """All cases in a file."""
    return export_cases(store, who, path, **more)


def take(store: LocalStore, path: Path, who: Staff = KEEPER, **more: Any) -> Imported:
    """What is in a file, taken on."""
    return import_accounts(store, who, path, **more)


def case_lines(path: Path) -> list[bytes]:
    """A file without its first line, which tells when it was made."""
    return path.read_bytes().splitlines()[1:]


# There and back


def test_a_practice_office_goes_into_another_store_byte_for_byte(practice: Path, tmp_path: Path) -> None:
    """The same events, heads, cases, queue rows and days to wake on; what comes out again is what went in.

    Seen red with: events written as they are shown; the newest event first; `wakes_on` not worked out.
    """
    with closing(LocalStore(practice, packaged_tables())) as there, closing(another(tmp_path / "new")) as here:
        keeper = KEEPER.model_copy(update={"id": "dcole"})
        told = export(there, tmp_path / "a.jsonl", keeper)
        assert (told.cases, told.closed) == (60, 0) and told.events == verify(there).events > 600
        assert take(here, tmp_path / "a.jsonl").added == 60
        assert here.kind == "practice" and here.now().date() == date(2026, 11, 19)
        heads, ours = heads_of(there), heads_of(here)
        assert {i: head for i, head in ours.items() if "-" in i} == {i: head for i, head in heads.items() if "-" in i}
        for case_id, record in there.cases.each_raw():
            mine = here.cases.raw(case_id)
            assert mine is not None and mine["case"] == record["case"]
            assert here.queue_rows.raw(case_id) == there.queue_rows.raw(case_id)
        assert dict(here.restricted.each_raw()) == dict(there.restricted.each_raw()) != {}
        assert verify(here).ok and list(problems(here)) == []
        export(here, tmp_path / "b.jsonl")
        assert case_lines(tmp_path / "b.jsonl") == case_lines(tmp_path / "a.jsonl")


def test_a_sheet_of_a_practice_office_owes_the_same_to_the_penny(practice: Path, tmp_path: Path) -> None:
    """Taken on as new accounts: each imposition, the arrears, the stops, the promises, the person.

    Seen red with: payments counted once more; a promise without its day; a phone number that begins with a plus refused.
    """
    with closing(LocalStore(practice, packaged_tables())) as there, closing(another(tmp_path / "new")) as here:
        export(there, tmp_path / "a.csv", KEEPER)
        answer = take(here, tmp_path / "a.csv")
        assert answer.rejected == [] and answer.added == 60 and here.kind == "practice"
        for case_id, record in there.cases.each_raw():
            was, now = Case.model_validate(record["case"]), here.load(CaseId(case_id)).case
            assert _owed(now) == _owed(was)
            assert now.person == was.person and now.guardian == was.guardian and now.flags == was.flags
        assert list(problems(here)) == []
        assert take(here, tmp_path / "a.csv").unchanged == 60


def _owed(case: Case) -> tuple[Any, ...]:
    return (
        [(one.result, one.imposed_pence, one.balance_pence, one.creditor) for one in case.impositions],
        case.suspense_pence,
        case.terms,
        owed_under(case),
        behind(case, date(2026, 11, 19)),
        [(one.amount_pence, one.due, one.state, one.ended_on) for one in case.promises],
        [(one.at, one.outcome, one.reached) for one in case.contacts],
        [(one.code, one.set_on, one.review_on) for one in case.stops],
        [(one.code, one.ends_on) for one in case.clocks],
        (case.counters, case.account_type, case.status, case.last_step, case.card_asked_on, case.not_automatic),
    )


def test_a_file_of_lines_and_a_sheet_are_only_their_owners(store: LocalStore, tmp_path: Path) -> None:
    """0600, whatever the umask."""
    before = os.umask(0)
    try:
        for name in ("a.jsonl", "a.csv"):
            export(store, tmp_path / name)
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    finally:
        os.umask(before)


async def test_the_same_file_again_and_an_older_one_change_nothing(store: LocalStore, tmp_path: Path) -> None:
    """One that goes on further, or another way, is refused with a word; nobody's history is ever replaced.

    Seen red with: a case known by its head alone; a longer history taken for the same.
    """
    export(store, tmp_path / "old.jsonl")
    with closing(another(tmp_path / "copy")) as copy:
        take(copy, tmp_path / "old.jsonl")
        await LocalDesk(store, "keeper").act(ONE, WriteNote(text="here"), key="n")
        await LocalDesk(copy, "keeper").act(TWO, WriteNote(text="there"), key="n")
        export(store, tmp_path / "new.jsonl")
        assert (take(store, tmp_path / "new.jsonl").unchanged, take(store, tmp_path / "old.jsonl").unchanged) == (2, 2)
        before = heads_of(copy)
        rejected = take(copy, tmp_path / "new.jsonl").rejected
        assert [(one.line, one.reason) for one in rejected] == [
            (2, f"{ONE} is there already, and its history is longer in the file than in the store")
        ]
        await LocalDesk(copy, "keeper").act(ONE, WriteNote(text="there"), key="o")
        rejected = take(copy, tmp_path / "new.jsonl").rejected
        assert [one.reason for one in rejected] == [
            f"{ONE} is there already, and its history is not the one of the file"
        ]
        assert before.keys() == heads_of(copy).keys() and verify(copy).ok


def test_an_account_that_was_imported_is_known_in_the_store_it_went_to(store: LocalStore, tmp_path: Path) -> None:
    """Its line again is the same line. Seen red with: the digest left behind."""
    line = an_account(digits="24000733").model_dump_json(exclude_defaults=True)
    (tmp_path / "line.jsonl").write_text(line + "\n")
    assert take(store, tmp_path / "line.jsonl").added == 1
    export(store, tmp_path / "a.jsonl")
    with closing(another(tmp_path / "new")) as new:
        take(new, tmp_path / "a.jsonl")
        assert take(new, tmp_path / "line.jsonl").unchanged == 1


# Who may


def test_only_some_may_export_and_it_is_logged_before_it_is_done(store: LocalStore, tmp_path: Path) -> None:
    """Who, how many, which heads; and no file without a line of the log. Seen red with: logged at the end."""
    with pytest.raises(Forbidden):
        export(store, tmp_path / "a.jsonl", OFFICER)
    assert "export" not in [json.loads(one.body)["what"] for one in store.access.walk()]
    with pytest.raises(FileNotFoundError):
        export(store, tmp_path / "none" / "a.jsonl")
    look = json.loads(list(store.access.walk())[-1].body)
    assert (look["person"], look["what"], look["cases"], look["as"], look["restricted"]) == (
        "keeper",
        "export",
        2,
        "jsonl",
        1,
    )
    export(store, tmp_path / "a.jsonl")
    header = json.loads((tmp_path / "a.jsonl").read_bytes().splitlines()[0])
    assert json.loads(list(store.access.walk())[-1].body)["heads"] == header["heads"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_restricted_text_is_for_those_who_may_read_it(store: LocalStore, tmp_path: Path, name: str) -> None:
    """Whoever may not gets the history whole, and not the text. Seen red with: the text of every case written."""
    export(store, tmp_path / f"with-{name}")
    export(store, tmp_path / f"without-{name}", CLERK)
    assert WHY in (tmp_path / f"with-{name}").read_text()
    assert "depression" not in (tmp_path / f"without-{name}").read_text()
    with closing(another(tmp_path / "new")) as new:
        take(new, tmp_path / f"without-{name}")
        assert new.load(ONE).case.markers[0].code == "mental-health"
        assert list(new.restricted.each_raw()) == [] and list(problems(new)) == []


def test_a_case_that_is_closed_to_me_or_of_another_unit_is_not_in_it(store: LocalStore, tmp_path: Path) -> None:
    """Seen red with: exclusions and units not looked at."""
    knows = CLERK.model_copy(update={"exclusions": (ONE,)})
    told = export(store, tmp_path / "a.jsonl", knows)
    assert (told.cases, told.closed) == (1, 1)
    assert str(ONE) not in (tmp_path / "a.jsonl").read_text()
    with pytest.raises(Forbidden):
        export(store, tmp_path / "b.jsonl", knows, only=ONE)
    elsewhere = CLERK.model_copy(update={"units": ("L01",)})
    assert export(store, tmp_path / "c.jsonl", elsewhere).cases == 0


def test_one_case_of_another_unit_is_as_one_that_is_not_there(store: LocalStore, tmp_path: Path) -> None:
    """Caught: a manager of L01 who named a case of K01 had it written, with its history.

    Not told apart from a case that does not exist, nor by whoever may export nothing.
    """
    for role in ("manager", "administrator", "officer"):
        elsewhere = Staff(id="lou", name="L Ou", roles=(role,), units=("L01",))
        for only in (ONE, CaseId("K01-99999999X"), CaseId("L01-99999999X")):
            with pytest.raises(NotFound, match=f"there is no case {only} in your units"):
                export(store, tmp_path / "a.jsonl", elsewhere, only=only)
    assert not (tmp_path / "a.jsonl").exists()
    assert "export" not in [json.loads(one.body)["what"] for one in store.access.walk()]


def test_one_case_alone(store: LocalStore, tmp_path: Path) -> None:
    assert export(store, tmp_path / "a.jsonl", only=ONE) == Exported(1, 3, 0)
    assert json.loads(list(store.access.walk())[-1].body)["case"] == ONE
    with pytest.raises(NotFound):
        export(store, tmp_path / "b.jsonl", only=CaseId("K01-99999999X"))
    with closing(another(tmp_path / "new")) as new:
        assert take(new, tmp_path / "a.jsonl").added == 1


# The file


def test_a_file_that_is_there_is_left_alone(store: LocalStore, tmp_path: Path) -> None:
    """A link that leads nowhere is one too. Seen red with: renamed over it."""
    (tmp_path / "a.jsonl").write_text("mine")
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere")
    for name in ("a.jsonl", "link.csv"):
        with pytest.raises(Refused, match="there is a file"):
            export(store, tmp_path / name)
    assert (tmp_path / "a.jsonl").read_text() == "mine" and not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_file_that_is_made_meanwhile_is_left_alone_too(store: LocalStore, tmp_path: Path, name: str) -> None:
    """Caught: whatever somebody wrote under that name while cases were read was lost to the rename."""

    def somebody_writes(done: int, total: int) -> None:
        (tmp_path / name).write_text("mine")

    with pytest.raises(Refused, match="there is a file"):
        export(store, tmp_path / name, watch=somebody_writes)
    assert (tmp_path / name).read_text() == "mine"
    assert list(tmp_path.glob(".greenwax-*")) == []


@pytest.mark.parametrize("fault", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_disk_that_knows_no_second_names_takes_an_export(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    """A stick in FAT says EPERM to a link, a share of Windows EOPNOTSUPP. Seen red with: the file linked there too."""

    def link(*names: object) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, "link", link)
    assert export(store, tmp_path / "a.jsonl").cases == 2
    assert len(case_lines(tmp_path / "a.jsonl")) == 2 and list(tmp_path.glob(".greenwax-*")) == []


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
@pytest.mark.parametrize("fails", [Cancelled(), OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_export_that_is_stopped_leaves_nothing_behind(
    store: LocalStore, tmp_path: Path, name: str, fails: BaseException
) -> None:
    """Seen red with: the file beside not removed."""

    def stop(done: int, total: int) -> None:
        assert total == 2
        raise fails

    (folder := tmp_path / "out").mkdir()
    with pytest.raises(type(fails)):
        export(store, folder / name, watch=stop)
    assert list(folder.iterdir()) == []


def test_a_disk_that_fills_leaves_nothing_behind(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    (folder := tmp_path / "out").mkdir()
    monkeypatch.setattr("api_client.export_file.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        export(store, folder / "a.jsonl")
    monkeypatch.undo()
    assert list(folder.iterdir()) == []


# What is not believed


def rewritten(path: Path, case: dict[str, Any], **header: Any) -> Path:
    """A file with one case, its header true unless told otherwise, and later than all that is in it."""
    heads = hashlib.sha256(f"{case.get('case')} {case.get('head')}\n".encode()).hexdigest()
    first = {
        "greenwax": "export",
        "format": 1,
        "kind": "real",
        "made_at": "2090-01-01T10:00:00Z",
        "cases": 1,
        "heads": heads,
        "restricted": True,
    }
    path.write_text(json.dumps({**first, **header}) + "\n" + json.dumps(case) + "\n")
    return path


def chained(case: str, *contents: dict[str, Any]) -> dict[str, Any]:
    """A case line with these events, its chain made anew, as anybody can."""
    prev, events = genesis(CaseId(case)), []
    for content in contents:
        events.append(json.dumps({**content, "prev": content.get("prev") or prev}, separators=(",", ":")))
        prev = hashlib.sha256(events[-1].encode()).hexdigest()
    return {"case": case, "head": prev, "events": events}


@pytest.fixture
def exported(store: LocalStore, tmp_path: Path) -> dict[str, Any]:
    """The line of the marked case."""
    export(store, tmp_path / "whole.jsonl", only=ONE)
    found: dict[str, Any] = json.loads(case_lines(tmp_path / "whole.jsonl")[0])
    return found


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[LocalStore]:
    """A store that nothing has been put into."""
    with closing(another(tmp_path / "empty")) as made:
        yield made


def why(store: LocalStore, path: Path) -> str:
    """Why its one case is rejected; that nothing is there afterwards is checked."""
    answer = take(store, path)
    assert answer.added == 0 and store.history.length == 0 and store.kind is None
    assert (store.folder / "history.log").stat().st_size == 0
    return " ".join(one.reason for one in answer.rejected)


def test_a_line_that_is_as_it_was_is_taken_on(exported: dict[str, Any], empty: LocalStore, tmp_path: Path) -> None:
    """Else the refusals below would prove nothing."""
    assert take(empty, rewritten(tmp_path / "a.jsonl", exported)).added == 1
    assert empty.kind == "real" and heads_of(empty)[ONE] == exported["head"]


def events_of(line: dict[str, Any]) -> list[dict[str, Any]]:
    """Its events, read."""
    return [json.loads(one) for one in line["events"]]


@pytest.mark.parametrize(
    "change", ["flip", "drop first", "drop last", "drop middle", "swap", "double", "head", "space"]
)
def test_a_changed_history_is_refused(exported: dict[str, Any], empty: LocalStore, tmp_path: Path, change: str) -> None:
    """One byte of it, or its order. Seen red with: the hash of the last event not compared; `check` left out."""
    events = exported["events"]
    match change:
        case "flip":
            events[1] = events[1].replace("mental", "mentel").replace("first", "fjrst")
        case "drop first":
            del events[0]
        case "drop last":
            del events[-1]
        case "drop middle":
            del events[1]
        case "swap":
            events[1], events[2] = events[2], events[1]
        case "double":
            events.append(events[-1])
        case "head":
            exported["head"] = "0" * 64
        case "space":
            events[-1] = events[-1].replace('"seq":3', '"seq": 3')
    assert why(empty, rewritten(tmp_path / "a.jsonl", exported))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "unicorn"}, "“unicorn”, which this version does not know"),
        ({"kind": ["opened"]}, "does not know"),
        ({"v": 99}, "version 99 of “marker”"),
        ({"v": None}, "does not know"),
        ({"data": {}}, "cannot be read"),
        ({"data": {"nothing": 1}}, "cannot be read"),
        ({"at": "yesterday"}, "cannot be read"),
        ({"at": "2026-11-19T10:00:00"}, "does not say who did it, when"),
        ({"actor": ""}, "does not say who"),
        ({"actor": "\x1b[2J"}, "does not say who"),
        ({"actor": 7}, "does not say who"),
        ({"key": 7}, "does not say who"),
        ({"key": "k" * 129}, "with which key"),
        ({"key": ""}, "with which key"),
        ({"key": "two words"}, "with which key"),
        ({"seq": 3.0}, "does not say who"),
        ({"seq": 4}, "does not follow"),
    ],
)
def test_an_event_that_this_version_does_not_know_is_refused_by_name(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    """Also under a chain that is whole.

    Caught: a key of 100,000 characters. Seen red with: its kind not looked at, so that nobody could tell which it was.
    """
    *before, last = events_of(exported)
    assert says in why(empty, rewritten(tmp_path / "a.jsonl", chained(ONE, *before, {**last, "prev": None, **change})))


@pytest.mark.parametrize("made_at", ["2096-05-01T10:00:00+00:00", "as it was"])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_an_event_to_come_is_refused(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path, which: int, made_at: str
) -> None:
    """Whichever it is, with a chain made anew and a first line that fits, or does not.

    Caught: a case of 2096 was added, and nobody could be rung about it for seventy years. Seen red with: the last event alone
    looked at; the time of the file believed.
    """
    events = [{**one, "prev": None} for one in events_of(exported)]
    made_at = events[-1]["at"] if made_at == "as it was" else made_at
    events[which]["at"] = "2096-05-01T10:00:00+00:00"
    said = why(empty, rewritten(tmp_path / "a.jsonl", chained(ONE, *events), made_at=made_at))
    assert f"event {which + 1} is of" in said
    events[which]["at"] = "9999-12-31T23:59:59-12:00"
    assert why(empty, rewritten(tmp_path / "a.jsonl", chained(ONE, *({**one, "prev": None} for one in events))))


def test_an_event_of_this_moment_is_taken_and_a_later_one_is_not(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path
) -> None:
    """By the time of the file, and by the clock of an office that is there. Seen red with: `>=`; either check left out."""
    at = max(datetime.fromisoformat(one["at"]) for one in events_of(exported))
    path = tmp_path / "a.jsonl"
    before = (at - timedelta(milliseconds=1)).isoformat()
    assert "and the file of" in why(empty, rewritten(path, exported, made_at=before))
    assert take(empty, rewritten(path, exported, made_at=at.isoformat()), dry_run=True).added == 1
    for clock, taken in ((at - timedelta(minutes=1), 0), (at, 1)):
        with closing(LocalStore(tmp_path / f"office-{taken}", packaged_tables(), now=clock)) as office:
            office.begin("practice", [KEEPER])
            late = (at + timedelta(hours=1)).isoformat()
            answer = take(office, rewritten(path, exported, kind="practice", made_at=late))
            assert answer.added == taken
            assert all("by the clock here" in one.reason for one in answer.rejected)


async def test_what_happened_before_a_clock_was_set_back_is_exported_and_taken_on(tmp_path: Path) -> None:
    """`--now` tried a later day: what was done then stands before what was done after. The file is as old as its newest event.

    Seen red with: `made_at` of the store's clock.
    """
    noon = datetime(2026, 11, 19, 12, tzinfo=UTC)
    with closing(another(tmp_path / "office")) as office:
        office.begin("practice", [KEEPER], clock=noon)
        here = Situation(office.now(), KEEPER, office.reference, Facts(salt=SALT))
        office.write(open_case(an_account(), here), None)
    for day, key in ((noon + timedelta(days=9), "a"), (None, "b")):
        with closing(LocalStore(tmp_path / "office", packaged_tables(), now=day)) as office:
            await LocalDesk(office, "keeper").act(ONE, WriteNote(text="tried"), key=key)
    with closing(another(tmp_path / "office")) as office, closing(another(tmp_path / "new")) as new:
        assert office.now() < noon + timedelta(days=1)
        export(office, tmp_path / "a.jsonl")
        assert take(new, tmp_path / "a.jsonl").added == 1 and take(office, tmp_path / "a.jsonl").unchanged == 1
        assert noon + timedelta(days=9) <= new.now() < noon + timedelta(days=10)


def test_a_case_is_opened_once_and_first_and_under_its_own_name(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path
) -> None:
    """Seen red with: each of the three checks left out."""
    first, second, third = ({**one, "prev": None} for one in events_of(exported))
    path = tmp_path / "a.jsonl"
    assert "opened once" in why(empty, rewritten(path, chained(ONE, first, {**first, "seq": 2})))
    assert "opening" in why(empty, rewritten(path, chained(ONE, {**second, "seq": 1})))
    assert f"those of {ONE}" in why(empty, rewritten(path, chained(TWO, first, second, third)))


def test_money_that_comes_from_nowhere_is_refused(exported: dict[str, Any], empty: LocalStore, tmp_path: Path) -> None:
    """A payment whose postings do not sum to zero, or that pays more than is owed.

    Seen red with: the sum not taken; the state not checked as a case.
    """
    events = [{**one, "prev": None} for one in events_of(exported)]
    postings = [{"account": "received", "pence": 100}, {"account": "1.1", "pence": -100}]
    data = {
        "amount_pence": 100,
        "method": "card",
        "method_label": "Card",
        "received_on": "2026-11-01",
        "postings": postings,
        "paid_to": "fine",
    }
    paid = {**events[-1], "kind": "receipt", "v": 1, "seq": 4, "data": data}
    path = tmp_path / "a.jsonl"
    assert take(empty, rewritten(path, chained(ONE, *events, paid)), dry_run=True).added == 1
    postings[0]["pence"] = 99
    assert "sum to zero" in why(empty, rewritten(path, chained(ONE, *events, paid)))
    postings[0]["pence"], postings[1]["pence"] = 10**9, -(10**9)
    assert "cannot be" in why(empty, rewritten(path, chained(ONE, *events, paid)))


def test_a_task_that_no_queue_has_is_refused(exported: dict[str, Any], empty: LocalStore, tmp_path: Path) -> None:
    """The tables here cannot place it. Seen red with: the fault let through as a fault of the program."""
    events = [{**one, "prev": None} for one in events_of(exported)]
    task = {"task": "moonwalk", "subject": "account", "title": "Walk", "due_at": "2026-11-19T00:00:00Z"}
    more = {**events[-1], "kind": "task", "v": 1, "seq": 4, "data": task}
    assert "tables here do not know" in why(empty, rewritten(tmp_path / "a.jsonl", chained(ONE, *events, more)))


@pytest.mark.parametrize("due", ["2050-06-01", "9999-12-31", "1800-01-01"])
def test_a_day_that_nobody_can_reckon_with_is_refused(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path, due: str
) -> None:
    """Whose bank holidays are not known, or beyond the last day there is, or before the tables begin.

    Caught: a fault of the program for days before the tables begin.
    """
    events = [{**one, "prev": None} for one in events_of(exported)]
    data = {"amount_pence": 1, "due": due, "method": "card", "method_label": "Card"}
    promise = {**events[-1], "kind": "promise", "v": 1, "seq": 4, "data": data}
    assert "cannot be" in why(empty, rewritten(tmp_path / "a.jsonl", chained(ONE, *events, promise)))


def test_a_restricted_text_is_the_one_that_an_event_names(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path
) -> None:
    """Another in its place would be read as the reason. Seen red with: the names not compared."""
    exported["restricted"][0]["text"] = "something else"
    assert "restricted" in why(empty, rewritten(tmp_path / "a.jsonl", exported))


@pytest.mark.parametrize(
    "header",
    [{"cases": 2}, {"cases": 0}, {"heads": "0" * 64}],
)
def test_a_file_that_lost_a_line_is_refused(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path, header: dict[str, Any]
) -> None:
    """Cut at the end of a line it looks whole. Seen red with: the header's count and digest not compared."""
    assert "not as it was written" in why(empty, rewritten(tmp_path / "a.jsonl", exported, **header))


@pytest.mark.parametrize(
    "header",
    [
        *({"format": 2}, {"format": True}, {"kind": "toy"}, {"made_at": "today"}, {"made_at": "2026-11-19T10:00:00"}),
        *({"heads": "x"}, {"cases": -1}, {"stray": 1}),
    ],
)
def test_a_first_line_that_is_not_one_is_refused(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path, header: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as fault:
        take(empty, rewritten(tmp_path / "a.jsonl", exported, **header))
    assert fault.value.reasons[0].code == "not-accounts"


@pytest.mark.parametrize(
    "change",
    [
        *({"case": "K01"}, {"case": "k01-24000731N"}, {"case": 1}, {"head": None}, {"events": []}, {"events": [1]}),
        *({"events": ["{}"]}, {"events": ["[" * 100_000]}, {"events": ["null"]}, {"events": "x"}, {"stray": 1}),
        *({"imported": "x"}, {"restricted": [{"salt": "x"}]}, {"events": ['{"kind":"opened","kind":"note"}']}),
    ],
    ids=lambda change: str(change)[:30],
)
def test_a_line_that_is_no_case_is_refused(
    exported: dict[str, Any], empty: LocalStore, tmp_path: Path, change: dict[str, Any]
) -> None:
    assert why(empty, rewritten(tmp_path / "a.jsonl", {**exported, **change}))


def test_an_event_of_two_lines_is_refused(exported: dict[str, Any], empty: LocalStore, tmp_path: Path) -> None:
    """It is JSON all the same, and would break the history in two. Seen red with: newlines not looked for."""
    events = exported["events"]
    events[-1] = events[-1].replace(",", ",\n", 1)
    exported["head"] = hashlib.sha256(events[-1].encode()).hexdigest()
    assert "one line" in why(empty, rewritten(tmp_path / "a.jsonl", exported))


def test_practice_and_real_never_mix(practice: Path, store: LocalStore, tmp_path: Path) -> None:
    """Neither way, neither as lines nor as a sheet; nor a dry run. Seen red with: the kind of the file not asked."""
    with closing(LocalStore(practice, packaged_tables())) as office:
        for name in ("a.jsonl", "a.csv"):
            export(office, tmp_path / f"practice-{name}")
            export(store, tmp_path / f"real-{name}")
            for dry_run in (False, True):
                with pytest.raises(Refused, match="practice office"):
                    take(store, tmp_path / f"practice-{name}", dry_run=dry_run)
                with pytest.raises(Refused, match="practice office"):
                    take(office, tmp_path / f"real-{name}", dry_run=dry_run)
        assert verify(office).cases == 60 and verify(store).cases == 2


# Whose units a file may bring cases to


def rows(path: Path, *units: str, first: int = 1) -> Path:
    """A file with an account of each of these units, numbered from `first` on."""
    numbered = enumerate(units, first)
    made = [an_account(digits=f"25{n:06}", unit=unit).model_dump_json(exclude_defaults=True) for n, unit in numbered]
    path.write_text("".join(f"{one}\n" for one in made))
    return path


def everything(store: LocalStore) -> tuple[object, ...]:
    """All that an import could change."""
    return list(store.cases.each_raw()), store.all_staff(), store.history.length, list(store.restricted.each_raw())


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("besides", ["", "{}\n"])
def test_a_file_opens_no_unit_that_is_not_the_importers(
    store: LocalStore, tmp_path: Path, dry_run: bool, besides: str
) -> None:
    """A unit with cases is for those who work there. All such units are named at once, whatever else is wrong.

    Caught: one row of K01 opened every case of K01 to an administrator of L01. Seen red with: the rows of L01 kept.
    """
    lou = Staff(id="lou", name="L Ou", roles=("administrator",), units=("L01",))
    store.put_staff(lou)
    take(store, rows(tmp_path / "other.jsonl", "W01", first=7))
    before = everything(store)
    file = rows(tmp_path / "a.jsonl", "L01", "K01", "W01", "K01")
    with file.open("a") as more:
        more.write(besides)
    with pytest.raises(Forbidden) as fault:
        take(store, file, lou, dry_run=dry_run)
    assert [one.message.split(":")[0] for one in fault.value.reasons] == [
        "K01 has accounts already and is not one of your units",
        "W01 has accounts already and is not one of your units",
    ]
    assert everything(store) == before


def test_nobody_learns_from_an_import_which_cases_another_unit_has(store: LocalStore, tmp_path: Path) -> None:
    """Neither an account that is there nor one that is not, nor a whole case. Seen red with: the unit asked after the case."""
    lou = Staff(id="lou", name="L Ou", roles=("administrator",), units=("L01",))
    take(store, rows(tmp_path / "there.jsonl", "K01"))
    export(store, tmp_path / "whole.jsonl", only=ONE)
    rows(tmp_path / "new.jsonl", "K01", first=2)
    for name in ("there.jsonl", "new.jsonl", "whole.jsonl"):
        with pytest.raises(Forbidden, match="K01 has accounts already"):
            take(store, tmp_path / name, lou)
    assert "lou" not in [one.id for one in store.all_staff()]


def test_a_unit_without_a_case_is_its_first_importers(store: LocalStore, tmp_path: Path) -> None:
    """However many rows of it the file has. Seen red with: the unit taken for another's after its first row."""
    assert take(store, rows(tmp_path / "a.jsonl", "W01", "W01", "K01")).added == 3
    assert store.staff.raw("keeper")["staff"]["units"] == ["K01", "L01", "W01"]  # type: ignore[index]
    assert take(store, rows(tmp_path / "b.jsonl", "W01", "W01", "K01"), store.all_staff()[0]).unchanged == 3


# What is taken back


def test_what_was_taken_back_is_not_in_the_queues_nor_found(store: LocalStore, tmp_path: Path) -> None:
    """And an import that is taken back makes no index that nobody asked for.

    Caught: a search went on finding them until the store was closed; the queues were built whole to be emptied of them.
    """

    def smiths() -> int:
        return len(store.found.find(readings("smith", date(2026, 11, 19)), lambda _: True, ()))

    file = rows(tmp_path / "a.jsonl", "K01", "K01")
    with file.open("a") as more:
        more.write("{}\n")
    assert take(store, file).rejected
    assert "queues" not in vars(store)
    rows_before = sorted(store.queues.all_rows(), key=repr)
    assert smiths() == 2
    assert take(store, file).rejected
    assert sorted(store.queues.all_rows(), key=repr) == rows_before
    assert smiths() == 2
    assert store.found._places.keys() == {ONE, TWO}
