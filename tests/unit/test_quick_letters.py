"""Quick entry in letters: the keys of the desk as verbs, the letters of the forms as answers (keystrokes page, section 7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.actions import ACTIONS
from casework.actions.call import LogCall
from casework.actions.declare import Action
from casework.actions.outcome import lettered_lists
from casework.fields import Choice, matching
from casework.quick_entry import NO_KEYS, Verb, action_of, named, parse, understood, without_secrets
from casework.refusals import Refused
from tests.cases import TODAY, Story, situation
from tui.commands import STANDARD
from tui.registry import Registry

CASE = Story().case
IN_HAND = situation(pulled="2.1")
KEYS = STANDARD.verbs()


def means(line: str) -> Action:
    """The action of a line."""
    return action_of(parse(line, CASE, IN_HAND, KEYS), CASE, IN_HAND)


def refused(line: str) -> str:
    """Why a line is not understood."""
    with pytest.raises(Refused) as fault:
        means(line)
    return str(fault.value)


# Verbs


def test_every_key_of_one_character_that_opens_an_action_is_its_verb() -> None:
    """Capitals and small letters apart. Caught: keys in small letters, so that `T` was terms; and F9 as a verb."""
    opening = {key: one for one in STANDARD.commands if one.action for key in one.keys}
    assert {key for key in opening if len(key) == 1} == KEYS.keys()
    for key, verb in KEYS.items():
        found = named(f"{key} x", KEYS)
        assert found == verb
        assert found is not None and found.action is ACTIONS[opening[key].action or ""]
    assert KEYS["T"].action.named() == "trace-result" and KEYS["t"].action.named() == "terms"


def test_the_verbs_are_the_keys_that_somebody_has_chosen() -> None:
    """Caught: the standard keys, whatever stands in config.toml."""
    from tui.keymap import chosen

    mine: Registry = chosen(STANDARD, {"promise": ["j"]}, "config.toml")
    assert mine.verbs()["j"].action.named() == "promise"
    assert "p" not in mine.verbs()


def test_a_name_goes_before_nothing_and_a_letter_that_is_no_key_is_the_beginning_of_a_name() -> None:
    """Without keys the letter is as unclear as it was. Caught: a key taken for the beginning of a name."""
    assert named("promise 50", KEYS) == Verb(ACTIONS["promise"])
    assert named("p 50", NO_KEYS) is None
    assert named("n hello", KEYS) == Verb(ACTIONS["note"])
    with pytest.raises(Refused, match="“c” could be call, contact, cancelpromise"):
        parse("c n", CASE, IN_HAND)


def test_what_a_key_answers_in_its_form_it_answers_in_a_line() -> None:
    """Caught: `a` as any details; `i` as a call out."""
    assert parse("a 14 mill lane, dy10 2ab", CASE, IN_HAND, KEYS).typed == {
        "about": "address",
        "address.lines": "14 mill lane, dy10 2ab",
    }
    call = means("i s he will write to us")
    assert isinstance(call, LogCall)
    assert (call.direction, call.outcome, call.note) == ("in", "SPOKE", "he will write to us")


# Letters as answers


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("p 50 tu c", "promise 50 tue card"),
        ("p 50 f c", "promise 50 fri card"),
        ("p 50 t c", "promise 50 today card"),
        ("p 50 +9 d", "promise 50 +9 direct-debit"),
        ("t 20 w f h", "terms 20 weekly from fri because hours"),
        ("t 20 w fri h", "terms 20 weekly from fri because hours"),
        ("t 20 m 28/11 h", "terms 20 monthly from 28/11 because hours"),
        ("t full f j", "terms full fri because job"),
        ("t 20 w h", "terms 20 weekly because hours"),
        ("t 20 m h", "terms 20 monthly because hours"),
        ("t 100+20 f w 4/12 h", "terms 100+20 before fri weekly from 4/12 because hours"),
        ("t 100+20 f weekly 4/12 h", "terms 100+20 before fri weekly from 4/12 because hours"),
        ("a 14 mill lane, dy10 2ab", "details address 14 mill lane, dy10 2ab"),
        ("c n", "call noans"),
        ("c n left by the door", "call noans left by the door"),
        ("c s p 50 tu c", "call ptp 50 tue card"),
        ("c s t 20 w f h", "call arrnew 20 weekly from fri because hours"),
        ("c s c f 10:30", "call callback fri 10:30"),
        ("k", "payment-card"),
        ("$ 20 c", "receipt 20 card"),
        ("z f awaiting payslip", "park fri awaiting payslip"),
    ],
)
def test_letters_say_what_words_say(letters: str, words: str) -> None:
    """Seen red with: a letter that goes to a field without a word before an earlier one with a word; only the first list of
    outcomes; `c` for none of three; `f` for no day."""
    assert means(letters) == means(words)


TABLES = IN_HAND.tables
LISTS = lettered_lists(TABLES.wrap_codes(TODAY, "call").values())
REASONS = [(row.code, row.letter) for row in TABLES.terms_reasons(TODAY, "ask").values() if not row.wants_note]
AMOUNTS = st.integers(5, 99).map(str)
DAYS = st.sampled_from(
    [
        ("mon", "mo"),
        ("wed", "we"),
        ("fri", "f"),
        ("today", "t"),
        ("tue", "tu"),
        ("sat", "sa"),
        ("3d", "3d"),
        ("2w", "2w"),
        ("+9", "+9"),
    ]
)
EVERY = st.sampled_from(["weekly", "fortnightly", "monthly"])
BY = st.sampled_from([("card", "c"), ("cheque", "ch"), ("transfer", "tr"), ("direct debit", "d")])

Both = tuple[str, str]


@st.composite
def promises(draw: st.DrawFn) -> Both:
    """A promise without its verb."""
    amount, day, by = draw(AMOUNTS), draw(DAYS), draw(BY)
    return f"{amount} {day[0]} {by[0]}", f"{amount} {day[1]} {by[1]}"


@st.composite
def terms(draw: st.DrawFn) -> Both:
    """Terms without their verb."""
    amount, every, day, reason = draw(AMOUNTS), draw(EVERY), draw(DAYS), draw(st.sampled_from(REASONS))
    long = f"{amount} {every} from {day[0]} because {reason[0]}"
    return long, f"{amount} {every[0]} {day[1]} {reason[1]}"


@st.composite
def lines(draw: st.DrawFn) -> Both:
    """A line in words, and the same in letters."""
    kind = draw(st.sampled_from(["promise", "terms", "nobody", "them", "ptp", "arrnew"]))
    if kind == "promise":
        long, short = draw(promises())
        return f"promise {long}", f"p {short}"
    if kind == "terms":
        long, short = draw(terms())
        return f"terms {long}", f"t {short}"
    if kind == "nobody":
        ended = draw(st.sampled_from([one for one in LISTS[""] if one.code not in ("them", "other")]))
        return f"call {ended.code}", f"c {ended.letter}"
    if kind == "them":
        ended = draw(st.sampled_from([one for one in LISTS["them"] if one.code not in ("PTP", "ARR_NEW", "ARR_VARY")]))
        note = "note because he said so twice to us"
        at = "fri 10:30 " if ended.code == "CALLBACK" else ""
        return f"call {ended.code} {at}{note}", f"c s {ended.letter} {at}{note}"
    long, short = draw(promises() if kind == "ptp" else terms())
    return f"call {kind} {long}", f"c s {'p' if kind == 'ptp' else 't'} {short}"


@given(lines())
def test_any_line_in_words_is_the_same_action_in_letters(line: Both) -> None:
    """Seen red with: letters of the list of somebody else; a weekday of one letter left out; `c` as cash."""
    words, letters = line
    assert means(letters) == means(words)


@pytest.mark.parametrize("choices", LISTS.values())
def test_a_letter_typed_and_ended_with_enter_is_its_choice(choices: tuple[Choice, ...]) -> None:
    """Not the beginning of another. Caught: `s` of “Spoke” as one of several beginnings."""
    for one in choices:
        assert matching(choices, one.letter) == [one]
        assert matching(choices, one.code) == [one]


# What could be two things


@pytest.mark.parametrize(
    ("line", "could_be"),
    [
        ("t 20 f h", "“f” could be Every fortnightly, or From Fri 20 Nov 2026"),
        ("t 20 f because job", "“f” could be Every fortnightly, or From Fri 20 Nov 2026"),
        ("t 20 mon h", "“mon” could be Every monthly, or From Mon 23 Nov 2026"),
        ("t 20 w f", "“f” could be From Fri 20 Nov 2026, or Because Change in the household"),
        ("t 20 w fr fri h", "“fr” could be “from”, or From"),
        ("call noans fin no", "“fin” could be “finish”, or Note"),
        ("p 50 tu ca", "“ca” could be Card, Cash"),
    ],
)
def test_a_letter_that_could_be_two_things_is_refused_with_both(line: str, could_be: str) -> None:
    """Seen red with: the first that fits taken; a declared letter before a weekday."""
    assert could_be in refused(line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("terms 20 w fro fri bec job", "terms 20 weekly from fri because job"),
        ("t full by 27/11 bec job", "terms full by 27/11 because job"),
    ],
)
def test_a_word_may_be_begun_where_an_answer_stands_behind_it(line: str, words: str) -> None:
    """Seen red with: only whole words."""
    assert means(line) == means(words)


@pytest.mark.parametrize(
    ("line", "text"),
    [("c n no answer at door", "no answer at door"), ("c n di not get through", "di not get through")],
)
def test_a_text_may_begin_like_a_word(line: str, text: str) -> None:
    """Caught: “no answer” as a note that says “answer”."""
    call = means(line)
    assert isinstance(call, LogCall) and call.note == text


# Digits


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("promise 201126", "“201126” could be Amount £201,126.00, or Due Fri 20 Nov 2026: write £201126 or 20/11/26"),
        ("promise 201126 50", "“201126” could be"),
        ("p 20112026 c", "could be Amount £20,112,026.00, or Due Fri 20 Nov 2026: write £20112026 or 20/11/2026"),
        ("receipt 191126", "“191126” could be Amount £191,126.00, or Received on Thu 19 Nov 2026"),
        ("terms 281126 h", "“281126” could be Amount £281,126.00, or Amount in full by Sat 28 Nov 2026"),
        (
            "$ 20 c 181126",
            "“181126” could be Received on Wed 18 Nov 2026, or Reference: write 18/11/26, or the day before it",
        ),
        ("call ptp 201126", "“201126” could be Amount £201,126.00, or Due Fri 20 Nov 2026"),
    ],
)
def test_digits_that_are_a_day_and_an_amount_are_refused(line: str, sentence: str) -> None:
    """Seen red with: the first field that reads them; only six digits, or only eight."""
    assert sentence in refused(line)


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("promise 200000 tue", {"amount_pence": "200000", "due": "tue"}),
        ("promise 50 201126", {"amount_pence": "50", "due": "201126"}),
        ("promise 20/11/26 £201126", {"due": "20/11/26", "amount_pence": "£201126"}),
        ("promise 20112 tue", {"amount_pence": "20112", "due": "tue"}),
        ("park 201126 payslip", {"until": "201126", "reason": "payslip"}),
        (
            "receipt 20 c yesterday 181126",
            {"amount_pence": "20", "method": "c", "received_on": "yesterday", "reference": "181126"},
        ),
        ("receipt 20 c 000123", {"amount_pence": "20", "method": "c", "reference": "000123"}),
    ],
)
def test_digits_that_are_only_one_thing_are_that(line: str, typed: dict[str, str]) -> None:
    """Seen red with: every six digits refused."""
    assert parse(line, CASE, IN_HAND, KEYS).typed == typed


# Secrets


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("c s id 14/3/87, DY10 2AB note asked", "c s note asked"),
        ("i id 14/3/87", "i"),
        ("j s id 14/3/87, DY10 2AB", "j s"),
        ("o the id 14 he gave", "o the"),
        ("note the id 14 he gave", "note the id 14 he gave"),
    ],
)
def test_what_was_said_to_show_who_they_are_is_not_kept_whatever_the_key(line: str, kept: str) -> None:
    """A key may be any, so nothing that could be a secret is kept after one. Seen red with: only names of actions looked at,
    so that `i id 14/3/87` was kept whole."""
    assert without_secrets(line) == kept


def test_what_was_understood_tells_who_was_on_the_line() -> None:
    """Caught: a call of which nothing was said but its number."""
    assert understood(parse("c n", CASE, IN_HAND, KEYS), CASE, IN_HAND).startswith(
        "Call · On the line No answer · Number"
    )
    assert "Outcome Promise · Amount £50.00" in understood(parse("c s p 50 tu c", CASE, IN_HAND, KEYS), CASE, IN_HAND)


def test_a_letter_asks_first_only_at_the_beginning() -> None:
    """What stands behind the outcome is a note. Caught: `x` behind an outcome as another outcome."""
    call = means("call noans x marks the spot")
    assert isinstance(call, LogCall) and (call.outcome, call.note) == ("NO_ANS", "x marks the spot")
