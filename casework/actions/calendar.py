"""What the calendar does by itself: it ends promises whose days of grace are over, and frees call-backs that were missed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from casework.actions.declare import Action
from casework.case import Case
from casework.dates import format_date, start_of_day
from casework.events import Happening, PromiseEnded, TaskMade, TaskReleased
from casework.money import format_money
from casework.promises import last_day, outcome
from casework.reference import Tables
from casework.situation import Situation


def due(case: Case, situation: Situation) -> list[Happening]:
    """The work that the calendar asks for on the day of `situation`. Asking again on that day brings nothing more."""
    found: list[Happening] = []
    today, tables = situation.today, situation.tables
    promise = case.open_promise
    if promise is not None:
        grace = tables.grace(promise)
        kept = tables.limit("promise-kept-percent", today).amount
        state, paid = outcome(promise, case.receipts, grace, kept, tables.calendar, today)
        if state in ("kept", "part", "broken"):
            found.append(
                PromiseEnded(
                    promise=promise.id,
                    state=state,
                    amount_pence=promise.amount_pence,
                    due=promise.due,
                    paid_pence=paid,
                )
            )
        if state in ("part", "broken"):
            how = "broken" if state == "broken" else f"only {format_money(paid)} paid"
            title = f"promise of {format_money(promise.amount_pence)} due {format_date(promise.due)}, {how}"
            found.append(TaskMade(task="broken-promise", subject=promise.id, title=title, due_at=start_of_day(today)))
    missed = [task for task in case.tasks if task.owner is not None and task.due_on < today]
    return [*found, *(TaskReleased(task=task.id, title=task.title) for task in missed)]


def wakes_on(case: Case, tables: Tables) -> date | None:
    """The first day on which `due` can have something for this case; None while there is nothing to wait for."""
    days = [task.due_on + timedelta(1) for task in case.tasks if task.owner is not None]
    if (promise := case.open_promise) is not None:
        grace = tables.grace(promise)
        days.append(last_day(promise, grace, tables.calendar) + timedelta(1))
    return min(days, default=None)


class RunCalendar(Action):
    """The calendar's turn on this case."""

    title = "Calendar"
    permission = "system"

    kind: Literal["calendar"] = "calendar"

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """What is due."""
        return due(case, situation)
