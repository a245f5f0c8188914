"""The practice office is the same every time, stands at ten in the morning, and is made whole or not at all."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from api_client.local_store import LocalStore
from api_client.practice import Office, make_office
from api_client.practice_lives import live
from api_client.practice_plans import Plan
from api_client.practice_scene import Scene
from api_client.tables import packaged_tables
from casework.accounts import CaseId
from casework.commit import Commit

AS_OF = date(2026, 11, 19)
TEN = datetime(2026, 11, 19, 10, tzinfo=UTC)
TABLES = packaged_tables()


def make(folder: Path, cases: int, seed: int = 7, as_of: date = AS_OF) -> Office:
    return make_office(folder, TABLES, cases=cases, seed=seed, as_of=as_of)


def content(folder: Path) -> tuple[str, dict[str, str]]:
    """What an office consists of: its history, and every case with its rows; but for the secret that each store draws."""
    store = LocalStore(folder, TABLES, now=TEN)
    tables = (store.cases, store.queue_rows, store.staff, store.meta, store.restricted)
    records = {table.name: dict(table.each_raw()) for table in tables}
    records["meta"].pop("secret")
    store.close()
    history = hashlib.sha256((folder / "history.log").read_bytes()).hexdigest()
    return history, {f"{name} {key}": repr(doc) for name, docs in records.items() for key, doc in docs.items()}


# -- The same every time


def test_the_same_arguments_make_the_same_office_to_the_byte(tmp_path: Path) -> None:
    """Caught: a receipt's reference drawn from the module's own random source."""
    offices = [make(tmp_path / name, 50) for name in ("one", "two")]

    assert offices[0] == offices[1]
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_another_seed_or_day_makes_another_office(tmp_path: Path) -> None:
    """Caught: `Random(0)` instead of `Random(seed)`."""
    make(tmp_path / "one", 20, seed=1)
    make(tmp_path / "two", 20, seed=2)
    make(tmp_path / "next", 20, seed=1, as_of=date(2026, 11, 20))

    assert len({content(tmp_path / name)[0] for name in ("one", "two", "next")}) == 3


def test_it_does_not_depend_on_how_python_hashes(tmp_path: Path) -> None:
    """Caught: the words of a call's outcome picked from a set of codes."""
    program = (
        "import sys; from datetime import date; from pathlib import Path; from api_client.practice import make_office;"
        "from api_client.tables import packaged_tables;"
        "make_office(Path(sys.argv[1]), packaged_tables(), cases=30, seed=3, as_of=date(2026, 11, 19))"
    )
    for hash_seed in ("1", "2"):
        command = [sys.executable, "-c", program, str(tmp_path / hash_seed)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})

    assert (tmp_path / "1" / "history.log").read_bytes() == (tmp_path / "2" / "history.log").read_bytes()


# -- The clock


@pytest.mark.parametrize(
    ("as_of", "clock"),
    [
        (date(2026, 11, 19), datetime(2026, 11, 19, 10, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 7, 1, 9, tzinfo=UTC)),
        (date(2026, 11, 21), datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (date(2026, 12, 25), datetime(2026, 12, 29, 10, tzinfo=UTC)),
    ],
    ids=["working day", "summer time", "Saturday", "Christmas"],
)
def test_the_clock_stands_at_ten_on_a_working_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_of: date, clock: datetime
) -> None:
    """However long the making takes. Caught: the store begun with its clock, which then ran while cases were made."""
    seconds = count(0, 60)
    monkeypatch.setattr("api_client.store_clock.time.monotonic", lambda: next(seconds))
    make(tmp_path, 8, as_of=as_of)
    monkeypatch.undo()
    store = LocalStore(tmp_path, TABLES, now=clock)

    assert store.meta.raw("clock") == {"at": clock.isoformat()}
    assert store.kind == "practice"
    assert all(event.at < clock for case_id, _ in store.cases.each_raw() for event in store.events(CaseId(case_id)))
    store.close()


# -- Whole, or not at all


def test_nothing_is_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Power goes while cases are made: the folder is a new store still. Caught: the staff written before the filling."""
    turns = count()

    def failing(plan: Plan, scene: Scene) -> Commit:
        if next(turns) == 5:
            raise KeyboardInterrupt
        return live(plan, scene)

    monkeypatch.setattr("api_client.practice_lives.live", failing)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, 20)
    store = LocalStore(tmp_path, TABLES)
    left = (store.kind, store.all_staff(), len(store.cases), store.history.length)
    store.close()

    assert left == (None, [], 0, 0)
    monkeypatch.undo()
    assert make(tmp_path, 20).cases == 20


def test_an_office_is_made_only_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caught: a second office poured into the first; the first one's clock, which ran while the second was refused."""
    make(tmp_path, 5)
    before = content(tmp_path)
    seconds = count(0, 60)
    monkeypatch.setattr("api_client.store_clock.time.monotonic", lambda: next(seconds))

    with pytest.raises(ValueError, match="a store already"):
        make(tmp_path, 5, seed=8)
    assert content(tmp_path) == before
