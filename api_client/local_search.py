"""Search in a local store: by account number, or by name, alias, parent or guardian, in any order and however accented."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from casework.accounts import CaseId
from casework.people import Name, fold
from casework.views import CaseSummary

MOST = 50


class Found(NamedTuple):
    """A case that fits, why, and how well: lower is better."""

    rank: tuple[int, str]
    case: CaseId
    why: str


def is_number(text: str) -> bool:
    """Whether this is an account number, or its beginning, with or without unit and check letter."""
    return re.fullmatch(r"(?:[A-Za-z][A-Za-z0-9]{1,3}-)?\d[\d\s-]*[A-Za-z]?", text.strip()) is not None


def by_number(digits: str, cases: Mapping[str, Mapping[str, Any]]) -> Iterator[Found]:
    """Cases whose number begins with what was typed."""
    wanted = re.sub(r"[\s-]", "", digits).upper()
    for case_id, record in cases.items():
        number = record["case"]["number"]
        if number.startswith(wanted) or case_id.replace("-", "").startswith(wanted):
            exact = wanted in (number, number[:8])
            yield Found((0 if exact else 1, number), CaseId(case_id), "account number")


def by_name(text: str, cases: Mapping[str, Mapping[str, Any]]) -> Iterator[Found]:
    """Cases of people with a name, or an alias, in which every word typed begins a word; or whose parent or guardian has."""
    wanted = fold(text).split()
    for case_id, record in cases.items():
        for place, (why, name) in enumerate(_names(record["case"])):
            words = fold(" ".join(part for part in name.values() if part)).split()
            if wanted and all(any(word.startswith(want) for word in words) for want in wanted):
                whole = all(want in words for want in wanted)
                found = f"{why} {Name.model_validate(name)}" if place else why
                yield Found((2 * (place > 0) + (not whole), words[0]), CaseId(case_id), found)
                break


def _names(case: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The defendant's name, then all others, each with what it is."""
    yield "name", case["person"]["name"]
    yield from (("alias", alias) for alias in case["person"]["aliases"])
    if case["guardian"] is not None:
        who = case["guardian"]["person"]
        yield from (("parent or guardian", name) for name in (who["name"], *who["aliases"]))


def summary(found: Found, record: Mapping[str, Any]) -> CaseSummary:
    """What a list of results shows."""
    case = record["case"]
    person = case["person"]
    postcodes = [
        address["postcode"]
        for address in person["addresses"]
        if address["postcode"] and address["standing"] == "current"
    ]
    return CaseSummary(
        case=found.case,
        account_number=case["number"],
        unit=case["unit"],
        name=str(Name.model_validate(person["name"])),
        date_of_birth=person["date_of_birth"],
        postcode=postcodes[0] if postcodes else None,
        why=found.why,
    )
