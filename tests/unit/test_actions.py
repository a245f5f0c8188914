"""What each action refuses, what it does, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from casework.actions import ACTIONS, SYSTEM_ACTIONS, parse_action
from casework.actions.calendar import RunCalendar
from casework.actions.call import LogCall
from casework.actions.declare import Action
from casework.actions.note import WriteNote
from casework.actions.promise import CancelPromise, Given, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.work import Park, Skip, WrapUp
from casework.case import Case
from casework.commit import decide
from casework.events import Contacted
from casework.history import Event
from casework.refusals import Refused
from casework.situation import Situation
from casework.table_rows import WrapCode
from tests.cases import (
    COLLEAGUE,
    LEADER,
    NOW,
    OFFICER,
    TODAY,
    Story,
    an_account,
    at,
    imposed,
    shipped_tables,
    situation,
)

FIRST = "2.1"
"""The task with which every case begins: make first contact."""

CALL_CODES = shipped_tables().wrap_codes(TODAY, "call")
WRAP_CODES = shipped_tables().wrap_codes(TODAY, "wrap-up")
NOTE = "twenty characters, at least"


def refused(case: Case, action: Action, circumstances: Situation) -> dict[tuple[str, str | None], str]:
    """Every reason against `action`: its code and field, and its sentence."""
    with pytest.raises(Refused) as fault:
        decide(case, action, circumstances)
    assert len(fault.value.reasons) == len({(one.code, one.field) for one in fault.value.reasons})
    return {(one.code, one.field): one.message for one in fault.value.reasons}


def kinds(events: Sequence[Event]) -> list[str]:
    """What happened, by kind."""
    return [event.what.kind for event in events]


def untouched(before: Case, after: Case, *changed: str) -> bool:
    """Whether nothing but these fields, and the version, became different."""
    skip = {"version", "changed", *changed}
    return before.model_dump(exclude=skip) == after.model_dump(exclude=skip)


# Which actions there are


def test_staff_are_offered_these_actions_and_the_calendar_is_not_among_them() -> None:
    assert list(ACTIONS) == [
        *("note", "call", "contact", "promise", "cancel-promise", "receipt", "reverse", "wrap-up", "skip", "park"),
        *("terms", "request-terms", "refuse-terms", "court-terms", "means", "payment-card"),
        *("details", "marker", "end-marker"),
        *("safeguard", "stop", "lift"),
        *("trace", "trace-result"),
        *("handover", "acknowledge"),
        "undo",
    ]
    assert list(SYSTEM_ACTIONS) == ["calendar"]
    with pytest.raises(Refused, match="there is no such action"):
        parse_action('{"kind": "calendar"}')


@pytest.mark.parametrize(
    ("action", "needs", "ends"),
    [
        (WriteNote(text="x"), False, False),
        (LogCall(outcome="NO_ANS"), False, False),
        (LogCall(outcome="NO_ANS", finish=True), True, True),
        (MakePromise(amount_pence=1, due=TODAY, method="card"), False, False),
        (CancelPromise(), False, False),
        (TakeReceipt(amount_pence=1, method="card", received_on=TODAY), False, False),
        (WrapUp(outcome="DONE"), True, True),
        (Skip(reason="HOURS"), True, True),
        (Park(until=TODAY, reason="x"), True, True),
        (RunCalendar(), False, False),
    ],
)
def test_whoever_has_the_caller_can_log_it_but_only_the_holder_ends_the_work(
    action: Action, needs: bool, ends: bool
) -> None:
    """Seen red with: a call that never needs the claim."""
    assert (action.needs_claim(), action.ends_claim()) == (needs, ends)


# JSON, as scripts send it


def test_an_action_is_read_from_json() -> None:
    text = '{"kind":"promise","amount_pence":5000,"due":"2026-11-24","method":"card"}'
    assert parse_action(text) == MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card")
    assert parse_action(b'{"kind":"cancel-promise"}') == CancelPromise()


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("", [("invalid", None)]),
        ("[]", [("invalid", None)]),
        ('{"kind":', [("invalid", None)]),
        ("{}", [("unknown-action", "kind")]),
        ('{"kind":7}', [("unknown-action", "kind")]),
        ('{"kind":"dance"}', [("unknown-action", "kind")]),
        ('{"kind":"note"}', [("invalid", "text")]),
        ('{"kind":"note","text":"x","colour":"red"}', [("invalid", "colour")]),
        ('{"kind":"note","text":" "}', [("invalid", "text")]),
        (
            '{"kind":"promise","amount_pence":"50","due":"soon"}',
            [("invalid", n) for n in ("amount_pence", "due", "method")],
        ),
        ('{"kind":"promise","amount_pence":0.5,"due":"2026-11-24","method":"card"}', [("invalid", "amount_pence")]),
        (
            '{"kind":"call","outcome":"PTP","promise":{"due":"x"}}',
            [("invalid", f"promise.{n}") for n in ("amount_pence", "due", "method")],
        ),
        ('{"kind":"call","outcome":"CALLBACK","call_back_at":"2026-11-20T10:00:00"}', [("invalid", "call_back_at")]),
        ('{"kind":"call","outcome":"NO_ANS","talk_seconds":-1}', [("invalid", "talk_seconds")]),
    ],
)
def test_json_that_is_no_action_is_refused_field_by_field(text: str, reasons: list[tuple[str, str | None]]) -> None:
    """Every field at once. Seen red with: the first fault only."""
    with pytest.raises(Refused) as fault:
        parse_action(text)
    assert [(one.code, one.field) for one in fault.value.reasons] == reasons


# Note


def test_a_note_is_written_and_changes_nothing_else() -> None:
    story = Story()
    before = story.case
    done = story.does(WriteNote(text="Rang the employer.\nNo longer there."))
    assert kinds(done.events) == ["note"]
    assert done.events[0].what.summary() == "Rang the employer.\nNo longer there."
    assert untouched(before, story.case)
    assert story.case.changed["notes"] == story.case.version == 3


# Promise


def test_a_promise_is_taken() -> None:
    story = Story()
    before = story.case
    done = story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    assert kinds(done.events) == ["promise"]
    assert done.events[0].what.summary() == "£50.00 by 24 Nov 2026 by card"
    promise = story.case.promises[0]
    assert (promise.id, promise.state, promise.taken_by, promise.taken_at) == ("3.1", "open", "jkhan", NOW)
    assert untouched(before, story.case, "promises")


@pytest.mark.parametrize(("days", "reason"), [(-1, "past"), (0, None), (14, None), (15, "too-far")])
def test_a_promise_is_for_today_up_to_fourteen_days_ahead(days: int, reason: str | None) -> None:
    """Law page 7.4. Seen red with: fourteen days refused."""
    action = MakePromise(amount_pence=5_000, due=TODAY + timedelta(days), method="card")
    if reason is None:
        assert decide(Story().case, action, situation())
    else:
        assert list(refused(Story().case, action, situation())) == [(reason, "due")]


def test_a_promise_is_for_no_more_than_is_owed() -> None:
    case = Story(an_account(imposed(pence=5_000))).case
    assert decide(case, MakePromise(amount_pence=5_000, due=TODAY, method="card"), situation())
    reasons = refused(case, MakePromise(amount_pence=5_001, due=TODAY, method="card"), situation())
    assert reasons == {("more-than-owed", "amount_pence"): "only £50.00 is owed"}


def test_a_promise_tells_every_reason_against_it_at_once() -> None:
    """Seen red with: the first reason only."""
    story = Story()
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    reasons = refused(story.case, MakePromise(amount_pence=10**9, due=date(2027, 1, 1), method="shells"), situation())
    assert list(reasons) == [
        ("promise-open", "replaces"),
        ("too-far", "due"),
        ("more-than-owed", "amount_pence"),
        ("unknown-method", "method"),
    ]
    assert reasons["promise-open", "replaces"] == (
        "a promise of £50.00 by 24 Nov 2026 is open; cancel it first, or say that this one replaces it"
    )
    assert reasons["too-far", "due"] == "a promise is for 14 days ahead at most, so until Thu 3 Dec 2026"


def test_there_is_one_open_promise_at_a_time() -> None:
    story = Story()
    promise = MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card")
    story.does(promise)
    assert list(refused(story.case, promise, situation())) == [("promise-open", "replaces")]
    story.does(CancelPromise())
    story.does(promise)
    assert [one.state for one in story.case.promises] == ["cancelled", "open"]


def test_no_promise_is_offered_when_nothing_is_owed() -> None:
    case = Story(an_account(imposed(paid=24_000))).case
    assert [one.code for one in MakePromise.offered(case, situation())] == ["nothing-owed"]


def test_only_an_open_promise_is_cancelled() -> None:
    story = Story()
    assert [one.code for one in CancelPromise.offered(story.case, situation())] == ["no-promise"]
    assert list(refused(story.case, CancelPromise(), situation())) == [("no-promise", None)]
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    before = story.case
    done = story.does(CancelPromise())
    assert done.events[0].what.summary() == "£50.00 due 24 Nov 2026 cancelled"
    assert untouched(before, story.case, "promises")
    assert story.case.counters.broken_promises == 0


def test_the_last_ten_promises_are_kept_in_the_case() -> None:
    story = Story()
    for _ in range(12):
        story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
        story.does(CancelPromise())
    assert [one.id for one in story.case.promises] == [f"{seq}.1" for seq in range(7, 27, 2)]


# Call


def test_a_call_is_logged_with_its_number_and_note() -> None:
    story = Story()
    before = story.case
    done = story.does(LogCall(outcome="NO_ANS", number="07700 900123", note="rang twice", talk_seconds=0))
    assert kinds(done.events) == ["contact", "task"]
    assert done.events[0].what.summary() == "call out  no answer  07700 900123  rang twice"
    contact = story.case.contacts[-1]
    assert (contact.id, contact.by, contact.direction, contact.outcome) == ("3.1", "jkhan", "out", "NO_ANS")
    assert untouched(before, story.case, "contacts", "counters", "tasks")
    assert not done.ends_claim


def test_a_call_with_an_outcome_that_there_is_not_is_refused() -> None:
    reasons = refused(Story().case, LogCall(outcome="DONE"), situation())
    assert list(reasons) == [("unknown-outcome", "outcome")]
    assert reasons["unknown-outcome", "outcome"].startswith("there is no such outcome; there are: NO_ANS, BUSY, ")


def given(pence: int = 5_000, due: date = date(2026, 11, 24), method: str = "card") -> Given:
    """What the caller promised."""
    return Given(amount_pence=pence, due=due, method=method)


def test_a_call_and_its_promise_are_saved_together() -> None:
    story = Story()
    done = story.does(LogCall(outcome="PTP", promise=given()))
    assert kinds(done.events) == ["contact", "promise"]
    assert story.case.open_promise is not None
    assert story.case.open_promise.id == "4.1"


def test_a_call_whose_promise_is_refused_is_not_logged_either() -> None:
    """All or nothing, and every reason names its field inside the promise. Seen red with: the promise
    not judged."""
    story = Story()
    before = story.case
    reasons = refused(before, LogCall(outcome="PTP", promise=given(10**9, date(2027, 1, 1), "shells")), situation())
    assert list(reasons) == [
        ("too-far", "promise.due"),
        ("more-than-owed", "promise.amount_pence"),
        ("unknown-method", "promise.method"),
    ]
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    assert list(refused(story.case, LogCall(outcome="PTP", promise=given()), situation())) == [
        ("promise-open", "promise.replaces")
    ]


def test_a_promise_comes_with_its_outcome_and_with_no_other() -> None:
    case = Story().case
    assert refused(case, LogCall(outcome="PTP"), situation()) == {
        ("needed", "promise"): "“Promised to pay” needs the promise"
    }
    assert refused(case, LogCall(outcome="NO_ANS", promise=given()), situation()) == {
        ("not-asked", "promise"): "“No answer” brings no promise"
    }


def test_a_call_back_is_the_officers_own_at_the_agreed_minute() -> None:
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20, hour=15, minute=30)))
    task = story.case.tasks[-1]
    assert (task.kind, task.owner, task.due_at) == ("call-back", "jkhan", at(20, hour=15, minute=30))
    assert task.title == "call back as agreed"


def test_a_call_back_comes_with_its_outcome_and_is_still_to_come() -> None:
    """Seen red with: this very minute let through."""
    case = Story().case
    assert list(refused(case, LogCall(outcome="CALLBACK"), situation())) == [("needed", "call_back_at")]
    assert list(refused(case, LogCall(outcome="BUSY", call_back_at=at(20)), situation())) == [
        ("not-asked", "call_back_at")
    ]
    assert list(refused(case, LogCall(outcome="CALLBACK", call_back_at=NOW), situation())) == [("past", "call_back_at")]
    assert decide(case, LogCall(outcome="CALLBACK", call_back_at=NOW + timedelta(minutes=1)), situation())


def test_a_call_tells_every_reason_against_it_at_once() -> None:
    action = LogCall(outcome="SPOKE", finish=True, promise=given(), call_back_at=at(20))
    assert list(refused(Story().case, action, situation())) == [
        ("note-needed", "note"),
        ("no-task", "task"),
        ("not-asked", "promise"),
        ("not-asked", "call_back_at"),
    ]


def test_a_call_that_finishes_ends_the_task_in_hand() -> None:
    story = Story()
    done = story.does(LogCall(outcome="NO_ANS", finish=True), pulled=FIRST)
    assert kinds(done.events) == ["contact", "task-ended", "task"]
    assert done.events[1].what.summary() == "no answer: new account, make first contact"
    assert [(one.kind, one.due_on) for one in story.case.tasks] == [("call", date(2026, 11, 20))]
    assert done.ends_claim


def test_the_counters_tell_attempts_conversations_and_calls_since_the_last_one() -> None:
    """Seen red with: incoming calls counted as attempts; the count of unanswered calls never begun again."""
    story, seen = Story(), []
    for outcome, direction in [
        ("NO_ANS", "out"),
        ("BUSY", "out"),
        ("TP_MSG", "out"),
        ("HANGUP", "in"),
        ("NO_ANS", "out"),
    ]:
        story.does(LogCall(outcome=outcome, direction=direction))
        seen.append((story.case.counters.attempts, story.case.counters.conversations, story.case.counters.unanswered))
    assert seen == [(1, 0, 1), (2, 0, 2), (3, 0, 3), (3, 1, 0), (4, 1, 1)]


def test_the_last_twenty_contacts_are_kept_in_the_case() -> None:
    story = Story()
    for _ in range(25):
        story.does(LogCall(outcome="TP_AUTH", note=NOTE))
    assert [one.id for one in story.case.contacts] == [f"{seq}.1" for seq in range(8, 28)]
    assert story.case.counters.attempts == 25


# The next task is made, once


def test_the_next_task_is_made_once() -> None:
    """The call makes it, the wrap-up with the same outcome does not make it again. Seen red with: no look at the key."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"))
    done = story.does(WrapUp(outcome="NO_ANS"), pulled=FIRST)
    assert kinds(done.events) == ["task-ended"]
    assert [(one.kind, one.due_on) for one in story.case.tasks] == [("call", date(2026, 11, 20))]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (LogCall(outcome="CALL_FAIL", finish=True), "call"),
        (LogCall(outcome="BUSY", finish=True), "call"),
        (WrapUp(outcome="BUSY"), "call"),
        (WrapUp(outcome="FOUND"), "call"),
    ],
)
def test_a_task_that_ends_with_the_same_again_today_leaves_the_new_one(action: Action, kind: str) -> None:
    """Found: a call that was due today and found the line busy ended, and its next was taken for itself: the case was in no
    queue any more."""
    story = Story()
    story.does(LogCall(outcome="BUSY", finish=True), at(19, hour=8), pulled=FIRST)
    (task,) = story.case.tasks
    done = story.does(action, at(19, hour=11), pulled=task.id)
    assert [one.kind for one in story.case.tasks] == [kind]
    assert story.case.tasks[0].id != task.id
    assert done.queue_rows


EVERYBODY = LEADER.model_copy(update={"roles": ("team-leader", "fines-officer")})
"""Somebody who works every queue, because they have both roles."""


@pytest.mark.parametrize("code", [code for code, row in WRAP_CODES.items() if row.next_task or row.alert])
def test_no_outcome_loses_the_case_however_often_it_comes(code: str) -> None:
    story = Story()
    for hour in (9, 11, 13):
        task = story.case.tasks[-1]
        story.does(WrapUp(outcome=code, note=NOTE), at(19, hour=hour), pulled=task.id, by=EVERYBODY)
        assert len(story.case.tasks) == 1
        assert story.case.tasks[0].kind == (WRAP_CODES[code].next_task or WRAP_CODES[code].alert)


# Receipt


def test_a_receipt_is_shared_among_the_impositions() -> None:
    story = Story(an_account(imposed("FO", 20_000), imposed("FCOMP", 5_000)))
    before = story.case
    done = story.does(TakeReceipt(amount_pence=7_000, method="cheque", received_on=TODAY, reference="000123"))
    assert kinds(done.events) == ["receipt"]
    assert done.events[0].what.summary() == "£70.00 by cheque → compensation £50.00, fine £20.00"
    assert [one.balance_pence for one in story.case.impositions] == [18_000, 0]
    assert untouched(before, story.case, "impositions", "receipts")
    assert story.case.last_receipt is not None
    assert (story.case.last_receipt.id, story.case.last_receipt.reference) == ("3.1", "000123")


def test_an_over_payment_is_held_in_suspense() -> None:
    story = Story(an_account(imposed(pence=5_000)))
    story.does(TakeReceipt(amount_pence=7_000, method="card", received_on=TODAY))
    assert (story.case.balance_pence, story.case.suspense_pence) == (0, 2_000)
    assert story.events[2].what.summary() == "£70.00 by card → fine £50.00, suspense £20.00"
    story.does(TakeReceipt(amount_pence=100, method="card", received_on=TODAY))
    assert (story.case.balance_pence, story.case.suspense_pence) == (0, 2_100)
    assert story.events[-1].what.summary() == "£1.00 by card → suspense"


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        (date(2026, 8, 31), "too-early"),
        (date(2026, 9, 1), None),
        (TODAY, None),
        (TODAY + timedelta(1), "future"),
    ],
)
def test_a_receipt_is_from_between_the_first_imposition_and_today(on: date, reason: str | None) -> None:
    action = TakeReceipt(amount_pence=100, method="card", received_on=on)
    if reason is None:
        assert decide(Story().case, action, situation())
    else:
        assert list(refused(Story().case, action, situation())) == [(reason, "received_on")]


def test_a_receipt_tells_every_reason_against_it_at_once() -> None:
    action = TakeReceipt(amount_pence=100, method="shells", received_on=date(2027, 1, 1))
    assert list(refused(Story().case, action, situation())) == [("future", "received_on"), ("unknown-method", "method")]


@pytest.mark.parametrize(("pence", "state"), [(4_749, "open"), (4_750, "kept")])
def test_a_receipt_keeps_the_promise_when_95_percent_are_in(pence: int, state: str) -> None:
    """Seen red with: this receipt itself not counted."""
    story = Story()
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    done = story.does(TakeReceipt(amount_pence=pence, method="card", received_on=TODAY))
    assert kinds(done.events) == ["receipt", "promise-ended"] if state == "kept" else ["receipt"]
    assert story.case.promises[0].state == state


def test_two_receipts_keep_a_promise_between_them() -> None:
    story = Story()
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    for day in (20, 26):
        story.does(TakeReceipt(amount_pence=2_500, method="card", received_on=date(2026, 11, day)), at(day))
    assert story.case.promises[0].state == "kept"


def test_the_last_penny_ends_the_work_that_only_asks_for_money() -> None:
    """A call to make and a broken promise end; a question for the fines officer stays. Seen red with: a penny short ends
    them too."""
    story = Story(an_account(imposed(pence=5_000)))
    story.does(LogCall(outcome="DISPUTE", note=NOTE))
    story.does(TakeReceipt(amount_pence=4_999, method="card", received_on=TODAY))
    assert [one.kind for one in story.case.tasks] == ["first-contact", "decision"]
    done = story.does(TakeReceipt(amount_pence=1, method="card", received_on=TODAY))
    assert kinds(done.events) == ["receipt", "task-ended"]
    assert done.events[1].what.summary() == "paid in full: new account, make first contact"
    assert [one.kind for one in story.case.tasks] == ["decision"]


# Wrap up


def test_a_wrap_up_may_name_another_task_than_the_one_in_hand() -> None:
    story = Story()
    story.does(LogCall(outcome="NO_ANS"))
    story.does(WrapUp(outcome="DONE", task="4.1"), pulled=FIRST)
    assert [one.id for one in story.case.tasks] == [FIRST]


def test_a_wrap_up_tells_every_reason_against_it_at_once() -> None:
    case = Story().case
    assert list(refused(case, WrapUp(outcome="PTP"), situation())) == [
        ("no-task", "task"),
        ("unknown-outcome", "outcome"),
    ]
    assert list(refused(case, WrapUp(outcome="SPOKE", task="9.9"), situation())) == [
        ("no-task", "task"),
        ("note-needed", "note"),
    ]
    assert list(refused(case, WrapUp(outcome="SPOKE"), situation(pulled=FIRST))) == [("note-needed", "note")]


def test_an_outcome_that_asks_for_more_than_a_note_ends_no_task_by_itself() -> None:
    """A promise and a call-back come with a call."""
    assert all(not row.promise and not row.call_back for row in WRAP_CODES.values())


# Skip and park


def test_a_skipped_task_comes_back_after_a_while_for_anybody() -> None:
    story = Story()
    before = story.case
    done = story.does(Skip(reason="KNOWN"), pulled=FIRST)
    assert kinds(done.events) == ["task-deferred"]
    assert done.events[0].what.summary() == (
        "skipped until Thu 19 Nov 2026 10:01: I know this person (new account, make first contact)"
    )
    task = story.case.task(FIRST)
    assert task is not None
    assert (task.due_at, task.owner, task.parked_by) == (at(19, hour=10, minute=1), None, None)
    assert untouched(before, story.case, "tasks")
    assert done.ends_claim


def test_a_call_back_that_is_skipped_is_anyones() -> None:
    story = Story()
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20)))
    story.does(Skip(reason="HOURS"), at(20), pulled="4.1")
    task = story.case.task("4.1")
    assert task is not None
    assert task.owner is None


@pytest.mark.parametrize(("days", "reason"), [(-1, "past"), (0, "past"), (1, None), (90, None), (91, "too-far")])
def test_a_case_is_parked_from_tomorrow_up_to_ninety_days_for_a_court(days: int, reason: str | None) -> None:
    """Seen red with: until today let through."""
    story = Story()
    action = Park(until=TODAY + timedelta(days), reason="awaiting court result")
    if reason is not None:
        assert list(refused(story.case, action, situation(pulled=FIRST))) == [(reason, "until")]
        return
    done = story.does(action, pulled=FIRST, by=COLLEAGUE)
    task = story.case.task(FIRST)
    assert task is not None
    assert (task.due_on, task.parked_by) == (TODAY + timedelta(days), COLLEAGUE.id)
    assert done.ends_claim


def test_a_parked_case_comes_back_with_its_reason() -> None:
    story = Story()
    done = story.does(Park(until=date(2026, 11, 30), reason="awaiting payslip"), pulled=FIRST)
    assert done.events[0].what.summary() == (
        "parked until Mon 30 Nov 2026: awaiting payslip (new account, make first contact)"
    )


def test_without_a_task_in_hand_nothing_is_skipped_or_parked() -> None:
    case = Story().case
    for pulled in (None, "9.9"):
        assert list(refused(case, Skip(reason="COFFEE"), situation(pulled=pulled))) == [
            ("no-task", "task"),
            ("unknown-reason", "reason"),
        ]
        assert list(refused(case, Park(until=TODAY, reason="x"), situation(pulled=pulled))) == [
            ("no-task", "task"),
            ("past", "until"),
        ]


# What follows from the table alone


def test_a_call_that_reaches_the_person_is_told_from_one_that_does_not() -> None:
    for code, row in CALL_CODES.items():
        if row.terms:
            continue
        story = Story()
        promise = given() if row.promise else None
        story.does(LogCall(outcome=code, note=NOTE, promise=promise, call_back_at=at(20) if row.call_back else None))
        what = story.events[2].what
        assert isinstance(what, Contacted)
        assert what.reached is (row.counts == "conversation")
        assert what.reached or row.group != "reached" or row.identity == "failed"
        assert isinstance(row, WrapCode)


def test_the_payment_that_is_said_to_be_made_is_checked_after_three_working_days() -> None:
    """Architecture page, section 6; from Thursday 24 December over Christmas."""
    story = Story()
    story.does(LogCall(outcome="PAID_NOW"), at(24, 12))
    task = story.case.tasks[-1]
    assert (task.kind, task.due_on) == ("check-payment", date(2026, 12, 31))


def test_the_officer_who_acts_stands_in_the_event() -> None:
    story = Story()
    done = story.does(WriteNote(text="x"), by=COLLEAGUE)
    assert (done.events[0].actor, OFFICER.id) == ("mpatel", "jkhan")
