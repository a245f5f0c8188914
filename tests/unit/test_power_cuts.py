"""The power goes between any two writes of a step, or in one of them: opened again, the store holds the step wholly or not at
all, and after it was done once more it holds it once.

Every kind of step that an office takes, every write of it, `kill -9` and three sorts of disks that forget what was not synced.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from itertools import count, islice
from pathlib import Path
from random import Random

import pytest

from api_client import audit
from api_client.store_errors import StoreStopped
from casework.refusals import DeskError, Unavailable
from tests.office_work import Office, Step, begin, office, pin_salts
from tests.power_cut import CALLS, PowerCut

STEPS = 130
FORGETS = (None, 1, 2, 3)
"""What decides what is lost; None: nothing."""


def opened(folder: Path, snapshot: bool = False) -> Office:
    """The store at `folder`; with `snapshot`, one is taken after the next step."""
    people = office(folder, 0)
    people.store.db.storage._snapshot_at = 1 if snapshot else 1 << 30
    return people


def cut(people: Office, step: Step, at: int, lost: Random | None) -> tuple[PowerCut, bool]:
    """(the cut, whether the step was answered before it) of the step, cut at that write. The store is closed."""
    people.store.clock.stops = False
    with PowerCut(at, lost) as power:
        try:
            answer = people.take(step)
        except (StoreStopped, OSError):
            answer = Unavailable()
        people.store.db.storage._wait()
        with suppress(OSError):
            people.close()
    return power, not isinstance(answer, Unavailable)


def check(folder: Path, step: Step, sound: tuple[str, str], history: bytes, answered: bool) -> bool:
    """Opened again, the store holds exactly what it held before the step or after it, and has the events of that; the step
    done once more, it is there once. Returns whether it was there.
    """
    before, after = sound
    people = opened(folder)
    found = people.digest()
    assert found == after or (found == before and not answered), "by halves, or lost"
    assert (folder / "history.log").read_bytes() == history[: people.store.history.length]
    assert people.store.access.verify() is None
    if step.what not in ("give back", "renew"):  # these two ask for a claim, which may be gone
        assert not isinstance(people.take(step), Unavailable)
        assert people.digest() == after
        people.store.clock.stops = False
        people.close()
        people = opened(folder)
        assert people.digest() == after
        assert (folder / "history.log").read_bytes() == history
    people.store.clock.stops = False
    people.close()
    return found == after


def test_whenever_the_power_goes_a_step_is_there_wholly_or_not_at_all(
    tmp_path: Path, quick_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen red with: the journal not synced before the answer; the end of the history, which is not synced, not in it; the
    history not cut at opening; the key kept, or the claim ended, in a transaction of its own after the act; a snapshot not
    synced, written in place, or its rename not synced before older files are removed; these removed before it; the next
    journal's name not synced, or a journal closed before the next one exists; half a line left in the access log.
    """
    pin_salts(monkeypatch.setattr)
    begin(tmp_path / "sound", 4)
    people = opened(tmp_path / "sound")
    tried, outcomes, calls = set[tuple[str, str, bool]](), set[bool](), set[str]()
    for number, step in enumerate(islice(people.steps(), STEPS)):
        shutil.copytree(tmp_path / "sound", tmp_path / "before")
        before = people.digest()
        answer = people.take(step)
        sound, history = (before, people.digest()), (tmp_path / "sound/history.log").read_bytes()
        kind = (step.what, step.action.named() if step.action else "", isinstance(answer, DeskError))
        new = kind not in tried
        tried.add(kind)
        for forgets in FORGETS if new else (number,):
            for at in count(1) if new else (Random(number).randint(1, 8),):
                folder = shutil.copytree(tmp_path / "before", tmp_path / "copy")
                lost = None if forgets is None else Random(forgets * 1000 + at)
                power, answered = cut(opened(folder, forgets in (None, 2)), step, at, lost)
                outcomes.add(check(folder, step, sound, history, answered))
                shutil.rmtree(folder)
                calls |= {*power.calls}
                if not power.happened:
                    break
        shutil.rmtree(tmp_path / "before")
    assert audit.verify(people.store).ok
    assert list(audit.problems(people.store)) == []
    people.close()
    assert outcomes == {False, True}
    assert len(tried) > 20 and calls == {*CALLS}
