"""JSON of which there is only one reading: no key twice in an object, no NaN, nothing but UTF-8, not nested without end."""

from __future__ import annotations

import json
from typing import Any, NoReturn

__all__ = ["parse"]


def parse(text: bytes) -> Any:
    """What `text` says. Raises ValueError, with a sentence for the person, when that is not plain."""
    try:
        return json.loads(text.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError as fault:
        raise ValueError(f"the text is not UTF-8 (byte {fault.start + 1} of the line)") from None
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    except json.JSONDecodeError as fault:
        raise ValueError(f"this is not JSON: {fault.msg} at character {fault.pos + 1}") from None
    except _Plain as fault:
        raise ValueError(str(fault)) from None
    except ValueError:
        raise ValueError("the JSON has a number that is too long") from None


class _Plain(ValueError):
    """A fault that is in words already."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Plain(f"the key “{twice[:40]}” is there twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise _Plain(f"{name} is not a number here")
