"""What each person did on each day, as a local store keeps it for a month."""

from __future__ import annotations

from datetime import date, timedelta

from api_client.local_store import LocalStore
from casework.tallies import Tally

TALLIES_KEPT = timedelta(days=31)


class TallyBook:
    """The tallies of an open store. What is written is written within the caller's transaction."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store

    def of(self, person: str, day: date) -> Tally:
        """What somebody has done on a day."""
        record = self._store.tallies.raw(f"{person} {day.isoformat()}")
        return Tally.model_validate(record["tally"]) if record else Tally()

    def put(self, person: str, day: date, tally: Tally) -> None:
        """It is this."""
        self._store.tallies.put(f"{person} {day.isoformat()}", {"day": day.isoformat(), "tally": tally.model_dump()})

    def forget(self, today: date) -> None:
        """Those older than tallies are kept are gone."""
        limit = (today - TALLIES_KEPT).isoformat()
        if old := [name for name, record in self._store.tallies.each_raw() if record["day"] < limit]:
            self._store.tallies.remove(doc_ids=old)
