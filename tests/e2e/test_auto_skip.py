"""Letters and whole dates move the cursor on by themselves; at any speed each key lands where a simple model says.

The questions of the form follow from the letter, and the screen takes its time to ask them.
"""

from __future__ import annotations

import os
import random
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from casework.fields import Field, matching
from tests.e2e.demo_app import call_fields
from tests.e2e.terminal import Terminal, key, python
from tests.e2e.test_orderly_keys import DemoDesk, Log, _keys

SCRIPTS = int(os.environ.get("GREENWAX_KEY_SCRIPTS", "40")) // 2


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    demo = DemoDesk(tmp_path)
    with demo.terminal as terminal:
        terminal.wait_for("SURNAME3,")
        demo.play(_keys("enter"), 0.0)
        yield demo


@pytest.mark.parametrize("gap", [0.0, 0.002, 0.01, 0.03])
def test_a_call_is_two_letters_and_a_promise_is_typed_blind(desk: DemoDesk, gap: float) -> None:
    """`c` `n` saves a call that nobody answered; after `p` the answers go on in the questions it asks for.

    Seen red with: a letter acted on before the change was heard of (a promise saved without an amount); with no move after
    a whole date; and with the move made some time later, when the next key has come.
    """
    keys = [*_keys("cn"), *_keys("cw"), *_keys("r"), *_keys("cp"), *_keys("d"), *_keys("50"), key("enter")]
    keys += [*_keys("201126"), *_keys("rang back"), key("f10")]
    saved = [(event["form"], event["values"]) for event in desk.play(keys, gap)]
    assert saved == [
        ("call", {"outcome": "NO_ANS"}),
        ("call", {"outcome": "WRONG", "number": "remove"}),
        ("call", {"outcome": "PROMISE", "who": "self", "amount": "50", "due": "201126", "note": "rang back"}),
    ]


@dataclass
class Model:
    """What the form should do with keys, as simply as it can be said."""

    texts: dict[str, str] = field(default_factory=dict)
    here: str = "outcome"
    open: bool = False
    events: Log = field(default_factory=list)

    def press(self, name: str) -> None:
        """Do what one key does."""
        if not self.open:
            self.texts, self.here, self.open = {}, "outcome", True
            return
        asked = self._asked()
        at = [one.name for one in asked].index(self.here)
        last = at == len(asked) - 1
        text = self.texts.get(self.here, "")
        if name in ("f10", "escape") or (name == "enter" and last):
            self._end("draft" if name == "escape" else "saved")
        elif name in ("tab", "shift+tab", "enter", "down", "up"):
            by = -1 if name in ("shift+tab", "up") else 1
            if name in ("tab", "shift+tab", "enter") or 0 <= at + by < len(asked):
                self._go((at + by) % len(asked))
        elif name in ("backspace", "ctrl+u"):
            self.texts[self.here] = text[:-1] if name == "backspace" else ""
        else:
            self._type(name, text)

    def _type(self, letter: str, text: str) -> None:
        here = next(one for one in self._asked() if one.name == self.here)
        picked = next((one.code for one in here.choices if one.letter == letter), None)
        if picked is not None and (not text or text in [one.code for one in here.choices]):
            self.texts[self.here] = picked
            asked = self._asked()
            needed = [one for one in asked if one.required and not self.texts.get(one.name)]
            if asked[-1].name == self.here or (here.saves_alone and not needed):
                self._end("saved")
            else:
                self._go([one.name for one in asked].index(self.here) + 1)
            return
        self.texts[self.here] = text + letter
        if here.is_whole(text + letter):
            self._go([one.name for one in self._asked()].index(self.here) + 1)

    def _go(self, to: int) -> None:
        self._complete()
        self.here = self._asked()[to].name

    def _complete(self) -> None:
        here = next(one for one in self._asked() if one.name == self.here)
        found = matching(here.choices, self.texts.get(self.here, ""))
        if len(found) == 1:
            self.texts[self.here] = found[0].code

    def _asked(self) -> tuple[Field, ...]:
        found = matching(call_fields({})[0].choices, self.texts.get("outcome", ""))
        return call_fields({"outcome": found[0].code} if len(found) == 1 else {})

    def _end(self, how: str) -> None:
        if how == "saved":
            self._complete()
        values = {}
        for one in self._asked():
            if text := self.texts.get(one.name, ""):
                found = matching(one.choices, text)
                values[one.name] = found[0].code if len(found) == 1 else text
        self.events.append({"event": how, "key": "K000000", "form": "call", "values": values})
        self.open = False


def _script(chance: random.Random) -> tuple[list[bytes], Log]:
    """Keys as an officer in a hurry might type them; it ends with the form closed."""
    model, pressed = Model(), []
    moving = ["tab", "enter", "enter", "shift+tab", "down", "up", "f10", "escape", "backspace", "ctrl+u"]
    for _ in range(chance.randint(30, 60)):
        if not model.open:
            name = "c"
        elif model.here == "due" and chance.random() < 0.6:
            name = ""
            for digit in f"{chance.randint(1, 28):02}{chance.randint(1, 12):02}{chance.choice([19, 20, 26, 27])}":
                pressed.append(digit)
                model.press(digit)
        elif chance.random() < 0.25:
            name = chance.choice(moving)
        else:
            name = chance.choice("nvwpdokrppdd01239 x")
        if name:
            pressed.append(name)
            model.press(name)
    if model.open:
        pressed.append("escape")
        model.press("escape")
    return [key(name) for name in pressed], model.events


@pytest.mark.parametrize("first", range(0, SCRIPTS, 10))
def test_random_letters_do_what_a_simple_model_says(tmp_path: Path, first: int) -> None:
    """At 0, 2, 10 and 30 ms a key.

    Seen red with: a letter taken in a field that holds the beginning of a word.
    """
    desk = DemoDesk(tmp_path, store=0.03, size=(120, 36) if first else (80, 24))
    with desk.terminal as terminal:
        terminal.wait_for("SURNAME3,")
        desk.play(_keys("enter"), 0.0)
        for number in range(first, min(first + 10, SCRIPTS)):
            keys, expected = _script(random.Random(number))
            assert desk.play(keys, (0.0, 0.002, 0.01, 0.03)[number % 4]) == expected, f"script {number}: {keys}"


@pytest.mark.parametrize("allowed", ["yes", "no"])
def test_a_text_goes_to_the_clipboard_only_where_that_is_allowed(tmp_path: Path, allowed: str) -> None:
    """And what is said of it is what was done.

    Seen red with: `allowed` not looked at.
    """
    terminal = Terminal(python("-m", "tests.e2e.demo_app"), env={"GREENWAX_DEMO_CLIPBOARD": allowed})
    with terminal:
        terminal.wait_for("SURNAME3,")
        terminal.send_keys([*_keys("enter"), *_keys("p"), *_keys("57"), key("ctrl+y")])
        if allowed == "yes":
            terminal.wait_for("sent 2 characters to the terminal's clipboard")
        else:
            terminal.wait_for("nothing was copied")
        sent = b"\x1b]52;c;" + b64encode(b"57") + b"\x1b\\"
        assert (sent in terminal.raw) is (allowed == "yes")
