"""What each command does: find the desk, ask it, print the answer."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from api_client.local_desk import LocalDesk
from casework import quick_entry
from casework.accounts import CaseId, case_id, parse_account
from casework.actions import ACTIONS, parse_action
from casework.actions.declare import Action, fill
from casework.actions.work import Park, Skip, WrapUp
from casework.clean import clean_line
from casework.refusals import Ambiguous, ClaimLost, Damaged, DeskError, NotFound, Reason, Refused, Unavailable
from casework.situation import Situation
from casework.views import CaseView, Claimed, Done, Entry, situation_of
from casework.views import show as shown
from greenwax import config, plain, stores
from greenwax.cli import EXIT

Command = Callable[[Namespace], int]

MOST_CASES = 200_000
"""Of a practice office: beyond that account numbers run out, and patience before."""


def guarded(command: Command, asked: Namespace) -> int:
    """Run a command; an error becomes its message and its exit code."""
    try:
        return command(asked)
    except DeskError as fault:
        return _fail(asked, fault)
    except BrokenPipeError:
        raise
    except OSError as fault:
        what = f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault.strerror or fault)
        message = f"{what}. Everything saved before is kept; put that right and try again."
        return _fail(asked, Unavailable(Reason(code="system", message=message)))
    except Exception as fault:
        return _fail(asked, _crashed(fault))


def _crashed(fault: Exception) -> DeskError:
    """A fault of the program itself: a reference for the officer, and for us a trace without anybody's data."""
    from greenwax.opening import log_path
    from tui.crash import CrashLog, new_reference

    reference, path = new_reference(), log_path()
    CrashLog(path).write(fault, reference)
    message = (
        f"something went wrong inside Greenwax (reference {reference}). Everything saved before is kept; "
        f"look at the case before you try again. {path} says where it happened, without anybody's data"
    )
    return DeskError(Reason(code="crash", message=message))


def _fail(asked: Namespace, fault: DeskError) -> int:
    if getattr(asked, "json", False):
        reasons = [reason.model_dump() for reason in fault.reasons]
        _json({"error": {"type": fault.type, "title": fault.title, "reasons": reasons}})
    print(plain.error(fault), file=sys.stderr)
    return EXIT[fault.type]


def _json(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=True))


def _answer(asked: Namespace, answer: Any, text: str) -> int:
    if getattr(asked, "json", False):
        _json(answer)
    elif text:
        print(text)
    return 0


def _at_desk(asked: Namespace, work: Callable[[LocalDesk], Awaitable[int]]) -> int:
    """Sign in, do `work`, and let go of the store whatever happens."""

    async def run() -> int:
        desk = stores.open_desk(asked)
        try:
            await desk.sign_in()
            return await work(desk)
        finally:
            desk.close()

    return asyncio.run(run())


def _account(desk: LocalDesk, text: str) -> CaseId:
    """The case that an ACCOUNT means. Raises NotFound, or Ambiguous, listing the units."""
    try:
        unit, number = parse_account(text)
    except ValueError as fault:
        raise NotFound.because("no-case", str(fault), field="account") from None
    if unit is not None:
        return case_id(unit, number)
    units = [i.split("-")[0] for i, record in desk.store.cases.each_raw() if record["case"]["number"] == number]
    if len(units) > 1:
        message = f"{number} is in {', '.join(sorted(units))}: write {sorted(units)[0]}-{number}"
        raise Ambiguous.because("ambiguous", message, field="account")
    if not units or units[0] not in desk.me.units:
        raise NotFound.because("no-case", f"there is no account {number} in your units", field="account")
    return case_id(units[0], number)


# Making and filling stores


def practice(asked: Namespace) -> int:
    """Make a practice office."""
    if not 1 <= asked.cases <= MOST_CASES:
        raise Refused.because("invalid", f"a practice office has 1 to {MOST_CASES:,} cases", field="cases")
    folder = Path(asked.store).expanduser() if getattr(asked, "store", None) else config.load().practice
    office = stores.make_practice(folder, cases=asked.cases, seed=asked.seed, as_of=asked.as_of, replace=asked.replace)
    staff = [{"id": m.id, "name": m.name, "roles": list(m.roles), "unit": m.units[0]} for m in office.staff]
    answer = {
        "cases": office.cases,
        "tasks": office.tasks,
        "staff": staff,
        "outstanding_pence": office.outstanding_pence,
    }
    text = (
        f"A practice office with {office.cases} cases and {office.tasks} tasks is in {folder}. Nothing in it is real."
    )
    return _answer(asked, answer, text)


def import_file(asked: Namespace) -> int:
    """Take on accounts from a file."""
    from api_client.accounts_file import import_accounts

    folder = Path(asked.store).expanduser() if getattr(asked, "store", None) else config.load().accounts
    path = Path(asked.file)
    if not path.is_file():
        raise NotFound.because("no-file", f"there is no file {path}", field="file")
    with stores.store_to_fill(folder) as store:
        result = import_accounts(store, stores.importer(store), path, dry_run=asked.dry_run)
    rejected = [asdict(row) for row in result.rejected]
    answer = {"added": result.added, "unchanged": result.unchanged, "rejected": rejected}
    lines = [
        clean_line(f"line {row.line}: {row.field}: {row.reason} {f'({row.value})' if row.value else ''}")
        for row in result.rejected
    ]
    verb = "would be added" if asked.dry_run else "added"
    _answer(
        asked,
        answer,
        "\n".join([*lines, f"{result.added} {verb}, {result.unchanged} unchanged, {len(lines)} rejected"]),
    )
    return EXIT["refused"] if result.rejected else 0


# Queues and claims


def queues(asked: Namespace) -> int:
    """My queues."""

    async def work(desk: LocalDesk) -> int:
        found = await desk.queues()
        return _answer(asked, [one.model_dump(mode="json") for one in found], plain.queues(found))

    return _at_desk(asked, work)


def _claimed(asked: Namespace, found: Claimed) -> int:
    task = found.task
    answer = {
        "case": shown(found.view),
        "claim": found.claim.model_dump(mode="json"),
        "task": {"id": task.id, "kind": task.kind, "title": task.title, "due_on": task.due_on.isoformat()}
        if task
        else None,
        "why": list(found.why),
    }
    return _answer(asked, answer, plain.claimed(found))


def pull_next(asked: Namespace) -> int:
    """The case that comes next."""

    async def work(desk: LocalDesk) -> int:
        found = await desk.pull_next(asked.queue)
        if found is None:
            raise NotFound.because("nothing-ready", "nothing is ready in your queues")
        return _claimed(asked, found)

    return _at_desk(asked, work)


def claim(asked: Namespace) -> int:
    """This case, claimed."""

    async def work(desk: LocalDesk) -> int:
        return _claimed(asked, await desk.claim(_account(desk, asked.account), interrupt=asked.interrupt))

    return _at_desk(asked, work)


def release(asked: Namespace) -> int:
    """This case, given back."""

    async def work(desk: LocalDesk) -> int:
        wanted = _account(desk, asked.account)
        mine = next((one for one in await desk.my_claims() if one.case == wanted), None)
        if mine is None:
            await desk.case(wanted)
            raise ClaimLost.because("not-claimed", f"you do not hold {wanted}")
        await desk.release(mine)
        return _answer(asked, {}, f"{wanted} given back")

    return _at_desk(asked, work)


# The case


def show(asked: Namespace) -> int:
    """One case."""

    async def work(desk: LocalDesk) -> int:
        view = await desk.case(_account(desk, asked.account))
        return _answer(asked, shown(view), plain.case_lines(view))

    return _at_desk(asked, work)


def timeline(asked: Namespace) -> int:
    """The whole history of a case, or the entries that contain a text."""

    async def work(desk: LocalDesk) -> int:
        wanted = _account(desk, asked.account)
        entries: list[Entry] = []
        before: int | None = None
        while True:
            page = await desk.timeline(wanted, before=before, find=asked.find)
            entries[:0] = page.entries
            before = page.before
            if before is None:
                break
        whole = page.model_copy(update={"entries": tuple(entries)})
        return _answer(asked, [entry.model_dump(mode="json") for entry in entries], plain.timeline(whole))

    return _at_desk(asked, work)


def search(asked: Namespace) -> int:
    """Cases by number or name."""

    async def work(desk: LocalDesk) -> int:
        found = await desk.search(" ".join(asked.text))
        answer = [one.model_dump(mode="json", exclude={"case"}) for one in found]
        return _answer(asked, answer, plain.results(found))

    return _at_desk(asked, work)


# Actions


def actions(asked: Namespace) -> int:
    """Everything that can be done to a case, with its schema."""
    known = [
        {
            "kind": kind,
            "title": action.title,
            "permission": action.permission,
            "needs_claim": action.works_task,
            "schema": _schema(action),
        }
        for kind, action in ACTIONS.items()
    ]
    text = plain.table(
        [(one["kind"], one["title"], one["permission"]) for one in known], ("kind", "title", "permission")
    )
    return _answer(asked, known, text)


def _schema(action: type[Action]) -> dict[str, Any]:
    """What `act` takes: the model leaves `kind` out of what is required, because only JSON must say it."""
    schema = action.model_json_schema()
    return {**schema, "required": ["kind", *schema.get("required", ())]}


def _situation(desk: LocalDesk, view: CaseView) -> Situation:
    return situation_of(view, desk.me, desk.tables, desk.now())


def _json_action(text: str) -> Action:
    return parse_action(sys.stdin.read() if text == "-" else text)


def preview(asked: Namespace) -> int:
    """What an action would do."""

    async def work(desk: LocalDesk) -> int:
        result = await desk.preview(_account(desk, asked.account), _json_action(asked.action))
        answer = {**result.model_dump(mode="json"), "schedule": None}
        return _answer(asked, answer, plain.preview(result))

    return _at_desk(asked, work)


def _acted(asked: Namespace, done: Done) -> int:
    events = [event.model_dump() for event in done.events]
    return _answer(asked, {"version": done.version, "events": events}, plain.done(done))


def act(asked: Namespace) -> int:
    """An action given as JSON."""

    async def work(desk: LocalDesk) -> int:
        done = await desk.act(
            _account(desk, asked.account),
            _json_action(asked.action),
            key=_key(asked),
            claim=asked.token,
            seen_version=asked.seen_version,
        )
        return _acted(asked, done)

    return _at_desk(asked, work)


def _key(asked: Namespace) -> str:
    return asked.key or uuid.uuid4().hex


def quick(asked: Namespace) -> int:
    """An action given as a line."""

    async def work(desk: LocalDesk) -> int:
        wanted = _account(desk, asked.account)
        view = await desk.case(wanted)
        situation = _situation(desk, view)
        line = quick_entry.parse(asked.line, view.case, situation)
        action = quick_entry.action_of(line, view.case, situation)
        return _acted(asked, await desk.act(wanted, action, key=_key(asked), said=asked.line))

    return _at_desk(asked, work)


def _form(asked: Namespace, action: type[Action], typed: Mapping[str, str | None], **besides: str | None) -> int:
    """An action given by flags that are read as its form's fields are."""

    async def work(desk: LocalDesk) -> int:
        wanted = _account(desk, asked.account)
        view = await desk.case(wanted)
        given = {name: text for name, text in typed.items() if text is not None}
        filled = fill(action, view.case, given, _situation(desk, view)).model_copy(update=besides)
        return _acted(asked, await desk.act(wanted, filled, key=_key(asked)))

    return _at_desk(asked, work)


def wrap_up(asked: Namespace) -> int:
    """The end of the work on a task."""
    return _form(asked, WrapUp, {"outcome": asked.outcome, "note": asked.note}, task=asked.task)


def skip(asked: Namespace) -> int:
    """A case passed over."""
    return _form(asked, Skip, {"reason": asked.reason})


def park(asked: Namespace) -> int:
    """A case put off."""
    return _form(asked, Park, {"until": asked.until, "reason": asked.reason})


# The calendar, the store, the tables


def tick(asked: Namespace) -> int:
    """The calendar's turn on every case."""

    async def run() -> int:
        desk = stores.open_desk(asked)
        try:
            cases, tasks = await desk.tick()
        finally:
            desk.close()
        return _answer(asked, {"cases": cases, "tasks_made": tasks}, f"{cases} cases changed, {tasks} tasks made")

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
    _answer(asked, asdict(verdict), plain.facts(asdict(verdict)))
    return 0 if verdict.ok else 1


def _write_heads(asked: Namespace) -> int:
    from api_client import audit as auditor

    if asked.file is None:
        raise stores.Misused.because("no-file", "name the file for the heads", field="file")
    desk = stores.open_desk(asked)
    try:
        heads = auditor.heads_of(desk.store)
    finally:
        desk.close()
    Path(asked.file).write_text(json.dumps(heads, indent=0, sort_keys=True) + "\n", "utf-8")
    cases = len(heads.keys() - {auditor.ACCESS_LOG})
    return _answer(asked, {"cases": cases}, f"the heads of {cases} cases and of the access log written")


def _heads(file: str | None) -> dict[str, str] | None:
    if file is None:
        return None
    try:
        return {str(name): str(head) for name, head in json.loads(Path(file).read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError, RecursionError):
        raise Refused(Reason(code="heads", message=f"{file} is not a file of heads", field="heads")) from None


def store(asked: Namespace) -> int:
    """Whether the store is what its history adds up to."""
    from api_client import audit as auditor

    try:
        opened = stores.open_store(stores.folder_of(asked))
    except Damaged as fault:
        found = [reason.message for reason in fault.reasons]
    else:
        try:
            found = list(auditor.problems(opened))
        finally:
            opened.close()
    answer = {"ok": not found, "problems": found}
    _answer(asked, answer, "\n".join(found) or "the store is as it should be")
    return 1 if found else 0


def reference(asked: Namespace) -> int:
    """Every row of every table, with its source; or what is wrong with the tables."""
    from api_client.tables import packaged_tables, packaged_texts
    from casework.table_faults import faults

    if asked.what == "check":
        found = faults(packaged_texts())
        _answer(asked, {"ok": not found, "faults": found}, "\n".join(found) or "the tables are as they should be")
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
    return _answer(asked, listed, plain.rows_of(listed))


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
            answer = explaining.aeo(asked.period, asked.net, asked.on)
        case "benefit":
            answer = explaining.benefit(asked.benefit, asked.claimant, asked.on, asked.balance)
        case "default-term":
            answer = explaining.default_term(asked.amount, asked.court)
        case _:
            answer = explaining.interest(asked.principal, asked.start, asked.until)
    return _answer(asked, answer, plain.facts(answer))


def desk(asked: Namespace) -> int:
    """Open the desk; on a first run, on a practice office made for it."""
    from greenwax.opening import open_the_desk

    return open_the_desk(asked)
