"""The daily jobs typed in bursts at the real desk: each does what it should, in no more keys and waits than its budget."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from bench.keystroke_model import Job, read_book
from bench.keystrokes import make_office, replay

BOOK = read_book()


def _way(job: Job, way: str) -> ParameterSet:
    lacks = job.lacks.get(way)
    marks = [pytest.mark.xfail(reason=lacks, strict=True)] if lacks else []
    return pytest.param(job, way, id=f"{job.number}-{way}", marks=marks)


WAYS = [_way(job, way) for job in BOOK.jobs for way in job.paths]

MOST_CALLS = {1: 8, 2: 8, 3: 9, 4: 8, 5: 9, 6: 8, 7: 6, 10: 30, 11: 6}
"""To the store for a job: each could be a request to a service. Drafts saved while typing are among them."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that every job begins with."""
    folder = tmp_path_factory.mktemp("keys") / "office"
    make_office(folder)
    return folder


@pytest.mark.parametrize(("job", "way"), WAYS)
def test_a_job_typed_without_looking_comes_out_right(job: Job, way: str, office: Path) -> None:
    """Seen red with: `p` opening the note form; the orderly keys handing every key on at once."""
    done = replay(job, job.paths[way], office)
    for path, value in job.result.items():
        assert done.at(path) == value, path
    assert done.calls.total() <= MOST_CALLS[job.number], done.calls
