"""The clock of a store: that on the wall or, in a practice office, one of its own that stands still while nobody is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from api_client.journal_table import JournalTable


class StoreClock:
    """What time it is in an open store, told by `tell`; `stops` while it is closed, so that it must be written down."""

    tell: Callable[[], datetime]
    stops = False

    def __init__(self, meta: JournalTable, fixed: datetime | None = None) -> None:
        """The clock as the store has it, or one that is `fixed` for this opening and goes on from there."""
        self._meta = meta
        kept = meta.raw("clock")
        if fixed is not None:
            self.tell = _going_from(fixed)
        elif kept is not None:
            self.tell, self.stops = _going_from(datetime.fromisoformat(kept["at"])), True
        else:
            self.tell = lambda: datetime.now(UTC)

    def now(self) -> datetime:
        """The time, in UTC, to the millisecond."""
        instant = self.tell()
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def keep(self) -> None:
        """Within a transaction: what it says is written down, if it stops."""
        if self.stops:
            self._meta.put("clock", {"at": self.now().isoformat()})


def _going_from(start: datetime) -> Callable[[], datetime]:
    opened = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - opened)
