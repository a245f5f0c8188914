"""What disks and people do to a store's files: a cut is an exact prefix, a change is refused, and never is it wrong.

The first four tests are the four damages which the prototype of this store let through.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from api_client import store_folder
from api_client.access_log import AccessLog
from api_client.journal import SECTOR, frame, is_torn, record_at
from api_client.journal_db import JournalDB
from api_client.store_errors import StoreDamaged

Contents = dict[str, dict[str, Any]]

pytestmark = pytest.mark.usefixtures("quick_disk")


def contents(folder: Path) -> Contents:
    """All tables of the store, opened and closed for the purpose."""
    with JournalDB(folder) as db:
        return db.storage.read() or {}


def files(folder: Path) -> dict[str, bytes]:
    """Every file but the lock."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "lock"}


def refused(folder: Path, match: str = "byte") -> None:
    """The store says where it is damaged, and has changed nothing."""
    before = files(folder)
    with pytest.raises(StoreDamaged, match=match) as refusal:
        JournalDB(folder)
    assert "byte" in str(refusal.value)
    assert "Nothing was changed" in str(refusal.value)
    assert files(folder) == before


def written(folder: Path, sizes: list[int]) -> tuple[bytes, list[int], list[Contents]]:
    """A store of one journal: its bytes, where each record ends, and the contents after each (0: none yet)."""
    ends, states = [0], [Contents()]
    with JournalDB(folder) as db:
        for number, size in enumerate(sizes, 1):
            with db.transaction():
                db.table("rows").put(f"row-{number}", {"text": "é " * (size // 3)})
                db.table("totals").put("total", {"rows": number})
            ends.append(db.storage._journal.end)
            states.append(db.storage.read() or {})
    return (folder / "journal-000000.log").read_bytes(), ends, states


def change(path: Path, offset: int, new: Callable[[int], int]) -> None:
    """Replace one byte of a file."""
    content = bytearray(path.read_bytes())
    content[offset] = new(content[offset])
    path.write_bytes(content)


# -- The four that the prototype fails --------------------------------------------------------------------------------


def test_first_byte_of_a_middle_record_zeroed_is_refused(tmp_path: Path) -> None:
    """Seen red with: the first zero byte taken for the end of the journal."""
    _, ends, _ = written(tmp_path / "s", [300, 300, 300])
    change(tmp_path / "s/journal-000000.log", ends[1], lambda _: 0)
    refused(tmp_path / "s", rf"journal-000000.log, byte {ends[1]}:")


def test_a_bit_flip_in_the_last_record_is_refused(tmp_path: Path) -> None:
    """Every bit of it. Seen red with: any bad last record taken for torn; length beyond the end taken for torn."""
    content, ends, _ = written(tmp_path / "s", [300, 900])
    for offset in range(ends[1], ends[2]):
        for bit in range(8):
            bad = bytearray(content)
            bad[offset] ^= 1 << bit
            assert record_at(bytes(bad), ends[1]) is None
            assert not is_torn(bytes(bad), ends[1], 2), (offset, bit)
    for offset in (ends[1], ends[1] + 14, ends[1] + 100, ends[2] - 20, ends[2] - 1):
        shutil.copytree(tmp_path / "s", tmp_path / f"at-{offset}")
        change(tmp_path / f"at-{offset}/journal-000000.log", offset, lambda byte: byte ^ 1)
        refused(tmp_path / f"at-{offset}", rf"byte {ends[1]}:")


def test_a_digit_changed_in_a_snapshot_is_refused(tmp_path: Path) -> None:
    """Seen red with: the checksum of the snapshot not compared."""
    with JournalDB(tmp_path / "s") as db:
        db.table("cases").put("K01-24000731N", {"owes": 124000})
        db.snapshot()
    path = tmp_path / "s/snapshot-000001.jsonl"
    change(path, path.read_bytes().index(b"124000"), lambda _: ord("2"))
    refused(tmp_path / "s", "snapshot-000001.jsonl, byte")


def test_an_index_after_rollback_is_as_before(tmp_path: Path) -> None:
    """Seen red with: an index that is changed at once and not taken back."""
    with JournalDB(tmp_path / "s") as db:
        cases = db.table("cases")
        cases.index("unit")
        cases.put("A", {"unit": "K01"})
        cases.put("B", {"unit": "K01"})

        def moved_and_failed() -> None:
            with db.transaction():
                cases.put("A", {"unit": "K02"})
                cases.put("C", {"unit": "K01"})
                cases.remove(doc_ids=["B"])
                assert [key for key, _ in cases.find_raw("unit", "K02")] == ["A"]
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            moved_and_failed()
        assert sorted(key for key, _ in cases.find_raw("unit", "K01")) == ["A", "B"]
        assert cases.find("unit", "K02") == []


# -- Cuts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zeros", [0, 5000])
def test_a_journal_cut_anywhere_is_an_exact_prefix(tmp_path: Path, zeros: int) -> None:
    """As does a process killed inside its write; then the store goes on from there.

    Seen red with: a record accepted without its checksum; the torn bytes left in place under a shorter record.
    """
    content, ends, states = written(tmp_path / "s", [40, 700, 5, 2000, 300])
    edges = {end + near for end in ends for near in (-18, -17, -1, 0, 1, 12, 13, 23, 24, 25)}
    cuts = edges | set(range(0, ends[-1], 97)) | set(range(0, ends[-1], SECTOR))
    for cut in sorted(cut for cut in cuts if 0 <= cut <= ends[-1]):
        (tmp_path / "s/journal-000000.log").write_bytes(content[:cut] + bytes(zeros))
        with JournalDB(tmp_path / "s") as db:
            expected = states[sum(end <= cut for end in ends) - 1]
            assert (db.storage.read() or {}) == expected, cut
            db.table("rows").put("after", {})
        assert contents(tmp_path / "s") == {**expected, "rows": {**expected.get("rows", {}), "after": {}}}, cut


def test_a_last_record_missing_any_of_its_blocks_is_torn(tmp_path: Path) -> None:
    """As a power cut leaves it: the disk had taken any choice of the blocks, in any order.

    Seen red with: only a record that stops early taken for torn; the partial first block not counted as a block.
    """
    content, ends, states = written(tmp_path / "s", [300, 2300])
    path = tmp_path / "s/journal-000000.log"
    blocks = sorted({ends[1], ends[2], *range(-(-ends[1] // SECTOR) * SECTOR, ends[2], SECTOR)})
    pieces = list(pairwise(blocks))
    assert len(pieces) >= 5
    for choice in range(1, 1 << len(pieces)):
        torn = bytearray(content)
        for number, (start, end) in enumerate(pieces):
            if choice >> number & 1:
                torn[start:end] = bytes(end - start)
        path.write_bytes(torn)
        assert contents(tmp_path / "s") == states[1], choice


@pytest.mark.parametrize("sizes", [[10, 900], [10, 900, 900], [400, 10, 900], [900, 200, 200]])
def test_an_acknowledged_record_is_not_torn_because_a_block_is_lost(tmp_path: Path, sizes: list[int]) -> None:
    """A lost block with records behind it; also one that leaves what looks like a single long record half written.

    Seen red with: the sequence number at the end of a record not looked at.
    """
    content, ends, _ = written(tmp_path / "s", sizes)
    for start in range(0, ends[-2], SECTOR):
        if start + SECTOR < ends[-1]:
            bad = content[:start] + bytes(SECTOR) + content[start + SECTOR :]
            (tmp_path / "s/journal-000000.log").write_bytes(bad)
            refused(tmp_path / "s")


@pytest.mark.parametrize("lost", ["the beginning", "the end"])
def test_a_lost_block_is_noticed_in_front_of_a_torn_record_too(tmp_path: Path, lost: str) -> None:
    """Two mishaps at once. Seen red with: a newline in the middle not looked at; nor the length in the record's head."""
    content, ends, _ = written(tmp_path / "s", [900, 900])
    assert ends[1] > SECTOR
    start = 0 if lost == "the beginning" else ends[1] // SECTOR * SECTOR
    bad = content[:start] + bytes(SECTOR) + content[start + SECTOR : ends[2] - 40]
    (tmp_path / "s/journal-000000.log").write_bytes(bad)
    refused(tmp_path / "s")


# -- Changes ----------------------------------------------------------------------------------------------------------


def test_a_change_anywhere_in_a_store_is_refused(tmp_path: Path) -> None:
    """One bit, or one byte zeroed, in either file of a store with a snapshot and a journal; or it changes nothing.

    Seen red with: a checksum over the first hundred bytes only.
    """
    with JournalDB(tmp_path / "s") as db:
        for number in range(4):
            db.table("rows").put(f"before-{number}", {"text": "x" * 200})
        db.snapshot()
        for number in range(4):
            db.table("rows").put(f"after-{number}", {"text": "x" * 200})
        end = db.storage._journal.end
    chance = random.Random(24000731)
    for name, size in (("snapshot-000001.jsonl", -1), ("journal-000001.log", end)):
        path = tmp_path / "s" / name
        sound = path.read_bytes()
        for _ in range(120):
            offset, bit = chance.randrange(size if size > 0 else len(sound)), chance.randrange(9)
            change(path, offset, lambda byte, bit=bit: 0 if bit == 8 else byte ^ 1 << bit)  # type: ignore[misc]
            if not (offset == end - 1 and bit == 8):  # the last newline never written: torn, in good faith
                refused(tmp_path / "s", name)
            path.write_bytes(sound)


def test_bytes_after_the_end_are_refused(tmp_path: Path) -> None:
    """Seen red with: what follows the last record not looked at."""
    content, ends, _ = written(tmp_path / "s", [300])
    for stray in (b"x", b'{"a":1}\n', frame(3, b"[]"), frame(1, b"[]"), frame(2, b"[]") + frame(2, b"[]")):
        bad = content[: ends[1]] + stray + content[ends[1] + len(stray) :]
        (tmp_path / "s/journal-000000.log").write_bytes(bad)
        refused(tmp_path / "s", "journal-000000.log")
    (tmp_path / "s/journal-000000.log").write_bytes(content[: ends[1]] + bytes(700) + b"x" + bytes(100))
    refused(tmp_path / "s")


# -- Files missing or exchanged ---------------------------------------------------------------------------------------


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with snapshot 1, journals 1 (closed) and 2, as when the snapshot of generation 2 had failed."""
    folder = tmp_path / "chain"
    db = JournalDB(folder)
    db.table("rows").put("one", {})
    db.snapshot()
    db.table("rows").put("two", {})
    with monkeypatch.context() as broken:
        broken.setattr(store_folder, "write_snapshot", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            db.snapshot()
    db.table("rows").put("three", {})
    db.close()
    assert list(files(folder)) == ["journal-000001.log", "journal-000002.log", "snapshot-000001.jsonl"]
    assert set(contents(folder)["rows"]) == {"one", "two", "three"}
    return folder


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("snapshot-000001.jsonl", "journal-000000.log, byte 0: the file is missing"),
        ("journal-000001.log", "journal-000001.log, byte 0: the file is missing"),
        ("journal-000002.log", "journal-000002.log, byte 0: the file is missing"),
    ],
)
def test_a_missing_file_is_noticed(chain: Path, missing: str, named: str) -> None:
    """Seen red with: no closing record, so that a lost newest journal cannot be known; the first journal found taken
    for the first there was."""
    (chain / missing).unlink()
    refused(chain, named)


def test_an_older_file_in_place_of_a_newer_is_noticed(chain: Path) -> None:
    """Seen red with: sequence numbers not compared; records after an unclosed journal ignored."""
    sound = files(chain)
    (chain / "journal-000002.log").write_bytes(sound["journal-000001.log"])
    refused(chain, "journal-000002.log, byte 0: record 3 stands where record 5 belongs")
    (chain / "journal-000002.log").write_bytes(sound["journal-000002.log"])
    _, _, end = record_at(sound["journal-000001.log"], 0) or (0, b"", 0)
    (chain / "journal-000001.log").write_bytes(sound["journal-000001.log"][:end])
    refused(chain, "the journal ends here, not closed, and journal-000002.log has records")


def test_a_snapshot_without_its_journal_is_refused(tmp_path: Path) -> None:
    """Seen red with: a missing journal taken for an empty one."""
    with JournalDB(tmp_path / "s") as db:
        db.table("rows").put("one", {})
        db.snapshot()
    (tmp_path / "s/journal-000001.log").unlink()
    refused(tmp_path / "s", "journal-000001.log, byte 0: the file is missing")


def test_a_bulk_counts_in_the_sequence(tmp_path: Path) -> None:
    """So that a store put together without the snapshot which is the bulk shows a gap.

    Seen red with: a bulk that takes no sequence number.
    """
    with JournalDB(tmp_path / "s") as db:
        db.table("rows").put("one", {})
        db.storage._files.remove_older = lambda generation: None
        with db.bulk():
            db.table("rows").put("two", {})
        db.table("rows").put("three", {})
    (tmp_path / "s/snapshot-000001.jsonl").unlink()
    refused(tmp_path / "s", "journal-000001.log, byte 0: record 4 stands where record 3 belongs")


def test_leftovers_of_a_crash_are_ignored_and_removed(tmp_path: Path) -> None:
    """An unfinished snapshot, an empty next journal, files older than the snapshot in any choice.

    Seen red with: an empty next journal refused; the oldest files read first.
    """
    folder = tmp_path / "s"
    with JournalDB(folder) as db:
        db.table("rows").put("one", {})
    old = files(folder)
    with JournalDB(folder) as db:
        db.snapshot()
        db.table("rows").put("two", {})
    (folder / "journal-000000.log").write_bytes(old["journal-000000.log"])
    (folder / "snapshot-000002.tmp").write_bytes(b'["rows","x"')
    (folder / "journal-000002.log").write_bytes(bytes(3000))
    assert set(contents(folder)["rows"]) == {"one", "two"}
    assert list(files(folder)) == ["journal-000001.log", "journal-000002.log", "snapshot-000001.jsonl"]
    with JournalDB(folder) as db:
        db.snapshot()
        db.table("rows").put("three", {})
    assert set(contents(folder)["rows"]) == {"one", "two", "three"}


# -- The access log ---------------------------------------------------------------------------------------------------


def link(before: str, body: bytes) -> bytes:
    """A line of the access log."""
    return hashlib.sha256(before.encode() + body).hexdigest().encode() + b" " + body + b"\n"


@pytest.mark.parametrize("size", [20, 4000, 50_000])
@pytest.mark.parametrize("looks", [1, 2, 3])
@pytest.mark.parametrize("torn", [b"", b"0123 half a li"])
def test_a_last_look_that_does_not_follow_is_refused_at_opening(
    tmp_path: Path, size: int, looks: int, torn: bytes
) -> None:
    """Changed, exchanged, or put in behind what was taken out. A last line half written is still nobody's fault.

    Seen red with: only the form of the last line looked at; only the first 4 kB of the two last lines read.
    """
    path = tmp_path / "access.log"
    log = AccessLog(path)
    for number in range(looks):
        log.note(b'{"look":%d,"x":"%s"}' % (number, b"x" * size))
    log.close()
    lines = path.read_bytes().splitlines(keepends=True)
    changed = lines[-1].replace(b'"x":"x', b'"x":"y')
    other = link("f" * 64, b"{}")
    for bad in (changed, lines[-1].replace(lines[-1][:4], b"beef"), other):
        content = b"".join([*lines[:-1], bad]) + torn
        path.write_bytes(content)
        with pytest.raises(StoreDamaged, match=f"access.log, byte {len(b''.join(lines[:-1]))}: the last line"):
            AccessLog(path)
        assert path.read_bytes() == content
    path.write_bytes(b"".join(lines) + torn)
    log = AccessLog(path)
    assert log.head.encode() == lines[-1][:64]
    assert log.verify() is None
    log.close()
    assert path.read_bytes() == b"".join(lines)


def test_opening_reads_no_more_of_the_access_log_than_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: the log walked from the beginning."""
    log = AccessLog(tmp_path / "access.log")
    for number in range(300):
        log.note(b'{"look":%d,"x":"%s"}' % (number, b"x" * 100))
    log.close()
    read: list[int] = []
    real = os.pread

    def watched(fd: int, size: int, offset: int) -> bytes:
        data = real(fd, size, offset)
        read.append(len(data))
        return data

    monkeypatch.setattr(os, "pread", watched)
    AccessLog(tmp_path / "access.log").close()
    assert sum(read) <= 4096
