"""Each outcome does what its row says, and its detail what its own: after a call, a message, or the work on a task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest

from casework.actions import parse_action
from casework.actions.call import LogCall
from casework.actions.contact import LogContact
from casework.actions.declare import Action
from casework.actions.holds import CRISIS, SAFEGUARDING
from casework.actions.stops import Safeguard, SetStop
from casework.actions.work import WrapUp
from casework.commit import decide
from casework.contact import CHANNELS
from casework.events import Safeguarded
from casework.queues import rows as queue_rows
from casework.refusals import Refused
from casework.rows_contact import OutcomeDetail
from casework.table_faults import faults
from casework.table_rows import WrapCode
from tests.cases import LEADER, NOW, TABLE_FOLDER, TODAY, Story, at, shipped_tables, situation, tables_with

Use = Literal["call", "contact", "wrap-up"]

TABLES = shipped_tables()
NUMBER = "07700 900123"
FIRST = "2.1"
"""The task in hand: make first contact."""
ASKS = ("promise", "terms", "call_back")
"""Columns that ask for more than the outcome; each has its own tests."""


def every() -> Iterator[tuple[Use, str, str | None]]:
    """Each outcome where it may be chosen, by itself and with each of its details."""
    uses: tuple[Use, ...] = ("call", "contact", "wrap-up")
    for use in uses:
        for code, row in TABLES.wrap_codes(TODAY, use).items():
            if any(getattr(row, asked) for asked in ASKS):
                continue
            yield use, code, None
            for detail in TABLES.outcome_details(TODAY, code) if use != "wrap-up" else ():
                yield use, code, detail


def rows(use: Use, code: str, detail: str | None) -> tuple[WrapCode, OutcomeDetail | None]:
    return TABLES.wrap_codes(TODAY, use)[code], TABLES.outcome_details(TODAY, code).get(detail or "")


def ended(use: Use, code: str, detail: str | None = None, note: str | None = "x" * 40) -> Action:
    """A call, a letter or the work on a task that ended so."""
    if use == "wrap-up":
        return WrapUp(outcome=code, note=note)
    if use == "call":
        return LogCall(outcome=code, detail=detail, note=note, number=NUMBER)
    return LogContact(channel="letter", outcome=code, detail=detail, note=note)


@pytest.mark.parametrize(("use", "code", "detail"), list(every()))
def test_each_outcome_does_what_its_row_says(use: Use, code: str, detail: str | None) -> None:
    """Every column. Seen red with: the stop of a detail not set; a stop set after calls only; the next task due at once; a
    call that failed counted; the concern of the outcome before that of its detail; the team leader not told."""
    row, more = rows(use, code, detail)
    story = Story()
    done = story.does(ended(use, code, detail), pulled=FIRST)
    case, what = story.case, [event.what for event in done.events]

    concern = (more.concern if more else None) or row.concern
    stops = {one.stop for one in (row, more) if one and one.stop} | ({CRISIS} if concern else set())
    assert {stop.code for stop in case.stops} == stops
    assert all(stop.review_on is not None and stop.set_by == "jkhan" for stop in case.stops)
    assert [one.concern for one in what if isinstance(one, Safeguarded)] == ([concern] if concern else [])

    made = [task for task in case.tasks if task.id != FIRST]
    expected = [kind for kind in (row.next_task, row.alert, SAFEGUARDING if concern else None) if kind]
    assert sorted(task.kind for task in made) == sorted(expected)
    for task in made:
        kind, at_once = task.kind, task.kind != row.next_task
        assert task.due_at == (NOW if at_once else TABLES.calendar.after(NOW, row.after))
        assert task.owner is None
        assert ("answer by" in task.title) is (kind == row.next_task and row.answer_within is not None)
    assert (case.task(FIRST) is None) is (use == "wrap-up") is done.ends_claim

    counted = {"nothing": (0, 0), "attempt": (1, 0), "conversation": (1, 1)}[row.counts]
    if use == "contact":
        counted = (0, counted[1])
    assert (case.counters.attempts, case.counters.conversations) == (counted if use != "wrap-up" else (0, 0))

    useless = use == "call" and row.number_becomes
    assert case.person.phones[0].standing == (row.number_becomes if useless else "current")


@pytest.mark.parametrize(("use", "code", "detail"), [one for one in every() if one[2] is None])
def test_each_outcome_asks_for_what_its_row_says(use: Use, code: str, detail: str | None) -> None:
    """A note of so many characters, identity, what is shown. Seen red with: a note one shorter let through; identity asked of
    every outcome; nothing shown."""
    row, _ = rows(use, code, None)
    case, circumstances = Story().case, situation(pulled=FIRST)
    assert decide(case, ended(use, code, note="x" * row.note_least or None), circumstances)
    if row.note_least:
        for note in (None, "x" * (row.note_least - 1)):
            with pytest.raises(Refused) as fault:
                decide(case, ended(use, code, note=note), circumstances)
            assert [(one.code, one.field) for one in fault.value.reasons] == [("note-needed", "note")]
    action = ended(use, code)
    if use == "call":
        assert bool(action.cautions(case, circumstances)) is (row.identity == "needed")
        assert bool(action.to_say(case, circumstances)) is (row.shows == "payment-line")


@pytest.mark.parametrize(
    "code", [code for code, row in TABLES.wrap_codes(TODAY, "call").items() if row.promise or row.terms]
)
def test_what_an_outcome_brings_must_be_said(code: str) -> None:
    """All or nothing: without it the call is not logged either, and an outcome brings a promise or terms, never both."""
    row = TABLES.wrap_codes(TODAY, "call")[code]
    asked = "promise" if row.promise else "terms"
    assert row.promise != row.terms
    with pytest.raises(Refused) as fault:
        decide(Story().case, LogCall(outcome=code), situation())
    assert [(one.code, one.field) for one in fault.value.reasons] == [("needed", asked)]


def test_the_stop_of_an_outcome_is_work_for_whoever_lifts_it() -> None:
    """A stop that makes a task when it is set by hand has that task after a call too."""
    for use, code, detail in every():
        row, more = rows(use, code, detail)
        for one in (row, more):
            if one is not None and one.stop is not None:
                assert TABLES.stop_kinds[one.stop].task in (None, row.next_task, row.alert)


@pytest.mark.parametrize(
    ("code", "detail", "stop", "reason"),
    [
        ("DECEASED", None, "DECEASED", "has died, call"),
        ("CUSTODY", None, "CUSTODY", "in custody, call"),
        ("STATDEC", None, "STATDEC", "did not know of the conviction (statutory declaration), call"),
        ("DISPUTE", "APPEALING", "APPEAL", "has appealed, call"),
        ("DISPUTE", "REOPENING", "REOPEN", "has asked the court to reopen the case, call"),
    ],
)
def test_what_is_undecided_or_cannot_be_paid_stops_the_chase(
    code: str, detail: str | None, stop: str, reason: str
) -> None:
    """Law page 1.5, G1, G2, G4: no chase and a task. Set once, however often it is said; whoever has set it before knew more.
    Seen red with: a second stop of one code; the reason of the first replaced."""
    story = Story()
    story.does(ended("call", code, detail))
    (one,) = story.case.stops
    assert (one.code, one.reason) == (stop, reason)
    assert "K01.calls" not in [row.queue for row in queue_rows(story.case, TABLES)]
    story.does(ended("contact", code, detail), at(20))
    assert story.case.stops == (one,)


def test_a_dispute_by_itself_stops_nothing() -> None:
    story = Story()
    story.does(ended("call", "DISPUTE", "AMOUNT"))
    assert story.case.stops == ()


# Safeguarding


@pytest.mark.parametrize("use", ["call", "contact", "wrap-up"])
def test_safeguarding_as_an_outcome_does_what_f9_does(use: Use) -> None:
    """Law page 1.5, G5: the team leader now, hold 28 days. Seen red with: another reason for the hold, which every screen
    shows; no hold."""
    pressed, story = Story(), Story()
    pressed.does(Safeguard(concern="OTHER"))
    story.does(ended(use, "SAFEGUARD"), pulled=FIRST)
    (by_hand,), (by_outcome,) = pressed.case.stops, story.case.stops
    same = {"code", "reason", "set_by", "set_on", "review_on"}
    assert by_outcome.model_dump(include=same) == by_hand.model_dump(include=same)
    one, other = pressed.case.tasks[-1], story.case.tasks[-1]
    assert (one.kind, one.title, one.due_at) == (other.kind, other.title, other.due_at)


def test_what_the_worry_is_stands_on_no_screen() -> None:
    """It is with the team leader, and in the history. Seen red with: the detail as the reason of the hold."""
    story = Story()
    story.does(ended("call", "VULN_NEW", "ABUSE"))
    (hold,) = story.case.stops
    assert "abuse" not in hold.reason
    assert [task.title for task in story.case.tasks if task.kind == SAFEGUARDING] == [
        "somebody may come to harm: see to it now (abuse)"
    ]


def test_the_team_leader_is_told_once_a_day_until_they_have_seen_to_it() -> None:
    """F9 first, then the call that is logged: one task, one hold, and both in the history. Seen red with: two tasks; the
    second not recorded."""
    story = Story()
    story.does(Safeguard(concern="LIFE"))
    story.does(ended("call", "SAFEGUARD", "LIFE"))
    assert [event.what.kind for event in story.events].count("safeguarding") == 2
    told = [task for task in story.case.tasks if task.kind == SAFEGUARDING]
    assert len(told) == 1 and len(story.case.stops) == 1
    story.does(WrapUp(outcome="DONE", task=told[0].id), at(19, hour=12), by=LEADER)
    story.does(ended("call", "SAFEGUARD", "LIFE"), at(19, hour=14))
    assert [task.kind for task in story.case.tasks].count(SAFEGUARDING) == 1
    story.does(ended("call", "SAFEGUARD", "LIFE"), at(20))
    assert [task.kind for task in story.case.tasks].count(SAFEGUARDING) == 2


@pytest.mark.parametrize("use", ["call", "contact"])
@pytest.mark.parametrize("first", ["OTHER", "ABUSE", "CHILD", "SELF_HARM"])
def test_a_graver_worry_is_never_lost_behind_another_of_the_day(first: str, use: Use) -> None:
    """Caught: whatever the team leader had been told of that day, that life was at risk was told to nobody."""
    story = Story()
    story.does(Safeguard(concern=first))
    story.does(ended(use, "SAFEGUARD", "LIFE"))
    assert [task.subject for task in story.case.tasks if task.kind == SAFEGUARDING] == [first, "LIFE"]
    assert [event.what.concern for event in story.events if isinstance(event.what, Safeguarded)] == [first, "LIFE"]


# What somebody must judge


def subjects(story: Story, kind: str) -> list[str]:
    return [task.subject for task in story.case.tasks if task.kind == kind]


@pytest.mark.parametrize(
    ("kind", "told", "about"),
    [
        ("referral", [("ABUSIVE", None), ("DECEASED", None)], ["ABUSIVE", "DECEASED"]),
        ("referral", [("ABUSIVE", "WORDS"), ("ABUSIVE", "THREAT")], ["ABUSIVE WORDS", "ABUSIVE THREAT"]),
        ("referral", [("DECEASED", None), ("DECEASED", None)], ["DECEASED"]),
        ("decision", [("HARDSHIP", None), ("STATDEC", None)], ["HARDSHIP", "STATDEC"]),
        ("decision", [("HARDSHIP", "JOB"), ("HARDSHIP", "JOB")], ["HARDSHIP JOB"]),
        ("decision", [("DISPUTE", "APPEALING"), ("DISPUTE", None)], ["APPEAL", "DISPUTE"]),
        ("complaint", [("COMPLAINT", "STAFF"), ("COMPLAINT", "AGENT")], ["COMPLAINT STAFF", "COMPLAINT AGENT"]),
        ("call", [("NO_ANS", None), ("HANGUP", None)], ["account"]),
        ("contact-details", [("DISC", None), ("WRONG_NO", None)], ["account"]),
    ],
)
def test_what_must_be_judged_stands_for_each_cause_and_chasing_once_a_day(
    kind: str, told: list[tuple[str, str | None]], about: list[str]
) -> None:
    """Caught: after an abusive call nobody was told of a death, after hardship nobody of a statutory declaration. Seen red
    with: a call for each outcome; the detail left out."""
    story = Story()
    for code, detail in told:
        story.does(ended("call", code, detail))
    assert subjects(story, kind) == about


@pytest.mark.parametrize(
    ("code", "detail", "kind", "about"),
    [
        ("DISPUTE", "APPEALING", "decision", "APPEAL"),
        ("DISPUTE", "AMOUNT", "decision", "DISPUTE AMOUNT"),
        ("COMPLAINT", "STAFF", "complaint", "COMPLAINT STAFF"),
        ("STATDEC", None, "decision", "STATDEC"),
    ],
)
def test_wrapping_up_the_call_brings_nothing_more(code: str, detail: str | None, kind: str, about: str) -> None:
    """The wrap-up offers the outcome of the call, and asks for no detail. Seen red with: a second decision."""
    story = Story()
    story.does(ended("call", code, detail))
    story.does(ended("wrap-up", code), pulled=FIRST)
    assert subjects(story, kind) == [about]


def test_a_stop_that_was_set_by_hand_is_judged_once() -> None:
    """Seen red with: the code of the outcome and not of its stop."""
    story = Story()
    story.does(SetStop(code="REOPEN", reason="asked the court"))
    story.does(ended("call", "DISPUTE", "REOPENING"))
    assert subjects(story, "decision") == ["REOPEN"]


def test_safeguarding_is_never_for_want_of_money() -> None:
    """An outcome whose tasks chase is dropped on a paid account; this is not."""
    story = Story()
    paid = tuple(one.model_copy(update={"balance_pence": 0}) for one in story.case.impositions)
    case = story.case.model_copy(update={"impositions": paid})
    kinds = [one.kind for one in decide(case, ended("call", "SAFEGUARD"), situation())]
    assert kinds == ["contact", "safeguarding", "task", "stop"]


# The tables


@pytest.mark.parametrize(
    ("table", "old", "new", "found"),
    [
        ("wrap_codes", 'stop = "CUSTODY"', 'stop = "JAIL"', "stop JAIL stands in no row of stops.toml"),
        ("wrap_codes", 'concern = "OTHER"', 'concern = "X"', "concern X stands in no row of safeguarding.toml"),
        ("outcome_details", 'stop = "APPEAL"', 'stop = "NAP"', "stop NAP stands in no row of stops.toml"),
        ("outcome_details", 'concern = "ABUSE"', 'concern = "X"', "concern X stands in no row of safeguarding.toml"),
    ],
)
def test_a_stop_or_concern_that_there_is_not_is_refused_with_its_line(
    table: str, old: str, new: str, found: str
) -> None:
    texts = {path.stem: path.read_text("utf-8") for path in TABLE_FOLDER.glob("*.toml")}
    changed = texts[table].replace(old, new, 1)
    line = changed[: changed.index(new)].count("\n") + 1
    assert faults({**texts, table: changed}) == [f"{table}.toml, line {line}: {found}"]


def test_what_follows_is_the_tables_and_not_the_codes() -> None:
    """Seen red with: the code of an outcome looked at."""
    text = (TABLE_FOLDER / "wrap_codes.toml").read_text("utf-8")
    story = Story(tables=tables_with(wrap_codes=text.replace('stop = "CUSTODY"', 'stop = "HOLD"')))
    story.does(ended("call", "CUSTODY"))
    assert [stop.code for stop in story.case.stops] == ["HOLD"]


def test_a_script_may_name_an_outcome_alone() -> None:
    """Command line page: `call{direction,number,outcome,...}`."""
    story = Story()
    story.does(parse_action('{"kind":"call","direction":"out","outcome":"NO_ANS"}'))
    assert story.case.contacts[-1].outcome == "NO_ANS"
    assert set(CHANNELS) == {"call", "email", "webchat", "letter", "sms"}
