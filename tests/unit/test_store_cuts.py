"""A whole store, worked in for some days, of which one file is cut anywhere, or one bit of it changed.

What is opened is exactly what was acknowledged up to some moment, or the store is refused with a word and nothing in it is
touched. Never is it wrong, and never is there another error than the store's own.

Three hundred cuts and three hundred bit flips of each file.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from api_client import audit
from api_client.journal import record_at
from api_client.local_store import LocalStore
from api_client.store_errors import StoreDamaged
from api_client.tables import packaged_tables
from casework.accounts import CaseId
from casework.refusals import Damaged
from tests.office_work import Office, begin, office, pin_salts
from tests.unit.store_tools import quicken

TIMES = 300


@dataclass
class Sound:
    """A store with a snapshot and a journal after it, and what it held after each record of that journal."""

    files: dict[str, bytes]
    journal: str
    snapshot: str
    ends: dict[int, str]
    """Where each record ends, and the digest of the tables then."""
    lengths: dict[int, int]
    """How long the history was then."""
    heads: dict[str, str]
    events: dict[str, list[str]]
    """The hashes of each case's events."""

    def laid(self, folder: Path, name: str, content: bytes) -> Path:
        """The store at `folder`, with this in one of its files."""
        for path in [*folder.rglob("*")]:
            if path.is_file():
                path.unlink()
        for one, sound in {**self.files, name: content}.items():
            path = folder / one
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(sound)
        return folder


def files(folder: Path) -> dict[str, bytes]:
    """Every file but the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """The store, after two lots of work with a snapshot between them."""
    folder = tmp_path_factory.mktemp("sound") / "store"
    with pytest.MonkeyPatch.context() as patched:
        quicken(patched.setattr, ahead=8192)
        pin_salts(patched.setattr)
        begin(folder, 4)
        people = office(folder, 24000731)
        people.store.db.storage._snapshot_at = 1 << 30
        for step in islice(people.steps(), 120):
            people.take(step)
        people.store.db.snapshot()
        people.store.db.storage._snapshot_at = 1 << 30
        ends, lengths = {}, {}
        for step in islice((step for step in people.steps() if step.what != "snapshot"), 150):
            people.take(step)
            ends[end(people)] = people.digest()
            lengths[end(people)] = people.store.history.length
        events = {
            one: [event.hash for event in people.store.events(CaseId(one))] for one, _ in people.store.cases.each_raw()
        }
        heads = audit.heads_of(people.store)
        people.store.clock.stops = False  # closing only syncs the logs, and says so
        digest, length = people.digest(), people.store.history.length
        people.close()
        ends[end(people)], lengths[end(people)] = digest, length
    found = files(folder)
    journal, snapshot = sorted(name for name in found if name.startswith("tables/"))
    assert "journal" in journal and "snapshot" in snapshot
    return Sound(found, journal, snapshot, ends, lengths, heads, events)


def end(people: Office) -> int:
    """Where the journal ends."""
    return people.store.db.storage._journal.end


def records(content: bytes) -> list[int]:
    """Where the journal's records end."""
    found = [0]
    while (record := record_at(content, found[-1])) is not None:
        found.append(record[2])
    return found[1:]


def refused(folder: Path, name: str) -> None:
    """The store is not opened; the file is named, and nothing was changed."""
    before = files(folder)
    with pytest.raises(StoreDamaged, match=f"{Path(name).name}, byte .*Nothing was changed"):
        LocalStore(folder, packaged_tables())
    assert files(folder) == before


def test_each_step_is_one_record(sound: Sound) -> None:
    """What the other tests here, and the rounds of kills, stand on: between two steps there is nothing in between.

    Seen red with: the key kept in a transaction of its own after the act.
    """
    ends = records(sound.files[sound.journal])
    assert len(ends) > 80
    assert set(ends) <= set(sound.ends)


def test_a_journal_cut_anywhere_is_the_store_as_it_was_then(tmp_path: Path, quick_disk: None, sound: Sound) -> None:
    """Cut off, or with zeros in the rest: all tables as after the last whole record, the history no longer than it was
    then, and work goes on.

    Seen red with: the history not cut at opening; a record believed without its checksum; the torn bytes left where they were.
    """
    chance, content = random.Random(1), sound.files[sound.journal]
    ends = records(content)
    at = {0, *(one + near for one in ends[::9] for near in (-1, 0, 1)), *chance.sample(range(ends[-1]), TIMES)}
    for cut in sorted(at & set(range(ends[0], ends[-1] + 1)), key=lambda _: chance.random())[:TIMES]:
        torn = content[:cut] + bytes(len(content) - cut if chance.random() < 0.5 else 0)
        folder = sound.laid(tmp_path / "store", sound.journal, torn)
        last = max(one for one in ends if one <= cut)
        people = office(folder, cut)
        assert people.digest() == sound.ends[last], cut
        history = (folder / "history.log").read_bytes()
        assert history == sound.files["history.log"][: sound.lengths[last]]
        if cut % 7 < 2:
            for step in islice(people.steps(), 3 if cut % 7 else 0):
                people.take(step)
            if cut % 7 == 0:  # shorter than any torn record: nothing of one may show behind it
                people.store.meta.put("short", {})
            after = people.digest()
            people.store.clock.stops = False
            people.close()
            people = office(folder, cut)
            assert people.digest() == after
            assert audit.verify(people.store).ok and not [*audit.problems(people.store)]
        people.close()


@pytest.mark.parametrize("name", ["journal", "snapshot"])
def test_a_bit_flipped_in_the_tables_is_refused(tmp_path: Path, quick_disk: None, sound: Sound, name: str) -> None:
    """Anywhere in a journal or a snapshot, and in the zeros behind the records too.

    Seen red with: any bad last record taken for torn; the checksum of the snapshot not compared.
    """
    chance, path = random.Random(2), sound.journal if name == "journal" else sound.snapshot
    content = sound.files[path]
    size = len(content) if name == "snapshot" else records(content)[-1] + 200
    for _ in range(TIMES):
        folder = sound.laid(tmp_path / "store", path, flipped(content, chance, size))
        refused(folder, path)


def test_a_snapshot_cut_anywhere_is_refused(tmp_path: Path, quick_disk: None, sound: Sound) -> None:
    """It was whole when it was renamed to its name, so it is never an exact prefix. Seen red with: what is cut off not missed,
    because the checksum is not compared."""
    chance, content = random.Random(3), sound.files[sound.snapshot]
    for cut in [0, len(content) - 1, *chance.sample(range(len(content)), TIMES - 2)]:
        refused(sound.laid(tmp_path / "store", sound.snapshot, content[:cut]), sound.snapshot)


def test_a_history_cut_anywhere_is_refused(tmp_path: Path, quick_disk: None, sound: Sound) -> None:
    """The journal knows how long it was. Seen red with: a history that is too short made longer."""
    chance, content = random.Random(4), sound.files["history.log"]
    for cut in [0, len(content) - 1, *chance.sample(range(len(content)), TIMES - 2)]:
        refused(sound.laid(tmp_path / "store", "history.log", content[:cut]), "history.log")


def test_a_bit_flipped_in_the_history_is_found_and_never_shown(tmp_path: Path, quick_disk: None, sound: Sound) -> None:
    """The audit finds it each time. Whoever reads a case gets its events as they were, or is told that they are damaged.
    A tenth of the flips are in what says where the line before stands.

    Seen red with: an event read without its hash compared; the audit not looking at where the line before stands.
    """
    chance, content = random.Random(5), sound.files["history.log"]
    links = [at for match in re.finditer(rb"(?m)^[0-9a-f]{64} (\d+) ", content) for at in range(*match.span(1))]
    hurt = 0
    for number in range(TIMES):
        bad = flipped(content, chance, len(content), chance.choice(links) if number % 10 == 0 else None)
        folder = sound.laid(tmp_path / "store", "history.log", bad)
        try:
            store = LocalStore(folder, packaged_tables())
        except StoreDamaged:
            continue
        assert not audit.verify(store).ok
        for case_id, hashes in sound.events.items():
            try:
                assert [event.hash for event in store.events(CaseId(case_id))] == hashes
            except Damaged:
                hurt += 1
        store.close()
    assert hurt > TIMES * 0.9


def test_an_access_log_cut_anywhere_is_what_it_was_then(tmp_path: Path, quick_disk: None, sound: Sound) -> None:
    """Whole lines only, going on from there; and the exported heads tell that something is gone.

    Seen red with: the half line left in the file.
    """
    chance, content = random.Random(6), sound.files["access.log"]
    for cut in [0, len(content) - 1, *chance.sample(range(len(content)), TIMES - 2)]:
        store = LocalStore(sound.laid(tmp_path / "store", "access.log", content[:cut]), packaged_tables())
        kept = content[: content.rfind(b"\n", 0, cut) + 1]
        assert (store.folder / "access.log").read_bytes() == kept
        assert [look.body for look in store.access.walk()] == [line[65:] for line in kept.splitlines()]
        store.looked("ann", "board")
        if cut % 7 == 0:
            assert audit.verify(store).ok and not audit.verify(store, sound.heads).ok
        store.close()


def test_a_bit_flipped_in_the_access_log_is_found(tmp_path: Path, quick_disk: None, sound: Sound) -> None:
    """At opening, or by the audit; or it was the newline of the last look, which then counts as half written.

    Seen red with: an audit that looks at the form of the lines only.
    """
    chance, content = random.Random(7), sound.files["access.log"]
    for _ in range(TIMES):
        bad = flipped(content, chance, len(content))
        folder = sound.laid(tmp_path / "store", "access.log", bad)
        try:
            store = LocalStore(folder, packaged_tables())
        except StoreDamaged:
            refused(folder, "access.log")
            continue
        assert not audit.verify(store, sound.heads).ok
        assert not audit.verify(store).ok or not bad.endswith(b"\n")
        store.close()


def flipped(content: bytes, chance: random.Random, size: int, at: int | None = None) -> bytes:
    """With one bit changed in the first `size` bytes, or of the byte at `at`."""
    at = chance.randrange(size) if at is None else at
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
