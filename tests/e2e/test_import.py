"""Import: hostile and clumsy files. All of a file comes in or none of it, and every bad row is named."""

from __future__ import annotations

import json
import shutil
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from greenwax.cli import main
from tests.e2e.desks import account_line, greenwax, number

MARK = "\N{REPLACEMENT CHARACTER}"


class Office:
    """An empty home, and a store in it that files are imported into."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.store, self._capsys = home, home / "store", capsys

    def file(self, *lines: dict[str, Any] | str | bytes, name: str = "accounts.jsonl", end: bytes = b"\n") -> Path:
        """A file of these lines."""
        raw = [
            one if isinstance(one, bytes) else one.encode() if isinstance(one, str) else dumped(one) for one in lines
        ]
        path = self.home / name
        path.write_bytes(b"".join(one + end for one in raw))
        return path

    def ask(self, *words: str | Path, exit_code: int = 0) -> Any:
        """A command on this store, in this process; returns its one JSON document."""
        self._capsys.readouterr()
        code = main([*map(str, words), "--store", str(self.store), "--json"])
        out, err = self._capsys.readouterr()
        assert code == exit_code, (words, code, out[-2000:], err[-2000:])
        assert "Traceback" not in err
        return json.loads(out)

    def take(self, *lines: dict[str, Any] | str | bytes) -> Any:
        """The answer to a file that is taken on."""
        return self.ask("import", self.file(*lines))

    def refuse(self, *lines: dict[str, Any] | str | bytes) -> list[dict[str, Any]]:
        """The rows that are rejected; that nothing was added and nothing left behind is checked."""
        before = self.bytes()
        answer = self.ask("import", self.file(*lines), exit_code=8)
        assert answer.keys() == {"added", "unchanged", "rejected"}
        assert answer["added"] == 0 and answer["rejected"]
        for row in answer["rejected"]:
            assert row.keys() == {"line", "field", "value", "reason"}
            assert type(row["line"]) is int and row["reason"]
            assert len(row["value"]) <= 80 and row["value"].isprintable()
        assert self.bytes() == before
        return list(answer["rejected"])

    def bytes(self) -> dict[str, bytes] | None:
        """What the store holds on disk, or None when there is none."""
        if not self.store.exists():
            return None
        return {path.name: path.read_bytes() for path in sorted(self.store.glob("*.log"))}

    def units(self) -> tuple[str, ...]:
        """Where the one who imports works."""
        with closing(LocalStore(self.store, packaged_tables())) as store:
            (member,) = store.all_staff()
        return member.units


def dumped(line: Any) -> bytes:
    """JSON that may hold what JSON should not."""
    return json.dumps(line).encode("utf-8", "surrogatepass")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    """An office of one's own."""
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    return Office(tmp_path, capsys)


# What is taken on


def test_a_file_is_taken_on_and_the_same_file_again_changes_nothing(office: Office) -> None:
    """Byte for byte; and a file with one more adds that one.

    Seen red with: the digest of an account not kept.
    """
    lines = [account_line(n) for n in range(1, 6)]
    assert office.take(*lines) == {"added": 5, "unchanged": 0, "rejected": []}
    before = office.bytes()
    assert office.take(*lines) == {"added": 0, "unchanged": 5, "rejected": []}
    assert office.bytes() == before
    assert office.take(*lines, account_line(6)) == {"added": 1, "unchanged": 5, "rejected": []}
    case = office.ask("show", number(3))
    assert case["balance_pence"] == 10_300 and case["unit"] == "K01" and case["tasks"][0]["kind"] == "first-contact"
    assert office.ask("audit", "verify")["cases"] == 6
    assert office.ask("store", "check")["ok"]


def test_the_same_account_written_otherwise_is_unchanged(office: Office) -> None:
    """Keys in another order, a number with spaces and a small letter, defaults written out."""
    office.take(account_line(1))
    line = dict(reversed(account_line(1).items()))
    digits = line["number"]
    line |= {"number": f" {digits[:4]} {digits[4:].lower()} ", "collection_order": True}
    assert office.take(line)["unchanged"] == 1


def test_a_youth_comes_with_a_parent_who_pays_and_a_marker_with_its_reason(office: Office) -> None:
    """What is shown has nothing restricted in it; nor has any log. Seen red with: the reason in the event."""
    line = account_line(1)
    line["person"] = {"name": {"surname": "Hughes"}, "date_of_birth": "2012-05-11"}
    line["guardian"] = {"person": {"name": {"surname": "Hughes", "forenames": "Rachel"}}}
    line["markers"] = [{"code": "bereavement", "reason": "a brother died", "review_on": "2026-10-01"}]
    assert office.take(line)["added"] == 1 and office.take(line)["unchanged"] == 1
    case = office.ask("show", number(1))
    assert case["account_type"] == "Y" and case["collection_order"] is False
    assert case["guardian"]["person"]["name"]["forenames"] == "Rachel" and case["guardian"]["pays"]
    assert case["flags"] == [
        {"code": "vulnerable", "review_on": "2026-10-01"},
        {"code": "youth", "review_on": None},
    ]
    (marker,) = case["markers"]
    assert (marker["code"], marker["review_on"]) == ("bereavement", "2026-10-01") and "restricted" not in marker
    assert "brother" not in json.dumps(case)
    for name in ("history.log", "access.log"):
        assert b"brother" not in (office.store / name).read_bytes()
    assert office.ask("audit", "verify")["ok"] and office.ask("store", "check")["ok"]


def test_the_example_in_the_documents_can_be_taken_on(office: Office) -> None:
    """Caught: an example that the import refused."""
    example = Path(__file__).parents[2] / "docs" / "examples" / "accounts.jsonl"
    assert office.ask("import", example) == {"added": 5, "unchanged": 0, "rejected": []}


def test_what_editors_do_to_files_does_no_harm(office: Office) -> None:
    """A byte order mark, CRLF, blank lines, no newline at the end; lines are counted as the editor counts them.

    Seen red with: the mark left on; blank lines not counted.
    """
    one, two, three = (dumped(account_line(n)) for n in (1, 2, 3))
    path = office.file(b"\xef\xbb\xbf" + one, b"", b"  \t ", two, end=b"\r\n")
    path.write_bytes(path.read_bytes() + three)
    assert office.ask("import", path) == {"added": 3, "unchanged": 0, "rejected": []}
    rejected = office.refuse(b"\xef\xbb\xbf" + one, b"", b"", b"nonsense", b"")
    assert [row["line"] for row in rejected] == [4]


def test_a_dry_run_adds_nothing_and_leaves_no_store_behind(office: Office) -> None:
    """It answers as the import would; on a store that is there it changes nothing.

    Seen red with: the new store not unmade; `dry_run` not handed on.
    """
    path = office.file(account_line(1), account_line(2))
    assert office.ask("import", path, "--dry-run") == {"added": 2, "unchanged": 0, "rejected": []}
    assert not office.store.exists()
    office.store.mkdir()
    office.ask("import", path, "--dry-run")
    assert not any(office.store.iterdir()), "a folder that was there stays, as it was"
    office.ask("import", path)
    before = office.bytes()
    more = office.file(account_line(2), account_line(3), name="more.jsonl")
    assert office.ask("import", more, "--dry-run") == {"added": 1, "unchanged": 1, "rejected": []}
    assert office.bytes() == before
    bad = office.file("{}", name="bad.jsonl")
    assert office.ask("import", bad, "--dry-run", exit_code=8)["rejected"]


def test_only_its_owner_can_read_the_store(office: Office) -> None:
    """Names and debts of real people."""
    office.take(account_line(1))
    for path in (path for path in office.store.rglob("*") if path.is_file()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    for path in (office.store, office.store / "tables"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path


# What is rejected


def test_one_bad_row_keeps_all_out(office: Office) -> None:
    """On a new store nothing is left behind; on another nothing is added; each bad row is named, the good are not.

    Seen red with: the good rows written before the last was read.
    """
    bad = account_line(2, opened_on="2999-01-01")
    rejected = office.refuse(account_line(1), bad, account_line(3), "{", account_line(4, unit="kidderminster"))
    assert [(row["line"], row["field"]) for row in rejected] == [(2, "opened_on"), (4, ""), (5, "unit")]
    assert rejected[0]["value"] == "2999-01-01" and "still to come" in rejected[0]["reason"]
    assert rejected[2]["value"] == "kidderminster"
    assert not office.store.exists()
    office.take(account_line(1))
    office.refuse(account_line(2), bad)
    office.ask("show", number(2), exit_code=6)


def test_a_row_that_changed_is_rejected(office: Office) -> None:
    """An import takes on; it never changes what is there.

    Seen red with: an account known by its number alone counted as unchanged.
    """
    office.take(account_line(1))
    changed = account_line(1, impositions=[{"result": "FO", "imposed_on": "2026-01-05", "imposed_pence": 1}])
    (row,) = office.refuse(account_line(2), changed)
    assert (row["line"], row["field"], row["value"]) == (2, "number", number(1))
    assert "other data" in row["reason"]
    assert office.ask("show", number(1))["balance_pence"] == 10_100


def test_an_account_twice_in_a_file(office: Office) -> None:
    """The same line twice is one account; two different lines of one number are not; other units are other accounts.

    Seen red with: the second taking the place of the first.
    """
    changed = account_line(1, opened_on="2026-01-06")
    (row,) = office.refuse(account_line(1), changed)
    assert row["line"] == 2 and "earlier in this file" in row["reason"]
    assert office.take(account_line(1), account_line(1)) == {"added": 1, "unchanged": 1, "rejected": []}
    assert office.take(account_line(1, unit="L01"))["added"] == 1


def imposed(pence: Any) -> bytes:
    """An account on which this sum was imposed, written as it is into the JSON."""
    return dumped(account_line(1)).replace(b"10100", pence.encode())


@pytest.mark.parametrize(
    "pence",
    [
        *("-1", "0", "1.0", "1.5", "1e3", "true", "null", '"100"', '"£1.00"', "[]", "{}", "1" + "0" * 14, "9" * 5000),
        *("NaN", "Infinity", "-Infinity", "1e400"),
    ],
)
def test_money_is_whole_pence_and_nothing_else(office: Office, pence: str) -> None:
    """Not text, not a fraction, not `true`, not nothing, not more than there is.

    Seen red with: `Sum` not strict, which took `true` and 1.0 for a penny.
    """
    rows = office.refuse(imposed(pence))
    assert all(row["line"] == 1 for row in rows)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit": "K"}, "unit"),
        ({"unit": "K01\n"}, "unit"),
        ({"unit": "К01"}, "unit"),
        ({"number": "26000001"}, "number"),
        ({"number": "26000001Z"}, "number"),
        ({"number": 26000001}, "number"),
        ({"number": "٢٦٠٠٠٠٠١A"}, "number"),
        ({"opened_on": "5 January"}, "opened_on"),
        ({"opened_on": "2026-02-30"}, "opened_on"),
        ({"opened_on": None}, "opened_on"),
        ({"impositions": []}, "impositions"),
        ({"impositions": [{"result": "ZZZ", "imposed_on": "2026-01-05", "imposed_pence": 1}]}, "impositions.0.result"),
        (
            {"impositions": [{"result": "FO", "imposed_on": "2026-01-06", "imposed_pence": 1}]},
            "impositions.0.imposed_on",
        ),
        (
            {"impositions": [{"result": "FO", "imposed_on": "2026-01-05", "imposed_pence": 1, "paid_pence": 2}]},
            "impositions.0.paid_pence",
        ),
        ({"impositions": [{"result": "FO", "imposed_on": "2026-01-05", "imposed_pence": 1}] * 201}, "impositions"),
        ({"person": {"name": {"surname": ""}}}, "person.name.surname"),
        ({"person": {"name": {"surname": "\u200b\u202e" * 61}}}, "person.name.surname"),
        ({"person": {"name": {}}}, "person.name"),
        ({"person": {"name": {"surname": "A", "organisation": "B"}}}, "person.name"),
        ({"person": {"phones": ["call me"]}}, "person.phones.0.number"),
        ({"person": {"emails": ["nobody"]}}, "person.emails.0.address"),
        ({"person": {"date_of_birth": "2999-01-01"}}, "person.date_of_birth"),
        ({"person": {"addresses": [{"lines": []}]}}, "person.addresses.0.lines"),
        ({"person": {"addresses": [{"lines": ["1"], "postcode": "HERE"}]}}, "person.addresses.0.postcode"),
        ({"terms": {"plan": "instalments"}}, "terms"),
        ({"terms": {"plan": "whenever"}}, "terms.plan"),
        ({"person": {"national_insurance": "QQ123456C"}}, "person.national_insurance"),
        ({"person": {"vehicles": [{"registration": "NV"}]}}, "person.vehicles.0.registration"),
        ({"person": {"phones": ["07700 900123"] * 11}}, "person.phones"),
        ({"person": {"adjustments": [{"code": "moon"}]}}, "person.adjustments.0.code"),
        ({"person": {"prefers": ["pigeon"]}}, "person.prefers.0"),
        ({"person": {"flags": []}}, "person.flags"),
        ({"person": {"date_of_birth": "2010-01-01"}, "collection_order": True}, "collection_order"),
        ({"guardian": {"person": {"name": {"surname": "A"}}}}, "guardian"),
        ({"markers": [{"code": "tiger"}]}, "markers.0.code"),
        ({"markers": [{"code": "dog", "reason": ""}]}, "markers.0.reason"),
        ({"stray": 1}, "stray"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_bad_field_is_named(office: Office, changes: dict[str, Any], field: str) -> None:
    """By its path, with what stands there and why it cannot be."""
    rows = office.refuse(account_line(7), account_line(1, **changes))
    assert {row["line"] for row in rows} == {2}
    assert field in {row["field"] for row in rows}


def test_every_fault_of_a_row_is_listed(office: Office) -> None:
    """Not only the first."""
    rows = office.refuse(account_line(1, unit="k", number="1", opened_on="x", stray=True))
    assert {row["field"] for row in rows} == {"unit", "number", "opened_on", "stray"}


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe{\x00}\x00",
        b'{"unit":"\xff"}',
        b"\x00",
        b"null",
        b"[]",
        b'"account"',
        b"{}",
        b"{} {}",
        b"[" * 100_000,
        b'{"person":' * 100_000,
        b'{"unit":"\\ud800"}',
        b"unit,number,opened_on",
        b"x" * ((1 << 20) + 1),
        b'{"unit":"' + b"x" * (1 << 20) + b'"}',
        b" " * (1 << 20) + b"{}",
    ],
    ids=lambda line: repr(line[:20]) + str(len(line)),
)
def test_what_is_no_account_is_rejected_by_its_line(office: Office, line: bytes) -> None:
    """Other encodings, bombs of brackets, lines without end: the lines around them are still read and counted.

    Seen red with: the rest of a line that is too long read as lines of their own.
    """
    rows = office.refuse(account_line(1), line, account_line(2, unit="no"))
    assert [row["line"] for row in rows if row["field"] == "unit" and row["value"] == "no"] == [3]
    assert {row["line"] for row in rows} == {2, 3}


def test_a_repeated_key_cannot_smuggle_a_second_number(office: Office) -> None:
    """Whichever of two counted, somebody would read the other. Seen red with: the last one taken, as JSON readers do."""
    twice = dumped(account_line(1))[:-1] + b',"number":"' + number(2).encode() + b'"}'
    (row,) = office.refuse(twice)
    assert row["line"] == 1 and "“number” is there twice" in row["reason"]
    inner = dumped(account_line(1)).replace(b'"surname"', b'"surname": "Other", "surname"')
    assert "“surname”" in office.refuse(inner)[0]["reason"]


def test_a_name_of_ten_thousand_letters_is_refused_with_a_word(office: Office) -> None:
    """The reason says how long it may be; the value is shown in part."""
    (row,) = office.refuse(account_line(1, person={"name": {"surname": "x" * 10_000}}))
    assert row["field"] == "person.name.surname" and "120" in row["reason"]
    assert row["value"].endswith("…") and len(row["value"]) == 80


# What is made harmless


@pytest.mark.parametrize(
    ("surname", "kept"),
    [
        ("Smi\x1b[31mth", f"SMI{MARK}[31MTH"),
        ("Sm\x00ith", f"SM{MARK}ITH"),
        ("Sm\u202eith", f"SM{MARK}ITH"),
        ("\ufeffSmith", f"{MARK}SMITH"),
        ("Sm\x9b2Jith", f"SM{MARK}2JITH"),
        ("Smith\nJones\ttwo", "SMITH JONES TWO"),
        ("[bold red]Smith[/]", "[BOLD RED]SMITH[/]"),
        ("[@click=app.quit]Smith", "[@CLICK=APP.QUIT]SMITH"),
        ("<script>", "<SCRIPT>"),
        ("Robert'); DROP TABLE cases;--", "ROBERT'); DROP TABLE CASES;--"),
        ("{payer} %s ${HOME}", "{PAYER} %S ${HOME}"),
        ("Nguyễn", "NGUYỄN"),
        ("Z" + "\u0301" * 50 + "algo", "Ź" + "\u0301" * 4 + MARK + "ALGO"),
    ],
    ids=lambda text: text[:10].encode("unicode_escape").decode(),
)
def test_names_are_taken_on_and_made_harmless(office: Office, surname: str, kept: str) -> None:
    """What could steer a terminal leaves a mark; markup, templates and SQL are letters like any other.

    Seen red with: names kept as they came.
    """
    assert office.take(account_line(1, person={"name": {"surname": surname}}))["added"] == 1
    shown = office.ask("show", number(1))["name"]
    assert shown == kept and shown.isprintable()
    assert office.ask("import", office.file(account_line(1, person={"name": {"surname": surname}})))["unchanged"] == 1
    assert b"\x1b" not in (office.store / "history.log").read_bytes()
    assert main(["show", number(1), "--store", str(office.store)]) == 0


def test_what_is_shown_of_a_bad_value_is_harmless_too(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """An escape in a value, or in the name of a field, does not reach the terminal by way of the list of faults.

    Seen red with: the value printed as it is.
    """
    path = office.file(account_line(1, unit="\x1b]0;gone\x07"), account_line(2, **{"\x1b[2J": 1}))
    capsys.readouterr()
    assert main(["import", str(path), "--store", str(office.store)]) == 8
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err and "\x07" not in out + err
    assert "line 1: unit" in out and MARK in out and "2 rows rejected, 2 faults" in out


def test_rows_and_their_faults_are_counted_apart(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For people; a script has every fault. Also of those that are not listed.

    Caught: one row with two faults was "2 rejected". Seen red with: a row counted with each fault; those beyond left out.
    """

    def told(*lines: dict[str, Any]) -> str:
        capsys.readouterr()
        main(["import", str(office.file(*lines)), "--store", str(office.store)])
        return capsys.readouterr().out.splitlines()[-1]

    bad = account_line(2, unit="kidderminster") | {"stray": 1}
    assert told(account_line(1), bad) == "0 added, 0 unchanged, 1 row rejected, 2 faults"
    assert len(office.refuse(account_line(1), bad)) == 2
    assert told(bad, bad, account_line(1, unit="x")) == "0 added, 0 unchanged, 3 rows rejected, 5 faults"
    assert told(account_line(3, unit="x")) == "0 added, 0 unchanged, 1 row rejected, 1 fault"
    stray = account_line(4) | {f"stray{n}": 1 for n in range(60)}
    assert told(stray) == "0 added, 0 unchanged, 1 row rejected, 60 faults"
    monkeypatch.setattr("api_client.accounts_file.MOST_REJECTED", 3)
    assert told(bad, bad, bad) == "0 added, 0 unchanged, 3 rows rejected, 6 faults"
    assert told(account_line(1)) == "1 added, 0 unchanged"


# Files and stores that are not what they should be


def test_files_that_are_none(office: Office) -> None:
    """Missing, a folder, empty, of blank lines only: said, and no store is made."""
    for path in (office.home / "missing", office.home, Path(""), Path("/dev/null"), Path("\udcff")):
        assert office.ask("import", path, exit_code=6)["error"]["reasons"][0]["field"] == "file"
    for lines in ((), ("", " ")):
        assert "no account" in office.ask("import", office.file(*lines), exit_code=8)["error"]["reasons"][0]["message"]
    assert not office.store.exists()


def test_accounts_never_go_into_a_practice_office(office: Office) -> None:
    """Nor a dry run of them."""
    office.ask("practice", "--cases", "2")
    before = office.bytes()
    path = office.file(account_line(1))
    for flags in ((), ("--dry-run",)):
        assert "practice" in office.ask("import", path, *flags, exit_code=8)["error"]["reasons"][0]["message"]
    assert office.bytes() == before


def test_a_folder_with_something_else_in_it_is_left_alone(office: Office) -> None:
    """Above all a history that lost its tables, which a new store beside it would cut to nothing.

    Seen red with: a store opened wherever there was none.
    """
    office.take(account_line(1))
    shutil.rmtree(office.store / "tables")
    before = office.bytes()
    path = office.file(account_line(2))
    for flags in ((), ("--dry-run",)):
        message = office.ask("import", path, *flags, exit_code=8)["error"]["reasons"][0]["message"]
        assert "history.log" in message and "left as it is" in message
    office.ask("queues", exit_code=6)
    assert office.bytes() == before and not (office.store / "tables").exists()


def test_an_import_cut_short_can_be_done_again(office: Office) -> None:
    """What is left of a store that was never begun is no obstacle."""
    (office.store / "tables").mkdir(parents=True)
    (office.store / "tables" / "lock").write_text("4711")
    (office.store / "history.log").touch()
    assert office.take(account_line(1))["added"] == 1


def test_a_disk_that_is_full_keeps_all_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """7, said in words; what was there before is there still, and the import can be done again.

    Seen red with: the store's own fault not put into words.
    """
    office.take(account_line(1))
    path = office.file(account_line(2))

    def full(fd: int, data: bytes, offset: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("api_client.history_log.write_all", full)
        error = office.ask("import", path, exit_code=7)["error"]
    assert "kept" in error["reasons"][0]["message"]
    assert office.ask("audit", "verify")["cases"] == 1
    assert office.ask("import", path)["added"] == 1


@pytest.mark.parametrize("fails", ["history", "snapshot"])
@pytest.mark.parametrize("new", [True, False])
def test_a_write_that_fails_leaves_no_half_of_an_import(
    office: Office, monkeypatch: pytest.MonkeyPatch, new: bool, fails: str
) -> None:
    """No real store without a case; nobody works in a unit of which nothing came. Then it can be done again.

    Seen red with: the staff written in a transaction before that of the cases.
    """
    if not new:
        office.take(account_line(1))
    path = office.file(account_line(2, unit="L01"))

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        if fails == "history":
            patched.setattr("api_client.history_log.write_all", full)
        else:
            patched.setattr("api_client.store_folder.write_snapshot", full)
        error = office.ask("import", path, exit_code=7)["error"]
    assert "may not have been saved" in error["reasons"][0]["message"]
    assert office.store.exists() is not new
    if not new:
        assert office.units() == ("K01",)
        assert office.ask("audit", "verify")["cases"] == 1
        assert office.ask("store", "check")["ok"]
    assert office.ask("import", path)["added"] == 1
    assert office.units() == (("L01",) if new else ("K01", "L01"))


def test_the_installed_program_imports_ten_thousand_rows_of_faults(tmp_path: Path) -> None:
    """One document, every row in it."""
    file = tmp_path / "bad.jsonl"
    file.write_text("{}\n" * 10_000)
    answer = greenwax(tmp_path, "import", file, "--store", tmp_path / "store", exit_code=8)
    assert {row["line"] for row in answer["rejected"]} == set(range(1, 10_001))
    assert not (tmp_path / "store").exists()
