"""The one way anything changes."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from casework.actions.calendar import RunCalendar
from casework.actions.call import LogCall
from casework.actions.declare import Action
from casework.actions.note import WriteNote
from casework.actions.promise import CancelPromise, Given, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.work import Park, Skip, WrapUp
from casework.commit import changed_since, commit, decide, open_case
from casework.history import check, genesis, read, rebuild
from casework.opening import Account
from casework.queues import rows
from casework.refusals import Refused, Stale
from casework.terms import Terms
from tests.cases import NOW, TODAY, Story, a_case, a_person, an_account, at, imposed, shipped_tables, situation

FIRST = "2.1"
RECEIPT = TakeReceipt(amount_pence=1_000, method="card", received_on=TODAY)
PROMISE = MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card")

EVERY_ACTION: list[Action] = [
    WriteNote(text="x"),
    LogCall(outcome="NO_ANS", finish=True),
    LogCall(outcome="PTP", promise=Given(amount_pence=5_000, due=date(2026, 11, 24), method="card")),
    PROMISE,
    RECEIPT,
    WrapUp(outcome="NO_ANS"),
    Skip(reason="HOURS"),
    Park(until=date(2026, 11, 20), reason="payslip"),
]


# Opening


def test_a_case_opens_with_what_was_paid_before_and_a_first_task() -> None:
    case = a_case(imposed("FO", 20_000, paid=500), imposed("FVS", 8_000))
    assert [(one.id, one.balance_pence) for one in case.impositions] == [("1.1", 19_500), ("1.2", 8_000)]
    assert [(one.id, one.kind, one.due_at) for one in case.tasks] == [("2.1", "first-contact", at(19, hour=0))]
    assert (case.version, case.changed) == (2, {"person": 1, "ledger": 1, "terms": 1, "tasks": 2})


def test_a_paid_account_opens_without_a_task() -> None:
    assert a_case(imposed(paid=24_000)).tasks == ()


def test_first_contact_waits_for_its_day() -> None:
    assert a_case(first_contact_on=date(2026, 12, 1)).tasks[0].due_at == at(1, 12, hour=0)


def test_an_account_that_cannot_be_is_refused_with_every_reason() -> None:
    """Seen red with: the first imposition only."""
    wrong = an_account(
        imposed("FXXX", 100),
        imposed("FO", 100, paid=101),
        imposed("FO", 100, on=date(2026, 11, 21)),
        opened_on=date(2026, 11, 20),
        person=a_person(date_of_birth=date(2026, 11, 20)),
    )
    with pytest.raises(Refused) as fault:
        open_case(wrong, situation())
    assert [one.field for one in fault.value.reasons] == [
        "opened_on",
        "person.date_of_birth",
        "impositions.0.result",
        "impositions.1.paid_pence",
        "impositions.2.imposed_on",
    ]
    assert open_case(an_account(opened_on=TODAY, person=a_person(date_of_birth=TODAY)), situation())


def test_an_account_has_one_to_two_hundred_impositions() -> None:
    assert len(a_case(*[imposed()] * 200).impositions) == 200
    for sums in ([], [imposed()] * 201):
        with pytest.raises(ValidationError):
            Account.model_validate({**an_account().model_dump(), "impositions": sums})


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (Terms(plan="in_full", by=date(2026, 12, 1)), "in full by 1 Dec 2026"),
        (
            Terms(plan="instalments", amount_pence=2_000, every="weekly", start=date(2026, 9, 3)),
            "£20.00 weekly from 3 Sep 2026",
        ),
        (
            Terms(
                plan="lump_sum",
                lump_sum_pence=5_000,
                lump_sum_by=date(2026, 9, 15),
                amount_pence=2_000,
                every="monthly",
                start=date(2026, 10, 1),
            ),
            "£50.00 by 15 Sep 2026, then £20.00 monthly from 1 Oct 2026",
        ),
        (None, "no terms"),
    ],
)
def test_the_opening_says_the_terms_in_words(terms: Terms | None, words: str) -> None:
    assert Story(an_account(terms=terms)).events[0].what.summary() == f"account opened, £240.00 imposed, {words}"


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"plan": "in_full"}, "a plan of in_full needs by"),
        ({"plan": "instalments", "amount_pence": 100}, "a plan of instalments needs every, start"),
        ({"plan": "in_full", "by": date(2026, 12, 1), "amount_pence": 100}, "a plan of in_full has no amount_pence"),
    ],
)
def test_terms_have_what_their_plan_needs_and_nothing_else(terms: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Terms.model_validate(terms)


# Decide


def test_decide_tells_every_reason_and_each_once() -> None:
    """What is against offering the action at all, and what is against it as filled in. Seen red with: the second left out
    when there is a first."""
    story = Story(an_account(imposed(paid=24_000)))
    with pytest.raises(Refused) as fault:
        decide(story.case, MakePromise(amount_pence=1, due=date(2026, 11, 18), method="shells"), situation())
    assert [one.code for one in fault.value.reasons] == ["nothing-owed", "past", "unknown-method"]
    assert str(fault.value) == "; ".join(one.message for one in fault.value.reasons)


def test_a_call_depends_on_what_it_carries() -> None:
    """Money that comes in while an officer speaks, and keeps a promise by itself, refuses no call without one.

    Seen red with: every call depending on promises.
    """
    assert LogCall(outcome="NO_ANS").depends_on() == frozenset()
    assert LogCall(outcome="NO_ANS", finish=True).depends_on() == {"tasks"}
    given = Given(amount_pence=100, due=date(2026, 11, 20), method="card")
    assert LogCall(outcome="PTP", promise=given).depends_on() == {"promises"}


# Stale


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: type(action).__name__)
def test_a_receipt_or_a_note_meanwhile_refuses_nobody(action: Action) -> None:
    """Architecture page, section 4. Seen red with: any newer version is stale."""
    story = Story()
    seen = story.case.version
    story.does(RECEIPT)
    story.does(WriteNote(text="meanwhile"))
    assert story.does(action, pulled=FIRST, seen=seen)


@pytest.mark.parametrize("action", [a for a in EVERY_ACTION if "promises" in a.depends_on()] + [CancelPromise()])
def test_a_promise_meanwhile_is_a_stale_promise(action: Action) -> None:
    """Staleness is told before anything else. Seen red with: decided first."""
    story = Story()
    seen = story.case.version
    story.does(PROMISE)
    with pytest.raises(Stale) as fault:
        story.does(action, pulled=FIRST, seen=seen)
    assert [(one.code, one.field, one.message) for one in fault.value.reasons] == [
        ("changed", "promises", "promises changed since you opened this")
    ]


@pytest.mark.parametrize("action", [a for a in EVERY_ACTION if "tasks" in a.depends_on()])
def test_a_task_meanwhile_is_stale_work(action: Action) -> None:
    story = Story()
    seen = story.case.version
    story.does(LogCall(outcome="DISPUTE", note="a note of more than twenty characters"))
    with pytest.raises(Stale):
        story.does(action, pulled=FIRST, seen=seen)


def test_what_was_seen_is_not_stale_and_what_was_just_read_never_is() -> None:
    """Seen red with: the very version that was seen counted as newer."""
    story = Story()
    story.does(PROMISE)
    assert changed_since(story.case, ["promises"], story.case.version) == []
    assert changed_since(story.case, ["promises"], story.case.version - 1) == ["promises"]
    assert changed_since(story.case, ["promises", "tasks", "ledger"], 1) == ["promises", "tasks"]
    assert changed_since(story.case, ["promises"], None) == []
    assert story.does(CancelPromise(), seen=story.case.version)


# Commit


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: type(action).__name__)
def test_the_same_commit_twice_gives_the_same_bytes(action: Action) -> None:
    """Nothing is taken from a clock or a die. Seen red with: the wall clock in an event."""
    story = Story()

    def once() -> tuple[list[bytes], str, object]:
        done = commit(story.case, action, situation(pulled=FIRST), head=story.head, key="k")
        return [event.body for event in done.events], done.case.model_dump_json(), done.queue_rows

    before = story.case.model_dump_json()
    assert once() == once()
    assert story.case.model_dump_json() == before


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: type(action).__name__)
def test_a_commit_carries_all_that_a_store_writes(action: Action) -> None:
    story = Story()
    opened = list(story.events)
    done = commit(story.case, action, situation(pulled=FIRST), head=story.head, key="key-1")
    assert [event.seq for event in done.events] == list(range(3, 3 + len(done.events)))
    assert {(event.at, event.actor, event.key) for event in done.events} == {(NOW, "jkhan", "key-1")}
    assert done.events[0].prev == story.head
    assert done.head == done.events[-1].hash
    check(story.case.id, [*opened, *done.events])
    assert rebuild(read(event.body) for event in [*opened, *done.events]) == done.case
    assert done.queue_rows == rows(done.case, shipped_tables())
    assert done.ends_claim is action.ends_claim()


def test_what_an_event_makes_is_named_after_it() -> None:
    """`<seq>.<n>`, never random."""
    story = Story(an_account(imposed("FO", 100), imposed("FVS", 100)))
    story.does(LogCall(outcome="NO_ANS"))
    story.does(PROMISE.model_copy(update={"amount_pence": 100}))
    story.does(TakeReceipt(amount_pence=1, method="card", received_on=TODAY))
    case = story.case
    assert [one.id for one in case.impositions] == ["1.1", "1.2"]
    assert [one.id for one in case.tasks] == ["2.1", "4.1"]
    assert [one.id for one in case.contacts] == ["3.1"]
    assert [one.id for one in case.promises] == ["5.1"]
    assert [one.id for one in case.receipts] == ["6.1"]


def test_the_first_event_names_the_case_as_what_stands_before_it() -> None:
    story = Story()
    assert story.events[0].prev == genesis(story.case.id)


def test_the_calendar_acts_in_its_own_name() -> None:
    story = Story()
    story.does(PROMISE)
    done = commit(story.case, RunCalendar(), situation(at(28)), head=story.head)
    assert {event.actor for event in done.events} == {"calendar"}


def test_each_event_tells_which_part_it_changed() -> None:
    story = Story()
    story.does(LogCall(outcome="PTP", promise=Given(amount_pence=5_000, due=date(2026, 11, 24), method="card")))
    assert story.case.changed == {"person": 1, "ledger": 1, "terms": 1, "tasks": 2, "contacts": 3, "promises": 4}
