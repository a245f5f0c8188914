"""Search in a local store: which cases to look at, found without looking at the others.

Built at the first search, or slice by slice before it while nobody waits, so that a command which asks for none pays for none;
from then on every write keeps it. It only narrows: whether a case fits, how well and why, `casework.search` says of each case
that is left, from the case as it is stored. So the index may hold a little too much of a case, and must never hold too little.

Of numbers, addresses and dates, each is one 64-bit integer: its first eight letters and digits, or a hash of what is only
found whole, then the place of its case in a list; those of a kind are one sorted array, in which what begins alike stands
together. Of names, each case has a line of words, and each word the cases it occurs in.
"""

from __future__ import annotations

import gc
import heapq
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Protocol, TypeVar

from casework.accounts import CaseId
from casework.people import Name
from casework.search import (
    FEW,
    MOST,
    Hit,
    Near,
    Rank,
    best,
    edits,
    fit,
    judge,
    keys_of,
    name_line,
    names_of,
    near_words,
)
from casework.search_text import BEGUN, Kind, Reading, Wanted
from casework.views import CaseSummary

Record = Mapping[str, Any]
May = Callable[[str], bool]
"""Whether somebody may see a case, by its id."""

_T = TypeVar("_T", str, tuple[Rank, bool, int, str, str, int])

_SLICE = 100
"""Cases that are indexed at a time."""
_FEW_PLACES = 20
"""Of so many it is quicker to look at the names than to bring together where their words occur."""
_LETTERS = 8
_PLACES = 22
"""Bits for the place of a case: 36 to the power of 8 needs the other 42."""
_PLACE = (1 << _PLACES) - 1


_KNOWN_BY = ("person", "guardian", "receipts", "reference")
"""The parts of a case that it is found by; a case that an earlier version left has not all of them."""

_BEST: Mapping[Kind, Rank] = {"outward": Rank.BEGUN}
"""The best that a kind can be; WHOLE where nothing is said."""


class Records(Protocol):
    """The stored cases."""

    def raw(self, doc_id: str) -> Record | None:
        """The record of a case."""
        ...

    def each_raw(self) -> Iterator[tuple[str, Record]]:
        """Every case with its record."""
        ...


class SearchIndex:
    """By what each case of `records` can be found. `replace` keeps it as the records are."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.forget()

    def forget(self) -> None:
        """Hold nothing, as before the first search: the next one builds it anew."""
        self._built = False
        self._slices: Iterator[None] | None = None
        self._meanwhile: dict[str, Record | None] = {}
        self._cases: list[str] = []
        self._places: dict[str, int] = {}
        self._status: list[str] = []
        self._keys: dict[Kind, array[int]] = defaultdict(lambda: array("Q"))
        self._lines: list[tuple[str, ...]] = []
        self._holding: dict[str, array[int]] = {}
        self._words: list[str] = []

    def find(self, readings: Iterable[Reading], may: May, closed: Collection[str]) -> list[Hit]:
        """The cases that fit best, at most fifty, of those somebody `may` see; `closed` are the states of closed accounts.

        Names that are nearly what was typed are looked for when there are few others.
        """
        if not self._built:
            self._build()
        readings = tuple(readings)
        hits: list[Hit] = []
        for one in readings:
            hits = best([*hits, *self._fitting(one, may, closed, {}, hits)])
        named = [one for one in readings if any(edits(word) for word in one.words)]
        if len(hits) >= FEW or not named:
            return hits
        words = {word for one in named for word in one.words}
        near = {word: near_words(word, self._words) for word in words}
        for one in named:
            # What is found alone is read again: the nearly right name may be the one that makes sure of it.
            known = hits if len(hits) > 1 else ()
            hits = best([*hits, *self._fitting(one, may, closed, near, known)])
        return hits

    def before(self, case_id: str) -> Record | None:
        """The record of a case that is about to be written, if `replace` will ask for it."""
        return self._records.raw(case_id) if self._built or self._slices is not None else None

    def replace(self, case_id: str, before: Record | None) -> None:
        """A case was written; `before` is its record until then. Nothing to do before the index is begun.

        What was written is durable, so that no fault of the index is one of the write: it forgets all it holds instead.
        """
        if self._slices is not None:
            self._meanwhile.setdefault(case_id, before)
            return
        if not self._built:
            return
        try:
            self._follow(case_id, before)
        except Exception:
            self.forget()
        except BaseException:
            self.forget()
            raise

    # Keeping

    def _follow(self, case_id: str, before: Record | None) -> None:
        after = self._records.raw(case_id)
        if after is None:
            return
        place = self._place(case_id)
        case, was = after["case"], before["case"] if before else None
        self._status[place] = case["status"]
        if was is not None and all(was.get(part) == case.get(part) for part in _KNOWN_BY):
            return
        old, new = set(_packed_keys(was, place)) if was else set(), set(_packed_keys(case, place))
        for kind, packed in old - new:
            keys = self._keys[kind]
            del keys[bisect_left(keys, packed)]
        for kind, packed in new - old:
            insort(self._keys[kind], packed)
        self._rename(place, _lines(case))

    def warm(self) -> bool:
        """One slice more of the index, some milliseconds of work; whether it is all there now."""
        if self._built:
            return True
        if self._slices is None:
            self._slices = self._building()
        with _no_collection():
            if next(self._slices, self) is not self:
                return False
        self._slices, self._built = None, True
        for case_id, before in self._meanwhile.items():
            self.replace(case_id, before)
        self._meanwhile.clear()
        return True

    def _build(self) -> None:
        while not self.warm():
            pass

    def _building(self) -> Iterator[None]:
        """A slice at a time, from the records as they stood at the beginning."""
        keys: dict[Kind, array[int]] = defaultdict(lambda: array("Q"))
        holding: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, (case_id, record) in enumerate(self._records.each_raw(), 1):
            case, place = record["case"], self._place(case_id)
            self._status[place] = case["status"]
            for kind, packed in set(_packed_keys(case, place)):
                keys[kind].append(packed)
            self._lines[place] = lines = _lines(case)
            for word in _words(lines):
                holding[word].append(place)
            if number % _SLICE == 0:
                yield
        for kind, found in keys.items():
            self._keys[kind] = array("Q", sorted(found))
            yield
        self._holding = dict(holding)
        self._words = sorted(holding)

    def _place(self, case_id: str) -> int:
        place = self._places.setdefault(case_id, len(self._cases))
        if place == len(self._cases):
            self._cases.append(case_id)
            self._status.append("")
            self._lines.append(())
        return place

    def _rename(self, place: int, lines: tuple[str, ...]) -> None:
        old, new = _words(self._lines[place]), _words(lines)
        self._lines[place] = lines
        for word in old - new:
            self._holding[word].remove(place)
            if not self._holding[word]:
                del self._holding[word]
                del self._words[bisect_left(self._words, word)]
        for word in new - old:
            if word not in self._holding:
                self._holding[word] = array("I")
                insort(self._words, word)
            self._holding[word].append(place)

    # Finding

    def _fitting(
        self, reading: Reading, may: May, closed: Collection[str], near: Near, known: Sequence[Hit]
    ) -> Iterator[Hit]:
        """The best of the cases that fit one reading; those are left out that the best `known` from others make needless."""
        if reading.words:
            yield from self._with_name(reading, may, closed, near, known)
        elif len(reading.facts) == 1:
            yield from self._with_fact(reading, may, closed)
        else:
            places = (place for place in self._having(reading.facts) if may(self._cases[place]))
            yield from self._judged(reading, places, closed, near)

    def _with_fact(self, reading: Reading, may: May, closed: Collection[str]) -> Iterator[Hit]:
        """Live cases, then closed ones, until there are enough: what is wanted stands in order already, the whole before
        what begins with it."""
        (wanted,) = reading.facts
        keys, low, high = self._range(wanted)
        top, live = _BEST.get(wanted.kind, Rank.WHOLE), 0
        for of_closed in (False, True):
            found = 0
            for _, alike in groupby(keys[low:high], lambda key: key >> _PLACES):
                places = map(self._places.__getitem__, _in_order([self._cases[key & _PLACE] for key in alike]))
                here = (p for p in places if (self._status[p] in closed) is of_closed and may(self._cases[p]))
                best_here = 0
                for hit in self._judged(reading, here, closed, {}):
                    yield hit
                    found += 1
                    best_here += hit.rank <= top
                    if best_here >= MOST:
                        return  # the others are as good at most, and have later numbers
                if found >= MOST or live >= MOST:
                    break
            live = found

    def _with_name(
        self, reading: Reading, may: May, closed: Collection[str], near: Near, known: Sequence[Hit]
    ) -> Iterator[Hit]:
        """The best by the lines of names, and by the facts as far as the index has them. Which may be seen is asked, and the
        cases themselves are read, from the best on, until no other can be better than those there are."""
        ranked = []
        for place, least in self._places_of(reading, near):
            is_closed, case_id = self._status[place] in closed, self._cases[place]
            for n, line in enumerate(self._lines[place]):
                if (fits := fit(reading.words, line, n > 0, near)) is not None:
                    ranked.append((fits[0], is_closed, fits[1] + least, line, case_id, place))
        found, by_case = list(known), {hit.case: hit for hit in known}
        for *at_best, case_id, place in _in_order(ranked):
            could_be = (*at_best, case_id)
            if len(found) >= MOST and found[MOST - 1] < could_be:
                break
            before = by_case.get(case_id)
            if not may(case_id) or (before is not None and before < could_be):
                continue
            for hit in self._judged(reading, [place], closed, near):
                if before is None or hit < before:
                    by_case[case_id] = hit
                    found = sorted([*(one for one in found if one is not before), hit])
                    yield hit

    def _places_of(self, reading: Reading, near: Near) -> Iterable[tuple[int, int]]:
        """Where the facts and a name may fit, and how far from what was typed the facts are at least."""
        if not reading.facts:
            return dict.fromkeys(self._with_word(reading.words, near), 0).items()
        having = self._having(reading.facts)
        if len(having) <= _FEW_PLACES:
            return having.items()
        return ((place, having[place]) for place in self._with_word(reading.words, near) & having.keys())

    def _judged(self, reading: Reading, places: Iterable[int], closed: Collection[str], near: Near) -> Iterator[Hit]:
        for place in places:
            record = self._records.raw(case_id := self._cases[place])
            if record is not None:
                hit = judge(reading, record["case"], case_id, self._status[place] in closed, near)
                if hit is not None:
                    yield hit

    def _having(self, facts: Sequence[Wanted]) -> dict[int, int]:
        """Where all facts may be as wanted, and how far from that they are at least, together."""
        having, *others = sorted((self._far_of(one) for one in facts), key=len)
        for one in others:
            having = {place: having[place] + one[place] for place in having.keys() & one.keys()}
        return having

    def _far_of(self, wanted: Wanted) -> dict[int, int]:
        """Where a fact may be as wanted, and how far from that it is at least: 1 where it can only begin so."""
        keys, low, high = self._range(wanted)
        if wanted.kind not in BEGUN:
            return dict.fromkeys(map(_PLACE.__and__, keys[low:high]), 0)
        whole = bisect_right(keys, _packed(wanted.kind, wanted.value, _PLACE), low, high)
        far = dict.fromkeys(map(_PLACE.__and__, keys[low:high]), 1)
        return far | dict.fromkeys(map(_PLACE.__and__, keys[low:whole]), 0)

    def _range(self, wanted: Wanted) -> tuple[array[int], int, int]:
        keys = self._keys[wanted.kind]
        last = wanted.value.ljust(_LETTERS, "Z") if wanted.kind in BEGUN else wanted.value
        low = bisect_left(keys, _packed(wanted.kind, wanted.value, 0))
        return keys, low, bisect_right(keys, _packed(wanted.kind, last, _PLACE))

    def _with_word(self, words: Sequence[str], near: Near) -> set[int]:
        """Where a name may fit: the cases of the word that fewest have."""
        each = [self._holders(word, near.get(word, ())) for word in words]
        return set().union(*min(each, key=lambda holders: sum(map(len, holders))))

    def _holders(self, word: str, nearly: Iterable[str]) -> list[array[int]]:
        low = bisect_left(self._words, word)
        high = bisect_left(self._words, word + "\U0010ffff")
        return [self._holding[one] for one in {*self._words[low:high], *nearly}]


def _packed(kind: Kind, value: str, place: int) -> int:
    first = int(value[:_LETTERS].ljust(_LETTERS, "0"), 36) if kind in BEGUN else hash(value) % 36**_LETTERS
    return first << _PLACES | place


def _packed_keys(case: Record, place: int) -> Iterator[tuple[Kind, int]]:
    return ((key.kind, _packed(key.kind, key.value, place)) for key in keys_of(case))


def _in_order(found: list[_T]) -> Iterator[_T]:
    """The least first, without sorting more than is asked for."""
    heapq.heapify(found)
    while found:
        yield heapq.heappop(found)


def _lines(case: Record) -> tuple[str, ...]:
    return tuple(name_line(name) for _, name in names_of(case))


def _words(lines: Iterable[str]) -> set[str]:
    return {word for line in lines for word in line.split()} - {"|"}


@contextmanager
def _no_collection() -> Iterator[None]:
    """Much is made and nothing thrown away: a look for waste would only take time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def summary(case_id: CaseId, record: Record, title: str, why: str, *, sure: bool) -> CaseSummary:
    """What a list of cases shows of one; `title` is that of the account's state, `why` why it is there."""
    case = record["case"]
    person = case["person"]
    current = [one for one in person["addresses"] if one["standing"] == "current"]
    return CaseSummary(
        case=case_id,
        account_number=case["number"],
        unit=case["unit"],
        name=str(Name.model_validate(person["name"])),
        date_of_birth=person["date_of_birth"],
        postcode=next((one["postcode"] for one in current if one["postcode"]), None),
        address=current[0]["lines"][0] if current else None,
        balance_pence=sum(one["balance_pence"] for one in case["impositions"]),
        status=title,
        why=why,
        sure=sure,
    )
