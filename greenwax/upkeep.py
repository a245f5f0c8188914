"""Looking after the store and the tables: the calendar, the audit, and questions of rule."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from casework.clean import clean_line
from casework.refusals import Damaged, Refused
from greenwax import plain, stores
from greenwax.answers import reply


def tick(asked: Namespace) -> int:
    """The calendar's turn on every case."""

    async def run() -> int:
        desk = stores.open_desk(asked)
        try:
            cases, tasks = await desk.tick()
        finally:
            desk.close()
        return reply(asked, {"cases": cases, "tasks_made": tasks}, f"{cases} cases changed, {tasks} tasks made")

    return asyncio.run(run())


def audit(asked: Namespace) -> int:
    """Whether the history is what was written; or its heads, to a file."""
    return _write_heads(asked) if asked.what == "heads" else _verify(asked)


def _verify(asked: Namespace) -> int:
    from api_client import audit as auditor

    try:
        store = stores.open_store(stores.folder_of(asked))
    except Damaged as fault:
        verdict = auditor.Verdict(0, 0, False, "; ".join(reason.message for reason in fault.reasons))
    else:
        try:
            verdict = auditor.verify(store, _heads(asked.heads))
        finally:
            store.close()
    reply(asked, asdict(verdict), plain.facts(asdict(verdict)))
    return 0 if verdict.ok else 1


def _write_heads(asked: Namespace) -> int:
    from api_client import audit as auditor
    from api_client.export_file import new_file, refuse_place

    if asked.file is None:
        raise stores.Misused.because("no-file", "name the file for the heads", field="file")
    path = Path(asked.file)
    desk = stores.open_desk(asked)
    try:
        refuse_place(path, desk.store.folder)
        heads = auditor.heads_of(desk.store)
    finally:
        desk.close()
    with new_file(path) as file:
        file.write(json.dumps(heads, indent=0, sort_keys=True).encode() + b"\n")
    cases = len(heads.keys() - {auditor.ACCESS_LOG})
    return reply(asked, {"cases": cases}, f"the heads of {cases} cases and of the access log written")


def _heads(file: str | None) -> dict[str, str] | None:
    """The heads of a file. One that names nothing would find everything well, whatever was done. Raises Refused."""
    from api_client.strict_json import parse

    if file is None:
        return None
    try:
        heads = parse(Path(file).read_bytes())
    except OSError:
        why = "it cannot be read"
    except ValueError as fault:
        why = clean_line(str(fault))
    else:
        if isinstance(heads, dict) and heads and all(isinstance(head, str) for head in heads.values()):
            return heads
        why = "it names no head" if heads == {} else "it is not one object of names and hashes"
    raise Refused.because("heads", f"{file} is not a file of heads: {why}", field="heads")


def reference(asked: Namespace) -> int:
    """Every row of every table, with its source; or what is wrong with the tables."""
    from api_client.tables import packaged_tables, packaged_texts
    from casework.table_faults import faults

    if asked.what == "check":
        found = faults(packaged_texts())
        reply(asked, {"ok": not found, "faults": found}, "\n".join(found) or "the tables are as they should be")
        return 1 if found else 0
    listed = [
        {
            "table": name,
            "row": str(getattr(row, row.key)),
            "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "source": row.source,
            "verified": row.verified,
        }
        for name, rows in packaged_tables().rows.items()
        for row in rows
    ]
    return reply(asked, listed, plain.rows_of(listed))


def explain(asked: Namespace) -> int:
    """A question of rule."""
    from greenwax import explain as explaining

    match asked.question:
        case "account-number":
            answer = explaining.account_number(asked.digits)
        case "working-days":
            answer = explaining.working_days(asked.start, asked.plus)
        case "allocation":
            answer = explaining.allocation(asked.impositions, asked.payment)
        case "schedule":
            answer = explaining.schedule(asked.terms, asked.balance)
        case "arrears":
            answer = explaining.arrears(asked.terms, asked.paid, asked.on, asked.balance)
        case "aeo":
            answer = explaining.aeo(asked.period, asked.net, asked.on, asked.periods)
        case "benefit":
            answer = explaining.benefit(asked.benefit, asked.claimant, asked.on, asked.balance)
        case "default-term":
            answer = explaining.default_term(asked.amount, asked.court)
        case _:
            answer = explaining.interest(asked.principal, asked.start, asked.until)
    return reply(asked, answer, plain.facts(answer))
