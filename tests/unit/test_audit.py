"""The audit: what no chain can show by itself, because it was taken out whole, or off the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api_client import audit
from api_client.local_store import LocalStore
from casework.actions.note import WriteNote
from casework.commit import commit, open_case
from casework.refusals import Damaged
from tests.cases import NOW, OFFICER, an_account, shipped_tables, situation
from tests.mutations import relaid, written
from tests.unit.store_tools import put_cases

KEPT, GONE = an_account().id, an_account(digits="24000732").id


def opened(folder: Path) -> LocalStore:
    return LocalStore(folder, shipped_tables(), now=NOW)


@pytest.fixture
def store(tmp_path: Path, quick_disk: None) -> Iterator[LocalStore]:
    """Two cases, and two looks at them."""
    store = opened(tmp_path / "store")
    store.begin("real", [OFFICER])
    put_cases(store, *(open_case(an_account(digits=digits), situation()) for digits in ("24000731", "24000732")))
    for case_id in (KEPT, GONE):
        store.looked(OFFICER.id, "case", case=case_id)
    yield store
    store.close()


def with_access_log(store: LocalStore, content: bytes) -> LocalStore:
    """The store, opened with this for its access log."""
    store.close()
    (store.folder / "access.log").write_bytes(content)
    return opened(store.folder)


def test_a_sound_store(store: LocalStore) -> None:
    """Counts, no faults, and heads that are found again."""
    verdict = audit.verify(store, audit.heads_of(store))
    assert (verdict.cases, verdict.ok, verdict.first_bad) == (2, True, None)
    assert verdict.events == len([*store.history.walk()])
    assert list(audit.problems(store)) == []


@pytest.mark.parametrize("rows_too", [True, False])
def test_a_case_taken_out_of_the_tables_is_missed(store: LocalStore, rows_too: bool) -> None:
    """Its events are still in the history. Seen red with: only the cases of the tables looked for in the history."""
    store.cases.remove(doc_ids=[GONE])
    if rows_too:
        store.queue_rows.remove(doc_ids=[GONE])
    verdict = audit.verify(store)
    assert not verdict.ok
    assert verdict.first_bad is not None and verdict.first_bad.startswith(f"{GONE}: ")
    found = list(audit.problems(store))
    assert len(found) == 1 + (not rows_too) and all(one.startswith(f"{GONE}: ") for one in found)


def test_a_case_that_was_never_opened_is_found(store: LocalStore) -> None:
    """The other way round: in the tables, and not in the history."""
    store.cases.put("K01-24000799X", dict(store.cases.raw(GONE) or {}))
    assert "K01-24000799X" in str(audit.verify(store).first_bad)
    assert any(one.startswith("K01-24000799X: ") for one in audit.problems(store))


def test_a_line_that_is_none_is_a_problem_not_a_crash(store: LocalStore) -> None:
    """`problems` reads the whole history, and says where it cannot."""
    path = store.folder / "history.log"
    path.write_bytes(b"x" + path.read_bytes()[1:])
    assert any("history.log, byte 0" in one for one in audit.problems(store))
    assert "history.log, byte 0" in str(audit.verify(store).first_bad)


def test_lines_in_another_order_are_not_where_the_tables_say(store: LocalStore) -> None:
    """One case's lines behind the other's: each chain is whole and every line says truly where the one before it stands,
    but where the tables say that a case ends there is the other one now. Seen red with: the hash of a case's last event
    alone compared.
    """
    lines = [*store.history.walk()]
    other_way = relaid([*(one for one in lines if one.case_id == GONE), *(one for one in lines if one.case_id == KEPT)])
    content = b"".join(map(written, other_way))
    assert len(content) == store.history.length
    (store.folder / "history.log").write_bytes(content)
    assert "does not end where the case does" in str(audit.verify(store).first_bad)


def test_a_line_left_out_of_a_case_is_not_passed_over(store: LocalStore) -> None:
    """A line that names, as the one before it, an earlier one of its case, or none: whoever reads the case is told, and is not
    shown a part of it. Seen red with: the chain of what is read not looked at; a case that begins with its third event.
    """
    note = WriteNote(text="rang")
    for _ in range(2):
        stored = store.load(KEPT)
        store.write(commit(stored.case, note, situation(), head=stored.head), stored)
    sound, (*_, last) = store.history.length, [*store.history.walk()]
    first = next(line for line in store.history.walk() if line.case_id == KEPT)
    for previous in (first.offset, None):
        content = (store.folder / "history.log").read_bytes()[: last.offset] + written(last._replace(previous=previous))
        (store.folder / "history.log").write_bytes(content.ljust(sound, b"\n"))
        with pytest.raises(Damaged, match="Nothing was changed"):
            store.events(KEPT)
        assert not audit.verify(store).ok


@pytest.mark.parametrize("body", [b"[" * 100_000, b"{}", b'{"seq":1,"kind":"none","v":1,"data":{}}'])
def test_a_body_that_is_no_event_is_damage_and_no_crash(store: LocalStore, body: bytes) -> None:
    """With the hash that belongs to it, so that only reading tells. Seen red with: one nested too deeply for the parser."""
    stored = store.load(KEPT)
    done = commit(stored.case, WriteNote(text="rang"), situation(), head=stored.head)
    store.write(replace(done, events=(replace(done.events[0], body=body),)), stored)
    assert "cannot be read" in str(audit.verify(store).first_bad)
    with pytest.raises(Damaged, match="cannot be read"):
        store.events(KEPT)
    assert any(one.startswith(f"{KEPT}: ") for one in audit.problems(store))


def test_the_heads_hold_the_access_log_beside_the_cases(store: LocalStore) -> None:
    """Under a name that no case can have."""
    heads = audit.heads_of(store)
    assert heads.keys() == {KEPT, GONE, "access.log"}
    assert heads["access.log"] == store.access.head


@pytest.mark.parametrize("left", [0, 1])
def test_looks_cut_off_the_end_show_against_the_heads(store: LocalStore, left: int) -> None:
    """Or all of them. Without heads nobody can tell. Seen red with: the heads of the cases only."""
    heads = audit.heads_of(store)
    lines = (store.folder / "access.log").read_bytes().splitlines(keepends=True)
    store = with_access_log(store, b"".join(lines[:left]))
    assert audit.verify(store).ok
    verdict = audit.verify(store, heads)
    assert not verdict.ok and "access log" in str(verdict.first_bad)
    store.looked(OFFICER.id, "board")
    assert not audit.verify(store, heads).ok, "nor does a new look make up for it"
    store.close()


def test_heads_from_earlier_are_still_good(store: LocalStore) -> None:
    """More looks, more cases; heads from before anybody looked, or from before they named the access log."""
    heads = audit.heads_of(store)
    store.looked(OFFICER.id, "board")
    assert audit.verify(store, heads).ok
    assert audit.verify(store, {**heads, "access.log": "0" * 64}).ok
    del heads["access.log"]
    assert audit.verify(store, heads).ok


@pytest.mark.parametrize("name", ["access.log", KEPT])
@pytest.mark.parametrize("head", ["", "f" * 64, "\ud800" * 64, "0" * 63])
def test_heads_that_never_were(store: LocalStore, name: str, head: str) -> None:
    """Whatever a file of heads may say."""
    assert not audit.verify(store, {name: head}).ok
