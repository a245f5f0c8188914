"""Cases to measure on: opened and acted on as in the office, with a mix of terms, promises and payments. And what it costs to
make a practice office: `python -m bench.office --cases 2000`.

Each is made by a process of its own, so that its processor time and the most memory it held are its own. The yardstick is
another process that does with the same history what nobody can do without: it reads each event's JSON, writes it again,
hashes it with SHA-256, and has the file on disk at the end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory
from time import perf_counter

from api_client.tables import packaged_tables
from bench.stopwatch import options, show, times
from casework.accounts import Imposed, check_letter
from casework.actions import parse_action
from casework.case import Case
from casework.commit import commit, open_case
from casework.opening import Account
from casework.people import Name, Person
from casework.situation import Facts, Situation
from casework.staff import Staff
from casework.terms import Terms

NOW = datetime(2026, 11, 19, 10, tzinfo=UTC)
OPENED = date(2026, 9, 1)

OFFICER = Staff(id="jkhan", name="J Khan", roles=("officer",), units=("K01",))

PLANS = (
    Terms(plan="instalments", amount_pence=2_000, every="weekly", start=date(2026, 9, 10)),
    Terms(plan="instalments", amount_pence=4_000, every="fortnightly", start=date(2026, 9, 10)),
    Terms(plan="instalments", amount_pence=8_000, every="monthly", start=date(2026, 9, 30)),
    Terms(plan="in_full", by=date(2026, 12, 1)),
    Terms(
        plan="lump_sum",
        lump_sum_pence=10_000,
        lump_sum_by=date(2026, 9, 20),
        amount_pence=1_000,
        every="weekly",
        start=date(2026, 10, 1),
    ),
    None,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case and what its next event follows."""

    case: Case
    head: str

    def after(self, action: str, now: datetime = NOW) -> Standing:
        """The case after an action, given as JSON."""
        done = commit(self.case, parse_action(action), situation(now, self.case), head=self.head)
        return Standing(done.case, done.head)


def situation(now: datetime = NOW, case: Case | None = None) -> Situation:
    """An officer at work, with the case's first task in hand."""
    pulled = case.tasks[0].id if case is not None and case.tasks else None
    return Situation(now, OFFICER, packaged_tables(), Facts(pulled_task=pulled, salt="a salt that does not change"))


def opened(n: int = 0) -> Standing:
    """The `n`th account: compensation, surcharge, costs and a fine, with one of the plans."""
    digits = f"26{n % 1_000_000:06}"
    account = Account(
        unit="K01",
        number=digits + check_letter(digits),
        opened_on=OPENED,
        person=Person(name=Name(surname="Payer", forenames=f"Number {n}"), phones=("07700 900123",)),
        impositions=(
            Imposed(result="FCOMP", imposed_on=OPENED, imposed_pence=10_000),
            Imposed(result="FVS", imposed_on=OPENED, imposed_pence=9_600),
            Imposed(result="FCOST", imposed_on=OPENED, imposed_pence=8_500),
            Imposed(result="FO", imposed_on=OPENED, imposed_pence=24_000 + n % 50 * 100),
        ),
        terms=PLANS[n % len(PLANS)],
    )
    done = open_case(account, situation(NOW - timedelta(60)))
    return Standing(done.case, done.head)


def office(count: int) -> Iterator[Case]:
    """`count` cases: half have paid now and then, a third have an open promise (some of them broken by now), a few wait for
    a call-back, one in eight has terms that were agreed here, some of them missed, one in twelve a stop to look at again, and
    the rest nobody has touched."""
    for n in range(count):
        standing = opened(n)
        for paid in range(n % 4 * (n % 2)):
            standing = standing.after(_receipt(2_000), NOW - timedelta(50 - 14 * paid))
        if n % 8 == 2 and standing.case.terms is not None:
            standing = standing.after(_TERMS, NOW - timedelta(30 + n % 20))
        if n % 12 == 5:
            standing = standing.after(
                '{"kind":"stop","code":"HOLD","reason":"in hospital"}', NOW - timedelta(20 + n % 18)
            )
        if n % 3 == 0:
            due = f"2026-11-{10 + n % 14:02}"
            promise = f'{{"kind":"promise","amount_pence":2000,"due":"{due}","method":"card"}}'
            standing = standing.after(promise, NOW - timedelta(9))
        elif n % 10 == 1:
            back = '{"kind":"call","outcome":"CALLBACK","call_back_at":"2026-11-18T14:00:00Z"}'
            standing = standing.after(back, NOW - timedelta(3))
        yield standing.case


_TERMS = (
    '{"kind":"terms","amount_pence":6000,"every":"monthly","start":"2026-11-06","reason":"HOURS","consent":true,'
    '"consent_how":"by telephone"}'
)


def _receipt(pence: int) -> str:
    return f'{{"kind":"receipt","amount_pence":{pence},"method":"card","received_on":"2026-09-15"}}'


# -- What a practice office costs

_MAKE = """
import sys; from datetime import date; from pathlib import Path
from api_client.practice import make_office
from api_client.tables import packaged_tables
make_office(Path(sys.argv[1]), packaged_tables(), cases=int(sys.argv[2]), seed=1, as_of=date(2026, 11, 19))
"""

_YARDSTICK = """
import hashlib, json, os, sys
with open(sys.argv[1] + "/history.log", "rb") as events, open(sys.argv[1] + "/again", "wb") as again:
    for event in events:
        body = event[event.find(b"{"):]
        text = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
        again.write(hashlib.sha256(text).hexdigest().encode() + text)
    again.flush()
    os.fsync(again.fileno())
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds by the clock, seconds of processor, and the most megabytes it held."""

    wall: float
    cpu: float
    megabytes: float


def cost(program: str, *words: str) -> Cost:
    """Run a Python program to its end. Raises RuntimeError if it failed."""
    start = perf_counter()
    child = Popen([sys.executable, "-c", program, *words])
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError("the program failed")
    return Cost(perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main(words: Sequence[str]) -> None:
    """Print the table."""
    cases = options("What a practice office costs to make.", cases=2_000).parse_args(words).cases
    with TemporaryDirectory() as folder:
        ours = cost(_MAKE, f"{folder}/office", str(cases))
        least = cost(_YARDSTICK, f"{folder}/office")
        written = sum(file.stat().st_size for file in Path(folder, "office").rglob("*") if file.name != "again")
    lines = [
        [
            name,
            f"{one.wall:.1f} s",
            f"{one.cpu:.1f} s",
            f"{1000 * one.cpu / cases:.2f} ms",
            f"{one.megabytes:.0f} MB",
            times(one.cpu, least.cpu),
        ]
        for name, one in (("ours", ours), ("yardstick", least))
    ]
    heads = ["", "by the clock", "processor", "a case", "most memory", "in yardsticks"]
    show(f"A practice office of {cases:,} cases, {written / cases / 1000:.1f} kB each on disk", heads, lines)


if __name__ == "__main__":
    main(sys.argv[1:])
