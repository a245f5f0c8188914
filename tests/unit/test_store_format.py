"""A store of an older format is brought to that of today, once, with a copy of it kept; or it is left as it is."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from api_client import audit, store_format
from api_client.journal_db import JournalDB
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.store_errors import StoreNotMigrated, StoreTooNew
from api_client.store_restore import restore
from casework.accounts import CaseId
from casework.actions.call import LogCall
from casework.refusals import Refused
from tests.cases import OFFICER, shipped_tables
from tests.unit.kill_shim import VARIABLE

pytestmark = pytest.mark.usefixtures("quick_disk")

RECORDED = Path(__file__).parents[1] / "stores" / "format-1.tar.gz"
"""Two cases as the first version left them: a call with its key and its digest bare, a marker with its reason kept apart, a
half-typed note, three looks; a snapshot, and a journal with one note after it."""
CASE, OTHER = CaseId("K01-24000731N"), CaseId("K01-24000732J")
CALL = LogCall(outcome="NO_ANS", identity="14/3/87")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The recorded store."""
    with tarfile.open(RECORDED) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path / "store"


def opened(folder: Path) -> LocalStore:
    return LocalStore(folder, shipped_tables())


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


async def test_a_recorded_store_of_format_1_is_brought_up_whole(folder: Path, tmp_path: Path) -> None:
    """Everything in it is there, its keys are known and no longer bare, and it is brought up only once.

    Seen red with: the digests left bare; the new number not written.
    """
    with closing(opened(folder)) as store:
        assert store.brought_up == tmp_path / "store.format-1.tar"
        assert store.meta.raw("store") == {"kind": "practice", "format": store_format.FORMAT}
        assert list(audit.problems(store)) == []
        assert store.load(OTHER).case.version == 3, "the note after the snapshot"
        desk = LocalDesk(store, OFFICER.id)
        assert [draft.typed for draft in await desk.drafts()] == [{"text": "half a sen"}]
        assert [kept["text"] for _, kept in store.restricted.each_raw()] == ["cares for her mother, who told us"]
        again = await desk.act(CASE, CALL, key="k")
        assert again.version == 4, "the same key answers the same"
        with pytest.raises(Refused, match="another case or action"):
            await desk.act(CASE, CALL.model_copy(update={"identity": "15/3/87"}), key="k")
        secret = store.meta.raw("secret")
    with closing(opened(folder)) as store:
        assert store.brought_up is None and store.meta.raw("secret") == secret


async def test_a_store_of_format_1_that_has_its_secret_keeps_it(folder: Path) -> None:
    """The later ones of that format had one. Seen red with: sealed twice over, so that no key was known any more."""
    with closing(opened(folder)) as store:
        keys, secret = dict(store.keys.each_raw()), store.meta.raw("secret")
        store.meta.put("store", {"kind": "practice", "format": 1})
    with closing(opened(folder)) as store:
        assert store.brought_up is not None
        assert (dict(store.keys.each_raw()), store.meta.raw("secret")) == (keys, secret)


def test_the_copy_that_is_kept_is_the_store_of_before(folder: Path, tmp_path: Path) -> None:
    """Restored, it is brought up in its turn; a second copy does not take the place of the first.

    Seen red with: the backup made after the steps; one name for all.
    """
    earlier = tmp_path / "store.format-1.tar"
    earlier.write_text("somebody's")
    with closing(opened(folder)) as store:
        kept = store.brought_up
        assert kept == tmp_path / "store.format-1.2.tar"
    assert earlier.read_text() == "somebody's"
    restore(kept, tmp_path / "again", shipped_tables(), lambda _: None)
    with JournalDB(tmp_path / "again" / "tables") as db:
        assert (db.table("meta").raw("store") or {})["format"] == store_format.FORMAT


def test_what_is_derived_is_made_anew(folder: Path) -> None:
    """An older version knew fewer reasons to wake, and had other columns in its queues.

    Seen red with: only the keys sealed.
    """
    with closing(opened(folder)) as store:
        right = {one: store.queue_rows.raw(one) for one in (CASE, OTHER)}
    with JournalDB(folder / "tables") as db:
        cases, queue = db.table("cases"), db.table("queue")
        db.table("meta").put("store", {"kind": "practice", "format": 1})
        for one in (CASE, OTHER):
            cases.put(one, {**(cases.raw(one) or {}), "wakes_on": "1999-01-01"})
            queue.remove(doc_ids=[one])
    with closing(opened(folder)) as store:
        assert list(audit.problems(store)) == []
        assert {one: store.queue_rows.raw(one) for one in right} == right
        assert all("wakes_on" not in (store.cases.raw(one) or {}) for one in right)


def test_a_newer_store_is_left_as_it_is(folder: Path) -> None:
    """Byte for byte, events that its tables do not know of included: they may mean something to the newer version.

    Seen red with: the history cut before the number was looked at.
    """
    with JournalDB(folder / "tables") as db:
        db.table("meta").put("store", {"kind": "practice", "format": store_format.FORMAT + 1})
    with (folder / "history.log").open("ab") as log:
        log.write(b"something new\n")
    before = files(folder)
    with pytest.raises(StoreTooNew, match=f"format {store_format.FORMAT + 1}.*Nothing was changed"):
        opened(folder)
    assert files(folder) == before
    with pytest.raises(StoreTooNew):
        opened(folder)  # it was let go of


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_no_room_for_the_copy_means_no_migration(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Seen red with: the store brought up all the same."""

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    opened_before = files(folder)
    with monkeypatch.context() as patched:
        patched.setattr(os, call, broken)
        with pytest.raises((StoreNotMigrated, OSError), match=r"as it was|No space"):
            opened(folder)
    assert {name: data.rstrip(b"\0") for name, data in files(folder).items() if "-000002" not in name} == {
        name: data.rstrip(b"\0") for name, data in opened_before.items()
    }
    assert [path.name for path in tmp_path.iterdir() if "format-1" in path.name] == []
    with closing(opened(folder)) as store:
        assert store.brought_up is not None


def test_a_case_that_cannot_be_read_stops_the_migration(folder: Path) -> None:
    """Nothing is half brought up. Seen red with: the case passed over."""
    with JournalDB(folder / "tables") as db:
        db.table("cases").put(CASE, {**(db.table("cases").raw(CASE) or {}), "case": {"unit": "K01"}})
    with pytest.raises(StoreNotMigrated, match=f"{CASE}.*as it was"):
        opened(folder)
    with JournalDB(folder / "tables") as db:
        assert db.table("meta").raw("secret") is None
        assert db.table("meta").raw("store") == {"kind": "practice", "format": 1}


KILLED = """
import sys
from pathlib import Path
from tests.unit.kill_shim import install
from tests.unit.store_tools import quicken
quicken(setattr, ahead=8192)
counts = install()
from api_client.local_store import LocalStore
from tests.cases import shipped_tables
LocalStore(Path(sys.argv[1]), shipped_tables()).close()
print(dict(counts))
"""


def brought_up_in_a_child(folder: Path, kill: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(folder)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, VARIABLE: kill, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    "kill",
    [
        "replace:1:before",
        "replace:1:after",
        "pwrite:4:half",
        "fdatasync:4:before",
        "replace:2:before",
        "replace:2:after",
    ],
)
def test_a_migration_killed_anywhere_is_done_at_the_next_opening(folder: Path, tmp_path: Path, kill: str) -> None:
    """In the copy, before it has its name and after; in the closing of the journal, and around the snapshot's rename.

    Seen red with: each step a transaction of its own.
    """
    died = brought_up_in_a_child(folder, kill)
    assert died.returncode == -9, (died.stdout, died.stderr)
    with JournalDB(folder / "tables") as db:
        meta = db.table("meta")
        found = (meta.raw("store") or {})["format"], meta.raw("secret") is not None
    assert found in ((1, False), (2, True))
    with closing(opened(folder)) as store:
        assert store.kind == "practice" and list(audit.problems(store)) == []
    assert list(tmp_path.glob("store.format-1*.tar")) or found == (1, False)
