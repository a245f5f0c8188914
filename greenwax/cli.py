"""The command line: a stable surface for scripts, screen readers and tests.

Names, flags, JSON keys and exit codes are a contract. With `--json` exactly one JSON document goes to standard output;
messages go to standard error.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from greenwax import __version__

INTERRUPTED = 130
"""The exit code after Ctrl+C, as shells expect it."""

EXIT = {
    "failed": 1,
    "store-damaged": 1,
    "usage": 2,
    "ambiguous": 2,
    "not-signed-in": 3,
    "forbidden": 4,
    "claimed-by-another": 5,
    "claim-lost": 5,
    "busy": 5,
    "stale": 5,
    "not-found": 6,
    "unavailable": 7,
    "refused": 8,
    "cancelled": INTERRUPTED,
}
"""The exit code of each type of error."""


ROOMS = {"store": "store_care", **dict.fromkeys(("tick", "audit", "reference", "explain"), "upkeep")}
"""Where the commands are that look after the store and the tables; the others are in `commands`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that has no “ must not end the command
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever read this has gone. Nothing may be written to them again, not even at the end of the process.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("Stopped. Everything saved before is kept.", file=sys.stderr)
        return INTERRUPTED


def _run(words: list[str]) -> int:
    if words == ["--version"]:
        print(f"greenwax {version()}")
        return 0
    asked = _parser("--json" in words).parse_args(words)
    command: Callable[[argparse.Namespace], int] | None = getattr(asked, "run", None)
    try:
        return (command or _later("open_the_desk", "opening"))(asked)
    except BrokenPipeError:
        raise
    except Exception as fault:
        from greenwax.answers import failed  # only now: the desk is to be on the screen before the domain is imported

        return failed(asked, fault)


@contextmanager
def nothing_to_collect() -> Iterator[None]:
    """While modules are imported: nothing of them is garbage, and looking for it would take a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def version() -> str:
    """The version. Not asked of what is installed, which takes longer than to print it."""
    return __version__


class _Parser(argparse.ArgumentParser):
    """Flags by their whole names only, and usage errors as JSON too when that was asked for."""

    as_json = False

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        if self.as_json:
            reason = {"code": "usage", "message": message, "field": None, "source": None}
            print(json.dumps({"error": {"type": "usage", "title": "That cannot be asked", "reasons": [reason]}}))
        super().error(message)


_YEARS = range(2000, 2100)
"""The years in which this program can be asked to be: the tables begin with the first."""


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year not in _YEARS:
        raise argparse.ArgumentTypeError(f"“{text}” is not an instant of this century such as 2026-11-19T10:00:00Z")
    return instant


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a date such as 2026-11-19") from None


def _word(text: str) -> str:
    """Something that is kept or looked up as it is. An unset variable of a script must not pass for "no such flag"."""
    if not text.strip() or len(text) > 200:
        raise argparse.ArgumentTypeError("write 1 to 200 characters")
    if not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} has characters that cannot be printed")
    return text


def _folder(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("name a folder")
    return text


def _version(text: str) -> int:
    version = int(text)
    if version < 1:
        raise argparse.ArgumentTypeError("the first version is 1")
    return version


def _token(text: str) -> int:
    token = int(text)
    if token < 1:
        raise argparse.ArgumentTypeError("the token of a claim is 1 or more; `greenwax next` and `claim` say it")
    return token


def _common() -> _Parser:
    """The flags that every command takes, before or after its name."""
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="print one JSON document")
    common.add_argument("--store", type=_folder, metavar="DIR", help="the folder of the local store")
    common.add_argument("--api", metavar="URL", help="the backend (not in this version)")
    common.add_argument("--as", dest="as_staff", type=_word, metavar="STAFF", help="who is at the desk (practice only)")
    common.add_argument(
        "--now", type=_instant, metavar="INSTANT", help="the time, as 2026-11-19T10:00:00Z (practice only)"
    )
    return common


def _parser(as_json: bool) -> argparse.ArgumentParser:
    _Parser.as_json = as_json
    common = _common()
    parser = _Parser(prog="greenwax", description="The desk for collecting court fines.", parents=[common])
    parser.add_argument("--version", action="version", version=f"greenwax {version()}")
    subs = parser.add_subparsers(metavar="COMMAND", title="commands")

    def add(name: str, run: str, text: str, *arguments: tuple[str, dict[str, Any]]) -> argparse.ArgumentParser:
        sub = subs.add_parser(name, help=text, description=text, parents=[common])
        for argument, options in arguments:
            sub.add_argument(argument, **options)
        sub.set_defaults(run=_later(run, ROOMS.get(run, "commands")))
        return sub

    account = ("account", {"metavar": "ACCOUNT", "help": "24000731N or K01-24000731N"})
    key = ("--key", {"type": _word, "metavar": "K", "help": "the idempotency key"})
    add(
        "practice",
        "practice",
        "Make a practice office.",
        ("--cases", {"type": int, "default": 60}),
        ("--seed", {"type": int, "default": 1}),
        ("--as-of", {"type": _date, "metavar": "DATE"}),
        ("--replace", {"action": "store_true"}),
    )
    add("import", "import_file", "Take on accounts from a file.", ("file", {}), ("--dry-run", {"action": "store_true"}))
    add("export", "export_file", "Write cases to a file.", ("file", {}), ("--only", {"metavar": "ACCOUNT"}))
    add("queues", "queues", "Your queues.")
    add("next", "pull_next", "Claim the case that comes next.", ("--queue", {"metavar": "Q"}))
    add("show", "show", "One case.", account)
    add("timeline", "timeline", "What has happened to a case.", account, ("--find", {"metavar": "TEXT"}))
    add("actions", "actions", "Everything that can be done to a case.")
    add("preview", "preview", "What an action would do.", account, ("action", {"metavar": "ACTION"}))
    add(
        "act",
        "act",
        "Carry out an action, given as JSON.",
        account,
        ("action", {"metavar": "ACTION"}),
        ("--seen-version", {"type": _version, "metavar": "N"}),
        ("--claim", {"type": _token, "metavar": "TOKEN", "dest": "token"}),
        key,
    )
    add("do", "quick", "Carry out an action, given as a line.", account, ("line", {"metavar": "LINE"}), key)
    add(
        "wrap-up",
        "wrap_up",
        "End the work on a task.",
        account,
        ("--outcome", {"required": True, "metavar": "CODE"}),
        ("--task", {"type": _word, "metavar": "ID"}),
        ("--note", {"metavar": "T"}),
        key,
    )
    add("skip", "skip", "Pass a case over.", account, ("--reason", {"required": True, "metavar": "CODE"}), key)
    add(
        "park",
        "park",
        "Put a case off.",
        account,
        ("--until", {"required": True, "metavar": "DATE"}),
        ("--reason", {"required": True, "metavar": "T"}),
        key,
    )
    add("claim", "claim", "Claim a case.", account, ("--interrupt", {"action": "store_true"}))
    add("release", "release", "Give a case back untouched.", account)
    add(
        "search",
        "search",
        "Find a case by number, name, address or date of birth.",
        ("text", {"metavar": "TEXT", "nargs": "+"}),
    )
    add("tick", "tick", "Run the calendar.")
    add("audit", "audit", "Check the history.", ("what", {"choices": ["verify", "heads"]}), *_audit_files())
    add(
        "store",
        "store",
        "Look after the store.",
        ("what", {"choices": ["check", "compact", "backup", "restore"]}),
        ("file", {"nargs": "?", "metavar": "FILE", "help": "the backup to write, or to restore"}),
        ("--replace", {"action": "store_true", "help": "write the backup over FILE"}),
    )
    add(
        "reference",
        "reference",
        "The tables.",
        ("what", {"choices": ["list", "check"], "nargs": "?", "default": "list"}),
    )
    _add_explain(add("explain", "explain", "Answer a question of rule."), common)
    return parser


if TYPE_CHECKING:
    _Questions = argparse._SubParsersAction[argparse.ArgumentParser]


def _audit_files() -> list[tuple[str, dict[str, Any]]]:
    return [("file", {"nargs": "?", "metavar": "FILE"}), ("--heads", {"metavar": "FILE"})]


def _add_explain(explain: argparse.ArgumentParser, common: _Parser) -> None:
    questions = explain.add_subparsers(dest="question", required=True, metavar="QUESTION")
    number = questions.add_parser("account-number", parents=[common], help="the check letter of eight digits")
    number.add_argument("digits")
    days = questions.add_parser("working-days", parents=[common], help="count working days")
    days.add_argument("--from", dest="start", type=_date, required=True, metavar="DATE")
    days.add_argument("--plus", type=int, required=True, metavar="N")
    shares = questions.add_parser("allocation", parents=[common], help="share a payment among impositions")
    shares.add_argument("--impositions", required=True, metavar="JSON")
    shares.add_argument("--payment", required=True, metavar="AMOUNT")
    _add_terms(questions, common)
    _add_deductions(questions, common)


def _add_terms(questions: _Questions, common: _Parser) -> None:
    plan = questions.add_parser("schedule", parents=[common], help="every instalment of some terms")
    behind = questions.add_parser("arrears", parents=[common], help="how far behind payments are")
    for one in (plan, behind):
        one.add_argument("--terms", required=True, metavar="TERMS")
        one.add_argument("--balance", required=True, metavar="AMOUNT")
    behind.add_argument("--paid", required=True, metavar="JSON")
    behind.add_argument("--on", type=_date, required=True, metavar="DATE")


def _add_deductions(questions: _Questions, common: _Parser) -> None:
    wages = questions.add_parser("aeo", parents=[common], help="a deduction from wages")
    wages.add_argument("--period", choices=["daily", "weekly", "monthly"], required=True)
    wages.add_argument("--net", required=True, metavar="AMOUNT")
    wages.add_argument("--on", type=_date, metavar="DATE")
    wages.add_argument("--periods", type=int, default=1, metavar="N", help="how many periods the payroll is for")
    benefit = questions.add_parser("benefit", parents=[common], help="a deduction from a benefit")
    benefit.add_argument("--benefit", choices=["uc", "is", "jsa", "esa", "pc"], required=True)
    claimants = ["single-under-25", "single-25", "couple-under-25", "couple-25"]
    benefit.add_argument("--claimant", choices=claimants, required=True)
    benefit.add_argument("--on", type=_date, required=True, metavar="DATE")
    benefit.add_argument("--balance", metavar="AMOUNT")
    term = questions.add_parser("default-term", parents=[common], help="the longest term in default")
    term.add_argument("--amount", required=True, metavar="AMOUNT")
    term.add_argument("--court", choices=["magistrates", "crown"], default="magistrates")
    interest = questions.add_parser("interest", parents=[common], help="interest on a confiscation order")
    interest.add_argument("--principal", required=True, metavar="AMOUNT")
    interest.add_argument("--from", dest="start", type=_date, required=True, metavar="DATE")
    interest.add_argument("--to", dest="until", type=_date, required=True, metavar="DATE")


def _later(name: str, room: str) -> Callable[[argparse.Namespace], int]:
    """A command that is imported only when it runs."""

    def run(asked: argparse.Namespace) -> int:
        from importlib import import_module

        with nothing_to_collect():
            command: Callable[[argparse.Namespace], int] = getattr(import_module(f"greenwax.{room}"), name)
        return command(asked)

    return run
