"""Random typing at the real desk in a real pseudo-terminal, against a simple model: no key is lost, none misplaced.

    python -m tests.typing 1000               so many scripts
    python -m tests.typing --seed 130         the ten scripts of one desk again

A script is a few bursts. Half of them come as one write each, as a scanner, a macro or an SSH packet sends keys; the others
with 2, 10 or 30 ms between keys. After each burst the desk must stand where the model says: the screen, the case, the form,
the field, every text in it, what was saved and what is kept. With a gap, a burst ends where what follows would depend on the
clock: at a case that comes on the screen, and at an error.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from casework.accounts import check_letter
from tests.contract.conftest import THURSDAY, LocalOffice, account
from tests.e2e.desks import environment
from tests.e2e.terminal import Terminal, key, python
from tests.typing_model import NUMBERS, Model

A_DESK = 10
"""Scripts typed at one desk, one after the other: starting one costs more than a script."""
BURSTS = 6
GAPS = (0.0, 0.0, 0.002, 0.0, 0.01, 0.0, 0.03, 0.0)


@dataclass
class Desk:
    """A desk in a terminal, and what it tells of itself."""

    terminal: Terminal
    told: Path
    sent: int = 0
    at: dict[str, Any] = field(default_factory=dict)

    def type(self, names: list[str], gap: float) -> None:
        """Type a burst, and wait until all of it is done with."""
        self.sent += len(names)
        self.terminal.send_keys([key(name) for name in names], gap)
        deadline = time.monotonic() + 30
        while self._read().get("typed") != self.sent:
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"{self.sent} keys were sent; told is {self.at}; the screen:\n{self.terminal.screen}"
                )
            time.sleep(0.01)

    def _read(self) -> dict[str, Any]:
        lines = self.told.read_text("utf-8").splitlines()
        self.at = json.loads(lines[-1]) if lines else {}
        return self.at


def scripts(first: int, count: int) -> None:
    """So many scripts at one desk of its own. Raises AssertionError with the burst after which it stands wrong."""
    with tempfile.TemporaryDirectory(prefix="greenwax-typing.") as scratch:
        home = Path(scratch)
        office = LocalOffice(home / "store")
        office.add(*(account(n) for n in range(1, 6)))
        office.store.close()
        told = home / "told"
        told.touch()
        argv = python("-m", "tests.typing_desk", str(home / "store"), str(told))
        size = (120, 36) if first // A_DESK % 2 else (80, 24)
        with Terminal(argv, env=environment(home), width=size[0], height=size[1]) as terminal:
            terminal.wait_for("Calls to make", 30)
            desk, model = Desk(terminal, told), Model()
            for seed in range(first, first + count):
                chance, gap = random.Random(seed), GAPS[seed % len(GAPS)]
                for _ in range(BURSTS):
                    names = burst(chance, model, gap)
                    desk.type(names, gap)
                    model.look_up()
                    compare(desk.at, model, f"script {seed}, gap {gap}, after {names}")


def burst(chance: random.Random, model: Model, gap: float) -> list[str]:
    """What is typed in one go; the model goes along."""
    names: list[str] = []
    while len(names) < 45 and not (names and chance.random() < 0.03):
        for name in _next(chance, model):
            names.append(name)
            model.press(name)
            if gap and (model.deaf or model.unseen):
                return names
        if model.deaf and chance.random() < 0.3:
            break
    return names


def _next(chance: random.Random, model: Model) -> list[str]:
    if model.place == "find":
        number = chance.choice(NUMBERS)
        wrong = chance.choice([letter for letter in "ABCDEFGHJK" if letter != check_letter(number[:8])])
        whole = number if chance.random() < 0.75 else number[:8] + wrong
        return chance.choice((["ctrl+u", *whole], ["ctrl+u", *whole], ["ctrl+u", *"smi", "backspace"], ["f3"]))
    if model.place == "queues":
        return [chance.choice(("n", "n", "/", "2", "down"))]
    if model.form is None:
        promise = [] if model.case in model.promised else ["p", "p"]
        return [chance.choice(("o", "o", *promise, "f2", "}", "{", "/", "2", "q", "]", "down", "up"))]
    if chance.random() < 0.4:
        return [chance.choice(("enter", "enter", "tab", "shift+tab", "f10", "f3", "f12", "f2", "backspace", "ctrl+u"))]
    match model.form.at:
        case "amount_pence":
            long = "amount_pence" not in model.form.fresh and len(model.form.texts["amount_pence"]) > 3
            return [*(["ctrl+u"] if long else []), *chance.choice(("5", "20", "7", "500", "x"))]
        case "due":
            return [*chance.choice(("+1", "+7", "+9", "+99", "x"))]
        case "method":
            return [*chance.choice(("ca", "card", "tr", "dir", "x"))]
        case _:
            return [*chance.choice(("she will ring", " again", "a", "q p n 5", "zz "))]


def compare(at: dict[str, Any], model: Model, when: str) -> None:
    """Raises AssertionError where the desk does not stand as the model says."""
    form = model.form
    expected = {
        "place": model.place,
        "box": model.box if model.place == "find" else "",
        "case": f"K01-{model.case}" if model.cases else "",
        "form": form.kind if form is not None else "",
        "field": form.at if form is not None else "",
        "values": form.values if form is not None else {},
        "saved": [list(one) for one in model.saved],
    }
    found = {name: at[name] for name in expected}
    found["saved"] = [_saved(case, action) for case, action in at["saved"]]
    assert found == expected, f"{when}:\n{found}\nnot\n{expected}"
    open_form = (model.case, form.kind) if form is not None else ("", "")
    kept = {(case.removeprefix("K01-"), kind): typed for case, kind, typed in at["drafts"]}
    kept.pop(open_form, None)  # it is kept while it is being typed, too
    assert kept == {one: typed for one, typed in model.drafts.items() if one != open_form}, when


def _saved(case: str, action: dict[str, Any]) -> list[str]:
    number = case.removeprefix("K01-")
    if action["kind"] == "note":
        return ["note", number, action["text"]]
    days = next(f"+{n}" for n in range(100) if (THURSDAY + timedelta(n)).date().isoformat() == action["due"])
    return ["promise", number, str(action["amount_pence"]), days, action["method"]]


def desks(count: int) -> Iterator[tuple[int, int]]:
    """The first script and the number of scripts of each desk, so many in all."""
    for first in range(0, count, A_DESK):
        yield first, min(A_DESK, count - first)


def run(count: int, tell: Callable[[str], None]) -> None:
    """So many scripts."""
    for first, some in desks(count):
        scripts(first, some)
        tell(f"scripts {first} to {first + some - 1}: every key where it was meant")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=40)
    parser.add_argument("--seed", type=int)
    asked = parser.parse_args()
    if asked.seed is not None:
        scripts(asked.seed // A_DESK * A_DESK, A_DESK)
    else:
        run(asked.count, lambda line: print(line, flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
