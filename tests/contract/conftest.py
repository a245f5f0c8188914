"""The offices that the contract of a desk is tested on: one for each kind of store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from api_client.desk import Desk
from api_client.local_desk import LocalDesk
from api_client.local_store import LocalStore
from api_client.tables import packaged_tables
from casework.accounts import check_letter
from casework.commit import open_case
from casework.opening import Account
from casework.roles import Role
from casework.situation import Situation
from casework.staff import Staff
from casework.views import CaseView
from tests.unit.store_tools import put_cases

THURSDAY = datetime(2026, 11, 19, 10, tzinfo=UTC)


def someone(id: str, role: Role, *units: str, **more: object) -> Staff:
    """A member of staff, of K01 unless told otherwise."""
    return Staff.model_validate({"id": id, "name": id.title(), "roles": [role], "units": units or ["K01"], **more})


STAFF = (
    someone("ann", "officer"),
    someone("ben", "officer"),
    someone("wyn", "officer", welsh=True),
    someone("liz", "officer", "L01"),
    someone("cash", "cash-officer"),
    someone("eve", "auditor"),
    someone("max", "manager", "K01", "L01"),
    someone("kin", "officer", exclusions=["K01-26000001D"]),
)


def account(n: int, **changes: object) -> Account:
    """The `n`th account of K01, in which £100.00 is owed, to be contacted from Thursday."""
    digits = f"26{n:06}"
    line = {
        "unit": "K01",
        "number": digits + check_letter(digits),
        "opened_on": "2026-09-01",
        "person": {"name": {"surname": f"Payer{n}", "forenames": "Pat"}, "phones": ["07700 900123"]},
        "impositions": [{"result": "FO", "imposed_on": "2026-08-20", "imposed_pence": 10_000}],
        "terms": {"plan": "instalments", "amount_pence": 2_000, "every": "weekly", "start": "2026-09-03"},
        "first_contact_on": "2026-11-19",
        **changes,
    }
    return Account.model_validate(line)


class Office(Protocol):
    """A store of some kind with staff in it."""

    def desk(self, person: str) -> Desk:
        """The desk of one of the staff."""
        ...

    def add(self, *accounts: Account) -> None:
        """Take accounts on."""
        ...

    def at(self, instant: datetime) -> None:
        """It is now `instant`."""
        ...

    def views(self) -> int:
        """How many looks the access log has."""
        ...

    def last_look(self) -> Mapping[str, object]:
        """The newest line of the access log."""
        ...

    def peek(self, person: str, case_id: str) -> CaseView:
        """The case as it stands, without looking at it."""
        ...


class LocalOffice:
    """A local store."""

    def __init__(self, folder: Path) -> None:
        self.store = LocalStore(folder, packaged_tables())
        self.store.begin("practice", STAFF, clock=THURSDAY)
        self.store.meta.put("ticked", {"on": "2026-11-19"})

    def desk(self, person: str) -> LocalDesk:
        """A desk on the one open store."""
        return LocalDesk(self.store, person)

    def add(self, *accounts: Account) -> None:
        """As an import does."""
        situation = Situation(self.store.now(), STAFF[0], self.store.reference)
        put_cases(self.store, *(open_case(one, situation) for one in accounts))

    def at(self, instant: datetime) -> None:
        """A practice store's clock can be set."""
        self.store.set_clock(instant)

    def views(self) -> int:
        """The lines of the log."""
        return sum(1 for _ in self.store.access.walk())

    def last_look(self) -> Mapping[str, object]:
        """Read back from its file."""
        looked: dict[str, object] = json.loads(list(self.store.access.walk())[-1].body)
        return looked

    def peek(self, person: str, case_id: str) -> CaseView:
        """Below the desk."""
        from casework.accounts import CaseId

        return self.desk(person)._view(self.store.load(CaseId(case_id)).case)


@pytest.fixture(params=["local"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office with two accounts, 1 and 2, on Thursday 19 Nov 2026 at ten."""
    made = LocalOffice(tmp_path / "store")
    made.add(account(1), account(2))
    yield made
    made.store.close()
