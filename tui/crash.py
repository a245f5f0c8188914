"""What is left behind when the program fails: a reference number for the officer, and a log without personal data.

A stock Textual crash prints every local variable into the terminal's scrollback, names and dates of birth included.
The log written here has files, lines, function names and the types of the exceptions: no message, no value.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb


def new_reference() -> str:
    """A number short enough to be read out over the telephone."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


def redacted(error: BaseException) -> Iterator[str]:
    """The lines of a traceback that say where and what kind, and never with what."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield f"{type(link).__module__}.{type(link).__qualname__}"
        for frame, line in walk_tb(link.__traceback__):
            yield f'  "{frame.f_code.co_filename}", line {line}, in {frame.f_code.co_qualname}'
        if isinstance(link, BaseExceptionGroup):
            for inner in link.exceptions:
                yield from (f"  | {text}" for text in redacted(inner))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


class CrashLog:
    """A file of redacted tracebacks that only its owner can read."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def write(self, error: BaseException | None, reference: str, what: str = "failure") -> None:
        """Append one failure; a log that cannot be written never makes a failure worse."""
        if self._path is None:
            return
        lines = [f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {what} {reference} pid {os.getpid()}"]
        if error is not None:
            lines += redacted(error)
        try:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(self._path, flags, 0o600)
            try:
                os.fchmod(handle, 0o600)
                os.write(handle, ("\n".join(lines) + "\n").encode(errors="backslashreplace"))
            finally:
                os.close(handle)
        except OSError:
            return


def say_last(text: str) -> None:
    """Write a line to the terminal when the program no longer owns its screen, if there still is a terminal."""
    try:
        os.write(sys.__stderr__.fileno() if sys.__stderr__ is not None else 2, f"{text}\n".encode())
    except (OSError, ValueError):
        return
