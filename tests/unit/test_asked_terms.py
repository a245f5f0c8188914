"""Terms that somebody else must decide on: asking, proposing, agreeing, refusing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from casework.actions.agreement import agreed
from casework.actions.asked_terms import RefuseTerms, RequestTerms
from casework.actions.declare import fields
from casework.actions.terms import AgreeTerms
from casework.case import Case
from casework.commit import decide
from casework.events import TaskEnded
from casework.quick_entry import action_of, parse
from casework.refusals import Refused
from casework.staff import Staff
from casework.terms import Request
from tests.cases import FINES_OFFICER, OFFICER, TODAY, Story, an_account, at, imposed, situation, weekly

FRIDAY = date(2026, 11, 20)


def ask(pence: int | None = 400, **more: Any) -> RequestTerms:
    """Four pounds a week, which is less than an officer may agree."""
    keys: dict[str, Any] = {"amount_pence": pence, "every": "weekly", "start": FRIDAY} if pence else {}
    return RequestTerms.model_validate({"reason": "JOB", **keys, **more})


def codes(case: Case, action: RequestTerms | AgreeTerms | RefuseTerms, by: Staff = OFFICER) -> list[str]:
    """Every reason against it."""
    try:
        decide(case, action, situation(actor=by))
    except Refused as fault:
        return [one.code for one in fault.reasons]
    return []


def asked_for(**account: Any) -> Story:
    """A case whose officer asked for four pounds a week."""
    story = Story(an_account(**{"terms": weekly(), **account}))
    story.does(ask(note="lost his job"))
    return story


def test_a_request_waits_for_the_fines_officer_with_a_task() -> None:
    story = Story(an_account(terms=weekly()))
    done = story.does(ask(note="lost his job"))
    assert story.case.request == Request(
        id=f"{done.events[0].seq}.1",
        terms=weekly(400, FRIDAY),
        reason="JOB",
        by="jkhan",
        on=TODAY,
        to="fines-officer",
    )
    task = story.case.tasks[-1]
    assert (task.kind, task.title, task.due_on) == (
        "terms-request",
        "decide on the terms asked for: £4.00 weekly from 20 Nov 2026",
        TODAY,
    )
    assert [row.queue for row in done.queue_rows if row.task == task.id] == ["K01.decisions"]
    assert story.case.terms == weekly() and story.case.not_automatic is None, "nothing is agreed yet"
    assert done.events[0].what.summary() == (
        "asked of the fines officer: £4.00 weekly from 20 Nov 2026, lost job  lost his job"
    )


def test_without_collection_order_the_court_is_asked() -> None:
    """By a fines officer too. Caught: asked of the fines officer, who may not decide."""
    for actor in (OFFICER, FINES_OFFICER):
        story = Story(an_account(collection_order=False))
        story.does(ask(2_000), by=actor)
        assert story.case.request is not None and story.case.request.to == "court"
        assert story.case.tasks[-1].title.startswith("decide on the terms asked for, for the court: ")


def test_nobody_asks_for_what_they_may_agree() -> None:
    """Caught: any request taken."""
    case = Story(an_account(terms=weekly())).case
    assert codes(case, ask(500)) == ["within-authority"]
    assert codes(case, ask(499)) == []
    assert codes(case, ask(499), FINES_OFFICER) == ["within-authority"]


def test_nobody_but_the_court_is_asked_for_terms_that_are_only_worse() -> None:
    """Nobody else makes them without consent (para 22). Seen red with: an officer told to ask the fines officer."""
    case = Story(an_account(terms=weekly(2_000, date(2026, 11, 26)))).case
    for actor in (OFFICER, FINES_OFFICER):
        assert codes(case, ask(3_000), actor) == ["worse"]
        assert codes(case, AgreeTerms.model_validate(ask(3_000).model_dump(exclude={"kind"})), actor) == ["worse"]
    assert codes(case, ask(3_000, consent=True, consent_how="in person")) == ["within-authority"]
    court = Story(an_account(terms=weekly(2_000, date(2026, 11, 26)), collection_order=False)).case
    assert codes(court, ask(3_000)) == []


def test_a_pending_request_refuses_another() -> None:
    assert codes(asked_for().case, ask(300)) == ["request-pending"]


def test_a_request_is_held_to_what_holds_for_anybody() -> None:
    """All at once, like terms."""
    case = Story(an_account(terms=weekly(), status="TO")).case
    assert codes(case, ask(400, start=TODAY - timedelta(1), reason="WHIM")) == [
        "account-closed",
        "past",
        "unknown-reason",
    ]


def test_the_fines_officer_finds_the_request_in_the_form() -> None:
    """Caught: proposed to the officer who asked, too."""
    story = Story(an_account(terms=weekly(2_000, date(2026, 11, 26))))
    lump = {"lump_sum_pence": 10_000, "lump_sum_by": FRIDAY, "consent": True, "consent_how": "in writing"}
    story.does(ask(400, **lump))

    def likely(by: Staff) -> dict[str, str]:
        return {one.name: one.default for one in fields(AgreeTerms, story.case, {}, situation(actor=by))}

    assert likely(FINES_OFFICER) == {
        "amount_pence": "£100.00+£4.00",
        "every": "weekly",
        "start": "20 Nov 2026",
        "lump_sum_by": "20 Nov 2026",
        "reason": "JOB",
        "consent": "yes",
        "consent_how": "in writing",
        "note": "",
    }
    assert likely(OFFICER)["amount_pence"] == ""
    line = action_of(
        parse("terms", story.case, situation(actor=FINES_OFFICER)), story.case, situation(actor=FINES_OFFICER)
    )
    assert line == AgreeTerms.model_validate(ask(400, **lump).model_dump(exclude={"kind"}))


def test_a_request_in_full_is_proposed_by_its_day() -> None:
    story = Story(an_account(terms=weekly()))
    story.does(ask(None, by=date(2027, 12, 24)))
    found = {one.name: one.default for one in fields(AgreeTerms, story.case, {}, situation(actor=FINES_OFFICER))}
    assert (found["amount_pence"], found["by"]) == ("", "24 Dec 2027")


def test_agreeing_ends_the_request_and_its_task() -> None:
    """Caught: the request left; its task left."""
    story = asked_for()
    story.does(AgreeTerms.model_validate(ask().model_dump(exclude={"kind"})), by=FINES_OFFICER)
    assert story.case.request is None and story.case.tasks == ()
    assert story.case.terms == weekly(400, FRIDAY)
    assert [(one.code, one.ends_on) for one in story.case.clocks] == [("variation", date(2026, 12, 3))]


def test_a_request_that_a_call_decides_is_ended_by_the_call() -> None:
    """Once, with its outcome. Caught: ended twice."""
    case = asked_for().case
    task = next(one for one in case.tasks if one.kind == "terms-request")
    terms = AgreeTerms.model_validate(ask().model_dump(exclude={"kind"}))
    in_hand = agreed(terms, case, situation(actor=FINES_OFFICER, pulled=task.id))
    assert [one.title for one in in_hand if isinstance(one, TaskEnded)] == ["new account, make first contact"]


def test_refusing_is_dated_and_ends_the_request_with_ten_working_days_to_appeal() -> None:
    """Courts Act 2003 Sch 5 paras 22 and 23. Caught: no clock; the task left."""
    story = asked_for()
    done = story.does(RefuseTerms(reason="SAME", note="still employed"), at(17, 12), by=FINES_OFFICER)
    assert story.case.request is None
    assert [task.kind for task in story.case.tasks] == ["first-contact"]
    assert story.case.terms == weekly() and story.case.not_automatic is None
    assert [(one.code, one.began_on, one.ends_on) for one in story.case.clocks] == [
        ("variation", date(2026, 12, 17), date(2027, 1, 5))
    ]
    assert done.events[0].what.summary() == (
        "refused £4.00 weekly from 20 Nov 2026: nothing material has changed; appeal until 5 Jan 2027  still employed"
    )
    assert RefuseTerms(reason="SAME").to_say(asked_for().case, situation(actor=FINES_OFFICER)) == [
        "an appeal in writing is possible until Thu 3 Dec 2026"
    ]


def test_the_court_s_refusal_starts_no_clock_of_ours() -> None:
    story = asked_for(collection_order=False)
    story.does(RefuseTerms(reason="COURT"), by=FINES_OFFICER)
    assert story.case.request is None and story.case.clocks == ()


def test_there_is_something_to_refuse_and_a_reason_of_the_table() -> None:
    assert codes(Story().case, RefuseTerms(reason="SAME"), FINES_OFFICER) == ["no-request"]
    assert codes(asked_for().case, RefuseTerms(reason="JOB"), FINES_OFFICER) == ["unknown-reason"]
    assert RefuseTerms.permission == "decide"


def test_asking_and_refusing_are_for_whoever_holds_the_case() -> None:
    assert ask().needs_claim() and RefuseTerms(reason="SAME").needs_claim()


def test_requests_on_one_line() -> None:
    before, case = Story(an_account(terms=weekly())).case, asked_for().case
    line = "request-terms 4 weekly from fri because lost job"
    assert action_of(parse(line, before, situation()), before, situation()) == ask()
    refuse = action_of(parse("refuse-terms same still employed", case, situation()), case, situation())
    assert refuse == RefuseTerms(reason="SAME", note="still employed")
    assert RefuseTerms.heading(case) == "Refuse £4.00 weekly from 20 Nov 2026"


def test_a_request_too_long_for_a_line_is_told_without_its_terms() -> None:
    """Seen red with: the whole of it in the title, which no task can have."""
    story = Story(an_account(imposed("FO", 10**12), collection_order=False))
    lump = {"lump_sum_pence": 10**10, "lump_sum_by": date(2026, 12, 28), "every": "fortnightly"}
    story.does(ask(10**11, start=date(2026, 12, 28), **lump))
    assert [task.title for task in story.case.tasks if task.kind == "terms-request"] == [
        "decide on the terms asked for, for the court"
    ]
