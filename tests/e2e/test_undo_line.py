"""Undo on the command line: by JSON and as a word, and what the timeline says of it after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from casework.commit import open_case
from casework.situation import Situation
from tests.contract.conftest import THURSDAY, account, someone
from tests.e2e.conftest import Run, messages, said
from tests.unit.store_tools import put_cases

ONE = account(1).id


@pytest.fixture
def store(home: Path) -> Path:
    """A practice store with one account; it is Thursday 19 Nov 2026, ten in the morning."""
    folder = home / "store"
    store = LocalStore(folder, packaged_tables())
    store.begin("practice", (someone("ann", "officer"), someone("ben", "officer")), clock=THURSDAY)
    here = Situation(store.now(), someone("ann", "officer"), store.reference)
    put_cases(store, open_case(account(1), here))
    store.meta.put("ticked", {"on": "2026-11-19"})
    store.close()
    return folder


def test_a_slip_is_undone_by_the_next_command(run: Run, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By JSON with the version that is meant, and by the word alone; the claim is there again for the next command. Seen red
    with: a claim that is not taken back, a timeline that does not say what no longer counts."""
    at = ("--store", store, "--as", "ann")
    pulled = run("next", *at)
    before = run("show", ONE, *at)
    run("wrap-up", ONE, "--outcome", "NO_ANS", *at)
    assert run("show", ONE, *at)["claim"] is None

    done = run("act", ONE, json.dumps({"kind": "undo", "since": before["version"]}), *at)
    assert [event["kind"] for event in done["events"]] == ["undone"]
    after = run("show", ONE, *at)
    assert after["claim"]["task"] == pulled["claim"]["task"] and after["tasks"] == before["tasks"]
    assert "was undone already" in messages(run("do", ONE, "undo", *at, exit_code=8))

    run("do", ONE, "note a slip of the hand", *at)
    assert "somebody else did" in messages(run("do", ONE, "undo", "--store", store, "--as", "ben", exit_code=8))
    run("do", ONE, "undo", *at)
    struck = [entry["kind"] for entry in run("timeline", ONE, *at) if entry["undone"]]
    assert struck == ["task-ended", "task", "note"]
    capsys.readouterr()
    assert said("timeline", ONE, *at) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if "(undone) a slip of the hand" in line]


def test_half_a_minute_later_it_is_too_late(run: Run, store: Path) -> None:
    at = ("--store", store, "--as", "ann")
    run("do", ONE, "note x", *at, "--now", "2026-11-19T10:00:10Z")
    refused = run("do", ONE, "undo", *at, "--now", "2026-11-19T10:00:41Z", exit_code=8)
    assert "more than 30 seconds ago" in messages(refused)
    run("do", ONE, "undo", *at, "--now", "2026-11-19T10:00:40Z")
