"""Cases, people and circumstances for tests, in a line each. Everything goes through the domain's own doors: a case is
opened and acted on as in the office, so that no test can stand on a state that cannot be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from casework.accounts import Imposed, check_letter
from casework.actions.calendar import RunCalendar, due
from casework.actions.declare import Action
from casework.actions.undo import Undo
from casework.case import Case
from casework.commit import Commit, commit, open_case
from casework.history import Event, rebuild, taken_receipt
from casework.opening import Account
from casework.people import Name, Person
from casework.reference import TABLES, Tables, parse
from casework.situation import Facts, Situation, TakenReceipt
from casework.staff import Staff
from casework.table_rows import Row
from casework.tallies import Tally
from casework.terms import Terms
from casework.undoing import Kept, last_act, told

TABLE_FOLDER = Path(__file__).parents[1] / "casework" / "tables"

NOW = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
"""Thursday 19 November 2026, ten in the morning. There is no summer time in November."""
TODAY = date(2026, 11, 19)

SALT = "0123456789abcdef0123456789abcdef"
"""What a store would make anew each time."""

OFFICER = Staff(id="jkhan", name="J Khan", roles=("officer",), units=("K01",))
LEADER = Staff(id="rbeech", name="R Beech", roles=("team-leader",), units=("K01",))
FINES_OFFICER = Staff(id="acole", name="A Cole", roles=("fines-officer",), units=("K01",))
COLLEAGUE = Staff(id="mpatel", name="M Patel", roles=("officer",), units=("K01",))


@cache
def shipped_tables() -> Tables:
    """The tables as they are shipped."""
    return Tables({name: parse(name, (TABLE_FOLDER / f"{name}.toml").read_text("utf-8")) for name in TABLES})


def tables_with(**texts: str) -> Tables:
    """The shipped tables, with some replaced by these texts."""
    changed: dict[str, tuple[Row, ...]] = {name: parse(name, text) for name, text in texts.items()}
    return Tables({**shipped_tables().rows, **changed})


def at(day: int, month: int = 11, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    """An instant by the UTC clock, in November 2026 unless told otherwise."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def situation(
    now: datetime = NOW,
    *,
    actor: Staff = OFFICER,
    pulled: str | None = None,
    receipt: TakenReceipt | None = None,
    tables: Tables | None = None,
    **facts: Any,
) -> Situation:
    """The circumstances of one decision."""
    known = Facts(pulled_task=pulled, receipt=receipt, salt=SALT, **facts)
    return Situation(now, actor, tables or shipped_tables(), known)


def imposed(result: str = "FO", pence: int = 24_000, on: date = date(2026, 9, 1), *, paid: int = 0) -> Imposed:
    """A sum imposed by a court."""
    return Imposed(result=result, imposed_on=on, imposed_pence=pence, paid_pence=paid)


def a_person(surname: str = "Smith", forenames: str = "John Robert", **more: Any) -> Person:
    """Somebody who owes."""
    return Person(name=Name(surname=surname, forenames=forenames), **{"phones": ("07700 900123",), **more})


def number(digits: str = "24000731") -> str:
    """A whole account number."""
    return digits + check_letter(digits)


def an_account(*impositions: Imposed, digits: str = "24000731", unit: str = "K01", **more: Any) -> Account:
    """An account as it comes in; one fine of £240.00 unless told otherwise."""
    details: dict[str, Any] = {"opened_on": date(2026, 9, 1), "person": a_person(), **more}
    return Account(unit=unit, number=number(digits), impositions=impositions or (imposed(),), **details)


def weekly(pence: int = 2_000, start: date = date(2026, 9, 3)) -> Terms:
    """Instalments every week."""
    return Terms(plan="instalments", amount_pence=pence, every="weekly", start=start)


class Story:
    """One case from its opening on, acted on step by step as a store would."""

    def __init__(self, account: Account | None = None, now: datetime = NOW, tables: Tables | None = None) -> None:
        self.tables = tables
        opened = open_case(account or an_account(), situation(now, tables=tables))
        self.case: Case = opened.case
        self.head: str = opened.head
        self.events: list[Event] = [*opened.events]

    def does(
        self,
        action: Action,
        now: datetime = NOW,
        *,
        by: Staff = OFFICER,
        pulled: str | None = None,
        seen: int | None = None,
        key: str | None = None,
        **facts: Any,
    ) -> Commit:
        """Carry out `action`, or raise what refuses it."""
        name = action.names_receipt()
        receipt = taken_receipt(reversed(self.events), name) if name else None
        circumstances = situation(now, actor=by, pulled=pulled, receipt=receipt, tables=self.tables, **facts)
        return self._written(commit(self.case, action, circumstances, head=self.head, seen=seen, key=key))

    def undoes(self, now: datetime = NOW, *, by: Staff = OFFICER) -> Commit:
        """Take back what was done last, which had a key."""
        act = last_act(reversed(self.events))
        before = rebuild(self.events[: act[0].seq - 1])
        kept = Kept(title="this", undoable=True, permissions=(), counted=Tally())
        return self.does(Undo(), now, by=by, key="undo", last_act=told(act, kept, None, lambda: before))

    def calendar(self, now: datetime) -> Sequence[Event]:
        """The calendar's turn; returns what it brought."""
        circumstances = situation(now, tables=self.tables)
        if not due(self.case, circumstances):
            return ()
        return self._written(commit(self.case, RunCalendar(), circumstances, head=self.head)).events

    def _written(self, done: Commit) -> Commit:
        self.case, self.head = done.case, done.head
        self.events += done.events
        return done


def a_case(*impositions: Imposed, **more: Any) -> Case:
    """A case as it is just after its opening: open task `2.1`, make first contact."""
    return Story(an_account(*impositions, **more)).case
