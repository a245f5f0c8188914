"""The app beneath the desk: orderly keys, an inert screen, one theme of four, and an end in good order.

It knows no case and no screen. The application sets `on_hangup` to save what was typed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from typing import Any, ClassVar, Literal

from rich.console import RenderableType
from rich.segment import Segment
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual._styles_cache import StylesCache
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter, Monochrome, NoColor
from textual.geometry import Region
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.strip import Strip
from textual.theme import Theme

from tui.crash import CrashLog, new_reference, say_last
from tui.orderly import OrderlyKeys
from tui.painting import Painted
from tui.terminal import TerminalDriver, Wash
from tui.widgets.cells import fit, one_line
from tui.widgets.clipboard import copying

Look = Literal["dark", "light", "high-contrast"]

_SAVING_TIME = 3.0
"""Seconds that saving a draft may take when the desk ends: less than the watchdog gives the whole process."""

_CLOSING_TIME = 1.0
"""Seconds that widgets have to close; the terminal is given back before that."""

_THEMES: dict[Look, Theme] = {
    "dark": Theme(
        "dark",
        primary="#2f5f8f",
        secondary="#4f6f8f",
        accent="#7fc8ff",
        warning="#ffc14d",
        error="#ff7b72",
        success="#7ee787",
        foreground="#e6e6e6",
        background="#12161c",
        surface="#181d24",
        panel="#252c36",
        dark=True,
        variables={
            "text-muted": "#a4adb8",
            **{"live": "#1d4f7c", "on-live": "#ffffff"},
            **{"practice": "#6b4a00", "on-practice": "#fff2d0"},
            **{"read-only": "#4b5561", "on-read-only": "#ffffff"},
        },
    ),
    "light": Theme(
        "light",
        primary="#2f5f8f",
        secondary="#4f6f8f",
        accent="#00528a",
        warning="#7a4b00",
        error="#a4001d",
        success="#0b6623",
        foreground="#1a1a1a",
        background="#ffffff",
        surface="#f7f7f5",
        panel="#e4e6e8",
        dark=False,
        variables={
            "text-muted": "#505860",
            **{"live": "#2f5f8f", "on-live": "#ffffff"},
            **{"practice": "#ffd98a", "on-practice": "#1a1a1a"},
            **{"read-only": "#c3c8ce", "on-read-only": "#1a1a1a"},
        },
    ),
    "high-contrast": Theme(
        "high-contrast",
        primary="#ffff00",
        secondary="#ffffff",
        accent="#00ffff",
        warning="#ffff00",
        error="#ff9999",
        success="#99ff99",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#000000",
        boost="#000000",
        dark=True,
        text_alpha=1.0,
        variables={
            "text-muted": "#d0d0d0",
            **{"live": "#ffffff", "on-live": "#000000"},
            **{"practice": "#ffff00", "on-practice": "#000000"},
            **{"read-only": "#00ffff", "on-read-only": "#000000"},
        },
    ),
}


class DeskApp(OrderlyKeys, inherit_bindings=False):
    """What every screen of the desk may rely on."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = []
    CLOSE_TIMEOUT = 2.0
    LEAST_SIZE: ClassVar[tuple[int, int]] = (0, 0)
    """Columns and lines without which nothing is shown but that they are needed."""

    def __init__(self, *, look: Look = "dark", log_path: Path | None = None, clipboard: bool = False) -> None:
        super().__init__()
        self._may_copy = clipboard
        self._crash_log = CrashLog(log_path)
        self._saving: asyncio.Task[bool] | None = None
        self._reference: str | None = None
        self._kept = True
        for theme in _THEMES.values():
            self.register_theme(theme)
        self.theme = look
        self.animation_level = "none"
        self._wash = Wash()
        self._painted = Painted()
        self._when_painting: list[Callable[[], object]] = []
        if self.no_color:
            self._filters = [f for f in self._filters if not isinstance(f, Monochrome)] + [NoColor()]

    # What an application fills in

    async def on_hangup(self) -> None:
        """Save what was typed: the terminal is gone, the process was told to end, or the program failed."""

    def on_load(self) -> None:
        """Let no forgotten task print its exception, with the data in it, to a terminal that is no longer ours."""
        asyncio.get_running_loop().set_exception_handler(self._on_loose_exception)

    def _on_loose_exception(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._crash_log.write(context.get("exception"), new_reference(), "loose exception")

    # The screen is inert

    def get_line_filters(self) -> list[LineFilter]:
        """Textual's filters, and after them the one that makes any text harmless."""
        return [*super().get_line_filters(), self._wash]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a toast of plain text: markup in it, whoever asks, is text too."""
        super().notify(one_line(message), title=one_line(title), severity=severity, timeout=timeout, markup=False)

    def copy_to_clipboard(self, text: str) -> None:
        """Do nothing: the clipboard is the terminal's, and no case data is to lie about in it unasked."""

    def copy_text(self, text: str) -> str:
        """Send a text to the terminal's clipboard, if that is allowed; the sentence that says what was done."""
        sequence, said = copying(text, allowed=self._may_copy, tmux="TMUX" in os.environ)
        if sequence and self._driver is not None:
            self._driver.write(sequence)
        return said

    def repaint_all(self) -> None:
        """Paint every line again, whatever is believed to be there: a message from the system may have spoilt it."""
        self._painted.forget()
        self.refresh()

    @contextmanager
    def painted_once(self) -> Iterator[None]:
        """Paint all that changes inside once, at its end; several may stand inside one another."""
        with self.batch_update():
            yield
        if not self._batch_count:
            self.screen.check_idle()
            calls, self._when_painting = self._when_painting, []
            for call in calls:
                call()

    def when_painting(self, call: Callable[[], object]) -> None:
        """Call it once things are painted as they change: Textual takes what it does not paint for painted."""
        if self._batch_count:
            self._when_painting.append(call)
        else:
            call()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        update: Any = renderable
        if update is not None and self.too_small:
            update = self._sentence()
        if isinstance(update, LayoutUpdate | ChopsUpdate):
            update = self._painted.sparing(update)
        super()._display(screen, update)

    @property
    def too_small(self) -> bool:
        """Whether the terminal has not the room for what an officer must see: a sentence stands there instead."""
        return self.size.width < self.LEAST_SIZE[0] or self.size.height < self.LEAST_SIZE[1]

    def _sentence(self) -> LayoutUpdate:
        """What is needed, on as much of the terminal as there is."""
        (width, height), (columns, lines) = self.size, self.LEAST_SIZE
        said = f"The desk needs {columns} columns and {lines} lines; here are {width} and {height}. Nothing is lost."
        told = wrap(said, max(1, width - 2))[:height]
        style = self.screen.rich_style
        rows = [f" {told[y]}" if y < len(told) else "" for y in range(height)]
        return LayoutUpdate(
            [[Strip([Segment(fit(row, width), style)], width)] for row in rows], Region(0, 0, width, height)
        )

    async def on_event(self, event: events.Event) -> None:
        """Where nothing is seen, nothing is typed: a bell tells so."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self.too_small:
            self.bell()
            return
        await super().on_event(event)

    def _begin_update(self) -> None:
        """Hide the cursor while it runs about, where the terminal cannot hold a paint back until it is whole."""
        super()._begin_update()
        self._write_unless_held_back("\x1b[?25l")

    def _end_update(self) -> None:
        self._write_unless_held_back("\x1b[?25h")
        super()._end_update()

    def _write_unless_held_back(self, sequence: str) -> None:
        if not self._sync_available and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def pop_screen(self) -> AwaitComplete:
        """Go back, and let go of what was painted of the screen before. Textual 8.2.8 keeps it, of a thousand widgets and with
        the texts of their cases: it has an `lru_cache` around a method."""
        gone = super().pop_screen()
        StylesCache.get_inner_outer.cache_clear()
        return gone

    def _set_pointer_shape(self, shape: str) -> None:
        """Write nothing: there is no mouse, and few terminals know the sequence."""

    def get_driver_class(self) -> type[Driver]:
        """The desk's own driver, whatever the environment asks for."""
        return TerminalDriver

    def on_app_blur(self, event: Any) -> None:
        """A terminal window that loses the focus takes none from the form in it."""
        event.prevent_default()

    def action_suspend_process(self) -> None:
        """Do nothing: a suspended desk holds its case and looks like a lost one."""

    def action_help_quit(self) -> None:
        """Do nothing: Ctrl+C is not how the desk is left."""

    # The end

    def hang_up(self, exit_code: int) -> None:
        """Save what was typed and end; the driver calls this when its terminal goes or a signal comes."""
        self._return_code = exit_code
        self._save().add_done_callback(lambda _: self.exit(return_code=exit_code))

    def _save(self) -> asyncio.Task[bool]:
        """Run the application's saving, once, for however many reasons there are to end."""
        if self._saving is None:
            self._saving = asyncio.create_task(self._save_in_time(), name="saving at the end")
        return self._saving

    async def _save_in_time(self) -> bool:
        try:
            with self._context():
                await asyncio.wait_for(self.on_hangup(), _SAVING_TIME)
        except Exception as error:
            self._crash_log.write(error, self._reference or new_reference(), "draft not saved")
            return False
        return True

    async def _shutdown(self) -> None:
        """Before the screens are closed, wait for what is saved from them; then for no handler that is stuck."""
        if self._saving is not None:
            self._kept = await asyncio.shield(self._saving)
        try:
            await asyncio.wait_for(super()._shutdown(), _CLOSING_TIME)
        except TimeoutError:
            self._print_error_renderables()

    def _handle_exception(self, error: Exception) -> None:
        """End with a reference number; the traceback goes, redacted, to the log."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fail(error)

    def _fatal_error(self) -> None:
        self._fail(None)

    def panic(self, *renderables: RenderableType) -> None:
        """End as after any failure: nothing that was to be rendered is shown."""
        self._return_code = 1
        self._fail(None)

    def _fail(self, error: BaseException | None) -> None:
        if self._reference is None:
            self._reference = new_reference()
        self._crash_log.write(error, self._reference)
        try:
            self._save()
        except RuntimeError:  # no event loop: nothing was typed yet
            self._kept = True
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Say the one line an officer needs when the desk has failed."""
        self._exit_renderables.clear()
        if self._reference is None:
            return
        draft = "What you typed is kept as a draft." if self._kept else "What you typed last could not be kept."
        say_last(f"Greenwax has stopped. {draft} Give this reference to support: {self._reference}")
