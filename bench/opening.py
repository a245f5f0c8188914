"""What it takes to open a store: the command line from cold, the store itself, its memory, and its room on the disk.

From cold is a new process each time; the files are in the page cache, as on a machine that has been at work. Beside each
stands what nobody can do without: a Python that does nothing, the same bytes read and hashed once, the documents of the
same snapshot parsed.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from bench.stopwatch import options, show, times
from bench.stores import copies, store_options

INSIDE = """
import hashlib, json, resource, sys, time
from pathlib import Path

def memory():
    kilobytes = [line for line in open("/proc/self/status") if line.startswith("VmRSS")][0].split()[1]
    return int(kilobytes) / 1024

def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result

folder = Path(sys.argv[1])
snapshots = sorted((folder / "tables").glob("snapshot-*.jsonl"))

def read():
    return [hashlib.sha256(path.read_bytes()).digest() for path in snapshots[-1:]]

def parse():
    import orjson
    for path in snapshots[-1:]:
        with path.open("rb") as file:
            for line in file:
                orjson.loads(line)

from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
tables, _ = timed(packaged_tables)
before = memory()
opening, store = timed(lambda: LocalStore(folder, packaged_tables()))
after = memory()
queues, _ = timed(lambda: store.queues)
with_queues = memory()
store.close()
print(json.dumps({
    "open": opening, "tables": tables, "queues": queues, "read": timed(read)[0], "parse": timed(parse)[0],
    "memory": after - before, "queue_memory": with_queues - after, "process": with_queues,
    "bytes": sum(path.stat().st_size for path in snapshots[-1:]),
}))
"""


def _side_by_side(commands: Sequence[Sequence[str]], repeats: int) -> list[float]:
    """The median seconds of each command, in a process of its own each time; they take turns."""
    taken: list[list[float]] = [[] for _ in commands]
    for _ in range(repeats):
        for words, seconds in zip(commands, taken, strict=True):
            start = perf_counter()
            subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
            seconds.append(perf_counter() - start)
    return [median(seconds) for seconds in taken]


def _commands(folders: Sequence[Path], repeats: int) -> None:
    nothing = ["-c", "pass"]
    named: dict[str, list[str]] = {"--version": ["-m", "greenwax", "--version"]}
    for folder in folders:
        cases, account, officer = _somebody(folder)
        words = ["-m", "greenwax", "show", account, "--as", officer, "--store", str(folder)]
        subprocess.run(
            [sys.executable, *words], check=True, stdout=subprocess.DEVNULL
        )  # the day's first use: the calendar
        named[f"show, of {cases:,}"] = words
    *seconds, least = _side_by_side([*named.values(), nothing], repeats)
    lines = [
        [name, f"{taken * 1000:.0f} ms", times(taken, least)]
        for name, taken in zip([*named, "yardstick: python -c pass"], [*seconds, least], strict=True)
    ]
    show(f"greenwax from cold, medians of {repeats}", ["", "each", "in yardsticks"], lines)


def _somebody(folder: Path) -> tuple[int, str, str]:
    """How many cases there are, one of them, and somebody who may see it. The calendar has had its turn for the day."""
    store = LocalStore(folder, packaged_tables())
    cases = store.cases.ids()
    unit = cases[0].split("-")[0]
    officer = next(member for member in store.all_staff() if "officer" in member.roles and unit in member.units)
    asyncio.run(LocalDesk(store, officer.id).sign_in())
    store.close()
    return len(cases), cases[0], officer.id


def _stores(folders: Sequence[Path], repeats: int) -> None:
    lines, sizes = [], []
    for folder in folders:
        found = []
        for _ in range(repeats):
            inside = subprocess.run([sys.executable, "-c", INSIDE, str(folder)], check=True, stdout=subprocess.PIPE)
            found.append(json.loads(inside.stdout))
        middle = {name: median(one[name] for one in found) for name in found[0]}
        cases, _, _ = _somebody(folder)
        lines.append(
            [
                f"{cases:,}",
                *(f"{middle[name] * 1000:,.0f}" for name in ("open", "queues", "read", "parse")),
                times(middle["open"], middle["read"]),
                *(f"{middle[name]:,.0f}" for name in ("memory", "queue_memory", "process")),
                times(middle["memory"] * 2**20, middle["bytes"]),
            ]
        )
        sizes.append(_room(folder, cases))
    heads = ["cases", "open, ms", "queues", "yardstick: read and hash", "yardstick: parse", "open in reads"]
    heads += ["memory, MiB", "queues", "whole process", "memory in yardsticks (bytes of the snapshot)"]
    show(f"\nOpening a store, medians of {repeats}", heads, lines)
    heads = ["cases", "tables, bytes a case", "history", "events a case", "all of it", "in yardsticks (JSON of them)"]
    show("\nOn the disk; the 4 MiB of zeros ahead of the journal left out", heads, sizes)


def _room(folder: Path, cases: int) -> list[str]:
    store = LocalStore(folder, packaged_tables())
    store.db.snapshot()
    bodies = [len(line.body) for line in store.history.walk()]
    documents = sum(len(packed) for name in store.db.tables() for _, packed in store.db.table(name).each_packed())
    store.close()
    tables = max(path.stat().st_size for path in (folder / "tables").glob("snapshot-*"))
    history = (folder / "history.log").stat().st_size
    parts = [tables / cases, history / cases, len(bodies) / cases, (tables + history) / cases]
    least = documents + sum(bodies)
    shown = (f"{part:,.1f}" if part < 100 else f"{part:,.0f}" for part in parts)
    return [f"{cases:,}", *shown, f"{(tables + history) / least:.2f}"]


def main(words: Sequence[str]) -> None:
    """Print the tables."""
    asked = store_options(options(__doc__ or "", repeats=7)).parse_args(words)
    with copies(asked.store, asked.cases, asked.scratch) as folders:
        _commands(folders, asked.repeats)
        _stores(folders, asked.repeats)


if __name__ == "__main__":
    main(sys.argv[1:])
