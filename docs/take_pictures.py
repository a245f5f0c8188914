"""Take the pictures of the guide from the running program: `python docs/take_pictures.py`.

The same practice office each time, so that a picture changes only when the screen does.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from api_client.local_desk import LocalDesk  # noqa: E402
from api_client.local_store import LocalStore  # noqa: E402
from api_client.practice import make_office  # noqa: E402
from api_client.tables import packaged_tables  # noqa: E402
from tui.app import GreenwaxDesk  # noqa: E402

SIZE = (120, 36)
PICTURES: dict[str, Sequence[str]] = {
    "queues": (),
    "case": ("n",),
    "call": ("n", "c", "s", "enter", "p", *"50", "enter", *"tue", "enter"),
    "quick-entry": ("n", ":", *"park 3d awaiting payslip"),
}


async def take(name: str, keys: Sequence[str], folder: Path) -> None:
    """One picture, of a fresh office in `folder`."""
    make_office(folder, packaged_tables(), cases=60, seed=1, as_of=date(2026, 11, 19))
    store = LocalStore(folder, packaged_tables())
    desk = LocalDesk(store, store.all_staff()[0].id)
    app = GreenwaxDesk(desk, await desk.sign_in(), look="dark", keep_pulling=True, log_path=None)
    async with app.run_test(size=SIZE) as pilot:
        for key in keys:
            await pilot.press(key)
        await pilot.pause(0.3)
        picture = app.export_screenshot(title=f"Greenwax: {name}")
    store.close()
    # The font is whatever the reader has; a picture asks no server for one.
    picture = re.sub(r"@font-face\s*\{.*?\}", "", picture, flags=re.DOTALL)
    picture = re.sub(r"terminal-\d+-", "greenwax-", picture)
    (HERE / "pictures" / f"{name}.svg").write_text(picture, "utf-8")


def main() -> None:
    """All of them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, keys in PICTURES.items():
            asyncio.run(take(name, keys, Path(folder) / name))
            print(f"docs/pictures/{name}.svg")


if __name__ == "__main__":
    main()
