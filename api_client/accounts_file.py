"""Taking on real accounts from a file: JSON Lines, one account a line, all of them or none.

Every bad row is named with its line, field, value and reason. An account that is in the store already, from the same line,
is unchanged; from another line, rejected. The format is described in docs/import.md.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api_client.local_store import LocalStore
from casework.actions.declare import place, sentence
from casework.clean import clean_line
from casework.commit import Commit, open_case
from casework.dates import london_date
from casework.opening import Account, refusals
from casework.refusals import Forbidden, Refused
from casework.situation import Facts, Situation
from casework.staff import Staff, may

LONGEST_LINE = 1 << 20
"""Bytes. A longer line is rejected without being read."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a row is not taken on."""

    line: int
    field: str
    value: str
    reason: str


@dataclass(slots=True)
class Imported:
    """What an import did, or with rejected rows what kept it from doing anything."""

    added: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def import_accounts(store: LocalStore, person: Staff, path: Path, *, dry_run: bool = False) -> Imported:
    """Add the accounts of the file at `path`, all or none.

    On a new store `person` becomes its first member of staff; on any, they work in every unit of the file.

    Raises:
        Refused: this is a practice store, or the file has no account.
        Forbidden: `person` may not import.
        OSError: the file cannot be read.
    """
    if store.kind == "practice":
        message = "this is a practice office, where nothing is real; name another folder with --store"
        raise Refused.because("practice-store", message)
    if reasons := may(person, "import", None, store.reference.grants(london_date(store.now()))):
        raise Forbidden(*reasons)
    result = Imported()
    new: dict[str, tuple[Account, str]] = {}
    for number, line in _lines(path, result):
        account = _read(number, line, store, result)
        if account is None:
            continue
        digest = _digest(account)
        earlier = store.cases.raw(account.id)
        known = earlier["imported"] if earlier else new[account.id][1] if account.id in new else None
        if known == digest:
            result.unchanged += 1
        elif known is not None:
            where = "in the store" if earlier else "earlier in this file"
            result.rejected.append(
                Rejected(number, "number", account.number, f"{account.id} is {where} with other data")
            )
        else:
            new[account.id] = account, digest
    if not new and not result.unchanged and not result.rejected:
        raise Refused.because("no-accounts", f"there is no account in {path.name}")
    result.added = 0 if result.rejected else len(new)
    if result.added and not dry_run:
        _write(store, person, list(new.values()))
    return result


def _digest(account: Account) -> str:
    """Of what the account says, with what it leaves out as it would be: a new field changes nothing for an old line.

    Not of why a marker is there: this is kept for good, and a likely reason could be tried against it.
    """
    whole = account.model_copy(update={"collection_order": account.under_order})
    said = whole.model_dump_json(exclude_defaults=True, exclude={"markers": {"__all__": {"reason"}}})
    return hashlib.sha256(said.encode()).hexdigest()


def _write(store: LocalStore, person: Staff, accounts: list[tuple[Account, str]]) -> None:
    units = tuple(sorted({*person.units, *(account.unit for account, _ in accounts)}))
    person = person.model_copy(update={"units": units})
    now = store.now()

    def opened(account: Account, digest: str) -> tuple[Commit, dict[str, str]]:
        situation = Situation(now, person, store.reference, Facts(salt=secrets.token_hex(16)))
        return open_case(account, situation), {"imported": digest}

    def also() -> None:
        if store.kind is None:
            store.put_office("real", [person])
        else:
            store.put_staff(person)

    store.write_new((opened(account, digest) for account, digest in accounts), also)


def _lines(path: Path, result: Imported) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                result.rejected.append(Rejected(number, "", "", f"the line is longer than {LONGEST_LINE:,} bytes"))
                while line and not line.endswith(b"\n"):
                    line = file.readline(LONGEST_LINE)
            elif line.strip():
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _read(number: int, line: bytes, store: LocalStore, result: Imported) -> Account | None:
    """The account of a line, or None with its faults noted."""
    try:
        account = Account.model_validate_json(line)
    except ValidationError as fault:
        for error in fault.errors(include_url=False):
            value = "" if error["type"] in ("missing", "json_invalid") else _shown(error["input"])
            result.rejected.append(Rejected(number, place(error), value, sentence(error)))
        return None
    found = refusals(account, london_date(store.now()), store.reference)
    for objection in found:
        value = _shown(_at(account.model_dump(mode="json"), objection.field or ""))
        result.rejected.append(Rejected(number, objection.field or "", value, objection.message))
    return None if found else account


def _at(document: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        document = document[int(step) if isinstance(document, list) else step]
    return document


def _shown(value: object) -> str:
    """A value as it can be shown on one line, at most 80 characters."""
    text = clean_line(str(value))
    return text if len(text) <= 80 else text[:79] + "…"
