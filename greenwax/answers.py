"""How a command answers: plain text, or one JSON document; an error as its message and its exit code."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any

from casework.refusals import DeskError, Reason, Unavailable
from greenwax import plain
from greenwax.cli import EXIT


def failed(asked: Namespace, fault: Exception) -> int:
    """What ended a command, as its message and its exit code."""
    if isinstance(fault, DeskError):
        return fail(asked, fault)
    if isinstance(fault, OSError):
        what = f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault.strerror or fault)
        message = f"{what}. Everything saved before is kept; put that right and try again."
        return fail(asked, Unavailable(Reason(code="system", message=message)))
    return fail(asked, _crashed(fault))


def _crashed(fault: Exception) -> DeskError:
    """A fault of the program itself: a reference for the officer, and for us a trace without anybody's data."""
    from greenwax.opening import log_path
    from tui.crash import CrashLog, new_reference

    reference, path = new_reference(), log_path()
    CrashLog(path).write(fault, reference)
    message = (
        f"something went wrong inside Greenwax (reference {reference}). Everything saved before is kept; "
        f"look at the case before you try again. {path} says where it happened, without anybody's data"
    )
    return DeskError(Reason(code="crash", message=message))


def fail(asked: Namespace, fault: DeskError, **besides: Any) -> int:
    """The error, on standard error as text and with `--json` as a document that holds what `besides` says too."""
    if getattr(asked, "json", False):
        reasons = [reason.model_dump() for reason in fault.reasons]
        print_json({**besides, "error": {"type": fault.type, "title": fault.title, "reasons": reasons}})
    print(plain.error(fault), file=sys.stderr)
    return EXIT[fault.type]


def print_json(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=True))


def reply(asked: Namespace, answer: Any, text: str) -> int:
    if getattr(asked, "json", False):
        print_json(answer)
    elif text:
        print(text)
    return 0
