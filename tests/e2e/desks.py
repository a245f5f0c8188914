"""The real program in a real terminal, on a real store made for the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casework.accounts import check_letter
from tests.e2e.terminal import ROOT, Terminal


def environment(home: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's person is read or written."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH")
    }
    return {
        **kept,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "TERM": "xterm-256color",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def program(*words: str | Path) -> list[str]:
    """The installed program, as it is started from a shell."""
    return [str(Path(sys.executable).with_name("greenwax")), *map(str, words)]


def greenwax(home: Path, *words: str | Path, exit_code: int = 0) -> Any:
    """Run one command in a process of its own; returns its JSON answer."""
    done = subprocess.run(
        program(*words, "--json"), cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == exit_code, (words, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return json.loads(done.stdout)


def account_line(n: int, **changes: Any) -> dict[str, Any]:
    """The `n`th account of an import file; £100.00 and n pounds are owed."""
    digits = f"26{n:06}"
    person = {
        "name": {"surname": f"Payer{n}", "forenames": "Pat"},
        "phones": ["07700 900123"],
        "addresses": [{"lines": [f"{n} Mill Lane", "Kidderminster"], "postcode": "DY10 2AB"}],
    }
    return {
        "unit": "K01",
        "number": digits + check_letter(digits),
        "opened_on": "2026-01-05",
        "person": {**person, **changes.pop("person", {})},
        "impositions": [{"result": "FO", "imposed_on": "2026-01-05", "imposed_pence": 10_000 + 100 * n}],
        "terms": {"plan": "instalments", "amount_pence": 2_000, "every": "weekly", "start": "2026-02-05"},
        "first_contact_on": f"2026-01-{5 + n:02}",
        **changes,
    }


def number(n: int) -> str:
    """The number of the `n`th account."""
    return str(account_line(n)["number"])


def real_store(home: Path, *lines: dict[str, Any]) -> Path:
    """A store with these accounts, imported by the program itself."""
    home.mkdir(exist_ok=True)
    file = home / "accounts.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    store = home / "store"
    answer = greenwax(home, "import", file, "--store", store)
    assert answer == {"added": len(lines), "unchanged": 0, "rejected": []}
    return store


@contextmanager
def desk(home: Path, store: Path, width: int = 120, height: int = 36) -> Iterator[Terminal]:
    """The desk open on `store`, at its queues."""
    with Terminal(program("--store", store), width=width, height=height, env=environment(home)) as terminal:
        terminal.wait_for("Calls to make", 20)
        terminal.wait_until_quiet()
        yield terminal
