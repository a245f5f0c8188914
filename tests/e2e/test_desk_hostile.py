"""Hostile text in a name, a note and an address, through import, screen and command line: it stays text."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.desks import account_line, desk, environment, greenwax, number, program, real_store
from tests.e2e.terminal import ROOT
from tests.e2e.test_hostile_text import strangers

HOSTILE = {
    "markup": "[@click=app.exit]SMITH[/] [/nope] [link=http://x]y[/] [$zzz]x[/]",
    "escape": "S\x1b]52;c;cHduZWQ=\x1b\\M\x1b]0;owned\x07I\x1b[2J\x1b[H\x1b[31mTH",
    "c1": "SMI\x9d0;owned\x9cTH\x9b31m\x90q\x9c",
    "bidi": "SMITH \u202egnp.exe\u202c \u2066x\u2069 \u200fy",
    "marks": "S" + "\u0300\u0489" * 50 + "MITH",
    "wide": "Ŵyn 王小明 ﷽ SMITH 👩‍👩‍👧",
    "formula": '=HYPERLINK("x") +1 @SUM SMITH',
}


@pytest.mark.parametrize(("width", "height"), [(120, 36), (80, 24)])
def test_hostile_text_is_only_text(tmp_path: Path, width: int, height: int) -> None:
    """The byte stream of a day over such cases carries only the program's own sequences; nothing runs, nothing crashes.

    Seen red with: `clean_text` and `wash` both returning their argument (either alone holds).
    """
    lines = []
    for n, text in enumerate(HOSTILE.values(), 1):
        name = {"surname": text[:110]}
        person = {
            "name": name,
            "aliases": [name],
            "addresses": [{"lines": [f"1 {text[:100]}"]}],
            "employer": {"name": text[:110], "reference": text[:60]},
            "interpreter": text[:60],
            "representative": {"kind": "adviser", "name": text[:60], "organisation": text[:60]},
        }
        marker = {"code": "bereavement", "advice": text[:110]}
        lines.append(account_line(n, person=person, markers=[marker]))
    store = real_store(tmp_path, *lines, account_line(8))
    with desk(tmp_path, store, width, height) as terminal:
        terminal.send("n")
        for n, text in enumerate(HOSTILE.values(), 1):
            terminal.wait_for(f"K01-{number(n)}")
            terminal.wait_until_quiet()
            terminal.send(b"o\x1b[200~" + text.encode("utf-8", "replace") * 3 + b"\x1b[201~\x1b[21~")
            terminal.wait_for("Saved:")
            terminal.wait_until_quiet()
            terminal.send("\r]]")
            terminal.wait_for("Known")
            terminal.send("\x1b[B\x1b[B\r")
            terminal.wait_until_quiet()
            terminal.press("f3")
            terminal.send("/smith\r")
            terminal.wait_for("found")
            terminal.press("f3")
            terminal.wait_for("NEXT BECAUSE")
            terminal.send("wdone\r\r")
        terminal.wait_for(f"K01-{number(8)}")
        assert terminal.alive
        ours = terminal.raw.split(b"\x1b[?1049h")[-1]  # after the frame that stands before the desk
        assert strangers(ours) == []
    for n in range(1, len(HOSTILE) + 1):
        words = program("timeline" if n % 2 else "show", number(n), "--store", store)
        shown = subprocess.run(words, env=environment(tmp_path), cwd=ROOT, capture_output=True, timeout=60)
        assert shown.returncode == 0
        assert strangers(shown.stdout.replace(b"\n", b"\r\n")) == []


def test_ten_thousand_characters_are_refused_with_a_word(tmp_path: Path) -> None:
    """Too long is never cut in silence, neither on import nor at the desk."""
    store = real_store(tmp_path, account_line(1))
    refused = greenwax(
        tmp_path, "act", number(1), '{"kind":"note","text":"%s"}' % ("x" * 10_000), "--store", store, exit_code=8
    )
    assert refused["error"]["reasons"][0]["field"] == "text"
    assert "4,000" in refused["error"]["reasons"][0]["message"]
    long_name = account_line(2, person={"name": {"surname": "x" * 10_000}})
    file = tmp_path / "long.jsonl"
    file.write_text(json.dumps(long_name))
    rejected = greenwax(tmp_path, "import", file, "--store", store, exit_code=8)["rejected"]
    assert rejected[0]["field"] == "person.name.surname"
    assert len(rejected[0]["value"]) <= 80
