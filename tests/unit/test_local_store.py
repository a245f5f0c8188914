"""The store as a whole: its files must fit together, or it is not opened and nothing in it is touched.

Whatever fails while it writes, an action is in all of them or in none once it has been opened again.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import shutil
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api_client import audit
from api_client.history_log import AppendFile
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.store_errors import StoreDamaged, StoreStopped, desk_errors
from casework.accounts import CaseId
from casework.actions.call import LogCall
from casework.actions.note import WriteNote
from casework.commit import commit, open_case
from casework.refusals import Damaged, Refused, Unavailable
from tests.cases import COLLEAGUE, NOW, OFFICER, an_account, shipped_tables, situation
from tests.unit.store_tools import break_calls, put_cases


def opened(folder: Path, now: datetime | None = None) -> LocalStore:
    return LocalStore(folder, shipped_tables(), now=now)


@pytest.fixture
def folder(tmp_path: Path, quick_disk: None) -> Path:
    """A store with one case, closed."""
    store = opened(tmp_path / "store")
    store.begin("practice", [OFFICER], clock=NOW)
    put_cases(store, open_case(an_account(), situation()))
    store.looked(OFFICER.id, "board")
    store.close()
    return tmp_path / "store"


def everything(folder: Path) -> dict[str, bytes | None]:
    """Every file below with what is in it, and every folder."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def lose_the_tables(folder: Path) -> None:
    shutil.rmtree(folder / "tables")


def lose_the_journals(folder: Path) -> None:
    for path in (folder / "tables").glob("*-*"):
        path.unlink()


@pytest.mark.parametrize("lose", [lose_the_tables, lose_the_journals])
def test_a_history_whose_journals_are_gone_is_not_taken_for_a_new_store(
    folder: Path, lose: Callable[[Path], None]
) -> None:
    """A new store begins by cutting the history to nothing, and here that would be the only copy of every event.

    Nor may a refusal leave journals behind, however early it is killed: the next opening would believe them. Seen red
    with: no guard; a guard after the journals are made.
    """
    lose(folder)
    before = everything(folder)
    assert before["history.log"]
    for _ in range(2):
        with pytest.raises(StoreDamaged, match=r"history\.log, byte 0: .* Nothing was changed"):
            opened(folder)
        assert everything(folder) == before


def test_events_that_no_journal_record_followed_are_cut_off(tmp_path: Path, quick_disk: None) -> None:
    """Also the first ever, of a store killed while it took its first case on: that is no reason to refuse it."""
    store = opened(tmp_path)
    store.begin("practice", [OFFICER], clock=NOW)
    store.close()
    (tmp_path / "history.log").write_bytes(b"half a line")
    store = opened(tmp_path)
    assert store.kind == "practice"
    assert store.history.length == 0
    store.close()


def test_an_empty_history_is_no_obstacle_to_a_new_store(tmp_path: Path, quick_disk: None) -> None:
    """Seen red with: any history at all refused."""
    (tmp_path / "history.log").touch()
    store = opened(tmp_path)
    store.begin("practice", [OFFICER], clock=NOW)
    put_cases(store, open_case(an_account(), situation()))
    assert len(store.events(CaseId(next(iter(store.cases.each_raw()))[0]))) == len([*store.history.walk()])
    store.close()


# When a write fails


CASE = an_account().id
Act = Callable[[LocalStore], None]


def write(store: LocalStore) -> None:
    """A note on the one case, and one more member of staff with it."""
    stored = store.load(CASE)
    done = commit(stored.case, WriteNote(text="rang"), situation(), head=stored.head)
    store.write(done, stored, lambda _: store.put_staff(COLLEAGUE))


def filling(store: LocalStore) -> None:
    """All there is, in one go."""
    with store.filling():
        store.begin("practice", [OFFICER])
        for digits in ("24000731", "24000732"):
            store.write(open_case(an_account(digits=digits), situation()), None)


def prepared(folder: Path, act: Act) -> LocalStore:
    """A store for `act`: with one case, or empty to be filled."""
    store = opened(folder, NOW)
    if act is not filling:
        store.begin("practice", [OFFICER])
        put_cases(store, open_case(an_account(), situation()))
    return store


def contents(store: LocalStore) -> tuple[Any, ...]:
    """What an act may change."""
    cases = {case_id: len(store.events(CaseId(case_id))) for case_id, _ in store.cases.each_raw()}
    return store.kind, cases, len([*store.queue_rows.each_raw()]), [one.id for one in store.all_staff()]


def broken(*_: Any) -> None:
    """A fault of the program."""
    raise ZeroDivisionError


def fail_call(patched: pytest.MonkeyPatch, number: int, how: str) -> list[str]:
    """Of the calls that write, let the one of this number fail; returns the calls made, which goes on growing."""
    made: list[str] = []

    def failing(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            made.append(name)
            if len(made) != number and not (how == "dying" and len(made) > number):
                return real(*args)
            if how == "half" and name == "pwrite":
                fd, data, offset = args
                real(fd, data[: len(data) // 2], offset)
                raise OSError(errno.ENOSPC, "No space left on device")
            if how in ("after", "interrupted"):
                real(*args)
            if how == "interrupted":
                raise KeyboardInterrupt
            raise OSError(errno.EIO, "Input/output error")

        return call

    for name in ("pwrite", "fdatasync", "fsync", "replace", "ftruncate"):
        patched.setattr(os, name, failing(name, getattr(os, name)))
    return made


@pytest.mark.parametrize("how", ["before", "after", "half", "interrupted", "dying"])
@pytest.mark.parametrize("act", [write, filling])
def test_whichever_call_fails_the_act_is_there_wholly_or_not_at_all(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch, act: Act, how: str
) -> None:
    """A write that reached the disk and answered with an error, a disk that fills or dies, ^C after a sync: each call
    of the act in turn. Opened again, the store is sound, and the act can be done once more if it was not.

    Seen red with: the history cut back although the journal knew of it (not opened again: "the log ends here").
    """
    store = prepared(tmp_path / "clean", act)
    before = contents(store)
    act(store)
    after = contents(store)
    store.close()
    outcomes = set()
    for number in itertools.count(1):
        store = prepared(tmp_path / str(number), act)
        failed = False
        with monkeypatch.context() as patched:
            made = fail_call(patched, number, how)
            try:
                act(store)
            except (Unavailable, KeyboardInterrupt):
                failed = True
        store.close()
        if len(made) < number:
            assert not failed
            break
        store = opened(tmp_path / str(number), NOW)
        found = contents(store)
        assert found == after if not failed else found in (before, after), made
        assert audit.verify(store).ok, (made, audit.verify(store))
        assert list(audit.problems(store)) == []
        outcomes.add(found == after)
        if found == before:
            act(store)
        assert contents(store) == after
        assert audit.verify(store).ok, made
        store.close()
    assert number > 3
    assert outcomes == {False, True}


@pytest.mark.parametrize("act", [write, filling])
def test_what_failed_before_the_journal_leaves_no_trace_and_the_store_goes_on(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    """A fault of the program, not of the disk: nothing was tried, so the history is as before, and so is the next write.

    Seen red with: the tail left in the history, and the next action appended behind it.
    """
    store = prepared(tmp_path, act)
    before, length = contents(store), store.history.length
    with monkeypatch.context() as patched:
        patched.setattr(LocalStore, "put_staff" if act is not filling else "_mark", broken)
        with pytest.raises(ZeroDivisionError):
            act(store)
    assert contents(store) == before
    assert store.history.length == length == (tmp_path / "history.log").stat().st_size
    act(store)
    assert audit.verify(store).ok
    store.close()


def test_one_write_that_fails_in_a_filling_is_taken_out_alone(tmp_path: Path, quick_disk: None) -> None:
    """Whoever fills may catch it and go on. Seen red with: the history cut to where the filling began."""
    store = prepared(tmp_path, filling)
    with store.filling():
        store.begin("practice", [OFFICER])
        store.write(open_case(an_account(), situation()), None)
        with pytest.raises(ZeroDivisionError):
            store.write(open_case(an_account(digits="24000732"), situation()), None, broken)
        store.write(open_case(an_account(digits="24000733"), situation()), None)
    assert audit.verify(store).cases == 2
    assert audit.verify(store).ok
    store.close()


def test_an_interruption_after_the_commit_leaves_the_action_in(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is written and believed, and the storage has not stopped: between that and the answer is still time
    for ^C. Seen red with: the history cut to its old length whenever the storage is usable.
    """
    store = prepared(tmp_path, write)

    def interrupted() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store.db.storage, "_snapshot_at", 0)
        patched.setattr(store.db.storage, "_snapshot_in_background", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write(store)
    assert store.load(CASE).case.version == len(store.events(CASE))
    store.close()
    store = opened(tmp_path, NOW)
    assert audit.verify(store).ok
    assert contents(store)[3] == [OFFICER.id, COLLEAGUE.id]
    store.close()


def test_a_history_that_cannot_be_cut_takes_nothing_more(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the cut is on the disk nobody knows; what went wrong first is what is said.

    Seen red with: the next line written behind a hole; the fault of the cut raised in place of the first.
    """
    store = prepared(tmp_path, write)
    before = contents(store)
    stored = store.load(CASE)
    done = commit(stored.case, WriteNote(text="rang"), situation(), head=stored.head)

    def fails(_: int) -> None:
        break_calls(patched, "fsync")
        raise ZeroDivisionError

    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        store.write(done, stored, fails)
    with pytest.raises(Unavailable):
        write(store)
    store.close()
    store = opened(tmp_path, NOW)
    assert contents(store) == before
    assert audit.verify(store).ok
    store.close()


def test_a_file_that_could_not_be_cut_is_stopped(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen red with: the length from before the cut kept, and written at."""
    file = AppendFile(tmp_path / "lines")
    file.append(b"one\n")
    with monkeypatch.context() as patched:
        break_calls(patched, "fsync")
        with pytest.raises(OSError, match="No space"):
            file.cut(0)
    with pytest.raises(StoreStopped, match="stopped"):
        file.append(b"two\n")
    file.close()


def test_a_failed_write_is_said_to_be_perhaps_there() -> None:
    """A record that answered with an error may still be read at the next opening.

    Seen red with: "this was not saved".
    """
    with pytest.raises(Unavailable) as refused, desk_errors():
        raise StoreStopped("the store stopped")
    (reason,) = refused.value.reasons
    assert reason.code == "store-stopped"
    for words in ("Everything saved before is kept", "may not have been saved", "look at the case before"):
        assert words in reason.message
    with pytest.raises(Damaged), desk_errors():
        raise StoreDamaged("byte 0")


# Closing


@pytest.mark.parametrize("stopped", [False, True])
def test_a_practice_store_lets_go_of_everything_even_when_it_has_stopped(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch, stopped: bool
) -> None:
    """Its clock cannot be written then; the folder is free for the next, and a second closing does nothing.

    Seen red with: the clock's own refusal raised out of `close`, over the real error, and the lock kept.
    """
    store = opened(tmp_path)
    store.begin("practice", [OFFICER], clock=NOW)
    if stopped:
        with monkeypatch.context() as patched:
            break_calls(patched, "fdatasync")
            with pytest.raises(Unavailable), store.transaction():
                store.put_staff(COLLEAGUE)
    store.close()
    store.close()
    for closed in (store.history, store.access):
        assert closed._file._fd == -1
    store = opened(tmp_path)
    assert NOW <= store.now() < NOW + timedelta(minutes=5)
    store.close()


def test_a_part_that_cannot_be_closed_keeps_no_other_open(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen red with: one closing after the other, none of them tried once one has failed."""
    store = opened(tmp_path)
    monkeypatch.setattr(store.history, "close", broken)
    monkeypatch.setattr(store.access, "close", broken)
    with pytest.raises(ZeroDivisionError):
        store.close()
    opened(tmp_path).close()


# What is compared and not kept


def test_what_is_kept_to_compare_cannot_be_tried_without_the_stores_own_secret(
    tmp_path: Path, quick_disk: None
) -> None:
    """The same text is the same in one store, also once reopened, and another in the next. Seen red with: SHA-256 alone; a
    secret made anew at each opening."""
    text = "14/3/87, DY10 2AB"
    found: list[str] = []
    for name in ("one", "other"):
        store = opened(tmp_path / name)
        store.begin("practice", [OFFICER], clock=NOW)
        found.append(store.fingerprint(text))
        store.close()
        again = opened(tmp_path / name)
        assert again.fingerprint(text) == found[-1]
        again.close()
    assert len({*found, hashlib.sha256(text.encode()).hexdigest()}) == 3


async def test_a_store_from_before_there_were_secrets_takes_one_and_knows_its_keys(folder: Path) -> None:
    """Seen red with: the bare digests left; a key that was used before refused as another's."""
    call = LogCall(outcome="NO_ANS", identity="14/3/87")
    bare = hashlib.sha256(f"{CASE} {call.model_dump_json()}".encode()).hexdigest()
    store = opened(folder)
    done = await LocalDesk(store, OFFICER.id).act(CASE, call, key="k")
    ((key, record),) = store.keys.each_raw()
    assert record["digest"] not in (bare, "")
    with store.transaction():
        store.keys.put(key, {**record, "digest": bare})
        store.meta.remove(doc_ids=["secret"])
        store.meta.put("store", {"kind": "practice", "format": 1})
    store.close()
    store = opened(folder)
    assert [record["digest"] == bare for _, record in store.keys.each_raw()] == [False]
    again = await LocalDesk(store, OFFICER.id).act(CASE, call, key="k")
    assert again.version == done.version
    with pytest.raises(Refused, match="another case or action"):
        await LocalDesk(store, OFFICER.id).act(CASE, call.model_copy(update={"identity": "15/3/87"}), key="k")
    store.close()


# Whose it is


@pytest.mark.parametrize("there", [False, True])
def test_the_folder_is_its_owners_alone(tmp_path: Path, quick_disk: None, there: bool) -> None:
    """Its own folder, whatever the mask and however it was made; the one above it is somebody else's business.

    Seen red with: only `tables` made 0700.
    """
    above = tmp_path / "above"
    above.mkdir()
    above.chmod(0o755)
    if there:
        (above / "store").mkdir()
        (above / "store").chmod(0o755)
    opened(above / "store").close()
    assert stat.S_IMODE((above / "store").stat().st_mode) == 0o700
    assert stat.S_IMODE((above / "store" / "tables").stat().st_mode) == 0o700
    assert stat.S_IMODE(above.stat().st_mode) == 0o755
