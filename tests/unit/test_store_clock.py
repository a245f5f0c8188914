"""The clock of a store, over closing and opening it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from api_client.local_store import LocalStore
from tests.cases import NOW, OFFICER, shipped_tables

TABLES = shipped_tables()
AWAY = timedelta(days=3)


def begun(folder: Path) -> LocalStore:
    store = LocalStore(folder, TABLES)
    store.begin("practice", [OFFICER], clock=NOW)
    return store


def test_the_clock_of_a_practice_office_goes_on_from_where_it_stood_when_it_was_closed(tmp_path: Path) -> None:
    """Caught: a clock that was not written down on closing, so that the day began anew."""
    store = begun(tmp_path)
    store.clock.tell = lambda: NOW + AWAY
    store.close()
    again = LocalStore(tmp_path, TABLES)
    assert timedelta() <= again.now() - (NOW + AWAY) < timedelta(minutes=5)
    again.close()
    third = LocalStore(tmp_path, TABLES)
    assert third.clock.stops and third.now() >= NOW + AWAY
    third.close()


def test_a_time_that_is_given_for_one_opening_is_not_kept(tmp_path: Path) -> None:
    """Seen red with: the given time written down on closing."""
    begun(tmp_path).close()
    once = LocalStore(tmp_path, TABLES, now=NOW + AWAY)
    assert once.now() >= NOW + AWAY and not once.clock.stops
    once.close()
    again = LocalStore(tmp_path, TABLES)
    assert again.now() < NOW + AWAY
    again.close()


def test_time_is_told_to_the_millisecond(tmp_path: Path) -> None:
    """As it is written down. Seen red with: the microseconds left in it."""
    store = begun(tmp_path)
    store.clock.tell = lambda: datetime(2026, 11, 19, 10, 0, 0, 123_999, tzinfo=UTC)
    assert store.now() == datetime(2026, 11, 19, 10, 0, 0, 123_000, tzinfo=UTC)
    store.close()
