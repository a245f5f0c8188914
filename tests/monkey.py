"""A monkey at a practice desk: random keys, most of which mean something, and rules that hold after each of them.

    python -m tests.monkey 1000000            so many presses, in sittings of 2,000, each of a fresh copy of one office
    python -m tests.monkey --seed 7           one sitting again
    python -m tests.monkey --replay FILE      the presses of a file, as a failure leaves them

No crash; at most one claim for work and one for a call, each of a case that is open on the desk; no text lost without a key
that says so; after the sitting whole chains and balanced ledgers; and, from sitting to sitting, no growth. The desk is the
real one, in this process: its screen is laid out and drawn, and thrown away. A sitting that fails is told with its seed,
played again from a fresh desk, made as short as can be in a minute, and written to a file.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tui.environment import forget_textual_environment

forget_textual_environment()

from api_client.local_desk import LocalDesk  # noqa: E402
from api_client.local_store import LocalStore  # noqa: E402
from api_client.practice import make_office  # noqa: E402
from api_client.tables import packaged_tables  # noqa: E402
from tests.driven_desk import at_rest, press  # noqa: E402
from tests.monkey_keys import presses  # noqa: E402
from tests.monkey_rules import Watch, store_is_sound  # noqa: E402
from tests.unit.store_tools import quicken  # noqa: E402
from tui.app import GreenwaxDesk  # noqa: E402

A_SITTING = 2_000
SHRINKING = 60.0
WARM = 3
"""Sittings until the process is as large as it gets."""
MAY_GROW = 12.0
"""Megabytes, from then on to the end."""

Next = Callable[[GreenwaxDesk], Iterable[str]]


def the_office(folder: Path) -> Path:
    """The office in whose copies monkeys sit."""
    make_office(folder, packaged_tables(), cases=40, seed=1, as_of=date(2026, 11, 19), processes=0)
    return folder


@dataclass
class Sitting:
    """What was pressed, and what came of it."""

    pressed: list[str] = field(default_factory=list)
    fault: BaseException | None = None
    widgets: int = 0
    """At the end, back at the queues."""


@contextmanager
def _store(office: Path) -> Iterator[LocalStore]:
    with tempfile.TemporaryDirectory(prefix="greenwax-monkey.") as scratch:
        folder = Path(scratch) / "store"
        shutil.copytree(office, folder)
        store = LocalStore(folder, packaged_tables())
        try:
            yield store
        finally:
            store.close()


def sit(office: Path, following: Next, count: int) -> Sitting:
    """One sitting at a fresh copy of `office`: desks are opened one after the other until so much has been pressed."""
    sitting = Sitting()
    with _store(office) as store:
        person = next(one for one in store.all_staff() if "officer" in one.roles).id
        try:
            while len(sitting.pressed) < count:
                before = len(sitting.pressed)
                asyncio.run(_at_a_desk(store, person, following, count, sitting))
                if len(sitting.pressed) == before:
                    break
            store_is_sound(store)
        except Exception as fault:
            sitting.fault = fault
    return sitting


async def _at_a_desk(store: LocalStore, person: str, following: Next, count: int, sitting: Sitting) -> None:
    """Until the desk is left, nothing follows, or enough has been pressed."""
    desk = LocalDesk(store, person)
    app = GreenwaxDesk(desk, await desk.sign_in(), look="dark", keep_pulling=True, log_path=None)
    watch = Watch(app, desk)
    async with app.run_test(size=(120, 36)):
        await at_rest(app)
        await watch.begin()
        while app.is_running and app._exception is None and len(sitting.pressed) < count:
            wanted = list(following(app))
            if not wanted:
                break
            for what in wanted:
                sitting.pressed.append(what)
                await press(app, store, what)
                if not await at_rest(app):
                    break
                await watch.look(what)
        else:
            if app.is_running and app._exception is None:
                await app.show_queues()
                await at_rest(app)
                sitting.widgets = sum(1 for screen in app.screen_stack for _ in screen.walk_children(with_self=True))


def at_random(seed: int, office: Path) -> Next:
    """What this monkey presses."""
    chance = random.Random(seed)
    with _store(office) as store:
        numbers = sorted(case_id.partition("-")[2] for case_id, _ in store.cases.each_raw())

    def following(app: GreenwaxDesk) -> list[str]:
        return presses(chance, app.screen, app.registry, numbers)

    return following


def again(pressed: Sequence[str]) -> Next:
    """The same presses, one at a time."""
    left = iter(pressed)
    return lambda _: [press for press in [next(left, None)] if press is not None]


def shrink(office: Path, pressed: Sequence[str], seconds: float = SHRINKING) -> list[str]:
    """As few presses as still fail, found in that time."""
    deadline = time.monotonic() + seconds
    shortest = list(pressed)

    def fails(some: Sequence[str]) -> bool:
        return sit(office, again(some), len(some)).fault is not None

    for tail in (20, 60, 200, 600):
        if tail < len(shortest) and time.monotonic() < deadline and fails(shortest[-tail:]):
            shortest = shortest[-tail:]
            break
    part = max(1, len(shortest) // 2)
    while part and time.monotonic() < deadline:
        at = 0
        while at < len(shortest) and time.monotonic() < deadline:
            without = shortest[:at] + shortest[at + part :]
            if without and fails(without):
                shortest = without
            else:
                at += part
        part //= 2
    return shortest


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def run(count: int, first_seed: int, office: Path, tell: Callable[[str], None] = lambda _: None) -> str | None:
    """So many presses. Returns what failed, with how to see it again; None when all held."""
    warm: tuple[float, int] | None = None
    for number in range(max(1, count // A_SITTING)):
        seed = first_seed + number
        sitting = sit(office, at_random(seed, office), min(count, A_SITTING))
        if sitting.fault is not None:
            return _told(office, seed, sitting)
        gc.collect()
        now = _megabytes()
        tell(f"seed {seed}: {len(sitting.pressed):,} presses, {sitting.widgets} widgets, {now:.0f} MB")
        if number == WARM:
            warm = now, sitting.widgets
        elif warm is not None and (now - warm[0] > MAY_GROW or (sitting.widgets and sitting.widgets > warm[1] + 2)):
            return f"grown from {warm[0]:.1f} MB, {warm[1]} widgets to {now:.1f} MB, {sitting.widgets} widgets"
    return None


def _told(office: Path, seed: int, sitting: Sitting) -> str:
    shortest = shrink(office, sitting.pressed)
    handle, name = tempfile.mkstemp(prefix=f"monkey-{seed}-", suffix=".json")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(shortest, file)
    fault = sitting.fault
    return (
        f"seed {seed}, press {len(sitting.pressed):,}: {type(fault).__name__}: {fault}\n"
        f"shortest: {json.dumps(shortest, ensure_ascii=False)}\n"
        f"again: python -m tests.monkey --replay {name}, or --seed {seed}"
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--replay", type=Path)
    asked = parser.parse_args()
    quicken(setattr, ahead=1 << 16)
    with tempfile.TemporaryDirectory(prefix="greenwax-monkey.") as scratch:
        office = the_office(Path(scratch) / "office")
        if asked.replay is not None:
            pressed = json.loads(asked.replay.read_text("utf-8"))
            sitting = sit(office, again(pressed), len(pressed))
            if sitting.fault is not None:
                raise sitting.fault
            failed = None
        else:
            first = 1 if asked.seed is None else asked.seed
            count = asked.count if asked.seed is None else A_SITTING
            failed = run(count, first, office, lambda line: print(line, flush=True))
    print(failed or "all held")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
