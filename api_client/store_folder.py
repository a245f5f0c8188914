"""The folder of a store (mode 0700), owned by one process at a time: which files there may be, and what they add up to.

* ``lock``: held with flock; holds the process number of whoever has the store open.
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
import re
from pathlib import Path
from typing import NamedTuple

from api_client.disk import sync_folder
from api_client.journal import JournalFile, is_blank, replay
from api_client.memory_tables import MemoryTables, View
from api_client.snapshot import read_snapshot, write_snapshot
from api_client.store_errors import StoreDamaged, StoreInUse

__all__ = ["Loaded", "StoreFolder", "holds_store"]


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
    return path.is_dir() and bool(_generations(path, "snapshot") or _generations(path, "journal"))


class StoreFolder:
    """The folder at ``path``, made if it is not there, and its lock, held until ``close``. Raises StoreInUse, OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
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
        snapshots = _generations(self.path, "snapshot")
        generation = oldest = max(snapshots, default=0)
        sequence = 0
        if snapshots:
            sequence, memory.tables = read_snapshot(self._file("snapshot", oldest))
        read = [replay(self._file("journal", generation), sequence, memory.apply)]
        while read[-1].closed:
            generation += 1
            read.append(replay(self._file("journal", generation), read[-1].sequence, memory.apply))
        self._refuse_records_after(generation, read[-1].end)
        for number, (_, end, last, torn, closed) in enumerate(read, oldest):
            journal = JournalFile(self._file("journal", number), end)
            journal.settle(last, torn)
            if closed:
                journal.close()
        sync_folder(self.path)
        self.remove_older(oldest)
        return Loaded(journal, generation, read[-1].sequence, False)

    def begin_journal(self, generation: int) -> JournalFile:
        """Step 1. Raises OSError."""
        return JournalFile.begin(self._file("journal", generation))

    def write_snapshot(self, generation: int, sequence: int, view: View) -> None:
        """Steps 4 and 5: what ``view`` shows, which includes record ``sequence``. Raises OSError."""
        write_snapshot(self._file("snapshot", generation), sequence, view)
        self.remove_older(generation)

    def remove_older(self, generation: int) -> None:
        """Remove what the snapshot of ``generation`` makes superfluous, and what never became a snapshot."""
        kinds = ("journal", "snapshot")
        older = [self._file(kind, n) for kind in kinds for n in _generations(self.path, kind) if n < generation]
        for path in [*older, *self.path.glob("snapshot-*.tmp")]:
            with contextlib.suppress(OSError):  # it is ignored as long as it is there
                os.unlink(path)

    def close(self) -> None:
        """Give the folder back."""
        os.ftruncate(self._lock, 0)
        os.close(self._lock)
        self._lock = -1

    def _take_lock(self) -> int:
        fd = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(fd, 20, 0)
            os.close(fd)
            raise StoreInUse(int(holder) if holder.isdigit() else None) from None
        os.ftruncate(fd, 0)
        os.write(fd, b"%d" % os.getpid())
        return fd

    def _file(self, kind: str, generation: int) -> Path:
        return self.path / f"{kind}-{generation:06d}.{'jsonl' if kind == 'snapshot' else 'log'}"

    def _refuse_records_after(self, generation: int, end: int) -> None:
        for later in _generations(self.path, "journal"):
            if later > generation and not is_blank(self._file("journal", later).read_bytes()):
                what = f"the journal ends here, not closed, and {self._file('journal', later).name} has records"
                raise StoreDamaged.at(self._file("journal", generation), end, what)


def _generations(path: Path, kind: str) -> list[int]:
    names = (re.fullmatch(rf"{kind}-(\d{{6,}})\.(jsonl|log)", name) for name in os.listdir(path))
    return sorted(int(name[1]) for name in names if name)
