"""The file that an import reads, which anybody may have made: opened, recognised and read line by line, whatever it is.

Nothing but a regular file is read, no further than it reached when it was opened, a bounded line at a time. What it says it
is, by its name, and what it looks like, by how it begins, must agree.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple

from api_client.watch import Watch
from casework.refusals import NotFound, Refused

__all__ = ["LONGEST_LINE", "Format", "Line", "Source"]

LONGEST_LINE = 1 << 20
"""Bytes of one account."""
LONGEST_CASE = 64 << 20
"""Bytes of one case of an export, with all its history."""
LARGEST_FILE = 4 << 30
"""Bytes."""

Format = Literal["jsonl", "csv", "export"]

_STEP = 1 << 20
_BEGINNING = 4096
_BOM = b"\xef\xbb\xbf"
_NO_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "it is compressed with gzip; unpack it first"),
    (b"PK", "it is a zip archive or an Excel workbook; unpack it, or save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "it is an old Excel workbook; save the sheet as CSV UTF-8"),
    (b"BZh", "it is compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "it is compressed with xz; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "it is compressed with zstd; unpack it first"),
    (b"%PDF", "it is a PDF"),
    (b"\xff\xfe", "it is text in UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "it is text in UTF-16; save it as UTF-8"),
)
_EXPORT = re.compile(rb'\s*\{\s*"greenwax"\s*:\s*"export"')
_HEADER = re.compile(rb'"?[a-z_]+(\.[a-z_0-9]+)*"?\s*([,;\t]|$)')
_NAMES: dict[str, Format] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}


class Line(NamedTuple):
    """One line, with its end; `body` is None if it is too long, and was passed over."""

    number: int
    body: bytes | None


class Source:
    """An import file, open. Close it by leaving it.

    Raises:
        NotFound: there is no file of that name, or it is a folder, a pipe or a device.
        Refused: it is no text, larger than `LARGEST_FILE`, or not what its name says.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path, watch: Watch = lambda done, total: None) -> None:
        self.path, self._watch = path, watch
        try:
            # A pipe must not keep us waiting for somebody to write.
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as fault:
            if fault.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO):
                raise NotFound.because("no-file", f"there is no file {path}", field="file") from None
            raise
        self._file = os.fdopen(fd, "rb", closefd=True) if stat.S_ISREG(os.fstat(fd).st_mode) else None
        if self._file is None:
            os.close(fd)
            raise NotFound.because("no-file", f"{path} is not a file that can be read", field="file")
        try:
            self._as_opened = os.fstat(fd)
            self.size = self._as_opened.st_size
            self.format = self._recognised()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._file is not None
        self._file.close()

    def lines(self) -> Iterator[Line]:
        """Every line, numbered from 1, without a byte order mark. Raises Refused if the file changed meanwhile; OSError."""
        assert self._file is not None
        longest = LONGEST_CASE if self.format == "export" else LONGEST_LINE
        self._file.seek(0)
        done = number = told = 0
        while done < self.size and (line := self._file.readline(min(longest + 1, self.size - done))):
            number, done = number + 1, done + len(line)
            body: bytes | None = line.removeprefix(_BOM) if number == 1 else line
            if len(line) > longest:
                body = None
            while body is None and not line.endswith(b"\n") and (line := self._file.readline(self._next(done))):
                done += len(line)
            if done - told >= _STEP or not number % 256:
                told = done
                self._watch(done, self.size)
            yield Line(number, body)
        self._refuse_if_changed(done)
        self._watch(done, self.size)

    def _next(self, done: int) -> int:
        return min(_STEP, self.size - done)

    def _refuse_if_changed(self, done: int) -> None:
        assert self._file is not None
        now = os.fstat(self._file.fileno())
        if done != self.size or (now.st_size, now.st_mtime_ns) != (self.size, self._as_opened.st_mtime_ns):
            raise _refused(self.path, "it was changed while it was read; import it again when it is whole")

    def _recognised(self) -> Format:
        assert self._file is not None
        beginning = self._file.read(_BEGINNING)
        if self.size > LARGEST_FILE:
            raise _refused(self.path, f"it is larger than {LARGEST_FILE >> 30} GiB; split it")
        for magic, word in _NO_TEXT:
            if beginning.startswith(magic):
                raise _refused(self.path, word)
        text = beginning.removeprefix(_BOM)
        if b"\0" in text[:4]:
            raise _refused(self.path, "it is not text in UTF-8")
        if _EXPORT.match(text):
            return "export"
        named, looks = _NAMES.get(self.path.suffix.lower()), _looks(text.lstrip())
        if text.lstrip().startswith(b"[") and named != "csv":
            raise _refused(
                self.path, "it is one JSON list; write one account a line, without brackets and commas between"
            )
        if named == "csv" and looks == "jsonl":
            raise _refused(self.path, "it is called CSV and holds JSON Lines; rename it to .jsonl")
        if named == "jsonl" and looks == "csv":
            raise _refused(self.path, "it is called JSON Lines and begins with the columns of a CSV; rename it to .csv")
        return named or looks or "jsonl"


def _looks(text: bytes) -> Format | None:
    if text.startswith(b"{"):
        return "jsonl"
    first = text.split(b"\n", 1)[0].strip()
    return "csv" if _HEADER.match(first) and re.search(rb"[,;\t]", first) else None


def _refused(path: Path, what: str) -> Refused:
    refused = Refused.because("not-accounts", f"{path.name}: {what}", field="file")
    assert isinstance(refused, Refused)
    return refused
