"""When a promise is kept. The rule: law page, section 7.4: at least 95 % by the due date and 3 working days by card, 10 days
by cheque.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.actions.calendar import due, wakes_on
from casework.actions.call import LogCall
from casework.actions.promise import CancelPromise, Given, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.work import Skip
from casework.dates import start_of_day
from casework.promises import Promise, last_day, outcome, with_room
from casework.refusals import Refused
from casework.table_rows import PaymentMethod
from tests.cases import (
    NOW,
    OFFICER,
    TABLE_FOLDER,
    TODAY,
    Story,
    an_account,
    at,
    imposed,
    shipped_tables,
    situation,
    tables_with,
)

CALENDAR = shipped_tables().calendar
CARD, CHEQUE = (shipped_tables().methods(TODAY)[code] for code in ("card", "cheque"))

CHRISTMAS = date(2026, 12, 24)
"""A Thursday; Friday and Monday are bank holidays, so three working days on is Thursday 31 December."""


def a_promise(
    pence: int = 5_000, by: date = date(2026, 11, 24), method: str = "card", taken: datetime = NOW
) -> Promise:
    """£50.00 by Tuesday 24 November, by card."""
    return Promise(id="3.1", amount_pence=pence, due=by, method=method, taken_by="jkhan", taken_at=taken)


class Payment:
    """Money that came in after the promise."""

    def __init__(self, pence: int, on: date, towards: str | None = "3.1", *, undone: bool = False) -> None:
        self.amount_pence, self.received_on, self.towards, self.reversed = pence, on, towards, undone


def stands(promise: Promise, today: date, *payments: Payment, method: PaymentMethod = CARD) -> tuple[str, int]:
    """The state on `today`."""
    return outcome(promise, payments, method, 95, CALENDAR, today)


# The days of grace


def test_grace_by_card_is_three_working_days_after_the_due_date() -> None:
    """Seen red with: grace days counted from the due date itself; calendar days."""
    assert last_day(a_promise(by=date(2026, 11, 24)), CARD, CALENDAR) == date(2026, 11, 27)
    assert last_day(a_promise(by=date(2026, 11, 25)), CARD, CALENDAR) == date(2026, 11, 30)
    assert last_day(a_promise(by=date(2026, 11, 28)), CARD, CALENDAR) == date(2026, 12, 2)


def test_grace_by_card_passes_over_bank_holidays() -> None:
    assert last_day(a_promise(by=CHRISTMAS), CARD, CALENDAR) == date(2026, 12, 31)


def test_grace_by_cheque_is_ten_calendar_days() -> None:
    """Seen red with: ten working days."""
    assert last_day(a_promise(by=CHRISTMAS, method="cheque"), CHEQUE, CALENDAR) == date(2027, 1, 3)


@pytest.mark.parametrize(
    ("by", "method", "last"),
    [
        (CHRISTMAS, CARD, date(2026, 12, 31)),
        (date(2026, 11, 24), CARD, date(2026, 11, 27)),
        (CHRISTMAS, CHEQUE, date(2027, 1, 3)),
    ],
)
def test_money_counts_up_to_the_last_day_of_grace_and_not_after(by: date, method: PaymentMethod, last: date) -> None:
    """Seen red with: the last day left out; a day more."""
    promise = a_promise(by=by, method=method.code, taken=at(14, 12) if by == CHRISTMAS else NOW)
    the_day_after = last + timedelta(1)
    for on, state in [(last - timedelta(1), "kept"), (last, "kept"), (the_day_after, "broken")]:
        assert stands(promise, the_day_after, Payment(5_000, on), method=method)[0] == state


@pytest.mark.parametrize(
    ("by", "method", "last"), [(CHRISTMAS, CARD, date(2026, 12, 31)), (CHRISTMAS, CHEQUE, date(2027, 1, 3))]
)
def test_an_unpaid_promise_is_open_on_the_last_day_of_grace_and_broken_the_day_after(
    by: date, method: PaymentMethod, last: date
) -> None:
    """Seen red with: broken on the last day; broken on the due date."""
    promise = a_promise(by=by, method=method.code, taken=at(14, 12))
    assert stands(promise, last - timedelta(1), method=method) == ("open", 0)
    assert stands(promise, last, method=method) == ("open", 0)
    assert stands(promise, last + timedelta(1), method=method) == ("broken", 0)


# How much


@pytest.mark.parametrize(
    ("promised", "paid", "state"),
    [
        (5_000, 4_749, "part"),
        (5_000, 4_750, "kept"),
        (5_000, 4_751, "kept"),
        (5_000, 5_001, "kept"),
        (5_000, 1, "part"),
        (99, 94, "part"),
        (99, 95, "kept"),
        (1, 1, "kept"),
    ],
)
def test_a_promise_is_kept_by_95_percent_to_the_penny(promised: int, paid: int, state: str) -> None:
    """95 % of 99p is 94.05p, which is not 94p. Seen red with: more than 95 % asked for; 95 % rounded down to the penny."""
    promise = a_promise(promised)
    assert stands(promise, date(2026, 11, 28), Payment(paid, TODAY)) == (state, paid)


def test_payments_add_up() -> None:
    half = Payment(2_500, date(2026, 11, 20))
    assert stands(a_promise(), date(2026, 11, 21), half) == ("open", 2_500)
    assert stands(a_promise(), date(2026, 11, 21), half, half) == ("kept", 5_000)


def test_a_promise_is_kept_as_soon_as_the_money_is_in() -> None:
    assert stands(a_promise(), TODAY, Payment(5_000, TODAY)) == ("kept", 5_000)


def test_money_from_before_the_day_of_the_promise_does_not_count() -> None:
    """Seen red with: all payments counted."""
    assert stands(a_promise(), TODAY, Payment(5_000, TODAY - timedelta(1))) == ("open", 0)


def test_money_taken_earlier_on_the_day_of_the_promise_does_not_count() -> None:
    """Found: £50.00 paid at nine kept the promise of another £50.00 made at ten."""
    story = Story()
    story.does(TakeReceipt(amount_pence=5_000, method="card", received_on=TODAY), at(19, hour=9))
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    assert story.calendar(NOW) == ()
    story.does(TakeReceipt(amount_pence=5_000, method="card", received_on=TODAY), at(19, hour=11))
    assert [one.state for one in story.case.promises] == ["kept"]
    assert story.case.promises[0].paid_pence == 5_000


def test_the_day_of_the_promise_is_that_of_london() -> None:
    """Taken at half past midnight on 1 July, when it is still 30 June by UTC."""
    promise = a_promise(by=date(2026, 7, 3), taken=at(30, 6, hour=23, minute=30))
    assert stands(promise, date(2026, 7, 9), Payment(5_000, date(2026, 6, 30)))[0] == "broken"
    assert stands(promise, date(2026, 7, 9), Payment(5_000, date(2026, 7, 1)))[0] == "kept"


def test_money_that_came_to_nothing_or_was_towards_another_promise_does_not_count() -> None:
    """Seen red with: payments undone counted; every payment of the days of the promise counted."""
    assert stands(a_promise(), TODAY, Payment(5_000, TODAY, undone=True)) == ("open", 0)
    for other in ("2.1", None):
        assert stands(a_promise(), TODAY, Payment(5_000, TODAY, other)) == ("open", 0)


def test_the_days_of_grace_begin_again_but_never_sooner_than_the_due_date() -> None:
    """Due Tuesday 24 November; from Monday 30 three working days on is Thursday 3 December."""
    for again, last in [(date(2026, 11, 20), date(2026, 11, 27)), (date(2026, 11, 30), date(2026, 12, 3))]:
        promise = a_promise().model_copy(update={"grace_from": again})
        assert last_day(promise, CARD, CALENDAR) == last


# One replaced by another


def test_a_promise_replaces_the_open_one_when_the_payer_says_so() -> None:
    """The old one is superseded, and neither kept nor broken. Money counts towards the new one."""
    story = promised_story()
    done = story.does(MakePromise(amount_pence=4_000, due=date(2026, 11, 30), method="card", replaces=True), at(20))
    assert [event.what.summary() for event in done.events] == [
        "£50.00 due 24 Nov 2026 superseded",
        "£40.00 by 30 Nov 2026 by card",
    ]
    story.does(TakeReceipt(amount_pence=4_000, method="card", received_on=date(2026, 11, 21)), at(21))
    assert [(one.state, one.paid_pence) for one in story.case.promises] == [("superseded", 0), ("kept", 4_000)]
    assert story.case.promises[0].ended_on == date(2026, 11, 20)
    assert story.case.counters.broken_promises == 0


def test_a_call_may_bring_a_promise_that_replaces_the_open_one() -> None:
    story = promised_story()
    again = Given(amount_pence=4_000, due=date(2026, 11, 30), method="card", replaces=True)
    done = story.does(LogCall(outcome="PTP", promise=again), at(20))
    assert [event.what.kind for event in done.events] == ["contact", "promise-ended", "promise"]
    assert [one.state for one in story.case.promises] == ["superseded", "open"]


@pytest.mark.parametrize(("day", "taken_back"), [(23, True), (24, True), (25, False), (27, False)])
def test_a_promise_is_taken_back_until_its_day_is_over(day: int, taken_back: bool) -> None:
    """Due Tuesday 24 November, three working days of grace: whether it is broken is for the ledger to tell on the 28th. Else
    nothing would ever be broken. Seen red with: on its last day of grace; no longer on its day."""
    again = {"amount_pence": 4_000, "due": date(2026, 11, 30), "method": "card", "replaces": True}
    actions = (
        (CancelPromise(), None),
        (MakePromise.model_validate(again), "replaces"),
        (LogCall.model_validate({"outcome": "PTP", "promise": again}), "promise.replaces"),
    )
    for action, field in actions:
        story = promised_story()
        if taken_back:
            story.does(action, at(day))
            assert story.case.promises[0].state in ("cancelled", "superseded")
            continue
        with pytest.raises(Refused) as fault:
            story.does(action, at(day))
        assert [(one.code, one.field) for one in fault.value.reasons] == [("promise-due", field)]
        assert fault.value.reasons[0].message == (
            "the promise of £50.00 by 24 Nov 2026 is past its day, so it is no longer taken back; "
            "whether it was kept shows on Sat 28 Nov 2026"
        )
        story.calendar(at(28))
        assert story.case.promises[0].state == "broken"


def test_there_must_be_a_promise_to_replace() -> None:
    promise = MakePromise(amount_pence=4_000, due=date(2026, 11, 30), method="card", replaces=True)
    with pytest.raises(Refused) as fault:
        Story().does(promise)
    assert [(one.code, one.field) for one in fault.value.reasons] == [("no-promise", "replaces")]


# Broken too often


def breaks(story: Story, on: date) -> None:
    """A promise for cash on the day before `on`: it has no days of grace, and is broken on `on`."""
    before = on - timedelta(1)
    story.does(MakePromise(amount_pence=100, due=before, method="notes"), start_of_day(before))
    story.calendar(start_of_day(on))


def no_more(story: Story, on: date) -> list[str]:
    """Why no promise is offered on a day."""
    return [one.message for one in MakePromise.offered(story.case, situation(start_of_day(on)))]


SECOND = date(2026, 12, 1)
"""The day on which the second promise is noticed to be broken; the first was on 20 November."""


def broken_twice() -> Story:
    """Two promises broken, on 20 November and 1 December."""
    story = Story()
    breaks(story, date(2026, 11, 20))
    assert no_more(story, date(2026, 11, 20)) == []
    breaks(story, SECOND)
    return story


@pytest.mark.parametrize(
    ("on", "taken"),
    [(SECOND, False), (date(2027, 2, 17), False), (date(2027, 2, 18), False), (date(2027, 2, 19), True)],
)
def test_after_two_broken_in_ninety_days_no_promise_is_taken(on: date, taken: bool) -> None:
    """Law page, section 7.4. The ninetieth day after 20 November is 18 February.

    Seen red with: three; the days from the due date; the ninetieth day let through.
    """
    story = broken_twice()
    promise = MakePromise(amount_pence=100, due=on, method="notes")
    if taken:
        assert no_more(story, on) == []
        story.does(promise, start_of_day(on))
        return
    assert no_more(story, on) == [
        "2 promises were broken in the last 90 days; none is taken before 19 Feb 2027. "
        "Agree terms, or take the next enforcement step."
    ]
    with pytest.raises(Refused, match="2 promises were broken"):
        story.does(promise, start_of_day(on))
    in_call = Given(amount_pence=100, due=on, method="notes")
    with pytest.raises(Refused, match="2 promises were broken"):
        story.does(LogCall(outcome="PTP", promise=in_call), start_of_day(on))


def test_the_day_of_a_third_broken_promise_puts_off_the_next() -> None:
    """With three in ninety days the second of them decides: 1 December and ninety days."""
    story = broken_twice()
    third = story.case.promises[-1].model_copy(update={"id": "90.1", "ended_on": date(2026, 12, 20)})
    story.case = story.case.model_copy(update={"promises": (*story.case.promises, third)})
    (message,) = no_more(story, date(2026, 12, 21))
    assert "3 promises were broken in the last 90 days; none is taken before 2 Mar 2027" in message


def test_part_kept_cancelled_and_superseded_promises_are_not_broken() -> None:
    """Seen red with: part kept counted."""
    story = promised_story()
    story.does(TakeReceipt(amount_pence=100, method="card", received_on=TODAY), at(20))
    story.calendar(at(28))
    story.does(MakePromise(amount_pence=100, due=date(2026, 12, 4), method="card"), at(28))
    story.does(MakePromise(amount_pence=200, due=date(2026, 12, 4), method="card", replaces=True), at(28))
    story.does(CancelPromise(), at(28))
    assert [one.state for one in story.case.promises] == ["part", "superseded", "cancelled"]
    breaks(story, date(2026, 12, 2))
    assert no_more(story, date(2026, 12, 2)) == []


def test_a_broken_promise_is_not_pushed_out_by_others() -> None:
    """One broken, then a dozen given and cancelled, then one more broken: that is two.

    Seen red with: the last ten, whatever they are.
    """
    story = Story()
    breaks(story, date(2026, 11, 20))
    for _ in range(12):
        story.does(MakePromise(amount_pence=100, due=date(2026, 11, 24), method="card"), at(21))
        story.does(CancelPromise(), at(21))
    breaks(story, SECOND)
    assert len(story.case.promises) == 10
    assert no_more(story, SECOND) != []


def test_when_all_are_broken_the_oldest_goes() -> None:
    broken = [a_promise().model_copy(update={"id": f"{n}.1", "state": "broken"}) for n in range(3, 13)]
    assert [one.id for one in with_room(broken, 10)] == [f"{n}.1" for n in range(4, 13)]
    assert with_room(broken[:9], 10) == tuple(broken[:9])


# The calendar's turn


def promised_story(by: date = date(2026, 11, 24), method: str = "card") -> Story:
    """A case with an open promise of £50.00, taken today."""
    story = Story()
    story.does(MakePromise(amount_pence=5_000, due=by, method=method))
    return story


def test_a_broken_promise_makes_work_the_day_after_grace() -> None:
    """Due Tuesday 24 November, grace until Friday 27: broken from Saturday 28."""
    story = promised_story()
    assert story.calendar(at(27, hour=23, minute=59)) == ()
    ended, made = story.calendar(at(28, hour=0))
    assert (ended.what.kind, ended.actor) == ("promise-ended", "calendar")
    assert ended.what.summary() == "£50.00 due 24 Nov 2026 broken"
    assert made.what.summary() == "promise of £50.00 due 24 Nov 2026, broken, from Sat 28 Nov 2026"
    assert story.case.counters.broken_promises == 1
    task = story.case.tasks[-1]
    assert (task.kind, task.subject, task.due_on, task.owner) == ("broken-promise", "3.1", date(2026, 11, 28), None)


def test_a_promise_kept_in_part_makes_work_too_and_is_not_counted_as_broken() -> None:
    story = promised_story()
    story.does(TakeReceipt(amount_pence=2_000, method="card", received_on=TODAY))
    ended, made = story.calendar(at(28))
    assert ended.what.summary() == "£50.00 due 24 Nov 2026 kept in part, £20.00 paid"
    assert made.what.summary().startswith("promise of £50.00 due 24 Nov 2026, only £20.00 paid")
    assert story.case.counters.broken_promises == 0
    assert story.case.promises[0].state == "part"


def test_the_calendar_asks_once() -> None:
    """However often it is asked, on that day and after. Seen red with: the promise left open."""
    story = promised_story()
    assert len(story.calendar(at(28))) == 2
    for day in (28, 29, 30):
        assert story.calendar(at(day)) == ()


def test_a_cancelled_promise_brings_nothing() -> None:
    story = promised_story()
    story.does(CancelPromise())
    assert story.calendar(at(28)) == ()
    assert wakes_on(story.case, shipped_tables()) is None


def test_a_promise_keeps_the_grace_of_the_day_it_was_taken() -> None:
    """Card money shows faster from 21 November; a promise of the 19th keeps its three days. Seen red with: the grace of
    the due date."""
    text = (TABLE_FOLDER / "payment_methods.toml").read_text("utf-8")
    old = 'code = "card"\nlabel = "Card"\n'
    faster = f'\n[[row]]\n{old}grace_days = 1\ngrace_in = "working"\nvalid_from = 2026-11-21\n'
    tables = tables_with(payment_methods=text.replace(old, f"{old}valid_to = 2026-11-20\n") + faster)
    story = Story(tables=tables)
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    assert wakes_on(story.case, tables) == date(2026, 11, 28)
    assert story.calendar(at(27)) == ()
    assert len(story.calendar(at(28))) == 2
    later = a_promise(taken=at(21))
    assert last_day(later, tables.grace(later), CALENDAR) == date(2026, 11, 25)


def test_a_call_back_not_made_on_its_day_becomes_anyones() -> None:
    """Seen red with: freed as soon as its hour has passed."""
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20, hour=15)))
    assert [one.owner for one in story.case.tasks] == [None, OFFICER.id]
    assert story.calendar(at(20, hour=23)) == ()
    (released,) = story.calendar(at(21, hour=0))
    assert released.what.summary() == "now anyone's: call back as agreed"
    assert [one.owner for one in story.case.tasks] == [None, None]
    assert story.calendar(at(21, hour=1)) == ()


def test_an_untouched_case_waits_for_nothing() -> None:
    assert wakes_on(Story().case, shipped_tables()) is None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.sampled_from([1, 2_849, 2_850, 6_000]), st.sampled_from(["card", "cheque"])),
        st.tuples(st.just("promise"), st.integers(0, 14), st.sampled_from(["card", "cheque", "notes"])),
        st.tuples(st.just("call back"), st.integers(1, 100), st.just("")),
        st.tuples(st.just("wait"), st.integers(1, 20), st.just("")),
        st.tuples(st.just("skip"), st.just(0), st.just("")),
    ),
    max_size=6,
)


@settings(max_examples=150)
@given(STEPS)
def test_the_calendar_wakes_on_the_first_day_that_brings_something(steps: list[tuple[str, int, str]]) -> None:
    """Looking at every day from now on, one by one, finds the same day. Seen red with: `wakes_on` the last day of grace
    itself; call-backs forgotten."""
    story, now = Story(an_account(imposed(pence=1_000_000))), at(14, 12, hour=15)
    for step, figure, method in steps:
        today = now.date()
        if step == "wait":
            now += timedelta(figure)
            story.calendar(now)
        elif step == "pay":
            story.does(TakeReceipt(amount_pence=figure, method=method, received_on=today), now)
        elif step == "call back":
            with suppress(Refused):
                story.does(LogCall(outcome="CALLBACK", call_back_at=now + timedelta(hours=figure)), now)
        elif step == "skip":
            story.does(Skip(reason="HOURS"), now, pulled=story.case.tasks[-1].id)
        elif story.case.open_promise is None and not no_more(story, today):
            promise = Given(amount_pence=3_000, due=today + timedelta(figure), method=method)
            story.does(LogCall(outcome="PTP", promise=promise), now)
    day, wakes = now.date(), wakes_on(story.case, shipped_tables())
    brute_force = (day + timedelta(n) for n in range(45))
    found = next((one for one in brute_force if due(story.case, situation(start_of_day(one)))), None)
    assert found == wakes
    if found:
        story.calendar(start_of_day(found))
        assert due(story.case, situation(start_of_day(found))) == []
