"""The desk in a real terminal, beside other programs and beside the least that a Textual application can be.

Each program starts anew in every run, and in every run all take their turn. "Ready" is when what it begins with is on the
screen; "key answered" when, after that, the first key was. "Quiet" is from a key to the last byte it caused. CPU is that of
the whole process tree and hardly moves with the load of the machine; times on the wall do. `--worked N` works so many cases
in one sitting and says what that left in memory. `--peers FOLDER` is what `python -m bench.peers FOLDER` installed.
"""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from bench.peers import Peer, environment, peers
from bench.stopwatch import options, show
from bench.stores import copies, store_options
from bench.terminal_meter import Keyed, Meter, Started

BEGINS = "Calls to make"
"""What the desk shows when it can be used."""

NEXT = "NEXT BECAUSE"
FORM = "F12 throw away"
HANDED = "HANDED OVER"
"""What shows with a case that was pulled, with a form, and with a case that was handed over."""

TEXT = "will ring on Friday when the wages are in"


class Figures:
    """What the runs of one program, or of one store, have shown."""

    def __init__(self) -> None:
        self.started: list[Started] = []
        self.memory: list[float] = []
        self.idle: list[float] = []
        self.answered: list[float] = []
        self.keyed: dict[str, Keyed] = defaultdict(Keyed)


class Site:
    """A store, and who has most to do there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with closing(LocalStore(folder, packaged_tables())) as store:
            self.cases = len(store.cases)
            desks = [LocalDesk(store, one.id) for one in store.all_staff() if {"officer"} & {*one.roles}]
            self.person = max(desks, key=lambda desk: sum(q.ready for q in asyncio.run(desk.queues()))).me.id

    @contextmanager
    def open(self, scratch: Path) -> Iterator[Meter]:
        """The desk on this store."""
        greenwax = str(Path(sys.executable).with_name("greenwax"))
        argv = [greenwax, "--store", str(self.folder), "--as", self.person]
        with Meter(argv, env=environment(scratch)) as meter:
            yield meter


def visit(site: Site, scratch: Path, figures: Figures, idle: float) -> None:
    """One sitting at the desk: the queues, the next case, its lists and tabs, a form, find; and back untouched."""
    with site.open(scratch) as desk:
        begin(desk, figures, BEGINS, ("down",))
        figures.memory.append(desk.memory())
        if idle:
            figures.idle.append(desk.idle(idle)[0])
        keyed = figures.keyed
        keyed["queue list, moving"] += desk.press(("up", "down") * 10)
        keyed["the next case"] += desk.burst(("n",), lambda: NEXT in desk.screen)
        desk.wait_until_quiet(0.3, 3)
        keyed["case, moving"] += desk.press(("down", "up") * 10)
        keyed["another tab"] += desk.press(("]",) * 4)
        keyed["a form opened"] += desk.burst(("o",), lambda: FORM in desk.screen)
        keyed["form, typing"] += desk.press(tuple(TEXT))
        keyed["a form closed"] += desk.burst(("escape",), lambda: FORM not in desk.screen)
        desk.burst(("a",), lambda: FORM in desk.screen)
        keyed["form, next field"] += desk.press(("tab",) * 6 + ("shift+tab",) * 6)
        desk.burst(("escape",), lambda: FORM not in desk.screen)
        keyed["find opened"] += desk.burst(("/",), lambda: "Find a case" in desk.screen)
        keyed["find, typing"] += desk.press(tuple("jones dy10"))
        desk.press(("escape",))
        give_back(desk)


def give_back(desk: Meter) -> None:
    """Leave without having done anything to the case, so that every run finds the same."""
    desk.burst(("Q", *"back", "f10"), lambda: desk.ended)


def begin(meter: Meter, figures: Figures, text: str, key: tuple[str, ...]) -> None:
    """Wait until it has begun, and for its answer to a first key."""
    started = meter.started(text)
    figures.started.append(started)
    if quiet := meter.press(key).quiet:
        figures.answered.append(started.ready + quiet[0])


def call_on(peer: Peer, folder: Path, figures: Figures, idle: float) -> None:
    """One run of another program."""
    with Meter(peer.argv, env=environment(folder)) as meter:
        begin(meter, figures, "", peer.warm or peer.keys[:1])
        figures.memory.append(meter.memory())
        if idle:
            figures.idle.append(meter.idle(idle)[0])
        figures.keyed[peer.doing] += meter.press(peer.keys)


def work(site: Site, scratch: Path, cases: int) -> None:
    """So many cases, one after another, each parked; what the desk's memory and its CPU for a case were meanwhile."""
    lines = []
    with site.open(scratch) as desk:
        desk.started(BEGINS)
        desk.burst(("n",), lambda: NEXT in desk.screen)
        done = Keyed()
        for n in range(1, cases + 1):
            before = case_on(desk)
            while HANDED in desk.screen:
                desk.burst(("H",), lambda: HANDED not in desk.screen or _another(desk, before))  # noqa: B023
                before = case_on(desk)
            done += desk.burst((*"wdone", "f10"), partial(_another, desk, before))
            if n % max(cases // 10, 1) == 0:
                lines.append(
                    [
                        f"{n:,}",
                        f"{desk.memory():.1f}",
                        *_milliseconds(done.quiet),
                        _mean(done.cpu),
                        f"{median(done.size):,.0f}",
                    ]
                )
                done = Keyed()
    heads = ["cases worked", "PSS MB", "done to next ms p50", "p95", "CPU ms a case", "bytes a case"]
    show(f"One sitting in {site.cases:,} cases, each wrapped up in one burst of 6 keys", heads, lines)


def _another(desk: Meter, before: str) -> bool:
    return case_on(desk) not in ("", before)


def case_on(desk: Meter) -> str:
    """The account number in the second line."""
    words = desk.screen.splitlines()[1].split()
    return words[0] if words and words[0][3:4] == "-" and NEXT in desk.screen else ""


# Telling


def _centile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] if values else float("nan")


def _milliseconds(seconds: Sequence[float]) -> list[str]:
    return [f"{1000 * _centile(seconds, part):.1f}" for part in (0.5, 0.95)]


def _mean(seconds: Sequence[float]) -> str:
    return f"{1000 * sum(seconds) / len(seconds):.1f}" if seconds else ""


def start_line(name: str, figures: Figures, bare: Figures | None) -> list[str]:
    """How it began, and what it is when nobody types."""
    of = [
        1000 * _centile(values, 0.5)
        for values in (
            [one.painted for one in figures.started],
            [one.ready for one in figures.started],
            figures.answered,
            [one.cpu for one in figures.started],
        )
    ]
    memory = median(figures.memory)
    line = [name, *(f"{value:,.0f}" for value in of), f"{memory:.1f}"]
    line.append(f"{100 * median(figures.idle):.2f}" if figures.idle else "")
    if bare is None:
        return [*line, "", "", ""]
    cpu = median(one.cpu for one in figures.started) / median(one.cpu for one in bare.started)
    more_idle = median(figures.idle) - median(bare.idle) if figures.idle and bare.idle else 0.0
    return [*line, f"{cpu:.2f}", f"{memory - median(bare.memory):+.1f}", f"{100 * more_idle:+.2f}"]


def key_lines(name: str, figures: Figures) -> Iterator[list[str]]:
    """How keys were answered, place by place."""
    for place, keyed in figures.keyed.items():
        size = f"{median(keyed.size):,.0f}" if keyed.size else ""
        most = f"{max(keyed.size):,}" if keyed.size else ""
        yield [f"{name}: {place}", str(len(keyed.cpu)), *_milliseconds(keyed.quiet), _mean(keyed.cpu), size, most]


def main(words: Sequence[str]) -> None:
    """Print the tables."""
    asked = _options().parse_args(words)
    with copies(asked.store, asked.cases, asked.scratch) as folders, TemporaryDirectory() as scratch:
        sites = [Site(folder) for folder in folders]
        home = Path(scratch)
        if asked.worked:
            work(sites[-1], home, asked.worked)
            return
        there = peers(asked.peers or home)
        found = [peer for peer in there if not peer.needs]
        figures: dict[str, Figures] = defaultdict(Figures)
        for run in range(asked.runs + 1):
            if run == 1:  # in the first, all that is imported was written down, and read from the disk
                figures.clear()
            idle = asked.idle if run else 0.0
            for peer in found:
                call_on(peer, asked.peers or home, figures[peer.name], idle)
            for site in sites:
                visit(site, home, figures[f"Greenwax, {site.cases:,} cases"], idle)
    bare = figures["bare Textual"]
    heads = ["milliseconds", "first paint", "ready", "key answered", "CPU to ready", "PSS MB", "idle CPU %"]
    heads += ["CPU in bare ones", "PSS over bare", "idle over bare"]
    lines = [start_line(name, one, None if one is bare else bare) for name, one in figures.items()]
    show(f"Starting, medians of {asked.runs} runs; the yardstick is a bare Textual application", heads, lines)
    heads = ["milliseconds", "keys", "quiet p50", "p95", "CPU a key", "bytes a key", "most bytes"]
    print()
    show("Keys", heads, [line for name, one in figures.items() for line in key_lines(name, one)])
    for peer in there:
        if peer.needs:
            print(f"{peer.name}: {peer.needs}")


def _options() -> ArgumentParser:
    parser = store_options(options(__doc__ or "", runs=5, worked=0))
    parser.set_defaults(cases=(500,))
    parser.add_argument("--idle", type=float, default=10.0, metavar="SECONDS", help="how long each is left alone")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="what `python -m bench.peers FOLDER` installed")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
