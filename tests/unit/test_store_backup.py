"""A backup is the store at one moment, whole, whoever works in it; and of a file that is none nothing is believed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api_client import audit, local_store, store_backup, store_folder
from api_client.local_store import LocalStore
from api_client.store_backup import MANIFEST, MEMBERS, NotABackup, manifest_of, read_store, unpack, write_backup
from api_client.store_errors import StoreDamaged
from api_client.store_restore import restore
from casework.accounts import CaseId
from casework.actions.note import WriteNote
from casework.commit import commit, open_case
from tests.cases import OFFICER, an_account, shipped_tables, situation
from tests.unit.store_tools import put_cases, watch_calls

pytestmark = pytest.mark.usefixtures("quick_disk")

CASE, OTHER = an_account().id, an_account(digits="24000732").id


def opened(folder: Path) -> LocalStore:
    return LocalStore(folder, shipped_tables())


def note(store: LocalStore, case: CaseId, text: str = "ring after six") -> None:
    stored = store.load(case)
    store.write(commit(stored.case, WriteNote(text=text), situation(), head=stored.head), stored)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    """Two cases, a note, a draft, two looks; open."""
    store = opened(tmp_path / "store")
    store.begin("real", [OFFICER])
    put_cases(store, *(open_case(an_account(digits=digits), situation()) for digits in ("24000731", "24000732")))
    note(store, CASE)
    store.drafts.put("d", {"person": OFFICER.id, "draft": {}})
    store.looked(OFFICER.id, "case", case=CASE)
    store.looked(OFFICER.id, "case", case=OTHER)
    yield store
    store.close()


@pytest.fixture
def file(store: LocalStore, tmp_path: Path) -> Path:
    """A backup of it."""
    write_backup(read_store(store.folder), tmp_path / "b.tar")
    return tmp_path / "b.tar"


def contents(store: LocalStore) -> tuple[Any, ...]:
    """Everything in it, but for what the tables hold of the logs until these are synced."""
    tables = {name: dict(store.db.table(name).each_raw()) for name in sorted(store.db.tables() - {"tail"})}
    tables["meta"].pop("looks", None)
    return tables, [*store.history.walk()], [*store.access.walk()]


def test_a_backup_is_the_store_as_it_was_while_that_is_open(store: LocalStore, tmp_path: Path) -> None:
    """What is done after its tables were read is not in it, and the store goes on.

    Seen red with: the access log left out; the history copied to its end of now.
    """
    was, read = contents(store), read_store(store.folder)
    note(store, OTHER)
    write_backup(read, tmp_path / "b.tar")
    held = restore(tmp_path / "b.tar", tmp_path / "again", shipped_tables(), lambda _: None)
    assert (held.kind, held.cases, held.events) == ("real", 2, len(was[1]))
    with closing(opened(tmp_path / "again")) as again:
        assert contents(again) == was
        assert list(audit.problems(again)) == list(audit.problems(store))
        note(again, CASE)
    with closing(opened(tmp_path / "again")) as again:
        assert again.load(CASE).case.version == was[0]["cases"][CASE]["case"]["version"] + 1


def test_only_its_owner_can_read_a_backup_and_nothing_else_is_left(file: Path, tmp_path: Path) -> None:
    """Seen red with: the file made with the mask's mode; the copy it was tried with left there."""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "store"]


def test_any_tar_shows_what_is_in_it(file: Path, store: LocalStore) -> None:
    """Seen red with: a member's size counted with what fills its last block; it was not even called done, since what is
    written is tried first."""
    with tarfile.open(file, "r:") as tar:
        assert tar.getnames() == [*MEMBERS, MANIFEST]
        history = tar.extractfile("history.log")
        assert (
            history is not None
            and history.read() == (store.folder / "history.log").read_bytes()[: store.history.length]
        )


def test_two_backups_of_one_history_have_the_same_heads(store: LocalStore, file: Path, tmp_path: Path) -> None:
    """And after one look they are another. Seen red with: the access log not among them."""
    write_backup(read_store(store.folder), tmp_path / "c.tar")
    assert manifest_of(file).heads == manifest_of(tmp_path / "c.tar").heads
    store.looked(OFFICER.id, "board")
    write_backup(read_store(store.folder), tmp_path / "d.tar")
    assert manifest_of(file).heads != manifest_of(tmp_path / "d.tar").heads


def test_a_record_and_a_line_half_written_are_not_in_it(store: LocalStore, tmp_path: Path) -> None:
    """The reader comes at any moment: between an action's events and its record, in the middle of either.

    Seen red with: the history copied to its end; the last line of the access log taken without its newline.
    """
    was = contents(store)
    folder = store.folder
    for name, torn in (("history.log", b"0123 - K01-24000731N {half an event"), ("access.log", b"0123 half a look")):
        with (folder / name).open("ab") as log:
            log.write(torn)
    journal = store.db.storage._journal
    with journal.path.open("r+b") as raw:
        raw.seek(journal.end)
        raw.write(b'%012d 0000000400 [["cases","K01-' % (store.db.storage._sequence + 1))
    write_backup(read_store(folder), tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "again", shipped_tables(), lambda _: None)
    with closing(opened(tmp_path / "again")) as again:
        assert contents(again) == was


@pytest.mark.parametrize("how", ["shorter", "zeros"])
def test_what_a_power_cut_took_out_of_the_logs_is_in_it(store: LocalStore, tmp_path: Path, how: str) -> None:
    """Of a store that nobody has opened since: what was acknowledged stands in its tables. The backup itself has it all, with
    the heads of one made before, though a store restored from it would have mended its access log.

    Seen red with: the history, or the access log, copied as the file has it; what the tables hold of the history left out.
    """
    with store.transaction():
        store.looks(OFFICER.id, "search", found=1)
        store.looks(OFFICER.id, "board")
    note(store, OTHER)
    was, cut = contents(store), tmp_path / "cut"
    sound = write_backup(read_store(store.folder), tmp_path / "sound.tar")
    shutil.copytree(store.folder, cut)
    lost = {"history.log": min(map(int, store.tail.ids())), "access.log": (store.meta.raw("looks") or {})["offset"]}
    for name, kept in lost.items():
        whole = (cut / name).read_bytes()
        (cut / name).write_bytes(whole[:kept] + (bytes(len(whole) - kept) if how == "zeros" else b""))
    assert write_backup(read_store(cut), tmp_path / "b.tar").heads == sound.heads
    restore(tmp_path / "b.tar", tmp_path / "again", shipped_tables(), lambda _: None)
    with closing(opened(tmp_path / "again")) as again:
        assert contents(again) == was


@pytest.mark.parametrize("name", ["history.log", "access.log"])
def test_a_log_that_does_not_reach_to_what_the_tables_hold_of_it_is_damage(
    store: LocalStore, tmp_path: Path, name: str
) -> None:
    """That much was on the disk for certain. Seen red with: what is there followed at once by what the tables hold, in either
    log: a file was made then that was found to be no backup."""
    store.history.sync()
    store.tail.truncate()
    note(store, OTHER)
    with store.transaction():
        store.looks(OFFICER.id, "board")
    (store.folder / name).write_bytes(b"")
    with pytest.raises(StoreDamaged, match=name):
        write_backup(read_store(store.folder), tmp_path / "b.tar")


def test_a_store_that_goes_over_to_new_files_meanwhile_is_read_again(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot seen is gone when it is opened, six times over. Seen red with: three tries and no more."""
    real, times = store_folder.read_chain, 0

    def meanwhile(path: Path, memory: Any) -> Any:
        nonlocal times
        times += 1
        if times <= 6:
            newest = max(path.glob("snapshot-*"), default=None)
            store.db.snapshot()
            if newest is not None:
                raise FileNotFoundError(newest)
            raise StoreDamaged.at(path, 0, "the file is missing")
        return real(path, memory)

    monkeypatch.setattr(store_backup, "read_chain", meanwhile)
    assert read_store(store.folder).table("cases").keys() == {CASE, OTHER}


def test_a_damaged_store_is_not_backed_up(store: LocalStore, tmp_path: Path) -> None:
    """A bad backup in the place of a good one is worse than none. Seen red with: damage taken for a torn record."""
    store.close()
    (tmp_path / "b.tar").write_text("the good one")
    journal = store.db.storage._journal.path
    whole = journal.read_bytes()
    at = whole.index(b"24000731N")
    journal.write_bytes(whole[:at] + b"x" + whole[at + 1 :])
    with pytest.raises(StoreDamaged):
        write_backup(read_store(store.folder), tmp_path / "b.tar")
    journal.write_bytes(whole)
    log = store.folder / "history.log"
    lines = log.read_bytes()
    for damage in (lines[:-10], lines.replace(b"ring after six", b"ring after ten")):
        log.write_bytes(damage)
        with pytest.raises((StoreDamaged, NotABackup)):
            write_backup(read_store(store.folder), tmp_path / "b.tar")
    log.write_bytes(lines)
    assert (tmp_path / "b.tar").read_text() == "the good one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "store"]


def test_backups_while_another_thread_writes_as_fast_as_it_can(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every one of them whole, and at some moment's state: the two cases get their notes in turn. The tables hold little of
    the history, so that what is not in its file is missed.

    Seen red with: the history read before the tables.
    """
    monkeypatch.setattr(local_store, "LONGEST_TAIL", 2)
    store.db.storage.snapshot_bytes = store.db.storage._snapshot_at = 40_000
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            for case in (CASE, OTHER):
                note(store, case)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for n in range(12):
            write_backup(read_store(store.folder), tmp_path / f"{n}.tar")
    finally:
        done.set()
        thread.join()
    versions = []
    for n in range(12):
        restore(tmp_path / f"{n}.tar", tmp_path / str(n), shipped_tables(), lambda _: None)
        with closing(opened(tmp_path / str(n))) as again:
            assert all(one.startswith("draft d:") for one in audit.problems(again))
            one, other = (again.load(case).case.version for case in (CASE, OTHER))
            assert one - other in (1, 2), "a note to the first case, then one to the second"
            versions.append(one + other)
    assert versions == sorted(versions) and len(set(versions)) > 3


# What is no backup

Change = Callable[[bytes], bytes]


def remade(file: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]) -> None:
    """The tar put together again after `change` has had its way with the members."""
    with tarfile.open(file, "r:") as tar:
        members = [(one, part.read()) for one in tar.getmembers() if (part := tar.extractfile(one)) is not None]
    change(members)
    out = io.BytesIO()
    for head, data in members:
        out.write(head.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512))
    file.write_bytes(out.getvalue() + bytes(1024))


def told(file: Path, tmp_path: Path) -> str:
    """What is said of a file that is no backup; nothing lies outside the folder it was to go to."""
    before = {path for path in tmp_path.rglob("*") if "new" not in path.parts}
    with pytest.raises(NotABackup) as refused:
        restore(file, tmp_path / "new", shipped_tables(), lambda _: None)
    assert {path for path in tmp_path.rglob("*") if "new" not in path.parts} == before
    return str(refused.value)


def test_a_sound_tar_made_again_is_a_backup(file: Path, tmp_path: Path) -> None:
    """The other tests of this kind change one thing each."""
    remade(file, lambda members: None)
    restore(file, tmp_path / "new", shipped_tables(), lambda _: None)


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "tables/lock", "tables/../../out", "history.log\x00x"])
def test_a_member_of_another_name_is_refused(file: Path, tmp_path: Path, name: str) -> None:
    """Seen red with: names not compared."""

    def rename(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        members[1][0].name = name

    remade(file, rename)
    assert "something else" in told(file, tmp_path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_file_is_refused(file: Path, tmp_path: Path, kind: bytes) -> None:
    """Seen red with: types not compared."""

    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        members[2][0].type, members[2][0].linkname = kind, "/etc/passwd"

    remade(file, change)
    told(file, tmp_path)


def test_members_too_many_too_few_or_in_another_order_are_refused(file: Path, tmp_path: Path) -> None:
    """Seen red with: what follows the manifest not looked at."""
    whole = file.read_bytes()
    changes: list[Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]] = [
        lambda members: members.append(members[0]),
        lambda members: members.pop(),
        lambda members: members.pop(0),
        lambda members: members.reverse(),
    ]
    for change in changes:
        file.write_bytes(whole)
        remade(file, change)
        told(file, tmp_path)
    file.write_bytes(whole + b"more")
    told(file, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"greenwax": 2},
        {"heads": "0" * 64},
        {"cases": 3},
        {"cases": -1},
        {"parts": {}},
        {"parts": {"history.log": {"size": 1, "sha256": ""}}},
        {"more": 1},
        {"made_at": "yesterday"},
    ],
    ids=str,
)
def test_a_manifest_that_says_otherwise_is_refused(file: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    """Seen red with: heads written and not compared."""

    def say(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        head, data = members[-1]
        data = json.dumps({**json.loads(data), **change}).encode()
        head.size = len(data)
        members[-1] = head, data

    remade(file, say)
    told(file, tmp_path)


def test_a_size_beyond_the_file_is_refused_before_anything_is_read(file: Path, tmp_path: Path) -> None:
    """A head may claim any size. Seen red with: the head believed and the manifest looked for beyond the end."""
    whole = file.read_bytes()
    for size in (1 << 40, (1 << 33) - 1):
        head = tarfile.TarInfo.frombuf(whole[:512], "ascii", "strict")
        head.size = size
        file.write_bytes(head.tobuf(tarfile.GNU_FORMAT) + whole[512:])
        assert "not whole" in told(file, tmp_path)


def test_a_bit_changed_anywhere_is_found(file: Path, tmp_path: Path) -> None:
    """In every part, the fill of the heads excepted. Seen red with: the SHA-256 of a part not compared."""
    whole = file.read_bytes()
    with tarfile.open(file, "r:") as tar:
        places = [(one.offset_data, one.size) for one in tar.getmembers() if one.size]
    for start, size in places:
        for at in {start, start + size // 2, start + size - 2}:
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with pytest.raises(NotABackup):
                unpack(file, tmp_path / f"n{at}", lambda _: None)


def test_a_file_cut_anywhere_is_refused(file: Path, tmp_path: Path) -> None:
    """A copy that broke off. Seen red with: the end of the tar not looked for."""
    whole = file.read_bytes()
    for length in [0, 1, 511, 512, 513, len(whole) // 2, len(whole) - 1024, len(whole) - 512, len(whole) - 1]:
        file.write_bytes(whole[:length])
        told(file, tmp_path)


def test_tables_that_are_none_are_refused_not_a_crash(file: Path, tmp_path: Path) -> None:
    """Somebody may have made the checksums fit. Seen red with: only StoreDamaged caught."""
    for line in (
        b'["cases","x",{}]\n',
        b'["cases","x",7]\n',
        b"[]\n",
        b"not json\n",
        b'["cases"]\n["cases","x",{"at":[]}]\n',
    ):
        body = b'{"format":1,"sequence":3}\n' + line
        bad = body + b'{"sha256":"%b"}\n' % hashlib.sha256(body).hexdigest().encode()

        def put(members: list[tuple[tarfile.TarInfo, bytes]], bad: bytes = bad) -> None:
            members[0][0].size = len(bad)
            members[0] = members[0][0], bad
            said = json.loads(members[-1][1])
            said["parts"][MEMBERS[0]] = {"size": len(bad), "sha256": hashlib.sha256(bad).hexdigest()}
            data = json.dumps(said).encode()
            members[-1][0].size = len(data)
            members[-1] = members[-1][0], data

        whole = file.read_bytes()
        remade(file, put)
        with pytest.raises(NotABackup):
            unpack(file, tmp_path / f"n{len(line)}", lambda _: None)
        file.write_bytes(whole)


def test_a_history_that_was_made_to_fit_is_found_by_its_chains(store: LocalStore, tmp_path: Path) -> None:
    """All hashes and heads fit, and an event in the middle follows nothing.

    Seen red with: the chains not walked at the end of a restoring.
    """
    note(store, CASE, "a second")
    record = dict(store.cases.raw(CASE) or {})
    line = store.history.read(record["at"])
    assert line.previous is not None
    earlier = store.history.read(line.previous)
    forged = earlier.body.replace(b"ring after six", b"ring after ten")
    store.close()
    path, seal = store.folder / "history.log", hashlib.sha256(forged).hexdigest()
    path.write_bytes(path.read_bytes().replace(earlier.body, forged).replace(earlier.hash.encode(), seal.encode(), 1))
    write_backup(read_store(store.folder), tmp_path / "b.tar")
    assert "broken" in told(tmp_path / "b.tar", tmp_path)


# When it cannot be written


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_backup_that_fails_leaves_nothing_and_the_old_one(
    store: LocalStore, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Seen red with: the part written in the place of the old one."""
    old = file.read_bytes()
    note(store, CASE, "which the old one has not")

    def broken(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, broken)
        with pytest.raises(OSError, match="No space"):
            write_backup(read_store(store.folder), file)
    assert file.read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "store"]


def test_a_backup_has_its_name_for_good_before_it_is_called_done(
    store: LocalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written, synced, named, and the name synced. Seen red with: the folder not synced after the renaming."""
    seen = watch_calls(monkeypatch, "fsync", "replace")
    write_backup(read_store(store.folder), tmp_path / "b.tar")
    calls = [name for name, _ in seen]
    assert calls[0] == "fsync" and calls[-2:] == ["replace", "fsync"] and calls.count("replace") == 1
