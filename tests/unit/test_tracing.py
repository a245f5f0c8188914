"""Tracing: whom to ask, when again, what an answer brings, and how two sources confirm each other. Law page 7.5."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework.actions import ACTIONS, parse_action
from casework.actions.call import LogCall
from casework.actions.declare import fields
from casework.actions.receipt import TakeReceipt
from casework.actions.trace import AskSource
from casework.actions.work import WrapUp
from casework.case import LastStep
from casework.commit import decide
from casework.dates import start_of_day
from casework.history import rebuild
from casework.people import Name, Person
from casework.queues import queues_of, rows
from casework.quick_entry import action_of, parse
from casework.refusals import Refused, Stale
from casework.situation import Situation
from casework.staff import Staff
from casework.tracing import MOST_TRACES, Trace, kept
from casework.whom_to_ask import next_source
from tests.cases import (
    COLLEAGUE,
    LEADER,
    NOW,
    OFFICER,
    TABLE_FOLDER,
    TODAY,
    Story,
    a_person,
    an_account,
    at,
    imposed,
    shipped_tables,
    situation,
    tables_with,
)

TABLES = shipped_tables()
NAMED = OFFICER.model_copy(update={"allowed": ("trace-dwp", "trace-hmrc", "trace-police")})
MILL = {"lines": ["14 Mill Lane", "Kidderminster"], "postcode": "DY10 2AB"}
NOTE = "the source said so in a letter that is on the file"
FIRST = "2.1"


def a_story(*sums: Any, person: Person | None = None, **more: Any) -> Story:
    """Somebody of whom a telephone number and a date of birth are known, and no address."""
    return Story(an_account(*sums, person=person or a_person(date_of_birth=date(1984, 3, 14)), **more))


def asks(story: Story, source: str, purpose: str = "address", *, on: datetime = NOW, **more: Any) -> list[str]:
    """Ask a source, with a reason; the lines of the timeline."""
    action = AskSource(source=source, purpose=purpose, reason="seen in Kidderminster", **more)
    done = story.does(action, on, by=NAMED)
    assert rebuild(story.events) == story.case
    return [event.what.summary() for event in done.events]


def answers(story: Story, outcome: str, *, on: datetime = NOW, pulled: str | None = None, **found: Any) -> list[str]:
    """What the source answered; the lines of the timeline."""
    action = parse_action(json.dumps({"kind": "trace-result", "outcome": outcome, **found}))
    done = story.does(action, on, by=NAMED, pulled=pulled)
    assert rebuild(story.events) == story.case
    return [event.what.summary() for event in done.events]


def refused(story: Story, action: Any, on: datetime = NOW, pulled: str | None = None) -> list[tuple[str, str | None]]:
    """The code and the field of every reason against it; none when it would be done."""
    if isinstance(action, dict):
        action = parse_action(json.dumps(action))
    try:
        decide(story.case, action, situation(on, actor=NAMED, pulled=pulled))
    except Refused as fault:
        return [(one.code, one.field) for one in fault.reasons]
    return []


def kinds(story: Story) -> list[str]:
    """The kinds of the open tasks but the first contact."""
    return [task.kind for task in story.case.tasks if task.id != FIRST]


def in_vain(story: Story, *sources: str, purpose: str = "address", on: datetime = NOW) -> None:
    """These sources found nothing."""
    for source in sources:
        asks(story, source, purpose, on=on)
        answers(story, "NEG", task=source, on=on)


# Asking


def test_a_request_records_its_lawful_purpose_and_makes_the_task_to_read_the_answer() -> None:
    story = a_story()
    lines = asks(story, "DWP")
    assert lines[0] == (
        "DWP, for: address  to serve notices and execute a criminal penalty where they live (DPA 2018 s.31, s.35(2)(b))"
        "  seen in Kidderminster"
    )
    (trace,) = story.case.traces
    assert (trace.source, trace.purpose, trace.of, trace.state) == ("DWP", "address", "defendant", "asked")
    assert (trace.asked_on, trace.asked_by, trace.attempts) == (TODAY, "jkhan", 1)
    (task,) = [one for one in story.case.tasks if one.kind == "trace-answer"]
    assert (task.subject, task.title) == (trace.id, "DWP asked on 19 Nov 2026, for: address; read the answer")
    assert task.due_at == start_of_day(date(2026, 11, 26)), "five working days"


def test_the_queue_of_traces_is_the_officers() -> None:
    story = a_story()
    asks(story, "ER")
    assert "K01.tracing" in [row.queue for row in rows(story.case, TABLES)]
    assert "K01.tracing" in queues_of(OFFICER, TABLES, TODAY)


@pytest.mark.parametrize(
    ("person", "source", "purpose"),
    [
        ({}, "OWN", "address"),
        ({"addresses": [MILL], "phones": ()}, "OWN", "phone"),
        ({"addresses": [MILL]}, "OWN", "address"),
        ({"addresses": [{**MILL, "verified_on": "2026-11-01"}]}, "OWN", "employer"),
    ],
)
def test_without_a_word_what_is_missing_is_sought_in_our_own_records_first(
    person: dict[str, Any], source: str, purpose: str
) -> None:
    """No address; no number; an address nobody checked (law page 1.5, L8); what they live on."""
    story = a_story(person=a_person(**person))
    for action in (
        parse_action('{"kind":"trace"}'),
        action_of(parse("trace", story.case, situation()), story.case, situation()),
    ):
        done = decide(story.case, action, situation())
        assert (done[0].model_dump()["source"], done[0].model_dump()["purpose"]) == (source, purpose)


def test_a_source_alone_is_asked_for_what_is_missing_among_what_it_gives() -> None:
    story = a_story(person=a_person(addresses=[{**MILL, "verified_on": "2026-11-01"}]))
    done = decide(story.case, parse_action('{"kind":"trace","source":"DVLA","reason":"drives"}'), situation())
    assert done[0].model_dump()["purpose"] == "vehicle"


def test_the_contract_and_the_line_are_accepted() -> None:
    """Command line page: `trace{source,purpose}`; architecture page: `trace dwp for address`."""
    story = a_story()
    said = action_of(
        parse("trace dwp for address", story.case, situation(actor=NAMED)), story.case, situation(actor=NAMED)
    )
    assert said == parse_action('{"kind":"trace","source":"DWP","purpose":"address"}')
    why = action_of(parse("trace cra for address because he moved", story.case, situation()), story.case, situation())
    assert why == AskSource(source="CRA", purpose="address", reason="he moved")


def test_the_order_is_that_of_the_page_and_a_named_user_asks_more() -> None:
    """Law page 7.5: own records, ping, CRA and electoral roll, DWP and HMRC, DVLA ... Seen red with: the permission not asked
    for in the default; sources already asked offered again before the round is over."""
    for actor, order in (
        (OFFICER, ["OWN", "PING", "CRA", "ER", "DVLA", ""]),
        (NAMED, ["OWN", "PING", "CRA", "ER", "DWP", "DVLA", "OWN"]),
    ):
        story, found = a_story(), []
        for _ in order:
            form = {
                one.name: one.default
                for one in fields(AskSource, story.case, {"purpose": "address"}, situation(actor=actor))
            }
            found.append(form["source"])
            if form["source"]:
                in_vain(story, form["source"])
        assert found == order


def test_what_stands_against_a_source_is_all_said_with_its_row() -> None:
    """Seen red with: the first reason only."""
    story = a_story(person=a_person())
    assert refused(story, {"kind": "trace", "source": "HMRC", "purpose": "vehicle"}) == [
        ("not-given", "purpose"),
        ("needed", "source"),
        ("needed", "source"),
        ("others", "source"),
    ]
    with pytest.raises(Refused) as fault:
        asks(story, "HMRC", "employer")
    assert all("HMRC" in (one.source or "") for one in fault.value.reasons)
    assert refused(story, {"kind": "trace", "source": "GP", "purpose": "x"}) == [
        ("unknown-purpose", "purpose"),
        ("unknown-source", "source"),
    ]


def test_reasonable_cause_is_written_where_the_table_says_so() -> None:
    """Seen red with: no reason asked for."""
    assert refused(a_story(), {"kind": "trace", "source": "DVLA", "purpose": "vehicle"}) == [("needed", "reason")]
    assert refused(a_story(), {"kind": "trace", "source": "ER", "purpose": "address"}) == []


def test_an_organisation_is_asked_about_where_organisations_are_known() -> None:
    company = Person(name=Name(organisation="Mill Lane Tyres Ltd"))
    story = a_story(imposed("FO", 200_000), person=company)
    assert refused(story, {"kind": "trace", "source": "DWP", "purpose": "address"}) == [("organisation", "source")]
    assert refused(story, {"kind": "trace", "source": "COMPANIES", "purpose": "address"}) == []


@pytest.mark.parametrize(("pence", "against"), [(99_999, [("balance", "source")]), (100_000, []), (100_001, [])])
def test_what_costs_money_is_asked_only_when_much_is_owed(pence: int, against: list[tuple[str, str | None]]) -> None:
    """A penny under, on, over. Seen red with: the balance not looked at."""
    story = a_story(imposed("FO", pence))
    assert refused(story, {"kind": "trace", "source": "LAND", "purpose": "means"}) == against


def test_the_police_are_asked_only_on_a_warrant_and_once_for_each() -> None:
    """Seen red with: any step taken for a warrant; asked again under the same one."""
    ask = {"kind": "trace", "source": "POLICE", "purpose": "custody", "reason": "arrested last week, says his mother"}
    assert refused(a_story(), ask) == [("no-warrant", "source")]
    assert refused(a_story(last_step=LastStep(code="FSN", on=TODAY)), ask) == [("no-warrant", "source")]
    story = a_story(last_step=LastStep(code="NBWT", on=date(2026, 11, 1)))
    in_vain(story, "POLICE", purpose="custody")
    assert refused(story, ask, at(19, 11, year=2027)) == [("once", "source")]
    story.case = story.case.model_copy(update={"last_step": LastStep(code="BWTD", on=date(2026, 11, 20))})
    assert refused(story, ask, at(21)) == []


def test_a_letter_goes_once() -> None:
    """Seen red with: sent again after a while."""
    story = a_story(person=a_person(employer={"name": "Wickes"}))
    in_vain(story, "EMPLOYER")
    assert refused(story, {"kind": "trace", "source": "EMPLOYER", "purpose": "address"}, at(1, 6, year=2031)) == [
        ("once", "source")
    ]


def test_a_letter_to_the_employer_needs_one() -> None:
    assert refused(a_story(), {"kind": "trace", "source": "EMPLOYER", "purpose": "address"}) == [("needed", "source")]


def test_a_text_to_see_whether_it_arrives_keeps_to_contact_policy() -> None:
    """Law page 7.3: not at night, not without a number. Seen red with: policy not asked."""
    ping = {"kind": "trace", "source": "PING", "purpose": "phone"}
    assert refused(a_story(), ping) == []
    assert refused(a_story(), ping, at(19, hour=21)) == [("hours", "source")]
    assert refused(a_story(person=a_person(phones=())), ping) == [("number", "source")]


@pytest.mark.parametrize("status", ["WO", "TA"])
def test_there_is_no_lawful_purpose_where_there_is_nothing_to_execute(status: str) -> None:
    """Seen red with: the balance not looked at; the state not looked at."""
    ask = {"kind": "trace", "source": "OWN", "purpose": "address"}
    assert refused(a_story(status=status), ask) == [("account-closed", None)]
    story = a_story()
    story.does(TakeReceipt(amount_pence=24_000, method="card", received_on=TODAY))
    assert refused(story, ask) == [("nothing-owed", None)]


# When again


@pytest.mark.parametrize(
    ("source", "purpose", "days"),
    [
        ("DWP", "address", 60),
        ("CRA", "address", 90),
        ("DVLA", "vehicle", 180),
        ("ER", "address", 365),
        ("PRISON", "custody", 90),
    ],
)
def test_a_source_is_asked_again_after_its_days(source: str, purpose: str, days: int) -> None:
    """The day before, on and after; counted from the answer. Seen red with: a day early; a day late."""
    story = a_story()
    asks(story, source, purpose)
    answers(story, "NEG", task=source, on=at(25))
    ask = {"kind": "trace", "source": source, "purpose": purpose, "reason": "moved again"}
    for more, against in ((days - 1, [("too-early", "source")]), (days, []), (days + 1, [])):
        assert refused(story, ask, at(25) + timedelta(more)) == against


def test_own_records_may_be_looked_at_always() -> None:
    story = a_story()
    in_vain(story, "OWN", "OWN")
    assert [one.attempts for one in story.case.traces] == [1, 2]


def test_while_an_answer_is_awaited_nobody_asks_again() -> None:
    """Seen red with: only answered traces looked at."""
    story = a_story()
    asks(story, "DWP")
    assert refused(story, {"kind": "trace", "source": "DWP", "purpose": "benefit"}, at(1, 6, year=2027)) == [
        ("awaited", "source")
    ]


def test_what_did_not_work_is_tried_on_the_next_working_day() -> None:
    """Friday, so Monday; and it was not asked in vain. Seen red with: the source passed over."""
    story = a_story()
    in_vain(story, "OWN", "PING", "CRA", "ER", "DVLA", on=at(20))
    asks(story, "DWP", on=at(20))
    answers(story, "ERROR", on=at(20))
    (task,) = [one for one in story.case.tasks if one.kind == "trace"]
    assert task.due_at == start_of_day(date(2026, 11, 23)) and "ask DWP" in task.title
    ask = {"kind": "trace", "source": "DWP", "purpose": "address"}
    assert [refused(story, ask, at(day)) for day in (22, 23)] == [[("too-early", "source")], []]
    assert story.case.traces[-1].state == "failed"


# What an answer brings


def test_a_confirmed_address_is_checked_and_says_which_source_it_is_from() -> None:
    story = a_story()
    asks(story, "DWP")
    lines = answers(story, "CONFIRMED", on=at(26), address=MILL)
    address = story.case.person.address
    assert address is not None
    assert (address.source, address.trace, address.verified_on, address.since) == (
        "trace",
        "DWP",
        date(2026, 11, 26),
        date(2026, 11, 26),
    )
    assert lines[1] == "address: 14 Mill Lane, Kidderminster, DY10 2AB  trace: DWP, checked"
    trace = story.case.traces[-1]
    assert (trace.outcome, trace.answered_on, trace.retry_on) == ("CONFIRMED", date(2026, 11, 26), date(2027, 1, 25))
    assert trace.expires_on == date(2027, 5, 26), "addresses six months"
    assert kinds(story) == ["call"]


def test_what_is_likely_is_not_checked_and_a_second_source_confirms_it() -> None:
    """However it is written. Seen red with: likely taken for checked."""
    story = a_story()
    asks(story, "CRA")
    answers(story, "LIKELY", address=MILL)
    assert [one.verified_on for one in story.case.person.addresses] == [None]
    assert kinds(story) == ["trace"], "so that two sources agree"
    asks(story, "ER", on=at(20))
    lines = answers(story, "LIKELY", address="14, mill lane, Kidderminster, DY10 2AB", on=at(20))
    assert "said before by Credit reference agency" in lines[0]
    assert [(one.verified_on, one.trace) for one in story.case.person.addresses] == [(date(2026, 11, 20), "ER")]


def test_the_same_source_twice_does_not_confirm() -> None:
    """Seen red with: any earlier answer taken for a second source."""
    story = a_story()
    for _ in range(2):
        asks(story, "OWN")
        lines = answers(story, "LIKELY", address=MILL)
    assert "said before" not in lines[0]
    assert story.case.person.address is not None and story.case.person.address.verified_on is None


@pytest.mark.parametrize(
    ("said", "source", "agree"),
    [("court", "OWN", False), ("payer", "OWN", True), ("dwp", "DWP", False), ("payer", "DWP", True)],
)
def test_who_only_passes_on_a_word_is_no_second_source(said: str, source: str, agree: bool) -> None:
    """Our own records have it from the court. Seen red with: `repeats` not read."""
    person = a_person(date_of_birth=date(1984, 3, 14), addresses=[{**MILL, "source": said, "since": "2026-11-01"}])
    story = a_story(person=person)
    asks(story, source)
    assert ("said before by" in answers(story, "LIKELY", address=MILL)[0]) is agree


@pytest.mark.parametrize(("said_on", "agree"), [("2026-05-18", False), ("2026-05-19", True), ("2026-05-20", True)])
def test_what_was_said_too_long_ago_confirms_nothing(said_on: str, agree: bool) -> None:
    """Six months: the day before, on, after. Seen red with: a day short."""
    person = a_person(addresses=[{**MILL, "source": "payer", "since": said_on}])
    story = a_story(person=person)
    asks(story, "CRA")
    assert ("said before by" in answers(story, "LIKELY", address=MILL)[0]) is agree


def test_what_is_only_likely_does_not_displace_what_was_checked() -> None:
    """Seen red with: taken over as whatever is heard."""
    checked = {"verified_on": "2026-11-01"}
    person = a_person(
        date_of_birth=date(1984, 3, 14),
        national_insurance="AB123456C",
        addresses=[{"lines": ["2 High Street"], "postcode": "DY10 2AA", **checked}],
        employer={"name": "Severn Carpets", **checked},
    )
    story = a_story(person=person)
    asks(story, "CRA")
    answers(story, "LIKELY", address=MILL)
    assert [(str(one)[:4], one.standing) for one in story.case.person.addresses] == [
        ("2 Hi", "current"),
        ("14 M", "current"),
    ]
    asks(story, "HMRC", "employer")
    lines = answers(story, "LIKELY", employer="Wickes")
    assert story.case.person.employer is not None and story.case.person.employer.name == "Severn Carpets"
    assert "Wickes (not taken over: what is known was checked)" in lines[0]
    asks(story, "ER")
    answers(story, "LIKELY", address=MILL)
    assert story.case.person.address is not None and story.case.person.address.lines[0] == "14 Mill Lane"
    assert [one.standing for one in story.case.person.addresses] == ["current", "previous"], "two agree now"


def test_the_name_of_an_employer_alone_takes_nothing_away() -> None:
    """Caught: HMRC confirmed the employer, and what they are paid was gone."""
    person = a_person(
        date_of_birth=date(1984, 3, 14),
        national_insurance="AB123456C",
        employer={"name": "Severn Carpets", "net_pence": 142_000, "paid": "monthly"},
    )
    story = a_story(person=person)
    asks(story, "HMRC", "employer")
    answers(story, "CONFIRMED", employer="SEVERN CARPETS")
    employer = story.case.person.employer
    assert employer is not None and (employer.net_pence, employer.verified_on) == (142_000, TODAY)


@pytest.mark.parametrize(
    ("purpose", "source", "found", "task"),
    [
        ("address", "DWP", {"address": MILL}, "call"),
        ("employer", "HMRC", {"employer": "Wickes"}, "decision"),
        ("benefit", "DWP", {"benefit": "uc"}, "decision"),
        ("vehicle", "DVLA", {"vehicle": "AB12 CDE"}, None),
    ],
)
def test_what_is_found_leads_where_it_leads_when_it_is_heard(
    purpose: str, source: str, found: dict[str, Any], task: str | None
) -> None:
    story = a_story(person=a_person(date_of_birth=date(1984, 3, 14), national_insurance="AB123456C"))
    asks(story, source, purpose)
    answers(story, "CONFIRMED", **found)
    assert kinds(story) == ([task] if task else [])


@pytest.mark.parametrize(
    ("outcome", "as_call", "stop"),
    [("DECEASED", "DECEASED", "DECEASED"), ("IN_CUSTODY", "CUSTODY", "CUSTODY"), ("ABROAD", "ABROAD", None)],
)
def test_that_they_died_are_in_prison_or_abroad_does_what_a_call_does(
    outcome: str, as_call: str, stop: str | None
) -> None:
    """The same stop, the same tasks, the same note. Seen red with: no note asked for."""
    traced, rung = a_story(), a_story()
    asks(traced, "DWP")
    answers(traced, outcome, note=NOTE)
    rung.does(LogCall(outcome=as_call, note=NOTE))
    assert [one.code for one in traced.case.stops] == [one.code for one in rung.case.stops] == ([stop] if stop else [])
    assert kinds(traced) == kinds(rung) != []
    assert {(task.subject, task.due_at) for task in traced.case.tasks} == {
        (task.subject, task.due_at) for task in rung.case.tasks
    }
    story = a_story()
    asks(story, "DWP")
    assert refused(story, {"kind": "trace-result", "outcome": outcome}) == [("note-needed", "note")]


def test_an_answer_says_what_was_found_if_and_only_if_something_was() -> None:
    story = a_story()
    asks(story, "PRISON", "custody")
    asks(story, "DWP")
    result = {"kind": "trace-result", "task": "DWP"}
    assert refused(story, {**result, "outcome": "CONFIRMED"}) == [("nothing-given", "address")]
    assert refused(story, {**result, "outcome": "NEG", "address": MILL, "phone": "07700 900456"}) == [
        ("not-asked", "address"),
        ("not-asked", "phone"),
    ]
    assert refused(story, {**result, "outcome": "CONFIRMED", "about": "phone", "address": MILL}) == [
        ("not-about", "about")
    ]
    assert refused(story, {**result, "outcome": "GONE"}) == [("unknown-outcome", "outcome")]
    assert refused(
        story, {**result, "outcome": "CONFIRMED", "phone": {"standing": "dead", "number": "07700 900999"}}
    ) == [("unknown", "phone.number")]
    asks(story, "OWN", "means")
    means = {"kind": "trace-result", "task": "OWN", "outcome": "CONFIRMED"}
    assert refused(story, {**means, "note": "x" * 19}) == [("note-needed", "note")]
    assert refused(story, {**means, "note": "x" * 20}) == []


@pytest.mark.parametrize("outcome", ["CONFIRMED", "LIKELY"])
def test_that_they_are_in_custody_is_said_by_the_outcome_that_stops_enforcement(outcome: str) -> None:
    """Caught: the prison had them, confirmed, and no stop was set."""
    story = a_story()
    asks(story, "PRISON", "custody")
    answer = {"kind": "trace-result", "note": NOTE}
    assert refused(story, {**answer, "outcome": outcome}) == [("other-outcome", "outcome")]
    answers(story, "IN_CUSTODY", note=NOTE)
    assert [one.code for one in story.case.stops] == ["CUSTODY"]


def test_whose_answer_it_is_goes_by_task_trace_source_or_the_one_in_hand() -> None:
    """Seen red with: the first of several taken."""
    story = a_story()
    assert refused(story, {"kind": "trace-result", "outcome": "NEG"}) == [("none-asked", None)]
    asks(story, "ER")
    asks(story, "DWP")
    (er, dwp), tasks = story.case.traces, [task.id for task in story.case.tasks if task.kind == "trace-answer"]
    result = {"kind": "trace-result", "outcome": "NEG"}
    assert refused(story, result) == [("which", "task")]
    assert refused(story, {**result, "task": "CRA"}) == [("which", "task")]
    for name in (dwp.id, tasks[1], "DWP"):
        done = decide(story.case, parse_action(json.dumps({**result, "task": name})), situation(actor=NAMED))
        assert done[0].model_dump()["trace"] == dwp.id
    answers(story, "NEG", pulled=tasks[0])
    assert [one.state for one in story.case.traces] == ["answered", "asked"]
    assert story.case.traces[0].id == er.id and story.case.task(tasks[0]) is None


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("trace-result dwp neg", {"outcome": "NEG"}),
        (
            "trace-result likely 9 Church Street, Kidderminster",
            {"outcome": "LIKELY", "address": {"lines": "9 Church Street, Kidderminster"}},
        ),
        ("trace-result dwp confirmed phone 07700 900456", {"outcome": "CONFIRMED", "phone": "07700 900456"}),
        (
            "trace-result has died his sister has the certificate",
            {"outcome": "DECEASED", "note": "his sister has the certificate"},
        ),
        (
            "trace-result nothing found note they answered by letter",
            {"outcome": "NEG", "note": "they answered by letter"},
        ),
    ],
)
def test_an_answer_is_typed_in_a_line(line: str, typed: dict[str, Any]) -> None:
    story = a_story()
    asks(story, "DWP")
    said = action_of(parse(line, story.case, situation()), story.case, situation())
    expected = parse_action(json.dumps({"kind": "trace-result", **typed}))
    ignored = {"task", "about"}
    assert said.model_dump(exclude=ignored) == expected.model_dump(exclude=ignored)


def said_of(story: Story, line: str) -> str:
    """Why a line is refused."""
    with pytest.raises(Refused) as fault:
        action_of(parse(line, story.case, situation()), story.case, situation())
    return str(fault.value)


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("trace vehicle dvla because seen", {"purpose": "vehicle", "source": "dvla", "reason": "seen"}),
        ("trace dvla vehicle", {"source": "dvla", "purpose": "vehicle"}),
        ("trace address", {"purpose": "address"}),
        ("trace employer for address", {"source": "employer", "purpose": "address"}),
        ("trace cra for address because moved away", {"source": "cra", "purpose": "address", "reason": "moved away"}),
        ("trace because he drives", {"reason": "he drives"}),
    ],
)
def test_the_code_of_a_purpose_needs_no_word(line: str, typed: dict[str, str]) -> None:
    """Found: a purpose without its word went to the file as the reason in law, and another source was asked."""
    assert parse(line, a_story().case, situation()).typed == typed


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("trace rubbish", "“rubbish” was not understood"),
        ("trace cra rubbish because likely", "“rubbish” was not understood"),
        ("trace address from cra because likely", "“from” was not understood"),
        ("trace address vehicle", "“vehicle” was not understood"),
        ("trace employer", "“employer” could be Ask or To find: write “for” before what is To find"),
        ("trace cra because he moved for address", "“for address” could be To find, or part of Why"),
    ],
)
def test_a_reason_in_law_stands_after_its_word_alone(line: str, sentence: str) -> None:
    """Found: any word that was not known became the reason, and the next source was asked with it."""
    assert sentence in said_of(a_story(), line)


def test_where_no_source_is_left_the_line_says_so() -> None:
    """Found: “Ask is needed”, where nothing could be asked."""
    story = a_story()
    for source in ("OWN", "DVLA"):
        asks(story, source, "vehicle")
    line = action_of(parse("trace for vehicle", story.case, situation()), story.case, situation())
    assert line == AskSource(purpose="vehicle")
    assert refused(story, line) == [("no-source", "source")]


def test_with_nothing_outstanding_the_line_says_so() -> None:
    """Found: “cra” is none of nothing."""
    assert (
        said_of(a_story(), "trace-result cra deceased") == "no source was asked that has not answered: trace asks one"
    )


def test_a_source_that_is_not_outstanding_is_no_note() -> None:
    """Found: an answer of OWN went to another source, with the note “own”."""
    story = a_story()
    asks(story, "OWN")
    asks(story, "DWP")
    answers(story, "NEG", task="OWN")
    for line in ("trace-result neg own", "trace-result own neg", "trace-result neg OWN said so"):
        assert "Own records has no request without an answer" in said_of(story, line)
    said = action_of(parse("trace-result neg note own", story.case, situation()), story.case, situation())
    assert said.model_dump()["note"] == "own"


def test_an_address_ends_where_a_note_begins() -> None:
    """Found: “DY10 2AB note from file” was a line of the address, which had no postcode. Seen red with: the note not
    ending an address that could go on."""
    story = a_story()
    asks(story, "CRA")
    line = "trace-result cra confirmed 14 Mill Lane, Kidderminster, DY10 2AB note from file"
    said = action_of(parse(line, story.case, situation()), story.case, situation()).model_dump()
    assert (said["address"]["postcode"], said["note"]) == ("DY10 2AB", "from file")
    assert said["address"]["lines"] == ("14 Mill Lane", "Kidderminster")
    line = "trace-result likely 9 Church Street, Kidderminster note by letter"
    said = action_of(parse(line, story.case, situation()), story.case, situation()).model_dump()
    assert (said["address"]["lines"], said["note"]) == (("9 Church Street", "Kidderminster"), "by letter")


def test_the_task_to_read_an_answer_ends_with_the_answer_alone() -> None:
    """Seen red with: wrapped up, and the trace open for ever."""
    story = a_story()
    asks(story, "DWP")
    task = next(one.id for one in story.case.tasks if one.kind == "trace-answer")
    assert refused(story, WrapUp(outcome="DONE"), pulled=task) == [("unanswered", "outcome")]
    answers(story, "NEG", pulled=task)
    assert story.case.task(task) is None


def test_a_found_number_ends_the_search_for_one() -> None:
    story = a_story()
    story.does(LogCall(outcome="DISC", number="07700 900123"))
    assert "contact-details" in kinds(story)
    asks(story, "ER", "phone")
    answers(story, "CONFIRMED", phone="07700 900456")
    assert "contact-details" not in kinds(story) and "call" in kinds(story)


def test_asking_ends_the_task_in_hand_when_that_is_said() -> None:
    """Only a search, and only by whoever holds it. Seen red with: the claim not needed."""
    story = a_story()
    story.does(LogCall(outcome="DISC", number="07700 900123"))
    task = next(one.id for one in story.case.tasks if one.kind == "contact-details")
    form = {one.name: one.default for one in fields(AskSource, story.case, {"source": "ER"}, situation(pulled=task))}
    assert (form["purpose"], form["finish"]) == ("address", "yes")
    assert {one.name: one.default for one in fields(AskSource, story.case, {}, situation(pulled=task))}[
        "finish"
    ] == "no"
    assert "finish" not in {one.name for one in fields(AskSource, story.case, {}, situation(pulled=FIRST))}
    finishing = AskSource(source="ER", purpose="phone", finish=True)
    assert finishing.needs_claim() and not AskSource(source="ER").needs_claim()
    assert refused(story, finishing, pulled=FIRST) == [("not-ended", "finish")]
    assert refused(story, finishing) == [("no-task", "task")]
    story.does(finishing, pulled=task)
    assert story.case.task(task) is None


# Rounds


def whole_round(story: Story, on: datetime) -> None:
    """Every source that may be asked for an address found nothing."""
    before = story.case.trace_rounds
    while story.case.trace_rounds == before:
        found = next_source(TABLES.trace_purposes(TODAY)["address"], story.case, Situation(on, NAMED, TABLES))
        assert found is not None
        in_vain(story, found.source.code, on=on)


def test_after_all_were_tried_in_vain_they_are_tried_again_and_at_last_the_team_leader_looks() -> None:
    """Law page 7.5: 30, 90, 180 and 365 days from the first time, then the review (1.5, L17). Seen red with: counted from the
    last time; the review a round early; told again on every day."""
    story = a_story()
    whole_round(story, NOW)
    for days in (30, 90, 180, 365):
        day = NOW + timedelta(days)
        assert story.case.trace_rounds[0].again_on == TODAY + timedelta(days)
        assert "trace" not in kinds(story)
        assert not story.calendar(day - timedelta(1)) or "trace" not in kinds(story)
        story.calendar(day)
        assert kinds(story).count("trace") == 1
        assert not story.calendar(day + timedelta(1)), "told once"
        assert "hard-to-trace" not in kinds(story)
        day = day.replace(hour=10)
        whole_round(story, day)
    assert story.case.trace_rounds[0].again_on is None
    (task,) = [one for one in story.case.tasks if one.kind == "hard-to-trace"]
    assert TABLES.work_types[task.kind].team == "team-leaders" and "JCAM-A" in task.title
    assert "K01.referrals" in queues_of(LEADER, TABLES, TODAY)


def test_what_became_known_meanwhile_is_not_sought_again() -> None:
    """And is, when that is lost. Seen red with: the task made all the same."""
    story = a_story()
    whole_round(story, NOW)
    story.does(parse_action(json.dumps({"kind": "details", "address": MILL})), at(1, 12))
    assert not any(event.what.kind == "traces-due" for event in story.calendar(at(20, 12)))
    story.does(parse_action('{"kind":"details","address":{"standing":"returned"}}'), at(21, 12))
    assert "contact-details" in kinds(story)
    assert any(event.what.kind == "traces-due" for event in story.calendar(at(22, 12)))


def test_what_somebody_tells_ends_the_task_to_ask_others_for_it() -> None:
    """And no other. Seen red with: the task left open; ended by whatever was told."""
    story = a_story()
    in_vain(story, "OWN")
    assert kinds(story) == ["trace"]
    story.does(parse_action('{"kind":"details","email":"a@example.org"}'))
    assert kinds(story) == ["trace"]
    story.does(parse_action(json.dumps({"kind": "details", "address": MILL})))
    assert kinds(story) == []


def test_nobody_dead_is_asked_whether_facts_are_still_so() -> None:
    """Their address was checked more than a year ago. Seen red with: stops not looked at."""
    story = a_story()
    story.does(parse_action(json.dumps({"kind": "details", "address": MILL, "verified": True})))
    story.does(LogCall(outcome="DECEASED", note=NOTE), at(20))
    assert not any(event.what.kind == "fact-expired" for event in story.calendar(at(20, 12, year=2028)))


def test_nobody_dead_is_sought_again() -> None:
    """Seen red with: stops not looked at."""
    story = a_story()
    whole_round(story, NOW)
    story.does(LogCall(outcome="DECEASED", note=NOTE), at(20))
    assert not any(event.what.kind == "traces-due" for event in story.calendar(at(20, 12)))


def test_a_round_tried_before_its_day_is_no_round() -> None:
    """Seen red with: five looks at our own records in a week taken for five rounds."""
    story = a_story()
    whole_round(story, NOW)
    for day in (20, 21, 23, 24):
        in_vain(story, "OWN", on=at(day))
    (ended,) = story.case.trace_rounds
    assert (ended.failures, ended.again_on) == (1, TODAY + timedelta(30))


def test_finding_ends_the_round_and_the_next_begins_anew() -> None:
    story = a_story()
    whole_round(story, NOW)
    story.calendar(NOW + timedelta(30))
    asks(story, "OWN", on=NOW + timedelta(30))
    answers(story, "CONFIRMED", address=MILL, on=NOW + timedelta(30))
    (ended,) = story.case.trace_rounds
    assert (ended.failures, ended.since, ended.again_on) == (0, None, None)
    assert "trace" not in kinds(story)


def test_a_named_users_look_up_stays_with_named_users() -> None:
    """The answer too. Caught: the task to read it was anybody's, and an officer who was none recorded what DWP said."""
    story = a_story()
    asks(story, "DWP")
    (task,) = [one for one in story.case.tasks if one.kind == "trace-answer"]
    (queue,) = [row.queue for row in rows(story.case, TABLES) if row.task == task.id]
    assert queue == "K01.tracing.trace-dwp"
    assert queues_of(NAMED, TABLES, TODAY)[queue] == "Traces to make and to read, DWP"
    assert queue not in queues_of(OFFICER, TABLES, TODAY)
    result = parse_action('{"kind":"trace-result","outcome":"NEG"}')
    with pytest.raises(Refused) as fault:
        decide(story.case, result, situation(pulled=task.id))
    assert [(one.code, one.field) for one in fault.value.reasons] == [("permission", "task")]
    assert decide(story.case, result, situation(actor=NAMED, pulled=task.id))


def test_a_welsh_speakers_look_up_waits_for_a_named_user_and_no_other_need() -> None:
    """Nobody is spoken with. Seen red with: a queue for those who have both, who were none."""
    story = a_story(person=a_person(date_of_birth=date(1984, 3, 14), language="cy"))
    asks(story, "DWP")
    assert [row.queue for row in rows(story.case, TABLES)][-1] == "K01.tracing.trace-dwp"
    asks(story, "ER")
    assert [row.queue for row in rows(story.case, TABLES)][-1] == "K01.tracing.welsh"


def in_vain_for_an_officer(story: Story, *colleagues: Staff) -> None:
    """Whatever an officer who is no named user may ask for an address found nothing."""
    for source in ("OWN", "PING", "CRA", "ER", "DVLA"):
        asks(story, source)
        done = parse_action(json.dumps({"kind": "trace-result", "outcome": "NEG", "task": source}))
        story.does(done, by=OFFICER, colleagues=colleagues)


def test_what_nobody_may_ask_does_not_hold_up_the_round() -> None:
    """Caught: the task said to ask DWP, of which nobody was a named user, and the round never ended."""
    story = a_story()
    in_vain_for_an_officer(story, COLLEAGUE, LEADER)
    assert kinds(story) == []
    assert [one.failures for one in story.case.trace_rounds] == [1]


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ({}, True),
        ({"units": ("L01",)}, False),
        ({"roles": ("auditor",)}, False),
        ({"allowed": ("trace-hmrc",)}, False),
        ({"exclusions": ("K01-24000731N",)}, False),
    ],
)
def test_what_a_colleague_may_ask_is_a_task_for_them(more: dict[str, Any], asked: bool) -> None:
    """Somebody of this unit, who works its traces and may open the case. Seen red with: any colleague taken."""
    story, named = a_story(), COLLEAGUE.model_copy(update={"allowed": ("trace-dwp",), **more})
    assert story.case.id == "K01-24000731N"
    in_vain_for_an_officer(story, LEADER, named)
    queues = [row.queue for row in rows(story.case, TABLES) if row.task != FIRST]
    assert queues == (["K01.tracing.trace-dwp"] if asked else [])
    assert bool(story.case.trace_rounds) is not asked


def test_a_number_is_no_address() -> None:
    """Caught: DWP, asked for an address, knew only a telephone number, and the search was over."""
    story = a_story()
    asks(story, "ER")
    lines = answers(story, "CONFIRMED", phone="07700 900456")
    assert story.case.person.phones[0].number == "07700 900456", "kept"
    assert kinds(story) == ["trace"] and "Electoral roll and directories: not found" in lines[-1]
    assert (story.case.traces[-1].found, story.case.traces[-1].expires_on, story.case.trace_rounds) == ("", None, ())


def test_an_address_of_before_is_not_where_they_live() -> None:
    """Caught: confirmed as no longer theirs, and the search was over with no address left."""
    story = a_story(person=a_person(addresses=[MILL]))
    asks(story, "ER")
    answers(story, "CONFIRMED", address={**MILL, "standing": "previous"})
    assert story.case.person.address is None and kinds(story) == ["trace"]


def test_what_came_with_another_answer_is_sought_no_more() -> None:
    """DWP, asked for the benefit, knows the address too. Seen red with: the task to ask for it left open."""
    story = a_story()
    in_vain(story, "OWN")
    assert kinds(story) == ["trace"]
    asks(story, "DWP", "benefit")
    answers(story, "CONFIRMED", benefit="uc", address=MILL)
    assert sorted(kinds(story)) == ["call", "decision"]
    assert [(one.purpose, one.failures) for one in story.case.trace_rounds] == [("benefit", 0), ("address", 0)]


def test_a_round_waits_for_an_answer_that_may_bring_the_same() -> None:
    """DWP, asked for the benefit, knows addresses too. Caught: the round for the address ended in vain before it answered."""
    story = a_story()
    asks(story, "DWP", "benefit")
    in_vain(story, "OWN", "PING", "CRA", "ER", "DVLA")
    assert kinds(story) == ["trace-answer"] and list(story.case.trace_rounds) == []
    answers(story, "NEG", task="DWP", on=at(20))
    assert [(one.purpose, one.failures) for one in story.case.trace_rounds] == [("benefit", 0), ("address", 1)]


def test_what_waited_for_an_answer_goes_on_after_it() -> None:
    """Seen red with: only what was asked for looked at, and the search for the address at a standstill."""
    known: tuple[tuple[str, dict[str, Any]], ...] = (("NEG", {}), ("CONFIRMED", {"benefit": "uc"}))
    for outcome, found in known:
        story = a_story()
        asks(story, "DWP", "benefit")
        in_vain(story, "OWN")
        assert "trace" not in kinds(story), "it waits"
        answers(story, outcome, task="DWP", on=at(20), **found)
        (task,) = [one for one in story.case.tasks if one.kind == "trace"]
        assert (task.subject, "ask Text message" in task.title) == ("address", True)


def test_what_nobody_asks_for_is_not_begun_by_an_answer() -> None:
    """Seen red with: a search for whatever the source might have brought."""
    story = a_story()
    asks(story, "DWP", "benefit")
    answers(story, "NEG")
    assert "address" not in [one.subject for one in story.case.tasks]


def test_the_dead_are_not_traced() -> None:
    """Nor is anybody told to ask the next source, from whomever it was heard. Caught: they went on being traced."""
    for heard in ("call", "trace"):
        story = a_story()
        in_vain(story, "OWN")
        asks(story, "DWP")
        assert "trace" not in kinds(story)
        in_vain(story, "DVLA", purpose="vehicle")
        story.does(parse_action('{"kind":"details","address":{"lines":["2 High Street"]},"source":"third-party"}'))
        in_vain(story, "PING", purpose="phone")
        assert "trace" in kinds(story)
        if heard == "call":
            story.does(LogCall(outcome="DECEASED", note=NOTE))
        else:
            answers(story, "DECEASED", task="DWP", note=NOTE)
        assert "trace" not in kinds(story)
        assert ("DECEASED", None) in refused(story, {"kind": "trace", "source": "OWN", "purpose": "address"})
        if heard == "call":
            answers(story, "NEG", task="DWP")
            assert "trace" not in kinds(story)


def test_somebody_in_custody_may_be_traced() -> None:
    """Terms may be agreed with them, and an address after their release sought. Seen red with: any stop taken."""
    story = a_story()
    story.does(LogCall(outcome="CUSTODY", note=NOTE))
    assert refused(story, {"kind": "trace", "source": "OWN", "purpose": "address"}) == []


def test_a_text_to_see_whether_it_arrives_is_a_contact() -> None:
    """Two texts in seven days (law page 7.3). Caught: it was none, and a third went out."""
    story = a_story()
    asks(story, "PING", "phone")
    (contact,) = story.case.contacts
    assert (contact.channel, contact.direction, contact.number, contact.outcome, contact.reached) == (
        "sms",
        "out",
        "07700 900123",
        "SENT",
        False,
    )
    answers(story, "ERROR")
    asks(story, "PING", "phone", on=at(20))
    answers(story, "ERROR", on=at(20))
    assert refused(story, {"kind": "trace", "source": "PING", "purpose": "phone"}, at(23)) == [("texts", "source")]
    asks(story, "OWN", "phone")
    assert len(story.case.contacts) == 2, "our own records are nobody"


def test_what_there_is_no_room_for_is_told() -> None:
    """Ten numbers that were checked, and a likely one. Caught: it vanished without a word. One known already is no news."""
    checked = [{"number": f"07700 9001{n:02}", "verified_on": "2026-11-01"} for n in range(9)]
    story = a_story(person=a_person(phones=[*checked, {"number": "07700 900200", "verified_on": "2026-11-01"}]))
    asks(story, "ER", "phone")
    lines = answers(story, "LIKELY", phone="07700 900456")
    assert "07700 900456 (not taken over: what is known was checked)" in lines[0]
    story = a_story(person=a_person(phones=checked))
    for source in ("ER", "OWN"):
        asks(story, source, "phone")
        lines = answers(story, "LIKELY", phone="07700 900456")
        assert "not taken over" not in lines[0]
    assert len(story.case.person.phones) == 10


@pytest.mark.parametrize(("day", "stands"), [(19, True), (20, False), (21, False)])
def test_what_is_only_likely_grows_old_too(day: int, stands: bool) -> None:
    """Six months from the day of the trace: the last of them, the day after, and later. Caught: it never did."""
    story = a_story()
    asks(story, "ER")
    answers(story, "LIKELY", address=MILL)
    lines = [event.what.summary() for event in story.calendar(at(day, 5, year=2027))]
    assert (story.case.person.address is not None) is stands
    assert ("address, likely since 19 Nov 2026" in lines) is not stands
    assert rebuild(story.events) == story.case


def test_what_a_trace_brought_before_the_tables_begin_is_too_old() -> None:
    """Caught: an account that was imported with such an address could not be opened."""
    story = a_story(person=a_person(addresses=[{**MILL, "source": "trace", "since": "1995-01-01"}]))
    assert next(event.what.kind for event in story.calendar(at(20))) == "fact-expired"
    assert story.case.person.address is None


def test_what_was_only_heard_does_not_grow_old() -> None:
    """Of that nobody said that it was likely so. Seen red with: any day taken."""
    story = a_story()
    story.does(parse_action(json.dumps({"kind": "details", "address": MILL})))
    story.calendar(at(1, 6, year=2031))
    assert story.case.person.address is not None


def test_what_was_checked_and_what_is_likely_of_one_day_grow_old_each_by_itself() -> None:
    """Seen red with: both told twice."""
    story = a_story()
    asks(story, "DWP", "benefit")
    answers(story, "CONFIRMED", benefit="uc")
    asks(story, "ER")
    answers(story, "LIKELY", address=MILL)
    story.does(parse_action('{"kind":"details","benefit":"esa","verified":true}'))
    told = [event.what.summary() for event in story.calendar(at(1, 6, year=2027)) if event.what.kind == "fact-expired"]
    assert sorted(told) == ["address, likely since 19 Nov 2026", "benefit, last checked 19 Nov 2026"]


def test_what_is_sought_while_something_is_owed_ends_with_the_last_penny() -> None:
    """A penny under, and paid. Caught: the task to ask the next source stayed, and nobody could ask it. What a source was
    asked is still read."""
    story = a_story()
    story.does(LogCall(outcome="DISC", number="07700 900123"))
    in_vain(story, "OWN")
    asks(story, "ER", "phone")
    story.does(TakeReceipt(amount_pence=23_999, method="card", received_on=TODAY))
    assert {"trace", "contact-details", "trace-answer"} <= set(kinds(story))
    story.does(TakeReceipt(amount_pence=1, method="card", received_on=TODAY))
    assert kinds(story) == ["trace-answer"]


def test_nobody_who_paid_is_reviewed_as_hard_to_trace() -> None:
    story = a_story()
    for days in (0, 30, 90, 180, 365):
        day = (NOW + timedelta(days)).replace(hour=10)
        story.calendar(day)
        whole_round(story, day)
    assert "hard-to-trace" in kinds(story)
    paid = (NOW + timedelta(366)).replace(hour=10)
    story.does(TakeReceipt(amount_pence=24_000, method="card", received_on=paid.date()), paid)
    assert kinds(story) == []


def test_nothing_is_sought_when_all_is_paid() -> None:
    """An answer that was awaited is still read."""
    story = a_story()
    asks(story, "DWP")
    story.does(TakeReceipt(amount_pence=24_000, method="card", received_on=TODAY))
    answers(story, "NEG", on=at(26))
    assert kinds(story) == []


def test_a_prison_that_knows_nothing_is_the_end_of_it() -> None:
    story = a_story()
    in_vain(story, "OWN", "PRISON", purpose="custody")
    assert kinds(story) == [] and story.case.trace_rounds[0].again_on is None


# The case does not grow


TRACES = st.lists(st.sampled_from(["OWN", "CRA", "DWP", "ER", "DVLA"]), max_size=60)


def a_trace(n: int, source: str) -> Trace:
    return Trace(
        id=f"{n}.1", source=source, label=source, purpose="address", purpose_label="Address", of="defendant",
        asked_on=TODAY, asked_by="jkhan", attempts=1,
    )  # fmt: skip


@example(["DVLA", *["OWN"] * 30])
@given(TRACES)
def test_the_newest_are_kept_and_of_each_source_one(sources: Sequence[str]) -> None:
    """Seen red with: the oldest dropped, whatever its source; one too many kept."""
    all_of_them = tuple(a_trace(n, source) for n, source in enumerate(sources, 1))
    found = kept(all_of_them)
    assert len(found) == min(MOST_TRACES, len(sources))
    assert list(found) == [one for one in all_of_them if one in found], "in order"
    for source in set(sources):
        newest = [one for one in all_of_them if one.source == source][-1]
        assert newest in found


@given(st.integers(0, 400), st.sampled_from(["DWP", "CRA", "DVLA"]))
def test_a_source_is_never_asked_before_its_day(days: int, source: str) -> None:
    """Hypothesis: any day."""
    story = a_story()
    in_vain(story, source, purpose="vehicle" if source == "DVLA" else "address")
    retry = story.case.traces[-1].retry_on
    assert retry is not None
    ask = AskSource(source=source, purpose="vehicle" if source == "DVLA" else "address", reason="x")
    day = TODAY + timedelta(days)
    assert (("too-early", "source") in refused(story, ask, datetime.combine(day, NOW.timetz()))) is (day < retry)


# The rest


def test_a_trace_that_somebody_else_asked_meanwhile_refuses_as_stale() -> None:
    """Seen red with: traces not among what it rests on. Money that came in meanwhile refuses nothing."""
    story = a_story()
    seen = story.case.version
    story.does(TakeReceipt(amount_pence=500, method="card", received_on=TODAY))
    story.does(AskSource(source="ER", purpose="address"), seen=seen)
    with pytest.raises(Stale, match="traces changed"):
        story.does(AskSource(source="OWN", purpose="address"), seen=seen)


def test_the_parent_who_pays_is_the_one_who_is_sought() -> None:
    story = Story(
        an_account(
            person=a_person(date_of_birth=date(2010, 3, 14)),
            guardian={"person": {"name": {"surname": "Smith", "forenames": "Ann"}}, "pays": True},
        )
    )
    story.does(AskSource(source="ER", purpose="address"))
    answers(story, "CONFIRMED", address=MILL)
    assert story.case.guardian is not None and story.case.guardian.person.address is not None
    assert story.case.person.address is None


def test_what_follows_is_the_tables_and_not_the_codes() -> None:
    text = (TABLE_FOLDER / "trace_outcomes.toml").read_text("utf-8")
    story = Story(
        an_account(person=a_person()),
        tables=tables_with(trace_outcomes=text.replace('as_call = "CUSTODY"', 'as_call = "DECEASED"')),
    )
    asks(story, "ER")
    answers(story, "IN_CUSTODY", note=NOTE)
    assert [stop.code for stop in story.case.stops] == ["DECEASED"]


def test_both_are_offered_only_where_they_can_be() -> None:
    story = a_story()
    offered = {kind: ACTIONS[kind].offered(story.case, situation()) for kind in ("trace", "trace-result")}
    assert offered["trace"] == [] and [one.code for one in offered["trace-result"]] == ["none-asked"]
