"""Asking for a payment card. OPAL page, section 1 (payment-card request) and 3.2 (PCx)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.actions import parse_action
from casework.actions.payment_card import AskCard
from casework.case import LastStep
from casework.quick_entry import action_of, parse
from casework.refusals import Refused
from casework.terms import Terms
from tests.cases import TODAY, Story, an_account, at, imposed, shipped_tables, situation, weekly


def against(**account: Any) -> list[str]:
    """Why no card may be asked for on such an account."""
    case = Story(an_account(*account.pop("impositions", ()), **account)).case
    return [one.code for one in AskCard.offered(case, situation())]


def test_a_card_is_asked_for_once_at_a_time() -> None:
    """One outstanding request an account. Caught: a second one taken."""
    story = Story(an_account(terms=weekly()))
    done = story.does(AskCard())
    assert story.case.card_asked_on == TODAY
    assert done.events[0].what.summary() == "payment card asked for"
    with pytest.raises(Refused, match="a card was asked for on 19 Nov 2026 already"):
        story.does(AskCard())


def test_a_card_that_never_came_may_be_asked_for_again_after_thirty_days() -> None:
    """Seen red with: one card an account for ever."""
    story = Story(an_account(terms=weekly()))
    story.does(AskCard())
    with pytest.raises(Refused, match="another may be from 20 Dec 2026"):
        story.does(AskCard(), at(19, 12))
    story.does(AskCard(), at(20, 12))
    assert story.case.card_asked_on == date(2026, 12, 20)


@pytest.mark.parametrize("status", ["C", "CS", "WO", "TO", "TS", "TA"])
def test_a_closed_account_gets_no_card(status: str) -> None:
    assert against(status=status) == ["account-closed"]


def test_a_paid_account_gets_no_card() -> None:
    assert against(impositions=(imposed(paid=24_000),)) == ["nothing-owed"]


def test_terms_in_full_get_no_card() -> None:
    assert against(terms=Terms(plan="in_full", by=date(2026, 12, 24))) == ["in-full"]
    assert against(terms=weekly()) == against() == []


PCX = {"ABDC", "AEO", "AEOC", "BWTD", "BWTU", "CLAMPO", "CW", "DW", "NBWT", "S136", "TFOOUT"}
"""OPAL page, section 1: those of the list, and TFOOUT as in the data."""


@pytest.mark.parametrize("code", list(shipped_tables().steps(TODAY)))
def test_a_last_step_blocks_the_card_as_its_row_says(code: str) -> None:
    step = LastStep(code=code, on=TODAY)
    assert against(last_step=step) == (["step-blocks"] if code in PCX else [])


def test_every_reason_is_told_at_once() -> None:
    story = Story(
        an_account(
            imposed(paid=24_000),
            status="WO",
            terms=Terms(plan="in_full", by=date(2026, 12, 24)),
            last_step=LastStep(code="DW", on=TODAY),
        )
    )
    reasons = [one.code for one in AskCard.offered(story.case, situation())]
    assert reasons == ["account-closed", "nothing-owed", "in-full", "step-blocks"]


def test_a_card_needs_nothing_but_its_name() -> None:
    case = Story().case
    assert parse_action('{"kind":"payment-card"}') == AskCard()
    assert action_of(parse("payment-card", case, situation()), case, situation()) == AskCard()
    assert not AskCard().needs_claim()
