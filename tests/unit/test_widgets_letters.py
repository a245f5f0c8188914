"""Letters that pick a choice, and texts that are whole: the cursor goes on by itself, and never too soon."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.message import Message

from casework.fields import Choice, Field, FieldKind, lettered
from tests.unit.test_widgets_field_map import FormApp, drawn_lines, form_with, rows_painted
from tui.widgets.field_map import FieldMap

OUTCOMES = (
    Choice("NO_ANS", "No answer", "n"),
    Choice("VOICE", "Voicemail left", "v"),
    Choice("SPOKE", "Spoke to payer", "s"),
)
OUTCOME = Field("outcome", "Outcome", FieldKind.CHOICE, "What came of it", choices=OUTCOMES)
AMOUNT = Field("amount", "Amount", FieldKind.MONEY)
DUE = Field("due", "By", FieldKind.DATE)
NOTE = Field("note", "Note", required=False)


@pytest.mark.parametrize(("typed", "code"), [("n", "NO_ANS"), ("V", "VOICE"), ("x", None), ("", None), ("no", None)])
def test_a_letter_is_a_choice_whether_capital_or_small(typed: str, code: str | None) -> None:
    found = lettered((*OUTCOMES, Choice("OTHER", "Other")), typed)
    assert (found.code if found else None) == code


def test_a_letter_that_two_choices_have_picks_none() -> None:
    """Seen red with: the first of them taken."""
    assert lettered((*OUTCOMES, Choice("NUMBER", "Number", "N")), "n") is None


async def test_a_letter_picks_writes_out_the_choice_and_goes_on() -> None:
    """Seen red with: `Left` not said, so that what was picked is not kept as a draft."""
    async with form_with(OUTCOME, AMOUNT, NOTE) as (pilot, form, app):
        await pilot.press("v")
        assert form.current == "amount"
        assert form.values == {"outcome": "VOICE"}
        assert [type(message).__name__ for message in app.said] == ["Changed", "Left"]
        await pilot.press("5")
        assert form.values == {"outcome": "VOICE", "amount": "5"}


async def test_a_letter_replaces_a_default_and_a_choice_made_before_but_not_a_word_begun() -> None:
    """Seen red with: a letter taken in a field that holds the beginning of a word."""
    asked = (replace(OUTCOME, default="VOICE"), Field("ok", "Sure", choices=(Choice("yes", "Yes"),)))
    async with form_with(*asked, NOTE, begin_at="outcome") as (pilot, form, _):
        await pilot.press("n")
        assert (form.current, form.values["outcome"]) == ("ok", "NO_ANS")
        await pilot.press("shift+tab", "s")
        assert (form.current, form.values["outcome"]) == ("ok", "SPOKE")
        await pilot.press("shift+tab", "ctrl+u", "a", "n")
        assert (form.current, form.values["outcome"]) == ("outcome", "an")


async def test_without_letters_a_word_is_typed_to_its_end() -> None:
    words = tuple(replace(choice, letter="") for choice in OUTCOMES)
    async with form_with(replace(OUTCOME, choices=words), AMOUNT) as (pilot, form, _):
        await pilot.press("v", "o")
        assert (form.current, form.values["outcome"]) == ("outcome", "VOICE")


async def test_a_letter_among_words_picks_and_a_word_is_still_typed() -> None:
    """Only some of the choices have a letter."""
    some = (Choice("OUT", "Out of time"), *OUTCOMES)
    async with form_with(replace(OUTCOME, choices=some), AMOUNT) as (pilot, form, _):
        await pilot.press("o", "u", "enter")
        assert (form.current, form.values["outcome"]) == ("amount", "OUT")
        await pilot.press("shift+tab", "n")
        assert (form.current, form.values["outcome"]) == ("amount", "NO_ANS")


async def test_in_the_last_field_a_letter_saves_at_the_time_it_was_typed() -> None:
    """Seen red with: the time of the move instead of the key's."""
    async with form_with(AMOUNT, OUTCOME) as (pilot, _, app):
        await pilot.press("5", "tab")
        event = events.Key("n", "n")
        event.time = 1234.5
        app.post_message(event)
        await pilot.pause()
        (submitted,) = app.heard(FieldMap.Submitted)
        assert isinstance(submitted, FieldMap.Submitted)
        assert (submitted.values, submitted.typed_at) == ({"amount": "5", "outcome": "NO_ANS"}, 1234.5)


@pytest.mark.parametrize(("needed", "saved"), [(False, True), (True, False)])
async def test_a_field_that_saves_alone_waits_for_what_is_needed(needed: bool, saved: bool) -> None:
    """Seen red with: what is needed not looked at; and with every letter saving."""
    asked = (replace(OUTCOME, saves_alone=True), replace(AMOUNT, required=needed), NOTE)
    async with form_with(*asked) as (pilot, form, app):
        await pilot.press("n")
        assert bool(app.heard(FieldMap.Submitted)) is saved
        assert form.current == ("outcome" if saved else "amount")
    async with form_with(replace(asked[0], saves_alone=False), *asked[1:]) as (pilot, _, app):
        await pilot.press("n")
        assert not app.heard(FieldMap.Submitted)


class Asking(FormApp):
    """A screen that asks other questions when it hears of an outcome, and takes its time."""

    @on(FieldMap.Changed)
    async def ask(self, message: FieldMap.Changed) -> None:
        """A promise is asked for an amount."""
        spoke = message.values.get("outcome") == "SPOKE"
        message.form.replace_fields((replace(OUTCOME, saves_alone=True), *((AMOUNT, DUE) if spoke else ()), NOTE))


async def test_the_cursor_goes_to_the_first_question_that_the_letter_asks_for() -> None:
    """Seen red with: the letter acted on at once: the form is saved, for nothing was needed yet."""
    app = Asking()
    async with app.run_test() as pilot:
        form = app.query_one(FieldMap)
        form.show("Call", (replace(OUTCOME, saves_alone=True), NOTE))
        form.focus()
        await pilot.press("s")
        assert form.current == "amount"
        assert not app.heard(FieldMap.Submitted)
        await pilot.press("5", "0", "enter", *"201126", "o", "k")
        assert form.values == {"outcome": "SPOKE", "amount": "50", "due": "201126", "note": "ok"}


class Objecting(FormApp):
    """A screen that finds something wrong elsewhere as soon as an outcome is picked."""

    @on(FieldMap.Changed)
    def object(self, message: FieldMap.Changed) -> None:
        """The amount is wrong."""
        message.form.show_errors({"amount": "that is no amount"})


async def test_a_screen_that_puts_the_cursor_elsewhere_is_not_overruled() -> None:
    """Seen red with: the current field not looked at when the move is made."""
    app = Objecting()
    async with app.run_test() as pilot:
        form = app.query_one(FieldMap)
        form.show("Call", (OUTCOME, AMOUNT, NOTE))
        form.focus()
        await pilot.press("n")
        assert form.current == "amount"


class Stock(App[None]):
    """An application without orderly keys."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        """The form alone."""
        yield FieldMap()


async def test_where_keys_are_not_orderly_the_next_one_still_lands_beyond() -> None:
    """Seen red with: `now` left out of `on_key`."""
    app = Stock()
    async with app.run_test() as pilot:
        form = app.query_one(FieldMap)
        form.show("Call", (OUTCOME, AMOUNT))
        form.focus()
        await pilot.pause()
        for letter in "n50":
            form.on_key(events.Key(letter, letter))
        assert form.values == {"outcome": "NO_ANS", "amount": "50"}


async def test_a_form_that_is_shown_anew_is_not_moved_by_a_letter_typed_before() -> None:
    """Seen red with: `forget` left out of `show`."""
    async with form_with(OUTCOME, AMOUNT) as (pilot, form, app):
        form.on_key(events.Key("n", "n"))
        form.show("Another", (OUTCOME, AMOUNT))
        await pilot.pause()
        assert form.current == "outcome"
        assert not app.heard(FieldMap.Submitted)


async def test_a_paste_picks_and_skips_nothing() -> None:
    async with form_with(OUTCOME, DUE, NOTE) as (pilot, form, app):
        app.post_message(events.Paste("n"))
        await pilot.pause()
        assert (form.current, form.values) == ("outcome", {"outcome": "NO_ANS"})
        await pilot.press("tab")
        app.post_message(events.Paste("201126"))
        await pilot.pause()
        assert form.current == "due"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("201126", True),
        ("010100", True),
        ("311299", True),
        ("20112", False),
        ("2011266", False),
        ("140319", False),  # 14 March 2019, or the beginning of 14 March 1987
        ("140320", False),
        ("140321", True),
        ("321126", False),
        ("001126", False),
        ("201326", False),
        ("200026", False),
        ("20/11/", False),
        ("+20112", False),
        ("２０１１２６", False),
    ],
)
def test_six_digits_are_a_whole_date_unless_a_year_of_four_may_have_begun(text: str, whole: bool) -> None:
    """Seen red with: every six digits whole, so that the 87 of 14031987 goes into the next field."""
    assert DUE.is_whole(text) is whole
    assert not NOTE.is_whole(text)


@pytest.mark.parametrize(
    ("text", "whole"), [("24000731n", True), ("24000731N", True), ("24000731", False), ("", False)]
)
def test_a_field_may_say_which_texts_are_whole(text: str, whole: bool) -> None:
    assert Field("account", "Account", whole=r"\d{8}[A-Z]").is_whole(text) is whole


async def test_a_whole_text_goes_on_but_saves_nothing() -> None:
    """A date in the last field waits for Enter: only a letter was chosen with its meaning in view.

    Seen red with: the cursor gone round to the first field; and with a text that is whole only in its middle.
    """
    async with form_with(DUE, replace(DUE, name="until")) as (pilot, form, app):
        await pilot.press(*"20112")
        assert form.current == "due"
        await pilot.press("6")
        assert form.current == "until"
        await pilot.press("shift+tab", "left", "left", "backspace", "1")
        assert (form.current, form.values["due"]) == ("due", "201126")
        await pilot.press("tab", *"211126")
        assert form.current == "until"
        assert not app.heard(FieldMap.Submitted)


LABELS = ("No answer", "Voicemail left", "Wrong number", "Spoke to payer", "Call back asked", "Refused to pay", "Other")
MANY = tuple(Choice(label[:3].upper(), label, label[0].lower()) for label in LABELS)


async def test_letters_stand_before_their_choices_side_by_side_where_the_help_has_no_room() -> None:
    """Until something is typed; F4 lists them with their codes as ever.

    Seen red with: the letters listed beside what is typed; and with the last row left out.
    """
    async with form_with(OUTCOME, AMOUNT) as (_, form, _app):
        assert drawn_lines(form)[-1].strip() == "What came of it  n No answer · v Voicemail left · s Spoke to payer"
        assert drawn_lines(form)[2].startswith(" Amount")
    async with form_with(replace(OUTCOME, choices=MANY, required=False), NOTE) as (pilot, form, _app):
        await pilot.pause()
        lines = [" ".join(line.split()) for line in drawn_lines(form)]
        assert lines[2:6] == [
            "n No answer v Voicemail left w Wrong number",
            "s Spoke to payer c Call back asked r Refused to pay",
            "o Other",
            "Note",
        ]
        assert lines[-1] == "What came of it a letter picks"
        await pilot.press("x")
        await pilot.pause()
        assert drawn_lines(form)[2].startswith(" Note")
        await pilot.press("backspace", "tab")
        await pilot.pause()
        assert drawn_lines(form)[2].startswith(">Note")
        await pilot.press("shift+tab")
        form.toggle_choices()
        await pilot.pause()
        assert drawn_lines(form)[2].strip() == "n  NO   No answer"
    zones = tuple(Choice(f"Z{number}", f"Zone {number} of the county", f"{number}") for number in range(6))
    async with form_with(replace(OUTCOME, choices=zones), NOTE) as (pilot, form, _app):
        await pilot.pause()
        assert drawn_lines(form)[2].split()[:2] == ["0", "Zone"]
        await pilot.press("z")
        await pilot.pause()
        assert drawn_lines(form)[2].startswith(" Note")


async def test_a_letter_repaints_its_field_and_the_next() -> None:
    """Seen red with: the whole form laid out anew."""
    async with form_with(OUTCOME, AMOUNT, NOTE, replace(NOTE, name="more")) as (pilot, form, _):
        drawn = rows_painted(form)
        await pilot.press("n")
        await pilot.pause()
        assert set(drawn) == {1, 2, form.size.height - 1}
