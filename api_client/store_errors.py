"""How the local store refuses: somebody else has it, it is damaged, or it has stopped. Messages are fit to be shown."""

from __future__ import annotations

from pathlib import Path

__all__ = ["StoreDamaged", "StoreError", "StoreInUse", "StoreStopped"]


class StoreError(Exception):
    """The local store cannot do what was asked; the message is fit to be shown."""


class StoreInUse(StoreError):
    """Another process has the store open; ``pid`` is its number where the lock file tells."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"the store is open in {'another process' if pid is None else f'process {pid}'}")
        self.pid = pid


class StoreDamaged(StoreError):
    """A file of the store is not as it was written. Nothing has been changed on disk."""

    @classmethod
    def at(cls, path: Path, offset: int, what: str) -> StoreDamaged:
        """The error for ``what`` found at byte ``offset`` of ``path``."""
        return cls(f"{path}, byte {offset}: {what}. Nothing was changed.")


class StoreStopped(StoreError):
    """A write or a sync failed, or the store was closed: it can be read, and written again once it is reopened."""
