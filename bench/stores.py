"""Stores to measure on: practice offices with all their history, given or made, and copied before anything is done to them."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from api_client.practice import make_office
from api_client.tables import packaged_tables

SIZES = (500, 5_000, 50_000)
AS_OF = date(2026, 11, 19)


def store_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """`--store FOLDER ...` to measure on what there is, or `--cases N ...` to make it."""
    text = "practice stores to measure on; they are copied first"
    parser.add_argument("--store", type=Path, nargs="+", metavar="FOLDER", default=[], help=text)
    text = f"without --store: make practice stores of so many cases ({', '.join(f'{n:,}' for n in SIZES)})"
    parser.add_argument("--cases", type=int, nargs="+", metavar="N", default=SIZES, help=text)
    parser.add_argument(
        "--scratch", type=Path, metavar="FOLDER", help="where to put the copies: on the disk to be measured"
    )
    return parser


@contextmanager
def copies(given: Sequence[Path], sizes: Sequence[int], scratch: Path | None) -> Iterator[list[Path]]:
    """The stores to measure on, the smallest first. They are gone afterwards."""
    with TemporaryDirectory(prefix="greenwax-bench.", dir=scratch) as beside:
        folders = [Path(beside) / str(n) for n in range(len(given) or len(sizes))]
        if given:
            for folder, source in zip(folders, given, strict=True):
                shutil.copytree(source, folder)
            os.sync()  # or the first sync of a log waits for all of the copy
        else:
            for folder, size in zip(folders, sizes, strict=True):
                make_office(folder, packaged_tables(), cases=size, seed=1, as_of=AS_OF)
        yield sorted(folders, key=lambda folder: (folder / "history.log").stat().st_size)
