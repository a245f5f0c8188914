"""The store as a whole: its files must fit together, or it is not opened and nothing in it is touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api_client.local_store import LocalStore
from api_client.store_errors import StoreDamaged
from casework.accounts import CaseId
from casework.commit import open_case
from tests.cases import NOW, OFFICER, an_account, shipped_tables, situation


def opened(folder: Path) -> LocalStore:
    return LocalStore(folder, shipped_tables())


@pytest.fixture
def folder(tmp_path: Path, quick_disk: None) -> Path:
    """A store with one case, closed."""
    store = opened(tmp_path / "store")
    store.begin("practice", [OFFICER], clock=NOW)
    store.write_new([(open_case(an_account(), situation()), {})])
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
    store.write_new([(open_case(an_account(), situation()), {})])
    assert len(store.events(CaseId(next(iter(store.cases.each_raw()))[0]))) == len([*store.history.walk()])
    store.close()
