"""What follows from how a contact ended, call or message: every outcome does what its row says. Law page, 7.4."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.actions import parse_action
from casework.actions.call import LogCall
from casework.actions.contact import LogContact
from casework.actions.declare import fields, fill
from casework.actions.given_terms import NewTerms
from casework.actions.promise import MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.terms import AgreeTerms
from casework.actions.work import WrapUp
from casework.case import Case
from casework.commit import decide
from casework.contact import CHANNELS, Channel
from casework.events import Contacted, NumberFailed
from casework.people import Guardian, PhoneNumber
from casework.queues import queues_of
from casework.quick_entry import action_of, parse
from casework.refusals import Refused, Stale
from casework.rows_contact import OutcomeDetail
from casework.table_faults import faults
from tests.cases import (
    FINES_OFFICER,
    LEADER,
    NOW,
    TABLE_FOLDER,
    TODAY,
    Story,
    a_person,
    an_account,
    at,
    imposed,
    number,
    shipped_tables,
    situation,
    weekly,
)

TABLES = shipped_tables()
CALLS, CONTACTS = TABLES.wrap_codes(TODAY, "call"), TABLES.wrap_codes(TODAY, "contact")
NOTE = "a note of more than twenty characters"
NUMBER, OTHER = "07700 900123", "01632 960001"


def made(story: Story) -> list[tuple[str, str, Any]]:
    """The tasks made since the opening: kind, title, and from when."""
    return [(task.kind, task.title, task.due_at) for task in story.case.tasks[1:]]


def after(code: str, detail: str | None = None, **more: Any) -> Story:
    """A case on which a call ended so."""
    story = Story()
    story.does(LogCall(outcome=code, detail=detail, note=NOTE, **more))
    return story


def refused(action: LogCall | LogContact, case: Case | None = None) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as fault:
        decide(case or Story().case, action, situation())
    return [(one.code, one.field) for one in fault.value.reasons]


# Outcomes that ask for more than another call


def test_abuse_is_the_team_leaders_at_once() -> None:
    """Seen red with: `alert` not read."""
    assert made(after("ABUSIVE", "THREAT")) == [("referral", "needs the team leader (after: abusive, threats)", NOW)]


def test_an_alert_does_not_wait_for_the_next_working_day() -> None:
    """On a Saturday what is next waits until Monday, what is urgent does not."""
    story = Story()
    story.does(LogCall(outcome="SAFEGUARD", direction="in", note=NOTE), at(21))
    assert made(story) == [("safeguarding", "somebody may come to harm: see to it now (something else)", at(21))]


def test_a_complaint_is_ready_now_and_says_by_when_it_must_be_answered() -> None:
    """Law page 7.1: tier 1, ten working days; from Thursday 17 December over Christmas. Seen red with: hidden until then."""
    ((kind, title, due),) = made(after("COMPLAINT", "STAFF"))
    assert (kind, due) == ("complaint", TABLES.calendar.after(NOW, "0d"))
    assert title == "a complaint was made: answer by Thu 3 Dec 2026 (after: complaint, about somebody here)"
    story = Story()
    story.does(LogCall(outcome="COMPLAINT", note=NOTE), at(17, 12))
    assert "answer by Tue 5 Jan 2027" in made(story)[0][1]


def test_a_complaint_waits_where_only_the_team_leader_works() -> None:
    work = TABLES.work_types["complaint"]
    assert work.team == "team-leaders"
    assert f"K01.{work.code}" in queues_of(LEADER, TABLES, TODAY)


def test_a_death_goes_to_the_team_leader_to_be_verified() -> None:
    assert [kind for kind, *_ in made(after("DECEASED"))] == ["referral"]
    assert refused(LogCall(outcome="DECEASED", note="x" * 19)) == [("note-needed", "note")]


def test_somebody_in_custody_is_the_fines_officers_with_what_was_noted() -> None:
    story = after("CUSTODY")
    assert made(story) == [
        ("decision", "needs the fines officer (after: in custody)", TABLES.calendar.after(NOW, "0d"))
    ]
    assert story.case.counters.conversations == 0


@pytest.mark.parametrize(("detail", "words"), [("WELSH", "welsh"), ("INTERPRETER", "through an interpreter")])
def test_another_language_is_another_call_that_says_which(detail: str, words: str) -> None:
    """Only a task: what language they want is for them to say, and for the details to record."""
    story = after("LANGUAGE", detail)
    assert made(story) == [
        ("call", f"call again (after: needs another language, {words})", TABLES.calendar.after(NOW, "1wd"))
    ]
    assert story.case.person.language == "en"


def test_a_second_level_may_be_more_urgent_than_its_outcome() -> None:
    """Seen red with: the alert of the outcome alone."""
    assert [kind for kind, *_ in made(after("VULN_NEW"))] == ["referral"]
    assert [kind for kind, *_ in made(after("VULN_NEW", "SUICIDE"))] == ["safeguarding", "referral"]


def test_an_alert_is_made_once_a_day() -> None:
    story = after("ABUSIVE")
    story.does(LogCall(outcome="ABUSIVE", note=NOTE), at(19, hour=15))
    assert [kind for kind, *_ in made(story)] == ["referral"]
    story.does(LogCall(outcome="ABUSIVE", note=NOTE), at(20))
    assert [kind for kind, *_ in made(story)] == ["referral", "referral"]


def test_a_wrap_up_alerts_as_a_call_does() -> None:
    story = Story()
    story.does(WrapUp(outcome="ABUSIVE", note=NOTE), pulled="2.1")
    assert [task.kind for task in story.case.tasks] == ["referral"]


def test_on_a_paid_account_nothing_is_chased_but_an_alert_stands() -> None:
    story = Story(an_account(imposed(pence=1_000)))
    story.does(TakeReceipt(amount_pence=1_000, method="card", received_on=TODAY))
    before = len(story.case.tasks)
    story.does(LogCall(outcome="HANGUP"))
    assert len(story.case.tasks) == before
    story.does(LogCall(outcome="ABUSIVE", note=NOTE))
    assert [task.kind for task in story.case.tasks[before:]] == ["referral"]


# Paid now


def test_whoever_pays_now_is_told_where_and_under_which_reference() -> None:
    """Law page 6: the English line, and the reference of division, account number and check letter. No money is posted."""
    story = Story()
    action = LogCall(outcome="PAID_NOW")
    assert action.to_say(story.case, situation()) == [
        "Pay by card on 0300 790 9901 (England, 24 hours)",
        f"reference K01 {number()}",
    ]
    done = story.does(action)
    assert [event.what.kind for event in done.events] == ["contact", "task"]
    assert made(story)[0][0] == "check-payment"
    assert story.case.tasks[-1].due_on == date(2026, 11, 24), "three working days"
    assert story.case.receipts == ()


def test_a_welsh_speaker_is_told_the_welsh_line() -> None:
    """Seen red with: the language not looked at."""
    case = Story(an_account(person=a_person(language="cy"))).case
    assert "0300 790 9980 (Wales" in LogCall(outcome="PAID_NOW").to_say(case, situation())[0]


def test_nothing_is_to_be_said_after_other_outcomes() -> None:
    case = Story().case
    assert [code for code in CALLS if LogCall(outcome=code, note=NOTE).to_say(case, situation())] == ["PAID_NOW"]
    assert LogCall(outcome="NONE_SUCH").to_say(case, situation()) == []


# What a call tells of its number


@pytest.mark.parametrize(("code", "standing"), [("WRONG_NO", "wrong"), ("DISC", "dead"), ("BAD_NUM", "dead")])
def test_a_useless_number_is_marked_in_the_same_transaction(code: str, standing: str) -> None:
    """Seen red with: every number of theirs marked; the guardian's left."""
    story = Story(an_account(person=a_person(phones=(NUMBER, OTHER))))
    done = story.does(LogCall(outcome=code, number=NUMBER))
    assert [event.what.kind for event in done.events] == ["contact", "number-failed", "task"]
    assert [phone.standing for phone in story.case.person.phones] == [standing, "current"]
    assert str(story.case.debtor.phone) == OTHER
    assert made(story)[0][0] == "contact-details"
    assert story.case.changed["person"] == 4
    again = story.does(LogCall(outcome=code, number=NUMBER), at(20))
    assert "number-failed" not in [event.what.kind for event in again.events]


@pytest.mark.parametrize(
    "call",
    [
        LogCall(outcome="NO_ANS", number=NUMBER),
        LogCall(outcome="WRONG_NO"),
        LogCall(outcome="WRONG_NO", number=OTHER),
        LogCall(outcome="WRONG_NO", number=NUMBER, direction="in"),
    ],
)
def test_a_number_is_marked_only_if_it_is_theirs_and_was_rung(call: LogCall) -> None:
    story = Story()
    before = story.case.person
    story.does(call)
    assert story.case.person == before


def test_a_number_that_a_guardian_shares_fails_for_both() -> None:
    whole = Story().case.model_copy(update={"guardian": Guardian(person=a_person("Smith", "Ann"))})
    (_, failed, *_) = decide(whole, LogCall(outcome="DISC", number=NUMBER), situation())
    assert isinstance(failed, NumberFailed)
    changed = failed.change(whole, None)  # type: ignore[arg-type]
    assert (
        changed["person"].phones == changed["guardian"].person.phones == (PhoneNumber(number=NUMBER, standing="dead"),)
    )
    assert failed.summary() == "07700 900123 does not work"
    assert NumberFailed(number=NUMBER, standing="wrong").summary() == "07700 900123 is somebody else’s"


# Counters


@pytest.mark.parametrize(
    ("code", "direction", "counted"),
    [
        ("NO_ANS", "out", (1, 0, 1)),
        ("CALL_FAIL", "out", (0, 0, 0)),
        ("TP_MSG", "out", (1, 0, 1)),
        ("HANGUP", "out", (1, 1, 0)),
        ("HANGUP", "in", (0, 1, 0)),
        ("DPA_FAIL", "out", (1, 0, 1)),
        ("DPA_FAIL", "in", (0, 0, 0)),
        ("DECEASED", "in", (0, 0, 0)),
    ],
)
def test_what_a_call_counts_as_stands_in_its_row(code: str, direction: Any, counted: tuple[int, int, int]) -> None:
    """Attempts, conversations, unanswered. Seen red with: a failed call counted."""
    counters = after(code, direction=direction).case.counters
    assert (counters.attempts, counters.conversations, counters.unanswered) == counted


def test_a_message_is_no_call_but_whoever_wrote_was_reached() -> None:
    story = after("NO_ANS")
    story.does(LogContact(channel="email", outcome="SENT", direction="out"))
    assert (story.case.counters.attempts, story.case.counters.unanswered) == (1, 1)
    story.does(LogContact(channel="email", outcome="WROTE", note=NOTE))
    assert (story.case.counters.conversations, story.case.counters.unanswered) == (1, 0)


# The second level


def test_details_are_asked_only_where_there_are_any() -> None:
    def asked(outcome: str) -> list[str]:
        typed = {"answered": "them", "outcome": outcome}
        return [one.name for one in fields(LogCall, Story().case, typed, situation())]

    assert "detail" in asked("dispute")
    assert "detail" not in asked("hangup")
    assert "detail" not in asked("")


def test_a_second_level_is_one_of_its_outcomes() -> None:
    """Seen red with: any known detail let through."""
    assert refused(LogCall(outcome="NO_ANS", detail="AMOUNT")) == [("not-asked", "detail")]
    assert refused(LogCall(outcome="DISPUTE", detail="WELSH", note=NOTE)) == [("unknown-detail", "detail")]
    with pytest.raises(Refused, match="there are: NOT_ME, AMOUNT, SETTLED, APPEALING, REOPENING"):
        decide(Story().case, LogCall(outcome="DISPUTE", detail="WELSH", note=NOTE), situation())
    what = after("DISPUTE", "AMOUNT").events[2].what
    assert isinstance(what, Contacted)
    assert what.summary().startswith("call out  disputes the account: disputes how much  identity not asked")


def test_a_form_and_a_line_take_the_second_level() -> None:
    """Found: without its word, a note that began with “says” was taken for a detail that means two things."""
    case = Story().case
    typed = {"outcome": "dispute", "detail": "amount", "note": NOTE}
    wanted = LogCall(outcome="DISPUTE", detail="AMOUNT", note=NOTE, number=NUMBER)
    assert fill(LogCall, case, typed, situation()) == wanted
    assert action_of(parse(f"call dispute detail amount note {NOTE}", case, situation()), case, situation()) == wanted
    assert parse("call dispute says he never drove it", case, situation()).typed["note"] == "says he never drove it"


def test_every_detail_is_of_an_outcome_and_every_alert_has_a_queue() -> None:
    """`reference check` tells it with file and line. Seen red with: alerts not looked up."""
    texts = {path.stem: path.read_text("utf-8") for path in TABLE_FOLDER.glob("*.toml")}
    assert faults(texts) == []
    for table, old, new, reason in [
        (
            "outcome_details",
            'outcome = "HARDSHIP"',
            'outcome = "HARDSHIPS"',
            "outcome HARDSHIPS stands in no row of wrap_codes.toml",
        ),
        ("wrap_codes", 'alert = "referral"', 'alert = "look"', "alert look stands in no row of queues.toml"),
    ]:
        changed = texts[table].replace(old, new, 1)
        line = changed[: changed.index(new)].count("\n") + 1
        assert faults({**texts, table: changed}) == [f"{table}.toml, line {line}: {reason}"]


def test_labels_of_one_outcome_can_be_told_apart_by_their_beginning() -> None:
    rows = [row for row in TABLES.rows["outcome_details"] if isinstance(row, OutcomeDetail)]
    assert {row.outcome for row in rows} <= set(CALLS)
    assert len({(row.outcome, row.code) for row in rows}) == len(rows)


# Messages


def test_a_letter_is_logged_with_what_follows_from_it() -> None:
    story = Story()
    done = story.does(LogContact(channel="letter", outcome="DISPUTE", detail="NOT_ME", note=NOTE))
    assert [event.what.kind for event in done.events] == ["contact", "task"]
    assert done.events[0].what.summary() == f"letter in  disputes the account: says it is somebody else  {NOTE}"
    assert [kind for kind, *_ in made(story)] == ["decision"]
    contact = story.case.contacts[-1]
    assert (contact.channel, contact.direction, contact.reached) == ("letter", "in", True)


@pytest.mark.parametrize("channel", ["email", "webchat", "letter", "sms"])
def test_every_outcome_of_a_message_does_the_same_as_after_a_call(channel: Channel) -> None:
    for code, row in CONTACTS.items():
        story = Story()
        story.does(LogContact.model_validate({"channel": channel, "outcome": code, "note": NOTE}))
        assert len(made(story)) == bool(row.next_task) + bool(row.alert) + bool(row.concern)
        if code in CALLS:
            assert made(story) == made(after(code))
        assert (
            story.events[2]
            .what.summary()
            .startswith(f"{CHANNELS[channel]} {'out' if row.group == 'not-reached' else 'in'}")
        )


def test_what_a_message_cannot_bring_is_no_outcome_of_it() -> None:
    for code in ("PTP", "CALLBACK", "NO_ANS", "VM_LEFT", "HANGUP"):
        assert refused(LogContact(channel="email", outcome=code, note=NOTE)) == [("unknown-outcome", "outcome")]
    assert refused(LogContact(channel="email", outcome="DISPUTE", detail="X")) == [
        ("note-needed", "note"),
        ("unknown-detail", "detail"),
    ]


def test_a_message_is_read_from_a_script_and_from_a_line() -> None:
    text = (
        '{"kind":"contact","channel":"webchat","direction":"in","outcome":"HARDSHIP","note":"lost her job in May 2026"}'
    )
    assert parse_action(text) == LogContact(
        channel="webchat", direction="in", outcome="HARDSHIP", note="lost her job in May 2026"
    )
    case = Story().case
    line = parse("contact e-mail hardship lost her job in May 2026", case, situation())
    assert action_of(line, case, situation()) == LogContact(
        channel="email", direction="in", outcome="HARDSHIP", note="lost her job in May 2026"
    )
    sent = parse("contact letter sent", case, situation())
    assert action_of(sent, case, situation()) == LogContact(channel="letter", outcome="SENT", direction="out")
    with pytest.raises(Refused):
        parse_action('{"kind":"contact","channel":"pigeon","outcome":"SENT"}')
    with pytest.raises(Refused):
        parse_action('{"kind":"contact","channel":"call","outcome":"NO_ANS"}')


def test_a_message_needs_no_claim_and_rests_on_nothing() -> None:
    action = LogContact(channel="email", outcome="WROTE", note=NOTE)
    assert (action.needs_claim(), action.depends_on()) == (False, frozenset())


# Terms


WEEKLY = NewTerms(amount_pence=2_000, every="weekly", start=date(2026, 11, 26), reason="HOURS")


def test_a_call_carries_the_terms_that_were_agreed_in_it() -> None:
    """All or nothing. Seen red with: the terms not agreed; the task in hand ended twice."""
    story = Story()
    action = LogCall(outcome="ARR_NEW", terms=WEEKLY, finish=True)
    assert action.needs_claim() and not LogCall(outcome="NO_ANS").needs_claim()
    done = story.does(action, pulled="2.1")
    assert [event.what.kind for event in done.events] == ["contact", "terms", "task-ended"]
    assert story.case.terms == WEEKLY.terms
    assert story.case.not_automatic is not None


def test_a_call_with_terms_needs_the_claim_and_rests_on_what_terms_rest_on() -> None:
    """Whether or not it ends the task: terms are agreed by whoever works the case. Seen red with: the claim needed for
    `finish` alone; terms agreed over others that were agreed meanwhile."""
    call = LogCall(outcome="ARR_NEW", terms=WEEKLY)
    assert call.needs_claim() and not call.ends_claim()
    assert call.depends_on() == AgreeTerms.rests_on
    assert LogCall(outcome="NO_ANS").depends_on() == frozenset()
    story = Story()
    seen = story.case.version
    story.does(AgreeTerms(amount_pence=3_000, every="weekly", start=date(2026, 11, 26), reason="JOB"))
    with pytest.raises(Stale):
        story.does(call, seen=seen)


def test_terms_in_a_call_settle_all_that_they_settle_by_themselves() -> None:
    """The promise, and the tasks that only ask for money, but for the one in hand, which the officer still wraps up."""
    story = Story()
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    story.does(LogCall(outcome="NO_ANS"))
    story.does(LogCall(outcome="ARR_NEW", terms=WEEKLY), at(20), pulled="2.1")
    assert [one.state for one in story.case.promises] == ["superseded"]
    assert [task.id for task in story.case.tasks] == ["2.1"]


def test_what_gives_pause_and_what_to_tell_the_payer_is_said_in_a_call_too() -> None:
    """Seen red with: neither."""
    story = Story(an_account(terms=weekly(3_000, date(2026, 11, 26))))
    call = LogCall(outcome="ARR_VARY", terms=WEEKLY, identity=None)
    alone = AgreeTerms.model_validate(WEEKLY.model_dump(exclude={"plan"}))
    said = call.to_say(story.case, situation())
    assert said == alone.to_say(story.case, situation())
    assert said[-1] == "an appeal in writing is possible until Thu 3 Dec 2026"
    late = WEEKLY.model_copy(update={"start": date(2027, 11, 26)})
    cautions = LogCall(outcome="ARR_VARY", terms=late).cautions(story.case, situation())
    assert any("days ahead" in one for one in cautions)
    assert LogCall(outcome="ARR_VARY").to_say(story.case, situation()) == []


def test_an_officer_who_may_not_agree_the_terms_of_a_call_is_told_to_ask_for_them() -> None:
    """And nothing of the call is written. Seen red with: the call logged without its terms."""
    story = Story()
    small = WEEKLY.model_copy(update={"amount_pence": 499})
    before = story.case
    with pytest.raises(Refused) as fault:
        story.does(LogCall(outcome="ARR_NEW", terms=small))
    assert [(one.code, one.field) for one in fault.value.reasons] == [
        ("below-least", "terms.amount_pence"),
        ("ask-instead", None),
    ]
    assert story.case == before
    story.does(LogCall(outcome="ARR_NEW", terms=small), by=FINES_OFFICER)
    assert story.case.terms == small.terms


def test_terms_come_with_their_outcomes_and_with_no_other() -> None:
    assert refused(LogCall(outcome="ARR_VARY")) == [("needed", "terms")]
    assert refused(LogCall(outcome="NO_ANS", terms=WEEKLY)) == [("not-asked", "terms")]


def test_a_call_whose_terms_are_refused_is_not_logged_either() -> None:
    """Every reason names its field inside the terms."""
    past = WEEKLY.model_copy(update={"start": date(2026, 11, 18), "reason": "WHIM"})
    assert {("past", "terms.start"), ("unknown-reason", "terms.reason")} <= set(
        refused(LogCall(outcome="ARR_NEW", terms=past))
    )


def test_terms_are_typed_in_the_same_line() -> None:
    case = Story().case
    line = parse("call arrnew 20 weekly from 26/11 because lost job id 14/3/87, DY10 2AB", case, situation())
    assert line.typed["terms.amount_pence"] == "20"
    assert line.typed["identity"] == "14/3/87, DY10 2AB"
    call = action_of(parse("call arrnew 20 weekly from 26/11 because hours", case, situation()), case, situation())
    assert call == LogCall(outcome="ARR_NEW", terms=WEEKLY, number=NUMBER)
    keys = '"amount_pence":2000,"every":"weekly","start":"2026-11-26","reason":"HOURS"'
    script = f'{{"kind":"call","outcome":"ARR_NEW","number":"{NUMBER}","terms":{{{keys}}}}}'
    assert parse_action(script) == call
