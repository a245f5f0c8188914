"""Who is on the line: what they say, compared and forgotten. Law page, 7.2."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.accounts import Imposed
from casework.actions import parse_action
from casework.actions.call import LogCall
from casework.actions.declare import fill, without_secrets
from casework.actions.promise import Given
from casework.actions.receipt import TakeReceipt
from casework.case import Case
from casework.commit import decide
from casework.events import Contacted
from casework.identity import MASK, Checked, call_kind, check, facts, so_far, wanted
from casework.people import Address, Employer, Guardian, Name, Person, Representative, Vehicle
from casework.quick_entry import parse
from casework.quick_entry import without_secrets as line_without_secrets
from casework.refusals import Refused
from casework.rows_contact import CallKind
from tests.cases import COLLEAGUE, TODAY, Story, a_person, an_account, at, imposed, shipped_tables, situation

NOTE = "a note of more than twenty characters"
BORN = date(1987, 3, 14)


def somebody(**more: Any) -> Person:
    """John Smith, of whom everything is known that may be asked."""
    known: dict[str, Any] = {
        "date_of_birth": BORN,
        "addresses": (Address(lines=("14 Mill Lane", "Kidderminster"), postcode="DY10 2AB"),),
        "national_insurance": "AB123456C",
        "employer": Employer(name="Wickes Building Supplies Ltd"),
        "vehicles": (Vehicle(registration="AB12 CDE"),),
    }
    return a_person(**{**known, **more})


def a_story(*sums: Imposed, **more: Any) -> Story:
    """Their account, on which £20.00 was paid last."""
    story = Story(an_account(*sums, person=somebody(**more)))
    story.does(TakeReceipt(amount_pence=2_000, method="card", received_on=TODAY))
    return story


CASE = a_story().case


def said(text: str, call: CallKind = "in", case: Case = CASE) -> Checked:
    return check(text, case, call, situation())


# What agrees


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("14/3/87", ["date-of-birth"]),
        ("14.3.1987", ["date-of-birth"]),
        ("1987-03-14", ["date-of-birth"]),
        ("14 mar 1987", ["date-of-birth"]),
        ("dob 14/3/87", ["date-of-birth"]),
        ("DY10 2AB", ["postcode"]),
        ("dy102ab", ["postcode"]),
        ("14 mill lane", ["address"]),
        ("14 Mill Ln.", ["address"]),
        ("14 Mill Lane, DY10 2AB", ["address", "postcode"]),
        ("14/3/87, DY10 2AB", ["date-of-birth", "postcode"]),
        (" 14/3/87 ;dy10 2ab; ", ["date-of-birth", "postcode"]),
        ("56C", ["national-insurance"]),
        ("ab 12 34 56 c", ["national-insurance"]),
        ("ni 56c", ["national-insurance"]),
        ("ab12 cde", ["vehicle"]),
        ("car AB12CDE", ["vehicle"]),
        ("wickes building supplies", ["employer"]),
        ("Wickes Building Supplies Limited", ["employer"]),
        ("£20", ["last-payment"]),
        ("20.00", ["last-payment"]),
        ("paid 20", ["last-payment"]),
        ("14/3/87, 14/3/87", ["date-of-birth"]),
        ("140387", ["date-of-birth"]),
        ("14031987", ["date-of-birth"]),
        ("dob 140387", ["date-of-birth"]),
        ("14/03/1987 DY10 2AB", ["date-of-birth", "postcode"]),
        ("dy102ab 140387", ["postcode", "date-of-birth"]),
        ("14 mar 1987 £20 dy10 2ab", ["date-of-birth", "last-payment", "postcode"]),
        ("14/3/87 20.00, 14 Mill Lane", ["date-of-birth", "last-payment", "address"]),
    ],
)
def test_what_is_said_is_known_by_its_form_and_agrees_however_it_is_written(text: str, items: list[str]) -> None:
    """Seen red with: a postcode compared with its space."""
    assert (list(said(text).matched), said(text).failed, said(text).unknown) == (items, (), ())


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("15/3/87", ["date-of-birth"]),
        ("14/3/2087", ["date-of-birth"]),
        ("DY10 2AC", ["postcode"]),
        ("15 Mill Lane", ["address"]),
        ("Kidderminster", ["address"]),
        ("56D", ["national-insurance"]),
        ("ni 6C", ["national-insurance"]),
        ("AB12 CDF", ["vehicle"]),
        ("£20.01", ["last-payment"]),
        ("£1,240.00", ["last-payment"]),
    ],
)
def test_what_does_not_agree_has_failed(text: str, items: list[str]) -> None:
    """Caught: two characters of a National Insurance number agreeing; a comma in a sum making two answers of it."""
    checked = said(text)
    assert (checked.matched, list(checked.failed), checked.stopped) == ((), items, False)


def test_the_year_of_a_birth_written_in_two_digits_has_been() -> None:
    """Seen red with: 31 read as 2031."""
    old = a_story(date_of_birth=date(1931, 3, 14)).case
    assert said("14/3/31", case=old).matched == ("date-of-birth",)
    assert said("14/3/2031", case=old).failed == ("date-of-birth",)


@pytest.mark.parametrize("text", ["15/4", "14 march", "31/2/87", "dob yesterdayish", "dob 14"])
def test_a_date_of_birth_that_cannot_be_read_is_asked_again_and_not_repeated(text: str) -> None:
    """A slip of the keys is no wrong answer. Caught: what was said standing in the error."""
    with pytest.raises(ValueError, match="date of birth") as fault:
        said(text)
    assert text not in str(fault.value)
    reasons = refused(CASE, LogCall(outcome="SPOKE", note=NOTE, identity=text))
    assert reasons == [("unreadable", "identity")]


@pytest.mark.parametrize(
    "text",
    [
        "14/3/87 56c",
        "14 Mill Lane DY10 2AB",
        "14/3/87 20",
        "dob 14/3/87 DY10 2AB",
        "postcode dy10 2ab 14/3/87",
        "ni 56c 140387",
        "14/3 dy10 2ab",
    ],
)
def test_answers_that_run_together_are_asked_for_with_a_comma(text: str) -> None:
    """Never a wrong answer, nor nothing. Seen red with: what follows a known answer taken for an address."""
    with pytest.raises(ValueError, match="put a comma between the answers"):
        said(text)
    assert refused(CASE, LogCall(outcome="SPOKE", note=NOTE, identity=text)) == [("unreadable", "identity")]


def test_an_employer_may_be_named_like_a_postcode() -> None:
    case = a_story(employer=Employer(name="A1 2GO Cars Ltd")).case
    assert said("employer A1 2GO Cars", case=case).matched == ("employer",)


def test_what_we_do_not_know_cannot_be_wrong() -> None:
    nobody = Story().case
    checked = said("14/3/87, DY10 2AB, 14 Mill Lane, £20", case=nobody)
    assert (checked.matched, checked.failed, checked.stopped) == ((), (), False)
    assert checked.unknown == ("date-of-birth", "postcode", "address", "last-payment")


def test_an_address_may_have_commas_and_is_wrong_once_at_most() -> None:
    """Seen red with: each of its parts a failure."""
    flat = (Address(lines=("Flat 3, Rose House, Mill Lane",), postcode="DY10 2AB"),)
    case = a_story(addresses=flat).case
    assert said("Flat 3, Rose House, Mill Lane, DY10 2AB", case=case).matched == ("address", "postcode")
    wrong = said("Flat 4, Rose House, Mill Lane", case=case)
    assert (wrong.failed, wrong.stopped) == (("address",), False)


def test_a_former_address_and_employer_show_nothing() -> None:
    gone = a_story(
        addresses=(Address(lines=("14 Mill Lane",), postcode="DY10 2AB", standing="previous"),),
        employer=Employer(name="Wickes", standing="expired"),
    ).case
    assert said("DY10 2AB, Wickes", case=gone).matched == ()


def test_it_is_whoever_is_to_pay_that_must_show_it() -> None:
    child = a_person("Smith", "Kim", date_of_birth=date(2011, 1, 1))
    case = Story(an_account(person=child)).case.model_copy(update={"guardian": Guardian(person=somebody())})
    assert said("14/3/87", case=case).passed
    assert said("1/1/2011", case=case).failed == ("date-of-birth",)


# What is enough


@pytest.mark.parametrize(
    ("call", "text", "level"),
    [
        ("in", "14/3/87", "speak"),
        ("in", "DY10 2AB", ""),
        ("in", "14 Mill Lane", ""),
        ("in", "14 Mill Lane, DY10 2AB", "speak"),
        ("in", "56C, £20", ""),
        ("in", "14/3/87, 56C, £20", "detail"),
        ("in", "wickes building supplies, 56C, £20", ""),
        ("in", "14/3/87, DY10 2AB, 56C", "speak"),
        ("out", "14/3/87", ""),
        ("out", "DY10 2AB, 14 Mill Lane", ""),
        ("out", "14/3/87, DY10 2AB", "speak"),
        ("out", "14/3/87, 14 Mill Lane, AB12 CDE", ""),
        ("out", "14/3/87, DY10 2AB, 14 Mill Lane, AB12 CDE", "detail"),
        ("organisation", "14 Mill Lane", ""),
        ("organisation", "14 Mill Lane, DY10 2AB", "speak"),
    ],
)
def test_how_much_must_be_shown_depends_on_who_rang_whom(call: CallKind, text: str, level: str) -> None:
    """In: date of birth, or postcode and first line; out: date of birth and postcode; details: three of six. Seen red with:
    one item enough in a call out; the postcode counted beside the address of which it is part."""
    assert said(text, call).level == level


def test_one_wrong_answer_is_no_end_but_two_are() -> None:
    """Law page 7.2: fail twice, stop. Seen red with: three needed; the same item twice counted once."""
    once = said("15/3/87, 14/3/87", "in")
    assert (once.passed, once.stopped) == (True, False)
    for text in ("15/3/87, DY10 2AC", "15/3/87, 16/3/87", "15/3/87, 16/3/87, 14/3/87"):
        assert (said(text).passed, said(text).stopped) == (False, True)


def test_what_is_wanted_is_said_in_words() -> None:
    assert wanted("in", situation()) == "date of birth, or postcode and first line of the address"
    assert wanted("out", situation()) == "date of birth and postcode"


def test_who_is_on_the_line_shows_from_outcome_payer_and_direction() -> None:
    rows = shipped_tables().wrap_codes(TODAY, "call")
    company = Story(an_account(person=Person(name=Name(organisation="Acme Ltd")))).case
    assert call_kind(CASE, "in") == call_kind(CASE, "in", rows["PTP"]) == "in"
    assert call_kind(CASE, "out") == "out"
    assert call_kind(company, "in") == call_kind(company, "out") == "organisation"
    assert call_kind(company, "in", rows["TP_AUTH"]) == "third-party"


@pytest.mark.parametrize(("until", "passes"), [(None, True), (TODAY, True), (date(2026, 11, 18), False)])
def test_somebody_else_needs_written_authority_that_holds(until: date | None, passes: bool) -> None:
    """Seen red with: the last day of the authority left out."""
    rep = Representative(
        kind="adviser", name="Ann Jones", organisation="Jones & Co", authority_on=BORN, authority_until=until
    )
    case = a_story(representative=rep).case
    for text in ("Jones and Co", "ann jones", "for Jones & Co"):
        assert said(text, "third-party", case).passed is passes
        assert said(text, "third-party", case).unknown == (() if passes else ("representative",))
    if passes:
        assert said("Smith & Co", "third-party", case).failed == ("representative",)
    assert not said("jones & co", "in", case).passed


# In a call


def refused(case: Case, action: LogCall) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as fault:
        decide(case, action, situation())
    return [(one.code, one.field) for one in fault.value.reasons]


def logged(case: Case, action: LogCall) -> Contacted:
    what = decide(case, action, situation())[0]
    assert isinstance(what, Contacted)
    return what


PROMISED = Given(amount_pence=2_000, due=date(2026, 11, 24), method="card")


def test_a_promise_of_somebody_who_showed_too_little_is_refused() -> None:
    action = LogCall(outcome="PTP", promise=PROMISED, identity="14/3/87")
    with pytest.raises(Refused, match="identity is not shown yet; ask for date of birth and postcode"):
        decide(CASE, action, situation())
    assert refused(CASE, action) == [("identity-not-shown", "identity")]
    assert decide(CASE, action.model_copy(update={"direction": "in"}), situation())


def test_after_two_wrong_answers_a_call_ends_in_one_way_only() -> None:
    """Seen red with: outcomes that disclose nothing let through."""
    wrong = "15/3/87, DY10 2AC"
    for code in ("CALLBACK", "SPOKE", "PAID_NOW", "HANGUP", "NO_ANS"):
        call = LogCall(outcome=code, note=NOTE, identity=wrong, call_back_at=at(20) if code == "CALLBACK" else None)
        assert refused(CASE, call) == [("identity-failed", "outcome")]
    with pytest.raises(Refused, match=r"can only be logged as “Identity not shown” \(DPA_FAIL\)"):
        decide(CASE, LogCall(outcome="HANGUP", identity=wrong), situation())
    event = logged(CASE, LogCall(outcome="DPA_FAIL", identity=wrong))
    assert (event.identity, event.failed) == ("failed", ("date of birth", "postcode"))
    assert event.summary() == "call out  identity not shown  identity failed: date of birth, postcode"


def test_what_was_shown_stands_in_the_timeline() -> None:
    event = logged(CASE, LogCall(outcome="PTP", promise=PROMISED, identity="14/3/87, DY10 2AB"))
    assert (event.identity, event.matched) == ("speak", ("date of birth", "postcode"))
    assert event.summary() == "call out  promised to pay  identity: date of birth, postcode"
    partly = logged(CASE, LogCall(outcome="HANGUP", identity="14/3/87"))
    assert partly.summary() == "call out  hung up  identity not shown (date of birth agreed)"


def test_a_promise_without_identity_is_cautioned_and_marked_but_goes_through() -> None:
    """Programs that were written before identity was asked send none."""
    action = LogCall(outcome="PTP", promise=PROMISED)
    assert action.cautions(CASE, situation()) == ["identity was not asked (date of birth and postcode)"]
    assert logged(CASE, action).summary() == "call out  promised to pay  identity not asked"
    shown = action.model_copy(update={"identity": "14/3/87, dy10 2ab"})
    assert shown.cautions(CASE, situation()) == []
    assert LogCall(outcome="NO_ANS").cautions(CASE, situation()) == []
    assert logged(CASE, LogCall(outcome="NO_ANS")).summary() == "call out  no answer"


@pytest.mark.parametrize("said", ["15/3/87, DY10 2AC", None])
def test_after_identity_failed_nobody_gets_on_by_not_asking_that_day(said: str | None) -> None:
    """Neither the same officer nor a colleague. Seen red with: an identity left blank let through; every call held
    against them for ever."""
    story = a_story()
    story.does(LogCall(outcome="DPA_FAIL", identity=said, direction="in"))
    promise = LogCall(outcome="PTP", promise=PROMISED, direction="in")
    with pytest.raises(Refused, match="identity failed in a call today, so it must be shown now; ask for") as fault:
        story.does(promise, at(19, hour=15), by=COLLEAGUE)
    assert [(one.code, one.field) for one in fault.value.reasons] == [("identity-failed-today", "identity")]
    story.does(LogCall(outcome="NO_ANS"), at(19, hour=16))
    assert decide(story.case, promise, situation(at(20)))
    story.does(promise.model_copy(update={"identity": "14/3/87"}), at(19, hour=17))
    assert story.case.contacts[-1].outcome == "PTP"


def test_a_call_from_a_script_carries_identity_as_one_text() -> None:
    text = '{"kind":"call","direction":"in","outcome":"SPOKE","identity":"14/3/87","note":"asked how much is left"}'
    action = parse_action(text)
    assert isinstance(action, LogCall)
    assert logged(CASE, action).identity == "speak"


# What is kept


WORDS = ["14/3/87", "15/3/87", "DY10 2AB", "DY10 2AC", "56C", "14 Mill Lane", "12 Elsewhere", "£20", "AB12 CDE"]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_no_answer_is_ever_in_an_event(answers: list[str]) -> None:
    """Law page 7.2: store the outcome, not the answers. Seen red with: what was said in the event."""
    story = a_story()
    for code in ("HANGUP", "DPA_FAIL"):
        try:
            done = story.does(LogCall(outcome=code, identity=", ".join(answers)))
        except Refused:
            continue
        for event in done.events:
            assert not [answer for answer in answers if answer.encode() in event.body]


def test_what_was_said_is_not_in_the_words_for_an_action() -> None:
    """They may come into a log. Seen red with: `repr` left on."""
    assert "14/3/87" not in repr(LogCall(outcome="NO_ANS", identity="14/3/87"))


def test_what_is_kept_of_a_form_leaves_out_what_was_said() -> None:
    typed = {"identity": "14/3/87", "outcome": "PTP"}
    assert without_secrets(LogCall, typed) == {"outcome": "PTP"}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("call ptp 50 tue id 14/3/87, DY10 2AB note will pay", "call ptp 50 tue note will pay"),
        ("call id 14/3/87 DY10 2AB", "call"),
        ("call ptp id", "call ptp"),
        ("ca spoke ID 14/3/87 finish no", "ca spoke finish no"),
        ("c id 14/3/87", "c"),
        ("note id 14/3/87", "note id 14/3/87"),
        ("call  noans", "call  noans"),
        ("id 14/3/87", "id 14/3/87"),
        ("", ""),
    ],
)
def test_what_is_kept_of_a_line_leaves_out_what_was_said(line: str, kept: str) -> None:
    """Seen red with: one word taken out after `id`."""
    assert line_without_secrets(line) == kept


def test_a_line_takes_what_was_said_up_to_the_next_word() -> None:
    """Caught: the postcode, after its blank, in the note and so on file for good."""
    line = parse("call ptp 50 tue id 14/3/87, DY10 2AB note will pay on", CASE, situation())
    assert line.typed == {
        "outcome": "ptp",
        "promise.amount_pence": "50",
        "promise.due": "tue",
        "identity": "14/3/87, DY10 2AB",
        "note": "will pay on",
    }


@pytest.mark.parametrize(
    "line", ["call spoke rang twice id 14/3/87", "call spoke note rang twice ID 14/3/87, DY10 2AB"]
)
def test_what_was_said_is_not_taken_into_a_note(line: str) -> None:
    """Caught: after the note had begun, all of it went on file."""
    with pytest.raises(Refused, match="write “id” and what was said before the note"):
        parse(line, CASE, situation())


def test_a_form_reads_what_was_said() -> None:
    action = fill(LogCall, CASE, {"identity": "14/3/87", "outcome": "spoke", "note": NOTE}, situation())
    assert isinstance(action, LogCall)
    assert action.identity == "14/3/87"


# Masks


def test_everything_that_may_be_asked_is_masked_and_comes_back() -> None:
    person = somebody()
    shown, masked = facts(person, masked=False), facts(person, masked=True)
    assert [item for item, _ in masked] == [item for item, _ in shown]
    assert {item for item, _ in shown} == {"date-of-birth", "address", "employer", "national-insurance", "vehicle"}
    assert dict(shown)["address"] == ("14 Mill Lane", "Kidderminster", "DY10 2AB")
    assert all(lines == (MASK,) for _, lines in masked)


def typing(text: str, *, whole: bool = False, **more: str) -> Checked | None:
    return so_far({"identity": text, **more}, CASE, situation(), whole=whole)


def test_a_mask_comes_off_as_soon_as_enough_agrees() -> None:
    assert typing("") is None
    shown = [text for text in ("14/3/8", "14/3/87", "14/3/87, DY10 2A", "14/3/87, DY10 2AB") if passes(typing(text))]
    assert shown == ["14/3/87, DY10 2AB"]
    assert passes(typing("14/3/87", direction="in"))


def passes(checked: Checked | None) -> bool:
    return checked is not None and checked.passed


def test_an_answer_that_is_still_being_typed_is_not_wrong_yet() -> None:
    """Caught: “STOP” at the first letter of the second answer, after one that was wrong."""
    assert typing("15/3/87") is None
    for text in ("15/3/87,", "15/3/87, D"):
        half = typing(text)
        assert half is not None
        assert (half.failed, half.stopped) == (("date-of-birth",), False)
    left = typing("15/3/87, D", whole=True)
    assert left is not None
    assert left.stopped


@given(st.text(max_size=40))
def test_whatever_is_typed_is_compared_or_asked_again(text: str) -> None:
    """No other exception, whatever is in the field; and chance shows nothing."""
    checked = so_far({"identity": text}, CASE, situation(), whole=False)
    assert not passes(checked)


def test_one_who_was_reached_may_say_who_they_are_though_the_line_then_fails() -> None:
    assert logged(CASE, LogCall(outcome="CALL_FAIL", identity="14/3/87, DY10 2AB")).identity == "speak"


def test_the_sum_paid_last_is_not_one_that_was_paid_before() -> None:
    story = a_story(imposed(pence=50_000))
    story.does(TakeReceipt(amount_pence=3_000, method="card", received_on=TODAY))
    assert said("£20", case=story.case).failed == ("last-payment",)
    assert said("£30", case=story.case).matched == ("last-payment",)
