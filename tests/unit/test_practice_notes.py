"""What is written in the practice office: nothing that should not stand on a real case, since people learn from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from api_client.practice_material import material
from casework.events import Contacted, Noted
from casework.history import Event
from casework.table_rows import WrapCode
from tests.unit.test_practice import AS_OF, TABLES
from tests.unit.test_practice_tally import lived

OUTCOMES = {code: row for use in ("call", "contact", "wrap-up") for code, row in TABLES.wrap_codes(AS_OF, use).items()}

NOT_SHOWN = {"CALLBACK", "LANGUAGE", "DPA_FAIL", "ABUSIVE", "HANGUP", "CUSTODY", "ABROAD", "DECEASED"}
"""Outcomes in which somebody answered, but nobody showed that they are the person who owes."""

THE_DEBT = re.compile(
    r"balance|\bow(e|ed|es|ing)\b|\bpa(y|id|ys|ying|yment|yments)\b|fine|debt|arrears|instal|statement|amount|£|offence"
    r"|court|convict|summons|consequence|enforce|bank|card|terms|means form",
    re.IGNORECASE,
)

UNKIND = re.compile(
    r"polite|rude|lazy|liar|lying|obvious|claims|typical|stupid|useless|attitude|awkward|hysteric|drunk|home for good"
    r"|little english|not coping|borrow",
    re.IGNORECASE,
)


def to_others(row: WrapCode) -> bool:
    """Whether after such a call nobody may have been told anything of the case."""
    return row.group in ("not-reached", "third-party") or row.code in NOT_SHOWN


@pytest.fixture(scope="module")
def lives() -> list[tuple[Event, ...]]:
    """The events of each case of a larger office."""
    return [life.events for life in lived(2_000, 1)]


def every_text() -> Iterator[tuple[str, str]]:
    """Each text with the list it is from."""
    made = material()
    for lists in (made.notes, made.written_notes, made.organisation_notes, made.youth_notes):
        for about, texts in lists.items():
            yield from ((about.partition("/")[0], text) for text in texts)


def test_nobody_else_is_told_of_the_debt() -> None:
    """Caught: an employer who passed a number on; a hang-up on hearing where we ring from."""
    texts = [(about, text) for about, text in every_text() if about in OUTCOMES and to_others(OUTCOMES[about])]

    assert {"TP_MSG", "TP_REFUSED", "VM_LEFT", "WRONG_NO", "CUSTODY"} <= {about for about, _ in texts}
    assert [text for _, text in texts if THE_DEBT.search(text)] == []
    assert not any("employer" in text.lower() for _, text in every_text())


def test_a_call_to_somebody_else_is_noted_in_its_own_words_only(lives: list[tuple[Event, ...]]) -> None:
    """Caught: “Consequences explained.” after a message left with a flatmate, “Identity checked.” after it was not shown."""
    seen = 0
    for contact in (event.what for events in lives for event in events if isinstance(event.what, Contacted)):
        if to_others(OUTCOMES[contact.outcome]) and contact.note:
            made = material()
            lists = (made.notes, made.organisation_notes, made.youth_notes)
            about = f"{contact.outcome}/{contact.detail}" if contact.detail else contact.outcome
            assert contact.note in [text for notes in lists for text in notes.get(about, ())]
            assert contact.direction == "out"
            seen += 1
    assert seen > 100


def test_nothing_is_put_on_file_after_a_call_to_somebody_else(lives: list[tuple[Event, ...]]) -> None:
    """Caught: “Bank details given for transfers.” four minutes after a message left with a mother."""
    after_calls = [
        earlier.what.outcome
        for events in lives
        for earlier, event in pairwise([event for event in events if isinstance(event.what, Contacted | Noted)])
        if isinstance(earlier.what, Contacted)
        and isinstance(event.what, Noted)
        and event.actor == earlier.actor
        and event.at - earlier.at < timedelta(minutes=10)
    ]

    assert len(after_calls) > 10
    assert not [outcome for outcome in after_calls if to_others(OUTCOMES[outcome])]


def test_nobody_is_judged_or_pressed() -> None:
    """Caught: “Polite throughout.”, and a promise to borrow from a brother."""
    assert [text for _, text in every_text() if UNKIND.search(text)] == []


def test_every_outcome_has_its_words_and_they_are_enough() -> None:
    """Caught: a note too short for its outcome, which one call in thousands would then be refused for."""
    made = material()
    for whose, weights in made.outcomes.items():
        assert set(weights) <= set(OUTCOMES) & set(made.written_notes if whose == "written" else made.notes)
    for about in made.notes:
        outcome, _, detail = about.partition("/")
        assert not detail or detail in TABLES.outcome_details(AS_OF, outcome)
    for about, text in every_text():
        assert text.format(amount="£20.00", day="Fri 20 Nov 2026", method="card")
        assert "{" not in text or about == "PTP"
        if about in OUTCOMES:
            assert len(text) >= OUTCOMES[about].note_least, text
    assert all(
        len(text) >= OUTCOMES["SPOKE"].note_least for about in ("DECISION", "REFERRAL") for text in made.notes[about]
    )
