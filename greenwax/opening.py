"""Opening the desk in the terminal: a first frame at once, then all that it takes."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from greenwax.cli import nothing_to_collect
from tui.environment import forget_textual_environment
from tui.first_frame import FirstFrame

if TYPE_CHECKING:
    from api_client.local_desk import LocalDesk
    from casework.staff import Staff
    from tui.desk_app import Look


def open_the_desk(asked: Namespace) -> int:
    """The desk, on the store there is; a first run makes a practice office and says so."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        from casework.refusals import Unavailable

        raise Unavailable.because("no-terminal", "the desk needs a terminal; `greenwax --help` lists the commands")
    forget_textual_environment()
    with FirstFrame() as frame:
        return _open(asked, frame)


def _open(asked: Namespace, frame: FirstFrame) -> int:
    with nothing_to_collect():  # imported here and not above, so that the frame is painted before
        from greenwax import config, stores
        from greenwax.progress import told_if_long
        from tui import commands, keymap
        from tui.app import GreenwaxDesk

    settings = config.load()
    registry = keymap.chosen(commands.STANDARD, settings.keys, str(settings.own))
    folder, welcome = stores.folder_of(asked), ""
    if not stores.exists(folder):
        frame.say("making a practice office for you.")
        welcome = _first_office(folder)
    with told_if_long(f"opening {folder}; after a new version of the program that takes longer, once"):
        desk = stores.open_desk(asked)
    if desk.store.brought_up is not None:
        welcome = f"this store is of today's format now; as it was, it is kept in {desk.store.brought_up}"
    try:
        me, unfinished = _signed_in(desk)
        welcome = ". ".join(filter(None, [welcome, unfinished]))
        shown = Shown(state_folder())
        app = GreenwaxDesk(
            desk,
            me,
            look=cast("Look", settings.theme),
            keep_pulling=settings.keep_pulling,
            log_path=log_path(),
            welcome=welcome,
            clipboard=settings.clipboard,
            registry=registry,
            tour=not shown.before(me.id) and getattr(asked, "store", None) is None,
            toured=lambda: shown.remember(me.id),
        )
        app.run(mouse=False)
        return app.return_code or 0
    finally:
        desk.close()


def _first_office(folder: Path) -> str:
    """Make a practice office, and say so; should another desk be quicker, its office is the one."""
    from casework.refusals import DeskError
    from greenwax import stores

    try:
        office = stores.make_practice(folder, cases=60, seed=1, as_of=None, replace=False)
    except DeskError:
        if stores.exists(folder):
            return ""
        raise
    return f"a practice office with {office.cases} cases was made for you; nothing in it is real. n brings a case"


def _signed_in(desk: LocalDesk) -> tuple[Staff, str]:
    """Who sits here, and what the calendar has still to do if that was stopped. On the day's first use it has its turn on
    every case that it may change, which on a large store takes its time."""
    from api_client.watch import Cancelled
    from greenwax.progress import watched

    try:
        with watched("the calendar (Ctrl+C opens the desk now)", "cases", "the calendar was stopped") as watch:
            return asyncio.run(desk.sign_in(watch)), ""
    except Cancelled:
        return desk.me, "the calendar goes on when the desk is opened again; a case you open has its turn at once"


class Shown:
    """To whom the tour was shown: their names, a line each, in a file of this machine's user."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "toured"

    def before(self, person: str) -> bool:
        """Whether somebody has seen it, or ended it. A file that cannot be read tells of nobody."""
        try:
            return person in self._file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return False

    def remember(self, person: str) -> None:
        """They need not be shown it again. Where that cannot be written down, they are."""
        if not self.before(person):
            with suppress(OSError), self._file.open("a", encoding="utf-8") as file:
                file.write(f"{person}\n")


def state_folder() -> Path:
    """Where this machine keeps what the desk needs from one day to the next, and no case."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "greenwax"
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    return state


def log_path() -> Path:
    """Where a crash leaves its redacted trace."""
    return state_folder() / "crash.log"
