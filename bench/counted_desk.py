"""The desk with every call to its store noted in a file: `python -m bench.counted_desk FILE ...`, then as `greenwax`.

What is noted is what a desk that works on a service would have to ask it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def note_calls(noted: Path) -> None:
    """From now on each call to the store adds its name, as a line, to `noted`."""
    from api_client.desk import Desk
    from api_client.local_desk import LocalDesk

    def counted(name: str) -> Callable[..., Any]:
        method = getattr(LocalDesk, name)

        async def call(*args: Any, **more: Any) -> Any:
            with noted.open("a", encoding="utf-8") as file:
                file.write(f"{name}\n")
            return await method(*args, **more)

        return call

    for name, method in vars(Desk).items():
        if inspect.iscoroutinefunction(method) and name != "warm":  # done while nobody types, so part of no job
            setattr(LocalDesk, name, counted(name))


if __name__ == "__main__":
    note_calls(Path(sys.argv[1]))
    from greenwax.cli import main

    sys.exit(main(sys.argv[2:]))
