"""The form: what each key does in it, what it says to its screen, and what it draws."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.pilot import Pilot

from casework.fields import Choice, Field, FieldKind
from tui.desk_app import DeskApp
from tui.widgets.field_map import FieldMap
from tui.widgets.form_state import Suggest

METHODS = (Choice("card", "Debit card"), Choice("cash", "Cash at a bank"), Choice("dd", "Direct debit"))
FIELDS = (
    Field("amount", "Amount", FieldKind.MONEY, "Each payment"),
    Field("period", "Every", default="month"),
    Field("method", "Method", FieldKind.CHOICE, "How it is paid", choices=METHODS),
    Field("note", "Note", required=False, long=True),
)


class FormApp(DeskApp):
    """A form, and a record of what it said and of what keys came past it."""

    BINDINGS = [Binding(key, f"past('{key}')", show=False) for key in ("n", "c", "f4", "f8", "alt+3", "pageup")]

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Message] = []
        self.past: list[str] = []

    def compose(self) -> ComposeResult:
        yield FieldMap(id="form")

    def action_past(self, key: str) -> None:
        self.past.append(key)

    @on(FieldMap.Changed)
    @on(FieldMap.Left)
    @on(FieldMap.Submitted)
    @on(FieldMap.Closed)
    @on(FieldMap.Recalled)
    @on(FieldMap.CopyWanted)
    def hear(self, message: Message) -> None:
        """Keep what was said."""
        self.said.append(message)

    def heard(self, kind: type[Message]) -> list[Message]:
        """What was said of one kind."""
        return [message for message in self.said if isinstance(message, kind)]


@asynccontextmanager
async def form_with(
    *fields: Field, size: tuple[int, int] = (80, 24), begin_at: str | None = None, suggest: Suggest | None = None
) -> AsyncIterator[tuple[Pilot[None], FieldMap, FormApp]]:
    """A form with these fields, in focus."""
    app = FormApp()
    async with app.run_test(size=size) as pilot:
        form = app.query_one(FieldMap)
        form.show("Terms", fields or FIELDS, begin_at=begin_at, suggest=suggest)
        form.focus()
        await pilot.pause()
        yield pilot, form, app


def drawn_lines(form: FieldMap) -> list[str]:
    return [form.render_line(y).text for y in range(form.size.height)]


def rows_painted(form: FieldMap) -> list[int]:
    """The numbers of the rows that are painted from now on, as they are."""
    painted: list[int] = []
    original = form.render_line

    def counting(y: int) -> object:
        painted.append(y)
        return original(y)

    form.render_line = counting  # type: ignore[method-assign, assignment]
    return painted


async def test_the_cursor_starts_in_the_first_empty_field_that_must_be_filled() -> None:
    async with form_with() as (_, form, _app):
        assert form.current == "amount"
        form.show("Terms", FIELDS, {"amount": "20"})
        assert form.current == "method"
        form.show("Terms", FIELDS, {"amount": "20", "method": "card"})
        assert form.current == "note"
        form.show("Terms", FIELDS, {"amount": "20", "method": "card", "note": "x"})
        assert form.current == "amount"


async def test_a_default_that_is_only_a_guess_is_where_the_cursor_starts() -> None:
    """Seen red with: every default taken for an answer."""
    guessed = Field("amount", "Amount", FieldKind.MONEY, default="20", guess=True)
    async with form_with(Field("method", "Method", default="card"), guessed, Field("due", "Due")) as (_, form, _app):
        assert form.current == "amount"
        form.show("Terms", (guessed, Field("due", "Due")), {"amount": "25"})
        assert form.current == "due"


async def test_enter_moves_on_and_saves_in_the_last_field() -> None:
    async with form_with() as (pilot, form, app):
        await pilot.press("2", "0", "enter", "w", "enter", "c", "a", "r", "enter", "h", "i", "ctrl+j", "x")
        assert app.heard(FieldMap.Submitted) == []
        await pilot.press("enter")
        (submitted,) = app.heard(FieldMap.Submitted)
        assert isinstance(submitted, FieldMap.Submitted)
        assert submitted.values == {"amount": "20", "period": "w", "method": "card", "note": "hi\nx"}
        assert submitted.control is form
        left = [message.name for message in app.said if isinstance(message, FieldMap.Left)]
        assert left == ["amount", "period", "method", "note"]


@pytest.mark.parametrize("key", ["f10", "ctrl+s"])
async def test_saving_keys_work_in_every_field_and_tell_when_they_were_typed(key: str) -> None:
    """Seen red with: the time taken when the message is made instead of when the key was read."""
    async with form_with() as (pilot, _, app):
        await pilot.press("5", "tab")
        event = events.Key(key, None)
        event.time = 1234.5
        app.post_message(event)
        await pilot.pause()
        (submitted,) = app.heard(FieldMap.Submitted)
        assert isinstance(submitted, FieldMap.Submitted)
        assert submitted.values == {"amount": "5", "period": "month"}
        assert submitted.typed_at == 1234.5


async def test_letters_are_typed_and_function_keys_go_to_the_screen() -> None:
    """Seen red with: `event.stop` left out of `on_key`."""
    async with form_with() as (pilot, form, app):
        await pilot.press("n", "c", "question_mark", "f4", "f8", "alt+3", "pageup")
        assert form.values["amount"] == "nc?"
        assert app.past == ["f4", "f8", "alt+3", "pageup"]


async def test_without_a_form_letters_go_to_the_screen() -> None:
    async with form_with() as (pilot, form, app):
        form.clear()
        await pilot.press("n", "f10", "escape")
        assert app.past == ["n"]
        assert app.said == []


@pytest.mark.parametrize("key", ["enter", "f10", "ctrl+s"])
async def test_a_form_without_fields_is_a_question_that_is_answered_with_enter(key: str) -> None:
    """To cancel a promise asks for nothing but a yes.

    Seen red with: the form laid out anew only when its fields take other lines; its title left out where there are two
    lines; and with Enter only going on to the next field.
    """
    async with form_with() as (pilot, form, app):
        form.clear()
        await pilot.pause()
        assert form.size.height == 0
        form.show("Cancel the promise", ())
        await pilot.pause()
        assert [line.rstrip() for line in drawn_lines(form)] == [
            " Cancel the promise",
            " Enter or F10 saves, Esc closes",
        ]
        assert app.focused is form
        assert form.content_region.contains_point(app.cursor_position)
        await pilot.press("x", "tab", "down", "backspace", "ctrl+j", "f4")
        assert app.heard(FieldMap.Submitted) == []
        await pilot.press(key, "escape")
        (submitted,) = app.heard(FieldMap.Submitted)
        assert isinstance(submitted, FieldMap.Submitted)
        assert submitted.values == {}
        assert len(app.heard(FieldMap.Closed)) == 1
        form.show("Terms", FIELDS)
        await pilot.pause()
        assert drawn_lines(form)[1].startswith(">Amount")


async def test_a_form_is_left_with_its_draft_or_thrown_away() -> None:
    async with form_with() as (pilot, _, app):
        await pilot.press("escape", "f3", "f12")
        keep = [message.keep for message in app.heard(FieldMap.Closed) if isinstance(message, FieldMap.Closed)]
        assert keep == [True, True, False]


async def test_a_default_is_replaced_by_the_first_letter_and_edited_after_a_cursor_key() -> None:
    async with form_with() as (pilot, form, _):
        await pilot.press("tab", "w")
        assert form.values["period"] == "w"
        form.show("Terms", FIELDS)
        await pilot.press("tab", "left", "s")
        assert form.values["period"] == "montsh"
        form.show("Terms", FIELDS)
        await pilot.press("tab", "backspace")
        assert form.values["period"] == ""
        assert "amount" not in form.values


@pytest.mark.parametrize(
    ("typed", "left_as"),
    [("car", "card"), ("debit", "card"), ("DD", "dd"), ("ca", "ca"), ("zz", "zz"), ("cash at", "cash")],
)
async def test_a_choice_is_completed_only_when_there_is_one(typed: str, left_as: str) -> None:
    """Seen red with: the first of several matches taken."""
    async with form_with() as (pilot, form, _):
        await pilot.press("tab", "tab", *["space" if letter == " " else letter for letter in typed], "tab")
        assert form.values["method"] == left_as


async def test_a_choice_counts_as_chosen_as_soon_as_enough_is_typed() -> None:
    """So that the questions which depend on it are there before Enter goes on to them.

    Seen red with: `values` giving the raw text.
    """
    async with form_with() as (pilot, form, app):
        await pilot.press("tab", "tab", "c", "a")
        assert form.values["method"] == "ca"
        await pilot.press("r")
        assert form.values["method"] == "card"
        changed = app.heard(FieldMap.Changed)[-1]
        assert isinstance(changed, FieldMap.Changed)
        assert changed.values == form.values
        await pilot.press("backspace")
        assert form.values["method"] == "ca"


async def test_the_help_line_shows_what_may_be_typed() -> None:
    async with form_with() as (pilot, form, _):
        assert drawn_lines(form)[-1].strip() == "Each payment"
        await pilot.press("tab", "tab")
        assert drawn_lines(form)[-1].strip() == (
            "How it is paid  card Debit card · cash Cash at a bank · dd Direct debit"
        )
        await pilot.press("c", "a", "s")
        assert drawn_lines(form)[-1].strip() == "How it is paid  cash Cash at a bank"
        form.toggle_choices()
        await pilot.pause()
        assert any(line.strip() == "cash  Cash at a bank" for line in drawn_lines(form))
        await pilot.press("tab")
        assert not any(line.strip() == "cash  Cash at a bank" for line in drawn_lines(form))


async def test_errors_stand_beside_or_under_their_fields_until_they_are_mended() -> None:
    """Beside what is typed where there is room for all of it, so that no line of the form moves.

    Seen red with: the room taken a cell too wide; and with an error beside its field left there when it was mended.
    """
    exact = "x" * (80 - len(" Amount* ") - 14 - len(" ! "))
    async with form_with() as (pilot, form, _):
        await pilot.press("tab", "tab", "tab")
        form.show_errors({"note": "too short", "amount": "that is no amount"})
        await pilot.pause()
        assert form.current == "amount"
        lines = drawn_lines(form)
        assert lines[1].startswith("!Amount")
        assert lines[1].rstrip().endswith("! that is no amount")
        await pilot.press("5")
        assert not any("no amount" in line for line in drawn_lines(form))
        assert any(line.strip() == "! too short" for line in drawn_lines(form))
        form.show_errors({"amount": exact})
        assert drawn_lines(form)[1].endswith(f" ! {exact}")
        form.show_errors({"amount": f"{exact}y"})
        assert drawn_lines(form)[2].strip() == f"! {exact}y"


async def test_other_questions_keep_what_was_typed_and_where_the_cursor_was() -> None:
    """Seen red with: entries made anew for all fields."""
    async with form_with() as (pilot, form, _):
        await pilot.press("1", "2", "tab", "w", "e", "tab", "c", "left")
        form.replace_fields((FIELDS[0], FIELDS[2], Field("extra", "Extra", default="d")))
        assert form.current == "method"
        assert form.values == {"amount": "12", "method": "c", "extra": "d"}
        await pilot.press("x")
        assert form.values["method"] == "xc"
        form.replace_fields(FIELDS)
        assert form.values == {"amount": "12", "period": "we", "method": "xc"}
        form.replace_fields((FIELDS[0], FIELDS[3]))
        assert form.current == "note"


async def test_a_default_that_changes_with_the_questions_is_taken_over_until_typed_over() -> None:
    async with form_with() as (pilot, form, _):
        form.replace_fields((FIELDS[0], Field("period", "Every", default="week")))
        assert form.values["period"] == "week"
        await pilot.press("tab", "d")
        form.replace_fields(FIELDS)
        assert form.values["period"] == "d"


async def test_the_terminals_cursor_is_in_the_field() -> None:
    """Seen red with: the width of text taken as its length."""
    async with form_with() as (pilot, form, app):
        left = form.content_region.x + len(" Amount* ")
        assert app.cursor_position.x == left
        await pilot.press("ŵ", "漢", "字")
        assert app.cursor_position.x == left + 5
        assert app.cursor_position.y == form.content_region.y + 1
        await pilot.press("left")
        assert app.cursor_position.x == left + 3
        await pilot.press("down", "end")
        assert app.cursor_position == (left + 5, form.content_region.y + 2)


async def test_long_text_scrolls_sideways_and_long_fields_wrap() -> None:
    async with form_with(Field("one", "One", FieldKind.NUMBER), Field("note", "Note", long=True)) as (
        pilot,
        form,
        _,
    ):
        await pilot.press(*"0123456789abc")
        assert drawn_lines(form)[1][7:].rstrip() == "456789abc"
        await pilot.press("home")
        assert drawn_lines(form)[1][7:].rstrip() == "0123456789"
        await pilot.press("tab", *["a"] * 5, "ctrl+j", "b", "up", "x", "down", "down")
        assert form.values["note"] == "axaaaa\nb"
        assert [line[7:].rstrip() for line in drawn_lines(form)[2:5]] == ["axaaaa", "b", ""]


async def test_what_a_text_was_understood_as_stands_beside_it() -> None:
    """Also beside a text that has the whole line; never words that are what was typed.

    Seen red with: the meaning drawn though a choice is chosen; with `out  out`; and with the meaning cut to an ellipsis.
    """
    sides = (Choice("in", "in"), Choice("out", "out"), Choice("x", "neither"))
    fields = (
        Field("due", "By", FieldKind.DATE, default="+5", meaning="Tue 24 Nov 2026"),
        Field("side", "Side", FieldKind.CHOICE, default="out", choices=sides, meaning="never this"),
        Field("which", "Which", FieldKind.CHOICE, choices=sides, default="i"),
        Field("who", "Who", default="her sister", meaning="J Khan"),
        Field("note", "Note", long=True, meaning="long"),
    )
    async with form_with(*fields) as (pilot, form, _):
        lines = [line.rstrip() for line in drawn_lines(form)[1:6]]
        assert [" ".join(line.split()) for line in lines] == [
            "By * +5 Tue 24 Nov 2026",
            "Side * out",
            "Which* i in",
            "Who * her sister J Khan",
            ">Note *",
        ]
        assert lines[0].index("Tue") == 8 + 16 + 1
        assert lines[3].endswith("J Khan")
        await pilot.press("up", "end", *"x" * 53)
        assert "J Khan" in drawn_lines(form)[4]
        await pilot.press("y")
        assert "J Khan" not in drawn_lines(form)[4]
        await pilot.press("up", "up")
        assert drawn_lines(form)[-1].strip() == "in · out · x neither"
        await pilot.press("backspace", "x")
        assert "neither" in drawn_lines(form)[2]
        await pilot.press("z")
        assert "never this" in drawn_lines(form)[2]
        form.show("Terms", [Field("amount", "Amount", FieldKind.MONEY, default="£20.00", meaning="£20.00")])
        assert drawn_lines(form)[1].count("£20.00") == 1


async def test_only_the_fields_that_are_asked_otherwise_are_painted_again() -> None:
    """A date is understood anew with each key.

    Seen red with: `replace_fields` painting the whole form.
    """
    async with form_with() as (pilot, form, _):
        await pilot.press("tab")
        drawn = rows_painted(form)
        form.replace_fields((FIELDS[0], Field("period", "Every", default="month", meaning="monthly"), *FIELDS[2:]))
        await pilot.pause()
        assert set(drawn) == {2, form.size.height - 1}
        assert "monthly" in drawn_lines(form)[2]
        drawn.clear()
        form.replace_fields((FIELDS[0], *FIELDS[2:]))
        await pilot.pause()
        assert len(set(drawn)) == form.size.height


async def test_an_error_is_said_once_and_whole() -> None:
    """Under its field, on up to three lines; the help line goes on helping.

    Seen red with: a long error said on the help line; and with one line for every error.
    """
    wrong = "only £101.00 is owed, and what is promised cannot be more than that, unless another account is paid too"
    async with form_with(size=(50, 24)) as (pilot, form, _):
        form.show_errors({"amount": wrong, "period": "too short"})
        await pilot.pause()
        lines = [line.strip() for line in drawn_lines(form)]
        assert " ".join(lines[2:5]) == f"! {wrong}"
        assert lines[5].split() == ["Every", "*", "month"]
        assert lines[6] == "! too short"
        assert lines[-1] == "Each payment"
        form.show_errors({"amount": "no " * 80})
        await pilot.pause()
        lines = [line.strip() for line in drawn_lines(form)]
        assert [line[-1] for line in lines[2:5]] == ["o", "o", "…"]
        assert lines[5].startswith("Every")
        assert lines[-1] == "Each payment"


async def test_a_long_field_shows_that_there_is_more_above_and_below() -> None:
    """Seen red with: no marks; and with both on the first line."""
    async with form_with(Field("note", "Note", long=True)) as (pilot, form, _):
        await pilot.press("a", "ctrl+j", "b", "ctrl+j", "c")
        assert [line[-1] for line in drawn_lines(form)[1:4]] == [" ", " ", " "]
        await pilot.press("ctrl+j", "d")
        assert [line[-1] for line in drawn_lines(form)[1:4]] == ["↑", " ", " "]
        await pilot.press("up", "up")
        assert [line[-1] for line in drawn_lines(form)[1:4]] == ["↑", " ", " "]
        await pilot.press("up")
        assert [line[-1] for line in drawn_lines(form)[1:4]] == [" ", " ", "↓"]
        await pilot.press("up", "ctrl+j", "ctrl+j", "down")
        assert [line[-1] for line in drawn_lines(form)[1:4]] == ["↑", " ", "↓"]


@pytest.mark.parametrize(("height", "most", "lines"), [(40, 20, 3), (41, 20, 6), (41, 9, 4), (41, 6, 3)])
async def test_a_tall_terminal_shows_more_of_a_long_field(height: int, most: int, lines: int) -> None:
    """As many as leave the form whole in the place it has.

    Seen red with: always three lines; and with the place it has not looked at.
    """
    async with form_with(size=(80, height)) as (pilot, form, _):
        form.styles.max_height = most
        await pilot.pause()
        form.show("Terms", FIELDS)
        await pilot.pause()
        assert form._arranged.slots["note"].typed == lines
        assert form.size.height == min(most, 5 + lines)
        await pilot.resize_terminal(80, 30)
        await pilot.pause()
        assert form._arranged.slots["note"].typed == 3
        assert form.size.height == min(most, 8)


async def test_two_columns_where_there_is_room() -> None:
    many = tuple(Field(f"f{i}", f"Field {i}", default=f"v{i}") for i in range(6))
    async with form_with(*many, size=(120, 36)) as (pilot, form, _):
        lines = drawn_lines(form)
        assert "Field 0" in lines[1]
        assert lines[1].index("Field 3") == 61
        await pilot.press("tab", "tab", "tab", "x")
        assert form.values["f3"] == "x"
        await pilot.resize_terminal(99, 36)
        await pilot.pause()
        assert "Field 3" not in drawn_lines(form)[1]


async def test_a_form_that_is_higher_than_its_place_scrolls_to_its_current_field() -> None:
    many = tuple(Field(f"f{i}", f"Field {i}") for i in range(30))
    async with form_with(*many, size=(80, 12)) as (pilot, form, app):
        form.styles.max_height = 8
        await pilot.pause()
        assert form.size.height == 8
        await pilot.press(*["tab"] * 20)
        assert any(line.startswith(">Field 20") for line in drawn_lines(form))
        assert form.content_region.contains_point(app.cursor_position)
        await pilot.press("shift+tab", *["up"] * 15)
        assert any(line.startswith(">Field 4 ") for line in drawn_lines(form))


async def test_a_paste_is_cleaned() -> None:
    async with form_with() as (pilot, form, app):
        app.post_message(events.Paste("1\x1b[2J\r\n2\u202e"))
        await pilot.pause()
        assert form.values["amount"] == "1[2J 2"


async def test_a_paste_of_nothing_or_into_nothing_is_noticed() -> None:
    """Seen red with: `on_paste` of a form that is not open swallowing it."""
    async with form_with() as (pilot, form, app):
        rung: list[bool] = []
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]

        async def rang(times: int) -> bool:
            """Whether it has rung so often, once what was pasted has come up to the app: a pause may end before that."""
            for _ in range(50):
                await pilot.pause(0.01)
                if len(rung) >= times and app.typed_ahead == 0:
                    break
            return len(rung) == times

        app.post_message(events.Paste("5"))
        await pilot.pause(0.05)
        assert not rung
        app.post_message(events.Paste("\x07\n"))
        assert await rang(1)
        form.show("Cancel the promise", ())
        app.post_message(events.Paste("5"))
        assert await rang(2)
        form.clear()
        app.post_message(events.Paste("5"))
        assert await rang(3)


async def test_a_key_repaints_only_its_rows() -> None:
    """Seen red with: `refresh()` of the whole form on each key."""
    async with form_with() as (pilot, form, _):
        drawn = rows_painted(form)
        await pilot.press("5")
        await pilot.pause()
        assert set(drawn) == {1, form.size.height - 1}


async def test_a_form_begins_where_it_is_told_to() -> None:
    """And at the first to be filled in when it has no such field. Seen red with: `begin_at` left aside."""
    names = [field.name for field in FIELDS]
    async with form_with(begin_at=names[-1]) as (_, form, _):
        assert form.current == names[-1]
    async with form_with(begin_at="nowhere") as (_, form, _):
        assert form.current in names


async def test_a_form_begins_at_what_is_guessed_before_what_is_needed() -> None:
    """Even while there is no guess. Seen red with: the first that is required."""
    guessed = Field(name="guessed", label="Guessed", required=False, guess=True)
    async with form_with(Field(name="free", label="Free", required=False), guessed, Field(name="due", label="Due")) as (
        _,
        form,
        _,
    ):
        assert form.current == "guessed"
