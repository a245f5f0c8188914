"""Accounts as CSV: a column's header is the path of a field as in the JSON, `person.phones.0`; an empty cell is no field.

UTF-8, commas, quotes as in RFC 4180. Spreadsheets run a cell that begins like a formula. So such a cell of text is refused,
and what we write begins with an apostrophe then; that one apostrophe is taken off again when it is read.
"""

from __future__ import annotations

import csv
import io
import json
import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, NewType, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from api_client.import_source import LONGEST_LINE, Line
from casework.brought import Brought
from casework.dates import Instant
from casework.opening import Account
from casework.people import EmailAddress, PhoneNumber

__all__ = [
    "Cells",
    "Column",
    "Fault",
    "as_json",
    "column_of",
    "flat",
    "header_faults",
    "practice_clock",
    "practice_column",
    "records",
    "written",
]

Kind = Literal["text", "phone", "number", "yes-no"]

NEEDED = ("unit", "number", "opened_on")
"""Columns without which no row can be an account."""

_TEXT_ALONE = (PhoneNumber, EmailAddress)
"""Fields with parts, for which text alone stands for the chief part."""
_PHONE = re.compile(r"(\.phone|\.phones\.\d+|\.phones\.\d+\.number|^contacts\.\d+\.number)$")
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_DIGITS = re.compile(r"\d{1,20}", re.ASCII)
_INDEX = re.compile(r"0|[1-9]\d{0,5}", re.ASCII)
_TREE = dict[str, Any]


class Cells(NamedTuple):
    """One record: the line on which it begins, and its cells; or none, and why it cannot be read, nor anything after it."""

    line: int
    cells: list[str]
    broken: str | None = None


class Fault(NamedTuple):
    """What is wrong with one cell."""

    column: str
    value: str
    reason: str


# Reading


class _Broken(Exception):
    """The text is no CSV from here on."""


def records(lines: Iterable[Line]) -> Iterator[Cells]:
    """The records of a CSV file, blank ones left out. After one that is broken there are no more: a quote that was not closed
    may have swallowed any number of them."""
    begins = last = size = 0

    def texts() -> Iterator[str]:
        nonlocal last, size
        for number, body in lines:
            last, size = number, size + (LONGEST_LINE + 1 if body is None else len(body))
            if body is None or size > LONGEST_LINE:
                raise _Broken(f"the row is longer than {LONGEST_LINE:,} bytes; is a quote not closed?")
            try:
                yield body.decode()
            except UnicodeDecodeError as fault:
                raise _Broken(
                    f"the text is not UTF-8 (byte {fault.start + 1} of the line); save it as CSV UTF-8"
                ) from None

    reader = csv.reader(texts(), strict=True)
    while True:
        begins, size = last + 1, 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_Broken, csv.Error) as fault:
            yield Cells(begins, [], f"{_in_words(fault)}. Nothing after this was read")
            return
        if any(cell.strip() for cell in cells):
            yield Cells(begins, cells)


def _in_words(fault: Exception) -> str:
    text = str(fault)
    if "unexpected end" in text:
        return "a quote is not closed"
    if "field limit" in text:
        return "a cell is far too long; is a quote not closed?"
    return "a line ends in the middle of a cell" if "new-line" in text else text


_PRACTICE = re.compile(r"practice (\S+)")


def practice_column(now: datetime) -> str:
    """The header of the empty column that marks the accounts of a practice office, and tells what its clock says."""
    return f"practice {now.isoformat()}"


def practice_clock(columns: Sequence[str]) -> datetime | None:
    """What the clock of the practice office says whose accounts these are; None for real ones. Raises ValueError."""
    marks = [mark for column in columns if (mark := _PRACTICE.fullmatch(column))]
    return TypeAdapter(Instant).validate_strings(marks[0][1]) if marks else None


class Column(NamedTuple):
    """What a column is: how its cells are read, and its place among others."""

    kind: Kind
    place: tuple[int, ...]


@cache
def column_of(path: str) -> Column | None:
    """The column of that header; None when there is no such field, or it has parts that are columns of their own."""
    kind: Any = Account
    place: list[int] = []
    for step in path.split("."):
        if _INDEX.fullmatch(step) and get_origin(kind) is tuple:
            place.append(int(step))
            kind = _bare(get_args(kind)[0])
        elif isinstance(kind, type) and issubclass(kind, BaseModel) and step in kind.model_fields:
            place.append(_fields(kind).index(step))
            kind = _bare(kind.model_fields[step].annotation)
        else:
            return None
    if kind is bool:
        return Column("yes-no", tuple(place))
    if kind is int:
        return Column("number", tuple(place))
    if get_origin(kind) is tuple or (
        isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in _TEXT_ALONE
    ):
        return None
    return Column("phone" if _PHONE.search(path) else "text", tuple(place))


def _fields(model: type[BaseModel]) -> list[str]:
    """The fields in order; of an account, what it brings from elsewhere last."""
    return sorted(model.model_fields, key=lambda name: model is Account and name in Brought.model_fields)


def _bare(kind: Any) -> Any:
    """The type without its limits, and without None."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif isinstance(kind, NewType):
            kind = kind.__supertype__
        elif get_origin(kind) in (Union, types.UnionType):
            (kind,) = (one for one in get_args(kind) if one is not type(None))
        else:
            return kind


def header_faults(columns: Sequence[str]) -> list[Fault]:
    """Every column that is no field, or is there twice, or is missing."""
    faults, seen = [], set[str]()
    whole = {path.rsplit(".", 1)[0] for path in columns if "." in path}
    for path in columns:
        if path in seen or path in whole:
            faults.append(Fault(path, path, "this column is there twice"))
        elif column_of(path) is None and not _PRACTICE.fullmatch(path):
            faults.append(Fault(path, path, "there is no such field, or it has parts that are columns of their own"))
        seen.add(path)
    return faults + [Fault(name, "", "this column is needed") for name in NEEDED if name not in seen]


def as_json(columns: Sequence[str], cells: Sequence[str]) -> tuple[str, list[Fault]]:
    """The account of a record as JSON, and every cell that cannot be read."""
    faults: list[Fault] = []
    if len(cells) > len(columns):
        extra = ", ".join(cells[len(columns) :])
        faults.append(Fault("", extra, f"there are {len(cells)} cells and {len(columns)} columns"))
    tree: _TREE = {}
    for column, cell in zip(columns, cells, strict=False):
        if not cell.strip() or _PRACTICE.fullmatch(column):
            continue
        try:
            value = _value(column, cell)
        except ValueError as fault:
            faults.append(Fault(column, cell, str(fault)))
            value = None
        *outer, last = column.split(".")
        place = tree
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = value
    whole = _listed(tree, "", lambda at: faults.append(Fault(at, "", "nothing is given here, but further on there is")))
    return json.dumps(whole), faults


def _value(column: str, cell: str) -> str | int | bool:
    known = column_of(column)
    kind = known.kind if known else "text"
    if kind == "number":
        if not _DIGITS.fullmatch(cell.strip()):
            raise ValueError("a whole number is written in digits and nothing else: 2000")
        return int(cell)
    if kind == "yes-no":
        if cell.strip().lower() not in ("true", "false"):
            raise ValueError("this is true or false")
        return cell.strip().lower() == "true"
    if cell.startswith("'") and cell[1:2] in ("'", *_FORMULA):
        return cell[1:]
    if cell.lstrip(" ").startswith(_FORMULA) and not (kind == "phone" and cell.strip().startswith("+")):
        raise ValueError("it begins like a formula; put an apostrophe before it if it is text")
    return cell


def _listed(tree: _TREE, at: str, gap: Callable[[str], None]) -> Any:
    """The tree with its numbered branches as lists, which have no gaps."""
    grown = {step: _listed(one, f"{at}{step}.", gap) if isinstance(one, dict) else one for step, one in tree.items()}
    if not grown or not all(_INDEX.fullmatch(step) for step in grown):
        return grown
    for n in range(len(grown)):
        if str(n) not in grown:
            gap(f"{at}{n}")
            break
    return [grown[step] for step in sorted(grown, key=int)]


# Writing


def flat(content: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Column and cell of every field of an account that is given."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from flat(value, f"{at}.{name}" if at else name)
    elif isinstance(content, list):
        for n, value in enumerate(content):
            yield from flat(value, f"{at}.{n}")
    elif isinstance(content, bool):
        yield at, "true" if content else "false"
    elif isinstance(content, int):
        yield at, str(content)
    elif content is not None:
        yield at, _safe(str(content))


def _safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    risky = text.startswith(_FORMULA) or (text.startswith("'") and text[1:2] in ("'", *_FORMULA))
    return f"'{text}" if risky else text


def written(columns: Sequence[str], cells: Mapping[str, str]) -> str:
    """One record, with its newline."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([cells.get(column, "") for column in columns])
    return line.getvalue()
