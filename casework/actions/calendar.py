"""What the calendar does by itself. It ends promises whose days of grace are over, frees call-backs that were missed, tells of
missed instalments, reviews, facts that are too old, appeal periods that are over and traces to try once more, and notices
that a youth is 18.

Each of these has a first day. What is due on a day is all whose first day has come; a case wakes on the earliest of them: so
the two cannot disagree. What is told leaves a trace on the case, so that asking again brings nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import takewhile
from typing import Literal, NamedTuple

from casework.actions.declare import Action
from casework.actions.holds import REVIEW
from casework.case import Case
from casework.dates import BeyondCalendar, format_date, months_after, start_of_day
from casework.events import (
    CameOfAge,
    ClockEnded,
    FactExpired,
    Happening,
    InstalmentMissed,
    PromiseEnded,
    ReviewDue,
    TaskMade,
    TaskReleased,
    TracesDue,
)
from casework.money import format_money
from casework.people import ADULT, Known
from casework.promises import Promise, State, last_day, outcome
from casework.reference import Tables
from casework.situation import Situation
from casework.standing import payments
from casework.stops import chasing_waits
from casework.tasks import ACCOUNT, CONFIRM_DETAILS, HAND_OVER, TRACE
from casework.terms import first_unpaid, instalments
from casework.whom_to_ask import missing


class Coming(NamedTuple):
    """Something that the calendar brings, and from which day on; what it is may depend on the day on which it is asked."""

    on: date
    brings: Callable[[date], list[Happening]]


def _these(*what: Happening) -> Callable[[date], list[Happening]]:
    """The same, whenever it is asked."""
    return lambda today: list(what)


def due(case: Case, situation: Situation) -> list[Happening]:
    """The work that the calendar asks for on the day of `situation`. Asking again on that day brings nothing more."""
    today = situation.today
    return [what for one in _coming(case, situation.tables) if one.on <= today for what in one.brings(today)]


def wakes_on(case: Case, tables: Tables) -> date | None:
    """The first day on which `due` has something for this case; None while there is nothing to wait for."""
    return min((one.on for one in _coming(case, tables)), default=None)


def _coming(case: Case, tables: Tables) -> Iterator[Coming]:
    yield from _promises(case, tables)
    yield from _call_backs(case)
    yield from _clocks(case, tables)
    yield from _reviews(case, tables)
    if case.balance_pence and not chasing_waits(case, tables):
        yield from _traces(case, tables)
        yield from _facts(case, tables)
    if case.balance_pence:
        yield from _instalments(case, tables)
        yield from _of_age(case, tables)


class _End(NamedTuple):
    """The day on which a promise is over, how it stands then unless more money comes, and the pence paid towards it."""

    on: date
    state: State
    paid_pence: int


def _end_of(promise: Promise, case: Case, tables: Tables) -> _End:
    """The day after its last day of grace, a promise is kept, kept in part or broken."""
    grace = tables.grace(promise)
    over = last_day(promise, grace, tables.calendar) + timedelta(1)
    kept = tables.limit("promise-kept-percent", over).amount
    return _End(over, *outcome(promise, case.receipts, grace, kept, tables.calendar, over))


def _promises(case: Case, tables: Tables) -> Iterator[Coming]:
    """The open promise ends; one that was not kept is work."""
    promise = case.open_promise
    if promise is None:
        return
    over, state, paid = _end_of(promise, case, tables)
    assert state in ("kept", "part", "broken"), "its days of grace are over"
    end = PromiseEnded(
        promise=promise.id, state=state, amount_pence=promise.amount_pence, due=promise.due, paid_pence=paid
    )
    how = "broken" if state == "broken" else f"only {format_money(paid)} paid"
    title = f"promise of {format_money(promise.amount_pence)} due {format_date(promise.due)}, {how}"

    def ended(today: date) -> list[Happening]:
        made = TaskMade(task="broken-promise", subject=promise.id, title=title, due_at=start_of_day(today))
        return [end] if state == "kept" else [end, made]

    yield Coming(over, ended)


def _call_backs(case: Case) -> Iterator[Coming]:
    """The day after its day, a call-back that its owner did not make is anyone's; so is what was handed over, the day after
    the last on which it waited for somebody to acknowledge that. A hand-over itself waits however long."""
    for task in case.tasks:
        if (task.owner or task.kept_until) and task.kind != HAND_OVER:
            last = task.kept_until or task.due_on
            yield Coming(last + timedelta(1), _these(TaskReleased(task=task.id, title=task.title)))


def _clocks(case: Case, tables: Tables) -> Iterator[Coming]:
    """The day after its last, an appeal period is over. What waited for it is done from the next working day on, and two more
    for the post (law page 9)."""
    for clock in case.clocks:
        kind = tables.clock_kinds(clock.began_on)[clock.code]
        post = tables.limit("appeal-post", clock.ends_on).amount
        act_from = _working_days(tables, clock.ends_on, 1 + post)
        title = f"{kind.title}: none by {format_date(clock.ends_on)}"
        over = ClockEnded(clock=clock.id, title=kind.title, ended_on=clock.ends_on)
        made = TaskMade(task="appeal-over", subject=clock.id, title=title, due_at=start_of_day(act_from))
        yield Coming(clock.ends_on + timedelta(1), _these(over, made))


def _reviews(case: Case, tables: Tables) -> Iterator[Coming]:
    """A marker or a stop is looked at again, once for each review date. Nothing is held any more on a paid account, but a risk
    to staff stays one."""
    owed = case.balance_pence > 0
    for marker in case.markers:
        if owed or marker.kind == "violence":
            row = tables.markers(marker.review_on).get(marker.code)
            label = f"the marker “{(row.label if row else marker.code).lower()}”"
            yield from _review(case, marker.id, label, marker.review_on)
    for stop in case.stops if owed else ():
        if stop.review_on is not None:
            label = f"{tables.stop_kinds[stop.code].label.lower()} of {format_date(stop.set_on)}"
            yield from _review(case, stop.id, label, stop.review_on)


def _review(case: Case, subject: str, label: str, review_on: date) -> Iterator[Coming]:
    if case.reviews_told.get(subject) != review_on:
        told = ReviewDue(subject=subject, label=label, review_on=review_on)
        made = TaskMade(task=REVIEW, subject=subject, title=f"review {label}", due_at=start_of_day(review_on))
        yield Coming(review_on, _these(told, made))


def _instalments(case: Case, tables: Tables) -> Iterator[Coming]:
    """The day after the days of grace, an instalment that is not wholly paid was missed (law page 1.5, G7 and G9).

    It is told once, and not while a promise is open, new terms are asked for or a stop makes chasing wait: whoever works the
    case then sees how far behind it is. It is no second work beside a task to ask for the money that is ready that day; one
    put off until later says nothing of what was missed since. The last instalment has none after it that would be missed in
    its turn, so it waits until every such task has ended, and is work then. Money held in suspense counts as paid.
    """
    if case.terms is None or case.in_force is None:
        return
    promised = _end_of(case.open_promise, case, tables) if case.open_promise else None
    if chasing_waits(case, tables) or _under_a_step(case, tables):
        return
    terms, in_force = case.terms, case.in_force
    paid = sum(one.amount_pence for one in payments(case))
    owed = case.balance_pence + paid
    unpaid = first_unpaid(terms, owed, paid + case.suspense_pence, in_force.missed)
    if unpaid is None:
        return
    broken = promised is not None and promised.state != "kept"

    chasing = [task for task in case.tasks if tables.work_types[task.kind].chases]

    def is_last(due: date) -> bool:
        return first_unpaid(terms, owed, paid + case.suspense_pence, after=due) is None

    def missed(today: date) -> list[Happening]:
        past = [*takewhile(lambda one: one.due < today, instalments(terms, owed))]
        late = [one.due for one in past if _after_grace(tables, one.due) <= today]
        noted_only = broken or any(task.due_on <= today for task in chasing)
        if noted_only and is_last(late[-1]):
            late = [due for due in late if due < late[-1]]
        newest = late[-1]
        behind = sum(one.amount_pence for one in past) - paid
        told = InstalmentMissed(due=newest, arrears_pence=behind)
        if noted_only:
            return [told]
        title = f"instalment of {format_date(newest)} missed, {format_money(behind)} behind"
        return [
            told,
            TaskMade(task="missed-instalment", subject=in_force.id, title=title, due_at=start_of_day(today)),
        ]

    if (broken or chasing) and is_last(unpaid):
        return
    day = _after_grace(tables, unpaid)
    yield Coming(max(day, promised.on) if promised else day, missed)


def _under_a_step(case: Case, tables: Tables) -> bool:
    """Whether a step is in force beside which no terms are set: a warrant is out, a hearing is listed (law page 1.5, G8)."""
    step = case.last_step
    row = tables.steps(step.on).get(step.code) if step else None
    return row is not None and row.blocks_terms


def _after_grace(tables: Tables, day: date) -> date:
    """The first day on which money that was due on `day` should have shown."""
    return _working_days(tables, day, tables.limit("missed-grace", day).amount) + timedelta(1)


def _working_days(tables: Tables, day: date, count: int) -> date:
    """The `count`th working day after `day`; a week where bank holidays are not known yet, because work that is years ahead
    must not stand in the way of what is done today."""
    try:
        return tables.calendar.add_working_days(day, count)
    except BeyondCalendar:
        return min(day, date.max - timedelta(8)) + timedelta(7)


def _facts(case: Case, tables: Tables) -> Iterator[Coming]:
    """An address, a job or a benefit that was last checked too long ago, or that a trace brought as likely so long ago, is
    asked for again (law page 7.5)."""
    of: Literal["defendant", "guardian"] = "defendant" if case.debtor is case.person else "guardian"
    who = case.debtor
    kinds: tuple[tuple[Literal["address", "employer", "benefit"], tuple[Known, ...]], ...] = (
        ("address", who.addresses),
        ("employer", (who.employer,) if who.employer else ()),
        ("benefit", who.benefits),
    )
    for fact, known in kinds:
        ages = {(one.ages_from, one.verified_on is None) for one in known if one.stands}
        for since, likely in sorted((day, likely) for day, likely in ages if day is not None):
            expired = FactExpired(of=of, fact=fact, verified_on=since, likely=likely)
            title = f"ask whether this is still so: {expired.summary()}"
            day = months_after(
                since, tables.fact_life(fact, max(since, case.opened_on) if likely else since).months
            ) + timedelta(1)
            made = TaskMade(task=CONFIRM_DETAILS, subject=fact, title=title, due_at=start_of_day(day))
            yield Coming(day, _these(expired, made))


def _traces(case: Case, tables: Tables) -> Iterator[Coming]:
    """Some time after all sources were tried in vain, they are tried once more, if there is still nothing that stands (law
    page 7.5)."""
    for ended in case.trace_rounds:
        if ended.again_on is None or ended.since is None or not missing(case, ended.purpose):
            continue
        row = tables.trace_purposes(ended.again_on).get(ended.purpose)
        label = row.label if row else ended.purpose
        told = TracesDue(purpose=ended.purpose, purpose_label=label, since=ended.since)
        title = f"trace once more, for: {label.lower()}; sought in vain since {format_date(ended.since)}"
        made = TaskMade(task=TRACE, subject=ended.purpose, title=title, due_at=start_of_day(ended.again_on))
        yield Coming(ended.again_on, _these(told, made))


def _of_age(case: Case, tables: Tables) -> Iterator[Coming]:
    """On their eighteenth birthday a youth is an adult; only a court can say how the account goes on (law page 4.4)."""
    born = case.person.date_of_birth
    if not case.youth or case.of_age is not None or born is None:
        return
    birthday = months_after(born, 12 * ADULT)
    if birthday.day != born.day:  # 29 February: the first of March, as `age_on` has it
        birthday += timedelta(1)
    title = tables.work_types["of-age"].task_title("of-age")
    made = TaskMade(task="of-age", subject=ACCOUNT, title=title, due_at=start_of_day(birthday))
    yield Coming(birthday, _these(CameOfAge(on=birthday), made))


class RunCalendar(Action):
    """The calendar's turn on this case."""

    title = "Calendar"
    permission = "system"

    kind: Literal["calendar"] = "calendar"

    def happenings(self, case: Case, situation: Situation) -> list[Happening]:
        """What is due."""
        return due(case, situation)
