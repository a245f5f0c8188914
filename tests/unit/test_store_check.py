"""`store check` looks into every table, and says where each fault is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from api_client import audit
from api_client.history_log import Entry
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from casework.accounts import CaseId
from casework.actions import parse_action
from casework.actions.note import WriteNote
from casework.commit import open_case
from casework.views import Draft
from tests.cases import NOW, OFFICER, an_account, shipped_tables, situation
from tests.unit.store_tools import put_cases

CASE, OTHER = an_account().id, an_account(digits="24000732").id
NOBODY = CaseId("K01-24000799X")

MARKER = '{"kind":"marker","code":"mental-health","reason":"told by her sister"}'


@pytest.fixture
async def store(tmp_path: Path, quick_disk: None) -> AsyncIterator[LocalStore]:
    """Two cases; one claimed, with a note, a marker and a draft."""
    store = LocalStore(tmp_path / "store", shipped_tables(), now=NOW)
    store.begin("practice", [OFFICER])
    put_cases(store, *(open_case(an_account(digits=digits), situation()) for digits in ("24000731", "24000732")))
    desk = LocalDesk(store, OFFICER.id)
    await desk.claim(CASE)
    await desk.act(CASE, WriteNote(text="ring after six"), key="k")
    await desk.act(CASE, parse_action(MARKER), key="m")
    await desk.save_draft(Draft(case=CASE, kind="note", typed={"text": "h"}, key="d", seen_version=3, at=NOW))
    yield store
    store.close()


def changed(table: str, where: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[LocalStore], None]:
    """What puts a changed row into a table."""

    def do(store: LocalStore) -> None:
        rows = store.db.table(table)
        rows.put(where, change(dict(rows.raw(where) or {})))

    return do


def moved(table: str, old: str, new: str) -> Callable[[LocalStore], None]:
    """What puts a row of a table under another name."""

    def do(store: LocalStore) -> None:
        rows = store.db.table(table)
        row = dict(rows.raw(old) or {})
        rows.remove(doc_ids=[old])
        rows.put(new, row)

    return do


def the_restricted(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[LocalStore], None]:
    def do(store: LocalStore) -> None:
        ((name, row),) = store.restricted.each_raw()
        store.restricted.put(name, change(dict(row)))

    return do


def stray_line(store: LocalStore) -> None:
    store.history.append([Entry(CASE, b"{}", None)])


def changed_look(store: LocalStore) -> None:
    path = store.folder / "access.log"
    path.write_bytes(path.read_bytes().replace(b"jkhan", b"plimm", 1))


FAULTS: list[tuple[Callable[[LocalStore], None], str]] = [
    (changed("queue", CASE, lambda row: {**row, "wakes_on": "2031-01-01"}), f"{CASE}: its calendar"),
    (changed("queue", CASE, lambda row: {k: v for k, v in row.items() if k != "wakes_on"}), f"{CASE}: its calendar"),
    (changed("cases", CASE, lambda row: {**row, "head": "0" * 64}), f"{CASE}: the case is not what its events"),
    (
        changed("cases", CASE, lambda row: {k: v for k, v in row.items() if k != "head"}),
        f"{CASE}: its record is not whole",
    ),
    (changed("cases", CASE, lambda row: {**row, "case": {}}), f"{CASE}: the case cannot be read"),
    (changed("cases", CASE, lambda row: {**row, "at": 7}), f"{CASE}: "),
    (changed("queue", CASE, lambda row: {"rows": row["rows"][:-1]}), f"{CASE}: its places in the queues"),
    (changed("queue", NOBODY, lambda _: {"rows": []}), f"{NOBODY}: in the queues, but"),
    (moved("claims", CASE, NOBODY), f"{NOBODY}: claimed, but there is no such case"),
    (moved("claims", CASE, OTHER), f"{OTHER}: its claim is another's"),
    (changed("claims", CASE, lambda row: {**row, "officer": "plimm"}), f"{CASE}: its claim is another's"),
    (changed("claims", CASE, lambda row: {**row, "claim": {}}), f"{CASE}: its claim cannot be read"),
    (
        changed("claims", CASE, lambda row: {"officer": "x", "claim": {**row["claim"], "officer": "x"}}),
        f"{CASE}: claimed by x, who is not on the staff",
    ),
    (changed("meta", "tokens", lambda _: {"last": 0}), f"{CASE}: its claim has a token that was never given out"),
    (moved("drafts", f"jkhan {CASE} note", f"plimm {CASE} note"), f"draft plimm {CASE} note: it belongs to nobody"),
    (
        changed("drafts", f"jkhan {CASE} note", lambda row: {**row, "draft": {**row["draft"], "case": NOBODY}}),
        "there is no such case",
    ),
    (changed("drafts", f"jkhan {CASE} note", lambda row: {"person": "jkhan"}), "it cannot be read"),
    (
        changed("keys", "jkhan k", lambda row: {**row, "case": OTHER}),
        "key jkhan k: what it did was done to another case",
    ),
    (
        changed("keys", "jkhan k", lambda row: {**row, "at": row["at"] + 1}),
        "key jkhan k: what it did is not in the history",
    ),
    (changed("keys", "jkhan k", lambda row: {**row, "digest": "bare"}), "key jkhan k: it is not sealed"),
    (changed("staff", "plimm", lambda _: {"place": 9, "staff": {}}), "staff plimm: cannot be read"),
    (
        changed("staff", "plimm", lambda _: {"place": 9, "staff": OFFICER.model_dump(mode="json")}),
        "staff plimm: stands under another's name",
    ),
    (
        changed("staff", "p", lambda _: {"place": 0, "staff": {**OFFICER.model_dump(mode="json"), "id": "p"}}),
        "staff: two have the same place",
    ),
    (
        the_restricted(lambda row: {**row, "text": "told by nobody"}),
        f"{CASE}: a restricted text is not what was written",
    ),
    (the_restricted(lambda row: {**row, "case": NOBODY}), f"{NOBODY}: there is a restricted text of it"),
    (stray_line, f"{CASE}: the history has 5 events of it"),
    (changed_look, "access log, line 1"),
    (
        changed("keys", "jkhan k", lambda row: {**row, "kept": {}}),
        "key jkhan k: what undoing it would need cannot be read",
    ),
]


def test_a_sound_store_has_no_problems_and_says_how_far_it_is(store: LocalStore) -> None:
    """Seen red with: the number of the case that is begun told as done."""
    told: list[tuple[int, int]] = []
    assert list(audit.problems(store, lambda done, cases: told.append((done, cases)))) == []
    assert told == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(("spoil", "said"), FAULTS, ids=[said for _, said in FAULTS])
def test_every_fault_is_found_and_named(store: LocalStore, spoil: Callable[[LocalStore], None], said: str) -> None:
    """And nothing is mended behind anybody's back."""
    spoil(store)
    found = list(audit.problems(store))
    assert any(said in one for one in found), found
    assert list(audit.problems(store)) == found


def test_all_faults_are_named_not_the_first(store: LocalStore) -> None:
    """Seen red with: an end at the first table that had one."""
    of_each = [0, 7, 8, 14, 17, 20, 24, 26]
    for number in of_each:
        FAULTS[number][0](store)
    found = list(audit.problems(store))
    places = {one.split(":")[0].split(" ")[0] for one in found}
    assert len(found) >= len(of_each) and places == {CASE, NOBODY, "key", "draft", "staff", "access"}
