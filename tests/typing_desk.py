"""The desk with a line told of it whenever it has come to rest: `python -m tests.typing_desk STORE FILE`.

The line says how many keys came in at the keyboard's end, where the desk stands and what is in its form and its store: a test
that has sent so many keys knows when all are done with, and needs neither to read the screen nor to wait by the clock.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from tui.environment import forget_textual_environment

forget_textual_environment()

from textual.message import Message  # noqa: E402

from api_client.local_desk import LocalDesk  # noqa: E402
from api_client.local_store import LocalStore  # noqa: E402
from api_client.tables import packaged_tables  # noqa: E402
from casework.accounts import CaseId  # noqa: E402
from casework.actions.declare import Action  # noqa: E402
from casework.views import Done  # noqa: E402
from tests.e2e.terminal import ROOT  # noqa: E402
from tui.app import GreenwaxDesk  # noqa: E402
from tui.orderly import TypedEvent, _is_waiting  # noqa: E402
from tui.screens.find import FindScreen  # noqa: E402
from tui.widgets.field_map import FieldMap  # noqa: E402


class ToldDesk(LocalDesk):
    """Remembers what was saved, in order."""

    def __init__(self, store: LocalStore, person: str) -> None:
        super().__init__(store, person)
        self.saved: list[Any] = []

    async def act(self, case_id: CaseId, action: Action, **how: Any) -> Done:
        """Act, and remember it."""
        done = await super().act(case_id, action, **how)
        self.saved.append([case_id, action.model_dump(mode="json")])
        return done


class ToldApp(GreenwaxDesk):
    """Counts what is typed, and tells how it stands when nothing moves."""

    CSS_PATH = str(ROOT / "tui" / "greenwax.tcss")

    def __init__(self, desk: ToldDesk, file: Path) -> None:
        super().__init__(desk, desk.me, look="dark", keep_pulling=True, log_path=file.with_suffix(".crash"))
        self._told_desk, self._file, self._typed, self._line = desk, file, 0, ""

    def post_message(self, message: Message) -> bool:
        """Count a key as it comes in."""
        if isinstance(message, TypedEvent) and not message.is_forwarded:
            self._typed += 1
        return super().post_message(message)

    async def on_mount(self) -> None:
        """Look often whether nothing moves. (Textual calls the `on_mount` of the application as well.)"""
        self.set_interval(0.02, self._tell)

    async def _tell(self) -> None:
        if self.typed_ahead or self._courier is not None or not self._others_at_rest():
            return
        screen, dock, shown = self.screen, self._case._dock, self._case.view
        box = screen.query_one("#box", FieldMap).values if isinstance(screen, FindScreen) else {}
        told = {
            "typed": self._typed,
            "place": type(screen).__name__.removesuffix("Screen").lower(),
            "box": box.get("text", ""),
            "case": shown.case.id if shown is not None else "",
            "form": dock.form.kind if dock.form is not None else "",
            "field": dock._map.current if dock.form is not None else "",
            "values": dock._map.values if dock.form is not None else {},
            "drafts": [[one.case, one.kind, one.typed] for one in await self._told_desk.drafts()],
            "saved": self._told_desk.saved,
        }
        line = json.dumps(told) + "\n"
        if line != self._line:
            self._line = line
            with self._file.open("a", encoding="utf-8") as file:
                file.write(line)

    def _others_at_rest(self) -> bool:
        """Whether all but this app, which is telling, wait for something to do."""
        screen, pumps = self.screen, [pump for pump in self._pumps() if pump is not self]
        if self._holds or screen._layout_required or screen._callbacks:
            return False
        return not self.message_queue_size and all(_is_waiting(pump) for pump in pumps)


def main() -> int:
    """Open the desk of Ann on a practice store."""
    store = LocalStore(Path(sys.argv[1]), packaged_tables())
    desk = ToldDesk(store, "ann")
    asyncio.run(desk.sign_in())
    app = ToldApp(desk, Path(sys.argv[2]))
    app.run(mouse=False)
    store.close()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
