"""What is wrong with the tables as a whole: gaps, overlaps, codes that nothing stands for. Each fault names file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from casework.actions import ACTIONS
from casework.actions.outcome import lettered_lists
from casework.dates import format_date
from casework.money import format_money
from casework.reference import TABLES, TableFault, line_of, placed
from casework.rows_posts import ParkReason
from casework.rows_terms import TermsReason
from casework.table_rows import Band, Names, RoleGrant, Row, WrapCode


def faults(texts: Mapping[str, str]) -> list[str]:
    """What is wrong with the tables, given the text of each: file, line and reason, a sentence each; none when all is well.

    What `parse` objects to; gaps and overlaps between bands and in time; codes that no table has; and permissions that no
    role has.
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
    return [
        str(fault)
        for fault in (
            *found,
            *_unknown_codes(tables, texts),
            *_without_paid(tables),
            *_without_other(tables),
            *_without_letter(tables),
            *_not_granted(tables),
            *_reasons_without_letter(tables),
        )
    ]


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
    """Codes that one table has from another that does not have them. A table that cannot be read is not asked."""
    for name, rows in tables.items():
        for field, info in TABLES[name].model_fields.items():
            for names in info.metadata:
                if isinstance(names, Names) and names.table in tables:
                    others = [other for _, other in tables[names.table]]
                    for line, row in rows:
                        for reason in _unknown(row, field, names, others):
                            yield TableFault(name, line_of(texts[name], line, field), reason)


def _unknown(row: Row, field: str, names: Names, others: Sequence[Row]) -> Iterable[str]:
    """The codes in `field` that `others` do not have, or no longer have on a day on which `row` still holds."""
    for code in _codes(row, field):
        known = [other for other in others if code in _codes(other, names.column or other.key)]
        ends = {other.valid_to for other in known if other.valid_to and other.valid_to < date.max}
        days = sorted({row.valid_from, *(end + timedelta(1) for end in ends if row.holds_on(end + timedelta(1)))})
        without = next((day for day in days if not any(other.holds_on(day) for other in known)), None)
        if without is not None:
            when = f" on {format_date(without)}" if known else ""
            yield f"{field} {code} stands in no row of {names.table}.toml{when}"


def _codes(row: Row, field: str) -> tuple[str, ...]:
    """What stands in a field of a row: nothing, one code, or several."""
    value = getattr(row, field)
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _without_paid(tables: Mapping[str, Sequence[tuple[int, Row]]]) -> Iterable[TableFault]:
    """Without an outcome for what is paid in full, no last penny could be taken; nor a source asked without one for that."""
    codes = [row for _, row in tables.get("wrap_codes", ()) if isinstance(row, WrapCode)]
    for use, when in (("receipt", "all is paid"), ("trace", "a source was asked")):
        if codes and not any(use in row.uses for row in codes):
            yield TableFault("wrap_codes", 1, f"no outcome has the use {use}: how a task ends when {when}")


def _without_other(tables: Mapping[str, Sequence[tuple[int, Row]]]) -> Iterable[TableFault]:
    """Without one reason for everything else, what a case is parked for would be none or several."""
    reasons = [row for _, row in tables.get("park_reasons", ()) if isinstance(row, ParkReason)]
    for day in sorted({row.valid_from for row in reasons}):
        if sum(not row.words and row.holds_on(day) for row in reasons) != 1:
            yield TableFault("park_reasons", 1, f"not just one reason is without words on {format_date(day)}")


def _without_letter(tables: Mapping[str, Sequence[tuple[int, Row]]]) -> Iterable[TableFault]:
    """Outcomes of a call that no letter picks in its form, or not them alone."""
    calls = [(n, row) for n, row in tables.get("wrap_codes", ()) if isinstance(row, WrapCode) and "call" in row.uses]
    for day in sorted({row.valid_from for _, row in calls}):
        lines = {row.code: n for n, row in calls if row.holds_on(day)}
        for found in lettered_lists(row for _, row in calls if row.holds_on(day)).values():
            letters = [one.letter for one in found if one.letter]
            for one in found:
                if one.code in lines and letters.count(one.letter) != 1:
                    yield TableFault("wrap_codes", lines[one.code], f"{one.code} has no letter of its own in a call")


def _reasons_without_letter(tables: Mapping[str, Sequence[tuple[int, Row]]]) -> Iterable[TableFault]:
    """Reasons for new terms that no letter picks in the form, or not them alone."""
    asked = [
        (n, row) for n, row in tables.get("terms_reasons", ()) if isinstance(row, TermsReason) and "ask" in row.uses
    ]
    for day in sorted({row.valid_from for _, row in asked}):
        holding = [(line, row) for line, row in asked if row.holds_on(day)]
        letters = [row.letter for _, row in holding]
        for line, row in holding:
            if not row.letter or letters.count(row.letter) > 1:
                yield TableFault("terms_reasons", line, f"{row.code} has no letter of its own")


def _not_granted(tables: Mapping[str, Sequence[tuple[int, Row]]]) -> Iterable[TableFault]:
    """Permissions that an action needs and nobody has."""
    grants = [row for _, row in tables.get("roles", ()) if isinstance(row, RoleGrant)]
    held = {permission for row in grants for permission in row.permissions}
    for kind, action in ACTIONS.items():
        if grants and action.permission not in held:
            yield TableFault("roles", 1, f"no role has the permission {action.permission}, which {kind} needs")
