"""Identity: what somebody says so that they show who they are, compared with the case and then forgotten.

The officer types the answers in one line, `14/3/87, DY10 2AB`; of what kind each is shows from its form, or from a word before
it (`dob`, `paid`, `ni`, `car`, `employer`, `address`, `postcode`). Only which items agreed is ever stored, never an answer
(law page 7.2; Data Protection Act 2018 s.40: accurate, and no more than is needed).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from casework.case import Case
from casework.contact import SOMEBODY_ELSE, Direction
from casework.dates import format_date, london_date, parse_date
from casework.money import parse_money
from casework.people import Person, fold
from casework.refusals import Reason
from casework.rows_contact import CallKind, IdentitySet, Item
from casework.situation import Situation
from casework.table_rows import WrapCode

MASK = "•••"
"""What stands in place of a fact that the caller has still to say."""

Level = Literal["", "speak", "detail"]

NAMES: Mapping[Item, str] = {
    "date-of-birth": "date of birth",
    "postcode": "postcode",
    "address": "first line of the address",
    "national-insurance": "National Insurance number",
    "employer": "employer",
    "vehicle": "vehicle registration",
    "last-payment": "last payment",
    "representative": "representative with written authority",
}
"""Each item as it is read out and shown."""

_WORDS: Mapping[str, Item] = {
    "dob": "date-of-birth",
    "born": "date-of-birth",
    "postcode": "postcode",
    "address": "address",
    "ni": "national-insurance",
    "nino": "national-insurance",
    "employer": "employer",
    "works": "employer",
    "car": "vehicle",
    "reg": "vehicle",
    "paid": "last-payment",
    "for": "representative",
}

_BETWEEN = re.compile(r";|,(?!\d{3}(?!\d))")
"""A semicolon, or a comma that does not stand in a sum of money."""
_YEARLY = re.compile(
    r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{1,2}\s*[a-z]{3,9}\.?\s*(\d{4}|\d{2})", re.I
)
_DIGITS = re.compile(r"(\d\d)(\d\d)(\d{4}|\d\d)", re.ASCII)
"""A date in six or eight digits."""
_DAY_ALONE = re.compile(r"\d{1,2}[/-]\d{1,2}|\d{1,2}\s*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.I)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", re.ASCII)
_NATIONAL_INSURANCE = re.compile(r"[A-Z]{2}\d{6}[A-D]|\d\d[A-D]", re.ASCII)
_MONEY = re.compile(r"£?\s*\d[\d,]*(\.\d\d)?")
_VEHICLE = re.compile(
    r"[A-Z]{2}\d\d[A-Z]{3}|[A-Z]\d{1,3}[A-Z]{3}|[A-Z]{3}\d{1,3}[A-Z]|[A-Z]{1,3}\d{1,4}|\d{1,4}[A-Z]{1,3}", re.ASCII
)


_PIECE = re.compile(
    r"(?<!\S)(?:"
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{6}|\d{8}"
    r"|\d{1,2}\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*(?:\d{4}|\d{2})"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}"
    r"|£\s*\d[\d,]*(?:\.\d\d)?|\d[\d,]*\.\d\d"
    r")(?!\S)",
    re.ASCII | re.I,
)
"""A date, a postcode or a sum of money: what is known by its form also where no comma stands beside it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of comparing: which items agreed, which did not, and what we could not compare."""

    matched: tuple[Item, ...] = ()
    failed: tuple[Item, ...] = ()
    unknown: tuple[Item, ...] = ()
    """Said, but nothing of the kind is on the case."""
    level: Level = ""
    """What may be spoken of now."""
    stopped: bool = False
    """So many answers were wrong that the call must end."""

    @property
    def passed(self) -> bool:
        """Whether the account may be spoken of."""
        return self.level != ""


def call_kind(case: Case, direction: Direction, row: WrapCode | None = None) -> CallKind:
    """Who is on the line, as far as the outcome, the payer and the direction tell."""
    if row is not None and row.group == "third-party":
        return "third-party"
    return "organisation" if case.debtor.name.organisation else direction


def on_the_line(typed: Mapping[str, str], case: Case, situation: Situation) -> CallKind:
    """Who is on the line, as far as what has been typed into the form of a call tells."""
    row = situation.tables.wrap_codes(situation.today, "call").get(typed.get("outcome", ""))
    if row is None and typed.get("answered") == SOMEBODY_ELSE:
        return "third-party"
    return call_kind(case, "in" if typed.get("direction") == "in" else "out", row)


def check(said: str, case: Case, call: CallKind, situation: Situation) -> Checked:
    """Compare what was `said` with what is known of whoever is to pay.

    Raises:
        ValueError: it cannot be told what an answer is meant to be; the sentence does not repeat it.
    """
    answers = _answers(said, situation.today)
    known = _known(case, situation.today)
    matched: list[Item] = []
    failed: list[Item] = []
    unknown: list[Item] = []
    for kinds, text in _together(answers, known, call):
        able = [kind for kind in kinds if known[kind]]
        hit = next((kind for kind in able if _agree(kind, text, known)), None)
        (matched if hit else failed if able else unknown).append(hit or (able or kinds)[0])
    wrong = tuple(dict.fromkeys(item for item in failed if item not in matched))
    most = situation.tables.limit("identity-failures", situation.today).amount
    stopped = len(failed) >= most
    sets = situation.tables.identity_sets(situation.today, call)
    level = "" if stopped else _level(matched, sets)
    return Checked(tuple(dict.fromkeys(matched)), wrong, tuple(dict.fromkeys(unknown)), level, stopped)


def so_far(typed: Mapping[str, str], case: Case, situation: Situation, *, whole: bool = True) -> Checked | None:
    """What came of what has been typed into the form of a call up to now; None while there is nothing to compare. What is
    masked on the screen stays so until this has passed. An answer that is still being typed, when it is not the `whole`, is
    not wrong yet."""
    call = on_the_line(typed, case, situation)
    said = typed.get("identity", "")
    try:
        checked = check(said, case, call, situation) if said.strip() else None
    except ValueError:
        checked = None
    if whole or (checked is not None and checked.passed):
        return checked
    finished = _BETWEEN.split(said)[:-1]
    earlier = so_far({**typed, "identity": ";".join(finished)}, case, situation)
    more = checked is not None and len(checked.matched) > (len(earlier.matched) if earlier else 0)
    return checked if more else earlier


def _level(matched: Sequence[Item], sets: Iterable[IdentitySet]) -> Level:
    """Details are for those only who may be spoken with: in a call out the debt is not named until date of birth and
    postcode are given (law page 7.2)."""
    met = {row.level for row in sets if len(set(matched) & set(row.items)) >= row.least}
    if "speak" not in met:
        return ""
    return "detail" if "detail" in met else "speak"


def refusals(checked: Checked | None, row: WrapCode, case: Case, call: CallKind, situation: Situation) -> list[Reason]:
    """Why a call may not end as `row` says, given what was said in it; `checked` is None when nothing was asked, which does
    only while nobody failed to show who they are on the same day."""
    if checked is None and row.identity == "needed" and failed_today(case, situation):
        message = f"identity failed in a call today, so it must be shown now; ask for {wanted(call, situation)}"
        return [Reason(code="identity-failed-today", message=message, field="identity", source=row.cited)]
    if checked is None or row.identity == "failed":
        return []
    limit = situation.tables.limit("identity-failures", situation.today)
    if checked.stopped:
        ends = [
            one for one in situation.tables.wrap_codes(situation.today, "call").values() if one.identity == "failed"
        ]
        only = ", ".join(f"“{one.label}” ({one.code})" for one in ends)
        message = f"{limit.amount} answers were wrong, so say no more; this call can only be logged as {only}"
        return [Reason(code="identity-failed", message=message, field="outcome", source=limit.cited)]
    if row.identity == "needed" and not checked.passed:
        message = f"identity is not shown yet; ask for {wanted(call, situation)}"
        return [Reason(code="identity-not-shown", message=message, field="identity", source=limit.cited)]
    return []


def failed_today(case: Case, situation: Situation) -> bool:
    """Whether somebody did not show today who they are, in a call about this case, whoever took it."""
    rows = situation.tables.wrap_codes(situation.today, "call")
    ends = {code for code, row in rows.items() if row.identity == "failed"}
    return any(london_date(one.at) == situation.today and one.outcome in ends for one in case.contacts)


def wanted(call: CallKind, situation: Situation) -> str:
    """What must be said before the account may be spoken of: `date of birth, or postcode and first line of the address`."""
    rows = [row for row in situation.tables.identity_sets(situation.today, call) if row.level == "speak"]
    return ", or ".join(_in_words(row) for row in rows)


def _in_words(row: IdentitySet) -> str:
    names = [NAMES[item] for item in row.items]
    return " and ".join(names) if row.least == len(names) else f"{row.least} of {', '.join(names)}"


def facts(person: Person, *, masked: bool) -> list[tuple[Item, tuple[str, ...]]]:
    """What is known of somebody and may be asked of them, in lines for the screen; each a mask until they have shown who
    they are."""
    found: list[tuple[Item, tuple[str, ...]]] = []
    if person.date_of_birth:
        found.append(("date-of-birth", (format_date(person.date_of_birth),)))
    if (address := person.address) is not None:
        found.append(("address", (*address.lines, *([address.postcode] if address.postcode else []))))
    if person.employer:
        found.append(("employer", (str(person.employer),)))
    if person.national_insurance:
        found.append(("national-insurance", (person.national_insurance,)))
    found += [("vehicle", (str(vehicle),)) for vehicle in person.vehicles if vehicle.stands]
    return [(item, (MASK,)) for item, _ in found] if masked else found


# What an answer is


_Answer = tuple[tuple[Item, ...], str]
"""The kinds of item that an answer may be, and its text."""

_FREE: tuple[Item, ...] = ("address", "employer")
"""What an answer of no other form may be, of the person themselves."""


def _answers(said: str, today: date) -> list[_Answer]:
    parts = [" ".join(part.split()) for part in _BETWEEN.split(said)]
    return [_read(piece, today) for part in parts for piece in _pieces(part)]


def _pieces(part: str) -> list[str]:
    """The answers between two commas: one, or several that are all known by their form."""
    word, _, rest = part.partition(" ")
    named = _WORDS.get(word.lower().rstrip(":"))
    text = rest if named else part
    found = [match.group() for match in _PIECE.finditer(text)]
    if not found or found == [text] or named in ("employer", "representative"):
        return [part] if part else []
    if named or _PIECE.sub("", text).strip():
        raise ValueError("put a comma between the answers")
    return found


def _read(part: str, today: date) -> _Answer:
    word, _, rest = part.partition(" ")
    named = _WORDS.get(word.lower().rstrip(":"))
    if named is not None and rest:
        return (named,), _born(rest, today) if named == "date-of-birth" else rest
    squeezed = re.sub(r"\s", "", part).upper()
    if _YEARLY.fullmatch(part) or _DIGITS.fullmatch(part):
        return ("date-of-birth",), _born(part, today)
    if _DAY_ALONE.fullmatch(part):
        raise ValueError("a date of birth needs its year, such as 14/3/1987")
    if _POSTCODE.fullmatch(squeezed):
        return ("postcode",), part
    if _NATIONAL_INSURANCE.fullmatch(squeezed):
        return ("national-insurance",), part
    if _MONEY.fullmatch(part):
        return ("last-payment",), part
    if _VEHICLE.fullmatch(squeezed):
        return ("vehicle", "employer"), part
    return _FREE, part


def _born(text: str, today: date) -> str:
    """A date of birth, in ISO form: two digits of a year are never a year to come."""
    try:
        born = parse_date(_DIGITS.sub(r"\1/\2/\3", text) if _DIGITS.fullmatch(text) else text, today, past=True)
    except ValueError:
        raise ValueError("that date of birth is no date; write it as 14/3/1987") from None
    short = born > today and not re.search(r"\d{4}", text)
    return (born.replace(year=born.year - 100) if short else born).isoformat()


def _together(answers: Sequence[_Answer], known: Mapping[Item, Sequence[str]], call: CallKind) -> list[_Answer]:
    """Answers that belong together: an address may have commas in it, so neighbours in free text that agree with nothing by
    themselves are one answer, and one failure at most. Free text of somebody else is for whom they speak."""
    free: tuple[Item, ...] = ("representative",) if call == "third-party" else _FREE
    found: list[_Answer] = []
    run: list[str] = []
    for kinds, text in [*answers, ((), "")]:
        if kinds == _FREE and not any(_agree(kind, text, known) for kind in free):
            run.append(text)
            continue
        if run:
            found.append((free, " ".join(run)))
            run = []
        if kinds:
            found.append((free if kinds == _FREE else kinds, text))
    return found


# What the case knows


def _known(case: Case, today: date) -> Mapping[Item, Sequence[str]]:
    """What may be compared, by item, as it is compared."""
    who, receipt, rep = case.debtor, case.last_receipt, case.debtor.representative
    named = [rep.name, *([rep.organisation] if rep.organisation else [])] if rep and rep.authorised(today) else []
    address = who.address
    return {
        "date-of-birth": [who.date_of_birth.isoformat()] if who.date_of_birth else [],
        "postcode": [_squeezed(address.postcode)] if address and address.postcode else [],
        "address": [_street(address.lines[0])] if address else [],
        "national-insurance": [_squeezed(who.national_insurance)] if who.national_insurance else [],
        "employer": [_firm(who.employer.name)] if who.employer and who.employer.stands else [],
        "vehicle": [_squeezed(one.registration) for one in who.vehicles if one.stands],
        "last-payment": [str(receipt.amount_pence)] if receipt else [],
        "representative": [_firm(name) for name in named],
    }


def _agree(kind: Item, text: str, known: Mapping[Item, Sequence[str]]) -> bool:
    values = known[kind]
    match kind:
        case "date-of-birth":
            return text in values
        case "postcode" | "vehicle":
            return _squeezed(text) in values
        case "national-insurance":
            return len(_squeezed(text)) >= 3 and any(value.endswith(_squeezed(text)) for value in values)
        case "last-payment":
            return _pence(text) in values
        case "address":
            return _street(text) in values
        case "employer" | "representative":
            return _firm(text) in values


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


_STREETS = {
    "rd": "road",
    "st": "street",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "cl": "close",
    "dr": "drive",
    "ct": "court",
    "cres": "crescent",
    "gdns": "gardens",
    "pl": "place",
    "sq": "square",
    "tce": "terrace",
}


def _street(line: str) -> str:
    """A line of an address as it is compared: folded, the kind of street written out."""
    return " ".join(_STREETS.get(word, word) for word in fold(line.replace(",", " ")).split())


def _firm(name: str) -> str:
    """An employer or firm as it is compared: folded, without what kind of company it is."""
    words = fold(name.replace("&", " and ")).split()
    return " ".join(word for word in words if word not in ("ltd", "limited", "plc", "llp", "the"))


def _pence(text: str) -> str:
    try:
        return str(parse_money(text))
    except ValueError:
        return ""
