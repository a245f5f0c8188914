"""What a search costs over an office of 50,000 cases, for each kind of thing that people type.

Ours is `LocalDesk.search` whole: reading the text, finding, ranking, saying why, and the line in the access log, which is on
disk before anybody sees the answer. `find` is the same without that line. The yardsticks answer less: SQLite gives the first
fifty rows by an index on the same values, or for names by FTS5 with prefixes, unranked, without why and without a log;
for a misspelt name it is rapidfuzz alone, over the list of all names.

The cases are opened with people of the practice office, one opening each, straight into a new store. With `--store DIR` those
of a store that is there are searched instead, and its log of looks grows.
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from api_client.local_desk import LocalDesk
from api_client.local_search import SearchIndex
from api_client.local_store import LocalStore
from api_client.practice_lots import Lot
from api_client.practice_people import adult_born, make_adult, make_organisation
from api_client.tables import packaged_tables
from bench.office import NOW, OFFICER, OPENED, PLANS, situation
from bench.stopwatch import options, show, times
from casework.accounts import Imposed, check_letter
from casework.clean import clean_line
from casework.commit import open_case
from casework.opening import Account
from casework.search import Hit, keys_of, name_line, names_of
from casework.search_text import BEGUN, phone_value, readings, reference_value, squeezed

Query = tuple[str, str, tuple[str, ...]]
"""What is typed, and the yardstick's statement with what stands in it."""


def account(n: int) -> Account:
    """The `n`th account, of a person or in one case of twenty-five an organisation."""
    rng, digits = Random(n), f"{24 + n // 20_000}{n % 20_000:06}"
    person = (
        make_organisation(rng, "K01", OPENED, Lot())
        if n % 25 == 0
        else make_adult(rng, "K01", adult_born(rng, OPENED), OPENED, Lot())
    )
    return Account(
        unit="K01",
        number=digits + check_letter(digits),
        opened_on=OPENED,
        reference=clean_line(f"22KD{n:07}26"),
        person=person,
        status="L" if n % 10 else "C",
        impositions=(Imposed(result="FO", imposed_on=OPENED, imposed_pence=24_000),),
        terms=PLANS[n % len(PLANS)],
    )


def fill(store: LocalStore, count: int) -> None:
    """Open `count` accounts."""
    here = situation(NOW - timedelta(60))
    with store.filling():
        store.begin("practice", [OFFICER], clock=NOW)
        for n in range(count):
            store.write(open_case(account(n), here), None)


def rows(store: LocalStore) -> sqlite3.Connection:
    """The same in SQLite: every value of every case, indexed, and every name in FTS5."""
    base = sqlite3.connect(":memory:")
    base.execute("create table found (kind text, value text, id text)")
    base.execute("create virtual table names using fts5(line, id unindexed, prefix='2 3 4')")
    for case_id, record in store.cases.each_raw():
        keys = [(key.kind, squeezed(key.value), case_id) for key in keys_of(record["case"])]
        base.executemany("insert into found values (?, ?, ?)", keys)
        lines = [(name_line(name), case_id) for _, name in names_of(record["case"])]
        base.executemany("insert into names values (?, ?)", lines)
    base.execute("create index found_by on found (kind, value, id)")
    return base


_BY_VALUE = "select id from found where kind = ? and value >= ? and value <= ? limit 50"
_BY_NAME = "select id from names where names match ? limit 50"
_BY_BOTH = (
    "select id from names where names match ? and id in "
    "(select id from found where kind = ? and value >= ? and value <= ?) limit 50"
)


def queries(store: LocalStore, asked: int) -> Iterator[tuple[str, list[Query]]]:
    """For each kind, what people would type to find cases picked at random."""
    rng = Random(7)
    cases = [record["case"] for _, record in store.cases.each_raw()]
    people = [one for one in cases if one["person"]["name"]["surname"] and one["person"]["name"]["forenames"]]

    def of(kind: str, typed: Callable[[str], str], least: int = 2) -> list[Query]:
        found: list[Query] = []
        while len(found) < asked:
            case = rng.choice(cases)
            keys = [key for key in keys_of(case) if key.kind == kind]
            if not keys or len(text := typed(_plain(kind, rng.choice(keys).value))) < least:
                continue
            value = squeezed({"phone": phone_value, "reference": reference_value}.get(kind, str)(text))
            found.append((text, _BY_VALUE, (kind, value, value + "Z" * (kind in BEGUN))))
        return found

    def named(typed: Callable[[str, str], str]) -> list[Query]:
        found: list[Query] = []
        while len(found) < asked:
            name = rng.choice(people)["person"]["name"]
            if name["surname"].isalpha() and len(name["surname"]) >= 5 and name["forenames"].split()[0].isalpha():
                text = typed(name["surname"].lower(), name["forenames"].split()[0].lower())
                found.append((text, _BY_NAME, (" ".join(f'"{word}"*' for word in text.split()),)))
        return found

    def slip(surname: str, forename: str) -> str:
        return f"{_slipped(rng, surname)} {forename}"

    yield "account number", of("account", str)
    yield "account number, 2 digits", of("account", lambda v: v[:2])
    yield "account number, 5 digits", of("account", lambda v: v[:5])
    yield "National Insurance number", of("national-insurance", str)
    yield "National Insurance, 4 begun", of("national-insurance", lambda v: v[:4])
    yield "telephone number", of("phone", str)
    yield "telephone, last 6 digits", of("phone", lambda v: v[-6:])
    yield "postcode", of("postcode", str)
    yield "postcode, first half", of("outward", str)
    yield "date of birth", of("born", str)
    yield "vehicle", of("vehicle", str)
    yield "e-mail", of("email", str)
    yield "reference", of("reference", str)
    yield "surname", named(lambda surname, _: surname)
    yield "forename", named(lambda _, forename: forename)
    yield "surname and forename", named(lambda surname, forename: f"{forename} {surname}")
    yield "surname, 2 letters", named(lambda surname, _: surname[:2])
    yield "surname, 3, forename, 1", named(lambda surname, forename: f"{surname[:3]} {forename[:1]}")
    yield "surname misspelt, forename", named(slip)
    yield "surname misspelt", named(lambda surname, _: _slipped(rng, surname))
    yield "surname and postcode", [_with_postcode(rng, people) for _ in range(asked)]


def _plain(kind: str, value: str) -> str:
    """A value as somebody would type it."""
    if kind == "phone":
        return f"0{value[::-1]}"
    return value[::-1] if kind == "reference" else value


def _slipped(rng: Random, word: str) -> str:
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )


def _with_postcode(rng: Random, people: Sequence[Mapping[str, Any]]) -> Query:
    while True:
        person = rng.choice(people)["person"]
        codes = [one["postcode"] for one in person["addresses"] if one["postcode"]]
        if codes and person["name"]["surname"].isalpha():
            surname, first = person["name"]["surname"].lower(), codes[0].split(" ")[0]
            return f"{surname} {first}", _BY_BOTH, (f'"{surname}"*', "outward", first, first)


def measured(name: str, asked: list[Query], desk: LocalDesk, base: sqlite3.Connection, names: list[str]) -> list[str]:
    """One line of the table."""
    taken: dict[str, list[float]] = {"desk": [], "find": [], "yardstick": []}
    shown = 0

    def clocked(what: str, work: Callable[[], object]) -> None:
        start = perf_counter()
        work()
        taken[what].append((perf_counter() - start) * 1000)

    def found(text: str) -> list[Hit]:
        return desk.store.found.find(readings(text, OPENED), lambda _: True, {"C"})

    def bare(text: str, statement: str, values: tuple[str, ...]) -> object:
        if "misspelt" in name:
            return process.extract(text, names, scorer=OSA.distance, score_cutoff=2, limit=50)
        return base.execute(statement, values).fetchall()

    with asyncio.Runner() as runner:
        for query in asked:
            text = query[0]
            shown += len(found(text))
            clocked("desk", lambda text=text: runner.run(desk.search(text)))  # type: ignore[misc]
            clocked("find", lambda text=text: found(text))  # type: ignore[misc]
            clocked("yardstick", lambda query=query: bare(*query))  # type: ignore[misc]
    ours, found_in, least = (_percentiles(taken[what]) for what in ("desk", "find", "yardstick"))
    each = [f"{value:.2f}" for pair in (ours, found_in, least) for value in pair]
    return [name, f"{shown / len(asked):.0f}", *each, times(ours[1], least[1])]


def _percentiles(values: list[float]) -> tuple[float, float]:
    cuts = quantiles(values, n=20, method="inclusive")
    return cuts[9], cuts[18]


def resident() -> float:
    """Megabytes of memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main(words: Sequence[str]) -> None:
    """Print the table."""
    parser = options(__doc__ or "", cases=50_000, asked=120)
    parser.add_argument("--store", type=Path, metavar="DIR", help="search this store; it is filled if it is not there")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        place: Path = asked.store or Path(folder) / "store"
        if not place.exists():
            with closing(LocalStore(place, packaged_tables())) as store:
                start = perf_counter()
                fill(store, asked.cases)
                print(f"filled in {perf_counter() - start:.1f} s", file=sys.stderr)
        start = perf_counter()
        with closing(LocalStore(place, packaged_tables())) as store:
            opened = perf_counter() - start
            _table(store, asked.asked, opened)


def _table(store: LocalStore, asked: int, opened: float) -> None:
    desk = LocalDesk(store, store.all_staff()[0].id)
    before, start = resident(), perf_counter()
    store.found.find(readings("zz", OPENED), lambda _: True, ())
    built, grown = perf_counter() - start, resident() - before
    repeats = []
    for _ in range(3):
        start = perf_counter()
        SearchIndex(store.cases).find(readings("zz", OPENED), lambda _: True, ())
        repeats.append(perf_counter() - start)
    base = rows(store)
    names = [name_line(record["case"]["person"]["name"]) for _, record in store.cases.each_raw()]
    lines = [measured(name, given, desk, base, names) for name, given in queries(store, asked)]
    base.close()
    show(
        f"Searches over {len(store.cases):,} cases, {asked} of each kind, in milliseconds. Opened in {opened:.2f} s at "
        f"{before:.0f} MB; the first search builds its index in {built:.2f} s ({min(repeats):.2f} s again) and {grown:.0f} MB",
        ["", "found", "desk p50", "p95", "find p50", "p95", "yardstick p50", "p95", "p95 in yardsticks"],
        lines,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
