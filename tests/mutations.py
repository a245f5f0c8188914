"""What a tamperer, or a disk, may do to the history of a store, and whether `greenwax audit verify` finds it.

    python -m tests.mutations 1000

Each kind is tried in up to three ways: on the file `alone`; with the `length` that the tables name put right, so that the
store is opened at all; and `fitted`, with each line saying truly where the one before it stands, and the tables naming the
lines that are there now. Somebody who goes as far as that can make a history that is whole, but not the one that was: such a
one is found by nothing but the heads that were exported before. The table printed says what each was found by.

Not tried, because it changes nothing that is told: lines of different cases in another order, fitted.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

from api_client import audit
from api_client.history_log import Line
from api_client.journal_db import JournalDB
from api_client.local_store import LocalStore
from api_client.store_errors import StoreDamaged
from api_client.tables import packaged_tables
from tests.office_work import pin_salts, worked
from tests.unit.store_tools import quicken

Lines = list[Line]
Kind = Callable[[Lines, random.Random], Lines]
Found = Literal["not found", "only by the heads", "found", "refused at opening"]


def _hashed(line: Line, body: bytes) -> Line:
    return line._replace(body=body, hash=hashlib.sha256(body).hexdigest())


# The kinds that take and give lines


def drop(lines: Lines, chance: random.Random) -> Lines:
    """One line gone."""
    n = chance.randrange(len(lines))
    return lines[:n] + lines[n + 1 :]


def drop_a_case(lines: Lines, chance: random.Random) -> Lines:
    """All lines of one case gone."""
    gone = chance.choice(lines).case_id
    return [line for line in lines if line.case_id != gone]


def cut(lines: Lines, chance: random.Random) -> Lines:
    """Lines gone from the end."""
    return lines[: chance.randrange(len(lines))]


def duplicate(lines: Lines, chance: random.Random) -> Lines:
    """One line once more, somewhere behind. Not behind the last: what the journal does not know of is cut off at opening."""
    n = chance.randrange(len(lines) - 1)
    to = chance.randrange(n, len(lines) - 1)
    return [*lines[:to], lines[n], *lines[to:]]


def swap(lines: Lines, chance: random.Random) -> Lines:
    """Two lines of one case in each other's place."""
    case = chance.choice([line.case_id for line in lines])
    one, other = chance.sample([n for n, line in enumerate(lines) if line.case_id == case], 2)
    changed = [*lines]
    changed[one], changed[other] = lines[other], lines[one]
    return changed


def swap_the_names(lines: Lines, chance: random.Random) -> Lines:
    """Two cases' lines under each other's name."""
    one, other = chance.sample(sorted({line.case_id for line in lines}), 2)
    named = {one: other, other: one}
    return [line._replace(case_id=named.get(line.case_id, line.case_id)) for line in lines]


def edit(lines: Lines, chance: random.Random) -> Lines:
    """Another digit in one body."""
    n = chance.randrange(len(lines))
    return [*lines[:n], lines[n]._replace(body=_edited(lines[n].body, chance)), *lines[n + 1 :]]


def edit_and_hash(lines: Lines, chance: random.Random) -> Lines:
    """Another digit in one body, and the hash that belongs to it."""
    n = chance.randrange(len(lines))
    return [*lines[:n], _hashed(lines[n], _edited(lines[n].body, chance)), *lines[n + 1 :]]


def edit_and_chain(lines: Lines, chance: random.Random) -> Lines:
    """Another digit in what one event says, and the whole chain behind it made anew."""
    n = chance.choice([n for n, line in enumerate(lines) if re.search(rb'"data":.*\d', line.body)])
    new = _hashed(lines[n], _edited(lines[n].body, chance, after=b'"data":'))
    changed, was, now = [*lines[:n], new], lines[n].hash, new.hash
    for line in lines[n + 1 :]:
        if line.case_id == new.case_id:
            new = _hashed(line, line.body.replace(was.encode(), now.encode(), 1))
            was, now = line.hash, new.hash
            changed.append(new)
        else:
            changed.append(line)
    return changed


def _edited(body: bytes, chance: random.Random, after: bytes = b"") -> bytes:
    at = chance.choice([match.start() for match in re.finditer(rb"\d", body) if match.start() >= body.index(after)])
    digit = chance.choice([digit for digit in b"0123456789" if digit != body[at]])
    return body[:at] + bytes([digit]) + body[at + 1 :]


LINE_KINDS: Mapping[str, Kind] = {
    **{"drop a line": drop, "drop a case": drop_a_case, "cut at a line": cut, "duplicate a line": duplicate},
    **{"swap two lines of a case": swap, "swap two cases' names": swap_the_names, "edit a body": edit},
    **{"edit and re-hash": edit_and_hash, "edit and re-chain": edit_and_chain},
}
"""What is done to the history line by line."""


# The kinds that take and give bytes: of the history and of the access log


def flip(content: bytes, chance: random.Random) -> bytes:
    """One bit."""
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def truncate(content: bytes, chance: random.Random) -> bytes:
    """Cut off anywhere."""
    return content[: chance.randrange(len(content))]


def swap_neighbours(content: bytes, chance: random.Random) -> bytes:
    """Two lines that follow each other, of whichever cases."""
    lines = content.splitlines(keepends=True)
    n = chance.choice([n for n, (one, other) in enumerate(pairwise(lines)) if one != other])
    return b"".join([*lines[:n], lines[n + 1], lines[n], *lines[n + 2 :]])


def look_gone(content: bytes, chance: random.Random) -> bytes:
    """A line of the access log gone."""
    lines = content.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def look_doubled(content: bytes, chance: random.Random) -> bytes:
    """A line of the access log twice."""
    lines = content.splitlines(keepends=True)
    n = chance.randrange(len(lines))
    return b"".join([*lines[: n + 1], *lines[n:]])


def looks_chained(content: bytes, chance: random.Random) -> bytes:
    """A line of the access log gone, and the chain behind it made anew."""
    head, chain = "0" * 64, b""
    for line in look_gone(content, chance).splitlines():
        head = hashlib.sha256(head.encode() + line[65:]).hexdigest()
        chain += head.encode() + line[64:] + b"\n"
    return chain


BYTE_KINDS: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    **{"flip a bit": flip, "truncate": truncate, "swap neighbours": swap_neighbours},
}
LOOK_KINDS: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    **{
        "access log: flip a bit": flip,
        "access log: truncate": truncate,
        "access log: swap neighbours": swap_neighbours,
    },
    **{"access log: drop a line": look_gone, "access log: duplicate": look_doubled},
    **{"access log: drop and re-chain": looks_chained},
}
KINDS = (
    *((kind, way) for kind in LINE_KINDS for way in ("alone", "fitted")),
    *((kind, "alone") for kind in BYTE_KINDS),
    *((kind, "length") for kind in ("drop a line", "drop a case", "cut at a line", "duplicate a line", "truncate")),
    *((kind, "alone") for kind in LOOK_KINDS),
)

WHOLE = {
    *((kind, "fitted") for kind in ("drop a line", "drop a case", "cut at a line", "edit and re-hash")),
    *(("edit and re-chain", "fitted"), ("access log: truncate", "alone"), ("access log: drop a line", "alone")),
    ("access log: drop and re-chain", "alone"),
}
"""What leaves a history that is whole, at least at times: the heads alone can tell it from the one that was."""


class Tampering:
    """A store with a history, of which copies are tampered with, and the heads exported from it before."""

    def __init__(self, folder: Path, seed: object) -> None:
        self.sound, self.copy = folder / "sound", folder / "copy"
        worked(self.sound, cases=4, steps=220, seed=seed)
        store = LocalStore(self.sound, packaged_tables())
        self.heads = audit.heads_of(store)
        assert audit.verify(store, self.heads).ok
        self.lines = list(store.history.walk())
        store.close()
        self.history = (self.sound / "history.log").read_bytes()
        self.looks = (self.sound / "access.log").read_bytes()

    def found(self, kind: str, way: str, chance: random.Random) -> Found:
        """Tamper with a copy, and say what finds it."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.sound, self.copy)
        self._tamper(kind, way, chance)
        try:
            store = LocalStore(self.copy, packaged_tables())
        except StoreDamaged:
            return "refused at opening"
        try:
            if audit.verify(store, self.heads).ok:
                return "not found"
            return "only by the heads" if audit.verify(store).ok else "found"
        finally:
            store.close()

    def _tamper(self, kind: str, way: str, chance: random.Random) -> None:
        if kind in LOOK_KINDS:
            changed = LOOK_KINDS[kind](self.looks, chance)
            assert changed != self.looks
            (self.copy / "access.log").write_bytes(changed)
            return
        lines: Lines | None = None
        if kind in BYTE_KINDS:
            changed = BYTE_KINDS[kind](self.history, chance)
        else:
            lines = LINE_KINDS[kind](self.lines, chance)
            if way == "fitted":
                lines = relaid(lines)
            changed = b"".join(map(written, lines))
        assert changed != self.history
        (self.copy / "history.log").write_bytes(changed)
        if way != "alone":
            self._fit(len(changed), lines if way == "fitted" else None)

    def _fit(self, length: int, lines: Lines | None) -> None:
        """Have the tables name this length, and the last of these lines for each case."""
        with JournalDB(self.copy / "tables") as db, db.transaction():
            db.table("meta").put("log", {"length": length})
            ends = {line.case_id: line for line in lines or ()}
            for case_id, record in db.table("cases").each_raw() if lines is not None else ():
                if (end := ends.get(case_id)) is None:
                    db.table("cases").remove(doc_ids=[case_id])
                    db.table("queue").remove(doc_ids=[case_id])
                else:
                    db.table("cases").put(case_id, {**record, "head": end.hash, "at": end.offset})


def relaid(lines: Lines) -> Lines:
    """The lines, each saying truly where the one before it of its case stands."""
    laid: Lines = []
    last: dict[str, int] = {}
    offset = 0
    for line in lines:
        laid.append(line._replace(previous=last.get(line.case_id), offset=offset))
        last[line.case_id] = offset
        offset += len(written(laid[-1]))
    return laid


def written(line: Line) -> bytes:
    """The line as it stands in the file."""
    link = "-" if line.previous is None else str(line.previous)
    return f"{line.hash} {link} {line.case_id} ".encode() + line.body + b"\n"


def tally(folder: Path, rounds: int, seed: int) -> dict[tuple[str, str], Counter[Found]]:
    """What each kind was found by, each in its turn until all rounds are done."""
    tampering = Tampering(folder, seed)
    chance = random.Random(seed)
    found = {kind: Counter[Found]() for kind in KINDS}
    for n in range(rounds):
        kind, way = KINDS[n % len(KINDS)]
        found[kind, way][tampering.found(kind, way, chance)] += 1
    return found


def main(words: Sequence[str]) -> int:
    """Print what each kind was found by; 1 if any was not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=1_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="greenwax-") as folder:
        found = tally(Path(folder), asked.rounds, asked.seed)
    for (kind, way), counts in found.items():
        print(f"{kind:32}{way:8}", ", ".join(f"{count} {how}" for how, count in sorted(counts.items())))
    every = sum(found.values(), Counter[Found]())
    print(f"{every.total():,} mutations, seed {asked.seed}:", ", ".join(f"{n} {how}" for how, n in every.most_common()))
    return 1 if every["not found"] else 0


if __name__ == "__main__":
    quicken(setattr, ahead=8192)
    pin_salts(setattr)
    sys.exit(main(sys.argv[1:]))
