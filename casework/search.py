"""Search: what a case can be found by, which cases fit what somebody typed, how well, and why.

The better fit comes first: a whole account number; another number, address or date as it stands; a fact that no longer
stands; the defendant's name; the beginning of a name or number; an alias, or a parent or guardian; a name that is nearly
the one typed. Among equals a live account comes before a closed one, a surname before a forename, then the order of what
was found, then the account number. What is owed plays no part: it does not say who is calling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Any, NamedTuple, Protocol, TypeVar

from casework.dates import format_date
from casework.people import Name
from casework.search_text import (
    BEGUN,
    Kind,
    Reading,
    Wanted,
    name_word,
    name_words,
    parts,
    phone_value,
    reference_value,
    squeezed,
)

MOST = 50
"""Cases in an answer."""

FEW = 10
"""With fewer cases than this, those whose name is nearly the one typed are looked for too."""

RawCase = Mapping[str, Any]
"""A case as it is stored, as JSON."""

Near = Mapping[str, Mapping[str, int]]
"""For each word typed, the words of names that are nearly that, and by how many letters they differ."""


class Rank(IntEnum):
    """How well a case fits, the best first."""

    ACCOUNT = 0
    WHOLE = 1
    FORMER = 2
    """A fact that was true once, or was thought to be."""
    NAME = 3
    BEGUN = 4
    OTHER_NAME = 5
    """Of an alias, a parent or a guardian."""
    OTHER_BEGUN = 6
    NEAR = 7


class Hit(NamedTuple):
    """A case that fits. Hits compare as they are shown: the better one is less."""

    rank: Rank
    closed: bool
    far: int
    """How far from what was typed, among those of one rank."""
    order: str
    case: str
    why: str
    sure: bool = False
    """What was typed can hardly mean anybody else: their whole number, or their name, or nearly, and with it the whole date of
    birth or postcode."""


class Key(NamedTuple):
    """One thing by which a case can be found, in the form in which it is compared, and what to say of it."""

    kind: Kind
    value: str
    why: str
    stands: bool = True


def keys_of(case: RawCase) -> Iterator[Key]:
    """Everything but names by which a case can be found."""
    yield Key("account", case["number"], "account number")
    if case.get("reference"):
        yield Key("reference", reference_value(case["reference"]), f"reference {case['reference']}")
    yield from _of_person(case["person"], "")
    if case["guardian"] is not None:
        yield from _of_person(case["guardian"]["person"], "parent or guardian, ")
    for receipt in case["receipts"]:
        if receipt["reference"]:
            yield Key("reference", reference_value(receipt["reference"]), f"payment reference {receipt['reference']}")


def _of_person(person: RawCase, whose: str) -> Iterator[Key]:
    if born := person["date_of_birth"]:
        yield Key("born", born, f"{whose}born")
        yield Key("year", born[:4], f"{whose}born {format_date(date.fromisoformat(born))}")
    if number := person["national_insurance"]:
        yield Key("national-insurance", number, f"{whose}National Insurance {number}")
    for phone in person["phones"]:
        said = f"{whose}phone {phone['number']}"
        yield Key("phone", phone_value(phone["number"]), *_standing(said, phone["standing"]))
    for address in person["addresses"]:
        if postcode := address["postcode"]:
            standing = address["standing"]
            said = f"{whose}postcode {postcode}" if standing == "current" else f"{whose}{standing} address {postcode}"
            yield Key("postcode", postcode.replace(" ", ""), said, standing == "current")
            yield Key("outward", postcode.split(" ")[0], said, standing == "current")
    for email in person["emails"]:
        said = f"{whose}e-mail {email['address']}"
        yield Key("email", email["address"].lower(), *_standing(said, email["standing"]))
    for vehicle in person["vehicles"]:
        said = f"{whose}vehicle {vehicle['registration']}"
        yield Key("vehicle", squeezed(vehicle["registration"]), *_standing(said, vehicle["standing"]))
    employer = person["employer"]
    if employer is not None and employer["reference"]:
        said = f"{whose}payroll number {employer['reference']}"
        yield Key("reference", reference_value(employer["reference"]), *_standing(said, employer["standing"]))


def _standing(said: str, standing: str) -> tuple[str, bool]:
    return (said, True) if standing == "current" else (f"{said} ({standing})", False)


# Names


def names_of(case: RawCase) -> Iterator[tuple[str, RawCase]]:
    """The defendant's name first, then all others, each with what it is."""
    yield "name", case["person"]["name"]
    yield from (("alias", alias) for alias in case["person"]["aliases"])
    if case["guardian"] is not None:
        who = case["guardian"]["person"]
        yield from (("parent or guardian", name) for name in (who["name"], *who["aliases"]))


def name_line(name: RawCase) -> str:
    """The words of a name between spaces, its surname or organisation before the bar: ` oneill o neill | mary ann `.

    Words with a mark in them are there whole and in their parts, a surname of several words in one as well
    (`van der berg vanderberg`), so that whatever somebody types is the beginning of a word.
    """
    if name["organisation"]:
        return f" {' '.join(_words(name['organisation']))} | "
    last = _words(name["surname"])
    if " " in name["surname"]:
        last.append("".join(name_words(name["surname"])))
    return f" {' '.join([*last, '|', *_words(name['forenames'] or '')])} "


def _words(text: str) -> list[str]:
    found = [word for token in text.split() for word in (name_word(token), *parts(token)) if word]
    return list(dict.fromkeys(found))


def edits(word: str) -> int:
    """How many letters of a word typed may be wrong: one, of six letters or more two; of fewer than three, and of a word
    with a digit, none."""
    return 0 if len(word) < 3 or not word.isalpha() else 1 if len(word) < 6 else 2


def near_words(word: str, known: Sequence[str]) -> dict[str, int]:
    """Of the words `known`, those that differ from `word` by a slip or two: a letter more, less, another or two swapped."""
    from rapidfuzz import process  # not before it is needed: most of what is typed needs no near miss
    from rapidfuzz.distance import OSA

    if not (most := edits(word)):
        return {}
    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    return {other: int(distance) for other, distance, _ in found if other != word}


Fit = tuple[Rank, int, tuple[str, ...]]
"""How a name fits: its rank; how far it is, in letters that differ or, where none does, 1 for a forename alone; and the
words of the name that are only nearly what was typed."""


def fit(words: Sequence[str], line: str, other: bool, near: Near) -> Fit | None:
    """How the name of `line` fits, `other` than the defendant's own or not; None unless every word typed is, begins or
    nearly is a word of it."""
    begun, wrong, nearly = False, 0, tuple[str, ...]()
    bar, first = line.index("|"), len(line)
    for word in words:
        if (at := line.find(f" {word}")) >= 0:
            if (whole := line.find(f" {word} ", at)) >= 0:
                at = whole
            else:
                begun = True
        else:
            close = [(far, one) for one, far in near.get(word, {}).items() if f" {one} " in line]
            if not close:
                return None
            far, one = min(close)
            wrong, nearly = wrong + far, (*nearly, one)
            continue
        first = min(first, at)
    if nearly:
        return Rank.NEAR, 2 * wrong + other, nearly
    return _RANKS[other][begun], first > bar, ()


_RANKS = ((Rank.NAME, Rank.BEGUN), (Rank.OTHER_NAME, Rank.OTHER_BEGUN))
"""By whether the name is another than the defendant's own, and whether some word is only begun."""


# Which cases fit


def judge(reading: Reading, case: RawCase, case_id: str, closed: bool, near: Near) -> Hit | None:
    """How a case fits one reading of what was typed; None if it does not."""
    found = [_fact(wanted, case) for wanted in reading.facts]
    facts = [one for one in found if one is not None]
    if len(facts) < len(found):
        return None
    if not reading.words:
        rank, far, order, _ = max(facts)
        sure = rank is Rank.ACCOUNT
        return Hit(rank, closed, far, order, case_id, ", ".join(why for *_, why in facts), sure)
    named = [
        (fits[0], fits[1], line, _why(what, name, fits[2]))
        for place, (what, name) in enumerate(names_of(case))
        if (fits := fit(reading.words, line := name_line(name), place > 0, near)) is not None
    ]
    if not named:
        return None
    rank, far, order, why = min(named)
    far += sum(one[1] for one in facts)
    sure = _is_sure(reading, case, near)
    return Hit(rank, closed, far, order, case_id, ", ".join([why, *(why for *_, why in facts)]), sure)


_SURE: frozenset[Kind] = frozenset({"born", "postcode"})
"""What makes sure of a name that was heard, if all of it was."""


def _is_sure(reading: Reading, case: RawCase, near: Near) -> bool:
    """Whether the defendant's own name is the one typed, its surname too, each word of it whole or nearly; and their date of
    birth or their postcode of today exactly what was typed with it. A letter that only begins a name makes nobody sure."""
    line = name_line(case["person"]["name"])
    surname = line[: line.index("|") + 1]
    said = [{word, *near.get(word, ())} for word in reading.words]
    named = all(any(f" {one} " in line for one in words) for words in said)
    by_surname = any(f" {one} " in surname for words in said for one in words)
    known = {(key.kind, key.value) for key in _of_person(case["person"], "") if key.stands}
    return named and by_surname and any(one.kind in _SURE and (one.kind, one.value) in known for one in reading.facts)


def _why(what: str, name: RawCase, nearly: Sequence[str]) -> str:
    said = what if what == "name" else f"{what} {Name.model_validate(name)}"
    return f"{said}, near: {' '.join(nearly).upper()}" if nearly else said


def _fact(wanted: Wanted, case: RawCase) -> tuple[Rank, int, str, str] | None:
    """The rank of the best fact of a case that is as wanted, how far it is from that, its order, and why."""
    kind, value = wanted.kind, wanted.value
    best: tuple[Rank, int, str, str] | None = None
    for key in keys_of(case):
        if key.kind != kind or not (key.value.startswith(value) if kind in BEGUN else key.value == value):
            continue
        if kind == "account":
            one = _account(wanted, key, case["unit"])
            if one is None:
                continue
        elif kind in ("outward", "year"):
            one = Rank.BEGUN, 0, value, key.why
        elif key.value != value:
            one = Rank.BEGUN, 1, key.value, key.why
        else:
            why = f"{key.why} {format_date(date.fromisoformat(value))}" if kind == "born" else key.why
            one = Rank.WHOLE if key.stands else Rank.FORMER, 0, value, why
        best = one if best is None else min(best, one)
    return best


def _account(wanted: Wanted, key: Key, unit: str) -> tuple[Rank, int, str, str] | None:
    if wanted.unit not in (None, unit):
        return None
    if len(wanted.value) < 8:
        return Rank.BEGUN, 0, key.value, key.why
    if wanted.letter not in (None, key.value[8]):
        return Rank.NEAR, 0, key.value, f"account number, but its letter is {key.value[8]}"
    return Rank.ACCOUNT, 0, key.value, key.why


class Found(Protocol):
    """A case of an answer."""

    @property
    def sure(self) -> bool: ...


_A = TypeVar("_A", bound=Found)


def certain(found: Sequence[_A]) -> _A | None:
    """The one case that was meant, so that it may be opened at once: a wrong account before a caller is a breach. It must be
    sure, and there must be no second one, however far from what was typed."""
    return found[0] if len(found) == 1 and found[0].sure else None


def best(hits: Iterable[Hit]) -> list[Hit]:
    """The best `MOST`, each case once, the best first."""
    once: dict[str, Hit] = {}
    for hit in sorted(hits):
        known = once.setdefault(hit.case, hit)
        if hit.sure and not known.sure:
            once[hit.case] = known._replace(sure=True)
    return list(once.values())[:MOST]
