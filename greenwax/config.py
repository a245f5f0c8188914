"""Settings: the packaged `config.toml`, over it the person's own. Unknown settings are refused, naming file and setting."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.refusals import Reason, Refused

THEMES = ("dark", "light", "high-contrast")


@dataclass(frozen=True, slots=True)
class Config:
    """What can be set."""

    accounts: Path
    practice: Path
    theme: str
    keep_pulling: bool
    clipboard: bool
    """Whether the text of a field may be sent to the terminal's clipboard."""
    keys: Mapping[str, tuple[str, ...]]
    """The keys that were chosen, by command, as they are written. Which there may be, the desk says when it opens."""
    own: Path
    """The person's own file, whether or not there is one."""


def load() -> Config:
    """The settings in force. Raises Refused when the person's file cannot be used."""
    settings = _read(_packaged())
    own = _home("XDG_CONFIG_HOME", ".config") / "greenwax" / "config.toml"
    if own.exists():
        settings = _over(settings, _read(own), own)
    data = _home("XDG_DATA_HOME", ".local/share") / "greenwax"
    theme = settings["desk"]["theme"]
    if theme not in THEMES:
        raise _wrong(own, f"desk.theme is “{theme}”; it may be {', '.join(THEMES)}")
    store = settings["store"]
    return Config(
        accounts=Path(store["accounts"]).expanduser() if store["accounts"] else data / "accounts",
        practice=Path(store["practice"]).expanduser() if store["practice"] else data / "practice",
        theme=theme,
        keep_pulling=settings["desk"]["keep_pulling"],
        clipboard=settings["desk"]["clipboard"],
        keys=settings["keys"],
        own=own,
    )


def _home(variable: str, otherwise: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / otherwise)


def _packaged() -> Path:
    """`config.toml` beside this module when installed, at the top of the project in a checkout."""
    here = Path(__file__).parent
    return next(path for path in (here / "config.toml", here.parent / "config.toml") if path.exists())


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise _wrong(path, str(fault)) from None


def _over(settings: Mapping[str, Any], own: Mapping[str, Any], path: Path) -> dict[str, Any]:
    merged = {name: dict(table) for name, table in settings.items()}
    for name, table in own.items():
        if name not in merged or not isinstance(table, dict):
            raise _wrong(path, f"there is no setting {name}")
        if name == "keys":
            merged[name] = {key: _keys(key, value, path) for key, value in table.items()}
            continue
        for key, value in table.items():
            if key not in merged[name]:
                raise _wrong(path, f"there is no setting {name}.{key}")
            if type(value) is not type(merged[name][key]):
                raise _wrong(path, f"{name}.{key} is the wrong kind of value")
            merged[name][key] = value
    return merged


def _keys(command: str, value: Any, path: Path) -> tuple[str, ...]:
    """The keys of one command: one, or a list of them."""
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise _wrong(path, f"keys.{command} is a key such as “j”, or a list of keys")
    return tuple(keys)


def _wrong(path: Path, what: str) -> Refused:
    return Refused(Reason(code="config", message=f"{path}: {what}"))
