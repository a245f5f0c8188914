"""The end of the history that is not synced yet: the journal holds it too, and the next opening makes the log of it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api_client import audit, local_store
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.store_errors import StoreDamaged
from casework.actions.note import WriteNote
from casework.commit import commit, open_case
from tests.cases import NOW, OFFICER, an_account, shipped_tables, situation
from tests.unit.store_tools import failing, put_cases, watch_calls

pytestmark = pytest.mark.usefixtures("quick_disk")

CASE = an_account().id


def opened(folder: Path) -> LocalStore:
    return LocalStore(folder, shipped_tables(), now=NOW)


def begun(folder: Path) -> LocalStore:
    """A store with one case, whose opening is synced."""
    store = opened(folder)
    store.begin("practice", [OFFICER])
    put_cases(store, open_case(an_account(), situation()))
    store.close()
    return opened(folder)


def note(store: LocalStore, text: str) -> None:
    stored = store.load(CASE)
    store.write(commit(stored.case, WriteNote(text=text), situation(), head=stored.head), stored)


def crashed(store: LocalStore, folder: Path) -> Path:
    """The files as they lie, of a store that goes on."""
    shutil.copytree(store.folder, folder)
    return folder


def test_an_action_waits_for_the_disk_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: the history synced at each action; neither history nor journal synced."""
    store = begun(tmp_path)
    calls = watch_calls(monkeypatch, "fdatasync")
    for n in range(3):
        note(store, f"note {n}")
        assert len(calls) == n + 1
    monkeypatch.undo()
    store.close()


def lose(content: bytes, kept: int) -> bytes:
    return content[:kept]


def zero(content: bytes, kept: int) -> bytes:
    return content[:kept] + bytes(len(content) - kept)


def leave_a_hole(content: bytes, kept: int) -> bytes:
    return content[:kept] + bytes(100) + content[kept + 100 :]


def half_write_another(content: bytes, kept: int) -> bytes:
    return content[:kept] + b"0123 half a line"


@pytest.mark.parametrize("left", [lose, zero, leave_a_hole, half_write_another])
@pytest.mark.parametrize("of_them", [0, 1, 3])
def test_what_a_crash_kept_from_the_history_is_put_back(
    tmp_path: Path, left: Callable[[bytes, int], bytes], of_them: int
) -> None:
    """Whatever the disk has of it: none, zeros, later blocks only; and however many of the actions it has.

    Seen red with: only the last action put back; the lines not compared, as long as the log is long enough; the history
    cut before it is put back; the lines put back in the order of their ids as text.
    """
    store = begun(tmp_path / "store")
    lengths = [store.history.length]
    for n in range(4):
        note(store, f"note {n} " + "x" * 900)
        lengths.append(store.history.length)
    whole = (store.folder / "history.log").read_bytes()[: lengths[-1]]
    folder = crashed(store, tmp_path / "crashed")
    (folder / "history.log").write_bytes(left(whole, lengths[of_them]))
    again = opened(folder)
    assert again.load(CASE) == store.load(CASE)
    assert (folder / "history.log").read_bytes() == whole
    assert audit.verify(again).ok and not list(audit.problems(again))
    note(again, "and on")
    again.close()
    store.close()
    again = opened(folder)
    assert audit.verify(again).ok
    again.close()


def test_a_history_shorter_than_its_tail_is_refused(tmp_path: Path) -> None:
    """What was synced once is not in the journal: its loss is damage. Nothing is changed.

    Seen red with: the tail written behind a hole.
    """
    store = begun(tmp_path / "store")
    synced = store.history.length
    note(store, "rang")
    folder = crashed(store, tmp_path / "crashed")
    store.close()
    cut = (folder / "history.log").read_bytes()[: synced - 1]
    (folder / "history.log").write_bytes(cut)
    with pytest.raises(StoreDamaged, match=f"the journal knows it to byte {synced}"):
        opened(folder)
    assert (folder / "history.log").read_bytes() == cut


def test_a_closed_store_has_a_whole_history(tmp_path: Path) -> None:
    """Its end is the history's own again: a history cut short is refused, not mended from the journal.

    Seen red with: the tail left in the tables by close.
    """
    store = begun(tmp_path)
    note(store, "rang")
    assert len(store.tail) == 1
    store.close()
    path = tmp_path / "history.log"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreDamaged, match="the log ends here"):
        opened(tmp_path)


def test_the_tail_is_synced_before_it_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: the tail let go without a sync; never let go; the action that lets it go left out of both."""
    monkeypatch.setattr(local_store, "LONGEST_TAIL", 3)
    store = begun(tmp_path / "store")
    calls = watch_calls(monkeypatch, "fdatasync")
    lengths, synced = [], []
    for n in range(9):
        calls.clear()
        note(store, f"note {n}")
        synced.append(len(calls))
        lengths.append(len(store.tail))
        folder = crashed(store, tmp_path / str(n))
        if lengths[-1]:
            whole = (folder / "history.log").read_bytes()
            (folder / "history.log").write_bytes(whole[: min(int(offset) for offset in store.tail.ids())])
        again = opened(folder)
        assert again.load(CASE) == store.load(CASE)
        assert audit.verify(again).ok
        again.close()
    assert lengths == [1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert synced == [1, 1, 1, 2, 1, 1, 1, 2, 1]
    monkeypatch.undo()
    store.close()


def test_an_action_that_fails_leaves_the_tail_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the one at which the tail is let go. Seen red with: the tail let go outside the transaction."""
    monkeypatch.setattr(local_store, "LONGEST_TAIL", 2)
    store = begun(tmp_path / "store")

    def fails(_: int) -> None:
        raise ZeroDivisionError

    for length in (0, 1, 2):
        before = dict(store.tail.each_raw())
        assert len(before) == length
        stored = store.load(CASE)
        done = commit(stored.case, WriteNote(text="rang"), situation(), head=stored.head)
        with pytest.raises(ZeroDivisionError):
            store.write(done, stored, fails)
        assert dict(store.tail.each_raw()) == before
        again = opened(crashed(store, tmp_path / str(length)))
        assert again.load(CASE) == store.load(CASE) == stored
        again.close()
        note(store, "kept")
    assert len(store.tail) == 0
    store.close()


# Who looked, together with the claim


def pull(store: LocalStore) -> None:
    """The case, given back and claimed again."""
    desk = LocalDesk(store, OFFICER.id)
    for claim in asyncio.run(desk.my_claims()):
        asyncio.run(desk.release(claim))
    asyncio.run(desk.claim(CASE))


def looks(store: LocalStore) -> list[bytes]:
    return [look.body for look in store.access.walk()]


def test_a_claim_and_the_look_that_comes_with_it_wait_for_the_disk_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen red with: the look synced by itself; the look noted outside the transaction."""
    store = begun(tmp_path)
    desk = LocalDesk(store, OFFICER.id)
    calls = watch_calls(monkeypatch, "fdatasync")
    asyncio.run(desk.claim(CASE))
    assert len(calls) == 1
    monkeypatch.undo()
    store.close()


@pytest.mark.parametrize("left", [lose, zero, leave_a_hole, half_write_another])
@pytest.mark.parametrize("of_them", [0, 1, 3])
def test_a_look_that_a_crash_kept_from_the_access_log_is_put_back(
    tmp_path: Path, left: Callable[[bytes, int], bytes], of_them: int
) -> None:
    """Also those of before it, of a claim that failed among them.

    Seen red with: only the last look kept in the journal; the log read to its head before it is put back; what is put back
    written behind the zeros.
    """
    store = begun(tmp_path / "store")
    store.looked(OFFICER.id, "board")
    ends = [store.access.length]
    for n in range(4):
        pull(store)
        ends.append(store.access.length)
        if n == 2:
            failing(store.db, lambda: store.looks(OFFICER.id, "case", case=CASE))
    before = looks(store)
    whole = (store.folder / "access.log").read_bytes()[: store.access.length]
    folder = crashed(store, tmp_path / "crashed")
    (folder / "access.log").write_bytes(left(whole, ends[of_them]))
    again = opened(folder)
    assert looks(again) == before
    assert again.access.verify() is None
    assert again.access.head == store.access.head
    pull(again)
    again.close()
    store.close()
    assert (folder / "access.log").read_bytes().startswith(whole)


def test_an_access_log_shorter_than_the_journal_knows_is_refused(tmp_path: Path) -> None:
    """Seen red with: the look put back behind a hole."""
    store = begun(tmp_path / "store")
    store.looked(OFFICER.id, "board")
    synced = store.access.length
    pull(store)
    folder = crashed(store, tmp_path / "crashed")
    store.close()
    cut = (folder / "access.log").read_bytes()[: synced - 1]
    (folder / "access.log").write_bytes(cut)
    with pytest.raises(StoreDamaged, match=f"the journal knows it to byte {synced}"):
        opened(folder)
    assert (folder / "access.log").read_bytes() == cut


def test_what_is_kept_of_the_looks_is_little_and_goes_when_the_store_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen red with: never synced, so that each record is longer than the last; left in the tables by close."""
    store = begun(tmp_path)
    calls = watch_calls(monkeypatch, "fdatasync")
    for _ in range(40):
        pull(store)
        kept = store.meta.raw("looks")
        assert kept is not None and len(kept["lines"]) <= local_store.MOST_LOOKS
        assert store.access.length - kept["offset"] <= local_store.MOST_LOOKS + 200
    assert 79 < len(calls) < 85
    monkeypatch.undo()
    store.close()
    path = tmp_path / "access.log"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    again = opened(tmp_path)
    assert again.meta.raw("looks") is None
    assert len(looks(again)) == 39
    again.close()
