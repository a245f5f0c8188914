"""A case comes back when it is wanted, and once: what is passed over goes as a whole, a call to make is one task, and nothing
more is asked about the dead.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.actions.call import LogCall
from casework.actions.contact import LogContact
from casework.actions.declare import Action
from casework.actions.follow_up import REPLACED
from casework.actions.handover import HandOver
from casework.actions.stops import SetStop
from casework.actions.work import Park, Skip, WrapUp
from casework.case import Case
from casework.commit import decide
from casework.dates import start_of_day
from casework.events import TaskDeferred, TaskEnded, TaskMade
from casework.events.declare import Stamp
from casework.queues import rows
from casework.refusals import Refused
from casework.roles import LookUp
from casework.staff import Staff
from casework.tallies import Tally
from casework.tasks import CONFIRM_DETAILS, CONTACT_DETAILS, TRACE
from tests.cases import COLLEAGUE, NOW, OFFICER, TODAY, Story, an_account, at, shipped_tables, situation

TABLES = shipped_tables()
FIRST = "2.1"
"""The task in hand: make first contact."""
NOTE = "his sister says that he died in June"


def calls(case: Case) -> list[date]:
    """When a case is to be called again."""
    return [task.due_on for task in case.tasks if task.kind == "call"]


def with_task(
    case: Case, kind: str, *, on: date = TODAY, owner: str | None = None, need: LookUp | None = None, subject: str = "x"
) -> tuple[Case, str]:
    """A case with one task more, and its id."""
    made = TaskMade(task=kind, subject=subject, title=kind, due_at=start_of_day(on), owner=owner, need=need)
    after = made.apply(case, Stamp(seq=case.version + 1, at=NOW, actor="jkhan"))
    return after, after.tasks[-1].id


# Passed over and parked


def put_off(case: Case, action: Action, pulled: str = FIRST, by: Staff = OFFICER) -> list[str]:
    """The tasks that `action` puts off, the one in hand first."""
    done = decide(case, action, situation(actor=by, pulled=pulled))
    assert all(isinstance(what, TaskDeferred) for what in done)
    return [what.task for what in done if isinstance(what, TaskDeferred)]


@pytest.mark.parametrize("action", [Skip(reason="HOURS"), Park(until=date(2026, 11, 23), reason="payslip")])
def test_what_else_of_the_queue_is_ready_is_passed_over_with_it(action: Action) -> None:
    """Or the same case came straight back. Not what waits, nor another queue, nor what is a colleague's own.

    Caught: only the task in hand. Seen red with: every task of the case; those that wait; a colleague's own.
    """
    case, ready = with_task(Story().case, "call")
    case, _ = with_task(case, "call", on=TODAY + timedelta(1), subject="later")
    case, _ = with_task(case, CONTACT_DETAILS)
    case, _ = with_task(case, "call", owner=COLLEAGUE.id, subject="hers")
    case, mine = with_task(case, "call", owner=OFFICER.id, subject="mine")
    assert put_off(case, action) == [FIRST, ready, mine]


def test_what_a_colleague_parked_is_put_off_once_its_day_is_over() -> None:
    """Until then it is theirs. Seen red with: whose it was never looked at again."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"))
    (call,) = [task.id for task in story.case.tasks if task.kind == "call"]
    story.does(Park(until=date(2026, 11, 24), reason="payslip"), at(23), by=COLLEAGUE, pulled=call)
    assert {task.parked_by for task in story.case.tasks} == {COLLEAGUE.id}, "both wait for her"
    for day, whole in ((24, [FIRST]), (25, [FIRST, call])):
        here = situation(at(day), pulled=FIRST)
        done = decide(story.case, Skip(reason="HOURS"), here)
        assert [what.task for what in done if isinstance(what, TaskDeferred)] == whole


def test_a_need_is_a_queue_of_its_own() -> None:
    """What a named user passes over is not what anybody may do. Seen red with: need not asked for."""
    case, plain = with_task(Story().case, TRACE)
    case, _ = with_task(case, TRACE, need="trace-dwp", subject="dwp")
    assert put_off(case, Skip(reason="HOURS"), plain) == [plain]


def test_a_case_passed_over_is_one_skip() -> None:
    """However many tasks of it wait. Seen red with: counted by task."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"), at(18))
    done = story.does(Skip(reason="HOURS"), at(19), pulled=FIRST)
    assert len(done.events) == 2
    assert Tally().after(done, FIRST) == Tally(actions=1, skips=1)


# To be called again


def test_whoever_was_rung_twice_is_to_be_called_again_once() -> None:
    """By somebody who does not hold the case: the newest call says when. Caught: a task for each call."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"), at(19))
    assert calls(story.case) == [date(2026, 11, 20)]
    story.does(LogCall(outcome="VM_LEFT"), at(19, hour=15))
    assert calls(story.case) == [date(2026, 11, 23)]
    story.does(LogCall(outcome="NO_ANS"), at(19, hour=16))
    assert calls(story.case) == [date(2026, 11, 20)], "also when it says sooner"


def test_a_call_that_ends_other_work_takes_the_place_of_the_one_that_was_to_be_made() -> None:
    """It was ready: the case would have come straight back. Seen red with: the ready one left beside the new one."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"), at(18))
    done = story.does(LogCall(outcome="NO_ANS", finish=True), at(19), pulled=FIRST)
    assert calls(story.case) == [date(2026, 11, 20)]
    ended = [event.what for event in done.events if isinstance(event.what, TaskEnded)]
    assert [what.outcome for what in ended] == ["NO_ANS", REPLACED]
    assert not [row for row in rows(story.case, TABLES) if row.ready_at <= at(19)]


def test_what_may_be_in_a_colleagues_hand_is_not_ended_by_a_call_of_somebody_else() -> None:
    """It is ready, and nobody who has it ends it. Seen red with: ended under them; a second one beside it."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"), at(18))
    before = story.case.tasks
    story.does(LogCall(outcome="NO_ANS"), at(19))
    assert story.case.tasks == before


def test_what_is_parked_or_somebodys_own_stays_instead() -> None:
    """Seen red with: parked work ended by a message; a second call beside it."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"), at(18))
    (call,) = [task for task in story.case.tasks if task.kind == "call"]
    story.does(Park(until=date(2026, 11, 27), reason="payslip"), at(19), pulled=call.id)
    story.does(LogContact(channel="letter", outcome="WROTE", note=NOTE), at(19))
    assert calls(story.case) == [date(2026, 11, 27)]
    owned, _ = with_task(Story().case, "call", on=TODAY + timedelta(3), owner=COLLEAGUE.id, subject="account")
    done = decide(owned, LogCall(outcome="NO_ANS"), situation())
    assert not any(isinstance(what, TaskMade | TaskEnded) for what in done)


def test_a_number_is_looked_for_once() -> None:
    """However many do not work, and it keeps its place. Seen red with: one for each; begun anew each time."""
    story = Story()
    story.does(LogCall(outcome="DISC"), at(18))
    before = [task for task in story.case.tasks if task.kind == CONTACT_DETAILS]
    story.does(LogCall(outcome="BAD_NUM"), at(20))
    story.does(WrapUp(outcome="DISC"), at(23), pulled=FIRST)
    assert [task for task in story.case.tasks if task.kind == CONTACT_DETAILS] == before != []


def test_each_payment_that_was_said_to_be_made_is_checked() -> None:
    """Seen red with: the second forgotten."""
    story = Story()
    for day in (18, 19):
        story.does(LogCall(outcome="PAID_NOW", identity=None), at(day))
    assert sum(task.kind == "check-payment" for task in story.case.tasks) == 2


ENDS = st.sampled_from(["NO_ANS", "VM_LEFT", "BUSY", "SPOKE", "HANGUP", "DISC"])


@given(st.lists(st.tuples(ENDS, st.booleans(), st.integers(1, 30)), min_size=1, max_size=8))
def test_there_is_never_more_than_one_call_to_make(steps: list[tuple[str, bool, int]]) -> None:
    """Whoever calls, holding the case or not, whenever. Seen red with: by its day."""
    story, now = Story(), NOW
    for outcome, finish, hours in steps:
        now += timedelta(hours=hours)
        ready = [task.id for task in story.case.tasks if task.due_at <= now]
        held = ready[0] if finish and ready else None
        story.does(LogCall(outcome=outcome, finish=held is not None, note=NOTE), now, pulled=held)
        assert len(calls(story.case)) <= 1
        assert sum(task.kind == CONTACT_DETAILS for task in story.case.tasks) <= 1
    assert any(task.kind in ("call", CONTACT_DETAILS) for task in story.case.tasks), "nobody is forgotten"


# The dead


@pytest.mark.parametrize("action", [LogCall(outcome="DECEASED", note=NOTE), SetStop(code="DECEASED", reason="died")])
@pytest.mark.parametrize("kind", [CONFIRM_DETAILS, TRACE])
def test_nobody_asks_whether_what_is_known_of_the_dead_is_still_so(action: Action, kind: str) -> None:
    """Nor asks a source about them, however it was learnt. Caught: “is this still so” left. Seen red with: traces alone; only
    where it was learnt by telephone."""
    case, old = with_task(Story().case, kind)
    ended = [what.task for what in decide(case, action, situation()) if isinstance(what, TaskEnded)]
    assert ended == [old]


def test_a_hold_ends_no_such_work() -> None:
    """Seen red with: any stop."""
    case, _ = with_task(Story().case, CONFIRM_DETAILS)
    done = decide(case, SetStop(code="HOLD", reason="until Monday"), situation())
    assert not any(isinstance(what, TaskEnded) for what in done)


# Named users


def test_what_only_named_users_may_do_is_handed_to_one_of_them() -> None:
    """Caught: handed to anybody of the team, in whose queue it then never was. Seen red with: the team alone asked."""
    case, trace = with_task(Story(an_account()).case, TRACE, need="trace-dwp")
    named = COLLEAGUE.model_copy(update={"id": "named", "allowed": ("trace-dwp",)})

    def to(who: Staff) -> None:
        decide(
            case,
            HandOver(text="ask DWP", to=who.id),
            situation(pulled=trace, colleagues=(COLLEAGUE, named)),
        )

    to(named)
    with pytest.raises(Refused) as refused:
        to(COLLEAGUE)
    assert [reason.code for reason in refused.value.reasons] == ["to-whom"]
