"""The access log read from its end, as for the cases that somebody opened last."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_client.access_log import AccessLog
from api_client.store_errors import StoreDamaged


@given(st.lists(st.integers(1, 3_000), max_size=30))
def test_the_log_read_from_its_end_is_the_log_turned_round(sizes: list[int]) -> None:
    """However long its lines are, and wherever a block of what is read ends; also while it is open, with zeros ahead.

    Seen red with: a line that two blocks share read as two; the first line left out.
    """
    with TemporaryDirectory() as folder:
        log = AccessLog(Path(folder) / "access.log")
        for n, size in enumerate(sizes):
            log.note(f"{n} ".encode() + b"x" * size)
        assert list(log.back()) == list(log.walk())[::-1]
        log.close()


def test_a_line_that_is_none_is_told_of_from_the_end_too(tmp_path: Path) -> None:
    """Seen red with: passed over."""
    path = tmp_path / "access.log"
    log = AccessLog(path)
    for n in range(4):
        log.note(f"look {n}".encode())
    log.close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"not a line\n", *lines[2:]]))
    log = AccessLog(path)
    read = log.back()
    assert [next(read).body, next(read).body] == [b"look 3", b"look 2"]
    with pytest.raises(StoreDamaged):
        next(read)
    log.close()
