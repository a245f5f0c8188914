"""The two logs that only grow: the history of cases, chained by offsets, and the access log, chained by hashes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from api_client.access_log import AccessLog
from api_client.history_log import Entry, HistoryLog
from api_client.store_errors import StoreDamaged, StoreStopped
from tests.unit.store_tools import watch_calls

CASE, OTHER = "K01-24000731N", "K02-24000099X"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[HistoryLog]:
    opened = HistoryLog(tmp_path / "history.log")
    yield opened
    opened.close()


@pytest.fixture
def looks(tmp_path: Path) -> Iterator[AccessLog]:
    opened = AccessLog(tmp_path / "access.log")
    yield opened
    opened.close()


def break_call(monkeypatch: pytest.MonkeyPatch, name: str, part: int | None = None) -> None:
    """Make a system call fail, or, given ``part``, write so many bytes and fail when called again."""
    real = getattr(os, name)
    done: list[int] = []

    def broken(*args: Any) -> Any:
        if part is not None and not done:
            done.append(part)
            return real(args[0], args[1][:part], *args[2:])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, name, broken)


# -- The history ------------------------------------------------------------------------------------------------------


def test_a_line_is_hash_link_case_and_body(log: HistoryLog, tmp_path: Path) -> None:
    """Seen red with: the offset after the line returned for the one before."""
    body = '{"note":"says \\"tomorrow\\", é"}'.encode()
    first, second = log.append([Entry(CASE, body, None), Entry(OTHER, b"{}", None)])
    (third,) = log.append([Entry(CASE, b'{"n":3}', first)])
    digest, empty, last = (hashlib.sha256(data).hexdigest().encode() for data in (body, b"{}", b'{"n":3}'))
    lines = [digest + b" - " + CASE.encode() + b" " + body + b"\n", empty + b" - " + OTHER.encode() + b" {}\n"]
    lines.append(last + b" 0 " + CASE.encode() + b' {"n":3}\n')
    assert (tmp_path / "history.log").read_bytes()[: log.length] == b"".join(lines)
    assert (first, second, third) == (0, len(lines[0]), len(lines[0]) + len(lines[1]))
    assert log.length == len(b"".join(lines))
    assert (tmp_path / "history.log").stat().st_mode & 0o777 == 0o600
    assert log.read(third) == (CASE, 0, last.decode(), b'{"n":3}', third)


def test_a_case_is_followed_back_through_the_file(log: HistoryLog) -> None:
    """Two events of one case in one append are chained too. Seen red with: both linked to the line before the call."""
    last: dict[str, int] = {}
    for step in range(5):
        entries = [Entry(case, b'{"step":%d}' % step, last.get(case)) for case in (CASE, OTHER, CASE)]
        last[CASE], last[OTHER], last[CASE] = log.append(entries)
    assert [line.body[8:9] for line in log.back(last[CASE])] == [b"%d" % (n // 2) for n in range(9, -1, -1)]
    assert [line.body[8:9] for line in log.back(last[OTHER])] == [b"4", b"3", b"2", b"1", b"0"]
    assert [line.case_id for line in log.walk()] == [CASE, OTHER, CASE] * 5
    assert [log.read(line.offset) for line in log.walk()] == list(log.walk())


@pytest.mark.parametrize("size", [1, 4000, 4095, 4096, 33_000, 300_000])
def test_a_body_of_any_size_is_read_back(log: HistoryLog, size: int) -> None:
    """Seen red with: a line longer than the first read refused."""
    offsets = log.append([Entry(CASE, b"7", None), Entry(CASE, b"1" * size, None), Entry(CASE, b"8", None)])
    assert [log.read(offset).body for offset in offsets] == [b"7", b"1" * size, b"8"]


def test_an_append_is_one_write_and_one_sync(log: HistoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: fdatasync left out of append; called in spite of sync=False."""
    log.append([Entry(CASE, b"{}", None)])
    calls = watch_calls(monkeypatch, "pwrite", "fdatasync", "fsync")
    log.append([Entry(CASE, b"{}", None), Entry(OTHER, b"{}", None)])
    assert [name for name, _ in calls] == ["pwrite", "fdatasync"]
    log.append([Entry(CASE, b"{}", None)], sync=False)
    assert log.append([]) == []
    assert [name for name, _ in calls[2:]] == ["pwrite"]
    log.sync()
    assert [name for name, _ in calls[3:]] == ["fdatasync"]


def test_lines_overwrite_zeros_that_are_on_the_disk(log: HistoryLog, tmp_path: Path, quick_disk: None) -> None:
    """Of a file that does not grow, so that a sync need not wait for the file system's journal; closing takes them off.

    Seen red with: zeros written and not counted, so that each line makes the file grow; zeros left by close; a file being
    filled given zeros too.
    """
    path = tmp_path / "history.log"
    log.append([Entry(CASE, b'{"text":"%s"}' % (b"x" * 40_000), None)], sync=False)
    assert path.stat().st_size == log.length
    log.append([Entry(CASE, b"{}", None)])
    size = path.stat().st_size
    assert size > log.length + 4_000
    before = log.length
    log.append([Entry(CASE, b"{}", None), Entry(OTHER, b"{}", None)])
    assert path.stat().st_size == size
    assert path.read_bytes()[log.length :] == bytes(size - log.length)
    log.append([Entry(CASE, b'{"text":"%s"}' % (b"y" * 200_000), before)])
    assert path.stat().st_size >= log.length
    assert len(list(log.walk())) == 5
    log.close()
    assert path.stat().st_size == log.length
    again = HistoryLog(path)
    assert again.length == log.length
    again.close()


@pytest.mark.parametrize(
    "entry",
    [
        Entry(CASE, b'{"a":\n1}', None),
        Entry(CASE, b"", None),
        Entry("K01 1", b"{}", None),
        Entry("", b"{}", None),
        Entry("K01\n", b"{}", None),
        Entry(CASE, b"{}", 900),
        Entry(CASE, b"{}", -1),
    ],
)
def test_what_would_not_be_one_line_is_refused_whole(log: HistoryLog, entry: Entry) -> None:
    """Seen red with: a newline in the body let through; a link forward let through."""
    with pytest.raises(ValueError):
        log.append([Entry(CASE, b"{}", None), entry])
    assert log.length == 0
    assert list(log.walk()) == []


def test_the_log_is_cut_to_what_the_journal_knows(log: HistoryLog, tmp_path: Path) -> None:
    """Seen red with: the length lowered but the bytes left, which came back behind a shorter line."""
    log.append([Entry(CASE, b'{"kept":1}', None)])
    known = log.length
    log.append([Entry(CASE, b'{"never acknowledged":%d}' % n, 0) for n in range(9)])
    log.close()
    opened = HistoryLog(tmp_path / "history.log")
    opened.cut(known)
    opened.append([Entry(CASE, b"2", 0)])
    opened.close()
    opened = HistoryLog(tmp_path / "history.log")
    assert [line.body for line in opened.walk()] == [b'{"kept":1}', b"2"]
    opened.close()


def test_a_log_shorter_than_the_journal_knows_is_refused(log: HistoryLog, tmp_path: Path) -> None:
    """Nor may the journal end in the middle of a line. Seen red with: cut making the file longer."""
    log.append([Entry(CASE, b"{}", None)], sync=False)
    before = (tmp_path / "history.log").read_bytes()
    for length in (len(before) + 1, len(before) - 1, 5):
        with pytest.raises(StoreDamaged, match=r"history.log, byte \d+: .* Nothing was changed"):
            log.cut(length)
    assert (tmp_path / "history.log").read_bytes() == before
    log.cut(len(before))
    log.cut(0)
    assert (tmp_path / "history.log").read_bytes() == b""


def test_a_changed_event_is_refused(log: HistoryLog, tmp_path: Path) -> None:
    """Any bit of the middle line of a case. Seen red with: the hash not compared; the case of the line before not."""
    log.append([Entry(OTHER, b'{"n":0}', None)])
    offsets = log.append([Entry(CASE, b'{"owes":124000,"n":%d}' % n, None) for n in range(3)])
    path = tmp_path / "history.log"
    sound = path.read_bytes()
    assert len(list(log.back(offsets[2]))) == 3
    for offset in range(offsets[1], offsets[2]):
        for bit in range(8):
            bad = bytearray(sound)
            bad[offset] ^= 1 << bit
            path.write_bytes(bad)
            with pytest.raises(StoreDamaged, match=r"history.log, byte \d+"):
                list(log.back(offsets[2]))


@pytest.mark.parametrize("offset", [-1, 1, 40, 10_000])
def test_no_line_begins_there(log: HistoryLog, offset: int) -> None:
    """Seen red with: a line found in the middle of a line."""
    log.append([Entry(CASE, b'{"text":"%s %s - x {}"}' % (b"0" * 30, b"0" * 64), None)])
    with pytest.raises(StoreDamaged, match=f"byte {offset}: no line of history begins here"):
        log.read(offset)


@pytest.mark.parametrize(("call", "part"), [("pwrite", None), ("pwrite", 20), ("fdatasync", None)])
def test_a_failed_append_is_cut_back_and_stops_the_log(
    log: HistoryLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, part: int | None
) -> None:
    """Seen red with: the half line left in the file; the next append let through."""
    log.append([Entry(CASE, b"{}", None)])
    before = (tmp_path / "history.log").read_bytes()[: log.length]
    with monkeypatch.context() as broken:
        break_call(broken, call, part)
        with pytest.raises(StoreStopped, match="No space left"):
            log.append([Entry(CASE, b"{}", 0)])
    assert (tmp_path / "history.log").read_bytes() == before
    assert log.length == len(before)
    for again in (lambda: log.append([Entry(CASE, b"{}", 0)]), log.sync):
        with pytest.raises(StoreStopped, match="open it again"):
            again()
    assert [line.body for line in log.walk()] == [b"{}"]


def test_an_append_in_small_pieces_is_whole(log: HistoryLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: the rest after a short write forgotten."""
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, offset: real(fd, data[:7], offset))
    (offset,) = log.append([Entry(CASE, b'{"n":1}', None)])
    assert log.read(offset).body == b'{"n":1}'


# -- The access log ---------------------------------------------------------------------------------------------------


def test_each_look_follows_from_the_one_before(looks: AccessLog, tmp_path: Path) -> None:
    """Seen red with: the hash of the body alone."""
    before = "0" * 64
    assert looks.head == before
    for number in range(4):
        looks.note(b'{"look":%d}' % number)
        before = hashlib.sha256(before.encode() + b'{"look":%d}' % number).hexdigest()
        assert looks.head == before
    assert [look.body for look in looks.walk()] == [b'{"look":%d}' % number for number in range(4)]
    assert [look.hash for look in looks.walk()][-1] == before
    assert looks.verify() is None
    for body in (b"", b"two\nlines", b"zero\0"):
        with pytest.raises(ValueError):
            looks.note(body)
    assert looks.verify() is None
    assert (tmp_path / "access.log").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("size", [1, 4000, 4096, 50_000])
def test_a_torn_look_is_cut_at_opening(tmp_path: Path, size: int) -> None:
    """At every kind of place, with bodies longer than one read. Seen red with: the torn tail kept; only the last 4 kB
    looked at."""
    path = tmp_path / "access.log"
    looks = AccessLog(path)
    ends, heads = [0], [looks.head]
    for number in range(3):
        looks.note(b"%d" % number * size)
        ends.append(ends[-1] + 66 + size)
        heads.append(looks.head)
    looks.close()
    whole = path.read_bytes()
    assert len(whole) == ends[-1]
    cuts = {min(ends[-1], max(0, end + near)) for end in ends for near in (-size, -66, -1, 0, 1, 64, 66)}
    for cut, ahead in product(sorted(cuts), (0, 1, 5000)):
        path.write_bytes(whole[:cut] + bytes(ahead))
        looks = AccessLog(path)
        kept = sum(end <= cut for end in ends) - 1
        assert looks.head == heads[kept], cut
        looks.note(b"after")
        assert looks.verify() is None
        assert len(list(looks.walk())) == kept + 1
        looks.close()
        assert path.read_bytes().startswith(whole[: ends[kept]])
        assert path.stat().st_size == ends[kept] + 71


def test_a_look_with_a_block_missing_is_cut_and_one_with_a_zero_in_it_is_refused(tmp_path: Path) -> None:
    """The disk may have written the later blocks of a line first; a single zero comes from nobody's crash.

    Seen red with: a line that ends in its newline taken for whole; any zero taken for a block that is missing; the blocks
    counted from where the line begins.
    """
    path = tmp_path / "access.log"
    looks = AccessLog(path)
    looks.note(b"first " * 60)
    head, before = looks.head, path.read_bytes().rstrip(b"\0")
    looks.note(b"second " * 300)
    looks.close()
    whole = path.read_bytes()
    begins = len(before)
    for edge in range(512 * (begins // 512), len(whole) - 1, 512):
        torn = bytearray(whole)
        first, last = max(edge, begins), min(edge + 512, len(whole) - 1)
        torn[first:last] = bytes(last - first)
        path.write_bytes(torn + bytes(700))
        looks = AccessLog(path)
        assert looks.head == head, edge
        looks.close()
        assert path.read_bytes() == whole[:begins]
    for place in (begins, begins + 70, len(whole) - 40):
        bad = bytearray(whole)
        bad[place] = 0
        path.write_bytes(bad)
        with pytest.raises(StoreDamaged):
            AccessLog(path)
        assert path.read_bytes() == bad


def test_a_change_in_the_access_log_shows(looks: AccessLog, tmp_path: Path) -> None:
    """Changed, taken out, put in, exchanged. Seen red with: verify that looks at the form of a line only."""
    path = tmp_path / "access.log"
    for number in range(5):
        looks.note(b'{"look":%d}' % number)
    lines = path.read_bytes().splitlines(keepends=True)
    changed = [lines[2].replace(b":2", b":9"), lines[2].replace(lines[2][:4], b"beef"), b"\n", lines[3]]
    for bad in changed:
        path.write_bytes(b"".join([*lines[:2], bad, *lines[3:]]))
        assert looks.verify() == 3
    path.write_bytes(b"".join([*lines[:1], *lines[2:]]))
    assert looks.verify() == 2
    path.write_bytes(b"".join([*lines[:1], b"not a line\n", *lines[1:]]))
    with pytest.raises(StoreDamaged, match=f"byte {len(lines[0])}"):
        list(looks.walk())


def test_a_damaged_last_look_is_refused(tmp_path: Path) -> None:
    """Seen red with: the head taken from whatever stands there."""
    path = tmp_path / "access.log"
    path.write_bytes(b"x" * 70 + b"\n")
    with pytest.raises(StoreDamaged, match="byte 0: the last line is damaged"):
        AccessLog(path)
    assert path.read_bytes() == b"x" * 70 + b"\n"


def test_a_look_that_cannot_be_noted_stops_the_log(looks: AccessLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red with: the head moved on before the write."""
    looks.note(b"{}")
    head = looks.head
    with monkeypatch.context() as broken:
        break_call(broken, "fdatasync")
        with pytest.raises(StoreStopped):
            looks.note(b"{}")
    assert looks.head == head
    assert looks.verify() is None
    with pytest.raises(StoreStopped):
        looks.note(b"{}")
