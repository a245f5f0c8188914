"""What is wrong with the tables as a whole: gaps, overlaps, codes that nothing stands for. Each fault names file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from casework.dates import format_date
from casework.money import format_money
from casework.reference import TABLES, TableFault, line_of, placed
from casework.rows_money import ReversalReason
from casework.table_rows import (
    Band,
    RoleGrant,
    Row,
    WorkType,
    WrapCode,
)


def faults(texts: Mapping[str, str]) -> list[str]:
    """What is wrong with the tables, given the text of each: file, line and reason, a sentence each; none when all is well.

    What `parse` objects to; gaps and overlaps between bands and in time; and codes that no table has.
    """
    found: list[TableFault] = []
    tables: dict[str, list[tuple[int, Row]]] = {}
    for name, kind in TABLES.items():
        try:
            tables[name] = placed(name, texts.get(name, ""))
        except TableFault as fault:
            found.append(fault)
        else:
            found += _gaps(name, tables[name]) if kind.holds != "at times" else []
    return [str(fault) for fault in (*found, *_unknown_codes(tables, texts))]


def _gaps(name: str, rows: Sequence[tuple[int, Row]]) -> Iterable[TableFault]:
    """For each thing that rows stand for, the first day on which not just one of them holds."""
    series: dict[str, list[tuple[int, Row]]] = {}
    for line, row in rows:
        for what in row.stands_for:
            series.setdefault(what, []).append((line, row))
    for what, found in series.items():
        ends = {row.valid_to for _, row in found if row.valid_to and row.valid_to < date.max}
        for day in sorted({row.valid_from for _, row in found} | {end + timedelta(1) for end in ends}):
            line, reason = _on_one_day(found, day)
            if reason:
                yield TableFault(name, line, f"{what} on {format_date(day)}: {reason}")
                break


def _on_one_day(placed: Sequence[tuple[int, Row]], day: date) -> tuple[int, str]:
    """Where the rows of `day` do not fit together, and why; an empty reason when they do."""
    holding = [(line, row) for line, row in placed if row.holds_on(day)]
    if not holding:
        _, last = max((row.valid_to, line) for line, row in placed if row.valid_to and row.valid_to < day)
        missed = placed[0][1].holds == "always" or any(row.valid_from > day for _, row in placed)
        return last, "nothing holds" if missed else ""
    bands = sorted((row.over_pence, line, row.to_pence) for line, row in holding if isinstance(row, Band))
    if not bands:
        return holding[-1][0], "two rows hold" if len(holding) > 1 else ""
    reached: int | None = 0
    for over, line, to in bands:
        if reached is None:
            return line, "there is a band above the one without an end"
        if over != reached:
            return (
                line,
                f"a band begins at {format_money(over)}, not at {format_money(reached)}, where the one before ends",
            )
        if to is not None and to <= over:
            return line, f"a band ends at {format_money(to)}, before it begins"
        reached = to
    return bands[-1][1], "" if reached is None else f"there is no band for more than {format_money(reached)}"


def _unknown_codes(tables: Mapping[str, Sequence[tuple[int, Row]]], texts: Mapping[str, str]) -> Iterable[TableFault]:
    """Codes that one table has from another that does not have them, and those that none may be without. A table that cannot
    be read is not asked."""
    if {"wrap_codes", "queues"} <= tables.keys():
        kinds = {kind for _, row in tables["queues"] for kind in row.stands_for}
        for line, row in tables["wrap_codes"]:
            if isinstance(row, WrapCode) and row.next_task is not None and row.next_task not in kinds:
                at = line_of(texts["wrap_codes"], line, "next_task")
                yield TableFault("wrap_codes", at, f"no queue has tasks of the kind {row.next_task}")
    if "wrap_codes" in tables and not any(
        isinstance(row, WrapCode) and "receipt" in row.uses for _, row in tables["wrap_codes"]
    ):
        yield TableFault("wrap_codes", 1, "no outcome has the use receipt: how a task ends when all is paid")
    if {"reversal_reasons", "payment_methods"} <= tables.keys():
        methods = {code for _, row in tables["payment_methods"] for code in row.stands_for}
        for line, row in tables["reversal_reasons"]:
            if isinstance(row, ReversalReason) and (unknown := sorted(set(row.methods) - methods)):
                at = line_of(texts["reversal_reasons"], line, "methods")
                yield TableFault("reversal_reasons", at, f"there is no way to pay {', '.join(unknown)}")
    if {"queues", "roles"} <= tables.keys():
        teams = {team for _, row in tables["roles"] if isinstance(row, RoleGrant) for team in row.teams}
        for line, row in tables["queues"]:
            if isinstance(row, WorkType) and row.team not in teams:
                yield TableFault("queues", line_of(texts["queues"], line, "team"), f"no role is in the team {row.team}")
