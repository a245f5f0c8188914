"""Take the pictures of the guide from the running program: `python docs/take_pictures.py`, or some: `... call terms`.

The same practice office each time, at ten o'clock of the same morning, so that a picture changes only when the screen does.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from api_client.local_desk import LocalDesk  # noqa: E402
from api_client.local_store import LocalStore  # noqa: E402
from api_client.practice import make_office  # noqa: E402
from api_client.tables import packaged_tables  # noqa: E402
from casework.actions.note import WriteNote  # noqa: E402
from casework.actions.promise import MakePromise  # noqa: E402
from tui.app import GreenwaxDesk  # noqa: E402

SIZE = (120, 36)
TEN = datetime(2026, 11, 19, 10, tzinfo=UTC)

MEANWHILE = "meanwhile"
"""Stands among the keys for what a colleague does in between."""

_PROMISE = ("c", "s", "enter")
_TERMS = ("n", "t", *"20", "enter", "w", *"fri", "enter")

PICTURES: Mapping[str, Sequence[str]] = {
    "queues": (),
    "tour": ("g",),
    "case": ("n",),
    "money": ("n", "]"),
    "person": ("n", "]", "]"),
    "traces": ("n", "]", "]", "]"),
    "tasks": ("n", "["),
    "timeline": ("n", "f", *"promise", "enter"),
    "call": ("n", *_PROMISE),
    "terms": _TERMS,
    "terms-compared": (*_TERMS, "f7", "shift+tab", "shift+tab", "shift+tab", "ctrl+u", *"35", "tab"),
    "quick-entry": ("n", ":", *"park 3d awaiting payslip"),
    "find": ("/", *"smith", "enter"),
    "day": ("y",),
    "open-cases": ("n", *"26002360s"),
    "palette": ("n", "ctrl+p", *"pay"),
    "help": ("n", "?"),
    "safeguarding": ("n", "f9"),
    "conflict": ("n", "p", *"50", "enter", *"tue", "enter", MEANWHILE, "f10"),
}
"""The keys that lead to each of them, from the queues on."""


async def meanwhile(desk: LocalDesk, colleague: LocalDesk) -> None:
    """What a colleague does on the case that is worked."""
    (claim,) = await desk.my_claims()
    promise = MakePromise(amount_pence=2_000, due=TEN.date() + timedelta(days=8), method="card")
    await colleague.act(claim.case, promise, key="colleague.promise")
    await colleague.act(
        claim.case, WriteNote(text="Rang to say that the rest follows on Friday."), key="colleague.note"
    )


async def take(name: str, keys: Sequence[str], folder: Path) -> None:
    """One picture, of a fresh office in `folder`."""
    make_office(folder, packaged_tables(), cases=60, seed=1, as_of=TEN.date())
    store = LocalStore(folder, packaged_tables(), now=TEN)
    staff = [member.id for member in store.all_staff()]
    desk = LocalDesk(store, staff[0])
    app = GreenwaxDesk(desk, await desk.sign_in(), look="dark", keep_pulling=True, log_path=None)
    async with app.run_test(size=SIZE) as pilot:
        for key in keys:
            if key == MEANWHILE:
                await meanwhile(desk, LocalDesk(store, staff[1]))
            else:
                await pilot.press({" ": "space", ":": "colon"}.get(key, key))
        await pilot.pause(0.4)
        picture = app.export_screenshot(title=f"Greenwax: {name}")
    store.close()
    # The font is whatever the reader has; a picture asks no server for one.
    picture = re.sub(r"@font-face\s*\{.*?\}", "", picture, flags=re.DOTALL)
    picture = re.sub(r"terminal-\d+-", "greenwax-", picture)
    (HERE / "pictures" / f"{name}.svg").write_text(picture, "utf-8")


def main(wanted: Sequence[str]) -> None:
    """All of them, or those that are wanted."""
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted or PICTURES:
            asyncio.run(take(name, PICTURES[name], Path(folder) / name))
            print(f"docs/pictures/{name}.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
