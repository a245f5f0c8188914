"""What stands beside the form of a call: seconds, policy, ticks, what to say and to ask, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.actions.call import LogCall
from casework.case import Case
from casework.identity import so_far
from casework.people import PhoneNumber
from casework.refusals import Reason
from casework.to_ask import opening, to_ask
from casework.views import Happened, Preview
from tests.cases import NOW, TABLE_FOLDER, Story, a_person, an_account, at, shipped_tables, situation, tables_with
from tui.call_view import OnTheLine, shown
from tui.widgets.cells import cells

KNOWN: Mapping[str, Any] = {
    "date_of_birth": date(1987, 3, 14),
    "addresses": [{"lines": ["14 Mill Lane"], "postcode": "DY10 2AB"}],
    "employer": {"name": "Wickes", "paid": "weekly", "pay_day": date(2026, 11, 13)},
    "national_insurance": "AB123456C",
}
ANSWERS = ("14/3/87", "14 Mar 1987", "DY10 2AB", "14 Mill Lane", "Wickes", "AB123456C")
PASSED = "14/3/87, dy10 2ab"


def a_payer(**more: Any) -> Case:
    return Story(an_account(person=a_person(**{**KNOWN, **more}))).case


def lines(
    typed: Mapping[str, str],
    case: Case | None = None,
    *,
    after: int = 0,
    width: int = 46,
    preview: Preview | None = None,
) -> list[str]:
    """What stands there so many seconds after the form was opened."""
    case, now = case or a_payer(), NOW + timedelta(seconds=after)
    circumstances = situation(now)
    checked = so_far(typed, case, circumstances) if typed.get("identity") else None
    call = OnTheLine(case, typed, circumstances, NOW, preview, checked)
    return ["".join(part.text for part in line) for line in shown(call, width)]


def text(typed: Mapping[str, str], *more: Any, **others: Any) -> str:
    return " ".join(" ".join(lines(typed, *more, **others)).split())


# The clock and the calls before


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (59, "0:59"), (60, "1:00"), (3_725, "62:05")])
def test_the_first_line_tells_how_long_the_call_lasts(seconds: int, said: str) -> None:
    """And is the only one that changes with the seconds. Seen red with: minutes of a hundred seconds."""
    first, *rest = lines({"answered": "them"}, after=seconds)
    assert first.strip().startswith(f"{said} ·")
    assert rest == lines({"answered": "them"}, after=0)[1:]


def test_the_first_line_counts_the_calls_of_today_and_of_the_last_seven_days() -> None:
    """The day before the window, its first day, today; calls in count for nothing. Seen red with: they did."""
    story = Story(now=at(10))
    for day in (12, 13, 18, 19):
        story.does(LogCall(outcome="NO_ANS"), at(day, hour=9))
    story.does(LogCall(outcome="HANGUP", direction="in"), at(19, hour=9, minute=30))
    assert "called 1x today, 3x in 7 days" in lines({}, story.case)[0]


# Policy


def test_what_policy_has_against_a_call_stands_there_until_somebody_is_on_the_line() -> None:
    """Nor beside a call that came in. Seen red with: always."""
    story = Story(an_account(person=a_person(**KNOWN)))
    story.does(LogCall(outcome="NO_ANS"))
    against = "not now: the last call was at 10:00"
    assert against in text({"direction": "out"}, story.case)
    assert against not in text({"direction": "out", "answered": "them"}, story.case)
    assert against not in text({"direction": "in"}, story.case)


def test_policy_judges_the_number_that_is_rung() -> None:
    """Seen red with: the first number whatever is typed."""
    phones = (PhoneNumber(number="07700 900123"), PhoneNumber(number="07700 900456", standing="dead"))
    case = a_payer(phones=phones)
    assert "does not work" in text({"number": "07700 900456"}, case)
    assert "does not work" not in text({"number": "07700 900123"}, case)


# Identity


def test_each_item_is_ticked_as_it_is_said() -> None:
    """Right, wrong, not said yet. Seen red with: a wrong item ticked as right."""
    assert "○date of birth ○postcode" in text({"answered": "them"})
    assert "✓date of birth ○postcode" in text({"answered": "them", "identity": "14/3/87"})
    assert "✗date of birth ○postcode" in text({"answered": "them", "identity": "15/3/87"})
    said = text({"answered": "them", "identity": PASSED})
    assert "✓ identity shown Ask:" in said and "for details: ✓date of birth ○first line of the address" in said


def test_enough_for_details_says_so() -> None:
    said = text({"answered": "them", "identity": f"{PASSED}, 14 mill lane, wickes"})
    assert "✓ identity shown, for details too" in said
    assert "○" not in said


def test_somebody_else_is_asked_for_their_authority() -> None:
    """Seen red with: the payer's date of birth asked of whoever answers."""
    said = text({"answered": "other"})
    assert "○representative with written authority" in said and "only with written authority" in said
    assert "date of birth" not in said


def test_nothing_is_asked_of_nobody() -> None:
    assert "identity:" not in text({})
    assert "Say your name and that you ring from HMCTS; not what about" in text({})


def test_two_wrong_answers_leave_only_how_to_end_the_call() -> None:
    """With the letter of the table. Seen red with: what to ask still there."""
    said = text({"answered": "them", "identity": "1/1/80, b1 1aa"})
    assert "STOP: say no more. The outcome is i, identity not shown" in said
    assert "Ask:" not in said and "○" not in said


@pytest.mark.parametrize("answered", ["", "them", "other"])
@pytest.mark.parametrize(
    "identity", ["", "14/3/87", "1/1/80", "1/1/80, b1 1aa", PASSED, f"{PASSED}, wickes, 14 mill lane"]
)
@pytest.mark.parametrize("outcome", ["", "PTP", "SPOKE", "DPA_FAIL"])
def test_no_answer_is_ever_shown(answered: str, identity: str, outcome: str) -> None:
    """Law page 7.2: never show answers. Seen red with: the address in the question whether they still live there."""
    said = text({"answered": answered, "identity": identity, "outcome": outcome})
    assert not any(fact.casefold() in said.casefold() for fact in ANSWERS)


@pytest.mark.parametrize("width", [20, 46, 80])
def test_no_line_is_wider_than_its_place(width: int) -> None:
    for typed in ({}, {"answered": "them"}, {"answered": "them", "identity": PASSED}, {"answered": "other"}):
        for line in lines(typed, width=width)[1:]:
            assert cells(line) <= width


# What to ask


def asked(day: datetime = NOW, **more: Any) -> list[str]:
    return to_ask(a_payer(**more), situation(day))


def test_what_is_missing_is_asked_once_identity_is_shown() -> None:
    """Not of somebody else, nor before. Seen red with: asked of whoever answers."""
    case = a_payer(employer=None, addresses=())
    shown_them = text({"answered": "them", "identity": "14/3/87", "direction": "in"}, case)
    assert "Ask: Where do you live now?" in shown_them and "Ask: Do you work, and for whom?" in shown_them
    assert "Ask:" not in text({"answered": "them"}, case)
    solicitor = {"kind": "solicitor", "name": "S Grey", "authority_on": "2026-11-01"}
    spoken_for = a_payer(employer=None, addresses=(), representative=solicitor)
    authorised = text({"answered": "other", "identity": "S Grey"}, spoken_for)
    assert "✓ identity shown" in authorised and "Ask:" not in authorised


def test_each_thing_is_asked_only_while_it_is_missing() -> None:
    """Seen red with: the job asked of somebody on a benefit; the pay day that is known."""
    job, pay_day = "Do you work, and for whom?", "How often are you paid, and on which day?"
    assert job not in asked() and pay_day not in asked()
    assert job in asked(employer=None) and pay_day not in asked(employer=None)
    assert pay_day in asked(employer={"name": "Wickes", "paid": "weekly"})
    assert job not in asked(employer=None, benefits=({"benefit": "uc"},))
    assert "Where do you live now?" in asked(addresses=()) and "Where do you live now?" not in asked()


def test_a_number_that_was_checked_is_not_asked_about() -> None:
    number = "Is this the best number to reach you on?"
    assert number in asked()
    assert number not in asked(phones=({"number": "07700 900123", "verified_on": "2026-11-01"},))


@pytest.mark.parametrize(("checked", "old"), [("2026-09-19", False), ("2026-09-18", True), ("2026-09-17", True)])
def test_a_job_is_asked_about_in_the_month_before_it_may_no_longer_be_relied_on(checked: str, old: bool) -> None:
    """Three months from when it was checked, 30 days before: from 19 Nov, whatever lasts up to 18 Dec. Seen red with: a day
    more."""
    employer = {"name": "Wickes", "verified_on": checked, "paid": "weekly", "pay_day": "2026-11-13"}
    assert ("Do you still work where you did?" in asked(employer=employer)) is old
    assert "Do you still work where you did?" not in asked()


def test_an_organisation_is_not_asked_for_its_job_or_means() -> None:
    person = {"name": {"organisation": "Mill Ltd"}, "phones": ["07700 900123"], "addresses": KNOWN["addresses"]}
    case = Story(an_account(person=person)).case
    assert to_ask(case, situation()) == ["Is this the best number to reach you on?"]
    assert "whether they may speak for the organisation" in opening("organisation", situation())


def test_welsh_is_offered_where_payers_are_sent_to_the_welsh_line() -> None:
    lines = (TABLE_FOLDER / "payment_lines.toml").read_text("utf-8").replace("units = []", 'units = ["K01"]')
    offered = to_ask(a_payer(), situation(tables=tables_with(payment_lines=lines)))
    assert "Would you rather speak Welsh?" in offered
    assert "Would you rather speak Welsh?" not in asked()
    welsh = to_ask(a_payer(language="cy"), situation(tables=tables_with(payment_lines=lines)))
    assert "Would you rather speak Welsh?" not in welsh


def test_a_table_without_a_sentence_asks_nothing() -> None:
    text = (TABLE_FOLDER / "call_prompts.toml").read_text("utf-8")
    short = text[: text.index('[[row]]\ncode = "OPEN_IN"')]
    tables = tables_with(call_prompts=short)
    assert to_ask(a_payer(employer=None), situation(tables=tables)) == []
    assert opening("in", situation(tables=tables)) == ""
    assert opening("out", situation(tables=tables)) != ""


# What comes next


def test_what_saving_would_bring_stands_there_and_what_refuses_it() -> None:
    """But for what the form says of its own fields. Seen red with: “Outcome is needed” beside an empty outcome."""
    then = Preview(
        events=(
            Happened(seq=3, kind="contact", summary="call out"),
            Happened(seq=4, kind="task", summary="call again"),
        ),
        balance_pence=1,
    )
    assert "Next: call again" in text({"answered": "them"}, preview=then)
    against = (
        Reason(code="needed", message="Outcome is needed", field="outcome"),
        Reason(code="past", message="too late"),
    )
    refused = Preview(events=(), balance_pence=1, refusals=against)
    assert "✗ too late" in text({"answered": "them"}, preview=refused)
    assert "Outcome is needed" not in text({"answered": "them"}, preview=refused)


def test_every_outcome_of_a_call_may_be_reached_by_letters() -> None:
    """In a list of those that reach nobody, or of one whom they spoke with. Seen red with: an outcome in no list."""
    from casework.actions.outcome import lettered_lists

    rows = shipped_tables().wrap_codes(NOW.date(), "call")
    found = lettered_lists(rows.values())
    assert {one.code for choices in found.values() for one in choices} == {*rows, "them", "other"}
    for choices in found.values():
        letters = [one.letter for one in choices]
        assert all(letters) and len(set(letters)) == len(letters)
    assert [one.code for one in found[""]][:4] == ["NO_ANS", "BUSY", "VM_LEFT", "VM_NONE"]
    assert {"PTP", "DECEASED", "DPA_FAIL"} <= {one.code for one in found["them"]}
    assert {"TP_AUTH", "DECEASED", "DPA_FAIL"} <= {one.code for one in found["other"]}
    assert not {"PTP", "NO_ANS"} & {one.code for one in found["other"]}
