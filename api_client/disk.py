"""What the system calls leave to be done: writing all of it, and making the names of files durable."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["sync_folder", "write_all"]


def write_all(fd: int, data: bytes, offset: int) -> None:
    """Write ``data`` at ``offset`` however many calls that takes. Raises OSError."""
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, offset)
        view, offset = view[written:], offset + written


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable: files created, renamed. Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
