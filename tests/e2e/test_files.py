"""Files at the command line: sheets, exports, progress, Ctrl+C, and an import that is killed."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from api_client.accounts_csv import flat, written
from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from casework.as_account import as_account
from casework.case import Case
from casework.opening import Account
from tests.e2e.conftest import Run
from tests.e2e.desks import account_line, environment, number, program, real_store
from tests.e2e.terminal import ROOT

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def sheet(path: Path, *lines: dict[str, Any]) -> Path:
    """A CSV of these accounts."""
    rows = [dict(flat(line)) for line in lines]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    header = dict(zip(columns, columns, strict=True))
    path.write_text("".join(written(columns, row) for row in [header, *rows]), "utf-8")
    return path


def jsonl(path: Path, count: int, first: int = 1) -> Path:
    """A file of so many accounts."""
    lines = (account_line(n, first_contact_on="2026-01-10") for n in range(first, first + count))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def told(store: Path) -> dict[str, Account]:
    """What each case of a store says of itself."""
    opened = LocalStore(store, packaged_tables())
    try:
        return {i: as_account(Case.model_validate(record["case"])) for i, record in opened.cases.each_raw()}
    finally:
        opened.close()


# Sheets


def test_the_examples_in_the_documents_make_equal_cases(home: Path, run: Run) -> None:
    """Line by line. Caught: a column of the sheet that was read as text and refused."""
    for name in ("jsonl", "csv"):
        answer = run("import", EXAMPLES / f"accounts.{name}", "--store", home / name)
        assert answer == {"added": 5, "unchanged": 0, "rejected": []}
    lines, cells = told(home / "jsonl"), told(home / "csv")
    assert len(lines) == 5 and lines == cells
    assert run("import", EXAMPLES / "accounts.csv", "--store", home / "jsonl")["unchanged"] == 5


def test_faults_of_a_sheet_are_named_by_line_and_column(home: Path, run: Run) -> None:
    """The line is that of the file, with cells of several lines and blank lines in it; all or none.

    Seen red with: rows counted instead of lines.
    """
    file = sheet(
        home / "a.csv",
        account_line(1, notes=[{"text": "one\ntwo\nthree"}]),
        account_line(2, impositions=[{"result": "FO", "imposed_on": "2026-01-05", "imposed_pence": "£5"}]),
        account_line(3, person={"name": {"surname": "x"}}),
        account_line(4, opened_on="5 January"),
    )
    text = file.read_text().replace("\nK01", "\n\nK01").replace("3 Mill Lane", "=cmd|' /C calc'!A0")
    file.write_text(text)
    rejected = run("import", file, "--store", home / "store", exit_code=8)["rejected"]
    assert [(row["line"], row["field"], row["value"]) for row in rejected] == [
        (7, "impositions.0.imposed_pence", "£5"),
        (9, "person.addresses.0.lines.0", "=cmd|' /C calc'!A0"),
        (11, "opened_on", "5 January"),
    ]
    assert not (home / "store").exists()


def test_a_sheet_with_a_wrong_column_is_not_read(home: Path, run: Run) -> None:
    """Each wrong column once, not each row. Seen red with: the rows read all the same."""
    file = sheet(home / "a.csv", *(account_line(n) for n in range(1, 30)))
    file.write_text(file.read_text().replace("person.name.surname", "surname", 1).replace("unit,", "Unit,", 1))
    rejected = run("import", file, "--store", home / "store", exit_code=8)["rejected"]
    assert [(row["line"], row["field"]) for row in rejected] == [(1, "Unit"), (1, "surname"), (1, "unit")]


def test_a_sheet_from_windows_is_read(home: Path, run: Run) -> None:
    """A byte order mark and CRLF, as Excel writes “CSV UTF-8”; the other CSV is refused with a word."""
    file = sheet(home / "a.csv", account_line(1, person={"name": {"surname": "Siân"}}), account_line(2))
    text = file.read_text()
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert run("import", file, "--store", home / "store")["added"] == 2
    assert run("show", number(1), "--store", home / "store")["name"].startswith("SIÂN")
    file.write_bytes(text.encode("latin-1"))
    (row,) = run("import", file, "--store", home / "other", exit_code=8)["rejected"]
    assert row["line"] == 2 and "save it as CSV UTF-8" in row["reason"]


def test_faults_beyond_a_hundred_thousand_are_counted(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And those of one row beyond fifty. Seen red with: no end to the list."""
    monkeypatch.setattr("api_client.accounts_file.MOST_REJECTED", 70)
    wild = {f"stray{n}": n for n in range(1_000)}
    file = home / "a.jsonl"
    file.write_text(json.dumps(wild) + "\n" + "{}\n" * 10)
    rejected = run("import", file, "--store", home / "store", exit_code=8)["rejected"]
    assert [row["line"] for row in rejected[:52]] == [1] * 51 + [2]
    assert "more faults in this row" in rejected[50]["reason"]
    assert len(rejected) == 71 and "more faults, which are not listed" in rejected[-1]["reason"]


# Export


def test_an_export_goes_into_another_store_and_comes_out_the_same(home: Path, run: Run) -> None:
    store = real_store(home, *(account_line(n) for n in range(1, 4)))
    run("act", number(2), '{"kind":"note","text":"says that she will ring"}', "--store", store)
    answer = run("export", home / "a.jsonl", "--store", store)
    assert answer == {"cases": 3, "events": 10}, "two each as they were opened, a missed instalment each, the note"
    assert run("import", home / "a.jsonl", "--store", home / "new") == {"added": 3, "unchanged": 0, "rejected": []}
    assert (
        run("audit", "verify", "--store", home / "new")["ok"] and run("store", "check", "--store", home / "new")["ok"]
    )
    run("export", home / "b.jsonl", "--store", home / "new")
    first, second = ((home / f"{one}.jsonl").read_bytes().split(b"\n", 1)[1] for one in "ab")
    assert first == second
    assert run("export", home / "c.jsonl", "--store", store, "--only", number(2)) == {"cases": 1, "events": 4}
    assert run("export", home / "d.jsonl", "--only", number(9), "--store", store, exit_code=6)
    assert run("export", home / "a.jsonl", "--store", store, exit_code=8)
    assert run("timeline", number(2), "--store", home / "new") == run("timeline", number(2), "--store", store)


def test_a_sheet_says_that_it_carries_no_history(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from greenwax.cli import main

    store = real_store(home, account_line(1))
    capsys.readouterr()
    assert main(["export", str(home / "a.csv"), "--store", str(store), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"cases": 1, "events": 0} and "carries no history" in err


def test_a_practice_office_is_exported_by_those_who_may(home: Path, run: Run) -> None:
    """Its cases go into another, or into a new one that then is one; never among real accounts, whoever asks."""
    office = home / "practice"
    staff = run("practice", "--cases", "5", "--store", office)["staff"]
    (keeper,) = [one["id"] for one in staff if "administrator" in one["roles"]]
    run("export", home / "a.jsonl", "--store", office, exit_code=4)
    assert run("export", home / "a.jsonl", "--store", office, "--as", keeper)["cases"] == 5
    assert run("import", home / "a.jsonl", "--store", home / "new")["added"] == 5
    run("import", home / "a.jsonl", "--store", home / "new", "--as", "nobody", exit_code=3)
    assert run("import", home / "a.jsonl", "--store", office, "--as", keeper)["unchanged"] == 5
    run("import", home / "a.jsonl", "--store", office, exit_code=4)
    real = real_store(home, account_line(1))
    run("import", home / "a.jsonl", "--store", real, exit_code=8)
    run("import", home / "a.jsonl", "--store", home / "third", "--as", keeper, exit_code=2)


# Progress and Ctrl+C


def start(home: Path, *words: str | Path, stderr: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """The program in a process of its own."""
    return subprocess.Popen(
        program(*words), cwd=ROOT, env=environment(home), stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
    )


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> bool:
    """Whether it came to hold while the process lived."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if holds():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.001)
    raise AssertionError("it never came to that")


def size(path: Path) -> int:
    """Bytes, none while there is no such file."""
    return path.stat().st_size if path.exists() else 0


@pytest.mark.parametrize("there", [False, True])
def test_ctrl_c_takes_back_all_of_an_import_and_says_so(tmp_path: Path, run: Run, home: Path, there: bool) -> None:
    """130, one document, and the store as it was; or none where there was none.

    Seen red with: the rows so far kept; the signal left to Python, which stopped the store in the middle of a write.
    """
    store = real_store(home, account_line(9_000, first_contact_on="2026-01-10")) if there else home / "store"
    before = size(store / "history.log")
    process = start(home, "import", jsonl(home / "many.jsonl", 3_000), "--store", store, "--json")
    assert wait_until(lambda: size(store / "history.log") > before + 100_000, process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    error = json.loads(out)["error"]
    assert error["type"] == "cancelled" and error["reasons"][0]["message"] == "nothing was added"
    assert b"Traceback" not in err
    assert size(store / "history.log") == before and store.exists() is there
    if there:
        assert run("audit", "verify", "--store", store)["cases"] == 1
        assert run("store", "check", "--store", store)["ok"]


def test_ctrl_c_leaves_no_file_of_an_export(home: Path) -> None:
    """Seen red with: the unfinished file left beside."""
    store = home / "store"
    done = start(home, "import", jsonl(home / "many.jsonl", 1_200), "--store", store)
    assert done.wait(120) == 0
    done.communicate()
    (out := home / "out").mkdir()
    process = start(home, "export", out / "a.jsonl", "--store", store)
    assert wait_until(lambda: any(out.iterdir()), process)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert list(out.iterdir()) == []


def test_progress_is_one_line_on_a_terminal_and_nothing_elsewhere(home: Path) -> None:
    """Repainted, and taken away at the end. Seen red with: painted into a pipe."""
    file = jsonl(home / "many.jsonl", 600)
    ours, theirs = pty.openpty()
    process = start(home, "import", file, "--store", home / "store", stderr=theirs)
    os.close(theirs)
    seen = b""
    while process.poll() is None or select.select([ours], [], [], 0.1)[0]:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                seen += os.read(ours, 65_536)
            except OSError:
                break
    out, _ = process.communicate()
    os.close(ours)
    assert process.returncode == 0 and b"600 added" in out
    assert b"\r\x1b[KImporting: " in seen and b"%, " in seen and b"\n" not in seen
    assert seen.endswith(b"\r\x1b[K")
    quiet = start(home, "import", file, "--store", home / "store")
    _, err = quiet.communicate(timeout=60)
    assert err == b""


# Killed


def _snapshot(store: Path) -> bool:
    return any(store.glob("tables/snapshot-*.tmp"))


WHEN: dict[str, Callable[[Path, int], bool]] = {
    "at the first row": lambda store, before: size(store / "history.log") > before,
    "in the middle": lambda store, before: size(store / "history.log") > before + 300_000,
    "as the snapshot is written": lambda store, before: _snapshot(store),
    "as it is renamed": lambda store, before: len([*store.glob("tables/snapshot-*.jsonl")]) > 1 + (before > 0),
}


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("there", [False, True])
def test_an_import_that_is_killed_is_there_wholly_or_not_at_all(
    tmp_path: Path, run: Run, home: Path, when: str, there: bool
) -> None:
    """kill -9 at any moment; afterwards the store is sound, and the import can be done again.

    Seen red with: a transaction for every row instead of one for all.
    """
    store = home / "store"
    if there:
        real_store(home, account_line(9_000, first_contact_on="2026-01-10"))
    before, count = size(store / "history.log"), 400
    file = jsonl(home / "many.jsonl", count)
    process = start(home, "import", file, "--store", store)
    wait_until(lambda: WHEN[when](store, before), process)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    if there:
        verdict = run("audit", "verify", "--store", store)
        assert verdict["ok"] and verdict["cases"] in (1, 1 + count)
        assert run("store", "check", "--store", store)["ok"]
    answer = run("import", file, "--store", store)
    assert (answer["added"], answer["unchanged"]) in ((count, 0), (0, count))
    assert run("audit", "verify", "--store", store)["cases"] == there + count
