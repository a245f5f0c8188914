"""The daily jobs as keys: typed in bursts into the real desk in a real terminal, on a practice store made for it.

For each job: the keys, the screens that must be waited for, the calls to the store, and the seconds that the keystroke-level
model gives, by form and by quick entry, with what the same job costs in OPAL and in a 3270 design as yardsticks. All seconds
are of the model, not measured. A screen counts as waited for where the script stops typing until something shows; between two
of those everything is one burst, and what came of it is read back from the store.
"""

from __future__ import annotations

import shutil
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from bench.keystroke_model import Book, Cost, Job, Script, elsewhere, read_book
from bench.stopwatch import show
from casework.commit import open_case
from casework.opening import Account
from casework.situation import Situation
from casework.staff import Staff
from tests.e2e.desks import environment, greenwax
from tests.e2e.terminal import Terminal, key, python

NOW = datetime(2026, 11, 19, 10, 30, tzinfo=UTC)
NUMBERS = ("26000001D", "26000002W", "26000003S")
OFFICER = Staff(id="ann", name="Ann", roles=("officer",), units=("K01",))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a script did."""

    calls: Counter[str]
    """To the store, by name."""
    case: dict[str, Any]
    """The case afterwards, as `greenwax show` tells it."""

    def at(self, path: str) -> Any:
        """What stands at a path such as `promises.0.due`. Raises LookupError."""
        value: Any = self.case
        for part in path.split("."):
            value = value[int(part)] if isinstance(value, list) else value[part]
        return value


def make_office(folder: Path) -> None:
    """Three accounts and one officer, on a Thursday at half past ten."""
    with closing(LocalStore(folder, packaged_tables(), now=NOW)) as store:
        store.begin("practice", [OFFICER], clock=NOW)
        situation = Situation(NOW, OFFICER, store.reference)
        for n, number in enumerate(NUMBERS, start=1):
            store.write(open_case(_account(n, number), situation), None)


def _account(n: int, number: str) -> Account:
    person = {
        "name": {"surname": ("Johnson", "Payer", "Payne")[n - 1], "forenames": "Pat"},
        "date_of_birth": f"1987-03-{13 + n}",
        "phones": ["07700 900123"],
        "addresses": [{"lines": [f"{n} Old Road", "Kidderminster"], "postcode": "DY11 5AB"}],
    }
    line = {
        "unit": "K01",
        "number": number,
        "opened_on": "2026-09-01",
        "person": person,
        "impositions": [{"result": "FO", "imposed_on": "2026-08-20", "imposed_pence": 41_000 + 1_000 * n}],
        "terms": {"plan": "instalments", "amount_pence": 2_500, "every": "weekly", "start": "2026-09-03"},
        "first_contact_on": f"2026-11-{8 + n:02}",
    }
    return Account.model_validate(line)


def replay(job: Job, script: Script, office: Path) -> Replayed:
    """Do a job on a copy of `office`. Raises AssertionError when what should show never does."""
    with TemporaryDirectory(prefix="greenwax-keys.") as scratch:
        home = Path(scratch)
        store, noted = home / "store", home / "calls"
        shutil.copytree(office, store)
        at_desk = ("--store", str(store), "--as", OFFICER.id)
        argv = python("-m", "bench.counted_desk", str(noted), *at_desk, "--now", NOW.isoformat())
        with Terminal(argv, env=environment(home)) as terminal:
            terminal.wait_for("Calls to make", 30)
            terminal.wait_until_quiet()
            if job.starts == "case":
                terminal.send("n")
                terminal.wait_for("NEXT BECAUSE")
                terminal.wait_until_quiet(0.3)
            before = len(noted.read_text().splitlines())
            for burst in script.bursts:
                terminal.send(b"".join(key(name) for name in burst.keys))
                terminal.wait_for(burst.shows, 6)
                terminal.wait_until_quiet(0.2)
            calls = Counter(noted.read_text().splitlines()[before:])
            terminal.signal(signal.SIGTERM)
            terminal.wait_for_exit(10)
        return Replayed(calls, greenwax(home, "show", NUMBERS[0], *at_desk))


# Telling


def line(job: Job, way: str, script: Script, done: Replayed | None, book: Book) -> list[str]:
    """One way to do a job, beside how it is done elsewhere."""
    ours = script.cost(book.seconds)
    opal, green = (elsewhere(text, book.seconds, clicked=job.starts == "case") for text in (job.opal, job.green_screen))
    calls = str(done.calls.total()) if done is not None else "fails"
    keys = [_counted(ours), _counted(opal), _counted(green)]
    seconds = [
        _seconds(ours, book.waits["ours"]),
        _seconds(opal, book.waits["opal"]),
        _seconds(green, book.waits["green_screen"]),
    ]
    return [
        f"{job.number} {job.name}, {way}",
        *keys,
        str(ours.waits),
        str(opal.waits),
        str(green.waits),
        calls,
        *seconds,
    ]


def _counted(cost: Cost) -> str:
    return f"{cost.characters}+{cost.others}" + (f"+{cost.clicks}c" if cost.clicks else "")


def _seconds(cost: Cost, waits: Sequence[float]) -> str:
    return " / ".join(f"{value:.1f}" for value in (cost.seconds, *(cost.waited(wait) for wait in waits)))


def main(words: Sequence[str]) -> None:
    """Replay every job, or those whose numbers are given, and print the table."""
    book = read_book()
    wanted = [job for job in book.jobs if not words or str(job.number) in words]
    lines, faults = [], []
    with TemporaryDirectory(prefix="greenwax-keys.") as scratch:
        office = Path(scratch) / "office"
        make_office(office)
        for job in wanted:
            for way, script in job.paths.items():
                done = None
                try:
                    done = replay(job, script, office)
                except AssertionError as fault:
                    faults.append(f"{job.number} by {way}: {str(fault).splitlines()[0]}")
                lines.append(line(job, way, script, done, book))
    heads = [
        "model, not measured",
        "keys",
        "OPAL",
        "3270",
        "screens",
        "OPAL",
        "3270",
        "calls",
        "seconds",
        "OPAL",
        "3270",
    ]
    about = "Daily jobs by form and quick entry; the yardsticks are OPAL and a 3270 design"
    waits = "; ".join(f"{name} {' / '.join(map(str, of))}" for name, of in book.waits.items())
    show(f"{about}\nseconds of hands and head, then with each screen waited for: {waits}", heads, lines)
    print(*faults, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
