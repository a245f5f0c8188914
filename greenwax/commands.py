"""What each command does: find the desk, ask it, print the answer."""

from __future__ import annotations

import asyncio
import sys
import uuid
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from api_client.desk import Desk
from casework import quick_entry
from casework.actions import ACTIONS, parse_action
from casework.actions.declare import Action, fill
from casework.actions.work import Park, Skip, WrapUp
from casework.clean import clean_line
from casework.refusals import ClaimLost, NotFound, Refused
from casework.situation import Situation
from casework.views import CaseView, Claimed, Done, Entry, situation_of
from casework.views import show as shown
from greenwax import config, plain, stores
from greenwax.answers import reply
from greenwax.cli import EXIT

MOST_CASES = 200_000
"""Of a practice office: beyond that account numbers run out, and patience before."""


def _at_desk(asked: Namespace, work: Callable[[Desk], Awaitable[int]]) -> int:
    """Sign in, do `work`, and let go of the store whatever happens."""

    async def run() -> int:
        desk = stores.open_desk(asked)
        try:
            await desk.sign_in()
            return await work(desk)
        finally:
            desk.close()

    return asyncio.run(run())


# Making and filling stores


def practice(asked: Namespace) -> int:
    """Make a practice office."""
    from greenwax import distributions

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
        "distributions": distributions.as_json(office.distributions),
    }
    text = (
        f"A practice office with {office.cases} cases and {office.tasks} tasks is in {folder}. Nothing in it is real."
        f"\n\n{distributions.as_lines(office.distributions, office.cases)}"
    )
    return reply(asked, answer, text)


MOST_PRINTED = 50
"""Rejected rows that are shown to people; scripts get them all."""


def import_file(asked: Namespace) -> int:
    """Take on accounts, or the cases of an export, from a file."""
    from api_client.accounts_file import import_accounts
    from greenwax.progress import watched

    folder = Path(asked.store).expanduser() if getattr(asked, "store", None) else config.load().accounts
    path = Path(asked.file)
    with watched("Importing", "MB", "nothing was added") as watch, stores.store_to_fill(folder) as store:
        person = stores.importer(store, getattr(asked, "as_staff", None))
        result = import_accounts(store, person, path, dry_run=asked.dry_run, watch=watch)
    rejected = [asdict(row) for row in result.rejected]
    answer = {"added": result.added, "unchanged": result.unchanged, "rejected": rejected}
    lines: list[str] = [
        clean_line(f"line {row.line}: {row.field}: {row.reason} {f'({row.value})' if row.value else ''}")
        for row in result.rejected[:MOST_PRINTED]
    ]
    if (more := len(rejected) - len(lines)) > 0:
        lines.append(f"and {more:,} more; --json lists them")
    verb = "would be added" if asked.dry_run else "added"
    counts = f"{result.added} {verb}, {result.unchanged} unchanged"
    if rejected:
        counts += f", {_counted(result.rows, 'row')} rejected, {_counted(result.faults, 'fault')}"
    reply(asked, answer, "\n".join([*lines, counts]))
    return EXIT["refused"] if result.rejected else 0


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def export_file(asked: Namespace) -> int:
    """Write cases to a file, with their history or as a sheet."""
    from api_client.export_file import export_cases
    from greenwax.progress import watched

    path = Path(asked.file)
    desk = stores.open_desk(asked)
    try:
        only = asyncio.run(desk.account(asked.only)) if asked.only else None
        with watched("Exporting", "cases", "nothing was written") as watch:
            done = export_cases(desk.store, desk.me, path, only=only, watch=watch)
    finally:
        desk.close()
    if done.closed:
        print(f"{done.closed} cases that are closed to you are not in it.", file=sys.stderr)
    if path.suffix.lower() == ".csv":
        print(
            "A CSV tells how each case stands; it carries no history. Name the file .jsonl for that.", file=sys.stderr
        )
    answer = {"cases": done.cases, "events": done.events}
    return reply(asked, answer, f"{done.cases} cases with {done.events} events are in {path}")


# Queues and claims


def queues(asked: Namespace) -> int:
    """My queues."""

    async def work(desk: Desk) -> int:
        found = await desk.queues()
        return reply(asked, [one.model_dump(mode="json") for one in found], plain.queues(found))

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
    return reply(asked, answer, plain.claimed(found))


def pull_next(asked: Namespace) -> int:
    """The case that comes next."""

    async def work(desk: Desk) -> int:
        found = await desk.pull_next(asked.queue)
        if found is None:
            raise NotFound.because("nothing-ready", "nothing is ready in your queues")
        return _claimed(asked, found)

    return _at_desk(asked, work)


def claim(asked: Namespace) -> int:
    """This case, claimed."""

    async def work(desk: Desk) -> int:
        return _claimed(asked, await desk.claim(await desk.account(asked.account), interrupt=asked.interrupt))

    return _at_desk(asked, work)


def release(asked: Namespace) -> int:
    """This case, given back."""

    async def work(desk: Desk) -> int:
        wanted = await desk.account(asked.account)
        mine = next((one for one in await desk.my_claims() if one.case == wanted), None)
        if mine is None:
            await desk.case(wanted)
            raise ClaimLost.because("not-claimed", f"you do not hold {wanted}")
        await desk.release(mine)
        return reply(asked, {}, f"{wanted} given back")

    return _at_desk(asked, work)


# The case


def show(asked: Namespace) -> int:
    """One case."""

    async def work(desk: Desk) -> int:
        view = await desk.case(await desk.account(asked.account))
        return reply(asked, shown(view), plain.case_lines(view))

    return _at_desk(asked, work)


def timeline(asked: Namespace) -> int:
    """The whole history of a case, or the entries that contain a text."""

    async def work(desk: Desk) -> int:
        wanted = await desk.account(asked.account)
        entries: list[Entry] = []
        before: int | None = None
        while True:
            page = await desk.timeline(wanted, before=before, find=asked.find)
            entries[:0] = page.entries
            before = page.before
            if before is None:
                break
        whole = page.model_copy(update={"entries": tuple(entries)})
        return reply(asked, [entry.model_dump(mode="json") for entry in entries], plain.timeline(whole))

    return _at_desk(asked, work)


def search(asked: Namespace) -> int:
    """Cases by whatever they are known by."""

    async def work(desk: Desk) -> int:
        found = await desk.search(" ".join(asked.text))
        answer = [one.model_dump(mode="json", exclude={"case"}) for one in found]
        return reply(asked, answer, plain.results(found))

    return _at_desk(asked, work)


# Actions


def actions(asked: Namespace) -> int:
    """Everything that can be done to a case, with its schema."""
    known = [
        {
            "kind": kind,
            "title": action.title,
            "permission": action.permission,
            "needs_claim": action.works_task or action.claimed,
            "schema": _schema(action),
        }
        for kind, action in ACTIONS.items()
    ]
    text = plain.table(
        [(one["kind"], one["title"], one["permission"]) for one in known], ("kind", "title", "permission")
    )
    return reply(asked, known, text)


def _schema(action: type[Action]) -> dict[str, Any]:
    """What `act` takes: the model leaves `kind` out of what is required, because only JSON must say it."""
    schema = action.model_json_schema()
    return {**schema, "required": ["kind", *schema.get("required", ())]}


def _situation(desk: Desk, view: CaseView) -> Situation:
    return situation_of(view, desk.me, desk.tables, desk.now())


def _json_action(text: str) -> Action:
    return parse_action(sys.stdin.read() if text == "-" else text)


def preview(asked: Namespace) -> int:
    """What an action would do."""

    async def work(desk: Desk) -> int:
        result = await desk.preview(await desk.account(asked.account), _json_action(asked.action))
        return reply(asked, result.model_dump(mode="json"), plain.preview(result))

    return _at_desk(asked, work)


def _acted(asked: Namespace, done: Done) -> int:
    events = [event.model_dump() for event in done.events]
    return reply(asked, {"version": done.version, "events": events}, plain.done(done))


def act(asked: Namespace) -> int:
    """An action given as JSON."""

    async def work(desk: Desk) -> int:
        done = await desk.act(
            await desk.account(asked.account),
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

    async def work(desk: Desk) -> int:
        wanted = await desk.account(asked.account)
        view = await desk.case(wanted)
        situation = _situation(desk, view)
        line = quick_entry.parse(asked.line, view.case, situation, _keys(asked.line))
        action = quick_entry.action_of(line, view.case, situation)
        return _acted(asked, await desk.act(wanted, action, key=_key(asked), said=asked.line))

    return _at_desk(asked, work)


def _keys(line: str) -> quick_entry.Verbs:
    """The keys of the desk, as somebody has chosen them, where a line begins with one of them."""
    if [len(word) for word in line.split()[:1]] != [1]:
        return quick_entry.NO_KEYS
    from tui import commands, keymap

    settings = config.load()
    return keymap.chosen(commands.STANDARD, settings.keys, str(settings.own)).verbs()


def _form(asked: Namespace, action: type[Action], typed: Mapping[str, str | None], **besides: str | None) -> int:
    """An action given by flags that are read as its form's fields are."""

    async def work(desk: Desk) -> int:
        wanted = await desk.account(asked.account)
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
