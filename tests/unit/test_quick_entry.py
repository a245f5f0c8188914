"""Quick entry: one line, one action. Architecture page, section 1, idea 2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.actions import ACTIONS
from casework.actions.call import LogCall
from casework.actions.declare import Action, Ask, Asking, Question, questions, read_form
from casework.actions.promise import Given, MakePromise
from casework.actions.receipt import TakeReceipt
from casework.actions.work import Park, WrapUp
from casework.clean import Line
from casework.fields import Choice, Field, FieldKind
from casework.quick_entry import action_of, parse, understood
from casework.refusals import Refused
from tests.cases import TODAY, Story, at, situation


def token_class(question: Question, one: Field) -> Mapping[str, str]:
    """The answers that would be taken for `question`, by their plain form: what two wordless fields must not share."""
    return {choice.code: choice.label for choice in one.choices} or {question.kind: question.name}


FIRST = "2.1"
CASE = Story().case
IN_HAND = situation(pulled=FIRST)


def read(line: str) -> tuple[str, dict[str, str]]:
    """The kind of action, and what went into which field."""
    found = parse(line, CASE, IN_HAND)
    return found.action.named(), found.typed


def refused(line: str) -> str:
    """Why a line is not understood, or what is missing in it."""
    with pytest.raises(Refused) as fault:
        action_of(parse(line, CASE, IN_HAND), CASE, IN_HAND)
    return str(fault.value)


# What a line means


@pytest.mark.parametrize(
    ("line", "kind", "typed"),
    [
        ("note rang the employer", "note", {"text": "rang the employer"}),
        ("no 50 by friday, he says", "note", {"text": "50 by friday, he says"}),
        ("promise 50 tue card", "promise", {"amount_pence": "50", "due": "tue", "method": "card"}),
        ("promise tue 50 card", "promise", {"amount_pence": "50", "due": "tue", "method": "card"}),
        ("promise card 50 tue", "promise", {"amount_pence": "50", "due": "tue", "method": "card"}),
        ("pr £20.50 +7", "promise", {"amount_pence": "£20.50", "due": "+7"}),
        (
            "promise 1,240 28/11 bank transfer",
            "promise",
            {"amount_pence": "1,240", "due": "28/11", "method": "bank transfer"},
        ),
        ("promise 50 28 nov 2026 card", "promise", {"amount_pence": "50", "due": "28 nov 2026", "method": "card"}),
        ("promise 50 28 nov card", "promise", {"amount_pence": "50", "due": "28 nov", "method": "card"}),
        (
            "promise 50 eom payment card (allpay)",
            "promise",
            {"amount_pence": "50", "due": "eom", "method": "payment card (allpay)"},
        ),
        ("cancel-promise", "cancel-promise", {}),
        ("cancelpromise", "cancel-promise", {}),
        ("cancel", "cancel-promise", {}),
        ("call noans", "call", {"outcome": "noans"}),
        ("CALL NO_ANS", "call", {"outcome": "NO_ANS"}),
        ("call no answer", "call", {"outcome": "no answer"}),
        ("call busy on 07700900123", "call", {"outcome": "busy", "number": "07700900123"}),
        ("call noans direction in", "call", {"outcome": "noans", "direction": "in"}),
        ("call noans finish no", "call", {"outcome": "noans", "finish": "no"}),
        ("call noans left by the back door", "call", {"outcome": "noans", "note": "left by the back door"}),
        ("call noans finish no note on holiday", "call", {"outcome": "noans", "finish": "no", "note": "on holiday"}),
        (
            "call ptp 50 tue card will phone",
            "call",
            {
                "outcome": "ptp",
                "promise.amount_pence": "50",
                "promise.due": "tue",
                "promise.method": "card",
                "note": "will phone",
            },
        ),
        (
            "call callback fri 10:30 after work",
            "call",
            {"outcome": "callback", "call_back_at": "fri 10:30", "note": "after work"},
        ),
        ("call callback fri 2 pm", "call", {"outcome": "callback", "call_back_at": "fri 2 pm"}),
        ("call callback 20 nov 2026 2pm", "call", {"outcome": "callback", "call_back_at": "20 nov 2026 2pm"}),
        ("receipt 20", "receipt", {"amount_pence": "20"}),
        (
            "receipt 20 cheque yesterday 000123",
            "receipt",
            {"amount_pence": "20", "method": "cheque", "received_on": "yesterday", "reference": "000123"},
        ),
        ("wrap-up done", "wrap-up", {"outcome": "done"}),
        ("wrapup spoke he will send the form", "wrap-up", {"outcome": "spoke", "note": "he will send the form"}),
        ("w done", "wrap-up", {"outcome": "done"}),
        ("skip hours", "skip", {"reason": "hours"}),
        ("skip not at this time of day", "skip", {"reason": "not at this time of day"}),
        ("park 3d awaiting payslip", "park", {"until": "3d", "reason": "awaiting payslip"}),
        ("park 20 nov awaiting payslip", "park", {"until": "20 nov", "reason": "awaiting payslip"}),
    ],
)
def test_a_line_is_understood(line: str, kind: str, typed: dict[str, str]) -> None:
    """Seen red with: one token at most for an answer; the rest taken before the other fields."""
    assert read(line) == (kind, typed)


def test_a_line_may_replace_the_open_promise() -> None:
    """Seen red with: `replaces` asked when no promise is open."""
    story = Story()
    story.does(MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card"))
    found = action_of(parse("promise 40 fri card replaces yes", story.case, IN_HAND), story.case, IN_HAND)
    assert found == MakePromise(amount_pence=4_000, due=date(2026, 11, 20), method="card", replaces=True)
    assert refused("promise 40 fri card replaces yes") == "“replaces” was not understood"


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("promise 50 tue card", MakePromise(amount_pence=5_000, due=date(2026, 11, 24), method="card")),
        (
            "call ptp 50 tue",
            LogCall(
                outcome="PTP",
                promise=Given(amount_pence=5_000, due=date(2026, 11, 24), method="card"),
                number="07700 900123",
                finish=True,
            ),
        ),
        (
            "call callback fri 2 pm finish no",
            LogCall(outcome="CALLBACK", call_back_at=at(20, hour=14), number="07700 900123"),
        ),
        ("receipt 20 thu", TakeReceipt(amount_pence=2_000, method="card", received_on=date(2026, 11, 12))),
        ("receipt 20", TakeReceipt(amount_pence=2_000, method="card", received_on=TODAY)),
        ("park fri awaiting payslip", Park(until=date(2026, 11, 20), reason="awaiting payslip")),
        ("wrap-up noans", WrapUp(outcome="NO_ANS")),
    ],
)
def test_a_line_becomes_its_action(line: str, action: Action) -> None:
    """A receipt's weekday has been, a promise's is to come. Found: `fri 2 pm` was Friday at ten, with a note “2 pm”."""
    assert action_of(parse(line, CASE, IN_HAND), CASE, IN_HAND) == action


def test_what_was_understood_is_said_in_full_words() -> None:
    assert understood(parse("promise 50 tue", CASE, IN_HAND), CASE, IN_HAND) == (
        "Promise · Amount £50.00 · Due Tue 24 Nov 2026 · By Card"
    )
    assert understood(parse("call callback fri 10:30 finish no", CASE, IN_HAND), CASE, IN_HAND) == (
        "Call · Outcome Call back as agreed · Call back Fri 20 Nov 2026 10:30 · Number 07700 900123 · Wrap up no"
        " · Direction out"
    )


# What it does not mean


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "write an action: note, call, contact, promise, cancel-promise, receipt, reverse, wrap-up, skip, park"),
        ("   ", "write an action: note"),
        ("dance 50", "“dance” is none of note, call, contact, promise"),
        ("p 50", "“p” could be promise, park, paymentcard"),
        ("c noans", "“c” could be call, contact, cancelpromise"),
        ("promise 50 tue ca", "“ca” could be Card, Cash"),
        ("receipt 20 cheque 31/2", "there is no date “31/2”"),
        ("call callback friday at 3", "“at 3” could be morning or afternoon: write 15:00 or 3pm"),
        ("call dis", "“dis” could be Number disconnected, Disputes the account"),
        ("promise 50 tue shells", "“shells” was not understood"),
        ("promise 50 by tue", "“by” was not understood"),
        ("promise 50 60 tue", "“60” was not understood"),
        ("skip hours please", "“please” was not understood"),
        ("cancel it", "no promise is open"),
        ("call noans on", "something is missing after “on”"),
        ("call noans note", "something is missing after “note”"),
        ("promise tue card", "Amount is needed"),
        ("park awaiting payslip", "“awaiting” is not a date"),
        ("call noans on 12", "“12” is not a telephone number"),
        ("call noans finish maybe", "“maybe” is none of Yes, No"),
        ("call spoke finish no", "Note is needed"),
    ],
)
def test_what_is_not_understood_is_named(line: str, sentence: str) -> None:
    """Seen red with: the first of several meanings taken."""
    assert sentence in refused(line)


def test_the_word_that_is_missing_its_answer_names_its_field() -> None:
    with pytest.raises(Refused) as fault:
        parse("call noans on", CASE, IN_HAND)
    assert [(one.code, one.field) for one in fault.value.reasons] == [("not-understood", "number")]


WORDS = [
    "50",
    "tue",
    "card",
    "c",
    "noans",
    "ptp",
    "on",
    "note",
    "finish",
    "direction",
    "20",
    "nov",
    "2",
    "pm",
    "dis",
    "x",
    "-",
]


@given(st.sampled_from(list(ACTIONS)), st.lists(st.sampled_from(WORDS), max_size=7))
def test_any_line_is_understood_or_refused_and_no_word_is_lost(verb: str, words: list[str]) -> None:
    """Every word ends in a field, or is the word before one. Seen red with: what is left over dropped."""
    try:
        line = parse(" ".join([verb, *words]), CASE, IN_HAND)
    except Refused:
        return
    declared = {one.ask.word or "" for one in questions(line.action) if one.name in line.typed}
    told = {"X": "x"}  # who was on the line is kept by its code: this one is told by that letter
    kept = " ".join(told.get(text, text) for text in line.typed.values()).split()
    assert sorted(words) == sorted([*kept, *(word for word in declared if words.count(word) > kept.count(word))])


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("note he will go to work", {"text": "he will go to work"}),
        ("note finish no from friday", {"text": "finish no from friday"}),
        ("call noans rang on the landline", {"outcome": "noans", "note": "rang on the landline"}),
        ("call noans will finish at ten", {"outcome": "noans", "note": "will finish at ten"}),
        ("call noans note ring on 07700 900123", {"outcome": "noans", "note": "ring on 07700 900123"}),
        ("wrap-up done by the way", {"outcome": "done", "note": "by the way"}),
        ("marker threatened took no advice from us", {"code": "threatened", "reason": "took no advice from us"}),
    ],
)
def test_a_note_may_hold_a_declared_word(line: str, typed: dict[str, str]) -> None:
    """Seen red with: every declared word refused, whatever stands behind it."""
    assert read(line)[1] == typed


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("call noans rang on 07700 900123", "“on 07700 900123” could be Number, or part of Note"),
        ("call noans left, finish no", "“finish no” could be Wrap up, or part of Note"),
        ("call noans finish no finish yes", "“finish yes” could be Wrap up, or part of Note"),
        ("terms 20 weekly because job he pays from friday", "“from friday” could be"),
    ],
)
def test_a_declared_word_with_its_answer_is_not_swallowed_by_a_note(line: str, sentence: str) -> None:
    """Found: what followed the first word of a note was the note, whatever it answered."""
    assert sentence in refused(line)
    assert "write it before the text, or “note” and then the text" in refused(line)


@pytest.mark.parametrize("line", ["call noans finish", "call noans finish yes"])
def test_a_word_that_is_not_asked_for_now_does_not_begin_a_note(line: str) -> None:
    """Found: without a task in hand, the note “finish”."""
    with pytest.raises(Refused, match="could be Wrap up, or part of Note"):
        parse(line, CASE, situation())


# No two wordless fields of one token class


def same_tokens(question_class: set[str]) -> set[str]:
    """A day alone reads as a moment too, and a whole number as money."""
    one_class = {FieldKind.MOMENT: FieldKind.DATE, FieldKind.NUMBER: FieldKind.MONEY}
    return {one_class[FieldKind(name)].value if name in set(one_class) else name for name in question_class}


def forms(action: type[Action]) -> Iterator[list[Field]]:
    """Every set of fields that `action` can ask for together: with nothing typed, and with each choice of each field."""
    first = read_form(action, CASE, {}, IN_HAND).fields
    yield first
    for one in first:
        for choice in one.choices:
            yield read_form(action, CASE, {one.name: choice.code}, IN_HAND).fields


def clashes(action: type[Action]) -> list[str]:
    """What makes a line of `action` mean two things, in words."""
    declared, found = {one.name: one for one in questions(action)}, []
    for form in forms(action):
        wordless = [one for one in form if not declared[one.name].ask.word and not declared[one.name].ask.rest]
        rest = [one.name for one in form if declared[one.name].ask.rest]
        words = [declared[one.name].ask.word for one in form if declared[one.name].ask.word]
        if len(rest) > 1:
            found.append(f"{' and '.join(rest)} both take the rest of the line")
        if len(set(words)) < len(words):
            found.append(f"two fields have one word of {', '.join(str(word) for word in words)}")
        taken: dict[str, str] = {}
        for one in wordless:
            if one.kind is FieldKind.TEXT:
                found.append(f"{one.name} takes any word: give it a word, or the rest")
            for name in sorted(same_tokens({str(token) for token in token_class(declared[one.name], one)})):
                if name in taken:
                    found.append(f"{taken[name]} and {one.name} both take {name}")
                taken[name] = one.name
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("kind", list(ACTIONS))
def test_no_action_has_two_wordless_fields_of_one_token_class(kind: str) -> None:
    assert clashes(ACTIONS[kind]) == []


def colours(asking: Asking) -> list[Choice]:
    """A short list, for planted actions."""
    return [Choice("RED", "Red"), Choice("READY", "Ready")]


class TwoDates(Action):
    """Planted: which date is which?"""

    title, permission = "Planted", "none"
    kind: Literal["two-dates"] = "two-dates"
    begins: Annotated[date, Ask("Begins")]
    ends: Annotated[datetime, Ask("Ends")]


class TwoLists(Action):
    """Planted: red what?"""

    title, permission = "Planted", "none"
    kind: Literal["two-lists"] = "two-lists"
    hat: Annotated[Line, Ask("Hat", choices=colours)]
    coat: Annotated[Line, Ask("Coat", choices=colours)]


class TwoRests(Action):
    """Planted: where does one end?"""

    title, permission = "Planted", "none"
    kind: Literal["two-rests"] = "two-rests"
    why: Annotated[Line, Ask("Why", rest=True)]
    then: Annotated[Line, Ask("Then", rest=True)]


class AnyWord(Action):
    """Planted: takes whatever comes."""

    title, permission = "Planted", "none"
    kind: Literal["any-word"] = "any-word"
    name_of_dog: Annotated[Line, Ask("Dog")]
    count: Annotated[int, Ask("Count")]
    amount_pence: Annotated[int, Ask("Amount")]


class OneWord(Action):
    """Planted: one word for two fields, and a choice after it."""

    title, permission = "Planted", "none"
    kind: Literal["one-word"] = "one-word"
    hat: Annotated[Line, Ask("Hat", word="in", choices=colours)]
    coat: Annotated[Line, Ask("Coat", word="in", choices=colours)]


@pytest.mark.parametrize(
    ("planted", "clash"),
    [
        (TwoDates, ["begins and ends both take date"]),
        (TwoLists, ["hat and coat both take READY", "hat and coat both take RED"]),
        (TwoRests, ["why and then both take the rest of the line"]),
        (
            AnyWord,
            ["name_of_dog takes any word: give it a word, or the rest", "count and amount_pence both take money"],
        ),
        (OneWord, ["two fields have one word of in, in"]),
    ],
)
def test_a_planted_action_that_means_two_things_is_found(planted: type[Action], clash: list[str]) -> None:
    """The test above, seen red."""
    assert clashes(planted) == clash


def test_an_unclear_answer_after_a_word_is_refused_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found: it came out of `parse` as a ValueError, which no caller expects."""
    monkeypatch.setattr("casework.quick_entry.ACTIONS", {"one-word": OneWord})
    with pytest.raises(Refused, match="“re” could be Red, Ready"):
        parse("one-word in re", CASE, IN_HAND)


def test_a_date_of_two_words_is_not_taken_for_an_amount() -> None:
    """Seen red with: the first field that can read a token taking it, however little of it."""
    case = Story().case
    assert parse("receipt 12 nov £50 card", case, situation()).typed == {
        "received_on": "12 nov",
        "amount_pence": "£50",
        "method": "card",
    }


def test_a_number_is_written_as_it_is_shown() -> None:
    case = Story().case
    typed = parse("call noans on 07700 900123 rang twice", case, situation()).typed
    assert typed == {"outcome": "noans", "number": "07700 900123", "note": "rang twice"}


def test_a_time_may_have_its_at() -> None:
    case = Story().case
    typed = parse("call callback fri at 2pm", case, situation()).typed
    assert typed["call_back_at"] == "fri at 2pm"
