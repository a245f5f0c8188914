"""A disk that takes no more: the person is told what was kept and what to do next, and everything acknowledged is there after.

In two ways: a tmpfs of a few megabytes, filled to its last byte, which needs the right to mount; and a limit on the size of
files, which any user may set, and with which every write fails that would go further.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.store_check import problems
from api_client.tables import packaged_tables
from casework.accounts import CaseId
from casework.actions.note import WriteNote
from casework.refusals import Unavailable
from casework.views import Draft
from tests.e2e.conftest import Run, messages
from tests.e2e.desks import account_line, desk, greenwax, number, real_store

NOTE = '{"kind":"note","text":"ring after six"}'


@pytest.fixture(scope="session")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 24 MB, of its own."""
    disk = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@pytest.fixture
def disk(small_disk: Path) -> Iterator[Path]:
    """The disk, empty."""
    yield small_disk
    for path in small_disk.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not a byte is free on the disk meanwhile."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Nothing on the disk can be written meanwhile."""
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)


@pytest.fixture
def store(home: Path, disk: Path, run: Run) -> Path:
    """A real store of two accounts on the small disk, with one note on the first."""
    file = home / "accounts.jsonl"
    file.write_text("".join(json.dumps(account_line(n)) + "\n" for n in (1, 2)))
    run("import", file, "--store", disk / "store")
    run("act", number(1), NOTE, "--store", disk / "store")
    return disk / "store"


def told(answer: Any) -> str:
    """What the person is told when the disk is full."""
    said = messages(answer)
    assert "full" in said and "make room" in said and "kept" in said, said
    return said


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.name != "ballast"}


def whole(run: Run, store: Path, events: int) -> None:
    """The store is as it should be, and has these events of the first account."""
    assert run("store", "check", "--store", store)["ok"]
    assert run("audit", "verify", "--store", store)["ok"]
    assert len(run("timeline", number(1), "--store", store)) == events


MOST = 200
"""How often a command can find room in what its file has been given already."""


def until_refused(run: Run, store: Path, *words: str | Path) -> tuple[int, Any]:
    """How often the command was done, and what was said when it could not be."""
    for done in range(MOST):
        try:
            answer = run(*words, "--store", store)
        except AssertionError:
            return done, run(*words, "--store", store, exit_code=7)
        assert answer is not None
    raise AssertionError(f"{words} never ran out of room")


@pytest.mark.parametrize("command", ["act", "show", "search", "next"])
def test_on_a_full_disk_each_command_says_so_and_nothing_acknowledged_is_lost(
    run: Run, store: Path, disk: Path, command: str
) -> None:
    """Whoever looks must be noted first, so that not even looking is possible.

    Seen red with: a look shown that was not noted; an act answered that was not written; the reason in the system's words
    alone.
    """
    events = len(run("timeline", number(1), "--store", store))
    arguments: dict[str, tuple[str, ...]] = {"act": (number(1), NOTE), "search": ("Payer",), "next": ()}
    with full(disk):
        done, answer = until_refused(run, store, command, *arguments.get(command, (number(1),)))
        assert ("look at the case before" if command == "act" else "nothing is shown") in told(answer)
    whole(run, store, events + (done if command == "act" else 0))


def test_on_a_full_disk_nothing_is_half_made(run: Run, home: Path, store: Path, disk: Path) -> None:
    """A compact store, a backup, an office, an import, a store restored: not made, nothing left behind, and said.

    Seen red with: what there was of the next journal left, and of a backup.
    """
    events = len(run("timeline", number(1), "--store", store))
    run("store", "backup", home / "b.tar", "--store", store)
    file = home / "more.jsonl"
    file.write_text("".join(json.dumps(account_line(n)) + "\n" for n in range(3, 26)))
    before = files(disk)
    words: tuple[str | Path, ...]
    with full(disk):
        for words in (
            ("store", "compact"),
            ("store", "backup", disk / "b.tar"),
            ("import", file),
        ):
            told(run(*words, "--store", store, exit_code=7))
            assert files(disk) == before, words
        for words in (("practice", "--cases", "3"), ("store", "restore", home / "b.tar")):
            told(run(*words, "--store", disk / "other", exit_code=7))
            assert files(disk) == before, words
    whole(run, store, events)
    assert run("import", file, "--store", store)["added"] == 23
    assert run("store", "compact", "--store", store)["ok"]


def test_a_disk_that_can_only_be_read_shows_nothing(run: Run, store: Path, disk: Path) -> None:
    """Nobody looks without its being noted; and nothing is done. Seen red with: the reason in the system's words alone."""
    events = len(run("timeline", number(1), "--store", store))
    words: tuple[str | Path, ...]
    with read_only(disk):
        for words in (
            ("show", number(1)),
            ("act", number(1), NOTE),
            ("queues",),
            ("search", "Payer"),
            ("store", "check"),
        ):
            said = messages(run(*words, "--store", store, exit_code=7))
            assert "can only be read" in said and "noted" in said and "kept" in said
        for words in (("practice", "--cases", "3"), ("import", store.parent / "store" / "history.log")):
            run(*words, "--store", disk / "other", exit_code=7)
    whole(run, store, events)


# Without the right to mount


@contextmanager
def no_more_writing(pid: int = 0) -> Iterator[None]:
    """The process may write no byte into any file meanwhile, as far as it can tell a disk without room."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def opened(store: Path) -> LocalDesk:
    found = LocalStore(store, packaged_tables())
    return LocalDesk(found, found.all_staff()[0].id)


async def _act(desk: LocalDesk, case: CaseId) -> None:
    await desk.act(case, WriteNote(text="not kept"), key="second")


async def _draft(desk: LocalDesk, case: CaseId) -> None:
    await desk.save_draft(_a_draft(desk, case, "not kept"))


async def _claim(desk: LocalDesk, case: CaseId) -> None:
    await desk.claim(case)


async def _look(desk: LocalDesk, case: CaseId) -> None:
    await desk.case(case)


async def _search(desk: LocalDesk, case: CaseId) -> None:
    await desk.search("payer")


async def _tick(desk: LocalDesk, case: CaseId) -> None:
    await desk.tick()


def _a_draft(desk: LocalDesk, case: CaseId, text: str) -> Draft:
    return Draft(case=case, kind="note", typed={"text": text}, key="d", seen_version=1, at=desk.now())


WORK = (_act, _draft, _claim, _look, _search, _tick)


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__[1:])
async def test_whatever_cannot_be_written_is_refused_with_what_was_kept(
    home: Path, work: Callable[[LocalDesk, CaseId], Awaitable[None]]
) -> None:
    """At the desk itself; afterwards nothing more is taken, it can be closed, and what was acknowledged is there.

    Seen red with: a look shown that was not noted; a stopped access log that took the next look.
    """
    store = real_store(home, account_line(1), account_line(2))
    case = CaseId(f"K01-{number(1)}")
    desk = opened(store)
    await desk.sign_in()
    done = await desk.act(case, WriteNote(text="kept"), key="first")
    await desk.save_draft(_a_draft(desk, case, "kept"))
    with no_more_writing():
        for _ in range(2):
            with pytest.raises(Unavailable) as refused:
                await work(desk, case)
            said = str(refused.value)
            assert "a file may grow no further" in said and "have its limit raised" in said
            assert "Everything saved before is kept" in said and "open it again" in said
    with pytest.raises(Unavailable):
        await work(desk, case)
    desk.close()
    again = opened(store)
    assert (await again.case(case)).case.version == done.version
    assert [draft.typed["text"] for draft in await again.drafts()] == ["kept"]
    assert list(problems(again.store)) == []
    again.close()


def test_a_store_that_cannot_be_opened_or_made_says_why(run: Run, home: Path) -> None:
    """Every command, in a process that may write nothing; afterwards all is as it was. Seen red with: a backup's part left."""
    store = real_store(home, account_line(1), account_line(2))
    run("store", "backup", home / "kept.tar", "--store", store)
    before = files(home)
    for words in (
        ("show", number(1), "--store", store),
        ("act", number(1), NOTE, "--store", store),
        ("import", home / "accounts.jsonl", "--store", home / "other"),
        ("practice", "--cases", "3", "--store", home / "other"),
        ("store", "compact", "--store", store),
        ("store", "backup", home / "b.tar", "--store", store),
        ("store", "restore", home / "kept.tar", "--store", home / "other"),
    ):
        with no_more_writing():
            said = messages(run(*words, exit_code=7))
        assert "have its limit raised" in said and "kept" in said, words
        shutil.rmtree(home / "other", ignore_errors=True)
        assert files(home) == before, words
    assert run("store", "check", "--store", store)["ok"]


def test_a_desk_whose_store_has_stopped_says_so_and_can_be_closed(home: Path) -> None:
    """What was typed stays on the screen; the next opening has everything that was acknowledged.

    Seen red with: a store that could not be closed once it had stopped.
    """
    store = real_store(home, account_line(1), account_line(2))
    with desk(home, store) as terminal:
        terminal.press("n")
        terminal.wait_for("PAYER1")
        terminal.wait_until_quiet()
        with no_more_writing(terminal.pid):
            terminal.press("o")
            terminal.wait_for("What the next person must know")
            terminal.send("ring after six")
            terminal.wait_for("on the screen but not on disk; F12 throws it away: the store stopped")
            terminal.press("f10")
            terminal.wait_for("Refused: the store stopped")
            assert "ring after six" in terminal.screen
            terminal.press("f12")
            terminal.wait_for("F12 again")
            terminal.press("f12")
            terminal.wait_until(lambda: "Note*" not in terminal.screen)
            terminal.press("Q")
            terminal.wait_for("What becomes of it")
            terminal.send("keep\r")
            assert terminal.wait_for_exit() == 0
    assert greenwax(home, "store", "check", "--store", store) == {"ok": True, "problems": []}
    assert greenwax(home, "next", "--store", store)["case"]["account_number"] == number(1)
