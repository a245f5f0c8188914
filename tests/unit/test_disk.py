"""A store is its owner's alone, whatever the mask, however it was copied about, and whatever somebody put in its place."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from api_client import snapshot
from api_client.disk import make_private
from api_client.journal_db import JournalDB
from api_client.local_store import LocalStore
from api_client.store_backup import read_store, write_backup
from api_client.store_errors import StoreInUse, StoreNotOurs, cause, stopped
from api_client.store_folder import StoreFolder
from casework.commit import open_case
from tests.cases import NOW, OFFICER, an_account, shipped_tables, situation
from tests.unit.store_tools import put_cases

pytestmark = pytest.mark.usefixtures("quick_disk")


@contextmanager
def mask(value: int) -> Iterator[None]:
    before = os.umask(value)
    try:
        yield
    finally:
        os.umask(before)


def filled(folder: Path) -> None:
    """A store with everything that a store can have."""
    with closing(LocalStore(folder, shipped_tables(), now=NOW)) as store:
        if store.kind is None:
            store.begin("practice", [OFFICER])
            put_cases(store, open_case(an_account(), situation()))
        store.looked(OFFICER.id, "board")
        store.db.snapshot()
        write_backup(read_store(folder), folder.with_name("b.tar"))


def modes(folder: Path) -> set[tuple[bool, int]]:
    """(whether a folder, mode) of everything in and below `folder`."""
    found = [folder, *folder.rglob("*")]
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in found}


@pytest.mark.parametrize("value", [0, 0o077, 0o027])
def test_folders_are_0700_and_files_0600_whatever_the_mask(tmp_path: Path, value: int) -> None:
    """Those above that had to be made too: `~/.local/share/greenwax` on a first run.

    Seen red with: parents left to `mkdir(parents=True)`, which the mask 000 opens to all.
    """
    with mask(value):
        filled(tmp_path / "data" / "greenwax" / "accounts")
    assert modes(tmp_path / "data") == {(True, 0o700), (False, 0o600)}


def test_a_folder_that_was_there_is_left_as_it_is(tmp_path: Path) -> None:
    """Seen red with: every folder on the way closed."""
    tmp_path.chmod(0o755)
    make_private(tmp_path / "a" / "b")
    make_private(tmp_path / "a" / "b")
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"File exists|Not a directory"):
        make_private(tmp_path / "file")


def test_what_is_too_open_is_closed_at_the_next_opening(tmp_path: Path) -> None:
    """Copied with `cp`, or from a stick. Seen red with: only the folders closed."""
    folder = tmp_path / "store"
    filled(folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    filled(folder)
    assert modes(folder) == {(True, 0o700), (False, 0o600)}


PARTS = ("history.log", "access.log", "tables/lock", "tables/snapshot-000001.jsonl", "tables/journal-000001.log")


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_stands_in_the_place_of_a_file_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    """A link may lead anywhere, and opening a pipe would wait for ever.

    Seen red with: `stat` for `lstat`; the tables' own files left out.
    """
    folder = tmp_path / "store"
    filled(folder)
    part, elsewhere = folder / name, tmp_path / "elsewhere"
    part.rename(elsewhere)
    before = elsewhere.read_bytes()
    if kind == "link":
        part.symlink_to(elsewhere)
    else:
        os.mkfifo(part)
    with pytest.raises(StoreNotOurs, match=f"{part.name} is not a plain file"):
        LocalStore(folder, shipped_tables())
    assert elsewhere.read_bytes() == before


def test_a_link_to_the_folder_of_a_store_is_that_store(tmp_path: Path) -> None:
    """People keep their data on another disk. Seen red with: `lstat` for the folder."""
    filled(tmp_path / "store")
    (tmp_path / "link").symlink_to(tmp_path / "store")
    with closing(LocalStore(tmp_path / "link", shipped_tables())) as store:
        assert len(store.cases) == 1
        with pytest.raises(StoreInUse):
            LocalStore(tmp_path / "store", shipped_tables())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("name", ["", "tables", *PARTS])
def test_what_belongs_to_another_user_is_left_alone(tmp_path: Path, name: str) -> None:
    """Not even root works in it: what root would write could not be read by its owner.

    Seen red with: the folder's owner looked at and not its files'.
    """
    folder = tmp_path / "store"
    filled(folder)
    os.chown(folder / name, 12345, 12345)
    with pytest.raises(StoreNotOurs, match="another user"):
        LocalStore(folder, shipped_tables())


def test_a_lock_in_a_folder_that_was_exchanged_is_not_the_stores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder goes, and another comes, between the opening of the lock and its taking.

    Seen red with: the file that was locked not compared with the one that is there.
    """
    real = fcntl.flock

    def meanwhile(fd: int, how: int) -> None:
        (tmp_path / "s").rename(tmp_path / "old")
        (tmp_path / "s").mkdir()
        (tmp_path / "s" / "lock").touch()
        real(fd, how)

    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "flock", meanwhile)
        with pytest.raises(StoreInUse):
            StoreFolder(tmp_path / "s")
    StoreFolder(tmp_path / "s").close()


def test_who_was_killed_is_not_named(tmp_path: Path) -> None:
    """The lock is another's by now, who has not written its name yet. Seen red with: any number believed."""
    held = StoreFolder(tmp_path / "s")
    for written in ("4194305 2026-11-22T20:00:00+00:00 jkhan\n", "", "nonsense", "1" * 150):
        (tmp_path / "s" / "lock").write_text(written)
        with pytest.raises(StoreInUse, match=r"in another process$") as refused:
            StoreFolder(tmp_path / "s")
        assert refused.value.pid is None
    (tmp_path / "s" / "lock").write_text(f"{os.getpid()}")
    with pytest.raises(StoreInUse, match=f"in process {os.getpid()}$"):
        StoreFolder(tmp_path / "s")
    held.close()


@pytest.mark.parametrize("number", [28, 122, 27, 30, 13, 1, 5])
def test_a_known_cause_comes_with_what_to_do(number: int) -> None:
    """In the first words, since a line may be cut off. Seen red with: the system's words first."""
    error = OSError(number, os.strerror(number))
    assert ": " in cause(error) and os.strerror(number) in cause(error)
    said = stopped("the store", error)
    assert said.index("open it again") < 100 and os.strerror(number) in said
    assert stopped("the store", OSError(9, "Bad file descriptor")).endswith("open it again (Bad file descriptor)")


def test_a_snapshot_that_fails_leaves_no_part_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk it would take up what room there is; and the store goes on. Seen red with: the part left."""

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with JournalDB(tmp_path / "s") as db:
        db.table("cases").put("K01-1", {"owes": 1})
        with monkeypatch.context() as patched:
            patched.setattr(snapshot, "write_all", broken)
            with pytest.raises(OSError, match="No space left"):
                db.snapshot()
        assert not list((tmp_path / "s").glob("*.tmp"))
        db.table("cases").put("K01-2", {"owes": 2})
    with JournalDB(tmp_path / "s") as db:
        assert len(db.table("cases")) == 2
