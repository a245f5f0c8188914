"""Random typing at the real desk against a simple model, forty scripts of it; `python -m tests.typing 1000` types more."""

from __future__ import annotations

import os

import pytest

from tests.typing import desks, scripts
from tests.typing_model import NUMBERS, Model

SCRIPTS = int(os.environ.get("GREENWAX_KEY_SCRIPTS", "40"))


@pytest.mark.parametrize(("first", "count"), [*desks(SCRIPTS)])
def test_every_key_reaches_what_it_was_typed_for(first: int, count: int) -> None:
    """Forms, finds and cases side by side, all at once and with 2, 10 and 30 ms between keys.

    Seen red with: `OrderlyKeys.post_message` handing every key on at once; `_at_rest` not asking for the callbacks of a
    screen; a saving key let through on a case that was not on the screen; what was typed ahead kept after an error.
    """
    scripts(first, count)


def test_the_model_knows_what_cannot_be_done_blind() -> None:
    """The rules of the model itself, by hand."""
    model = Model()
    for name in ["n", "o", "a", "enter", "b"]:
        model.press(name)
    assert (model.saved, model.deaf, model.form and model.form.texts) == ([], True, {"text": "a"})
    model.look_up()
    for name in ["f3", "/", *NUMBERS[1], "o", "f3", "f2", "o", "z"]:
        model.press(name)
    assert model.case == NUMBERS[0]
    assert model.drafts == {(NUMBERS[0], "note"): {"text": "a"}}
    assert model.deaf, "a draft that comes back is to be looked at first"
    model.look_up()
    model.press("enter")
    assert model.saved == [("note", NUMBERS[0], "a")]
