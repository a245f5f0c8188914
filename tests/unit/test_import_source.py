"""The file that an import reads: nothing but a whole regular file of text, in bounded time and memory."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from api_client.import_source import LONGEST_LINE, Source
from api_client.strict_json import parse
from casework.refusals import NotFound, Refused

ROW = b'{"unit":"K01"}\n'


def made(folder: Path, content: bytes, name: str = "a.jsonl") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content)
    return path


def word(path: Path) -> str:
    """Why it is refused."""
    with pytest.raises(Refused) as fault, Source(path) as source:
        list(source.lines())
    assert fault.value.reasons[0].field == "file"
    return str(fault.value)


def zipped(content: bytes, folder: Path) -> bytes:
    """The content in a zip archive, which is what a workbook is."""
    with zipfile.ZipFile(folder / "z", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", content)
    return (folder / "z").read_bytes()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (gzip.compress, "gzip"),
        (bz2.compress, "bzip2"),
        (lzma.compress, "xz"),
        (lambda row: b"\xd0\xcf\x11\xe0" + row, "Excel"),
        (lambda row: b"%PDF-1.7\n" + row, "PDF"),
        (lambda row: row.decode().encode("utf-16"), "UTF-16"),
        (lambda row: b"\xfe\xff" + row.decode().encode("utf-16-be"), "UTF-16"),
        (lambda row: row.decode().encode("utf-16-le"), "not text in UTF-8"),
        (lambda row: row.decode().encode("utf-32-be"), "not text in UTF-8"),
        (lambda row: b"[" + row + b"]", "one JSON list"),
        (lambda row: b"unit,number,opened_on\nK01,1,2026-01-05\n", "columns of a CSV"),
    ],
)
def test_what_is_no_text_is_refused_with_a_word(tmp_path: Path, spoil: Callable[[bytes], bytes], says: str) -> None:
    """Before a row of it is read. Seen red with: no look at how the file begins."""
    assert says in word(made(tmp_path, spoil(ROW)))


def test_a_workbook_is_refused_with_a_word(tmp_path: Path) -> None:
    """A bomb of ten million zeros is never unpacked."""
    assert "Excel workbook" in word(made(tmp_path, zipped(bytes(10_000_000), tmp_path), "a.csv"))
    assert "rename it to .jsonl" in word(made(tmp_path, ROW, "b.csv"))


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.jsonl", ROW, "jsonl"),
        ("a.JSON", ROW, "jsonl"),
        ("a.csv", b"unit,number\n", "csv"),
        ("a.CSV", b"\xef\xbb\xbfunit,number\n", "csv"),
        ("a.txt", b"unit,number\n", "csv"),
        ("a", b'"unit","number"\n', "csv"),
        ("a", b"\n \n" + ROW, "jsonl"),
        ("a.jsonl", b'{"greenwax":"export","format":1}\n', "export"),
        ("a", b'\xef\xbb\xbf { "greenwax" : "export" }\n', "export"),
        ("a.jsonl", b"", "jsonl"),
    ],
)
def test_a_format_is_known_by_name_and_beginning(tmp_path: Path, name: str, content: bytes, format: str) -> None:
    with Source(made(tmp_path, content, name)) as source:
        assert source.format == format


def test_nothing_but_a_file_is_read(tmp_path: Path) -> None:
    """Neither waits for ever. Seen red with: a pipe opened as files are, which waits for a writer."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for path in (
        tmp_path,
        tmp_path / "pipe",
        tmp_path / "round",
        tmp_path / "none",
        Path("/dev/zero"),
        Path("/dev/null"),
    ):
        with pytest.raises(NotFound):
            Source(path)


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "link.jsonl").symlink_to(made(tmp_path, ROW))
    with Source(tmp_path / "link.jsonl") as source:
        assert [line.number for line in source.lines()] == [1]


def test_a_file_larger_than_anybody_has_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path, ROW)
    os.truncate(path, (4 << 30) + 1)
    assert "larger than 4 GiB" in word(path)


def test_a_line_without_end_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    """300 MB, with a hole in it; the line after it is still counted. Seen red with: `for line in file`."""
    path = made(tmp_path, ROW + b'{"unit":"')
    os.truncate(path, 300 << 20)
    with path.open("ab") as file:
        file.write(b'"}\n' + ROW)
    tracemalloc.start()
    with Source(path) as source:
        found = [(line.number, line.body is None) for line in source.lines()]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [(1, False), (2, True), (3, False)]
    assert most < 8 * LONGEST_LINE


def test_a_line_of_just_the_longest_is_read(tmp_path: Path) -> None:
    path = made(tmp_path, b"x" * (LONGEST_LINE - 1) + b"\n" + b"x" * LONGEST_LINE + b"\n" + b"y")
    with Source(path) as source:
        assert [line.body is None for line in source.lines()] == [False, True, False]


@pytest.mark.parametrize("change", ["grow", "shrink", "touch"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, change: str) -> None:
    """It is read no further than it reached at first. Seen red with: read to wherever it ends."""
    path = made(tmp_path, ROW * 100_000)
    with Source(path) as source:
        lines = source.lines()
        next(lines)
        if change == "grow":
            with path.open("ab") as file:
                file.write(ROW * 10)
        elif change == "shrink":
            os.truncate(path, len(ROW) * 50_000)
        else:
            os.utime(path, ns=(1, 1))
        with pytest.raises(Refused, match="changed while it was read"):
            list(lines)


def test_progress_is_told_in_bytes_to_the_last(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = made(tmp_path, ROW * 1_000)
    with Source(path, lambda done, total: told.append((done, total))) as source:
        list(source.lines())
    assert told[-1] == (len(ROW) * 1_000, len(ROW) * 1_000) and len(told) > 3
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'{"a":1,"a":1}', "“a” is there twice"),
        (b'{"b":[{"a":1,"a":2}]}', "“a” is there twice"),
        (b'{"a":NaN}', "NaN is not a number"),
        (b'{"a":-Infinity}', "-Infinity is not a number"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b'{"a":' + b"9" * 5_000 + b"}", "too long"),
        (b'{"a":"Si\xe2n"}', "not UTF-8 (byte 9 of the line)"),
        (b'{"a":1', "not JSON"),
        (b"", "not JSON"),
        (b'{"a":"\n"}', "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1,}', "not JSON"),
    ],
    ids=lambda text: repr(text[:12]) if isinstance(text, bytes) else "",
)
def test_json_of_two_readings_or_none_is_refused_with_a_word(text: bytes, says: str) -> None:
    """Seen red with: `json.loads` alone."""
    with pytest.raises(ValueError) as fault:
        parse(text)
    assert says in str(fault.value)


def test_a_hundred_thousand_keys_are_read_at_once() -> None:
    many = b"{" + b",".join(b'"k%d":0' % n for n in range(100_000)) + b"}"
    assert len(parse(many)) == 100_000
