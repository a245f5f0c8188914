"""Accounts as CSV: columns are the fields of the JSON, cells are read strictly, and no cell is ever a formula."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_client.accounts_csv import (
    Cells,
    as_json,
    column_of,
    flat,
    header_faults,
    practice_clock,
    practice_column,
    records,
    written,
)
from api_client.import_source import Line
from casework.opening import Account
from tests.cases import NOW


def read(text: str | bytes) -> list[Cells]:
    """The records of a file with this content."""
    raw = text.encode() if isinstance(text, str) else text
    return [*records(Line(n, body) for n, body in enumerate(io.BytesIO(raw), 1))]


def of(**cells: str) -> tuple[Any, list[tuple[str, str]]]:
    """What a row with these cells means, and the columns that it cannot, with why. `__` stands for a dot."""
    columns = [name.replace("__", ".") for name in cells]
    text, faults = as_json(columns, [*cells.values()])
    return json.loads(text), [(one.column, one.reason) for one in faults]


# Records


def test_a_row_is_known_by_the_line_on_which_it_begins() -> None:
    """Also after a cell of several lines, and with blank lines between. Seen red with: the line on which it ends."""
    found = read('a,b\n1,"two\nlines"\n\n,\n3,4\r\n')
    assert found == [Cells(1, ["a", "b"]), Cells(2, ["1", "two\nlines"]), Cells(6, ["3", "4"])]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (b'a\n"never closed\nb\n', 2, "a quote is not closed"),
        (b'a\n"x"y\n', 2, "expected after"),
        (b"a\nb\nSi\xe2n\n", 3, "not UTF-8"),
        (b"a\nb\rc\n", 2, "ends in the middle"),
        (b"a\n" + b"x" * 140_000 + b"\n", 2, "far too long"),
        (b'a\n"' + b"x\n" * 600_000, 2, "a quote not closed"),
    ],
    ids=["open", "after", "latin-1", "cr", "cell", "row"],
)
def test_a_broken_file_is_not_read_beyond_the_fault(text: bytes, line: int, word: str) -> None:
    """A quote that was not closed may have swallowed any number of rows. Seen red with: reading on after it."""
    *_, last = read(text + b"1,2\n")
    assert last.line == line and last.broken is not None
    assert word in last.broken and "Nothing after this was read" in last.broken


def test_a_line_that_is_too_long_breaks_the_row_it_is_in() -> None:
    found = [*records([Line(1, b"a\n"), Line(2, None), Line(3, b"b\n")])]
    assert [(one.line, one.broken is not None) for one in found] == [(1, False), (2, True)]


# Columns


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("unit", "text"),
        ("number", "text"),
        ("opened_on", "text"),
        ("collection_order", "yes-no"),
        ("impositions.0.imposed_pence", "number"),
        ("impositions.199.result", "text"),
        ("person.name.surname", "text"),
        ("person.addresses.0.lines.1", "text"),
        ("person.phones.0", "phone"),
        ("person.phones.0.number", "phone"),
        ("person.employer.phone", "phone"),
        ("person.emails.0", "text"),
        ("guardian.person.representative.phone", "phone"),
        ("contacts.3.number", "phone"),
        ("contacts.3.talk_seconds", "number"),
        ("terms.amount_pence", "number"),
        ("counters.attempts", "number"),
        ("not_automatic.why", "text"),
    ],
)
def test_a_column_is_read_as_its_field_is(path: str, kind: str) -> None:
    column = column_of(path)
    assert column is not None and column.kind == kind


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            ".",
            "name",
            "Unit",
            "unit.",
            "unit.x",
            "unit.0",
            "person",
            "person.name",
            "impositions",
            "impositions.0",
        ),
        *(
            "impositions.result",
            "impositions.00.result",
            "impositions.-1.result",
            "impositions.x.result",
            "person..name",
        ),
        *(
            "person.phones",
            "person.phones.0.1",
            "impositions.9999999.result",
            "__class__",
            "unit.__class__",
            "unit unit",
        ),
    ],
)
def test_what_is_no_field_is_no_column(path: str) -> None:
    assert column_of(path) is None


def test_every_fault_of_a_header_is_named() -> None:
    """Seen red with: a column that is the whole of another not noticed."""
    found = header_faults(["unit", "unit", "person.phones.0", "person.phones.0.number", "surname"])
    assert [one.column for one in found] == ["unit", "person.phones.0", "surname", "number", "opened_on"]


def test_a_header_of_a_hundred_thousand_columns_is_judged_at_once() -> None:
    """Caught: every column compared with every other, which took minutes."""
    assert len(header_faults([f"impositions.{n}.nothing" for n in range(100_000)])) == 100_003


# Cells


def test_cells_are_typed_by_their_column() -> None:
    found = of(
        unit="K01",
        impositions__0__imposed_pence="100",
        impositions__1__imposed_pence=" 200 ",
        collection_order="TRUE",
        person__phones__0="07700 900123",
        terms__by="",
    )
    assert found == (
        {
            "unit": "K01",
            "impositions": [{"imposed_pence": 100}, {"imposed_pence": 200}],
            "collection_order": True,
            "person": {"phones": ["07700 900123"]},
        },
        [],
    )


@pytest.mark.parametrize(
    "cell", ["1.0", "1e3", "£20", "20.00", "-1", "+1", "1,000", "0x10", "٢", "1 0", "9" * 21, "true"]
)
def test_a_number_is_digits_and_nothing_else(cell: str) -> None:
    """Seen red with: `int` alone, which reads +1, 1_000 and Arabic digits."""
    _, ((column, reason),) = of(terms__amount_pence=cell)
    assert column == "terms.amount_pence" and "digits" in reason


@pytest.mark.parametrize("cell", ["1", "0", "yes", "wahr", "t"])
def test_yes_or_no_is_true_or_false(cell: str) -> None:
    assert of(collection_order=cell)[1] == [("collection_order", "this is true or false")]


FORMULAS = [
    "=1+1",
    "+44 1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1",
    " =1",
    '=HYPERLINK("http://x")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_that_begins_like_a_formula_is_refused_with_a_word(cell: str) -> None:
    """In every field of text. Seen red with: `=` alone looked for."""
    for column in ("person__name__surname", "terms__by", "unit", "notes__0__text"):
        _, ((name, reason),) = of(**{column: cell})
        assert name == column.replace("__", ".") and "formula" in reason


def test_a_number_from_abroad_begins_with_a_plus() -> None:
    """In a column of numbers to ring; nothing else may begin so there."""
    assert of(person__phones__0="+353 1 234 5678")[1] == []
    assert of(person__phones__0="=353")[1] != []


def test_an_apostrophe_says_that_it_is_text() -> None:
    """One is taken off where it keeps a cell from being a formula, and nowhere else."""
    for cell, meant in (("'=1", "=1"), ("''=1", "'=1"), ("'s Gravenhage", "'s Gravenhage"), ("'", "'")):
        assert of(person__name__surname=cell) == ({"person": {"name": {"surname": meant}}}, [])


def test_more_cells_than_columns_are_a_fault_and_fewer_are_not() -> None:
    """Spreadsheets leave out what is empty at the end."""
    assert [one.reason for one in as_json(["unit"], ["K01", "x", ""])[1]] == ["there are 3 cells and 1 columns"]
    assert as_json(["unit", "number"], ["K01"]) == ('{"unit": "K01"}', [])


def test_a_list_has_no_gaps() -> None:
    """Seen red with: the gap closed, so that a fault named the wrong column."""
    _, faults = of(person__phones__0="", person__phones__2="07700 900123")
    assert faults == [("person.phones.0", "nothing is given here, but further on there is")]


# What is written is read as it was

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(st.lists(TEXTS | st.sampled_from(FORMULAS) | st.sampled_from(["'=", "''", "'", "'\t", "a\nb", 'a"b', "a,b"])))
def test_no_written_cell_is_a_formula_and_each_reads_as_it_was(texts: list[str]) -> None:
    """Whatever text there is: only white space at its ends, which the fields do not keep, may not matter.

    Seen red with: the apostrophe put before formulas alone, so that one of a text's own was taken off.
    """
    texts = [text for text in texts if text.strip()]
    columns = [f"person.addresses.0.lines.{n}" for n in range(len(texts))]
    cells = dict(flat({"person": {"addresses": [{"lines": texts}]}} if texts else {}))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) for cell in cells.values())
    if texts and "\r" not in "".join(texts):
        record = written(columns, cells).encode()
        (found,) = records(Line(n, body) for n, body in enumerate(io.BytesIO(record), 1))
        text, faults = as_json(columns, found.cells)
        lines = json.loads(text)["person"]["addresses"][0]["lines"]
        assert faults == [] or all("formula" in one.reason for one in faults)
        assert [one for one in lines if one is not None] == [
            text for text, cell in zip(texts, cells.values(), strict=True) if not _led_by_space(cell)
        ]


def _led_by_space(cell: str) -> bool:
    """No field has text like this: it would be stripped."""
    return cell.startswith(" ") and cell.lstrip(" ").startswith(tuple("=+-@\t\r＝＋－＠"))


def test_columns_stand_in_the_order_of_the_fields() -> None:
    paths = ["stops.0.code", "impositions.10.result", "impositions.9.result", "person.name.surname", "unit"]
    columns = {path: column_of(path) for path in paths}
    assert sorted(paths, key=lambda path: columns[path].place) == [*reversed(paths)]  # type: ignore[union-attr]


def test_every_field_of_an_account_can_be_a_column() -> None:
    """Whoever adds a field adds a column. Caught: the names of a dictionary, which none can be."""

    def walk(content: Any, at: str) -> list[str]:
        if "properties" in content or "$ref" in content:
            known = content if "properties" in content else schema["$defs"][content["$ref"].rsplit("/", 1)[1]]
            if "enum" in known:
                return [at]
            if known["title"] in seen:
                return []
            seen.append(known["title"])
            found = [p for name, one in known["properties"].items() for p in walk(one, f"{at}.{name}".strip("."))]
            seen.pop()
            return found
        for part in content.get("anyOf", []):
            if part.get("type") != "null":
                return walk(part, at)
        return walk(content["items"], f"{at}.0") if content.get("type") == "array" else [at]

    schema, seen = Account.model_json_schema(), list[str]()
    paths = walk(schema, "")
    assert len(paths) > 150
    assert [path for path in paths if column_of(path) is None] == []


def test_the_mark_of_a_practice_office_tells_its_time() -> None:
    assert practice_clock(["unit", practice_column(NOW)]) == NOW
    assert practice_clock(["unit"]) is None
    for wrong in ("practice today", "practice 2026-11-19T10:00:00"):
        with pytest.raises(ValueError):
            practice_clock([wrong])
