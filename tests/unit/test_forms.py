"""What a form asks, and what it makes of what is typed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.actions import ACTIONS
from casework.actions.call import LogCall
from casework.actions.declare import Unclear, fields, fill, pick, questions, read_form
from casework.actions.note import WriteNote
from casework.actions.promise import Given, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.work import Park, WrapUp
from casework.fields import Choice, FieldKind
from casework.refusals import Refused
from casework.terms import Terms
from tests.cases import (
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
    weekly,
)

FIRST = "2.1"
IN_HAND = situation(pulled=FIRST)
CASE = Story().case

Row = tuple[str, str, FieldKind, bool, str]


def asked(kind: str, typed: dict[str, str] | None = None, *, pulled: bool = False) -> list[Row]:
    """Name, label, kind, whether needed, and the likely answer of every question."""
    found = fields(ACTIONS[kind], CASE, typed or {}, IN_HAND if pulled else situation())
    return [(one.name, one.label, one.kind, one.required, one.default) for one in found]


def errors(kind: str, typed: dict[str, str], *, pulled: bool = False) -> dict[str, str]:
    """What a form answers to what was typed: the sentence for each field."""
    with pytest.raises(Refused) as fault:
        fill(ACTIONS[kind], CASE, typed, IN_HAND if pulled else situation())
    assert all(one.field is not None for one in fault.value.reasons)
    return {str(one.field): one.message for one in fault.value.reasons}


PROMISE: list[Row] = [
    ("amount_pence", "Amount", FieldKind.MONEY, True, ""),
    ("due", "Due", FieldKind.DATE, True, ""),
    ("method", "By", FieldKind.CHOICE, True, "card"),
]
ANSWERED: Row = ("answered", "On the line", FieldKind.CHOICE, True, "")
IDENTITY: Row = ("identity", "Identity", FieldKind.TEXT, False, "")
CALL: list[Row] = [
    ("note", "Note", FieldKind.TEXT, False, ""),
    ("number", "Number", FieldKind.TEXT, False, "07700 900123"),
    ("direction", "Direction", FieldKind.CHOICE, False, "out"),
]


# What each form asks


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("note", [("text", "Note", FieldKind.TEXT, True, "")]),
        ("promise", PROMISE),
        ("cancel-promise", []),
        (
            "reverse",
            [
                ("receipt", "Payment", FieldKind.CHOICE, True, ""),
                ("reason", "Reason", FieldKind.CHOICE, True, ""),
                ("note", "Note", FieldKind.TEXT, False, ""),
            ],
        ),
        (
            "receipt",
            [
                ("amount_pence", "Amount", FieldKind.MONEY, True, ""),
                ("method", "By", FieldKind.CHOICE, True, "card"),
                ("received_on", "Received on", FieldKind.DATE, True, "today"),
                ("reference", "Reference", FieldKind.TEXT, False, ""),
            ],
        ),
        ("call", [ANSWERED, *CALL]),
        (
            "contact",
            [
                ("channel", "Channel", FieldKind.CHOICE, True, ""),
                ("outcome", "Outcome", FieldKind.CHOICE, True, ""),
                ("note", "Note", FieldKind.TEXT, False, ""),
                ("direction", "Direction", FieldKind.CHOICE, False, ""),
            ],
        ),
        (
            "wrap-up",
            [("outcome", "Outcome", FieldKind.CHOICE, True, ""), ("note", "Note", FieldKind.TEXT, False, "")],
        ),
        ("skip", [("reason", "Reason", FieldKind.CHOICE, True, "")]),
        (
            "park",
            [("until", "Until", FieldKind.DATE, True, ""), ("reason", "Waiting for", FieldKind.CHOICE, True, "")],
        ),
    ],
)
def test_a_form_asks_what_its_action_declares(kind: str, form: list[Row]) -> None:
    assert asked(kind) == form


def test_a_call_with_a_promise_asks_for_it_in_the_same_form() -> None:
    """Seen red with: the `when` of the outer field not handed to the fields inside."""
    inside = [(f"promise.{name}", *rest) for name, *rest in PROMISE]
    begins = [ANSWERED, IDENTITY, ("outcome", "Outcome", FieldKind.CHOICE, True, "")]
    assert asked("call", {"answered": "them"}) == [*begins, *CALL]
    assert asked("call", {"answered": "them", "outcome": "ptp"}) == [*begins, *inside, *CALL]
    assert asked("call", {"answered": "NO_ANS"}) == [ANSWERED, *CALL]


def test_who_was_on_the_line_leads_to_other_questions_and_is_no_part_of_the_call() -> None:
    """The letter is the outcome; the others depend on who it was. Seen red with: `answered` handed to the model; the
    outcome of nobody asked again; a line of quick entry that would have to say it."""
    nobody = {"answered": "NO_ANS"}
    assert fill(LogCall, CASE, nobody, situation(), led=True) == LogCall(outcome="NO_ANS", number="07700 900123")
    them = {"answered": "them", "outcome": "HANGUP"}
    assert fill(LogCall, CASE, them, situation(), led=True) == LogCall(outcome="HANGUP", number="07700 900123")
    with pytest.raises(Refused) as fault:
        fill(LogCall, CASE, {}, situation(), led=True)
    assert [(one.code, one.field) for one in fault.value.reasons] == [("needed", "answered")]
    with pytest.raises(Refused) as fault:
        fill(LogCall, CASE, {"answered": "other", "outcome": "PTP"}, situation(), led=True)
    assert [(one.code, one.field) for one in fault.value.reasons] == [("unreadable", "outcome")]
    assert fill(LogCall, CASE, {"outcome": "noans"}, situation()) == LogCall(outcome="NO_ANS", number="07700 900123")
    with pytest.raises(Refused):
        fill(LogCall, CASE, {"answered": "NO_ANS", "outcome": "NO_ANS"}, situation())


def test_a_letter_saves_a_call_alone_where_nothing_more_is_to_be_said() -> None:
    """Seen red with: terms, which have all their likely answers; what is read out gone from the screen; a second level."""

    def alone(**typed: str) -> list[str]:
        return [one.name for one in fields(LogCall, CASE, typed, situation()) if one.saves_alone]

    calls = shipped_tables().wrap_codes(TODAY, "call")
    at_once = {code for code, row in calls.items() if row.ends_at_once}
    assert at_once == {
        *("NO_ANS", "BUSY", "VM_LEFT", "VM_NONE", "DISC", "WRONG_NO", "BAD_NUM", "CALL_FAIL", "TP_MSG", "TP_REFUSED")
    }
    assert alone() == alone(answered="them") == []
    assert all(alone(answered=code) == ["answered"] for code in at_once)
    saved = {code for code in calls if alone(answered="them", outcome=code) == ["outcome"]}
    assert saved == {"MEANS_SENT", "DPA_FAIL", "HANGUP", "BREATHING"}


def test_a_call_back_asks_when_and_needs_an_answer() -> None:
    assert asked("call", {"answered": "them", "outcome": "callback"})[3] == (
        "call_back_at",
        "Call back",
        FieldKind.MOMENT,
        True,
        "",
    )


def test_a_note_is_asked_for_where_the_outcome_needs_one() -> None:
    assert asked("call", {"answered": "them", "outcome": "spoke"})[3] == ("note", "Note", FieldKind.TEXT, True, "")
    assert asked("wrap-up", {"outcome": "dispute"})[1] == ("note", "Note", FieldKind.TEXT, True, "")


def test_a_call_asks_whether_to_wrap_up_while_a_task_is_in_hand() -> None:
    assert asked("call", pulled=True)[-2:] == [("finish", "Wrap up", FieldKind.YES_NO, False, "yes"), CALL[-1]]
    assert "finish" not in [name for name, *_ in asked("call")]


def test_a_form_knows_how_long_an_answer_may_be_and_which_holds_several_lines() -> None:
    long = {
        one.name: (one.max_length, one.long) for kind in ACTIONS.values() for one in fields(kind, CASE, {}, IN_HAND)
    }
    assert long["text"] == long["note"] == (4_000, True)
    assert long["reference"] == (120, False)
    assert long["amount_pence"] == (None, False)


def test_the_choices_are_those_of_the_table_on_the_day() -> None:
    tables = shipped_tables()
    for kind, name, codes in [
        ("wrap-up", "outcome", list(tables.wrap_codes(TODAY, "wrap-up"))),
        ("promise", "method", list(tables.methods(TODAY))),
        ("skip", "reason", list(tables.skip_reasons(TODAY))),
    ]:
        found = next(one for one in fields(ACTIONS[kind], CASE, {}, situation()) if one.name == name)
        assert [one.code for one in found.choices] == codes
        assert all(one.label for one in found.choices)


# The likely answers


def test_the_likely_amount_of_a_promise_is_the_instalment_while_more_is_owed() -> None:
    """Seen red with: an instalment of more than is owed."""

    def likely(*, paid: int) -> str:
        case = Story(an_account(imposed(pence=24_000, paid=paid), terms=weekly(2_000))).case
        return fields(MakePromise, case, {}, situation())[0].default

    assert likely(paid=0) == "£20.00"
    assert likely(paid=22_500) == "£15.00"
    assert likely(paid=24_000) == ""


def test_the_likely_amount_of_a_promise_without_instalments_is_what_they_are_behind_with() -> None:
    """All of it was due on 18 November. Seen red with: the whole balance proposed before its day."""

    def likely(by: date) -> str:
        case = Story(an_account(imposed(pence=24_000), terms=Terms(plan="in_full", by=by))).case
        return fields(MakePromise, case, {}, situation())[0].default

    assert likely(date(2026, 11, 18)) == "£240.00"
    assert likely(date(2026, 11, 19)) == ""


def test_the_likely_way_to_pay_is_the_one_used_last() -> None:
    story = Story()
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="cheque"))
    assert fields(TakeReceipt, story.case, {}, situation())[1].default == "cheque"
    story.does(TakeReceipt(amount_pence=5_000, method="transfer", received_on=TODAY))
    assert fields(TakeReceipt, story.case, {}, situation())[1].default == "transfer"


def test_with_nothing_known_the_likely_way_to_pay_is_that_of_the_table() -> None:
    text = (TABLE_FOLDER / "payment_methods.toml").read_text("utf-8")
    usual = text.replace("usual = true\n", "").replace('label = "Cheque"\n', 'label = "Cheque"\nusual = true\n')
    for table, likely in ((usual, "cheque"), (text.replace("usual = true\n", ""), "")):
        circumstances = situation(tables=tables_with(payment_methods=table))
        assert fields(TakeReceipt, CASE, {}, circumstances)[1].default == likely


def test_whether_a_promise_replaces_another_is_asked_only_when_one_is_open() -> None:
    story = Story()
    assert "replaces" not in [one.name for one in fields(MakePromise, story.case, {}, situation())]
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    last = fields(MakePromise, story.case, {}, situation())[-1]
    assert (last.name, last.default) == ("replaces", "no")


def test_the_likely_outcome_of_a_wrap_up_is_that_of_my_call_today() -> None:
    """Seen red with: somebody else's call; yesterday's."""
    story = Story()
    story.does(LogCall(outcome="NO_ANS"))

    def likely(day: int, person: str = "jkhan") -> str:
        actor = situation().actor.model_copy(update={"id": person})
        return fields(WrapUp, story.case, {}, situation(at(day), actor=actor))[0].default

    assert likely(19) == "NO_ANS"
    assert likely(20) == likely(19, "mpatel") == ""
    story.does(LogCall(outcome="CALLBACK", call_back_at=at(20)))
    assert likely(19) == "", "a call-back is no way to end a task"


def test_somebody_without_a_telephone_has_no_likely_number() -> None:
    case = Story(an_account(person=a_person(phones=()))).case
    assert next(one for one in fields(LogCall, case, {}, situation()) if one.name == "number").default == ""


# What is typed


def test_a_filled_form_is_its_action() -> None:
    typed = {"amount_pence": "£50", "due": "tue", "method": "chequ"}
    assert fill(MakePromise, CASE, typed, situation()) == MakePromise(
        amount_pence=5_000, due=date(2026, 11, 24), method="cheque"
    )
    call = {"outcome": "ptp", "promise.amount_pence": "50", "promise.due": "tue", "note": "will phone", "finish": "no"}
    assert fill(LogCall, CASE, call, IN_HAND) == LogCall(
        outcome="PTP",
        promise=Given(amount_pence=5_000, due=date(2026, 11, 24), method="card"),
        note="will phone",
        number="07700 900123",
        direction="out",
        finish=False,
    )
    assert fill(WriteNote, CASE, {"text": "one\ntwo"}, situation()) == WriteNote(text="one\ntwo")
    assert fill(Park, CASE, {"until": "+7", "reason": "payslip"}, situation()) == Park(
        until=date(2026, 11, 26), reason="payslip"
    )


def test_what_is_not_typed_is_the_likely_answer_and_what_is_cleared_is_nothing() -> None:
    """Seen red with: an emptied field filled in again."""
    kept = fill(LogCall, CASE, {"outcome": "noans"}, situation())
    cleared = fill(LogCall, CASE, {"outcome": "noans", "number": " "}, situation())
    assert isinstance(kept, LogCall) and isinstance(cleared, LogCall)
    assert (kept.number, cleared.number) == ("07700 900123", None)
    assert errors("receipt", {"amount_pence": "20", "received_on": ""}) == {"received_on": "Received on is needed"}


def test_every_field_that_is_missing_or_unreadable_is_told_at_once() -> None:
    assert errors("promise", {"due": "soon", "method": "ca"}) == {
        "amount_pence": "Amount is needed",
        "due": "“soon” is not a date. Write a date such as fri, +14, 28/2, 20 nov, eom or t.",
        "method": "“ca” could be Card, Cash",
    }
    assert errors("call", {"outcome": "ptp", "promise.amount_pence": "x"}) == {
        "promise.amount_pence": "“x” is not an amount of money. Write 20, £20.50 or 1,240.00.",
        "promise.due": "Due is needed",
    }
    assert errors("wrap-up", {"outcome": "spoke"}) == {"note": "Note is needed"}
    assert errors("call", {"outcome": "callback"}) == {"call_back_at": "Call back is needed"}


def test_what_the_model_refuses_names_its_field_too() -> None:
    assert list(errors("promise", {"amount_pence": "0", "due": "fri"})) == ["amount_pence"]
    assert errors("call", {"outcome": "noans", "number": "12"}) == {"number": "“12” is not a telephone number"}
    assert list(errors("receipt", {"amount_pence": "20", "reference": "x" * 121})) == ["reference"]


def test_an_answer_that_was_not_asked_for_is_refused() -> None:
    """Seen red with: stray answers left out in silence."""
    assert errors("call", {"outcome": "noans", "promise.due": "fri"}) == {
        "promise.due": "promise.due does not apply here"
    }
    assert errors("call", {"outcome": "noans", "finish": "yes"}) == {"finish": "finish does not apply here"}
    assert fill(LogCall, CASE, {"outcome": "noans", "promise.due": " "}, situation())


def test_yes_and_no_are_read_by_their_beginning() -> None:
    for typed, finish in [("y", True), ("Yes", True), ("n", False), ("no", False)]:
        action = fill(LogCall, CASE, {"outcome": "noans", "finish": typed}, IN_HAND)
        assert isinstance(action, LogCall)
        assert action.finish is finish
    assert errors("call", {"outcome": "noans", "finish": "maybe"}, pulled=True) == {
        "finish": "“maybe” is none of Yes, No"
    }


@given(
    st.dictionaries(
        st.sampled_from([q.name for kind in ACTIONS.values() for q in questions(kind)]), st.text(max_size=8)
    )
)
def test_any_typing_is_an_action_or_reasons(typed: dict[str, str]) -> None:
    """No other exception, whatever is in the fields."""
    for kind in ACTIONS.values():
        read_form(kind, CASE, typed, IN_HAND)
        with suppress(Refused):
            assert isinstance(fill(kind, CASE, typed, IN_HAND), kind)


# Choices


CHOICES = (
    Choice("NO_ANS", "No answer"),
    Choice("DISC", "Number disconnected"),
    Choice("DISPUTE", "Disputes the account"),
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("NO_ANS", "NO_ANS"),
        ("noans", "NO_ANS"),
        ("no answer", "NO_ANS"),
        ("No-Answer", "NO_ANS"),
        ("no", "NO_ANS"),
        ("number", "DISC"),
        ("disc", "DISC"),
        ("disp", "DISPUTE"),
    ],
)
def test_a_choice_is_meant_by_its_code_its_words_or_their_beginning(typed: str, code: str) -> None:
    assert pick(CHOICES, typed).code == code


def test_what_is_one_choice_whole_is_not_the_beginning_of_another() -> None:
    """Seen red with: a whole code unclear."""
    both = (Choice("CALLBACK", "Call back"), Choice("CALL", "Ring"))
    assert pick(both, "call").code == "CALL"
    assert pick(both, "call b").code == "CALLBACK"


def test_what_could_be_several_choices_names_them() -> None:
    """Seen red with: the first one taken."""
    with pytest.raises(Unclear, match="“dis” could be Number disconnected, Disputes the account"):
        pick(CHOICES, " dis ")
    with pytest.raises(Unclear, match="“n” could be No answer, Number disconnected"):
        pick(CHOICES, "n")


@pytest.mark.parametrize("typed", ["", " ", "-", "x", "answer", "noanswerx"])
def test_what_is_no_choice_names_them_all(typed: str) -> None:
    with pytest.raises(ValueError, match="is none of No answer, Number disconnected, Disputes the account"):
        pick(CHOICES, typed)


@pytest.mark.parametrize("kind", ["call", "contact", "wrap-up", "promise", "receipt", "skip"])
def test_every_choice_of_every_form_can_be_typed_by_code_and_by_label(kind: str) -> None:
    for one in fields(ACTIONS[kind], CASE, {}, IN_HAND):
        for choice in one.choices:
            assert pick(one.choices, choice.code) == pick(one.choices, choice.label) == choice
