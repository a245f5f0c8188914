"""The folder of a store (mode 0700), owned by one process at a time: which files there may be, and what they add up to.

* ``lock``: held with flock; says which process has the store open, since when, and whose it is.
* ``journal-N.log``: records from generation N on (``journal``).
* ``snapshot-N.jsonl``: all tables as they stood before the first record of ``journal-N.log`` (``snapshot``).

A snapshot is taken in these steps. After a crash between any two system calls the store opens with every acknowledged
transaction, because of what stands in brackets.

1. ``journal-N+1`` is made, filled with zeros, synced, and so is the folder. [An empty next journal means nothing as long
   as journal N is not closed; it is used when its time comes.]
2. A record without changes is added to journal N: it is closed. [A closed journal must have its successor; that exists
   since step 1. A torn closing record is cut off like any other, and we are at step 1.]
3. New records go to journal N+1. [The chain snapshot, N, N+1 holds everything.]
4. The snapshot is written as ``.tmp``, synced, renamed to ``snapshot-N+1``; the folder is synced. [A ``.tmp`` is never
   read. From the rename on, snapshot N+1 and journal N+1 are the store.]
5. Older files are removed. [In any order: whatever is older than the newest snapshot is ignored.]

So these never come from a crash, and are refused: a missing successor of a closed journal; a snapshot without its
journal; records after an unclosed journal; a first journal that is not generation 0 nor a snapshot's; a sequence number
that does not follow the last; any snapshot whose checksum fails.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from api_client.disk import keep_private, make_private, sync_folder
from api_client.journal import JournalFile, Replayed, is_blank, replay
from api_client.memory_tables import MemoryTables, View
from api_client.snapshot import read_snapshot, write_snapshot
from api_client.store_errors import Holder, StoreDamaged, StoreInUse

__all__ = ["Chain", "Loaded", "StoreFolder", "generations", "holds_store", "read_chain"]

_KINDS = ("journal", "snapshot")

_LOOKS = 5
"""How often the name of the holder is looked for: it takes the lock first, and then writes its name."""


class Chain(NamedTuple):
    """What was read: the newest snapshot, if there is one, and every journal from there on."""

    oldest: int
    """The generation of the snapshot, 0 without one; its journal is the first."""
    journals: list[Replayed]
    """What each held, in order; the last is not closed."""

    @property
    def sequence(self) -> int:
        """The number of the last record."""
        return self.journals[-1].sequence


class Loaded(NamedTuple):
    """Where a store that was opened goes on."""

    journal: JournalFile
    """The journal to go on with, settled."""
    generation: int
    """Which one that is."""
    sequence: int
    """The number of the last record."""
    created: bool
    """Whether there was nothing before."""


def holds_store(path: Path) -> bool:
    """Whether there is a store in ``path``, sound or not. It is not opened, and nothing is made."""
    return path.is_dir() and any(generations(path))


def generations(path: Path) -> tuple[list[int], list[int]]:
    """Which snapshots and which journals there are in ``path``. Raises OSError."""
    return _generations(path, "snapshot"), _generations(path, "journal")


def read_chain(path: Path, memory: MemoryTables) -> Chain:
    """Read the snapshot and the journals in ``path`` into ``memory``, and change nothing.

    Whoever does not hold the lock may read too, but then the files can change on the way: what looks like damage may be a
    record half written, or a snapshot that has just been superseded.

    Raises:
        StoreDamaged, OSError.
    """
    snapshots = _generations(path, "snapshot")
    generation = oldest = max(snapshots, default=0)
    sequence = 0
    if snapshots:
        sequence, memory.tables = read_snapshot(_file(path, "snapshot", oldest))
    read = [replay(_file(path, "journal", generation), sequence, memory.apply)]
    while read[-1].closed:
        generation += 1
        read.append(replay(_file(path, "journal", generation), read[-1].sequence, memory.apply))
    for later in _generations(path, "journal"):
        if later > generation and not is_blank(_file(path, "journal", later).read_bytes()):
            what = f"the journal ends here, not closed, and {_file(path, 'journal', later).name} has records"
            raise StoreDamaged.at(_file(path, "journal", generation), read[-1].end, what)
    return Chain(oldest, read)


class StoreFolder:
    """The folder at ``path``, made if it is not there, and its lock, held until ``close``.

    Raises:
        StoreInUse, StoreNotOurs, OSError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        make_private(path)
        keep_private(
            path, [path / "lock", *(_file(path, kind, n) for kind in _KINDS for n in _generations(path, kind))]
        )
        self._lock = self._take_lock()

    @property
    def closed(self) -> bool:
        """Whether the folder has been given back."""
        return self._lock < 0

    def load(self, memory: MemoryTables) -> Loaded:
        """Read snapshot and journals into ``memory``, and only when all are sound tidy up.

        A folder without any is a new store. Raises StoreDamaged, OSError.
        """
        if not holds_store(self.path):
            journal = self.begin_journal(0)
            sync_folder(self.path.parent)
            return Loaded(journal, 0, 0, True)
        oldest, journals = chain = read_chain(self.path, memory)
        for generation, (_, end, last, torn, closed) in enumerate(journals, oldest):
            journal = JournalFile(self._file("journal", generation), end)
            journal.settle(last, torn)
            if closed:
                journal.close()
        sync_folder(self.path)
        self.remove_older(oldest)
        return Loaded(journal, generation, chain.sequence, False)

    def begin_journal(self, generation: int) -> JournalFile:
        """Step 1. Raises OSError, and then leaves no part of a journal on a disk that may be full."""
        path = self._file("journal", generation)
        try:
            return JournalFile.begin(path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise

    def write_snapshot(self, generation: int, sequence: int, view: View) -> None:
        """Steps 4 and 5: what ``view`` shows, which includes record ``sequence``. Raises OSError."""
        write_snapshot(self._file("snapshot", generation), sequence, view)
        self.remove_older(generation)

    def remove_older(self, generation: int) -> None:
        """Remove what the snapshot of ``generation`` makes superfluous, and what never became a snapshot."""
        older = [self._file(kind, n) for kind in _KINDS for n in _generations(self.path, kind) if n < generation]
        for path in [*older, *self.path.glob("snapshot-*.tmp")]:
            with contextlib.suppress(OSError):  # it is ignored as long as it is there
                os.unlink(path)

    def close(self) -> None:
        """Give the folder back."""
        os.ftruncate(self._lock, 0)
        os.close(self._lock)
        self._lock = -1

    def _take_lock(self) -> int:
        path = self.path / "lock"
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(fd), os.stat(path)):
                raise BlockingIOError  # the folder was exchanged for another while this was being taken
        except BlockingIOError:
            holder = _holder(fd)
            os.close(fd)
            raise StoreInUse(holder) from None
        except OSError:
            os.close(fd)
            raise
        with contextlib.suppress(OSError):  # on a full disk whoever asks is told less, but the store can be read
            os.ftruncate(fd, 0)
            os.write(fd, f"{os.getpid()} {datetime.now(UTC).isoformat(timespec='seconds')} {_user()}\n".encode())
        return fd

    def _file(self, kind: str, generation: int) -> Path:
        return _file(self.path, kind, generation)


def _holder(lock: int) -> Holder | None:
    """Whom the lock file names, if that process lives; what one that was killed wrote is not believed."""
    for _ in range(_LOOKS):
        pid, _, rest = os.pread(lock, 200, 0).decode("ascii", "replace").strip().partition(" ")
        since, _, who = rest.partition(" ")
        if pid.isdecimal() and _lives(int(pid)):
            try:
                return Holder(int(pid), datetime.fromisoformat(since), who)
            except ValueError:  # from before the file said more than the number
                return Holder(int(pid))
        time.sleep(0.02)
    return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # somebody else's, who lets nobody ask
    except (OSError, OverflowError):
        return False
    return True


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid{os.geteuid()}"


def _file(path: Path, kind: str, generation: int) -> Path:
    return path / f"{kind}-{generation:06d}.{'jsonl' if kind == 'snapshot' else 'log'}"


def _generations(path: Path, kind: str) -> list[int]:
    names = (re.fullmatch(rf"{kind}-(\d{{6,}})\.(jsonl|log)", name) for name in os.listdir(path))
    return sorted(int(name[1]) for name in names if name)
