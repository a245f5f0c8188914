"""Taking on what an account brings with it: every reason against it, and the events that it becomes.

Money: the impositions say what was paid of each in all. Payments since the terms began are told one by one, so that they count
towards the terms and can be undone; whatever was paid beyond them was paid before. Which imposition each of them went to the
file does not say: the order of allocation does, with the money of before applied first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.accounts import Imposed
from casework.actions.agreement import REQUEST_TASK
from casework.actions.holds import usual_review
from casework.actions.receipt import paid_to
from casework.bringing_traces import in_full, object_to_traces, to_read
from casework.brought import Brought, BroughtPromise
from casework.dates import BeyondCalendar, format_date, london_date, start_of_day
from casework.events import CardAsked, Happening, MeansTaken, Noted, Received, TaskMade, TermsRequested
from casework.ledger import SUSPENSE, Allocation, allocate, postings, put_on
from casework.money import format_money
from casework.reference import Tables
from casework.situation import Situation
from casework.stops import ends_on
from casework.tasks import ACCOUNT

if TYPE_CHECKING:
    from casework.opening import Account

Refuse = Callable[[str, str], None]
"""Takes a field and a sentence."""


# Against it


def object_to(account: Account, today: date, tables: Tables, refuse: Refuse) -> None:
    """Name every fault in what `account` brings."""
    _money(account, today, tables, refuse)
    _promises(account, today, tables, refuse)
    _contacts(account, today, tables, refuse)
    _stops(account, today, tables, refuse)
    _asked(account, today, tables, refuse)
    object_to_traces(account, today, tables, refuse)
    for n, note in enumerate(account.notes):
        _past(f"notes.{n}.on", note.on, today, refuse)


def _past(field: str, day: date | None, today: date, refuse: Refuse) -> None:
    if day is not None and day > today:
        refuse(field, f"{format_date(day)} is still to come")


def _money(account: Account, today: date, tables: Tables, refuse: Refuse) -> None:
    paid = sum(one.paid_pence for one in account.impositions)
    since = sum(one.amount_pence for one in account.payments)
    most = tables.limit("receipt-most-pounds", today).amount * 100
    if account.suspense_pence > most:
        refuse("suspense_pence", f"no account holds more than {format_money(most)} in suspense")
    if since > paid + account.suspense_pence:
        refuse("payments", "they come to more than was paid of the impositions and is held in suspense")
    began_with = account.terms_balance_pence
    if began_with is not None and began_with < account.owed_pence + since:
        refuse("terms_balance_pence", "less than is owed now and was paid since")
    first = min(one.imposed_on for one in account.impositions)
    methods = tables.methods(today)
    for n, payment in enumerate(account.payments):
        _past(f"payments.{n}.received_on", payment.received_on, today, refuse)
        if payment.received_on < first:
            refuse(f"payments.{n}.received_on", f"the first sum was imposed on {format_date(first)}")
        if payment.method not in methods:
            refuse(f"payments.{n}.method", f"there is no such way to pay; there are: {', '.join(methods)}")


def _promises(account: Account, today: date, tables: Tables, refuse: Refuse) -> None:
    before: date | None = None
    for n, one in enumerate(account.promises):
        at = f"promises.{n}"
        _past(f"{at}.taken_on", one.taken_on, today, refuse)
        if one.due < one.taken_on:
            refuse(f"{at}.due", "before it was taken")
        if before is not None and one.taken_on < before:
            refuse(f"{at}.taken_on", "before the one above it: write the oldest first")
        before = one.taken_on
        methods = tables.methods(one.taken_on)
        if one.method not in methods:
            refuse(f"{at}.method", f"there is no such way to pay; there are: {', '.join(methods)}")
        _ended(at, one, today, refuse)
    is_open = [n for n, one in enumerate(account.promises) if one.state == "open"]
    for n in is_open[1:]:
        refuse(f"promises.{n}.state", "there is one open promise at a time")
    if is_open and not account.owed_pence:
        refuse(f"promises.{is_open[0]}.state", "nothing is owed, so that nothing is left to promise")
    if account.counters is not None:
        for name, least in account.counted.model_dump().items():
            if name != "unanswered" and getattr(account.counters, name) < least:
                refuse(f"counters.{name}", f"less than the {least} that this row tells of")


def _ended(at: str, one: BroughtPromise, today: date, refuse: Refuse) -> None:
    _past(f"{at}.ended_on", one.ended_on, today, refuse)
    if (one.state == "open") != (one.ended_on is None):
        refuse(f"{at}.ended_on", "an open one has none" if one.ended_on else "this is needed of one that is over")
    elif one.ended_on is not None and one.ended_on < one.taken_on:
        refuse(f"{at}.ended_on", "before it was taken")
    if one.state == "open" and one.paid_pence:
        refuse(f"{at}.paid_pence", "of an open promise it is counted from the payments")


def _contacts(account: Account, today: date, tables: Tables, refuse: Refuse) -> None:
    known = {**tables.wrap_codes(today, "call"), **tables.wrap_codes(today, "contact")}
    for n, one in enumerate(account.contacts):
        _past(f"contacts.{n}.at", london_date(one.at), today, refuse)
        if n and one.at < account.contacts[n - 1].at:
            refuse(f"contacts.{n}.at", "before the one above it: write the oldest first")
        if one.outcome not in known:
            refuse(f"contacts.{n}.outcome", f"there is no outcome {one.outcome} in the table of outcomes")


def _stops(account: Account, today: date, tables: Tables, refuse: Refuse) -> None:
    kinds = {code for code, kind in tables.stop_kinds.items() if kind.set_by_people}
    last_review = today + timedelta(tables.limit("review-furthest-days", today).amount)
    for n, stop in enumerate(account.stops):
        _past(f"stops.{n}.set_on", stop.set_on, today, refuse)
        if stop.code not in kinds:
            refuse(f"stops.{n}.code", f"there is no stop {stop.code} that people set")
        if any(stop.code == other.code for other in account.stops[:n]):
            refuse(f"stops.{n}.code", "this stop is given twice")
        if stop.review_on is not None and stop.review_on <= (stop.set_on or today):
            refuse(f"stops.{n}.review_on", "a review comes after the day it was set; today, if the file does not say")
        elif stop.review_on is not None and stop.review_on > last_review:
            refuse(f"stops.{n}.review_on", f"review it by {format_date(last_review)} at the latest")
    for n, clock in enumerate(account.clocks):
        _past(f"clocks.{n}.began_on", clock.began_on, today, refuse)
        row = tables.clock_kinds(clock.began_on).get(clock.code)
        if row is None:
            refuse(f"clocks.{n}.code", f"there is no period {clock.code} to appeal in the table of clocks")
        elif clock.ends_on is not None and clock.ends_on < clock.began_on:
            refuse(f"clocks.{n}.ends_on", "before it began")
        elif clock.ends_on is None:
            try:
                ends_on(clock.began_on, row, tables.calendar)
            except BeyondCalendar as fault:
                refuse(f"clocks.{n}.ends_on", str(fault))
        if any(clock.code == other.code for other in account.clocks[:n]):
            refuse(f"clocks.{n}.code", "this period is given twice")


def _asked(account: Account, today: date, tables: Tables, refuse: Refuse) -> None:
    _past("card_asked_on", account.card_asked_on, today, refuse)
    if account.not_automatic is not None:
        _past("not_automatic.on", account.not_automatic.on, today, refuse)
    if account.means is not None:
        _past("means.taken_on", account.means.taken_on, today, refuse)
    if (request := account.request) is None:
        return
    _past("request.on", request.on, today, refuse)
    reasons = tables.terms_reasons(today, "ask")
    if request.reason not in reasons:
        refuse("request.reason", f"there is no such reason; there are: {', '.join(reasons)}")
    if not account.owed_pence:
        refuse("request", "nothing is owed, so that there is nothing to decide")


# What becomes of it


@dataclass(frozen=True, slots=True)
class Money:
    """How the money of an account is told: as it stood before the payments, and the payments."""

    impositions: tuple[Imposed, ...]
    """With what had been paid of each before them."""
    suspense_pence: int
    """Held before them."""
    received: tuple[Received, ...]

    @property
    def beyond_pence(self) -> int:
        """The part of the payments that went to suspense."""
        return -sum(put_on(SUSPENSE, one.postings) for one in self.received)


@dataclass(slots=True)
class _Paid:
    """What was paid of an imposition and is not told yet."""

    id: str
    result: str
    imposed_on: date
    balance_pence: int


def money_of(account: Account, tables: Tables, today: date) -> Money:
    """The payments shared among what was paid of the impositions, after the money of before them."""
    if not account.payments:
        return Money(account.impositions, account.suspense_pence, ())
    order, methods = tables.allocation(today), tables.methods(today)
    pools = {
        f"1.{n}": _Paid(f"1.{n}", one.result, one.imposed_on, one.paid_pence)
        for n, one in enumerate(account.impositions, 1)
    }

    def told(pence: int) -> tuple[tuple[Allocation, ...], int]:
        shares, beyond = allocate(pools.values(), pence, order)
        for share in shares:
            pools[share.id].balance_pence -= share.amount_pence
        return shares, beyond

    paid = sum(one.paid_pence for one in account.impositions) + account.suspense_pence
    shares, held = told(paid - sum(one.amount_pence for one in account.payments))
    before = {one.id: one.amount_pence for one in shares}
    impositions = tuple(
        one.model_copy(update={"paid_pence": before.get(f"1.{n}", 0)}) for n, one in enumerate(account.impositions, 1)
    )
    received = []
    for payment in account.payments:
        shares, beyond = told(payment.amount_pence)
        received.append(
            Received(
                amount_pence=payment.amount_pence,
                method=payment.method,
                method_label=methods[payment.method].label,
                received_on=payment.received_on,
                reference=payment.reference,
                postings=postings(shares, beyond),
                paid_to=paid_to(pools.values(), shares, beyond, order),
            )
        )
    return Money(impositions, held, tuple(received))


def brought(account: Account, money: Money, situation: Situation) -> Brought | None:
    """What the opening holds of it, in full; None when there is nothing."""
    if all(getattr(account, name) == one.default for name, one in Brought.model_fields.items()):
        return None
    kinds, today = situation.tables.stop_kinds, situation.today
    return Brought(
        suspense_pence=money.suspense_pence,
        promises=account.promises,
        contacts=account.contacts,
        counters=account.counters,
        stops=tuple(
            one.model_copy(
                update={
                    "set_on": one.set_on or today,
                    "review_on": one.review_on or usual_review(kinds[one.code], situation),
                }
            )
            for one in account.stops
        ),
        clocks=tuple(
            one.model_copy(
                update={
                    "ends_on": one.ends_on
                    or ends_on(one.began_on, situation.tables.clock_kinds(one.began_on)[one.code], situation.calendar)
                }
            )
            for one in account.clocks
        ),
        not_automatic=account.not_automatic,
        traces=in_full(account, situation),
        trace_rounds=account.trace_rounds,
    )


def afterwards(account: Account, money: Money, situation: Situation) -> Iterator[Happening]:
    """What follows the opening: the payments, the means form, the card, the notes, the terms that were asked for."""
    yield from money.received
    if (means := account.means) is not None:
        yield MeansTaken(period="monthly", lines={}, **means.model_dump())
    if account.card_asked_on is not None:
        yield CardAsked(asked_on=account.card_asked_on)
    for note in account.notes:
        yield Noted(text=note.text, written_on=note.on, written_by=note.by)
    yield from to_read(account, in_full(account, situation), situation)
    if (request := account.request) is not None:
        tables = situation.tables
        label = tables.terms_reasons(situation.today, "ask")[request.reason].label
        title = tables.work_types[REQUEST_TASK].task_title(REQUEST_TASK)
        yield TermsRequested(
            terms=request.terms,
            reason=request.reason,
            reason_label=label,
            consent=request.consent,
            consent_how=request.consent_how,
            asked_on=request.on,
            asked_by=request.by,
            to=request.to,
        )
        title = f"{title}, for the court" if request.to == "court" else title
        yield TaskMade(task=REQUEST_TASK, subject=ACCOUNT, title=title, due_at=start_of_day(request.on))
