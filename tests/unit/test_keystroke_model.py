"""The model of hands and head: what was counted by hand elsewhere comes out again, and our budgets are what was decided."""

from __future__ import annotations

import pytest

from bench.keystroke_model import Job, elsewhere, read_book, script

BOOK = read_book()

COUNTED = {
    1: (9.6, 5.1),
    2: (19.7, 12.9),
    3: (6.8, 4.9),
    4: (11.8, 9.2),
    5: (21.1, 14.6),
    6: (14.5, 9.2),
    7: (7.3, 3.7),
    10: (47.5, 30.0),
    11: (8.4, 3.3),
}
"""Seconds in OPAL and in the 3270 design, counted apart from this program."""

BUDGETS = {1: (9, 1), 2: (17, 1), 3: (2, 1), 4: (7, 1), 5: (9, 1), 6: (23, 1), 7: (2, 1), 10: (33, 6), 11: (1, 1)}
"""Keys and waits. A job that gains a key is a decision: change its line with a reason."""


@pytest.mark.parametrize("job", BOOK.jobs, ids=lambda job: str(job.number))
def test_what_it_costs_elsewhere_is_what_was_counted(job: Job) -> None:
    """Seen red with: a click that does not take the hand from the keyboard; Enter on the nth stop counted as n keys."""
    opal, green = (elsewhere(text, BOOK.seconds, clicked=job.starts == "case") for text in (job.opal, job.green_screen))
    assert opal.seconds == pytest.approx(COUNTED[job.number][0], abs=0.051)
    assert green.seconds == pytest.approx(COUNTED[job.number][1], abs=0.051)
    assert green.clicks == 0


@pytest.mark.parametrize("job", BOOK.jobs, ids=lambda job: str(job.number))
def test_no_job_costs_more_keys_or_waits_than_its_budget(job: Job) -> None:
    """Seen red with: an Enter more after the postcode."""
    assert (job.most_keys, job.most_waits) == BUDGETS[job.number]
    cost = job.form.cost(BOOK.seconds)
    assert cost.keys <= job.most_keys
    assert cost.waits <= job.most_waits


@pytest.mark.parametrize("job", BOOK.jobs, ids=lambda job: str(job.number))
def test_every_job_is_faster_than_elsewhere_at_the_same_response(job: Job) -> None:
    ours = job.form.cost(BOOK.seconds).waited(0.5)
    for text in (job.opal, job.green_screen):
        assert ours < elsewhere(text, BOOK.seconds, clicked=job.starts == "case").waited(0.5)


def test_a_script_is_split_where_something_is_waited_for() -> None:
    """Seen red with: a pause counted as a key."""
    told = script(["M", "<p>", "50", "M", "<enter>", "R Saved", "M", "<n>", "R NEXT"])
    assert [(burst.keys, burst.shows) for burst in told.bursts] == [
        (("p", "5", "0", "enter"), "Saved"),
        (("n",), "NEXT"),
    ]
    assert (told.thoughts, told.characters, told.others) == (3, 2, 3)
    assert told.cost(BOOK.seconds).seconds == pytest.approx(3 * 1.35 + 5 * 0.20)


def test_keys_after_the_last_wait_are_refused() -> None:
    with pytest.raises(ValueError, match="ends in a wait"):
        script(["<n>", "R NEXT", "x"])


def test_the_mouse_is_taken_when_many_tabs_cost_more() -> None:
    """A click is 1.3 s with the hand there, 1.7 s from the keyboard: eight Tabs and Enter are 1.8 s, seven are 1.6 s."""
    assert elsewhere("G8", BOOK.seconds, clicked=False).clicks == 1
    assert elsewhere("G7", BOOK.seconds, clicked=False).clicks == 0
    assert elsewhere("G7", BOOK.seconds, clicked=True).clicks == 1
