"""What it costs to take accounts on from a file, and to write cases to one: seconds, rows a second, peak megabytes.

Each in a process of its own, as at the command line. The yardsticks do what nobody can do without for the same rows:
`json.loads` and pydantic's validation of every line; and the same lines put into one table by SQLite (WAL, synchronous FULL),
in one transaction.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from api_client.accounts_csv import column_of, flat, written
from api_client.accounts_file import import_accounts
from api_client.export_file import export_cases
from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from bench.stopwatch import options, show, times
from casework.accounts import check_letter
from casework.opening import Account
from casework.staff import Staff

KEEPER = Staff(id="keeper", name="K Eeper", roles=("administrator", "manager"), units=("K01",))

Measured = tuple[float, float, float]
"""Seconds by the clock, seconds of the processor, and peak megabytes."""


def account(n: int) -> dict[str, object]:
    """The `n`th account: four impositions, terms, payments under them, a promise and two contacts."""
    digits = f"26{n:06}"
    imposed = [("FCOMP", 10_000, 4_000), ("FVS", 9_600, 0), ("FCOST", 8_500, 0), ("FO", 24_000, 0)]
    return {
        "unit": "K01",
        "number": digits + check_letter(digits),
        "opened_on": "2026-06-01",
        "person": {
            "name": {"surname": f"Payer{n}", "forenames": "Pat"},
            "date_of_birth": "1984-03-14",
            "phones": ["07700 900123"],
            "addresses": [{"lines": [f"{n} Mill Lane", "Kidderminster"], "postcode": "DY10 2AB"}],
        },
        "impositions": [
            {"result": result, "imposed_on": "2026-05-20", "imposed_pence": pence, "paid_pence": paid}
            for result, pence, paid in imposed
        ],
        "terms": {"plan": "instalments", "amount_pence": 2_000, "every": "weekly", "start": "2026-09-03"},
        "payments": [
            {"amount_pence": 2_000, "received_on": f"2026-09-{3 + 7 * k:02}", "method": "card"} for k in (0, 1)
        ],
        "promises": [{"amount_pence": 2_000, "due": "2026-11-27", "method": "card", "taken_on": "2026-11-16"}],
        "contacts": [{"at": f"2026-11-{day}T10:14:00Z", "outcome": "NO_ANS"} for day in (12, 16)],
    }


def write_files(folder: Path, count: int) -> None:
    """The same accounts as JSON Lines and as CSV."""
    columns = sorted((column for column, _ in flat(account(0))), key=_place)
    with (folder / "a.jsonl").open("w") as lines, (folder / "a.csv").open("w", newline="") as sheet:
        sheet.write(written(columns, dict(zip(columns, columns, strict=True))))
        for n in range(count):
            content = account(n)
            lines.write(json.dumps(content) + "\n")
            sheet.write(written(columns, dict(flat(content))))


def _place(path: str) -> tuple[int, ...]:
    column = column_of(path)
    return column.place if column else ()


# What is measured


def take(folder: Path, name: str) -> None:
    """The accounts of a file, in a new store."""
    store = LocalStore(folder / f"store-{name}", packaged_tables())
    assert import_accounts(store, KEEPER, folder / name).rejected == []
    store.close()


def give(folder: Path, name: str) -> None:
    """The cases of the store, in a new file."""
    store = LocalStore(folder / "store-a.jsonl", packaged_tables())
    export_cases(store, KEEPER, folder / name)
    store.close()


def validate(folder: Path) -> None:
    """The yardstick: every line read and validated."""
    with (folder / "a.jsonl").open() as lines:
        for line in lines:
            Account.model_validate(json.loads(line))


def insert(folder: Path) -> None:
    """The yardstick: every line in a table of SQLite."""
    with (folder / "a.jsonl").open() as lines:
        base = sqlite3.connect(folder / "a.sqlite", isolation_level=None)
        base.executescript(
            "pragma journal_mode=wal; pragma synchronous=full; create table a(id text primary key, line text)"
        )
        base.execute("begin")
        base.executemany("insert into a values(?, ?)", ((json.loads(line)["number"], line) for line in lines))
        base.execute("commit")
        base.close()


def measured(work: Callable[[], object]) -> Measured:
    """What `work` takes in a process of its own, without what starting it took."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_in_child, args=(work, theirs))
    process.start()
    theirs.close()
    try:
        found: Measured = ours.recv()
    finally:
        process.join()
    return found


def _in_child(work: Callable[[], object], answer: Connection) -> None:
    began, used = perf_counter(), process_time()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send((perf_counter() - began, process_time() - used, peak))
    answer.close()


def main(words: Sequence[str]) -> None:
    """Print the table."""
    count: int = options(__doc__ or "", accounts=50_000).parse_args(words).accounts
    with TemporaryDirectory(prefix="greenwax-bench-") as name:
        folder = Path(name)
        write_files(folder, count)
        works: dict[str, Callable[[], object]] = {
            "yardstick: read and validate": lambda: validate(folder),
            "yardstick: SQLite, one transaction": lambda: insert(folder),
            "import of JSON Lines": lambda: take(folder, "a.jsonl"),
            "import of CSV": lambda: take(folder, "a.csv"),
            "export with history": lambda: give(folder, "b.jsonl"),
            "export as CSV": lambda: give(folder, "b.csv"),
            "import of the export": lambda: take(folder, "b.jsonl"),
        }
        found = {what: measured(work) for what, work in works.items()}
        megabytes = {one: os.path.getsize(folder / one) / 1e6 for one in ("a.jsonl", "a.csv", "b.jsonl")}
    least = found["yardstick: read and validate"][1]
    lines = [
        [what, f"{taken:.1f}", f"{used:.1f}", f"{count / taken:,.0f}", f"{peak:,.0f}", times(used, least)]
        for what, (taken, used, peak) in found.items()
    ]
    sizes = ", ".join(f"{one} {size:,.1f} MB" for one, size in megabytes.items())
    heads = ["", "seconds", "of processor", "rows/s", "peak MB", "in yardsticks"]
    show(f"{count:,} accounts, each with two payments, a promise and two contacts: {sizes}", heads, lines)


if __name__ == "__main__":
    main(sys.argv[1:])
