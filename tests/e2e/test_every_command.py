"""Every command of the registry through the real terminal: by each of its keys, in each of its places, with what is then seen.

What a place answers to is a table of steps here, and a test holds the tables against the registry: a command or key that is
new must be tried before it passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.staff import Staff
from tests.contract.conftest import THURSDAY, LocalOffice, account, someone
from tests.e2e.desks import environment, program
from tests.e2e.terminal import Terminal, key
from tui.commands import STANDARD
from tui.key_names import textual
from tui.registry import Place

ONE, TWO = account(1).id, account(2).id
BYTES = {"f11": b"\x1b[23~"}
"""What a terminal sends for keys that have no name in `terminal`."""


class Step(NamedTuple):
    """A command, its key, what is on the screen after it, and the keys that lead back to where it was typed."""

    id: str
    key: str
    shows: str
    back: Sequence[str] = ("F3",)


def sent(name: str) -> bytes:
    """What a terminal sends for a key that is written as in the registry, or for a text."""
    if len(name) == 1 or name in STANDARD_KEYS:
        called = textual(name)
        if called.startswith("alt+"):
            return b"\x1b" + name[-1].encode()
        return BYTES.get(called) or (name.encode() if len(name) == 1 else key(called))
    return name.encode()


STANDARD_KEYS = {one for command in STANDARD.commands for one in command.keys}


def opens(name: str, keys: str, title: str, back: Sequence[str] = ("F3",)) -> list[Step]:
    """A command that opens a form, or a screen with a box, under its title."""
    return [Step(name, one, f"\n {title}", back) for one in keys.split()]


HOME = "Enter next of this queue"
"""Stands on the list of queues and nowhere else."""

EVERYWHERE = (
    Step("palette", "Ctrl+P", "\n Commands", ("Ctrl+P",)),
    Step("leaving", "Ctrl+C", "Q leaves the desk", ()),
    Step("help", "F1", "\n Keys", ("F1",)),
    Step("tour", "g", "\n TOUR ", ("Esc",)),
)
ASKED = Step("help", "?", "\n Keys")
"""Where `?` is not typed into a box."""

MY_DAY = " TODAY  "

QUEUES = (
    *opens("next", "n F8", ONE, ("q",)),
    *opens("call-in", "i", "Find a case"),
    *opens("ringing", "F11", "Find a case"),
    *opens("find", "/", "Find a case"),
    Step("my-day", "y", MY_DAY, ("y",)),
    Step("undo", "u", "Refused: nothing was saved here", ()),
    *(Step("digits", digit, f">Find* {digit}") for digit in "09"),
    Step("away", "A", "0 tasks of people who are away"),
    Step("refresh", "F5", "PAINTED", ()),
    Step("safeguard", "F9", "ring 999 now", ()),
    Step("quit", "Q", "You still have this case", ("F3", "q")),
)

CASE = (
    *opens("next", "n F8", "Wrap up"),
    *opens("call-out", "c", "Call"),
    *opens("call-in", "i", "Call"),
    *opens("ringing", "F11", "Find a case"),
    *opens("promise", "p", "Promise"),
    *opens("terms", "t", "Terms"),
    *opens("note", "o", "Note"),
    *opens("wrap-up", "w", "Wrap up"),
    *opens("address", "a", "Details"),
    *opens("details", "d", "Details"),
    *opens("park", "z", "Park"),
    *opens("skip", "s", "Skip"),
    Step("payment-card", "k", "Saved: payment card", ()),
    *opens("trace", "r", "Trace"),
    Step("trace-result", "T", "Refused: no source was asked", ()),
    *opens("hand-over", "h", "Hand over"),
    Step("acknowledge", "H", "Refused: there is no hand-over", ()),
    *opens("marker", "v", "Marker"),
    *opens("quick-entry", ":", "Quick entry"),
    Step("repeat", ".", "Refused: no line was written yet", ()),
    *opens("find", "/", "Find a case"),
    *(Step("digits", digit, f">Find* {digit}") for digit in "09"),
    Step("my-day", "y", MY_DAY),
    Step("compare", "F7", "there is nothing to compare here", ()),
    Step("queues", "q", "Calls to make", ("n",)),
    *opens("receipt", "$", "Receipt"),
    *opens("reverse", "R", "Undo a payment"),
    Step("cancel-promise", "P", "Saved: promise £5.00 due", ()),
    Step("undo", "u", "Saved: undone", ()),
    *(Step("next-case", one, "no other case is open", ()) for one in ("F2", "}")),
    Step("previous-case", "{", "no other case is open", ()),
    *opens("put-away", "l", "Wrap up"),
    Step("previous-tab", "[", ">8 Tasks", ("]",)),
    Step("next-tab", "]", ">2 Money", ("[",)),
    Step("tab-money", "Alt+2", ">2 Money", ()),
    Step("tab-person", "Alt+3", ">3 Person", ()),
    Step("tab-traces", "Alt+5", ">5 Traces", ()),
    Step("tab-tasks", "Alt+8", ">8 Tasks", ()),
    Step("tab-timeline", "Alt+1", ">1 Timeline", ()),
    Step("narrow", "f", "│ Find in the timeline"),
    Step("read-all", "F6", "All that stands at the top"),
    Step("refresh", "F5", "PAINTED", ()),
    *opens("safeguard", "F9", "Safeguarding", ("F12",)),
    Step("quit", "Q", "You still have this case"),
)

DAY = (
    Step("palette", "Ctrl+P", "\n Commands", ("Ctrl+P",)),
    Step("help", "F1", "\n Keys", ("F1",)),
    ASKED,
    Step("safeguard", "F9", "ring 999 now", ()),
    Step("leaving", "Ctrl+C", "Esc goes back; then Q leaves the desk", ()),
    Step("refresh", "F5", "PAINTED", ()),
    Step("tour", "g", "\n TOUR ", ("Esc",)),
    *(Step(name, one, HOME, ("y",)) for name, one in (("my-day", "y"), ("back", "Esc"), ("back", "F3"))),
)

BY_WORDS = {
    "contact": "\n Contact",
    "end-marker": "Refused: ",
    "means": "\n Means",
    "request-terms": "\n Ask for terms",
    "refuse-terms": "Refused: ",
    "court-terms": "Refused: ",
    "stop": "\n Stop",
    "lift": "Refused: ",
}
"""What has no key: found by its title among the commands."""


FORM = (
    Step("open", "p", "\n>Amount"),
    Step("text", "50", ">Amount               * 50"),
    Step("enter", "Enter", "\n>Due"),
    Step("field-after", "Tab", "\n>By"),
    Step("field-before", "Shift+Tab", "\n>Due"),
    Step("field-after", "Down", "\n>By"),
    Step("choices", "F4", "Cash\n"),
    Step("field-before", "Up", "\n>Due"),
    Step("text", "abcd", "* abcd"),
    Step("take-out", "Backspace", "* abc"),
    Step("take-out", "Ctrl+H", "* ab"),
    Step("in-text", "Home", "* ab"),
    Step("take-out", "Delete", "* b"),
    Step("text", "x", "* xb"),
    Step("in-text", "Right", "* xb"),
    Step("text", "y", "* xby"),
    Step("in-text", "Left", "* xby"),
    Step("text", "z", "* xbzy"),
    Step("in-text", "End", "* xbzy"),
    Step("text", "e", "* xbzye"),
    Step("copy", "Ctrl+Y", "copying is off"),
    Step("empty", "Ctrl+U", "Due                  *\n"),
    Step("close", "Esc", "kept for later"),
    Step("open", "p", "F12 throws it away"),
    Step("close", "F3", "kept for later"),
    Step("open", "p", "F12 throws it away"),
    Step("throw-away", "F12", "F12 again throws away"),
    Step("throw-away", "F12", " n next "),
    Step("open", "o", "\n>Note"),
    Step("text", "one", "* one"),
    Step("new-line", "Ctrl+J", "* one"),
    Step("text", "two", "two"),
    Step("save", "F10", "Saved: one two"),
    Step("open", "o", "\n>Note"),
    Step("text", "three", "* three"),
    Step("save", "Ctrl+S", "Saved: three"),
    Step("open", "o", "\n>Note"),
    Step("text", "four", "* four"),
    Step("save-next", "F8", "\n Wrap up"),
)
"""One after the other, on a case."""

LISTS = (
    Step("scroll", "Down", "│> 19 Nov 10:00 receipt"),
    Step("scroll", "Up", "│> 19 Nov 10:00 promise"),
    Step("ends", "End", "│> 19 Nov 10:00 account opened"),
    Step("ends", "Home", "│> 19 Nov 10:00 promise"),
    Step("page", "PgDn", "│> 19 Nov 10:00 account opened"),
    Step("page", "PgUp", "│> 19 Nov 10:00 promise"),
    Step("open-row", "Enter", "Esc closes"),
    Step("stop-reading", "Esc", "│> 19 Nov 10:00 promise"),
    Step("open", "Enter", "Esc closes"),
    Step("stop-reading", "F3", "│> 19 Nov 10:00 promise"),
    Step("open", "Enter", "Esc closes"),
    Step("stop-reading", "Enter", "│> 19 Nov 10:00 promise"),
)
"""One after the other, in the timeline of a case."""

SAME_EVERYWHERE = (
    Step("safeguard", "F9", "ring 999 now"),
    Step("leaving", "Ctrl+C", "Esc goes back; then Q leaves the desk"),
    Step("help", "F1", "\n Keys"),
    Step("help", "F1", "Esc goes back; then Q leaves the desk"),
    Step("palette", "Ctrl+P", "\n Commands"),
    Step("palette", "Ctrl+P", "Esc goes back; then Q leaves the desk"),
)
"""What a place with nothing of its own on these keys says."""

BOXES = (
    Step("tour", "g", "\n TOUR 1 of"),
    Step("text", "Esc", HOME),
    Step("open", "/", "\n Find a case"),
    Step("text", "payer", "* payer"),
    Step("seek", "Enter", "\n> K01"),
    Step("to-box", "/", "\n>Find* payer"),
    Step("to-list", "Down", "\n> K01"),
    Step("back", "Esc", HOME),
    Step("open", "/", "\n Find a case"),
    *SAME_EVERYWHERE,
    Step("back", "F3", HOME),
    Step("open", "A", "0 tasks of people who are away"),
    *SAME_EVERYWHERE,
    Step("back", "Esc", HOME),
    Step("open", "?", "\n Keys"),
    Step("scroll", "Down", "u  undo"),
    Step("scroll", "Up", "n F8  next"),
    Step("page", "PgDn", "F1  keys"),
    Step("page", "PgUp", "n F8  next"),
    Step("text", "refre", "F5  refresh"),
    Step("open-row", "Enter", HOME),
)
"""One after the other, from the list of queues: the find box, the work of people away, and the help."""


@contextmanager
def desk(folder: Path) -> Iterator[Terminal]:
    """The installed program at its queues, for somebody who may do everything."""
    office = LocalOffice(folder / "store")
    lou = someone("lou", "officer").model_copy(update={"roles": ("team-leader", "fines-officer", "officer")})
    with office.store.transaction():
        office.store.put_staff(Staff.model_validate(lou.model_dump()))
    office.add(account(1), account(2))
    asyncio.run(_something_has_happened(office))
    office.store.close()
    argv = program("--store", folder / "store", "--as", "lou")
    with Terminal(argv, env=environment(folder)) as terminal:
        terminal.wait_for("Calls to make", 20)
        terminal.wait_until_quiet()
        yield terminal


async def _something_has_happened(office: LocalOffice) -> None:
    """A case is in hand, with a payment that can be undone and a promise that can be taken back."""
    here = office.desk("lou")
    await here.pull_next()
    await here.act(ONE, TakeReceipt(amount_pence=100, method="transfer", received_on=THURSDAY.date()), key="r")
    await here.act(ONE, MakePromise(amount_pence=500, due=THURSDAY.date(), method="transfer"), key="p")


def walk(terminal: Terminal, steps: Iterable[Step], home: str) -> None:
    """Each step from `home`, a text that is on the screen there and nowhere else."""
    for step in steps:
        before = len(terminal.raw)
        terminal.send_keys([sent(step.key)])
        if step.shows == "PAINTED":
            terminal.wait_until(lambda n=before: len(terminal.raw) - n > 3_000, 5, f"{step} to paint the screen")  # type: ignore[misc]
        else:
            see(terminal, step.shows)
        if step.back:
            terminal.send_keys([sent(one) for one in step.back], 0.06)
            terminal.wait_until(lambda: home in terminal.screen, 5, f"{home!r} after {step}")


def see(terminal: Terminal, text: str) -> None:
    """Wait for a text; with a line break before it, at the beginning of a line."""
    terminal.wait_until(lambda: text in f"\n{terminal.screen}", 5, repr(text))


def tried(*steps: Iterable[Step]) -> set[tuple[str, str]]:
    return {(step.id, step.key) for some in steps for step in some}


DIGITS = {("digits", digit) for digit in "12345678"}
"""The first and the last stand for them."""


def there_is(*places: Place, fixed: Sequence[str] = ()) -> set[tuple[str, str]]:
    """The keys of these places and of everywhere; of those that are fixed, the ones that are named."""
    known = [one for one in STANDARD.at(*places) if not one.fixed or one.id in fixed]
    return {(one.id, key) for one in known for key in one.keys} - DIGITS


def test_every_key_of_the_queues_is_tried() -> None:
    """Seen red with: a step taken out."""
    assert tried(QUEUES, EVERYWHERE, [ASKED]) == there_is("queues", fixed=["digits"])


def test_every_key_of_a_case_and_every_command_without_one_is_tried() -> None:
    """Seen red with: a step taken out."""
    assert tried(CASE, EVERYWHERE, [ASKED]) == there_is("case", fixed=["digits"])
    assert BY_WORDS.keys() == {one.id for one in STANDARD.commands if not one.keys}


def test_the_queues_answer_to_their_keys(tmp_path: Path) -> None:
    """Seen red with: `case "away"` taken out of the screen."""
    with desk(tmp_path) as terminal:
        walk(terminal, [ASKED, *EVERYWHERE, *QUEUES], HOME)


def test_a_case_answers_to_its_keys(tmp_path: Path) -> None:
    """Seen red with: `"read-all"` taken out of the screen."""
    with desk(tmp_path) as terminal:
        terminal.send("n")
        terminal.wait_for(ONE)
        terminal.wait_until_quiet()
        walk(terminal, [ASKED, *EVERYWHERE, *CASE], " n next ")
        for name, shows in BY_WORDS.items():
            terminal.press("ctrl+p")
            terminal.send(STANDARD.named(name).title + "\r")
            see(terminal, shows)
            terminal.press("f3")
            terminal.wait_for(" n next ")


def test_my_day_answers_to_its_keys(tmp_path: Path) -> None:
    """Seen red with: `case "my-day"` taken out of the screen."""
    assert tried(DAY) == there_is("day") | fixed("day")
    with desk(tmp_path) as terminal:
        terminal.send("y")
        see(terminal, MY_DAY)
        walk(terminal, DAY, MY_DAY)


def fixed(*places: Place) -> set[tuple[str, str]]:
    """The keys of these places that no desk may change."""
    return {
        (one.id, key) for one in STANDARD.commands if one.fixed and {*places} & {*one.places} for key in one.keys
    } - DIGITS


def pressed(steps: Iterable[Step]) -> set[tuple[str, str]]:
    return {(step.id, step.key) for step in steps if step.id not in ("open", "text")}


def follow(terminal: Terminal, steps: Iterable[Step]) -> None:
    """Each step after the one before."""
    for step in steps:
        terminal.send(sent(step.key))
        see(terminal, step.shows)


def test_a_form_a_list_and_a_text_answer_to_their_keys(tmp_path: Path) -> None:
    """Seen red with: `pageup` taken out of the list."""
    assert pressed(FORM) == fixed("form")
    assert pressed(LISTS) == fixed("list", "reader")
    with desk(tmp_path) as terminal:
        terminal.send("n")
        terminal.wait_for(ONE)
        terminal.wait_until_quiet()
        follow(terminal, LISTS)
        follow(terminal, FORM)


def test_boxes_and_what_is_listed_under_them_answer_to_their_keys(tmp_path: Path) -> None:
    """Seen red with: Up and Down left to the box of the help."""
    every = {(one.id, one.keys[-1]) for one in STANDARD.commands if "everywhere" in one.places}
    assert pressed(BOXES) == fixed("find", "away", "help") | every
    with desk(tmp_path) as terminal:
        follow(terminal, BOXES)


def test_keys_of_the_persons_own_file_work_and_what_cannot_be_is_refused_at_the_start(tmp_path: Path) -> None:
    """Seen red with: the registry not handed to the desk; the keys of the file not read."""
    own = tmp_path / "config" / "greenwax" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[keys]\npromise = "j"\nnote = ["p", "£"]\n', "utf-8")
    with desk(tmp_path) as terminal:
        follow(
            terminal,
            (
                Step("next", "n", ONE),
                Step("promise", "j", "\n Promise"),
                Step("close", "F3", "j promise"),
                Step("note", "p", "\n Note"),
            ),
        )
    own.write_text('[keys]\npromise = "t"\nskip = "ctrl+enter"\n', "utf-8")
    argv = program("--store", tmp_path / "none")
    with Terminal(argv, env=environment(tmp_path)) as terminal:
        assert terminal.wait_for_exit(20) == 8
        told = " ".join("".join(terminal.lines).split())
        assert str(own).split("/")[-1] in told and "keys.promise" in told and "terms" in told and "keys.skip" in told
    assert not (tmp_path / "none").exists()
