"""Restricted text in a local store: beside the history, so that it can be erased and the chain stays whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api_client.accounts_file import import_accounts
from api_client.audit import problems, verify
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from casework.actions.call import LogCall
from casework.actions.contact import LogContact
from casework.actions.declare import Action
from casework.actions.marker import GivenMarker, SetMarker
from casework.actions.note import WriteNote
from casework.actions.stops import Safeguard
from casework.actions.work import WrapUp
from casework.commit import open_case
from casework.history import rebuild
from casework.situation import Situation
from casework.views import Draft, Entry
from tests.cases import LEADER, NOW, OFFICER, an_account, shipped_tables, situation
from tests.unit.store_tools import put_cases

WHY = "treated for depression, she told us"
CASE = an_account().id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    """A store with one case."""
    made = LocalStore(tmp_path / "store", packaged_tables())
    made.begin("practice", [OFFICER, LEADER], clock=NOW)
    put_cases(made, open_case(an_account(), Situation(NOW, OFFICER, made.reference)))
    yield made
    made.close()


async def mark(store: LocalStore) -> str:
    """Set a marker; the name of its reason."""
    done = await LocalDesk(store, OFFICER.id).act(CASE, SetMarker(code="mental-health", reason=WHY), key="k")
    name = done.view.case.markers[0].restricted
    assert name is not None
    return name


async def test_a_reason_that_is_erased_leaves_chain_and_case_whole(store: LocalStore) -> None:
    """Architecture page, section 1, idea 5. Seen red with: a text that has to be there."""
    name = await mark(store)
    assert (await LocalDesk(store, LEADER.id).case(CASE)).restricted == {name: WHY}
    store.restricted.remove(doc_ids=[name])
    assert (await LocalDesk(store, LEADER.id).case(CASE)).restricted == {}
    assert verify(store).ok and list(problems(store)) == []
    stored = store.load(CASE)
    assert rebuild(store.events(CASE)) == stored.case
    assert stored.case.markers[0].restricted == name
    await LocalDesk(store, OFFICER.id).act(CASE, WriteNote(text="goes on"), key="l")
    assert verify(store).ok


async def test_a_reason_that_was_replaced_shows(store: LocalStore) -> None:
    """Seen red with: the name not compared."""
    name = await mark(store)
    kept = dict(store.restricted.raw(name) or {})
    store.restricted.put(name, {**kept, "text": "nothing to worry about"})
    assert list(problems(store)) == [f"{CASE}: a restricted text is not what was written"]


async def test_the_logs_hold_no_word_of_it(store: LocalStore) -> None:
    """Neither the history nor who looked at what."""
    await mark(store)
    await LocalDesk(store, LEADER.id).case(CASE)
    for name in ("history.log", "access.log"):
        log = (store.folder / name).read_bytes()
        assert log and b"depression" not in log


async def test_the_reason_is_written_with_its_marker_or_neither_is(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction. Seen red with: the reason written before it."""

    def fails() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(store, "_mark", fails)
    with pytest.raises(ZeroDivisionError):
        await mark(store)
    assert len(store.restricted) == 0 and not store.load(CASE).case.markers
    monkeypatch.undo()
    name = await mark(store)
    folder = store.folder
    store.close()
    with_it = LocalStore(folder, packaged_tables())
    assert with_it.restricted_text(name) == WHY
    with_it.close()


def test_an_import_keeps_nothing_to_try_a_reason_against(tmp_path: Path) -> None:
    """The digest of an imported line stays for good, so it says nothing of why a marker is there: the same line with another
    reason is unchanged. Seen red with: the whole line in it."""
    keeper = OFFICER.model_copy(update={"roles": ("administrator",)})
    made = LocalStore(tmp_path / "real", packaged_tables())
    file = tmp_path / "accounts.jsonl"

    def taken(**marker: str) -> tuple[int, int, int]:
        given = an_account().model_copy(update={"markers": (GivenMarker(code="mental-health", **marker),)})
        file.write_text(given.model_dump_json(exclude_none=True) + "\n")
        result = import_accounts(made, keeper, file)
        return result.added, result.unchanged, len(result.rejected)

    assert taken(reason=WHY) == (1, 0, 0)
    assert taken(reason="treated for drink") == (0, 1, 0)
    assert taken(reason=WHY, advice="Write first.") == (0, 0, 1)
    made.close()


# What was said when somebody may come to harm

SAID = "canary: he has stored up tablets at his sister's"

HARM: list[Action] = [
    Safeguard(concern="SELF_HARM", note=SAID),
    Safeguard(concern="SELF_HARM", note=SAID, hold=False),
    LogCall(outcome="SAFEGUARD", detail="SELF_HARM", note=SAID),
    LogCall(outcome="VULN_NEW", note=SAID),
    LogContact(channel="letter", outcome="VULN_NEW", detail="SUICIDE", note=SAID),
    LogContact(channel="email", outcome="SAFEGUARD", note=SAID),
    WrapUp(outcome="SAFEGUARD", note=SAID),
    WrapUp(outcome="VULN_NEW", note=SAID),
]


async def told(store: LocalStore, person: str, find: str = "canary") -> list[Entry]:
    """What a search of the timeline finds."""
    return list((await LocalDesk(store, person).timeline(CASE, find=find)).entries)


@pytest.mark.parametrize("action", HARM, ids=lambda one: f"{one.named()} {getattr(one, 'outcome', 'f9')}")
async def test_what_was_said_of_harm_is_for_few_eyes(store: LocalStore, action: Action) -> None:
    """In the tables alone, from which it can be erased, and in the timeline of those who may read it.

    Seen red with: the note in the event; the text told to everybody; the draft left there; the timeline of the team leader
    without it.
    """
    officer = LocalDesk(store, OFFICER.id)
    await officer.claim(CASE)
    typed = Draft(case=CASE, kind=action.named(), typed={"note": SAID}, key="k", seen_version=2, at=NOW)
    await officer.save_draft(typed)
    preview = await officer.preview(CASE, action)
    done = await officer.act(CASE, action, key="k")
    assert preview.events[0].summary.endswith("  note kept apart")

    for answer in (preview, done, await officer.case(CASE), await officer.timeline(CASE)):
        assert "canary" not in answer.model_dump_json()
    assert not await told(store, OFFICER.id) and len(await told(store, OFFICER.id, "kept apart")) == 1
    (entry,) = await told(store, LEADER.id)
    assert entry.summary.endswith(f"  {SAID}") and entry.data["note"] == SAID
    assert await officer.drafts() == []

    holding = [one for one in store.folder.rglob("*") if one.is_file() and b"canary" in one.read_bytes()]
    assert holding and {one.parent.name for one in holding} == {"tables"}
    assert verify(store).ok and list(problems(store)) == []


async def test_a_note_that_is_erased_leaves_its_line(store: LocalStore) -> None:
    """Seen red with: a line that has to have its note."""
    await LocalDesk(store, OFFICER.id).act(CASE, HARM[0], key="k")
    (name,) = (name for name, _ in store.restricted.each_raw())
    store.restricted.remove(doc_ids=[name])
    (entry,) = await told(store, LEADER.id, "kept apart")
    assert "note" not in entry.data and verify(store).ok and list(problems(store)) == []


async def test_any_other_note_is_told_to_all(store: LocalStore) -> None:
    """Seen red with: every note of a call kept apart."""
    said = "canary: says the fine is not theirs"
    await LocalDesk(store, OFFICER.id).act(CASE, LogContact(channel="email", outcome="DISPUTE", note=said), key="k")
    (entry,) = await told(store, OFFICER.id)
    assert entry.data["note"] == said and len(store.restricted) == 0


def test_every_outcome_that_worries_keeps_its_note_apart() -> None:
    """Its own concern, or that of a second level. Seen red with: the column left out of one row."""
    today = situation().today
    for use in ("call", "contact", "wrap-up"):
        for row in shipped_tables().wrap_codes(today, use).values():
            details = shipped_tables().outcome_details(today, row.code).values()
            worries = row.concern or any(one.concern for one in details)
            assert row.restricted == bool(worries), row.code
